/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What a salvage mount shows: the tree as far as it can be reached, and /lost+found with a directory for
 * every log that nothing leads to. A path that leads into one of those is resolved with that log for a root.
 *
 * Content is read block by block, on whatever way leads to the block; what cannot be trusted is an error, and
 * the rest of the file can be read. */

#include "salvage.h"

#if MCUFS_LITTLEFS2_WITH_SALVAGE

#include "../base/bitmap.h"

/* Flags of a file, above those of the caller: how far its pair can be trusted. */
#define FILE_RANK(rank) ((uint32_t)(rank) << 30)
#define RANK_OF(flags)  ((unsigned)((flags) >> 30))
/* Flags of a directory's handle. */
#define DIRECTORY_LOST  0x80u /* the one with the lost logs */
#define DIRECTORY_ROOT  0x40u /* has that one behind its own entries */
#define DIRECTORY_SHOWN 0x20u /* and has returned it */

/* -- Paths ------------------------------------------------------------------------------------------ */

static const char *lost_name(const salvage_t *salvage)
{
    return salvage->shadowed ? "lost+found~" : "lost+found";
}

/* The number of a block; LITTLEFS2_NULL: it is none. */
static uint32_t parse_block(const char *name, size_t length)
{
    uint32_t block = 0;
    for (size_t i = 0; i < length; i++) {
        if (name[i] < '0' || name[i] > '9' || block > 400000000u) {
            return LITTLEFS2_NULL;
        }
        block = 10 * block + (uint32_t)(name[i] - '0');
    }
    return length > 0 ? block : LITTLEFS2_NULL;
}

enum { IN_TREE, IN_LOST, IS_LOST };

/* Where a path leads: IN_LOST: fs->root is the lost log, and the path goes on from there. */
static int enter(salvage_t *salvage, mcufs_path_t *path)
{
    mcufs_path_t left = *path;
    const char *name;
    size_t length;
    if (!salvage->any_lost || !mcufs_path_next(&left, &name, &length) ||
        length != strlen(lost_name(salvage)) || memcmp(name, lost_name(salvage), length) != 0) {
        return IN_TREE;
    }
    if (!mcufs_path_next(&left, &name, &length)) {
        return IS_LOST;
    }
    uint32_t block = parse_block(name, length);
    if (block >= salvage->fs->block_count || !mcufs_bitmap_test(salvage->lost, block)) {
        return MCUFS_ENOENT;
    }
    salvage->fs->root[0] = salvage->fs->root[1] = block;
    *path = left;
    return IN_LOST;
}

/* Back to the tree. */
static void leave(salvage_t *salvage)
{
    memcpy(salvage->fs->root, salvage->root, sizeof salvage->root);
}

/* -- Files ------------------------------------------------------------------------------------------ */

/* Notes how far the pair of an open file can be trusted. */
LITTLEFS2_OUT_OF_LINE static void note_rank(littlefs2_t *fs, littlefs2_file_t *file, int place)
{
    littlefs2_metadata_t metadata;
    int error = littlefs2_get(fs, file->node->handle.pair, &metadata);
    int rank = error < 0 || place == IN_LOST ? SALVAGE_PAST : littlefs2_salvage_rank(fs, metadata.pair);
    file->flags |= FILE_RANK(rank < 0 ? SALVAGE_PAST : rank);
}

static int open_file(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                     const mcufs_open_options_t *options)
{
    salvage_t *salvage = volume;
    littlefs2_t *fs = salvage->fs;
    if (flags & (MCUFS_O_WRONLY | MCUFS_O_CREAT)) {
        return MCUFS_EROFS;
    }
    int place = enter(salvage, &path);
    if (place < 0 || place == IS_LOST) {
        return place < 0 ? place : MCUFS_EISDIR;
    }
    int error = littlefs2_file_open(fs, handle, path, flags, options);
    leave(salvage);
    if (error == 0) {
        note_rank(fs, handle, place);
    }
    return error;
}

static int close_file(void *volume, void *handle)
{
    return littlefs2_file_close(((salvage_t *)volume)->fs, handle);
}

