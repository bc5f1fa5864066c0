/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The model's state: nodes, content, handles, walks. What operations should answer is in predict.c. */

#include "model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dice.h"

static void free_node(model_node_t *node)
{
    free(node->bytes);
    free(node->mixed);
    memset(node, 0, sizeof *node);
}

void model_reset(model_t *model)
{
    for (unsigned i = 0; i < MODEL_NODES; i++) {
        free_node(&model->nodes[i]);
    }
    memset(model->handles, 0, sizeof model->handles);
    for (unsigned i = 0; i < OPERATION_DIRECTORIES; i++) {
        model->walks[i].open = false;
    }
    model->nodes[0].used = model->nodes[0].linked = true;
    model->nodes[0].type = MCUFS_TYPE_DIRECTORY;
    model->nodes[0].version_count = 1;
}

/* Takes a copy of `count` times mixed_size bytes. */
static void set_mixed(model_node_t *node, const uint8_t *from, unsigned count)
{
    size_t size = (size_t)count * node->mixed_size;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        abort();
    }
    if (size > 0) {
        memcpy(copy, from, size);
    }
    free(node->mixed);
    node->mixed = copy;
    node->mixed_count = count;
}

void model_copy(model_t *to, const model_t *from)
{
    model_reset(to);
    *to = *from;
    for (unsigned i = 0; i < MODEL_NODES; i++) {
        model_node_t *node = &to->nodes[i];
        if (node->bytes != NULL) {
            node->bytes = malloc(node->capacity);
            if (node->bytes == NULL) {
                abort();
            }
            memcpy(node->bytes, from->nodes[i].bytes, node->size);
        }
        if (node->mixed != NULL) {
            node->mixed = NULL;
            set_mixed(node, from->nodes[i].mixed, node->mixed_count);
        }
    }
}

static bool is_child(const model_t *model, int node, int parent)
{
    return node != 0 && model->nodes[node].used && model->nodes[node].linked &&
           model->nodes[node].parent == parent;
}

static int find_child(const model_t *model, int parent, const char *name, size_t length)
{
    for (int i = 1; i < MODEL_NODES; i++) {
        if (is_child(model, i, parent) && strlen(model->nodes[i].name) == length &&
            memcmp(model->nodes[i].name, name, length) == 0) {
            return i;
        }
    }
    return MCUFS_ENOENT;
}

int model_find(const model_t *model, const char *path)
{
    int node = 0;
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length > 0) {
            if (model->nodes[node].type != MCUFS_TYPE_DIRECTORY) {
                return MCUFS_ENOTDIR;
            }
            node = find_child(model, node, path, length);
            if (node < 0) {
                return node;
            }
        }
        path += length + (path[length] == '/');
    }
    return node;
}

static const char *leaf_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

static int find_parent(const model_t *model, const char *path)
{
    char parent[OPERATION_PATH];
    snprintf(parent, sizeof parent, "%.*s", (int)(leaf_of(path) - path), path);
    int node = model_find(model, parent);
    return node >= 0 && model->nodes[node].type != MCUFS_TYPE_DIRECTORY ? MCUFS_ENOTDIR : node;
}

void model_path(const model_t *model, int node, char *path, size_t size)
{
    if (node == 0) {
        snprintf(path, size, "/");
        return;
    }
    int chain[16], depth = 0;
    for (; node != 0 && depth < 16; node = model->nodes[node].parent) {
        chain[depth++] = node;
    }
    size_t used = 0;
    while (depth > 0 && used < size) {
        used += (size_t)snprintf(path + used, size - used, "/%s", model->nodes[chain[--depth]].name);
    }
}

bool model_is_empty(const model_t *model, int node)
{
    for (int i = 1; i < MODEL_NODES; i++) {
        if (is_child(model, i, node)) {
            return false;
        }
    }
    return true;
}

static tree_version_t live_version(const model_node_t *node)
{
    return (tree_version_t){node->size, hash_bytes(HASH_START, node->bytes, node->size)};
}

void model_view(const model_t *model, bool durable, tree_t *view)
{
    tree_free(view);
    for (int i = 0; i < MODEL_NODES; i++) {
        const model_node_t *node = &model->nodes[i];
        if (!node->used || !node->linked) {
            continue;
        }
        char path[TREE_PATH];
        model_path(model, i, path, sizeof path);
        tree_entry_t *entry = tree_add(view, path, node->type);
        memcpy(entry->attributes, node->attributes, sizeof entry->attributes);
        entry->optional = durable && node->fleeting;
        if (durable || !node->dirty) {
            entry->version_count = node->version_count;
            memcpy(entry->versions, node->versions, sizeof entry->versions);
            if (node->mixed != NULL && node->versions[0].size == node->mixed_size && node->dirty) {
                tree_entry_t source = *entry;
                source.mixed = node->mixed;
                source.mixed_count = node->mixed_count;
                tree_copy_mixed(entry, &source);
            }
        } else {
            entry->versions[0] = live_version(node);
        }
    }
    tree_sort(view);
}

