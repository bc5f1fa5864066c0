/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Checksums of the content of files: right after every way of writing, silent where there is nothing to say,
 * and loud about every bit that changed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "volume.h"

enum { BLOCK = 512, BLOCKS = 256, CONTENT = 20000 };

typedef struct alarms {
    unsigned count;
    char name[MCUFS_NAME_MAX + 1];
    uint32_t block;
} alarms_t;

static alarms_t alarms;

static void note_alarm(void *context, const char *name, uint32_t block)
{
    alarms_t *to = context;
    to->count++;
    strcpy(to->name, name);
    to->block = block;
}

static const mcufs_hooks_t hooks = {.context = &alarms, .damaged = note_alarm};

static void remount(volume_t *volume, bool checksums)
{
    volume->options.checksums = checksums;
    mount(volume, 0);
}

/* The hooks have to be there at mount. */
static void remount_with_hooks(volume_t *volume)
{
    volume->options.checksums = true;
    assert_int_equal(mcufs_init(&volume->fs, NULL), MCUFS_OK);
    assert_int_equal(mcufs_mount(&volume->fs, "/", sim_flash_device(volume->flash),
                                 &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                          .arena = volume->arena,
                                                          .arena_size = volume->arena_size,
                                                          .hooks = &hooks,
                                                          .filesystem_options = &volume->options}),
                     MCUFS_OK);
    memset(&alarms, 0, sizeof alarms);
}

static volume_t *new_volume(uint32_t block_size, uint32_t blocks, uint32_t unit, size_t arena)
{
    const sim_options_t chip = {.kind = SIM_NOR, .geometry = {unit, unit, block_size, blocks, 0xff}};
    volume_t *volume = volume_new(&chip, arena, CONTENT, 64);
    volume->options.inline_max = MCUFS_LITTLEFS2_NEVER;
    remount(volume, true);
    return volume;
}

static int setup(void **state)
{
    *state = new_volume(BLOCK, BLOCKS, 16, 32768);
    return 0;
}

static int setup_bytes(void **state)
{
    *state = new_volume(BLOCK, BLOCKS, 1, 32768);
    return 0;
}

/* Without memory for patches. */
static int setup_small(void **state)
{
    *state = new_volume(BLOCK, BLOCKS, 16, 1700);
    return 0;
}

static int teardown(void **state)
{
    volume_free(*state);
    return 0;
}

/* -- What is stored ---------------------------------------------------------------------------------------
 */

/* Bit by bit, apart from the engine. */
static uint32_t crc32_of(uint32_t crc, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    return crc;
}

static uint32_t word(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t binding(uint32_t head, uint32_t size)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(head >> 8 * i);
        bytes[4 + i] = (uint8_t)(size >> 8 * i);
    }
    return crc32_of(0xffffffffu, bytes, sizeof bytes);
}

/* Whether the stored checksum is there and right. */
static void expect_checksum(volume_t *volume, uint32_t size)
{
    uint8_t stored[8];
    bool bound = false;
    assert_int_equal(mcufs_get_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, stored, 8), 8);
    assert_int_equal(word(stored), ~crc32_of(0xffffffffu, volume->content, size));
    for (uint32_t head = 0; head < sim_flash_device(volume->flash)->geometry.block_count; head++) {
        bound = bound || binding(head, size) == word(stored + 4);
    }
    assert_true(bound);
}

/* -- The three who verify ----------------------------------------------------------------------------------
 */

static uint32_t damaged_files(volume_t *volume)
{
    mcufs_health_t health;
    assert_int_equal(mcufs_health(&volume->fs, "/", &health), MCUFS_OK);
    return health.damaged_files;
}

static uint32_t scrub_rounds(volume_t *volume)
{
    mcufs_health_t health;
    assert_int_equal(mcufs_health(&volume->fs, "/", &health), MCUFS_OK);
    return health.scrub_rounds;
}

