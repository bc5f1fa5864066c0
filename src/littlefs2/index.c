/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Where the entries of some logs are, so that one is found without reading the log from end to end.
 *
 * The memory is a row of records, one per log: a head, and for every entry in id order where its newest name,
 * struct and times are. A record is made in the same pass as a search, or while the log is written, and then
 * follows every commit. It counts only for the log that ends where the record says; whatever else is
 * programmed into the block, or erases it, drops it. Where there is no room, the records that have not been
 * used go first. What does not fit in here (other types, long names) has no record, and is read as ever. */

#include "internal.h"

#include "../base/crc32.h"

#if MCUFS_LITTLEFS2_WITH_INDEX

#define NONE        0xffffffffu
#define OFFSET_BITS 18u
#define OFFSET_MASK 0x3ffffu
#define SIZE_MIN    192u /* bytes that are worth having */
#define COUNT_MASK  0x3ffu
#define NAME_MAX    0xffu
#define TIME_MAX    0x3eu /* bytes; one more says: look closer */
#define WIDTH_MIN   2u    /* words of an entry: name and struct */
#define WIDTH_TIMES 4u    /* and where the times are, once the volume turned out to have some */
#define ATTRIBUTES  0x80000000u
#define USED        0x80000000u
#define SUPERBLOCK  0x40000000u

/* Words of a record's head. */
enum { BLOCK, END, MOVE_STATE, COUNT, HEAD };
/* Words of an entry.
 * Name: where, from bit 0 as many bits as an offset takes; a hash; a bit that says directory; 8 bits length.
 * Struct: where, 18 bits; 10 bits length; 2 bits type, + 1.
 * Time: where, 18 bits; 6 bits length; 8 bits type of the attribute. */
enum { NAME, STRUCT, MODIFIED, CREATED };

struct littlefs2_index {
    uint32_t capacity, used; /* words */
    uint32_t open;           /* the record that is being made or changed; NONE */
    uint32_t needed;         /* block whose record stays */
    uint32_t missed;         /* block of the log that was searched last without one */
    uint32_t found;          /* id that was found or missed last */
    uint32_t width;
    uint32_t words[];
};

void littlefs2_index_place(littlefs2_t *fs, uint8_t *own)
{
    const uint8_t *end = own + fs->index_size;
    uint32_t first = LITTLEFS2_LENT_FROM;
    while (first < fs->file_buffer_count && fs->file_buffers_used >> first != 0) {
        first++;
    }
    uint8_t *begin = first < fs->file_buffer_count ? fs->file_buffers + (size_t)first * fs->cache_size : own;
    begin += (sizeof(uint32_t) - (uintptr_t)begin % sizeof(uint32_t)) % sizeof(uint32_t);
    if (fs->index_size == LITTLEFS2_NO_INDEX || fs->block_size > OFFSET_MASK + 1 ||
        (uint8_t *)fs->index == begin) {
        return;
    }
    fs->index = NULL;
    if (begin + SIZE_MIN <= end) {
        littlefs2_index_t *index = (littlefs2_index_t *)(void *)begin;
        memset(index, 0, sizeof *index);
        index->capacity = (uint32_t)((size_t)(end - begin) - sizeof *index) / sizeof(uint32_t);
        index->open = NONE;
        index->needed = index->missed = LITTLEFS2_NULL;
        index->width = fs->times == MCUFS_LITTLEFS2_TIMES_NONE ? WIDTH_MIN : WIDTH_TIMES;
        fs->index = index;
    }
}

/* -- Records ---------------------------------------------------------------------------------------- */

static uint32_t count_of(const uint32_t *record)
{
    return record[COUNT] & COUNT_MASK;
}

static uint32_t size_of(const littlefs2_index_t *index, uint32_t at)
{
    return HEAD + count_of(&index->words[at]) * index->width;
}

static uint32_t find_record(const littlefs2_index_t *index, uint32_t block)
{
    for (uint32_t at = 0; at < index->used; at += size_of(index, at)) {
        if (index->words[at + BLOCK] == block) {
            return at;
        }
    }
    return NONE;
}

