/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* UTF-8 and UTF-16, a unit at a time. */

#include "text.h"

#include <mcufs/errors.h>

#define REPLACEMENT 0xfffdu

void fat_text_start(fat_text_t *text, const char *name, uint32_t length)
{
    text->next = name;
    text->left = length;
    text->low = 0;
}

/* How many bytes follow the first one of a character; -1: none can begin like that. */
static int following(uint8_t first)
{
    if (first < 0x80) {
        return 0;
    }
    if (first < 0xc2 || first > 0xf4) {
        return -1;
    }
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

int fat_text_next(fat_text_t *text, uint16_t *unit)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000}; /* shorter forms exist below */
    if (text->low != 0) {
        *unit = text->low;
        text->low = 0;
        return 1;
    }
    if (text->left == 0) {
        return 0;
    }
    uint8_t first = (uint8_t)*text->next;
    int more = following(first);
    if (more < 0 || (uint32_t)more >= text->left) {
        return MCUFS_EINVAL;
    }
    uint32_t character = more == 0 ? first : first & (0x3fu >> more);
    for (int i = 1; i <= more; i++) {
        uint8_t byte = (uint8_t)text->next[i];
        if ((byte & 0xc0u) != 0x80) {
            return MCUFS_EINVAL;
        }
        character = character << 6 | (byte & 0x3fu);
    }
    if (character < least[more] || character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
        return MCUFS_EINVAL;
    }
    text->next += more + 1;
    text->left -= (uint32_t)more + 1;
    if (character >= 0x10000) {
        text->low = (uint16_t)(0xdc00 | (character & 0x3ff));
        character = 0xd800 | ((character - 0x10000) >> 10);
    }
    *unit = (uint16_t)character;
    return 1;
}

static uint32_t put_character(uint32_t character, char *buffer)
{
    static const uint8_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    uint32_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (uint32_t i = size - 1; i > 0; i--) {
        buffer[i] = (char)(uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    buffer[0] = (char)(uint8_t)(marks[size] | character);
    return size;
}

uint32_t fat_text_end(uint16_t high, char buffer[6])
{
    return high != 0 ? put_character(REPLACEMENT, buffer) : 0;
}

uint32_t fat_text_put(uint16_t unit, uint16_t *high, char buffer[6])
{
    uint16_t before = *high;
    *high = 0;
    if (unit >= 0xdc00 && unit < 0xe000) {
        uint32_t pair = 0x10000 + ((uint32_t)(before & 0x3ffu) << 10) + (unit & 0x3ffu);
        return put_character(before != 0 ? pair : REPLACEMENT, buffer);
    }
    uint32_t written = fat_text_end(before, buffer);
    if (unit >= 0xd800 && unit < 0xdc00) {
        *high = unit;
        return written;
    }
    return written + put_character(unit, buffer + written);
}
