/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* An image on a simulated chip. */

#include "volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t arena[32768];

sim_flash_t *volume_chip(const uint8_t *bytes, const sim_options_t *options)
{
    sim_flash_t *flash = sim_flash_new(options);
    if (flash == NULL) {
        abort();
    }
    memcpy(sim_flash_bytes(flash), bytes, sim_flash_size(flash));
    return flash;
}

sim_flash_t *volume_flash(const uint8_t *bytes, uint32_t block_size, uint32_t block_count,
                          uint32_t program_size, uint64_t seed)
{
    const sim_options_t options = {
        .kind = SIM_NOR, .geometry = {1, program_size, block_size, block_count, 0xff}, .seed = seed};
    return volume_chip(bytes, &options);
}

int volume_capture(sim_flash_t *flash, uint32_t flags, const char **type, tree_t *tree, char *why,
                   size_t why_size)
{
    static mcufs_t fs;
    const mcufs_mount_options_t options = {.arena = arena, .arena_size = sizeof arena, .flags = flags};
    mcufs_statfs_t statfs;
    (void)mcufs_init(&fs, NULL);
    int error = mcufs_mount(&fs, "/", sim_flash_device(flash), &options);
    if (error != 0) {
        snprintf(why, why_size, "mount: %d", error);
        return error;
    }
    error = mcufs_statfs(&fs, "/", &statfs);
    *type = statfs.type;
    if (error != 0) {
        snprintf(why, why_size, "statfs: %d", error);
    } else {
        error = tree_capture(&fs, false, true, tree, why, why_size);
    }
    (void)mcufs_unmount(&fs, "/");
    return error;
}

typedef struct report {
    char *why;
    size_t size;
} report_t;

static void take_finding(void *context, const mcufs_finding_t *finding)
{
    report_t *report = context;
    if (finding->severity == MCUFS_FINDING_ERROR) {
        size_t used = strlen(report->why);
        snprintf(report->why + used, report->size - used, "check: %s: %s (block %ld)\n",
                 finding->path != NULL ? finding->path : "-", finding->message, (long)finding->block);
    }
}

int volume_check(sim_flash_t *flash, const char *type, char *why, size_t why_size)
{
    const mcufs_filesystem_t *filesystem = mcufs_filesystem_by_name(type);
    report_t report = {why, why_size};
    why[0] = '\0';
    mcufs_check_t check = {.context = &report, .report = take_finding};
    const mcufs_setup_t setup = {.device = sim_flash_device(flash),
                                 .arena = arena,
                                 .arena_size = sizeof arena,
                                 .flags = MCUFS_READ_ONLY};
    int error = filesystem->check(&setup, &check);
    if (error != 0) {
        snprintf(why, why_size, "check: %d", error);
    }
    return error != 0 ? error : (int)check.errors;
}

uint8_t *volume_load(const char *directory, const char *name, size_t *size)
{
    enum { MOST = 4 << 20 };
    char path[500];
    snprintf(path, sizeof path, "%s/%s.img", directory, name);
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MOST);
    *size = file == NULL || bytes == NULL ? 0 : fread(bytes, 1, MOST, file);
    if (*size == 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    return bytes;
}
