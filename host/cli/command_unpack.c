/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs unpack: all files of an image into a directory. */

#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host_tree.h"
#include "image.h"
#include "output.h"
#include "report.h"

static void report(const image_t *image, const settings_t *settings, const host_copy_t *copy)
{
    char size[FORMAT_MAX];
    if (!settings->json) {
        say_note("%" PRIu64 " files, %" PRIu64 " directories, %s%s", copy->files, copy->directories,
                 format_size(size, copy->bytes),
                 copy->failures == 0 ? "" : "; not everything could be unpacked");
        return;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", image->path);
    report_number(object, "files", copy->files);
    report_number(object, "directories", copy->directories);
    report_number(object, "bytes", copy->bytes);
    report_number(object, "failures", copy->failures);
    report_print(object);
}

/* The directory itself may be reached through links: that is the user's choice, not the image's. */
static int open_directory(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        say_error("%s: %s", path, strerror(errno));
        return -1;
    }
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        say_error("%s: %s", path, strerror(errno));
    }
    return directory;
}

static void restore_root_time(mcufs_t *fs, int directory)
{
    mcufs_stat_t stat;
    if (mcufs_stat(fs, "/", &stat) == 0 && stat.times.modified > 0) {
        struct timespec times[2] = {
            {0, UTIME_OMIT},
            {(time_t)(stat.times.modified / 1000000000), (long)(stat.times.modified % 1000000000)}};
        (void)futimens(directory, times); /* the directory may belong to someone else; its files are done */
    }
}

static int unpack(image_t *image, const settings_t *settings, int directory)
{
    mcufs_statfs_t statfs;
    host_copy_t copy = {.fs = &image->fs,
                        .replace = settings->force,
                        .keep_times = !settings->no_times,
                        .salvage = settings->salvage,
                        .image_size = image_size(image)};
    uint64_t used = mcufs_statfs(&image->fs, "/", &statfs) == 0
                        ? (statfs.block_count - statfs.free_blocks) * statfs.block_size
                        : copy.image_size;
    progress_begin("unpack", used);
    host_copy_tree(&copy, "/", directory);
    progress_end();
    if (copy.keep_times) {
        restore_root_time(&image->fs, directory);
    }
    report(image, settings, &copy);
    return copy.failures == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

int command_unpack(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE) {
        int directory = open_directory(operands[1]);
        status = directory < 0 ? EXIT_USAGE : unpack(&image, settings, directory);
        if (directory >= 0) {
            close(directory);
        }
    }
    image_close(&image);
    return status;
}
