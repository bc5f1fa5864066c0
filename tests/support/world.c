/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Chip, mount and life of a world; what one operation does is in step.c. */

#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

void world_create(world_t *world, const filesystem_row_t *row, const geometry_row_t *geometry, uint64_t seed)
{
    memset(world, 0, sizeof *world);
    world->row = row;
    world->geometry = geometry;
    sim_options_t options = {.kind = geometry->kind,
                             .geometry = {.read_size = geometry->read_size,
                                          .program_size = geometry->program_size,
                                          .block_size = geometry->block_size,
                                          .block_count = geometry->block_count,
                                          .erased_value = geometry->erased_value},
                             .hide_erased_value = geometry->hide_erased_value,
                             .endurance = geometry->endurance,
                             .atom = row->in_place ? 32 : 0,
                             .clock = geometry->large_erases ? &sim_clock_nor_64k : NULL,
                             .seed = seed};
    world->flash = sim_flash_new(&options);
    if (world->flash == NULL) {
        fprintf(stderr, "no such chip: %s\n", geometry->name);
        exit(2);
    }
    sim_flash_set_reorder(world->flash, geometry->reorder);
    row->configure(geometry, &world->options);
    world->arena_size = row->arena_size(geometry, geometry->arena);
    world->arena = allocate(world->arena_size);
    for (unsigned i = 0; i < OPERATION_SLOTS; i++) {
        world->buffers[i] = allocate(geometry->cache_size);
    }
    model_reset(&world->model);
    world->model.creates_late = row->creates_late;
    world->model.in_place = row->in_place;
}

void world_destroy(world_t *world)
{
    sim_flash_free(world->flash);
    free(world->arena);
    free(world->scratch);
    for (unsigned i = 0; i < OPERATION_SLOTS; i++) {
        free(world->buffers[i]);
    }
    for (unsigned i = 0; i < MODEL_NODES; i++) {
        free(world->model.nodes[i].bytes);
        free(world->model.nodes[i].mixed);
    }
    for (unsigned i = 0; i < WORLD_ALLOWED; i++) {
        tree_free(&world->allowed[i]);
    }
    memset(world, 0, sizeof *world);
}

int world_format(world_t *world)
{
    mcufs_setup_t setup = {.device = sim_flash_device(world->flash),
                           .arena = world->arena,
                           .arena_size = world->arena_size,
                           .options = &world->options};
    return mcufs_format(world->row->table, &setup);
}

int world_mount(world_t *world, uint32_t flags)
{
    mcufs_mount_options_t options = {.filesystem = world->row->table,
                                     .arena = world->arena,
                                     .arena_size = world->arena_size,
                                     .flags = flags,
                                     .filesystem_options = &world->options};
    world_forget(world);
    /* Whatever the arena holds must not matter. */
    memset(world->arena, 0xa5, world->arena_size);
    int error = mcufs_init(&world->fs, NULL);
    if (error == 0) {
        error = mcufs_mount(&world->fs, "/", sim_flash_device(world->flash), &options);
    }
    world->mounted = error == 0;
    return error;
}

int world_unmount(world_t *world)
{
    int error = mcufs_unmount(&world->fs, "/");
    world->mounted = error != 0;
    return error;
}

void world_forget(world_t *world)
{
    world->mounted = false;
    memset(&world->fs, 0, sizeof world->fs);
    memset(world->files, 0, sizeof world->files);
    memset(world->directories, 0, sizeof world->directories);
}

bool world_start(world_t *world)
{
    model_reset(&world->model);
    int error = world_format(world);
    const char *what = "format";
    if (error == 0) {
        error = world_mount(world, 0);
        what = "mount";
    }
    if (error != 0) {
        snprintf(world->why, sizeof world->why, "%s of a new volume: %d (%s)", what, error,
                 mcufs_error_text(error));
    }
    return error == 0;
}

bool world_capture(world_t *world, bool exact_sizes, tree_t *tree)
{
    return tree_capture(&world->fs, world->row->attributes, exact_sizes, tree, world->why,
                        sizeof world->why) == 0;
}

