/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs resize: makes the filesystem in an image larger or smaller, and the file with it. */

#include "commands.h"

#include <inttypes.h>

#include "image.h"
#include "output.h"
#include "report.h"

/* Where the file ends together with the filesystem, it goes on doing so. */
static bool file_follows(const image_t *image, const settings_t *settings)
{
    uint64_t held = image->found.block_count * image->found.block_size;
    return settings->length == 0 && settings->partition == NULL && image->length == held;
}

/* False after saying what is wrong. */
static bool size_is_possible(const image_t *image, const char *text, uint64_t size, bool follows)
{
    char rounded[FORMAT_MAX];
    uint32_t block_size = image->found.block_size;
    if (size % block_size != 0) {
        say_error("'%s' is no multiple of the block size %" PRIu32 "; the nearest are %s and %" PRIu64, text,
                  block_size, format_size_option(rounded, size - size % block_size),
                  size - size % block_size + block_size);
        return false;
    }
    if (size / block_size < 2 || size / block_size > UINT32_MAX) {
        say_error("'%s': a filesystem has 2 to 4294967295 blocks, here of %" PRIu32 " bytes", text,
                  block_size);
        return false;
    }
    if (!follows && size > image->length) {
        say_error("%s: there are %" PRIu64 " bytes for the filesystem, not %" PRIu64, image->path,
                  image->length, size);
        return false;
    }
    return true;
}

static int say_failure(const image_t *image, const char *text, int error)
{
    if (error == MCUFS_ENOSPC) {
        say_error("%s: its content does not fit into %s, or leaves no room to move it", image->path, text);
    } else {
        say_error("%s: %s", image->path, mcufs_error_text(error));
    }
    return EXIT_NOT_DONE;
}

static int resize(image_t *image, const settings_t *settings, const char *text, uint64_t size)
{
    const uint32_t block_size = image->found.block_size;
    const uint64_t before = image->found.block_count * block_size;
    bool follows = file_follows(image, settings);
    if (!size_is_possible(image, text, size, follows)) {
        return EXIT_USAGE;
    }
    int status = follows && size > before ? image_set_length(image, settings, size) : EXIT_DONE;
    if (status == EXIT_DONE && !follows && size > before) {
        status = image_set_blocks(image, settings, size / block_size);
    }
    if (status == EXIT_DONE) {
        status = image_mount(image, IMAGE_CHANGE);
    }
    if (status != EXIT_DONE) {
        return status;
    }
    progress_begin("resize", 0);
    int error = mcufs_resize(&image->fs, "/", size / block_size);
    progress_end();
    if (error != 0) {
        return say_failure(image, text, error);
    }
    status = image_unmount(image);
    return status == EXIT_DONE && follows && size < before ? image_set_length(image, settings, size) : status;
}

static void report(const image_t *image, const settings_t *settings, uint64_t size)
{
    char text[FORMAT_MAX];
    uint64_t block_count = size / image->found.block_size;
    if (!settings->json) {
        say_note("%s: %" PRIu64 " blocks of %" PRIu32 " bytes, %s", image->path, block_count,
                 image->found.block_size, format_size(text, size));
        return;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", image->path);
    report_number(object, "block_size", image->found.block_size);
    report_number(object, "block_count", block_count);
    report_print(object);
}

int command_resize(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image = {0};
    uint64_t size;
    if (!parse_size(operands[1], &size)) {
        say_error("'%s' is no size; like 1048576, 1024K or 1M", operands[1]);
        return EXIT_USAGE;
    }
    int status = image_open(&image, operands[0], settings, IMAGE_CHANGE);
    if (status == EXIT_DONE) {
        status = resize(&image, settings, operands[1], size);
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    if (status == EXIT_DONE) {
        report(&image, settings, size);
    }
    image_close(&image);
    return status;
}
