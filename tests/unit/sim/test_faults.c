/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Power cuts of every kind, failing calls, bad blocks, flipped bits. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../sim/flash.h"

enum { BLOCK = 256, BLOCKS = 8, UNIT = 16 };

static sim_flash_t *new_chip(sim_kind_t kind, int16_t erased_value)
{
    sim_options_t options = {.kind = kind, .seed = 3};
    options.geometry = (mcufs_geometry_t){1, UNIT, BLOCK, BLOCKS, erased_value};
    sim_flash_t *flash = sim_flash_new(&options);
    assert_non_null(flash);
    return flash;
}

/* Data in which every bit is programmed somewhere. */
static void fill(uint8_t *data, size_t size, uint64_t seed)
{
    for (size_t i = 0; i < size; i++) {
        data[i] = (uint8_t)((i + seed) * 37 + (i >> 4));
    }
}

static void power_goes_at_the_call(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NOR, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t data[UNIT] = {0};
    sim_flash_cut(flash, 3, SIM_CUT_BEFORE, 1);
    assert_int_equal(mcufs_device_program(device, 0, 0, data, UNIT), 0);
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), 0); /* not a change */
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    assert_int_equal(sim_flash_changes(flash), 2);
    assert_false(sim_flash_is_off(flash));
    assert_int_equal(mcufs_device_program(device, 0, UNIT, data, UNIT), MCUFS_EIO);
    assert_true(sim_flash_is_off(flash));
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), MCUFS_EIO);
    assert_int_equal(mcufs_device_program(device, 0, 0, data, UNIT), MCUFS_EIO);
    assert_int_equal(mcufs_device_erase(device, 0), MCUFS_EIO);
    assert_int_equal(mcufs_device_sync(device), MCUFS_EIO);
    assert_int_equal(sim_flash_changes(flash), 3);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_power_on(flash);
    assert_int_equal(sim_flash_changes(flash), 0);
    assert_int_equal(mcufs_device_program(device, 0, UNIT, data, UNIT), 0);
    assert_int_equal(sim_flash_content(flash)[UNIT], 0);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_cut(flash, 1, SIM_CUT_AFTER, 1);
    sim_flash_cut(flash, 0, SIM_CUT_AFTER, 1); /* taken back */
    assert_int_equal(mcufs_device_erase(device, 0), 0);
    sim_flash_free(flash);
}

/* What a cut leaves of a change from `old` to `new`, and what it reads as later. */
typedef struct outcome {
    bool nothing, all, prefix, between, stable;
    unsigned undone; /* bits */
} outcome_t;

static unsigned bits(unsigned value)
{
    unsigned count = 0;
    for (; value != 0; value &= value - 1) {
        count++;
    }
    return count;
}

static outcome_t look(const mcufs_device_t *device, const uint8_t *old, const uint8_t *new, uint32_t offset,
                      uint32_t size)
{
    uint8_t read[BLOCK];
    uint8_t again[BLOCK];
    outcome_t outcome = {.stable = true, .between = true};
    assert_int_equal(mcufs_device_read(device, 1, offset, read, size), 0);
    uint32_t length = 0;
    while (length < size && read[length] == new[length]) {
        length++;
    }
    outcome.prefix = memcmp(read + length, old + length, size - length) == 0;
    outcome.all = memcmp(read, new, size) == 0;
    outcome.nothing = memcmp(read, old, size) == 0;
    for (uint32_t i = 0; i < size; i++) {
        outcome.between = outcome.between && ((read[i] ^ old[i]) & (read[i] ^ new[i])) == 0;
        outcome.undone += bits((unsigned)(read[i] ^ new[i]));
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(mcufs_device_read(device, 1, offset, again, size), 0);
        outcome.stable = outcome.stable && memcmp(read, again, size) == 0;
        assert_memory_equal(again, sim_flash_content((sim_flash_t *)device->context) + BLOCK + offset, size);
    }
    return outcome;
}

typedef struct tally {
    unsigned nothing, all, prefix, between, stable, runs;
    unsigned most_undone;
} tally_t;

static void count(tally_t *tally, const outcome_t *outcome)
{
    tally->runs++;
    tally->nothing += outcome->nothing;
    tally->all += outcome->all;
    tally->prefix += outcome->prefix;
    tally->between += outcome->between;
    tally->stable += outcome->stable;
    tally->most_undone = outcome->undone > tally->most_undone ? outcome->undone : tally->most_undone;
}

