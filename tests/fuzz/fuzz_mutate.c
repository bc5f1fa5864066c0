/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Decoding a metadata log into entries, changing one, encoding it again. */

#include "fuzz_mutate.h"

#include <string.h>

#define RECORDS_MAX     600
#define LOWEST_CHECKSUM 0x500u

typedef struct record {
    uint32_t tag; /* decoded */
    uint8_t data[1024];
} record_t;

typedef struct log {
    unsigned count;
    record_t records[RECORDS_MAX];
} log_t;

static uint32_t big(const uint8_t *data)
{
    return data[3] | (uint32_t)data[2] << 8 | (uint32_t)data[1] << 16 | (uint32_t)data[0] << 24;
}

static void put_big(uint8_t *data, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        data[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static void put_little(uint8_t *data, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        data[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t checksum(const uint8_t *data, uint32_t size)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (unsigned k = 0; k < 8; k++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
        }
    }
    return crc;
}

static uint32_t data_size(uint32_t tag)
{
    return (tag & 0x3ff) == 0x3ff ? 0 : tag & 0x3ff;
}

static bool is_checksum(uint32_t tag)
{
    return (tag >> 20 & 0x780) == LOWEST_CHECKSUM;
}

/* Everything up to the first tag that is none. */
static void decode(const uint8_t *block, uint32_t block_size, log_t *log)
{
    uint32_t previous = 0xffffffffu;
    log->count = 0;
    for (uint32_t offset = 4; offset + 4 <= block_size && log->count < RECORDS_MAX;) {
        uint32_t tag = big(block + offset) ^ previous, size = data_size(tag);
        if ((tag >> 31) != 0 || offset + 4 + size > block_size) {
            break;
        }
        record_t *record = &log->records[log->count++];
        record->tag = tag;
        memcpy(record->data, block + offset + 4, size);
        previous = is_checksum(tag) ? tag ^ ((tag >> 20 & 1) << 31) : tag;
        offset += 4 + size;
    }
    while (log->count > 0 && !is_checksum(log->records[log->count - 1].tag)) {
        log->count--; /* what no checksum covers is not part of the log */
    }
}

static void encode(uint8_t *block, uint32_t block_size, const log_t *log)
{
    uint32_t previous = 0xffffffffu, start = 0, offset = 4;
    for (unsigned i = 0; i < log->count; i++) {
        const record_t *record = &log->records[i];
        uint32_t tag = record->tag & 0x7fffffffu, size = data_size(tag);
        if (offset + 4 + size > block_size) {
            break;
        }
        put_big(block + offset, tag ^ previous);
        memcpy(block + offset + 4, record->data, size);
        previous = tag;
        if (is_checksum(tag) && size >= 4) {
            put_little(block + offset + 4, checksum(block + start, offset + 4 - start));
            start = offset + 4 + size;
            previous ^= (tag >> 20 & 1) << 31;
        }
        offset += 4 + size;
    }
    memset(block + offset, 0xff, block_size - offset);
}

/* -- Changes ------------------------------------------------------------------------------------------- */

static uint32_t interesting_type(dice_t *dice)
{
    static const uint32_t types[] = {0x001, 0x002, 0x0ff, 0x200, 0x201, 0x202, 0x374, 0x401,
                                     0x4ff, 0x500, 0x501, 0x5ff, 0x600, 0x601, 0x7ff};
    return types[dice_roll(dice, sizeof types / sizeof types[0])];
}

static void change_tag(record_t *record, dice_t *dice)
{
    switch (dice_roll(dice, 4)) {
    case 0:
        record->tag = (record->tag & 0x000fffffu) | interesting_type(dice) << 20;
        break;
    case 1:
        record->tag = (record->tag & ~(0x3ffu << 10)) | (dice_chance(dice, 20) ? 0x3ffu : dice_roll(dice, 12))
                                                            << 10;
        break;
    case 2:
        record->tag = (record->tag & ~0x3ffu) | (dice_chance(dice, 30) ? 0x3ffu : dice_roll(dice, 40));
        break;
    default:
        record->tag ^= 1u << dice_roll(dice, 31);
        break;
    }
}

/* Block addresses and sizes are small numbers: make them other small numbers, or extreme. */
static void change_data(record_t *record, dice_t *dice)
{
    uint32_t size = data_size(record->tag);
    if (size == 0) {
        return;
    }
    uint32_t at = dice_roll(dice, size);
    if (dice_chance(dice, 50) && size >= 4) {
        static const uint32_t extremes[] = {0, 1, 0xffffffffu, 0x7fffffffu, 0x80000000u, 0x1000};
        uint32_t value = dice_chance(dice, 70) ? dice_roll(dice, 130) : extremes[dice_roll(dice, 6)];
        put_little(record->data + at / 4 % (size / 4) * 4, value);
    } else {
        record->data[at] = (uint8_t)dice_next(dice);
    }
}

static void change_order(log_t *log, unsigned at, dice_t *dice)
{
    if (dice_chance(dice, 50)) { /* leave out */
        log->count--;
        memmove(&log->records[at], &log->records[at + 1], (log->count - at) * sizeof(record_t));
    } else if (log->count < RECORDS_MAX) { /* repeat, somewhere before the last checksum */
        unsigned to = dice_roll(dice, log->count);
        record_t copy = log->records[at];
        memmove(&log->records[to + 1], &log->records[to], (log->count - to) * sizeof(record_t));
        log->records[to] = copy;
        log->count++;
    }
}

bool fuzz_mutate_log(uint8_t *input, size_t size, dice_t *dice)
{
    static log_t log; /* large; the fuzzer has one thread */
    if (size <= FUZZ_HEADER) {
        return false;
    }
    uint32_t block_size = fuzz_block_size(input), blocks = (uint32_t)((size - FUZZ_HEADER) / block_size);
    for (unsigned tries = 0; tries < 12 && blocks > 0; tries++) {
        uint8_t *block = input + FUZZ_HEADER + (size_t)dice_roll(dice, blocks) * block_size;
        decode(block, block_size, &log);
        if (log.count == 0) {
            continue;
        }
        unsigned at = dice_roll(dice, log.count);
        uint32_t choice = dice_roll(dice, 10);
        if (choice < 4) {
            change_tag(&log.records[at], dice);
        } else if (choice < 8) {
            change_data(&log.records[at], dice);
        } else {
            change_order(&log, at, dice);
        }
        encode(block, block_size, &log);
        return true;
    }
    return false;
}

void fuzz_mutate_bytes(uint8_t *input, size_t size, dice_t *dice)
{
    for (uint32_t i = 1 + dice_roll(dice, 6); i > 0; i--) {
        input[dice_roll(dice, (uint32_t)size)] ^= (uint8_t)(1u << dice_roll(dice, 8));
    }
}

void fuzz_fix_checksums(uint8_t *input, size_t size)
{
    if (size <= FUZZ_HEADER) {
        return;
    }
    uint32_t block_size = fuzz_block_size(input);
    for (size_t start = FUZZ_HEADER; start + block_size <= size; start += block_size) {
        uint8_t *block = input + start;
        uint32_t previous = 0xffffffffu, covered = 0;
        for (uint32_t offset = 4; offset + 4 <= block_size;) {
            uint32_t tag = big(block + offset) ^ previous, length = data_size(tag);
            if ((tag >> 31) != 0 || offset + 4 + length > block_size) {
                break;
            }
            previous = tag;
            if (is_checksum(tag) && length >= 4) {
                put_little(block + offset + 4, checksum(block + covered, offset + 4 - covered));
                covered = offset + 4 + length;
                previous ^= (tag >> 20 & 1) << 31;
            }
            offset += 4 + length;
        }
    }
}
