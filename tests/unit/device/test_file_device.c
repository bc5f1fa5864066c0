/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The host file as a device: bytes where they belong, locks, modes, errors. */

#define _DEFAULT_SOURCE

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../host/file_device.h"

static char directory[] = "/tmp/mcufs-file-device-XXXXXX";
static char image[64];

static int make_directory(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL) {
        return -1;
    }
    (void)snprintf(image, sizeof image, "%s/image", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    (void)unlink(image);
    return rmdir(directory);
}

static mcufs_file_options_t options_for(mcufs_file_mode_t mode)
{
    mcufs_file_options_t options = {.mode = mode};
    options.geometry = (mcufs_geometry_t){.block_size = 4096, .block_count = 8, .erased_value = 0xff};
    return options;
}

/* An image of 8 blocks, 0xff throughout. */
static int new_image(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_REPLACE);
    return mcufs_file_device_open(&file, image, &options) != 0 || mcufs_file_device_close(&file) != 0;
}

static int no_image(void **state)
{
    (void)state;
    (void)unlink(image);
    return 0;
}

static void created_file_is_erased(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_CREATE);
    options.offset = 100;
    uint64_t length = 0;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    assert_int_equal(mcufs_device_check(&file.device), 0);
    assert_int_equal(file.device.geometry.read_size, 1);
    assert_int_equal(mcufs_file_length(image, &length), 0);
    assert_int_equal(length, 100 + 8 * 4096);
    uint8_t block[4096];
    for (uint32_t i = 0; i < 8; i++) {
        assert_int_equal(mcufs_device_read(&file.device, i, 0, block, sizeof block), 0);
        assert_int_equal(block[0], 0xff);
        assert_memory_equal(block, block + 1, sizeof block - 1);
    }
    assert_int_equal(mcufs_file_device_close(&file), 0);
    assert_int_equal(mcufs_file_device_close(&file), MCUFS_EBADF);
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EEXIST);
}

static void bytes_go_where_they_belong(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_UPDATE);
    options.offset = 4096 + 17;
    options.geometry.block_count = 2;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    const mcufs_device_t *device = &file.device;
    assert_int_equal(mcufs_device_program(device, 1, 5, "programmed", 10), 0);
    assert_int_equal(mcufs_device_write(device, 1, 8, "WRITE", 5), 0);
    assert_int_equal(mcufs_device_program(device, 0, 0, "gone", 4), 0);
    assert_int_equal(mcufs_device_erase(device, 0), 0);
    assert_int_equal(mcufs_device_sync(device), 0);
    assert_int_equal(mcufs_device_program(device, 2, 0, "x", 1), MCUFS_EINVAL);
    assert_int_equal(mcufs_file_device_close(&file), 0);

    static uint8_t content[8 * 4096];
    static uint8_t expected[8 * 4096];
    memset(expected, 0xff, sizeof expected);
    memcpy(expected + 2 * 4096 + 17 + 5, "proWRITEed", 10);
    FILE *stream = fopen(image, "rb");
    assert_non_null(stream);
    assert_int_equal(fread(content, 1, sizeof content, stream), sizeof content);
    assert_int_equal(fgetc(stream), EOF);
    (void)fclose(stream);
    assert_memory_equal(content, expected, sizeof content);
}

static void erased_value_is_the_openers(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_REPLACE);
    static const int16_t values[] = {0, 0x5a, MCUFS_ERASED_UNKNOWN};
    static const uint8_t expected[] = {0, 0x5a, 0xff};
    for (size_t i = 0; i < 3; i++) {
        uint8_t byte = 1;
        options.geometry.erased_value = values[i];
        assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
        assert_int_equal(mcufs_device_read(&file.device, 7, 4095, &byte, 1), 0);
        assert_int_equal(byte, expected[i]);
        assert_int_equal(mcufs_device_program(&file.device, 7, 4095, "1", 1), 0);
        assert_int_equal(mcufs_device_erase_range(&file.device, 6, 2), 0);
        assert_int_equal(mcufs_device_read(&file.device, 7, 4095, &byte, 1), 0);
        assert_int_equal(byte, expected[i]);
        assert_int_equal(mcufs_file_device_close(&file), 0);
    }
}

static void reader_cannot_change_anything(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_READ);
    assert_int_equal(chmod(image, 0444), 0);
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    assert_int_equal(mcufs_device_program(&file.device, 0, 0, "x", 1), MCUFS_EROFS);
    assert_int_equal(mcufs_device_write(&file.device, 0, 0, "x", 1), MCUFS_EROFS);
    assert_int_equal(mcufs_device_erase(&file.device, 0), MCUFS_EROFS);
    assert_int_equal(mcufs_file_device_close(&file), 0);
    if (geteuid() != 0) { /* root may write it all the same */
        options.mode = MCUFS_FILE_UPDATE;
        assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EACCES);
    }
    assert_int_equal(chmod(image, 0666), 0);
}

