/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A device that overwrites sectors in place (SD card, eMMC, RAM disk), carrying a filesystem made for flash.
 *
 * Erase blocks are made of one or more blocks of the sector device; a program is a write, an erase is a trim
 * where the device has one and nothing where not, and the erased value is unknown.
 *
 * Media may cache writes and let them arrive in any order, while flash filesystems count on the order they
 * program in. So the sector device is synced before a program or erase in another block than the one
 * programmed last: at a power cut only writes to one block can be out of order, and a checksum in that block
 * tells. A device without `sync` pays nothing for it.
 *
 * A call never crosses a block of the sector device. A driver that transfers several sectors at once should
 * therefore have blocks of several sectors (block_size 4096 or more, program_size 512). */

#ifndef MCUFS_SECTOR_FLASH_H
#define MCUFS_SECTOR_FLASH_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_SECTOR_FLASH_SYNCED UINT32_MAX

/* Owned by the caller, in place while it is used. Mount &flash.device. */
typedef struct mcufs_sector_flash {
    mcufs_device_t device;
    const mcufs_device_t *sectors;
    uint32_t group;          /* blocks of the sector device per erase block */
    uint32_t unsynced_block; /* programmed since the last sync, or MCUFS_SECTOR_FLASH_SYNCED */
} mcufs_sector_flash_t;

/* Erase blocks of `group` blocks each; what is left over at the end is not used. `sectors` must have `write`
 * (else MCUFS_ENOTSUP, or MCUFS_EROFS when it is read-only) and stay usable. MCUFS_EINVAL: group is 0 or
 * larger than the device. */
int mcufs_sector_flash_init(mcufs_sector_flash_t *flash, const mcufs_device_t *sectors, uint32_t group);

#ifdef __cplusplus
}
#endif

#endif
