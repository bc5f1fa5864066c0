/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Commits of which single bits read differently from time to time, as a power cut may leave them: in the
 * commit itself and in the empty commits that pad it to a large program unit, both at once. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/ram_device.h>

#include "at_root.h"

enum { UNIT = 4096, BLOCK = 8 * UNIT, BLOCKS = 32, TEXT = 40, BITS = 2 };

typedef struct volume {
    mcufs_device_t memory_device, device;
    mcufs_t fs;
    uint32_t random;
    bool shaking;
    size_t arena_size;
    size_t unstable[BITS]; /* bytes whose lowest bit is unstable */
    unsigned reads;
    bool bad[BLOCKS];
    uint8_t memory[BLOCK * BLOCKS];
    uint8_t arena[65536];
} volume_t;

static uint32_t next_random(volume_t *volume)
{
    volume->random = volume->random * 1103515245u + 12345u;
    return volume->random >> 16;
}

static int read_shaking(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                        uint32_t size)
{
    volume_t *volume = device->context;
    size_t begin = (size_t)block * BLOCK + offset;
    volume->reads++;
    memcpy(buffer, volume->memory + begin, size);
    for (unsigned i = 0; volume->shaking && i < BITS; i++) {
        if (volume->unstable[i] >= begin && volume->unstable[i] - begin < size) {
            ((uint8_t *)buffer)[volume->unstable[i] - begin] ^= (uint8_t)(next_random(volume) % 2);
        }
    }
    return 0;
}

static int program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                   uint32_t size)
{
    volume_t *volume = device->context;
    return volume->bad[block] ? MCUFS_ECORRUPT
                              : mcufs_device_program(&volume->memory_device, block, offset, buffer, size);
}

static int erase(const mcufs_device_t *device, uint32_t block)
{
    volume_t *volume = device->context;
    if (volume->bad[block]) {
        return MCUFS_ECORRUPT;
    }
    for (unsigned i = 0; i < BITS; i++) {
        if (volume->unstable[i] / BLOCK == block) {
            volume->unstable[i] = SIZE_MAX;
        }
    }
    return mcufs_device_erase(&volume->memory_device, block);
}

static const mcufs_device_operations_t operations = {
    .read = read_shaking, .program = program, .erase = erase};

static void mount(volume_t *volume, uint32_t flags)
{
    assert_int_equal(
        mount_at_root(&volume->fs, &volume->device, volume->arena, volume->arena_size, flags, NULL),
        MCUFS_OK);
}

