/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Static wear levelling: how far the wear of blocks goes apart on a volume full of files that are never
 * written again, and that nothing is lost by it, with the power cut at every change of the flash. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "at_root.h"
#include "known.h"

enum { BLOCK = 256, BLOCKS = 160, COLD = 30, COLD_SIZE = 900, ARENA = 12288 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint8_t arena[ARENA];
    size_t arena_size;
    unsigned hot; /* number of the content of the hot file */
} volume_t;

static volume_t volume;

static void mount(uint32_t flags)
{
    assert_int_equal(mount_at_root(&volume.fs, sim_flash_device(volume.flash), volume.arena,
                                   volume.arena_size, flags, &volume.options),
                     MCUFS_OK);
}

static const known_file_t *cold(unsigned i)
{
    static char path[32];
    static known_file_t file = {path, COLD_SIZE};
    (void)snprintf(path, sizeof path, "/%c/%u", (char)('a' + i % 3), i);
    return &file;
}

static void begin(uint8_t level_interval, size_t arena_size, unsigned files)
{
    const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
    memset(&volume, 0, sizeof volume);
    volume.flash = sim_flash_new(&options);
    volume.options.cache_size = 64;
    volume.options.level_interval = level_interval;
    volume.arena_size = arena_size;
    mount(MCUFS_FORMAT_ALWAYS);
    known_put(&volume.fs, &(known_file_t){"/a", KNOWN_DIRECTORY}, 0);
    known_put(&volume.fs, &(known_file_t){"/b", KNOWN_DIRECTORY}, 0);
    known_put(&volume.fs, &(known_file_t){"/c", KNOWN_DIRECTORY}, 0);
    for (unsigned i = 0; i < files; i++) {
        known_put(&volume.fs, cold(i), i);
    }
}

static void end(void)
{
    assert_int_equal(sim_flash_counts(volume.flash)->violations, 0);
    sim_flash_free(volume.flash);
}

static void expect_files(unsigned files)
{
    for (unsigned i = 0; i < files; i++) {
        assert_true(known_is_there(&volume.fs, cold(i), i));
    }
}

static void rewrite_hot(void)
{
    known_put(&volume.fs, &(known_file_t){"/hot", 400}, ++volume.hot);
}

static void collect(void)
{
    int result = 1;
    for (unsigned i = 0; result > 0 && i < 1000; i++) {
        result = mcufs_gc(&volume.fs, "/", 8);
    }
    assert_int_equal(result, 0);
}

/* Maximum and least erase count, and the mean, in hundredths; the first two blocks cannot move. */
typedef struct wear {
    uint32_t most, least, mean;
} wear_t;

static wear_t wear_of(void)
{
    const uint32_t *erases = sim_flash_wear(volume.flash);
    wear_t wear = {0, UINT32_MAX, 0};
    uint64_t sum = 0;
    for (unsigned i = 2; i < BLOCKS; i++) {
        wear.most = erases[i] > wear.most ? erases[i] : wear.most;
        wear.least = erases[i] < wear.least ? erases[i] : wear.least;
        sum += erases[i];
    }
    wear.mean = (uint32_t)(100 * sum / (BLOCKS - 2));
    return wear;
}

/* `mounts`: so often during the run the volume is mounted anew. */
static wear_t run(uint8_t level_interval, size_t arena_size, unsigned rewrites, unsigned mounts)
{
    begin(level_interval, arena_size, COLD);
    for (unsigned i = 0; i < rewrites; i++) {
        rewrite_hot();
        if (i % 8 == 0) {
            collect();
        }
        if (mounts > 0 && i % (rewrites / mounts) == 0) {
            mount(0);
        }
    }
    expect_files(COLD);
    known_count(&volume.fs, BLOCKS);
    known_check(sim_flash_device(volume.flash));
    wear_t wear = wear_of();
    end();
    printf("interval %u, %u mounts: most %u, least %u, mean %u.%02u\n", level_interval, mounts,
           (unsigned)wear.most, (unsigned)wear.least, (unsigned)(wear.mean / 100),
           (unsigned)(wear.mean % 100));
    return wear;
}

static void wear_is_levelled(void **state)
{
    enum { REWRITES = 20000 };
    (void)state;
    wear_t without = run(0, ARENA, REWRITES, 0);
    wear_t with = run(16, ARENA, REWRITES, 0);
    assert_true(100 * without.most > 350 * (without.mean / 100));
    assert_true(without.least <= 2);
    assert_true(100 * with.most < 220 * (with.mean / 100));
    assert_true(with.least > 40);
    /* What it costs. */
    assert_true(with.mean < without.mean + without.mean / 4);
}

static void wear_is_levelled_in_short_mounts(void **state)
{
    (void)state;
    wear_t wear = run(16, 1800, 12000, 600);
    assert_true(100 * wear.most < 300 * (wear.mean / 100));
}

static int find_head(void *context, uint32_t block, mcufs_block_use_t use)
{
    uint8_t *used = context;
    used[block] |= use != MCUFS_BLOCK_SUPERBLOCK;
    return 0;
}

