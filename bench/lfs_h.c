/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the workload program of the original measured through the drop-in lfs.h (tests/compat/workloads):
 * its CSV, as results like the others. */

#include <inttypes.h>
#include <string.h>

#include "report.h"

static const char *configuration_name(const char *name)
{
    for (unsigned i = 0; i < bench_configuration_count; i++)
        if (strcmp(bench_configurations[i].name, name) == 0)
            return bench_configurations[i].name;
    return NULL;
}

static bool parse_row(const char *line, bench_result_t *result)
{
    char configuration[16];
    unsigned long long n, payload, reads, read_bytes, programs, program_bytes, erases;
    double ms, worst_ms, cpu;
    const char *wear = strstr(line, "wear max=");

    memset(result, 0, sizeof *result);
    if (sscanf(line, "%*[^,],%15[^,],%39[^,],%llu,%llu,%llu,%llu,%llu,%llu,%llu,%lf,%lf,%lf", configuration,
               result->workload, &n, &payload, &reads, &read_bytes, &programs, &program_bytes, &erases, &ms,
               &worst_ms, &cpu) != 12)
        return false;
    result->configuration = configuration_name(configuration);
    result->memory = BENCH_MEMORY_LFS_H;
    result->n = (uint32_t)n;
    result->payload = payload;
    result->counts = (sim_counts_t){.reads = reads,
                                    .read_bytes = read_bytes,
                                    .programs = programs,
                                    .program_bytes = program_bytes,
                                    .erases = erases,
                                    .nanoseconds = (uint64_t)(ms * 1e6)};
    result->worst_ns = (uint64_t)(worst_ms * 1e6);
    result->cpu_us = cpu;
    if (wear != NULL &&
        sscanf(wear, "wear max=%" SCNu32 " mean=%lf", &result->wear_max, &result->wear_mean) != 2)
        return false;
    return result->configuration != NULL;
}

int bench_load_lfs_h(bench_results_t *results, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[512];
    int err = MCUFS_OK;

    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read; it is what compat_workloads writes\n", path);
        return MCUFS_EIO;
    }
    while (err == MCUFS_OK && fgets(line, sizeof line, file) != NULL) {
        bench_result_t result;

        err = parse_row(line, &result) ? bench_results_add(results, &result) : MCUFS_EINVAL;
        if (err == MCUFS_EINVAL)
            fprintf(stderr, "%s: not a row of figures: %s", path, line);
    }
    fclose(file);
    return err;
}
