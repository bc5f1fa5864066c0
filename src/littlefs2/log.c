/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading logs forwards, to verify a log and to look for a name (spec: littlefs-format.md A1, A2). The ids in
 * older tags are not those of today: what has been found is renumbered as later tags create and delete
 * entries. */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

bool littlefs2_same_pair(const uint32_t a[2], const uint32_t b[2])
{
    return (a[0] == b[0] && a[1] == b[1]) || (a[0] == b[1] && a[1] == b[0]);
}

bool littlefs2_pairs_touch(const uint32_t a[2], const uint32_t b[2])
{
    return a[0] == b[0] || a[0] == b[1] || a[1] == b[0] || a[1] == b[1];
}

bool littlefs2_pair_is_null(const uint32_t pair[2])
{
    return pair[0] == LITTLEFS2_NULL || pair[1] == LITTLEFS2_NULL;
}

bool littlefs2_pair_is_valid(const littlefs2_t *fs, const uint32_t pair[2])
{
    return pair[0] < fs->block_count && pair[1] < fs->block_count && pair[0] != pair[1];
}

int littlefs2_compare_names(const uint8_t *a, uint32_t a_length, const uint8_t *b, uint32_t b_length)
{
    int order = memcmp(a, b, littlefs2_minimum(a_length, b_length));
    if (order != 0) {
        return order;
    }
    /* The longer name comes first (A3). */
    return a_length == b_length ? 0 : a_length > b_length ? -1 : 1;
}

/* -- Forwards --------------------------------------------------------------------------------------- */

/* Compares a name on flash with the one searched for: -1, 0, 1 in *order. */
static int compare_stored_name(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t length,
                               const littlefs2_search_t *search, int *order)
{
    uint8_t chunk[16];
    uint32_t common = littlefs2_minimum(length, search->length);
    for (uint32_t done = 0; done < common;) {
        uint32_t part = littlefs2_minimum(sizeof chunk, common - done);
        int error = littlefs2_read(fs, block, offset + done, chunk, part, fs->cache_size);
        if (error < 0) {
            return error;
        }
        *order = memcmp(chunk, search->name + done, part);
        if (*order != 0) {
            return 0;
        }
        done += part;
    }
    *order = length == search->length ? 0 : length > search->length ? -1 : 1;
    return 0;
}

static int see_name(littlefs2_t *fs, uint32_t block, uint32_t tag, uint32_t offset,
                    littlefs2_search_t *search)
{
    uint16_t id = (uint16_t)littlefs2_tag_id(tag);
    int order = 0;
    int error = compare_stored_name(fs, block, offset, littlefs2_tag_length(tag), search, &order);
    if (error < 0) {
        return error;
    }
    if (order == 0) {
        search->found = id;
        search->name_type = littlefs2_tag_type(tag);
        search->struct_tag = search->modified_tag = search->created_tag = 0;
    } else {
        if (id == search->found) {
            search->found = LITTLEFS2_NO_ID;
        }
        if (order > 0 && id < search->insert) {
            search->insert = id;
        }
    }
    return 0;
}

static void see_create(littlefs2_search_t *search, uint32_t id)
{
    if (search->found != LITTLEFS2_NO_ID && id <= search->found) {
        search->found++;
    }
    if (search->insert != LITTLEFS2_NO_ID && id <= search->insert) {
        search->insert++;
    }
}

static void see_delete(littlefs2_search_t *search, uint32_t id)
{
    if (search->found == id) {
        search->found = LITTLEFS2_NO_ID;
    } else if (search->found != LITTLEFS2_NO_ID && id < search->found) {
        search->found--;
    }
    if (search->insert != LITTLEFS2_NO_ID && id < search->insert) {
        search->insert--;
    }
}

static void see_attribute(const littlefs2_t *fs, littlefs2_search_t *search, uint32_t tag, uint32_t offset)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t effective = littlefs2_tag_is_deletion(tag) ? 0 : tag;
    uint32_t known = search->modified_tag ? littlefs2_tag_type(search->modified_tag) : 0;
    if (littlefs2_holds_modified(type)) {
        if (known == type || (effective && (known == 0 || type == littlefs2_time_type(fs)))) {
            search->modified_tag = effective;
            search->modified_offset = offset;
        }
    } else if (littlefs2_holds_created(type)) {
        search->created_tag = effective;
        search->created_offset = offset;
    }
}

