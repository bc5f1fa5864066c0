/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The volumes and helpers that the cases share. */

#define _XOPEN_SOURCE 700 /* nftw */

#include "conformance/conformance.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/hostfs.h"

enum { ARENA_PLENTY = 64 * 1024, LISTED_MAX = 512 };

/* -- Volumes -------------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void create_host_directory(conformance_volume_t *volume)
{
    const char *parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(volume->directory, sizeof(volume->directory), "%s/mcufs-conformance-XXXXXX", parent);
    assert_non_null(mkdtemp(volume->directory));
}

static int mount_as(conformance_volume_t *volume, mcufs_t *fs, const char *path, uint32_t flags,
                    const mcufs_filesystem_t *filesystem)
{
    const mcufs_hostfs_options_t host_options = {.directory = volume->directory, .volatile_writes = true};
    const mcufs_mount_options_t options = {
        .filesystem = filesystem,
        .arena = volume->arena,
        .arena_size = volume->arena_size,
        .flags = flags,
        .filesystem_options = volume->setting->host ? &host_options : volume->setting->options,
    };
    return mcufs_mount(fs, path, volume->chip != NULL ? sim_flash_device(volume->chip) : NULL, &options);
}

bool is_compiled_in(const conformance_setting_t *setting)
{
    return mcufs_filesystem_by_name(setting->filesystem->name) == setting->filesystem;
}

void volume_create(conformance_volume_t *volume, const conformance_setting_t *setting)
{
    memset(volume, 0, sizeof(*volume));
    volume->setting = setting;
    volume->arena_size = setting->arena_size != 0 ? setting->arena_size : ARENA_PLENTY;
    volume->arena = malloc(volume->arena_size);
    assert_non_null(volume->arena);
    memset(volume->arena, 0xa5, volume->arena_size);
    if (setting->host) {
        create_host_directory(volume);
        return;
    }
    const sim_options_t options = {.kind = setting->kind, .geometry = setting->geometry, .seed = 1};
    volume->chip = sim_flash_new(&options);
    assert_non_null(volume->chip);
    mcufs_t fs;
    OK(mcufs_init(&fs, NULL));
    OK(mount_as(volume, &fs, "/", MCUFS_FORMAT_IF_BLANK, setting->filesystem));
    OK(mcufs_unmount(&fs, "/"));
}

void volume_destroy(conformance_volume_t *volume)
{
    if (volume->chip != NULL) {
        sim_flash_free(volume->chip);
    }
    if (volume->directory[0] != '\0') {
        nftw(volume->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(volume->arena);
}

int volume_mount(conformance_volume_t *volume, mcufs_t *fs, const char *path, uint32_t flags)
{
    memset(volume->arena, 0xa5, volume->arena_size);
    const bool by_detection = is_compiled_in(volume->setting) && (flags & MCUFS_FORMAT_ALWAYS) == 0;
    return mount_as(volume, fs, path, flags, by_detection ? NULL : volume->setting->filesystem);
}

/* -- Remounting ----------------------------------------------------------------------------------------- */

void remount(conformance_t *test, uint32_t flags)
{
    OK(mcufs_unmount(&test->fs, "/"));
    OK(volume_mount(&test->volume, &test->fs, "/", flags));
}

/* MCUFS_EBUSY: a handle is open, or something is mounted below. MCUFS_EINVAL: the case has no root. */
void settle(conformance_t *test)
{
    if (!test->setting->remount) {
        return;
    }
    const int error = mcufs_unmount(&test->fs, "/");
    if (error == MCUFS_EBUSY || error == MCUFS_EINVAL) {
        return;
    }
    OK(error);
    OK(volume_mount(&test->volume, &test->fs, "/", 0));
}

void needs_writers(const conformance_t *test, unsigned count)
{
    if (test->setting->writers < count) {
        skip();
    }
}

/* -- Files ---------------------------------------------------------------------------------------------- */

void open_file(conformance_t *test, mcufs_file_t *file, const char *path, uint32_t flags)
{
    memset(file, 0xa5, sizeof(*file)); /* open must not care */
    OK(mcufs_open(&test->fs, file, path, flags));
}

