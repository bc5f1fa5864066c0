/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* FAT behind the filesystem interface. The operations are in the files that do the work. */

#include "internal.h"

static int64_t tell_file(void *volume, void *file)
{
    (void)volume;
    return ((const fat_file_t *)file)->position;
}

static int64_t size_of_file(void *volume, void *file)
{
    (void)volume;
    return ((const fat_file_t *)file)->node->size;
}

static int64_t tell_directory(void *volume, void *directory)
{
    (void)volume;
    return ((const fat_directory_t *)directory)->index;
}

static int health(void *volume, mcufs_health_t *health)
{
    *health = ((const fat_t *)volume)->health;
    return 0;
}

/* What MCUFS_FAT_ARENA_MINIMUM allows for beside one sector. */
_Static_assert(sizeof(fat_t) + FAT_RUNS_MIN * sizeof(fat_run_t) + sizeof(fat_buffer_t) + 3 * sizeof(void *) <=
                   MCUFS_FAT_ARENA_MINIMUM(0),
               "room for the smallest volume");

const mcufs_filesystem_t mcufs_fat = {
    .name = "fat",
    .description = "FAT12, FAT16 and FAT32",
    .file_size = sizeof(fat_file_t),
    .directory_size = sizeof(fat_directory_t),
    .probe = fat_probe,
    .format = fat_format,
    .mount = fat_mount,
    .unmount = fat_unmount,
    .open = fat_file_open,
    .close = fat_file_close,
    .read = fat_file_read,
    .write = fat_file_write,
    .seek = fat_file_seek,
    .tell = tell_file,
    .size = size_of_file,
    .truncate = fat_file_truncate,
    .sync = fat_file_sync,
    .stat_open = fat_stat_open,
    .opendir = fat_directory_open,
    .readdir = fat_directory_read,
    .telldir = tell_directory,
    .seekdir = fat_directory_seek,
    .closedir = fat_directory_close,
    .stat = fat_stat,
    .statfs = fat_statfs,
    .mkdir = fat_make_directory,
    .remove = fat_remove,
    .rename = fat_rename,
    .set_times = fat_set_times,
    .set_file_attributes = fat_set_attributes,
    .gc = fat_gc,
    .health = health,
    .visit_blocks = fat_visit_blocks,
};
