/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is asked of a volume between a power cut and the first change must not mislead that change. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "at_root.h"
#include "sim/flash.h"

enum { BLOCK = 256, BLOCKS = 150, DIRECTORIES = 3 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    size_t arena_size;
    uint8_t arena[8192];
    unsigned changes[DIRECTORIES]; /* of the file in it that are acknowledged */
} volume_t;

static void mount(volume_t *volume, uint32_t flags)
{
    assert_int_equal(mount_at_root(&volume->fs, sim_flash_device(volume->flash), volume->arena,
                                   volume->arena_size, flags, &volume->options),
                     MCUFS_OK);
}

static const char *directory_of(unsigned i)
{
    static char name[32];
    (void)snprintf(name, sizeof name, "/directory %u", i);
    return name;
}

static const char *file_of(unsigned i)
{
    static char name[32];
    (void)snprintf(name, sizeof name, "/directory %u/file", i);
    return name;
}

/* The small file of a directory: its number of changes. */
static int put(volume_t *volume, unsigned i, unsigned value)
{
    mcufs_file_t file;
    int error = mcufs_open(&volume->fs, &file, file_of(i), MCUFS_O_WRONLY | MCUFS_O_CREAT);
    if (error == 0) {
        int32_t written = mcufs_write(&file, &value, sizeof value);
        error = mcufs_close(&file);
        error = written < 0 ? written : error;
    }
    return error;
}

static void expect_files(volume_t *volume, unsigned more)
{
    for (unsigned i = 0; i < DIRECTORIES; i++) {
        mcufs_file_t file;
        unsigned value = 0;
        assert_int_equal(mcufs_open(&volume->fs, &file, file_of(i), MCUFS_O_RDONLY), MCUFS_OK);
        assert_int_equal(mcufs_read(&file, &value, sizeof value), sizeof value);
        assert_in_range(value, volume->changes[i], volume->changes[i] + more);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
    }
}

/* Takes all space that there is, over and over. */
static void fill(volume_t *volume)
{
    static const uint8_t bytes[BLOCK];
    for (unsigned turn = 0; turn < 2; turn++) {
        mcufs_file_t file;
        int32_t written = 0;
        assert_int_equal(mcufs_open(&volume->fs, &file, "/filler", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
        while (written >= 0) {
            written = mcufs_write(&file, bytes, sizeof bytes);
        }
        assert_int_equal(written, MCUFS_ENOSPC);
        (void)mcufs_close(&file);
        assert_int_equal(mcufs_remove(&volume->fs, "/filler"), MCUFS_OK);
    }
}

static int count_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    bool *used = context;
    (void)use;
    used[block] = true;
    return 0;
}

static void expect_no_leak(volume_t *volume)
{
    bool used[BLOCKS] = {false};
    mcufs_statfs_t statfs;
    uint64_t found = 0;
    assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK);
    assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, used), 0);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        found += used[i];
    }
    assert_int_equal(found + statfs.free_blocks, BLOCKS);
}

/* The power goes at any change of a time in which directories move; the first thing asked afterwards is how
 * much space there is. */
static void space_before_the_first_change(size_t arena_size, bool whole)
{
    for (uint64_t cut = 1; cut < 120; cut++) {
        const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
        volume_t volume = {.options = {.block_cycles = 1}, .arena_size = arena_size};
        mcufs_statfs_t statfs;
        volume.flash = sim_flash_new(&options);
        mount(&volume, MCUFS_FORMAT_ALWAYS);
        for (unsigned i = 0; i < DIRECTORIES; i++) {
            assert_int_equal(mcufs_mkdir(&volume.fs, directory_of(i)), MCUFS_OK);
            assert_int_equal(put(&volume, i, 0), MCUFS_OK);
        }
        sim_flash_cut(volume.flash, cut, SIM_CUT_BEFORE, 1);
        for (unsigned i = 0; put(&volume, i, volume.changes[i] + 1) == 0; i = (i + 1) % DIRECTORIES) {
            volume.changes[i]++;
        }
        sim_flash_power_on(volume.flash);
        mount(&volume, 0);
        assert_int_equal(mcufs_statfs(&volume.fs, "/", &statfs), MCUFS_OK);
        fill(&volume);
        expect_files(&volume, 1);
        if (whole) {
            expect_no_leak(&volume);
        }
        mount(&volume, 0);
        expect_files(&volume, 1);
        assert_int_equal(sim_flash_counts(volume.flash)->violations, 0);
        sim_flash_free(volume.flash);
    }
}

static void space_by_a_whole_map(void **state)
{
    (void)state;
    space_before_the_first_change(sizeof((volume_t *)0)->arena, true);
}

static void space_by_a_window(void **state)
{
    (void)state;
    space_before_the_first_change(MCUFS_LITTLEFS2_ARENA_MINIMUM(BLOCK) + 10 * sizeof(void *) + 10, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(space_by_a_whole_map),
        cmocka_unit_test(space_by_a_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
