/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The filesystems under test: one row each. */

#include "conformance/conformance.h"

#include "host/hostfs.h"

#define HOSTFS(setting_name, remounts)                                                                       \
    {                                                                                                        \
        .name = setting_name, .filesystem = &mcufs_hostfs, .host = true, .buffer_size = 256, .writers = 100, \
        .name_max = 255, .attribute_max = 1022, .time_step = 1, .keeps_accessed = true, .remount = remounts  \
    }

const conformance_setting_t conformance_settings[] = {
    HOSTFS("hostfs", false),
    HOSTFS("hostfs, remounted", true),
    {.name = NULL},
};
