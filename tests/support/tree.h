/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A tree of files as plain data: captured from a mounted filesystem, or allowed by the model.
 *
 * An allowed file may have several versions (content that was never synced may or may not have arrived);
 * a captured one has exactly one, with its bytes. */

#ifndef MCUFS_TESTS_TREE_H
#define MCUFS_TESTS_TREE_H

#include <mcufs/mcufs.h>

#define TREE_ENTRIES        192
#define TREE_PATH           240
#define TREE_VERSIONS       4
#define TREE_ATTRIBUTES     3
#define TREE_ATTRIBUTE_SIZE 64

/* The attribute types that the tests use. */
extern const uint8_t tree_attribute_types[TREE_ATTRIBUTES];

typedef struct tree_attribute {
    bool present;
    uint8_t size;
    uint8_t bytes[TREE_ATTRIBUTE_SIZE];
} tree_attribute_t;

typedef struct tree_version {
    uint32_t size;
    uint64_t hash;
} tree_version_t;

typedef struct tree_entry {
    char path[TREE_PATH];
    uint8_t type;
    bool optional; /* allowed: may be missing */
    unsigned version_count;
    tree_version_t versions[TREE_VERSIONS];
    tree_attribute_t attributes[TREE_ATTRIBUTES];
    uint8_t *bytes; /* captured content, or NULL */
    /* Allowed: content of the first version's size, each byte of which is as in one of these. Or NULL. */
    uint8_t *mixed;
    unsigned mixed_count;
} tree_entry_t;

/* Zero it to start. Sorted by path once finished. */
typedef struct tree {
    unsigned count, capacity;
    tree_entry_t *entries;
} tree_t;

void tree_free(tree_t *tree);
/* A new, zeroed entry with this path, good until the next is added; NULL when there are too many or the path
 * is too long. */
tree_entry_t *tree_add(tree_t *tree, const char *path, uint8_t type);
void tree_sort(tree_t *tree);
/* Gives `to` a copy of what the content of `from` may be mixed of. */
void tree_copy_mixed(tree_entry_t *to, const tree_entry_t *from);

/* Reads everything below the root of `fs`. `exact_sizes`: sizes of stat and readdir must be those of the
 * content (they may lag behind while a file has unsynced writes). 0, or an error and a text in `why`. */
int tree_capture(mcufs_t *fs, bool attributes, bool exact_sizes, tree_t *tree, char *why, size_t why_size);

/* Is `actual` what `allowed` allows? If not, `why` says the first difference. */
bool tree_match(const tree_t *actual, const tree_t *allowed, char *why, size_t why_size);

#endif
