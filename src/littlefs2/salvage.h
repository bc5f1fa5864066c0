/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The read-only mount of damaged volumes, inside: salvage.c finds out what is there, salvage_files.c shows
 * it. */

#ifndef LITTLEFS2_SALVAGE_H
#define LITTLEFS2_SALVAGE_H

#include "check.h"

typedef struct salvage {
    littlefs2_t *fs;   /* what a mount begins with: the volume that all others know */
    uint8_t *metadata; /* a bit per block: of a pair that the root leads to */
    uint8_t *data[2];  /* of a file that the root leads to by a pair of this rank */
    uint8_t *lost;     /* holds a log that nothing leads to */
    uint32_t root[2];
    bool any_lost;
    bool loss;     /* a pair cannot be read: what only it led to has to be looked for */
    bool shadowed; /* the root has a lost+found of its own */
} salvage_t;

int littlefs2_salvage_mount(const mcufs_setup_t *setup, void **volume);
/* How far a pair can be trusted, or an error. 0: its other half is a log, too, or erased. 1: it is something
 * else. 2: it cannot be read, or was wiped, and may have held the newest log: blocks of files may be others'
 * by now. */
enum { SALVAGE_SOUND, SALVAGE_UNSURE, SALVAGE_PAST };
int littlefs2_salvage_rank(littlefs2_t *fs, const uint32_t pair[2]);
/* Whether a block holds content of a file with a rank below. */
bool littlefs2_salvage_is_taken(const salvage_t *salvage, uint32_t block, unsigned rank);
/* To the block before, with blocks that hold metadata taken for lost. */
int littlefs2_salvage_chain_step(const salvage_t *salvage, check_chain_t *chain);

#endif
