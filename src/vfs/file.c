/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Open files. A handle knows its mount and what access it was opened for; the filesystem knows the rest. */

#include <string.h>

#include "vfs/vfs.h"

enum {
    ACCESS_MASK = MCUFS_O_RDONLY | MCUFS_O_WRONLY,
    KNOWN_FLAGS = ACCESS_MASK | MCUFS_O_CREAT | MCUFS_O_EXCL | MCUFS_O_TRUNC | MCUFS_O_APPEND
};

/* -- Open and close ------------------------------------------------------------------------------------- */

static int check_flags(uint32_t flags)
{
    const uint32_t access = flags & ACCESS_MASK;
    if (access == 0 || (flags & ~(uint32_t)KNOWN_FLAGS) != 0) {
        return MCUFS_EINVAL;
    }
    if ((flags & MCUFS_O_EXCL) != 0 && (flags & MCUFS_O_CREAT) == 0) {
        return MCUFS_EINVAL;
    }
    return (flags & MCUFS_O_TRUNC) != 0 && access == MCUFS_O_RDONLY ? MCUFS_EINVAL : 0;
}

/* What is a directory whatever the filesystem says cannot be opened as a file. */
static int check_place(const mcufs_vfs_place_t *place, uint32_t flags)
{
    if (!place->at_end && !place->above_mount) {
        return 0;
    }
    return (flags & MCUFS_O_EXCL) != 0 ? MCUFS_EEXIST : MCUFS_EISDIR;
}

int mcufs_open_with(mcufs_t *fs, mcufs_file_t *file, const char *path, uint32_t flags,
                    const mcufs_open_options_t *options)
{
    if (file == NULL) {
        return MCUFS_EINVAL;
    }
    file->mount = NULL;
    file->flags = flags;
    mcufs_vfs_place_t place;
    int error = check_flags(flags);
    if (error == 0) {
        error = mcufs_vfs_resolve(fs, path, &place);
    }
    if (error == 0) {
        error = check_place(&place, flags);
    }
    if (error == 0) {
        const bool changes = (flags & (MCUFS_O_WRONLY | MCUFS_O_CREAT)) != 0;
        error = mcufs_vfs_enter(place.mount, changes ? MCUFS_VFS_CHANGE(open) : MCUFS_VFS_LOOK(open));
    }
    if (error != 0) {
        return error;
    }
    mcufs_mount_record_t *mount = place.mount;
    error = mount->filesystem->open(mount->volume, file->storage.bytes, place.path, flags, options);
    if (error == 0) {
        file->mount = mount;
        mount->handles++;
    }
    return mcufs_vfs_leave(mount, error);
}

int mcufs_open(mcufs_t *fs, mcufs_file_t *file, const char *path, uint32_t flags)
{
    return mcufs_open_with(fs, file, path, flags, NULL);
}

enum { FOR_ANYTHING = 0, FOR_READING = MCUFS_O_RDONLY, FOR_WRITING = MCUFS_O_WRONLY };

/* Checks the handle and what it was opened for, and takes the lock. */
static int enter(const mcufs_file_t *file, mcufs_vfs_operation_t operation, uint32_t access)
{
    if (file == NULL) {
        return MCUFS_EINVAL;
    }
    if (file->mount == NULL || (file->flags & access) != access) {
        return MCUFS_EBADF;
    }
    return mcufs_vfs_enter(file->mount, operation);
}

/* Only when the lock cannot be had, the file stays open. */
int mcufs_close(mcufs_file_t *file)
{
    int error = enter(file, MCUFS_VFS_LOOK(close), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    mcufs_mount_record_t *mount = file->mount;
    file->mount = NULL;
    mount->handles--;
    return mcufs_vfs_leave(mount, mount->filesystem->close(mount->volume, file->storage.bytes));
}

/* -- Content -------------------------------------------------------------------------------------------- */

int32_t mcufs_read(mcufs_file_t *file, void *buffer, size_t size)
{
    int32_t error =
        buffer == NULL && size > 0 ? MCUFS_EINVAL : enter(file, MCUFS_VFS_LOOK(read), FOR_READING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    const uint32_t count = size < INT32_MAX ? (uint32_t)size : INT32_MAX;
    return mcufs_vfs_leave(mount, mount->filesystem->read(mount->volume, file->storage.bytes, buffer, count));
}

int32_t mcufs_write(mcufs_file_t *file, const void *buffer, size_t size)
{
    const bool senseless = (buffer == NULL && size > 0) || size > INT32_MAX;
    int32_t error = senseless ? MCUFS_EINVAL : enter(file, MCUFS_VFS_LOOK(write), FOR_WRITING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    const uint32_t count = (uint32_t)size;
    return mcufs_vfs_leave(mount,
                           mount->filesystem->write(mount->volume, file->storage.bytes, buffer, count));
}

int mcufs_truncate(mcufs_file_t *file, uint64_t size)
{
    int error = enter(file, MCUFS_VFS_LOOK(truncate), FOR_WRITING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    return mcufs_vfs_leave(mount, mount->filesystem->truncate(mount->volume, file->storage.bytes, size));
}

int mcufs_sync(mcufs_file_t *file)
{
    int error = enter(file, MCUFS_VFS_LOOK(sync), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    return mcufs_vfs_leave(mount, mount->filesystem->sync(mount->volume, file->storage.bytes));
}

/* -- Position and size ---------------------------------------------------------------------------------- */

int64_t mcufs_seek(mcufs_file_t *file, int64_t offset, int whence)
{
    const bool senseless = whence < MCUFS_SEEK_SET || whence > MCUFS_SEEK_END;
    int error = senseless ? MCUFS_EINVAL : enter(file, MCUFS_VFS_LOOK(seek), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    const int64_t result = mount->filesystem->seek(mount->volume, file->storage.bytes, offset, whence);
    mcufs_vfs_leave(mount, 0);
    return result;
}

int64_t mcufs_tell(mcufs_file_t *file)
{
    int error = enter(file, MCUFS_VFS_LOOK(tell), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    const int64_t result = mount->filesystem->tell(mount->volume, file->storage.bytes);
    mcufs_vfs_leave(mount, 0);
    return result;
}

int64_t mcufs_size(mcufs_file_t *file)
{
    int error = enter(file, MCUFS_VFS_LOOK(size), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    const int64_t result = mount->filesystem->size(mount->volume, file->storage.bytes);
    mcufs_vfs_leave(mount, 0);
    return result;
}

int mcufs_fstat(mcufs_file_t *file, mcufs_stat_t *stat)
{
    int error = stat == NULL ? MCUFS_EINVAL : enter(file, MCUFS_VFS_LOOK(stat_open), FOR_ANYTHING);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = file->mount;
    memset(stat, 0, sizeof(*stat));
    return mcufs_vfs_leave(mount, mount->filesystem->stat_open(mount->volume, file->storage.bytes, stat));
}
