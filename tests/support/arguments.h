/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The command line that all campaigns share. */

#ifndef MCUFS_TESTS_ARGUMENTS_H
#define MCUFS_TESTS_ARGUMENTS_H

#include "setting.h"

typedef struct arguments {
    uint64_t seed;
    uint64_t runs; /* 0: the program's own idea */
    bool is_long;  /* everything, not a sample */
    toy_defect_t defect;
    const filesystem_row_t *filesystem;
    const geometry_row_t *geometry; /* NULL: all */
    const char *only;               /* NULL: all workloads */
    const char *directory;          /* for output; NULL: none */
} arguments_t;

/* --seed N, --runs N, --long, --filesystem NAME, --geometry NAME, --arena LEVEL (instead of the
 * geometry's own), --only WORKLOAD, --directory PATH, --defect NAME (of the toy filesystem). Prints the seed.
 * Exits on an unknown one. */
arguments_t arguments_parse(int argc, char **argv);

/* Whether the campaign is to run there: possible, and not excluded. */
bool arguments_want(const arguments_t *arguments, const geometry_row_t *geometry);
/* The n-th of these, round and round. */
const geometry_row_t *arguments_geometry(const arguments_t *arguments, uint64_t n);

/* Sets the toy's defect in options, where the row is the toy. */
void arguments_apply(const arguments_t *arguments, const filesystem_row_t *row,
                     filesystem_options_t *options);

#endif
