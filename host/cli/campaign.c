/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A power-cut campaign.
 *
 * The world is a fixed set of slots: names that may hold a file or a directory. While an operation runs, the
 * model knows every outcome that is allowed if the power fails inside of it: the state before, the state
 * after, and for a new file also the empty file, which is durable when open returns. After a cut, one outcome
 * must fit all slots the operation touches, and every other slot must be exactly as acknowledged. */

#include "campaign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "walk.h"

enum { SLOTS = 20, CONTENT_MAX = 12000, OUTCOMES_MAX = 3, CHANGES_MAX = 2, FIRST_DIRECTORY = 16 };

static const char *const slot_paths[SLOTS] = {"/boot.log", "/config",  "/wlan",    "/index.html",
                                              "/a/one",    "/a/two",   "/a/three", "/a/a long name in here",
                                              "/b/one",    "/b/two",   "/b/three", "/b/sensor-1",
                                              "/b/c/one",  "/b/c/two", "/b/c/log", "/b/c/x",
                                              "/new",      "/a/new",   "/b/new",   "/b/c/new"};
static const char *const fixed_directories[] = {"/a", "/b", "/b/c"};

const char *const campaign_operation_names[CAMPAIGN_OPERATIONS] = {
    "create", "append", "overwrite", "truncate", "rename", "remove", "mkdir"};
const char *const campaign_cut_names[SIM_CUT_KINDS] = {"before", "after",    "prefix",
                                                       "bits",   "unstable", "last_unstable"};

typedef struct content {
    bool exists;
    uint32_t size;
    uint8_t data[CONTENT_MAX];
} content_t;

typedef struct change {
    unsigned slot;
    content_t content;
} change_t;

typedef struct outcome {
    unsigned changes; /* none: the state before */
    change_t change[CHANGES_MAX];
} outcome_t;

typedef struct campaign {
    const campaign_options_t *options;
    campaign_result_t *result;
    sim_flash_t *chip;
    mcufs_t fs;
    bool mounted;
    void *arena;
    size_t arena_size;
    uint64_t random;
    uint32_t content_max;
    content_t slots[SLOTS]; /* as acknowledged */
    bool seen[SLOTS];
    unsigned touched[CHANGES_MAX], touched_count;
    unsigned outcomes;
    outcome_t outcome[OUTCOMES_MAX];
    content_t found;
} campaign_t;

/* xorshift64*: small, and the same everywhere. */
static uint32_t random_number(campaign_t *campaign, uint32_t below)
{
    campaign->random ^= campaign->random >> 12;
    campaign->random ^= campaign->random << 25;
    campaign->random ^= campaign->random >> 27;
    return (uint32_t)((campaign->random * 0x2545f4914f6cdd1dULL) >> 33) % below;
}

static void lose(campaign_t *campaign, const char *what, const char *path)
{
    campaign_result_t *result = campaign->result;
    result->losses++;
    if (result->messages < CAMPAIGN_MESSAGES) {
        snprintf(result->message[result->messages++], CAMPAIGN_MESSAGE_MAX, "cut %llu: %s: %s",
                 (unsigned long long)result->cuts, path, what);
    }
}

/* -- Mounting ------------------------------------------------------------------------------------------- */

static int mount_chip(campaign_t *campaign, uint32_t flags)
{
    mcufs_mount_options_t options = {
        .filesystem = campaign->options->filesystem,
        .arena = campaign->arena,
        .arena_size = campaign->arena_size,
        .flags = flags,
        .filesystem_options = &campaign->options->format,
    };
    int error = mcufs_init(&campaign->fs, NULL);
    if (error == 0) {
        error = mcufs_mount(&campaign->fs, "/", sim_flash_device(campaign->chip), &options);
    }
    campaign->mounted = error == 0;
    return error;
}

