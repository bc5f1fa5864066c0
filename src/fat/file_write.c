/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Writing, truncating, and the sync that publishes it.
 *
 * New clusters form a chain of their own (node->grown) that no entry leads to. The sync joins it to the
 * file's chain, cuts that where it was truncated, and writes the entry: one change. */

#include "internal.h"

static bool is_published(const fat_node_t *node)
{
    return !(node->flags & FAT_NODE_REMOVED);
}

/* -- Taking clusters ---------------------------------------------------------------------------------------
 */

/* Somebody put more clusters in the file's chain than its size needs: they are used first. 1: there was one.
 */
static int use_reserved(fat_t *fs, fat_node_t *node)
{
    uint32_t cluster = node->first, tail, count;
    int error = 0;
    if (node->flags & FAT_NODE_CUT || node->grown != 0 || node->first == 0) {
        return 0;
    }
    if (node->linked > 0) {
        error = fat_node_find(fs, node, node->linked - 1, 1, &tail, &count);
        if (error == 0) {
            error = fat_next(fs, tail, &cluster);
        }
    }
    if (error == 0 && fat_is_cluster(fs, cluster)) {
        node->linked++;
        return 1;
    }
    return error;
}

/* A record has room for so many chains that nothing leads to: the others are published early. */
static int make_room_for_intent(fat_t *fs)
{
    uint32_t intents[FAT_INTENTS];
    if (fs->ring_sectors == 0 || fat_intents(fs, intents) < FAT_INTENTS - 3) {
        return 0;
    }
    for (fat_file_t *file = fs->files; file; file = file->next) {
        if (file->node->grown != 0 && is_published(file->node)) {
            return fat_node_sync(fs, file->node);
        }
    }
    return MCUFS_ENOMEM;
}

/* One cluster more, or up to `wanted`. FAT_FULL: when the list is committed. */
static int grow(fat_t *fs, fat_node_t *node, uint32_t wanted)
{
    uint32_t tail = node->grown_tail, first, count;
    int result = use_reserved(fs, node);
    if (result != 0) {
        return result < 0 ? result : 0;
    }
    if (node->grown == 0) {
        result = make_room_for_intent(fs);
        if (result == 0 && node->linked > 0) {
            result = fat_node_find(fs, node, node->linked - 1, 1, &tail, &count);
        }
    }
    if (result == 0) {
        result = fat_find_free(fs, tail != 0 ? tail + 1 : 0, wanted, &first, &count);
    }
    if (result == 0) {
        result = fat_add_taken(fs, node->grown_tail, first, count);
    }
    if (result == 0) {
        node->grown = node->grown != 0 ? node->grown : first;
        fat_chain_note(fs, node->grown, node->grown_count, first, count);
        node->grown_count += count;
        node->grown_tail = first + count - 1;
    }
    return result;
}

/* -- Giving clusters back ----------------------------------------------------------------------------------
 */

/* Adds to the list that clusters behind the node's size go; those that are published only with the sync. */
static int trim(fat_t *fs, fat_node_t *node)
{
    uint32_t needed = fat_clusters_of(fs, node->size), tail, next = node->grown, count;
    if (node->grown != 0 && node->linked + node->grown_count > needed) {
        uint32_t keep = needed > node->linked ? needed - node->linked : 0;
        int error = 0;
        if (keep > 0) {
            error = fat_chain_find(fs, node->grown, keep - 1, 1, &tail, &count);
            error = error == 0 ? fat_next(fs, tail, &next) : error;
            error = error == 0 ? fat_add_link(fs, tail, 1, FAT_END, false) : error;
            node->grown_tail = tail;
        } else {
            node->grown_tail = 0;
        }
        fat_chain_forget(fs, node->grown, keep);
        error = error == 0 ? fat_add_free_chain(fs, next) : error;
        if (error != 0) {
            return error;
        }
        node->grown = keep > 0 ? node->grown : 0;
        node->grown_count = keep;
    }
    if (node->linked > needed) {
        node->linked = needed;
        node->flags |= FAT_NODE_CUT;
    }
    return 0;
}

/* A node that an operation changes, and what it was before, for when the operation fails or starts over. */
typedef struct change_of_node {
    fat_node_t *node;
    fat_node_t before;
} change_of_node_t;

static int trim_node(fat_t *fs, void *arguments)
{
    change_of_node_t *change = arguments;
    *change->node = change->before;
    return trim(fs, change->node);
}

static int perform_on_node(fat_t *fs, fat_operation_t operation, fat_node_t *node, bool hold)
{
    change_of_node_t change = {node, *node};
    int result = fat_perform(fs, operation, &change, hold);
    if (result < 0) {
        *node = change.before;
    }
    return result;
}

