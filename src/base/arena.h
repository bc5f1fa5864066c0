/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A piece of memory given by the caller, handed out from front to back and never taken back. */

#ifndef MCUFS_BASE_ARENA_H
#define MCUFS_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

typedef struct mcufs_arena {
    uint8_t *next; /* first byte not handed out */
    size_t left;   /* bytes from there to the end */
} mcufs_arena_t;

/* `memory` may have any alignment; NULL is an arena of 0 bytes. */
void mcufs_arena_init(mcufs_arena_t *arena, void *memory, size_t size);

/* `size` bytes at a multiple of `alignment` (a power of two; 1 for bytes), not cleared. NULL when that does
 * not fit; the arena is unchanged then. */
void *mcufs_arena_take(mcufs_arena_t *arena, size_t size, size_t alignment);

/* Bytes left, before alignment. */
size_t mcufs_arena_left(const mcufs_arena_t *arena);

#endif
