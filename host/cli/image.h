/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* An image the user named: opened, locked, recognised, mounted at "/", and brought back safely.
 *
 * A command that changes an image works on a copy beside it; the copy is made durable and renamed over the
 * image when all went well, so that whatever happens the image is either as before or complete. With
 * --in-place it changes the image itself, with only the filesystem's own safety. The image is locked
 * meanwhile. */

#ifndef MCUFS_CLI_IMAGE_H
#define MCUFS_CLI_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <host/file_device.h>
#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "option.h"

typedef enum image_access { IMAGE_READ, IMAGE_CHANGE } image_access_t;

typedef struct image {
    const char *path;
    mcufs_file_device_t original, copy;
    bool has_original, has_copy;
    bool made;                 /* the copy is a new file of ours */
    char *copy_path;           /* beside the image; NULL: none */
    mcufs_file_device_t *file; /* the one that is worked on */
    uint64_t offset, length;   /* of the filesystem inside the file; length 0: to the end */
    const mcufs_filesystem_t *filesystem;
    mcufs_probe_t found;
    mcufs_littlefs2_options_t options;
    void *arena;
    size_t arena_size;
    mcufs_t fs;
    bool mounted;
} image_t;

/* Each of these returns EXIT_DONE, or another exit code after saying what is wrong. After any result
 * image_close must be called. */

/* Opens, locks and recognises. */
int image_open(image_t *image, const char *path, const settings_t *settings, image_access_t access);
/* And mounts at "/". */
int image_open_mounted(image_t *image, const char *path, const settings_t *settings, image_access_t access);
int image_mount(image_t *image, image_access_t access);
/* A new file beside `path`, erased; it takes the place of `path` at image_keep. `settings`: force, and how to
 * format. The result is not formatted. */
int image_create(image_t *image, const char *path, const settings_t *settings);
/* Makes the new file this long, erased; can be repeated. */
int image_resize(image_t *image, uint32_t block_size, uint64_t block_count);
/* Opens a part of an existing file, or all of it, to be formatted, whatever is in it. */
int image_open_region(image_t *image, const char *path, const settings_t *settings, uint32_t block_size);
/* Looks at so many blocks of the file, which has them. Not while it is mounted. */
int image_set_blocks(image_t *image, const settings_t *settings, uint64_t block_count);
/* Makes the file longer, with erased bytes, or shorter, so that this many belong to the filesystem. Not while
 * it is mounted. */
int image_set_length(image_t *image, const settings_t *settings, uint64_t length);
int image_unmount(image_t *image);
/* 0 or a negative error. */
int image_format(image_t *image);
/* Unmounts and makes what was changed durable, under the image's name. */
int image_keep(image_t *image);
/* Drops what is not kept and unlocks. */
void image_close(image_t *image);

/* Bytes of the filesystem. */
uint64_t image_size(const image_t *image);
/* A setup for operations on the unmounted image. */
mcufs_setup_t image_setup(image_t *image, uint32_t flags, const mcufs_hooks_t *hooks);
/* Says that an operation on a path in the image failed. */
void image_say(const image_t *image, const char *path, int error);
/* Copies the whole file, for a backup. False after saying what is wrong. */
bool copy_file(const char *from, const char *to);

/* -- image_setup.c: options and geometry from what was asked for ---------------------------------------- */

/* The part of the file: --offset, --length, --partition. */
int setup_region(const settings_t *settings, uint64_t *offset, uint64_t *length);
/* How to format; false after saying what is wrong. */
bool setup_format(const settings_t *settings, mcufs_littlefs2_options_t *options);
/* How to mount an existing image. */
void setup_mount(const settings_t *settings, mcufs_littlefs2_options_t *options);
/* Geometry of a device with blocks of this size. */
mcufs_geometry_t setup_geometry(const settings_t *settings, uint32_t block_size, uint64_t block_count);
/* False after saying why no filesystem has such blocks. */
bool setup_check_block_size(uint64_t block_size);
/* The dialect of times that the mounted image uses, as far as a look at some of its files tells. */
mcufs_littlefs2_time_dialect_t setup_find_dialect(mcufs_t *fs);
const char *type_name(int type);

#endif
