/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The power-cut campaign on one script. */

#include "cutter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const cut_names[SIM_CUT_KINDS] = {"before", "after",    "prefix",
                                                     "bits",   "unstable", "last-unstable"};

static bool wrong(cutter_t *cutter, const char *what, int error)
{
    snprintf(cutter->world->why, sizeof cutter->world->why, "%s: %d (%s)", what, error,
             mcufs_error_text(error));
    return false;
}

/* -- What is done after a cut to see that the volume is usable ---------------------------------------- */

static step_t step_or_full(cutter_t *cutter, const operation_t *operation)
{
    world_t *world = cutter->world;
    step_t step = world_step(world, operation);
    if (step == STEP_FAILED) {
        step = world_settle(world, operation) ? STEP_OK : STEP_WRONG;
    }
    return step;
}

/* On a full volume an open may have failed, and what needs its handle is left out. */
static bool lacks_handle(const world_t *world, const operation_t *operation)
{
    bool needs_handle = operation->kind == OPERATION_WRITE || operation->kind == OPERATION_SEEK ||
                        operation->kind == OPERATION_TRUNCATE || operation->kind == OPERATION_SYNC ||
                        operation->kind == OPERATION_CLOSE || operation->kind == OPERATION_READ;
    return needs_handle && !world->model.handles[operation->slot].open;
}

static step_t run_script(cutter_t *cutter, const script_t *script, size_t *position)
{
    world_t *world = cutter->world;
    world->tolerated[0] = cutter->full ? MCUFS_ENOSPC : 0;
    for (; *position < script->count; (*position)++) {
        const operation_t *operation = &script->operations[*position];
        step_t step =
            cutter->full && lacks_handle(world, operation) ? STEP_OK : step_or_full(cutter, operation);
        if (step != STEP_OK) {
            return step;
        }
    }
    return STEP_OK;
}

/* Creates, writes, renames, removes. *position: how many operations were acknowledged. */
static step_t use_volume(cutter_t *cutter, size_t *position)
{
    script_t script = {0};
    script_file(&script, "/after.first", 50);
    script_rename(&script, "/after.first", "/after.second");
    script_path(&script, OPERATION_MKDIR, "/after.dir");
    script_append(&script, "/after.second", 30);
    script_rename(&script, "/after.second", "/after.dir/third");
    script_path(&script, OPERATION_UNLINK, "/after.dir/third");
    script_path(&script, OPERATION_RMDIR, "/after.dir");
    *position = 0;
    step_t step = run_script(cutter, &script, position);
    script_free(&script);
    return step;
}

static bool check_read_only(cutter_t *cutter)
{
    world_t *world = cutter->world;
    uint64_t changes = sim_flash_changes(world->flash);
    int error = world_mount(world, MCUFS_READ_ONLY);
    if (error != 0) {
        return wrong(cutter, "read-only mount after the cut", error);
    }
    if (!world_adopt_allowed(world)) {
        char text[500];
        snprintf(text, sizeof text, "%.480s", world->why);
        snprintf(world->why, sizeof world->why, "mounted read-only: %s", text);
        return false;
    }
    if (sim_flash_changes(world->flash) != changes) {
        return wrong(cutter, "a read-only mount changed the flash", 0);
    }
    return true;
}

static bool check_violations(cutter_t *cutter)
{
    uint64_t violations = sim_flash_counts(cutter->world->flash)->violations;
    if (violations != 0) {
        snprintf(cutter->world->why, sizeof cutter->world->why, "%" PRIu64 " violations of the chip's rules",
                 violations);
    }
    return violations == 0;
}

