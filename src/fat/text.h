/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Names: upper case, and the code page of short names. */

#ifndef MCUFS_FAT_TEXT_H
#define MCUFS_FAT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/utf16.h"

/* Upper case of one unit, as FAT compares names; surrogates stay. */
uint16_t fat_fold(uint16_t unit);
/* Code page 437. fat_unicode_to_oem: -1 when it has no such character. */
uint16_t fat_oem_to_unicode(uint8_t byte);
int fat_unicode_to_oem(uint16_t unit);

#endif
