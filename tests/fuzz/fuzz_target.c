/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The libFuzzer target: fuzz_image() with a mutator that knows the format. */

#include "fuzz_image.h"
#include "fuzz_mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_image(data, size);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    dice_t dice = {seed};
    bool changed = false;
    for (unsigned i = dice_roll(&dice, 4); i > 0; i--) {
        changed = fuzz_mutate_log(data, size, &dice) || changed;
    }
    if (!changed || dice_chance(&dice, 20)) {
        size = LLVMFuzzerMutate(data, size, max_size);
        if (dice_chance(&dice, 75)) {
            fuzz_fix_checksums(data, size);
        }
    }
    return size;
}