static void condemn(fat_t *fs, uint32_t chain)
{
    for (uint32_t i = 0; chain != 0 && i < FAT_INTENTS; i++) {
        if (fs->condemned[i] == 0) {
            fs->condemned[i] = chain;
            return;
        }
    }
}

void fat_node_give_up(fat_t *fs, fat_node_t *node)
{
    condemn(fs, node->grown);
    condemn(fs, is_published(node) ? 0 : node->first);
    if (node->grown != 0 || !is_published(node)) {
        (void)fat_settle(fs); /* if not now, then before the next change */
    }
}

/* -- Writing -----------------------------------------------------------------------------------------------
 */

/* Some clusters are left for those that replace content by less: a full volume has to stay usable. The small
 * tables of FAT12 and FAT16 are counted for that. */
static int leave_reserve(fat_t *fs, const fat_node_t *node, uint32_t wanted)
{
    int error = fs->shape.bits < 32 ? fat_count_free(fs) : 0;
    if (error == 0 && fs->free != FAT_END && !(node->flags & FAT_NODE_CUT) &&
        (fs->free < wanted || fs->free - wanted < FAT_RESERVE)) {
        error = MCUFS_ENOSPC;
    }
    return error;
}

static int reserve(fat_t *fs, fat_node_t *node, uint32_t size)
{
    uint32_t needed = fat_clusters_of(fs, size), have = node->linked + node->grown_count;
    int error = fat_settle(fs);
    if (error == 0 && have < needed) {
        error = leave_reserve(fs, node, needed - have);
    }
    while (error == 0 && (have = node->linked + node->grown_count) < needed) {
        error = grow(fs, node, needed - have);
        if (error == FAT_FULL) {
            error = fs->list_size > 0 ? fat_commit(fs) : MCUFS_ENOSPC;
        }
    }
    return error;
}

/* A sector that begins there has neither content, nor any that a power cut would bring back. */
static bool holds_nothing(const fat_node_t *node, uint32_t index, uint32_t begin)
{
    return begin >= node->size && (index >= node->linked || begin >= node->published);
}

/* Into clusters that are there; zeros where `data` is NULL. */
static int write_bytes(fat_t *fs, fat_node_t *node, uint32_t position, const uint8_t *data, uint32_t size)
{
    const uint32_t shift = (uint32_t)fs->shape.sector_shift + fs->shape.cluster_shift,
                   mask = fs->shape.sector_size - 1;
    while (size > 0) {
        uint32_t cluster, count, index = position >> shift, part;
        int error =
            fat_node_find(fs, node, index, ((position + size - 1) >> shift) - index + 1, &cluster, &count);
        if (error < 0) {
            return error;
        }
        uint32_t inside =
            (position >> fs->shape.sector_shift) & (((uint32_t)1 << fs->shape.cluster_shift) - 1);
        uint32_t sector = fat_sector_of(fs, cluster) + inside, offset = position & mask;
        if (offset != 0 || size < fs->shape.sector_size || !data) {
            uint8_t *bytes;
            part = fat_minimum(size, fs->shape.sector_size - offset);
            error = fat_load(fs, sector,
                             holds_nothing(node, index, position - offset) ? FAT_DATA_NEW : FAT_DATA, &bytes);
            if (error < 0) {
                return error;
            }
            if (data) {
                memcpy(bytes + offset, data, part);
            } else {
                memset(bytes + offset, 0, part);
            }
            fat_dirty(fs, bytes);
        } else {
            part = fat_minimum(size >> fs->shape.sector_shift, (count << fs->shape.cluster_shift) - inside);
            error = fat_write_sectors(fs, sector, part, data);
            part <<= fs->shape.sector_shift;
        }
        if (error < 0) {
            return error;
        }
        position += part;
        data = data ? data + part : NULL;
        size -= part;
        node->size = position > node->size ? position : node->size;
        node->flags |= FAT_NODE_CHANGED | FAT_NODE_WRITTEN;
    }
    return 0;
}

static int write_node(fat_t *fs, fat_node_t *node, uint32_t position, const uint8_t *data, uint32_t size)
{
    uint32_t before = node->size;
    int error = reserve(fs, node, position + size > before ? position + size : before);
    if (error == 0 && position > before) {
        error = write_bytes(fs, node, before, NULL, position - before);
    }
    if (error == 0) {
        error = write_bytes(fs, node, position, data, size);
    }
    if (error < 0) {
        node->size = before;
        (void)perform_on_node(fs, trim_node, node, true);
    }
    return error;
}

int32_t fat_file_write(void *volume, void *handle, const void *buffer, uint32_t size)
{
    fat_t *fs = volume;
    fat_file_t *file = handle;
    if (!(file->flags & MCUFS_O_WRONLY)) {
        return MCUFS_EBADF;
    }
    if (fs->read_only) {
        return MCUFS_EROFS;
    }
    uint32_t position = file->flags & MCUFS_O_APPEND ? file->node->size : file->position;
    if (size > FAT_FILE_MAX - position) {
        return MCUFS_EFBIG;
    }
    int error = size > 0 ? write_node(fs, file->node, position, buffer, size) : 0;
    if (error < 0 || size == 0) {
        return error;
    }
    file->position = position + size;
    return (int32_t)size;
}