static int see_for_search(littlefs2_t *fs, uint32_t block, uint32_t tag, uint32_t offset,
                          littlefs2_search_t *search)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    if (littlefs2_type_is_file_name(type)) {
        return see_name(fs, block, tag, offset, search);
    }
    if (type == LITTLEFS2_CREATE) {
        see_create(search, id);
    } else if (type == LITTLEFS2_DELETE) {
        see_delete(search, id);
    } else if (id == search->found && littlefs2_type_is_struct(type)) {
        search->struct_tag = tag;
        search->struct_offset = offset;
    } else if (id == search->found && littlefs2_type_is_attribute(type)) {
        see_attribute(fs, search, tag, offset);
    }
    return 0;
}

/* What a tag does to the state of the log. */
static int see(littlefs2_t *fs, uint32_t block, uint32_t tag, uint32_t offset, littlefs2_metadata_t *metadata)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    if (littlefs2_type_is_name(type)) {
        if (id >= metadata->count && id != LITTLEFS2_NO_ID) {
            metadata->count = (uint16_t)(id + 1);
        }
        if (type == LITTLEFS2_NAME_SUPERBLOCK && id == 0) {
            metadata->flags |= LITTLEFS2_HAS_SUPERBLOCK;
        }
    } else if (type == LITTLEFS2_CREATE) {
        metadata->count++;
    } else if (type == LITTLEFS2_DELETE) {
        if (metadata->count > 0) {
            metadata->count--;
        }
    } else if (littlefs2_type_is_tail(type) && littlefs2_tag_length(tag) >= 8) {
        littlefs2_location_t location = {tag, NULL, block, offset};
        int error = littlefs2_read_two_words(fs, &location, metadata->tail);
        if (error < 0) {
            return error;
        }
        metadata->flags = (uint8_t)((metadata->flags & ~LITTLEFS2_SPLIT) |
                                    (type == LITTLEFS2_HARD_TAIL ? LITTLEFS2_SPLIT : 0));
    } else if (type == LITTLEFS2_MOVE_STATE) {
        metadata->flags |= LITTLEFS2_HAS_MOVE_STATE;
    }
    return 0;
}

typedef struct forward_crc {
    uint32_t size, crc; /* size 0: none seen */
} forward_crc_t;

/* Position and running crc of a verifying pass. */
typedef struct pass {
    uint32_t block, offset, previous, crc;
    uint32_t start, start_previous;   /* of the commit being read */
    uint32_t action, action_previous; /* of the newest good commit that has entries */
    bool entries;                     /* the commit being read has some */
    forward_crc_t forward;
    bool clean; /* ended at a tag that was never programmed */
    bool full;  /* ended at the end of the block */
} pass_t;

static int read_tag(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t *stored)
{
    uint8_t bytes[4];
    int error = littlefs2_read(fs, block, offset, bytes, sizeof bytes, fs->cache_size);
    *stored = mcufs_load_be32(bytes);
    return error;
}

static int read_forward_crc(littlefs2_t *fs, const pass_t *pass, uint32_t tag, forward_crc_t *forward)
{
    uint32_t words[2];
    littlefs2_location_t location = {tag, NULL, pass->block, pass->offset + 4};
    int error = littlefs2_read_two_words(fs, &location, words);
    forward->size = words[0];
    forward->crc = words[1];
    return error;
}

