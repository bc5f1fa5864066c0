/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A device in memory with a budget: a filesystem that does too much work for one operation on a small image
 * is taken to hang, and the fuzzer is told by abort(). */

#ifndef MCUFS_TESTS_FUZZ_DEVICE_H
#define MCUFS_TESTS_FUZZ_DEVICE_H

#include <mcufs/device.h>

typedef struct fuzz_device {
    mcufs_device_t device;
    uint8_t *bytes;
    uint64_t calls, moved; /* of the operation under way */
    unsigned times;        /* how many budgets it has */
    bool changed;
} fuzz_device_t;

/* The bytes stay the caller's. */
void fuzz_device_init(fuzz_device_t *fuzz, uint8_t *bytes, mcufs_geometry_t geometry);
/* A new operation begins, with so many budgets. */
void fuzz_device_refill(fuzz_device_t *fuzz, unsigned times);

#endif