void write_text(mcufs_file_t *file, const char *text)
{
    assert_int_equal(mcufs_write(file, text, strlen(text)), strlen(text));
}

void read_to_end(mcufs_file_t *file, const char *text)
{
    char buffer[256];
    const size_t length = strlen(text);
    assert_true(length < sizeof(buffer));
    assert_int_equal(mcufs_read(file, buffer, sizeof(buffer)), length);
    assert_memory_equal(buffer, text, length);
    assert_int_equal(mcufs_read(file, buffer, 1), 0);
}

void put_bytes(conformance_t *test, const char *path, const void *bytes, size_t size)
{
    mcufs_file_t file;
    settle(test);
    open_file(test, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    assert_int_equal(mcufs_write(&file, bytes, size), size);
    OK(mcufs_close(&file));
    settle(test);
}

void put(conformance_t *test, const char *path, const char *text)
{
    put_bytes(test, path, text, strlen(text));
}

void make_directory(conformance_t *test, const char *path)
{
    settle(test);
    OK(mcufs_mkdir(&test->fs, path));
    settle(test);
}

/* -- Expectations --------------------------------------------------------------------------------------- */

void expect_bytes(conformance_t *test, const char *path, const void *bytes, size_t size)
{
    mcufs_file_t file;
    mcufs_stat_t stat;
    settle(test);
    uint8_t *buffer = malloc(size + 1);
    assert_non_null(buffer);
    open_file(test, &file, path, MCUFS_O_RDONLY);
    assert_int_equal(mcufs_size(&file), size);
    assert_int_equal(mcufs_read(&file, buffer, size + 1), size);
    assert_memory_equal(buffer, bytes, size);
    free(buffer);
    OK(mcufs_close(&file));
    OK(mcufs_stat(&test->fs, path, &stat));
    assert_int_equal(stat.type, MCUFS_TYPE_FILE);
    assert_int_equal(stat.size, size);
}

void expect_text(conformance_t *test, const char *path, const char *text)
{
    expect_bytes(test, path, text, strlen(text));
}

void expect_missing(conformance_t *test, const char *path)
{
    mcufs_stat_t stat;
    settle(test);
    FAILS(mcufs_stat(&test->fs, path, &stat), MCUFS_ENOENT);
}

void expect_directory(conformance_t *test, const char *path)
{
    mcufs_stat_t stat;
    settle(test);
    memset(&stat, 0xa5, sizeof(stat));
    OK(mcufs_stat(&test->fs, path, &stat));
    assert_int_equal(stat.type, MCUFS_TYPE_DIRECTORY);
    assert_int_equal(stat.size, 0);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void expect_listing(conformance_t *test, const char *path, const char *names)
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    char *listed[LISTED_MAX];
    size_t count = 0;
    char joined[1024] = "";
    settle(test);
    memset(&dir, 0xa5, sizeof(dir));
    OK(mcufs_opendir(&test->fs, &dir, path));
    int result;
    while ((result = mcufs_readdir(&dir, &entry)) == 1) {
        assert_true(count < LISTED_MAX);
        listed[count] = strdup(entry.name);
        assert_non_null(listed[count]);
        count++;
    }
    OK(result);
    OK(mcufs_closedir(&dir));
    qsort(listed, count, sizeof(listed[0]), compare_names);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(joined) + strlen(listed[i]) + 2 < sizeof(joined));
        strcat(joined, i > 0 ? " " : "");
        strcat(joined, listed[i]);
        free(listed[i]);
    }
    assert_string_equal(joined, names);
}

unsigned count_in_listing(conformance_t *test, const char *path, const char *name)
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    unsigned count = 0;
    settle(test);
    OK(mcufs_opendir(&test->fs, &dir, path));
    int result;
    while ((result = mcufs_readdir(&dir, &entry)) == 1) {
        count += strcmp(entry.name, name) == 0 ? 1 : 0;
    }
    OK(result);
    OK(mcufs_closedir(&dir));
    return count;
}

/* -- Bytes ---------------------------------------------------------------------------------------------- */

uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

void fill(uint8_t *bytes, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)next_random(&seed);
    }
}
