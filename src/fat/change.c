/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The list of changes: what an operation is going to make different, in the bytes that a record of the
 * journal holds. Whoever reads metadata sees the list laid over it.
 *
 * Changes may stay on the list after their operation (they are held): clusters taken for data that no sync
 * has published, and the creation of an empty file. They go with the next commit, whoever makes it. */

#include "internal.h"

/* Every item begins with its kind and one more byte. */
enum {
    ITEM_BYTES = 1, /* size; sector, offset, bytes */
    ITEM_ERASE,     /* entries; sector, offset */
    ITEM_NAME,      /* length; checksum, pieces, name */
    ITEM_PIECES,    /* entries; sector, offset, sequence */
    ITEM_LINK,      /* -; first, count, next */
    ITEM_TAKEN,     /* the same, of clusters that were free */
    ITEM_FREE       /* -; first, count */
};

enum { PLACE_SIZE = 8, NAME_HEAD = 4, PIECES_SIZE = 9, LINK_SIZE = 14, FREE_SIZE = 10 };

static uint32_t item_size(const uint8_t *item)
{
    switch (item[0]) {
    case ITEM_BYTES:
        return PLACE_SIZE + (uint32_t)item[1];
    case ITEM_NAME:
        return NAME_HEAD + (uint32_t)item[1];
    case ITEM_ERASE:
        return PLACE_SIZE;
    case ITEM_PIECES:
        return PIECES_SIZE;
    case ITEM_FREE:
        return FREE_SIZE;
    default:
        return LINK_SIZE;
    }
}

static bool is_about_table(const uint8_t *item)
{
    return item[0] >= ITEM_LINK;
}

static unsigned kind_of(const uint8_t *item)
{
    switch (item[0]) {
    case ITEM_ERASE:
        return FAT_LAY_ERASURES;
    case ITEM_LINK:
    case ITEM_TAKEN:
        return FAT_LAY_LINKS;
    case ITEM_FREE:
        return FAT_LAY_FREES;
    case ITEM_NAME:
        return 0;
    default:
        return FAT_LAY_ENTRIES;
    }
}

/* The sectors that an item touches. */
static void item_range(const fat_t *fs, const uint8_t *item, uint32_t *sector, uint32_t *count)
{
    *count = item[0] != ITEM_NAME;
    if (is_about_table(item)) {
        fat_table_range(fs, mcufs_load_le32(item + 2), mcufs_load_le32(item + 6), sector, count);
    } else {
        *sector = mcufs_load_le32(item + 2);
    }
}

static bool item_touches(const fat_t *fs, const uint8_t *item, uint32_t sector)
{
    uint32_t first = 0, count;
    item_range(fs, item, &first, &count);
    return sector - first < count;
}

/* -- Laying over ------------------------------------------------------------------------------------------
 */

/* One entry of a long name. */
static void lay_piece(const uint8_t *name_item, uint32_t sequence, uint8_t *entry)
{
    mcufs_utf16_t text;
    uint16_t unit = 0;
    int more = 1;
    memset(entry, 0xff, FAT_ENTRY_SIZE);
    entry[0] = (uint8_t)(sequence | (sequence == name_item[3] ? 0x40u : 0u));
    entry[FAT_AT_ATTRIBUTES] = FAT_ATTRIBUTE_LONG;
    entry[12] = 0;
    entry[13] = name_item[2];
    mcufs_store_le16(entry + 26, 0);
    mcufs_utf16_start(&text, (const char *)name_item + NAME_HEAD, name_item[1]);
    for (uint32_t i = 0; more == 1 && i < sequence * FAT_PIECE_UNITS; i++) {
        more = mcufs_utf16_next(&text, &unit);
        unit = more == 1 ? unit : 0;
        if (i + FAT_PIECE_UNITS >= sequence * FAT_PIECE_UNITS) {
            uint32_t k = i - (sequence - 1) * FAT_PIECE_UNITS;
            mcufs_store_le16(entry + (k < 5 ? 1 + 2 * k : k < 11 ? 4 + 2 * k : 6 + 2 * k), unit);
        }
    }
}

