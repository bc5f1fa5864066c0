/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The life of a simulated chip: creation, copies, access to its insides, arming of faults. */

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flash_internal.h"

const sim_clock_model_t sim_clock_nor = {.read_call_ns = 2000,
                                         .read_byte_tenths_ns = 500,
                                         .program_page_ns = 400000,
                                         .erase_ns = 45000000,
                                         .page_size = 256,
                                         .erase_unit = 4096};

const sim_clock_model_t sim_clock_nor_64k = {.read_call_ns = 2000,
                                             .read_byte_tenths_ns = 500,
                                             .program_page_ns = 400000,
                                             .erase_ns = 45000000,
                                             .page_size = 256,
                                             .erase_unit = 4096,
                                             .erase_range_ns = 150000000,
                                             .erase_range_unit = 65536};

const sim_clock_model_t sim_clock_nand = {.read_call_ns = 2000,
                                          .read_byte_tenths_ns = 500,
                                          .read_page_ns = 60000,
                                          .program_byte_tenths_ns = 500,
                                          .program_page_ns = 250000,
                                          .erase_ns = 2000000,
                                          .page_size = 2048,
                                          .erase_unit = 131072};

const sim_clock_model_t sim_clock_sector = {.read_call_ns = 200000,
                                            .read_byte_tenths_ns = 500,
                                            .program_page_ns = 800000,
                                            .page_size = 512,
                                            .erase_unit = 512};

/* The upper bits of a stamp say which chip gave it, so that no two chips ever give the same. */
static uint64_t first_stamp(void)
{
    static _Atomic uint64_t chips;
    return (uint64_t)(atomic_fetch_add(&chips, 1) + 1) << 40;
}

static bool options_allowed(const sim_options_t *options, const mcufs_device_t *device)
{
    int16_t erased = options->geometry.erased_value;
    const uint32_t atom = options->atom;
    if (atom > 1 && (options->kind != SIM_SECTOR || options->geometry.program_size % atom != 0)) {
        return false;
    }
    if ((unsigned)options->kind > SIM_SECTOR || mcufs_device_check(device) != 0 ||
        mcufs_device_size(device) > SIZE_MAX / 2) {
        return false;
    }
    if (options->clock != NULL && (options->clock->page_size == 0 || options->clock->erase_unit == 0)) {
        return false;
    }
    return options->kind != SIM_NOR || erased == 0xff || erased == 0 || erased == MCUFS_ERASED_UNKNOWN;
}

static sim_flash_t *allocate(size_t size, uint32_t block_count)
{
    sim_flash_t *flash = calloc(1, sizeof *flash);
    if (flash == NULL) {
        return NULL;
    }
    flash->size = size;
    flash->bytes = malloc(size);
    flash->unstable_bits = calloc(size, 1);
    flash->wear = calloc(block_count, sizeof *flash->wear);
    flash->blocks = calloc(block_count, sizeof *flash->blocks);
    if (flash->bytes == NULL || flash->unstable_bits == NULL || flash->wear == NULL ||
        flash->blocks == NULL) {
        sim_flash_free(flash);
        return NULL;
    }
    return flash;
}

static void set_up_device(sim_flash_t *flash)
{
    flash->device.context = flash;
    flash->device.geometry = flash->options.geometry;
    if (flash->options.hide_erased_value) {
        flash->device.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
    }
    if (flash->options.kind == SIM_SECTOR) {
        flash->device.operations = &sim_sector_operations;
    } else if (flash->clock.erase_range_unit != 0) {
        flash->device.operations = &sim_flash_range_operations;
    } else {
        flash->device.operations = &sim_flash_operations;
    }
}

static const sim_clock_model_t *default_clock(sim_kind_t kind)
{
    return kind == SIM_NOR ? &sim_clock_nor : kind == SIM_NAND ? &sim_clock_nand : &sim_clock_sector;
}

sim_flash_t *sim_flash_new(const sim_options_t *options)
{
    mcufs_device_t device = {.operations = &sim_flash_operations, .geometry = options->geometry};
    if (!options_allowed(options, &device)) {
        return NULL;
    }
    sim_flash_t *flash = allocate((size_t)mcufs_device_size(&device), options->geometry.block_count);
    if (flash == NULL) {
        return NULL;
    }
    flash->options = *options;
    if (options->kind == SIM_NOR && options->geometry.erased_value == MCUFS_ERASED_UNKNOWN) {
        flash->options.geometry.erased_value = 0xff;
        flash->options.hide_erased_value = true;
    }
    flash->clock = options->clock != NULL ? *options->clock : *default_clock(options->kind);
    flash->random = options->seed;
    flash->last_stamp = first_stamp();
    set_up_device(flash);
    sim_change_t erase = {0, flash->size, NULL};
    sim_change_apply(flash, &erase);
    return flash;
}

