/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A workload of a bit of everything, short enough to be repeated for every device call. */

#ifndef MCUFS_TESTS_MIXED_H
#define MCUFS_TESTS_MIXED_H

#include "support/operation.h"
#include "support/setting.h"

/* `unit`: about a block of content. */
void mixed_setup(script_t *script, uint32_t unit);
void mixed_steps(script_t *script, uint32_t unit);

/* About a block, but not more than the filesystem takes. */
uint32_t mixed_unit(const filesystem_row_t *row, const geometry_row_t *geometry);

#endif
