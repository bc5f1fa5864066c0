/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes of every size and shape that format makes. fsck.fat judges them (strictly: nothing but its banner
 * and its summary), and mtools puts a file in and takes it out. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <mcufs/fat.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "host/file_device.h"

enum { BLOCK = 65536, ARENA = 20000 };

#define KILOBYTES 1024u
#define MEGABYTES (1024u * KILOBYTES)

typedef struct image {
    char path[64];
    mcufs_file_device_t file;
    uint8_t arena[ARENA];
    uint8_t sector[512];
} image_t;

/* A sparse file as a card of `kilobytes` KiB. */
static void image_open(image_t *image, uint64_t kilobytes, uint32_t unit)
{
    uint32_t block = kilobytes % (BLOCK / KILOBYTES) == 0 ? BLOCK : unit;
    const mcufs_file_options_t options = {
        .mode = MCUFS_FILE_UPDATE,
        .geometry = {.read_size = unit, .program_size = unit, .block_size = block, .erased_value = 0xff}};
    (void)snprintf(image->path, sizeof image->path, "test_format_%ld.img", (long)getpid());
    FILE *file = fopen(image->path, "wb");
    assert_non_null(file);
    assert_int_equal(ftruncate(fileno(file), (off_t)(kilobytes * KILOBYTES)), 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(mcufs_file_device_open(&image->file, image->path, &options), 0);
}

static int format(image_t *image, const mcufs_fat_options_t *options)
{
    const mcufs_setup_t setup = {.device = &image->file.device,
                                 .arena = image->arena,
                                 .arena_size = sizeof image->arena,
                                 .options = options};
    return mcufs_fat.format(&setup);
}

static void image_close(image_t *image)
{
    assert_int_equal(mcufs_file_device_close(&image->file), 0);
}

static int run(const image_t *image, const char *form)
{
    char command[512];
    (void)snprintf(command, sizeof command, form, image->path, image->path);
    return system(command); /* NOLINT: a test runs what users run */
}

/* The first line is fsck.fat's banner, the last one its summary. */
static void expect_clean(const image_t *image)
{
    assert_int_equal(run(image, "fsck.fat -n %s > %s.txt"), 0);
    assert_int_equal(run(image, "test $(wc -l < %s.txt) -eq 2"), 0);
}

static void expect_usable(const image_t *image)
{
    assert_int_equal(run(image, "printf %%2000s content > %s.txt"), 0);
    assert_int_equal(run(image, "mcopy -i %s %s.txt '::A long name.txt'"), 0);
    assert_int_equal(run(image, "mcopy -n -i %s '::A long name.txt' - | cmp - %s.txt"), 0);
    expect_clean(image);
}

static void read_sector(image_t *image, uint32_t sector)
{
    FILE *file = fopen(image->path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)sector * 512, SEEK_SET), 0);
    assert_int_equal(fread(image->sector, 1, sizeof image->sector, file), sizeof image->sector);
    assert_int_equal(fclose(file), 0);
}

static int teardown(void **state)
{
    image_t *image = *state;
    (void)run(image, "rm -f %s %s.txt");
    free(image);
    return 0;
}

static int setup(void **state)
{
    *state = calloc(1, sizeof(image_t));
    return 0;
}

/* -- All sizes --------------------------------------------------------------------------------------------
 */

static void every_size_is_a_volume(void **state)
{
    static const struct {
        uint64_t kilobytes;
        unsigned bits, cluster_sectors;
    } sizes[] = {
        {64, 12, 1},       {100, 12, 1},      {256, 12, 1},      {1440, 12, 1},      {2048, 12, 1},
        {4096, 12, 2},     {4224, 12, 16},    {16384, 12, 32},   {65536, 16, 16},    {262144, 16, 32},
        {1048576, 32, 16}, {2097152, 32, 32}, {4194304, 32, 64}, {33554432, 32, 64},
    };
    image_t *image = *state;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        image_open(image, sizes[i].kilobytes, 512);
        assert_int_equal(format(image, NULL), MCUFS_OK);
        image_close(image);
        read_sector(image, 0);
        print_message("%lu KiB: %.8s, %u sectors per cluster, %u reserved\n",
                      (unsigned long)sizes[i].kilobytes,
                      (const char *)image->sector + (image->sector[22] != 0 ? 54 : 82), image->sector[13],
                      mcufs_load_le16(image->sector + 14));
        expect_clean(image);
        expect_usable(image);
        char type[8];
        (void)snprintf(type, sizeof type, "FAT%u", sizes[i].bits);
        assert_memory_equal(image->sector + (image->sector[22] != 0 || image->sector[23] != 0 ? 54 : 82),
                            type, 5);
        assert_int_equal(image->sector[13], sizes[i].cluster_sectors);
    }
}

/* -- Options ----------------------------------------------------------------------------------------------
 */

