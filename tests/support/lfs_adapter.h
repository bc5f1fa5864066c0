/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The drop-in lfs.h as a filesystem: all that is tested through the VFS can be tested through it. Options are
 * those of littlefs v2. Every mistake with lock and unlock aborts. */

#ifndef MCUFS_TESTS_LFS_ADAPTER_H
#define MCUFS_TESTS_LFS_ADAPTER_H

#include <mcufs/littlefs2.h>

extern const mcufs_filesystem_t lfs_adapter;

/* Arena for buffers, four of them for files, and a map of `lookahead` bytes; what is above is memory for
 * speed. */
size_t lfs_adapter_arena(uint32_t cache_size, uint32_t lookahead);
enum { LFS_ADAPTER_LOOKAHEAD = 16 };

#endif
