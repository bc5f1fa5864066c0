/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Attributes, by path and with open files: spec, part B. */

#include "compat.h"

static uint8_t file_buffer[CACHE];

static void expect_attribute(const char *path, uint8_t type, const char *text)
{
    char buffer[100];
    IS((int)strlen(text), lfs_getattr(&lfs, path, type, buffer, sizeof buffer));
    assert_memory_equal(buffer, text, strlen(text));
}

static void set(const char *path, uint8_t type, const char *text)
{
    OK(lfs_setattr(&lfs, path, type, text, (lfs_size_t)strlen(text)));
}

static void setting_and_getting(void **state)
{
    (void)state;
    const char *const paths[] = {"f", "d", "/"};
    put("f", "content");
    OK(lfs_mkdir(&lfs, "d"));
    for (unsigned i = 0; i < 3; i++) {
        IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, paths[i], 'a', NULL, 0));
        set(paths[i], 'a', "first");
        set(paths[i], 'b', "other");
        set(paths[i], 'a', "second one");
        expect_attribute(paths[i], 'a', "second one");
        set(paths[i], 0, "");
        expect_attribute(paths[i], 0, "");
    }
    remount();
    for (unsigned i = 0; i < 3; i++) {
        expect_attribute(paths[i], 'a', "second one");
        expect_attribute(paths[i], 'b', "other");
        expect_attribute(paths[i], 0, "");
        OK(lfs_removeattr(&lfs, paths[i], 'a'));
        OK(lfs_removeattr(&lfs, paths[i], 'a')); /* not there: fine, too */
        IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, paths[i], 'a', NULL, 0));
        expect_attribute(paths[i], 'b', "other");
    }
    expect_text("f", "content");
    IS(LFS_ERR_NOENT, lfs_getattr(&lfs, "nope", 'a', NULL, 0));
    IS(LFS_ERR_NOENT, lfs_setattr(&lfs, "nope", 'a', NULL, 0));
    IS(LFS_ERR_NOENT, lfs_removeattr(&lfs, "nope", 'a'));
}

static void buffers_of_other_sizes(void **state)
{
    (void)state;
    char buffer[8];
    put("f", "");
    set("f", 'a', "12345");
    memset(buffer, 'x', sizeof buffer);
    IS(5, lfs_getattr(&lfs, "f", 'a', buffer, sizeof buffer));
    assert_memory_equal(buffer, "12345\0\0\0", 8);
    memset(buffer, 'x', sizeof buffer);
    IS(5, lfs_getattr(&lfs, "f", 'a', buffer, 3));
    assert_memory_equal(buffer, "123xxxxx", 8);
    IS(5, lfs_getattr(&lfs, "f", 'a', NULL, 0));
}

static void the_limit(void **state)
{
    (void)state;
    static uint8_t bytes[LFS_ATTR_MAX + 1];
    put("f", "");
    IS(LFS_ERR_NOSPC, lfs_setattr(&lfs, "f", 'a', bytes, LFS_ATTR_MAX + 1));
    OK(lfs_unmount(&lfs));
    config.attr_max = 10;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    put("f", "");
    OK(lfs_setattr(&lfs, "f", 'a', bytes, 10));
    IS(LFS_ERR_NOSPC, lfs_setattr(&lfs, "f", 'a', bytes, 11));
    IS(10, lfs_getattr(&lfs, "f", 'a', NULL, 0));
}

static void they_stay_with_the_file(void **state)
{
    (void)state;
    put("f", "content");
    set("f", 'a', "mine");
    put("f", "written anew");
    expect_attribute("f", 'a', "mine");
    OK(lfs_mkdir(&lfs, "d"));
    OK(lfs_rename(&lfs, "f", "d/g"));
    expect_attribute("d/g", 'a', "mine");
    put("h", "");
    set("h", 'a', "theirs");
    OK(lfs_rename(&lfs, "d/g", "h"));
    expect_attribute("h", 'a', "mine");
    OK(lfs_remove(&lfs, "h"));
    put("h", "");
    IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, "h", 'a', NULL, 0));
}

static void an_open_file_reads_them(void **state)
{
    (void)state;
    lfs_file_t file;
    char a[6] = "xxxxx", b[6] = "yyyyy", c[6] = "zzzzz";
    struct lfs_attr attrs[] = {{'a', a, 5}, {'b', b, 5}, {'c', c, 5}};
    const struct lfs_file_config file_config = {file_buffer, attrs, 3};
    put("f", "content");
    set("f", 'a', "12");
    set("f", 'c', "1234567");
    memset(&file, 0xa5, sizeof file);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_RDONLY, &file_config));
    assert_memory_equal(a, "12\0\0\0", 5);
    assert_memory_equal(b, "yyyyy", 5); /* missing: left alone */
    assert_memory_equal(c, "12345", 5);
    memcpy(a, "other", 5);
    OK(lfs_file_sync(&lfs, &file));
    OK(lfs_file_close(&lfs, &file));
    expect_attribute("f", 'a', "12"); /* not open for writing */
}

