/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Makes a littlefs v1 volume a littlefs v2 volume, where it is.
 *
 * The content of files stays where it is; directories are written anew, each pair into the half of it that v1
 * does not use, and into free blocks where a directory becomes longer. What v1 uses is not touched before the
 * last step, the superblock: a power cut or an error at any moment leaves either the whole v1 volume or the
 * whole v2 volume, with the same files. Calling it again does the rest, or starts over.
 *
 * What littlefs v1 would clean up at its first write is cleaned up: renames that a power cut interrupted,
 * directories without an entry. Bytes that v1 reserves for attributes, and never had a use for, are dropped.
 */

#ifndef MCUFS_LITTLEFS_MIGRATE_H
#define MCUFS_LITTLEFS_MIGRATE_H

#include <mcufs/littlefs2.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of arena. Directories count without the root. More is faster where directories are large: names are
 * sorted some at a time, and each time a directory is read from its beginning (1 KiB more: 50 names more). */
#define MCUFS_LITTLEFS_MIGRATE_ARENA(cache_size, block_count, directories)                                   \
    (MCUFS_LITTLEFS2_ARENA_MINIMUM(cache_size) + (cache_size) + (block_count) / 8u + 8u * (directories) +    \
     24u * sizeof(void *) + 1500u)

/* The device of `setup` must not be mounted; the arena is used during the call only. The options are
 * mcufs_littlefs2_options_t as for a format (block_size: 0: what the volume has; block_count: 0: what its
 * superblock says), or NULL.
 *
 * 0: it is a v2 volume now, or was one already. Otherwise it is what it was:
 * MCUFS_ENODEV: neither v1 nor v2. MCUFS_ECORRUPT: damaged; mcufs_littlefs1.check says where.
 * MCUFS_ENOSPC: the larger directories do not fit; up to two free blocks for each pair of blocks of a
 * directory are needed. Or a block of the superblock is bad. MCUFS_ENAMETOOLONG, MCUFS_EFBIG: a name or file
 * is over the limits in the options, or a name too long for a block. MCUFS_ENOMEM: the arena. MCUFS_EROFS:
 * setup or device are read-only. MCUFS_EINVAL: block sizes or counts do not agree. Errors of the device;
 * after one in the very last step, which only overwrites the old superblock, it is a v2 volume. */
int mcufs_littlefs_migrate(const mcufs_setup_t *setup);

#ifdef __cplusplus
}
#endif

#endif
