/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The man pages, made from the tables. `mcufs --generate man DIR` writes them; the result is committed, and a
 * test says when it is out of date. */

#include "option.h"
#include "output.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include <mcufs/mcufs.h>

/* Text for roff: backslashes and hyphens escaped, lines that start with a control character shielded. */
static void put_text(FILE *page, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\'')) {
            fputs("\\&", page);
        }
        line_start = *text == '\n';
        if (*text == '\n') {
            fputs("\n.PP\n", page);
        } else if (*text == '\\') {
            fputs("\\e", page);
        } else if (*text == '-') {
            fputs("\\-", page);
        } else {
            fputc(*text, page);
        }
    }
}

static void put_header(FILE *page, const char *name)
{
    fputs(".\\\" SPDX-License-Identifier: MIT\n"
          ".\\\" Copyright (c) 2026 mcufs contributors\n"
          ".\\\" Made by mcufs --generate man from host/cli/; do not edit.\n",
          page);
    fputs(".TH \"", page);
    for (const char *c = name; *c != '\0'; c++) {
        fputc(toupper((unsigned char)*c), page);
    }
    fprintf(page, "\" \"1\" \"\" \"mcufs %u.%u.%u\" \"mcufs manual\"\n", MCUFS_VERSION >> 16,
            (MCUFS_VERSION >> 8) & 255U, MCUFS_VERSION & 255U);
    fputs(".nh\n.ad l\n", page);
}

static void put_option(FILE *page, const option_t *option)
{
    fputs(".TP\n", page);
    if (option->letter != 0) {
        fprintf(page, "\\fB\\-%c\\fR, ", option->letter);
    }
    fputs("\\fB\\-\\-", page);
    put_text(page, option->name);
    fputs("\\fR", page);
    if (option->argument != NULL) {
        fprintf(page, " \\fI%s\\fR", option->argument);
    }
    fputc('\n', page);
    if (option->choices != NULL && strchr(option->choices, '|') != NULL) {
        put_text(page, option->choices);
        fputs(": ", page);
    }
    put_text(page, option->help);
    fputs(".\n", page);
}

static void write_command_page(FILE *page, const command_t *command)
{
    char name[32];
    snprintf(name, sizeof name, "mcufs-%s", command->name);
    put_header(page, name);
    fprintf(page, ".SH NAME\nmcufs\\-%s \\- %s\n", command->name, command->summary);
    fprintf(page, ".SH SYNOPSIS\n\\fBmcufs %s\\fR [\\fIOPTIONS\\fR] ", command->name);
    put_text(page, command->operands);
    fputs("\n.SH DESCRIPTION\n", page);
    put_text(page, command->description);
    fputs("\n.SH OPTIONS\n", page);
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        fprintf(page, ".SS %s\n", (*group)->title);
        for (const option_t *option = (*group)->options; option->name != NULL; option++) {
            put_option(page, option);
        }
    }
    fputs(".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\n", page);
    put_text(page, command->exit_1);
    fputs(".\n.TP\n2\nWrong usage, or IMAGE cannot be used.\n.SH EXAMPLES\n", page);
    for (const command_example_t *example = command->examples; example->line != NULL; example++) {
        fputs(".TP\n\\fB", page);
        put_text(page, example->line);
        fputs("\\fR\n", page);
        put_text(page, example->text);
        fputs(".\n", page);
    }
    fputs(".SH SEE ALSO\n\\fBmcufs\\fR(1)\n", page);
}

static void write_main_page(FILE *page)
{
    put_header(page, "mcufs");
    fputs(".SH NAME\nmcufs \\- build, inspect, check and repair filesystem images of microcontrollers\n"
          ".SH SYNOPSIS\n\\fBmcufs\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] ...\n"
          ".SH DESCRIPTION\n"
          "Works on images of flash filesystems: files, or devices such as a card.\n"
          "The type of the filesystem and its block size are detected.\n"
          "A filesystem inside of a larger dump is named with \\fB\\-\\-offset\\fR and \\fB\\-\\-length\\fR, "
          "or \\fB\\-\\-partition\\fR.\n"
          ".PP\n"
          "Sizes take K, M and G (powers of 1024) or 0x.\n"
          "Paths in an image start at its root, with or without \"/\".\n"
          ".PP\n"
          "Commands that change an image work on a copy beside it, which takes the place of the image when "
          "all went well;\n"
          "\\fB\\-\\-in\\-place\\fR changes the image itself.\n"
          "An image is locked while it is in use.\n"
          ".SH COMMANDS\n",
          page);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(page, ".TP\n\\fBmcufs\\-%s\\fR(1)\n", command->name);
        put_text(page, command->summary);
        fputs(".\n", page);
    }
    fputs(".SH EXIT STATUS\n"
          ".TP\n0\nDone; for \\fBcheck\\fR: no damage.\n"
          ".TP\n1\nNot done or not all of it; for \\fBcheck\\fR: damage.\n"
          ".TP\n2\nWrong usage, or the image cannot be used at all.\n"
          ".SH ENVIRONMENT\n"
          ".TP\n\\fBNO_COLOR\\fR\nWhen set and not empty, no colour is used. Otherwise it is used on "
          "terminals.\n",
          page);
}

static FILE *create_page(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *page = fopen(path, "w");
    if (page == NULL) {
        say_error("%s: %s", path, strerror(errno));
    }
    return page;
}

int manual_generate(const char *directory)
{
    FILE *page = create_page(directory, "mcufs.1");
    if (page == NULL) {
        return EXIT_USAGE;
    }
    write_main_page(page);
    bool good = fclose(page) == 0;
    for (const command_t *command = command_table; command->name != NULL && good; command++) {
        char name[64];
        snprintf(name, sizeof name, "mcufs-%s.1", command->name);
        page = create_page(directory, name);
        if (page == NULL) {
            return EXIT_USAGE;
        }
        write_command_page(page, command);
        good = fclose(page) == 0;
    }
    if (!good) {
        say_error("%s: %s", directory, strerror(errno));
    }
    return good ? EXIT_DONE : EXIT_NOT_DONE;
}
