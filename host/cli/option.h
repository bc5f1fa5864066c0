/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The options of the command line, described once: parsing, usage, help, man pages and completion are all
 * made from these tables. */

#ifndef MCUFS_CLI_OPTION_H
#define MCUFS_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_kind {
    OPTION_FLAG,   /* bool */
    OPTION_SIZE,   /* uint64_t: decimal or 0x, with K, M or G for powers of 1024 */
    OPTION_NUMBER, /* uint64_t: the same without a unit in the messages */
    OPTION_TEXT,   /* const char * */
    OPTION_FILE,   /* const char *, completed as a file name */
    OPTION_CHOICE, /* int: 1 for the first of `choices`, 2 for the second, 0 when not given */
    OPTION_LIST    /* text_list_t: may be given several times */
} option_kind_t;

/* What a size option holds after its `word` ("auto", "none") was given. */
#define OPTION_WORD UINT64_MAX

typedef struct option {
    char letter;      /* short spelling, or 0 */
    const char *name; /* long spelling, without the dashes; NULL ends a table */
    option_kind_t kind;
    const char *argument; /* what help calls the value, NULL for a flag */
    const char *choices;  /* OPTION_CHOICE: "2.0|2.1" */
    const char *word;     /* OPTION_SIZE, OPTION_NUMBER: a word that is accepted as well */
    size_t field;         /* where in settings_t it goes */
    const char *help;     /* one sentence, no full stop */
} option_t;

typedef struct option_group {
    const char *title;
    const option_t *options;
} option_group_t;

#define TEXT_LIST_MAX 64

typedef struct text_list {
    const char *items[TEXT_LIST_MAX];
    unsigned count;
} text_list_t;

enum { TYPE_NOT_GIVEN, TYPE_LFS2, TYPE_LFS1 };
enum { DISK_NOT_GIVEN, DISK_2_0, DISK_2_1 };
enum { TIMES_NOT_GIVEN, TIMES_NONE, TIMES_MICROPYTHON, TIMES_SECONDS32, TIMES_SECONDS64 };
enum { TARGET_NOT_GIVEN, TARGET_ESP8266, TARGET_ESP32, TARGET_MICROPYTHON };
enum { CHIP_NOT_GIVEN, CHIP_NOR, CHIP_NAND };

/* What was asked for. All zero: nothing was given. */
typedef struct settings {
    bool help, json, quiet;

    int type;
    uint64_t offset, length;
    const char *partition;
    uint64_t block_size;
    bool in_place;

    uint64_t size; /* OPTION_WORD: auto */
    int target, disk_version, times;
    uint64_t name_max, file_max, attribute_max, inline_max, metadata_max;
    uint64_t read_size, program_size, cache_size, block_cycles;

    const char *time; /* --mtime */
    bool dereference, force, no_times;
    text_list_t exclude;

    bool salvage;
    bool all, long_format, recursive, parents, repair, no_backup, files_only, human;
    uint64_t depth;

    int chip;
    uint64_t cuts, seed, operations, block_count;
    const char *output;
} settings_t;

typedef struct command_example {
    const char *line; /* NULL ends the list */
    const char *text;
} command_example_t;

typedef struct command {
    const char *name; /* NULL ends the table */
    const char *summary;
    const char *operands; /* as usage shows them */
    int operands_min, operands_max;
    const char *description;             /* paragraphs, divided by a newline */
    const option_group_t *const *groups; /* ends with NULL */
    const char *exit_1;                  /* what exit status 1 means */
    const command_example_t *examples;
    int (*run)(const settings_t *settings, int count, char **operands);
} command_t;

/* Exit codes of every command. */
enum {
    EXIT_DONE = 0,
    EXIT_NOT_DONE = 1, /* could not do all, or found damage */
    EXIT_USAGE = 2     /* wrong usage, or the image cannot be used at all */
};

extern const command_t command_table[];
const command_t *command_by_name(const char *name);

extern const option_group_t group_salvage, group_common, group_report, group_image, group_change,
    group_format, group_pack, group_create;
extern const option_group_t group_mkfs, group_ls, group_tree, group_mkdir, group_rm, group_put, group_get,
    group_unpack, group_check, group_sim, group_map, group_migrate, group_pack_size, group_mkfs_size;

/* Parses arguments after the command's name. Operands are moved to the front of `arguments`, their number
 * goes to *operands. False after printing what is wrong. */
bool parse_arguments(const command_t *command, int count, char **arguments, settings_t *settings,
                     int *operands);
/* "64K", "0x1000", "4M". False when it is no size. */
bool parse_size(const char *text, uint64_t *size);
/* Nanoseconds since 1970 from "@1700000000", "1700000000", "2024-01-31" or "2024-01-31T12:00:00Z". */
bool parse_time(const char *text, int64_t *time);

void help_usage(const command_t *command);
void help_command(const command_t *command);
void help_all(void);
/* The most similar of the known names, or NULL when none is near. */
const char *nearest_name(const char *wrong, const char *const *names, size_t count);

/* Writes all man pages, or the completion for all shells, into a directory. 0 or an exit code. */
int manual_generate(const char *directory);
int completion_generate(const char *directory);

#endif
