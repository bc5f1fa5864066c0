/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Much of everything: entries, levels, bytes. */

#include "conformance/conformance.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILES = 300, LEVELS = 20, LARGE = 130000 };

static void numbered(char *path, size_t size, int number)
{
    snprintf(path, size, "/d/%03d", number);
}

static void expect_numbers(conformance_t *test, int step)
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    uint8_t seen[FILES] = {0};
    settle(test);
    OK(mcufs_opendir(&test->fs, &dir, "/d"));
    int result;
    while ((result = mcufs_readdir(&dir, &entry)) == 1) {
        const int number = atoi(entry.name);
        assert_in_range(number, 0, FILES - 1);
        assert_int_equal(entry.stat.size, 3);
        seen[number]++;
    }
    OK(result);
    OK(mcufs_closedir(&dir));
    for (int i = 0; i < FILES; i++) {
        assert_int_equal(seen[i], i % step == 0 ? 1 : 0);
    }
}

static void many_files_in_one_directory(void **state)
{
    conformance_t *test = *state;
    char path[16];
    make_directory(test, "/d");
    for (int i = 0; i < FILES; i++) {
        mcufs_file_t file;
        numbered(path, sizeof(path), i * 7 % FILES);
        open_file(test, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_EXCL);
        write_text(&file, &path[3]);
        OK(mcufs_close(&file));
    }
    expect_numbers(test, 1);
    for (int i = 0; i < FILES; i += 13) {
        numbered(path, sizeof(path), i);
        expect_text(test, path, &path[3]);
    }
    for (int i = 0; i < FILES; i++) {
        if (i % 3 != 0) {
            numbered(path, sizeof(path), i);
            OK(mcufs_unlink(&test->fs, path));
        }
    }
    expect_numbers(test, 3);
    FAILS(mcufs_rmdir(&test->fs, "/d"), MCUFS_ENOTEMPTY);
    for (int i = FILES - 3; i >= 0; i -= 3) {
        numbered(path, sizeof(path), i);
        OK(mcufs_unlink(&test->fs, path));
    }
    expect_listing(test, "/d", "");
    OK(mcufs_rmdir(&test->fs, "/d"));
    expect_listing(test, "/", "");
}

static void deep_directories(void **state)
{
    conformance_t *test = *state;
    char path[LEVELS * 3 + 8] = "";
    size_t length = 0;
    for (int i = 0; i < LEVELS; i++) {
        length += (size_t)snprintf(&path[length], sizeof(path) - length, "/%c", 'a' + i);
        make_directory(test, path);
    }
    snprintf(&path[length], sizeof(path) - length, "/file");
    put(test, path, "deep");
    expect_text(test, path, "deep");
    OK(mcufs_rename(&test->fs, "/a/b/c", "/c"));
    expect_text(test, &path[4], "deep");
    FAILS(mcufs_rename(&test->fs, "/c", &path[4]), MCUFS_EINVAL);
    OK(mcufs_unlink(&test->fs, &path[4]));
    for (int i = LEVELS - 1; i >= 2; i--) {
        path[length] = '\0';
        OK(mcufs_rmdir(&test->fs, &path[4]));
        length -= 2;
    }
    expect_listing(test, "/", "a");
    expect_listing(test, "/a", "b");
}

/* Reads and writes anywhere in a large file, against a copy in memory. */
static void large_file_at_random(void **state)
{
    conformance_t *test = *state;
    static uint8_t copy[LARGE + 5000], buffer[5000];
    uint32_t random = 1;
    size_t size = LARGE;
    fill(copy, size, 2);
    put_bytes(test, "/large", copy, size);
    expect_bytes(test, "/large", copy, size);
    for (int round = 0; round < 6; round++) {
        mcufs_file_t file;
        settle(test);
        open_file(test, &file, "/large", MCUFS_O_RDWR);
        for (int i = 0; i < 25; i++) {
            const size_t start = next_random(&random) % size;
            size_t count = next_random(&random) % (i % 5 == 0 ? sizeof(buffer) : 100);
            assert_int_equal(mcufs_seek(&file, (int64_t)start, MCUFS_SEEK_SET), start);
            if (i % 3 == 0 && i < 12) {
                count = size + 500 - start < count ? size + 500 - start : count;
                count = sizeof(copy) - start < count ? sizeof(copy) - start : count;
                fill(&copy[start], count, random);
                assert_int_equal(mcufs_write(&file, &copy[start], count), count);
                size = start + count > size ? start + count : size;
            } else {
                const size_t expected = size - start < count ? size - start : count;
                assert_int_equal(mcufs_read(&file, buffer, count), expected);
                assert_memory_equal(buffer, &copy[start], expected);
            }
            assert_int_equal(mcufs_size(&file), size);
        }
        if (round % 2 == 1) {
            size -= next_random(&random) % 20000;
            OK(mcufs_truncate(&file, size));
        }
        OK(mcufs_close(&file));
        expect_bytes(test, "/large", copy, size);
    }
}

const conformance_case_t bulk_cases[] = {
    CASE(many_files_in_one_directory),
    CASE(deep_directories),
    CASE(large_file_at_random),
    END_OF_CASES,
};
