/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A map of bits in bytes of the caller: bit n is bit n % 8 of byte n / 8. */

#ifndef MCUFS_BASE_BITMAP_H
#define MCUFS_BASE_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a map of `bits` bits. */
#define MCUFS_BITMAP_SIZE(bits) (((bits) / 8u) + (((bits) % 8u) != 0u))

static inline bool mcufs_bitmap_test(const uint8_t *map, uint32_t bit)
{
    return (((unsigned)map[(size_t)(bit / 8)] >> (bit % 8)) & 1u) != 0;
}

static inline void mcufs_bitmap_set(uint8_t *map, uint32_t bit)
{
    map[(size_t)(bit / 8)] = (uint8_t)(map[(size_t)(bit / 8)] | (1u << (bit % 8)));
}

static inline void mcufs_bitmap_clear(uint8_t *map, uint32_t bit)
{
    map[(size_t)(bit / 8)] = (uint8_t)(map[(size_t)(bit / 8)] & ~(1u << (bit % 8)));
}

/* The first clear bit of `begin` .. `end` - 1; `end` when all are set. */
static inline uint32_t mcufs_bitmap_find_clear(const uint8_t *map, uint32_t begin, uint32_t end)
{
    uint32_t bit = begin;
    while (bit < end) {
        if (bit % 8 == 0 && map[(size_t)(bit / 8)] == 0xff) {
            bit = end - bit > 8 ? bit + 8 : end;
        } else if (mcufs_bitmap_test(map, bit)) {
            bit++;
        } else {
            return bit;
        }
    }
    return end;
}

#endif
