/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* fsck.fat as a judge of FAT volumes. */

#ifndef MCUFS_TESTS_FSCK_H
#define MCUFS_TESTS_FSCK_H

#include <stddef.h>
#include <stdint.h>

/* NULL when fsck.fat finds nothing to say about the image; else what it says, static. */
const char *fsck_fat(const uint8_t *image, size_t size);

#endif
