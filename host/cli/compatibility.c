/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Which other drivers can mount a littlefs image.
 *
 * Three facts decide. A driver refuses a volume whose limits (longest name, largest file) are above its own.
 * A driver before littlefs 2.6 does not know the commits of disk version 2.1 and takes them for damage, or
 * worse, for an older state. And firmware has a fixed block size compiled in. */

#include "compatibility.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DISK_VERSION_2_0 0x00020000u
#define DISK_VERSION_2_1 0x00020001u
#define FILE_MAX         0x7fffffffu

typedef struct driver {
    const char *name;
    uint32_t version_max;
    uint32_t name_max;
    uint32_t block_sizes[2]; /* those it is built with; 0: any */
    bool upgrades;           /* writes 2.1 into a 2.0 volume */
    bool version_varies;     /* older builds of it know 2.0 only */
    const char *consequence; /* of refusing to mount */
} driver_t;

static const driver_t drivers[] = {
    {"mcufs", DISK_VERSION_2_1, 255, {0, 0}, false, false, NULL},
    {"littlefs 2.6 and later", DISK_VERSION_2_1, 255, {0, 0}, true, false, NULL},
    {"littlefs 2.0 to 2.5", DISK_VERSION_2_0, 255, {0, 0}, false, false, NULL},
    {"ESP8266 Arduino core",
     DISK_VERSION_2_0,
     32,
     {4096, 8192},
     false,
     false,
     "the core then formats the volume, unless told not to"},
    {"ESP32 (esp_littlefs)", DISK_VERSION_2_1, 64, {4096, 0}, true, true, NULL},
    {"MicroPython (VfsLfs2)", DISK_VERSION_2_1, 255, {0, 0}, true, true, NULL},
};

static bool block_size_fits(const driver_t *driver, uint32_t block_size)
{
    return driver->block_sizes[0] == 0 || driver->block_sizes[0] == block_size ||
           driver->block_sizes[1] == block_size;
}

static void add_reason(compatibility_t *result, const char *text)
{
    size_t used = strlen(result->reason);
    snprintf(result->reason + used, sizeof result->reason - used, "%s%s", used == 0 ? "" : "; ", text);
}

static void refuse(compatibility_t *result, const char *text)
{
    result->verdict = VERDICT_NO;
    add_reason(result, text);
}

static void judge_limits(const driver_t *driver, const volume_facts_t *volume, compatibility_t *result)
{
    char text[120];
    if (volume->name_max > driver->name_max) {
        snprintf(text, sizeof text, "the volume allows names of %u bytes, this driver %u", volume->name_max,
                 driver->name_max);
        refuse(result, text);
    }
    if (volume->file_size_max > FILE_MAX) {
        refuse(result, "the volume allows files over 2147483647 bytes");
    }
    if (!block_size_fits(driver, volume->block_size)) {
        if (driver->block_sizes[1] != 0) {
            snprintf(text, sizeof text, "the block size is %u, this driver has %u or, on large layouts, %u",
                     volume->block_size, driver->block_sizes[0], driver->block_sizes[1]);
        } else {
            snprintf(text, sizeof text, "the block size is %u, this driver has %u", volume->block_size,
                     driver->block_sizes[0]);
        }
        refuse(result, text);
    }
}

static void judge_version(const driver_t *driver, const volume_facts_t *volume, compatibility_t *result)
{
    if (volume->version > driver->version_max) {
        refuse(result, volume->version == DISK_VERSION_2_1
                           ? "commits of disk version 2.1 look like damage to it, or it shows an older state"
                           : "the disk version is newer than it knows");
    } else if (volume->version == DISK_VERSION_2_1 && driver->version_varies &&
               result->verdict == VERDICT_YES) {
        result->verdict = VERDICT_DEPENDS;
        add_reason(result, "builds with littlefs before 2.6 cannot");
    } else if (volume->version == DISK_VERSION_2_0 && driver->upgrades) {
        add_reason(result, "its first write makes the volume 2.1");
    }
}

unsigned compatibility_littlefs2(const volume_facts_t *volume, compatibility_t results[DRIVERS_MAX])
{
    unsigned count = 0;
    for (; count < sizeof drivers / sizeof drivers[0]; count++) {
        const driver_t *driver = &drivers[count];
        compatibility_t *result = &results[count];
        result->driver = driver->name;
        result->verdict = VERDICT_YES;
        result->reason[0] = '\0';
        judge_limits(driver, volume, result);
        judge_version(driver, volume, result);
        if (result->verdict == VERDICT_NO && driver->consequence != NULL) {
            add_reason(result, driver->consequence);
        }
    }
    return count;
}

const char *verdict_text(verdict_t verdict)
{
    return verdict == VERDICT_YES ? "yes" : verdict == VERDICT_NO ? "no" : "depends";
}
