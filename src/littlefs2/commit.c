/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Commits: the one way anything changes (spec: littlefs-format.md A2, A5). */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

/* -- Writing tags ----------------------------------------------------------------------------------- */

void littlefs2_commit_start(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t previous)
{
    fs->commit.crc = 0xffffffffu;
    fs->commit.previous = previous;
    littlefs2_writer_start(&fs->writer, block, offset);
}

/* Where the next byte goes. */
static uint32_t offset_of(const littlefs2_t *fs)
{
    return fs->writer.offset + fs->writer.used;
}

int littlefs2_commit_put_bytes(littlefs2_t *fs, const void *bytes, uint32_t size)
{
    fs->commit.crc = mcufs_crc32(fs->commit.crc, bytes, size);
    return littlefs2_writer_put(fs, &fs->writer, bytes, size);
}

static int put_tag(littlefs2_t *fs, uint32_t tag)
{
    uint8_t bytes[4];
    mcufs_store_be32(bytes, tag ^ fs->commit.previous);
    fs->commit.previous = littlefs2_next_previous(tag);
    return littlefs2_commit_put_bytes(fs, bytes, sizeof bytes);
}

int littlefs2_commit_put(littlefs2_t *fs, uint32_t tag, const littlefs2_location_t *location)
{
    uint32_t length = littlefs2_tag_length(tag);
    if (fs->commit.measuring) {
        fs->commit.measured += 4 + length;
        return 0;
    }
    if (offset_of(fs) + 4 + length > fs->block_size) {
        return MCUFS_ENOSPC;
    }
    int error = put_tag(fs, tag);
    const littlefs2_location_t written = {tag, NULL, fs->writer.block, offset_of(fs)};
    uint32_t hash = LITTLEFS2_NAME_HASH;
    for (uint32_t done = 0; error == 0 && done < length;) {
        uint8_t chunk[16];
        uint32_t part = littlefs2_minimum(sizeof chunk, length - done);
        error = littlefs2_read_location(fs, location, done, chunk, part);
        if (error == 0) {
            hash = littlefs2_index_is_open(fs) ? mcufs_crc32(hash, chunk, part) : 0;
            error = littlefs2_commit_put_bytes(fs, chunk, part);
        }
        done += part;
    }
    littlefs2_index_note(fs, &written, hash);
    return error;
}

int littlefs2_commit_put_entry(void *context, const littlefs2_location_t *location)
{
    littlefs2_t *fs = context;
    return littlefs2_commit_put(fs, littlefs2_tag_with_id(location->tag, fs->commit.id), location);
}

int littlefs2_commit_put_words(littlefs2_t *fs, uint32_t type, const uint32_t *words, uint32_t count)
{
    uint8_t bytes[12];
    littlefs2_location_t location = {littlefs2_tag(type, LITTLEFS2_NO_ID, 4 * count), bytes, 0, 0};
    for (uint32_t i = 0; i < count; i++) {
        mcufs_store_le32(bytes + 4 * (size_t)i, words[i]);
    }
    return littlefs2_commit_put(fs, location.tag, &location);
}

int littlefs2_commit_put_move_state(littlefs2_t *fs, const littlefs2_global_t *state)
{
    const uint32_t words[3] = {state->tag, state->pair[0], state->pair[1]};
    return littlefs2_commit_put_words(fs, LITTLEFS2_MOVE_STATE, words, 3);
}

enum { ENDING = 20 }; /* bytes of a forward crc and a commit crc */

/* What the program unit at `offset` reads as, erased: its first byte and crc. */
static int erased_unit(littlefs2_t *fs, uint32_t offset, uint8_t *first, uint32_t *crc)
{
    uint32_t block = fs->writer.block;
    *crc = 0xffffffffu;
    if (fs->erased_value < 0) {
        int error = littlefs2_read(fs, block, offset, first, 1, fs->program_size);
        return error < 0 ? error : littlefs2_crc_range(fs, block, offset, offset + fs->program_size, crc);
    }
    *first = (uint8_t)fs->erased_value;
    for (uint32_t i = 0; i < fs->program_size; i++) {
        *crc = mcufs_crc32(*crc, first, 1);
    }
    return 0;
}

