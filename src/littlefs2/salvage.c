/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mounting a damaged volume to read what is left. While fs->salvage is set, a pair of which neither half can
 * be read is an empty log without a tail: it costs its own entries. What only it led to is found by looking
 * at every block: a log that the root does not lead to is shown in /lost+found, under the number of its
 * block.
 *
 * Nothing tells a log that was lost from one of the past that was never overwritten. So all that has entries
 * is shown, but only where something was lost. */

#include "salvage.h"

#if MCUFS_LITTLEFS2_WITH_SALVAGE

#include "../base/bitmap.h"

#define DEPTH 48u

/* A directory on the way down, at one of its logs. */
typedef struct frame {
    uint32_t pair[2];
    uint32_t id; /* of the entry to go on with */
} frame_t;

/* -- What the root leads to ------------------------------------------------------------------------- */

/* Whether a block cannot be read, or holds one and the same byte that no erase leaves. 1, 0 or an error. */
static int is_wiped(littlefs2_t *fs, uint32_t block)
{
    uint8_t first, byte;
    int error = littlefs2_read(fs, block, 0, &first, 1, fs->cache_size);
    for (uint32_t i = 1; error == 0 && i < fs->block_size; i++) {
        error = littlefs2_read(fs, block, i, &byte, 1, fs->cache_size);
        if (error == 0 && byte != first) {
            return 0;
        }
    }
    return error == MCUFS_ECORRUPT ? 1 : error < 0 ? error : first != 0xff && first != fs->erased_value;
}

int littlefs2_salvage_rank(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_metadata_t other;
    int error = littlefs2_check_block(fs, pair[1], &other);
    if (error != MCUFS_ENOENT) {
        return error < 0 ? error : SALVAGE_SOUND;
    }
    int wiped = is_wiped(fs, pair[1]);
    if (wiped != 0) {
        return wiped < 0 ? wiped : SALVAGE_PAST;
    }
    int erased = littlefs2_is_erased(fs, pair[1], 0, fs->block_size);
    return erased < 0 ? erased : erased ? SALVAGE_SOUND : SALVAGE_UNSURE;
}

bool littlefs2_salvage_is_taken(const salvage_t *salvage, uint32_t block, unsigned rank)
{
    return (rank > SALVAGE_SOUND && mcufs_bitmap_test(salvage->data[SALVAGE_SOUND], block)) ||
           (rank > SALVAGE_UNSURE && mcufs_bitmap_test(salvage->data[SALVAGE_UNSURE], block));
}

int littlefs2_salvage_chain_step(const salvage_t *salvage, check_chain_t *chain)
{
    int error = littlefs2_check_chain_step(salvage->fs, chain);
    if (error == 0 && chain->block != LITTLEFS2_NULL && mcufs_bitmap_test(salvage->metadata, chain->block)) {
        for (unsigned k = 0; k < 32; k++) {
            chain->above[k] = chain->above[k] == chain->block ? LITTLEFS2_NULL : chain->above[k];
        }
        chain->block = LITTLEFS2_NULL;
    }
    return error;
}

static int mark_file(salvage_t *salvage, const littlefs2_extent_t *extent, uint8_t *map)
{
    check_chain_t chain;
    int error = 0;
    if (!littlefs2_check_extent_is_possible(salvage->fs, extent)) {
        return 0;
    }
    littlefs2_check_chain_start(&chain, extent, littlefs2_ctz_blocks(salvage->fs, extent->size));
    for (;;) {
        if (chain.block != LITTLEFS2_NULL) {
            mcufs_bitmap_set(map, chain.block);
        }
        if (error < 0 || chain.index == 0) {
            return error;
        }
        error = littlefs2_salvage_chain_step(salvage, &chain);
        littlefs2_progress(salvage->fs);
    }
}

/* The two words of entry `id`, if it is of the type. 1, 0 or an error; an entry that makes no sense is none.
 */
