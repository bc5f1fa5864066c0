/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Sector writes on flash are atomic: every cut of every kind, and cuts during recovery from cuts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/flash_sector.h>

#include "../../../sim/flash.h"

enum { BLOCK = 512, SECTOR = 128, BLOCKS = 3, RESERVED = 4, SIZE = BLOCKS * BLOCK, WRITES = 10 };

typedef struct rig {
    sim_flash_t *flash;
    mcufs_flash_sector_t sectors;
    uint8_t buffer[BLOCK];
    uint32_t buffer_size;
    uint64_t random;
} rig_t;

/* One write of a workload. */
typedef struct request {
    uint32_t block, offset, size;
    uint8_t data[BLOCK];
} request_t;

static uint32_t pick(rig_t *rig, uint32_t limit)
{
    rig->random = rig->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(rig->random >> 33) % limit;
}

static sim_options_t flash_options(sim_kind_t kind, uint32_t unit, int16_t erased_value)
{
    sim_options_t options = {.kind = kind, .seed = 7};
    options.geometry = (mcufs_geometry_t){.read_size = kind == SIM_NAND ? unit : 1,
                                          .program_size = unit,
                                          .block_size = BLOCK,
                                          .block_count = BLOCKS + RESERVED,
                                          .erased_value = erased_value};
    return options;
}

static void rig_set_up(rig_t *rig, const sim_options_t *options, uint32_t buffer_size)
{
    memset(rig, 0, sizeof *rig);
    rig->flash = sim_flash_new(options);
    rig->buffer_size = buffer_size;
    rig->random = 1;
    assert_non_null(rig->flash);
}

static int start(rig_t *rig)
{
    mcufs_flash_sector_options_t options = {
        .sector_size = SECTOR, .reserved = RESERVED, .buffer = rig->buffer, .buffer_size = rig->buffer_size};
    return mcufs_flash_sector_init(&rig->sectors, sim_flash_device(rig->flash), &options);
}

static void make_request(rig_t *rig, request_t *request)
{
    request->block = pick(rig, BLOCKS);
    request->offset = pick(rig, BLOCK / SECTOR) * SECTOR;
    request->size = (1 + pick(rig, (BLOCK - request->offset) / SECTOR)) * SECTOR;
    for (uint32_t i = 0; i < request->size; i++) {
        request->data[i] = (uint8_t)pick(rig, 256);
    }
}

static int do_request(rig_t *rig, const request_t *request)
{
    return mcufs_device_write(&rig->sectors.device, request->block, request->offset, request->data,
                              request->size);
}

static void apply(uint8_t *model, const request_t *request)
{
    memcpy(model + request->block * BLOCK + request->offset, request->data, request->size);
}

static void read_all(rig_t *rig, uint8_t *content)
{
    for (uint32_t block = 0; block < BLOCKS; block++) {
        assert_int_equal(mcufs_device_read(&rig->sectors.device, block, 0, content + block * BLOCK, BLOCK),
                         0);
    }
}

/* Either all of the request is there or none of it, and nothing else changed; the model becomes what is. */
static void check_old_or_new(rig_t *rig, uint8_t *model, const request_t *in_flight)
{
    uint8_t content[SIZE];
    read_all(rig, content);
    if (in_flight != NULL && memcmp(content, model, SIZE) != 0) {
        apply(model, in_flight);
    }
    assert_memory_equal(content, model, SIZE);
    assert_int_equal(sim_flash_counts(rig->flash)->violations, 0);
}

/* The same after another start, and after a write in between that puts an end to all doubt. */
static void check_stays(rig_t *rig, uint8_t *model)
{
    for (int i = 0; i < 2; i++) {
        assert_int_equal(start(rig), 0);
        check_old_or_new(rig, model, NULL);
    }
    request_t request;
    make_request(rig, &request);
    assert_int_equal(do_request(rig, &request), 0);
    apply(model, &request);
    assert_int_equal(start(rig), 0);
    check_old_or_new(rig, model, NULL);
}

/* Recovers with a second cut at change n of the recovery; false when it was over before. */
static bool recover_with_cut(rig_t *rig, uint64_t n, sim_cut_t how, uint64_t seed)
{
    sim_flash_power_on(rig->flash);
    sim_flash_cut(rig->flash, n, how, seed);
    (void)start(rig);
    bool cut = sim_flash_is_off(rig->flash);
    sim_flash_cut(rig->flash, 0, how, 0);
    sim_flash_power_on(rig->flash);
    return cut;
}

