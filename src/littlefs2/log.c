/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading logs forwards, to verify a log and to look for a name (spec: littlefs-format.md A1, A2). The ids in
 * older tags are not those of today: what has been found is renumbered as later tags create and delete
 * entries. */

#include "internal.h"

#include "../base/crc32.h"
#include "../base/endian.h"

uint32_t littlefs2_tag_length(uint32_t tag)
{
    return littlefs2_tag_is_deletion(tag) ? 0 : tag & 0x3ffu;
}

bool littlefs2_same_pair(const uint32_t a[2], const uint32_t b[2])
{
    return (a[0] ^ a[1]) == (b[0] ^ b[1]) && (a[0] == b[0] || a[0] == b[1]);
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
    return pair[0] < fs->block_count && pair[1] < fs->block_count &&
           (pair[0] != pair[1] || littlefs2_is_salvage(fs));
}

int littlefs2_compare_stored(littlefs2_t *fs, const littlefs2_location_t *stored, const char *name,
                             uint32_t length, uint32_t equal)
{
    uint32_t stored_length = littlefs2_tag_length(stored->tag);
    uint32_t common = littlefs2_minimum(stored_length, length);
    uint8_t chunk[16];
    for (uint32_t done = equal; done < common;) {
        uint32_t part = littlefs2_minimum(sizeof chunk, common - done);
        /* In a pass over the log more is wanted soon; behind a beginning that is remembered it is not. */
        uint32_t expected = equal == 0 ? fs->cache_size : common - done;
        int error = littlefs2_read(fs, stored->block, stored->offset + done, chunk, part, expected);
        if (error < 0) {
            return error;
        }
        int order = memcmp(chunk, name + done, part);
        if (order != 0) {
            return order > 0 ? LITTLEFS2_GREATER : LITTLEFS2_LESS;
        }
        done += part;
    }
    /* The longer name comes first (A3). */
    return stored_length == length ? 0 : stored_length < length ? LITTLEFS2_GREATER : LITTLEFS2_LESS;
}

/* -- Forwards --------------------------------------------------------------------------------------- */

static int see_name(littlefs2_t *fs, const littlefs2_location_t *at, littlefs2_search_t *search)
{
    uint16_t id = (uint16_t)littlefs2_tag_id(at->tag);
    int order = littlefs2_compare_stored(fs, at, search->name, search->length, 0);
    if (order < 0) {
        return order;
    }
    if (order == 0) {
        search->found = id;
        search->name_type = littlefs2_tag_type(at->tag);
        search->struct_tag = search->modified_tag = search->created_tag = 0;
        return 0;
    }
    if (id == search->found) {
        search->found = LITTLEFS2_NO_ID;
    }
    if (order == LITTLEFS2_GREATER && id < search->insert) {
        search->insert = id;
    }
    return 0;
}

/* Takes an id over a tag that created or deleted another entry. */
static void renumber(uint32_t tag, uint16_t *id)
{
    uint32_t at = littlefs2_tag_id(tag);
    if (*id == LITTLEFS2_NO_ID) {
        return;
    }
    if (littlefs2_tag_type(tag) == LITTLEFS2_CREATE) {
        *id = (uint16_t)(*id + (at <= *id));
    } else {
        *id = (uint16_t)(*id - (at < *id));
    }
}

static void see_attribute(const littlefs2_t *fs, const littlefs2_location_t *at, littlefs2_search_t *search)
{
    uint32_t type = littlefs2_tag_type(at->tag);
    uint32_t effective = littlefs2_tag_is_deletion(at->tag) ? 0 : at->tag;
    uint32_t known = search->modified_tag ? littlefs2_tag_type(search->modified_tag) : 0;
    if (littlefs2_holds_modified(type)) {
        if (known == type || (effective && (known == 0 || type == littlefs2_time_type(fs)))) {
            search->modified_tag = effective;
            search->modified_offset = at->offset;
        }
    } else if (littlefs2_holds_created(type)) {
        search->created_tag = effective;
        search->created_offset = at->offset;
    }
}

