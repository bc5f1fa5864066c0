/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of the tree: down from the root, without recursion, each directory once.
 *
 * A directory is looked at in two rounds: all its entries but the directories, then its directories one by
 * one, going down into each. Where the way down gets too long for the stack of frames, it is cut, and what
 * lies below is looked at later, from there. */

#include "check.h"

#include "../base/bitmap.h"

static const char deep_path[] = "...";

/* -- Logs of one directory ---------------------------------------------------------------------------- */

static int fetch(check_t *check, const uint32_t pair[2], littlefs2_metadata_t *metadata)
{
    int error = littlefs2_get(check->fs, pair, metadata);
    if (error == MCUFS_ECORRUPT) {
        return MCUFS_ENOENT;
    }
    return error;
}

/* To the next log of the directory, on the first round. 1, 0 at the end, or an error. What is wrong with
 * the list is reported elsewhere; here the directory just ends. */
static int next_log(check_t *check, littlefs2_metadata_t *metadata)
{
    uint32_t tail[2] = {metadata->tail[0], metadata->tail[1]};
    if (!(metadata->flags & LITTLEFS2_SPLIT) || !littlefs2_pair_is_valid(check->fs, tail)) {
        return 0;
    }
    unsigned known = littlefs2_check_metadata_blocks(check, tail);
    bool taken = mcufs_bitmap_test(check->data, tail[0]) || mcufs_bitmap_test(check->data, tail[1]);
    if (known == 1 || taken || mcufs_bitmap_test(check->heads, littlefs2_check_low(tail))) {
        return 0;
    }
    int error = fetch(check, tail, metadata);
    if (error < 0) {
        return error == MCUFS_ENOENT ? 0 : error;
    }
    if (known == 0) {
        mcufs_bitmap_set(check->metadata, tail[0]);
        mcufs_bitmap_set(check->metadata, tail[1]);
        error = littlefs2_check_tags(check, metadata);
    }
    return error < 0 ? error : 1;
}

/* First round. `*logs`: how many logs the directory has. */
static int examine(check_t *check, const uint32_t head[2], uint32_t *logs)
{
    littlefs2_metadata_t metadata;
    check->result->directories++;
    check->names[1].length = check->names[2].length = 0;
    *logs = 0;
    int more = fetch(check, head, &metadata);
    if (more < 0) {
        return more == MCUFS_ENOENT ? 0 : more;
    }
    do {
        littlefs2_check_set_walked(check, metadata.pair);
        int error = check->directories_only ? 0 : littlefs2_check_entries(check, &metadata);
        if (error < 0) {
            return error;
        }
        (*logs)++;
        littlefs2_progress(check->fs);
        more = next_log(check, &metadata);
    } while (more > 0);
    return more;
}

/* -- From an entry to its directory ------------------------------------------------------------------- */

/* A directory that is on the list under another pair, which shares a block: a move of that pair was
 * interrupted. 1: go down; 0: reported. */
static int enter_moved(check_t *check, const uint32_t head[2], const check_place_t *place)
{
    uint32_t listed[2];
    int error = littlefs2_check_find_listed(check, head, listed);
    uint32_t other = mcufs_bitmap_test(check->metadata, head[0]) ? head[1] : head[0];
    bool fits = error == 0 && !littlefs2_check_is_claimed(check, listed) &&
                mcufs_bitmap_test(check->heads, littlefs2_check_low(listed)) &&
                !mcufs_bitmap_test(check->data, other);
    if (error < 0 && error != MCUFS_ENOENT) {
        return error;
    }
    if (!fits) {
        littlefs2_check_error(check, CHECK_LOST_DIRECTORY, "a directory shares a block with another one",
                              place);
        return 0;
    }
    bool expected = littlefs2_orphans_possible(check->fs);
    littlefs2_check_remark(check, expected ? MCUFS_FINDING_WARNING : MCUFS_FINDING_ERROR, CHECK_ORPHANS,
                           "the list still has the directory's pair from before it moved", place);
    littlefs2_check_claim(check, listed);
    littlefs2_check_set_walked(check, listed);
    mcufs_bitmap_set(check->metadata, other);
    return 1;
}

/* A directory that is not on the list. 1: go down; 0: reported. */
static int enter_unlisted(check_t *check, const uint32_t head[2], const check_place_t *place)
{
    littlefs2_metadata_t metadata;
    if (mcufs_bitmap_test(check->data, head[0]) || mcufs_bitmap_test(check->data, head[1])) {
        littlefs2_check_error(check, CHECK_LOST_DIRECTORY, "a directory shares a block with a file", place);
        return 0;
    }
    int error = fetch(check, head, &metadata);
    if (error == MCUFS_ENOENT) {
        check->loss = true;
        littlefs2_check_error(check, CHECK_LOST_DIRECTORY, "neither half of the directory can be read",
                              place);
    }
    if (error < 0) {
        return error == MCUFS_ENOENT ? 0 : error;
    }
    bool chained;
    check_place_t unlisted = {.pair = head, .block = head[0]};
    check->loss = true; /* the list is from before this directory, or broken: there may be more */
    error = littlefs2_check_is_chained(check, head, &chained);
    if (error < 0) {
        return error;
    }
    littlefs2_check_error(check, chained ? CHECK_NOTHING : CHECK_UNLISTED, "the directory is not on the list",
                          &unlisted);
    mcufs_bitmap_set(check->metadata, head[0]);
    mcufs_bitmap_set(check->metadata, head[1]);
    littlefs2_check_claim(check, head);
    error = littlefs2_check_tags(check, &metadata);
    return error < 0 ? error : 1;
}

