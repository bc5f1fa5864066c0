/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Compaction: a log that is full, or whose end cannot be trusted, is written anew into the other block of
 * its pair, without what is superseded. Each pass over the old log serves a whole window of entries. What
 * is too large goes into further pairs, which are written first, so that the last write, of the old pair,
 * decides. */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

/* -- Entries of a view ------------------------------------------------------------------------------ */

static const littlefs2_change_t *copy_of(const littlefs2_view_t *view)
{
    for (uint32_t i = 0; i < view->change_count; i++) {
        if (littlefs2_tag_type(view->changes[i].tag) == LITTLEFS2_COPY) {
            return &view->changes[i];
        }
    }
    return NULL;
}

static littlefs2_location_t name_location(const littlefs2_view_t *view, const littlefs2_entry_t *entry)
{
    littlefs2_location_t location = {entry->name_tag, NULL, view->metadata->pair[0], entry->name_offset};
    if (entry->flags & LITTLEFS2_ENTRY_NAME_CHANGE) {
        location.data = view->changes[entry->name_offset].data;
    }
    return location;
}

static littlefs2_location_t struct_location(const littlefs2_view_t *view, const littlefs2_entry_t *entry)
{
    littlefs2_location_t location = {entry->struct_tag, NULL, view->metadata->pair[0], entry->struct_offset};
    if (entry->flags & LITTLEFS2_ENTRY_STRUCT_CHANGE) {
        location.data = view->changes[entry->struct_offset].data;
    } else if (entry->flags & LITTLEFS2_ENTRY_STRUCT_COPY) {
        location.block = copy_of(view)->from->pair[0];
    }
    return location;
}

static int add_attribute_size(void *context, const littlefs2_location_t *attribute)
{
    *(uint32_t *)context += 4 + littlefs2_tag_length(attribute->tag);
    return 0;
}

static int entry_size(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id, uint32_t *size)
{
    const littlefs2_entry_t *entry;
    int error = littlefs2_entry(fs, view, id, &entry);
    if (error < 0) {
        return error;
    }
    *size = (entry->name_tag ? 4 + littlefs2_tag_length(entry->name_tag) : 0) +
            (entry->struct_tag ? 4 + littlefs2_tag_length(entry->struct_tag) : 0);
    if (entry->flags & LITTLEFS2_ENTRY_ATTRIBUTES) {
        return littlefs2_each_attribute(fs, view, id, add_attribute_size, size);
    }
    return 0;
}

typedef struct putting_attribute {
    littlefs2_t *fs;
    littlefs2_commit_t *commit;
    uint32_t id;
} putting_attribute_t;

static int put_attribute(void *context, const littlefs2_location_t *attribute)
{
    putting_attribute_t *putting = context;
    uint32_t tag =
        littlefs2_tag(littlefs2_tag_type(attribute->tag), putting->id, littlefs2_tag_length(attribute->tag));
    return littlefs2_commit_put(putting->fs, putting->commit, tag, attribute);
}

LITTLEFS2_OUT_OF_LINE static int put_entry(littlefs2_t *fs, littlefs2_commit_t *commit,
                                           const littlefs2_view_t *view, uint32_t id, uint32_t new_id)
{
    const littlefs2_entry_t *entry;
    int error = littlefs2_entry(fs, view, id, &entry);
    if (error == 0 && entry->name_tag) {
        littlefs2_location_t location = name_location(view, entry);
        uint32_t tag =
            littlefs2_tag(littlefs2_tag_type(location.tag), new_id, littlefs2_tag_length(location.tag));
        error = littlefs2_commit_put(fs, commit, tag, &location);
    }
    if (error == 0 && entry->struct_tag) {
        littlefs2_location_t location = struct_location(view, entry);
        uint32_t tag =
            littlefs2_tag(littlefs2_tag_type(location.tag), new_id, littlefs2_tag_length(location.tag));
        error = littlefs2_commit_put(fs, commit, tag, &location);
    }
    if (error == 0 && entry->flags & LITTLEFS2_ENTRY_ATTRIBUTES) {
        putting_attribute_t putting = {fs, commit, new_id};
        error = littlefs2_each_attribute(fs, view, id, put_attribute, &putting);
    }
    return error;
}

/* -- Whole logs ------------------------------------------------------------------------------------- */

