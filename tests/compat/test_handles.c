/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open files while their names change, and several handles at once. Where the original loses data here, this
 * does not: spec, part C. */

#include "compat.h"

#include <stdio.h>

static void expect_read(lfs_file_t *file, const char *text)
{
    char buffer[100];
    IS((int)strlen(text), lfs_file_read(&lfs, file, buffer, sizeof buffer));
    assert_memory_equal(buffer, text, strlen(text));
}

static void two_files_at_once(void **state)
{
    (void)state;
    lfs_file_t a, b;
    OK(open_file(&a, "a", LFS_O_RDWR | LFS_O_CREAT));
    OK(open_file(&b, "b", LFS_O_RDWR | LFS_O_CREAT));
    for (unsigned i = 0; i < 100; i++) {
        append_text(&a, "aaaaa");
        append_text(&b, "bbbbbbb");
    }
    IS(500, lfs_file_size(&lfs, &a));
    IS(700, lfs_file_size(&lfs, &b));
    OK(lfs_file_close(&lfs, &a));
    append_text(&b, "!");
    OK(lfs_file_close(&lfs, &b));
    remount();
    OK(open_file(&a, "a", LFS_O_RDONLY));
    OK(open_file(&b, "b", LFS_O_RDONLY));
    char byte;
    for (unsigned i = 0; i < 500; i++) {
        IS(1, lfs_file_read(&lfs, &a, &byte, 1));
        assert_int_equal(byte, 'a');
        IS(1, lfs_file_read(&lfs, &b, &byte, 1));
        assert_int_equal(byte, 'b');
    }
    OK(lfs_file_close(&lfs, &a));
    OK(lfs_file_close(&lfs, &b));
}

static void two_handles_are_one_file(void **state)
{
    (void)state;
    lfs_file_t writer, reader;
    put("f", "old");
    OK(open_file(&writer, "f", LFS_O_RDWR | LFS_O_TRUNC));
    OK(open_file(&reader, "f", LFS_O_RDONLY));
    append_text(&writer, "new content");
    OK(lfs_file_sync(&lfs, &writer));
    expect_read(&reader, "new content");
    OK(lfs_file_close(&lfs, &writer));
    OK(lfs_file_rewind(&lfs, &reader));
    expect_read(&reader, "new content");
    OK(lfs_file_close(&lfs, &reader));
}

static void a_reader_stays_right_while_it_is_rewritten(void **state)
{
    (void)state;
    lfs_file_t reader;
    put_bytes("f", 2000, 1);
    OK(open_file(&reader, "f", LFS_O_RDONLY));
    put_bytes("f", 1000, 2);
    put_bytes("other", 8000, 3); /* takes the blocks that were freed */
    char byte;
    for (unsigned i = 0; i < 1000; i++) {
        IS(1, lfs_file_read(&lfs, &reader, &byte, 1));
    }
    IS(0, lfs_file_read(&lfs, &reader, &byte, 1));
    OK(lfs_file_close(&lfs, &reader));
    expect_bytes("f", 1000, 2);
}

static void a_renamed_file_is_still_written(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(lfs_mkdir(&lfs, "d"));
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_CREAT));
    append_text(&file, "before");
    OK(lfs_rename(&lfs, "f", "g"));
    append_text(&file, " and after");
    OK(lfs_file_sync(&lfs, &file));
    expect_text("g", "before and after");
    OK(lfs_rename(&lfs, "g", "d/h"));
    append_text(&file, ", far away");
    OK(lfs_file_close(&lfs, &file));
    expect_missing("f");
    expect_missing("g");
    expect_text("d/h", "before and after, far away");
}

