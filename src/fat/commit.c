/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From the list of changes to the device, so that a power cut leaves all of it or nothing.
 *
 * With a journal: what the change publishes is synced, the record is written and synced, then the homes. When
 * the record is durable, so is the change; homes that an error keeps from being written are written later,
 * and until then the list stays (fs->homing). Without: table, entries, erasures, what becomes free, a sync
 * between.
 */

#include "internal.h"

#include "base/crc32.h"

/* -- The marks of a volume in use -------------------------------------------------------------------------
 */

static int mark_dirty(fat_t *fs, bool dirty)
{
    uint8_t *boot;
    int error = fat_load(fs, 0, FAT_METADATA, &boot);
    if (error < 0) {
        return error;
    }
    boot[fs->shape.dirty_offset] = (uint8_t)((boot[fs->shape.dirty_offset] & ~1u) | (dirty ? 1u : 0u));
    error = fat_write_home(fs, 0, 1, boot);
    if (error < 0) {
        fat_drop_metadata(fs);
    }
    return error == 0 ? fat_sync(fs) : error;
}

/* Before the first change. The record comes first: where a dirty volume's newest record says otherwise, it
 * was somebody else who left it so. */
static int wake(fat_t *fs)
{
    int error = 0;
    if (fs->read_only) {
        return MCUFS_EROFS;
    }
    if (fs->awake) {
        return 0;
    }
    if (fs->ring_sectors != 0) {
        error = fat_journal_write(fs, FAT_RECORD_HOME);
    }
    if (error == 0 && !fs->doubtful) {
        error = mark_dirty(fs, true);
    }
    fs->awake = error == 0;
    return error;
}

static int write_information(fat_t *fs)
{
    uint8_t *bytes;
    if (fs->shape.info == 0) {
        return 0;
    }
    int error = fat_count_free(fs);
    if (error == 0) {
        error = fat_load(fs, fs->shape.info, FAT_METADATA, &bytes);
    }
    if (error < 0 || memcmp(bytes, "RRaA", 4) != 0 || memcmp(bytes + 484, "rrAa", 4) != 0) {
        return error;
    }
    mcufs_store_le32(bytes + 488, fs->free);
    mcufs_store_le32(bytes + 492, fat_is_cluster(fs, fs->next) ? fs->next : FAT_FIRST);
    error = fat_write_home(fs, fs->shape.info, 1, bytes);
    if (error < 0) {
        fat_drop_metadata(fs);
    }
    return error;
}

int fat_rest(fat_t *fs)
{
    uint32_t intents[FAT_INTENTS];
    int error = fat_commit(fs);
    if (error == 0) {
        error = fat_settle(fs);
    }
    if (error == 0) {
        error = fat_flush(fs);
    }
    if (error == 0) {
        error = fat_sync(fs);
    }
    if (error < 0 || !fs->awake || fat_intents(fs, intents) > 0) {
        return error;
    }
    error = write_information(fs);
    if (error == 0) {
        error = fat_sync(fs);
    }
    if (error == 0 && !fs->doubtful) {
        error = mark_dirty(fs, false);
    }
    if (error == 0 && fs->ring_sectors != 0) {
        error =
            fat_journal_write(fs, FAT_RECORD_CLEAN); /* behind the mark, or a cut would look like a visit */
    }
    fs->awake = error < 0;
    return error;
}

/* -- Homes -------------------------------------------------------------------------------------------------
 */

int fat_targets_crc(fat_t *fs, uint32_t *crc)
{
    fat_target_t target = {0};
    *crc = 0xffffffff;
    while (fat_next_target(fs, &target, FAT_LAY_ALL)) {
        uint8_t *bytes;
        uint32_t sector = target.sector, count = fat_more_targets(fs, &target, fs->buffer_count);
        int error = fat_load_targets(fs, sector, count, &bytes);
        if (error < 0) {
            return error;
        }
        *crc = mcufs_crc32(*crc, bytes, (size_t)count << fs->shape.sector_shift);
    }
    return 0;
}

static void empty_list(fat_t *fs)
{
    fs->list_size = 0;
    fs->mark = 0;
    fs->homing = false;
}

/* Tells the device what it need not keep: the blocks that lie in what became free, now that this is durable.
 * It is only advice. */
static void trim(const fat_t *fs)
{
    uint32_t at = 0, first, count;
    while (fs->device->operations->trim && fat_next_freed(fs, &at, &first, &count)) {
        uint32_t begin = fat_sector_of(fs, first), end = begin + (count << fs->shape.cluster_shift);
        begin = (begin + fs->shape.sectors_per_block - 1) / fs->shape.sectors_per_block;
        end /= fs->shape.sectors_per_block;
        if (end > begin) {
            (void)mcufs_device_trim(fs->device, begin, end - begin);
        }
    }
}

/* Everything: from the pool, which has it laid over already. */
static int write_all_homes(fat_t *fs)
{
    fat_target_t target = {0};
    while (fat_next_target(fs, &target, FAT_LAY_ALL)) {
        uint8_t *bytes;
        uint32_t sector = target.sector, count = fat_more_targets(fs, &target, fs->buffer_count);
        int error = fat_load_targets(fs, sector, count, &bytes);
        if (error == 0) {
            error = fat_write_home(fs, sector, count, bytes);
        }
        if (error < 0) {
            return error;
        }
    }
    trim(fs);
    empty_list(fs);
    return 0;
}

