/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The checks that stand before every driver, and what a driver without an optional operation gets. */

#include <string.h>

#include <mcufs/device.h>

enum { BOUNCE_SIZE = 64 };

int mcufs_device_check(const mcufs_device_t *device)
{
    if (device == NULL || device->operations == NULL || device->operations->read == NULL) {
        return MCUFS_EINVAL;
    }
    if (device->operations->program != NULL && device->operations->erase == NULL) {
        return MCUFS_EINVAL;
    }
    const mcufs_geometry_t *geometry = &device->geometry;
    if (geometry->read_size == 0 || geometry->program_size == 0 || geometry->block_size == 0 ||
        geometry->block_count == 0) {
        return MCUFS_EINVAL;
    }
    if (geometry->block_size % geometry->read_size != 0 ||
        geometry->block_size % geometry->program_size != 0) {
        return MCUFS_EINVAL;
    }
    if (geometry->erased_value < MCUFS_ERASED_UNKNOWN || geometry->erased_value > 255) {
        return MCUFS_EINVAL;
    }
    return 0;
}

uint64_t mcufs_device_size(const mcufs_device_t *device)
{
    return (uint64_t)device->geometry.block_size * device->geometry.block_count;
}

/* Inside one block of the device, and aligned to `unit`. */
static bool fits(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size, uint32_t unit)
{
    const mcufs_geometry_t *geometry = &device->geometry;
    return block < geometry->block_count && offset <= geometry->block_size &&
           size <= geometry->block_size - offset && offset % unit == 0 && size % unit == 0;
}

static bool fits_blocks(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    return block <= device->geometry.block_count && count <= device->geometry.block_count - block;
}

/* What a device says that lacks the operation asked for. */
static int cannot_change(const mcufs_device_t *device)
{
    bool changes = device->operations->program != NULL || device->operations->write != NULL;
    return changes ? MCUFS_ENOTSUP : MCUFS_EROFS;
}

int mcufs_device_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                      uint32_t size)
{
    if (!fits(device, block, offset, size, device->geometry.read_size)) {
        return MCUFS_EINVAL;
    }
    return size == 0 ? 0 : device->operations->read(device, block, offset, buffer, size);
}

int mcufs_device_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                         uint32_t size)
{
    if (device->operations->program == NULL) {
        return cannot_change(device);
    }
    if (!fits(device, block, offset, size, device->geometry.program_size)) {
        return MCUFS_EINVAL;
    }
    return size == 0 ? 0 : device->operations->program(device, block, offset, buffer, size);
}

int mcufs_device_write(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                       uint32_t size)
{
    if (device->operations->write == NULL) {
        return cannot_change(device);
    }
    if (!fits(device, block, offset, size, device->geometry.program_size)) {
        return MCUFS_EINVAL;
    }
    return size == 0 ? 0 : device->operations->write(device, block, offset, buffer, size);
}

int mcufs_device_erase(const mcufs_device_t *device, uint32_t block)
{
    if (device->operations->program == NULL || device->operations->erase == NULL) {
        return cannot_change(device);
    }
    if (block >= device->geometry.block_count) {
        return MCUFS_EINVAL;
    }
    return device->operations->erase(device, block);
}

int mcufs_device_erase_range(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    if (device->operations->program == NULL || device->operations->erase == NULL) {
        return cannot_change(device);
    }
    if (!fits_blocks(device, block, count)) {
        return MCUFS_EINVAL;
    }
    if (count == 0) {
        return 0;
    }
    if (device->operations->erase_range != NULL) {
        return device->operations->erase_range(device, block, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        int err = device->operations->erase(device, block + i);
        if (err != 0) {
            return err;
        }
    }
    return 0;
}

int mcufs_device_trim(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    if (!fits_blocks(device, block, count)) {
        return MCUFS_EINVAL;
    }
    if (count == 0 || device->operations->trim == NULL) {
        return 0;
    }
    return device->operations->trim(device, block, count);
}

int mcufs_device_sync(const mcufs_device_t *device)
{
    return device->operations->sync == NULL ? 0 : device->operations->sync(device);
}

int mcufs_device_ioctl(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    uint32_t answer = 0;
    int err = 0;
    switch (operation) {
    case MCUFS_IOCTL_SYNC:
        err = mcufs_device_sync(device);
        break;
    case MCUFS_IOCTL_BLOCK_COUNT:
        answer = device->geometry.block_count;
        break;
    case MCUFS_IOCTL_BLOCK_SIZE:
        answer = device->geometry.block_size;
        break;
    case MCUFS_IOCTL_BLOCK_ERASE:
        err = argument < device->geometry.block_count ? mcufs_device_erase(device, (uint32_t)argument)
                                                      : MCUFS_EINVAL;
        break;
    default:
        if (device->operations->ioctl != NULL) {
            err = device->operations->ioctl(device, operation, argument, &answer);
        } else if (operation != MCUFS_IOCTL_INIT && operation != MCUFS_IOCTL_DEINIT) {
            err = MCUFS_ENOTSUP;
        }
    }
    if (result != NULL) {
        *result = answer;
    }
    return err;
}

/* By shifts, as a 64-bit division would cost a Cortex-M0 more than the rest of this file. */
static uint32_t block_of(const mcufs_device_t *device, uint64_t address, uint32_t *offset)
{
    uint32_t block = 0;
    for (unsigned shift = 32; shift-- > 0;) {
        if (address >> shift >= device->geometry.block_size) {
            address -= (uint64_t)device->geometry.block_size << shift;
            block |= (uint32_t)1 << shift;
        }
    }
    *offset = (uint32_t)address;
    return block;
}

/* Fewer bytes than a read unit, or from the middle of one. */
static int read_part(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint8_t *to,
                     uint32_t size)
{
    uint8_t unit[BOUNCE_SIZE];
    uint32_t read_size = device->geometry.read_size;
    if (read_size > sizeof unit) {
        return MCUFS_EINVAL;
    }
    uint32_t inside = offset % read_size;
    int err = mcufs_device_read(device, block, offset - inside, unit, read_size);
    if (err == 0) {
        memcpy(to, unit + inside, size);
    }
    return err;
}

int mcufs_device_read_bytes(const mcufs_device_t *device, uint64_t address, void *buffer, size_t size)
{
    uint64_t end = mcufs_device_size(device);
    if (address > end || size > end - address) {
        return MCUFS_EINVAL;
    }
    uint8_t *to = buffer;
    uint32_t read_size = device->geometry.read_size;
    uint32_t offset;
    uint32_t block = block_of(device, address, &offset);
    while (size > 0) {
        uint32_t chunk = device->geometry.block_size - offset;
        if (chunk > size) {
            chunk = (uint32_t)size;
        }
        uint32_t inside = offset % read_size;
        int err;
        if (inside != 0 || chunk < read_size) {
            chunk = chunk < read_size - inside ? chunk : read_size - inside;
            err = read_part(device, block, offset, to, chunk);
        } else {
            chunk -= chunk % read_size;
            err = mcufs_device_read(device, block, offset, to, chunk);
        }
        if (err != 0) {
            return err;
        }
        to += chunk;
        size -= chunk;
        offset += chunk;
        if (offset == device->geometry.block_size) {
            offset = 0;
            block++;
        }
    }
    return 0;
}
