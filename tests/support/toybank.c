/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The toy filesystem on the device: three banks, each a header (magic, sequence, length, hash) and the
 * nodes. The newest whole bank counts. Three, so that the one after a torn one is never the last good. */

#include "toy_internal.h"

#include <stdint.h>
#include <string.h>

#include "dice.h"

#define BANKS  3
#define HEADER 28
#define MAGIC  0x31594f5455464d2au

static uint32_t bank_blocks(const toy_t *toy)
{
    uint32_t blocks = toy->device->geometry.block_count / BANKS;
    uint32_t needed = TOY_IMAGE_MAX / toy->device->geometry.block_size;
    return blocks < needed ? blocks : needed;
}

/* -- Bytes -------------------------------------------------------------------------------------------- */

typedef struct stream {
    uint8_t *bytes;
    uint32_t position, size;
    bool overrun;
} stream_t;

static void put(stream_t *stream, const void *bytes, uint32_t size)
{
    if (size > stream->size - stream->position) {
        stream->overrun = true;
        return;
    }
    memcpy(stream->bytes + stream->position, bytes, size);
    stream->position += size;
}

static void get(stream_t *stream, void *bytes, uint32_t size)
{
    memset(bytes, 0, size);
    if (size > stream->size - stream->position) {
        stream->overrun = true;
        return;
    }
    memcpy(bytes, stream->bytes + stream->position, size);
    stream->position += size;
}

static void put_number(stream_t *stream, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t byte = (uint8_t)(value >> (8 * i));
        put(stream, &byte, 1);
    }
}

static uint64_t get_number(stream_t *stream, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t byte;
        get(stream, &byte, 1);
        value |= (uint64_t)byte << (8 * i);
    }
    return value;
}

/* -- Nodes -------------------------------------------------------------------------------------------- */

static void put_node(const toy_t *toy, stream_t *stream, int index)
{
    const toy_node_t *node = &toy->nodes[index];
    const toy_content_t *content = toy->defect == TOY_EAGER_WRITE ? &node->live : &node->durable;
    put_number(stream, (unsigned)index + 1u, 2);
    put_number(stream, node->type, 1);
    put_number(stream, (uint16_t)node->parent, 2);
    put(stream, node->name, (uint32_t)strlen(node->name) + 1);
    put_number(stream, content->size, 4);
    put(stream, content->bytes, content->size);
    for (unsigned i = 0; i < TOY_ATTRIBUTES; i++) {
        const toy_attribute_t *attribute = &node->attributes[i];
        bool present = attribute->present && toy->defect != TOY_LOSE_ATTRIBUTES;
        put_number(stream, present, 1);
        put_number(stream, attribute->type, present);
        put_number(stream, attribute->size, present);
        put(stream, attribute->bytes, present ? attribute->size : 0);
    }
}

static int get_node(toy_t *toy, stream_t *stream, uint64_t number)
{
    if (number > TOY_NODES) {
        return MCUFS_ECORRUPT;
    }
    toy_node_t *node = &toy->nodes[number - 1];
    memset(node, 0, sizeof *node);
    node->used = node->linked = true;
    node->type = (uint8_t)get_number(stream, 1);
    node->parent = (int16_t)get_number(stream, 2);
    for (unsigned i = 0; i < TOY_NAME; i++) {
        get(stream, &node->name[i], 1);
        if (node->name[i] == '\0') {
            break;
        }
    }
    node->name[TOY_NAME - 1] = '\0';
    node->durable.size = (uint32_t)get_number(stream, 4);
    if (node->durable.size > TOY_FILE_MAX || node->parent < 0 || node->parent >= TOY_NODES) {
        return MCUFS_ECORRUPT;
    }
    get(stream, node->durable.bytes, node->durable.size);
    node->live = node->durable;
    for (unsigned i = 0; i < TOY_ATTRIBUTES; i++) {
        toy_attribute_t *attribute = &node->attributes[i];
        attribute->present = get_number(stream, 1) != 0;
        attribute->type = (uint8_t)get_number(stream, attribute->present);
        attribute->size = (uint8_t)get_number(stream, attribute->present);
        if (attribute->size > TOY_ATTRIBUTE_SIZE) {
            return MCUFS_ECORRUPT;
        }
        get(stream, attribute->bytes, attribute->size);
    }
    return stream->overrun ? MCUFS_ECORRUPT : 0;
}

/* -- Banks -------------------------------------------------------------------------------------------- */

static uint32_t bank_size(const toy_t *toy)
{
    return bank_blocks(toy) * toy->device->geometry.block_size;
}

static int write_image(toy_t *toy, unsigned bank, uint32_t size)
{
    const mcufs_geometry_t *geometry = &toy->device->geometry;
    uint32_t first = bank * bank_blocks(toy), position = 0;
    uint32_t padded = (size + geometry->program_size - 1) / geometry->program_size * geometry->program_size;
    memset(toy->image + size, 0, padded - size);
    int error = 0;
    for (uint32_t block = 0; error == 0 && position < padded; block++) {
        uint32_t count = padded - position < geometry->block_size ? padded - position : geometry->block_size;
        if (toy->defect != TOY_SKIP_ERASE) {
            error = mcufs_device_erase(toy->device, first + block);
        }
        if (error == 0) {
            error = mcufs_device_program(toy->device, first + block, 0, toy->image + position, count);
        }
        position += count;
    }
    return error != 0 ? error : mcufs_device_sync(toy->device);
}

