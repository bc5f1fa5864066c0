/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Space, housekeeping, growing. */

#include "internal.h"

int littlefs2_statfs(void *volume, mcufs_statfs_t *statfs)
{
    littlefs2_t *fs = volume;
    int error = littlefs2_know_map(fs);
    if (error < 0) {
        return error;
    }
    memset(statfs, 0, sizeof *statfs);
    statfs->type = mcufs_littlefs2.name;
    statfs->version = fs->disk_version;
    statfs->block_size = fs->block_size;
    statfs->block_count = fs->block_count;
    statfs->free_blocks = fs->free_blocks;
    statfs->name_max = fs->name_max;
    statfs->file_size_max = fs->file_max;
    statfs->read_only = fs->read_only;
    return 0;
}

/* A log that leaves little room for what comes next. */
static bool wants_compaction(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return fs->compact_threshold != MCUFS_LITTLEFS2_NEVER &&
           (metadata->end > fs->compact_threshold || !(metadata->flags & LITTLEFS2_APPENDABLE));
}

/* Compacts the log where that helps. 1: there may be more. */
static int compact_log(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint32_t *budget)
{
    uint32_t before = metadata->end;
    if (!wants_compaction(fs, metadata)) {
        return 0;
    }
    if (*budget == 0) {
        return 1;
    }
    --*budget;
    metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
    int result = littlefs2_try_commit(fs, metadata, NULL, 0); /* LITTLEFS2_AGAIN is 1: more to do */
    *budget += result == 0 && metadata->end >= before;        /* as small as it gets */
    return result;
}

/* Along the list; not by way of littlefs2_find_on_list, below which nothing commits: stack. */
LITTLEFS2_OUT_OF_LINE static int compact_logs(littlefs2_t *fs, uint32_t *budget)
{
    littlefs2_metadata_t metadata = {.tail = {0, 1}};
    int result = 0;
    for (uint32_t steps = 0; result == 0 && !littlefs2_pair_is_null(metadata.tail); steps++) {
        const uint32_t at[2] = {metadata.tail[0], metadata.tail[1]};
        result = steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get(fs, at, &metadata);
        if (result == 0) {
            result = compact_log(fs, &metadata, budget);
        }
        littlefs2_progress(fs);
    }
    return result;
}

int littlefs2_gc(void *volume, uint32_t budget)
{
    littlefs2_t *fs = volume;
    int error = littlefs2_make_consistent(fs);
    if (error == 0) {
        error = littlefs2_know_map(fs);
    }
    budget = budget > 0 ? budget : 1;
    if (error == 0) {
        error = compact_logs(fs, &budget);
    }
    if (error == 0) {
        error = littlefs2_level(fs, &budget);
    }
    if (error == 0) {
        error = littlefs2_erase_ahead(fs, &budget);
    }
    /* Damage may be all that the others stumble over; it is good to know in which file. */
    int scrubbed = error == 0 || error == MCUFS_ECORRUPT ? littlefs2_scrub(fs, budget) : 0;
    return error == 0 ? scrubbed : error;
}

typedef struct shrinking {
    uint32_t block_count;
} shrinking_t;

static int find_in_the_way(void *context, uint32_t block, mcufs_block_use_t use)
{
    const shrinking_t *shrinking = context;
    (void)use;
    return block < shrinking->block_count ? 0 : MCUFS_ENOTSUP;
}

/* Another size, of which the map knows nothing yet. */
static void set_block_count(littlefs2_t *fs, uint32_t block_count)
{
    if (block_count > fs->map_capacity) {
        fs->erased = NULL; /* it has a bit for each block there was at mount */
    }
    fs->block_count = block_count;
    fs->withheld = 0;
    littlefs2_forget_map(fs);
}

int littlefs2_resize_in_place(void *volume, uint64_t block_count)
{
    littlefs2_t *fs = volume;
    uint32_t before = fs->block_count;
    uint32_t most = fs->device->geometry.block_count / (fs->ratio ? fs->ratio : 1);
    if (block_count == before) {
        return 0;
    }
    if (block_count > most || block_count < 2) {
        return MCUFS_EINVAL;
    }
    int result = littlefs2_make_consistent(fs);
    if (result == 0 && block_count < before) {
        shrinking_t shrinking = {(uint32_t)block_count};
        result = littlefs2_traverse(fs, find_in_the_way, &shrinking); /* nothing is moved out of the way */
    }
    if (result == 0 && block_count < before) {
        set_block_count(fs, (uint32_t)block_count); /* and nothing gets into it meanwhile */
    }
    while (result == 0) {
        result = littlefs2_write_superblock(fs, fs->disk_version, (uint32_t)block_count);
        if (result != LITTLEFS2_AGAIN) {
            break;
        }
        result = littlefs2_make_consistent(fs);
    }
    if (result == 0) {
        set_block_count(fs, (uint32_t)block_count);
    } else if (fs->block_count != before) {
        set_block_count(fs, before);
    }
    return result;
}
