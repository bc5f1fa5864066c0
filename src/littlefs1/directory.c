/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Listing directories. Nothing changes meanwhile, so a handle stands at a place on the device. */

#include "internal.h"

static void rewind_directory(littlefs1_directory_t *directory)
{
    memcpy(directory->pair, directory->head, sizeof directory->pair);
    directory->offset = LITTLEFS1_HEADER;
    directory->steps = directory->position = 0;
}

int littlefs1_directory_open(void *volume, void *handle, mcufs_path_t path)
{
    littlefs1_directory_t *directory = handle;
    littlefs1_found_t found;
    int error = littlefs1_resolve(volume, path, &found);
    if (error < 0) {
        return error;
    }
    if (found.type != MCUFS_TYPE_DIRECTORY) {
        return found.type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
    }
    memcpy(directory->head, found.words, sizeof directory->head);
    rewind_directory(directory);
    return 0;
}

/* The next entry that is to be listed; the handle goes on behind it. 1, 0: the end, or an error, with the
 * handle as before. */
static int next_listed(littlefs1_t *fs, littlefs1_directory_t *directory, littlefs1_entry_t *entry)
{
    littlefs1_walk_t walk;
    int result = littlefs1_walk_directory(fs, directory->pair, &walk);
    walk.offset = directory->offset;
    walk.steps = directory->steps;
    for (bool listed = false; result == 0 && !listed;) {
        result = littlefs1_walk_next(fs, &walk, entry);
        if (result <= 0) {
            return result;
        }
        bool has_name = entry->name_length > 0 &&
                        (entry->type == LITTLEFS1_TYPE_FILE || entry->type == LITTLEFS1_TYPE_DIRECTORY);
        int gone = has_name ? littlefs1_is_gone(fs, entry) : 1;
        result = gone < 0 ? gone : 0;
        listed = gone == 0;
    }
    if (result < 0) {
        return result;
    }
    directory->pair[0] = walk.log.pair[1]; /* the half in use is the second, should both be of one revision */
    directory->pair[1] = walk.log.pair[0];
    directory->offset = walk.offset;
    directory->steps = walk.steps;
    directory->position++;
    return 1;
}

int littlefs1_directory_read(void *volume, void *handle, mcufs_dirent_t *out)
{
    littlefs1_t *fs = volume;
    littlefs1_directory_t *directory = handle;
    const littlefs1_directory_t before = *directory;
    littlefs1_entry_t entry;
    int result = next_listed(fs, directory, &entry);
    if (result <= 0) {
        return result;
    }
    memset(&out->stat, 0, sizeof out->stat);
    bool is_file = entry.type == LITTLEFS1_TYPE_FILE;
    out->stat.type = is_file ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY;
    out->stat.size = is_file ? entry.words[1] : 0;
    int error = littlefs1_read(fs, entry.block, littlefs1_name_offset(&entry), out->name, entry.name_length);
    out->name[entry.name_length] = '\0';
    if (error < 0) {
        *directory = before;
        return error;
    }
    return 1;
}

int littlefs1_directory_seek(void *volume, void *handle, int64_t position)
{
    littlefs1_directory_t *directory = handle;
    littlefs1_entry_t entry;
    if (position < 0 || position > (int64_t)UINT32_MAX) {
        return MCUFS_EINVAL;
    }
    if (position < (int64_t)directory->position) {
        rewind_directory(directory);
    }
    int result = 1;
    while (result > 0 && (int64_t)directory->position < position) {
        result = next_listed(volume, directory, &entry);
    }
    return result < 0 ? result : 0;
}

int littlefs1_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    littlefs1_found_t found;
    int error = littlefs1_resolve(volume, path, &found);
    if (error < 0) {
        return error;
    }
    if (!found.type) {
        return MCUFS_ENOENT;
    }
    memset(stat, 0, sizeof *stat);
    stat->type = found.type;
    stat->size = found.type == MCUFS_TYPE_FILE ? found.words[1] : 0;
    return 0;
}
