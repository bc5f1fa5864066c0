/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Hashes of all names of one directory. A name whose hash is not among them is not there, and one that is, is
 * looked at where it says. Directories that are short to walk are not worth it. */

#include "internal.h"

enum { WORTH_IT = 64 /* entries of a walk */ };

static uint16_t hash_more(uint16_t hash, uint16_t unit)
{
    uint32_t product = ((uint32_t)hash ^ fat_fold(unit)) * 0x9e3bu;
    return (uint16_t)(product ^ product >> 16);
}

uint16_t fat_hash_name(const char *name, uint32_t length)
{
    mcufs_utf16_t text;
    uint16_t hash = 0, unit = 0;
    mcufs_utf16_start(&text, name, length);
    while (mcufs_utf16_next(&text, &unit) == 1) {
        hash = hash_more(hash, unit);
    }
    return hash;
}

uint16_t fat_hash_short(const uint8_t *entry)
{
    uint16_t hash = 0, unit;
    for (uint32_t n = 0; (unit = fat_short_unit(entry, n)) != 0; n++) {
        hash = hash_more(hash, unit);
    }
    return hash;
}

/* Of the long name, from the device. */
static int hash_long(fat_t *fs, const fat_set_t *set, uint16_t *hash)
{
    *hash = 0;
    for (uint32_t sequence = 1; sequence <= set->pieces; sequence++) {
        uint32_t sector, offset;
        uint8_t *entry;
        int result = fat_entry_at(fs, set->directory, set->index - sequence, &sector, &offset, &entry);
        if (result <= 0) {
            return result < 0 ? result : MCUFS_ECORRUPT;
        }
        for (uint32_t k = 0; k < FAT_PIECE_UNITS; k++) {
            uint16_t unit = mcufs_load_le16(entry + (k < 5 ? 1 + 2 * k : k < 11 ? 4 + 2 * k : 6 + 2 * k));
            if (unit == 0) {
                return 0;
            }
            *hash = hash_more(*hash, unit);
        }
    }
    return 0;
}

void fat_names_forget(fat_t *fs)
{
    fs->names_directory = FAT_END;
    fs->names_valid = false;
    fs->name_count = 0;
}

int fat_names_find(const fat_t *fs, uint32_t directory, uint16_t hash, uint32_t *at, uint32_t *index)
{
    if (!fs->names_valid || fs->names_directory != directory) {
        return MCUFS_ENODATA;
    }
    while (*at < fs->name_count) {
        const fat_name_t *name = &fs->names[(*at)++];
        if (name->name == hash || name->alias == hash) {
            *index = name->slot;
            return 1;
        }
    }
    return 0;
}

static void add(fat_t *fs, uint16_t name, uint16_t alias, uint32_t slot)
{
    if (fs->name_count == fs->name_capacity) {
        fs->names_valid = false; /* and stays so: this directory is too large */
        return;
    }
    fs->names[fs->name_count++] = (fat_name_t){name, alias, (uint16_t)slot};
}

int fat_names_fill(fat_t *fs, uint32_t directory, uint32_t index)
{
    fat_set_t set;
    uint8_t *entry;
    int result = 1;
    if (index < WORTH_IT || fs->name_capacity == 0 || fs->names_directory == directory) {
        return 0;
    }
    fs->names_directory = directory;
    fs->names_valid = true;
    fs->name_count = 0;
    index = 0;
    while (result > 0 && fs->names_valid) {
        result = fat_next_set(fs, directory, &index, &set, &entry);
        if (result > 0) {
            uint16_t alias = fat_hash_short(entry), name = alias;
            int error = set.pieces > 0 ? hash_long(fs, &set, &name) : 0;
            result = error < 0 ? error : result;
            add(fs, name, alias, set.index - set.pieces);
        }
    }
    if (result < 0) {
        fat_names_forget(fs);
    }
    return result < 0 ? result : 0;
}

void fat_names_add(fat_t *fs, const fat_set_t *set, const char *name, uint32_t length, const uint8_t *entry)
{
    if (fs->names_valid && fs->names_directory == set->directory) {
        add(fs, fat_hash_name(name, length), fat_hash_short(entry), set->index - set->pieces);
    }
}

void fat_names_remove(fat_t *fs, const fat_set_t *set)
{
    for (uint32_t i = 0; fs->names_directory == set->directory && i < fs->name_count; i++) {
        if (fs->names[i].slot == set->index - set->pieces) {
            fs->names[i] = fs->names[--fs->name_count];
            return;
        }
    }
}
