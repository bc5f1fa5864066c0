/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Repair: scan, mend the most urgent problem, and again, until a scan finds none.
 *
 * The list comes first, as everything else is found by it; where it is broken or something is lost, with a
 * look for what else may be left of that, and until then nothing is written over it, as long as there is
 * other space. Then what a power cut left unfinished; then single entries. */

#include "check.h"

#include "../base/bitmap.h"

#define ROUNDS_BESIDES_BLOCKS 1000u

/* The allocator's map, from what the scan found. */
static int make_map(check_t *check)
{
    littlefs2_t *fs = check->fs;
    uint32_t used = 0;
    fs->map = check->heads;
    fs->map_capacity = fs->block_count;
    fs->map_start = fs->map_next = 0;
    fs->map_length = fs->block_count;
    for (uint32_t i = 0; i < check->map_size; i++) {
        fs->map[i] = (uint8_t)(check->metadata[i] | check->data[i]);
    }
    int error = check->loss && !check->rescued && !check->crowded ? littlefs2_check_protect(check) : 0;
    for (uint32_t block = 0; block < fs->block_count; block++) {
        used += mcufs_bitmap_test(fs->map, block);
    }
    fs->free_blocks = fs->block_count - used;
    fs->map_known = true;
    littlefs2_allocation_checkpoint(fs);
    return error;
}

/* A commit of nothing but the global state, where memory and disk differ. */
static int write_global(littlefs2_t *fs)
{
    littlefs2_global_t difference = fs->global;
    littlefs2_metadata_t root;
    littlefs2_global_add(&difference, &fs->global_disk);
    if (littlefs2_global_is_zero(&difference)) {
        return 0;
    }
    int error = littlefs2_get(fs, fs->root, &root);
    return error < 0 ? error : littlefs2_commit(fs, &root, NULL, 0);
}

/* Orphans only: once the list is as it should be, the next scan may think otherwise of a pending move. */
static int remove_orphans(littlefs2_t *fs)
{
    const uint32_t orphans = 0x80000000u;
    littlefs2_global_t wanted = fs->global, disk = fs->global_disk;
    /* Whatever the disk says: there is something to look for. */
    fs->global = (littlefs2_global_t){orphans, {0, 0}};
    fs->global_disk = (littlefs2_global_t){disk.tag & orphans, {0, 0}};
    int result = littlefs2_make_consistent(fs);
    disk.tag = (disk.tag & ~orphans) | (fs->global_disk.tag & orphans);
    wanted.tag = (wanted.tag & ~orphans) | (fs->global_disk.tag & orphans);
    fs->global = wanted;
    fs->global_disk = disk;
    return result;
}

static int settle_move(check_t *check)
{
    bool pending = littlefs2_move_pending(check->fs);
    return pending ? littlefs2_check_finish_move(check) : write_global(check->fs);
}

static int rewrite_log(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    return littlefs2_commit(fs, metadata, NULL, 0);
}

static int rewrite_superblock(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    littlefs2_superblock_t superblock;
    uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE];
    int error = littlefs2_read_superblock(fs, metadata, &superblock);
    if (error < 0) {
        return error;
    }
    metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE; /* nothing of what was there may stay in the log */
    littlefs2_encode_superblock(&superblock, bytes);
    littlefs2_change_t changes[] = {
        {.tag = littlefs2_tag(LITTLEFS2_NAME_SUPERBLOCK, 0, 8), .data = "littlefs"},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, 0, sizeof bytes), .data = bytes}};
    return littlefs2_commit(fs, metadata, changes, 2);
}

/* `*type`: of the entry's name. */
static int is_superblock(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool *is, uint32_t *type)
{
    uint8_t bytes[8] = {0};
    littlefs2_location_t name = {0};
    int error = littlefs2_find_in_log(fs, metadata, 0x700, 0, 0, &name);
    *type = littlefs2_tag_type(name.tag);
    if (error == 0 && littlefs2_tag_length(name.tag) == sizeof bytes) {
        error = littlefs2_read_location(fs, &name, 0, bytes, sizeof bytes);
    }
    *is = memcmp(bytes, "littlefs", sizeof bytes) == 0;
    return error == MCUFS_ENOENT ? 0 : error;
}

/* A stray copy of the root's log hides the pair's own, or was written to a pair of its own; or it is an entry
 * like others under a name of the wrong kind. */
static int remove_superblock(check_t *check, littlefs2_metadata_t *metadata)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t other;
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_DELETE, 0, 0)};
    bool real;
    uint32_t type;
    int result = is_superblock(fs, metadata, &real, &type);
    if (result < 0) {
        return result;
    }
    result = littlefs2_check_block(fs, metadata->pair[1], &other);
    littlefs2_location_t content;
    bool empty =
        littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, 0, &content) == MCUFS_ENOENT;
    if (!real && littlefs2_type_is_file_name(type)) {
        result = rewrite_log(fs, metadata); /* it is superseded, and only what is in the way */
    } else if (!real && !empty) {
        result = littlefs2_check_evict(check, metadata->pair, 0);
    } else if (real && result == 0 && !(other.flags & LITTLEFS2_HAS_SUPERBLOCK)) {
        result = littlefs2_erase(fs, metadata->pair[0]);
    } else if (result == 0 || result == MCUFS_ENOENT) {
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE; /* as above */
        littlefs2_check_follow_move(fs, metadata->pair, &change, 1);
        result = littlefs2_commit(fs, metadata, &change, 1);
    }
    littlefs2_forget(fs, metadata->pair);
    return result;
}

static int remove_entry(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint16_t id)
{
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_DELETE, id, 0)};
    metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    littlefs2_check_follow_move(fs, metadata->pair, &change, 1);
    return littlefs2_delete_entry(fs, metadata, id);
}

