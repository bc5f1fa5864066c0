/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Files whose content follows from their number; see known.h. */

#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/littlefs2.h>

uint8_t known_byte(unsigned number, uint32_t position)
{
    uint32_t x = (position + 1) * 2654435761u ^ (number + 1) * 40503u;
    return (uint8_t)(x >> 13);
}

void known_put(mcufs_t *fs, const known_file_t *file, unsigned number)
{
    mcufs_file_t handle;
    if (file->size == KNOWN_DIRECTORY) {
        assert_int_equal(mcufs_mkdir(fs, file->path), MCUFS_OK);
        return;
    }
    assert_int_equal(mcufs_open(fs, &handle, file->path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC),
                     MCUFS_OK);
    for (uint32_t at = 0; at < file->size;) {
        uint8_t bytes[64];
        uint32_t part = file->size - at < sizeof bytes ? file->size - at : (uint32_t)sizeof bytes;
        for (uint32_t i = 0; i < part; i++) {
            bytes[i] = known_byte(number, at + i);
        }
        assert_int_equal(mcufs_write(&handle, bytes, part), part);
        at += part;
    }
    assert_int_equal(mcufs_close(&handle), MCUFS_OK);
}

static bool differs(const known_file_t *file, const char *what, int64_t value)
{
    fprintf(stderr, "%s: %s (%lld)\n", file->path, what, (long long)value);
    return false;
}

bool known_is_there(mcufs_t *fs, const known_file_t *file, unsigned number)
{
    mcufs_file_t handle;
    mcufs_stat_t stat;
    int error = mcufs_stat(fs, file->path, &stat);
    if (error < 0) {
        return differs(file, "is not there", error);
    }
    if ((stat.type == MCUFS_TYPE_DIRECTORY) != (file->size == KNOWN_DIRECTORY)) {
        return differs(file, "is of another type", stat.type);
    }
    if (file->size == KNOWN_DIRECTORY) {
        return true;
    }
    error = mcufs_open(fs, &handle, file->path, MCUFS_O_RDONLY);
    if (error < 0) {
        return differs(file, "cannot be opened", error);
    }
    uint32_t at = 0;
    bool same = mcufs_size(&handle) == file->size || differs(file, "has another size", mcufs_size(&handle));
    while (same && at < file->size) {
        uint8_t bytes[100];
        int32_t got = mcufs_read(&handle, bytes, sizeof bytes);
        same = got > 0 || differs(file, "cannot be read", got);
        for (int32_t i = 0; same && i < got; i++, at++) {
            same = bytes[i] == known_byte(number, at) || differs(file, "has another byte", at);
        }
    }
    (void)mcufs_close(&handle);
    return same;
}

static void report(void *context, const mcufs_finding_t *finding)
{
    (void)context;
    if (finding->severity == MCUFS_FINDING_ERROR) {
        fprintf(stderr, "check: %s: %s\n", finding->path ? finding->path : "-", finding->message);
    }
}

void known_check(const mcufs_device_t *device)
{
    enum { ARENA = 65536 };
    mcufs_check_t result = {.report = report};
    mcufs_setup_t setup = {
        .device = device, .arena = malloc(ARENA), .arena_size = ARENA, .flags = MCUFS_READ_ONLY};
    assert_int_equal(mcufs_littlefs2.check(&setup, &result), 0);
    free(setup.arena);
    assert_int_equal(result.errors, 0);
}

static int count_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    (void)use;
    ((uint8_t *)context)[block] = 1;
    return 0;
}

void known_count(mcufs_t *fs, uint32_t block_count)
{
    enum { MOST = 4096 };
    uint8_t *used = calloc(MOST, 1);
    mcufs_statfs_t statfs;
    uint64_t found = 0;
    assert_int_equal(mcufs_statfs(fs, "/", &statfs), MCUFS_OK);
    assert_int_equal(statfs.block_count, block_count);
    assert_int_equal(mcufs_visit_blocks(fs, "/", count_block, used), 0);
    for (uint32_t i = 0; i < MOST; i++) {
        found += used[i];
        assert_true(i < block_count || !used[i]);
    }
    free(used);
    assert_int_equal(found + statfs.free_blocks, block_count);
}
