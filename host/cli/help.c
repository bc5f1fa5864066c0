/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Usage and help, made from the tables. */

#include "option.h"
#include "output.h"

#include <string.h>

enum { TEXT_WIDTH = 100 };

/* Prints words up to TEXT_WIDTH columns, further lines indented; `column` is where the first line stands. */
static void print_wrapped(const char *text, int indent, int column)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " \n");
        if (column > indent && column + 1 + (int)length > TEXT_WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)length, text);
        column += (int)length;
        text += length;
        if (*text == '\n') {
            printf("\n\n%*s", indent, "");
            column = indent;
        }
        if (*text != '\0') {
            text++;
        }
    }
    putchar('\n');
}

static void print_option(const option_t *option)
{
    enum { HELP_COLUMN = 30 };
    char left[80];
    int used = option->letter != 0 ? snprintf(left, sizeof left, "  -%c, --%s", option->letter, option->name)
                                   : snprintf(left, sizeof left, "      --%s", option->name);
    if (option->argument != NULL) {
        used += snprintf(left + used, sizeof left - (size_t)used, " %s", option->argument);
    }
    if (used + 2 > HELP_COLUMN) {
        printf("%s\n%*s", left, HELP_COLUMN, "");
    } else {
        printf("%-*s", HELP_COLUMN, left);
    }
    char help[512];
    if (option->choices != NULL && strchr(option->choices, '|') != NULL) {
        snprintf(help, sizeof help, "%s: %s", option->choices, option->help);
    } else {
        snprintf(help, sizeof help, "%s", option->help);
    }
    print_wrapped(help, HELP_COLUMN, HELP_COLUMN);
}

void help_usage(const command_t *command)
{
    printf("Usage: mcufs %s [OPTIONS] %s\n", command->name, command->operands);
}

void help_command(const command_t *command)
{
    const char *bold = colour_on(stdout, COLOUR_BOLD), *plain = colour_off(stdout);
    help_usage(command);
    putchar('\n');
    print_wrapped(command->description, 0, 0);
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        printf("\n%s%s options%s\n", bold, (*group)->title, plain);
        for (const option_t *option = (*group)->options; option->name != NULL; option++) {
            print_option(option);
        }
    }
    printf("\n%sExit status%s\n  0  done\n  1  %s\n  2  wrong usage, or IMAGE cannot be used\n", bold, plain,
           command->exit_1);
    printf("\n%sExamples%s\n", bold, plain);
    for (const command_example_t *example = command->examples; example->line != NULL; example++) {
        printf("  %s\n      %s\n", example->line, example->text);
    }
}

void help_all(void)
{
    const char *bold = colour_on(stdout, COLOUR_BOLD), *plain = colour_off(stdout);
    printf("Usage: mcufs COMMAND [OPTIONS] ...\n\n"
           "Builds, inspects, checks and repairs filesystem images of microcontrollers.\n\n"
           "%sCommands%s\n",
           bold, plain);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        printf("  %-8s %s\n", command->name, command->summary);
    }
    printf("\n'mcufs COMMAND --help' explains a command. 'mcufs --version' prints the version.\n\n"
           "Sizes take K, M and G (powers of 1024) or 0x. IMAGE is a file or a device; the type of its\n"
           "filesystem and its block size are detected. Paths in an image start at its root, with or without "
           "\"/\".\n");
}
