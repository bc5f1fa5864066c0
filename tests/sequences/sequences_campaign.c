/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* All sequences of one and two operations over a tiny namespace (three sampled), each cut at every change
 * of the flash. After every cut the tree must be one that the model allows; see support/cutter.h. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/arguments.h"
#include "support/cutter.h"
#include "support/dice.h"

typedef enum action_kind {
    ACTION_CREATE,
    ACTION_WRITE,
    ACTION_APPEND,
    ACTION_OVERWRITE,
    ACTION_TRUNCATE,
    ACTION_RENAME,
    ACTION_REMOVE,
    ACTION_MKDIR,
    ACTION_RMDIR,
    ACTION_SET_ATTRIBUTE,
    ACTION_KINDS
} action_kind_t;

static const char *const action_names[ACTION_KINDS] = {"create", "write",  "append", "overwrite", "truncate",
                                                       "rename", "remove", "mkdir",  "rmdir",     "setattr"};

typedef struct action {
    action_kind_t kind;
    const char *path, *to;
} action_t;

#define ACTIONS_MAX 96

typedef struct actions {
    action_t list[ACTIONS_MAX];
    unsigned count;
} actions_t;

static void add_action(actions_t *actions, action_kind_t kind, const char *path, const char *to)
{
    actions->list[actions->count++] = (action_t){kind, path, to};
}

static void make_actions(actions_t *actions)
{
    static const char *const files[] = {"/A/foo", "/A/bar", "/B/foo", "/B/bar"};
    static const action_kind_t on_files[] = {ACTION_CREATE,       ACTION_WRITE,    ACTION_APPEND,
                                             ACTION_OVERWRITE,    ACTION_TRUNCATE, ACTION_REMOVE,
                                             ACTION_SET_ATTRIBUTE};
    actions->count = 0;
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned k = 0; k < sizeof on_files / sizeof on_files[0]; k++) {
            add_action(actions, on_files[k], files[i], NULL);
        }
        for (unsigned k = 0; k < 4; k++) {
            if (k != i) {
                add_action(actions, ACTION_RENAME, files[i], files[k]);
            }
        }
    }
    add_action(actions, ACTION_RENAME, "/A", "/B");
    add_action(actions, ACTION_RENAME, "/B", "/C");
    add_action(actions, ACTION_RENAME, "/B", "/A/D");
    add_action(actions, ACTION_RENAME, "/A/D", "/B/D");
    add_action(actions, ACTION_RENAME, "/A/D", "/D");
    add_action(actions, ACTION_MKDIR, "/A/D", NULL);
    add_action(actions, ACTION_MKDIR, "/C", NULL);
    add_action(actions, ACTION_RMDIR, "/A/D", NULL);
    add_action(actions, ACTION_RMDIR, "/B", NULL);
    add_action(actions, ACTION_RMDIR, "/C", NULL);
    add_action(actions, ACTION_SET_ATTRIBUTE, "/A", NULL);
}

static void add_steps(script_t *script, const action_t *action, uint32_t unit)
{
    switch (action->kind) {
    case ACTION_CREATE:
        script_open(script, 0, action->path, MCUFS_O_WRONLY | MCUFS_O_CREAT);
        script_close(script, 0);
        break;
    case ACTION_WRITE:
        script_file(script, action->path, unit + 3);
        break;
    case ACTION_APPEND:
        script_open(script, 0, action->path, MCUFS_O_WRONLY | MCUFS_O_APPEND);
        script_write(script, 0, 20);
        script_sync(script, 0);
        script_write(script, 0, 3);
        script_close(script, 0);
        break;
    case ACTION_OVERWRITE:
        script_open(script, 0, action->path, MCUFS_O_RDWR);
        script_seek(script, 0, 2);
        script_write(script, 0, 11);
        script_close(script, 0);
        break;
    case ACTION_TRUNCATE:
        script_open(script, 0, action->path, MCUFS_O_RDWR);
        script_truncate(script, 0, 4);
        script_close(script, 0);
        break;
    case ACTION_RENAME:
        script_rename(script, action->path, action->to);
        break;
    case ACTION_SET_ATTRIBUTE:
        script_attribute(script, action->path, 0, 6);
        break;
    default:
        script_path(script,
                    action->kind == ACTION_REMOVE  ? OPERATION_UNLINK
                    : action->kind == ACTION_MKDIR ? OPERATION_MKDIR
                                                   : OPERATION_RMDIR,
                    action->path);
        break;
    }
}

/* Half of the names are taken: one small file, one of more than a block. */
static void make_setup(script_t *setup, unsigned variant, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/A");
    script_path(setup, OPERATION_MKDIR, "/B");
    if (variant == 0) {
        script_file(setup, "/A/foo", 9);
        script_file(setup, "/B/bar", unit + 5);
    } else if (variant == 1) {
        script_path(setup, OPERATION_MKDIR, "/A/D");
        script_file(setup, "/A/bar", unit / 2);
        script_file(setup, "/A/foo", unit * 2);
        script_file(setup, "/A/z", 5);
        script_file(setup, "/B/foo", 4);
        script_attribute(setup, "/A/foo", 0, 3);
    }
}

typedef struct campaign {
    const arguments_t *arguments;
    geometry_row_t geometry;
    actions_t actions;
    world_t *world;
    cutter_t cutter;
    uint32_t unit;
    unsigned variant;
    uint64_t sequences, failures;
} campaign_t;

#define FAILURES_ENOUGH 5

