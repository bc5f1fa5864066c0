/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Options and geometry from what was asked for. */

#include "image.h"

#include <inttypes.h>
#include <string.h>

#include "output.h"
#include "walk.h"

enum { DEFAULT_PROGRAM_SIZE = 256 };

const char *type_name(int type)
{
    return type == TYPE_LFS1 ? "lfs1" : "lfs2";
}

/* -- Where in the file ---------------------------------------------------------------------------------- */

int setup_region(const settings_t *settings, uint64_t *offset, uint64_t *length)
{
    char text[64];
    *offset = settings->offset;
    *length = settings->length;
    if (settings->partition == NULL) {
        return EXIT_DONE;
    }
    if (settings->offset != 0 || settings->length != 0) {
        say_error("--partition names the place already; leave out --offset and --length");
        return EXIT_USAGE;
    }
    const char *colon = strchr(settings->partition, ':');
    size_t used = colon == NULL ? 0 : (size_t)(colon - settings->partition);
    if (colon != NULL && used < sizeof text) {
        memcpy(text, settings->partition, used);
        text[used] = '\0';
        if (parse_size(text, offset) && parse_size(colon + 1, length) && *length != 0) {
            return EXIT_DONE;
        }
    }
    say_error("--partition: '%s' is not OFFSET:LENGTH, like 0x100000:1M", settings->partition);
    return EXIT_USAGE;
}

/* -- Format options ------------------------------------------------------------------------------------- */

/* Copies a number that has to fit 32 bits; OPTION_WORD becomes `word`. */
static bool take(const char *name, uint64_t value, uint32_t word, uint32_t *field)
{
    if (value == OPTION_WORD) {
        *field = word;
        return true;
    }
    if (value > UINT32_MAX - 1) {
        say_error("--%s: %" PRIu64 " is too large", name, value);
        return false;
    }
    *field = (uint32_t)value;
    return true;
}

static const struct {
    uint32_t disk_version, name_max;
    mcufs_littlefs2_time_dialect_t times;
} targets[] = {
    [TARGET_NOT_GIVEN] = {0, 0, MCUFS_LITTLEFS2_TIMES_SECONDS64},
    [TARGET_ESP8266] = {MCUFS_LITTLEFS2_VERSION_2_0, 32, MCUFS_LITTLEFS2_TIMES_SECONDS64},
    [TARGET_ESP32] = {MCUFS_LITTLEFS2_VERSION_2_1, 64, MCUFS_LITTLEFS2_TIMES_SECONDS32},
    [TARGET_MICROPYTHON] = {MCUFS_LITTLEFS2_VERSION_2_0, 255, MCUFS_LITTLEFS2_TIMES_MICROPYTHON},
};

static mcufs_littlefs2_time_dialect_t chosen_dialect(const settings_t *settings,
                                                     mcufs_littlefs2_time_dialect_t otherwise)
{
    switch (settings->times) {
    case TIMES_NONE:
        return MCUFS_LITTLEFS2_TIMES_NONE;
    case TIMES_MICROPYTHON:
        return MCUFS_LITTLEFS2_TIMES_MICROPYTHON;
    case TIMES_SECONDS32:
        return MCUFS_LITTLEFS2_TIMES_SECONDS32;
    case TIMES_SECONDS64:
        return MCUFS_LITTLEFS2_TIMES_SECONDS64;
    default:
        return otherwise;
    }
}

