/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the command says: errors, sizes, times, names, progress. */

#ifndef MCUFS_CLI_OUTPUT_H
#define MCUFS_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define LIKE_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define LIKE_PRINTF(text, first)
#endif

/* The name of the running command, put before every message. */
void output_set_command(const char *name);
void output_set_quiet(bool quiet);

/* "mcufs ls: image.bin: ..." on standard error. */
void say_error(const char *format, ...) LIKE_PRINTF(1, 2);
void say_warning(const char *format, ...) LIKE_PRINTF(1, 2);
/* A line on standard error unless --quiet. */
void say_note(const char *format, ...) LIKE_PRINTF(1, 2);

typedef enum colour {
    COLOUR_DIRECTORY,
    COLOUR_GOOD,
    COLOUR_BAD,
    COLOUR_WARNING,
    COLOUR_FAINT,
    COLOUR_BOLD
} colour_t;

/* The escape sequences that start and end a colour on a stream; "" where it is no terminal or NO_COLOR is
 * set. */
const char *colour_on(FILE *stream, colour_t colour);
const char *colour_off(FILE *stream);

#define FORMAT_MAX 64

/* "4 MiB", "1.5 KiB", "17 bytes". Returns `buffer`. */
const char *format_size(char buffer[FORMAT_MAX], uint64_t size);
/* As an option takes it and no longer: "4M", "96K", "1000". */
const char *format_size_option(char buffer[FORMAT_MAX], uint64_t size);
/* "2024-01-31 12:00:00" UTC, "-" for 0. */
const char *format_time(char buffer[FORMAT_MAX], int64_t time);
/* "2024-01-31T12:00:00.5Z" */
const char *format_time_iso(char buffer[FORMAT_MAX], int64_t time);

/* Names come from strangers: control characters and broken UTF-8 are printed as \xNN. */
void print_name(FILE *stream, const char *name);
/* The same into a buffer; what does not fit is left out. Returns `buffer`. */
const char *format_name(char *buffer, size_t size, const char *name);
/* True when the text is valid UTF-8. */
bool is_utf8(const char *text);

/* A bar on standard error, shown when that is a terminal and it takes longer than a moment. */
void progress_begin(const char *label, uint64_t total);
void progress_add(uint64_t done);
void progress_end(void);

#endif
