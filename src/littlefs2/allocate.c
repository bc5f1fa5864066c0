/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Free blocks. Nothing on disk records them: a block is free when the tree does not lead to it and no open
 * file holds it.
 *
 * The map has a bit per block of a window; with enough arena the window is the whole volume, filled by one
 * traversal and kept right from then on. A smaller window moves along and is refilled; the free blocks it
 * shows are picked into a short list, between operations, when nothing is in flight that a traversal would
 * not find. */

#include "internal.h"

#include "../base/bitmap.h"

static bool map_is_whole(const littlefs2_t *fs)
{
    return fs->map_capacity >= fs->block_count;
}

static bool in_window(const littlefs2_t *fs, uint32_t block)
{
    return block >= fs->map_start && block - fs->map_start < fs->map_length;
}

/* Whether the block may not be handed out, and counts as used: it is in a part of the volume that is to go.
 */
static bool is_withheld(const littlefs2_t *fs, uint32_t block)
{
    return MCUFS_LITTLEFS2_WITH_SHRINK && block >= fs->block_count - fs->withheld;
}

void littlefs2_allocation_checkpoint(littlefs2_t *fs)
{
    fs->in_flight = 0;
}

bool littlefs2_has_room(const littlefs2_t *fs, uint32_t blocks)
{
    return fs->map_known && fs->free_blocks >= blocks;
}

/* -- What is in use --------------------------------------------------------------------------------- */

typedef int (*visit_t)(void *context, uint32_t block, mcufs_block_use_t use);

typedef struct traversal {
    visit_t visit;
    void *context;
} traversal_t;

/* The blocks of a log, and of the files in it. */
static int traverse_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    const traversal_t *traversal = context;
    const mcufs_block_use_t use = metadata->pair[0] < 2 ? MCUFS_BLOCK_SUPERBLOCK : MCUFS_BLOCK_METADATA;
    littlefs2_view_t view = littlefs2_view_of(metadata);
    int result = traversal->visit(traversal->context, metadata->pair[0], use);
    if (result == 0) {
        result = traversal->visit(traversal->context, metadata->pair[1], use);
    }
    if (result == 0) {
        result = littlefs2_learn_large_log(fs, metadata);
    }
    for (uint32_t id = 0; result == 0 && id < view.count; id++) {
        const littlefs2_entry_t *entry;
        result = littlefs2_entry(fs, &view, id, &entry);
        if (result < 0) {
            return result;
        }
        /* While the list may be stale, a directory may have moved already to where its entry says. */
        uint32_t type = littlefs2_tag_type(entry->struct_tag);
        bool file = type == LITTLEFS2_STRUCT_CTZ && !littlefs2_is_moved_away(fs, metadata, id);
        if (!file && (type != LITTLEFS2_STRUCT_DIRECTORY || !littlefs2_orphans_possible(fs))) {
            continue;
        }
        uint32_t words[2];
        littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        result = littlefs2_read_two_words(fs, &location, words);
        if (result == 0 && file) {
            littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
            result = littlefs2_ctz_each(fs, &extent, 0, traversal->visit, traversal->context);
        } else if (result == 0 && littlefs2_pair_is_valid(fs, words)) {
            result = traversal->visit(traversal->context, words[0], MCUFS_BLOCK_METADATA);
            result =
                result == 0 ? traversal->visit(traversal->context, words[1], MCUFS_BLOCK_METADATA) : result;
        }
    }
    return result;
}

/* Blocks of an open file that the metadata does not lead to. */
static int traverse_node(littlefs2_t *fs, const littlefs2_node_t *node, visit_t visit, void *context)
{
    int result = 0;
    if (node->handle.flags & LITTLEFS2_HANDLE_REMOVED) {
        result = littlefs2_ctz_each(fs, &node->committed, 0, visit, context);
    }
    if (result == 0) {
        result = littlefs2_ctz_each(fs, &node->source, node->shared, visit, context);
    }
    if (result == 0 && littlefs2_is_patched(node)) {
        result = littlefs2_patches_visit(fs, visit, context);
    }
    if (result == 0 && node->writing && node->index >= node->pass_shared) {
        result = visit(context, node->writer.block, MCUFS_BLOCK_DATA);
        uint32_t block = node->previous;
        for (uint32_t index = node->index; result == 0 && index-- > node->pass_shared;) {
            result = visit(context, block, MCUFS_BLOCK_DATA);
            if (result == 0 && index > node->pass_shared) {
                result = littlefs2_read_word(fs, block, 0, &block);
            }
        }
    }
    return result;
}