static void resize_content(model_node_t *node, uint32_t size)
{
    if (size > node->capacity) {
        node->capacity = size < 256 ? 256 : size + size / 2;
        node->bytes = realloc(node->bytes, node->capacity);
        if (node->bytes == NULL) {
            abort();
        }
    }
    if (size > node->size) {
        memset(node->bytes + node->size, 0, size - node->size);
    }
    node->size = size;
}

static void set_durable(model_node_t *node)
{
    node->version_count = 1;
    node->versions[0] = live_version(node);
    node->dirty = node->fleeting = false;
    node->mixed_size = node->size;
    set_mixed(node, node->bytes, 1);
}

/* The content has changed in place; what was there before may still be, byte by byte. */
static void mix(model_node_t *node)
{
    enum { MOST = 100 };
    size_t size = node->mixed_size;
    if (node->mixed_count == MOST) { /* forget the oldest but one */
        memmove(node->mixed + size, node->mixed + 2 * size, (MOST - 2) * size);
        node->mixed_count--;
    }
    uint8_t *rows = realloc(node->mixed, (node->mixed_count + 1) * size + 1);
    if (rows == NULL) {
        abort();
    }
    node->mixed = rows;
    uint8_t *row = rows + node->mixed_count++ * size;
    for (size_t i = 0; i < size; i++) {
        row[i] = i < node->size ? node->bytes[i] : rows[i];
    }
}

/* The live content may have become durable, nobody knows. */
static void maybe_durable(model_node_t *node)
{
    if (!node->dirty) {
        return;
    }
    tree_version_t live = live_version(node);
    for (unsigned i = 0; i < node->version_count; i++) {
        if (node->versions[i].size == live.size && node->versions[i].hash == live.hash) {
            return;
        }
    }
    if (node->version_count == TREE_VERSIONS) { /* forget the oldest but one */
        memmove(&node->versions[1], &node->versions[2], (TREE_VERSIONS - 2) * sizeof node->versions[0]);
        node->version_count--;
    }
    node->versions[node->version_count++] = live;
}

static int new_node(model_t *model, int parent, const char *name, uint8_t type)
{
    int i = 1;
    while (i < MODEL_NODES && model->nodes[i].used) {
        i++;
    }
    if (i == MODEL_NODES || strlen(name) >= MODEL_NAME) {
        fprintf(stderr, "model: too many nodes, or a name too long: %s\n", name);
        abort();
    }
    model_node_t *node = &model->nodes[i];
    memset(node, 0, sizeof *node);
    node->used = node->linked = true;
    node->type = type;
    node->parent = parent;
    strcpy(node->name, name);
    set_durable(node);
    return i;
}

void model_adopt(model_t *model, const tree_t *captured)
{
    model_reset(model);
    for (unsigned i = 0; i < captured->count; i++) {
        const tree_entry_t *entry = &captured->entries[i];
        int node = 0;
        if (strcmp(entry->path, "/") != 0) { /* sorted: the parent came before */
            char parent[TREE_PATH];
            snprintf(parent, sizeof parent, "%.*s", (int)(leaf_of(entry->path) - entry->path), entry->path);
            node = new_node(model, model_find(model, parent), leaf_of(entry->path), entry->type);
        }
        memcpy(model->nodes[node].attributes, entry->attributes, sizeof entry->attributes);
        if (entry->bytes != NULL && entry->versions[0].size > 0) {
            resize_content(&model->nodes[node], entry->versions[0].size);
            memcpy(model->nodes[node].bytes, entry->bytes, entry->versions[0].size);
            set_durable(&model->nodes[node]);
        }
    }
}

/* -- Walks -------------------------------------------------------------------------------------------- */

static void walk_add_name(model_walk_t *walk, const char *name)
{
    if (walk->name_count < MODEL_WALK_NAMES) {
        strcpy(walk->names[walk->name_count++], name);
    }
}

/* A node got a name in a directory, or lost one: open walks no longer insist on it. */
static void node_touched(model_t *model, int node)
{
    for (unsigned i = 0; i < OPERATION_DIRECTORIES; i++) {
        model_walk_t *walk = &model->walks[i];
        if (!walk->open) {
            continue;
        }
        walk->expected[node] = false;
        if (is_child(model, node, walk->node)) {
            walk_add_name(walk, model->nodes[node].name);
        }
    }
}

