/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories. A listing is what the filesystem has, then the mount points that lie in the directory. Those
 * hide an entry of the same name, as they hide it from every path. */

#include <string.h>

#include "vfs/vfs.h"

/* A position among the mount points is its id above this, far from any position of a filesystem. */
#define FIRST_MOUNT_POSITION ((int64_t)1 << 62)

/* -- Mount points in a directory ------------------------------------------------------------------------ */

/* The first of a list of mounts that appears in the directory under this name, or NULL. */
static const mcufs_mount_record_t *find_mount(const mcufs_mount_record_t *mounts, const char *directory,
                                              const char *name, size_t length)
{
    for (; mounts != NULL; mounts = mounts->next) {
        size_t other_length;
        const char *other = mcufs_vfs_name_below(mounts, directory, &other_length);
        if (other != NULL && other_length == length && memcmp(other, name, length) == 0) {
            break;
        }
    }
    return mounts;
}

/* The first mount after the position, in the order of mounting, that appears in the directory; of several
 * under one name ("/a/b", "/a/c") only the oldest. NULL: there is none. */
static const mcufs_mount_record_t *next_mount(const mcufs_dir_t *dir)
{
    const mcufs_mount_record_t *found = NULL;
    const mcufs_mount_record_t *mount = dir->fs->mounts;
    for (; mount != NULL && mount->id > dir->position; mount = mount->next) {
        size_t length;
        const char *name = mcufs_vfs_name_below(mount, dir->path, &length);
        if (name != NULL && find_mount(mount->next, dir->path, name, length) == NULL) {
            found = mount; /* the list begins with the most recent: the last one found is the oldest */
        }
    }
    return found;
}

static int read_mount_point(mcufs_dir_t *dir, mcufs_dirent_t *entry)
{
    const mcufs_mount_record_t *mount = next_mount(dir);
    if (mount == NULL) {
        return 0;
    }
    size_t length;
    const char *name = mcufs_vfs_name_below(mount, dir->path, &length);
    memcpy(entry->name, name, length);
    entry->stat.type = MCUFS_TYPE_DIRECTORY;
    dir->position = mount->id;
    return 1;
}

/* -- Handles -------------------------------------------------------------------------------------------- */

static int check_handle(const mcufs_dir_t *dir)
{
    if (dir == NULL) {
        return MCUFS_EINVAL;
    }
    return dir->fs != NULL ? 0 : MCUFS_EBADF;
}

static int open_in_filesystem(const mcufs_vfs_place_t *place, mcufs_dir_t *dir)
{
    mcufs_mount_record_t *mount = place->mount;
    int error = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(opendir));
    if (error != 0) {
        return error;
    }
    error = mount->filesystem->opendir(mount->volume, dir->storage.bytes, place->path);
    if (error == 0) {
        dir->mount = mount;
        dir->position = MCUFS_VFS_IN_FILESYSTEM;
        mount->handles++;
    }
    return mcufs_vfs_leave(mount, error);
}

int mcufs_opendir(mcufs_t *fs, mcufs_dir_t *dir, const char *path)
{
    if (dir == NULL) {
        return MCUFS_EINVAL;
    }
    dir->fs = NULL;
    dir->mount = NULL;
    dir->position = MCUFS_VFS_AT_MOUNTS;
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_resolve(fs, path, &place);
    if (error != 0) {
        return error;
    }
    error = open_in_filesystem(&place, dir);
    if (place.above_mount && mcufs_vfs_is_missing(error)) {
        error = 0; /* it exists for the mounts below only */
    }
    if (error != 0) {
        return error;
    }
    if (mcufs_vfs_spell(fs, path, dir->path, sizeof(dir->path)) != 0) {
        dir->path[0] = '\0'; /* longer than any mount's path: nothing lies below */
    }
    dir->fs = fs;
    return 0;
}

int mcufs_closedir(mcufs_dir_t *dir)
{
    int error = check_handle(dir);
    if (error != 0) {
        return error;
    }
    mcufs_mount_record_t *mount = dir->mount;
    if (mount != NULL) {
        error = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(closedir));
        if (error != 0) {
            return error;
        }
        mount->handles--;
        error = mcufs_vfs_leave(mount, mount->filesystem->closedir(mount->volume, dir->storage.bytes));
    }
    dir->mount = NULL;
    dir->fs = NULL;
    return error;
}

/* -- Walking -------------------------------------------------------------------------------------------- */

static int read_filesystem(mcufs_dir_t *dir, mcufs_dirent_t *entry)
{
    const mcufs_mount_record_t *mount = dir->mount;
    int result = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(readdir));
    if (result != 0) {
        return result;
    }
    do {
        result = mount->filesystem->readdir(mount->volume, dir->storage.bytes, entry);
    } while (result > 0 && find_mount(dir->fs->mounts, dir->path, entry->name, strlen(entry->name)) != NULL);
    return mcufs_vfs_leave(mount, result);
}

int mcufs_readdir(mcufs_dir_t *dir, mcufs_dirent_t *entry)
{
    int result = check_handle(dir);
    if (result != 0) {
        return result;
    }
    if (entry == NULL) {
        return MCUFS_EINVAL;
    }
    memset(entry, 0, sizeof(*entry));
    if (dir->position == MCUFS_VFS_IN_FILESYSTEM) {
        result = read_filesystem(dir, entry);
        if (result != 0) {
            return result;
        }
        dir->position = MCUFS_VFS_AT_MOUNTS;
    }
    return read_mount_point(dir, entry);
}

int64_t mcufs_telldir(mcufs_dir_t *dir)
{
    int64_t result = check_handle(dir);
    if (result != 0) {
        return result;
    }
    if (dir->position != MCUFS_VFS_IN_FILESYSTEM) {
        return FIRST_MOUNT_POSITION + dir->position;
    }
    const mcufs_mount_record_t *mount = dir->mount;
    result = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(telldir));
    if (result == 0) {
        result = mount->filesystem->telldir(mount->volume, dir->storage.bytes);
        mcufs_vfs_leave(mount, 0);
    }
    return result;
}

int mcufs_seekdir(mcufs_dir_t *dir, int64_t position)
{
    int error = check_handle(dir);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = dir->mount;
    if (position > FIRST_MOUNT_POSITION || (position == 0 && mount == NULL)) {
        dir->position = position == 0 ? MCUFS_VFS_AT_MOUNTS : (uint32_t)(position - FIRST_MOUNT_POSITION);
        return 0;
    }
    if (position < 0 || mount == NULL) {
        return MCUFS_EINVAL;
    }
    error = mcufs_vfs_enter(mount, MCUFS_VFS_LOOK(seekdir));
    if (error != 0) {
        return error;
    }
    error = mount->filesystem->seekdir(mount->volume, dir->storage.bytes, position);
    if (error == 0) {
        dir->position = MCUFS_VFS_IN_FILESYSTEM;
    }
    return mcufs_vfs_leave(mount, error);
}

int mcufs_rewinddir(mcufs_dir_t *dir)
{
    return mcufs_seekdir(dir, 0);
}

/* -- Creation ------------------------------------------------------------------------------------------- */

int mcufs_mkdir(mcufs_t *fs, const char *path)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_resolve(fs, path, &place);
    if (error != 0) {
        return error;
    }
    if (place.at_end || place.mount == NULL) {
        return MCUFS_EEXIST;
    }
    error = mcufs_vfs_enter(place.mount, MCUFS_VFS_CHANGE(mkdir));
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(place.mount, place.mount->filesystem->mkdir(place.mount->volume, place.path));
}
