/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs info: what an image is, and which drivers can mount it. */

#include "commands.h"

#include <inttypes.h>

#include "compatibility.h"
#include "image.h"
#include "output.h"
#include "report.h"

static volume_facts_t facts_of(const mcufs_statfs_t *statfs)
{
    volume_facts_t facts = {
        .version = statfs->version,
        .block_size = statfs->block_size,
        .block_count = statfs->block_count,
        .name_max = statfs->name_max,
        .file_size_max = statfs->file_size_max,
    };
    return facts;
}

static void print_json(const image_t *image, const mcufs_statfs_t *statfs, const compatibility_t *drivers,
                       unsigned count)
{
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", image->path);
    report_text(object, "type", statfs->type);
    report_text(object, "description", image->filesystem->description);
    report_version(object, "version", statfs->version);
    if (image->found.label[0] != '\0') {
        report_text(object, "label", image->found.label);
    }
    report_number(object, "offset", image->offset);
    report_number(object, "block_size", statfs->block_size);
    report_number(object, "block_count", statfs->block_count);
    report_number(object, "size", statfs->block_count * statfs->block_size);
    report_number(object, "free_blocks", statfs->free_blocks);
    report_number(object, "free", statfs->free_blocks * statfs->block_size);
    report_number(object, "name_max", statfs->name_max);
    report_number(object, "file_size_max", statfs->file_size_max);
    cJSON *list = cJSON_AddArrayToObject(object, "drivers");
    for (unsigned i = 0; i < count; i++) {
        cJSON *driver = cJSON_CreateObject();
        report_text(driver, "driver", drivers[i].driver);
        report_text(driver, "mounts", verdict_text(drivers[i].verdict));
        if (drivers[i].reason[0] != '\0') {
            report_text(driver, "reason", drivers[i].reason);
        }
        cJSON_AddItemToArray(list, driver);
    }
    report_print(object);
}

static void print_text(const image_t *image, const mcufs_statfs_t *statfs, const compatibility_t *drivers,
                       unsigned count)
{
    static const colour_t colours[] = {
        [VERDICT_YES] = COLOUR_GOOD, [VERDICT_NO] = COLOUR_BAD, [VERDICT_DEPENDS] = COLOUR_WARNING};
    char size[FORMAT_MAX], used[FORMAT_MAX], available[FORMAT_MAX];
    uint64_t used_blocks = statfs->block_count - statfs->free_blocks;
    printf("type         %s (%s), disk version %" PRIu32 ".%" PRIu32 "\n", image->filesystem->description,
           statfs->type, statfs->version >> 16, statfs->version & 0xffff);
    if (image->found.label[0] != '\0') {
        printf("label        ");
        print_name(stdout, image->found.label);
        putchar('\n');
    }
    if (image->offset != 0) {
        printf("offset       0x%" PRIx64 "\n", image->offset);
    }
    printf("size         %s: %" PRIu64 " blocks of %" PRIu32 " bytes\n",
           format_size(size, statfs->block_count * statfs->block_size), statfs->block_count,
           statfs->block_size);
    printf("used         %s (%" PRIu64 " blocks, %u%%)\n",
           format_size(used, used_blocks * statfs->block_size), used_blocks,
           (unsigned)(statfs->block_count == 0 ? 0 : 100 * used_blocks / statfs->block_count));
    printf("free         %s (%" PRIu64 " blocks)\n",
           format_size(available, statfs->free_blocks * statfs->block_size), statfs->free_blocks);
    printf("name max     %" PRIu32 " bytes\n", statfs->name_max);
    printf("file max     %" PRIu64 " bytes\n", statfs->file_size_max);
    if (count > 0) {
        printf("\nwho can mount it\n");
    }
    for (unsigned i = 0; i < count; i++) {
        printf("  %-23s %s%-7s%s %s\n", drivers[i].driver, colour_on(stdout, colours[drivers[i].verdict]),
               verdict_text(drivers[i].verdict), colour_off(stdout), drivers[i].reason);
    }
}

int command_info(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image;
    mcufs_statfs_t statfs;
    compatibility_t drivers[DRIVERS_MAX];
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE) {
        int error = mcufs_statfs(&image.fs, "/", &statfs);
        if (error != 0) {
            image_say(&image, "/", error);
            status = EXIT_NOT_DONE;
        }
    }
    if (status == EXIT_DONE) {
        volume_facts_t facts = facts_of(&statfs);
        unsigned known = image.filesystem == &mcufs_littlefs2 ? compatibility_littlefs2(&facts, drivers) : 0;
        if (settings->json) {
            print_json(&image, &statfs, drivers, known);
        } else {
            print_text(&image, &statfs, drivers, known);
        }
    }
    image_close(&image);
    return status;
}