/* Only some kinds of changes, and those before: `laid` of them all. */
static int write_some_homes(fat_t *fs, unsigned kinds, unsigned laid)
{
    fat_target_t target = {0};
    bool any = false;
    while (fat_next_target(fs, &target, kinds)) {
        uint8_t *bytes;
        int error = fat_load(fs, target.sector, FAT_DATA, &bytes);
        if (error < 0) {
            return error;
        }
        fat_lay_over(fs, target.sector, bytes, laid);
        error = fat_write_home(fs, target.sector, 1, bytes);
        fs->buffers[(size_t)(bytes - fs->memory) >> fs->shape.sector_shift].state = FAT_BUFFER_EMPTY;
        if (error < 0) {
            return error;
        }
        any = true;
    }
    return any ? fat_sync(fs) : 0;
}

/* -- Committing --------------------------------------------------------------------------------------------
 */

/* Without a journal: at no moment does anything lead to what is free. */
static int commit_in_order(fat_t *fs)
{
    unsigned laid = 0;
    int error = fat_sync(fs);
    for (unsigned kind = FAT_LAY_LINKS; error == 0 && kind <= FAT_LAY_FREES; kind <<= 1) {
        laid |= kind;
        error = write_some_homes(fs, kind, laid);
    }
    fat_drop_metadata(fs);
    if (error == 0) {
        trim(fs);
        empty_list(fs);
    }
    return error;
}

static bool is_live(const fat_t *fs, uint32_t sector)
{
    bool live = fs->live_count > FAT_LIVE_MAX;
    for (uint32_t i = 0; !live && i < fs->live_count; i++) {
        live = fs->live[i] == sector;
    }
    return live;
}

/* One write decides. Redoing an older record must not take it back. */
static int commit_entry(fat_t *fs)
{
    int error = fat_sync(fs);
    if (error == 0 && fs->ring_sectors != 0 && is_live(fs, mcufs_load_le32(fs->list + 2))) {
        error = fat_journal_write(fs, FAT_RECORD_HOME);
    }
    if (error < 0) {
        return error;
    }
    uint16_t size = fs->list_size, mark = fs->mark;
    error = write_all_homes(fs);
    if (error == 0) {
        error = fat_sync(fs);
    }
    if (error < 0) {
        fs->mark = mark;
        fs->list_size = size; /* what the device says counts: the entry may have arrived or not */
        fat_drop_metadata(fs);
    }
    return error;
}

static int commit_record(fat_t *fs)
{
    int error = fat_journal_write(fs, FAT_RECORD_CHANGES);
    if (error == 0) {
        fs->homing = true;
        fs->mark = 0;
        (void)write_all_homes(fs); /* later, if not now: fs->homing */
    }
    return error;
}

static bool intents_changed(const fat_t *fs)
{
    uint32_t intents[FAT_INTENTS];
    uint8_t bytes[4 * FAT_INTENTS];
    uint32_t count = fat_intents(fs, intents);
    for (uint32_t i = 0; i < count; i++) {
        mcufs_store_le32(bytes + (size_t)i * 4, intents[i]);
    }
    return mcufs_crc32(0xffffffff, bytes, (size_t)count * 4) != fs->intents_crc;
}

int fat_commit(fat_t *fs)
{
    int error = fs->homing ? write_all_homes(fs) : 0;
    if (error < 0 || fs->list_size == 0) {
        return error;
    }
    error = wake(fs);
    if (error == 0) {
        error = fat_flush(fs);
    }
    if (error < 0) {
        return error;
    }
    if (fat_list_is_one_entry(fs) && (fs->ring_sectors == 0 || !intents_changed(fs))) {
        return commit_entry(fs);
    }
    return fs->ring_sectors != 0 ? commit_record(fs) : commit_in_order(fs);
}

/* -- Operations --------------------------------------------------------------------------------------------
 */

static void set_mark(fat_t *fs)
{
    fs->mark = fs->list_size;
    fs->mark_free = fs->free;
}

int fat_settle(fat_t *fs)
{
    int error = fs->homing ? write_all_homes(fs) : 0;
    for (uint32_t i = 0; error == 0 && i < FAT_INTENTS; i++) {
        while (error == 0 && fs->condemned[i] != 0) {
            uint32_t chain = fs->condemned[i];
            error = fat_commit(fs);
            set_mark(fs);
            if (error == 0) {
                fs->condemned[i] = 0;
                error = fat_add_free_chain(fs, chain);
            }
            if (error == 0) {
                error = fat_commit(fs);
            }
            if (error != 0) {
                fat_list_revert(fs);
                fs->condemned[i] = chain;
            }
            fs->mark = 0;
            fat_progress(fs);
        }
    }
    return error;
}

int fat_perform(fat_t *fs, int (*operation)(fat_t *fs, void *arguments), void *arguments, bool hold)
{
    for (;;) {
        int result = fs->read_only ? MCUFS_EROFS : fat_settle(fs);
        if (result < 0) {
            return result;
        }
        set_mark(fs);
        bool held = fs->mark > 0;
        result = operation(fs, arguments);
        if (result == 0 && !hold) {
            result = fat_commit(fs);
        }
        if (result != 0) {
            fat_list_revert(fs);
            memset(fs->condemned, 0, sizeof fs->condemned);
        }
        fs->mark = 0;
        if (result != FAT_FULL) {
            return result;
        }
        if (!held) {
            return MCUFS_ENOSPC;
        }
        result = fat_commit(fs);
        if (result < 0) {
            return result;
        }
    }
}