/* One commit crc and padding up to `end`. */
static int put_crc(littlefs2_t *fs, uint32_t bit, uint32_t end)
{
    uint8_t bytes[4];
    uint32_t length = end - (offset_of(fs) + 4);
    int error = put_tag(fs, littlefs2_tag(LITTLEFS2_COMMIT_CRC | bit, LITTLEFS2_NO_ID, length));
    mcufs_store_le32(bytes, fs->commit.crc);
    if (error == 0) {
        error = littlefs2_commit_put_bytes(fs, bytes, sizeof bytes);
    }
    memset(bytes, fs->erased_value >= 0 ? fs->erased_value : 0xff, sizeof bytes);
    while (error == 0 && offset_of(fs) < end) {
        error = littlefs2_commit_put_bytes(fs, bytes, littlefs2_minimum(sizeof bytes, end - offset_of(fs)));
    }
    fs->commit.crc = 0xffffffffu;
    return error;
}

/* While a log is in doubt, nothing may show that its newest commit is complete. */
static bool is_counting(const littlefs2_t *fs)
{
    bool certain = fs->serial < LITTLEFS2_NULL - 1;
    for (unsigned i = 0; i < LITTLEFS2_UNCERTAIN_MAX; i++) {
        certain = certain && littlefs2_pair_is_null(fs->uncertain[i].pair);
    }
    return certain;
}

/* A forward crc lets the next writer see that the following unit is still erased. `bit`: how the top bit of
 * that reads, turned round. Behind it, where that fits, the serial number. */
static int put_forward_crc(littlefs2_t *fs, uint32_t end, uint32_t *bit)
{
    uint32_t words[3] = {fs->program_size, 0, 0};
    uint32_t count = 2;
    uint8_t first;
    int error = erased_unit(fs, end, &first, &words[1]);
    if (error == 0) {
        *bit = (first & 0x80u) == 0;
    }
    if (error == 0 && fs->disk_version != MCUFS_LITTLEFS2_VERSION_2_0) {
        if (end - offset_of(fs) >= ENDING + LITTLEFS2_SERIAL_SIZE && is_counting(fs)) {
            words[count++] = ++fs->serial;
        }
        error = littlefs2_commit_put_words(fs, LITTLEFS2_FORWARD_CRC, words, count);
    }
    return error;
}

int littlefs2_commit_end(littlefs2_t *fs, bool whole)
{
    /* Room for the forward crc and the commit crc, then up to a whole unit. Padding too long for one tag
     * goes into further commits without entries (A2). */
    uint32_t room = ENDING;
    if (whole && fs->program_size + LITTLEFS2_SERIAL_SIZE <= fs->block_size / 64 &&
        offset_of(fs) >= fs->block_size / 4) {
        room += LITTLEFS2_SERIAL_SIZE; /* little for a log of this size, which is not one for small changes */
    }
    uint32_t end =
        littlefs2_align_up(littlefs2_minimum(offset_of(fs) + room, fs->block_size), fs->program_size);
    int error = 0;
    while (error == 0 && offset_of(fs) < end) {
        uint32_t stop = littlefs2_minimum(end, offset_of(fs) + 4 + LITTLEFS2_LENGTH_MAX);
        uint32_t bit = 0;
        if (stop < end) {
            stop = littlefs2_minimum(stop, end - ENDING - LITTLEFS2_SERIAL_SIZE);
        } else if (end <= fs->block_size - fs->program_size) {
            error = put_forward_crc(fs, end, &bit);
        }
        if (error == 0) {
            error = put_crc(fs, bit, stop);
        }
    }
    if (error == 0) {
        error = littlefs2_writer_flush(fs, &fs->writer);
    }
    if (error == 0) {
        error = littlefs2_sync_device(fs);
    }
    if (error < 0) {
        fs->serial = LITTLEFS2_NULL; /* what comes after does not show that this is complete */
    }
    return error;
}