static void lay_table(const fat_t *fs, const uint8_t *item, uint32_t sector, uint8_t *bytes)
{
    uint32_t first = mcufs_load_le32(item + 2), count = mcufs_load_le32(item + 6), begin, sectors;
    /* The first cluster of the item that may be in this sector; an entry may begin in the one before. */
    uint32_t skip = ((sector - fs->shape.table) << fs->shape.sector_shift) /
                    (fs->shape.bits == 12 ? 3u : fs->shape.bits / 8u);
    skip = fs->shape.bits == 12 ? 2 * skip : skip;
    skip = skip > first + 2 ? skip - first - 2 : 0;
    for (uint32_t i = skip; i < count; i++) {
        fat_table_range(fs, first + i, 1, &begin, &sectors);
        if (begin > sector) {
            break;
        }
        uint32_t value = i + 1 < count          ? first + i + 1
                         : item[0] == ITEM_FREE ? 0
                                                : mcufs_load_le32(item + 10);
        fat_table_put(fs, sector, bytes, first + i, item[0] == ITEM_FREE ? 0 : value, item[0] == ITEM_TAKEN);
    }
}

static void lay_item(const fat_t *fs, const uint8_t *item, const uint8_t *name, uint32_t sector,
                     uint8_t *bytes)
{
    if (is_about_table(item)) {
        lay_table(fs, item, sector, bytes);
        return;
    }
    uint8_t *at = bytes + mcufs_load_le16(item + 6);
    if (item[0] == ITEM_BYTES) {
        memcpy(at, item + PLACE_SIZE, item[1]);
        return;
    }
    for (uint32_t i = 0; i < item[1]; i++, at += FAT_ENTRY_SIZE) {
        if (item[0] == ITEM_ERASE) {
            at[0] = FAT_DELETED;
        } else {
            lay_piece(name, item[8] - i, at);
        }
    }
}

/* The items from `from` on. */
static void lay_from(const fat_t *fs, uint32_t from, uint32_t sector, uint8_t *bytes, unsigned kinds)
{
    const uint8_t *name = NULL;
    for (uint32_t at = 0; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        if (item[0] == ITEM_NAME) {
            name = item;
        } else if (at >= from && kind_of(item) & kinds && item_touches(fs, item, sector)) {
            lay_item(fs, item, name, sector, bytes);
        }
    }
}

void fat_lay_over(const fat_t *fs, uint32_t sector, uint8_t *bytes, unsigned kinds)
{
    lay_from(fs, 0, sector, bytes, kinds);
}

/* -- Adding ------------------------------------------------------------------------------------------------
 */

/* Room for an item; NULL: there is none. Nothing reads the list until it is filled in and `finish`ed. */
static uint8_t *start_item(fat_t *fs, uint8_t kind, uint8_t second, uint32_t size)
{
    if (size > FAT_LIST_SIZE - fs->list_size) {
        return NULL;
    }
    uint8_t *item = fs->list + fs->list_size;
    item[0] = kind;
    item[1] = second;
    return item;
}

/* The item counts from now on, in the pool as well. */
static void refresh_pool(fat_t *fs, uint32_t from)
{
    for (uint32_t i = 0; i < fs->buffer_count; i++) {
        const fat_buffer_t *buffer = &fs->buffers[i];
        if (buffer->state == FAT_BUFFER_METADATA) {
            lay_from(fs, from, buffer->sector, fs->memory + ((size_t)i << fs->shape.sector_shift),
                     FAT_LAY_ALL);
        }
    }
}

static int finish_item(fat_t *fs, const uint8_t *item)
{
    uint32_t from = fs->list_size;
    fs->list_size = (uint16_t)(from + item_size(item));
    refresh_pool(fs, from);
    return 0;
}

