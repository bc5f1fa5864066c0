/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open files of littlefs v2 in states that are seldom reached: what waits is cut off, fails, is given up, or
 * is larger than usual. After each of them all blocks are accounted for, and the content is what it has to
 * be. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../littlefs2_check/craft.h"
#include "volume.h"

enum { BLOCKS = 1024, FILE_SIZE = 60000 };

static volume_t *volume_with(sim_kind_t kind, uint32_t block_size, uint32_t unit, size_t arena_size)
{
    const sim_options_t chip = {.kind = kind, .geometry = {unit, unit, block_size, BLOCKS, 0xff}};
    return volume_new(&chip, arena_size, FILE_SIZE, 0);
}

static int setup_large_memory(void **state)
{
    *state = volume_with(SIM_NOR, 512, 16, 131072);
    return 0;
}

static int setup_nand(void **state)
{
    *state = volume_with(SIM_NAND, 4096, 256, 16384);
    return 0;
}

/* With hardly enough memory for patches. */
static int setup_few_patches(void **state)
{
    *state = volume_with(SIM_NAND, 4096, 256, 6000);
    return 0;
}

/* Without memory for patches: every write goes into a pass. */
static int setup_small_memory(void **state)
{
    *state = volume_with(SIM_NOR, 512, 16, 2600);
    return 0;
}

static int teardown(void **state)
{
    volume_free(*state);
    return 0;
}

/* -- Overwrites that wait ---------------------------------------------------------------------------- */

/* With memory for more than a block of them. */
static void waiting_bytes_stay_in_their_block(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 30000);
    open_file(volume, &file, MCUFS_O_RDWR);
    for (uint32_t i = 0; i < 300; i++) {
        overwrite(volume, &file, next_random(volume, 30000 - 100), 100);
    }
    expect_content(volume, &file, 30000);
    expect_no_leak(volume);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, 30000);
    expect_no_leak(volume);
}

/* The overwrites that wait are cut off; then one goes on where the last of them was. */
static void nothing_waits_behind_the_end(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    uint32_t at = 0;
    write_file(volume, FILE_SIZE);
    open_file(volume, &file, MCUFS_O_RDWR);
    for (uint32_t i = 0; i < 4; i++) {
        at = 40000 + 2000 * i;
        overwrite(volume, &file, at, 100);
    }
    assert_int_equal(mcufs_truncate(&file, 30000), MCUFS_OK);
    overwrite(volume, &file, 30000, FILE_SIZE - 30000);
    overwrite(volume, &file, at, 10000);
    expect_content(volume, &file, FILE_SIZE);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, FILE_SIZE);
    expect_no_leak(volume);
}

/* Only a part of an overwrite finds room to wait, and the rest none at all: what can be read of it by then is
 * not forgotten at the next sync. */
static void what_a_failed_write_left_is_to_be_synced(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 50000);
    open_file(volume, &file, MCUFS_O_RDWR);
    change(volume, 10000, 1000);
    assert_int_equal(mcufs_seek(&file, 10000, MCUFS_SEEK_SET), 10000);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        sim_flash_set_bad(volume->flash, block, SIM_BAD_ERASE);
    }
    assert_int_equal(mcufs_write(&file, volume->content + 10000, 1000), MCUFS_ENOSPC);
    assert_int_equal(mcufs_seek(&file, 10000, MCUFS_SEEK_SET), 10000);
    assert_int_equal(mcufs_read(&file, volume->back, 100), 100);
    assert_memory_equal(volume->back, volume->content + 10000, 100);
    assert_int_equal(mcufs_sync(&file), MCUFS_ENOSPC);
    assert_int_equal(mcufs_close(&file), MCUFS_ENOSPC);
}

/* -- Truncation -------------------------------------------------------------------------------------- */

/* A pass that has only begun, and a file that is small enough for the metadata then. */
static void a_small_rest_ends_the_pass(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 5000);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 0, 10);
    assert_int_equal(mcufs_truncate(&file, 50), MCUFS_OK);
    expect_content(volume, &file, 50);
    expect_no_leak(volume);
    overwrite(volume, &file, 5, 10);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, 50);
    expect_no_leak(volume);
}

