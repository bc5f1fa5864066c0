/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is known about files and volumes: attributes, times, space. */

#include "conformance/conformance.h"

static const int64_t second = 1000000000;

/* -- Attributes ----------------------------------------------------------------------------------------- */

static void expect_attribute(conformance_t *test, const char *path, uint8_t type, const void *value,
                             size_t size)
{
    uint8_t buffer[2048];
    settle(test);
    memset(buffer, 0xa5, sizeof(buffer));
    assert_int_equal(mcufs_get_attribute(&test->fs, path, type, buffer, sizeof(buffer)), size);
    assert_memory_equal(buffer, value, size);
}

static void set_attribute(conformance_t *test, const char *path, uint8_t type, const void *value, size_t size)
{
    settle(test);
    OK(mcufs_set_attribute(&test->fs, path, type, value, size));
}

/* Not every directory of a host can keep them: tmpfs learned it with Linux 6.6. */
static void needs_attributes(conformance_t *test)
{
    const int error = mcufs_set_attribute(&test->fs, "/", 'P', "probe", 5);
    const bool may_lack_them = test->setting->host || test->setting->attribute_max == 0;
    if (may_lack_them && error == MCUFS_ENOTSUP) {
        skip();
    }
    OK(error);
    OK(mcufs_remove_attribute(&test->fs, "/", 'P'));
}

static void attributes_are_set_replaced_and_removed(void **state)
{
    conformance_t *test = *state;
    static const char *const paths[] = {"/file", "/directory", "/directory/", "/directory/file"};
    uint8_t buffer[8];
    needs_attributes(test);
    make_directory(test, "/directory");
    put(test, "/file", "content");
    put(test, "/directory/file", "");
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        FAILS(mcufs_get_attribute(&test->fs, paths[i], 'A', buffer, sizeof(buffer)), MCUFS_ENODATA);
        FAILS(mcufs_remove_attribute(&test->fs, paths[i], 'A'), MCUFS_ENODATA);
        set_attribute(test, paths[i], 'A', "value", 5);
        set_attribute(test, paths[i], 'B', "x", 1);
        set_attribute(test, paths[i], 0xff, "", 0);
        expect_attribute(test, paths[i], 'A', "value", 5);
        set_attribute(test, paths[i], 'A', "a longer value", 14);
        expect_attribute(test, paths[i], 'A', "a longer value", 14);
        set_attribute(test, paths[i], 'A', "v", 1);
        expect_attribute(test, paths[i], 'A', "v", 1);
        expect_attribute(test, paths[i], 'B', "x", 1);
        expect_attribute(test, paths[i], 0xff, "", 0);
        OK(mcufs_remove_attribute(&test->fs, paths[i], 'A'));
        settle(test);
        FAILS(mcufs_get_attribute(&test->fs, paths[i], 'A', buffer, sizeof(buffer)), MCUFS_ENODATA);
        expect_attribute(test, paths[i], 'B', "x", 1);
        OK(mcufs_remove_attribute(&test->fs, paths[i], 'B'));
        OK(mcufs_remove_attribute(&test->fs, paths[i], 0xff));
    }
    expect_text(test, "/file", "content");
}

static void attributes_of_the_root(void **state)
{
    conformance_t *test = *state;
    needs_attributes(test);
    put(test, "/file", "");
    set_attribute(test, "/", 'R', "root", 4);
    expect_attribute(test, "/", 'R', "root", 4);
    uint8_t buffer[4];
    FAILS(mcufs_get_attribute(&test->fs, "/file", 'R', buffer, sizeof(buffer)), MCUFS_ENODATA);
    OK(mcufs_remove_attribute(&test->fs, "/", 'R'));
    FAILS(mcufs_get_attribute(&test->fs, "/", 'R', buffer, sizeof(buffer)), MCUFS_ENODATA);
    expect_listing(test, "/", "file");
}

static void attribute_sizes(void **state)
{
    conformance_t *test = *state;
    uint8_t value[1100], buffer[4];
    const uint32_t size_max = test->setting->attribute_max;
    needs_attributes(test);
    assert_true(size_max < sizeof(value));
    fill(value, sizeof(value), 1);
    put(test, "/file", "content");
    set_attribute(test, "/file", 'A', value, size_max);
    expect_attribute(test, "/file", 'A', value, size_max);
    memset(buffer, 0xa5, sizeof(buffer));
    assert_int_equal(mcufs_get_attribute(&test->fs, "/file", 'A', buffer, 2), size_max); /* what is stored */
    assert_memory_equal(buffer, value, 2);
    assert_int_equal(buffer[2], 0xa5);
    assert_int_equal(mcufs_get_attribute(&test->fs, "/file", 'A', NULL, 0), size_max);
    if (!test->setting->host) { /* the host's limit is far away */
        FAILS(mcufs_set_attribute(&test->fs, "/file", 'A', value, size_max + 1), MCUFS_ENOSPC);
        expect_attribute(test, "/file", 'A', value, size_max);
    }
    expect_text(test, "/file", "content");
}

