/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Finishing what a power cut or an error left half done (spec: littlefs-format.md A5). */

#include "internal.h"

#define ORPHANS 0x80000000u

bool littlefs2_move_pending(const littlefs2_t *fs)
{
    return littlefs2_tag_type(fs->global.tag) == LITTLEFS2_DELETE;
}

bool littlefs2_orphans_possible(const littlefs2_t *fs)
{
    return (fs->global.tag & ORPHANS) != 0;
}

void littlefs2_set_orphans(littlefs2_t *fs, bool possible)
{
    fs->global.tag = possible ? fs->global.tag | ORPHANS : fs->global.tag & ~ORPHANS;
}

static void clear_move(littlefs2_t *fs)
{
    fs->global.tag &= ORPHANS;
    fs->global.pair[0] = fs->global.pair[1] = 0;
}

bool littlefs2_is_moved_away(const littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id)
{
    return littlefs2_move_pending(fs) && littlefs2_tag_id(fs->global.tag) == id &&
           littlefs2_pairs_touch(fs->global.pair, metadata->pair);
}

/* -- Removing entries and pairs --------------------------------------------------------------------- */

/* Directory handles that stand in a pair which leaves the list go on behind it. */
static void leave_pair(littlefs2_t *fs, const uint32_t pair[2], const littlefs2_metadata_t *predecessor)
{
    for (littlefs2_handle_t *handle = fs->handles; handle; handle = handle->next) {
        if (!littlefs2_same_pair(handle->pair, pair)) {
            continue;
        }
        if (handle->kind == LITTLEFS2_HANDLE_DIRECTORY) {
            memcpy(handle->pair, predecessor->pair, sizeof handle->pair);
            handle->id = predecessor->count;
        } else {
            handle->flags |= LITTLEFS2_HANDLE_REMOVED;
            handle->pair[0] = handle->pair[1] = LITTLEFS2_NULL;
        }
    }
}

/* `fold`: move states of the pairs that leave the list. */
static int commit_tail(littlefs2_t *fs, littlefs2_metadata_t *metadata, const uint32_t tail[2], bool hard,
                       const littlefs2_global_t *fold)
{
    uint8_t bytes[8];
    littlefs2_change_t change =
        littlefs2_pair_change(hard ? LITTLEFS2_HARD_TAIL : LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, tail, bytes);
    littlefs2_global_add(&fs->global_disk, fold);
    int result = littlefs2_try_commit(fs, metadata, &change, 1);
    if (result != 0) {
        littlefs2_global_add(&fs->global_disk, fold);
        fs->global = fs->global_disk;
    }
    return result;
}

void littlefs2_release_pair(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_forget(fs, pair);
    littlefs2_release(fs, pair[0]);
    littlefs2_release(fs, pair[1]);
}

/* Takes a pair that continues a directory, with the one entry it has left, off the list. */
static int drop_pair(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_metadata_t *predecessor)
{
    littlefs2_global_t fold = {0, {0, 0}};
    int error = littlefs2_add_move_state(fs, metadata, &fold);
    if (error < 0) {
        fs->global = fs->global_disk;
        return error;
    }
    int result =
        commit_tail(fs, predecessor, metadata->tail, (metadata->flags & LITTLEFS2_SPLIT) != 0, &fold);
    if (result == 0) {
        leave_pair(fs, metadata->pair, predecessor);
        littlefs2_release_pair(fs, metadata->pair);
    }
    return result;
}

int littlefs2_delete_entry(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint32_t id)
{
    /* A log that is to stay where it is was asked for when the one before it had turned out bad. */
    bool asked = littlefs2_same_pair(fs->stay, metadata->pair);
    if (metadata->count == 1 && !(metadata->flags & LITTLEFS2_HAS_SUPERBLOCK) && !asked) {
        littlefs2_metadata_t predecessor;
        int found = littlefs2_find_predecessor(fs, metadata->pair, &predecessor);
        if (found < 0) {
            fs->global = fs->global_disk;
            return found;
        }
        if (found && predecessor.flags & LITTLEFS2_SPLIT) {
            littlefs2_global_t wanted = fs->global;
            int result = drop_pair(fs, metadata, &predecessor);
            if (result != MCUFS_ENOSPC) {
                return result;
            }
            fs->global = wanted; /* it stays on the list, empty */
        }
    }
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_DELETE, id, 0)};
    return littlefs2_try_commit(fs, metadata, &change, 1);
}

static void close_directories(littlefs2_t *fs, const uint32_t head[2])
{
    for (littlefs2_handle_t *handle = fs->handles; handle; handle = handle->next) {
        littlefs2_directory_t *directory = (littlefs2_directory_t *)handle;
        if (handle->kind == LITTLEFS2_HANDLE_DIRECTORY && littlefs2_same_pair(directory->head, head)) {
            handle->flags |= LITTLEFS2_HANDLE_REMOVED;
            handle->pair[0] = handle->pair[1] = LITTLEFS2_NULL;
        }
    }
}

