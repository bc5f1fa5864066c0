/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open files: handles, and reading. All handles on one file share one node, which lives in the memory of
 * one of them and moves when that one is closed. */

#include "internal.h"

/* -- Nodes and handles ------------------------------------------------------------------------------ */

void littlefs2_link_handle(littlefs2_t *fs, littlefs2_handle_t *handle)
{
    handle->next = fs->handles;
    fs->handles = handle;
}

void littlefs2_unlink_handle(littlefs2_t *fs, littlefs2_handle_t *handle)
{
    for (littlefs2_handle_t **link = &fs->handles; *link; link = &(*link)->next) {
        if (*link == handle) {
            *link = handle->next;
            return;
        }
    }
}

littlefs2_node_t *littlefs2_node_of(littlefs2_t *fs, const uint32_t pair[2], uint32_t id)
{
    for (littlefs2_file_t *file = fs->files; file; file = file->next) {
        const littlefs2_handle_t *handle = &file->node->handle;
        if (handle->id == id && !(handle->flags & LITTLEFS2_HANDLE_REMOVED) &&
            littlefs2_same_pair(handle->pair, pair) && !littlefs2_is_new(fs, file->node)) {
            return file->node;
        }
    }
    return NULL;
}

static void init_node(littlefs2_t *fs, littlefs2_node_t *node, const littlefs2_found_t *found)
{
    memset(node, 0, sizeof *node);
    node->handle.kind = LITTLEFS2_HANDLE_FILE;
    node->handle.id = found->id;
    memcpy(node->handle.pair, found->metadata.pair, sizeof node->handle.pair);
    node->committed = node->source = found->extent;
    node->size = found->extent.size;
    node->shared = littlefs2_extent_blocks(fs, &found->extent);
    node->near_head = LITTLEFS2_NULL;
    if (found->extent.kind == LITTLEFS2_CONTENT_INLINE) {
        node->inline_block = found->metadata.pair[0];
        node->inline_offset = found->struct_offset;
        node->inline_revision = found->metadata.revision;
    } else if (found->extent.kind == LITTLEFS2_CONTENT_CTZ && found->extent.head == fs->tail_block) {
        node->tail_programmed = fs->tail_end;
    }
}

/* What is in use is not the index's any more, and what is not is again. */
static void reclaim_buffers(littlefs2_t *fs)
{
    if (fs->file_buffer_count > LITTLEFS2_LENT_FROM) {
        littlefs2_index_place(fs, fs->file_buffers + (size_t)fs->file_buffer_count * fs->cache_size);
    }
}