static void an_open_file_writes_them(void **state)
{
    (void)state;
    lfs_file_t file;
    char a[] = "aaa", b[] = "bbbb";
    struct lfs_attr attrs[] = {{'a', a, 3}, {'b', b, 4}};
    const struct lfs_file_config file_config = {file_buffer, attrs, 2};
    put("f", "content");
    set("f", 'a', "old");
    memset(&file, 0xa5, sizeof file);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY, &file_config));
    assert_string_equal(a, "aaa"); /* not open for reading */
    expect_attribute("f", 'a', "old");
    IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, "f", 'b', NULL, 0));
    OK(lfs_file_sync(&lfs, &file)); /* nothing was written, and yet */
    expect_attribute("f", 'a', "aaa");
    expect_attribute("f", 'b', "bbbb");
    memcpy(a, "new", 3);
    append_text(&file, "C");
    expect_attribute("f", 'a', "aaa");
    OK(lfs_file_sync(&lfs, &file));
    expect_attribute("f", 'a', "new");
    memcpy(a, "end", 3);
    OK(lfs_file_close(&lfs, &file));
    remount();
    expect_attribute("f", 'a', "end");
    expect_text("f", "Content");
}

/* Content and attributes are one commit: a power cut leaves both as they were, or neither. */
static void content_and_attributes_are_one(void **state)
{
    (void)state;
    char a[] = "1";
    struct lfs_attr attrs[] = {{'a', a, 1}};
    const struct lfs_file_config file_config = {file_buffer, attrs, 1};
    for (uint64_t n = 1;; n++) {
        lfs_file_t file;
        char attribute = 0, content = 0;
        a[0] = '1';
        memset(&file, 0xa5, sizeof file);
        OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC, &file_config));
        append_text(&file, "1");
        OK(lfs_file_close(&lfs, &file));
        a[0] = '2';
        sim_flash_cut(chip, n, SIM_CUT_BEFORE, n);
        OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY, &file_config));
        append_text(&file, "2");
        int error = lfs_file_close(&lfs, &file);
        bool was_cut = sim_flash_is_off(chip);
        sim_flash_power_on(chip);
        pull_the_plug();
        IS(1, lfs_getattr(&lfs, "f", 'a', &attribute, 1));
        OK(open_file(&file, "f", LFS_O_RDONLY));
        IS(1, lfs_file_read(&lfs, &file, &content, 1));
        OK(lfs_file_close(&lfs, &file));
        assert_int_equal(attribute, content);
        if (!was_cut) {
            OK(error);
            assert_int_equal(content, '2');
            return;
        }
    }
}

static void many_at_once(void **state)
{
    (void)state;
    enum { COUNT = 20 };
    uint8_t values[COUNT];
    struct lfs_attr attrs[COUNT];
    const struct lfs_file_config file_config = {file_buffer, attrs, COUNT};
    lfs_file_t file;
    for (uint8_t i = 0; i < COUNT; i++) {
        values[i] = i;
        attrs[i] = (struct lfs_attr){(uint8_t)(100 + i), &values[i], 1};
    }
    memset(&file, 0xa5, sizeof file);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY | LFS_O_CREAT, &file_config));
    append_text(&file, "content");
    OK(lfs_file_close(&lfs, &file));
    memset(values, 0xff, sizeof values);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_RDONLY, &file_config));
    OK(lfs_file_close(&lfs, &file));
    for (uint8_t i = 0; i < COUNT; i++) {
        assert_int_equal(values[i], i);
    }
    expect_text("f", "content");
}

static void too_large_for_the_volume(void **state)
{
    (void)state;
    static uint8_t bytes[LFS_ATTR_MAX + 1];
    struct lfs_attr attrs[] = {{'a', bytes, sizeof bytes}};
    const struct lfs_file_config file_config = {file_buffer, attrs, 1};
    lfs_file_t file;
    put("f", "content");
    memset(&file, 0xa5, sizeof file);
    IS(LFS_ERR_NOSPC, lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY, &file_config));
    IS(LFS_ERR_BADF, lfs_file_close(&lfs, &file));
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_RDONLY, &file_config));
    OK(lfs_file_close(&lfs, &file));
    expect_text("f", "content");
}

static void a_removed_file_keeps_its_handle(void **state)
{
    (void)state;
    char a[] = "a";
    struct lfs_attr attrs[] = {{'a', a, 1}};
    const struct lfs_file_config file_config = {file_buffer, attrs, 1};
    lfs_file_t file;
    put("g", "other");
    memset(&file, 0xa5, sizeof file);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY | LFS_O_CREAT, &file_config));
    OK(lfs_remove(&lfs, "f"));
    append_text(&file, "lost");
    OK(lfs_file_close(&lfs, &file));
    expect_missing("f");
    IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, "g", 'a', NULL, 0));
}

const struct CMUnitTest attribute_tests[] = {
    CASE(setting_and_getting),
    CASE(buffers_of_other_sizes),
    CASE(the_limit),
    CASE(they_stay_with_the_file),
    CASE(an_open_file_reads_them),
    CASE(an_open_file_writes_them),
    CASE(content_and_attributes_are_one),
    CASE(many_at_once),
    CASE(too_large_for_the_volume),
    CASE(a_removed_file_keeps_its_handle),
    END_OF_CASES,
};
