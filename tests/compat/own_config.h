/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What a program may put in place of lfs_util.h with LFS_CONFIG: as little as lfs.c needs. */

#ifndef OWN_CONFIG_H
#define OWN_CONFIG_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LFS_TRACE(...) ((void)0)
#define LFS_ERROR(...) ((void)0)

static inline void *lfs_malloc(size_t size)
{
    return malloc(size);
}

static inline void lfs_free(void *memory)
{
    free(memory);
}

static inline uint32_t lfs_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static inline uint32_t lfs_fromle32(uint32_t a)
{
    return a; /* these tests run on little endian */
}

#endif
