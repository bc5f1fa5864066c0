/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v1 behind the filesystem interface. */

#include "internal.h"

_Static_assert(sizeof(littlefs1_t) + sizeof(void *) - 1 <= MCUFS_LITTLEFS1_ARENA(0u), "room for a volume");

static int unmount(void *volume)
{
    (void)volume;
    return 0;
}

static int close_handle(void *volume, void *handle)
{
    (void)volume;
    (void)handle;
    return 0;
}

static int64_t tell_file(void *volume, void *file)
{
    (void)volume;
    return ((const littlefs1_file_t *)file)->position;
}

static int64_t size_of_file(void *volume, void *file)
{
    (void)volume;
    return ((const littlefs1_file_t *)file)->size;
}

static int stat_open(void *volume, void *file, mcufs_stat_t *stat)
{
    (void)volume;
    memset(stat, 0, sizeof *stat);
    stat->type = MCUFS_TYPE_FILE;
    stat->size = ((const littlefs1_file_t *)file)->size;
    return 0;
}

static int64_t tell_directory(void *volume, void *directory)
{
    (void)volume;
    return ((const littlefs1_directory_t *)directory)->position;
}

static int health(void *volume, mcufs_health_t *health)
{
    memset(health, 0, sizeof *health);
    health->uncorrected = ((const littlefs1_t *)volume)->uncorrected;
    return 0;
}

/* -- What would change the volume ----------------------------------------------------------------------- */

static int refuse_directory(void *volume, mcufs_path_t path)
{
    (void)volume;
    (void)path;
    return MCUFS_EROFS;
}

static int refuse_remove(void *volume, mcufs_path_t path, uint8_t type)
{
    (void)volume;
    (void)path;
    (void)type;
    return MCUFS_EROFS;
}

static int refuse_rename(void *volume, mcufs_path_t from, mcufs_path_t to)
{
    (void)volume;
    (void)from;
    (void)to;
    return MCUFS_EROFS;
}

const mcufs_filesystem_t mcufs_littlefs1 = {
    .name = "lfs1",
    .description = "littlefs v1",
    .file_size = sizeof(littlefs1_file_t),
    .directory_size = sizeof(littlefs1_directory_t),
    .probe = littlefs1_probe,
    .mount = littlefs1_mount,
    .unmount = unmount,
    .open = littlefs1_file_open,
    .close = close_handle,
    .read = littlefs1_file_read,
    .seek = littlefs1_file_seek,
    .tell = tell_file,
    .size = size_of_file,
    .sync = close_handle,
    .stat_open = stat_open,
    .opendir = littlefs1_directory_open,
    .readdir = littlefs1_directory_read,
    .telldir = tell_directory,
    .seekdir = littlefs1_directory_seek,
    .closedir = close_handle,
    .stat = littlefs1_stat,
    .statfs = littlefs1_statfs,
    .mkdir = refuse_directory,
    .remove = refuse_remove,
    .rename = refuse_rename,
    .health = health,
    .visit_blocks = littlefs1_visit_blocks,
    .check = littlefs1_check,
};
