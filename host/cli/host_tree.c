/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Copies from an image to the host. */

#include "host_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "walk.h"

enum { SHOWN_MAX = 4096 };

/* Reports a failure that concerns a path in the image. */
static void fail(host_copy_t *copy, const char *path, const char *reason)
{
    char shown[SHOWN_MAX];
    say_error("%s: %s", format_name(shown, sizeof shown, path), reason);
    copy->failures++;
}

/* -- Times ---------------------------------------------------------------------------------------------- */

static struct timespec to_timespec(int64_t time)
{
    struct timespec result = {(time_t)(time / 1000000000), (long)(time % 1000000000)};
    if (result.tv_nsec < 0) {
        result.tv_nsec += 1000000000;
        result.tv_sec--;
    }
    return result;
}

static void restore_time(host_copy_t *copy, const char *path, int descriptor, int64_t modified)
{
    if (!copy->keep_times || modified == 0) {
        return;
    }
    struct timespec times[2] = {{0, UTIME_OMIT}, to_timespec(modified)};
    if (futimens(descriptor, times) != 0) {
        fail(copy, path, strerror(errno));
    }
}

/* -- Files ---------------------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const unsigned char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, data, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        data += written;
        size -= (size_t)written;
    }
    return true;
}

/* Where the file can be read again, from where it cannot; its size: nowhere. */
static int64_t find_readable(mcufs_file_t *file, int64_t from, int64_t size)
{
    enum { STEP = 4 }; /* what a block holds of a file begins at a multiple of this */
    unsigned char byte;
    int64_t at = from - from % STEP;
    do {
        at += STEP;
    } while (at < size && (mcufs_seek(file, at, MCUFS_SEEK_SET) != at || mcufs_read(file, &byte, 1) != 1));
    at = at < size ? at : size;
    return mcufs_seek(file, at, MCUFS_SEEK_SET) == at ? at : size;
}

/* Zeros for what cannot be read at the file's position. What mcufs_read says behind it. */
static int32_t skip_damage(host_copy_t *copy, const char *path, mcufs_file_t *file, int descriptor,
                           uint64_t *total)
{
    static const unsigned char zeros[4096];
    char reason[100];
    int64_t from = mcufs_tell(file), size = mcufs_size(file);
    int64_t to = find_readable(file, from, size);
    snprintf(reason, sizeof reason, "bytes %" PRId64 " to %" PRId64 " are damaged: zeros", from, to - 1);
    fail(copy, path, reason);
    *total += (uint64_t)(to - from);
    copy->bytes += (uint64_t)(to - from);
    while (from < to) {
        size_t part = to - from < (int64_t)sizeof zeros ? (size_t)(to - from) : sizeof zeros;
        if (copy->bytes > copy->image_size || !write_all(descriptor, zeros, part)) {
            return MCUFS_EIO;
        }
        from += (int64_t)part;
    }
    return 1;
}

static unsigned char buffer[32768];

/* The next bytes, into the buffer. */
static int32_t read_on(host_copy_t *copy, const char *path, mcufs_file_t *file, int descriptor,
                       uint64_t *total)
{
    int32_t count = mcufs_read(file, buffer, sizeof buffer);
    while (count == MCUFS_ECORRUPT && copy->salvage) {
        count = skip_damage(copy, path, file, descriptor, total);
        count = count > 0 ? mcufs_read(file, buffer, sizeof buffer) : count;
    }
    return count;
}

bool host_copy_content(host_copy_t *copy, const char *from, int descriptor)
{
    mcufs_file_t file;
    int error = mcufs_open(copy->fs, &file, from, MCUFS_O_RDONLY);
    if (error != 0) {
        fail(copy, from, mcufs_error_text(error));
        return false;
    }
    int64_t size = mcufs_size(&file);
    uint64_t total = 0;
    int32_t count = read_on(copy, from, &file, descriptor, &total);
    bool good = true;
    while (count > 0 && good) {
        total += (uint64_t)count;
        copy->bytes += (uint64_t)count;
        good = write_all(descriptor, buffer, (size_t)count);
        progress_add((uint64_t)count);
        /* All files of a sound image together are no larger than the image. */
        if (good && copy->bytes > copy->image_size) {
            count = MCUFS_ECORRUPT;
            break;
        }
        if (good) {
            count = read_on(copy, from, &file, descriptor, &total);
        }
    }
    mcufs_close(&file);
    if (!good) {
        fail(copy, from, strerror(errno));
    } else if (count < 0) {
        fail(copy, from, mcufs_error_text(count));
    } else if (size >= 0 && total != (uint64_t)size) {
        fail(copy, from, "shorter than its directory says: the image is damaged");
    } else {
        return true;
    }
    return false;
}

/* A new file under a name that is free; its name goes to `name`. */
static int create_temporary(int directory, char name[40])
{
    for (unsigned attempt = 0; attempt < 1000; attempt++) {
        snprintf(name, 40, ".mcufs-%ld-%u", (long)getpid(), attempt);
        int descriptor = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EEXIST) {
            return descriptor;
        }
    }
    return -1;
}

