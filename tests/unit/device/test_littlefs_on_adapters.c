/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A flash filesystem on media that are no flash: a card that reorders writes, and flash made to look like a
 * card. A log is appended to and synced while the power is cut again and again; nothing acknowledged, and
 * nothing ever seen, may be gone later. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/flash_sector.h>
#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <mcufs/sector_flash.h>

#include "../../../sim/flash.h"

enum { BLOCK = 4096, RECORDS = 64, SEEDS = 4, LIVES = 20 };

typedef struct rig {
    sim_flash_t *flash;
    bool on_flash;
    mcufs_flash_sector_t sectors;
    mcufs_sector_flash_t adapter;
    mcufs_t fs;
    uint8_t buffer[BLOCK];
    uint64_t arena[1024];
} rig_t;

static void power_up(rig_t *rig, uint32_t flags)
{
    const mcufs_device_t *sectors = sim_flash_device(rig->flash);
    if (rig->on_flash) {
        mcufs_flash_sector_options_t options = {.buffer = rig->buffer, .buffer_size = sizeof rig->buffer};
        assert_int_equal(mcufs_flash_sector_init(&rig->sectors, sectors, &options), 0);
        sectors = &rig->sectors.device;
    }
    assert_int_equal(mcufs_sector_flash_init(&rig->adapter, sectors, 1), 0);
    mcufs_mount_options_t options = {
        .filesystem = &mcufs_littlefs2, .arena = rig->arena, .arena_size = sizeof rig->arena, .flags = flags};
    assert_int_equal(mcufs_init(&rig->fs, NULL), 0);
    assert_int_equal(mcufs_mount(&rig->fs, "/", &rig->adapter.device, &options), 0);
}

/* Records in the log, which must count up from 0. */
static uint32_t read_log(rig_t *rig)
{
    mcufs_file_t file;
    uint32_t count = 0;
    uint32_t record;
    if (mcufs_open(&rig->fs, &file, "/log", MCUFS_O_RDONLY) != 0) {
        return 0;
    }
    while (mcufs_read(&file, &record, sizeof record) == (int32_t)sizeof record) {
        assert_int_equal(record, count);
        count++;
    }
    assert_int_equal(mcufs_close(&file), 0);
    return count;
}

/* Appends and syncs until the power goes; the records that were acknowledged. */
static uint32_t append_until_cut(rig_t *rig, uint32_t count)
{
    mcufs_file_t file;
    int err = mcufs_open(&rig->fs, &file, "/log", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
    while (err == 0) {
        uint32_t records[RECORDS];
        for (uint32_t i = 0; i < RECORDS; i++) {
            records[i] = count + i;
        }
        int32_t written = mcufs_write(&file, records, sizeof records);
        err = written < 0 ? (int)written : mcufs_sync(&file);
        count += err == 0 ? RECORDS : 0;
    }
    assert_true(sim_flash_is_off(rig->flash));
    return count;
}

static void live_through_cuts(rig_t *rig, sim_cut_t how, uint64_t seed)
{
    uint32_t known = 0;
    power_up(rig, MCUFS_FORMAT_ALWAYS);
    assert_int_equal(mcufs_device_sync(&rig->adapter.device), 0);
    for (uint64_t life = 0; life < LIVES; life++) {
        uint32_t changes = rig->on_flash ? 300 : 40;
        sim_flash_cut(rig->flash, 1 + (seed * 7919 + life * 104729) % changes, how, seed * 100 + life);
        known = append_until_cut(rig, known);
        sim_flash_power_on(rig->flash);
        power_up(rig, 0);
        uint32_t found = read_log(rig);
        assert_true(found >= known);
        known = found;
    }
    assert_true(known > 0);
    assert_int_equal(sim_flash_counts(rig->flash)->violations, 0);
}

static void live_on(const sim_options_t *options, bool reorder)
{
    rig_t rig;
    for (int how = 0; how < SIM_CUT_KINDS; how++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            memset(&rig, 0, sizeof rig);
            rig.on_flash = options->kind != SIM_SECTOR;
            rig.flash = sim_flash_new(options);
            assert_non_null(rig.flash);
            sim_flash_set_reorder(rig.flash, reorder);
            live_through_cuts(&rig, (sim_cut_t)how, seed);
            sim_flash_free(rig.flash);
        }
    }
}

static void on_a_card(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_SECTOR, .geometry = {512, 512, BLOCK, 64, 0}};
    live_on(&options, false);
}

static void on_a_card_that_reorders(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_SECTOR, .geometry = {512, 512, BLOCK, 64, 0}};
    live_on(&options, true);
}

static void on_flash_made_a_card(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_NOR, .geometry = {1, 1, BLOCK, 68, 0xff}};
    live_on(&options, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_a_card),
        cmocka_unit_test(on_a_card_that_reorders),
        cmocka_unit_test(on_flash_made_a_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
