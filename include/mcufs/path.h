/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Paths, walked without a buffer.
 *
 * A path is at most two strings, one after the other (the working directory, then what the caller gave).
 * mcufs_path_next() yields its components with "." and "" left out and ".." taken back, lexically:
 * "a/../b" is "b" whether or not "a" exists, and ".." in the root stays there. Nothing is copied: names
 * point into the caller's strings, which must stay as they are while the path is in use.
 *
 * The VFS walks the components of the mount point and hands the rest of the same walk to the filesystem,
 * so no layer resolves a path twice. */

#ifndef MCUFS_PATH_H
#define MCUFS_PATH_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mcufs_path {
    const char *rest;      /* what is left of the current string */
    const char *following; /* the string after it, or NULL */
    bool directory;        /* spelled as a directory: ends in "/", "/." or "/.." */
} mcufs_path_t;

/* A path made of `first` and then `second`; either may be NULL. */
mcufs_path_t mcufs_path(const char *first, const char *second);

/* Takes the next component. False at the end; `*name` is not terminated, `*length` is in bytes. */
bool mcufs_path_next(mcufs_path_t *path, const char **name, size_t *length);

/* True when no component is left. Does not change the path. */
bool mcufs_path_at_end(const mcufs_path_t *path);

#ifdef __cplusplus
}
#endif

#endif
