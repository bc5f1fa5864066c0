/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* UTF-8 as UTF-16 and back, a unit at a time: nothing is ever converted as a whole. */

#ifndef MCUFS_BASE_UTF16_H
#define MCUFS_BASE_UTF16_H

#include <stdint.h>

typedef struct mcufs_utf16 {
    const char *next;
    uint32_t left; /* bytes */
    uint16_t low;  /* the second half of a surrogate pair that comes next; 0: none */
} mcufs_utf16_t;

void mcufs_utf16_start(mcufs_utf16_t *text, const char *name, uint32_t length);
/* Takes the next UTF-16 unit of a UTF-8 name. 1: a unit; 0: the end; MCUFS_EINVAL: this is not UTF-8 (cut
 * off, overlong, a surrogate, above U+10FFFF). */
int mcufs_utf16_next(mcufs_utf16_t *text, uint16_t *unit);

/* Writes one more UTF-16 unit as UTF-8 and returns how many bytes. `high` is the first half of a pair that
 * waits for its second, 0 at the start and, unless the name is broken, at the end. A half alone becomes
 * U+FFFD. */
uint32_t mcufs_utf8_put(uint16_t unit, uint16_t *high, char buffer[6]);
/* The same at the end of the name. */
uint32_t mcufs_utf8_end(uint16_t high, char buffer[6]);

#endif
