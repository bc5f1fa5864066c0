/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Parts of littlefs v2 that firmware short of flash may leave out, by defining them as 0. `make size` prints
 * what each costs. */

#ifndef MCUFS_LITTLEFS2_PARTS_H
#define MCUFS_LITTLEFS2_PARTS_H

/* Check and repair: as large as the rest, and often left to the host. */
#ifndef MCUFS_LITTLEFS2_WITH_CHECK
#define MCUFS_LITTLEFS2_WITH_CHECK 1
#endif

/* Overwrites all over a file wait for the next sync: one pass for all of them instead of one for each. */
#ifndef MCUFS_LITTLEFS2_WITH_PATCHES
#define MCUFS_LITTLEFS2_WITH_PATCHES 1
#endif

/* A file's block list is remembered as far as it was come across: random reads in one access. */
#ifndef MCUFS_LITTLEFS2_WITH_POINTERS
#define MCUFS_LITTLEFS2_WITH_POINTERS 1
#endif

/* A new file's entry waits for its first sync: creating and writing a file is one commit instead of two. */
#ifndef MCUFS_LITTLEFS2_WITH_LATE_CREATION
#define MCUFS_LITTLEFS2_WITH_LATE_CREATION 1
#endif

/* Where the entries of logs are is remembered, as far as there is memory: a name is looked up in one or two
 * reads. */
#ifndef MCUFS_LITTLEFS2_WITH_INDEX
#define MCUFS_LITTLEFS2_WITH_INDEX 1
#endif

/* mcufs_gc erases free blocks ahead, and long writes use erase_range. */
#ifndef MCUFS_LITTLEFS2_WITH_ERASE_AHEAD
#define MCUFS_LITTLEFS2_WITH_ERASE_AHEAD 1
#endif

/* File content and metadata pairs move out of the way of a resize to fewer blocks. */
#ifndef MCUFS_LITTLEFS2_WITH_SHRINK
#define MCUFS_LITTLEFS2_WITH_SHRINK 1
#endif

/* mcufs_littlefs2_salvage: damaged volumes can be mounted, read-only. */
#ifndef MCUFS_LITTLEFS2_WITH_SALVAGE
#define MCUFS_LITTLEFS2_WITH_SALVAGE 1
#endif

/* mcufs_gc moves data that is never rewritten, so that its blocks take part in the wear. */
#ifndef MCUFS_LITTLEFS2_WITH_LEVELLING
#define MCUFS_LITTLEFS2_WITH_LEVELLING 1
#endif

/* Checksums of the content of files, for those who switch them on (mcufs_littlefs2_options_t.checksums), and
 * the scrub that reads files to verify them. */
#ifndef MCUFS_LITTLEFS2_WITH_CHECKSUMS
#define MCUFS_LITTLEFS2_WITH_CHECKSUMS 1
#endif

#endif