/* True when the name is free, or holds something that may be replaced by a file. */
static bool may_create(host_copy_t *copy, const char *from, int directory, const char *name)
{
    struct stat existing;
    if (fstatat(directory, name, &existing, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) {
            return true;
        }
        fail(copy, from, strerror(errno));
        return false;
    }
    if (S_ISDIR(existing.st_mode)) {
        fail(copy, from, "there is a directory of this name in the destination");
        return false;
    }
    if (!copy->replace) {
        fail(copy, from, "exists in the destination; --force replaces it");
        return false;
    }
    return true;
}

bool host_copy_file(host_copy_t *copy, const char *from, int directory, const char *name)
{
    char temporary[40];
    mcufs_stat_t stat;
    if (!may_create(copy, from, directory, name)) {
        return false;
    }
    int error = mcufs_stat(copy->fs, from, &stat);
    if (error != 0) {
        fail(copy, from, mcufs_error_text(error));
        return false;
    }
    /* A new file that takes the name when complete: never through an existing link or device. */
    int descriptor = create_temporary(directory, temporary);
    if (descriptor < 0) {
        fail(copy, from, strerror(errno));
        return false;
    }
    bool good = host_copy_content(copy, from, descriptor);
    if (good) {
        restore_time(copy, from, descriptor, stat.times.modified);
    }
    if (close(descriptor) != 0 && good) {
        fail(copy, from, strerror(errno));
        good = false;
    }
    if (good && renameat(directory, temporary, directory, name) != 0) {
        fail(copy, from, strerror(errno));
        good = false;
    }
    if (good) {
        copy->files++;
    } else {
        unlinkat(directory, temporary, 0);
    }
    return good;
}

/* -- The tree ------------------------------------------------------------------------------------------- */

typedef struct tree_copy {
    host_copy_t *copy;
    unsigned depth;
    int directories[WALK_DEPTH_MAX + 1]; /* open, from the destination down; -1: could not be made */
} tree_copy_t;

static void refuse_name(host_copy_t *copy, const walk_entry_t *entry)
{
    char shown[4 * MCUFS_NAME_MAX + 1];
    say_error("refused a name that would lead out of the directory: \"%s\"",
              format_name(shown, sizeof shown, entry->name));
    copy->failures++;
}

static int enter_directory(tree_copy_t *tree, const walk_entry_t *entry)
{
    host_copy_t *copy = tree->copy;
    int parent = tree->directories[tree->depth];
    bool made = mkdirat(parent, entry->name, 0777) == 0;
    if (!made && errno != EEXIST) {
        fail(copy, entry->path, strerror(errno));
        return WALK_SKIP;
    }
    int directory = openat(parent, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        fail(copy, entry->path,
             errno == ELOOP || errno == ENOTDIR
                 ? "the destination has a link or file where a directory is needed; not followed"
                 : strerror(errno));
        return WALK_SKIP;
    }
    tree->directories[++tree->depth] = directory;
    copy->directories++;
    return WALK_GO_ON;
}

static void leave_directory(tree_copy_t *tree, const walk_entry_t *entry)
{
    int directory = tree->directories[tree->depth--];
    restore_time(tree->copy, entry->path, directory, entry->stat.times.modified);
    close(directory);
}

static int copy_entry(void *context, walk_event_t event, const walk_entry_t *entry)
{
    tree_copy_t *tree = context;
    if (event == WALK_DIRECTORY_END) {
        leave_directory(tree, entry);
        return WALK_GO_ON;
    }
    if (!is_safe_name(entry->name)) {
        refuse_name(tree->copy, entry);
        return WALK_SKIP;
    }
    if (event == WALK_DIRECTORY) {
        return enter_directory(tree, entry);
    }
    host_copy_file(tree->copy, entry->path, tree->directories[tree->depth], entry->name);
    /* Past this only a damaged image goes on. */
    return tree->copy->bytes > tree->copy->image_size ? MCUFS_ECORRUPT : WALK_GO_ON;
}

static void directory_failed(void *context, const char *path, int error)
{
    tree_copy_t *tree = context;
    fail(tree->copy, path, mcufs_error_text(error));
}

void host_copy_tree(host_copy_t *copy, const char *from, int directory)
{
    tree_copy_t *tree = calloc(1, sizeof *tree);
    if (tree == NULL) {
        fail(copy, from, strerror(ENOMEM));
        return;
    }
    tree->copy = copy;
    tree->directories[0] = directory;
    /* An entry takes more than four bytes on every format. */
    walk_t walk = {copy->fs, copy->image_size / 4, tree, copy_entry, directory_failed};
    int error = walk_tree(&walk, from);
    while (tree->depth > 0) {
        close(tree->directories[tree->depth--]);
    }
    if (error != 0) {
        say_error("the image holds more than fits into it: it is damaged, and the rest was left out");
        copy->failures++;
    }
    free(tree);
}
