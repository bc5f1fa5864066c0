/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See ram_device.h. The context of the device is the memory. */

#include <string.h>

#include <mcufs/ram_device.h>

static uint8_t *bytes_at(const mcufs_device_t *device, uint32_t block, uint32_t offset)
{
    return (uint8_t *)device->context + (size_t)block * device->geometry.block_size + offset;
}

static int read_memory(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    memcpy(buffer, bytes_at(device, block, offset), size);
    return 0;
}

static int write_memory(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    memcpy(bytes_at(device, block, offset), buffer, size);
    return 0;
}

static int program_memory(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                          uint32_t size)
{
    int16_t erased = device->geometry.erased_value;
    if (erased != 0xff && erased != 0) {
        return write_memory(device, block, offset, buffer, size);
    }
    uint8_t *to = bytes_at(device, block, offset);
    const uint8_t *from = buffer;
    for (uint32_t i = 0; i < size; i++) {
        to[i] = (uint8_t)(erased == 0 ? to[i] | from[i] : to[i] & from[i]);
    }
    return 0;
}

static int erase_memory(const mcufs_device_t *device, uint32_t block)
{
    if (device->geometry.erased_value != MCUFS_ERASED_UNKNOWN) {
        memset(bytes_at(device, block, 0), device->geometry.erased_value, device->geometry.block_size);
    }
    return 0;
}

/* One table per combination of flags. */
static const mcufs_device_operations_t operations[] = {
    {.read = read_memory},
    {.read = read_memory, .program = program_memory, .erase = erase_memory},
    {.read = read_memory, .write = write_memory},
    {.read = read_memory, .program = program_memory, .erase = erase_memory, .write = write_memory}};

int mcufs_ram_device(mcufs_device_t *device, void *memory, const mcufs_geometry_t *geometry, unsigned flags)
{
    if (memory == NULL || geometry == NULL || flags > (MCUFS_RAM_FLASH | MCUFS_RAM_OVERWRITE)) {
        return MCUFS_EINVAL;
    }
    mcufs_device_t candidate = {.operations = &operations[flags], .context = memory, .geometry = *geometry};
    if (mcufs_device_check(&candidate) != 0 || mcufs_device_size(&candidate) > SIZE_MAX) {
        return MCUFS_EINVAL;
    }
    *device = candidate;
    return 0;
}
