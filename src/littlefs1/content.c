/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The block list of a file: block i > 0 starts with pointers to blocks i - 1, i - 2, i - 4, ... for every
 * power of two that divides i; the file is known by its last block. */

#include "internal.h"

#include "../base/bits.h"

uint32_t littlefs1_content_index(const littlefs1_t *fs, uint32_t position, uint32_t *offset)
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

uint32_t littlefs1_content_blocks(const littlefs1_t *fs, uint32_t size)
{
    return size == 0 ? 0 : littlefs1_content_index(fs, size - 1, NULL) + 1;
}

bool littlefs1_content_is_possible(const littlefs1_t *fs, const uint32_t words[2])
{
    return words[1] == 0 || (words[1] <= LITTLEFS1_FILE_SIZE_MAX && words[0] < fs->block_count &&
                             littlefs1_content_blocks(fs, words[1]) <= fs->block_count);
}

int littlefs1_content_find(littlefs1_t *fs, uint32_t from, uint32_t from_index, uint32_t index,
                           uint32_t *block)
{
    while (from_index > index) {
        unsigned jump = mcufs_trailing_zeros(from_index);
        while ((uint32_t)1 << jump > from_index - index) {
            jump--;
        }
        int error = littlefs1_read_word(fs, from, 4 * jump, &from);
        if (error < 0) {
            return error;
        }
        if (from >= fs->block_count) {
            return MCUFS_ECORRUPT;
        }
        from_index -= (uint32_t)1 << jump;
    }
    *block = from;
    return 0;
}

int littlefs1_content_visit(littlefs1_t *fs, const uint32_t words[2],
                            int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    uint32_t block = words[0];
    for (uint32_t index = littlefs1_content_blocks(fs, words[1]); index-- > 0;) {
        if (block >= fs->block_count) {
            return MCUFS_ECORRUPT;
        }
        int result = visit(context, block, MCUFS_BLOCK_DATA);
        if (result == 0 && index > 0) {
            result = littlefs1_read_word(fs, block, 0, &block);
        }
        if (result != 0) {
            return result;
        }
        if (index % 64 == 0) {
            littlefs1_progress(fs);
        }
    }
    return 0;
}

int littlefs1_content_verify(littlefs1_t *fs, const uint32_t words[2],
                             int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                             void *context)
{
    /* The newest block of those whose index 2^k divides: 2^k further down, its pointer k leads. */
    uint32_t above[32];
    uint32_t block = words[0];
    uint32_t index = littlefs1_content_blocks(fs, words[1]);
    for (unsigned k = 0; k < 32; k++) {
        above[k] = LITTLEFS1_NULL;
    }
    while (index-- > 0) {
        for (unsigned k = 0; k < 32 && (index == 0 || k <= mcufs_trailing_zeros(index)); k++) {
            uint32_t pointer = block;
            int error = above[k] == LITTLEFS1_NULL ? 0 : littlefs1_read_word(fs, above[k], 4 * k, &pointer);
            if (error < 0) {
                return error;
            }
            if (above[k] != LITTLEFS1_NULL && k == 0) {
                block = pointer;
            }
            if (pointer != block || block >= fs->block_count) {
                return MCUFS_ECORRUPT;
            }
        }
        int result = block < fs->block_count ? visit(context, block, MCUFS_BLOCK_DATA) : MCUFS_ECORRUPT;
        if (result != 0) {
            return result;
        }
        for (unsigned k = 0; k < 32 && k <= mcufs_trailing_zeros(index); k++) {
            above[k] = block;
        }
        if (index % 64 == 0) {
            littlefs1_progress(fs);
        }
    }
    return 0;
}
