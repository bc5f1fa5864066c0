/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Copies from the host into an image. */

#include "pack_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "walk.h"

enum { PLAN_PATH_MAX = 4096 };

bool chosen_time(const settings_t *settings, bool *fixed, int64_t *time)
{
    *fixed = settings->time != NULL;
    *time = 0;
    if (*fixed && !parse_time(settings->time, time)) {
        say_error("--mtime: '%s' is not a time like @1700000000, 2024-01-31 or 2024-01-31T12:00:00Z",
                  settings->time);
        return false;
    }
    return true;
}

int64_t host_time(const struct stat *stat)
{
    const int64_t limit = INT64_MAX / 1000000000 - 1;
    if (stat->st_mtim.tv_sec > limit || stat->st_mtim.tv_sec < -limit) {
        return 0;
    }
    return (int64_t)stat->st_mtim.tv_sec * 1000000000 + stat->st_mtim.tv_nsec;
}

/* -- Reading the host directory ------------------------------------------------------------------------- */

typedef struct reader {
    plan_t *plan;
    const settings_t *settings;
    const char *root; /* as the user spelled it */
    bool fixed;
    int64_t time;
    bool has_image; /* the image exists already, as this: */
    dev_t image_device;
    ino_t image_inode;
    size_t next; /* entry whose directory is read next */
    unsigned failures;
} reader_t;

static void fail(reader_t *reader, const char *path, const char *reason)
{
    char shown[PLAN_PATH_MAX];
    say_error("%s/%s: %s", reader->root, format_name(shown, sizeof shown, path), reason);
    reader->failures++;
}

static bool add(reader_t *reader, const char *path, const struct stat *stat)
{
    plan_t *plan = reader->plan;
    if (plan->count == plan->room) {
        size_t larger = plan->room == 0 ? 64 : plan->room * 2;
        plan_entry_t *entries = realloc(plan->entries, larger * sizeof *entries);
        if (entries == NULL) {
            return false;
        }
        plan->entries = entries;
        plan->room = larger;
    }
    bool is_directory = S_ISDIR(stat->st_mode);
    plan_entry_t *entry = &plan->entries[plan->count];
    entry->path = strdup(path);
    entry->type = is_directory ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE;
    entry->size = is_directory ? 0 : (uint64_t)stat->st_size;
    entry->modified = reader->fixed ? reader->time : host_time(stat);
    plan->files += !is_directory;
    plan->directories += is_directory;
    plan->bytes += entry->size;
    plan->count++;
    return entry->path != NULL;
}

static bool is_excluded(const reader_t *reader, const char *name)
{
    for (unsigned i = 0; i < reader->settings->exclude.count; i++) {
        if (fnmatch(reader->settings->exclude.items[i], name, 0) == 0) {
            return true;
        }
    }
    return false;
}

static const char *kind_of(mode_t mode)
{
    return S_ISLNK(mode) ? "a symbolic link; --dereference stores what it points to, --exclude leaves it out"
           : S_ISFIFO(mode) ? "a named pipe; an image cannot hold it (--exclude leaves it out)"
           : S_ISSOCK(mode) ? "a socket; an image cannot hold it (--exclude leaves it out)"
                            : "a device; an image cannot hold it (--exclude leaves it out)";
}

/* Adds one name found in the directory `parent`. False when memory is short. */
static bool add_name(reader_t *reader, const char *parent, const char *name)
{
    char path[PLAN_PATH_MAX];
    struct stat stat;
    if (is_excluded(reader, name)) {
        reader->plan->excluded++;
        return true;
    }
    int length = snprintf(path, sizeof path, "%s%s%s", parent, parent[0] == '\0' ? "" : "/", name);
    if (length < 0 || (size_t)length >= sizeof path) {
        fail(reader, parent, "nested too deep");
        return true;
    }
    int flags = reader->settings->dereference ? 0 : AT_SYMLINK_NOFOLLOW;
    if (fstatat(reader->plan->directory, path, &stat, flags) != 0) {
        fail(reader, path, strerror(errno));
        return true;
    }
    if (!S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode)) {
        fail(reader, path, kind_of(stat.st_mode));
        return true;
    }
    if (reader->has_image && stat.st_dev == reader->image_device && stat.st_ino == reader->image_inode) {
        fail(reader, path, "is the image itself; --exclude leaves it out");
        return true;
    }
    return add(reader, path, &stat);
}

/* Adds the names in a directory of the plan. False when memory is short. */
static bool add_directory(reader_t *reader, const char *path)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (reader->settings->dereference ? 0 : O_NOFOLLOW);
    int descriptor = openat(reader->plan->directory, path[0] == '\0' ? "." : path, flags);
    DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);
    if (directory == NULL) {
        fail(reader, path, strerror(errno));
        if (descriptor >= 0) {
            close(descriptor);
        }
        return true;
    }
    bool good = true;
    for (struct dirent *entry = readdir(directory); entry != NULL && good; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            good = add_name(reader, path, entry->d_name);
        }
    }
    closedir(directory);
    return good;
}

/* By path, component by component, so that a directory stands directly before its content. */
static int compare_paths(const void *a, const void *b)
{
    const char *first = ((const plan_entry_t *)a)->path, *second = ((const plan_entry_t *)b)->path;
    while (*first != '\0' && *first == *second) {
        first++;
        second++;
    }
    unsigned x = *first == '/' ? 1 : *first == '\0' ? 0 : (unsigned char)*first + 1U;
    unsigned y = *second == '/' ? 1 : *second == '\0' ? 0 : (unsigned char)*second + 1U;
    return (x > y) - (x < y);
}

