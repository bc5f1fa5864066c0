/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open files: handles, and reading. All handles on one file share one node, which lives in the memory of one
 * of them and moves when that one is closed. */

#include "internal.h"

static bool is_writable(const fat_file_t *file)
{
    return (file->flags & MCUFS_O_WRONLY) != 0;
}

fat_node_t *fat_node_of(const fat_t *fs, uint32_t sector, uint32_t offset)
{
    for (const fat_file_t *file = fs->files; file; file = file->next) {
        fat_node_t *node = file->node;
        if (!(node->flags & FAT_NODE_REMOVED) && node->sector == sector && node->offset == offset) {
            return node;
        }
    }
    return NULL;
}

/* -- Opening -----------------------------------------------------------------------------------------------
 */

static int create(fat_t *fs, void *arguments)
{
    fat_found_t *found = arguments;
    int64_t now = fat_now(fs);
    const mcufs_times_t times = {now, now, now};
    memset(found->entry, 0, sizeof found->entry);
    int error = fat_make_short_name(fs, found);
    if (error < 0) {
        return error;
    }
    found->entry[FAT_AT_ATTRIBUTES] = MCUFS_ATTRIBUTE_ARCHIVE;
    fat_set_times_of(found->entry, &times);
    return fat_add_set(fs, &found->set, found->name, found->length, found->entry);
}

FAT_OUT_OF_LINE static int find_or_create(fat_t *fs, fat_file_t *file, const mcufs_path_t *path)
{
    fat_found_t found;
    int error = fat_resolve(fs, path, FAT_AVOID_NONE, &found);
    if (error < 0) {
        return error;
    }
    if (found.type && file->flags & MCUFS_O_EXCL) {
        return MCUFS_EEXIST;
    }
    if (found.type == MCUFS_TYPE_DIRECTORY) {
        return MCUFS_EISDIR;
    }
    if (found.type == 0 && !(file->flags & MCUFS_O_CREAT)) {
        return MCUFS_ENOENT;
    }
    if (found.type == 0 && found.wants_directory) {
        return MCUFS_EISDIR;
    }
    if (found.type && is_writable(file) && found.entry[FAT_AT_ATTRIBUTES] & MCUFS_ATTRIBUTE_READ_ONLY) {
        return MCUFS_EACCES;
    }
    if (!found.type) {
        error = fat_perform(fs, create, &found, true);
    }
    file->own.sector = found.set.sector;
    file->own.offset = (uint16_t)found.set.offset;
    file->own.first = found.cluster;
    file->own.size = mcufs_load_le32(found.entry + FAT_AT_SIZE);
    file->own.published = file->own.size;
    file->own.linked = fat_clusters_of(fs, file->own.size);
    return error;
}

int fat_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                  const mcufs_open_options_t *options)
{
    fat_t *fs = volume;
    fat_file_t *file = handle;
    (void)options; /* the pool serves all files */
    memset(file, 0, sizeof *file);
    file->flags = flags;
    int error = find_or_create(fs, file, &path);
    if (error < 0) {
        return error;
    }
    file->node = fat_node_of(fs, file->own.sector, file->own.offset);
    if (!file->node) {
        file->node = &file->own;
    }
    file->node->users++;
    file->next = fs->files;
    fs->files = file;
    if (flags & MCUFS_O_TRUNC && is_writable(file)) {
        error = fat_node_truncate(fs, file->node, 0);
    }
    if (error < 0) {
        file->flags = MCUFS_O_RDONLY; /* nothing to sync */
        (void)fat_file_close(fs, file);
    }
    return error;
}

/* -- Closing -----------------------------------------------------------------------------------------------
 */

/* The node must not need this handle's memory any longer. */
static void hand_over(fat_t *fs, fat_file_t *file)
{
    fat_file_t *heir = NULL;
    for (fat_file_t *other = fs->files; other; other = other->next) {
        if (other->node == &file->own) {
            heir = heir ? heir : other;
            other->node = &heir->own;
        }
    }
    if (heir) {
        heir->own = file->own;
    }
}