/* Reads one tag of the pass. 1: a commit ends here; 0: an entry, staged; MCUFS_ENOENT: the log ends. */
static int verify_tag(littlefs2_t *fs, pass_t *pass, littlefs2_metadata_t *staged, littlefs2_search_t *search)
{
    uint32_t stored;
    if (pass->offset + 4 > fs->block_size) {
        pass->full = pass->offset == staged->end;
        return MCUFS_ENOENT;
    }
    int error = read_tag(fs, pass->block, pass->offset, &stored);
    if (error < 0) {
        return error;
    }
    uint32_t tag = stored ^ pass->previous;
    uint32_t length = littlefs2_tag_length(tag);
    if (!littlefs2_tag_is_valid(tag)) {
        pass->clean = pass->offset == staged->end;
        return MCUFS_ENOENT;
    }
    if (length > fs->block_size - pass->offset - 4) {
        return MCUFS_ENOENT;
    }
    uint8_t bytes[4];
    mcufs_store_be32(bytes, stored);
    pass->crc = mcufs_crc32(pass->crc, bytes, sizeof bytes);
    bool ends = littlefs2_type_is_commit_crc(littlefs2_tag_type(tag));
    if (ends) {
        uint32_t crc;
        if (length < 4) {
            return MCUFS_ENOENT;
        }
        error = littlefs2_read_word(fs, pass->block, pass->offset + 4, &crc);
        if (error < 0) {
            return error;
        }
        if (crc != pass->crc) {
            return MCUFS_ENOENT;
        }
        staged->end = pass->offset + 4 + length;
        staged->end_tag = littlefs2_next_previous(tag);
        pass->crc = 0xffffffffu;
    } else {
        error = littlefs2_crc_range(fs, pass->block, pass->offset + 4, pass->offset + 4 + length, &pass->crc);
        if (error == 0) {
            error = see(fs, pass->block, tag, pass->offset + 4, staged);
        }
        if (error == 0 && search) {
            error = see_for_search(fs, pass->block, tag, pass->offset + 4, search);
        }
        if (error == 0 && littlefs2_tag_type(tag) == LITTLEFS2_FORWARD_CRC && length >= 8) {
            error = read_forward_crc(fs, pass, tag, &pass->forward);
        }
        if (error < 0) {
            return error;
        }
        pass->entries = pass->entries || littlefs2_tag_type(tag) != LITTLEFS2_FORWARD_CRC;
    }
    pass->previous = littlefs2_next_previous(tag);
    pass->offset += 4 + length;
    return ends;
}

/* Reads the newest commit over and over, with the empty commits that pad it to a large program unit: they
 * were programmed with it. 1: it is always the same; 0: it cannot be relied on; or an error. Where only the
 * padding cannot, the log ends before that. */
LITTLEFS2_OUT_OF_LINE static int confirm_commit(littlefs2_t *fs, const pass_t *pass,
                                                littlefs2_metadata_t *metadata)
{
    littlefs2_metadata_t scratch = *metadata;
    for (uint32_t i = 0; i < LITTLEFS2_CONFIRM_READS; i++) {
        pass_t again = {.block = pass->block,
                        .offset = pass->action,
                        .previous = pass->action_previous,
                        .crc = 0xffffffffu};
        int result = 0;
        littlefs2_drop_read_cache(fs);
        if (again.offset == 0) {
            again.offset = 4;
            result = littlefs2_crc_range(fs, pass->block, 0, 4, &again.crc);
        }
        scratch.end = 0;
        while (result >= 0 && again.offset < metadata->end) {
            result = verify_tag(fs, &again, &scratch, NULL);
        }
        if (result < 0 && result != MCUFS_ENOENT) {
            return result;
        }
        if (scratch.end <= pass->action) {
            return 0;
        }
        if (scratch.end < metadata->end) {
            metadata->end = scratch.end;
            metadata->end_tag = scratch.end_tag;
            metadata->flags |= LITTLEFS2_SUSPECT;
        }
    }
    return 1;
}

/* Whether the unit behind the log is what its last commit saw there: erased. 1, 0 or an error. A 2.0 log does
 * not say (A7); then it is not trusted. */
static int matches_forward_crc(littlefs2_t *fs, const pass_t *pass, const littlefs2_metadata_t *metadata)
{
    uint32_t crc = 0xffffffffu;
    if (pass->forward.size == 0 || pass->forward.size > fs->block_size - metadata->end) {
        return 0;
    }
    int error = littlefs2_crc_range(fs, pass->block, metadata->end, metadata->end + pass->forward.size, &crc);
    return error < 0 ? error : crc == pass->forward.crc;
}

