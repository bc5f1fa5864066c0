/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the files of the simulated chip share. */

#ifndef MCUFS_SIM_FLASH_INTERNAL_H
#define MCUFS_SIM_FLASH_INTERNAL_H

#include "flash.h"

typedef struct sim_block {
    uint64_t stamp;      /* never given twice to different contents: equal stamps, equal blocks */
    uint32_t programmed; /* NAND: bytes from the start that no longer take a program */
    uint8_t bad;         /* sim_bad_t */
    bool unstable;       /* some bits of `unstable_bits` are set in it */
} sim_block_t;

/* SECTOR: writes that a power cut may still lose or reorder, one entry per sector. */
typedef struct sim_pending {
    size_t count, capacity;
    size_t *addresses;
    uint8_t *contents; /* per entry: what was there, then what was written */
} sim_pending_t;

struct sim_flash {
    mcufs_device_t device;
    sim_options_t options;
    sim_clock_model_t clock;
    sim_counts_t counts;
    size_t size;
    uint8_t *bytes;
    uint8_t *unstable_bits; /* as large as the chip, untouched pages of it cost nothing */
    uint32_t *wear;
    sim_block_t *blocks;
    uint64_t last_stamp;
    uint64_t random; /* state of what unstable bits read as */
    bool exposed;    /* `bytes` was given out: stamps say nothing any more */
    bool reorder;
    sim_pending_t pending;

    bool off;
    uint64_t changes;
    uint64_t cut_in; /* changing calls until the power goes; 0: it does not */
    sim_cut_t cut_how;
    uint64_t cut_random;

    unsigned fail_calls;
    uint64_t fail_in; /* matching calls until the fault; 0: none */
    int fail_error;
    bool fail_forever;
};

/* What a changing call does to a range of bytes. */
typedef struct sim_change {
    size_t at, size;
    const uint8_t *data; /* NULL: erase */
} sim_change_t;

uint64_t sim_random(uint64_t *state);
uint8_t sim_erased_byte(const sim_flash_t *flash, size_t at);
/* The block's content is about to differ from what it was. */
void sim_touch(sim_flash_t *flash, size_t at);

/* Does the whole of it. */
void sim_change_apply(sim_flash_t *flash, const sim_change_t *change);
/* Does what the armed kind of cut leaves of it. */
void sim_change_tear(sim_flash_t *flash, const sim_change_t *change);
/* Gives the unstable bits of a range new values, as a read would find them. */
void sim_shake_unstable(sim_flash_t *flash, size_t at, size_t size);

/* Remembers a write, before it is applied. MCUFS_ENOMEM when the host has no memory. */
int sim_pending_add(sim_flash_t *flash, const sim_change_t *change);
/* What is left of the remembered writes when the power goes. */
void sim_pending_scatter(sim_flash_t *flash);
/* Makes `to` hold what `from` does; false when the host has no memory. */
bool sim_pending_copy(sim_flash_t *to, const sim_flash_t *from);

extern const mcufs_device_operations_t sim_flash_operations;
extern const mcufs_device_operations_t sim_flash_range_operations; /* with erase_range */
extern const mcufs_device_operations_t sim_sector_operations;

#endif
