/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of the list of metadata pairs: every pair valid, none twice, and what all of them together
 * say: superblock, root, global state. */

#include "check.h"

#include "../base/bitmap.h"

/* -- What is known of blocks -------------------------------------------------------------------------- */

bool littlefs2_check_is_claimed(const check_t *check, const uint32_t pair[2])
{
    return mcufs_bitmap_test(check->data, littlefs2_check_low(pair));
}

bool littlefs2_check_is_walked(const check_t *check, const uint32_t pair[2])
{
    return mcufs_bitmap_test(check->data, littlefs2_check_high(pair));
}

unsigned littlefs2_check_metadata_blocks(const check_t *check, const uint32_t pair[2])
{
    return (unsigned)mcufs_bitmap_test(check->metadata, pair[0]) +
           (unsigned)mcufs_bitmap_test(check->metadata, pair[1]);
}

uint32_t littlefs2_check_hash(const uint32_t pair[2])
{
    uint32_t hash = littlefs2_check_low(pair) * 2654435761u ^ littlefs2_check_high(pair);
    hash = (hash ^ hash >> 15) * 2246822519u;
    return hash ^ hash >> 13;
}

void littlefs2_check_claim(check_t *check, const uint32_t pair[2])
{
    if (mcufs_bitmap_test(check->heads, littlefs2_check_low(pair))) {
        check->pair_hash -= littlefs2_check_hash(pair);
    }
    mcufs_bitmap_set(check->data, littlefs2_check_low(pair));
}

void littlefs2_check_set_walked(check_t *check, const uint32_t pair[2])
{
    mcufs_bitmap_set(check->data, littlefs2_check_high(pair));
}

int littlefs2_check_find_listed(check_t *check, const uint32_t pair[2], uint32_t listed[2])
{
    littlefs2_metadata_t metadata;
    uint32_t at[2] = {0, 1};
    for (uint32_t steps = 0; steps <= check->fs->block_count; steps++) {
        if (littlefs2_pairs_touch(at, pair)) {
            memcpy(listed, at, sizeof at);
            return 0;
        }
        if (littlefs2_same_pair(at, check->last)) {
            break;
        }
        int error = littlefs2_get(check->fs, at, &metadata);
        if (error < 0) {
            return error;
        }
        memcpy(at, metadata.tail, sizeof at);
    }
    return MCUFS_ENOENT;
}

/* -- Superblocks -------------------------------------------------------------------------------------- */

/* What is wrong with a superblock; NULL: nothing. */
static const char *judge_superblock(const check_t *check, const littlefs2_superblock_t *superblock)
{
    if (superblock->version >> 16 != 2 || superblock->version > MCUFS_LITTLEFS2_VERSION_2_1) {
        return "the superblock names a version that this program does not know";
    }
    if (superblock->block_size != check->fs->block_size) {
        return "the superblock names another block size";
    }
    if (superblock->block_count < 2 || superblock->block_count > check->block_count) {
        return "the superblock names more blocks than the device has";
    }
    if (superblock->file_max > LITTLEFS2_FILE_SIZE_MAX) {
        return "the superblock allows files larger than the format does";
    }
    return NULL;
}

static uint32_t limit(uint32_t wanted, uint32_t most)
{
    return wanted == 0 ? most : littlefs2_minimum(wanted, most);
}

/* The entry must be what any reader finds first, or the next compaction leaves the superblock out. */
static int check_superblock_entry(check_t *check, const littlefs2_metadata_t *metadata)
{
    littlefs2_location_t name = {0}, content = {0};
    int error = littlefs2_find_in_log(check->fs, metadata, 0x700, 0, 0, &name);
    if (error == 0) {
        error = littlefs2_find_in_log(check->fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, 0, &content);
    }
    if (error < 0 && error != MCUFS_ENOENT) {
        return error;
    }
    if (littlefs2_tag_type(name.tag) != LITTLEFS2_NAME_SUPERBLOCK || littlefs2_tag_length(name.tag) != 8 ||
        littlefs2_tag_type(content.tag) != LITTLEFS2_STRUCT_INLINE ||
        littlefs2_tag_length(content.tag) < LITTLEFS2_SUPERBLOCK_SIZE) {
        check_place_t place = {.pair = metadata->pair, .block = metadata->pair[0]};
        littlefs2_check_error(check, CHECK_SUPERBLOCK, "something else in the place of the superblock",
                              &place);
    }
    return 0;
}

