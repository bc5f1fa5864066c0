/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Pairs, their entries, and the list of all pairs. */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

bool littlefs1_same_pair(const uint32_t a[2], const uint32_t b[2])
{
    return (a[0] == b[0] && a[1] == b[1]) || (a[0] == b[1] && a[1] == b[0]);
}

bool littlefs1_pair_is_null(const uint32_t pair[2])
{
    return pair[0] == LITTLEFS1_NULL || pair[1] == LITTLEFS1_NULL;
}

bool littlefs1_pair_is_valid(const littlefs1_t *fs, const uint32_t pair[2])
{
    return pair[0] < fs->block_count && pair[1] < fs->block_count && pair[0] != pair[1];
}

/* -- Pairs ---------------------------------------------------------------------------------------------- */

int littlefs1_verify(littlefs1_t *fs, uint32_t block, littlefs1_log_t *log)
{
    uint8_t bytes[32];
    int error = littlefs1_read(fs, block, 0, bytes, LITTLEFS1_HEADER);
    if (error < 0) {
        return error;
    }
    uint32_t size = mcufs_load_le32(bytes + 4);
    log->pair[0] = block;
    log->revision = mcufs_load_le32(bytes);
    log->split = (size & LITTLEFS1_SPLIT) != 0;
    log->tail[0] = mcufs_load_le32(bytes + 8);
    log->tail[1] = mcufs_load_le32(bytes + 12);
    size &= ~LITTLEFS1_SPLIT;
    if (size < LITTLEFS1_HEADER + 4 || size > fs->block_size) {
        return MCUFS_ENOENT;
    }
    log->end = size - 4;
    uint32_t crc = mcufs_crc32(0xffffffffu, bytes, LITTLEFS1_HEADER), stored;
    for (uint32_t offset = LITTLEFS1_HEADER; offset < log->end;) {
        uint32_t part = littlefs1_minimum(sizeof bytes, log->end - offset);
        error = littlefs1_read(fs, block, offset, bytes, part);
        if (error < 0) {
            return error;
        }
        crc = mcufs_crc32(crc, bytes, part);
        offset += part;
    }
    error = littlefs1_read_word(fs, block, log->end, &stored);
    return error < 0 ? error : crc == stored ? 0 : MCUFS_ENOENT;
}

