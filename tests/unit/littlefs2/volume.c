/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A volume for tests; see volume.h. */

#include "volume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void mount(volume_t *volume, uint32_t flags)
{
    assert_int_equal(mount_at_root(&volume->fs, sim_flash_device(volume->flash), volume->arena,
                                   volume->arena_size, flags, &volume->options),
                     MCUFS_OK);
}

volume_t *volume_new(const sim_options_t *chip, size_t arena_size, uint32_t content_size, uint32_t cache_size)
{
    volume_t *volume = calloc(1, sizeof *volume);
    volume->flash = sim_flash_new(chip);
    volume->options.cache_size = cache_size;
    volume->arena = calloc(1, arena_size);
    volume->arena_size = arena_size;
    volume->random = 1;
    volume->content_size = content_size;
    volume->content = calloc(1, content_size);
    volume->back = calloc(1, content_size + 1);
    mount(volume, MCUFS_FORMAT_ALWAYS);
    for (size_t i = 0; i < content_size; i++) {
        volume->content[i] = (uint8_t)(i * 31 + i / 251);
    }
    return volume;
}

void volume_free(volume_t *volume)
{
    assert_int_equal(sim_flash_counts(volume->flash)->violations, 0);
    sim_flash_free(volume->flash);
    free(volume->arena);
    free(volume->content);
    free(volume->back);
    free(volume);
}

void open_file(volume_t *volume, mcufs_file_t *file, uint32_t flags)
{
    assert_int_equal(mcufs_open(&volume->fs, file, "/file", flags), MCUFS_OK);
}

void write_file(volume_t *volume, uint32_t size)
{
    mcufs_file_t file;
    open_file(volume, &file, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    assert_int_equal(mcufs_write(&file, volume->content, size), size);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

void expect_content(volume_t *volume, mcufs_file_t *file, uint32_t size)
{
    assert_int_equal(mcufs_seek(file, 0, MCUFS_SEEK_SET), 0);
    assert_int_equal(mcufs_read(file, volume->back, volume->content_size + 1), size);
    assert_memory_equal(volume->back, volume->content, size);
}

void expect_file(volume_t *volume, uint32_t size)
{
    mcufs_file_t file;
    open_file(volume, &file, MCUFS_O_RDONLY);
    expect_content(volume, &file, size);
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
}

uint32_t next_random(volume_t *volume, uint32_t below)
{
    volume->random = volume->random * 1103515245u + 12345u;
    return (volume->random >> 8) % below;
}

void change(volume_t *volume, uint32_t position, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        volume->content[position + i] = (uint8_t)next_random(volume, 256);
    }
}

void overwrite(volume_t *volume, mcufs_file_t *file, uint32_t position, uint32_t size)
{
    change(volume, position, size);
    assert_int_equal(mcufs_seek(file, position, MCUFS_SEEK_SET), position);
    assert_int_equal(mcufs_write(file, volume->content + position, size), size);
}

static int count_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    bool *used = context;
    (void)use;
    used[block] = true;
    return 0;
}

void expect_no_leak(volume_t *volume)
{
    uint32_t blocks = sim_flash_device(volume->flash)->geometry.block_count;
    bool *used = calloc(blocks, sizeof *used);
    mcufs_statfs_t statfs;
    uint64_t found = 0;
    assert_int_equal(mcufs_statfs(&volume->fs, "/", &statfs), MCUFS_OK);
    assert_int_equal(mcufs_visit_blocks(&volume->fs, "/", count_block, used), 0);
    for (uint32_t i = 0; i < blocks; i++) {
        found += used[i];
    }
    free(used);
    assert_int_equal(found + statfs.free_blocks, blocks);
}
