/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* v1 keeps entries as they came, v2 sorts them. As many names as there is memory for are sorted at once; then
 * the directory is read again for those that come after. */

#include "internal.h"

void littlefs_migrate_sort(migrate_t *migrate, const uint32_t head[2])
{
    memcpy(migrate->head, head, sizeof migrate->head);
    migrate->name_count = migrate->next_name = 0;
    migrate->entries = LITTLEFS2_NULL;
    migrate->sorted_some = false;
}

/* The entry of a name that is known. */
static int entry_of(migrate_t *migrate, const migrate_name_t *name, littlefs1_entry_t *entry)
{
    littlefs1_log_t log = {.pair = {name->block, name->block}, .end = migrate->from->block_size};
    uint32_t offset = name->offset;
    return littlefs1_next_entry(migrate->from, &log, &offset, entry);
}

/* Whether `name`, in memory, comes after the last one taken. */
static bool is_after_floor(const migrate_t *migrate, uint32_t length)
{
    uint32_t common = littlefs2_minimum(length, migrate->floor_length);
    int order = memcmp(migrate->name, migrate->floor, common);
    /* Of names that begin alike, the longer one comes first. */
    return !migrate->sorted_some || order > 0 || (order == 0 && length < migrate->floor_length);
}

/* Compares a known name with migrate->name: LITTLEFS2_GREATER, LITTLEFS2_LESS, 0, or an error. */
static int compare(migrate_t *migrate, const migrate_name_t *known, uint32_t length)
{
    littlefs1_entry_t entry;
    uint32_t common = littlefs2_minimum(littlefs2_minimum(known->length, length), MIGRATE_PREFIX);
    int order = memcmp(known->prefix, migrate->name, common);
    if (order != 0) {
        return order > 0 ? LITTLEFS2_GREATER : LITTLEFS2_LESS;
    }
    int result = entry_of(migrate, known, &entry);
    if (result <= 0) {
        return result < 0 ? result : MCUFS_ECORRUPT;
    }
    littlefs2_location_t stored = {littlefs2_tag(LITTLEFS2_NAME_FILE, 0, known->length), NULL, known->block,
                                   littlefs1_name_offset(&entry)};
    return littlefs2_compare_stored(migrate->to, &stored, (const char *)migrate->name, length, common);
}

/* Where migrate->name belongs among the known ones. */
static int find_place(migrate_t *migrate, uint32_t length, uint32_t *place)
{
    uint32_t low = 0, high = migrate->name_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare(migrate, &migrate->names[middle], length);
        if (order <= 0) {
            return order < 0 ? order : MCUFS_ECORRUPT; /* two entries with one name */
        }
        if (order == LITTLEFS2_LESS) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *place = low;
    return 0;
}

static int insert(migrate_t *migrate, const littlefs1_entry_t *entry)
{
    uint32_t place;
    int error = find_place(migrate, entry->name_length, &place);
    if (error < 0 || place == migrate->name_capacity) {
        return error;
    }
    migrate->name_count += migrate->name_count < migrate->name_capacity;
    memmove(migrate->names + place + 1, migrate->names + place,
            (migrate->name_count - 1 - place) * sizeof migrate->names[0]);
    migrate_name_t *name = &migrate->names[place];
    name->block = entry->block;
    name->offset = entry->offset;
    name->length = entry->name_length;
    memcpy(name->prefix, migrate->name, littlefs2_minimum(MIGRATE_PREFIX, entry->name_length));
    return 0;
}

/* Finds the names that come next. */
static int refill(migrate_t *migrate)
{
    littlefs1_t *from = migrate->from;
    littlefs1_walk_t walk;
    littlefs1_entry_t entry;
    uint32_t count = 0;
    migrate->name_count = migrate->next_name = 0;
    int result = littlefs1_walk_directory(from, migrate->head, &walk);
    while (result == 0) {
        result = littlefs1_walk_next(from, &walk, &entry);
        if (result <= 0) {
            break;
        }
        result = littlefs1_survey_is_gone(&migrate->survey, &entry);
        if (result > 0) {
            result = 0;
            continue;
        }
        count++;
        if (result == 0) {
            result = littlefs1_read(from, entry.block, littlefs1_name_offset(&entry), migrate->name,
                                    entry.name_length);
        }
        if (result == 0 && is_after_floor(migrate, entry.name_length)) {
            result = insert(migrate, &entry);
        }
    }
    migrate->entries = count;
    return result;
}

int littlefs_migrate_sort_peek(migrate_t *migrate, littlefs1_entry_t *entry)
{
    if (migrate->next_name == migrate->name_count &&
        (migrate->entries == LITTLEFS2_NULL || migrate->name_count == migrate->name_capacity)) {
        int error = refill(migrate);
        if (error < 0) {
            return error;
        }
    }
    if (migrate->next_name == migrate->name_count) {
        return 0;
    }
    int result = entry_of(migrate, &migrate->names[migrate->next_name], entry);
    if (result > 0) {
        result = littlefs1_read(migrate->from, entry->block, littlefs1_name_offset(entry), migrate->floor,
                                entry->name_length);
        migrate->floor_length = entry->name_length;
        migrate->sorted_some = true;
        return result < 0 ? result : 1;
    }
    return result < 0 ? result : MCUFS_ECORRUPT;
}

void littlefs_migrate_sort_take(migrate_t *migrate)
{
    migrate->next_name++;
}