/* What reading the file from start to end returns, in pieces. */
static int32_t read_through(volume_t *volume, uint32_t piece)
{
    mcufs_file_t file;
    uint32_t done = 0;
    int32_t result;
    open_file(volume, &file, MCUFS_O_RDONLY);
    while ((result = mcufs_read(&file, volume->back + done, piece)) > 0) {
        done += (uint32_t)result;
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    return result < 0 ? result : (int32_t)done;
}

/* How many damaged files one round of scrubbing finds. */
static uint32_t scrub(volume_t *volume)
{
    uint32_t before = damaged_files(volume), rounds = scrub_rounds(volume);
    while (volume->options.checksums && scrub_rounds(volume) == rounds) {
        int result = mcufs_gc(&volume->fs, "/", 1000);
        assert_true(result >= 0 || result == MCUFS_ECORRUPT); /* which blocks are in use is not known then */
    }
    return damaged_files(volume) - before;
}

static unsigned named; /* findings of the checksum, with the right path */

static void note_finding(void *context, const mcufs_finding_t *finding)
{
    (void)context;
    named += strstr(finding->message, "checksum") && finding->path && strcmp(finding->path, "/file") == 0;
}

static uint32_t check_with(volume_t *volume, uint32_t flags)
{
    static uint8_t arena[65536];
    const mcufs_setup_t setup = {.device = sim_flash_device(volume->flash),
                                 .arena = arena,
                                 .arena_size = sizeof arena,
                                 .flags = flags,
                                 .options = &volume->options};
    mcufs_check_t check = {.report = note_finding};
    named = 0;
    assert_int_equal(mcufs_littlefs2.check(&setup, &check), 0);
    return check.errors;
}

static void expect_sound(volume_t *volume, uint32_t size)
{
    uint32_t before = damaged_files(volume);
    expect_file(volume, size);
    assert_int_equal(read_through(volume, 77), size);
    assert_memory_equal(volume->back, volume->content, size);
    assert_int_equal(scrub(volume), 0);
    assert_int_equal(damaged_files(volume), before);
    assert_int_equal(check_with(volume, 0), 0);
}

static void expect_right(volume_t *volume, uint32_t size)
{
    expect_checksum(volume, size);
    expect_sound(volume, size);
    expect_no_leak(volume);
    remount(volume, true);
    expect_sound(volume, size);
}

/* -- Every way of writing -----------------------------------------------------------------------------------
 */

static void test_new_file(void **state)
{
    volume_t *volume = *state;
    static const uint32_t sizes[] = {1, 15, 16, 17, 511, 512, 513, 1019, 1020, 1021, 5000, CONTENT};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        write_file(volume, sizes[i]);
        expect_right(volume, sizes[i]);
    }
}

/* Syncs between and remounts between: in place, and with a copy of the last block. */
static void test_append(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    uint32_t size = 0;
    for (unsigned round = 0; round < 6; round++) {
        open_file(volume, &file, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
        for (unsigned i = 0; i < 20; i++) {
            uint32_t part = 1 + next_random(volume, 100);
            assert_int_equal(mcufs_write(&file, volume->content + size, part), part);
            size += part;
            assert_int_equal(mcufs_sync(&file), MCUFS_OK);
            expect_checksum(volume, size);
        }
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_right(volume, size);
    }
}

static void test_appending_reads_nothing_more(void **state)
{
    volume_t *volume = *state;
    uint64_t reads[2];
    for (unsigned on = 0; on < 2; on++) {
        mcufs_file_t file;
        remount(volume, on);
        write_file(volume, 100);
        open_file(volume, &file, MCUFS_O_WRONLY | MCUFS_O_APPEND);
        assert_int_equal(mcufs_write(&file, volume->content, 96), 96);
        assert_int_equal(mcufs_sync(&file), MCUFS_OK);
        assert_int_equal(mcufs_write(&file, volume->content, 96), 96);
        sim_flash_reset_counts(volume->flash);
        assert_int_equal(mcufs_sync(&file), MCUFS_OK);
        reads[on] = sim_flash_counts(volume->flash)->read_bytes;
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
    }
    assert_true(reads[1] <= reads[0] + 64); /* what is verified of a commit that is longer by 12 bytes */
}

static void test_overwrites(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, CONTENT);
    for (unsigned round = 0; round < 30; round++) {
        open_file(volume, &file, MCUFS_O_RDWR);
        unsigned count = 1 + next_random(volume, 12);
        for (unsigned i = 0; i < count; i++) {
            uint32_t size = 1 + next_random(volume, i % 3 == 0 ? 900 : 60);
            overwrite(volume, &file, next_random(volume, CONTENT - size), size);
        }
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_checksum(volume, CONTENT);
    }
    expect_right(volume, CONTENT);
}

