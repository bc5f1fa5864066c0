/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A host directory as a filesystem: each operation is the POSIX call of the same meaning.
 *
 * An open directory descriptor stands for the root, and a path is walked from there one openat() at a time
 * with O_NOFOLLOW, so that neither "..", nor a symbolic link, nor somebody moving directories meanwhile leads
 * outside. The last name is then used relative to its opened parent. */

#define _XOPEN_SOURCE 700 /* telldir, seekdir */

#include "host/hostfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "host/hostfs_attributes.h"
#include "host/hostfs_errors.h"

typedef struct volume {
    int root;
    bool durable;
} volume_t;

typedef struct file {
    int descriptor;
    bool writable;
} file_t;

/* The host's positions may use every bit of a number, ours may not: those handed out are remembered. */
typedef struct directory {
    DIR *stream;
    int descriptor;
    long *positions;
    size_t position_count;
} directory_t;

/* Where a path ends: the opened parent and the last name in it. */
typedef struct place {
    int parent;
    char name[MCUFS_NAME_MAX + 1]; /* "." for the root itself */
    bool root;
    bool directory; /* spelled as one */
} place_t;

static int failure(void)
{
    return hostfs_error(errno);
}

/* -- Paths ---------------------------------------------------------------------------------------------- */

static int copy_name(place_t *place, const char *name, size_t length)
{
    if (length > MCUFS_NAME_MAX) {
        return MCUFS_ENAMETOOLONG;
    }
    memcpy(place->name, name, length);
    place->name[length] = '\0';
    return 0;
}

static int open_directory_at(int parent, const char *name)
{
    int descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor >= 0) {
        return descriptor;
    }
    struct stat status;
    if ((errno == ELOOP || errno == ENOTDIR) && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        return S_ISLNK(status.st_mode) ? MCUFS_EACCES : MCUFS_ENOTDIR;
    }
    return failure();
}

/* Opens the parent of what `path` names. To be released with leave(). */
static int enter(const volume_t *volume, mcufs_path_t path, place_t *place)
{
    const char *name;
    size_t length;
    memcpy(place->name, ".", 2);
    place->root = true;
    place->directory = path.directory;
    place->parent = fcntl(volume->root, F_DUPFD_CLOEXEC, 0);
    if (place->parent < 0) {
        return failure();
    }
    while (mcufs_path_next(&path, &name, &length)) {
        int error = 0;
        if (!place->root) {
            int next = open_directory_at(place->parent, place->name);
            close(place->parent);
            if (next < 0) {
                return next;
            }
            place->parent = next;
        }
        place->root = false;
        error = copy_name(place, name, length);
        if (error != 0) {
            close(place->parent);
            return error;
        }
    }
    return 0;
}

static int leave(place_t *place, int result)
{
    close(place->parent);
    return result;
}

/* As enter; then what kind of thing is there. A missing one is MCUFS_ENOENT, and the place released. */
static int enter_existing(const volume_t *volume, mcufs_path_t path, place_t *place, struct stat *status)
{
    int error = enter(volume, path, place);
    if (error != 0) {
        return error;
    }
    if (fstatat(place->parent, place->name, status, AT_SYMLINK_NOFOLLOW) != 0) {
        error = failure();
    } else if (place->directory && !S_ISDIR(status->st_mode)) {
        error = MCUFS_ENOTDIR;
    }
    return error != 0 ? leave(place, error) : 0;
}

static int make_durable(const volume_t *volume, int descriptor)
{
    return volume->durable && fsync(descriptor) != 0 ? failure() : 0;
}

/* -- Mounting ------------------------------------------------------------------------------------------- */

