/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs ls: lists directories of an image. */

#include "commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "output.h"
#include "report.h"
#include "walk.h"

typedef struct listing {
    const settings_t *settings;
    image_t *image;
    cJSON *entries; /* NULL: text */
    int status;
} listing_t;

static void print_entry(const settings_t *settings, const char *name, const mcufs_stat_t *stat)
{
    bool directory = stat->type == MCUFS_TYPE_DIRECTORY;
    if (settings->long_format) {
        char size[FORMAT_MAX], time[FORMAT_MAX];
        if (directory) {
            snprintf(size, sizeof size, "-");
        } else if (settings->human) {
            format_size(size, stat->size);
        } else {
            snprintf(size, sizeof size, "%" PRIu64, stat->size);
        }
        printf("%c %10s  %-19s  ", directory ? 'd' : '-', size, format_time(time, stat->times.modified));
    }
    fputs(directory ? colour_on(stdout, COLOUR_DIRECTORY) : "", stdout);
    print_name(stdout, name);
    printf("%s%s\n", directory ? colour_off(stdout) : "", directory ? "/" : "");
}

static void show(listing_t *listing, const char *shown, const mcufs_stat_t *stat)
{
    if (listing->entries != NULL) {
        cJSON_AddItemToArray(listing->entries, report_entry("path", shown, stat));
    } else {
        print_entry(listing->settings, shown, stat);
    }
}

static int visit(void *context, walk_event_t event, const walk_entry_t *entry)
{
    listing_t *listing = context;
    if (event == WALK_DIRECTORY_END) {
        return WALK_GO_ON;
    }
    bool whole_path = listing->entries != NULL || listing->settings->recursive;
    show(listing, whole_path ? entry->path : entry->name, &entry->stat);
    return listing->settings->recursive ? WALK_GO_ON : WALK_SKIP;
}

static void failed(void *context, const char *path, int error)
{
    listing_t *listing = context;
    image_say(listing->image, path, error);
    listing->status = EXIT_NOT_DONE;
}

static void list_path(listing_t *listing, const char *path)
{
    mcufs_stat_t stat;
    int error = mcufs_stat(&listing->image->fs, path, &stat);
    if (error == 0 && stat.type != MCUFS_TYPE_DIRECTORY) {
        show(listing, path, &stat);
        return;
    }
    if (error == 0) {
        walk_t walk = {&listing->image->fs, image_size(listing->image) / 4, listing, visit, failed};
        error = walk_tree(&walk, path);
    }
    if (error != 0) {
        failed(listing, path, error);
    }
}

int command_ls(const settings_t *settings, int count, char **operands)
{
    image_t image;
    listing_t listing = {settings, &image, NULL, EXIT_DONE};
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status != EXIT_DONE) {
        image_close(&image);
        return status;
    }
    cJSON *object = NULL;
    if (settings->json) {
        object = cJSON_CreateObject();
        report_text(object, "image", image.path);
        listing.entries = cJSON_AddArrayToObject(object, "entries");
    }
    for (int i = 1; i < count; i++) {
        if (count > 2 && !settings->json) {
            printf("%s:\n", operands[i]);
        }
        list_path(&listing, operands[i]);
    }
    if (count == 1) {
        list_path(&listing, "/");
    }
    if (object != NULL) {
        report_print(object);
    }
    image_close(&image);
    return listing.status;
}
