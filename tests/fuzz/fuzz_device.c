/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The device with a budget. */

#include "fuzz_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For images of up to 16 KiB; a hundred times what the worst honest operation needs. */
#define CALLS_MAX 200000u
#define BYTES_MAX (16u << 20)

static uint8_t *spend(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size)
{
    fuzz_device_t *fuzz = device->context;
    fuzz->calls++;
    fuzz->moved += size;
    if (fuzz->calls / fuzz->times > CALLS_MAX || fuzz->moved / fuzz->times > BYTES_MAX) {
        fprintf(stderr, "one operation made %lu calls and moved %lu bytes: it hangs\n",
                (unsigned long)fuzz->calls, (unsigned long)fuzz->moved);
        abort();
    }
    return fuzz->bytes + (size_t)block * device->geometry.block_size + offset;
}

static int fuzz_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                     uint32_t size)
{
    memcpy(buffer, spend(device, block, offset, size), size);
    return 0;
}

static int fuzz_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    uint8_t *to = spend(device, block, offset, size);
    ((fuzz_device_t *)device->context)->changed = true;
    for (uint32_t i = 0; i < size; i++) {
        to[i] &= ((const uint8_t *)buffer)[i]; /* as NOR does */
    }
    return 0;
}

static int fuzz_erase(const mcufs_device_t *device, uint32_t block)
{
    uint8_t *to = spend(device, block, 0, device->geometry.block_size);
    ((fuzz_device_t *)device->context)->changed = true;
    memset(to, 0xff, device->geometry.block_size);
    return 0;
}

static const mcufs_device_operations_t operations = {
    .read = fuzz_read, .program = fuzz_program, .erase = fuzz_erase};

void fuzz_device_init(fuzz_device_t *fuzz, uint8_t *bytes, mcufs_geometry_t geometry)
{
    memset(fuzz, 0, sizeof *fuzz);
    fuzz->bytes = bytes;
    fuzz->times = 1;
    fuzz->device.operations = &operations;
    fuzz->device.context = fuzz;
    fuzz->device.geometry = geometry;
}

void fuzz_device_refill(fuzz_device_t *fuzz, unsigned times)
{
    fuzz->times = times;
    fuzz->calls = fuzz->moved = 0;
}
