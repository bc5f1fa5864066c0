/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Repair of files whose blocks are wrong, lost or shared: from the lowest such block on, the file is
 * written anew into other blocks. Everything that can still be reached keeps its place in the file; what is
 * lost reads as zeros, which loses less than cutting the file: it is linked from its end. */

#include "check.h"

#include "../base/bits.h"
#include "../base/endian.h"

typedef struct rebuilding {
    littlefs2_t *fs;
    littlefs2_extent_t extent;
    uint32_t blocks;
    /* Old blocks [first, first + count), in the memory of an unused file buffer. */
    uint32_t first, count;
    uint32_t previous; /* the block before the one to be written */
} rebuilding_t;

/* Follows the old blocks from the end of the file down to `first`. */
static int look_up_from(rebuilding_t *rebuilding, uint32_t first)
{
    littlefs2_t *fs = rebuilding->fs;
    check_chain_t chain;
    uint32_t room = fs->cache_size / 4;
    rebuilding->first = first;
    rebuilding->count = littlefs2_minimum(room, rebuilding->blocks - first);
    littlefs2_check_chain_start(&chain, &rebuilding->extent, rebuilding->blocks);
    for (;;) {
        if (chain.index - first < rebuilding->count) {
            mcufs_store_le32(fs->file_buffers + 4 * (size_t)(chain.index - first), chain.block);
        }
        if (chain.index == first) {
            return 0;
        }
        int error = littlefs2_check_chain_step(fs, &chain);
        if (error < 0) {
            return error;
        }
        if (chain.index % 64 == 0) {
            littlefs2_progress(fs);
        }
    }
}

static int old_block(rebuilding_t *rebuilding, uint32_t index, uint32_t *block)
{
    if (index < rebuilding->first || index - rebuilding->first >= rebuilding->count) {
        int error = look_up_from(rebuilding, index);
        if (error < 0) {
            return error;
        }
    }
    *block = mcufs_load_le32(rebuilding->fs->file_buffers + 4 * (size_t)(index - rebuilding->first));
    return 0;
}

/* The pointers of block `index`: to the one before, and from that one's pointers to those further back. */
static int put_pointers(rebuilding_t *rebuilding, uint32_t index)
{
    littlefs2_t *fs = rebuilding->fs;
    uint32_t pointer = rebuilding->previous;
    for (unsigned k = 0; index > 0 && k <= mcufs_trailing_zeros(index); k++) {
        uint8_t bytes[4];
        if (k > 0) {
            int error = littlefs2_read_word(fs, pointer, 4 * (k - 1), &pointer);
            if (error < 0) {
                return error;
            }
        }
        mcufs_store_le32(bytes, pointer);
        int error = littlefs2_writer_put(fs, &fs->writer, bytes, sizeof bytes);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

static int put_content(rebuilding_t *rebuilding, uint32_t index, uint32_t old)
{
    littlefs2_t *fs = rebuilding->fs;
    uint8_t chunk[32];
    uint32_t offset = littlefs2_ctz_header(index);
    uint32_t end = fs->block_size;
    if (index + 1 == rebuilding->blocks) {
        (void)littlefs2_ctz_index(fs, rebuilding->extent.size - 1, &end);
        end++;
    }
    while (offset < end) {
        uint32_t part = littlefs2_minimum(sizeof chunk, end - offset);
        int error = old == LITTLEFS2_NULL ? MCUFS_ECORRUPT
                                          : littlefs2_read(fs, old, offset, chunk, part, end - offset);
        if (error == MCUFS_ECORRUPT) {
            memset(chunk, 0, sizeof chunk);
        } else if (error < 0) {
            return error;
        }
        error = littlefs2_writer_put(fs, &fs->writer, chunk, part);
        if (error < 0) {
            return error;
        }
        offset += part;
    }
    return littlefs2_writer_flush(fs, &fs->writer);
}

static int write_block(rebuilding_t *rebuilding, uint32_t index, uint32_t old)
{
    littlefs2_t *fs = rebuilding->fs;
    int error = MCUFS_ECORRUPT;
    while (error == MCUFS_ECORRUPT) { /* a bad block stays marked as used: try another */
        uint32_t block;
        error = littlefs2_allocate(fs, false, true, &block);
        if (error < 0) {
            return error;
        }
        littlefs2_writer_start(&fs->writer, block, 0);
        error = put_pointers(rebuilding, index);
        if (error == 0) {
            error = put_content(rebuilding, index, old);
        }
        if (error == 0) {
            rebuilding->previous = block;
        }
    }
    return error;
}

/* The content of an entry, where it is in blocks. */
static int find_extent(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint16_t id,
                       littlefs2_extent_t *extent)
{
    littlefs2_location_t location;
    uint32_t words[2];
    int error = littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, id, &location);
    if (error == 0 && littlefs2_tag_type(location.tag) != LITTLEFS2_STRUCT_CTZ) {
        error = MCUFS_ENOENT;
    }
    if (error == 0) {
        error = littlefs2_read_two_words(fs, &location, words);
    }
    if (error == 0) {
        *extent = (littlefs2_extent_t){LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
        error = littlefs2_check_extent_is_possible(fs, extent) ? 0 : MCUFS_ECORRUPT;
    }
    return error == MCUFS_ENOENT ? MCUFS_ECORRUPT : error;
}

int littlefs2_check_rebuild(check_t *check, const uint32_t pair[2], uint16_t id, uint32_t index)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata;
    rebuilding_t rebuilding = {.fs = fs};
    int error = littlefs2_get(fs, pair, &metadata);
    if (error == 0) {
        error = find_extent(fs, &metadata, id, &rebuilding.extent);
    }
    if (error < 0) {
        return error;
    }
    rebuilding.blocks = littlefs2_ctz_blocks(fs, rebuilding.extent.size);
    rebuilding.previous = LITTLEFS2_NULL;
    if (index >= rebuilding.blocks) {
        return MCUFS_ECORRUPT;
    }
    if (index > 0) {
        error = old_block(&rebuilding, index - 1, &rebuilding.previous);
    }
    for (; error == 0 && index < rebuilding.blocks; index++) {
        uint32_t old;
        error = old_block(&rebuilding, index, &old);
        if (error == 0) {
            error = write_block(&rebuilding, index, old);
        }
        littlefs2_progress(fs);
    }
    if (error == 0) {
        error = littlefs2_sync_device(fs);
    }
    if (error < 0) {
        return error;
    }
    uint8_t bytes[8];
    mcufs_store_le32(bytes, rebuilding.previous);
    mcufs_store_le32(bytes + 4, rebuilding.extent.size);
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_STRUCT_CTZ, id, sizeof bytes), .data = bytes};
    return littlefs2_commit(fs, &metadata, &change, 1);
}