static void test_overwriting_all(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, CONTENT);
    open_file(volume, &file, MCUFS_O_RDWR);
    for (uint32_t at = 0; at < CONTENT; at += 400) {
        overwrite(volume, &file, at, 400);
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_checksum(volume, CONTENT);
    expect_right(volume, CONTENT);
}

static void test_truncation(void **state)
{
    volume_t *volume = *state;
    static const uint32_t sizes[] = {19000, 18944, 10000, 9000, 8999, 2000, 600, 511, 10, 1};
    mcufs_file_t file;
    write_file(volume, CONTENT);
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        open_file(volume, &file, MCUFS_O_WRONLY);
        assert_int_equal(mcufs_truncate(&file, sizes[i]), MCUFS_OK);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        expect_checksum(volume, sizes[i]);
        expect_right(volume, sizes[i]);
    }
}

/* Cut, and in the same breath longer again, changed, cut. */
static void test_all_at_once(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    uint32_t size = 4000;
    write_file(volume, size);
    for (unsigned round = 0; round < 300; round++) {
        open_file(volume, &file, MCUFS_O_RDWR);
        for (unsigned i = next_random(volume, 6) + 1; i > 0; i--) {
            uint32_t part = 1 + next_random(volume, 700);
            switch (next_random(volume, 5)) {
            case 0:
                size = next_random(volume, size + 1);
                assert_int_equal(mcufs_truncate(&file, size), MCUFS_OK);
                break;
            case 1:
                if (size + part < CONTENT) {
                    memset(volume->content + size, 0, part);
                    size += part;
                    assert_int_equal(mcufs_truncate(&file, size), MCUFS_OK);
                }
                break;
            case 2:
                if (size + part < CONTENT) {
                    overwrite(volume, &file, size, part);
                    size += part;
                }
                break;
            case 3:
                if (part < size) {
                    overwrite(volume, &file, next_random(volume, size - part), part);
                }
                break;
            default:
                assert_int_equal(mcufs_sync(&file), MCUFS_OK);
            }
        }
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        if (size > 0) {
            expect_checksum(volume, size);
        }
        if (round % 50 == 0) {
            expect_sound(volume, size);
        }
    }
    remount(volume, true);
    expect_sound(volume, size);
}

/* One handle reads while another writes: no mixture is taken for a damage. */
static void test_two_handles(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t reader, writer;
    write_file(volume, 4000);
    for (unsigned round = 0; round < 50; round++) {
        open_file(volume, &reader, MCUFS_O_RDONLY);
        assert_int_equal(mcufs_read(&reader, volume->back, 2000), 2000);
        open_file(volume, &writer, MCUFS_O_RDWR);
        overwrite(volume, &writer, next_random(volume, 3900), 100);
        assert_true(round % 2 == 0 || mcufs_sync(&writer) == MCUFS_OK);
        assert_int_equal(mcufs_read(&reader, volume->back, 2000), 2000);
        assert_int_equal(mcufs_close(round % 3 ? &writer : &reader), MCUFS_OK);
        assert_int_equal(mcufs_close(round % 3 ? &reader : &writer), MCUFS_OK);
        expect_checksum(volume, 4000);
    }
    assert_int_equal(damaged_files(volume), 0);
    expect_right(volume, 4000);
}

/* A writer that fails half-way is forgotten, and with it what it wrote: also where what comes next has just
 * that size. */
