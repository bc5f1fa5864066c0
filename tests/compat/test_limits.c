/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* At the ends of space, life and names, as programs and tests written for the original count on it: see
 * "Behaviour that programs and tests rely on" in the specification. */

#include "compat.h"

#include <stdio.h>

/* -- To the last block ---------------------------------------------------------------------------------- */

static const char blah[] = "blahblahblahblah"; /* 16 bytes at a time */

/* Writes until there is no space; returns how often it went well. */
static unsigned fill_up(lfs_file_t *file)
{
    unsigned count = 0;
    lfs_ssize_t result;
    while ((result = lfs_file_write(&lfs, file, blah, 16)) == 16) {
        count++;
    }
    IS(LFS_ERR_NOSPC, result);
    return count;
}

static void write_times(lfs_file_t *file, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        IS(16, lfs_file_write(&lfs, file, blah, 16));
    }
}

static void directories_take_two_blocks(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(lfs_mkdir(&lfs, "exhaustiondir"));
    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    const unsigned count = fill_up(&file);
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_remove(&lfs, "exhaustion"));
    OK(lfs_remove(&lfs, "exhaustiondir"));

    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    write_times(&file, count);
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_mkdir(&lfs, "exhaustiondir"));
    OK(lfs_remove(&lfs, "exhaustiondir"));
    OK(lfs_remove(&lfs, "exhaustion"));

    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    write_times(&file, count + 1);
    OK(lfs_file_close(&lfs, &file));
    IS(LFS_ERR_NOSPC, lfs_mkdir(&lfs, "exhaustiondir"));
    OK(lfs_remove(&lfs, "exhaustion"));
}

static void make_ten(int (*work)(lfs_t *volume, const char *path))
{
    char path[60];
    for (unsigned i = 0; i < 10; i++) {
        snprintf(path, sizeof path, "dirwithanexhaustivelylongname%u", i);
        OK(work(&lfs, path));
    }
}

static void chained_directories_take_their_blocks(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(lfs_mkdir(&lfs, "exhaustiondir"));
    make_ten(lfs_mkdir);
    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    const unsigned count = fill_up(&file);
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_remove(&lfs, "exhaustion"));
    OK(lfs_remove(&lfs, "exhaustiondir"));
    make_ten(lfs_remove);

    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    write_times(&file, count + 1);
    OK(lfs_file_sync(&lfs, &file));
    make_ten(lfs_mkdir);
    IS(LFS_ERR_NOSPC, lfs_mkdir(&lfs, "exhaustiondir"));
    while (lfs_mkdir(&lfs, "exhaustiondir") == LFS_ERR_NOSPC) { /* shorter, until it fits */
        const lfs_soff_t size = lfs_file_size(&lfs, &file);
        assert_true(size > 0);
        OK(lfs_file_truncate(&lfs, &file, (lfs_off_t)size - 16));
        OK(lfs_file_sync(&lfs, &file));
    }
    OK(stat_of("exhaustiondir"));
    IS(LFS_ERR_NOSPC, lfs_mkdir(&lfs, "exhaustiondir2"));
    OK(lfs_file_close(&lfs, &file));
}

