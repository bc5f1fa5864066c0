/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* /lost+found: where goes what has no place or no possible name.
 *
 * Nothing here lets the normal recovery run first, as every other change does: recovery removes
 * directories without an entry, and repair is about to give some of them one. */

#include "check.h"

#include "../base/endian.h"

static const char lost_found[] = "lost+found";

#define NUMBER_DIGITS 10u
#define SUFFIXES      1000u
#define REFUGES       10u

/* -- Names -------------------------------------------------------------------------------------------- */

/* Returns the number of digits. */
static uint32_t put_number(char *text, uint32_t number)
{
    char digits[NUMBER_DIGITS];
    uint32_t count = 0, length = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        text[length++] = digits[--count];
    }
    return length;
}

/* Looks for a free name in a directory: `check->new_name`, or that with a number. *found: where it goes. */
static int find_free_name(check_t *check, const char *directory, uint32_t length, littlefs2_found_t *found)
{
    littlefs2_t *fs = check->fs;
    char *name = check->new_name;
    /* Room for a dash and up to three digits. */
    uint32_t base = fs->name_max > 4 ? littlefs2_minimum(length, fs->name_max - 4) : 0;
    name[length] = '\0';
    for (uint32_t number = 0; number < SUFFIXES; number++) {
        if (number > 0) {
            name[base] = '-';
            name[base + 1 + put_number(name + base + 1, number)] = '\0';
        }
        mcufs_path_t path = mcufs_path(directory, name);
        littlefs2_forget_all_places(fs);
        int error = littlefs2_resolve(fs, &path, NULL, found);
        if (error < 0 || !found->type) {
            return error;
        }
    }
    return MCUFS_ENOSPC;
}

/* -- Changes ------------------------------------------------------------------------------------------ */

void littlefs2_check_follow_move(littlefs2_t *fs, const uint32_t pair[2], const littlefs2_change_t *changes,
                                 uint32_t count)
{
    uint32_t id = littlefs2_tag_id(fs->global.tag);
    if (!littlefs2_move_pending(fs) || !littlefs2_pairs_touch(fs->global.pair, pair)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t type = littlefs2_tag_type(changes[i].tag);
        uint32_t at = littlefs2_tag_id(changes[i].tag);
        id += type == LITTLEFS2_CREATE && at <= id;
        id -= type == LITTLEFS2_DELETE && at < id;
    }
    fs->global.tag = (fs->global.tag & 0x80000000u) | littlefs2_tag(LITTLEFS2_DELETE, id, 0);
}

static int commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                  uint32_t count)
{
    littlefs2_check_follow_move(fs, metadata->pair, changes, count);
    return littlefs2_commit(fs, metadata, changes, count);
}

static int last_log(littlefs2_t *fs, const uint32_t head[2], littlefs2_metadata_t *metadata)
{
    int error = littlefs2_get(fs, head, metadata);
    for (uint32_t steps = 0; error == 0 && metadata->flags & LITTLEFS2_SPLIT; steps++) {
        uint32_t tail[2] = {metadata->tail[0], metadata->tail[1]};
        error = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, tail, metadata);
    }
    return error;
}

/* An empty directory where `found` says. */
static int make_directory(check_t *check, const littlefs2_found_t *found)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t last, metadata = found->metadata;
    uint8_t bytes[8];
    int error = last_log(fs, found->parent, &last);
    if (error < 0) {
        return error;
    }
    littlefs2_view_t nothing = {.metadata = &last};
    littlefs2_log_plan_t plan = {.view = &nothing, .tail = {last.tail[0], last.tail[1]}};
    error = littlefs2_write_new_pair(fs, &plan);
    if (error < 0) {
        return error;
    }
    littlefs2_change_t changes[] = {
        littlefs2_pair_change(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, plan.pair, bytes),
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, found->id, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_DIRECTORY, found->id, found->length), .data = found->name},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_DIRECTORY, found->id, sizeof bytes), .data = bytes}};
    if (littlefs2_same_pair(last.pair, metadata.pair)) {
        return commit(fs, &metadata, changes, 4);
    }
    /* In between it is an orphan, which the next repair removes. The orphan bit would make the next mount
     * remove the others too. */
    int result = commit(fs, &last, changes, 1);
    return result != 0 ? result : commit(fs, &metadata, &changes[1], 3);
}

