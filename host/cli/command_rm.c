/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs rm: removes files and directories from an image. */

#include "commands.h"

#include "image.h"
#include "output.h"
#include "walk.h"

typedef struct removal {
    image_t *image;
    int error;
} removal_t;

static int remove_entry(void *context, walk_event_t event, const walk_entry_t *entry)
{
    removal_t *removal = context;
    if (event == WALK_DIRECTORY) {
        return WALK_GO_ON;
    }
    int error = is_safe_name(entry->name) ? mcufs_remove(&removal->image->fs, entry->path) : MCUFS_ECORRUPT;
    if (error != 0) {
        image_say(removal->image, entry->path, error);
    }
    return error;
}

static void failed(void *context, const char *path, int error)
{
    removal_t *removal = context;
    image_say(removal->image, path, error);
    removal->error = error;
}

/* 0 or a negative error, which has been reported. */
static int remove_content(image_t *image, const char *path)
{
    removal_t removal = {image, 0};
    walk_t walk = {&image->fs, image_size(image) / 4, &removal, remove_entry, failed};
    int error = walk_tree(&walk, path);
    return error != 0 ? error : removal.error;
}

static bool remove_path(image_t *image, const settings_t *settings, const char *path)
{
    mcufs_stat_t stat;
    int error = mcufs_stat(&image->fs, path, &stat);
    if (error == MCUFS_ENOENT && settings->force) {
        return true;
    }
    if (error == 0 && stat.type == MCUFS_TYPE_DIRECTORY && settings->recursive) {
        if (remove_content(image, path) != 0) {
            return false;
        }
    }
    if (error == 0) {
        error = mcufs_remove(&image->fs, path);
    }
    if (error == MCUFS_ENOTEMPTY) {
        say_error("%s: %s: directory not empty; --recursive removes it with all that is in it", image->path,
                  path);
    } else if (error == MCUFS_EPERM && settings->recursive) {
        return true; /* the root stays, empty */
    } else if (error != 0) {
        image_say(image, path, error);
    }
    return error == 0;
}

int command_rm(const settings_t *settings, int count, char **operands)
{
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_CHANGE);
    for (int i = 1; i < count && status == EXIT_DONE; i++) {
        if (!remove_path(&image, settings, operands[i])) {
            status = EXIT_NOT_DONE;
        }
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    image_close(&image);
    return status;
}
