/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Which entry goes into which log, which log into which pair; looked at first, then written. */

#include "internal.h"

#include "../base/bitmap.h"
#include "../base/endian.h"

/* Where a log goes. */
typedef struct place {
    uint32_t pair[2]; /* is to be in [0] */
    uint32_t revision;
} place_t;

/* -- Blocks --------------------------------------------------------------------------------------------- */

static uint32_t substitute(const migrate_t *migrate, uint32_t block)
{
    for (uint32_t i = 0; i < migrate->bad_count; i++) {
        if (migrate->bad[i].block == block && migrate->bad[i].substitute != LITTLEFS2_NULL) {
            return migrate->bad[i].substitute;
        }
    }
    return block;
}

static void substitute_pair(const migrate_t *migrate, const uint32_t pair[2], uint32_t result[2])
{
    result[0] = substitute(migrate, pair[0]);
    result[1] = substitute(migrate, pair[1]);
}

bool littlefs_migrate_is_bad(const migrate_t *migrate, uint32_t block)
{
    uint32_t i = 0;
    while (i < migrate->bad_count && migrate->bad[i].block != block) {
        i++;
    }
    return i < migrate->bad_count;
}

int littlefs_migrate_notice_bad(migrate_t *migrate, uint32_t block)
{
    if (migrate->bad_count == MIGRATE_BAD_MAX || block < 2) {
        return MCUFS_ENOSPC;
    }
    migrate->bad[migrate->bad_count++] = (migrate_bad_t){block, LITTLEFS2_NULL};
    return MIGRATE_AGAIN;
}

int littlefs_migrate_plan_blocks(migrate_t *migrate)
{
    littlefs2_t *to = migrate->to;
    to->map_start = 0;
    to->map_length = to->block_count;
    to->map_next = migrate->from->root[0];
    to->map_known = true;
    to->free_blocks = 0;
    bool is_half[MIGRATE_BAD_MAX];
    for (uint32_t i = 0; i < migrate->bad_count; i++) {
        migrate->bad[i].substitute = LITTLEFS2_NULL;
        is_half[i] = mcufs_bitmap_test(to->map, migrate->bad[i].block);
    }
    for (uint32_t i = 0; i < migrate->bad_count; i++) {
        mcufs_bitmap_set(to->map, migrate->bad[i].block);
    }
    for (uint32_t block = 0; block < to->block_count; block++) {
        to->free_blocks += !mcufs_bitmap_test(to->map, block);
    }
    littlefs2_allocation_checkpoint(to);
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < migrate->bad_count; i++) {
        if (is_half[i]) {
            error = littlefs2_allocate(to, false, false, &migrate->bad[i].substitute);
        }
    }
    return error;
}

/* The place of a log that v1 has a pair for. */
static place_t place_of(const migrate_t *migrate, const littlefs1_log_t *log)
{
    return (place_t){{substitute(migrate, log->pair[1]), log->pair[0]}, log->revision + 1};
}

/* A place for one more log. */
static int find_place(migrate_t *migrate, place_t *place)
{
    littlefs2_t *to = migrate->to;
    migrate->extras++;
    if (!migrate->writing) {
        return 0;
    }
    int error = littlefs2_allocate(to, false, false, &place->pair[0]);
    if (error == 0) {
        error = littlefs2_allocate(to, false, false, &place->pair[1]);
    }
    /* The half that is not written may hold the log of an earlier life; ours must be the newer one. */
    if (error == 0) {
        error = littlefs2_read_word(to, place->pair[1], 0, &place->revision);
    }
    if (error == MCUFS_ECORRUPT) {
        place->revision = 0;
        error = 0;
    }
    place->revision++;
    return error;
}

/* -- Writing logs --------------------------------------------------------------------------------------- */

static int open_log(migrate_t *migrate, const place_t *place)
{
    uint8_t revision[4];
    mcufs_store_le32(revision, place->revision);
    migrate->log_count++;
    migrate->target = place->pair[0];
    if (!migrate->writing) {
        return 0;
    }
    int error = littlefs2_erase(migrate->to, place->pair[0]);
    littlefs2_commit_start(migrate->to, place->pair[0], 0, 0xffffffffu);
    return error < 0 ? error : littlefs2_commit_put_bytes(migrate->to, revision, sizeof revision);
}

