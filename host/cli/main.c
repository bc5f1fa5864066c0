/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The mcufs command: finds the command that is meant and runs it. */

#include "option.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

#include <mcufs/mcufs.h>

static int say_unknown_command(const char *name)
{
    enum { COMMANDS_MAX = 32 };
    const char *names[COMMANDS_MAX];
    size_t count = 0;
    for (const command_t *command = command_table; command->name != NULL && count < COMMANDS_MAX; command++) {
        names[count++] = command->name;
    }
    const char *near = nearest_name(name, names, count);
    if (near != NULL) {
        say_error("unknown command '%s'; did you mean '%s'?", name, near);
    } else {
        say_error("unknown command '%s'; 'mcufs --help' lists the commands", name);
    }
    return EXIT_USAGE;
}

static int generate(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[0], "man") == 0) {
        return manual_generate(arguments[1]);
    }
    if (count == 2 && strcmp(arguments[0], "completion") == 0) {
        return completion_generate(arguments[1]);
    }
    say_error("usage: mcufs --generate man|completion DIR");
    return EXIT_USAGE;
}

static int run_command(const command_t *command, int count, char **arguments)
{
    settings_t settings = {0};
    int operands;
    output_set_command(command->name);
    if (!parse_arguments(command, count, arguments, &settings, &operands)) {
        return EXIT_USAGE;
    }
    if (settings.help) {
        help_command(command);
        return EXIT_DONE;
    }
    output_set_quiet(settings.quiet);
    return command->run(&settings, operands, arguments);
}

/* Handles what is no command: --help, --version and the like. */
static int run_global(const char *name, int count, char **arguments)
{
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        help_all();
        return EXIT_DONE;
    }
    if (strcmp(name, "help") == 0) {
        const command_t *command = count > 0 ? command_by_name(arguments[0]) : NULL;
        if (count > 0 && command == NULL) {
            return say_unknown_command(arguments[0]);
        }
        if (command != NULL) {
            help_command(command);
        } else {
            help_all();
        }
        return EXIT_DONE;
    }
    if (strcmp(name, "--version") == 0) {
        printf("mcufs %u.%u.%u\n", MCUFS_VERSION >> 16, (MCUFS_VERSION >> 8) & 255U, MCUFS_VERSION & 255U);
        return EXIT_DONE;
    }
    if (strcmp(name, "--generate") == 0) {
        return generate(count, arguments);
    }
    return say_unknown_command(name);
}

int main(int argc, char **argv)
{
    int status;
    if (argc < 2) {
        help_all();
        return EXIT_USAGE;
    }
    const command_t *command = command_by_name(argv[1]);
    if (command != NULL) {
        status = run_command(command, argc - 2, argv + 2);
    } else {
        status = run_global(argv[1], argc - 2, argv + 2);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        say_error("standard output: could not be written");
        return status == EXIT_DONE ? EXIT_NOT_DONE : status;
    }
    return status;
}
