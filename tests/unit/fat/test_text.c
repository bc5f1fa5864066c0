/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Names of FAT: UTF-8 to UTF-16 and back, upper case, code page 437. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32.h"
#include "fat/text.h"
#include <mcufs/errors.h>

/* The units of a name; -1: it is refused. */
static int units_of(const char *name, uint32_t length, uint16_t *units)
{
    fat_text_t text;
    int count = 0, result;
    fat_text_start(&text, name, length);
    while ((result = fat_text_next(&text, &units[count])) == 1) {
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
            size += fat_text_put(units[i], &high, bytes + size);
        }
        assert_int_equal(fat_text_end(high, bytes + size), 0);
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
        size += fat_text_put(units[i], &high, bytes + size);
    }
    size += fat_text_end(high, bytes + size);
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(bytes, expected, size);
}

/* All of it at once: the checksum of the mapping, computed from the tables of another program. */
static void upper_case_is_that_of_unicode(void **state)
{
    uint32_t crc = 0xffffffff;
    (void)state;
    for (uint32_t unit = 0; unit < 0x10000; unit++) {
        uint16_t upper = fat_fold((uint16_t)unit);
        const uint8_t bytes[] = {(uint8_t)(upper & 0xff), (uint8_t)(upper >> 8)};
        crc = mcufs_crc32(crc, bytes, sizeof bytes);
    }
    assert_int_equal(fat_fold('a'), 'A');
    assert_int_equal(fat_fold(0xe4), 0xc4);
    assert_int_equal(fat_fold(0x3b1), 0x391);
    assert_int_equal(fat_fold(0x451), 0x401);
    assert_int_equal(fat_fold(0xdf), 0xdf);
    assert_int_equal(~crc & 0xffffffff, 0xd6eea0aa);
}

static void short_names_have_a_code_page(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        assert_int_equal(fat_unicode_to_oem(fat_oem_to_unicode((uint8_t)byte)), byte);
    }
    assert_int_equal(fat_oem_to_unicode(0x84), 0xe4);
    assert_int_equal(fat_oem_to_unicode(0xe1), 0xdf);
    assert_int_equal(fat_unicode_to_oem(0x20ac), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(what_is_not_utf8_is_refused),
        cmocka_unit_test(every_character_returns),
        cmocka_unit_test(broken_pairs_become_the_replacement_character),
        cmocka_unit_test(upper_case_is_that_of_unicode),
        cmocka_unit_test(short_names_have_a_code_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
