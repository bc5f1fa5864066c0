/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of the content of files (spec: littlefs-format.md A6).
 *
 * The blocks of a file are linked from the last to the first, and every second one can be reached on more
 * than one way. All ways have to lead to the same block. */

#include "check.h"

#include "../base/bitmap.h"
#include "../base/bits.h"

/* -- Chains ------------------------------------------------------------------------------------------- */

static void settle(check_chain_t *chain, uint32_t block)
{
    chain->block = block;
    for (unsigned k = 0; k < 32 && k <= mcufs_trailing_zeros(chain->index); k++) {
        chain->above[k] = block;
    }
}

void littlefs2_check_chain_start(check_chain_t *chain, const littlefs2_extent_t *extent, uint32_t blocks)
{
    for (unsigned k = 0; k < 32; k++) {
        chain->above[k] = LITTLEFS2_NULL;
    }
    chain->index = blocks - 1;
    chain->wrong = LITTLEFS2_NULL;
    settle(chain, extent->head);
}

/* A pointer of a block; LITTLEFS2_NULL: unreadable or out of range. */
static int read_pointer(littlefs2_t *fs, uint32_t block, unsigned k, uint32_t *pointer)
{
    *pointer = LITTLEFS2_NULL;
    if (block == LITTLEFS2_NULL) {
        return 0;
    }
    int error = littlefs2_read_word(fs, block, 4 * k, pointer);
    if (error == MCUFS_ECORRUPT || *pointer >= fs->block_count) {
        *pointer = LITTLEFS2_NULL;
    }
    return error == MCUFS_ECORRUPT ? 0 : error;
}

/* Whether a block's own pointers look like those of block `index` of a file. */
static int is_plausible(littlefs2_t *fs, uint32_t block, uint32_t index, bool *plausible)
{
    *plausible = block != LITTLEFS2_NULL;
    for (unsigned k = 0; *plausible && index > 0 && k <= mcufs_trailing_zeros(index); k++) {
        uint32_t pointer;
        int error = read_pointer(fs, block, k, &pointer);
        if (error < 0) {
            return error;
        }
        *plausible = pointer != LITTLEFS2_NULL && pointer != block;
    }
    return 0;
}

int littlefs2_check_chain_step(littlefs2_t *fs, check_chain_t *chain)
{
    uint32_t candidates[32];
    uint32_t from = chain->index;
    uint32_t index = --chain->index;
    unsigned count = 0, best = 0, best_votes = 0;
    bool agree = true;
    /* 2^k blocks further up there is one with a pointer to this one, as far as the file goes. */
    for (unsigned k = 0; k < 31 && (index == 0 || k <= mcufs_trailing_zeros(index)); k++) {
        if (chain->above[k] == LITTLEFS2_NULL && k > 0) {
            continue;
        }
        int error = read_pointer(fs, chain->above[k], k, &candidates[count]);
        if (error < 0) {
            return error;
        }
        agree = agree && candidates[count] != LITTLEFS2_NULL && candidates[count] == candidates[0];
        count++;
    }
    for (unsigned i = 0; !agree && i < count; i++) {
        unsigned votes = 0;
        bool plausible;
        int error = is_plausible(fs, candidates[i], index, &plausible);
        if (error < 0) {
            return error;
        }
        for (unsigned j = 0; candidates[i] != LITTLEFS2_NULL && j < count; j++) {
            votes += candidates[i] == candidates[j] ? 2 : 0;
        }
        votes += plausible;
        if (votes > best_votes) {
            best = i;
            best_votes = votes;
        }
    }
    if (!agree && chain->wrong == LITTLEFS2_NULL) {
        chain->wrong = from;
    }
    settle(chain, agree || best_votes > 0 ? candidates[best] : LITTLEFS2_NULL);
    return 0;
}

/* -- Files -------------------------------------------------------------------------------------------- */

bool littlefs2_check_extent_is_possible(const littlefs2_t *fs, const littlefs2_extent_t *extent)
{
    return extent->size <= fs->file_max && extent->head < fs->block_count &&
           littlefs2_ctz_blocks(fs, extent->size) <= fs->block_count;
}

/* Takes a block for a file. What is wrong with that; NULL: nothing. */
static const char *take_block(check_t *check, uint32_t block)
{
    if (mcufs_bitmap_test(check->metadata, block)) {
        return "a block of the file is one of a directory";
    }
    if (mcufs_bitmap_test(check->data, block)) {
        return "a block of the file is in use already";
    }
    mcufs_bitmap_set(check->data, block);
    return NULL;
}

int littlefs2_check_file(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                         const littlefs2_extent_t *extent)
{
    littlefs2_t *fs = check->fs;
    check_place_t place = {.pair = metadata->pair, .id = id, .block = extent->head};
    check_chain_t chain;
    const char *message = NULL;
    if (extent->size == 0) {
        return 0;
    }
    if (!littlefs2_check_extent_is_possible(fs, extent)) {
        littlefs2_check_error(check, CHECK_LOST_FILE, "the size or the last block of the file is impossible",
                              &place);
        return 0;
    }
    littlefs2_check_chain_start(&chain, extent, littlefs2_ctz_blocks(fs, extent->size));
    for (;;) {
        const char *trouble =
            chain.block == LITTLEFS2_NULL ? "blocks of the file are lost" : take_block(check, chain.block);
        if (trouble) {
            message = trouble; /* in the end, of the lowest block: from there on all is written anew */
            place.block = chain.block;
            place.index = chain.index;
        }
        if (chain.index == 0) {
            break;
        }
        int error = littlefs2_check_chain_step(fs, &chain);
        if (error < 0) {
            return error;
        }
        if (chain.wrong == chain.index + 1) {
            message = "pointers to a block of the file do not agree";
            place.block = chain.block;
            place.index = chain.wrong;
            chain.wrong = LITTLEFS2_NULL;
        }
        if (chain.index % 64 == 0) {
            littlefs2_progress(fs);
        }
    }
    if (message) {
        littlefs2_check_error(check, CHECK_BROKEN_FILE, message, &place);
    }
    return 0;
}
