/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Records of the journal: one sector each, round a ring in the reserved sectors.
 *
 *     0  "mcuR"               16  free clusters, 0xffffffff: not known
 *     4  sequence             20  bytes of the list, 22: number of intents, 23: kind
 *     8  serial of the volume 24  the list (change.c), then the intents, 4 bytes each
 *     12 CRC of the targets   508 CRC of the 508 bytes before
 *
 * Only the newest valid record counts: everything older was home, for certain, before it was written. */

#include "internal.h"

#include "base/crc32.h"

enum {
    AT_SEQUENCE = 4,
    AT_SERIAL = 8,
    AT_TARGETS = 12,
    AT_FREE = 16,
    AT_SIZE = 20,
    AT_INTENTS = 22,
    AT_KIND = 23,
    KIND_DOUBTFUL = 0x80, /* the volume was in doubt already: its mark stays */
    AT_LIST = 24,
    AT_CRC = 508
};

_Static_assert(AT_LIST + FAT_LIST_SIZE + 4 * FAT_INTENTS <= AT_CRC, "a record has room for all");

static uint32_t slot_of(const fat_t *fs, uint32_t sequence)
{
    return fs->ring + sequence % fs->ring_sectors;
}

static uint32_t crc_of(const uint8_t *bytes)
{
    return ~mcufs_crc32(0xffffffff, bytes, AT_CRC) & 0xffffffffu;
}

uint32_t fat_intents(const fat_t *fs, uint32_t intents[FAT_INTENTS])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < FAT_INTENTS; i++) {
        if (fs->condemned[i] != 0) {
            intents[count++] = fs->condemned[i];
        }
    }
    for (const fat_file_t *file = fs->files; file; file = file->next) {
        const fat_node_t *node = file->node;
        const uint32_t heads[2] = {node->grown, node->flags & FAT_NODE_REMOVED ? node->first : 0};
        for (unsigned i = 0; i < 2 && node == &file->own; i++) {
            if (heads[i] != 0 && count < FAT_INTENTS) {
                intents[count++] = heads[i];
            }
        }
    }
    return count;
}

/* The directory sectors that the record would write again. */
static void note_live(fat_t *fs)
{
    fat_target_t target = {0};
    fs->live_count = 0;
    while (fs->live_count <= FAT_LIVE_MAX &&
           fat_next_target(fs, &target, FAT_LAY_ENTRIES | FAT_LAY_ERASURES)) {
        if (fs->live_count < FAT_LIVE_MAX) {
            fs->live[fs->live_count] = target.sector;
        }
        fs->live_count++;
    }
}

int fat_journal_write(fat_t *fs, fat_record_t kind)
{
    uint32_t intents[FAT_INTENTS], crc = 0, slot = slot_of(fs, fs->sequence);
    uint32_t size = kind == FAT_RECORD_CHANGES ? fs->list_size : 0;
    uint32_t free = fs->free;
    uint8_t *bytes;
    uint32_t count = fat_intents(fs, intents);
    int error = fat_sync(fs);
    if (size == 0 && free != FAT_END) {
        free += fat_list_taken(fs); /* the list is not part of this record */
    }
    if (error == 0 && size > 0) {
        error = fat_targets_crc(fs, &crc);
    }
    if (error == 0) {
        error = fat_load(fs, slot, FAT_DATA_NEW, &bytes);
    }
    if (error < 0) {
        return error;
    }
    fat_put_mark(bytes, "mcuR");
    mcufs_store_le32(bytes + AT_SEQUENCE, fs->sequence);
    mcufs_store_le32(bytes + AT_SERIAL, fs->shape.serial);
    mcufs_store_le32(bytes + AT_TARGETS, crc);
    mcufs_store_le32(bytes + AT_FREE, free);
    mcufs_store_le16(bytes + AT_SIZE, (uint16_t)size);
    bytes[AT_INTENTS] = (uint8_t)count;
    bytes[AT_KIND] = (uint8_t)(fs->doubtful ? kind | KIND_DOUBTFUL : kind);
    memcpy(bytes + AT_LIST, fs->list, size);
    for (uint32_t i = 0; i < count; i++) {
        mcufs_store_le32(bytes + AT_LIST + size + (size_t)i * 4, intents[i]);
    }
    uint32_t intents_crc = mcufs_crc32(0xffffffff, bytes + AT_LIST + size, (size_t)count * 4);
    mcufs_store_le32(bytes + AT_CRC, crc_of(bytes));
    error = fat_write_sectors(fs, slot, 1, bytes);
    if (error == 0) {
        error = fat_sync(fs);
    }
    if (error < 0) {
        return error; /* the next record takes the same place, so this one cannot come to life */
    }
    fs->sequence++;
    fs->intents_crc = intents_crc;
    fs->live_count = 0;
    if (size > 0) {
        note_live(fs);
    }
    return 0;
}