/* Cuts the workload at every change, and each recovery at every one of its changes. */
static void exhaust(const sim_options_t *options, uint32_t buffer_size, sim_cut_t how, uint64_t seed)
{
    rig_t base;
    rig_set_up(&base, options, buffer_size);
    uint8_t model[SIZE];
    request_t request;
    assert_int_equal(start(&base), 0);
    read_all(&base, model);
    rig_t rig = base;
    rig_t again = base;
    rig.flash = sim_flash_clone(base.flash);
    again.flash = sim_flash_clone(base.flash);
    for (int i = 0; i < WRITES; i++) {
        make_request(&base, &request);
        for (uint64_t n = 1;; n++) {
            sim_flash_copy(rig.flash, base.flash);
            assert_int_equal(start(&rig), 0);
            sim_flash_cut(rig.flash, n, how, seed + n);
            int err = do_request(&rig, &request);
            if (!sim_flash_is_off(rig.flash)) {
                assert_int_equal(err, 0);
                break;
            }
            assert_int_not_equal(err, 0);
            bool more = true;
            for (uint64_t m = 1; more; m++) {
                uint8_t expected[SIZE];
                memcpy(expected, model, SIZE);
                sim_flash_copy(again.flash, rig.flash);
                more = recover_with_cut(&again, m, (sim_cut_t)((how + m) % SIM_CUT_KINDS), seed + m);
                assert_int_equal(start(&again), 0);
                check_old_or_new(&again, expected, &request);
                check_stays(&again, expected);
            }
        }
        assert_int_equal(do_request(&base, &request), 0);
        apply(model, &request);
        check_old_or_new(&base, model, NULL);
    }
    sim_flash_free(base.flash);
    sim_flash_free(rig.flash);
    sim_flash_free(again.flash);
}

static void exhaust_all_kinds(const sim_options_t *options, uint32_t buffer_size)
{
    for (int how = 0; how < SIM_CUT_KINDS; how++) {
        for (uint64_t seed = 1; seed <= 2; seed++) {
            exhaust(options, buffer_size, (sim_cut_t)how, seed * 1000);
        }
    }
}

static void every_cut_on_nor(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
    exhaust_all_kinds(&options, BLOCK);
    exhaust_all_kinds(&options, 64);
}

static void every_cut_with_few_records(void **state)
{
    (void)state;
    for (uint32_t unit = 128; unit <= BLOCK; unit *= 2) {
        sim_options_t options = flash_options(SIM_NOR, unit, 0xff);
        exhaust_all_kinds(&options, BLOCK);
    }
}

static void every_cut_on_inverted_nor(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 16, 0x00);
    exhaust_all_kinds(&options, BLOCK);
}

static void every_cut_on_nand(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NAND, 64, 0xff);
    exhaust_all_kinds(&options, BLOCK);
}

static void every_cut_without_erased_value(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 16, 0xff);
    options.hide_erased_value = true;
    exhaust_all_kinds(&options, BLOCK);
    options = flash_options(SIM_NAND, 32, MCUFS_ERASED_UNKNOWN);
    exhaust_all_kinds(&options, BLOCK);
}

/* A long life of writes and cuts at random, with many cuts in a row: the journal fills with torn records. */
static void many_cuts_in_a_row(void **state)
{
    (void)state;
    static const uint32_t units[] = {1, 16, 64, 128, 256, 512};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        sim_options_t options = flash_options(SIM_NOR, units[u], 0xff);
        rig_t rig;
        rig_set_up(&rig, &options, BLOCK);
        uint8_t model[SIZE];
        request_t request;
        assert_int_equal(start(&rig), 0);
        read_all(&rig, model);
        for (int life = 0; life < 2000; life++) {
            int err = 0;
            sim_flash_cut(rig.flash, 1 + pick(&rig, 20), (sim_cut_t)pick(&rig, SIM_CUT_KINDS),
                          pick(&rig, 1u << 30));
            while (err == 0) {
                make_request(&rig, &request);
                err = do_request(&rig, &request);
                if (err == 0) {
                    apply(model, &request);
                }
            }
            assert_true(sim_flash_is_off(rig.flash));
            uint32_t further_cuts = pick(&rig, 12);
            for (uint32_t i = 0; i < further_cuts; i++) {
                (void)recover_with_cut(&rig, 1 + pick(&rig, 3), (sim_cut_t)pick(&rig, SIM_CUT_KINDS),
                                       pick(&rig, 1u << 30));
            }
            sim_flash_power_on(rig.flash);
            sim_flash_cut(rig.flash, 0, SIM_CUT_BEFORE, 0);
            assert_int_equal(start(&rig), 0);
            check_old_or_new(&rig, model, &request);
            assert_int_equal(start(&rig), 0);
            check_old_or_new(&rig, model, NULL);
        }
        sim_flash_free(rig.flash);
    }
}

