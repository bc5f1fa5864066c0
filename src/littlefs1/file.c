/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading files. */

#include "internal.h"

int littlefs1_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                        const mcufs_open_options_t *options)
{
    littlefs1_file_t *file = handle;
    littlefs1_found_t found;
    (void)options;
    int error = littlefs1_resolve(volume, path, &found);
    if (error < 0) {
        return error;
    }
    if (found.type == MCUFS_TYPE_DIRECTORY) {
        return MCUFS_EISDIR;
    }
    if (!found.type) {
        return flags & MCUFS_O_CREAT ? MCUFS_EROFS : MCUFS_ENOENT;
    }
    if (flags & MCUFS_O_CREAT && flags & MCUFS_O_EXCL) {
        return MCUFS_EEXIST;
    }
    if (flags & (MCUFS_O_WRONLY | MCUFS_O_TRUNC)) {
        return MCUFS_EROFS;
    }
    *file = (littlefs1_file_t){.head = found.words[0], .size = found.words[1], .near_block = LITTLEFS1_NULL};
    return 0;
}

/* The block with this index; from the one that was read last, where that is on the way. */
static int find_block(littlefs1_t *fs, littlefs1_file_t *file, uint32_t index, uint32_t *block)
{
    bool near = file->near_block != LITTLEFS1_NULL && file->near_index >= index;
    uint32_t from = near ? file->near_block : file->head;
    uint32_t from_index = near ? file->near_index : littlefs1_content_blocks(fs, file->size) - 1;
    int error = littlefs1_content_find(fs, from, from_index, index, block);
    if (error == 0) {
        file->near_index = index;
        file->near_block = *block;
    }
    return error;
}

int32_t littlefs1_file_read(void *volume, void *handle, void *buffer, uint32_t size)
{
    littlefs1_t *fs = volume;
    littlefs1_file_t *file = handle;
    uint8_t *bytes = buffer;
    uint32_t left = file->position < file->size ? littlefs1_minimum(size, file->size - file->position) : 0;
    left = littlefs1_minimum(left, 0x7fffffffu);
    const uint32_t total = left;
    while (left > 0) {
        uint32_t offset, block;
        uint32_t index = littlefs1_content_index(fs, file->position, &offset);
        uint32_t part = littlefs1_minimum(left, fs->block_size - offset);
        int error = find_block(fs, file, index, &block);
        if (error == 0) {
            error = littlefs1_read(fs, block, offset, bytes, part);
        }
        if (error < 0) {
            file->position -= total - left;
            return error;
        }
        file->position += part;
        bytes += part;
        left -= part;
    }
    return (int32_t)total;
}

int64_t littlefs1_file_seek(void *volume, void *handle, int64_t offset, int whence)
{
    littlefs1_file_t *file = handle;
    (void)volume;
    int64_t base = whence == MCUFS_SEEK_CUR ? file->position : whence == MCUFS_SEEK_END ? file->size : 0;
    if (whence < MCUFS_SEEK_SET || whence > MCUFS_SEEK_END || offset < -base ||
        offset > (int64_t)LITTLEFS1_FILE_SIZE_MAX - base) {
        return MCUFS_EINVAL;
    }
    file->position = (uint32_t)(base + offset);
    return file->position;
}