/* -- Truncating --------------------------------------------------------------------------------------------
 */

int fat_node_truncate(fat_t *fs, fat_node_t *node, uint32_t size)
{
    if (fs->read_only) {
        return MCUFS_EROFS;
    }
    if (size > node->size) {
        return write_node(fs, node, size, NULL, 0);
    }
    fat_node_t before = *node;
    node->size = size;
    node->flags |= FAT_NODE_CHANGED;
    int error = perform_on_node(fs, trim_node, node, true);
    if (error < 0) {
        *node = before;
    }
    return error;
}

int fat_file_truncate(void *volume, void *handle, uint64_t size)
{
    fat_file_t *file = handle;
    if (!(file->flags & MCUFS_O_WRONLY)) {
        return MCUFS_EBADF;
    }
    return size > FAT_FILE_MAX ? MCUFS_EFBIG : fat_node_truncate(volume, file->node, (uint32_t)size);
}

/* -- Syncing -----------------------------------------------------------------------------------------------
 */

/* Links the grown chain behind what stays of the published one; *rest: what does not stay. */
static int join(fat_t *fs, fat_node_t *node, uint32_t *rest)
{
    uint32_t tail = 0, count;
    int error = 0;
    *rest = node->flags & FAT_NODE_CUT ? node->first : 0;
    if (node->linked > 0 && (node->grown != 0 || node->flags & FAT_NODE_CUT)) {
        error = fat_node_find(fs, node, node->linked - 1, 1, &tail, &count);
        error = error == 0 ? fat_next(fs, tail, rest) : error;
        error =
            error == 0 ? fat_add_link(fs, tail, 1, node->grown != 0 ? node->grown : FAT_END, false) : error;
        fat_chain_forget(fs, node->first, node->linked);
        fat_chain_join(fs, node->grown, node->first, node->linked);
    }
    if (error == 0) {
        node->first = node->linked > 0 ? node->first : node->grown;
        node->linked += node->grown_count;
        node->grown = node->grown_count = node->grown_tail = 0;
        node->flags &= (uint8_t)~FAT_NODE_CUT;
        node->published = node->size;
    }
    return error;
}

static int publish(fat_t *fs, void *arguments)
{
    change_of_node_t *change = arguments;
    fat_node_t *node = change->node;
    uint32_t rest;
    uint8_t *sector, entry[FAT_ENTRY_SIZE];
    int64_t now = fat_now(fs);
    const mcufs_times_t times = {now, 0, now};
    *node = change->before;
    int error = trim(fs, node);
    if (error == 0) {
        error = join(fs, node, &rest);
    }
    if (error == 0) {
        error = fat_load(fs, node->sector, FAT_METADATA, &sector);
    }
    if (error != 0) {
        return error;
    }
    memcpy(entry, sector + node->offset, sizeof entry);
    entry[FAT_AT_ATTRIBUTES] |= MCUFS_ATTRIBUTE_ARCHIVE;
    fat_set_times_of(entry, &times);
    fat_set_entry_cluster(fs, entry, node->first);
    mcufs_store_le32(entry + FAT_AT_SIZE, node->size);
    if (memcmp(entry, sector + node->offset, sizeof entry) != 0) {
        error = fat_add_bytes(fs, node->sector, node->offset + (uint32_t)FAT_AT_ATTRIBUTES,
                              entry + FAT_AT_ATTRIBUTES, FAT_ENTRY_SIZE - FAT_AT_ATTRIBUTES);
    }
    return error == 0 ? fat_add_free_chain(fs, rest) : error;
}

int fat_node_sync(fat_t *fs, fat_node_t *node)
{
    int error = 0;
    if (fs->read_only || !is_published(node)) {
        return 0; /* nobody could find it after a power cut */
    }
    if (node->flags & FAT_NODE_CHANGED) {
        error = perform_on_node(fs, publish, node, false);
    } else {
        error = fat_commit(fs);
    }
    if (error == 0) {
        (void)fat_settle(fs); /* if not now, then before the next change */
        error = fat_flush(fs);
    }
    if (error == 0 && node->flags & FAT_NODE_WRITTEN) {
        error = fat_sync(fs);
    }
    if (error == 0) {
        node->flags &= (uint8_t) ~(FAT_NODE_CHANGED | FAT_NODE_WRITTEN);
    }
    return error;
}

int fat_file_sync(void *volume, void *handle)
{
    fat_file_t *file = handle;
    return fat_node_sync(volume, file->node);
}
