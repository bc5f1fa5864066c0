/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2 behind the filesystem interface. The operations are in the files that do the work. */

#include "internal.h"

static int unmount(void *volume)
{
    (void)volume;
    return 0;
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

static int64_t tell_directory(void *volume, void *directory)
{
    int error = littlefs2_show_creation(volume);
    return error < 0 ? error : (int64_t)((const littlefs2_directory_t *)directory)->position;
}

_Static_assert(sizeof(littlefs2_health_t) == offsetof(mcufs_health_t, damaged_files), "the same members");

static int health(void *volume, mcufs_health_t *health)
{
    const littlefs2_t *fs = volume;
    memset(health, 0, sizeof *health);
    memcpy(health, &fs->health, sizeof fs->health);
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    if (fs->checksums) {
        health->damaged_files = fs->checksums->damaged_files;
        health->damaged_block = fs->checksums->damaged_block;
        health->scrub_rounds = fs->checksums->rounds;
    }
#endif
    return 0;
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
    .open = littlefs2_file_open,
    .close = littlefs2_file_close,
    .read = littlefs2_file_read,
    .write = littlefs2_file_write,
    .seek = littlefs2_file_seek,
    .tell = tell_file,
    .size = size_of_file,
    .truncate = littlefs2_file_truncate,
    .sync = littlefs2_file_sync,
    .stat_open = littlefs2_stat_open,
    .opendir = littlefs2_directory_open,
    .readdir = littlefs2_directory_read,
    .telldir = tell_directory,
    .seekdir = littlefs2_directory_seek,
    .closedir = littlefs2_directory_close,
    .stat = littlefs2_stat,
    .statfs = littlefs2_statfs,
    .mkdir = littlefs2_make_directory,
    .remove = littlefs2_remove,
    .rename = littlefs2_rename,
    .get_attribute = littlefs2_get_attribute,
    .set_attribute = littlefs2_set_attribute,
    .remove_attribute = littlefs2_remove_attribute,
    .set_times = littlefs2_set_times,
    .gc = littlefs2_gc,
    .resize = littlefs2_resize,
    .health = health,
    .visit_blocks = littlefs2_traverse,
#if MCUFS_LITTLEFS2_WITH_CHECK
    .check = littlefs2_check,
#endif
};
