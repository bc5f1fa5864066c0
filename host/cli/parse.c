/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reads arguments by the option tables. Options and operands may be mixed; "--" ends the options. */

#include "option.h"
#include "output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool parse_size(const char *text, uint64_t *size)
{
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end;
    uint64_t value = strtoull(text, &end, hexadecimal ? 16 : 10);
    if (value == UINT64_MAX) {
        return false;
    }
    unsigned shift = 0;
    switch (*end) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    default:
        break;
    }
    if (shift != 0) {
        end++;
        if (strcmp(end, "iB") == 0) {
            end += 2;
        }
    }
    if (*end != '\0' || value > UINT64_MAX >> shift >> 1) {
        return false;
    }
    *size = value << shift;
    return true;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t days_from_date(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool parse_time(const char *text, int64_t *result)
{
    const char *digits = text[0] == '@' ? text + 1 : text;
    uint64_t seconds;
    char *end;
    if (digits[0] >= '0' && digits[0] <= '9') {
        seconds = strtoull(digits, &end, 10);
        if (*end == '\0' && seconds <= INT64_MAX / 1000000000) {
            *result = (int64_t)seconds * 1000000000;
            return true;
        }
    }
    int year, month, day, hour = 0, minute = 0, second = 0, used = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3) {
        return false;
    }
    const char *rest = text + used;
    if (rest[0] == 'T' || rest[0] == ' ') {
        if (sscanf(rest + 1, "%2d:%2d:%2d%n", &hour, &minute, &second, &used) != 3) {
            return false;
        }
        rest += 1 + used;
    }
    if (rest[0] == 'Z') {
        rest++;
    }
    bool valid = rest[0] == '\0' && year >= 1970 && year < 2262 && month >= 1 && month <= 12 && day >= 1 &&
                 day <= 31 && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                 second <= 60;
    if (valid) {
        int64_t stamp = ((days_from_date(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
        *result = stamp * 1000000000;
    }
    return valid;
}

/* -- Finding an option ---------------------------------------------------------------------------------- */

static const option_t *find_option(const command_t *command, char letter, const char *name, size_t length)
{
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        for (const option_t *option = (*group)->options; option->name != NULL; option++) {
            bool found = name == NULL
                             ? option->letter == letter
                             : strlen(option->name) == length && strncmp(option->name, name, length) == 0;
            if (found) {
                return option;
            }
        }
    }
    return NULL;
}

/* Number of single-character edits that turn one word into the other, as far as 3. */
static unsigned distance(const char *a, const char *b)
{
    enum { LONGEST = 31 };
    unsigned row[LONGEST + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > LONGEST || length_b > LONGEST) {
        return LONGEST;
    }
    for (size_t j = 0; j <= length_b; j++) {
        row[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= length_a; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= length_b; j++) {
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            unsigned step = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            row[j] = change < step ? change : step;
        }
    }
    return row[length_b];
}

const char *nearest_name(const char *wrong, const char *const *names, size_t count)
{
    const char *best = NULL;
    unsigned best_distance = 3;
    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(wrong, names[i]);
        if (strlen(wrong) >= 2 && strncmp(names[i], wrong, strlen(wrong)) == 0) {
            d = 1;
        }
        if (d < best_distance) {
            best_distance = d;
            best = names[i];
        }
    }
    return best;
}

static void say_unknown(const command_t *command, const char *name, size_t length)
{
    enum { NAMES_MAX = 64 };
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (const option_group_t *const *group = command->groups; *group != NULL; group++) {
        for (const option_t *option = (*group)->options; option->name != NULL && count < NAMES_MAX;
             option++) {
            names[count++] = option->name;
        }
    }
    char wrong[32];
    snprintf(wrong, sizeof wrong, "%.*s", (int)length, name);
    const char *near = nearest_name(wrong, names, count);
    if (near != NULL) {
        say_error("unknown option --%.*s; did you mean --%s?", (int)length, name, near);
    } else {
        say_error("unknown option --%.*s; 'mcufs %s --help' lists the options", (int)length, name,
                  command->name);
    }
}

/* -- Storing a value ------------------------------------------------------------------------------------ */

/* Position of `text` among the choices from 1, or 0. */
static int find_choice(const char *choices, const char *text)
{
    int position = 1;
    size_t length = strlen(text);
    for (const char *choice = choices; choice != NULL; position++) {
        const char *bar = strchr(choice, '|');
        size_t width = bar == NULL ? strlen(choice) : (size_t)(bar - choice);
        if (width == length && strncmp(choice, text, width) == 0) {
            return position;
        }
        choice = bar == NULL ? NULL : bar + 1;
    }
    return 0;
}

static bool store_number(const option_t *option, const char *value, uint64_t *field)
{
    if (option->word != NULL && strcmp(value, option->word) == 0) {
        *field = OPTION_WORD;
        return true;
    }
    if (parse_size(value, field)) {
        return true;
    }
    const char *example = option->kind == OPTION_SIZE ? "a size like 4096, 64K, 4M or 0x1000" : "a number";
    if (option->word != NULL) {
        say_error("--%s: '%s' is not %s, nor '%s'", option->name, value, example, option->word);
    } else {
        say_error("--%s: '%s' is not %s", option->name, value, example);
    }
    return false;
}

static bool store_choice(const option_t *option, const char *value, int *field)
{
    *field = find_choice(option->choices, value);
    if (*field == 0) {
        say_error("--%s: '%s' is not one of %s", option->name, value, option->choices);
    }
    return *field != 0;
}

static bool store_list(const option_t *option, const char *value, text_list_t *list)
{
    if (list->count == TEXT_LIST_MAX) {
        say_error("--%s: given more than %d times", option->name, TEXT_LIST_MAX);
        return false;
    }
    list->items[list->count++] = value;
    return true;
}

static bool store(const option_t *option, const char *value, settings_t *settings)
{
    void *field = (unsigned char *)settings + option->field;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return true;
    case OPTION_SIZE:
    case OPTION_NUMBER:
        return store_number(option, value, field);
    case OPTION_TEXT:
    case OPTION_FILE:
        *(const char **)field = value;
        return true;
    case OPTION_CHOICE:
        return store_choice(option, value, field);
    case OPTION_LIST:
        return store_list(option, value, field);
    default:
        return false;
    }
}

