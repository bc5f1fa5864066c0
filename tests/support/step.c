/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One operation: predicted by the model, done through the VFS, compared; and what to make of it when it
 * failed or the power went in the middle. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dice.h"
#include "world.h"

static uint8_t *scratch(world_t *world, uint32_t size)
{
    if (size > world->scratch_size) {
        free(world->scratch);
        world->scratch = malloc(size);
        world->scratch_size = size;
        if (world->scratch == NULL) {
            abort();
        }
    }
    return world->scratch;
}

static bool wrong(world_t *world, const operation_t *operation, const char *what)
{
    char text[400];
    operation_print(operation, text, sizeof text);
    snprintf(world->why, sizeof world->why, "%.190s: %.400s", text, what);
    return false;
}

/* -- Doing -------------------------------------------------------------------------------------------- */

static int64_t do_open(world_t *world, const operation_t *operation)
{
    unsigned slot = operation->slot;
    if (world->model.handles[slot].open) {
        fprintf(stderr, "the script opens slot %u twice\n", slot);
        abort();
    }
    /* With the smallest arena there is a buffer for one writer only: the others bring their own. */
    mcufs_open_options_t options = {world->buffers[slot], world->geometry->cache_size};
    bool own = world->geometry->arena == ARENA_MINIMUM && slot > 0;
    memset(&world->files[slot], 0xa5, sizeof world->files[slot]);
    return mcufs_open_with(&world->fs, &world->files[slot], operation->path, operation->flags,
                           own ? &options : NULL);
}

static int64_t do_write(world_t *world, const operation_t *operation)
{
    uint8_t *bytes = scratch(world, operation->size + 1);
    dice_fill(operation->seed, bytes, operation->size);
    return mcufs_write(&world->files[operation->slot], bytes, operation->size);
}

static int64_t do_set_attribute(world_t *world, const operation_t *operation)
{
    uint8_t bytes[TREE_ATTRIBUTE_SIZE];
    dice_fill(operation->seed, bytes, operation->size);
    return mcufs_set_attribute(&world->fs, operation->path, tree_attribute_types[operation->attribute], bytes,
                               operation->size);
}

static int64_t do_gc(world_t *world, const operation_t *operation)
{
    int result = mcufs_gc(&world->fs, "/", operation->size);
    return result == MCUFS_ENOTSUP ? 0 : result;
}

/* Files and directories must be closed already: see step_remount. */
static int64_t do_remount(world_t *world)
{
    int error = mcufs_unmount(&world->fs, "/");
    world->mounted = false;
    return error != 0 ? error : world_mount(world, 0);
}

static int64_t do_stat(world_t *world, const operation_t *operation)
{
    mcufs_stat_t stat;
    memset(&stat, 0xa5, sizeof stat);
    int error = mcufs_stat(&world->fs, operation->path, &stat);
    if (error != 0) {
        return error;
    }
    int node = model_find(&world->model, operation->path);
    const model_node_t *expected = node < 0 ? NULL : &world->model.nodes[node];
    if (expected == NULL || stat.type != expected->type) {
        return MCUFS_ECORRUPT;
    }
    return expected->dirty || stat.size == expected->size ? 0 : MCUFS_ECORRUPT;
}

