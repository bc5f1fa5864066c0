/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The random operation generator. */

#include "generator.h"

#include <stdio.h>
#include <string.h>

static uint32_t at_most(uint32_t value, uint32_t limit)
{
    return value < limit ? value : limit;
}

static uint32_t at_least(uint32_t value, uint32_t limit)
{
    return value > limit ? value : limit;
}

void generator_init(generator_t *generator, const filesystem_row_t *row, const geometry_row_t *geometry,
                    uint64_t seed)
{
    uint32_t blocks = geometry->block_count, size = geometry->block_size;
    memset(generator, 0, sizeof *generator);
    generator->dice.state = seed;
    generator->handles = OPERATION_SLOTS;
    generator->directories = at_least(at_most(blocks / 12, 8), 2);
    generator->nodes = at_most(at_least(blocks / 5, 5), 40);
    if (row->node_max != 0) {
        generator->nodes = at_most(generator->nodes, row->node_max - 8);
    }
    generator->block_size = size;
    generator->blocks = blocks / 4;
    generator->write_max = at_most(size * 2, 20000);
    generator->file_max = at_most(size * (blocks / 12), 60000);
    if (row->file_max != 0) {
        generator->file_max = at_most(generator->file_max, row->file_max);
    }
    generator->attribute_max = size < 512 ? 8 : TREE_ATTRIBUTE_SIZE;
    generator->name_max = size < 512 ? 8 : 40;
    generator->attributes = row->attributes;
    generator->remounts = generator->verifies = true;
}

/* -- What is there -------------------------------------------------------------------------------------- */

static bool is_linked(const model_t *model, int node, uint8_t type)
{
    return model->nodes[node].used && model->nodes[node].linked && model->nodes[node].type == type;
}

static unsigned count_nodes(const model_t *model, uint8_t type)
{
    unsigned count = 0;
    for (int i = 1; i < MODEL_NODES; i++) {
        count += is_linked(model, i, type) ? 1 : 0;
    }
    return count;
}

static uint32_t blocks_in_use(const generator_t *generator, const model_t *model)
{
    uint32_t blocks = 0;
    for (int i = 1; i < MODEL_NODES; i++) {
        if (model->nodes[i].used && model->nodes[i].type == MCUFS_TYPE_FILE) {
            blocks += model->nodes[i].size / generator->block_size + 1;
        }
    }
    return blocks;
}

static unsigned depth_of(const model_t *model, int node)
{
    unsigned depth = 0;
    for (; node != 0; node = model->nodes[node].parent) {
        depth++;
    }
    return depth;
}

static int pick(generator_t *generator, const model_t *model, uint8_t type)
{
    unsigned left = count_nodes(model, type);
    if (left == 0) {
        return 0;
    }
    left = dice_roll(&generator->dice, left);
    for (int i = 1;; i++) {
        if (is_linked(model, i, type) && left-- == 0) {
            return i;
        }
    }
}

static int pick_directory(generator_t *generator, const model_t *model)
{
    return dice_chance(&generator->dice, 40) ? 0 : pick(generator, model, MCUFS_TYPE_DIRECTORY);
}

static void make_name(generator_t *generator, char *name)
{
    static const char *const stems[] = {"a", "ab", "abc", "b", "foo", "log", "z", "zz"};
    static const char tail[] = "_abcdefghijklmnopqrstuvwxyz_0123456789_and_more";
    dice_t *dice = &generator->dice;
    int length = snprintf(name, MODEL_NAME, "%s", stems[dice_roll(dice, 8)]);
    if (dice_chance(dice, 50)) {
        length += snprintf(name + length, MODEL_NAME - (size_t)length, "%u", (unsigned)dice_roll(dice, 12));
    }
    if (dice_chance(dice, 15) && generator->name_max > (uint32_t)length) {
        snprintf(name + length, MODEL_NAME - (size_t)length, "%.*s",
                 (int)dice_roll(dice, generator->name_max - (uint32_t)length), tail);
    }
}

/* A path of this type that exists, usually; else one that may. */
static void some_path(generator_t *generator, const model_t *model, uint8_t type, char *path)
{
    int node = pick(generator, model, type);
    if (node != 0 && dice_chance(&generator->dice, 92)) {
        model_path(model, node, path, OPERATION_PATH);
        return;
    }
    char parent[OPERATION_PATH], name[MODEL_NAME];
    /* now and then below a file, which is an error */
    node = dice_chance(&generator->dice, 10) ? pick(generator, model, MCUFS_TYPE_FILE)
                                             : pick_directory(generator, model);
    model_path(model, node, parent, 60);
    make_name(generator, name);
    snprintf(path, OPERATION_PATH, "%.60s/%s", node == 0 ? "" : parent, name);
}

