/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is in a file: positions, gaps, truncation, growth and shrinkage. */

#include "conformance/conformance.h"

enum { READ = MCUFS_O_RDONLY, UPDATE = MCUFS_O_RDWR, NEW = MCUFS_O_RDWR | MCUFS_O_CREAT };

static void reading_goes_on_to_the_end(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    uint8_t content[1000], buffer[1000];
    fill(content, sizeof(content), 1);
    put_bytes(test, "/file", content, sizeof(content));
    for (size_t step = 1; step < 700; step = step * 3 + 1) {
        open_file(test, &file, "/file", READ);
        for (size_t done = 0; done < sizeof(content);) {
            const size_t expected = sizeof(content) - done < step ? sizeof(content) - done : step;
            assert_int_equal(mcufs_tell(&file), done);
            assert_int_equal(mcufs_read(&file, buffer, step), expected);
            assert_memory_equal(buffer, &content[done], expected);
            done += expected;
        }
        assert_int_equal(mcufs_read(&file, buffer, step), 0);
        assert_int_equal(mcufs_tell(&file), sizeof(content));
        OK(mcufs_close(&file));
    }
}

static void seek_moves_as_posix_says(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    char byte;
    put(test, "/file", "0123456789");
    open_file(test, &file, "/file", UPDATE);
    assert_int_equal(mcufs_seek(&file, 4, MCUFS_SEEK_SET), 4);
    assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    assert_int_equal(byte, '4');
    assert_int_equal(mcufs_seek(&file, 2, MCUFS_SEEK_CUR), 7);
    assert_int_equal(mcufs_seek(&file, -3, MCUFS_SEEK_CUR), 4);
    assert_int_equal(mcufs_seek(&file, -1, MCUFS_SEEK_END), 9);
    assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    assert_int_equal(byte, '9');
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_END), 10);
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_CUR), 10);
    assert_int_equal(mcufs_tell(&file), 10);

    assert_int_equal(mcufs_seek(&file, 3, MCUFS_SEEK_SET), 3);
    FAILS(mcufs_seek(&file, -1, MCUFS_SEEK_SET), MCUFS_EINVAL);
    FAILS(mcufs_seek(&file, -4, MCUFS_SEEK_CUR), MCUFS_EINVAL);
    FAILS(mcufs_seek(&file, -11, MCUFS_SEEK_END), MCUFS_EINVAL);
    FAILS(mcufs_seek(&file, INT64_MIN, MCUFS_SEEK_CUR), MCUFS_EINVAL);
    FAILS(mcufs_seek(&file, 0, 3), MCUFS_EINVAL);
    FAILS(mcufs_seek(&file, 0, -1), MCUFS_EINVAL);
    assert_int_equal(mcufs_tell(&file), 3);
    assert_true(mcufs_seek(&file, INT64_MAX, MCUFS_SEEK_CUR) < 0);
    assert_int_equal(mcufs_tell(&file), 3);

    assert_int_equal(mcufs_seek(&file, 100, MCUFS_SEEK_SET), 100);
    assert_int_equal(mcufs_read(&file, &byte, 1), 0);
    assert_int_equal(mcufs_size(&file), 10);
    OK(mcufs_close(&file));
    expect_text(test, "/file", "0123456789");
}

static void gaps_read_as_zeros(void **state)
{
    conformance_t *test = *state;
    static const size_t gaps[] = {1, 7, 100, 600, 5000};
    uint8_t expected[6000];
    for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        mcufs_file_t file;
        const size_t size = 3 + gaps[i] + 3;
        memset(expected, 0, sizeof(expected));
        memcpy(expected, "abc", 3);
        memcpy(&expected[3 + gaps[i]], "xyz", 3);
        put(test, "/file", "abc");
        open_file(test, &file, "/file", UPDATE);
        assert_int_equal(mcufs_seek(&file, (int64_t)gaps[i], MCUFS_SEEK_END), 3 + gaps[i]);
        assert_int_equal(mcufs_size(&file), 3);
        write_text(&file, "xyz");
        assert_int_equal(mcufs_size(&file), size);
        OK(mcufs_close(&file));
        expect_bytes(test, "/file", expected, size);
    }
}