static int64_t do_operation(world_t *world, const operation_t *operation)
{
    mcufs_file_t *file = &world->files[operation->slot];
    mcufs_dir_t *directory = &world->directories[operation->slot % OPERATION_DIRECTORIES];
    switch (operation->kind) {
    case OPERATION_OPEN:
        return do_open(world, operation);
    case OPERATION_CLOSE:
        return mcufs_close(file);
    case OPERATION_READ:
        return mcufs_read(file, scratch(world, operation->size + 1), operation->size);
    case OPERATION_WRITE:
        return do_write(world, operation);
    case OPERATION_SEEK:
        return mcufs_seek(file, operation->offset, operation->whence);
    case OPERATION_TRUNCATE:
        return mcufs_truncate(file, operation->size);
    case OPERATION_SYNC:
        return mcufs_sync(file);
    case OPERATION_MKDIR:
        return mcufs_mkdir(&world->fs, operation->path);
    case OPERATION_REMOVE:
        return mcufs_remove(&world->fs, operation->path);
    case OPERATION_UNLINK:
        return mcufs_unlink(&world->fs, operation->path);
    case OPERATION_RMDIR:
        return mcufs_rmdir(&world->fs, operation->path);
    case OPERATION_RENAME:
        return mcufs_rename(&world->fs, operation->path, operation->to);
    case OPERATION_SET_ATTRIBUTE:
        return do_set_attribute(world, operation);
    case OPERATION_REMOVE_ATTRIBUTE:
        return mcufs_remove_attribute(&world->fs, operation->path,
                                      tree_attribute_types[operation->attribute]);
    case OPERATION_OPENDIR:
        return mcufs_opendir(&world->fs, directory, operation->path);
    case OPERATION_CLOSEDIR:
        return mcufs_closedir(directory);
    case OPERATION_STAT:
        return do_stat(world, operation);
    case OPERATION_GC:
        return do_gc(world, operation);
    case OPERATION_REMOUNT:
        return do_remount(world);
    default:
        return 0;
    }
}

/* -- Judging ------------------------------------------------------------------------------------------ */

static bool is_tolerated(const world_t *world, const operation_t *operation, int64_t result)
{
    /* A full volume must still let go of things. */
    bool releases = operation->kind == OPERATION_REMOVE || operation->kind == OPERATION_UNLINK ||
                    operation->kind == OPERATION_RMDIR || operation->kind == OPERATION_REMOVE_ATTRIBUTE ||
                    operation->kind == OPERATION_READ || operation->kind == OPERATION_REMOUNT;
    /* What it needs of a removed file may not have found a place on a full volume. */
    if (result == MCUFS_ECORRUPT && operation->kind == OPERATION_READ &&
        world->tolerated[0] == MCUFS_ENOSPC &&
        !world->model.nodes[world->model.handles[operation->slot].node].linked) {
        return true;
    }
    if (result >= 0 || (result == MCUFS_ENOSPC && releases && !world->may_refuse_all)) {
        return false;
    }
    for (unsigned i = 0; i < sizeof world->tolerated / sizeof world->tolerated[0]; i++) {
        if (world->tolerated[i] == result) {
            return true;
        }
    }
    return false;
}

static step_t judge_cut(world_t *world, const operation_t *operation, const model_prediction_t *prediction)
{
    bool acknowledged = model_prediction_allows(prediction, world->result);
    world->allowed_count = 0;
    if (!acknowledged || !prediction->success) {
        model_view(&world->model, true, &world->allowed[world->allowed_count++]);
    }
    if (prediction->success) {
        model_apply(&world->model, operation);
        model_view(&world->model, true, &world->allowed[world->allowed_count++]);
    }
    return STEP_CUT;
}

static const tree_entry_t *find_entry(const tree_t *tree, const char *path)
{
    for (unsigned i = 0; i < tree->count; i++) {
        if (strcmp(tree->entries[i].path, path) == 0) {
            return &tree->entries[i];
        }
    }
    return NULL;
}

/* The node's live content is what the tree shows. */
static void adopt_content(model_node_t *node, const tree_entry_t *entry)
{
    uint32_t size = entry->versions[0].size;
    if (size > node->capacity) {
        node->bytes = realloc(node->bytes, size);
        node->capacity = size;
        if (node->bytes == NULL) {
            abort();
        }
    }
    if (size > 0) {
        memcpy(node->bytes, entry->bytes, size);
    }
    node->size = size;
}

