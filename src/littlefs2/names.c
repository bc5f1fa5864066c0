/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Looking at, removing and renaming entries. */

#include "internal.h"

LITTLEFS2_OUT_OF_LINE static int describe(littlefs2_t *fs, const mcufs_path_t *path, mcufs_stat_t *stat)
{
    littlefs2_found_t found;
    int error = littlefs2_resolve(fs, path, NULL, &found);
    if (error < 0) {
        return error;
    }
    if (!found.type) {
        return MCUFS_ENOENT;
    }
    stat->type = found.type;
    stat->size = found.type == MCUFS_TYPE_FILE ? found.extent.size : 0;
    if (found.is_root) {
        /* The attributes of the root are those of the superblock's entry. */
        return found.metadata.flags & LITTLEFS2_HAS_SUPERBLOCK
                   ? littlefs2_times_of(fs, &found.metadata, 0, &stat->times)
                   : 0;
    }
    const littlefs2_node_t *node = littlefs2_node_of(fs, found.metadata.pair, found.id);
    if (node) {
        stat->size = node->size;
    }
    littlefs2_location_t modified = {found.modified_tag, NULL, found.metadata.pair[0], found.modified_offset};
    littlefs2_location_t created = {found.created_tag, NULL, found.metadata.pair[0], found.created_offset};
    stat->times.modified = modified.tag ? littlefs2_decode_time(fs, &modified) : 0;
    stat->times.created = created.tag ? littlefs2_decode_time(fs, &created) : 0;
    return 0;
}

int littlefs2_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    memset(stat, 0, sizeof *stat);
    int error = littlefs2_show_creation(volume);
    return error < 0 ? error : describe(volume, &path, stat);
}

int littlefs2_stat_open(void *volume, void *handle, mcufs_stat_t *stat)
{
    littlefs2_t *fs = volume;
    const littlefs2_file_t *file = handle;
    const littlefs2_handle_t *entry = &file->node->handle;
    littlefs2_metadata_t metadata;
    memset(stat, 0, sizeof *stat);
    stat->type = MCUFS_TYPE_FILE;
    stat->size = file->node->size;
    if (entry->flags & LITTLEFS2_HANDLE_REMOVED) {
        return 0;
    }
    int error = littlefs2_show_creation(fs);
    if (error == 0) {
        error = littlefs2_get(fs, entry->pair, &metadata);
    }
    return error < 0 ? error : littlefs2_times_of(fs, &metadata, entry->id, &stat->times);
}

/* -- Removing --------------------------------------------------------------------------------------- */

static int check_empty(littlefs2_t *fs, const uint32_t head[2])
{
    littlefs2_metadata_t metadata;
    int error = littlefs2_get(fs, head, &metadata);
    for (uint32_t steps = 0; error == 0; steps++) {
        uint32_t tail[2] = {metadata.tail[0], metadata.tail[1]};
        if (metadata.count > 0) {
            /* The source of a move that waits for room is not seen, and cannot go yet. */
            bool unseen = metadata.count == 1 && littlefs2_is_moved_away(fs, &metadata, 0);
            return unseen ? MCUFS_ENOSPC : MCUFS_ENOTEMPTY;
        }
        if (!(metadata.flags & LITTLEFS2_SPLIT)) {
            return 0;
        }
        error = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, tail, &metadata);
    }
    return error;
}

/* Before an entry goes, if there is one: what its open handles need is kept for them. 0, LITTLEFS2_AGAIN, or
 * MCUFS_ENOSPC: there is nowhere to keep it. */
static int prepare_removal(littlefs2_t *fs, const littlefs2_found_t *found, bool *open)
{
    littlefs2_node_t *node = found->type ? littlefs2_node_of(fs, found->metadata.pair, found->id) : NULL;
    int error = node ? littlefs2_node_detach(fs, node) : 0;
    *open = node != NULL;
    if (error == MCUFS_EAGAIN) {
        fs->wants_blocks = true;
        return LITTLEFS2_AGAIN;
    }
    if (found->type == MCUFS_TYPE_DIRECTORY) {
        littlefs2_set_orphans(fs, true);
    }
    fs->health.uncorrected +=
        error < 0 && error != MCUFS_ENOSPC; /* its handles will fail to read, nothing else */
    return error == MCUFS_ENOSPC ? error : 0;
}

