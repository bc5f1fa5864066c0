/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random and systematic damage to volumes: check must find its way through all of it and change nothing;
 * repair must end in a clean volume, on which everything is that could be read before, and everything that
 * the damage did not touch. Prints the seed of what fails; --seed repeats it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "craft.h"
#include "support/dice.h"
#include "volume.h"

#define REPAIRS_MAX 3u
#define SAMPLE      24u /* bytes of content that tell a block's owner */

typedef struct setting {
    uint32_t block_size, block_count, program_size;
} setting_t;

static const setting_t settings[] = {{512, 160, 16}, {256, 160, 1}, {1024, 128, 256}};

typedef struct campaign {
    sim_flash_t *base, *flash;
    listing_t fresh;   /* what was put there */
    uint8_t *original; /* the content of `base` */
    bool *touched;     /* one per block */
    setting_t setting;
    uint64_t seed;
    unsigned cases, with_errors, unrepaired;
    bool verbose;
} campaign_t;

static uint8_t *block_at(campaign_t *campaign, uint32_t block)
{
    return sim_flash_bytes(campaign->flash) + (size_t)block * campaign->setting.block_size;
}

/* -- Damage --------------------------------------------------------------------------------------------- */

static void touch(campaign_t *campaign, uint32_t block)
{
    campaign->touched[block] = true;
}

static void overwrite(campaign_t *campaign, uint32_t block, unsigned how, dice_t *dice)
{
    uint8_t *bytes = block_at(campaign, block);
    uint32_t size = campaign->setting.block_size;
    touch(campaign, block);
    if (how < 2) {
        memset(bytes, how == 0 ? 0 : 0xff, size);
    } else {
        dice_fill(dice_next(dice), bytes, size);
    }
}

static void flip_bits(campaign_t *campaign, dice_t *dice)
{
    uint32_t block = dice_roll(dice, campaign->setting.block_count);
    touch(campaign, block);
    for (uint32_t i = 1 + dice_roll(dice, 5); i > 0; i--) {
        block_at(campaign, block)[dice_roll(dice, campaign->setting.block_size)] ^=
            (uint8_t)(1u << dice_roll(dice, 8));
    }
}

static void copy_block(campaign_t *campaign, dice_t *dice)
{
    uint32_t from = dice_roll(dice, campaign->setting.block_count);
    uint32_t to = dice_roll(dice, campaign->setting.block_count);
    touch(campaign, to);
    memmove(block_at(campaign, to), block_at(campaign, from), campaign->setting.block_size);
}

/* Pointers at the start of blocks of files. */
static void redirect(campaign_t *campaign, dice_t *dice)
{
    uint32_t block = 2 + dice_roll(dice, campaign->setting.block_count - 2);
    uint32_t target = dice_roll(dice, campaign->setting.block_count);
    uint8_t *bytes = block_at(campaign, block) + 4 * (size_t)dice_roll(dice, 3);
    touch(campaign, block);
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(target >> (8 * i));
    }
}

static void change_tag(craft_tag_t *tag, uint32_t blocks, dice_t *dice)
{
    static const uint32_t types[] = {0x001, 0x002, 0x0ff, 0x200, 0x201, 0x202, 0x374,
                                     0x401, 0x4ff, 0x600, 0x601, 0x7ff, 0x123};
    uint32_t size = tag->length == 0x3ff ? 0 : tag->length;
    switch (dice_roll(dice, 7)) {
    case 0:
        tag->type = types[dice_roll(dice, sizeof types / sizeof types[0])];
        break;
    case 1:
        tag->id = dice_chance(dice, 20) ? 0x3ff : dice_roll(dice, 12);
        break;
    case 2:
        tag->length = dice_chance(dice, 30) ? 0x3ff : dice_roll(dice, 40);
        break;
    case 3:
        if (size > 0) {
            tag->data[dice_roll(dice, size)] = dice_chance(dice, 30) ? '/' : (uint8_t)dice_next(dice);
        }
        break;
    default:
        if (size >= 4) {
            craft_set_word(tag, dice_roll(dice, size / 4),
                           dice_chance(dice, 85) ? dice_roll(dice, blocks) : (uint32_t)dice_next(dice));
        }
        break;
    }
}

