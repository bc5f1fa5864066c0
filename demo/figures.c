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
        printf("%8.*fx", peer / ours < 10 ? 1 : 0, peer / ours);
    else
        printf("%9s", "");
}

typedef struct row {
    const bench_result_t *same, *more;
    const bench_figures_t *peer;
} row_t;

static void put_metric(const char *name, double same, double more, double peer)
{
    printf("    %-30s", name);
    put_number(same);
    put_times_less(same, peer);
    printf("  ");
    put_number(more);
    put_times_less(more, peer);
    printf("  ");
    put_number(peer);
    putchar('\n');
}

static void put_row(const row_t *row)
{
    const sim_counts_t *same = &row->same->counts;
    const sim_counts_t *more = &row->more->counts;
    const bench_figures_t *peer = row->peer;

    put_metric("bytes read", (double)same->read_bytes, (double)more->read_bytes, peer->read_bytes);
    if (peer->program_bytes > 0)
        put_metric("bytes programmed", (double)same->program_bytes, (double)more->program_bytes,
                   peer->program_bytes);
    if (peer->erases > 0)
        put_metric("block erases", (double)same->erases, (double)more->erases, peer->erases);
    put_metric("modelled milliseconds", (double)same->nanoseconds / 1e6, (double)more->nanoseconds / 1e6,
               peer->ms);
    if (!isnan(peer->wear_max))
        put_metric("erases of the most worn block", row->same->wear_max, row->more->wear_max, peer->wear_max);
}

static int put_line(const bench_results_t *results, const bench_baseline_t *baseline,
                    const char *configuration, const line_t *line)
{
    const bench_peer_t *peer = bench_baseline_find(baseline, configuration, line->workload);
    row_t row = {.same = bench_results_find(results, configuration, BENCH_MEMORY_SAME, line->workload),
                 .more = bench_results_find(results, configuration, BENCH_MEMORY_MORE, line->workload)};

    if (row.same == NULL || row.more == NULL || peer == NULL)
        return MCUFS_ENOENT;
    row.peer = &peer->v2;
    printf("  %s\n", line->text);
    put_row(&row);
    return MCUFS_OK;
}

static int measure(const bench_configuration_t *configuration, bench_memory_t memory,
                   int (*workloads)(bench_t *), bench_results_t *results)
{
    bench_t bench;
    int err;

    memset(&bench, 0, sizeof bench);
    bench.results = results;
    bench.quick = true;
    err = bench_open(&bench, configuration, memory);
    if (err == MCUFS_OK)
        err = workloads(&bench);
    bench_close(&bench);
    return err;
}

static int compare(const bench_baseline_t *baseline, const char *name, int (*workloads)(bench_t *),
                   const line_t *lines, size_t count)
{
    const bench_configuration_t *configuration = configuration_named(name);
    bench_results_t results = {.result = NULL};
    int err = MCUFS_OK;

    printf("  %-32s%9s%20s%20s\n", "", "mcufs", "mcufs", "littlefs");
    printf("  %-32s%9zu%9s  %9zu%9s  %9zu\n", "memory for the mount, bytes",
           bench_arena_size(configuration, BENCH_MEMORY_SAME), "",
           bench_arena_size(configuration, BENCH_MEMORY_MORE), "", bench_peer_memory(configuration));
    for (int memory = 0; memory < BENCH_MEMORIES && err == MCUFS_OK; memory++)
        err = measure(configuration, (bench_memory_t)memory, workloads, &results);
    for (size_t i = 0; i < count && err == MCUFS_OK; i++)
        err = put_line(&results, baseline, name, &lines[i]);
    bench_results_free(&results);
    return err;
}

int demo_print_comparison(const char *baseline_path)
{
    bench_baseline_t baseline;
    int err = bench_baseline_load(&baseline, baseline_path);

    if (err != MCUFS_OK)
        return err;
    printf("  A log, on a chip that programs single bytes\n");
    err =
        compare(&baseline, "r1p1c256", bench_log_workloads, log_lines, sizeof log_lines / sizeof *log_lines);
    if (err == MCUFS_OK) {
        printf("\n  A large directory, on a chip that programs pages of 256 bytes\n");
        err = compare(&baseline, "256L512", bench_directory_workloads, directory_lines,
                      sizeof directory_lines / sizeof *directory_lines);
    }
    bench_baseline_free(&baseline);
    return err;
}
