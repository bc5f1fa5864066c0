/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mutations that know the format: random bytes would never get behind the checksums. */

#ifndef MCUFS_TESTS_FUZZ_MUTATE_H
#define MCUFS_TESTS_FUZZ_MUTATE_H

#include "fuzz_image.h"
#include "support/dice.h"

/* Changes one entry of one metadata log (its type, id, length, data; or leaves it out, or repeats it) and
 * encodes the log anew with right checksums. False when there is no log to change. */
bool fuzz_mutate_log(uint8_t *input, size_t size, dice_t *dice);
/* Changes a few bytes, as a fuzzer without knowledge does. */
void fuzz_mutate_bytes(uint8_t *input, size_t size, dice_t *dice);
/* Makes the checksums of all logs right. */
void fuzz_fix_checksums(uint8_t *input, size_t size);

#endif
