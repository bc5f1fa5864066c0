/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Partition tables: what sfdisk and sgdisk write is read, and they accept what is written here. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <mcufs/partition_table.h>
#include <mcufs/ram_device.h>

enum { SECTOR = 512, BLOCK = 4096, SECTORS = 40960, ENTRIES = 16 };

#define MEGABYTE (1024u * 1024u)

typedef struct disk {
    mcufs_device_t device;
    uint8_t *memory;
    char path[64];
    uint8_t scratch[4096];
    mcufs_table_kind_t kind;
    mcufs_table_entry_t found[ENTRIES];
    uint32_t count, stop_after;
} disk_t;

static int setup(void **state)
{
    const mcufs_geometry_t geometry = {SECTOR, SECTOR, BLOCK, SECTORS / (BLOCK / SECTOR), 0xff};
    disk_t *disk = calloc(1, sizeof *disk);
    disk->memory = calloc(SECTORS, SECTOR);
    (void)snprintf(disk->path, sizeof disk->path, "test_table_%ld.img", (long)getpid());
    assert_int_equal(mcufs_ram_device(&disk->device, disk->memory, &geometry, MCUFS_RAM_OVERWRITE), 0);
    *state = disk;
    return 0;
}

static int teardown(void **state)
{
    disk_t *disk = *state;
    (void)unlink(disk->path);
    free(disk->memory);
    free(disk);
    return 0;
}

/* Between memory and a file that other programs look at. */
static void save(const disk_t *disk)
{
    FILE *file = fopen(disk->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(disk->memory, SECTOR, SECTORS, file), SECTORS);
    assert_int_equal(fclose(file), 0);
}

static void run(disk_t *disk, const char *form)
{
    char command[512];
    save(disk);
    (void)snprintf(command, sizeof command, form, disk->path);
    assert_int_equal(system(command), 0); /* NOLINT: a test runs what users run */
    FILE *file = fopen(disk->path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(disk->memory, SECTOR, SECTORS, file), SECTORS);
    assert_int_equal(fclose(file), 0);
}

static int keep(void *context, const mcufs_table_entry_t *entry)
{
    disk_t *disk = context;
    assert_true(disk->count < ENTRIES);
    assert_true(entry->start + entry->size <= (uint64_t)SECTORS * SECTOR);
    disk->found[disk->count++] = *entry;
    return disk->count == disk->stop_after ? 77 : 0;
}

static int read_table(disk_t *disk)
{
    disk->count = 0;
    return mcufs_table_read(&disk->device, SECTOR, disk->scratch, SECTOR, &disk->kind, keep, disk);
}

static int write_table(disk_t *disk, mcufs_table_kind_t kind, const mcufs_table_entry_t *entries,
                       uint32_t count)
{
    return mcufs_table_write(&disk->device, SECTOR, disk->scratch, SECTOR, kind, entries, count);
}

static void expect_entry(const disk_t *disk, uint32_t i, uint32_t number, uint32_t start, uint32_t size)
{
    assert_true(i < disk->count);
    assert_int_equal(disk->found[i].number, number);
    assert_int_equal(disk->found[i].start, start);
    assert_int_equal(disk->found[i].size, size);
}

/* -- Reading what others wrote ----------------------------------------------------------------------------
 */

static void mbr_of_sfdisk_is_read(void **state)
{
    disk_t *disk = *state;
    run(disk,
        "printf 'label: dos\\n2048,2048,c,*\\n4096,4096,83\\n8192,,5\\n10240,2048,e\\n14336,2048,83\\n' | "
        "sfdisk -q %s");
    assert_int_equal(read_table(disk), 0);
    assert_int_equal(disk->kind, MCUFS_TABLE_MBR);
    assert_int_equal(disk->count, 4);
    expect_entry(disk, 0, 1, MEGABYTE, MEGABYTE);
    expect_entry(disk, 1, 2, 2 * MEGABYTE, 2 * MEGABYTE);
    expect_entry(disk, 2, 5, 5 * MEGABYTE, MEGABYTE);
    expect_entry(disk, 3, 6, 7 * MEGABYTE, MEGABYTE);
    assert_true(disk->found[0].bootable && !disk->found[1].bootable);
    assert_int_equal(disk->found[0].type, MCUFS_MBR_FAT32);
    assert_int_equal(disk->found[2].type, MCUFS_MBR_FAT16);
    disk->stop_after = 2;
    assert_int_equal(read_table(disk), 77);
    assert_int_equal(disk->count, 2);
}

