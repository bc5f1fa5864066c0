/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Writes littlefs v1 images from what the format says, sharing no code with what reads them. The independent
 * decoder of tests/oracle judges the result. */

#ifndef MCUFS_TESTS_LITTLEFS1_BUILDER_H
#define MCUFS_TESTS_LITTLEFS1_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/dice.h"

#define BUILDER_NODES 192
#define BUILDER_PAIRS 64

/* What is in the halves that do not count. */
typedef enum builder_stale {
    BUILDER_STALE_MIXED, /* any of the others */
    BUILDER_STALE_ERASED,
    BUILDER_STALE_GARBAGE,
    BUILDER_STALE_OLDER, /* whole, without the last entry */
    BUILDER_STALE_TORN   /* newer, but not whole */
} builder_stale_t;

typedef struct builder_node {
    char name[256];
    unsigned parent;
    uint8_t type;
    bool moved;  /* its entry has the flag */
    bool orphan; /* a directory on the list without an entry */
    uint8_t attribute_length;
    uint32_t words[2];
    uint32_t pairs[BUILDER_PAIRS][2]; /* of a directory */
    unsigned pair_count;
} builder_node_t;

typedef struct builder {
    uint8_t *bytes;
    uint32_t block_size, block_count;
    uint32_t log_max; /* bytes of a metadata block in use; block_size unless changed */
    builder_stale_t stale;
    dice_t dice;
    bool *taken;
    unsigned count; /* nodes; 0 is the root */
    builder_node_t *nodes;
} builder_t;

void builder_start(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed);
/* Each returns the new node. */
unsigned builder_directory(builder_t *builder, unsigned parent, const char *name);
unsigned builder_file(builder_t *builder, unsigned parent, const char *name, uint32_t size);
/* Another entry for the same content: where a rename of `node`, which gets the flag, leads to. */
unsigned builder_move(builder_t *builder, unsigned node, unsigned parent, const char *name);
uint32_t builder_free_blocks(const builder_t *builder);
/* Writes all metadata. */
void builder_finish(builder_t *builder);
/* Writes one metadata block with a right checksum. */
void builder_seal(uint8_t *block, uint32_t size);
void builder_free(builder_t *builder);

/* A tree that has a bit of everything. */
void builder_sample(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed);
void builder_sample_with(builder_t *builder, uint32_t block_size, uint32_t block_count, uint64_t seed,
                         builder_stale_t stale);

#endif
