/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From paths to entries: every pair of a directory is looked through, for its entries have no order. */

#include "internal.h"

/* Looks a name up in the directory found->words. */
static int look_up(littlefs1_t *fs, const char *name, uint32_t length, littlefs1_found_t *found)
{
    littlefs1_walk_t walk;
    littlefs1_entry_t entry;
    int result = littlefs1_walk_directory(fs, found->words, &walk);
    found->type = 0;
    while (result == 0) {
        result = littlefs1_walk_next(fs, &walk, &entry);
        if (result <= 0) {
            return result;
        }
        bool is_file = entry.type == LITTLEFS1_TYPE_FILE;
        int same = is_file || entry.type == LITTLEFS1_TYPE_DIRECTORY
                       ? littlefs1_name_is(fs, &entry, name, length)
                       : 0;
        int gone = same > 0 ? littlefs1_is_gone(fs, &entry) : same;
        if (same > 0 && gone == 0) {
            found->type = is_file ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY;
            memcpy(found->words, entry.words, sizeof found->words);
            return 0;
        }
        result = gone < 0 ? gone : 0;
    }
    return result;
}

static bool is_sound(const littlefs1_t *fs, const littlefs1_found_t *found)
{
    return found->type == MCUFS_TYPE_FILE ? littlefs1_content_is_possible(fs, found->words)
                                          : littlefs1_pair_is_valid(fs, found->words);
}

int littlefs1_resolve(littlefs1_t *fs, mcufs_path_t path, littlefs1_found_t *found)
{
    const bool wants_directory = path.directory;
    const char *name;
    size_t length;
    found->type = MCUFS_TYPE_DIRECTORY;
    memcpy(found->words, fs->root, sizeof found->words);
    while (mcufs_path_next(&path, &name, &length)) {
        if (found->type != MCUFS_TYPE_DIRECTORY) {
            return found->type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
        }
        if (length > MCUFS_NAME_MAX) {
            return MCUFS_ENAMETOOLONG;
        }
        int error = look_up(fs, name, (uint32_t)length, found);
        if (error < 0) {
            return error;
        }
        if (found->type && !is_sound(fs, found)) {
            return MCUFS_ECORRUPT;
        }
    }
    return found->type == MCUFS_TYPE_FILE && wants_directory ? MCUFS_ENOTDIR : 0;
}
