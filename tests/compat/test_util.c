/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A program that uses all of lfs_util.h. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lfs_util.h"

static void smaller_and_larger(void **state)
{
    (void)state;
    assert_int_equal(lfs_min(3, 5), 3);
    assert_int_equal(lfs_min(UINT32_MAX, 5), 5);
    assert_int_equal(lfs_max(3, 5), 5);
    assert_int_equal(lfs_max(UINT32_MAX, 5), UINT32_MAX);
}

static void aligned(void **state)
{
    (void)state;
    assert_int_equal(lfs_aligndown(0, 16), 0);
    assert_int_equal(lfs_aligndown(15, 16), 0);
    assert_int_equal(lfs_aligndown(16, 16), 16);
    assert_int_equal(lfs_alignup(0, 16), 0);
    assert_int_equal(lfs_alignup(1, 16), 16);
    assert_int_equal(lfs_alignup(16, 16), 16);
    assert_int_equal(lfs_alignup(17, 12), 24);
}

static void bits(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 32; i++) {
        assert_int_equal(lfs_ctz((uint32_t)1 << i), i);
        assert_int_equal(lfs_ctz(UINT32_MAX << i), i);
        assert_int_equal(lfs_popc(UINT32_MAX << i), 32 - i);
        assert_int_equal(lfs_npw2((uint32_t)1 << i), i);
    }
    assert_int_equal(lfs_popc(0), 0);
    assert_int_equal(lfs_popc(0xa5), 4);
    assert_int_equal(lfs_npw2(3), 2);
    assert_int_equal(lfs_npw2(5), 3);
    assert_int_equal(lfs_npw2(1025), 11);
    assert_int_equal(lfs_npw2(UINT32_MAX), 32);
}

static void sequence_numbers(void **state)
{
    (void)state;
    assert_int_equal(lfs_scmp(5, 5), 0);
    assert_true(lfs_scmp(6, 5) > 0);
    assert_true(lfs_scmp(5, 6) < 0);
    assert_true(lfs_scmp(0, UINT32_MAX) > 0);
    assert_true(lfs_scmp(UINT32_MAX, 0) < 0);
}

static void byte_order(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x12, 0x34, 0x56, 0x78};
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    assert_int_equal(lfs_fromle32(word), 0x78563412);
    assert_int_equal(lfs_frombe32(word), 0x12345678);
    assert_int_equal(lfs_tole32(0x78563412), word);
    assert_int_equal(lfs_tobe32(0x12345678), word);
}

/* "123456789" is what CRCs are compared by; not inverted at the end, and so its complement here. */
static void check_sum(void **state)
{
    (void)state;
    assert_int_equal(lfs_crc(0xffffffff, "123456789", 9), ~UINT32_C(0xcbf43926));
    uint32_t crc = lfs_crc(0xffffffff, "12345", 5);
    assert_int_equal(lfs_crc(crc, "6789", 4), ~UINT32_C(0xcbf43926));
    assert_int_equal(lfs_crc(7, "", 0), 7);
    uint8_t all[256 + 4];
    for (unsigned i = 0; i < 256; i++) {
        all[i] = (uint8_t)i;
    }
    crc = lfs_tole32(lfs_crc(0xffffffff, all, 256));
    memcpy(all + 256, &crc, 4);
    assert_int_equal(lfs_crc(0xffffffff, all, sizeof all), 0);
}

static void memory(void **state)
{
    (void)state;
#ifdef LFS_NO_MALLOC
    assert_null(lfs_malloc(10));
#else
    uint8_t *bytes = lfs_malloc(10);
    assert_non_null(bytes);
    memset(bytes, 1, 10);
    lfs_free(bytes);
#endif
    lfs_free(NULL);
}

/* With and without arguments, and as a statement that needs braces nowhere. */
static void messages(void **state)
{
    (void)state;
    if (state) {
        LFS_TRACE("trace %d", 1);
    } else
        LFS_DEBUG("debug");
    LFS_DEBUG("debug %s %" PRIu32, "text", (uint32_t)2);
    LFS_WARN("warn");
    LFS_ERROR("error %d", 3);
    LFS_ASSERT(state != NULL);
    assert_string_equal(LFS_STRINGIZE(LFS_UTIL_H), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smaller_and_larger),
        cmocka_unit_test(aligned),
        cmocka_unit_test(bits),
        cmocka_unit_test(sequence_numbers),
        cmocka_unit_test(byte_order),
        cmocka_unit_test(check_sum),
        cmocka_unit_test(memory),
        cmocka_unit_test(messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
