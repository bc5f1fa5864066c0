/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Writing files.
 *
 * A small file is kept whole in the writer's buffer and committed with its entry. A larger one is a chain in
 * which every block points back, so a change at some position means new blocks from there to the end. That
 * is done in one pass: the writer's chain grows from the first change on; what is written further ahead
 * joins it, with the old content copied in between; the rest follows at sync. Only a write behind the
 * pass's back ends it early and starts another.
 *
 * Appending goes on in the last block, in place, when the bytes behind the end are known to be erased. */

#include "internal.h"

#include "../base/bits.h"
#include "../base/endian.h"

uint32_t littlefs2_inline_limit(const littlefs2_t *fs, uint32_t buffer_size)
{
    return littlefs2_minimum(fs->inline_max, buffer_size);
}

/* Releases blocks of `source`, from `from_index` on, that are not on disk. */
static void release_source(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t from_index)
{
    if (!littlefs2_same_extent(&node->source, &node->committed)) {
        littlefs2_ctz_release(fs, &node->source, from_index > node->shared ? from_index : node->shared);
    }
}

/* Makes `source` shorter. */
static int cut_source(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    uint32_t blocks = littlefs2_ctz_blocks(fs, size);
    littlefs2_extent_t cut = {LITTLEFS2_CONTENT_NONE, 0, size};
    if (size >= node->source.size) {
        return 0;
    }
    if (node->source.kind == LITTLEFS2_CONTENT_INLINE) {
        cut.kind = size > 0 ? LITTLEFS2_CONTENT_INLINE : LITTLEFS2_CONTENT_NONE;
        node->source = cut;
        return 0;
    }
    if (size > 0) {
        cut.kind = LITTLEFS2_CONTENT_CTZ;
        int error = littlefs2_source_block(fs, node, blocks - 1, &cut.head);
        if (error < 0) {
            return error;
        }
    }
    release_source(fs, node, blocks);
    node->source = cut;
    node->shared = littlefs2_minimum(node->shared, blocks);
    node->tail_programmed = 0;
    node->near_head = LITTLEFS2_NULL;
    return 0;
}

/* -- The writer's blocks ---------------------------------------------------------------------------- */

static int copy_to_block(littlefs2_t *fs, const littlefs2_location_t *from, uint32_t size, uint32_t block)
{
    int error = 0;
    littlefs2_writer_start(&fs->writer, block, 0);
    for (uint32_t done = 0; error == 0 && done < size;) {
        uint8_t chunk[32];
        uint32_t part = littlefs2_minimum(sizeof chunk, size - done);
        error = littlefs2_read_location(fs, from, done, chunk, part);
        if (error == 0) {
            error = littlefs2_writer_put(fs, &fs->writer, chunk, part);
        }
        done += part;
    }
    if (error == 0) {
        error = littlefs2_writer_flush(fs, &fs->writer);
    }
    if (error < 0 && error != MCUFS_ECORRUPT) {
        littlefs2_release(fs, block);
    }
    return error;
}

/* Copies what is programmed of the writer's block to a new one, and goes on there. */
static int replace_block(littlefs2_t *fs, littlefs2_node_t *node, bool bad)
{
    const littlefs2_location_t programmed = {0, NULL, node->writer.block, 0};
    uint32_t block;
    int error;
    do {
        error = littlefs2_allocate_data(fs, false, &block);
        if (error < 0) {
            return error;
        }
        error = copy_to_block(fs, &programmed, node->writer.offset, block);
    } while (error == MCUFS_ECORRUPT);
    if (error < 0) {
        return error;
    }
    if (!bad && node->index >= node->pass_shared) {
        littlefs2_release(fs, node->writer.block);
    }
    node->writer.block = block;
    node->pass_shared = littlefs2_minimum(node->pass_shared, node->index);
    node->retry = false;
    fs->health.corrected++;
    return 0;
}

