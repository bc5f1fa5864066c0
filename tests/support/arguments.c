/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Parsing the command line of the campaigns. */

#include "arguments.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *value)
{
    fprintf(stderr,
            "%s %s\nusage: [--seed N] [--runs N] [--long] [--filesystem NAME] [--geometry NAME]\n"
            "       [--arena minimum|middle|large] [--only WORKLOAD] [--directory PATH] [--defect NAME]\n",
            what, value);
    exit(2);
}

static toy_defect_t defect_by_name(const char *name)
{
    for (unsigned i = 0; i < TOY_DEFECTS; i++) {
        if (strcmp(toy_defect_names[i], name) == 0) {
            return (toy_defect_t)i;
        }
    }
    fail("no such defect:", name);
    return TOY_SOUND;
}

static void parse_option(arguments_t *arguments, const char *option, const char *value)
{
    if (strcmp(option, "--seed") == 0) {
        arguments->seed = strtoull(value, NULL, 0);
    } else if (strcmp(option, "--runs") == 0) {
        arguments->runs = strtoull(value, NULL, 0);
    } else if (strcmp(option, "--filesystem") == 0) {
        arguments->filesystem = filesystem_by_name(value);
        if (arguments->filesystem == NULL) {
            fail("no such filesystem:", value);
        }
    } else if (strcmp(option, "--geometry") == 0) {
        arguments->geometry = geometry_by_name(value);
        if (arguments->geometry == NULL) {
            fail("no such geometry:", value);
        }
    } else if (strcmp(option, "--arena") == 0) {
        if (!geometries_with_arena(value)) {
            fail("no such arena:", value);
        }
    } else if (strcmp(option, "--only") == 0) {
        arguments->only = value;
    } else if (strcmp(option, "--directory") == 0) {
        arguments->directory = value;
    } else if (strcmp(option, "--defect") == 0) {
        arguments->defect = defect_by_name(value);
    } else {
        fail("unknown option", option);
    }
}

arguments_t arguments_parse(int argc, char **argv)
{
    arguments_t arguments = {.seed = 1, .filesystem = &filesystem_rows[0]};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--long") == 0) {
            arguments.is_long = true;
        } else if (i + 1 == argc) {
            fail("no value for", argv[i]);
        } else {
            parse_option(&arguments, argv[i], argv[i + 1]);
            i++;
        }
    }
    printf("%s, seed %" PRIu64 "%s\n", arguments.filesystem->name, arguments.seed,
           arguments.is_long ? ", long" : "");
    return arguments;
}

bool arguments_want(const arguments_t *arguments, const geometry_row_t *geometry)
{
    return setting_is_possible(arguments->filesystem, geometry) &&
           (arguments->geometry == NULL || arguments->geometry == geometry);
}

const geometry_row_t *arguments_geometry(const arguments_t *arguments, uint64_t n)
{
    const geometry_row_t *geometry = geometry_rows + geometry_row_count - 1;
    uint64_t count = 0;
    for (unsigned i = 0; i < geometry_row_count; i++) {
        count += arguments_want(arguments, &geometry_rows[i]);
    }
    for (uint64_t left = count > 0 ? n % count + 1 : 0; left > 0;) {
        geometry = geometry + 1 < geometry_rows + geometry_row_count ? geometry + 1 : geometry_rows;
        left -= arguments_want(arguments, geometry);
    }
    return geometry;
}

void arguments_apply(const arguments_t *arguments, const filesystem_row_t *row, filesystem_options_t *options)
{
    if (row->table == &toyfs) {
        options->toy.defect = arguments->defect;
    }
}