static int put_revision(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t revision)
{
    uint8_t bytes[4];
    mcufs_store_le32(bytes, revision);
    commit->crc = mcufs_crc32(commit->crc, bytes, sizeof bytes);
    commit->offset += sizeof bytes;
    return littlefs2_writer_put(fs, &fs->writer, bytes, sizeof bytes);
}

static int put_tail(littlefs2_t *fs, littlefs2_commit_t *commit, const littlefs2_log_plan_t *plan)
{
    uint8_t bytes[8];
    littlefs2_location_t location = {0, bytes, 0, 0};
    if (littlefs2_pair_is_null(plan->tail)) {
        return 0;
    }
    mcufs_store_le32(bytes, plan->tail[0]);
    mcufs_store_le32(bytes + 4, plan->tail[1]);
    uint32_t type = plan->hard ? LITTLEFS2_HARD_TAIL : LITTLEFS2_SOFT_TAIL;
    return littlefs2_commit_put(fs, commit, littlefs2_tag(type, LITTLEFS2_NO_ID, sizeof bytes), &location);
}

int littlefs2_write_log(littlefs2_t *fs, const littlefs2_log_plan_t *plan, uint32_t block, uint32_t revision,
                        littlefs2_metadata_t *written)
{
    littlefs2_commit_t commit;
    littlefs2_drop_window(fs);
    littlefs2_commit_start(fs, &commit, block, 0, 0xffffffffu);
    int error = put_revision(fs, &commit, revision);
    for (uint32_t id = plan->begin; error == 0 && id < plan->end; id++) {
        error = put_entry(fs, &commit, plan->view, id, id - plan->begin);
    }
    littlefs2_drop_window(fs);
    if (error == 0) {
        error = put_tail(fs, &commit, plan);
    }
    if (error == 0) {
        error = plan->move_state && !littlefs2_global_is_zero(plan->move_state)
                    ? littlefs2_commit_put_move_state(fs, &commit, plan->move_state)
                    : 0;
    }
    if (error == 0) {
        /* The revision must not be in doubt when the commit crc is: a log that may come to life later is
         * recognised by it (littlefs2_fetch). */
        error = littlefs2_writer_flush_units(fs, &fs->writer);
    }
    if (error == 0) {
        error = littlefs2_commit_end(fs, &commit);
    }
    if (error < 0) {
        return error;
    }
    memset(written, 0, sizeof *written);
    written->pair[0] = block;
    written->revision = revision;
    written->end = commit.offset;
    written->end_tag = commit.previous;
    written->last = commit.last;
    memcpy(written->tail, plan->tail, sizeof written->tail);
    written->count = (uint16_t)(plan->end - plan->begin);
    written->flags =
        (uint8_t)((plan->hard ? LITTLEFS2_SPLIT : 0) |
                  (plan->move_state && !littlefs2_global_is_zero(plan->move_state) ? LITTLEFS2_HAS_MOVE_STATE
                                                                                   : 0) |
                  (plan->begin == 0 ? plan->view->metadata->flags & LITTLEFS2_HAS_SUPERBLOCK : 0) |
                  (commit.offset < fs->block_size ? LITTLEFS2_APPENDABLE | LITTLEFS2_CHECKED : 0));
    return 0;
}

/* What only removes, or keeps the list in order, may use the reserve. A new directory's log is a view of
 * nothing. */
static bool adds_content(const littlefs2_view_t *view)
{
    bool only_order = view->count > 0;
    for (uint32_t i = 0; i < view->change_count; i++) {
        uint32_t type = littlefs2_tag_type(view->changes[i].tag);
        only_order = only_order && (type == LITTLEFS2_DELETE || littlefs2_type_is_tail(type));
    }
    return !only_order;
}

int littlefs2_write_new_pair(littlefs2_t *fs, const littlefs2_log_plan_t *plan, littlefs2_metadata_t *written)
{
    uint32_t other, block, revision;
    bool growth = adds_content(plan->view);
    int error = littlefs2_allocate(fs, growth, false, &other);
    if (error < 0) {
        return error;
    }
    /* The half that is not written may hold the log of an earlier life; ours must be the newer one. */
    error = littlefs2_read_word(fs, other, 0, &revision);
    if (error == MCUFS_ECORRUPT) {
        revision = 0;
        error = 0;
    }
    while (error == 0) {
        error = littlefs2_allocate(fs, growth, true, &block);
        if (error < 0) {
            break;
        }
        error = littlefs2_write_log(fs, plan, block, revision + 1, written);
        if (error == 0) {
            written->pair[1] = other;
            return 0;
        }
        if (error == MCUFS_ECORRUPT) {
            error = 0; /* stays marked as used; the next one may be better */
        } else {
            littlefs2_release(fs, block);
        }
    }
    littlefs2_release(fs, other);
    return error;
}

