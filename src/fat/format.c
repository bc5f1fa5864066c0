/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Making FAT12, FAT16 and FAT32 volumes, with the cluster sizes and the alignment of the SD Association where
 * the volume is as large as a card, and with room for the journal in the reserved sectors.
 *
 * The boot sector is cleared first and written last: whatever cuts the power in between, nobody takes the
 * result for a volume. */

#include "internal.h"

#include "base/arena.h"
#include "base/crc32.h"

/* Other drivers count clusters a little differently: the numbers at which the type changes are avoided. */
#define BORDER      16u
#define FAT12_MOST  (4084u - BORDER)
#define FAT16_LEAST (4085u + BORDER)
#define FAT16_MOST  (65524u - BORDER)
#define FAT32_LEAST (65525u + BORDER)
#define FAT32_MOST  0x0ffffff0u

typedef struct layout {
    uint32_t sector_size, sectors;
    uint32_t cluster_sectors, clusters;
    uint32_t reserved, ring; /* ring: sectors of the journal, within the reserved ones; 0: none */
    uint32_t fat_sectors, fats;
    uint32_t root_entries, root_sectors;
    uint32_t alignment; /* sectors */
    uint8_t bits;       /* of an entry of the table: 12, 16 or 32 */
} layout_t;

typedef struct formatter {
    const mcufs_setup_t *setup;
    const mcufs_fat_options_t *options;
    layout_t layout;
    uint32_t serial;
    uint8_t label[11];
    uint8_t *buffer; /* `capacity` sectors */
    uint32_t capacity;
} formatter_t;

/* -- What goes where --------------------------------------------------------------------------------------
 */

/* Volumes up to `megabytes` MiB: bytes per cluster, and what the data is aligned to. The SD Association's
 * figures from 4 MiB on; smaller ones are on flash chips, where a cluster should not be a large part of it.
 */
static const struct {
    uint32_t megabytes, cluster, alignment;
} preferences[] = {
    {2, 512, 512},        {4, 1024, 4096},         {8, 8192, 8192},
    {64, 16384, 16384},   {256, 16384, 32768},     {1024, 16384, 65536},
    {2048, 32768, 65536}, {32768, 32768, 4194304}, {UINT32_MAX, 65536, 16777216},
};

static void prefer(const layout_t *layout, uint32_t *cluster, uint32_t *alignment)
{
    unsigned i = 0;
    while ((layout->sectors - 1) / (1048576u / layout->sector_size) >= preferences[i].megabytes) {
        i++;
    }
    *cluster = preferences[i].cluster;
    *alignment = preferences[i].alignment;
}

static uint32_t table_sectors(const layout_t *layout, uint32_t clusters)
{
    uint64_t bytes = ((uint64_t)clusters + 2) * layout->bits / 8 + 1;
    return (uint32_t)((bytes + layout->sector_size - 1) / layout->sector_size);
}

/* Clusters that fit behind everything else; 0: nothing does. */
static uint32_t count_clusters(const layout_t *layout)
{
    uint64_t before = layout->reserved + (uint64_t)layout->fats * layout->fat_sectors + layout->root_sectors;
    return before >= layout->sectors ? 0 : (layout->sectors - (uint32_t)before) / layout->cluster_sectors;
}

