/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* User attributes, and times, which are kept in them in the dialects of the field (spec: micropython.md
 * section 2, image-tools.md). */

#include "internal.h"

#include "../base/endian.h"

enum {
    TYPE_NANOSECONDS = LITTLEFS2_ATTRIBUTE + 1,
    TYPE_MODIFIED = LITTLEFS2_ATTRIBUTE + 't',
    TYPE_CREATED = LITTLEFS2_ATTRIBUTE + 'c'
};

#define SECOND INT64_C(1000000000)

/* -- Times ------------------------------------------------------------------------------------------ */

int64_t littlefs2_now(const littlefs2_t *fs)
{
    return fs->hooks && fs->hooks->time ? fs->hooks->time(fs->hooks->context) : 0;
}

uint32_t littlefs2_time_type(const littlefs2_t *fs)
{
    return fs->times == MCUFS_LITTLEFS2_TIMES_MICROPYTHON ? TYPE_NANOSECONDS : TYPE_MODIFIED;
}

bool littlefs2_holds_modified(uint32_t type)
{
    return type == TYPE_NANOSECONDS || type == TYPE_MODIFIED;
}

bool littlefs2_holds_created(uint32_t type)
{
    return type == TYPE_CREATED;
}

int64_t littlefs2_decode_time(littlefs2_t *fs, const littlefs2_location_t *attribute)
{
    uint8_t bytes[8] = {0};
    uint32_t length = littlefs2_tag_length(attribute->tag);
    if ((length != 4 && length != 8) || littlefs2_read_location(fs, attribute, 0, bytes, length) < 0) {
        return 0;
    }
    uint64_t value = mcufs_load_le64(bytes);
    if (littlefs2_tag_type(attribute->tag) == TYPE_NANOSECONDS) {
        return value <= INT64_MAX ? (int64_t)value : 0;
    }
    return value <= (uint64_t)(INT64_MAX / SECOND) ? (int64_t)value * SECOND : 0;
}

int littlefs2_time_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t type, uint32_t id,
                      int64_t *time)
{
    littlefs2_location_t location;
    int error = littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_ATTRIBUTE + type, id, &location);
    if (error == 0) {
        *time = littlefs2_decode_time(fs, &location);
    }
    return error == MCUFS_ENOENT ? 0 : error;
}

int littlefs2_times_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                       mcufs_times_t *times)
{
    bool nanoseconds = fs->times == MCUFS_LITTLEFS2_TIMES_MICROPYTHON;
    int error = littlefs2_time_of(fs, metadata, nanoseconds ? 't' : 1, id, &times->modified);
    if (error == 0) {
        error = littlefs2_time_of(fs, metadata, nanoseconds ? 1 : 't', id, &times->modified);
    }
    return error < 0 ? error : littlefs2_time_of(fs, metadata, 'c', id, &times->created);
}

uint32_t littlefs2_time_changes(const littlefs2_t *fs, uint32_t id, int64_t modified, int64_t created,
                                uint8_t storage[16], littlefs2_change_t changes[2])
{
    uint32_t count = 0;
    uint32_t length = fs->times == MCUFS_LITTLEFS2_TIMES_SECONDS32 ? 4 : 8;
    if (fs->times == MCUFS_LITTLEFS2_TIMES_NONE) {
        return 0;
    }
    if (modified != 0) {
        bool nanoseconds = fs->times == MCUFS_LITTLEFS2_TIMES_MICROPYTHON;
        mcufs_store_le64(storage, (uint64_t)(nanoseconds ? modified : modified / SECOND));
        changes[count++] =
            (littlefs2_change_t){.tag = littlefs2_tag(littlefs2_time_type(fs), id, length), .data = storage};
    }
    if (created != 0 && fs->times == MCUFS_LITTLEFS2_TIMES_SECONDS64) {
        mcufs_store_le64(storage + 8, (uint64_t)(created / SECOND));
        changes[count++] =
            (littlefs2_change_t){.tag = littlefs2_tag(TYPE_CREATED, id, length), .data = storage + 8};
    }
    return count;
}

/* -- Attributes ------------------------------------------------------------------------------------- */