/* A truncation fails at any device call, while a pass has got past the new end. */
static void a_failed_truncation_loses_nothing(void **state)
{
    volume_t *volume = *state;
    int result = MCUFS_EIO;
    for (uint64_t call = 1; result != MCUFS_OK; call++) {
        mcufs_file_t file;
        write_file(volume, 20000);
        open_file(volume, &file, MCUFS_O_RDWR);
        overwrite(volume, &file, 9000, 5000);
        sim_flash_fail(volume->flash, SIM_CALL_ANY, call, MCUFS_EIO, false);
        result = mcufs_truncate(&file, 2000);
        sim_flash_fail(volume->flash, SIM_CALL_ANY, 0, 0, false);
        uint32_t size = result == MCUFS_OK ? 2000 : 20000;
        expect_content(volume, &file, size);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_file(volume, size);
    }
}

/* Writes that fail at any device call, and then a truncation to where they got to. */
static void a_failed_write_can_be_cut_off(void **state)
{
    volume_t *volume = *state;
    int32_t result = MCUFS_EIO;
    for (uint64_t call = 1; result < 0; call++) {
        for (uint32_t size = 0; size < 3000; size += 496) {
            mcufs_file_t file;
            write_file(volume, 20000);
            open_file(volume, &file, MCUFS_O_RDWR);
            overwrite(volume, &file, 0, 1);
            sim_flash_fail(volume->flash, SIM_CALL_ANY, call, MCUFS_EIO, false);
            assert_int_equal(mcufs_seek(&file, 9000, MCUFS_SEEK_SET), 9000);
            result = mcufs_write(&file, volume->content + 9000, 10);
            sim_flash_fail(volume->flash, SIM_CALL_ANY, 0, 0, false);
            uint32_t blocks = size / 496;
            uint32_t end = size + (blocks > 0 ? 16u : 0) + (blocks > 2 ? 4u : 0) + (blocks > 4 ? 4u : 0);
            assert_int_equal(mcufs_truncate(&file, end), MCUFS_OK);
            expect_content(volume, &file, end);
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
            expect_file(volume, end);
        }
    }
}

/* -- Appending --------------------------------------------------------------------------------------- */

/* What was appended in place is given up, as its sync fails: the bytes behind the end are not erased any
 * more. */
static void a_tail_that_was_given_up_is_not_erased(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 1024);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 1024, 1024);
    sim_flash_fail(volume->flash, SIM_CALL_SYNC, 1, MCUFS_EIO, false);
    assert_int_equal(mcufs_close(&file), MCUFS_EIO);
    expect_file(volume, 1024);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 1024, 1024);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, 2048);
}

/* -- Remembered pointers ----------------------------------------------------------------------------- */