/* -- Changes ---------------------------------------------------------------------------------------- */

/* All of another entry's content but its name. */
static int put_copy(littlefs2_t *fs, const littlefs2_change_t *change)
{
    const littlefs2_source_t *from = change->data;
    littlefs2_view_t view = littlefs2_view_of(from->metadata);
    littlefs2_location_t structure;
    fs->commit.id = (uint16_t)littlefs2_tag_id(change->tag);
    int error =
        littlefs2_find_in_log(fs, from->metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, from->id, &structure);
    if (error == 0) {
        error = littlefs2_commit_put_entry(fs, &structure);
    }
    return error < 0 ? error : littlefs2_each_attribute(fs, &view, from->id, littlefs2_commit_put_entry, fs);
}

/* Puts, or measures, every tag that the changes stand for. */
static int put_changes(littlefs2_t *fs, const littlefs2_view_t *view)
{
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < view->change_count; i++) {
        const littlefs2_change_t *change = &view->changes[i];
        if (littlefs2_tag_type(change->tag) == LITTLEFS2_COPY) {
            error = put_copy(fs, change);
        } else {
            littlefs2_location_t location = {change->tag, change->data, 0, 0};
            error = littlefs2_commit_put(fs, change->tag, &location);
        }
    }
    return error;
}

littlefs2_change_t littlefs2_pair_change(uint32_t type, uint32_t id, const uint32_t pair[2], uint8_t bytes[8])
{
    mcufs_store_le32(bytes, pair[0]);
    mcufs_store_le32(bytes + 4, pair[1]);
    return (littlefs2_change_t){littlefs2_tag(type, id, 8), bytes};
}

/* -- Handles ---------------------------------------------------------------------------------------- */

static void follow_change(littlefs2_handle_t *handle, uint32_t tag)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    bool is_file = handle->kind == LITTLEFS2_HANDLE_FILE;
    /* How many entries a directory's handle has returned, so that positions stay what they were. */
    uint32_t none = 1;
    uint32_t *returned = is_file ? &none : &((littlefs2_directory_t *)handle)->position;
    if (type == LITTLEFS2_CREATE && (is_file ? id <= handle->id : id < handle->id)) {
        handle->id++;
        ++*returned;
    } else if (type == LITTLEFS2_DELETE && id < handle->id) {
        handle->id--;
        *returned -= *returned > 0;
    } else if (type == LITTLEFS2_DELETE && id == handle->id && is_file) {
        handle->flags |= LITTLEFS2_HANDLE_REMOVED;
    }
}

/* The entry may be in a piece that was split off. */
static void settle(const littlefs2_split_t *split, littlefs2_handle_t *handle, const uint32_t now[2])
{
    const uint32_t *pair = now;
    for (uint32_t i = split->count; i-- > 0;) {
        if (handle->id >= split->pieces[i].begin) {
            handle->id = (uint16_t)(handle->id - split->pieces[i].begin);
            pair = split->pieces[i].pair;
            break;
        }
    }
    memcpy(handle->pair, pair, sizeof handle->pair);
    if (handle->flags & LITTLEFS2_HANDLE_REMOVED) {
        handle->pair[0] = handle->pair[1] = LITTLEFS2_NULL;
    }
}