bool setup_format(const settings_t *settings, mcufs_littlefs2_options_t *options)
{
    memset(options, 0, sizeof *options);
    options->disk_version = settings->disk_version == DISK_2_0   ? MCUFS_LITTLEFS2_VERSION_2_0
                            : settings->disk_version == DISK_2_1 ? MCUFS_LITTLEFS2_VERSION_2_1
                                                                 : targets[settings->target].disk_version;
    options->times = chosen_dialect(settings, targets[settings->target].times);
    bool good = take("name-max", settings->name_max, 0, &options->name_max) &&
                take("file-max", settings->file_max, 0, &options->file_max) &&
                take("attribute-max", settings->attribute_max, 0, &options->attribute_max) &&
                take("inline-max", settings->inline_max, MCUFS_LITTLEFS2_NEVER, &options->inline_max) &&
                take("metadata-max", settings->metadata_max, 0, &options->metadata_max) &&
                take("cache-size", settings->cache_size, 0, &options->cache_size) &&
                take("block-cycles", settings->block_cycles, MCUFS_LITTLEFS2_NEVER, &options->block_cycles);
    if (options->name_max == 0) {
        options->name_max = targets[settings->target].name_max;
    }
    if (good && options->name_max > MCUFS_NAME_MAX) {
        say_error("--name-max: %" PRIu32 " is over the %d bytes that drivers know", options->name_max,
                  MCUFS_NAME_MAX);
        good = false;
    }
    return good;
}

void setup_mount(const settings_t *settings, mcufs_littlefs2_options_t *options)
{
    memset(options, 0, sizeof *options);
    options->times = chosen_dialect(settings, MCUFS_LITTLEFS2_TIMES_NONE);
}

bool setup_check_block_size(uint64_t block_size)
{
    if (block_size >= 128 && block_size <= 1024 * 1024 * 16 && block_size % 8 == 0) {
        return true;
    }
    say_error("--block-size: %" PRIu64 " is not possible; from 128 to 16M, a multiple of 8, usually 4096",
              block_size);
    return false;
}

mcufs_geometry_t setup_geometry(const settings_t *settings, uint32_t block_size, uint64_t block_count)
{
    uint32_t program_size = (uint32_t)settings->program_size;
    if (program_size == 0) {
        program_size = DEFAULT_PROGRAM_SIZE;
        while (block_size % program_size != 0) {
            program_size /= 2;
        }
    }
    uint32_t read_size = settings->read_size == 0 ? 1 : (uint32_t)settings->read_size;
    mcufs_geometry_t geometry = {read_size, program_size, block_size, (uint32_t)block_count, 0xff};
    return geometry;
}

/* -- The dialect of times an image uses ----------------------------------------------------------------- */

typedef struct dialect_search {
    mcufs_t *fs;
    unsigned left;
    mcufs_littlefs2_time_dialect_t found;
} dialect_search_t;

static int look_for_times(void *context, walk_event_t event, const walk_entry_t *entry)
{
    dialect_search_t *search = context;
    uint8_t value[8];
    if (event == WALK_DIRECTORY_END || !is_safe_name(entry->name)) {
        return WALK_GO_ON;
    }
    if (mcufs_get_attribute(search->fs, entry->path, 1, value, sizeof value) == 8) {
        search->found = MCUFS_LITTLEFS2_TIMES_MICROPYTHON;
    }
    int32_t size = mcufs_get_attribute(search->fs, entry->path, 't', value, sizeof value);
    if (size == 4) {
        search->found = MCUFS_LITTLEFS2_TIMES_SECONDS32;
    } else if (size == 8) {
        search->found = MCUFS_LITTLEFS2_TIMES_SECONDS64;
    }
    bool done = search->found != MCUFS_LITTLEFS2_TIMES_NONE || --search->left == 0;
    return done ? MCUFS_EAGAIN : WALK_GO_ON;
}

mcufs_littlefs2_time_dialect_t setup_find_dialect(mcufs_t *fs)
{
    enum { LOOKED_AT = 100 };
    dialect_search_t search = {fs, LOOKED_AT, MCUFS_LITTLEFS2_TIMES_NONE};
    walk_t walk = {fs, 0, &search, look_for_times, NULL};
    (void)walk_tree(&walk, "/"); /* stopped by what was found, or there is nothing to find */
    return search.found == MCUFS_LITTLEFS2_TIMES_NONE && search.left == LOOKED_AT
               ? MCUFS_LITTLEFS2_TIMES_SECONDS64
               : search.found;
}