/* -- Reading ------------------------------------------------------------------------------------------------
 */

/* The record in a slot, or NULL in *bytes. */
static int read_slot(fat_t *fs, uint32_t index, uint8_t **bytes)
{
    int error = fat_load(fs, fs->ring + index, FAT_DATA, bytes);
    if (error < 0) {
        return error;
    }
    const uint8_t *record = *bytes;
    bool valid = memcmp(record, "mcuR", 4) == 0 && mcufs_load_le32(record + AT_CRC) == crc_of(record) &&
                 mcufs_load_le32(record + AT_SERIAL) == fs->shape.serial &&
                 mcufs_load_le32(record + AT_SEQUENCE) % fs->ring_sectors == index &&
                 mcufs_load_le16(record + AT_SIZE) <= FAT_LIST_SIZE && record[AT_INTENTS] <= FAT_INTENTS;
    *bytes = valid ? *bytes : NULL;
    return 0;
}

/* Its sequence; 0: none. */
static int read_sequence(fat_t *fs, uint32_t index, uint32_t *sequence)
{
    uint8_t *record;
    int error = read_slot(fs, index, &record);
    *sequence = error == 0 && record ? mcufs_load_le32(record + AT_SEQUENCE) : 0;
    return error;
}

/* Sequences ascend by one from the first slot to the newest record; there they fall by the size of the ring,
 * or nothing valid follows. So the newest is found by halving. */
static int find_newest(fat_t *fs)
{
    uint32_t first, sequence, low = 0, high = fs->ring_sectors;
    int error = read_sequence(fs, 0, &first);
    if (error == 0 && first == 0) { /* torn, and the newest is in the last slot; or the ring is new */
        error = read_sequence(fs, high - 1, &sequence);
        fs->sequence = sequence != 0 ? sequence + 1 : fs->ring_sectors;
        return error;
    }
    while (error == 0 && high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        error = read_sequence(fs, middle, &sequence);
        if (sequence == first + middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    fs->sequence = first + low + 1;
    return error;
}

int fat_journal_find(fat_t *fs, uint32_t reserved)
{
    uint8_t *header;
    fs->ring_sectors = 0;
    if (reserved < FAT_RESERVED_MIN) {
        return 0;
    }
    int error = fat_load(fs, FAT_JOURNAL_SECTOR, FAT_DATA, &header);
    if (error < 0) {
        return error;
    }
    uint32_t sectors = mcufs_load_le32(header + 16);
    if (memcmp(header, FAT_JOURNAL_MAGIC, 8) != 0 || mcufs_load_le32(header + AT_CRC) != crc_of(header) ||
        mcufs_load_le32(header + 8) != 1 || mcufs_load_le32(header + 12) != FAT_JOURNAL_SECTOR + 1 ||
        sectors < 2 || sectors > reserved - FAT_JOURNAL_SECTOR - 1 ||
        mcufs_load_le32(header + 20) != fs->shape.serial) {
        return 0;
    }
    fs->ring = FAT_JOURNAL_SECTOR + 1;
    fs->ring_sectors = sectors;
    return find_newest(fs);
}

int fat_journal_load(fat_t *fs)
{
    uint8_t *record;
    uint32_t crc = 0, targets;
    int error = read_slot(fs, (fs->sequence - 1) % fs->ring_sectors, &record);
    if (error < 0) {
        return error;
    }
    if (!record || mcufs_load_le32(record + AT_SEQUENCE) != fs->sequence - 1 ||
        (record[AT_KIND] & ~KIND_DOUBTFUL) == FAT_RECORD_CLEAN) {
        return MCUFS_ECORRUPT; /* it was not us who marked the volume as dirty */
    }
    uint32_t size = mcufs_load_le16(record + AT_SIZE), intents = record[AT_INTENTS];
    uint32_t free = mcufs_load_le32(record + AT_FREE);
    memcpy(fs->list, record + AT_LIST, size);
    targets = mcufs_load_le32(record + AT_TARGETS);
    for (uint32_t i = 0; i < intents; i++) {
        fs->condemned[i] = mcufs_load_le32(record + AT_LIST + size + (size_t)i * 4);
    }
    fs->doubtful = (record[AT_KIND] & KIND_DOUBTFUL) != 0;
    fs->list_size = (uint16_t)size;
    if (!fat_list_is_valid(fs)) {
        error = MCUFS_ECORRUPT;
    } else if (size > 0) {
        error = fat_targets_crc(fs, &crc);
    }
    if (error == 0 && size > 0 && crc != targets) {
        error = MCUFS_ECORRUPT;
    }
    if (error < 0) {
        fs->list_size = 0;
        memset(fs->condemned, 0, sizeof fs->condemned);
        fat_drop_metadata(fs);
        return error;
    }
    fs->free = free <= fs->shape.clusters ? free : FAT_END;
    return 0;
}
