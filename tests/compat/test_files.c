/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Opening, reading, writing, seeking, truncating: spec, part B. */

#include "compat.h"

static lfs_soff_t size_of(const char *path)
{
    struct lfs_info info;
    OK(lfs_stat(&lfs, path, &info));
    return (lfs_soff_t)info.size;
}

static void a_new_file_is_there_at_once(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT));
    append_text(&file, "lost");
    lfs_free(file.owned);
    pull_the_plug();
    expect_text("f", "");
}

static void opening_finds_what_is_there(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "x");
    OK(lfs_mkdir(&lfs, "d"));
    IS(LFS_ERR_NOENT, open_file(&file, "g", LFS_O_RDONLY));
    IS(LFS_ERR_NOENT, open_file(&file, "g", LFS_O_RDWR | LFS_O_TRUNC));
    IS(LFS_ERR_EXIST, open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    IS(LFS_ERR_EXIST, open_file(&file, "d", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    IS(LFS_ERR_ISDIR, open_file(&file, "d", LFS_O_RDONLY));
    IS(LFS_ERR_ISDIR, open_file(&file, "d", LFS_O_WRONLY | LFS_O_CREAT));
    OK(open_file(&file, "g", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    OK(lfs_file_close(&lfs, &file));
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT));
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "x");
    expect_text("g", "");
}

static void truncation_waits_for_a_sync(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "content");
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_TRUNC));
    IS(0, lfs_file_size(&lfs, &file));
    lfs_free(file.owned);
    pull_the_plug();
    expect_text("f", "content");
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_TRUNC));
    OK(lfs_file_close(&lfs, &file));
    pull_the_plug();
    expect_text("f", "");
}

static void appending(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "one");
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_APPEND));
    IS(0, lfs_file_tell(&lfs, &file));
    append_text(&file, "two");
    IS(6, lfs_file_tell(&lfs, &file));
    IS(1, lfs_file_seek(&lfs, &file, 1, LFS_SEEK_SET));
    append_text(&file, "three");
    IS(11, lfs_file_tell(&lfs, &file));
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "onetwothree");
}

static void too_much_is_refused_whole(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(lfs_unmount(&lfs));
    config.file_max = 10;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_CREAT));
    append_text(&file, "12345678");
    IS(LFS_ERR_FBIG, lfs_file_write(&lfs, &file, "abc", 3));
    IS(8, lfs_file_tell(&lfs, &file));
    IS(8, lfs_file_size(&lfs, &file));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, 11, LFS_SEEK_SET));
    IS(10, lfs_file_seek(&lfs, &file, 10, LFS_SEEK_SET));
    IS(LFS_ERR_FBIG, lfs_file_write(&lfs, &file, "a", 1));
    IS(8, lfs_file_seek(&lfs, &file, 8, LFS_SEEK_SET));
    append_text(&file, "90");
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "1234567890");
}

static void gaps_are_zeros(void **state)
{
    (void)state;
    lfs_file_t file;
    char buffer[1000], zeros[1000] = {0};
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_CREAT));
    append_text(&file, "ab");
    IS(900, lfs_file_seek(&lfs, &file, 898, LFS_SEEK_CUR));
    IS(2, lfs_file_size(&lfs, &file));
    IS(0, lfs_file_read(&lfs, &file, buffer, 10));
    append_text(&file, "z");
    IS(901, lfs_file_size(&lfs, &file));
    OK(lfs_file_rewind(&lfs, &file));
    IS(901, lfs_file_read(&lfs, &file, buffer, sizeof buffer));
    assert_memory_equal(buffer, "ab", 2);
    assert_memory_equal(buffer + 2, zeros, 898);
    assert_int_equal(buffer[900], 'z');
    OK(lfs_file_close(&lfs, &file));
    assert_int_equal(size_of("f"), 901);
}

static void seeking(void **state)
{
    (void)state;
    lfs_file_t file;
    char byte;
    put("f", "0123456789");
    OK(open_file(&file, "f", LFS_O_RDONLY));
    IS(4, lfs_file_seek(&lfs, &file, 4, LFS_SEEK_SET));
    IS(1, lfs_file_read(&lfs, &file, &byte, 1));
    assert_int_equal(byte, '4');
    IS(3, lfs_file_seek(&lfs, &file, -2, LFS_SEEK_CUR));
    IS(8, lfs_file_seek(&lfs, &file, -2, LFS_SEEK_END));
    IS(8, lfs_file_tell(&lfs, &file));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, -1, LFS_SEEK_SET));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, -9, LFS_SEEK_CUR));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, -11, LFS_SEEK_END));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, LFS_FILE_MAX, LFS_SEEK_CUR));
    IS(LFS_ERR_INVAL, lfs_file_seek(&lfs, &file, 0, 3));
    IS(8, lfs_file_tell(&lfs, &file));
    IS(LFS_FILE_MAX, lfs_file_seek(&lfs, &file, LFS_FILE_MAX, LFS_SEEK_SET));
    IS(0, lfs_file_read(&lfs, &file, &byte, 1));
    OK(lfs_file_rewind(&lfs, &file));
    IS(0, lfs_file_tell(&lfs, &file));
    OK(lfs_file_close(&lfs, &file));
}

