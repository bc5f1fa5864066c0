/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Atomic sector writes on flash; see flash_sector.h for the idea.
 *
 * What makes it safe against programs and erases that a power cut left half done, so that they may read
 * differently each time:
 *
 * - A block is used only after an erase that returned, and its content counts only after a record that was
 *   programmed after all of it.
 * - Records are ordered by their place, and the journal block with the higher generation is the current one.
 *   When it is full the other one is erased and taken into use, and the old one is erased as soon as there is
 *   a record in the new one whose program returned. Only then is that record acted upon. So while both hold
 *   records, the old one is whole and says all that is needed, and the new one may be begun again.
 * - A record that the last session may have left half done is never acted upon: before anything else is
 *   changed, what was read is written again behind it (`settle`). So it cannot be read otherwise later.
 * - One record's place is left free then, for the case that a program was begun there and shows no trace. */

#include <string.h>

#include <mcufs/flash_sector.h>

#include "../base/crc32.h"
#include "../base/endian.h"

#define NO_TARGET UINT32_MAX
#define CRC_START 0x6d637566u /* so that neither blank nor zeroed flash looks like a record */

/* A record on flash: generation, target, copy, CRC of these; 32 bits each, little-endian. */
enum { RECORD_BYTES = 16, JOURNAL_BLOCKS = 2 };

static uint32_t journal_block(const mcufs_flash_sector_t *sectors, uint32_t journal)
{
    return sectors->device.geometry.block_count + journal;
}

static uint32_t copy_block(const mcufs_flash_sector_t *sectors, uint32_t copy)
{
    return sectors->device.geometry.block_count + JOURNAL_BLOCKS + copy;
}

static uint32_t copy_count(const mcufs_flash_sector_t *sectors)
{
    return sectors->flash->geometry.block_count - sectors->device.geometry.block_count - JOURNAL_BLOCKS;
}

static uint32_t records_per_block(const mcufs_flash_sector_t *sectors)
{
    return sectors->device.geometry.block_size / sectors->record_size;
}

/* -- The journal ---------------------------------------------------------------------------------------- */

static bool is_blank(const mcufs_flash_sector_t *sectors, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != sectors->flash->geometry.erased_value) {
            return false;
        }
    }
    return true;
}

/* Takes the record in the buffer for the current state if it is newer. */
static void consider_record(mcufs_flash_sector_t *sectors, uint32_t journal, uint32_t index)
{
    const uint8_t *record = sectors->buffer;
    uint32_t generation = mcufs_load_le32(record);
    uint32_t target = mcufs_load_le32(record + 4);
    uint32_t copy = mcufs_load_le32(record + 8);
    if (mcufs_load_le32(record + 12) != mcufs_crc32(CRC_START, record, 12) || generation == 0 ||
        copy >= copy_count(sectors) ||
        (target != NO_TARGET && target >= sectors->device.geometry.block_count)) {
        return;
    }
    if (sectors->generation != 0 && journal != sectors->journal) {
        sectors->other_used = true;
    }
    if (generation < sectors->generation) {
        return;
    }
    sectors->generation = generation;
    sectors->journal = journal;
    sectors->next_record = index + 1;
    sectors->target = target;
    sectors->copy = copy;
}

static int read_record(mcufs_flash_sector_t *sectors, uint32_t journal, uint32_t index)
{
    int err = mcufs_device_read(sectors->flash, journal_block(sectors, journal), index * sectors->record_size,
                                sectors->buffer, sectors->record_size);
    if (err == MCUFS_ECORRUPT) { /* as a torn record reads on a flash with error correction */
        memset(sectors->buffer, 0x55, sectors->record_size);
        err = 0;
    }
    return err;
}

