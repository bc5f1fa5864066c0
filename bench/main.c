/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs_bench: runs the workloads and shows the figures. */

#include <stdlib.h>
#include <string.h>

#include "report.h"

typedef struct arguments {
    const char *baseline, *expected, *output, *configuration, *lfs_h;
    bool quick, gate, update, tables;
} arguments_t;

static const char usage[] =
    "usage: mcufs_bench [options]\n"
    "  --baseline FILE        recorded figures of littlefs (default: bench/baseline_littlefs.csv)\n"
    "  --expected FILE        fail when a count is higher than in this file\n"
    "  --update               write the counts to that file instead\n"
    "  --gate                 fail when the aim for a thousand files is missed\n"
    "  --output DIRECTORY     write bench.csv and the plots there\n"
    "  --configuration NAME   only this one\n"
    "  --lfs-h FILE           show what compat_workloads measured and wrote to FILE\n"
    "  --quick                two configurations, the short workloads\n"
    "  --no-tables            print only the comparisons\n";

static bool take_text(int argc, char **argv, int *at, const char *name, const char **value)
{
    if (strcmp(argv[*at], name) != 0 || *at + 1 >= argc)
        return false;
    *value = argv[++*at];
    return true;
}

static bool take_flag(const char *argument, const char *name, bool *value)
{
    if (strcmp(argument, name) != 0)
        return false;
    *value = !*value;
    return true;
}

static bool parse(arguments_t *arguments, int argc, char **argv)
{
    *arguments = (arguments_t){.baseline = MCUFS_SOURCE_DIR "/bench/baseline_littlefs.csv", .tables = true};
    for (int i = 1; i < argc; i++) {
        if (!take_text(argc, argv, &i, "--baseline", &arguments->baseline) &&
            !take_text(argc, argv, &i, "--expected", &arguments->expected) &&
            !take_text(argc, argv, &i, "--output", &arguments->output) &&
            !take_text(argc, argv, &i, "--configuration", &arguments->configuration) &&
            !take_text(argc, argv, &i, "--lfs-h", &arguments->lfs_h) &&
            !take_flag(argv[i], "--quick", &arguments->quick) &&
            !take_flag(argv[i], "--gate", &arguments->gate) &&
            !take_flag(argv[i], "--update", &arguments->update) &&
            !take_flag(argv[i], "--no-tables", &arguments->tables))
            return false;
    }
    return true;
}

static int run_all(const arguments_t *arguments, const bench_baseline_t *baseline, bench_results_t *results)
{
    int first_error = MCUFS_OK;

    for (unsigned i = 0; i < bench_configuration_count; i++) {
        const bench_configuration_t *configuration = &bench_configurations[i];

        if (arguments->configuration != NULL && strcmp(arguments->configuration, configuration->name) != 0)
            continue;
        for (int memory = 0; memory < BENCH_MEMORIES; memory++) {
            size_t before = results->count;
            int err = bench_run(configuration, (bench_memory_t)memory, arguments->quick, results);

            if (arguments->tables && results->count > before)
                bench_print_table(stdout, results, baseline, configuration, (bench_memory_t)memory);
            fflush(stdout);
            if (first_error == MCUFS_OK)
                first_error = err;
        }
    }
    return first_error;
}

static int show_lfs_h(const arguments_t *arguments, const bench_baseline_t *baseline,
                      bench_results_t *results)
{
    int err = bench_load_lfs_h(results, arguments->lfs_h);

    for (unsigned i = 0; err == MCUFS_OK && i < bench_configuration_count; i++)
        if (!bench_configurations[i].large_erases)
            bench_print_table(stdout, results, baseline, &bench_configurations[i], BENCH_MEMORY_LFS_H);
    return err;
}

static int write_files(const bench_results_t *results, const bench_baseline_t *baseline,
                       const char *directory)
{
    static const struct {
        bench_metric_t metric;
        const char *name;
    } plots[] = {{BENCH_TIME, "time"},
                 {BENCH_READ_BYTES, "read"},
                 {BENCH_PROGRAM_BYTES, "programmed"},
                 {BENCH_ERASES, "erases"}};
    static const char *const endings[] = {"svg", "png"};
    char path[4096];
    int err;

    snprintf(path, sizeof path, "%s/bench.csv", directory);
    err = bench_write_csv(results, baseline, path);
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++)
        for (int j = 0; j < 2 && err == MCUFS_OK; j++) {
            snprintf(path, sizeof path, "%s/%s.%s", directory, plots[i].name, endings[j]);
            err = bench_write_plot(results, baseline, plots[i].metric, path);
        }
    if (err != MCUFS_OK)
        fprintf(stderr, "%s: %s\n", path, mcufs_error_text(err));
    else
        printf("\nfigures in %s/bench.csv, plots beside it (time, read, programmed, erases: .svg and .png)\n",
               directory);
    return err;
}

int main(int argc, char **argv)
{
    arguments_t arguments;
    bench_baseline_t baseline;
    bench_results_t results = {.result = NULL};
    bool failed;

    if (!parse(&arguments, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (bench_baseline_load(&baseline, arguments.baseline) != MCUFS_OK)
        return 2;
    failed = run_all(&arguments, &baseline, &results) != MCUFS_OK;
    if (arguments.expected != NULL &&
        bench_compare_expected(&results, arguments.expected, arguments.update) != MCUFS_OK)
        failed = true;
    if (arguments.lfs_h != NULL && show_lfs_h(&arguments, &baseline, &results) != MCUFS_OK)
        failed = true;
    if (arguments.tables)
        bench_print_reach(stdout, &results);
    if (arguments.output != NULL && write_files(&results, &baseline, arguments.output) != MCUFS_OK)
        failed = true;
    if (arguments.gate && bench_check_directory_gate(&results, &baseline) != MCUFS_OK)
        failed = true;
    bench_results_free(&results);
    bench_baseline_free(&baseline);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
