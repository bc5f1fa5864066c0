/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs mkdir: makes directories in an image. */

#include "commands.h"

#include "image.h"
#include "image_paths.h"

int command_mkdir(const settings_t *settings, int count, char **operands)
{
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_CHANGE);
    for (int i = 1; i < count && status == EXIT_DONE; i++) {
        int error = settings->parents ? make_parents(&image.fs, operands[i], true)
                                      : mcufs_mkdir(&image.fs, operands[i]);
        if (error != 0) {
            image_say(&image, operands[i], error);
            status = EXIT_NOT_DONE;
        }
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    image_close(&image);
    return status;
}