uint8_t littlefs2_take_slot(littlefs2_t *fs)
{
    for (uint32_t i = 0; i < fs->file_buffer_count; i++) {
        if (!(fs->file_buffers_used & (uint32_t)1 << i)) {
            fs->file_buffers_used |= (uint32_t)1 << i;
            reclaim_buffers(fs);
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

void littlefs2_return_slot(littlefs2_t *fs, uint8_t slot)
{
    fs->file_buffers_used &= ~((uint32_t)1 << (slot - 1));
    reclaim_buffers(fs);
}

static int take_buffer(littlefs2_t *fs, littlefs2_file_t *file, const mcufs_open_options_t *options)
{
    file->slot = 0;
    if (options && options->buffer) {
        /* Whole program units, so that a full buffer can always be programmed. */
        file->buffer = options->buffer;
        file->buffer_size = (uint32_t)(options->buffer_size / fs->cache_size * fs->cache_size);
        return file->buffer_size > 0 ? 0 : MCUFS_EINVAL;
    }
    file->slot = littlefs2_take_slot(fs);
    if (!file->slot) {
        return MCUFS_ENOMEM;
    }
    file->buffer = fs->file_buffers + (size_t)(file->slot - 1) * fs->cache_size;
    file->buffer_size = fs->cache_size;
    return 0;
}

static void return_buffer(littlefs2_t *fs, littlefs2_file_t *file)
{
    if (file->slot) {
        littlefs2_return_slot(fs, file->slot);
    }
    file->buffer = NULL;
    file->slot = 0;
}

bool littlefs2_lend_buffer(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_file_t *file = fs->files;
    while (file->node != node) {
        file = file->next;
    }
    if (node->writer.buffer || node->size > fs->cache_size || take_buffer(fs, file, NULL) < 0) {
        return false;
    }
    node->writer.buffer = file->buffer;
    node->writer.capacity = file->buffer_size;
    return true;
}

static bool is_writable(const littlefs2_file_t *file)
{
    return (file->flags & MCUFS_O_WRONLY) != 0;
}

/* -- Closing ---------------------------------------------------------------------------------------- */

static littlefs2_file_t *other_handle(littlefs2_t *fs, const littlefs2_file_t *file, bool with_buffer)
{
    for (littlefs2_file_t *other = fs->files; other; other = other->next) {
        if (other != file && other->node == file->node && (!with_buffer || other->buffer)) {
            return other;
        }
    }
    return NULL;
}

/* The node goes on with the buffer of another handle. What could not be synced moves along; without another
 * handle to write it, it is given up. */
static void change_buffer(littlefs2_t *fs, const littlefs2_file_t *file, const littlefs2_file_t *lender)
{
    littlefs2_node_t *node = file->node;
    uint32_t waiting = node->in_buffer ? node->size : node->writer.used;
    bool needed = node->writing || littlefs2_is_patched(node) || (node->in_buffer && node->dirty);
    if (needed && (!lender || lender->buffer_size < waiting)) {
        littlefs2_node_revert(fs, node);
    } else if (needed) {
        memcpy(lender->buffer, file->buffer, waiting);
    } else {
        node->in_buffer = false;
        node->writer.used = 0;
    }
    node->writer.buffer = lender ? lender->buffer : NULL;
    node->writer.capacity = lender ? lender->buffer_size : 0;
}

/* The node must not need this handle's memory any longer. */
static void hand_over(littlefs2_t *fs, littlefs2_file_t *file)
{
    littlefs2_node_t *node = file->node;
    littlefs2_file_t *lender = other_handle(fs, file, true);
    if (file->slot && !lender && node->handle.flags & LITTLEFS2_HANDLE_REMOVED) {
        /* What the others read may be nowhere else. */
        lender = other_handle(fs, file, false);
        lender->slot = file->slot;
        lender->buffer = file->buffer;
        lender->buffer_size = file->buffer_size;
        file->slot = 0;
    } else if (file->buffer && node->writer.buffer == file->buffer) {
        change_buffer(fs, file, lender);
    }
    if (node != &file->own) {
        return;
    }
    littlefs2_node_t *home = &other_handle(fs, file, false)->own;
    littlefs2_unlink_handle(fs, &node->handle);
    *home = *node;
    littlefs2_link_handle(fs, &home->handle);
    for (littlefs2_file_t *other = fs->files; other; other = other->next) {
        if (other->node == node && other != file) {
            other->node = home;
        }
    }
}

static void unlink_file(littlefs2_t *fs, const littlefs2_file_t *file)
{
    for (littlefs2_file_t **link = &fs->files; *link; link = &(*link)->next) {
        if (*link == file) {
            *link = file->next;
            return;
        }
    }
}

/* Releases the handle, with nothing synced. */
static void give_up(littlefs2_t *fs, littlefs2_file_t *file)
{
    littlefs2_node_t *node = file->node;
    bool removed = (node->handle.flags & LITTLEFS2_HANDLE_REMOVED) != 0;
    if (littlefs2_is_new(fs, node)) {
        littlefs2_drop_creation(fs);
    }
    node->users--;
    littlefs2_checksum_forget_pass(fs, node);
    if (node->users > 0) {
        hand_over(fs, file);
    } else {
        if (!removed && !node->dirty && node->tail_programmed) {
            fs->tail_block = node->committed.head;
            fs->tail_end = node->tail_programmed;
        }
        littlefs2_node_revert(fs, node);
        if (removed) {
            littlefs2_ctz_release(fs, &node->committed, 0);
        }
        littlefs2_unlink_handle(fs, &node->handle);
    }
    unlink_file(fs, file);
    return_buffer(fs, file);
    file->node = NULL;
}

void littlefs2_file_abandon(void *volume, void *handle)
{
    give_up(volume, handle);
}

int littlefs2_file_close(void *volume, void *handle)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    littlefs2_node_t *node = file->node;
    bool removed = (node->handle.flags & LITTLEFS2_HANDLE_REMOVED) != 0;
    int error = 0;
    if (is_writable(file) && removed && node->users > 1) {
        error = littlefs2_node_settle(fs, node);
    } else if (is_writable(file)) {
        error = littlefs2_node_sync(fs, node, NULL, 0);
    }
    if (littlefs2_is_new(fs, node)) {
        (void)littlefs2_finish_creation(fs); /* without the content there is no room for, or no reading */
    }
    give_up(fs, file);
    return error;
}

/* -- Opening ---------------------------------------------------------------------------------------- */

LITTLEFS2_OUT_OF_LINE static int find_or_create(littlefs2_t *fs, littlefs2_file_t *file,
                                                const mcufs_path_t *path)
{
    littlefs2_found_t found;
    int error = littlefs2_resolve(fs, path, NULL, &found);
    if (error < 0) {
        return error;
    }
    if (found.type && file->flags & MCUFS_O_EXCL) {
        return MCUFS_EEXIST;
    }
    if (found.type == MCUFS_TYPE_DIRECTORY) {
        return MCUFS_EISDIR;
    }
    if (found.type == 0 && !(file->flags & MCUFS_O_CREAT)) {
        return MCUFS_ENOENT;
    }
    if (found.type == 0 && found.wants_directory) {
        return MCUFS_EISDIR;
    }
    init_node(fs, &file->own, &found);
    return found.type ? 0 : littlefs2_create(fs, file, &found);
}

/* Shares the node of a handle that is open already, or starts one. */
static void attach(littlefs2_t *fs, littlefs2_file_t *file)
{
    const littlefs2_handle_t *entry = &file->own.handle;
    /* Where a new entry is to be, there may still be another. */
    file->node = littlefs2_is_new(fs, &file->own) ? NULL : littlefs2_node_of(fs, entry->pair, entry->id);
    if (!file->node) {
        file->node = &file->own;
        littlefs2_link_handle(fs, &file->node->handle);
    }
    file->node->users++;
    if (is_writable(file) && !file->node->writer.buffer) {
        file->node->writer.buffer = file->buffer;
        file->node->writer.capacity = file->buffer_size;
    }
    file->next = fs->files;
    fs->files = file;
}

static int find_and_attach(littlefs2_t *fs, littlefs2_file_t *file, const mcufs_path_t *path)
{
    int result;
    do {
        bool changes = (file->flags & (MCUFS_O_WRONLY | MCUFS_O_CREAT)) != 0;
        result = changes ? littlefs2_make_consistent(fs) : 0;
        if (result == 0) {
            result = find_or_create(fs, file, path);
        }
    } while (result == LITTLEFS2_AGAIN);
    if (result == 0) {
        attach(fs, file);
    }
    return result;
}

int littlefs2_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                        const mcufs_open_options_t *options)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    memset(file, 0, sizeof *file);
    file->flags = flags;
    bool changes = (flags & (MCUFS_O_WRONLY | MCUFS_O_CREAT)) != 0;
    int error = changes ? littlefs2_finish_creation(fs) : littlefs2_show_creation(fs);
    if (error == 0 && is_writable(file)) {
        error = take_buffer(fs, file, options);
    }
    if (error < 0) {
        return error;
    }
    error = find_and_attach(fs, file, &path);
    if (error < 0) {
        return_buffer(fs, file);
        return error;
    }
    if (flags & MCUFS_O_TRUNC && is_writable(file)) {
        error = littlefs2_node_truncate(fs, file->node, 0);
        /* Committed with the next sync even if it was empty, for the time stamp. */
        file->node->dirty = true;
    }
    if (error < 0) {
        give_up(fs, file);
    }
    return error;
}

