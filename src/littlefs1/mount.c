/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Probing and mounting: the superblock in blocks 0 and 1. */

#include "internal.h"

#include "../base/arena.h"
#include "../base/crc32.h"
#include "../base/endian.h"

#define DEFAULT_CACHE_SIZE 256u

/* The entry of the superblock: four lengths, five words, the name. */
enum { ENTRY_SIZE = 4 + 20 + 8 };

typedef struct superblock {
    uint32_t root[2], block_size, block_count, version;
} superblock_t;

static const mcufs_littlefs1_options_t no_options;

static const mcufs_littlefs1_options_t *options_of(const mcufs_setup_t *setup)
{
    return setup->options ? setup->options : &no_options;
}

static bool decode(const uint8_t bytes[ENTRY_SIZE], superblock_t *superblock)
{
    static const uint8_t lengths[4] = {LITTLEFS1_TYPE_SUPERBLOCK, 20, 0, 8};
    superblock->root[0] = mcufs_load_le32(bytes + 4);
    superblock->root[1] = mcufs_load_le32(bytes + 8);
    superblock->block_size = mcufs_load_le32(bytes + 12);
    superblock->block_count = mcufs_load_le32(bytes + 16);
    superblock->version = mcufs_load_le32(bytes + 20);
    return memcmp(bytes, lengths, sizeof lengths) == 0 && memcmp(bytes + 24, "littlefs", 8) == 0;
}

/* -- Probing -------------------------------------------------------------------------------------------- */

/* A whole superblock at this address, with whatever block size it says. */
static bool read_start(const mcufs_device_t *device, uint32_t address, superblock_t *superblock)
{
    uint8_t bytes[LITTLEFS1_HEADER + ENTRY_SIZE];
    const uint64_t device_size = mcufs_device_size(device);
    if (device_size < address + sizeof bytes ||
        mcufs_device_read_bytes(device, address, bytes, sizeof bytes) != 0 ||
        !decode(bytes + LITTLEFS1_HEADER, superblock)) {
        return false;
    }
    uint32_t size = mcufs_load_le32(bytes + 4) & ~LITTLEFS1_SPLIT;
    if (superblock->version >> 16 != LITTLEFS1_VERSION_MAJOR ||
        superblock->block_size < LITTLEFS1_BLOCK_SIZE_MIN || superblock->block_size > device_size - address ||
        size < sizeof bytes + 4 || size > superblock->block_size) {
        return false;
    }
    uint32_t crc = mcufs_crc32(0xffffffffu, bytes, sizeof bytes);
    for (uint32_t at = sizeof bytes; at < size - 4;) {
        uint32_t part = littlefs1_minimum(sizeof bytes, size - 4 - at);
        if (mcufs_device_read_bytes(device, address + at, bytes, part) != 0) {
            return false;
        }
        crc = mcufs_crc32(crc, bytes, part);
        at += part;
    }
    return mcufs_device_read_bytes(device, address + size - 4, bytes, 4) == 0 &&
           crc == mcufs_load_le32(bytes);
}

static bool find_superblock(const mcufs_device_t *device, superblock_t *superblock)
{
    if (read_start(device, 0, superblock)) {
        return true;
    }
    /* Block 0 may be half erased; then block 1 is good, but where it starts depends on the block size. */
    const uint64_t size = mcufs_device_size(device);
    for (uint32_t block_size = LITTLEFS1_BLOCK_SIZE_MIN; block_size != 0 && block_size <= size / 2;
         block_size <<= 1) {
        if (read_start(device, block_size, superblock) && superblock->block_size == block_size) {
            return true;
        }
    }
    return false;
}

int littlefs1_probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    superblock_t superblock;
    if (!find_superblock(device, &superblock)) {
        return MCUFS_ENODEV;
    }
    memset(found, 0, sizeof *found);
    found->type = mcufs_littlefs1.name;
    found->version = superblock.version;
    found->block_size = superblock.block_size;
    found->block_count = superblock.block_count;
    return 0;
}

/* -- Mounting ------------------------------------------------------------------------------------------- */

/* A multiple of the read unit that fits the arena. 0: none. */
static uint32_t cache_size_for(const mcufs_setup_t *setup, size_t left)
{
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    uint32_t wanted = options_of(setup)->cache_size;
    uint32_t most = left < geometry->block_size ? (uint32_t)left : geometry->block_size;
    if (wanted) {
        return wanted % geometry->read_size == 0 && wanted <= left ? wanted : 0;
    }
    wanted = geometry->read_size > DEFAULT_CACHE_SIZE ? geometry->read_size : DEFAULT_CACHE_SIZE;
    wanted = littlefs1_minimum(wanted, most);
    return wanted - wanted % geometry->read_size;
}

int littlefs1_prepare(const mcufs_setup_t *setup, uint32_t block_size, littlefs1_t **volume)
{
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    if (block_size < LITTLEFS1_BLOCK_SIZE_MIN ||
        (block_size % geometry->block_size != 0 && geometry->block_size % block_size != 0)) {
        return MCUFS_EINVAL;
    }
    mcufs_arena_t arena;
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    littlefs1_t *fs = mcufs_arena_take(&arena, sizeof *fs, sizeof(void *));
    if (!fs) {
        return MCUFS_ENOMEM;
    }
    memset(fs, 0, sizeof *fs);
    fs->device = setup->device;
    fs->hooks = setup->hooks;
    fs->block_size = block_size;
    fs->block_count = block_size >= geometry->block_size
                          ? geometry->block_count / (block_size / geometry->block_size)
                          : geometry->block_count * (geometry->block_size / block_size);
    fs->cache_size = cache_size_for(setup, mcufs_arena_left(&arena));
    if (fs->cache_size == 0 || fs->block_count < 2 || fs->block_count >= LITTLEFS1_BY_MOVE) {
        return fs->cache_size == 0 ? MCUFS_ENOMEM : MCUFS_EINVAL;
    }
    fs->buffer = mcufs_arena_take(&arena, fs->cache_size, 1);
    littlefs1_drop_cache(fs);
    *volume = fs;
    return 0;
}

