/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The toy filesystem: names, files and handles in memory. How it gets to the device is in toybank.c. */

#include "toy_internal.h"

#include <string.h>

#include <mcufs/path.h>

const char *const toy_defect_names[TOY_DEFECTS] = {
    "sound",           "no-checksum",      "one-bank",        "lazy-sync",      "eager-write",
    "two-step-rename", "two-step-replace", "lose-attributes", "swallow-errors", "fail-twice",
    "forget-on-error", "skip-erase",       "stale-walk",      "short-gap",      "recovery-erases"};

size_t toyfs_arena_size(void)
{
    return sizeof(toy_t) + 64;
}

static int find_child(const toy_t *toy, int parent, const char *name, size_t length)
{
    for (int i = 1; i < TOY_NODES; i++) {
        const toy_node_t *node = &toy->nodes[i];
        if (node->used && node->linked && node->parent == parent && strlen(node->name) == length &&
            memcmp(node->name, name, length) == 0) {
            return i;
        }
    }
    return MCUFS_ENOENT;
}

typedef struct toy_place {
    int parent, node; /* node: MCUFS_ENOENT when only the last component is missing */
    bool directory;   /* spelled as one */
    char name[TOY_NAME];
} toy_place_t;

static int resolve(const toy_t *toy, mcufs_path_t path, toy_place_t *place)
{
    const char *name;
    size_t length;
    place->parent = place->node = 0;
    place->name[0] = '\0';
    place->directory = path.directory;
    while (mcufs_path_next(&path, &name, &length)) {
        if (place->node < 0) {
            return MCUFS_ENOENT;
        }
        if (toy->nodes[place->node].type != MCUFS_TYPE_DIRECTORY) {
            return MCUFS_ENOTDIR;
        }
        if (length >= TOY_NAME) {
            return MCUFS_ENAMETOOLONG;
        }
        place->parent = place->node;
        memcpy(place->name, name, length);
        place->name[length] = '\0';
        place->node = find_child(toy, place->parent, name, length);
    }
    place->directory = path.directory;
    if (place->node >= 0 && place->directory && toy->nodes[place->node].type != MCUFS_TYPE_DIRECTORY) {
        return MCUFS_ENOTDIR;
    }
    return 0;
}

static int resolve_existing(const toy_t *toy, mcufs_path_t path, toy_place_t *place)
{
    int error = resolve(toy, path, place);
    return error != 0 ? error : place->node < 0 ? MCUFS_ENOENT : 0;
}

static void release_if_unused(toy_node_t *node)
{
    if (!node->linked && node->handles == 0) {
        node->used = false;
    }
}

/* Writes the state; when that fails, goes back to what it was. */
static int commit_or_undo(toy_t *toy)
{
    int error = toy_commit(toy);
    if (error != 0 && toy->defect != TOY_FORGET_ON_ERROR) {
        memcpy(toy->nodes, toy->before, sizeof toy->nodes);
    }
    return toy->defect == TOY_SWALLOW_ERRORS ? 0 : error;
}

static int begin(toy_t *toy)
{
    if (toy->read_only) {
        return MCUFS_EROFS;
    }
    memcpy(toy->before, toy->nodes, sizeof toy->nodes);
    return 0;
}

static int create(toy_t *toy, const toy_place_t *place, uint8_t type)
{
    int error = begin(toy);
    if (error != 0) {
        return error;
    }
    int i = 1;
    while (i < TOY_NODES && toy->nodes[i].used) {
        i++;
    }
    if (i == TOY_NODES) {
        return MCUFS_ENOSPC;
    }
    toy_node_t *node = &toy->nodes[i];
    memset(node, 0, sizeof *node);
    node->used = node->linked = true;
    node->type = type;
    node->parent = (int16_t)place->parent;
    strcpy(node->name, place->name);
    error = commit_or_undo(toy);
    return error != 0 ? error : i;
}

/* -- Files -------------------------------------------------------------------------------------------- */

static int toy_open(void *volume, void *file, mcufs_path_t path, uint32_t flags,
                    const mcufs_open_options_t *options)
{
    (void)options;
    toy_t *toy = volume;
    toy_file_t *handle = file;
    toy_place_t place;
    int error = resolve(toy, path, &place);
    if (error != 0) {
        return error;
    }
    if (place.node >= 0) {
        if ((flags & MCUFS_O_EXCL) != 0 && (flags & MCUFS_O_CREAT) != 0) {
            return MCUFS_EEXIST;
        }
        if (toy->nodes[place.node].type == MCUFS_TYPE_DIRECTORY) {
            return MCUFS_EISDIR;
        }
    } else if ((flags & MCUFS_O_CREAT) == 0) {
        return MCUFS_ENOENT;
    } else if (place.directory) {
        return MCUFS_ENOTDIR;
    } else {
        place.node = create(toy, &place, MCUFS_TYPE_FILE);
        if (place.node < 0) {
            return place.node;
        }
    }
    *handle = (toy_file_t){.node = place.node, .flags = flags};
    toy->nodes[place.node].handles++;
    if ((flags & MCUFS_O_TRUNC) != 0) {
        toy->nodes[place.node].live.size = 0;
    }
    return 0;
}

