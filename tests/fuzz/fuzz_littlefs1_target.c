/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The libFuzzer target: fuzz_littlefs1() with a mutator that knows the format. */

#include "fuzz_littlefs1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_littlefs1(data, size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    dice_t dice = {seed};
    if (size <= FUZZ_HEADER + 128 || dice_chance(&dice, 10)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    for (uint32_t i = dice_roll(&dice, 4) + 1; i > 0; i--) {
        fuzz_littlefs1_mutate(data, size, &dice);
    }
    return size;
}
