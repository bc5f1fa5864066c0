/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Bad blocks: each block bad in each way, from the start or after it was written; and blocks that wear out.
 * As long as there is room everything works, and nothing acknowledged is lost. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mixed.h"
#include "support/arguments.h"
#include "support/generator.h"
#include "support/world.h"

static const char *const bad_names[] = {"good", "program", "erase", "read", "program-quiet", "erase-quiet"};
#define BAD_KINDS 6

typedef struct bad_campaign {
    const arguments_t *arguments;
    world_t *world;
    sim_flash_t *blank, *base;
    tree_t base_tree;
    script_t setup, steps;
    uint64_t done, unformatted;
    unsigned failures;
} bad_campaign_t;

static bool wrong(world_t *world, const char *what, int error)
{
    snprintf(world->why, sizeof world->why, "%s: %d (%s)", what, error, mcufs_error_text(error));
    return false;
}

/* Everything must work; without `strict` (a block of the superblock is bad) changes may be refused. */
static bool run_steps(bad_campaign_t *campaign, bool strict)
{
    world_t *world = campaign->world;
    world->tolerated[0] = strict ? 0 : MCUFS_ENOSPC;
    world->tolerated[1] = strict ? 0 : MCUFS_ECORRUPT;
    world->may_refuse_all = !strict;
    for (size_t i = 0; i < campaign->steps.count; i++) {
        const operation_t *operation = &campaign->steps.operations[i];
        bool on_handle = operation->kind <= OPERATION_SYNC && operation->kind != OPERATION_OPEN;
        if (on_handle && !world->model.handles[operation->slot].open) {
            continue;
        }
        step_t step = world_step(world, operation);
        if (step == STEP_FAILED ? !world_settle(world, operation) : step != STEP_OK) {
            return false;
        }
    }
    if (!world_verify(world)) {
        return false;
    }
    int error = world_mount(world, 0);
    return error == 0 ? world_verify(world) : wrong(world, "remount", error);
}

/* Bad before the volume exists. Without both halves of the superblock a format may refuse. */
static bool bad_from_start(bad_campaign_t *campaign, uint32_t block, sim_bad_t how)
{
    world_t *world = campaign->world;
    size_t position = 0;
    sim_flash_copy(world->flash, campaign->blank);
    sim_flash_set_bad(world->flash, block, how);
    model_reset(&world->model);
    world->operations = 0;
    world->tolerated[0] = world->tolerated[1] = 0;
    int error = world_format(world);
    if (error == 0) {
        error = world_mount(world, 0);
    }
    if (error != 0) {
        campaign->unformatted++;
        return block < 2 || wrong(world, "format and mount with a bad block", error);
    }
    if (world_run(world, &campaign->setup, &position) != STEP_OK) {
        /* A bad half of the superblock may go unnoticed until it is full. */
        return block < 2 && world->result == MCUFS_ENOSPC;
    }
    return run_steps(campaign, block >= 2);
}

/* Bad after it was written: it still reads, but cannot be changed any more. */
static bool bad_later(bad_campaign_t *campaign, uint32_t block, sim_bad_t how)
{
    world_t *world = campaign->world;
    sim_flash_copy(world->flash, campaign->base);
    sim_flash_set_bad(world->flash, block, how);
    model_adopt(&world->model, &campaign->base_tree);
    world->operations = 0;
    int error = world_mount(world, 0);
    return error == 0 ? run_steps(campaign, block >= 2) : wrong(world, "mount with a bad block", error);
}

/* The format cannot tell an unreadable newer half of a metadata pair from an old one: then the older half is
 * used, and the mount's health has to say that something was met. */
static bool is_told(world_t *world)
{
    mcufs_health_t health = {0};
    int error = mcufs_health(&world->fs, "/", &health);
    return error == 0 && health.bad_blocks + health.corrected + health.uncorrected > 0;
}

/* Reads one file: what comes without an error or a warning must be right. */
static bool read_checked(bad_campaign_t *campaign, const tree_entry_t *entry)
{
    world_t *world = campaign->world;
    mcufs_file_t file;
    uint8_t buffer[64];
    uint32_t position = 0;
    int error = mcufs_open(&world->fs, &file, entry->path, MCUFS_O_RDONLY);
    if (error != 0) {
        return error == MCUFS_ECORRUPT || is_told(world) || wrong(world, entry->path, error);
    }
    int32_t count = 0;
    bool same = true;
    while (same && (count = mcufs_read(&file, buffer, sizeof buffer)) > 0) {
        same = position + (uint32_t)count <= entry->versions[0].size &&
               memcmp(buffer, entry->bytes + position, (size_t)count) == 0;
        position += (uint32_t)count;
    }
    (void)mcufs_close(&file);
    if (!same) {
        return is_told(world) || wrong(world, "wrong bytes read without an error", 0);
    }
    return (count < 0 ? count == MCUFS_ECORRUPT : position == entry->versions[0].size || is_told(world)) ||
           wrong(world, entry->path, count);
}

/* Unreadable: what was there is lost, but it is reported, and the rest is as it was. */
static bool unreadable(bad_campaign_t *campaign, uint32_t block)
{
    world_t *world = campaign->world;
    sim_flash_copy(world->flash, campaign->base);
    sim_flash_set_bad(world->flash, block, SIM_BAD_READ);
    int error = world_mount(world, MCUFS_READ_ONLY);
    if (error != 0) {
        return error == MCUFS_ECORRUPT || wrong(world, "mount with an unreadable block", error);
    }
    bool right = true;
    for (unsigned i = 0; right && i < campaign->base_tree.count; i++) {
        const tree_entry_t *entry = &campaign->base_tree.entries[i];
        right = entry->type != MCUFS_TYPE_FILE || read_checked(campaign, entry);
    }
    return right;
}

