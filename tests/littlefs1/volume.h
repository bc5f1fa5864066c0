/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* An image on a simulated chip, mounted as whatever it is. */

#ifndef MCUFS_TESTS_LITTLEFS1_VOLUME_H
#define MCUFS_TESTS_LITTLEFS1_VOLUME_H

#include <mcufs/mcufs.h>
#include <sim/flash.h>

#include "oracle/oracle.h"
#include "support/tree.h"

/* A chip with this content, which it holds exactly. */
sim_flash_t *volume_chip(const uint8_t *bytes, const sim_options_t *options);
/* A NOR chip that reads single bytes. */
sim_flash_t *volume_flash(const uint8_t *bytes, uint32_t block_size, uint32_t block_count,
                          uint32_t program_size, uint64_t seed);
/* Mounts it at "/", detected, captures the tree, unmounts. `type`: "lfs1" or "lfs2", what it was. 0, or an
 * error with a text in `why`. */
int volume_capture(sim_flash_t *flash, uint32_t flags, const char **type, tree_t *tree, char *why,
                   size_t why_size);
/* Checks it as a volume of this type. Errors found, or a negative error. */
int volume_check(sim_flash_t *flash, const char *type, char *why, size_t why_size);
/* Loads an image file; exits when it is not there. */
uint8_t *volume_load(const char *directory, const char *name, size_t *size);

#endif
