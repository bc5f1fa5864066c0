/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories: spec, part B. */

#include "compat.h"

#include <stdio.h>

static void open_directory(lfs_dir_t *dir, const char *path)
{
    memset(dir, 0xa5, sizeof *dir);
    OK(lfs_dir_open(&lfs, dir, path));
}

static void expect_next(lfs_dir_t *dir, const char *name)
{
    struct lfs_info info;
    memset(&info, 0xa5, sizeof info);
    IS(1, lfs_dir_read(&lfs, dir, &info));
    assert_string_equal(info.name, name);
}

static void expect_end(lfs_dir_t *dir)
{
    struct lfs_info info;
    IS(0, lfs_dir_read(&lfs, dir, &info));
    IS(0, lfs_dir_read(&lfs, dir, &info));
}

static void listing(void **state)
{
    (void)state;
    lfs_dir_t dir;
    struct lfs_info info;
    put("f", "12345");
    OK(lfs_mkdir(&lfs, "d"));
    open_directory(&dir, "/");
    for (unsigned i = 0; i < 2; i++) {
        memset(&info, 0xa5, sizeof info);
        IS(1, lfs_dir_read(&lfs, &dir, &info));
        assert_string_equal(info.name, i ? ".." : ".");
        assert_int_equal(info.type, LFS_TYPE_DIR);
        assert_int_equal(info.size, 0);
    }
    IS(1, lfs_dir_read(&lfs, &dir, &info));
    assert_string_equal(info.name, "d");
    assert_int_equal(info.type, LFS_TYPE_DIR);
    assert_int_equal(info.size, 0);
    IS(1, lfs_dir_read(&lfs, &dir, &info));
    assert_string_equal(info.name, "f");
    assert_int_equal(info.type, LFS_TYPE_REG);
    assert_int_equal(info.size, 5);
    expect_end(&dir);
    OK(lfs_dir_close(&lfs, &dir));
}

/* As on flash: of two names that begin alike, the longer one comes first. */
static void order(void **state)
{
    (void)state;
    const char *const names[] = {"a", "ab", "abc", "abd", "z", "zz"};
    for (unsigned i = 0; i < 6; i++) {
        put(names[i], "");
    }
    expect_listing("/", ". .. abc abd ab a zz z");
}

static void opening(void **state)
{
    (void)state;
    lfs_dir_t dir;
    memset(&dir, 0xa5, sizeof dir);
    put("f", "x");
    IS(LFS_ERR_NOTDIR, lfs_dir_open(&lfs, &dir, "f"));
    IS(LFS_ERR_NOENT, lfs_dir_open(&lfs, &dir, "nope"));
    IS(LFS_ERR_EXIST, lfs_mkdir(&lfs, "f"));
    OK(lfs_mkdir(&lfs, "d"));
    IS(LFS_ERR_EXIST, lfs_mkdir(&lfs, "d"));
    open_directory(&dir, "d");
    IS(LFS_ERR_INVAL, lfs_dir_open(&lfs, &dir, "/"));
    expect_next(&dir, ".");
    OK(lfs_dir_close(&lfs, &dir));
}

static void a_closed_handle_is_refused(void **state)
{
    (void)state;
    lfs_dir_t dir;
    struct lfs_info info;
    for (unsigned closed = 0; closed < 2; closed++) {
        if (closed) {
            open_directory(&dir, "/");
            OK(lfs_dir_close(&lfs, &dir));
        } else {
            memset(&dir, 0xa5, sizeof dir);
        }
        IS(LFS_ERR_BADF, lfs_dir_read(&lfs, &dir, &info));
        IS(LFS_ERR_BADF, lfs_dir_seek(&lfs, &dir, 0));
        IS(LFS_ERR_BADF, lfs_dir_tell(&lfs, &dir));
        IS(LFS_ERR_BADF, lfs_dir_rewind(&lfs, &dir));
        IS(LFS_ERR_BADF, lfs_dir_close(&lfs, &dir));
    }
}

