/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random operations against the model, with several open handles, walks and remounts, on all geometries.
 *
 * After each remount and now and then in between the whole tree is compared. No fault is injected here:
 * every operation has to do exactly what the model says. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/arguments.h"
#include "support/generator.h"
#include "support/world.h"

static bool run_operations(world_t *world, generator_t *generator, unsigned count)
{
    operation_t operation;
    for (unsigned i = 0; i < count; i++) {
        generator_next(generator, &world->model, &operation);
        if (world_step(world, &operation) != STEP_OK) {
            return false;
        }
        if (operation.kind == OPERATION_REMOUNT && !world_verify(world)) {
            return false;
        }
    }
    operation = (operation_t){.kind = OPERATION_REMOUNT};
    return world_verify(world) && world_step(world, &operation) == STEP_OK && world_verify(world) &&
           world_judge(world);
}

/* True when nothing was wrong. */
static bool run(const arguments_t *arguments, const geometry_row_t *geometry, uint64_t seed, unsigned count)
{
    world_t *world = malloc(sizeof *world);
    generator_t generator;
    world_create(world, arguments->filesystem, geometry, seed);
    arguments_apply(arguments, arguments->filesystem, &world->options);
    generator_init(&generator, arguments->filesystem, geometry, seed);
    bool right = world_start(world) && run_operations(world, &generator, count);
    uint64_t violations = sim_flash_counts(world->flash)->violations;
    if (right && violations != 0) {
        snprintf(world->why, sizeof world->why, "%" PRIu64 " violations of the chip's rules", violations);
        right = false;
    }
    if (!right) {
        fprintf(stderr, "FAILED: --geometry %s --seed %" PRIu64 " --runs 1\n", geometry->name, seed);
        world_report(world);
    }
    world_destroy(world);
    free(world);
    return right;
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    uint64_t runs = arguments.runs != 0 ? arguments.runs
                    : arguments.is_long ? 100
                                        : 3,
             failures = 0, done = 0;
    unsigned count = arguments.is_long ? 2000 : 600;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        if (!arguments_want(&arguments, &geometry_rows[i])) {
            continue;
        }
        uint64_t failed_here = 0;
        for (uint64_t r = 0; r < runs && failed_here < 2; r++, done++) {
            failed_here += run(&arguments, &geometry_rows[i], arguments.seed + r, count) ? 0 : 1;
        }
        failures += failed_here;
    }
    printf("%" PRIu64 " runs of %u operations, %" PRIu64 " failed\n", done, count, failures);
    return failures == 0 ? 0 : 1;
}
