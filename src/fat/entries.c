/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories as sequences of entries, and sets: a short entry with the pieces of its long name before it.
 * Names are read piece by piece where they lie; nowhere is one kept as a whole. */

#include "internal.h"

int fat_entry_at(fat_t *fs, uint32_t directory, uint32_t index, uint32_t *sector, uint32_t *offset,
                 uint8_t **bytes)
{
    uint32_t shift = fs->shape.sector_shift - 5u, number = index >> shift;
    if (index >= FAT_DIRECTORY_MAX) {
        return 0;
    }
    if (directory == 0 && fs->shape.root_cluster == 0) {
        if (number >= fs->shape.root_sectors) {
            return 0;
        }
        *sector = fs->shape.root + number;
    } else {
        uint32_t chain = directory != 0 ? directory : fs->shape.root_cluster, cluster, count;
        int error = fat_chain_find(fs, chain, number >> fs->shape.cluster_shift, 1, &cluster, &count);
        if (error < 0 || cluster == FAT_END) {
            return error;
        }
        *sector = fat_sector_of(fs, cluster) + (number & (((uint32_t)1 << fs->shape.cluster_shift) - 1));
    }
    int error = fat_load(fs, *sector, FAT_METADATA, bytes);
    *offset = (index << 5) & (fs->shape.sector_size - 1);
    *bytes += *offset;
    return error < 0 ? error : 1;
}

/* A long name being collected, from its last piece to its first. */
typedef struct fat_run_of_pieces {
    uint8_t pieces, expected, checksum; /* expected: sequence of the next; 0: complete */
    bool valid;
} run_of_pieces_t;

static void take_piece(run_of_pieces_t *run, const uint8_t *entry)
{
    uint8_t sequence = entry[0] & 0x3f;
    if (entry[0] & 0x40) {
        *run = (run_of_pieces_t){sequence, sequence, entry[13], sequence >= 1 && sequence <= FAT_PIECES_MAX};
    }
    run->valid = run->valid && sequence != 0 && sequence == run->expected && entry[13] == run->checksum;
    run->expected--;
}

int fat_next_set(fat_t *fs, uint32_t directory, uint32_t *index, fat_set_t *set, uint8_t **bytes)
{
    run_of_pieces_t run = {0};
    for (;; ++*index) {
        int result = fat_entry_at(fs, directory, *index, &set->sector, &set->offset, bytes);
        if (result <= 0) {
            return result;
        }
        const uint8_t *entry = *bytes;
        uint8_t attributes = entry[FAT_AT_ATTRIBUTES] & FAT_ATTRIBUTE_MASK;
        if (entry[0] == 0) {
            return 0;
        }
        bool is_piece = attributes == FAT_ATTRIBUTE_LONG;
        bool is_label = !is_piece && (attributes & FAT_ATTRIBUTE_LABEL) != 0;
        if (entry[0] == FAT_DELETED || entry[0] == '.' || is_label) {
            run.valid = false;
        } else if (is_piece) {
            take_piece(&run, entry);
        } else {
            bool named = run.valid && run.expected == 0 && run.checksum == fat_alias_checksum(entry);
            set->directory = directory;
            set->pieces = named ? run.pieces : 0;
            set->index = (*index)++;
            return 1;
        }
    }
}

/* -- Names -------------------------------------------------------------------------------------------------
 */

static uint16_t unit_of_piece(const uint8_t *entry, uint32_t k)
{
    return mcufs_load_le16(entry + (k < 5 ? 1 + 2 * k : k < 11 ? 4 + 2 * k : 6 + 2 * k));
}

/* Piece `sequence` of a set's long name. */
static int load_piece(fat_t *fs, const fat_set_t *set, uint32_t sequence, uint8_t **bytes)
{
    uint32_t sector, offset;
    int result = fat_entry_at(fs, set->directory, set->index - sequence, &sector, &offset, bytes);
    return result == 0 ? MCUFS_ECORRUPT : result;
}

static int load_short(fat_t *fs, const fat_set_t *set, uint8_t **bytes)
{
    int error = fat_load(fs, set->sector, FAT_METADATA, bytes);
    *bytes += set->offset;
    return error;
}

static int matches_long(fat_t *fs, const fat_set_t *set, mcufs_utf16_t text)
{
    for (uint32_t sequence = 1; sequence <= set->pieces; sequence++) {
        uint8_t *entry;
        int result = load_piece(fs, set, sequence, &entry);
        for (uint32_t k = 0; result > 0 && k < FAT_PIECE_UNITS; k++) {
            uint16_t wanted = 0, unit = unit_of_piece(entry, k);
            int more = mcufs_utf16_next(&text, &wanted);
            if (more != 1) {
                return unit == 0;
            }
            result = unit != 0 && fat_fold(unit) == fat_fold(wanted);
        }
        if (result <= 0) {
            return result;
        }
    }
    return text.left == 0 && text.low == 0;
}

