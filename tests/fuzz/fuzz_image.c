/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Everything one can do with an image that somebody else made up: whatever it answers is fine, as long as it
 * answers, and a read-only mount writes nothing. */

#include "fuzz_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "fuzz_device.h"
#include "support/dice.h"

#define ENTRIES_MAX 60
#define PATH_SIZE   600
#define DEPTH_MAX   8
#define READ_MAX    70000
#define ARENA_MAX   8192

typedef struct fuzz {
    fuzz_device_t device;
    mcufs_t fs;
    uint8_t *arena;
    size_t arena_size;
    mcufs_littlefs2_options_t options;
    const mcufs_filesystem_t *filesystem;
    dice_t dice;
    unsigned count;
    char paths[ENTRIES_MAX][PATH_SIZE];
} fuzz_t;

static const uint32_t block_sizes[] = {128, 256, 512, 1024, 4096};
#define BLOCK_SIZES (sizeof block_sizes / sizeof block_sizes[0])

uint32_t fuzz_block_size(const uint8_t *input)
{
    return block_sizes[input[0] % BLOCK_SIZES];
}

uint8_t fuzz_block_size_code(uint32_t block_size)
{
    uint8_t code = 0;
    while (code + 1u < BLOCK_SIZES && block_sizes[code] != block_size) {
        code++;
    }
    return code;
}

static mcufs_t *next_operation(fuzz_t *fuzz)
{
    fuzz_device_refill(&fuzz->device, 1);
    return &fuzz->fs;
}

static int mount(fuzz_t *fuzz, uint32_t flags)
{
    mcufs_mount_options_t options = {.filesystem = fuzz->filesystem,
                                     .arena = fuzz->arena,
                                     .arena_size = fuzz->arena_size,
                                     .flags = flags,
                                     .filesystem_options = &fuzz->options};
    (void)mcufs_init(&fuzz->fs, NULL);
    fuzz_device_refill(&fuzz->device, 1);
    return mcufs_mount(&fuzz->fs, "/", &fuzz->device.device, &options);
}

/* -- Looking ------------------------------------------------------------------------------------------- */

static void read_file(fuzz_t *fuzz, const char *path)
{
    mcufs_file_t file;
    uint8_t buffer[500];
    int32_t count = 1;
    if (mcufs_open(next_operation(fuzz), &file, path, MCUFS_O_RDONLY) != 0) {
        return;
    }
    for (uint32_t total = 0; count > 0 && total < READ_MAX; total += (uint32_t)count) {
        (void)next_operation(fuzz);
        count = mcufs_read(&file, buffer, sizeof buffer);
        if (count < 0) {
            break;
        }
    }
    int64_t size = mcufs_size(&file);
    (void)next_operation(fuzz);
    (void)mcufs_seek(&file, size / 2, MCUFS_SEEK_SET);
    (void)mcufs_read(&file, buffer, 7);
    (void)mcufs_close(&file);
}

static void look_at(fuzz_t *fuzz, const char *path, uint8_t type)
{
    mcufs_stat_t stat;
    uint8_t buffer[40];
    (void)mcufs_stat(next_operation(fuzz), path, &stat);
    (void)mcufs_get_attribute(next_operation(fuzz), path, 't', buffer, sizeof buffer);
    if (type == MCUFS_TYPE_FILE) {
        read_file(fuzz, path);
    }
}

static void walk(fuzz_t *fuzz, const char *path, unsigned depth)
{
    mcufs_dir_t directory;
    if (mcufs_opendir(next_operation(fuzz), &directory, path) != 0) {
        return;
    }
    for (;;) {
        mcufs_dirent_t entry;
        (void)next_operation(fuzz);
        if (fuzz->count == ENTRIES_MAX || mcufs_readdir(&directory, &entry) != 1) {
            break;
        }
        if (strlen(path) + strlen(entry.name) + 2 > PATH_SIZE) {
            continue;
        }
        char *found = fuzz->paths[fuzz->count++];
        snprintf(found, PATH_SIZE, "%s/%s", strcmp(path, "/") == 0 ? "" : path, entry.name);
        look_at(fuzz, found, entry.stat.type);
        if (entry.stat.type == MCUFS_TYPE_DIRECTORY && depth < DEPTH_MAX) {
            walk(fuzz, found, depth + 1);
        }
    }
    (void)mcufs_closedir(&directory);
}