/* Programs the buffer; on a bad block moves to another. */
static int flush(littlefs2_t *fs, littlefs2_node_t *node)
{
    if (node->writer.used == 0) {
        return 0;
    }
    bool bad = false;
    for (;;) {
        int error = node->retry ? replace_block(fs, node, bad) : 0;
        if (error < 0) {
            return error;
        }
        const uint32_t offset = node->writer.offset, size = node->writer.used;
        error = littlefs2_writer_flush(fs, &node->writer);
        if (error == 0) {
            littlefs2_checksum_programmed(fs, node, offset, node->writer.buffer, size);
            return 0;
        }
        /* Part of it may be programmed: never again over the same bytes. */
        node->retry = bad = true;
        if (error != MCUFS_ECORRUPT) {
            return error;
        }
    }
}

int littlefs2_put_pointers(littlefs2_t *fs, littlefs2_writer_t *writer, uint32_t index, uint32_t previous)
{
    uint32_t count = index == 0 ? 0 : (uint32_t)mcufs_trailing_zeros(index) + 1;
    uint32_t block = previous;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t bytes[4];
        mcufs_store_le32(bytes, block);
        int error = littlefs2_writer_put(fs, writer, bytes, sizeof bytes);
        if (error == 0 && i + 1 < count) {
            error = littlefs2_read_word(fs, block, 4 * i, &block);
        }
        if (error < 0) {
            return error;
        }
        if (block >= fs->block_count) {
            return MCUFS_EIO; /* the chain is damaged: no other block would help */
        }
    }
    return 0;
}

/* Whether the pass is long, or is going to be. */
static bool is_stream(const littlefs2_t *fs, const littlefs2_node_t *node)
{
    enum { LONG = 4 }; /* blocks */
    uint32_t left = node->source.size > node->cursor ? node->source.size - node->cursor : 0;
    return (node->writing && node->index >= node->pass_shared + LONG) || left >= LONG * fs->block_size;
}

/* Starts a new block of the chain, with nothing in it but its pointers. */
static int begin_block(littlefs2_t *fs, littlefs2_node_t *node, uint32_t index, uint32_t previous,
                       bool growth)
{
    littlefs2_writer_t before = node->writer;
    uint32_t block;
    int error;
    if (is_stream(fs, node)) {
        littlefs2_erase_for_stream(fs);
    }
    do {
        error = littlefs2_allocate_data(fs, growth, &block);
        if (error < 0) {
            break;
        }
        littlefs2_writer_start(&node->writer, block, 0);
        error = littlefs2_put_pointers(fs, &node->writer, index, previous);
        if (error < 0 && error != MCUFS_ECORRUPT) {
            littlefs2_release(fs, block);
        }
    } while (error == MCUFS_ECORRUPT);
    if (error < 0) {
        node->writer = before;
        return error;
    }
    node->index = index;
    node->previous = previous;
    node->retry = false;
    return 0;
}

/* Whether the next block makes the file larger than what is committed. */
static bool grows(const littlefs2_node_t *node)
{
    return node->cursor >= node->committed.size;
}

/* Room in the buffer for at least one byte of file content. */
static int make_room(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_writer_t *writer = &node->writer;
    if (writer->offset + writer->used == fs->block_size) {
        int error = flush(fs, node);
        if (error == 0) {
            error = begin_block(fs, node, node->index + 1, writer->block, grows(node));
        }
        if (error == 0) {
            littlefs2_allocation_checkpoint(fs);
        }
        return error;
    }
    return writer->used == writer->capacity ? flush(fs, node) : 0;
}

/* Bytes that fit without another flush. */
static uint32_t room_of(const littlefs2_t *fs, const littlefs2_writer_t *writer)
{
    return littlefs2_minimum(writer->capacity - writer->used, fs->block_size - writer->offset - writer->used);
}

/* Lets the pass take over old content up to `position`. */
static int copy_source(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position)
{
    while (node->cursor < position) {
        int error = make_room(fs, node);
        if (error < 0) {
            return error;
        }
        littlefs2_writer_t *writer = &node->writer;
        uint32_t part = littlefs2_minimum(room_of(fs, writer), position - node->cursor);
        error = littlefs2_source_read(fs, node, node->cursor, writer->buffer + writer->used, part);
        if (error == 0) {
            error = littlefs2_patches_lay_over(fs, node, node->cursor, writer->buffer + writer->used, part);
        }
        if (error < 0) {
            return error;
        }
        writer->used += part;
        node->cursor += part;
        littlefs2_progress(fs);
    }
    return 0;
}

