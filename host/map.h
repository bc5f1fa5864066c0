/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A picture of the blocks of an image: which are free and what the others hold, and how often each was
 * erased where that is known, drawn as SVG or PNG.
 *
 * A map covers a whole device; each filesystem on it is added as a section and drawn as a grid of its own. */

#ifndef MCUFS_HOST_MAP_H
#define MCUFS_HOST_MAP_H

#include <stddef.h>
#include <stdint.h>

#include <mcufs/mcufs.h>

#define MAP_SECTIONS_MAX 8
#define MAP_TEXT_MAX     128
#define MAP_USES         (MCUFS_BLOCK_DATA + 1)

typedef struct map_section {
    uint32_t first, count;    /* blocks of the map */
    char title[MAP_TEXT_MAX]; /* above the grid */
} map_section_t;

typedef struct map {
    uint32_t block_size;  /* bytes */
    uint32_t block_count; /* of the whole device */
    uint8_t *use;         /* mcufs_block_use_t, one per block */
    uint32_t *wear;       /* erases, one per block; NULL: not known */
    unsigned sections;
    map_section_t section[MAP_SECTIONS_MAX];
    char title[MAP_TEXT_MAX]; /* of the picture */
} map_t;

/* An empty map of a device: everything free, wear unknown, no section. `title` may be NULL. 0 or
 * MCUFS_ENOMEM, MCUFS_EINVAL (a size of 0). */
int map_init(map_t *map, uint32_t block_size, uint32_t block_count, const char *title);
void map_free(map_t *map);

/* Adds the volume mounted at `path`, which starts at block `first` of the map, as a section; `title` NULL:
 * made from its type, version and size. 0, MCUFS_ERANGE (outside of the map, or too many sections), or what
 * mcufs_statfs and mcufs_visit_blocks answer. */
int map_add(map_t *map, mcufs_t *fs, const char *path, uint32_t first, const char *title);

/* Erases per block of the device, copied. 0 or MCUFS_ENOMEM. */
int map_set_wear(map_t *map, const uint32_t *wear);

/* Blocks of that use within a section. */
uint32_t map_count(const map_t *map, unsigned section, mcufs_block_use_t use);

/* "free", "superblock", "metadata", "data". */
const char *map_use_name(mcufs_block_use_t use);

/* Writes the picture to a file; map_write chooses by the name's ending, ".svg" or ".png" (else MCUFS_EINVAL).
 * 0, MCUFS_ENOMEM, or MCUFS_EIO with errno set. */
int map_write(const map_t *map, const char *path);
int map_write_svg(const map_t *map, const char *path);
int map_write_png(const map_t *map, const char *path);

#endif