static void take_out(littlefs2_index_t *index, uint32_t at, uint32_t count)
{
    index->used -= count;
    memmove(&index->words[at], &index->words[at + count], (index->used - at) * sizeof index->words[0]);
    if (index->open != NONE && index->open > at) {
        index->open -= count;
    }
}

static void remove_record(littlefs2_index_t *index, uint32_t at)
{
    if (at == index->open) {
        index->open = NONE;
    }
    take_out(index, at, size_of(index, at));
}

/* Removes records until `count` words are free: the oldest first, but those that were used since the last
 * time later. */
static bool make_room(littlefs2_index_t *index, uint32_t count)
{
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t at = 0; index->used + count > index->capacity && at < index->used;) {
            uint32_t *record = &index->words[at];
            bool keep = at == index->open || record[BLOCK] == index->needed;
            if (keep || record[COUNT] & USED) {
                record[COUNT] &= keep ? UINT32_MAX : ~USED;
                at += size_of(index, at);
            } else {
                remove_record(index, at);
            }
        }
    }
    return index->used + count <= index->capacity;
}

/* Room for entries from `id` on in the open record. */
static bool insert(littlefs2_index_t *index, uint32_t id, uint32_t count)
{
    const uint32_t added = count * index->width;
    if (!make_room(index, added)) {
        return false;
    }
    uint32_t at = index->open + HEAD + id * index->width;
    memmove(&index->words[at + added], &index->words[at], (index->used - at) * sizeof index->words[0]);
    memset(&index->words[at], 0, added * sizeof index->words[0]);
    index->used += added;
    index->words[index->open + COUNT] += count;
    return true;
}

static void drop_all(littlefs2_index_t *index)
{
    index->used = 0;
    index->open = NONE;
}

void littlefs2_index_drop(littlefs2_t *fs, uint32_t block, uint32_t count, bool all)
{
    littlefs2_index_t *index = fs->index;
    for (uint32_t at = 0; index && at < index->used;) {
        if (index->words[at + BLOCK] - block < count && (all || at != index->open)) {
            remove_record(index, at);
        } else {
            at += size_of(index, at);
        }
    }
}

void littlefs2_index_start(littlefs2_t *fs, uint32_t block, uint32_t needed)
{
    littlefs2_index_t *index = fs->index;
    if (!index) {
        return;
    }
    littlefs2_index_drop(fs, block, 1, true);
    index->needed = needed;
    index->open = NONE;
    if (make_room(index, HEAD)) {
        index->open = index->used;
        index->used += HEAD;
        uint32_t *record = &index->words[index->open];
        record[BLOCK] = block;
        record[END] = record[MOVE_STATE] = record[COUNT] = 0;
    }
}

void littlefs2_index_follow(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    const uint32_t *record = littlefs2_index_of(fs, metadata);
    if (record) {
        fs->index->open = (uint32_t)(record - fs->index->words);
        fs->index->words[fs->index->open + END] = 0;
    }
}

void littlefs2_index_finish(littlefs2_t *fs, uint32_t end)
{
    littlefs2_index_t *index = fs->index;
    if (!index) {
        return;
    }
    if (index->open != NONE && end == 0) {
        remove_record(index, index->open);
    } else if (index->open != NONE) {
        index->words[index->open + END] = end;
    }
    index->open = NONE;
    index->needed = LITTLEFS2_NULL;
}

bool littlefs2_index_is_open(const littlefs2_t *fs)
{
    return fs->index && fs->index->open != NONE;
}

const uint32_t *littlefs2_index_of(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    const littlefs2_index_t *index = fs->index;
    uint32_t at = index ? find_record(index, metadata->pair[0]) : NONE;
    return at != NONE && index->words[at + END] == metadata->end ? &index->words[at] : NULL;
}

bool littlefs2_index_wants(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool search)
{
    littlefs2_index_t *index = fs->index;
    if (!index || index->open != NONE || HEAD + metadata->count * index->width > index->capacity) {
        return false;
    }
    /* To search a log that is in order takes half a pass; to get to know it takes a whole one. */
    bool again = index->missed == metadata->pair[0];
    index->missed = metadata->pair[0];
    return again || !search || metadata->flags & LITTLEFS2_SCATTERED;
}