/* -- Passes ----------------------------------------------------------------------------------------- */

/* Whether an append can go on behind the end of the last block as it is. */
static bool can_append_in_place(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                                uint32_t index, uint32_t offset)
{
    return node->source.kind == LITTLEFS2_CONTENT_CTZ && position == node->source.size &&
           node->tail_programmed == offset && offset % fs->program_size == 0 && offset < fs->block_size &&
           index + 1 == littlefs2_ctz_blocks(fs, node->source.size);
}

static int start_pass(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position)
{
    uint32_t offset, previous = LITTLEFS2_NULL;
    uint32_t index = littlefs2_ctz_index(fs, position, &offset);
    int error = 0;
    if (node->source.kind != LITTLEFS2_CONTENT_CTZ) {
        /* Inline content is rewritten from its start. */
        index = 0;
        offset = position;
        if (position > fs->block_size) {
            return MCUFS_ECORRUPT;
        }
    }
    if (can_append_in_place(fs, node, position, index, offset)) {
        if (index > 0) {
            error = littlefs2_read_word(fs, node->source.head, 0, &previous);
        }
        if (error < 0) {
            return error;
        }
        littlefs2_writer_start(&node->writer, node->source.head, offset);
        fs->tail_block = LITTLEFS2_NULL; /* not erased any more, even if this is never synced */
        node->index = index;
        node->previous = previous;
        node->pass_shared = index + 1;
        node->retry = false;
        node->cursor = position;
        node->writing = true;
        littlefs2_checksum_begin(fs, node, position);
        return 0;
    }
    if (index > 0) {
        error = littlefs2_source_block(fs, node, index - 1, &previous);
        if (error < 0) {
            return error;
        }
    }
    node->cursor = position - (offset - littlefs2_ctz_header(index));
    error = begin_block(fs, node, index, previous, position >= node->committed.size);
    if (error < 0) {
        return error;
    }
    node->pass_shared = index;
    node->writing = true;
    littlefs2_checksum_begin(fs, node, node->cursor);
    littlefs2_allocation_checkpoint(fs);
    error = copy_source(fs, node, position);
    if (error < 0) {
        node->writing = false;
        littlefs2_release(fs, node->writer.block);
    }
    return error;
}

/* Releases the pass's own blocks from `from_index` on. */
static void release_pass(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t from_index)
{
    if (node->index < from_index) {
        return;
    }
    uint32_t block = node->previous;
    littlefs2_release(fs, node->writer.block);
    for (uint32_t index = node->index; index-- > from_index;) {
        uint32_t next = LITTLEFS2_NULL;
        if (index > from_index && littlefs2_read_word(fs, block, 0, &next) < 0) {
            return;
        }
        littlefs2_release(fs, block);
        block = next;
    }
}

/* Completes the chain with the rest of the old content: it is the new `source`. After an error the pass is
 * still under way, and nothing is lost. */
static int finish_pass(littlefs2_t *fs, littlefs2_node_t *node)
{
    int error = copy_source(fs, node, littlefs2_minimum(node->source.size, node->size));
    /* What failed half-way may have left more behind than the file is long, or a block with nothing in it. */
    uint32_t end = littlefs2_minimum(node->cursor, node->size);
    uint32_t blocks = littlefs2_ctz_blocks(fs, end);
    littlefs2_extent_t result = {end > 0 ? LITTLEFS2_CONTENT_CTZ : LITTLEFS2_CONTENT_NONE, 0, end};
    if (error == 0 && blocks > node->index) {
        error = flush(fs, node);
        result.head = node->writer.block;
    } else if (error == 0 && blocks > 0) {
        error = littlefs2_ctz_find(fs, node->previous, node->index - 1, blocks - 1, &result.head);
    }
    if (error < 0) {
        return error;
    }
    uint32_t kept = littlefs2_minimum(blocks, node->pass_shared);
    release_pass(fs, node, blocks > kept ? blocks : node->pass_shared);
    release_source(fs, node, kept);
    node->shared = littlefs2_minimum(node->shared, kept);
    node->source = result;
    node->tail_programmed = end == node->cursor && blocks > node->index ? node->writer.offset : 0;
    node->near_head = LITTLEFS2_NULL;
    node->writing = false;
    return 0;
}

