/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading partition tables; see mcufs/partition_table.h. */

#include "device/partition_table.h"

#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "base/utf16.h"

/* More logical partitions than anybody has: a chain that is longer goes in circles. */
enum { LOGICAL_MAX = 256 };

int mcufs_table_open(mcufs_table_sectors_t *sectors, const mcufs_device_t *device, uint32_t sector_size,
                     void *scratch, size_t scratch_size)
{
    const mcufs_geometry_t *geometry = &device->geometry;
    int error = mcufs_device_check(device);
    if (error < 0) {
        return error;
    }
    if (sector_size < 512 || sector_size > 4096 || (sector_size & (sector_size - 1)) != 0 ||
        sector_size % geometry->read_size != 0 || sector_size % geometry->program_size != 0 ||
        geometry->block_size % sector_size != 0) {
        return MCUFS_EINVAL;
    }
    sectors->device = device;
    sectors->size = sector_size;
    sectors->count = mcufs_device_size(device) / sector_size;
    sectors->bytes = scratch;
    return scratch_size < sector_size ? MCUFS_ENOMEM : 0;
}

int mcufs_table_load(const mcufs_table_sectors_t *sectors, uint64_t sector)
{
    uint32_t per_block = sectors->device->geometry.block_size / sectors->size;
    return mcufs_device_read(sectors->device, (uint32_t)(sector / per_block),
                             (uint32_t)(sector % per_block) * sectors->size, sectors->bytes, sectors->size);
}

int mcufs_table_store(const mcufs_table_sectors_t *sectors, uint64_t sector)
{
    uint32_t per_block = sectors->device->geometry.block_size / sectors->size;
    return mcufs_device_write(sectors->device, (uint32_t)(sector / per_block),
                              (uint32_t)(sector % per_block) * sectors->size, sectors->bytes, sectors->size);
}

/* -- MBR --------------------------------------------------------------------------------------------------
 */

/* One of the four entries of an MBR or of an extended partition's table. */
typedef struct mbr_entry {
    uint8_t status, type;
    uint32_t start, count; /* sectors */
} mbr_entry_t;

static bool is_extended(uint8_t type)
{
    return type == TABLE_MBR_EXTENDED || type == TABLE_MBR_EXTENDED_LBA || type == 0x85;
}

static mbr_entry_t mbr_entry(const uint8_t *sector, unsigned i)
{
    const uint8_t *bytes = sector + TABLE_MBR_ENTRIES + 16 * (size_t)i;
    const mbr_entry_t entry = {bytes[0], bytes[4], mcufs_load_le32(bytes + 8), mcufs_load_le32(bytes + 12)};
    return entry;
}

static bool has_mark(const uint8_t *sector)
{
    return mcufs_load_le16(sector + TABLE_MBR_MARK) == 0xaa55;
}

/* A boot sector has the same mark, and code or text where the entries are. */
static bool is_mbr(const mcufs_table_sectors_t *sectors)
{
    bool any = false;
    if (!has_mark(sectors->bytes)) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        mbr_entry_t entry = mbr_entry(sectors->bytes, i);
        if ((entry.status & 0x7f) != 0) {
            return false;
        }
        if (entry.type != 0) {
            if (entry.start == 0 || entry.count == 0 || entry.start >= sectors->count) {
                return false;
            }
            any = true;
        }
    }
    return any;
}

typedef struct walk {
    mcufs_table_sectors_t sectors;
    int (*visit)(void *context, const mcufs_table_entry_t *entry);
    void *context;
    mcufs_table_entry_t entry;
} walk_t;

/* MCUFS_ECORRUPT where the entry reaches out of the device. */
static int visit_mbr_entry(walk_t *walk, const mbr_entry_t *entry, uint64_t base, uint32_t number)
{
    uint64_t start = base + entry->start;
    if (entry->count == 0 || start >= walk->sectors.count || entry->count > walk->sectors.count - start) {
        return MCUFS_ECORRUPT;
    }
    memset(&walk->entry, 0, sizeof walk->entry);
    walk->entry.number = number;
    walk->entry.start = start * walk->sectors.size;
    walk->entry.size = (uint64_t)entry->count * walk->sectors.size;
    walk->entry.bootable = entry->status == 0x80;
    walk->entry.type = entry->type;
    return walk->visit(walk->context, &walk->entry);
}

