/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2 behind the filesystem interface. */

#include "internal.h"

/* Check and repair are as large as the rest; firmware that leaves them to the host is built with 0. */
#ifndef MCUFS_LITTLEFS2_WITH_CHECK
#define MCUFS_LITTLEFS2_WITH_CHECK 1
#endif

static int unmount(void *volume)
{
    (void)volume;
    return 0;
}

static int open_file(void *volume, void *file, mcufs_path_t path, uint32_t flags,
                     const mcufs_open_options_t *options)
{
    return littlefs2_file_open(volume, file, path, flags, options);
}

static int close_file(void *volume, void *file)
{
    return littlefs2_file_close(volume, file);
}

static int32_t read_file(void *volume, void *file, void *buffer, uint32_t size)
{
    return littlefs2_file_read(volume, file, buffer, size);
}

static int32_t write_file(void *volume, void *file, const void *buffer, uint32_t size)
{
    return littlefs2_file_write(volume, file, buffer, size);
}

static int64_t seek_file(void *volume, void *file, int64_t offset, int whence)
{
    return littlefs2_file_seek(volume, file, offset, whence);
}

static int64_t tell_file(void *volume, void *file)
{
    (void)volume;
    return ((const littlefs2_file_t *)file)->position;
}

static int64_t size_of_file(void *volume, void *file)
{
    (void)volume;
    return ((const littlefs2_file_t *)file)->node->size;
}

static int truncate_file(void *volume, void *file, uint64_t size)
{
    return littlefs2_file_truncate(volume, file, size);
}

static int sync_file(void *volume, void *file)
{
    return littlefs2_file_sync(volume, file);
}

static int stat_open(void *volume, void *file, mcufs_stat_t *stat)
{
    return littlefs2_stat_open(volume, file, stat);
}

static int open_directory(void *volume, void *directory, mcufs_path_t path)
{
    return littlefs2_directory_open(volume, directory, path);
}

static int read_directory(void *volume, void *directory, mcufs_dirent_t *entry)
{
    return littlefs2_directory_read(volume, directory, entry);
}

static int64_t tell_directory(void *volume, void *directory)
{
    (void)volume;
    return ((const littlefs2_directory_t *)directory)->position;
}

static int seek_directory(void *volume, void *directory, int64_t position)
{
    bool valid = position >= 0 && position <= (int64_t)UINT32_MAX;
    return valid ? littlefs2_directory_seek(volume, directory, (uint32_t)position) : MCUFS_EINVAL;
}

static int close_directory(void *volume, void *directory)
{
    littlefs2_directory_close(volume, directory);
    return 0;
}

static int stat_path(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    return littlefs2_stat(volume, path, stat);
}

static int statfs(void *volume, mcufs_statfs_t *statfs)
{
    return littlefs2_statfs(volume, statfs);
}

static int make_directory(void *volume, mcufs_path_t path)
{
    return littlefs2_make_directory(volume, path);
}

static int remove_entry(void *volume, mcufs_path_t path, uint8_t type)
{
    return littlefs2_remove(volume, path, type);
}

static int rename_entry(void *volume, mcufs_path_t from, mcufs_path_t to)
{
    return littlefs2_rename(volume, from, to);
}

static int32_t get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    return littlefs2_get_attribute(volume, path, type, buffer, size);
}

static int set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size)
{
    return littlefs2_set_attribute(volume, path, type, buffer, size);
}

static int remove_attribute(void *volume, mcufs_path_t path, uint8_t type)
{
    return littlefs2_remove_attribute(volume, path, type);
}

static int set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times)
{
    return littlefs2_set_times(volume, path, times);
}

static int gc(void *volume, uint32_t budget)
{
    return littlefs2_gc(volume, budget);
}

static int resize(void *volume, uint64_t block_count)
{
    return littlefs2_resize(volume, block_count);
}

static int health(void *volume, mcufs_health_t *health)
{
    *health = ((const littlefs2_t *)volume)->health;
    return 0;
}

static int visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                        void *context)
{
    return littlefs2_traverse(volume, visit, context);
}

const mcufs_filesystem_t mcufs_littlefs2 = {
    .name = "lfs2",
    .description = "littlefs v2",
    .file_size = sizeof(littlefs2_file_t),
    .directory_size = sizeof(littlefs2_directory_t),
    .probe = littlefs2_probe,
    .format = littlefs2_format,
    .mount = littlefs2_mount,
    .unmount = unmount,
    .open = open_file,
    .close = close_file,
    .read = read_file,
    .write = write_file,
    .seek = seek_file,
    .tell = tell_file,
    .size = size_of_file,
    .truncate = truncate_file,
    .sync = sync_file,
    .stat_open = stat_open,
    .opendir = open_directory,
    .readdir = read_directory,
    .telldir = tell_directory,
    .seekdir = seek_directory,
    .closedir = close_directory,
    .stat = stat_path,
    .statfs = statfs,
    .mkdir = make_directory,
    .remove = remove_entry,
    .rename = rename_entry,
    .get_attribute = get_attribute,
    .set_attribute = set_attribute,
    .remove_attribute = remove_attribute,
    .set_times = set_times,
    .gc = gc,
    .resize = resize,
    .health = health,
    .visit_blocks = visit_blocks,
#if MCUFS_LITTLEFS2_WITH_CHECK
    .check = littlefs2_check,
#endif
};
