/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The rules, the clock, the wear and the copies of the simulated chip. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../sim/flash.h"

enum { BLOCK = 4096, BLOCKS = 8 };

static sim_flash_t *new_chip(sim_kind_t kind, uint32_t unit, int16_t erased_value)
{
    sim_options_t options = {.kind = kind, .seed = 3};
    options.geometry = (mcufs_geometry_t){1, unit, BLOCK, BLOCKS, erased_value};
    sim_flash_t *flash = sim_flash_new(&options);
    assert_non_null(flash);
    return flash;
}

static uint64_t violations(const sim_flash_t *flash)
{
    return sim_flash_counts(flash)->violations;
}

static void new_chip_is_erased(void **state)
{
    (void)state;
    static const int16_t values[] = {0xff, 0x00};
    for (size_t i = 0; i < 2; i++) {
        sim_flash_t *flash = new_chip(SIM_NOR, 1, values[i]);
        const uint8_t *content = sim_flash_content(flash);
        assert_int_equal(sim_flash_size(flash), BLOCK * BLOCKS);
        assert_int_equal(content[0], values[i]);
        assert_memory_equal(content, content + 1, sim_flash_size(flash) - 1);
        assert_int_equal(sim_flash_device(flash)->geometry.erased_value, values[i]);
        assert_int_equal(sim_flash_changes(flash), 0);
        sim_flash_free(flash);
    }
}

static void senseless_options_are_refused(void **state)
{
    (void)state;
    sim_options_t good = {.kind = SIM_NOR, .geometry = {1, 1, 512, 4, 0xff}};
    sim_options_t bad = good;
    bad.geometry.program_size = 3;
    assert_null(sim_flash_new(&bad));
    bad = good;
    bad.geometry.block_count = 0;
    assert_null(sim_flash_new(&bad));
    bad = good;
    bad.geometry.erased_value = 0x12;
    assert_null(sim_flash_new(&bad));
    bad = good;
    bad.kind = (sim_kind_t)7;
    assert_null(sim_flash_new(&bad));
    sim_clock_model_t clock = {.page_size = 0, .erase_unit = 1};
    bad = good;
    bad.clock = &clock;
    assert_null(sim_flash_new(&bad));
    sim_flash_free(NULL);
}

static void nor_only_moves_bits_away_from_erased(void **state)
{
    (void)state;
    static const struct {
        int16_t erased;
        uint8_t first, second, both;
    } kinds[] = {{0xff, 0xf0, 0x3c, 0x30}, {0x00, 0xf0, 0x3c, 0xfc}};
    for (size_t k = 0; k < 2; k++) {
        sim_flash_t *flash = new_chip(SIM_NOR, 1, kinds[k].erased);
        const mcufs_device_t *device = sim_flash_device(flash);
        uint8_t byte = 0;
        assert_int_equal(mcufs_device_program(device, 2, 9, &kinds[k].first, 1), 0);
        assert_int_equal(violations(flash), 0);
        assert_int_equal(mcufs_device_program(device, 2, 9, &kinds[k].second, 1), 0);
        assert_int_equal(violations(flash), 1);
        assert_int_equal(mcufs_device_read(device, 2, 9, &byte, 1), 0);
        assert_int_equal(byte, kinds[k].both);
        assert_int_equal(mcufs_device_program(device, 2, 8, "\x0f\x0f\x0f", 3),
                         0); /* one of them is not erased */
        assert_int_equal(violations(flash), 2);
        assert_int_equal(mcufs_device_erase(device, 2), 0);
        assert_int_equal(mcufs_device_program(device, 2, 8, "\x0f\x0f\x0f", 3), 0);
        assert_int_equal(violations(flash), 2);
        sim_flash_free(flash);
    }
}