/* Whether more may be appended, as far as the log itself tells (A2). The rest of the block is looked at
 * before the first append. */
static int judge_tail(littlefs2_t *fs, const pass_t *pass, littlefs2_metadata_t *metadata)
{
    if (!pass->clean || metadata->end % fs->program_size != 0 || metadata->end >= fs->block_size) {
        return 0;
    }
    if (fs->erased_value >= 0) {
        metadata->flags |= LITTLEFS2_APPENDABLE;
        return 0;
    }
    int erased = matches_forward_crc(fs, pass, metadata);
    if (erased < 0) {
        return erased;
    }
    if (erased) {
        metadata->flags |= LITTLEFS2_APPENDABLE;
    }
    return 0;
}

/* Whether the log ends in something that may be what is left of an interrupted commit. 1, 0 or an error. */
static int looks_torn(littlefs2_t *fs, const pass_t *pass, const littlefs2_metadata_t *metadata)
{
    uint8_t chunk[32];
    uint32_t size = littlefs2_minimum(sizeof chunk, fs->block_size - metadata->end);
    if (pass->full) {
        return 0;
    }
    if (!pass->clean) {
        return 1;
    }
    if (fs->erased_value < 0) {
        int matches = pass->forward.size ? matches_forward_crc(fs, pass, metadata) : 1;
        return matches < 0 ? matches : !matches;
    }
    int error = littlefs2_read(fs, pass->block, metadata->end, chunk, size, size);
    if (error < 0) {
        return error;
    }
    for (uint32_t i = 0; i < size; i++) {
        if (chunk[i] != (uint8_t)fs->erased_value) {
            return 1;
        }
    }
    return 0;
}

/* The newest commit, read over and over; and what lies behind it. MCUFS_EAGAIN: the only commit of this
 * block is not stable. */
static int confirm_end(littlefs2_t *fs, const pass_t *pass, littlefs2_metadata_t *metadata,
                       const littlefs2_metadata_t *before, bool several)
{
    int stable = confirm_commit(fs, pass, metadata);
    if (stable < 0) {
        return stable;
    }
    if (stable == 0) {
        if (!several) {
            return MCUFS_EAGAIN;
        }
        *metadata = *before;
        metadata->flags |= LITTLEFS2_SUSPECT;
        fs->health.commits_discarded++;
        return 0;
    }
    if (metadata->flags & LITTLEFS2_SUSPECT) {
        return 0;
    }
    int torn = looks_torn(fs, pass, metadata);
    if (torn < 0) {
        return torn;
    }
    if (torn) {
        metadata->flags |= LITTLEFS2_SUSPECT;
    }
    return judge_tail(fs, pass, metadata);
}

/* Verifies the log in one block. MCUFS_ENOENT: it holds no valid commit. */
static int verify_log(littlefs2_t *fs, uint32_t block, uint32_t revision, littlefs2_metadata_t *metadata,
                      littlefs2_search_t *search, bool confirm)
{
    uint8_t bytes[4];
    pass_t pass = {.block = block, .offset = 4, .previous = 0xffffffffu, .start_previous = 0xffffffffu};
    littlefs2_metadata_t staged = *metadata;
    littlefs2_metadata_t before = *metadata;
    littlefs2_search_t staged_search;
    bool any = false, several = false;

    staged.revision = revision;
    staged.end = 0;
    staged.count = 0;
    staged.flags = 0;
    staged.tail[0] = staged.tail[1] = LITTLEFS2_NULL;
    if (search) {
        staged_search = *search;
    }
    mcufs_store_le32(bytes, revision);
    pass.crc = mcufs_crc32(0xffffffffu, bytes, sizeof bytes);
    for (;;) {
        int result = verify_tag(fs, &pass, &staged, search ? &staged_search : NULL);
        if (result == MCUFS_ENOENT) {
            break;
        }
        if (result < 0) {
            return result;
        }
        if (result == 1) {
            if (pass.entries || !any) {
                several = any;
                before = *metadata;
                pass.action = pass.start;
                pass.action_previous = pass.start_previous;
            }
            pass.entries = false;
            pass.start = pass.offset;
            pass.start_previous = pass.previous;
            *metadata = staged;
            if (search) {
                *search = staged_search;
            }
            any = true;
        }
    }
    if (!any) {
        return MCUFS_ENOENT;
    }
    return confirm ? confirm_end(fs, &pass, metadata, &before, several) : judge_tail(fs, &pass, metadata);
}

