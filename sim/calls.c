/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The device operations of the simulated chip: its rules, its clock, its faults. */

#include <string.h>

#include "flash_internal.h"

static uint64_t units_touched(size_t at, size_t size, uint32_t unit)
{
    return (at + size - 1) / unit - at / unit + 1;
}

static sim_flash_t *flash_of(const mcufs_device_t *device)
{
    return device->context;
}

/* Callers that go through mcufs_device_*() never get this wrong. */
static bool range_allowed(sim_flash_t *flash, uint32_t block, uint32_t offset, uint32_t size, uint32_t unit)
{
    const mcufs_geometry_t *geometry = &flash->options.geometry;
    if (block < geometry->block_count && offset <= geometry->block_size &&
        size <= geometry->block_size - offset && size > 0 && offset % unit == 0 && size % unit == 0) {
        return true;
    }
    flash->counts.violations++;
    return false;
}

/* The error of a fault armed for this call, or 0. */
static int armed_fault(sim_flash_t *flash, sim_call_t call)
{
    if (flash->fail_in == 0 || (flash->fail_calls & (unsigned)call) == 0) {
        return 0;
    }
    if (flash->fail_in > 1) {
        flash->fail_in--;
        return 0;
    }
    if (!flash->fail_forever) {
        flash->fail_in = 0;
    }
    return flash->fail_error;
}

static int read_bytes(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                      uint32_t size)
{
    sim_flash_t *flash = flash_of(device);
    const sim_clock_model_t *clock = &flash->clock;
    if (flash->off) {
        return MCUFS_EIO;
    }
    if (!range_allowed(flash, block, offset, size, flash->options.geometry.read_size)) {
        return MCUFS_EINVAL;
    }
    size_t at = (size_t)block * flash->options.geometry.block_size + offset;
    flash->counts.reads++;
    flash->counts.read_bytes += size;
    flash->counts.nanoseconds += clock->read_call_ns + size * clock->read_byte_tenths_ns / 10;
    if (clock->read_page_ns != 0) {
        flash->counts.nanoseconds += clock->read_page_ns * units_touched(at, size, clock->page_size);
    }
    int err = armed_fault(flash, SIM_CALL_READ);
    if (err != 0) {
        return err;
    }
    if (flash->blocks[block].bad == SIM_BAD_READ) {
        return MCUFS_ECORRUPT;
    }
    if (flash->blocks[block].unstable) {
        sim_shake_unstable(flash, at, size);
    }
    memcpy(buffer, flash->bytes + at, size);
    return 0;
}

/* NAND: programmed units take no second program, even where a torn one left no trace in the first bytes. */
static void mark_programmed(sim_flash_t *flash, const sim_change_t *change)
{
    const mcufs_geometry_t *geometry = &flash->options.geometry;
    sim_block_t *block = &flash->blocks[change->at / geometry->block_size];
    size_t start = change->at - change->at % geometry->block_size;
    for (size_t i = change->size; i-- > 0;) {
        size_t at = change->at + i;
        if (flash->bytes[at] != sim_erased_byte(flash, at) || flash->unstable_bits[at] != 0) {
            block->programmed =
                (uint32_t)((at - start) / geometry->program_size + 1) * geometry->program_size;
            return;
        }
    }
}

static bool is_erased(const sim_flash_t *flash, size_t at, size_t size)
{
    const uint8_t *bytes = flash->bytes + at;
    if (flash->options.geometry.erased_value != MCUFS_ERASED_UNKNOWN) {
        uint8_t erased = (uint8_t)flash->options.geometry.erased_value;
        return bytes[0] == erased && memcmp(bytes, bytes + 1, size - 1) == 0;
    }
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != sim_erased_byte(flash, at + i)) {
            return false;
        }
    }
    return true;
}

/* Counts a changing call and says whether the power goes during it. */
static bool power_goes(sim_flash_t *flash)
{
    flash->changes++;
    return flash->cut_in > 0 && --flash->cut_in == 0;
}

static int cut_change(sim_flash_t *flash, const sim_change_t *change)
{
    sim_pending_scatter(flash);
    sim_change_tear(flash, change);
    flash->off = true;
    return MCUFS_EIO;
}