static int see_for_search(littlefs2_t *fs, const littlefs2_location_t *at, littlefs2_search_t *search)
{
    uint32_t type = littlefs2_tag_type(at->tag);
    bool about_found = littlefs2_tag_id(at->tag) == search->found;
    if (littlefs2_type_is_file_name(type)) {
        return see_name(fs, at, search);
    }
    if (type == LITTLEFS2_CREATE || type == LITTLEFS2_DELETE) {
        if (type == LITTLEFS2_DELETE && about_found) {
            search->found = LITTLEFS2_NO_ID;
        }
        renumber(at->tag, &search->found);
        renumber(at->tag, &search->insert);
    } else if (about_found && littlefs2_type_is_struct(type)) {
        search->struct_tag = at->tag;
        search->struct_offset = at->offset;
    } else if (about_found && littlefs2_type_is_attribute(type)) {
        see_attribute(fs, at, search);
    }
    return 0;
}

#if MCUFS_LITTLEFS2_WITH_INDEX
uint32_t littlefs2_scatters(uint32_t tag, uint32_t count)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    bool last = id + 1 == count || id == LITTLEFS2_NO_ID;
    if (littlefs2_type_is_name(type)) {
        last = last || id == count;
    } else if (type == LITTLEFS2_CREATE) {
        last = id == count;
    } else if (!littlefs2_type_is_content(type)) {
        last = type != LITTLEFS2_DELETE;
    }
    return last ? 0 : LITTLEFS2_SCATTERED;
}
#endif

/* What a tag does to the state of the log. */
LITTLEFS2_OUT_OF_LINE static int see(littlefs2_t *fs, const littlefs2_location_t *at,
                                     littlefs2_metadata_t *metadata)
{
    uint32_t type = littlefs2_tag_type(at->tag);
    uint32_t id = littlefs2_tag_id(at->tag);
    metadata->flags |= (uint8_t)littlefs2_scatters(at->tag, metadata->count);
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
        metadata->count = (uint16_t)(metadata->count - (metadata->count > 0));
    } else if (littlefs2_type_is_tail(type) && littlefs2_tag_length(at->tag) >= 8) {
        metadata->flags &= (uint8_t)~LITTLEFS2_SPLIT;
        metadata->flags |= type == LITTLEFS2_HARD_TAIL ? LITTLEFS2_SPLIT : 0;
        return littlefs2_read_two_words(fs, at, metadata->tail);
    } else if (type == LITTLEFS2_MOVE_STATE) {
        metadata->flags |= LITTLEFS2_HAS_MOVE_STATE;
    }
    return 0;
}

/* Position and running crc of a verifying pass. */
typedef struct pass {
    uint32_t block, offset, previous, crc;
    uint32_t limit;                   /* commits that begin behind it do not count */
    uint32_t start, start_previous;   /* of the commit being read */
    uint32_t action, action_previous; /* of the newest good commit that has entries */
    uint32_t forward[2];              /* the newest forward CRC: size (0: none seen) and CRC */
    uint32_t serial, next_serial;     /* of the newest good commit and the one being read; 0: none */
    uint32_t highest;                 /* of the serial numbers in good commits */
    uint32_t unpadded;                /* end of the newest good commit without its padding */
    bool entries;                     /* the commit being read has some */
    bool clean;                       /* ended at a tag that was never programmed */
    bool full;                        /* ended at the end of the block */
} pass_t;

static int read_tag(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t previous,
                    littlefs2_location_t *at)
{
    uint8_t bytes[4];
    int error = littlefs2_read(fs, block, offset, bytes, sizeof bytes, fs->cache_size);
    *at = (littlefs2_location_t){mcufs_load_be32(bytes) ^ previous, NULL, block, offset + 4};
    return error;
}