static void a_removed_file_is_usable_until_closed(void **state)
{
    (void)state;
    lfs_file_t file;
    put_bytes("f", 2000, 7);
    OK(open_file(&file, "f", LFS_O_RDWR | LFS_O_APPEND));
    append_text(&file, "unsynced");
    OK(lfs_remove(&lfs, "f"));
    expect_missing("f");
    put_bytes("other", 4000, 8);
    append_text(&file, "more");
    OK(lfs_file_sync(&lfs, &file));
    IS(2012, lfs_file_size(&lfs, &file));
    IS(2000, lfs_file_seek(&lfs, &file, 2000, LFS_SEEK_SET));
    expect_read(&file, "unsyncedmore");
    OK(lfs_file_close(&lfs, &file));
    expect_missing("f");
    expect_bytes("other", 4000, 8);
    remount();
    expect_listing("/", ". .. other");
}

static void a_replaced_file_is_usable_until_closed(void **state)
{
    (void)state;
    lfs_file_t file;
    put("victim", "victim");
    put("f", "winner");
    OK(open_file(&file, "victim", LFS_O_RDWR));
    OK(lfs_rename(&lfs, "f", "victim"));
    expect_read(&file, "victim");
    append_text(&file, " is gone");
    OK(lfs_file_close(&lfs, &file));
    expect_text("victim", "winner");
    expect_missing("f");
}

static void handles_follow_their_neighbours(void **state)
{
    (void)state;
    lfs_file_t file;
    char name[20];
    OK(open_file(&file, "m", LFS_O_RDWR | LFS_O_CREAT));
    for (unsigned i = 0; i < 40; i++) { /* before and behind, until the directory splits */
        snprintf(name, sizeof name, "%c-neighbour%02u", i % 2 ? 'a' : 'z', i);
        put(name, "x");
    }
    append_text(&file, "middle");
    OK(lfs_file_sync(&lfs, &file));
    for (unsigned i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "%c-neighbour%02u", i % 2 ? 'a' : 'z', i);
        OK(lfs_remove(&lfs, name));
    }
    append_text(&file, ", still");
    OK(lfs_file_close(&lfs, &file));
    expect_text("m", "middle, still");
}

static void renaming(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "d"));
    OK(lfs_mkdir(&lfs, "d/sub"));
    OK(lfs_mkdir(&lfs, "empty"));
    OK(lfs_mkdir(&lfs, "full"));
    put("full/x", "x");
    put("f", "f");
    put("g", "g");
    OK(lfs_rename(&lfs, "f", "f"));
    OK(lfs_rename(&lfs, "d", "d"));
    IS(LFS_ERR_NOENT, lfs_rename(&lfs, "nope", "f"));
    IS(LFS_ERR_ISDIR, lfs_rename(&lfs, "f", "empty"));
    IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, "d", "f"));
    IS(LFS_ERR_NOTEMPTY, lfs_rename(&lfs, "d", "full"));
    /* The original answers 0, and the subtree is gone. */
    IS(LFS_ERR_INVAL, lfs_rename(&lfs, "d", "d/sub/e"));
    IS(LFS_ERR_INVAL, lfs_rename(&lfs, "d", "d/e"));
    OK(lfs_rename(&lfs, "f", "g"));
    expect_text("g", "f");
    OK(lfs_rename(&lfs, "d", "empty"));
    expect_listing("empty", ". .. sub");
    OK(lfs_rename(&lfs, "empty/sub", "sub"));
    expect_listing("/", ". .. empty full g sub");
}

static void removing(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "d"));
    put("d/f", "f");
    IS(LFS_ERR_NOTEMPTY, lfs_remove(&lfs, "d"));
    IS(LFS_ERR_NOENT, lfs_remove(&lfs, "d/g"));
    OK(lfs_remove(&lfs, "d/f"));
    OK(lfs_remove(&lfs, "d"));
    IS(LFS_ERR_NOENT, lfs_remove(&lfs, "d"));
    expect_listing("/", ". ..");
}

const struct CMUnitTest handle_tests[] = {
    CASE(two_files_at_once),
    CASE(two_handles_are_one_file),
    CASE(a_reader_stays_right_while_it_is_rewritten),
    CASE(a_renamed_file_is_still_written),
    CASE(a_removed_file_is_usable_until_closed),
    CASE(a_replaced_file_is_usable_until_closed),
    CASE(handles_follow_their_neighbours),
    CASE(renaming),
    CASE(removing),
    END_OF_CASES,
};