/* -- Entries ---------------------------------------------------------------------------------------- */

static uint32_t offset_bits(const littlefs2_t *fs)
{
    uint32_t bits = 8;
    while (fs->block_size > (uint32_t)1 << bits) {
        bits++;
    }
    return bits;
}

/* The name word but for the offset. */
static uint32_t name_word(const littlefs2_t *fs, uint32_t hash, bool directory, uint32_t length)
{
    uint32_t word = hash << 9 | (uint32_t)directory << 8 | length;
    uint32_t bits = offset_bits(fs);
    return word << bits;
}

static bool put_name(littlefs2_t *fs, uint32_t *record, uint32_t *entry, const littlefs2_location_t *at,
                     uint32_t hash)
{
    uint32_t type = littlefs2_tag_type(at->tag);
    uint32_t length = at->tag & 0x3ffu;
    if (type == LITTLEFS2_NAME_SUPERBLOCK && entry == &record[HEAD]) {
        record[COUNT] |= SUPERBLOCK;
    } else if (type != LITTLEFS2_NAME_FILE && type != LITTLEFS2_NAME_DIRECTORY) {
        return false;
    }
    entry[NAME] = name_word(fs, hash, type == LITTLEFS2_NAME_DIRECTORY, length) | at->offset;
    return length > 0 && length <= NAME_MAX;
}

static bool put_content(littlefs2_index_t *index, const littlefs2_t *fs, uint32_t *entry,
                        const littlefs2_location_t *at)
{
    uint32_t type = littlefs2_tag_type(at->tag);
    uint32_t length = at->tag & 0x3ffu;
    if (littlefs2_type_is_struct(type)) {
        entry[STRUCT] = (entry[STRUCT] & ATTRIBUTES) | (type - LITTLEFS2_STRUCT_DIRECTORY + 1) << 28 |
                        length << OFFSET_BITS | at->offset;
        return type <= LITTLEFS2_STRUCT_CTZ && length != LITTLEFS2_DELETED_LENGTH;
    }
    bool modified = littlefs2_holds_modified(type);
    entry[STRUCT] |= ATTRIBUTES;
    if (!modified && !littlefs2_holds_created(type)) {
        return true;
    }
    if (index->width != WIDTH_TIMES) {
        drop_all(index);
        index->width = WIDTH_TIMES;
        return false;
    }
    uint32_t *word = &entry[modified ? MODIFIED : CREATED];
    if (!modified || *word >> 24 == 0 || *word >> 24 == (type & 0xffu) || type == littlefs2_time_type(fs)) {
        *word = (type & 0xffu) << 24 | length << OFFSET_BITS | at->offset;
    }
    return length <= TIME_MAX;
}

/* False: a record cannot say that. */
static bool note(littlefs2_t *fs, littlefs2_index_t *index, const littlefs2_location_t *at, uint32_t hash)
{
    uint32_t *record = &index->words[index->open];
    const uint32_t type = littlefs2_tag_type(at->tag);
    const uint32_t id = littlefs2_tag_id(at->tag);
    const uint32_t count = count_of(record);
    bool name = littlefs2_type_is_name(type);
    if (type == LITTLEFS2_MOVE_STATE) {
        record[MOVE_STATE] = at->offset;
        return (at->tag & 0x3ffu) == 12;
    }
    if (!name && !littlefs2_type_is_content(type) && type != LITTLEFS2_CREATE && type != LITTLEFS2_DELETE) {
        return true;
    }
    if (type == LITTLEFS2_CREATE || (name && id == count)) {
        if (id > count || count + 1 >= LITTLEFS2_NO_ID || (id == 0 && record[COUNT] & SUPERBLOCK) ||
            !insert(index, id, 1)) {
            return false;
        }
        record = &index->words[index->open]; /* it may lie elsewhere now */
    } else if (id >= count) {
        return false;
    }
    uint32_t *entry = &record[HEAD + id * index->width];
    if (type == LITTLEFS2_DELETE) {
        record[COUNT]--;
        take_out(index, (uint32_t)(entry - index->words), index->width);
        return id > 0 || !(record[COUNT] & SUPERBLOCK);
    }
    if (name) {
        return put_name(fs, record, entry, at, hash);
    }
    return type == LITTLEFS2_CREATE || put_content(index, fs, entry, at);
}

