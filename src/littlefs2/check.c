/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification: memory, findings, and the order in which things are looked at. */

#include "check.h"

#include "../base/arena.h"
#include "../base/bitmap.h"

/* -- Findings ----------------------------------------------------------------------------------------- */

static void end_path(check_t *check)
{
    if (check->path_length < sizeof check->path) {
        check->path[check->path_length] = '\0';
    } else {
        memcpy(check->path + sizeof check->path - 4, "...", 4);
    }
}

void littlefs2_check_push_name(check_t *check, const uint8_t *name, uint32_t length)
{
    uint32_t at = check->path_length;
    length = littlefs2_minimum(length, MCUFS_NAME_MAX);
    for (uint32_t i = 0; i <= length; i++, at++) {
        uint8_t byte = '/';
        if (i > 0) {
            byte = name[i - 1];
        }
        if (byte == '\0') {
            byte = '?';
        }
        if (at < sizeof check->path) {
            check->path[at] = (char)byte;
        }
    }
    check->path_length = at;
    end_path(check);
}

void littlefs2_check_pop_path(check_t *check, uint32_t length)
{
    check->path_length = length;
    end_path(check);
}

static void remember_problem(check_t *check, check_problem_kind_t kind, const mcufs_finding_t *finding,
                             const check_place_t *place)
{
    check_problem_t *problem = &check->problem;
    bool first = problem->kind == CHECK_NOTHING || kind < problem->kind;
    if (kind == CHECK_NOTHING || !first || check->given_up >> kind & 1) {
        return;
    }
    *problem = (check_problem_t){.kind = kind, .finding = *finding, .index = place->index, .id = place->id};
    if (place->pair) {
        memcpy(problem->pair, place->pair, sizeof problem->pair);
    }
    if (finding->path) {
        memcpy(check->problem_path, check->path, sizeof check->problem_path);
        problem->finding.path = check->problem_path;
    }
}

static void found(check_t *check, int severity, check_problem_kind_t kind, const char *message,
                  const check_place_t *place)
{
    mcufs_finding_t finding = {.message = message, .block = place->block};
    if (severity == MCUFS_FINDING_ERROR) {
        finding.severity = MCUFS_FINDING_ERROR;
    } else {
        finding.severity = severity == MCUFS_FINDING_WARNING ? MCUFS_FINDING_WARNING : MCUFS_FINDING_NOTE;
    }
    if (check->path_length > 0) {
        finding.path = check->path;
    }
    remember_problem(check, kind, &finding, place);
    if (check->silent) {
        return;
    }
    check->result->errors += finding.severity == MCUFS_FINDING_ERROR;
    if (check->result->report) {
        check->result->report(check->result->context, &finding);
    }
}

void littlefs2_check_error(check_t *check, check_problem_kind_t kind, const char *message,
                           const check_place_t *place)
{
    found(check, MCUFS_FINDING_ERROR, kind, message, place);
}

void littlefs2_check_remark(check_t *check, int severity, check_problem_kind_t kind, const char *message,
                            const check_place_t *place)
{
    found(check, severity, kind, message, place);
}

/* -- Scanning ----------------------------------------------------------------------------------------- */

static void begin_scan(check_t *check)
{
    memset(check->metadata, 0, check->map_size);
    memset(check->data, 0, check->map_size);
    memset(check->heads, 0, check->map_size);
    check->fs->map_known = false; /* in repair, the allocator's map is in `heads` */
    check->problem.kind = CHECK_NOTHING;
    check->list_good = true;
    check->pair_hash = 0;
    check->path_length = 0;
    check->result->files = check->result->directories = 0;
    littlefs2_drop_window(check->fs);
}

/* A look at the directories only: whether the entries lead to the very pairs that are on the list. */
static int compare_list_and_tree(check_t *check)
{
    bool silent = check->silent;
    begin_scan(check);
    check->silent = check->directories_only = true;
    check->exact = false;
    int result = littlefs2_check_list(check);
    if (result == 0) {
        result = littlefs2_check_tree(check);
    }
    check->exact = check->pair_hash != 0;
    check->silent = silent;
    check->directories_only = false;
    return result;
}

int littlefs2_check_scan(check_t *check)
{
    const check_place_t nowhere = {.block = LITTLEFS2_NULL};
    int result = compare_list_and_tree(check);
    if (result < 0) {
        return result;
    }
    begin_scan(check);
    result = littlefs2_check_list(check);
    if (result == 0) {
        result = littlefs2_check_move(check);
    }
    if (result == 0) {
        result = littlefs2_check_tree(check);
    }
    if (result == 0 && littlefs2_orphans_possible(check->fs)) {
        littlefs2_check_remark(check, MCUFS_FINDING_WARNING, CHECK_ORPHANS,
                               "a change of directories was interrupted; the first write will clean up",
                               &nowhere);
    }
    check->first_scan = false;
    return result == CHECK_STOP ? 0 : result;
}

/* -- Setting up --------------------------------------------------------------------------------------- */

static const mcufs_littlefs2_options_t no_options;

static int set_up(const mcufs_setup_t *setup, mcufs_arena_t *arena, check_t **made)
{
    mcufs_probe_t probe;
    const mcufs_littlefs2_options_t *options = setup->options ? setup->options : &no_options;
    uint32_t block_size = options->block_size;
    if (!block_size) {
        bool known = littlefs2_probe(setup->device, &probe) == 0;
        block_size = known ? probe.block_size : setup->device->geometry.block_size;
    }
    uint64_t blocks = block_size ? mcufs_device_size(setup->device) / block_size : 0;
    if (blocks < 2 || blocks >= LITTLEFS2_NULL) {
        return MCUFS_EINVAL;
    }
    check_t *check = mcufs_arena_take(arena, sizeof *check, sizeof(void *));
    if (!check) {
        return MCUFS_ENOMEM;
    }
    memset(check, 0, sizeof *check);
    check->options = options;
    check->block_count = (uint32_t)blocks;
    check->map_size = MCUFS_BITMAP_SIZE(check->block_count);
    check->metadata = mcufs_arena_take(arena, check->map_size, 1);
    check->data = mcufs_arena_take(arena, check->map_size, 1);
    check->heads = mcufs_arena_take(arena, check->map_size, 1);
    if (!check->metadata || !check->data || !check->heads) {
        return MCUFS_ENOMEM;
    }
    mcufs_setup_t inner = *setup;
    inner.flags = setup->flags & MCUFS_REPAIR ? 0 : MCUFS_READ_ONLY;
    inner.arena = arena->next;
    inner.arena_size = mcufs_arena_left(arena);
    *made = check;
    int error = littlefs2_prepare(&inner, block_size, 0, &check->fs);
    if (error == 0) {
        check->fs->index = NULL; /* what is damaged is read as it is */
        check->fs->index_size = LITTLEFS2_NO_INDEX;
    }
    return error;
}

int littlefs2_check(const mcufs_setup_t *setup, mcufs_check_t *check)
{
    mcufs_arena_t arena;
    check_t *state;
    check->files = check->directories = check->errors = check->repaired = 0;
    mcufs_arena_init(&arena, setup->arena, setup->arena_size);
    int error = set_up(setup, &arena, &state);
    if (error < 0) {
        return error;
    }
    state->result = check;
    state->first_scan = true;
    state->chain[0] = state->chain[1] = LITTLEFS2_NULL;
    if (setup->flags & MCUFS_REPAIR) {
        error = state->fs->read_only ? MCUFS_EROFS : littlefs2_check_repair(state);
        if (error < 0) {
            return error;
        }
    }
    return littlefs2_check_scan(state);
}
