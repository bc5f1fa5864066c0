/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories: creation, removal, and listings that stay right while entries come and go. */

#include "conformance/conformance.h"

#include <stdio.h>

enum { WRITE = MCUFS_O_WRONLY | MCUFS_O_CREAT, MANY = 40 };

static const char *numbered(char *buffer, size_t size, const char *prefix, int number)
{
    snprintf(buffer, size, "%s%02d", prefix, number);
    return buffer;
}

static void make_many(conformance_t *test, const char *prefix)
{
    char path[32];
    for (int i = 0; i < MANY; i++) {
        mcufs_file_t file;
        open_file(test, &file, numbered(path, sizeof(path), prefix, i), WRITE);
        OK(mcufs_close(&file));
    }
    settle(test);
}

static int number_of(const char *name)
{
    return (name[1] - '0') * 10 + name[2] - '0';
}

/* -- Creation and removal ------------------------------------------------------------------------------- */

static void directories_come_and_go(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/a");
    make_directory(test, "/a/b");
    make_directory(test, "/c/"); /* spelled as one */
    expect_directory(test, "/");
    expect_directory(test, "/a");
    expect_directory(test, "/a/b");
    expect_directory(test, "/a/b/");
    expect_listing(test, "/", "a c");
    expect_listing(test, "/a", "b");
    OK(mcufs_rmdir(&test->fs, "/a/b"));
    OK(mcufs_remove(&test->fs, "/c/"));
    expect_listing(test, "/", "a");
    expect_listing(test, "/a", "");
    make_directory(test, "/a/b");
    expect_listing(test, "/a/b", "");
}

static void creation_is_refused(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/directory");
    put(test, "/file", "kept");
    FAILS(mcufs_mkdir(&test->fs, "/directory"), MCUFS_EEXIST);
    FAILS(mcufs_mkdir(&test->fs, "/directory/"), MCUFS_EEXIST);
    FAILS(mcufs_mkdir(&test->fs, "/file"), MCUFS_EEXIST);
    FAILS(mcufs_mkdir(&test->fs, "/"), MCUFS_EEXIST);
    FAILS(mcufs_mkdir(&test->fs, "/missing/new"), MCUFS_ENOENT);
    FAILS(mcufs_mkdir(&test->fs, "/file/new"), MCUFS_ENOTDIR);
    FAILS(mcufs_mkdir(&test->fs, ""), MCUFS_ENOENT);
    FAILS(mcufs_mkdir(&test->fs, NULL), MCUFS_EINVAL);
    expect_listing(test, "/", "directory file");
    expect_text(test, "/file", "kept");
}

static void removal_is_refused(void **state)
{
    conformance_t *test = *state;
    make_directory(test, "/full");
    make_directory(test, "/empty");
    put(test, "/full/file", "kept");
    put(test, "/file", "kept");
    FAILS(mcufs_rmdir(&test->fs, "/full"), MCUFS_ENOTEMPTY);
    FAILS(mcufs_remove(&test->fs, "/full"), MCUFS_ENOTEMPTY);
    FAILS(mcufs_rmdir(&test->fs, "/file"), MCUFS_ENOTDIR);
    FAILS(mcufs_unlink(&test->fs, "/empty"), MCUFS_EISDIR);
    FAILS(mcufs_unlink(&test->fs, "/full"), MCUFS_EISDIR);
    FAILS(mcufs_unlink(&test->fs, "/file/"), MCUFS_ENOTDIR);
    FAILS(mcufs_remove(&test->fs, "/file/"), MCUFS_ENOTDIR);
    FAILS(mcufs_unlink(&test->fs, "/"), MCUFS_EISDIR);
    FAILS(mcufs_rmdir(&test->fs, "/"), MCUFS_EPERM);
    FAILS(mcufs_remove(&test->fs, "/"), MCUFS_EPERM);
    for (int i = 0; i < 3; i++) {
        int (*const remove_call[])(mcufs_t *, const char *) = {mcufs_remove, mcufs_unlink, mcufs_rmdir};
        FAILS(remove_call[i](&test->fs, "/missing"), MCUFS_ENOENT);
        FAILS(remove_call[i](&test->fs, "/missing/below"), MCUFS_ENOENT);
        FAILS(remove_call[i](&test->fs, "/file/below"), MCUFS_ENOTDIR);
        FAILS(remove_call[i](&test->fs, ""), MCUFS_ENOENT);
        FAILS(remove_call[i](&test->fs, NULL), MCUFS_EINVAL);
    }
    expect_listing(test, "/", "empty file full");
    expect_text(test, "/full/file", "kept");
}

