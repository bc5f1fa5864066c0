/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of a whole volume. */

#include "internal.h"

#include "../base/arena.h"
#include "../base/bitmap.h"
#include "../base/crc32.h"

#define NAMES_AT_ONCE 32u
#define PATH_SIZE     400u /* bytes; the beginning of longer paths is left out */

typedef struct check {
    mcufs_check_t *result;
    littlefs1_t *fs;
    littlefs1_survey_t survey;
    uint32_t list_logs, list_stale, list_hash;

    struct {
        uint32_t hash, block, offset;
    } names[NAMES_AT_ONCE];
    uint32_t first, count, index; /* of the names in memory; of the entry being looked at */
    uint32_t directory;

    char path[PATH_SIZE];
    uint32_t path_start;
} check_t;

/* -- Paths, from the end to the beginning --------------------------------------------------------------- */

static void prepend(check_t *check, const littlefs1_entry_t *entry)
{
    uint32_t length = entry->name_length;
    if (length + 1 > check->path_start) {
        check->path_start = 0; /* full: it goes on further up */
        return;
    }
    check->path_start -= length;
    char *name = check->path + check->path_start;
    if (littlefs1_read(check->fs, entry->block, littlefs1_name_offset(entry), name, length) != 0) {
        memset(name, '?', length);
    }
    for (uint32_t i = 0; i < length; i++) {
        name[i] = (char)(name[i] == '\0' ? '?' : name[i]);
    }
    check->path[--check->path_start] = '/';
}

/* The directory with the entry of `directory`, whose name goes to the path. Entries are found in directories
 * that come before. */
static uint32_t find_parent(check_t *check, uint32_t directory)
{
    uint32_t child[2];
    littlefs1_survey_head(&check->survey, directory, child);
    for (uint32_t parent = 0; parent < directory; parent++) {
        uint32_t head[2];
        littlefs1_walk_t walk;
        littlefs1_entry_t entry;
        littlefs1_survey_head(&check->survey, parent, head);
        int more = littlefs1_walk_directory(check->fs, head, &walk) == 0;
        while (more > 0) {
            more = littlefs1_walk_next(check->fs, &walk, &entry);
            if (more > 0 && entry.type == LITTLEFS1_TYPE_DIRECTORY &&
                littlefs1_same_pair(entry.words, child)) {
                prepend(check, &entry);
                return parent;
            }
        }
    }
    return 0;
}

static const char *path_of(check_t *check, uint32_t directory, const littlefs1_entry_t *entry)
{
    check->path_start = PATH_SIZE - 1;
    check->path[check->path_start] = '\0';
    if (entry) {
        prepend(check, entry);
    }
    while (directory != 0 && check->path_start > 0) {
        directory = find_parent(check, directory);
    }
    return check->path[check->path_start] == '\0' ? "/" : check->path + check->path_start;
}

/* -- Findings ------------------------------------------------------------------------------------------- */

static void say(check_t *check, bool error, const char *message, const char *path, uint32_t block)
{
    mcufs_finding_t finding = {
        .severity = MCUFS_FINDING_WARNING, .message = message, .path = path, .block = block};
    if (error) {
        finding.severity = MCUFS_FINDING_ERROR;
        check->result->errors++;
    }
    if (check->result->report) {
        check->result->report(check->result->context, &finding);
    }
}

static void report(void *context, const char *message, uint32_t directory, const littlefs1_entry_t *entry,
                   uint32_t block)
{
    check_t *check = context;
    say(check, true, message, path_of(check, directory, entry), block);
}

/* -- Names ---------------------------------------------------------------------------------------------- */

static int hash_name(littlefs1_t *fs, const littlefs1_entry_t *entry, uint32_t *hash)
{
    uint8_t name[MCUFS_NAME_MAX];
    int error = littlefs1_read(fs, entry->block, littlefs1_name_offset(entry), name, entry->name_length);
    *hash = mcufs_crc32(0xffffffffu, name, entry->name_length);
    return error;
}

static int is_same_name(littlefs1_t *fs, const littlefs1_entry_t *entry, uint32_t block, uint32_t offset)
{
    char name[MCUFS_NAME_MAX];
    littlefs1_log_t log = {.pair = {block, block}, .end = fs->block_size};
    littlefs1_entry_t other;
    int result = littlefs1_next_entry(fs, &log, &offset, &other);
    if (result == 1) {
        result = littlefs1_read(fs, block, littlefs1_name_offset(&other), name, other.name_length);
        result = result < 0 ? result : littlefs1_name_is(fs, entry, name, other.name_length);
    }
    return result;
}

/* Compares an entry with those in memory before it, and takes it into memory when it is among those. */
static int look_at_name(check_t *check, const littlefs1_entry_t *entry)
{
    uint32_t hash, index = check->index++;
    if (entry->moved || index < check->first) {
        return 0;
    }
    int result = hash_name(check->fs, entry, &hash);
    for (uint32_t i = 0; result == 0 && i < check->count; i++) {
        if (check->names[i].hash == hash) {
            result = is_same_name(check->fs, entry, check->names[i].block, check->names[i].offset);
        }
    }
    if (result == 1) {
        say(check, true, "another entry has the same name", path_of(check, check->directory, entry),
            entry->block);
        result = 0;
    }
    if (result == 0 && index < check->first + NAMES_AT_ONCE) {
        check->names[check->count].hash = hash;
        check->names[check->count].block = entry->block;
        check->names[check->count++].offset = entry->offset;
    }
    return result;
}

