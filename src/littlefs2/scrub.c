/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Scrubbing: all files with a checksum are read and verified, a little with every mcufs_gc. Where it stands
 * is kept in memory only, and follows changes as an open directory does. A file that changes while it is
 * looked at is passed over: the next round takes it again. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_CHECKSUMS

#include "../base/bits.h"

_Static_assert(sizeof(littlefs2_checksums_t) + sizeof(void *) - 1 <= MCUFS_LITTLEFS2_CHECKSUMS_SIZE,
               "room for what the option takes");

static void start_over(littlefs2_checksums_t *scrub)
{
    littlefs2_handle_t *at = &scrub->at.handle;
    at->pair[0] = 0;
    at->pair[1] = 1;
    at->id = 0;
    at->flags = 0;
    scrub->inside = false;
}

void littlefs2_scrub_init(littlefs2_t *fs)
{
    littlefs2_directory_t *at = &fs->checksums->at;
    at->handle.kind = LITTLEFS2_HANDLE_DIRECTORY;
    at->head[0] = at->head[1] = LITTLEFS2_NULL;
    start_over(fs->checksums);
    littlefs2_link_handle(fs, &at->handle);
}

/* -- Where it stands ------------------------------------------------------------------------------------ */

static int is_here(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context)
{
    const littlefs2_handle_t *at = context;
    (void)fs;
    return littlefs2_same_pair(metadata->pair, at->pair);
}

/* The extent of the entry it stands at; kind NONE where it is none to look at. */
static int current_file(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                        littlefs2_extent_t *extent)
{
    const littlefs2_entry_t *entry;
    littlefs2_view_t view = littlefs2_view_of(metadata);
    uint32_t words[2];
    *extent = (littlefs2_extent_t){LITTLEFS2_CONTENT_NONE, 0, 0};
    int error = littlefs2_entry(fs, &view, id, &entry);
    if (error < 0 || littlefs2_tag_type(entry->struct_tag) != LITTLEFS2_STRUCT_CTZ ||
        !(entry->flags & LITTLEFS2_ENTRY_ATTRIBUTES) || littlefs2_is_moved_away(fs, metadata, id)) {
        return error;
    }
    littlefs2_location_t location = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
    error = littlefs2_read_two_words(fs, &location, words);
    if (error == 0 && words[1] > 0) {
        *extent = (littlefs2_extent_t){LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
    }
    return error == MCUFS_ECORRUPT ? 0 : error;
}

/* After other work: whether the log it stands in is still there, and the file still what it was. */
static int resume(littlefs2_t *fs, littlefs2_checksums_t *scrub)
{
    littlefs2_metadata_t metadata;
    littlefs2_handle_t *at = &scrub->at.handle;
    littlefs2_extent_t extent = {LITTLEFS2_CONTENT_NONE, 0, 0};
    int found = littlefs2_find_on_list(fs, is_here, at, &metadata);
    if (found <= 0) {
        start_over(scrub);
        return found;
    }
    if (!scrub->inside) {
        return 0;
    }
    uint32_t id = at->id - 1u; /* of a log that was cut right here, the entry is in another one */
    int error = id < metadata.count ? current_file(fs, &metadata, id, &extent) : 0;
    if (extent.head != scrub->walk.extent.head || extent.size != scrub->walk.extent.size ||
        extent.kind != scrub->walk.extent.kind) {
        scrub->inside = false;
    }
    return error;
}

/* -- Looking -------------------------------------------------------------------------------------------- */

/* The pointers that the walk does not follow have to agree with those that it does. 1, 0 or an error. */
static int pointers_agree(littlefs2_t *fs, const littlefs2_checksum_walk_t *walk)
{
    uint32_t index = littlefs2_ctz_index(fs, walk->end - 1, NULL);
    uint32_t block = 0, other;
    for (unsigned i = 0; index > 0 && i <= mcufs_trailing_zeros(index); i++) {
        uint32_t pointer;
        int error = littlefs2_read_word(fs, walk->block, 4 * i, &pointer);
        if (error == 0 && i > 0) {
            error = littlefs2_read_word(fs, block, 4 * (i - 1), &other);
        }
        if (error < 0 || (i > 0 && other != pointer) || pointer >= fs->block_count) {
            return error;
        }
        block = pointer;
    }
    return 1;
}

/* One block of the file. 1: there is more; 0: done, or damaged; or an error. */
static int look(littlefs2_t *fs, littlefs2_checksums_t *scrub, bool *damaged)
{
    littlefs2_checksum_walk_t *walk = &scrub->walk;
    int result = walk->block < fs->block_count ? pointers_agree(fs, walk) : 0;
    if (result > 0) {
        result = littlefs2_checksum_step(fs, walk, 0);
        result = result == 0 ? 1 : result;
    }
    *damaged = result == 0 || result == MCUFS_ECORRUPT;
    if (result > 0 && walk->end == 0) {
        *damaged = littlefs2_checksum_of_walk(walk) != scrub->expected;
        result = 0;
    }
    return result == MCUFS_ECORRUPT ? 0 : result;
}

static int go_on(littlefs2_t *fs, littlefs2_checksums_t *scrub)
{
    bool damaged;
    int result = look(fs, scrub, &damaged);
    if (result != 0) {
        return result < 0 ? result : 0;
    }
    scrub->inside = false;
    if (damaged) {
        const littlefs2_handle_t *at = &scrub->at.handle;
        littlefs2_metadata_t metadata;
        bool known = littlefs2_get(fs, at->pair, &metadata) == 0;
        littlefs2_report_damage(fs, known ? &metadata : NULL, at->id - 1u, scrub->walk.extent.head);
    }
    return 0;
}

/* To the next file with a checksum, in this log; or to the next log. 1: that was the last. */
static int seek(littlefs2_t *fs, littlefs2_checksums_t *scrub)
{
    littlefs2_metadata_t metadata;
    littlefs2_handle_t *at = &scrub->at.handle;
    int error = littlefs2_get(fs, at->pair, &metadata);
    while (error == 0 && at->id < metadata.count) {
        littlefs2_extent_t extent;
        uint32_t id = at->id++;
        error = current_file(fs, &metadata, id, &extent);
        if (error < 0 || extent.kind == LITTLEFS2_CONTENT_NONE) {
            continue;
        }
        error = littlefs2_checksum_of_entry(fs, &metadata, id, &extent, &scrub->expected);
        if (error == 0) {
            scrub->walk = littlefs2_checksum_walk(&extent);
            scrub->inside = true;
            return 0;
        }
        error = error == MCUFS_ENODATA ? 0 : error;
    }
    if (error < 0) {
        return error;
    }
    memcpy(at->pair, metadata.tail, sizeof at->pair);
    at->id = 0;
    return littlefs2_pair_is_null(at->pair);
}

int littlefs2_scrub(littlefs2_t *fs, uint32_t budget)
{
    littlefs2_checksums_t *scrub = fs->checksums;
    if (!scrub || budget == 0) {
        return 0;
    }
    int result = resume(fs, scrub);
    for (; result == 0 && budget > 0; budget--) {
        result = scrub->inside ? go_on(fs, scrub) : seek(fs, scrub);
    }
    if (result > 0) {
        scrub->rounds++;
        start_over(scrub);
    } else if (result < 0) {
        scrub->inside = false; /* another try might fail here again: on to what is next */
    }
    return result < 0 ? result : 0;
}

#else
/* A file has to declare something. */
typedef int littlefs2_scrub_left_out_t;
#endif
