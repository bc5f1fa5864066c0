/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The n-th device call fails, once or until it is healed, for every n of a mixed workload.
 *
 * The operation has to answer the injected error and be done wholly or not at all, on this mount and after
 * the next; everything else is intact; what failed succeeds when tried again. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "mixed.h"
#include "support/arguments.h"
#include "support/world.h"

typedef struct faulty {
    world_t *world;
    sim_flash_t *base;
    tree_t base_tree;
    script_t steps;
    model_t *other; /* the model in which the failed operation was done after all */
    bool has_other; /* the device may hold that, too */
    unsigned call;
    bool forever;
    uint64_t hits;
} faulty_t;

static const struct {
    const char *name;
    unsigned calls;
} call_rows[] = {{"read", SIM_CALL_READ},
                 {"program", SIM_CALL_PROGRAM},
                 {"erase", SIM_CALL_ERASE},
                 {"sync", SIM_CALL_SYNC}};
#define CALL_ROWS 4

static bool wrong(world_t *world, const char *what, int error)
{
    snprintf(world->why, sizeof world->why, "%s: %d (%s)", what, error, mcufs_error_text(error));
    return false;
}

/* While the device goes on failing, changes fail too, and nothing else breaks. */
static bool poke_failing(faulty_t *faulty)
{
    mcufs_t *fs = &faulty->world->fs;
    mcufs_stat_t stat;
    (void)mcufs_stat(fs, "/b/keep", &stat);
    if (call_rows[faulty->call].calls != SIM_CALL_PROGRAM) {
        return true;
    }
    int error = mcufs_mkdir(fs, "/poke");
    return error == MCUFS_EIO || wrong(faulty->world, "mkdir while programs fail", error);
}

/* What the device may hold besides the model: the operation done although it failed. */
static void remember_other(faulty_t *faulty, const operation_t *operation)
{
    model_copy(faulty->other, &faulty->world->model);
    faulty->has_other = model_predict(faulty->other, operation).success;
    if (faulty->has_other) {
        model_apply(faulty->other, operation);
    }
}

static bool is_repeatable(const operation_t *operation)
{
    return operation->kind != OPERATION_CLOSE && operation->kind != OPERATION_WRITE &&
           operation->kind != OPERATION_READ;
}

/* An operation failed; the device is well again. */
static bool recover(faulty_t *faulty, const operation_t *operation)
{
    world_t *world = faulty->world;
    remember_other(faulty, operation);
    if (!world_settle(world, operation)) {
        return false;
    }
    model_prediction_t prediction = model_predict(&world->model, operation);
    if (!is_repeatable(operation) || !prediction.success) {
        return true;
    }
    if (world_step(world, operation) != STEP_OK) {
        return false;
    }
    faulty->has_other = false;
    return true;
}

static bool lacks_handle(const world_t *world, const operation_t *operation)
{
    return (operation->kind == OPERATION_WRITE || operation->kind == OPERATION_SYNC ||
            operation->kind == OPERATION_SEEK || operation->kind == OPERATION_TRUNCATE ||
            operation->kind == OPERATION_CLOSE || operation->kind == OPERATION_READ) &&
           !world->model.handles[operation->slot].open;
}

static bool run_steps(faulty_t *faulty)
{
    world_t *world = faulty->world;
    for (size_t i = 0; i < faulty->steps.count; i++) {
        const operation_t *operation = &faulty->steps.operations[i];
        if (lacks_handle(world, operation)) {
            continue;
        }
        uint64_t changes = sim_flash_changes(world->flash);
        step_t step = world_step(world, operation);
        if (step == STEP_FAILED) {
            faulty->hits++;
            if (faulty->forever && !poke_failing(faulty)) {
                return false;
            }
            sim_flash_fail(world->flash, 0, 0, 0, false);
            if (!recover(faulty, operation)) {
                return false;
            }
        } else if (step != STEP_OK) {
            return false;
        } else if (sim_flash_changes(world->flash) != changes) {
            faulty->has_other = false;
        }
    }
    sim_flash_fail(world->flash, 0, 0, 0, false);
    return world_verify(world);
}

/* After the power went: the tree is the model's, or the other one's. */
static bool check_remounted(faulty_t *faulty)
{
    world_t *world = faulty->world;
    world->allowed_count = 1;
    model_view(&world->model, true, &world->allowed[0]);
    if (faulty->has_other) {
        model_view(faulty->other, true, &world->allowed[world->allowed_count++]);
    }
    int error = world_mount(world, 0);
    if (error != 0) {
        return wrong(world, "mount after the fault", error);
    }
    uint64_t violations = sim_flash_counts(world->flash)->violations;
    if (violations != 0) {
        snprintf(world->why, sizeof world->why, "%" PRIu64 " violations of the chip's rules", violations);
        return false;
    }
    return world_adopt_allowed(world);
}

/* The fault in the workload. */
static bool fail_steps(faulty_t *faulty, uint64_t n)
{
    world_t *world = faulty->world;
    sim_flash_copy(world->flash, faulty->base);
    model_adopt(&world->model, &faulty->base_tree);
    int error = world_mount(world, 0);
    if (error != 0) {
        return wrong(world, "mount", error);
    }
    faulty->has_other = false;
    world->operations = 0;
    world->tolerated[0] = MCUFS_EIO;
    sim_flash_fail(world->flash, call_rows[faulty->call].calls, n, MCUFS_EIO, faulty->forever);
    return run_steps(faulty) && check_remounted(faulty);
}