static int visit_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    (void)block;
    (void)use;
    return ++*(unsigned *)context > 10000;
}

static void look_around(fuzz_t *fuzz)
{
    mcufs_statfs_t statfs;
    mcufs_health_t health;
    unsigned visited = 0;
    fuzz->count = 0;
    (void)mcufs_statfs(next_operation(fuzz), "/", &statfs);
    walk(fuzz, "/", 0);
    (void)mcufs_health(next_operation(fuzz), "/", &health);
    (void)mcufs_visit_blocks(next_operation(fuzz), "/", visit_block, &visited);
}

/* -- Changing ------------------------------------------------------------------------------------------ */

static const char *some_path(fuzz_t *fuzz)
{
    static const char *const others[] = {"/new", "/a", "/zz", "/dir/x", "/dir"};
    if (fuzz->count == 0 || dice_chance(&fuzz->dice, 25)) {
        return others[dice_roll(&fuzz->dice, 5)];
    }
    return fuzz->paths[dice_roll(&fuzz->dice, fuzz->count)];
}

static void write_file(fuzz_t *fuzz, const char *path)
{
    mcufs_file_t file;
    uint8_t bytes[700] = {0};
    uint32_t flags = MCUFS_O_RDWR | (dice_chance(&fuzz->dice, 50) ? MCUFS_O_CREAT : 0u) |
                     (dice_chance(&fuzz->dice, 20) ? MCUFS_O_TRUNC : 0u) |
                     (dice_chance(&fuzz->dice, 30) ? MCUFS_O_APPEND : 0u);
    if (mcufs_open(next_operation(fuzz), &file, path, flags) != 0) {
        return;
    }
    for (unsigned i = dice_roll(&fuzz->dice, 4); i > 0; i--) {
        (void)next_operation(fuzz);
        if (dice_chance(&fuzz->dice, 40)) {
            /* Near the end, not beyond what an image can hold: a gap is written as zeros. */
            (void)mcufs_seek(&file, dice_roll(&fuzz->dice, 3000), MCUFS_SEEK_SET);
        }
        (void)next_operation(fuzz);
        (void)mcufs_write(&file, bytes, dice_roll(&fuzz->dice, sizeof bytes));
    }
    (void)next_operation(fuzz);
    if (dice_chance(&fuzz->dice, 30)) {
        (void)mcufs_truncate(&file, dice_roll(&fuzz->dice, 2000));
    }
    (void)next_operation(fuzz);
    (void)mcufs_sync(&file);
    (void)next_operation(fuzz);
    (void)mcufs_close(&file);
}

static void change_something(fuzz_t *fuzz)
{
    const char *path = some_path(fuzz), *other = some_path(fuzz);
    uint8_t bytes[30] = {0};
    mcufs_t *fs = next_operation(fuzz);
    switch (dice_roll(&fuzz->dice, 8)) {
    case 0:
    case 1:
        write_file(fuzz, path);
        break;
    case 2:
        (void)mcufs_remove(fs, path);
        break;
    case 3:
    case 4:
        (void)mcufs_rename(fs, path, other);
        break;
    case 5:
        (void)mcufs_mkdir(fs, path);
        break;
    case 6:
        (void)mcufs_set_attribute(fs, path, 't', bytes, dice_roll(&fuzz->dice, sizeof bytes));
        break;
    default:
        (void)mcufs_gc(fs, "/", 1 + dice_roll(&fuzz->dice, 4));
        break;
    }
}

/* -- All of it ------------------------------------------------------------------------------------------ */