void littlefs2_index_note(littlefs2_t *fs, const littlefs2_location_t *at, uint32_t hash)
{
    littlefs2_index_t *index = fs->index;
    if (index && index->open != NONE && !note(fs, index, at, hash) && index->open != NONE) {
        remove_record(index, index->open);
    }
}

static uint32_t time_tag(uint32_t word, uint32_t id)
{
    return littlefs2_tag(LITTLEFS2_ATTRIBUTE | word >> 24, id, word >> OFFSET_BITS & 0x3fu);
}

/* -- Questions -------------------------------------------------------------------------------------- */

void littlefs2_index_entry(const littlefs2_t *fs, const uint32_t *record, uint32_t id,
                           littlefs2_entry_t *known)
{
    const littlefs2_index_t *index = fs->index;
    memset(known, 0, sizeof *known);
    if (id >= count_of(record)) {
        return;
    }
    const uint32_t *entry = &record[HEAD + id * index->width];
    const uint32_t bits = offset_bits(fs), about = entry[NAME] >> bits;
    if (entry[NAME] != 0) {
        uint32_t type = id == 0 && record[COUNT] & SUPERBLOCK ? LITTLEFS2_NAME_SUPERBLOCK
                        : about & 0x100u                      ? LITTLEFS2_NAME_DIRECTORY
                                                              : LITTLEFS2_NAME_FILE;
        known->name_tag = littlefs2_tag(type, id, about & NAME_MAX);
        known->name_offset = entry[NAME] & (((uint32_t)1 << bits) - 1);
    }
    if (entry[STRUCT] >> 28 & 3) {
        known->struct_tag = littlefs2_tag(LITTLEFS2_STRUCT_DIRECTORY + (entry[STRUCT] >> 28 & 3) - 1, id,
                                          entry[STRUCT] >> OFFSET_BITS & 0x3ffu);
        known->struct_offset = entry[STRUCT] & OFFSET_MASK;
    }
    known->flags = entry[STRUCT] & ATTRIBUTES ? LITTLEFS2_ENTRY_ATTRIBUTES : 0;
    if (index->width == WIDTH_TIMES && entry[MODIFIED]) {
        known->time_tag = time_tag(entry[MODIFIED], id);
        known->time_offset = entry[MODIFIED] & OFFSET_MASK;
    }
    if (index->width == WIDTH_TIMES && entry[CREATED]) {
        known->flags |= LITTLEFS2_ENTRY_CREATED;
    }
}

bool littlefs2_index_excludes_attributes(const littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                         uint32_t id)
{
    const uint32_t *record = littlefs2_index_of(fs, metadata);
    return record && id < count_of(record) && !(record[HEAD + id * fs->index->width + STRUCT] & ATTRIBUTES);
}

int littlefs2_index_find(const littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t mask,
                         uint32_t type, uint32_t id, littlefs2_location_t *found)
{
    const uint32_t *record = littlefs2_index_of(fs, metadata);
    littlefs2_entry_t entry;
    found->tag = 0;
    found->data = NULL;
    found->block = metadata->pair[0];
    if (!record || (type != LITTLEFS2_MOVE_STATE && id >= count_of(record))) {
        return 0;
    }
    littlefs2_index_entry(fs, record, id, &entry);
    if (type == LITTLEFS2_MOVE_STATE) {
        found->tag = record[MOVE_STATE] ? littlefs2_tag(type, LITTLEFS2_NO_ID, 12) : 0;
        found->offset = record[MOVE_STATE];
    } else if (mask == 0x780 && type == 0 &&
               littlefs2_tag_type(entry.name_tag) != LITTLEFS2_NAME_SUPERBLOCK) {
        found->tag = entry.name_tag;
        found->offset = entry.name_offset;
    } else if (mask == 0x700 && type == LITTLEFS2_STRUCT_DIRECTORY) {
        found->tag = entry.struct_tag;
        found->offset = entry.struct_offset;
    } else if (!littlefs2_type_is_attribute(type) || entry.flags & LITTLEFS2_ENTRY_ATTRIBUTES) {
        return 0;
    }
    return found->tag ? 1 : MCUFS_ENOENT;
}