static void one_hole_and_one_block(void **state)
{
    (void)state;
    lfs_file_t file;
    static uint8_t block[2 * BLOCK];
    OK(open_file(&file, "bump", LFS_O_WRONLY | LFS_O_CREAT));
    IS(BLOCK, lfs_file_write(&lfs, &file, block, BLOCK));
    OK(lfs_file_close(&lfs, &file));
    OK(open_file(&file, "exhaustion", LFS_O_WRONLY | LFS_O_CREAT));
    for (unsigned i = 0; i < (BLOCKS - 4) * (BLOCK - 8); i += 16) {
        IS(16, lfs_file_write(&lfs, &file, blah, 16));
    }
    OK(lfs_file_close(&lfs, &file));
    remount();
    OK(lfs_remove(&lfs, "bump"));
    OK(lfs_mkdir(&lfs, "splitdir"));
    OK(open_file(&file, "splitdir/bump", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NOSPC, lfs_file_write(&lfs, &file, block, sizeof block));
    OK(lfs_file_close(&lfs, &file));
}

static void two_files_rewritten_on_a_full_volume(void **state)
{
    (void)state;
    lfs_file_t file;
    const char *const paths[] = {"exhaustion1", "exhaustion2"};
    for (unsigned turn = 0; turn < 6; turn++) {
        const unsigned half = (BLOCKS - 2 + turn % 2) / 2 * (BLOCK - 8);
        OK(open_file(&file, paths[turn % 2], LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC));
        OK(lfs_file_sync(&lfs, &file));
        for (unsigned i = 0; i < half; i += 16) {
            IS(16, lfs_file_write(&lfs, &file, blah, 16));
        }
        OK(lfs_file_close(&lfs, &file));
        if (turn == 1) {
            remount();
        }
    }
}

/* -- Bad blocks ----------------------------------------------------------------------------------------- */

/* Names and contents of ten directories, a file in each. */
static void name_of(char path[140], unsigned i, bool with_file)
{
    memset(path, 'a' + (int)i, 64);
    path[64] = '\0';
    if (with_file) {
        path[64] = '/';
        memset(path + 65, 'a' + (int)i, 64);
        path[129] = '\0';
    }
}

static void ten_directories(void)
{
    char path[140];
    OK(lfs_unmount(&lfs));
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    for (unsigned i = 0; i < 10; i++) {
        name_of(path, i, false);
        OK(lfs_mkdir(&lfs, path));
        name_of(path, i, true);
        put_bytes(path, 64 * i, (uint8_t)i);
    }
    remount();
    for (unsigned i = 0; i < 10; i++) {
        name_of(path, i, true);
        expect_bytes(path, 64 * i, (uint8_t)i);
    }
}

static const sim_bad_t kinds[] = {SIM_BAD_PROGRAM, SIM_BAD_ERASE, SIM_BAD_READ, SIM_BAD_PROGRAM_QUIET,
                                  SIM_BAD_ERASE_QUIET};

static void single_bad_blocks(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 5; kind++) {
        for (uint32_t block = 2; block < BLOCKS; block += 3) {
            sim_flash_set_bad(chip, block, kinds[kind]);
            ten_directories();
            sim_flash_set_bad(chip, block, SIM_GOOD);
        }
    }
}

static void many_bad_blocks(void **state)
{
    (void)state;
    for (unsigned pattern = 0; pattern < 2; pattern++) {
        for (unsigned kind = 0; kind < 5; kind++) {
            for (uint32_t block = 2; block < BLOCKS; block++) {
                const bool is_bad = pattern == 0 ? block < BLOCKS / 2 : block % 2 == 0;
                sim_flash_set_bad(chip, block, is_bad ? kinds[kind] : SIM_GOOD);
            }
            ten_directories();
        }
    }
}

/* -- Life ----------------------------------------------------------------------------------------------- */

/* Rewrites files of random sizes. False: the volume is worn out. */
static bool rewrite(unsigned i, uint32_t *random, const char *directory)
{
    char path[30];
    lfs_file_t file;
    snprintf(path, sizeof path, "%stest%u", directory, i);
    *random = *random * 1103515245 + 12345;
    const uint32_t size = (uint32_t)1 << ((*random >> 16) % 10 + 2);
    int error = open_file(&file, path, LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC);
    if (error == 0) {
        lfs_ssize_t result = 1;
        for (uint32_t at = 0; at < size && result == 1; at++) {
            const uint8_t byte = (uint8_t)(at + i);
            result = lfs_file_write(&lfs, &file, &byte, 1);
        }
        error = lfs_file_close(&lfs, &file);
        error = result < 0 ? result : error;
    }
    assert_true(error == 0 || error == LFS_ERR_NOSPC);
    return error == 0;
}