static void nand_takes_each_unit_once_and_upwards(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NAND, 512, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t unit[1024];
    uint8_t read[512];
    memset(unit, 0x11, sizeof unit);
    assert_int_equal(mcufs_device_program(device, 1, 1024, unit, 512), 0);
    assert_int_equal(mcufs_device_program(device, 1, 1536, unit, 1024), 0);
    assert_int_equal(violations(flash), 0);
    assert_int_equal(mcufs_device_program(device, 1, 1024, unit, 512), MCUFS_EIO);
    assert_int_equal(mcufs_device_program(device, 1, 2048, unit, 1024), MCUFS_EIO);
    assert_int_equal(mcufs_device_program(device, 1, 0, unit, 512), MCUFS_EIO); /* erased, but below */
    assert_int_equal(violations(flash), 3);
    assert_int_equal(mcufs_device_read(device, 1, 0, read, 512), 0);
    assert_int_equal(read[0], 0xff); /* what is refused is not done */
    memset(unit, 0xff, sizeof unit);
    assert_int_equal(mcufs_device_program(device, 2, 0, unit, 512), 0);
    assert_int_equal(mcufs_device_program(device, 2, 0, unit, 512),
                     MCUFS_EIO); /* programmed, if to no effect */
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    assert_int_equal(mcufs_device_program(device, 1, 0, unit, 512), 0);
    assert_int_equal(violations(flash), 4);
    memset(sim_flash_bytes(flash) + 3 * BLOCK, 0, 512);
    assert_int_equal(mcufs_device_program(device, 3, 0, unit, 512), MCUFS_EIO); /* loaded as an image */
    sim_flash_free(flash);
}

static void sectors_are_overwritten(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_SECTOR, 512, 0);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t sector[512];
    assert_int_equal(mcufs_device_check(device), 0);
    for (int i = 1; i < 4; i++) {
        memset(sector, i, sizeof sector);
        assert_int_equal(mcufs_device_write(device, 1, 512, sector, 512), 0);
        assert_int_equal(sim_flash_content(flash)[BLOCK + 512], i);
        assert_int_equal(sim_flash_content(flash)[BLOCK + 1023], i);
    }
    assert_int_equal(mcufs_device_program(device, 0, 0, sector, 512), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_erase(device, 0), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_trim(device, 1, 1), 0);
    assert_int_equal(sim_flash_content(flash)[BLOCK + 512], 0);
    assert_int_equal(sim_flash_counts(flash)->writes, 3);
    assert_int_equal(sim_flash_counts(flash)->write_bytes, 3 * 512);
    assert_int_equal(violations(flash), 0);
    sim_flash_free(flash);
}

static void driver_called_past_the_checks_counts(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip(SIM_NOR, 16, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t bytes[32] = {0};
    assert_int_equal(device->operations->program(device, 0, 8, bytes, 16), MCUFS_EINVAL);
    assert_int_equal(device->operations->program(device, 0, BLOCK - 16, bytes, 32), MCUFS_EINVAL);
    assert_int_equal(device->operations->read(device, BLOCKS, 0, bytes, 1), MCUFS_EINVAL);
    assert_int_equal(device->operations->erase(device, BLOCKS), MCUFS_EINVAL);
    assert_int_equal(violations(flash), 4);
    assert_int_equal(sim_flash_content(flash)[BLOCK - 16], 0xff);
    sim_flash_free(flash);
}

static void erased_value_can_be_hidden_or_arbitrary(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_NOR, .geometry = {1, 1, 512, 4, 0xff}, .hide_erased_value = true};
    sim_flash_t *flash = sim_flash_new(&options);
    assert_int_equal(sim_flash_device(flash)->geometry.erased_value, MCUFS_ERASED_UNKNOWN);
    assert_int_equal(sim_flash_content(flash)[5], 0xff);
    sim_flash_free(flash);

    options = (sim_options_t){.kind = SIM_NAND, .geometry = {1, 16, 512, 4, MCUFS_ERASED_UNKNOWN}, .seed = 1};
    flash = sim_flash_new(&options);
    const mcufs_device_t *device = sim_flash_device(flash);
    uint8_t first[512];
    uint8_t data[512] = {0};
    assert_int_equal(mcufs_device_read(device, 1, 0, first, 512), 0);
    assert_memory_not_equal(first, first + 1, 511);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, 512), 0);
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, 512), 0);
    assert_memory_equal(sim_flash_content(flash) + 512, data, 512);
    assert_int_equal(violations(flash), 0);
    sim_flash_free(flash);
}

