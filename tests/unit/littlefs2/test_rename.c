/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A rename that a full volume refuses has not happened, and stands in the way of nothing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "at_root.h"
#include "sim/flash.h"

enum { BLOCK = 128, BLOCKS = 41, DIRECTORIES = 4, NAMES = 8, STEPS = 300 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    uint8_t arena[4096];
    uint32_t random;
} volume_t;

static uint32_t next_random(volume_t *volume, uint32_t below)
{
    volume->random = volume->random * 1103515245u + 12345u;
    return (volume->random >> 16) % below;
}

static void random_path(volume_t *volume, char path[64])
{
    static const char *const forms[] = {"/%u/f%u", "/%u/a longer name %u",
                                        "/%u/something that is quite long %u"};
    uint32_t directory = next_random(volume, DIRECTORIES), name = next_random(volume, NAMES);
    (void)snprintf(path, 64, forms[next_random(volume, 3)], (unsigned)directory, (unsigned)name);
}

static void step(volume_t *volume)
{
    mcufs_file_t file;
    mcufs_stat_t stat;
    char from[64], to[64];
    random_path(volume, from);
    random_path(volume, to);
    bool there = mcufs_stat(&volume->fs, from, &stat) == MCUFS_OK;
    if (!there) {
        int error = mcufs_open(&volume->fs, &file, from, MCUFS_O_WRONLY | MCUFS_O_CREAT);
        assert_true(error == MCUFS_OK || error == MCUFS_ENOSPC);
        assert_true(error < 0 || mcufs_close(&file) == MCUFS_OK);
    } else if (next_random(volume, 8) == 0) {
        assert_int_equal(mcufs_remove(&volume->fs, from), MCUFS_OK);
    } else if (strcmp(from, to) != 0) {
        int error = mcufs_rename(&volume->fs, from, to);
        assert_true(error == MCUFS_OK || error == MCUFS_ENOSPC);
        assert_int_equal(mcufs_stat(&volume->fs, from, &stat), error < 0 ? MCUFS_OK : MCUFS_ENOENT);
    }
}

static void a_refused_rename_has_not_happened(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 150; seed++) {
        const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
        volume_t volume = {.flash = sim_flash_new(&options), .random = seed};
        assert_int_equal(mount_at_root(&volume.fs, sim_flash_device(volume.flash), volume.arena,
                                       sizeof volume.arena, MCUFS_FORMAT_ALWAYS, NULL),
                         MCUFS_OK);
        for (unsigned i = 0; i < DIRECTORIES; i++) {
            char path[8];
            (void)snprintf(path, sizeof path, "/%u", i);
            assert_int_equal(mcufs_mkdir(&volume.fs, path), MCUFS_OK);
        }
        for (unsigned i = 0; i < STEPS; i++) {
            step(&volume);
        }
        assert_int_equal(sim_flash_counts(volume.flash)->violations, 0);
        sim_flash_free(volume.flash);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_rename_has_not_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
