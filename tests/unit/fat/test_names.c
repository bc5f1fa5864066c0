/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Names: which are stored short and which long, how the short ones of long names differ, what is no name. */

#include "volume.h"

#include <stdio.h>

static volume_t *new_volume(void)
{
    volume_t *volume = volume_new(2048, 512);
    const mcufs_fat_options_t options = {.cluster_size = 512};
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    return volume;
}

/* The short entry whose 11 bytes these are, or NULL. */
static const uint8_t *find_entry(const volume_t *volume, const char *name)
{
    for (size_t at = 0; at < volume->size; at += 32) {
        if (memcmp(volume->bytes + at, name, 11) == 0 && volume->bytes[at + 11] != 0x0f) {
            return volume->bytes + at;
        }
    }
    return NULL;
}

static unsigned count_pieces(const volume_t *volume, const char *name)
{
    const uint8_t *entry = find_entry(volume, name);
    unsigned count = 0;
    assert_non_null(entry);
    while (entry[-32 * (int)(count + 1) + 11] == 0x0f) {
        count++;
    }
    return count;
}

static void short_names_need_no_long_ones(void **state)
{
    (void)state;
    static const struct {
        const char *name, *entry;
        unsigned pieces, case_bits;
    } cases[] = {
        {"README.TXT", "README  TXT", 0, 0},      {"readme.md", "README  MD ", 0, 0x18},
        {"Makefile", "MAKEFILE   ", 1, 0},        {"data.BIN", "DATA    BIN", 0, 0x08},
        {"DATA2.bin", "DATA2   BIN", 0, 0x10},    {"noext", "NOEXT      ", 0, 0x08},
        {"1234.567", "1234    567", 0, 0},        {"{a}~!#$%.&'@", "{A}~!#$%&'@", 0, 0x08},
        {"a.b.c", "AB~1    C  ", 1, 0},           {".profile", "PROFIL~1   ", 1, 0},
        {"toolongname", "TOOLON~1   ", 1, 0},     {"a.html", "A~1     HTM", 1, 0},
        {"sp ace", "SPACE~1    ", 1, 0},          {"plus+[].x=y", "PLUS__~1X_Y", 1, 0},
        {"\xc3\xa4.txt", "\x8e~1     TXT", 1, 0}, {"\xe2\x82\xac.txt", "_~1     TXT", 1, 0},
        {"thirteen.unit", "THIRTE~1UNI", 1, 0},   {"fourteen.units", "FOURTE~1UNI", 2, 0},
    };
    volume_t *volume = new_volume();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[64];
        (void)snprintf(path, sizeof path, "/%s", cases[i].name);
        put(volume, path, cases[i].name, 4);
        expect(volume, path, cases[i].name, 4);
    }
    volume_remount(volume);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[64];
        const uint8_t *entry = find_entry(volume, cases[i].entry);
        if (entry == NULL) {
            print_error("%s is not stored as %s\n", cases[i].name, cases[i].entry);
        }
        assert_non_null(entry);
        (void)snprintf(path, sizeof path, "/%s", cases[i].name);
        expect(volume, path, cases[i].name, 4);
        assert_int_equal(count_pieces(volume, cases[i].entry), cases[i].pieces);
        assert_int_equal(entry[12], cases[i].case_bits);
    }
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

static void names_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"/a*b",  "/a?b",   "/a:b",  "/a|b",      "/a<b",          "/a>b",
                                        "/a\"b", "/a\\b",  "/\x01", "/a\nb",     "/name.",        "/name ",
                                        "/...",  "/\x80z", "/\xc3", "/\xc0\xaf", "/\xed\xa0\x80", "/ "};
    volume_t *volume = new_volume();
    mcufs_file_t file;
    mcufs_stat_t stat;
    put(volume, "/there", "x", 1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        FAILS(mcufs_open(&volume->fs, &file, names[i], MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_EINVAL);
        FAILS(mcufs_mkdir(&volume->fs, names[i]), MCUFS_EINVAL);
        FAILS(mcufs_rename(&volume->fs, "/there", names[i]), MCUFS_EINVAL);
        FAILS(mcufs_stat(&volume->fs, names[i], &stat), MCUFS_ENOENT);
    }
    expect_listing(volume, "/", "there");
    volume_free(volume);
}

