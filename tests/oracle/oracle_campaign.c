/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random workloads on all geometries, decoded by the independent decoder: what it lists must be what the
 * model says, after every workload and, for some of them, at every power cut.
 *
 * A C port of the decoder looks at each image; the Python original, the referee, looks at a sample. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decoder.h"
#include "oracle.h"
#include "support/arguments.h"
#include "support/cutter.h"
#include "support/generator.h"

typedef struct campaign {
    const arguments_t *arguments;
    oracle_t *oracle;
    unsigned referee_every; /* the referee looks at every n-th image */
    uint64_t images, refereed, workloads, failures;
} campaign_t;

/* What the decoders say about the chip; false: world->why. */
static bool decode(campaign_t *campaign, world_t *world, tree_t *tree)
{
    const uint8_t *image = sim_flash_bytes(world->flash);
    size_t size = sim_flash_size(world->flash);
    if (!decoder_read(image, size, world->geometry->block_size, tree, world->why, sizeof world->why)) {
        return false;
    }
    if (campaign->images++ % campaign->referee_every != 0) {
        return true;
    }
    campaign->refereed++;
    return oracle_agrees(campaign->oracle, image, size, world->geometry->block_size, tree, world->why,
                         sizeof world->why);
}

/* Is the image one of the allowed trees? */
static bool decodes_as_allowed(campaign_t *campaign, world_t *world)
{
    tree_t tree = {0};
    char why[150] = "";
    bool right = decode(campaign, world, &tree), found = false;
    for (unsigned i = 0; right && !found && i < world->allowed_count; i++) {
        found = tree_match(&tree, &world->allowed[i], why, sizeof why);
    }
    if (right && !found) {
        snprintf(world->why, sizeof world->why, "decoded: %s", why);
    }
    tree_free(&tree);
    return right && found;
}

static bool check_now(campaign_t *campaign, world_t *world)
{
    model_view(&world->model, true, &world->allowed[0]);
    world->allowed_count = 1;
    return decodes_as_allowed(campaign, world);
}

static bool run_workload(campaign_t *campaign, world_t *world, generator_t *generator, unsigned count)
{
    if (!world_start(world) || !check_now(campaign, world)) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        operation_t operation;
        generator_next(generator, &world->model, &operation);
        if (world_step(world, &operation) != STEP_OK) {
            return false;
        }
    }
    return check_now(campaign, world) && world_verify(world);
}

static void report(campaign_t *campaign, const world_t *world, const geometry_row_t *geometry, uint64_t seed,
                   const char *where)
{
    fprintf(stderr, "FAILED: --geometry %s --seed %" PRIu64 " --runs 1: %s\n", geometry->name, seed, where);
    world_report(world);
    campaign->failures++;
}

/* -- Whole workloads ----------------------------------------------------------------------------------- */

static void one_workload(campaign_t *campaign, const geometry_row_t *geometry, uint64_t seed)
{
    world_t *world = malloc(sizeof *world);
    generator_t generator;
    world_create(world, campaign->arguments->filesystem, geometry, seed);
    generator_init(&generator, campaign->arguments->filesystem, geometry, seed * 77 + 5);
    if (!run_workload(campaign, world, &generator, 150)) {
        report(campaign, world, geometry, seed, "workload");
    }
    campaign->workloads++;
    world_destroy(world);
    free(world);
}

/* -- Power cuts ---------------------------------------------------------------------------------------- */

static bool inspect(cutter_t *cutter)
{
    return decodes_as_allowed(cutter->context, cutter->world);
}

/* Records what the generator does on a filesystem, to be done again and cut. */
static bool record(world_t *world, generator_t *generator, script_t *script, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        operation_t operation;
        generator_next(generator, &world->model, &operation);
        *script_add(script, operation.kind) = operation;
        if (world_step(world, &operation) != STEP_OK) {
            return false;
        }
    }
    return true;
}

static void cut_workload(campaign_t *campaign, const geometry_row_t *row, uint64_t seed, unsigned count)
{
    geometry_row_t geometry = *row;
    world_t *world = malloc(sizeof *world);
    generator_t generator;
    script_t setup = {0}, steps = {0};
    cutter_t cutter = {
        .all_kinds = false, .seed = seed, .inspect = inspect, .context = campaign, .where = "recording"};
    if (geometry.block_count > 128) {
        geometry.block_count = 128;
    }
    geometry.block_cycles = seed % 3 == 0 ? 2 : geometry.block_cycles;
    world_create(world, campaign->arguments->filesystem, &geometry, seed);
    generator_init(&generator, campaign->arguments->filesystem, &geometry, seed * 31 + 9);
    generator.verifies = false;
    bool right = world_start(world) && record(world, &generator, &setup, 80);
    if (right) {
        operation_t remount = {.kind = OPERATION_REMOUNT};
        *script_add(&setup, OPERATION_REMOUNT) = remount;
        right = world_step(world, &remount) == STEP_OK && record(world, &generator, &steps, count);
    }
    if (!right || !cutter_begin(&cutter, world, &setup) || !cutter_run(&cutter, &steps)) {
        report(campaign, world, row, seed, cutter.where);
    }
    campaign->workloads++;
    cutter_end(&cutter);
    world_destroy(world);
    free(world);
    script_free(&setup);
    script_free(&steps);
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    campaign_t campaign = {.arguments = &arguments, .oracle = oracle_start()};
    uint64_t workloads = arguments.runs != 0 ? arguments.runs : arguments.is_long ? 1000 : 60;
    uint64_t cut_workloads = arguments.runs != 0 ? 1 : arguments.is_long ? 50 : 6;
    if (campaign.oracle == NULL) {
        fprintf(stderr, "no decoder\n");
        return 1;
    }
    campaign.referee_every = 1;
    for (uint64_t i = 0; i < workloads && campaign.failures < 5; i++) {
        const geometry_row_t *geometry = arguments_geometry(&arguments, i);
        one_workload(&campaign, geometry, arguments.seed + i);
    }
    campaign.referee_every = arguments.is_long ? 20 : 50;
    for (uint64_t i = 0; i < cut_workloads && campaign.failures < 5; i++) {
        const geometry_row_t *geometry = arguments_geometry(&arguments, i);
        cut_workload(&campaign, geometry, arguments.seed + i, arguments.is_long ? 60 : 25);
    }
    printf("%" PRIu64 " workloads, %" PRIu64 " images decoded, %" PRIu64 " of them by the referee, %" PRIu64
           " failed\n",
           campaign.workloads, campaign.images, campaign.refereed, campaign.failures);
    oracle_stop(campaign.oracle);
    return campaign.failures == 0 && campaign.refereed > 0 ? 0 : 1;
}
