/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The device as littlefs v1 sees it: its own block size, and one buffer. A filesystem block may be several
 * device blocks, or a part of one. */

#include "internal.h"

#include "../base/endian.h"

void littlefs1_drop_cache(littlefs1_t *fs)
{
    fs->cached = 0;
    fs->recent_pair[0] = fs->recent_pair[1] = LITTLEFS1_NULL;
}

/* Fills the buffer with what lies around `offset` in a block of the device. */
static int fill(littlefs1_t *fs, uint32_t block, uint32_t offset)
{
    const mcufs_geometry_t *geometry = &fs->device->geometry;
    uint32_t start = offset / geometry->read_size * geometry->read_size;
    uint32_t size = littlefs1_minimum(fs->cache_size, geometry->block_size - start);
    fs->cached = 0;
    int error = mcufs_device_read(fs->device, block, start, fs->buffer, size);
    if (error == 0) {
        fs->cached_block = block;
        fs->cached_offset = start;
        fs->cached = size;
    }
    return error;
}

/* Inside one block of the device. */
static int read_part(littlefs1_t *fs, uint32_t block, uint32_t offset, uint8_t *bytes, uint32_t size)
{
    const uint32_t unit = fs->device->geometry.read_size;
    while (size > 0) {
        uint32_t part = 0;
        if (fs->cached > 0 && fs->cached_block == block && offset >= fs->cached_offset &&
            offset - fs->cached_offset < fs->cached) {
            part = littlefs1_minimum(size, fs->cached_offset + fs->cached - offset);
            memcpy(bytes, fs->buffer + (offset - fs->cached_offset), part);
        } else if (offset % unit == 0 && size >= fs->cache_size) {
            part = size / unit * unit;
            int error = mcufs_device_read(fs->device, block, offset, bytes, part);
            if (error < 0) {
                return error;
            }
        } else {
            int error = fill(fs, block, offset);
            if (error < 0) {
                return error;
            }
        }
        offset += part;
        bytes += part;
        size -= part;
    }
    return 0;
}

int littlefs1_read(littlefs1_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size)
{
    const uint32_t unit = fs->device->geometry.block_size;
    uint8_t *bytes = buffer;
    if (block >= fs->block_count || offset > fs->block_size || size > fs->block_size - offset) {
        return MCUFS_ECORRUPT;
    }
    if (fs->block_size >= unit) {
        block *= fs->block_size / unit;
    } else {
        uint32_t parts = unit / fs->block_size;
        offset += block % parts * fs->block_size;
        block /= parts;
    }
    while (size > 0) {
        const uint32_t at = offset % unit;
        const uint32_t part = littlefs1_minimum(size, unit - at);
        int error = read_part(fs, block + offset / unit, at, bytes, part);
        if (error < 0) {
            return error;
        }
        offset += part;
        bytes += part;
        size -= part;
    }
    return 0;
}

int littlefs1_read_word(littlefs1_t *fs, uint32_t block, uint32_t offset, uint32_t *word)
{
    uint8_t bytes[4] = {0};
    int error = littlefs1_read(fs, block, offset, bytes, sizeof bytes);
    *word = mcufs_load_le32(bytes);
    return error;
}