/* Brings handles up to date with changes to the log that is in `pair`. */
static void follow(littlefs2_t *fs, const uint32_t pair[2], const littlefs2_change_t *changes, uint32_t count)
{
    for (littlefs2_handle_t *handle = fs->handles; handle; handle = handle->next) {
        if (handle == fs->bind || !littlefs2_same_pair(handle->pair, pair)) {
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            follow_change(handle, changes[i].tag);
        }
        settle(&fs->split, handle, pair);
    }
    littlefs2_handle_t *bind = fs->bind;
    if (!bind) {
        return;
    }
    bool bound = false;
    for (uint32_t i = 0; i < count; i++) {
        if (bound) {
            follow_change(bind, changes[i].tag);
        } else if (littlefs2_tag_type(changes[i].tag) == LITTLEFS2_CREATE) {
            bind->id = (uint16_t)littlefs2_tag_id(changes[i].tag);
            bound = true;
        }
    }
    settle(&fs->split, bind, pair);
}

/* -- Committing ------------------------------------------------------------------------------------- */

void littlefs2_global_add(littlefs2_global_t *sum, const littlefs2_global_t *state)
{
    sum->tag ^= state->tag;
    sum->pair[0] ^= state->pair[0];
    sum->pair[1] ^= state->pair[1];
}

bool littlefs2_global_is_zero(const littlefs2_global_t *state)
{
    return (state->tag | state->pair[0] | state->pair[1]) == 0;
}

int littlefs2_add_move_state(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_global_t *sum)
{
    uint8_t bytes[12];
    littlefs2_location_t location;
    if (!(metadata->flags & LITTLEFS2_HAS_MOVE_STATE)) {
        return 0;
    }
    int error = littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_MOVE_STATE, LITTLEFS2_NO_ID, &location);
    if (error < 0 || littlefs2_tag_length(location.tag) < sizeof bytes) {
        return error == MCUFS_ENOENT ? 0 : error;
    }
    error = littlefs2_read_location(fs, &location, 0, bytes, sizeof bytes);
    if (error == 0) {
        sum->tag ^= mcufs_load_le32(bytes);
        sum->pair[0] ^= mcufs_load_le32(bytes + 4);
        sum->pair[1] ^= mcufs_load_le32(bytes + 8);
    }
    return error;
}

littlefs2_metadata_t *littlefs2_uncertain(littlefs2_t *fs, const uint32_t pair[2])
{
    for (unsigned i = 0; i < LITTLEFS2_UNCERTAIN_MAX; i++) {
        if (littlefs2_same_pair(fs->uncertain[i].pair, pair)) {
            return &fs->uncertain[i];
        }
    }
    return NULL;
}

void littlefs2_mark_uncertain(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    static const uint32_t none[2] = {LITTLEFS2_NULL, LITTLEFS2_NULL};
    littlefs2_metadata_t *slot = littlefs2_uncertain(fs, metadata->pair);
    slot = slot ? slot : littlefs2_uncertain(fs, none);
    for (unsigned i = 0; !slot && i < LITTLEFS2_UNCERTAIN_MAX; i++) {
        /* What an earlier cut left in a free block may have become the unused half of a pair since. */
        slot = fs->uncertain[i].flags & LITTLEFS2_SUSPECT_OLD_HALF ? &fs->uncertain[i] : NULL;
    }
    if (slot) {
        *slot = *metadata;
        slot->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    } else {
        fs->serial = LITTLEFS2_NULL;
    }
}

void littlefs2_forget_doubt(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_metadata_t *slot = littlefs2_uncertain(fs, pair);
    if (slot) {
        slot->pair[0] = slot->pair[1] = LITTLEFS2_NULL;
    }
}

/* Makes sure that nothing behind the log was ever programmed: not all writers left a trace of that. */
static int check_tail(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    if ((metadata->flags & (LITTLEFS2_APPENDABLE | LITTLEFS2_CHECKED)) != LITTLEFS2_APPENDABLE) {
        return 0;
    }
    int erased = littlefs2_is_erased(fs, metadata->pair[0], metadata->end, fs->block_size);
    if (erased < 0) {
        return erased;
    }
    if (erased) {
        metadata->flags |= LITTLEFS2_CHECKED;
    } else {
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    }
    return 0;
}

