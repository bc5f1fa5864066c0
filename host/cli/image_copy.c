/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The copy of an image that is worked on, and how it takes the image's place. */

#define _XOPEN_SOURCE 700 /* realpath */

#include "image_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

/* -- Cleaning up when interrupted ----------------------------------------------------------------------- */

static const char *volatile temporary; /* the file that must not stay behind */

static void remove_temporary(int signal_number)
{
    if (temporary != NULL) {
        unlink(temporary);
    }
    _exit(128 + signal_number);
}

void copy_guard(const char *path)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = path == NULL ? SIG_DFL : remove_temporary};
    if (path != NULL) {
        temporary = path;
    }
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
    }
    if (path == NULL) {
        temporary = NULL;
    }
}

void copy_forget(image_t *image)
{
    copy_guard(NULL);
    free(image->copy_path);
    image->copy_path = NULL;
}

/* -- The copy ------------------------------------------------------------------------------------------- */

static bool copy_bytes(int from, int to)
{
    enum { CHUNK = 65536 };
    static unsigned char buffer[CHUNK];
    off_t position = 0;
    for (;;) {
        ssize_t count = pread(from, buffer, CHUNK, position);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count == 0;
        }
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(to, buffer + done, (size_t)(count - done));
            if (written < 0 && errno != EINTR) {
                return false;
            }
            done += written > 0 ? written : 0;
        }
        position += count;
    }
}

char *copy_name(const char *path)
{
    size_t size = strlen(path) + 40;
    char *name = malloc(size);
    if (name != NULL) {
        const char *slash = strrchr(path, '/');
        size_t directory = slash == NULL ? 0 : (size_t)(slash - path) + 1;
        snprintf(name, size, "%.*s.%s.mcufs-%ld", (int)directory, path, path + directory, (long)getpid());
    }
    return name;
}

bool copy_file(const char *from, const char *to)
{
    struct stat stat;
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = -1;
    bool good = source >= 0 && fstat(source, &stat) == 0;
    if (good) {
        target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, stat.st_mode & 0777);
        good = target >= 0 && copy_bytes(source, target) && fsync(target) == 0;
    }
    if (!good) {
        say_error("%s: %s", to, strerror(errno));
    }
    if (target >= 0 && close(target) != 0) {
        good = false;
    }
    if (source >= 0) {
        close(source);
    }
    if (!good && target >= 0) {
        unlink(to);
    }
    return good;
}

/* The copy is a symbolic link's target's neighbour: an image that is a link stays one. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL);
    return real != NULL ? real : strdup(path);
}

int copy_stage(image_t *image)
{
    struct stat stat;
    if (fstat(image->original.descriptor, &stat) == 0 && !S_ISREG(stat.st_mode)) {
        say_error("%s: is no regular file, so no copy can take its place; use --in-place", image->path);
        return EXIT_USAGE;
    }
    char *real = resolve(image->path);
    image->copy_path = real == NULL ? NULL : copy_name(real);
    free(real);
    if (image->copy_path == NULL) {
        say_error("%s: %s", image->path, strerror(ENOMEM));
        return EXIT_USAGE;
    }
    copy_guard(image->copy_path);
    if (!copy_file(image->path, image->copy_path)) {
        copy_forget(image);
        return EXIT_USAGE;
    }
    mcufs_file_options_t options = {
        .mode = MCUFS_FILE_UPDATE,
        .offset = image->offset,
        .geometry = image->original.device.geometry,
        .sync_at_close = true,
    };
    int error = mcufs_file_device_open(&image->copy, image->copy_path, &options);
    if (error != 0) {
        say_error("%s: %s", image->copy_path, mcufs_error_text(error));
        return EXIT_USAGE;
    }
    image->has_copy = true;
    image->file = &image->copy;
    return EXIT_DONE;
}

/* -- Taking the image's place ------------------------------------------------------------------------------
 */

/* Makes a rename durable. */
static void sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory = slash == NULL   ? strdup(".")
                      : slash == path ? strdup("/")
                                      : strndup(path, (size_t)(slash - path));
    int descriptor = directory == NULL ? -1 : open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor); /* not every filesystem can; the rename itself is done */
        close(descriptor);
    }
    free(directory);
}

int copy_put_in_place(image_t *image)
{
    int error = mcufs_file_device_close(&image->copy);
    image->has_copy = false;
    if (error != 0) {
        say_error("%s: %s", image->path, mcufs_error_text(error));
        return EXIT_NOT_DONE;
    }
    char *real = resolve(image->path);
    bool good = real != NULL && rename(image->copy_path, real) == 0;
    if (!good) {
        say_error("%s: %s", image->path, strerror(errno));
    } else {
        copy_forget(image);
        sync_directory(real);
    }
    free(real);
    return good ? EXIT_DONE : EXIT_NOT_DONE;
}