static void check_tally(const tally_t *tally, sim_cut_t how)
{
    assert_int_equal(tally->between, tally->runs); /* each bit is old or new */
    switch (how) {
    case SIM_CUT_BEFORE:
        assert_int_equal(tally->nothing, tally->runs);
        assert_int_equal(tally->stable, tally->runs);
        break;
    case SIM_CUT_AFTER:
        assert_int_equal(tally->all, tally->runs);
        assert_int_equal(tally->stable, tally->runs);
        break;
    case SIM_CUT_PREFIX:
        assert_int_equal(tally->prefix, tally->runs);
        assert_int_equal(tally->stable, tally->runs);
        assert_in_range(tally->all, 1, tally->runs / 4); /* both ends happen, but not often */
        assert_in_range(tally->nothing, 1, tally->runs / 4);
        break;
    case SIM_CUT_BITS:
        assert_int_equal(tally->stable, tally->runs);
        assert_in_range(tally->prefix, 0, tally->runs / 10);
        break;
    case SIM_CUT_UNSTABLE:
        assert_int_equal(tally->stable, 0);
        break;
    default:
        assert_int_equal(tally->stable, 0);
        assert_in_range(tally->most_undone, 1, 3);
    }
}

static void cut_program(sim_kind_t kind, int16_t erased_value, sim_cut_t how)
{
    tally_t tally = {0};
    sim_flash_t *fresh = new_chip(kind, erased_value);
    sim_flash_t *flash = sim_flash_clone(fresh);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t new[2 * UNIT];
    uint8_t old[2 * UNIT];
    for (uint64_t seed = 0; seed < 400; seed++) {
        sim_flash_copy(flash, fresh);
        fill(new, sizeof new, seed);
        memcpy(old, sim_flash_content(flash) + BLOCK + 4 * UNIT, sizeof old);
        sim_flash_cut(flash, 1, how, seed);
        if (kind == SIM_SECTOR) {
            assert_int_equal(mcufs_device_write(device, 1, 4 * UNIT, new, sizeof new), MCUFS_EIO);
        } else {
            assert_int_equal(mcufs_device_program(device, 1, 4 * UNIT, new, sizeof new), MCUFS_EIO);
        }
        sim_flash_power_on(flash);
        outcome_t outcome = look(device, old, new, 4 * UNIT, sizeof new);
        count(&tally, &outcome);
        /* Nothing around it changed. */
        assert_memory_equal(sim_flash_content(flash), sim_flash_content(fresh), BLOCK + 4 * UNIT);
        assert_memory_equal(sim_flash_content(flash) + BLOCK + 6 * UNIT,
                            sim_flash_content(fresh) + BLOCK + 6 * UNIT, BLOCK);
        assert_int_equal(sim_flash_counts(flash)->violations, 0);
    }
    check_tally(&tally, how);
    sim_flash_free(fresh);
    sim_flash_free(flash);
}

static void cut_programs_leave_what_their_kind_says(void **state)
{
    (void)state;
    for (int how = 0; how < SIM_CUT_KINDS; how++) {
        cut_program(SIM_NOR, 0xff, (sim_cut_t)how);
        cut_program(SIM_NOR, 0x00, (sim_cut_t)how);
        cut_program(SIM_NAND, 0xff, (sim_cut_t)how);
        cut_program(SIM_NAND, MCUFS_ERASED_UNKNOWN, (sim_cut_t)how);
        cut_program(SIM_SECTOR, 0x00, (sim_cut_t)how);
    }
}

