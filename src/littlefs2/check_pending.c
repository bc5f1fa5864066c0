/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of a pending rename. The state that names it is spread over all logs; when one of them is back
 * at an older state, the sum can name an entry that has moved nowhere, and finishing the rename would delete
 * it. So the copy has to be there, equal in content. */

#include "check.h"

int littlefs2_check_same_content(littlefs2_t *fs, const littlefs2_location_t *a,
                                 const littlefs2_location_t *b, bool *same)
{
    uint8_t left[32], right[sizeof left];
    uint32_t length = littlefs2_tag_length(a->tag);
    *same =
        littlefs2_tag_type(a->tag) == littlefs2_tag_type(b->tag) && length == littlefs2_tag_length(b->tag);
    for (uint32_t done = 0; *same && done < length;) {
        uint32_t part = littlefs2_minimum(sizeof left, length - done);
        int error = littlefs2_read_location(fs, a, done, left, part);
        if (error == 0) {
            error = littlefs2_read_location(fs, b, done, right, part);
        }
        if (error < 0) {
            return error;
        }
        *same = memcmp(left, right, part) == 0;
        done += part;
    }
    return 0;
}

/* Looks for an entry with this content in one log, other than the entry itself. */
static int find_in(littlefs2_t *fs, const littlefs2_location_t *content, const littlefs2_metadata_t *metadata,
                   bool *found)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    int error = 0;
    for (uint32_t id = 0; error == 0 && !*found && id < metadata->count; id++) {
        const littlefs2_entry_t *entry;
        error = littlefs2_entry(fs, &view, id, &entry);
        if (error < 0) {
            return error;
        }
        littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        bool itself = location.block == content->block && location.offset == content->offset;
        if (location.tag && !itself) {
            error = littlefs2_check_same_content(fs, content, &location, found);
        }
    }
    return error;
}

static int find_copy(check_t *check, const littlefs2_metadata_t *source, uint32_t id, bool *found)
{
    littlefs2_t *fs = check->fs;
    littlefs2_location_t content;
    uint32_t at[2] = {0, 1};
    *found = false;
    int error = littlefs2_find_in_log(fs, source, 0x700, LITTLEFS2_STRUCT_DIRECTORY, id, &content);
    if (error == MCUFS_ENOENT) {
        *found = true; /* without content there is nothing to lose */
        return 0;
    }
    for (uint32_t steps = 0; error == 0 && !*found && steps <= fs->block_count; steps++) {
        littlefs2_metadata_t metadata;
        bool last = littlefs2_same_pair(at, check->last);
        error = littlefs2_get(fs, at, &metadata);
        if (error == 0) {
            error = find_in(fs, &content, &metadata, found);
        }
        if (last) {
            break;
        }
        memcpy(at, metadata.tail, sizeof at);
        littlefs2_progress(fs);
    }
    return error;
}

int littlefs2_check_move(check_t *check)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata;
    uint32_t listed[2];
    uint32_t id = littlefs2_tag_id(fs->global.tag);
    check_place_t place = {.block = fs->global.pair[0]};
    bool good = false;
    if (!check->list_good || !littlefs2_move_pending(fs)) {
        return 0;
    }
    int error = littlefs2_check_find_listed(check, fs->global.pair, listed);
    if (error == 0) {
        error = littlefs2_get(fs, listed, &metadata);
    }
    bool superblock = error == 0 && id == 0 && metadata.flags & LITTLEFS2_HAS_SUPERBLOCK;
    if (error == 0 && id < metadata.count && !superblock) {
        error = find_copy(check, &metadata, id, &good);
    }
    if (error < 0 && error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
        return error;
    }
    if (good) {
        littlefs2_check_remark(check, MCUFS_FINDING_WARNING, CHECK_MOVE,
                               "a rename was interrupted; it will be finished at the first write", &place);
    } else {
        littlefs2_check_error(check, CHECK_MOVE, "a pending rename of something that has moved nowhere",
                              &place);
        fs->global.tag &= 0x80000000u;
        fs->global.pair[0] = fs->global.pair[1] = 0;
    }
    return 0;
}

int littlefs2_check_finish_move(check_t *check)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata;
    uint32_t listed[2];
    uint32_t id = littlefs2_tag_id(fs->global.tag);
    int error = littlefs2_check_find_listed(check, fs->global.pair, listed);
    if (error == 0) {
        error = littlefs2_get(fs, listed, &metadata);
    }
    if (error < 0) {
        return error;
    }
    fs->global.tag &= 0x80000000u;
    fs->global.pair[0] = fs->global.pair[1] = 0;
    metadata.flags &= (uint8_t)~LITTLEFS2_APPENDABLE; /* who searches the log must not meet the old name */
    return littlefs2_delete_entry(fs, &metadata, id);
}
