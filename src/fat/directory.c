/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Directories: listing and making. */

#include "internal.h"

int fat_directory_open(void *volume, void *handle, mcufs_path_t path)
{
    fat_t *fs = volume;
    fat_directory_t *directory = handle;
    fat_found_t found;
    int error = fat_resolve(fs, &path, FAT_AVOID_NONE, &found);
    if (error < 0) {
        return error;
    }
    if (found.type != MCUFS_TYPE_DIRECTORY) {
        return found.type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
    }
    *directory = (fat_directory_t){.next = fs->directories, .cluster = found.cluster};
    fs->directories = directory;
    return 0;
}

int fat_directory_close(void *volume, void *handle)
{
    fat_t *fs = volume;
    for (fat_directory_t **link = &fs->directories; *link; link = &(*link)->next) {
        if (*link == handle) {
            *link = (*link)->next;
            break;
        }
    }
    return 0;
}

void fat_describe(const fat_t *fs, const uint8_t *entry, uint32_t sector, uint32_t offset, mcufs_stat_t *stat)
{
    memset(stat, 0, sizeof *stat);
    stat->attributes = entry[FAT_AT_ATTRIBUTES] & FAT_ATTRIBUTES_OF_USER;
    fat_get_times(entry, &stat->times);
    if (entry[FAT_AT_ATTRIBUTES] & FAT_ATTRIBUTE_DIRECTORY) {
        stat->type = MCUFS_TYPE_DIRECTORY;
        return;
    }
    const fat_node_t *node = fat_node_of(fs, sector, offset);
    stat->type = MCUFS_TYPE_FILE;
    stat->size = node ? node->size : mcufs_load_le32(entry + FAT_AT_SIZE);
}

/* A new set may lie across the place where the walk stands: then that is to be met as a whole. */
static int step_back(fat_t *fs, const fat_directory_t *directory, uint32_t *index)
{
    int result = fs->added != directory->added;
    while (result > 0 && *index > 0) {
        uint32_t sector, offset;
        uint8_t *entry;
        result = fat_entry_at(fs, directory->cluster, *index - 1, &sector, &offset, &entry);
        if (result <= 0 || entry[0] == FAT_DELETED || entry[0] == 0 ||
            (entry[FAT_AT_ATTRIBUTES] & FAT_ATTRIBUTE_MASK) != FAT_ATTRIBUTE_LONG) {
            break;
        }
        --*index;
    }
    return result < 0 ? result : 1;
}

int fat_directory_read(void *volume, void *handle, mcufs_dirent_t *entry)
{
    fat_t *fs = volume;
    fat_directory_t *directory = handle;
    uint32_t index = directory->index;
    fat_set_t set;
    uint8_t *bytes;
    int result = directory->removed ? 0 : step_back(fs, directory, &index);
    if (result > 0) {
        result = fat_next_set(fs, directory->cluster, &index, &set, &bytes);
    }
    if (result <= 0) {
        return result;
    }
    fat_describe(fs, bytes, set.sector, set.offset, &entry->stat);
    result = fat_set_name(fs, &set, entry->name);
    if (result < 0) {
        return result;
    }
    directory->index = index;
    directory->added = fs->added;
    return 1;
}

int fat_directory_seek(void *volume, void *handle, int64_t position)
{
    fat_directory_t *directory = handle;
    (void)volume;
    if (position < 0 || position > FAT_DIRECTORY_MAX) {
        return MCUFS_EINVAL;
    }
    directory->index = (uint32_t)position;
    directory->added = UINT32_MAX;
    return 0;
}

/* -- Making ------------------------------------------------------------------------------------------------
 */

/* Its first two entries, "." and "..". */
static void fill_head(const fat_t *fs, const fat_found_t *found, uint8_t head[2 * FAT_ENTRY_SIZE])
{
    uint8_t *parent = head + FAT_ENTRY_SIZE;
    for (uint32_t i = 0; i < 2; i++) {
        uint8_t *entry = head + (size_t)i * FAT_ENTRY_SIZE;
        memcpy(entry, found->entry, FAT_ENTRY_SIZE);
        memset(entry, ' ', FAT_AT_ATTRIBUTES);
        memset(entry, '.', i + 1);
        entry[FAT_AT_CASE] = 0;
    }
    fat_set_entry_cluster(fs, parent, found->set.directory);
}

static int make(fat_t *fs, void *arguments)
{
    fat_found_t *found = arguments;
    uint8_t head[2 * FAT_ENTRY_SIZE];
    int64_t now = fat_now(fs);
    const mcufs_times_t times = {now, now, now};
    uint32_t cluster, count;
    memset(found->entry, 0, sizeof found->entry);
    int error = fat_make_short_name(fs, found);
    if (error == 0) {
        error = fat_find_free(fs, 0, 1, &cluster, &count);
    }
    if (error != 0) {
        return error;
    }
    found->entry[FAT_AT_ATTRIBUTES] = FAT_ATTRIBUTE_DIRECTORY;
    fat_set_times_of(found->entry, &times);
    fat_set_entry_cluster(fs, found->entry, cluster);
    fill_head(fs, found, head);
    error = fat_clear_sectors(fs, fat_sector_of(fs, cluster), (uint32_t)1 << fs->shape.cluster_shift, head,
                              sizeof head);
    if (error == 0) {
        error = fat_add_taken(fs, 0, cluster, 1);
    }
    fat_chain_forget(fs, cluster, 0);
    return error == 0 ? fat_add_set(fs, &found->set, found->name, found->length, found->entry) : error;
}

int fat_make_directory(void *volume, mcufs_path_t path)
{
    fat_t *fs = volume;
    fat_found_t found;
    int error = fat_resolve(fs, &path, FAT_AVOID_NONE, &found);
    if (error < 0) {
        return error;
    }
    return found.type ? MCUFS_EEXIST : fat_perform(fs, make, &found, false);
}
