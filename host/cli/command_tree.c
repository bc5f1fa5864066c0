/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs tree: the directories of an image as a picture of characters. */

#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "image.h"
#include "output.h"
#include "report.h"
#include "walk.h"

typedef struct drawing {
    const settings_t *settings;
    image_t *image;
    bool last[WALK_DEPTH_MAX + 1];   /* at each level: nothing follows */
    cJSON *open[WALK_DEPTH_MAX + 2]; /* "entries" of the directories on the way; open[0] is the root's */
    uint64_t files, directories;
    int status;
} drawing_t;

static void draw(drawing_t *drawing, const walk_entry_t *entry)
{
    bool directory = entry->stat.type == MCUFS_TYPE_DIRECTORY;
    char size[FORMAT_MAX];
    drawing->last[entry->depth] = entry->last;
    for (unsigned i = 0; i < entry->depth; i++) {
        fputs(drawing->last[i] ? "    " : "│   ", stdout);
    }
    fputs(entry->last ? "└── " : "├── ", stdout);
    fputs(directory ? colour_on(stdout, COLOUR_DIRECTORY) : "", stdout);
    print_name(stdout, entry->name);
    fputs(directory ? colour_off(stdout) : "", stdout);
    if (directory) {
        putchar('/');
    } else if (drawing->settings->human) {
        printf("  (%s)", format_size(size, entry->stat.size));
    }
    putchar('\n');
}

static void add(drawing_t *drawing, const walk_entry_t *entry)
{
    cJSON *object = report_entry("name", entry->name, &entry->stat);
    cJSON_AddItemToArray(drawing->open[entry->depth], object);
    if (entry->stat.type == MCUFS_TYPE_DIRECTORY) {
        drawing->open[entry->depth + 1] = cJSON_AddArrayToObject(object, "entries");
    }
}

static int visit(void *context, walk_event_t event, const walk_entry_t *entry)
{
    drawing_t *drawing = context;
    if (event == WALK_DIRECTORY_END) {
        return WALK_GO_ON;
    }
    drawing->files += event == WALK_FILE;
    drawing->directories += event == WALK_DIRECTORY;
    if (drawing->settings->json) {
        add(drawing, entry);
    } else {
        draw(drawing, entry);
    }
    uint64_t depth = drawing->settings->depth;
    return depth != 0 && entry->depth + 1 >= depth ? WALK_SKIP : WALK_GO_ON;
}

static void failed(void *context, const char *path, int error)
{
    drawing_t *drawing = context;
    image_say(drawing->image, path, error);
    drawing->status = EXIT_NOT_DONE;
}

int command_tree(const settings_t *settings, int count, char **operands)
{
    image_t image;
    static drawing_t drawing;
    const char *path = count > 1 ? operands[1] : "/";
    drawing.settings = settings;
    drawing.image = &image;
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status != EXIT_DONE) {
        image_close(&image);
        return status;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", image.path);
    report_text(object, "path", path);
    drawing.open[0] = cJSON_AddArrayToObject(object, "entries");
    if (!settings->json) {
        print_name(stdout, path);
        putchar('\n');
    }
    walk_t walk = {&image.fs, image_size(&image) / 4, &drawing, visit, failed};
    int error = walk_tree(&walk, path);
    if (error != 0) {
        failed(&drawing, path, error);
    }
    if (settings->json) {
        report_print(object);
    } else {
        printf("\n%" PRIu64 " directories, %" PRIu64 " files\n", drawing.directories, drawing.files);
        cJSON_Delete(object);
    }
    image_close(&image);
    return drawing.status;
}
