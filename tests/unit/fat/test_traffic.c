/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Sectors read and written, which are the same every time: a change that needs more fails here. FAT32,
 * clusters of 4 KiB, two tables, a journal, 4 KiB of memory more than the minimum. */

#include "volume.h"

#include <stdio.h>

enum { FILES = 500, CHUNK = 65536 };

static volume_t *new_volume(void)
{
    volume_t *volume = volume_new(300 * 1024, 512);
    const mcufs_fat_options_t options = {.type = 32, .cluster_size = 4096};
    volume->arena_size = MCUFS_FAT_ARENA_MINIMUM(512) + 10 * sizeof(void *) + 8 + 4096;
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    return volume;
}

static void at_most(const char *what, uint64_t value, uint64_t most)
{
    if (value > most) {
        print_error("%s: %llu, at most %llu\n", what, (unsigned long long)value, (unsigned long long)most);
    }
    assert_true(value <= most);
}

static void expect_traffic(volume_t *volume, const char *what, uint64_t read, uint64_t written)
{
    print_message("%s: %llu read, %llu written\n", what, (unsigned long long)volume->read,
                  (unsigned long long)volume->written);
    at_most(what, volume->read, read);
    at_most(what, volume->written, written);
    volume_reset_counts(volume);
}

static void name_of(char path[64], int i)
{
    (void)snprintf(path, 64, "/A long file name %03d.txt", i);
}

static void large_directories(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    char path[64];
    mcufs_stat_t stat;
    volume_reset_counts(volume);
    for (int i = 0; i < FILES; i++) {
        name_of(path, i);
        put(volume, path, path, 60);
    }
    expect_traffic(volume, "create", 1000, 2700);
    for (int i = 0; i < FILES; i++) {
        name_of(path, i * 7 % FILES);
        OK(mcufs_stat(&volume->fs, path, &stat));
    }
    expect_traffic(volume, "stat", 900, 0);
    for (int i = 0; i < FILES; i++) {
        name_of(path, i);
        OK(mcufs_unlink(&volume->fs, path));
    }
    expect_traffic(volume, "delete", 400, 2100);
    volume_free(volume);
}

static void logs(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    mcufs_file_t file;
    OK(mcufs_open(&volume->fs, &file, "/log", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    volume_reset_counts(volume);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(mcufs_write(&file, "32 bytes, with what was measured", 32), 32);
        OK(mcufs_sync(&file));
    }
    OK(mcufs_close(&file));
    expect_traffic(volume, "append", 30, 2050);
    volume_free(volume);
}

static void large_files(void **state)
{
    (void)state;
    static uint8_t chunk[CHUNK];
    volume_t *volume = new_volume();
    mcufs_file_t file;
    uint32_t random = 1;
    OK(mcufs_open(&volume->fs, &file, "/large", MCUFS_O_RDWR | MCUFS_O_CREAT));
    volume_reset_counts(volume);
    for (int i = 0; i < 512; i++) {
        assert_int_equal(mcufs_write(&file, chunk, CHUNK), CHUNK);
    }
    OK(mcufs_sync(&file));
    expect_traffic(volume, "write 32 MiB", 200, 65700);
    for (int i = 0; i < 1000; i++) {
        random = random * 1664525u + 1013904223u;
        assert_true(mcufs_seek(&file, (int64_t)(random >> 16) * 512, MCUFS_SEEK_SET) >= 0);
        assert_int_equal(mcufs_read(&file, chunk, 512), 512);
    }
    expect_traffic(volume, "read at random", 1010, 0);
    OK(mcufs_close(&file));
    OK(mcufs_unlink(&volume->fs, "/large"));
    expect_traffic(volume, "delete it", 210, 140);
    assert_int_equal(volume->trimmed,
                     32 * 1048576 / volume->device.geometry.block_size - 1); /* whole blocks */
    volume_free(volume);
}

/* Two files that grew in turns lie in pieces, but regularly. */
static void files_that_grew_in_turns(void **state)
{
    (void)state;
    static uint8_t chunk[4096];
    volume_t *volume = new_volume();
    mcufs_file_t first, second;
    uint32_t random = 1;
    OK(mcufs_open(&volume->fs, &first, "/first", MCUFS_O_RDWR | MCUFS_O_CREAT));
    OK(mcufs_open(&volume->fs, &second, "/second", MCUFS_O_RDWR | MCUFS_O_CREAT));
    for (int i = 0; i < 1024; i++) {
        assert_int_equal(mcufs_write(&first, chunk, sizeof chunk), sizeof chunk);
        assert_int_equal(mcufs_write(&second, chunk, sizeof chunk), sizeof chunk);
    }
    OK(mcufs_close(&second));
    OK(mcufs_sync(&first));
    volume_reset_counts(volume);
    for (int i = 0; i < 1000; i++) {
        random = random * 1664525u + 1013904223u;
        assert_true(mcufs_seek(&first, (int64_t)(random >> 19) * 512, MCUFS_SEEK_SET) >= 0);
        assert_int_equal(mcufs_read(&first, chunk, 512), 512);
    }
    expect_traffic(volume, "read at random", 1100, 0);
    OK(mcufs_close(&first));
    volume_free(volume);
}

static void asking_for_space(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    mcufs_statfs_t statfs;
    put(volume, "/file", "content", 7);
    volume_remount(volume);
    volume_reset_counts(volume);
    OK(mcufs_statfs(&volume->fs, "/", &statfs));
    expect_traffic(volume, "statfs", 0, 0);
    volume_free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_directories), cmocka_unit_test(logs),
        cmocka_unit_test(large_files),       cmocka_unit_test(files_that_grew_in_turns),
        cmocka_unit_test(asking_for_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
