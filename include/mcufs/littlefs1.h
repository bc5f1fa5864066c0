/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v1 (disk version 1.1) as a filesystem for the VFS, for reading only: what devices in the field
 * still have. To write, make it a littlefs v2 volume (mcufs/littlefs_migrate.h).
 *
 * Everything that would change the volume answers MCUFS_EROFS. A rename that a power cut interrupted shows
 * the file once, in its new place if it got there; an empty file, which v1 cannot tell from other empty ones,
 * may show in both.
 *
 * Format facts: spec/littlefs-format.md part D. */

#ifndef MCUFS_LITTLEFS1_H
#define MCUFS_LITTLEFS1_H

#include <mcufs/filesystem.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Every member may be 0: a good default. It begins as mcufs_littlefs2_options_t does: options for either will
 * do where the type of the volume is detected. */
typedef struct mcufs_littlefs1_options {
    uint32_t block_size;   /* bytes; 0: found by probing, else must agree. May differ from the device's, where
                              one is a multiple of the other */
    uint32_t block_count;  /* 0: as the superblock says; else this many, as littlefs v1 itself has it */
    uint32_t read_size;    /* not used: the device's */
    uint32_t program_size; /* not used */
    uint32_t cache_size;   /* bytes of the read buffer, a multiple of the device's read_size. 0: 256, or less
                              where the arena is small, or one read unit where that is more */
} mcufs_littlefs1_options_t;

/* Bytes of arena for a mount with a read buffer of cache_size bytes. There is no use for more. */
#define MCUFS_LITTLEFS1_ARENA(cache_size) ((cache_size) + 104u + 4u * sizeof(void *))

/* Bytes of arena for check: one bit per block and 8 bytes per directory. Too little is MCUFS_ENOMEM.
 *
 * Check verifies the list of directories, every entry, every name, and all pointers between the blocks of
 * files. What the first write of littlefs v1 would clean up is a warning. There is no repair: MCUFS_ENOTSUP.
 */
#define MCUFS_LITTLEFS1_CHECK_ARENA(cache_size, block_count, directories)                                    \
    (MCUFS_LITTLEFS1_ARENA(cache_size) + (block_count) / 8u + 1u + 8u * ((directories) + 1u) + 1024u)

extern const mcufs_filesystem_t mcufs_littlefs1;

#ifdef __cplusplus
}
#endif

#endif
