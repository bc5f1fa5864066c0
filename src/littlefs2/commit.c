/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Commits: the one way anything changes (spec: littlefs-format.md A2, A5). */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

/* -- Writing tags ----------------------------------------------------------------------------------- */

void littlefs2_commit_start(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t block, uint32_t offset,
                            uint32_t previous)
{
    commit->block = block;
    commit->offset = offset;
    commit->previous = previous;
    commit->crc = 0xffffffffu;
    commit->last = 0;
    littlefs2_writer_start(&fs->writer, block, offset);
}

static int put_bytes(littlefs2_t *fs, littlefs2_commit_t *commit, const void *bytes, uint32_t size)
{
    commit->crc = mcufs_crc32(commit->crc, bytes, size);
    commit->offset += size;
    return littlefs2_writer_put(fs, &fs->writer, bytes, size);
}

static int put_tag_word(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t tag)
{
    uint8_t bytes[4];
    mcufs_store_be32(bytes, tag ^ commit->previous);
    commit->previous = littlefs2_next_previous(tag);
    commit->last = tag;
    return put_bytes(fs, commit, bytes, sizeof bytes);
}

int littlefs2_commit_put(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t tag,
                         const littlefs2_location_t *location)
{
    uint32_t length = littlefs2_tag_length(tag);
    if (commit->offset + 4 + length > fs->block_size) {
        return MCUFS_ENOSPC;
    }
    int error = put_tag_word(fs, commit, tag);
    uint8_t chunk[16];
    for (uint32_t done = 0; error == 0 && done < length;) {
        uint32_t part = littlefs2_minimum(sizeof chunk, length - done);
        error = littlefs2_read_location(fs, location, done, chunk, part);
        if (error == 0) {
            error = put_bytes(fs, commit, chunk, part);
        }
        done += part;
    }
    return error;
}

/* What the program unit at `offset` reads as, erased: its first byte and crc. */
static int erased_unit(littlefs2_t *fs, uint32_t block, uint32_t offset, uint8_t *first, uint32_t *crc)
{
    *crc = 0xffffffffu;
    if (fs->erased_value < 0) {
        int error = littlefs2_read(fs, block, offset, first, 1, fs->program_size);
        return error < 0 ? error : littlefs2_crc_range(fs, block, offset, offset + fs->program_size, crc);
    }
    uint8_t chunk[32];
    memset(chunk, fs->erased_value, sizeof chunk);
    *first = chunk[0];
    for (uint32_t left = fs->program_size; left > 0;) {
        uint32_t part = littlefs2_minimum(sizeof chunk, left);
        *crc = mcufs_crc32(*crc, chunk, part);
        left -= part;
    }
    return 0;
}

/* A forward crc: lets the next writer see that the following unit is still erased. */
static int put_forward_crc(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t crc)
{
    uint8_t bytes[8];
    mcufs_store_le32(bytes, fs->program_size);
    mcufs_store_le32(bytes + 4, crc);
    littlefs2_location_t location = {0, bytes, 0, 0};
    return littlefs2_commit_put(
        fs, commit, littlefs2_tag(LITTLEFS2_FORWARD_CRC, LITTLEFS2_NO_ID, sizeof bytes), &location);
}

/* One commit crc and padding up to `end`. */
static int put_crc(littlefs2_t *fs, littlefs2_commit_t *commit, uint32_t bit, uint32_t end)
{
    uint8_t bytes[4];
    uint32_t length = end - (commit->offset + 4);
    int error = put_tag_word(fs, commit, littlefs2_tag(LITTLEFS2_COMMIT_CRC | bit, LITTLEFS2_NO_ID, length));
    if (error < 0) {
        return error;
    }
    mcufs_store_le32(bytes, commit->crc);
    error = put_bytes(fs, commit, bytes, sizeof bytes);
    memset(bytes, fs->erased_value >= 0 ? fs->erased_value : 0xff, sizeof bytes);
    while (error == 0 && commit->offset < end) {
        error = put_bytes(fs, commit, bytes, littlefs2_minimum(sizeof bytes, end - commit->offset));
    }
    commit->crc = 0xffffffffu;
    return error;
}