int littlefs1_load(littlefs1_t *fs, uint32_t block_count)
{
    static const uint32_t first[2] = {0, 1};
    uint8_t bytes[ENTRY_SIZE];
    superblock_t superblock;
    littlefs1_log_t log;
    int error = littlefs1_fetch(fs, first, &log);
    if (error == 0 && log.end < LITTLEFS1_HEADER + sizeof bytes) {
        error = MCUFS_ECORRUPT;
    }
    if (error == 0) {
        error = littlefs1_read(fs, log.pair[0], LITTLEFS1_HEADER, bytes, sizeof bytes);
    }
    if (error < 0) {
        return error;
    }
    if (!decode(bytes, &superblock)) {
        return MCUFS_ECORRUPT;
    }
    block_count = block_count ? block_count : superblock.block_count;
    if (superblock.version >> 16 != LITTLEFS1_VERSION_MAJOR ||
        superblock.version > LITTLEFS1_VERSION_NEWEST || superblock.block_size != fs->block_size ||
        block_count < 2 || block_count > fs->block_count) {
        return MCUFS_EINVAL;
    }
    fs->block_count = block_count;
    fs->version = superblock.version;
    memcpy(fs->root, superblock.root, sizeof fs->root);
    memcpy(fs->list, log.tail, sizeof fs->list);
    return littlefs1_pair_is_valid(fs, fs->root) ? littlefs1_fetch(fs, fs->root, &log) : MCUFS_ECORRUPT;
}

int littlefs1_mount(const mcufs_setup_t *setup, void **volume)
{
    const mcufs_littlefs1_options_t *options = options_of(setup);
    uint32_t block_size = options->block_size;
    superblock_t superblock;
    littlefs1_t *fs;
    if (!block_size) {
        block_size = find_superblock(setup->device, &superblock) ? superblock.block_size
                                                                 : setup->device->geometry.block_size;
    }
    int error = littlefs1_prepare(setup, block_size, &fs);
    if (error == 0) {
        error = littlefs1_load(fs, options->block_count);
    }
    if (error == 0) {
        *volume = fs;
    }
    return error;
}

/* -- Blocks in use -------------------------------------------------------------------------------------- */

static int visit_file(littlefs1_t *fs, const littlefs1_entry_t *entry,
                      int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    int gone = littlefs1_is_gone(fs, entry);
    if (gone != 0) {
        return gone < 0 ? gone : 0; /* its blocks are those of another entry */
    }
    return littlefs1_content_is_possible(fs, entry->words)
               ? littlefs1_content_visit(fs, entry->words, visit, context)
               : MCUFS_ECORRUPT;
}

static int visit_pair(const uint32_t pair[2], mcufs_block_use_t use,
                      int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    int result = visit(context, pair[0], use);
    return result != 0 ? result : visit(context, pair[1], use);
}

int littlefs1_visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                           void *context)
{
    static const uint32_t first[2] = {0, 1};
    littlefs1_t *fs = volume;
    littlefs1_walk_t walk;
    littlefs1_entry_t entry;
    int result = visit_pair(first, MCUFS_BLOCK_SUPERBLOCK, visit, context);
    if (result == 0) {
        result = littlefs1_walk_list(fs, &walk);
    }
    for (int more = 1; result == 0 && more > 0;) {
        result = visit_pair(walk.log.pair, MCUFS_BLOCK_METADATA, visit, context);
        while (result == 0 && (more = littlefs1_next_entry(fs, &walk.log, &walk.offset, &entry)) > 0) {
            if (entry.type == LITTLEFS1_TYPE_FILE) {
                result = visit_file(fs, &entry, visit, context);
            }
        }
        if (result == 0 && more == 0) {
            more = littlefs1_walk_next_log(fs, &walk);
        }
        result = result == 0 && more < 0 ? more : result;
    }
    return result;
}

static int count(void *context, uint32_t block, mcufs_block_use_t use)
{
    littlefs1_t *fs = context;
    (void)block;
    (void)use;
    /* More than there are: blocks of a damaged volume that are in use twice. */
    fs->used += fs->used < fs->block_count;
    return 0;
}

int littlefs1_statfs(void *volume, mcufs_statfs_t *statfs)
{
    littlefs1_t *fs = volume;
    if (fs->used == 0) {
        int error = littlefs1_visit_blocks(fs, count, fs);
        if (error < 0) {
            fs->used = 0;
            return error;
        }
    }
    statfs->version = fs->version;
    statfs->block_size = fs->block_size;
    statfs->block_count = fs->block_count;
    statfs->free_blocks = fs->block_count - fs->used;
    statfs->name_max = MCUFS_NAME_MAX;
    statfs->file_size_max = LITTLEFS1_FILE_SIZE_MAX;
    statfs->read_only = true;
    return 0;
}
