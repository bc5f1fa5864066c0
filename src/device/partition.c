/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See partition_device.h. Arguments were checked against the partition's own geometry already, and so fit
 * the whole device; the calls go straight to its driver. */

#include <string.h>

#include <mcufs/partition_device.h>

static const mcufs_device_t *whole_of(const mcufs_device_t *device, uint32_t *block)
{
    const mcufs_partition_t *partition = device->context;
    *block += partition->first_block;
    return partition->whole;
}

static int read_part(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                     uint32_t size)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->read(whole, block, offset, buffer, size);
}

static int program_part(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->program(whole, block, offset, buffer, size);
}

static int write_part(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                      uint32_t size)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->write(whole, block, offset, buffer, size);
}

static int erase_part(const mcufs_device_t *device, uint32_t block)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->erase(whole, block);
}

static int erase_range_part(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->erase_range(whole, block, count);
}

static int trim_part(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    const mcufs_device_t *whole = whole_of(device, &block);
    return whole->operations->trim(whole, block, count);
}

static int sync_part(const mcufs_device_t *device)
{
    uint32_t block = 0;
    return mcufs_device_sync(whole_of(device, &block));
}

static int ioctl_part(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    uint32_t block = 0;
    const mcufs_device_t *whole = whole_of(device, &block);
    return mcufs_device_ioctl(whole, operation == MCUFS_IOCTL_DEINIT ? MCUFS_IOCTL_SYNC : operation, argument,
                              result);
}

int mcufs_partition_init(mcufs_partition_t *partition, const mcufs_device_t *whole, uint32_t first_block,
                         uint32_t block_count)
{
    if (mcufs_device_check(whole) != 0 || first_block >= whole->geometry.block_count) {
        return MCUFS_EINVAL;
    }
    uint32_t available = whole->geometry.block_count - first_block;
    if (block_count > available) {
        return MCUFS_EINVAL;
    }
    memset(partition, 0, sizeof *partition);
    partition->device.operations = &partition->operations;
    partition->device.context = partition;
    partition->device.geometry = whole->geometry;
    partition->device.geometry.block_count = block_count != 0 ? block_count : available;
    partition->whole = whole;
    partition->first_block = first_block;

    const mcufs_device_operations_t *has = whole->operations;
    mcufs_device_operations_t *offers = &partition->operations;
    offers->read = read_part;
    offers->sync = sync_part;
    offers->ioctl = ioctl_part;
    offers->program = has->program != NULL ? program_part : NULL;
    offers->erase = has->erase != NULL ? erase_part : NULL;
    offers->erase_range = has->erase_range != NULL ? erase_range_part : NULL;
    offers->write = has->write != NULL ? write_part : NULL;
    offers->trim = has->trim != NULL ? trim_part : NULL;
    return 0;
}
