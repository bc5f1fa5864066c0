/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is done to a name: asking about it, removing it, giving it another, and what is stored with it. */

#include <string.h>

#include "vfs/vfs.h"

/* -- Asking --------------------------------------------------------------------------------------------- */

static int stat_in_filesystem(const mcufs_vfs_place_t *place, mcufs_stat_t *stat)
{
    const mcufs_mount_record_t *mount = place->mount;
    int error = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(stat));
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(mount, mount->filesystem->stat(mount->volume, place->path, stat));
}

int mcufs_stat(mcufs_t *fs, const char *path, mcufs_stat_t *stat)
{
    mcufs_vfs_place_t place;
    if (stat == NULL) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_resolve(fs, path, &place);
    if (error != 0) {
        return error;
    }
    memset(stat, 0, sizeof(*stat));
    error = stat_in_filesystem(&place, stat);
    const bool file = error == 0 && stat->type != MCUFS_TYPE_DIRECTORY;
    if (place.above_mount && (file || mcufs_vfs_is_missing(error))) {
        memset(stat, 0, sizeof(*stat));
        stat->type = MCUFS_TYPE_DIRECTORY;
        return 0;
    }
    return error;
}

/* -- Removing and renaming ------------------------------------------------------------------------------ */

static int remove_type(mcufs_t *fs, const char *path, uint8_t type)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_resolve(fs, path, &place);
    if (error != 0) {
        return error;
    }
    error = mcufs_vfs_check_ordinary(&place);
    if (error != 0) {
        return type == MCUFS_TYPE_FILE ? MCUFS_EISDIR : error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    error = mcufs_vfs_enter(mount, MCUFS_VFS_CHANGE(remove));
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(mount, mount->filesystem->remove(mount->volume, place.path, type));
}

int mcufs_remove(mcufs_t *fs, const char *path)
{
    return remove_type(fs, path, 0);
}

int mcufs_unlink(mcufs_t *fs, const char *path)
{
    return remove_type(fs, path, MCUFS_TYPE_FILE);
}

int mcufs_rmdir(mcufs_t *fs, const char *path)
{
    return remove_type(fs, path, MCUFS_TYPE_DIRECTORY);
}

static int resolve_ordinary(const mcufs_t *fs, const char *path, mcufs_vfs_place_t *place)
{
    int error = mcufs_vfs_resolve(fs, path, place);
    return error != 0 ? error : mcufs_vfs_check_ordinary(place);
}

int mcufs_rename(mcufs_t *fs, const char *from, const char *to)
{
    mcufs_vfs_place_t source, target;
    int error = resolve_ordinary(fs, from, &source);
    if (error == 0) {
        error = resolve_ordinary(fs, to, &target);
    }
    if (error != 0) {
        return error;
    }
    if (source.mount != target.mount) {
        return MCUFS_EXDEV;
    }
    const mcufs_mount_record_t *mount = source.mount;
    error = mcufs_vfs_enter(mount, MCUFS_VFS_CHANGE(rename));
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(mount, mount->filesystem->rename(mount->volume, source.path, target.path));
}

/* -- What is stored with a name ------------------------------------------------------------------------- */

int32_t mcufs_get_attribute(mcufs_t *fs, const char *path, uint8_t type, void *buffer, size_t size)
{
    mcufs_vfs_place_t place;
    if (buffer == NULL && size > 0) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_LOOK(get_attribute), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    const uint32_t count = size < INT32_MAX ? (uint32_t)size : INT32_MAX;
    return mcufs_vfs_leave(mount,
                           mount->filesystem->get_attribute(mount->volume, place.path, type, buffer, count));
}

int mcufs_set_attribute(mcufs_t *fs, const char *path, uint8_t type, const void *buffer, size_t size)
{
    mcufs_vfs_place_t place;
    if ((buffer == NULL && size > 0) || size > INT32_MAX) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(set_attribute), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    const uint32_t count = (uint32_t)size;
    return mcufs_vfs_leave(mount,
                           mount->filesystem->set_attribute(mount->volume, place.path, type, buffer, count));
}

int mcufs_remove_attribute(mcufs_t *fs, const char *path, uint8_t type)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(remove_attribute), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    return mcufs_vfs_leave(mount, mount->filesystem->remove_attribute(mount->volume, place.path, type));
}

int mcufs_set_times(mcufs_t *fs, const char *path, const mcufs_times_t *times)
{
    mcufs_vfs_place_t place;
    if (times == NULL) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(set_times), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    return mcufs_vfs_leave(mount, mount->filesystem->set_times(mount->volume, place.path, times));
}

int mcufs_set_file_attributes(mcufs_t *fs, const char *path, uint8_t attributes)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(set_file_attributes), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    return mcufs_vfs_leave(mount,
                           mount->filesystem->set_file_attributes(mount->volume, place.path, attributes));
}