void sim_flash_free(sim_flash_t *flash)
{
    if (flash == NULL) {
        return;
    }
    free(flash->bytes);
    free(flash->unstable_bits);
    free(flash->wear);
    free(flash->blocks);
    free(flash->pending.addresses);
    free(flash->pending.contents);
    free(flash);
}

/* Everything of `from` but its memory and its place among the chips. */
static void copy_state(sim_flash_t *to, const sim_flash_t *from)
{
    sim_flash_t own = *to;
    *to = *from;
    to->bytes = own.bytes;
    to->unstable_bits = own.unstable_bits;
    to->wear = own.wear;
    to->blocks = own.blocks;
    to->pending = own.pending;
    to->last_stamp = own.last_stamp;
    to->exposed = own.exposed;
    set_up_device(to);
}

static void copy_block(sim_flash_t *to, const sim_flash_t *from, uint32_t block, bool unknown)
{
    size_t block_size = from->options.geometry.block_size;
    size_t at = block * block_size;
    if (unknown || to->blocks[block].stamp != from->blocks[block].stamp) {
        memcpy(to->bytes + at, from->bytes + at, block_size);
    }
    if (from->blocks[block].unstable) {
        memcpy(to->unstable_bits + at, from->unstable_bits + at, block_size);
    } else if (to->blocks[block].unstable) {
        memset(to->unstable_bits + at, 0, block_size);
    }
    to->blocks[block] = from->blocks[block];
    if (unknown) {
        sim_touch(to, at); /* the stamp that came along may stand for another content */
    }
}

void sim_flash_copy(sim_flash_t *to, const sim_flash_t *from)
{
    bool unknown = to->exposed || from->exposed;
    uint32_t block_count = from->options.geometry.block_count;
    copy_state(to, from);
    memcpy(to->wear, from->wear, block_count * sizeof *to->wear);
    for (uint32_t block = 0; block < block_count; block++) {
        copy_block(to, from, block, unknown);
    }
    if (!sim_pending_copy(to, from)) {
        abort();
    }
}

sim_flash_t *sim_flash_clone(const sim_flash_t *flash)
{
    sim_flash_t *clone = allocate(flash->size, flash->options.geometry.block_count);
    if (clone == NULL) {
        return NULL;
    }
    clone->last_stamp = first_stamp();
    if (!sim_pending_copy(clone, flash)) {
        sim_flash_free(clone);
        return NULL;
    }
    sim_flash_copy(clone, flash);
    return clone;
}

const mcufs_device_t *sim_flash_device(sim_flash_t *flash)
{
    return &flash->device;
}

uint8_t *sim_flash_bytes(sim_flash_t *flash)
{
    flash->exposed = true;
    return flash->bytes;
}

const uint8_t *sim_flash_content(const sim_flash_t *flash)
{
    return flash->bytes;
}

size_t sim_flash_size(const sim_flash_t *flash)
{
    return flash->size;
}

const sim_counts_t *sim_flash_counts(const sim_flash_t *flash)
{
    return &flash->counts;
}

void sim_flash_reset_counts(sim_flash_t *flash)
{
    memset(&flash->counts, 0, sizeof flash->counts);
}

const uint32_t *sim_flash_wear(const sim_flash_t *flash)
{
    return flash->wear;
}

uint64_t sim_flash_changes(const sim_flash_t *flash)
{
    return flash->changes;
}

void sim_flash_cut(sim_flash_t *flash, uint64_t n, sim_cut_t how, uint64_t seed)
{
    flash->cut_in = n;
    flash->cut_how = how;
    flash->cut_random = seed;
}

void sim_flash_set_reorder(sim_flash_t *flash, bool reorder)
{
    flash->reorder = reorder;
    if (!reorder) {
        flash->pending.count = 0;
    }
}

bool sim_flash_is_off(const sim_flash_t *flash)
{
    return flash->off;
}

void sim_flash_power_on(sim_flash_t *flash)
{
    flash->off = false;
    flash->changes = 0;
}

void sim_flash_fail(sim_flash_t *flash, unsigned calls, uint64_t n, int error, bool forever)
{
    flash->fail_calls = calls;
    flash->fail_in = n;
    flash->fail_error = error;
    flash->fail_forever = forever;
}

void sim_flash_set_bad(sim_flash_t *flash, uint32_t block, sim_bad_t how)
{
    flash->blocks[block].bad = (uint8_t)how;
}

void sim_flash_flip(sim_flash_t *flash, uint64_t bit)
{
    size_t at = (size_t)(bit / 8);
    sim_touch(flash, at);
    flash->bytes[at] ^= (uint8_t)(1u << (bit % 8));
}