static void add_health(campaign_t *campaign)
{
    mcufs_health_t health;
    mcufs_health_t *sum = &campaign->result->health;
    if (!campaign->mounted || mcufs_health(&campaign->fs, "/", &health) != 0) {
        return;
    }
    sum->bad_blocks += health.bad_blocks;
    sum->corrected += health.corrected;
    sum->uncorrected += health.uncorrected;
    sum->moves_completed += health.moves_completed;
    sum->orphans_removed += health.orphans_removed;
    sum->links_repaired += health.links_repaired;
    sum->commits_discarded += health.commits_discarded;
}

/* Power failed: whatever was in memory is gone, so nothing is unmounted. */
static void forget_mount(campaign_t *campaign)
{
    add_health(campaign);
    campaign->mounted = false;
}

/* -- Outcomes of an operation --------------------------------------------------------------------------- */

static void begin(campaign_t *campaign)
{
    campaign->outcomes = 1; /* the state before */
    campaign->outcome[0].changes = 0;
    campaign->touched_count = 0;
}

static void touch(campaign_t *campaign, unsigned slot)
{
    for (unsigned i = 0; i < campaign->touched_count; i++) {
        if (campaign->touched[i] == slot) {
            return;
        }
    }
    campaign->touched[campaign->touched_count++] = slot;
}

static outcome_t *add_outcome(campaign_t *campaign)
{
    outcome_t *outcome = &campaign->outcome[campaign->outcomes++];
    outcome->changes = 0;
    return outcome;
}

static content_t *add_change(campaign_t *campaign, outcome_t *outcome, unsigned slot)
{
    change_t *change = &outcome->change[outcome->changes++];
    change->slot = slot;
    change->content = campaign->slots[slot];
    touch(campaign, slot);
    return &change->content;
}

static void adopt(campaign_t *campaign, const outcome_t *outcome)
{
    for (unsigned i = 0; i < outcome->changes; i++) {
        campaign->slots[outcome->change[i].slot] = outcome->change[i].content;
    }
    campaign->outcomes = 0;
    campaign->touched_count = 0;
}

/* What a slot holds under an outcome. */
static const content_t *expected(const campaign_t *campaign, const outcome_t *outcome, unsigned slot)
{
    for (unsigned i = 0; i < outcome->changes; i++) {
        if (outcome->change[i].slot == slot) {
            return &outcome->change[i].content;
        }
    }
    return &campaign->slots[slot];
}

/* -- Comparing ------------------------------------------------------------------------------------------ */

static bool same(const content_t *a, const content_t *b)
{
    return a->exists == b->exists &&
           (!a->exists || (a->size == b->size && memcmp(a->data, b->data, a->size) == 0));
}

/* Reads a slot into campaign->found. False when it is there and cannot be read. */
static bool read_slot(campaign_t *campaign, unsigned slot)
{
    mcufs_file_t file;
    content_t *found = &campaign->found;
    found->exists = campaign->seen[slot];
    found->size = 0;
    if (!found->exists || slot >= FIRST_DIRECTORY) {
        return true;
    }
    if (mcufs_open(&campaign->fs, &file, slot_paths[slot], MCUFS_O_RDONLY) != 0) {
        return false;
    }
    int32_t count = mcufs_read(&file, found->data, CONTENT_MAX);
    found->size = count < 0 ? 0 : (uint32_t)count;
    bool whole = count >= 0 && mcufs_size(&file) == count;
    return mcufs_close(&file) == 0 && whole;
}

