/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs pack: a directory becomes an image.
 *
 * The size is known to be right only when everything has been written, so --size auto, and the size named
 * when something did not fit, come from trying: twice as large until it fits, then the smallest by halving.
 */

#include "commands.h"

#include <inttypes.h>

#include "image.h"
#include "output.h"
#include "pack_tree.h"
#include "report.h"

enum { DEFAULT_BLOCK_SIZE = 4096, BLOCKS_MIN = 2 };

typedef struct packing {
    image_t image;
    plan_t plan;
    const settings_t *settings;
    uint32_t block_size;
    size_t failed; /* entry where the last attempt ended */
    bool limits_checked;
} packing_t;

/* Checks names and sizes against the volume that was just made. */
static int check_limits(packing_t *packing)
{
    mcufs_statfs_t statfs;
    if (packing->limits_checked) {
        return EXIT_DONE;
    }
    if (mcufs_statfs(&packing->image.fs, "/", &statfs) != 0) {
        return EXIT_DONE;
    }
    packing->limits_checked = true;
    return plan_check(&packing->plan, &statfs) ? EXIT_DONE : EXIT_NOT_DONE;
}

static void unmount(packing_t *packing)
{
    if (packing->image.mounted) {
        (void)mcufs_unmount(&packing->image.fs, "/");
        packing->image.mounted = false;
    }
}

/* One attempt with this many blocks; *error is MCUFS_ENOSPC when it did not fit. */
static int attempt(packing_t *packing, uint64_t block_count, int *error)
{
    image_t *image = &packing->image;
    unmount(packing);
    *error = 0;
    packing->failed = 0;
    int status = image_resize(image, packing->block_size, block_count);
    if (status != EXIT_DONE) {
        return status;
    }
    *error = image_format(image);
    if (*error != 0) {
        return EXIT_DONE;
    }
    status = image_mount(image, IMAGE_CHANGE);
    if (status == EXIT_DONE) {
        status = check_limits(packing);
    }
    if (status != EXIT_DONE) {
        return status;
    }
    *error = plan_write(&packing->plan, &image->fs, "/", &packing->failed);
    return *error > 0 ? EXIT_NOT_DONE : EXIT_DONE;
}

/* A format error on a tiny device means the same as a full one. */
static bool is_too_small(const packing_t *packing, int error)
{
    return error == MCUFS_ENOSPC || (error == MCUFS_EINVAL && !packing->image.mounted);
}

static int say_failure(const packing_t *packing, int error)
{
    const char *path = packing->plan.entries[packing->failed].path;
    say_error("%s: %s: %s", packing->image.path, packing->image.mounted ? path : "cannot be formatted",
              mcufs_error_text(error));
    return EXIT_NOT_DONE;
}

/* The smallest number of blocks that holds everything, in *blocks; the last attempt may be another one. */
static int search(packing_t *packing, uint64_t *blocks)
{
    uint64_t too_small = BLOCKS_MIN - 1, enough = 0;
    uint64_t next = packing->plan.bytes / packing->block_size + BLOCKS_MIN;
    progress_begin("looking for the size", 0);
    while (enough == 0 || enough - too_small > 1) {
        int error;
        int status = attempt(packing, next, &error);
        if (status != EXIT_DONE) {
            progress_end();
            return status;
        }
        if (error == 0) {
            enough = next;
        } else if (is_too_small(packing, error) && next < UINT32_MAX / 2) {
            too_small = next;
        } else {
            progress_end();
            return say_failure(packing, error);
        }
        next = enough == 0 ? 2 * next : too_small + (enough - too_small) / 2;
    }
    progress_end();
    *blocks = enough;
    return EXIT_DONE;
}