littlefs2_view_t littlefs2_view_with(const littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                                     uint32_t change_count)
{
    const uint8_t *tail = NULL;
    uint32_t flags = (metadata->flags & LITTLEFS2_SPLIT) | LITTLEFS2_KEEPS_FIRST;
    uint32_t count = metadata->count;
    uint32_t lowest = LITTLEFS2_NO_ID; /* of what is created or gets content */
    for (uint32_t i = 0; i < change_count; i++) {
        uint32_t type = littlefs2_tag_type(changes[i].tag);
        uint32_t id = littlefs2_tag_id(changes[i].tag);
        if (littlefs2_type_is_tail(type)) {
            tail = changes[i].data;
            flags &= ~(uint32_t)LITTLEFS2_SPLIT;
            flags |= type == LITTLEFS2_HARD_TAIL ? LITTLEFS2_SPLIT : 0;
            continue;
        }
        flags |= littlefs2_scatters(changes[i].tag, count) ? LITTLEFS2_SCATTERS : 0;
        if (type == LITTLEFS2_DELETE) {
            count--;
        } else {
            flags |= LITTLEFS2_ADDS;
            count += type == LITTLEFS2_CREATE;
            lowest = littlefs2_type_is_name(type) ? lowest : littlefs2_minimum(lowest, id);
        }
        if (id <= 1 && !littlefs2_type_is_content(type)) {
            flags &= ~(uint32_t)LITTLEFS2_KEEPS_FIRST;
        }
    }
    if (change_count > 0 && !(metadata->flags & LITTLEFS2_SPLIT) &&
        (lowest == LITTLEFS2_NO_ID || lowest + 1 == count)) {
        flags |= LITTLEFS2_GROWS_AT_END;
    }
    littlefs2_view_t view = {metadata, changes, change_count,
                             count,    flags,   {metadata->tail[0], metadata->tail[1]}};
    if (tail) {
        view.tail[0] = mcufs_load_le32(tail);
        view.tail[1] = mcufs_load_le32(tail + 4);
    }
    return view;
}

static int append(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_view_t *view,
                  const littlefs2_global_t *move_state)
{
    littlefs2_index_follow(fs, metadata);
    littlefs2_commit_start(fs, metadata->pair[0], metadata->end, metadata->end_tag);
    int error = put_changes(fs, view);
    if (error == 0 && move_state) {
        error = littlefs2_commit_put_move_state(fs, move_state);
    }
    if (error == 0) {
        error = littlefs2_commit_end(fs, false);
    }
    littlefs2_index_finish(fs, error < 0 ? 0 : fs->writer.offset);
    if (error < 0) {
        return error;
    }
    memcpy(metadata->tail, view->tail, sizeof metadata->tail);
    metadata->flags &= (uint8_t)~LITTLEFS2_SPLIT;
    metadata->flags |=
        (uint8_t)((view->flags & LITTLEFS2_SPLIT) | (move_state ? LITTLEFS2_HAS_MOVE_STATE : 0) |
                  (view->flags & LITTLEFS2_SCATTERS ? LITTLEFS2_SCATTERED : 0));
    metadata->end = fs->writer.offset;
    metadata->end_tag = fs->commit.previous;
    metadata->count = (uint16_t)view->count;
    if (metadata->end >= fs->block_size) {
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    }
    return 0;
}

