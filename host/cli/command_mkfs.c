/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs mkfs: an empty filesystem, in a new file or in a part of an existing one. */

#include "commands.h"

#include <inttypes.h>
#include <unistd.h>

#include "image.h"
#include "output.h"
#include "report.h"

enum { DEFAULT_BLOCK_SIZE = 4096 };

static int format(image_t *image)
{
    int error = image_format(image);
    if (error != 0) {
        say_error("%s: %" PRIu32 " blocks of %" PRIu32 " bytes cannot be formatted: %s", image->path,
                  image->file->device.geometry.block_count, image->file->device.geometry.block_size,
                  mcufs_error_text(error));
    }
    return error == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

/* The size of a new file: as given, or that of the file it replaces. */
static bool find_size(const char *path, const settings_t *settings, uint64_t *size)
{
    *size = settings->size;
    if (*size == 0 && (!settings->force || mcufs_file_length(path, size) != 0 || *size == 0)) {
        say_error("%s: --size is needed for a new image, like --size 1M", path);
        return false;
    }
    return true;
}

static int format_new(image_t *image, const char *path, const settings_t *settings, uint32_t block_size)
{
    char text[FORMAT_MAX];
    uint64_t size;
    int status = image_create(image, path, settings);
    if (status != EXIT_DONE) {
        return status;
    }
    if (!find_size(path, settings, &size)) {
        return EXIT_USAGE;
    }
    if (size % block_size != 0) {
        say_error("--size: %" PRIu64 " is no multiple of the block size %" PRIu32
                  "; the nearest are %s and %" PRIu64,
                  size, block_size, format_size_option(text, size - size % block_size),
                  size - size % block_size + block_size);
        return EXIT_USAGE;
    }
    status = image_resize(image, block_size, size / block_size);
    return status == EXIT_DONE ? format(image) : status;
}

static int format_region(image_t *image, const char *path, settings_t settings, uint32_t block_size)
{
    if (settings.length == 0 && settings.partition == NULL) {
        settings.length = settings.size;
    }
    int status = image_open_region(image, path, &settings, block_size);
    return status == EXIT_DONE ? format(image) : status;
}

static void report(const image_t *image, const settings_t *settings)
{
    char text[FORMAT_MAX];
    const mcufs_geometry_t *geometry = &image->file->device.geometry;
    if (!settings->json) {
        say_note("%s: %s, %" PRIu32 " blocks of %" PRIu32 " bytes, %s", image->path,
                 image->filesystem->description, geometry->block_count, geometry->block_size,
                 format_size(text, (uint64_t)geometry->block_count * geometry->block_size));
        return;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", image->path);
    report_text(object, "type", image->filesystem->name);
    report_number(object, "block_size", geometry->block_size);
    report_number(object, "block_count", geometry->block_count);
    report_number(object, "offset", image->offset);
    report_print(object);
}

int command_mkfs(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image = {0};
    uint64_t block_size = settings->block_size == 0 ? DEFAULT_BLOCK_SIZE : settings->block_size;
    if (!setup_check_block_size(block_size)) {
        return EXIT_USAGE;
    }
    bool in_existing =
        settings->offset != 0 || settings->length != 0 || settings->partition != NULL || settings->in_place;
    int status = in_existing ? format_region(&image, operands[0], *settings, (uint32_t)block_size)
                             : format_new(&image, operands[0], settings, (uint32_t)block_size);
    if (status == EXIT_DONE) {
        report(&image, settings);
        status = image_keep(&image);
    }
    image_close(&image);
    return status;
}