static void gpt_of_sgdisk_is_read(void **state)
{
    static const uint8_t linux_data[16] = {0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
                                           0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4};
    disk_t *disk = *state;
    run(disk, "sgdisk -n 1:2048:+1M -t 1:8300 -c '1:D\xc3\xa4ten' -n 3:6144:+2M -A 3:set:2 %s >/dev/null");
    assert_int_equal(read_table(disk), 0);
    assert_int_equal(disk->kind, MCUFS_TABLE_GPT);
    assert_int_equal(disk->count, 2);
    expect_entry(disk, 0, 1, MEGABYTE, MEGABYTE);
    expect_entry(disk, 1, 3, 3 * MEGABYTE, 2 * MEGABYTE);
    assert_memory_equal(disk->found[0].type_id, linux_data, sizeof linux_data);
    assert_string_equal(disk->found[0].name, "D\xc3\xa4ten");
    assert_true(!disk->found[0].bootable && disk->found[1].bootable);

    disk->memory[SECTOR + 60]++; /* the first header, and then also an entry of the second copy */
    assert_int_equal(read_table(disk), 0);
    assert_int_equal(disk->count, 2);
    disk->memory[(SECTORS - 33) * SECTOR + 40]++;
    assert_int_equal(read_table(disk), MCUFS_ECORRUPT);
}

static void what_is_no_table_is_refused(void **state)
{
    disk_t *disk = *state;
    assert_int_equal(read_table(disk), MCUFS_ENODEV);
    memset(disk->memory, 'x', SECTOR);
    disk->memory[510] = 0x55;
    disk->memory[511] = 0xaa; /* a boot sector */
    assert_int_equal(read_table(disk), MCUFS_ENODEV);
    assert_int_equal(mcufs_table_read(&disk->device, 500, disk->scratch, 512, NULL, keep, disk),
                     MCUFS_EINVAL);
    assert_int_equal(mcufs_table_read(&disk->device, 8192, disk->scratch, 8192, NULL, keep, disk),
                     MCUFS_EINVAL);
    assert_int_equal(mcufs_table_read(&disk->device, 512, disk->scratch, 511, NULL, keep, disk),
                     MCUFS_ENOMEM);
}

/* -- Writing, and others read it ---------------------------------------------------------------------------
 */

static void a_written_mbr_is_accepted(void **state)
{
    disk_t *disk = *state;
    mcufs_table_entry_t entries[6] = {{.bootable = true}};
    for (uint32_t i = 0; i < 6; i++) {
        entries[i].start = (i + 1) * MEGABYTE;
        entries[i].size = MEGABYTE - SECTOR;
        entries[i].type = i == 0 ? MCUFS_MBR_FAT32 : MCUFS_MBR_LINUX;
    }
    for (uint32_t count = 1; count <= 6; count++) {
        assert_int_equal(write_table(disk, MCUFS_TABLE_MBR, entries, count), 0);
        assert_int_equal(read_table(disk), 0);
        assert_int_equal(disk->kind, MCUFS_TABLE_MBR);
        assert_int_equal(disk->count, count);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t number = count <= 4 || i < 3 ? i + 1 : i + 2;
            expect_entry(disk, i, number, (uint32_t)entries[i].start, (uint32_t)entries[i].size);
        }
        run(disk, "sfdisk -q --verify %s");
    }
    run(disk, "sfdisk -d %s | grep -q '7 : start= *12288, size= *2047, type=83'");
    run(disk, "sfdisk -d %s | grep -q '1 : start= *2048, size= *2047, type=c, bootable'");
}

static void a_written_gpt_is_accepted(void **state)
{
    disk_t *disk = *state;
    const mcufs_table_entry_t entries[] = {
        {.start = 2 * MEGABYTE, .size = MEGABYTE, .name = "D\xc3\xa4ten \xf0\x9f\x98\x80"},
        {.start = 4 * MEGABYTE, .size = 2 * MEGABYTE, .bootable = true},
    };
    assert_int_equal(write_table(disk, MCUFS_TABLE_GPT, entries, 2), 0);
    run(disk, "sgdisk -v %s | grep -q 'No problems found'");
    run(disk,
        "sfdisk -d %s | grep -q 'start= *4096, size= *2048, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7'");
    run(disk, "sfdisk -d %s | grep -q 'start= *8192.*LegacyBIOSBootable'");
    assert_int_equal(read_table(disk), 0);
    assert_int_equal(disk->count, 2);
    assert_string_equal(disk->found[0].name, entries[0].name);
    assert_memory_not_equal(disk->found[0].id, disk->found[1].id, 16);
    expect_entry(disk, 1, 2, 4 * MEGABYTE, 2 * MEGABYTE);
}