/* Compares the name of an entry, as littlefs2_compare_stored. */
LITTLEFS2_OUT_OF_LINE static int compare(littlefs2_t *fs, const uint32_t *record, uint32_t id,
                                         const littlefs2_search_t *search)
{
    littlefs2_entry_t entry;
    littlefs2_index_entry(fs, record, id, &entry);
    littlefs2_location_t at = {entry.name_tag, NULL, record[BLOCK], entry.name_offset};
    return littlefs2_compare_stored(fs, &at, search->name, search->length, 0);
}

/* Where a name that is not there belongs. The first guess is behind the place of the last search. */
LITTLEFS2_OUT_OF_LINE static int find_place(littlefs2_t *fs, const uint32_t *record,
                                            littlefs2_search_t *search)
{
    uint32_t low = record[COUNT] & SUPERBLOCK ? 1 : 0, high = count_of(record);
    uint32_t next = fs->index->found;
    while (low < high) {
        uint32_t id = next >= low && next < high ? next : low + (high - low) / 2;
        int order = compare(fs, record, id, search);
        if (order < 0) {
            return order;
        }
        if (order == LITTLEFS2_GREATER) {
            high = id;
            next = LITTLEFS2_NO_ID;
        } else {
            next = next == id ? id + 1 : LITTLEFS2_NO_ID;
            low = id + 1;
        }
    }
    search->insert = (uint16_t)low;
    fs->index->found = low;
    return 1;
}

LITTLEFS2_OUT_OF_LINE static int take(littlefs2_t *fs, const uint32_t *record, uint32_t id,
                                      littlefs2_search_t *search)
{
    littlefs2_entry_t entry;
    littlefs2_index_entry(fs, record, id, &entry);
    search->found = (uint16_t)id;
    search->insert = (uint16_t)(id + 1);
    search->name_type = littlefs2_tag_type(entry.name_tag);
    search->struct_tag = entry.struct_tag;
    search->struct_offset = entry.struct_offset;
    search->modified_tag = entry.time_tag;
    search->modified_offset = entry.time_offset;
    if (entry.flags & LITTLEFS2_ENTRY_CREATED) {
        uint32_t word = record[HEAD + id * fs->index->width + CREATED];
        search->created_tag = time_tag(word, id);
        search->created_offset = word & OFFSET_MASK;
    }
    fs->index->found = id;
    return 1;
}

int littlefs2_index_search(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search)
{
    const uint32_t *record = littlefs2_index_of(fs, metadata);
    if (!record || search->length > NAME_MAX) {
        return 0;
    }
    const uint32_t hash = mcufs_crc32(LITTLEFS2_NAME_HASH, search->name, search->length);
    const uint32_t wanted[2] = {name_word(fs, hash, false, search->length),
                                name_word(fs, hash, true, search->length)};
    const uint32_t mask = ~(((uint32_t)1 << offset_bits(fs)) - 1);
    fs->index->words[(uint32_t)(record - fs->index->words) + COUNT] |= USED;
    for (uint32_t id = 0, count = count_of(record); id < count; id++) {
        const uint32_t *entry = &record[HEAD + id * fs->index->width];
        uint32_t about = entry[NAME] & mask;
        if (entry[NAME] == 0 || (entry[STRUCT] >> 28 & 3) == 0) {
            return 0; /* half an entry */
        }
        if ((about != wanted[0] && about != wanted[1]) || (id == 0 && record[COUNT] & SUPERBLOCK)) {
            continue;
        }
        int order = compare(fs, record, id, search);
        if (order <= 0) {
            return order < 0 ? order : take(fs, record, id, search);
        }
    }
    return find_place(fs, record, search);
}

#endif