/* Reads one tag of the pass. 1: a commit ends here; 0: an entry, staged; MCUFS_ENOENT: the log ends. */
static int verify_tag(littlefs2_t *fs, pass_t *pass, littlefs2_metadata_t *staged, littlefs2_search_t *search)
{
    littlefs2_location_t at;
    uint8_t bytes[4];
    if (pass->offset + 4 > fs->block_size) {
        pass->full = pass->offset == staged->end;
        return MCUFS_ENOENT;
    }
    int error = read_tag(fs, pass->block, pass->offset, pass->previous, &at);
    if (error < 0) {
        return error;
    }
    const uint32_t type = littlefs2_tag_type(at.tag);
    const uint32_t length = littlefs2_tag_length(at.tag);
    if (!littlefs2_tag_is_valid(at.tag)) {
        pass->clean = pass->offset == staged->end;
        return MCUFS_ENOENT;
    }
    if (length > fs->block_size - at.offset) {
        return MCUFS_ENOENT;
    }
    mcufs_store_be32(bytes, at.tag ^ pass->previous);
    pass->crc = mcufs_crc32(pass->crc, bytes, sizeof bytes);
    pass->previous = littlefs2_next_previous(at.tag);
    pass->offset = at.offset + length;
    if (littlefs2_type_is_commit_crc(type)) {
        uint32_t crc = 0;
        error = length < 4 ? MCUFS_ENOENT : littlefs2_read_word(fs, at.block, at.offset, &crc);
        if (error < 0) {
            return error;
        }
        if (crc != pass->crc) {
            return MCUFS_ENOENT;
        }
        staged->end = pass->offset;
        staged->end_tag = pass->previous;
        pass->unpadded = at.offset + 4;
        pass->crc = 0xffffffffu;
        pass->serial = pass->next_serial;
        pass->next_serial = 0;
        pass->highest = pass->serial > pass->highest ? pass->serial : pass->highest;
        return 1;
    }
    error = littlefs2_crc_range(fs, at.block, at.offset, pass->offset, &pass->crc);
    if (error == 0) {
        error = see(fs, &at, staged);
    }
    if (error == 0 && search) {
        error = see_for_search(fs, &at, search);
    }
    if (type != LITTLEFS2_FORWARD_CRC) {
        pass->entries = true;
    } else if (error == 0 && length >= 8) {
        error = littlefs2_read_two_words(fs, &at, pass->forward);
        if (error == 0 && length >= 8 + LITTLEFS2_SERIAL_SIZE) {
            error = littlefs2_read_word(fs, at.block, at.offset + 8, &pass->next_serial);
        }
    }
    return error;
}

/* Whether bytes read the same over and over: 1, 0 or an error. */
static int reads_the_same(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to)
{
    uint32_t first = 0;
    for (uint32_t i = 0; i <= LITTLEFS2_CONFIRM_READS; i++) {
        uint32_t crc = 0xffffffffu;
        littlefs2_drop_read_cache(fs);
        int error = littlefs2_crc_range(fs, block, from, to, &crc);
        if (error < 0) {
            return error;
        }
        if (i > 0 && crc != first) {
            return 0;
        }
        first = crc;
    }
    return 1;
}

/* What a power cut interrupts is one program call, so what it leaves unstable is at the end of the log: in
 * the commit that begins at `start`. `end`: without padding, which may be a program call of its own that
 * changes nothing. */
static uint32_t last_program(const littlefs2_t *fs, uint32_t start, uint32_t end)
{
    uint32_t size = fs->cache_size > 256 ? fs->cache_size : 256;
    return end > start + size ? end - size : start;
}

/* Whether one program call may have written all of a log. A cut may have left its revision unstable, too: a
 * number does not show that it is newer than the other half. */
static bool is_one_program(const littlefs2_t *fs, const pass_t *pass)
{
    return pass->action == 0 && last_program(fs, 0, pass->unpadded) == 0;
}

/* Reads the newest commit over and over, with the empty commits that pad it to a large program unit: they
 * were programmed with it. 1: it is always the same; 0: it cannot be relied on; or an error. Where only the
 * padding cannot, the log ends before that. */
