/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The decoder. Written from the format's description, as directly as possible and without any cleverness:
 * every metadata pair is parsed anew each time it is needed. */

#include "decoder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/dice.h"

#define NONE        0xffffffffu
#define ENTRIES_MAX 1024
#define DEPTH_MAX   32

typedef struct bytes {
    const uint8_t *data;
    uint32_t size;
} bytes_t;

typedef struct entry {
    bool named, structured;
    uint32_t name_type, struct_type;
    bytes_t name, structure;
    bytes_t attributes[TREE_ATTRIBUTES]; /* data NULL: none */
} entry_t;

typedef struct metadata {
    unsigned count;
    entry_t entries[ENTRIES_MAX];
    bool has_tail, hard_tail;
    uint32_t tail[2];
    uint32_t state[3];
} metadata_t;

typedef struct decoder {
    const uint8_t *image;
    uint32_t block_size, block_count;
    uint32_t state[3];
    tree_t *tree;
    char *why;
    size_t why_size;
} decoder_t;

static bool bad(decoder_t *decoder, const char *what, uint32_t value)
{
    snprintf(decoder->why, decoder->why_size, "decoder: %s (%lu)", what, (unsigned long)value);
    return false;
}

static uint32_t little(const uint8_t *data)
{
    return data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
}

static uint32_t big(const uint8_t *data)
{
    return data[3] | (uint32_t)data[2] << 8 | (uint32_t)data[1] << 16 | (uint32_t)data[0] << 24;
}

static uint32_t checksum(uint32_t crc, const uint8_t *data, uint32_t size)
{
    static uint32_t table[256];
    if (table[1] == 0) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t value = i;
            for (unsigned k = 0; k < 8; k++) {
                value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320u : value >> 1;
            }
            table[i] = value;
        }
    }
    for (uint32_t i = 0; i < size; i++) {
        crc = crc >> 8 ^ table[(crc ^ data[i]) & 0xff];
    }
    return crc;
}

/* -- Metadata ------------------------------------------------------------------------------------------ */

typedef struct tag {
    uint32_t type, id, length, size; /* size: of the data that follows */
} tag_t;

static tag_t split_tag(uint32_t word)
{
    tag_t tag = {word >> 20 & 0x7ff, word >> 10 & 0x3ff, word & 0x3ff, word & 0x3ff};
    tag.size = tag.length == 0x3ff ? 0 : tag.length;
    return tag;
}

/* Where the last whole commit of a block ends; 0: there is none. */
static uint32_t log_end(const decoder_t *decoder, const uint8_t *block)
{
    uint32_t offset = 4, previous = NONE, start = 0, end = 0;
    while (offset + 4 <= decoder->block_size) {
        uint32_t word = big(block + offset) ^ previous;
        tag_t tag = split_tag(word);
        if ((word >> 31) != 0 || offset + 4 + tag.size > decoder->block_size) {
            break;
        }
        previous = word;
        if ((tag.type & 0x780) == 0x500) {
            if (tag.size < 4 ||
                checksum(NONE, block + start, offset + 4 - start) != little(block + offset + 4)) {
                break;
            }
            previous ^= (tag.type & 1) << 31;
            start = end = offset + 4 + tag.size;
        }
        offset += 4 + tag.size;
    }
    return end;
}

static bool insert_entry(decoder_t *decoder, metadata_t *metadata, uint32_t id)
{
    if (metadata->count == ENTRIES_MAX || id > metadata->count) {
        return bad(decoder, "creation of an impossible id", id);
    }
    memmove(&metadata->entries[id + 1], &metadata->entries[id], (metadata->count - id) * sizeof(entry_t));
    memset(&metadata->entries[id], 0, sizeof(entry_t));
    metadata->count++;
    return true;
}

static bool delete_entry(decoder_t *decoder, metadata_t *metadata, uint32_t id)
{
    if (id >= metadata->count) {
        return bad(decoder, "deletion of a missing id", id);
    }
    metadata->count--;
    memmove(&metadata->entries[id], &metadata->entries[id + 1], (metadata->count - id) * sizeof(entry_t));
    return true;
}

