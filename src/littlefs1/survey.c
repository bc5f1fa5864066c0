/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Everything that the tree leads to, verified: first all directories, level by level, then their files. A
 * block may be in use once. The list of pairs is not needed for that, so what a power cut left of it does not
 * matter. */

#include "internal.h"

#include "../base/bitmap.h"

#define CONFIRM_READS 16u

static void problem(littlefs1_survey_t *survey, const char *message, const littlefs1_entry_t *entry,
                    uint32_t block)
{
    survey->errors++;
    if (survey->report) {
        survey->report(survey->context, message, survey->at, entry, block);
    }
}

uint32_t littlefs1_hash_pair(const uint32_t pair[2])
{
    uint32_t low = littlefs1_minimum(pair[0], pair[1]), hash = low * 2654435761u + (pair[0] ^ pair[1]);
    return (hash ^ hash >> 15) * 2246822519u;
}

void littlefs1_survey_head(const littlefs1_survey_t *survey, uint32_t index, uint32_t head[2])
{
    head[0] = survey->heads[index][0] & ~LITTLEFS1_BY_MOVE;
    head[1] = survey->heads[index][1];
}

static bool is_used(const littlefs1_survey_t *survey, const uint32_t pair[2])
{
    return mcufs_bitmap_test(survey->used, pair[0]) || mcufs_bitmap_test(survey->used, pair[1]);
}

static void use(littlefs1_survey_t *survey, const uint32_t pair[2])
{
    mcufs_bitmap_set(survey->used, pair[0]);
    mcufs_bitmap_set(survey->used, pair[1]);
}

/* -- Halves that a power cut left unstable -------------------------------------------------------------- */

/* How many of some reads find the block whole: 0 to CONFIRM_READS, or an error. */
static int whole_reads(littlefs1_t *fs, uint32_t block)
{
    int whole = 0;
    for (uint32_t i = 0; i < CONFIRM_READS; i++) {
        littlefs1_log_t log;
        littlefs1_drop_cache(fs);
        int error = littlefs1_verify(fs, block, &log);
        if (error < 0 && error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
            return error;
        }
        whole += error == 0;
    }
    littlefs1_drop_cache(fs);
    return whole;
}

/* 1 when the block is blank, 0 or an error. */
static int is_blank(littlefs1_t *fs, uint32_t block)
{
    const uint8_t erased = (uint8_t)fs->device->geometry.erased_value;
    uint8_t chunk[32];
    for (uint32_t offset = 0; offset < fs->block_size; offset += (uint32_t)sizeof chunk) {
        uint32_t part = littlefs1_minimum(sizeof chunk, fs->block_size - offset);
        int error = littlefs1_read(fs, block, offset, chunk, part);
        for (uint32_t i = 0; error == 0 && i < part; i++) {
            if (chunk[i] != erased) {
                return 0;
            }
        }
        if (error < 0) {
            return error;
        }
    }
    return 1;
}

/* Whether a half that is not whole may be what a power cut left of the next content: programming only ever
 * changes erased bits. 1, 0 or an error. */
static int may_be_torn(littlefs1_t *fs, uint32_t block, uint32_t next)
{
    const int16_t erased = fs->device->geometry.erased_value;
    uint32_t revision;
    int error = littlefs1_read_word(fs, block, 0, &revision);
    if (error < 0) {
        return error == MCUFS_ECORRUPT ? 0 : error;
    }
    if (erased != 0xff && erased != 0) {
        return 1;
    }
    if ((erased ? next & ~revision : revision & ~next) != 0) {
        return 0;
    }
    int blank = is_blank(fs, block);
    return blank < 0 ? blank : !blank;
}

