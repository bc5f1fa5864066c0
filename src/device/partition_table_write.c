/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Writing partition tables; see mcufs/partition_table.h. */

#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "base/utf16.h"
#include "device/partition_table.h"

/* "Basic data", what FAT partitions have: ebd0a0a2-b9e5-4433-87c0-68b6b72699c7. */
static const uint8_t basic_data[16] = {0xa2, 0xa0, 0xd0, 0xeb, 0xe5, 0xb9, 0x33, 0x44,
                                       0x87, 0xc0, 0x68, 0xb6, 0xb7, 0x26, 0x99, 0xc7};

static uint64_t first_sector(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entry)
{
    return entry->start / sectors->size;
}

static uint64_t sectors_of(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entry)
{
    return entry->size / sectors->size;
}

/* -- What cannot be ----------------------------------------------------------------------------------------
 */

/* Ascending, whole sectors, and with `gap` sectors before each from `gap_from` on. */
static bool places_are_possible(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                                uint32_t count, uint64_t first, uint64_t end, uint32_t gap_from)
{
    uint64_t free_from = first;
    for (uint32_t i = 0; i < count; i++) {
        const mcufs_table_entry_t *entry = &entries[i];
        uint64_t start = first_sector(sectors, entry), size = sectors_of(sectors, entry);
        if (entry->start % sectors->size != 0 || entry->size % sectors->size != 0 || size == 0 ||
            start < free_from + (i >= gap_from ? 1 : 0) || start >= end || size > end - start) {
            return false;
        }
        free_from = start + size;
    }
    return true;
}

static bool mbr_is_possible(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                            uint32_t count)
{
    uint64_t end = sectors->count < UINT32_MAX ? sectors->count : UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t type = entries[i].type;
        if (type == 0 || type == TABLE_MBR_EXTENDED || type == TABLE_MBR_EXTENDED_LBA ||
            type == TABLE_MBR_PROTECTIVE) {
            return false;
        }
    }
    return places_are_possible(sectors, entries, count, 1, end, count > 4 ? 3 : count);
}

/* Writes the name as 36 units. */
static int put_name(const char *name, uint8_t bytes[72])
{
    mcufs_utf16_t text;
    uint16_t unit;
    int result;
    mcufs_utf16_start(&text, name, (uint32_t)strlen(name));
    for (unsigned i = 0; (result = mcufs_utf16_next(&text, &unit)) == 1; i++) {
        if (i == 36) {
            return MCUFS_EINVAL;
        }
        mcufs_store_le16(bytes + 2 * (size_t)i, unit);
    }
    return result;
}

static uint32_t gpt_entry_sectors(const mcufs_table_sectors_t *sectors)
{
    return TABLE_GPT_ENTRIES * TABLE_GPT_ENTRY_SIZE / sectors->size;
}

static bool gpt_is_possible(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                            uint32_t count)
{
    uint32_t table = gpt_entry_sectors(sectors);
    uint8_t name[72];
    for (uint32_t i = 0; i < count; i++) {
        if (put_name(entries[i].name, name) < 0) {
            return false;
        }
    }
    return count <= TABLE_GPT_ENTRIES && sectors->count > 2 * (uint64_t)table + 3 &&
           places_are_possible(sectors, entries, count, 2 + table, sectors->count - 1 - table, count);
}

/* -- MBR ---------------------------------------------------------------------------------------------------
 */

static void put_mbr_entry(uint8_t *sector, unsigned i, uint8_t status, uint8_t type, uint64_t start,
                          uint64_t count)
{
    static const uint8_t beyond[3] = {0xfe, 0xff, 0xff}; /* where cylinders and heads cannot say */
    uint8_t *bytes = sector + TABLE_MBR_ENTRIES + 16 * (size_t)i;
    bytes[0] = status;
    memcpy(bytes + 1, beyond, sizeof beyond);
    bytes[4] = type;
    memcpy(bytes + 5, beyond, sizeof beyond);
    mcufs_store_le32(bytes + 8, (uint32_t)start);
    mcufs_store_le32(bytes + 12, (uint32_t)(count < UINT32_MAX ? count : UINT32_MAX));
}

