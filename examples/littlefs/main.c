/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A program written for the original lfs.h, unchanged: a counter of door openings, kept through restarts,
 * with the time of the last one as an attribute of the file. Only the include path and the libraries differ.
 */

#include "lfs.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE = 512, BLOCKS = 64, UNIT = 16 };

static uint8_t chip[BLOCKS][BLOCK_SIZE];

static int chip_read(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, void *buffer,
                     lfs_size_t size)
{
    (void)c;
    memcpy(buffer, &chip[block][off], size);
    return 0;
}

static int chip_prog(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, const void *buffer,
                     lfs_size_t size)
{
    (void)c;
    memcpy(&chip[block][off], buffer, size);
    return 0;
}

static int chip_erase(const struct lfs_config *c, lfs_block_t block)
{
    (void)c;
    memset(chip[block], 0xff, BLOCK_SIZE);
    return 0;
}

static int chip_sync(const struct lfs_config *c)
{
    (void)c;
    return 0;
}

static uint8_t read_buffer[UNIT], prog_buffer[UNIT], file_buffer[UNIT], lookahead_buffer[8];

static const struct lfs_config config = {
    .read = chip_read,
    .prog = chip_prog,
    .erase = chip_erase,
    .sync = chip_sync,

    .read_size = UNIT,
    .prog_size = UNIT,
    .block_size = BLOCK_SIZE,
    .block_count = BLOCKS,
    .block_cycles = 500,
    .cache_size = UNIT,
    .lookahead_size = sizeof lookahead_buffer,

    .read_buffer = read_buffer,
    .prog_buffer = prog_buffer,
    .lookahead_buffer = lookahead_buffer,
};

/* Counts one more opening. Returns how many there were, or an error. */
static int32_t count_opening(lfs_t *lfs, uint32_t now)
{
    struct lfs_attr time = {'t', &now, sizeof now};
    struct lfs_file_config file_config = {file_buffer, &time, 1};
    lfs_file_t file;
    uint32_t count = 0;
    int err = lfs_file_opencfg(lfs, &file, "door", LFS_O_WRONLY | LFS_O_CREAT, &file_config);
    if (err < 0) {
        return err;
    }
    lfs_file_t reader;
    err = lfs_file_open(lfs, &reader, "door", LFS_O_RDONLY);
    if (err == 0) {
        lfs_file_read(lfs, &reader, &count, sizeof count);
        err = lfs_file_close(lfs, &reader);
    }
    count++;
    lfs_ssize_t written = lfs_file_write(lfs, &file, &count, sizeof count);
    int closed = lfs_file_close(lfs, &file);
    return err < 0 ? err : written < 0 ? written : closed < 0 ? closed : (int32_t)count;
}

int main(void)
{
    static lfs_t lfs;
    int32_t count = 0;
    for (uint32_t day = 1; day <= 3; day++) {
        int err = lfs_mount(&lfs, &config);
        if (err < 0) {
            err = lfs_format(&lfs, &config);
            err = err < 0 ? err : lfs_mount(&lfs, &config);
        }
        count = err < 0 ? err : count_opening(&lfs, day * 86400);
        lfs_unmount(&lfs);
    }

    uint32_t time = 0;
    lfs_mount(&lfs, &config);
    lfs_getattr(&lfs, "door", 't', &time, sizeof time);
    lfs_unmount(&lfs);
    printf("opened %ld times, last on day %lu\n", (long)count, (unsigned long)(time / 86400));
    return count == 3 && time == 3 * 86400 ? 0 : 1;
}