/* After it went: the space of a file returns, unless open handles still use it; a directory's pairs leave the
 * list next (littlefs2_finish_change). */
static void finish_removal(littlefs2_t *fs, const littlefs2_found_t *found, bool open)
{
    if (found->type == MCUFS_TYPE_DIRECTORY) {
        memcpy(fs->leaving, found->directory, sizeof fs->leaving);
    } else if (found->type && !open) {
        littlefs2_ctz_release(fs, &found->extent, 0);
    }
}

static int check_removable(littlefs2_t *fs, const littlefs2_found_t *found, uint8_t type)
{
    if (!found->type) {
        return MCUFS_ENOENT;
    }
    if (found->is_root) {
        return MCUFS_EPERM;
    }
    if (type == MCUFS_TYPE_FILE && found->type == MCUFS_TYPE_DIRECTORY) {
        return MCUFS_EISDIR;
    }
    if (type == MCUFS_TYPE_DIRECTORY && found->type == MCUFS_TYPE_FILE) {
        return MCUFS_ENOTDIR;
    }
    return found->type == MCUFS_TYPE_DIRECTORY ? check_empty(fs, found->directory) : 0;
}

LITTLEFS2_OUT_OF_LINE static int remove_once(littlefs2_t *fs, const mcufs_path_t *path, uint8_t type)
{
    littlefs2_found_t found;
    bool open;
    int result = littlefs2_resolve(fs, path, NULL, &found);
    if (result == 0) {
        result = check_removable(fs, &found, type);
    }
    if (result == 0) {
        result = prepare_removal(fs, &found, &open);
        /* A full volume is no reason to keep a file; its handles will fail to read. */
        result = result == MCUFS_ENOSPC ? 0 : result;
    }
    if (result == 0) {
        result = littlefs2_delete_entry(fs, &found.metadata, found.id);
    }
    if (result == 0) {
        finish_removal(fs, &found, open);
    }
    return result;
}

int littlefs2_remove(void *volume, mcufs_path_t path, uint8_t type)
{
    littlefs2_t *fs = volume;
    int result;
    do {
        result = littlefs2_make_consistent(fs);
        if (result == 0) {
            result = remove_once(fs, &path, type);
        }
    } while (result == LITTLEFS2_AGAIN);
    return littlefs2_finish_change(fs, result);
}

/* -- Renaming --------------------------------------------------------------------------------------- */

/* Whether `to` may be replaced by `from`. */
static int check_target(littlefs2_t *fs, const littlefs2_found_t *from, const littlefs2_found_t *to)
{
    if (from->is_root || to->is_root) {
        return MCUFS_EPERM;
    }
    if (!to->type) {
        return to->wants_directory && from->type != MCUFS_TYPE_DIRECTORY ? MCUFS_ENOTDIR : 0;
    }
    if (from->type != to->type) {
        return to->type == MCUFS_TYPE_DIRECTORY ? MCUFS_EISDIR : MCUFS_ENOTDIR;
    }
    return to->type == MCUFS_TYPE_DIRECTORY ? check_empty(fs, to->directory) : 0;
}

/* Whether the log is sure to take the second half of a move, its move state included, even on a full volume.
 * Begun and not finished, it would stand in the way of every other change. 0, MCUFS_ENOSPC or
 * LITTLEFS2_AGAIN. */
static int check_departure(littlefs2_t *fs, const littlefs2_metadata_t *source)
{
    const uint32_t size = 4 + 16 + 8;
    if (littlefs2_move_pending(fs)) {
        return MCUFS_ENOSPC; /* one waits for room already, and there can be only one */
    }
    if (source->flags & LITTLEFS2_APPENDABLE && source->end + size <= fs->metadata_max) {
        return 0;
    }
    if (!fs->map_known) {
        fs->wants_blocks = true;
        return LITTLEFS2_AGAIN;
    }
    /* The first half may split its log as well; it leaves the reserve, where that is enough. */
    uint32_t first = fs->reserve < 2 ? 2 * LITTLEFS2_SPLITS_MAX : 0;
    return littlefs2_has_room(fs, first + 2) ? 0 : MCUFS_ENOSPC;
}

