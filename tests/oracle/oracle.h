/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Asks the independent decoder, a Python program kept running beside the test, what an image holds. */

#ifndef MCUFS_TESTS_ORACLE_H
#define MCUFS_TESTS_ORACLE_H

#include "support/tree.h"

typedef struct oracle oracle_t;

/* Starts the decoder; NULL when there is none. */
oracle_t *oracle_start(void);
void oracle_stop(oracle_t *oracle);

/* Does the decoder list exactly this tree (captured, with content)? If not, `why` says the difference. */
bool oracle_agrees(oracle_t *oracle, const uint8_t *image, size_t size, uint32_t block_size,
                   const tree_t *tree, char *why, size_t why_size);

#endif