static bool matches_short(const uint8_t *entry, mcufs_utf16_t text)
{
    uint16_t wanted = 0, unit;
    for (uint32_t n = 0; (unit = fat_short_unit(entry, n)) != 0; n++) {
        if (mcufs_utf16_next(&text, &wanted) != 1 || fat_fold(unit) != fat_fold(wanted)) {
            return false;
        }
    }
    return text.left == 0 && text.low == 0;
}

int fat_set_matches(fat_t *fs, const fat_set_t *set, const char *name, uint32_t length, uint32_t pieces)
{
    mcufs_utf16_t text;
    uint8_t *entry;
    mcufs_utf16_start(&text, name, length);
    int result = set->pieces == pieces && pieces != 0 ? matches_long(fs, set, text) : 0;
    if (result == 0) {
        result = load_short(fs, set, &entry);
        result = result < 0 ? result : matches_short(entry, text);
    }
    return result;
}

/* Appends a unit; false when there is no room. What would break a path is shown as '_'. */
static bool put_unit(uint16_t unit, uint16_t *high, char *name, uint32_t *length)
{
    char bytes[6];
    uint32_t count = mcufs_utf8_put(unit < 0x20 || unit == '/' ? '_' : unit, high, bytes);
    if (*length + count > MCUFS_NAME_MAX) {
        return false;
    }
    memcpy(name + *length, bytes, count);
    *length += count;
    return true;
}

/* 0: it does not fit. */
static int long_name(fat_t *fs, const fat_set_t *set, char *name)
{
    uint32_t length = 0;
    uint16_t high = 0;
    char bytes[6];
    for (uint32_t sequence = 1; sequence <= set->pieces; sequence++) {
        uint8_t *entry;
        int result = load_piece(fs, set, sequence, &entry);
        if (result < 0) {
            return result;
        }
        for (uint32_t k = 0; k < FAT_PIECE_UNITS && unit_of_piece(entry, k) != 0; k++) {
            if (!put_unit(unit_of_piece(entry, k), &high, name, &length)) {
                return 0;
            }
        }
    }
    uint32_t count = mcufs_utf8_end(high, bytes);
    if (length + count > MCUFS_NAME_MAX) {
        return 0;
    }
    memcpy(name + length, bytes, count);
    name[length + count] = '\0';
    return (int)(length + count);
}

int fat_set_name(fat_t *fs, const fat_set_t *set, char name[MCUFS_NAME_MAX + 1])
{
    uint8_t *entry;
    uint32_t length = 0;
    uint16_t high = 0, unit;
    int result = set->pieces > 0 ? long_name(fs, set, name) : 0;
    if (result == 0) {
        result = load_short(fs, set, &entry);
        for (uint32_t n = 0; result >= 0 && (unit = fat_short_unit(entry, n)) != 0; n++) {
            (void)put_unit(unit, &high, name, &length);
        }
        name[length] = '\0';
        result = result < 0 ? result : (int)length;
    }
    return result;
}

/* -- Adding and erasing ------------------------------------------------------------------------------------
 */

/* One more cluster for a directory that has `index` entries. */
static int grow(fat_t *fs, uint32_t directory, uint32_t index)
{
    uint32_t chain = directory != 0 ? directory : fs->shape.root_cluster, tail, first, count;
    uint32_t shift = fs->shape.sector_shift - 5u + fs->shape.cluster_shift;
    if (chain == 0 || index >= FAT_DIRECTORY_MAX) {
        return MCUFS_ENOSPC;
    }
    int error = fat_chain_find(fs, chain, (index >> shift) - 1, 1, &tail, &count);
    if (error == 0) {
        error = tail == FAT_END ? MCUFS_ECORRUPT : fat_find_free(fs, tail + 1, 1, &first, &count);
    }
    if (error == 0) {
        error =
            fat_clear_sectors(fs, fat_sector_of(fs, first), (uint32_t)1 << fs->shape.cluster_shift, NULL, 0);
    }
    return error == 0 ? fat_add_taken(fs, tail, first, 1) : error;
}