static uint8_t *blank(const mcufs_table_sectors_t *sectors)
{
    memset(sectors->bytes, 0, sectors->size);
    return sectors->bytes;
}

static uint8_t *blank_mbr(const mcufs_table_sectors_t *sectors)
{
    mcufs_store_le16(blank(sectors) + TABLE_MBR_MARK, 0xaa55);
    return sectors->bytes;
}

static uint8_t status_of(const mcufs_table_entry_t *entry)
{
    return entry->bootable ? 0x80 : 0;
}

/* The tables of the logical partitions, each in the sector before its partition. */
static int write_logical(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                         uint32_t count)
{
    uint64_t base = first_sector(sectors, &entries[0]) - 1;
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < count; i++) {
        uint64_t start = first_sector(sectors, &entries[i]);
        uint8_t *table = blank_mbr(sectors);
        put_mbr_entry(table, 0, status_of(&entries[i]), entries[i].type, 1, sectors_of(sectors, &entries[i]));
        if (i + 1 < count) {
            uint64_t next = first_sector(sectors, &entries[i + 1]);
            put_mbr_entry(table, 1, 0, TABLE_MBR_EXTENDED, next - 1 - base,
                          sectors_of(sectors, &entries[i + 1]) + 1);
        }
        error = mcufs_table_store(sectors, start - 1);
    }
    return error;
}

static int write_mbr(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries, uint32_t count)
{
    uint32_t primary = count > 4 ? 3 : count;
    int error = primary < count ? write_logical(sectors, entries + primary, count - primary) : 0;
    error = error == 0 ? mcufs_device_sync(sectors->device) : error;
    uint8_t *table = blank_mbr(sectors);
    for (uint32_t i = 0; i < primary; i++) {
        put_mbr_entry(table, i, status_of(&entries[i]), entries[i].type, first_sector(sectors, &entries[i]),
                      sectors_of(sectors, &entries[i]));
    }
    if (primary < count) {
        const mcufs_table_entry_t *last = &entries[count - 1];
        uint64_t base = first_sector(sectors, &entries[primary]) - 1;
        put_mbr_entry(table, 3, 0, TABLE_MBR_EXTENDED_LBA, base,
                      first_sector(sectors, last) + sectors_of(sectors, last) - base);
    }
    return error == 0 ? mcufs_table_store(sectors, 0) : error;
}

/* -- GPT ---------------------------------------------------------------------------------------------------
 */

/* Numbers that tell this disk and its partitions from others; of the kind that is made up (version 4). */
static void make_id(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries, uint32_t count,
                    uint32_t number, uint8_t id[16])
{
    uint8_t bytes[16];
    uint32_t crc = number;
    mcufs_store_le64(bytes, sectors->count);
    for (uint32_t i = 0; i < 4; i++) {
        crc = mcufs_crc32(crc + i, bytes, 8);
        for (uint32_t n = 0; n < count; n++) {
            mcufs_store_le64(bytes, entries[n].start);
            mcufs_store_le64(bytes + 8, entries[n].size);
            crc = mcufs_crc32(crc, bytes, sizeof bytes);
        }
        mcufs_store_le32(id + 4 * (size_t)i, crc);
    }
    id[7] = (uint8_t)(0x40 | (id[7] & 0x0f));
    id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
}

static bool is_zero(const uint8_t id[16])
{
    static const uint8_t zero[16] = {0};
    return memcmp(id, zero, sizeof zero) == 0;
}

