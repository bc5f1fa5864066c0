/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v1 images, made by the book (spec: littlefs-format.md part D). */

#include "builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 16, TYPE_FILE = 0x11, TYPE_DIRECTORY = 0x22, TYPE_SUPERBLOCK = 0x2e, MOVED = 0x80 };

static void store(uint8_t *to, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(word >> (8 * i));
    }
}

static uint8_t *block_at(const builder_t *builder, uint32_t block)
{
    return builder->bytes + (size_t)block * builder->block_size;
}

static void out_of_space(void)
{
    fprintf(stderr, "the image that is being built is too small\n");
    abort();
}

/* -- Blocks --------------------------------------------------------------------------------------------- */

static uint32_t take(builder_t *builder)
{
    uint32_t start = dice_roll(&builder->dice, builder->block_count);
    for (uint32_t i = 0; i < builder->block_count; i++) {
        uint32_t block = (start + i) % builder->block_count;
        if (!builder->taken[block]) {
            builder->taken[block] = true;
            return block;
        }
    }
    out_of_space();
    return 0;
}

uint32_t builder_free_blocks(const builder_t *builder)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < builder->block_count; i++) {
        count += !builder->taken[i];
    }
    return count;
}

void builder_start(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed)
{
    memset(builder, 0, sizeof *builder);
    builder->block_size = builder->log_max = block_size;
    builder->block_count = block_count;
    builder->dice.state = seed;
    builder->bytes = malloc((size_t)block_size * block_count);
    memset(builder->bytes, 0xff, (size_t)block_size * block_count);
    builder->taken = calloc(block_count, sizeof *builder->taken);
    builder->taken[0] = builder->taken[1] = true;
    builder->nodes = calloc(BUILDER_NODES, sizeof *builder->nodes);
    builder->count = 1;
    builder->nodes[0].type = TYPE_DIRECTORY;
}

void builder_free(builder_t *builder)
{
    free(builder->bytes);
    free(builder->taken);
    free(builder->nodes);
}

/* -- The tree ------------------------------------------------------------------------------------------- */

static unsigned add(builder_t *builder, unsigned parent, const char *name, uint8_t type)
{
    if (builder->count == BUILDER_NODES || strlen(name) > 255) {
        out_of_space();
    }
    builder_node_t *node = &builder->nodes[builder->count];
    snprintf(node->name, sizeof node->name, "%s", name);
    node->parent = parent;
    node->type = type;
    node->words[0] = 0xffffffff;
    return builder->count++;
}

unsigned builder_directory(builder_t *builder, unsigned parent, const char *name)
{
    return add(builder, parent, name, TYPE_DIRECTORY);
}

/* Block i > 0 begins with pointers to i - 1, i - 2, i - 4, ... as long as the power of two divides i. */
static uint32_t put_content(builder_t *builder, const uint8_t *content, uint32_t size)
{
    uint32_t *blocks = calloc(size / (builder->block_size / 2) + 2, sizeof *blocks);
    uint32_t head = 0xffffffff;
    for (uint32_t index = 0; size > 0; index++) {
        uint32_t pointers = 0;
        head = blocks[index] = take(builder);
        uint8_t *block = block_at(builder, head);
        for (uint32_t step = 1; index > 0 && index % step == 0; step *= 2) {
            store(block + 4 * (size_t)pointers++, blocks[index - step]);
            if (step == index) {
                break;
            }
        }
        uint32_t room = builder->block_size - 4 * pointers;
        uint32_t part = size < room ? size : room;
        memcpy(block + 4 * (size_t)pointers, content, part);
        content += part;
        size -= part;
    }
    free(blocks);
    return head;
}

unsigned builder_file(builder_t *builder, unsigned parent, const char *name, uint32_t size)
{
    unsigned node = add(builder, parent, name, TYPE_FILE);
    uint8_t *content = malloc(size + 1);
    dice_fill(dice_next(&builder->dice), content, size);
    builder->nodes[node].words[0] = put_content(builder, content, size);
    builder->nodes[node].words[1] = size;
    free(content);
    return node;
}

