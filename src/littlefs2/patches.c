/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Overwrites that wait for the next sync.
 *
 * A change inside a file costs new blocks from there to its end, so scattered changes are collected and
 * applied in one pass. Their bytes wait in a buffer and, when that is full, in scratch blocks that nothing on
 * disk refers to. Reading lays them over the content; a power cut forgets them, as it may forget everything
 * since the last sync. One open file at a time has patches. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_PATCHES

#define SCRATCH_BLOCKS 16u
#define PATCHES_MIN    32u
#define PATCHES_MAX    1024u
#define BUFFER_MAX     8192u /* bytes, unless one unit is more */

/* `where` counts through the scratch blocks as if they were one piece of memory. */
typedef struct patch {
    uint32_t position; /* in the file */
    uint32_t where;
} patch_t;

struct littlefs2_patches {
    littlefs2_writer_t writer; /* its buffer holds what is not in a scratch block yet */
    uint32_t blocks[SCRATCH_BLOCKS];
    uint32_t block_count;
    uint32_t count, capacity;
    uint32_t lent;   /* how many states there were */
    uint16_t *sizes; /* of the patches: apart, because they are short */
    patch_t list[];  /* a later one wins */
};

/* Patches lie where two thirds of the pair states are otherwise: those can be had again. */
static uint32_t lent_states(const littlefs2_t *fs)
{
    return fs->state_count * 2 / 3;
}

static size_t lent_memory(const littlefs2_t *fs)
{
    size_t memory = lent_states(fs) * sizeof(littlefs2_state_t);
    size_t fixed = sizeof(littlefs2_patches_t) + sizeof(void *);
    return memory > fixed ? memory - fixed : 0;
}

/* Bytes that can wait in memory: whole buffers, a fifth of it. */
static size_t possible_buffer(const littlefs2_t *fs)
{
    size_t memory = lent_memory(fs) / 5;
    size_t most = littlefs2_minimum(BUFFER_MAX, fs->block_size); /* it goes into one block */
    size_t buffers = (memory < most ? memory : most) / fs->cache_size;
    return (buffers > 0 ? buffers : 1) * fs->cache_size;
}

static uint32_t possible_patches(const littlefs2_t *fs)
{
    size_t memory = lent_memory(fs), buffer = possible_buffer(fs);
    size_t count = memory > buffer ? (memory - buffer) / (sizeof(patch_t) + sizeof(uint16_t)) : 0;
    return count < PATCHES_MIN ? 0 : count > PATCHES_MAX ? PATCHES_MAX : (uint32_t)count;
}

static void begin(littlefs2_t *fs)
{
    uint32_t capacity = possible_patches(fs), buffer = (uint32_t)possible_buffer(fs);
    uint32_t kept = fs->state_count - lent_states(fs);
    uint8_t *memory = (uint8_t *)(fs->states + kept);
    memory += (sizeof(void *) - (uintptr_t)memory % sizeof(void *)) % sizeof(void *);
    littlefs2_patches_t *patches = (littlefs2_patches_t *)(void *)memory;
    memset(patches, 0, sizeof *patches);
    patches->lent = fs->state_count;
    patches->capacity = capacity;
    patches->sizes = (uint16_t *)(void *)(patches->list + capacity);
    patches->writer.buffer = (uint8_t *)(patches->sizes + capacity);
    patches->writer.capacity = buffer;
    patches->writer.block = LITTLEFS2_NULL;
    fs->state_count = kept;
    fs->patches = patches;
}

/* Where the bytes in the buffer will be. */
static uint32_t buffered_from(const littlefs2_t *fs)
{
    const littlefs2_patches_t *patches = fs->patches;
    return patches->block_count == 0 ? 0
                                     : (patches->block_count - 1) * fs->block_size + patches->writer.offset;
}

/* What waits in the buffer is to go to the start of another scratch block. */
static int begin_scratch(littlefs2_t *fs)
{
    littlefs2_patches_t *patches = fs->patches;
    littlefs2_writer_t *writer = &patches->writer;
    uint32_t before = buffered_from(fs), block;
    if (patches->block_count == SCRATCH_BLOCKS) {
        return MCUFS_ENOSPC;
    }
    int error = littlefs2_allocate_data(fs, true, &block);
    if (error < 0) {
        return error;
    }
    patches->blocks[patches->block_count++] = block;
    writer->block = block;
    writer->offset = 0;
    littlefs2_allocation_checkpoint(fs);
    uint32_t moved = buffered_from(fs) - before;
    for (uint32_t i = patches->count; i-- > 0 && patches->list[i].where >= before;) {
        patches->list[i].where += moved;
    }
    return 0;
}

static int flush(littlefs2_t *fs)
{
    littlefs2_writer_t *writer = &fs->patches->writer;
    int error;
    do {
        error = 0;
        if (writer->block == LITTLEFS2_NULL || writer->offset + writer->capacity > fs->block_size) {
            error = begin_scratch(fs);
        }
        if (error < 0) {
            return error;
        }
        error = littlefs2_writer_flush(fs, writer);
        if (error < 0) {
            writer->block = LITTLEFS2_NULL; /* never again onto bytes that may be half programmed */
        }
    } while (error == MCUFS_ECORRUPT);
    return error;
}

