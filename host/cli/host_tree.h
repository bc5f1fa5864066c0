/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Copies from an image to the host.
 *
 * Nothing is written outside of the destination, whatever the image holds and whatever lies in the
 * destination already: every component is opened on its own and never through a symbolic link, and names that
 * mean something else to the host are refused. */

#ifndef MCUFS_CLI_HOST_TREE_H
#define MCUFS_CLI_HOST_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include <mcufs/mcufs.h>

typedef struct host_copy {
    mcufs_t *fs;
    bool replace; /* existing files */
    bool keep_times;
    bool salvage; /* zeros for bytes that cannot be read; each gap is reported and counted as a failure */
    uint64_t image_size; /* bytes; bounds what a damaged image can make us write */
    /* Filled in. */
    uint64_t files, directories, bytes, failures;
} host_copy_t;

/* Copies what is in the image's directory `from` into the open host directory. What fails is reported,
 * counted in `failures`, and the rest goes on. */
void host_copy_tree(host_copy_t *copy, const char *from, int directory);

/* Copies one file; `name` in the open host directory must be a safe name. False after reporting an error. */
bool host_copy_file(host_copy_t *copy, const char *from, int directory, const char *name);

/* Copies the content of a file to a descriptor. */
bool host_copy_content(host_copy_t *copy, const char *from, int descriptor);

#endif
