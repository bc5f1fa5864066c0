/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The station's chip: partitions, mounts, dump, map. */

#include <stdio.h>
#include <string.h>

#include <host/map.h>

#include "demo.h"

int demo_open(demo_t *demo)
{
    const sim_options_t options = {
        .kind = SIM_NOR,
        .geometry = {.read_size = 1,
                     .program_size = 1,
                     .block_size = DEMO_BLOCK_SIZE,
                     .block_count = DEMO_BLOCKS,
                     .erased_value = 0xff},
        .clock = &sim_clock_nor,
    };
    int err;

    memset(demo, 0, sizeof *demo);
    demo->chip = sim_flash_new(&options);
    if (demo->chip == NULL)
        return MCUFS_ENOMEM;
    err = mcufs_partition_init(&demo->site, sim_flash_device(demo->chip), 0, DEMO_SITE_BLOCKS);
    if (err == MCUFS_OK)
        err = mcufs_partition_init(&demo->logs, sim_flash_device(demo->chip), DEMO_SITE_BLOCKS,
                                   DEMO_LOG_BLOCKS);
    return err;
}

void demo_close(demo_t *demo)
{
    sim_flash_free(demo->chip);
    demo->chip = NULL;
}

static int mount(demo_t *demo, const char *path, const mcufs_partition_t *partition, uint8_t *arena,
                 const mcufs_filesystem_t *filesystem, uint32_t flags)
{
    const mcufs_littlefs2_options_t options = {.times = MCUFS_LITTLEFS2_TIMES_SECONDS64};

    return mcufs_mount(&demo->fs, path, &partition->device,
                       &(mcufs_mount_options_t){.filesystem = filesystem,
                                                .arena = arena,
                                                .arena_size = DEMO_ARENA,
                                                .flags = flags,
                                                .filesystem_options = &options});
}

static int mount_both(demo_t *demo, const mcufs_filesystem_t *filesystem, uint32_t flags)
{
    int err = mcufs_init(&demo->fs, NULL);

    if (err == MCUFS_OK)
        err = mount(demo, DEMO_SITE_MOUNT, &demo->site, demo->site_arena, filesystem, flags);
    if (err == MCUFS_OK)
        err = mount(demo, DEMO_LOG_MOUNT, &demo->logs, demo->log_arena, filesystem, flags);
    return err;
}

int demo_format(demo_t *demo)
{
    return mount_both(demo, &mcufs_littlefs2, MCUFS_FORMAT_ALWAYS);
}

int demo_boot(demo_t *demo)
{
    memset(demo->site_arena, 0xa5, sizeof demo->site_arena);
    memset(demo->log_arena, 0xa5, sizeof demo->log_arena);
    return mount_both(demo, NULL, 0);
}

int demo_save_chip(const demo_t *demo, const char *path)
{
    FILE *file = fopen(path, "wb");
    size_t size = sim_flash_size(demo->chip);
    bool written;

    if (file == NULL)
        return MCUFS_EIO;
    written = fwrite(sim_flash_bytes(demo->chip), 1, size, file) == size;
    return fclose(file) == 0 && written ? MCUFS_OK : MCUFS_EIO;
}

static int fill_map(demo_t *demo, map_t *map)
{
    int err = map_add(map, &demo->fs, DEMO_SITE_MOUNT, 0, "Partition 1: the web site");

    if (err == MCUFS_OK)
        err = map_add(map, &demo->fs, DEMO_LOG_MOUNT, DEMO_SITE_BLOCKS, "Partition 2: the logs");
    if (err == MCUFS_OK)
        err = map_set_wear(map, sim_flash_wear(demo->chip));
    return err;
}

int demo_save_map(demo_t *demo, const char *directory)
{
    map_t map;
    char path[4096];
    int err = map_init(&map, DEMO_BLOCK_SIZE, DEMO_BLOCKS, "The weather station's flash chip");

    if (err == MCUFS_OK)
        err = fill_map(demo, &map);
    if (err == MCUFS_OK) {
        snprintf(path, sizeof path, "%s/map.svg", directory);
        err = map_write(&map, path);
    }
    if (err == MCUFS_OK) {
        snprintf(path, sizeof path, "%s/map.png", directory);
        err = map_write(&map, path);
    }
    map_free(&map);
    return err;
}
