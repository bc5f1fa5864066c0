/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The MicroPython block protocol, in C, in both directions.
 *
 * The protocol has two forms. The *simple* one transfers whole blocks and erases by itself where that is
 * needed; the *extended* one has a byte offset, and a write never erases. Six ioctls go with them
 * (MCUFS_IOCTL_*). Functions return 0 or a negative error; a positive result is taken as MCUFS_EINVAL. */

#ifndef MCUFS_BLOCK_PROTOCOL_H
#define MCUFS_BLOCK_PROTOCOL_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An object that speaks the protocol. A form that it does not speak is NULL; without any write it is
 * read-only. */
typedef struct mcufs_block_protocol {
    void *context;
    /* Simple: whole blocks, `size` is a multiple of the block size. write_blocks erases. */
    int (*read_blocks)(void *context, uint32_t block, void *buffer, uint32_t size);
    int (*write_blocks)(void *context, uint32_t block, const void *buffer, uint32_t size);
    /* Extended: from `offset` in a block, inside it. write_at never erases, not even at offset 0. */
    int (*read_at)(void *context, uint32_t block, uint32_t offset, void *buffer, uint32_t size);
    int (*write_at)(void *context, uint32_t block, uint32_t offset, const void *buffer, uint32_t size);
    /* Block count and size (4, 5) are needed, erase (6) for write_at; an error from init, deinit or sync
     * (1, 2, 3) is passed on, but MCUFS_ENOTSUP means that there is nothing to do. */
    int (*ioctl)(void *context, int operation, uintptr_t argument, uint32_t *result);
} mcufs_block_protocol_t;

/* -- An object of the protocol as a device -------------------------------------------------------------- */

typedef struct mcufs_block_protocol_options {
    uint32_t read_size;    /* bytes; 0: 1 in the extended form, else the block size (1 with a buffer) */
    uint32_t program_size; /* the same */
    int16_t erased_value;  /* extended form: what erased bytes read as, or MCUFS_ERASED_UNKNOWN */
    void *buffer;          /* one block, for the other form than the object's own; NULL: own form only */
    uint32_t buffer_size;  /* bytes; at least the block size, when there is a buffer */
} mcufs_block_protocol_options_t;

/* Owned by the caller, in place while it is used. Mount &device.device. */
typedef struct mcufs_block_protocol_device {
    mcufs_device_t device;
    mcufs_device_operations_t operations;
    const mcufs_block_protocol_t *protocol;
    uint8_t *buffer;
    uint32_t buffered_block; /* the block that the buffer holds, or UINT32_MAX */
} mcufs_block_protocol_device_t;

/* Powers the object up (ioctl 1), asks for its size, and makes a device of it.
 *
 * An object of the extended form has read, program and erase; write as well when it has write_blocks and
 * there is a buffer. One of the simple form has read and write; with a buffer it has program and erase as
 * well, where an erase does nothing and the erased value is unknown. Through the buffer a block is read,
 * changed and written as a whole, at each call: whether a power cut then loses what the block held before is
 * up to write_blocks: on an SD card it does not, on flash it does unless the driver takes care.
 *
 * MCUFS_EINVAL: no read or ioctl, a geometry that does not fit, or a buffer that is too small. Otherwise what
 * the object answered. */
int mcufs_block_protocol_device_init(mcufs_block_protocol_device_t *device,
                                     const mcufs_block_protocol_t *protocol,
                                     const mcufs_block_protocol_options_t *options);

/* -- A device as an object of the protocol -------------------------------------------------------------- */

/* Fills *protocol with both forms and the ioctls over `device`, which must stay usable. A range may also run
 * over several blocks, and the offset past the first.
 *
 * read_at takes any range where the device's read_size is at most 64 bytes, else aligned ones. write_at must
 * be aligned to the program_size, and on a device that only overwrites, it does. write_blocks writes in place
 * where the device can, else erases and programs: a power cut in between loses the old content of the blocks
 * being written, and nothing else. On a read-only device the writes are NULL. */
void mcufs_block_protocol_from_device(mcufs_block_protocol_t *protocol, const mcufs_device_t *device);

#ifdef __cplusplus
}
#endif

#endif
