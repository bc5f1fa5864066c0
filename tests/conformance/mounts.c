/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Several mounts in one tree, several trees in one program, mounts that may not be written. */

#include "conformance/conformance.h"

/* -- Mounts inside mounts ------------------------------------------------------------------------------- */

static void mount_second(conformance_t *test, conformance_volume_t *second, const char *path)
{
    volume_create(second, test->setting);
    OK(volume_mount(second, &test->fs, path, 0));
}

static void second_mount_has_its_own_files(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    make_directory(test, "/card");
    put(test, "/card/hidden", "below the mount");
    put(test, "/file", "root");
    mount_second(test, &second, "/card");
    expect_listing(test, "/", "card file");
    expect_listing(test, "/card", "");
    expect_missing(test, "/card/hidden");
    put(test, "/card/file", "card");
    make_directory(test, "/card/directory");
    expect_text(test, "/file", "root");
    expect_text(test, "/card/file", "card");
    expect_text(test, "/card/directory/../../file", "root");
    expect_directory(test, "/card");
    FAILS(mcufs_unmount(&test->fs, "/"), MCUFS_EBUSY);
    OK(mcufs_unmount(&test->fs, "/card"));
    expect_text(test, "/card/hidden", "below the mount");
    expect_missing(test, "/card/file");
    OK(volume_mount(&second, &test->fs, "/elsewhere", 0)); /* on a name that does not exist */
    expect_listing(test, "/", "card elsewhere file");
    expect_text(test, "/elsewhere/file", "card");
    OK(mcufs_unmount(&test->fs, "/elsewhere"));
    volume_destroy(&second);
}