/* The power is back, world->allowed says what may be there. */
static bool check_recovery(cutter_t *cutter)
{
    world_t *world = cutter->world;
    size_t acknowledged = 0;
    if (!check_read_only(cutter)) {
        return false;
    }
    int error = world_mount(world, 0);
    if (error != 0) {
        return wrong(cutter, "mount after the cut", error);
    }
    if (!world_adopt_allowed(world) || use_volume(cutter, &acknowledged) != STEP_OK || !world_verify(world)) {
        return false;
    }
    error = world_mount(world, 0);
    if (error != 0) {
        return wrong(cutter, "second mount after the cut", error);
    }
    if (!world_verify(world) || !check_violations(cutter)) {
        return false;
    }
    bool judged = cutter->judge_every != 0 && cutter->judged++ % cutter->judge_every == 0;
    return !judged || world_judge(world);
}

static bool check_after_cut(cutter_t *cutter)
{
    sim_flash_power_on(cutter->world->flash);
    return (cutter->inspect == NULL || cutter->inspect(cutter)) && check_recovery(cutter);
}

/* -- Cutting ------------------------------------------------------------------------------------------ */

static void allow_base(cutter_t *cutter)
{
    model_view(&cutter->world->model, true, &cutter->world->allowed[0]);
    cutter->world->allowed_count = 1;
}

/* From the base, with whatever cut is armed. STEP_OK: the script ended without one. */
static step_t run_from_base(cutter_t *cutter, const script_t *script, size_t *position)
{
    world_t *world = cutter->world;
    model_adopt(&world->model, &cutter->base_tree);
    world->operations = 0;
    int error = world_mount(world, 0);
    if (sim_flash_is_off(world->flash)) {
        allow_base(cutter);
        return STEP_CUT;
    }
    if (error != 0) {
        wrong(cutter, "mount of the base", error);
        return STEP_WRONG;
    }
    return run_script(cutter, script, position);
}

/* The states of the first cut, kept while a second one is tried. */
typedef struct memory {
    tree_t allowed[2];
    unsigned count;
} memory_t;

static void swap_allowed(world_t *world, memory_t *memory)
{
    for (unsigned i = 0; i < 2; i++) {
        tree_t other = world->allowed[i];
        world->allowed[i] = memory->allowed[i];
        memory->allowed[i] = other;
    }
    unsigned count = world->allowed_count;
    world->allowed_count = memory->count;
    memory->count = count;
}

static void copy_tree(tree_t *to, const tree_t *from)
{
    tree_free(to);
    for (unsigned i = 0; i < from->count; i++) {
        tree_entry_t *entry = tree_add(to, from->entries[i].path, from->entries[i].type);
        *entry = from->entries[i];
        entry->bytes = NULL;
        tree_copy_mixed(entry, &from->entries[i]);
    }
}

/* While nothing was acknowledged after the remount, what the first cut left open is still open. */
static void allow_again(world_t *world, const memory_t *memory)
{
    for (unsigned i = 0; i < memory->count && world->allowed_count < WORLD_ALLOWED; i++) {
        copy_tree(&world->allowed[world->allowed_count++], &memory->allowed[i]);
    }
}

/* One recovery from the dark state, with a cut armed. */
static step_t recover_and_use(cutter_t *cutter, const memory_t *memory, sim_cut_t first_kind)
{
    world_t *world = cutter->world;
    size_t acknowledged = 0;
    for (unsigned i = 0; i < memory->count; i++) {
        copy_tree(&world->allowed[i], &memory->allowed[i]);
    }
    world->allowed_count = memory->count;
    int error = world_mount(world, 0);
    if (sim_flash_is_off(world->flash)) {
        return STEP_CUT;
    }
    if (error != 0) {
        wrong(cutter, "mount after the cut", error);
        return STEP_WRONG;
    }
    if (!world_adopt_allowed(world)) {
        return STEP_WRONG;
    }
    step_t step = use_volume(cutter, &acknowledged);
    if (step == STEP_CUT && acknowledged == 0 && first_kind >= SIM_CUT_UNSTABLE) {
        allow_again(world, memory);
    }
    return step;
}

