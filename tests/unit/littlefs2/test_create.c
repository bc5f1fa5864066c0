/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A new file's entry waits for the first sync, and nobody notices: not the caller, whatever is done before
 * the sync, and not the chip, but for the commit that is left out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "volume.h"

enum { BLOCKS = 256, FILE_SIZE = 20000, CREATE = MCUFS_O_RDWR | MCUFS_O_CREAT | MCUFS_O_EXCL };

static volume_t *volume_with(size_t arena_size)
{
    const sim_options_t chip = {.kind = SIM_NAND, .geometry = {256, 256, 4096, BLOCKS, 0xff}};
    return volume_new(&chip, arena_size, FILE_SIZE, 256);
}

/* One buffer for files: the name waits at its end. */
static int setup_one_buffer(void **state)
{
    *state = volume_with(MCUFS_LITTLEFS2_ARENA_MINIMUM(256) + 100);
    return 0;
}

/* Several: the name waits in another. */
static int setup_many_buffers(void **state)
{
    *state = volume_with(16384);
    return 0;
}

static int teardown(void **state)
{
    volume_free(*state);
    return 0;
}

static uint64_t programs(const volume_t *volume)
{
    return sim_flash_counts(volume->flash)->programs;
}

/* The first `size` bytes of the content, in steps. */
static void write_steps(volume_t *volume, mcufs_file_t *file, uint32_t size, uint32_t step)
{
    for (uint32_t done = 0; done < size; done += step) {
        uint32_t part = size - done < step ? size - done : step;
        assert_int_equal(mcufs_write(file, volume->content + done, part), part);
    }
}

static void creating_and_writing_is_one_commit(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 10);
    assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    uint64_t before = programs(volume);
    open_file(volume, &file, CREATE);
    write_steps(volume, &file, 100, 7);
    assert_int_equal(programs(volume), before);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(programs(volume), before + 1);
    expect_file(volume, 100);
    mount(volume, 0);
    expect_file(volume, 100);
}

static void content_of_any_size_arrives(void **state)
{
    static const uint32_t sizes[] = {0, 1, 200, 230, 243, 244, 245, 250, 256, 257, 600, 5000, FILE_SIZE};
    volume_t *volume = *state;
    for (uint32_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        mcufs_file_t file;
        uint32_t size = sizes[i / 2];
        open_file(volume, &file, CREATE);
        write_steps(volume, &file, size, i % 2 ? 13 : FILE_SIZE);
        expect_content(volume, &file, size);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_file(volume, size);
        expect_no_leak(volume);
        mount(volume, 0);
        expect_file(volume, size);
        assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    }
}

/* Both directions of truncation, and nothing written at all. */
static void a_truncated_new_file_arrives(void **state)
{
    volume_t *volume = *state;
    for (uint32_t size = 0; size < 4000; size += 333) {
        mcufs_file_t file;
        open_file(volume, &file, CREATE);
        assert_int_equal(mcufs_write(&file, volume->content, 20), 20);
        assert_int_equal(mcufs_truncate(&file, size), MCUFS_OK);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        mcufs_stat_t stat;
        mount(volume, 0);
        assert_int_equal(mcufs_stat(&volume->fs, "/file", &stat), MCUFS_OK);
        assert_int_equal(stat.size, size);
        assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    }
}

static bool is_there_after_a_cut(volume_t *volume)
{
    mcufs_stat_t stat;
    mount(volume, 0);
    return mcufs_stat(&volume->fs, "/file", &stat) == MCUFS_OK;
}

static void a_cut_before_the_first_sync_leaves_nothing(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 10);
    assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_write(&file, volume->content, 10), 10);
    assert_false(is_there_after_a_cut(volume));
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_sync(&file), MCUFS_OK);
    assert_true(is_there_after_a_cut(volume));
}

/* -- What may be done meanwhile ------------------------------------------------------------------------ */

static void look(volume_t *volume, mcufs_file_t *file)
{
    mcufs_stat_t stat;
    (void)file;
    assert_int_equal(mcufs_stat(&volume->fs, "/file", &stat), MCUFS_OK);
    assert_int_equal(stat.size, 10);
}

static void look_through_the_handle(volume_t *volume, mcufs_file_t *file)
{
    mcufs_stat_t stat;
    (void)volume;
    assert_int_equal(mcufs_fstat(file, &stat), MCUFS_OK);
    assert_int_equal(stat.size, 10);
}

static void list(volume_t *volume, mcufs_file_t *file)
{
    mcufs_dir_t directory;
    mcufs_dirent_t entry;
    (void)file;
    assert_int_equal(mcufs_opendir(&volume->fs, &directory, "/"), MCUFS_OK);
    assert_int_equal(mcufs_readdir(&directory, &entry), 1);
    assert_string_equal(entry.name, "file");
    assert_int_equal(entry.stat.size, 10);
    assert_int_equal(mcufs_readdir(&directory, &entry), 0);
    assert_int_equal(mcufs_closedir(&directory), MCUFS_OK);
}