static void walk_open(model_t *model, unsigned slot, int directory)
{
    model_walk_t *walk = &model->walks[slot];
    memset(walk, 0, sizeof *walk);
    walk->open = true;
    walk->node = directory;
    for (int i = 1; i < MODEL_NODES; i++) {
        if (is_child(model, i, directory)) {
            walk->expected[i] = true;
            walk_add_name(walk, model->nodes[i].name);
        }
    }
}

const char *model_walk_returned(model_t *model, unsigned slot, const char *name)
{
    model_walk_t *walk = &model->walks[slot];
    if (name == NULL) {
        for (int i = 1; i < MODEL_NODES; i++) {
            if (!walk->removed && walk->expected[i] && walk->returned[i] != 1) {
                return "readdir left out an entry that was there all the time";
            }
        }
        return NULL;
    }
    if (walk->removed) {
        return "readdir found an entry in a removed directory";
    }
    for (int i = 1; i < MODEL_NODES; i++) {
        if (walk->expected[i] && strcmp(model->nodes[i].name, name) == 0) {
            return ++walk->returned[i] > 1 ? "readdir returned an entry twice" : NULL;
        }
    }
    for (unsigned i = 0; i < walk->name_count; i++) {
        if (strcmp(walk->names[i], name) == 0) {
            return NULL;
        }
    }
    return "readdir returned a name that never was there";
}

/* -- Changes ------------------------------------------------------------------------------------------ */

static void release_if_unused(model_t *model, int node)
{
    if (!model->nodes[node].linked && model->nodes[node].handles == 0) {
        free_node(&model->nodes[node]);
    }
}

static void unlink_node(model_t *model, int node)
{
    model->nodes[node].linked = false;
    node_touched(model, node);
    for (unsigned i = 0; i < OPERATION_DIRECTORIES; i++) {
        if (model->walks[i].open && model->walks[i].node == node) {
            model->walks[i].removed = true;
            model->walks[i].node = -1;
        }
    }
    release_if_unused(model, node);
}

static void make_dirty(model_t *model, unsigned slot)
{
    model_node_t *node = &model->nodes[model->handles[slot].node];
    model->handles[slot].wrote = true;
    node->dirty = true;
    if (model->in_place) {
        mix(node);
    }
}

/* A creation never stays behind what is done with names later. */
static void settle_creations(model_t *model)
{
    for (int i = 0; i < MODEL_NODES; i++) {
        model->nodes[i].fleeting = false;
    }
}

static void apply_open(model_t *model, const operation_t *operation)
{
    int node = model_find(model, operation->path);
    if (node < 0) {
        node =
            new_node(model, find_parent(model, operation->path), leaf_of(operation->path), MCUFS_TYPE_FILE);
        node_touched(model, node);
        model->nodes[node].fleeting =
            model->in_place || (model->creates_late && (operation->flags & MCUFS_O_WRONLY) != 0);
    }
    model_handle_t *handle = &model->handles[operation->slot];
    *handle = (model_handle_t){.open = true, .node = node, .flags = operation->flags};
    model->nodes[node].handles++;
    if ((operation->flags & MCUFS_O_TRUNC) != 0 && model->nodes[node].size > 0) {
        resize_content(&model->nodes[node], 0);
        make_dirty(model, operation->slot);
    }
}

static void apply_sync(model_t *model, unsigned slot)
{
    model_handle_t *handle = &model->handles[slot];
    model_node_t *node = &model->nodes[handle->node];
    if ((handle->flags & MCUFS_O_WRONLY) != 0) {
        set_durable(node);
        if (node->linked) {
            settle_creations(model);
        }
    } else { /* a reader need not commit what others wrote */
        maybe_durable(node);
    }
    handle->wrote = false;
}

static void release_handle(model_t *model, unsigned slot)
{
    model_handle_t *handle = &model->handles[slot];
    handle->open = false;
    model->nodes[handle->node].handles--;
    release_if_unused(model, handle->node);
}

void model_sync_failed(model_t *model, unsigned slot)
{
    maybe_durable(&model->nodes[model->handles[slot].node]);
}

void model_close_failed(model_t *model, unsigned slot)
{
    model_sync_failed(model, slot);
    release_handle(model, slot);
}

static void apply_write(model_t *model, const operation_t *operation)
{
    model_handle_t *handle = &model->handles[operation->slot];
    model_node_t *node = &model->nodes[handle->node];
    if (operation->size == 0) {
        return;
    }
    uint32_t start = (handle->flags & MCUFS_O_APPEND) != 0 ? node->size : (uint32_t)handle->position;
    if (start + operation->size > node->size) {
        resize_content(node, start + operation->size);
    }
    dice_fill(operation->seed, node->bytes + start, operation->size);
    handle->position = (int64_t)start + operation->size;
    make_dirty(model, operation->slot);
}