static void cut_erases_leave_what_their_kind_says(void **state)
{
    (void)state;
    uint8_t old[BLOCK];
    uint8_t new[BLOCK];
    fill(old, BLOCK, 0);
    memset(new, 0xff, BLOCK);
    sim_flash_t *programmed = new_chip(SIM_NOR, 0xff);
    sim_flash_t *flash = sim_flash_clone(programmed);
    const mcufs_device_t *device = sim_flash_device(flash);
    assert_int_equal(mcufs_device_program(sim_flash_device(programmed), 1, 0, old, BLOCK), 0);
    for (int how = 0; how < SIM_CUT_KINDS; how++) {
        tally_t tally = {0};
        for (uint64_t seed = 0; seed < 2000; seed++) {
            sim_flash_copy(flash, programmed);
            sim_flash_cut(flash, 1, (sim_cut_t)how, seed);
            assert_int_equal(mcufs_device_erase(device, 1), MCUFS_EIO);
            sim_flash_power_on(flash);
            outcome_t outcome = look(device, old, new, 0, BLOCK);
            count(&tally, &outcome);
            /* Another erase mends it all. */
            assert_int_equal(mcufs_device_erase(device, 1), 0);
            outcome = look(device, old, new, 0, BLOCK);
            assert_true(outcome.all && outcome.stable);
            assert_int_equal(sim_flash_wear(flash)[1], how == SIM_CUT_BEFORE ? 1 : 2);
        }
        check_tally(&tally, (sim_cut_t)how);
    }
    sim_flash_free(programmed);
    sim_flash_free(flash);
}

static void cut_range_erase_is_torn_somewhere(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_NOR, .clock = &sim_clock_nor_64k};
    options.geometry = (mcufs_geometry_t){1, UNIT, BLOCK, BLOCKS, 0xff};
    sim_flash_t *flash = sim_flash_new(&options);
    const mcufs_device_t *device = sim_flash_device(flash);
    unsigned torn_in[4] = {0};
    for (uint64_t seed = 0; seed < 100; seed++) {
        memset(sim_flash_bytes(flash), 0, sim_flash_size(flash));
        sim_flash_cut(flash, 1, SIM_CUT_PREFIX, seed);
        assert_int_equal(mcufs_device_erase_range(device, 2, 4), MCUFS_EIO);
        sim_flash_power_on(flash);
        const uint8_t *content = sim_flash_content(flash);
        assert_int_equal(content[2 * BLOCK - 1], 0);
        size_t length = 0;
        while (length < sizeof torn_in / sizeof torn_in[0] * BLOCK && content[2 * BLOCK + length] == 0xff) {
            length++;
        }
        torn_in[length / BLOCK < 4 ? length / BLOCK : 3]++;
        for (size_t i = 2 * BLOCK + length; i < sim_flash_size(flash); i++) {
            assert_int_equal(content[i], 0);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        assert_in_range(torn_in[i], 10, 60);
    }
    sim_flash_free(flash);
}

static void unstable_bits_are_settled_by_programs_and_erases(void **state)
{
    (void)state;
    uint8_t zeros[BLOCK] = {0};
    uint8_t read[UNIT];
    sim_flash_t *flash = new_chip(SIM_NOR, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    sim_flash_cut(flash, 1, SIM_CUT_UNSTABLE, 9);
    assert_int_equal(mcufs_device_program(device, 1, 0, zeros, UNIT), MCUFS_EIO);
    sim_flash_power_on(flash);
    sim_flash_t *copy = sim_flash_clone(flash);
    const mcufs_device_t *copied = sim_flash_device(copy);
    assert_int_equal(mcufs_device_program(device, 1, 0, zeros, UNIT), 0); /* against the rules, but it does */
    for (int i = 0; i < 20; i++) {
        assert_int_equal(mcufs_device_read(device, 1, 0, read, UNIT), 0);
        assert_memory_equal(read, zeros, UNIT);
    }
    /* The copy has them still, and reads the same as another copy would. */
    sim_flash_t *other = sim_flash_clone(copy);
    uint8_t first[UNIT];
    bool differs = false;
    assert_int_equal(mcufs_device_read(copied, 1, 0, first, UNIT), 0);
    assert_int_equal(mcufs_device_read(sim_flash_device(other), 1, 0, read, UNIT), 0);
    assert_memory_equal(first, read, UNIT);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(mcufs_device_read(copied, 1, 0, read, UNIT), 0);
        differs = differs || memcmp(first, read, UNIT) != 0;
    }
    assert_true(differs);
    sim_flash_copy(copy, flash); /* takes them away again */
    assert_int_equal(mcufs_device_read(copied, 1, 0, first, UNIT), 0);
    assert_memory_equal(first, zeros, UNIT);
    sim_flash_free(flash);
    sim_flash_free(copy);
    sim_flash_free(other);
}

