/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open handles stay right, whatever happens to their file's name or through another handle. */

#include "conformance/conformance.h"

enum { READ = MCUFS_O_RDONLY, WRITE = MCUFS_O_WRONLY, UPDATE = MCUFS_O_RDWR };
enum { NEW = MCUFS_O_RDWR | MCUFS_O_CREAT, APPEND = MCUFS_O_WRONLY | MCUFS_O_APPEND };

static void rewind_and_expect(mcufs_file_t *file, const char *text)
{
    assert_int_equal(mcufs_seek(file, 0, MCUFS_SEEK_SET), 0);
    read_to_end(file, text);
}

/* -- Two handles, one file ------------------------------------------------------------------------------ */

static void readers_have_their_own_positions(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t files[8];
    char byte;
    put(test, "/file", "0123456789");
    for (int i = 0; i < 8; i++) {
        open_file(test, &files[i], "/file", READ);
        assert_int_equal(mcufs_seek(&files[i], i, MCUFS_SEEK_SET), i);
    }
    for (int i = 7; i >= 0; i--) {
        assert_int_equal(mcufs_read(&files[i], &byte, 1), 1);
        assert_int_equal(byte, '0' + i);
    }
    for (int i = 0; i < 8; i++) {
        OK(mcufs_close(&files[i]));
    }
}

static void reader_sees_what_is_written(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t writer, reader;
    put(test, "/file", "abc");
    open_file(test, &reader, "/file", READ);
    open_file(test, &writer, "/file", UPDATE);
    assert_int_equal(mcufs_seek(&writer, 1, MCUFS_SEEK_SET), 1);
    write_text(&writer, "XYZ");
    assert_int_equal(mcufs_size(&reader), 4);
    rewind_and_expect(&reader, "aXYZ");
    OK(mcufs_sync(&writer));
    rewind_and_expect(&reader, "aXYZ");
    write_text(&writer, "!");
    OK(mcufs_close(&writer));
    read_to_end(&reader, "!"); /* what came after its position */
    OK(mcufs_close(&reader));
    expect_text(test, "/file", "aXYZ!");
}

static void reader_sees_large_writes(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[9000], buffer[9000];
    mcufs_file_t writer, reader;
    fill(content, sizeof(content), 1);
    open_file(test, &writer, "/file", NEW);
    open_file(test, &reader, "/file", READ);
    for (size_t done = 0; done < sizeof(content); done += 1500) {
        assert_int_equal(mcufs_write(&writer, &content[done], 1500), 1500);
        assert_int_equal(mcufs_size(&reader), done + 1500);
        assert_int_equal(mcufs_read(&reader, buffer, sizeof(buffer)), 1500);
        assert_memory_equal(buffer, &content[done], 1500);
    }
    OK(mcufs_close(&reader));
    OK(mcufs_close(&writer));
    expect_bytes(test, "/file", content, sizeof(content));
}

static void writes_of_two_handles_meet(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t first, second;
    needs_writers(test, 2);
    put(test, "/file", "..........");
    open_file(test, &first, "/file", UPDATE);
    open_file(test, &second, "/file", UPDATE);
    write_text(&first, "aa");
    assert_int_equal(mcufs_seek(&second, 4, MCUFS_SEEK_SET), 4);
    write_text(&second, "bb");
    write_text(&first, "cc");
    rewind_and_expect(&second, "aaccbb....");
    OK(mcufs_close(&first));
    assert_int_equal(mcufs_seek(&second, 9, MCUFS_SEEK_SET), 9);
    write_text(&second, "dd");
    OK(mcufs_close(&second));
    expect_text(test, "/file", "aaccbb...dd");
}

static void two_handles_append_in_turn(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t first, second;
    needs_writers(test, 2);
    put(test, "/log", "");
    open_file(test, &first, "/log", APPEND);
    open_file(test, &second, "/log", APPEND);
    for (int i = 0; i < 3; i++) {
        write_text(&first, "a");
        write_text(&second, "bb");
    }
    OK(mcufs_close(&second));
    write_text(&first, "c");
    OK(mcufs_close(&first));
    expect_text(test, "/log", "abbabbabbc");
}

static void truncation_shows_in_the_other_handle(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t first, second;
    char byte;
    put(test, "/file", "0123456789");
    open_file(test, &first, "/file", READ);
    assert_int_equal(mcufs_seek(&first, 6, MCUFS_SEEK_SET), 6);
    open_file(test, &second, "/file", UPDATE);
    OK(mcufs_truncate(&second, 4));
    assert_int_equal(mcufs_size(&first), 4);
    assert_int_equal(mcufs_tell(&first), 6);
    assert_int_equal(mcufs_read(&first, &byte, 1), 0);
    rewind_and_expect(&first, "0123");
    OK(mcufs_truncate(&second, 8));
    assert_int_equal(mcufs_size(&first), 8);
    OK(mcufs_close(&second));
    OK(mcufs_close(&first));
    expect_bytes(test, "/file", "0123\0\0\0\0", 8);
}

