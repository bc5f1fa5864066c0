/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Opening and closing files: every mode, every refusal. */

#include "conformance/conformance.h"

enum { R = MCUFS_O_RDONLY, W = MCUFS_O_WRONLY, RW = MCUFS_O_RDWR };
enum { CREAT = MCUFS_O_CREAT, EXCL = MCUFS_O_EXCL, TRUNC = MCUFS_O_TRUNC, APPEND = MCUFS_O_APPEND };

static void missing_file_is_not_created_unasked(void **state)
{
    conformance_t *test = *state;
    static const uint32_t modes[] = {R, W, RW, W | TRUNC, RW | TRUNC, R | APPEND, W | APPEND, RW | APPEND};
    mcufs_file_t file;
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        FAILS(mcufs_open(&test->fs, &file, "/missing", modes[i]), MCUFS_ENOENT);
        expect_missing(test, "/missing");
    }
}

static void senseless_flags_are_refused(void **state)
{
    conformance_t *test = *state;
    static const uint32_t modes[] = {0,        CREAT,     TRUNC,          APPEND,
                                     R | EXCL, RW | EXCL, R | TRUNC,      R | TRUNC | CREAT,
                                     R | 0x4u, W | 0x80u, RW | 0x100000u, 0x80000000u | R};
    mcufs_file_t file;
    put(test, "/file", "content");
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        FAILS(mcufs_open(&test->fs, &file, "/file", modes[i]), MCUFS_EINVAL);
        FAILS(mcufs_open(&test->fs, &file, "/missing", modes[i]), MCUFS_EINVAL);
    }
    expect_text(test, "/file", "content");
    expect_missing(test, "/missing");
}

static void null_arguments_are_refused(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    FAILS(mcufs_open(&test->fs, NULL, "/file", R), MCUFS_EINVAL);
    FAILS(mcufs_open(&test->fs, &file, NULL, R), MCUFS_EINVAL);
    FAILS(mcufs_open(NULL, &file, "/file", R), MCUFS_EINVAL);
    FAILS(mcufs_close(NULL), MCUFS_EINVAL);
    open_file(test, &file, "/file", RW | CREAT);
    FAILS(mcufs_read(&file, NULL, 1), MCUFS_EINVAL);
    FAILS(mcufs_write(&file, NULL, 1), MCUFS_EINVAL);
    FAILS(mcufs_fstat(&file, NULL), MCUFS_EINVAL);
    OK(mcufs_read(&file, NULL, 0));
    OK(mcufs_write(&file, NULL, 0));
    OK(mcufs_close(&file));
    expect_text(test, "/file", "");
}

static void creation_makes_an_empty_file(void **state)
{
    conformance_t *test = *state;
    static const uint32_t modes[] = {R | CREAT,
                                     W | CREAT,
                                     RW | CREAT,
                                     W | CREAT | TRUNC,
                                     RW | CREAT | TRUNC,
                                     W | CREAT | APPEND,
                                     RW | CREAT | APPEND,
                                     R | CREAT | EXCL,
                                     W | CREAT | EXCL,
                                     RW | CREAT | EXCL,
                                     RW | CREAT | EXCL | TRUNC,
                                     RW | CREAT | EXCL | APPEND};
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        mcufs_file_t file;
        open_file(test, &file, "/new", modes[i]);
        assert_int_equal(count_in_listing(test, "/", "new"), 1);
        assert_int_equal(mcufs_size(&file), 0);
        assert_int_equal(mcufs_tell(&file), 0);
        OK(mcufs_close(&file));
        expect_text(test, "/new", "");
        OK(mcufs_unlink(&test->fs, "/new"));
        expect_missing(test, "/new");
    }
}

