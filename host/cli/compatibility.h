/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Which other drivers can mount an image, and why others cannot. */

#ifndef MCUFS_CLI_COMPATIBILITY_H
#define MCUFS_CLI_COMPATIBILITY_H

#include <stdint.h>

typedef enum verdict { VERDICT_YES, VERDICT_NO, VERDICT_DEPENDS } verdict_t;

typedef struct volume_facts {
    uint32_t version; /* major << 16 | minor */
    uint32_t block_size;
    uint64_t block_count;
    uint32_t name_max;
    uint64_t file_size_max;
} volume_facts_t;

typedef struct compatibility {
    const char *driver;
    verdict_t verdict;
    char reason[256]; /* "" when there is nothing to say */
} compatibility_t;

enum { DRIVERS_MAX = 8 };

/* Fills `results`, returns how many. Only littlefs v2 for now. */
unsigned compatibility_littlefs2(const volume_facts_t *volume, compatibility_t results[DRIVERS_MAX]);

const char *verdict_text(verdict_t verdict);

#endif
