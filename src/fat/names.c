/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Looking at, removing and renaming entries, and what is stored with them. */

#include "internal.h"

int fat_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    fat_t *fs = volume;
    fat_found_t found;
    memset(stat, 0, sizeof *stat);
    int error = fat_resolve(fs, &path, FAT_AVOID_NONE, &found);
    if (error < 0) {
        return error;
    }
    if (!found.type) {
        return MCUFS_ENOENT;
    }
    if (found.is_root) {
        stat->type = MCUFS_TYPE_DIRECTORY;
    } else {
        fat_describe(fs, found.entry, found.set.sector, found.set.offset, stat);
    }
    return 0;
}

int fat_stat_open(void *volume, void *handle, mcufs_stat_t *stat)
{
    fat_t *fs = volume;
    const fat_file_t *file = handle;
    const fat_node_t *node = file->node;
    uint8_t *entry;
    memset(stat, 0, sizeof *stat);
    stat->type = MCUFS_TYPE_FILE;
    stat->size = node->size;
    if (node->flags & FAT_NODE_REMOVED) {
        return 0;
    }
    int error = fat_load(fs, node->sector, FAT_METADATA, &entry);
    if (error == 0) {
        fat_describe(fs, entry + node->offset, node->sector, node->offset, stat);
    }
    return error;
}

/* -- Removing ----------------------------------------------------------------------------------------------
 */

/* Before an entry goes: a file that is open keeps its clusters, others give them back. */
static int release(fat_t *fs, const fat_found_t *found)
{
    uint32_t intents[FAT_INTENTS];
    fat_node_t *node = fat_node_of(fs, found->set.sector, found->set.offset);
    if (!node) {
        return fat_add_free_chain(fs, found->cluster);
    }
    if (fs->ring_sectors != 0 && fat_intents(fs, intents) >= FAT_INTENTS - 3) {
        return MCUFS_EBUSY;
    }
    node->flags |= FAT_NODE_REMOVED;
    return 0;
}

/* It did not go. */
static void keep(fat_t *fs, const fat_found_t *found)
{
    for (fat_file_t *file = fs->files; file; file = file->next) {
        fat_node_t *node = file->node;
        if (node->sector == found->set.sector && node->offset == found->set.offset) {
            node->flags &= (uint8_t)~FAT_NODE_REMOVED;
        }
    }
}

/* It went. */
static void forget(fat_t *fs, const fat_found_t *found)
{
    for (fat_file_t *file = fs->files; file; file = file->next) {
        if (file->node->flags & FAT_NODE_REMOVED) {
            file->node->sector = 0;
        }
    }
    if (found->type != MCUFS_TYPE_DIRECTORY) {
        return;
    }
    for (fat_directory_t *directory = fs->directories; directory; directory = directory->next) {
        directory->removed = directory->removed || directory->cluster == found->cluster;
    }
    fs->slot_directory = fs->slot_directory == found->cluster ? FAT_END : fs->slot_directory;
    if (fs->names_directory == found->cluster) {
        fat_names_forget(fs);
    }
}

static int remove_entry(fat_t *fs, void *arguments)
{
    const fat_found_t *found = arguments;
    keep(fs, found); /* it may start over */
    int error = fat_add_set_erasure(fs, &found->set);
    return error == 0 ? release(fs, found) : error;
}

static int check_removable(fat_t *fs, const fat_found_t *found, uint8_t type)
{
    if (!found->type) {
        return MCUFS_ENOENT;
    }
    if (found->is_root) {
        return MCUFS_EPERM;
    }
    if (type == MCUFS_TYPE_FILE && found->type == MCUFS_TYPE_DIRECTORY) {
        return MCUFS_EISDIR;
    }
    if (type == MCUFS_TYPE_DIRECTORY && found->type == MCUFS_TYPE_FILE) {
        return MCUFS_ENOTDIR;
    }
    if (found->entry[FAT_AT_ATTRIBUTES] & MCUFS_ATTRIBUTE_READ_ONLY) {
        return MCUFS_EACCES;
    }
    return found->type == MCUFS_TYPE_DIRECTORY ? fat_check_empty(fs, found->cluster) : 0;
}