void littlefs2_view_tail(const littlefs2_view_t *view, uint32_t tail[2], bool *hard)
{
    memcpy(tail, view->metadata->tail, 2 * sizeof tail[0]);
    *hard = (view->metadata->flags & LITTLEFS2_SPLIT) != 0;
    for (uint32_t i = 0; i < view->change_count; i++) {
        uint32_t type = littlefs2_tag_type(view->changes[i].tag);
        if (littlefs2_type_is_tail(type)) {
            const uint8_t *bytes = view->changes[i].data;
            tail[0] = mcufs_load_le32(bytes);
            tail[1] = mcufs_load_le32(bytes + 4);
            *hard = type == LITTLEFS2_HARD_TAIL;
        }
    }
}

/* -- Splitting -------------------------------------------------------------------------------------- */

static uint32_t largest_log(const littlefs2_t *fs)
{
    return fs->metadata_max - LITTLEFS2_LOG_RESERVE;
}

static int measure(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t *total)
{
    *total = 0;
    for (uint32_t id = 0; id < view->count; id++) {
        uint32_t size;
        int error = entry_size(fs, view, id, &size);
        if (error < 0) {
            return error;
        }
        *total += size;
    }
    return 0;
}

/* Entries arriving in order, at the end of a directory: the pieces before may be filled. */
static bool grows_at_end(const littlefs2_view_t *view)
{
    for (uint32_t i = 0; i < view->change_count; i++) {
        uint32_t type = littlefs2_tag_type(view->changes[i].tag);
        if ((type == LITTLEFS2_CREATE || littlefs2_type_is_struct(type)) &&
            littlefs2_tag_id(view->changes[i].tag) + 1 != view->count) {
            return false;
        }
    }
    return !(view->metadata->flags & LITTLEFS2_SPLIT) && view->change_count > 0;
}

/* Where to cut. No cut when everything fits with room to spare. */
LITTLEFS2_OUT_OF_LINE static int plan_split(littlefs2_t *fs, const littlefs2_view_t *view,
                                            littlefs2_split_t *split)
{
    uint32_t most = largest_log(fs);
    uint32_t comfortable = littlefs2_minimum(most, fs->metadata_max - fs->metadata_max / 4);
    split->count = 0;
    int error = measure(fs, view, &split->total);
    if (error < 0 || (split->total <= comfortable && view->count < 0xff)) {
        return error;
    }
    uint32_t pieces = split->total / comfortable + 1;
    uint32_t target = grows_at_end(view) ? littlefs2_minimum(most, fs->metadata_max - fs->metadata_max / 8)
                                         : split->total / (pieces < 2 ? 2 : pieces) + 1;
    uint32_t filled = 0, begin = 0;
    for (uint32_t id = 0; id < view->count; id++) {
        uint32_t size;
        error = entry_size(fs, view, id, &size);
        if (error < 0) {
            return error;
        }
        /* The superblock entry's piece keeps at least that; no piece is empty. */
        if (id > begin && (filled + size > target || id - begin >= 0x80)) {
            if (split->count == LITTLEFS2_SPLITS_MAX) {
                return MCUFS_ENOSPC;
            }
            split->begins[split->count++] = begin = id;
            filled = 0;
        }
        filled += size;
        if (filled > most) {
            return MCUFS_ENOSPC;
        }
    }
    return 0;
}

static void release_pieces(littlefs2_t *fs)
{
    for (uint32_t i = 0; i < fs->split.piece_count; i++) {
        const littlefs2_piece_t *piece = &fs->split.pieces[i];
        littlefs2_forget(fs, piece->pair);
        littlefs2_release(fs, piece->pair[0]);
        littlefs2_release(fs, piece->pair[1]);
    }
    fs->split.piece_count = 0;
}

static int write_piece(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    littlefs2_metadata_t written;
    littlefs2_piece_t *piece = &fs->split.pieces[fs->split.piece_count];
    int error = littlefs2_write_new_pair(fs, plan, &written);
    if (error < 0) {
        return error;
    }
    piece->begin = plan->begin;
    memcpy(piece->pair, written.pair, sizeof piece->pair);
    fs->split.piece_count++;
    littlefs2_remember(fs, NULL, &written);
    memcpy(plan->tail, written.pair, sizeof plan->tail);
    plan->hard = true;
    plan->end = plan->begin;
    return 0;
}