/* Moves on behind whatever follows the last good record, and one further. */
static int skip_torn_records(mcufs_flash_sector_t *sectors, bool *torn)
{
    uint32_t count = records_per_block(sectors);
    for (uint32_t index = sectors->next_record; index < count; index++) {
        int err = read_record(sectors, sectors->journal, index);
        if (err != 0) {
            return err;
        }
        if (!is_blank(sectors, sectors->buffer, sectors->record_size)) {
            sectors->next_record = index + 1;
            *torn = true;
        }
    }
    sectors->next_record++;
    if (sectors->next_record >= count) {
        *torn = true; /* what was begun after the last record would be in the other journal block */
    }
    return 0;
}

/* *torn: there may be a record that reads as one another time. Where the erased value is unknown everything
 * after the last record is taken for that, and the journal goes on in the other block. */
static int read_journal(mcufs_flash_sector_t *sectors, bool *torn)
{
    *torn = false;
    for (uint32_t journal = 0; journal < JOURNAL_BLOCKS; journal++) {
        for (uint32_t index = 0; index < records_per_block(sectors); index++) {
            int err = read_record(sectors, journal, index);
            if (err != 0) {
                return err;
            }
            consider_record(sectors, journal, index);
            if (sectors->generation == 0 && !is_blank(sectors, sectors->buffer, sectors->record_size)) {
                *torn = true;
            }
        }
    }
    if (sectors->generation == 0) {
        sectors->next_record = records_per_block(sectors); /* the first record begins a journal block */
        return 0;
    }
    *torn = false;
    return skip_torn_records(sectors, torn);
}

/* Erases the journal block to go on in, with the current one full. */
static int change_journal(mcufs_flash_sector_t *sectors)
{
    uint32_t journal = sectors->other_used ? sectors->journal : sectors->journal ^ 1;
    int err = mcufs_device_erase(sectors->flash, journal_block(sectors, journal));
    if (err != 0) {
        return err;
    }
    sectors->other_used = sectors->generation != 0;
    sectors->journal = journal;
    sectors->generation++;
    sectors->next_record = 0;
    return 0;
}

static int program_record(mcufs_flash_sector_t *sectors, uint32_t target, uint32_t copy)
{
    uint8_t *record = sectors->buffer;
    memset(record, sectors->flash->geometry.erased_value & 0xff, sectors->record_size);
    mcufs_store_le32(record, sectors->generation);
    mcufs_store_le32(record + 4, target);
    mcufs_store_le32(record + 8, copy);
    mcufs_store_le32(record + 12, mcufs_crc32(CRC_START, record, 12));
    uint32_t offset = sectors->next_record * sectors->record_size;
    sectors->next_record++; /* even if it fails: something may be there now */
    int err = mcufs_device_program(sectors->flash, journal_block(sectors, sectors->journal), offset, record,
                                   sectors->record_size);
    return err != 0 ? err : mcufs_device_sync(sectors->flash);
}

/* Says on flash that `copy` holds the content of `target`, or (NO_TARGET) that no copy counts. */
static int append_record(mcufs_flash_sector_t *sectors, uint32_t target, uint32_t copy)
{
    sectors->settled = false;
    int err = sectors->next_record < records_per_block(sectors) ? 0 : change_journal(sectors);
    if (err == 0) {
        err = program_record(sectors, target, copy);
    }
    if (err == 0 && sectors->other_used) {
        err = mcufs_device_erase(sectors->flash, journal_block(sectors, sectors->journal ^ 1));
    }
    if (err != 0) {
        return err;
    }
    sectors->other_used = false;
    sectors->target = target;
    sectors->copy = copy;
    sectors->settled = true;
    return 0;
}

/* -- Copying a block ------------------------------------------------------------------------------------ */

/* New content for a range of a block. */
typedef struct change {
    uint32_t offset, size;
    const uint8_t *data;
} change_t;

/* Puts what falls into the buffer, which holds the block's bytes from `at` on. */
static void lay_over(uint8_t *buffer, uint32_t at, uint32_t length, const change_t *change)
{
    uint32_t begin = change->offset > at ? change->offset : at;
    uint32_t end = change->offset + change->size < at + length ? change->offset + change->size : at + length;
    if (change->data != NULL && begin < end) {
        memcpy(buffer + (begin - at), change->data + (begin - change->offset), end - begin);
    }
}