static void truncating(void **state)
{
    (void)state;
    lfs_file_t file;
    char buffer[8];
    put_bytes("f", 1500, 3);
    OK(open_file(&file, "f", LFS_O_RDWR));
    IS(100, lfs_file_seek(&lfs, &file, 100, LFS_SEEK_SET));
    OK(lfs_file_truncate(&lfs, &file, 700));
    IS(100, lfs_file_tell(&lfs, &file));
    IS(700, lfs_file_size(&lfs, &file));
    OK(lfs_file_truncate(&lfs, &file, 700));
    OK(lfs_file_truncate(&lfs, &file, 703));
    IS(703, lfs_file_size(&lfs, &file));
    IS(700, lfs_file_seek(&lfs, &file, 700, LFS_SEEK_SET));
    IS(3, lfs_file_read(&lfs, &file, buffer, sizeof buffer));
    assert_memory_equal(buffer, "\0\0\0", 3);
    IS(LFS_ERR_INVAL, lfs_file_truncate(&lfs, &file, (lfs_off_t)LFS_FILE_MAX + 1));
    OK(lfs_file_truncate(&lfs, &file, 700));
    OK(lfs_file_close(&lfs, &file));
    expect_bytes("f", 700, 3);
}

static void small_again_is_inline_again(void **state)
{
    (void)state;
    lfs_file_t file;
    put_bytes("f", 1500, 3);
    OK(open_file(&file, "f", LFS_O_RDWR));
    assert_in_range(file.ctz.head, 2, BLOCKS - 1);
    OK(lfs_file_truncate(&lfs, &file, 20));
    OK(lfs_file_sync(&lfs, &file));
    assert_int_equal(file.ctz.head, UINT32_MAX);
    OK(lfs_file_close(&lfs, &file));
    expect_bytes("f", 20, 3);
}

/* The head is the file's last block, and that is what is on flash. */
static void the_head_is_shown(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT));
    assert_int_equal(file.ctz.head, UINT32_MAX);
    for (unsigned i = 0; i < 30; i++) {
        append_text(&file, "some more of the content");
    }
    OK(lfs_file_sync(&lfs, &file));
    assert_in_range(file.ctz.head, 2, BLOCKS - 1);
    const uint8_t *block = sim_flash_bytes(chip) + (size_t)file.ctz.head * BLOCK;
    assert_memory_equal(block + 30 * 24 - BLOCK + 4 - 24, "some more of the content", 24);
    append_text(&file, "!");
    OK(lfs_file_close(&lfs, &file));
    assert_in_range(file.ctz.head, 2, BLOCKS - 1);
}

static void the_wrong_way_is_refused(void **state)
{
    (void)state;
    lfs_file_t file;
    char byte = 'x';
    put("f", "content");
    OK(open_file(&file, "f", LFS_O_RDONLY));
    IS(LFS_ERR_BADF, lfs_file_write(&lfs, &file, &byte, 1));
    IS(LFS_ERR_BADF, lfs_file_truncate(&lfs, &file, 0));
    IS(1, lfs_file_read(&lfs, &file, &byte, 1));
    OK(lfs_file_close(&lfs, &file));
    OK(open_file(&file, "f", LFS_O_WRONLY));
    IS(LFS_ERR_BADF, lfs_file_read(&lfs, &file, &byte, 1));
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "content");
}

static void a_closed_handle_is_refused(void **state)
{
    (void)state;
    lfs_file_t file;
    char byte = 'x';
    put("f", "content");
    for (unsigned closed = 0; closed < 2; closed++) {
        if (closed) {
            OK(open_file(&file, "f", LFS_O_RDWR));
            OK(lfs_file_close(&lfs, &file));
        } else {
            memset(&file, 0xa5, sizeof file);
        }
        IS(LFS_ERR_BADF, lfs_file_read(&lfs, &file, &byte, 1));
        IS(LFS_ERR_BADF, lfs_file_write(&lfs, &file, &byte, 1));
        IS(LFS_ERR_BADF, lfs_file_seek(&lfs, &file, 0, LFS_SEEK_SET));
        IS(LFS_ERR_BADF, lfs_file_tell(&lfs, &file));
        IS(LFS_ERR_BADF, lfs_file_size(&lfs, &file));
        IS(LFS_ERR_BADF, lfs_file_rewind(&lfs, &file));
        IS(LFS_ERR_BADF, lfs_file_truncate(&lfs, &file, 0));
        IS(LFS_ERR_BADF, lfs_file_sync(&lfs, &file));
        IS(LFS_ERR_BADF, lfs_file_close(&lfs, &file));
    }
    expect_text("f", "content");
}

static void an_open_handle_is_not_opened_again(void **state)
{
    (void)state;
    static uint8_t buffer[CACHE];
    const struct lfs_file_config file_config = {.buffer = buffer};
    lfs_file_t file;
    memset(&file, 0, sizeof file);
    put("f", "content");
    put("g", "other");
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_RDWR, &file_config));
    IS(LFS_ERR_INVAL, lfs_file_opencfg(&lfs, &file, "g", LFS_O_RDWR, &file_config));
    append_text(&file, "C");
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "Content");
}

