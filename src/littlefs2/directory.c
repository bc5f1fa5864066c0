/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories: listing and making. */

#include "internal.h"

int littlefs2_directory_open(void *volume, void *handle, mcufs_path_t path)
{
    littlefs2_t *fs = volume;
    littlefs2_directory_t *directory = handle;
    littlefs2_found_t found;
    int error = littlefs2_show_creation(fs);
    if (error == 0) {
        error = littlefs2_resolve(fs, &path, NULL, &found);
    }
    if (error < 0) {
        return error;
    }
    if (found.type != MCUFS_TYPE_DIRECTORY) {
        return found.type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
    }
    memset(directory, 0, sizeof *directory);
    directory->handle.kind = LITTLEFS2_HANDLE_DIRECTORY;
    memcpy(directory->head, found.directory, sizeof directory->head);
    memcpy(directory->handle.pair, found.directory, sizeof directory->handle.pair);
    littlefs2_link_handle(fs, &directory->handle);
    return 0;
}

int littlefs2_directory_close(void *volume, void *handle)
{
    littlefs2_t *fs = volume;
    littlefs2_directory_t *directory = handle;
    littlefs2_unlink_handle(fs, &directory->handle);
    return 0;
}

/* To the entry the handle stands at, or on to the next log. 1: *metadata has it; 0: the end. */
static int find_current(littlefs2_t *fs, littlefs2_directory_t *directory, littlefs2_metadata_t *metadata)
{
    littlefs2_handle_t *handle = &directory->handle;
    if (handle->flags & LITTLEFS2_HANDLE_REMOVED) {
        return 0;
    }
    for (;;) {
        int error =
            directory->hops > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, handle->pair, metadata);
        if (error < 0) {
            return error;
        }
        if (handle->id < metadata->count) {
            return 1;
        }
        if (!(metadata->flags & LITTLEFS2_SPLIT)) {
            return 0;
        }
        memcpy(handle->pair, metadata->tail, sizeof handle->pair);
        handle->id = 0;
        directory->hops++;
    }
}

static int fill_times(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                      const littlefs2_entry_t *entry, mcufs_times_t *times)
{
    if (entry->flags & LITTLEFS2_ENTRY_TIME_REMOVED) {
        return littlefs2_times_of(fs, metadata, id, times);
    }
    if (entry->time_tag) {
        littlefs2_location_t location = {entry->time_tag, NULL, metadata->pair[0], entry->time_offset};
        times->modified = littlefs2_decode_time(fs, &location);
    }
    return entry->flags & LITTLEFS2_ENTRY_CREATED ? littlefs2_time_of(fs, metadata, 'c', id, &times->created)
                                                  : 0;
}

/* The size of a file whose struct this is. */
static int content_size(littlefs2_t *fs, const littlefs2_location_t *structure, uint64_t *size)
{
    uint32_t words[2];
    if (littlefs2_tag_type(structure->tag) == LITTLEFS2_STRUCT_INLINE) {
        *size = littlefs2_tag_length(structure->tag);
        return 0;
    }
    int error = littlefs2_read_two_words(fs, structure, words);
    *size = words[1];
    return error;
}

/* The entry the handle stands at, with *metadata the log it is in; `entry` is NULL where it is not one that
 * is listed. The handle goes on to the next. 1; 0: the end; or an error. */
static int next_entry(littlefs2_t *fs, littlefs2_directory_t *directory, littlefs2_metadata_t *metadata,
                      const littlefs2_entry_t **entry)
{
    int result = find_current(fs, directory, metadata);
    if (result <= 0) {
        return result;
    }
    littlefs2_view_t view = littlefs2_view_of(metadata);
    uint32_t id = directory->handle.id;
    int error = id == 0 ? littlefs2_learn_large_log(fs, metadata) : 0;
    if (error < 0) {
        return error;
    }
    error = littlefs2_entry(fs, &view, id, entry);
    if (error < 0) {
        return error;
    }
    uint32_t name = (*entry)->name_tag;
    uint32_t length = littlefs2_tag_length(name);
    if (length == 0 || length > MCUFS_NAME_MAX || (*entry)->struct_tag == 0 ||
        !littlefs2_type_is_file_name(littlefs2_tag_type(name)) || littlefs2_is_moved_away(fs, metadata, id)) {
        *entry = NULL;
    }
    directory->handle.id++;
    directory->position += *entry != NULL;
    return 1;
}

