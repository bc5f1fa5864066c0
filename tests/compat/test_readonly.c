/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* LFS_READONLY: a configuration that cannot write reads everything, and there is nothing to call that would
 * write. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <mcufs/mcufs.h>

#include "lfs.h"
#include "sim/flash.h"

/* Were these declared, this would not compile. */
static const char lfs_format[] = "", lfs_remove[] = "", lfs_rename[] = "", lfs_setattr[] = "",
                  lfs_removeattr[] = "", lfs_file_write[] = "", lfs_file_truncate[] = "", lfs_mkdir[] = "",
                  lfs_fs_mkconsistent[] = "", lfs_fs_gc[] = "", lfs_fs_grow[] = "";

#define OK(call) assert_int_equal(call, 0)

static sim_flash_t *chip;
static struct lfs_config config;

static int read_block(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, void *buffer,
                      lfs_size_t size)
{
    (void)c;
    return mcufs_device_read(sim_flash_device(chip), block, off, buffer, size);
}

static void write_volume(void)
{
    static uint8_t arena[8192];
    mcufs_t fs;
    mcufs_file_t file;
    const mcufs_littlefs2_options_t options = {.cache_size = 64};
    const mcufs_mount_options_t mount = {.filesystem = &mcufs_littlefs2,
                                         .arena = arena,
                                         .arena_size = sizeof arena,
                                         .flags = MCUFS_FORMAT_ALWAYS,
                                         .filesystem_options = &options};
    OK(mcufs_init(&fs, NULL));
    OK(mcufs_mount(&fs, "/", sim_flash_device(chip), &mount));
    OK(mcufs_mkdir(&fs, "/d"));
    OK(mcufs_open(&fs, &file, "/d/f", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    assert_int_equal(mcufs_write(&file, "content", 7), 7);
    OK(mcufs_close(&file));
    OK(mcufs_set_attribute(&fs, "/d/f", 'a', "value", 5));
    OK(mcufs_unmount(&fs, "/"));
}

static int set_up(void **state)
{
    (void)state;
    const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, 512, 32, 0xff}, .seed = 1};
    chip = sim_flash_new(&options);
    write_volume();
    config = (struct lfs_config){.read = read_block,
                                 .read_size = 16,
                                 .prog_size = 16,
                                 .block_size = 512,
                                 .block_count = 32,
                                 .block_cycles = -1,
                                 .cache_size = 64,
                                 .lookahead_size = 8};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sim_flash_free(chip);
    return 0;
}

static void everything_is_read(void **state)
{
    (void)state;
    lfs_t lfs;
    lfs_file_t file = {.flags = 0};
    lfs_dir_t dir = {.dots = 0};
    struct lfs_info info;
    struct lfs_fsinfo fsinfo;
    char buffer[10] = "";
    const uint64_t changes = sim_flash_changes(chip);
    OK(lfs_mount(&lfs, &config));
    OK(lfs_stat(&lfs, "d/f", &info));
    assert_int_equal(info.size, 7);
    assert_int_equal(lfs_getattr(&lfs, "d/f", 'a', buffer, sizeof buffer), 5);
    assert_string_equal(buffer, "value");
    OK(lfs_dir_open(&lfs, &dir, "d"));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(lfs_dir_read(&lfs, &dir, &info), 1);
    }
    assert_string_equal(info.name, "f");
    assert_int_equal(lfs_dir_read(&lfs, &dir, &info), 0);
    OK(lfs_dir_close(&lfs, &dir));
    OK(lfs_file_open(&lfs, &file, "d/f", LFS_O_RDONLY));
    assert_int_equal(lfs_file_seek(&lfs, &file, 3, LFS_SEEK_SET), 3);
    assert_int_equal(lfs_file_read(&lfs, &file, buffer, sizeof buffer), 4);
    assert_memory_equal(buffer, "tent", 4);
    OK(lfs_file_sync(&lfs, &file));
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_fs_stat(&lfs, &fsinfo));
    assert_int_equal(fsinfo.block_count, 32);
    assert_in_range(lfs_fs_size(&lfs), 4, 6);
    OK(lfs_unmount(&lfs));
    assert_int_equal(sim_flash_changes(chip), changes);
}

static void nothing_is_opened_for_writing(void **state)
{
    (void)state;
    lfs_t lfs;
    lfs_file_t file = {.flags = 0};
    OK(lfs_mount(&lfs, &config));
    assert_int_equal(lfs_file_open(&lfs, &file, "d/f", LFS_O_RDWR), LFS_ERR_INVAL);
    assert_int_equal(lfs_file_open(&lfs, &file, "d/f", LFS_O_WRONLY | LFS_O_TRUNC), LFS_ERR_INVAL);
    assert_int_equal(lfs_file_open(&lfs, &file, "d/new", LFS_O_RDONLY | LFS_O_CREAT), LFS_ERR_INVAL);
    assert_int_equal(lfs_file_open(&lfs, &file, "d/new", LFS_O_RDONLY), LFS_ERR_NOENT);
    OK(lfs_unmount(&lfs));
}

int main(void)
{
    const char *const absent[] = {lfs_format,          lfs_remove,     lfs_rename,        lfs_setattr,
                                  lfs_removeattr,      lfs_file_write, lfs_file_truncate, lfs_mkdir,
                                  lfs_fs_mkconsistent, lfs_fs_gc,      lfs_fs_grow};
    (void)absent;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_opened_for_writing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