static void apply_attribute(entry_t *entry, const tag_t *tag, bytes_t data)
{
    for (unsigned i = 0; i < TREE_ATTRIBUTES; i++) {
        if (tree_attribute_types[i] == (tag->type & 0xff)) {
            entry->attributes[i] = tag->length == 0x3ff ? (bytes_t){NULL, 0} : data;
        }
    }
}

static bool apply_to_entry(decoder_t *decoder, metadata_t *metadata, const tag_t *tag, bytes_t data)
{
    if (tag->type >> 8 == 0) {
        while (tag->id >= metadata->count) {
            if (!insert_entry(decoder, metadata, metadata->count)) {
                return false;
            }
        }
    }
    if (tag->id >= metadata->count) {
        return bad(decoder, "something about a missing id", tag->id);
    }
    entry_t *entry = &metadata->entries[tag->id];
    if (tag->type >> 8 == 0) {
        entry->named = true;
        entry->name_type = tag->type;
        entry->name = data;
    } else if (tag->type >> 8 == 2) {
        entry->structured = true;
        entry->struct_type = tag->type;
        entry->structure = data;
    } else {
        apply_attribute(entry, tag, data);
    }
    return true;
}

static bool apply_tag(decoder_t *decoder, metadata_t *metadata, const tag_t *tag, bytes_t data)
{
    switch (tag->type >> 8) {
    case 0:
    case 2:
    case 3:
        return apply_to_entry(decoder, metadata, tag, data);
    case 4:
        return tag->type == 0x401   ? insert_entry(decoder, metadata, tag->id)
               : tag->type == 0x4ff ? delete_entry(decoder, metadata, tag->id)
                                    : true;
    case 6:
        if (data.size != 8) {
            return bad(decoder, "a tail of the wrong size", data.size);
        }
        metadata->has_tail = true;
        metadata->hard_tail = (tag->type & 1) != 0;
        metadata->tail[0] = little(data.data);
        metadata->tail[1] = little(data.data + 4);
        return true;
    case 7:
        if (tag->type == 0x7ff && data.size == 12) {
            for (unsigned i = 0; i < 3; i++) {
                metadata->state[i] = little(data.data + 4 * i);
            }
        }
        return true;
    default:
        return true;
    }
}

static bool parse_block(decoder_t *decoder, const uint8_t *block, uint32_t end, metadata_t *metadata)
{
    uint32_t previous = NONE;
    memset(metadata, 0, sizeof *metadata);
    for (uint32_t offset = 4; offset < end;) {
        previous ^= big(block + offset);
        tag_t tag = split_tag(previous);
        bytes_t data = {block + offset + 4, tag.size};
        if ((tag.type & 0x780) == 0x500) {
            previous ^= (tag.type & 1) << 31;
        } else if (!apply_tag(decoder, metadata, &tag, data)) {
            return false;
        }
        offset += 4 + tag.size;
    }
    return true;
}

static const uint8_t *block_at(const decoder_t *decoder, uint32_t block)
{
    return decoder->image + (size_t)block * decoder->block_size;
}

static bool fetch(decoder_t *decoder, const uint32_t *pair, metadata_t *metadata)
{
    for (unsigned i = 0; i < 2; i++) {
        if (pair[i] >= decoder->block_count) {
            return bad(decoder, "a block outside the image", pair[i]);
        }
    }
    uint32_t difference = little(block_at(decoder, pair[1])) - little(block_at(decoder, pair[0]));
    unsigned newer = difference != 0 && difference < 0x80000000u ? 1 : 0;
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t *block = block_at(decoder, pair[newer ^ i]);
        uint32_t end = log_end(decoder, block);
        if (end != 0) {
            return parse_block(decoder, block, end, metadata);
        }
    }
    return bad(decoder, "no valid commit in the pair of block", pair[0]);
}

