/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The benchmark: workloads measured on a simulated chip, through the VFS, beside recorded figures of
 * littlefs. Device counts are deterministic; milliseconds are the chip's modelled time, without the CPU. */

#ifndef MCUFS_BENCH_H
#define MCUFS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <sim/flash.h>

#define BENCH_NAME_MAX 40
#define BENCH_BUFFER   65536

/* -- Configurations and memory -------------------------------------------------------------------------- */

typedef struct bench_configuration {
    const char *name;
    uint32_t block_size, block_count, read_size, program_size, cache_size;
    uint32_t lookahead_size; /* of the peer; counts as memory here */
    uint32_t metadata_max;   /* bytes; 0: all of the block */
    bool small;              /* fewer and smaller files */
    bool nand;
    bool large_erases; /* the chip erases 64 KiB at once in 150 ms; the workloads on one file only */
    bool quick;        /* part of the fast check */
} bench_configuration_t;

extern const bench_configuration_t bench_configurations[];
extern const unsigned bench_configuration_count;

typedef enum bench_memory {
    BENCH_MEMORY_SAME,
    BENCH_MEMORY_MORE,
    BENCH_MEMORIES,
    BENCH_MEMORY_LFS_H /* through lfs.h, with the buffers of its configuration; not run here */
} bench_memory_t;

/* "same", "+8K" and "lfs.h". */
const char *bench_memory_name(bench_memory_t memory);
/* Bytes that littlefs v2 takes for a configuration and one open file, on a 32-bit machine. */
size_t bench_peer_memory(const bench_configuration_t *configuration);
/* Bytes of arena. SAME is that, but never under our documented minimum, which on a 64-bit host is larger than
 * on the machines both are for; MORE is 8 KiB on top. */
size_t bench_arena_size(const bench_configuration_t *configuration, bench_memory_t memory);

/* -- Results -------------------------------------------------------------------------------------------- */

typedef struct bench_result {
    const char *configuration;
    bench_memory_t memory;
    char workload[BENCH_NAME_MAX];
    uint32_t n;
    uint64_t payload; /* bytes of the application; 0: not a matter of bytes */
    sim_counts_t counts;
    uint64_t worst_ns;
    double cpu_us;
    uint32_t wear_max; /* over the measured time; with mean */
    double wear_mean;
} bench_result_t;

typedef struct bench_results {
    bench_result_t *result;
    size_t count, capacity;
} bench_results_t;

/* MCUFS_ENOMEM. */
int bench_results_add(bench_results_t *results, const bench_result_t *result);
void bench_results_free(bench_results_t *results);
const bench_result_t *bench_results_find(const bench_results_t *results, const char *configuration,
                                         bench_memory_t memory, const char *workload);

/* -- One run of workloads on one chip ------------------------------------------------------------------- */

typedef struct bench {
    const bench_configuration_t *configuration;
    bench_memory_t memory;
    bench_results_t *results;
    bool quick;

    sim_flash_t *chip;
    void *arena;
    size_t arena_size;
    mcufs_littlefs2_options_t options;
    mcufs_t fs;
    uint32_t random_state;
    uint8_t *buffer; /* BENCH_BUFFER bytes of payload */

    /* The measurement under way. */
    sim_counts_t start;
    uint64_t operation_start, worst_ns;
    double cpu_start;
    uint32_t *wear_start;
} bench_t;

/* A new chip and an empty volume on it, mounted at "/". The random numbers start again. */
int bench_open(bench_t *bench, const bench_configuration_t *configuration, bench_memory_t memory);
void bench_close(bench_t *bench);
int bench_mount(bench_t *bench, uint32_t flags);
/* The sequence that the recorded figures used. */
uint32_t bench_random(bench_t *bench);

void bench_begin(bench_t *bench);
void bench_operation(bench_t *bench);     /* an operation starts */
void bench_operation_end(bench_t *bench); /* it ended: was it the slowest? */
int bench_end(bench_t *bench, const char *workload, uint32_t n, uint64_t payload);

/* Runs every workload of a configuration (with `quick` a few) and adds the results. Says on stderr what
 * failed. 0 or the error. */
int bench_run(const bench_configuration_t *configuration, bench_memory_t memory, bool quick,
              bench_results_t *results);

/* The sets of workloads, each on its own volume. */
int bench_file_workloads(bench_t *bench);
int bench_stream_workload(bench_t *bench);
int bench_log_workloads(bench_t *bench);
int bench_directory_workloads(bench_t *bench);
int bench_mkdir_workloads(bench_t *bench);
int bench_rewrite_workload(bench_t *bench, const char *name, uint32_t n, uint32_t size, bool half_full);
int bench_nand_workloads(bench_t *bench);

#endif
