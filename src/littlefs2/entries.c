/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading logs backwards, from the newest tag: what is current of entries whose ids are known. The ids are
 * taken back in time, over the tags that created and deleted entries. */

#include "internal.h"

#include "../base/endian.h"

typedef struct walk {
    uint32_t block, offset, tag; /* the current tag; its data is at offset + 4 */
} walk_t;

/* At the newest tag. False: the log has none. */
static bool walk_start(const littlefs2_metadata_t *metadata, walk_t *walk)
{
    walk->block = metadata->pair[0];
    walk->tag = metadata->end_tag & 0x7fffffffu;
    uint32_t size = 4 + littlefs2_tag_length(walk->tag);
    walk->offset = metadata->end - size;
    return metadata->end >= 4 + size;
}

/* To the tag before. 1, 0 at the start of the log, or an error. */
static int walk_back(littlefs2_t *fs, walk_t *walk)
{
    uint8_t bytes[4];
    if (walk->offset <= 4) {
        return 0;
    }
    int error = littlefs2_read_backward(fs, walk->block, walk->offset, bytes, sizeof bytes);
    if (error < 0) {
        return error;
    }
    walk->tag = (mcufs_load_be32(bytes) ^ walk->tag) & 0x7fffffffu;
    uint32_t size = 4 + littlefs2_tag_length(walk->tag);
    if (walk->offset < 4 + size) {
        return MCUFS_ECORRUPT;
    }
    walk->offset -= size;
    return 1;
}

/* Takes an id back over one older tag. False: the entry did not exist before. */
static bool take_back(uint32_t tag, uint32_t *id)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t at = littlefs2_tag_id(tag);
    if (*id == LITTLEFS2_NO_ID) {
        return true;
    }
    if (type == LITTLEFS2_CREATE) {
        if (*id == at) {
            return false;
        }
        *id -= *id > at;
    } else if (type == LITTLEFS2_DELETE) {
        *id += *id >= at;
    }
    return true;
}

int littlefs2_find_in_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t mask, uint32_t type,
                          uint32_t id, littlefs2_location_t *found)
{
    walk_t walk;
    int more = walk_start(metadata, &walk);
    while (more > 0) {
        if ((littlefs2_tag_type(walk.tag) & mask) == type && littlefs2_tag_id(walk.tag) == id) {
            *found = (littlefs2_location_t){walk.tag, NULL, walk.block, walk.offset + 4};
            return littlefs2_tag_is_deletion(walk.tag) ? MCUFS_ENOENT : 0;
        }
        if (!take_back(walk.tag, &id)) {
            return MCUFS_ENOENT;
        }
        more = walk_back(fs, &walk);
    }
    return more < 0 ? more : MCUFS_ENOENT;
}

littlefs2_view_t littlefs2_view_of(const littlefs2_metadata_t *metadata)
{
    return (littlefs2_view_t){metadata, NULL, 0, metadata->count};
}

static bool first_seen(uint8_t *seen, uint32_t type)
{
    uint8_t bit = (uint8_t)(1u << (type & 7u));
    uint8_t *byte = &seen[(type & 0xffu) >> 3];
    if (*byte & bit) {
        return false;
    }
    *byte |= bit;
    return true;
}

static int attributes_in_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                             uint8_t *seen,
                             int (*visit)(void *context, const littlefs2_location_t *attribute),
                             void *context)
{
    walk_t walk;
    int more = walk_start(metadata, &walk);
    while (more > 0) {
        if (littlefs2_type_is_attribute(littlefs2_tag_type(walk.tag)) && littlefs2_tag_id(walk.tag) == id &&
            first_seen(seen, littlefs2_tag_type(walk.tag)) && !littlefs2_tag_is_deletion(walk.tag)) {
            littlefs2_location_t location = {walk.tag, NULL, walk.block, walk.offset + 4};
            int result = visit(context, &location);
            if (result != 0) {
                return result;
            }
        }
        if (!take_back(walk.tag, &id)) {
            return 0;
        }
        more = walk_back(fs, &walk);
    }
    return more;
}