static bool is_fixed_directory(const char *path)
{
    for (size_t i = 0; i < sizeof fixed_directories / sizeof fixed_directories[0]; i++) {
        if (strcmp(path, fixed_directories[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int see(void *context, walk_event_t event, const walk_entry_t *entry)
{
    campaign_t *campaign = context;
    if (event == WALK_DIRECTORY_END || is_fixed_directory(entry->path)) {
        return WALK_GO_ON;
    }
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        bool directory = slot >= FIRST_DIRECTORY;
        if (strcmp(entry->path, slot_paths[slot]) == 0 && directory == (event == WALK_DIRECTORY)) {
            if (campaign->seen[slot]) {
                lose(campaign, "is listed twice", entry->path);
            }
            campaign->seen[slot] = true;
            return WALK_GO_ON;
        }
    }
    lose(campaign, "was never made", entry->path);
    return WALK_GO_ON;
}

static void cannot_list(void *context, const char *path, int error)
{
    lose(context, mcufs_error_text(error), path);
}

static bool is_touched(const campaign_t *campaign, unsigned slot)
{
    for (unsigned i = 0; i < campaign->touched_count; i++) {
        if (campaign->touched[i] == slot) {
            return true;
        }
    }
    return false;
}

/* Takes what was found as the truth from here on. */
static void accept_found(campaign_t *campaign, unsigned slot, const char *what)
{
    lose(campaign, what, slot_paths[slot]);
    campaign->slots[slot] = campaign->found;
}

static void verify_untouched(campaign_t *campaign)
{
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        if (is_touched(campaign, slot)) {
            continue;
        }
        if (!read_slot(campaign, slot)) {
            accept_found(campaign, slot, "cannot be read");
        } else if (!same(&campaign->found, &campaign->slots[slot])) {
            accept_found(campaign, slot,
                         campaign->found.exists ? "differs from what was acknowledged" : "is gone");
        }
    }
}

/* Keeps the outcomes that fit what is there; the first of them becomes the state. */
static void verify_touched(campaign_t *campaign)
{
    bool fits[OUTCOMES_MAX] = {true, true, true};
    for (unsigned i = 0; i < campaign->touched_count; i++) {
        unsigned slot = campaign->touched[i];
        bool readable = read_slot(campaign, slot);
        for (unsigned k = 0; k < campaign->outcomes; k++) {
            fits[k] = fits[k] && readable &&
                      same(&campaign->found, expected(campaign, &campaign->outcome[k], slot));
        }
    }
    for (unsigned k = 0; k < campaign->outcomes; k++) {
        if (fits[k]) {
            adopt(campaign, &campaign->outcome[k]);
            return;
        }
    }
    for (unsigned i = 0; i < campaign->touched_count; i++) {
        unsigned slot = campaign->touched[i];
        (void)read_slot(campaign, slot);
        accept_found(campaign, slot, "is neither as before nor as after the interrupted operation");
    }
    campaign->touched_count = 0;
}

static void verify(campaign_t *campaign)
{
    walk_t walk = {&campaign->fs, 10000, campaign, see, cannot_list};
    memset(campaign->seen, 0, sizeof campaign->seen);
    int error = walk_tree(&walk, "/");
    if (error != 0) {
        lose(campaign, mcufs_error_text(error), "/");
    }
    verify_untouched(campaign);
    verify_touched(campaign);
}

/* -- The workload --------------------------------------------------------------------------------------- */

static void fill(campaign_t *campaign, content_t *content, uint32_t from, uint32_t size)
{
    for (uint32_t i = from; i < from + size; i++) {
        content->data[i] = (uint8_t)random_number(campaign, 256);
    }
    if (from + size > content->size) {
        content->size = from + size;
    }
    content->exists = true;
}

/* Sizes: mostly small, some over a block. */
static uint32_t random_size(campaign_t *campaign)
{
    uint32_t scale = random_number(campaign, 4) == 0 ? campaign->content_max : campaign->content_max / 20 + 1;
    return random_number(campaign, scale) + 1;
}

static int write_file(campaign_t *campaign, unsigned slot, uint32_t flags, const content_t *content,
                      uint32_t from, uint32_t size, bool cut_to_size)
{
    mcufs_file_t file;
    int error = mcufs_open(&campaign->fs, &file, slot_paths[slot], flags);
    if (error != 0) {
        return error;
    }
    int64_t position = mcufs_seek(&file, (int64_t)from, MCUFS_SEEK_SET);
    int32_t written = position < 0 ? (int32_t)position
                      : size == 0  ? 0
                                   : mcufs_write(&file, content->data + from, size);
    error = written < 0 ? written : 0;
    if (error == 0 && cut_to_size) {
        error = mcufs_truncate(&file, content->size);
    }
    if (error == 0) {
        error = mcufs_sync(&file);
    }
    int closed = mcufs_close(&file);
    return error != 0 ? error : closed;
}

static int do_create(campaign_t *campaign, unsigned slot)
{
    bool existed = campaign->slots[slot].exists;
    content_t *content = add_change(campaign, add_outcome(campaign), slot);
    content->size = 0;
    fill(campaign, content, 0, random_size(campaign));
    if (!existed) {
        content_t *empty = add_change(campaign, add_outcome(campaign), slot);
        empty->exists = true;
        empty->size = 0;
    }
    return write_file(campaign, slot, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC, content, 0,
                      content->size, false);
}

static int do_append(campaign_t *campaign, unsigned slot)
{
    content_t *content = add_change(campaign, add_outcome(campaign), slot);
    uint32_t from = content->size, size = random_size(campaign);
    if (size > CONTENT_MAX - from) {
        size = CONTENT_MAX - from;
    }
    if (from + size > campaign->content_max) {
        size = 0;
    }
    fill(campaign, content, from, size);
    return write_file(campaign, slot, MCUFS_O_WRONLY | MCUFS_O_APPEND, content, from, size, false);
}

static int do_overwrite(campaign_t *campaign, unsigned slot)
{
    content_t *content = add_change(campaign, add_outcome(campaign), slot);
    uint32_t from = content->size == 0 ? 0 : random_number(campaign, content->size);
    uint32_t size = content->size == 0 ? 0 : random_number(campaign, content->size - from) + 1;
    fill(campaign, content, from, size);
    return write_file(campaign, slot, MCUFS_O_RDWR, content, from, size, false);
}

static int do_truncate(campaign_t *campaign, unsigned slot)
{
    content_t *content = add_change(campaign, add_outcome(campaign), slot);
    content->size = content->size == 0 ? 0 : random_number(campaign, content->size);
    return write_file(campaign, slot, MCUFS_O_WRONLY, content, 0, 0, true);
}

static int do_rename(campaign_t *campaign, unsigned from, unsigned to)
{
    outcome_t *outcome = add_outcome(campaign);
    if (from != to) {
        *add_change(campaign, outcome, to) = campaign->slots[from];
        add_change(campaign, outcome, from)->exists = false;
    }
    return mcufs_rename(&campaign->fs, slot_paths[from], slot_paths[to]);
}

static int do_remove(campaign_t *campaign, unsigned slot)
{
    add_change(campaign, add_outcome(campaign), slot)->exists = false;
    return mcufs_remove(&campaign->fs, slot_paths[slot]);
}

static int do_mkdir(campaign_t *campaign, unsigned slot)
{
    content_t *content = add_change(campaign, add_outcome(campaign), slot);
    content->exists = true;
    content->size = 0;
    return mcufs_mkdir(&campaign->fs, slot_paths[slot]);
}

/* Chooses an operation that makes sense for a random slot; its number goes to *operation. */
static int do_something(campaign_t *campaign, unsigned *operation)
{
    enum { CREATE, APPEND, OVERWRITE, TRUNCATE, RENAME, REMOVE, MKDIR };
    unsigned slot = random_number(campaign, SLOTS);
    bool directory = slot >= FIRST_DIRECTORY;
    begin(campaign);
    if (!campaign->slots[slot].exists) {
        *operation = directory ? MKDIR : CREATE;
        return directory ? do_mkdir(campaign, slot) : do_create(campaign, slot);
    }
    unsigned choice = random_number(campaign, 10);
    if (choice == 0 || (directory && choice < 5)) {
        *operation = REMOVE;
        return do_remove(campaign, slot);
    }
    if (directory || choice < 3) {
        unsigned to = directory ? FIRST_DIRECTORY + random_number(campaign, SLOTS - FIRST_DIRECTORY)
                                : random_number(campaign, FIRST_DIRECTORY);
        *operation = RENAME;
        return do_rename(campaign, slot, to);
    }
    *operation = choice < 7 ? APPEND : choice < 8 ? OVERWRITE : choice < 9 ? TRUNCATE : CREATE;
    return choice < 7   ? do_append(campaign, slot)
           : choice < 8 ? do_overwrite(campaign, slot)
           : choice < 9 ? do_truncate(campaign, slot)
                        : do_create(campaign, slot);
}

/* Works until the power fails. */
static void work(campaign_t *campaign)
{
    enum { OPERATIONS_MAX = 2000 };
    for (unsigned i = 0; i < OPERATIONS_MAX; i++) {
        unsigned operation = 0;
        int error = do_something(campaign, &operation);
        if (error == 0) {
            campaign->result->acknowledged[operation]++;
            adopt(campaign, &campaign->outcome[1]);
            /* A power cut behind the last device call of an operation that was acknowledged. */
            if (sim_flash_is_off(campaign->chip)) {
                return;
            }
        } else if (sim_flash_is_off(campaign->chip)) {
            return;
        } else if (error == MCUFS_ENOSPC) {
            campaign->result->full++;
            verify(campaign);
        } else {
            char what[80];
            snprintf(what, sizeof what, "%s: %s", campaign_operation_names[operation],
                     mcufs_error_text(error));
            lose(campaign, what, slot_paths[campaign->touched[0]]);
            verify(campaign);
        }
    }
}

/* -- The campaign --------------------------------------------------------------------------------------- */

/* One cut: work until it happens, power on, look. False when nothing more can be done. */
static bool cut_once(campaign_t *campaign)
{
    static const uint32_t ranges[] = {4, 30, 300};
    uint64_t n = 1 + random_number(campaign, ranges[random_number(campaign, 3)]);
    sim_cut_t how = (sim_cut_t)random_number(campaign, SIM_CUT_KINDS);
    sim_flash_cut(campaign->chip, n, how, random_number(campaign, 1U << 30));
    work(campaign);
    if (!sim_flash_is_off(campaign->chip)) {
        lose(campaign, "the workload ran on without changing anything", "/");
        return false;
    }
    campaign->result->cuts++;
    campaign->result->cuts_by_kind[how]++;
    forget_mount(campaign);
    sim_flash_power_on(campaign->chip);
    int error = mount_chip(campaign, 0);
    if (error != 0) {
        lose(campaign, mcufs_error_text(error), "the chip cannot be mounted");
        return false;
    }
    campaign->result->recoveries++;
    verify(campaign);
    progress_add(1);
    return true;
}

static int set_up(campaign_t *campaign)
{
    int error = mount_chip(campaign, MCUFS_FORMAT_ALWAYS);
    for (size_t i = 0; i < sizeof fixed_directories / sizeof fixed_directories[0] && error == 0; i++) {
        error = mcufs_mkdir(&campaign->fs, fixed_directories[i]);
    }
    return error;
}

int campaign_run(const campaign_options_t *options, campaign_result_t *result, sim_flash_t **chip)
{
    memset(result, 0, sizeof *result);
    *chip = NULL;
    campaign_t *campaign = calloc(1, sizeof *campaign);
    if (campaign == NULL) {
        return MCUFS_ENOMEM;
    }
    uint64_t chip_size = (uint64_t)options->chip.geometry.block_size * options->chip.geometry.block_count;
    campaign->options = options;
    campaign->result = result;
    campaign->random = options->seed * 2 + 0x9e3779b97f4a7c15ULL;
    campaign->content_max = chip_size / 40 < CONTENT_MAX ? (uint32_t)(chip_size / 40) + 1 : CONTENT_MAX;
    campaign->arena_size = 65536 + 8 * (size_t)options->chip.geometry.program_size;
    campaign->arena = malloc(campaign->arena_size);
    campaign->chip = sim_flash_new(&options->chip);
    int error = campaign->arena == NULL  ? MCUFS_ENOMEM
                : campaign->chip == NULL ? MCUFS_EINVAL
                                         : set_up(campaign);
    if (error == 0) {
        while (result->cuts < options->cuts && cut_once(campaign)) {
        }
        add_health(campaign);
        result->counts = *sim_flash_counts(campaign->chip);
        *chip = campaign->chip;
    } else if (campaign->chip != NULL) {
        sim_flash_free(campaign->chip);
    }
    free(campaign->arena);
    free(campaign);
    return error;
}