static void ask_for_an_attribute(volume_t *volume, mcufs_file_t *file)
{
    uint8_t byte;
    (void)file;
    assert_int_equal(mcufs_get_attribute(&volume->fs, "/file", 7, &byte, 1), MCUFS_ENODATA);
}

static void open_again(volume_t *volume, mcufs_file_t *file)
{
    mcufs_file_t other;
    (void)file;
    assert_int_equal(mcufs_open(&volume->fs, &other, "/file", CREATE), MCUFS_EEXIST);
    open_file(volume, &other, MCUFS_O_RDONLY);
    expect_content(volume, &other, 10);
    assert_int_equal(mcufs_close(&other), MCUFS_OK);
}

static void make_a_directory_of_the_name(volume_t *volume, mcufs_file_t *file)
{
    (void)file;
    assert_int_equal(mcufs_mkdir(&volume->fs, "/file"), MCUFS_EEXIST);
}

static void keep_house(volume_t *volume, mcufs_file_t *file)
{
    (void)file;
    assert_true(mcufs_gc(&volume->fs, "/", 1) >= 0);
}

static void rename_it(volume_t *volume, mcufs_file_t *file)
{
    (void)file;
    assert_int_equal(mcufs_rename(&volume->fs, "/file", "/renamed"), MCUFS_OK);
    assert_int_equal(mcufs_rename(&volume->fs, "/renamed", "/file"), MCUFS_OK);
}

static void everything_sees_the_new_file(void **state)
{
    static void (*const operations[])(volume_t *, mcufs_file_t *) = {
        look,       look_through_the_handle,      list,       ask_for_an_attribute,
        open_again, make_a_directory_of_the_name, keep_house, rename_it};
    volume_t *volume = *state;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        mcufs_file_t file;
        open_file(volume, &file, CREATE);
        assert_int_equal(mcufs_write(&file, volume->content, 10), 10);
        operations[i](volume, &file);
        expect_content(volume, &file, 10);
        assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_END), 10);
        assert_int_equal(mcufs_write(&file, volume->content + 10, 300), 300);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_file(volume, 310);
        expect_no_leak(volume);
        assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    }
}

static void a_new_file_can_be_removed(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    mcufs_stat_t stat;
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_write(&file, volume->content, 10), 10);
    assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    expect_content(volume, &file, 10);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(mcufs_stat(&volume->fs, "/file", &stat), MCUFS_ENOENT);
    expect_no_leak(volume);
}

/* Names around it, so that the place it is to have is taken by another entry until then. */
static void new_files_between_others_are_told_apart(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t neighbour, file;
    assert_int_equal(mcufs_open(&volume->fs, &neighbour, "/file2", CREATE), MCUFS_OK);
    assert_int_equal(mcufs_write(&neighbour, "two", 3), 3);
    assert_int_equal(mcufs_close(&neighbour), MCUFS_OK);
    assert_int_equal(mcufs_open(&volume->fs, &neighbour, "/file2", MCUFS_O_RDONLY), MCUFS_OK);
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_size(&file), 0);
    assert_int_equal(mcufs_write(&file, volume->content, 10), 10);
    assert_int_equal(mcufs_size(&neighbour), 3);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(mcufs_size(&neighbour), 3);
    assert_int_equal(mcufs_close(&neighbour), MCUFS_OK);
    expect_file(volume, 10);
}

/* -- Errors --------------------------------------------------------------------------------------------- */

static void close_says_that_the_file_was_not_created(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    mcufs_stat_t stat;
    write_file(volume, 10);
    assert_int_equal(mcufs_remove(&volume->fs, "/file"), MCUFS_OK);
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_write(&file, volume->content, 10), 10);
    sim_flash_fail(volume->flash, SIM_CALL_PROGRAM, 1, MCUFS_EIO, true);
    assert_int_equal(mcufs_close(&file), MCUFS_EIO);
    sim_flash_fail(volume->flash, 0, 0, 0, false);
    assert_int_equal(mcufs_stat(&volume->fs, "/file", &stat), MCUFS_ENOENT);
    open_file(volume, &file, CREATE);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

int main(void)
{
#define TESTS(setup)                                                                                         \
    cmocka_unit_test_setup_teardown(creating_and_writing_is_one_commit, setup, teardown),                    \
        cmocka_unit_test_setup_teardown(content_of_any_size_arrives, setup, teardown),                       \
        cmocka_unit_test_setup_teardown(a_truncated_new_file_arrives, setup, teardown),                      \
        cmocka_unit_test_setup_teardown(a_cut_before_the_first_sync_leaves_nothing, setup, teardown),        \
        cmocka_unit_test_setup_teardown(everything_sees_the_new_file, setup, teardown),                      \
        cmocka_unit_test_setup_teardown(a_new_file_can_be_removed, setup, teardown),                         \
        cmocka_unit_test_setup_teardown(new_files_between_others_are_told_apart, setup, teardown),           \
        cmocka_unit_test_setup_teardown(close_says_that_the_file_was_not_created, setup, teardown)
    const struct CMUnitTest tests[] = {TESTS(setup_one_buffer), TESTS(setup_many_buffers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
