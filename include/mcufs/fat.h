/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* FAT12, FAT16 and FAT32 as a filesystem for the VFS.
 *
 * The device overwrites sectors in place (`write`): an SD card, a RAM disk, or flash under
 * mcufs/flash_sector.h. Its blocks hold one or more sectors; no call crosses a block, so blocks of many
 * sectors make few calls.
 *
 * What is promised, on a volume with a journal (format makes one; other drivers leave it alone):
 * - After sync or close returned 0 the data and its name are there, whatever happens next.
 * - Making, removing and renaming, also over an existing file, happen wholly or not at all. When the call
 *   returned 0 they are durable, but for the creation of an empty file: it becomes durable with its first
 * sync or close, or with the next change of any name, whichever comes first.
 * - Bytes behind the old end of a file appear with the sync. O_TRUNC and truncate take effect with the sync.
 * - Bytes overwritten in place are, sector by sector, old or new until the sync.
 * - No lost and no shared clusters, ever. Assumed of the device: a write that is cut off leaves each aligned
 * 32 bytes as they were or as they shall be. Without a journal the order of writing sees to it that a cut
 * leaves lost clusters, some behind the end of a file, a second table that is behind the first or, during a
 * rename, both names, and nothing worse; the volume stays marked as dirty, so that a PC offers to check it.
 *
 * Names are UTF-8, at most 255 bytes, compared without case and kept as they were given. Times are those of
 * the hooks, without a time zone: 2 s (created: 10 ms) from 1980 to 2107. */

#ifndef MCUFS_FAT_H
#define MCUFS_FAT_H

#include <mcufs/filesystem.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_FAT_NEVER 0xffffffffu

/* Every member may be 0: a good default. Those of format say how to make the volume; mount ignores them. */
typedef struct mcufs_fat_options {
    uint32_t sector_size;    /* format: bytes, 512 to 4096; 0: 512, or the device's unit if that is larger */
    uint32_t cluster_size;   /* format: bytes, a power of two, 1 to 128 sectors; 0: by size of the volume */
    uint8_t type;            /* format: 12, 16 or 32; 0: by number of clusters, which decides in any case */
    uint8_t fat_count;       /* format: 1 or 2; 0: 2 */
    uint32_t root_entries;   /* format: of the root of FAT12 and FAT16; 0: 512 */
    uint32_t serial;         /* format: number of the volume; 0: from the time */
    uint32_t hidden_sectors; /* format: before the volume, on a partitioned device */
    uint32_t alignment; /* format: bytes that the first cluster is aligned to; 0: as the SD Association */
    uint32_t journal_sectors; /* format: sectors of the journal; 0: 1/128 of the volume, 7 to 64;
                                 MCUFS_FAT_NEVER: no journal */
    const char *label;        /* format: UTF-8, at most 11 characters of code page 437; NULL: none */
} mcufs_fat_options_t;

/* Bytes of arena that suffice for a mount; the VFS adds 10 pointers and the mount's path. What is above goes,
 * in this order, to: two more sector buffers, hashes of the names of one directory (6 bytes each, at most
 * 1,024: a name is found, or known to be missing, in one or two reads), remembered runs of clusters (20 bytes
 * each), further buffers. Open files need none of it. */
#define MCUFS_FAT_ARENA_MINIMUM(sector_size) ((sector_size) + 27u * sizeof(void *) + 780u)

extern const mcufs_filesystem_t mcufs_fat;

#ifdef __cplusplus
}
#endif

#endif