/* Compares some names of a directory with all that come after them. */
static int check_some_names(check_t *check, const uint32_t head[2])
{
    littlefs1_walk_t walk;
    littlefs1_entry_t entry;
    check->index = check->count = 0;
    int result = littlefs1_walk_directory(check->fs, head, &walk);
    for (int more = 1; result == 0 && more > 0;) {
        more = littlefs1_walk_next(check->fs, &walk, &entry);
        result = more > 0 ? look_at_name(check, &entry) : more;
    }
    return result;
}

static int check_names(check_t *check)
{
    int error = 0;
    for (check->directory = 0; error == 0 && check->directory < check->survey.head_count;
         check->directory++) {
        uint32_t head[2];
        littlefs1_survey_head(&check->survey, check->directory, head);
        check->first = 0;
        do {
            error = check_some_names(check, head);
            check->first += NAMES_AT_ONCE;
        } while (error == 0 && check->first < check->index);
    }
    return error;
}

/* -- The list ------------------------------------------------------------------------------------------- */

/* Compares the list with what the tree leads to. */
static int walk_list(check_t *check)
{
    littlefs1_walk_t walk;
    int result = littlefs1_walk_list(check->fs, &walk);
    result = result < 0 ? result : 1;
    while (result > 0) {
        bool known = mcufs_bitmap_test(check->survey.used, walk.log.pair[0]) &&
                     mcufs_bitmap_test(check->survey.used, walk.log.pair[1]);
        check->list_logs += known;
        check->list_stale += !known;
        check->list_hash += littlefs1_hash_pair(walk.log.pair);
        result = littlefs1_walk_next_log(check->fs, &walk);
    }
    return result;
}

static int check_list(check_t *check)
{
    int error = walk_list(check);
    if (error != 0 && error != MCUFS_ECORRUPT) {
        return error;
    }
    if (error != 0) {
        say(check, true, "the list of directories cannot be followed", NULL, UINT32_MAX);
    } else if (check->list_logs + check->list_stale < check->survey.logs) {
        say(check, true, "directories are missing from the list: their blocks may be given away", NULL,
            UINT32_MAX);
    } else if (check->list_stale == 0 && check->list_hash != check->survey.hash) {
        say(check, true, "the list of directories does not lead to those of the tree", NULL, UINT32_MAX);
    } else if (check->list_stale > 0) {
        say(check, false,
            "a change of directories was interrupted; the first write of littlefs v1 would clean up", NULL,
            UINT32_MAX);
    }
    return 0;
}

/* -- All of it ------------------------------------------------------------------------------------------ */

static int look_at_everything(check_t *check)
{
    static const uint32_t first[2] = {0, 1};
    mcufs_check_t *result = check->result;
    littlefs1_log_t log;
    int error = littlefs1_survey(&check->survey);
    if (error == 0 && result->errors == 0) {
        error = check_names(check);
    }
    if (error == 0) {
        error = check_list(check);
    }
    if (error < 0) {
        return error;
    }
    if (check->survey.moved > 0) {
        say(check, false, "a rename was interrupted; the first write of littlefs v1 would clean up", NULL,
            UINT32_MAX);
    }
    error = littlefs1_fetch(check->fs, first, &log);
    if (error == 0) {
        error = littlefs1_verify(check->fs, log.pair[1], &log);
        if (error == MCUFS_ENOENT || error == MCUFS_ECORRUPT) {
            say(check, false, "only one half of the superblock is whole", NULL, log.pair[1]);
            error = 0;
        }
    }
    result->files = check->survey.files;
    result->directories = check->survey.head_count - 1; /* without the root */
    return error;
}

int littlefs1_check(const mcufs_setup_t *setup, mcufs_check_t *result)
{
    enum { VOLUME_SIZE = MCUFS_LITTLEFS1_ARENA(256u) };
    mcufs_arena_t arena;
    void *volume;
    result->files = result->directories = result->errors = result->repaired = 0;
    if (setup->flags & MCUFS_REPAIR) {
        return MCUFS_ENOTSUP;
    }
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    check_t *check = mcufs_arena_take(&arena, sizeof *check, sizeof(void *));
    const mcufs_littlefs1_options_t *options = setup->options;
    size_t cache_size =
        options && options->cache_size ? options->cache_size : setup->device->geometry.read_size;
    size_t volume_size = MCUFS_LITTLEFS1_ARENA(cache_size) > VOLUME_SIZE ? MCUFS_LITTLEFS1_ARENA(cache_size)
                                                                         : (size_t)VOLUME_SIZE;
    mcufs_setup_t inner = *setup;
    inner.arena = mcufs_arena_take(&arena, volume_size, sizeof(void *));
    inner.arena_size = volume_size;
    if (!check || !inner.arena) {
        return MCUFS_ENOMEM;
    }
    memset(check, 0, sizeof *check);
    check->result = result;
    int error = littlefs1_mount(&inner, &volume);
    if (error == MCUFS_ECORRUPT) {
        say(check, true, "the superblock or the root directory cannot be read", NULL, UINT32_MAX);
        return 0;
    }
    if (error < 0) {
        return error;
    }
    check->fs = volume;
    check->survey = (littlefs1_survey_t){.fs = volume, .report = report, .context = check};
    check->survey.used = mcufs_arena_take(&arena, MCUFS_BITMAP_SIZE(check->fs->block_count), 1);
    size_t capacity = mcufs_arena_left(&arena) / sizeof check->survey.heads[0];
    capacity -= capacity > 0; /* for the alignment */
    check->survey.head_capacity = capacity < UINT32_MAX ? (uint32_t)capacity : UINT32_MAX;
    check->survey.heads =
        mcufs_arena_take(&arena, capacity * sizeof check->survey.heads[0], sizeof(uint32_t));
    if (!check->survey.used || !check->survey.heads) {
        return MCUFS_ENOMEM;
    }
    return look_at_everything(check);
}
