/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The demo: a weather station's flash chip, simulated, with its web site on one partition and its logs on
 * another, filled, read back, and robbed of its power again and again. */

#ifndef MCUFS_DEMO_H
#define MCUFS_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <mcufs/partition_device.h>
#include <sim/flash.h>

enum {
    DEMO_BLOCK_SIZE = 4096,
    DEMO_SITE_BLOCKS = 256, /* 1 MiB each */
    DEMO_LOG_BLOCKS = 256,
    DEMO_BLOCKS = DEMO_SITE_BLOCKS + DEMO_LOG_BLOCKS,
    DEMO_ARENA = 4096 /* bytes of memory for each of the two mounts */
};

#define DEMO_SITE_MOUNT "/"
#define DEMO_LOG_MOUNT  "/measured"

typedef struct demo {
    sim_flash_t *chip;
    mcufs_partition_t site, logs;
    mcufs_t fs;
    uint8_t site_arena[DEMO_ARENA], log_arena[DEMO_ARENA];
} demo_t;

/* An erased chip with two partitions. */
int demo_open(demo_t *demo);
void demo_close(demo_t *demo);
/* Formats both partitions and leaves them mounted. */
int demo_format(demo_t *demo);
/* What a station does when it gets power: forget everything, mount both partitions, detecting their type. */
int demo_boot(demo_t *demo);
/* The content of the whole chip, to a file. */
int demo_save_chip(const demo_t *demo, const char *path);
/* The picture of the chip's blocks and their wear, DIRECTORY/map.svg and .png. */
int demo_save_map(demo_t *demo, const char *directory);

/* -- The site ------------------------------------------------------------------------------------------- */

typedef struct demo_site {
    uint32_t files, directories;
    uint64_t bytes;
} demo_site_t;

/* Copies a host directory into the mounted site, times included. */
int demo_pack_site(demo_t *demo, const char *directory, demo_site_t *packed);
/* Compares them byte for byte, in both directions; says on stderr what differs. MCUFS_ECORRUPT: something
 * does. */
int demo_compare_site(demo_t *demo, const char *directory, demo_site_t *compared);

/* -- The power cuts ------------------------------------------------------------------------------------- */

/* What the station was doing when the power went. */
typedef enum demo_step {
    DEMO_STEP_START,  /* mounting, recovery, and the first step after it */
    DEMO_STEP_APPEND, /* one line to today's log, synced */
    DEMO_STEP_ROTATE, /* a new log, and the oldest removed */
    DEMO_STEP_SAVE,   /* the state into a new file, renamed over the old one */
    DEMO_STEPS
} demo_step_t;

typedef struct demo_cuts {
    uint32_t cuts[SIM_CUT_KINDS][DEMO_STEPS];
    uint32_t finished[SIM_CUT_KINDS];   /* the unfinished step was found done */
    uint32_t unfinished[SIM_CUT_KINDS]; /* or not begun; there is nothing between */
    uint32_t lost[SIM_CUT_KINDS];       /* something acknowledged was not there: the end of the campaign */
    uint32_t lines, saves, rotations;   /* acknowledged */
    mcufs_health_t recovery;            /* of all boots together */
} demo_cuts_t;

/* Logs until the power was cut `count` times, checking everything acknowledged after each. 0, or what went
 * wrong, after saying so on stderr: a loss is MCUFS_ECORRUPT. */
int demo_cut_power(demo_t *demo, uint32_t count, uint64_t seed, demo_cuts_t *cuts);

/* -- The report ----------------------------------------------------------------------------------------- */

void demo_heading(const char *text);
void demo_print_traffic_heading(void);
/* What happened on the chip since `before`, which is brought up to date. */
void demo_print_traffic(const demo_t *demo, const char *what, sim_counts_t *before);
void demo_print_cuts(const demo_cuts_t *cuts);
void demo_print_wear(const demo_t *demo, const char *what, uint32_t first, uint32_t count);
/* Repeats two workloads of littlefs's recorded figures and prints both. */
int demo_print_comparison(const char *baseline_path);

#endif
