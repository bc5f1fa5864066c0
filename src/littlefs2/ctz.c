/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The block list of a file (spec: littlefs-format.md A6): block i > 0 starts with pointers to blocks
 * i - 1, i - 2, i - 4, ... for every power of two that divides i; the file is known by its last block. */

#include "internal.h"

#include "../base/bits.h"

uint32_t littlefs2_ctz_header(uint32_t index)
{
    return index == 0 ? 0 : 4 * ((uint32_t)mcufs_trailing_zeros(index) + 1);
}

uint32_t littlefs2_ctz_index(const littlefs2_t *fs, uint32_t position, uint32_t *offset)
{
    uint32_t unit = fs->block_size - 8;
    uint32_t index = position / unit;
    if (index > 0) {
        index = (position - 4 * ((uint32_t)mcufs_popcount(index - 1) + 2)) / unit;
    }
    if (offset) {
        *offset = position - unit * index - 4 * (uint32_t)mcufs_popcount(index);
    }
    return index;
}

uint32_t littlefs2_ctz_blocks(const littlefs2_t *fs, uint32_t size)
{
    return size == 0 ? 0 : littlefs2_ctz_index(fs, size - 1, NULL) + 1;
}

bool littlefs2_same_extent(const littlefs2_extent_t *a, const littlefs2_extent_t *b)
{
    return a->kind == b->kind && a->head == b->head && a->size == b->size;
}

uint32_t littlefs2_extent_blocks(const littlefs2_t *fs, const littlefs2_extent_t *extent)
{
    return extent->kind == LITTLEFS2_CONTENT_CTZ ? littlefs2_ctz_blocks(fs, extent->size) : 0;
}

/* The pointer to follow from block `from` on the way to block `to`: it leads 2^n blocks back. */
static unsigned next_jump(uint32_t from, uint32_t to)
{
    unsigned jump = mcufs_trailing_zeros(from);
    while ((uint32_t)1 << jump > from - to) {
        jump--;
    }
    return jump;
}

uint32_t littlefs2_ctz_distance(uint32_t from, uint32_t to)
{
    uint32_t reads = 0;
    while (from > to) {
        from -= (uint32_t)1 << next_jump(from, to);
        reads++;
    }
    return reads;
}

int littlefs2_ctz_find(littlefs2_t *fs, uint32_t head, uint32_t head_index, uint32_t index, uint32_t *block)
{
    while (head_index > index) {
        unsigned jump = next_jump(head_index, index);
        int error = littlefs2_read_word(fs, head, 4 * jump, &head);
        if (error < 0) {
            return error;
        }
        if (head >= fs->block_count) {
            return MCUFS_ECORRUPT;
        }
        head_index -= (uint32_t)1 << jump;
    }
    *block = head;
    return 0;
}

#if MCUFS_LITTLEFS2_WITH_POINTERS
/* -- Pointers that were come across ----------------------------------------------------------------- */

static void note(littlefs2_pointers_t *pointers, uint32_t index, uint32_t block)
{
    /* Two files of a damaged volume may end in one block, at different places. */
    if (index % pointers->stride == 0 && index / pointers->stride < pointers->used) {
        pointers->known[index / pointers->stride] = block;
    }
}

/* Notes all pointers at the start of a block, which cost no more than one of them. */
static int note_block(littlefs2_t *fs, uint32_t block, uint32_t index)
{
    for (uint32_t i = 0, jump = 1; index % jump == 0 && jump <= index; i++, jump *= 2) {
        uint32_t to;
        int error = littlefs2_read_word(fs, block, 4 * i, &to);
        if (error < 0) {
            return error;
        }
        note(fs->pointers, index - jump, to);
    }
    return 0;
}

static void begin_pointers(littlefs2_pointers_t *pointers, uint32_t head, uint32_t head_index)
{
    pointers->head = head;
    pointers->stride = 1;
    while (head_index / pointers->stride >= pointers->capacity) {
        pointers->stride *= 2;
    }
    pointers->used = head_index / pointers->stride + 1;
    for (uint32_t i = 0; i < pointers->used; i++) {
        pointers->known[i] = LITTLEFS2_NULL;
    }
    note(pointers, head_index, head);
}

int littlefs2_ctz_find_again(littlefs2_t *fs, uint32_t head, uint32_t head_index, uint32_t index,
                             uint32_t *block)
{
    littlefs2_pointers_t *pointers = fs->pointers;
    if (pointers->head != head) {
        begin_pointers(pointers, head, head_index);
    }
    for (uint32_t i = (index + pointers->stride - 1) / pointers->stride; i < pointers->used; i++) {
        if (pointers->known[i] < fs->block_count) {
            head = pointers->known[i];
            head_index = i * pointers->stride;
            break;
        }
    }
    int error = 0;
    while (error == 0 && head_index > index) {
        uint32_t to = head_index - ((uint32_t)1 << next_jump(head_index, index));
        error = note_block(fs, head, head_index);
        if (error == 0) {
            error = littlefs2_ctz_find(fs, head, head_index, to, &head);
            head_index = to;
        }
    }
    *block = head;
    return error;
}

#endif

/* -- Walks ------------------------------------------------------------------------------------------ */

int littlefs2_ctz_each(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t from_index,
                       int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    if (extent->kind != LITTLEFS2_CONTENT_CTZ) {
        return 0;
    }
    uint32_t block = extent->head;
    for (uint32_t index = littlefs2_ctz_blocks(fs, extent->size); index-- > from_index;) {
        if (block >= fs->block_count) {
            return MCUFS_ECORRUPT;
        }
        int result = visit(context, block, MCUFS_BLOCK_DATA);
        uint32_t pointers[2] = {LITTLEFS2_NULL, LITTLEFS2_NULL};
        /* An even block points to the block two before it as well: every second one need not be read. */
        bool both = index % 2 == 0 && index > from_index + 1;
        if (result == 0 && index > from_index) {
            result = littlefs2_read_word(fs, block, 0, &pointers[0]);
        }
        if (result == 0 && both) {
            result = pointers[0] >= fs->block_count ? MCUFS_ECORRUPT
                                                    : littlefs2_read_word(fs, block, 4, &pointers[1]);
        }
        if (result == 0 && both) {
            result = visit(context, pointers[0], MCUFS_BLOCK_DATA);
        }
        if (result != 0) {
            return result;
        }
        index -= both;
        block = pointers[both];
        if (index % 64 < 2) {
            littlefs2_progress(fs);
        }
    }
    return 0;
}

static int release(void *context, uint32_t block, mcufs_block_use_t use)
{
    (void)use;
    littlefs2_release(context, block);
    return 0;
}

void littlefs2_ctz_release(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t from_index)
{
    /* What cannot be read stays marked as used until the next mount: a leak, never a loss. */
    if (fs->map_known && littlefs2_ctz_each(fs, extent, from_index, release, fs) < 0) {
        fs->health.uncorrected++;
    }
}