/* Two files end in the same block, but say that it is at different places. */
static void pointers_of_one_block_at_two_places(void **state)
{
    volume_t *volume = *state;
    static craft_log_t log;
    mcufs_file_t file;
    write_file(volume, 5000);
    assert_int_equal(mcufs_open(&volume->fs, &file, "/other", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
    assert_int_equal(mcufs_write(&file, volume->content, 3000), 3000);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    uint8_t *bytes = sim_flash_bytes(volume->flash);
    for (uint32_t half = 0; half < 2; half++) {
        if (craft_read(bytes + half * 512, 512, &log) && craft_find_name(&log, "other")) {
            craft_tag_t *first = craft_find_struct(&log, craft_find_name(&log, "file")->id);
            craft_tag_t *second = craft_find_struct(&log, craft_find_name(&log, "other")->id);
            craft_set_word(second, 0, craft_word(first, 0));
            craft_set_word(second, 1, 0x70000000);
            craft_write(bytes + half * 512, 512, 16, &log);
        }
    }
    mount(volume, 0);
    expect_file(volume, 5000);
    assert_int_equal(mcufs_open(&volume->fs, &file, "/other", MCUFS_O_RDONLY), MCUFS_OK);
    for (uint32_t at = 0x6fffffff; at > 0; at /= 2) {
        assert_int_equal(mcufs_seek(&file, at, MCUFS_SEEK_SET), at);
        assert_int_not_equal(mcufs_read(&file, volume->back, 1), 0); /* nonsense, or an error */
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_file(volume, 5000);
}

/* Two handles on a removed file, one of which holds its content in memory; no block is good any more. */
static void a_removed_file_keeps_what_was_synced(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t writer, reader;
    write_file(volume, 0);
    open_file(volume, &writer, MCUFS_O_RDWR);
    open_file(volume, &reader, MCUFS_O_RDONLY);
    assert_int_equal(mcufs_write(&writer, volume->content, 11), 11);
    assert_int_equal(mcufs_unlink(&volume->fs, "/file"), MCUFS_OK);
    assert_int_equal(mcufs_sync(&writer), MCUFS_OK);
    for (uint32_t block = 2; block < BLOCKS; block++) {
        sim_flash_set_bad(volume->flash, block, SIM_BAD_ERASE);
    }
    (void)mcufs_close(&writer);
    expect_content(volume, &reader, 11);
    assert_int_equal(mcufs_close(&reader), MCUFS_OK);
}

/* From here on no block can be had. */
static void use_up_blocks(volume_t *volume)
{
    for (uint32_t block = 2; block < BLOCKS; block++) {
        sim_flash_set_bad(volume->flash, block, SIM_BAD_ERASE);
    }
}

static void create(volume_t *volume, const char *path)
{
    mcufs_file_t file;
    assert_int_equal(mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

static void a_replaced_file_is_kept_in_a_buffer(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t reader, other_reader;
    write_file(volume, 40);
    create(volume, "/other");
    open_file(volume, &reader, MCUFS_O_RDONLY);
    open_file(volume, &other_reader, MCUFS_O_RDONLY);
    use_up_blocks(volume);
    assert_int_equal(mcufs_rename(&volume->fs, "/other", "/file"), MCUFS_OK);
    expect_content(volume, &reader, 40);
    assert_int_equal(mcufs_close(&reader), MCUFS_OK);
    expect_content(volume, &other_reader, 40);
    assert_int_equal(mcufs_close(&other_reader), MCUFS_OK);
    /* All buffers are back. */
    mcufs_file_t files[4];
    for (unsigned i = 0; i < 4; i++) {
        open_file(volume, &files[i], MCUFS_O_RDWR);
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(mcufs_close(&files[i]), MCUFS_OK);
    }
}

static void a_file_that_cannot_be_kept_is_not_replaced(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t reader, writer;
    volume->options.file_buffers = 1;
    mount(volume, 0);
    write_file(volume, 40);
    create(volume, "/other");
    assert_int_equal(mcufs_open(&volume->fs, &writer, "/other", MCUFS_O_RDWR), MCUFS_OK);
    open_file(volume, &reader, MCUFS_O_RDONLY);
    use_up_blocks(volume);
    assert_int_equal(mcufs_rename(&volume->fs, "/other", "/file"), MCUFS_ENOSPC);
    expect_content(volume, &reader, 40);
    /* It can be removed, full volume or not. */
    assert_int_equal(mcufs_unlink(&volume->fs, "/file"), MCUFS_OK);
    assert_int_equal(mcufs_close(&reader), MCUFS_OK);
    assert_int_equal(mcufs_close(&writer), MCUFS_OK);
}

/* The chip dies while the entry of a new file waits, which would come before that of "/file". */
static void a_file_is_not_taken_for_one_that_waits(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t created, reader;
    write_file(volume, 40);
    assert_int_equal(mcufs_open(&volume->fs, &created, "/earlier", MCUFS_O_RDWR | MCUFS_O_CREAT), MCUFS_OK);
    assert_int_equal(mcufs_write(&created, "other", 5), 5);
    use_up_blocks(volume);
    sim_flash_set_bad(volume->flash, 0, SIM_BAD_PROGRAM);
    sim_flash_set_bad(volume->flash, 1, SIM_BAD_PROGRAM);
    open_file(volume, &reader, MCUFS_O_RDONLY);
    expect_content(volume, &reader, 40);
    assert_int_equal(mcufs_close(&reader), MCUFS_OK);
    (void)mcufs_close(&created);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(waiting_bytes_stay_in_their_block, setup_large_memory, teardown),
        cmocka_unit_test_setup_teardown(nothing_waits_behind_the_end, setup_large_memory, teardown),
        cmocka_unit_test_setup_teardown(what_a_failed_write_left_is_to_be_synced, setup_few_patches,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_small_rest_ends_the_pass, setup_small_memory, teardown),
        cmocka_unit_test_setup_teardown(a_failed_truncation_loses_nothing, setup_small_memory, teardown),
        cmocka_unit_test_setup_teardown(a_failed_write_can_be_cut_off, setup_small_memory, teardown),
        cmocka_unit_test_setup_teardown(a_tail_that_was_given_up_is_not_erased, setup_nand, teardown),
        cmocka_unit_test_setup_teardown(a_removed_file_keeps_what_was_synced, setup_small_memory, teardown),
        cmocka_unit_test_setup_teardown(a_replaced_file_is_kept_in_a_buffer, setup_large_memory, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_kept_is_not_replaced, setup_small_memory,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_is_not_taken_for_one_that_waits, setup_large_memory, teardown),
        cmocka_unit_test_setup_teardown(pointers_of_one_block_at_two_places, setup_large_memory, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