static void put(volume_t *volume, const char *path, const char *text)
{
    mcufs_file_t file;
    assert_int_equal(mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
    assert_int_equal(mcufs_write(&file, text, TEXT), TEXT);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

/* The last place of these bytes. */
static size_t find_last(const volume_t *volume, const char *text)
{
    size_t at = sizeof volume->memory - TEXT;
    while (memcmp(volume->memory + at, text, TEXT) != 0) {
        assert_true(at-- > 0);
    }
    return at;
}

static int count_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    bool *used = context;
    (void)use;
    used[block] = true;
    return 0;
}

/* A byte of the last empty commit in the program unit: what comes before it is padding. */
static size_t find_padding_commit(const volume_t *volume, size_t unit)
{
    size_t at = unit + UNIT - 1;
    while (volume->memory[at] == 0xff) {
        at--;
    }
    return at;
}

static void commit_and_padding_unstable(void **state)
{
    static const char first[TEXT] = "what is acknowledged stays as it is";
    static const char second[TEXT] = "or it is this, what else could it be";
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {16, UNIT, BLOCK, BLOCKS, 0xff};
    unsigned kept = 0, discarded = 0;
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    for (volume->random = 1; kept + discarded < 60; volume->random++) {
        mcufs_file_t file;
        char back[TEXT + 1], again[TEXT + 1];
        volume->shaking = false;
        volume->arena_size = sizeof volume->arena;
        mount(volume, MCUFS_FORMAT_ALWAYS);
        put(volume, "/file", first);
        put(volume, "/file", second);
        volume->unstable[0] = find_last(volume, second) + next_random(volume) % TEXT;
        volume->unstable[1] = find_padding_commit(volume, volume->unstable[0] / UNIT * UNIT);
        volume->shaking = true;
        mount(volume, 0);
        put(volume, "/other", first); /* whatever was left in doubt is settled before this */
        for (unsigned i = 0; i < 20; i++) {
            assert_int_equal(mcufs_open(&volume->fs, &file, "/file", MCUFS_O_RDONLY), MCUFS_OK);
            assert_int_equal(mcufs_read(&file, i == 0 ? back : again, TEXT + 1), TEXT);
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
            assert_true(i == 0 || memcmp(back, again, TEXT) == 0);
            mount(volume, 0);
        }
        assert_true(memcmp(back, first, TEXT) == 0 || memcmp(back, second, TEXT) == 0);
        kept += memcmp(back, second, TEXT) == 0;
        discarded += memcmp(back, first, TEXT) == 0;
    }
    assert_true(discarded > 0);
    free(volume);
}

/* The newest log of one directory is unstable, and so is the half of another one's pair that was never
 * written: what an earlier power cut left in it. The directory is what it was at mount, until the first
 * change and after. */
static void torn_log_and_older_garbage(void **state)
{
    static const char first[TEXT] = "what is acknowledged stays as it is";
    static const char *const names[] = {"/first", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"};
    enum { DIRECTORIES = sizeof names / sizeof names[0] };
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {16, 16, BLOCK, BLOCKS, 0xff};
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    volume->device.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
    for (uint32_t seed = 1; seed < 30; seed++) {
        mcufs_file_t file;
        mcufs_dirent_t entry;
        char back[TEXT];
        bool before[BLOCKS] = {false}, after[BLOCKS] = {false};
        volume->random = seed;
        volume->shaking = false;
        memset(volume->memory, 0xff, sizeof volume->memory);
        volume->arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM(256) + 300;
        mount(volume, MCUFS_FORMAT_ALWAYS);
        assert_int_equal(mcufs_mkdir(&volume->fs, "/first"), MCUFS_OK);
        assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, before), 0);
        for (unsigned i = 1; i < DIRECTORIES; i++) {
            assert_int_equal(mcufs_mkdir(&volume->fs, names[i]), MCUFS_OK);
        }
        assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, after), 0);
        put(volume, "/first/file", first);
        volume->unstable[0] = SIZE_MAX;
        for (size_t block = 0; block < BLOCKS; block++) {
            if (after[block] && !before[block] && volume->memory[block * BLOCK] == 0xff) {
                volume->unstable[0] = block * BLOCK;
            }
        }
        assert_true(volume->unstable[0] != SIZE_MAX);
        volume->unstable[1] = find_last(volume, first) + next_random(volume) % TEXT;
        volume->shaking = true;
        mount(volume, 0);
        bool there = mcufs_open(&volume->fs, &file, "/first/file", MCUFS_O_RDONLY) == MCUFS_OK;
        int32_t size = there ? mcufs_read(&file, back, TEXT) : 0;
        assert_true(!there || mcufs_close(&file) == MCUFS_OK);
        assert_true(size == 0 || (size == TEXT && memcmp(back, first, TEXT) == 0));
        for (unsigned i = 0; i < 60; i++) {
            mcufs_dir_t directory;
            mcufs_stat_t stat;
            assert_int_equal(mcufs_opendir(&volume->fs, &directory, names[i % DIRECTORIES]), MCUFS_OK);
            while (mcufs_readdir(&directory, &entry) == 1) {
            }
            assert_int_equal(mcufs_closedir(&directory), MCUFS_OK);
            assert_int_equal(mcufs_stat(&volume->fs, "/first/file", &stat), there ? MCUFS_OK : MCUFS_ENOENT);
            assert_true(!there || stat.size == (uint32_t)size);
        }
    }
    free(volume);
}

