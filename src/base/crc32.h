/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* CRC-32 as littlefs stores it. */

#ifndef MCUFS_BASE_CRC32_H
#define MCUFS_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of `data` carried on from `crc`: reflected, polynomial 0xedb88320. The start value is the caller's
 * (0xffffffff for littlefs) and nothing is inverted at the end, so calls can be chained; the CRC-32 of zip
 * and Ethernet is ~mcufs_crc32(0xffffffff, ...). */
uint32_t mcufs_crc32(uint32_t crc, const void *data, size_t size);

#endif
