/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Ways to show results: a table, CSV, plots, a comparison with what is expected. */

#ifndef MCUFS_BENCH_REPORT_H
#define MCUFS_BENCH_REPORT_H

#include <stdio.h>

#include "baseline.h"
#include "bench.h"

/* One table of a configuration with one memory setting. */
void bench_print_table(FILE *out, const bench_results_t *results, const bench_baseline_t *baseline,
                       const bench_configuration_t *configuration, bench_memory_t memory);

/* Adds what the workload program of the original measured through the drop-in lfs.h. MCUFS_EIO,
 * MCUFS_EINVAL, MCUFS_ENOMEM; says what is wrong. */
int bench_load_lfs_h(bench_results_t *results, const char *path);

/* What was measured of the rows that have an aim. */
void bench_print_reach(FILE *out, const bench_results_t *results);

/* 0, MCUFS_ENOMEM, or MCUFS_EIO with errno set. */
int bench_write_csv(const bench_results_t *results, const bench_baseline_t *baseline, const char *path);

typedef enum bench_metric { BENCH_TIME, BENCH_READ_BYTES, BENCH_PROGRAM_BYTES, BENCH_ERASES } bench_metric_t;

/* How a metric compares with littlefs 2.11, for every workload and configuration, to a .svg or .png file. */
int bench_write_plot(const bench_results_t *results, const bench_baseline_t *baseline, bench_metric_t metric,
                     const char *path);
/* The same for the figures of one result, or of a peer. */
double bench_metric_of_result(const bench_result_t *result, bench_metric_t metric);
double bench_metric_of_figures(const bench_figures_t *figures, bench_metric_t metric);

/* Compares counts with the file: what got worse is said on stdout. With `update` the file takes the new
 * counts of everything measured instead. 0, MCUFS_ERANGE (worse, or not in the file), MCUFS_EIO,
 * MCUFS_ENOMEM. */
int bench_compare_expected(const bench_results_t *results, const char *path, bool update);

/* The aim for a thousand files in one directory: create, stat and list them reading at most a quarter of what
 * littlefs 2.11 reads. Prints the factors; MCUFS_ERANGE when one is under. */
int bench_check_directory_gate(const bench_results_t *results, const bench_baseline_t *baseline);

#endif
