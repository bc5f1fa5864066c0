/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The filesystems under test: one row each. */

#include "conformance/conformance.h"

#include <mcufs/fat.h>
#include <mcufs/littlefs2.h>

#include "host/hostfs.h"
#include "support/lfs_adapter.h"

enum { KIBIBYTE = 1024, SECOND = 1000000000 };

#define HOSTFS                                                                                               \
    .filesystem = &mcufs_hostfs, .host = true, .buffer_size = 256, .writers = 100, .name_max = 255,          \
    .attribute_max = 1022, .time_step = 1, .keeps_accessed = true

#define LIMITS(names, attributes) .name_max = (names), .attribute_max = (attributes)

/* The least memory, with room for one file open for writing; some; plenty. */
#define ARENA_MINIMUM(cache) .arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM(cache), .writers = 1
#define ARENA_MEDIUM(cache)                                                                                  \
    .arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM(cache) + 2 * (cache) + 300, .writers = 2
#define ARENA_LARGE .writers = 4

#define NOR(unit, block, count)                                                                              \
    .kind = SIM_NOR, .geometry = {.read_size = (unit),                                                       \
                                  .program_size = (unit),                                                    \
                                  .block_size = (block),                                                     \
                                  .block_count = (count),                                                    \
                                  .erased_value = 0xff}
#define NAND(page, block, count)                                                                             \
    .kind = SIM_NAND, .geometry = {.read_size = (page),                                                      \
                                   .program_size = (page),                                                   \
                                   .block_size = (block),                                                    \
                                   .block_count = (count),                                                   \
                                   .erased_value = 0xff}

#define SECTORS(sector, block, count)                                                                        \
    .kind = SIM_SECTOR, .geometry = {.read_size = (sector),                                                  \
                                     .program_size = (sector),                                               \
                                     .block_size = (block),                                                  \
                                     .block_count = (count),                                                 \
                                     .erased_value = 0xff}

#define FAT(chosen_options)                                                                                  \
    .filesystem = &mcufs_fat, .options = &(chosen_options), .writers = 100, .name_max = 255,                 \
    .time_step = 2 * (int64_t)SECOND, .keeps_created = true, .names_are_text = true,                         \
    .root_has_no_times = true, .has_clusters = true
#define ARENA_FAT(sector, more)                                                                              \
    .arena_size = MCUFS_FAT_ARENA_MINIMUM(sector) + 10 * sizeof(void *) + 8 + (more)

#define LFS2(cache, chosen_options)                                                                          \
    .filesystem = &mcufs_littlefs2, .options = &(chosen_options), .buffer_size = (cache)

/* The drop-in lfs.h. */
#define LFS_H(cache, chosen_options)                                                                         \
    .filesystem = &lfs_adapter, .options = &(chosen_options), .buffer_size = (cache), .writers = 4
/* Little more than the original needs. */
#define ARENA_LFS_H(cache) .arena_size = 1800 + 6 * (cache)

/* Blocks of 128 bytes hold neither long names nor large attributes. */
static const mcufs_littlefs2_options_t tiny = {.cache_size = 64, .name_max = 24, .attribute_max = 16};
static const mcufs_littlefs2_options_t small = {.cache_size = 128, .attribute_max = 64};
static const mcufs_littlefs2_options_t plain = {.cache_size = 256};
static const mcufs_littlefs2_options_t nand = {.cache_size = 2048};
static const mcufs_littlefs2_options_t micropython = {.cache_size = 256,
                                                      .disk_version = MCUFS_LITTLEFS2_VERSION_2_0,
                                                      .times = MCUFS_LITTLEFS2_TIMES_MICROPYTHON};
static const mcufs_littlefs2_options_t arduino = {
    .cache_size = 256, .block_cycles = 10, .times = MCUFS_LITTLEFS2_TIMES_SECONDS64};
static const mcufs_littlefs2_options_t version_2_0 = {.cache_size = 256,
                                                      .disk_version = MCUFS_LITTLEFS2_VERSION_2_0};
static const mcufs_littlefs2_options_t no_inline = {.cache_size = 256, .inline_max = MCUFS_LITTLEFS2_NEVER};

static const mcufs_fat_options_t fat12 = {.type = 12};
static const mcufs_fat_options_t fat16 = {.type = 16, .cluster_size = 512};
static const mcufs_fat_options_t fat32 = {.type = 32, .cluster_size = 512};
static const mcufs_fat_options_t fat12_plain = {
    .type = 12, .fat_count = 1, .journal_sectors = MCUFS_FAT_NEVER};
static const mcufs_fat_options_t fat12_large = {.sector_size = 4096};

