/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes on a simulated chip, to be damaged: made through the VFS, and listed again. */

#ifndef LITTLEFS2_CHECK_VOLUME_H
#define LITTLEFS2_CHECK_VOLUME_H

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "../../../sim/flash.h"

#define LISTED_MAX  400
#define LISTED_PATH 200

/* A file as it was read. */
typedef struct listed {
    char path[LISTED_PATH];
    uint32_t size;
    uint64_t hash;
    uint32_t start; /* in the content of the listing */
} listed_t;

typedef struct listing {
    int error; /* of the mount, or the first of reading; what could be read is listed anyway */
    unsigned count, directories;
    listed_t files[LISTED_MAX];
    uint8_t *content; /* NULL: not wanted; else room for everything */
    uint32_t content_size;
} listing_t;

/* Findings of one run of check. */
#define FINDINGS_MAX 64

typedef struct findings {
    int result;
    mcufs_check_t check;
    unsigned count;
    struct {
        int severity;
        const char *message;
        char path[LISTED_PATH];
        uint32_t block;
        bool repaired;
    } list[FINDINGS_MAX];
} findings_t;

sim_flash_t *volume_new(uint32_t block_size, uint32_t block_count, uint32_t program_size);
/* Formats and fills it: directories in directories, a directory of several logs, files of all kinds. */
int volume_fill(sim_flash_t *flash, uint64_t seed);
/* `listing->content` has to be set. */
void volume_list(sim_flash_t *flash, listing_t *listing);
const listed_t *listing_find(const listing_t *listing, const char *path);
/* A file of this content, wherever it is. */
const listed_t *listing_find_content(const listing_t *listing, const listed_t *wanted);
/* `repair`: with MCUFS_REPAIR. `print`: every finding to stdout. */
void volume_check(sim_flash_t *flash, bool repair, bool print, findings_t *findings);

#endif