/* Makes sure that a pair reads the same from now on. */
static int settle(littlefs1_survey_t *survey, const uint32_t pair[2])
{
    littlefs1_t *fs = survey->fs;
    littlefs1_log_t log;
    if (!survey->settle || !littlefs1_pair_is_valid(fs, pair)) {
        return 0;
    }
    for (unsigned turn = 0; turn < 2; turn++) {
        littlefs1_drop_cache(fs);
        int error = littlefs1_fetch(fs, pair, &log);
        if (error < 0) {
            return error == MCUFS_ECORRUPT ? 0 : error;
        }
        int whole = whole_reads(fs, log.pair[0]);
        if (whole < 0) {
            return whole;
        }
        if (whole == (int)CONFIRM_READS) {
            /* One look at the other half is enough: were it newer, it would have been taken. */
            littlefs1_log_t other;
            error = littlefs1_verify(fs, log.pair[1], &other);
            if (error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
                return error;
            }
            int torn = may_be_torn(fs, log.pair[1], log.revision + 1);
            return torn <= 0 ? torn : survey->settle(survey->context, log.pair[1]);
        }
        /* The change that was interrupted was not acknowledged: the other half has the content before it. */
        int other = whole_reads(fs, log.pair[1]);
        if (other != (int)CONFIRM_READS) {
            return other < 0 ? other : MCUFS_ECORRUPT;
        }
        error = survey->settle(survey->context, log.pair[0]);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

/* -- Directories ---------------------------------------------------------------------------------------- */

static int add_head(littlefs1_survey_t *survey, const uint32_t pair[2], bool by_move)
{
    if (survey->head_count == survey->head_capacity) {
        return MCUFS_ENOMEM;
    }
    survey->heads[survey->head_count][0] = pair[0] | (by_move ? LITTLEFS1_BY_MOVE : 0);
    survey->heads[survey->head_count++][1] = pair[1];
    use(survey, pair);
    return 0;
}

/* An entry that leads to a directory found before. False: that is one too many. */
static bool again(littlefs1_survey_t *survey, const littlefs1_entry_t *entry)
{
    for (uint32_t i = 0; i < survey->head_count; i++) {
        uint32_t head[2];
        littlefs1_survey_head(survey, i, head);
        if (littlefs1_same_pair(head, entry->words)) {
            bool by_move = (survey->heads[i][0] & LITTLEFS1_BY_MOVE) != 0;
            if (!entry->moved) {
                survey->heads[i][0] = head[0];
            }
            return by_move != entry->moved;
        }
    }
    return false;
}

static int find_directory(littlefs1_survey_t *survey, const littlefs1_entry_t *entry)
{
    if (!littlefs1_pair_is_valid(survey->fs, entry->words)) {
        problem(survey, "the directory's blocks are not on the device", entry, LITTLEFS1_NULL);
    } else if (!is_used(survey, entry->words)) {
        return add_head(survey, entry->words, entry->moved);
    } else if (!again(survey, entry)) {
        problem(survey, "the directory's blocks are in use elsewhere", entry, entry->words[0]);
    }
    return 0;
}

/* The directories that entries of one pair lead to. */
static int look_at_pair(littlefs1_survey_t *survey, const uint32_t pair[2], littlefs1_log_t *log)
{
    littlefs1_t *fs = survey->fs;
    uint32_t offset = LITTLEFS1_HEADER;
    littlefs1_entry_t entry;
    int result = settle(survey, pair);
    if (result == 0) {
        result = littlefs1_fetch(fs, pair, log);
    }
    while (result == 0) {
        result = littlefs1_next_entry(fs, log, &offset, &entry);
        if (result <= 0) {
            return result;
        }
        result = entry.type == LITTLEFS1_TYPE_DIRECTORY ? find_directory(survey, &entry) : 0;
    }
    return result;
}

static int find_directories(littlefs1_survey_t *survey)
{
    for (survey->at = 0; survey->at < survey->head_count; survey->at++) {
        littlefs1_log_t log = {.split = true};
        littlefs1_survey_head(survey, survey->at, log.tail);
        for (bool first = true; log.split; first = false) {
            const uint32_t pair[2] = {log.tail[0], log.tail[1]};
            if (!first && (!littlefs1_pair_is_valid(survey->fs, pair) || is_used(survey, pair))) {
                problem(survey, "the directory goes on in blocks that are not its own", NULL, pair[0]);
                break;
            }
            use(survey, pair);
            int result = look_at_pair(survey, pair, &log);
            if (result == MCUFS_ECORRUPT) {
                problem(survey, "the directory cannot be read", NULL, pair[0]);
                break;
            }
            if (result != 0) {
                return result;
            }
            survey->logs++;
            survey->hash += littlefs1_hash_pair(pair);
            littlefs1_progress(survey->fs);
        }
    }
    return 0;
}

/* -- Files ---------------------------------------------------------------------------------------------- */

int littlefs1_survey_is_gone(const littlefs1_survey_t *survey, const littlefs1_entry_t *entry)
{
    int result = 0;
    for (uint32_t i = 0; littlefs1_may_be_gone(entry) && result == 0 && i < survey->head_count; i++) {
        uint32_t head[2];
        littlefs1_walk_t walk;
        littlefs1_survey_head(survey, i, head);
        result = littlefs1_walk_directory(survey->fs, head, &walk);
        if (result == 0) {
            result = littlefs1_arrived(survey->fs, &walk, entry);
        }
    }
    return result;
}

static int use_block(void *context, uint32_t block, mcufs_block_use_t how)
{
    littlefs1_survey_t *survey = context;
    (void)how;
    if (mcufs_bitmap_test(survey->used, block)) {
        return 1;
    }
    mcufs_bitmap_set(survey->used, block);
    return 0;
}

static int check_name(littlefs1_survey_t *survey, const littlefs1_entry_t *entry)
{
    uint8_t byte = 0;
    bool good = entry->name_length > 0;
    for (uint32_t i = 0; good && i < entry->name_length; i++) {
        int error = littlefs1_read(survey->fs, entry->block, littlefs1_name_offset(entry) + i, &byte, 1);
        if (error < 0) {
            return error;
        }
        good = byte != '\0' && byte != '/';
    }
    if (!good) {
        problem(survey, "the name is not possible", entry, LITTLEFS1_NULL);
    }
    return 0;
}

static int check_entry(littlefs1_survey_t *survey, const littlefs1_entry_t *entry)
{
    littlefs1_t *fs = survey->fs;
    if (entry->type != LITTLEFS1_TYPE_FILE && entry->type != LITTLEFS1_TYPE_DIRECTORY) {
        problem(survey, "an entry of an unknown kind", entry, entry->block);
        return 0;
    }
    int result = littlefs1_survey_is_gone(survey, entry);
    if (result != 0) {
        survey->moved += result > 0;
        return result < 0 ? result : 0;
    }
    result = check_name(survey, entry);
    if (result < 0 || entry->type == LITTLEFS1_TYPE_DIRECTORY) {
        return result;
    }
    survey->files++;
    if (!littlefs1_content_is_possible(fs, entry->words)) {
        problem(survey, "the size or the last block of the file is impossible", entry, entry->words[0]);
        return 0;
    }
    result = littlefs1_content_verify(fs, entry->words, use_block, survey);
    if (result == MCUFS_ECORRUPT) {
        problem(survey, "pointers to blocks of the file do not agree", entry, LITTLEFS1_NULL);
    } else if (result == 1) {
        problem(survey, "a block of the file is in use elsewhere", entry, LITTLEFS1_NULL);
    }
    return result < 0 && result != MCUFS_ECORRUPT ? result : 0;
}

static int check_entries(littlefs1_survey_t *survey)
{
    littlefs1_t *fs = survey->fs;
    int result = 0;
    for (survey->at = 0; result == 0 && survey->at < survey->head_count; survey->at++) {
        uint32_t head[2];
        littlefs1_walk_t walk;
        littlefs1_entry_t entry;
        littlefs1_survey_head(survey, survey->at, head);
        result = littlefs1_walk_directory(fs, head, &walk);
        for (int more = 1; result == 0 && more > 0;) {
            more = littlefs1_walk_next(fs, &walk, &entry);
            result = more > 0 ? check_entry(survey, &entry) : more;
        }
        if (result == MCUFS_ECORRUPT && survey->errors > 0) {
            result = 0; /* said already */
        }
    }
    return result;
}

int littlefs1_survey(littlefs1_survey_t *survey)
{
    static const uint32_t first[2] = {0, 1};
    littlefs1_t *fs = survey->fs;
    memset(survey->used, 0, MCUFS_BITMAP_SIZE(fs->block_count));
    survey->head_count = survey->files = survey->errors = survey->moved = survey->logs = survey->hash = 0;
    survey->at = 0;
    use(survey, first);
    int error = settle(survey, first);
    if (error == 0 && survey->settle) {
        error = littlefs1_load(fs, fs->block_count); /* it may be the other half now */
    }
    if (error == 0 && is_used(survey, fs->root)) {
        problem(survey, "the root's blocks are the superblock's", NULL, fs->root[0]);
        return 0;
    }
    if (error == 0) {
        error = add_head(survey, fs->root, false);
    }
    if (error == 0) {
        error = find_directories(survey);
    }
    return error != 0 ? error : check_entries(survey);
}