unsigned builder_move(builder_t *builder, unsigned node, unsigned parent, const char *name)
{
    unsigned arrived = add(builder, parent, name, builder->nodes[node].type);
    builder->nodes[node].moved = true;
    memcpy(builder->nodes[arrived].words, builder->nodes[node].words, sizeof builder->nodes[node].words);
    if (builder->nodes[node].type == TYPE_DIRECTORY) {
        /* Its own entries stay those of the new node; the old one only names the same pair. */
        for (unsigned i = 1; i < builder->count; i++) {
            if (builder->nodes[i].parent == node) {
                builder->nodes[i].parent = arrived;
            }
        }
        builder->nodes[node].words[1] = arrived; /* to be filled in */
    }
    return arrived;
}

/* -- Metadata ------------------------------------------------------------------------------------------- */

void builder_seal(uint8_t *block, uint32_t size)
{
    uint32_t crc = 0xffffffff;
    for (uint32_t i = 0; i + 4 < size; i++) {
        crc ^= block[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
        }
    }
    store(block + size - 4, crc);
}

static uint32_t entry_size(const builder_node_t *node)
{
    return (uint32_t)(4 + 8 + node->attribute_length + strlen(node->name));
}

static void put_entry(const builder_node_t *node, uint8_t *to)
{
    to[0] = (uint8_t)(node->type | (node->moved ? MOVED : 0));
    to[1] = 8;
    to[2] = node->attribute_length;
    to[3] = (uint8_t)strlen(node->name);
    store(to + 4, node->words[0]);
    store(to + 8, node->words[1]);
    memset(to + 12, 'a', node->attribute_length);
    memcpy(to + 12 + node->attribute_length, node->name, to[3]);
}

/* A directory on the list has pairs of its own: all but the old entry of one that moved. */
static bool has_pairs(const builder_node_t *node)
{
    return node->type == TYPE_DIRECTORY && !node->moved;
}

static bool is_in(const builder_t *builder, unsigned node, unsigned directory)
{
    return node > 0 && builder->nodes[node].parent == directory && !builder->nodes[node].orphan;
}

static void take_pair(builder_t *builder, builder_node_t *directory)
{
    if (directory->pair_count == BUILDER_PAIRS) {
        out_of_space();
    }
    directory->pairs[directory->pair_count][0] = take(builder);
    directory->pairs[directory->pair_count++][1] = take(builder);
}

static void take_pairs(builder_t *builder, unsigned directory)
{
    builder_node_t *node = &builder->nodes[directory];
    uint32_t used = HEADER + 4;
    take_pair(builder, node);
    for (unsigned i = 1; i < builder->count; i++) {
        if (!is_in(builder, i, directory)) {
            continue;
        }
        if (used + entry_size(&builder->nodes[i]) > builder->log_max) {
            take_pair(builder, node);
            used = HEADER + 4;
        }
        used += entry_size(&builder->nodes[i]);
    }
}

/* Writes both halves of a pair: `block` holds the content from its header on, `last` is where its last entry
 * begins. */
static void put_pair(builder_t *builder, const uint32_t pair[2], uint8_t *block, uint32_t size, uint32_t last,
                     bool split)
{
    unsigned half = dice_roll(&builder->dice, 2);
    uint32_t revision = (uint32_t)dice_next(&builder->dice);
    uint8_t *stale = block_at(builder, pair[1 - half]);
    builder_stale_t how = builder->stale;
    if (how == BUILDER_STALE_MIXED) {
        how = (builder_stale_t)(BUILDER_STALE_ERASED + dice_roll(&builder->dice, 4));
    }
    store(block, revision);
    store(block + 4, size | (split ? 0x80000000u : 0));
    builder_seal(block, size);
    memcpy(block_at(builder, pair[half]), block, size);
    if (how == BUILDER_STALE_GARBAGE) {
        dice_fill(revision, stale, builder->block_size);
    } else if (how == BUILDER_STALE_OLDER) {
        memcpy(stale, block, last);
        store(stale, revision - 1);
        store(stale + 4, (last + 4) | (split ? 0x80000000u : 0));
        builder_seal(stale, last + 4);
    } else if (how == BUILDER_STALE_TORN) {
        memcpy(stale, block, size - 4);
        store(stale, revision + 1);
    }
}