static void test_given_up(void **state)
{
    volume_t *volume = *state;
    for (unsigned n = 1; n < 30; n++) {
        for (uint32_t size = 64; size <= 512; size += 64) {
            mcufs_file_t reader, writer;
            write_file(volume, 6000);
            open_file(volume, &reader, MCUFS_O_RDONLY);
            open_file(volume, &writer, MCUFS_O_WRONLY | MCUFS_O_TRUNC);
            sim_flash_fail(volume->flash, SIM_CALL_PROGRAM, n, MCUFS_EIO, true);
            (void)mcufs_write(&writer, volume->content + 1, 600);
            (void)mcufs_close(&writer);
            sim_flash_fail(volume->flash, SIM_CALL_ANY, 0, 0, false);
            if (mcufs_size(&reader) == 6000) {
                open_file(volume, &writer, MCUFS_O_WRONLY);
                assert_int_equal(mcufs_truncate(&writer, size), MCUFS_OK);
                assert_int_equal(mcufs_close(&writer), MCUFS_OK);
                expect_checksum(volume, size);
                expect_sound(volume, size);
            }
            assert_int_equal(mcufs_close(&reader), MCUFS_OK);
        }
    }
}

/* Times and attributes that change, names that change, logs that are written anew: it comes along. */
static void test_it_moves_along(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 3000);
    assert_int_equal(mcufs_mkdir(&volume->fs, "/directory"), MCUFS_OK);
    for (unsigned i = 0; i < 60; i++) {
        assert_int_equal(mcufs_set_attribute(&volume->fs, "/file", (uint8_t)('A' + i % 3), "value", 5),
                         MCUFS_OK);
    }
    expect_checksum(volume, 3000);
    assert_int_equal(mcufs_rename(&volume->fs, "/file", "/directory/other"), MCUFS_OK);
    assert_int_equal(mcufs_rename(&volume->fs, "/directory/other", "/file"), MCUFS_OK);
    expect_checksum(volume, 3000);
    open_file(volume, &file, MCUFS_O_WRONLY | MCUFS_O_APPEND);
    assert_int_equal(mcufs_rename(&volume->fs, "/file", "/directory/other"), MCUFS_OK);
    assert_int_equal(mcufs_write(&file, volume->content + 3000, 500), 500);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(mcufs_rename(&volume->fs, "/directory/other", "/file"), MCUFS_OK);
    expect_checksum(volume, 3500);
    expect_right(volume, 3500);
}

static void test_inside_metadata_there_is_none(void **state)
{
    volume_t *volume = *state;
    uint8_t stored[8];
    volume->options.inline_max = 0;
    remount(volume, true);
    write_file(volume, 20);
    assert_int_equal(mcufs_get_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, stored, 8),
                     MCUFS_ENODATA);
    expect_sound(volume, 20);
    write_file(volume, 2000);
    expect_right(volume, 2000);
    write_file(volume, 20);
    expect_sound(volume, 20);
}

/* -- Damage -------------------------------------------------------------------------------------------------
 */

typedef struct blocks {
    uint32_t list[128];
    unsigned count;
} blocks_t;

static int note_data(void *context, uint32_t block, mcufs_block_use_t use)
{
    blocks_t *blocks = context;
    if (use == MCUFS_BLOCK_DATA) {
        assert_true(blocks->count < 128);
        blocks->list[blocks->count++] = block;
    }
    return 0;
}

/* From the last to the first. */
static blocks_t data_blocks(volume_t *volume)
{
    blocks_t blocks = {.count = 0};
    assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", note_data, &blocks), 0);
    return blocks;
}

static void flip(volume_t *volume, uint32_t block, uint32_t offset, unsigned bit)
{
    uint32_t size = sim_flash_device(volume->flash)->geometry.block_size;
    sim_flash_bytes(volume->flash)[(size_t)block * size + offset] ^= (uint8_t)(1u << bit);
}

