/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What reading and writing of partition tables share: where things are in them, and sectors. */

#ifndef MCUFS_DEVICE_PARTITION_TABLE_H
#define MCUFS_DEVICE_PARTITION_TABLE_H

#include <mcufs/partition_table.h>

enum {
    TABLE_MBR_ENTRIES = 446, /* four of 16 bytes */
    TABLE_MBR_MARK = 510,    /* 55 aa */
    TABLE_MBR_EXTENDED = 0x05,
    TABLE_MBR_EXTENDED_LBA = 0x0f,
    TABLE_MBR_PROTECTIVE = 0xee,
    TABLE_GPT_ENTRIES = 128,
    TABLE_GPT_ENTRY_SIZE = 128,
    TABLE_GPT_HEADER_SIZE = 92
};

#define TABLE_GPT_SIGNATURE "EFI PART"
#define TABLE_GPT_REVISION  0x00010000u

/* A device seen as sectors, with memory for one of them. */
typedef struct mcufs_table_sectors {
    const mcufs_device_t *device;
    uint32_t size;  /* of a sector, in bytes */
    uint64_t count; /* of the device */
    uint8_t *bytes;
} mcufs_table_sectors_t;

int mcufs_table_open(mcufs_table_sectors_t *sectors, const mcufs_device_t *device, uint32_t sector_size,
                     void *scratch, size_t scratch_size);
int mcufs_table_load(const mcufs_table_sectors_t *sectors, uint64_t sector);
int mcufs_table_store(const mcufs_table_sectors_t *sectors, uint64_t sector);

#endif