/* Logical partitions: each has a table with itself, and where the next table is. */
static int visit_logical(walk_t *walk, const mbr_entry_t *extended, uint32_t *number)
{
    uint64_t table = extended->start;
    for (unsigned steps = 0; steps < LOGICAL_MAX; steps++) {
        if (table >= walk->sectors.count) {
            return MCUFS_ECORRUPT;
        }
        int result = mcufs_table_load(&walk->sectors, table);
        if (result != 0) {
            return result;
        }
        if (!has_mark(walk->sectors.bytes)) {
            return steps == 0 ? 0 : MCUFS_ECORRUPT; /* an extended partition that nothing is in yet */
        }
        mbr_entry_t own = mbr_entry(walk->sectors.bytes, 0), next = mbr_entry(walk->sectors.bytes, 1);
        if (own.type != 0 && !is_extended(own.type)) {
            result = visit_mbr_entry(walk, &own, table, (*number)++);
            if (result != 0) {
                return result;
            }
        }
        if (!is_extended(next.type) || next.start == 0) {
            return 0;
        }
        table = (uint64_t)extended->start + next.start;
    }
    return MCUFS_ECORRUPT;
}

static int read_mbr(walk_t *walk)
{
    mbr_entry_t entries[4];
    uint32_t logical = 5;
    int result = 0;
    for (unsigned i = 0; i < 4; i++) {
        entries[i] = mbr_entry(walk->sectors.bytes, i);
    }
    for (unsigned i = 0; result == 0 && i < 4; i++) {
        if (entries[i].type != 0 && !is_extended(entries[i].type)) {
            result = visit_mbr_entry(walk, &entries[i], 0, i + 1);
        }
    }
    for (unsigned i = 0; result == 0 && i < 4; i++) {
        if (is_extended(entries[i].type)) {
            result = visit_logical(walk, &entries[i], &logical);
        }
    }
    return result;
}

/* -- GPT --------------------------------------------------------------------------------------------------
 */

/* Where a copy of the table has its entries. */
typedef struct gpt {
    uint64_t first, entries; /* of the sectors for partitions; of the entries */
    uint64_t last;
    uint32_t count, size; /* entries, bytes of each */
    uint32_t crc;
} gpt_t;

/* The header in `sector`: 1 when it is one, 0 when not. */
static int load_gpt_header(const mcufs_table_sectors_t *sectors, uint64_t sector, gpt_t *gpt)
{
    uint8_t *bytes = sectors->bytes;
    int error = mcufs_table_load(sectors, sector);
    if (error < 0) {
        return error;
    }
    uint32_t size = mcufs_load_le32(bytes + 12), crc = mcufs_load_le32(bytes + 16);
    if (memcmp(bytes, TABLE_GPT_SIGNATURE, 8) != 0 || size < TABLE_GPT_HEADER_SIZE || size > sectors->size ||
        mcufs_load_le64(bytes + 24) != sector) {
        return 0;
    }
    mcufs_store_le32(bytes + 16, 0);
    if ((~mcufs_crc32(0xffffffff, bytes, size) & 0xffffffff) != crc) {
        return 0;
    }
    gpt->first = mcufs_load_le64(bytes + 40);
    gpt->last = mcufs_load_le64(bytes + 48);
    gpt->entries = mcufs_load_le64(bytes + 72);
    gpt->count = mcufs_load_le32(bytes + 80);
    gpt->size = mcufs_load_le32(bytes + 84);
    gpt->crc = mcufs_load_le32(bytes + 88);
    return gpt->size >= TABLE_GPT_ENTRY_SIZE && gpt->size <= sectors->size &&
           (gpt->size & (gpt->size - 1)) == 0 && gpt->count <= 1024 && gpt->first <= gpt->last &&
           gpt->last < sectors->count && gpt->entries < sectors->count &&
           gpt->count / (sectors->size / gpt->size) < sectors->count - gpt->entries;
}

/* Loads the sector of entry `i` when it is the first one in it. */
static int load_gpt_entry(const mcufs_table_sectors_t *sectors, const gpt_t *gpt, uint32_t i,
                          const uint8_t **entry)
{
    uint32_t per_sector = sectors->size / gpt->size;
    *entry = sectors->bytes + (size_t)(i % per_sector) * gpt->size;
    return i % per_sector == 0 ? mcufs_table_load(sectors, gpt->entries + i / per_sector) : 0;
}

