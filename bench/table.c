/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Results as tables for people and as CSV for programs. */

#include <math.h>
#include <string.h>

#include "report.h"

double bench_metric_of_result(const bench_result_t *result, bench_metric_t metric)
{
    switch (metric) {
    case BENCH_READ_BYTES:
        return (double)result->counts.read_bytes;
    case BENCH_PROGRAM_BYTES:
        return (double)result->counts.program_bytes;
    case BENCH_ERASES:
        return (double)result->counts.erases;
    default:
        return (double)result->counts.nanoseconds / 1e6;
    }
}

double bench_metric_of_figures(const bench_figures_t *figures, bench_metric_t metric)
{
    switch (metric) {
    case BENCH_READ_BYTES:
        return figures->read_bytes;
    case BENCH_PROGRAM_BYTES:
        return figures->program_bytes;
    case BENCH_ERASES:
        return figures->erases;
    default:
        return figures->ms;
    }
}

/* Four characters or so: 952, 12.3K, 1.1M. */
static void put_count(FILE *out, int width, double value)
{
    char text[24];

    if (isnan(value))
        snprintf(text, sizeof text, "-");
    else if (value < 10000)
        snprintf(text, sizeof text, "%.0f", value);
    else if (value < 99950)
        snprintf(text, sizeof text, "%.1fK", value / 1e3);
    else if (value < 999500)
        snprintf(text, sizeof text, "%.0fK", value / 1e3);
    else
        snprintf(text, sizeof text, "%.1fM", value / 1e6);
    fprintf(out, "%*s", width, text);
}

static void put_ms(FILE *out, int width, double value)
{
    if (isnan(value))
        fprintf(out, "%*s", width, "-");
    else
        fprintf(out, "%*.*f", width, value < 1 ? 2 : value < 100 ? 1 : 0, value);
}

/* How many times less than the peer. */
static void put_factor(FILE *out, int width, double ours, double peer)
{
    char text[24];

    if (isnan(peer) || (ours == 0 && peer == 0))
        snprintf(text, sizeof text, "-");
    else if (ours == 0)
        snprintf(text, sizeof text, "all");
    else
        snprintf(text, sizeof text, "%.*fx", peer / ours < 9.95 ? 1 : 0, peer / ours);
    fprintf(out, "%*s", width, text);
}

static void put_counts_of(FILE *out, const bench_result_t *result, const bench_figures_t *v2,
                          bench_metric_t metric, int width)
{
    double ours = bench_metric_of_result(result, metric);
    double peer = bench_metric_of_figures(v2, metric);

    fputs(" |", out);
    put_count(out, width, ours);
    put_count(out, width, peer);
    put_factor(out, 7, ours, peer);
}

static const bench_peer_t *peer_of(const bench_baseline_t *baseline, const bench_result_t *result)
{
    static const bench_peer_t nobody = {
        "", "", {NAN, NAN, NAN, NAN, NAN, NAN, NAN}, {NAN, NAN, NAN, NAN, NAN, NAN, NAN}};
    const bench_peer_t *peer = bench_baseline_find(baseline, result->configuration, result->workload);

    return peer == NULL ? &nobody : peer;
}

static void put_row(FILE *out, const bench_result_t *result, const bench_peer_t *peer)
{
    double ms = (double)result->counts.nanoseconds / 1e6;

    fprintf(out, "%-31s", result->workload);
    put_counts_of(out, result, &peer->v2, BENCH_READ_BYTES, 8);
    put_counts_of(out, result, &peer->v2, BENCH_PROGRAM_BYTES, 8);
    put_counts_of(out, result, &peer->v2, BENCH_ERASES, 7);
    fputs(" |", out);
    put_ms(out, 9, ms);
    put_ms(out, 9, peer->v2.ms);
    put_factor(out, 7, ms, peer->v2.ms);
    put_ms(out, 8, peer->v3.ms);
    fputs(" |", out);
    put_ms(out, 8, (double)result->worst_ns / 1e6);
    put_ms(out, 8, peer->v2.worst_ms);
    fprintf(out, " |%6u", (unsigned)result->wear_max);
    put_count(out, 6, peer->v2.wear_max);
    fprintf(out, "%8.3f\n", result->wear_mean);
}

