/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What operations should answer. Where several errors apply, any of them is right. */

#include "model.h"

#include <string.h>

static void may_fail(model_prediction_t *prediction, int error)
{
    prediction->success = false;
    prediction->errors[prediction->error_count++] = error;
}

bool model_prediction_allows(const model_prediction_t *prediction, int64_t result)
{
    if (prediction->success) {
        return result >= 0 && (prediction->value == INT64_MIN || prediction->value == result);
    }
    for (unsigned i = 0; i < prediction->error_count; i++) {
        if (prediction->errors[i] == result) {
            return true;
        }
    }
    return false;
}

/* The directory that a path's last component is in, or an error. */
static int parent_of(const model_t *model, const char *path)
{
    char parent[OPERATION_PATH];
    size_t length = (size_t)(strrchr(path, '/') - path);
    memcpy(parent, path, length);
    parent[length] = '\0';
    int node = model_find(model, parent);
    return node >= 0 && model->nodes[node].type != MCUFS_TYPE_DIRECTORY ? MCUFS_ENOTDIR : node;
}

static bool is_directory(const model_t *model, int node)
{
    return model->nodes[node].type == MCUFS_TYPE_DIRECTORY;
}

static void predict_open(const model_t *model, const operation_t *operation, model_prediction_t *prediction)
{
    int node = model_find(model, operation->path), parent = parent_of(model, operation->path);
    bool create = (operation->flags & MCUFS_O_CREAT) != 0;
    if (node >= 0) {
        if (create && (operation->flags & MCUFS_O_EXCL) != 0) {
            may_fail(prediction, MCUFS_EEXIST);
        }
        if (is_directory(model, node)) {
            may_fail(prediction, MCUFS_EISDIR);
        }
    } else if (parent < 0) {
        may_fail(prediction, parent);
    } else if (!create) {
        may_fail(prediction, node);
    }
}

static void predict_remove(const model_t *model, const operation_t *operation, model_prediction_t *prediction)
{
    int node = model_find(model, operation->path);
    if (node < 0) {
        may_fail(prediction, node);
        return;
    }
    if (!is_directory(model, node)) {
        if (operation->kind == OPERATION_RMDIR) {
            may_fail(prediction, MCUFS_ENOTDIR);
        }
        return;
    }
    if (operation->kind == OPERATION_UNLINK) {
        may_fail(prediction, MCUFS_EISDIR);
    } else if (!model_is_empty(model, node)) {
        may_fail(prediction, MCUFS_ENOTEMPTY);
    }
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

static void predict_rename(const model_t *model, const operation_t *operation, model_prediction_t *prediction)
{
    int node = model_find(model, operation->path), target = model_find(model, operation->to);
    int parent = parent_of(model, operation->to);
    if (node < 0) {
        may_fail(prediction, node);
    } else if (is_directory(model, node) && is_below(operation->to, operation->path)) {
        may_fail(prediction, MCUFS_EINVAL);
    }
    if (parent < 0) {
        may_fail(prediction, parent);
    }
    if (node < 0 || target < 0 || node == target) {
        return;
    }
    if (!is_directory(model, node) && is_directory(model, target)) {
        may_fail(prediction, MCUFS_EISDIR);
    } else if (is_directory(model, node) && !is_directory(model, target)) {
        may_fail(prediction, MCUFS_ENOTDIR);
    }
    if (is_directory(model, target) && !model_is_empty(model, target)) {
        may_fail(prediction, MCUFS_ENOTEMPTY);
    }
}

static void predict_handle(const model_t *model, const operation_t *operation, model_prediction_t *prediction)
{
    const model_handle_t *handle = &model->handles[operation->slot];
    bool reads = (handle->flags & MCUFS_O_RDONLY) != 0, writes = (handle->flags & MCUFS_O_WRONLY) != 0;
    if (!handle->open || (operation->kind == OPERATION_READ && !reads) ||
        (operation->kind == OPERATION_WRITE && !writes)) {
        may_fail(prediction, MCUFS_EBADF);
        return;
    }
    if (operation->kind == OPERATION_TRUNCATE && !writes) {
        may_fail(prediction, MCUFS_EBADF);
        may_fail(prediction, MCUFS_EINVAL);
        return;
    }
    if (operation->kind == OPERATION_READ) {
        uint32_t size = 0;
        (void)model_expected_read(model, operation, &size);
        prediction->value = size;
    } else if (operation->kind == OPERATION_WRITE) {
        prediction->value = operation->size;
    } else if (operation->kind == OPERATION_SEEK) {
        int64_t base = operation->whence == MCUFS_SEEK_SET   ? 0
                       : operation->whence == MCUFS_SEEK_CUR ? handle->position
                                                             : (int64_t)model->nodes[handle->node].size;
        prediction->value = base + operation->offset;
        if (prediction->value < 0) {
            may_fail(prediction, MCUFS_EINVAL);
        }
    }
}

/* Operations that need their path to exist. */
static void predict_existing(const model_t *model, const operation_t *operation,
                             model_prediction_t *prediction)
{
    int node = model_find(model, operation->path);
    if (node < 0) {
        may_fail(prediction, node);
    } else if (operation->kind == OPERATION_OPENDIR && !is_directory(model, node)) {
        may_fail(prediction, MCUFS_ENOTDIR);
    } else if (operation->kind == OPERATION_REMOVE_ATTRIBUTE &&
               !model->nodes[node].attributes[operation->attribute].present) {
        may_fail(prediction, MCUFS_ENODATA);
        may_fail(prediction, 0); /* littlefs answers 0 */
    }
}

static void predict_mkdir(const model_t *model, const operation_t *operation, model_prediction_t *prediction)
{
    int parent = parent_of(model, operation->path);
    if (parent < 0) {
        may_fail(prediction, parent);
    } else if (model_find(model, operation->path) >= 0) {
        may_fail(prediction, MCUFS_EEXIST);
    }
}

model_prediction_t model_predict(const model_t *model, const operation_t *operation)
{
    model_prediction_t prediction = {.success = true};
    switch (operation->kind) {
    case OPERATION_OPEN:
        predict_open(model, operation, &prediction);
        break;
    case OPERATION_CLOSE:
    case OPERATION_READ:
    case OPERATION_WRITE:
    case OPERATION_SEEK:
    case OPERATION_TRUNCATE:
    case OPERATION_SYNC:
        predict_handle(model, operation, &prediction);
        break;
    case OPERATION_MKDIR:
        predict_mkdir(model, operation, &prediction);
        break;
    case OPERATION_REMOVE:
    case OPERATION_UNLINK:
    case OPERATION_RMDIR:
        predict_remove(model, operation, &prediction);
        break;
    case OPERATION_RENAME:
        predict_rename(model, operation, &prediction);
        break;
    case OPERATION_SET_ATTRIBUTE:
    case OPERATION_REMOVE_ATTRIBUTE:
    case OPERATION_OPENDIR:
    case OPERATION_STAT:
        predict_existing(model, operation, &prediction);
        break;
    case OPERATION_READDIR:
    case OPERATION_GC:
        prediction.value = INT64_MIN;
        break;
    default:
        break;
    }
    return prediction;
}