/* -- Content ------------------------------------------------------------------------------------------- */

static uint32_t header_size(uint32_t index)
{
    uint32_t size = 0;
    if (index > 0) {
        for (size = 4; (index & 1) == 0; index >>= 1) {
            size += 4;
        }
    }
    return size;
}

static bool read_chain(decoder_t *decoder, uint32_t head, uint32_t size, uint8_t *content)
{
    uint32_t index = 0, start = 0;
    for (uint32_t room; (room = decoder->block_size - header_size(index)) < size - start; index++) {
        start += room;
    }
    uint32_t block = head, end = size;
    for (;;) {
        if (block >= decoder->block_count) {
            return bad(decoder, "a data block outside the image", block);
        }
        const uint8_t *data = block_at(decoder, block);
        memcpy(content + start, data + header_size(index), end - start);
        if (index == 0) {
            return true;
        }
        block = little(data);
        index--;
        end = start;
        start -= decoder->block_size - header_size(index);
    }
}

static bool read_content(decoder_t *decoder, const entry_t *source, tree_entry_t *entry)
{
    uint32_t size = source->structure.size;
    const uint8_t *data = source->structure.data;
    if (source->struct_type == 0x202) {
        if (size < 8) {
            return bad(decoder, "a file structure of the wrong size", size);
        }
        size = little(data + 4);
        if (size > decoder->block_size * decoder->block_count) {
            return bad(decoder, "a file larger than the image", size);
        }
    } else if (source->struct_type != 0x201) {
        return bad(decoder, "a file with a structure of type", source->struct_type);
    }
    entry->bytes = malloc(size == 0 ? 1 : size);
    if (entry->bytes == NULL) {
        abort();
    }
    entry->versions[0].size = size;
    if (source->struct_type == 0x201) {
        memcpy(entry->bytes, data, size);
    } else if (size > 0 && !read_chain(decoder, little(data), size, entry->bytes)) {
        return false;
    }
    entry->versions[0].hash = hash_bytes(HASH_START, entry->bytes, size);
    return true;
}

/* -- Tree ---------------------------------------------------------------------------------------------- */

static bool copy_attributes(decoder_t *decoder, const entry_t *source, tree_entry_t *entry)
{
    for (unsigned i = 0; i < TREE_ATTRIBUTES; i++) {
        const bytes_t *bytes = &source->attributes[i];
        if (bytes->data == NULL) {
            continue;
        }
        if (bytes->size > TREE_ATTRIBUTE_SIZE) {
            return bad(decoder, "an attribute larger than the tests'", bytes->size);
        }
        entry->attributes[i].present = true;
        entry->attributes[i].size = (uint8_t)bytes->size;
        memcpy(entry->attributes[i].bytes, bytes->data, bytes->size);
    }
    return true;
}

static bool walk(decoder_t *decoder, const uint32_t *pair, const char *path, unsigned depth);

static bool walk_entry(decoder_t *decoder, const entry_t *source, const char *parent, unsigned depth)
{
    char path[TREE_PATH];
    int length = snprintf(path, sizeof path, "%s/%.*s", parent, (int)source->name.size,
                          (const char *)source->name.data);
    if (length < 0 || (size_t)length >= sizeof path || !source->structured) {
        return bad(decoder, "an entry without a structure, or a path too long", (uint32_t)length);
    }
    bool directory = source->name_type == 2;
    tree_entry_t *entry = tree_add(decoder->tree, path, directory ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE);
    if (entry == NULL) {
        return bad(decoder, "too many entries", decoder->tree->count);
    }
    if (!copy_attributes(decoder, source, entry)) {
        return false;
    }
    if (!directory) {
        return read_content(decoder, source, entry);
    }
    if (source->structure.size < 8 || depth == DEPTH_MAX) {
        return bad(decoder, "a directory structure of the wrong size, or too deep", source->structure.size);
    }
    const uint32_t child[2] = {little(source->structure.data), little(source->structure.data + 4)};
    return walk(decoder, child, path, depth + 1);
}

