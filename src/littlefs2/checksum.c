/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Checksums of the content of files: what is stored is in mcufs/littlefs2.h.
 *
 * CRC-32 is linear: from the CRCs of two pieces that of both together follows, and from that of the whole
 * and of one piece that of the other. So the checksum of a file follows every change without a look at what
 * stayed as it was: what is new counts in, and the old content from there on counts out. That has another
 * good side: what was damaged already and is copied along with a change stays a damage.
 *
 * Content inside the metadata needs none: the checksums of its log cover it. */

#include "internal.h"

#if MCUFS_LITTLEFS2_WITH_CHECKSUMS

#include "../base/bits.h"
#include "../base/crc32.h"
#include "../base/endian.h"

#define START 0xffffffffu

/* -- Arithmetic of CRC-32: polynomials modulo its own, the top bit is x^0 -------------------------------- */

static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;
    for (; a != 0; a <<= 1) {
        product ^= a & 0x80000000u ? b : 0;
        b = (b >> 1) ^ (b & 1 ? 0xedb88320u : 0);
    }
    return product;
}

/* A CRC, after as many more zero bytes as `now` is more than `before`; less: it is taken back. */
static uint32_t shift(uint32_t crc, uint32_t before, uint32_t now)
{
    /* x^(2^32 - 1) is 1: exponents of bits are bytes rotated by three, and negative ones the complement. */
    uint32_t bytes = now > before ? now - before : before - now;
    uint32_t exponent = bytes << 3 | bytes >> 29;
    uint32_t power = 0x40000000u; /* x */
    for (exponent = now < before ? ~exponent : exponent; exponent != 0; exponent >>= 1) {
        if (exponent & 1) {
            crc = multiply(crc, power);
        }
        power = multiply(power, power);
    }
    return crc;
}

/* -- Content in blocks ----------------------------------------------------------------------------------- */

littlefs2_checksum_walk_t littlefs2_checksum_walk(const littlefs2_extent_t *extent)
{
    return (littlefs2_checksum_walk_t){*extent, extent->head, extent->size, 0};
}

int littlefs2_checksum_step(littlefs2_t *fs, littlefs2_checksum_walk_t *walk, uint32_t from)
{
    uint32_t offset, crc = 0;
    uint32_t index = littlefs2_ctz_index(fs, walk->end - 1, &offset);
    uint32_t size = littlefs2_minimum(offset + 1 - littlefs2_ctz_header(index), walk->end - from);
    if (walk->block >= fs->block_count) {
        return MCUFS_ECORRUPT;
    }
    int error = littlefs2_crc_range(fs, walk->block, offset + 1 - size, offset + 1, &crc);
    if (error < 0) {
        return error;
    }
    walk->crc ^= shift(crc, walk->end, walk->extent.size);
    walk->end -= size;
    littlefs2_progress(fs);
    return walk->end > from ? littlefs2_read_word(fs, walk->block, 0, &walk->block) : 0;
}

uint32_t littlefs2_checksum_of_walk(const littlefs2_checksum_walk_t *walk)
{
    return walk->crc ^ shift(START, 0, walk->extent.size);
}

/* The CRC, started with 0, of the content from `from` on. */
static int crc_from(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t from, uint32_t *crc)
{
    littlefs2_checksum_walk_t walk = littlefs2_checksum_walk(extent);
    int error = 0;
    while (error == 0 && walk.end > from) {
        error = littlefs2_checksum_step(fs, &walk, from);
    }
    *crc = walk.crc;
    return error;
}

int littlefs2_checksum_matches(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t value)
{
    littlefs2_checksum_walk_t walk = littlefs2_checksum_walk(extent);
    while (walk.end > 0) {
        int error = littlefs2_checksum_step(fs, &walk, 0);
        if (error < 0) {
            return error == MCUFS_ECORRUPT ? 0 : error;
        }
    }
    return littlefs2_checksum_of_walk(&walk) == value;
}

/* -- The attribute --------------------------------------------------------------------------------------- */

/* What ties a checksum to the struct it was made for. */
static uint32_t binding_of(const littlefs2_extent_t *extent)
{
    uint8_t bytes[8];
    mcufs_store_le32(bytes, extent->head);
    mcufs_store_le32(bytes + 4, extent->size);
    return mcufs_crc32(START, bytes, sizeof bytes);
}

