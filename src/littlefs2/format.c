/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Formatting, and rewriting the superblock (spec: littlefs-format.md A4). */

#include "internal.h"

/* Both halves of {0, 1}, so that nothing older can be mounted by accident. */
static int write_halves(littlefs2_t *fs, littlefs2_log_plan_t *plan)
{
    for (uint32_t block = 0; block < 2; block++) {
        int error = littlefs2_erase(fs, block);
        plan->pair[0] = block;
        plan->revision = block + 1;
        if (error == 0) {
            error = littlefs2_write_log(fs, plan);
        }
        if (error < 0) {
            return error == MCUFS_ECORRUPT ? MCUFS_ENOSPC : error;
        }
    }
    return 0;
}

int littlefs2_format(const mcufs_setup_t *setup)
{
    const mcufs_littlefs2_options_t *options = setup->options;
    uint32_t block_size =
        options && options->block_size ? options->block_size : setup->device->geometry.block_size;
    littlefs2_t *fs;
    int error = littlefs2_prepare(setup, block_size, options ? options->block_count : 0, &fs);
    if (error < 0) {
        return error;
    }
    if (fs->read_only) {
        return MCUFS_EROFS;
    }
    fs->serial = 0;
    littlefs2_superblock_t superblock = {fs->disk_version, fs->block_size, fs->block_count,
                                         fs->name_max,     fs->file_max,   fs->attribute_max};
    uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE];
    littlefs2_encode_superblock(&superblock, bytes);
    littlefs2_change_t changes[] = {
        {.tag = littlefs2_tag(LITTLEFS2_CREATE, 0, 0)},
        {.tag = littlefs2_tag(LITTLEFS2_NAME_SUPERBLOCK, 0, 8), .data = "littlefs"},
        {.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, 0, sizeof bytes), .data = bytes}};
    littlefs2_metadata_t nothing;
    memset(&nothing, 0, sizeof nothing);
    littlefs2_view_t view = littlefs2_view_with(&nothing, changes, sizeof changes / sizeof changes[0]);
    littlefs2_log_plan_t plan = {.view = &view, .end = 1, .tail = {LITTLEFS2_NULL, LITTLEFS2_NULL}};
    return write_halves(fs, &plan);
}

/* Does nothing where it is so already: after LITTLEFS2_AGAIN only the rest is left to do. */
static int write_superblock_of(littlefs2_t *fs, const uint32_t pair[2],
                               const littlefs2_superblock_t *superblock)
{
    uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE];
    littlefs2_metadata_t metadata;
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, 0, sizeof bytes),
                                 .data = bytes};
    littlefs2_superblock_t known;
    littlefs2_encode_superblock(superblock, bytes);
    int error = littlefs2_get(fs, pair, &metadata);
    if (error == 0) {
        error = littlefs2_read_superblock(fs, &metadata, &known);
    }
    if (error < 0 || memcmp(&known, superblock, sizeof known) == 0) {
        return error;
    }
    return littlefs2_try_commit(fs, &metadata, &change, 1);
}

int littlefs2_write_superblock(littlefs2_t *fs, uint32_t version, uint32_t block_count)
{
    static const uint32_t first[2] = {0, 1};
    const littlefs2_superblock_t superblock = {version,      fs->block_size, block_count,
                                               fs->name_max, fs->file_max,   fs->attribute_max};
    /* The last one on the list decides; but other readers look for blocks as the first one says. */
    int result = 0;
    if (!littlefs2_same_pair(fs->root, first)) {
        result = write_superblock_of(fs, first, &superblock);
    }
    if (result == 0) {
        result = write_superblock_of(fs, fs->root, &superblock);
    }
    if (result == 0) {
        fs->disk_version = version;
        fs->upgrade_to = 0;
    }
    return result;
}
