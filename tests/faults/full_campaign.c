/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The full disk: filled until nothing fits, it keeps everything, still lets go of things and takes smaller
 * ones, and gives all its space back. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/arguments.h"
#include "support/generator.h"
#include "support/world.h"

typedef struct full {
    world_t *world;
    dice_t dice;
    uint64_t seed;
    uint32_t piece; /* bytes per write */
    uint32_t file_max;
    unsigned files_max;
    uint64_t bytes; /* written by the last fill */
} full_t;

static bool wrong(world_t *world, const char *what, int64_t value)
{
    snprintf(world->why, sizeof world->why, "%s: %" PRId64, what, value);
    return false;
}

static step_t step(full_t *full, operation_t operation)
{
    step_t result = world_step(full->world, &operation);
    if (result == STEP_FAILED && !world_settle(full->world, &operation)) {
        result = STEP_WRONG;
    }
    return result;
}

static operation_t open_operation(const char *path, uint32_t flags)
{
    operation_t operation = {.kind = OPERATION_OPEN, .flags = flags};
    snprintf(operation.path, sizeof operation.path, "%s", path);
    return operation;
}

static operation_t path_operation(operation_kind_t kind, const char *path)
{
    operation_t operation = {.kind = kind};
    snprintf(operation.path, sizeof operation.path, "%s", path);
    return operation;
}

/* Writes one file until it is large enough (STEP_OK) or nothing fits (STEP_FAILED). */
static step_t fill_file(full_t *full, const char *path, uint32_t size)
{
    step_t result = step(full, open_operation(path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC));
    if (result != STEP_OK) {
        return result;
    }
    for (uint32_t written = 0; written < size && result == STEP_OK; written += full->piece) {
        uint32_t piece = size - written < full->piece ? size - written : full->piece;
        result =
            step(full, (operation_t){.kind = OPERATION_WRITE, .size = piece, .seed = dice_next(&full->dice)});
        if (result == STEP_OK && dice_chance(&full->dice, 30)) {
            result = step(full, (operation_t){.kind = OPERATION_SYNC});
        }
        full->bytes += result == STEP_OK ? piece : 0;
    }
    if (result == STEP_WRONG) {
        return result;
    }
    step_t closed = step(full, (operation_t){.kind = OPERATION_CLOSE});
    return result == STEP_OK ? closed : closed == STEP_WRONG ? STEP_WRONG : result;
}

static void file_path(char *path, unsigned number)
{
    sprintf(path, "/%sf%u", number % 3 == 0 ? "d/" : "", number);
}

static bool fill(full_t *full)
{
    char path[32];
    unsigned refused = 0;
    full->bytes = 0;
    full->dice.state = full->seed; /* the same files each time, so that as much has to fit */
    full->world->tolerated[0] = MCUFS_ENOSPC;
    for (unsigned i = 0; i < full->files_max && refused < 3; i++) {
        file_path(path, i);
        uint32_t size = dice_chance(&full->dice, 30) ? dice_roll(&full->dice, 60)
                                                     : dice_roll(&full->dice, full->file_max + 1);
        step_t result = fill_file(full, path, size);
        if (result == STEP_WRONG) {
            return false;
        }
        refused += result == STEP_FAILED ? 1 : 0;
    }
    if (refused == 0) {
        return wrong(full->world, "the volume never got full, bytes", (int64_t)full->bytes);
    }
    return world_verify(full->world);
}

static bool free_blocks(full_t *full, uint64_t *blocks)
{
    mcufs_statfs_t statfs;
    int error = mcufs_statfs(&full->world->fs, "/", &statfs);
    if (error != 0 || statfs.free_blocks > statfs.block_count) {
        return wrong(full->world, "statfs", error);
    }
    *blocks = statfs.free_blocks;
    return true;
}

static bool remount(full_t *full)
{
    return step(full, (operation_t){.kind = OPERATION_REMOUNT}) == STEP_OK && world_verify(full->world);
}

static bool exists(const full_t *full, const char *path)
{
    return model_find(&full->world->model, path) >= 0;
}

/* Nothing here may run out of space: it all makes files smaller or removes them. What is written anew fits
 * the reserve: the old content has to stay until the sync. */
static bool shrink_things(full_t *full)
{
    char path[32];
    unsigned shrunk = 0;
    full->world->tolerated[0] = 0;
    for (unsigned i = 0; i < full->files_max; i++) {
        file_path(path, i);
        if (!exists(full, path)) {
            continue;
        }
        const model_node_t *node = &full->world->model.nodes[model_find(&full->world->model, path)];
        uint32_t size = node->size;
        if (size < 2) {
            continue;
        }
        bool rewrite = shrunk++ % 2 == 0;
        bool right =
            step(full, open_operation(path, MCUFS_O_WRONLY | (rewrite ? MCUFS_O_TRUNC : 0u))) == STEP_OK;
        if (right && rewrite) {
            const geometry_row_t *geometry = full->world->geometry;
            /* What is in reserve: one block at least, or two clusters. */
            uint32_t most =
                full->world->row->in_place ? 2 * geometry->program_size : geometry->block_size / 2;
            size = size / 3 < most ? size / 3 : most;
            right = step(full, (operation_t){.kind = OPERATION_WRITE, .size = size, .seed = i}) == STEP_OK;
        } else if (right) {
            right = step(full, (operation_t){.kind = OPERATION_TRUNCATE, .size = size / 2}) == STEP_OK;
        }
        if (!right || step(full, (operation_t){.kind = OPERATION_CLOSE}) != STEP_OK) {
            return false;
        }
    }
    return world_verify(full->world);
}