/* `count` free entries, one after the other. */
static int find_slots(fat_t *fs, uint32_t directory, uint32_t count, uint32_t *first)
{
    uint32_t index = fs->slot_directory == directory ? fs->slot_hint : 0, run = 0, lowest = UINT32_MAX;
    uint32_t sector, offset;
    bool ended = false;
    uint8_t *entry;
    int result;
    while (run < count) {
        result = fat_entry_at(fs, directory, index, &sector, &offset, &entry);
        if (result == 0) {
            result = grow(fs, directory, index);
            if (result != 0) {
                return result;
            }
            continue;
        }
        if (result < 0) {
            return result;
        }
        ended = ended || entry[0] == 0;
        run = ended || entry[0] == FAT_DELETED ? run + 1 : 0;
        lowest = run > 0 && lowest == UINT32_MAX ? index : lowest;
        index++;
    }
    *first = index - count;
    fs->slot_directory = directory;
    fs->slot_hint = lowest == *first ? index : lowest;
    /* Nothing that lies behind the end may come to life. */
    result = ended ? fat_entry_at(fs, directory, index, &sector, &offset, &entry) : 0;
    return result > 0 && entry[0] != 0 ? fat_add_bytes(fs, sector, offset, "", 1) : result < 0 ? result : 0;
}

/* The part of a set's entries that lies in one sector, from entry `index` on. */
static int part_of(fat_t *fs, const fat_set_t *set, uint32_t index, uint32_t *sector, uint32_t *offset,
                   uint32_t *count)
{
    uint8_t *entry;
    int result = fat_entry_at(fs, set->directory, index, sector, offset, &entry);
    *count = fat_minimum(set->index + 1 - index, (fs->shape.sector_size - *offset) / FAT_ENTRY_SIZE);
    return result == 0 ? MCUFS_ECORRUPT : result < 0 ? result : 0;
}

static int add_pieces(fat_t *fs, const fat_set_t *set)
{
    uint32_t index = set->index - set->pieces, sector, offset, count;
    int result = 0;
    while (result == 0 && index < set->index) {
        result = part_of(fs, set, index, &sector, &offset, &count);
        if (result == 0) {
            count = fat_minimum(count, set->index - index);
            result = fat_add_pieces(fs, sector, offset, count, set->index - index);
            index += count;
        }
    }
    return result;
}

int fat_add_set(fat_t *fs, fat_set_t *set, const char *name, uint32_t length, const uint8_t entry[32])
{
    uint32_t first = 0, count;
    int result = find_slots(fs, set->directory, set->pieces + 1, &first);
    if (result != 0) {
        return result;
    }
    set->index = first + set->pieces;
    if (set->pieces > 0) {
        result = fat_add_name(fs, name, length, fat_alias_checksum(entry), set->pieces);
        result = result == 0 ? add_pieces(fs, set) : result;
    }
    if (result == 0) {
        result = part_of(fs, set, set->index, &set->sector, &set->offset, &count);
    }
    if (result == 0) {
        result = fat_add_bytes(fs, set->sector, set->offset, entry, FAT_ENTRY_SIZE);
    }
    if (result == 0) {
        fat_names_add(fs, set, name, length, entry);
        fs->added++;
    }
    return result;
}

int fat_add_set_erasure(fat_t *fs, const fat_set_t *set)
{
    uint32_t index = set->index - set->pieces, sector, offset, count;
    int result = 0;
    if (fs->slot_directory == set->directory && index < fs->slot_hint) {
        fs->slot_hint = index;
    }
    fat_names_remove(fs, set);
    while (result == 0 && index <= set->index) {
        result = part_of(fs, set, index, &sector, &offset, &count);
        if (result == 0) {
            result = fat_add_erase(fs, sector, offset, count);
            index += count;
        }
    }
    return result;
}

int fat_check_empty(fat_t *fs, uint32_t directory)
{
    uint32_t index = 0;
    fat_set_t set;
    uint8_t *entry;
    int result = fat_next_set(fs, directory, &index, &set, &entry);
    return result > 0 ? MCUFS_ENOTEMPTY : result;
}

/* -- Where entries lead ------------------------------------------------------------------------------------
 */

uint32_t fat_entry_cluster(const fat_t *fs, const uint8_t *entry)
{
    uint32_t cluster = mcufs_load_le16(entry + FAT_AT_CLUSTER_LOW);
    if (fs->shape.bits == 32) {
        cluster |= (uint32_t)mcufs_load_le16(entry + FAT_AT_CLUSTER_HIGH) << 16;
    }
    return cluster == fs->shape.root_cluster ? 0 : cluster;
}

void fat_set_entry_cluster(const fat_t *fs, uint8_t *entry, uint32_t cluster)
{
    mcufs_store_le16(entry + FAT_AT_CLUSTER_LOW, (uint16_t)(cluster & 0xffff));
    mcufs_store_le16(entry + FAT_AT_CLUSTER_HIGH, (uint16_t)(fs->shape.bits == 32 ? cluster >> 16 : 0));
}