/* MCUFS_ERANGE: does not fit, or the end of the log cannot be trusted. */
LITTLEFS2_OUT_OF_LINE static int try_append(littlefs2_t *fs, littlefs2_metadata_t *metadata,
                                            const littlefs2_view_t *view,
                                            const littlefs2_global_t *move_state)
{
    int error = check_tail(fs, metadata);
    if (error < 0 || !(metadata->flags & LITTLEFS2_APPENDABLE)) {
        return error < 0 ? error : MCUFS_ERANGE;
    }
    fs->commit.measured = move_state ? 16 : 0;
    fs->commit.measuring = true;
    error = put_changes(fs, view);
    fs->commit.measuring = false;
    if (error < 0) {
        return error;
    }
    if (view->count >= 0xff || metadata->end + fs->commit.measured + 8 > fs->metadata_max) {
        return MCUFS_ERANGE;
    }
    error = append(fs, metadata, view, move_state);
    if (error == 0) {
        littlefs2_remember_appended(fs, metadata, (view->flags & LITTLEFS2_KEEPS_FIRST) != 0);
        return 0;
    }
    /* Whatever reached the flash, nothing may be programmed behind it. */
    metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    littlefs2_remember(fs, NULL, metadata);
    if (error != MCUFS_ECORRUPT) {
        littlefs2_mark_uncertain(fs, metadata);
        return error;
    }
    fs->health.corrected++;
    return MCUFS_ERANGE;
}

int littlefs2_commit_here(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                          uint32_t count, bool stay)
{
    littlefs2_view_t view = littlefs2_view_with(metadata, changes, count);
    littlefs2_global_t state = fs->global;
    littlefs2_global_add(&state, &fs->global_disk);
    bool changed = !littlefs2_global_is_zero(&state);
    int error = littlefs2_add_move_state(fs, metadata, &state);
    if (error < 0) {
        return error;
    }
    fs->split.count = 0;
    error = try_append(fs, metadata, &view, changed ? &state : NULL);
    if (error == MCUFS_ERANGE) {
        error = littlefs2_compact(fs, metadata, &view, &state, stay);
    }
    if (error == 0) {
        follow(fs, metadata->pair, changes, count);
        fs->global_disk = fs->global;
        littlefs2_forget_doubt(fs, metadata->pair);
    }
    return error;
}

/* Whether the log holds the source of a move that is on disk and waits to be finished: its ids must not
 * change meanwhile. */
static bool holds_waiting_source(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return littlefs2_move_pending(fs) && littlefs2_tag_type(fs->global_disk.tag) == LITTLEFS2_DELETE &&
           littlefs2_pairs_touch(fs->global.pair, metadata->pair);
}

int littlefs2_try_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                         uint32_t count)
{
    bool stay = littlefs2_same_pair(fs->stay, metadata->pair);
    bool refused = count > 0 && !fs->mending && holds_waiting_source(fs, metadata);
    fs->stay[0] = fs->stay[1] = LITTLEFS2_NULL;
    int result =
        refused ? MCUFS_ENOSPC : littlefs2_commit_here(fs, metadata, changes, count, stay || fs->mending);
    fs->bind = NULL;
    if (result == LITTLEFS2_NEEDS_RELOCATION) {
        /* There was no block to move to, so a worn one has to do; but this one is bad: the disk is full. */
        result = stay ? MCUFS_ENOSPC : LITTLEFS2_AGAIN;
        if (!stay) {
            memcpy(fs->wants_move, metadata->pair, sizeof fs->wants_move);
        }
    } else if (result == MCUFS_EAGAIN) {
        fs->wants_blocks = true;
        result = LITTLEFS2_AGAIN;
    }
    if (result != 0) {
        fs->global = fs->global_disk;
    }
    return result;
}

int littlefs2_commit_in_place(littlefs2_t *fs, littlefs2_metadata_t *metadata,
                              const littlefs2_change_t *changes, uint32_t count)
{
    fs->mending = true;
    int result = littlefs2_try_commit(fs, metadata, changes, count);
    fs->mending = false;
    return result;
}

int littlefs2_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                     uint32_t count)
{
    int result = littlefs2_try_commit(fs, metadata, changes, count);
    if (result == LITTLEFS2_AGAIN) {
        int error = littlefs2_prepare_again(fs);
        return error < 0 ? error : LITTLEFS2_AGAIN;
    }
    return result;
}