/* -- Reading ---------------------------------------------------------------------------------------- */

int littlefs2_inline_location(littlefs2_t *fs, littlefs2_node_t *node, littlefs2_location_t *location)
{
    littlefs2_metadata_t metadata;
    int error = littlefs2_get(fs, node->handle.pair, &metadata);
    if (error < 0) {
        return error;
    }
    if (node->inline_offset == 0 || node->inline_block != metadata.pair[0] ||
        node->inline_revision != metadata.revision) {
        error = littlefs2_find_in_log(fs, &metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, node->handle.id,
                                      location);
        if (error < 0) {
            return error == MCUFS_ENOENT ? MCUFS_ECORRUPT : error;
        }
        if (littlefs2_tag_length(location->tag) < node->source.size) {
            return MCUFS_ECORRUPT;
        }
        node->inline_block = metadata.pair[0];
        node->inline_offset = location->offset;
        node->inline_revision = metadata.revision;
    }
    *location = (littlefs2_location_t){0, NULL, metadata.pair[0], node->inline_offset};
    return 0;
}

int littlefs2_source_block(littlefs2_t *fs, littlefs2_node_t *node, uint32_t index, uint32_t *block)
{
    uint32_t from = littlefs2_ctz_blocks(fs, node->source.size) - 1;
    uint32_t head = node->source.head;
    if (node->near_head == head && node->near_index >= index &&
        littlefs2_ctz_distance(node->near_index, index) < littlefs2_ctz_distance(from, index)) {
        from = node->near_index;
        head = node->near_block;
    }
    int error = MCUFS_LITTLEFS2_WITH_POINTERS && fs->pointers
                    ? littlefs2_ctz_find_again(fs, node->source.head,
                                               littlefs2_ctz_blocks(fs, node->source.size) - 1, index, block)
                    : littlefs2_ctz_find(fs, head, from, index, block);
    if (error == 0) {
        node->near_head = node->source.head;
        node->near_index = index;
        node->near_block = *block;
    }
    return error;
}