static void torn_nand_unit_takes_no_second_program(void **state)
{
    (void)state;
    uint8_t data[4 * UNIT];
    fill(data, sizeof data, 5);
    unsigned blank = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        sim_flash_t *flash = new_chip(SIM_NAND, 0xff);
        const mcufs_device_t *device = sim_flash_device(flash);
        sim_flash_cut(flash, 1, SIM_CUT_PREFIX, seed);
        assert_int_equal(mcufs_device_program(device, 1, 0, data, sizeof data), MCUFS_EIO);
        sim_flash_power_on(flash);
        uint32_t done = 0;
        while (done < sizeof data && sim_flash_content(flash)[BLOCK + done] == data[done]) {
            done++;
        }
        uint32_t units = (done + UNIT - 1) / UNIT;
        blank += units == 0;
        if (units > 0) {
            assert_int_equal(mcufs_device_program(device, 1, (units - 1) * UNIT, data, UNIT), MCUFS_EIO);
            assert_int_equal(sim_flash_counts(flash)->violations, 1);
        }
        assert_int_equal(mcufs_device_program(device, 1, units * UNIT, data, UNIT), 0);
        assert_int_equal(sim_flash_counts(flash)->violations, units > 0);
        sim_flash_free(flash);
    }
    assert_in_range(blank, 1, 50);
}

static void cut_nand_block_keeps_its_order(void **state)
{
    (void)state;
    uint8_t data[UNIT];
    fill(data, UNIT, 5);
    sim_flash_t *flash = new_chip(SIM_NAND, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    sim_flash_cut(flash, 1, SIM_CUT_AFTER, 1);
    assert_int_equal(mcufs_device_program(device, 1, 4 * UNIT, data, UNIT), MCUFS_EIO);
    sim_flash_power_on(flash);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), MCUFS_EIO); /* below the last */
    assert_int_equal(sim_flash_counts(flash)->violations, 1);
    sim_flash_cut(flash, 1, SIM_CUT_AFTER, 1);
    assert_int_equal(mcufs_device_erase(device, 1), MCUFS_EIO);
    sim_flash_power_on(flash);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), 0); /* the erase was done */
    assert_int_equal(mcufs_device_program(device, 1, 4 * UNIT, data, UNIT), 0);
    sim_flash_cut(flash, 1, SIM_CUT_BITS, 1);
    assert_int_equal(mcufs_device_erase(device, 1), MCUFS_EIO);
    sim_flash_power_on(flash);
    assert_int_equal(mcufs_device_program(device, 1, UNIT, data, UNIT), MCUFS_EIO); /* it was not, here */
    assert_int_equal(sim_flash_counts(flash)->violations, 2);
    sim_flash_free(flash);
}

static void nth_call_fails(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NOR, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t data[UNIT] = {0};
    sim_flash_fail(flash, SIM_CALL_READ, 2, MCUFS_ECORRUPT, false);
    assert_int_equal(mcufs_device_program(device, 0, 0, data, UNIT), 0);
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), 0);
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), MCUFS_ECORRUPT);
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), 0);

    sim_flash_fail(flash, SIM_CALL_CHANGE, 1, MCUFS_EIO, true);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(mcufs_device_program(device, 0, UNIT, data, UNIT), MCUFS_EIO);
    assert_int_equal(mcufs_device_erase(device, 0), MCUFS_EIO);
    assert_int_equal(sim_flash_content(flash)[0], 0);       /* not erased */
    assert_int_equal(sim_flash_content(flash)[UNIT], 0xff); /* not programmed */
    assert_int_equal(sim_flash_wear(flash)[0], 0);
    sim_flash_fail(flash, 0, 0, 0, false);
    assert_int_equal(mcufs_device_erase(device, 0), 0);

    sim_flash_fail(flash, SIM_CALL_SYNC, 1, MCUFS_EIO, false);
    assert_int_equal(mcufs_device_sync(device), MCUFS_EIO);
    sim_flash_fail(flash, SIM_CALL_ANY, 3, MCUFS_EIO, false);
    assert_int_equal(mcufs_device_read(device, 0, 0, data, UNIT), 0);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(mcufs_device_erase(device, 0), MCUFS_EIO);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_free(flash);
}

