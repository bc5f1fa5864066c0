/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Memory as a block device: a RAM disk, an image in memory-mapped flash, a fake chip for tests. */

#ifndef MCUFS_RAM_DEVICE_H
#define MCUFS_RAM_DEVICE_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How the memory may be changed; 0: not at all, as for an image in ROM. */
enum {
    MCUFS_RAM_FLASH = 1, /* program and erase, as NOR flash: with an erased value of 0xff or 0 a program only
                            clears or sets bits; with any other it replaces them */
    MCUFS_RAM_OVERWRITE = 2 /* write */
};

/* Makes *device a device over `memory`, which holds block_size * block_count bytes and stays where it is
 * while the device is used; its content is left as it is. An erased_value of MCUFS_ERASED_UNKNOWN makes an
 * erase change nothing. MCUFS_EINVAL: no memory, impossible geometry, unknown flags, or more than memory can
 * hold. */
int mcufs_ram_device(mcufs_device_t *device, void *memory, const mcufs_geometry_t *geometry, unsigned flags);

#ifdef __cplusplus
}
#endif

#endif