/* Block `index` of a file, if it can be trusted; else MCUFS_ECORRUPT. */
static int find_block(const salvage_t *salvage, const littlefs2_file_t *file, uint32_t index, uint32_t *block)
{
    const littlefs2_extent_t *extent = &file->node->source;
    littlefs2_t *fs = salvage->fs;
    check_chain_t chain;
    uint32_t pointer;
    int error = 0;
    if (!littlefs2_check_extent_is_possible(fs, extent)) {
        return MCUFS_ECORRUPT;
    }
    littlefs2_check_chain_start(&chain, extent, littlefs2_ctz_blocks(fs, extent->size));
    while (error == 0 && chain.index > index) {
        error = littlefs2_salvage_chain_step(salvage, &chain);
    }
    *block = chain.block;
    if (error < 0) {
        return error;
    }
    if (*block == LITTLEFS2_NULL || mcufs_bitmap_test(salvage->metadata, *block) ||
        littlefs2_salvage_is_taken(salvage, *block, RANK_OF(file->flags))) {
        return MCUFS_ECORRUPT;
    }
    if (index == 0) {
        return 0;
    }
    /* A block whose own pointer disagrees with all others holds something else by now. */
    error = littlefs2_read_word(fs, *block, 0, &pointer);
    if (error == 0) {
        error = littlefs2_salvage_chain_step(salvage, &chain);
    }
    return error < 0 ? error : chain.block == pointer ? 0 : MCUFS_ECORRUPT;
}

static int read_content(const salvage_t *salvage, littlefs2_file_t *file, uint8_t *buffer, uint32_t *size)
{
    uint32_t offset, block;
    uint32_t index = littlefs2_ctz_index(salvage->fs, file->position, &offset);
    *size = littlefs2_minimum(*size, salvage->fs->block_size - offset);
    int error = find_block(salvage, file, index, &block);
    return error < 0 ? error : littlefs2_read(salvage->fs, block, offset, buffer, *size, *size);
}

/* Bytes before the first that cannot be read; an error when that is the first. */
static int32_t read_file(void *volume, void *handle, void *buffer, uint32_t size)
{
    const salvage_t *salvage = volume;
    littlefs2_file_t *file = handle;
    uint8_t *bytes = buffer;
    uint32_t done = 0;
    if (file->node->source.kind != LITTLEFS2_CONTENT_CTZ) {
        return littlefs2_file_read(salvage->fs, handle, buffer, size);
    }
    while (done < size && file->position < file->node->size) {
        uint32_t part = littlefs2_minimum(size - done, file->node->size - file->position);
        int error = read_content(salvage, file, bytes + done, &part);
        if (error < 0) {
            return done > 0 ? (int32_t)done : error;
        }
        file->position += part;
        done += part;
    }
    return (int32_t)done;
}

static int64_t seek_file(void *volume, void *handle, int64_t offset, int whence)
{
    return littlefs2_file_seek(((salvage_t *)volume)->fs, handle, offset, whence);
}

static int64_t tell_file(void *volume, void *handle)
{
    (void)volume;
    return ((const littlefs2_file_t *)handle)->position;
}

static int64_t size_of_file(void *volume, void *handle)
{
    (void)volume;
    return ((const littlefs2_file_t *)handle)->node->size;
}

static int stat_open(void *volume, void *handle, mcufs_stat_t *stat)
{
    return littlefs2_stat_open(((salvage_t *)volume)->fs, handle, stat);
}

/* -- Directories ------------------------------------------------------------------------------------ */

static int open_directory(void *volume, void *handle, mcufs_path_t path)
{
    salvage_t *salvage = volume;
    littlefs2_t *fs = salvage->fs;
    littlefs2_directory_t *directory = handle;
    int place = enter(salvage, &path);
    if (place == IS_LOST) {
        memset(directory, 0, sizeof *directory);
        directory->handle.flags = DIRECTORY_LOST;
        return 0;
    }
    int error = place < 0 ? place : littlefs2_directory_open(fs, directory, path);
    leave(salvage);
    if (error == 0 && place == IN_TREE && mcufs_path_at_end(&path) && salvage->any_lost) {
        directory->handle.flags |= DIRECTORY_ROOT;
    }
    return error;
}

static int close_directory(void *volume, void *handle)
{
    return littlefs2_directory_close(((salvage_t *)volume)->fs, handle);
}

static void describe_lost(mcufs_dirent_t *entry, const char *name)
{
    memset(&entry->stat, 0, sizeof entry->stat);
    entry->stat.type = MCUFS_TYPE_DIRECTORY;
    memcpy(entry->name, name, strlen(name) + 1);
}