int littlefs2_each_attribute(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id,
                             int (*visit)(void *context, const littlefs2_location_t *attribute),
                             void *context)
{
    uint8_t *seen = fs->seen;
    memset(seen, 0, sizeof fs->seen);
    for (uint32_t i = view->change_count; i-- > 0;) {
        const littlefs2_change_t *change = &view->changes[i];
        bool same = littlefs2_tag_id(change->tag) == id;
        if (same && littlefs2_tag_type(change->tag) == LITTLEFS2_COPY) {
            const littlefs2_source_t *from = change->data;
            return attributes_in_log(fs, from->metadata, from->id, seen, visit, context);
        }
        if (same && littlefs2_type_is_attribute(littlefs2_tag_type(change->tag)) &&
            first_seen(seen, littlefs2_tag_type(change->tag)) && !littlefs2_tag_is_deletion(change->tag)) {
            littlefs2_location_t location = {change->tag, change->data, 0, 0};
            int result = visit(context, &location);
            if (result != 0) {
                return result;
            }
        }
        if (!take_back(change->tag, &id)) {
            return 0;
        }
    }
    return attributes_in_log(fs, view->metadata, id, seen, visit, context);
}

/* -- A window of entries ---------------------------------------------------------------------------- */

void littlefs2_drop_window(littlefs2_t *fs)
{
    fs->window_block = LITTLEFS2_NULL;
}

static littlefs2_entry_t *entry_with(littlefs2_t *fs, uint32_t id)
{
    for (uint32_t i = 0; i < fs->window_count; i++) {
        if (fs->window[i].current == id && !(fs->window[i].flags & LITTLEFS2_ENTRY_BORN)) {
            return &fs->window[i];
        }
    }
    return NULL;
}

static void note_attribute(const littlefs2_t *fs, littlefs2_entry_t *entry, uint32_t tag, uint32_t offset)
{
    uint32_t type = littlefs2_tag_type(tag);
    entry->flags |= LITTLEFS2_ENTRY_ATTRIBUTES;
    if (littlefs2_holds_modified(type)) {
        bool better = entry->time_tag == 0 ||
                      (littlefs2_tag_type(entry->time_tag) != type && type == littlefs2_time_type(fs));
        if (littlefs2_tag_is_deletion(tag)) {
            entry->flags |= LITTLEFS2_ENTRY_TIME_REMOVED;
        } else if (better) {
            entry->time_tag = tag;
            entry->time_offset = offset;
        }
    } else if (littlefs2_holds_created(type)) {
        entry->flags |= LITTLEFS2_ENTRY_CREATED;
    }
}

/* One older tag, at `offset` on flash or as the change of that index. */
static void note_tag(littlefs2_t *fs, uint32_t tag, uint32_t offset, bool is_change)
{
    uint32_t type = littlefs2_tag_type(tag);
    littlefs2_entry_t *entry = entry_with(fs, littlefs2_tag_id(tag));
    if (!entry) {
        return;
    }
    if (littlefs2_type_is_name(type) && entry->name_tag == 0) {
        entry->name_tag = tag;
        entry->name_offset = offset;
        entry->flags |= is_change ? LITTLEFS2_ENTRY_NAME_CHANGE : 0;
    } else if (littlefs2_type_is_struct(type) && entry->struct_tag == 0) {
        entry->struct_tag = tag;
        entry->struct_offset = offset;
        entry->flags |= is_change ? LITTLEFS2_ENTRY_STRUCT_CHANGE : 0;
    } else if (littlefs2_type_is_attribute(type)) {
        note_attribute(fs, entry, tag, offset);
    }
}

static int note_copy(littlefs2_t *fs, const littlefs2_change_t *change)
{
    littlefs2_entry_t *entry = entry_with(fs, littlefs2_tag_id(change->tag));
    if (!entry) {
        return 0;
    }
    entry->flags |= LITTLEFS2_ENTRY_ATTRIBUTES;
    if (entry->struct_tag == 0) {
        littlefs2_location_t location;
        const littlefs2_source_t *from = change->data;
        int error =
            littlefs2_find_in_log(fs, from->metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, from->id, &location);
        if (error < 0) {
            return error == MCUFS_ENOENT ? MCUFS_ECORRUPT : error;
        }
        entry->struct_tag = location.tag;
        entry->struct_offset = location.offset;
        entry->flags |= LITTLEFS2_ENTRY_STRUCT_COPY;
    }
    return 0;
}

