/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A FAT volume in memory, and what the tests of FAT do with one. */

#ifndef MCUFS_TESTS_FAT_VOLUME_H
#define MCUFS_TESTS_FAT_VOLUME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/fat.h>
#include <mcufs/mcufs.h>

#define OK(call)           assert_int_equal(call, 0)
#define FAILS(call, error) assert_int_equal(call, error)

typedef struct volume {
    mcufs_device_t device; /* its context is the volume */
    uint8_t *bytes;
    size_t size;
    uint64_t read, written, calls; /* sectors of 512 bytes; calls of both kinds */
    uint32_t trimmed;              /* blocks; what they held is gone */
    uint64_t writes_left;          /* calls of write that succeed; then the power is gone */
    mcufs_t fs;
    size_t arena_size; /* what a mount gets */
    uint8_t arena[65536];
    int64_t now;
    char path[64]; /* of an image file for the tools */
} volume_t;

/* A device of `kilobytes` KiB, all zeros. */
volume_t *volume_new(uint32_t kilobytes, uint32_t sector_size);
void volume_free(volume_t *volume);
void volume_format(volume_t *volume, const mcufs_fat_options_t *options);
int volume_mount(volume_t *volume, uint32_t flags);
void volume_remount(volume_t *volume);
/* The power goes: nothing is unmounted. */
void volume_forget(volume_t *volume);
void volume_reset_counts(volume_t *volume);

/* Runs a command of dosfstools or mtools, in which "@" is the image; what it did to the image counts. The
 * exit status must be 0. */
void volume_run(volume_t *volume, const char *command);
/* The same; what it printed, without the image changing. */
const char *volume_ask(volume_t *volume, const char *command);
/* fsck.fat has nothing to say. */
void volume_judge(volume_t *volume);

void put(volume_t *volume, const char *path, const void *bytes, size_t size);
void expect(volume_t *volume, const char *path, const void *bytes, size_t size);
void expect_missing(volume_t *volume, const char *path);
/* The names in a directory in the order of the walk, separated by "|". */
void expect_listing(volume_t *volume, const char *path, const char *names);
/* The same bytes for the same seed. */
void fill(uint8_t *bytes, size_t size, uint32_t seed);

#endif
