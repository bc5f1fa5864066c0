/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From an index in a chain to a cluster, with remembered runs. The runs of all chains, those of directories too,
 * are in one array that all share; they stay when a file is closed. */

#include "internal.h"

void fat_chain_note(fat_t *fs, uint32_t chain, uint32_t index, uint32_t first, uint32_t count)
{
    fat_run_t *place = NULL;
    for (uint32_t i = 0; i < fs->run_count; i++) {
        fat_run_t *run = &fs->runs[i];
        if (run->chain == chain && index - run->index <= run->count &&
            first - run->first == index - run->index) {
            if (index + count > run->index + run->count) {
                run->count = index + count - run->index;
            }
            return;
        }
        if (run->chain == 0) {
            place = run;
        }
    }
    if (!place) {
        place = &fs->runs[fs->run_next];
        fs->run_next = (fs->run_next + 1) % fs->run_count;
    }
    *place = (fat_run_t){chain, index, first, count};
}

void fat_chain_forget(fat_t *fs, uint32_t chain, uint32_t index)
{
    for (uint32_t i = 0; i < fs->run_count; i++) {
        fat_run_t *run = &fs->runs[i];
        if (run->chain == chain && run->index + run->count > index) {
            run->count = index > run->index ? index - run->index : 0;
            run->chain = run->count > 0 ? chain : 0;
        }
    }
}

void fat_chain_join(fat_t *fs, uint32_t from, uint32_t to, uint32_t index)
{
    for (uint32_t i = 0; i < fs->run_count; i++) {
        if (from != 0 && fs->runs[i].chain == from) {
            fs->runs[i].chain = to;
            fs->runs[i].index += index;
        }
    }
}

/* The run that holds the index, else the last one before it, else NULL. */
static const fat_run_t *nearest(const fat_t *fs, uint32_t chain, uint32_t index)
{
    const fat_run_t *best = NULL;
    for (uint32_t i = 0; i < fs->run_count; i++) {
        const fat_run_t *run = &fs->runs[i];
        if (run->chain == chain && run->index <= index && (!best || run->index > best->index)) {
            best = run;
        }
    }
    return best;
}

/* The walk over the table notes a run wherever the chain jumps. */
int fat_chain_find(fat_t *fs, uint32_t chain, uint32_t index, uint32_t wanted, uint32_t *cluster,
                   uint32_t *count)
{
    const fat_run_t *run = nearest(fs, chain, index);
    fat_run_t at = run ? *run : (fat_run_t){chain, 0, chain, 1};
    if (!fat_is_cluster(fs, chain) || index >= fs->clusters) {
        return MCUFS_ECORRUPT;
    }
    while (at.index + at.count < index + wanted) {
        uint32_t next;
        int error = fat_next(fs, at.first + at.count - 1, &next);
        if (error < 0) {
            return error;
        }
        if (next == at.first + at.count) {
            at.count++;
            continue;
        }
        if (at.index + at.count > index) {
            break; /* wanted more than there is in one piece */
        }
        fat_chain_note(fs, chain, at.index, at.first, at.count);
        if (next == FAT_END) {
            *cluster = FAT_END;
            *count = 0;
            return 0;
        }
        if (!fat_is_cluster(fs, next)) {
            return MCUFS_ECORRUPT;
        }
        at = (fat_run_t){chain, at.index + at.count, next, 1};
    }
    fat_chain_note(fs, chain, at.index, at.first, at.count);
    *cluster = at.first + (index - at.index);
    *count = fat_minimum(wanted, at.count - (index - at.index));
    return 0;
}
