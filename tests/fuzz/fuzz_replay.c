/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Runs the fuzz target without a fuzzer: every file named, then random mutations of them. For the check, and
 * to look at a finding: with files only and --mutations 0, it just replays them.
 *
 * fuzz_replay [--seed N] [--mutations N] [--save FILE] FILE... */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_image.h"
#include "fuzz_mutate.h"

#define FILES_MAX 400

typedef struct input {
    size_t size;
    uint8_t *bytes;
} input_t;

static input_t inputs[FILES_MAX];
static unsigned input_count;

static void load(const char *path)
{
    FILE *file = fopen(path, "rb");
    input_t *input = &inputs[input_count];
    input->bytes = malloc(FUZZ_INPUT_MAX);
    input->size = file == NULL ? 0 : fread(input->bytes, 1, FUZZ_INPUT_MAX, file);
    if (file == NULL || input->size <= FUZZ_HEADER) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    input_count++;
}

static void save(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
}

static void mutate(uint8_t *bytes, size_t size, dice_t *dice)
{
    bytes[1] = (uint8_t)dice_next(dice);
    bytes[2] = (uint8_t)dice_next(dice);
    bytes[3] = (uint8_t)dice_next(dice);
    for (uint32_t i = dice_roll(dice, 5); i > 0; i--) {
        (void)fuzz_mutate_log(bytes, size, dice);
    }
    if (dice_chance(dice, 30)) {
        fuzz_mutate_bytes(bytes, size, dice);
        if (dice_chance(dice, 70)) {
            fuzz_fix_checksums(bytes, size);
        }
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = 1, mutations = 2000;
    const char *save_path = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = strtoull(argv[++i], NULL, 0);
        } else if (strcmp(argv[i], "--mutations") == 0 && i + 1 < argc) {
            mutations = strtoull(argv[++i], NULL, 0);
        } else if (strcmp(argv[i], "--save") == 0 && i + 1 < argc) {
            save_path = argv[++i]; /* each input before it is run: after a crash, the one that did it */
        } else if (input_count < FILES_MAX) {
            load(argv[i]);
        }
    }
    printf("%u files, %" PRIu64 " mutations, seed %" PRIu64 "\n", input_count, mutations, seed);
    for (unsigned i = 0; i < input_count; i++) {
        fuzz_image(inputs[i].bytes, inputs[i].size);
    }
    uint8_t *bytes = malloc(FUZZ_INPUT_MAX);
    for (uint64_t i = 0; i < mutations && input_count > 0; i++) {
        dice_t dice = {seed + i};
        const input_t *input = &inputs[dice_roll(&dice, input_count)];
        memcpy(bytes, input->bytes, input->size);
        mutate(bytes, input->size, &dice);
        if (save_path != NULL) {
            save(save_path, bytes, input->size);
        }
        fuzz_image(bytes, input->size);
    }
    free(bytes);
    for (unsigned i = 0; i < input_count; i++) {
        free(inputs[i].bytes);
    }
    return input_count > 0 ? 0 : 1;
}