LITTLEFS2_OUT_OF_LINE static int confirm_commit(littlefs2_t *fs, const pass_t *pass,
                                                littlefs2_metadata_t *metadata)
{
    littlefs2_metadata_t scratch = *metadata;
    /* Where its end is stable, one more time is enough. */
    int stable =
        reads_the_same(fs, pass->block, last_program(fs, pass->action, pass->unpadded), pass->unpadded);
    if (stable < 0) {
        return stable;
    }
    for (uint32_t i = stable ? LITTLEFS2_CONFIRM_READS - 1 : 0; i < LITTLEFS2_CONFIRM_READS; i++) {
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
static int matches_forward_crc(littlefs2_t *fs, const pass_t *pass, uint32_t end)
{
    uint32_t crc = 0xffffffffu;
    if (pass->forward[0] == 0 || pass->forward[0] > fs->block_size - end) {
        return 0;
    }
    int error = littlefs2_crc_range(fs, pass->block, end, end + pass->forward[0], &crc);
    return error < 0 ? error : crc == pass->forward[1];
}

/* What follows the log: whether more may be appended, as far as the log itself tells (A2; the rest of the
 * block is looked at before the first append), and whether it may be what is left of an interrupted commit.
 */
static int judge_end(littlefs2_t *fs, const pass_t *pass, littlefs2_metadata_t *metadata, bool confirm)
{
    const uint32_t end = metadata->end;
    int intact = pass->full; /* 1, 0 or an error */
    bool known = true;
    if (pass->clean && fs->erased_value < 0) {
        intact = matches_forward_crc(fs, pass, end);
        known = pass->forward[0] != 0;
    } else if (pass->clean) {
        intact = !confirm ||
                 littlefs2_is_erased(fs, pass->block, end, littlefs2_minimum(end + 32, fs->block_size));
    }
    if (intact < 0) {
        return intact;
    }
    if (confirm && !known && end < fs->block_size) {
        /* Nothing tells erased bytes from others. But a commit that may come to life cannot be stable. */
        intact =
            reads_the_same(fs, pass->block, end, littlefs2_minimum(end + fs->program_size, fs->block_size));
        if (intact < 0) {
            return intact;
        }
        metadata->flags |= intact ? 0 : LITTLEFS2_SUSPECT;
    } else if (confirm && !intact) {
        metadata->flags |= LITTLEFS2_SUSPECT;
    } else if (pass->clean && intact && end % fs->program_size == 0 && end < fs->block_size) {
        metadata->flags |= LITTLEFS2_APPENDABLE;
    }
    return 0;
}

/* Reads the commits of a pass up to its limit. MCUFS_ENOENT: there is none. */
static int verify_commits(littlefs2_t *fs, pass_t *pass, littlefs2_metadata_t *metadata,
                          littlefs2_search_t *search)
{
    littlefs2_metadata_t staged = *metadata;
    littlefs2_search_t staged_search;
    if (search) {
        staged_search = *search;
    }
    while (pass->offset < pass->limit) {
        int result = verify_tag(fs, pass, &staged, search ? &staged_search : NULL);
        if (result == MCUFS_ENOENT) {
            break;
        }
        if (result < 0) {
            return result;
        }
        if (result == 1) {
            if (pass->entries || metadata->end == 0) {
                pass->action = pass->start;
                pass->action_previous = pass->start_previous;
            }
            pass->entries = false;
            pass->start = pass->offset;
            pass->start_previous = pass->previous;
            *metadata = staged;
            if (search) {
                *search = staged_search;
            }
        }
    }
    return metadata->end > 0 ? 0 : MCUFS_ENOENT;
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

/* Verifies the log in metadata->pair[0]. MCUFS_ENOENT: it holds no valid commit, or no stable one. */
static int verify_log(littlefs2_t *fs, littlefs2_metadata_t *metadata, littlefs2_search_t *search,
                      littlefs2_confirm_t *confirm)
{
    const uint32_t block = metadata->pair[0];
    uint32_t limit = UINT32_MAX;
    for (;;) {
        uint8_t bytes[4];
        pass_t pass = {.block = block,
                       .offset = 4,
                       .previous = 0xffffffffu,
                       .limit = limit,
                       .start_previous = 0xffffffffu};
        mcufs_store_le32(bytes, metadata->revision);
        pass.crc = mcufs_crc32(0xffffffffu, bytes, sizeof bytes);
        metadata->end = 0;
        metadata->count = 0;
        metadata->flags = 0;
        metadata->tail[0] = metadata->tail[1] = LITTLEFS2_NULL;
        int result = verify_commits(fs, &pass, metadata, search);
        if (result == 0 && limit != UINT32_MAX) {
            metadata->flags |= LITTLEFS2_SUSPECT;
            return 0;
        }
        int stable = 1;
        if (confirm) {
            confirm->serial = pass.serial;
            confirm->highest = pass.highest > confirm->highest ? pass.highest : confirm->highest;
            if (result == 0 && (confirm->always || pass.serial == 0 || is_one_program(fs, &pass))) {
                stable = confirm_commit(fs, &pass, metadata);
            }
        } else if (fs->serial != LITTLEFS2_NULL && pass.highest > fs->serial) {
            fs->serial = pass.highest; /* of a log that the list did not lead to at mount */
        }
        if (stable == 0) {
            /* What is there without the newest commit? */
            fs->health.commits_discarded++;
            limit = pass.action;
            continue;
        }
        if (result < 0 || stable < 0) {
            return result < 0 ? result : stable;
        }
        return metadata->flags & LITTLEFS2_SUSPECT ? 0 : judge_end(fs, &pass, metadata, confirm != NULL);
    }
}

/* Whether this revision may be a half-programmed `whole` one: programming only ever changes erased bits. */
static bool may_be_torn(const littlefs2_t *fs, uint32_t revision, uint32_t whole)
{
    return fs->erased_value < 0 ||
           (fs->erased_value == 0 ? (revision & ~whole) == 0 : (whole & ~revision) == 0);
}

/* Whether the half that was not taken may be a torn compaction that is going to be taken some time later:
 * with bits that read differently from time to time. `newer`: it looked newer, and was not valid. */
static int judge_other_half(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint32_t revision, bool newer)
{
    if (revision == metadata->revision - 1 || !may_be_torn(fs, revision, metadata->revision + 1)) {
        return 0;
    }
    int stable = newer ? 0 : reads_the_same(fs, metadata->pair[1], 0, 4);
    if (stable < 0 && stable != MCUFS_ECORRUPT) {
        return stable;
    }
    if (stable <= 0 && !(metadata->flags & LITTLEFS2_SUSPECT)) {
        metadata->flags |= (uint8_t)(LITTLEFS2_SUSPECT | (newer ? 0 : LITTLEFS2_SUSPECT_OLD_HALF));
    }
    return 0;
}

int littlefs2_fetch(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata,
                    littlefs2_search_t *search, littlefs2_confirm_t *confirm)
{
    uint32_t revisions[2];
    uint32_t kept = 0; /* bytes of the first half that lie in the writer's buffer meanwhile */
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
        if (i == 0 && readable[0] && fs->writer.used == 0) {
            kept = littlefs2_put_cache_aside(fs);
        }
    }
    unsigned half = revisions[1] != revisions[0] && revisions[1] - revisions[0] < 0x80000000u;
    if (half == 0 && kept > 0) {
        littlefs2_take_cache_back(fs, pair[0], kept);
    }
    for (unsigned turn = 0; turn < 2; turn++, half = 1 - half) {
        if (!readable[half]) {
            continue;
        }
        metadata->pair[0] = pair[half];
        metadata->pair[1] = pair[1 - half];
        metadata->revision = revisions[half];
        if (search) {
            reset_search(search);
        }
        int error = verify_log(fs, metadata, search, confirm);
        if (error == 0) {
            /* The other half must be the log before this one. Anything else may be a torn compaction, which
             * could come to life later and must not win over what would be appended here. */
            if (!readable[1 - half] || revisions[1 - half] != revisions[half] - 1) {
                metadata->flags &= (uint8_t)~LITTLEFS2_APPENDABLE;
            }
            if (confirm && readable[1 - half]) {
                error = judge_other_half(fs, metadata, revisions[1 - half], turn == 1);
            }
            if (error < 0) {
                return error;
            }
            return search ? complete_search(fs, metadata, search) : 0;
        }
        if (error != MCUFS_ENOENT && error != MCUFS_ECORRUPT) {
            return error;
        }
    }
    return MCUFS_ECORRUPT;
}

/* -- Without verifying ------------------------------------------------------------------------------ */

/* The next tag of a log for the index. */
LITTLEFS2_OUT_OF_LINE static int note(littlefs2_t *fs, const littlefs2_location_t *at)
{
    uint32_t hash = LITTLEFS2_NAME_HASH;
    int error = 0;
    if (littlefs2_type_is_file_name(littlefs2_tag_type(at->tag))) {
        error =
            littlefs2_crc_range(fs, at->block, at->offset, at->offset + littlefs2_tag_length(at->tag), &hash);
    }
    littlefs2_index_note(fs, at, hash);
    return error;
}

/* One pass over a known log: searches it, or, where that is NULL, only makes a record for the index. */
LITTLEFS2_OUT_OF_LINE static int pass_over(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                           littlefs2_search_t *search)
{
    uint32_t previous = 0xffffffffu;
    bool all = !MCUFS_LITTLEFS2_WITH_INDEX || !search || littlefs2_index_is_open(fs) ||
               metadata->flags & LITTLEFS2_SCATTERED;
    for (uint32_t offset = 4; offset < metadata->end;) {
        littlefs2_location_t at;
        int error = read_tag(fs, metadata->pair[0], offset, previous, &at);
        if (error < 0) {
            return error;
        }
        const uint32_t length = littlefs2_tag_length(at.tag);
        if (!littlefs2_tag_is_valid(at.tag) || length > metadata->end - at.offset) {
            return MCUFS_ECORRUPT;
        }
        if (littlefs2_index_is_open(fs)) {
            error = note(fs, &at);
        }
        if (error == 0 && search) {
            error = see_for_search(fs, &at, search);
        }
        if (error < 0) {
            return error;
        }
        /* In order, nothing is about this entry any more. */
        if (!all && search->insert != LITTLEFS2_NO_ID) {
            return 0;
        }
        previous = littlefs2_next_previous(at.tag);
        offset = at.offset + length;
    }
    return 0;
}

int littlefs2_find_first_name(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                              littlefs2_location_t *found)
{
    uint32_t previous = 0xffffffffu;
    if (!MCUFS_LITTLEFS2_WITH_INDEX || metadata->flags & LITTLEFS2_SCATTERED ||
        littlefs2_index_of(fs, metadata)) {
        return littlefs2_find_in_log(fs, metadata, 0x780, 0, id, found);
    }
    found->tag = 0;
    for (uint32_t offset = 4; offset < metadata->end;) {
        littlefs2_location_t at;
        int error = read_tag(fs, metadata->pair[0], offset, previous, &at);
        if (error < 0) {
            return error;
        }
        bool about = littlefs2_tag_id(at.tag) == id;
        if (about && littlefs2_type_is_file_name(littlefs2_tag_type(at.tag))) {
            *found = at;
        } else if (!about && found->tag) {
            break;
        }
        previous = littlefs2_next_previous(at.tag);
        offset = at.offset + littlefs2_tag_length(at.tag);
    }
    return found->tag ? 0 : MCUFS_ENOENT;
}

static int pass_and_learn(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search)
{
    if (!littlefs2_index_wants(fs, metadata, search != NULL)) {
        return search ? pass_over(fs, metadata, search) : 0;
    }
    littlefs2_index_start(fs, metadata->pair[0], LITTLEFS2_NULL);
    int error = pass_over(fs, metadata, search);
    littlefs2_index_finish(fs, error < 0 ? 0 : metadata->end);
    return error;
}

int littlefs2_learn_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return littlefs2_index_of(fs, metadata) ? 0 : pass_and_learn(fs, metadata, NULL);
}

int littlefs2_learn_large_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    return metadata->count > fs->window_capacity ? littlefs2_learn_log(fs, metadata) : 0;
}

int littlefs2_search_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search)
{
    reset_search(search);
    int result = littlefs2_index_search(fs, metadata, search);
    if (result == 0) {
        reset_search(search);
        result = pass_and_learn(fs, metadata, search);
    }
    return result < 0 ? result : complete_search(fs, metadata, search);
}