/* Whether the rules of the chip allow a program there; a broken rule is counted. */
static int program_rules(sim_flash_t *flash, uint32_t block, uint32_t offset, const sim_change_t *change)
{
    sim_block_t *state = &flash->blocks[block];
    if (state->bad == SIM_BAD_ERASE_QUIET) {
        return 0; /* the caller was told that it is erased */
    }
    if (is_erased(flash, change->at, change->size) &&
        (flash->options.kind != SIM_NAND || offset >= state->programmed)) {
        return 0;
    }
    flash->counts.violations++;
    return flash->options.kind == SIM_NAND ? MCUFS_EIO : 0;
}

static int program_bytes(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                         uint32_t size)
{
    sim_flash_t *flash = flash_of(device);
    const sim_clock_model_t *clock = &flash->clock;
    if (flash->off) {
        return MCUFS_EIO;
    }
    if (!range_allowed(flash, block, offset, size, flash->options.geometry.program_size)) {
        return MCUFS_EINVAL;
    }
    sim_change_t change = {(size_t)block * flash->options.geometry.block_size + offset, size, buffer};
    sim_block_t *state = &flash->blocks[block];
    flash->counts.programs++;
    flash->counts.program_bytes += size;
    flash->counts.nanoseconds += size * clock->program_byte_tenths_ns / 10 +
                                 clock->program_page_ns * units_touched(change.at, size, clock->page_size);
    bool cut = power_goes(flash);
    int err = cut ? 0 : armed_fault(flash, SIM_CALL_PROGRAM);
    if (err != 0) {
        return err;
    }
    err = program_rules(flash, block, offset, &change);
    if (cut) {
        if (err == 0 && state->bad != SIM_BAD_PROGRAM && state->bad != SIM_BAD_PROGRAM_QUIET) {
            (void)cut_change(flash, &change);
            mark_programmed(flash, &change);
        }
        flash->off = true;
        return MCUFS_EIO;
    }
    if (err != 0) {
        return err;
    }
    if (state->bad == SIM_BAD_PROGRAM) {
        return MCUFS_ECORRUPT;
    }
    if (state->bad == SIM_BAD_PROGRAM_QUIET) {
        return 0;
    }
    sim_change_apply(flash, &change);
    state->programmed = offset + size;
    return 0;
}

static int write_bytes(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                       uint32_t size)
{
    sim_flash_t *flash = flash_of(device);
    const sim_clock_model_t *clock = &flash->clock;
    if (flash->off) {
        return MCUFS_EIO;
    }
    if (!range_allowed(flash, block, offset, size, flash->options.geometry.program_size)) {
        return MCUFS_EINVAL;
    }
    sim_change_t change = {(size_t)block * flash->options.geometry.block_size + offset, size, buffer};
    flash->counts.writes++;
    flash->counts.write_bytes += size;
    flash->counts.nanoseconds += size * clock->program_byte_tenths_ns / 10 +
                                 clock->program_page_ns * units_touched(change.at, size, clock->page_size);
    if (power_goes(flash)) {
        return cut_change(flash, &change);
    }
    int err = armed_fault(flash, SIM_CALL_PROGRAM);
    if (err != 0) {
        return err;
    }
    if (flash->blocks[block].bad == SIM_BAD_PROGRAM) {
        return MCUFS_ECORRUPT;
    }
    if (flash->blocks[block].bad == SIM_BAD_PROGRAM_QUIET) {
        return 0;
    }
    if (flash->reorder) {
        err = sim_pending_add(flash, &change);
        if (err != 0) {
            return err;
        }
    }
    sim_change_apply(flash, &change);
    return 0;
}

/* One erased block: wear, and what it may do to the block. True: the content is to be erased. */
static bool wear_block(sim_flash_t *flash, uint32_t block)
{
    sim_block_t *state = &flash->blocks[block];
    flash->wear[block]++;
    if (flash->options.endurance != 0 && flash->wear[block] > flash->options.endurance &&
        state->bad == SIM_GOOD) {
        state->bad = SIM_BAD_ERASE;
    }
    if (state->bad == SIM_BAD_ERASE_QUIET) {
        state->programmed = 0;
    }
    return state->bad != SIM_BAD_ERASE && state->bad != SIM_BAD_ERASE_QUIET;
}