/* One bit of block `index` of the file. */
static void try_flip(volume_t *volume, uint32_t size, uint32_t index, uint32_t block, uint32_t offset,
                     unsigned bit)
{
    uint32_t header = index == 0 ? 0 : 4;
    for (uint32_t i = index; i > 0 && i % 2 == 0; i /= 2) {
        header += 4;
    }
    flip(volume, block, offset, bit);
    remount(volume, true);
    int32_t result = read_through(volume, size);
    if (offset >= header) {
        assert_int_equal(result, MCUFS_ECORRUPT);
    } else {
        /* A pointer that was not needed on the way. */
        assert_true(result < 0 ||
                    (result == (int32_t)size && memcmp(volume->back, volume->content, size) == 0));
    }
    assert_int_equal(scrub(volume), 1);
    assert_true(check_with(volume, 0) > 0);
    assert_true(offset < header || named == 1);
    flip(volume, block, offset, bit);
}

static void test_every_bit(void **state)
{
    volume_t *volume = new_volume(128, 64, 1, 8192);
    const uint32_t size = 128 + 124 + 120 + 124 + 50;
    (void)state;
    write_file(volume, size);
    blocks_t blocks = data_blocks(volume);
    assert_int_equal(blocks.count, 5);
    for (unsigned i = 0; i < blocks.count; i++) {
        uint32_t index = blocks.count - 1 - i;
        uint32_t end = index == 4 ? 12 + 50 : 128;
        for (uint32_t bit = 0; bit < 8 * end; bit++) {
            try_flip(volume, size, index, blocks.list[i], bit / 8, bit % 8);
        }
    }
    remount(volume, true);
    expect_right(volume, size);
    volume_free(volume);
}

/* What a reader and the hook are told, and what comes after. */
static void test_reading_a_damaged_file(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 3000);
    remount_with_hooks(volume);
    blocks_t blocks = data_blocks(volume);
    flip(volume, blocks.list[2], 100, 3);
    open_file(volume, &file, MCUFS_O_RDONLY);
    assert_int_equal(mcufs_read(&file, volume->back, 2999), 2999);
    assert_int_equal(alarms.count, 0);
    assert_int_equal(mcufs_read(&file, volume->back, 10), MCUFS_ECORRUPT);
    assert_int_equal(alarms.count, 1);
    assert_string_equal(alarms.name, "file");
    assert_int_equal(alarms.block, blocks.list[0]);
    assert_int_equal(mcufs_tell(&file), 2999);
    assert_int_equal(mcufs_read(&file, volume->back, 10), 1);
    assert_int_equal(volume->back[0], volume->content[2999]);
    /* Not in one go: nothing is said. */
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
    assert_int_equal(mcufs_read(&file, volume->back, 1000), 1000);
    assert_int_equal(mcufs_seek(&file, 1001, MCUFS_SEEK_SET), 1001);
    assert_int_equal(mcufs_read(&file, volume->back, 3000), 1999);
    assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
    assert_int_equal(mcufs_read(&file, volume->back, 3000), MCUFS_ECORRUPT);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    assert_int_equal(scrub(volume), 1);
    assert_int_equal(alarms.count, 3);
    assert_string_equal(alarms.name, "file");
    assert_true(check_with(volume, MCUFS_REPAIR) > 0);
    write_file(volume, 3000);
    expect_right(volume, 3000);
}

/* What is damaged and copied, or left where it is, stays damaged. */
static void test_damage_is_not_whitewashed(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    for (unsigned way = 0; way < 5; way++) {
        write_file(volume, 3000);
        blocks_t blocks = data_blocks(volume);
        flip(volume, blocks.list[way == 4 ? 5 : 0], 100, 3);
        remount(volume, true);
        open_file(volume, &file, MCUFS_O_RDWR);
        if (way == 0) {
            assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_END), 3000);
            assert_int_equal(mcufs_write(&file, "more", 4), 4);
        } else if (way == 1) {
            overwrite(volume, &file, 1500, 200);
        } else if (way == 2) {
            overwrite(volume, &file, 1500, 20);
            overwrite(volume, &file, 2000, 20);
        } else if (way == 3) {
            assert_int_equal(mcufs_truncate(&file, 2990), MCUFS_OK);
        } else {
            overwrite(volume, &file, 600, 20);
        }
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        assert_int_equal(read_through(volume, CONTENT), MCUFS_ECORRUPT);
        assert_int_equal(scrub(volume), 1);
        remount(volume, true);
        assert_int_equal(scrub(volume), 1);
        assert_true(check_with(volume, 0) > 0);
    }
}