/* -- The walk over the arguments ------------------------------------------------------------------------ */

typedef struct arguments {
    const command_t *command;
    settings_t *settings;
    int count, next;
    char **items;
} arguments_t;

static bool say_value_missing(const option_t *option)
{
    say_error("--%s needs a value (%s)", option->name,
              option->choices != NULL ? option->choices : option->argument);
    return false;
}

static bool parse_long(arguments_t *arguments, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals == NULL ? strlen(text) : (size_t)(equals - text);
    const option_t *option = find_option(arguments->command, 0, text, length);
    if (option == NULL) {
        say_unknown(arguments->command, text, length);
        return false;
    }
    if (option->kind == OPTION_FLAG) {
        if (equals != NULL) {
            say_error("--%s takes no value", option->name);
            return false;
        }
        return store(option, NULL, arguments->settings);
    }
    if (equals != NULL) {
        return store(option, equals + 1, arguments->settings);
    }
    if (arguments->next == arguments->count) {
        return say_value_missing(option);
    }
    return store(option, arguments->items[arguments->next++], arguments->settings);
}

static bool parse_letters(arguments_t *arguments, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const option_t *option = find_option(arguments->command, *letters, NULL, 0);
        if (option == NULL) {
            say_error("unknown option -%c; 'mcufs %s --help' lists the options", *letters,
                      arguments->command->name);
            return false;
        }
        if (option->kind == OPTION_FLAG) {
            store(option, NULL, arguments->settings);
            continue;
        }
        if (letters[1] != '\0') {
            return store(option, letters + 1, arguments->settings);
        }
        if (arguments->next == arguments->count) {
            return say_value_missing(option);
        }
        return store(option, arguments->items[arguments->next++], arguments->settings);
    }
    return true;
}

static bool check_operands(const command_t *command, int operands)
{
    if (operands < command->operands_min) {
        say_error("missing argument; usage: mcufs %s [OPTIONS] %s", command->name, command->operands);
        return false;
    }
    if (command->operands_max >= 0 && operands > command->operands_max) {
        say_error("too many arguments; usage: mcufs %s [OPTIONS] %s", command->name, command->operands);
        return false;
    }
    return true;
}

bool parse_arguments(const command_t *command, int count, char **items, settings_t *settings, int *operands)
{
    arguments_t arguments = {command, settings, count, 0, items};
    bool options_ended = false;
    *operands = 0;
    while (arguments.next < count) {
        char *item = items[arguments.next++];
        bool good = true;
        if (!options_ended && strcmp(item, "--") == 0) {
            options_ended = true;
        } else if (!options_ended && strncmp(item, "--", 2) == 0) {
            good = parse_long(&arguments, item + 2);
        } else if (!options_ended && item[0] == '-' && item[1] != '\0') {
            good = parse_letters(&arguments, item + 1);
        } else {
            items[(*operands)++] = item;
        }
        if (!good) {
            return false;
        }
    }
    return settings->help || check_operands(command, *operands);
}