static void attributes_stay_with_the_file(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    uint8_t buffer[4];
    needs_attributes(test);
    make_directory(test, "/directory");
    put(test, "/file", "content");
    set_attribute(test, "/file", 'A', "one", 3);
    OK(mcufs_rename(&test->fs, "/file", "/directory/renamed"));
    expect_attribute(test, "/directory/renamed", 'A', "one", 3);
    put(test, "/directory/renamed", "a new and longer content"); /* rewriting is no new file */
    expect_attribute(test, "/directory/renamed", 'A', "one", 3);
    open_file(test, &file, "/directory/renamed", MCUFS_O_RDWR);
    OK(mcufs_truncate(&file, 2));
    OK(mcufs_set_attribute(&test->fs, "/directory/renamed", 'A', "two", 3)); /* while it is open */
    write_text(&file, "xyz");
    OK(mcufs_close(&file));
    expect_attribute(test, "/directory/renamed", 'A', "two", 3);
    expect_text(test, "/directory/renamed", "xyz");

    put(test, "/other", "");
    set_attribute(test, "/other", 'B', "b", 1);
    OK(mcufs_rename(&test->fs, "/directory/renamed", "/other")); /* replaces the attributes, too */
    expect_attribute(test, "/other", 'A', "two", 3);
    FAILS(mcufs_get_attribute(&test->fs, "/other", 'B', buffer, sizeof(buffer)), MCUFS_ENODATA);
    OK(mcufs_unlink(&test->fs, "/other"));
    put(test, "/other", "");
    FAILS(mcufs_get_attribute(&test->fs, "/other", 'A', buffer, sizeof(buffer)), MCUFS_ENODATA);
}

static void attributes_are_refused(void **state)
{
    conformance_t *test = *state;
    uint8_t buffer[4] = {0};
    needs_attributes(test);
    put(test, "/file", "");
    FAILS(mcufs_get_attribute(&test->fs, "/missing", 'A', buffer, 4), MCUFS_ENOENT);
    FAILS(mcufs_set_attribute(&test->fs, "/missing", 'A', buffer, 4), MCUFS_ENOENT);
    FAILS(mcufs_remove_attribute(&test->fs, "/missing", 'A'), MCUFS_ENOENT);
    FAILS(mcufs_get_attribute(&test->fs, "/file/below", 'A', buffer, 4), MCUFS_ENOTDIR);
    FAILS(mcufs_set_attribute(&test->fs, "/file/", 'A', buffer, 4), MCUFS_ENOTDIR);
    FAILS(mcufs_get_attribute(&test->fs, "/file", 'A', NULL, 4), MCUFS_EINVAL);
    FAILS(mcufs_set_attribute(&test->fs, "/file", 'A', NULL, 4), MCUFS_EINVAL);
    expect_listing(test, "/", "file");
}

/* -- Times ---------------------------------------------------------------------------------------------- */

static void expect_times(conformance_t *test, const char *path, int64_t modified, int64_t created)
{
    mcufs_stat_t stat;
    settle(test);
    memset(&stat, 0xa5, sizeof(stat));
    OK(mcufs_stat(&test->fs, path, &stat));
    assert_int_equal(stat.times.modified, modified);
    if (test->setting->keeps_created) {
        assert_int_equal(stat.times.created, created);
    }
}

static void needs_times(const conformance_t *test)
{
    if (test->setting->time_step == 0) {
        skip();
    }
}

