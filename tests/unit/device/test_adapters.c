/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The MicroPython block protocol in both directions, and a sector device carrying flash. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/block_protocol.h>
#include <mcufs/ram_device.h>
#include <mcufs/sector_flash.h>

#include "../../../sim/flash.h"

enum { BLOCK = 64, BLOCKS = 8 };

static const mcufs_geometry_t geometry = {
    .read_size = 4, .program_size = 8, .block_size = BLOCK, .block_count = BLOCKS, .erased_value = 0xff};

static void pattern(uint8_t *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(i * 5 + i / 64 + seed);
    }
}

/* -- A device as an object ------------------------------------------------------------------------------ */

static void flash_speaks_both_forms(void **state)
{
    (void)state;
    uint8_t memory[BLOCK * BLOCKS];
    uint8_t data[3 * BLOCK];
    uint8_t read[3 * BLOCK];
    mcufs_device_t device;
    mcufs_block_protocol_t object;
    uint32_t result;
    memset(memory, 0, sizeof memory);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_FLASH), 0);
    mcufs_block_protocol_from_device(&object, &device);
    void *context = object.context;

    assert_int_equal(object.ioctl(context, MCUFS_IOCTL_BLOCK_COUNT, 0, &result), 0);
    assert_int_equal(result, BLOCKS);
    assert_int_equal(object.ioctl(context, MCUFS_IOCTL_BLOCK_SIZE, 0, &result), 0);
    assert_int_equal(result, BLOCK);

    /* Simple: erases by itself, any number of blocks. */
    pattern(data, sizeof data, 1);
    assert_int_equal(object.write_blocks(context, 2, data, sizeof data), 0);
    assert_memory_equal(memory + 2 * BLOCK, data, sizeof data);
    assert_int_equal(memory[2 * BLOCK - 1], 0);
    assert_int_equal(memory[5 * BLOCK], 0);
    assert_int_equal(object.read_blocks(context, 2, read, sizeof read), 0);
    assert_memory_equal(read, data, sizeof data);

    /* Extended: never erases, from any offset, over block boundaries. */
    assert_int_equal(object.ioctl(context, MCUFS_IOCTL_BLOCK_ERASE, 6, &result), 0);
    assert_int_equal(memory[6 * BLOCK], 0xff);
    assert_int_equal(object.write_at(context, 6, 16, data, 8), 0);
    assert_memory_equal(memory + 6 * BLOCK + 16, data, 8);
    assert_int_equal(memory[6 * BLOCK], 0xff);
    assert_int_equal(object.read_at(context, 2, 61, read, 70), 0);
    assert_memory_equal(read, data + 61, 70);
    assert_int_equal(object.read_at(context, 1, BLOCK + 5, read, 9), 0);
    assert_memory_equal(read, data + 5, 9);
    assert_int_equal(object.ioctl(context, MCUFS_IOCTL_BLOCK_ERASE, 7, &result), 0);
    assert_int_equal(object.write_at(context, 6, BLOCK - 8, data, 16), 0);
    assert_memory_equal(memory + 7 * BLOCK - 8, data, 16);

    assert_int_equal(object.write_blocks(context, 6, data, sizeof data), MCUFS_EINVAL);
    assert_int_equal(object.write_blocks(context, 0, data, 8), MCUFS_EINVAL);
    assert_int_equal(object.read_blocks(context, 0, read, 8), MCUFS_EINVAL);
    assert_int_equal(object.read_blocks(context, 6, read, sizeof read), MCUFS_EINVAL);
    assert_int_equal(object.write_at(context, 0, 4, data, 8), MCUFS_EINVAL);
    assert_int_equal(object.write_at(context, 7, 56, data, 16), MCUFS_EINVAL);
    assert_int_equal(memory[0], 0);
    assert_memory_equal(memory + 6 * BLOCK + 16, data, 8); /* nothing of the refused ones was done */
}

static void overwriting_device_speaks_both_forms(void **state)
{
    (void)state;
    uint8_t memory[BLOCK * BLOCKS] = {0};
    uint8_t data[2 * BLOCK];
    mcufs_device_t device;
    mcufs_block_protocol_t object;
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_OVERWRITE), 0);
    mcufs_block_protocol_from_device(&object, &device);
    pattern(data, sizeof data, 2);
    assert_int_equal(object.write_blocks(object.context, 3, data, sizeof data), 0);
    assert_memory_equal(memory + 3 * BLOCK, data, sizeof data);
    assert_int_equal(object.write_at(object.context, 3, 8, data, 8), 0);
    assert_memory_equal(memory + 3 * BLOCK + 8, data, 8);
    assert_int_equal(object.ioctl(object.context, MCUFS_IOCTL_BLOCK_ERASE, 3, NULL), 0);
    assert_int_equal(object.ioctl(object.context, MCUFS_IOCTL_BLOCK_ERASE, BLOCKS, NULL), MCUFS_EINVAL);

    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, 0), 0);
    mcufs_block_protocol_from_device(&object, &device);
    assert_null(object.write_blocks);
    assert_null(object.write_at);
}