const conformance_setting_t conformance_settings[] = {
    {.name = "hostfs", HOSTFS},
    {.name = "hostfs, remounted", HOSTFS, .remount = true},

    {.name = "lfs2 128/16", NOR(16, 128, 8192), LFS2(64, tiny), ARENA_LARGE, LIMITS(24, 16)},
    {.name = "lfs2 128/16, medium, remounted",
     NOR(16, 128, 8192),
     LFS2(64, tiny),
     ARENA_MEDIUM(64),
     LIMITS(24, 16),
     .remount = true},

    {.name = "lfs2 512/16", NOR(16, 512, 2048), LFS2(128, small), ARENA_LARGE, LIMITS(255, 64)},
    {.name = "lfs2 512/16, minimum",
     NOR(16, 512, 2048),
     LFS2(128, small),
     ARENA_MINIMUM(128),
     LIMITS(255, 64)},
    {.name = "lfs2 512/16, minimum, remounted",
     NOR(16, 512, 2048),
     LFS2(128, small),
     ARENA_MINIMUM(128),
     LIMITS(255, 64),
     .remount = true},

    {.name = "lfs2 4096/1", NOR(1, 4096, 256), LFS2(256, plain), LIMITS(255, 1022), ARENA_LARGE},
    {.name = "lfs2 4096/1, medium, remounted",
     NOR(1, 4096, 256),
     LFS2(256, plain),
     LIMITS(255, 1022),
     ARENA_MEDIUM(256),
     .remount = true},
    {.name = "lfs2 4096/1, nothing inline",
     NOR(1, 4096, 512),
     LFS2(256, no_inline),
     LIMITS(255, 1022),
     ARENA_LARGE},

    {.name = "lfs2 4096/256", NOR(256, 4096, 256), LFS2(256, plain), LIMITS(255, 1022), ARENA_LARGE},
    {.name = "lfs2 4096/256, minimum, remounted",
     NOR(256, 4096, 256),
     LFS2(256, plain),
     LIMITS(255, 1022),
     ARENA_MINIMUM(256),
     .remount = true},
    {.name = "lfs2 4096/256, version 2.0, times of MicroPython",
     NOR(256, 4096, 256),
     LFS2(256, micropython),
     LIMITS(255, 1022),
     ARENA_LARGE,
     .time_step = 1},
    {.name = "lfs2 4096/256, wear, times of Arduino, remounted",
     NOR(256, 4096, 256),
     LFS2(256, arduino),
     LIMITS(255, 1022),
     ARENA_LARGE,
     .time_step = SECOND,
     .keeps_created = true,
     .remount = true},

    {.name = "lfs2 NAND 128 KiB",
     NAND(2048, 128 * KIBIBYTE, 128),
     LFS2(2048, nand),
     LIMITS(255, 1022),
     ARENA_LARGE},
    {.name = "lfs2 NAND 128 KiB, minimum, remounted",
     NAND(2048, 128 * KIBIBYTE, 128),
     LFS2(2048, nand),
     LIMITS(255, 1022),
     ARENA_MINIMUM(2048),
     .remount = true},

    {.name = "fat12", SECTORS(512, 4096, 256), FAT(fat12)},
    {.name = "fat12, minimum, remounted",
     SECTORS(512, 4096, 256),
     FAT(fat12),
     ARENA_FAT(512, 0),
     .remount = true},
    {.name = "fat12, no journal, remounted", SECTORS(512, 512, 2048), FAT(fat12_plain), .remount = true},
    {.name = "fat12, sectors of 4096, minimum",
     SECTORS(4096, 4096, 512),
     FAT(fat12_large),
     ARENA_FAT(4096, 0)},
    {.name = "fat16, medium, remounted",
     SECTORS(512, 16384, 256),
     FAT(fat16),
     ARENA_FAT(512, 2048),
     .remount = true},
    {.name = "fat32", SECTORS(512, 65536, 600), FAT(fat32)},
    {.name = "fat32, minimum, remounted",
     SECTORS(512, 4096, 9600),
     FAT(fat32),
     ARENA_FAT(512, 0),
     .remount = true},

    {.name = "lfs.h 128/16", NOR(16, 128, 8192), LFS_H(64, tiny), LIMITS(24, 16)},
    {.name = "lfs.h 512/16, little memory",
     NOR(16, 512, 2048),
     LFS_H(128, small),
     ARENA_LFS_H(128),
     LIMITS(255, 64)},
    {.name = "lfs.h 4096/1, remounted",
     NOR(1, 4096, 256),
     LFS_H(256, plain),
     LIMITS(255, 1022),
     .remount = true},
    {.name = "lfs.h 4096/256, version 2.0, little memory, remounted",
     NOR(256, 4096, 256),
     LFS_H(256, version_2_0),
     ARENA_LFS_H(256),
     LIMITS(255, 1022),
     .remount = true},
    {.name = "lfs.h NAND 128 KiB", NAND(2048, 128 * KIBIBYTE, 128), LFS_H(2048, nand), LIMITS(255, 1022)},
    {.name = NULL},
};
