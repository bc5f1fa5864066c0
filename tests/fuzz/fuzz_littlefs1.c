/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Everything one can do with a littlefs v1 image that somebody made up, and mutations that know the format.
 */

#include "fuzz_littlefs1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/littlefs1.h>
#include <mcufs/littlefs_migrate.h>
#include <mcufs/mcufs.h>

#include "fuzz_device.h"
#include "littlefs1/builder.h"
#include "support/tree.h"

enum { ARENA_SIZE = 12000, BUDGETS = 200 };

typedef struct fuzz {
    fuzz_device_t device;
    mcufs_t fs;
    uint8_t *arena;
    bool list_differs; /* from the tree: what is only on the list may hide entries until it is dropped */
    char why[600];
} fuzz_t;

/* The tree as a filesystem sees it: 0, or an error. */
static int capture(fuzz_t *fuzz, const mcufs_filesystem_t *filesystem, size_t arena_size, tree_t *tree)
{
    const mcufs_mount_options_t options = {
        .filesystem = filesystem, .arena = fuzz->arena, .arena_size = arena_size, .flags = MCUFS_READ_ONLY};
    (void)mcufs_init(&fuzz->fs, NULL);
    fuzz_device_refill(&fuzz->device, BUDGETS);
    int error = mcufs_mount(&fuzz->fs, "/", &fuzz->device.device, &options);
    if (error == 0) {
        mcufs_statfs_t statfs;
        (void)mcufs_statfs(&fuzz->fs, "/", &statfs);
        error = tree_capture(&fuzz->fs, false, true, tree, fuzz->why, sizeof fuzz->why);
        (void)mcufs_unmount(&fuzz->fs, "/");
    }
    return error;
}

static void take_finding(void *context, const mcufs_finding_t *finding)
{
    fuzz_t *fuzz = context;
    if (finding->severity == MCUFS_FINDING_WARNING && strstr(finding->message, "directories") != NULL) {
        fuzz->list_differs = true;
    }
}

static uint32_t check(fuzz_t *fuzz, const mcufs_filesystem_t *filesystem)
{
    const mcufs_setup_t setup = {.device = &fuzz->device.device,
                                 .arena = fuzz->arena,
                                 .arena_size = ARENA_SIZE,
                                 .flags = MCUFS_READ_ONLY};
    mcufs_check_t result = {.context = fuzz, .report = take_finding};
    fuzz_device_refill(&fuzz->device, BUDGETS);
    return filesystem->check(&setup, &result) == 0 ? result.errors : 1;
}

static void finding(const fuzz_t *fuzz, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, fuzz->why);
    abort();
}

static void use(fuzz_t *fuzz)
{
    tree_t before = {0}, after = {0};
    const mcufs_setup_t setup = {
        .device = &fuzz->device.device, .arena = fuzz->arena, .arena_size = ARENA_SIZE};
    int captured = capture(fuzz, &mcufs_littlefs1, 700, &before);
    uint32_t errors = check(fuzz, &mcufs_littlefs1);
    const bool list_differs = fuzz->list_differs;
    if (fuzz->device.changed) {
        finding(fuzz, "littlefs v1 changed the device");
    }
    fuzz_device_refill(&fuzz->device, BUDGETS);
    int error = mcufs_littlefs_migrate(&setup);
    if (error != 0 && errors > 0 && fuzz->device.changed) {
        int again = capture(fuzz, &mcufs_littlefs1, 700, &after);
        if (again != captured ||
            (captured == 0 && !tree_match(&after, &before, fuzz->why, sizeof fuzz->why))) {
            finding(fuzz, "a refused migration changed what is there");
        }
    }
    if (error == 0 && captured == 0) {
        if (capture(fuzz, &mcufs_littlefs2, ARENA_SIZE, &after) != 0 ||
            (errors == 0 && !list_differs && !tree_match(&after, &before, fuzz->why, sizeof fuzz->why))) {
            finding(fuzz, "not the same after migration");
        }
        if (check(fuzz, &mcufs_littlefs2) != 0) {
            finding(fuzz, "migrated into a volume with faults");
        }
    }
    tree_free(&before);
    tree_free(&after);
}

void fuzz_littlefs1(const uint8_t *input, size_t size)
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
    const mcufs_geometry_t geometry = {.read_size = units[input[1] % 4],
                                       .program_size = units[input[1] / 4 % 4],
                                       .block_size = block_size,
                                       .block_count = blocks,
                                       .erased_value = input[1] / 16 % 2 != 0 ? 0xff : MCUFS_ERASED_UNKNOWN};
    fuzz_device_init(&fuzz->device, bytes, geometry);
    fuzz->arena = malloc(ARENA_SIZE);
    use(fuzz);
    free(fuzz->arena);
    free(bytes);
    free(fuzz);
}

/* -- Mutations ------------------------------------------------------------------------------------------ */

static uint32_t load(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void store(uint8_t *to, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(word >> (8 * i));
    }
}

/* A block that looks like metadata; NULL: none was found. */
static uint8_t *find_metadata(uint8_t *input, size_t size, dice_t *dice, uint32_t block_size)
{
    const uint32_t blocks = (uint32_t)((size - FUZZ_HEADER) / block_size);
    for (unsigned i = 0; i < 100 && blocks > 0; i++) {
        uint8_t *block = input + FUZZ_HEADER + (size_t)dice_roll(dice, blocks) * block_size;
        uint32_t length = load(block + 4) & 0x7fffffff;
        if (length >= 20 && length <= block_size) {
            return block;
        }
    }
    return NULL;
}

/* Some entry of the block, or its header when there is none. */
static uint8_t *find_entry(uint8_t *block, uint32_t length, dice_t *dice)
{
    uint32_t offset = 16, chosen = 0;
    for (unsigned n = 1; offset + 16 <= length - 4; n++) {
        if (dice_roll(dice, n) == 0) {
            chosen = offset;
        }
        offset += 4u + block[offset + 1] + block[offset + 2] + block[offset + 3];
    }
    return block + chosen;
}

void fuzz_littlefs1_mutate(uint8_t *input, size_t size, dice_t *dice)
{
    const uint32_t block_size = fuzz_block_size(input);
    const uint32_t blocks = (uint32_t)(size / block_size) + 1;
    uint8_t *block = find_metadata(input, size, dice, block_size);
    if (block == NULL) {
        return;
    }
    uint32_t length = load(block + 4) & 0x7fffffff;
    uint8_t *entry = find_entry(block, length, dice);
    switch (dice_roll(dice, 9)) {
    case 0: /* where the list goes on */
        store(block + 8 + 4 * (size_t)dice_roll(dice, 2), dice_roll(dice, blocks));
        break;
    case 1:
        block[7] ^= 0x80;
        break;
    case 2:
        store(block, load(block) + 1 - 2 * dice_roll(dice, 2));
        break;
    case 3:
        entry[0] ^= (uint8_t)(dice_chance(dice, 60) ? 0x80 : 0x33);
        break;
    case 4:
        entry[dice_roll(dice, 4)] = (uint8_t)dice_next(dice);
        break;
    case 5: /* a block of the entry */
        store(entry + 4 + 4 * (size_t)dice_roll(dice, 2), dice_roll(dice, blocks));
        break;
    case 6:
        entry[8] ^= (uint8_t)(1u << dice_roll(dice, 8));
        break;
    case 7:
        memcpy(entry + 4, find_entry(block, length, dice) + 4, 8);
        break;
    default:
        input[FUZZ_HEADER + dice_roll(dice, (uint32_t)(size - FUZZ_HEADER))] = (uint8_t)dice_next(dice);
        break;
    }
    builder_seal(block, length);
}
