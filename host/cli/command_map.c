/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs map: which blocks hold what, as a picture or as letters. */

#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <host/map.h>

#include "image.h"
#include "output.h"

/* Blocks as letters, 64 in a line. */
static void print_map(const map_t *map)
{
    static const char letters[] = {[MCUFS_BLOCK_FREE] = '.',
                                   [MCUFS_BLOCK_SUPERBLOCK] = 'S',
                                   [MCUFS_BLOCK_METADATA] = 'm',
                                   [MCUFS_BLOCK_DATA] = '#'};
    enum { LINE = 64 };
    for (uint32_t i = 0; i < map->block_count; i++) {
        if (i % LINE == 0) {
            printf("%s%8" PRIu32 "  ", i == 0 ? "" : "\n", i);
        }
        putchar(letters[map->use[i]]);
    }
    putchar('\n');
    for (unsigned use = 0; use < MAP_USES; use++) {
        printf("%c %s: %" PRIu32 "%s", letters[use], map_use_name((mcufs_block_use_t)use),
               map_count(map, 0, (mcufs_block_use_t)use), use + 1 < MAP_USES ? "   " : "\n");
    }
}

static int draw(image_t *image, const settings_t *settings)
{
    map_t map;
    const mcufs_geometry_t *geometry = &image->file->device.geometry;
    const char *slash = strrchr(image->path, '/');
    int error =
        map_init(&map, geometry->block_size, geometry->block_count, slash == NULL ? image->path : slash + 1);
    if (error != 0) {
        image_say(image, "/", error);
        return EXIT_NOT_DONE;
    }
    error = map_add(&map, &image->fs, "/", 0, NULL);
    if (error != 0) {
        image_say(image, "/", error);
    } else if (settings->output == NULL) {
        print_map(&map);
    } else {
        errno = 0;
        error = map_write(&map, settings->output);
        if (error == MCUFS_EINVAL) {
            say_error("%s: the name must end in .svg or .png", settings->output);
        } else if (error != 0) {
            say_error("%s: %s", settings->output, errno != 0 ? strerror(errno) : mcufs_error_text(error));
        }
    }
    map_free(&map);
    return error == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

int command_map(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE) {
        status = draw(&image, settings);
    }
    image_close(&image);
    return status;
}
