/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The volume, its device, and the programs that look at it from outside. */

#include "volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/fsck.h"

enum { BLOCK = 16384 };

static int device_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    volume_t *volume = device->context;
    memcpy(buffer, volume->bytes + (size_t)block * device->geometry.block_size + offset, size);
    volume->read += size / 512;
    volume->calls++;
    return 0;
}

static int device_write(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    volume_t *volume = device->context;
    if (volume->writes_left == 0) {
        return MCUFS_EIO;
    }
    volume->writes_left--;
    memcpy(volume->bytes + (size_t)block * device->geometry.block_size + offset, buffer, size);
    volume->written += size / 512;
    volume->calls++;
    return 0;
}

static int device_trim(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    volume_t *volume = device->context;
    const size_t block_size = device->geometry.block_size;
    if (volume->writes_left > 0) {
        memset(volume->bytes + block * block_size, 0xee, count * block_size);
        volume->trimmed += count;
    }
    return 0;
}

static const mcufs_device_operations_t operations = {
    .read = device_read, .write = device_write, .trim = device_trim};

volume_t *volume_new(uint32_t kilobytes, uint32_t sector_size)
{
    volume_t *volume = calloc(1, sizeof *volume);
    assert_non_null(volume);
    volume->size = (size_t)kilobytes * 1024;
    volume->bytes = calloc(1, volume->size);
    assert_non_null(volume->bytes);
    volume->device = (mcufs_device_t){.operations = &operations,
                                      .context = volume,
                                      .geometry = {.read_size = sector_size,
                                                   .program_size = sector_size,
                                                   .block_size = BLOCK,
                                                   .block_count = (uint32_t)(volume->size / BLOCK),
                                                   .erased_value = 0}};
    volume->arena_size = sizeof volume->arena;
    volume->writes_left = UINT64_MAX;
    (void)snprintf(volume->path, sizeof volume->path, "%s/mcufs-fat-%ld.img",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
    return volume;
}

void volume_free(volume_t *volume)
{
    (void)remove(volume->path);
    free(volume->bytes);
    free(volume);
}

void volume_format(volume_t *volume, const mcufs_fat_options_t *options)
{
    const mcufs_setup_t setup = {.device = &volume->device,
                                 .arena = volume->arena,
                                 .arena_size = sizeof volume->arena,
                                 .options = options};
    OK(mcufs_format(&mcufs_fat, &setup));
}

static int64_t tell_time(void *context)
{
    return ((volume_t *)context)->now;
}

int volume_mount(volume_t *volume, uint32_t flags)
{
    const mcufs_hooks_t hooks = {.context = volume, .time = tell_time};
    const mcufs_mount_options_t options = {
        .arena = volume->arena, .arena_size = volume->arena_size, .flags = flags};
    memset(volume->arena, 0xa5, sizeof volume->arena);
    OK(mcufs_init(&volume->fs, &hooks));
    return mcufs_mount(&volume->fs, "/", &volume->device, &options);
}

void volume_remount(volume_t *volume)
{
    OK(mcufs_unmount(&volume->fs, "/"));
    OK(volume_mount(volume, 0));
}

void volume_forget(volume_t *volume)
{
    memset(&volume->fs, 0, sizeof volume->fs);
    volume->writes_left = UINT64_MAX;
}

void volume_reset_counts(volume_t *volume)
{
    volume->read = volume->written = volume->calls = 0;
}

/* -- Programs ------------------------------------------------------------------------------------------- */

const char *volume_ask(volume_t *volume, const char *command)
{
    static char answer[8192];
    char line[1024] = "export LC_ALL=C.UTF-8 MTOOLS_SKIP_CHECK=1 PATH=$PATH:/usr/sbin:/sbin; exec 2>&1; ";
    FILE *image = fopen(volume->path, "wb");
    assert_non_null(image);
    assert_int_equal(fwrite(volume->bytes, 1, volume->size, image), volume->size);
    OK(fclose(image));
    for (; *command != '\0'; command++) {
        size_t used = strlen(line);
        (void)snprintf(line + used, sizeof line - used, "%.*s", *command == '@' ? 64 : 1,
                       *command == '@' ? volume->path : command);
    }
    FILE *output = popen(line, "r");
    assert_non_null(output);
    size_t length = fread(answer, 1, sizeof answer - 1, output);
    answer[length] = '\0';
    int status = pclose(output);
    if (status != 0) {
        print_error("%s\n%s\n", line, answer);
    }
    OK(status);
    return answer;
}

void volume_run(volume_t *volume, const char *command)
{
    (void)volume_ask(volume, command);
    FILE *image = fopen(volume->path, "rb");
    assert_non_null(image);
    assert_int_equal(fread(volume->bytes, 1, volume->size, image), volume->size);
    OK(fclose(image));
}

void volume_judge(volume_t *volume)
{
    const char *complaint = fsck_fat(volume->bytes, volume->size);
    if (complaint != NULL) {
        print_error("fsck.fat: %s\n", complaint);
    }
    assert_null(complaint);
}

/* -- Files ---------------------------------------------------------------------------------------------- */

void put(volume_t *volume, const char *path, const void *bytes, size_t size)
{
    mcufs_file_t file;
    OK(mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC));
    assert_int_equal(mcufs_write(&file, bytes, size), size);
    OK(mcufs_close(&file));
}

void expect(volume_t *volume, const char *path, const void *bytes, size_t size)
{
    mcufs_file_t file;
    uint8_t *content = malloc(size + 1);
    assert_non_null(content);
    OK(mcufs_open(&volume->fs, &file, path, MCUFS_O_RDONLY));
    assert_int_equal(mcufs_read(&file, content, size + 1), size);
    assert_memory_equal(content, bytes, size);
    OK(mcufs_close(&file));
    free(content);
}

void expect_missing(volume_t *volume, const char *path)
{
    mcufs_stat_t stat;
    FAILS(mcufs_stat(&volume->fs, path, &stat), MCUFS_ENOENT);
}

void expect_listing(volume_t *volume, const char *path, const char *names)
{
    mcufs_dir_t directory;
    mcufs_dirent_t entry;
    char joined[4096] = "";
    int result;
    OK(mcufs_opendir(&volume->fs, &directory, path));
    while ((result = mcufs_readdir(&directory, &entry)) == 1) {
        assert_true(strlen(joined) + strlen(entry.name) + 2 < sizeof joined);
        strcat(joined, joined[0] != '\0' ? "|" : "");
        strcat(joined, entry.name);
    }
    OK(result);
    OK(mcufs_closedir(&directory));
    assert_string_equal(joined, names);
}

void fill(uint8_t *bytes, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}