static void new_path(generator_t *generator, const model_t *model, char *path)
{
    char parent[OPERATION_PATH], name[MODEL_NAME];
    int node = pick_directory(generator, model);
    if (depth_of(model, node) > 2) {
        node = 0;
    }
    model_path(model, node, parent, sizeof parent);
    make_name(generator, name);
    snprintf(path, OPERATION_PATH, "%.60s/%s", node == 0 ? "" : parent, name);
}

/* -- Operations ----------------------------------------------------------------------------------------- */

static void next_open(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    bool room =
        count_nodes(model, MCUFS_TYPE_FILE) + count_nodes(model, MCUFS_TYPE_DIRECTORY) < generator->nodes;
    operation->kind = OPERATION_OPEN;
    operation->flags = 1 + dice_roll(dice, 3);
    if (dice_chance(dice, 60)) {
        operation->flags |= MCUFS_O_WRONLY;
    }
    if ((operation->flags & MCUFS_O_WRONLY) != 0) {
        operation->flags |= dice_chance(dice, 25) ? MCUFS_O_APPEND : 0;
        operation->flags |= dice_chance(dice, 20) ? MCUFS_O_TRUNC : 0;
        if (room && dice_chance(dice, 60)) {
            operation->flags |= MCUFS_O_CREAT;
            operation->flags |= dice_chance(dice, 10) ? MCUFS_O_EXCL : 0;
        }
    }
    if ((operation->flags & MCUFS_O_CREAT) != 0 && dice_chance(dice, 60)) {
        new_path(generator, model, operation->path);
    } else {
        some_path(generator, model, dice_chance(dice, 97) ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY,
                  operation->path);
        if (!room || model_find(model, operation->path) < 0) {
            operation->flags &= ~(uint32_t)(MCUFS_O_CREAT | MCUFS_O_EXCL);
        }
    }
}

static uint32_t some_size(generator_t *generator, uint32_t limit)
{
    dice_t *dice = &generator->dice;
    switch (dice_roll(dice, 4)) {
    case 0:
        return dice_roll(dice, at_most(limit, 16) + 1);
    case 1:
        return dice_roll(dice, at_most(limit, generator->block_size / 8 + 8) + 1);
    case 2:
        return dice_roll(dice, at_most(limit, generator->block_size) + 1);
    default:
        return dice_roll(dice, limit + 1);
    }
}

static void next_write(generator_t *generator, const model_t *model, operation_t *operation)
{
    const model_handle_t *handle = &model->handles[operation->slot];
    const model_node_t *node = &model->nodes[handle->node];
    uint32_t start = (handle->flags & MCUFS_O_APPEND) != 0 ? node->size : (uint32_t)handle->position;
    uint32_t in_use = blocks_in_use(generator, model), limit = 0;
    if (in_use < generator->blocks && start < generator->file_max) {
        limit = at_most((generator->blocks - in_use) * generator->block_size, generator->file_max - start);
    } else if (start < node->size) {
        limit = node->size - start;
    }
    operation->kind = OPERATION_WRITE;
    operation->size = some_size(generator, at_most(limit, generator->write_max));
    operation->seed = dice_next(&generator->dice);
}

static void next_seek(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    const model_node_t *node = &model->nodes[model->handles[operation->slot].node];
    uint32_t reach =
        at_most(node->size + (dice_chance(dice, 20) ? generator->block_size : 0), generator->file_max);
    operation->kind = OPERATION_SEEK;
    operation->whence = (int)dice_roll(dice, 3);
    if (operation->whence == MCUFS_SEEK_SET) {
        operation->offset = dice_roll(dice, reach + 1);
    } else {
        operation->offset = (int64_t)dice_roll(dice, 41) - 36;
    }
}

static void next_truncate(generator_t *generator, const model_t *model, operation_t *operation)
{
    const model_node_t *node = &model->nodes[model->handles[operation->slot].node];
    operation->kind = OPERATION_TRUNCATE;
    operation->size = dice_roll(&generator->dice, node->size + 1);
    bool room = blocks_in_use(generator, model) + 2 < generator->blocks;
    if (room && dice_chance(&generator->dice, 25)) {
        operation->size =
            at_most(node->size + dice_roll(&generator->dice, generator->block_size), generator->file_max);
    }
}