int littlefs2_source_read(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                          uint32_t size)
{
    if (node->source.kind == LITTLEFS2_CONTENT_INLINE) {
        littlefs2_location_t location;
        int error = littlefs2_inline_location(fs, node, &location);
        return error < 0 ? error : littlefs2_read_location(fs, &location, position, buffer, size);
    }
    while (size > 0) {
        uint32_t offset, block;
        uint32_t index = littlefs2_ctz_index(fs, position, &offset);
        int error = littlefs2_source_block(fs, node, index, &block);
        if (error < 0) {
            return error;
        }
        uint32_t part = littlefs2_minimum(size, fs->block_size - offset);
        uint32_t expected = littlefs2_minimum(fs->block_size - offset, node->source.size - position);
        error = littlefs2_read(fs, block, offset, buffer, part, expected);
        if (error < 0) {
            return error;
        }
        position += part;
        buffer += part;
        size -= part;
    }
    return 0;
}

/* Reads what the running pass has written; at most to the end of a block. */
static int read_written(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                        uint32_t *size)
{
    const littlefs2_writer_t *writer = &node->writer;
    uint32_t offset, block = writer->block;
    uint32_t index = littlefs2_ctz_index(fs, position, &offset);
    uint32_t room = fs->block_size - offset;
    if (index == node->index && offset >= writer->offset) {
        *size = littlefs2_minimum(*size, writer->used - (offset - writer->offset));
        memcpy(buffer, writer->buffer + (offset - writer->offset), *size);
        return 0;
    }
    if (index == node->index) {
        room = writer->offset - offset;
    } else {
        int error = littlefs2_ctz_find(fs, node->previous, node->index - 1, index, &block);
        if (error < 0) {
            return error;
        }
    }
    *size = littlefs2_minimum(*size, room);
    return littlefs2_read(fs, block, offset, buffer, *size, room);
}

static int read_content(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                        uint32_t size)
{
    while (size > 0) {
        uint32_t part = size;
        int error = 0;
        if (node->in_buffer) {
            memcpy(buffer, node->writer.buffer + position, part);
        } else if (node->writing && position < node->cursor) {
            part = littlefs2_minimum(part, node->cursor - position);
            error = read_written(fs, node, position, buffer, &part);
        } else {
            error = littlefs2_source_read(fs, node, position, buffer, part);
        }
        if (error < 0) {
            return error;
        }
        position += part;
        buffer += part;
        size -= part;
    }
    return 0;
}

int littlefs2_node_read(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                        uint32_t size)
{
    int error = read_content(fs, node, position, buffer, size);
    return error < 0 ? error : littlefs2_patches_lay_over(fs, node, position, buffer, size);
}

int32_t littlefs2_file_read(void *volume, void *handle, void *buffer, uint32_t size)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    littlefs2_node_t *node = file->node;
    if (!(file->flags & MCUFS_O_RDONLY)) {
        return MCUFS_EBADF;
    }
    if (file->position >= node->size) {
        return 0;
    }
    size = littlefs2_minimum(size, node->size - file->position);
    int error = littlefs2_node_read(fs, node, file->position, buffer, size);
    if (error == 0) {
        error = littlefs2_checksum_read(fs, file, buffer, size);
    }
    if (error < 0) {
        return error;
    }
    file->position += size;
    return (int32_t)size;
}

int64_t littlefs2_file_seek(void *volume, void *handle, int64_t offset, int whence)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    int64_t base = whence == MCUFS_SEEK_SET   ? 0
                   : whence == MCUFS_SEEK_CUR ? file->position
                                              : file->node->size;
    if (offset > (int64_t)fs->file_max - base || offset < -base) {
        return MCUFS_EINVAL;
    }
    file->position = (uint32_t)(base + offset);
    return file->position;
}