static int take_checksum(void *context, const littlefs2_location_t *attribute)
{
    littlefs2_location_t *checksum = context;
    *checksum = littlefs2_tag_type(attribute->tag) == LITTLEFS2_CHECKSUM ? *attribute : *checksum;
    return checksum->tag != 0;
}

int littlefs2_checksum_of_entry(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                                const littlefs2_extent_t *extent, uint32_t *value)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    littlefs2_location_t attribute = {0};
    uint32_t words[2];
    int result = littlefs2_each_attribute(fs, &view, id, take_checksum, &attribute);
    if (result <= 0 || littlefs2_tag_length(attribute.tag) != sizeof words) {
        return result < 0 ? result : MCUFS_ENODATA;
    }
    result = littlefs2_read_two_words(fs, &attribute, words);
    *value = ~words[0];
    return result == 0 && words[1] != binding_of(extent) ? MCUFS_ENODATA : result;
}

uint32_t littlefs2_checksum_change(littlefs2_t *fs, const littlefs2_node_t *node, littlefs2_change_t *change)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    if (!checksums || !checksums->has_next) {
        return 0;
    }
    const uint32_t words[2] = {~checksums->next, binding_of(&node->source)};
    *change = littlefs2_pair_change(LITTLEFS2_CHECKSUM, node->handle.id, words, checksums->bytes);
    return 1;
}

const littlefs2_change_t *littlefs2_checksum_join(littlefs2_t *fs, const littlefs2_node_t *node,
                                                  const littlefs2_change_t *only)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    if (!checksums || littlefs2_checksum_change(fs, node, &checksums->changes[1]) == 0) {
        return only;
    }
    checksums->changes[0] = *only;
    return checksums->changes;
}

/* -- Open files ------------------------------------------------------------------------------------------ */

void littlefs2_checksum_begin(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    if (checksums) {
        checksums->pass_node = node;
        checksums->pass_from = checksums->pass_to = position;
        checksums->pass = 0;
    }
}

void littlefs2_checksum_programmed(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t offset,
                                   const uint8_t *bytes, uint32_t size)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    uint32_t header = littlefs2_ctz_header(node->index);
    uint32_t skip = header > offset ? littlefs2_minimum(header - offset, size) : 0;
    if (checksums && checksums->pass_node == node) {
        checksums->pass = mcufs_crc32(checksums->pass, bytes + skip, size - skip);
        checksums->pass_to += size - skip;
    }
}

void littlefs2_checksum_forget_pass(littlefs2_t *fs, const littlefs2_node_t *node)
{
    if (fs->checksums && fs->checksums->pass_node == node) {
        fs->checksums->pass_node = NULL;
    }
}

/* Whether the checksum of `committed` is known. */
static bool is_known(littlefs2_t *fs, littlefs2_node_t *node)
{
    if (node->checksum_known == LITTLEFS2_CHECKSUM_UNKNOWN &&
        !(node->handle.flags & LITTLEFS2_HANDLE_REMOVED)) {
        littlefs2_metadata_t metadata;
        int error = littlefs2_get(fs, node->handle.pair, &metadata);
        if (error == 0) {
            error = littlefs2_checksum_of_entry(fs, &metadata, node->handle.id, &node->committed,
                                                &node->checksum);
        }
        node->checksum_known = error == 0 ? LITTLEFS2_CHECKSUM_VALID : LITTLEFS2_CHECKSUM_NONE;
    }
    return node->checksum_known == LITTLEFS2_CHECKSUM_VALID;
}

/* Bytes at the start of `committed` that are the same blocks in `source`. */
static uint32_t common_bytes(const littlefs2_t *fs, const littlefs2_node_t *node)
{
    uint32_t blocks = node->committed.kind == LITTLEFS2_CONTENT_CTZ ? node->shared : 0;
    uint32_t now = node->source.size, before = node->committed.size;
    uint32_t start =
        blocks * (fs->block_size - 8) + 4 * (uint32_t)mcufs_popcount(blocks) + littlefs2_ctz_header(blocks);
    uint32_t common = littlefs2_minimum(start, littlefs2_minimum(before, now));
    /* Much shorter: looking at what is left takes less than looking at what went. */
    return blocks == 0 || now < before - common ? 0 : common;
}

