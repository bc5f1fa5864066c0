/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes that become smaller, with what is in the way moved first.
 *
 * From the start no block is handed out of the part that is to go. Then everything in it moves: what open
 * files have not committed yet, in memory only; then, along the list, metadata pairs and file content, each
 * by changes that leave a complete volume of the old size behind at any time. The new size is committed last.
 */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_SHRINK

/* -- What is in the way ----------------------------------------------------------------------------- */

static bool in_the_way(const littlefs2_t *fs, uint32_t block)
{
    return block >= fs->block_count - fs->withheld;
}

typedef struct looking {
    const littlefs2_t *fs;
    uint32_t index;  /* of the block visited next, + 1 */
    uint32_t lowest; /* in the way; LITTLEFS2_NULL: none */
} looking_t;

static int note_lowest(void *context, uint32_t block, mcufs_block_use_t use)
{
    looking_t *looking = context;
    (void)use;
    looking->index--;
    if (in_the_way(looking->fs, block)) {
        looking->lowest = looking->index;
    }
    return 0;
}

/* Number of the first block of a file that is in the way; LITTLEFS2_NULL: none. */
static int find_lowest(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t *lowest)
{
    looking_t looking = {fs, littlefs2_extent_blocks(fs, extent), LITTLEFS2_NULL};
    int error = littlefs2_ctz_each(fs, extent, 0, note_lowest, &looking);
    *lowest = looking.lowest;
    return error;
}

/* -- Open files ------------------------------------------------------------------------------------- */

/* Ends what is being written into blocks, so that all of it is a chain. Before the mover is there: stack. */
LITTLEFS2_OUT_OF_LINE static int settle_open_files(littlefs2_t *fs)
{
    int error = 0;
    for (littlefs2_file_t *file = fs->files; error == 0 && file; file = file->next) {
        if (file->node == &file->own && (file->node->writing || littlefs2_is_patched(file->node))) {
            error = littlefs2_node_settle(fs, file->node);
            littlefs2_allocation_checkpoint(fs);
        }
    }
    return error;
}

/* Moves `extent` of an open file, from the first block in the way on, in memory only. `kept`: so many leading
 * blocks of it belong to something else as well. */
static int move_unsynced(littlefs2_t *fs, littlefs2_file_t *mover, const littlefs2_extent_t *extent,
                         uint32_t kept, uint32_t *from)
{
    littlefs2_mover_take(fs, mover, extent);
    int error = find_lowest(fs, extent, from);
    if (error < 0 || *from == LITTLEFS2_NULL) {
        return error;
    }
    error = littlefs2_mover_write(fs, mover, *from);
    if (error == 0) {
        littlefs2_ctz_release(fs, extent, *from > kept ? *from : kept);
        mover->own.committed = mover->own.source; /* not the mover's to give up */
    }
    return error;
}

/* Content that no entry leads to. What an entry does lead to is moved with it. */
static int move_open(littlefs2_t *fs, littlefs2_file_t *mover, littlefs2_node_t *node)
{
    uint32_t from;
    bool synced = littlefs2_same_extent(&node->source, &node->committed);
    bool removed = (node->handle.flags & LITTLEFS2_HANDLE_REMOVED) != 0;
    int error = 0;
    if (!synced) {
        error = move_unsynced(fs, mover, &node->source, node->shared, &from);
        if (error == 0 && from != LITTLEFS2_NULL) {
            littlefs2_mover_hand_over(mover, node);
            node->shared = littlefs2_minimum(node->shared, from);
        }
    }
    if (error == 0 && removed) {
        error = move_unsynced(fs, mover, &node->committed, 0, &from);
        if (error == 0 && synced) {
            littlefs2_mover_hand_over(mover, node);
        }
        node->committed = mover->own.committed;
    }
    return error;
}

static int move_open_files(littlefs2_t *fs, littlefs2_file_t *mover)
{
    int error = 0;
    for (littlefs2_file_t *file = mover->next; error == 0 && file; file = file->next) {
        if (file->node == &file->own) {
            error = move_open(fs, mover, file->node);
        }
    }
    return error;
}

/* -- Along the list --------------------------------------------------------------------------------- */

