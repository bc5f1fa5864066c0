/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Where paths of lfs.h differ from those of mcufs. A part of lfs.c, in a file of its own to be read apart. */

#ifndef LFS_PATHS_H
#define LFS_PATHS_H

#include "lfs.h"

#include <mcufs/littlefs2_direct.h>

/* The empty path and ".." in the root are nothing here. */
static int check_path(const char *path)
{
    if (!path || *path == '\0') {
        return LFS_ERR_INVAL;
    }
    for (size_t depth = 0; *path != '\0';) {
        size_t length = 0;
        while (path[length] != '\0' && path[length] != '/') {
            length++;
        }
        if (length == 2 && path[0] == '.' && path[1] == '.') {
            if (depth == 0) {
                return LFS_ERR_INVAL;
            }
            depth--;
        } else if (length > 0 && !(length == 1 && path[0] == '.')) {
            depth++;
        }
        path += length;
        while (*path == '/') {
            path++;
        }
    }
    return 0;
}

static lfs_size_t name_max_of(const lfs_t *lfs)
{
    littlefs2_volume_state_t state;
    littlefs2_inspect_volume(lfs->volume, &state);
    return state.name_max;
}

/* Whether a component before the last is longer than a name can be. *last: the length of the last. */
static bool leads_through_long_name(const lfs_t *lfs, const char *path, size_t *last)
{
    mcufs_path_t walk = mcufs_path(path, NULL);
    lfs_size_t most = name_max_of(lfs);
    const char *name;
    size_t length;
    bool is_long = false;
    *last = 0;
    while (mcufs_path_next(&walk, &name, &length)) {
        is_long = is_long || *last > most;
        *last = length;
    }
    return is_long;
}

/* A name that is too long is only an error where it would be made; elsewhere it does not exist. */
static int32_t looked_up(int32_t result)
{
    return result == LFS_ERR_NAMETOOLONG ? LFS_ERR_NOENT : result;
}

static void copy_name(const char *name, size_t length, struct lfs_info *info)
{
    memcpy(info->name, name, length);
    info->name[length] = '\0';
}

/* The name under which an entry was found is the last component of its path; the root's is "/". */
static void name_from_path(const char *path, struct lfs_info *info)
{
    mcufs_path_t walk = mcufs_path(path, NULL);
    const char *name = "/";
    const char *next;
    size_t length = 1, next_length;
    while (mcufs_path_next(&walk, &next, &next_length)) {
        name = next;
        length = next_length;
    }
    copy_name(name, length, info);
}

#endif
