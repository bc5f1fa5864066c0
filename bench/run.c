/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Which workloads a configuration runs, each set on a volume of its own. */

#include <stdio.h>
#include <string.h>

#include "bench.h"

static int rewrite_small(bench_t *bench)
{
    return bench_rewrite_workload(bench, "l config200B x1000", 1000, 200, false);
}

static int rewrite_small_long(bench_t *bench)
{
    return bench_rewrite_workload(bench, "l2 config200B x20000", 20000, 200, false);
}

static int rewrite_large(bench_t *bench)
{
    return bench_rewrite_workload(bench, "l3 config2000B x1000", 1000, 2000, false);
}

static int rewrite_half_full(bench_t *bench)
{
    return bench_rewrite_workload(bench, "l4 config200B x20000 half-full", 20000, 200, true);
}

typedef struct workload_set {
    int (*run)(bench_t *bench);
    bool nand, quick;
    bool large_erases; /* also where the chip has them */
} workload_set_t;

static const workload_set_t sets[] = {
    {bench_file_workloads, false, false, true},  {bench_stream_workload, false, false, true},
    {bench_log_workloads, false, true, false},   {bench_directory_workloads, false, true, false},
    {bench_mkdir_workloads, false, true, false}, {rewrite_small, false, true, false},
    {rewrite_small_long, false, false, false},   {rewrite_large, false, true, false},
    {rewrite_half_full, false, false, false},    {bench_nand_workloads, true, false, false},
};

static int run_set(const workload_set_t *set, const bench_configuration_t *configuration,
                   bench_memory_t memory, bool quick, bench_results_t *results)
{
    bench_t bench;
    int err;

    memset(&bench, 0, sizeof bench);
    bench.results = results;
    bench.quick = quick;
    err = bench_open(&bench, configuration, memory);
    if (err == MCUFS_OK)
        err = set->run(&bench);
    if (err != MCUFS_OK)
        fprintf(stderr, "%s, %s memory (%zu bytes): %s\n", configuration->name, bench_memory_name(memory),
                bench.arena_size, mcufs_error_text(err));
    bench_close(&bench);
    return err;
}

int bench_run(const bench_configuration_t *configuration, bench_memory_t memory, bool quick,
              bench_results_t *results)
{
    int first_error = MCUFS_OK;

    if (quick && !configuration->quick)
        return MCUFS_OK;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        int err;

        if (sets[i].nand != configuration->nand || (quick && !sets[i].quick) ||
            (configuration->large_erases && !sets[i].large_erases))
            continue;
        err = run_set(&sets[i], configuration, memory, quick, results);
        if (first_error == MCUFS_OK)
            first_error = err;
    }
    return first_error;
}