/* Puts all of the content into blocks. */
static int complete(littlefs2_t *fs, littlefs2_node_t *node)
{
    int error = node->writing ? finish_pass(fs, node) : 0;
    if (error < 0 || !littlefs2_is_patched(node)) {
        return error;
    }
    uint32_t lowest = littlefs2_patches_lowest(fs);
    if (lowest != LITTLEFS2_NULL) {
        error = start_pass(fs, node, lowest);
        if (error == 0) {
            error = finish_pass(fs, node);
        }
    }
    if (error == 0) {
        littlefs2_patches_drop(fs, node);
    }
    return error;
}

void littlefs2_node_revert(littlefs2_t *fs, littlefs2_node_t *node)
{
    if (node->writing) {
        release_pass(fs, node, node->pass_shared);
    }
    littlefs2_patches_drop(fs, node);
    node->writing = false;
    release_source(fs, node, 0);
    node->source = node->committed;
    node->shared = littlefs2_extent_blocks(fs, &node->committed);
    node->size = node->committed.size;
    node->in_buffer = node->dirty = node->retry = false;
    node->tail_programmed = 0;
    node->near_head = LITTLEFS2_NULL;
    node->writer.used = 0;
    littlefs2_checksum_forget_pass(fs, node);
}

/* -- Small files ------------------------------------------------------------------------------------ */

/* Takes the whole content, which fits, into the buffer. */
static int load(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    int error = size > 0 ? littlefs2_node_read(fs, node, 0, node->writer.buffer, size) : 0;
    if (error < 0) {
        return error;
    }
    littlefs2_patches_drop(fs, node);
    release_source(fs, node, 0);
    if (!littlefs2_same_extent(&node->source, &node->committed) ||
        node->source.kind == LITTLEFS2_CONTENT_CTZ) {
        node->source = (littlefs2_extent_t){LITTLEFS2_CONTENT_NONE, 0, 0};
        node->shared = 0;
    }
    node->in_buffer = true;
    node->writer.used = 0;
    node->size = size;
    return 0;
}

/* The content outgrows the buffer: the buffer becomes the start of a chain. */
static int spill(littlefs2_t *fs, littlefs2_node_t *node)
{
    uint32_t block;
    int error = littlefs2_allocate_data(fs, node->size >= node->committed.size, &block);
    if (error < 0) {
        return error;
    }
    littlefs2_writer_start(&node->writer, block, 0);
    node->writer.used = node->size;
    node->index = node->pass_shared = node->shared = 0;
    node->previous = LITTLEFS2_NULL;
    node->cursor = node->size;
    node->source = (littlefs2_extent_t){LITTLEFS2_CONTENT_NONE, 0, 0};
    node->in_buffer = node->retry = false;
    node->writing = true;
    littlefs2_checksum_begin(fs, node, 0);
    littlefs2_allocation_checkpoint(fs);
    return 0;
}

/* Content that may become small enough for the buffer. */
static bool may_load(const littlefs2_node_t *node)
{
    return !node->writing && !node->in_buffer &&
           (node->source.kind == LITTLEFS2_CONTENT_NONE || node->source.kind == LITTLEFS2_CONTENT_INLINE);
}

int littlefs2_node_settle(littlefs2_t *fs, littlefs2_node_t *node)
{
    int error = 0;
    if (node->in_buffer && node->size > 0) {
        error = spill(fs, node);
    } else if (node->in_buffer) {
        node->in_buffer = false;
        node->source = (littlefs2_extent_t){LITTLEFS2_CONTENT_NONE, 0, 0};
    }
    return error == 0 ? complete(fs, node) : error;
}

LITTLEFS2_OUT_OF_LINE int littlefs2_node_place(littlefs2_t *fs, littlefs2_node_t *node)
{
    int error = 0;
    if (node->source.kind == LITTLEFS2_CONTENT_INLINE && !node->in_buffer && !node->writing &&
        node->source.size != node->committed.size) {
        bool fits = node->size <= littlefs2_inline_limit(fs, node->writer.capacity);
        error = fits ? load(fs, node, node->size) : start_pass(fs, node, 0);
    }
    if (error == 0) {
        error = complete(fs, node);
    }
    if (error == 0 && node->source.kind == LITTLEFS2_CONTENT_CTZ) {
        error = littlefs2_sync_device(fs);
    }
    return error;
}

