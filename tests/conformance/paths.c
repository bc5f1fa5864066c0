/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* How paths are read: separators, dots, the working directory, and which names a file may have. */

#include "conformance/conformance.h"

#include <stdio.h>

static void spellings_of_one_path(void **state)
{
    conformance_t *test = *state;
    static const char *const spellings[] = {
        "/a/b/file",   "//a//b//file", "/a/./b/./file",         "/a/b/../b/file",
        "/./a/b/file", "/../a/b/file", "/../../a/b/file",       "/a/b/c/../file",
        "a/b/file",    "./a/b/file",   "../a/b/file",           "/a/../a/b/../../a/b/file",
        "/a/b//file",  "a//b/./file",  "/a/b/c/./../../b/file",
    };
    make_directory(test, "/a");
    make_directory(test, "/a/b");
    make_directory(test, "/a/b/c");
    put(test, "/a/b/file", "content");
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        expect_text(test, spellings[i], "content");
    }
    static const char *const roots[] = {"/", "//", "/.", "/..", ".", "..", "/a/..", "a/b/../..", "///./"};
    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        expect_listing(test, roots[i], "a");
    }
}

/* The host alone would look each step up, and refuse: paths are lexical here by decision (mcufs/path.h), for
 * every filesystem and so for a host directory, too. */
static void dot_dot_takes_back_even_what_is_missing(void **state)
{
    conformance_t *test = *state;
    put(test, "/file", "content");
    expect_text(test, "/missing/../file", "content");
    expect_text(test, "/file/../file", "content");
    expect_text(test, "/missing/further/../../file", "content");
    put(test, "/missing/../new", "content");
    expect_listing(test, "/", "file new");
}

static void dots_in_names_are_just_names(void **state)
{
    conformance_t *test = *state;
    if (test->setting->names_are_text) {
        skip(); /* and such names do not end in dots */
    }
    make_directory(test, "/...");
    put(test, "/.../..file", "1");
    put(test, "/.hidden", "2");
    put(test, "/name.", "3");
    put(test, "/a..b", "4");
    expect_listing(test, "/", "... .hidden a..b name.");
    expect_text(test, "/.../../.../..file", "1");
    expect_text(test, "/.hidden", "2");
    expect_text(test, "/name.", "3");
    expect_text(test, "/a..b", "4");
}

