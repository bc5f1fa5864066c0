/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Rescue, when something that others refer to is gone: the logs that only it led to may still be there.
 *
 * A block that nothing leads to and that holds a valid log may be one of those, or what is left of a
 * directory of the past; nothing on flash tells which. Each that has files whose blocks nobody else uses
 * becomes a directory /lost+found/<block> with those files, but for small ones that are in the tree under
 * the same name. Directories among its entries are logs themselves, and found as such. */

#include "check.h"

#include "../base/bitmap.h"

#define SPACE_LEFT 16u /* one block of so many stays free */

static bool in_use(const check_t *check, uint32_t block)
{
    return mcufs_bitmap_test(check->metadata, block) || mcufs_bitmap_test(check->data, block);
}

/* -- Files of a log ----------------------------------------------------------------------------------- */

/* 1: a file whose content is all there and nobody else's; 0: not. Marks its blocks in `map`, if any. */
static int examine_blocks(check_t *check, const littlefs2_extent_t *extent, uint8_t *map)
{
    littlefs2_t *fs = check->fs;
    check_chain_t chain;
    if (!littlefs2_check_extent_is_possible(fs, extent) || extent->size == 0) {
        return 0;
    }
    littlefs2_check_chain_start(&chain, extent, littlefs2_ctz_blocks(fs, extent->size));
    for (;;) {
        if (chain.block == LITTLEFS2_NULL || chain.wrong != LITTLEFS2_NULL || in_use(check, chain.block)) {
            return 0;
        }
        if (map) {
            mcufs_bitmap_set(map, chain.block);
        }
        if (chain.index == 0) {
            return 1;
        }
        int error = littlefs2_check_chain_step(fs, &chain);
        if (error < 0) {
            return error;
        }
    }
}

/* The same for entry `id` of a log. */
static int examine_entry(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id, uint8_t *map)
{
    littlefs2_t *fs = check->fs;
    littlefs2_location_t location;
    uint32_t words[2];
    int error = littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, id, &location);
    if (error < 0) {
        return error == MCUFS_ENOENT || error == MCUFS_ECORRUPT ? 0 : error;
    }
    if (littlefs2_tag_type(location.tag) == LITTLEFS2_STRUCT_INLINE) {
        return littlefs2_tag_length(location.tag) > 0;
    }
    if (littlefs2_tag_type(location.tag) != LITTLEFS2_STRUCT_CTZ || littlefs2_tag_length(location.tag) < 8) {
        return 0;
    }
    error = littlefs2_read_two_words(fs, &location, words);
    littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
    return error < 0 ? error : examine_blocks(check, &extent, map);
}

static uint16_t first_entry(const littlefs2_metadata_t *metadata)
{
    return metadata->flags & LITTLEFS2_HAS_SUPERBLOCK ? 1 : 0;
}

/* -- Protecting --------------------------------------------------------------------------------------- */