/* -- An object as a device ------------------------------------------------------------------------------ */

/* An object over a simulated chip, which keeps an eye on the rules, and a count of its calls. */
typedef struct object {
    mcufs_block_protocol_t protocol;
    mcufs_block_protocol_t inner;
    unsigned reads, writes;
    int answer;
    bool no_init;
} object_t;

static int object_read_blocks(void *context, uint32_t block, void *buffer, uint32_t size)
{
    object_t *object = context;
    object->reads++;
    return object->answer != 0 ? object->answer
                               : object->inner.read_blocks(object->inner.context, block, buffer, size);
}

static int object_write_blocks(void *context, uint32_t block, const void *buffer, uint32_t size)
{
    object_t *object = context;
    object->writes++;
    return object->answer != 0 ? object->answer
                               : object->inner.write_blocks(object->inner.context, block, buffer, size);
}

static int object_read_at(void *context, uint32_t block, uint32_t offset, void *buffer, uint32_t size)
{
    object_t *object = context;
    object->reads++;
    return object->answer != 0 ? object->answer
                               : object->inner.read_at(object->inner.context, block, offset, buffer, size);
}

static int object_write_at(void *context, uint32_t block, uint32_t offset, const void *buffer, uint32_t size)
{
    object_t *object = context;
    object->writes++;
    return object->answer != 0 ? object->answer
                               : object->inner.write_at(object->inner.context, block, offset, buffer, size);
}

static int object_ioctl(void *context, int operation, uintptr_t argument, uint32_t *result)
{
    object_t *object = context;
    if (object->no_init && operation <= MCUFS_IOCTL_SYNC) {
        return MCUFS_ENOTSUP;
    }
    return object->answer != 0 ? object->answer
                               : object->inner.ioctl(object->inner.context, operation, argument, result);
}

static void set_up_object(object_t *object, sim_flash_t *flash, bool simple, bool extended)
{
    memset(object, 0, sizeof *object);
    mcufs_block_protocol_from_device(&object->inner, sim_flash_device(flash));
    object->protocol.context = object;
    object->protocol.ioctl = object_ioctl;
    object->protocol.read_blocks = simple ? object_read_blocks : NULL;
    object->protocol.write_blocks = simple ? object_write_blocks : NULL;
    object->protocol.read_at = extended ? object_read_at : NULL;
    object->protocol.write_at = extended ? object_write_at : NULL;
}

static sim_flash_t *new_chip(void)
{
    sim_options_t options = {.kind = SIM_NOR, .geometry = geometry};
    options.geometry.read_size = 1;
    sim_flash_t *flash = sim_flash_new(&options);
    assert_non_null(flash);
    return flash;
}

static void extended_object_is_flash(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t data[BLOCK];
    uint8_t read[BLOCK];
    set_up_object(&object, flash, false, true);
    mcufs_block_protocol_options_t options = {.program_size = 8, .erased_value = 0xff};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
    const mcufs_device_t *device = &adapter.device;
    assert_int_equal(device->geometry.block_count, BLOCKS);
    assert_int_equal(device->geometry.block_size, BLOCK);
    assert_int_equal(device->geometry.read_size, 1);
    assert_int_equal(device->geometry.erased_value, 0xff);
    pattern(data, sizeof data, 3);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mcufs_device_erase(device, 5), 0);
        assert_int_equal(mcufs_device_program(device, 5, 16, data, 24), 0);
        assert_int_equal(mcufs_device_read(device, 5, 17, read, 23), 0);
        assert_memory_equal(read, data + 1, 23);
    }
    assert_int_equal(mcufs_device_write(device, 5, 0, data, 8), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    assert_int_equal(sim_flash_counts(flash)->syncs, 1);
    object.answer = 5; /* not an error number of the protocol */
    assert_int_equal(mcufs_device_read(device, 5, 0, read, 4), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_erase(device, 5), MCUFS_EINVAL);
    object.answer = MCUFS_EIO;
    assert_int_equal(mcufs_device_program(device, 5, 0, data, 8), MCUFS_EIO);
    sim_flash_free(flash);
}