static int toy_sync(void *volume, void *file)
{
    toy_t *toy = volume;
    const toy_file_t *handle = file;
    toy_node_t *node = &toy->nodes[handle->node];
    if ((handle->flags & MCUFS_O_WRONLY) == 0 ||
        (node->live.size == node->durable.size &&
         memcmp(node->live.bytes, node->durable.bytes, node->live.size) == 0)) {
        return 0;
    }
    int error = begin(toy);
    if (error != 0) {
        return error;
    }
    node->durable = node->live;
    return !node->linked || toy->defect == TOY_LAZY_SYNC ? 0 : commit_or_undo(toy);
}

static int toy_close(void *volume, void *file)
{
    toy_t *toy = volume;
    const toy_file_t *handle = file;
    int error = toy_sync(volume, file);
    toy_node_t *node = &toy->nodes[handle->node];
    if (--node->handles == 0) {
        node->live = node->durable;
    }
    release_if_unused(node);
    return error;
}

static int32_t toy_read(void *volume, void *file, void *buffer, uint32_t size)
{
    const toy_t *toy = volume;
    toy_file_t *handle = file;
    const toy_content_t *content = &toy->nodes[handle->node].live;
    if (handle->position >= content->size) {
        return 0;
    }
    if (size > content->size - handle->position) {
        size = content->size - (uint32_t)handle->position;
    }
    memcpy(buffer, content->bytes + handle->position, size);
    handle->position += size;
    return (int32_t)size;
}

static int set_size(const toy_t *toy, toy_content_t *content, uint64_t size)
{
    if (size > TOY_FILE_MAX) {
        return MCUFS_EFBIG;
    }
    if (size > content->size && toy->defect != TOY_SHORT_GAP) {
        memset(content->bytes + content->size, 0, (size_t)size - content->size);
    }
    content->size = (uint32_t)size;
    return 0;
}

static int32_t toy_write(void *volume, void *file, const void *buffer, uint32_t size)
{
    toy_t *toy = volume;
    toy_file_t *handle = file;
    toy_content_t *content = &toy->nodes[handle->node].live;
    if (size == 0) {
        return 0;
    }
    uint64_t start = (handle->flags & MCUFS_O_APPEND) != 0 ? content->size : handle->position;
    if (start + size > content->size) {
        int error = set_size(toy, content, start + size);
        if (error != 0) {
            return error;
        }
    }
    memcpy(content->bytes + start, buffer, size);
    handle->position = start + size;
    return (int32_t)size;
}

static int64_t toy_size(void *volume, void *file)
{
    const toy_t *toy = volume;
    return toy->nodes[((toy_file_t *)file)->node].live.size;
}

static int64_t toy_seek(void *volume, void *file, int64_t offset, int whence)
{
    toy_file_t *handle = file;
    int64_t base = whence == MCUFS_SEEK_SET   ? 0
                   : whence == MCUFS_SEEK_CUR ? (int64_t)handle->position
                                              : toy_size(volume, file);
    if (base + offset < 0) {
        return MCUFS_EINVAL;
    }
    handle->position = (uint64_t)(base + offset);
    return base + offset;
}

static int64_t toy_tell(void *volume, void *file)
{
    (void)volume;
    return (int64_t)((toy_file_t *)file)->position;
}

static int toy_truncate(void *volume, void *file, uint64_t size)
{
    toy_t *toy = volume;
    return set_size(toy, &toy->nodes[((toy_file_t *)file)->node].live, size);
}

static void fill_stat(const toy_node_t *node, mcufs_stat_t *stat)
{
    memset(stat, 0, sizeof *stat);
    stat->type = node->type;
    stat->size = node->live.size;
}

static int toy_stat_open(void *volume, void *file, mcufs_stat_t *stat)
{
    const toy_t *toy = volume;
    fill_stat(&toy->nodes[((toy_file_t *)file)->node], stat);
    return 0;
}

/* -- Directories -------------------------------------------------------------------------------------- */

