/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Looking along the list that all metadata pairs are on (spec: littlefs-format.md A3). */

#include "internal.h"

int littlefs2_find_on_list(littlefs2_t *fs,
                           int (*match)(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context),
                           void *context, littlefs2_metadata_t *metadata)
{
    uint32_t at[2] = {0, 1};
    for (uint32_t steps = 0; !littlefs2_pair_is_null(at); steps++) {
        int result = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, at, metadata);
        if (result == 0) {
            result = match(fs, metadata, context);
        }
        if (result != 0) {
            return result;
        }
        memcpy(at, metadata->tail, sizeof at);
        littlefs2_progress(fs);
    }
    return 0;
}

static int leads_to(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    const uint32_t *const *pair = context;
    (void)fs;
    return littlefs2_same_pair(metadata->tail, *pair);
}

int littlefs2_find_predecessor(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *predecessor)
{
    return littlefs2_find_on_list(fs, leads_to, &pair, predecessor);
}

/* Whether an entry of `metadata` names a directory with a block of the pair. */
static int holds_directory(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    littlefs2_reference_t *wanted = context;
    littlefs2_view_t view = littlefs2_view_of(metadata);
    for (uint32_t id = 0; id < view.count; id++) {
        const littlefs2_entry_t *entry;
        int error = littlefs2_entry(fs, &view, id, &entry);
        if (error < 0) {
            return error;
        }
        if (littlefs2_tag_type(entry->struct_tag) != LITTLEFS2_STRUCT_DIRECTORY ||
            littlefs2_is_moved_away(fs, metadata, id)) {
            continue;
        }
        littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
        error = littlefs2_read_two_words(fs, &location, wanted->head);
        if (error < 0) {
            return error;
        }
        if (littlefs2_pairs_touch(wanted->head, wanted->pair)) {
            wanted->id = id;
            return 1;
        }
    }
    return 0;
}

int littlefs2_find_parent(littlefs2_t *fs, littlefs2_reference_t *wanted, littlefs2_metadata_t *parent)
{
    return littlefs2_find_on_list(fs, holds_directory, wanted, parent);
}