static int words_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id, uint32_t type,
                    uint32_t words[2])
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    const littlefs2_entry_t *entry;
    int error = littlefs2_entry(fs, &view, id, &entry);
    if (error < 0 || littlefs2_tag_type(entry->struct_tag) != type ||
        littlefs2_is_moved_away(fs, metadata, id)) {
        return error == MCUFS_ECORRUPT ? 0 : error;
    }
    const littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
    error = littlefs2_read_two_words(fs, &location, words);
    return error == 0 ? 1 : error == MCUFS_ECORRUPT ? 0 : error;
}

static int mark_files(salvage_t *salvage, const littlefs2_metadata_t *metadata, uint8_t *map)
{
    int result = 0;
    for (uint32_t id = 0; result >= 0 && id < metadata->count; id++) {
        littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, 0, 0};
        uint32_t words[2];
        result = words_of(salvage->fs, metadata, id, LITTLEFS2_STRUCT_CTZ, words);
        if (result > 0 && words[1] > 0) {
            extent.head = words[0];
            extent.size = words[1];
            result = mark_file(salvage, &extent, map);
        }
    }
    return result < 0 ? result : 0;
}

/* Comes to a log for the first time: 1; 0: it was seen before. */
static int enter_log(salvage_t *salvage, const uint32_t pair[2], littlefs2_metadata_t *metadata, bool files)
{
    littlefs2_t *fs = salvage->fs;
    uint8_t *seen = files ? salvage->lost : salvage->metadata; /* what is lost is not known yet */
    if (!littlefs2_pair_is_valid(fs, pair)) {
        salvage->loss = true;
        return 0;
    }
    if (mcufs_bitmap_test(seen, pair[0]) || mcufs_bitmap_test(seen, pair[1])) {
        return 0;
    }
    mcufs_bitmap_set(seen, pair[0]);
    mcufs_bitmap_set(seen, pair[1]);
    int error = littlefs2_get(fs, pair, metadata);
    if (error < 0) {
        return error;
    }
    if (metadata->end == 0) {
        salvage->loss = true;
        return 1;
    }
    int rank = littlefs2_salvage_rank(fs, metadata->pair);
    salvage->loss = salvage->loss || rank == SALVAGE_PAST;
    error =
        rank >= 0 && rank < SALVAGE_PAST && files ? mark_files(salvage, metadata, salvage->data[rank]) : 0;
    error = rank < 0 ? rank : error;
    return error < 0 ? error : 1;
}

/* Down from `head`; `files`: marks blocks of files, else of metadata. */
static int walk(salvage_t *salvage, frame_t frames[DEPTH], const uint32_t head[2], bool files)
{
    littlefs2_t *fs = salvage->fs;
    littlefs2_metadata_t metadata;
    uint32_t depth = 1;
    memcpy(frames[0].pair, head, sizeof frames[0].pair);
    frames[0].id = 0;
    int result = enter_log(salvage, head, &metadata, files);
    if (result <= 0) {
        return result;
    }
    while (result >= 0 && depth > 0) {
        frame_t *at = &frames[depth - 1];
        uint32_t next[2];
        result = littlefs2_get(fs, at->pair, &metadata);
        if (result < 0) {
            break;
        }
        if (at->id >= metadata.count && !(metadata.flags & LITTLEFS2_SPLIT)) {
            depth--;
            continue;
        }
        bool further = at->id >= metadata.count;
        memcpy(next, metadata.tail, sizeof next);
        result = further ? 1 : words_of(fs, &metadata, at->id, LITTLEFS2_STRUCT_DIRECTORY, next);
        at->id++;
        depth -= further;
        if (result > 0 && depth < DEPTH) {
            result = enter_log(salvage, next, &metadata, files);
            if (result > 0) {
                memcpy(frames[depth].pair, next, sizeof next);
                frames[depth++].id = 0;
            }
        }
        littlefs2_progress(fs);
    }
    return result < 0 ? result : 0;
}

/* -- What nothing leads to -------------------------------------------------------------------------- */