static void put_directory(builder_t *builder, unsigned directory, const uint32_t after[2])
{
    const builder_node_t *node = &builder->nodes[directory];
    uint8_t *block = calloc(1, builder->block_size);
    unsigned next = 1;
    for (unsigned k = 0; k < node->pair_count; k++) {
        uint32_t size = HEADER, last = HEADER;
        bool split = k + 1 < node->pair_count;
        for (; next < builder->count; next++) {
            const builder_node_t *child = &builder->nodes[next];
            if (!is_in(builder, next, directory)) {
                continue;
            }
            if (size + 4 + entry_size(child) > builder->log_max) {
                break;
            }
            last = size;
            put_entry(child, block + size);
            size += entry_size(child);
        }
        store(block + 8, split ? node->pairs[k + 1][0] : after[0]);
        store(block + 12, split ? node->pairs[k + 1][1] : after[1]);
        put_pair(builder, node->pairs[k], block, size + 4, last, split);
    }
    free(block);
}

static void put_superblock(builder_t *builder)
{
    static const uint8_t lengths[4] = {TYPE_SUPERBLOCK, 20, 0, 8};
    const uint32_t *root = builder->nodes[0].pairs[0];
    const uint32_t words[5] = {root[0], root[1], builder->block_size, builder->block_count, 0x00010001};
    uint32_t newest = dice_roll(&builder->dice, 2);
    for (uint32_t half = 0; half < 2; half++) {
        uint8_t *block = block_at(builder, half);
        store(block, 7 + (half == newest));
        store(block + 4, HEADER + 32 + 4);
        store(block + 8, root[0]);
        store(block + 12, root[1]);
        memcpy(block + 16, lengths, sizeof lengths);
        for (unsigned i = 0; i < 5; i++) {
            store(block + 20 + 4 * (size_t)i, words[i]);
        }
        memcpy(block + 40, "littlefs", 8);
        builder_seal(block, HEADER + 32 + 4);
    }
}

void builder_finish(builder_t *builder)
{
    uint32_t after[2] = {0xffffffff, 0xffffffff};
    for (unsigned i = 0; i < builder->count; i++) {
        if (has_pairs(&builder->nodes[i])) {
            take_pairs(builder, i);
            memcpy(builder->nodes[i].words, builder->nodes[i].pairs[0], sizeof builder->nodes[i].words);
        }
    }
    for (unsigned i = 1; i < builder->count; i++) {
        builder_node_t *node = &builder->nodes[i];
        if (node->type == TYPE_DIRECTORY && node->moved) {
            memcpy(node->words, builder->nodes[node->words[1]].words, sizeof node->words);
        }
    }
    for (unsigned i = builder->count; i-- > 0;) {
        if (has_pairs(&builder->nodes[i])) {
            put_directory(builder, i, after);
            memcpy(after, builder->nodes[i].pairs[0], sizeof after);
        }
    }
    put_superblock(builder);
}

void builder_sample(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed)
{
    builder_sample_with(builder, block_size, block_count, seed, BUILDER_STALE_MIXED);
}

void builder_sample_with(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed,
                         builder_stale_t stale)
{
    char name[40];
    builder_start(builder, block_size, block_count, seed);
    builder->stale = stale;
    unsigned many = builder_directory(builder, 0, "many");
    unsigned deep = builder_directory(builder, 0, "deep");
    unsigned moving = builder_directory(builder, 0, "moving");
    (void)builder_directory(builder, 0, "nothing in it");
    (void)builder_file(builder, 0, "nothing", 0);
    (void)builder_file(builder, 0, "a", 1);
    (void)builder_file(builder, 0, "ab", block_size);
    (void)builder_file(builder, 0, "abc", block_size * 5 + 3);
    builder->nodes[builder_file(builder, 0, "Z", 20)].attribute_length = 5;
    for (unsigned i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "file number %u", (i * 7 + 3) % 30);
        (void)builder_file(builder, many, name, i % 3 == 0 ? 0 : i);
    }
    for (unsigned i = 0; i < 6; i++) {
        deep = builder_directory(builder, deep, "deeper");
    }
    (void)builder_file(builder, deep, "at the bottom", 100);
    /* Three renames that a power cut interrupted: arrived, not yet, and of a directory that arrived. */
    unsigned file = builder_file(builder, moving, "old name", 30);
    (void)builder_move(builder, file, many, "new name");
    builder->nodes[builder_file(builder, moving, "about to go", 31)].moved = true;
    unsigned directory = builder_directory(builder, moving, "old directory");
    (void)builder_file(builder, directory, "inside", 32);
    (void)builder_move(builder, directory, 0, "new directory");
    builder->nodes[builder_directory(builder, 0, "")].orphan = true;
    builder_finish(builder);
}
