/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A decoder of littlefs v2 images that shares nothing with the engine: a port of lfsdump.py to C, for the
 * campaigns that look at millions of images. lfsdump.py is the referee. */

#ifndef MCUFS_TESTS_DECODER_H
#define MCUFS_TESTS_DECODER_H

#include "support/tree.h"

/* Decodes into `tree`, content and the tests' attributes included. False and a text when the image makes no
 * sense. */
bool decoder_read(const uint8_t *image, size_t size, uint32_t block_size, tree_t *tree, char *why,
                  size_t why_size);

#endif