static void exclusive_creation_refuses_what_exists(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "content");
    make_directory(test, "/directory");
    FAILS(mcufs_open(&test->fs, &file, "/file", W | CREAT | EXCL), MCUFS_EEXIST);
    FAILS(mcufs_open(&test->fs, &file, "/file", RW | CREAT | EXCL | TRUNC), MCUFS_EEXIST);
    FAILS(mcufs_open(&test->fs, &file, "/file", R | CREAT | EXCL), MCUFS_EEXIST);
    FAILS(mcufs_open(&test->fs, &file, "/directory", W | CREAT | EXCL), MCUFS_EEXIST);
    FAILS(mcufs_open(&test->fs, &file, "/", W | CREAT | EXCL), MCUFS_EEXIST);
    expect_text(test, "/file", "content");
    expect_directory(test, "/directory");
}

static void directory_is_not_opened_as_a_file(void **state)
{
    conformance_t *test = *state;
    static const uint32_t modes[] = {R,         W,          RW,         R | CREAT,         W | CREAT,
                                     W | TRUNC, RW | TRUNC, W | APPEND, RW | CREAT | TRUNC};
    mcufs_file_t file;
    make_directory(test, "/directory");
    put(test, "/directory/inside", "kept");
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        FAILS(mcufs_open(&test->fs, &file, "/directory", modes[i]), MCUFS_EISDIR);
        FAILS(mcufs_open(&test->fs, &file, "/directory/", modes[i]), MCUFS_EISDIR);
        FAILS(mcufs_open(&test->fs, &file, "/", modes[i]), MCUFS_EISDIR);
    }
    expect_text(test, "/directory/inside", "kept");
}

static void parents_must_be_directories(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "content");
    FAILS(mcufs_open(&test->fs, &file, "/file/below", R), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/file/below", W | CREAT), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/file/further/below", W | CREAT), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/missing/below", R), MCUFS_ENOENT);
    FAILS(mcufs_open(&test->fs, &file, "/missing/below", W | CREAT), MCUFS_ENOENT);
    FAILS(mcufs_open(&test->fs, &file, "/missing/further/below", W | CREAT), MCUFS_ENOENT);
    expect_listing(test, "/", "file");
}

/* Each mode on a file with ten digits: what can be read, and what the file is after writing "AB". */
static void modes_read_and_write_as_they_say(void **state)
{
    conformance_t *test = *state;
    static const char digits[] = "0123456789";
    static const struct {
        uint32_t flags;
        int readable; /* bytes, or MCUFS_EBADF */
        int written;  /* 2, or MCUFS_EBADF */
        const char *content;
    } modes[] = {
        {R, 10, MCUFS_EBADF, "0123456789"},
        {R | CREAT, 10, MCUFS_EBADF, "0123456789"},
        {R | APPEND, 10, MCUFS_EBADF, "0123456789"},
        {W, MCUFS_EBADF, 2, "AB23456789"},
        {W | CREAT, MCUFS_EBADF, 2, "AB23456789"},
        {W | TRUNC, MCUFS_EBADF, 2, "AB"},
        {W | CREAT | TRUNC, MCUFS_EBADF, 2, "AB"},
        {W | APPEND, MCUFS_EBADF, 2, "0123456789AB"},
        {W | CREAT | APPEND, MCUFS_EBADF, 2, "0123456789AB"},
        {W | CREAT | APPEND | TRUNC, MCUFS_EBADF, 2, "AB"},
        {RW, 10, 2, "AB23456789"},
        {RW | CREAT, 10, 2, "AB23456789"},
        {RW | TRUNC, 0, 2, "AB"},
        {RW | CREAT | TRUNC, 0, 2, "AB"},
        {RW | APPEND, 10, 2, "0123456789AB"},
        {RW | CREAT | APPEND, 10, 2, "0123456789AB"},
        {RW | APPEND | TRUNC, 0, 2, "AB"},
    };
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        mcufs_file_t file;
        char buffer[16];
        put(test, "/file", digits);
        open_file(test, &file, "/file", modes[i].flags);
        assert_int_equal(mcufs_tell(&file), 0);
        assert_int_equal(mcufs_read(&file, buffer, sizeof(buffer)), modes[i].readable);
        if (modes[i].readable > 0) {
            assert_memory_equal(buffer, digits, 10);
        }
        assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
        assert_int_equal(mcufs_write(&file, "AB", 2), modes[i].written);
        FAILS(mcufs_truncate(&file, strlen(modes[i].content)), modes[i].written < 0 ? MCUFS_EBADF : 0);
        OK(mcufs_sync(&file));
        OK(mcufs_close(&file));
        expect_text(test, "/file", modes[i].content);
    }
}