/* Any single failing call: the write fails or not, but all else is intact and the device goes on. */
static void every_error(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 16, 0xff);
    rig_t base;
    rig_set_up(&base, &options, 64);
    uint8_t model[SIZE];
    request_t request;
    assert_int_equal(start(&base), 0);
    read_all(&base, model);
    rig_t rig = base;
    rig.flash = sim_flash_clone(base.flash);
    for (int i = 0; i < 30; i++) {
        make_request(&base, &request);
        bool failed = true;
        for (uint64_t n = 1; failed; n++) {
            uint8_t expected[SIZE];
            memcpy(expected, model, SIZE);
            sim_flash_copy(rig.flash, base.flash);
            assert_int_equal(start(&rig), 0);
            sim_flash_fail(rig.flash, SIM_CALL_ANY, n, MCUFS_EIO, false);
            int err = do_request(&rig, &request);
            failed = err != 0;
            assert_true(err == 0 || err == MCUFS_EIO);
            sim_flash_fail(rig.flash, 0, 0, 0, false);
            check_old_or_new(&rig, expected, &request);
            check_stays(&rig, expected);
        }
        assert_int_equal(do_request(&base, &request), 0);
        apply(model, &request);
    }
    sim_flash_free(base.flash);
    sim_flash_free(rig.flash);
}

static void bad_copy_block_is_passed_over(void **state)
{
    (void)state;
    static const sim_bad_t kinds[] = {SIM_BAD_PROGRAM, SIM_BAD_ERASE, SIM_BAD_PROGRAM_QUIET,
                                      SIM_BAD_ERASE_QUIET};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
        rig_t rig;
        rig_set_up(&rig, &options, BLOCK);
        uint8_t model[SIZE];
        request_t request;
        assert_int_equal(start(&rig), 0);
        read_all(&rig, model);
        memset(sim_flash_bytes(rig.flash) + (BLOCKS + 2) * BLOCK, 0x5a,
               BLOCK); /* what a quiet erase leaves */
        sim_flash_set_bad(rig.flash, BLOCKS + 2, kinds[k]);
        for (int i = 0; i < 20; i++) {
            make_request(&rig, &request);
            assert_int_equal(do_request(&rig, &request), 0);
            apply(model, &request);
            check_old_or_new(&rig, model, NULL);
        }
        sim_flash_free(rig.flash);
    }
}

static void bad_target_is_read_from_its_copy(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, BLOCK);
    uint8_t model[SIZE];
    request_t request;
    assert_int_equal(start(&rig), 0);
    make_request(&rig, &request);
    assert_int_equal(do_request(&rig, &request), 0);
    read_all(&rig, model);
    make_request(&rig, &request);
    sim_flash_set_bad(rig.flash, request.block, SIM_BAD_PROGRAM);
    assert_int_equal(do_request(&rig, &request), MCUFS_ECORRUPT);
    check_old_or_new(&rig, model, &request);
    sim_flash_set_bad(rig.flash, request.block, SIM_GOOD);
    assert_int_equal(start(&rig), 0);
    check_old_or_new(&rig, model, NULL);
    sim_flash_free(rig.flash);
}

static void read_only_flash_shows_unfinished_write(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, BLOCK);
    uint8_t model[SIZE];
    request_t request;
    assert_int_equal(start(&rig), 0);
    read_all(&rig, model);
    make_request(&rig, &request);
    /* The first write: journal erase and record, copy erase and program, record, target erase, this. */
    sim_flash_cut(rig.flash, 7, SIM_CUT_BEFORE, 0);
    assert_int_equal(do_request(&rig, &request), MCUFS_EIO);
    apply(model, &request);
    sim_flash_power_on(rig.flash);

    mcufs_device_t only_read = *sim_flash_device(rig.flash);
    mcufs_device_operations_t operations = {.read = only_read.operations->read};
    only_read.operations = &operations;
    mcufs_flash_sector_options_t sector_options = {
        .sector_size = SECTOR, .reserved = RESERVED, .buffer = rig.buffer, .buffer_size = BLOCK};
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, &only_read, &sector_options), 0);
    uint64_t changes = sim_flash_changes(rig.flash);
    check_old_or_new(&rig, model, NULL);
    assert_int_equal(do_request(&rig, &request), MCUFS_EROFS);
    assert_int_equal(sim_flash_changes(rig.flash), changes);
    assert_memory_not_equal(sim_flash_content(rig.flash), model, SIZE);
    sim_flash_free(rig.flash);
}

