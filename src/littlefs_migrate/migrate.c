/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The steps, and the memory for them. */

#include "internal.h"

#include "../base/arena.h"
#include "../base/bitmap.h"

#define DEFAULT_CACHE_SIZE 256u

static const mcufs_littlefs2_options_t no_options;

/* -- A volume that is v2 already ------------------------------------------------------------------------ */

/* Whether the half of the superblock that does not count is still that of v1: 1, 0 or an error. */
static int has_old_half(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    static const uint32_t first[2] = {0, 1};
    enum { OLD_MAGIC = 40 }; /* where v1 has it */
    uint8_t magic[8];
    int error = littlefs2_get(fs, first, metadata);
    if (error == 0) {
        error = littlefs2_read(fs, metadata->pair[1], OLD_MAGIC, magic, sizeof magic, sizeof magic);
    }
    return error < 0 ? error : memcmp(magic, "littlefs", sizeof magic) == 0;
}

static int overwrite_old_half(littlefs2_t *fs)
{
    littlefs2_metadata_t metadata;
    int result = has_old_half(fs, &metadata);
    if (result <= 0) {
        return result;
    }
    do {
        result = littlefs2_make_consistent(fs);
        if (result == 0) {
            result = has_old_half(fs, &metadata);
            if (result <= 0) {
                return result;
            }
            metadata.flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
            memcpy(fs->stay, metadata.pair, sizeof fs->stay);
            result = littlefs2_commit(fs, &metadata, NULL, 0);
        }
    } while (result == LITTLEFS2_AGAIN);
    return result;
}

/* 1: it is one, and complete now; 0: it is none; or an error. A volume with a v2 superblock is never taken
 * for the v1 volume it was, whatever else is wrong with it. */
static int finish(const mcufs_setup_t *setup, uint32_t block_size)
{
    static const uint32_t first[2] = {0, 1};
    littlefs2_t *fs;
    littlefs2_metadata_t metadata;
    int error = littlefs2_prepare(setup, block_size, 0, &fs);
    if (error < 0) {
        return error;
    }
    littlefs2_confirm_t confirm = {.always = true};
    error = littlefs2_fetch(fs, first, &metadata, NULL, &confirm);
    if (error == MCUFS_ECORRUPT && fs->health.uncorrected == 0) {
        return 0;
    }
    if (error == 0) {
        error = littlefs2_load(fs, setup->options);
    }
    if (error == 0) {
        error = overwrite_old_half(fs);
    }
    return error < 0 ? error : 1;
}

/* -- Memory --------------------------------------------------------------------------------------------- */

static int settle_block(void *context, uint32_t block)
{
    migrate_t *migrate = context;
    migrate->unsettled = true;
    if (!migrate->settling || littlefs_migrate_is_bad(migrate, block)) {
        return 0;
    }
    int error = littlefs2_erase_blocks(migrate->to, block, 1);
    return error == MCUFS_ECORRUPT ? littlefs_migrate_notice_bad(migrate, block) : error;
}

/* Bytes of the buffers: as asked for, or the most that leaves something for the rest. */
static uint32_t cache_size_of(const mcufs_setup_t *setup, uint32_t block_size)
{
    const mcufs_littlefs2_options_t *options = setup->options;
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    if (options->cache_size) {
        return options->cache_size;
    }
    uint32_t size = littlefs2_minimum(DEFAULT_CACHE_SIZE, block_size);
    while (size > 16 && setup->arena_size <
                            MCUFS_LITTLEFS_MIGRATE_ARENA((size_t)size, geometry->block_count, (size_t)16)) {
        size /= 2;
    }
    uint32_t unit =
        geometry->read_size > geometry->program_size ? geometry->read_size : geometry->program_size;
    return size > unit ? size : unit;
}

