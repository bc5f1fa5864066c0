/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* How programs, writes and erases change the cells of the simulated chip: wholly, or as far as a power cut
 * lets them. */

#include <string.h>

#include "flash_internal.h"

/* splitmix64: any state is a good one, and one step decorrelates neighbouring seeds. */
uint64_t sim_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint8_t sim_erased_byte(const sim_flash_t *flash, size_t at)
{
    if (flash->options.geometry.erased_value != MCUFS_ERASED_UNKNOWN) {
        return (uint8_t)flash->options.geometry.erased_value;
    }
    uint64_t state = flash->options.seed ^ at;
    return (uint8_t)(sim_random(&state) & 0xff);
}

void sim_touch(sim_flash_t *flash, size_t at)
{
    flash->blocks[at / flash->options.geometry.block_size].stamp = ++flash->last_stamp;
}

static void touch_all(sim_flash_t *flash, size_t at, size_t size)
{
    uint32_t block_size = flash->options.geometry.block_size;
    for (size_t block = at / block_size; block <= (at + size - 1) / block_size; block++) {
        sim_touch(flash, block * block_size);
    }
}

/* The bits of one byte that the change drives to a value; a NOR leaves the others as they are. */
static uint8_t driven_bits(const sim_flash_t *flash, const sim_change_t *change, size_t i)
{
    if (change->data == NULL || flash->options.kind != SIM_NOR) {
        return 0xff;
    }
    return (uint8_t)(change->data[i] ^ flash->options.geometry.erased_value);
}

static uint8_t driven_value(const sim_flash_t *flash, const sim_change_t *change, size_t i)
{
    return change->data == NULL ? sim_erased_byte(flash, change->at + i) : change->data[i];
}

static void set_byte(sim_flash_t *flash, size_t at, uint8_t mask, uint8_t value)
{
    flash->bytes[at] = (uint8_t)((flash->bytes[at] & ~mask) | (value & mask));
}

