/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Creating files. The entry of a new file waits in memory for the first sync of the file, so that creating,
 * writing and closing it is one commit. At most one waits on a volume, and everything that could see it or
 * depend on it commits it first, without content.
 *
 * Its name is kept in a buffer for files that nobody uses, or else at the end of the file's own, as long as
 * the content leaves room. */

#include "internal.h"

/* Commits a new, empty file, as the entry that `handle` is to follow. */
static int commit_empty(littlefs2_t *fs, littlefs2_handle_t *handle, littlefs2_metadata_t *metadata,
                        const littlefs2_name_t *name)
{
    uint8_t times[16];
    uint32_t id = handle->id;
    littlefs2_change_t changes[5] = {
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, id, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_FILE, id, name->length), .data = name->bytes},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, id, 0), .data = ""}};
    uint32_t count = 3 + littlefs2_time_changes(fs, id, name->created, name->created, times, &changes[3]);
    fs->bind = handle;
    return littlefs2_try_commit(fs, metadata, changes, count);
}

#if MCUFS_LITTLEFS2_WITH_LATE_CREATION

/* -- The entry that waits --------------------------------------------------------------------------- */

/* What is stored of it: the time, and the name. */
static uint32_t stored_size(uint32_t length)
{
    return (uint32_t)sizeof(int64_t) + length;
}

static uint8_t *stored_at(const littlefs2_t *fs)
{
    const littlefs2_file_t *file = fs->creation;
    return fs->creation_slot ? fs->file_buffers + (size_t)(fs->creation_slot - 1) * fs->cache_size
                             : file->buffer + file->buffer_size;
}

void littlefs2_created_name(const littlefs2_t *fs, littlefs2_name_t *name)
{
    const uint8_t *stored = stored_at(fs);
    memcpy(&name->created, stored, sizeof name->created);
    name->bytes = (const char *)stored + sizeof name->created;
    name->length = fs->creation_length;
}

void littlefs2_drop_creation(littlefs2_t *fs)
{
    littlefs2_file_t *file = fs->creation;
    if (fs->creation_slot) {
        littlefs2_return_slot(fs, fs->creation_slot);
    } else {
        file->buffer_size += stored_size(fs->creation_length);
        file->own.writer.capacity = file->buffer_size;
    }
    fs->creation = NULL;
}

/* Whether the log has room for the entry behind its end, so that a full volume would not matter. */
static bool fits_behind(const littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t length)
{
    enum { REST = 3 * 4 + 2 * 12 + 20 }; /* tags, times and the end of a commit */
    const uint32_t known = LITTLEFS2_APPENDABLE | LITTLEFS2_CHECKED;
    return (metadata->flags & known) == known && metadata->count + 1u < 0xff &&
           metadata->end + length + REST <= fs->metadata_max;
}

/* A place for that much: a buffer, or the end of the file's own. */
static bool take_place(littlefs2_t *fs, littlefs2_file_t *file, uint32_t size)
{
    fs->creation_slot = size <= fs->cache_size ? littlefs2_take_slot(fs) : 0;
    if (fs->creation_slot) {
        return true;
    }
    if (size > file->buffer_size / 2) {
        return false;
    }
    file->buffer_size -= size;
    return true;
}

/* Lets the entry wait, where it is certain to be accepted later and there is a place for its name. Nothing is
 * certain where blocks go bad, or where something else waits. */
static bool let_wait(littlefs2_t *fs, littlefs2_file_t *file, const littlefs2_found_t *found, int64_t now)
{
    enum { ROOM = 2 * LITTLEFS2_SPLITS_MAX + 4 }; /* blocks: for whatever its log has to become */
    bool fits = fits_behind(fs, &found->metadata, found->length);
    if (!file->buffer || fs->health.bad_blocks > 0 || !littlefs2_global_is_zero(&fs->global) ||
        file->flags & LITTLEFS2_OPEN_CREATES_NOW || (!fits && !littlefs2_has_room(fs, ROOM + fs->reserve)) ||
        !take_place(fs, file, stored_size(found->length))) {
        return false;
    }
    fs->creation = file;
    fs->creation_fits = fits;
    fs->creation_length = (uint8_t)found->length;
    uint8_t *stored = stored_at(fs);
    memcpy(stored, &now, sizeof now);
    memcpy(stored + sizeof now, found->name, found->length);
    return true;
}

LITTLEFS2_OUT_OF_LINE static int finish_once(littlefs2_t *fs)
{
    littlefs2_handle_t *handle = &fs->creation->own.handle;
    littlefs2_metadata_t metadata;
    littlefs2_name_t name;
    int result = littlefs2_get(fs, handle->pair, &metadata);
    if (result == 0) {
        littlefs2_created_name(fs, &name);
        result = commit_empty(fs, handle, &metadata, &name);
    }
    if (result == 0) {
        littlefs2_drop_creation(fs);
    }
    return result;
}

LITTLEFS2_OUT_OF_LINE static int finish(littlefs2_t *fs)
{
    int result;
    do {
        result = littlefs2_clean_up(fs);
        if (result == 0) {
            result = finish_once(fs);
        }
    } while (result == LITTLEFS2_AGAIN);
    return result;
}

int littlefs2_finish_creation(littlefs2_t *fs)
{
    return fs->creation ? finish(fs) : 0;
}

int littlefs2_show_creation(littlefs2_t *fs)
{
    int error = littlefs2_finish_creation(fs);
    return error == MCUFS_ENOSPC || error == MCUFS_ECORRUPT ? 0 : error;
}

int littlefs2_prepare_content(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t end)
{
    bool waits =
        end <= littlefs2_inline_limit(fs, node->writer.capacity) || (fs->creation_fits && fs->creation_slot);
    return waits && littlefs2_is_new(fs, node) ? littlefs2_clean_up(fs) : littlefs2_make_consistent(fs);
}
#endif

/* -- Creating --------------------------------------------------------------------------------------- */

int littlefs2_create(littlefs2_t *fs, littlefs2_file_t *file, littlefs2_found_t *found)
{
    const littlefs2_name_t name = {found->name, found->length, littlefs2_now(fs)};
    if (found->length + 4 + 4 > fs->metadata_max - LITTLEFS2_LOG_RESERVE) {
        return MCUFS_ENAMETOOLONG;
    }
#if MCUFS_LITTLEFS2_WITH_LATE_CREATION
    if (let_wait(fs, file, found, name.created)) {
        return 0;
    }
#endif
    return commit_empty(fs, &file->own.handle, &found->metadata, &name);
}
