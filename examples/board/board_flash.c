/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A block driver, complete. Here the "chip" is an array in memory that behaves like NOR flash: erasing sets
 * bytes to 0xff, programming clears bits. On a board the four functions talk to the chip instead; nothing
 * else changes. See docs/devices.md. */

#include <string.h>

#include "board_flash.h"

enum { BLOCK_SIZE = 4096, BLOCK_COUNT = 64 };

/* 1 is a cleared bit, so that an array of zeros is an erased chip. */
static uint8_t cleared[BLOCK_COUNT][BLOCK_SIZE];

static int flash_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                      uint32_t size)
{
    (void)device;
    uint8_t *out = buffer;
    for (uint32_t i = 0; i < size; i++) {
        out[i] = (uint8_t)~cleared[block][offset + i];
    }
    return 0;
}

static int flash_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                         uint32_t size)
{
    (void)device;
    const uint8_t *in = buffer;
    for (uint32_t i = 0; i < size; i++) {
        cleared[block][offset + i] |= (uint8_t)~in[i];
    }
    return 0;
}

static int flash_erase(const mcufs_device_t *device, uint32_t block)
{
    (void)device;
    memset(cleared[block], 0, BLOCK_SIZE);
    return 0;
}

static const mcufs_device_operations_t operations = {
    .read = flash_read,
    .program = flash_program,
    .erase = flash_erase, /* no sync: what was programmed is there at once */
};

const mcufs_device_t board_flash = {
    .operations = &operations,
    .geometry = {.read_size = 1,
                 .program_size = 1,
                 .block_size = BLOCK_SIZE,
                 .block_count = BLOCK_COUNT,
                 .erased_value = 0xff},
};