static int add(littlefs2_t *fs, uint32_t position, const uint8_t *data, uint32_t size)
{
    littlefs2_patches_t *patches = fs->patches;
    littlefs2_writer_t *writer = &patches->writer;
    if (writer->used + size > writer->capacity) {
        int error = flush(fs);
        if (error < 0) {
            return error;
        }
    }
    patches->list[patches->count] = (patch_t){position, buffered_from(fs) + writer->used};
    patches->sizes[patches->count++] = (uint16_t)size;
    memcpy(writer->buffer + writer->used, data, size);
    writer->used += size;
    return 0;
}

bool littlefs2_patches_take(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t size)
{
    const littlefs2_patches_t *patches = fs->patches;
    uint32_t room = !patches ? possible_patches(fs) : node->patched ? patches->capacity - patches->count : 0;
    return size <= littlefs2_minimum(fs->block_size / 4, UINT16_MAX) && size / fs->cache_size + 1 <= room &&
           littlefs2_has_room(fs, littlefs2_ctz_blocks(fs, node->size) + 4);
}

int littlefs2_patches_add(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, const uint8_t *data,
                          uint32_t size)
{
    if (!fs->patches) {
        begin(fs);
        node->patched = true;
    }
    while (size > 0) {
        uint32_t part = littlefs2_minimum(size, fs->patches->writer.capacity);
        int error = add(fs, position, data, part);
        if (error < 0) {
            return error;
        }
        position += part;
        data += part;
        size -= part;
    }
    return 0;
}

bool littlefs2_patches_continue(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                                uint32_t size)
{
    const littlefs2_patches_t *patches = fs->patches;
    if (!node->patched || patches->writer.used + size <= patches->writer.capacity) {
        return false;
    }
    const patch_t *last = &patches->list[patches->count - 1];
    for (uint32_t i = 0; i < patches->count; i++) {
        if (patches->list[i].position + patches->sizes[i] > position) {
            return false;
        }
    }
    return last->position + patches->sizes[patches->count - 1] == position;
}

uint32_t littlefs2_patches_lowest(const littlefs2_t *fs)
{
    uint32_t lowest = LITTLEFS2_NULL;
    for (uint32_t i = 0; i < fs->patches->count; i++) {
        if (fs->patches->sizes[i] > 0) {
            lowest = littlefs2_minimum(lowest, fs->patches->list[i].position);
        }
    }
    return lowest;
}

static int read_scratch(littlefs2_t *fs, uint32_t where, uint8_t *buffer, uint32_t size)
{
    const littlefs2_patches_t *patches = fs->patches;
    uint32_t from = buffered_from(fs);
    if (where >= from) {
        memcpy(buffer, patches->writer.buffer + (where - from), size);
        return 0;
    }
    return littlefs2_read(fs, patches->blocks[where / fs->block_size], where % fs->block_size, buffer, size,
                          size);
}

int littlefs2_patches_lay_over(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                               uint8_t *buffer, uint32_t size)
{
    int error = 0;
    if (!node->patched) {
        return 0;
    }
    for (uint32_t i = 0; error == 0 && i < fs->patches->count; i++) {
        const patch_t *patch = &fs->patches->list[i];
        uint32_t begin = patch->position > position ? patch->position : position;
        uint32_t end = littlefs2_minimum(patch->position + fs->patches->sizes[i], position + size);
        if (begin < end) {
            error = read_scratch(fs, patch->where + (begin - patch->position), buffer + (begin - position),
                                 end - begin);
        }
    }
    return error;
}

void littlefs2_patches_cut(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    for (uint32_t i = 0; node->patched && i < fs->patches->count; i++) {
        uint32_t position = fs->patches->list[i].position;
        uint32_t left = size > position ? size - position : 0;
        fs->patches->sizes[i] = (uint16_t)littlefs2_minimum(fs->patches->sizes[i], left);
    }
    if (node->patched && littlefs2_patches_lowest(fs) == LITTLEFS2_NULL) {
        littlefs2_patches_drop(fs, node);
    }
}

void littlefs2_patches_drop(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_patches_t *patches = fs->patches;
    if (!node->patched) {
        return;
    }
    for (uint32_t i = 0; i < patches->block_count; i++) {
        littlefs2_release(fs, patches->blocks[i]);
    }
    uint32_t kept = fs->state_count;
    fs->state_count = patches->lent;
    for (uint32_t i = kept; i < fs->state_count; i++) {
        fs->states[i].metadata.pair[0] = fs->states[i].metadata.pair[1] = LITTLEFS2_NULL;
    }
    fs->patches = NULL;
    node->patched = false;
}

int littlefs2_patches_visit(const littlefs2_t *fs,
                            int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < fs->patches->block_count; i++) {
        result = visit(context, fs->patches->blocks[i], MCUFS_BLOCK_DATA);
    }
    return result;
}

#else
/* A file has to declare something. */
typedef int littlefs2_patches_left_out_t;
#endif