static int make_empty(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint16_t id)
{
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, id, 0), .data = ""};
    return littlefs2_commit(fs, metadata, &change, 1);
}

/* 0: mended; LITTLEFS2_AGAIN: something moved, look again; or an error. */
static int mend(check_t *check, const check_problem_t *problem)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata = {0};
    bool in_log = problem->kind >= CHECK_FALSE_SUPERBLOCK || problem->kind == CHECK_SUPERBLOCK;
    int error = in_log ? littlefs2_get(fs, problem->pair, &metadata) : 0;
    if (problem->kind == CHECK_ORPHANS || problem->kind == CHECK_MOVE) {
        error = 0; /* it has no pair */
    }
    if (error < 0) {
        return error;
    }
    switch (problem->kind) {
    case CHECK_SUPERBLOCK:
        return rewrite_superblock(fs, &metadata);
    case CHECK_UNLISTED:
        return littlefs2_check_chain_up(check, problem->pair);
    case CHECK_LIST_END:
        return littlefs2_check_link_chain(check);
    case CHECK_FALSE_SUPERBLOCK:
        return remove_superblock(check, &metadata);
    case CHECK_LOG:
        return rewrite_log(fs, &metadata);
    case CHECK_FULL_ORPHAN:
        return littlefs2_check_adopt(check, problem->pair);
    case CHECK_ORPHANS:
        return remove_orphans(fs);
    case CHECK_MOVE:
        return settle_move(check);
    case CHECK_LOST_DIRECTORY:
    case CHECK_EMPTY_ENTRY:
        return remove_entry(fs, &metadata, problem->id);
    case CHECK_NAME:
        return littlefs2_check_evict(check, problem->pair, problem->id);
    case CHECK_BROKEN_FILE:
        return littlefs2_check_rebuild(check, problem->pair, problem->id, problem->index);
    case CHECK_LOST_FILE:
        return make_empty(fs, &metadata, problem->id);
    default:
        return MCUFS_ENOTSUP;
    }
}

static void report_mended(check_t *check, const check_problem_t *problem)
{
    mcufs_finding_t finding = problem->finding;
    finding.repaired = true;
    check->result->errors += finding.severity == MCUFS_FINDING_ERROR;
    check->result->repaired += finding.severity == MCUFS_FINDING_ERROR;
    if (check->result->report) {
        check->result->report(check->result->context, &finding);
    }
}

static bool same_problem(const check_problem_t *a, const check_problem_t *b)
{
    return a->kind == b->kind && a->id == b->id && a->index == b->index &&
           memcmp(a->pair, b->pair, sizeof a->pair) == 0;
}

/* The volume is in the way, not the device: other problems may still be mended. */
static bool is_final(int result)
{
    return result < 0 && result != MCUFS_ECORRUPT && result != MCUFS_ENOSPC && result != MCUFS_ENAMETOOLONG &&
           result != MCUFS_ENOTDIR && result != MCUFS_EINVAL && result != MCUFS_ENOENT &&
           result != MCUFS_EAGAIN;
}

/* As soon as everything that the tree leads to is known, while there still is a sign of the loss, so that a
 * repair that is cut does it again. Where that fails, once more at the end. */
static bool is_time_for_rescue(const check_t *check)
{
    check_problem_kind_t kind = check->problem.kind;
    bool known = kind != CHECK_UNLISTED && kind != CHECK_SUPERBLOCK && kind != CHECK_FALSE_SUPERBLOCK;
    return kind == CHECK_NOTHING || (known && !check->rescue_tried);
}

/* What to do after a scan. 1: nothing is left; 0: scan again; or an error that ends it all. */
static int one_round(check_t *check, check_problem_t *previous)
{
    const check_problem_t *problem = &check->problem;
    bool listed = problem->kind == CHECK_NOTHING || problem->kind > CHECK_LIST_END;
    int result = make_map(check);
    if (result < 0) {
        return result;
    }
    if (check->loss && !check->rescued && is_time_for_rescue(check)) {
        result = littlefs2_check_rescue(check);
        check->rescue_tried = result <= 0;
        check->rescued = result == 0 || (result < 0 && problem->kind == CHECK_NOTHING);
        return is_final(result) ? result : 0;
    }
    if (listed && !littlefs2_pair_is_null(check->chain)) {
        result = littlefs2_check_link_chain(check);
        return is_final(result) ? result : 0;
    }
    if (problem->kind == CHECK_NOTHING) {
        return 1;
    }
    bool stuck = same_problem(problem, previous);
    *previous = *problem;
    result = stuck ? MCUFS_ECORRUPT : mend(check, problem);
    if (result == 0) {
        report_mended(check, problem);
    } else if (result == MCUFS_ENOSPC && check->loss && !check->rescued && !check->crowded) {
        check->crowded = true; /* what is known to be there comes before what may be rescued */
        previous->kind = CHECK_NOTHING;
    } else if (result < 0) {
        check->given_up |= 1u << problem->kind;
    } else {
        previous->kind = CHECK_NOTHING;
    }
    return is_final(result) ? result : 0;
}

int littlefs2_check_repair(check_t *check)
{
    littlefs2_t *fs = check->fs;
    check_problem_t previous = {.kind = CHECK_NOTHING};
    uint32_t rounds = ROUNDS_BESIDES_BLOCKS + check->block_count;
    fs->block_cycles = MCUFS_LITTLEFS2_NEVER; /* no moves for wear while the list may be broken */
    fs->reserve = 0;
    check->silent = true;
    int result = 0;
    while (result == 0 && rounds-- > 0) {
        result = littlefs2_check_scan(check);
        if (result == 0) {
            result = one_round(check, &previous);
        }
    }
    check->silent = false;
    return result < 0 ? result : 0;
}