static int close_log(migrate_t *migrate, const uint32_t tail[2], bool hard)
{
    littlefs2_t *to = migrate->to;
    int error = 0;
    if (!migrate->writing) {
        return 0;
    }
    if (!littlefs2_pair_is_null(tail)) {
        error = littlefs2_commit_put_words(to, hard ? LITTLEFS2_HARD_TAIL : LITTLEFS2_SOFT_TAIL, tail, 2);
    }
    if (error == 0) {
        error = littlefs2_writer_flush_units(to, &to->writer); /* as littlefs2_write_log does */
    }
    return error < 0 ? error : littlefs2_commit_end(to, true);
}

/* What becomes of an entry's data. `bytes`: room for it. */
static uint32_t structure_of(const migrate_t *migrate, const littlefs1_entry_t *entry, uint8_t bytes[8])
{
    uint32_t words[2] = {entry->words[0], entry->words[1]};
    uint32_t type = LITTLEFS2_STRUCT_CTZ;
    if (entry->type == LITTLEFS1_TYPE_DIRECTORY) {
        substitute_pair(migrate, entry->words, words);
        type = LITTLEFS2_STRUCT_DIRECTORY;
    } else if (words[1] == 0) {
        return littlefs2_tag(LITTLEFS2_STRUCT_INLINE, 0, 0);
    }
    mcufs_store_le32(bytes, words[0]);
    mcufs_store_le32(bytes + 4, words[1]);
    return littlefs2_tag(type, 0, 8);
}

static uint32_t entry_size(const littlefs1_entry_t *entry)
{
    uint8_t bytes[8];
    const migrate_t none = {.bad_count = 0};
    return 4u + entry->name_length + 4u + littlefs2_tag_length(structure_of(&none, entry, bytes));
}

static int put_entry(migrate_t *migrate, const littlefs1_entry_t *entry, uint32_t id)
{
    littlefs2_t *to = migrate->to;
    uint8_t bytes[8];
    uint32_t type = entry->type == LITTLEFS1_TYPE_DIRECTORY ? LITTLEFS2_NAME_DIRECTORY : LITTLEFS2_NAME_FILE;
    const littlefs2_location_t name = {littlefs2_tag(type, id, entry->name_length), NULL, entry->block,
                                       littlefs1_name_offset(entry)};
    const littlefs2_location_t structure = {structure_of(migrate, entry, bytes), bytes, 0, 0};
    if (!migrate->writing) {
        return 0;
    }
    int error = littlefs2_commit_put(to, name.tag, &name);
    return error < 0 ? error : littlefs2_commit_put(to, littlefs2_tag_with_id(structure.tag, id), &structure);
}

static int check_limits(const migrate_t *migrate, const littlefs1_entry_t *entry)
{
    const littlefs2_t *to = migrate->to;
    if (entry->name_length > to->name_max ||
        entry->name_length + 4u + 12u > to->metadata_max - LITTLEFS2_LOG_RESERVE) {
        return MCUFS_ENAMETOOLONG;
    }
    return entry->type == LITTLEFS1_TYPE_FILE && entry->words[1] > to->file_max ? MCUFS_EFBIG : 0;
}

/* Puts entries into a log until it is full. *more: there are others. */
static int put_entries(migrate_t *migrate, uint32_t *done, bool *more)
{
    uint32_t size = 0, id = 0;
    for (;;) {
        littlefs1_entry_t entry;
        int result = littlefs_migrate_sort_peek(migrate, &entry);
        *more = result > 0;
        if (result <= 0) {
            return result;
        }
        size += entry_size(&entry);
        if (id > 0 && (size > migrate->limit || id == MIGRATE_LOG_MAX)) {
            return 0;
        }
        result = check_limits(migrate, &entry);
        if (result == 0) {
            result = put_entry(migrate, &entry, id);
        }
        if (result < 0) {
            return result;
        }
        littlefs_migrate_sort_take(migrate);
        id++;
        ++*done;
    }
}

/* -- Directories ---------------------------------------------------------------------------------------- */