/* Changes a log and makes its checksum right again. */
static void rewrite_log(campaign_t *campaign, dice_t *dice)
{
    static craft_log_t log;
    const setting_t *setting = &campaign->setting;
    for (unsigned tries = 0; tries < 20; tries++) {
        uint32_t block = dice_roll(dice, setting->block_count);
        if (!craft_read(block_at(campaign, block), setting->block_size, &log) || log.count == 0) {
            continue;
        }
        uint32_t at = dice_roll(dice, log.count);
        if (dice_chance(dice, 85)) {
            change_tag(&log.tags[at], setting->block_count, dice);
        } else {
            log.count--;
            memmove(&log.tags[at], &log.tags[at + 1], (log.count - at) * sizeof log.tags[0]);
        }
        touch(campaign, block);
        log.revision += dice_chance(dice, 30) ? 2 : 0;
        craft_write(block_at(campaign, block), setting->block_size, setting->program_size, &log);
        return;
    }
}

static void damage(campaign_t *campaign, dice_t *dice)
{
    switch (dice_roll(dice, 8)) {
    case 0:
    case 1:
        overwrite(campaign, dice_roll(dice, campaign->setting.block_count), dice_roll(dice, 3), dice);
        break;
    case 2:
        flip_bits(campaign, dice);
        break;
    case 3:
        copy_block(campaign, dice);
        break;
    case 4:
        redirect(campaign, dice);
        break;
    default:
        rewrite_log(campaign, dice);
        break;
    }
}

/* -- What has to survive -------------------------------------------------------------------------------- */

