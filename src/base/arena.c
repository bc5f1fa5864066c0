/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See arena.h. */

#include "arena.h"

void mcufs_arena_init(mcufs_arena_t *arena, void *memory, size_t size)
{
    arena->next = memory;
    arena->left = memory != NULL ? size : 0;
}

void *mcufs_arena_take(mcufs_arena_t *arena, size_t size, size_t alignment)
{
    size_t padding = (size_t)(-(uintptr_t)arena->next & (uintptr_t)(alignment - 1));
    if (padding > arena->left || size > arena->left - padding || arena->next == NULL) {
        return NULL;
    }
    uint8_t *memory = arena->next + padding;
    arena->next = memory + size;
    arena->left -= padding + size;
    return memory;
}

size_t mcufs_arena_left(const mcufs_arena_t *arena)
{
    return arena->left;
}