/* Writes all pieces but the first, last first. `plan` is left ready for the first. */
LITTLEFS2_OUT_OF_LINE static int write_pieces(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    for (uint32_t i = fs->split.count; i-- > 0;) {
        plan->begin = fs->split.begins[i];
        int error = write_piece(fs, plan);
        if (error < 0) {
            release_pieces(fs);
            return error;
        }
    }
    plan->begin = 0;
    return 0;
}

/* -- Compaction ------------------------------------------------------------------------------------- */

/* Whether one log can hold it all, with no reserve: always so for what only shrinks. */
static bool fits_tightly(const littlefs2_t *fs, const littlefs2_log_plan_t *plan,
                         const littlefs2_split_t *split, const littlefs2_global_t *move_state)
{
    uint32_t size = 4 + split->total + 8 + (littlefs2_pair_is_null(plan->tail) ? 0 : 12) +
                    (littlefs2_global_is_zero(move_state) ? 0 : 16);
    return size <= fs->metadata_max && plan->view->count < LITTLEFS2_NO_ID;
}

static bool holds_move_source(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return littlefs2_move_pending(fs) && littlefs2_pairs_touch(fs->global.pair, metadata->pair);
}

static bool is_worn(const littlefs2_t *fs, uint32_t revision)
{
    return fs->block_cycles != MCUFS_LITTLEFS2_NEVER && revision % ((fs->block_cycles + 1) | 1) == 0;
}

static void plan_whole(const littlefs2_view_t *view, littlefs2_log_plan_t *plan)
{
    plan->view = view;
    plan->begin = 0;
    plan->end = view->count;
    littlefs2_view_tail(view, plan->tail, &plan->hard);
}

/* Decides on a split and writes its pieces; `plan` gets what stays. */
LITTLEFS2_OUT_OF_LINE static int shed_pieces(littlefs2_t *fs, const littlefs2_view_t *view,
                                             littlefs2_log_plan_t *plan, const littlefs2_global_t *move_state)
{
    littlefs2_split_t *split = &fs->split;
    littlefs2_drop_window(fs);
    split->piece_count = 0;
    plan_whole(view, plan);
    int error = plan_split(fs, view, split);
    bool fits = (error == 0 || error == MCUFS_ENOSPC) && fits_tightly(fs, plan, split, move_state);
    /* Nothing new to make room for; or a pending move that names an id of this log. */
    bool keep = view->change_count == 0 || holds_move_source(fs, view->metadata);
    if (error == 0 && split->count > 0 && !(keep && fits)) {
        error = write_pieces(fs, plan);
    }
    if (error == MCUFS_ENOSPC && fits) {
        /* Tighter than we like, but it fits: no reason to fail. */
        plan_whole(view, plan);
        error = 0;
    }
    littlefs2_drop_window(fs);
    return error;
}

int littlefs2_compact(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_view_t *view,
                      const littlefs2_global_t *move_state, littlefs2_handle_t *bind, bool stay)
{
    uint32_t revision = metadata->revision + 1;
    littlefs2_log_plan_t plan = {.move_state = NULL};
    if (!stay && is_worn(fs, revision)) {
        return LITTLEFS2_NEEDS_RELOCATION;
    }
    int error = shed_pieces(fs, view, &plan, move_state);
    if (error < 0) {
        return error;
    }
    plan.move_state = move_state;
    uint32_t block = metadata->pair[1];
    littlefs2_metadata_t written;
    error = littlefs2_erase(fs, block);
    if (error == 0) {
        error = littlefs2_write_log(fs, &plan, block, revision, &written);
    }
    if (error < 0) {
        release_pieces(fs);
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
        littlefs2_remember(fs, NULL, metadata);
        if (error == MCUFS_ECORRUPT) {
            return LITTLEFS2_NEEDS_RELOCATION;
        }
        littlefs2_mark_uncertain(fs, metadata);
        return error;
    }
    written.pair[1] = metadata->pair[0];
    littlefs2_follow(fs, metadata->pair, written.pair, view->changes, view->change_count, fs->split.pieces,
                     fs->split.piece_count, bind);
    *metadata = written;
    littlefs2_remember(fs, NULL, &written);
    return 0;
}