int fat_remove(void *volume, mcufs_path_t path, uint8_t type)
{
    fat_t *fs = volume;
    fat_found_t found;
    int error = fat_resolve(fs, &path, FAT_AVOID_NONE, &found);
    if (error == 0) {
        error = check_removable(fs, &found, type);
    }
    if (error < 0) {
        return error;
    }
    error = fat_perform(fs, remove_entry, &found, false);
    if (error < 0) {
        keep(fs, &found);
        return error;
    }
    forget(fs, &found);
    (void)fat_settle(fs); /* if not now, then before the next change */
    return 0;
}

/* -- Renaming ----------------------------------------------------------------------------------------------
 */

typedef struct renaming {
    fat_found_t from, to;
} renaming_t;

/* A directory that moves gets another parent. */
static int add_parent(fat_t *fs, const fat_found_t *from, const fat_found_t *to)
{
    uint32_t sector, offset;
    uint8_t *bytes, entry[FAT_ENTRY_SIZE];
    if (from->type != MCUFS_TYPE_DIRECTORY || from->set.directory == to->set.directory) {
        return 0;
    }
    int result = fat_entry_at(fs, from->cluster, 1, &sector, &offset, &bytes);
    if (result <= 0 || memcmp(bytes, "..  ", 4) != 0) {
        return result < 0 ? result : MCUFS_ECORRUPT;
    }
    memcpy(entry, bytes, sizeof entry);
    fat_set_entry_cluster(fs, entry, to->set.directory);
    return fat_add_bytes(fs, sector, offset + FAT_AT_CLUSTER_HIGH, entry + FAT_AT_CLUSTER_HIGH,
                         FAT_AT_SIZE - FAT_AT_CLUSTER_HIGH);
}

/* The entry of what is replaced becomes that of what replaces it; its name stays as it is spelled. */
static int take_over(fat_t *fs, const fat_found_t *from, const fat_found_t *to)
{
    uint8_t entry[FAT_ENTRY_SIZE];
    keep(fs, to); /* it may start over */
    memcpy(entry, from->entry, sizeof entry);
    entry[FAT_AT_CASE] = to->entry[FAT_AT_CASE];
    int error = fat_add_bytes(fs, to->set.sector, to->set.offset + FAT_AT_ATTRIBUTES,
                              entry + FAT_AT_ATTRIBUTES, FAT_ENTRY_SIZE - FAT_AT_ATTRIBUTES);
    return error == 0 ? release(fs, to) : error;
}

static int add_new_name(fat_t *fs, const fat_found_t *from, fat_found_t *to)
{
    int error = fat_make_short_name(fs, to);
    if (error == 0) {
        uint8_t case_bits = to->entry[FAT_AT_CASE];
        memcpy(to->entry + FAT_AT_ATTRIBUTES, from->entry + FAT_AT_ATTRIBUTES,
               FAT_ENTRY_SIZE - FAT_AT_ATTRIBUTES);
        to->entry[FAT_AT_CASE] = case_bits;
        error = fat_add_set(fs, &to->set, to->name, to->length, to->entry);
    }
    return error;
}

static int rename_entry(fat_t *fs, void *arguments)
{
    renaming_t *renaming = arguments;
    fat_found_t *from = &renaming->from, *to = &renaming->to;
    bool in_place = fs->ring_sectors != 0; /* the new name may take the place of the old one */
    int error = in_place ? fat_add_set_erasure(fs, &from->set) : 0;
    if (error == 0) {
        error = to->type ? take_over(fs, from, to) : add_new_name(fs, from, to);
    }
    if (error == 0) {
        error = add_parent(fs, from, to);
    }
    return error == 0 && !in_place ? fat_add_set_erasure(fs, &from->set) : error;
}

