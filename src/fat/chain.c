/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From an index in a chain to a cluster, with remembered runs. The runs of all chains, those of directories
 * too, are in one array that all share; they stay when a file is closed. */

#include "internal.h"

static void note(fat_t *fs, const fat_run_t *noted)
{
    fat_run_t *place = NULL;
    for (uint32_t i = 0; i < fs->run_count; i++) {
        fat_run_t *run = &fs->runs[i];
        uint32_t ahead = noted->index - run->index;
        if (run->chain == noted->chain && ahead <= run->count &&
            (run->step == noted->step || noted->count == 1) &&
            noted->first == run->first + ahead * run->step) {
            if (ahead + noted->count > run->count) {
                run->count = ahead + noted->count;
            }
            return;
        }
        if (run->chain == 0) {
            place = run;
        }
    }
    if (!place) {
        place = &fs->runs[fs->run_next];
        fs->run_next = fs->run_next + 1 < fs->run_count ? fs->run_next + 1 : 0;
    }
    *place = *noted;
}

void fat_chain_note(fat_t *fs, uint32_t chain, uint32_t index, uint32_t first, uint32_t count)
{
    const fat_run_t run = {chain, index, first, count, 1};
    note(fs, &run);
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

/* The run that holds the index, else the last one before it, else the first cluster. */
static fat_run_t nearest(const fat_t *fs, uint32_t chain, uint32_t index)
{
    fat_run_t best = {chain, 0, chain, 1, 1};
    for (uint32_t i = 0; i < fs->run_count; i++) {
        const fat_run_t *run = &fs->runs[i];
        bool better = index - run->index < run->count || index - best.index >= best.count;
        if (run->chain == chain && run->index <= index && run->index >= best.index && better) {
            best = *run;
        }
    }
    return best;
}

/* One cluster further. 1: the run has it; 0: the chain ends. */
static int walk(fat_t *fs, fat_run_t *at)
{
    uint32_t last = at->first + (at->count - 1) * at->step, next;
    int error = fat_next(fs, last, &next);
    if (error < 0 || next == FAT_END) {
        return error;
    }
    if (!fat_is_cluster(fs, next)) {
        return MCUFS_ECORRUPT;
    }
    if (at->count == 1) {
        at->step = next - last;
    }
    if (next == last + at->step) {
        at->count++;
    } else {
        note(fs, at);
        *at = (fat_run_t){at->chain, at->index + at->count, next, 1, 1};
    }
    return 1;
}

/* How many lie one after the other from the index on, as far as is known. */
static uint32_t contiguous(const fat_run_t *at, uint32_t index)
{
    return at->step == 1 || at->count == 1 ? at->index + at->count - index : 1;
}

int fat_chain_find(fat_t *fs, uint32_t chain, uint32_t index, uint32_t wanted, uint32_t *cluster,
                   uint32_t *count)
{
    if (!fat_is_cluster(fs, chain) || index >= fs->shape.clusters) {
        return MCUFS_ECORRUPT;
    }
    fat_run_t at = nearest(fs, chain, index);
    int result = 1;
    while (result > 0 && at.index + at.count <= index) {
        result = walk(fs, &at);
    }
    *cluster = result > 0 ? at.first + (index - at.index) * at.step : FAT_END;
    while (result > 0 && contiguous(&at, index) < wanted && (at.step == 1 || at.count == 1)) {
        fat_run_t further = at;
        result = walk(fs, &further);
        if (result <= 0 || further.index != at.index || further.step != 1) {
            break; /* wanted more than there is in one piece */
        }
        at = further;
    }
    if (result < 0) {
        return result;
    }
    note(fs, &at);
    *count = *cluster == FAT_END ? 0 : fat_minimum(wanted, contiguous(&at, index));
    return 0;
}