static int toy_opendir(void *volume, void *directory, mcufs_path_t path)
{
    toy_t *toy = volume;
    toy_place_t place;
    int error = resolve_existing(toy, path, &place);
    if (error == 0 && toy->nodes[place.node].type != MCUFS_TYPE_DIRECTORY) {
        error = MCUFS_ENOTDIR;
    }
    if (error == 0) {
        *(toy_walk_t *)directory = (toy_walk_t){.node = place.node, .next = 1};
        toy->nodes[place.node].handles++;
    }
    return error;
}

static int toy_readdir(void *volume, void *directory, mcufs_dirent_t *entry)
{
    const toy_t *toy = volume;
    toy_walk_t *walk = directory;
    int skip = toy->defect == TOY_STALE_WALK ? walk->next - 1 : 0;
    for (int i = toy->defect == TOY_STALE_WALK ? 1 : walk->next; i < TOY_NODES; i++) {
        const toy_node_t *node = &toy->nodes[i];
        if (!node->used || !node->linked || node->parent != walk->node || skip-- > 0) {
            continue;
        }
        walk->next = toy->defect == TOY_STALE_WALK ? walk->next + 1 : i + 1;
        fill_stat(node, &entry->stat);
        strcpy(entry->name, node->name);
        return 1;
    }
    return 0;
}

static int64_t toy_telldir(void *volume, void *directory)
{
    (void)volume;
    return ((toy_walk_t *)directory)->next;
}

static int toy_seekdir(void *volume, void *directory, int64_t position)
{
    (void)volume;
    ((toy_walk_t *)directory)->next = position < 1 ? 1 : (int)position;
    return 0;
}

static int toy_closedir(void *volume, void *directory)
{
    toy_node_t *node = &((toy_t *)volume)->nodes[((toy_walk_t *)directory)->node];
    node->handles--;
    release_if_unused(node);
    return 0;
}

static int toy_mkdir(void *volume, mcufs_path_t path)
{
    toy_t *toy = volume;
    toy_place_t place;
    int error = resolve(toy, path, &place);
    if (error != 0) {
        return error;
    }
    if (place.node >= 0) {
        return MCUFS_EEXIST;
    }
    int node = create(toy, &place, MCUFS_TYPE_DIRECTORY);
    return node < 0 ? node : 0;
}

/* -- Names -------------------------------------------------------------------------------------------- */

static int toy_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    const toy_t *toy = volume;
    toy_place_t place;
    int error = resolve_existing(toy, path, &place);
    if (error == 0) {
        fill_stat(&toy->nodes[place.node], stat);
    }
    return error;
}

static int toy_statfs(void *volume, mcufs_statfs_t *statfs)
{
    const toy_t *toy = volume;
    *statfs = (mcufs_statfs_t){.type = "toy",
                               .version = 0x10000,
                               .block_size = toy->device->geometry.block_size,
                               .block_count = toy->device->geometry.block_count,
                               .name_max = TOY_NAME - 1,
                               .file_size_max = TOY_FILE_MAX,
                               .read_only = toy->read_only};
    return 0;
}

static bool is_empty(const toy_t *toy, int directory)
{
    for (int i = 1; i < TOY_NODES; i++) {
        if (toy->nodes[i].used && toy->nodes[i].linked && toy->nodes[i].parent == directory) {
            return false;
        }
    }
    return true;
}

static int toy_remove(void *volume, mcufs_path_t path, uint8_t type)
{
    toy_t *toy = volume;
    toy_place_t place;
    int error = resolve_existing(toy, path, &place);
    if (error != 0) {
        return error;
    }
    toy_node_t *node = &toy->nodes[place.node];
    if (type != 0 && type != node->type) {
        return type == MCUFS_TYPE_FILE ? MCUFS_EISDIR : MCUFS_ENOTDIR;
    }
    if (node->type == MCUFS_TYPE_DIRECTORY && !is_empty(toy, place.node)) {
        return MCUFS_ENOTEMPTY;
    }
    error = begin(toy);
    if (error == 0) {
        node->linked = false;
        error = commit_or_undo(toy);
        release_if_unused(node);
    }
    return error;
}

static bool is_inside(const toy_t *toy, int node, int directory)
{
    for (; node > 0; node = toy->nodes[node].parent) {
        if (node == directory) {
            return true;
        }
    }
    return false;
}

static int check_rename(const toy_t *toy, const toy_place_t *from, const toy_place_t *to)
{
    const toy_node_t *node = &toy->nodes[from->node];
    if (is_inside(toy, to->parent, from->node)) {
        return MCUFS_EINVAL;
    }
    if (to->node < 0) {
        return to->directory && node->type != MCUFS_TYPE_DIRECTORY ? MCUFS_ENOTDIR : 0;
    }
    if (toy->nodes[to->node].type != node->type) {
        return node->type == MCUFS_TYPE_FILE ? MCUFS_EISDIR : MCUFS_ENOTDIR;
    }
    return node->type == MCUFS_TYPE_DIRECTORY && !is_empty(toy, to->node) ? MCUFS_ENOTEMPTY : 0;
}