static void case_is_kept_and_does_not_matter(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    mcufs_file_t file;
    put(volume, "/Mixed Case.Name", "one", 3);
    put(volume, "/\xc3\x84rger", "two", 3); /* with a capital umlaut */
    expect(volume, "/mIXED cASE.nAME", "one", 3);
    expect(volume, "/\xc3\xa4RGER", "two", 3);
    FAILS(mcufs_mkdir(&volume->fs, "/MIXED CASE.NAME"), MCUFS_EEXIST);
    FAILS(mcufs_open(&volume->fs, &file, "/MIXEDC~1.NAM", MCUFS_O_RDWR | MCUFS_O_CREAT | MCUFS_O_EXCL),
          MCUFS_EEXIST); /* its short name */
    expect(volume, "/mixedc~1.nam", "one", 3);
    expect_listing(volume, "/", "Mixed Case.Name|\xc3\x84rger");
    OK(mcufs_rename(&volume->fs, "/mixed case.name", "/MIXED case.NAME"));
    OK(mcufs_rename(&volume->fs, "/MIXED case.NAME", "/MIXED case.NAME"));
    expect_listing(volume, "/", "MIXED case.NAME|\xc3\x84rger");
    expect(volume, "/Mixed Case.Name", "one", 3);
    put(volume, "/\xf0\x9f\x98\x80 smiles", "three", 5); /* two units of UTF-16 */
    expect(volume, "/\xf0\x9f\x98\x80 SMILES", "three", 5);
    expect_listing(volume, "/", "MIXED case.NAME|\xc3\x84rger|\xf0\x9f\x98\x80 smiles");
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* With and without a cache of names: the short ones must be a directory's own. */
static void short_names_of_similar_names_differ(void **state)
{
    (void)state;
    enum { COUNT = 150 };
    for (unsigned arena = 0; arena < 2; arena++) {
        volume_t *volume = volume_new(2048, 512);
        const mcufs_fat_options_t options = {.cluster_size = 512};
        char path[64];
        mcufs_stat_t stat;
        if (arena == 1) {
            volume->arena_size = MCUFS_FAT_ARENA_MINIMUM(512) + 10 * sizeof(void *) + 8;
        }
        volume_format(volume, &options);
        OK(volume_mount(volume, 0));
        OK(mcufs_mkdir(&volume->fs, "/d"));
        for (int i = 0; i < COUNT; i++) {
            (void)snprintf(path, sizeof path, "/d/measurement of today %03d.csv", i);
            put(volume, path, path, 20);
        }
        for (int i = 0; i < COUNT; i += 2) {
            (void)snprintf(path, sizeof path, "/d/measurement of today %03d.csv", i);
            OK(mcufs_unlink(&volume->fs, path));
        }
        for (int i = 0; i < COUNT; i++) {
            (void)snprintf(path, sizeof path, "/d/measurement of today %03d.csv", i);
            FAILS(mcufs_stat(&volume->fs, path, &stat), i % 2 == 0 ? MCUFS_ENOENT : 0);
            (void)snprintf(path, sizeof path, "/d/measurement of tomorrow %03d.csv", i);
            put(volume, path, path, 20);
        }
        volume_remount(volume);
        for (int i = 0; i < COUNT; i++) {
            (void)snprintf(path, sizeof path, "/d/measurement of tomorrow %03d.csv", i);
            expect(volume, path, path, 20);
        }
        OK(mcufs_unmount(&volume->fs, "/"));
        volume_judge(volume); /* says so when two short names are equal */
        volume_free(volume);
    }
}

/* A removal that fails when the list of changes is full leaves the name where it is, for the cache as well.
 */
static void failed_removals_leave_the_name(void **state)
{
    (void)state;
    static const uint8_t content[512];
    volume_t *volume = new_volume();
    mcufs_file_t first, second;
    mcufs_stat_t stat;
    char path[64];
    OK(mcufs_mkdir(&volume->fs, "/d"));
    for (int i = 0; i < 80; i++) {
        (void)snprintf(path, sizeof path, "/d/file%d", i);
        put(volume, path, content, 1);
    }
    OK(mcufs_open(&volume->fs, &first, "/first", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    OK(mcufs_open(&volume->fs, &second, "/second", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    for (int i = 0; i < 60; i++) {
        assert_int_equal(mcufs_write(i % 2 == 0 ? &first : &second, content, sizeof content), sizeof content);
        (void)snprintf(path, sizeof path, "/d/file%d", 70 + i % 10);
        OK(mcufs_stat(&volume->fs, path, &stat)); /* fills the cache */
        volume->writes_left = 0;
        FAILS(mcufs_unlink(&volume->fs, path), MCUFS_EIO);
        volume->writes_left = UINT64_MAX;
        OK(mcufs_stat(&volume->fs, path, &stat));
    }
    OK(mcufs_close(&second));
    OK(mcufs_close(&first));
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* 255 UTF-16 units are allowed, and 255 bytes of UTF-8. */
static void long_names_have_limits(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    char path[300];
    mcufs_file_t file;
    memset(path, 'n', sizeof path);
    path[0] = '/';
    path[256] = '\0';
    put(volume, path, "x", 1);
    expect(volume, path, "x", 1);
    expect_listing(volume, "/", path + 1);
    path[256] = 'n';
    path[257] = '\0';
    FAILS(mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_ENAMETOOLONG);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* What somebody left behind the end of a directory does not come to life when the end moves on. */
static void rubbish_behind_the_end_stays_dead(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    OK(mcufs_mkdir(&volume->fs, "/d"));
    put(volume, "/d/A", "1", 1);
    OK(mcufs_unmount(&volume->fs, "/"));
    uint8_t *entry = volume->bytes + (find_entry(volume, "A          ") - volume->bytes);
    memcpy(entry + 64, "RUBBISH BIN\x20", 12);
    OK(volume_mount(volume, 0));
    expect_listing(volume, "/d", "A");
    put(volume, "/d/B", "2", 1);
    expect_listing(volume, "/d", "A|B");
    put(volume, "/d/A long name.txt", "3", 1);
    expect_listing(volume, "/d", "A|B|A long name.txt");
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

static void attributes_are_kept_and_obeyed(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    mcufs_stat_t stat;
    mcufs_file_t file;
    const uint8_t hidden = MCUFS_ATTRIBUTE_READ_ONLY | MCUFS_ATTRIBUTE_HIDDEN;
    put(volume, "/f", "x", 1);
    OK(mcufs_set_file_attributes(&volume->fs, "/f", hidden));
    volume_remount(volume);
    OK(mcufs_stat(&volume->fs, "/f", &stat));
    assert_int_equal(stat.attributes, hidden);
    FAILS(mcufs_open(&volume->fs, &file, "/f", MCUFS_O_RDWR), MCUFS_EACCES);
    FAILS(mcufs_unlink(&volume->fs, "/f"), MCUFS_EACCES);
    FAILS(mcufs_set_file_attributes(&volume->fs, "/f", 0x10), MCUFS_EINVAL);
    OK(mcufs_set_file_attributes(&volume->fs, "/f", 0));
    OK(mcufs_unlink(&volume->fs, "/f"));
    volume_free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_names_need_no_long_ones),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(case_is_kept_and_does_not_matter),
        cmocka_unit_test(short_names_of_similar_names_differ),
        cmocka_unit_test(failed_removals_leave_the_name),
        cmocka_unit_test(long_names_have_limits),
        cmocka_unit_test(rubbish_behind_the_end_stays_dead),
        cmocka_unit_test(attributes_are_kept_and_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