/* The volume shrinks, and the file has to move: open or not. */
static void test_moved_content(void **state)
{
    volume_t *volume = *state;
    static uint8_t filler[60000];
    mcufs_file_t file, reader;
    assert_int_equal(mcufs_open(&volume->fs, &file, "/filler", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
    assert_int_equal(mcufs_write(&file, filler, sizeof filler), sizeof filler);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    write_file(volume, 9000);
    assert_int_equal(mcufs_remove(&volume->fs, "/filler"), MCUFS_OK);
    uint32_t head = data_blocks(volume).list[0];
    assert_true(head >= 70);
    assert_int_equal(mcufs_resize(&volume->fs, "/", 70), MCUFS_OK);
    assert_true(data_blocks(volume).list[0] < 70);
    expect_checksum(volume, 9000);
    expect_sound(volume, 9000);
    open_file(volume, &reader, MCUFS_O_RDONLY);
    assert_int_equal(mcufs_read(&reader, volume->back, 1000), 1000);
    assert_int_equal(mcufs_resize(&volume->fs, "/", 40), MCUFS_OK);
    assert_int_equal(mcufs_read(&reader, volume->back, 9000), 8000);
    assert_int_equal(mcufs_close(&reader), MCUFS_OK);
    expect_checksum(volume, 9000);
    remount(volume, true);
    expect_sound(volume, 9000);
}

/* -- Others who know nothing of it
 * ---------------------------------------------------------------------------- */

/* The same size, and in time the same last block: without another look at the order, that would be an alarm.
 */
static void test_rewritten_without_checksums(void **state)
{
    volume_t *volume = new_volume(512, 12, 16, 8192);
    unsigned coincidences = 0;
    (void)state;
    write_file(volume, 400);
    for (unsigned i = 0; i < 400; i++) {
        uint8_t stored[8];
        if (i % 40 == 39) {
            remount(volume, true);
            write_file(volume, 400);
            expect_right(volume, 400);
        }
        remount(volume, false);
        change(volume, 0, 400);
        write_file(volume, 400);
        if (mcufs_get_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, stored, 8) == 8) {
            blocks_t blocks = data_blocks(volume);
            coincidences += binding(blocks.list[0], 400) == word(stored + 4);
        }
        expect_sound(volume, 400);
        remount(volume, true);
        expect_sound(volume, 400);
    }
    assert_true(coincidences > 5);
    volume_free(volume);
}

static void test_changed_without_checksums(void **state)
{
    volume_t *volume = *state;
    mcufs_file_t file;
    write_file(volume, 3000);
    remount(volume, false);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 2500, 100);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    remount(volume, true);
    expect_sound(volume, 3000);
    open_file(volume, &file, MCUFS_O_RDWR);
    overwrite(volume, &file, 2500, 100); /* not from its start: none yet */
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    expect_sound(volume, 3000);
    write_file(volume, 3000);
    expect_right(volume, 3000);
}

static void test_attribute_of_others(void **state)
{
    volume_t *volume = *state;
    uint8_t stored[8];
    write_file(volume, 3000);
    assert_int_equal(mcufs_remove_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM), MCUFS_OK);
    expect_sound(volume, 3000);
    assert_int_equal(mcufs_set_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, "something", 9),
                     MCUFS_OK);
    expect_sound(volume, 3000);
    assert_int_equal(mcufs_set_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, "eight888", 8),
                     MCUFS_OK);
    expect_sound(volume, 3000);
    remount(volume, false);
    for (unsigned i = 0; i < 100; i++) { /* nobody takes it away */
        write_file(volume, 3000);
    }
    assert_int_equal(mcufs_get_attribute(&volume->fs, "/file", MCUFS_LITTLEFS2_CHECKSUM, stored, 8), 8);
    assert_memory_equal(stored, "eight888", 8);
}