/* Each call costs what the models of the baseline say. */
static void clock_follows_its_model(void **state)
{
    (void)state;
    uint8_t bytes[BLOCK] = {0};
    sim_flash_t *flash = new_chip(SIM_NOR, 1, 0xff);
    const mcufs_device_t *device = sim_flash_device(flash);
    const sim_counts_t *counts = sim_flash_counts(flash);
    assert_int_equal(mcufs_device_read(device, 0, 0, bytes, 100), 0);
    assert_int_equal(counts->nanoseconds, 2000 + 100 * 50);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_program(device, 0, 255, bytes, 2), 0); /* touches two pages of 256 */
    assert_int_equal(counts->nanoseconds, 2 * 400000);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_program(device, 1, 0, bytes, 512), 0);
    assert_int_equal(counts->nanoseconds, 2 * 400000);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_erase_range(device, 0, 3), 0);
    assert_int_equal(counts->nanoseconds, 3 * 45000000u);
    assert_int_equal(counts->erases, 3);
    assert_int_equal(counts->erase_calls, 3);
    sim_flash_free(flash);

    flash = new_chip(SIM_NAND, 2048, 0xff);
    device = sim_flash_device(flash);
    counts = sim_flash_counts(flash);
    assert_int_equal(mcufs_device_read(device, 0, 2040, bytes, 16), 0); /* two pages of 2048 */
    assert_int_equal(counts->nanoseconds, 2 * 60000 + 2000 + 16 * 50);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_program(device, 0, 0, bytes, BLOCK), 0);
    assert_int_equal(counts->nanoseconds, 2 * 250000 + BLOCK * 50);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_erase(device, 0), 0);
    assert_int_equal(counts->nanoseconds, 2000000);
    sim_flash_free(flash);

    flash = new_chip(SIM_SECTOR, 512, 0xff);
    device = sim_flash_device(flash);
    counts = sim_flash_counts(flash);
    assert_int_equal(mcufs_device_write(device, 0, 0, bytes, 1024), 0);
    assert_int_equal(counts->nanoseconds, 2 * 800000);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_read(device, 0, 0, bytes, 512), 0);
    assert_int_equal(counts->nanoseconds, 200000 + 512 * 50);
    sim_flash_free(flash);
}

static void large_erases_are_cheaper(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_NOR, .clock = &sim_clock_nor_64k};
    options.geometry = (mcufs_geometry_t){1, 1, 4096, 64, 0xff};
    sim_flash_t *flash = sim_flash_new(&options);
    const mcufs_device_t *device = sim_flash_device(flash);
    const sim_counts_t *counts = sim_flash_counts(flash);
    assert_int_equal(mcufs_device_erase_range(device, 16, 16), 0);
    assert_int_equal(counts->nanoseconds, 150000000u);
    assert_int_equal(counts->erases, 16);
    assert_int_equal(counts->erase_calls, 1);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_erase_range(device, 15, 18), 0); /* one more on each side */
    assert_int_equal(counts->nanoseconds, 150000000u + 2 * 45000000u);
    sim_flash_reset_counts(flash);
    assert_int_equal(mcufs_device_erase_range(device, 1, 16), 0); /* not aligned */
    assert_int_equal(counts->nanoseconds, 16 * 45000000u);
    assert_int_equal(sim_flash_wear(flash)[16], 3);
    assert_int_equal(sim_flash_wear(flash)[40], 0);
    sim_flash_free(flash);
}

static void wear_is_counted_and_wears_out(void **state)
{
    (void)state;
    sim_options_t options = {.kind = SIM_NOR, .geometry = {1, 1, 512, 4, 0xff}, .endurance = 3};
    sim_flash_t *flash = sim_flash_new(&options);
    const mcufs_device_t *device = sim_flash_device(flash);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mcufs_device_erase(device, 1), 0);
    }
    assert_int_equal(mcufs_device_program(device, 1, 0, "x", 1), 0);
    assert_int_equal(mcufs_device_erase(device, 1), MCUFS_ECORRUPT);
    assert_int_equal(mcufs_device_erase(device, 1), MCUFS_ECORRUPT);
    assert_int_equal(sim_flash_content(flash)[512], 'x');
    assert_int_equal(mcufs_device_erase(device, 2), 0);
    sim_flash_reset_counts(flash);
    assert_int_equal(sim_flash_wear(flash)[1], 5);
    assert_int_equal(sim_flash_wear(flash)[2], 1);
    sim_flash_free(flash);
}

