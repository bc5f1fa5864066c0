/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* An image the user named: opened, locked, recognised, mounted, and brought back safely. */

#include "image.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mcufs/littlefs1.h>

#include "image_copy.h"
#include "output.h"

enum { SMALLEST = 256 }; /* bytes: two blocks of the smallest size there is */

static void feed_progress(void *context)
{
    (void)context;
    progress_add(0);
}

static const mcufs_hooks_t quiet_hooks = {.progress = feed_progress};

void image_say(const image_t *image, const char *path, int error)
{
    char shown[1024];
    say_error("%s: %s: %s", image->path, format_name(shown, sizeof shown, path), mcufs_error_text(error));
}

uint64_t image_size(const image_t *image)
{
    return mcufs_device_size(&image->file->device);
}

static void prepare(image_t *image, const char *path)
{
    memset(image, 0, sizeof *image);
    image->path = path;
    image->file = &image->original;
}

/* -- The file ------------------------------------------------------------------------------------------- */

static int say_open_error(const image_t *image, int error)
{
    uint64_t length = 0;
    if (error == MCUFS_EBUSY) {
        say_error("%s: in use by another program; try again when that has finished", image->path);
    } else if (error == MCUFS_EINVAL && mcufs_file_length(image->path, &length) == 0) {
        say_error("%s: has %" PRIu64 " bytes, too short for offset %" PRIu64 ", length %" PRIu64, image->path,
                  length, image->offset, image->length);
    } else {
        say_error("%s: %s", image->path, mcufs_error_text(error));
    }
    return EXIT_USAGE;
}

/* True when the open file is still the one that the path names: another program may have put a new one in its
 * place between our open and our lock. */