static void either_call_removes_its_kind(void **state)
{
    conformance_t *test = *state;
    put(test, "/one", "");
    put(test, "/two", "content");
    make_directory(test, "/three");
    make_directory(test, "/four");
    OK(mcufs_remove(&test->fs, "/one"));
    OK(mcufs_unlink(&test->fs, "/two"));
    OK(mcufs_remove(&test->fs, "/three"));
    OK(mcufs_rmdir(&test->fs, "/four"));
    expect_listing(test, "/", "");
}

static void same_names_again_and_again(void **state)
{
    conformance_t *test = *state;
    for (int i = 0; i < 30; i++) {
        put(test, "/name", i % 2 == 0 ? "file" : "another file");
        expect_listing(test, "/", "name");
        OK(mcufs_unlink(&test->fs, "/name"));
        make_directory(test, "/name");
        put(test, "/name/inside", "x");
        FAILS(mcufs_rmdir(&test->fs, "/name"), MCUFS_ENOTEMPTY);
        OK(mcufs_unlink(&test->fs, "/name/inside"));
        OK(mcufs_rmdir(&test->fs, "/name"));
        expect_listing(test, "/", "");
    }
}

/* -- Listing -------------------------------------------------------------------------------------------- */

static void entries_say_what_they_are(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    unsigned seen = 0;
    make_directory(test, "/directory");
    put(test, "/file", "12345");
    put(test, "/empty", "");
    OK(mcufs_opendir(&test->fs, &dir, "/"));
    int result;
    while (memset(&entry, 0xa5, sizeof(entry)), (result = mcufs_readdir(&dir, &entry)) == 1) {
        mcufs_stat_t stat;
        char path[300];
        snprintf(path, sizeof(path), "/%s", entry.name);
        OK(mcufs_stat(&test->fs, path, &stat));
        assert_int_equal(entry.stat.type, stat.type);
        assert_int_equal(entry.stat.size, stat.size);
        assert_int_equal(entry.stat.attributes, stat.attributes);
        assert_int_equal(entry.stat.times.modified, stat.times.modified);
        assert_int_equal(entry.stat.type, entry.name[0] == 'd' ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE);
        assert_int_equal(entry.stat.size, entry.name[0] == 'f' ? 5 : 0);
        seen++;
    }
    OK(result);
    OK(mcufs_readdir(&dir, &entry)); /* the end stays the end */
    assert_int_equal(seen, 3);
    OK(mcufs_closedir(&dir));
}

static void opening_a_directory_is_refused(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    put(test, "/file", "");
    FAILS(mcufs_opendir(&test->fs, &dir, "/missing"), MCUFS_ENOENT);
    FAILS(mcufs_opendir(&test->fs, &dir, "/file"), MCUFS_ENOTDIR);
    FAILS(mcufs_opendir(&test->fs, &dir, "/file/"), MCUFS_ENOTDIR);
    FAILS(mcufs_opendir(&test->fs, &dir, "/file/below"), MCUFS_ENOTDIR);
    FAILS(mcufs_opendir(&test->fs, &dir, "/missing/below"), MCUFS_ENOENT);
    FAILS(mcufs_opendir(&test->fs, &dir, ""), MCUFS_ENOENT);
    FAILS(mcufs_opendir(&test->fs, &dir, NULL), MCUFS_EINVAL);
    FAILS(mcufs_opendir(&test->fs, NULL, "/"), MCUFS_EINVAL);
    OK(mcufs_opendir(&test->fs, &dir, "/"));
    FAILS(mcufs_readdir(&dir, NULL), MCUFS_EINVAL);
    FAILS(mcufs_seekdir(&dir, -1), MCUFS_EINVAL);
    OK(mcufs_closedir(&dir));
    FAILS(mcufs_closedir(&dir), MCUFS_EBADF);
    FAILS(mcufs_readdir(&dir, &entry), MCUFS_EBADF);
    FAILS(mcufs_telldir(&dir), MCUFS_EBADF);
    FAILS(mcufs_seekdir(&dir, 0), MCUFS_EBADF);
    FAILS(mcufs_rewinddir(&dir), MCUFS_EBADF);
    FAILS(mcufs_closedir(NULL), MCUFS_EINVAL);
    FAILS(mcufs_readdir(NULL, &entry), MCUFS_EINVAL);
}