/* Directories that an entry of a lost log leads to are found there; and so is the next log of one. */
static int release_children(salvage_t *salvage, const littlefs2_metadata_t *metadata)
{
    uint32_t words[2];
    int result = 0;
    for (uint32_t id = 0; result >= 0 && id <= metadata->count; id++) {
        memcpy(words, metadata->tail, sizeof words);
        result = id < metadata->count ? words_of(salvage->fs, metadata, id, LITTLEFS2_STRUCT_DIRECTORY, words)
                                      : (metadata->flags & LITTLEFS2_SPLIT) != 0;
        bool child = result > 0 && littlefs2_pair_is_valid(salvage->fs, words);
        for (unsigned i = 0; child && i < 2; i++) {
            if (words[i] != metadata->pair[0]) {
                mcufs_bitmap_clear(salvage->lost, words[i]);
            }
        }
    }
    return result < 0 ? result : 0;
}

/* Calls back for every block with a log that is lost so far. */
static int each_lost(salvage_t *salvage, bool known,
                     int (*visit)(salvage_t *salvage, const littlefs2_metadata_t *metadata))
{
    littlefs2_t *fs = salvage->fs;
    for (uint32_t block = 0; block < fs->block_count; block++) {
        littlefs2_metadata_t metadata;
        if (mcufs_bitmap_test(salvage->metadata, block) ||
            littlefs2_salvage_is_taken(salvage, block, SALVAGE_PAST) ||
            (known && !mcufs_bitmap_test(salvage->lost, block))) {
            continue;
        }
        int error = littlefs2_check_block(fs, block, &metadata);
        if (error == 0) {
            metadata.pair[1] = block;
            error = visit(salvage, &metadata);
        }
        if (error < 0 && error != MCUFS_ENOENT) {
            return error;
        }
        littlefs2_progress(fs);
    }
    return 0;
}

static int note_lost(salvage_t *salvage, const littlefs2_metadata_t *metadata)
{
    uint32_t own = (metadata->flags & LITTLEFS2_HAS_SUPERBLOCK) != 0; /* the superblock's own entry */
    if (metadata->count > own) {
        mcufs_bitmap_set(salvage->lost, metadata->pair[0]);
        salvage->any_lost = true;
    }
    return 0;
}

static int find_lost(salvage_t *salvage)
{
    int error = each_lost(salvage, false, note_lost);
    return error < 0 ? error : each_lost(salvage, true, release_children);
}

/* -- Mounting --------------------------------------------------------------------------------------- */

static void adopt(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    littlefs2_superblock_t superblock;
    if (!(metadata->flags & LITTLEFS2_HAS_SUPERBLOCK) ||
        littlefs2_read_superblock(fs, metadata, &superblock) < 0) {
        return;
    }
    memcpy(fs->root, metadata->pair, sizeof fs->root);
    fs->disk_version = superblock.version;
    if (superblock.file_max > 0) {
        fs->file_max = littlefs2_minimum(fs->file_max, superblock.file_max);
    }
}

/* Along the list, as far as it goes: the root, and the global state, which is known only where all of it is.
 */
