/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Cuts the power of every workload at every program and erase, in every way, on many geometries; then, in
 * the recovery from it, again. Zero violations is the only acceptable answer. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/arguments.h"
#include "support/cutter.h"
#include "workloads.h"

typedef struct totals {
    uint64_t scripts, cuts, second_cuts, failures;
} totals_t;

/* In the short form: which geometries, and how much of it. */
static const char *const short_geometries[] = {"b512p16",       "b128p1", "b512p64v20", "b1024p256nand",
                                               "b4096p16large", "fat12",  "fat12min",   "fat12reordered"};

static bool is_short_geometry(const geometry_row_t *geometry)
{
    for (unsigned i = 0; i < sizeof short_geometries / sizeof short_geometries[0]; i++) {
        if (strcmp(short_geometries[i], geometry->name) == 0) {
            return true;
        }
    }
    return false;
}

static void adapt_geometry(geometry_row_t *geometry, const workload_t *workload)
{
    if (workload->block_cycles != 0) {
        geometry->block_cycles = workload->block_cycles;
    }
    if (workload->block_count != 0) {
        geometry_shrink(geometry, workload->block_count);
    }
}

static void run_workload(const arguments_t *arguments, const geometry_row_t *row, const workload_t *workload,
                         totals_t *totals)
{
    geometry_row_t geometry = *row;
    world_t *world = malloc(sizeof *world);
    script_t setup = {0}, steps = {0};
    cutter_t cutter = {.all_kinds = arguments->is_long,
                       .second_every = arguments->is_long ? 5 : 13,
                       .judge_every = arguments->is_long ? 3 : 11,
                       .full = workload->fills,
                       .seed = arguments->seed};
    adapt_geometry(&geometry, workload);
    uint32_t unit = geometry.block_size;
    enum { LONGEST = 8 }; /* units of a file */
    if (arguments->filesystem->file_max != 0 && unit > arguments->filesystem->file_max / LONGEST) {
        unit = arguments->filesystem->file_max / LONGEST;
    }
    workload->build(&setup, &steps, unit);
    world_create(world, arguments->filesystem, &geometry, arguments->seed);
    arguments_apply(arguments, arguments->filesystem, &world->options);
    if (!cutter_begin(&cutter, world, &setup) || !cutter_run(&cutter, &steps)) {
        fprintf(stderr, "FAILED: --only %s --geometry %s --seed %" PRIu64 "%s: %s\n", workload->name,
                row->name, arguments->seed, arguments->is_long ? " --long" : "", cutter.where);
        world_report(world);
        totals->failures++;
    }
    totals->scripts++;
    totals->cuts += cutter.cuts;
    totals->second_cuts += cutter.second_cuts;
    cutter_end(&cutter);
    world_destroy(world);
    free(world);
    script_free(&setup);
    script_free(&steps);
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    totals_t totals = {0};
    for (unsigned g = 0; g < geometry_row_count; g++) {
        const geometry_row_t *geometry = &geometry_rows[g];
        bool wanted = arguments_want(&arguments, geometry) &&
                      (arguments.geometry != NULL || arguments.is_long || is_short_geometry(geometry));
        for (unsigned w = 0; wanted && w < workload_count; w++) {
            bool possible = !workloads[w].fills || arguments.filesystem->file_max == 0;
            if (possible && (arguments.only == NULL || strcmp(arguments.only, workloads[w].name) == 0)) {
                run_workload(&arguments, geometry, &workloads[w], &totals);
            }
        }
    }
    printf("%" PRIu64 " workloads, %" PRIu64 " cuts, %" PRIu64 " second cuts, %" PRIu64 " failed\n",
           totals.scripts, totals.cuts, totals.second_cuts, totals.failures);
    return totals.failures == 0 && totals.cuts > 0 ? 0 : 1;
}