/* -- Listing while entries come and go: what is there all the time appears exactly once ------------------ */

static void walk_and_change(conformance_t *test,
                            void (*change)(conformance_t *test, int step, const char *name),
                            bool (*is_there_all_the_time)(int number))
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    unsigned seen[MANY] = {0};
    int result, step = 0;
    make_directory(test, "/d");
    make_many(test, "/d/f");
    OK(mcufs_opendir(&test->fs, &dir, "/d"));
    while ((result = mcufs_readdir(&dir, &entry)) == 1) {
        if (entry.name[0] == 'f') {
            seen[number_of(entry.name)]++;
        }
        change(test, step, entry.name);
        step++;
        assert_true(step < 500);
    }
    OK(result);
    OK(mcufs_closedir(&dir));
    for (int i = 0; i < MANY; i++) {
        if (is_there_all_the_time(i)) {
            assert_int_equal(seen[i], 1);
        } else {
            assert_in_range(seen[i], 0, 1);
        }
    }
}

static bool every(int number)
{
    (void)number;
    return true;
}

static bool odd(int number)
{
    return number % 2 == 1;
}

static void create_before_and_behind(conformance_t *test, int step, const char *name)
{
    char path[32];
    mcufs_file_t file;
    (void)name;
    if (step < MANY) {
        open_file(test, &file, numbered(path, sizeof(path), step % 2 == 0 ? "/d/a" : "/d/z", step), WRITE);
        write_text(&file, "some content");
        OK(mcufs_close(&file));
    }
}

static void listing_survives_creation(void **state)
{
    walk_and_change(*state, create_before_and_behind, every);
}

static void remove_it(conformance_t *test, int step, const char *name)
{
    char path[300];
    (void)step;
    snprintf(path, sizeof(path), "/d/%s", name);
    OK(mcufs_unlink(&test->fs, path));
}

static void listing_survives_removal_of_each_entry(void **state)
{
    conformance_t *test = *state;
    walk_and_change(test, remove_it, every);
    expect_listing(test, "/d", "");
    OK(mcufs_rmdir(&test->fs, "/d"));
}

static void remove_even_ones(conformance_t *test, int step, const char *name)
{
    char path[32];
    (void)name;
    if (step < MANY / 2) { /* in an order of their own: some were listed already, some were not */
        OK(mcufs_unlink(&test->fs, numbered(path, sizeof(path), "/d/f", step * 7 % (MANY / 2) * 2)));
    }
}

static void listing_survives_removal_of_others(void **state)
{
    walk_and_change(*state, remove_even_ones, odd);
}

static void rename_even_ones(conformance_t *test, int step, const char *name)
{
    char from[32], to[32];
    (void)name;
    if (step < MANY / 2) {
        numbered(from, sizeof(from), "/d/f", step * 2);
        numbered(to, sizeof(to), step % 2 == 0 ? "/d/a" : "/d/z", step);
        OK(mcufs_rename(&test->fs, from, to));
    }
}

static void listing_survives_renaming_of_others(void **state)
{
    walk_and_change(*state, rename_even_ones, odd);
}

static void write_to_all(conformance_t *test, int step, const char *name)
{
    char path[300];
    mcufs_file_t file;
    (void)step;
    snprintf(path, sizeof(path), "/d/%s", name);
    open_file(test, &file, path, WRITE | MCUFS_O_TRUNC);
    write_text(&file, "a content long enough to move things around in small metadata blocks");
    OK(mcufs_close(&file));
}

static void listing_survives_writing(void **state)
{
    walk_and_change(*state, write_to_all, every);
}

/* Not even when its space is used again. */
static void removed_directory_lists_nothing(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    const uint32_t blocks = test->setting->geometry.block_count;
    const uint32_t rounds =
        blocks > 0 && blocks <= 512 ? blocks : 50; /* through the volume, if that is quick */
    make_directory(test, "/d");
    OK(mcufs_opendir(&test->fs, &dir, "/d"));
    OK(mcufs_rmdir(&test->fs, "/d"));
    for (uint32_t round = 0; round < rounds; round++) {
        OK(mcufs_mkdir(&test->fs, "/new"));
        OK(mcufs_mkdir(&test->fs, "/new/inner"));
        OK(mcufs_rewinddir(&dir));
        OK(mcufs_readdir(&dir, &entry));
        OK(mcufs_readdir(&dir, &entry));
        OK(mcufs_rmdir(&test->fs, "/new/inner"));
        OK(mcufs_rmdir(&test->fs, "/new"));
    }
    OK(mcufs_closedir(&dir));
    expect_listing(test, "/", "");
}

