/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Static wear levelling: data that is never rewritten moves on now and then, so that the blocks it lay in
 * take part in the wear.
 *
 * The format has no erase counters, and none are needed. Blocks are handed out in turn, all round the volume,
 * so free ones wear evenly; only what is in use stays behind. A sweep goes along the list of pairs and their
 * files, and moves one block for every `level_interval` blocks handed out. So no file stays where it is for
 * longer than level_interval times the number of blocks in use, counted in blocks handed out; shared among
 * the free blocks, that is by how much the wear of two blocks can drift apart before both take their turns
 * again. Pairs count three times, and move one block at a time.
 *
 * The sweep lives in memory. Where it begins after a mount, and how soon, is a matter of chance, with the
 * same rate on average however short the mounts are. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_LEVELLING

/* One block of a pair, and two references to it, whose logs may have to be compacted. */
#define PAIR_COST 3u

typedef struct sweep {
    littlefs2_file_t mover; /* on what is to be moved */
    uint32_t number;        /* of the pair at which the walk is */
    uint32_t from;          /* block of the file to begin with */
    uint32_t cost;          /* in blocks */
} sweep_t;

/* A walk along the list, in which a pair counts as one and each of its entries as one. */
typedef struct walk {
    sweep_t *sweep;
    uint32_t number; /* of the pair at which the walk is */
} walk_t;

static int count_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    (void)fs;
    ((walk_t *)context)->number += 1u + metadata->count;
    return 0;
}

/* The end of a large file, as far as there is room for a copy. */
static void choose_part(const littlefs2_t *fs, sweep_t *sweep, uint32_t blocks)
{
    const uint32_t kept = fs->reserve + 2;
    uint32_t room = fs->free_blocks > kept ? fs->free_blocks - kept : 0;
    sweep->cost = littlefs2_minimum(blocks, room);
    sweep->from = blocks - sweep->cost;
}

/* Whether entry `id` of the log, or the pair itself where `id` is -1, can be moved: 1, 0 or an error. */
static int choose(littlefs2_t *fs, const littlefs2_metadata_t *metadata, int32_t id, sweep_t *sweep)
{
    littlefs2_handle_t *handle = &sweep->mover.own.handle;
    littlefs2_extent_t extent = {LITTLEFS2_CONTENT_NONE, 0, 0};
    memcpy(handle->pair, metadata->pair, sizeof handle->pair);
    sweep->cost = 0;
    if (id < 0) {
        sweep->cost = metadata->pair[0] > 1 && metadata->pair[1] > 1 ? PAIR_COST : 0;
    } else {
        /* What is open is not cold. */
        handle->pair[0] = handle->pair[1] = LITTLEFS2_NULL;
        bool open = littlefs2_node_of(fs, metadata->pair, (uint32_t)id) != NULL;
        int error = open ? 0 : littlefs2_content_of(fs, metadata, (uint32_t)id, &extent);
        if (error < 0) {
            return error;
        }
        memcpy(handle->pair, metadata->pair, sizeof handle->pair);
        handle->id = (uint16_t)id;
        choose_part(fs, sweep, littlefs2_extent_blocks(fs, &extent));
    }
    littlefs2_mover_take(fs, &sweep->mover, &extent);
    return sweep->cost > 0;
}

/* 1: the next thing that can be moved is in this log. */
static int look_at_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    walk_t *walk = context;
    int result = 0;
    while (result == 0 && fs->level_next - walk->number <= metadata->count) {
        result = choose(fs, metadata, (int32_t)(fs->level_next - walk->number) - 1, walk->sweep);
        fs->level_next++;
    }
    walk->number += 1u + metadata->count;
    return result;
}

/* Where and when the sweep begins. */
LITTLEFS2_OUT_OF_LINE static int begin_sweep(littlefs2_t *fs)
{
    littlefs2_metadata_t log;
    walk_t walk = {NULL, 0};
    int error = littlefs2_find_on_list(fs, count_log, &walk, &log);
    if (error < 0) {
        return error;
    }
    uint32_t chance = fs->random >> 8;
    uint32_t span = (fs->block_count - fs->free_blocks) / walk.number + 1; /* blocks of a thing */
    fs->level_next = chance % walk.number;
    fs->level_due += (int32_t)(chance % (fs->level_interval * span));
    return 0;
}

/* 1: there is something to be moved; 0: the end of the list; or an error. */
LITTLEFS2_OUT_OF_LINE static int find_next(littlefs2_t *fs, sweep_t *sweep)
{
    littlefs2_metadata_t log;
    walk_t walk = {sweep, 0};
    int result = littlefs2_find_on_list(fs, look_at_log, &walk, &log);
    if (result == 0) {
        fs->level_next = 0;
    }
    return result;
}

static int move_next(littlefs2_t *fs, sweep_t *sweep)
{
    int result = find_next(fs, sweep);
    if (result == 0) {
        result = find_next(fs, sweep);
    }
    if (result > 0) {
        result = sweep->mover.own.source.kind == LITTLEFS2_CONTENT_NONE
                     ? littlefs2_move_pair(fs, sweep->mover.own.handle.pair)
                     : littlefs2_move_file(fs, &sweep->mover, sweep->from);
    }
    /* What is damaged, or has no room, stays where it is. */
    return result == MCUFS_EIO || result == MCUFS_ENOSPC ? 0 : result;
}

/* Moves what is next. Blocks that this took, at least 1, or an error. */
LITTLEFS2_OUT_OF_LINE static int32_t move_one(littlefs2_t *fs)
{
    sweep_t sweep;
    sweep.cost = 0;
    littlefs2_mover_begin(fs, &sweep.mover);
    int error = move_next(fs, &sweep);
    littlefs2_mover_end(fs, &sweep.mover);
    return error < 0 ? error : sweep.cost > 0 ? (int32_t)sweep.cost : 1;
}

/* One step, when its time has come. */
static int32_t step(littlefs2_t *fs)
{
    int error = littlefs2_make_consistent(fs);
    if (error == 0) {
        error = littlefs2_find_blocks(fs);
    }
    if (error == 0 && fs->level_next == LITTLEFS2_NULL) {
        return begin_sweep(fs);
    }
    return error < 0 ? error : move_one(fs);
}

int littlefs2_level(littlefs2_t *fs, uint32_t *budget)
{
    while (fs->level_interval > 0 && fs->level_due <= 0) {
        if (*budget == 0) {
            return 1;
        }
        int32_t due = fs->level_due; /* what is handed out for the move itself does not count */
        int32_t cost = step(fs);
        if (cost < 0) {
            return (int)cost;
        }
        if (cost > 0) {
            fs->level_due = due + cost * fs->level_interval;
            *budget -= littlefs2_minimum(*budget, (uint32_t)cost);
        }
    }
    return 0;
}

#else
/* A file has to declare something. */
typedef int littlefs2_level_left_out_t;
#endif
