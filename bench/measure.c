/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The chip and the volume of a run, and the measuring of what happens on it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

#define FIRST_RANDOM 12345

static double cpu_microseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

uint32_t bench_random(bench_t *bench)
{
    uint32_t state = bench->random_state;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    bench->random_state = state;
    return state;
}

static sim_flash_t *new_chip(const bench_configuration_t *configuration)
{
    sim_options_t options = {
        .kind = configuration->nand ? SIM_NAND : SIM_NOR,
        .geometry = {.read_size = configuration->read_size,
                     .program_size = configuration->program_size,
                     .block_size = configuration->block_size,
                     .block_count = configuration->block_count,
                     .erased_value = 0xff},
        .clock = configuration->nand           ? &sim_clock_nand
                 : configuration->large_erases ? &sim_clock_nor_64k
                                               : &sim_clock_nor,
    };

    return sim_flash_new(&options);
}

int bench_mount(bench_t *bench, uint32_t flags)
{
    return mcufs_mount(&bench->fs, "/", sim_flash_device(bench->chip),
                       &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                .arena = bench->arena,
                                                .arena_size = bench->arena_size,
                                                .flags = flags,
                                                .filesystem_options = &bench->options});
}

int bench_open(bench_t *bench, const bench_configuration_t *configuration, bench_memory_t memory)
{
    int err;

    bench->configuration = configuration;
    bench->memory = memory;
    bench->arena_size = bench_arena_size(configuration, memory);
    bench->options = (mcufs_littlefs2_options_t){.cache_size = configuration->cache_size,
                                                 .block_cycles = 500,
                                                 .metadata_max = configuration->metadata_max};
    bench->chip = new_chip(configuration);
    bench->arena = malloc(bench->arena_size);
    bench->buffer = malloc(BENCH_BUFFER);
    bench->wear_start = calloc(configuration->block_count, sizeof *bench->wear_start);
    if (bench->chip == NULL || bench->arena == NULL || bench->buffer == NULL || bench->wear_start == NULL)
        return MCUFS_ENOMEM;
    bench->random_state = FIRST_RANDOM;
    for (size_t i = 0; i < BENCH_BUFFER; i++)
        bench->buffer[i] = (uint8_t)bench_random(bench);
    err = mcufs_init(&bench->fs, NULL);
    return err != MCUFS_OK ? err : bench_mount(bench, MCUFS_FORMAT_ALWAYS);
}

void bench_close(bench_t *bench)
{
    sim_flash_free(bench->chip);
    free(bench->arena);
    free(bench->buffer);
    free(bench->wear_start);
    bench->chip = NULL;
    bench->arena = NULL;
    bench->buffer = NULL;
    bench->wear_start = NULL;
}

void bench_begin(bench_t *bench)
{
    bench->start = *sim_flash_counts(bench->chip);
    memcpy(bench->wear_start, sim_flash_wear(bench->chip),
           bench->configuration->block_count * sizeof *bench->wear_start);
    bench->worst_ns = 0;
    bench->cpu_start = cpu_microseconds();
}

void bench_operation(bench_t *bench)
{
    bench->operation_start = sim_flash_counts(bench->chip)->nanoseconds;
}

void bench_operation_end(bench_t *bench)
{
    uint64_t taken = sim_flash_counts(bench->chip)->nanoseconds - bench->operation_start;

    if (taken > bench->worst_ns)
        bench->worst_ns = taken;
}

static sim_counts_t difference(const sim_counts_t *end, const sim_counts_t *start)
{
    return (sim_counts_t){
        .reads = end->reads - start->reads,
        .read_bytes = end->read_bytes - start->read_bytes,
        .programs = end->programs - start->programs,
        .program_bytes = end->program_bytes - start->program_bytes,
        .erases = end->erases - start->erases,
        .erase_calls = end->erase_calls - start->erase_calls,
        .writes = end->writes - start->writes,
        .write_bytes = end->write_bytes - start->write_bytes,
        .syncs = end->syncs - start->syncs,
        .nanoseconds = end->nanoseconds - start->nanoseconds,
        .violations = end->violations - start->violations,
    };
}

static void measure_wear(const bench_t *bench, bench_result_t *result)
{
    const uint32_t *wear = sim_flash_wear(bench->chip);
    uint32_t count = bench->configuration->block_count;
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t erases = wear[i] - bench->wear_start[i];

        sum += erases;
        if (erases > result->wear_max)
            result->wear_max = erases;
    }
    result->wear_mean = sum / count;
}

int bench_end(bench_t *bench, const char *workload, uint32_t n, uint64_t payload)
{
    bench_result_t result = {
        .configuration = bench->configuration->name,
        .memory = bench->memory,
        .n = n,
        .payload = payload,
        .counts = difference(sim_flash_counts(bench->chip), &bench->start),
        .worst_ns = bench->worst_ns,
        .cpu_us = cpu_microseconds() - bench->cpu_start,
    };

    snprintf(result.workload, sizeof result.workload, "%s", workload);
    measure_wear(bench, &result);
    if (result.counts.violations != 0) {
        fprintf(stderr, "%s, %s: %llu times against the rules of the chip\n", result.configuration, workload,
                (unsigned long long)result.counts.violations);
        return MCUFS_EIO;
    }
    return bench_results_add(bench->results, &result);
}
