/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Deterministic random numbers and file content: the same seed gives the same campaign everywhere. */

#ifndef MCUFS_TESTS_DICE_H
#define MCUFS_TESTS_DICE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct dice {
    uint64_t state;
} dice_t;

/* splitmix64 */
static inline uint64_t dice_next(dice_t *dice)
{
    uint64_t value = dice->state += 0x9e3779b97f4a7c15u;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
    return value ^ (value >> 31);
}

/* 0 .. sides - 1; 0 when there are no sides. */
static inline uint32_t dice_roll(dice_t *dice, uint32_t sides)
{
    return sides == 0 ? 0 : (uint32_t)((dice_next(dice) >> 16) % sides);
}

static inline bool dice_chance(dice_t *dice, uint32_t percent)
{
    return dice_roll(dice, 100) < percent;
}

/* Content that tells seeds and offsets apart. */
static inline void dice_fill(uint64_t seed, uint8_t *bytes, uint32_t size)
{
    dice_t dice = {seed};
    uint64_t word = 0;
    for (uint32_t i = 0; i < size; i++) {
        word = i % 8 == 0 ? dice_next(&dice) : word >> 8;
        bytes[i] = (uint8_t)word;
    }
}

#define HASH_START 0xcbf29ce484222325u

/* FNV-1a, 64 bit. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, uint32_t size)
{
    const uint8_t *byte = bytes;
    for (uint32_t i = 0; i < size; i++) {
        hash = (hash ^ byte[i]) * 0x100000001b3u;
    }
    return hash;
}

#endif
