/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs get: copies a file or a directory out of an image. */

#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_tree.h"
#include "image.h"
#include "output.h"
#include "walk.h"

enum { HOST_PATH_MAX = 4096 };

/* The last component, or "" for the root. */
static void base_name(const char *path, char name[MCUFS_NAME_MAX + 1])
{
    mcufs_path_t walk = mcufs_path(path, NULL);
    const char *component;
    size_t length;
    name[0] = '\0';
    while (mcufs_path_next(&walk, &component, &length)) {
        snprintf(name, MCUFS_NAME_MAX + 1, "%.*s", (int)length, component);
    }
}

/* Splits the destination into an open directory and a name in it. `name` is for when the destination is an
 * existing directory. Returns the descriptor, or -1 after saying what is wrong. */
static int open_destination(const char *destination, char name[MCUFS_NAME_MAX + 1])
{
    char directory[HOST_PATH_MAX];
    struct stat existing;
    if (strlen(destination) >= sizeof directory) {
        say_error("%s: %s", destination, strerror(ENAMETOOLONG));
        return -1;
    }
    snprintf(directory, sizeof directory, "%s", destination);
    if (stat(destination, &existing) != 0 || !S_ISDIR(existing.st_mode)) {
        char *slash = strrchr(directory, '/');
        const char *last = slash == NULL ? directory : slash + 1;
        if (strlen(last) > MCUFS_NAME_MAX) {
            say_error("%s: %s", destination, strerror(ENAMETOOLONG));
            return -1;
        }
        memmove(name, last, strlen(last) + 1);
        if (slash == NULL) {
            snprintf(directory, sizeof directory, ".");
        } else {
            slash[slash == directory ? 1 : 0] = '\0';
        }
    }
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        say_error("%s: %s", directory, strerror(errno));
    } else if (!is_safe_name(name)) {
        say_error("%s: no file name", destination);
        close(descriptor);
        descriptor = -1;
    }
    return descriptor;
}

static bool get_directory(host_copy_t *copy, const char *from, int parent, const char *name)
{
    if (mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
        say_error("%s: %s", name, strerror(errno));
        return false;
    }
    int directory = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        say_error("%s: %s", name, strerror(errno));
        return false;
    }
    host_copy_tree(copy, from, directory);
    close(directory);
    return copy->failures == 0;
}

static bool get(image_t *image, const settings_t *settings, const char *from, const char *destination)
{
    char name[MCUFS_NAME_MAX + 1];
    mcufs_stat_t stat;
    host_copy_t copy = {.fs = &image->fs,
                        .replace = settings->force,
                        .keep_times = true,
                        .salvage = settings->salvage,
                        .image_size = image_size(image)};
    int error = mcufs_stat(&image->fs, from, &stat);
    if (error != 0) {
        image_say(image, from, error);
        return false;
    }
    bool is_directory = stat.type == MCUFS_TYPE_DIRECTORY;
    if (is_directory && !settings->recursive) {
        say_error("%s: is a directory; --recursive copies it", from);
        return false;
    }
    if (!is_directory && strcmp(destination, "-") == 0) {
        return host_copy_content(&copy, from, STDOUT_FILENO) && copy.failures == 0;
    }
    base_name(from, name);
    if (name[0] == '\0') {
        snprintf(name, sizeof name, "root");
    }
    int parent = open_destination(destination, name);
    if (parent < 0) {
        return false;
    }
    progress_begin("get", is_directory ? 0 : stat.size);
    bool good =
        is_directory ? get_directory(&copy, from, parent, name) : host_copy_file(&copy, from, parent, name);
    progress_end();
    close(parent);
    return good && copy.failures == 0;
}

int command_get(const settings_t *settings, int count, char **operands)
{
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE && !get(&image, settings, operands[1], count > 2 ? operands[2] : ".")) {
        status = EXIT_NOT_DONE;
    }
    image_close(&image);
    return status;
}