static void times_are_set_and_kept(void **state)
{
    conformance_t *test = *state;
    needs_times(test);
    const int64_t step = test->setting->time_step;
    const int64_t first = 1700000000 * second + 3 * step, later = 1800000000 * second + 7 * step;
    make_directory(test, "/directory");
    put(test, "/file", "content");
    OK(mcufs_set_times(&test->fs, "/file", &(mcufs_times_t){.modified = first, .created = first}));
    expect_times(test, "/file", first, first);
    OK(mcufs_set_times(&test->fs, "/file", &(mcufs_times_t){.modified = later}));
    expect_times(test, "/file", later, first);
    OK(mcufs_set_times(&test->fs, "/file", &(mcufs_times_t){.accessed = first}));
    expect_times(test, "/file", later, first);
    OK(mcufs_set_times(&test->fs, "/file", &(mcufs_times_t){.modified = 0}));
    expect_times(test, "/file", later, first);
    OK(mcufs_rename(&test->fs, "/file", "/directory/renamed"));
    expect_times(test, "/directory/renamed", later, first);
    expect_text(test, "/directory/renamed", "content"); /* reading is no change */
    expect_times(test, "/directory/renamed", later, first);
    if (test->setting->keeps_accessed) {
        mcufs_stat_t stat;
        OK(mcufs_set_times(&test->fs, "/directory/renamed", &(mcufs_times_t){.accessed = first}));
        OK(mcufs_stat(&test->fs, "/directory/renamed", &stat));
        assert_int_equal(stat.times.accessed, first);
    }
}

static void the_root_keeps_times(void **state)
{
    conformance_t *test = *state;
    needs_times(test);
    if (test->setting->root_has_no_times) {
        skip();
    }
    const int64_t time = 1700000000 * second + 3 * test->setting->time_step;
    put(test, "/file", "content");
    OK(mcufs_set_times(&test->fs, "/", &(mcufs_times_t){.modified = time, .created = time}));
    expect_times(test, "/", time, time);
    expect_text(test, "/file", "content");
}

static void changed_files_get_the_time(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    needs_times(test);
    if (test->setting->host) {
        skip(); /* goes by the host's clock */
    }
    const int64_t first = 1700000000 * second, later = first + 10 * second;
    test->now = first;
    put(test, "/file", "content");
    expect_times(test, "/file", first, first);
    test->now = later;
    expect_text(test, "/file", "content"); /* reading is no change */
    open_file(test, &file, "/file", MCUFS_O_RDWR);
    OK(mcufs_close(&file)); /* nor is opening */
    expect_times(test, "/file", first, first);
    open_file(test, &file, "/file", MCUFS_O_WRONLY | MCUFS_O_APPEND);
    write_text(&file, "more");
    OK(mcufs_close(&file));
    expect_times(test, "/file", later, first);
    test->now = 0; /* unknown: nothing to write down, and nothing to forget */
    open_file(test, &file, "/file", MCUFS_O_WRONLY | MCUFS_O_APPEND);
    write_text(&file, "more");
    OK(mcufs_close(&file));
    expect_text(test, "/file", "contentmoremore");
}

static void times_are_refused(void **state)
{
    conformance_t *test = *state;
    const mcufs_times_t times = {.modified = 1700000000 * second};
    needs_times(test);
    put(test, "/file", "");
    FAILS(mcufs_set_times(&test->fs, "/missing", &times), MCUFS_ENOENT);
    FAILS(mcufs_set_times(&test->fs, "/file/below", &times), MCUFS_ENOTDIR);
    FAILS(mcufs_set_times(&test->fs, "/file", NULL), MCUFS_EINVAL);
    FAILS(mcufs_set_times(&test->fs, NULL, &times), MCUFS_EINVAL);
}

static void times_before_1970(void **state)
{
    conformance_t *test = *state;
    if (test->setting->time_step == 0 || !test->setting->host) {
        skip(); /* the formats disagree on signs */
    }
    put(test, "/file", "");
    OK(mcufs_set_times(&test->fs, "/file", &(mcufs_times_t){.modified = -5 * second - 3}));
    expect_times(test, "/file", -5 * second - 3, 0);
}

/* -- Space ---------------------------------------------------------------------------------------------- */

static mcufs_statfs_t space(conformance_t *test)
{
    mcufs_statfs_t statfs;
    settle(test);
    memset(&statfs, 0xa5, sizeof(statfs));
    OK(mcufs_statfs(&test->fs, "/", &statfs));
    assert_true(statfs.free_blocks <= statfs.block_count);
    return statfs;
}

static void statfs_describes_the_volume(void **state)
{
    conformance_t *test = *state;
    const mcufs_statfs_t statfs = space(test);
    assert_string_equal(statfs.type, test->setting->filesystem->name);
    assert_true(statfs.block_size > 0);
    assert_true(statfs.block_count > 0);
    assert_true(statfs.free_blocks > 0);
    assert_int_equal(statfs.name_max, test->setting->name_max);
    assert_true(statfs.file_size_max >= INT32_MAX);
    assert_false(statfs.read_only);
    if (!test->setting->host && !test->setting->has_clusters) {
        assert_int_equal(statfs.block_size, test->setting->geometry.block_size);
        assert_int_equal(statfs.block_count, test->setting->geometry.block_count);
    }
    mcufs_statfs_t nothing;
    FAILS(mcufs_statfs(&test->fs, "/", NULL), MCUFS_EINVAL);
    FAILS(mcufs_statfs(NULL, "/", &nothing), MCUFS_EINVAL);
    remount(test, MCUFS_READ_ONLY);
    OK(mcufs_statfs(&test->fs, "/", &nothing));
    assert_true(nothing.read_only);
}

