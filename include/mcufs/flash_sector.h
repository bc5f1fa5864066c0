/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Flash as a device that overwrites sectors in place, for a filesystem made for disks (FAT). Safe and slow; a
 * flash translation layer is the fast way.
 *
 * Each `write` is atomic under power cuts: afterwards every sector of it has its old or its new content,
 * those of one call in one erase block all the same, and no other sector is touched, whatever the cut left
 * half done. When it returned 0 it is durable.
 *
 * Sectors lie on the flash where they would without this layer, so that the image of a chip at rest is the
 * plain image of its filesystem. The last `reserved` blocks are not part of the device:
 *
 *     | block 0 ... | journal | journal | copy | copy ... |
 *
 * To write, a copy of the whole erase block with the change in it is made in one of the copy blocks, a
 * journal record says that from now on the copy counts, the block is erased and programmed from the copy, and
 * another record says that it is done. After a cut the journal tells what to finish. Records lie one after
 * the other in one journal block until it is full; then they go on in the other one.
 *
 * One write costs two erases, two programs of an erase block and two records, however small it is: write as
 * much of an erase block as possible in one call. Writing what is there already costs only reading it. The
 * copies take turns, but a chip that wears out after 100,000 erases takes at most 100,000 * (reserved - 2)
 * writes in all. A block that fails can be replaced only among the copies; for NAND use an FTL. */

#ifndef MCUFS_FLASH_SECTOR_H
#define MCUFS_FLASH_SECTOR_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_FLASH_SECTOR_RESERVED_MINIMUM 3

typedef struct mcufs_flash_sector_options {
    uint32_t sector_size; /* bytes; divides the erase block, a multiple of the flash's read unit; 0: 512 */
    uint32_t reserved;    /* erase blocks kept at the end; 0: 4; at least 3. The same at every start */
    void *buffer; /* for copying, and as large as a journal record at least: 16 bytes, or the flash's read
                     or program unit if that is larger. Larger is faster, up to a block */
    uint32_t buffer_size; /* bytes */
} mcufs_flash_sector_options_t;

/* Owned by the caller, in place while it is used. Mount &sectors.device: program_size is the sector size,
 * block_size that of the flash. The other members are private. */
typedef struct mcufs_flash_sector {
    mcufs_device_t device;
    const mcufs_device_t *flash;
    uint8_t *buffer;
    uint32_t chunk;       /* bytes copied at once */
    uint32_t record_size; /* bytes from one record to the next */
    uint32_t generation;  /* of the journal block in use; 0: none is */
    uint32_t next_record; /* index in that journal block */
    uint32_t journal;     /* 0 or 1: the journal block in use */
    uint32_t target;      /* block whose content is in `copy`, or UINT32_MAX */
    uint32_t copy;        /* 0 .. : the copy block in use, or used last */
    bool settled;         /* the journal says for sure what target and copy say */
    bool other_used;      /* the other journal block holds records */
} mcufs_flash_sector_t;

/* Reads the journal and, after a power cut, finishes what it says: a few milliseconds, or up to a write and
 * an erase more. A flash that is read-only is not changed: its unfinished block is read from the copy. A
 * flash not used like this before needs no formatting.
 *
 * MCUFS_EINVAL: sizes that do not fit, too few reserved blocks, or no block left beside them. Otherwise what
 * the flash answered. Like every other error of this layer, one during recovery loses nothing: init can be
 * called again. An error of `write` leaves its sectors old or new, and the device usable. */
int mcufs_flash_sector_init(mcufs_flash_sector_t *sectors, const mcufs_device_t *flash,
                            const mcufs_flash_sector_options_t *options);

#ifdef __cplusplus
}
#endif

#endif