/* The tree shows one of the versions that the node may have; that one it is. */
static bool adopt_version(model_node_t *node, const tree_entry_t *entry)
{
    for (unsigned i = 0; entry != NULL && i < node->version_count; i++) {
        if (entry->versions[0].size == node->versions[i].size &&
            entry->versions[0].hash == node->versions[i].hash) {
            adopt_content(node, entry);
            return true;
        }
    }
    return false;
}

/* The last handle of a file is gone, and what it should hold could not be written by an earlier, failed
 * close. */
static bool settle_unwritten(world_t *world, const operation_t *operation, int index)
{
    model_node_t *node = &world->model.nodes[index];
    if (!node->used || !node->linked || !node->dirty || node->handles > 0) {
        return true;
    }
    char path[TREE_PATH];
    tree_t tree = {0};
    model_path(&world->model, index, path, sizeof path);
    bool right = world_capture(world, false, &tree) && adopt_version(node, find_entry(&tree, path));
    tree_free(&tree);
    return right || wrong(world, operation, "the file has neither the old nor the new content");
}

static bool judge_read(world_t *world, const operation_t *operation)
{
    uint32_t size = 0;
    const uint8_t *expected = model_expected_read(&world->model, operation, &size);
    if (size > 0 && memcmp(world->scratch, expected, size) != 0) {
        return wrong(world, operation, "read gave wrong bytes");
    }
    return true;
}

static step_t step_readdir(world_t *world, const operation_t *operation)
{
    mcufs_dirent_t entry;
    memset(&entry, 0xa5, sizeof entry);
    int result = mcufs_readdir(&world->directories[operation->slot], &entry);
    world->result = result;
    if (sim_flash_is_off(world->flash)) {
        world->allowed_count = 1;
        model_view(&world->model, true, &world->allowed[0]);
        return STEP_CUT;
    }
    if (result < 0 && is_tolerated(world, operation, result)) {
        return STEP_FAILED;
    }
    const model_walk_t *walk = &world->model.walks[operation->slot];
    if (result == MCUFS_ENOENT && walk->removed) {
        return STEP_OK;
    }
    if (result != 0 && result != 1) {
        wrong(world, operation, mcufs_error_text(result));
        return STEP_WRONG;
    }
    const char *problem =
        model_walk_returned(&world->model, operation->slot, result == 1 ? entry.name : NULL);
    if (problem != NULL) {
        char text[400];
        snprintf(text, sizeof text, "%s (%s)", problem, result == 1 ? entry.name : "end");
        wrong(world, operation, text);
        return STEP_WRONG;
    }
    return STEP_OK;
}

/* An unmount refuses open handles, so they are closed first, each as an operation of its own. */
static step_t close_all(world_t *world)
{
    step_t step = STEP_OK;
    for (uint8_t i = 0; i < OPERATION_SLOTS && step == STEP_OK; i++) {
        if (world->model.handles[i].open) {
            operation_t operation = {.kind = OPERATION_CLOSE, .slot = i};
            step = world_step(world, &operation);
            if (step == STEP_FAILED) {
                step = world_settle(world, &operation) ? STEP_OK : STEP_WRONG;
            }
        }
    }
    for (uint8_t i = 0; i < OPERATION_DIRECTORIES && step == STEP_OK; i++) {
        if (world->model.walks[i].open) {
            step = world_step(world, &(operation_t){.kind = OPERATION_CLOSEDIR, .slot = i});
        }
    }
    return step;
}

/* Reading what nobody knows proves nothing. */
static bool is_on_unknown(const world_t *world, const operation_t *operation)
{
    bool reads = operation->kind == OPERATION_READ || operation->kind == OPERATION_SEEK;
    const model_handle_t *handle = &world->model.handles[reads ? operation->slot : 0];
    return reads && handle->open && world->model.nodes[handle->node].unknown;
}

