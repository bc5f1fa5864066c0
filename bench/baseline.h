/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The recorded figures of littlefs, read from baseline_littlefs.csv; also used by the demo. */

#ifndef MCUFS_BENCH_BASELINE_H
#define MCUFS_BENCH_BASELINE_H

#include <stddef.h>

/* Each NAN where it was not measured. */
typedef struct bench_figures {
    double read_bytes, program_bytes, erases, ms, worst_ms, wear_max, wear_mean;
} bench_figures_t;

typedef struct bench_peer {
    char configuration[16], workload[40];
    bench_figures_t v2, v3; /* 2.11.2 and 3-alpha */
} bench_peer_t;

typedef struct bench_baseline {
    bench_peer_t *row;
    size_t count;
} bench_baseline_t;

/* 0; or an MCUFS_E... code, after saying on stderr what is wrong with the file. */
int bench_baseline_load(bench_baseline_t *baseline, const char *path);
void bench_baseline_free(bench_baseline_t *baseline);
/* NULL: not recorded. */
const bench_peer_t *bench_baseline_find(const bench_baseline_t *baseline, const char *configuration,
                                        const char *workload);

#endif
