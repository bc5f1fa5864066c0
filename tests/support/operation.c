/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Printing operations and building scripts. */

#include "operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/types.h>

static const char *const kind_names[OPERATION_KINDS] = {
    "open",    "close",   "read",     "write", "seek",   "truncate",      "sync",
    "mkdir",   "remove",  "unlink",   "rmdir", "rename", "set_attribute", "remove_attribute",
    "opendir", "readdir", "closedir", "stat",  "gc",     "remount",       "verify"};

void operation_print(const operation_t *operation, char *text, size_t size)
{
    const char *name = kind_names[operation->kind];
    switch (operation->kind) {
    case OPERATION_OPEN:
        snprintf(text, size, "open slot %u %s flags 0x%lx", (unsigned)operation->slot, operation->path,
                 (unsigned long)operation->flags);
        break;
    case OPERATION_READ:
    case OPERATION_WRITE:
    case OPERATION_TRUNCATE:
        snprintf(text, size, "%s slot %u size %lu", name, (unsigned)operation->slot,
                 (unsigned long)operation->size);
        break;
    case OPERATION_SEEK:
        snprintf(text, size, "seek slot %u offset %ld whence %d", (unsigned)operation->slot,
                 (long)operation->offset, operation->whence);
        break;
    case OPERATION_CLOSE:
    case OPERATION_SYNC:
    case OPERATION_READDIR:
    case OPERATION_CLOSEDIR:
        snprintf(text, size, "%s slot %u", name, (unsigned)operation->slot);
        break;
    case OPERATION_RENAME:
        snprintf(text, size, "rename %s %s", operation->path, operation->to);
        break;
    case OPERATION_SET_ATTRIBUTE:
        snprintf(text, size, "set_attribute %s number %u size %lu", operation->path,
                 (unsigned)operation->attribute, (unsigned long)operation->size);
        break;
    case OPERATION_OPENDIR:
        snprintf(text, size, "opendir slot %u %s", (unsigned)operation->slot, operation->path);
        break;
    default:
        snprintf(text, size, "%s %s", name, operation->path);
        break;
    }
}

void script_free(script_t *script)
{
    free(script->operations);
    script->operations = NULL;
    script->count = script->capacity = 0;
}

operation_t *script_add(script_t *script, operation_kind_t kind)
{
    if (script->count == script->capacity) {
        script->capacity = script->capacity == 0 ? 16 : script->capacity * 2;
        script->operations = realloc(script->operations, script->capacity * sizeof *script->operations);
        if (script->operations == NULL) {
            abort();
        }
    }
    operation_t *operation = &script->operations[script->count];
    memset(operation, 0, sizeof *operation);
    operation->kind = kind;
    operation->seed = 1000 + script->count++;
    return operation;
}

static void set_path(char *to, const char *path)
{
    snprintf(to, OPERATION_PATH, "%s", path);
}

void script_open(script_t *script, unsigned slot, const char *path, uint32_t flags)
{
    operation_t *operation = script_add(script, OPERATION_OPEN);
    operation->slot = (uint8_t)slot;
    operation->flags = flags;
    set_path(operation->path, path);
}

void script_close(script_t *script, unsigned slot)
{
    script_add(script, OPERATION_CLOSE)->slot = (uint8_t)slot;
}

void script_sync(script_t *script, unsigned slot)
{
    script_add(script, OPERATION_SYNC)->slot = (uint8_t)slot;
}

void script_write(script_t *script, unsigned slot, uint32_t size)
{
    operation_t *operation = script_add(script, OPERATION_WRITE);
    operation->slot = (uint8_t)slot;
    operation->size = size;
}

void script_seek(script_t *script, unsigned slot, int64_t offset)
{
    operation_t *operation = script_add(script, OPERATION_SEEK);
    operation->slot = (uint8_t)slot;
    operation->offset = offset;
    operation->whence = MCUFS_SEEK_SET;
}

void script_truncate(script_t *script, unsigned slot, uint32_t size)
{
    operation_t *operation = script_add(script, OPERATION_TRUNCATE);
    operation->slot = (uint8_t)slot;
    operation->size = size;
}

void script_path(script_t *script, operation_kind_t kind, const char *path)
{
    set_path(script_add(script, kind)->path, path);
}

void script_rename(script_t *script, const char *from, const char *to)
{
    operation_t *operation = script_add(script, OPERATION_RENAME);
    set_path(operation->path, from);
    set_path(operation->to, to);
}

void script_attribute(script_t *script, const char *path, unsigned attribute, uint32_t size)
{
    operation_t *operation = script_add(script, OPERATION_SET_ATTRIBUTE);
    operation->attribute = (uint8_t)attribute;
    operation->size = size;
    set_path(operation->path, path);
}

void script_file(script_t *script, const char *path, uint32_t size)
{
    script_open(script, 0, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    if (size > 0) {
        script_write(script, 0, size);
    }
    script_close(script, 0);
}

void script_append(script_t *script, const char *path, uint32_t size)
{
    script_open(script, 0, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
    script_write(script, 0, size);
    script_close(script, 0);
}
