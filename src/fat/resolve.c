/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From paths to entries, and what a new name needs. */

#include "internal.h"

/* Units of a name; 0 where it is none that FAT can hold, or is not UTF-8. */
static uint32_t pieces_of(const char *name, uint32_t length)
{
    mcufs_utf16_t text;
    uint16_t unit = 0;
    uint32_t units = 0;
    mcufs_utf16_start(&text, name, length);
    while (mcufs_utf16_next(&text, &unit) == 1) {
        units++;
    }
    return (units + FAT_PIECE_UNITS - 1) / FAT_PIECE_UNITS;
}

static int take(fat_t *fs, fat_found_t *found, const fat_set_t *set)
{
    uint8_t *entry;
    int error = fat_load(fs, set->sector, FAT_METADATA, &entry);
    if (error < 0) {
        return error;
    }
    memcpy(found->entry, entry + set->offset, FAT_ENTRY_SIZE);
    found->set = *set;
    bool is_directory = (found->entry[FAT_AT_ATTRIBUTES] & FAT_ATTRIBUTE_DIRECTORY) != 0;
    found->type = is_directory ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE;
    found->cluster = fat_entry_cluster(fs, found->entry);
    /* A directory that leads to the root, or nowhere, is damaged. */
    return is_directory && !fat_is_cluster(fs, found->cluster) ? MCUFS_ECORRUPT : 0;
}

/* With the hashes of the directory's names. MCUFS_ENODATA: they are not known. */
static int look_up_fast(fat_t *fs, fat_found_t *found, uint32_t pieces)
{
    uint16_t hash = fat_hash_name(found->name, found->length);
    uint32_t at = 0, index;
    fat_set_t set;
    uint8_t *entry;
    int result;
    while ((result = fat_names_find(fs, found->set.directory, hash, &at, &index)) > 0) {
        result = fat_next_set(fs, found->set.directory, &index, &set, &entry);
        if (result > 0) {
            result = fat_set_matches(fs, &set, found->name, found->length, pieces);
        }
        if (result != 0) {
            return result < 0 ? result : take(fs, found, &set);
        }
    }
    return result;
}

static int look_up(fat_t *fs, fat_found_t *found)
{
    uint32_t pieces = pieces_of(found->name, found->length), index = 0, directory = found->set.directory;
    fat_set_t set;
    uint8_t *entry;
    int result = look_up_fast(fs, found, pieces);
    if (result != MCUFS_ENODATA) {
        return result;
    }
    while ((result = fat_next_set(fs, directory, &index, &set, &entry)) > 0) {
        result = fat_set_matches(fs, &set, found->name, found->length, pieces);
        if (result != 0) {
            break;
        }
    }
    if (result >= 0) {
        int error = result > 0 ? take(fs, found, &set) : 0;
        result = error < 0 ? error : fat_names_fill(fs, directory, index);
    }
    return result;
}

int fat_resolve(fat_t *fs, const mcufs_path_t *path, uint32_t avoid, fat_found_t *found)
{
    mcufs_path_t left = *path;
    const char *name;
    size_t length;
    memset(found, 0, sizeof *found);
    found->type = MCUFS_TYPE_DIRECTORY;
    found->is_root = true;
    found->wants_directory = left.directory;
    while (mcufs_path_next(&left, &name, &length)) {
        if (found->type != MCUFS_TYPE_DIRECTORY) {
            return found->type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
        }
        if (length > MCUFS_NAME_MAX) {
            return MCUFS_ENAMETOOLONG;
        }
        if (!found->is_root && found->cluster == avoid) {
            return MCUFS_EINVAL;
        }
        found->set.directory = found->cluster;
        found->cluster = 0;
        found->is_root = false;
        found->type = 0;
        found->name = name;
        found->length = (uint32_t)length;
        int error = look_up(fs, found);
        if (error < 0) {
            return error;
        }
    }
    return found->type == MCUFS_TYPE_FILE && found->wants_directory ? MCUFS_ENOTDIR : 0;
}

/* -- New names ---------------------------------------------------------------------------------------------
 */

static int note_tails(fat_t *fs, uint32_t directory, fat_alias_t *alias)
{
    uint32_t index = 0, at = 0;
    uint8_t name[FAT_ENTRY_SIZE] = {0};
    fat_set_t set;
    uint8_t *entry;
    int result = fat_names_find(fs, directory, 0, &at, &index);
    if (result == MCUFS_ENODATA) {
        while ((result = fat_next_set(fs, directory, &index, &set, &entry)) > 0) {
            fat_alias_note(alias, entry);
        }
        return result;
    }
    for (uint32_t n = 0; n < FAT_TAILS; n++) {
        at = 0;
        fat_alias_with_tail(alias, n, name);
        if (fat_names_find(fs, directory, fat_hash_short(name), &at, &index) > 0) {
            alias->taken |= (uint32_t)1 << n;
        }
    }
    return 0;
}

int fat_make_short_name(fat_t *fs, fat_found_t *found)
{
    fat_alias_t alias;
    int error = fat_alias_of(found->name, found->length, &alias);
    found->set.pieces = alias.pieces;
    for (uint32_t round = 0; error == 0 && alias.pieces > 0 && !alias.exact;
         round++, alias.hash++, alias.taken = 0) {
        error = round < 1000 ? note_tails(fs, found->set.directory, &alias) : MCUFS_ENOSPC;
        uint32_t n = 0;
        while (n < FAT_TAILS && alias.taken & (uint32_t)1 << n) {
            n++;
        }
        if (error == 0 && n < FAT_TAILS) {
            fat_alias_with_tail(&alias, n, found->entry);
            found->entry[FAT_AT_CASE] = 0;
            return 0;
        }
    }
    if (error == 0) {
        memcpy(found->entry, alias.name, sizeof alias.name);
        found->entry[FAT_AT_CASE] = alias.case_bits;
    }
    return error;
}
