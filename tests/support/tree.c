/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Capturing and comparing trees. */

#include "tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dice.h"

const uint8_t tree_attribute_types[TREE_ATTRIBUTES] = {'t', 'A', 'B'};

void tree_free(tree_t *tree)
{
    for (unsigned i = 0; i < tree->count; i++) {
        free(tree->entries[i].bytes);
        free(tree->entries[i].mixed);
    }
    free(tree->entries);
    memset(tree, 0, sizeof *tree);
}

tree_entry_t *tree_add(tree_t *tree, const char *path, uint8_t type)
{
    if (tree->count == TREE_ENTRIES || strlen(path) >= TREE_PATH) {
        return NULL;
    }
    if (tree->count == tree->capacity) {
        tree->capacity = tree->capacity == 0 ? 16 : tree->capacity * 2;
        tree->entries = realloc(tree->entries, tree->capacity * sizeof *tree->entries);
        if (tree->entries == NULL) {
            abort();
        }
    }
    tree_entry_t *entry = &tree->entries[tree->count++];
    memset(entry, 0, sizeof *entry);
    strcpy(entry->path, path);
    entry->type = type;
    entry->version_count = 1;
    return entry;
}

static int compare_entries(const void *left, const void *right)
{
    return strcmp(((const tree_entry_t *)left)->path, ((const tree_entry_t *)right)->path);
}

void tree_sort(tree_t *tree)
{
    if (tree->count > 1) {
        qsort(tree->entries, tree->count, sizeof *tree->entries, compare_entries);
    }
}

typedef struct capture {
    mcufs_t *fs;
    tree_t *tree;
    bool attributes, exact_sizes;
    char *why;
    size_t why_size;
} capture_t;

static int capture_failed(const capture_t *capture, int error, const char *what, const char *path)
{
    snprintf(capture->why, capture->why_size, "%s %s: %d (%s)", what, path, error, mcufs_error_text(error));
    return error < 0 ? error : MCUFS_ECORRUPT;
}

static int capture_attributes(const capture_t *capture, tree_entry_t *entry)
{
    for (unsigned i = 0; i < TREE_ATTRIBUTES; i++) {
        tree_attribute_t *attribute = &entry->attributes[i];
        int32_t size = mcufs_get_attribute(capture->fs, entry->path, tree_attribute_types[i],
                                           attribute->bytes, TREE_ATTRIBUTE_SIZE);
        if (size == MCUFS_ENODATA) {
            continue;
        }
        if (size < 0 || size > TREE_ATTRIBUTE_SIZE) {
            return capture_failed(capture, size, "get_attribute", entry->path);
        }
        attribute->present = true;
        attribute->size = (uint8_t)size;
    }
    return 0;
}

static int read_all(const capture_t *capture, tree_entry_t *entry, mcufs_file_t *file)
{
    uint32_t capacity = 1024, size = 0;
    entry->bytes = malloc(capacity);
    for (;;) {
        if (size == capacity) {
            capacity *= 4;
            entry->bytes = realloc(entry->bytes, capacity);
        }
        int32_t count = mcufs_read(file, entry->bytes + size, capacity - size);
        if (count < 0 || (uint32_t)count > capacity - size) {
            return capture_failed(capture, count, "read", entry->path);
        }
        if (count == 0) {
            break;
        }
        size += (uint32_t)count;
    }
    entry->versions[0].size = size;
    entry->versions[0].hash = hash_bytes(HASH_START, entry->bytes, size);
    return 0;
}

static int capture_file(const capture_t *capture, tree_entry_t *entry, uint64_t listed_size)
{
    mcufs_file_t file;
    int error = mcufs_open(capture->fs, &file, entry->path, MCUFS_O_RDONLY);
    if (error != 0) {
        return capture_failed(capture, error, "open", entry->path);
    }
    error = read_all(capture, entry, &file);
    int64_t size = mcufs_size(&file);
    int closed = mcufs_close(&file);
    if (error != 0) {
        return error;
    }
    if (closed != 0) {
        return capture_failed(capture, closed, "close", entry->path);
    }
    if (size != (int64_t)entry->versions[0].size) {
        return capture_failed(capture, 0, "mcufs_size is not what read gives:", entry->path);
    }
    mcufs_stat_t stat;
    memset(&stat, 0xa5, sizeof stat);
    error = mcufs_stat(capture->fs, entry->path, &stat);
    if (error != 0) {
        return capture_failed(capture, error, "stat", entry->path);
    }
    if (stat.type != MCUFS_TYPE_FILE) {
        return capture_failed(capture, stat.type, "stat disagrees on the type of", entry->path);
    }
    if (capture->exact_sizes && (stat.size != (uint64_t)size || listed_size != (uint64_t)size)) {
        return capture_failed(capture, 0, "stat, readdir and read disagree on the size of", entry->path);
    }
    return 0;
}

static int capture_directory(const capture_t *capture, const char *path);