/* Fills the sector with entries from `first` on. */
static void put_gpt_entries(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                            uint32_t count, uint32_t first)
{
    uint8_t *bytes = blank(sectors);
    for (uint32_t i = first; i < count && i < first + sectors->size / TABLE_GPT_ENTRY_SIZE;
         i++, bytes += TABLE_GPT_ENTRY_SIZE) {
        const mcufs_table_entry_t *entry = &entries[i];
        uint64_t start = first_sector(sectors, entry);
        memcpy(bytes, is_zero(entry->type_id) ? basic_data : entry->type_id, 16);
        memcpy(bytes + 16, entry->id, 16);
        if (is_zero(entry->id)) {
            make_id(sectors, entries, count, i + 1, bytes + 16);
        }
        mcufs_store_le64(bytes + 32, start);
        mcufs_store_le64(bytes + 40, start + sectors_of(sectors, entry) - 1);
        bytes[48] = entry->bootable ? 4 : 0;
        (void)put_name(entry->name, bytes + 56);
    }
}

/* One copy: its entries from sector `table` on, its header in sector `header`, the other one's in `other`. */
static int write_gpt_copy(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries,
                          uint32_t count, uint64_t table, uint64_t header, uint64_t other)
{
    static const uint8_t signature[8] = {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'};
    uint32_t length = gpt_entry_sectors(sectors), crc = 0xffffffff;
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < length; i++) {
        put_gpt_entries(sectors, entries, count, i * (sectors->size / TABLE_GPT_ENTRY_SIZE));
        crc = mcufs_crc32(crc, sectors->bytes, sectors->size);
        error = mcufs_table_store(sectors, table + i);
    }
    uint8_t *bytes = blank(sectors);
    memcpy(bytes, signature, sizeof signature);
    mcufs_store_le32(bytes + 8, TABLE_GPT_REVISION);
    mcufs_store_le32(bytes + 12, TABLE_GPT_HEADER_SIZE);
    mcufs_store_le64(bytes + 24, header);
    mcufs_store_le64(bytes + 32, other);
    mcufs_store_le64(bytes + 40, 2 + length);
    mcufs_store_le64(bytes + 48, sectors->count - 2 - length);
    make_id(sectors, entries, count, 0, bytes + 56);
    mcufs_store_le64(bytes + 72, table);
    mcufs_store_le32(bytes + 80, TABLE_GPT_ENTRIES);
    mcufs_store_le32(bytes + 84, TABLE_GPT_ENTRY_SIZE);
    mcufs_store_le32(bytes + 88, ~crc & 0xffffffff);
    mcufs_store_le32(bytes + 16, ~mcufs_crc32(0xffffffff, bytes, TABLE_GPT_HEADER_SIZE) & 0xffffffff);
    error = error == 0 ? mcufs_table_store(sectors, header) : error;
    return error == 0 ? mcufs_device_sync(sectors->device) : error;
}

static int write_gpt(const mcufs_table_sectors_t *sectors, const mcufs_table_entry_t *entries, uint32_t count)
{
    uint64_t last = sectors->count - 1;
    int error = write_gpt_copy(sectors, entries, count, last - gpt_entry_sectors(sectors), last, 1);
    error = error == 0 ? write_gpt_copy(sectors, entries, count, 2, 1, last) : error;
    put_mbr_entry(blank_mbr(sectors), 0, 0, TABLE_MBR_PROTECTIVE, 1, last);
    return error == 0 ? mcufs_table_store(sectors, 0) : error;
}

int mcufs_table_write(const mcufs_device_t *device, uint32_t sector_size, void *scratch, size_t scratch_size,
                      mcufs_table_kind_t kind, const mcufs_table_entry_t *entries, uint32_t count)
{
    mcufs_table_sectors_t sectors;
    int error = mcufs_table_open(&sectors, device, sector_size, scratch, scratch_size);
    if (error < 0) {
        return error;
    }
    if (kind == MCUFS_TABLE_MBR) {
        error =
            mbr_is_possible(&sectors, entries, count) ? write_mbr(&sectors, entries, count) : MCUFS_EINVAL;
    } else {
        bool possible = kind == MCUFS_TABLE_GPT && gpt_is_possible(&sectors, entries, count);
        error = possible ? write_gpt(&sectors, entries, count) : MCUFS_EINVAL;
    }
    return error == 0 ? mcufs_device_sync(device) : error;
}
