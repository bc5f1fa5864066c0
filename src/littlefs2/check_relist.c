/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Repair of the list. Directories that are not on it are chained up first, each in front of the ones
 * before; then one commit lets the list go on with the chain. So until everything is on the list, the list
 * is as broken as it was, and nobody writes over what is not on it. */

#include "check.h"

#include "../base/endian.h"

int littlefs2_check_is_chained(check_t *check, const uint32_t head[2], bool *chained)
{
    littlefs2_metadata_t metadata;
    uint32_t at[2] = {check->chain[0], check->chain[1]};
    *chained = false;
    for (uint32_t steps = 0; !littlefs2_pair_is_null(at) && steps <= check->fs->block_count; steps++) {
        if (littlefs2_pairs_touch(at, head)) {
            *chained = true;
            return 0;
        }
        int error = littlefs2_get(check->fs, at, &metadata);
        if (error < 0) {
            return error == MCUFS_ECORRUPT ? 0 : error;
        }
        memcpy(at, metadata.tail, sizeof at);
    }
    return 0;
}

static int commit_tail(littlefs2_t *fs, littlefs2_metadata_t *metadata, const uint32_t tail[2])
{
    uint8_t bytes[8];
    mcufs_store_le32(bytes, tail[0]);
    mcufs_store_le32(bytes + 4, tail[1]);
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, sizeof bytes),
                                 .data = bytes};
    return littlefs2_commit(fs, metadata, &change, 1);
}

/* Whether the hard tail of an unlisted log leads to one more log of the same directory. */
static int goes_on(check_t *check, const littlefs2_metadata_t *metadata, littlefs2_metadata_t *next)
{
    uint32_t listed[2];
    bool chained;
    if (!(metadata->flags & LITTLEFS2_SPLIT) || !littlefs2_pair_is_valid(check->fs, metadata->tail)) {
        return 0;
    }
    int error = littlefs2_check_find_listed(check, metadata->tail, listed);
    if (error != MCUFS_ENOENT) {
        return error;
    }
    error = littlefs2_check_is_chained(check, metadata->tail, &chained);
    if (error < 0 || chained) {
        return error;
    }
    error = littlefs2_get(check->fs, metadata->tail, next);
    if (error == MCUFS_ECORRUPT) {
        check->loss = true;
        return 0;
    }
    return error < 0 ? error : 1;
}

int littlefs2_check_chain_up(check_t *check, const uint32_t head[2])
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata, next;
    uint32_t mark[2] = {head[0], head[1]}; /* finds circles: the log seen at the last power of two */
    uint32_t next_mark = 1;
    int more = littlefs2_get(fs, head, &metadata);
    for (uint32_t steps = 0; more >= 0; steps++) {
        more = goes_on(check, &metadata, &next);
        if (more <= 0 || littlefs2_pairs_touch(next.pair, mark)) {
            break;
        }
        if (steps == next_mark) {
            memcpy(mark, next.pair, sizeof mark);
            next_mark *= 2;
        }
        metadata = next;
    }
    if (more < 0) {
        return more;
    }
    /* The state of the volume is settled when the chain is put on the list. */
    memset(&fs->global, 0, sizeof fs->global);
    fs->global_disk = fs->global;
    bool fits = !(metadata.flags & LITTLEFS2_SPLIT) && littlefs2_same_pair(metadata.tail, check->chain);
    int result = fits ? 0 : commit_tail(fs, &metadata, check->chain);
    if (result == 0) {
        memcpy(check->chain, head, sizeof check->chain);
    }
    return result;
}

int littlefs2_check_link_chain(check_t *check)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t metadata;
    uint32_t at[2] = {check->chain[0], check->chain[1]};
    littlefs2_global_t total = check->list_state;
    for (uint32_t steps = 0; !littlefs2_pair_is_null(at); steps++) {
        int error = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, at, &metadata);
        if (error == 0) {
            error = littlefs2_add_move_state(fs, &metadata, &total);
        }
        if (error < 0) {
            return error;
        }
        memcpy(at, metadata.tail, sizeof at);
    }
    int error = littlefs2_get(fs, check->last, &metadata);
    if (error < 0) {
        return error;
    }
    /* With a part of the list lost, what the rest says of pending changes means nothing: it could name an
     * innocent entry. Both copies of a rename that was really pending are kept. */
    fs->global_disk = total;
    memset(&fs->global, 0, sizeof fs->global);
    error = commit_tail(fs, &metadata, check->chain);
    if (error == 0) {
        check->chain[0] = check->chain[1] = LITTLEFS2_NULL;
    }
    return error;
}
