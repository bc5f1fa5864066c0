/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The device as littlefs sees it: its own block size, a read cache, and programs that are read back.
 *
 * A filesystem block may be several device blocks, or (read-only) a part of one. */

#include "internal.h"

#include "../base/crc32.h"

/* Reads or programs, aligned, in as many calls as there are device blocks. */
static int transfer(littlefs2_t *fs, uint32_t block, uint32_t offset, uint8_t *buffer, uint32_t size,
                    bool program)
{
    const uint32_t unit = fs->device->geometry.block_size;
    if (fs->ratio > 1) {
        block *= fs->ratio;
    } else if (fs->ratio == 0) {
        uint32_t parts = unit / fs->block_size;
        offset += block % parts * fs->block_size;
        block /= parts;
    }
    while (size > 0) {
        const uint32_t at = offset % unit;
        const uint32_t part = littlefs2_minimum(size, unit - at);
        int error = program ? mcufs_device_program(fs->device, block + offset / unit, at, buffer, part)
                            : mcufs_device_read(fs->device, block + offset / unit, at, buffer, part);
        if (error < 0) {
            return error;
        }
        offset += part;
        buffer += part;
        size -= part;
    }
    return 0;
}

void littlefs2_drop_read_cache(littlefs2_t *fs)
{
    fs->read_cache.block = LITTLEFS2_NULL;
}

static void drop_cached_block(littlefs2_t *fs, uint32_t block)
{
    if (fs->read_cache.block == block) {
        littlefs2_drop_read_cache(fs);
    }
}

/* The read cache and the buffer of an idle writer are of one size. */
static void swap_buffers(littlefs2_t *fs)
{
    uint8_t *buffer = fs->read_cache.buffer;
    fs->read_cache.buffer = fs->writer.buffer;
    fs->writer.buffer = buffer;
    littlefs2_drop_read_cache(fs);
}

uint32_t littlefs2_put_cache_aside(littlefs2_t *fs)
{
    uint32_t size = fs->read_cache.offset == 0 ? fs->read_cache.size : 0;
    swap_buffers(fs);
    return size;
}

void littlefs2_take_cache_back(littlefs2_t *fs, uint32_t block, uint32_t size)
{
    swap_buffers(fs);
    fs->read_cache.block = block;
    fs->read_cache.offset = 0;
    fs->read_cache.size = size;
}

static int fill(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t size)
{
    littlefs2_drop_read_cache(fs);
    int error = transfer(fs, block, offset, fs->read_cache.buffer, size, false);
    if (error < 0) {
        return error;
    }
    fs->read_cache.block = block;
    fs->read_cache.offset = offset;
    fs->read_cache.size = size;
    return 0;
}

/* Bytes of [offset, offset + size) that the cache has at its start; 0: none. */
static uint32_t take_cached(const littlefs2_t *fs, uint32_t block, uint32_t offset, uint8_t *buffer,
                            uint32_t size)
{
    const littlefs2_read_cache_t *cache = &fs->read_cache;
    if (cache->block != block || offset < cache->offset || offset >= cache->offset + cache->size) {
        return 0;
    }
    uint32_t part = littlefs2_minimum(size, cache->offset + cache->size - offset);
    memcpy(buffer, cache->buffer + (offset - cache->offset), part);
    return part;
}

int littlefs2_read(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size,
                   uint32_t expected)
{
    uint8_t *bytes = buffer;
    if (block >= fs->block_count || offset > fs->block_size || size > fs->block_size - offset) {
        return MCUFS_ECORRUPT;
    }
    while (size > 0) {
        uint32_t part = take_cached(fs, block, offset, bytes, size);
        if (part == 0 && offset % fs->read_size == 0 && size >= fs->cache_size) {
            part = size / fs->read_size * fs->read_size;
            int error = transfer(fs, block, offset, bytes, part, false);
            if (error < 0) {
                return error;
            }
        } else if (part == 0) {
            uint32_t start = offset / fs->read_size * fs->read_size;
            uint32_t wanted =
                littlefs2_align_up(offset - start + (expected > size ? expected : size), fs->read_size);
            wanted = littlefs2_minimum(wanted, fs->cache_size);
            int error = fill(fs, block, start, littlefs2_minimum(wanted, fs->block_size - start));
            if (error < 0) {
                return error;
            }
            continue;
        }
        offset += part;
        bytes += part;
        size -= part;
        expected = expected > part ? expected - part : 0;
    }
    return 0;
}

int littlefs2_read_backward(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size)
{
    const littlefs2_read_cache_t *cache = &fs->read_cache;
    bool cached =
        cache->block == block && offset >= cache->offset && offset + size <= cache->offset + cache->size;
    if (!cached && size <= fs->cache_size && block < fs->block_count && offset + size <= fs->block_size) {
        uint32_t end = littlefs2_align_up(offset + size, fs->read_size);
        uint32_t start = end > fs->cache_size ? end - fs->cache_size : 0;
        start = littlefs2_align_up(start, fs->read_size);
        if (start <= offset) {
            int error = fill(fs, block, start, end - start);
            if (error < 0) {
                return error;
            }
        }
    }
    return littlefs2_read(fs, block, offset, buffer, size, size);
}

