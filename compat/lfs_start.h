/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From struct lfs_config to a mount: callbacks become a device, members become options. A part of lfs.c, in a
 * file of its own to be read apart, and not a source file because build systems list lfs.c and lfs_util.c. */

#ifndef LFS_START_H
#define LFS_START_H

#include "lfs.h"

#include <mcufs/littlefs2_direct.h>

/* What the engine cannot go beyond. */
#define NAME_LIMIT (LFS_NAME_MAX < MCUFS_NAME_MAX ? LFS_NAME_MAX : MCUFS_NAME_MAX)

/* For a volume whose size only the superblock knows. */
#define BLOCKS_UNKNOWN UINT32_C(0x7fffffff)

/* -- The device ----------------------------------------------------------------------------------------- */

/* Callbacks return 0 or less; anything else is their mistake. */
static int settle(int result)
{
    return result > 0 ? LFS_ERR_IO : result;
}

static const struct lfs_config *config_of(const mcufs_device_t *device)
{
    return ((const lfs_t *)device->context)->cfg;
}

static int device_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    const struct lfs_config *cfg = config_of(device);
    return settle(cfg->read(cfg, block, offset, buffer, size));
}

static int device_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                          uint32_t size)
{
    const struct lfs_config *cfg = config_of(device);
    return settle(cfg->prog(cfg, block, offset, buffer, size));
}

static int device_erase(const mcufs_device_t *device, uint32_t block)
{
    const struct lfs_config *cfg = config_of(device);
    return settle(cfg->erase(cfg, block));
}

static int device_sync(const mcufs_device_t *device)
{
    const struct lfs_config *cfg = config_of(device);
    return settle(cfg->sync(cfg));
}

static const mcufs_device_operations_t device_operations = {
    .read = device_read,
    .program = device_program,
    .erase = device_erase,
    .sync = device_sync,
};

/* -- The configuration ---------------------------------------------------------------------------------- */

static bool has_callbacks(const struct lfs_config *cfg)
{
#ifdef LFS_THREADSAFE
    if (!cfg->lock || !cfg->unlock) {
        return false;
    }
#endif
#ifndef LFS_READONLY
    if (!cfg->prog || !cfg->erase || !cfg->sync) {
        return false;
    }
#endif
    return cfg->read != NULL;
}

static bool has_units(const struct lfs_config *cfg)
{
    return cfg->read_size != 0 && cfg->prog_size != 0 && cfg->cache_size != 0 &&
           cfg->cache_size % cfg->read_size == 0 && cfg->cache_size % cfg->prog_size == 0 &&
           cfg->block_size >= 128 && cfg->block_size % cfg->cache_size == 0 && cfg->lookahead_size != 0 &&
           cfg->block_cycles != 0 && cfg->block_cycles >= -1;
}

static lfs_size_t attr_limit(const struct lfs_config *cfg)
{
    return cfg->attr_max ? cfg->attr_max : LFS_ATTR_MAX;
}

static bool has_limits(const struct lfs_config *cfg)
{
    lfs_size_t metadata = cfg->metadata_max ? cfg->metadata_max : cfg->block_size;
    bool is_inline_possible = cfg->inline_max == 0 || cfg->inline_max == (lfs_size_t)-1 ||
                              (cfg->inline_max <= cfg->cache_size && cfg->inline_max <= attr_limit(cfg) &&
                               cfg->inline_max <= metadata / 8);
    return cfg->name_max <= NAME_LIMIT && cfg->file_max <= LFS_FILE_MAX && cfg->attr_max <= LFS_ATTR_MAX &&
           metadata <= cfg->block_size && is_inline_possible;
}

static bool is_valid(const struct lfs_config *cfg)
{
    return cfg && has_callbacks(cfg) && has_units(cfg) && has_limits(cfg);
}

static uint32_t disk_version_of(const struct lfs_config *cfg)
{
#ifdef LFS_MULTIVERSION
    return cfg->disk_version ? cfg->disk_version : LFS_DISK_VERSION;
#else
    (void)cfg;
    return LFS_DISK_VERSION;
#endif
}

