/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The rows. A new filesystem gets one here and all campaigns run on it. */

#include "setting.h"

#include "fsck.h"

#include <string.h>

#define VERSION_2_0 MCUFS_LITTLEFS2_VERSION_2_0

#define SECTORS(name, block, count, sector, arena, ...)                                                      \
    {                                                                                                        \
        name, SIM_SECTOR, block, count, sector, sector, sector, 0xff, false, 0, 0, arena, 0, false,          \
            .fat_type = __VA_ARGS__                                                                          \
    }

/* name, kind, block size and count, program, read, cache, erased, hidden, disk version, cycles, arena,
 * endurance */
/* Most rows leave out what is only for sectors. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif

geometry_row_t geometry_rows[] = {
    {"b512p16", SIM_NOR, 512, 128, 16, 16, 64, 0xff, false, 0, 0, ARENA_LARGE, 0, false},
    {"b128p1", SIM_NOR, 128, 512, 1, 1, 32, 0xff, false, 0, 0, ARENA_LARGE, 0, false},
    {"b128p16v20", SIM_NOR, 128, 512, 16, 16, 16, 0xff, true, VERSION_2_0, 0, ARENA_LARGE, 0, false},
    {"b256p1min", SIM_NOR, 256, 256, 1, 1, 64, 0xff, true, 0, 7, ARENA_MINIMUM, 0, false},
    {"b512p1cycles", SIM_NOR, 512, 160, 1, 1, 64, 0xff, false, 0, 3, ARENA_MIDDLE, 0, false},
    {"b512p64v20", SIM_NOR, 512, 128, 64, 32, 64, 0xff, true, VERSION_2_0, 20, ARENA_MINIMUM, 0, false},
    {"b512p16zero", SIM_NOR, 512, 128, 16, 1, 128, 0x00, false, 0, 0, ARENA_MIDDLE, 0, false},
    {"b1024p256nand", SIM_NAND, 1024, 96, 256, 256, 256, 0xff, true, 0, 50, ARENA_LARGE, 0, false},
    {"b4096p1min", SIM_NOR, 4096, 64, 1, 1, 256, 0xff, false, 0, 0, ARENA_MINIMUM, 0, false},
    {"b4096p256", SIM_NOR, 4096, 64, 256, 1, 256, 0xff, false, 0, 0, ARENA_MIDDLE, 0, false},
    {"b4096p16large", SIM_NOR, 4096, 64, 16, 16, 256, 0xff, false, 0, 0, ARENA_LARGE, 0, true},
    {"b4096p1024nand", SIM_NAND, 4096, 64, 1024, 256, 1024, 0xff, false, 0, 0, ARENA_LARGE, 0, false},
    {"b4096p4096", SIM_NOR, 4096, 64, 4096, 16, 4096, 0xff, true, VERSION_2_0, 0, ARENA_MINIMUM, 0, false},
    {"b8192p16", SIM_NOR, 8192, 48, 16, 16, 512, 0xff, true, 0, 0, ARENA_MIDDLE, 0, false},
    {"b65536p256", SIM_NOR, 65536, 32, 256, 256, 256, 0xff, false, 0, 0, ARENA_LARGE, 0, false},
    {"b65536p4096", SIM_NAND, 65536, 32, 4096, 256, 4096, 0xff, true, 0, 0, ARENA_MIDDLE, 0, false},
    /* Devices that overwrite sectors. */
    SECTORS("fat12", 2048, 128, 512, ARENA_LARGE, 12),
    SECTORS("fat12min", 2048, 128, 512, ARENA_MINIMUM, 12),
    SECTORS("fat12s4096", 4096, 160, 4096, ARENA_MINIMUM, 12),
    SECTORS("fat12reordered", 2048, 128, 512, ARENA_MIDDLE, 12, .reorder = true),
    SECTORS("fat16", 4096, 1100, 512, ARENA_MIDDLE, 16),
    SECTORS("fat32", 65536, 600, 512, ARENA_MINIMUM, 32),
    SECTORS("fat32reordered", 65536, 600, 512, ARENA_LARGE, 32, .reorder = true),
};
const unsigned geometry_row_count = sizeof geometry_rows / sizeof geometry_rows[0];

const geometry_row_t *geometry_by_name(const char *name)
{
    for (unsigned i = 0; i < geometry_row_count; i++) {
        if (strcmp(geometry_rows[i].name, name) == 0) {
            return &geometry_rows[i];
        }
    }
    return NULL;
}

void geometry_shrink(geometry_row_t *geometry, uint32_t block_count)
{
    if (geometry->kind == SIM_SECTOR) {
        uint32_t least = 96 * geometry->program_size / geometry->block_size;
        block_count = block_count < least ? least : block_count;
        geometry->fat_type = block_count < geometry->block_count ? 0 : geometry->fat_type;
    }
    geometry->block_count = block_count < geometry->block_count ? block_count : geometry->block_count;
}

