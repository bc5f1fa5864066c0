/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Compaction: a log that is full, or whose end cannot be trusted, is written anew into the other block of
 * its pair, without what is superseded. Each pass over the old log serves a whole window of entries. What
 * is too large goes into further pairs, which are written first, so that the last write, of the old pair,
 * decides. */

#include "internal.h"

#include "../base/endian.h"

/* -- Entries of a view ------------------------------------------------------------------------------ */

/* The log that a change copies from. */
static uint32_t copied_block(const littlefs2_view_t *view)
{
    const littlefs2_change_t *change = view->changes;
    while (littlefs2_tag_type(change->tag) != LITTLEFS2_COPY) {
        change++;
    }
    return ((const littlefs2_source_t *)change->data)->metadata->pair[0];
}

/* `changed`: its offset is the index of a change. */
static int put_part(littlefs2_t *fs, const littlefs2_view_t *view, littlefs2_location_t *part, bool changed)
{
    part->data = changed ? view->changes[part->offset].data : NULL;
    return part->tag ? littlefs2_commit_put_entry(fs, part) : 0;
}

/* Puts entry `id`, or measures it, as fs->commit.id. */
LITTLEFS2_OUT_OF_LINE static int put_entry(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id)
{
    const littlefs2_entry_t *entry;
    int error = littlefs2_entry(fs, view, id, &entry);
    if (error < 0) {
        return error;
    }
    uint32_t flags = entry->flags;
    littlefs2_location_t part = {entry->name_tag, NULL, view->metadata->pair[0], entry->name_offset};
    error = put_part(fs, view, &part, (flags & LITTLEFS2_ENTRY_NAME_CHANGE) != 0);
    part.tag = entry->struct_tag;
    part.offset = entry->struct_offset;
    if (flags & LITTLEFS2_ENTRY_STRUCT_COPY) {
        part.block = copied_block(view);
    }
    if (error == 0) {
        error = put_part(fs, view, &part, (flags & LITTLEFS2_ENTRY_STRUCT_CHANGE) != 0);
    }
    if (error == 0 && flags & LITTLEFS2_ENTRY_ATTRIBUTES) {
        error = littlefs2_each_attribute(fs, view, id, littlefs2_commit_put_entry, fs);
    }
    return error;
}

/* The size of entries goes to fs->commit.measured. */
static int measure(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t begin, uint32_t end)
{
    int error = 0;
    fs->commit.measured = 0;
    fs->commit.measuring = true;
    for (uint32_t id = begin; error == 0 && id < end; id++) {
        error = put_entry(fs, view, id);
    }
    fs->commit.measuring = false;
    return error;
}

/* -- Whole logs ------------------------------------------------------------------------------------- */

static bool has_move_state(const littlefs2_log_plan_t *plan)
{
    return plan->begin == 0 && plan->move_state && !littlefs2_global_is_zero(plan->move_state);
}

int littlefs2_write_log(littlefs2_t *fs, const littlefs2_log_plan_t *plan)
{
    uint8_t revision[4];
    mcufs_store_le32(revision, plan->revision);
    littlefs2_drop_window(fs);
    int error = plan->end > plan->begin ? littlefs2_learn_log(fs, plan->view->metadata) : 0;
    if (error < 0) {
        return error;
    }
    littlefs2_index_start(fs, plan->pair[0], plan->view->metadata->pair[0]);
    littlefs2_commit_start(fs, plan->pair[0], 0, 0xffffffffu);
    error = littlefs2_commit_put_bytes(fs, revision, sizeof revision);
    for (uint32_t id = plan->begin; error == 0 && id < plan->end; id++) {
        fs->commit.id = (uint16_t)(id - plan->begin);
        error = put_entry(fs, plan->view, id);
    }
    littlefs2_drop_window(fs);
    if (error == 0 && !littlefs2_pair_is_null(plan->tail)) {
        error = littlefs2_commit_put_words(fs, plan->hard ? LITTLEFS2_HARD_TAIL : LITTLEFS2_SOFT_TAIL,
                                           plan->tail, 2);
    }
    if (error == 0 && has_move_state(plan)) {
        error = littlefs2_commit_put_move_state(fs, plan->move_state);
    }
    if (error == 0) {
        /* The revision must not be in doubt when the commit crc is: a log that may come to life later is
         * recognised by it (littlefs2_fetch). */
        error = littlefs2_writer_flush_units(fs, &fs->writer);
    }
    if (error == 0) {
        error = littlefs2_commit_end(fs, true);
    }
    littlefs2_index_finish(fs, error < 0 ? 0 : fs->writer.offset);
    return error;
}

