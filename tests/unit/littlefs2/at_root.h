/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mounting one littlefs v2 volume as the whole tree, whatever the arena held before. */

#ifndef TESTS_UNIT_LITTLEFS2_AT_ROOT_H
#define TESTS_UNIT_LITTLEFS2_AT_ROOT_H

#include <stddef.h>
#include <stdint.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

/* Returns what mcufs_mount does. */
static inline int mount_at_root(mcufs_t *fs, const mcufs_device_t *device, void *arena, size_t arena_size,
                                uint32_t flags, mcufs_littlefs2_options_t *options)
{
    int error = mcufs_init(fs, NULL);
    return error < 0 ? error
                     : mcufs_mount(fs, "/", device,
                                   &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                            .arena = arena,
                                                            .arena_size = arena_size,
                                                            .flags = flags,
                                                            .filesystem_options = options});
}

#endif
