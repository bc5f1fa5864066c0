/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The checks and defaults before every driver, RAM devices, partitions. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/partition_device.h>
#include <mcufs/ram_device.h>

enum { BLOCK = 64, BLOCKS = 8 };

static const mcufs_geometry_t geometry = {
    .read_size = 4, .program_size = 8, .block_size = BLOCK, .block_count = BLOCKS, .erased_value = 0xff};

/* A driver that writes down what it is asked. */
typedef struct record {
    unsigned calls;
    char last;
    uint32_t block, offset, count;
    int answer;
} record_t;

static int note(const mcufs_device_t *device, char what, uint32_t block, uint32_t offset, uint32_t count)
{
    record_t *record = device->context;
    *record = (record_t){record->calls + 1, what, block, offset, count, record->answer};
    return record->answer;
}

static int note_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                     uint32_t size)
{
    memset(buffer, (int)(block * 16 + offset / 4), size);
    return note(device, 'r', block, offset, size);
}

static int note_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    (void)buffer;
    return note(device, 'p', block, offset, size);
}

static int note_write(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                      uint32_t size)
{
    (void)buffer;
    return note(device, 'w', block, offset, size);
}

static int note_erase(const mcufs_device_t *device, uint32_t block)
{
    return note(device, 'e', block, 0, 1);
}

static int note_erase_range(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    return note(device, 'E', block, 0, count);
}

static int note_trim(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    return note(device, 't', block, 0, count);
}

static int note_sync(const mcufs_device_t *device)
{
    return note(device, 's', 0, 0, 0);
}

static int note_ioctl(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    *result = 77;
    return note(device, 'i', (uint32_t)operation, (uint32_t)argument, 0);
}

static const mcufs_device_operations_t everything = {.read = note_read,
                                                     .program = note_program,
                                                     .erase = note_erase,
                                                     .sync = note_sync,
                                                     .erase_range = note_erase_range,
                                                     .write = note_write,
                                                     .trim = note_trim,
                                                     .ioctl = note_ioctl};

static const mcufs_device_operations_t flash_only = {
    .read = note_read, .program = note_program, .erase = note_erase};
static const mcufs_device_operations_t write_only = {.read = note_read, .write = note_write};
static const mcufs_device_operations_t read_only = {.read = note_read, .erase = note_erase};

static mcufs_device_t device_of(record_t *record, const mcufs_device_operations_t *operations)
{
    *record = (record_t){0};
    return (mcufs_device_t){.operations = operations, .context = record, .geometry = geometry};
}

static void check_knows_good_from_bad(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t good = device_of(&record, &everything);
    assert_int_equal(mcufs_device_check(&good), 0);
    good.operations = &read_only;
    assert_int_equal(mcufs_device_check(&good), 0);
    good.operations = &write_only;
    assert_int_equal(mcufs_device_check(&good), 0);
    good.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
    assert_int_equal(mcufs_device_check(&good), 0);

    static const mcufs_geometry_t bad[] = {
        {0, 8, 64, 8, 255},  {4, 0, 64, 8, 255}, {4, 8, 0, 8, 255},  {4, 8, 64, 0, 255}, {3, 8, 64, 8, 255},
        {4, 24, 64, 8, 255}, {128, 8, 64, 8, 0}, {4, 8, 64, 8, 256}, {4, 8, 64, 8, -2},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mcufs_device_t device = device_of(&record, &everything);
        device.geometry = bad[i];
        assert_int_equal(mcufs_device_check(&device), MCUFS_EINVAL);
    }
    mcufs_device_operations_t lacking = everything;
    mcufs_device_t device = device_of(&record, &lacking);
    lacking.read = NULL;
    assert_int_equal(mcufs_device_check(&device), MCUFS_EINVAL);
    lacking = everything;
    lacking.erase = NULL;
    assert_int_equal(mcufs_device_check(&device), MCUFS_EINVAL);
    device.operations = NULL;
    assert_int_equal(mcufs_device_check(&device), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_check(NULL), MCUFS_EINVAL);
    assert_int_equal(record.calls, 0);
}

static void size_does_not_overflow(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &everything);
    assert_int_equal(mcufs_device_size(&device), BLOCK * BLOCKS);
    device.geometry.block_size = 0x80000000u;
    device.geometry.block_count = 0xffffffffu;
    assert_true(mcufs_device_size(&device) == 0x7fffffff80000000u);
}

typedef int transfer_t(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size);

static uint8_t data[BLOCK * BLOCKS];

