/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading logs backwards, from the newest tag: what is current of entries whose ids are known. The ids are
 * taken back in time, over the tags that created and deleted entries. */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

/* A walk over the tags of a log as some changes will leave it: the newest change first, then the log. */
typedef struct walk {
    const littlefs2_metadata_t *log; /* NULL: the walk has come to the log */
    const littlefs2_change_t *changes;
    uint32_t left;           /* changes not yet seen; behind them is the current one */
    littlefs2_location_t at; /* the current tag */
} walk_t;

static walk_t walk_over(const littlefs2_view_t *view)
{
    return (walk_t){view->metadata, view->changes, view->change_count, {0, NULL, 0, 0}};
}

static walk_t walk_over_log(const littlefs2_metadata_t *metadata)
{
    return (walk_t){metadata, NULL, 0, {0, NULL, 0, 0}};
}

/* To the tag before. 1, 0 at the start of the log, or an error. */
static int walk_back(littlefs2_t *fs, walk_t *walk)
{
    littlefs2_location_t *at = &walk->at;
    if (walk->left > 0) {
        const littlefs2_change_t *change = &walk->changes[--walk->left];
        *at = (littlefs2_location_t){change->tag, change->data, 0, 0};
        return 1;
    }
    const littlefs2_metadata_t *log = walk->log;
    walk->log = NULL;
    if (log) {
        *at = (littlefs2_location_t){log->end_tag & 0x7fffffffu, NULL, log->pair[0], log->end};
    } else {
        at->offset -= 4; /* from the data to the tag */
    }
    if (at->offset <= 4) {
        return 0;
    }
    if (!log) {
        uint8_t bytes[4];
        int error = littlefs2_read_backward(fs, at->block, at->offset, bytes, sizeof bytes);
        if (error < 0) {
            return error;
        }
        at->tag = (mcufs_load_be32(bytes) ^ at->tag) & 0x7fffffffu;
    }
    uint32_t length = littlefs2_tag_length(at->tag);
    if (at->offset < 8 + length) {
        return MCUFS_ECORRUPT;
    }
    at->offset -= length;
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
    int known = littlefs2_index_find(fs, metadata, mask, type, id, found);
    if (known != 0) {
        return known < 0 ? known : 0;
    }
    walk_t walk = walk_over_log(metadata);
    int more;
    while ((more = walk_back(fs, &walk)) > 0) {
        if ((littlefs2_tag_type(walk.at.tag) & mask) == type && littlefs2_tag_id(walk.at.tag) == id) {
            *found = walk.at;
            return littlefs2_tag_is_deletion(walk.at.tag) ? MCUFS_ENOENT : 0;
        }
        if (!take_back(walk.at.tag, &id)) {
            return MCUFS_ENOENT;
        }
    }
    return more < 0 ? more : MCUFS_ENOENT;
}

