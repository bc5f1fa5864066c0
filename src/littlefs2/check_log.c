/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of single logs: whether a block holds one at all, and whether every tag of it makes sense. */

#include "check.h"

#include "../base/crc32.h"
#include "../base/endian.h"

/* -- A log by itself ---------------------------------------------------------------------------------- */

typedef struct log_pass {
    littlefs2_t *fs;
    uint32_t block, offset, previous, crc, stored;
    littlefs2_metadata_t staged;
} log_pass_t;

static int read_stored_tag(log_pass_t *pass)
{
    uint8_t bytes[4];
    int error =
        littlefs2_read(pass->fs, pass->block, pass->offset, bytes, sizeof bytes, pass->fs->cache_size);
    pass->stored = mcufs_load_be32(bytes);
    pass->crc = mcufs_crc32(pass->crc, bytes, sizeof bytes);
    return error;
}

static int stage(log_pass_t *pass, uint32_t tag)
{
    littlefs2_metadata_t *staged = &pass->staged;
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    if (littlefs2_type_is_name(type)) {
        staged->count = (uint16_t)(id != LITTLEFS2_NO_ID && id >= staged->count ? id + 1 : staged->count);
        staged->flags |= id == 0 && type == LITTLEFS2_NAME_SUPERBLOCK ? LITTLEFS2_HAS_SUPERBLOCK : 0;
    } else if (type == LITTLEFS2_CREATE) {
        staged->count++;
    } else if (type == LITTLEFS2_DELETE) {
        staged->count = (uint16_t)(staged->count - (staged->count > 0));
    } else if (littlefs2_type_is_tail(type) && littlefs2_tag_length(tag) >= 8) {
        littlefs2_location_t location = {tag, NULL, pass->block, pass->offset + 4};
        unsigned split = type == LITTLEFS2_HARD_TAIL ? LITTLEFS2_SPLIT : 0;
        staged->flags = (uint8_t)((staged->flags & ~(unsigned)LITTLEFS2_SPLIT) | split);
        return littlefs2_read_two_words(pass->fs, &location, staged->tail);
    } else if (type == LITTLEFS2_MOVE_STATE) {
        staged->flags |= LITTLEFS2_HAS_MOVE_STATE;
    }
    return 0;
}

/* 1: a commit ends here; 0: an entry; MCUFS_ENOENT: the log ends. */
static int pass_tag(log_pass_t *pass)
{
    if (pass->offset + 4 > pass->fs->block_size) {
        return MCUFS_ENOENT;
    }
    int error = read_stored_tag(pass);
    uint32_t tag = pass->stored ^ pass->previous;
    uint32_t length = littlefs2_tag_length(tag);
    if (error < 0) {
        return error;
    }
    if (!littlefs2_tag_is_valid(tag) || length > pass->fs->block_size - pass->offset - 4) {
        return MCUFS_ENOENT;
    }
    bool ends = littlefs2_type_is_commit_crc(littlefs2_tag_type(tag));
    if (ends) {
        uint32_t crc;
        error =
            length < 4 ? MCUFS_ENOENT : littlefs2_read_word(pass->fs, pass->block, pass->offset + 4, &crc);
        if (error < 0 || crc != pass->crc) {
            return error < 0 ? error : MCUFS_ENOENT;
        }
        pass->crc = 0xffffffffu;
        pass->staged.end = pass->offset + 4 + length;
        pass->staged.end_tag = littlefs2_next_previous(tag);
    } else {
        error = stage(pass, tag);
        if (error == 0) {
            error = littlefs2_crc_range(pass->fs, pass->block, pass->offset + 4, pass->offset + 4 + length,
                                        &pass->crc);
        }
        if (error < 0) {
            return error;
        }
    }
    pass->previous = littlefs2_next_previous(tag);
    pass->offset += 4 + length;
    return ends;
}

