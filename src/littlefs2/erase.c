/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Erasing: when it is needed, ahead of time, and many blocks at once where the chip is faster at that.
 *
 * With memory for it, a second map says which free blocks are erased already. That is known only as long as
 * the volume stays mounted. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_ERASE_AHEAD

#include "../base/bitmap.h"

/* Chips with erase_range erase aligned 64 KiB in the time of a few small blocks. */
#define LARGE_ERASE  65536u
/* Free blocks kept erased by housekeeping: enough for a burst, few enough to be used before the next mount.
 */
#define BLOCKS_AHEAD 8u

int littlefs2_erase(littlefs2_t *fs, uint32_t block)
{
    if (fs->erased && mcufs_bitmap_test(fs->erased, block)) {
        mcufs_bitmap_clear(fs->erased, block);
        return 0;
    }
    return littlefs2_erase_blocks(fs, block, 1);
}

static uint32_t large_unit(const littlefs2_t *fs)
{
    return fs->device->operations->erase_range ? LARGE_ERASE / fs->block_size : 0;
}

/* Whether all of a large unit from `block` on is free and wants erasing. */
static bool is_free_unit(const littlefs2_t *fs, uint32_t block, uint32_t unit)
{
    for (uint32_t i = 0; i < unit; i++) {
        if (mcufs_bitmap_test(fs->map, block + i) || mcufs_bitmap_test(fs->erased, block + i)) {
            return false;
        }
    }
    return true;
}

void littlefs2_erase_for_stream(littlefs2_t *fs)
{
    uint32_t unit = large_unit(fs);
    if (!fs->erased || !fs->map_known || unit < 2) {
        return;
    }
    uint32_t next = mcufs_bitmap_find_clear(fs->map, fs->map_next, fs->block_count);
    if (next < fs->block_count && mcufs_bitmap_test(fs->erased, next)) {
        return;
    }
    for (uint32_t block = littlefs2_align_up(fs->map_next, unit); block + unit <= fs->block_count;
         block += unit) {
        if (!is_free_unit(fs, block, unit)) {
            continue;
        }
        if (littlefs2_erase_blocks(fs, block, unit) == 0) {
            for (uint32_t i = 0; i < unit; i++) {
                mcufs_bitmap_set(fs->erased, block + i);
            }
            fs->map_next = block;
        }
        return; /* where it failed, single erases find out which block it was */
    }
}

int littlefs2_erase_ahead(littlefs2_t *fs, uint32_t *budget)
{
    if (!fs->erased || fs->free_blocks <= BLOCKS_AHEAD) {
        return 0;
    }
    uint32_t block = fs->map_next;
    for (uint32_t i = 0; i < BLOCKS_AHEAD; i++, block++) {
        block = mcufs_bitmap_find_clear(fs->map, block, fs->block_count);
        if (block == fs->block_count) {
            block = mcufs_bitmap_find_clear(fs->map, 0, fs->block_count);
        }
        if (mcufs_bitmap_test(fs->erased, block)) {
            continue;
        }
        if (*budget == 0) {
            return 1;
        }
        --*budget;
        int error = littlefs2_erase_blocks(fs, block, 1);
        if (error == 0) {
            mcufs_bitmap_set(fs->erased, block);
        } else if (error != MCUFS_ECORRUPT) {
            return error;
        } else {
            mcufs_bitmap_set(fs->map, block); /* bad: nobody is to get it */
            fs->free_blocks--;
        }
    }
    return 0;
}

#else
/* A file has to declare something. */
typedef int littlefs2_erase_left_out_t;
#endif