/* The fault in the mount. *failed: it was one of the mount's calls. */
static bool fail_mount(faulty_t *faulty, uint64_t n, bool *failed)
{
    world_t *world = faulty->world;
    sim_flash_copy(world->flash, faulty->base);
    sim_flash_fail(world->flash, call_rows[faulty->call].calls, n, MCUFS_EIO, faulty->forever);
    int error = world_mount(world, 0);
    *failed = error != 0;
    if (error != 0 && error != MCUFS_EIO) {
        return wrong(world, "mount with a failing device", error);
    }
    sim_flash_fail(world->flash, 0, 0, 0, false);
    error = world_mount(world, 0);
    if (error != 0) {
        return wrong(world, "mount after a failed one", error);
    }
    world->allowed_count = 1;
    model_adopt(&world->model, &faulty->base_tree);
    return world_verify(world);
}

static uint64_t count_calls(const world_t *world, unsigned call)
{
    const sim_counts_t *counts = sim_flash_counts(world->flash);
    const uint64_t numbers[CALL_ROWS] = {counts->reads, counts->programs, counts->erases, counts->syncs};
    return numbers[call];
}

/* Calls that the workload makes when nothing fails. */
static bool count_workload(faulty_t *faulty, uint64_t *calls)
{
    world_t *world = faulty->world;
    sim_flash_copy(world->flash, faulty->base);
    model_adopt(&world->model, &faulty->base_tree);
    int error = world_mount(world, 0);
    if (error != 0) {
        return wrong(world, "mount", error);
    }
    uint64_t before[CALL_ROWS];
    for (unsigned i = 0; i < CALL_ROWS; i++) {
        before[i] = count_calls(world, i);
    }
    if (!run_steps(faulty)) {
        return false;
    }
    for (unsigned i = 0; i < CALL_ROWS; i++) {
        calls[i] = count_calls(world, i) - before[i];
    }
    return true;
}

static bool prepare(faulty_t *faulty, uint32_t unit)
{
    world_t *world = faulty->world;
    script_t setup = {0};
    size_t position = 0;
    mixed_setup(&setup, unit);
    mixed_steps(&faulty->steps, unit);
    bool right = world_start(world) && world_run(world, &setup, &position) == STEP_OK &&
                 world_capture(world, true, &faulty->base_tree);
    script_free(&setup);
    world_forget(world);
    faulty->base = sim_flash_clone(world->flash);
    return right && faulty->base != NULL;
}

static bool report(const faulty_t *faulty, const arguments_t *arguments, const char *where, uint64_t n)
{
    fprintf(stderr, "FAILED: --geometry %s --seed %" PRIu64 ": %s %" PRIu64 " of the %s fails %s\n",
            faulty->world->geometry->name, arguments->seed, call_rows[faulty->call].name, n, where,
            faulty->forever ? "for ever" : "once");
    world_report(faulty->world);
    return false;
}

#define FAILURES_ENOUGH 3

static unsigned run_faults(faulty_t *faulty, const arguments_t *arguments, uint64_t calls, uint64_t *done)
{
    /* Reads are many: they are sampled in the short form. */
    uint64_t step = !arguments->is_long && calls > 300 ? calls / 300 : 1;
    unsigned failures = 0;
    for (uint64_t n = 1; n <= calls && failures < FAILURES_ENOUGH; n += step, (*done)++) {
        failures += fail_steps(faulty, n) || report(faulty, arguments, "workload", n) ? 0 : 1;
    }
    bool failed = true;
    for (uint64_t n = 1; failed && failures < FAILURES_ENOUGH; n++, (*done)++) {
        failures += fail_mount(faulty, n, &failed) || report(faulty, arguments, "mount", n) ? 0 : 1;
    }
    return failures;
}

static bool run_geometry(const arguments_t *arguments, const geometry_row_t *geometry)
{
    faulty_t faulty = {.world = malloc(sizeof(world_t)), .other = calloc(1, sizeof(model_t))};
    uint64_t calls[CALL_ROWS] = {0}, done = 0;
    unsigned failures = 0;
    world_create(faulty.world, arguments->filesystem, geometry, arguments->seed);
    arguments_apply(arguments, arguments->filesystem, &faulty.world->options);
    model_reset(faulty.other);
    if (!prepare(&faulty, mixed_unit(arguments->filesystem, geometry)) || !count_workload(&faulty, calls)) {
        failures += report(&faulty, arguments, "setup", 0) ? 0 : 1;
    } else {
        for (faulty.call = 0; faulty.call < CALL_ROWS; faulty.call++) {
            for (unsigned forever = 0; forever < 2; forever++) {
                faulty.forever = forever != 0;
                failures += run_faults(&faulty, arguments, calls[faulty.call], &done);
            }
        }
    }
    printf("%s: %" PRIu64 " faults, %" PRIu64 " operations failed, %u wrong\n", geometry->name, done,
           faulty.hits, failures);
    sim_flash_free(faulty.base);
    tree_free(&faulty.base_tree);
    script_free(&faulty.steps);
    world_destroy(faulty.world);
    free(faulty.world);
    model_reset(faulty.other);
    free(faulty.other);
    return failures == 0 && faulty.hits > 0;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"b512p16", "b128p16v20", "b512p1cycles", "b4096p1min",
                                        "fat12",   "fat12min",   "fat16",        "fat12s4096"};
    arguments_t arguments = arguments_parse(argc, argv);
    bool right = true;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        const geometry_row_t *geometry = &geometry_rows[i];
        bool wanted = arguments.is_long || geometry == arguments.geometry;
        for (unsigned k = 0; k < sizeof names / sizeof names[0] && arguments.geometry == NULL; k++) {
            wanted = wanted || geometry == geometry_by_name(names[k]);
        }
        if (wanted && arguments_want(&arguments, geometry)) {
            right = run_geometry(&arguments, geometry) && right;
        }
    }
    return right ? 0 : 1;
}
