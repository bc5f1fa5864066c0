/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A filesystem as it should be, in memory: names, content, attributes, open handles.
 *
 * Each file has the content that its handles see now ("live") and the content that a power cut may leave
 * ("durable": usually one version, that of the last sync). Names and attributes are durable at once; but
 * where creates_late is set, a new file is not until it is synced, or something else is done with names. */

#ifndef MCUFS_TESTS_MODEL_H
#define MCUFS_TESTS_MODEL_H

#include "operation.h"
#include "tree.h"

#define MODEL_NODES      TREE_ENTRIES
#define MODEL_NAME       64
#define MODEL_WALK_NAMES 256

typedef struct model_node {
    bool used;
    bool linked;   /* has a name; else it lives only in open handles */
    bool dirty;    /* live content differs from what is known to be durable */
    bool fleeting; /* new: a power cut may leave nothing of it */
    bool unknown;  /* without a name, and a write or its last close failed: may hold anything */
    uint8_t type;
    int parent; /* index; the root is 0 and its own parent */
    char name[MODEL_NAME];
    unsigned handles;
    uint8_t *bytes; /* live content */
    uint32_t size, capacity;
    unsigned version_count;
    tree_version_t versions[TREE_VERSIONS]; /* durable content */
    /* in_place: the durable content, and the same as each write since then left it: mixed_count times
     * mixed_size bytes. A power cut may leave any mixture. */
    uint8_t *mixed;
    unsigned mixed_count;
    uint32_t mixed_size;
    tree_attribute_t attributes[TREE_ATTRIBUTES];
} model_node_t;

typedef struct model_handle {
    bool open;
    bool wrote; /* since the last sync */
    int node;
    uint32_t flags;
    int64_t position;
} model_handle_t;

/* A directory being walked: what has to come exactly once, and what may come at all. */
typedef struct model_walk {
    bool open;
    bool removed; /* the directory itself is gone */
    int node;
    bool expected[MODEL_NODES];
    unsigned returned[MODEL_NODES];
    unsigned name_count;
    char names[MODEL_WALK_NAMES][MODEL_NAME];
} model_walk_t;

typedef struct model {
    bool creates_late;
    model_node_t nodes[MODEL_NODES];
    model_handle_t handles[OPERATION_SLOTS];
    model_walk_t walks[OPERATION_DIRECTORIES];
    bool in_place; /* the weaker promises of filesystem_row_t.in_place; survives a reset */
} model_t;

/* What an operation should return. */
typedef struct model_prediction {
    bool success;  /* else one of the errors */
    int64_t value; /* on success; INT64_MIN: any that is not negative */
    unsigned error_count;
    int errors[6];
} model_prediction_t;

/* Zeroed memory is a valid model to initialise; an initialised one is emptied. */
void model_reset(model_t *model);
/* Takes over what was captured, all of it durable; no handles. */
void model_adopt(model_t *model, const tree_t *captured);

/* A deep copy; `to` must be initialised. */
void model_copy(model_t *to, const model_t *from);

model_prediction_t model_predict(const model_t *model, const operation_t *operation);
bool model_prediction_allows(const model_prediction_t *prediction, int64_t result);
/* The operation succeeded: the model follows. */
void model_apply(model_t *model, const operation_t *operation);
/* A failed close has left nothing of a new file. */
void model_forget(model_t *model, int node);
/* A close failed: the handle is gone, its unsynced content may or may not have arrived. */
void model_close_failed(model_t *model, unsigned slot);
/* A sync failed: the live content may or may not have arrived. */
void model_sync_failed(model_t *model, unsigned slot);

/* The content a handle's read should give: pointer into the model and the number of bytes. */
const uint8_t *model_expected_read(const model_t *model, const operation_t *operation, uint32_t *size);
/* readdir returned this name (NULL: the end). NULL when that is right, else what is wrong. */
const char *model_walk_returned(model_t *model, unsigned slot, const char *name);

/* Every linked entry: with live content (one version each), or all durable versions. */
void model_view(const model_t *model, bool durable, tree_t *view);

/* Node of a path, or a negative error. */
int model_find(const model_t *model, const char *path);
void model_path(const model_t *model, int node, char *path, size_t size);
bool model_is_empty(const model_t *model, int node);

#endif
