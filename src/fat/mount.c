/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mounting, with what a power cut left to do; unmounting; the upkeep of a volume. */

#include "internal.h"

#include "base/arena.h"

#define BUFFERS_FIRST 3u
#define NAMES_MAX     1024u
#define RUNS_MAX      128u

/* -- Memory ------------------------------------------------------------------------------------------------
 */

static uint32_t part_of(size_t *left, uint32_t most, size_t size)
{
    uint32_t count = *left / size > most ? most : (uint32_t)(*left / size);
    *left -= count * size;
    return count;
}

/* As mcufs/fat.h says. */
static int divide(fat_t *fs, mcufs_arena_t *arena)
{
    const size_t buffer = fs->shape.sector_size + sizeof(fat_buffer_t), run = sizeof(fat_run_t);
    const size_t least = FAT_RUNS_MIN * run + 2 * sizeof(uint32_t); /* 2: for alignment */
    size_t left = mcufs_arena_left(arena);
    left = left > least ? left - least : 0;
    fs->buffer_count = part_of(&left, BUFFERS_FIRST, buffer);
    fs->name_capacity = part_of(&left, NAMES_MAX, sizeof(fat_name_t));
    size_t half = left / 2;
    fs->run_count = FAT_RUNS_MIN + part_of(&half, RUNS_MAX - FAT_RUNS_MIN, run);
    left -= (fs->run_count - FAT_RUNS_MIN) * run;
    fs->buffer_count += part_of(&left, 0xffff, buffer);
    fs->runs = mcufs_arena_take(arena, fs->run_count * run, sizeof(uint32_t));
    fs->buffers = mcufs_arena_take(arena, fs->buffer_count * sizeof(fat_buffer_t), sizeof(uint32_t));
    fs->memory =
        mcufs_arena_take(arena, (size_t)fs->buffer_count << fs->shape.sector_shift, sizeof(uint32_t));
    fs->names = mcufs_arena_take(arena, fs->name_capacity * sizeof(fat_name_t), sizeof(uint16_t));
    if (fs->buffer_count == 0 || !fs->runs || !fs->buffers || !fs->memory || !fs->names) {
        return MCUFS_ENOMEM;
    }
    memset(fs->runs, 0, fs->run_count * run);
    memset(fs->buffers, 0, fs->buffer_count * sizeof(fat_buffer_t));
    return 0;
}

/* -- Recovery ----------------------------------------------------------------------------------------------
 */

/* Where to look for free clusters, and, on a volume that was left clean, how many there are. */
static int read_information(fat_t *fs, bool clean)
{
    uint8_t *bytes;
    if (fs->shape.info == 0) {
        return 0;
    }
    int error = fat_load(fs, fs->shape.info, FAT_METADATA, &bytes);
    if (error < 0 || memcmp(bytes, "RRaA", 4) != 0 || memcmp(bytes + 484, "rrAa", 4) != 0) {
        return error;
    }
    uint32_t free = mcufs_load_le32(bytes + 488), next = mcufs_load_le32(bytes + 492);
    fs->free = clean && free <= fs->shape.clusters ? free : FAT_END;
    fs->next = fat_is_cluster(fs, next) ? next : FAT_FIRST;
    return 0;
}

/* What a power cut interrupted is finished, or, on a read-only volume, laid over what is read. */
static int recover(fat_t *fs)
{
    int error = fs->ring_sectors != 0 ? fat_journal_load(fs) : MCUFS_ECORRUPT;
    if (error == MCUFS_ECORRUPT) {
        fs->doubtful = true;
        fs->health.uncorrected++;
        if (fs->hooks && fs->hooks->log) {
            fs->hooks->log(fs->hooks->context, "FAT: marked as dirty, and not by us: it should be checked");
        }
        return 0;
    }
    if (error < 0) {
        return error;
    }
    if (fs->read_only) {
        return 0;
    }
    fs->awake = true;
    fs->live_count = FAT_LIVE_MAX + 1;
    fs->homing = fs->list_size > 0;
    fs->health.moves_completed += fs->homing;
    return fat_rest(fs);
}

/* -- Mounting ----------------------------------------------------------------------------------------------
 */