static int open_old(migrate_t *migrate, const mcufs_setup_t *setup, uint32_t block_size, uint32_t cache_size,
                    mcufs_arena_t *arena)
{
    const mcufs_littlefs2_options_t *options = setup->options;
    const uint32_t unit = setup->device->geometry.read_size;
    const mcufs_littlefs1_options_t old_options = {.cache_size = cache_size / unit * unit};
    mcufs_setup_t inner = *setup;
    inner.options = &old_options;
    inner.arena_size = MCUFS_LITTLEFS1_ARENA((size_t)old_options.cache_size);
    inner.arena = mcufs_arena_take(arena, inner.arena_size, sizeof(void *));
    int error = inner.arena ? littlefs1_prepare(&inner, block_size, &migrate->from) : MCUFS_ENOMEM;
    return error < 0 ? error : littlefs1_load(migrate->from, options->block_count);
}

/* The v2 volume, with a map of free blocks that the survey fills. */
static int open_new(migrate_t *migrate, const mcufs_setup_t *setup, uint32_t cache_size, mcufs_arena_t *arena)
{
    littlefs1_t *from = migrate->from;
    mcufs_littlefs2_options_t options = *(const mcufs_littlefs2_options_t *)setup->options;
    mcufs_setup_t inner = *setup;
    inner.options = &options;
    inner.arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM((size_t)cache_size);
    inner.arena = mcufs_arena_take(arena, inner.arena_size, sizeof(void *));
    options.file_buffers = MCUFS_LITTLEFS2_NEVER;
    options.map_size = MCUFS_BITMAP_SIZE(from->block_count);
    options.map = mcufs_arena_take(arena, options.map_size, 1);
    migrate->survey =
        (littlefs1_survey_t){.fs = from, .used = options.map, .settle = settle_block, .context = migrate};
    return inner.arena && options.map
               ? littlefs2_prepare(&inner, from->block_size, from->block_count, &migrate->to)
               : MCUFS_ENOMEM;
}

static int open_volumes(const mcufs_setup_t *setup, uint32_t block_size, migrate_t **made)
{
    mcufs_arena_t arena;
    uint32_t cache_size = cache_size_of(setup, block_size);
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    migrate_t *migrate = mcufs_arena_take(&arena, sizeof *migrate, sizeof(void *));
    if (!migrate) {
        return MCUFS_ENOMEM;
    }
    memset(migrate, 0, sizeof *migrate);
    int error = open_old(migrate, setup, block_size, cache_size, &arena);
    if (error == 0) {
        error = open_new(migrate, setup, cache_size, &arena);
    }
    if (error == 0 && !mcufs_arena_take(&arena, 0, sizeof(uint32_t))) {
        error = MCUFS_ENOMEM;
    }
    migrate->free_memory = arena.next;
    migrate->free_size = mcufs_arena_left(&arena);
    *made = migrate;
    return error;
}

/* -- The steps ------------------------------------------------------------------------------------------ */

static int survey(migrate_t *migrate)
{
    littlefs1_survey_t *found = &migrate->survey;
    size_t names = MIGRATE_WINDOW_MIN * sizeof migrate->names[0];
    if (migrate->free_size < names + sizeof found->heads[0]) {
        return MCUFS_ENOMEM;
    }
    size_t heads = (migrate->free_size - names) / sizeof found->heads[0];
    found->heads = (uint32_t(*)[2])(void *)migrate->free_memory;
    found->head_capacity = heads < UINT32_MAX ? (uint32_t)heads : UINT32_MAX;
    int error = littlefs1_survey(found);
    if (error != 0 || found->errors > 0) {
        return error != 0 ? error : MCUFS_ECORRUPT;
    }
    size_t used = found->head_count * sizeof found->heads[0];
    size_t capacity = (migrate->free_size - used) / sizeof migrate->names[0];
    migrate->names = (migrate_name_t *)(void *)(migrate->free_memory + used);
    migrate->name_capacity = capacity < UINT32_MAX / 2 ? (uint32_t)capacity : UINT32_MAX / 2;
    return littlefs_migrate_plan_blocks(migrate);
}

