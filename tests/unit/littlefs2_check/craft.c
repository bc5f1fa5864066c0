/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

#include "craft.h"

#include <string.h>

static uint32_t big(const uint8_t *data)
{
    return data[3] | (uint32_t)data[2] << 8 | (uint32_t)data[1] << 16 | (uint32_t)data[0] << 24;
}

static uint32_t little(const uint8_t *data)
{
    return data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

static void put_big(uint8_t *data, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        data[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static void put_little(uint8_t *data, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        data[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t checksum(const uint8_t *data, uint32_t size)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (unsigned k = 0; k < 8; k++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    return crc;
}

static uint32_t data_size(uint32_t length)
{
    return length == 0x3ff ? 0 : length;
}

/* Whether a later tag makes an earlier one void. */
static bool supersedes(const craft_tag_t *later, const craft_tag_t *earlier)
{
    uint32_t a = later->type, b = earlier->type;
    bool same_kind = a == b || ((a & 0x700) == 0x200 && (b & 0x700) == 0x200) ||
                     ((a & 0x700) == 0x600 && (b & 0x700) == 0x600) || ((a & 0x700) == 0 && (b & 0x700) == 0);
    return same_kind && later->id == earlier->id;
}

/* Takes the effect of one tag on those before it, and adds it where it has content. */
static void add_tag(craft_log_t *log, const craft_tag_t *tag)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < log->count; i++) {
        craft_tag_t *old = &log->tags[i];
        bool gone = tag->type == 0x4ff ? old->id == tag->id : tag->type != 0x401 && supersedes(tag, old);
        if (gone) {
            continue;
        }
        if (old->id != 0x3ff) {
            old->id += tag->type == 0x401 && old->id >= tag->id;
            old->id -= tag->type == 0x4ff && old->id > tag->id;
        }
        if (kept != i) {
            log->tags[kept] = *old;
        }
        kept++;
    }
    log->count = kept;
    if (tag->type != 0x401 && tag->type != 0x4ff && tag->length != 0x3ff) {
        log->tags[log->count++] = *tag;
    }
}

bool craft_read(const uint8_t *block, uint32_t block_size, craft_log_t *log)
{
    static craft_tag_t staged[CRAFT_TAGS_MAX]; /* of the commit being read */
    uint32_t previous = 0xffffffffu, start = 0, offset = 4;
    unsigned waiting = 0;
    bool any = false;
    log->revision = little(block);
    log->count = 0;
    while (offset + 4 <= block_size && waiting + log->count < CRAFT_TAGS_MAX) {
        uint32_t tag = big(block + offset) ^ previous, size = data_size(tag & 0x3ff), type = tag >> 20;
        if (tag >> 31 || offset + 4 + size > block_size) {
            break;
        }
        previous = tag;
        if ((type & 0x780) == 0x500) {
            if (little(block + offset + 4) != checksum(block + start, offset + 4 - start)) {
                break;
            }
            start = offset + 4 + size;
            previous ^= (type & 1) << 31;
            for (unsigned i = 0; i < waiting; i++) {
                add_tag(log, &staged[i]);
            }
            waiting = 0;
            any = true;
        } else if (type != 0x5ff) {
            craft_tag_t *to = &staged[waiting++];
            to->type = type;
            to->id = tag >> 10 & 0x3ff;
            to->length = tag & 0x3ff;
            memcpy(to->data, block + offset + 4, size);
        }
        offset += 4 + size;
    }
    return any;
}

void craft_write(uint8_t *block, uint32_t block_size, uint32_t program_size, const craft_log_t *log)
{
    uint32_t previous = 0xffffffffu, offset = 4;
    memset(block, 0xff, block_size);
    put_little(block, log->revision);
    for (unsigned i = 0; i < log->count; i++) {
        const craft_tag_t *from = &log->tags[i];
        uint32_t tag = from->type << 20 | from->id << 10 | from->length, size = data_size(from->length);
        if (offset + 4 + size + 8 > block_size) {
            break;
        }
        put_big(block + offset, tag ^ previous);
        memcpy(block + offset + 4, from->data, size);
        previous = tag;
        offset += 4 + size;
    }
    uint32_t end = (offset + 8 + program_size - 1) / program_size * program_size;
    uint32_t tag = 0x500u << 20 | 0x3ffu << 10 | (end - offset - 4);
    put_big(block + offset, tag ^ previous);
    put_little(block + offset + 4, checksum(block, offset + 4));
}

craft_tag_t *craft_find_name(craft_log_t *log, const char *name)
{
    craft_tag_t *found = NULL;
    for (unsigned i = 0; i < log->count; i++) {
        craft_tag_t *tag = &log->tags[i];
        if ((tag->type & 0x780) == 0 && tag->length == strlen(name) &&
            memcmp(tag->data, name, tag->length) == 0) {
            found = tag;
        }
    }
    return found;
}

craft_tag_t *craft_find_struct(craft_log_t *log, uint32_t id)
{
    craft_tag_t *found = NULL;
    for (unsigned i = 0; i < log->count; i++) {
        if ((log->tags[i].type & 0x700) == 0x200 && log->tags[i].id == id) {
            found = &log->tags[i];
        }
    }
    return found;
}

craft_tag_t *craft_find_type(craft_log_t *log, uint32_t type, uint32_t mask)
{
    craft_tag_t *found = NULL;
    for (unsigned i = 0; i < log->count; i++) {
        if ((log->tags[i].type & mask) == type) {
            found = &log->tags[i];
        }
    }
    return found;
}

uint32_t craft_word(const craft_tag_t *tag, unsigned index)
{
    return little(tag->data + 4 * (size_t)index);
}

void craft_set_word(craft_tag_t *tag, unsigned index, uint32_t value)
{
    put_little(tag->data + 4 * (size_t)index, value);
}