static int describe(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                    const littlefs2_entry_t *entry, mcufs_dirent_t *out)
{
    uint32_t length = littlefs2_tag_length(entry->name_tag);
    memset(&out->stat, 0, sizeof out->stat);
    out->stat.type = littlefs2_tag_type(entry->name_tag) == LITTLEFS2_NAME_DIRECTORY ? MCUFS_TYPE_DIRECTORY
                                                                                     : MCUFS_TYPE_FILE;
    int error = littlefs2_read(fs, metadata->pair[0], entry->name_offset, out->name, length, fs->cache_size);
    out->name[length] = '\0';
    if (error == 0 && out->stat.type == MCUFS_TYPE_FILE) {
        littlefs2_location_t structure = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        error = content_size(fs, &structure, &out->stat.size);
    }
    if (error == 0) {
        error = fill_times(fs, metadata, id, entry, &out->stat.times);
    }
    const littlefs2_node_t *node = littlefs2_node_of(fs, metadata->pair, id);
    if (node) {
        out->stat.size = node->size;
    }
    return error < 0 ? error : 1;
}

int littlefs2_directory_read(void *volume, void *handle, mcufs_dirent_t *entry)
{
    littlefs2_t *fs = volume;
    littlefs2_directory_t *directory = handle;
    littlefs2_metadata_t metadata;
    const littlefs2_entry_t *found = NULL;
    int error = littlefs2_show_creation(fs);
    int result = error < 0 ? error : 1;
    while (result > 0 && !found) {
        result = next_entry(fs, directory, &metadata, &found);
    }
    if (result > 0) {
        result = describe(fs, &metadata, directory->handle.id - 1u, found, entry);
    }
    if (result < 0 && found) {
        directory->handle.id--; /* to be tried again */
        directory->position--;
    }
    return result;
}

int littlefs2_directory_seek(void *volume, void *handle, int64_t position)
{
    littlefs2_t *fs = volume;
    littlefs2_directory_t *directory = handle;
    if (position < 0 || position > (int64_t)UINT32_MAX) {
        return MCUFS_EINVAL;
    }
    int result = littlefs2_show_creation(fs);
    if (result < 0) {
        return result;
    }
    const uint32_t wanted = (uint32_t)position;
    if (wanted < directory->position) {
        if (!(directory->handle.flags & LITTLEFS2_HANDLE_REMOVED)) {
            memcpy(directory->handle.pair, directory->head, sizeof directory->head);
        }
        directory->handle.id = 0;
        directory->position = directory->hops = 0;
    }
    result = 1; /* 0: fewer entries than there were, and it stands at the end */
    while (result > 0 && directory->position < wanted) {
        littlefs2_metadata_t metadata;
        const littlefs2_entry_t *entry;
        result = next_entry(fs, directory, &metadata, &entry);
    }
    return result < 0 ? result : 0;
}

/* -- Making ----------------------------------------------------------------------------------------- */

static int last_log(littlefs2_t *fs, const uint32_t head[2], littlefs2_metadata_t *metadata)
{
    int error = littlefs2_get(fs, head, metadata);
    for (uint32_t steps = 0; error == 0 && metadata->flags & LITTLEFS2_SPLIT; steps++) {
        uint32_t tail[2] = {metadata->tail[0], metadata->tail[1]};
        error = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, tail, metadata);
    }
    return error;
}