/* 1: a copy of the table whose checksums are right. */
static int check_gpt(const mcufs_table_sectors_t *sectors, uint64_t sector, gpt_t *gpt)
{
    int result = load_gpt_header(sectors, sector, gpt);
    uint32_t crc = 0xffffffff;
    for (uint32_t i = 0; result == 1 && i < gpt->count; i++) {
        const uint8_t *entry;
        int error = load_gpt_entry(sectors, gpt, i, &entry);
        result = error < 0 ? error : 1;
        crc = mcufs_crc32(crc, entry, gpt->size);
    }
    return result == 1 ? (~crc & 0xffffffff) == gpt->crc : result;
}

static void decode_gpt_entry(walk_t *walk, uint32_t number, uint64_t first, uint64_t last,
                             const uint8_t *bytes)
{
    mcufs_table_entry_t *entry = &walk->entry;
    uint16_t high = 0;
    uint32_t length = 0;
    memset(entry, 0, sizeof *entry);
    entry->number = number;
    entry->start = first * walk->sectors.size;
    entry->size = (last - first + 1) * walk->sectors.size;
    entry->bootable = (bytes[48] & 4) != 0;
    memcpy(entry->type_id, bytes, 16);
    memcpy(entry->id, bytes + 16, 16);
    for (unsigned i = 0; i < 36 && mcufs_load_le16(bytes + 56 + 2 * (size_t)i) != 0; i++) {
        char buffer[6];
        uint32_t size = mcufs_utf8_put(mcufs_load_le16(bytes + 56 + 2 * (size_t)i), &high, buffer);
        memcpy(entry->name + length, buffer, size);
        length += size;
    }
    char rest[6];
    uint32_t size = mcufs_utf8_end(high, rest);
    memcpy(entry->name + length, rest, size);
}

static int visit_gpt(walk_t *walk, const gpt_t *gpt)
{
    static const uint8_t unused[16] = {0};
    int result = 0;
    for (uint32_t i = 0; result == 0 && i < gpt->count; i++) {
        const uint8_t *bytes;
        result = load_gpt_entry(&walk->sectors, gpt, i, &bytes);
        if (result == 0 && memcmp(bytes, unused, sizeof unused) != 0) {
            uint64_t first = mcufs_load_le64(bytes + 32), last = mcufs_load_le64(bytes + 40);
            if (first > last || first < gpt->first || last > gpt->last) {
                return MCUFS_ECORRUPT;
            }
            decode_gpt_entry(walk, i + 1, first, last, bytes);
            result = walk->visit(walk->context, &walk->entry);
        }
    }
    return result;
}

/* The copy behind the MBR; when that is damaged, the one at the end of the device. */
static int read_gpt(walk_t *walk)
{
    gpt_t gpt;
    int result = check_gpt(&walk->sectors, 1, &gpt);
    if (result != 1) {
        result = check_gpt(&walk->sectors, walk->sectors.count - 1, &gpt);
    }
    return result == 1 ? visit_gpt(walk, &gpt) : result < 0 ? result : MCUFS_ECORRUPT;
}

/* -- Both -------------------------------------------------------------------------------------------------
 */

static bool is_protective(const uint8_t *sector)
{
    for (unsigned i = 0; i < 4; i++) {
        if (mbr_entry(sector, i).type == TABLE_MBR_PROTECTIVE) {
            return true;
        }
    }
    return false;
}

int mcufs_table_read(const mcufs_device_t *device, uint32_t sector_size, void *scratch, size_t scratch_size,
                     mcufs_table_kind_t *kind, int (*visit)(void *context, const mcufs_table_entry_t *entry),
                     void *context)
{
    walk_t walk = {.visit = visit, .context = context};
    mcufs_table_kind_t ignored;
    int error = mcufs_table_open(&walk.sectors, device, sector_size, scratch, scratch_size);
    error = error == 0 ? mcufs_table_load(&walk.sectors, 0) : error;
    if (error < 0) {
        return error;
    }
    if (!is_mbr(&walk.sectors)) {
        return MCUFS_ENODEV;
    }
    kind = kind != NULL ? kind : &ignored;
    *kind = is_protective(walk.sectors.bytes) ? MCUFS_TABLE_GPT : MCUFS_TABLE_MBR;
    return *kind == MCUFS_TABLE_GPT ? read_gpt(&walk) : read_mbr(&walk);
}
