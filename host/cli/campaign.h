/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A power-cut campaign: a workload on a simulated chip whose power is cut again and again, and a model of
 * what was acknowledged, which is compared with what is there after each cut. */

#ifndef MCUFS_CLI_CAMPAIGN_H
#define MCUFS_CLI_CAMPAIGN_H

#include <stdint.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>
#include <sim/flash.h>

enum { CAMPAIGN_OPERATIONS = 7, CAMPAIGN_MESSAGE_MAX = 200, CAMPAIGN_MESSAGES = 10 };

typedef struct campaign_options {
    const mcufs_filesystem_t *filesystem;
    sim_options_t chip;
    mcufs_littlefs2_options_t format;
    uint64_t cuts, seed;
} campaign_options_t;

typedef struct campaign_result {
    uint64_t cuts, recoveries, losses;
    uint64_t acknowledged[CAMPAIGN_OPERATIONS];
    uint64_t full; /* operations refused because the chip was full */
    uint64_t cuts_by_kind[SIM_CUT_KINDS];
    mcufs_health_t health; /* summed over all mounts */
    sim_counts_t counts;
    unsigned messages;
    char message[CAMPAIGN_MESSAGES][CAMPAIGN_MESSAGE_MAX]; /* the first losses */
} campaign_result_t;

extern const char *const campaign_operation_names[CAMPAIGN_OPERATIONS];
extern const char *const campaign_cut_names[SIM_CUT_KINDS];

/* Runs it. 0, or a negative error when the chip or the filesystem cannot be made. *chip is the chip as it was
 * left, to be freed by the caller; NULL on error. */
int campaign_run(const campaign_options_t *options, campaign_result_t *result, sim_flash_t **chip);

#endif