/* Enough for several logs. */
static void make_many(unsigned count)
{
    char name[20];
    for (unsigned i = 0; i < count; i++) {
        snprintf(name, sizeof name, "d/entry%03u", i);
        put(name, "x");
    }
}

static void telling_and_seeking(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    lfs_dir_t dir;
    char name[20];
    lfs_off_t told[COUNT + 3];
    OK(lfs_mkdir(&lfs, "d"));
    make_many(COUNT);
    open_directory(&dir, "d");
    for (unsigned i = 0; i < COUNT + 2; i++) {
        told[i] = (lfs_off_t)lfs_dir_tell(&lfs, &dir);
        assert_int_equal(told[i], i);
        snprintf(name, sizeof name, i == 0 ? "." : i == 1 ? ".." : "entry%03u", i - 2);
        expect_next(&dir, name);
    }
    told[COUNT + 2] = (lfs_off_t)lfs_dir_tell(&lfs, &dir);
    assert_int_equal(told[COUNT + 2], COUNT + 2);
    expect_end(&dir);
    for (unsigned i = COUNT + 2; i-- > 0;) {
        OK(lfs_dir_seek(&lfs, &dir, told[i]));
        IS((int)i, lfs_dir_tell(&lfs, &dir));
        snprintf(name, sizeof name, i == 0 ? "." : i == 1 ? ".." : "entry%03u", i - 2);
        expect_next(&dir, name);
    }
    OK(lfs_dir_seek(&lfs, &dir, told[COUNT + 2]));
    expect_end(&dir);
    IS(LFS_ERR_INVAL, lfs_dir_seek(&lfs, &dir, COUNT + 3));
    IS(LFS_ERR_INVAL, lfs_dir_seek(&lfs, &dir, 100000));
    OK(lfs_dir_rewind(&lfs, &dir));
    IS(0, lfs_dir_tell(&lfs, &dir));
    expect_next(&dir, ".");
    OK(lfs_dir_close(&lfs, &dir));
}

/* The next name of those that were there from the start. */
static void expect_next_entry(lfs_dir_t *dir, const char *name)
{
    struct lfs_info info;
    do {
        IS(1, lfs_dir_read(&lfs, dir, &info));
    } while (info.name[0] == 'a');
    assert_string_equal(info.name, name);
}

static void changes_do_not_disturb_a_walk(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    lfs_dir_t dir;
    char name[20];
    OK(lfs_mkdir(&lfs, "d"));
    make_many(COUNT);
    open_directory(&dir, "d");
    expect_next(&dir, ".");
    expect_next(&dir, "..");
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "entry%03u", i);
        expect_next_entry(&dir, name);
        snprintf(name, sizeof name, "d/entry%03u", i);
        OK(lfs_remove(&lfs, name)); /* the one just seen */
        snprintf(name, sizeof name, "d/a%03u", i);
        put(name, "before"); /* and one before it */
    }
    struct lfs_info info;
    while (lfs_dir_read(&lfs, &dir, &info) == 1) {
        assert_int_equal(info.name[0], 'a');
    }
    OK(lfs_dir_close(&lfs, &dir));
}

static void positions_follow_changes(void **state)
{
    (void)state;
    lfs_dir_t dir;
    char name[20];
    OK(lfs_mkdir(&lfs, "d"));
    make_many(8);
    open_directory(&dir, "d");
    OK(lfs_dir_seek(&lfs, &dir, 2 + 4));
    OK(lfs_remove(&lfs, "d/entry001"));
    OK(lfs_remove(&lfs, "d/entry006"));
    IS(2 + 3, lfs_dir_tell(&lfs, &dir));
    put("d/entry0001", "");
    put("d/a", "");
    IS(2 + 5, lfs_dir_tell(&lfs, &dir));
    for (unsigned turn = 0; turn < 2; turn++) {
        const unsigned left[] = {4, 5, 7};
        for (unsigned i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "entry%03u", left[i]);
            expect_next(&dir, name);
        }
        expect_end(&dir);
        OK(lfs_dir_rewind(&lfs, &dir));
        OK(lfs_dir_seek(&lfs, &dir, 2 + 5));
    }
    OK(lfs_dir_close(&lfs, &dir));
}

