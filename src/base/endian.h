/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Integers as they lie on the device, on any host: byte by byte, so alignment does not matter either. */

#ifndef MCUFS_BASE_ENDIAN_H
#define MCUFS_BASE_ENDIAN_H

#include <stdint.h>

static inline uint16_t mcufs_load_le16(const void *from)
{
    const uint8_t *bytes = from;
    return (uint16_t)(bytes[0] | ((unsigned)bytes[1] << 8));
}

static inline uint32_t mcufs_load_le32(const void *from)
{
    const uint8_t *bytes = from;
    return (uint32_t)bytes[0] | ((uint32_t)bytes[1] << 8) | ((uint32_t)bytes[2] << 16) |
           ((uint32_t)bytes[3] << 24);
}

static inline uint64_t mcufs_load_le64(const void *from)
{
    const uint8_t *bytes = from;
    return (uint64_t)mcufs_load_le32(bytes) | ((uint64_t)mcufs_load_le32(bytes + 4) << 32);
}

static inline uint16_t mcufs_load_be16(const void *from)
{
    const uint8_t *bytes = from;
    return (uint16_t)(((unsigned)bytes[0] << 8) | bytes[1]);
}

static inline uint32_t mcufs_load_be32(const void *from)
{
    const uint8_t *bytes = from;
    return ((uint32_t)bytes[0] << 24) | ((uint32_t)bytes[1] << 16) | ((uint32_t)bytes[2] << 8) |
           (uint32_t)bytes[3];
}

static inline void mcufs_store_le16(void *to, uint16_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)(value & 0xff);
    bytes[1] = (uint8_t)(value >> 8);
}

static inline void mcufs_store_le32(void *to, uint32_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)(value & 0xff);
    bytes[1] = (uint8_t)((value >> 8) & 0xff);
    bytes[2] = (uint8_t)((value >> 16) & 0xff);
    bytes[3] = (uint8_t)(value >> 24);
}

static inline void mcufs_store_le64(void *to, uint64_t value)
{
    uint8_t *bytes = to;
    mcufs_store_le32(bytes, (uint32_t)(value & 0xffffffffu));
    mcufs_store_le32(bytes + 4, (uint32_t)(value >> 32));
}

static inline void mcufs_store_be16(void *to, uint16_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)(value & 0xff);
}

static inline void mcufs_store_be32(void *to, uint32_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)(value >> 24);
    bytes[1] = (uint8_t)((value >> 16) & 0xff);
    bytes[2] = (uint8_t)((value >> 8) & 0xff);
    bytes[3] = (uint8_t)(value & 0xff);
}

#endif