/* Sizes everything for a cluster size and a type. */
static void arrange(layout_t *layout, uint32_t cluster_sectors, uint8_t bits)
{
    layout->cluster_sectors = cluster_sectors;
    layout->bits = bits;
    layout->root_sectors = bits == 32
                               ? 0
                               : (layout->root_entries * (uint32_t)FAT_ENTRY_SIZE + layout->sector_size - 1) /
                                     layout->sector_size;
    layout->reserved = bits == 32 ? 32 : 1;
    if (layout->ring != 0 && layout->reserved < FAT_JOURNAL_SECTOR + 1 + layout->ring) {
        layout->reserved = FAT_JOURNAL_SECTOR + 1 + layout->ring;
    }
    layout->fat_sectors = 0;
    layout->fat_sectors = table_sectors(layout, count_clusters(layout)); /* a little too many */
    layout->fat_sectors = table_sectors(layout, count_clusters(layout));
    while (table_sectors(layout, count_clusters(layout)) > layout->fat_sectors) {
        layout->fat_sectors++;
    }
    uint64_t data = layout->reserved + (uint64_t)layout->fats * layout->fat_sectors + layout->root_sectors;
    uint32_t missing = (uint32_t)((layout->alignment - data % layout->alignment) % layout->alignment);
    if (missing <= layout->sectors / 16 && layout->reserved + missing <= 0xffff) {
        layout->reserved += missing;
    }
    layout->clusters = count_clusters(layout);
}

static bool fits(const layout_t *layout)
{
    switch (layout->bits) {
    case 12:
        return layout->clusters >= 1 && layout->clusters <= FAT12_MOST;
    case 16:
        return layout->clusters >= FAT16_LEAST && layout->clusters <= FAT16_MOST;
    default:
        return layout->clusters >= FAT32_LEAST && layout->clusters <= FAT32_MOST;
    }
}

/* The smallest type with which a cluster size fits, or the wanted one. */
static bool arrange_any(layout_t *layout, uint32_t cluster_sectors, uint8_t wanted)
{
    static const uint8_t types[] = {12, 16, 32};
    for (unsigned i = 0; i < sizeof types; i++) {
        if (wanted == 0 || wanted == types[i]) {
            arrange(layout, cluster_sectors, types[i]);
            if (fits(layout)) {
                return true;
            }
        }
    }
    return false;
}

/* The cluster size that was asked for; else one that fits, as close to the preferred one as possible. */
static int choose_clusters(layout_t *layout, const mcufs_fat_options_t *options)
{
    uint32_t preferred, alignment, most = 128, sector = layout->sector_size;
    prefer(layout, &preferred, &alignment);
    alignment = options->alignment != 0 ? options->alignment : alignment;
    layout->alignment = alignment > sector ? alignment / sector : 1;
    if (options->cluster_size != 0) {
        uint32_t size = options->cluster_size;
        bool possible = size >= sector && (size & (size - 1)) == 0 && size / sector <= most;
        return possible && arrange_any(layout, size / sector, options->type) ? 0 : MCUFS_EINVAL;
    }
    uint32_t larger = preferred > sector ? preferred / sector : 1, smaller;
    larger = larger < most ? larger : most;
    for (smaller = larger; larger <= most || smaller > 0; larger *= 2, smaller /= 2) {
        if ((smaller > 0 && arrange_any(layout, smaller, options->type)) ||
            (larger <= most && arrange_any(layout, larger, options->type))) {
            return 0;
        }
    }
    return MCUFS_EINVAL;
}

static int choose_sectors(layout_t *layout, const mcufs_geometry_t *geometry, uint32_t wanted)
{
    uint32_t size = wanted != 0 ? wanted : 512;
    while (wanted == 0 && (size < geometry->program_size || size < geometry->read_size)) {
        size *= 2;
    }
    bool possible = size >= 512 && size <= 4096 && (size & (size - 1)) == 0 &&
                    size % geometry->program_size == 0 && size % geometry->read_size == 0 &&
                    geometry->block_size % size == 0;
    if (!possible) {
        return MCUFS_EINVAL;
    }
    uint64_t sectors = (uint64_t)geometry->block_size / size * geometry->block_count;
    layout->sector_size = size;
    layout->sectors = sectors > UINT32_MAX ? UINT32_MAX : (uint32_t)sectors;
    return 0;
}

