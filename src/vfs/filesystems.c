/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The filesystems compiled into this library, in the order they are probed: those with the surest marks
 * first. Leave one out with -DMCUFS_WITH_...=0, take one in with =1. */

#include <string.h>

#include "vfs/vfs.h"

#ifndef MCUFS_WITH_LITTLEFS2
#define MCUFS_WITH_LITTLEFS2 1
#endif

#if MCUFS_WITH_LITTLEFS2
#include <mcufs/littlefs2.h>
#endif
#if MCUFS_WITH_LITTLEFS1
#include <mcufs/littlefs1.h>
#endif
#if MCUFS_WITH_FAT
#include <mcufs/fat.h>
#endif

const mcufs_filesystem_t *const mcufs_filesystems[] = {
#if MCUFS_WITH_LITTLEFS2
    &mcufs_littlefs2,
#endif
/* Behind littlefs v2: while a volume is made one, it has a superblock of each for a moment. */
#if MCUFS_WITH_LITTLEFS1
    &mcufs_littlefs1,
#endif
#if MCUFS_WITH_FAT
    &mcufs_fat,
#endif
    NULL,
};

const mcufs_filesystem_t *mcufs_filesystem_by_name(const char *name)
{
    if (name == NULL) {
        return NULL;
    }
    const mcufs_filesystem_t *const *filesystem = mcufs_filesystems;
    while (*filesystem != NULL && strcmp((*filesystem)->name, name) != 0) {
        filesystem++;
    }
    return *filesystem;
}
