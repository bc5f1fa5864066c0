/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Cuts the power of a script at every change of the flash, in every way, and looks at what is left.
 *
 * After each cut the volume has to mount read-only without being changed and read-write, show a state that
 * is allowed (everything acknowledged, the operation in flight wholly or not at all), and be usable: files
 * are created, renamed and removed, and all is there after another remount. With second cuts, the recovery
 * itself is cut at every change, too. */

#ifndef MCUFS_TESTS_CUTTER_H
#define MCUFS_TESTS_CUTTER_H

#include "world.h"

typedef struct cutter {
    world_t *world;
    sim_flash_t *base; /* after the setup */
    sim_flash_t *dark; /* after the first cut */
    tree_t base_tree;
    bool all_kinds;        /* every kind of cut at every change; else they take turns */
    unsigned second_every; /* cut the recovery of every n-th cut; 0: never */
    unsigned judge_every;  /* have somebody else judge the volume after every n-th recovery; 0: never */
    uint64_t judged;       /* recoveries so far */
    bool full;             /* the volume is nearly full: MCUFS_ENOSPC is an answer */
    uint64_t seed;
    uint64_t cuts, second_cuts; /* done so far */
    /* Called after each cut, before anything is mounted; false: wrong, see world->why. May be NULL. */
    bool (*inspect)(struct cutter *cutter);
    void *context;
    char where[200]; /* which cut went wrong */
} cutter_t;

/* Formats, runs the setup, takes the result as the base. False: see world->why. */
bool cutter_begin(cutter_t *cutter, world_t *world, const script_t *setup);
void cutter_end(cutter_t *cutter);
/* Cuts the script everywhere, starting from the base each time. False: see where and world->why. */
bool cutter_run(cutter_t *cutter, const script_t *script);

#endif