static void mount_point_stays(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    mcufs_file_t file;
    put(test, "/file", "root");
    make_directory(test, "/directory");
    mount_second(test, &second, "/a/card");
    put(test, "/a/card/file", "card");
    static const char *const fixed[] = {"/a/card", "/a"};
    for (size_t i = 0; i < 2; i++) {
        FAILS(mcufs_remove(&test->fs, fixed[i]), MCUFS_EBUSY);
        FAILS(mcufs_rmdir(&test->fs, fixed[i]), MCUFS_EBUSY);
        FAILS(mcufs_unlink(&test->fs, fixed[i]), MCUFS_EISDIR);
        FAILS(mcufs_rename(&test->fs, fixed[i], "/new"), MCUFS_EBUSY);
        FAILS(mcufs_rename(&test->fs, "/directory", fixed[i]), MCUFS_EBUSY);
        FAILS(mcufs_open(&test->fs, &file, fixed[i], MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_EISDIR);
        expect_directory(test, fixed[i]);
    }
    FAILS(mcufs_mkdir(&test->fs, "/a/card"), MCUFS_EEXIST);
    expect_listing(test, "/", "a directory file");
    expect_listing(test, "/a", "card");
    expect_listing(test, "/a/card", "file");
    OK(mcufs_unmount(&test->fs, "/a/card"));
    expect_missing(test, "/a");
    expect_listing(test, "/", "directory file");
    volume_destroy(&second);
}

static void rename_does_not_cross_mounts(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    make_directory(test, "/directory");
    put(test, "/file", "root");
    mount_second(test, &second, "/card");
    put(test, "/card/file", "card");
    FAILS(mcufs_rename(&test->fs, "/file", "/card/new"), MCUFS_EXDEV);
    FAILS(mcufs_rename(&test->fs, "/card/file", "/new"), MCUFS_EXDEV);
    FAILS(mcufs_rename(&test->fs, "/directory", "/card/new"), MCUFS_EXDEV);
    FAILS(mcufs_rename(&test->fs, "/file", "/card/file"), MCUFS_EXDEV);
    OK(mcufs_rename(&test->fs, "/card/file", "/card/renamed"));
    expect_listing(test, "/", "card directory file");
    expect_listing(test, "/card", "renamed");
    OK(mcufs_unmount(&test->fs, "/card"));
    volume_destroy(&second);
}

static void working_directory_in_a_mount(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    char buffer[MCUFS_PATH_MAX];
    put(test, "/file", "root");
    mount_second(test, &second, "/card");
    make_directory(test, "/card/inner");
    OK(mcufs_chdir(&test->fs, "card/inner"));
    put(test, "file", "card");
    expect_text(test, "/card/inner/file", "card");
    expect_text(test, "../../file", "root");
    OK(mcufs_getcwd(&test->fs, buffer, sizeof(buffer)));
    assert_string_equal(buffer, "/card/inner");
    OK(mcufs_unmount(&test->fs, "/card"));
    mcufs_stat_t stat;
    FAILS(mcufs_stat(&test->fs, "file", &stat), MCUFS_ENOENT);
    OK(mcufs_chdir(&test->fs, "/"));
    volume_destroy(&second);
}

/* A tree without a root: what leads to the mounts is a directory nevertheless. */
static void mounts_without_a_root(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    mcufs_file_t file;
    mcufs_statfs_t statfs;
    OK(mcufs_unmount(&test->fs, "/"));
    OK(volume_mount(&test->volume, &test->fs, "/flash", 0));
    mount_second(test, &second, "/media/card");
    expect_listing(test, "/", "flash media");
    expect_listing(test, "/media", "card");
    expect_directory(test, "/");
    expect_directory(test, "/media");
    put(test, "/flash/file", "flash");
    put(test, "/media/card/file", "card");
    OK(mcufs_chdir(&test->fs, "/media"));
    expect_text(test, "card/file", "card");
    FAILS(mcufs_open(&test->fs, &file, "/file", MCUFS_O_RDONLY), MCUFS_ENODEV);
    FAILS(mcufs_open(&test->fs, &file, "/media/file", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_ENODEV);
    FAILS(mcufs_open(&test->fs, &file, "/media", MCUFS_O_RDONLY), MCUFS_EISDIR);
    FAILS(mcufs_mkdir(&test->fs, "/new"), MCUFS_ENODEV);
    FAILS(mcufs_mkdir(&test->fs, "/media"), MCUFS_EEXIST);
    FAILS(mcufs_rmdir(&test->fs, "/media"), MCUFS_EBUSY);
    FAILS(mcufs_rmdir(&test->fs, "/"), MCUFS_EPERM);
    FAILS(mcufs_statfs(&test->fs, "/", &statfs), MCUFS_ENODEV);
    OK(mcufs_unmount(&test->fs, "/media/card"));
    FAILS(mcufs_unmount(&test->fs, "/media"), MCUFS_EINVAL);
    OK(mcufs_unmount(&test->fs, "/flash"));
    volume_destroy(&second);
}

static void two_trees_do_not_know_each_other(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t volume;
    mcufs_t other;
    mcufs_file_t first, second;
    char buffer[8];
    volume_create(&volume, test->setting);
    OK(mcufs_init(&other, NULL));
    OK(volume_mount(&volume, &other, "/", 0));
    OK(mcufs_mkdir(&other, "/directory"));
    OK(mcufs_chdir(&other, "/directory"));
    open_file(test, &first, "file", MCUFS_O_RDWR | MCUFS_O_CREAT);
    OK(mcufs_open(&other, &second, "file", MCUFS_O_RDWR | MCUFS_O_CREAT));
    write_text(&first, "one");
    write_text(&second, "two!");
    assert_int_equal(mcufs_size(&first), 3);
    assert_int_equal(mcufs_size(&second), 4);
    OK(mcufs_close(&first));
    OK(mcufs_close(&second));
    expect_listing(test, "/", "file");
    OK(mcufs_getcwd(&test->fs, buffer, sizeof(buffer)));
    assert_string_equal(buffer, "/");
    OK(mcufs_unmount(&other, "/"));
    volume_destroy(&volume);
    expect_text(test, "/file", "one");
}

/* -- Read-only ------------------------------------------------------------------------------------------ */

static void read_only_mount_reads_and_nothing_else(void **state)
{
    conformance_t *test = *state;
    mcufs_file_t file;
    char byte = 0;
    make_directory(test, "/directory");
    put(test, "/directory/file", "content");
    remount(test, MCUFS_READ_ONLY);
    if (test->volume.chip != NULL) {
        sim_flash_reset_counts(test->volume.chip);
    }
    expect_text(test, "/directory/file", "content");
    /* From here on without the helpers: some settings would remount, and write-enabled. */
    static const uint32_t modes[] = {MCUFS_O_WRONLY, MCUFS_O_RDWR, MCUFS_O_WRONLY | MCUFS_O_TRUNC,
                                     MCUFS_O_RDWR | MCUFS_O_CREAT, MCUFS_O_RDONLY | MCUFS_O_CREAT};
    OK(mcufs_unmount(&test->fs, "/"));
    OK(volume_mount(&test->volume, &test->fs, "/", MCUFS_READ_ONLY));
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        FAILS(mcufs_open(&test->fs, &file, "/directory/file", modes[i]), MCUFS_EROFS);
    }
    FAILS(mcufs_mkdir(&test->fs, "/new"), MCUFS_EROFS);
    FAILS(mcufs_rmdir(&test->fs, "/directory"), MCUFS_EROFS);
    FAILS(mcufs_unlink(&test->fs, "/directory/file"), MCUFS_EROFS);
    FAILS(mcufs_remove(&test->fs, "/directory/file"), MCUFS_EROFS);
    FAILS(mcufs_rename(&test->fs, "/directory/file", "/new"), MCUFS_EROFS);
    const mcufs_times_t times = {.modified = 1};
    FAILS(mcufs_set_attribute(&test->fs, "/directory/file", 'A', &byte, 1), MCUFS_EROFS);
    FAILS(mcufs_remove_attribute(&test->fs, "/directory/file", 'A'), MCUFS_EROFS);
    FAILS(mcufs_set_times(&test->fs, "/directory/file", &times), MCUFS_EROFS);
    FAILS(mcufs_set_file_attributes(&test->fs, "/directory/file", 0), MCUFS_EROFS);
    FAILS(mcufs_gc(&test->fs, "/", 1), MCUFS_EROFS);
    FAILS(mcufs_resize(&test->fs, "/", 1), MCUFS_EROFS);
    OK(mcufs_open(&test->fs, &file, "/directory/file", MCUFS_O_RDONLY));
    FAILS(mcufs_write(&file, &byte, 1), MCUFS_EBADF);
    assert_int_equal(mcufs_read(&file, &byte, 1), 1);
    assert_int_equal(byte, 'c');
    OK(mcufs_sync(&file));
    OK(mcufs_close(&file));
    if (test->volume.chip != NULL) {
        const sim_counts_t *counts = sim_flash_counts(test->volume.chip);
        assert_int_equal(counts->programs + counts->erases + counts->writes, 0);
    }
    remount(test, 0);
    expect_text(test, "/directory/file", "content");
}

/* -- Mounting ------------------------------------------------------------------------------------------- */

static void mounting_is_refused(void **state)
{
    conformance_t *test = *state;
    conformance_volume_t second;
    volume_create(&second, test->setting);
    FAILS(volume_mount(&second, &test->fs, "/", 0), MCUFS_EBUSY);
    FAILS(volume_mount(&second, &test->fs, "//x/..", 0), MCUFS_EBUSY);
    FAILS(volume_mount(&second, &test->fs, "relative", 0), MCUFS_EINVAL);
    FAILS(volume_mount(&second, &test->fs, "", 0), MCUFS_EINVAL);
    FAILS(volume_mount(&second, &test->fs, "/card", 0x80), MCUFS_EINVAL);
    FAILS(mcufs_unmount(&test->fs, "/card"), MCUFS_EINVAL);
    FAILS(mcufs_unmount(&test->fs, "card"), MCUFS_EINVAL);
    put(test, "/file", "");
    FAILS(mcufs_unmount(&test->fs, "/file"), MCUFS_EINVAL);
    OK(volume_mount(&second, &test->fs, "/card", 0));
    OK(mcufs_unmount(&test->fs, "/card/../card/"));
    volume_destroy(&second);
}

/* -- Recognising and formatting ------------------------------------------------------------------------- */

static void needs_a_chip(const conformance_t *test)
{
    if (test->setting->host) {
        skip();
    }
}

static void volume_is_recognised(void **state)
{
    conformance_t *test = *state;
    uint8_t scratch[4096];
    mcufs_probe_t found;
    mcufs_statfs_t statfs;
    const mcufs_filesystem_t *filesystem;
    needs_a_chip(test);
    if (!is_compiled_in(test->setting)) {
        skip();
    }
    const mcufs_device_t *device = sim_flash_device(test->volume.chip);
    assert_ptr_equal(mcufs_filesystem_by_name(test->setting->filesystem->name), test->setting->filesystem);
    assert_null(mcufs_filesystem_by_name("none of that name"));
    assert_null(mcufs_filesystem_by_name(NULL));
    put(test, "/file", "content");
    OK(mcufs_statfs(&test->fs, "/", &statfs));
    OK(mcufs_unmount(&test->fs, "/"));
    memset(&found, 0xa5, sizeof(found));
    OK(mcufs_probe_with(device, scratch, sizeof(scratch), &found, &filesystem));
    assert_ptr_equal(filesystem, test->setting->filesystem);
    assert_string_equal(found.type, filesystem->name);
    assert_int_equal(found.version, statfs.version);
    assert_int_equal(found.block_size, statfs.block_size);
    assert_int_equal(found.block_count, statfs.block_count);
    assert_true(memchr(found.label, '\0', sizeof(found.label)) != NULL);
    OK(volume_mount(&test->volume, &test->fs, "/", 0));
}

static void used_volume_is_not_formatted_as_blank(void **state)
{
    conformance_t *test = *state;
    needs_a_chip(test);
    put(test, "/file", "content");
    remount(test, MCUFS_FORMAT_IF_BLANK);
    expect_text(test, "/file", "content");
    remount(test, MCUFS_FORMAT_ALWAYS);
    expect_listing(test, "/", "");
}

static void foreign_content_is_left_alone(void **state)
{
    conformance_t *test = *state;
    needs_a_chip(test);
    OK(mcufs_unmount(&test->fs, "/"));
    sim_flash_t *chip = test->volume.chip;
    fill(sim_flash_bytes(chip), sim_flash_size(chip), 1);
    sim_flash_reset_counts(chip);
    /* Told what it is to be, it is a damaged volume. */
    const int stranger = is_compiled_in(test->setting) ? MCUFS_ENODEV : MCUFS_ECORRUPT;
    FAILS(volume_mount(&test->volume, &test->fs, "/", 0), stranger);
    FAILS(volume_mount(&test->volume, &test->fs, "/", MCUFS_READ_ONLY), stranger);
    FAILS(volume_mount(&test->volume, &test->fs, "/", MCUFS_FORMAT_IF_BLANK), MCUFS_EEXIST);
    const sim_counts_t *counts = sim_flash_counts(chip);
    assert_int_equal(counts->programs + counts->erases + counts->writes, 0);
    OK(volume_mount(&test->volume, &test->fs, "/", MCUFS_FORMAT_ALWAYS));
    expect_listing(test, "/", "");
    put(test, "/file", "content");
    expect_text(test, "/file", "content");
}

const conformance_case_t mount_cases[] = {
    CASE(second_mount_has_its_own_files),
    CASE(mount_point_stays),
    CASE(rename_does_not_cross_mounts),
    CASE(working_directory_in_a_mount),
    CASE(mounts_without_a_root),
    CASE(two_trees_do_not_know_each_other),
    CASE(read_only_mount_reads_and_nothing_else),
    CASE(mounting_is_refused),
    CASE(volume_is_recognised),
    CASE(used_volume_is_not_formatted_as_blank),
    CASE(foreign_content_is_left_alone),
    END_OF_CASES,
};