/* Does a directory's names come in the order of the format: bytewise, and the longer first? */
static bool in_order(const bytes_t *first, const bytes_t *second)
{
    uint32_t common = first->size < second->size ? first->size : second->size;
    int order = memcmp(first->data, second->data, common);
    return order != 0 ? order < 0 : first->size > second->size;
}

static bool walk(decoder_t *decoder, const uint32_t *pair, const char *path, unsigned depth)
{
    metadata_t *metadata = malloc(sizeof *metadata);
    uint32_t here[2] = {pair[0], pair[1]};
    bytes_t previous = {NULL, 0};
    bool right = true, more = true;
    for (uint32_t i = 0; right && more; i++) {
        right = i < decoder->block_count || bad(decoder, "a directory without an end", i);
        right = right && fetch(decoder, here, metadata);
        bool moving = (decoder->state[0] >> 20 & 0x7ff) == 0x4ff &&
                      (decoder->state[1] == here[0] || decoder->state[1] == here[1] ||
                       decoder->state[2] == here[0] || decoder->state[2] == here[1]);
        for (unsigned k = 0; right && k < metadata->count; k++) {
            const entry_t *entry = &metadata->entries[k];
            if (!entry->named || entry->name_type >= 0x80) {
                continue;
            }
            right = previous.data == NULL || in_order(&previous, &entry->name) ||
                    bad(decoder, "names out of order in the pair of block", here[0]);
            previous = entry->name;
            bool moved = moving && k == (decoder->state[0] >> 10 & 0x3ff);
            right = right && (moved || walk_entry(decoder, entry, path, depth));
        }
        more = metadata->has_tail && metadata->hard_tail;
        memcpy(here, metadata->tail, sizeof here);
    }
    free(metadata);
    return right;
}

/* Follows the list of all pairs: finds the root, sums up the global state. */
static bool load(decoder_t *decoder, metadata_t *metadata, uint32_t *root)
{
    uint32_t pair[2] = {0, 1};
    bool found = false;
    for (uint32_t i = 0;; i++) {
        if (i == decoder->block_count) {
            return bad(decoder, "the list of pairs has no end", i);
        }
        if (!fetch(decoder, pair, metadata)) {
            return false;
        }
        const entry_t *first = &metadata->entries[0];
        if (metadata->count > 0 && first->named && first->name_type == 0xff && first->name.size == 8 &&
            memcmp(first->name.data, "littlefs", 8) == 0) {
            found = true;
            memcpy(root, pair, sizeof pair);
            memset(decoder->tree->entries[0].attributes, 0, sizeof decoder->tree->entries[0].attributes);
            if (first->structure.size < 24 || little(first->structure.data + 4) != decoder->block_size) {
                return bad(decoder, "a superblock of another geometry", first->structure.size);
            }
            if (!copy_attributes(decoder, first, &decoder->tree->entries[0])) {
                return false;
            }
        }
        for (unsigned k = 0; k < 3; k++) {
            decoder->state[k] ^= metadata->state[k];
        }
        if (!metadata->has_tail || metadata->tail[0] == NONE || metadata->tail[1] == NONE) {
            return found || bad(decoder, "no superblock", 0);
        }
        memcpy(pair, metadata->tail, sizeof pair);
    }
}

bool decoder_read(const uint8_t *image, size_t size, uint32_t block_size, tree_t *tree, char *why,
                  size_t why_size)
{
    decoder_t decoder = {.image = image,
                         .block_size = block_size,
                         .block_count = (uint32_t)(size / block_size),
                         .tree = tree,
                         .why = why,
                         .why_size = why_size};
    metadata_t *metadata = malloc(sizeof *metadata);
    uint32_t root[2];
    tree_free(tree);
    (void)tree_add(tree, "/", MCUFS_TYPE_DIRECTORY);
    bool right = load(&decoder, metadata, root) && walk(&decoder, root, "", 0);
    free(metadata);
    tree_sort(tree);
    return right;
}