int littlefs2_read_word(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t *word)
{
    uint8_t bytes[4];
    int error = littlefs2_read(fs, block, offset, bytes, sizeof bytes, sizeof bytes);
    *word =
        (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return error;
}

int littlefs2_crc_range(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to, uint32_t *crc)
{
    uint8_t chunk[32];
    while (from < to) {
        uint32_t part = littlefs2_minimum(sizeof chunk, to - from);
        int error = littlefs2_read(fs, block, from, chunk, part, to - from);
        if (error < 0) {
            return error;
        }
        *crc = mcufs_crc32(*crc, chunk, part);
        from += part;
    }
    return 0;
}

int littlefs2_is_erased(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to)
{
    uint8_t erased = (uint8_t)fs->erased_value;
    if (fs->erased_value < 0) {
        int error = littlefs2_read(fs, block, from, &erased, 1, to - from);
        if (error < 0) {
            return error;
        }
    }
    uint8_t chunk[32];
    while (from < to) {
        uint32_t part = littlefs2_minimum(sizeof chunk, to - from);
        int error = littlefs2_read(fs, block, from, chunk, part, to - from);
        if (error < 0) {
            return error;
        }
        for (uint32_t i = 0; i < part; i++) {
            if (chunk[i] != erased) {
                return 0;
            }
        }
        from += part;
    }
    return 1;
}

int littlefs2_erase_blocks(littlefs2_t *fs, uint32_t block, uint32_t count)
{
    if (fs->read_cache.block - block < count) {
        littlefs2_drop_read_cache(fs);
    }
    littlefs2_index_drop(fs, block, count, true);
    int error = mcufs_device_erase_range(fs->device, block * fs->ratio, fs->ratio * count);
    fs->health.bad_blocks += error == MCUFS_ECORRUPT;
    return error;
}

int littlefs2_sync_device(littlefs2_t *fs)
{
    return mcufs_device_sync(fs->device);
}

void littlefs2_writer_start(littlefs2_writer_t *writer, uint32_t block, uint32_t offset)
{
    writer->block = block;
    writer->offset = offset;
    writer->used = 0;
}

static int read_back(littlefs2_t *fs, const littlefs2_writer_t *writer, uint32_t size)
{
    uint8_t chunk[16];
    for (uint32_t done = 0; done < size;) {
        uint32_t part = littlefs2_minimum(sizeof chunk, size - done);
        int error = littlefs2_read(fs, writer->block, writer->offset + done, chunk, part, size - done);
        if (error < 0) {
            return error;
        }
        if (memcmp(chunk, writer->buffer + done, part) != 0) {
            return MCUFS_ECORRUPT;
        }
        done += part;
    }
    return 0;
}

static int program(littlefs2_t *fs, littlefs2_writer_t *writer, uint32_t size)
{
    drop_cached_block(fs, writer->block);
    littlefs2_index_drop(fs, writer->block, 1, false);
    int error = transfer(fs, writer->block, writer->offset, writer->buffer, size, true);
    if (error == 0) {
        error = read_back(fs, writer, size);
    }
    if (error < 0) {
        fs->health.bad_blocks += error == MCUFS_ECORRUPT;
        return error;
    }
    writer->offset += size;
    writer->used = 0;
    return 0;
}

int littlefs2_writer_put(littlefs2_t *fs, littlefs2_writer_t *writer, const void *data, uint32_t size)
{
    const uint8_t *bytes = data;
    while (size > 0) {
        if (writer->used == writer->capacity) {
            int error = program(fs, writer, writer->used);
            if (error < 0) {
                return error;
            }
        }
        uint32_t part = littlefs2_minimum(size, writer->capacity - writer->used);
        memcpy(writer->buffer + writer->used, bytes, part);
        writer->used += part;
        bytes += part;
        size -= part;
    }
    return 0;
}

int littlefs2_writer_flush(littlefs2_t *fs, littlefs2_writer_t *writer)
{
    if (writer->used == 0) {
        return 0;
    }
    uint32_t size = littlefs2_align_up(writer->used, fs->program_size);
    memset(writer->buffer + writer->used, fs->erased_value >= 0 ? fs->erased_value : 0xff,
           size - writer->used);
    return program(fs, writer, size);
}

int littlefs2_writer_flush_units(littlefs2_t *fs, littlefs2_writer_t *writer)
{
    uint32_t used = writer->used;
    uint32_t size = used / fs->program_size * fs->program_size;
    if (size == 0) {
        return 0;
    }
    int error = program(fs, writer, size);
    if (error < 0) {
        return error;
    }
    memmove(writer->buffer, writer->buffer + size, used - size);
    writer->used = used - size;
    return 0;
}