/* CHECK_STOP: nothing else can be made of this volume. */
static int see_superblock(check_t *check, const littlefs2_metadata_t *metadata)
{
    littlefs2_t *fs = check->fs;
    littlefs2_superblock_t superblock;
    check_place_t place = {.block = metadata->pair[0]};
    int error = littlefs2_read_superblock(fs, metadata, &superblock);
    if (error < 0 && error != MCUFS_ECORRUPT) {
        return error;
    }
    const char *message = error < 0 ? "a superblock without content" : judge_superblock(check, &superblock);
    if (message) {
        littlefs2_check_error(check, CHECK_NOTHING, message, &place);
        return CHECK_STOP;
    }
    fs->block_count = superblock.block_count;
    fs->disk_version = superblock.version;
    if (check->first_scan &&
        (superblock.name_max > MCUFS_NAME_MAX || superblock.attribute_max > LITTLEFS2_ATTRIBUTE_SIZE_MAX)) {
        littlefs2_check_remark(check, MCUFS_FINDING_NOTE, CHECK_NOTHING,
                               "the superblock allows longer names or attributes than this program", &place);
    }
    fs->name_max = limit(superblock.name_max, MCUFS_NAME_MAX);
    fs->file_max = limit(superblock.file_max, LITTLEFS2_FILE_SIZE_MAX);
    fs->attribute_max = limit(superblock.attribute_max, LITTLEFS2_ATTRIBUTE_SIZE_MAX);
    return check_superblock_entry(check, metadata);
}

/* Format writes both halves; a power cut can leave one, and then nothing may happen to that. */
static int check_halves(check_t *check)
{
    for (uint32_t block = 0; block < 2; block++) {
        littlefs2_metadata_t metadata;
        check_place_t place = {.block = block};
        int error = littlefs2_check_block(check->fs, block, &metadata);
        if (error < 0 && error != MCUFS_ENOENT) {
            return error;
        }
        if (error == MCUFS_ENOENT || !(metadata.flags & LITTLEFS2_HAS_SUPERBLOCK)) {
            littlefs2_check_remark(check, MCUFS_FINDING_NOTE, CHECK_NOTHING,
                                   "one of the two copies of the superblock is not valid", &place);
        }
    }
    return 0;
}

/* -- The list ----------------------------------------------------------------------------------------- */

static int fetch(check_t *check, const uint32_t pair[2], littlefs2_metadata_t *metadata)
{
    littlefs2_t *fs = check->fs;
    if (!check->first_scan || check->directories_only) {
        return littlefs2_get(fs, pair, metadata);
    }
    littlefs2_confirm_t confirm = {.always = true};
    int error = littlefs2_fetch(fs, pair, metadata, NULL, &confirm);
    if (error < 0) {
        return error;
    }
    if (metadata->flags & LITTLEFS2_SUSPECT) {
        check_place_t place = {.block = metadata->pair[0]};
        littlefs2_check_remark(check, MCUFS_FINDING_NOTE, CHECK_NOTHING,
                               "a log ends in what may be an interrupted change; it will not be built upon",
                               &place);
        littlefs2_mark_uncertain(fs, metadata);
        metadata->flags &= (uint8_t) ~(LITTLEFS2_SUSPECT | LITTLEFS2_APPENDABLE);
    }
    littlefs2_remember(fs, NULL, metadata);
    return 0;
}

/* Reads the pair at `at`. What is wrong with it; NULL: nothing, or *error. */
static const char *judge_pair(check_t *check, const uint32_t at[2], littlefs2_metadata_t *metadata,
                              int *error)
{
    *error = 0;
    if (!littlefs2_pair_is_valid(check->fs, at)) {
        return "the list of directories leads to blocks that are none";
    }
    if (littlefs2_check_metadata_blocks(check, at) > 0) {
        return "the list of directories leads to a block for the second time";
    }
    *error = fetch(check, at, metadata);
    if (*error == MCUFS_ECORRUPT) {
        *error = 0;
        check->loss = true;
        return "neither half of a metadata pair can be read";
    }
    return NULL;
}

