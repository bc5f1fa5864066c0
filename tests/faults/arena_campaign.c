/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Every arena size from nothing to the documented minimum: too small is MCUFS_ENOMEM and changes nothing,
 * what is accepted works, and nothing outside the arena is touched. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/arguments.h"
#include "support/world.h"

#define GUARD 64
/* What the alignment of the arena may cost. */
#define SLACK 32

typedef struct guarded {
    uint8_t *memory;
    size_t size;
} guarded_t;

/* The arena ends where the guard starts, and starts at an odd address. */
static uint8_t *guarded_arena(guarded_t *guarded, size_t size)
{
    memset(guarded->memory, 0xc7, guarded->size);
    return guarded->memory + GUARD + 1 + (size % 3);
}

static bool guard_is_intact(const guarded_t *guarded, const uint8_t *arena, size_t size)
{
    for (const uint8_t *byte = guarded->memory; byte < guarded->memory + guarded->size; byte++) {
        if ((byte < arena || byte >= arena + size) && *byte != 0xc7) {
            return false;
        }
    }
    return true;
}

/* One file open for writing, another read meanwhile. */
static int use(mcufs_t *fs)
{
    mcufs_file_t writer, reader;
    uint8_t bytes[100] = {1, 2, 3}, back[100];
    int error = mcufs_open(fs, &writer, "/file", MCUFS_O_RDWR | MCUFS_O_CREAT);
    if (error != 0) {
        return error;
    }
    int32_t count = mcufs_write(&writer, bytes, sizeof bytes);
    error = count == (int32_t)sizeof bytes ? mcufs_sync(&writer) : count;
    if (error == 0) {
        error = mcufs_open(fs, &reader, "/file", MCUFS_O_RDONLY);
    }
    if (error == 0) {
        count = mcufs_read(&reader, back, sizeof back);
        error = count == (int32_t)sizeof back && memcmp(bytes, back, sizeof back) == 0 ? mcufs_close(&reader)
                                                                                       : MCUFS_ECORRUPT;
    }
    int closed = mcufs_close(&writer);
    return error != 0 ? error : closed != 0 ? closed : mcufs_mkdir(fs, "/directory");
}

typedef struct
try {
    const filesystem_row_t *row;
    sim_flash_t *flash, *blank, *formatted;
    guarded_t guarded;
    filesystem_options_t options;
    size_t minimum;
    bool format_fitted, mount_fitted;
    size_t format_smallest, mount_smallest;
}
try_t;

static bool fail(size_t size, const char *what, int error)
{
    fprintf(stderr, "  arena of %lu bytes: %s: %d (%s)\n", (unsigned long)size, what, error,
            mcufs_error_text(error));
    return false;
}

static bool try_format(try_t *attempt, size_t size)
{
    uint8_t *arena = guarded_arena(&attempt->guarded, size);
    sim_flash_copy(attempt->flash, attempt->blank);
    mcufs_setup_t setup = {.device = sim_flash_device(attempt->flash),
                           .arena = arena,
                           .arena_size = size,
                           .options = &attempt->options};
    int error = mcufs_format(attempt->row->table, &setup);
    if (!guard_is_intact(&attempt->guarded, arena, size)) {
        return fail(size, "format wrote outside the arena", error);
    }
    if (error == MCUFS_ENOMEM) {
        bool changed = sim_flash_changes(attempt->flash) != sim_flash_changes(attempt->blank);
        return (attempt->format_fitted && size > attempt->format_smallest + SLACK) ||
                       size >= attempt->minimum || changed
                   ? fail(size, "format refused although less was enough, or changed the device", error)
                   : true;
    }
    if (!attempt->format_fitted) {
        attempt->format_smallest = size;
    }
    attempt->format_fitted = true;
    return error == 0 || fail(size, "format", error);
}

static bool try_mount(try_t *attempt, size_t size)
{
    uint8_t *arena = guarded_arena(&attempt->guarded, size);
    mcufs_t fs;
    sim_flash_copy(attempt->flash, attempt->formatted);
    mcufs_mount_options_t options = {.filesystem = attempt->row->table,
                                     .arena = arena,
                                     .arena_size = size,
                                     .filesystem_options = &attempt->options};
    (void)mcufs_init(&fs, NULL);
    int error = mcufs_mount(&fs, "/", sim_flash_device(attempt->flash), &options);
    bool fitted = error == 0;
    if (fitted) {
        error = use(&fs);
        int unmounted = mcufs_unmount(&fs, "/");
        error = error != 0 ? error : unmounted;
    }
    if (!guard_is_intact(&attempt->guarded, arena, size)) {
        return fail(size, "wrote outside the arena", error);
    }
    if (!fitted && error == MCUFS_ENOMEM) {
        return (attempt->mount_fitted && size > attempt->mount_smallest + SLACK) || size >= attempt->minimum
                   ? fail(size, "mount refused although less was enough", error)
                   : true;
    }
    if (!attempt->mount_fitted) {
        attempt->mount_smallest = size;
    }
    attempt->mount_fitted = true;
    return error == 0 || fail(size, "mount and use", error);
}

static bool run(const filesystem_row_t *row, const geometry_row_t *geometry)
{
    world_t *world = malloc(sizeof *world);
    world_create(world, row, geometry, 1);
    try_t attempt = {
        .row = row, .options = world->options, .minimum = row->arena_size(geometry, ARENA_MINIMUM)};
    attempt.flash = sim_flash_clone(world->flash);
    attempt.blank = sim_flash_clone(world->flash);
    size_t most = attempt.minimum + 3 * (size_t)geometry->cache_size + 300, step = 1 + attempt.minimum / 4000;
    attempt.guarded.size = most + 4 * GUARD;
    attempt.guarded.memory = malloc(attempt.guarded.size);
    bool right = world_format(world) == 0 || fail(world->arena_size, "format", 0);
    attempt.formatted = sim_flash_clone(world->flash);
    for (size_t size = 0; right && size <= most; size += step) {
        right = try_format(&attempt, size) && try_mount(&attempt, size);
    }
    right = right && attempt.mount_fitted && attempt.format_fitted;
    printf("%s: minimum documented %lu, format needs %lu, mount and use %lu: %s\n", geometry->name,
           (unsigned long)attempt.minimum, (unsigned long)attempt.format_smallest,
           (unsigned long)attempt.mount_smallest, right ? "right" : "wrong");
    sim_flash_free(attempt.flash);
    sim_flash_free(attempt.blank);
    sim_flash_free(attempt.formatted);
    free(attempt.guarded.memory);
    world_destroy(world);
    free(world);
    return right;
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    bool right = true;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        if (arguments_want(&arguments, &geometry_rows[i])) {
            right = run(arguments.filesystem, &geometry_rows[i]) && right;
        }
    }
    return right ? 0 : 1;
}
