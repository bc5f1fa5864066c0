/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One filesystem alone, without the VFS: a boot loader that reads one file and wants to be small.
 *
 * Every filesystem is a const table of operations (mcufs/filesystem.h). Called directly, paths are values of
 * mcufs/path.h and handles are plain memory of the size the table names. */

#include <mcufs/littlefs2.h>

#include <stdio.h>
#include <string.h>

#include "board_flash.h"

enum { CACHE_SIZE = 64 };

static union {
    uint8_t bytes[MCUFS_LITTLEFS2_ARENA_MINIMUM(CACHE_SIZE)];
    uint64_t alignment;
} arena;

static union {
    uint8_t bytes[64 * sizeof(void *)];
    uint64_t alignment;
} file;

static const mcufs_filesystem_t *const littlefs = &mcufs_littlefs2;

static int write_file(void *volume, const char *path, const char *text)
{
    int err = littlefs->open(volume, &file, mcufs_path(path, NULL), MCUFS_O_WRONLY | MCUFS_O_CREAT, NULL);
    if (err != 0) {
        return err;
    }
    int32_t written = littlefs->write(volume, &file, text, (uint32_t)strlen(text));
    err = littlefs->close(volume, &file);
    return written < 0 ? (int)written : err;
}

static int32_t read_file(void *volume, const char *path, char *buffer, uint32_t size)
{
    int err = littlefs->open(volume, &file, mcufs_path(path, NULL), MCUFS_O_RDONLY, NULL);
    if (err != 0) {
        return err;
    }
    int32_t got = littlefs->read(volume, &file, buffer, size);
    err = littlefs->close(volume, &file);
    return err != 0 ? err : got;
}

int main(void)
{
    if (littlefs->file_size > sizeof file) {
        printf("the handle needs %u bytes\n", (unsigned)littlefs->file_size);
        return 1;
    }
    mcufs_littlefs2_options_t options = {.cache_size = CACHE_SIZE};
    mcufs_setup_t setup = {
        .device = &board_flash, .arena = &arena, .arena_size = sizeof arena, .options = &options};

    void *volume = NULL;
    int err = littlefs->format(&setup);
    if (err == 0) {
        err = littlefs->mount(&setup, &volume);
    }
    if (err == 0) {
        err = write_file(volume, "/version", "1.2.3");
    }
    char text[16] = "";
    int32_t got = err == 0 ? read_file(volume, "/version", text, sizeof text - 1) : err;
    if (got < 0) {
        printf("%s\n", mcufs_error_text((int)got));
        return 1;
    }
    printf("/version holds \"%s\", with %u bytes of memory\n", text, (unsigned)sizeof arena);
    err = littlefs->unmount(volume);
    return err == 0 && strcmp(text, "1.2.3") == 0 ? 0 : 1;
}