/* The root is the last pair with a superblock. Those before have nothing else, and only hard tails lead from
 * one to the next. */
static int see_root(check_t *check, const littlefs2_metadata_t *metadata)
{
    littlefs2_t *fs = check->fs;
    if (littlefs2_check_low(metadata->pair) != 0) {
        littlefs2_metadata_t anchor;
        int error = littlefs2_get(fs, fs->root, &anchor);
        if (error < 0) {
            return error;
        }
        if (!check->anchored || anchor.count != 1) {
            check_place_t place = {.pair = metadata->pair, .block = metadata->pair[0]};
            check->loss = true; /* what was here before is gone, and what it led to */
            littlefs2_check_error(check, CHECK_FALSE_SUPERBLOCK, "a superblock where none belongs", &place);
            return 0;
        }
        littlefs2_check_claim(check, anchor.pair);
        littlefs2_check_set_walked(check, anchor.pair);
    }
    memcpy(fs->root, metadata->pair, sizeof fs->root);
    return see_superblock(check, metadata);
}

static int see_pair(check_t *check, const littlefs2_metadata_t *metadata, bool head)
{
    littlefs2_t *fs = check->fs;
    uint32_t low = littlefs2_check_low(metadata->pair);
    mcufs_bitmap_set(check->metadata, metadata->pair[0]);
    mcufs_bitmap_set(check->metadata, metadata->pair[1]);
    memcpy(check->last, metadata->pair, sizeof check->last);
    if (head) {
        mcufs_bitmap_set(check->heads, low);
        check->pair_hash += littlefs2_check_hash(metadata->pair);
    }
    int error = littlefs2_add_move_state(fs, metadata, &check->list_state);
    if (error == 0) {
        error = littlefs2_check_tags(check, metadata);
    }
    if (error == 0 && metadata->flags & LITTLEFS2_HAS_SUPERBLOCK) {
        error = see_root(check, metadata);
    }
    return error;
}

/* Bits that other writers use in memory only (spec: littlefs-format.md A5). */
static littlefs2_global_t masked(littlefs2_global_t state)
{
    state.tag &= 0xfffffc00u;
    if (littlefs2_tag_type(state.tag) != LITTLEFS2_DELETE) {
        state.tag &= 0x80000000u;
        state.pair[0] = state.pair[1] = 0;
    }
    return state;
}

int littlefs2_check_list(check_t *check)
{
    littlefs2_t *fs = check->fs;
    uint32_t at[2] = {0, 1};
    bool head = true;
    memset(&check->list_state, 0, sizeof check->list_state);
    memset(&fs->global, 0, sizeof fs->global);
    fs->root[0] = 0;
    fs->root[1] = 1;
    check->last[0] = 0;
    check->last[1] = 1;
    while (!head || !littlefs2_pair_is_null(at)) {
        littlefs2_metadata_t metadata;
        int error;
        const char *message = judge_pair(check, at, &metadata, &error);
        if (error < 0) {
            return error;
        }
        bool first = littlefs2_check_metadata_blocks(check, check->last) == 0;
        check->anchored = first || (check->anchored && !head);
        if (first && (message || !(metadata.flags & LITTLEFS2_HAS_SUPERBLOCK))) {
            check_place_t place = {.block = 0};
            littlefs2_check_error(check, CHECK_NOTHING, "there is no superblock", &place);
            return CHECK_STOP;
        }
        if (message) {
            check_place_t place = {.pair = check->last, .block = at[0]};
            littlefs2_check_error(check, CHECK_LIST_END, message, &place);
            check->list_good = false;
            check->loss = true;
            break;
        }
        error = see_pair(check, &metadata, head);
        if (error == 0 && first && check->first_scan && !check->directories_only) {
            error = check_halves(check);
        }
        if (error != 0) {
            return error;
        }
        head = !(metadata.flags & LITTLEFS2_SPLIT);
        memcpy(at, metadata.tail, sizeof at);
        littlefs2_progress(fs);
    }
    fs->global_disk = check->list_state;
    if (check->list_good) {
        fs->global = masked(check->list_state);
    }
    return 0;
}