static bool read_all(reader_t *reader)
{
    enum { ENTRIES_MAX = 10000000 }; /* links that lead in circles */
    plan_t *plan = reader->plan;
    for (reader->next = 0; reader->next < plan->count; reader->next++) {
        if (plan->entries[reader->next].type != MCUFS_TYPE_DIRECTORY) {
            continue;
        }
        char path[PLAN_PATH_MAX];
        snprintf(path, sizeof path, "%s", plan->entries[reader->next].path);
        if (plan->count > ENTRIES_MAX || !add_directory(reader, path)) {
            say_error("%s: %s", reader->root, strerror(ENOMEM));
            return false;
        }
    }
    return reader->failures == 0;
}

bool plan_read(plan_t *plan, const char *directory, const char *image, const settings_t *settings)
{
    reader_t reader = {.plan = plan, .settings = settings, .root = directory};
    struct stat stat;
    memset(plan, 0, sizeof *plan);
    if (lstat(image, &stat) == 0) {
        reader.has_image = true;
        reader.image_device = stat.st_dev;
        reader.image_inode = stat.st_ino;
    }
    plan->directory = -1;
    if (!chosen_time(settings, &reader.fixed, &reader.time)) {
        return false;
    }
    plan->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (plan->directory < 0 || fstat(plan->directory, &stat) != 0) {
        say_error("%s: %s", directory, strerror(errno));
        return false;
    }
    if (!add(&reader, "", &stat) || !read_all(&reader)) {
        return false;
    }
    plan->directories--; /* the root is not counted */
    qsort(plan->entries, plan->count, sizeof *plan->entries, compare_paths);
    return true;
}

void plan_free(plan_t *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        free(plan->entries[i].path);
    }
    free(plan->entries);
    if (plan->directory >= 0) {
        close(plan->directory);
    }
}

bool plan_check(const plan_t *plan, const mcufs_statfs_t *limits)
{
    char shown[PLAN_PATH_MAX];
    bool good = true;
    for (size_t i = 0; i < plan->count; i++) {
        const plan_entry_t *entry = &plan->entries[i];
        const char *slash = strrchr(entry->path, '/');
        size_t length = strlen(slash == NULL ? entry->path : slash + 1);
        format_name(shown, sizeof shown, entry->path);
        if (length > limits->name_max) {
            say_error("%s: the name has %zu bytes, the volume allows %" PRIu32, shown, length,
                      limits->name_max);
            good = false;
        }
        if (entry->size > limits->file_size_max) {
            say_error("%s: the file has %" PRIu64 " bytes, the volume allows %" PRIu64, shown, entry->size,
                      limits->file_size_max);
            good = false;
        }
    }
    return good;
}

/* -- Writing it ----------------------------------------------------------------------------------------- */

static int copy_content(mcufs_file_t *file, int descriptor, const char *shown)
{
    enum { CHUNK = 32768 };
    static unsigned char buffer[CHUNK];
    for (;;) {
        ssize_t count = read(descriptor, buffer, CHUNK);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            say_error("%s: %s", shown, strerror(errno));
            return 1;
        }
        if (count == 0) {
            return 0;
        }
        int32_t written = mcufs_write(file, buffer, (size_t)count);
        if (written < 0) {
            return written;
        }
        progress_add((uint64_t)count);
    }
}

int put_file(mcufs_t *fs, int descriptor, const char *shown, const char *target)
{
    mcufs_file_t file;
    int error = mcufs_open(fs, &file, target, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    if (error != 0) {
        return error;
    }
    error = copy_content(&file, descriptor, shown);
    int closed = mcufs_close(&file);
    return error != 0 ? error : closed;
}

static int put_entry(const plan_t *plan, const plan_entry_t *entry, mcufs_t *fs, const char *target)
{
    if (entry->type == MCUFS_TYPE_DIRECTORY) {
        mcufs_stat_t stat;
        int error = entry->path[0] == '\0' ? 0 : mcufs_mkdir(fs, target);
        if (error == MCUFS_EEXIST && mcufs_stat(fs, target, &stat) == 0 &&
            stat.type == MCUFS_TYPE_DIRECTORY) {
            error = 0;
        }
        return error;
    }
    int descriptor = openat(plan->directory, entry->path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        say_error("%s: %s", entry->path, strerror(errno));
        return 1;
    }
    int error = put_file(fs, descriptor, entry->path, target);
    close(descriptor);
    return error;
}

static bool join_target(char *path, size_t size, const char *target, const char *rest)
{
    size_t length = strlen(target);
    bool slash = length > 0 && target[length - 1] == '/';
    int used = snprintf(path, size, "%s%s%s", target, slash || rest[0] == '\0' ? "" : "/", rest);
    return used >= 0 && (size_t)used < size;
}

static int put_time(mcufs_t *fs, const char *target, int64_t modified)
{
    if (modified == 0) {
        return 0;
    }
    mcufs_times_t times = {.modified = modified, .created = modified, .accessed = 0};
    int error = mcufs_set_times(fs, target, &times);
    return error == MCUFS_ENOTSUP ? 0 : error;
}

int plan_write(const plan_t *plan, mcufs_t *fs, const char *target, size_t *failed)
{
    char path[WALK_PATH_MAX];
    for (size_t i = 0; i < plan->count; i++) {
        const plan_entry_t *entry = &plan->entries[i];
        *failed = i;
        if (!join_target(path, sizeof path, target, entry->path)) {
            return MCUFS_ENAMETOOLONG;
        }
        int error = put_entry(plan, entry, fs, path);
        if (error == 0) {
            error = put_time(fs, path, entry->modified);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