void littlefs2_describe(const littlefs2_t *fs, const littlefs2_log_plan_t *plan,
                        littlefs2_metadata_t *written)
{
    uint32_t flags = plan->begin == 0 && plan->end > 0 ? plan->view->metadata->flags : 0;
    written->flags =
        (uint8_t)((flags & LITTLEFS2_HAS_SUPERBLOCK) | (plan->hard ? LITTLEFS2_SPLIT : 0) |
                  (has_move_state(plan) ? LITTLEFS2_HAS_MOVE_STATE : 0) |
                  (fs->writer.offset < fs->block_size ? LITTLEFS2_APPENDABLE | LITTLEFS2_CHECKED : 0));
    memcpy(written->pair, plan->pair, sizeof written->pair);
    memcpy(written->tail, plan->tail, sizeof written->tail);
    written->revision = plan->revision;
    written->end = fs->writer.offset;
    written->end_tag = fs->commit.previous;
    written->count = (uint16_t)(plan->end - plan->begin);
}

LITTLEFS2_OUT_OF_LINE static void remember_written(littlefs2_t *fs, const littlefs2_log_plan_t *plan)
{
    littlefs2_metadata_t written;
    littlefs2_describe(fs, plan, &written);
    littlefs2_remember(fs, NULL, &written);
}

int littlefs2_write_anew(littlefs2_t *fs, littlefs2_log_plan_t *plan, bool growth)
{
    int error;
    do {
        /* A block that turns out bad stays marked as used; the next one may be better. */
        error = littlefs2_allocate(fs, growth, true, &plan->pair[0]);
        if (error < 0) {
            return error;
        }
        error = littlefs2_write_log(fs, plan);
    } while (error == MCUFS_ECORRUPT);
    if (error < 0) {
        littlefs2_release(fs, plan->pair[0]);
    }
    return error;
}

int littlefs2_write_new_pair(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    /* What only removes, or keeps the list in order, may use the reserve; but no new directory's log, which
     * is a view of nothing. */
    bool growth = plan->view->count == 0 || plan->view->flags & LITTLEFS2_ADDS;
    int error = littlefs2_allocate(fs, growth, false, &plan->pair[1]);
    if (error < 0) {
        return error;
    }
    /* The half that is not written may hold the log of an earlier life; ours must be the newer one. */
    error = littlefs2_read_word(fs, plan->pair[1], 0, &plan->revision);
    if (error == MCUFS_ECORRUPT) {
        plan->revision = 0;
        error = 0;
    }
    plan->revision++;
    if (error == 0) {
        error = littlefs2_write_anew(fs, plan, growth);
    }
    if (error < 0) {
        littlefs2_release(fs, plan->pair[1]);
        return error;
    }
    remember_written(fs, plan);
    return 0;
}

/* -- Splitting -------------------------------------------------------------------------------------- */

static uint32_t largest_log(const littlefs2_t *fs)
{
    return fs->metadata_max - LITTLEFS2_LOG_RESERVE;
}

#define ROOMY_MIN 2048u /* bytes of a log */

/* The size at which a log can still take a change of each of its entries, and of its tail: one program unit
 * each. */
static uint32_t roomy_log(const littlefs2_t *fs, uint32_t total, uint32_t count)
{
    enum { CHANGE = 24 }; /* bytes of the smallest commit */
    uint32_t changes = (count + 2) * littlefs2_align_up(CHANGE, fs->program_size);
    uint32_t share = total * 256 / (total + changes); /* of 256 */
    share = share < 80 ? 80 : share;
    return littlefs2_minimum(fs->metadata_max / 256 * share + fs->metadata_max % 256 * share / 256,
                             fs->metadata_max - fs->metadata_max / 8);
}

/* Where to cut. No cut when everything fits with room to spare. */
LITTLEFS2_OUT_OF_LINE static int plan_split(littlefs2_t *fs, const littlefs2_view_t *view)
{
    littlefs2_split_t *split = &fs->split;
    uint32_t most = largest_log(fs);
    uint32_t comfortable = littlefs2_minimum(most, fs->metadata_max - fs->metadata_max / 4);
    split->count = 0;
    int error = measure(fs, view, 0, view->count);
    split->total = fs->commit.measured;
    uint32_t dense = fs->metadata_max - fs->metadata_max / 8;
    /* Space is there to be used, as long as there is plenty. In small blocks it never is. */
    if (split->total > 0 && fs->metadata_max >= ROOMY_MIN &&
        littlefs2_has_room(fs, fs->block_count - fs->block_count / 4)) {
        dense = comfortable = roomy_log(fs, split->total, view->count);
    }
    if (error < 0 || (split->total <= comfortable && view->count < 0xff)) {
        return error;
    }
    uint32_t pieces = split->total / comfortable + 1;
    uint32_t target = view->flags & LITTLEFS2_GROWS_AT_END ? littlefs2_minimum(most, dense)
                                                           : split->total / (pieces < 2 ? 2 : pieces) + 1;
    uint32_t filled = 0, begin = 0;
    for (uint32_t id = 0; id < view->count; id++) {
        error = measure(fs, view, id, id + 1);
        if (error < 0) {
            return error;
        }
        /* The superblock entry's piece keeps at least that; no piece is empty. */
        if (id > begin && (filled + fs->commit.measured > target || id - begin >= 0x80)) {
            if (split->count == LITTLEFS2_SPLITS_MAX) {
                return MCUFS_ENOSPC;
            }
            littlefs2_forget_all_places(fs);
            split->pieces[split->count++].begin = begin = id;
            filled = 0;
        }
        filled += fs->commit.measured;
        if (filled > most) {
            return MCUFS_ENOSPC;
        }
    }
    return 0;
}

