/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A directory of the host as a mountable filesystem, without a device:
 *
 *     mcufs_mount(&fs, "/", NULL, &(mcufs_mount_options_t){
 *         .filesystem = &mcufs_hostfs, .arena = memory, .arena_size = sizeof memory,
 *         .filesystem_options = &(mcufs_hostfs_options_t){.directory = "/srv/files"}});
 *
 * Nothing outside the directory can be reached: every step of a path is opened relative to the step before,
 * and symbolic links are not followed. What is neither a file nor a directory is not listed, and answers
 * MCUFS_EACCES when named; it can be removed and renamed.
 *
 * Attributes are kept in extended attributes "user.mcufs.XX" (two hexadecimal digits) where the host has
 * those; MCUFS_ENOTSUP where not. Creation times are not kept. */

#ifndef MCUFS_HOST_HOSTFS_H
#define MCUFS_HOST_HOSTFS_H

#include <mcufs/filesystem.h>

/* Bytes of arena that suffice, whatever is open. */
#define MCUFS_HOSTFS_ARENA_MINIMUM 256u

typedef struct mcufs_hostfs_options {
    const char *directory; /* becomes the root; must exist */
    bool volatile_writes;  /* leave it to the host when what is acknowledged reaches the disk (no fsync) */
} mcufs_hostfs_options_t;

extern const mcufs_filesystem_t mcufs_hostfs;

#endif
