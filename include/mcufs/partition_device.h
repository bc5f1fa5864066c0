/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A range of blocks of a device, as a device of its own. */

#ifndef MCUFS_PARTITION_DEVICE_H
#define MCUFS_PARTITION_DEVICE_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Owned by the caller, in place while it is used. Mount &partition.device. */
typedef struct mcufs_partition {
    mcufs_device_t device;
    mcufs_device_operations_t operations; /* as many as the whole device has */
    const mcufs_device_t *whole;
    uint32_t first_block;
} mcufs_partition_t;

/* `block_count` blocks from `first_block` of `whole`, which must stay usable while the partition is; 0: to
 * the end. What is done costs the same as on the whole device. The partition cannot reach outside its range,
 * with one exception: driver-private ioctls (64 and up) are passed on as they are. DEINIT only syncs, as the
 * other partitions may be in use. MCUFS_EINVAL: the range is empty or not inside the device. */
int mcufs_partition_init(mcufs_partition_t *partition, const mcufs_device_t *whole, uint32_t first_block,
                         uint32_t block_count);

#ifdef __cplusplus
}
#endif

#endif
