/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* File content in other blocks. Every block of a file points back to blocks before it, so what moves is
 * always the end of a chain: from some block on, all of it is written anew. One commit then says so; before
 * it the old blocks count, afterwards the new ones.
 *
 * A file that is open is moved by a handle of our own, so that a search for free blocks finds what is written
 * already, and that commits and pairs on the move take it along. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_SHRINK || MCUFS_LITTLEFS2_WITH_LEVELLING

void littlefs2_mover_begin(littlefs2_t *fs, littlefs2_file_t *mover)
{
    memset(mover, 0, sizeof *mover);
    mover->node = &mover->own;
    mover->next = fs->files;
    fs->files = mover;
    mover->own.users = 1;
    mover->own.handle.kind = LITTLEFS2_HANDLE_FILE;
    littlefs2_link_handle(fs, &mover->own.handle);
}

void littlefs2_mover_take(littlefs2_t *fs, littlefs2_file_t *mover, const littlefs2_extent_t *extent)
{
    mover->own.committed = mover->own.source = *extent;
    mover->own.shared = littlefs2_extent_blocks(fs, extent);
    mover->own.near_head = LITTLEFS2_NULL;
    mover->own.tail_programmed = 0;
}

void littlefs2_mover_end(littlefs2_t *fs, littlefs2_file_t *mover)
{
    littlefs2_node_revert(fs, &mover->own);
    littlefs2_unlink_handle(fs, &mover->own.handle);
    fs->files = mover->next;
}

/* What is damaged is no reason to try another block. */
static int not_the_new_block(int error)
{
    return error == MCUFS_ECORRUPT ? MCUFS_EIO : error;
}

/* Copies content up to `end` bytes into a block. */
static int copy_content(littlefs2_t *fs, uint32_t old, uint32_t offset, uint32_t end)
{
    littlefs2_writer_t *writer = &fs->writer;
    int error = 0;
    while (error == 0 && offset < end) {
        uint32_t part = littlefs2_minimum(writer->capacity - writer->used, end - offset);
        error = not_the_new_block(
            littlefs2_read(fs, old, offset, writer->buffer + writer->used, part, end - offset));
        if (error == 0) {
            writer->used += part;
            offset += part;
            error = writer->used == writer->capacity ? littlefs2_writer_flush(fs, writer) : 0;
        }
    }
    return error < 0 ? error : littlefs2_writer_flush(fs, writer);
}

/* Writes block `index` of the chain anew. */
static int move_block(littlefs2_t *fs, littlefs2_node_t *node, uint32_t index, uint32_t previous)
{
    uint32_t old, block;
    uint32_t end = fs->block_size;
    int error = littlefs2_source_block(fs, node, index, &old);
    if (index + 1 == littlefs2_extent_blocks(fs, &node->source)) {
        (void)littlefs2_ctz_index(fs, node->source.size - 1, &end);
        end++;
    }
    if (error < 0) {
        return not_the_new_block(error);
    }
    do { /* a bad block stays marked as used: try another */
        error = littlefs2_allocate_data(fs, false, &block);
        if (error < 0) {
            return error;
        }
        littlefs2_writer_start(&fs->writer, block, 0);
        error = littlefs2_put_pointers(fs, &fs->writer, index, previous);
        if (error == 0) {
            error = copy_content(fs, old, littlefs2_ctz_header(index), end);
        }
    } while (error == MCUFS_ECORRUPT);
    if (error < 0) {
        littlefs2_release(fs, block);
        return error;
    }
    node->previous = previous;
    node->index = index;
    node->writer.block = block;
    node->writing = true;
    littlefs2_allocation_checkpoint(fs);
    return 0;
}

int littlefs2_mover_write(littlefs2_t *fs, littlefs2_file_t *mover, uint32_t from)
{
    littlefs2_node_t *node = &mover->own;
    uint32_t blocks = littlefs2_extent_blocks(fs, &node->source);
    uint32_t previous = LITTLEFS2_NULL;
    int error = from > 0 ? not_the_new_block(littlefs2_source_block(fs, node, from - 1, &previous)) : 0;
    node->pass_shared = from;
    for (uint32_t index = from; error == 0 && index < blocks; index++) {
        error = move_block(fs, node, index, previous);
        previous = node->writer.block;
        littlefs2_progress(fs);
    }
    if (error == 0) {
        node->source.head = previous;
        node->shared = from;
        node->writing = false;
        node->tail_programmed = fs->writer.offset;
        node->near_head = LITTLEFS2_NULL;
    }
    return error;
}

/* The node of the file that the mover moves, where that is open. */
static littlefs2_node_t *open_node(littlefs2_t *fs, littlefs2_file_t *mover)
{
    fs->files = mover->next;
    littlefs2_node_t *node = littlefs2_node_of(fs, mover->own.handle.pair, mover->own.handle.id);
    fs->files = mover;
    return node;
}

void littlefs2_mover_hand_over(const littlefs2_file_t *mover, littlefs2_node_t *node)
{
    node->source = mover->own.source;
    node->tail_programmed = mover->own.tail_programmed;
    node->near_head = LITTLEFS2_NULL;
}

int littlefs2_move_file(littlefs2_t *fs, littlefs2_file_t *mover, uint32_t from)
{
    int error = littlefs2_mover_write(fs, mover, from);
    if (error == 0) {
        error = littlefs2_sync_device(fs);
    }
    if (error < 0) {
        return error;
    }
    littlefs2_node_t *open = open_node(fs, mover);
    bool synced = open && littlefs2_same_extent(&open->source, &open->committed);
    error = littlefs2_node_commit_moved(fs, &mover->own);
    if (error == 0 && open) {
        open->committed = mover->own.committed;
    }
    if (error == 0 && synced) {
        littlefs2_mover_hand_over(mover, open);
    }
    return error;
}

int littlefs2_move_pair(littlefs2_t *fs, const uint32_t pair[2])
{
    int result = littlefs2_relocate(fs, pair);
    return result == MCUFS_EAGAIN ? littlefs2_find_blocks(fs) : result; /* the caller will ask again */
}

int littlefs2_content_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                         littlefs2_extent_t *extent)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    const littlefs2_entry_t *entry;
    uint32_t words[2];
    int error = littlefs2_entry(fs, &view, id, &entry);
    *extent = (littlefs2_extent_t){LITTLEFS2_CONTENT_NONE, 0, 0};
    if (error < 0 || littlefs2_tag_type(entry->struct_tag) != LITTLEFS2_STRUCT_CTZ) {
        return error;
    }
    const littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
    error = littlefs2_read_two_words(fs, &location, words);
    if (error == 0) {
        *extent = (littlefs2_extent_t){LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
    }
    return error;
}

#else
/* A file has to declare something. */
typedef int littlefs2_move_left_out_t;
#endif