static void unlink_file(fat_t *fs, const fat_file_t *file)
{
    for (fat_file_t **link = &fs->files; *link; link = &(*link)->next) {
        if (*link == file) {
            *link = file->next;
            return;
        }
    }
}

int fat_file_close(void *volume, void *handle)
{
    fat_t *fs = volume;
    fat_file_t *file = handle;
    fat_node_t *node = file->node;
    int error = is_writable(file) ? fat_node_sync(fs, node) : 0;
    unlink_file(fs, file);
    node->users--;
    if (node->users == 0) {
        fat_node_give_up(fs, node);
    } else if (node == &file->own) {
        hand_over(fs, file);
    }
    file->node = NULL;
    return error;
}

/* -- Reading -----------------------------------------------------------------------------------------------
 */

int fat_node_find(fat_t *fs, fat_node_t *node, uint32_t index, uint32_t wanted, uint32_t *cluster,
                  uint32_t *count)
{
    uint32_t linked = node->linked;
    bool is_grown = index >= linked;
    int error = is_grown ? fat_chain_find(fs, node->grown, index - linked, wanted, cluster, count)
                         : fat_chain_find(fs, node->first, index, fat_minimum(wanted, linked - index),
                                          cluster, count);
    return error == 0 && *cluster == FAT_END ? MCUFS_ECORRUPT : error;
}

int fat_node_read(fat_t *fs, fat_node_t *node, uint32_t position, uint8_t *buffer, uint32_t size)
{
    const uint32_t shift = (uint32_t)fs->shape.sector_shift + fs->shape.cluster_shift,
                   mask = fs->shape.sector_size - 1;
    while (size > 0) {
        uint32_t cluster, count, index = position >> shift, part;
        int error =
            fat_node_find(fs, node, index, ((position + size - 1) >> shift) - index + 1, &cluster, &count);
        if (error < 0) {
            return error;
        }
        uint32_t inside =
            (position >> fs->shape.sector_shift) & (((uint32_t)1 << fs->shape.cluster_shift) - 1);
        uint32_t sector = fat_sector_of(fs, cluster) + inside, offset = position & mask;
        if (offset != 0 || size < fs->shape.sector_size) {
            uint8_t *bytes;
            part = fat_minimum(size, fs->shape.sector_size - offset);
            error = fat_load(fs, sector, FAT_DATA, &bytes);
            if (error == 0) {
                memcpy(buffer, bytes + offset, part);
            }
        } else {
            part = fat_minimum(size >> fs->shape.sector_shift, (count << fs->shape.cluster_shift) - inside);
            error = fat_read_sectors(fs, sector, part, buffer);
            part <<= fs->shape.sector_shift;
        }
        if (error < 0) {
            return error;
        }
        position += part;
        buffer += part;
        size -= part;
    }
    return 0;
}

int32_t fat_file_read(void *volume, void *handle, void *buffer, uint32_t size)
{
    fat_t *fs = volume;
    fat_file_t *file = handle;
    fat_node_t *node = file->node;
    if (!(file->flags & MCUFS_O_RDONLY)) {
        return MCUFS_EBADF;
    }
    if (file->position >= node->size) {
        return 0;
    }
    size = fat_minimum(size, node->size - file->position);
    int error = fat_node_read(fs, node, file->position, buffer, size);
    if (error < 0) {
        return error;
    }
    file->position += size;
    return (int32_t)size;
}

int64_t fat_file_seek(void *volume, void *handle, int64_t offset, int whence)
{
    fat_file_t *file = handle;
    int64_t base = whence == MCUFS_SEEK_SET   ? 0
                   : whence == MCUFS_SEEK_CUR ? (int64_t)file->position
                                              : (int64_t)file->node->size;
    (void)volume;
    if (offset > (int64_t)FAT_FILE_MAX - base || offset < -base) {
        return MCUFS_EINVAL;
    }
    file->position = (uint32_t)(base + offset);
    return file->position;
}
