/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs migrate: makes a littlefs v1 image a littlefs v2 image. */

#include "commands.h"

#include <inttypes.h>
#include <stdio.h>

#include <mcufs/littlefs_migrate.h>

#include "image.h"
#include "output.h"

static int say_refusal(const image_t *image, int error)
{
    switch (error) {
    case MCUFS_ENOSPC:
        say_error("%s: too full: its directories need more blocks in littlefs v2 than are free", image->path);
        break;
    case MCUFS_ENAMETOOLONG:
        say_error("%s: a name is longer than littlefs v2 takes here: %" PRIu32
                  " bytes, and less than a block; see --name-max",
                  image->path, image->options.name_max != 0 ? image->options.name_max : MCUFS_NAME_MAX);
        break;
    case MCUFS_EFBIG:
        say_error("%s: a file is larger than --file-max %" PRIu32, image->path, image->options.file_max);
        break;
    case MCUFS_ECORRUPT:
        say_error("%s: is damaged; 'mcufs check' says where, 'mcufs unpack' gets out what can be read",
                  image->path);
        break;
    default:
        say_error("%s: %s", image->path, mcufs_error_text(error));
    }
    return EXIT_NOT_DONE;
}

/* The result must be without fault before it takes the place of the image. */
static int verify(image_t *image, uint32_t files, uint32_t directories)
{
    mcufs_check_t check = {0};
    mcufs_setup_t setup = image_setup(image, MCUFS_READ_ONLY, NULL);
    int error = setup.arena == NULL ? MCUFS_ENOMEM : mcufs_littlefs2.check(&setup, &check);
    if (error != 0 || check.errors != 0 || check.files != files || check.directories != directories) {
        say_error("%s: the result would not be right, so the image stays as it is: %s", image->path,
                  error != 0 ? mcufs_error_text(error) : "its check fails");
        return EXIT_NOT_DONE;
    }
    return EXIT_DONE;
}

static int migrate(image_t *image, const settings_t *settings)
{
    mcufs_check_t before = {0};
    mcufs_setup_t setup = image_setup(image, 0, NULL);
    if (setup.arena == NULL || !setup_format(settings, &image->options)) {
        return EXIT_USAGE;
    }
    progress_begin("migrate", 0);
    int error = image->filesystem->check(&setup, &before);
    if (error == 0 && before.errors > 0) {
        error = MCUFS_ECORRUPT;
    }
    if (error == 0) {
        error = mcufs_littlefs_migrate(&setup);
    }
    progress_end();
    return error == 0 ? verify(image, before.files, before.directories) : say_refusal(image, error);
}

int command_migrate(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image;
    int status = image_open(&image, operands[0], settings, IMAGE_CHANGE);
    if (status == EXIT_DONE && image.filesystem == &mcufs_littlefs2) {
        say_note("%s: is littlefs v2 already", image.path);
        image_close(&image);
        return EXIT_DONE;
    }
    if (status == EXIT_DONE) {
        status = migrate(&image, settings);
    }
    if (status == EXIT_DONE) {
        status = image_keep(&image);
    }
    if (status == EXIT_DONE) {
        say_note("%s: is littlefs v2 now", image.path);
    }
    image_close(&image);
    return status;
}
