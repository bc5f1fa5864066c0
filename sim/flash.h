/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A simulated flash chip: the rules, the wear, the clock and the faults of a real one, in host memory.
 *
 * Rules broken by the layer above (programming what is not erased, out of order, misaligned or out of range)
 * are counted in `violations` and never silently accepted. Calls after a power cut are not: nobody can know
 * yet. Everything is deterministic: the same seed and calls give the same bytes. Host only (uses malloc). */

#ifndef MCUFS_SIM_FLASH_H
#define MCUFS_SIM_FLASH_H

#include <mcufs/device.h>

typedef enum sim_kind {
    SIM_NOR,   /* programming clears bits; a set bit stays cleared until erase */
    SIM_NAND,  /* a program unit can be programmed once per erase, in ascending order inside the block */
    SIM_SECTOR /* no erase: `write` overwrites sectors in place (SD card); may reorder between syncs */
} sim_kind_t;

/* Clock: the models of baseline/littlefs.md ("Device models"). */
typedef struct sim_clock_model {
    /* Per call, per byte (in 0.1 ns), per page touched. */
    uint64_t read_call_ns, read_byte_tenths_ns, read_page_ns;
    uint64_t program_byte_tenths_ns, program_page_ns;
    uint64_t erase_ns;                         /* per `erase_unit` bytes or part */
    uint32_t page_size, erase_unit;            /* bytes */
    uint64_t erase_range_ns, erase_range_unit; /* erase_range of aligned units; 0: not offered */
} sim_clock_model_t;

/* W25Q-like: reads 2 us + 50 ns/B, programs 0.4 ms per page of 256 B, erases 45 ms per 4 KiB. */
extern const sim_clock_model_t sim_clock_nor;
/* The same with erases of 64 KiB in 150 ms. */
extern const sim_clock_model_t sim_clock_nor_64k;
/* Pages of 2048 B: reads 60 us per page + 2 us, programs 250 us per page, both + 50 ns/B, erases 2 ms per 128
 * KiB. */
extern const sim_clock_model_t sim_clock_nand;
/* SD card: reads 0.2 ms + 50 ns/B, writes 0.8 ms per 512 B. */
extern const sim_clock_model_t sim_clock_sector;

typedef struct sim_options {
    sim_kind_t kind;
    mcufs_geometry_t geometry;      /* erased_value: what the chip erases to, 0xff or 0x00 for NOR.
                                       MCUFS_ERASED_UNKNOWN: NAND and SECTOR erase to arbitrary bytes,
                                       NOR to 0xff, hidden */
    bool hide_erased_value;         /* the device reports MCUFS_ERASED_UNKNOWN */
    const sim_clock_model_t *clock; /* NULL: sim_clock_nor, sim_clock_nand, sim_clock_sector by kind */
    uint32_t atom;                  /* SECTOR: aligned bytes that a cut leaves as they were or as they shall
                                       be; 0: 1 */
    uint32_t endurance;             /* erases until a block goes bad (SIM_BAD_ERASE); 0: never */
    uint64_t seed;
} sim_options_t;

typedef struct sim_counts {
    uint64_t reads, read_bytes, programs, program_bytes, erases, erase_calls, writes, write_bytes, syncs;
    uint64_t nanoseconds; /* of modelled device time */
    uint64_t violations;  /* rules broken by the caller; must be 0 */
} sim_counts_t;

/* What a power cut does to the call it hits. */
typedef enum sim_cut {
    SIM_CUT_BEFORE,        /* nothing of the call happens */
    SIM_CUT_AFTER,         /* all of it happens, but the caller never hears of it */
    SIM_CUT_PREFIX,        /* a random prefix of bytes is done */
    SIM_CUT_BITS,          /* a random subset of the bits is done */
    SIM_CUT_UNSTABLE,      /* as BITS, and unfinished bits read differently each time until erased */
    SIM_CUT_LAST_UNSTABLE, /* all done but one to three bits, and those are unstable */
    SIM_CUT_KINDS
} sim_cut_t;