/* The path of the directory to put things into, in `check->refuge`; it is made when missing. */
static int find_lost_found(check_t *check, bool *made)
{
    littlefs2_found_t found;
    *made = false;
    uint32_t length = sizeof lost_found - 1;
    for (uint32_t number = 0; number < REFUGES; number++) {
        memcpy(check->refuge, lost_found, sizeof lost_found);
        if (number > 0) {
            check->refuge[length] = '-';
            check->refuge[length + 1 + put_number(check->refuge + length + 1, number)] = '\0';
        }
        mcufs_path_t path = mcufs_path(check->refuge, NULL);
        littlefs2_forget_all_places(check->fs);
        int result = littlefs2_resolve(check->fs, &path, NULL, &found);
        if (result == 0 && !found.type) {
            result = make_directory(check, &found);
            *made = true;
        }
        if (result != 0 || found.type != MCUFS_TYPE_FILE) {
            return result;
        }
    }
    return MCUFS_ENOSPC;
}

/* -- What moves --------------------------------------------------------------------------------------- */

int littlefs2_check_make_refuge(check_t *check, uint32_t block)
{
    littlefs2_found_t found;
    bool made;
    int result = find_lost_found(check, &made);
    if (result == 0) {
        result = find_free_name(check, check->refuge, put_number(check->new_name, block), &found);
    }
    if (result == 0) {
        result = make_directory(check, &found);
    }
    if (result == 0) {
        uint32_t length = (uint32_t)strlen(check->refuge);
        check->refuge[length] = '/';
        memcpy(check->refuge + length + 1, found.name, found.length);
        check->refuge[length + 1 + found.length] = '\0';
    }
    return result;
}

int littlefs2_check_adopt(check_t *check, const uint32_t head[2])
{
    littlefs2_found_t found;
    uint8_t bytes[8];
    bool made;
    int result = find_lost_found(check, &made);
    if (result == 0) {
        result = find_free_name(check, check->refuge, put_number(check->new_name, littlefs2_check_low(head)),
                                &found);
    }
    if (result != 0) {
        return result;
    }
    mcufs_store_le32(bytes, head[0]);
    mcufs_store_le32(bytes + 4, head[1]);
    littlefs2_metadata_t metadata = found.metadata;
    littlefs2_change_t changes[] = {
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, found.id, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_DIRECTORY, found.id, found.length), .data = found.name},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_DIRECTORY, found.id, sizeof bytes), .data = bytes}};
    return commit(check->fs, &metadata, changes, sizeof changes / sizeof changes[0]);
}

/* A possible name, as close to the entry's own as can be. Returns its length. */
static uint32_t choose_name(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                            uint32_t stored)
{
    littlefs2_t *fs = check->fs;
    uint32_t length = littlefs2_minimum(stored, littlefs2_minimum(fs->name_max, MCUFS_NAME_MAX));
    for (uint32_t i = 0; i < length; i++) {
        uint8_t byte = check->names[0].bytes[i];
        if (byte == '/' || byte == '\0') {
            byte = '_';
        }
        check->new_name[i] = (char)byte;
    }
    if (length > 0 && length <= 2 && check->new_name[0] == '.' && check->new_name[length - 1] == '.') {
        check->new_name[0] = '_';
    }
    if (length == 0) {
        length = put_number(check->new_name, metadata->pair[0]);
        check->new_name[length++] = '-';
        length += put_number(check->new_name + length, id);
    }
    return length;
}

/* The name type that goes with the content of an entry. MCUFS_ECORRUPT: it has none that is known. */
static int type_for_content(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint16_t id,
                            uint32_t *type)
{
    littlefs2_location_t location;
    int error = littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, id, &location);
    uint32_t kind = error == 0 ? littlefs2_tag_type(location.tag) : 0;
    *type = kind == LITTLEFS2_STRUCT_DIRECTORY ? LITTLEFS2_NAME_DIRECTORY : LITTLEFS2_NAME_FILE;
    return error == MCUFS_ENOENT ? MCUFS_ECORRUPT : error;
}

