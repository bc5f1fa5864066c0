/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs put: copies a host file, a directory, or standard input into an image. */

#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "image.h"
#include "image_paths.h"
#include "output.h"
#include "pack_tree.h"
#include "walk.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Where a source goes: into `target` when that is a directory, else to `target` itself. */
static bool find_target(image_t *image, const char *source, const char *target, bool into,
                        char path[WALK_PATH_MAX])
{
    mcufs_stat_t stat;
    size_t length = strlen(target);
    bool slash = length > 0 && target[length - 1] == '/';
    bool directory = mcufs_stat(&image->fs, target, &stat) == 0 && stat.type == MCUFS_TYPE_DIRECTORY;
    if (into && !directory && !slash) {
        say_error("%s: is no directory in the image", target);
        return false;
    }
    const char *name = base_name(source);
    if ((directory || slash) && !is_safe_name(name)) {
        say_error("%s: name the file it becomes in the image", source);
        return false;
    }
    int used = directory || slash ? snprintf(path, WALK_PATH_MAX, "%s%s%s", target, slash ? "" : "/", name)
                                  : snprintf(path, WALK_PATH_MAX, "%s", target);
    return used >= 0 && used < WALK_PATH_MAX;
}

static bool say_full(image_t *image, const char *path, int error)
{
    char free_space[FORMAT_MAX];
    mcufs_statfs_t statfs;
    if (error == MCUFS_ENOSPC && mcufs_statfs(&image->fs, "/", &statfs) == 0) {
        say_error("%s: %s does not fit: %s were free when it ended; the image is unchanged", image->path,
                  path, format_size(free_space, statfs.free_blocks * statfs.block_size));
    } else if (error != 1) {
        image_say(image, path, error);
    }
    return false;
}

static bool set_time(image_t *image, const char *path, int64_t modified)
{
    mcufs_times_t times = {.modified = modified};
    int error = modified == 0 ? 0 : mcufs_set_times(&image->fs, path, &times);
    return error == 0 || error == MCUFS_ENOTSUP || say_full(image, path, error);
}

static bool put_one(image_t *image, const settings_t *settings, const char *source, const char *path)
{
    struct stat stat;
    bool from_input = strcmp(source, "-") == 0;
    bool fixed;
    int64_t modified;
    if (!chosen_time(settings, &fixed, &modified)) {
        return false;
    }
    int descriptor = from_input ? STDIN_FILENO : open(source, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &stat) != 0) {
        say_error("%s: %s", source, strerror(errno));
        return false;
    }
    progress_begin("put", from_input ? 0 : (uint64_t)stat.st_size);
    int error = put_file(&image->fs, descriptor, source, path);
    progress_end();
    if (!from_input) {
        close(descriptor);
    }
    if (error != 0) {
        return say_full(image, path, error);
    }
    if (!fixed) {
        modified = from_input ? (int64_t)time(NULL) * 1000000000 : host_time(&stat);
    }
    return set_time(image, path, modified);
}

static bool put_directory(image_t *image, const settings_t *settings, const char *source, const char *path)
{
    plan_t plan;
    mcufs_statfs_t statfs;
    size_t failed = 0;
    bool good = plan_read(&plan, source, image->path, settings) &&
                mcufs_statfs(&image->fs, "/", &statfs) == 0 && plan_check(&plan, &statfs);
    if (good) {
        int error = mcufs_mkdir(&image->fs, path);
        error = error == MCUFS_EEXIST ? 0 : error;
        progress_begin("put", plan.bytes);
        if (error == 0) {
            error = plan_write(&plan, &image->fs, path, &failed);
        }
        progress_end();
        if (error != 0) {
            good = say_full(image, plan.entries[failed].path[0] == '\0' ? path : plan.entries[failed].path,
                            error);
        }
    }
    plan_free(&plan);
    return good;
}

static bool put(image_t *image, const settings_t *settings, const char *source, const char *target, bool into)
{
    char path[WALK_PATH_MAX];
    struct stat kind;
    bool directory = strcmp(source, "-") != 0 && stat(source, &kind) == 0 && S_ISDIR(kind.st_mode);
    if (!find_target(image, source, target, into, path)) {
        return false;
    }
    if (settings->parents) {
        int error = make_parents(&image->fs, path, false);
        if (error != 0) {
            return say_full(image, path, error);
        }
    }
    if (directory && !settings->recursive) {
        say_error("%s: is a directory; --recursive copies it", source);
        return false;
    }
    return directory ? put_directory(image, settings, source, path) : put_one(image, settings, source, path);
}

int command_put(const settings_t *settings, int count, char **operands)
{
    image_t image;
    const char *target = count > 2 ? operands[count - 1] : "/";
    int sources = count > 2 ? count - 2 : 1;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_CHANGE);
    for (int i = 1; i <= sources && status == EXIT_DONE; i++) {
        if (!put(&image, settings, operands[i], target, sources > 1)) {
            status = EXIT_NOT_DONE;
        }
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    image_close(&image);
    return status;
}