static int do_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size)
{
    return mcufs_device_read(device, block, offset, data, size);
}

static int do_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size)
{
    return mcufs_device_program(device, block, offset, data, size);
}

static int do_write(const mcufs_device_t *device, uint32_t block, uint32_t offset, uint32_t size)
{
    return mcufs_device_write(device, block, offset, data, size);
}

static void transfers_are_checked(void **state)
{
    (void)state;
    static transfer_t *const transfers[] = {do_read, do_program, do_write};
    record_t record;
    mcufs_device_t device = device_of(&record, &everything);
    for (size_t i = 0; i < 3; i++) {
        transfer_t *transfer = transfers[i];
        uint32_t unit = i == 0 ? geometry.read_size : geometry.program_size;
        record.calls = 0;
        assert_int_equal(transfer(&device, 7, BLOCK - unit, unit), 0);
        assert_int_equal(record.calls, 1);
        assert_int_equal(record.last, "rpw"[i]);
        assert_int_equal(record.block, 7);
        assert_int_equal(record.offset, BLOCK - unit);
        assert_int_equal(record.count, unit);
        assert_int_equal(transfer(&device, 0, 0, BLOCK), 0);
        assert_int_equal(record.calls, 2);
        assert_int_equal(transfer(&device, 0, BLOCK, 0), 0); /* nothing: no call */
        assert_int_equal(transfer(&device, 8, 0, unit), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0xffffffffu, 0, unit), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0, BLOCK, unit), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0, BLOCK - unit, 2 * unit), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0, unit, 0xffffffffu - unit + 1), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0, unit / 2, unit), MCUFS_EINVAL);
        assert_int_equal(transfer(&device, 0, 0, unit / 2), MCUFS_EINVAL);
        assert_int_equal(record.calls, 2);
        record.answer = MCUFS_ECORRUPT;
        assert_int_equal(transfer(&device, 0, 0, unit), MCUFS_ECORRUPT);
        record.answer = 0;
    }
}

static void changes_need_the_operation(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &read_only);
    assert_int_equal(do_program(&device, 0, 0, 8), MCUFS_EROFS);
    assert_int_equal(do_write(&device, 0, 0, 8), MCUFS_EROFS);
    assert_int_equal(mcufs_device_erase(&device, 0), MCUFS_EROFS);
    assert_int_equal(mcufs_device_erase_range(&device, 0, 1), MCUFS_EROFS);
    device.operations = &write_only;
    assert_int_equal(do_program(&device, 0, 0, 8), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_erase(&device, 0), MCUFS_ENOTSUP);
    device.operations = &flash_only;
    assert_int_equal(do_write(&device, 0, 0, 8), MCUFS_ENOTSUP);
    assert_int_equal(record.calls, 0);
}

static void erases_and_trims_are_checked(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &everything);
    assert_int_equal(mcufs_device_erase(&device, 7), 0);
    assert_int_equal(record.last, 'e');
    assert_int_equal(mcufs_device_erase_range(&device, 2, 6), 0);
    assert_int_equal(record.last, 'E');
    assert_int_equal(record.count, 6);
    assert_int_equal(mcufs_device_trim(&device, 0, 8), 0);
    assert_int_equal(record.last, 't');
    assert_int_equal(record.calls, 3);
    assert_int_equal(mcufs_device_erase_range(&device, 8, 0), 0);
    assert_int_equal(mcufs_device_trim(&device, 8, 0), 0);
    assert_int_equal(mcufs_device_erase(&device, 8), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_erase_range(&device, 2, 7), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_erase_range(&device, 1, 0xffffffffu), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_trim(&device, 9, 0), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_trim(&device, 0, 9), MCUFS_EINVAL);
    assert_int_equal(record.calls, 3);
}

static void missing_operations_have_defaults(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &flash_only);
    assert_int_equal(mcufs_device_erase_range(&device, 2, 3), 0);
    assert_int_equal(record.calls, 3);
    assert_int_equal(record.block, 4);
    record = (record_t){.answer = MCUFS_EIO};
    assert_int_equal(mcufs_device_erase_range(&device, 2, 3), MCUFS_EIO);
    assert_int_equal(record.calls, 1);
    assert_int_equal(mcufs_device_trim(&device, 0, 1), 0);
    assert_int_equal(mcufs_device_sync(&device), 0);
    assert_int_equal(record.calls, 1);
}

