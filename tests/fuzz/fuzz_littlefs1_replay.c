/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The littlefs v1 target without a fuzzer: files of the corpus, then mutations of them and of images made by
 * the book. With --make DIRECTORY it writes the first inputs of the corpus.
 *
 * fuzz_littlefs1_replay [--seed N] [--mutations N] [--save FILE] [--make DIRECTORY] FILE... */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_littlefs1.h"
#include "littlefs1/builder.h"

static uint8_t input[FUZZ_INPUT_MAX];

static void save(const char *path, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(input, 1, size, file) != size || fclose(file) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
}

/* A small image; its size. */
static size_t build(uint64_t seed)
{
    static const uint32_t sizes[] = {128, 256, 512};
    const uint32_t block_size = sizes[seed % 3];
    const uint32_t blocks = FUZZ_IMAGE_MAX / block_size;
    builder_t builder;
    builder_start(&builder, block_size, blocks, seed);
    unsigned directory = builder_directory(&builder, 0, "directory");
    unsigned deeper = builder_directory(&builder, directory, "deeper");
    unsigned file = builder_file(&builder, 0, "moving", 20);
    (void)builder_file(&builder, 0, "large", block_size * 4);
    for (unsigned i = 0; i < 8; i++) {
        const char name[] = {"nameNAME"[i], "xyz"[i % 3], '\0'};
        (void)builder_file(&builder, i % 2 != 0 ? directory : deeper, name, i % 3 * 30);
    }
    (void)builder_move(&builder, file, deeper, "moved");
    builder_finish(&builder);
    const uint8_t header[FUZZ_HEADER] = {fuzz_block_size_code(block_size), (uint8_t)(seed * 37), 0, 0};
    memcpy(input, header, sizeof header);
    memcpy(input + FUZZ_HEADER, builder.bytes, (size_t)blocks * block_size);
    builder_free(&builder);
    return FUZZ_HEADER + (size_t)blocks * block_size;
}

static void make(const char *directory)
{
    for (unsigned i = 0; i < 3; i++) {
        char path[500];
        snprintf(path, sizeof path, "%s/built-%u", directory, i);
        save(path, build(i));
    }
}

static size_t load(const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(input, 1, sizeof input, file);
    if (size <= FUZZ_HEADER) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    return size;
}

int main(int argc, char **argv)
{
    uint64_t seed = 1, mutations = 1500;
    const char *save_path = NULL;
    unsigned files = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = strtoull(argv[++i], NULL, 0);
        } else if (strcmp(argv[i], "--mutations") == 0 && i + 1 < argc) {
            mutations = strtoull(argv[++i], NULL, 0);
        } else if (strcmp(argv[i], "--save") == 0 && i + 1 < argc) {
            save_path = argv[++i]; /* each input before it is run: after a crash, the one that did it */
        } else if (strcmp(argv[i], "--make") == 0 && i + 1 < argc) {
            make(argv[++i]);
            return 0;
        } else {
            fuzz_littlefs1(input, load(argv[i]));
            files++;
        }
    }
    printf("%u files, %" PRIu64 " mutations, seed %" PRIu64 "\n", files, mutations, seed);
    for (uint64_t i = 0; i < mutations; i++) {
        dice_t dice = {seed + i};
        size_t size = build(seed + i);
        input[1] = (uint8_t)dice_next(&dice);
        for (uint32_t k = dice_roll(&dice, 5); k > 0; k--) {
            fuzz_littlefs1_mutate(input, size, &dice);
        }
        if (save_path != NULL) {
            save(save_path, size);
        }
        fuzz_littlefs1(input, size);
    }
    return 0;
}
