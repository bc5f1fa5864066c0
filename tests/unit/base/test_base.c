/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Checksums, integers on the device, bits, bitmaps, the arena, error texts. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/errors.h>

#include "../../../src/base/arena.h"
#include "../../../src/base/bitmap.h"
#include "../../../src/base/bits.h"
#include "../../../src/base/crc32.h"
#include "../../../src/base/endian.h"

static void crc_matches_known_values(void **state)
{
    (void)state;
    static const char digits[] = "123456789";
    assert_int_equal(~mcufs_crc32(0xffffffff, digits, 9) & 0xffffffffu, 0xcbf43926u);
    assert_int_equal(mcufs_crc32(0xffffffff, digits, 0), 0xffffffffu);
    assert_int_equal(mcufs_crc32(0, "\0\0\0", 3), 0);
    for (size_t split = 0; split <= 9; split++) {
        uint32_t crc = mcufs_crc32(0xffffffff, digits, split);
        assert_int_equal(mcufs_crc32(crc, digits + split, 9 - split), 0xffffffffu & ~0xcbf43926u);
    }
}

static void crc_matches_its_definition(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        uint32_t expected = byte;
        for (int bit = 0; bit < 8; bit++) {
            expected = (expected >> 1) ^ ((expected & 1) != 0 ? 0xedb88320u : 0);
        }
        uint8_t data = (uint8_t)byte;
        assert_int_equal(mcufs_crc32(0, &data, 1), expected);
    }
}

static void integers_have_their_byte_order(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xee, 0x81, 0x92, 0xa3, 0xb4, 0xc5, 0xd6, 0xe7, 0xf8};
    assert_int_equal(mcufs_load_le16(bytes + 1), 0x9281);
    assert_int_equal(mcufs_load_be16(bytes + 1), 0x8192);
    assert_int_equal(mcufs_load_le32(bytes + 1), 0xb4a39281u);
    assert_int_equal(mcufs_load_be32(bytes + 1), 0x8192a3b4u);
    assert_true(mcufs_load_le64(bytes + 1) == 0xf8e7d6c5b4a39281u);
    uint8_t stored[9] = {0xee};
    mcufs_store_le64(stored + 1, 0xf8e7d6c5b4a39281u);
    assert_memory_equal(stored, bytes, sizeof bytes);
    memset(stored + 1, 0, 8);
    mcufs_store_le32(stored + 1, 0xb4a39281u);
    mcufs_store_le16(stored + 5, 0xd6c5);
    assert_memory_equal(stored, bytes, 7);
    assert_int_equal(stored[7], 0);
    mcufs_store_be32(stored + 1, 0x8192a3b4u);
    mcufs_store_be16(stored + 5, 0xc5d6);
    assert_memory_equal(stored, bytes, 7);
}

static void bits_are_counted(void **state)
{
    (void)state;
    assert_int_equal(mcufs_popcount(0), 0);
    assert_int_equal(mcufs_popcount(0xffffffffu), 32);
    assert_int_equal(mcufs_popcount(0x80010003u), 4);
    assert_int_equal(mcufs_trailing_zeros(0), 32);
    assert_int_equal(mcufs_leading_zeros(0), 32);
    for (unsigned bit = 0; bit < 32; bit++) {
        assert_int_equal(mcufs_trailing_zeros((uint32_t)1 << bit), bit);
        assert_int_equal(mcufs_leading_zeros((uint32_t)1 << bit), 31 - bit);
        assert_int_equal(mcufs_trailing_zeros(0xffffffffu << bit), bit);
        assert_int_equal(mcufs_leading_zeros(0xffffffffu >> bit), bit);
        assert_int_equal(mcufs_power_of_two((uint32_t)1 << bit), (uint32_t)1 << bit);
    }
    assert_int_equal(mcufs_power_of_two(0), 1);
    assert_int_equal(mcufs_power_of_two(3), 4);
    assert_int_equal(mcufs_power_of_two(0x40000001u), 0x80000000u);
    assert_int_equal(mcufs_power_of_two(0x80000001u), 0);
}

