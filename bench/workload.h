/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the workloads share. */

#ifndef MCUFS_BENCH_WORKLOAD_H
#define MCUFS_BENCH_WORKLOAD_H

#include <stdio.h>

#include "bench.h"

/* Leaves the workload with the error of a call that failed, after saying which. */
#define TRY(call)                                                                                            \
    do {                                                                                                     \
        int64_t tried = (call);                                                                              \
        if (tried < 0) {                                                                                     \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, mcufs_error_text((int)tried));     \
            return (int)tried;                                                                               \
        }                                                                                                    \
    } while (0)

/* The budget of a step of mcufs_gc. */
enum { HOUSEKEEPING = 64 };

#endif