static void empty_path_is_no_path(void **state)
{
    conformance_t *test = *state;
    mcufs_stat_t stat;
    mcufs_statfs_t statfs;
    mcufs_file_t file;
    FAILS(mcufs_stat(&test->fs, "", &stat), MCUFS_ENOENT);
    FAILS(mcufs_open(&test->fs, &file, "", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_ENOENT);
    FAILS(mcufs_chdir(&test->fs, ""), MCUFS_ENOENT);
    FAILS(mcufs_statfs(&test->fs, "", &statfs), MCUFS_ENOENT);
    FAILS(mcufs_stat(&test->fs, NULL, &stat), MCUFS_EINVAL);
    FAILS(mcufs_stat(&test->fs, "/", NULL), MCUFS_EINVAL);
    FAILS(mcufs_chdir(&test->fs, NULL), MCUFS_EINVAL);
}

static void stat_is_refused(void **state)
{
    conformance_t *test = *state;
    mcufs_stat_t stat;
    put(test, "/file", "content");
    FAILS(mcufs_stat(&test->fs, "/missing", &stat), MCUFS_ENOENT);
    FAILS(mcufs_stat(&test->fs, "/missing/", &stat), MCUFS_ENOENT);
    FAILS(mcufs_stat(&test->fs, "/missing/below", &stat), MCUFS_ENOENT);
    FAILS(mcufs_stat(&test->fs, "/file/below", &stat), MCUFS_ENOTDIR);
    FAILS(mcufs_stat(&test->fs, "/file/", &stat), MCUFS_ENOTDIR);
    FAILS(mcufs_stat(&test->fs, "/file/.", &stat), MCUFS_ENOTDIR);
    FAILS(mcufs_stat(&test->fs, "/file/below/further", &stat), MCUFS_ENOTDIR);
}

/* -- The working directory ------------------------------------------------------------------------------ */

static void expect_working_directory(conformance_t *test, const char *path)
{
    char buffer[MCUFS_PATH_MAX];
    memset(buffer, 0xa5, sizeof(buffer));
    OK(mcufs_getcwd(&test->fs, buffer, sizeof(buffer)));
    assert_string_equal(buffer, path);
}

static void relative_paths_start_at_the_working_directory(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/one");
    make_directory(test, "/one/two");
    expect_working_directory(test, "/");
    OK(mcufs_chdir(&test->fs, "one"));
    expect_working_directory(test, "/one");
    put(test, "file", "in one");
    OK(mcufs_chdir(&test->fs, "./two//"));
    expect_working_directory(test, "/one/two");
    put(test, "file", "in two");
    expect_text(test, "../file", "in one");
    expect_text(test, "/one/two/file", "in two");
    expect_text(test, "../../one/file", "in one");
    expect_listing(test, ".", "file");
    expect_listing(test, "..", "file two");
    OK(mcufs_rename(&test->fs, "file", "../moved"));
    expect_listing(test, "/one", "file moved two");
    OK(mcufs_chdir(&test->fs, "../../.."));
    expect_working_directory(test, "/");
    OK(mcufs_chdir(&test->fs, "/one/./two/../two"));
    expect_working_directory(test, "/one/two");
    OK(mcufs_chdir(&test->fs, ".."));
    expect_working_directory(test, "/one");
    OK(mcufs_chdir(&test->fs, "."));
    expect_working_directory(test, "/one");
    make_directory(test, "three");
    OK(mcufs_rmdir(&test->fs, "../one/three"));
    OK(mcufs_unlink(&test->fs, "moved"));
    expect_listing(test, "/one", "file two");
}

static void working_directory_must_be_a_directory(void **state)
{
    conformance_t *test = *state;
    char small[5];
    make_directory(test, "/one");
    put(test, "/file", "");
    OK(mcufs_chdir(&test->fs, "/one"));
    FAILS(mcufs_chdir(&test->fs, "missing"), MCUFS_ENOENT);
    FAILS(mcufs_chdir(&test->fs, "/file"), MCUFS_ENOTDIR);
    FAILS(mcufs_chdir(&test->fs, "/file/below"), MCUFS_ENOTDIR);
    expect_working_directory(test, "/one");
    OK(mcufs_getcwd(&test->fs, small, 5));
    assert_string_equal(small, "/one");
    memset(small, 'x', sizeof(small));
    FAILS(mcufs_getcwd(&test->fs, small, 4), MCUFS_ERANGE);
    FAILS(mcufs_getcwd(&test->fs, small, 0), MCUFS_ERANGE);
    FAILS(mcufs_getcwd(&test->fs, NULL, 5), MCUFS_EINVAL);
    assert_int_equal(small[0], 'x');
}

static void working_directory_can_vanish(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    make_directory(test, "/one");
    OK(mcufs_chdir(&test->fs, "/one"));
    OK(mcufs_rmdir(&test->fs, "/one"));
    FAILS(mcufs_open(&test->fs, &file, "file", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_ENOENT);
    OK(mcufs_chdir(&test->fs, ".."));
    expect_listing(test, ".", "");
}

/* Paths may be of any length where they need not be remembered. */
static void long_paths_work_but_for_the_working_directory(void **state)
{
    conformance_t *test = *state;
    char path[MCUFS_PATH_MAX * 2] = "";
    size_t length = 0;
    while (length < MCUFS_PATH_MAX + 20) {
        length += (size_t)snprintf(&path[length], sizeof(path) - length, "/directory");
        make_directory(test, path);
    }
    FAILS(mcufs_chdir(&test->fs, path), MCUFS_ENAMETOOLONG);
    expect_working_directory(test, "/");
    snprintf(&path[length], sizeof(path) - length, "/file");
    put(test, path, "content");
    expect_text(test, path, "content");
    path[length] = '\0';
    expect_listing(test, path, "file");
    for (size_t up = MCUFS_PATH_MAX - 1; up > 0; up--) {
        if (path[up] == '/') {
            path[up] = '\0';
            break;
        }
    }
    OK(mcufs_chdir(&test->fs, path));
    expect_working_directory(test, path);
    FAILS(mcufs_chdir(&test->fs, "directory"), MCUFS_ENAMETOOLONG);
    expect_working_directory(test, path);
    expect_directory(test, "directory");
}

/* -- Names ---------------------------------------------------------------------------------------------- */

static void longest_names_work_and_longer_ones_do_not(void **state)
{
    conformance_t *test = *state;
    const uint32_t name_max = test->setting->name_max;
    char name[MCUFS_NAME_MAX + 16], other[MCUFS_NAME_MAX + 16];
    mcufs_file_t file;
    mcufs_dir_t dir;
    mcufs_stat_t stat;
    memset(name, 'n', sizeof(name));
    name[0] = '/';
    name[1 + name_max] = '\0';
    memcpy(other, name, sizeof(other));
    other[name_max] = 'm'; /* differs in the last byte only */
    put(test, name, "content");
    make_directory(test, other);
    expect_text(test, name, "content");
    expect_directory(test, other);
    assert_int_equal(count_in_listing(test, "/", &name[1]), 1);
    assert_int_equal(count_in_listing(test, "/", &other[1]), 1);
    OK(mcufs_rmdir(&test->fs, other));
    OK(mcufs_rename(&test->fs, name, other));
    expect_text(test, other, "content");
    expect_missing(test, name);

    name[1 + name_max] = 'n';
    name[2 + name_max] = '\0';
    FAILS(mcufs_open(&test->fs, &file, name, MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_open(&test->fs, &file, name, MCUFS_O_RDONLY), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_mkdir(&test->fs, name), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_opendir(&test->fs, &dir, name), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_stat(&test->fs, name, &stat), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_remove(&test->fs, name), MCUFS_ENAMETOOLONG);
    FAILS(mcufs_chdir(&test->fs, name), MCUFS_ENAMETOOLONG);
    memcpy(&name[2 + name_max], "/below", 7);
    FAILS(mcufs_stat(&test->fs, name, &stat), MCUFS_ENAMETOOLONG);
    expect_listing(test, "/", &other[1]);
}

static void names_are_bytes(void **state)
{
    conformance_t *test = *state;
    static const char *const names[] = {
        "/ ",
        "/  two  ",
        "/\x01\x02\x1f",
        "/\x7f",
        "/\x80\xff\xfe",
        "/\xc3\xa4\xe2\x82\xac",
        "/back\\slash",
        "/\"quoted\"",
        "/*?<>|:",
        "/new\nline",
        "/~",
        "/-rf",
        "/A",
        "/a",
        "/aB",
        "/Ab",
        "/con",
        "/%s%n",
    };
    enum { COUNT = sizeof(names) / sizeof(names[0]) };
    if (test->setting->names_are_text) {
        skip();
    }
    for (size_t i = 0; i < COUNT; i++) {
        put(test, names[i], names[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        expect_text(test, names[i], names[i]);
        assert_int_equal(count_in_listing(test, "/", &names[i][1]), 1);
    }
    for (size_t i = 0; i < COUNT; i += 2) {
        OK(mcufs_unlink(&test->fs, names[i]));
    }
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(count_in_listing(test, "/", &names[i][1]), i % 2);
    }
}

const conformance_case_t path_cases[] = {
    CASE(spellings_of_one_path),
    CASE(dot_dot_takes_back_even_what_is_missing),
    CASE(dots_in_names_are_just_names),
    CASE(empty_path_is_no_path),
    CASE(stat_is_refused),
    CASE(relative_paths_start_at_the_working_directory),
    CASE(working_directory_must_be_a_directory),
    CASE(working_directory_can_vanish),
    CASE(long_paths_work_but_for_the_working_directory),
    CASE(longest_names_work_and_longer_ones_do_not),
    CASE(names_are_bytes),
    END_OF_CASES,
};