static uint8_t *start_place(fat_t *fs, uint8_t kind, uint32_t second, uint32_t sector, uint32_t offset,
                            uint32_t size)
{
    uint8_t *item = start_item(fs, kind, (uint8_t)second, size);
    if (item) {
        mcufs_store_le32(item + 2, sector);
        mcufs_store_le16(item + 6, (uint16_t)offset);
    }
    return item;
}

int fat_add_bytes(fat_t *fs, uint32_t sector, uint32_t offset, const void *bytes, uint32_t size)
{
    uint8_t *item = start_place(fs, ITEM_BYTES, size, sector, offset, PLACE_SIZE + size);
    if (!item) {
        return FAT_FULL;
    }
    memcpy(item + PLACE_SIZE, bytes, size);
    return finish_item(fs, item);
}

int fat_add_erase(fat_t *fs, uint32_t sector, uint32_t offset, uint32_t count)
{
    const uint8_t *item = start_place(fs, ITEM_ERASE, count, sector, offset, PLACE_SIZE);
    return item ? finish_item(fs, item) : FAT_FULL;
}

int fat_add_name(fat_t *fs, const char *name, uint32_t length, uint8_t checksum, uint32_t pieces)
{
    uint8_t *item = start_item(fs, ITEM_NAME, (uint8_t)length, NAME_HEAD + length);
    if (!item) {
        return FAT_FULL;
    }
    item[2] = checksum;
    item[3] = (uint8_t)pieces;
    memcpy(item + NAME_HEAD, name, length);
    return finish_item(fs, item);
}

int fat_add_pieces(fat_t *fs, uint32_t sector, uint32_t offset, uint32_t count, uint32_t sequence)
{
    uint8_t *item = start_place(fs, ITEM_PIECES, count, sector, offset, PIECES_SIZE);
    if (!item) {
        return FAT_FULL;
    }
    item[8] = (uint8_t)sequence;
    return finish_item(fs, item);
}

/* Clusters became free, or cease to be. */
static void account(fat_t *fs, uint32_t first, uint32_t count, bool free)
{
    uint32_t *number = &fs->free;
    if (fs->free == FAT_END) {
        number = &fs->counted;
        count = fs->counted_to <= first ? 0 : fat_minimum(count, fs->counted_to - first);
    }
    if (free) {
        *number += count;
    } else {
        *number -= fat_minimum(*number, count);
    }
}

static uint8_t *start_range(fat_t *fs, uint8_t kind, uint32_t first, uint32_t count, uint32_t size)
{
    uint8_t *item = start_item(fs, kind, 0, size);
    if (item) {
        mcufs_store_le32(item + 2, first);
        mcufs_store_le32(item + 6, count);
    }
    return item;
}

int fat_add_link(fat_t *fs, uint32_t first, uint32_t count, uint32_t next, bool fresh)
{
    uint8_t *item = start_range(fs, fresh ? ITEM_TAKEN : ITEM_LINK, first, count, LINK_SIZE);
    if (!item) {
        return FAT_FULL;
    }
    mcufs_store_le32(item + 10, next);
    if (fresh) {
        account(fs, first, count, false);
    }
    return finish_item(fs, item);
}

/* The item, one that may still be changed, whose last cluster is `tail` and ends a chain; else the list's
 * size. */
static uint32_t find_end(const fat_t *fs, uint32_t tail)
{
    uint32_t at = fs->mark;
    for (; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        if (item[0] == ITEM_TAKEN && mcufs_load_le32(item + 10) == FAT_END &&
            mcufs_load_le32(item + 2) + mcufs_load_le32(item + 6) - 1 == tail) {
            break;
        }
    }
    return at;
}