int littlefs2_check_protect(check_t *check)
{
    littlefs2_t *fs = check->fs;
    for (uint32_t block = 0; block < fs->block_count; block++) {
        littlefs2_metadata_t metadata;
        if (in_use(check, block)) {
            continue;
        }
        int error = littlefs2_check_block(fs, block, &metadata);
        if (error == MCUFS_ENOENT) {
            continue;
        }
        if (error == 0) {
            mcufs_bitmap_set(fs->map, block);
        }
        for (uint16_t id = first_entry(&metadata); error >= 0 && id < metadata.count; id++) {
            error = examine_entry(check, &metadata, id, fs->map);
        }
        if (error < 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
        littlefs2_progress(fs);
    }
    return 0;
}

/* -- Rescuing ----------------------------------------------------------------------------------------- */

/* Whether one of the logs from `first` on has an entry of the same name with the same content inside. */
static int is_in_list(check_t *check, const uint32_t first[2], const littlefs2_location_t *content,
                      const check_name_t *name, bool *found)
{
    littlefs2_t *fs = check->fs;
    uint32_t at[2] = {first[0], first[1]};
    int error = 0;
    for (uint32_t steps = 0; error == 0 && !*found && steps <= fs->block_count; steps++) {
        littlefs2_metadata_t metadata;
        littlefs2_search_t search = {.name = (const char *)name->bytes, .length = name->length};
        if (littlefs2_pair_is_null(at)) {
            break;
        }
        error = littlefs2_get(fs, at, &metadata);
        if (error < 0) {
            return error == MCUFS_ECORRUPT ? 0 : error; /* the list is not mended yet */
        }
        error = littlefs2_search_log(fs, &metadata, &search);
        if (error == 0 && search.found != LITTLEFS2_NO_ID) {
            littlefs2_location_t other = {search.struct_tag, NULL, metadata.pair[0], search.struct_offset};
            error = littlefs2_check_same_content(fs, content, &other, found);
        }
        if (littlefs2_same_pair(at, check->last)) {
            break; /* the list may not be mended yet, and its tail lead anywhere */
        }
        memcpy(at, metadata.tail, sizeof at);
    }
    return error;
}

/* Whether entry `id` is a file worth keeping: 1, 0 or an error. Its name is in check->names[0] then. */
static int is_worth_it(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id)
{
    littlefs2_t *fs = check->fs;
    littlefs2_location_t location;
    check_name_t *name = &check->names[0];
    uint32_t type;
    bool found = false;
    int good = examine_entry(check, metadata, id, NULL);
    if (good <= 0) {
        return good;
    }
    int error = littlefs2_check_read_name(fs, metadata, id, name->bytes, &name->length, &type);
    if (error == 0) {
        error = littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, id, &location);
    }
    if (error == 0 && (type != LITTLEFS2_NAME_FILE || name->length > MCUFS_NAME_MAX)) {
        return 0;
    }
    if (error == 0) {
        static const uint32_t start[2] = {0, 1};
        error = is_in_list(check, start, &location, name, &found);
    }
    if (error == 0 && !found) {
        error = is_in_list(check, check->chain, &location, name, &found);
    }
    return error < 0 ? error : !found;
}

/* 0, or a failure that ends the rescue. */
static int rescue_log(check_t *check, const littlefs2_metadata_t *metadata)
{
    bool made = false;
    int result = 0;
    for (uint16_t id = first_entry(metadata); result == 0 && id < metadata->count; id++) {
        int good = is_worth_it(check, metadata, id);
        if (good < 0 && good != MCUFS_ENOENT && good != MCUFS_ECORRUPT) {
            return good;
        }
        if (good <= 0) {
            continue;
        }
        if (!made) {
            result = littlefs2_check_make_refuge(check, metadata->pair[0]);
            made = true;
        }
        if (result == 0) {
            result = littlefs2_check_copy_entry(check, metadata, id, check->names[0].length);
        }
        if (result == 0) {
            good = examine_entry(check, metadata, id, check->data); /* taken now */
            result = good < 0 ? good : 0;
        }
    }
    if (made && result == 0) {
        mcufs_finding_t finding = {.severity = MCUFS_FINDING_WARNING,
                                   .message = "files of a directory that nothing leads to any more",
                                   .path = check->refuge,
                                   .block = metadata->pair[0],
                                   .repaired = true};
        if (check->result->report) {
            check->result->report(check->result->context, &finding);
        }
    }
    return result;
}

int littlefs2_check_rescue(check_t *check)
{
    littlefs2_t *fs = check->fs;
    for (uint32_t block = 0; block < fs->block_count; block++) {
        littlefs2_metadata_t metadata;
        if (fs->free_blocks <= fs->block_count / SPACE_LEFT) {
            return 0; /* a full volume is no help */
        }
        if (in_use(check, block)) {
            continue;
        }
        int result = littlefs2_check_block(fs, block, &metadata);
        if (result == 0) {
            result = rescue_log(check, &metadata);
        } else if (result == MCUFS_ENOENT) {
            result = 0;
        }
        if (result != 0) {
            return result;
        }
        littlefs2_progress(fs);
    }
    return 0;
}
