/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Short names: 8 + 3 bytes of code page 437 in capitals. A name that is one, but for the case of whole parts,
 * needs no long name; others get a short one made up, with a tail ("~1") that nobody else in the directory
 * has. */

#include "internal.h"

static bool is_one_of(uint32_t unit, const char *these)
{
    for (; *these != '\0'; these++) {
        if ((uint8_t)*these == unit) {
            return true;
        }
    }
    return false;
}

/* A pass over the name before it is made short. */
typedef struct measured {
    uint32_t units;
    uint32_t dot; /* the last one that has something before it; 0: none */
    uint16_t last;
} measured_t;

static int measure(const char *name, uint32_t length, measured_t *measured)
{
    mcufs_utf16_t text;
    uint16_t unit = 0;
    bool leading = true;
    int more;
    *measured = (measured_t){0};
    mcufs_utf16_start(&text, name, length);
    while ((more = mcufs_utf16_next(&text, &unit)) == 1) {
        if (unit < 0x20 || is_one_of(unit, "\"*/:<>?\\|")) {
            return MCUFS_EINVAL;
        }
        leading = leading && unit == '.';
        if (unit == '.' && !leading) {
            measured->dot = measured->units;
        }
        measured->last = unit;
        measured->units++;
    }
    if (more == 0 && (measured->last == '.' || measured->last == ' ' || measured->units == 0)) {
        return MCUFS_EINVAL;
    }
    return more < 0                                                     ? more
           : measured->units > FAT_UNITS_MAX || length > MCUFS_NAME_MAX ? MCUFS_ENAMETOOLONG
                                                                        : 0;
}

/* Where the next character of a short name goes. */
typedef struct part {
    uint8_t *to;
    uint32_t size, used;
    bool capitals, smalls;
} part_t;

/* False when the character was changed, or left out. */
static bool put_short(part_t *part, uint16_t unit)
{
    bool kept = unit < 0x80 && !is_one_of(unit, "+,;=[]. ");
    int byte = fat_unicode_to_oem(fat_fold(unit));
    if (unit == '.' || unit == ' ') {
        return false;
    }
    part->smalls = part->smalls || (unit >= 'a' && unit <= 'z');
    part->capitals = part->capitals || (unit >= 'A' && unit <= 'Z');
    if (part->used == part->size) {
        return false;
    }
    byte = byte < 0x21 || byte == 0x7f || is_one_of(unit, "+,;=[]") ? '_' : byte;
    part->to[part->used++] = (uint8_t)byte;
    return kept;
}

int fat_alias_of(const char *name, uint32_t length, fat_alias_t *alias)
{
    measured_t measured;
    mcufs_utf16_t text;
    uint16_t unit = 0;
    int error = measure(name, length, &measured);
    if (error < 0) {
        return error;
    }
    memset(alias, 0, sizeof *alias);
    memset(alias->name, ' ', sizeof alias->name);
    part_t parts[2] = {{alias->name, 8, 0, false, false}, {alias->name + 8, 3, 0, false, false}};
    bool plain = true;
    mcufs_utf16_start(&text, name, length);
    for (uint32_t i = 0; mcufs_utf16_next(&text, &unit) == 1; i++) {
        if (measured.dot == 0 || i != measured.dot) {
            bool extension = measured.dot != 0 && i > measured.dot;
            plain = put_short(&parts[extension], unit) && plain;
        }
        alias->hash = (uint16_t)(alias->hash * 31u + fat_fold(unit));
    }
    if (parts[0].used == 0) {
        alias->name[0] = '_';
        parts[0].used = 1;
        plain = false;
    }
    alias->letters = (uint8_t)parts[0].used;
    if (plain && !(parts[0].smalls && parts[0].capitals) && !(parts[1].smalls && parts[1].capitals)) {
        alias->case_bits =
            (uint8_t)((parts[0].smalls ? FAT_LOWER_BASE : 0u) | (parts[1].smalls ? FAT_LOWER_EXTENSION : 0u));
    } else {
        alias->exact = plain;
        alias->pieces = (uint8_t)((measured.units + FAT_PIECE_UNITS - 1) / FAT_PIECE_UNITS);
    }
    if (alias->name[0] == FAT_DELETED) {
        alias->name[0] = FAT_IS_DELETED;
    }
    return 0;
}

/* The first nine tails are simple; where many names are alike, a hash of the long one tells them apart. */
void fat_alias_with_tail(const fat_alias_t *alias, uint32_t n, uint8_t name[11])
{
    static const char digits[] = "0123456789ABCDEF";
    uint32_t letters = fat_minimum(alias->letters, n < FAT_TAILS / 2 ? 6 : 2);
    memcpy(name, alias->name, 11);
    memset(name + letters, ' ', 8 - letters);
    for (uint32_t shift = 16; n >= FAT_TAILS / 2 && shift > 0; shift -= 4) {
        name[letters++] = (uint8_t)digits[alias->hash >> (shift - 4) & 15];
    }
    name[letters++] = '~';
    name[letters] = (uint8_t)digits[n % (FAT_TAILS / 2) + 1];
}

void fat_alias_note(fat_alias_t *alias, const uint8_t *other)
{
    uint8_t name[11];
    if (other[0] != alias->name[0] || memcmp(other + 8, alias->name + 8, 3) != 0) {
        return;
    }
    for (uint32_t n = 0; n < FAT_TAILS; n++) {
        fat_alias_with_tail(alias, n, name);
        if (memcmp(name, other, sizeof name) == 0) {
            alias->taken |= (uint32_t)1 << n;
        }
    }
}

uint8_t fat_alias_checksum(const uint8_t name[11])
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 11; i++) {
        sum = ((sum & 1) << 7 | sum >> 1) + name[i];
        sum &= 0xff;
    }
    return (uint8_t)sum;
}

uint16_t fat_short_unit(const uint8_t *entry, uint32_t n)
{
    uint32_t base = 8, extension = 3;
    while (base > 0 && entry[base - 1] == ' ') {
        base--;
    }
    while (extension > 0 && entry[8 + extension - 1] == ' ') {
        extension--;
    }
    bool behind = n > base;
    if (n == base || (behind && n - base > extension)) {
        return n == base && extension > 0 ? '.' : 0;
    }
    uint8_t byte = entry[behind ? 8 + n - base - 1 : n];
    if (n == 0 && byte == FAT_IS_DELETED) {
        byte = FAT_DELETED;
    }
    if (byte >= 'A' && byte <= 'Z' && entry[FAT_AT_CASE] & (behind ? FAT_LOWER_EXTENSION : FAT_LOWER_BASE)) {
        byte = (uint8_t)(byte + ('a' - 'A'));
    }
    return byte == 0 ? '_' : fat_oem_to_unicode(byte);
}
