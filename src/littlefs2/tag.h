/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Metadata tags: 32 bits, valid:1 (0 = valid) | type:11 | id:10 | length:10 (spec: littlefs-format.md A1). */

#ifndef LITTLEFS2_TAG_H
#define LITTLEFS2_TAG_H

#include <stdbool.h>
#include <stdint.h>

#define LITTLEFS2_NULL 0xffffffffu /* no block */

#define LITTLEFS2_NO_ID          0x3ffu /* tag not bound to an entry */
#define LITTLEFS2_DELETED_LENGTH 0x3ffu /* length that says: removed, no data */
#define LITTLEFS2_LENGTH_MAX     0x3feu

enum {
    LITTLEFS2_NAME_FILE = 0x001,
    LITTLEFS2_NAME_DIRECTORY = 0x002,
    LITTLEFS2_NAME_SUPERBLOCK = 0x0ff,
    LITTLEFS2_STRUCT_DIRECTORY = 0x200,
    LITTLEFS2_STRUCT_INLINE = 0x201,
    LITTLEFS2_STRUCT_CTZ = 0x202,
    LITTLEFS2_ATTRIBUTE = 0x300,                     /* + the attribute's type */
    LITTLEFS2_CHECKSUM = LITTLEFS2_ATTRIBUTE + 0xcc, /* of a file's content: MCUFS_LITTLEFS2_CHECKSUM */
    LITTLEFS2_CREATE = 0x401,
    LITTLEFS2_DELETE = 0x4ff,
    LITTLEFS2_COMMIT_CRC = 0x500, /* to 0x57f; bit 0: see littlefs2_next_previous() */
    LITTLEFS2_FORWARD_CRC = 0x5ff,
    LITTLEFS2_SOFT_TAIL = 0x600,
    LITTLEFS2_HARD_TAIL = 0x601,
    LITTLEFS2_MOVE_STATE = 0x7ff,
    /* Never on disk: in a list of changes, all of another entry's content but its name. */
    LITTLEFS2_COPY = 0x2ff
};

static inline uint32_t littlefs2_tag(uint32_t type, uint32_t id, uint32_t length)
{
    return type << 20 | id << 10 | length;
}

static inline uint32_t littlefs2_tag_type(uint32_t tag)
{
    return tag >> 20 & 0x7ffu;
}

static inline uint32_t littlefs2_tag_id(uint32_t tag)
{
    return tag >> 10 & 0x3ffu;
}

static inline uint32_t littlefs2_tag_with_id(uint32_t tag, uint32_t id)
{
    return (tag & ~littlefs2_tag(0, LITTLEFS2_NO_ID, 0)) | littlefs2_tag(0, id, 0);
}

static inline bool littlefs2_tag_is_deletion(uint32_t tag)
{
    return (tag & 0x3ffu) == LITTLEFS2_DELETED_LENGTH;
}

/* Bytes of data that follow the tag. Not inline: it is needed in too many places. */
uint32_t littlefs2_tag_length(uint32_t tag);

static inline bool littlefs2_tag_is_valid(uint32_t tag)
{
    return (tag & 0x80000000u) == 0;
}

/* Any name, the superblock's too. */
static inline bool littlefs2_type_is_name(uint32_t type)
{
    return (type & 0x700u) == 0;
}

static inline bool littlefs2_type_is_file_name(uint32_t type)
{
    return (type & 0x780u) == 0;
}

static inline bool littlefs2_type_is_struct(uint32_t type)
{
    return (type & 0x700u) == 0x200u;
}

static inline bool littlefs2_type_is_attribute(uint32_t type)
{
    return (type & 0x700u) == 0x300u;
}

/* A struct or an attribute. */
static inline bool littlefs2_type_is_content(uint32_t type)
{
    return (type & 0x600u) == 0x200u;
}

static inline bool littlefs2_type_is_tail(uint32_t type)
{
    return (type & 0x700u) == 0x600u;
}

static inline bool littlefs2_type_is_commit_crc(uint32_t type)
{
    return (type & 0x780u) == 0x500u;
}

/* What the next stored tag is xored with: this tag, and after a commit CRC its bit 0 as the top bit, which
 * makes erased space decode as invalid whatever it reads as (A2). */
static inline uint32_t littlefs2_next_previous(uint32_t tag)
{
    uint32_t top = littlefs2_type_is_commit_crc(littlefs2_tag_type(tag)) ? tag << 11 & 0x80000000u : 0;
    return (tag & 0x7fffffffu) | top;
}

#endif