static uint32_t chunk_at(const mcufs_flash_sector_t *sectors, uint32_t at)
{
    uint32_t left = sectors->device.geometry.block_size - at;
    return left < sectors->chunk ? left : sectors->chunk;
}

/* Reads back what was programmed: a chip may be worn out without saying so. */
static int verify_block(mcufs_flash_sector_t *sectors, uint32_t block, uint32_t expected)
{
    uint32_t crc = CRC_START;
    for (uint32_t at = 0; at < sectors->device.geometry.block_size; at += sectors->chunk) {
        uint32_t length = chunk_at(sectors, at);
        int err = mcufs_device_read(sectors->flash, block, at, sectors->buffer, length);
        if (err != 0) {
            return err;
        }
        crc = mcufs_crc32(crc, sectors->buffer, length);
    }
    return crc == expected ? 0 : MCUFS_ECORRUPT;
}

/* Erases `to` and programs it with what `from` holds, with the change laid over it. */
static int copy_with_change(mcufs_flash_sector_t *sectors, uint32_t from, uint32_t to, const change_t *change)
{
    uint32_t crc = CRC_START;
    int err = mcufs_device_erase(sectors->flash, to);
    for (uint32_t at = 0; err == 0 && at < sectors->device.geometry.block_size; at += sectors->chunk) {
        uint32_t length = chunk_at(sectors, at);
        err = mcufs_device_read(sectors->flash, from, at, sectors->buffer, length);
        if (err != 0) {
            return err;
        }
        lay_over(sectors->buffer, at, length, change);
        crc = mcufs_crc32(crc, sectors->buffer, length);
        err = mcufs_device_program(sectors->flash, to, at, sectors->buffer, length);
    }
    if (err == 0) {
        err = mcufs_device_sync(sectors->flash);
    }
    return err != 0 ? err : verify_block(sectors, to, crc);
}

/* -- Writing and recovery ------------------------------------------------------------------------------- */

/* Brings the copy that counts back to its place. */
static int finish_target(mcufs_flash_sector_t *sectors)
{
    static const change_t nothing = {0, 0, NULL};
    int err = copy_with_change(sectors, copy_block(sectors, sectors->copy), sectors->target, &nothing);
    return err != 0 ? err : append_record(sectors, NO_TARGET, sectors->copy);
}

/* After this no copy counts, and the journal says so for sure. */
static int settle(mcufs_flash_sector_t *sectors)
{
    int err = sectors->settled ? 0 : append_record(sectors, sectors->target, sectors->copy);
    if (err == 0 && sectors->target != NO_TARGET) {
        err = finish_target(sectors);
    }
    return err;
}

/* Whether there is nothing to write; false also with an error. */
static bool same_content(mcufs_flash_sector_t *sectors, uint32_t block, const change_t *change, int *err)
{
    for (uint32_t at = 0; at < change->size; at += sectors->chunk) {
        uint32_t length = change->size - at < sectors->chunk ? change->size - at : sectors->chunk;
        *err = mcufs_device_read(sectors->flash, block, change->offset + at, sectors->buffer, length);
        if (*err != 0 || memcmp(sectors->buffer, change->data + at, length) != 0) {
            return false;
        }
    }
    return true;
}

/* Makes the changed copy in the next copy block, or in the one after that where it is bad. */
static int make_copy(mcufs_flash_sector_t *sectors, uint32_t block, const change_t *change, uint32_t *made)
{
    int err = MCUFS_ECORRUPT;
    uint32_t copy = sectors->copy;
    for (uint32_t tries = copy_count(sectors); err == MCUFS_ECORRUPT && tries > 0; tries--) {
        copy = copy + 1 < copy_count(sectors) ? copy + 1 : 0;
        err = copy_with_change(sectors, block, copy_block(sectors, copy), change);
    }
    *made = copy;
    return err;
}