static int plan(formatter_t *formatter)
{
    const mcufs_fat_options_t *options = formatter->options;
    layout_t *layout = &formatter->layout;
    int error = choose_sectors(layout, &formatter->setup->device->geometry, options->sector_size);
    if (error < 0) {
        return error;
    }
    bool possible =
        (options->type == 0 || options->type == 12 || options->type == 16 || options->type == 32) &&
        options->fat_count <= 2 && options->root_entries <= 0xffff;
    if (!possible) {
        return MCUFS_EINVAL;
    }
    layout->fats = options->fat_count != 0 ? options->fat_count : 2;
    layout->root_entries = options->root_entries != 0 ? options->root_entries : 512;
    layout->ring = options->journal_sectors;
    if (layout->ring == 0) {
        layout->ring = layout->sectors / 128;
        layout->ring = layout->ring < FAT_RING_MIN ? FAT_RING_MIN : layout->ring > 64 ? 64 : layout->ring;
    } else if (layout->ring == MCUFS_FAT_NEVER) {
        layout->ring = 0;
    } else if (layout->ring < FAT_RING_MIN || layout->ring > 0x7fff) {
        return MCUFS_EINVAL;
    }
    return choose_clusters(layout, options);
}

/* -- Writing it -------------------------------------------------------------------------------------------
 */

/* `count` sectors, a device call for each part that lies in one block of the device. */
static int put(const formatter_t *formatter, uint32_t sector, uint32_t count)
{
    const mcufs_device_t *device = formatter->setup->device;
    uint32_t size = formatter->layout.sector_size, per_block = device->geometry.block_size / size;
    const uint8_t *from = formatter->buffer;
    int error = 0;
    while (error == 0 && count > 0) {
        uint32_t inside = per_block - sector % per_block;
        inside = inside < count ? inside : count;
        error =
            mcufs_device_write(device, sector / per_block, sector % per_block * size, from, inside * size);
        sector += inside;
        count -= inside;
        from += (size_t)inside * size;
    }
    return error;
}

static int put_zeros(const formatter_t *formatter, uint32_t sector, uint32_t count)
{
    const mcufs_hooks_t *hooks = formatter->setup->hooks;
    int error = 0;
    memset(formatter->buffer, 0, (size_t)formatter->capacity * formatter->layout.sector_size);
    while (error == 0 && count > 0) {
        uint32_t step = count < formatter->capacity ? count : formatter->capacity;
        error = put(formatter, sector, step);
        sector += step;
        count -= step;
        if (hooks != NULL && hooks->progress != NULL) {
            hooks->progress(hooks->context);
        }
    }
    return error;
}

/* The buffer's first sector, all zeros but for what the caller puts there. */
static uint8_t *blank(const formatter_t *formatter)
{
    return memset(formatter->buffer, 0, formatter->layout.sector_size);
}

static int put_boot_sector(const formatter_t *formatter, uint32_t sector)
{
    const layout_t *layout = &formatter->layout;
    const bool is_32 = layout->bits == 32, is_small = layout->sectors < 0x10000 && !is_32;
    static const uint8_t jump[] = {0xeb, 0, 0x90};
    uint8_t *boot = blank(formatter);
    memcpy(boot, jump, sizeof jump);
    boot[1] = is_32 ? 0x58 : 0x3c;
    fat_put_mark(boot + 3, "MSWIN4.1"); /* some drivers know only this name */
    mcufs_store_le16(boot + 11, (uint16_t)layout->sector_size);
    boot[13] = (uint8_t)layout->cluster_sectors;
    mcufs_store_le16(boot + 14, (uint16_t)layout->reserved);
    boot[16] = (uint8_t)layout->fats;
    mcufs_store_le16(boot + 17, (uint16_t)(is_32 ? 0 : layout->root_entries));
    mcufs_store_le16(boot + 19, (uint16_t)(is_small ? layout->sectors : 0));
    boot[21] = 0xf8; /* a fixed disk */
    mcufs_store_le16(boot + 22, (uint16_t)(is_32 ? 0 : layout->fat_sectors));
    mcufs_store_le16(boot + 24, 63);
    mcufs_store_le16(boot + 26, 255);
    mcufs_store_le32(boot + 28, formatter->options->hidden_sectors);
    mcufs_store_le32(boot + 32, is_small ? 0 : layout->sectors);
    uint8_t *extended = boot + 36;
    if (is_32) {
        mcufs_store_le32(boot + 36, layout->fat_sectors);
        mcufs_store_le32(boot + 44, 2); /* first cluster of the root */
        mcufs_store_le16(boot + 48, FAT_INFO_SECTOR);
        mcufs_store_le16(boot + 50, FAT_BACKUP_SECTOR);
        extended = boot + 64;
    }
    extended[0] = 0x80;
    extended[2] = 0x29;
    mcufs_store_le32(extended + 3, formatter->serial);
    memcpy(extended + 7, formatter->label, sizeof formatter->label);
    fat_put_mark(extended + 18, layout->bits == 12   ? "FAT12   "
                                : layout->bits == 16 ? "FAT16   "
                                                     : "FAT32   ");
    mcufs_store_le16(boot + 510, 0xaa55);
    return put(formatter, sector, 1);
}

