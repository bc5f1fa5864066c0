/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Names of FAT: upper case, code page 437. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32.h"
#include "fat/text.h"

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
        cmocka_unit_test(upper_case_is_that_of_unicode),
        cmocka_unit_test(short_names_have_a_code_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
