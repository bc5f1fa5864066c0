/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Walks a directory tree of a mounted image. */

#include "walk.h"

#include <stdlib.h>
#include <string.h>

bool is_safe_name(const char *name)
{
    return name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strchr(name, '/') == NULL;
}

/* -- One directory -------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    const mcufs_dirent_t *first = a, *second = b;
    return strcmp(first->name, second->name);
}

static int list_add(list_t *list, size_t *room, const mcufs_dirent_t *entry)
{
    if (list->count == *room) {
        size_t larger = *room == 0 ? 16 : *room * 2;
        mcufs_dirent_t *entries = realloc(list->entries, larger * sizeof *entries);
        if (entries == NULL) {
            return MCUFS_ENOMEM;
        }
        list->entries = entries;
        *room = larger;
    }
    list->entries[list->count++] = *entry;
    return 0;
}

int list_read(mcufs_t *fs, const char *path, size_t entries_max, list_t *list)
{
    mcufs_dir_t *directory = malloc(sizeof *directory);
    size_t room = 0;
    list->entries = NULL;
    list->count = 0;
    if (directory == NULL) {
        return MCUFS_ENOMEM;
    }
    int error = mcufs_opendir(fs, directory, path);
    if (error == 0) {
        mcufs_dirent_t entry;
        int more = mcufs_readdir(directory, &entry);
        while (more == 1 && error == 0) {
            error = entries_max != 0 && list->count >= entries_max ? MCUFS_ECORRUPT
                                                                   : list_add(list, &room, &entry);
            more = mcufs_readdir(directory, &entry);
        }
        int closed = mcufs_closedir(directory);
        error = error != 0 ? error : more < 0 ? more : closed;
    }
    free(directory);
    if (error != 0) {
        list_free(list);
    } else if (list->count > 1) {
        qsort(list->entries, list->count, sizeof *list->entries, compare_names);
    }
    return error;
}

void list_free(list_t *list)
{
    free(list->entries);
    list->entries = NULL;
    list->count = 0;
}

/* -- The tree ------------------------------------------------------------------------------------------- */

typedef struct level {
    list_t list;
    size_t next;
    size_t path_length; /* of the directory, without what follows */
} level_t;

typedef struct walker {
    const walk_t *walk;
    uint64_t entries;
    unsigned depth; /* levels in use */
    level_t levels[WALK_DEPTH_MAX];
    char path[WALK_PATH_MAX];
} walker_t;

static void report_failure(const walker_t *walker, int error)
{
    if (walker->walk->failed != NULL) {
        walker->walk->failed(walker->walk->context, walker->path, error);
    }
}

/* Goes into the directory that walker->path names. 1 when in it, 0 when it was reported and is left out, or a
 * negative number: this cannot be a sound image. */
static int enter(walker_t *walker)
{
    uint64_t limit = walker->walk->entries_max;
    if (walker->depth == WALK_DEPTH_MAX || (limit != 0 && walker->entries >= limit)) {
        return MCUFS_ECORRUPT;
    }
    level_t *level = &walker->levels[walker->depth];
    size_t left = limit == 0 ? 0 : (size_t)(limit - walker->entries);
    int error = list_read(walker->walk->fs, walker->path, left, &level->list);
    if (error != 0) {
        report_failure(walker, error);
        return 0;
    }
    level->next = 0;
    level->path_length = strlen(walker->path);
    walker->entries += level->list.count;
    walker->depth++;
    return 1;
}

/* Makes walker->path name an entry of the current directory. */
static bool append_name(walker_t *walker, const level_t *level, const char *name)
{
    size_t length = level->path_length;
    size_t name_length = strlen(name);
    if (length + 1 + name_length + 1 > sizeof walker->path) {
        return false;
    }
    if (length == 0 || walker->path[length - 1] != '/') {
        walker->path[length++] = '/';
    }
    memcpy(walker->path + length, name, name_length + 1);
    return true;
}

static int visit(walker_t *walker, walk_event_t event, const level_t *level, size_t index)
{
    const mcufs_dirent_t *found = &level->list.entries[index];
    walk_entry_t entry = {
        .path = walker->path,
        .name = found->name,
        .depth = (unsigned)(level - walker->levels),
        .last = index + 1 == level->list.count,
        .stat = found->stat,
    };
    return walker->walk->visit(walker->walk->context, event, &entry);
}

/* Leaves the current directory, and tells so for all but the first. */
static int leave(walker_t *walker)
{
    level_t *level = &walker->levels[--walker->depth];
    walker->path[level->path_length] = '\0';
    list_free(&level->list);
    if (walker->depth == 0) {
        return 0;
    }
    const level_t *parent = &walker->levels[walker->depth - 1];
    return visit(walker, WALK_DIRECTORY_END, parent, parent->next - 1);
}

static int step(walker_t *walker)
{
    level_t *level = &walker->levels[walker->depth - 1];
    if (level->next == level->list.count) {
        return leave(walker);
    }
    size_t index = level->next++;
    const mcufs_dirent_t *found = &level->list.entries[index];
    if (!append_name(walker, level, found->name)) {
        walker->path[level->path_length] = '\0';
        report_failure(walker, MCUFS_ENAMETOOLONG);
        return 0;
    }
    if (found->stat.type != MCUFS_TYPE_DIRECTORY) {
        int result = visit(walker, WALK_FILE, level, index);
        return result < 0 ? result : 0;
    }
    int result = visit(walker, WALK_DIRECTORY, level, index);
    if (result != WALK_GO_ON) {
        return result < 0 ? result : 0;
    }
    if (!is_safe_name(found->name)) {
        /* The path would lead elsewhere. */
        report_failure(walker, MCUFS_ECORRUPT);
        return 0;
    }
    result = enter(walker);
    if (result == 0) {
        result = visit(walker, WALK_DIRECTORY_END, level, index);
    }
    return result < 0 ? result : 0;
}

int walk_tree(const walk_t *walk, const char *path)
{
    walker_t *walker = calloc(1, sizeof *walker);
    int result = 0;
    if (walker == NULL) {
        return MCUFS_ENOMEM;
    }
    walker->walk = walk;
    if (strlen(path) + 1 > sizeof walker->path) {
        free(walker);
        return MCUFS_ENAMETOOLONG;
    }
    memcpy(walker->path, path, strlen(path) + 1);
    result = enter(walker);
    while (walker->depth > 0 && result >= 0) {
        result = step(walker);
    }
    while (walker->depth > 0) {
        list_free(&walker->levels[--walker->depth].list);
    }
    free(walker);
    return result < 0 ? result : 0;
}
