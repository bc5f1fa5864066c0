/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The attributes of hostfs, in extended attributes of the host. Apart from the rest of hostfs because POSIX
 * does not have them: this is the file to look at for another host. */

#ifndef MCUFS_HOST_HOSTFS_ATTRIBUTES_H
#define MCUFS_HOST_HOSTFS_ATTRIBUTES_H

#include <stdint.h>

/* As the operations of mcufs/filesystem.h, on an open file or directory. */
int32_t hostfs_attribute_get(int descriptor, uint8_t type, void *buffer, uint32_t size);
int hostfs_attribute_set(int descriptor, uint8_t type, const void *buffer, uint32_t size);
int hostfs_attribute_remove(int descriptor, uint8_t type);

#endif
