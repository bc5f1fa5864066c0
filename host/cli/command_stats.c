/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs stats: what takes the space of an image. */

#include "commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "output.h"
#include "report.h"
#include "walk.h"

enum { SIZE_CLASSES = 8 };

/* Upper limits of the classes of file sizes, in bytes; the last has none. */
static const uint64_t class_limits[SIZE_CLASSES - 1] = {0, 64, 256, 1024, 4096, 65536, 1024 * 1024};
static const char *const class_names[SIZE_CLASSES] = {"empty",    "to 64",     "to 256",   "to 1 KiB",
                                                      "to 4 KiB", "to 64 KiB", "to 1 MiB", "larger"};

typedef struct directory_stats {
    char *path;
    uint64_t files, directories, bytes, bytes_below; /* below: with all directories in it */
    uint64_t files_below;
} directory_stats_t;

typedef struct statistics {
    image_t *image;
    directory_stats_t *list;
    size_t count, room;
    size_t open[WALK_DEPTH_MAX + 1]; /* index in `list` of the directories on the way */
    uint64_t files, directories, bytes, largest;
    uint64_t classes[SIZE_CLASSES];
    uint8_t *use; /* one per block */
    uint32_t blocks;
    uint64_t blocks_by_use[MCUFS_BLOCK_DATA + 1];
    int status;
} statistics_t;

/* -- Files and directories ------------------------------------------------------------------------------ */

static bool add_directory(statistics_t *statistics, const char *path)
{
    if (statistics->count == statistics->room) {
        size_t larger = statistics->room == 0 ? 64 : statistics->room * 2;
        directory_stats_t *list = realloc(statistics->list, larger * sizeof *list);
        if (list == NULL) {
            return false;
        }
        statistics->list = list;
        statistics->room = larger;
    }
    directory_stats_t *added = &statistics->list[statistics->count];
    memset(added, 0, sizeof *added);
    added->path = strdup(path);
    statistics->count++;
    return added->path != NULL;
}

static void count_file(statistics_t *statistics, const walk_entry_t *entry)
{
    uint64_t size = entry->stat.size;
    unsigned class = 0;
    while (class < SIZE_CLASSES - 1 && size > class_limits[class]) {
        class ++;
    }
    statistics->classes[class]++;
    statistics->files++;
    statistics->bytes += size;
    statistics->largest = size > statistics->largest ? size : statistics->largest;
    directory_stats_t *directory = &statistics->list[statistics->open[entry->depth]];
    directory->files++;
    directory->files_below++;
    directory->bytes += size;
    directory->bytes_below += size;
}

/* A finished directory counts in the one above. */
static void finish_directory(statistics_t *statistics, unsigned depth)
{
    directory_stats_t *done = &statistics->list[statistics->open[depth + 1]];
    directory_stats_t *above = &statistics->list[statistics->open[depth]];
    above->bytes_below += done->bytes_below;
    above->files_below += done->files_below;
}

static int visit(void *context, walk_event_t event, const walk_entry_t *entry)
{
    statistics_t *statistics = context;
    switch (event) {
    case WALK_FILE:
        count_file(statistics, entry);
        return WALK_GO_ON;
    case WALK_DIRECTORY:
        if (entry->depth + 1 > WALK_DEPTH_MAX || !add_directory(statistics, entry->path)) {
            return MCUFS_ENOMEM;
        }
        statistics->directories++;
        statistics->list[statistics->open[entry->depth]].directories++;
        statistics->open[entry->depth + 1] = statistics->count - 1;
        return WALK_GO_ON;
    case WALK_DIRECTORY_END:
    default:
        finish_directory(statistics, entry->depth);
        return WALK_GO_ON;
    }
}

static void failed(void *context, const char *path, int error)
{
    statistics_t *statistics = context;
    image_say(statistics->image, path, error);
    statistics->status = EXIT_NOT_DONE;
}

/* -- Blocks --------------------------------------------------------------------------------------------- */

static int mark_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    statistics_t *statistics = context;
    if (block < statistics->blocks && (unsigned)use <= MCUFS_BLOCK_DATA) {
        statistics->use[block] = (uint8_t)use;
    }
    return 0;
}

static void count_blocks(statistics_t *statistics)
{
    statistics->blocks = statistics->image->file->device.geometry.block_count;
    statistics->use = calloc(statistics->blocks, 1);
    int error = statistics->use == NULL
                    ? MCUFS_ENOMEM
                    : mcufs_visit_blocks(&statistics->image->fs, "/", mark_block, statistics);
    if (error != 0) {
        failed(statistics, "/", error);
        return;
    }
    for (uint32_t i = 0; i < statistics->blocks; i++) {
        statistics->blocks_by_use[statistics->use[i]]++;
    }
}

/* -- Output --------------------------------------------------------------------------------------------- */

