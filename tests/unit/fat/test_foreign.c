/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes that mkfs.fat made and mtools filled, read and written by us; and what we wrote, read by mtools and
 * judged by fsck.fat. */

#include "volume.h"

#include <stdio.h>

typedef struct shape {
    const char *mkfs;
    uint32_t kilobytes, sector_size;
} shape_t;

static const shape_t shapes[] = {
    {"mkfs.fat -F 12 -s 1 @", 1440, 512},
    {"mkfs.fat -F 12 -s 4 -f 1 -r 112 @", 2048, 512},
    {"mkfs.fat -F 12 -S 4096 -s 1 @", 8192, 4096},
    {"mkfs.fat -F 16 -s 2 @", 16384, 512},
    {"mkfs.fat -F 16 -s 1 -R 64 @", 8192, 512},
    {"mkfs.fat -F 16 -S 1024 -s 1 @", 16384, 1024},
    {"mkfs.fat -F 32 -s 1 @", 36864, 512},
    {"mkfs.fat -F 32 -s 1 -f 1 -R 64 @", 40960, 512},
    {"mformat -i @ -t 80 -h 2 -s 18 ::", 1440, 512},
};

static void for_all(void (*run)(volume_t *volume))
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        for (unsigned arena = 0; arena < 2; arena++) {
            volume_t *volume = volume_new(shapes[i].kilobytes / 16 * 16, shapes[i].sector_size);
            if (arena == 1) {
                volume->arena_size = MCUFS_FAT_ARENA_MINIMUM(shapes[i].sector_size) + 10 * sizeof(void *) + 8;
            }
            volume_run(volume, shapes[i].mkfs);
            run(volume);
            volume_free(volume);
        }
    }
}

static void read_foreign(volume_t *volume)
{
    static uint8_t content[30000];
    static const char *const letters =
        "for i in 1 2 3 4 5 6 7 8 9; do printf 'content %s of a file' $i | "
        "mcopy -i @ - \"::/sub/A longer Name with $i in it.text\" || exit 1; done";
    mcufs_stat_t stat;
    mcufs_statfs_t statfs;
    volume_run(volume, "mmd -i @ ::/sub ::/sub/deeper");
    volume_run(volume, "printf hello | mcopy -i @ - ::/HELLO.TXT");
    volume_run(volume, "printf lower | mcopy -i @ - ::/lower.txt");
    volume_run(volume, letters);
    volume_run(volume, "head -c 30000 /dev/zero | tr '\\0' z | mcopy -i @ - ::/sub/deeper/Zs");
    volume_run(volume, "printf umlaut | mcopy -i @ - '::/sub/gr\xc3\xbc\xc3\x9f dich \xe2\x82\xac.txt'");
    OK(volume_mount(volume, MCUFS_READ_ONLY));
    expect(volume, "/HELLO.TXT", "hello", 5);
    expect(volume, "/hello.txt", "hello", 5);
    expect(volume, "/lower.txt", "lower", 5);
    expect(volume, "/sub/A longer Name with 7 in it.text", "content 7 of a file", 19);
    expect(volume, "/SUB/a LONGER name WITH 7 in it.TEXT", "content 7 of a file", 19);
    expect(volume, "/sub/GR\xc3\x9c\xc3\x9f dich \xe2\x82\xac.txt", "umlaut", 6);
    memset(content, 'z', sizeof content);
    expect(volume, "/sub/deeper/Zs", content, sizeof content);
    expect_missing(volume, "/sub/A longer Name");
    expect_listing(volume, "/sub/deeper", "Zs");
    OK(mcufs_stat(&volume->fs, "/sub", &stat));
    assert_int_equal(stat.type, MCUFS_TYPE_DIRECTORY);
    assert_true(stat.times.modified > INT64_C(1577836800) * 1000000000);
    OK(mcufs_statfs(&volume->fs, "/", &statfs));
    assert_string_equal(statfs.type, "fat");
    OK(mcufs_unmount(&volume->fs, "/"));
    assert_int_equal(volume->written, 0);
}

static void foreign_volumes_are_read(void **state)
{
    (void)state;
    for_all(read_foreign);
}