static void simple_object_gets_the_extended_form(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t buffer[BLOCK];
    uint8_t expected[BLOCK * BLOCKS];
    uint8_t read[BLOCK];
    set_up_object(&object, flash, true, false);
    mcufs_block_protocol_options_t options = {.erased_value = 0xff, .buffer = buffer, .buffer_size = BLOCK};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
    const mcufs_device_t *device = &adapter.device;
    assert_int_equal(device->geometry.program_size, 1);
    assert_int_equal(device->geometry.erased_value, MCUFS_ERASED_UNKNOWN);
    memset(expected, 0xff, sizeof expected);
    uint32_t random = 1;
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525u + 1013904223u;
        uint32_t block = (random >> 8) % BLOCKS;
        uint32_t offset = (random >> 12) % BLOCK;
        uint32_t size = 1 + (random >> 20) % (BLOCK - offset);
        uint8_t data[BLOCK];
        pattern(data, size, random >> 16);
        switch ((random >> 28) % 4) {
        case 0:
            assert_int_equal(mcufs_device_erase(device, block), 0);
            break;
        case 1:
            assert_int_equal(mcufs_device_program(device, block, offset, data, size), 0);
            memcpy(expected + block * BLOCK + offset, data, size);
            break;
        case 2:
            assert_int_equal(mcufs_device_write(device, block, 0, data, size), 0);
            memcpy(expected + block * BLOCK, data, size);
            break;
        default:
            assert_int_equal(mcufs_device_read(device, block, offset, read, size), 0);
            assert_memory_equal(read, expected + block * BLOCK + offset, size);
        }
        assert_memory_equal(sim_flash_content(flash), expected, sizeof expected);
    }
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_free(flash);
}

static void buffer_spares_reads_and_forgets_after_errors(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t buffer[BLOCK];
    uint8_t data[BLOCK];
    set_up_object(&object, flash, true, false);
    mcufs_block_protocol_options_t options = {.buffer = buffer, .buffer_size = BLOCK};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
    const mcufs_device_t *device = &adapter.device;
    for (uint32_t i = 0; i < BLOCK; i += 4) {
        assert_int_equal(mcufs_device_read(device, 2, i, data, 4), 0);
    }
    assert_int_equal(object.reads, 1);
    assert_int_equal(mcufs_device_program(device, 2, 8, "12345678", 8), 0);
    assert_int_equal(object.reads, 1);
    assert_int_equal(object.writes, 1);
    object.answer = MCUFS_EIO;
    assert_int_equal(mcufs_device_program(device, 2, 8, "abcdefgh", 8), MCUFS_EIO);
    assert_int_equal(mcufs_device_read(device, 2, 8, data, 8), MCUFS_EIO); /* not what was not written */
    object.answer = 0;
    assert_int_equal(mcufs_device_read(device, 2, 8, data, 8), 0);
    assert_memory_equal(data, "12345678", 8);
    sim_flash_free(flash);
}

static void simple_object_alone_takes_whole_blocks(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t data[BLOCK];
    uint8_t read[BLOCK];
    set_up_object(&object, flash, true, false);
    object.no_init = true;
    mcufs_block_protocol_options_t options = {0};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
    const mcufs_device_t *device = &adapter.device;
    assert_int_equal(device->geometry.read_size, BLOCK);
    assert_int_equal(device->geometry.program_size, BLOCK);
    pattern(data, BLOCK, 4);
    assert_int_equal(mcufs_device_write(device, 1, 0, data, BLOCK), 0);
    assert_int_equal(mcufs_device_read(device, 1, 0, read, BLOCK), 0);
    assert_memory_equal(read, data, BLOCK);
    assert_int_equal(mcufs_device_read(device, 1, 0, read, 4), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, BLOCK), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_sync(device), 0); /* the object has none */
    sim_flash_free(flash);
}

static void object_with_both_forms_overwrites_with_a_buffer(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t buffer[BLOCK];
    uint8_t read[BLOCK];
    set_up_object(&object, flash, true, true);
    mcufs_block_protocol_options_t options = {
        .program_size = 8, .erased_value = 0xff, .buffer = buffer, .buffer_size = BLOCK};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
    const mcufs_device_t *device = &adapter.device;
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    assert_int_equal(mcufs_device_program(device, 1, 0, "programmed......", 16), 0);
    assert_int_equal(mcufs_device_write(device, 1, 8, "written.", 8), 0);
    assert_int_equal(mcufs_device_program(device, 1, 16, "12345678", 8), 0);
    assert_int_equal(mcufs_device_write(device, 1, 24, "87654321", 8), 0);
    assert_int_equal(mcufs_device_read(device, 1, 0, read, 32), 0);
    assert_memory_equal(read, "programmwritten.1234567887654321", 32);
    assert_int_equal(mcufs_device_erase(device, 1), 0);
    assert_int_equal(mcufs_device_write(device, 1, 8, "written.", 8), 0);
    assert_int_equal(mcufs_device_read(device, 1, 0, read, 8), 0);
    assert_int_equal(read[0], 0xff);
    assert_int_equal(sim_flash_counts(flash)->violations, 0);
    sim_flash_free(flash);
}