/* How many rounds `blocks` blocks of ten erases each live. Afterwards everything can still be read. */
static unsigned life(uint32_t blocks, const char *directory)
{
    const sim_options_t options = {
        .kind = SIM_NOR, .geometry = {UNIT, UNIT, BLOCK, 2 * BLOCKS, 0xff}, .endurance = 10, .seed = 1};
    unsigned rounds = 0;
    uint32_t random = 1;
    bool alive = true;
    OK(lfs_unmount(&lfs));
    sim_flash_free(chip);
    chip = sim_flash_new(&options);
    for (uint32_t block = blocks; block < 2 * BLOCKS; block++) {
        sim_flash_set_bad(chip, block, SIM_BAD_ERASE);
    }
    config.context = (void *)(uintptr_t)sim_flash_device(chip);
    config.block_count = 2 * BLOCKS;
    config.block_cycles = 5;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    if (directory[0]) {
        OK(lfs_mkdir(&lfs, "roadrunner"));
    }
    for (; alive; rounds++) {
        for (unsigned i = 0; alive && i < 10; i++) {
            alive = rewrite(i, &random, directory);
        }
    }
    remount();
    for (unsigned i = 0; i < 10; i++) {
        char path[30];
        snprintf(path, sizeof path, "%stest%u", directory, i);
        OK(stat_of(path));
    }
    return rounds;
}

static void twice_the_blocks_live_twice_as_long(void **state)
{
    (void)state;
    const char *const directories[] = {"roadrunner/", ""};
    for (unsigned i = 0; i < 2; i++) {
        const unsigned half = life(BLOCKS, directories[i]);
        const unsigned whole = life(2 * BLOCKS, directories[i]);
        printf("%u blocks: %u rounds, %u blocks: %u rounds\n", BLOCKS, half, 2 * BLOCKS, whole);
        assert_true(whole * 110 / 100 > 2 * half);
    }
}

/* The square of the standard deviation stays below 8 times the mean. */
static void wear_is_even(void **state)
{
    (void)state;
    for (int32_t cycles = 1; cycles <= 5; cycles++) {
        uint32_t random = 1;
        uint32_t before[BLOCKS];
        OK(lfs_unmount(&lfs));
        config.block_cycles = cycles;
        OK(lfs_format(&lfs, &config));
        OK(lfs_mount(&lfs, &config));
        OK(lfs_mkdir(&lfs, "roadrunner"));
        memcpy(before, sim_flash_wear(chip), sizeof before);
        for (unsigned i = 0; i < 1000; i++) {
            assert_true(rewrite(i % 10, &random, "roadrunner/"));
        }
        double sum = 0, squares = 0;
        for (unsigned i = 2; i < BLOCKS; i++) {
            const double erases = sim_flash_wear(chip)[i] - before[i];
            sum += erases;
            squares += erases * erases;
        }
        const double mean = sum / (BLOCKS - 2);
        const double variance = squares / (BLOCKS - 2) - mean * mean;
        printf("block_cycles %d: mean %.1f, variance %.1f\n", (int)cycles, mean, variance);
        assert_true(variance < 8 * mean);
    }
}

/* -- Names ---------------------------------------------------------------------------------------------- */

static void the_longest_names(void **state)
{
    (void)state;
    char from[LFS_NAME_MAX + 10], to[LFS_NAME_MAX + 10];
    OK(lfs_mkdir(&lfs, "coffee"));
    OK(lfs_mkdir(&lfs, "espresso"));
    for (unsigned turn = 0; turn < 3; turn++) {
        for (unsigned i = 0; i < 6; i++) {
            strcpy(from, "coffee/");
            memset(from + 7, '0' + (int)i, LFS_NAME_MAX);
            from[7 + LFS_NAME_MAX] = '\0';
            strcpy(to, "espresso/");
            strcpy(to + 9, from + 7);
            if (turn == 0 && i % 2) {
                OK(lfs_mkdir(&lfs, from));
            } else if (turn == 0) {
                put(from, "content");
            } else if (turn == 1) {
                OK(lfs_rename(&lfs, from, to));
                IS(LFS_ERR_NOENT, stat_of(from));
            } else {
                OK(stat_of(to));
                OK(lfs_remove(&lfs, to));
            }
        }
        remount();
    }
    expect_listing("coffee", ". ..");
    expect_listing("espresso", ". ..");
}

const struct CMUnitTest limit_tests[] = {
    CASE(directories_take_two_blocks),
    CASE(chained_directories_take_their_blocks),
    CASE(one_hole_and_one_block),
    CASE(two_files_rewritten_on_a_full_volume),
    CASE(single_bad_blocks),
    CASE(many_bad_blocks),
    CASE(twice_the_blocks_live_twice_as_long),
    CASE(wear_is_even),
    CASE(the_longest_names),
    END_OF_CASES,
};