static void space_is_taken_and_returned(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[50000];
    if (test->setting->host) {
        skip(); /* others use the host's disk at the same time */
    }
    put(test, "/small", "x");
    const uint64_t before = space(test).free_blocks;
    put_bytes(test, "/file", content, sizeof(content));
    const mcufs_statfs_t full = space(test);
    const uint64_t needed = (sizeof(content) + full.block_size - 1) / full.block_size;
    assert_true(full.free_blocks <= before - needed);
    for (int i = 0; i < 5; i++) { /* rewriting takes no more */
        put_bytes(test, "/file", content, sizeof(content));
        assert_int_equal(space(test).free_blocks, full.free_blocks);
    }
    mcufs_file_t file;
    open_file(test, &file, "/file", MCUFS_O_WRONLY | MCUFS_O_TRUNC);
    OK(mcufs_close(&file));
    assert_int_equal(space(test).free_blocks, before);
    put_bytes(test, "/file", content, sizeof(content));
    OK(mcufs_unlink(&test->fs, "/file"));
    assert_int_equal(space(test).free_blocks, before);
}

static void directories_return_their_space(void **state)
{
    conformance_t *test = *state;
    if (test->setting->host) {
        skip(); /* others use the host's disk at the same time */
    }
    put(test, "/small", "x");
    uint64_t before = space(test).free_blocks;
    bool moved = false;
    for (int i = 0; i < 5; i++) {
        make_directory(test, "/directory");
        assert_true(space(test).free_blocks < before);
        OK(mcufs_rmdir(&test->fs, "/directory"));
        const uint64_t now = space(test).free_blocks;
        if (now != before && !moved) { /* a root written this often gets a pair of its own, once */
            before -= 2;
            moved = true;
        }
        assert_int_equal(now, before);
    }
}

static void full_volume_stays_usable(void **state)
{
    conformance_t *test = *state;
    static uint8_t content[4096];
    mcufs_file_t file;
    if (test->setting->host) {
        skip(); /* not ours to fill */
    }
    put(test, "/kept", "kept");
    fill(content, sizeof(content), 1);
    open_file(test, &file, "/large", MCUFS_O_WRONLY | MCUFS_O_CREAT);
    int32_t written;
    uint64_t size = 0;
    while ((written = mcufs_write(&file, content, sizeof(content))) == sizeof(content)) {
        size += (uint64_t)written;
    }
    FAILS(written, MCUFS_ENOSPC);
    FAILS(mcufs_write(&file, content, sizeof(content)), MCUFS_ENOSPC);
    OK(mcufs_sync(&file));
    OK(mcufs_close(&file));
    expect_text(test, "/kept", "kept");
    mcufs_stat_t stat;
    OK(mcufs_stat(&test->fs, "/large", &stat));
    assert_true(stat.size >= size);
    space(test);
    put(test, "/kept", "new"); /* overwriting smaller works on a full volume */
    expect_text(test, "/kept", "new");
    open_file(test, &file, "/large", MCUFS_O_WRONLY);
    OK(mcufs_truncate(&file, size / 2));
    OK(mcufs_close(&file));
    put_bytes(test, "/more", content, sizeof(content));
    OK(mcufs_unlink(&test->fs, "/large"));
    expect_listing(test, "/", "kept more");
    expect_bytes(test, "/more", content, sizeof(content));
}

const conformance_case_t metadata_cases[] = {
    CASE(attributes_are_set_replaced_and_removed),
    CASE(attributes_of_the_root),
    CASE(attribute_sizes),
    CASE(attributes_stay_with_the_file),
    CASE(attributes_are_refused),
    CASE(times_are_set_and_kept),
    CASE(the_root_keeps_times),
    CASE(changed_files_get_the_time),
    CASE(times_are_refused),
    CASE(times_before_1970),
    CASE(statfs_describes_the_volume),
    CASE(space_is_taken_and_returned),
    CASE(directories_return_their_space),
    CASE(full_volume_stays_usable),
    END_OF_CASES,
};
