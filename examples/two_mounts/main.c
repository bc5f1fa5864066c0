/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One chip, two partitions, one tree: what the device measures goes to "/", its settings to "/settings",
 * where a full log cannot touch them. */

#include <mcufs/mcufs.h>
#include <mcufs/partition_device.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "board_flash.h"

enum { SETTINGS_BLOCKS = 8 };

static mcufs_t fs;
static mcufs_partition_t settings;
static mcufs_partition_t data;
static uint8_t settings_memory[2048];
static uint8_t data_memory[4096];

static int mount_both(void)
{
    int err = mcufs_init(&fs, NULL);
    if (err == 0) {
        err = mcufs_partition_init(&settings, &board_flash, 0, SETTINGS_BLOCKS);
    }
    if (err == 0) {
        err = mcufs_partition_init(&data, &board_flash, SETTINGS_BLOCKS, 0);
    }
    if (err == 0) {
        err = mcufs_mount(&fs, "/", &data.device,
                          &(mcufs_mount_options_t){.arena = data_memory,
                                                   .arena_size = sizeof data_memory,
                                                   .flags = MCUFS_FORMAT_IF_BLANK});
    }
    if (err == 0) {
        err = mcufs_mount(&fs, "/settings", &settings.device,
                          &(mcufs_mount_options_t){.arena = settings_memory,
                                                   .arena_size = sizeof settings_memory,
                                                   .flags = MCUFS_FORMAT_IF_BLANK});
    }
    return err;
}

static int save(const char *path, const char *text)
{
    mcufs_file_t file;
    int err = mcufs_open(&fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    if (err != 0) {
        return err;
    }
    int32_t written = mcufs_write(&file, text, strlen(text));
    err = mcufs_close(&file);
    return written < 0 ? (int)written : err;
}

static int list(const char *path)
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    int err = mcufs_opendir(&fs, &dir, path);
    if (err != 0) {
        return err;
    }
    while ((err = mcufs_readdir(&dir, &entry)) > 0) {
        const char *slash = entry.stat.type == MCUFS_TYPE_DIRECTORY ? "/" : "";
        printf("  %s%s (%" PRIu64 " bytes)\n", entry.name, slash, entry.stat.size);
    }
    int closed = mcufs_closedir(&dir);
    return err != 0 ? err : closed;
}

static int show_space(const char *path)
{
    mcufs_statfs_t space;
    int err = mcufs_statfs(&fs, path, &space);
    if (err == 0) {
        printf("%s: %s, %" PRIu64 " of %" PRIu64 " blocks free\n", path, space.type, space.free_blocks,
               space.block_count);
    }
    return err;
}

static int use_both(void)
{
    int err = save("/settings/wifi", "ssid=attic\n");
    if (err == 0) {
        err = save("/today.csv", "08:00,12.5\n");
    }
    if (err == 0) {
        err = list("/");
    }
    if (err == 0) {
        err = show_space("/");
    }
    if (err == 0) {
        err = show_space("/settings");
    }
    return err;
}

int main(void)
{
    int err = mount_both();
    if (err == 0) {
        err = use_both();
    }
    if (err != 0) {
        printf("%s\n", mcufs_error_text(err));
        return 1;
    }

    /* A rename cannot cross from one filesystem into another, and says so. */
    err = mcufs_rename(&fs, "/today.csv", "/settings/today.csv");
    printf("rename across: %s\n", mcufs_error_text(err));
    if (err != MCUFS_EXDEV) {
        return 1;
    }

    if (mcufs_unmount(&fs, "/settings") != 0 || mcufs_unmount(&fs, "/") != 0) {
        return 1;
    }
    return 0;
}