static const char *const use_names[] = {[MCUFS_BLOCK_FREE] = "free",
                                        [MCUFS_BLOCK_SUPERBLOCK] = "superblock",
                                        [MCUFS_BLOCK_METADATA] = "metadata",
                                        [MCUFS_BLOCK_DATA] = "data"};

static void print_json(const statistics_t *statistics)
{
    cJSON *object = cJSON_CreateObject();
    uint32_t block_size = statistics->image->file->device.geometry.block_size;
    report_text(object, "image", statistics->image->path);
    report_number(object, "files", statistics->files);
    report_number(object, "directories", statistics->directories);
    report_number(object, "bytes", statistics->bytes);
    report_number(object, "largest_file", statistics->largest);
    report_number(object, "block_size", block_size);
    cJSON *blocks = cJSON_AddObjectToObject(object, "blocks");
    for (unsigned i = 0; i <= MCUFS_BLOCK_DATA; i++) {
        report_number(blocks, use_names[i], statistics->blocks_by_use[i]);
    }
    cJSON *sizes = cJSON_AddObjectToObject(object, "file_sizes");
    for (unsigned i = 0; i < SIZE_CLASSES; i++) {
        report_number(sizes, class_names[i], statistics->classes[i]);
    }
    cJSON *list = cJSON_AddArrayToObject(object, "per_directory");
    for (size_t i = 0; i < statistics->count; i++) {
        const directory_stats_t *directory = &statistics->list[i];
        cJSON *item = cJSON_CreateObject();
        report_text(item, "path", directory->path);
        report_number(item, "files", directory->files);
        report_number(item, "directories", directory->directories);
        report_number(item, "bytes", directory->bytes);
        report_number(item, "files_below", directory->files_below);
        report_number(item, "bytes_below", directory->bytes_below);
        cJSON_AddItemToArray(list, item);
    }
    report_print(object);
}

static void print_blocks(const statistics_t *statistics)
{
    char size[FORMAT_MAX];
    uint32_t block_size = statistics->image->file->device.geometry.block_size;
    uint64_t taken = statistics->blocks_by_use[MCUFS_BLOCK_DATA] * block_size;
    puts("\nblocks");
    for (unsigned i = 0; i <= MCUFS_BLOCK_DATA; i++) {
        printf("  %-10s %8" PRIu64 "  %10s  %3u%%\n", use_names[i], statistics->blocks_by_use[i],
               format_size(size, statistics->blocks_by_use[i] * block_size),
               (unsigned)(statistics->blocks == 0 ? 0
                                                  : 100 * statistics->blocks_by_use[i] / statistics->blocks));
    }
    if (taken > 0) {
        uint64_t used = (uint64_t)statistics->blocks * block_size -
                        statistics->blocks_by_use[MCUFS_BLOCK_FREE] * block_size;
        printf("  content is %u%% of the space in use\n", (unsigned)(100 * statistics->bytes / used));
    }
}

static void print_text(const statistics_t *statistics)
{
    char size[FORMAT_MAX], below[FORMAT_MAX];
    printf("files        %" PRIu64 "\ndirectories  %" PRIu64 "\ncontent      %s", statistics->files,
           statistics->directories, format_size(size, statistics->bytes));
    printf(", largest file %s\n", format_size(size, statistics->largest));
    print_blocks(statistics);
    puts("\nfile sizes");
    for (unsigned i = 0; i < SIZE_CLASSES; i++) {
        if (statistics->classes[i] > 0) {
            printf("  %-10s %8" PRIu64 "\n", class_names[i], statistics->classes[i]);
        }
    }
    puts("\ndirectories\n     files        size  with all below  path");
    for (size_t i = 0; i < statistics->count; i++) {
        const directory_stats_t *directory = &statistics->list[i];
        printf("  %8" PRIu64 "  %10s      %10s  ", directory->files, format_size(size, directory->bytes),
               format_size(below, directory->bytes_below));
        print_name(stdout, directory->path);
        putchar('\n');
    }
}

static void release(statistics_t *statistics)
{
    for (size_t i = 0; i < statistics->count; i++) {
        free(statistics->list[i].path);
    }
    free(statistics->list);
    free(statistics->use);
}

int command_stats(const settings_t *settings, int count, char **operands)
{
    (void)count;
    image_t image;
    statistics_t statistics = {.image = &image};
    int status = image_open_mounted(&image, operands[0], settings, IMAGE_READ);
    if (status == EXIT_DONE) {
        walk_t walk = {&image.fs, image_size(&image) / 4, &statistics, visit, failed};
        int error = add_directory(&statistics, "/") ? walk_tree(&walk, "/") : MCUFS_ENOMEM;
        if (error != 0) {
            failed(&statistics, "/", error);
        }
        count_blocks(&statistics);
        if (settings->json) {
            print_json(&statistics);
        } else {
            print_text(&statistics);
        }
        status = statistics.status;
    }
    release(&statistics);
    image_close(&image);
    return status;
}