/* The config's own memory, and malloc for what it does not bring. */
static int provide_buffers(lfs_t *lfs, const struct lfs_config *cfg, mcufs_littlefs2_options_t *options)
{
    size_t cache = cfg->cache_size;
    size_t missing = (cfg->read_buffer ? 0 : cache) + (cfg->prog_buffer ? 0 : cache) +
                     (cfg->lookahead_buffer ? 0 : cfg->lookahead_size);
    uint8_t *next = missing > 0 ? (uint8_t *)lfs_malloc(missing) : NULL;
    if (missing > 0 && !next) {
        return LFS_ERR_NOMEM;
    }
    lfs->owned = next;
    options->read_buffer = cfg->read_buffer;
    options->program_buffer = cfg->prog_buffer;
    options->map = cfg->lookahead_buffer;
    options->map_size = cfg->lookahead_size;
    if (!options->read_buffer) {
        options->read_buffer = next;
        next += cache;
    }
    if (!options->program_buffer) {
        options->program_buffer = next;
        next += cache;
    }
    if (!options->map) {
        options->map = next;
    }
    return 0;
}

static void set_device(lfs_t *lfs, const struct lfs_config *cfg)
{
    lfs->device.operations = &device_operations;
    lfs->device.context = lfs;
    lfs->device.geometry.read_size = cfg->read_size;
    lfs->device.geometry.program_size = cfg->prog_size;
    lfs->device.geometry.block_size = cfg->block_size;
    lfs->device.geometry.block_count = cfg->block_count ? cfg->block_count : BLOCKS_UNKNOWN;
    lfs->device.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
}

static void set_options(const struct lfs_config *cfg, mcufs_littlefs2_options_t *options)
{
    options->block_size = cfg->block_size;
    options->block_count = cfg->block_count;
    options->cache_size = cfg->cache_size;
    options->block_cycles = cfg->block_cycles > 0 ? (uint32_t)cfg->block_cycles : MCUFS_LITTLEFS2_NEVER;
    options->name_max = cfg->name_max ? cfg->name_max : NAME_LIMIT;
    options->file_max = cfg->file_max ? cfg->file_max : LFS_FILE_MAX;
    options->attribute_max = attr_limit(cfg);
    options->metadata_max = cfg->metadata_max;
    options->inline_max = cfg->inline_max;
    options->compact_threshold = cfg->compact_thresh;
    options->disk_version = disk_version_of(cfg);
    options->file_buffers = MCUFS_LITTLEFS2_NEVER;
    options->reserve = MCUFS_LITTLEFS2_NEVER; /* the original keeps none, and programs count blocks */
    options->more = cfg->mcufs_memory;
    options->more_size = cfg->mcufs_memory_size;
    options->checksums = cfg->mcufs_checksums;
}

/* Formats or mounts: 0, with the buffers still there, or an error, with nothing left behind. */
static int start(lfs_t *lfs, const struct lfs_config *cfg,
                 int (*work)(lfs_t *lfs, const mcufs_setup_t *setup))
{
    mcufs_littlefs2_options_t options;
    mcufs_setup_t setup;
    memset(lfs, 0, sizeof *lfs);
    memset(&options, 0, sizeof options);
    memset(&setup, 0, sizeof setup);
    lfs->cfg = cfg;
    set_device(lfs, cfg);
    set_options(cfg, &options);
    setup.device = &lfs->device;
    setup.arena = lfs->storage.bytes;
    setup.arena_size = sizeof lfs->storage;
    setup.options = &options;
    setup.hooks = cfg->mcufs_hooks;
#ifdef LFS_READONLY
    setup.flags = MCUFS_READ_ONLY;
#endif
    int err = provide_buffers(lfs, cfg, &options);
    if (err == 0) {
        err = work(lfs, &setup);
    }
    if (err < 0) {
        lfs_free(lfs->owned);
        lfs->owned = NULL;
        lfs->volume = NULL;
    }
    return err;
}

#endif