bool world_adopt_allowed(world_t *world)
{
    tree_t tree = {0};
    bool right = world_capture(world, true, &tree);
    if (right) {
        char differences[500] = "";
        size_t used = 0;
        right = false;
        for (unsigned i = 0; i < world->allowed_count && !right; i++) {
            char difference[120] = "";
            right = tree_match(&tree, &world->allowed[i], difference, sizeof difference);
            used += (size_t)snprintf(differences + used, sizeof differences - used, "%s%s",
                                     i == 0 ? "" : "; nor: ", difference);
        }
        if (right) {
            model_adopt(&world->model, &tree);
        } else {
            snprintf(world->why, sizeof world->why, "not an allowed state: %s", differences);
        }
    }
    tree_free(&tree);
    return right;
}

static bool verify_handle(world_t *world, unsigned slot)
{
    const model_handle_t *handle = &world->model.handles[slot];
    if (!handle->open || world->model.nodes[handle->node].unknown) {
        return true;
    }
    int64_t size = mcufs_size(&world->files[slot]), position = mcufs_tell(&world->files[slot]);
    int64_t expected = world->model.nodes[handle->node].size;
    if (size != expected || position != handle->position) {
        snprintf(world->why, sizeof world->why,
                 "slot %u: size %" PRId64 " position %" PRId64 ", expected %" PRId64 " and %" PRId64, slot,
                 size, position, expected, handle->position);
        return false;
    }
    return true;
}

static bool verify_space(world_t *world)
{
    mcufs_statfs_t statfs;
    int error = mcufs_statfs(&world->fs, "/", &statfs);
    if (error != 0 || statfs.free_blocks > statfs.block_count) {
        snprintf(world->why, sizeof world->why, "statfs: %d, %" PRIu64 " of %" PRIu64 " blocks free", error,
                 statfs.free_blocks, statfs.block_count);
        return false;
    }
    return true;
}

static bool any_dirty(const model_t *model)
{
    for (unsigned i = 0; i < MODEL_NODES; i++) {
        if (model->nodes[i].used && model->nodes[i].dirty) {
            return true;
        }
    }
    return false;
}

bool world_verify(world_t *world)
{
    tree_t tree = {0}, expected = {0};
    bool right = world_capture(world, !any_dirty(&world->model), &tree);
    if (right) {
        char difference[300];
        model_view(&world->model, false, &expected);
        right = tree_match(&tree, &expected, difference, sizeof difference);
        if (!right) {
            snprintf(world->why, sizeof world->why, "tree: %s", difference);
        }
    }
    for (unsigned i = 0; right && i < OPERATION_SLOTS; i++) {
        right = verify_handle(world, i);
    }
    tree_free(&tree);
    tree_free(&expected);
    return right && verify_space(world);
}

bool world_judge(world_t *world)
{
    if (world->row->judge == NULL) {
        return true;
    }
    int error = world->mounted ? world_unmount(world) : 0;
    const char *complaint =
        error != 0 ? mcufs_error_text(error)
                   : world->row->judge(sim_flash_content(world->flash), sim_flash_size(world->flash));
    if (complaint != NULL) {
        snprintf(world->why, sizeof world->why, "%s finds: %s", error != 0 ? "unmount" : "the judge",
                 complaint);
    }
    return complaint == NULL;
}

/* For a look at what is on the chip: MCUFS_TEST_IMAGE names the file. */
static void save_image(const world_t *world)
{
    const char *path = getenv("MCUFS_TEST_IMAGE");
    FILE *file = path == NULL ? NULL : fopen(path, "wb");
    if (file != NULL) {
        (void)fwrite(sim_flash_bytes(world->flash), 1, sim_flash_size(world->flash), file);
        fclose(file);
    }
}

void world_report(const world_t *world)
{
    save_image(world);
    fprintf(stderr, "  %s on %s: %s\n  the last operations:\n", world->row->name, world->geometry->name,
            world->why);
    uint64_t first = world->operations > WORLD_TRACE ? world->operations - WORLD_TRACE : 0;
    for (uint64_t i = first; i < world->operations; i++) {
        char text[400];
        operation_print(&world->trace[i % WORLD_TRACE], text, sizeof text);
        fprintf(stderr, "    %" PRIu64 ": %s\n", i, text);
    }
}