/* The place after that of `log`: v1's next pair while there is one. */
static int next_place(migrate_t *migrate, littlefs1_log_t *log, place_t *place)
{
    const uint32_t next[2] = {log->tail[0], log->tail[1]};
    if (!log->split) {
        return find_place(migrate, place);
    }
    int error = littlefs1_fetch(migrate->from, next, log);
    if (error == 0) {
        *place = place_of(migrate, log);
    }
    return error;
}

/* `after`: where the list goes on behind this directory. */
static int lay_out_directory(migrate_t *migrate, const uint32_t head[2], const uint32_t after[2])
{
    littlefs1_log_t log;
    place_t place;
    uint32_t done = 0;
    bool more = true;
    littlefs_migrate_sort(migrate, head);
    int error = littlefs1_fetch(migrate->from, head, &log);
    place = place_of(migrate, &log);
    while (error == 0 && more) {
        place_t next = {{after[0], after[1]}, 0};
        error = open_log(migrate, &place);
        if (error == 0) {
            error = put_entries(migrate, &done, &more);
        }
        if (error == 0 && more) {
            error = next_place(migrate, &log, &next);
        }
        if (error == 0) {
            error = close_log(migrate, next.pair, more);
        }
        place = next;
        littlefs2_progress(migrate->to);
    }
    migrate->entry_count += done;
    /* Names of which there are two would have been left out. */
    return error == 0 && done != migrate->entries ? MCUFS_ECORRUPT : error;
}

int littlefs_migrate_lay_out(migrate_t *migrate)
{
    const littlefs1_survey_t *survey = &migrate->survey;
    int error = 0;
    migrate->extras = migrate->log_count = migrate->entry_count = 0;
    for (uint32_t i = 0; error == 0 && i < survey->head_count; i++) {
        uint32_t head[2], after[2] = {LITTLEFS2_NULL, LITTLEFS2_NULL};
        littlefs1_survey_head(survey, i, head);
        if (i + 1 < survey->head_count) {
            littlefs1_survey_head(survey, i + 1, after);
            substitute_pair(migrate, after, after);
        }
        error = lay_out_directory(migrate, head, after);
    }
    return error == MCUFS_ECORRUPT && migrate->writing ? littlefs_migrate_notice_bad(migrate, migrate->target)
                                                       : error;
}

/* -- The rest ------------------------------------------------------------------------------------------- */

int littlefs_migrate_read_back(migrate_t *migrate)
{
    littlefs2_t *to = migrate->to;
    littlefs2_metadata_t metadata;
    uint32_t logs = 0, entries = 0;
    substitute_pair(migrate, migrate->from->root, metadata.tail);
    while (!littlefs2_pair_is_null(metadata.tail) && logs <= migrate->log_count) {
        const uint32_t pair[2] = {metadata.tail[0], metadata.tail[1]};
        int error = littlefs2_fetch(to, pair, &metadata, NULL, NULL);
        if (error < 0) {
            return error;
        }
        entries += metadata.count;
        logs++;
    }
    return logs == migrate->log_count && entries == migrate->entry_count ? 0 : MCUFS_EIO;
}

int littlefs_migrate_write_superblock(migrate_t *migrate, uint32_t block, uint32_t revision)
{
    littlefs2_t *to = migrate->to;
    const place_t place = {{block, 1 - block}, revision};
    const littlefs2_superblock_t superblock = {to->disk_version, to->block_size, to->block_count,
                                               to->name_max,     to->file_max,   to->attribute_max};
    uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE];
    uint32_t root[2];
    const littlefs2_location_t name = {littlefs2_tag(LITTLEFS2_NAME_SUPERBLOCK, 0, 8), "littlefs", 0, 0};
    const littlefs2_location_t content = {littlefs2_tag(LITTLEFS2_STRUCT_INLINE, 0, sizeof bytes), bytes, 0,
                                          0};
    littlefs2_encode_superblock(&superblock, bytes);
    substitute_pair(migrate, migrate->from->root, root);
    int error = open_log(migrate, &place);
    if (error == 0) {
        error = littlefs2_commit_put(to, name.tag, &name);
    }
    if (error == 0) {
        error = littlefs2_commit_put(to, content.tag, &content);
    }
    if (error == 0) {
        error = close_log(migrate, root, true);
    }
    return error == MCUFS_ECORRUPT ? MCUFS_ENOSPC : error;
}