static void copies_are_equal_and_apart(void **state)
{
    (void)state;
    sim_flash_t *first = new_chip(SIM_NOR, 1, 0xff);
    const mcufs_device_t *device = sim_flash_device(first);
    assert_int_equal(mcufs_device_program(device, 1, 0, "first", 5), 0);
    assert_int_equal(mcufs_device_erase(device, 3), 0);
    sim_flash_t *second = sim_flash_clone(first);
    assert_non_null(second);
    assert_memory_equal(sim_flash_content(first), sim_flash_content(second), sim_flash_size(first));
    assert_int_equal(sim_flash_wear(second)[3], 1);
    assert_int_equal(sim_flash_counts(second)->programs, 1);
    assert_ptr_not_equal(sim_flash_device(second), device);

    assert_int_equal(mcufs_device_program(sim_flash_device(second), 2, 0, "second", 6), 0);
    assert_int_equal(mcufs_device_program(device, 4, 0, "again", 5), 0);
    assert_int_equal(sim_flash_content(first)[2 * BLOCK], 0xff);
    assert_int_equal(sim_flash_content(second)[4 * BLOCK], 0xff);
    sim_flash_free(first);
    assert_int_equal(sim_flash_content(second)[2 * BLOCK], 's');
    sim_flash_free(second);
}

/* Copies take only the blocks that differ: no history of changes and copies may lead them astray. */
static void copies_stay_exact(void **state)
{
    (void)state;
    enum { CHIPS = 4, CHIP_SIZE = 8 * 64 };
    sim_options_t options = {.kind = SIM_NAND, .geometry = {1, 1, 64, 8, 0xff}};
    sim_flash_t *chips[CHIPS];
    static uint8_t models[CHIPS][CHIP_SIZE];
    memset(models, 0xff, sizeof models);
    chips[0] = sim_flash_new(&options);
    for (int i = 1; i < CHIPS; i++) {
        chips[i] = sim_flash_clone(chips[i - 1]);
    }
    uint32_t random = 1;
    for (int step = 0; step < 20000; step++) {
        random = random * 1664525u + 1013904223u;
        size_t i = (random >> 8) % CHIPS;
        size_t j = (random >> 10) % CHIPS;
        uint32_t block = (random >> 12) % 8;
        uint8_t byte = (uint8_t)(random >> 15);
        const mcufs_device_t *device = sim_flash_device(chips[i]);
        switch ((random >> 24) % 16) {
        case 0:
            assert_int_equal(mcufs_device_erase(device, block), 0);
            memset(models[i] + block * 64, 0xff, 64);
            break;
        case 1:
            sim_flash_flip(chips[i], (uint64_t)block * 512 + byte);
            models[i][block * 64 + byte / 8] ^= (uint8_t)(1u << byte % 8);
            break;
        case 2:
            if (step > 10000) { /* from then on nobody knows what is written there, and when */
                sim_flash_bytes(chips[i])[block * 64] = byte;
                models[i][block * 64] = byte;
            }
            break;
        case 3:
        case 4:
        case 5:
            if (i != j) {
                sim_flash_copy(chips[i], chips[j]);
                memcpy(models[i], models[j], CHIP_SIZE);
            }
            break;
        case 6:
            sim_flash_free(chips[j]);
            chips[j] = sim_flash_clone(chips[(j + 1) % CHIPS]);
            memcpy(models[j], models[(j + 1) % CHIPS], CHIP_SIZE);
            break;
        default:
            if (mcufs_device_program(device, block, byte % 64u, &byte, 1) == 0) {
                models[i][block * 64 + byte % 64] = byte;
            }
        }
        assert_memory_equal(sim_flash_content(chips[i]), models[i], CHIP_SIZE);
        assert_memory_equal(sim_flash_content(chips[j]), models[j], CHIP_SIZE);
    }
    for (int i = 0; i < CHIPS; i++) {
        sim_flash_free(chips[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_chip_is_erased),
        cmocka_unit_test(senseless_options_are_refused),
        cmocka_unit_test(nor_only_moves_bits_away_from_erased),
        cmocka_unit_test(nand_takes_each_unit_once_and_upwards),
        cmocka_unit_test(sectors_are_overwritten),
        cmocka_unit_test(driver_called_past_the_checks_counts),
        cmocka_unit_test(erased_value_can_be_hidden_or_arbitrary),
        cmocka_unit_test(clock_follows_its_model),
        cmocka_unit_test(large_erases_are_cheaper),
        cmocka_unit_test(wear_is_counted_and_wears_out),
        cmocka_unit_test(copies_are_equal_and_apart),
        cmocka_unit_test(copies_stay_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