int fat_add_taken(fat_t *fs, uint32_t tail, uint32_t first, uint32_t count)
{
    uint32_t at = tail != 0 ? find_end(fs, tail) : fs->list_size;
    uint8_t *end = at < fs->list_size ? fs->list + at : NULL;
    fs->next = first + count;
    if (end && first == tail + 1) {
        mcufs_store_le32(end + 6, mcufs_load_le32(end + 6) + count);
        account(fs, first, count, false);
        refresh_pool(fs, at);
        return 0;
    }
    uint32_t needed = LINK_SIZE + (tail != 0 && !end ? LINK_SIZE : 0);
    if (needed > FAT_LIST_SIZE - (uint32_t)fs->list_size) {
        fs->next = first; /* for the next try */
        return FAT_FULL;
    }
    if (end) {
        mcufs_store_le32(end + 10, first);
        refresh_pool(fs, at);
    } else if (tail != 0) {
        (void)fat_add_link(fs, tail, 1, first, false);
    }
    return fat_add_link(fs, first, count, FAT_END, true);
}

int fat_add_free(fat_t *fs, uint32_t first, uint32_t count)
{
    const uint8_t *item = start_range(fs, ITEM_FREE, first, count, FREE_SIZE);
    if (!item) {
        return FAT_FULL;
    }
    account(fs, first, count, true);
    return finish_item(fs, item);
}

/* A chain that will have to be freed later. */
static int condemn(fat_t *fs, uint32_t first)
{
    for (uint32_t i = 0; i < FAT_INTENTS; i++) {
        if (fs->condemned[i] == 0) {
            fs->condemned[i] = first;
            return 0;
        }
    }
    return FAT_FULL;
}

/* Some of the list is left for what else the operation has to add. */
int fat_add_free_chain(fat_t *fs, uint32_t first)
{
    const uint32_t reserve = 120;
    while (fat_is_cluster(fs, first)) {
        uint32_t count = 0, next;
        do {
            int error = fat_next(fs, first + count, &next);
            if (error < 0) {
                return error;
            }
            count += next != FAT_FREE;
        } while (next == first + count && count < fs->shape.clusters);
        if (count == 0) {
            break; /* is free already */
        }
        if (fs->list_size + FREE_SIZE + reserve > FAT_LIST_SIZE) {
            return condemn(fs, first);
        }
        int error = fat_add_free(fs, first, count);
        if (error != 0) {
            return error;
        }
        fat_chain_forget(fs, first, 0);
        first = next;
    }
    return 0;
}

/* -- Looking at it -----------------------------------------------------------------------------------------
 */

bool fat_next_target(const fat_t *fs, fat_target_t *target, unsigned kinds)
{
    while (target->item < fs->list_size) {
        const uint8_t *item = fs->list + target->item;
        uint32_t sector = 0, count;
        item_range(fs, item, &sector, &count);
        if (!(kind_of(item) & kinds) || target->index >= count) {
            target->item += item_size(item);
            target->index = 0;
            continue;
        }
        target->sector = sector + target->index++;
        uint32_t earlier = 0;
        while (earlier < target->item && !(kind_of(fs->list + earlier) & kinds &&
                                           item_touches(fs, fs->list + earlier, target->sector))) {
            earlier += item_size(fs->list + earlier);
        }
        if (earlier == target->item) {
            return true;
        }
    }
    return false;
}

/* Fewer than four are not worth the rest of the pool. */
uint32_t fat_more_targets(const fat_t *fs, fat_target_t *target, uint32_t most)
{
    fat_target_t ahead = *target;
    uint32_t count = 1;
    bool more = target->sector - fs->shape.table < fs->shape.table_sectors;
    for (uint32_t left = 4; more && left > 1; left--) {
        more = fat_next_target(fs, &ahead, FAT_LAY_ALL) && ahead.sector == target->sector + 5 - left;
    }
    for (ahead = *target; more && count < most; count++) {
        more = fat_next_target(fs, &ahead, FAT_LAY_ALL) && ahead.sector == target->sector + count;
        if (!more) {
            break;
        }
        target->item = ahead.item;
        target->index = ahead.index;
    }
    return count;
}

