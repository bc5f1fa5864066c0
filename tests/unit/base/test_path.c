/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The walk over paths, by example and against a plain stack. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/path.h>

/* The walk as one string, "/a/b". */
static void spell(mcufs_path_t path, char *text, size_t size)
{
    const char *name;
    size_t length;
    size_t used = 0;
    text[0] = '\0';
    while (mcufs_path_next(&path, &name, &length)) {
        assert_true(used + length + 2 <= size);
        text[used++] = '/';
        memcpy(text + used, name, length);
        used += length;
        text[used] = '\0';
    }
    assert_true(mcufs_path_at_end(&path));
    assert_false(mcufs_path_next(&path, &name, &length));
}

typedef struct example {
    const char *first, *second, *expected;
    bool directory;
} example_t;

static void walks_as_expected(void **state)
{
    (void)state;
    static const example_t examples[] = {
        {"", NULL, "", false},
        {NULL, NULL, "", false},
        {NULL, "", "", false},
        {"/", NULL, "", true},
        {"///", "", "", true},
        {"a", NULL, "/a", false},
        {"/a/b/c", NULL, "/a/b/c", false},
        {"/a//b/", NULL, "/a/b", true},
        {"/a/b", "c/d", "/a/b/c/d", false},
        {"/a/b", "/c", "/a/b/c", false},
        {"a", "b", "/a/b", false},
        {"/a/b", "", "/a/b", false},
        {"/a/b/", "", "/a/b", true},
        {"/", "a", "/a", false},
        {".", NULL, "", true},
        {"..", NULL, "", true},
        {"/a/.", NULL, "/a", true},
        {"/a/..", NULL, "", true},
        {"/a/../b", NULL, "/b", false},
        {"/a/b/../../c", NULL, "/c", false},
        {"/a/b/../c/../../d", NULL, "/d", false},
        {"/../../a", NULL, "/a", false},
        {"/a/../../b", NULL, "/b", false},
        {"/a/b", "..", "/a", true},
        {"/a/b", "../../..", "", true},
        {"/a/b", "../../../c/./d", "/c/d", false},
        {"/a", "./../b/../c/", "/c", true},
        {"/a./.b/...", "..c/d..", "/a./.b/.../..c/d..", false},
        {"a/.", ".", "/a", true},
        {"/.", "./a", "/a", false},
    };
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const example_t *example = &examples[i];
        char text[64];
        mcufs_path_t path = mcufs_path(example->first, example->second);
        spell(path, text, sizeof text);
        assert_string_equal(text, example->expected);
        assert_int_equal(path.directory, example->directory);
        assert_int_equal(mcufs_path_at_end(&path), example->expected[0] == '\0');
    }
}

static void looking_does_not_move(void **state)
{
    (void)state;
    mcufs_path_t path = mcufs_path("/a/..", "b");
    char text[8];
    assert_false(mcufs_path_at_end(&path));
    assert_false(mcufs_path_at_end(&path));
    spell(path, text, sizeof text);
    assert_string_equal(text, "/b");
}

static void names_point_into_the_strings(void **state)
{
    (void)state;
    static const char first[] = "/one";
    static const char second[] = "two/";
    mcufs_path_t path = mcufs_path(first, second);
    const char *name;
    size_t length;
    assert_true(mcufs_path_next(&path, &name, &length));
    assert_ptr_equal(name, first + 1);
    assert_int_equal(length, 3);
    assert_true(mcufs_path_next(&path, &name, &length));
    assert_ptr_equal(name, second);
    assert_int_equal(length, 3);
}

/* What the walk has to find, with all the memory of a host. */
static void expect(const char *first, const char *second, char *text)
{
    char joined[64];
    size_t depth = 0;
    size_t starts[64];
    (void)snprintf(joined, sizeof joined, "%s/%s", first, second);
    text[0] = '\0';
    for (char *part = strtok(joined, "/"); part != NULL; part = strtok(NULL, "/")) {
        if (strcmp(part, "..") == 0) {
            if (depth > 0) {
                text[starts[--depth]] = '\0';
            }
        } else if (strcmp(part, ".") != 0) {
            starts[depth++] = strlen(text);
            strcat(strcat(text, "/"), part);
        }
    }
}

static void agrees_with_a_stack(void **state)
{
    (void)state;
    static const char alphabet[] = "//...ab";
    uint32_t random = 1;
    for (int round = 0; round < 100000; round++) {
        char strings[2][12];
        for (int s = 0; s < 2; s++) {
            random = random * 1664525u + 1013904223u;
            size_t length = (random >> 16) % sizeof strings[0];
            for (size_t i = 0; i < length; i++) {
                random = random * 1664525u + 1013904223u;
                strings[s][i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
            }
            strings[s][length] = '\0';
        }
        char text[64];
        char expected[64];
        spell(mcufs_path(strings[0], strings[1]), text, sizeof text);
        expect(strings[0], strings[1], expected);
        assert_string_equal(text, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_as_expected),
        cmocka_unit_test(looking_does_not_move),
        cmocka_unit_test(names_point_into_the_strings),
        cmocka_unit_test(agrees_with_a_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
