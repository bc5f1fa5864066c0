/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Completion for bash, zsh and fish, made from the tables. `mcufs --generate completion DIR` writes it; the
 * result is committed, and a test says when it is out of date. */

#include "option.h"
#include "output.h"

#include <errno.h>
#include <string.h>

static const char heading[] = "# SPDX-License-Identifier: MIT\n"
                              "# Copyright (c) 2026 mcufs contributors\n"
                              "# Made by mcufs --generate completion from host/cli/; do not edit.\n";

/* Calls `put` for every option of a command. */
static void for_options(FILE *file, const command_t *command, void (*put)(FILE *, const option_t *))
{
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        for (const option_t *option = (*group)->options; option->name != NULL; option++) {
            put(file, option);
        }
    }
}

/* Choices with blanks between them. */
static void put_words(FILE *file, const char *choices)
{
    for (; *choices != '\0'; choices++) {
        fputc(*choices == '|' ? ' ' : *choices, file);
    }
}

/* Words that a value can have, or NULL. */
static const char *known_values(const option_t *option)
{
    return option->choices != NULL ? option->choices : option->word;
}

/* -- bash ----------------------------------------------------------------------------------------------- */

static void put_bash_name(FILE *file, const option_t *option)
{
    fprintf(file, " --%s", option->name);
}

/* One line per option with a value; the patterns are "command:--option". */
static void put_bash_values(FILE *file, const command_t *command)
{
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        for (const option_t *option = (*group)->options; option->name != NULL; option++) {
            if (option->kind == OPTION_FLAG || option->kind == OPTION_FILE) {
                continue;
            }
            fprintf(file, "    %s:--%s", command->name, option->name);
            if (option->letter != 0) {
                fprintf(file, " | %s:-%c", command->name, option->letter);
            }
            fputs(") mapfile -t COMPREPLY < <(compgen -W '", file);
            if (known_values(option) != NULL) {
                put_words(file, known_values(option));
            }
            fputs("' -- \"$current\"); return ;;\n", file);
        }
    }
}

static void write_bash(FILE *file)
{
    fputs(heading, file);
    fputs("\n_mcufs()\n{\n"
          "    local command=\"${COMP_WORDS[1]}\" current=\"${COMP_WORDS[COMP_CWORD]}\" "
          "previous=\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
          "    local commands='",
          file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(file, "%s%s", command == command_table ? "" : " ", command->name);
    }
    fputs("'\n    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$commands --help --version\" -- \"$current\")\n"
          "        return\n"
          "    fi\n"
          "    case \"$command:$previous\" in\n",
          file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        put_bash_values(file, command);
    }
    fputs("    esac\n"
          "    if [[ $current != -* ]]; then\n"
          "        return # the shell completes file names\n"
          "    fi\n"
          "    local options=''\n"
          "    case \"$command\" in\n",
          file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(file, "    %s) options='", command->name);
        for_options(file, command, put_bash_name);
        fputs("' ;;\n", file);
    }
    fputs("    esac\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n"
          "}\n\n"
          "complete -o default -o bashdefault -F _mcufs mcufs\n",
          file);
}

/* -- zsh ------------------------------------------------------------------------------------------------ */

/* A description inside of single quotes and brackets. */
static void put_zsh_text(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            fputs("'\\''", file);
        } else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\') {
            fprintf(file, "\\%c", *text);
        } else {
            fputc(*text, file);
        }
    }
}

static void put_zsh_option(FILE *file, const option_t *option)
{
    const char *repeated = option->kind == OPTION_LIST ? "*" : "";
    fputs("            ", file);
    if (option->letter != 0) {
        fprintf(file, "%s{-%c,--%s}", *repeated != '\0' ? "'*'" : "", option->letter, option->name);
        fputs("'[", file);
    } else {
        fprintf(file, "'%s--%s[", repeated, option->name);
    }
    put_zsh_text(file, option->help);
    fputc(']', file);
    if (option->argument != NULL) {
        fprintf(file, ":");
        put_zsh_text(file, option->argument);
        fputc(':', file);
        if (option->kind == OPTION_FILE) {
            fputs("_files", file);
        } else if (known_values(option) != NULL) {
            fputc('(', file);
            put_words(file, known_values(option));
            fputc(')', file);
        }
    }
    fputs("' \\\n", file);
}

static void write_zsh(FILE *file)
{
    fputs("#compdef mcufs\n", file);
    fputs(heading, file);
    fputs("\n_mcufs()\n{\n    local -a commands\n    commands=(\n", file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(file, "        '%s:", command->name);
        put_zsh_text(file, command->summary);
        fputs("'\n", file);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe 'command' commands\n"
          "        return\n"
          "    fi\n"
          "    local command=$words[2]\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case $command in\n",
          file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(file, "    %s)\n        _arguments -s \\\n", command->name);
        for_options(file, command, put_zsh_option);
        fputs("            '*:file:_files'\n        ;;\n", file);
    }
    fputs("    esac\n}\n\n_mcufs \"$@\"\n", file);
}

/* -- fish ----------------------------------------------------------------------------------------------- */

static void put_fish_text(FILE *file, const char *text)
{
    fputc('\'', file);
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') {
            fputc('\\', file);
        }
        fputc(*text, file);
    }
    fputc('\'', file);
}

static void put_fish_option(FILE *file, const command_t *command, const option_t *option)
{
    fprintf(file, "complete -c mcufs -n '__fish_seen_subcommand_from %s' -l %s", command->name, option->name);
    if (option->letter != 0) {
        fprintf(file, " -s %c", option->letter);
    }
    if (option->kind == OPTION_FILE) {
        fputs(" -r", file);
    } else if (option->kind != OPTION_FLAG) {
        fputs(" -x", file);
        if (known_values(option) != NULL) {
            fputs(" -a '", file);
            put_words(file, known_values(option));
            fputc('\'', file);
        }
    }
    fputs(" -d ", file);
    put_fish_text(file, option->help);
    fputc('\n', file);
}

static void write_fish(FILE *file)
{
    fputs(heading, file);
    fputc('\n', file);
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fprintf(file, "complete -c mcufs -f -n __fish_use_subcommand -a %s -d ", command->name);
        put_fish_text(file, command->summary);
        fputc('\n', file);
    }
    for (const command_t *command = command_table; command->name != NULL; command++) {
        fputc('\n', file);
        for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
            for (const option_t *option = (*group)->options; option->name != NULL; option++) {
                put_fish_option(file, command, option);
            }
        }
    }
}

int completion_generate(const char *directory)
{
    static const struct {
        const char *name;
        void (*write)(FILE *file);
    } shells[] = {{"mcufs.bash", write_bash}, {"_mcufs", write_zsh}, {"mcufs.fish", write_fish}};
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", directory, shells[i].name);
        FILE *file = fopen(path, "w");
        if (file == NULL) {
            say_error("%s: %s", path, strerror(errno));
            return EXIT_USAGE;
        }
        shells[i].write(file);
        if (fclose(file) != 0) {
            say_error("%s: %s", path, strerror(errno));
            return EXIT_NOT_DONE;
        }
    }
    return EXIT_DONE;
}