static void bad_blocks_are_bad_in_their_way(void **state)
{
    (void)state;
    static const struct {
        sim_bad_t how;
        int read, program, erase;
        bool programs, erases;
    } kinds[] = {
        {SIM_BAD_PROGRAM, 0, MCUFS_ECORRUPT, 0, false, true},
        {SIM_BAD_ERASE, 0, 0, MCUFS_ECORRUPT, true, false},
        {SIM_BAD_READ, MCUFS_ECORRUPT, 0, 0, true, true},
        {SIM_BAD_PROGRAM_QUIET, 0, 0, 0, false, true},
        {SIM_BAD_ERASE_QUIET, 0, 0, 0, true, false},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        sim_flash_t *flash = new_chip(SIM_NOR, 0xff);
        const mcufs_device_t *device = sim_flash_device(flash);
        const uint8_t *content = sim_flash_content(flash);
        uint8_t data[UNIT];
        memset(data, 0x0f, UNIT);
        assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), 0);
        sim_flash_set_bad(flash, 1, kinds[k].how);
        assert_int_equal(mcufs_device_program(device, 1, UNIT, data, UNIT), kinds[k].program);
        assert_int_equal(content[BLOCK + UNIT] == 0x0f, kinds[k].programs);
        assert_int_equal(mcufs_device_read(device, 1, 0, data, UNIT), kinds[k].read);
        assert_int_equal(mcufs_device_erase(device, 1), kinds[k].erase);
        assert_int_equal(content[BLOCK] == 0xff, kinds[k].erases);
        assert_int_equal(mcufs_device_erase(device, 2), 0);
        memset(data, 0x33, UNIT);
        assert_int_equal(mcufs_device_program(device, 2, 0, data, UNIT), 0);
        assert_int_equal(sim_flash_counts(flash)->violations, 0);
        if (kinds[k].how == SIM_BAD_ERASE_QUIET) { /* old and new bits, and nobody but the chip to blame */
            assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), 0);
            assert_int_equal(content[BLOCK], 0x03);
            assert_int_equal(sim_flash_counts(flash)->violations, 0);
        }
        sim_flash_set_bad(flash, 1, SIM_GOOD);
        assert_int_equal(mcufs_device_erase(device, 1), 0);
        assert_int_equal(content[BLOCK], 0xff);
        sim_flash_free(flash);
    }
}

static void quiet_erase_shows_on_nand_too(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NAND, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t data[UNIT];
    memset(data, 0x0f, UNIT);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), 0);
    sim_flash_set_bad(flash, 1, SIM_BAD_ERASE_QUIET);
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    memset(data, 0x33, UNIT);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, UNIT), 0);
    assert_int_equal(sim_flash_content(flash)[BLOCK], 0x03);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_free(flash);
}

static void flip_changes_one_bit(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NOR, 0xff);
    sim_flash_flip(flash, BLOCK * 8 + 3);
    assert_int_equal(sim_flash_content(flash)[BLOCK], 0xf7);
    sim_flash_flip(flash, BLOCK * 8 + 3);
    assert_int_equal(sim_flash_content(flash)[BLOCK], 0xff);
    sim_flash_free(flash);
}

/* Writes 1, 2, 3, ... to three sectors in turn, synced after `synced` of them, with a cut at the n-th. */
static void write_and_cut(sim_flash_t *flash, unsigned synced, unsigned n, uint64_t seed)
{
    const mcufs_device_t *device = sim_flash_device(flash);
    sim_flash_cut(flash, n, SIM_CUT_BEFORE, seed);
    for (unsigned i = 1; i <= n; i++) {
        uint8_t sector[UNIT];
        memset(sector, (int)i, UNIT);
        (void)mcufs_device_write(device, 0, i % 3 * UNIT, sector, UNIT);
        if (i == synced) {
            assert_int_equal(mcufs_device_sync(device), 0);
        }
    }
    assert_true(sim_flash_is_off(flash));
    sim_flash_power_on(flash);
}