/* The move states of all pairs of a directory, folded, and what lies behind it on the list. */
LITTLEFS2_OUT_OF_LINE static int fold_directory(littlefs2_t *fs, const uint32_t head[2],
                                                littlefs2_global_t *fold, uint32_t behind[2])
{
    littlefs2_metadata_t metadata;
    memset(fold, 0, sizeof *fold);
    memcpy(behind, head, 2 * sizeof behind[0]);
    for (uint32_t steps = 0; steps <= fs->block_count; steps++) {
        int error = littlefs2_get(fs, behind, &metadata);
        if (error == 0) {
            error = littlefs2_add_move_state(fs, &metadata, fold);
        }
        if (error < 0) {
            return error;
        }
        memcpy(behind, metadata.tail, sizeof metadata.tail);
        if (!(metadata.flags & LITTLEFS2_SPLIT)) {
            return 0;
        }
    }
    return MCUFS_ECORRUPT;
}

/* Takes the pairs from `head` up to `behind`, which are not on the list any more, out of memory. */
LITTLEFS2_OUT_OF_LINE static void release_directory(littlefs2_t *fs, const uint32_t head[2],
                                                    const uint32_t behind[2])
{
    littlefs2_metadata_t metadata;
    uint32_t pair[2] = {head[0], head[1]};
    close_directories(fs, head);
    for (uint32_t steps = 0; steps <= fs->block_count; steps++) {
        if (littlefs2_same_pair(pair, behind) || littlefs2_get(fs, pair, &metadata) < 0) {
            return;
        }
        littlefs2_release_pair(fs, metadata.pair);
        if (!(metadata.flags & LITTLEFS2_SPLIT)) {
            return;
        }
        memcpy(pair, metadata.tail, sizeof pair);
    }
}

int littlefs2_unlink_directory(littlefs2_t *fs, const uint32_t head[2])
{
    littlefs2_metadata_t predecessor;
    littlefs2_global_t fold;
    uint32_t behind[2];
    int error = fold_directory(fs, head, &fold, behind);
    int found = error == 0 ? littlefs2_find_predecessor(fs, head, &predecessor) : error;
    if (found <= 0) {
        fs->global = fs->global_disk;
        return found < 0 ? found : MCUFS_ENOENT;
    }
    bool hard = (predecessor.flags & LITTLEFS2_SPLIT) != 0;
    int result = commit_tail(fs, &predecessor, behind, hard, &fold);
    if (result == 0) {
        release_directory(fs, head, behind);
    }
    return result;
}

/* The log that holds the source of the pending move is the one that shares a block with it. */
static int holds_move_source(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    (void)context;
    return littlefs2_pairs_touch(metadata->pair, fs->global.pair);
}

/* 1, 0: there is none, or an error. Right after the rename its log is remembered; what a power cut left has
 * to be looked for, as the pair may have moved since. */
static int find_move_source(littlefs2_t *fs, littlefs2_metadata_t *source)
{
    if (!fs->recovering && littlefs2_is_known(fs, fs->global.pair)) {
        int error = littlefs2_get(fs, fs->global.pair, source);
        return error < 0 ? error : 1;
    }
    return littlefs2_find_on_list(fs, holds_move_source, NULL, source);
}

/* Deletes the source of the pending move. */
LITTLEFS2_OUT_OF_LINE static int finish_move(littlefs2_t *fs)
{
    littlefs2_metadata_t source;
    uint32_t id = littlefs2_tag_id(fs->global.tag);
    int found = find_move_source(fs, &source);
    if (found > 0 && id < source.count) {
        clear_move(fs);
        return littlefs2_delete_entry(fs, &source, id);
    }
    /* There is nothing to delete: forget the move. */
    if (found == 0) {
        found = littlefs2_get(fs, fs->root, &source);
    }
    if (found < 0) {
        return found;
    }
    clear_move(fs);
    return littlefs2_try_commit(fs, &source, NULL, 0);
}

/* -- What the change before left ---------------------------------------------------------------------- */

/* Moves the pair that the last commit found worn or bad. */
static int move_wanted_pair(littlefs2_t *fs)
{
    int result = littlefs2_relocate(fs, fs->wants_move);
    if (result == MCUFS_EAGAIN) {
        return littlefs2_find_blocks(fs); /* the change will ask again */
    }
    if (result == MCUFS_ENOSPC) {
        memcpy(fs->stay, fs->wants_move, sizeof fs->stay);
        result = 0;
    }
    return result;
}