int littlefs2_commit_end(littlefs2_t *fs, littlefs2_commit_t *commit)
{
    /* Room for the forward crc and the commit crc, then up to a whole unit. Padding too long for one tag
     * goes into further commits without entries (A2). */
    uint32_t end =
        littlefs2_align_up(littlefs2_minimum(commit->offset + 20, fs->block_size), fs->program_size);
    while (commit->offset < end) {
        uint32_t stop =
            littlefs2_minimum(end - (commit->offset + 4), LITTLEFS2_LENGTH_MAX) + commit->offset + 4;
        uint32_t bit = 0;
        if (stop < end) {
            stop = littlefs2_minimum(stop, end - 20);
        } else if (end <= fs->block_size - fs->program_size) {
            uint8_t first;
            uint32_t crc;
            int error = erased_unit(fs, commit->block, end, &first, &crc);
            if (error == 0 && fs->disk_version != MCUFS_LITTLEFS2_VERSION_2_0) {
                error = put_forward_crc(fs, commit, crc);
            }
            if (error < 0) {
                return error;
            }
            bit = (first & 0x80u) == 0;
        }
        int error = put_crc(fs, commit, bit, stop);
        if (error < 0) {
            return error;
        }
    }
    int error = littlefs2_writer_flush(fs, &fs->writer);
    return error < 0 ? error : littlefs2_sync_device(fs);
}

/* -- Changes ---------------------------------------------------------------------------------------- */

typedef struct copying {
    int (*visit)(void *context, uint32_t tag, const littlefs2_location_t *location);
    void *context;
    uint32_t id;
} copying_t;

static int copy_attribute(void *context, const littlefs2_location_t *attribute)
{
    const copying_t *copying = context;
    uint32_t tag =
        littlefs2_tag(littlefs2_tag_type(attribute->tag), copying->id, littlefs2_tag_length(attribute->tag));
    return copying->visit(copying->context, tag, attribute);
}

int littlefs2_expand(littlefs2_t *fs, const littlefs2_change_t *changes, uint32_t count,
                     int (*visit)(void *context, uint32_t tag, const littlefs2_location_t *location),
                     void *context)
{
    for (uint32_t i = 0; i < count; i++) {
        littlefs2_location_t location = {changes[i].tag, changes[i].data, 0, 0};
        int result;
        if (littlefs2_tag_type(changes[i].tag) == LITTLEFS2_COPY) {
            littlefs2_view_t from = littlefs2_view_of(changes[i].from);
            copying_t copying = {visit, context, littlefs2_tag_id(changes[i].tag)};
            result = littlefs2_find_in_log(fs, changes[i].from, 0x700, LITTLEFS2_STRUCT_DIRECTORY,
                                           changes[i].from_id, &location);
            if (result == 0) {
                result = copy_attribute(&copying, &location);
            }
            if (result == 0) {
                result = littlefs2_each_attribute(fs, &from, changes[i].from_id, copy_attribute, &copying);
            }
        } else {
            result = visit(context, changes[i].tag, &location);
        }
        if (result != 0) {
            return result;
        }
    }
    return 0;
}

static int add_size(void *context, uint32_t tag, const littlefs2_location_t *location)
{
    (void)location;
    *(uint32_t *)context += 4 + littlefs2_tag_length(tag);
    return 0;
}

typedef struct putting {
    littlefs2_t *fs;
    littlefs2_commit_t *commit;
} putting_t;

static int put_change(void *context, uint32_t tag, const littlefs2_location_t *location)
{
    putting_t *putting = context;
    return littlefs2_commit_put(putting->fs, putting->commit, tag, location);
}

/* -- Handles ---------------------------------------------------------------------------------------- */

static void follow_change(littlefs2_handle_t *handle, uint32_t tag)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    bool is_file = handle->kind == LITTLEFS2_HANDLE_FILE;
    if (type == LITTLEFS2_CREATE) {
        handle->id = (uint16_t)(handle->id + (is_file ? id <= handle->id : id < handle->id));
    } else if (type == LITTLEFS2_DELETE && id < handle->id) {
        handle->id--;
    } else if (type == LITTLEFS2_DELETE && id == handle->id && is_file) {
        handle->flags |= LITTLEFS2_HANDLE_REMOVED;
    }
}

static void settle(littlefs2_handle_t *handle, const uint32_t now[2], const littlefs2_piece_t *pieces,
                   uint32_t piece_count)
{
    const uint32_t *pair = now;
    for (uint32_t i = 0; i < piece_count; i++) {
        if (handle->id >= pieces[i].begin) {
            handle->id = (uint16_t)(handle->id - pieces[i].begin);
            pair = pieces[i].pair;
            break;
        }
    }
    memcpy(handle->pair, pair, sizeof handle->pair);
    if (handle->flags & LITTLEFS2_HANDLE_REMOVED) {
        handle->pair[0] = handle->pair[1] = LITTLEFS2_NULL;
    }
}

