/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs mv: renames files and directories of an image. */

#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "image.h"
#include "output.h"
#include "walk.h"

/* Last component of a path. */
static void last_component(const char *path, char name[MCUFS_NAME_MAX + 1])
{
    mcufs_path_t walk = mcufs_path(path, NULL);
    const char *component;
    size_t length;
    name[0] = '\0';
    while (mcufs_path_next(&walk, &component, &length)) {
        snprintf(name, MCUFS_NAME_MAX + 1, "%.*s", (int)length, component);
    }
}

static bool move(image_t *image, const char *from, const char *target, bool into)
{
    char path[WALK_PATH_MAX], name[MCUFS_NAME_MAX + 1];
    mcufs_stat_t stat;
    bool directory = mcufs_stat(&image->fs, target, &stat) == 0 && stat.type == MCUFS_TYPE_DIRECTORY;
    if (into && !directory) {
        say_error("%s: is no directory in the image", target);
        return false;
    }
    last_component(from, name);
    int used = directory ? snprintf(path, sizeof path, "%s/%s", target, name)
                         : snprintf(path, sizeof path, "%s", target);
    int error =
        used < 0 || (size_t)used >= sizeof path ? MCUFS_ENAMETOOLONG : mcufs_rename(&image->fs, from, path);
    if (error != 0) {
        say_error("%s: %s to %s: %s", image->path, from, path, mcufs_error_text(error));
    }
    return error == 0;
}

int command_mv(const settings_t *settings, int count, char **operands)
{
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_CHANGE);
    for (int i = 1; i < count - 1 && status == EXIT_DONE; i++) {
        if (!move(&image, operands[i], operands[count - 1], count > 3)) {
            status = EXIT_NOT_DONE;
        }
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    image_close(&image);
    return status;
}
