/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Partition tables of sector devices: MBR with its chain of extended partitions, and GPT. Reading and
 * writing; both need memory for one sector and nothing else.
 *
 * Format facts: UEFI specification 2.10, sections 5.2 (MBR) and 5.3 (GPT); extended partitions as Linux and
 * Windows read them. What is on the device is not trusted: every entry that is reported lies inside it. */

#ifndef MCUFS_PARTITION_TABLE_H
#define MCUFS_PARTITION_TABLE_H

#include <mcufs/device.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mcufs_table_kind { MCUFS_TABLE_MBR = 1, MCUFS_TABLE_GPT = 2 } mcufs_table_kind_t;

/* Types of MBR partitions that programs here care about. */
enum {
    MCUFS_MBR_FAT12 = 0x01,
    MCUFS_MBR_FAT16 = 0x0e,
    MCUFS_MBR_EXFAT = 0x07,
    MCUFS_MBR_FAT32 = 0x0c,
    MCUFS_MBR_LINUX = 0x83
};

#define MCUFS_TABLE_NAME_MAX 108 /* bytes: 36 UTF-16 units as UTF-8 */

typedef struct mcufs_table_entry {
    uint32_t number;      /* as the PC counts: 1 to 4, logical ones from 5; GPT from 1 */
    uint64_t start, size; /* bytes */
    bool bootable;
    uint8_t type;                /* MBR: not 0 */
    uint8_t type_id[16], id[16]; /* GPT: as on the device; writing: type_id of all zeros is "basic data" */
    char name[MCUFS_TABLE_NAME_MAX + 1]; /* GPT: UTF-8, terminated */
} mcufs_table_entry_t;

/* Calls `visit` for every partition, in the order of the table, until it returns non-zero; the entry is valid
 * during the call. `*kind` (may be NULL) says what was found. Reads one sector per partition at the most, and
 * for GPT the whole table twice.
 *
 * 0, or what `visit` returned. MCUFS_ENODEV: there is no table (or a boot sector where one would be).
 * MCUFS_ECORRUPT: both copies of a GPT are damaged, or the chain of extended partitions is; partitions before
 * the damage were visited. MCUFS_ENOMEM: `scratch_size` is below `sector_size`. MCUFS_EINVAL: a sector is 512
 * to 4096 bytes, a power of two, and a multiple of the device's units. */
int mcufs_table_read(const mcufs_device_t *device, uint32_t sector_size, void *scratch, size_t scratch_size,
                     mcufs_table_kind_t *kind, int (*visit)(void *context, const mcufs_table_entry_t *entry),
                     void *context);

/* Writes a table with these partitions, in place of what was there; `number` of the entries is not looked at.
 * MBR: from the fifth on, and the fourth with them, they are logical ones, each with its own table in the
 * sector before it. GPT: at most 128; both copies, and the MBR that protects them. The first sector comes
 * last, so a cut leaves the old table or the new one; only where tables of logical partitions replace older
 * ones may some of these be missing. The partitions' content is not touched.
 *
 * MCUFS_EINVAL: partitions overlap, are not in ascending order, not whole sectors, lie where the table is or
 * outside the device, have a type of 0 (MBR) or a name that is not UTF-8 or too long. Nothing was written
 * then. Other errors as above. Writes 1 sector (MBR) and 1 per logical partition; 2 * (1 + 32) + 1 (GPT). */
int mcufs_table_write(const mcufs_device_t *device, uint32_t sector_size, void *scratch, size_t scratch_size,
                      mcufs_table_kind_t kind, const mcufs_table_entry_t *entries, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