/* Takes the content of entry `id`, if part of it is in the way. */
static int look_at_entry(littlefs2_t *fs, littlefs2_file_t *mover, const littlefs2_metadata_t *metadata,
                         uint32_t id, uint32_t *from)
{
    littlefs2_extent_t extent;
    int error = littlefs2_content_of(fs, metadata, id, &extent);
    if (error == 0) {
        error = find_lowest(fs, &extent, from);
    }
    if (error == 0 && *from != LITTLEFS2_NULL) {
        littlefs2_mover_take(fs, mover, &extent);
    }
    return error;
}

enum { NEXT_ENTRY, MOVE_FILE, MOVE_PAIR };

/* What is to be done where the mover stands in the list; or it goes on to the next log. */
LITTLEFS2_OUT_OF_LINE static int look(littlefs2_t *fs, littlefs2_file_t *mover, uint32_t *from)
{
    littlefs2_handle_t *at = &mover->own.handle;
    littlefs2_metadata_t metadata;
    int error = littlefs2_get(fs, at->pair, &metadata);
    if (error < 0) {
        return error;
    }
    if (in_the_way(fs, metadata.pair[0]) || in_the_way(fs, metadata.pair[1])) {
        return MOVE_PAIR;
    }
    if (at->id == metadata.count) {
        memcpy(at->pair, metadata.tail, sizeof at->pair);
        at->id = UINT16_MAX; /* the next entry is the first */
        return NEXT_ENTRY;
    }
    error = look_at_entry(fs, mover, &metadata, at->id, from);
    return error < 0 ? error : *from == LITTLEFS2_NULL ? NEXT_ENTRY : MOVE_FILE;
}

/* The mover itself goes along the list: as a handle it is where its log and entry have got to. */
static int move_listed(littlefs2_t *fs, littlefs2_file_t *mover)
{
    littlefs2_handle_t *at = &mover->own.handle;
    uint32_t from;
    int result = NEXT_ENTRY;
    at->pair[1] = 1;
    while (result >= 0 && !littlefs2_pair_is_null(at->pair)) {
        result = littlefs2_clean_up(fs);
        if (result == 0) {
            result = look(fs, mover, &from);
        }
        if (result == MOVE_PAIR) {
            result = littlefs2_move_pair(fs, at->pair);
        } else if (result >= 0) {
            result = result == MOVE_FILE ? littlefs2_move_file(fs, mover, from) : 0;
            at->id++;
        }
        littlefs2_progress(fs);
    }
    return result;
}

/* -- All of it -------------------------------------------------------------------------------------- */

static void withhold(littlefs2_t *fs, uint32_t blocks)
{
    fs->withheld = blocks;
    littlefs2_forget_map(fs);
}

/* Looks whether there is room at all, before anything moves in vain. */
static int prepare_to_move(littlefs2_t *fs, uint32_t block_count)
{
    const uint32_t less = fs->block_count - block_count;
    int error = littlefs2_make_consistent(fs);
    if (error == 0) {
        error = littlefs2_know_map(fs);
    }
    if (error == 0 && fs->free_blocks < less + fs->reserve) {
        error = MCUFS_ENOSPC;
    }
    if (error == 0) {
        withhold(fs, less);
        error = settle_open_files(fs);
    }
    return error;
}

LITTLEFS2_OUT_OF_LINE static int move_everything(littlefs2_t *fs)
{
    littlefs2_file_t mover;
    littlefs2_mover_begin(fs, &mover);
    int error = move_open_files(fs, &mover);
    if (error == 0) {
        error = move_listed(fs, &mover);
    }
    littlefs2_mover_end(fs, &mover);
    return error;
}

int littlefs2_resize(void *volume, uint64_t block_count)
{
    littlefs2_t *fs = volume;
    int error = 0;
    if (block_count >= 2 && block_count < fs->block_count) {
        error = prepare_to_move(fs, (uint32_t)block_count);
        if (error == 0) {
            error = move_everything(fs);
        }
    }
    if (error == 0) {
        error = littlefs2_resize_in_place(fs, block_count);
    }
    if (fs->withheld > 0) {
        withhold(fs, 0);
    }
    return error;
}

#else
int littlefs2_resize(void *volume, uint64_t block_count)
{
    return littlefs2_resize_in_place(volume, block_count);
}
#endif