static int walk_list(salvage_t *salvage)
{
    littlefs2_t *fs = salvage->fs;
    littlefs2_global_t sum = {0, {0, 0}};
    uint32_t at[2] = {0, 1};
    bool whole = true;
    for (uint32_t steps = 0; whole && !littlefs2_pair_is_null(at); steps++) {
        littlefs2_metadata_t metadata;
        whole = steps <= fs->block_count && littlefs2_pair_is_valid(fs, at);
        int error = whole ? littlefs2_get(fs, at, &metadata) : 0;
        if (error == 0 && whole) {
            whole = metadata.end > 0;
            adopt(fs, &metadata);
            error = littlefs2_add_move_state(fs, &metadata, &sum);
            memcpy(at, metadata.tail, sizeof at);
        }
        if (error < 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
        whole = whole && error == 0;
        littlefs2_progress(fs);
    }
    salvage->loss = salvage->loss || !whole;
    if (whole && littlefs2_tag_type(sum.tag) == LITTLEFS2_DELETE) {
        fs->global = sum;
        fs->global.tag &= 0x7ffffc00u;
    }
    return 0;
}

static int examine(salvage_t *salvage, frame_t frames[DEPTH], uint32_t map_size)
{
    littlefs2_t *fs = salvage->fs;
    int error = walk_list(salvage);
    const uint32_t anchor[2] = {0, 1};
    mcufs_bitmap_set(salvage->metadata, 0);
    mcufs_bitmap_set(salvage->metadata, 1);
    if (error == 0 && !littlefs2_same_pair(fs->root, anchor)) {
        error = walk(salvage, frames, fs->root, false);
    } else if (error == 0) {
        mcufs_bitmap_clear(salvage->metadata, 0);
        mcufs_bitmap_clear(salvage->metadata, 1);
        error = walk(salvage, frames, anchor, false);
    }
    if (error == 0) {
        error = walk(salvage, frames, fs->root, true);
    }
    memset(salvage->lost, 0, map_size);
    return error == 0 && salvage->loss ? find_lost(salvage) : error;
}

/* The root may have a directory of the name itself. */
static int look_for_shadow(salvage_t *salvage)
{
    littlefs2_found_t found;
    mcufs_path_t path = mcufs_path("lost+found", NULL);
    int error = salvage->any_lost ? littlefs2_resolve(salvage->fs, &path, NULL, &found) : MCUFS_ENOENT;
    salvage->shadowed = error == 0 && found.type != 0;
    return error == MCUFS_ECORRUPT || error == MCUFS_ENOENT ? 0 : error;
}

/* Takes memory from the end of the arena; NULL: there is too little. */
static void *take(mcufs_setup_t *setup, size_t size)
{
    uintptr_t end = (uintptr_t)setup->arena + setup->arena_size;
    size_t skipped = (end - size) % sizeof(void *);
    if (setup->arena_size < size + skipped) {
        return NULL;
    }
    setup->arena_size -= size + skipped;
    return (uint8_t *)setup->arena + setup->arena_size;
}

int littlefs2_salvage_mount(const mcufs_setup_t *setup, void **volume)
{
    const mcufs_littlefs2_options_t *options = setup->options;
    mcufs_setup_t own = *setup;
    mcufs_probe_t found = {.block_size = setup->device->geometry.block_size};
    own.flags |= MCUFS_READ_ONLY;
    (void)littlefs2_probe(setup->device, &found);
    uint32_t block_size = options && options->block_size ? options->block_size : found.block_size;
    if (block_size == 0) {
        return MCUFS_EINVAL;
    }
    uint32_t blocks = (uint32_t)(mcufs_device_size(setup->device) / block_size);
    uint32_t map_size = MCUFS_BITMAP_SIZE(blocks);
    salvage_t *salvage = take(&own, sizeof *salvage);
    uint8_t *maps = salvage ? take(&own, 4 * (size_t)map_size) : NULL;
    frame_t *frames = maps ? take(&own, DEPTH * sizeof *frames) : NULL;
    if (!frames) {
        return MCUFS_ENOMEM;
    }
    memset(salvage, 0, sizeof *salvage);
    memset(maps, 0, 4 * (size_t)map_size);
    salvage->metadata = maps;
    salvage->data[SALVAGE_SOUND] = maps + map_size;
    salvage->data[SALVAGE_UNSURE] = maps + 2 * (size_t)map_size;
    salvage->lost = maps + 3 * (size_t)map_size;
    int error = littlefs2_prepare(&own, block_size, 0, &salvage->fs);
    if (error == 0) {
        salvage->fs->salvage = true;
        error = examine(salvage, frames, map_size);
        memcpy(salvage->root, salvage->fs->root, sizeof salvage->root);
    }
    if (error == 0) {
        error = look_for_shadow(salvage);
    }
    *volume = salvage;
    return error;
}

#else
/* A file has to declare something. */
typedef int littlefs2_salvage_left_out_t;
#endif