static void describe(const campaign_t *campaign, const unsigned *indices, unsigned count, char *text,
                     size_t size)
{
    size_t used = 0;
    for (unsigned i = 0; i < count; i++) {
        const action_t *action = &campaign->actions.list[indices[i]];
        used += (size_t)snprintf(text + used, size - used, "%s[%s %s%s%s]", i == 0 ? "" : " ",
                                 action_names[action->kind], action->path, action->to == NULL ? "" : " ",
                                 action->to == NULL ? "" : action->to);
    }
}

static void run_sequence(campaign_t *campaign, const unsigned *indices, unsigned count)
{
    script_t script = {0};
    char text[300];
    if (campaign->failures >= FAILURES_ENOUGH) {
        return;
    }
    campaign->cutter.seed = campaign->arguments->seed + campaign->sequences++;
    describe(campaign, indices, count, text, sizeof text);
    if (campaign->arguments->only != NULL && strcmp(campaign->arguments->only, text) != 0) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        add_steps(&script, &campaign->actions.list[indices[i]], campaign->unit);
    }
    if (!cutter_run(&campaign->cutter, &script)) {
        fprintf(stderr, "FAILED: --seed %" PRIu64 "%s --only \"%s\" (%s, setup %u): %s\n",
                campaign->arguments->seed, campaign->arguments->is_long ? " --long" : "", text,
                campaign->geometry.name, campaign->variant, campaign->cutter.where);
        world_report(campaign->world);
        campaign->failures++;
    }
    script_free(&script);
}

static void run_all(campaign_t *campaign, uint64_t threes)
{
    unsigned count = campaign->actions.count, indices[3];
    for (indices[0] = 0; indices[0] < count; indices[0]++) {
        run_sequence(campaign, indices, 1);
    }
    for (indices[0] = 0; indices[0] < count; indices[0]++) {
        for (indices[1] = 0; indices[1] < count; indices[1]++) {
            run_sequence(campaign, indices, 2);
        }
    }
    dice_t dice = {campaign->arguments->seed};
    for (uint64_t i = 0; i < threes; i++) {
        for (unsigned k = 0; k < 3; k++) {
            indices[k] = dice_roll(&dice, count);
        }
        run_sequence(campaign, indices, 3);
    }
}

static bool run_campaign(const arguments_t *arguments, const geometry_row_t *row, unsigned variant,
                         uint32_t block_cycles)
{
    campaign_t campaign = {.arguments = arguments, .geometry = *row, .variant = variant};
    script_t setup = {0};
    geometry_shrink(&campaign.geometry, 64); /* small is fast */
    if (arguments->filesystem->file_max != 0) {
        campaign.geometry.block_count = row->block_count;
    }
    campaign.geometry.block_cycles = block_cycles;
    campaign.unit = row->block_size;
    if (arguments->filesystem->file_max != 0 && campaign.unit > arguments->filesystem->file_max / 3) {
        campaign.unit = arguments->filesystem->file_max / 3;
    }
    campaign.world = malloc(sizeof *campaign.world);
    campaign.cutter.all_kinds = arguments->is_long;
    campaign.cutter.judge_every = arguments->is_long ? 20 : 400;
    campaign.cutter.second_every = arguments->is_long ? 101 : 0;
    make_actions(&campaign.actions);
    make_setup(&setup, variant, campaign.unit);
    world_create(campaign.world, arguments->filesystem, &campaign.geometry, arguments->seed);
    arguments_apply(arguments, arguments->filesystem, &campaign.world->options);
    if (cutter_begin(&campaign.cutter, campaign.world, &setup)) {
        run_all(&campaign, arguments->runs != 0 ? arguments->runs : arguments->is_long ? 20000 : 0);
    } else {
        fprintf(stderr, "FAILED: the setup\n");
        world_report(campaign.world);
        campaign.failures++;
    }
    printf("%s, setup %u, block_cycles %lu: %" PRIu64 " sequences, %" PRIu64 " cuts, %" PRIu64
           " second cuts, %" PRIu64 " failed\n",
           row->name, variant, (unsigned long)block_cycles, campaign.sequences, campaign.cutter.cuts,
           campaign.cutter.second_cuts, campaign.failures);
    bool right = campaign.failures == 0 && campaign.cutter.cuts > 0;
    cutter_end(&campaign.cutter);
    world_destroy(campaign.world);
    free(campaign.world);
    script_free(&setup);
    return right;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"b128p1", "b512p16", "b128p16v20", "b256p1min"};
    arguments_t arguments = arguments_parse(argc, argv);
    bool right = true;
    if (arguments.geometry == NULL && arguments.filesystem->in_place) {
        static const char *const sectors[] = {"fat12", "fat12reordered", "fat12min"};
        for (unsigned i = 0; i < (arguments.is_long ? 3 : 1); i++) {
            for (unsigned variant = arguments.is_long ? 0 : 1; variant < (arguments.is_long ? 3 : 2);
                 variant++) {
                right = run_campaign(&arguments, geometry_by_name(sectors[i]), variant, 0) && right;
            }
        }
    } else if (arguments.geometry != NULL) {
        for (unsigned variant = 0; variant < 3; variant++) {
            right = run_campaign(&arguments, arguments.geometry, variant, arguments.geometry->block_cycles) &&
                    right;
        }
    } else if (!arguments.is_long) {
        right = run_campaign(&arguments, geometry_by_name(names[0]), 1, 3);
        right = run_campaign(&arguments, geometry_by_name(names[1]), 0, 0) && right;
    } else {
        for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
            for (unsigned variant = 0; variant < 3; variant++) {
                right = run_campaign(&arguments, geometry_by_name(names[i]), variant, variant * 2) && right;
            }
        }
    }
    return right ? 0 : 1;
}