static void impossible_tables_are_refused(void **state)
{
    disk_t *disk = *state;
    const mcufs_table_entry_t good = {.start = MEGABYTE, .size = MEGABYTE, .type = MCUFS_MBR_LINUX};
    mcufs_table_entry_t bad[5] = {good, good};
    assert_int_equal(write_table(disk, MCUFS_TABLE_MBR, bad, 2), MCUFS_EINVAL); /* they overlap */
    for (uint32_t i = 0; i < 5; i++) {
        bad[i] = good;
        bad[i].start += i * MEGABYTE;
    }
    assert_int_equal(write_table(disk, MCUFS_TABLE_MBR, bad, 5), MCUFS_EINVAL); /* no room for their tables */
    const mcufs_table_entry_t others[] = {
        {.start = 0, .size = MEGABYTE, .type = 1},
        {.start = MEGABYTE + 1, .size = MEGABYTE, .type = 1},
        {.start = MEGABYTE, .size = 0, .type = 1},
        {.start = MEGABYTE, .size = 20 * MEGABYTE, .type = 1},
        {.start = 30 * MEGABYTE, .size = MEGABYTE, .type = 1},
        {.start = MEGABYTE, .size = MEGABYTE, .type = 0},
        {.start = MEGABYTE, .size = MEGABYTE, .type = 5},
    };
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(write_table(disk, MCUFS_TABLE_MBR, &others[i], 1), MCUFS_EINVAL);
    }
    const mcufs_table_entry_t gpt[] = {
        {.start = 33 * SECTOR, .size = MEGABYTE},
        {.start = MEGABYTE, .size = 19 * MEGABYTE},
        {.start = MEGABYTE, .size = MEGABYTE, .name = "\xff"},
        {.start = MEGABYTE, .size = MEGABYTE, .name = "this name is longer than 36 characters"},
    };
    for (unsigned i = 0; i < sizeof gpt / sizeof gpt[0]; i++) {
        assert_int_equal(write_table(disk, MCUFS_TABLE_GPT, &gpt[i], 1), MCUFS_EINVAL);
    }
    assert_int_equal(read_table(disk), MCUFS_ENODEV); /* nothing was written */
}

/* Any bytes may be on the device. */
static void damaged_tables_end(void **state)
{
    disk_t *disk = *state;
    uint32_t random = 1;
    run(disk, "printf 'label: dos\\n2048,2048,c\\n8192,,5\\n10240,2048,e\\n14336,2048,83\\n' | sfdisk -q %s");
    uint8_t *good = malloc((size_t)SECTORS * SECTOR);
    memcpy(good, disk->memory, (size_t)SECTORS * SECTOR);
    for (unsigned i = 0; i < 20000; i++) {
        static const uint32_t tables[] = {0, 8192, 12288};
        random = random * 1103515245u + 12345u;
        uint32_t at = tables[(random >> 8) % 3] * SECTOR + 446 + (random >> 12) % 66;
        disk->memory[at] = (uint8_t)(random >> 24);
        int result = read_table(disk);
        assert_true(result == 0 || result == MCUFS_ENODEV || result == MCUFS_ECORRUPT);
        if (i % 4 == 3) {
            memcpy(disk->memory + (size_t)(at / SECTOR) * SECTOR, good + (size_t)(at / SECTOR) * SECTOR,
                   SECTOR);
        }
    }
    free(good);
}

/* A chain of logical partitions that goes in a circle. */
static void a_circle_ends(void **state)
{
    disk_t *disk = *state;
    run(disk, "printf 'label: dos\\n8192,,5\\n10240,2048,e\\n' | sfdisk -q %s");
    uint8_t *next = disk->memory + 8192 * SECTOR + 446 + 16;
    disk->memory[8192 * SECTOR + 446 + 4] = 0; /* an entry that is none, or there would be too many to keep */
    next[4] = 5;
    next[8] = 1;
    memcpy(disk->memory + 8193 * SECTOR, disk->memory + 8192 * SECTOR, SECTOR);
    assert_int_equal(read_table(disk), MCUFS_ECORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mbr_of_sfdisk_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(gpt_of_sgdisk_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_table_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_written_mbr_is_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_written_gpt_is_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(impossible_tables_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_tables_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_circle_ends, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