int littlefs2_prepare_again(littlefs2_t *fs)
{
    int error = 0;
    if (fs->wants_blocks) {
        fs->wants_blocks = false;
        error = littlefs2_find_blocks(fs);
    }
    if (error == 0 && fs->wants_move[0] != LITTLEFS2_NULL) {
        error = move_wanted_pair(fs);
    }
    fs->wants_move[0] = fs->wants_move[1] = LITTLEFS2_NULL;
    return error;
}

/* Repeats a step until it needs no preparation any more. */
static int complete(littlefs2_t *fs, int (*step)(littlefs2_t *fs))
{
    for (uint32_t turns = 0; turns < fs->block_count + 16; turns++) {
        int result = step(fs);
        if (result != LITTLEFS2_AGAIN) {
            return result;
        }
        result = littlefs2_prepare_again(fs);
        if (result < 0) {
            return result;
        }
    }
    return MCUFS_ECORRUPT;
}

/* Writes the state that memory has over logs whose last commit may or may not be on flash. Nothing else is
 * touched: the list may be stale. */
LITTLEFS2_OUT_OF_LINE static int supersede_uncertain(littlefs2_t *fs)
{
    for (unsigned i = 0; i < LITTLEFS2_UNCERTAIN_MAX; i++) {
        littlefs2_metadata_t metadata = fs->uncertain[i];
        int result =
            littlefs2_pair_is_null(metadata.pair) ? 0 : littlefs2_commit_in_place(fs, &metadata, NULL, 0);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

/* -- Orphans ------------------------------------------------------------------------------------------ */

/* Whether the directory head behind `metadata` is not on the list as its parent names it: it has none and an
 * `orphan` is looked for, or, if not, it has moved, to `head`. */
static int leads_to_bad_head(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool orphan,
                             uint32_t head[2])
{
    littlefs2_metadata_t parent;
    littlefs2_reference_t reference = {.pair = metadata->tail};
    if (metadata->flags & LITTLEFS2_SPLIT || littlefs2_pair_is_null(metadata->tail)) {
        return 0;
    }
    int found = littlefs2_find_parent(fs, &reference, &parent);
    memcpy(head, reference.head, sizeof reference.head);
    if (found <= 0) {
        return found < 0 ? found : orphan;
    }
    return !orphan && !littlefs2_same_pair(head, metadata->tail);
}

/* Looks along the list. 1: `metadata` is the log before such a head; 0: there is none. Not by way of
 * littlefs2_find_on_list, which is what looks for the parents. */
LITTLEFS2_OUT_OF_LINE static int find_bad_head(littlefs2_t *fs, bool orphan, littlefs2_metadata_t *metadata,
                                               uint32_t head[2])
{
    uint32_t at[2] = {0, 1};
    int result = 0;
    for (uint32_t steps = 0; result == 0 && !littlefs2_pair_is_null(at); steps++) {
        result = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, at, metadata);
        if (result == 0) {
            result = leads_to_bad_head(fs, metadata, orphan, head);
            memcpy(at, metadata->tail, sizeof at);
            littlefs2_progress(fs);
        }
    }
    return result;
}

/* Points the list at where a moved directory is now. Pairs stay where they are, whatever their wear. */
LITTLEFS2_OUT_OF_LINE static int mend_tail(littlefs2_t *fs, littlefs2_metadata_t *metadata,
                                           const uint32_t head[2])
{
    uint8_t bytes[8];
    const uint32_t stale[2] = {metadata->tail[0], metadata->tail[1]};
    littlefs2_change_t change = littlefs2_pair_change(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, head, bytes);
    int result = littlefs2_commit_in_place(fs, metadata, &change, 1);
    if (result != 0) {
        return result;
    }
    littlefs2_forget(fs, stale);
    for (unsigned i = 0; i < 2; i++) {
        if (stale[i] != head[0] && stale[i] != head[1]) {
            littlefs2_release(fs, stale[i]);
        }
    }
    fs->health.links_repaired++;
    return 0;
}

LITTLEFS2_OUT_OF_LINE static int mend_list(littlefs2_t *fs)
{
    littlefs2_metadata_t metadata;
    uint32_t head[2];
    int result = find_bad_head(fs, false, &metadata, head);
    if (result <= 0) {
        return result;
    }
    result = mend_tail(fs, &metadata, head);
    return result < 0 ? result : LITTLEFS2_AGAIN;
}

LITTLEFS2_OUT_OF_LINE static int find_orphan(littlefs2_t *fs, uint32_t orphan[2])
{
    littlefs2_metadata_t metadata;
    uint32_t head[2];
    int result = find_bad_head(fs, true, &metadata, head);
    memcpy(orphan, metadata.tail, sizeof metadata.tail);
    return result;
}

LITTLEFS2_OUT_OF_LINE static int remove_orphans(littlefs2_t *fs)
{
    uint32_t orphan[2];
    int result = find_orphan(fs, orphan);
    if (result <= 0) {
        return result;
    }
    result = littlefs2_unlink_directory(fs, orphan);
    fs->health.orphans_removed += result == 0;
    return result < 0 ? result : LITTLEFS2_AGAIN;
}

/* A log whose own share of the global state has the orphan bit: taking it back there needs no room. */
static int has_orphan_bit(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    littlefs2_global_t state = {0, {0, 0}};
    int error = littlefs2_add_move_state(fs, metadata, &state);
    (void)context;
    return error < 0 ? error : (state.tag & ORPHANS) != 0;
}

LITTLEFS2_OUT_OF_LINE static int clear_orphan_bit(littlefs2_t *fs)
{
    littlefs2_metadata_t metadata;
    int result = littlefs2_find_on_list(fs, has_orphan_bit, NULL, &metadata);
    if (result == 0) {
        result = littlefs2_get(fs, fs->root, &metadata);
    }
    if (result < 0) {
        return result;
    }
    littlefs2_set_orphans(fs, false);
    return littlefs2_try_commit(fs, &metadata, NULL, 0);
}

/* The directory that the change before took the entry of. */
LITTLEFS2_OUT_OF_LINE static int finish_leaving(littlefs2_t *fs)
{
    uint32_t head[2] = {fs->leaving[0], fs->leaving[1]};
    littlefs2_set_orphans(fs, fs->orphans_wait);
    int result = littlefs2_unlink_directory(fs, head);
    if (result == 0 || result == MCUFS_ENOENT) {
        fs->leaving[0] = fs->leaving[1] = LITTLEFS2_NULL;
        result = 0;
    }
    return result;
}

static int finish_orphans(littlefs2_t *fs)
{
    int error;
    if (fs->leaving[0] != LITTLEFS2_NULL) {
        error = complete(fs, finish_leaving);
        fs->orphans_wait = fs->orphans_wait || error == MCUFS_ENOSPC;
    } else {
        error = complete(fs, remove_orphans);
        if (error == 0) {
            error = complete(fs, clear_orphan_bit);
        }
        fs->orphans_wait = error == MCUFS_ENOSPC;
    }
    if (error == MCUFS_ENOSPC) {
        fs->leaving[0] = fs->leaving[1] = LITTLEFS2_NULL;
        error = 0;
    }
    return error;
}

/* -- Before and after every change -------------------------------------------------------------------- */

static int upgrade(littlefs2_t *fs)
{
    return littlefs2_write_superblock(fs, fs->upgrade_to, fs->block_count);
}

int littlefs2_clean_up(littlefs2_t *fs)
{
    if (fs->read_only) {
        return MCUFS_EROFS;
    }
    littlefs2_allocation_checkpoint(fs);
    int error = littlefs2_prepare_again(fs);
    const uint32_t stay[2] = {fs->stay[0], fs->stay[1]}; /* for what the caller is about to do */
    if (error == 0) {
        error = complete(fs, supersede_uncertain);
    }
    /* The list first: where it is stale, a change would go to a copy that does not count. A directory that
     * leaves stale references was moved, not removed. */
    bool stale = littlefs2_orphans_possible(fs);
    bool expected = fs->leaving[0] != LITTLEFS2_NULL || fs->arriving[0] != LITTLEFS2_NULL;
    if (stale || fs->recovering) {
        littlefs2_forget_all_places(fs);
    }
    if (error == 0 && stale && !expected) {
        error = complete(fs, mend_list);
    }
    if (error == 0 && littlefs2_move_pending(fs)) {
        error = complete(fs, finish_move);
        fs->health.moves_completed += error == 0 && fs->recovering;
        error = error == MCUFS_ENOSPC ? 0 : error;
    }
    if (error == 0 && littlefs2_orphans_possible(fs) && fs->arriving[0] == LITTLEFS2_NULL) {
        error = finish_orphans(fs);
    }
    if (error == 0 && fs->upgrade_to) {
        error = complete(fs, upgrade);
    }
    if (error == 0) {
        if (fs->recovering && stale) {
            fs->map_known = false; /* it has what the stale list led to */
        }
        fs->recovering = false;
        memcpy(fs->stay, stay, sizeof fs->stay);
        littlefs2_allocation_checkpoint(fs);
    }
    return error;
}

int littlefs2_make_consistent(littlefs2_t *fs)
{
    int error = littlefs2_finish_creation(fs);
    return error < 0 ? error : littlefs2_clean_up(fs);
}

int littlefs2_finish_change(littlefs2_t *fs, int result)
{
    if (result == 0 && (littlefs2_move_pending(fs) || littlefs2_orphans_possible(fs))) {
        result = littlefs2_clean_up(fs);
    }
    return result;
}