static void report(bad_campaign_t *campaign, const char *what)
{
    fprintf(stderr, "FAILED: --geometry %s --seed %" PRIu64 ": %s\n", campaign->world->geometry->name,
            campaign->arguments->seed, what);
    world_report(campaign->world);
    campaign->failures++;
}

#define FAILURES_ENOUGH 4

static void run_block(bad_campaign_t *campaign, uint32_t block)
{
    char what[100];
    for (unsigned how = 1; how < BAD_KINDS && campaign->failures < FAILURES_ENOUGH; how++) {
        campaign->done += 2;
        if (!bad_from_start(campaign, block, (sim_bad_t)how)) {
            snprintf(what, sizeof what, "block %lu bad (%s) from the start", (unsigned long)block,
                     bad_names[how]);
            report(campaign, what);
        }
        if (how == SIM_BAD_READ ? !unreadable(campaign, block)
                                : !bad_later(campaign, block, (sim_bad_t)how)) {
            snprintf(what, sizeof what, "block %lu bad (%s) after the setup", (unsigned long)block,
                     bad_names[how]);
            report(campaign, what);
        }
    }
}

static bool run_geometry(const arguments_t *arguments, const geometry_row_t *row)
{
    geometry_row_t geometry = *row;
    bad_campaign_t campaign = {.arguments = arguments, .world = malloc(sizeof(world_t))};
    size_t position = 0;
    if (geometry.block_count > 64) {
        geometry.block_count = 64;
    }
    uint32_t unit = mixed_unit(arguments->filesystem, &geometry);
    mixed_setup(&campaign.setup, unit);
    mixed_steps(&campaign.steps, unit);
    world_create(campaign.world, arguments->filesystem, &geometry, arguments->seed);
    arguments_apply(arguments, arguments->filesystem, &campaign.world->options);
    campaign.blank = sim_flash_clone(campaign.world->flash);
    if (world_start(campaign.world) && world_run(campaign.world, &campaign.setup, &position) == STEP_OK &&
        world_capture(campaign.world, true, &campaign.base_tree)) {
        world_forget(campaign.world);
        campaign.base = sim_flash_clone(campaign.world->flash);
        for (uint32_t block = 0; block < geometry.block_count; block++) {
            run_block(&campaign, block);
        }
    } else {
        report(&campaign, "the setup");
    }
    printf("%s: %" PRIu64 " bad blocks, %" PRIu64 " not formatted, %u wrong\n", geometry.name, campaign.done,
           campaign.unformatted, campaign.failures);
    bool right = campaign.failures == 0;
    sim_flash_free(campaign.blank);
    sim_flash_free(campaign.base);
    tree_free(&campaign.base_tree);
    script_free(&campaign.setup);
    script_free(&campaign.steps);
    world_destroy(campaign.world);
    free(campaign.world);
    return right;
}

/* -- Wear --------------------------------------------------------------------------------------------- */

static bool run_until_worn(world_t *world, generator_t *generator, uint64_t *operations)
{
    unsigned refused = 0;
    world->tolerated[0] = MCUFS_ENOSPC;
    world->tolerated[1] = MCUFS_ECORRUPT;
    world->may_refuse_all = true;
    for (*operations = 0; refused < 30 && *operations < 20000; (*operations)++) {
        operation_t operation;
        generator_next(generator, &world->model, &operation);
        step_t step = world_step(world, &operation);
        if (step == STEP_FAILED) {
            refused++;
            if (!world_settle(world, &operation)) {
                return false;
            }
        } else if (step != STEP_OK) {
            return false;
        }
    }
    if (!world_verify(world)) {
        return false;
    }
    world->allowed_count = 1;
    model_view(&world->model, true, &world->allowed[0]);
    int error = world_mount(world, MCUFS_READ_ONLY);
    return error == 0 ? world_adopt_allowed(world) : wrong(world, "mount of the worn chip", error);
}

/* Blocks wear out one after the other, until nothing can be written any more. */
static bool wear_out(const arguments_t *arguments, const geometry_row_t *row, uint64_t seed)
{
    geometry_row_t geometry = *row;
    geometry.endurance = 30;
    geometry.block_cycles = 5;
    world_t *world = malloc(sizeof *world);
    generator_t generator;
    uint64_t operations = 0;
    world_create(world, arguments->filesystem, &geometry, seed);
    arguments_apply(arguments, arguments->filesystem, &world->options);
    generator_init(&generator, arguments->filesystem, &geometry, seed);
    generator.remounts = false;
    bool right = world_start(world) && run_until_worn(world, &generator, &operations);
    if (!right) {
        fprintf(stderr, "FAILED: wear, --geometry %s --seed %" PRIu64 "\n", geometry.name, seed);
        world_report(world);
    }
    printf("%s: worn out after %" PRIu64 " operations\n", geometry.name, operations);
    world_destroy(world);
    free(world);
    return right;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"b512p16", "b128p1", "b4096p256"};
    arguments_t arguments = arguments_parse(argc, argv);
    bool right = true;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        const geometry_row_t *geometry = &geometry_rows[i];
        bool wanted = arguments.is_long || geometry == arguments.geometry;
        for (unsigned k = 0; k < sizeof names / sizeof names[0] && arguments.geometry == NULL; k++) {
            wanted = wanted || geometry == geometry_by_name(names[k]);
        }
        if (wanted && arguments_want(&arguments, geometry)) {
            right = run_geometry(&arguments, geometry) && right;
            for (uint64_t k = 0; k < (arguments.is_long ? 20 : 2); k++) {
                right = wear_out(&arguments, geometry, arguments.seed + k) && right;
            }
        }
    }
    return right ? 0 : 1;
}
