/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The allocation table: what comes after a cluster, which clusters are free. Entries have 12, 16 or 32 bits;
 * all that differs is in two functions, which take an entry apart into bytes, for those of FAT12 lie across
 * sectors.
 */

#include "internal.h"

static uint32_t byte_offset(const fat_t *fs, uint32_t cluster)
{
    return fs->shape.bits == 12 ? cluster + cluster / 2 : cluster * (fs->shape.bits / 8u);
}

static uint32_t entry_width(const fat_t *fs)
{
    return fs->shape.bits == 32 ? 4 : 2;
}

int fat_next(fat_t *fs, uint32_t cluster, uint32_t *next)
{
    if (!fat_is_cluster(fs, cluster)) {
        return MCUFS_ECORRUPT;
    }
    uint32_t offset = byte_offset(fs, cluster), value = 0, loaded = 0;
    uint8_t *bytes = NULL;
    for (uint32_t i = 0; i < entry_width(fs); i++) {
        uint32_t sector = (offset + i) >> fs->shape.sector_shift;
        if (bytes == NULL || sector != loaded) {
            int error = fat_load(fs, fs->shape.table + sector, FAT_METADATA, &bytes);
            if (error < 0) {
                return error;
            }
            loaded = sector;
        }
        value |= (uint32_t)bytes[(offset + i) & (fs->shape.sector_size - 1)] << (8 * i);
    }
    if (fs->shape.bits == 12) {
        value = cluster & 1 ? value >> 4 : value & 0xfff;
    }
    uint32_t mask = fs->shape.bits == 32 ? 0x0fffffffu : ((uint32_t)1 << fs->shape.bits) - 1;
    value &= mask;
    if (value >= (mask & ~7u)) {
        *next = FAT_END;
    } else {
        *next = value == 0 || fat_is_cluster(fs, value) ? value : FAT_BAD;
    }
    return 0;
}

void fat_table_range(const fat_t *fs, uint32_t first, uint32_t count, uint32_t *sector, uint32_t *sectors)
{
    uint32_t begin = byte_offset(fs, first) >> fs->shape.sector_shift;
    uint32_t end = (byte_offset(fs, first + count - 1) + entry_width(fs) - 1) >> fs->shape.sector_shift;
    *sector = fs->shape.table + begin;
    *sectors = end - begin + 1;
}

void fat_table_put(const fat_t *fs, uint32_t sector, uint8_t *bytes, uint32_t cluster, uint32_t value,
                   bool fresh)
{
    uint32_t start = (sector - fs->shape.table) << fs->shape.sector_shift, offset = byte_offset(fs, cluster);
    uint32_t mask =
        fs->shape.bits == 32 ? fresh ? 0xffffffffu : 0x0fffffffu : ((uint32_t)1 << fs->shape.bits) - 1;
    value &= 0x0fffffffu & mask;
    if (fs->shape.bits == 12 && cluster & 1) {
        mask <<= 4;
        value <<= 4;
    }
    for (uint32_t i = 0; i < entry_width(fs); i++) {
        uint32_t at = offset + i - start;
        if (at < fs->shape.sector_size) {
            uint8_t part = (uint8_t)(mask >> (8 * i) & 0xff);
            bytes[at] = (uint8_t)((bytes[at] & ~part) | ((value >> (8 * i)) & part));
        }
    }
}

/* -- Free clusters ----------------------------------------------------------------------------------------
 */

/* A cluster that the list frees is not free yet: a cut could bring its file back. */
static int is_free(fat_t *fs, uint32_t cluster, bool *free, bool *waiting)
{
    uint32_t next, after;
    int error = fat_next(fs, cluster, &next);
    *free = error == 0 && next == FAT_FREE;
    if (*free && fat_list_frees(fs, cluster, &after)) {
        *free = false;
        *waiting = true;
    }
    return error;
}

static int extend(fat_t *fs, uint32_t first, uint32_t wanted, uint32_t *count)
{
    bool free = true, waiting;
    int error = 0;
    for (*count = 1; error == 0 && *count < wanted && fat_is_cluster(fs, first + *count); ++*count) {
        error = is_free(fs, first + *count, &free, &waiting);
        if (!free) {
            break;
        }
    }
    return error;
}

int fat_find_free(fat_t *fs, uint32_t near, uint32_t wanted, uint32_t *first, uint32_t *count)
{
    bool free = false, waiting = false;
    uint32_t cluster = fat_is_cluster(fs, near) ? near : fs->next;
    for (uint32_t left = fs->shape.clusters + 1; left > 0; left--) {
        if (!fat_is_cluster(fs, cluster)) {
            cluster = FAT_FIRST;
        }
        int error = is_free(fs, cluster, &free, &waiting);
        if (error < 0) {
            return error;
        }
        if (free) {
            *first = cluster;
            return extend(fs, cluster, wanted, count);
        }
        if (left > fs->shape.clusters && cluster == near) {
            cluster = fs->next;
        } else {
            cluster++;
        }
        if (left % 4096 == 0) {
            fat_progress(fs);
        }
    }
    return waiting ? FAT_FULL : MCUFS_ENOSPC;
}

int fat_count_step(fat_t *fs, uint32_t sectors)
{
    uint64_t bits = ((uint64_t)sectors << fs->shape.sector_shift) * 8;
    uint32_t entries = bits / fs->shape.bits > UINT32_MAX ? UINT32_MAX : (uint32_t)(bits / fs->shape.bits);
    for (; fs->free == FAT_END && entries > 0; entries--) {
        if (fs->counted_to < FAT_FIRST) {
            fs->counted_to = FAT_FIRST;
            fs->counted = 0;
        }
        uint32_t next;
        int error = fat_next(fs, fs->counted_to, &next);
        if (error < 0) {
            return error;
        }
        fs->counted += next == FAT_FREE;
        fs->counted_to++;
        if (!fat_is_cluster(fs, fs->counted_to)) {
            fs->free = fs->counted;
        } else if (fs->counted_to % 4096 == 0) {
            fat_progress(fs);
        }
    }
    return fs->free == FAT_END;
}

int fat_count_free(fat_t *fs)
{
    int error = fat_count_step(fs, UINT32_MAX);
    return error < 0 ? error : 0;
}