static int put_information(const formatter_t *formatter, uint32_t sector)
{
    uint8_t *information = blank(formatter);
    fat_put_mark(information, "RRaA");
    fat_put_mark(information + 484, "rrAa");
    mcufs_store_le32(information + 488, formatter->layout.clusters - 1); /* the root has one */
    mcufs_store_le32(information + 492, 3);
    mcufs_store_le32(information + 508, 0xaa550000);
    return put(formatter, sector, 1);
}

/* The first two entries are marks, and the root of FAT32 has the third. */
static int put_tables(const formatter_t *formatter)
{
    const layout_t *layout = &formatter->layout;
    static const uint8_t marks_12[] = {0xf8, 0xff, 0xff};
    static const uint8_t marks_16[] = {0xf8, 0xff, 0xff, 0xff};
    static const uint8_t marks_32[] = {0xf8, 0xff, 0xff, 0x0f, 0xff, 0xff,
                                       0xff, 0x0f, 0xff, 0xff, 0xff, 0x0f};
    int error =
        put_zeros(formatter, layout->reserved, layout->fats * layout->fat_sectors + layout->root_sectors);
    for (uint32_t fat = 0; error == 0 && fat < layout->fats; fat++) {
        uint8_t *table = blank(formatter);
        if (layout->bits == 12) {
            memcpy(table, marks_12, sizeof marks_12);
        } else if (layout->bits == 16) {
            memcpy(table, marks_16, sizeof marks_16);
        } else {
            memcpy(table, marks_32, sizeof marks_32);
        }
        error = put(formatter, layout->reserved + fat * layout->fat_sectors, 1);
    }
    return error;
}

static int put_root(const formatter_t *formatter)
{
    const layout_t *layout = &formatter->layout;
    uint32_t root = layout->reserved + layout->fats * layout->fat_sectors;
    int error = layout->bits == 32 ? put_zeros(formatter, root, layout->cluster_sectors) : 0;
    if (error == 0 && memcmp(formatter->label, FAT_NO_LABEL, sizeof formatter->label) != 0) {
        uint8_t *entry = blank(formatter);
        memcpy(entry, formatter->label, sizeof formatter->label);
        entry[11] = 0x08;
        fat_encode_time(formatter->setup->hooks, entry + 22);
        error = put(formatter, root, 1);
    }
    return error;
}

static int put_journal(const formatter_t *formatter)
{
    const layout_t *layout = &formatter->layout;
    if (layout->ring == 0) {
        return 0;
    }
    int error = put_zeros(formatter, FAT_JOURNAL_SECTOR + 1, layout->ring);
    uint8_t *header = blank(formatter);
    fat_put_mark(header, FAT_JOURNAL_MAGIC);
    mcufs_store_le32(header + 8, 1);
    mcufs_store_le32(header + 12, FAT_JOURNAL_SECTOR + 1);
    mcufs_store_le32(header + 16, layout->ring);
    mcufs_store_le32(header + 20, formatter->serial);
    mcufs_store_le32(header + 508, ~mcufs_crc32(0xffffffff, header, 508) & 0xffffffff);
    return error == 0 ? put(formatter, FAT_JOURNAL_SECTOR, 1) : error;
}