void littlefs2_follow(littlefs2_t *fs, const uint32_t old[2], const uint32_t now[2],
                      const littlefs2_change_t *changes, uint32_t count, const littlefs2_piece_t *pieces,
                      uint32_t piece_count, littlefs2_handle_t *bind)
{
    for (littlefs2_handle_t *handle = fs->handles; handle; handle = handle->next) {
        if (handle == bind || !littlefs2_same_pair(handle->pair, old)) {
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            follow_change(handle, changes[i].tag);
        }
        settle(handle, now, pieces, piece_count);
    }
    if (!bind) {
        return;
    }
    bool bound = false;
    for (uint32_t i = 0; i < count; i++) {
        if (littlefs2_tag_type(changes[i].tag) == LITTLEFS2_CREATE && !bound) {
            bind->id = (uint16_t)littlefs2_tag_id(changes[i].tag);
            bound = true;
        } else if (bound) {
            follow_change(bind, changes[i].tag);
        }
    }
    settle(bind, now, pieces, piece_count);
}

/* -- Committing ------------------------------------------------------------------------------------- */

littlefs2_global_t littlefs2_global_xor(littlefs2_global_t a, littlefs2_global_t b)
{
    return (littlefs2_global_t){a.tag ^ b.tag, {a.pair[0] ^ b.pair[0], a.pair[1] ^ b.pair[1]}};
}

bool littlefs2_global_is_zero(const littlefs2_global_t *state)
{
    return (state->tag | state->pair[0] | state->pair[1]) == 0;
}

int littlefs2_move_state_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_global_t *state)
{
    uint8_t bytes[12];
    littlefs2_location_t location;
    memset(state, 0, sizeof *state);
    if (!(metadata->flags & LITTLEFS2_HAS_MOVE_STATE)) {
        return 0;
    }
    int error = littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_MOVE_STATE, LITTLEFS2_NO_ID, &location);
    if (error < 0 || littlefs2_tag_length(location.tag) < sizeof bytes) {
        return error == MCUFS_ENOENT ? 0 : error;
    }
    error = littlefs2_read_location(fs, &location, 0, bytes, sizeof bytes);
    if (error == 0) {
        state->tag = mcufs_load_le32(bytes);
        state->pair[0] = mcufs_load_le32(bytes + 4);
        state->pair[1] = mcufs_load_le32(bytes + 8);
    }
    return error;
}

void littlefs2_mark_uncertain(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    fs->uncertain = *metadata;
    fs->uncertain.flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
}

/* Makes sure that nothing behind the log was ever programmed: not all writers left a trace of that. */
static int check_tail(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    if ((metadata->flags & (LITTLEFS2_APPENDABLE | LITTLEFS2_CHECKED)) != LITTLEFS2_APPENDABLE) {
        return 0;
    }
    int erased = littlefs2_is_erased(fs, metadata->pair[0], metadata->end);
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

static uint32_t count_after(const littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                            uint32_t count)
{
    uint32_t entries = metadata->count;
    for (uint32_t i = 0; i < count; i++) {
        entries += littlefs2_tag_type(changes[i].tag) == LITTLEFS2_CREATE;
        entries -= littlefs2_tag_type(changes[i].tag) == LITTLEFS2_DELETE;
    }
    return entries;
}

/* Whether the changes leave the first name alone, so that what is known of it stays right. */
static bool keeps_first(const littlefs2_change_t *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t type = littlefs2_tag_type(changes[i].tag);
        if ((type == LITTLEFS2_CREATE || type == LITTLEFS2_DELETE || littlefs2_type_is_name(type)) &&
            littlefs2_tag_id(changes[i].tag) <= 1) {
            return false;
        }
    }
    return true;
}

int littlefs2_commit_put_move_state(littlefs2_t *fs, littlefs2_commit_t *commit,
                                    const littlefs2_global_t *state)
{
    uint8_t bytes[12];
    mcufs_store_le32(bytes, state->tag);
    mcufs_store_le32(bytes + 4, state->pair[0]);
    mcufs_store_le32(bytes + 8, state->pair[1]);
    littlefs2_location_t location = {0, bytes, 0, 0};
    return littlefs2_commit_put(
        fs, commit, littlefs2_tag(LITTLEFS2_MOVE_STATE, LITTLEFS2_NO_ID, sizeof bytes), &location);
}