static int find_entry(littlefs2_t *fs, const mcufs_path_t *path, littlefs2_found_t *found)
{
    int error = littlefs2_resolve(fs, path, NULL, found);
    if (error == 0 && !found->type) {
        error = MCUFS_ENOENT;
    }
    if (error == 0 && found->is_root && !(found->metadata.flags & LITTLEFS2_HAS_SUPERBLOCK)) {
        error = MCUFS_ECORRUPT;
    }
    return error;
}

int32_t littlefs2_read_attribute(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                                 uint8_t type, void *buffer, uint32_t size)
{
    littlefs2_location_t location;
    int error =
        littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_ATTRIBUTE + (uint32_t)type, id, &location);
    if (error < 0) {
        return error == MCUFS_ENOENT ? MCUFS_ENODATA : error;
    }
    uint32_t length = littlefs2_tag_length(location.tag);
    uint32_t part = littlefs2_minimum(size, length);
    error = part > 0 ? littlefs2_read_location(fs, &location, 0, buffer, part) : 0;
    if (size > part) {
        memset((uint8_t *)buffer + part, 0, size - part);
    }
    return error < 0 ? error : (int32_t)length;
}

int32_t littlefs2_get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    littlefs2_t *fs = volume;
    littlefs2_found_t found;
    int error = littlefs2_show_creation(fs);
    if (error == 0) {
        error = find_entry(fs, &path, &found);
    }
    return error < 0 ? error : littlefs2_read_attribute(fs, &found.metadata, found.id, type, buffer, size);
}

LITTLEFS2_OUT_OF_LINE static int change_entry_once(littlefs2_t *fs, const mcufs_path_t *path,
                                                   littlefs2_change_t *changes, uint32_t count)
{
    littlefs2_found_t found;
    int error = find_entry(fs, path, &found);
    if (error < 0) {
        return error;
    }
    for (uint32_t i = 0; i < count; i++) {
        changes[i].tag = littlefs2_tag_with_id(changes[i].tag, found.id);
    }
    return littlefs2_try_commit(fs, &found.metadata, changes, count);
}

/* Commits up to two changes to the entry at `path`; their ids are filled in. */
static int change_entry(littlefs2_t *fs, const mcufs_path_t *path, littlefs2_change_t *changes,
                        uint32_t count)
{
    int result;
    do {
        result = littlefs2_make_consistent(fs);
        if (result == 0) {
            result = change_entry_once(fs, path, changes, count);
        }
    } while (result == LITTLEFS2_AGAIN);
    return result;
}

/* An attribute has to fit into a log together with its entry, whatever the volume's limit says. */
bool littlefs2_attribute_is_too_large(const littlefs2_t *fs, uint32_t size)
{
    return size > fs->attribute_max || size + 4 > fs->metadata_max - LITTLEFS2_LOG_RESERVE;
}

int littlefs2_set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size)
{
    littlefs2_t *fs = volume;
    littlefs2_change_t change = {.tag = littlefs2_tag(LITTLEFS2_ATTRIBUTE + (uint32_t)type, 0, size),
                                 .data = buffer};
    if (littlefs2_attribute_is_too_large(fs, size)) {
        return MCUFS_ENOSPC;
    }
    return change_entry(fs, &path, &change, 1);
}

int littlefs2_remove_attribute(void *volume, mcufs_path_t path, uint8_t type)
{
    littlefs2_t *fs = volume;
    littlefs2_change_t change = {
        .tag = littlefs2_tag(LITTLEFS2_ATTRIBUTE + (uint32_t)type, 0, LITTLEFS2_DELETED_LENGTH)};
    int32_t length = littlefs2_get_attribute(fs, path, type, NULL, 0);
    return length < 0 ? length : change_entry(fs, &path, &change, 1);
}

int littlefs2_set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times)
{
    littlefs2_t *fs = volume;
    littlefs2_change_t changes[2];
    uint8_t storage[16];
    if (fs->times == MCUFS_LITTLEFS2_TIMES_NONE) {
        return MCUFS_ENOTSUP;
    }
    uint32_t count = littlefs2_time_changes(fs, 0, times->modified, times->created, storage, changes);
    return change_entry(fs, &path, changes, count);
}