/* Reads that a mount takes on a volume with so many logs. */
static unsigned reads_of_mount(volume_t *volume, uint32_t version, unsigned *logs)
{
    mcufs_littlefs2_options_t options = {.disk_version = version};
    static const char text[TEXT] = "a second commit";
    char name[] = "/a", path[] = "/a/file";
    *logs = 12;
    volume->shaking = false;
    assert_int_equal(mount_at_root(&volume->fs, &volume->device, volume->arena, sizeof volume->arena,
                                   MCUFS_FORMAT_ALWAYS, &options),
                     MCUFS_OK);
    for (unsigned i = 1; i < *logs; i++) {
        name[1] = path[1] = (char)('a' + i);
        assert_int_equal(mcufs_mkdir(&volume->fs, name), MCUFS_OK);
        put(volume, path, text);
    }
    volume->reads = 0;
    assert_int_equal(
        mount_at_root(&volume->fs, &volume->device, volume->arena, sizeof volume->arena, 0, &options),
        MCUFS_OK);
    return volume->reads;
}

/* Numbers show which logs cannot be torn; those without are read over and over. */
static void only_the_newest_is_doubted(void **state)
{
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {256, 256, BLOCK, BLOCKS, 0xff};
    unsigned logs;
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    assert_true(reads_of_mount(volume, MCUFS_LITTLEFS2_VERSION_2_1, &logs) < 8 * logs + 40);
    assert_true(reads_of_mount(volume, MCUFS_LITTLEFS2_VERSION_2_0, &logs) > 17 * logs);
    free(volume);
}

static void read_text(volume_t *volume, const char *path, char text[TEXT])
{
    mcufs_file_t file;
    assert_int_equal(mcufs_open(&volume->fs, &file, path, MCUFS_O_RDONLY), MCUFS_OK);
    assert_int_equal(mcufs_read(&file, text, TEXT), TEXT);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

/* The newest of several logs is unstable, again and again, in the same life of the volume. */
static void newest_of_many_is_unstable(void **state)
{
    static const char *const paths[] = {"/a/file", "/b/file", "/c/file", "/d/file"};
    char text[TEXT] = "text number 00 of one file among others";
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {256, 256, BLOCK, BLOCKS, 0xff};
    unsigned discarded = 0;
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    volume->arena_size = sizeof volume->arena;
    volume->random = 1;
    mount(volume, MCUFS_FORMAT_ALWAYS);
    for (unsigned i = 0; i < 4; i++) {
        const char directory[] = {'/', (char)('a' + i), '\0'};
        assert_int_equal(mcufs_mkdir(&volume->fs, directory), MCUFS_OK);
        put(volume, paths[i], text);
    }
    for (unsigned round = 1; round < 60; round++) {
        const char *path = paths[next_random(volume) % 4];
        char back[TEXT], again[TEXT];
        text[12] = (char)('0' + round / 10);
        text[13] = (char)('0' + round % 10);
        volume->shaking = false;
        put(volume, path, text);
        volume->unstable[0] = volume->unstable[1] = find_last(volume, text) + 13;
        volume->shaking = true;
        mount(volume, 0);
        read_text(volume, path, back);
        for (unsigned i = 0; i < 10; i++) {
            mount(volume, 0);
            read_text(volume, path, again);
            if (i == 0) {
                memcpy(back, again, TEXT); /* until something is written, each mount decides anew */
                put(volume, "/other", text);
            }
            assert_memory_equal(back, again, TEXT);
        }
        discarded += memcmp(back, text, TEXT) != 0;
    }
    assert_true(discarded > 20);
    free(volume);
}

/* Where the last program of a commit is nothing but padding, what a cut left unstable is before that. */
static void unit_before_the_padding_is_unstable(void **state)
{
    static const char text[TEXT] = "in front of a unit that is all padding";
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {256, 256, BLOCK, BLOCKS, 0xff};
    mcufs_littlefs2_options_t options = {.disk_version = MCUFS_LITTLEFS2_VERSION_2_0};
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    volume->random = 1;
    for (unsigned length = 180; length < 210; length++) {
        char path[256] = "/";
        mcufs_stat_t stat;
        mcufs_statfs_t statfs;
        memset(path + 1, 'n', length);
        volume->shaking = false;
        assert_int_equal(mount_at_root(&volume->fs, &volume->device, volume->arena, sizeof volume->arena,
                                       MCUFS_FORMAT_ALWAYS, &options),
                         MCUFS_OK);
        assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK); /* then it is one commit */
        put(volume, path, text);
        volume->unstable[0] = find_last(volume, text) + 3;
        volume->unstable[1] = SIZE_MAX;
        volume->shaking = true;
        for (unsigned i = 0; i < 20; i++) {
            assert_int_equal(
                mount_at_root(&volume->fs, &volume->device, volume->arena, sizeof volume->arena, 0, &options),
                MCUFS_OK);
            assert_int_equal(mcufs_stat(&volume->fs, path, &stat), MCUFS_ENOENT);
        }
    }
    free(volume);
}