/* Fills the volume through an open file. */
static void fill_up(lfs_file_t *file)
{
    char chunk[100];
    lfs_ssize_t result;
    memset(chunk, 'z', sizeof chunk);
    do {
        result = lfs_file_write(&lfs, file, chunk, sizeof chunk);
    } while (result > 0);
    IS(LFS_ERR_NOSPC, result);
}

static void after_a_failed_write_nothing_is_synced(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "exhaustion");
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_APPEND));
    fill_up(&file);
    OK(lfs_file_sync(&lfs, &file));
    lfs_size_t changes = (lfs_size_t)sim_flash_changes(chip);
    OK(lfs_file_close(&lfs, &file));
    assert_int_equal(sim_flash_changes(chip), changes);
    expect_text("f", "exhaustion");
    pull_the_plug();
    expect_text("f", "exhaustion");
    put_bytes("g", 2000, 1); /* and the space is back */
    expect_bytes("g", 2000, 1);
}

static void a_write_that_succeeds_makes_up_for_it(void **state)
{
    (void)state;
    lfs_file_t file;
    put_bytes("big", 3000, 1);
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_CREAT));
    fill_up(&file);
    OK(lfs_remove(&lfs, "big"));
    lfs_soff_t before = lfs_file_size(&lfs, &file);
    append_text(&file, "end");
    OK(lfs_file_close(&lfs, &file));
    assert_int_equal(size_of("f"), before + 3);
}

/* What the original answers with an assertion at the next write. */
static void an_error_of_the_device_passes(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "old");
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_TRUNC));
    fail_program(1, LFS_ERR_IO);
    int result = 0;
    for (unsigned i = 0; result >= 0; i++) {
        assert_in_range(i, 0, 100);
        result = lfs_file_write(&lfs, &file, "0123456789", 10);
    }
    IS(LFS_ERR_IO, result);
    append_text(&file, "after");
    OK(lfs_file_close(&lfs, &file));
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_TRUNC));
    append_text(&file, "new");
    fail_program(1, -1234);
    IS(-1234, lfs_file_close(&lfs, &file));
    IS(LFS_ERR_BADF, lfs_file_close(&lfs, &file));
    put("f", "newer");
    expect_text("f", "newer");
}

static void a_bad_block_is_replaced(void **state)
{
    (void)state;
    fail_program(3, LFS_ERR_CORRUPT);
    put_bytes("f", 3000, 9);
    expect_bytes("f", 3000, 9);
    fail_erase(2, LFS_ERR_CORRUPT);
    put_bytes("g", 3000, 8);
    expect_bytes("g", 3000, 8);
    remount();
    expect_bytes("f", 3000, 9);
    expect_bytes("g", 3000, 8);
}

static void all_sizes_around_the_edges(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0,   1,   15,  16,   17,   63,   64,   65,
                                     511, 512, 513, 1019, 1020, 1021, 1530, 5000};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        put_bytes("f", sizes[i], (uint8_t)i);
        expect_bytes("f", sizes[i], (uint8_t)i);
        remount();
        expect_bytes("f", sizes[i], (uint8_t)i);
    }
}

/* An inline file larger than the cache that opens it: the original fails to close it. */
static void inline_may_be_larger_than_the_cache(void **state)
{
    (void)state;
    lfs_file_t file;
    put_bytes("f", 60, 4);
    OK(open_file(&file, "f", LFS_O_RDONLY));
    assert_int_equal(file.ctz.head, UINT32_MAX);
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_unmount(&lfs));
    config.cache_size = UNIT;
    OK(lfs_mount(&lfs, &config));
    expect_bytes("f", 60, 4);
    OK(open_file(&file, "f", LFS_O_RDWR));
    IS(4, lfs_file_write(&lfs, &file, "\4\13\22\31", 4)); /* the same bytes again */
    OK(lfs_file_close(&lfs, &file));
    expect_bytes("f", 60, 4);
}

const struct CMUnitTest file_tests[] = {
    CASE(a_new_file_is_there_at_once),
    CASE(opening_finds_what_is_there),
    CASE(truncation_waits_for_a_sync),
    CASE(appending),
    CASE(too_much_is_refused_whole),
    CASE(gaps_are_zeros),
    CASE(seeking),
    CASE(truncating),
    CASE(small_again_is_inline_again),
    CASE(the_head_is_shown),
    CASE(the_wrong_way_is_refused),
    CASE(a_closed_handle_is_refused),
    CASE(an_open_handle_is_not_opened_again),
    SMALL(after_a_failed_write_nothing_is_synced),
    SMALL(a_write_that_succeeds_makes_up_for_it),
    CASE(an_error_of_the_device_passes),
    CASE(a_bad_block_is_replaced),
    CASE(all_sizes_around_the_edges),
    CASE(inline_may_be_larger_than_the_cache),
    END_OF_CASES,
};