/* Nothing stays where it is for longer than the interval times the blocks in use. */
static void everything_moves_in_time(void **state)
{
    enum { INTERVAL = 4 };
    uint8_t before[BLOCKS] = {0};
    uint32_t erases[BLOCKS];
    mcufs_statfs_t statfs;
    (void)state;
    begin(INTERVAL, ARENA, COLD);
    assert_int_equal(mcufs_visit_blocks(&volume.fs, "/", find_head, before), 0);
    assert_int_equal(mcufs_statfs(&volume.fs, "/", &statfs), MCUFS_OK);
    memcpy(erases, sim_flash_wear(volume.flash), sizeof erases);
    uint64_t start = sim_flash_counts(volume.flash)->erases;
    /* Both blocks of a pair take two sweeps. */
    uint64_t most = INTERVAL * (uint64_t)(BLOCKS - statfs.free_blocks) * 3;
    while (sim_flash_counts(volume.flash)->erases - start < most) {
        rewrite_hot();
        collect();
    }
    unsigned stayed = 0;
    for (unsigned i = 2; i < BLOCKS; i++) {
        stayed += before[i] && sim_flash_wear(volume.flash)[i] == erases[i];
    }
    assert_int_equal(stayed, 0);
    expect_files(COLD);
    end();
}

/* Off, or without gc, nothing moves. */
static void it_is_an_option(void **state)
{
    (void)state;
    for (unsigned on = 0; on < 2; on++) {
        uint32_t erases[BLOCKS];
        begin(on ? 1 : 0, ARENA, 10);
        memcpy(erases, sim_flash_wear(volume.flash), sizeof erases);
        uint8_t before[BLOCKS] = {0}, after[BLOCKS] = {0};
        assert_int_equal(mcufs_visit_blocks(&volume.fs, "/a", find_head, before), 0);
        for (unsigned i = 0; i < 300; i++) {
            rewrite_hot();
            if (!on) {
                collect();
            }
        }
        assert_int_equal(mcufs_remove(&volume.fs, "/hot"), MCUFS_OK);
        assert_int_equal(mcufs_visit_blocks(&volume.fs, "/a", find_head, after), 0);
        unsigned moved = 0;
        for (unsigned i = 2; i < BLOCKS; i++) {
            moved += before[i] && !after[i];
        }
        assert_in_range(moved, 0, 4); /* the root, in which the hot file is */
        end();
    }
}

/* An open file is left alone, and a file that is larger than the free space moves in part. */
static void open_and_large_files(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 2; turn++) {
        const known_file_t large = {"/large", 130 * 240};
        mcufs_file_t file;
        begin(1, turn ? ARENA : 1800, 0);
        known_put(&volume.fs, &large, 5);
        assert_int_equal(mcufs_open(&volume.fs, &file, "/hot", MCUFS_O_RDWR | MCUFS_O_CREAT), MCUFS_OK);
        for (unsigned i = 0; i < 600; i++) {
            uint8_t bytes[300];
            memset(bytes, (int)i, sizeof bytes);
            assert_int_equal(mcufs_seek(&file, 0, MCUFS_SEEK_SET), 0);
            assert_int_equal(mcufs_write(&file, bytes, sizeof bytes), sizeof bytes);
            collect();
            if (i % 3 == 0) {
                assert_int_equal(mcufs_sync(&file), MCUFS_OK);
            }
        }
        assert_int_equal(mcufs_close(&file), MCUFS_OK);
        assert_true(known_is_there(&volume.fs, &large, 5));
        known_count(&volume.fs, BLOCKS);
        known_check(sim_flash_device(volume.flash));
        end();
    }
}

static void power_cuts(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < SIM_CUT_KINDS; kind++) {
        begin(1, kind % 2 ? ARENA : 1800, 12);
        for (unsigned i = 0; i < 60; i++) {
            rewrite_hot();
        }
        sim_flash_t *before = sim_flash_clone(volume.flash);
        unsigned cuts = 0;
        bool done = false;
        for (uint64_t cut = 1; !done; cut++, cuts++) {
            sim_flash_copy(volume.flash, before);
            volume.options.level_interval = 1;
            mount(0);
            for (unsigned i = 0; i < 60; i++) {
                rewrite_hot();
            }
            unsigned hot = volume.hot;
            sim_flash_cut(volume.flash, cut, (sim_cut_t)kind, cut);
            int result = 1;
            for (unsigned i = 0; result > 0 && i < 100; i++) {
                result = mcufs_gc(&volume.fs, "/", 8);
            }
            done = result == 0;
            sim_flash_cut(volume.flash, 0, SIM_CUT_BEFORE, 0);
            sim_flash_power_on(volume.flash);
            mount(0);
            expect_files(12);
            assert_true(known_is_there(&volume.fs, &(known_file_t){"/hot", 400}, hot));
            if (cut % 4 == 0) {
                rewrite_hot();
                expect_files(12);
                known_count(&volume.fs, BLOCKS);
                known_check(sim_flash_device(volume.flash));
            }
        }
        assert_in_range(cuts, 50, 10000);
        sim_flash_free(before);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wear_is_levelled),         cmocka_unit_test(wear_is_levelled_in_short_mounts),
        cmocka_unit_test(everything_moves_in_time), cmocka_unit_test(it_is_an_option),
        cmocka_unit_test(open_and_large_files),     cmocka_unit_test(power_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
