/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Block devices: geometry + operations + context.
 *
 * A device is an array of erase blocks. Bytes are programmed into erased space in ascending, aligned
 * program units; a block is erased as a whole. That is NOR or NAND flash (the extended form of the
 * MicroPython block protocol). Devices that overwrite sectors in place (SD, RAM disks: the simple form)
 * offer `write` as well; src/device has adapters from each form to the other.
 *
 * Filesystems call the mcufs_device_*() functions below, never the operations: those check ranges and
 * alignment once, for every driver. */

#ifndef MCUFS_DEVICE_H
#define MCUFS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mcufs/errors.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_ERASED_UNKNOWN (-1)

typedef struct mcufs_geometry {
    uint32_t read_size;    /* bytes: every read is aligned to this and a multiple of it; >= 1 */
    uint32_t program_size; /* bytes: the same for programs; >= 1 */
    uint32_t block_size;   /* bytes per erase block; a multiple of both */
    uint32_t block_count;  /* erase blocks */
    int16_t erased_value;  /* what erased bytes read as, 0..255, or MCUFS_ERASED_UNKNOWN */
} mcufs_geometry_t;

typedef struct mcufs_device mcufs_device_t;

/* ioctl operations, with the numbers of the MicroPython block protocol (spec: micropython.md section 4). */
enum {
    MCUFS_IOCTL_INIT = 1,        /* power the device up; 0 or an error */
    MCUFS_IOCTL_DEINIT = 2,      /* power it down */
    MCUFS_IOCTL_SYNC = 3,        /* as `sync` */
    MCUFS_IOCTL_BLOCK_COUNT = 4, /* result: geometry.block_count */
    MCUFS_IOCTL_BLOCK_SIZE = 5,  /* result: geometry.block_size */
    MCUFS_IOCTL_BLOCK_ERASE = 6  /* argument: the block; as `erase` */
};

/* Each returns 0 or a negative error. MCUFS_ECORRUPT from program or erase says that this block is bad and
 * should be replaced; from read, that the data is damaged. Any other error is passed on to the application.
 * A driver may rely on the arguments: in range, aligned, never crossing a block boundary. */
typedef struct mcufs_device_operations {
    int (*read)(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer, uint32_t size);
    /* Only onto erased bytes. NULL on a read-only device. */
    int (*program)(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                   uint32_t size);
    int (*erase)(const mcufs_device_t *device, uint32_t block);
    /* Everything programmed before is durable when this returns. NULL: programs are durable at once. */
    int (*sync)(const mcufs_device_t *device);

    /* Optional, NULL when the device cannot. */
    int (*erase_range)(const mcufs_device_t *device, uint32_t block, uint32_t count);
    /* Overwrites in place, no erase needed; aligned to program_size. */
    int (*write)(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                 uint32_t size);
    /* These blocks' content is no longer needed. */
    int (*trim)(const mcufs_device_t *device, uint32_t block, uint32_t count);
    /* Called for INIT, DEINIT and driver-private numbers >= 64; the result in *result when not NULL. */
    int (*ioctl)(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result);
} mcufs_device_operations_t;

/* Owned by the caller; must stay in place and unchanged while anything is mounted on it. */
struct mcufs_device {
    const mcufs_device_operations_t *operations;
    void *context;
    mcufs_geometry_t geometry;
};

/* MCUFS_EINVAL when a unit or the block count is 0, units do not divide the block size, the erased value is
 * none, `read` is missing, or `erase` is while there is `program`. */
int mcufs_device_check(const mcufs_device_t *device);

/* Size in bytes. */
uint64_t mcufs_device_size(const mcufs_device_t *device);

/* One device call each. MCUFS_EINVAL: out of range, misaligned, or across a block boundary;
 * MCUFS_EROFS: the device is read-only; MCUFS_ENOTSUP: it changes in the other form only (`write` instead of
 * program and erase, or the reverse); otherwise what the driver returned. A size of 0 is no call. */
int mcufs_device_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                      uint32_t size);
int mcufs_device_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                         uint32_t size);
int mcufs_device_write(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                       uint32_t size);
int mcufs_device_erase(const mcufs_device_t *device, uint32_t block);
/* One erase_range call where the device has it, else one erase per block; stops at the first error. */
int mcufs_device_erase_range(const mcufs_device_t *device, uint32_t block, uint32_t count);
/* Advice: a device without `trim` answers 0. */
int mcufs_device_trim(const mcufs_device_t *device, uint32_t block, uint32_t count);
int mcufs_device_sync(const mcufs_device_t *device);
/* All six MicroPython operations work on every device; missing INIT/DEINIT count as success. MCUFS_ENOTSUP:
 * another operation that the driver does not know. `result` may be NULL; 0 where there is none to give. */
int mcufs_device_ioctl(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result);

/* Reads any byte range, across blocks and unaligned, in as many device calls as that takes; unaligned ends
 * go through a small buffer on the stack when read_size <= 64, else MCUFS_EINVAL. For probing and tools. */
int mcufs_device_read_bytes(const mcufs_device_t *device, uint64_t address, void *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
