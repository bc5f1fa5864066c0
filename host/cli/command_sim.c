/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs sim: cuts the power of a simulated chip again and again, and counts what was lost. */

#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "campaign.h"
#include "image.h"
#include "output.h"
#include "report.h"

static uint64_t given(uint64_t value, uint64_t otherwise)
{
    return value == 0 ? otherwise : value;
}

static bool set_chip(const settings_t *settings, sim_options_t *chip)
{
    bool nand = settings->chip == CHIP_NAND;
    uint64_t block_size = given(settings->block_size, nand ? 16384 : 4096);
    uint64_t block_count = given(settings->block_count, 64);
    uint64_t program_size = given(settings->program_size, nand ? 2048 : 16);
    uint64_t read_size = given(settings->read_size, nand ? program_size : 16);
    if (!setup_check_block_size(block_size)) {
        return false;
    }
    if (block_count * block_size > (uint64_t)1 << 30 || block_count > UINT32_MAX) {
        say_error("a chip of %" PRIu64 " blocks of %" PRIu64 " bytes is too large; up to 1G", block_count,
                  block_size);
        return false;
    }
    if (program_size > block_size || block_size % program_size != 0 || block_size % read_size != 0) {
        say_error("--prog-size %" PRIu64 " and --read-size %" PRIu64 " must divide the block size %" PRIu64,
                  program_size, read_size, block_size);
        return false;
    }
    memset(chip, 0, sizeof *chip);
    chip->kind = nand ? SIM_NAND : SIM_NOR;
    chip->geometry = (mcufs_geometry_t){(uint32_t)read_size, (uint32_t)program_size, (uint32_t)block_size,
                                        (uint32_t)block_count, 0xff};
    chip->seed = given(settings->seed, 1);
    return true;
}

static void print_json(const campaign_options_t *options, const campaign_result_t *result)
{
    cJSON *object = cJSON_CreateObject();
    report_text(object, "type", options->filesystem->name);
    report_number(object, "seed", options->seed);
    report_number(object, "block_size", options->chip.geometry.block_size);
    report_number(object, "block_count", options->chip.geometry.block_count);
    report_number(object, "program_size", options->chip.geometry.program_size);
    report_number(object, "cuts", result->cuts);
    report_number(object, "recoveries", result->recoveries);
    report_number(object, "losses", result->losses);
    report_number(object, "rule_violations", result->counts.violations);
    report_number(object, "full", result->full);
    cJSON *operations = cJSON_AddObjectToObject(object, "acknowledged");
    for (unsigned i = 0; i < CAMPAIGN_OPERATIONS; i++) {
        report_number(operations, campaign_operation_names[i], result->acknowledged[i]);
    }
    cJSON *kinds = cJSON_AddObjectToObject(object, "cuts_by_kind");
    for (unsigned i = 0; i < SIM_CUT_KINDS; i++) {
        report_number(kinds, campaign_cut_names[i], result->cuts_by_kind[i]);
    }
    cJSON *recovery = cJSON_AddObjectToObject(object, "recovery");
    report_number(recovery, "moves_completed", result->health.moves_completed);
    report_number(recovery, "orphans_removed", result->health.orphans_removed);
    report_number(recovery, "links_repaired", result->health.links_repaired);
    report_number(recovery, "commits_discarded", result->health.commits_discarded);
    cJSON *messages = cJSON_AddArrayToObject(object, "first_losses");
    for (unsigned i = 0; i < result->messages; i++) {
        cJSON_AddItemToArray(messages, cJSON_CreateString(result->message[i]));
    }
    report_print(object);
}

static void print_text(const campaign_options_t *options, const campaign_result_t *result)
{
    const mcufs_geometry_t *geometry = &options->chip.geometry;
    uint64_t operations = 0;
    printf("chip         %s, %" PRIu32 " blocks of %" PRIu32 " bytes, programmed by %" PRIu32
           ", seed %" PRIu64 "\n",
           options->chip.kind == SIM_NAND ? "NAND" : "NOR", geometry->block_count, geometry->block_size,
           geometry->program_size, options->seed);
    printf("acknowledged");
    for (unsigned i = 0; i < CAMPAIGN_OPERATIONS; i++) {
        operations += result->acknowledged[i];
        printf(" %s %" PRIu64 "%s", campaign_operation_names[i], result->acknowledged[i],
               i + 1 < CAMPAIGN_OPERATIONS ? "," : "");
    }
    printf(": %" PRIu64 " operations\ncuts         %" PRIu64 " (", operations, result->cuts);
    for (unsigned i = 0; i < SIM_CUT_KINDS; i++) {
        printf("%s%s %" PRIu64, i == 0 ? "" : ", ", campaign_cut_names[i], result->cuts_by_kind[i]);
    }
    printf(")\nrecoveries   %" PRIu64 " (moves completed %" PRIu32 ", orphans removed %" PRIu32
           ", links repaired %" PRIu32 ", torn commits %" PRIu32 ")\n",
           result->recoveries, result->health.moves_completed, result->health.orphans_removed,
           result->health.links_repaired, result->health.commits_discarded);
    printf("flash        %" PRIu64 " programs, %" PRIu64 " erases, %" PRIu64 " rules broken\n",
           result->counts.programs, result->counts.erases, result->counts.violations);
    bool good = result->losses == 0;
    printf("losses       %s%" PRIu64 "%s\n", colour_on(stdout, good ? COLOUR_GOOD : COLOUR_BAD),
           result->losses, colour_off(stdout));
    for (unsigned i = 0; i < result->messages; i++) {
        printf("  %s\n", result->message[i]);
    }
}

static bool save_chip(sim_flash_t *chip, const char *path)
{
    FILE *file = fopen(path, "wb");
    bool good =
        file != NULL && fwrite(sim_flash_bytes(chip), 1, sim_flash_size(chip), file) == sim_flash_size(chip);
    if (file != NULL && fclose(file) != 0) {
        good = false;
    }
    if (!good) {
        say_error("%s: %s", path, strerror(errno));
    }
    return good;
}

int command_sim(const settings_t *settings, int count, char **operands)
{
    (void)count;
    (void)operands;
    campaign_options_t options = {.cuts = given(settings->cuts, 1000), .seed = given(settings->seed, 1)};
    campaign_result_t result;
    sim_flash_t *chip;
    options.filesystem = mcufs_filesystem_by_name(type_name(settings->type));
    if (options.filesystem == NULL || !set_chip(settings, &options.chip) ||
        !setup_format(settings, &options.format)) {
        return EXIT_USAGE;
    }
    progress_begin("cutting", options.cuts);
    int error = campaign_run(&options, &result, &chip);
    progress_end();
    if (error != 0) {
        say_error("the chip cannot be formatted: %s", mcufs_error_text(error));
        return EXIT_USAGE;
    }
    if (settings->json) {
        print_json(&options, &result);
    } else {
        print_text(&options, &result);
    }
    bool saved = settings->output == NULL || save_chip(chip, settings->output);
    sim_flash_free(chip);
    return saved && result.losses == 0 && result.counts.violations == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}
