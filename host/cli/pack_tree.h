/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Copies from the host into an image: first the directory is read into a plan, sorted by name, and everything
 * that could not be packed is named; then the plan is written, as often as needed to find the right size. */

#ifndef MCUFS_CLI_PACK_TREE_H
#define MCUFS_CLI_PACK_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <mcufs/mcufs.h>

#include "option.h"

typedef struct plan_entry {
    char *path; /* from the directory, without a leading "/"; "" is the directory itself */
    uint8_t type;
    uint64_t size;
    int64_t modified;
} plan_entry_t;

typedef struct plan {
    int directory; /* open */
    plan_entry_t *entries;
    size_t count, room;
    uint64_t files, directories, bytes, excluded;
} plan_t;

/* Reads a host directory. False after saying what is wrong: not readable, or things in it that no image can
 * hold (links, devices, the image itself). `settings`: exclude, dereference, time. */
bool plan_read(plan_t *plan, const char *directory, const char *image, const settings_t *settings);
void plan_free(plan_t *plan);

/* False after naming everything that is over a limit of the volume. */
bool plan_check(const plan_t *plan, const mcufs_statfs_t *limits);

/* Writes everything below the directory `target` of the image, which exists. 0 or a negative error of the
 * image, or 1 after reporting an error of the host; *failed is the entry where it happened. */
int plan_write(const plan_t *plan, mcufs_t *fs, const char *target, size_t *failed);

/* Copies one open host file to a new or existing file of the image. As plan_write. */
int put_file(mcufs_t *fs, int descriptor, const char *shown, const char *target);

/* A file's modification time in nanoseconds; 0 when it does not fit. */
int64_t host_time(const struct stat *stat);
/* The modification time that is to be stored for a host file. False when --mtime makes no sense. */
bool chosen_time(const settings_t *settings, bool *fixed, int64_t *time);

#endif
