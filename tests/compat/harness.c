/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The volume, the callbacks, and the rule that every lock is unlocked. */

#include "compat.h"

#include <stdio.h>
#include <stdlib.h>

sim_flash_t *chip;
struct lfs_config config;
lfs_t lfs;

/* -- Callbacks ------------------------------------------------------------------------------------------ */

typedef struct fault {
    unsigned n;
    int error;
} fault_t;

static fault_t program_fault, erase_fault, read_fault;

void fail_program(unsigned n, int error)
{
    program_fault = (fault_t){n, error};
}

void fail_erase(unsigned n, int error)
{
    erase_fault = (fault_t){n, error};
}

void fail_read(unsigned n, int error)
{
    read_fault = (fault_t){n, error};
}

static int strike(fault_t *fault)
{
    return fault->n > 0 && --fault->n == 0 ? fault->error : 0;
}

#ifdef LFS_THREADSAFE
static unsigned locked;

static int take_lock(const struct lfs_config *c)
{
    (void)c;
    assert_int_equal(locked, 0);
    locked++;
    return 0;
}

static int release_lock(const struct lfs_config *c)
{
    (void)c;
    assert_int_equal(locked, 1);
    locked--;
    return 0;
}
#define EXPECT_LOCKED() assert_int_equal(locked, 1)
#else
#define EXPECT_LOCKED() (void)0
#endif

static int read_block(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, void *buffer,
                      lfs_size_t size)
{
    EXPECT_LOCKED();
    int error = strike(&read_fault);
    return error ? error : mcufs_device_read(c->context, block, off, buffer, size);
}

static int prog_block(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, const void *buffer,
                      lfs_size_t size)
{
    EXPECT_LOCKED();
    int error = strike(&program_fault);
    return error ? error : mcufs_device_program(c->context, block, off, buffer, size);
}

static int erase_block(const struct lfs_config *c, lfs_block_t block)
{
    EXPECT_LOCKED();
    int error = strike(&erase_fault);
    return error ? error : mcufs_device_erase(c->context, block);
}

static int sync_chip(const struct lfs_config *c)
{
    EXPECT_LOCKED();
    return mcufs_device_sync(c->context);
}

/* -- The volume ----------------------------------------------------------------------------------------- */

#ifdef LFS_NO_MALLOC
static uint8_t read_buffer[CACHE], prog_buffer[CACHE], lookahead_buffer[LOOKAHEAD];
#endif

static void configure(uint32_t blocks)
{
    config = (struct lfs_config){
        .context = (void *)(uintptr_t)sim_flash_device(chip),
        .read = read_block,
        .prog = prog_block,
        .erase = erase_block,
        .sync = sync_chip,
#ifdef LFS_THREADSAFE
        .lock = take_lock,
        .unlock = release_lock,
#endif
        .read_size = UNIT,
        .prog_size = UNIT,
        .block_size = BLOCK,
        .block_count = blocks,
        .block_cycles = 100,
        .cache_size = CACHE,
        .lookahead_size = LOOKAHEAD,
#ifdef LFS_NO_MALLOC
        .read_buffer = read_buffer,
        .prog_buffer = prog_buffer,
        .lookahead_buffer = lookahead_buffer,
#endif
    };
}

static int set_up_with(uint32_t blocks)
{
    const sim_options_t options = {.kind = SIM_NOR,
                                   .geometry = {.read_size = UNIT,
                                                .program_size = UNIT,
                                                .block_size = BLOCK,
                                                .block_count = blocks,
                                                .erased_value = 0xff},
                                   .seed = 1};
    chip = sim_flash_new(&options);
    assert_non_null(chip);
    program_fault = erase_fault = read_fault = (fault_t){0, 0};
    configure(blocks);
    memset(&lfs, 0xa5, sizeof lfs);
    OK(lfs_format(&lfs, &config));
    memset(&lfs, 0xa5, sizeof lfs);
    return lfs_mount(&lfs, &config);
}

int set_up(void **state)
{
    (void)state;
    return set_up_with(BLOCKS);
}

int set_up_small(void **state)
{
    (void)state;
    return set_up_with(24);
}

int tear_down(void **state)
{
    (void)state;
    int failed = sim_flash_counts(chip)->violations != 0;
    if (failed) {
        fprintf(stderr, "rules of the chip were broken\n");
    }
#ifdef LFS_THREADSAFE
    assert_int_equal(locked, 0);
#endif
    (void)lfs_unmount(&lfs);
    sim_flash_free(chip);
    return failed;
}

void pull_the_plug(void)
{
    lfs_free(lfs.owned); /* only for the sake of the leak checker */
    memset(&lfs, 0xa5, sizeof lfs);
    OK(lfs_mount(&lfs, &config));
}

void remount(void)
{
    OK(lfs_unmount(&lfs));
    OK(lfs_mount(&lfs, &config));
}

/* -- Files ---------------------------------------------------------------------------------------------- */

