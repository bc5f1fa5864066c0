/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the blocks of a device hold. map_draw.c makes the picture. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map.h"

typedef struct filling {
    map_t *map;
    uint32_t first, count; /* blocks of the map that the volume may claim */
    uint32_t volume_block_size;
} filling_t;

int map_init(map_t *map, uint32_t block_size, uint32_t block_count, const char *title)
{
    memset(map, 0, sizeof *map);
    if (block_size == 0 || block_count == 0)
        return MCUFS_EINVAL;
    map->block_size = block_size;
    map->block_count = block_count;
    map->use = calloc(block_count, sizeof *map->use);
    if (map->use == NULL)
        return MCUFS_ENOMEM;
    if (title != NULL)
        snprintf(map->title, sizeof map->title, "%s", title);
    return MCUFS_OK;
}

void map_free(map_t *map)
{
    free(map->use);
    free(map->wear);
    memset(map, 0, sizeof *map);
}

const char *map_use_name(mcufs_block_use_t use)
{
    static const char *const names[] = {"free", "superblock", "metadata", "data"};

    return (unsigned)use < MAP_USES ? names[use] : "?";
}

/* A block may be reported more than once, a superblock also as metadata: the more particular use stays. */
static bool is_more_particular(mcufs_block_use_t use, uint8_t than)
{
    return than == MCUFS_BLOCK_FREE || (uint8_t)use < than;
}

/* The volume's blocks need not be as large as the device's: marks every block of the map they touch. */
static int mark(void *context, uint32_t block, mcufs_block_use_t use)
{
    const filling_t *filling = context;
    uint64_t from = (uint64_t)block * filling->volume_block_size / filling->map->block_size;
    uint64_t to = (((uint64_t)block + 1) * filling->volume_block_size - 1) / filling->map->block_size;

    if (to >= filling->count || (unsigned)use >= MAP_USES)
        return MCUFS_ECORRUPT;
    if (use == MCUFS_BLOCK_FREE)
        return 0;
    for (uint64_t i = from; i <= to; i++) {
        uint8_t *known = &filling->map->use[filling->first + i];

        if (is_more_particular(use, *known))
            *known = (uint8_t)use;
    }
    return 0;
}

static void describe(map_section_t *section, const mcufs_statfs_t *statfs)
{
    snprintf(section->title, sizeof section->title, "%s %u.%u, %" PRIu64 " blocks of %" PRIu32 " bytes",
             statfs->type, (unsigned)(statfs->version >> 16), (unsigned)(statfs->version & 0xffff),
             statfs->block_count, statfs->block_size);
}

int map_add(map_t *map, mcufs_t *fs, const char *path, uint32_t first, const char *title)
{
    map_section_t section = {.first = first};
    filling_t filling = {.map = map, .first = first};
    mcufs_statfs_t statfs;
    uint64_t blocks;
    int err = mcufs_statfs(fs, path, &statfs);

    if (err != MCUFS_OK)
        return err;
    blocks = (statfs.block_count * statfs.block_size + map->block_size - 1) / map->block_size;
    if (map->sections == MAP_SECTIONS_MAX || blocks == 0 || first >= map->block_count ||
        blocks > map->block_count - first)
        return MCUFS_ERANGE;
    section.count = (uint32_t)blocks;
    if (title != NULL)
        snprintf(section.title, sizeof section.title, "%s", title);
    else
        describe(&section, &statfs);
    filling.count = section.count;
    filling.volume_block_size = statfs.block_size;
    err = mcufs_visit_blocks(fs, path, mark, &filling);
    if (err == MCUFS_OK)
        map->section[map->sections++] = section;
    return err;
}

int map_set_wear(map_t *map, const uint32_t *wear)
{
    size_t size = map->block_count * sizeof *wear;

    if (map->wear == NULL)
        map->wear = malloc(size);
    if (map->wear == NULL)
        return MCUFS_ENOMEM;
    memcpy(map->wear, wear, size);
    return MCUFS_OK;
}

uint32_t map_count(const map_t *map, unsigned section, mcufs_block_use_t use)
{
    const map_section_t *place = &map->section[section];
    uint32_t count = 0;

    for (uint32_t i = 0; i < place->count; i++)
        count += map->use[place->first + i] == (uint8_t)use;
    return count;
}