static bool contains(const uint8_t *bytes, uint32_t size, const void *what, uint32_t length)
{
    for (uint32_t i = 0; length > 0 && i + length <= size; i++) {
        if (bytes[i] == *(const uint8_t *)what && memcmp(bytes + i, what, length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a block has to do with a directory on the way to a file: it holds a name of something in it. That
 * is enough, as the directory may then be back at an older state, with no sign of what is missing. */
static bool names_it(const campaign_t *campaign, uint32_t block, const listed_t *file)
{
    const uint8_t *bytes = campaign->original + (size_t)block * campaign->setting.block_size;
    for (const char *slash = file->path; slash; slash = strchr(slash + 1, '/')) {
        size_t length = (size_t)(slash - file->path) + 1;
        for (unsigned i = 0; i < campaign->fresh.count; i++) {
            const char *other = campaign->fresh.files[i].path;
            size_t name = strcspn(other + length, "/");
            if (strncmp(other, file->path, length) == 0 &&
                contains(bytes, campaign->setting.block_size, other + length, (uint32_t)name)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether a damaged block has content of the file. Content is random, so a sample of it tells. */
static bool holds_it(const campaign_t *campaign, uint32_t block, const listed_t *file)
{
    const uint8_t *content = campaign->fresh.content + file->start;
    uint32_t size = file->size;
    const uint8_t *bytes = campaign->original + (size_t)block * campaign->setting.block_size;
    const uint8_t *sample = bytes + campaign->setting.block_size - SAMPLE;
    if (contains(content, size, sample, SAMPLE)) {
        return true;
    }
    return size > 0 && contains(bytes, campaign->setting.block_size, content + size - 1 - (size - 1) % SAMPLE,
                                1 + (size - 1) % SAMPLE);
}

/* -- One case ------------------------------------------------------------------------------------------- */

static bool fail(const campaign_t *campaign, const char *message, const char *path)
{
    printf("FAILED seed %llu: %s %s\n", (unsigned long long)campaign->seed, message, path);
    return false;
}

/* Whether a finding says that a file is damaged, or that the directory which seems to hold it is not that
 * directory. What check met in directories without an entry has a path that begins with "/...". */
static bool has_finding_for(const findings_t *findings, const char *path)
{
    for (unsigned i = 0; i < findings->count; i++) {
        const char *found = findings->list[i].path;
        size_t length = strlen(found), whole = strlen(path);
        bool prefix = strncmp(found, path, length) == 0 && path[length] == '/' &&
                      strstr(findings->list[i].message, "director") &&
                      !strstr(findings->list[i].message, "not on the list");
        if (strncmp(found, "/...", 4) == 0 && length > 5 && whole >= length - 4) {
            prefix = strcmp(path + whole - (length - 4), found + 4) == 0;
        }
        if (length > 0 && (prefix || strcmp(found, path) == 0)) {
            return true;
        }
    }
    return findings->count == FINDINGS_MAX;
}

static bool is_clean(const findings_t *findings)
{
    return findings->result == 0 && findings->check.errors == findings->check.repaired;
}

/* Repairs until a check finds nothing more. */
static bool repair(campaign_t *campaign)
{
    static findings_t findings;
    for (unsigned runs = 0; runs < REPAIRS_MAX; runs++) {
        volume_check(campaign->flash, true, campaign->verbose, &findings);
        if (findings.result < 0) {
            return fail(campaign, "repair gives an error", mcufs_error_text(findings.result));
        }
        volume_check(campaign->flash, false, campaign->verbose, &findings);
        if (is_clean(&findings)) {
            return true;
        }
    }
    campaign->unrepaired++;
    if (strstr(findings.list[findings.count - 1].message, "of the file")) {
        return true; /* no space for what would read as zeros: counted, and it has to stay rare */
    }
    return fail(campaign, "not clean after repair:", findings.list[0].message);
}

/* Then it is from a directory with its logs mixed up, where no name can be opened reliably. */
static bool is_listed_twice(const listing_t *listing, const listed_t *file)
{
    unsigned times = 0;
    for (unsigned i = 0; i < listing->count; i++) {
        times += strcmp(listing->files[i].path, file->path) == 0;
    }
    return times > 1;
}

static void print_listing(const char *title, const listing_t *listing)
{
    printf("%s: error %d\n", title, listing->error);
    for (unsigned i = 0; i < listing->count; i++) {
        printf("  %s %lu %08lx\n", listing->files[i].path, (unsigned long)listing->files[i].size,
               (unsigned long)(listing->files[i].hash & 0xffffffff));
    }
}

static bool compare(campaign_t *campaign, const findings_t *findings, const listing_t *before,
                    unsigned unrepaired)
{
    static listing_t after;
    volume_list(campaign->flash, &after);
    if (campaign->verbose) {
        print_listing("before repair", before);
        print_listing("after repair", &after);
    }
    if (after.error < 0 && unrepaired == campaign->unrepaired) {
        return fail(campaign, "not readable after repair:", mcufs_error_text(after.error));
    }
    for (unsigned i = 0; i < before->count; i++) {
        const listed_t *file = &before->files[i];
        if (file->size > 0 && !is_listed_twice(before, file) && !has_finding_for(findings, file->path) &&
            !listing_find_content(&after, file)) {
            return fail(campaign, "was readable before repair, and is lost:", file->path);
        }
    }
    for (unsigned i = 0; i < campaign->fresh.count; i++) {
        const listed_t *file = &campaign->fresh.files[i];
        bool affected = false;
        for (uint32_t block = 0; !affected && block < campaign->setting.block_count; block++) {
            affected = campaign->touched[block] &&
                       (block < 2 || names_it(campaign, block, file) || holds_it(campaign, block, file));
        }
        if (!affected && !has_finding_for(findings, file->path) && !listing_find_content(&after, file) &&
            before->error == 0) {
            return fail(campaign, "was not touched, and is lost:", file->path);
        }
    }
    return true;
}

/* Checks and repairs the damaged volume in campaign->flash. */
static bool run_case(campaign_t *campaign)
{
    static findings_t findings;
    static listing_t before;
    size_t size = sim_flash_size(campaign->flash);
    uint64_t changes = sim_flash_changes(campaign->flash);
    uint64_t hash = hash_bytes(HASH_START, sim_flash_content(campaign->flash), (uint32_t)size);
    campaign->cases++;
    volume_check(campaign->flash, false, campaign->verbose, &findings);
    if (sim_flash_changes(campaign->flash) != changes ||
        hash_bytes(HASH_START, sim_flash_content(campaign->flash), (uint32_t)size) != hash) {
        return fail(campaign, "check changed the volume", "");
    }
    volume_list(campaign->flash, &before);
    /* EINVAL: limits that this program does not have; nothing is wrong with that. */
    if (before.error < 0 && before.error != MCUFS_EINVAL && is_clean(&findings)) {
        return fail(campaign, "cannot be read, but check finds nothing:", mcufs_error_text(before.error));
    }
    if (findings.result < 0 ||
        (findings.count > 0 && strstr(findings.list[findings.count - 1].message, "superblock"))) {
        return true; /* nothing to hold on to */
    }
    campaign->with_errors += findings.check.errors > 0;
    unsigned unrepaired = campaign->unrepaired;
    return repair(campaign) &&
           (before.error == MCUFS_EINVAL || compare(campaign, &findings, &before, unrepaired));
}

static void reset(campaign_t *campaign)
{
    sim_flash_copy(campaign->flash, campaign->base);
    memset(campaign->touched, 0, campaign->setting.block_count * sizeof campaign->touched[0]);
}

/* The case of a seed. */
static bool random_case(campaign_t *campaign, uint64_t seed)
{
    dice_t dice = {seed};
    campaign->seed = seed;
    reset(campaign);
    for (uint32_t i = dice_chance(&dice, 60) ? 1 : 1 + dice_roll(&dice, 5); i > 0; i--) {
        damage(campaign, &dice);
    }
    return run_case(campaign);
}

static bool systematic_cases(campaign_t *campaign)
{
    bool good = true;
    for (uint32_t block = 0; block < campaign->setting.block_count; block++) {
        for (unsigned how = 0; how < 3; how++) {
            dice_t dice = {block};
            campaign->seed = block * 10 + how;
            reset(campaign);
            overwrite(campaign, block, how, &dice);
            if (!run_case(campaign)) {
                printf("  (block %lu overwritten, kind %u)\n", (unsigned long)block, how);
                good = false;
            }
        }
    }
    return good;
}

/* -- All of them ---------------------------------------------------------------------------------------- */

static bool start(campaign_t *campaign, const setting_t *setting)
{
    *campaign = (campaign_t){.setting = *setting};
    campaign->base = volume_new(setting->block_size, setting->block_count, setting->program_size);
    campaign->touched = calloc(setting->block_count, sizeof campaign->touched[0]);
    int error = volume_fill(campaign->base, 1);
    campaign->fresh.content = malloc(sim_flash_size(campaign->base));
    volume_list(campaign->base, &campaign->fresh);
    size_t size = sim_flash_size(campaign->base);
    campaign->original = malloc(size);
    memcpy(campaign->original, sim_flash_content(campaign->base), size);
    campaign->flash = sim_flash_clone(campaign->base);
    return error == 0 && campaign->fresh.error == 0;
}

static void end(campaign_t *campaign)
{
    sim_flash_free(campaign->base);
    sim_flash_free(campaign->flash);
    free(campaign->touched);
    free(campaign->original);
    free(campaign->fresh.content);
}

static bool run_setting(const setting_t *setting, uint64_t seed, long seconds, bool one, bool verbose)
{
    campaign_t campaign;
    bool good = start(&campaign, setting);
    campaign.verbose = verbose;
    if (!good) {
        printf("the volume cannot be made\n");
    } else if (one) {
        good = random_case(&campaign, seed);
    } else {
        time_t stop = time(NULL) + seconds;
        unsigned failures = 0;
        good = systematic_cases(&campaign);
        for (; time(NULL) < stop && failures < 10; seed++) {
            failures += !random_case(&campaign, seed);
        }
        good = good && failures == 0 && campaign.unrepaired <= campaign.cases / 100;
        printf("blocks of %lu: %u cases, %u with errors, %u not repaired\n",
               (unsigned long)setting->block_size, campaign.cases, campaign.with_errors, campaign.unrepaired);
    }
    end(&campaign);
    return good;
}

int main(int count, char **arguments)
{
    uint64_t seed = 1;
    long seconds = 15;
    int only = -1;
    bool one = false, good = true;
    for (int i = 1; i + 1 < count; i += 2) {
        const char *value = arguments[i + 1];
        if (strcmp(arguments[i], "--seconds") == 0) {
            seconds = strtol(value, NULL, 10);
        } else if (strcmp(arguments[i], "--start") == 0) {
            seed = strtoull(value, NULL, 10);
        } else if (strcmp(arguments[i], "--seed") == 0) {
            seed = strtoull(value, NULL, 10);
            one = true;
        } else if (strcmp(arguments[i], "--setting") == 0) {
            only = atoi(value);
        }
    }
    int settings_count = (int)(sizeof settings / sizeof settings[0]);
    for (int i = 0; i < settings_count; i++) {
        if (only < 0 || only == i) {
            good = run_setting(&settings[i], seed, only < 0 ? seconds / settings_count : seconds, one, one) &&
                   good;
        }
    }
    return good ? 0 : 1;
}