static int append(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_view_t *view,
                  const littlefs2_global_t *move_state)
{
    littlefs2_commit_t commit;
    putting_t putting = {fs, &commit};
    littlefs2_commit_start(fs, &commit, metadata->pair[0], metadata->end, metadata->end_tag);
    int error = littlefs2_expand(fs, view->changes, view->change_count, put_change, &putting);
    if (error == 0 && move_state) {
        error = littlefs2_commit_put_move_state(fs, &commit, move_state);
    }
    if (error == 0) {
        error = littlefs2_commit_end(fs, &commit);
    }
    if (error < 0) {
        return error;
    }
    bool hard;
    littlefs2_view_tail(view, metadata->tail, &hard);
    metadata->flags = (uint8_t)((metadata->flags & ~LITTLEFS2_SPLIT) | (hard ? LITTLEFS2_SPLIT : 0) |
                                (move_state ? LITTLEFS2_HAS_MOVE_STATE : 0));
    metadata->end = commit.offset;
    metadata->end_tag = commit.previous;
    metadata->last = commit.last;
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
    uint32_t size = move_state ? 16 : 0;
    int error = check_tail(fs, metadata);
    if (error < 0 || !(metadata->flags & LITTLEFS2_APPENDABLE)) {
        return error < 0 ? error : MCUFS_ERANGE;
    }
    error = littlefs2_expand(fs, view->changes, view->change_count, add_size, &size);
    if (error < 0) {
        return error;
    }
    if (view->count >= 0xff || metadata->end + size + 8 > fs->metadata_max) {
        return MCUFS_ERANGE;
    }
    littlefs2_metadata_t before = *metadata;
    error = append(fs, metadata, view, move_state);
    if (error < 0) {
        /* Whatever reached the flash, nothing may be programmed behind it. */
        *metadata = before;
        metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
        littlefs2_remember(fs, NULL, metadata);
        if (error != MCUFS_ECORRUPT) {
            littlefs2_mark_uncertain(fs, metadata);
            return error;
        }
        fs->health.corrected++;
        return MCUFS_ERANGE;
    }
    return 0;
}

int littlefs2_commit_here(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                          uint32_t count, const littlefs2_global_t *fold, littlefs2_handle_t *bind, bool stay)
{
    littlefs2_metadata_t old = *metadata;
    littlefs2_view_t view = {&old, changes, count, count_after(metadata, changes, count)};
    littlefs2_global_t delta = littlefs2_global_xor(fs->global, fs->global_disk);
    littlefs2_global_t move_state;
    if (fold) {
        delta = littlefs2_global_xor(delta, *fold);
    }
    int error = littlefs2_move_state_of(fs, metadata, &move_state);
    if (error < 0) {
        return error;
    }
    move_state = littlefs2_global_xor(move_state, delta);
    error = try_append(fs, metadata, &view, littlefs2_global_is_zero(&delta) ? NULL : &move_state);
    if (error == 0) {
        littlefs2_follow(fs, old.pair, metadata->pair, changes, count, NULL, 0, bind);
        littlefs2_remember_appended(fs, metadata, keeps_first(changes, count));
    } else if (error == MCUFS_ERANGE) {
        error = littlefs2_compact(fs, metadata, &view, &move_state, bind, stay);
    }
    if (error == 0) {
        fs->global_disk = fs->global;
        if (littlefs2_same_pair(fs->uncertain.pair, metadata->pair)) {
            fs->uncertain.pair[0] = fs->uncertain.pair[1] = LITTLEFS2_NULL;
        }
    }
    return error;
}

int littlefs2_try_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                         uint32_t count, const littlefs2_global_t *fold, littlefs2_handle_t *bind)
{
    bool stay = littlefs2_same_pair(fs->stay, metadata->pair);
    fs->stay[0] = fs->stay[1] = LITTLEFS2_NULL;
    int result = littlefs2_commit_here(fs, metadata, changes, count, fold, bind, stay);
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

int littlefs2_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                     uint32_t count, const littlefs2_global_t *fold, littlefs2_handle_t *bind)
{
    int result = littlefs2_try_commit(fs, metadata, changes, count, fold, bind);
    if (result == LITTLEFS2_AGAIN) {
        int error = littlefs2_prepare_again(fs);
        return error < 0 ? error : LITTLEFS2_AGAIN;
    }
    return result;
}