int littlefs2_traverse(void *volume, visit_t visit, void *context)
{
    littlefs2_t *fs = volume;
    traversal_t traversal = {visit, context};
    littlefs2_metadata_t metadata;
    int result = littlefs2_find_on_list(fs, traverse_log, &traversal, &metadata);
    for (const littlefs2_file_t *file = fs->files; result == 0 && file; file = file->next) {
        if (file->node == &file->own) {
            result = traverse_node(fs, file->node, visit, context);
        }
    }
    return result;
}

/* -- The map ---------------------------------------------------------------------------------------- */

/* Windows behind the one that is filled, of which the same traversal tells whether anything is free in them.
 */
enum { WINDOWS_AHEAD = 32 };

typedef struct filling {
    littlefs2_t *fs;
    uint32_t used;
    uint8_t ahead[WINDOWS_AHEAD]; /* blocks in use, up to 255 */
} filling_t;

/* A block that lies in a window further on. One that is visited twice counts twice. */
static void note_ahead(filling_t *filling, uint32_t block)
{
    const littlefs2_t *fs = filling->fs;
    uint32_t begin = fs->map_start + fs->map_length;
    uint32_t window = block >= begin ? (block - begin) / fs->map_capacity : WINDOWS_AHEAD;
    if (window < WINDOWS_AHEAD && filling->ahead[window] < 255) {
        filling->ahead[window]++;
    }
}

/* How many windows follow until there seems to be a free block. */
static int count_full(const filling_t *filling)
{
    const littlefs2_t *fs = filling->fs;
    uint32_t at = fs->map_start + fs->map_length;
    int full = 0;
    while (full < WINDOWS_AHEAD && at < fs->block_count &&
           filling->ahead[full] >= littlefs2_minimum(fs->map_capacity, fs->block_count - at)) {
        at += fs->map_capacity;
        full++;
    }
    return full;
}

static int mark_used(void *context, uint32_t block, mcufs_block_use_t use)
{
    filling_t *filling = context;
    littlefs2_t *fs = filling->fs;
    (void)use;
    if (block >= fs->block_count) {
        return MCUFS_ECORRUPT;
    }
    if (is_withheld(fs, block)) {
        return 0;
    }
    if (!in_window(fs, block)) {
        filling->used++;
        note_ahead(filling, block);
        return 0;
    }
    if (!mcufs_bitmap_test(fs->map, block - fs->map_start)) {
        mcufs_bitmap_set(fs->map, block - fs->map_start);
        filling->used++;
    }
    return 0;
}

/* Returns how many windows right behind this one seem to be full. */
static int fill_map(littlefs2_t *fs, uint32_t start)
{
    filling_t filling = {.fs = fs, .used = fs->withheld};
    fs->map_known = false;
    fs->map_start = map_is_whole(fs) ? 0 : start;
    fs->map_length = littlefs2_minimum(fs->map_capacity, fs->block_count - fs->map_start);
    memset(fs->map, 0, MCUFS_BITMAP_SIZE(fs->map_length));
    for (uint32_t i = fs->map_length; i-- > 0 && is_withheld(fs, fs->map_start + i);) {
        mcufs_bitmap_set(fs->map, i);
    }
    int error = littlefs2_traverse(fs, mark_used, &filling);
    if (error < 0) {
        return error;
    }
    for (uint32_t i = 0; i < fs->spare_count; i++) {
        if (in_window(fs, fs->spares[i])) {
            mcufs_bitmap_set(fs->map, fs->spares[i] - fs->map_start);
        }
    }
    fs->map_next = start;
    fs->free_blocks = fs->block_count - littlefs2_minimum(filling.used + fs->in_flight, fs->block_count);
    fs->map_known = true;
    return count_full(&filling);
}

void littlefs2_forget_map(littlefs2_t *fs)
{
    fs->map_known = false;
    fs->spare_count = 0;
    fs->spares_complete = false;
}

int littlefs2_know_map(littlefs2_t *fs)
{
    int result = fs->map_known ? 0 : fill_map(fs, fs->map_next % fs->block_count);
    return result < 0 ? result : 0;
}

/* -- Handing out ------------------------------------------------------------------------------------ */

/* Picks free blocks from the window, and from the windows that follow, once round the volume at most. `all`:
 * also from those that seem to be full. */
