/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Names: UTF-8 outside, UTF-16 on the device, and the code page of short names. Nothing is ever converted as
 * a whole: callers take one unit after the other. */

#ifndef MCUFS_FAT_TEXT_H
#define MCUFS_FAT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fat_text {
    const char *next;
    uint32_t left; /* bytes */
    uint16_t low;  /* the second half of a surrogate pair that comes next; 0: none */
} fat_text_t;

void fat_text_start(fat_text_t *text, const char *name, uint32_t length);
/* Takes the next UTF-16 unit of a UTF-8 name. 1: a unit; 0: the end; MCUFS_EINVAL: this is not UTF-8 (cut
 * off, overlong, a surrogate, above U+10FFFF). */
int fat_text_next(fat_text_t *text, uint16_t *unit);

/* Writes one more UTF-16 unit as UTF-8 and returns how many bytes. `high` is the first half of a pair that
 * waits for its second, 0 at the start and, unless the name is broken, at the end. A half alone becomes
 * U+FFFD. */
uint32_t fat_text_put(uint16_t unit, uint16_t *high, char buffer[6]);
/* The same at the end of the name. */
uint32_t fat_text_end(uint16_t high, char buffer[6]);

/* Upper case of one unit, as FAT compares names; surrogates stay. */
uint16_t fat_fold(uint16_t unit);
/* Code page 437. fat_unicode_to_oem: -1 when it has no such character. */
uint16_t fat_oem_to_unicode(uint8_t byte);
int fat_unicode_to_oem(uint16_t unit);

#endif
