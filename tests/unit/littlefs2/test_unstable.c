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

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <mcufs/ram_device.h>

enum { UNIT = 4096, BLOCK = 8 * UNIT, BLOCKS = 16, TEXT = 40, BITS = 2 };

typedef struct volume {
    mcufs_device_t memory_device, device;
    mcufs_t fs;
    uint32_t random;
    bool shaking;
    size_t unstable[BITS]; /* bytes whose lowest bit is unstable */
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
    return mcufs_device_program(&volume->memory_device, block, offset, buffer, size);
}

static int erase(const mcufs_device_t *device, uint32_t block)
{
    volume_t *volume = device->context;
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
    assert_int_equal(mcufs_init(&volume->fs, NULL), MCUFS_OK);
    assert_int_equal(mcufs_mount(&volume->fs, "/", &volume->device,
                                 &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                          .arena = volume->arena,
                                                          .arena_size = sizeof volume->arena,
                                                          .flags = flags}),
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commit_and_padding_unstable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
