/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The counts that may not get worse, kept in expected.csv. */

#include <stdlib.h>
#include <string.h>

#include "report.h"

enum { COUNTS = 3 };

static const char *const count_names[COUNTS] = {"bytes read", "bytes programmed", "erases"};

typedef struct expectation {
    char configuration[16], memory[8], workload[BENCH_NAME_MAX];
    unsigned long long count[COUNTS];
} expectation_t;

typedef struct expectations {
    expectation_t *row;
    size_t count;
} expectations_t;

static expectation_t *add(expectations_t *expectations)
{
    expectation_t *grown = realloc(expectations->row, (expectations->count + 1) * sizeof *grown);

    if (grown == NULL)
        return NULL;
    expectations->row = grown;
    return memset(&grown[expectations->count++], 0, sizeof *grown);
}

/* A missing file is an empty one. */
static int load(expectations_t *expectations, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256];
    int err = MCUFS_OK;

    memset(expectations, 0, sizeof *expectations);
    if (file == NULL)
        return MCUFS_OK;
    while (err == MCUFS_OK && fgets(line, sizeof line, file) != NULL) {
        expectation_t row;

        if (sscanf(line, "%15[^,],%7[^,],%39[^,],%llu,%llu,%llu", row.configuration, row.memory, row.workload,
                   &row.count[0], &row.count[1], &row.count[2]) == 6) {
            expectation_t *place = add(expectations);

            if (place == NULL)
                err = MCUFS_ENOMEM;
            else
                *place = row;
        }
    }
    fclose(file);
    return err;
}

static int save(const expectations_t *expectations, const char *path)
{
    FILE *file = fopen(path, "w");
    int failed;

    if (file == NULL)
        return MCUFS_EIO;
    fputs("# SPDX-License-Identifier: MIT\n"
          "# Copyright (c) 2026 mcufs contributors\n"
          "#\n"
          "# Counts on the simulated chip that may not get worse; mcufs_bench --update writes this file.\n"
          "configuration,memory,workload,read_bytes,program_bytes,erases\n",
          file);
    for (size_t i = 0; i < expectations->count; i++) {
        const expectation_t *row = &expectations->row[i];

        fprintf(file, "%s,%s,%s,%llu,%llu,%llu\n", row->configuration, row->memory, row->workload,
                row->count[0], row->count[1], row->count[2]);
    }
    failed = ferror(file);
    return fclose(file) != 0 || failed ? MCUFS_EIO : MCUFS_OK;
}

static expectation_t *find(const expectations_t *expectations, const bench_result_t *result)
{
    for (size_t i = 0; i < expectations->count; i++) {
        expectation_t *row = &expectations->row[i];

        if (strcmp(row->configuration, result->configuration) == 0 &&
            strcmp(row->memory, bench_memory_name(result->memory)) == 0 &&
            strcmp(row->workload, result->workload) == 0)
            return row;
    }
    return NULL;
}

static void take_counts(expectation_t *row, const bench_result_t *result)
{
    snprintf(row->configuration, sizeof row->configuration, "%s", result->configuration);
    snprintf(row->memory, sizeof row->memory, "%s", bench_memory_name(result->memory));
    snprintf(row->workload, sizeof row->workload, "%s", result->workload);
    row->count[0] = result->counts.read_bytes;
    row->count[1] = result->counts.program_bytes;
    row->count[2] = result->counts.erases;
}

static int update_rows(expectations_t *expectations, const bench_results_t *results)
{
    for (size_t i = 0; i < results->count; i++) {
        expectation_t *row = find(expectations, &results->result[i]);

        if (row == NULL)
            row = add(expectations);
        if (row == NULL)
            return MCUFS_ENOMEM;
        take_counts(row, &results->result[i]);
    }
    return MCUFS_OK;
}

/* -1: better in something and worse in nothing, 1: worse in something. */
static int compare_row(const expectation_t *expected, const bench_result_t *result)
{
    expectation_t now;
    int verdict = 0;

    take_counts(&now, result);
    for (int i = 0; i < COUNTS; i++) {
        if (now.count[i] > expected->count[i]) {
            printf("worse: %s, memory %s, %s: %llu %s, expected %llu\n", now.configuration, now.memory,
                   now.workload, now.count[i], count_names[i], expected->count[i]);
            verdict = 1;
        } else if (now.count[i] < expected->count[i] && verdict == 0) {
            verdict = -1;
        }
    }
    return verdict;
}

static int compare_rows(const expectations_t *expectations, const bench_results_t *results)
{
    unsigned worse = 0;
    unsigned better = 0;

    for (size_t i = 0; i < results->count; i++) {
        const bench_result_t *result = &results->result[i];
        const expectation_t *expected = find(expectations, result);
        int verdict = 1;

        if (expected == NULL)
            printf("not expected yet: %s, memory %s, %s (run with --update)\n", result->configuration,
                   bench_memory_name(result->memory), result->workload);
        else
            verdict = compare_row(expected, result);
        worse += verdict > 0;
        better += verdict < 0;
    }
    printf("counts: %zu compared, %u worse, %u better%s\n", results->count, worse, better,
           better > 0 ? " (keep that with --update)" : "");
    return worse > 0 ? MCUFS_ERANGE : MCUFS_OK;
}

int bench_compare_expected(const bench_results_t *results, const char *path, bool update)
{
    expectations_t expectations;
    int err = load(&expectations, path);

    if (err == MCUFS_OK && update) {
        err = update_rows(&expectations, results);
        if (err == MCUFS_OK)
            err = save(&expectations, path);
    } else if (err == MCUFS_OK) {
        err = compare_rows(&expectations, results);
    }
    free(expectations.row);
    return err;
}

/* Listing a directory without reading anything would be too good to be true. */
static bool passes(const bench_peer_t *peer, const bench_result_t *result, double aim)
{
    double bytes = (double)result->counts.read_bytes;
    bool passed = bytes > 0 && peer->v2.read_bytes >= aim * bytes;

    printf("gate: %-24s memory %-4s %10.0f bytes read, littlefs 2.11 %10.0f: %5.1fx, aim %.0fx%s\n",
           result->workload, bench_memory_name(result->memory), bytes, peer->v2.read_bytes,
           bytes > 0 ? peer->v2.read_bytes / bytes : 0, aim, passed ? "" : "  MISSED");
    return passed;
}

int bench_check_directory_gate(const bench_results_t *results, const bench_baseline_t *baseline)
{
    static const char *const workloads[] = {"f create 1000 x 100B", "g stat each (shuffled)", "h list dir"};
    int err = MCUFS_OK;

    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
        const bench_peer_t *peer = bench_baseline_find(baseline, "256L512", workloads[i]);
        const bench_result_t *result =
            bench_results_find(results, "256L512", BENCH_MEMORY_MORE, workloads[i]);

        if (peer == NULL || result == NULL) {
            printf("gate: %s was not measured\n", workloads[i]);
            err = MCUFS_ERANGE;
        } else if (!passes(peer, result, 4)) {
            err = MCUFS_ERANGE;
        }
    }
    return err;
}