int toy_commit(toy_t *toy)
{
    if (toy->failed && toy->defect == TOY_FAIL_TWICE) {
        return MCUFS_EIO;
    }
    uint32_t room = bank_size(toy) < TOY_IMAGE_MAX ? bank_size(toy) : TOY_IMAGE_MAX;
    stream_t stream = {toy->image, HEADER, room, false};
    for (int i = 0; i < TOY_NODES; i++) {
        if (toy->nodes[i].used && toy->nodes[i].linked) {
            put_node(toy, &stream, i);
        }
    }
    put_number(&stream, 0, 2);
    if (stream.overrun) {
        return MCUFS_ENOSPC;
    }
    uint32_t size = stream.position;
    stream.position = 0;
    put_number(&stream, MAGIC, 8);
    put_number(&stream, ++toy->sequence, 8);
    put_number(&stream, size, 4);
    put_number(&stream,
               hash_bytes(hash_bytes(HASH_START, toy->image, 20), toy->image + HEADER, size - HEADER), 8);
    unsigned bank = toy->defect == TOY_ONE_BANK ? 0 : (toy->bank + 1) % BANKS;
    int error = write_image(toy, bank, size);
    if (error == 0) {
        toy->bank = bank;
    } else {
        toy->failed = true;
    }
    return error;
}

/* Reads a bank into toy->image; 0 when it is whole. */
static int read_bank(toy_t *toy, unsigned bank, uint64_t *sequence, uint32_t *size)
{
    const mcufs_geometry_t *geometry = &toy->device->geometry;
    uint32_t first = bank * bank_blocks(toy);
    for (uint32_t i = 0; i < bank_blocks(toy); i++) {
        int error = mcufs_device_read(toy->device, first + i, 0, toy->image + i * geometry->block_size,
                                      geometry->block_size);
        if (error != 0) {
            return error;
        }
    }
    stream_t stream = {toy->image, 0, HEADER, false};
    bool magic = get_number(&stream, 8) == MAGIC;
    *sequence = get_number(&stream, 8);
    *size = (uint32_t)get_number(&stream, 4);
    uint64_t hash = get_number(&stream, 8);
    if (!magic || *size < HEADER || *size > bank_size(toy)) {
        return MCUFS_ECORRUPT;
    }
    uint64_t actual = hash_bytes(hash_bytes(HASH_START, toy->image, 20), toy->image + HEADER, *size - HEADER);
    return actual == hash || toy->defect == TOY_NO_CHECKSUM ? 0 : MCUFS_ECORRUPT;
}

static int load_image(toy_t *toy, uint32_t size)
{
    stream_t stream = {toy->image, HEADER, size, false};
    memset(toy->nodes, 0, sizeof toy->nodes);
    for (;;) {
        uint64_t number = get_number(&stream, 2);
        if (number == 0) {
            break;
        }
        int error = get_node(toy, &stream, number);
        if (error != 0) {
            return error;
        }
    }
    return toy->nodes[0].used && !stream.overrun ? 0 : MCUFS_ECORRUPT;
}

static int load(toy_t *toy)
{
    int best = MCUFS_ENODEV;
    toy->sequence = 0;
    for (unsigned bank = 0; bank < BANKS; bank++) {
        uint64_t sequence;
        uint32_t size;
        int error = read_bank(toy, bank, &sequence, &size);
        if (error != 0 && error != MCUFS_ECORRUPT) {
            return error;
        }
        if (error == 0 && (best != 0 || sequence > toy->sequence)) {
            best = load_image(toy, size);
            toy->bank = bank;
            toy->sequence = sequence;
        }
    }
    return best;
}

int toy_probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    (void)device;
    (void)found;
    return MCUFS_ENODEV; /* is asked for by name only */
}

static int prepare(const mcufs_setup_t *setup, toy_t **toy)
{
    uintptr_t address = (uintptr_t)setup->arena, aligned = (address + 15) & ~(uintptr_t)15;
    if (setup->arena_size < toyfs_arena_size()) {
        return MCUFS_ENOMEM;
    }
    *toy = (toy_t *)((uint8_t *)setup->arena + (aligned - address));
    memset(*toy, 0, sizeof **toy);
    (*toy)->device = setup->device;
    (*toy)->defect = setup->options == NULL ? TOY_SOUND : ((const toy_options_t *)setup->options)->defect;
    (*toy)->read_only = (setup->flags & MCUFS_READ_ONLY) != 0;
    return 0;
}

int toy_format(const mcufs_setup_t *setup)
{
    toy_t *toy;
    int error = prepare(setup, &toy);
    for (uint32_t i = 0; error == 0 && i < setup->device->geometry.block_count; i++) {
        error = mcufs_device_erase(setup->device, i);
    }
    if (error == 0) {
        toy->nodes[0].used = toy->nodes[0].linked = true;
        toy->nodes[0].type = MCUFS_TYPE_DIRECTORY;
        error = toy_commit(toy);
    }
    return error;
}

/* What was read may be a bank with bits that read differently next time: it is written anew, so that
 * whatever was seen stays. */
int toy_mount(const mcufs_setup_t *setup, void **volume)
{
    toy_t *toy;
    int error = prepare(setup, &toy);
    if (error == 0) {
        error = load(toy);
    }
    if (error == 0 && !toy->read_only) {
        for (uint32_t i = 0; toy->defect == TOY_RECOVERY_ERASES && i < BANKS * bank_blocks(toy); i++) {
            (void)mcufs_device_erase(toy->device, i);
        }
        error = toy_commit(toy);
        toy->failed = false;
    }
    *volume = toy;
    return error;
}