static void seek_past_the_end_alone_changes_nothing(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "abc");
    open_file(test, &file, "/file", UPDATE);
    assert_int_equal(mcufs_seek(&file, 1000, MCUFS_SEEK_SET), 1000);
    assert_int_equal(mcufs_write(&file, "", 0), 0);
    OK(mcufs_sync(&file));
    assert_int_equal(mcufs_size(&file), 3);
    OK(mcufs_close(&file));
    expect_text(test, "/file", "abc");
}

static void truncate_shortens_and_lengthens(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "0123456789");
    open_file(test, &file, "/file", UPDATE);
    assert_int_equal(mcufs_seek(&file, 8, MCUFS_SEEK_SET), 8);
    OK(mcufs_truncate(&file, 4));
    assert_int_equal(mcufs_tell(&file), 8);
    assert_int_equal(mcufs_size(&file), 4);
    char byte;
    assert_int_equal(mcufs_read(&file, &byte, 1), 0);
    OK(mcufs_truncate(&file, 6));
    assert_int_equal(mcufs_size(&file), 6);
    write_text(&file, "Z"); /* still at 8 */
    OK(mcufs_close(&file));
    expect_bytes(test, "/file", "0123\0\0\0\0Z", 9); /* nothing of what was cut off comes back */

    open_file(test, &file, "/file", UPDATE);
    OK(mcufs_truncate(&file, 9)); /* no change */
    OK(mcufs_truncate(&file, 0));
    OK(mcufs_close(&file));
    expect_text(test, "/file", "");
}

static void cut_off_bytes_do_not_come_back(void **state)
{
    conformance_t *test = *state;
    uint8_t content[6000];
    mcufs_file_t file;
    fill(content, sizeof(content), 2);
    put_bytes(test, "/file", content, sizeof(content));
    open_file(test, &file, "/file", UPDATE);
    OK(mcufs_truncate(&file, 700));
    OK(mcufs_sync(&file));
    OK(mcufs_truncate(&file, sizeof(content)));
    OK(mcufs_close(&file));
    memset(&content[700], 0, sizeof(content) - 700);
    expect_bytes(test, "/file", content, sizeof(content));
}

/* Through all the ways a filesystem may store a file, by rewriting and by truncating. */
static void sizes_change_back_and_forth(void **state)
{
    conformance_t *test = *state;
    static const size_t sizes[] = {10, 100, 700, 5000, 20000, 300, 0, 9000, 1, 64, 65, 63, 12000, 40};
    static uint8_t content[20000], other[20000];
    size_t size = 0;
    memset(content, 0, sizeof(content));
    put(test, "/rewritten", "");
    put(test, "/truncated", "");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        mcufs_file_t file;
        fill(other, sizes[i], (uint32_t)i + 10);
        put_bytes(test, "/rewritten", other, sizes[i]);
        expect_bytes(test, "/rewritten", other, sizes[i]);

        open_file(test, &file, "/truncated", UPDATE);
        OK(mcufs_truncate(&file, sizes[i]));
        if (sizes[i] > size) {
            memset(&content[size], 0, sizes[i] - size);
        }
        size = sizes[i];
        if (size > 2) { /* a mark in the middle */
            content[size / 2] = (uint8_t)(i + 1);
            assert_int_equal(mcufs_seek(&file, (int64_t)(size / 2), MCUFS_SEEK_SET), size / 2);
            assert_int_equal(mcufs_write(&file, &content[size / 2], 1), 1);
        }
        OK(mcufs_close(&file));
        expect_bytes(test, "/truncated", content, size);
    }
}

