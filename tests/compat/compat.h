/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the tests of lfs.h share: one volume on one simulated chip, and short words for what they do to it.
 * Compiled once per set of options of lfs.h. */

#ifndef MCUFS_TESTS_COMPAT_H
#define MCUFS_TESTS_COMPAT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lfs.h"
#include "sim/flash.h"

#define OK(call)         assert_int_equal(call, 0)
#define IS(result, call) assert_int_equal(call, result)

enum { BLOCK = 512, UNIT = 16, CACHE = 64, BLOCKS = 128, LOOKAHEAD = 16 };

extern sim_flash_t *chip;
extern struct lfs_config config;
extern lfs_t lfs;

/* A chip of these blocks and a formatted, mounted volume on it. */
int set_up(void **state);
int set_up_small(void **state); /* 24 blocks */
int tear_down(void **state);

/* The same chip in other hands: everything that was only in memory is gone. */
void pull_the_plug(void);
void remount(void);

/* Opens with a buffer of the tests where there is no malloc. */
int open_file(lfs_file_t *file, const char *path, int flags);
void put(const char *path, const char *text);
void put_bytes(const char *path, uint32_t size, uint8_t seed);
void append_text(lfs_file_t *file, const char *text);
void expect_text(const char *path, const char *text);
void expect_bytes(const char *path, uint32_t size, uint8_t seed);
void expect_missing(const char *path);
/* Names as lfs_dir_read gives them, one blank between. */
void expect_listing(const char *path, const char *names);
int stat_of(const char *path); /* lfs_stat, the result only */
/* Takes the last commit of a directory's log back, as a power cut before it would have. */
void undo_last_commit(const char *directory);

/* Errors of the callbacks: the n-th call from now on answers `error`, once. */
void fail_program(unsigned n, int error);
void fail_erase(unsigned n, int error);
void fail_read(unsigned n, int error);

extern const struct CMUnitTest path_tests[], file_tests[], handle_tests[], directory_tests[],
    attribute_tests[], volume_tests[], recovery_tests[], limit_tests[];

#define CASE(name)  cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define SMALL(name) cmocka_unit_test_setup_teardown(name, set_up_small, tear_down)
#define END_OF_CASES                                                                                         \
    {                                                                                                        \
        NULL, NULL, NULL, NULL, NULL                                                                         \
    }

#endif
