/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From a path to the place it names. Every call that takes a path comes through here, and the path is walked
 * once: what is left of the walk at a mount point is what the filesystem gets. */

#include <string.h>

#include "vfs/vfs.h"

static mcufs_path_t absolute(const mcufs_t *fs, const char *path)
{
    return mcufs_path(*path == '/' ? NULL : fs->working_directory, path);
}

/* Takes a mount's path off the walk. False: the walk does not lie in the mount; *above_mount when it ends
 * above it. */
static bool take_mount(const char *point, mcufs_path_t *walk, bool *above_mount)
{
    if (point[1] == '\0') {
        return true; /* "/" is the one spelling that ends in its separator */
    }
    while (*point == '/') {
        const char *name;
        size_t length;
        if (!mcufs_path_next(walk, &name, &length)) {
            *above_mount = true;
            return false;
        }
        point++;
        if (strncmp(point, name, length) != 0) {
            return false;
        }
        point += length;
    }
    return *point == '\0';
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
    size_t deepest = 0;
    place->mount = NULL;
    place->path = whole;
    place->above_mount = false;
    for (mcufs_mount_record_t *mount = fs->mounts; mount != NULL; mount = mount->next) {
        mcufs_path_t walk = whole;
        const size_t depth = strlen(mount->path);
        if (take_mount(mount->path, &walk, &place->above_mount) && depth > deepest) {
            deepest = depth;
            place->mount = mount;
            place->path = walk;
        }
    }
    place->at_end = mcufs_path_at_end(&place->path);
    return place->mount != NULL || place->above_mount ? 0 : MCUFS_ENODEV;
}

int mcufs_vfs_check_ordinary(const mcufs_vfs_place_t *place)
{
    if (place->at_end && (place->mount == NULL || place->mount->path[1] == '\0')) {
        return MCUFS_EPERM;
    }
    return place->at_end || place->above_mount ? MCUFS_EBUSY : 0;
}

bool mcufs_vfs_is_missing(int error)
{
    return error == MCUFS_ENODEV || error == MCUFS_ENOENT || error == MCUFS_ENOTDIR;
}

int mcufs_vfs_spell(const mcufs_t *fs, const char *path, char *buffer, size_t size)
{
    mcufs_path_t walk = absolute(fs, path);
    const char *name;
    size_t length;
    size_t used = 1;
    if (size < 2) {
        return MCUFS_ENAMETOOLONG;
    }
    buffer[0] = '/';
    while (mcufs_path_next(&walk, &name, &length)) {
        if (length >= size - used) {
            return MCUFS_ENAMETOOLONG;
        }
        memcpy(&buffer[used], name, length);
        used += length + 1;
        buffer[used - 1] = '/';
    }
    buffer[used > 1 ? used - 1 : 1] = '\0';
    return 0;
}

const char *mcufs_vfs_name_below(const mcufs_mount_record_t *mount, const char *directory, size_t *length)
{
    const char *name = mount->path;
    do {
        if (*name++ != *directory++) {
            return NULL;
        }
    } while (*directory != '\0');
    if (name[-1] != '/' && *name++ != '/') {
        return NULL;
    }
    *length = strcspn(name, "/");
    return *length != 0 ? name : NULL;
}

int mcufs_vfs_lock(const mcufs_hooks_t *hooks)
{
    return hooks != NULL && hooks->lock != NULL ? hooks->lock(hooks->context) : 0;
}

void mcufs_vfs_unlock(const mcufs_hooks_t *hooks)
{
    if (hooks != NULL && hooks->unlock != NULL) {
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