/* Which call a fault hits. */
typedef enum sim_call {
    SIM_CALL_READ = 1,
    SIM_CALL_PROGRAM = 2, /* also write */
    SIM_CALL_ERASE = 4,
    SIM_CALL_SYNC = 8,
    SIM_CALL_CHANGE = SIM_CALL_PROGRAM | SIM_CALL_ERASE,
    SIM_CALL_ANY = 15
} sim_call_t;

/* How a block is bad. */
typedef enum sim_bad {
    SIM_GOOD,
    SIM_BAD_PROGRAM,       /* program answers MCUFS_ECORRUPT */
    SIM_BAD_ERASE,         /* erase answers MCUFS_ECORRUPT */
    SIM_BAD_READ,          /* read answers MCUFS_ECORRUPT */
    SIM_BAD_PROGRAM_QUIET, /* program answers 0 and changes nothing */
    SIM_BAD_ERASE_QUIET    /* erase answers 0 and changes nothing */
} sim_bad_t;

typedef struct sim_flash sim_flash_t;

/* A new, erased chip; NULL on bad options. Free with sim_flash_free. */
sim_flash_t *sim_flash_new(const sim_options_t *options);
void sim_flash_free(sim_flash_t *flash);
/* An exact copy (content, wear, faults, counts), to go on from one state in several ways. */
sim_flash_t *sim_flash_clone(const sim_flash_t *flash);
/* Makes `to` equal to `from`, without allocating as long as no writes wait for reordering; same geometry.
 * Cheap between a chip and its clone: only blocks that differ are copied, unless one of the two has been
 * given out by sim_flash_bytes, as what was written there is not known. */
void sim_flash_copy(sim_flash_t *to, const sim_flash_t *from);

/* The device to mount; lives as long as the chip. */
const mcufs_device_t *sim_flash_device(sim_flash_t *flash);

/* Raw content, block_size * block_count bytes, for loading images and for looking. Bits that are unstable
 * appear as they were last read. On a NAND, bytes written here that differ from the erased value count as
 * programmed. */
uint8_t *sim_flash_bytes(sim_flash_t *flash);
/* The same for looking only; keeps sim_flash_copy cheap. */
const uint8_t *sim_flash_content(const sim_flash_t *flash);
size_t sim_flash_size(const sim_flash_t *flash);

const sim_counts_t *sim_flash_counts(const sim_flash_t *flash);
void sim_flash_reset_counts(sim_flash_t *flash); /* wear is kept */
/* Erases so far, one per block. */
const uint32_t *sim_flash_wear(const sim_flash_t *flash);
/* Number of changing calls (program, write, erase) since creation or the last sim_flash_power_on. */
uint64_t sim_flash_changes(const sim_flash_t *flash);

/* Cuts the power at the n-th changing call from now (1: the next). From the cut on every call fails with
 * MCUFS_EIO and changes nothing, until sim_flash_power_on. n = 0: no cut. On SIM_SECTOR, with `reorder`,
 * writes since the last sync arrive as a random subset in any order, before the one that is cut. A trim is
 * not a changing call. */
void sim_flash_cut(sim_flash_t *flash, uint64_t n, sim_cut_t how, uint64_t seed);
void sim_flash_set_reorder(sim_flash_t *flash, bool reorder);
bool sim_flash_is_off(const sim_flash_t *flash);
void sim_flash_power_on(sim_flash_t *flash);

/* The n-th call of these kinds from now (1: the next) returns `error`; with `forever` all later ones too.
 * A failing program or erase changes nothing. n = 0: no fault. */
void sim_flash_fail(sim_flash_t *flash, unsigned calls, uint64_t n, int error, bool forever);
void sim_flash_set_bad(sim_flash_t *flash, uint32_t block, sim_bad_t how);
/* Flips one bit of the content. */
void sim_flash_flip(sim_flash_t *flash, uint64_t bit);

#endif