static void apply_seek(model_t *model, const operation_t *operation)
{
    model_handle_t *handle = &model->handles[operation->slot];
    int64_t base = operation->whence == MCUFS_SEEK_SET   ? 0
                   : operation->whence == MCUFS_SEEK_CUR ? handle->position
                                                         : (int64_t)model->nodes[handle->node].size;
    handle->position = base + operation->offset;
}

static void apply_rename(model_t *model, const operation_t *operation)
{
    int node = model_find(model, operation->path), victim = model_find(model, operation->to);
    if (node == victim) {
        return;
    }
    int parent = find_parent(model, operation->to);
    settle_creations(model);
    if (victim >= 0) {
        unlink_node(model, victim);
    }
    node_touched(model, node);
    model->nodes[node].parent = parent;
    strcpy(model->nodes[node].name, leaf_of(operation->to));
    node_touched(model, node);
}

static void apply_set_attribute(model_t *model, const operation_t *operation)
{
    model_node_t *node = &model->nodes[model_find(model, operation->path)];
    tree_attribute_t *attribute = &node->attributes[operation->attribute];
    memset(attribute, 0, sizeof *attribute);
    if (operation->kind == OPERATION_SET_ATTRIBUTE) {
        attribute->present = true;
        attribute->size = (uint8_t)operation->size;
        dice_fill(operation->seed, attribute->bytes, operation->size);
    }
}

static void apply_read(model_t *model, const operation_t *operation)
{
    uint32_t size = 0;
    (void)model_expected_read(model, operation, &size);
    model->handles[operation->slot].position += size;
}

static void apply_mkdir(model_t *model, const operation_t *operation)
{
    int node =
        new_node(model, find_parent(model, operation->path), leaf_of(operation->path), MCUFS_TYPE_DIRECTORY);
    settle_creations(model);
    node_touched(model, node);
}

static void apply_truncate(model_t *model, const operation_t *operation)
{
    model_node_t *node = &model->nodes[model->handles[operation->slot].node];
    if (operation->size != node->size) {
        resize_content(node, operation->size);
        make_dirty(model, operation->slot);
    }
}

static bool is_about_names(const operation_t *operation)
{
    switch (operation->kind) {
    case OPERATION_CLOSE:
    case OPERATION_READ:
    case OPERATION_WRITE:
    case OPERATION_SEEK:
    case OPERATION_TRUNCATE:
    case OPERATION_SYNC:
    case OPERATION_CLOSEDIR:
        return false;
    default:
        return true;
    }
}

void model_forget(model_t *model, int node)
{
    unlink_node(model, node);
}

void model_apply(model_t *model, const operation_t *operation)
{
    if (!model->in_place && is_about_names(operation)) {
        settle_creations(model);
    }
    switch (operation->kind) {
    case OPERATION_OPEN:
        apply_open(model, operation);
        break;
    case OPERATION_CLOSE:
        apply_sync(model, operation->slot);
        release_handle(model, operation->slot);
        break;
    case OPERATION_READ:
        apply_read(model, operation);
        break;
    case OPERATION_WRITE:
        apply_write(model, operation);
        break;
    case OPERATION_SEEK:
        apply_seek(model, operation);
        break;
    case OPERATION_TRUNCATE:
        apply_truncate(model, operation);
        break;
    case OPERATION_SYNC:
        apply_sync(model, operation->slot);
        break;
    case OPERATION_MKDIR:
        apply_mkdir(model, operation);
        break;
    case OPERATION_REMOVE:
    case OPERATION_UNLINK:
    case OPERATION_RMDIR:
        settle_creations(model);
        unlink_node(model, model_find(model, operation->path));
        break;
    case OPERATION_RENAME:
        apply_rename(model, operation);
        break;
    case OPERATION_SET_ATTRIBUTE:
    case OPERATION_REMOVE_ATTRIBUTE:
        apply_set_attribute(model, operation);
        break;
    case OPERATION_OPENDIR:
        walk_open(model, operation->slot, model_find(model, operation->path));
        break;
    case OPERATION_CLOSEDIR:
        model->walks[operation->slot].open = false;
        break;
    case OPERATION_REMOUNT:
        settle_creations(model);
        break;
    default:
        break;
    }
}

const uint8_t *model_expected_read(const model_t *model, const operation_t *operation, uint32_t *size)
{
    const model_handle_t *handle = &model->handles[operation->slot];
    const model_node_t *node = &model->nodes[handle->node];
    if (handle->position >= (int64_t)node->size) {
        *size = 0;
        return node->bytes;
    }
    uint32_t left = node->size - (uint32_t)handle->position;
    *size = operation->size < left ? operation->size : left;
    return node->bytes + handle->position;
}