static bool cut_recovery(cutter_t *cutter, uint64_t n, sim_cut_t kind)
{
    world_t *world = cutter->world;
    memory_t memory = {0};
    swap_allowed(world, &memory);
    bool right = true, ended = false;
    for (uint64_t m = 1; right && !ended; m++) {
        for (unsigned k = 0; k < SIM_CUT_KINDS && right && !ended; k++) {
            if (!cutter->all_kinds && k != (n + m) % SIM_CUT_KINDS) {
                continue;
            }
            sim_flash_copy(world->flash, cutter->dark);
            sim_flash_cut(world->flash, m, (sim_cut_t)k, cutter->seed + m * 31 + k);
            snprintf(cutter->where, sizeof cutter->where, "cut %" PRIu64 " (%s), second cut %" PRIu64 " (%s)",
                     n, cut_names[kind], m, cut_names[k]);
            step_t step = recover_and_use(cutter, &memory, kind);
            ended = step == STEP_OK; /* done before the cut came */
            right = ended || (step == STEP_CUT && check_after_cut(cutter));
            cutter->second_cuts++;
        }
    }
    swap_allowed(world, &memory);
    tree_free(&memory.allowed[0]);
    tree_free(&memory.allowed[1]);
    return right;
}

/* Cuts once. *ended: the script was over before the cut came. */
static bool cut_at(cutter_t *cutter, const script_t *script, uint64_t n, sim_cut_t kind, bool *ended)
{
    world_t *world = cutter->world;
    size_t position = 0;
    sim_flash_copy(world->flash, cutter->base);
    sim_flash_cut(world->flash, n, kind, cutter->seed + n * 7 + (unsigned)kind);
    step_t step = run_from_base(cutter, script, &position);
    snprintf(cutter->where, sizeof cutter->where, "cut %" PRIu64 " (%s) in operation %u", n, cut_names[kind],
             (unsigned)position);
    *ended = step == STEP_OK;
    if (step != STEP_CUT) {
        return step == STEP_OK && check_violations(cutter);
    }
    cutter->cuts++;
    bool second = cutter->second_every != 0 && cutter->cuts % cutter->second_every == 0;
    if (second) {
        sim_flash_power_on(world->flash);
        sim_flash_copy(cutter->dark, world->flash);
        if (!cut_recovery(cutter, n, kind)) {
            return false;
        }
        sim_flash_copy(world->flash, cutter->dark);
        snprintf(cutter->where, sizeof cutter->where, "cut %" PRIu64 " (%s) in operation %u", n,
                 cut_names[kind], (unsigned)position);
    }
    return check_after_cut(cutter);
}

bool cutter_run(cutter_t *cutter, const script_t *script)
{
    bool right = true, ended = false;
    for (uint64_t n = 1; right && !ended; n++) {
        for (unsigned k = 0; k < SIM_CUT_KINDS && right && !ended; k++) {
            if (cutter->all_kinds || k == (n + cutter->seed) % SIM_CUT_KINDS) {
                right = cut_at(cutter, script, n, (sim_cut_t)k, &ended);
            }
        }
    }
    return right;
}

bool cutter_begin(cutter_t *cutter, world_t *world, const script_t *setup)
{
    size_t position = 0;
    cutter->world = world;
    snprintf(cutter->where, sizeof cutter->where, "setup");
    if (!world_start(world)) {
        return false;
    }
    if (run_script(cutter, setup, &position) != STEP_OK) {
        return false;
    }
    if (!world_capture(world, true, &cutter->base_tree)) {
        return false;
    }
    world_forget(world);
    cutter->base = sim_flash_clone(world->flash);
    cutter->dark = sim_flash_clone(world->flash);
    return cutter->base != NULL && cutter->dark != NULL && check_violations(cutter);
}

void cutter_end(cutter_t *cutter)
{
    sim_flash_free(cutter->base);
    sim_flash_free(cutter->dark);
    tree_free(&cutter->base_tree);
    cutter->base = cutter->dark = NULL;
}