int littlefs1_fetch(littlefs1_t *fs, const uint32_t pair[2], littlefs1_log_t *log)
{
    uint32_t revisions[2] = {0, 0};
    if (!littlefs1_pair_is_valid(fs, pair)) {
        return MCUFS_ECORRUPT;
    }
    if (memcmp(pair, fs->recent_pair, sizeof fs->recent_pair) == 0) {
        *log = fs->recent;
        return 0;
    }
    for (unsigned i = 0; i < 2; i++) {
        int error = littlefs1_read_word(fs, pair[i], 0, &revisions[i]);
        if (error < 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
        fs->uncorrected += error != 0; /* it may have held the newer half */
    }
    /* With equal revisions the second one counts. */
    unsigned half = revisions[1] - revisions[0] < 0x80000000u;
    for (unsigned turn = 0; turn < 2; turn++, half = 1 - half) {
        int error = littlefs1_verify(fs, pair[half], log);
        if (error == 0) {
            log->pair[1] = pair[1 - half];
            fs->recent = *log;
            memcpy(fs->recent_pair, pair, sizeof fs->recent_pair);
            return 0;
        }
        if (error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
            return error;
        }
    }
    return MCUFS_ECORRUPT;
}

/* -- Entries -------------------------------------------------------------------------------------------- */

int littlefs1_next_entry(littlefs1_t *fs, const littlefs1_log_t *log, uint32_t *offset,
                         littlefs1_entry_t *entry)
{
    enum { LENGTHS = 4, WORDS = 8 }; /* bytes */
    uint8_t bytes[LENGTHS + WORDS] = {0};
    if (*offset + LENGTHS > log->end) {
        return 0;
    }
    int error =
        littlefs1_read(fs, log->pair[0], *offset, bytes, littlefs1_minimum(sizeof bytes, log->end - *offset));
    if (error < 0) {
        return error;
    }
    *entry =
        (littlefs1_entry_t){.block = log->pair[0],
                            .offset = *offset,
                            .words = {mcufs_load_le32(bytes + LENGTHS), mcufs_load_le32(bytes + LENGTHS + 4)},
                            .type = bytes[0] & (uint8_t)~LITTLEFS1_TYPE_MOVED,
                            .moved = (bytes[0] & LITTLEFS1_TYPE_MOVED) != 0,
                            .data_length = bytes[1],
                            .attribute_length = bytes[2],
                            .name_length = bytes[3]};
    uint32_t length = (uint32_t)LENGTHS + bytes[1] + bytes[2] + bytes[3];
    bool has_words = entry->type == LITTLEFS1_TYPE_FILE || entry->type == LITTLEFS1_TYPE_DIRECTORY;
    if (length > log->end - *offset || (has_words && entry->data_length < WORDS)) {
        return MCUFS_ECORRUPT;
    }
    *offset += length;
    return 1;
}

uint32_t littlefs1_name_offset(const littlefs1_entry_t *entry)
{
    return entry->offset + 4 + entry->data_length + entry->attribute_length;
}

int littlefs1_name_is(littlefs1_t *fs, const littlefs1_entry_t *entry, const char *name, uint32_t length)
{
    uint8_t chunk[16];
    if (entry->name_length != length) {
        return 0;
    }
    for (uint32_t done = 0; done < length;) {
        uint32_t part = littlefs1_minimum(sizeof chunk, length - done);
        int error = littlefs1_read(fs, entry->block, littlefs1_name_offset(entry) + done, chunk, part);
        if (error < 0) {
            return error;
        }
        if (memcmp(chunk, name + done, part) != 0) {
            return 0;
        }
        done += part;
    }
    return 1;
}

/* -- Walks ---------------------------------------------------------------------------------------------- */

int littlefs1_walk_directory(littlefs1_t *fs, const uint32_t head[2], littlefs1_walk_t *walk)
{
    walk->offset = LITTLEFS1_HEADER;
    walk->steps = 0;
    walk->whole_list = false;
    return littlefs1_fetch(fs, head, &walk->log);
}

int littlefs1_walk_list(littlefs1_t *fs, littlefs1_walk_t *walk)
{
    int error = littlefs1_walk_directory(fs, fs->list, walk);
    walk->whole_list = true;
    return error;
}

int littlefs1_walk_next_log(littlefs1_t *fs, littlefs1_walk_t *walk)
{
    const uint32_t next[2] = {walk->log.tail[0], walk->log.tail[1]};
    if (walk->whole_list ? littlefs1_pair_is_null(next) : !walk->log.split) {
        return 0;
    }
    if (++walk->steps > fs->block_count / 2) {
        return MCUFS_ECORRUPT;
    }
    int error = littlefs1_fetch(fs, next, &walk->log);
    walk->offset = LITTLEFS1_HEADER;
    littlefs1_progress(fs);
    return error < 0 ? error : 1;
}

int littlefs1_walk_next(littlefs1_t *fs, littlefs1_walk_t *walk, littlefs1_entry_t *entry)
{
    int result;
    do {
        result = littlefs1_next_entry(fs, &walk->log, &walk->offset, entry);
        if (result != 0) {
            return result;
        }
        result = littlefs1_walk_next_log(fs, walk);
    } while (result > 0);
    return result;
}

/* -- Moves ---------------------------------------------------------------------------------------------- */

bool littlefs1_may_be_gone(const littlefs1_entry_t *entry)
{
    return entry->moved && !(entry->type == LITTLEFS1_TYPE_FILE && entry->words[1] == 0);
}

int littlefs1_arrived(littlefs1_t *fs, littlefs1_walk_t *walk, const littlefs1_entry_t *moved)
{
    littlefs1_entry_t entry;
    int result;
    do {
        result = littlefs1_walk_next(fs, walk, &entry);
    } while (result > 0 && (entry.moved || entry.type != moved->type ||
                            memcmp(entry.words, moved->words, sizeof entry.words) != 0));
    return result;
}

int littlefs1_is_gone(littlefs1_t *fs, const littlefs1_entry_t *entry)
{
    littlefs1_walk_t walk;
    if (!littlefs1_may_be_gone(entry)) {
        return 0;
    }
    int error = littlefs1_walk_list(fs, &walk);
    return error < 0 ? error : littlefs1_arrived(fs, &walk, entry);
}