static int write_sectors(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                         uint32_t size)
{
    mcufs_flash_sector_t *sectors = device->context;
    change_t change = {offset, size, buffer};
    int err = settle(sectors);
    if (err != 0 || same_content(sectors, block, &change, &err) || err != 0) {
        return err;
    }
    uint32_t copy;
    err = make_copy(sectors, block, &change, &copy);
    if (err != 0) {
        return err;
    }
    err = append_record(sectors, block, copy);
    if (err != 0) {
        (void)settle(sectors); /* so that the old content stays, even if the record is there after all */
        return err;
    }
    return finish_target(sectors);
}

static int read_sectors(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                        uint32_t size)
{
    const mcufs_flash_sector_t *sectors = device->context;
    uint32_t place = block == sectors->target ? copy_block(sectors, sectors->copy) : block;
    return mcufs_device_read(sectors->flash, place, offset, buffer, size);
}

static int sync_sectors(const mcufs_device_t *device)
{
    const mcufs_flash_sector_t *sectors = device->context;
    return mcufs_device_sync(sectors->flash);
}

static int ioctl_sectors(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    const mcufs_flash_sector_t *sectors = device->context;
    return mcufs_device_ioctl(sectors->flash, operation, argument, result);
}

static const mcufs_device_operations_t writable = {
    .read = read_sectors, .write = write_sectors, .sync = sync_sectors, .ioctl = ioctl_sectors};

static const mcufs_device_operations_t read_only = {.read = read_sectors, .ioctl = ioctl_sectors};

/* -- Start ---------------------------------------------------------------------------------------------- */

/* A multiple of `unit` that is not below `size`. */
static uint32_t round_up(uint32_t size, uint32_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static int set_sizes(mcufs_flash_sector_t *sectors, const mcufs_flash_sector_options_t *options)
{
    const mcufs_geometry_t *flash = &sectors->flash->geometry;
    mcufs_geometry_t *own = &sectors->device.geometry;
    uint32_t reserved = options->reserved != 0 ? options->reserved : 4;
    uint32_t larger = flash->program_size > flash->read_size ? flash->program_size : flash->read_size;
    *own = *flash;
    own->program_size = options->sector_size != 0 ? options->sector_size : 512;
    own->erased_value = MCUFS_ERASED_UNKNOWN;
    if (reserved < MCUFS_FLASH_SECTOR_RESERVED_MINIMUM || reserved >= flash->block_count) {
        return MCUFS_EINVAL;
    }
    own->block_count -= reserved;
    if (larger % flash->program_size != 0 || larger % flash->read_size != 0 ||
        own->program_size % flash->read_size != 0 || flash->block_size % own->program_size != 0) {
        return MCUFS_EINVAL;
    }
    sectors->record_size = round_up(RECORD_BYTES, larger);
    if (flash->block_size % sectors->record_size != 0 || options->buffer == NULL ||
        options->buffer_size < sectors->record_size) {
        return MCUFS_EINVAL;
    }
    sectors->buffer = options->buffer;
    sectors->chunk = options->buffer_size - options->buffer_size % sectors->record_size;
    return 0;
}

int mcufs_flash_sector_init(mcufs_flash_sector_t *sectors, const mcufs_device_t *flash,
                            const mcufs_flash_sector_options_t *options)
{
    if (mcufs_device_check(flash) != 0) {
        return MCUFS_EINVAL;
    }
    memset(sectors, 0, sizeof *sectors);
    sectors->flash = flash;
    sectors->device.operations = flash->operations->program != NULL ? &writable : &read_only;
    sectors->device.context = sectors;
    sectors->target = NO_TARGET;
    bool torn;
    int err = set_sizes(sectors, options);
    if (err == 0) {
        err = read_journal(sectors, &torn);
    }
    if (err != 0 || flash->operations->program == NULL) {
        return err;
    }
    /* Without a trace of a power cut this can wait for the first write: starting wears nothing out. */
    return torn || sectors->target != NO_TARGET ? settle(sectors) : 0;
}
