/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Damaged volumes: whatever is in them, every call comes back, in time and within bounds. */

#include "volume.h"

#include <stdio.h>
#include <stdlib.h>

enum { KILOBYTES = 256, ROUNDS = 1500 };

static uint32_t random_state = 1;

static uint32_t roll(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void build(volume_t *volume, uint8_t type)
{
    static uint8_t content[9000];
    const mcufs_fat_options_t options = {.cluster_size = 512, .type = type};
    char path[64];
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    OK(mcufs_mkdir(&volume->fs, "/d"));
    OK(mcufs_mkdir(&volume->fs, "/d/deeper"));
    for (int i = 0; i < 6; i++) {
        (void)snprintf(path, sizeof path, "/d/A name of some length %d", i);
        put(volume, path, content, (size_t)i * 1500);
    }
    put(volume, "/d/deeper/x", content, 3000);
    OK(mcufs_unlink(&volume->fs, "/d/A name of some length 2"));
}

/* A few bytes in the part of the volume that says how it is made, or anywhere. */
static void damage(volume_t *volume)
{
    for (uint32_t k = 1 + roll(8); k > 0; k--) {
        size_t at = roll(4) == 0 ? roll((uint32_t)volume->size) : roll(roll(3) == 0 ? 512 : 40 * 512);
        volume->bytes[at] = roll(3) == 0 ? (uint8_t)(roll(2) * 0xff) : (uint8_t)roll(256);
    }
    if (roll(4) != 0) {
        volume->bytes[510] = 0x55;
        volume->bytes[511] = 0xaa;
    }
}

static void walk(volume_t *volume, const char *path)
{
    mcufs_dir_t directory;
    mcufs_dirent_t entry;
    if (mcufs_opendir(&volume->fs, &directory, path) != 0) {
        return;
    }
    for (unsigned i = 0; i < 70000 && mcufs_readdir(&directory, &entry) == 1; i++) {
        assert_null(strchr(entry.name, '/'));
        assert_true(strlen(entry.name) > 0);
    }
    OK(mcufs_closedir(&directory));
}

static void use(volume_t *volume)
{
    static uint8_t content[5000];
    static const char *const paths[] = {"/d/A name of some length 1", "/d/A name of some length 5",
                                        "/d/deeper/x", "/d/deeper/new", "/new"};
    mcufs_file_t file;
    mcufs_statfs_t statfs;
    walk(volume, "/");
    walk(volume, "/d");
    walk(volume, "/d/deeper");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (mcufs_open(&volume->fs, &file, paths[i], MCUFS_O_RDWR | MCUFS_O_CREAT) == 0) {
            (void)mcufs_read(&file, content, sizeof content);
            (void)mcufs_write(&file, content, sizeof content);
            (void)mcufs_truncate(&file, roll(9000));
            (void)mcufs_close(&file);
        }
    }
    (void)mcufs_mkdir(&volume->fs, "/d/deeper/directory");
    (void)mcufs_rename(&volume->fs, "/d/deeper", "/moved");
    (void)mcufs_rename(&volume->fs, "/d/A name of some length 4", "/d/deeper/x");
    (void)mcufs_unlink(&volume->fs, "/d/A name of some length 5");
    (void)mcufs_rmdir(&volume->fs, "/d");
    (void)mcufs_statfs(&volume->fs, "/", &statfs);
    (void)mcufs_gc(&volume->fs, "/", 10);
}

static void try_damage(uint8_t type, uint32_t kilobytes, unsigned rounds)
{
    volume_t *volume = volume_new(kilobytes, 512);
    build(volume, type);
    uint8_t *sound = malloc(volume->size);
    assert_non_null(sound);
    memcpy(sound, volume->bytes, volume->size);
    for (unsigned i = 0; i < rounds; i++) {
        memcpy(volume->bytes, sound, volume->size);
        volume->arena_size = roll(2) == 0 ? sizeof volume->arena : 3000;
        damage(volume);
        volume_forget(volume);
        if (volume_mount(volume, roll(5) == 0 ? MCUFS_READ_ONLY : 0) == 0) {
            use(volume);
            (void)mcufs_unmount(&volume->fs, "/");
        }
    }
    free(sound);
    volume_free(volume);
}

static void damaged_volumes_do_no_harm(void **state)
{
    (void)state;
    try_damage(12, KILOBYTES, ROUNDS);
    try_damage(16, 4096, ROUNDS / 5);
}

/* Boot sectors that are none, each wrong in one way. */
static void wrong_boot_sectors_are_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned offset;
        uint8_t value;
    } wrongs[] = {{11, 1}, {12, 3},    {12, 0x40}, {13, 0},  {13, 3},     {14, 0},   {16, 0},
                  {16, 9}, {21, 0x11}, {22, 0},    {510, 0}, {511, 0x54}, {0, 0x33}, {19, 0}};
    volume_t *volume = volume_new(KILOBYTES, 512);
    build(volume, 12);
    OK(mcufs_unmount(&volume->fs, "/"));
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        uint8_t *byte = volume->bytes + wrongs[i].offset, before = *byte, beside = byte[1];
        *byte = wrongs[i].value;
        if (wrongs[i].offset == 14 || wrongs[i].offset == 19 || wrongs[i].offset == 22) {
            byte[1] = 0; /* the field has two bytes */
        }
        int error = volume_mount(volume, 0);
        if (error != MCUFS_ENODEV) {
            print_error("byte %u as %u: %d\n", wrongs[i].offset, wrongs[i].value, error);
        }
        FAILS(error, MCUFS_ENODEV);
        *byte = before;
        byte[1] = beside;
    }
    OK(volume_mount(volume, 0));
    volume_free(volume);
}

/* A chain that runs in a circle, and one that ends too early. */
static void wrong_chains_are_refused(void **state)
{
    (void)state;
    static uint8_t content[9000];
    volume_t *volume = volume_new(KILOBYTES, 512);
    mcufs_file_t file;
    const mcufs_fat_options_t options = {.cluster_size = 512, .type = 12, .fat_count = 1};
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    put(volume, "/f", content, sizeof content);
    OK(mcufs_unmount(&volume->fs, "/"));
    uint8_t *table = volume->bytes + (size_t)(volume->bytes[14] | volume->bytes[15] << 8) * 512;
    table[6] = 0xff; /* cluster 4 is the last */
    table[7] |= 0x0f;
    OK(volume_mount(volume, 0));
    OK(mcufs_open(&volume->fs, &file, "/f", MCUFS_O_RDWR));
    assert_int_equal(mcufs_read(&file, content, 1000), 1000);
    assert_int_equal(mcufs_read(&file, content, 5000), MCUFS_ECORRUPT);
    OK(mcufs_close(&file));
    OK(mcufs_unmount(&volume->fs, "/"));
    table[6] = 2; /* cluster 4 leads back */
    table[7] = 0;
    OK(volume_mount(volume, 0));
    OK(mcufs_unlink(&volume->fs, "/f"));
    expect_listing(volume, "/", "");
    put(volume, "/g", content, 700);
    expect(volume, "/g", content, 700);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_volumes_do_no_harm),
        cmocka_unit_test(wrong_boot_sectors_are_refused),
        cmocka_unit_test(wrong_chains_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
