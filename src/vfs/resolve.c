/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From a path to the place it names. Every call that takes a path comes through here, and the path is walked
 * once: what is left of the walk at a mount point is what the filesystem gets. */

#include <string.h>

#include "vfs/vfs.h"

static mcufs_path_t absolute(const mcufs_t *fs, const char *path)
{
    return *path == '/' ? mcufs_path(path, NULL) : mcufs_path(fs->working_directory, path);
}

/* Compares a walk with a mount's path and notes in `place` when the mount lies at, above or below it. Returns
 * the number of components that lead to the mount, or -1 when `place` does not lie in it. */
static int compare(const mcufs_mount_record_t *mount, mcufs_path_t *walk, mcufs_vfs_place_t *place)
{
    mcufs_path_t point = mcufs_path(mount->path, NULL);
    const char *point_name, *name;
    size_t point_length, length;
    int depth = 0;
    while (mcufs_path_next(&point, &point_name, &point_length)) {
        if (!mcufs_path_next(walk, &name, &length)) {
            place->above_mount = true;
            return -1;
        }
        if (length != point_length || memcmp(name, point_name, length) != 0) {
            return -1;
        }
        depth++;
    }
    return depth;
}

int mcufs_vfs_resolve(const mcufs_t *fs, const char *path, mcufs_vfs_place_t *place)
{
    if (fs == NULL || path == NULL) {
        return MCUFS_EINVAL;
    }
    if (*path == '\0') {
        return MCUFS_ENOENT;
    }
    const mcufs_path_t whole = absolute(fs, path);
    memset(place, 0, sizeof(*place));
    place->path = whole;
    place->top = mcufs_path_at_end(&whole);
    int deepest = -1;
    for (mcufs_mount_record_t *mount = fs->mounts; mount != NULL; mount = mount->next) {
        mcufs_path_t walk = whole;
        int depth = compare(mount, &walk, place);
        if (depth > deepest) {
            deepest = depth;
            place->mount = mount;
            place->path = walk;
        }
    }
    place->mount_point = place->mount != NULL && mcufs_path_at_end(&place->path);
    return place->mount != NULL || place->above_mount ? 0 : MCUFS_ENODEV;
}

int mcufs_vfs_check_ordinary(const mcufs_vfs_place_t *place)
{
    if (place->top) {
        return MCUFS_EPERM;
    }
    return place->mount_point || place->above_mount ? MCUFS_EBUSY : 0;
}

bool mcufs_vfs_is_missing(int error)
{
    return error == MCUFS_ENODEV || error == MCUFS_ENOENT || error == MCUFS_ENOTDIR;
}

int mcufs_vfs_spell(const mcufs_t *fs, const char *path, char *buffer, size_t size)
{
    mcufs_path_t walk = absolute(fs, path);
    const char *name;
    size_t length, used = 0;
    while (mcufs_path_next(&walk, &name, &length)) {
        if (length + 2 > size - used) {
            return MCUFS_ENAMETOOLONG;
        }
        buffer[used] = '/';
        memcpy(&buffer[used + 1], name, length);
        used += length + 1;
    }
    if (used == 0) {
        if (size < 2) {
            return MCUFS_ENAMETOOLONG;
        }
        buffer[used++] = '/';
    }
    buffer[used] = '\0';
    return 0;
}

const char *mcufs_vfs_name_below(const mcufs_mount_record_t *mount, const char *directory, size_t *length)
{
    size_t shared = strlen(directory);
    if (shared == 1) {
        shared = 0; /* "/" is the one spelling that ends in its separator */
    }
    if (strncmp(mount->path, directory, shared) != 0 || mount->path[shared] != '/') {
        return NULL;
    }
    const char *name = &mount->path[shared + 1];
    *length = strcspn(name, "/");
    return *length != 0 ? name : NULL;
}

int mcufs_vfs_lock(const mcufs_hooks_t *hooks)
{
    return hooks->lock != NULL ? hooks->lock(hooks->context) : 0;
}

void mcufs_vfs_unlock(const mcufs_hooks_t *hooks)
{
    if (hooks->unlock != NULL) {
        hooks->unlock(hooks->context);
    }
}

static bool has_operation(const mcufs_filesystem_t *filesystem, mcufs_vfs_operation_t operation)
{
    void (*function)(void);
    const size_t offset = operation & (MCUFS_VFS_CHANGES - 1u);
    memcpy(&function, (const uint8_t *)filesystem + offset, sizeof(function));
    return function != NULL;
}

int mcufs_vfs_enter(const mcufs_mount_record_t *mount, mcufs_vfs_operation_t operation)
{
    if (mount == NULL) {
        return MCUFS_ENODEV;
    }
    if ((operation & MCUFS_VFS_CHANGES) != 0 && mount->read_only) {
        return MCUFS_EROFS;
    }
    return has_operation(mount->filesystem, operation) ? mcufs_vfs_lock(mount->hooks) : MCUFS_ENOTSUP;
}

int mcufs_vfs_enter_path(const mcufs_t *fs, const char *path, mcufs_vfs_operation_t operation,
                         mcufs_vfs_place_t *place)
{
    int error = mcufs_vfs_resolve(fs, path, place);
    return error != 0 ? error : mcufs_vfs_enter(place->mount, operation);
}

int32_t mcufs_vfs_leave(const mcufs_mount_record_t *mount, int32_t result)
{
    mcufs_vfs_unlock(mount->hooks);
    return result;
}