/* 1: go down into `head`; 0: reported. */
static int enter_listed(check_t *check, const uint32_t head[2], const check_place_t *place)
{
    const char *message = NULL;
    uint32_t listed[2] = {head[0], head[1]};
    if (check->exact) { /* rare: it takes a walk along the list for each directory */
        int error = littlefs2_check_find_listed(check, head, listed);
        if (error < 0 && error != MCUFS_ENOENT) {
            return error;
        }
    }
    if (!littlefs2_same_pair(listed, head)) {
        message = "the entry has blocks of two directories";
    } else if (littlefs2_check_is_claimed(check, head)) {
        message = "the directory has another entry, or contains itself";
    } else if (!check->among_orphans && !mcufs_bitmap_test(check->heads, littlefs2_check_low(head))) {
        message = "the entry leads into the middle of another directory";
    }
    if (message) {
        littlefs2_check_error(check, CHECK_LOST_DIRECTORY, message, place);
        return 0;
    }
    littlefs2_check_claim(check, head);
    return 1;
}

/* Judges the directory that entry `id` leads to. 1: go down into `head`; 0: do not. */
static int judge_directory(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                           const littlefs2_location_t *structure, uint32_t head[2])
{
    check_place_t place = {
        .pair = metadata->pair, .id = id, .block = metadata->pair[0], .index = metadata->count};
    int error = littlefs2_read_two_words(check->fs, structure, head);
    if (error < 0 && error != MCUFS_ECORRUPT) {
        return error;
    }
    if (error < 0 || !littlefs2_pair_is_valid(check->fs, head)) {
        littlefs2_check_error(check, CHECK_LOST_DIRECTORY, "the entry leads to blocks that are none", &place);
        return 0;
    }
    place.block = head[0];
    switch (littlefs2_check_metadata_blocks(check, head)) {
    case 0:
        return enter_unlisted(check, head, &place);
    case 1:
        return enter_moved(check, head, &place);
    default:
        return enter_listed(check, head, &place);
    }
}

/* -- Up and down -------------------------------------------------------------------------------------- */

typedef struct descent {
    uint32_t depth;
    check_frame_t at; /* in the directory being searched for subdirectories */
} descent_t;

static int go_into(check_t *check, descent_t *descent, const uint32_t head[2])
{
    memcpy(descent->at.pair, head, sizeof descent->at.pair);
    descent->at.id = 0;
    descent->at.path_length = check->path_length;
    return examine(check, head, &descent->at.logs_left);
}

/* The entry where the descent stands, if it is a directory to go down into: 1. Its name is added to the
 * path. */
static int try_entry(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id, uint32_t head[2])
{
    littlefs2_t *fs = check->fs;
    littlefs2_view_t view = littlefs2_view_of(metadata);
    const littlefs2_entry_t *entry;
    uint32_t type;
    int error = littlefs2_entry(fs, &view, id, &entry);
    if (error < 0) {
        return error;
    }
    littlefs2_location_t structure = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
    if (littlefs2_tag_type(structure.tag) != LITTLEFS2_STRUCT_DIRECTORY ||
        littlefs2_is_moved_away(fs, metadata, id)) {
        return 0;
    }
    error =
        littlefs2_check_read_name(fs, metadata, id, check->names[0].bytes, &check->names[0].length, &type);
    if (error < 0 && error != MCUFS_ENOENT) {
        return error;
    }
    if (error == 0) {
        littlefs2_check_push_name(check, check->names[0].bytes, check->names[0].length);
    }
    return judge_directory(check, metadata, id, &structure, head);
}

/* To the next subdirectory of the current directory. 1: *head; 0: there are no more. */
static int next_subdirectory(check_t *check, descent_t *descent, uint32_t head[2])
{
    check_frame_t *at = &descent->at;
    while (at->logs_left > 0) {
        littlefs2_metadata_t metadata;
        int error = fetch(check, at->pair, &metadata);
        if (error < 0) {
            return error == MCUFS_ENOENT ? 0 : error;
        }
        while (at->id < metadata.count) {
            int found = try_entry(check, &metadata, at->id++, head);
            if (found != 0) {
                return found;
            }
            littlefs2_check_pop_path(check, at->path_length);
        }
        at->id = 0;
        at->logs_left--;
        memcpy(at->pair, metadata.tail, sizeof at->pair);
    }
    return 0;
}