int littlefs2_node_detach(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_location_t content;
    uint32_t size = node->source.size;
    uint32_t block;
    if (node->in_buffer || node->source.kind != LITTLEFS2_CONTENT_INLINE) {
        return 0;
    }
    bool fits = may_load(node) && node->size <= node->writer.capacity;
    int error = fits ? MCUFS_ENOSPC : littlefs2_inline_location(fs, node, &content);
    if (error == 0) {
        error = littlefs2_allocate(fs, false, true, &block);
    }
    if (error == 0) {
        error = copy_to_block(fs, &content, size, block);
    }
    if (error == 0) {
        node->source = (littlefs2_extent_t){LITTLEFS2_CONTENT_CTZ, block, size};
        node->shared = 0;
        node->tail_programmed = 0;
        return 0;
    }
    /* A buffer needs no block, which a full volume would not have. */
    if (error == MCUFS_ENOSPC && may_load(node) && (fits || littlefs2_lend_buffer(fs, node))) {
        error = load(fs, node, node->size);
        node->dirty = node->dirty || error == 0;
    }
    return error;
}

/* -- Writing ---------------------------------------------------------------------------------------- */

/* Whether bytes at `position` can still be changed in the writer's buffer. */
static bool is_in_buffer(const littlefs2_node_t *node, uint32_t position)
{
    uint32_t content = node->writer.offset + node->writer.used - littlefs2_ctz_header(node->index);
    return position < node->cursor &&
           position >= node->cursor - littlefs2_minimum(content, node->writer.used);
}

/* Whether an overwrite is better kept for later than made part of the pass. */
static bool can_wait(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position, uint32_t size)
{
    bool near = node->writing && !littlefs2_is_patched(node) &&
                (is_in_buffer(node, position) ||
                 (position >= node->cursor && position - node->cursor <= fs->block_size));
    return !near && (node->writing || node->source.kind == LITTLEFS2_CONTENT_CTZ) &&
           !littlefs2_patches_continue(fs, node, position, size) && littlefs2_patches_take(fs, node, size);
}

/* Starts a pass that takes over the patches, where they would be in its way. */
static int apply_patches(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint32_t size)
{
    if (!littlefs2_patches_continue(fs, node, position, size)) {
        return complete(fs, node);
    }
    int error = node->writing ? finish_pass(fs, node) : 0;
    if (error == 0) {
        error = start_pass(fs, node, littlefs2_patches_lowest(fs));
    }
    if (error == 0) {
        error = copy_source(fs, node, position);
    }
    if (error == 0) {
        littlefs2_patches_drop(fs, node);
    }
    return error;
}

/* Gets the pass to where bytes at `position` can be put: overwritten in the buffer, or appended. */
static int reach(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position)
{
    int error = 0;
    if (node->writing && position < node->cursor) {
        if (is_in_buffer(node, position)) {
            return 0;
        }
        error = finish_pass(fs, node);
    }
    if (error == 0 && !node->writing) {
        error = start_pass(fs, node, position);
    }
    return error < 0 ? error : copy_source(fs, node, position);
}

/* Puts as much as fits at once. */
static int put_some(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, const uint8_t *data,
                    uint32_t *size)
{
    littlefs2_writer_t *writer = &node->writer;
    if (position < node->cursor) {
        uint32_t behind = node->cursor - position;
        *size = littlefs2_minimum(*size, behind);
        memcpy(writer->buffer + writer->used - behind, data, *size);
        return 0;
    }
    int error = make_room(fs, node);
    if (error < 0) {
        return error;
    }
    *size = littlefs2_minimum(*size, room_of(fs, writer));
    memcpy(writer->buffer + writer->used, data, *size);
    writer->used += *size;
    node->cursor += *size;
    return 0;
}