static int toy_rename(void *volume, mcufs_path_t from_path, mcufs_path_t to_path)
{
    toy_t *toy = volume;
    toy_place_t from, to;
    int error = resolve_existing(toy, from_path, &from);
    if (error == 0) {
        error = resolve(toy, to_path, &to);
    }
    if (error != 0 || from.node == to.node) {
        return error;
    }
    error = check_rename(toy, &from, &to);
    if (error == 0) {
        error = begin(toy);
    }
    if (error != 0) {
        return error;
    }
    toy_node_t *node = &toy->nodes[from.node];
    if (to.node >= 0) {
        toy->nodes[to.node].linked = false;
        if (toy->defect == TOY_TWO_STEP_REPLACE) {
            (void)toy_commit(toy);
        }
    }
    if (toy->defect == TOY_TWO_STEP_RENAME) {
        node->linked = false;
        (void)toy_commit(toy);
        node->linked = true;
    }
    node->parent = (int16_t)to.parent;
    strcpy(node->name, to.name);
    error = commit_or_undo(toy);
    if (to.node >= 0) {
        release_if_unused(&toy->nodes[to.node]);
    }
    return error;
}

static toy_attribute_t *find_attribute(toy_node_t *node, uint8_t type)
{
    for (unsigned i = 0; i < TOY_ATTRIBUTES; i++) {
        if (node->attributes[i].present && node->attributes[i].type == type) {
            return &node->attributes[i];
        }
    }
    return NULL;
}

static int32_t toy_get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    toy_t *toy = volume;
    toy_place_t place;
    int error = resolve_existing(toy, path, &place);
    if (error != 0) {
        return error;
    }
    const toy_attribute_t *attribute = find_attribute(&toy->nodes[place.node], type);
    if (attribute == NULL) {
        return MCUFS_ENODATA;
    }
    memcpy(buffer, attribute->bytes, attribute->size < size ? attribute->size : size);
    return attribute->size;
}

static int change_attribute(toy_t *toy, mcufs_path_t path, uint8_t type, const void *bytes, uint32_t size)
{
    toy_place_t place;
    int error = resolve_existing(toy, path, &place);
    if (error == 0) {
        error = begin(toy);
    }
    if (error != 0) {
        return error;
    }
    toy_node_t *node = &toy->nodes[place.node];
    toy_attribute_t *attribute = find_attribute(node, type);
    for (unsigned i = 0; attribute == NULL && i < TOY_ATTRIBUTES; i++) {
        attribute = node->attributes[i].present ? NULL : &node->attributes[i];
    }
    if (attribute == NULL || size > TOY_ATTRIBUTE_SIZE) {
        return MCUFS_ENOSPC;
    }
    *attribute = (toy_attribute_t){.present = bytes != NULL, .type = type, .size = (uint8_t)size};
    if (bytes != NULL) {
        memcpy(attribute->bytes, bytes, size);
    }
    return commit_or_undo(toy);
}

static int toy_set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size)
{
    return change_attribute(volume, path, type, buffer == NULL ? "" : buffer, size);
}

static int toy_remove_attribute(void *volume, mcufs_path_t path, uint8_t type)
{
    return change_attribute(volume, path, type, NULL, 0);
}

static int toy_unmount(void *volume)
{
    (void)volume;
    return 0;
}

const mcufs_filesystem_t toyfs = {
    .name = "toy",
    .description = "toy filesystem for testing tests",
    .file_size = sizeof(toy_file_t),
    .directory_size = sizeof(toy_walk_t),
    .probe = toy_probe,
    .format = toy_format,
    .mount = toy_mount,
    .unmount = toy_unmount,
    .open = toy_open,
    .close = toy_close,
    .read = toy_read,
    .write = toy_write,
    .seek = toy_seek,
    .tell = toy_tell,
    .size = toy_size,
    .truncate = toy_truncate,
    .sync = toy_sync,
    .stat_open = toy_stat_open,
    .opendir = toy_opendir,
    .readdir = toy_readdir,
    .telldir = toy_telldir,
    .seekdir = toy_seekdir,
    .closedir = toy_closedir,
    .stat = toy_stat,
    .statfs = toy_statfs,
    .mkdir = toy_mkdir,
    .remove = toy_remove,
    .rename = toy_rename,
    .get_attribute = toy_get_attribute,
    .set_attribute = toy_set_attribute,
    .remove_attribute = toy_remove_attribute,
};