static void unsynced_writes_arrive_in_any_order(void **state)
{
    (void)state;
    sim_flash_t *fresh = new_chip(SIM_SECTOR, 0);
    sim_flash_set_reorder(fresh, true);
    sim_flash_t *flash = sim_flash_clone(fresh);
    unsigned seen[3][9] = {{0}};
    for (uint64_t seed = 0; seed < 3000; seed++) {
        sim_flash_copy(flash, fresh);
        write_and_cut(flash, 3, 9, seed);
        for (unsigned sector = 0; sector < 3; sector++) {
            const uint8_t *content = sim_flash_content(flash) + sector * UNIT;
            assert_memory_equal(content, content + 1, UNIT - 1); /* sectors are whole */
            assert_int_equal(content[0] % 3, sector);
            assert_in_range(content[0], 1, 8); /* synced, or later, but not the one that was cut */
            seen[sector][content[0]]++;
        }
    }
    /* Sector 2 had 2 synced, then 5 and 8: each of the three may be what is left, in all mixtures. */
    assert_in_range(seen[2][2], 100, 2900);
    assert_in_range(seen[2][5], 100, 2900);
    assert_in_range(seen[2][8], 100, 2900);
    assert_in_range(seen[0][3], 100, 2900);
    assert_in_range(seen[0][6], 100, 2900);
    sim_flash_free(fresh);
    sim_flash_free(flash);
}

static void reordering_is_copied_and_can_be_off(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_SECTOR, 0);
    for (uint64_t seed = 0; seed < 50; seed++) {
        write_and_cut(flash, 0, 6, seed); /* without: all but the last are there */
        assert_int_equal(sim_flash_content(flash)[0], 3);
        assert_int_equal(sim_flash_content(flash)[2 * UNIT], 5);
    }
    sim_flash_set_reorder(flash, true);
    uint8_t sector[UNIT];
    memset(sector, 9, UNIT);
    assert_int_equal(mcufs_device_write(sim_flash_device(flash), 1, 0, sector, UNIT), 0);
    unsigned lost = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        sim_flash_t *clone = sim_flash_clone(flash); /* with its unsynced write */
        sim_flash_cut(clone, 1, SIM_CUT_AFTER, seed);
        assert_int_equal(mcufs_device_write(sim_flash_device(clone), 2, 0, sector, UNIT), MCUFS_EIO);
        lost += sim_flash_content(clone)[BLOCK] == 0;
        assert_int_equal(sim_flash_content(clone)[2 * BLOCK], 9);
        sim_flash_free(clone);
    }
    assert_in_range(lost, 10, 90);
    assert_int_equal(sim_flash_content(flash)[BLOCK], 9);
    sim_flash_free(flash);
}

static void same_seed_same_bytes(void **state)
{
    (void)state;
    uint8_t data[BLOCK];
    fill(data, BLOCK, 1);
    for (int how = SIM_CUT_PREFIX; how < SIM_CUT_KINDS; how++) {
        sim_flash_t *chips[2];
        for (int i = 0; i < 2; i++) {
            chips[i] = new_chip(SIM_NOR, 0xff);
            const mcufs_device_t *device = sim_flash_device(chips[i]);
            sim_flash_cut(chips[i], 1, (sim_cut_t)how, 77);
            assert_int_equal(mcufs_device_program(device, 0, 0, data, BLOCK), MCUFS_EIO);
            sim_flash_power_on(chips[i]);
            uint8_t read[BLOCK];
            for (int k = 0; k < 3; k++) {
                assert_int_equal(mcufs_device_read(device, 0, 0, read, BLOCK), 0);
            }
        }
        assert_memory_equal(sim_flash_content(chips[0]), sim_flash_content(chips[1]), BLOCK);
        sim_flash_free(chips[0]);
        sim_flash_free(chips[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_goes_at_the_call),
        cmocka_unit_test(cut_programs_leave_what_their_kind_says),
        cmocka_unit_test(cut_erases_leave_what_their_kind_says),
        cmocka_unit_test(cut_range_erase_is_torn_somewhere),
        cmocka_unit_test(unstable_bits_are_settled_by_programs_and_erases),
        cmocka_unit_test(torn_nand_unit_takes_no_second_program),
        cmocka_unit_test(cut_nand_block_keeps_its_order),
        cmocka_unit_test(nth_call_fails),
        cmocka_unit_test(bad_blocks_are_bad_in_their_way),
        cmocka_unit_test(quiet_erase_shows_on_nand_too),
        cmocka_unit_test(flip_changes_one_bit),
        cmocka_unit_test(unsynced_writes_arrive_in_any_order),
        cmocka_unit_test(reordering_is_copied_and_can_be_off),
        cmocka_unit_test(same_seed_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