static void moved_directory_goes_on_listing(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    unsigned count = 0;
    make_directory(test, "/d");
    make_directory(test, "/e");
    make_many(test, "/d/f");
    OK(mcufs_opendir(&test->fs, &dir, "/d"));
    int result;
    while ((result = mcufs_readdir(&dir, &entry)) == 1) {
        if (count == 5) {
            OK(mcufs_rename(&test->fs, "/d", "/e/d"));
        }
        count++;
    }
    OK(result);
    assert_int_equal(count, MANY);
    OK(mcufs_closedir(&dir));
    expect_listing(test, "/e", "d");
}

/* -- Positions ------------------------------------------------------------------------------------------ */

static void positions_are_found_again(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    int64_t positions[MANY + 1];
    char names[MANY][8];
    int count = 0;
    make_directory(test, "/d");
    make_many(test, "/d/f");
    OK(mcufs_opendir(&test->fs, &dir, "/d"));
    for (;;) {
        positions[count] = mcufs_telldir(&dir);
        assert_true(positions[count] >= 0);
        if (mcufs_readdir(&dir, &entry) != 1) {
            break;
        }
        memcpy(names[count], entry.name, 4);
        count++;
    }
    assert_int_equal(count, MANY);
    for (int i = 0; i < MANY; i++) {
        const int number = (i * 7) % MANY;
        OK(mcufs_seekdir(&dir, positions[number]));
        assert_int_equal(mcufs_readdir(&dir, &entry), 1);
        assert_string_equal(entry.name, names[number]);
    }
    OK(mcufs_seekdir(&dir, positions[MANY]));
    OK(mcufs_readdir(&dir, &entry));
    OK(mcufs_seekdir(&dir, 0));
    assert_int_equal(mcufs_readdir(&dir, &entry), 1);
    assert_string_equal(entry.name, names[0]);
    OK(mcufs_closedir(&dir));
}

static void rewinding_shows_what_is_new(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    OK(mcufs_opendir(&test->fs, &dir, "/"));
    OK(mcufs_readdir(&dir, &entry));
    OK(mcufs_mkdir(&test->fs, "/new"));
    OK(mcufs_rewinddir(&dir));
    assert_int_equal(mcufs_readdir(&dir, &entry), 1);
    assert_string_equal(entry.name, "new");
    OK(mcufs_readdir(&dir, &entry));
    OK(mcufs_closedir(&dir));
}

static void two_walks_do_not_disturb_each_other(void **state)
{
    conformance_t *test = *state;
    mcufs_dir_t first, second;
    mcufs_dirent_t entry;
    make_directory(test, "/d");
    make_many(test, "/d/f");
    OK(mcufs_opendir(&test->fs, &first, "/d"));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(mcufs_readdir(&first, &entry), 1);
    }
    OK(mcufs_opendir(&test->fs, &second, "/d"));
    int count = 0;
    while (mcufs_readdir(&second, &entry) == 1) {
        count++;
    }
    assert_int_equal(count, MANY);
    OK(mcufs_closedir(&second));
    count = 10;
    while (mcufs_readdir(&first, &entry) == 1) {
        count++;
    }
    assert_int_equal(count, MANY);
    OK(mcufs_closedir(&first));
}

const conformance_case_t directory_cases[] = {
    CASE(directories_come_and_go),
    CASE(creation_is_refused),
    CASE(removal_is_refused),
    CASE(either_call_removes_its_kind),
    CASE(same_names_again_and_again),
    CASE(entries_say_what_they_are),
    CASE(opening_a_directory_is_refused),
    CASE(listing_survives_creation),
    CASE(listing_survives_removal_of_each_entry),
    CASE(listing_survives_removal_of_others),
    CASE(listing_survives_renaming_of_others),
    CASE(listing_survives_writing),
    CASE(removed_directory_lists_nothing),
    CASE(moved_directory_goes_on_listing),
    CASE(positions_are_found_again),
    CASE(rewinding_shows_what_is_new),
    CASE(two_walks_do_not_disturb_each_other),
    END_OF_CASES,
};