static void ioctls_work_on_every_device(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &flash_only);
    uint32_t result = 1;
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_INIT, 0, &result), 0);
    assert_int_equal(result, 0);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_DEINIT, 0, NULL), 0);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_SYNC, 0, NULL), 0);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_BLOCK_COUNT, 0, &result), 0);
    assert_int_equal(result, BLOCKS);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_BLOCK_SIZE, 0, &result), 0);
    assert_int_equal(result, BLOCK);
    assert_int_equal(record.calls, 0);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_BLOCK_ERASE, 5, &result), 0);
    assert_int_equal(record.block, 5);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_BLOCK_ERASE, BLOCKS, NULL), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_ioctl(&device, 7, 0, NULL), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_device_ioctl(&device, 64, 0, NULL), MCUFS_ENOTSUP);

    device = device_of(&record, &everything);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_INIT, 3, &result), 0);
    assert_int_equal(result, 77);
    assert_int_equal(record.last, 'i');
    assert_int_equal(record.offset, 3);
    assert_int_equal(mcufs_device_ioctl(&device, MCUFS_IOCTL_SYNC, 0, &result), 0);
    assert_int_equal(record.last, 's');
    assert_int_equal(mcufs_device_ioctl(&device, 99, 4, NULL), 0);
    assert_int_equal(record.block, 99);
}

static void any_range_of_bytes_can_be_read(void **state)
{
    (void)state;
    static const uint32_t read_sizes[] = {1, 4, 16, 64};
    uint8_t memory[BLOCK * BLOCKS];
    for (size_t i = 0; i < sizeof memory; i++) {
        memory[i] = (uint8_t)(i * 7 + i / 256);
    }
    for (size_t r = 0; r < 4; r++) {
        mcufs_device_t device;
        mcufs_geometry_t units = geometry;
        units.read_size = read_sizes[r];
        assert_int_equal(mcufs_ram_device(&device, memory, &units, 0), 0);
        for (size_t at = 0; at <= sizeof memory; at += 5) {
            for (size_t size = 0; size <= sizeof memory - at; size += 3) {
                uint8_t read[BLOCK * BLOCKS + 1];
                memset(read, 0xaa, sizeof read);
                assert_int_equal(mcufs_device_read_bytes(&device, at, read, size), 0);
                assert_memory_equal(read, memory + at, size);
                assert_int_equal(read[size], 0xaa);
            }
        }
        assert_int_equal(mcufs_device_read_bytes(&device, sizeof memory, data, 1), MCUFS_EINVAL);
        assert_int_equal(mcufs_device_read_bytes(&device, 1, data, sizeof memory), MCUFS_EINVAL);
        assert_int_equal(mcufs_device_read_bytes(&device, UINT64_MAX, data, 2), MCUFS_EINVAL);
    }
}

static void reading_bytes_takes_few_calls(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &everything);
    assert_int_equal(mcufs_device_read_bytes(&device, 0, data, 2 * BLOCK), 0);
    assert_int_equal(record.calls, 2);
    record.calls = 0;
    assert_int_equal(mcufs_device_read_bytes(&device, 3, data, 2 * BLOCK), 0); /* ends, middles */
    assert_int_equal(record.calls, 4);
    record.answer = MCUFS_EIO;
    assert_int_equal(mcufs_device_read_bytes(&device, 3, data, 2 * BLOCK), MCUFS_EIO);
    assert_int_equal(record.calls, 5);
    record.answer = 0;
    device.geometry.read_size = 128;
    device.geometry.block_size = 256;
    assert_int_equal(mcufs_device_read_bytes(&device, 128, data, 256), 0);
    assert_int_equal(mcufs_device_read_bytes(&device, 1, data, 128),
                     MCUFS_EINVAL); /* too large to align here */
}

static void addresses_beyond_32_bits_are_found(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t device = device_of(&record, &everything);
    device.geometry = (mcufs_geometry_t){1, 1, 528, 0xfffffff0u, 255}; /* not a power of two */
    uint8_t byte;
    uint64_t address = (uint64_t)0xfedcba98u * 528 + 527;
    assert_int_equal(mcufs_device_read_bytes(&device, address, &byte, 1), 0);
    assert_int_equal(record.block, 0xfedcba98u);
    assert_int_equal(record.offset, 527);
}