static void types_and_clusters_can_be_chosen(void **state)
{
    image_t *image = *state;
    static const struct {
        uint32_t kilobytes;
        mcufs_fat_options_t options;
    } cases[] = {
        {65536, {.type = 16, .cluster_size = 2048}},
        {65536, {.type = 32}},
        {36864, {.type = 32, .cluster_size = 512, .fat_count = 1}},
        {16384, {.type = 16}},
        {16384, {.type = 12, .cluster_size = 8192, .root_entries = 112}},
        {1048576, {.type = 32, .cluster_size = 4096, .journal_sectors = 256}},
        {1440, {.journal_sectors = MCUFS_FAT_NEVER, .root_entries = 224}},
        {65536, {.type = 32, .journal_sectors = MCUFS_FAT_NEVER, .label = "no journal"}},
        {262144, {.sector_size = 4096}},
        {262144, {.sector_size = 1024, .type = 32, .cluster_size = 1024}},
        {65536, {.alignment = 1048576}},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        image_open(image, cases[i].kilobytes, 512);
        assert_int_equal(format(image, &cases[i].options), MCUFS_OK);
        image_close(image);
        expect_usable(image);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    static const mcufs_fat_options_t cases[] = {
        {.type = 13},
        {.type = 32},
        {.fat_count = 3},
        {.sector_size = 256},
        {.sector_size = 600},
        {.sector_size = 8192},
        {.cluster_size = 256},
        {.cluster_size = 3000},
        {.cluster_size = 131072},
        {.journal_sectors = 2},
        {.journal_sectors = 10000},
        {.label = "more than eleven"},
        {.label = "a/b"},
        {.label = "\xff"},
        {.label = "\xe2\x82\xac"},
        {.root_entries = 65536},
    };
    image_t *image = *state;
    image_open(image, 1440, 512);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(format(image, &cases[i]), MCUFS_EINVAL);
    }
    const mcufs_setup_t small = {.device = &image->file.device, .arena = image->arena, .arena_size = 500};
    assert_int_equal(mcufs_fat.format(&small), MCUFS_ENOMEM);
    image_close(image);
    read_sector(image, 0);
    for (unsigned i = 0; i < sizeof image->sector; i++) {
        assert_int_equal(image->sector[i], 0);
    }
}

static void a_label_is_in_both_places(void **state)
{
    image_t *image = *state;
    image_open(image, 4096, 512);
    assert_int_equal(format(image, &(mcufs_fat_options_t){.label = "M\xc3\xbcll 1", .serial = 0x12345678}),
                     MCUFS_OK);
    image_close(image);
    read_sector(image, 0);
    assert_memory_equal(image->sector + 43, "M\x9aLL 1     ", 11);
    assert_int_equal(mcufs_load_le32(image->sector + 39), 0x12345678);
    assert_int_equal(run(image, "mlabel -i %s -s :: | grep -q LL"), 0);
    image_open(image, 4096, 512);
    assert_int_equal(format(image, &(mcufs_fat_options_t){.label = "some files"}), MCUFS_OK);
    image_close(image);
    assert_int_equal(run(image, "mlabel -i %s -s :: | grep -q 'SOME FILES'"), 0);
    expect_clean(image);
}

static void the_journal_has_its_place(void **state)
{
    image_t *image = *state;
    image_open(image, 65536, 512);
    assert_int_equal(format(image, &(mcufs_fat_options_t){.type = 32, .journal_sectors = 20, .serial = 7}),
                     MCUFS_OK);
    image_close(image);
    read_sector(image, 0);
    uint32_t reserved = mcufs_load_le16(image->sector + 14);
    assert_true(reserved >= 37);
    read_sector(image, 16);
    assert_memory_equal(image->sector, "mcufsJNL", 8);
    assert_int_equal(mcufs_load_le32(image->sector + 8), 1);
    assert_int_equal(mcufs_load_le32(image->sector + 12), 17);
    assert_int_equal(mcufs_load_le32(image->sector + 16), 20);
    assert_int_equal(mcufs_load_le32(image->sector + 20), 7);
    assert_int_equal(mcufs_load_le32(image->sector + 508),
                     ~mcufs_crc32(0xffffffff, image->sector, 508) & 0xffffffff);
}

/* Without a clock: byte for byte. */
static void the_same_options_make_the_same_volume(void **state)
{
    image_t *image = *state;
    for (unsigned i = 0; i < 2; i++) {
        image_open(image, 8192, 512);
        assert_int_equal(format(image, &(mcufs_fat_options_t){.label = "SAME"}), MCUFS_OK);
        image_close(image);
        assert_int_equal(run(image, i == 0 ? "cp %s %s.txt" : "cmp %s %s.txt"), 0);
    }
}

/* The first cluster is where cards like it, and where erase blocks begin. */
static void data_is_aligned(void **state)
{
    image_t *image = *state;
    image_open(image, 4194304, 512);
    assert_int_equal(format(image, NULL), MCUFS_OK);
    image_close(image);
    read_sector(image, 0);
    uint32_t data = mcufs_load_le16(image->sector + 14) + 2 * mcufs_load_le32(image->sector + 36);
    assert_int_equal(data % 8192, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_is_a_volume, setup, teardown),
        cmocka_unit_test_setup_teardown(types_and_clusters_can_be_chosen, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_label_is_in_both_places, setup, teardown),
        cmocka_unit_test_setup_teardown(the_journal_has_its_place, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_options_make_the_same_volume, setup, teardown),
        cmocka_unit_test_setup_teardown(data_is_aligned, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