/* Within one log: one commit. */
static int move_in_log(check_t *check, const littlefs2_metadata_t *from, uint16_t id,
                       const littlefs2_found_t *to, uint32_t type)
{
    littlefs2_source_t source = {from, id};
    littlefs2_metadata_t metadata = to->metadata;
    uint32_t old_id = (uint32_t)id + (id >= to->id);
    littlefs2_change_t changes[] = {{.tag = littlefs2_tag(LITTLEFS2_CREATE, to->id, 0)},
                                    {.tag = littlefs2_tag(type, to->id, to->length), .data = to->name},
                                    {.tag = littlefs2_tag(LITTLEFS2_COPY, to->id, 0), .data = &source},
                                    {.tag = littlefs2_tag(LITTLEFS2_DELETE, old_id, 0)}};
    metadata.flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    return littlefs2_commit(check->fs, &metadata, changes, sizeof changes / sizeof changes[0]);
}

/* As a rename: the copy arrives together with the word that the original has moved. */
static int move_across(check_t *check, const littlefs2_metadata_t *from, uint16_t id,
                       const littlefs2_found_t *to, uint32_t type)
{
    littlefs2_t *fs = check->fs;
    littlefs2_source_t source = {from, id};
    littlefs2_metadata_t metadata = to->metadata;
    littlefs2_change_t changes[] = {{.tag = littlefs2_tag(LITTLEFS2_CREATE, to->id, 0)},
                                    {.tag = littlefs2_tag(type, to->id, to->length), .data = to->name},
                                    {.tag = littlefs2_tag(LITTLEFS2_COPY, to->id, 0), .data = &source}};
    fs->global.tag = (fs->global.tag & 0x80000000u) | littlefs2_tag(LITTLEFS2_DELETE, id, 0);
    memcpy(fs->global.pair, from->pair, sizeof fs->global.pair);
    int result = littlefs2_commit(fs, &metadata, changes, sizeof changes / sizeof changes[0]);
    return result != 0 ? result : littlefs2_check_finish_move(check);
}

int littlefs2_check_evict(check_t *check, const uint32_t pair[2], uint16_t id)
{
    littlefs2_t *fs = check->fs;
    littlefs2_metadata_t from;
    littlefs2_found_t to;
    uint32_t stored = 0, old_type, type = LITTLEFS2_NAME_FILE;
    if (littlefs2_move_pending(fs)) {
        return MCUFS_ECORRUPT; /* there can be one at a time, and this one could not be finished */
    }
    bool made;
    int result = find_lost_found(check, &made);
    if (result == 0 && made) {
        return LITTLEFS2_AGAIN; /* that may have shifted the entry */
    }
    if (result == 0) {
        result = littlefs2_get(fs, pair, &from);
    }
    if (result == 0) {
        result = littlefs2_check_read_name(fs, &from, id, check->names[0].bytes, &stored, &old_type);
        result = result == MCUFS_ENOENT ? 0 : result;
    }
    if (result == 0) {
        result = find_free_name(check, check->refuge, choose_name(check, &from, id, stored), &to);
    }
    if (result == 0) {
        result = type_for_content(fs, &from, id, &type);
    }
    if (result != 0) {
        return result;
    }
    bool same = littlefs2_same_pair(from.pair, to.metadata.pair);
    return (same ? move_in_log : move_across)(check, &from, id, &to, type);
}

int littlefs2_check_copy_entry(check_t *check, const littlefs2_metadata_t *from, uint16_t id, uint32_t length)
{
    littlefs2_t *fs = check->fs;
    littlefs2_found_t to;
    int result = find_free_name(check, check->refuge, choose_name(check, from, id, length), &to);
    if (result != 0) {
        return result;
    }
    littlefs2_source_t source = {from, id};
    littlefs2_metadata_t metadata = to.metadata;
    littlefs2_change_t changes[] = {
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, to.id, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_FILE, to.id, to.length), .data = to.name},
        {.tag = littlefs2_tag(LITTLEFS2_COPY, to.id, 0), .data = &source}};
    return commit(fs, &metadata, changes, sizeof changes / sizeof changes[0]);
}