/* Looks what would be written, with room in the logs for later changes as far as there is space. */
static int plan(migrate_t *migrate)
{
    const littlefs2_t *to = migrate->to;
    const uint32_t most = to->metadata_max;
    /* Bytes of entries in a log, and the share of free blocks that this may cost: a quarter, half, all. */
    const uint32_t limits[] = {most - most / 4 < most - LITTLEFS2_LOG_RESERVE ? most - most / 4
                                                                              : most - LITTLEFS2_LOG_RESERVE,
                               most - LITTLEFS2_LOG_RESERVE, most - 24};
    for (unsigned i = 0; i < 3; i++) {
        migrate->limit = limits[i];
        int error = littlefs_migrate_lay_out(migrate);
        if (error != 0) {
            return error;
        }
        if (migrate->extras <= (to->free_blocks >> (2 - i)) / 2) {
            return 0;
        }
    }
    return MCUFS_ENOSPC;
}

static int survey_and_plan(migrate_t *migrate)
{
    migrate->writing = migrate->unsettled = false;
    int result = survey(migrate);
    return result != 0 ? result : plan(migrate);
}

/* All but the superblock. v1 sees nothing of it. */
static int write_directories(migrate_t *migrate)
{
    int result;
    do {
        migrate->settling = false;
        result = survey_and_plan(migrate);
        if (result == 0 && migrate->unsettled) {
            migrate->settling = true;
            result = survey_and_plan(migrate);
        }
        if (result == 0) {
            migrate->writing = true;
            result = littlefs_migrate_lay_out(migrate);
        }
    } while (result == MIGRATE_AGAIN);
    return result < 0 ? result : littlefs_migrate_read_back(migrate);
}

static int migrate_volume(migrate_t *migrate)
{
    static const uint32_t first[2] = {0, 1};
    littlefs1_log_t old;
    int error = write_directories(migrate);
    if (error == 0) {
        error = littlefs1_fetch(migrate->from, first, &old);
    }
    if (error == 0) {
        error = littlefs_migrate_write_superblock(migrate, old.pair[1], old.revision + 1);
    }
    if (error < 0) {
        return error;
    }
    /* It is a v2 volume now. The other half goes, so that nobody mounts the old one by accident; where that
     * is a bad block, nobody can help it. */
    error = littlefs_migrate_write_superblock(migrate, old.pair[0], old.revision + 2);
    return error == MCUFS_ENOSPC ? 0 : error;
}

/* Block size of the volume, whichever version it is, in whichever half of the superblock. MCUFS_ENODEV: only
 * assumed; a device with large read units cannot be probed. */
static int find_block_size(const mcufs_setup_t *setup, uint32_t *block_size)
{
    const mcufs_littlefs2_options_t *options = setup->options;
    mcufs_probe_t probe = {.block_size = setup->device->geometry.block_size};
    int error = littlefs2_probe(setup->device, &probe);
    if (error < 0) {
        error = littlefs1_probe(setup->device, &probe);
    }
    *block_size = options->block_size ? options->block_size : probe.block_size;
    return error == 0 && *block_size != probe.block_size ? MCUFS_EINVAL : error;
}

int mcufs_littlefs_migrate(const mcufs_setup_t *setup)
{
    mcufs_setup_t checked = *setup;
    uint32_t block_size;
    migrate_t *migrate;
    int error = mcufs_device_check(setup->device);
    if (error < 0) {
        return error;
    }
    if (setup->flags & MCUFS_READ_ONLY || !setup->device->operations->program) {
        return MCUFS_EROFS;
    }
    checked.flags = 0;
    checked.options = setup->options ? setup->options : &no_options;
    int probed = find_block_size(&checked, &block_size);
    if (probed < 0 && probed != MCUFS_ENODEV) {
        return probed;
    }
    int finished = finish(&checked, block_size);
    if (finished != 0) {
        return finished < 0 ? finished : 0;
    }
    error = open_volumes(&checked, block_size, &migrate);
    if (error < 0) {
        return error == MCUFS_ECORRUPT && probed < 0 ? MCUFS_ENODEV : error;
    }
    return migrate_volume(migrate);
}
