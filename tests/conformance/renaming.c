/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Every rule of rename. */

#include "conformance/conformance.h"

static void move(conformance_t *test, const char *from, const char *to)
{
    settle(test);
    OK(mcufs_rename(&test->fs, from, to));
    settle(test);
}

static void refuse(conformance_t *test, const char *from, const char *to, int error)
{
    settle(test);
    FAILS(mcufs_rename(&test->fs, from, to), error);
    settle(test);
}

/* -- What is allowed ------------------------------------------------------------------------------------ */

static void file_gets_a_new_name(void **state)
{
    conformance_t *test = *state;
    put(test, "/b", "content");
    put(test, "/n", "neighbour");
    move(test, "/b", "/z"); /* past its neighbour, and back before it */
    expect_listing(test, "/", "n z");
    move(test, "/z", "/a");
    expect_listing(test, "/", "a n");
    expect_text(test, "/a", "content");
    expect_text(test, "/n", "neighbour");
}

static void names_that_begin_alike_stay_apart(void **state)
{
    conformance_t *test = *state;
    put(test, "/a", "1");
    put(test, "/ab", "2");
    put(test, "/abc", "3");
    move(test, "/ab", "/abcd");
    move(test, "/a", "/ab");
    expect_listing(test, "/", "ab abc abcd");
    expect_text(test, "/ab", "1");
    expect_text(test, "/abc", "3");
    expect_text(test, "/abcd", "2");
}

static void file_moves_to_another_directory(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[5000];
    fill(content, sizeof(content), 1);
    make_directory(test, "/one");
    make_directory(test, "/one/two");
    put_bytes(test, "/file", content, sizeof(content));
    move(test, "/file", "/one/two/file");
    expect_missing(test, "/file");
    expect_bytes(test, "/one/two/file", content, sizeof(content));
    move(test, "/one/two/file", "/one/up");
    expect_listing(test, "/one", "two up");
    expect_listing(test, "/one/two", "");
    expect_bytes(test, "/one/up", content, sizeof(content));
    move(test, "/one/up", "/file");
    expect_listing(test, "/one", "two");
    expect_bytes(test, "/file", content, sizeof(content));
}

static void file_replaces_file(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[5000];
    fill(content, sizeof(content), 1);
    make_directory(test, "/directory");
    put_bytes(test, "/new", content, sizeof(content));
    put(test, "/directory/old", "old");
    put(test, "/directory/other", "other");
    move(test, "/new", "/directory/old");
    expect_listing(test, "/", "directory");
    expect_listing(test, "/directory", "old other");
    expect_bytes(test, "/directory/old", content, sizeof(content));
    move(test, "/directory/other", "/directory/old"); /* in one directory, too */
    expect_listing(test, "/directory", "old");
    expect_text(test, "/directory/old", "other");
}

static void directory_moves_with_all_that_is_in_it(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/a");
    make_directory(test, "/a/inner");
    make_directory(test, "/b");
    put(test, "/a/inner/file", "content");
    move(test, "/a", "/c");
    expect_text(test, "/c/inner/file", "content");
    move(test, "/c/inner", "/b/moved");
    expect_text(test, "/b/moved/file", "content");
    expect_listing(test, "/c", "");
    move(test, "/b/moved", "/moved");
    expect_listing(test, "/", "b c moved");
    expect_listing(test, "/b", "");
    expect_text(test, "/moved/file", "content");
}

static void directory_replaces_empty_directory(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/from");
    make_directory(test, "/to");
    make_directory(test, "/to/empty");
    put(test, "/from/file", "content");
    move(test, "/from", "/to/empty");
    expect_listing(test, "/", "to");
    expect_listing(test, "/to", "empty");
    expect_text(test, "/to/empty/file", "content");
    make_directory(test, "/none");
    move(test, "/to/empty", "/none");
    expect_text(test, "/none/file", "content");
    expect_listing(test, "/to", "");
}

static void renaming_onto_itself_changes_nothing(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/directory");
    put(test, "/directory/file", "content");
    move(test, "/directory/file", "/directory/file");
    move(test, "/directory/file", "/directory/../directory//./file");
    move(test, "/directory", "/directory");
    move(test, "/directory", "/directory/");
    expect_listing(test, "/", "directory");
    expect_listing(test, "/directory", "file");
    expect_text(test, "/directory/file", "content");
}

static void same_name_in_another_directory_is_another_file(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/a");
    make_directory(test, "/b");
    put(test, "/a/file", "a");
    put(test, "/b/file", "b");
    move(test, "/a/file", "/b/file");
    expect_listing(test, "/a", "");
    expect_text(test, "/b/file", "a");
    move(test, "/b/file", "/a/file");
    expect_text(test, "/a/file", "a");
    expect_listing(test, "/b", "");
}

static void two_files_change_places(void **state)
{
    conformance_t *test = *state;
    put(test, "/one", "1");
    put(test, "/two", "2");
    for (int i = 0; i < 6; i++) {
        move(test, "/one", "/temporary");
        move(test, "/two", "/one");
        move(test, "/temporary", "/two");
        expect_text(test, "/one", i % 2 == 0 ? "2" : "1");
        expect_text(test, "/two", i % 2 == 0 ? "1" : "2");
    }
    expect_listing(test, "/", "one two");
}

static void parent_and_child_change_places(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/a");
    make_directory(test, "/a/b");
    put(test, "/a/b/file", "content");
    move(test, "/a/b", "/b");
    move(test, "/a", "/b/a");
    expect_listing(test, "/", "b");
    expect_listing(test, "/b", "a file");
    expect_text(test, "/b/file", "content");
}