static bool next_on_handle(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    operation->slot = (uint8_t)dice_roll(dice, generator->handles);
    if (!model->handles[operation->slot].open) {
        next_open(generator, model, operation);
        return true;
    }
    uint32_t choice = dice_roll(dice, 100);
    if (choice < 38) {
        next_write(generator, model, operation);
    } else if (choice < 52) {
        operation->kind = OPERATION_READ;
        operation->size = some_size(generator, generator->write_max);
    } else if (choice < 64) {
        next_seek(generator, model, operation);
    } else if (choice < 71) {
        next_truncate(generator, model, operation);
    } else if (choice < 82) {
        operation->kind = OPERATION_SYNC;
    } else {
        operation->kind = OPERATION_CLOSE;
    }
    return true;
}

static void next_on_walk(generator_t *generator, const model_t *model, operation_t *operation)
{
    operation->slot = (uint8_t)dice_roll(&generator->dice, OPERATION_DIRECTORIES);
    if (!model->walks[operation->slot].open) {
        operation->kind = OPERATION_OPENDIR;
        int node = pick_directory(generator, model);
        model_path(model, node, operation->path, OPERATION_PATH);
        return;
    }
    operation->kind = dice_chance(&generator->dice, 88) ? OPERATION_READDIR : OPERATION_CLOSEDIR;
}

static void next_remove(generator_t *generator, const model_t *model, operation_t *operation)
{
    static const operation_kind_t kinds[] = {OPERATION_REMOVE, OPERATION_UNLINK, OPERATION_RMDIR};
    dice_t *dice = &generator->dice;
    bool directory = dice_chance(dice, 30);
    operation->kind = kinds[dice_roll(dice, 3)];
    if (dice_chance(dice, 80)) {
        operation->kind = directory ? OPERATION_RMDIR : OPERATION_UNLINK;
    }
    some_path(generator, model, directory ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE, operation->path);
}

static void next_rename(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    uint8_t type = dice_chance(dice, 75) ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY;
    operation->kind = OPERATION_RENAME;
    some_path(generator, model, type, operation->path);
    uint32_t choice = dice_roll(dice, 10);
    if (choice < 5) {
        new_path(generator, model, operation->to);
    } else if (choice < 9) {
        some_path(generator, model, type, operation->to);
    } else { /* into itself, or something of the other type */
        char name[MODEL_NAME];
        make_name(generator, name);
        snprintf(operation->to, OPERATION_PATH, "%.60s/%s", operation->path, name);
    }
}

static void next_on_names(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    uint32_t choice = dice_roll(dice, 100);
    if (choice < 15 && count_nodes(model, MCUFS_TYPE_DIRECTORY) < generator->directories) {
        operation->kind = OPERATION_MKDIR;
        new_path(generator, model, operation->path);
    } else if (choice < 40) {
        next_remove(generator, model, operation);
    } else if (choice < 68) {
        next_rename(generator, model, operation);
    } else if (choice < 85 && generator->attributes) {
        operation->kind = dice_chance(dice, 75) ? OPERATION_SET_ATTRIBUTE : OPERATION_REMOVE_ATTRIBUTE;
        operation->attribute = (uint8_t)dice_roll(dice, TREE_ATTRIBUTES);
        operation->size = dice_roll(dice, generator->attribute_max + 1);
        operation->seed = dice_next(dice);
        some_path(generator, model, dice_chance(dice, 70) ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY,
                  operation->path);
    } else {
        operation->kind = OPERATION_STAT;
        some_path(generator, model, dice_chance(dice, 50) ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY,
                  operation->path);
    }
}

void generator_next(generator_t *generator, const model_t *model, operation_t *operation)
{
    dice_t *dice = &generator->dice;
    memset(operation, 0, sizeof *operation);
    bool crowded =
        count_nodes(model, MCUFS_TYPE_FILE) + count_nodes(model, MCUFS_TYPE_DIRECTORY) >= generator->nodes ||
        blocks_in_use(generator, model) >= generator->blocks;
    uint32_t choice = dice_roll(dice, 1000);
    if (choice < 10 && generator->remounts) {
        operation->kind = OPERATION_REMOUNT;
    } else if (choice < 30 && generator->verifies) {
        operation->kind = OPERATION_VERIFY;
    } else if (choice < 45) {
        operation->kind = OPERATION_GC;
        operation->size = 1 + dice_roll(dice, 4);
    } else if (choice < 130) {
        next_on_walk(generator, model, operation);
    } else if (crowded && choice < 300) {
        next_remove(generator, model, operation);
    } else if (choice < 420) {
        next_on_names(generator, model, operation);
    } else {
        (void)next_on_handle(generator, model, operation);
    }
}