/* Takes back the pieces from `first` on, which are written. */
static void release_pieces(littlefs2_t *fs, uint32_t first)
{
    while (fs->split.count > first) {
        littlefs2_release_pair(fs, fs->split.pieces[--fs->split.count].pair);
    }
    fs->split.count = 0;
}

/* Writes all pieces but the first, last first. `plan` is left ready for the first. */
static int write_pieces(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    for (uint32_t i = fs->split.count; i-- > 0;) {
        littlefs2_piece_t *piece = &fs->split.pieces[i];
        plan->begin = piece->begin;
        int error = littlefs2_write_new_pair(fs, plan);
        if (error < 0) {
            release_pieces(fs, i + 1);
            return error;
        }
        memcpy(piece->pair, plan->pair, sizeof piece->pair);
        memcpy(plan->tail, plan->pair, sizeof plan->tail);
        plan->hard = true;
        plan->end = plan->begin;
    }
    plan->begin = 0;
    return 0;
}

/* -- Compaction ------------------------------------------------------------------------------------- */

/* Whether one log can hold it all, with no reserve: always so for what only shrinks. */
static bool fits_tightly(const littlefs2_t *fs, const littlefs2_log_plan_t *plan)
{
    uint32_t size = 4 + fs->split.total + 8 + (littlefs2_pair_is_null(plan->tail) ? 0 : 12) +
                    (has_move_state(plan) ? 16 : 0);
    return size <= fs->metadata_max && plan->end < LITTLEFS2_NO_ID;
}

static bool holds_move_source(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return littlefs2_move_pending(fs) && littlefs2_pairs_touch(fs->global.pair, metadata->pair);
}

static bool is_worn(const littlefs2_t *fs, uint32_t revision)
{
    return fs->block_cycles != MCUFS_LITTLEFS2_NEVER && revision % ((fs->block_cycles + 1) | 1) == 0;
}

void littlefs2_plan_whole(littlefs2_log_plan_t *plan, const littlefs2_view_t *view)
{
    plan->view = view;
    plan->begin = 0;
    plan->end = view->count;
    memcpy(plan->tail, view->tail, sizeof plan->tail);
    plan->hard = (view->flags & LITTLEFS2_SPLIT) != 0;
}

/* Decides on a split and writes its pieces; `plan` gets what stays. */
LITTLEFS2_OUT_OF_LINE static int shed_pieces(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    const littlefs2_view_t *view = plan->view;
    littlefs2_drop_window(fs);
    int error = littlefs2_learn_log(fs, view->metadata);
    if (error == 0) {
        error = plan_split(fs, view);
    }
    bool fits = (error == 0 || error == MCUFS_ENOSPC) && fits_tightly(fs, plan);
    /* Nothing new to make room for; or a pending move that names an id of this log. */
    if (fits && (view->change_count == 0 || holds_move_source(fs, view->metadata))) {
        fs->split.count = 0;
    }
    if (error == 0) {
        error = write_pieces(fs, plan);
    }
    if (error == MCUFS_ENOSPC && fits) {
        /* Tighter than we like, but it fits: no reason to fail. */
        littlefs2_plan_whole(plan, view);
        fs->split.count = 0;
        error = 0;
    }
    littlefs2_drop_window(fs);
    return error;
}

int littlefs2_write_over(littlefs2_t *fs, littlefs2_metadata_t *metadata, littlefs2_log_plan_t *plan)
{
    plan->pair[0] = metadata->pair[1];
    plan->pair[1] = metadata->pair[0];
    plan->revision = metadata->revision + 1;
    int error = littlefs2_erase(fs, plan->pair[0]);
    if (error == 0) {
        error = littlefs2_write_log(fs, plan);
    }
    if (error == 0) {
        littlefs2_describe(fs, plan, metadata);
    } else {
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
        if (error == MCUFS_ECORRUPT) {
            error = LITTLEFS2_NEEDS_RELOCATION;
        } else {
            littlefs2_mark_uncertain(fs, metadata);
        }
    }
    littlefs2_remember(fs, NULL, metadata);
    return error;
}

int littlefs2_compact(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_view_t *view,
                      const littlefs2_global_t *move_state, bool stay)
{
    littlefs2_log_plan_t plan;
    if (!stay && is_worn(fs, metadata->revision + 1)) {
        return LITTLEFS2_NEEDS_RELOCATION;
    }
    littlefs2_plan_whole(&plan, view);
    plan.move_state = move_state;
    int error = shed_pieces(fs, &plan);
    if (error < 0) {
        return error;
    }
    error = littlefs2_write_over(fs, metadata, &plan);
    if (error != 0) {
        release_pieces(fs, 0);
    }
    return error;
}