/* The next lost log. */
static int read_lost(const salvage_t *salvage, littlefs2_directory_t *directory, mcufs_dirent_t *entry)
{
    char digits[12];
    unsigned at = sizeof digits - 1;
    while (directory->position < salvage->fs->block_count &&
           !mcufs_bitmap_test(salvage->lost, directory->position)) {
        directory->position++;
    }
    if (directory->position == salvage->fs->block_count) {
        return 0;
    }
    uint32_t block = directory->position++;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + block % 10);
        block /= 10;
    } while (block > 0);
    describe_lost(entry, digits + at);
    return 1;
}

static int read_directory(void *volume, void *handle, mcufs_dirent_t *entry)
{
    const salvage_t *salvage = volume;
    littlefs2_directory_t *directory = handle;
    uint8_t *flags = &directory->handle.flags;
    if (*flags & DIRECTORY_LOST) {
        return read_lost(salvage, directory, entry);
    }
    int result = littlefs2_directory_read(salvage->fs, directory, entry);
    if (result == 0 && (*flags & (DIRECTORY_ROOT | DIRECTORY_SHOWN)) == DIRECTORY_ROOT) {
        *flags |= DIRECTORY_SHOWN;
        describe_lost(entry, lost_name(salvage));
        result = 1;
    }
    return result;
}

static int64_t tell_directory(void *volume, void *handle)
{
    const littlefs2_directory_t *directory = handle;
    (void)volume;
    return (int64_t)directory->position + ((directory->handle.flags & DIRECTORY_SHOWN) != 0);
}

static int seek_directory(void *volume, void *handle, int64_t position)
{
    littlefs2_directory_t *directory = handle;
    if (directory->handle.flags & DIRECTORY_LOST) {
        directory->position = (uint32_t)position;
        return position >= 0 && position <= UINT32_MAX ? 0 : MCUFS_EINVAL;
    }
    int error = littlefs2_directory_seek(((salvage_t *)volume)->fs, directory, position);
    directory->handle.flags &= (uint8_t)~DIRECTORY_SHOWN;
    if (directory->handle.flags & DIRECTORY_ROOT && position > (int64_t)directory->position) {
        directory->handle.flags |= DIRECTORY_SHOWN;
    }
    return error;
}

/* -- Questions -------------------------------------------------------------------------------------- */

static int stat_path(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    salvage_t *salvage = volume;
    littlefs2_t *fs = salvage->fs;
    int place = enter(salvage, &path);
    if (place == IS_LOST) {
        memset(stat, 0, sizeof *stat);
        stat->type = MCUFS_TYPE_DIRECTORY;
        return 0;
    }
    int error = place < 0 ? place : littlefs2_stat(fs, path, stat);
    leave(salvage);
    return error;
}

static int32_t get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    salvage_t *salvage = volume;
    littlefs2_t *fs = salvage->fs;
    int place = enter(salvage, &path);
    if (place == IS_LOST) {
        return MCUFS_ENODATA;
    }
    int32_t result = place < 0 ? place : littlefs2_get_attribute(fs, path, type, buffer, size);
    leave(salvage);
    return result;
}

static int statfs_volume(void *volume, mcufs_statfs_t *statfs)
{
    const littlefs2_t *fs = ((const salvage_t *)volume)->fs;
    memset(statfs, 0, sizeof *statfs);
    statfs->type = mcufs_littlefs2_salvage.name;
    statfs->version = fs->disk_version;
    statfs->block_size = fs->block_size;
    statfs->block_count = fs->block_count;
    statfs->name_max = fs->name_max;
    statfs->file_size_max = fs->file_max;
    statfs->read_only = true;
    return 0;
}

static int unmount(void *volume)
{
    (void)volume;
    return 0;
}

const mcufs_filesystem_t mcufs_littlefs2_salvage = {
    .name = "lfs2",
    .description = "littlefs v2, damaged",
    .file_size = sizeof(littlefs2_file_t),
    .directory_size = sizeof(littlefs2_directory_t),
    .probe = littlefs2_probe,
    .mount = littlefs2_salvage_mount,
    .unmount = unmount,
    .open = open_file,
    .close = close_file,
    .read = read_file,
    .seek = seek_file,
    .tell = tell_file,
    .size = size_of_file,
    .stat_open = stat_open,
    .opendir = open_directory,
    .readdir = read_directory,
    .telldir = tell_directory,
    .seekdir = seek_directory,
    .closedir = close_directory,
    .stat = stat_path,
    .statfs = statfs_volume,
    .get_attribute = get_attribute,
};

#else
/* A file has to declare something. */
typedef int littlefs2_salvage_files_left_out_t;
#endif
