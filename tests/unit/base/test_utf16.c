/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* UTF-8 to UTF-16 and back. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf16.h"
#include <mcufs/errors.h>

/* The units of a name; -1: it is refused. */
static int units_of(const char *name, uint32_t length, uint16_t *units)
{
    mcufs_utf16_t text;
    int count = 0, result;
    mcufs_utf16_start(&text, name, length);
    while ((result = mcufs_utf16_next(&text, &units[count])) == 1) {
        count++;
    }
    return result == 0 ? count : -1;
}

static void names_are_read(void **state)
{
    uint16_t units[16];
    (void)state;
    assert_int_equal(units_of("", 0, units), 0);
    assert_int_equal(units_of("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z", 11, units), 6);
    const uint16_t expected[] = {'a', 0xe4, 0x20ac, 0xd83d, 0xde00, 'z'};
    assert_memory_equal(units, expected, sizeof expected);
    assert_int_equal(units_of("\xf4\x8f\xbf\xbf", 4, units), 2);
    assert_int_equal(units[0], 0xdbff);
    assert_int_equal(units[1], 0xdfff);
}

static void what_is_not_utf8_is_refused(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* begins in the middle */
        "a\xc3",            /* cut off */
        "\xe2\x82",         /* cut off */
        "\xf0\x9f\x98",     /* cut off */
        "\xc3\x41",         /* does not go on */
        "\xe2\x41\x82",     /* does not go on */
        "\xc0\xaf",         /* overlong */
        "\xc1\xbf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xed\xbf\xbf",     /* a surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
    };
    uint16_t units[16];
    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(units_of(bad[i], (uint32_t)strlen(bad[i]), units), -1);
    }
}

/* Every character there is goes to UTF-8 and comes back. */
static void every_character_returns(void **state)
{
    (void)state;
    for (uint32_t character = 1; character <= 0x10ffff; character++) {
        if (character == 0xd800) {
            character = 0xe000;
        }
        uint16_t units[4] = {(uint16_t)character}, back[4];
        int count = 1;
        if (character >= 0x10000) {
            units[0] = (uint16_t)(0xd7c0 + (character >> 10));
            units[1] = (uint16_t)(0xdc00 + (character & 0x3ff));
            count = 2;
        }
        char bytes[12];
        uint32_t size = 0;
        uint16_t high = 0;
        for (int i = 0; i < count; i++) {
            size += mcufs_utf8_put(units[i], &high, bytes + size);
        }
        assert_int_equal(mcufs_utf8_end(high, bytes + size), 0);
        assert_int_equal(units_of(bytes, size, back), count);
        assert_memory_equal(units, back, (size_t)count * sizeof units[0]);
    }
}

static void broken_pairs_become_the_replacement_character(void **state)
{
    static const uint16_t units[] = {0xdc00, 0xd800, 'x', 0xd801, 0xd802, 0xdc02, 0xdbff};
    static const char expected[] = "\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbd\xf0\x90\xa0\x82\xef\xbf\xbd";
    char bytes[64];
    uint32_t size = 0;
    uint16_t high = 0;
    (void)state;
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        size += mcufs_utf8_put(units[i], &high, bytes + size);
    }
    size += mcufs_utf8_end(high, bytes + size);
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(what_is_not_utf8_is_refused),
        cmocka_unit_test(every_character_returns),
        cmocka_unit_test(broken_pairs_become_the_replacement_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