static int hostfs_mount(const mcufs_setup_t *setup, void **result)
{
    const mcufs_hostfs_options_t *options = setup->options;
    mcufs_arena_t arena;
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    volume_t *volume = mcufs_arena_take(&arena, sizeof(*volume), _Alignof(volume_t));
    if (options == NULL || options->directory == NULL || setup->device != NULL) {
        return MCUFS_EINVAL;
    }
    if (volume == NULL) {
        return MCUFS_ENOMEM;
    }
    volume->root = open(options->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    volume->durable = !options->volatile_writes;
    *result = volume;
    return volume->root < 0 ? failure() : 0;
}

static int hostfs_unmount(void *context)
{
    volume_t *volume = context;
    return close(volume->root) != 0 ? failure() : 0;
}

/* -- Files ---------------------------------------------------------------------------------------------- */

static int host_flags(uint32_t flags)
{
    static const int access[] = {0, O_RDONLY, O_WRONLY, O_RDWR};
    int result = access[flags & MCUFS_O_RDWR] | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    result |= (flags & MCUFS_O_CREAT) != 0 ? O_CREAT : 0;
    result |= (flags & MCUFS_O_EXCL) != 0 ? O_EXCL : 0;
    result |= (flags & MCUFS_O_TRUNC) != 0 ? O_TRUNC : 0;
    result |= (flags & MCUFS_O_APPEND) != 0 ? O_APPEND : 0;
    return result;
}

/* Only files are opened. A missing name spelled as a directory cannot become one. */
static int check_openable(const place_t *place, uint32_t flags, bool *exists)
{
    struct stat status;
    *exists = fstatat(place->parent, place->name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*exists && errno != ENOENT) {
        return failure();
    }
    if (!*exists) {
        return place->directory && (flags & MCUFS_O_CREAT) != 0 ? MCUFS_EISDIR : 0;
    }
    if ((flags & MCUFS_O_EXCL) != 0) {
        return MCUFS_EEXIST;
    }
    if (S_ISDIR(status.st_mode)) {
        return MCUFS_EISDIR;
    }
    if (place->directory) {
        return MCUFS_ENOTDIR;
    }
    return S_ISREG(status.st_mode) ? 0 : MCUFS_EACCES;
}

static int hostfs_open(void *context, void *handle, mcufs_path_t path, uint32_t flags,
                       const mcufs_open_options_t *options)
{
    volume_t *volume = context;
    file_t *file = handle;
    place_t place;
    bool exists;
    (void)options; /* the host buffers */
    int error = enter(volume, path, &place);
    if (error != 0) {
        return error;
    }
    error = check_openable(&place, flags, &exists);
    if (error == 0) {
        file->descriptor = openat(place.parent, place.name, host_flags(flags), 0666);
        file->writable = (flags & MCUFS_O_WRONLY) != 0;
        error = file->descriptor < 0 ? failure() : 0;
    }
    if (error == 0 && !exists) {
        error = make_durable(volume, place.parent);
        if (error != 0) {
            close(file->descriptor);
        }
    }
    return leave(&place, error);
}

static int hostfs_sync(void *context, void *handle)
{
    const file_t *file = handle;
    return file->writable ? make_durable(context, file->descriptor) : 0;
}

static int hostfs_close(void *context, void *handle)
{
    file_t *file = handle;
    int error = hostfs_sync(context, handle);
    int close_error = close(file->descriptor) != 0 ? failure() : 0;
    return error != 0 ? error : close_error;
}

static int32_t hostfs_read(void *context, void *handle, void *buffer, uint32_t size)
{
    const file_t *file = handle;
    uint32_t done = 0;
    (void)context;
    while (done < size) {
        ssize_t count = read(file->descriptor, (char *)buffer + done, size - done);
        if (count < 0 && errno != EINTR) {
            return failure();
        }
        if (count == 0) {
            break;
        }
        done += count > 0 ? (uint32_t)count : 0;
    }
    return (int32_t)done;
}

static int32_t hostfs_write(void *context, void *handle, const void *buffer, uint32_t size)
{
    const file_t *file = handle;
    uint32_t done = 0;
    (void)context;
    while (done < size) {
        ssize_t count = write(file->descriptor, (const char *)buffer + done, size - done);
        if (count < 0 && errno != EINTR) {
            return failure();
        }
        done += count > 0 ? (uint32_t)count : 0;
    }
    return (int32_t)done;
}

static int64_t hostfs_seek(void *context, void *handle, int64_t offset, int whence)
{
    static const int host_whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    const file_t *file = handle;
    (void)context;
    off_t position = lseek(file->descriptor, (off_t)offset, host_whence[whence]);
    return position < 0 ? failure() : position;
}

static int64_t hostfs_tell(void *context, void *handle)
{
    return hostfs_seek(context, handle, 0, MCUFS_SEEK_CUR);
}

static int64_t hostfs_size(void *context, void *handle)
{
    const file_t *file = handle;
    struct stat status;
    (void)context;
    return fstat(file->descriptor, &status) != 0 ? failure() : status.st_size;
}

static int hostfs_truncate(void *context, void *handle, uint64_t size)
{
    const file_t *file = handle;
    (void)context;
    if (size > INT64_MAX) {
        return MCUFS_EFBIG;
    }
    return ftruncate(file->descriptor, (off_t)size) != 0 ? failure() : 0;
}

/* -- Stat ----------------------------------------------------------------------------------------------- */

static int64_t nanoseconds(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

/* MCUFS_EACCES for what is neither a file nor a directory. */
static int fill_stat(const struct stat *status, mcufs_stat_t *stat)
{
    memset(stat, 0, sizeof(*stat));
    if (S_ISREG(status->st_mode)) {
        stat->type = MCUFS_TYPE_FILE;
        stat->size = (uint64_t)status->st_size;
    } else if (S_ISDIR(status->st_mode)) {
        stat->type = MCUFS_TYPE_DIRECTORY;
    } else {
        return MCUFS_EACCES;
    }
    stat->times.modified = nanoseconds(&status->st_mtim);
    stat->times.accessed = nanoseconds(&status->st_atim);
    return 0;
}

static int hostfs_stat_open(void *context, void *handle, mcufs_stat_t *stat)
{
    const file_t *file = handle;
    struct stat status;
    (void)context;
    return fstat(file->descriptor, &status) != 0 ? failure() : fill_stat(&status, stat);
}

static int hostfs_stat(void *context, mcufs_path_t path, mcufs_stat_t *stat)
{
    place_t place;
    struct stat status;
    int error = enter_existing(context, path, &place, &status);
    return error != 0 ? error : leave(&place, fill_stat(&status, stat));
}

static int hostfs_statfs(void *context, mcufs_statfs_t *statfs)
{
    const volume_t *volume = context;
    struct statvfs status;
    if (fstatvfs(volume->root, &status) != 0) {
        return failure();
    }
    statfs->block_size = (uint32_t)status.f_frsize;
    statfs->block_count = status.f_blocks;
    statfs->free_blocks = status.f_bavail;
    statfs->name_max = status.f_namemax < MCUFS_NAME_MAX ? (uint32_t)status.f_namemax : MCUFS_NAME_MAX;
    statfs->file_size_max = INT64_MAX;
    statfs->read_only = (status.f_flag & ST_RDONLY) != 0;
    return 0;
}

/* -- Directories ---------------------------------------------------------------------------------------- */

static int hostfs_opendir(void *context, void *handle, mcufs_path_t path)
{
    directory_t *directory = handle;
    place_t place;
    int error = enter(context, path, &place);
    if (error != 0) {
        return error;
    }
    int descriptor = open_directory_at(place.parent, place.name);
    if (descriptor < 0) {
        return leave(&place, descriptor);
    }
    memset(directory, 0, sizeof(*directory));
    directory->descriptor = descriptor;
    directory->stream = fdopendir(descriptor);
    if (directory->stream == NULL) {
        error = failure();
        close(descriptor);
    }
    return leave(&place, error);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int hostfs_readdir(void *context, void *handle, mcufs_dirent_t *entry)
{
    directory_t *directory = handle;
    (void)context;
    for (;;) {
        errno = 0;
        const struct dirent *found = readdir(directory->stream);
        if (found == NULL) {
            return errno != 0 ? failure() : 0;
        }
        const size_t length = strlen(found->d_name);
        struct stat status;
        if (is_dots(found->d_name) || length > MCUFS_NAME_MAX ||
            fstatat(directory->descriptor, found->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            fill_stat(&status, &entry->stat) != 0) {
            continue; /* not to be shown, or gone meanwhile */
        }
        memcpy(entry->name, found->d_name, length + 1);
        return 1;
    }
}

static int64_t hostfs_telldir(void *context, void *handle)
{
    directory_t *directory = handle;
    (void)context;
    const long position = telldir(directory->stream);
    if (position < 0 && errno == EBADF) {
        return MCUFS_EBADF;
    }
    size_t i = 0;
    while (i < directory->position_count && directory->positions[i] != position) {
        i++;
    }
    if (i == directory->position_count) {
        long *grown = realloc(directory->positions, (i + 1) * sizeof(*grown));
        if (grown == NULL) {
            return MCUFS_ENOMEM;
        }
        grown[i] = position;
        directory->positions = grown;
        directory->position_count++;
    }
    return (int64_t)i + 1;
}

static int hostfs_seekdir(void *context, void *handle, int64_t position)
{
    directory_t *directory = handle;
    (void)context;
    if (position < 0 || (uint64_t)position > directory->position_count) {
        return MCUFS_EINVAL;
    }
    if (position == 0) {
        rewinddir(directory->stream);
    } else {
        seekdir(directory->stream, directory->positions[position - 1]);
    }
    return 0;
}

static int hostfs_closedir(void *context, void *handle)
{
    directory_t *directory = handle;
    (void)context;
    free(directory->positions);
    return closedir(directory->stream) != 0 ? failure() : 0;
}

static int hostfs_mkdir(void *context, mcufs_path_t path)
{
    place_t place;
    int error = enter(context, path, &place);
    if (error != 0) {
        return error;
    }
    if (place.root) {
        error = MCUFS_EEXIST;
    } else {
        error =
            mkdirat(place.parent, place.name, 0777) != 0 ? failure() : make_durable(context, place.parent);
    }
    return leave(&place, error);
}

/* -- Names ---------------------------------------------------------------------------------------------- */

static int hostfs_remove(void *context, mcufs_path_t path, uint8_t type)
{
    place_t place;
    struct stat status;
    int error = enter_existing(context, path, &place, &status);
    if (error != 0) {
        return error;
    }
    const bool directory = S_ISDIR(status.st_mode);
    if (place.root) {
        error = MCUFS_EPERM;
    } else if (type == MCUFS_TYPE_FILE && directory) {
        error = MCUFS_EISDIR;
    } else if (type == MCUFS_TYPE_DIRECTORY && !directory) {
        error = MCUFS_ENOTDIR;
    } else if (unlinkat(place.parent, place.name, directory ? AT_REMOVEDIR : 0) != 0) {
        error = errno == EEXIST ? MCUFS_ENOTEMPTY : failure();
    } else {
        error = make_durable(context, place.parent);
    }
    return leave(&place, error);
}

static int rename_between(const volume_t *volume, const place_t *from, const place_t *to, bool directory)
{
    if (from->root || to->root) {
        return MCUFS_EPERM;
    }
    if (to->directory && !directory) {
        return MCUFS_ENOTDIR;
    }
    if (renameat(from->parent, from->name, to->parent, to->name) != 0) {
        return directory && errno == EEXIST ? MCUFS_ENOTEMPTY : failure();
    }
    int error = make_durable(volume, to->parent);
    return error != 0 ? error : make_durable(volume, from->parent);
}

static int hostfs_rename(void *context, mcufs_path_t from, mcufs_path_t to)
{
    place_t source, target;
    struct stat status;
    int error = enter_existing(context, from, &source, &status);
    if (error != 0) {
        return error;
    }
    error = enter(context, to, &target);
    if (error == 0) {
        error = leave(&target, rename_between(context, &source, &target, S_ISDIR(status.st_mode)));
    }
    return leave(&source, error);
}

/* A time of 0 stays as it is; creation times cannot be set. */
static struct timespec new_time(int64_t time)
{
    struct timespec result = {.tv_sec = 0, .tv_nsec = UTIME_OMIT};
    if (time != 0) {
        int64_t seconds = time / 1000000000;
        int64_t rest = time % 1000000000;
        if (rest < 0) {
            seconds--;
            rest += 1000000000;
        }
        result.tv_sec = (time_t)seconds;
        result.tv_nsec = (long)rest;
    }
    return result;
}

static int hostfs_set_times(void *context, mcufs_path_t path, const mcufs_times_t *times)
{
    place_t place;
    struct stat status;
    const struct timespec host_times[2] = {new_time(times->accessed), new_time(times->modified)};
    int error = enter_existing(context, path, &place, &status);
    if (error == 0) {
        if (utimensat(place.parent, place.name, host_times, AT_SYMLINK_NOFOLLOW) != 0) {
            error = failure();
        }
        leave(&place, error);
    }
    return error;
}

/* -- Attributes ----------------------------------------------------------------------------------------- */

/* Opens a file or directory to get at its attributes. Returns a descriptor. */
static int open_for_attributes(const volume_t *volume, mcufs_path_t path)
{
    place_t place;
    struct stat status;
    int error = enter_existing(volume, path, &place, &status);
    if (error != 0) {
        return error;
    }
    if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) {
        return leave(&place, MCUFS_EACCES);
    }
    int descriptor = openat(place.parent, place.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    return leave(&place, descriptor < 0 ? failure() : descriptor);
}

static int32_t hostfs_get_attribute(void *context, mcufs_path_t path, uint8_t type, void *buffer,
                                    uint32_t size)
{
    int descriptor = open_for_attributes(context, path);
    if (descriptor < 0) {
        return descriptor;
    }
    int32_t result = hostfs_attribute_get(descriptor, type, buffer, size);
    close(descriptor);
    return result;
}

static int hostfs_set_attribute(void *context, mcufs_path_t path, uint8_t type, const void *buffer,
                                uint32_t size)
{
    int descriptor = open_for_attributes(context, path);
    if (descriptor < 0) {
        return descriptor;
    }
    int error = hostfs_attribute_set(descriptor, type, buffer, size);
    if (error == 0) {
        error = make_durable(context, descriptor);
    }
    close(descriptor);
    return error;
}

static int hostfs_remove_attribute(void *context, mcufs_path_t path, uint8_t type)
{
    int descriptor = open_for_attributes(context, path);
    if (descriptor < 0) {
        return descriptor;
    }
    int error = hostfs_attribute_remove(descriptor, type);
    if (error == 0) {
        error = make_durable(context, descriptor);
    }
    close(descriptor);
    return error;
}

const mcufs_filesystem_t mcufs_hostfs = {
    .name = "hostfs",
    .description = "directory of the host",
    .file_size = sizeof(file_t),
    .directory_size = sizeof(directory_t),
    .mount = hostfs_mount,
    .unmount = hostfs_unmount,
    .open = hostfs_open,
    .close = hostfs_close,
    .read = hostfs_read,
    .write = hostfs_write,
    .seek = hostfs_seek,
    .tell = hostfs_tell,
    .size = hostfs_size,
    .truncate = hostfs_truncate,
    .sync = hostfs_sync,
    .stat_open = hostfs_stat_open,
    .opendir = hostfs_opendir,
    .readdir = hostfs_readdir,
    .telldir = hostfs_telldir,
    .seekdir = hostfs_seekdir,
    .closedir = hostfs_closedir,
    .stat = hostfs_stat,
    .statfs = hostfs_statfs,
    .mkdir = hostfs_mkdir,
    .remove = hostfs_remove,
    .rename = hostfs_rename,
    .get_attribute = hostfs_get_attribute,
    .set_attribute = hostfs_set_attribute,
    .remove_attribute = hostfs_remove_attribute,
    .set_times = hostfs_set_times,
};