static void unusable_objects_are_refused(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    uint8_t buffer[BLOCK];
    mcufs_block_protocol_options_t options = {.buffer = buffer, .buffer_size = BLOCK - 1};
    set_up_object(&object, flash, true, false);
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_EINVAL);
    options = (mcufs_block_protocol_options_t){.read_size = 4};
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_EINVAL);
    options = (mcufs_block_protocol_options_t){.read_size = 3};
    set_up_object(&object, flash, false, true);
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_EINVAL);
    options.read_size = 1;
    object.answer = MCUFS_ENODEV;
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_ENODEV);
    set_up_object(&object, flash, false, false);
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_EINVAL);
    set_up_object(&object, flash, true, true);
    object.protocol.ioctl = NULL;
    assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), MCUFS_EINVAL);
    sim_flash_free(flash);
}

static void object_without_write_is_read_only(void **state)
{
    (void)state;
    sim_flash_t *flash = new_chip();
    object_t object;
    mcufs_block_protocol_device_t adapter;
    mcufs_block_protocol_options_t options = {0};
    for (int form = 0; form < 2; form++) {
        set_up_object(&object, flash, form == 0, form == 1);
        object.protocol.write_blocks = NULL;
        object.protocol.write_at = NULL;
        assert_int_equal(mcufs_block_protocol_device_init(&adapter, &object.protocol, &options), 0);
        uint8_t data[BLOCK];
        assert_int_equal(mcufs_device_read(&adapter.device, 0, 0, data, BLOCK), 0);
        assert_int_equal(mcufs_device_program(&adapter.device, 0, 0, data, BLOCK), MCUFS_EROFS);
        assert_int_equal(mcufs_device_write(&adapter.device, 0, 0, data, BLOCK), MCUFS_EROFS);
        assert_int_equal(mcufs_device_erase(&adapter.device, 0), MCUFS_EROFS);
    }
    sim_flash_free(flash);
}

/* -- Flash on sectors ----------------------------------------------------------------------------------- */

static sim_flash_t *new_card(uint32_t block_size)
{
    sim_options_t options = {.kind = SIM_SECTOR, .seed = 5};
    options.geometry = (mcufs_geometry_t){16, 16, block_size, 1024 / block_size, 0};
    sim_flash_t *flash = sim_flash_new(&options);
    assert_non_null(flash);
    return flash;
}

static void sectors_become_erase_blocks(void **state)
{
    (void)state;
    static const uint32_t block_sizes[] = {16, 32, 128};
    for (size_t b = 0; b < 3; b++) {
        sim_flash_t *card = new_card(block_sizes[b]);
        mcufs_sector_flash_t adapter;
        uint8_t data[128];
        uint8_t read[128];
        assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 128 / block_sizes[b]), 0);
        const mcufs_device_t *device = &adapter.device;
        assert_int_equal(mcufs_device_check(device), 0);
        assert_int_equal(device->geometry.block_size, 128);
        assert_int_equal(device->geometry.block_count, 8);
        assert_int_equal(device->geometry.program_size, 16);
        assert_int_equal(device->geometry.erased_value, MCUFS_ERASED_UNKNOWN);
        pattern(data, sizeof data, 6);
        for (int i = 0; i < 2; i++) {
            assert_int_equal(mcufs_device_erase_range(device, 6, 2), 0);
            assert_int_equal(mcufs_device_program(device, 7, 0, data, 48), 0);
            assert_int_equal(mcufs_device_program(device, 7, 48, data + 48, 80), 0);
            assert_int_equal(mcufs_device_read(device, 7, 16, read, 112), 0);
            assert_memory_equal(read, data + 16, 112);
            assert_memory_equal(sim_flash_content(card) + 7 * 128, data, 128);
        }
        assert_int_equal(mcufs_device_erase(device, 7), 0);
        assert_int_equal(sim_flash_content(card)[7 * 128], 0); /* trimmed */
        assert_int_equal(sim_flash_counts(card)->violations, 0);
        sim_flash_fail(card, SIM_CALL_PROGRAM, 1, MCUFS_EIO, false);
        assert_int_equal(mcufs_device_program(device, 7, 0, data, 48), MCUFS_EIO);
        sim_flash_fail(card, SIM_CALL_READ, 1, MCUFS_EIO, false);
        assert_int_equal(mcufs_device_read(device, 7, 0, data, 48), MCUFS_EIO);
        sim_flash_free(card);
    }
}

