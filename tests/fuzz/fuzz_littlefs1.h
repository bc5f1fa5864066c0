/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Fuzzing of littlefs v1: an input is as in fuzz_image.h. */

#ifndef MCUFS_TESTS_FUZZ_LITTLEFS1_H
#define MCUFS_TESTS_FUZZ_LITTLEFS1_H

#include "fuzz_image.h"
#include "support/dice.h"

/* Mounts, reads, checks and migrates the image. What can be migrated must be read the same afterwards, and be
 * without fault. Returns; or crashes, which is a finding. */
void fuzz_littlefs1(const uint8_t *input, size_t size);
/* Changes one field of one metadata block and makes its checksum right. */
void fuzz_littlefs1_mutate(uint8_t *input, size_t size, dice_t *dice);

#endif
