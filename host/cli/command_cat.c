/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs cat: the content of files of an image on standard output. */

#include "commands.h"

#include <unistd.h>

#include "host_tree.h"
#include "image.h"

int command_cat(const settings_t *settings, int count, char **operands)
{
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE) {
        for (int i = 1; i < count; i++) {
            host_copy_t copy = {
                .fs = &image.fs, .salvage = settings->salvage, .image_size = image_size(&image)};
            if (!host_copy_content(&copy, operands[i], STDOUT_FILENO) || copy.failures > 0) {
                status = EXIT_NOT_DONE;
            }
        }
    }
    image_close(&image);
    return status;
}