bool fat_list_is_one_entry(const fat_t *fs)
{
    uint32_t sector = mcufs_load_le32(fs->list + 2), entry = mcufs_load_le16(fs->list + 6) / FAT_ENTRY_SIZE;
    for (uint32_t at = 0; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        bool single = item[0] == ITEM_BYTES || (item[0] == ITEM_ERASE && item[1] == 1);
        if (!single || mcufs_load_le32(item + 2) != sector ||
            mcufs_load_le16(item + 6) / FAT_ENTRY_SIZE != entry) {
            return false;
        }
    }
    return true;
}

bool fat_list_frees(const fat_t *fs, uint32_t cluster, uint32_t *after)
{
    for (uint32_t at = 0; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        uint32_t first = mcufs_load_le32(item + 2);
        if (item[0] == ITEM_FREE && cluster - first < mcufs_load_le32(item + 6)) {
            *after = first + mcufs_load_le32(item + 6);
            return true;
        }
    }
    return false;
}

bool fat_next_freed(const fat_t *fs, uint32_t *at, uint32_t *first, uint32_t *count)
{
    while (*at < fs->list_size) {
        const uint8_t *item = fs->list + *at;
        *at += item_size(item);
        if (item[0] == ITEM_FREE) {
            *first = mcufs_load_le32(item + 2);
            *count = mcufs_load_le32(item + 6);
            return true;
        }
    }
    return false;
}

uint32_t fat_list_taken(const fat_t *fs)
{
    uint32_t taken = 0;
    for (uint32_t at = 0; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        if (item[0] == ITEM_TAKEN || item[0] == ITEM_FREE) {
            uint32_t count = mcufs_load_le32(item + 6);
            taken += item[0] == ITEM_TAKEN ? count : 0 - count;
        }
    }
    return taken;
}

void fat_list_revert(fat_t *fs)
{
    /* The operation has told these before it found no room on the list. */
    fs->slot_hint = 0;
    fat_names_forget(fs);
    if (fs->list_size == fs->mark) {
        return;
    }
    fs->list_size = fs->mark;
    fs->free = fs->mark_free;
    fs->counted_to = fs->free == FAT_END ? 0 : fs->counted_to;
    memset(fs->runs, 0, fs->run_count * sizeof *fs->runs);
    fat_drop_metadata(fs);
}

static bool item_is_valid(const fat_t *fs, const uint8_t *item, uint32_t left, const uint8_t *name)
{
    if (item[0] < ITEM_BYTES || item[0] > ITEM_FREE || left < PLACE_SIZE || left < item_size(item)) {
        return item[0] == ITEM_NAME && left >= NAME_HEAD && left >= item_size(item);
    }
    if (item[0] == ITEM_NAME) {
        return true;
    }
    uint32_t first = mcufs_load_le32(item + 2), count = mcufs_load_le32(item + 6);
    if (is_about_table(item)) {
        return fat_is_cluster(fs, first) && count > 0 && count <= fs->shape.clusters - (first - FAT_FIRST);
    }
    uint32_t offset = mcufs_load_le16(item + 6);
    uint32_t size = item[0] == ITEM_BYTES ? item[1] : (uint32_t)item[1] * FAT_ENTRY_SIZE;
    bool named = item[0] != ITEM_PIECES || (name && item[8] >= item[1]);
    return named && first >= fs->shape.table && first < fs->shape.sectors && size <= fs->shape.sector_size &&
           offset <= fs->shape.sector_size - size;
}

bool fat_list_is_valid(const fat_t *fs)
{
    const uint8_t *name = NULL;
    for (uint32_t at = 0; at < fs->list_size; at += item_size(fs->list + at)) {
        const uint8_t *item = fs->list + at;
        if (!item_is_valid(fs, item, fs->list_size - at, name)) {
            return false;
        }
        name = item[0] == ITEM_NAME ? item : name;
    }
    return true;
}