static void many_renames_in_a_row(void **state)
{
    conformance_t *test = *state;
    char from[] = "/file-00", to[] = "/file-00";
    put(test, from, "content");
    put(test, "/file-", "other");
    for (int i = 1; i <= 60; i++) {
        to[6] = (char)('0' + i / 10);
        to[7] = (char)('0' + i % 10);
        OK(mcufs_rename(&test->fs, from, to));
        memcpy(from, to, sizeof(from));
    }
    expect_listing(test, "/", "file- file-60");
    expect_text(test, "/file-60", "content");
}

/* -- What is refused ------------------------------------------------------------------------------------ */

static void unlike_targets_are_refused(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/directory");
    make_directory(test, "/empty");
    make_directory(test, "/full");
    put(test, "/full/inside", "kept");
    put(test, "/directory/mine", "kept");
    put(test, "/file", "kept");
    refuse(test, "/file", "/empty", MCUFS_EISDIR);
    refuse(test, "/file", "/full", MCUFS_EISDIR);
    refuse(test, "/directory", "/file", MCUFS_ENOTDIR);
    refuse(test, "/directory", "/full", MCUFS_ENOTEMPTY);
    refuse(test, "/empty", "/full", MCUFS_ENOTEMPTY);
    expect_listing(test, "/", "directory empty file full");
    expect_text(test, "/full/inside", "kept");
    expect_text(test, "/directory/mine", "kept");
    expect_text(test, "/file", "kept");
}

static void directory_cannot_move_into_itself(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/a");
    make_directory(test, "/a/b");
    make_directory(test, "/a/b/c");
    refuse(test, "/a", "/a/x", MCUFS_EINVAL);
    refuse(test, "/a", "/a/b", MCUFS_EINVAL);
    refuse(test, "/a", "/a/b/x", MCUFS_EINVAL);
    refuse(test, "/a", "/a/b/c", MCUFS_EINVAL);
    refuse(test, "/a/b", "/a/b/c/x", MCUFS_EINVAL);
    refuse(test, "/a/b", "/a", MCUFS_ENOTEMPTY); /* onto what it lies in */
    expect_listing(test, "/", "a");
    expect_listing(test, "/a", "b");
    expect_listing(test, "/a/b", "c");
}

static void missing_names_are_refused(void **state)
{
    conformance_t *test = *state;
    put(test, "/file", "kept");
    make_directory(test, "/directory");
    refuse(test, "/missing", "/new", MCUFS_ENOENT);
    refuse(test, "/missing", "/file", MCUFS_ENOENT);
    refuse(test, "/missing", "/missing", MCUFS_ENOENT);
    refuse(test, "/missing/file", "/new", MCUFS_ENOENT);
    refuse(test, "/file", "/missing/new", MCUFS_ENOENT);
    refuse(test, "/directory", "/missing/new", MCUFS_ENOENT);
    refuse(test, "/file/below", "/new", MCUFS_ENOTDIR);
    refuse(test, "/directory", "/file/below", MCUFS_ENOTDIR);
    refuse(test, "", "/new", MCUFS_ENOENT);
    refuse(test, "/file", "", MCUFS_ENOENT);
    refuse(test, NULL, "/new", MCUFS_EINVAL);
    refuse(test, "/file", NULL, MCUFS_EINVAL);
    expect_listing(test, "/", "directory file");
    expect_text(test, "/file", "kept");
}

static void root_stays(void **state)
{
    conformance_t *test = *state;
    put(test, "/file", "kept");
    make_directory(test, "/directory");
    refuse(test, "/", "/new", MCUFS_EPERM);
    refuse(test, "/", "/", MCUFS_EPERM);
    refuse(test, "/directory", "/", MCUFS_EPERM);
    refuse(test, "/file", "/..", MCUFS_EPERM);
    expect_listing(test, "/", "directory file");
}

static void too_long_a_name_is_refused(void **state)
{
    conformance_t *test = *state;
    char name[MCUFS_NAME_MAX + 3];
    memset(name, 'n', sizeof(name));
    name[0] = '/';
    name[test->setting->name_max + 2] = '\0';
    put(test, "/file", "kept");
    refuse(test, "/file", name, MCUFS_ENAMETOOLONG);
    refuse(test, name, "/file", MCUFS_ENAMETOOLONG);
    expect_listing(test, "/", "file");
}

static void trailing_slash_names_a_directory(void **state)
{
    conformance_t *test = *state;
    put(test, "/file", "kept");
    make_directory(test, "/directory");
    refuse(test, "/file/", "/new", MCUFS_ENOTDIR);
    refuse(test, "/file", "/new/", MCUFS_ENOTDIR);
    /* POSIX has EISDIR for this; Linux looks at the slash first. */
    refuse(test, "/file", "/directory/", test->setting->host ? MCUFS_ENOTDIR : MCUFS_EISDIR);
    move(test, "/directory/", "/moved/");
    expect_listing(test, "/", "file moved");
}

const conformance_case_t rename_cases[] = {
    CASE(file_gets_a_new_name),
    CASE(names_that_begin_alike_stay_apart),
    CASE(file_moves_to_another_directory),
    CASE(file_replaces_file),
    CASE(directory_moves_with_all_that_is_in_it),
    CASE(directory_replaces_empty_directory),
    CASE(renaming_onto_itself_changes_nothing),
    CASE(same_name_in_another_directory_is_another_file),
    CASE(two_files_change_places),
    CASE(parent_and_child_change_places),
    CASE(many_renames_in_a_row),
    CASE(unlike_targets_are_refused),
    CASE(directory_cannot_move_into_itself),
    CASE(missing_names_are_refused),
    CASE(root_stays),
    CASE(too_long_a_name_is_refused),
    CASE(trailing_slash_names_a_directory),
    END_OF_CASES,
};
