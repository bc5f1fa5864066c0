/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes that become larger or smaller, wherever their root has got to by then. */

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

enum { BLOCK = 512, BLOCKS = 128, SMALL = 40, LESS = 100, FILES = 6 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint8_t arena[8192];
    unsigned changes; /* of every file */
} volume_t;

static int mount_on(volume_t *volume, const mcufs_device_t *device, uint32_t flags)
{
    return mount_at_root(&volume->fs, device, volume->arena, sizeof volume->arena, flags, &volume->options);
}

static int mount(volume_t *volume, uint32_t flags)
{
    return mount_on(volume, sim_flash_device(volume->flash), flags);
}

static void begin(volume_t *volume, uint32_t block_count)
{
    const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
    memset(volume, 0, sizeof *volume);
    volume->flash = sim_flash_new(&options);
    volume->options.block_count = block_count;
    assert_int_equal(mount(volume, MCUFS_FORMAT_ALWAYS), MCUFS_OK);
    volume->options.block_count = 0;
}

static void end(volume_t *volume)
{
    assert_int_equal(sim_flash_counts(volume->flash)->violations, 0);
    sim_flash_free(volume->flash);
}

static const char *name_of(unsigned file)
{
    static char name[32];
    (void)snprintf(name, sizeof name, "/a file with a name %u", file);
    return name;
}

static void change_files(volume_t *volume, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        volume->changes++;
        for (unsigned file = 0; file < FILES; file++) {
            mcufs_file_t handle;
            assert_int_equal(mcufs_open(&volume->fs, &handle, name_of(file),
                                        MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC),
                             MCUFS_OK);
            assert_int_equal(mcufs_write(&handle, &volume->changes, sizeof volume->changes),
                             sizeof volume->changes);
            assert_int_equal(mcufs_close(&handle), MCUFS_OK);
        }
    }
}

static void expect_files(volume_t *volume, uint32_t block_count)
{
    mcufs_statfs_t statfs;
    assert_int_equal(mount(volume, 0), MCUFS_OK);
    assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK);
    assert_int_equal(statfs.block_count, block_count);
    for (unsigned file = 0; file < FILES; file++) {
        mcufs_file_t handle;
        unsigned changes = 0;
        assert_int_equal(mcufs_open(&volume->fs, &handle, name_of(file), MCUFS_O_RDONLY), MCUFS_OK);
        assert_int_equal(mcufs_read(&handle, &changes, sizeof changes), sizeof changes);
        assert_int_equal(changes, volume->changes);
        assert_int_equal(mcufs_close(&handle), MCUFS_OK);
    }
}

static void larger(void **state)
{
    (void)state;
    for (unsigned before = 1; before < 200; before += 7) {
        volume_t volume;
        begin(&volume, SMALL);
        change_files(&volume, before);
        assert_int_equal(mcufs_resize(&volume.fs, "/", BLOCKS), MCUFS_OK);
        expect_files(&volume, BLOCKS);
        for (unsigned i = 0; i < 8; i++) {
            change_files(&volume, 25);
            expect_files(&volume, BLOCKS);
        }
        end(&volume);
    }
}

static void smaller(void **state)
{
    (void)state;
    for (unsigned before = 1; before < 300; before++) {
        volume_t volume;
        begin(&volume, 0);
        change_files(&volume, before);
        assert_int_equal(mcufs_resize(&volume.fs, "/", LESS), MCUFS_OK);
        expect_files(&volume, LESS);
        change_files(&volume, 60);
        expect_files(&volume, LESS);
        end(&volume);
    }
}

/* A device that has lost its second half: that is told apart from damage. */
static void a_device_too_small(void **state)
{
    (void)state;
    for (unsigned directories = 1; directories < 80; directories += 8) {
        volume_t volume;
        begin(&volume, 0);
        for (unsigned i = 0; i < directories; i++) {
            char name[16];
            (void)snprintf(name, sizeof name, "/%u", i);
            int error = mcufs_mkdir(&volume.fs, name);
            assert_true(error == MCUFS_OK || error == MCUFS_ENOSPC);
        }
        mcufs_device_t half = *sim_flash_device(volume.flash);
        half.geometry.block_count = BLOCKS / 2;
        assert_int_equal(mount_on(&volume, &half, 0), MCUFS_EINVAL);
        end(&volume);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(larger),
        cmocka_unit_test(smaller),
        cmocka_unit_test(a_device_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
