/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Writes the fuzzer's first inputs: small images after random operations, some of them with the power cut in
 * the middle of one. make_seeds --directory PATH */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_image.h"
#include "support/arguments.h"
#include "support/generator.h"
#include "support/world.h"

static const geometry_row_t geometries[] = {
    {"b128", SIM_NOR, 128, 64, 1, 1, 32, 0xff, false, 0, 3, ARENA_LARGE, 0},
    {"b128v20", SIM_NOR, 128, 48, 16, 16, 16, 0xff, false, MCUFS_LITTLEFS2_VERSION_2_0, 0, ARENA_LARGE, 0},
    {"b256", SIM_NOR, 256, 40, 4, 1, 64, 0xff, false, 0, 0, ARENA_LARGE, 0},
    {"b512", SIM_NOR, 512, 24, 16, 16, 64, 0xff, false, 0, 0, ARENA_LARGE, 0},
};

static void write_seed(const char *directory, const world_t *world, unsigned number)
{
    char path[500];
    uint8_t input[FUZZ_INPUT_MAX] = {fuzz_block_size_code(world->geometry->block_size), 0x10, (uint8_t)number,
                                     1};
    size_t size = sim_flash_size(world->flash);
    memcpy(input + FUZZ_HEADER, sim_flash_bytes(world->flash), size);
    snprintf(path, sizeof path, "%s/%s-%u", directory, world->geometry->name, number);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(input, 1, FUZZ_HEADER + size, file) != FUZZ_HEADER + size ||
        fclose(file) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    for (unsigned i = 0; arguments.directory != NULL && i < 12; i++) {
        const geometry_row_t *geometry = &geometries[i % 4];
        world_t *world = malloc(sizeof *world);
        generator_t generator;
        operation_t operation;
        world_create(world, arguments.filesystem, geometry, arguments.seed + i);
        generator_init(&generator, arguments.filesystem, geometry, arguments.seed * 100 + i);
        generator.verifies = generator.remounts = false;
        world->tolerated[0] = MCUFS_ENOSPC;
        step_t step = world_start(world) ? STEP_OK : STEP_WRONG;
        for (unsigned k = 0; k < 100 + 40 * i && step == STEP_OK; k++) {
            if (k == 80 && i % 2 == 1) {
                sim_flash_cut(world->flash, 20 + i, SIM_CUT_AFTER, i);
            }
            generator_next(&generator, &world->model, &operation);
            step = world_step(world, &operation);
            if (step == STEP_FAILED) {
                step = world_settle(world, &operation) ? STEP_OK : STEP_WRONG;
            }
        }
        if (step == STEP_WRONG) {
            world_report(world);
            return 1;
        }
        write_seed(arguments.directory, world, i);
        world_destroy(world);
        free(world);
    }
    return arguments.directory == NULL ? 2 : 0;
}