bool geometries_with_arena(const char *level)
{
    static const char *const names[] = {
        [ARENA_MINIMUM] = "minimum", [ARENA_MIDDLE] = "middle", [ARENA_LARGE] = "large"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], level) == 0) {
            for (unsigned row = 0; row < geometry_row_count; row++) {
                geometry_rows[row].arena = (arena_level_t)i;
            }
            return true;
        }
    }
    return false;
}

static void configure_littlefs2(const geometry_row_t *geometry, filesystem_options_t *options)
{
    memset(options, 0, sizeof *options);
    options->littlefs2.cache_size = geometry->cache_size;
    options->littlefs2.disk_version = geometry->disk_version;
    options->littlefs2.block_cycles = geometry->block_cycles;
}

static void configure_checksums(const geometry_row_t *geometry, filesystem_options_t *options)
{
    configure_littlefs2(geometry, options);
    options->littlefs2.checksums = true;
}

static size_t littlefs2_arena(const geometry_row_t *geometry, arena_level_t level)
{
    size_t minimum = MCUFS_LITTLEFS2_ARENA_MINIMUM(geometry->cache_size);
    switch (level) {
    case ARENA_MINIMUM:
        return minimum;
    case ARENA_MIDDLE: /* four file buffers, part of a map */
        return minimum + 3 * (size_t)geometry->cache_size + geometry->block_count / 16 + 64;
    default:
        return minimum + 3 * (size_t)geometry->cache_size + geometry->block_count / 8 + 16384;
    }
}

static size_t checksums_arena(const geometry_row_t *geometry, arena_level_t level)
{
    return littlefs2_arena(geometry, level) + MCUFS_LITTLEFS2_CHECKSUMS_SIZE;
}

static size_t lfs_arena(const geometry_row_t *geometry, arena_level_t level)
{
    return lfs_adapter_arena(geometry->cache_size, LFS_ADAPTER_LOOKAHEAD) + littlefs2_arena(geometry, level) -
           littlefs2_arena(geometry, ARENA_MINIMUM) + 16 * sizeof(void *);
}

/* Small clusters, so that there are many. */
static void configure_fat(const geometry_row_t *geometry, filesystem_options_t *options)
{
    memset(options, 0, sizeof *options);
    options->fat.type = geometry->fat_type;
    options->fat.cluster_size = geometry->program_size;
    options->fat.journal_sectors = geometry->no_journal ? MCUFS_FAT_NEVER : 0;
}

static size_t fat_arena(const geometry_row_t *geometry, arena_level_t level)
{
    size_t minimum = MCUFS_FAT_ARENA_MINIMUM(geometry->program_size) + 10 * sizeof(void *) + 8;
    switch (level) {
    case ARENA_MINIMUM:
        return minimum;
    case ARENA_MIDDLE: /* two buffers, a few names */
        return minimum + geometry->program_size + 1000;
    default:
        return minimum + 8 * (size_t)geometry->program_size + 8192;
    }
}

static void configure_toy(const geometry_row_t *geometry, filesystem_options_t *options)
{
    (void)geometry;
    memset(options, 0, sizeof *options);
}

static size_t toy_arena(const geometry_row_t *geometry, arena_level_t level)
{
    (void)geometry;
    (void)level;
    return toyfs_arena_size() + 512;
}

const filesystem_row_t filesystem_rows[] = {
    {"lfs2", &mcufs_littlefs2, true, 0, 0, configure_littlefs2, littlefs2_arena, false, true},
    {"lfs2-checksums", &mcufs_littlefs2, true, 0, 0, configure_checksums, checksums_arena, false, true},
    {"lfs.h", &lfs_adapter, true, 0, 0, configure_littlefs2, lfs_arena, true, false},
    {"fat", &mcufs_fat, false, 0, 0, configure_fat, fat_arena, false, false, true, fsck_fat},
    {"toy", &toyfs, true, TOY_FILE_MAX, TOY_NODES - 2, configure_toy, toy_arena, false, false},
};
const unsigned filesystem_row_count = sizeof filesystem_rows / sizeof filesystem_rows[0];

const filesystem_row_t *filesystem_by_name(const char *name)
{
    for (unsigned i = 0; i < filesystem_row_count; i++) {
        if (strcmp(filesystem_rows[i].name, name) == 0) {
            return &filesystem_rows[i];
        }
    }
    return NULL;
}

bool setting_is_possible(const filesystem_row_t *row, const geometry_row_t *geometry)
{
    return row->in_place == (geometry->kind == SIM_SECTOR);
}
