/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One filesystem on one simulated chip beside its model: every operation is done on both and compared. */

#ifndef MCUFS_TESTS_WORLD_H
#define MCUFS_TESTS_WORLD_H

#include "model.h"
#include "setting.h"

#ifndef WORLD_TRACE
#define WORLD_TRACE 40
#endif
#define WORLD_ALLOWED 4

typedef enum step {
    STEP_OK,     /* done, and as the model says */
    STEP_FAILED, /* failed with a tolerated error; see world_settle */
    STEP_CUT,    /* the power went; `allowed` holds what may be left */
    STEP_WRONG   /* differs from the model; see world.why */
} step_t;

typedef struct world {
    const filesystem_row_t *row;
    const geometry_row_t *geometry;
    filesystem_options_t options;
    sim_flash_t *flash;
    mcufs_t fs;
    bool mounted;
    uint8_t *arena;
    size_t arena_size;
    mcufs_file_t files[OPERATION_SLOTS];
    uint8_t *buffers[OPERATION_SLOTS];
    mcufs_dir_t directories[OPERATION_DIRECTORIES];
    model_t model;

    int tolerated[3];              /* errors that operations may fail with; 0: none */
    bool may_refuse_all;           /* MCUFS_ENOSPC, if tolerated, is an answer to removing things, too */
    bool expect_cut;               /* a cut is armed: keep what is needed to judge it */
    tree_t allowed[WORLD_ALLOWED]; /* after STEP_CUT: what may be left; usually before and after */
    unsigned allowed_count;
    int64_t result; /* of the last operation */
    char why[600];  /* what went wrong, after STEP_WRONG */

    operation_t trace[WORLD_TRACE]; /* the last operations, a ring */
    uint64_t operations;            /* done so far */
    uint8_t *scratch;
    uint32_t scratch_size;
} world_t;

/* A chip, an arena, nothing formatted yet. Exits when the geometry is impossible. */
void world_create(world_t *world, const filesystem_row_t *row, const geometry_row_t *geometry, uint64_t seed);
void world_destroy(world_t *world);

int world_format(world_t *world);
int world_mount(world_t *world, uint32_t flags);
int world_unmount(world_t *world);
/* The power is gone: handles and mount were only memory. */
void world_forget(world_t *world);
/* Formats, mounts, and starts the model empty. False: `why`. */
bool world_start(world_t *world);

step_t world_step(world_t *world, const operation_t *operation);
/* Runs the operations from *position on until one is not STEP_OK; *position is then that one. */
step_t world_run(world_t *world, const script_t *script, size_t *position);
/* After STEP_FAILED: the operation must have been done wholly or not at all; the model follows. */
bool world_settle(world_t *world, const operation_t *operation);
/* The mounted tree and the handles are what the model says. */
bool world_verify(world_t *world);
/* The tree after a remount is one of `allowed`; the model takes it over. */
bool world_adopt_allowed(world_t *world);
/* Captures the tree of the mounted filesystem. False: `why`. */
bool world_capture(world_t *world, bool exact_sizes, tree_t *tree);

/* Unmounts, with no handle open, and asks somebody else about the image, where there is somebody. */
bool world_judge(world_t *world);

/* Prints `why` and the last operations; saves the chip's content in $MCUFS_TEST_IMAGE, if set. */
void world_report(const world_t *world);

#endif