/* Takes all ids of the window back over one tag. Returns how many entries are left to look for. */
static uint32_t take_window_back(littlefs2_t *fs, uint32_t tag, uint32_t left)
{
    uint32_t type = littlefs2_tag_type(tag);
    if (type != LITTLEFS2_CREATE && type != LITTLEFS2_DELETE) {
        return left;
    }
    for (uint32_t i = 0; i < fs->window_count; i++) {
        littlefs2_entry_t *entry = &fs->window[i];
        uint32_t id = entry->current;
        if (entry->flags & LITTLEFS2_ENTRY_BORN) {
            continue;
        }
        if (!take_back(tag, &id)) {
            entry->flags |= LITTLEFS2_ENTRY_BORN;
            left--;
        }
        entry->current = (uint16_t)id;
    }
    return left;
}

static int load_window(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t first)
{
    uint32_t left = littlefs2_minimum(fs->window_capacity, view->count - first);
    littlefs2_drop_window(fs);
    fs->window_first = first;
    fs->window_count = left;
    memset(fs->window, 0, left * sizeof fs->window[0]);
    for (uint32_t i = 0; i < left; i++) {
        fs->window[i].current = (uint16_t)(first + i);
    }
    for (uint32_t i = view->change_count; i-- > 0 && left > 0;) {
        const littlefs2_change_t *change = &view->changes[i];
        if (littlefs2_tag_type(change->tag) == LITTLEFS2_COPY) {
            int error = note_copy(fs, change);
            if (error < 0) {
                return error;
            }
        } else {
            note_tag(fs, change->tag, i, true);
        }
        left = take_window_back(fs, change->tag, left);
    }
    walk_t walk;
    int more = left > 0 && walk_start(view->metadata, &walk);
    while (more > 0) {
        note_tag(fs, walk.tag, walk.offset + 4, false);
        left = take_window_back(fs, walk.tag, left);
        more = left > 0 ? walk_back(fs, &walk) : 0;
    }
    if (more < 0) {
        return more;
    }
    fs->window_block = view->metadata->pair[0];
    fs->window_end = view->change_count == 0 ? view->metadata->end : 0;
    return 0;
}

int littlefs2_entry(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id,
                    const littlefs2_entry_t **entry)
{
    /* A window over changes is used only by the pass that filled it, which drops it before and after. */
    uint32_t end = view->change_count == 0 ? view->metadata->end : 0;
    if (fs->window_block != view->metadata->pair[0] || fs->window_end != end || id < fs->window_first ||
        id >= fs->window_first + fs->window_count) {
        int error = load_window(fs, view, id);
        if (error < 0) {
            return error;
        }
    }
    *entry = &fs->window[id - fs->window_first];
    return 0;
}

/* -- Data of tags ----------------------------------------------------------------------------------- */

int littlefs2_read_location(littlefs2_t *fs, const littlefs2_location_t *location, uint32_t skip,
                            void *buffer, uint32_t size)
{
    if (location->data) {
        memcpy(buffer, (const uint8_t *)location->data + skip, size);
        return 0;
    }
    return littlefs2_read(fs, location->block, location->offset + skip, buffer, size, size);
}

int littlefs2_read_two_words(littlefs2_t *fs, const littlefs2_location_t *location, uint32_t words[2])
{
    uint8_t bytes[8] = {0};
    words[0] = words[1] = LITTLEFS2_NULL;
    if (littlefs2_tag_length(location->tag) < sizeof bytes) {
        return MCUFS_ECORRUPT;
    }
    int error = littlefs2_read_location(fs, location, 0, bytes, sizeof bytes);
    if (error < 0) {
        return error;
    }
    words[0] = mcufs_load_le32(bytes);
    words[1] = mcufs_load_le32(bytes + 4);
    return 0;
}
