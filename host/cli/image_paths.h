/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Paths in an image. */

#ifndef MCUFS_CLI_IMAGE_PATHS_H
#define MCUFS_CLI_IMAGE_PATHS_H

#include <stdbool.h>

#include <mcufs/mcufs.h>

/* Makes the directories that are missing on the way to `path`, and with `itself` the last one too. 0 or a
 * negative error. */
int make_parents(mcufs_t *fs, const char *path, bool itself);

#endif
