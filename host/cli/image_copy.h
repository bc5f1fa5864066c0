/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The copy of an image that is worked on, and how it takes the image's place. */

#ifndef MCUFS_CLI_IMAGE_COPY_H
#define MCUFS_CLI_IMAGE_COPY_H

#include "image.h"

/* A name beside `path` for the copy; free with free(). NULL when memory is short. */
char *copy_name(const char *path);
/* From now on an interrupt removes the file `path`; NULL: nothing any more. */
void copy_guard(const char *path);
/* Makes the copy of image->original and opens it as image->file. EXIT_DONE, or another exit code after saying
 * what is wrong. */
int copy_stage(image_t *image);
/* Closes the copy, durable, and renames it over the image. */
int copy_put_in_place(image_t *image);
/* The copy is no longer ours to remove. */
void copy_forget(image_t *image);

#endif
