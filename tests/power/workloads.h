/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The workloads that are cut at every change. */

#ifndef MCUFS_TESTS_WORKLOADS_H
#define MCUFS_TESTS_WORKLOADS_H

#include "support/operation.h"
#include "support/setting.h"

typedef struct workload {
    const char *name;
    /* Adds the operations that prepare, and those that are cut. `unit`: about a block of content. */
    void (*build)(script_t *setup, script_t *steps, uint32_t unit);
    bool fills;            /* the volume is filled first, and running out of space is an answer */
    uint32_t block_cycles; /* 0: that of the geometry */
    uint32_t block_count;  /* 0: that of the geometry */
} workload_t;

extern const workload_t workloads[];
extern const unsigned workload_count;

#endif
