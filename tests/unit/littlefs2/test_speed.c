/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What littlefs v2 does with more memory than it needs, counted on the simulated chip. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "volume.h"

enum { BLOCK = 4096, BLOCKS = 256, UNIT = 256, ARENA = 16384 };

static int open_volume(void **state, const sim_clock_model_t *clock)
{
    const sim_options_t chip = {
        .kind = SIM_NOR, .geometry = {UNIT, UNIT, BLOCK, BLOCKS, 0xff}, .clock = clock};
    *state = volume_new(&chip, ARENA, 64 * BLOCK, UNIT);
    return 0;
}

static int setup(void **state)
{
    return open_volume(state, NULL);
}

static int setup_large_erases(void **state)
{
    return open_volume(state, &sim_clock_nor_64k);
}

static int teardown(void **state)
{
    volume_free(*state);
    return 0;
}

static void overwrite_all_over(volume_t *volume, mcufs_file_t *file, uint32_t file_size, uint32_t changes,
                               uint32_t size)
{
    for (uint32_t i = 0; i < changes; i++) {
        overwrite(volume, file, next_random(volume, file_size - size), size);
    }
}

static uint64_t erases(const volume_t *volume)
{
    return sim_flash_counts(volume->flash)->erases;
}

/* -- Overwrites that wait ---------------------------------------------------------------------------- */

static void overwrites_cost_one_pass(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 40 * BLOCK);
    open_file(volume, &file, MCUFS_O_RDWR);
    uint64_t before = erases(volume);
    overwrite_all_over(volume, &file, 40 * BLOCK, 100, 50);
    assert_in_range(erases(volume) - before, 1, 3); /* scratch blocks for 5,000 bytes */
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_in_range(erases(volume) - before, 38, 44);
    expect_file(volume, 40 * BLOCK);
    mount(volume, 0);
    expect_file(volume, 40 * BLOCK);
}

static void sequential_overwrites_do_not_wait(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 40 * BLOCK);
    open_file(volume, &file, MCUFS_O_RDWR);
    uint64_t before = erases(volume);
    for (uint32_t at = 0; at < 40 * BLOCK; at += 64) {
        overwrite(volume, &file, at, 64);
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_in_range(erases(volume) - before, 40, 42);
    expect_file(volume, 40 * BLOCK);
}

static int count_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    bool *used = context;
    (void)use;
    used[block] = true;
    return 0;
}

/* Everything that is in use is found, what waits as well. */
static void waiting_blocks_are_in_use(void **state)
{
    volume_t *volume = *state;
    bool used[BLOCKS] = {false};
    mcufs_file_t file;
    mcufs_statfs_t statfs;
    write_file(volume, 20 * BLOCK);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite_all_over(volume, &file, 20 * BLOCK, 100, 100);
    assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, used), 0);
    assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK);
    uint64_t found = 0;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        found += used[i];
    }
    assert_int_equal(found + statfs.free_blocks, BLOCKS);
    uint64_t free_blocks = statfs.free_blocks;
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK);
    assert_in_range(statfs.free_blocks, free_blocks + 2, free_blocks + 5);
    expect_file(volume, 20 * BLOCK);
}

/* The scratch block goes bad while bytes wait for it. */
static void waiting_bytes_survive_bad_blocks(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 20 * BLOCK);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite_all_over(volume, &file, 20 * BLOCK, 40, 100);
    const uint32_t *wear = sim_flash_wear(volume->flash);
    for (uint32_t block = BLOCKS; block-- > 0;) {
        if (wear[block] > 0) {
            sim_flash_set_bad(volume->flash, block, SIM_BAD_PROGRAM);
        }
    }
    overwrite_all_over(volume, &file, 20 * BLOCK, 20, 100);
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
    assert_int_equal(mcufs_read(&file, volume->back, 20 * BLOCK), 20 * BLOCK);
    assert_memory_equal(volume->back, volume->content, 20 * BLOCK);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        sim_flash_set_bad(volume->flash, block, SIM_GOOD);
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, 20 * BLOCK);
}

/* -- Remembered pointers ----------------------------------------------------------------------------- */

static void random_reads_are_one_access(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    uint8_t byte;
    write_file(volume, 64 * BLOCK);
    open_file(volume, &file, MCUFS_O_RDONLY);
    for (uint32_t at = 64 * BLOCK; at > 0; at -= BLOCK) { /* once along all blocks */
        assert_int_equal(mcufs_seek(&file, at - 1, MCUFS_SEEK_SET), at - 1);
        assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    }
    uint64_t before = sim_flash_counts(volume->flash)->reads;
    for (uint32_t i = 0; i < 100; i++) {
        uint32_t at = next_random(volume, 64 * BLOCK);
        assert_int_equal(mcufs_seek(&file, at, MCUFS_SEEK_SET), at);
        assert_int_equal(mcufs_read(&file, &byte, 1), 1);
        assert_int_equal(byte, volume->content[at]);
    }
    assert_in_range(sim_flash_counts(volume->flash)->reads - before, 50, 100);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

/* -- Erasing ------------------------------------------------------------------------------------------ */

static void housekeep(volume_t *volume)
{
    int more;
    do {
        more = mcufs_gc(&volume->fs, "/", 4);
    } while (more == 1);
    assert_int_equal(more, 0);
}

static void housekeeping_erases_ahead(void **state)
{
    volume_t *volume = *state;
    housekeep(volume);
    uint64_t before = erases(volume);
    housekeep(volume); /* once is enough */
    write_file(volume, 5 * BLOCK);
    assert_int_equal(erases(volume), before);
    expect_file(volume, 5 * BLOCK);
}

static void streams_use_large_erases(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    uint64_t calls = sim_flash_counts(volume->flash)->erase_calls;
    write_file(volume, 64 * BLOCK);
    assert_in_range(sim_flash_counts(volume->flash)->erase_calls - calls, 4, 12);
    calls = sim_flash_counts(volume->flash)->erase_calls;
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 3, 5);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_in_range(sim_flash_counts(volume->flash)->erase_calls - calls, 4, 12);
    expect_file(volume, 64 * BLOCK);
}

static void small_writes_do_not_use_large_erases(void **state)
{
    volume_t *volume = *state;
    uint64_t before = erases(volume);
    write_file(volume, 2 * BLOCK);
    assert_in_range(erases(volume) - before, 2, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(overwrites_cost_one_pass, setup, teardown),
        cmocka_unit_test_setup_teardown(sequential_overwrites_do_not_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(waiting_blocks_are_in_use, setup, teardown),
        cmocka_unit_test_setup_teardown(waiting_bytes_survive_bad_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(random_reads_are_one_access, setup, teardown),
        cmocka_unit_test_setup_teardown(housekeeping_erases_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(streams_use_large_erases, setup_large_erases, teardown),
        cmocka_unit_test_setup_teardown(small_writes_do_not_use_large_erases, setup_large_erases, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