static void two_at_once(void **state)
{
    (void)state;
    lfs_dir_t a, b;
    OK(lfs_mkdir(&lfs, "d"));
    put("d/x", "");
    put("d/y", "");
    open_directory(&a, "d");
    open_directory(&b, "d");
    expect_next(&a, ".");
    expect_next(&a, "..");
    expect_next(&a, "x");
    expect_next(&b, ".");
    expect_next(&a, "y");
    OK(lfs_dir_close(&lfs, &a));
    expect_next(&b, "..");
    expect_next(&b, "x");
    OK(lfs_dir_close(&lfs, &b));
}

static void a_removed_directory_is_empty(void **state)
{
    (void)state;
    lfs_dir_t dir;
    struct lfs_info info;
    OK(lfs_mkdir(&lfs, "d"));
    open_directory(&dir, "d");
    OK(lfs_remove(&lfs, "d"));
    expect_next(&dir, ".");
    expect_next(&dir, "..");
    assert_in_range(lfs_dir_read(&lfs, &dir, &info) + 1000, 0, 1000); /* the end, or an error */
    OK(lfs_dir_close(&lfs, &dir));
}

/* The members that programs read: the half in use, its revision, where its log ends. */
static void where_it_is(void **state)
{
    (void)state;
    lfs_dir_t dir;
    OK(lfs_mkdir(&lfs, "d"));
    put("d/f", "before");
    open_directory(&dir, "d");
    lfs_block_t block = dir.m.pair[0];
    lfs_off_t end = dir.m.off;
    const uint8_t *bytes = sim_flash_bytes(chip) + (size_t)block * BLOCK;
    assert_in_range(block, 2, BLOCKS - 1);
    assert_in_range(dir.m.pair[1], 2, BLOCKS - 1);
    assert_true(block != dir.m.pair[1]);
    uint32_t revision;
    memcpy(&revision, bytes, sizeof revision);
    assert_int_equal(dir.m.rev, lfs_fromle32(revision));
    assert_int_equal(end % UNIT, 0);
    assert_true(bytes[end - 1] == 0xff || end > 8);
    for (lfs_off_t i = end; i < BLOCK; i++) {
        assert_int_equal(bytes[i], 0xff);
    }
    OK(lfs_dir_close(&lfs, &dir));
    put("d/g", "after");
    open_directory(&dir, "d");
    assert_true(dir.m.pair[0] != block || dir.m.off > end);
    OK(lfs_dir_close(&lfs, &dir));
    open_directory(&dir, "/");
    assert_in_range(dir.m.pair[0], 0, 1);
    OK(lfs_dir_close(&lfs, &dir));
}

static void deep_trees(void **state)
{
    (void)state;
    char path[100] = "";
    for (unsigned i = 0; i < 20; i++) {
        strcat(path, "/d");
        OK(lfs_mkdir(&lfs, path));
    }
    strcat(path, "/f");
    put(path, "deep");
    remount();
    expect_text(path, "deep");
    OK(lfs_rename(&lfs, path, "f"));
    for (unsigned i = 0; i < 20; i++) {
        path[strlen(path) - 2] = '\0';
        OK(lfs_remove(&lfs, path));
    }
    expect_listing("/", ". .. f");
}

const struct CMUnitTest directory_tests[] = {
    CASE(listing),
    CASE(order),
    CASE(opening),
    CASE(a_closed_handle_is_refused),
    CASE(telling_and_seeking),
    CASE(changes_do_not_disturb_a_walk),
    CASE(positions_follow_changes),
    CASE(two_at_once),
    CASE(a_removed_directory_is_empty),
    CASE(where_it_is),
    CASE(deep_trees),
    END_OF_CASES,
};