static bool remove_all(full_t *full)
{
    char path[32];
    full->world->tolerated[0] = 0;
    for (unsigned i = 0; i < full->files_max; i++) {
        file_path(path, i);
        if (exists(full, path) && step(full, path_operation(OPERATION_UNLINK, path)) != STEP_OK) {
            return false;
        }
    }
    return world_verify(full->world);
}

/* Random operations on the full volume, refusals and all. */
static bool churn(full_t *full, const generator_t *limits, unsigned count)
{
    generator_t generator = *limits;
    operation_t operation;
    generator.remounts = false;
    full->world->tolerated[0] = MCUFS_ENOSPC;
    generator.nodes = 100;
    generator.blocks = UINT32_MAX / generator.block_size;
    for (unsigned i = 0; i < count; i++) {
        generator_next(&generator, &full->world->model, &operation);
        if (step(full, operation) == STEP_WRONG) {
            return false;
        }
    }
    return remount(full);
}

static bool empty_everything(full_t *full)
{
    char path[OPERATION_PATH];
    full->world->tolerated[0] = 0;
    for (bool found = true; found;) {
        found = false;
        for (int i = MODEL_NODES - 1; i > 0; i--) {
            const model_node_t *node = &full->world->model.nodes[i];
            if (!node->used || !node->linked || !model_is_empty(&full->world->model, i)) {
                continue;
            }
            model_path(&full->world->model, i, path, sizeof path);
            if (step(full, path_operation(OPERATION_REMOVE, path)) != STEP_OK) {
                return false;
            }
            found = true;
        }
    }
    return world_verify(full->world);
}

static bool run_full(full_t *full, const generator_t *limits)
{
    world_t *world = full->world;
    uint64_t at_start = 0, when_full = 0, at_end = 0, first_bytes;
    if (!world_start(world) || step(full, path_operation(OPERATION_MKDIR, "/d")) != STEP_OK ||
        !free_blocks(full, &at_start) || !fill(full) || !free_blocks(full, &when_full)) {
        return false;
    }
    first_bytes = full->bytes;
    if (!remount(full) || !shrink_things(full) || !remount(full) || !fill(full) || !remove_all(full)) {
        return false;
    }
    if (!fill(full)) {
        return false;
    }
    if (full->bytes + full->bytes / 4 < first_bytes) {
        return wrong(world, "filled again, much less fits, bytes", (int64_t)full->bytes);
    }
    if (!churn(full, limits, 300) || !empty_everything(full) || !free_blocks(full, &at_end)) {
        return false;
    }
    if (at_end + 4 < at_start) { /* a superblock that moved on keeps its pair */
        return wrong(world, "blocks lost", (int64_t)(at_start - at_end));
    }
    return remount(full);
}

static bool run(const arguments_t *arguments, const geometry_row_t *row, uint64_t seed)
{
    geometry_row_t geometry = *row;
    full_t full = {.world = malloc(sizeof(world_t)), .seed = seed, .piece = row->block_size / 3 + 1};
    generator_t limits;
    if (arguments->filesystem->file_max == 0) {
        geometry_shrink(&geometry,
                        geometry.block_count > 40 ? 40 - (uint32_t)(seed % 9) : geometry.block_count);
    }
    world_create(full.world, arguments->filesystem, &geometry, seed);
    arguments_apply(arguments, arguments->filesystem, &full.world->options);
    generator_init(&limits, arguments->filesystem, &geometry, seed);
    full.file_max =
        arguments->filesystem->file_max != 0 ? arguments->filesystem->file_max : geometry.block_size * 5;
    full.files_max = 90;
    bool right = run_full(&full, &limits);
    uint64_t violations = sim_flash_counts(full.world->flash)->violations;
    if (right && violations != 0) {
        right = wrong(full.world, "violations of the chip's rules", (int64_t)violations);
    }
    if (!right) {
        fprintf(stderr, "FAILED: --geometry %s --seed %" PRIu64 " --runs 1\n", row->name, seed);
        world_report(full.world);
    }
    world_destroy(full.world);
    free(full.world);
    return right;
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    uint64_t runs = arguments.runs != 0 ? arguments.runs : arguments.is_long ? 40 : 2, failures = 0, done = 0;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        if (!arguments_want(&arguments, &geometry_rows[i])) {
            continue;
        }
        uint64_t failed_here = 0;
        for (uint64_t r = 0; r < runs && failed_here < 2; r++, done++) {
            failed_here += run(&arguments, &geometry_rows[i], arguments.seed + r) ? 0 : 1;
        }
        failures += failed_here;
    }
    printf("%" PRIu64 " volumes filled, %" PRIu64 " failed\n", done, failures);
    return failures == 0 ? 0 : 1;
}