int littlefs2_node_write(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, const uint8_t *data,
                         uint32_t size)
{
    uint32_t end = position + size;
    uint32_t limit = littlefs2_inline_limit(fs, node->writer.capacity);
    int error = 0;
    if (size == 0) {
        return 0;
    }
    if (may_load(node) && (end > node->size ? end : node->size) <= limit) {
        error = load(fs, node, node->size);
    }
    if (error == 0 && node->in_buffer) {
        if (end <= limit) {
            memcpy(node->writer.buffer + position, data, size);
            node->size = end > node->size ? end : node->size;
            node->dirty = true;
            return 0;
        }
        error = spill(fs, node);
    }
    if (error == 0 && end <= node->size && can_wait(fs, node, position, size)) {
        error = littlefs2_patches_add(fs, node, position, data, size);
        node->dirty = true; /* even part of it can be read already */
        if (error != MCUFS_ENOSPC) {
            return error;
        }
        error = 0;
    }
    if (error == 0 && littlefs2_is_patched(node) && position < node->size) {
        error = apply_patches(fs, node, position, size);
    }
    if (error == 0) {
        error = reach(fs, node, position);
    }
    while (error == 0 && size > 0) {
        uint32_t part = size;
        error = put_some(fs, node, position, data, &part);
        if (error == 0) {
            node->dirty = true;
            position += part;
            data += part;
            size -= part;
            node->size = position > node->size ? position : node->size;
        }
    }
    return error;
}

static int write_zeros(littlefs2_t *fs, littlefs2_node_t *node, uint32_t end)
{
    static const uint8_t zeros[32];
    while (node->size < end) {
        uint32_t part = littlefs2_minimum(sizeof zeros, end - node->size);
        int error = littlefs2_node_write(fs, node, node->size, zeros, part);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

/* A write that failed does not make the file longer. */
static void shrink_back(littlefs2_node_t *node, uint32_t size)
{
    node->size = littlefs2_minimum(node->size, size);
}

int32_t littlefs2_file_write(void *volume, void *handle, const void *buffer, uint32_t size)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    littlefs2_node_t *node = file->node;
    uint32_t before = node->size;
    if (!(file->flags & MCUFS_O_WRONLY)) {
        return MCUFS_EBADF;
    }
    uint32_t position = file->flags & MCUFS_O_APPEND ? node->size : file->position;
    if (size > fs->file_max || position > fs->file_max - size) {
        return MCUFS_EFBIG;
    }
    if (size == 0) {
        return 0;
    }
    int error = littlefs2_prepare_content(fs, node, position + size);
    if (error == 0) {
        error = write_zeros(fs, node, position);
    }
    if (error == 0) {
        error = littlefs2_node_write(fs, node, position, buffer, size);
    }
    if (error < 0) {
        shrink_back(node, before);
        return error;
    }
    file->position = position + size;
    return (int32_t)size;
}

/* -- Truncation ------------------------------------------------------------------------------------- */

static int shrink(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    int error = 0;
    uint32_t limit = littlefs2_inline_limit(fs, node->writer.capacity);
    if (node->in_buffer) {
        node->size = size;
        node->dirty = true;
        return 0;
    }
    uint32_t before = node->size;
    node->size = size;
    if (node->writing && (size <= node->cursor || size <= limit)) {
        error = finish_pass(fs, node);
    }
    if (error == 0) {
        error = cut_source(fs, node, size);
    }
    if (error < 0) {
        node->size = before;
        return error;
    }
    node->dirty = true;
    littlefs2_patches_cut(fs, node, size);
    /* Small again: back into the metadata, unless space there may be hard to get, or the content to read. */
    if (size > 0 && size <= limit && node->source.kind == LITTLEFS2_CONTENT_CTZ &&
        littlefs2_has_room(fs, 4)) {
        (void)load(fs, node, size);
    }
    return 0;
}

int littlefs2_node_truncate(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    uint32_t before = node->size;
    if (size < node->size) {
        return shrink(fs, node, size);
    }
    int error = write_zeros(fs, node, size);
    if (error < 0) {
        shrink_back(node, before);
    }
    return error;
}

int littlefs2_file_truncate(void *volume, void *handle, uint64_t size)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    if (!(file->flags & MCUFS_O_WRONLY)) {
        return MCUFS_EBADF;
    }
    if (size > fs->file_max) {
        return MCUFS_EFBIG;
    }
    int error = littlefs2_prepare_content(fs, file->node, (uint32_t)size);
    return error < 0 ? error : littlefs2_node_truncate(fs, file->node, (uint32_t)size);
}