/* Names what did not fit, and the size that would do. */
static int say_too_small(packing_t *packing, uint64_t size)
{
    enum { NAMED = 10 };
    char text[FORMAT_MAX], option[FORMAT_MAX], shown[1024];
    const plan_t *plan = &packing->plan;
    size_t first = packing->failed, left = plan->count - first;
    say_error("%s: %s is too small: %zu of %zu files and directories did not fit:", packing->image.path,
              format_size(text, size), left, plan->count - 1);
    for (size_t i = first; i < plan->count && i < first + NAMED; i++) {
        const plan_entry_t *entry = &plan->entries[i];
        say_note("  %s%s (%s)", format_name(shown, sizeof shown, entry->path),
                 entry->type == MCUFS_TYPE_DIRECTORY ? "/" : "", format_size(text, entry->size));
    }
    if (left > NAMED) {
        say_note("  and %zu more", left - NAMED);
    }
    uint64_t blocks;
    int status = search(packing, &blocks);
    if (status == EXIT_DONE) {
        uint64_t needed = blocks * packing->block_size;
        say_error("%s: needs %" PRIu64 " blocks of %" PRIu32 " bytes (%s): --size %s, or --size auto",
                  packing->image.path, blocks, packing->block_size, format_size(text, needed),
                  format_size_option(option, needed));
    }
    return EXIT_NOT_DONE;
}

static int pack_fixed(packing_t *packing)
{
    char text[FORMAT_MAX];
    uint64_t size = packing->settings->size;
    int error;
    if (size % packing->block_size != 0) {
        say_error("--size: %" PRIu64 " is no multiple of the block size %" PRIu32
                  "; the nearest are %s and %" PRIu64,
                  size, packing->block_size, format_size_option(text, size - size % packing->block_size),
                  size - size % packing->block_size + packing->block_size);
        return EXIT_USAGE;
    }
    progress_begin("pack", packing->plan.bytes);
    int status = attempt(packing, size / packing->block_size, &error);
    progress_end();
    if (status != EXIT_DONE || error == 0) {
        return status;
    }
    return is_too_small(packing, error) ? say_too_small(packing, size) : say_failure(packing, error);
}

static int pack_auto(packing_t *packing)
{
    uint64_t blocks;
    int error = 0;
    int status = search(packing, &blocks);
    if (status == EXIT_DONE) {
        status = attempt(packing, blocks, &error);
    }
    return status == EXIT_DONE && error != 0 ? say_failure(packing, error) : status;
}

static void report(const packing_t *packing)
{
    const plan_t *plan = &packing->plan;
    const mcufs_geometry_t *geometry = &packing->image.file->device.geometry;
    char content[FORMAT_MAX], size[FORMAT_MAX];
    uint64_t total = (uint64_t)geometry->block_count * geometry->block_size;
    if (!packing->settings->json) {
        say_note("%s: %" PRIu64 " files and %" PRIu64 " directories (%s) in %" PRIu32 " blocks of %" PRIu32
                 " bytes (%s)",
                 packing->image.path, plan->files, plan->directories, format_size(content, plan->bytes),
                 geometry->block_count, geometry->block_size, format_size(size, total));
        if (plan->excluded > 0) {
            say_note("%" PRIu64 " names left out by --exclude", plan->excluded);
        }
        return;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "image", packing->image.path);
    report_text(object, "type", packing->image.filesystem->name);
    report_number(object, "files", plan->files);
    report_number(object, "directories", plan->directories);
    report_number(object, "bytes", plan->bytes);
    report_number(object, "excluded", plan->excluded);
    report_number(object, "block_size", geometry->block_size);
    report_number(object, "block_count", geometry->block_count);
    report_number(object, "size", total);
    report_print(object);
}

int command_pack(const settings_t *settings, int count, char **operands)
{
    (void)count;
    packing_t packing = {.settings = settings};
    uint64_t block_size = settings->block_size == 0 ? DEFAULT_BLOCK_SIZE : settings->block_size;
    packing.block_size = (uint32_t)block_size;
    if (settings->size == 0) {
        say_error("--size is needed: the size of the partition, like --size 1M, or --size auto");
        return EXIT_USAGE;
    }
    if (!setup_check_block_size(block_size)) {
        return EXIT_USAGE;
    }
    int status = plan_read(&packing.plan, operands[0], operands[1], settings) ? EXIT_DONE : EXIT_NOT_DONE;
    if (status == EXIT_DONE) {
        status = image_create(&packing.image, operands[1], settings);
        if (status == EXIT_DONE) {
            /* A size that was asked for may be filled to the last block. */
            packing.image.options.reserve = settings->size == OPTION_WORD ? 0 : MCUFS_LITTLEFS2_NEVER;
            status = settings->size == OPTION_WORD ? pack_auto(&packing) : pack_fixed(&packing);
        }
        if (status == EXIT_DONE) {
            report(&packing);
            status = image_keep(&packing.image);
        }
        image_close(&packing.image);
    }
    plan_free(&packing.plan);
    return status;
}