static int erase_one(sim_flash_t *flash, uint32_t block)
{
    sim_change_t change = {(size_t)block * flash->options.geometry.block_size,
                           flash->options.geometry.block_size, NULL};
    sim_touch(flash, change.at);
    if (wear_block(flash, block)) {
        sim_change_apply(flash, &change);
        flash->blocks[block].programmed = 0;
    }
    return flash->blocks[block].bad == SIM_BAD_ERASE ? MCUFS_ECORRUPT : 0;
}

/* The power goes during an erase: a range is torn as a whole, one block after the other only by PREFIX. */
static void cut_erase(sim_flash_t *flash, uint32_t block, uint32_t count)
{
    size_t block_size = flash->options.geometry.block_size;
    bool allowed = flash->cut_how != SIM_CUT_BEFORE;
    for (uint32_t i = block; allowed && i < block + count; i++) {
        allowed = wear_block(flash, i);
    }
    if (allowed) {
        sim_change_t change = {block * block_size, count * block_size, NULL};
        (void)cut_change(flash, &change);
        for (uint32_t i = block; i < block + count; i++) {
            if (!flash->blocks[i].unstable && is_erased(flash, i * block_size, block_size)) {
                flash->blocks[i].programmed = 0;
            }
        }
    }
    flash->off = true;
}

static int erase_range(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    sim_flash_t *flash = flash_of(device);
    const sim_clock_model_t *clock = &flash->clock;
    const mcufs_geometry_t *geometry = &flash->options.geometry;
    if (flash->off) {
        return MCUFS_EIO;
    }
    if (count == 0 || block >= geometry->block_count || count > geometry->block_count - block) {
        flash->counts.violations++;
        return MCUFS_EINVAL;
    }
    flash->counts.erase_calls++;
    flash->counts.erases += count;
    uint64_t begin = (uint64_t)block * geometry->block_size;
    uint64_t end = begin + (uint64_t)count * geometry->block_size;
    while (begin < end) { /* the largest erase that fits, step by step */
        uint64_t large = clock->erase_range_unit;
        if (large != 0 && begin % large == 0 && end - begin >= large) {
            flash->counts.nanoseconds += clock->erase_range_ns;
            begin += large;
        } else {
            flash->counts.nanoseconds += clock->erase_ns;
            begin += clock->erase_unit < geometry->block_size ? clock->erase_unit : geometry->block_size;
        }
    }
    if (power_goes(flash)) {
        cut_erase(flash, block, count);
        return MCUFS_EIO;
    }
    int err = armed_fault(flash, SIM_CALL_ERASE);
    for (uint32_t i = 0; i < count && err == 0; i++) {
        err = erase_one(flash, block + i);
    }
    return err;
}

static int erase_block(const mcufs_device_t *device, uint32_t block)
{
    return erase_range(device, block, 1);
}

static int trim_blocks(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    sim_flash_t *flash = flash_of(device);
    if (flash->off) {
        return MCUFS_EIO;
    }
    size_t block_size = flash->options.geometry.block_size;
    sim_change_t change = {block * block_size, count * block_size, NULL};
    sim_change_apply(flash, &change);
    return 0;
}

static int sync_chip(const mcufs_device_t *device)
{
    sim_flash_t *flash = flash_of(device);
    if (flash->off) {
        return MCUFS_EIO;
    }
    flash->counts.syncs++;
    int err = armed_fault(flash, SIM_CALL_SYNC);
    if (err == 0) {
        flash->pending.count = 0;
    }
    return err;
}

const mcufs_device_operations_t sim_flash_operations = {
    .read = read_bytes, .program = program_bytes, .erase = erase_block, .sync = sync_chip};

const mcufs_device_operations_t sim_flash_range_operations = {.read = read_bytes,
                                                              .program = program_bytes,
                                                              .erase = erase_block,
                                                              .sync = sync_chip,
                                                              .erase_range = erase_range};

const mcufs_device_operations_t sim_sector_operations = {
    .read = read_bytes, .write = write_bytes, .sync = sync_chip, .trim = trim_blocks};