static int pick_spares(littlefs2_t *fs, bool all)
{
    uint32_t left = fs->block_count + fs->map_length;
    bool skipped = false;
    int full = 0;
    while (fs->spare_count < LITTLEFS2_SPARES && left > 0) {
        uint32_t begin = fs->map_next - fs->map_start;
        uint32_t bit = mcufs_bitmap_find_clear(fs->map, begin, fs->map_length);
        left -= littlefs2_minimum(left, bit - begin + 1);
        if (bit < fs->map_length) {
            mcufs_bitmap_set(fs->map, bit);
            fs->map_next = fs->map_start + bit + 1;
            fs->spares[fs->spare_count++] = fs->map_start + bit;
            continue;
        }
        uint32_t next = fs->map_start + fs->map_length;
        uint32_t skip =
            littlefs2_minimum(all ? 0 : (uint32_t)full * fs->map_capacity, fs->block_count - next);
        skipped = skipped || skip > 0;
        left -= littlefs2_minimum(left, skip);
        full = fill_map(fs, (next + skip) % fs->block_count);
        if (full < 0) {
            return full;
        }
    }
    fs->spares_complete = left == 0 && !skipped;
    return 0;
}

int littlefs2_find_blocks(littlefs2_t *fs)
{
    int error = littlefs2_know_map(fs);
    if (error < 0 || map_is_whole(fs)) {
        return error;
    }
    error = pick_spares(fs, false);
    /* Complete: nothing was passed over, so a second round would find no more. */
    return error == 0 && fs->spare_count == 0 && !fs->spares_complete ? pick_spares(fs, true) : error;
}

static bool take_from_map(littlefs2_t *fs, uint32_t *block)
{
    *block = mcufs_bitmap_find_clear(fs->map, fs->map_next, fs->map_length);
    if (*block == fs->map_length) {
        *block = mcufs_bitmap_find_clear(fs->map, 0, fs->map_length);
    }
    if (*block == fs->map_length) {
        return false;
    }
    mcufs_bitmap_set(fs->map, *block);
    fs->map_next = *block + 1;
    return true;
}

/* The block is marked as used; makes it ready. MCUFS_ECORRUPT: it is bad, and stays marked. */
static int make_ready(littlefs2_t *fs, uint32_t block, bool erased)
{
    if (block == fs->tail_block) {
        fs->tail_block = LITTLEFS2_NULL;
    }
    if (MCUFS_LITTLEFS2_WITH_POINTERS && fs->pointers && block == fs->pointers->head) {
        fs->pointers->head = LITTLEFS2_NULL;
    }
    fs->free_blocks--;
    fs->level_due -= MCUFS_LITTLEFS2_WITH_LEVELLING;
    int error = erased ? littlefs2_erase(fs, block) : 0;
    if (error < 0 && error != MCUFS_ECORRUPT) {
        littlefs2_release(fs, block);
        return error;
    }
    fs->in_flight++;
    if (erased) {
        fs->bad_in_a_row = error == 0 ? 0 : fs->bad_in_a_row + 1;
    }
    return error;
}

int littlefs2_allocate(littlefs2_t *fs, bool growth, bool erased, uint32_t *block)
{
    int error = MCUFS_ECORRUPT;
    if (!fs->map_known) {
        return MCUFS_EAGAIN;
    }
    while (error == MCUFS_ECORRUPT) {
        if (fs->free_blocks <= (growth ? fs->reserve : 0)) {
            return MCUFS_ENOSPC;
        }
        if (map_is_whole(fs)) {
            if (!take_from_map(fs, block)) {
                return MCUFS_ENOSPC;
            }
        } else if (fs->spare_count > 0) {
            *block = fs->spares[0];
            fs->spare_count--;
            memmove(fs->spares, fs->spares + 1, fs->spare_count * sizeof fs->spares[0]);
        } else if (fs->spares_complete || fs->bad_in_a_row > fs->block_count) {
            /* A window that moves on forgets which blocks are bad: once round is enough. */
            fs->bad_in_a_row = 0;
            return MCUFS_ENOSPC;
        } else {
            return MCUFS_EAGAIN;
        }
        error = make_ready(fs, *block, erased);
    }
    return error;
}

int littlefs2_allocate_data(littlefs2_t *fs, bool growth, uint32_t *block)
{
    int error = littlefs2_allocate(fs, growth, true, block);
    while (error == MCUFS_EAGAIN) {
        error = littlefs2_find_blocks(fs);
        if (error == 0) {
            error = littlefs2_allocate(fs, growth, true, block);
        }
    }
    return error;
}

void littlefs2_release(littlefs2_t *fs, uint32_t block)
{
    littlefs2_forget_places(fs, block);
    if (!fs->map_known || block >= fs->block_count || is_withheld(fs, block)) {
        return;
    }
    if (in_window(fs, block)) {
        if (!mcufs_bitmap_test(fs->map, block - fs->map_start)) {
            return;
        }
        mcufs_bitmap_clear(fs->map, block - fs->map_start);
    }
    fs->free_blocks += fs->free_blocks < fs->block_count;
    fs->spares_complete = false;
}