/* Puts the new pair on the list, with the orphan bit set until the entry is there, too. */
LITTLEFS2_OUT_OF_LINE static int arrive(littlefs2_t *fs, littlefs2_metadata_t *last, const uint32_t pair[2])
{
    uint8_t bytes[8];
    littlefs2_change_t change = littlefs2_pair_change(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, pair, bytes);
    littlefs2_set_orphans(fs, true);
    int result = littlefs2_try_commit(fs, last, &change, 1);
    if (result == 0) {
        memcpy(fs->arriving, pair, sizeof fs->arriving);
    }
    return result;
}

/* Commits the entry; `with_tail`: and in the same commit the place on the list. */
LITTLEFS2_OUT_OF_LINE static int commit_directory(littlefs2_t *fs, littlefs2_found_t *found,
                                                  const uint32_t pair[2], bool with_tail)
{
    uint8_t bytes[8], times[16];
    int64_t now = littlefs2_now(fs);
    littlefs2_change_t changes[6] = {
        littlefs2_pair_change(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, pair, bytes),
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, found->id, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_DIRECTORY, found->id, found->length), .data = found->name},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_DIRECTORY, found->id, sizeof bytes), .data = bytes}};
    uint32_t count = 4 + littlefs2_time_changes(fs, found->id, now, now, times, &changes[4]);
    uint32_t skipped = with_tail ? 0 : 1;
    littlefs2_set_orphans(fs, fs->orphans_wait);
    return littlefs2_try_commit(fs, &found->metadata, &changes[skipped], count - skipped);
}

/* Writes the empty pair of a new directory, with the rest of the list behind it. */
LITTLEFS2_OUT_OF_LINE static int make_pair(littlefs2_t *fs, const littlefs2_metadata_t *last,
                                           uint32_t pair[2])
{
    littlefs2_view_t nothing = {.metadata = last};
    littlefs2_log_plan_t plan = {.view = &nothing, .tail = {last->tail[0], last->tail[1]}};
    int error = littlefs2_write_new_pair(fs, &plan);
    if (error == MCUFS_EAGAIN) {
        fs->wants_blocks = true;
        return LITTLEFS2_AGAIN;
    }
    if (error == 0) {
        memcpy(pair, plan.pair, sizeof plan.pair);
    }
    return error;
}

/* The new pair on the list and the entry in its log: one commit where that is the same log, else two. */
static int make_pair_and_entry(littlefs2_t *fs, littlefs2_found_t *found)
{
    littlefs2_metadata_t last;
    uint32_t pair[2];
    int result = last_log(fs, found->parent, &last);
    if (result == 0) {
        result = make_pair(fs, &last, pair);
    }
    if (result != 0) {
        return result;
    }
    bool together = littlefs2_same_pair(last.pair, found->metadata.pair);
    result = together ? commit_directory(fs, found, pair, true) : arrive(fs, &last, pair);
    if (result != 0) {
        littlefs2_release_pair(fs, pair);
        return result;
    }
    return together ? 0 : LITTLEFS2_AGAIN; /* the entry comes next, where it belongs by then */
}

LITTLEFS2_OUT_OF_LINE static int make_directory_once(littlefs2_t *fs, const mcufs_path_t *path)
{
    littlefs2_found_t found;
    int error = littlefs2_resolve(fs, path, NULL, &found);
    if (error < 0) {
        return error;
    }
    if (found.type) {
        return MCUFS_EEXIST;
    }
    if (found.length + 4 + 12 > fs->metadata_max - LITTLEFS2_LOG_RESERVE) {
        return MCUFS_ENAMETOOLONG;
    }
    bool arrived = fs->arriving[0] != LITTLEFS2_NULL;
    return arrived ? commit_directory(fs, &found, fs->arriving, false) : make_pair_and_entry(fs, &found);
}

int littlefs2_make_directory(void *volume, mcufs_path_t path)
{
    littlefs2_t *fs = volume;
    int result;
    do {
        result = littlefs2_make_consistent(fs);
        if (result == 0) {
            result = make_directory_once(fs, &path);
        }
    } while (result == LITTLEFS2_AGAIN);
    fs->arriving[0] = fs->arriving[1] = LITTLEFS2_NULL;
    return result;
}