static bool is_current(const mcufs_file_device_t *file, const char *path)
{
    struct stat opened, named;
    return fstat(file->descriptor, &opened) == 0 && stat(path, &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Bytes of the file that belong to the filesystem. False after saying what is wrong. */
static bool find_extent(image_t *image)
{
    uint64_t length;
    int error = mcufs_file_length(image->path, &length);
    if (error != 0) {
        say_error("%s: %s", image->path, mcufs_error_text(error));
        return false;
    }
    if (image->offset >= length || image->length > length - image->offset) {
        if (length == 0) {
            say_error("%s: the file is empty", image->path);
        } else {
            say_error("%s: offset 0x%" PRIx64 " and length %" PRIu64
                      " lead past the end of the file, which has %" PRIu64 " bytes",
                      image->path, image->offset, image->length, length);
        }
        return false;
    }
    if (image->length == 0) {
        image->length = length - image->offset;
    }
    if (image->length < SMALLEST) {
        say_error("%s: %" PRIu64 " bytes are too few for a filesystem", image->path, image->length);
        return false;
    }
    return true;
}

/* Blocks for looking, before the real size is known: small, and a divisor of the extent. */
static mcufs_geometry_t looking_geometry(const image_t *image)
{
    uint32_t block_size = 128;
    while (block_size > 1 && image->length % block_size != 0) {
        block_size /= 2;
    }
    mcufs_geometry_t geometry = {1, 1, block_size, (uint32_t)(image->length / block_size), 0xff};
    return geometry;
}

static int open_original(image_t *image, image_access_t access)
{
    enum { ATTEMPTS = 10 };
    mcufs_file_options_t options = {
        .mode = access == IMAGE_READ ? MCUFS_FILE_READ : MCUFS_FILE_UPDATE,
        .offset = image->offset,
    };
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (!find_extent(image)) {
            return EXIT_USAGE;
        }
        options.geometry = looking_geometry(image);
        int error = mcufs_file_device_open(&image->original, image->path, &options);
        if (error != 0) {
            return say_open_error(image, error);
        }
        if (is_current(&image->original, image->path)) {
            image->has_original = true;
            return EXIT_DONE;
        }
        (void)mcufs_file_device_close(&image->original);
    }
    return say_open_error(image, MCUFS_EBUSY);
}

/* -- What is in it -------------------------------------------------------------------------------------- */

/* With type and block size given, a filesystem that cannot be recognised any more can still be checked. */
static bool assume(image_t *image, const settings_t *settings)
{
    if (settings->type == TYPE_NOT_GIVEN || settings->block_size == 0 || image->filesystem == NULL ||
        settings->block_size > UINT32_MAX) {
        return false;
    }
    image->found = (mcufs_probe_t){
        .type = image->filesystem->name,
        .block_size = (uint32_t)settings->block_size,
        .block_count = image->length / settings->block_size,
    };
    return true;
}

static int probe(image_t *image, const settings_t *settings)
{
    const mcufs_device_t *device = &image->original.device;
    int error;
    if (settings->type != TYPE_NOT_GIVEN) {
        image->filesystem = mcufs_filesystem_by_name(type_name(settings->type));
        error = image->filesystem == NULL ? MCUFS_ENOTSUP : image->filesystem->probe(device, &image->found);
    } else {
        error = mcufs_probe(device, &image->found, &image->filesystem);
    }
    if (error == MCUFS_ENODEV && assume(image, settings)) {
        error = 0;
    }
    if (error == MCUFS_ENODEV) {
        say_error("%s: no %s filesystem found%s", image->path,
                  settings->type != TYPE_NOT_GIVEN ? type_name(settings->type) : "known",
                  image->offset == 0 ? "; if it is a larger dump, name the place with --offset and --length"
                                     : " at this offset");
    } else if (error != 0) {
        say_error("%s: %s", image->path, mcufs_error_text(error));
    }
    return error == 0 ? EXIT_DONE : EXIT_USAGE;
}

static bool allocate_arena(image_t *image)
{
    /* Generous: the free map, the state of every directory block, and large buffers. */
    size_t size = (size_t)1024 * 1024 + (size_t)image->file->device.geometry.block_count / 4;
    if (image->arena == NULL || image->arena_size < size) {
        free(image->arena);
        image->arena = malloc(size);
        image->arena_size = image->arena == NULL ? 0 : size;
    }
    if (image->arena == NULL) {
        say_error("%s: %s", image->path, strerror(ENOMEM));
    }
    return image->arena != NULL;
}

/* Probing sees how large a volume was when its first log was written; it may have been resized since. What
 * cannot be mounted has the size that was found. */
static void learn_size(image_t *image, const settings_t *settings)
{
    mcufs_geometry_t geometry = setup_geometry(settings, image->found.block_size, 0);
    mcufs_statfs_t statfs;
    if (image->found.block_size == 0 || mcufs_file_device_set_geometry(&image->original, &geometry) != 0 ||
        !allocate_arena(image) || mcufs_init(&image->fs, &quiet_hooks) != 0) {
        return;
    }
    mcufs_mount_options_t options = {
        .filesystem = image->filesystem,
        .arena = image->arena,
        .arena_size = image->arena_size,
        .flags = MCUFS_READ_ONLY,
    };
    if (mcufs_mount(&image->fs, "/", &image->original.device, &options) == 0) {
        if (mcufs_statfs(&image->fs, "/", &statfs) == 0 && statfs.block_size == image->found.block_size) {
            image->found.block_count = statfs.block_count;
        }
        (void)mcufs_unmount(&image->fs, "/");
    }
}

/* The user's block size wins, so that a damaged superblock can be overruled. */
static int apply_geometry(image_t *image, const settings_t *settings)
{
    char filesystem_size[FORMAT_MAX], file_size[FORMAT_MAX];
    uint64_t block_size = settings->block_size != 0 ? settings->block_size : image->found.block_size;
    if (settings->block_size != 0 && !setup_check_block_size(block_size)) {
        return EXIT_USAGE;
    }
    if (settings->block_size != 0 && settings->block_size != image->found.block_size) {
        say_error("%s: has blocks of %" PRIu32 " bytes, not %" PRIu64 "; leave out --block-size", image->path,
                  image->found.block_size, settings->block_size);
        return EXIT_USAGE;
    }
    uint64_t held = block_size == 0 ? 0 : image->length / block_size;
    if (image->found.block_count > held) {
        say_error("%s: is cut short: the filesystem has %" PRIu64 " blocks of %" PRIu64
                  " bytes (%s), here are %s",
                  image->path, image->found.block_count, block_size,
                  format_size(filesystem_size, image->found.block_count * block_size),
                  format_size(file_size, image->length));
        return EXIT_USAGE;
    }
    mcufs_geometry_t geometry =
        setup_geometry(settings, (uint32_t)block_size, settings->salvage ? held : image->found.block_count);
    int error = mcufs_file_device_set_geometry(image->file, &geometry);
    if (error != 0) {
        say_error("%s: blocks of %" PRIu64 " bytes, program unit %" PRIu32 ": %s", image->path, block_size,
                  geometry.program_size, mcufs_error_text(error));
    }
    return error == 0 ? EXIT_DONE : EXIT_USAGE;
}

/* From here on the image is read as far as it goes. */
static int choose_salvage(image_t *image)
{
    if (image->filesystem != &mcufs_littlefs2) {
        say_error("%s: --salvage is for lfs2, this is %s", image->path, image->filesystem->name);
        return EXIT_USAGE;
    }
    image->filesystem = &mcufs_littlefs2_salvage;
    image->options.block_size = image->file->device.geometry.block_size;
    return EXIT_DONE;
}

int image_open(image_t *image, const char *path, const settings_t *settings, image_access_t access)
{
    prepare(image, path);
    int status = setup_region(settings, &image->offset, &image->length);
    if (status == EXIT_DONE) {
        status = open_original(image, access);
    }
    if (status == EXIT_DONE) {
        status = probe(image, settings);
    }
    if (status == EXIT_DONE) {
        learn_size(image, settings);
    }
    if (status == EXIT_DONE && access == IMAGE_CHANGE && !settings->in_place) {
        status = copy_stage(image);
    }
    if (status == EXIT_DONE) {
        status = apply_geometry(image, settings);
    }
    setup_mount(settings, &image->options);
    if (status == EXIT_DONE && settings->salvage) {
        status = choose_salvage(image);
    }
    return status;
}

mcufs_setup_t image_setup(image_t *image, uint32_t flags, const mcufs_hooks_t *hooks)
{
    mcufs_setup_t setup = {
        .device = &image->file->device,
        .flags = flags,
        .options = &image->options,
        .hooks = hooks != NULL ? hooks : &quiet_hooks,
    };
    if (allocate_arena(image)) {
        setup.arena = image->arena;
        setup.arena_size = image->arena_size;
    }
    return setup;
}

int image_mount(image_t *image, image_access_t access)
{
    if (!allocate_arena(image) || mcufs_init(&image->fs, &quiet_hooks) != 0) {
        return EXIT_USAGE;
    }
    mcufs_mount_options_t options = {
        .filesystem = image->filesystem,
        .arena = image->arena,
        .arena_size = image->arena_size,
        .flags = access == IMAGE_READ ? MCUFS_READ_ONLY : 0,
        .filesystem_options = &image->options,
    };
    if (access == IMAGE_CHANGE && image->filesystem == &mcufs_littlefs1) {
        say_error("%s: is littlefs v1, which is for reading only; 'mcufs migrate' makes it littlefs v2",
                  image->path);
        return EXIT_USAGE;
    }
    int error = mcufs_mount(&image->fs, "/", &image->file->device, &options);
    if (error != 0) {
        say_error("%s: cannot be mounted: %s%s", image->path, mcufs_error_text(error),
                  error == MCUFS_ECORRUPT
                      ? "; 'mcufs check' says what is wrong, 'mcufs unpack --salvage' reads what is left"
                      : "");
        return EXIT_USAGE;
    }
    image->mounted = true;
    return EXIT_DONE;
}

int image_open_mounted(image_t *image, const char *path, const settings_t *settings, image_access_t access)
{
    int status = image_open(image, path, settings, access);
    if (status == EXIT_DONE) {
        status = image_mount(image, access);
    }
    if (status == EXIT_DONE && access == IMAGE_CHANGE && settings->times == TIMES_NOT_GIVEN) {
        /* What is written gets its times the way the rest has them. */
        image->options.times = setup_find_dialect(&image->fs);
        (void)mcufs_unmount(&image->fs, "/");
        image->mounted = false;
        status = image_mount(image, access);
    }
    return status;
}

/* -- A new one ------------------------------------------------------------------------------------------ */

int image_create(image_t *image, const char *path, const settings_t *settings)
{
    struct stat stat;
    prepare(image, path);
    if (lstat(path, &stat) == 0) {
        if (!settings->force) {
            say_error("%s: exists; --force replaces it", path);
            return EXIT_USAGE;
        }
        if (!S_ISREG(stat.st_mode)) {
            say_error("%s: is no regular file, so no new one can take its place", path);
            return EXIT_USAGE;
        }
        int status = stat.st_size == 0 ? EXIT_DONE : open_original(image, IMAGE_CHANGE); /* the lock */
        if (status != EXIT_DONE) {
            return status;
        }
    }
    image->filesystem = mcufs_filesystem_by_name(type_name(settings->type));
    if (image->filesystem == NULL) {
        say_error("%s: this build has no filesystem '%s'", path, type_name(settings->type));
        return EXIT_USAGE;
    }
    if (!setup_format(settings, &image->options)) {
        return EXIT_USAGE;
    }
    image->copy_path = copy_name(path);
    if (image->copy_path == NULL) {
        say_error("%s: %s", path, strerror(ENOMEM));
        return EXIT_USAGE;
    }
    copy_guard(image->copy_path);
    image->file = &image->copy;
    return EXIT_DONE;
}

static void close_copy(image_t *image)
{
    if (image->has_copy) {
        (void)mcufs_file_device_close(&image->copy);
        image->has_copy = false;
    }
}

int image_resize(image_t *image, uint32_t block_size, uint64_t block_count)
{
    settings_t none = {0};
    close_copy(image);
    mcufs_file_options_t options = {
        .mode = image->made ? MCUFS_FILE_REPLACE : MCUFS_FILE_CREATE,
        .geometry = setup_geometry(&none, block_size, block_count),
        .sync_at_close = true,
    };
    if (block_count > UINT32_MAX) {
        say_error("%s: more than 4294967295 blocks", image->path);
        return EXIT_USAGE;
    }
    int error = mcufs_file_device_open(&image->copy, image->copy_path, &options);
    if (error != 0) {
        say_error("%s: %" PRIu64 " blocks of %" PRIu32 " bytes: %s", image->path, block_count, block_size,
                  mcufs_error_text(error));
        return EXIT_USAGE;
    }
    image->made = true;
    image->has_copy = true;
    return EXIT_DONE;
}

int image_format(image_t *image)
{
    mcufs_setup_t setup = image_setup(image, 0, NULL);
    return setup.arena == NULL ? MCUFS_ENOMEM : mcufs_format(image->filesystem, &setup);
}

int image_open_region(image_t *image, const char *path, const settings_t *settings, uint32_t block_size)
{
    prepare(image, path);
    int status = setup_region(settings, &image->offset, &image->length);
    if (status == EXIT_DONE) {
        status = open_original(image, IMAGE_CHANGE);
    }
    if (status == EXIT_DONE && !settings->in_place) {
        status = copy_stage(image);
    }
    if (status != EXIT_DONE) {
        return status;
    }
    mcufs_geometry_t geometry = setup_geometry(settings, block_size, 0);
    int error = image->length % block_size != 0
                    ? MCUFS_EINVAL
                    : mcufs_file_device_set_geometry(
                          image->file,
                          &(mcufs_geometry_t){geometry.read_size, geometry.program_size, block_size,
                                              (uint32_t)(image->length / block_size), geometry.erased_value});
    if (error != 0) {
        say_error("%s: %" PRIu64 " bytes are no whole number of blocks of %" PRIu32 " bytes", path,
                  image->length, block_size);
        return EXIT_USAGE;
    }
    image->filesystem = mcufs_filesystem_by_name(type_name(settings->type));
    return image->filesystem != NULL && setup_format(settings, &image->options) ? EXIT_DONE : EXIT_USAGE;
}

/* -- The end -------------------------------------------------------------------------------------------- */

int image_unmount(image_t *image)
{
    int error = image->mounted ? mcufs_unmount(&image->fs, "/") : 0;
    image->mounted = false;
    if (error != 0) {
        say_error("%s: %s", image->path, mcufs_error_text(error));
    }
    return error == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

/* Bytes from `from` to `to` of the file, erased. */
static bool append_erased(int descriptor, uint64_t from, uint64_t to)
{
    static uint8_t erased[65536];
    memset(erased, 0xff, sizeof erased);
    while (from < to) {
        size_t part = to - from < sizeof erased ? (size_t)(to - from) : sizeof erased;
        ssize_t written = pwrite(descriptor, erased, part, (off_t)from);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        from += written > 0 ? (uint64_t)written : 0;
    }
    return true;
}

int image_set_blocks(image_t *image, const settings_t *settings, uint64_t block_count)
{
    mcufs_geometry_t geometry = setup_geometry(settings, image->found.block_size, block_count);
    int error = mcufs_file_device_set_geometry(image->file, &geometry);
    if (error != 0) {
        say_error("%s: %" PRIu64 " blocks of %" PRIu32 " bytes: %s", image->path, block_count,
                  image->found.block_size, mcufs_error_text(error));
    }
    return error == 0 ? EXIT_DONE : EXIT_USAGE;
}

int image_set_length(image_t *image, const settings_t *settings, uint64_t length)
{
    mcufs_file_device_t *file = image->file;
    uint64_t end = image->offset + length;
    bool good = end < file->length ? ftruncate(file->descriptor, (off_t)end) == 0
                                   : append_erased(file->descriptor, file->length, end);
    if (!good) {
        say_error("%s: %s", image->path, strerror(errno));
        return EXIT_NOT_DONE;
    }
    file->length = end;
    image->length = length;
    return image_set_blocks(image, settings, length / image->found.block_size);
}

int image_keep(image_t *image)
{
    int status = image_unmount(image);
    if (status == EXIT_DONE && image->copy_path != NULL) {
        return copy_put_in_place(image);
    }
    if (status == EXIT_DONE && image->has_original) {
        int error = mcufs_device_sync(&image->original.device);
        if (error != 0) {
            say_error("%s: %s", image->path, mcufs_error_text(error));
            return EXIT_NOT_DONE;
        }
    }
    return status;
}

void image_close(image_t *image)
{
    if (image->mounted) {
        (void)mcufs_unmount(&image->fs, "/");
        image->mounted = false;
    }
    close_copy(image);
    if (image->copy_path != NULL) {
        unlink(image->copy_path);
        copy_forget(image);
    }
    if (image->has_original) {
        (void)mcufs_file_device_close(&image->original);
        image->has_original = false;
    }
    free(image->arena);
    image->arena = NULL;
}
