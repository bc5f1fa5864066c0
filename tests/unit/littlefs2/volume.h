/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A littlefs v2 volume on a simulated chip of its own, with one file, "/file", whose content the test knows.
 * Every function asserts that it succeeds. */

#ifndef TESTS_UNIT_LITTLEFS2_VOLUME_H
#define TESTS_UNIT_LITTLEFS2_VOLUME_H

#include <stddef.h>
#include <stdint.h>

#include "at_root.h"
#include "sim/flash.h"

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options; /* of the next mount */
    uint8_t *arena;
    size_t arena_size;
    uint32_t random;
    uint32_t content_size;   /* the most that the file may have, in bytes */
    uint8_t *content, *back; /* what the file is to hold; room for what it holds, and a byte more */
} volume_t;

/* Formatted and mounted; `volume->options.cache_size` is `cache_size`. */
volume_t *volume_new(const sim_options_t *chip, size_t arena_size, uint32_t content_size,
                     uint32_t cache_size);
/* Also asserts that no rule of the chip was violated. */
void volume_free(volume_t *volume);
void mount(volume_t *volume, uint32_t flags);

void open_file(volume_t *volume, mcufs_file_t *file, uint32_t flags);
/* The first `size` bytes of the content, anew. */
void write_file(volume_t *volume, uint32_t size);
void expect_content(volume_t *volume, mcufs_file_t *file, uint32_t size);
void expect_file(volume_t *volume, uint32_t size);
uint32_t next_random(volume_t *volume, uint32_t below);
/* Other bytes in the content, not in the file. */
void change(volume_t *volume, uint32_t position, uint32_t size);
/* Other bytes in both. */
void overwrite(volume_t *volume, mcufs_file_t *file, uint32_t position, uint32_t size);
/* Every block is either found or free. */
void expect_no_leak(volume_t *volume);

#endif