static int capture_entry(const capture_t *capture, const char *parent, const mcufs_dirent_t *listed)
{
    char path[TREE_PATH + MCUFS_NAME_MAX + 2];
    snprintf(path, sizeof path, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, listed->name);
    for (unsigned i = 0; i < capture->tree->count; i++) {
        if (strcmp(capture->tree->entries[i].path, path) == 0) {
            return capture_failed(capture, 0, "listed twice:", path);
        }
    }
    tree_entry_t *entry = tree_add(capture->tree, path, listed->stat.type);
    if (entry == NULL) {
        return capture_failed(capture, MCUFS_ENOMEM, "too many entries at", path);
    }
    int error = 0;
    if (capture->attributes) {
        error = capture_attributes(capture, entry);
    }
    if (error == 0 && listed->stat.type == MCUFS_TYPE_FILE) {
        error = capture_file(capture, entry, listed->stat.size);
    } else if (error == 0 && listed->stat.type == MCUFS_TYPE_DIRECTORY) {
        error = capture_directory(capture, path);
    } else if (error == 0) {
        error = capture_failed(capture, listed->stat.type, "no such type:", path);
    }
    return error;
}

static int capture_directory(const capture_t *capture, const char *path)
{
    mcufs_dir_t directory;
    int error = mcufs_opendir(capture->fs, &directory, path);
    if (error != 0) {
        return capture_failed(capture, error, "opendir", path);
    }
    for (;;) {
        mcufs_dirent_t listed;
        memset(&listed, 0xa5, sizeof listed);
        int result = mcufs_readdir(&directory, &listed);
        if (result == 0) {
            break;
        }
        if (result != 1) {
            error = capture_failed(capture, result, "readdir", path);
            break;
        }
        error = capture_entry(capture, path, &listed);
        if (error != 0) {
            break;
        }
    }
    int closed = mcufs_closedir(&directory);
    if (error == 0 && closed != 0) {
        error = capture_failed(capture, closed, "closedir", path);
    }
    return error;
}

int tree_capture(mcufs_t *fs, bool attributes, bool exact_sizes, tree_t *tree, char *why, size_t why_size)
{
    capture_t capture = {fs, tree, attributes, exact_sizes, why, why_size};
    tree_free(tree);
    tree_entry_t *root = tree_add(tree, "/", MCUFS_TYPE_DIRECTORY);
    int error = attributes ? capture_attributes(&capture, root) : 0;
    if (error == 0) {
        error = capture_directory(&capture, "/");
    }
    tree_sort(tree);
    return error;
}

static bool same_attributes(const tree_entry_t *left, const tree_entry_t *right)
{
    for (unsigned i = 0; i < TREE_ATTRIBUTES; i++) {
        const tree_attribute_t *one = &left->attributes[i], *other = &right->attributes[i];
        if (one->present != other->present ||
            (one->present &&
             (one->size != other->size || memcmp(one->bytes, other->bytes, one->size) != 0))) {
            return false;
        }
    }
    return true;
}

void tree_copy_mixed(tree_entry_t *to, const tree_entry_t *from)
{
    size_t size = (size_t)from->mixed_count * from->versions[0].size;
    to->mixed = NULL;
    to->mixed_count = 0;
    if (from->mixed == NULL || size == 0) {
        return;
    }
    to->mixed = malloc(size);
    if (to->mixed == NULL) {
        abort();
    }
    memcpy(to->mixed, from->mixed, size);
    to->mixed_count = from->mixed_count;
}

static bool mix_allowed(const tree_entry_t *actual, const tree_entry_t *allowed)
{
    uint32_t size = allowed->versions[0].size;
    if (allowed->mixed == NULL || actual->bytes == NULL || actual->versions[0].size != size) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        unsigned k = 0;
        while (k < allowed->mixed_count && allowed->mixed[(size_t)k * size + i] != actual->bytes[i]) {
            k++;
        }
        if (k == allowed->mixed_count) {
            return false;
        }
    }
    return true;
}

static bool version_allowed(const tree_entry_t *actual, const tree_entry_t *allowed)
{
    for (unsigned i = 0; i < allowed->version_count; i++) {
        if (actual->versions[0].size == allowed->versions[i].size &&
            actual->versions[0].hash == allowed->versions[i].hash) {
            return true;
        }
    }
    return mix_allowed(actual, allowed);
}

bool tree_match(const tree_t *actual, const tree_t *allowed, char *why, size_t why_size)
{
    unsigned i = 0, k = 0;
    while (i < actual->count || k < allowed->count) {
        const tree_entry_t *have = i < actual->count ? &actual->entries[i] : NULL;
        const tree_entry_t *want = k < allowed->count ? &allowed->entries[k] : NULL;
        int order = have == NULL ? 1 : want == NULL ? -1 : strcmp(have->path, want->path);
        if (order < 0) {
            snprintf(why, why_size, "%s should not exist", have->path);
            return false;
        }
        if (order > 0 && want->optional) {
            k++;
            continue;
        }
        if (order > 0) {
            snprintf(why, why_size, "%s is missing", want->path);
            return false;
        }
        if (have->type != want->type) {
            snprintf(why, why_size, "%s has type %d", have->path, have->type);
            return false;
        }
        if (have->type == MCUFS_TYPE_FILE && !version_allowed(have, want)) {
            snprintf(why, why_size, "%s has wrong content: %lu bytes, expected %lu", have->path,
                     (unsigned long)have->versions[0].size, (unsigned long)want->versions[0].size);
            return false;
        }
        if (!same_attributes(have, want)) {
            snprintf(why, why_size, "%s has wrong attributes", have->path);
            return false;
        }
        i++;
        k++;
    }
    return true;
}
