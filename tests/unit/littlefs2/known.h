/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Files and directories whose content follows from their number, to see whether all of it is still there. */

#ifndef TESTS_UNIT_LITTLEFS2_KNOWN_H
#define TESTS_UNIT_LITTLEFS2_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include <mcufs/mcufs.h>

#include "sim/flash.h"

typedef struct known_file {
    const char *path; /* of a directory when `size` is KNOWN_DIRECTORY */
    uint32_t size;
} known_file_t;

#define KNOWN_DIRECTORY UINT32_MAX

/* Byte `position` of file number `number`. */
uint8_t known_byte(unsigned number, uint32_t position);
/* Makes entry `number` of the files, as `file` says. */
void known_put(mcufs_t *fs, const known_file_t *file, unsigned number);
/* Whether the entry is there, as it was made. False: says why on standard error. */
bool known_is_there(mcufs_t *fs, const known_file_t *file, unsigned number);
/* Asserts that a check of the device finds nothing wrong. */
void known_check(const mcufs_device_t *device);
/* Asserts that the path leads to a volume of that many blocks, of which all are in use or free. */
void known_count(mcufs_t *fs, uint32_t block_count);

#endif