static void writer_goes_on_after_truncation_by_another(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t first, second;
    needs_writers(test, 2);
    put(test, "/file", "0123456789");
    open_file(test, &first, "/file", UPDATE);
    assert_int_equal(mcufs_seek(&first, 6, MCUFS_SEEK_SET), 6);
    open_file(test, &second, "/file", UPDATE);
    OK(mcufs_truncate(&second, 3));
    write_text(&first, "Z"); /* at 6: a gap of zeros before */
    OK(mcufs_close(&first));
    OK(mcufs_close(&second));
    expect_bytes(test, "/file", "012\0\0\0Z", 7);
}

static void opening_with_truncation_shows_in_the_other_handle(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t reader, writer;
    put(test, "/file", "0123456789");
    open_file(test, &reader, "/file", READ);
    open_file(test, &writer, "/file", WRITE | MCUFS_O_TRUNC);
    assert_int_equal(mcufs_size(&reader), 0);
    read_to_end(&reader, "");
    write_text(&writer, "new");
    read_to_end(&reader, "new");
    OK(mcufs_close(&writer));
    OK(mcufs_close(&reader));
    expect_text(test, "/file", "new");
}

/* -- Names that change under a handle ------------------------------------------------------------------- */

static void handle_survives_rename(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    make_directory(test, "/directory");
    put(test, "/file", "abc");
    open_file(test, &file, "/file", UPDATE);
    OK(mcufs_rename(&test->fs, "/file", "/renamed"));
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_END), 3);
    write_text(&file, "def");
    OK(mcufs_sync(&file));
    OK(mcufs_rename(&test->fs, "/renamed", "/directory/moved"));
    write_text(&file, "ghi");
    rewind_and_expect(&file, "abcdefghi");
    OK(mcufs_close(&file));
    expect_missing(test, "/file");
    expect_missing(test, "/renamed");
    expect_text(test, "/directory/moved", "abcdefghi");
}

static void handle_survives_rename_of_its_directory(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    make_directory(test, "/old");
    make_directory(test, "/old/inner");
    make_directory(test, "/other");
    put(test, "/old/inner/file", "abc");
    open_file(test, &file, "/old/inner/file", UPDATE);
    OK(mcufs_rename(&test->fs, "/old", "/other/new"));
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_END), 3);
    write_text(&file, "def");
    OK(mcufs_close(&file));
    expect_missing(test, "/old");
    expect_text(test, "/other/new/inner/file", "abcdef");
}

static void handle_survives_changes_around_it(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/m", "");
    open_file(test, &file, "/m", UPDATE);
    for (char name[] = "/a"; name[1] <= 'z'; name[1]++) {
        if (name[1] != 'm') {
            OK(mcufs_mkdir(&test->fs, name));
        }
    }
    write_text(&file, "one");
    OK(mcufs_sync(&file));
    for (char name[] = "/a"; name[1] <= 'z'; name[1]++) {
        if (name[1] != 'm') {
            OK(mcufs_rmdir(&test->fs, name));
        }
    }
    write_text(&file, "two");
    OK(mcufs_close(&file));
    expect_listing(test, "/", "m");
    expect_text(test, "/m", "onetwo");
}

static void removed_file_lives_until_closed(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    mcufs_stat_t stat;
    put(test, "/file", "abc");
    open_file(test, &file, "/file", UPDATE);
    OK(mcufs_unlink(&test->fs, "/file"));
    expect_missing(test, "/file");
    expect_listing(test, "/", "");
    rewind_and_expect(&file, "abc");
    write_text(&file, "def");
    OK(mcufs_sync(&file));
    assert_int_equal(mcufs_size(&file), 6);
    OK(mcufs_fstat(&file, &stat));
    assert_int_equal(stat.size, 6);
    assert_int_equal(stat.type, MCUFS_TYPE_FILE);
    rewind_and_expect(&file, "abcdef");
    OK(mcufs_truncate(&file, 1));
    rewind_and_expect(&file, "a");
    OK(mcufs_close(&file));
    expect_listing(test, "/", "");
    remount(test, 0);
    expect_listing(test, "/", "");
}

static void removed_large_file_lives_until_closed(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[12000], buffer[12001];
    mcufs_file_t file;
    fill(content, sizeof(content), 3);
    put_bytes(test, "/file", content, sizeof(content));
    open_file(test, &file, "/file", READ);
    OK(mcufs_unlink(&test->fs, "/file"));
    /* What is written meanwhile must not take its space: enough to go through the whole volume. */
    const mcufs_geometry_t *geometry = &test->setting->geometry;
    const size_t rounds = test->setting->host ? 5
                                              : 3 * (size_t)geometry->block_count /
                                                    (sizeof(content) / geometry->block_size + 1);
    fill(buffer, sizeof(buffer), 4);
    for (size_t round = 0; round < rounds; round++) {
        put_bytes(test, "/other", buffer, sizeof(content));
    }
    assert_int_equal(mcufs_read(&file, buffer, sizeof(buffer)), sizeof(content));
    assert_memory_equal(buffer, content, sizeof(content));
    OK(mcufs_close(&file));
    expect_listing(test, "/", "other");
}

