/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Syncing files: when the content is in place, one commit says so, with times and attributes. */

#include "internal.h"

/* The struct that describes the content now. */
static littlefs2_change_t struct_change(const littlefs2_node_t *node, uint8_t bytes[8])
{
    uint32_t id = node->handle.id;
    if (node->in_buffer) {
        return (littlefs2_change_t){.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, id, node->size),
                                    .data = node->writer.buffer};
    }
    if (node->source.kind == LITTLEFS2_CONTENT_NONE) {
        return (littlefs2_change_t){.tag = littlefs2_tag(LITTLEFS2_STRUCT_INLINE, id, 0), .data = bytes};
    }
    const uint32_t words[2] = {node->source.head, node->source.size};
    return littlefs2_pair_change(LITTLEFS2_STRUCT_CTZ, id, words, bytes);
}

/* Attributes that go into the commit of a sync. */
typedef struct company {
    const littlefs2_file_attribute_t *attributes;
    uint32_t count;
} company_t;

LITTLEFS2_OUT_OF_LINE static int commit_node_once(littlefs2_t *fs, littlefs2_node_t *node, int64_t now,
                                                  const company_t *company)
{
    littlefs2_change_t changes[5 + MCUFS_LITTLEFS2_WITH_CHECKSUMS + LITTLEFS2_ATTRIBUTES_AT_ONCE];
    littlefs2_metadata_t metadata;
    littlefs2_name_t name = {NULL, 0, 0};
    uint8_t bytes[8], times[16];
    uint32_t id = node->handle.id;
    uint32_t count = 0;
    int error = littlefs2_get(fs, node->handle.pair, &metadata);
    if (error < 0) {
        return error;
    }
    if (littlefs2_is_new(fs, node)) {
        littlefs2_created_name(fs, &name);
        changes[count++].tag = littlefs2_tag(LITTLEFS2_CREATE, id, 0);
        changes[count++] = (littlefs2_change_t){.tag = littlefs2_tag(LITTLEFS2_NAME_FILE, id, name.length),
                                                .data = name.bytes};
        fs->bind = &node->handle;
    }
    /* Inline content that is still where it was is not written again. */
    if (node->in_buffer || node->source.kind != LITTLEFS2_CONTENT_INLINE) {
        changes[count++] = struct_change(node, bytes);
    }
    count += littlefs2_checksum_change(fs, node, &changes[count]);
    count += littlefs2_time_changes(fs, id, now, name.created, times, &changes[count]);
    for (uint32_t i = 0; i < company->count; i++) {
        const littlefs2_file_attribute_t *attribute = &company->attributes[i];
        uint32_t tag = littlefs2_tag(LITTLEFS2_ATTRIBUTE + (uint32_t)attribute->type, id, attribute->size);
        changes[count++] = (littlefs2_change_t){.tag = tag, .data = attribute->buffer};
    }
    int result = littlefs2_try_commit(fs, &metadata, changes, count);
    if (result == 0 && littlefs2_is_new(fs, node)) {
        littlefs2_drop_creation(fs);
    }
    return result;
}

static int commit_node(littlefs2_t *fs, littlefs2_node_t *node, const company_t *company)
{
    int64_t now = littlefs2_now(fs);
    int result;
    do {
        result = littlefs2_prepare_content(fs, node, 0);
        if (result == 0) {
            littlefs2_checksum_prepare(fs, node);
            result = commit_node_once(fs, node, now, company);
        }
    } while (result == LITTLEFS2_AGAIN);
    return result;
}

/* A log that cannot take inline content any more can still take the place of a block in the reserve. */
static int commit_or_spill(littlefs2_t *fs, littlefs2_node_t *node, const company_t *company)
{
    int error = commit_node(fs, node, company);
    if (error == MCUFS_ENOSPC && node->in_buffer && node->size > 0) {
        error = littlefs2_finish_creation(fs);
        if (error == 0) {
            error = littlefs2_node_settle(fs, node);
        }
        if (error == 0) {
            error = littlefs2_sync_device(fs);
        }
        if (error == 0) {
            error = commit_node(fs, node, company);
        }
    }
    return error;
}

/* The commit is done. */
static void adopt_source(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_ctz_release(fs, &node->committed, node->shared);
    if (node->in_buffer) {
        node->source = (littlefs2_extent_t){node->size ? LITTLEFS2_CONTENT_INLINE : LITTLEFS2_CONTENT_NONE, 0,
                                            node->size};
        node->inline_offset = 0;
    }
    node->committed = node->source;
    node->shared = littlefs2_extent_blocks(fs, &node->committed);
    node->dirty = false;
    littlefs2_checksum_committed(fs, node);
}

#if MCUFS_LITTLEFS2_WITH_SHRINK || MCUFS_LITTLEFS2_WITH_LEVELLING
LITTLEFS2_OUT_OF_LINE static int commit_moved_once(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_metadata_t metadata;
    uint8_t bytes[8];
    int error = littlefs2_get(fs, node->handle.pair, &metadata);
    if (error < 0) {
        return error;
    }
    littlefs2_change_t change = struct_change(node, bytes);
    const littlefs2_change_t *changes = littlefs2_checksum_join(fs, node, &change);
    return littlefs2_try_commit(fs, &metadata, changes, changes == &change ? 1 : 2);
}

int littlefs2_node_commit_moved(littlefs2_t *fs, littlefs2_node_t *node)
{
    int result;
    littlefs2_checksum_keep(fs, node);
    do {
        result = littlefs2_clean_up(fs);
        if (result == 0) {
            result = commit_moved_once(fs, node);
        }
    } while (result == LITTLEFS2_AGAIN);
    if (result == 0) {
        adopt_source(fs, node);
    }
    return result;
}
#endif

int littlefs2_node_sync(littlefs2_t *fs, littlefs2_node_t *node, const littlefs2_file_attribute_t *attributes,
                        uint32_t count)
{
    const company_t company = {attributes, count};
    if (node->handle.flags & LITTLEFS2_HANDLE_REMOVED) {
        /* Nothing to commit; but what other handles will read must not depend on this one's memory. */
        return node->users > 1 ? littlefs2_node_settle(fs, node) : 0;
    }
    if (!node->dirty && count == 0 && !littlefs2_is_new(fs, node)) {
        return 0;
    }
    int error = littlefs2_prepare_content(fs, node, 0);
    if (error == 0) {
        error = littlefs2_node_place(fs, node);
    }
    if (error == 0) {
        error = commit_or_spill(fs, node, &company);
    }
    if (error == 0) {
        adopt_source(fs, node);
    }
    return error;
}

int littlefs2_file_sync(void *volume, void *handle)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    return littlefs2_node_sync(fs, file->node, NULL, 0);
}

int littlefs2_file_sync_attributes(void *volume, void *handle, const littlefs2_file_attribute_t *attributes,
                                   uint32_t count)
{
    littlefs2_t *fs = volume;
    littlefs2_file_t *file = handle;
    int error = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (littlefs2_attribute_is_too_large(fs, attributes[i].size)) {
            return MCUFS_ENOSPC;
        }
    }
    for (uint32_t done = 0; error == 0 && done < count;) {
        uint32_t part = littlefs2_minimum(count - done, LITTLEFS2_ATTRIBUTES_AT_ONCE);
        error = littlefs2_node_sync(fs, file->node, attributes + done, part);
        done += part;
    }
    return error;
}