step_t world_step(world_t *world, const operation_t *operation)
{
    if (operation->kind == OPERATION_REMOUNT) {
        step_t step = close_all(world);
        if (step != STEP_OK) {
            return step;
        }
    }
    const bool about_attributes =
        operation->kind == OPERATION_SET_ATTRIBUTE || operation->kind == OPERATION_REMOVE_ATTRIBUTE;
    if (about_attributes && !world->row->attributes) {
        return STEP_OK;
    }
    world->trace[world->operations++ % WORLD_TRACE] = *operation;
    if (operation->kind == OPERATION_VERIFY) {
        return world_verify(world) ? STEP_OK : STEP_WRONG;
    }
    if (operation->kind == OPERATION_READDIR) {
        return step_readdir(world, operation);
    }
    if (is_on_unknown(world, operation)) {
        return STEP_OK;
    }
    model_prediction_t prediction = model_predict(&world->model, operation);
    world->result = do_operation(world, operation);
    if (sim_flash_is_off(world->flash)) {
        return judge_cut(world, operation, &prediction);
    }
    if (!model_prediction_allows(&prediction, world->result)) {
        if (is_tolerated(world, operation, world->result)) {
            return STEP_FAILED;
        }
        char text[200];
        snprintf(text, sizeof text, "returned %" PRId64 " (%s), expected %" PRId64, world->result,
                 world->result < 0 ? mcufs_error_text((int)world->result) : "success",
                 prediction.success ? prediction.value : prediction.errors[0]);
        wrong(world, operation, text);
        return STEP_WRONG;
    }
    if (world->result < 0 || !prediction.success) {
        return STEP_OK;
    }
    if (operation->kind == OPERATION_READ && !judge_read(world, operation)) {
        return STEP_WRONG;
    }
    int node = operation->kind == OPERATION_CLOSE ? world->model.handles[operation->slot].node : 0;
    model_apply(&world->model, operation);
    return node == 0 || settle_unwritten(world, operation, node) ? STEP_OK : STEP_WRONG;
}

step_t world_run(world_t *world, const script_t *script, size_t *position)
{
    for (; *position < script->count; (*position)++) {
        step_t step = world_step(world, &script->operations[*position]);
        if (step != STEP_OK) {
            return step;
        }
    }
    return STEP_OK;
}

/* -- After a failure ---------------------------------------------------------------------------------- */

/* A failed write may have written part of its range; nothing outside may have changed. The model takes
 * over what is there now. */
static bool settle_content(world_t *world, const operation_t *operation, const tree_t *tree)
{
    const model_handle_t *handle = &world->model.handles[operation->slot];
    model_node_t *node = &world->model.nodes[handle->node];
    char path[TREE_PATH];
    model_path(&world->model, handle->node, path, sizeof path);
    const tree_entry_t *entry = find_entry(tree, path);
    if (entry == NULL) {
        return wrong(world, operation, "the file is gone after the failure");
    }
    uint32_t start = operation->kind == OPERATION_TRUNCATE   ? operation->size
                     : (handle->flags & MCUFS_O_APPEND) != 0 ? node->size
                                                             : (uint32_t)handle->position;
    uint32_t end = operation->kind == OPERATION_TRUNCATE ? UINT32_MAX : start + operation->size;
    uint32_t largest = operation->kind == OPERATION_WRITE || operation->size > node->size
                           ? (operation->kind == OPERATION_WRITE ? end : operation->size)
                           : node->size;
    uint32_t size = entry->versions[0].size;
    if (size > (largest > node->size ? largest : node->size) ||
        (size < node->size && (operation->kind == OPERATION_WRITE || size < operation->size))) {
        return wrong(world, operation, "wrong size after the failure");
    }
    for (uint32_t i = 0; i < size; i++) {
        bool inside = i >= start && i < end;
        uint8_t before = i < node->size ? node->bytes[i] : 0;
        if (!inside && entry->bytes[i] != before) {
            return wrong(world, operation, "changed bytes that it was not asked to change, and failed");
        }
    }
    adopt_content(node, entry);
    node->dirty = true;
    return true;
}