static void ram_follows_its_flags(void **state)
{
    (void)state;
    uint8_t memory[BLOCK * BLOCKS];
    mcufs_device_t device;
    memset(memory, 0x5a, sizeof memory);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, 0), 0);
    assert_int_equal(do_program(&device, 0, 0, 8), MCUFS_EROFS);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_OVERWRITE), 0);
    memset(data, 0x33, 8);
    assert_int_equal(do_write(&device, 1, 8, 8), 0);
    assert_memory_equal(memory + BLOCK + 8, data, 8);
    assert_int_equal(memory[BLOCK + 16], 0x5a);
    assert_int_equal(do_program(&device, 0, 0, 8), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_FLASH), 0);
    assert_int_equal(do_write(&device, 0, 0, 8), MCUFS_ENOTSUP);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, MCUFS_RAM_FLASH | MCUFS_RAM_OVERWRITE), 0);
    assert_int_equal(do_write(&device, 0, 0, 8), 0);
    assert_int_equal(do_program(&device, 0, 0, 8), 0);
    assert_int_equal(mcufs_ram_device(&device, memory, &geometry, 4), MCUFS_EINVAL);
    assert_int_equal(mcufs_ram_device(&device, NULL, &geometry, 0), MCUFS_EINVAL);
    assert_int_equal(mcufs_ram_device(&device, memory, NULL, 0), MCUFS_EINVAL);
    mcufs_geometry_t bad = geometry;
    bad.block_count = 0;
    assert_int_equal(mcufs_ram_device(&device, memory, &bad, 0), MCUFS_EINVAL);
}

static void ram_programs_like_flash(void **state)
{
    (void)state;
    static const struct {
        int16_t erased;
        uint8_t first, second, both;
    } kinds[] = {
        {0xff, 0xf0, 0x3c, 0x30}, {0x00, 0xf0, 0x3c, 0xfc}, {0x77, 0xf0, 0x3c, 0x3c}, {-1, 0xf0, 0x3c, 0x3c}};
    for (size_t k = 0; k < 4; k++) {
        uint8_t memory[BLOCK * BLOCKS];
        mcufs_device_t device;
        mcufs_geometry_t kind = geometry;
        kind.erased_value = kinds[k].erased;
        memset(memory, 0x5a, sizeof memory);
        assert_int_equal(mcufs_ram_device(&device, memory, &kind, MCUFS_RAM_FLASH), 0);
        assert_int_equal(mcufs_device_erase(&device, 2), 0);
        uint8_t erased = kinds[k].erased == -1 ? 0x5a : (uint8_t)kinds[k].erased;
        assert_int_equal(memory[2 * BLOCK - 1], 0x5a);
        assert_int_equal(memory[2 * BLOCK], erased);
        assert_int_equal(memory[3 * BLOCK - 1], erased);
        assert_int_equal(memory[3 * BLOCK], 0x5a);
        memset(data, kinds[k].first, 8);
        assert_int_equal(do_program(&device, 2, 8, 8), 0);
        assert_int_equal(memory[2 * BLOCK + 8], kinds[k].first);
        memset(data, kinds[k].second, 8);
        assert_int_equal(do_program(&device, 2, 8, 8), 0);
        assert_int_equal(memory[2 * BLOCK + 15], kinds[k].both);
        assert_int_equal(memory[2 * BLOCK + 16], erased);
    }
}

static void partition_shifts_every_call(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t whole = device_of(&record, &everything);
    mcufs_partition_t partition;
    uint32_t result = 0;
    assert_int_equal(mcufs_partition_init(&partition, &whole, 3, 4), 0);
    const mcufs_device_t *device = &partition.device;
    assert_int_equal(mcufs_device_check(device), 0);
    assert_int_equal(device->geometry.block_count, 4);
    assert_int_equal(do_read(device, 1, 4, 8), 0);
    assert_int_equal(record.last, 'r');
    assert_int_equal(record.block, 4);
    assert_int_equal(record.offset, 4);
    assert_int_equal(do_program(device, 3, 8, 16), 0);
    assert_int_equal(record.last, 'p');
    assert_int_equal(record.block, 6);
    assert_int_equal(record.count, 16);
    assert_int_equal(do_write(device, 0, 0, 8), 0);
    assert_int_equal(record.last, 'w');
    assert_int_equal(record.block, 3);
    assert_int_equal(mcufs_device_erase(device, 0), 0);
    assert_int_equal(record.last, 'e');
    assert_int_equal(record.block, 3);
    assert_int_equal(mcufs_device_erase_range(device, 1, 3), 0);
    assert_int_equal(record.last, 'E');
    assert_int_equal(record.block, 4);
    assert_int_equal(mcufs_device_trim(device, 2, 2), 0);
    assert_int_equal(record.last, 't');
    assert_int_equal(record.block, 5);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(record.last, 's');
    assert_int_equal(mcufs_device_ioctl(device, MCUFS_IOCTL_BLOCK_COUNT, 0, &result), 0);
    assert_int_equal(result, 4);
    assert_int_equal(mcufs_device_ioctl(device, MCUFS_IOCTL_BLOCK_ERASE, 2, NULL), 0);
    assert_int_equal(record.block, 5);
    assert_int_equal(mcufs_device_ioctl(device, MCUFS_IOCTL_INIT, 0, NULL), 0);
    assert_int_equal(record.last, 'i');
    assert_int_equal(mcufs_device_ioctl(device, MCUFS_IOCTL_DEINIT, 0, NULL), 0);
    assert_int_equal(record.last, 's'); /* other partitions are still powered */
    assert_int_equal(mcufs_device_ioctl(device, 70, 0, NULL), 0);
    assert_int_equal(record.block, 70);
    unsigned calls = record.calls;
    assert_int_equal(do_read(device, 4, 0, 4), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_erase_range(device, 3, 2), MCUFS_EINVAL);
    assert_int_equal(mcufs_device_ioctl(device, MCUFS_IOCTL_BLOCK_ERASE, 4, NULL), MCUFS_EINVAL);
    assert_int_equal(record.calls, calls);
}

