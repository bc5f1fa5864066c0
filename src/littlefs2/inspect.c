/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* How handles and the volume stand, for those who use littlefs v2 without the VFS. */

#include "internal.h"

#include <mcufs/littlefs2_direct.h>

_Static_assert(sizeof(littlefs2_file_t) <= MCUFS_LITTLEFS2_FILE_SIZE, "room for a file handle");
_Static_assert(sizeof(littlefs2_directory_t) <= MCUFS_LITTLEFS2_DIRECTORY_SIZE,
               "room for a directory handle");
_Static_assert(sizeof(littlefs2_t) + LITTLEFS2_WINDOW_MIN * sizeof(littlefs2_entry_t) +
                       2 * sizeof(littlefs2_state_t) + sizeof(void *) - 1 <=
                   MCUFS_LITTLEFS2_VOLUME_SIZE,
               "room for a volume whose buffers are elsewhere");
/* And 8 bytes for the free map. */
_Static_assert(sizeof(littlefs2_t) + LITTLEFS2_WINDOW_MIN * sizeof(littlefs2_entry_t) +
                       2 * sizeof(littlefs2_state_t) + sizeof(void *) - 1 + 8 <=
                   MCUFS_LITTLEFS2_ARENA_MINIMUM((size_t)0),
               "room for a volume in the smallest arena");

int littlefs2_recover(void *volume)
{
    return littlefs2_make_consistent(volume);
}

static const littlefs2_file_t *open_file(const littlefs2_t *fs, const void *handle)
{
    const littlefs2_file_t *file = fs->files;
    while (file && file != handle) {
        file = file->next;
    }
    return file;
}

int littlefs2_inspect_file(const void *volume, const void *handle, littlefs2_file_state_t *state)
{
    const littlefs2_file_t *file = open_file(volume, handle);
    if (!file) {
        return MCUFS_EBADF;
    }
    const littlefs2_extent_t *committed = &file->node->committed;
    state->position = file->position;
    state->size = file->node->size;
    state->head = committed->kind == LITTLEFS2_CONTENT_CTZ ? committed->head : LITTLEFS2_NULL;
    return 0;
}

static const littlefs2_directory_t *open_directory(const littlefs2_t *fs, const void *handle)
{
    const littlefs2_handle_t *at = fs->handles;
    const littlefs2_directory_t *directory = handle;
    while (at && at != &directory->handle) {
        at = at->next;
    }
    return at && at->kind == LITTLEFS2_HANDLE_DIRECTORY ? directory : NULL;
}

int64_t littlefs2_directory_position(const void *volume, const void *handle)
{
    const littlefs2_directory_t *directory = open_directory(volume, handle);
    return directory ? (int64_t)directory->position : MCUFS_EBADF;
}

int littlefs2_inspect_directory(void *volume, const void *handle, littlefs2_directory_state_t *state)
{
    littlefs2_t *fs = volume;
    const littlefs2_directory_t *directory = open_directory(fs, handle);
    littlefs2_metadata_t metadata;
    if (!directory) {
        return MCUFS_EBADF;
    }
    memset(state, 0, sizeof *state);
    state->pair[0] = state->pair[1] = LITTLEFS2_NULL;
    if (directory->handle.flags & LITTLEFS2_HANDLE_REMOVED) {
        return 0;
    }
    int error = littlefs2_get(fs, directory->handle.pair, &metadata);
    if (error == 0) {
        memcpy(state->pair, metadata.pair, sizeof state->pair);
        state->revision = metadata.revision;
        state->end = metadata.end;
    }
    return error;
}

void littlefs2_inspect_volume(const void *volume, littlefs2_volume_state_t *state)
{
    const littlefs2_t *fs = volume;
    *state = (littlefs2_volume_state_t){fs->disk_version, fs->block_size, fs->block_count,
                                        fs->name_max,     fs->file_max,   fs->attribute_max};
}

int64_t littlefs2_used_blocks(void *volume)
{
    littlefs2_t *fs = volume;
    int error = littlefs2_know_map(fs);
    return error < 0 ? error : (int64_t)(fs->block_count - fs->free_blocks);
}

int littlefs2_file_read_attributes(void *volume, void *handle, const littlefs2_file_attribute_t *attributes,
                                   uint32_t count)
{
    littlefs2_t *fs = volume;
    const littlefs2_handle_t *entry = &((const littlefs2_file_t *)handle)->node->handle;
    int error = littlefs2_show_creation(fs);
    if (error < 0) {
        return error;
    }
    for (uint32_t i = 0; i < count && !(entry->flags & LITTLEFS2_HANDLE_REMOVED); i++) {
        littlefs2_metadata_t metadata;
        int32_t length = littlefs2_get(fs, entry->pair, &metadata);
        if (length == 0) {
            length = littlefs2_read_attribute(fs, &metadata, entry->id, attributes[i].type,
                                              attributes[i].buffer, attributes[i].size);
        }
        if (length < 0 && length != MCUFS_ENODATA) {
            return length;
        }
    }
    return 0;
}