static void bitmap_finds_clear_bits(void **state)
{
    (void)state;
    uint8_t map[MCUFS_BITMAP_SIZE(41)];
    assert_int_equal(sizeof map, 6);
    for (uint32_t hole = 0; hole < 41; hole++) {
        memset(map, 0xff, sizeof map);
        mcufs_bitmap_clear(map, hole);
        assert_false(mcufs_bitmap_test(map, hole));
        assert_int_equal(mcufs_popcount(map[hole / 8]), 7);
        for (uint32_t begin = 0; begin <= 41; begin++) {
            assert_int_equal(mcufs_bitmap_find_clear(map, begin, 41), begin <= hole ? hole : 41);
        }
        assert_int_equal(mcufs_bitmap_find_clear(map, 0, hole), hole);
        mcufs_bitmap_set(map, hole);
        assert_true(mcufs_bitmap_test(map, hole));
        assert_int_equal(mcufs_bitmap_find_clear(map, 0, 41), 41);
    }
    assert_int_equal(mcufs_bitmap_find_clear(map, 5, 5), 5);
}

static void arena_hands_out_aligned_pieces(void **state)
{
    (void)state;
    uint64_t memory[8];
    uint8_t *bytes = (uint8_t *)memory;
    mcufs_arena_t arena;
    mcufs_arena_init(&arena, bytes + 1, 40);
    assert_int_equal(mcufs_arena_left(&arena), 40);
    assert_ptr_equal(mcufs_arena_take(&arena, 3, 1), bytes + 1);
    assert_ptr_equal(mcufs_arena_take(&arena, 8, 8), bytes + 8);
    assert_ptr_equal(mcufs_arena_take(&arena, 0, 1), bytes + 16);
    assert_ptr_equal(mcufs_arena_take(&arena, 1, 1), bytes + 16);
    assert_ptr_equal(mcufs_arena_take(&arena, 4, 4), bytes + 20);
    assert_int_equal(mcufs_arena_left(&arena), 17);
    assert_null(mcufs_arena_take(&arena, 18, 1));
    assert_null(mcufs_arena_take(&arena, SIZE_MAX, 8));
    assert_int_equal(mcufs_arena_left(&arena), 17);
    assert_ptr_equal(mcufs_arena_take(&arena, 17, 8), bytes + 24);
    assert_null(mcufs_arena_take(&arena, 1, 1));
    mcufs_arena_init(&arena, bytes + 1, 2); /* over before the next aligned byte */
    assert_null(mcufs_arena_take(&arena, 0, 8));
    assert_null(mcufs_arena_take(&arena, 1, 8));
    assert_int_equal(mcufs_arena_left(&arena), 2);
}

static void arena_without_memory_is_empty(void **state)
{
    (void)state;
    mcufs_arena_t arena;
    mcufs_arena_init(&arena, NULL, 100);
    assert_int_equal(mcufs_arena_left(&arena), 0);
    assert_null(mcufs_arena_take(&arena, 1, 1));
    assert_null(mcufs_arena_take(&arena, 0, 8));
}

static void every_error_has_its_text(void **state)
{
    (void)state;
    static const int errors[] = {
        MCUFS_OK,      MCUFS_EPERM,     MCUFS_ENOENT,    MCUFS_EIO,      MCUFS_EBADF,
        MCUFS_EAGAIN,  MCUFS_ENOMEM,    MCUFS_EACCES,    MCUFS_EBUSY,    MCUFS_EEXIST,
        MCUFS_EXDEV,   MCUFS_ENODEV,    MCUFS_ENOTDIR,   MCUFS_EISDIR,   MCUFS_EINVAL,
        MCUFS_EFBIG,   MCUFS_ENOSPC,    MCUFS_EROFS,     MCUFS_ERANGE,   MCUFS_ENAMETOOLONG,
        MCUFS_ENODATA, MCUFS_ENOTEMPTY, MCUFS_EOVERFLOW, MCUFS_ECORRUPT, MCUFS_ENOTSUP};
    const char *unknown = mcufs_error_text(-12345);
    assert_non_null(unknown);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        const char *text = mcufs_error_text(errors[i]);
        assert_string_not_equal(text, unknown);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(text, mcufs_error_text(errors[j]));
        }
    }
    assert_string_equal(mcufs_error_text(MCUFS_ENOENT), "no such file or directory");
    assert_string_equal(mcufs_error_text(1), unknown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_matches_known_values),       cmocka_unit_test(crc_matches_its_definition),
        cmocka_unit_test(integers_have_their_byte_order), cmocka_unit_test(bits_are_counted),
        cmocka_unit_test(bitmap_finds_clear_bits),        cmocka_unit_test(arena_hands_out_aligned_pieces),
        cmocka_unit_test(arena_without_memory_is_empty),  cmocka_unit_test(every_error_has_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
