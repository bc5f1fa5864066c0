/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the campaigns run on: a row per filesystem, a row per geometry. */

#ifndef MCUFS_TESTS_SETTING_H
#define MCUFS_TESTS_SETTING_H

#include <mcufs/fat.h>
#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <sim/flash.h>

#include "lfs_adapter.h"
#include "toyfs.h"

typedef enum arena_level { ARENA_MINIMUM, ARENA_MIDDLE, ARENA_LARGE } arena_level_t;

typedef struct geometry_row {
    const char *name;
    sim_kind_t kind;
    uint32_t block_size, block_count, program_size, read_size, cache_size;
    int16_t erased_value;
    bool hide_erased_value; /* the filesystem is not told what erased bytes read as */
    uint32_t disk_version;  /* of littlefs; 0: the newest */
    uint32_t block_cycles;  /* of littlefs; 0: the default */
    arena_level_t arena;
    uint32_t endurance; /* erases until a block goes bad; 0: never */
    bool large_erases;  /* the chip erases aligned 64 KiB at once */
    uint8_t fat_type;   /* SIM_SECTOR: 12, 16 or 32 */
    bool no_journal;    /* of FAT */
    bool reorder;       /* SIM_SECTOR: what was written since the last sync arrives in any order */
} geometry_row_t;

extern geometry_row_t geometry_rows[];
extern const unsigned geometry_row_count;
const geometry_row_t *geometry_by_name(const char *name);
/* Fewer blocks; no fewer than the formats of sectors need, and the type of FAT that goes with it. */
void geometry_shrink(geometry_row_t *geometry, uint32_t block_count);
/* Gives all rows an arena of this level: "minimum", "middle" or "large". false: there is no such level. */
bool geometries_with_arena(const char *level);

typedef union filesystem_options {
    mcufs_littlefs2_options_t littlefs2;
    mcufs_fat_options_t fat;
    toy_options_t toy;
} filesystem_options_t;

typedef struct filesystem_row {
    const char *name;
    const mcufs_filesystem_t *table;
    bool attributes;
    uint32_t file_max; /* bytes that the generators may put into one file; 0: as the device allows */
    unsigned node_max; /* files and directories; 0: as the device allows */
    void (*configure)(const geometry_row_t *geometry, filesystem_options_t *options);
    size_t (*arena_size)(const geometry_row_t *geometry, arena_level_t level);
    bool upgrades;     /* the first write makes an older volume one of the newest version */
    bool creates_late; /* a new file may be missing after a power cut until its first sync */
    bool in_place; /* for devices that overwrite sectors: bytes that are overwritten are, until the sync, old
                      or new one by one; and a new file is durable with the next change of any name */
    /* What somebody else finds wrong with the image of an unmounted volume: NULL, or a text. May be NULL. */
    const char *(*judge)(const uint8_t *image, size_t size);
} filesystem_row_t;

extern const filesystem_row_t filesystem_rows[];
extern const unsigned filesystem_row_count;
const filesystem_row_t *filesystem_by_name(const char *name);
/* Whether the filesystem is one for such a device. */
bool setting_is_possible(const filesystem_row_t *row, const geometry_row_t *geometry);

#endif