/* A torn log cannot be written anew, because its block is bad and the reference to it cannot change: it stays
 * what it was at mount. */
static void torn_log_cannot_move(void **state)
{
    static const char text[TEXT] = "what is acknowledged stays as it is";
    static const char *const names[] = {"/first", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"};
    enum { DIRECTORIES = sizeof names / sizeof names[0] };
    volume_t *volume = calloc(1, sizeof *volume);
    const mcufs_geometry_t geometry = {16, 16, BLOCK, BLOCKS, 0xff};
    (void)state;
    assert_int_equal(mcufs_ram_device(&volume->memory_device, volume->memory, &geometry, MCUFS_RAM_FLASH),
                     MCUFS_OK);
    volume->device = (mcufs_device_t){&operations, volume, geometry};
    volume->arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM(256) + 300;
    for (uint32_t seed = 1; seed < 30; seed++) {
        mcufs_file_t file;
        mcufs_dir_t directory;
        mcufs_dirent_t entry;
        mcufs_stat_t stat;
        bool before[BLOCKS] = {false};
        volume->random = seed;
        volume->shaking = false;
        memset(volume->bad, 0, sizeof volume->bad);
        mount(volume, MCUFS_FORMAT_ALWAYS);
        for (unsigned i = 1; i < DIRECTORIES; i++) {
            assert_int_equal(mcufs_mkdir(&volume->fs, names[i]), MCUFS_OK);
        }
        assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, before), 0);
        assert_int_equal(mcufs_mkdir(&volume->fs, "/first"), MCUFS_OK);
        assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, volume->bad), 0);
        for (unsigned i = 2; i < BLOCKS; i++) {
            volume->bad[i] = volume->bad[i] && !before[i];
        }
        bool bad[BLOCKS];
        memcpy(bad, volume->bad, sizeof bad);
        memset(volume->bad, 0, sizeof volume->bad);
        put(volume, "/first/file", text);
        memcpy(volume->bad, bad, sizeof bad);
        volume->unstable[0] = find_last(volume, text) + next_random(volume) % TEXT;
        volume->unstable[1] = SIZE_MAX;
        volume->shaking = true;
        mount(volume, 0);
        int there = mcufs_stat(&volume->fs, "/first/file", &stat) == MCUFS_OK ? (int)stat.size : -1;
        if (mcufs_open(&volume->fs, &file, "/2/other", MCUFS_O_WRONLY | MCUFS_O_CREAT) == MCUFS_OK) {
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
        }
        for (unsigned i = 0; i < 60; i++) {
            assert_int_equal(mcufs_opendir(&volume->fs, &directory, names[i % DIRECTORIES]), MCUFS_OK);
            while (mcufs_readdir(&directory, &entry) == 1) {
            }
            assert_int_equal(mcufs_closedir(&directory), MCUFS_OK);
            assert_int_equal(mcufs_stat(&volume->fs, "/first/file", &stat) == MCUFS_OK ? (int)stat.size : -1,
                             there);
        }
    }
    free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commit_and_padding_unstable),         cmocka_unit_test(torn_log_and_older_garbage),
        cmocka_unit_test(only_the_newest_is_doubted),          cmocka_unit_test(newest_of_many_is_unstable),
        cmocka_unit_test(unit_before_the_padding_is_unstable), cmocka_unit_test(torn_log_cannot_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