static int write_volume(const formatter_t *formatter)
{
    const layout_t *layout = &formatter->layout;
    const mcufs_device_t *device = formatter->setup->device;
    int error = put_zeros(formatter, 0,
                          layout->reserved < FAT_JOURNAL_SECTOR ? layout->reserved : FAT_JOURNAL_SECTOR);
    error = error == 0 ? mcufs_device_sync(device) : error;
    error = error == 0 ? put_tables(formatter) : error;
    error = error == 0 ? put_root(formatter) : error;
    error = error == 0 ? put_journal(formatter) : error;
    if (layout->bits == 32) {
        error = error == 0 ? put_information(formatter, FAT_INFO_SECTOR) : error;
        error = error == 0 ? put_information(formatter, FAT_BACKUP_SECTOR + FAT_INFO_SECTOR) : error;
        error = error == 0 ? put_boot_sector(formatter, FAT_BACKUP_SECTOR) : error;
    }
    error = error == 0 ? mcufs_device_sync(device) : error;
    error = error == 0 ? put_boot_sector(formatter, 0) : error;
    return error == 0 ? mcufs_device_sync(device) : error;
}

/* -- Options ----------------------------------------------------------------------------------------------
 */

/* A label as entries hold it: upper case, code page 437, filled up with spaces. */
static int encode_label(const char *label, uint8_t encoded[11])
{
    mcufs_utf16_t text;
    uint16_t unit;
    int result;
    fat_put_mark(encoded, FAT_NO_LABEL);
    if (label == NULL || label[0] == '\0') {
        return 0;
    }
    memset(encoded, ' ', 11);
    mcufs_utf16_start(&text, label, (uint32_t)strlen(label));
    for (unsigned i = 0; (result = mcufs_utf16_next(&text, &unit)) == 1; i++) {
        int byte = fat_unicode_to_oem(fat_fold(unit));
        if (i == 11 || byte < 0x20 || byte == 0x7f ||
            (byte < 0x80 && strchr("\"*+,./:;<=>?[\\]|", byte) != NULL) || (i == 0 && byte == ' ')) {
            return MCUFS_EINVAL;
        }
        encoded[i] = (uint8_t)(i == 0 && byte == FAT_DELETED ? FAT_IS_DELETED : byte);
    }
    return result;
}

/* From the clock, or, where there is none, from the shape of the volume: the same every time. */
static uint32_t make_serial(const formatter_t *formatter)
{
    const mcufs_hooks_t *hooks = formatter->setup->hooks;
    int64_t now = hooks != NULL && hooks->time != NULL ? hooks->time(hooks->context) : 0;
    uint8_t bytes[12];
    mcufs_store_le64(bytes, (uint64_t)now);
    mcufs_store_le32(bytes + 8, formatter->layout.sectors);
    return mcufs_crc32(0xffffffff, bytes, sizeof bytes);
}

int fat_format(const mcufs_setup_t *setup)
{
    static const mcufs_fat_options_t defaults = {0};
    formatter_t formatter = {.setup = setup, .options = setup->options != NULL ? setup->options : &defaults};
    mcufs_arena_t arena;
    int error = plan(&formatter);
    if (error == 0) {
        error = encode_label(formatter.options->label, formatter.label);
    }
    if (error < 0) {
        return error;
    }
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    formatter.buffer = mcufs_arena_take(&arena, formatter.layout.sector_size, sizeof(uint32_t));
    if (formatter.buffer == NULL) {
        return MCUFS_ENOMEM;
    }
    formatter.capacity = 1 + (uint32_t)(mcufs_arena_left(&arena) / formatter.layout.sector_size);
    formatter.serial = formatter.options->serial != 0 ? formatter.options->serial : make_serial(&formatter);
    return write_volume(&formatter);
}
