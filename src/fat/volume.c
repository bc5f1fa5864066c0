/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The boot sector: where everything is. Nothing in it is believed that the rest does not bear out. */

#include "internal.h"

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static uint8_t log_of_two(uint32_t value)
{
    uint8_t shift = 0;
    for (; value > 1; value >>= 1) {
        shift++;
    }
    return shift;
}

/* A field that is 16 bits wide in old volumes and 32 in others. */
static uint32_t either(const uint8_t *boot, unsigned narrow, unsigned wide)
{
    uint32_t value = mcufs_load_le16(boot + narrow);
    return value != 0 ? value : mcufs_load_le32(boot + wide);
}

/* What belongs to FAT32 alone. False: it makes no sense. */
static bool parse_fat32(fat_shape_t *shape, const uint8_t *boot, uint32_t root_entries)
{
    uint32_t flags = mcufs_load_le16(boot + 40);
    if (root_entries != 0 || mcufs_load_le16(boot + 22) != 0 || mcufs_load_le16(boot + 42) != 0) {
        return false;
    }
    shape->root_cluster = mcufs_load_le32(boot + 44);
    shape->info = mcufs_load_le16(boot + 48);
    if (shape->info >= mcufs_load_le16(boot + 14)) {
        shape->info = 0;
    }
    if (flags & 0x80) { /* only one table is in use */
        uint32_t active = flags & 15;
        if (active >= shape->tables) {
            return false;
        }
        shape->table += active * shape->table_sectors;
        shape->tables = 1;
    }
    return fat_shape_has(shape, shape->root_cluster);
}

int fat_parse(fat_shape_t *shape, const uint8_t *boot)
{
    uint32_t sector_size = mcufs_load_le16(boot + 11), cluster_sectors = boot[13];
    uint32_t reserved = mcufs_load_le16(boot + 14), root_entries = mcufs_load_le16(boot + 17);
    shape->tables = boot[16];
    shape->table = reserved;
    shape->table_sectors = either(boot, 22, 36);
    shape->sectors = either(boot, 19, 32);
    if (!is_power_of_two(sector_size) || sector_size < FAT_SECTOR_MIN || sector_size > FAT_SECTOR_MAX ||
        !is_power_of_two(cluster_sectors) || reserved == 0 || shape->tables == 0 || shape->tables > 4 ||
        shape->table_sectors == 0 || (boot[0] != 0xeb && boot[0] != 0xe9 && boot[0] != 0) ||
        (boot[21] != 0xf0 && boot[21] < 0xf8)) {
        return MCUFS_ENODEV;
    }
    shape->sector_size = sector_size;
    shape->sector_shift = log_of_two(sector_size);
    shape->cluster_shift = log_of_two(cluster_sectors);
    shape->root_sectors = (root_entries * FAT_ENTRY_SIZE + sector_size - 1) >> shape->sector_shift;
    uint64_t root = reserved + (uint64_t)shape->tables * shape->table_sectors;
    uint64_t data = root + shape->root_sectors;
    if (data >= shape->sectors) {
        return MCUFS_ENODEV;
    }
    shape->root = (uint32_t)root;
    shape->data = (uint32_t)data;
    shape->clusters = (shape->sectors - shape->data) >> shape->cluster_shift;
    shape->bits = shape->clusters < 4085 ? 12 : shape->clusters < 65525 ? 16 : 32;
    if (mcufs_load_le16(boot + 22) == 0) {
        shape->bits = 32; /* made by somebody who does not mind how many clusters there are */
    }
    uint64_t room = ((uint64_t)shape->table_sectors << shape->sector_shift) * 8 / shape->bits;
    if (room < (uint64_t)shape->clusters + FAT_FIRST) {
        shape->clusters = room > FAT_FIRST ? (uint32_t)room - FAT_FIRST : 0;
    }
    shape->root_cluster = 0;
    shape->info = 0;
    bool sensible = shape->clusters > 0 && shape->clusters < 0x0ffffff6u &&
                    (shape->bits == 32 ? parse_fat32(shape, boot, root_entries) : root_entries != 0);
    shape->dirty_offset = shape->bits == 32 ? 65 : 37;
    shape->serial = mcufs_load_le32(boot + shape->dirty_offset + 2);
    return sensible ? 0 : MCUFS_ENODEV;
}

uint32_t fat_clusters_of(const fat_t *fs, uint32_t size)
{
    uint32_t shift = (uint32_t)fs->shape.sector_shift + fs->shape.cluster_shift;
    return size == 0 ? 0 : ((size - 1) >> shift) + 1;
}

/* -- Probing -------------------------------------------------------------------------------------------- */

/* The label of the boot sector, for those who only look. */
static void copy_label(const uint8_t *boot, unsigned offset, char *label)
{
    unsigned length = 11, at = 0;
    while (length > 0 && boot[offset + length - 1] == ' ') {
        length--;
    }
    if (boot[offset - 5] != 0x29 || memcmp(boot + offset, FAT_NO_LABEL, 11) == 0) {
        length = 0;
    }
    for (unsigned i = 0; i < length && at + 3 < sizeof((mcufs_probe_t *)0)->label; i++) {
        uint16_t high = 0;
        char bytes[6];
        uint32_t count = mcufs_utf8_put(fat_oem_to_unicode(boot[offset + i]), &high, bytes);
        memcpy(label + at, bytes, count);
        at += count;
    }
    label[at] = '\0';
}

int fat_probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    uint8_t boot[96], mark[2];
    fat_shape_t shape;
    if (mcufs_device_size(device) < FAT_SECTOR_MIN) {
        return MCUFS_ENODEV;
    }
    int error = mcufs_device_read_bytes(device, 0, boot, sizeof boot);
    if (error == 0) {
        error = mcufs_device_read_bytes(device, 510, mark, sizeof mark);
    }
    if (error == 0) {
        error = mark[0] == 0x55 && mark[1] == 0xaa ? fat_parse(&shape, boot) : MCUFS_ENODEV;
    }
    if (error < 0) {
        return error;
    }
    found->type = mcufs_fat.name;
    found->version = (uint32_t)shape.bits << 16;
    found->block_size = shape.sector_size << shape.cluster_shift;
    found->block_count = shape.clusters;
    copy_label(boot, shape.dirty_offset + 6u, found->label);
    return 0;
}