static void reset_search(littlefs2_search_t *search)
{
    search->insert = search->found = LITTLEFS2_NO_ID;
    search->struct_tag = search->modified_tag = search->created_tag = 0;
}

/* A struct that is older than the name is rare (a writer that renames an entry in place): look for it. */
static int complete_search(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search)
{
    if (search->insert > metadata->count) {
        search->insert = metadata->count;
    }
    if (search->found != LITTLEFS2_NO_ID && search->struct_tag == 0) {
        littlefs2_location_t location;
        int error =
            littlefs2_find_in_log(fs, metadata, 0x700, LITTLEFS2_STRUCT_DIRECTORY, search->found, &location);
        if (error == MCUFS_ENOENT) {
            search->found = LITTLEFS2_NO_ID; /* a name without content does not count (A1) */
            return 0;
        }
        if (error < 0) {
            return error;
        }
        search->struct_tag = location.tag;
        search->struct_offset = location.offset;
    }
    return 0;
}

int littlefs2_fetch(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata,
                    littlefs2_search_t *search, bool confirm)
{
    uint32_t revisions[2];
    bool readable[2];
    if (!littlefs2_pair_is_valid(fs, pair)) {
        return MCUFS_ECORRUPT;
    }
    for (unsigned i = 0; i < 2; i++) {
        int error = littlefs2_read_word(fs, pair[i], 0, &revisions[i]);
        if (error < 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
        readable[i] = error == 0;
        fs->health.uncorrected += error != 0; /* it may have held the newer log */
    }
    unsigned newer = revisions[1] != revisions[0] && revisions[1] - revisions[0] < 0x80000000u;
    for (unsigned turn = 0; turn < 2; turn++) {
        unsigned half = turn == 0 ? newer : 1 - newer;
        if (!readable[half]) {
            continue;
        }
        memset(metadata, 0, sizeof *metadata);
        metadata->pair[0] = pair[half];
        metadata->pair[1] = pair[1 - half];
        if (search) {
            reset_search(search);
        }
        int error = verify_log(fs, pair[half], revisions[half], metadata, search, confirm);
        if (error == 0) {
            /* The other half must be the log before this one. Anything else may be a torn compaction, which
             * could come to life later and must not win over what would be appended here. */
            if (!readable[1 - half] || revisions[1 - half] != revisions[half] - 1) {
                metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
            }
            if (turn == 1 && confirm) {
                metadata->flags |= LITTLEFS2_SUSPECT;
            }
            return search ? complete_search(fs, metadata, search) : 0;
        }
        if (error == MCUFS_EAGAIN) {
            fs->health.commits_discarded++;
        } else if (error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
            return error;
        }
    }
    return MCUFS_ECORRUPT;
}

int littlefs2_search_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search)
{
    uint32_t previous = 0xffffffffu;
    reset_search(search);
    for (uint32_t offset = 4; offset < metadata->end;) {
        uint32_t stored;
        int error = read_tag(fs, metadata->pair[0], offset, &stored);
        if (error < 0) {
            return error;
        }
        uint32_t tag = stored ^ previous;
        if (!littlefs2_tag_is_valid(tag) || littlefs2_tag_length(tag) > metadata->end - offset - 4) {
            return MCUFS_ECORRUPT;
        }
        error = see_for_search(fs, metadata->pair[0], tag, offset + 4, search);
        if (error < 0) {
            return error;
        }
        previous = littlefs2_next_previous(tag);
        offset += 4 + littlefs2_tag_length(tag);
    }
    return complete_search(fs, metadata, search);
}