static void chip_at_rest_is_the_plain_image(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, 100); /* of which whole records are used */
    uint8_t model[SIZE];
    assert_int_equal(start(&rig), 0);
    read_all(&rig, model);
    for (int i = 0; i < 50; i++) {
        request_t request;
        make_request(&rig, &request);
        assert_int_equal(do_request(&rig, &request), 0);
        apply(model, &request);
        assert_memory_equal(sim_flash_content(rig.flash), model, SIZE);
        uint64_t changes = sim_flash_changes(rig.flash);
        assert_int_equal(do_request(&rig, &request), 0); /* the same again */
        assert_int_equal(sim_flash_changes(rig.flash), changes);
    }
    sim_flash_free(rig.flash);
}

/* Starting again and again, without a write, must not wear the journal out. */
static void starting_changes_nothing(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 1, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, BLOCK);
    assert_int_equal(start(&rig), 0);
    request_t request;
    make_request(&rig, &request);
    assert_int_equal(do_request(&rig, &request), 0);
    uint64_t changes = sim_flash_changes(rig.flash);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(start(&rig), 0);
    }
    assert_int_equal(sim_flash_changes(rig.flash), changes);
    sim_flash_free(rig.flash);
}

/* A program that was begun just before a cut may leave no trace, and yet the place is no longer good. */
static void one_place_is_left_free_after_a_start(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 16, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, BLOCK);
    request_t request;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(start(&rig), 0);
        make_request(&rig, &request);
        assert_int_equal(do_request(&rig, &request), 0);
    }
    /* Three records each time: what was found, the copy counts, it no longer does. */
    const uint8_t *journal = sim_flash_content(rig.flash) + (BLOCKS + 1) * BLOCK;
    for (size_t record = 0; record < 8; record++) {
        bool blank = journal[record * 16] == 0xff;
        assert_int_equal(blank, record == 3 || record == 7);
    }
    sim_flash_free(rig.flash);
}

static void senseless_options_are_refused(void **state)
{
    (void)state;
    sim_options_t options = flash_options(SIM_NOR, 16, 0xff);
    rig_t rig;
    rig_set_up(&rig, &options, BLOCK);
    const mcufs_device_t *flash = sim_flash_device(rig.flash);
    mcufs_flash_sector_options_t good = {
        .sector_size = SECTOR, .reserved = RESERVED, .buffer = rig.buffer, .buffer_size = BLOCK};
    mcufs_flash_sector_options_t bad = good;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &good), 0);
    assert_int_equal(rig.sectors.device.geometry.block_count, BLOCKS);
    assert_int_equal(mcufs_device_check(&rig.sectors.device), 0);
    bad.sector_size = 96;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &bad), MCUFS_EINVAL);
    bad = good;
    bad.reserved = 2;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &bad), MCUFS_EINVAL);
    bad.reserved = BLOCKS + RESERVED;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &bad), MCUFS_EINVAL);
    bad = good;
    bad.buffer_size = 15;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &bad), MCUFS_EINVAL);
    bad = good;
    bad.buffer = NULL;
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, flash, &bad), MCUFS_EINVAL);
    assert_int_equal(mcufs_flash_sector_init(&rig.sectors, NULL, &good), MCUFS_EINVAL);
    sim_flash_free(rig.flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(senseless_options_are_refused),
        cmocka_unit_test(chip_at_rest_is_the_plain_image),
        cmocka_unit_test(starting_changes_nothing),
        cmocka_unit_test(one_place_is_left_free_after_a_start),
        cmocka_unit_test(read_only_flash_shows_unfinished_write),
        cmocka_unit_test(bad_copy_block_is_passed_over),
        cmocka_unit_test(bad_target_is_read_from_its_copy),
        cmocka_unit_test(every_error),
        cmocka_unit_test(every_cut_on_nor),
        cmocka_unit_test(every_cut_with_few_records),
        cmocka_unit_test(every_cut_on_inverted_nor),
        cmocka_unit_test(every_cut_on_nand),
        cmocka_unit_test(every_cut_without_erased_value),
        cmocka_unit_test(many_cuts_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