static void overwriting_leaves_the_rest(void **state)
{
    conformance_t *test = *state;
    static const size_t starts[] = {0, 1, 100, 127, 128, 500, 511, 512, 4090, 4096, 8191};
    static uint8_t content[9000];
    fill(content, sizeof(content), 3);
    put_bytes(test, "/file", content, sizeof(content));
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        mcufs_file_t file;
        memset(&content[starts[i]], (int)i + 1, 20);
        open_file(test, &file, "/file", MCUFS_O_WRONLY);
        assert_int_equal(mcufs_seek(&file, (int64_t)starts[i], MCUFS_SEEK_SET), starts[i]);
        assert_int_equal(mcufs_write(&file, &content[starts[i]], 20), 20);
        assert_int_equal(mcufs_size(&file), sizeof(content));
        OK(mcufs_close(&file));
        expect_bytes(test, "/file", content, sizeof(content));
    }
}

static void written_bytes_read_back_before_sync(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[5000], buffer[5000];
    mcufs_file_t file;
    fill(content, sizeof(content), 4);
    open_file(test, &file, "/file", NEW);
    for (size_t done = 0; done < sizeof(content); done += 250) {
        assert_int_equal(mcufs_write(&file, &content[done], 250), 250);
        assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
        assert_int_equal(mcufs_read(&file, buffer, sizeof(buffer)), done + 250);
        assert_memory_equal(buffer, content, done + 250);
        assert_int_equal(mcufs_tell(&file), done + 250);
    }
    /* Overwriting in between, with reads on both sides. */
    assert_int_equal(mcufs_seek(&file, 2000, MCUFS_SEEK_SET), 2000);
    memset(&content[2000], 'x', 100);
    assert_int_equal(mcufs_write(&file, &content[2000], 100), 100);
    assert_int_equal(mcufs_read(&file, buffer, 50), 50);
    assert_memory_equal(buffer, &content[2100], 50);
    assert_int_equal(mcufs_seek(&file, 1990, MCUFS_SEEK_SET), 1990);
    assert_int_equal(mcufs_read(&file, buffer, 120), 120);
    assert_memory_equal(buffer, &content[1990], 120);
    OK(mcufs_close(&file));
    expect_bytes(test, "/file", content, sizeof(content));
}

static void sync_changes_nothing_but_durability(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    open_file(test, &file, "/file", NEW);
    OK(mcufs_sync(&file));
    write_text(&file, "one");
    OK(mcufs_sync(&file));
    OK(mcufs_sync(&file));
    assert_int_equal(mcufs_tell(&file), 3);
    write_text(&file, "two");
    OK(mcufs_sync(&file));
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
    read_to_end(&file, "onetwo");
    OK(mcufs_close(&file));
    expect_text(test, "/file", "onetwo");
}

static void appending_starts_at_the_end_wherever_the_position(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    char byte;
    put(test, "/file", "abc");
    open_file(test, &file, "/file", UPDATE | MCUFS_O_APPEND);
    assert_int_equal(mcufs_tell(&file), 0);
    assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    assert_int_equal(byte, 'a');
    write_text(&file, "de");
    assert_int_equal(mcufs_tell(&file), 5);
    assert_int_equal(mcufs_seek(&file, 1, MCUFS_SEEK_SET), 1);
    assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    assert_int_equal(byte, 'b');
    write_text(&file, "f");
    assert_int_equal(mcufs_seek(&file, 100, MCUFS_SEEK_SET), 100);
    write_text(&file, "g"); /* no gap */
    OK(mcufs_truncate(&file, 2));
    write_text(&file, "h");
    OK(mcufs_close(&file));
    expect_text(test, "/file", "abh");
}

