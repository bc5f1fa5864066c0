/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One fuzz input: four bytes of configuration, then an image. */

#ifndef MCUFS_TESTS_FUZZ_IMAGE_H
#define MCUFS_TESTS_FUZZ_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_HEADER    4
#define FUZZ_IMAGE_MAX 16384
#define FUZZ_INPUT_MAX (FUZZ_HEADER + FUZZ_IMAGE_MAX)

/* Block size that the header chooses, and back. */
uint32_t fuzz_block_size(const uint8_t *input);
uint8_t fuzz_block_size_code(uint32_t block_size);

/* Mounts, reads, writes, checks and repairs the image. Returns; or crashes, which is a finding. */
void fuzz_image(const uint8_t *input, size_t size);

#endif
