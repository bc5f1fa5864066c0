/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Counting bits, in portable C: Cortex-M0 has no instruction for any of these. */

#ifndef MCUFS_BASE_BITS_H
#define MCUFS_BASE_BITS_H

#include <stdint.h>

static inline unsigned mcufs_popcount(uint32_t value)
{
    unsigned count = 0;
    for (; value != 0; value &= value - 1) {
        count++;
    }
    return count;
}

/* Zero bits below the lowest set bit; 32 when there is none. */
static inline unsigned mcufs_trailing_zeros(uint32_t value)
{
    unsigned count = 0;
    if (value == 0) {
        return 32;
    }
    for (; (value & 1) == 0; value >>= 1) {
        count++;
    }
    return count;
}

/* Zero bits above the highest set bit; 32 when there is none. */
static inline unsigned mcufs_leading_zeros(uint32_t value)
{
    unsigned count = 32;
    for (; value != 0; value >>= 1) {
        count--;
    }
    return count;
}

/* The smallest power of two that is not below `value`; 1 for 0; 0 when it would be 2^32. */
static inline uint32_t mcufs_power_of_two(uint32_t value)
{
    uint32_t power = 1;
    while (power != 0 && power < value) {
        power = (power << 1) & 0xffffffffu;
    }
    return power;
}

#endif
