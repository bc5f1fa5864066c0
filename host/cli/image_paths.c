/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Paths in an image. */

#include "image_paths.h"

#include <string.h>

#include "walk.h"

static int make_directory(mcufs_t *fs, const char *path)
{
    mcufs_stat_t stat;
    int error = mcufs_mkdir(fs, path);
    if (error != MCUFS_EEXIST) {
        return error;
    }
    error = mcufs_stat(fs, path, &stat);
    return error != 0 ? error : stat.type == MCUFS_TYPE_DIRECTORY ? 0 : MCUFS_ENOTDIR;
}

int make_parents(mcufs_t *fs, const char *path, bool itself)
{
    char so_far[WALK_PATH_MAX];
    size_t used = 0;
    mcufs_path_t walk = mcufs_path(path, NULL);
    const char *name;
    size_t length;
    while (mcufs_path_next(&walk, &name, &length)) {
        if (used + 1 + length + 1 > sizeof so_far) {
            return MCUFS_ENAMETOOLONG;
        }
        so_far[used++] = '/';
        memcpy(so_far + used, name, length);
        used += length;
        so_far[used] = '\0';
        if (mcufs_path_at_end(&walk) && !itself) {
            return 0;
        }
        int error = make_directory(fs, so_far);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