static void partition_can_what_its_device_can(void **state)
{
    (void)state;
    record_t record;
    mcufs_partition_t partition;
    mcufs_device_t whole = device_of(&record, &read_only);
    assert_int_equal(mcufs_partition_init(&partition, &whole, 0, 0), 0);
    assert_int_equal(do_program(&partition.device, 0, 0, 8), MCUFS_EROFS);
    assert_int_equal(mcufs_device_sync(&partition.device), 0);
    whole = device_of(&record, &flash_only);
    assert_int_equal(mcufs_partition_init(&partition, &whole, 6, 0), 0);
    assert_int_equal(partition.device.geometry.block_count, 2);
    assert_int_equal(mcufs_device_erase_range(&partition.device, 0, 2), 0);
    assert_int_equal(record.calls, 2);
    assert_int_equal(record.block, 7);
    assert_int_equal(do_write(&partition.device, 0, 0, 8), MCUFS_ENOTSUP);
    record.answer = MCUFS_ECORRUPT;
    assert_int_equal(do_read(&partition.device, 0, 0, 4), MCUFS_ECORRUPT);
}

static void partition_lies_inside_its_device(void **state)
{
    (void)state;
    record_t record;
    mcufs_device_t whole = device_of(&record, &everything);
    mcufs_partition_t partition;
    mcufs_partition_t inner;
    assert_int_equal(mcufs_partition_init(&partition, &whole, 8, 0), MCUFS_EINVAL);
    assert_int_equal(mcufs_partition_init(&partition, &whole, 7, 2), MCUFS_EINVAL);
    assert_int_equal(mcufs_partition_init(&partition, &whole, 1, 0xffffffffu), MCUFS_EINVAL);
    assert_int_equal(mcufs_partition_init(&partition, NULL, 0, 1), MCUFS_EINVAL);
    assert_int_equal(mcufs_partition_init(&partition, &whole, 2, 5), 0);
    assert_int_equal(mcufs_partition_init(&inner, &partition.device, 4, 2), MCUFS_EINVAL);
    assert_int_equal(mcufs_partition_init(&inner, &partition.device, 4, 1), 0);
    assert_int_equal(mcufs_device_erase(&inner.device, 0), 0);
    assert_int_equal(record.block, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_knows_good_from_bad),
        cmocka_unit_test(size_does_not_overflow),
        cmocka_unit_test(transfers_are_checked),
        cmocka_unit_test(changes_need_the_operation),
        cmocka_unit_test(erases_and_trims_are_checked),
        cmocka_unit_test(missing_operations_have_defaults),
        cmocka_unit_test(ioctls_work_on_every_device),
        cmocka_unit_test(any_range_of_bytes_can_be_read),
        cmocka_unit_test(reading_bytes_takes_few_calls),
        cmocka_unit_test(addresses_beyond_32_bits_are_found),
        cmocka_unit_test(ram_follows_its_flags),
        cmocka_unit_test(ram_programs_like_flash),
        cmocka_unit_test(partition_shifts_every_call),
        cmocka_unit_test(partition_can_what_its_device_can),
        cmocka_unit_test(partition_lies_inside_its_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