static void blocks_arrive_in_order(void **state)
{
    (void)state;
    /* Programs go to block 1, 2, 3 in turn; after a cut there must be no later one without all before it. */
    for (uint64_t seed = 0; seed < 200; seed++) {
        sim_flash_t *card = new_card(16);
        mcufs_sector_flash_t adapter;
        uint8_t data[16];
        sim_flash_set_reorder(card, true);
        assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 2), 0);
        sim_flash_cut(card, 1 + seed % 10, SIM_CUT_BEFORE, seed);
        int err = 0;
        for (uint32_t round = 1; err == 0; round++) {
            memset(data, (int)round, sizeof data);
            err = mcufs_device_program(&adapter.device, round % 3, 0, data, sizeof data);
        }
        sim_flash_power_on(card);
        const uint8_t *content = sim_flash_content(card);
        unsigned newest = 0;
        for (unsigned block = 0; block < 3; block++) {
            newest = content[block * 32] > newest ? content[block * 32] : newest;
        }
        for (unsigned back = 0; back < 3 && back < newest; back++) {
            assert_int_equal(content[(newest - back) % 3 * 32], newest - back);
        }
        assert_true(newest + 1 >= seed % 10); /* all but the last, which was not yet synced */
        sim_flash_free(card);
    }
}

static void syncs_only_when_needed(void **state)
{
    (void)state;
    sim_flash_t *card = new_card(16);
    mcufs_sector_flash_t adapter;
    uint8_t data[16] = {0};
    assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 2), 0);
    const mcufs_device_t *device = &adapter.device;
    const sim_counts_t *counts = sim_flash_counts(card);
    assert_int_equal(mcufs_device_program(device, 0, 0, data, 16), 0);
    assert_int_equal(mcufs_device_program(device, 0, 16, data, 16), 0);
    assert_int_equal(counts->syncs, 0);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(mcufs_device_program(device, 1, 0, data, 16), 0);
    assert_int_equal(counts->syncs, 1);
    assert_int_equal(mcufs_device_erase(device, 2), 0);
    assert_int_equal(counts->syncs, 2);
    sim_flash_fail(card, SIM_CALL_SYNC, 1, MCUFS_EIO, false);
    assert_int_equal(mcufs_device_program(device, 3, 0, data, 16), MCUFS_EIO);
    assert_int_equal(mcufs_device_program(device, 3, 0, data, 16), 0);
    assert_int_equal(counts->syncs, 4);
    sim_flash_free(card);
}

static void only_sectors_become_flash(void **state)
{
    (void)state;
    sim_flash_t *card = new_card(16);
    mcufs_sector_flash_t adapter;
    assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 0), MCUFS_EINVAL);
    assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 65), MCUFS_EINVAL);
    assert_int_equal(mcufs_sector_flash_init(&adapter, sim_flash_device(card), 3), 0);
    assert_int_equal(adapter.device.geometry.block_count, 21);
    assert_int_equal(mcufs_sector_flash_init(&adapter, NULL, 1), MCUFS_EINVAL);
    sim_flash_free(card);
    uint8_t memory[BLOCK * BLOCKS];
    mcufs_device_t device;
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_FLASH), 0);
    assert_int_equal(mcufs_sector_flash_init(&adapter, &device, 1), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, 0), 0);
    assert_int_equal(mcufs_sector_flash_init(&adapter, &device, 1), MCUFS_EROFS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flash_speaks_both_forms),
        cmocka_unit_test(overwriting_device_speaks_both_forms),
        cmocka_unit_test(extended_object_is_flash),
        cmocka_unit_test(simple_object_gets_the_extended_form),
        cmocka_unit_test(buffer_spares_reads_and_forgets_after_errors),
        cmocka_unit_test(simple_object_alone_takes_whole_blocks),
        cmocka_unit_test(object_with_both_forms_overwrites_with_a_buffer),
        cmocka_unit_test(unusable_objects_are_refused),
        cmocka_unit_test(object_without_write_is_read_only),
        cmocka_unit_test(sectors_become_erase_blocks),
        cmocka_unit_test(blocks_arrive_in_order),
        cmocka_unit_test(syncs_only_when_needed),
        cmocka_unit_test(only_sectors_become_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