void bench_print_table(FILE *out, const bench_results_t *results, const bench_baseline_t *baseline,
                       const bench_configuration_t *configuration, bench_memory_t memory)
{
    fprintf(out, "\n%s: read %u, program %u, cache %u, %u blocks of %u; memory %s: %zu bytes of arena\n",
            configuration->name, (unsigned)configuration->read_size, (unsigned)configuration->program_size,
            (unsigned)configuration->cache_size, (unsigned)configuration->block_count,
            (unsigned)configuration->block_size, bench_memory_name(memory),
            bench_arena_size(configuration, memory));
    fprintf(out, "%-31s |%23s |%23s |%21s |%33s |%16s |%20s\n", "", "bytes read", "bytes programmed",
            "block erases", "modelled milliseconds", "worst operation", "wear of a block");
    fprintf(out, "%-31s", "workload");
    for (int i = 0; i < 3; i++)
        fprintf(out, " |%*s%*s%7s", i == 2 ? 7 : 8, "mcufs", i == 2 ? 7 : 8, "2.11", "");
    fprintf(out, " |%9s%9s%7s%8s |%8s%8s |%6s%6s%8s\n", "mcufs", "2.11", "", "v3a", "mcufs", "2.11", "max",
            "2.11", "mean");
    for (size_t i = 0; i < results->count; i++) {
        const bench_result_t *result = &results->result[i];

        if (result->memory == memory && strcmp(result->configuration, configuration->name) == 0)
            put_row(out, result, peer_of(baseline, result));
    }
}

static void put_csv_figures(FILE *file, const bench_figures_t *figures)
{
    const double values[] = {figures->read_bytes, figures->program_bytes, figures->erases,   figures->ms,
                             figures->worst_ms,   figures->wear_max,      figures->wear_mean};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        fputc(',', file);
        if (!isnan(values[i]))
            fprintf(file, "%.10g", values[i]);
    }
}

static void put_csv_row(FILE *file, const bench_result_t *result, const bench_peer_t *peer, size_t arena)
{
    const sim_counts_t *counts = &result->counts;

    fprintf(file, "%s,%s,%zu,%s,%u,%llu,%llu,%llu,%llu,%llu,%llu,%.3f,%.3f,%u,%.4f,%.0f",
            result->configuration, bench_memory_name(result->memory), arena, result->workload,
            (unsigned)result->n, (unsigned long long)result->payload, (unsigned long long)counts->reads,
            (unsigned long long)counts->read_bytes, (unsigned long long)counts->programs,
            (unsigned long long)counts->program_bytes, (unsigned long long)counts->erases,
            (double)counts->nanoseconds / 1e6, (double)result->worst_ns / 1e6, (unsigned)result->wear_max,
            result->wear_mean, result->cpu_us);
    put_csv_figures(file, &peer->v2);
    put_csv_figures(file, &peer->v3);
    fputc('\n', file);
}

static size_t arena_of(const bench_result_t *result)
{
    for (unsigned i = 0; i < bench_configuration_count; i++)
        if (strcmp(bench_configurations[i].name, result->configuration) == 0)
            return bench_arena_size(&bench_configurations[i], result->memory);
    return 0;
}

int bench_write_csv(const bench_results_t *results, const bench_baseline_t *baseline, const char *path)
{
    static const char *const peers[] = {"v2", "v3"};
    FILE *file = fopen(path, "w");
    int failed;

    if (file == NULL)
        return MCUFS_EIO;
    fputs("configuration,memory,arena,workload,n,payload,reads,read_bytes,programs,program_bytes,erases,ms,"
          "worst_ms,wear_max,wear_mean,cpu_us",
          file);
    for (int i = 0; i < 2; i++)
        fprintf(file,
                ",%s_read_bytes,%s_program_bytes,%s_erases,%s_ms,%s_worst_ms,%s_wear_max,"
                "%s_wear_mean",
                peers[i], peers[i], peers[i], peers[i], peers[i], peers[i], peers[i]);
    fputc('\n', file);
    for (size_t i = 0; i < results->count; i++)
        put_csv_row(file, &results->result[i], peer_of(baseline, &results->result[i]),
                    arena_of(&results->result[i]));
    failed = ferror(file);
    return fclose(file) != 0 || failed ? MCUFS_EIO : MCUFS_OK;
}