static void apply_erase(sim_flash_t *flash, size_t at, size_t size)
{
    if (flash->options.geometry.erased_value != MCUFS_ERASED_UNKNOWN) {
        memset(flash->bytes + at, flash->options.geometry.erased_value, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        flash->bytes[at + i] = sim_erased_byte(flash, at + i);
    }
}

static void apply_program_bits(sim_flash_t *flash, const sim_change_t *change)
{
    uint8_t *to = flash->bytes + change->at;
    if (flash->options.geometry.erased_value == 0) {
        for (size_t i = 0; i < change->size; i++) {
            to[i] |= change->data[i];
        }
    } else {
        for (size_t i = 0; i < change->size; i++) {
            to[i] &= change->data[i];
        }
    }
}

/* A block that lied about its erase still holds old bits under the new ones, whatever the kind. */
static bool erase_was_refused(const sim_flash_t *flash, const sim_change_t *change)
{
    return flash->blocks[change->at / flash->options.geometry.block_size].bad == SIM_BAD_ERASE_QUIET;
}

/* Driven bits become stable; a block whose bits were all driven forgets that it had unstable ones. */
static void settle(sim_flash_t *flash, const sim_change_t *change)
{
    uint32_t block_size = flash->options.geometry.block_size;
    bool all_driven = change->data == NULL || flash->options.kind != SIM_NOR;
    for (size_t at = change->at; at < change->at + change->size;) {
        size_t end = (at / block_size + 1) * block_size;
        if (end > change->at + change->size) {
            end = change->at + change->size;
        }
        sim_block_t *block = &flash->blocks[at / block_size];
        if (block->unstable) {
            for (size_t i = at; i < end; i++) {
                flash->unstable_bits[i] &= (uint8_t)~driven_bits(flash, change, i - change->at);
            }
            block->unstable = end - at < block_size || !all_driven;
        }
        at = end;
    }
}

void sim_change_apply(sim_flash_t *flash, const sim_change_t *change)
{
    touch_all(flash, change->at, change->size);
    if (change->data == NULL) {
        apply_erase(flash, change->at, change->size);
    } else if (flash->options.kind == SIM_NOR || erase_was_refused(flash, change)) {
        apply_program_bits(flash, change);
    } else {
        memcpy(flash->bytes + change->at, change->data, change->size);
    }
    settle(flash, change);
}

/* Does `done` of one byte's bits; what it leaves undone becomes unstable when asked to. */
static void tear_byte(sim_flash_t *flash, const sim_change_t *change, size_t i, uint8_t done, bool unstable)
{
    size_t at = change->at + i;
    uint8_t driven = driven_bits(flash, change, i);
    uint8_t value = driven_value(flash, change, i);
    uint8_t undone = (uint8_t)(driven & ~done & (flash->bytes[at] ^ value));
    set_byte(flash, at, driven & done, value);
    flash->unstable_bits[at] &= (uint8_t) ~(driven & done);
    if (unstable && undone != 0) {
        flash->unstable_bits[at] |= undone;
        flash->blocks[at / flash->options.geometry.block_size].unstable = true;
    }
}

static void tear_prefix(sim_flash_t *flash, const sim_change_t *change)
{
    size_t length = (size_t)(sim_random(&flash->cut_random) % (change->size + 1));
    for (size_t i = 0; i < length; i++) {
        tear_byte(flash, change, i, 0xff, false);
    }
}

/* Each bit is done with a chance of 1/4, 1/2 or 3/4: cuts come early and late. */
static void tear_bits(sim_flash_t *flash, const sim_change_t *change, bool unstable)
{
    uint64_t chance = sim_random(&flash->cut_random) % 3;
    for (size_t i = 0; i < change->size; i++) {
        uint64_t dice = sim_random(&flash->cut_random);
        unsigned first = (unsigned)(dice & 0xff);
        unsigned second = (unsigned)((dice >> 8) & 0xff);
        unsigned done = chance == 0 ? first & second : chance == 1 ? first : first | second;
        tear_byte(flash, change, i, (uint8_t)done, unstable);
    }
}

static size_t changed_bits(const sim_flash_t *flash, const sim_change_t *change, size_t i)
{
    unsigned bits = driven_bits(flash, change, i) &
                    (flash->bytes[change->at + i] ^ driven_value(flash, change, i)) & 0xffu;
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* All of it is done but one to three of the bits that change. */
static void tear_last(sim_flash_t *flash, const sim_change_t *change)
{
    size_t total = 0;
    for (size_t i = 0; i < change->size; i++) {
        total += changed_bits(flash, change, i);
    }
    size_t left[3];
    size_t left_count = (size_t)(sim_random(&flash->cut_random) % 3) + 1;
    for (size_t k = 0; k < left_count; k++) {
        left[k] = total == 0 ? 0 : (size_t)(sim_random(&flash->cut_random) % total);
    }
    size_t position = 0; /* among the changing bits */
    for (size_t i = 0; i < change->size; i++) {
        unsigned changing = driven_bits(flash, change, i) &
                            (flash->bytes[change->at + i] ^ driven_value(flash, change, i)) & 0xffu;
        unsigned undone = 0;
        for (; changing != 0; changing &= changing - 1) {
            for (size_t k = 0; k < left_count; k++) {
                if (left[k] == position) {
                    undone |= changing & (~changing + 1);
                }
            }
            position++;
        }
        tear_byte(flash, change, i, (uint8_t)(~undone & 0xff), true);
    }
}

/* A medium whose aligned units are atomic: the first ones are done, or any of them. */
static void tear_atoms(sim_flash_t *flash, const sim_change_t *change)
{
    size_t atom = flash->options.atom, count = change->size / atom;
    size_t prefix = (size_t)(sim_random(&flash->cut_random) % (count + 1));
    for (size_t i = 0; i < count; i++) {
        bool done = flash->cut_how == SIM_CUT_PREFIX ? i < prefix : (sim_random(&flash->cut_random) & 1) != 0;
        for (size_t k = 0; done && k < atom; k++) {
            tear_byte(flash, change, i * atom + k, 0xff, false);
        }
    }
}

void sim_change_tear(sim_flash_t *flash, const sim_change_t *change)
{
    if (flash->cut_how == SIM_CUT_BEFORE) {
        return;
    }
    touch_all(flash, change->at, change->size);
    if (flash->options.atom > 1 && flash->cut_how != SIM_CUT_AFTER) {
        tear_atoms(flash, change);
        return;
    }
    switch (flash->cut_how) {
    case SIM_CUT_PREFIX:
        tear_prefix(flash, change);
        break;
    case SIM_CUT_BITS:
        tear_bits(flash, change, false);
        break;
    case SIM_CUT_UNSTABLE:
        tear_bits(flash, change, true);
        break;
    case SIM_CUT_LAST_UNSTABLE:
        tear_last(flash, change);
        break;
    default:
        sim_change_apply(flash, change);
    }
}

void sim_shake_unstable(sim_flash_t *flash, size_t at, size_t size)
{
    sim_touch(flash, at);
    for (size_t i = at; i < at + size; i++) {
        if (flash->unstable_bits[i] != 0) {
            set_byte(flash, i, flash->unstable_bits[i], (uint8_t)(sim_random(&flash->random) & 0xff));
        }
    }
}