static int walk_from(check_t *check, const uint32_t top[2])
{
    descent_t descent = {0};
    uint32_t head[2];
    int result = go_into(check, &descent, top);
    while (result >= 0) {
        result = next_subdirectory(check, &descent, head);
        if (result > 0 && descent.depth < CHECK_DEPTH) {
            check->frames[descent.depth++] = descent.at;
            result = go_into(check, &descent, head);
        } else if (result == 0) {
            if (descent.depth == 0) {
                break;
            }
            descent.at = check->frames[--descent.depth];
        }
        if (result >= 0 && descent.at.path_length != check->path_length) {
            littlefs2_check_pop_path(check, descent.at.path_length);
        }
    }
    return result;
}

/* -- What is on the list but not in the tree ---------------------------------------------------------- */

/* Calls back for every pair on the list that begins a directory. */
static int each_head(check_t *check, int (*visit)(check_t *check, const littlefs2_metadata_t *metadata))
{
    uint32_t at[2] = {0, 1};
    for (uint32_t steps = 0; steps <= check->fs->block_count; steps++) {
        littlefs2_metadata_t metadata;
        bool last = littlefs2_same_pair(at, check->last);
        int error = fetch(check, at, &metadata);
        if (error == 0) {
            error = visit(check, &metadata);
        }
        if (error < 0 || last) {
            return error == MCUFS_ENOENT ? 0 : error;
        }
        memcpy(at, metadata.tail, sizeof at);
    }
    return 0;
}

/* Where the way down was cut. */
static int walk_deep(check_t *check, const littlefs2_metadata_t *metadata)
{
    if (!littlefs2_check_is_claimed(check, metadata->pair) ||
        littlefs2_check_is_walked(check, metadata->pair)) {
        return 0;
    }
    littlefs2_check_push_name(check, (const uint8_t *)deep_path, sizeof deep_path - 1);
    int error = walk_from(check, metadata->pair);
    littlefs2_check_pop_path(check, 0);
    return error;
}

/* Directories that entries of lost directories lead to are not orphans themselves. */
static int release_children(check_t *check, const littlefs2_metadata_t *metadata)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    if (littlefs2_check_is_walked(check, metadata->pair)) {
        return 0;
    }
    for (uint32_t id = 0; id < metadata->count; id++) {
        const littlefs2_entry_t *entry;
        uint32_t head[2];
        int error = littlefs2_entry(check->fs, &view, id, &entry);
        if (error < 0) {
            return error;
        }
        littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        if (littlefs2_tag_type(location.tag) != LITTLEFS2_STRUCT_DIRECTORY) {
            continue;
        }
        error = littlefs2_read_two_words(check->fs, &location, head);
        if (error == 0 && littlefs2_pair_is_valid(check->fs, head) &&
            littlefs2_check_metadata_blocks(check, head) == 2 && !littlefs2_check_is_claimed(check, head)) {
            mcufs_bitmap_clear(check->heads, littlefs2_check_low(head));
        } else if (error < 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
    }
    return 0;
}

static int walk_orphan(check_t *check, const littlefs2_metadata_t *metadata)
{
    if (littlefs2_check_is_claimed(check, metadata->pair) ||
        littlefs2_check_is_walked(check, metadata->pair)) {
        return 0;
    }
    check_place_t place = {.pair = metadata->pair, .block = metadata->pair[0]};
    bool full = metadata->count > 0 || metadata->flags & LITTLEFS2_SPLIT;
    if (full) {
        littlefs2_check_error(check, CHECK_FULL_ORPHAN, "no entry leads to this directory", &place);
    } else if (littlefs2_orphans_possible(check->fs)) {
        littlefs2_check_remark(check, MCUFS_FINDING_WARNING, CHECK_ORPHANS,
                               "an empty directory without an entry; the first write will remove it", &place);
    } else {
        littlefs2_check_error(check, CHECK_ORPHANS, "no entry leads to this empty directory", &place);
    }
    littlefs2_check_claim(check, metadata->pair);
    littlefs2_check_push_name(check, (const uint8_t *)deep_path, sizeof deep_path - 1);
    int error = walk_from(check, metadata->pair);
    littlefs2_check_pop_path(check, 0);
    return error;
}

static int walk_orphan_head(check_t *check, const littlefs2_metadata_t *metadata)
{
    bool head = mcufs_bitmap_test(check->heads, littlefs2_check_low(metadata->pair));
    return head ? walk_orphan(check, metadata) : 0;
}

int littlefs2_check_tree(check_t *check)
{
    uint32_t root[2] = {check->fs->root[0], check->fs->root[1]};
    littlefs2_check_claim(check, root);
    int error = walk_from(check, root);
    check->result->directories--; /* the root itself */
    if (error == 0) {
        error = each_head(check, walk_deep);
    }
    if (check->directories_only) {
        return error;
    }
    check->among_orphans = true;
    if (error == 0) {
        error = each_head(check, release_children);
    }
    if (error == 0) {
        error = each_head(check, walk_orphan_head);
    }
    if (error == 0) {
        /* Directories in a circle, which all lead to each other. */
        error = each_head(check, walk_orphan);
    }
    check->among_orphans = false;
    return error;
}