/* Whether `to` may be replaced by `from`. */
static int check_target(fat_t *fs, const fat_found_t *from, const fat_found_t *to)
{
    if (from->is_root || to->is_root) {
        return MCUFS_EPERM;
    }
    if (!to->type) {
        return to->wants_directory && from->type != MCUFS_TYPE_DIRECTORY ? MCUFS_ENOTDIR : 0;
    }
    if (from->type != to->type) {
        return to->type == MCUFS_TYPE_DIRECTORY ? MCUFS_EISDIR : MCUFS_ENOTDIR;
    }
    return check_removable(fs, to, to->type);
}

static bool is_same_place(const fat_found_t *from, const fat_found_t *to)
{
    return to->type && !from->is_root && !to->is_root && from->set.sector == to->set.sector &&
           from->set.offset == to->set.offset;
}

static int resolve_both(fat_t *fs, const mcufs_path_t *from_path, const mcufs_path_t *to_path,
                        renaming_t *renaming)
{
    fat_found_t *from = &renaming->from, *to = &renaming->to;
    int error = fat_resolve(fs, from_path, FAT_AVOID_NONE, from);
    if (error == 0 && !from->type) {
        error = MCUFS_ENOENT;
    }
    if (error == 0) {
        bool is_directory = from->type == MCUFS_TYPE_DIRECTORY && !from->is_root;
        error = fat_resolve(fs, to_path, is_directory ? from->cluster : FAT_AVOID_NONE, to);
    }
    return error;
}

int fat_rename(void *volume, mcufs_path_t from_path, mcufs_path_t to_path)
{
    fat_t *fs = volume;
    renaming_t renaming;
    fat_found_t *from = &renaming.from, *to = &renaming.to;
    int error = resolve_both(fs, &from_path, &to_path, &renaming);
    if (error == 0 && is_same_place(from, to)) {
        if (from->length == to->length && memcmp(from->name, to->name, from->length) == 0) {
            return 0;
        }
        to->type = 0; /* the same name, spelled in another way */
    }
    if (error == 0) {
        error = check_target(fs, from, to);
    }
    if (error < 0) {
        return error;
    }
    fat_node_t *node = fat_node_of(fs, from->set.sector, from->set.offset);
    error = fat_perform(fs, rename_entry, &renaming, false);
    if (error < 0) {
        if (to->type) {
            keep(fs, to);
        }
        return error;
    }
    if (to->type) {
        forget(fs, to);
    }
    if (node) {
        node->sector = to->set.sector;
        node->offset = (uint16_t)to->set.offset;
    }
    (void)fat_settle(fs);
    return 0;
}

/* -- What is stored with a name ----------------------------------------------------------------------------
 */

static int write_entry(fat_t *fs, void *arguments)
{
    const fat_found_t *found = arguments;
    return fat_add_bytes(fs, found->set.sector, found->set.offset + FAT_AT_ATTRIBUTES,
                         found->entry + FAT_AT_ATTRIBUTES, FAT_ENTRY_SIZE - FAT_AT_ATTRIBUTES);
}

static int find_existing(fat_t *fs, const mcufs_path_t *path, fat_found_t *found)
{
    int error = fat_resolve(fs, path, FAT_AVOID_NONE, found);
    if (error == 0 && !found->type) {
        error = MCUFS_ENOENT;
    }
    return error == 0 && found->is_root ? MCUFS_EPERM : error;
}

int fat_set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times)
{
    fat_t *fs = volume;
    fat_found_t found;
    int error = find_existing(fs, &path, &found);
    if (error < 0) {
        return error;
    }
    fat_set_times_of(found.entry, times);
    return fat_perform(fs, write_entry, &found, false);
}

int fat_set_attributes(void *volume, mcufs_path_t path, uint8_t attributes)
{
    fat_t *fs = volume;
    fat_found_t found;
    int error = find_existing(fs, &path, &found);
    if (error < 0) {
        return error;
    }
    if (attributes & ~FAT_ATTRIBUTES_OF_USER) {
        return MCUFS_EINVAL;
    }
    found.entry[FAT_AT_ATTRIBUTES] =
        (uint8_t)((found.entry[FAT_AT_ATTRIBUTES] & ~FAT_ATTRIBUTES_OF_USER) | attributes);
    return fat_perform(fs, write_entry, &found, false);
}
