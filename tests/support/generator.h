/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random operations that make sense on what the model holds now, and some that do not. */

#ifndef MCUFS_TESTS_GENERATOR_H
#define MCUFS_TESTS_GENERATOR_H

#include "dice.h"
#include "model.h"
#include "setting.h"

/* What the generated tree may need; keeps the volume from filling up by accident. */
typedef struct generator {
    dice_t dice;
    unsigned handles; /* slots to use */
    unsigned nodes, directories;
    uint32_t block_size;
    uint32_t blocks;    /* of file content, all together */
    uint32_t write_max; /* bytes per write */
    uint32_t file_max;  /* bytes per file */
    uint32_t attribute_max;
    uint32_t name_max; /* up to 40 */
    bool attributes, remounts, verifies;
} generator_t;

/* Limits that fit the row and the geometry. */
void generator_init(generator_t *generator, const filesystem_row_t *row, const geometry_row_t *geometry,
                    uint64_t seed);
void generator_next(generator_t *generator, const model_t *model, operation_t *operation);

#endif