static int check_geometry(const fat_t *fs)
{
    const mcufs_geometry_t *geometry = &fs->device->geometry;
    if (geometry->block_size % fs->shape.sector_size != 0 ||
        fs->shape.sector_size % geometry->read_size != 0 ||
        (!fs->read_only && fs->shape.sector_size % geometry->program_size != 0)) {
        return MCUFS_EINVAL;
    }
    return (uint64_t)fs->shape.sectors_per_block * geometry->block_count < fs->shape.sectors ? MCUFS_ECORRUPT
                                                                                             : 0;
}

/* The boot sector, through memory that is put to its use later. */
static int read_boot(fat_t *fs, const mcufs_arena_t *arena, bool *dirty)
{
    mcufs_arena_t scratch = *arena;
    uint32_t size = fs->device->geometry.read_size;
    size = size < FAT_SECTOR_MIN ? FAT_SECTOR_MIN : size;
    uint8_t *boot = mcufs_arena_take(&scratch, size, sizeof(uint32_t));
    if (!boot) {
        return MCUFS_ENOMEM;
    }
    if (size > fs->device->geometry.block_size) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_device_read(fs->device, 0, 0, boot, size);
    if (error == 0) {
        error = boot[510] == 0x55 && boot[511] == 0xaa ? fat_parse(&fs->shape, boot) : MCUFS_ENODEV;
    }
    if (error < 0) {
        return error == MCUFS_ENODEV ? MCUFS_ECORRUPT : error;
    }
    *dirty = boot[fs->shape.dirty_offset] & 1;
    fs->shape.sectors_per_block = fs->device->geometry.block_size >> fs->shape.sector_shift;
    return check_geometry(fs);
}

int fat_mount(const mcufs_setup_t *setup, void **volume)
{
    mcufs_arena_t arena;
    bool dirty = false;
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    fat_t *fs = mcufs_arena_take(&arena, sizeof *fs, _Alignof(fat_t));
    if (!fs) {
        return MCUFS_ENOMEM;
    }
    memset(fs, 0, sizeof *fs);
    fs->device = setup->device;
    fs->hooks = setup->hooks;
    fs->read_only = (setup->flags & MCUFS_READ_ONLY) != 0 || !fs->device->operations->write;
    fs->free = FAT_END;
    fs->next = FAT_FIRST;
    fs->slot_directory = FAT_END;
    fs->intents_crc = 0xffffffff; /* of none */
    fat_names_forget(fs);
    int error = read_boot(fs, &arena, &dirty);
    uint32_t reserved = fs->shape.table;
    if (error == 0) {
        error = divide(fs, &arena);
    }
    if (error == 0) {
        error = fat_journal_find(fs, reserved);
    }
    if (error == 0) {
        error = read_information(fs, !dirty);
    }
    if (error == 0 && dirty) {
        error = recover(fs);
    }
    *volume = fs;
    return error;
}

int fat_unmount(void *volume)
{
    fat_t *fs = volume;
    return fs->read_only ? 0 : fat_rest(fs);
}

/* -- Upkeep ------------------------------------------------------------------------------------------------
 */

int fat_statfs(void *volume, mcufs_statfs_t *statfs)
{
    fat_t *fs = volume;
    int error = fat_count_free(fs);
    statfs->version = (uint32_t)fs->shape.bits << 16;
    statfs->block_size = fs->shape.sector_size << fs->shape.cluster_shift;
    statfs->block_count = fs->shape.clusters;
    statfs->free_blocks = error == 0 && fs->free > FAT_RESERVE ? fs->free - FAT_RESERVE : 0;
    statfs->name_max = MCUFS_NAME_MAX;
    statfs->file_size_max = FAT_FILE_MAX;
    statfs->read_only = fs->read_only;
    return error;
}

int fat_gc(void *volume, uint32_t budget)
{
    fat_t *fs = volume;
    int result = fat_settle(fs);
    if (result == 0) {
        result = fat_count_step(fs, budget > UINT32_MAX / 16 ? UINT32_MAX : budget * 16);
    }
    return result == 0 && !fs->files ? fat_rest(fs) : result;
}

int fat_visit_blocks(void *volume, int (*visitor)(void *context, uint32_t block, mcufs_block_use_t use),
                     void *context)
{
    fat_t *fs = volume;
    int result = 0;
    for (uint32_t cluster = FAT_FIRST; result == 0 && fat_is_cluster(fs, cluster); cluster++) {
        uint32_t next;
        result = fat_next(fs, cluster, &next);
        if (result == 0 && next != FAT_FREE) {
            result = visitor(context, cluster - FAT_FIRST, MCUFS_BLOCK_DATA);
        }
    }
    return result;
}
