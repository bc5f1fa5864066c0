/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Free blocks. Nothing on disk records them: a block is free when the tree does not lead to it and no open
 * file holds it.
 *
 * The map has a bit per block of a window; with enough arena the window is the whole volume, filled by one
 * traversal and kept right from then on. A smaller window moves along and is refilled; then blocks handed
 * out but not yet referenced are safe only because the search never comes round to them within one
 * operation (allocation_left). */

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

void littlefs2_allocation_checkpoint(littlefs2_t *fs)
{
    fs->allocation_left = fs->block_count;
    fs->in_flight = 0;
}

void littlefs2_allocation_linked(littlefs2_t *fs)
{
    fs->in_flight = 0;
}

bool littlefs2_has_room(const littlefs2_t *fs, uint32_t blocks)
{
    return fs->map_known && fs->free_blocks >= blocks;
}

/* -- What is in use ---------------------------------------------------------------------------------------
 */

typedef int (*visit_t)(void *context, uint32_t block, mcufs_block_use_t use);

static int traverse_files(littlefs2_t *fs, const littlefs2_metadata_t *metadata, visit_t visit, void *context)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    for (uint32_t id = 0; id < view.count; id++) {
        const littlefs2_entry_t *entry;
        int error = littlefs2_entry(fs, &view, id, &entry);
        if (error < 0) {
            return error;
        }
        if (littlefs2_tag_type(entry->struct_tag) != LITTLEFS2_STRUCT_CTZ ||
            littlefs2_is_moved_away(fs, metadata, id)) {
            continue;
        }
        uint32_t words[2];
        littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        error = littlefs2_read_two_words(fs, &location, words);
        if (error < 0) {
            return error;
        }
        littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
        error = littlefs2_ctz_each(fs, &extent, 0, visit, context);
        if (error != 0) {
            return error;
        }
    }
    return 0;
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

int littlefs2_traverse(littlefs2_t *fs, visit_t visit, void *context)
{
    uint32_t pair[2] = {0, 1};
    for (uint32_t steps = 0; !littlefs2_pair_is_null(pair); steps++) {
        littlefs2_metadata_t metadata;
        if (steps > fs->block_count) {
            return MCUFS_ECORRUPT;
        }
        int result = littlefs2_get(fs, pair, &metadata);
        mcufs_block_use_t use = steps == 0 ? MCUFS_BLOCK_SUPERBLOCK : MCUFS_BLOCK_METADATA;
        for (unsigned half = 0; result == 0 && half < 2; half++) {
            result = visit(context, metadata.pair[half], use);
        }
        if (result == 0) {
            result = traverse_files(fs, &metadata, visit, context);
        }
        if (result != 0) {
            return result;
        }
        memcpy(pair, metadata.tail, sizeof pair);
        littlefs2_progress(fs);
    }
    for (const littlefs2_file_t *file = fs->files; file; file = file->next) {
        if (file->node == &file->own) {
            int result = traverse_node(fs, file->node, visit, context);
            if (result != 0) {
                return result;
            }
        }
    }
    return 0;
}

/* -- The map ----------------------------------------------------------------------------------------------
 */

typedef struct filling {
    littlefs2_t *fs;
    uint32_t used;
} filling_t;

static int mark_used(void *context, uint32_t block, mcufs_block_use_t use)
{
    filling_t *filling = context;
    littlefs2_t *fs = filling->fs;
    (void)use;
    if (block >= fs->block_count) {
        return MCUFS_ECORRUPT;
    }
    if (!in_window(fs, block)) {
        filling->used++;
        return 0;
    }
    if (!mcufs_bitmap_test(fs->map, block - fs->map_start)) {
        mcufs_bitmap_set(fs->map, block - fs->map_start);
        filling->used++;
    }
    return 0;
}

static int fill_map(littlefs2_t *fs, uint32_t start)
{
    filling_t filling = {fs, 0};
    fs->map_known = false;
    fs->map_start = map_is_whole(fs) ? 0 : start;
    fs->map_length = littlefs2_minimum(fs->map_capacity, fs->block_count - fs->map_start);
    memset(fs->map, 0, MCUFS_BITMAP_SIZE(fs->map_length));
    int error = littlefs2_traverse(fs, mark_used, &filling);
    if (error < 0) {
        return error;
    }
    fs->map_next = start;
    fs->free_blocks = fs->block_count - littlefs2_minimum(filling.used + fs->in_flight, fs->block_count);
    fs->map_known = true;
    return 0;
}

int littlefs2_know_map(littlefs2_t *fs)
{
    return fs->map_known ? 0 : fill_map(fs, fs->map_next % fs->block_count);
}

/* The next free block of the window, at most `*left` blocks away, or the end of the window. */
static uint32_t next_free(const littlefs2_t *fs, uint32_t *left)
{
    uint32_t begin = fs->map_next - fs->map_start;
    uint32_t end = fs->map_length - begin > *left ? begin + *left : fs->map_length;
    uint32_t bit = mcufs_bitmap_find_clear(fs->map, begin, end);
    *left -= bit - begin;
    return bit + fs->map_start;
}

static int take(littlefs2_t *fs, uint32_t block, bool erased)
{
    mcufs_bitmap_set(fs->map, block - fs->map_start);
    if (block == fs->tail_block) {
        fs->tail_block = LITTLEFS2_NULL;
    }
    int error = erased ? littlefs2_erase(fs, block) : 0;
    if (error < 0 && error != MCUFS_ECORRUPT) {
        mcufs_bitmap_clear(fs->map, block - fs->map_start);
        return error;
    }
    fs->free_blocks--;
    fs->in_flight++;
    return error;
}

int littlefs2_allocate(littlefs2_t *fs, bool growth, bool erased, uint32_t *block)
{
    int error = littlefs2_know_map(fs);
    if (error < 0) {
        return error;
    }
    /* In a whole map blocks in flight are marked, and going round is safe. */
    uint32_t rounds = 2 * fs->block_count;
    uint32_t *left = map_is_whole(fs) ? &rounds : &fs->allocation_left;
    while (*left > 0 && fs->free_blocks > (growth ? fs->reserve : 0)) {
        fs->map_next = next_free(fs, left);
        if (in_window(fs, fs->map_next)) {
            if (*left == 0) {
                break;
            }
            (*left)--;
            *block = fs->map_next++;
            error = take(fs, *block, erased);
            if (error != MCUFS_ECORRUPT) {
                return error;
            }
        } else if (map_is_whole(fs)) {
            fs->map_next = 0;
        } else {
            error = fill_map(fs, fs->map_next % fs->block_count);
            if (error < 0) {
                return error;
            }
        }
    }
    return MCUFS_ENOSPC;
}

void littlefs2_release(littlefs2_t *fs, uint32_t block)
{
    if (!fs->map_known || block >= fs->block_count) {
        return;
    }
    if (in_window(fs, block)) {
        if (!mcufs_bitmap_test(fs->map, block - fs->map_start)) {
            return;
        }
        mcufs_bitmap_clear(fs->map, block - fs->map_start);
    }
    fs->free_blocks += fs->free_blocks < fs->block_count;
}