static void write_foreign(volume_t *volume)
{
    static uint8_t content[40000];
    mcufs_file_t file;
    char path[64];
    fill(content, sizeof content, 1);
    volume->now = INT64_C(1700000001) * 1000000000;
    volume_run(volume, "mmd -i @ ::/theirs; head -c 9000 /dev/zero | mcopy -i @ - ::/theirs/long.lived.name");
    OK(volume_mount(volume, 0));
    OK(mcufs_mkdir(&volume->fs, "/Ours"));
    for (int i = 0; i < 40; i++) {
        (void)snprintf(path, sizeof path, "/Ours/File number %d of many.dat", i);
        put(volume, path, content, (size_t)i * 97);
    }
    put(volume, "/Ours/large", content, sizeof content);
    put(volume, "/theirs/long.lived.name", content, 100);
    OK(mcufs_open(&volume->fs, &file, "/theirs/long.lived.name", MCUFS_O_WRONLY | MCUFS_O_APPEND));
    assert_int_equal(mcufs_write(&file, content + 100, 20000), 20000);
    OK(mcufs_truncate(&file, 15000));
    OK(mcufs_close(&file));
    for (int i = 0; i < 40; i += 3) {
        (void)snprintf(path, sizeof path, "/Ours/File number %d of many.dat", i);
        OK(mcufs_unlink(&volume->fs, path));
    }
    OK(mcufs_rename(&volume->fs, "/Ours/large", "/theirs/gr\xc3\xbc\xc3\x9f dich \xe2\x82\xac.txt"));
    OK(mcufs_mkdir(&volume->fs, "/Ours/moves"));
    OK(mcufs_rename(&volume->fs, "/Ours/moves", "/theirs/moved"));
    OK(mcufs_rename(&volume->fs, "/theirs/moved", "/moved"));
    volume_remount(volume);
    expect(volume, "/theirs/long.lived.name", content, 15000);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    assert_non_null(
        strstr(volume_ask(volume, "mdir -b -i @ ::/theirs"), "gr\xc3\xbc\xc3\x9f dich \xe2\x82\xac.txt"));
    assert_non_null(strstr(volume_ask(volume, "mdir -i @ ::/theirs"), "2023-11-14"));
    assert_non_null(strstr(volume_ask(volume, "mdir -b -i @ ::/Ours"), "File number 38 of many.dat"));
    assert_null(strstr(volume_ask(volume, "mdir -b -i @ ::/Ours"), "File number 39 of many.dat"));
    FILE *expected = fopen("fat_expected.bin", "wb");
    assert_non_null(expected);
    assert_int_equal(fwrite(content, 1, sizeof content, expected), sizeof content);
    OK(fclose(expected));
    (void)volume_ask(
        volume, "mcopy -n -o -i @ '::/theirs/gr\xc3\xbc\xc3\x9f dich \xe2\x82\xac.txt' fat_actual.bin && "
                "cmp fat_actual.bin fat_expected.bin; s=$?; rm -f fat_actual.bin fat_expected.bin; exit $s");
}

static void foreign_volumes_are_written(void **state)
{
    (void)state;
    for_all(write_foreign);
}

/* Extra clusters that somebody reserved behind the end are used, and nothing is lost of them. */
static void reserved_clusters_are_used(void **state)
{
    (void)state;
    static uint8_t content[6000];
    mcufs_file_t file;
    fill(content, sizeof content, 3);
    volume_t *volume = volume_new(1440, 512);
    volume_run(volume, "mkfs.fat -F 12 -s 1 @");
    volume_run(volume, "head -c 3000 /dev/zero | mcopy -i @ - ::/FILE");
    uint8_t *entry = volume->bytes + (1 + 2 * (size_t)volume->bytes[22]) * 512;
    while (memcmp(entry, "FILE    ", 8) != 0) {
        entry += 32;
    }
    entry[28] = 10; /* its size was 3000 */
    entry[29] = 0;
    OK(volume_mount(volume, 0));
    OK(mcufs_open(&volume->fs, &file, "/FILE", MCUFS_O_RDWR));
    assert_int_equal(mcufs_size(&file), 10);
    assert_int_equal(mcufs_write(&file, content, sizeof content), sizeof content);
    OK(mcufs_close(&file));
    expect(volume, "/FILE", content, sizeof content);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_volumes_are_read),
        cmocka_unit_test(foreign_volumes_are_written),
        cmocka_unit_test(reserved_clusters_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