void littlefs2_checksum_prepare(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    if (!checksums) {
        return;
    }
    checksums->has_next = false;
    if (node->in_buffer || node->source.kind != LITTLEFS2_CONTENT_CTZ) {
        return;
    }
    uint32_t common = common_bytes(fs, node);
    uint32_t size = node->source.size;
    uint32_t before = 0, crc = START, went = 0, came = checksums->pass;
    if (common > 0) {
        if (!is_known(fs, node) || crc_from(fs, &node->committed, common, &went) < 0) {
            return;
        }
        before = node->committed.size;
        crc = node->checksum;
    }
    bool seen = checksums->pass_node == node && checksums->pass_from == common && checksums->pass_to == size;
    if (!seen && crc_from(fs, &node->source, common, &came) < 0) {
        return;
    }
    checksums->next = shift(crc ^ went, before, size) ^ came;
    checksums->has_next = true;
}

void littlefs2_checksum_keep(littlefs2_t *fs, littlefs2_node_t *node)
{
    if (fs->checksums) {
        fs->checksums->has_next = is_known(fs, node);
        fs->checksums->next = node->checksum;
    }
}

void littlefs2_checksum_committed(littlefs2_t *fs, littlefs2_node_t *node)
{
    littlefs2_checksums_t *checksums = fs->checksums;
    if (!checksums) {
        return;
    }
    node->checksum = checksums->next;
    node->checksum_known = checksums->has_next ? LITTLEFS2_CHECKSUM_VALID : LITTLEFS2_CHECKSUM_NONE;
    littlefs2_checksum_forget_pass(fs, node);
    for (littlefs2_file_t *file = fs->files; file; file = file->next) {
        file->read_through.to = file->node == node ? LITTLEFS2_NULL : file->read_through.to;
    }
}

int littlefs2_checksum_read(littlefs2_t *fs, littlefs2_file_t *file, const uint8_t *bytes, uint32_t size)
{
    littlefs2_node_t *node = file->node;
    littlefs2_read_through_t *through = &file->read_through;
    if (!fs->checksums) {
        return 0;
    }
    if (file->position == 0) {
        *through = (littlefs2_read_through_t){0, START};
    }
    if (through->to != file->position || node->dirty || node->committed.kind != LITTLEFS2_CONTENT_CTZ) {
        through->to = LITTLEFS2_NULL;
        return 0;
    }
    through->crc = mcufs_crc32(through->crc, bytes, size);
    through->to += size;
    if (through->to < node->size || !is_known(fs, node) || through->crc == node->checksum) {
        return 0;
    }
    littlefs2_metadata_t metadata;
    bool has_entry = !(node->handle.flags & LITTLEFS2_HANDLE_REMOVED) &&
                     littlefs2_get(fs, node->handle.pair, &metadata) == 0;
    littlefs2_report_damage(fs, has_entry ? &metadata : NULL, node->handle.id, node->committed.head);
    return MCUFS_ECORRUPT;
}

/* -- Reports --------------------------------------------------------------------------------------------- */

/* In a function of its own, for the stack of those who do not want it. */
LITTLEFS2_OUT_OF_LINE static void call_hook(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                            uint32_t id, uint32_t head)
{
    char name[MCUFS_NAME_MAX + 1];
    littlefs2_location_t location;
    uint32_t length = 0;
    if (metadata && littlefs2_find_in_log(fs, metadata, 0x780, 0, id, &location) == 0) {
        length = littlefs2_minimum(littlefs2_tag_length(location.tag), MCUFS_NAME_MAX);
    }
    if (length > 0 && littlefs2_read_location(fs, &location, 0, name, length) < 0) {
        length = 0;
    }
    name[length] = '\0';
    fs->hooks->damaged(fs->hooks->context, name, head);
}

void littlefs2_report_damage(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                             uint32_t head)
{
    fs->checksums->damaged_files++;
    fs->checksums->damaged_block = head;
    if (fs->hooks && fs->hooks->damaged) {
        call_hook(fs, metadata, id, head);
    }
}

#else
/* A file has to declare something. */
typedef int littlefs2_checksums_left_out_t;
#endif