static void closed_handle_is_refused(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    mcufs_stat_t stat;
    char byte = 0;
    for (int round = 0; round < 2; round++) {
        if (round == 0) {
            open_file(test, &file, "/file", RW | CREAT);
            OK(mcufs_close(&file));
        } else {
            FAILS(mcufs_open(&test->fs, &file, "/missing", RW), MCUFS_ENOENT); /* leaves it closed, too */
        }
        FAILS(mcufs_close(&file), MCUFS_EBADF);
        FAILS(mcufs_read(&file, &byte, 1), MCUFS_EBADF);
        FAILS(mcufs_write(&file, &byte, 1), MCUFS_EBADF);
        FAILS(mcufs_seek(&file, 0, MCUFS_SEEK_SET), MCUFS_EBADF);
        FAILS(mcufs_tell(&file), MCUFS_EBADF);
        FAILS(mcufs_size(&file), MCUFS_EBADF);
        FAILS(mcufs_truncate(&file, 0), MCUFS_EBADF);
        FAILS(mcufs_sync(&file), MCUFS_EBADF);
        FAILS(mcufs_fstat(&file, &stat), MCUFS_EBADF);
    }
}

static void callers_buffer_is_enough(void **state)
{
    conformance_t *test = *state;
    uint8_t buffer[8192];
    uint8_t content[3000];
    assert_true(test->setting->buffer_size <= sizeof(buffer));
    const mcufs_open_options_t options = {.buffer = buffer, .buffer_size = test->setting->buffer_size};
    mcufs_file_t file;
    fill(content, sizeof(content), 1);
    OK(mcufs_open_with(&test->fs, &file, "/file", W | CREAT, &options));
    assert_int_equal(mcufs_write(&file, content, sizeof(content)), sizeof(content));
    OK(mcufs_close(&file));
    memset(buffer, 0, sizeof(buffer));
    expect_bytes(test, "/file", content, sizeof(content));
}

static void trailing_slash_is_no_file(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "content");
    FAILS(mcufs_open(&test->fs, &file, "/file/", R), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/file/", W | TRUNC), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/file/.", R), MCUFS_ENOTDIR);
    FAILS(mcufs_open(&test->fs, &file, "/missing/", R), MCUFS_ENOENT);
    FAILS(mcufs_open(&test->fs, &file, "/missing/", W | CREAT), MCUFS_EISDIR);
    expect_text(test, "/file", "content");
    expect_listing(test, "/", "file");
}

static void unmount_waits_for_close(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    mcufs_dir_t dir;
    open_file(test, &file, "/file", W | CREAT);
    FAILS(mcufs_unmount(&test->fs, "/"), MCUFS_EBUSY);
    write_text(&file, "still works");
    OK(mcufs_close(&file));
    OK(mcufs_opendir(&test->fs, &dir, "/"));
    FAILS(mcufs_unmount(&test->fs, "/"), MCUFS_EBUSY);
    OK(mcufs_closedir(&dir));
    remount(test, 0);
    expect_text(test, "/file", "still works");
}

const conformance_case_t opening_cases[] = {
    CASE(missing_file_is_not_created_unasked),
    CASE(senseless_flags_are_refused),
    CASE(null_arguments_are_refused),
    CASE(creation_makes_an_empty_file),
    CASE(exclusive_creation_refuses_what_exists),
    CASE(directory_is_not_opened_as_a_file),
    CASE(parents_must_be_directories),
    CASE(modes_read_and_write_as_they_say),
    CASE(closed_handle_is_refused),
    CASE(callers_buffer_is_enough),
    CASE(trailing_slash_is_no_file),
    CASE(unmount_waits_for_close),
    END_OF_CASES,
};
