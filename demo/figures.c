/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Two workloads of littlefs's recorded figures, repeated by the code of bench/, with both columns printed. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <bench/baseline.h>
#include <bench/bench.h>

#include "demo.h"

typedef struct line {
    const char *workload, *text;
} line_t;

static const line_t log_lines[] = {{"e append32+sync", "append 32 bytes and sync, 2000 times"},
                                   {"e2 open+append32+close", "open, append 32 bytes, close, 500 times"}};

static const line_t directory_lines[] = {{"f create 1000 x 100B", "create 1000 files in one directory"},
                                         {"g stat each (shuffled)", "stat each of them, shuffled"},
                                         {"h list dir", "list the directory"}};

static const bench_configuration_t *configuration_named(const char *name)
{
    for (unsigned i = 0; i < bench_configuration_count; i++)
        if (strcmp(bench_configurations[i].name, name) == 0)
            return &bench_configurations[i];
    return NULL;
}

static void put_number(double value)
{
    if (isnan(value))
        printf("%9s", "-");
    else if (value < 100000)
        printf("%9.0f", value);
    else if (value < 999500)
        printf("%8.0fK", value / 1e3);
    else
        printf("%8.1fM", value / 1e6);
}

static void put_times_less(double ours, double peer)
{
    if (ours > 0 && peer > 0)
        printf("%6.*fx", peer / ours < 10 ? 1 : 0, peer / ours);
    else
        printf("%7s", "");
}

static void put_metric(const char *name, double ours, double peer)
{
    printf("    %-36s", name);
    put_number(ours);
    putchar(' ');
    put_number(peer);
    put_times_less(ours, peer);
    putchar('\n');
}

static int put_line(const bench_results_t *results, const bench_baseline_t *baseline,
                    const char *configuration, const line_t *line)
{
    const bench_result_t *result =
        bench_results_find(results, configuration, BENCH_MEMORY_MORE, line->workload);
    const bench_peer_t *peer = bench_baseline_find(baseline, configuration, line->workload);

    if (result == NULL || peer == NULL)
        return MCUFS_ENOENT;
    printf("  %s\n", line->text);
    put_metric("bytes read", (double)result->counts.read_bytes, peer->v2.read_bytes);
    if (peer->v2.program_bytes > 0)
        put_metric("bytes programmed", (double)result->counts.program_bytes, peer->v2.program_bytes);
    if (peer->v2.erases > 0)
        put_metric("block erases", (double)result->counts.erases, peer->v2.erases);
    put_metric("modelled milliseconds", (double)result->counts.nanoseconds / 1e6, peer->v2.ms);
    if (!isnan(peer->v2.wear_max))
        put_metric("erases of the most worn block", result->wear_max, peer->v2.wear_max);
    return MCUFS_OK;
}

static int compare(const bench_baseline_t *baseline, const char *name, int (*workloads)(bench_t *),
                   const line_t *lines, size_t count)
{
    const bench_configuration_t *configuration = configuration_named(name);
    bench_results_t results = {.result = NULL};
    bench_t bench;
    int err;

    memset(&bench, 0, sizeof bench);
    bench.results = &results;
    bench.quick = true;
    err = bench_open(&bench, configuration, BENCH_MEMORY_MORE);
    if (err == MCUFS_OK)
        err = workloads(&bench);
    for (size_t i = 0; i < count && err == MCUFS_OK; i++)
        err = put_line(&results, baseline, name, &lines[i]);
    bench_close(&bench);
    bench_results_free(&results);
    return err;
}

int demo_print_comparison(const char *baseline_path)
{
    bench_baseline_t baseline;
    int err = bench_baseline_load(&baseline, baseline_path);

    if (err != MCUFS_OK)
        return err;
    printf("  %-38s%9s %9s\n", "", "mcufs", "2.11");
    err =
        compare(&baseline, "r1p1c256", bench_log_workloads, log_lines, sizeof log_lines / sizeof *log_lines);
    if (err == MCUFS_OK)
        err = compare(&baseline, "256L512", bench_directory_workloads, directory_lines,
                      sizeof directory_lines / sizeof *directory_lines);
    bench_baseline_free(&baseline);
    return err;
}
