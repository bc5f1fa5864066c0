/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The list of what was measured. */

#include <stdlib.h>
#include <string.h>

#include "bench.h"

int bench_results_add(bench_results_t *results, const bench_result_t *result)
{
    if (results->count == results->capacity) {
        size_t capacity = results->capacity == 0 ? 64 : 2 * results->capacity;
        bench_result_t *grown = realloc(results->result, capacity * sizeof *grown);

        if (grown == NULL)
            return MCUFS_ENOMEM;
        results->result = grown;
        results->capacity = capacity;
    }
    results->result[results->count++] = *result;
    return MCUFS_OK;
}

void bench_results_free(bench_results_t *results)
{
    free(results->result);
    memset(results, 0, sizeof *results);
}

const bench_result_t *bench_results_find(const bench_results_t *results, const char *configuration,
                                         bench_memory_t memory, const char *workload)
{
    for (size_t i = 0; i < results->count; i++) {
        const bench_result_t *result = &results->result[i];

        if (result->memory == memory && strcmp(result->configuration, configuration) == 0 &&
            strcmp(result->workload, workload) == 0)
            return result;
    }
    return NULL;
}