int open_file(lfs_file_t *file, const char *path, int flags)
{
    memset(file, 0xa5, sizeof *file);
#ifdef LFS_NO_MALLOC
    /* In turn; no test has more files open. */
    static uint8_t buffers[6][CACHE];
    static struct lfs_file_config configs[6];
    static unsigned next;
    next = (next + 1) % 6;
    configs[next].buffer = buffers[next];
    return lfs_file_opencfg(&lfs, file, path, flags, &configs[next]);
#else
    return lfs_file_open(&lfs, file, path, flags);
#endif
}

void append_text(lfs_file_t *file, const char *text)
{
    IS((int)strlen(text), lfs_file_write(&lfs, file, text, (lfs_size_t)strlen(text)));
}

void put(const char *path, const char *text)
{
    lfs_file_t file;
    OK(open_file(&file, path, LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC));
    append_text(&file, text);
    OK(lfs_file_close(&lfs, &file));
}

static uint8_t pattern(uint8_t seed, uint32_t at)
{
    return (uint8_t)(seed + at * 7 + at / 251);
}

void put_bytes(const char *path, uint32_t size, uint8_t seed)
{
    lfs_file_t file;
    OK(open_file(&file, path, LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC));
    for (uint32_t at = 0; at < size;) {
        uint8_t chunk[50];
        uint32_t part = lfs_min(sizeof chunk, size - at);
        for (uint32_t i = 0; i < part; i++) {
            chunk[i] = pattern(seed, at + i);
        }
        IS((int)part, lfs_file_write(&lfs, &file, chunk, part));
        at += part;
    }
    OK(lfs_file_close(&lfs, &file));
}

void expect_text(const char *path, const char *text)
{
    lfs_file_t file;
    char buffer[200];
    struct lfs_info info;
    OK(open_file(&file, path, LFS_O_RDONLY));
    IS((int)strlen(text), lfs_file_read(&lfs, &file, buffer, sizeof buffer));
    assert_memory_equal(buffer, text, strlen(text));
    IS(0, lfs_file_read(&lfs, &file, buffer, 1));
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_stat(&lfs, path, &info));
    assert_int_equal(info.type, LFS_TYPE_REG);
    assert_int_equal(info.size, strlen(text));
}

void expect_bytes(const char *path, uint32_t size, uint8_t seed)
{
    lfs_file_t file;
    uint8_t byte;
    OK(open_file(&file, path, LFS_O_RDONLY));
    IS((int)size, lfs_file_size(&lfs, &file));
    for (uint32_t at = 0; at < size; at++) {
        IS(1, lfs_file_read(&lfs, &file, &byte, 1));
        assert_int_equal(byte, pattern(seed, at));
    }
    IS(0, lfs_file_read(&lfs, &file, &byte, 1));
    OK(lfs_file_close(&lfs, &file));
}

int stat_of(const char *path)
{
    struct lfs_info info;
    return lfs_stat(&lfs, path, &info);
}

void expect_missing(const char *path)
{
    IS(LFS_ERR_NOENT, stat_of(path));
}

void expect_listing(const char *path, const char *names)
{
    lfs_dir_t dir;
    struct lfs_info info;
    char listed[400] = "";
    int result;
    memset(&dir, 0xa5, sizeof dir);
    OK(lfs_dir_open(&lfs, &dir, path));
    while ((result = lfs_dir_read(&lfs, &dir, &info)) == 1) {
        assert_true(strlen(listed) + strlen(info.name) + 2 < sizeof listed);
        strcat(listed, listed[0] ? " " : "");
        strcat(listed, info.name);
    }
    OK(result);
    OK(lfs_dir_close(&lfs, &dir));
    assert_string_equal(listed, names);
}

/* -- Tearing -------------------------------------------------------------------------------------------- */

void undo_last_commit(const char *directory)
{
    lfs_dir_t dir;
    memset(&dir, 0, sizeof dir);
    OK(lfs_dir_open(&lfs, &dir, directory));
    lfs_block_t block = dir.m.pair[0];
    lfs_off_t end = dir.m.off;
    OK(lfs_dir_close(&lfs, &dir));
    uint8_t *bytes = sim_flash_bytes(chip) + (size_t)block * BLOCK;
    lfs_off_t last = end;
    while (last > 0 && bytes[last - 1] == 0xff) {
        last--;
    }
    assert_in_range(last, 8, BLOCK);
    for (lfs_off_t i = last - 3; i < last; i++) {
        bytes[i] = 0x12;
    }
}

/* -- Running -------------------------------------------------------------------------------------------- */

static int run(const char *name, const struct CMUnitTest *tests)
{
    size_t count = 0;
    while (tests[count].name) {
        count++;
    }
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}

int main(void)
{
    int failed = run("paths", path_tests) + run("files", file_tests) + run("handles", handle_tests) +
                 run("directories", directory_tests) + run("attributes", attribute_tests) +
                 run("volume", volume_tests) + run("recovery", recovery_tests) + run("limits", limit_tests);
    return failed != 0;
}
