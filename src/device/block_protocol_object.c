/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A device as an object of the MicroPython block protocol; see block_protocol.h. */

#include <mcufs/block_protocol.h>

typedef int transfer_t(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                       uint32_t size);

/* Takes a range that may run over several blocks apart. */
static int in_blocks(const mcufs_device_t *device, transfer_t *transfer, uint32_t block, uint32_t offset,
                     const void *buffer, uint32_t size)
{
    uint32_t block_size = device->geometry.block_size;
    const uint8_t *from = buffer;
    block += offset / block_size;
    offset %= block_size;
    while (size > 0) {
        uint32_t part = size < block_size - offset ? size : block_size - offset;
        int err = transfer(device, block, offset, from, part);
        if (err != 0) {
            return err;
        }
        from += part;
        size -= part;
        offset = 0;
        block++;
    }
    return 0;
}

/* The range, all of it, so that nothing is written of one that is partly outside. */
static bool inside(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size)
{
    uint64_t address = (uint64_t)block * device->geometry.block_size + offset;
    return address + size <= mcufs_device_size(device);
}

static int erase_and_program(const mcufs_device_t *device, uint32_t block, uint32_t offset,
                             const void *buffer, uint32_t size)
{
    int err = mcufs_device_erase(device, block);
    return err != 0 ? err : mcufs_device_program(device, block, offset, buffer, size);
}

static int object_read_at(void *context, uint32_t block, uint32_t offset, void *buffer, uint32_t size)
{
    const mcufs_device_t *device = context;
    return mcufs_device_read_bytes(device, (uint64_t)block * device->geometry.block_size + offset, buffer,
                                   size);
}

static int object_write_at(void *context, uint32_t block, uint32_t offset, const void *buffer, uint32_t size)
{
    const mcufs_device_t *device = context;
    uint32_t unit = device->geometry.program_size;
    if (!inside(device, block, offset, size) || offset % unit != 0 || size % unit != 0) {
        return MCUFS_EINVAL;
    }
    transfer_t *transfer = device->operations->program != NULL ? mcufs_device_program : mcufs_device_write;
    return in_blocks(device, transfer, block, offset, buffer, size);
}

static int object_read_blocks(void *context, uint32_t block, void *buffer, uint32_t size)
{
    const mcufs_device_t *device = context;
    if (size % device->geometry.block_size != 0) {
        return MCUFS_EINVAL;
    }
    return object_read_at(context, block, 0, buffer, size);
}

static int object_write_blocks(void *context, uint32_t block, const void *buffer, uint32_t size)
{
    const mcufs_device_t *device = context;
    if (size % device->geometry.block_size != 0 || !inside(device, block, 0, size)) {
        return MCUFS_EINVAL;
    }
    transfer_t *transfer = device->operations->write != NULL ? mcufs_device_write : erase_and_program;
    return in_blocks(device, transfer, block, 0, buffer, size);
}

/* Only a device that programs needs its blocks erased; on one that overwrites, that is done. */
static int object_ioctl(void *context, int operation, uintptr_t argument, uint32_t *result)
{
    const mcufs_device_t *device = context;
    if (operation == MCUFS_IOCTL_BLOCK_ERASE && device->operations->program == NULL &&
        device->operations->write != NULL && argument < device->geometry.block_count) {
        if (result != NULL) {
            *result = 0;
        }
        return mcufs_device_trim(device, (uint32_t)argument, 1);
    }
    return mcufs_device_ioctl(device, operation, argument, result);
}

void mcufs_block_protocol_from_device(mcufs_block_protocol_t *protocol, const mcufs_device_t *device)
{
    bool writable = device->operations->program != NULL || device->operations->write != NULL;
    protocol->context = (void *)(uintptr_t)device; /* only the functions above get it, as const again */
    protocol->read_blocks = object_read_blocks;
    protocol->read_at = object_read_at;
    protocol->write_blocks = writable ? object_write_blocks : NULL;
    protocol->write_at = writable ? object_write_at : NULL;
    protocol->ioctl = object_ioctl;
}
