/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See sector_flash.h. */

#include <mcufs/sector_flash.h>

/* The part of a range that lies in one block of the sector device. */
typedef struct piece {
    uint32_t block, offset, size;
} piece_t;

static piece_t first_piece(const mcufs_sector_flash_t *flash, uint32_t block, uint32_t offset, uint32_t size)
{
    uint32_t sector_block_size = flash->sectors->geometry.block_size;
    piece_t piece = {block * flash->group + offset / sector_block_size, offset % sector_block_size, size};
    if (piece.size > sector_block_size - piece.offset) {
        piece.size = sector_block_size - piece.offset;
    }
    return piece;
}

static int read_sectors(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                        uint32_t size)
{
    const mcufs_sector_flash_t *flash = device->context;
    uint8_t *to = buffer;
    while (size > 0) {
        piece_t piece = first_piece(flash, block, offset, size);
        int err = mcufs_device_read(flash->sectors, piece.block, piece.offset, to, piece.size);
        if (err != 0) {
            return err;
        }
        to += piece.size;
        offset += piece.size;
        size -= piece.size;
    }
    return 0;
}

static int sync_sectors(const mcufs_device_t *device)
{
    mcufs_sector_flash_t *flash = device->context;
    int err = mcufs_device_sync(flash->sectors);
    if (err == 0) {
        flash->unsynced_block = MCUFS_SECTOR_FLASH_SYNCED;
    }
    return err;
}

/* Keeps what was programmed in other blocks from arriving after what is about to change here. */
static int order_before(const mcufs_device_t *device, uint32_t block)
{
    const mcufs_sector_flash_t *flash = device->context;
    if (flash->unsynced_block == MCUFS_SECTOR_FLASH_SYNCED || flash->unsynced_block == block) {
        return 0;
    }
    return sync_sectors(device);
}

static int program_sectors(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                           uint32_t size)
{
    mcufs_sector_flash_t *flash = device->context;
    const uint8_t *from = buffer;
    int err = order_before(device, block);
    while (err == 0 && size > 0) {
        piece_t piece = first_piece(flash, block, offset, size);
        flash->unsynced_block = block;
        err = mcufs_device_write(flash->sectors, piece.block, piece.offset, from, piece.size);
        from += piece.size;
        offset += piece.size;
        size -= piece.size;
    }
    return err;
}

static int trim_range(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    mcufs_sector_flash_t *flash = device->context;
    if (flash->sectors->operations->trim == NULL) {
        return 0;
    }
    int err = order_before(device, block);
    if (err == 0) {
        flash->unsynced_block = block;
        err = mcufs_device_trim(flash->sectors, block * flash->group, count * flash->group);
    }
    return err;
}

static int erase_one(const mcufs_device_t *device, uint32_t block)
{
    return trim_range(device, block, 1);
}

static int ioctl_sectors(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    const mcufs_sector_flash_t *flash = device->context;
    return mcufs_device_ioctl(flash->sectors, operation, argument, result);
}

static const mcufs_device_operations_t operations = {.read = read_sectors,
                                                     .program = program_sectors,
                                                     .erase = erase_one,
                                                     .sync = sync_sectors,
                                                     .erase_range = trim_range,
                                                     .ioctl = ioctl_sectors};

int mcufs_sector_flash_init(mcufs_sector_flash_t *flash, const mcufs_device_t *sectors, uint32_t group)
{
    if (mcufs_device_check(sectors) != 0 || group == 0 || group > sectors->geometry.block_count ||
        sectors->geometry.block_size > UINT32_MAX / group) {
        return MCUFS_EINVAL;
    }
    if (sectors->operations->write == NULL) {
        return sectors->operations->program != NULL ? MCUFS_ENOTSUP : MCUFS_EROFS;
    }
    flash->device.operations = &operations;
    flash->device.context = flash;
    flash->device.geometry = sectors->geometry;
    flash->device.geometry.block_size = sectors->geometry.block_size * group;
    flash->device.geometry.block_count = sectors->geometry.block_count / group;
    flash->device.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
    flash->sectors = sectors;
    flash->group = group;
    flash->unsynced_block = MCUFS_SECTOR_FLASH_SYNCED;
    return 0;
}
