/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is known of metadata pairs, so that a log is verified once and not at every visit.
 *
 * The slots are replaced at random: a walk along a directory longer than the cache would throw out, with
 * least-recently-used, exactly what it needs next. */

#include "internal.h"

static littlefs2_state_t *slot_of(littlefs2_t *fs, const uint32_t pair[2])
{
    for (uint32_t i = 0; i < fs->state_count; i++) {
        if (littlefs2_same_pair(fs->states[i].metadata.pair, pair)) {
            return &fs->states[i];
        }
    }
    return NULL;
}

static uint32_t next_random(littlefs2_t *fs)
{
    fs->random ^= fs->random << 13;
    fs->random ^= fs->random >> 17;
    fs->random ^= fs->random << 5;
    return fs->random;
}

static littlefs2_state_t *free_slot(littlefs2_t *fs)
{
    static const uint32_t none[2] = {LITTLEFS2_NULL, LITTLEFS2_NULL};
    littlefs2_state_t *slot = slot_of(fs, none);
    return slot ? slot : &fs->states[next_random(fs) % fs->state_count];
}

void littlefs2_forget(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_state_t *slot = slot_of(fs, pair);
    if (slot) {
        slot->metadata.pair[0] = slot->metadata.pair[1] = LITTLEFS2_NULL;
    }
}

void littlefs2_remember(littlefs2_t *fs, const uint32_t old[2], const littlefs2_metadata_t *metadata)
{
    littlefs2_state_t *slot = slot_of(fs, metadata->pair);
    if (old && !slot) {
        slot = slot_of(fs, old);
    } else if (old && !littlefs2_same_pair(old, metadata->pair)) {
        littlefs2_forget(fs, old);
    }
    if (!slot) {
        slot = free_slot(fs);
    }
    slot->metadata = *metadata;
    slot->first_offset = 0;
}

void littlefs2_remember_appended(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool keep_first)
{
    littlefs2_state_t *slot = slot_of(fs, metadata->pair);
    if (slot && keep_first) {
        slot->metadata = *metadata;
    } else {
        littlefs2_remember(fs, NULL, metadata);
    }
}

/* Where a pair is that a reference may still name by its old blocks. */
static const uint32_t *current_pair(const littlefs2_t *fs, const uint32_t pair[2])
{
    for (uint32_t i = 0; i < fs->task_count; i++) {
        if (fs->tasks[i].copied && littlefs2_same_pair(fs->tasks[i].old, pair)) {
            return fs->tasks[i].now;
        }
    }
    return pair;
}

int littlefs2_get(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata)
{
    int result = littlefs2_get_and_search(fs, pair, metadata, NULL);
    return result < 0 ? result : 0;
}

int littlefs2_get_and_search(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata,
                             littlefs2_search_t *search)
{
    pair = current_pair(fs, pair);
    if (!littlefs2_pair_is_valid(fs, pair)) {
        return MCUFS_ECORRUPT; /* empty slots bear the null pair */
    }
    const littlefs2_state_t *slot = slot_of(fs, pair);
    const littlefs2_metadata_t *known = slot ? &slot->metadata : littlefs2_uncertain(fs, pair);
    if (known) {
        *metadata = *known;
        return 0;
    }
    int error = littlefs2_fetch(fs, pair, metadata, search, NULL);
    if (error == MCUFS_ECORRUPT && littlefs2_is_salvage(fs)) {
        *metadata =
            (littlefs2_metadata_t){.pair = {pair[0], pair[1]}, .tail = {LITTLEFS2_NULL, LITTLEFS2_NULL}};
        error = search ? littlefs2_search_log(fs, metadata, search) : 0;
    }
    if (error < 0) {
        return error;
    }
    littlefs2_remember(fs, NULL, metadata);
    return 1;
}

bool littlefs2_is_known(littlefs2_t *fs, const uint32_t pair[2])
{
    return slot_of(fs, pair) != NULL;
}

/* Finds the first name of a log and keeps it in the slot. MCUFS_ENOENT: the log has no names. */
static int learn_first(littlefs2_t *fs, littlefs2_state_t *slot)
{
    const littlefs2_metadata_t *metadata = &slot->metadata;
    uint32_t id = metadata->flags & LITTLEFS2_HAS_SUPERBLOCK ? 1 : 0;
    littlefs2_location_t location;
    if (slot->first_offset != 0) {
        return 0;
    }
    if (id >= metadata->count) {
        return MCUFS_ENOENT;
    }
    int error = littlefs2_find_first_name(fs, metadata, id, &location);
    if (error < 0) {
        return error;
    }
    uint32_t length = littlefs2_tag_length(location.tag);
    if (length > MCUFS_NAME_MAX) {
        return MCUFS_ECORRUPT;
    }
    error =
        littlefs2_read_location(fs, &location, 0, slot->first, littlefs2_minimum(length, sizeof slot->first));
    if (error < 0) {
        return error;
    }
    slot->first_length = (uint8_t)length;
    slot->first_offset = location.offset;
    return 0;
}

int littlefs2_first_name_is_greater(littlefs2_t *fs, const littlefs2_metadata_t *metadata, const char *name,
                                    uint32_t length)
{
    littlefs2_state_t *slot = slot_of(fs, metadata->pair);
    if (!slot) {
        littlefs2_remember(fs, NULL, metadata);
        slot = slot_of(fs, metadata->pair);
    }
    int error = learn_first(fs, slot);
    if (error < 0) {
        return error == MCUFS_ENOENT ? 0 : error;
    }
    uint32_t known = littlefs2_minimum(slot->first_length, sizeof slot->first);
    known = littlefs2_minimum(known, length);
    int order = memcmp(slot->first, name, known);
    if (order == 0) {
        const littlefs2_location_t first = {slot->first_length, NULL, slot->metadata.pair[0],
                                            slot->first_offset};
        order = littlefs2_compare_stored(fs, &first, name, length, known);
        return order == LITTLEFS2_LESS ? 0 : order;
    }
    return order > 0;
}