static bool settle_position(world_t *world, const operation_t *operation)
{
    model_handle_t *handle = &world->model.handles[operation->slot];
    int64_t position = mcufs_tell(&world->files[operation->slot]);
    int64_t end = world->model.nodes[handle->node].size;
    if (position < 0 || (position > handle->position + operation->size && position > end)) {
        return wrong(world, operation, "the position is out of bounds after the failure");
    }
    handle->position = position;
    return true;
}

/* Content that another handle will still commit must not be lost without its knowing. */
static bool has_other_writer(const world_t *world, int node, unsigned slot)
{
    for (unsigned i = 0; i < OPERATION_SLOTS; i++) {
        const model_handle_t *handle = &world->model.handles[i];
        if (i != slot && handle->open && handle->node == node && (handle->flags & MCUFS_O_WRONLY) != 0) {
            return true;
        }
    }
    return false;
}

/* A failed close has released the handle: what is in the file now is either content, and stays. */
static bool settle_close(world_t *world, const operation_t *operation, const tree_t *tree)
{
    int index = world->model.handles[operation->slot].node;
    model_node_t *node = &world->model.nodes[index];
    bool may_revert = node->dirty && !has_other_writer(world, index, operation->slot);
    char path[TREE_PATH];
    model_path(&world->model, index, path, sizeof path);
    model_close_failed(&world->model, operation->slot);
    if (!may_revert || !node->used) {
        return true;
    }
    if (!node->linked) {
        node->unknown = true;
        return true;
    }
    if (node->fleeting && find_entry(tree, path) == NULL) {
        model_forget(&world->model, index);
        return true;
    }
    if (adopt_version(node, find_entry(tree, path))) {
        return true;
    }
    return wrong(world, operation, "after the failed close the file has neither the old nor the new content");
}

static bool settle_name_operation(world_t *world, const operation_t *operation, const tree_t *tree)
{
    tree_t view = {0};
    char before[150], after[150];
    model_view(&world->model, false, &view);
    bool right = tree_match(tree, &view, before, sizeof before);
    if (!right && model_predict(&world->model, operation).success) {
        model_apply(&world->model, operation);
        if (operation->kind == OPERATION_OPEN) {
            model_close_failed(&world->model, operation->slot);
        }
        model_view(&world->model, false, &view);
        right = tree_match(tree, &view, after, sizeof after);
        if (!right) {
            char text[450];
            snprintf(text, sizeof text, "failed, and is done neither wholly (%s) nor not at all (%s)", after,
                     before);
            wrong(world, operation, text);
        }
    }
    tree_free(&view);
    return right;
}

bool world_settle(world_t *world, const operation_t *operation)
{
    tree_t tree = {0};
    bool right = world_capture(world, false, &tree);
    bool linked = false;
    if (operation->kind == OPERATION_WRITE || operation->kind == OPERATION_TRUNCATE) {
        linked = world->model.nodes[world->model.handles[operation->slot].node].linked;
    }
    if (right) {
        switch (operation->kind) {
        case OPERATION_WRITE:
        case OPERATION_TRUNCATE:
            if (!linked) {
                world->model.nodes[world->model.handles[operation->slot].node].unknown = true;
            }
            right = (!linked || settle_content(world, operation, &tree)) && settle_position(world, operation);
            break;
        case OPERATION_CLOSE:
            right = settle_close(world, operation, &tree);
            break;
        case OPERATION_SYNC:
            model_sync_failed(&world->model, operation->slot);
            break;
        case OPERATION_READ:
            right = settle_position(world, operation);
            break;
        case OPERATION_REMOUNT:
            break;
        case OPERATION_READDIR:
            break;
        default:
            right = settle_name_operation(world, operation, &tree);
            break;
        }
    }
    tree_free(&tree);
    return right && (operation->kind == OPERATION_REMOUNT || world_verify(world));
}