static void ignore_finding(void *context, const mcufs_finding_t *finding)
{
    (void)context;
    (void)finding;
}

static void check(fuzz_t *fuzz, uint32_t flags)
{
    enum { PROBLEMS = 20 }; /* each mended one takes a scan of its own */
    mcufs_setup_t setup = {.device = &fuzz->device.device,
                           .arena = fuzz->arena,
                           .arena_size = fuzz->arena_size,
                           .flags = flags,
                           .options = &fuzz->options};
    mcufs_check_t result = {.report = ignore_finding};
    fuzz_device_refill(&fuzz->device, flags & MCUFS_REPAIR ? PROBLEMS : 1);
    if (fuzz->filesystem->check != NULL) {
        (void)fuzz->filesystem->check(&setup, &result);
    }
}

static void must_be_unchanged(const fuzz_t *fuzz, const char *what)
{
    if (fuzz->device.changed) {
        fprintf(stderr, "%s changed the device\n", what);
        abort();
    }
}

static void use(fuzz_t *fuzz)
{
    mcufs_probe_t found;
    (void)fuzz->filesystem->probe(&fuzz->device.device, &found);
    check(fuzz, MCUFS_READ_ONLY);
    must_be_unchanged(fuzz, "check");
    if (mount(fuzz, MCUFS_READ_ONLY) == 0) {
        look_around(fuzz);
        (void)mcufs_unmount(&fuzz->fs, "/");
    }
    must_be_unchanged(fuzz, "a read-only mount");
    if (mount(fuzz, 0) == 0) {
        look_around(fuzz);
        for (unsigned i = 0; i < 12; i++) {
            change_something(fuzz);
        }
        look_around(fuzz);
        (void)mcufs_unmount(&fuzz->fs, "/");
    }
    check(fuzz, MCUFS_REPAIR);
    if (mount(fuzz, 0) == 0) {
        look_around(fuzz);
        write_file(fuzz, "/after");
        (void)mcufs_unmount(&fuzz->fs, "/");
    }
}

void fuzz_image(const uint8_t *input, size_t size)
{
    static const uint32_t units[] = {1, 4, 16, 64};
    if (size <= FUZZ_HEADER || size > FUZZ_INPUT_MAX) {
        return;
    }
    fuzz_t *fuzz = calloc(1, sizeof *fuzz);
    uint32_t block_size = fuzz_block_size(input);
    uint32_t blocks = (uint32_t)((size - FUZZ_HEADER + block_size - 1) / block_size);
    blocks = blocks < 2 ? 2 : blocks;
    uint8_t *bytes = malloc((size_t)blocks * block_size);
    memset(bytes, 0xff, (size_t)blocks * block_size);
    memcpy(bytes, input + FUZZ_HEADER, size - FUZZ_HEADER);
    mcufs_geometry_t geometry = {.read_size = units[input[1] % 4],
                                 .program_size = units[input[1] / 4 % 4],
                                 .block_size = block_size,
                                 .block_count = blocks,
                                 .erased_value = input[1] / 16 % 2 != 0 ? 0xff : MCUFS_ERASED_UNKNOWN};
    fuzz_device_init(&fuzz->device, bytes, geometry);
    fuzz->filesystem = &mcufs_littlefs2;
    fuzz->dice.state = input[2];
    fuzz->options.cache_size = 64;
    fuzz->options.block_cycles = input[3] % 4 == 0 ? 0 : input[3] % 4;
    /* exactly as large as said, so that the sanitizer guards its ends */
    fuzz->arena_size = input[3] / 4 % 2 == 0 ? MCUFS_LITTLEFS2_ARENA_MINIMUM(64) : ARENA_MAX;
    fuzz->arena = malloc(fuzz->arena_size);
    memset(fuzz->arena, 0xa5, fuzz->arena_size);
    use(fuzz);
    free(fuzz->arena);
    free(bytes);
    free(fuzz);
}
