/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the command says: errors, sizes, times, names, progress. */

#include "output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *command_name;
static bool quiet;

void output_set_command(const char *name)
{
    command_name = name;
}

void output_set_quiet(bool value)
{
    quiet = value;
}

/* -- Messages ------------------------------------------------------------------------------------------- */

static void progress_clear(void);

static void say(colour_t colour, const char *kind, const char *format, va_list arguments)
{
    progress_clear();
    fflush(stdout);
    fputs("mcufs", stderr);
    if (command_name != NULL) {
        fprintf(stderr, " %s", command_name);
    }
    fprintf(stderr, ": %s%s%s", colour_on(stderr, colour), kind, colour_off(stderr));
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(COLOUR_BAD, "error: ", format, arguments);
    va_end(arguments);
}

void say_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(COLOUR_WARNING, "warning: ", format, arguments);
    va_end(arguments);
}

void say_note(const char *format, ...)
{
    if (quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    progress_clear();
    fflush(stdout);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

/* -- Colour --------------------------------------------------------------------------------------------- */

static bool has_colour(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    if (no_color != NULL && no_color[0] != '\0') {
        return false;
    }
    const char *terminal = getenv("TERM");
    return isatty(fileno(stream)) == 1 && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

const char *colour_on(FILE *stream, colour_t colour)
{
    static const char *const sequences[] = {
        [COLOUR_DIRECTORY] = "\033[1;34m", [COLOUR_GOOD] = "\033[32m", [COLOUR_BAD] = "\033[1;31m",
        [COLOUR_WARNING] = "\033[33m",     [COLOUR_FAINT] = "\033[2m", [COLOUR_BOLD] = "\033[1m",
    };
    return has_colour(stream) ? sequences[colour] : "";
}

const char *colour_off(FILE *stream)
{
    return has_colour(stream) ? "\033[0m" : "";
}

/* -- Sizes, times, names -------------------------------------------------------------------------------- */

const char *format_size(char buffer[FORMAT_MAX], uint64_t size)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    if (size < 1024) {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64 " byte%s", size, size == 1 ? "" : "s");
        return buffer;
    }
    unsigned unit = 0;
    uint64_t scale = 1024;
    while (unit < 3 && size / scale >= 1024) {
        scale *= 1024;
        unit++;
    }
    if (size % scale == 0) {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64 " %s", size / scale, units[unit]);
    } else {
        snprintf(buffer, FORMAT_MAX, "%.1f %s", (double)size / (double)scale, units[unit]);
    }
    return buffer;
}

const char *format_size_option(char buffer[FORMAT_MAX], uint64_t size)
{
    if (size != 0 && size % (1024 * 1024) == 0) {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64 "M", size / (1024 * 1024));
    } else if (size != 0 && size % 1024 == 0) {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64 "K", size / 1024);
    } else {
        snprintf(buffer, FORMAT_MAX, "%" PRIu64, size);
    }
    return buffer;
}

/* Splits nanoseconds into whole seconds and a remainder that is never negative. */
static bool split_time(int64_t nanoseconds, struct tm *date, int64_t *rest)
{
    int64_t seconds = nanoseconds / 1000000000;
    *rest = nanoseconds % 1000000000;
    if (*rest < 0) {
        *rest += 1000000000;
        seconds--;
    }
    time_t stamp = (time_t)seconds;
    return gmtime_r(&stamp, date) != NULL;
}

const char *format_time(char buffer[FORMAT_MAX], int64_t nanoseconds)
{
    struct tm date;
    int64_t rest;
    if (nanoseconds == 0 || !split_time(nanoseconds, &date, &rest) ||
        strftime(buffer, FORMAT_MAX, "%Y-%m-%d %H:%M:%S", &date) == 0) {
        snprintf(buffer, FORMAT_MAX, "-");
    }
    return buffer;
}