/* -- Scrubbing
 * ------------------------------------------------------------------------------------------------ */

/* In the smallest steps, with changes of all kinds in between. */
static void test_scrub_between_changes(void **state)
{
    volume_t *volume = *state;
    assert_int_equal(mcufs_mkdir(&volume->fs, "/d"), MCUFS_OK);
    for (unsigned i = 0; i < 3000; i++) {
        char path[32], other[32];
        mcufs_file_t file;
        uint32_t size = next_random(volume, 2500);
        snprintf(path, sizeof path, "/%sf%u", i % 2 ? "d/" : "", (unsigned)next_random(volume, 12));
        snprintf(other, sizeof other, "/%sf%u", i % 3 ? "d/" : "", (unsigned)next_random(volume, 12));
        switch (next_random(volume, 4)) {
        case 0:
            (void)mcufs_remove(&volume->fs, path);
            break;
        case 1:
            (void)mcufs_rename(&volume->fs, path, other);
            break;
        default:
            assert_int_equal(mcufs_open(&volume->fs, &file, path,
                                        MCUFS_O_WRONLY | MCUFS_O_CREAT | (i % 5 ? MCUFS_O_APPEND : 0)),
                             MCUFS_OK);
            if (mcufs_size(&file) < 5000) {
                assert_int_equal(mcufs_write(&file, volume->content, size), size);
            }
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
        }
        assert_true(mcufs_gc(&volume->fs, "/", 1 + next_random(volume, 12)) >= 0);
    }
    assert_int_equal(damaged_files(volume), 0);
    assert_true(scrub_rounds(volume) > 10);
    assert_int_equal(check_with(volume, 0), 0);
}

/* A damaged file is found in small steps as well, once in a round, and so are its neighbours. */
static void test_scrub_in_small_steps(void **state)
{
    volume_t *volume = *state;
    write_file(volume, 5000);
    blocks_t blocks = data_blocks(volume);
    flip(volume, blocks.list[3], 99, 7);
    for (unsigned i = 0; i < 30; i++) {
        char path[32];
        mcufs_file_t file;
        snprintf(path, sizeof path, "/%c%u", i % 2 ? 'a' : 'z', i);
        assert_int_equal(mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_OK);
        assert_int_equal(mcufs_write(&file, volume->content, 700), 700);
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
    }
    remount_with_hooks(volume);
    flip(volume, data_blocks(volume).list[0], 60, 0);
    assert_int_equal(mcufs_gc(&volume->fs, "/", 1000), 0); /* other work first */
    uint32_t rounds = scrub_rounds(volume), before = alarms.count;
    for (unsigned calls = 0; scrub_rounds(volume) < rounds + 3; calls++) {
        assert_int_equal(mcufs_gc(&volume->fs, "/", 1), 0);
        assert_true(calls < 1000);
    }
    assert_int_equal(alarms.count - before, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_new_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_append, setup, teardown),
        cmocka_unit_test_setup_teardown(test_append, setup_bytes, teardown),
        cmocka_unit_test_setup_teardown(test_appending_reads_nothing_more, setup, teardown),
        cmocka_unit_test_setup_teardown(test_overwrites, setup, teardown),
        cmocka_unit_test_setup_teardown(test_overwrites, setup_small, teardown),
        cmocka_unit_test_setup_teardown(test_overwriting_all, setup, teardown),
        cmocka_unit_test_setup_teardown(test_truncation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, setup_bytes, teardown),
        cmocka_unit_test_setup_teardown(test_two_handles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_it_moves_along, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inside_metadata_there_is_none, setup, teardown),
        cmocka_unit_test(test_every_bit),
        cmocka_unit_test_setup_teardown(test_reading_a_damaged_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_not_whitewashed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_moved_content, setup, teardown),
        cmocka_unit_test(test_rewritten_without_checksums),
        cmocka_unit_test_setup_teardown(test_changed_without_checksums, setup, teardown),
        cmocka_unit_test_setup_teardown(test_attribute_of_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scrub_between_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scrub_in_small_steps, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