int littlefs2_check_block(littlefs2_t *fs, uint32_t block, littlefs2_metadata_t *metadata)
{
    log_pass_t pass = {.fs = fs, .block = block, .offset = 4, .previous = 0xffffffffu};
    uint8_t bytes[4];
    int error = littlefs2_read_word(fs, block, 0, &pass.staged.revision);
    if (error < 0) {
        return error == MCUFS_ECORRUPT ? MCUFS_ENOENT : error;
    }
    mcufs_store_le32(bytes, pass.staged.revision);
    pass.crc = mcufs_crc32(0xffffffffu, bytes, sizeof bytes);
    pass.staged.pair[0] = block;
    pass.staged.pair[1] = pass.staged.tail[0] = pass.staged.tail[1] = LITTLEFS2_NULL;
    metadata->end = 0;
    int result = 0;
    while (result >= 0) {
        result = pass_tag(&pass);
        if (result == 1) {
            *metadata = pass.staged;
        }
    }
    if (result != MCUFS_ENOENT && result != MCUFS_ECORRUPT) {
        return result;
    }
    return metadata->end > 0 ? 0 : MCUFS_ENOENT;
}

/* -- Tags --------------------------------------------------------------------------------------------- */

/* What is wrong with a tag; NULL: nothing. `count`: entries at this point of the log. */
static const char *judge_tag(uint32_t tag, uint32_t count)
{
    uint32_t type = littlefs2_tag_type(tag);
    uint32_t id = littlefs2_tag_id(tag);
    uint32_t length = littlefs2_tag_length(tag);
    bool bound = id != LITTLEFS2_NO_ID;
    if (littlefs2_type_is_commit_crc(type)) {
        return NULL;
    }
    if (type == LITTLEFS2_CREATE || type == LITTLEFS2_DELETE) {
        bool in_range = bound && (type == LITTLEFS2_CREATE ? id <= count : id < count);
        return in_range ? NULL : "a tag creates or deletes an entry that cannot be";
    }
    if (littlefs2_type_is_name(type) || littlefs2_type_is_struct(type) || littlefs2_type_is_attribute(type)) {
        return bound ? NULL : "a tag of an entry does not say which";
    }
    if (type == LITTLEFS2_SOFT_TAIL || type == LITTLEFS2_HARD_TAIL) {
        return length == 8 ? NULL : "a tail of the wrong size";
    }
    if (type == LITTLEFS2_MOVE_STATE) {
        return length == 12 ? NULL : "a global state of the wrong size";
    }
    if (type == LITTLEFS2_FORWARD_CRC) {
        return length == 8 || length == 8 + LITTLEFS2_SERIAL_SIZE ? NULL
                                                                  : "a forward checksum of the wrong size";
    }
    return "a tag of a kind that the format does not know";
}

int littlefs2_check_tags(check_t *check, const littlefs2_metadata_t *metadata)
{
    littlefs2_t *fs = check->fs;
    uint32_t previous = 0xffffffffu;
    uint32_t count = 0;
    for (uint32_t offset = 4; offset + 4 <= metadata->end;) {
        uint8_t bytes[4];
        int error = littlefs2_read(fs, metadata->pair[0], offset, bytes, sizeof bytes, fs->cache_size);
        if (error < 0) {
            return error;
        }
        uint32_t tag = mcufs_load_be32(bytes) ^ previous;
        uint32_t type = littlefs2_tag_type(tag);
        const char *message = judge_tag(tag, count);
        if (message) {
            check_place_t place = {.pair = metadata->pair, .block = metadata->pair[0]};
            littlefs2_check_error(check, CHECK_LOG, message, &place);
            return 0;
        }
        if (littlefs2_type_is_name(type) && littlefs2_tag_id(tag) >= count) {
            count = littlefs2_tag_id(tag) + 1;
        }
        count += type == LITTLEFS2_CREATE;
        count -= type == LITTLEFS2_DELETE;
        previous = littlefs2_next_previous(tag);
        offset += 4 + littlefs2_tag_length(tag);
    }
    return 0;
}