const char *format_time_iso(char buffer[FORMAT_MAX], int64_t nanoseconds)
{
    struct tm date;
    int64_t rest;
    char seconds[40];
    if (!split_time(nanoseconds, &date, &rest) ||
        strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &date) == 0) {
        buffer[0] = '\0';
    } else if (rest == 0) {
        snprintf(buffer, FORMAT_MAX, "%sZ", seconds);
    } else {
        snprintf(buffer, FORMAT_MAX, "%s.%09" PRId64 "Z", seconds, rest);
    }
    return buffer;
}

/* Bytes of the well-formed UTF-8 sequence at `text`, or 0. */
static size_t utf8_length(const unsigned char *text)
{
    size_t length = text[0] < 0x80                       ? 1
                    : text[0] >= 0xc2 && text[0] <= 0xdf ? 2
                    : text[0] >= 0xe0 && text[0] <= 0xef ? 3
                    : text[0] >= 0xf0 && text[0] <= 0xf4 ? 4
                                                         : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xed && text[1] > 0x9f;
    bool too_large = text[0] == 0xf4 && text[1] > 0x8f;
    return length > 1 && (overlong || surrogate || too_large) ? 0 : length;
}

bool is_utf8(const char *text)
{
    const unsigned char *next = (const unsigned char *)text;
    while (*next != 0) {
        size_t length = utf8_length(next);
        if (length == 0) {
            return false;
        }
        next += length;
    }
    return true;
}

const char *format_name(char *buffer, size_t size, const char *name)
{
    const unsigned char *next = (const unsigned char *)name;
    size_t used = 0;
    while (*next != 0) {
        size_t length = utf8_length(next);
        bool control = next[0] < 0x20 || next[0] == 0x7f || (next[0] == 0xc2 && next[1] < 0xa0);
        size_t needed = length == 0 || control ? 4 : length;
        if (used + needed >= size) {
            break;
        }
        if (length == 0 || control) {
            snprintf(buffer + used, size - used, "\\x%02x", next[0]);
            length = 1;
        } else {
            memcpy(buffer + used, next, length);
        }
        used += needed;
        next += length;
    }
    buffer[used] = '\0';
    return buffer;
}

void print_name(FILE *stream, const char *name)
{
    size_t size = 4 * strlen(name) + 1;
    char *buffer = malloc(size);
    if (buffer != NULL) {
        fputs(format_name(buffer, size, name), stream);
        free(buffer);
    }
}

/* -- Progress ------------------------------------------------------------------------------------------- */

enum { BAR_WIDTH = 30 };

static struct {
    const char *label;
    uint64_t total, done;
    struct timespec started, drawn;
    bool active, visible;
} bar;

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void progress_clear(void)
{
    if (bar.visible) {
        fputs("\r\033[K", stderr);
        bar.visible = false;
    }
}

void progress_begin(const char *label, uint64_t total)
{
    bar.label = label;
    bar.total = total;
    bar.done = 0;
    bar.active = !quiet && isatty(STDERR_FILENO) == 1;
    clock_gettime(CLOCK_MONOTONIC, &bar.started);
    bar.drawn = bar.started;
}

void progress_add(uint64_t done)
{
    bar.done += done;
    if (!bar.active || seconds_since(&bar.started) < 0.5 || seconds_since(&bar.drawn) < 0.1) {
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &bar.drawn);
    if (bar.total == 0) {
        fprintf(stderr, "\r%s ... %" PRIu64 "\033[K", bar.label, bar.done);
    } else {
        uint64_t shown = bar.done < bar.total ? bar.done : bar.total;
        unsigned filled = (unsigned)((double)BAR_WIDTH * (double)shown / (double)bar.total);
        fprintf(stderr, "\r%s [%.*s%*s] %3u%%\033[K", bar.label, (int)filled,
                "##############################", (int)(BAR_WIDTH - filled), "",
                (unsigned)(100.0 * (double)shown / (double)bar.total));
    }
    fflush(stderr);
    bar.visible = true;
}

void progress_end(void)
{
    progress_clear();
    bar.active = false;
}