littlefs2_view_t littlefs2_view_of(const littlefs2_metadata_t *metadata)
{
    return littlefs2_view_with(metadata, NULL, 0);
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

/* Where the newest struct of an entry is, in one word: an index into the changes, or an offset in the log. */
#define STRUCT_IN_CHANGES 0x80000000u

/* Whether a file got new content after the checksum that the walk is at, and yet ends in the same block with
 * the same size: the writer knew nothing of checksums. `structure`: what is newer; 0: nothing. */
LITTLEFS2_OUT_OF_LINE static bool is_outdated(littlefs2_t *fs, const walk_t *walk, uint32_t structure)
{
    littlefs2_location_t newer = {0, NULL, walk->at.block, structure};
    uint8_t bytes[8];
    uint32_t words[2];
    if (structure & STRUCT_IN_CHANGES) {
        newer.data = walk->changes[structure & ~STRUCT_IN_CHANGES].data;
    }
    return structure != 0 && littlefs2_read_location(fs, &newer, 0, bytes, sizeof bytes) == 0 &&
           littlefs2_read_two_words(fs, &walk->at, words) == 0 &&
           words[1] == mcufs_crc32(0xffffffffu, bytes, sizeof bytes);
}

int littlefs2_each_attribute(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id,
                             int (*visit)(void *context, const littlefs2_location_t *attribute),
                             void *context)
{
    walk_t walk = walk_over(view);
    uint32_t structure = 0;
    int more;
    if (view->change_count == 0 && littlefs2_index_excludes_attributes(fs, view->metadata, id)) {
        return 0;
    }
    memset(fs->seen, 0, sizeof fs->seen);
    while ((more = walk_back(fs, &walk)) > 0) {
        uint32_t type = littlefs2_tag_type(walk.at.tag);
        bool same = littlefs2_tag_id(walk.at.tag) == id;
        if (same && type == LITTLEFS2_COPY && walk.log) {
            const littlefs2_change_t *change = &walk.changes[walk.left];
            const littlefs2_source_t *from = change->data;
            id = from->id;
            walk = walk_over_log(from->metadata);
            continue;
        }
        if (same && type == LITTLEFS2_STRUCT_CTZ && structure == 0) {
            structure = walk.log ? STRUCT_IN_CHANGES | walk.left : walk.at.offset;
        }
        if (same && littlefs2_type_is_attribute(type) && first_seen(fs->seen, type) &&
            !littlefs2_tag_is_deletion(walk.at.tag) &&
            !(type == LITTLEFS2_CHECKSUM && is_outdated(fs, &walk, structure))) {
            int result = visit(context, &walk.at);
            if (result != 0) {
                return result;
            }
        }
        if (!take_back(walk.at.tag, &id)) {
            return 0;
        }
    }
    return more;
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

/* What older tags, all of the log, say of an entry. */
LITTLEFS2_OUT_OF_LINE static void note_known(littlefs2_t *fs, const uint32_t *record,
                                             littlefs2_entry_t *entry)
{
    littlefs2_entry_t known;
    littlefs2_index_entry(fs, record, entry->current, &known);
    if (entry->name_tag == 0) {
        entry->name_tag = known.name_tag;
        entry->name_offset = known.name_offset;
    }
    if (entry->struct_tag == 0) {
        entry->struct_tag = known.struct_tag;
        entry->struct_offset = known.struct_offset;
    }
    if (known.time_tag) {
        note_attribute(fs, entry, known.time_tag, known.time_offset);
    }
    entry->flags |= known.flags;
}

/* The same of all entries of the window. False: not known. */
static bool note_all_known(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    const uint32_t *record = littlefs2_index_of(fs, metadata);
    for (uint32_t i = 0; record && i < fs->window_count; i++) {
        if (!(fs->window[i].flags & LITTLEFS2_ENTRY_BORN)) {
            note_known(fs, record, &fs->window[i]);
        }
    }
    return record != NULL;
}

static int load_window(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t first)
{
    uint32_t left = littlefs2_minimum(fs->window_capacity, view->count - first);
    littlefs2_drop_window(fs);
    fs->window_first = first;
    fs->window_count = (uint8_t)left;
    memset(fs->window, 0, left * sizeof fs->window[0]);
    for (uint32_t i = 0; i < left; i++) {
        fs->window[i].current = (uint16_t)(first + i);
    }
    walk_t walk = walk_over(view);
    while (left > 0) {
        if (walk.left == 0 && walk.log && note_all_known(fs, walk.log)) {
            break;
        }
        int more = walk_back(fs, &walk);
        if (more < 0) {
            return more;
        }
        if (more == 0) {
            break;
        }
        if (walk.log && littlefs2_tag_type(walk.at.tag) == LITTLEFS2_COPY) {
            int error = note_copy(fs, &walk.changes[walk.left]);
            if (error < 0) {
                return error;
            }
        } else {
            note_tag(fs, walk.at.tag, walk.log ? walk.left : walk.at.offset, walk.log != NULL);
        }
        left = take_window_back(fs, walk.at.tag, left);
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