static void name_of_a_removed_file_is_free(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t old_file, new_file;
    put(test, "/file", "old");
    open_file(test, &old_file, "/file", READ);
    OK(mcufs_unlink(&test->fs, "/file"));
    open_file(test, &new_file, "/file", MCUFS_O_RDWR | MCUFS_O_CREAT | MCUFS_O_EXCL);
    write_text(&new_file, "newer");
    rewind_and_expect(&old_file, "old");
    rewind_and_expect(&new_file, "newer");
    OK(mcufs_close(&old_file));
    OK(mcufs_close(&new_file));
    expect_text(test, "/file", "newer");
}

static void removed_file_does_not_write_into_its_successor(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "old");
    open_file(test, &file, "/file", UPDATE);
    write_text(&file, "OLD");
    OK(mcufs_unlink(&test->fs, "/file"));
    OK(mcufs_mkdir(&test->fs, "/file")); /* the name means something else now */
    write_text(&file, "more");
    OK(mcufs_sync(&file));
    OK(mcufs_close(&file));
    expect_directory(test, "/file");
    expect_listing(test, "/file", "");
}

static void replaced_file_lives_until_closed(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/file", "old");
    put(test, "/new", "new content");
    open_file(test, &file, "/file", UPDATE);
    OK(mcufs_rename(&test->fs, "/new", "/file"));
    rewind_and_expect(&file, "old");
    write_text(&file, "er");
    OK(mcufs_sync(&file));
    rewind_and_expect(&file, "older");
    OK(mcufs_close(&file));
    expect_listing(test, "/", "file");
    expect_text(test, "/file", "new content");
}

static void replacing_file_goes_on_under_the_new_name(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    put(test, "/target", "will be replaced");
    open_file(test, &file, "/temporary", NEW);
    write_text(&file, "first ");
    OK(mcufs_rename(&test->fs, "/temporary", "/target"));
    write_text(&file, "second");
    OK(mcufs_close(&file));
    expect_listing(test, "/", "target");
    expect_text(test, "/target", "first second");
}

static void both_handles_of_a_removed_file_go_on(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t first, second;
    put(test, "/file", "abc");
    open_file(test, &first, "/file", UPDATE);
    open_file(test, &second, "/file", READ);
    OK(mcufs_unlink(&test->fs, "/file"));
    write_text(&first, "XY");
    rewind_and_expect(&second, "XYc");
    OK(mcufs_close(&first));
    rewind_and_expect(&second, "XYc");
    OK(mcufs_close(&second));
    expect_listing(test, "/", "");
}

static void space_returns_with_the_last_close(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[40000];
    mcufs_file_t file;
    mcufs_statfs_t before, open, after;
    if (test->setting->host) {
        skip(); /* others use the host's disk at the same time */
    }
    put(test, "/other", "so that the directory is settled");
    OK(mcufs_statfs(&test->fs, "/", &before));
    put_bytes(test, "/file", content, sizeof(content));
    open_file(test, &file, "/file", READ);
    OK(mcufs_unlink(&test->fs, "/file"));
    OK(mcufs_statfs(&test->fs, "/", &open));
    assert_true(open.free_blocks < before.free_blocks);
    OK(mcufs_close(&file));
    OK(mcufs_statfs(&test->fs, "/", &after));
    assert_int_equal(after.free_blocks, before.free_blocks);
}

const conformance_case_t handle_cases[] = {
    CASE(readers_have_their_own_positions),
    CASE(reader_sees_what_is_written),
    CASE(reader_sees_large_writes),
    CASE(writes_of_two_handles_meet),
    CASE(two_handles_append_in_turn),
    CASE(truncation_shows_in_the_other_handle),
    CASE(writer_goes_on_after_truncation_by_another),
    CASE(opening_with_truncation_shows_in_the_other_handle),
    CASE(handle_survives_rename),
    CASE(handle_survives_rename_of_its_directory),
    CASE(handle_survives_changes_around_it),
    CASE(removed_file_lives_until_closed),
    CASE(removed_large_file_lives_until_closed),
    CASE(name_of_a_removed_file_is_free),
    CASE(removed_file_does_not_write_into_its_successor),
    CASE(replaced_file_lives_until_closed),
    CASE(replacing_file_goes_on_under_the_new_name),
    CASE(both_handles_of_a_removed_file_go_on),
    CASE(space_returns_with_the_last_close),
    END_OF_CASES,
};