static void one_writer_or_many_readers(void **state)
{
    (void)state;
    mcufs_file_device_t first;
    mcufs_file_device_t second;
    mcufs_file_options_t reading = options_for(MCUFS_FILE_READ);
    mcufs_file_options_t writing = options_for(MCUFS_FILE_UPDATE);
    mcufs_file_options_t replacing = options_for(MCUFS_FILE_REPLACE);
    replacing.geometry.block_count = 1;
    uint64_t length;

    assert_int_equal(mcufs_file_device_open(&first, image, &writing), 0);
    assert_int_equal(mcufs_file_device_open(&second, image, &reading), MCUFS_EBUSY);
    assert_int_equal(mcufs_file_device_open(&second, image, &writing), MCUFS_EBUSY);
    assert_int_equal(mcufs_file_device_open(&second, image, &replacing), MCUFS_EBUSY);
    assert_int_equal(mcufs_file_length(image, &length), 0);
    assert_int_equal(length, 8 * 4096); /* the refused one did not touch it */
    assert_int_equal(mcufs_file_device_close(&first), 0);

    assert_int_equal(mcufs_file_device_open(&first, image, &reading), 0);
    assert_int_equal(mcufs_file_device_open(&second, image, &reading), 0);
    assert_int_equal(mcufs_file_device_close(&second), 0);
    assert_int_equal(mcufs_file_device_open(&second, image, &writing), MCUFS_EBUSY);
    assert_int_equal(mcufs_file_device_close(&first), 0);
    assert_int_equal(mcufs_file_device_open(&second, image, &writing), 0);
    assert_int_equal(mcufs_file_device_close(&second), 0);
}

static void lock_holds_between_processes(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_UPDATE);
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    pid_t child = fork();
    if (child == 0) {
        mcufs_file_device_t again;
        _exit(mcufs_file_device_open(&again, image, &options) == MCUFS_EBUSY ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(mcufs_file_device_close(&file), 0);
}

static void geometry_must_fit_the_file(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_READ);
    options.geometry.block_count = 9;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    options.geometry.block_count = 8;
    options.offset = 1;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    options.geometry.block_count = 0;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    assert_int_equal(file.device.geometry.block_count, 7); /* whole blocks only */

    mcufs_geometry_t geometry = file.device.geometry;
    geometry.block_size = 512;
    geometry.block_count = 0;
    assert_int_equal(mcufs_file_device_set_geometry(&file, &geometry), 0);
    assert_int_equal(file.device.geometry.block_count, 63);
    geometry.read_size = 7;
    assert_int_equal(mcufs_file_device_set_geometry(&file, &geometry), MCUFS_EINVAL);
    geometry.read_size = 1;
    geometry.block_count = 64;
    assert_int_equal(mcufs_file_device_set_geometry(&file, &geometry), MCUFS_EINVAL);
    assert_int_equal(file.device.geometry.block_count, 63);
    assert_int_equal(file.device.geometry.block_size, 512);
    assert_int_equal(mcufs_file_device_close(&file), 0);

    options.offset = 8 * 4096 + 1;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    options.offset = UINT64_MAX;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    options.mode = MCUFS_FILE_REPLACE;
    options.geometry.block_count = 1;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    options.offset = 0;
    options.geometry.block_count = 0;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    uint64_t length;
    assert_int_equal(mcufs_file_length(image, &length), 0);
    assert_int_equal(length, 8 * 4096); /* still the old image */
}

static void failed_creation_leaves_no_file(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_CREATE);
    options.geometry.read_size = 3;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_EINVAL);
    assert_int_equal(access(image, F_OK), -1);
    options.mode = MCUFS_FILE_UPDATE;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_ENOENT);
    options.mode = MCUFS_FILE_READ;
    assert_int_equal(mcufs_file_device_open(&file, image, &options), MCUFS_ENOENT);
    assert_int_equal(mcufs_file_device_open(&file, directory, &options), MCUFS_EISDIR);
    uint64_t length;
    assert_int_equal(mcufs_file_length(image, &length), MCUFS_ENOENT);
    assert_int_equal(mcufs_file_length(directory, &length), MCUFS_EISDIR);
}

static void file_cut_short_is_an_error(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_UPDATE);
    assert_int_equal(mcufs_file_device_open(&file, image, &options), 0);
    assert_int_equal(truncate(image, 4096 + 10), 0);
    uint8_t bytes[16];
    assert_int_equal(mcufs_device_read(&file.device, 0, 4090, bytes, 6), 0);
    assert_int_equal(mcufs_device_read(&file.device, 1, 0, bytes, 16), MCUFS_EIO);
    assert_int_equal(mcufs_device_read(&file.device, 5, 0, bytes, 16), MCUFS_EIO);
    assert_int_equal(mcufs_file_device_close(&file), 0);
}

static void full_host_disk_is_reported(void **state)
{
    (void)state;
    mcufs_file_device_t file;
    mcufs_file_options_t options = options_for(MCUFS_FILE_REPLACE);
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    /* It takes no byte, and cannot be truncated; either way, an error and nothing to close. */
    assert_int_not_equal(mcufs_file_device_open(&file, "/dev/full", &options), 0);
    assert_int_equal(mcufs_file_device_close(&file), MCUFS_EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(created_file_is_erased, no_image),
        cmocka_unit_test_setup(bytes_go_where_they_belong, new_image),
        cmocka_unit_test_setup(erased_value_is_the_openers, no_image),
        cmocka_unit_test_setup(reader_cannot_change_anything, new_image),
        cmocka_unit_test_setup(one_writer_or_many_readers, new_image),
        cmocka_unit_test_setup(lock_holds_between_processes, new_image),
        cmocka_unit_test_setup(geometry_must_fit_the_file, new_image),
        cmocka_unit_test_setup(failed_creation_leaves_no_file, no_image),
        cmocka_unit_test_setup(file_cut_short_is_an_error, new_image),
        cmocka_unit_test_setup(full_host_disk_is_reported, no_image),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