static void appending_grows_in_every_step(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[6000];
    fill(content, sizeof(content), 5);
    size_t size = 0;
    for (size_t step = 1; size + step <= sizeof(content); step += 37) {
        mcufs_file_t file;
        settle(test);
        open_file(test, &file, "/log", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
        assert_int_equal(mcufs_write(&file, &content[size], step), step);
        OK(mcufs_close(&file));
        size += step;
        expect_bytes(test, "/log", content, size);
    }
}

/* Small changes all over a file, before and after syncs, against a copy in memory. */
static void scattered_overwrites(void **state)
{
    conformance_t *test = *state;
    enum { SIZE = 3000, CHANGES = 150 };
    static uint8_t copy[SIZE], back[SIZE];
    mcufs_file_t file, other;
    uint32_t random = 1;
    for (unsigned i = 0; i < SIZE; i++) {
        copy[i] = (uint8_t)(i * 7);
    }
    put_bytes(test, "/file", copy, SIZE);
    open_file(test, &file, "/file", MCUFS_O_RDWR);
    open_file(test, &other, "/file", MCUFS_O_RDONLY);
    for (unsigned i = 0; i < CHANGES; i++) {
        random = random * 1103515245u + 12345u;
        uint32_t position = (random >> 8) % SIZE, size = 1 + (random >> 3) % (i % 16 == 15 ? 300 : 20);
        size = size > SIZE - position ? SIZE - position : size;
        memset(copy + position, (int)i, size);
        assert_int_equal(mcufs_seek(&file, position, MCUFS_SEEK_SET), position);
        assert_int_equal(mcufs_write(&file, copy + position, size), size);
        assert_int_equal(mcufs_seek(&other, position / 2, MCUFS_SEEK_SET), position / 2);
        assert_int_equal(mcufs_read(&other, back, SIZE), SIZE - position / 2);
        assert_memory_equal(back, copy + position / 2, SIZE - position / 2);
        if (i % 60 == 59) {
            OK(mcufs_sync(&file));
        }
    }
    OK(mcufs_truncate(&file, SIZE / 2));
    assert_int_equal(mcufs_seek(&file, 1, MCUFS_SEEK_SET), 1);
    assert_int_equal(mcufs_write(&file, "xyz", 3), 3);
    memcpy(copy + 1, "xyz", 3);
    OK(mcufs_close(&file));
    OK(mcufs_close(&other));
    expect_bytes(test, "/file", copy, SIZE / 2);
}

static void sizes_agree(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    mcufs_stat_t stat;
    open_file(test, &file, "/file", NEW);
    write_text(&file, "12345");
    memset(&stat, 0xa5, sizeof(stat));
    OK(mcufs_fstat(&file, &stat));
    assert_int_equal(stat.type, MCUFS_TYPE_FILE);
    assert_int_equal(stat.size, 5);
    assert_int_equal(mcufs_size(&file), 5);
    OK(mcufs_sync(&file));
    OK(mcufs_stat(&test->fs, "/file", &stat));
    assert_int_equal(stat.size, 5);
    OK(mcufs_truncate(&file, 2));
    OK(mcufs_fstat(&file, &stat));
    assert_int_equal(stat.size, 2);
    OK(mcufs_close(&file));
    OK(mcufs_stat(&test->fs, "/file", &stat));
    assert_int_equal(stat.size, 2);
}

static void size_beyond_the_format_is_refused(void **state)
{
    conformance_t *test = *state;
    mcufs_statfs_t statfs;
    mcufs_file_t file;
    OK(mcufs_statfs(&test->fs, "/", &statfs));
    put(test, "/file", "abc");
    open_file(test, &file, "/file", UPDATE);
    FAILS(mcufs_truncate(&file, statfs.file_size_max + 1), MCUFS_EFBIG);
    FAILS(mcufs_truncate(&file, UINT64_MAX), MCUFS_EFBIG);
    assert_int_equal(mcufs_size(&file), 3);
    OK(mcufs_close(&file));
    expect_text(test, "/file", "abc");
}

const conformance_case_t content_cases[] = {
    CASE(reading_goes_on_to_the_end),
    CASE(seek_moves_as_posix_says),
    CASE(gaps_read_as_zeros),
    CASE(seek_past_the_end_alone_changes_nothing),
    CASE(truncate_shortens_and_lengthens),
    CASE(cut_off_bytes_do_not_come_back),
    CASE(sizes_change_back_and_forth),
    CASE(overwriting_leaves_the_rest),
    CASE(written_bytes_read_back_before_sync),
    CASE(sync_changes_nothing_but_durability),
    CASE(appending_starts_at_the_end_wherever_the_position),
    CASE(appending_grows_in_every_step),
    CASE(scattered_overwrites),
    CASE(sizes_agree),
    CASE(size_beyond_the_format_is_refused),
    END_OF_CASES,
};