/* Within one log: one commit. Between logs, the copy arrives together with the word that the original has
 * moved; then the original goes (littlefs2_finish_change). The victim goes first; the file keeps its handles.
 */
LITTLEFS2_OUT_OF_LINE static int commit_rename(littlefs2_t *fs, const littlefs2_found_t *from,
                                               littlefs2_found_t *to)
{
    uint32_t type = from->type == MCUFS_TYPE_DIRECTORY ? LITTLEFS2_NAME_DIRECTORY : LITTLEFS2_NAME_FILE;
    littlefs2_node_t *node = littlefs2_node_of(fs, from->metadata.pair, from->id);
    littlefs2_source_t source = {&from->metadata, from->id};
    uint32_t old_id = from->id;
    littlefs2_change_t changes[5] = {{littlefs2_tag(LITTLEFS2_DELETE, to->id, 0), NULL},
                                     {littlefs2_tag(LITTLEFS2_CREATE, to->id, 0), NULL},
                                     {littlefs2_tag(type, to->id, to->length), to->name},
                                     {littlefs2_tag(LITTLEFS2_COPY, to->id, 0), &source}};
    uint32_t skipped = to->type ? 0 : 1;
    uint32_t count = 4;
    if (littlefs2_same_pair(from->metadata.pair, to->metadata.pair)) {
        old_id -= to->type && old_id > to->id;
        old_id += old_id >= to->id;
        changes[count++].tag = littlefs2_tag(LITTLEFS2_DELETE, old_id, 0);
    } else {
        int result = check_departure(fs, &from->metadata);
        if (result != 0) {
            fs->global = fs->global_disk;
            return result;
        }
        fs->global.tag = (fs->global.tag & 0x80000000u) | littlefs2_tag(LITTLEFS2_DELETE, old_id, 0);
        memcpy(fs->global.pair, from->metadata.pair, sizeof fs->global.pair);
    }
    fs->bind = node ? &node->handle : NULL;
    return littlefs2_try_commit(fs, &to->metadata, &changes[skipped], count - skipped);
}

LITTLEFS2_OUT_OF_LINE static int rename_once(littlefs2_t *fs, const mcufs_path_t *from_path,
                                             const mcufs_path_t *to_path)
{
    littlefs2_found_t from, to;
    int result = littlefs2_resolve(fs, from_path, NULL, &from);
    if (result == 0 && !from.type) {
        result = MCUFS_ENOENT;
    }
    if (result == 0) {
        const uint32_t *avoid = from.type == MCUFS_TYPE_DIRECTORY && !from.is_root ? from.directory : NULL;
        result = littlefs2_resolve(fs, to_path, avoid, &to);
    }
    if (result < 0) {
        return result;
    }
    if (to.type && to.id == from.id && littlefs2_same_pair(to.metadata.pair, from.metadata.pair) &&
        !from.is_root && !to.is_root) {
        return 0;
    }
    result = check_target(fs, &from, &to);
    if (result < 0) {
        return result;
    }
    if (to.length + 4 + 12 > fs->metadata_max - LITTLEFS2_LOG_RESERVE) {
        return MCUFS_ENAMETOOLONG;
    }
    bool victim_open;
    result = prepare_removal(fs, &to, &victim_open);
    if (result == 0) {
        result = commit_rename(fs, &from, &to);
    }
    if (result == 0) {
        finish_removal(fs, &to, victim_open);
    }
    return result;
}

int littlefs2_rename(void *volume, mcufs_path_t from, mcufs_path_t to)
{
    littlefs2_t *fs = volume;
    int result;
    do {
        result = littlefs2_make_consistent(fs);
        if (result == 0) {
            result = rename_once(fs, &from, &to);
        }
    } while (result == LITTLEFS2_AGAIN);
    return littlefs2_finish_change(fs, result);
}
