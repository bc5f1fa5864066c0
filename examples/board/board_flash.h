/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The flash chip of this board, as a block device. */

#ifndef BOARD_FLASH_H
#define BOARD_FLASH_H

#include <mcufs/device.h>

extern const mcufs_device_t board_flash;

#endif
