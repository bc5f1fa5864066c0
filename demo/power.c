/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The station at work while its power is cut: it appends lines to the log of the day, starts a new log when
 * that is full, removes the oldest, and saves its state by renaming. What was acknowledged is remembered
 * here, outside of the chip; after every cut the chip must hold exactly that, with the step that was cut
 * either done or not begun. */

#include <stdio.h>
#include <string.h>

#include "demo.h"

enum {
    LINES_MAX = 150, /* of a log: about 4 KiB */
    LOGS_KEPT = 5,
    LINES_PER_SAVE = 8,
    LINE_LENGTH = 64,
    CUT_WITHIN = 60 /* programs and erases from one boot to the cut */
};

#define STATE     DEMO_LOG_MOUNT "/state.json"
#define NEW_STATE DEMO_LOG_MOUNT "/state.new"

typedef struct station {
    demo_t *demo;
    demo_cuts_t *cuts;
    uint64_t random;

    /* Acknowledged. */
    uint32_t first_log, last_log; /* logs that exist: first .. last - 1 */
    uint32_t lines;               /* of the last one; the others are full */
    uint32_t saved;               /* the number in the state; 0: no state yet */

    /* Begun, and not acknowledged yet. */
    bool appending, creating, removing, saving;
    uint32_t saving_number;

    sim_cut_t cut_by; /* how the power was cut last */
    bool lost;        /* the chip does not hold what was acknowledged */
    demo_step_t step; /* what is being done */
    mcufs_file_t log; /* of the day */
    bool log_open;
} station_t;

static uint64_t random_number(station_t *station)
{
    /* xorshift64* */
    station->random ^= station->random >> 12;
    station->random ^= station->random << 25;
    station->random ^= station->random >> 27;
    return station->random * 2685821657736338717u;
}

/* -- Contents, computed anew whenever they are needed --------------------------------------------------- */

static void log_path(char *path, uint32_t log)
{
    sprintf(path, DEMO_LOG_MOUNT "/log-%05u.csv", (unsigned)log);
}

/* Logs differ in length, from a few lines to more than a block. */
static uint32_t lines_of(uint32_t log)
{
    return 10 + log * 37 % (LINES_MAX - 10);
}

static size_t log_line(char *text, uint32_t log, uint32_t line)
{
    uint32_t mixed = (log * LINES_MAX + line) * 2654435761u;

    return (size_t)sprintf(text, "%05u-%03u,%u.%02u,%u.%u,%u.%u\n", (unsigned)log, (unsigned)line,
                           (unsigned)(mixed >> 28), (unsigned)(mixed >> 8) % 100,
                           40 + (unsigned)(mixed >> 26), (unsigned)mixed % 10, 980 + (unsigned)(mixed >> 26),
                           (unsigned)(mixed >> 4) % 10);
}

static size_t state_text(char *text, uint32_t number)
{
    return (size_t)sprintf(text, "{\"measured\": %u}\n", (unsigned)number);
}

/* -- Work ----------------------------------------------------------------------------------------------- */

static int close_log(station_t *station)
{
    if (!station->log_open)
        return MCUFS_OK;
    station->log_open = false;
    return mcufs_close(&station->log);
}

static int open_log(station_t *station)
{
    char path[LINE_LENGTH];
    int err;

    if (station->log_open)
        return MCUFS_OK;
    log_path(path, station->last_log - 1);
    err = mcufs_open(&station->demo->fs, &station->log, path, MCUFS_O_WRONLY | MCUFS_O_APPEND);
    station->log_open = err == MCUFS_OK;
    return err;
}

static int append_line(station_t *station)
{
    char line[LINE_LENGTH];
    size_t length = log_line(line, station->last_log - 1, station->lines);
    int32_t written;
    int err;

    station->step = DEMO_STEP_APPEND;
    err = open_log(station);
    if (err != MCUFS_OK)
        return err;
    station->appending = true;
    written = mcufs_write(&station->log, line, length);
    err = written < 0 ? (int)written : mcufs_sync(&station->log);
    if (err != MCUFS_OK)
        return err;
    station->appending = false;
    station->lines++;
    station->cuts->lines++;
    return MCUFS_OK;
}

static int start_log(station_t *station)
{
    char path[LINE_LENGTH];
    mcufs_file_t file;
    int err = close_log(station);

    if (err != MCUFS_OK)
        return err;
    station->creating = true;
    log_path(path, station->last_log);
    err = mcufs_open(&station->demo->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_EXCL);
    if (err == MCUFS_OK)
        err = mcufs_close(&file); /* created is durable from here on */
    if (err != MCUFS_OK)
        return err;
    station->creating = false;
    station->last_log++;
    station->lines = 0;
    station->cuts->rotations++;
    return MCUFS_OK;
}

static int remove_oldest(station_t *station)
{
    char path[LINE_LENGTH];
    int err;

    station->removing = true;
    log_path(path, station->first_log);
    err = mcufs_unlink(&station->demo->fs, path);
    if (err != MCUFS_OK)
        return err;
    station->removing = false;
    station->first_log++;
    return MCUFS_OK;
}

static int rotate(station_t *station)
{
    station->step = DEMO_STEP_ROTATE;
    if (station->last_log - station->first_log >= LOGS_KEPT)
        return remove_oldest(station);
    return start_log(station);
}

static int write_new_state(station_t *station)
{
    char text[LINE_LENGTH];
    size_t length = state_text(text, station->saving_number);
    mcufs_file_t file;
    int32_t written;
    int closed;
    int err =
        mcufs_open(&station->demo->fs, &file, NEW_STATE, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);

    if (err != MCUFS_OK)
        return err;
    written = mcufs_write(&file, text, length);
    closed = mcufs_close(&file);
    return written < 0 ? (int)written : closed;
}

static int save(station_t *station)
{
    int err;

    station->step = DEMO_STEP_SAVE;
    station->saving_number = station->cuts->lines;
    err = write_new_state(station);
    if (err != MCUFS_OK)
        return err;
    station->saving = true;
    err = mcufs_rename(&station->demo->fs, NEW_STATE, STATE);
    if (err != MCUFS_OK)
        return err;
    station->saving = false;
    station->saved = station->saving_number;
    station->cuts->saves++;
    return MCUFS_OK;
}

static int work(station_t *station)
{
    if (station->last_log == station->first_log || station->lines == lines_of(station->last_log - 1))
        return rotate(station);
    if (station->cuts->lines >= station->saved + LINES_PER_SAVE)
        return save(station);
    return append_line(station);
}

/* -- After a cut ---------------------------------------------------------------------------------------- */

static int complain(station_t *station, const char *path, const char *what)
{
    station->lost = true;
    fprintf(stderr, "LOST: %s %s\n", path, what);
    return MCUFS_ECORRUPT;
}

/* Reads a file of up to `size` bytes. Its length, or an error. */
static int32_t read_whole(station_t *station, const char *path, char *content, size_t size)
{
    mcufs_file_t file;
    int32_t length;
    int closed;
    int err = mcufs_open(&station->demo->fs, &file, path, MCUFS_O_RDONLY);

    if (err != MCUFS_OK)
        return err;
    length = mcufs_read(&file, content, size);
    closed = mcufs_close(&file);
    return length >= 0 && closed != MCUFS_OK ? closed : length;
}

/* How many whole lines a log holds, each of them right; or an error. */
static int32_t count_lines(station_t *station, uint32_t log)
{
    static char content[LINE_LENGTH * (LINES_MAX + 2)];
    char path[LINE_LENGTH];
    char line[LINE_LENGTH];
    int32_t lines = 0;
    int32_t length;
    size_t at = 0;

    log_path(path, log);
    length = read_whole(station, path, content, sizeof content);
    if (length < 0)
        return length;
    while (at < (size_t)length) {
        size_t expected = log_line(line, log, (uint32_t)lines);

        if (expected > (size_t)length - at || memcmp(content + at, line, expected) != 0)
            return complain(station, path, "holds something that was never written");
        at += expected;
        lines++;
    }
    return lines;
}

static int check_full_log(station_t *station, uint32_t log)
{
    char path[LINE_LENGTH];
    int32_t lines = count_lines(station, log);

    if (lines == (int32_t)lines_of(log))
        return MCUFS_OK;
    log_path(path, log);
    if (lines < 0 && lines != MCUFS_ENOENT)
        return lines;
    return complain(station, path, lines < 0 ? "is gone" : "is too short");
}

/* The log that was being written: all acknowledged lines, and perhaps the one that was on its way. */
static int check_last_log(station_t *station, int *done)
{
    char path[LINE_LENGTH];
    int32_t lines = count_lines(station, station->last_log - 1);

    log_path(path, station->last_log - 1);
    if (lines == MCUFS_ENOENT)
        return complain(station, path, "is gone");
    if (lines < 0)
        return lines;
    if ((uint32_t)lines < station->lines)
        return complain(station, path, "lacks acknowledged lines");
    if ((uint32_t)lines > station->lines + (station->appending ? 1 : 0))
        return complain(station, path, "has more lines than were written");
    if (station->appending)
        *done = (uint32_t)lines > station->lines;
    station->appending = false;
    station->lines = (uint32_t)lines;
    return MCUFS_OK;
}

/* A log whose creation was cut: there and empty, or not there. */
static int check_created_log(station_t *station, int *done)
{
    int32_t lines = count_lines(station, station->last_log);
    char path[LINE_LENGTH];

    if (lines == 0 || lines == MCUFS_ENOENT) {
        *done = lines == 0;
        station->creating = false;
        if (lines == 0) {
            station->last_log++;
            station->lines = 0;
        }
        return MCUFS_OK;
    }
    log_path(path, station->last_log);
    return lines < 0 ? (int)lines : complain(station, path, "is new and not empty");
}

/* A log whose removal was cut: there and whole, or not there. */
static int check_removed_log(station_t *station, int *done)
{
    int32_t lines = count_lines(station, station->first_log);
    char path[LINE_LENGTH];

    if (lines == (int32_t)lines_of(station->first_log) || lines == MCUFS_ENOENT) {
        *done = lines == MCUFS_ENOENT;
        station->removing = false;
        if (lines == MCUFS_ENOENT)
            station->first_log++;
        return MCUFS_OK;
    }
    log_path(path, station->first_log);
    return lines < 0 ? (int)lines : complain(station, path, "was half removed");
}

static bool is_state(const char *content, int32_t length, uint32_t number)
{
    char text[LINE_LENGTH];

    return (size_t)length == state_text(text, number) && memcmp(content, text, (size_t)length) == 0;
}

static int check_state(station_t *station, int *done)
{
    char content[LINE_LENGTH];
    int32_t length = read_whole(station, STATE, content, sizeof content);
    bool is_old, is_new;

    if (length < 0 && length != MCUFS_ENOENT)
        return length;
    is_old = station->saved == 0 ? length == MCUFS_ENOENT
                                 : length >= 0 && is_state(content, length, station->saved);
    is_new = station->saving && length >= 0 && is_state(content, length, station->saving_number);
    if (!is_old && !is_new)
        return complain(station, STATE, "is neither the old nor the new one");
    if (station->saving)
        *done = is_new;
    station->saving = false;
    if (is_new)
        station->saved = station->saving_number;
    return MCUFS_OK;
}

static bool is_known(const station_t *station, const char *name)
{
    char path[LINE_LENGTH];

    if (strcmp(name, "state.json") == 0 || strcmp(name, "state.new") == 0)
        return true;
    for (uint32_t log = station->first_log; log < station->last_log; log++) {
        log_path(path, log);
        if (strcmp(path + sizeof DEMO_LOG_MOUNT, name) == 0)
            return true;
    }
    return false;
}

static int check_names(station_t *station)
{
    static mcufs_dirent_t entry;
    mcufs_dir_t directory;
    uint32_t logs = 0;
    int closed;
    int err = mcufs_opendir(&station->demo->fs, &directory, DEMO_LOG_MOUNT);

    if (err != MCUFS_OK)
        return err;
    while ((err = mcufs_readdir(&directory, &entry)) == 1) {
        if (!is_known(station, entry.name)) {
            err = complain(station, entry.name, "should not be there");
            break;
        }
        logs += strncmp(entry.name, "log-", 4) == 0;
    }
    closed = mcufs_closedir(&directory);
    if (err == MCUFS_OK && logs != station->last_log - station->first_log)
        err = complain(station, "the list of logs", "has the wrong length");
    return err != MCUFS_OK ? err : closed;
}

/* Compares the chip with what was acknowledged, and takes over what it says about the step that was cut.
 * `done`: -1 nothing was begun, 0 it was not done, 1 it was. */
static int check_all(station_t *station, int *done)
{
    int err = MCUFS_OK;

    *done = -1;
    if (station->removing)
        err = check_removed_log(station, done);
    for (uint32_t log = station->first_log; err == MCUFS_OK && log + 1 < station->last_log; log++)
        err = check_full_log(station, log);
    if (err == MCUFS_OK && station->last_log > station->first_log)
        err = check_last_log(station, done);
    if (err == MCUFS_OK && station->creating)
        err = check_created_log(station, done);
    if (err == MCUFS_OK)
        err = check_state(station, done);
    if (err == MCUFS_OK)
        err = check_names(station);
    return err;
}

/* -- The campaign --------------------------------------------------------------------------------------- */

static void add_recovery(station_t *station)
{
    mcufs_health_t *sum = &station->cuts->recovery;
    mcufs_health_t health;

    if (mcufs_health(&station->demo->fs, DEMO_LOG_MOUNT, &health) != MCUFS_OK)
        return;
    sum->moves_completed += health.moves_completed;
    sum->orphans_removed += health.orphans_removed;
    sum->links_repaired += health.links_repaired;
    sum->commits_discarded += health.commits_discarded;
    sum->uncorrected += health.uncorrected;
}

static int check_after_cut(station_t *station)
{
    demo_cuts_t *cuts = station->cuts;
    int done;
    int err = check_all(station, &done);

    if (err == MCUFS_OK) {
        cuts->finished[station->cut_by] += done == 1;
        cuts->unfinished[station->cut_by] += done == 0;
        add_recovery(station);
    }
    cuts->lost[station->cut_by] += station->lost;
    return err;
}

/* Works until something fails; `step` is then where. The first step after power on counts as the start, for
 * it brings the recovery with it. */
static int work_on(station_t *station)
{
    int err = work(station);

    if (err != MCUFS_OK) {
        station->step = DEMO_STEP_START;
        return err;
    }
    while (err == MCUFS_OK)
        err = work(station);
    return err;
}

/* From power on to the next cut. 0: the power went as planned. */
static int live(station_t *station, sim_cut_t kind)
{
    /* One in four comes early, to hit the recovery from the one before. */
    uint64_t within = random_number(station) % 4 == 0 ? 4 : CUT_WITHIN;
    uint64_t when = 1 + random_number(station) % within;
    int err;

    station->log_open = false;
    station->step = DEMO_STEP_START;
    sim_flash_power_on(station->demo->chip);
    sim_flash_cut(station->demo->chip, when, kind, random_number(station));
    err = demo_boot(station->demo);
    if (err == MCUFS_OK)
        err = check_after_cut(station);
    if (err == MCUFS_OK)
        err = work_on(station);
    if (station->lost)
        return err;
    if (!sim_flash_is_off(station->demo->chip)) {
        fprintf(stderr, "FAILED with the power on: %s\n", mcufs_error_text(err));
        return err;
    }
    station->cuts->cuts[kind][station->step]++;
    station->cut_by = kind;
    return MCUFS_OK;
}

int demo_cut_power(demo_t *demo, uint32_t count, uint64_t seed, demo_cuts_t *cuts)
{
    station_t station = {.demo = demo, .cuts = cuts, .random = seed};
    int err = MCUFS_OK;

    memset(cuts, 0, sizeof *cuts);
    for (uint32_t i = 0; i < count && err == MCUFS_OK; i++) {
        err = live(&station, (sim_cut_t)(i % SIM_CUT_KINDS));
        if (err != MCUFS_OK)
            fprintf(stderr, "at cut %u, seed %llu\n", (unsigned)i, (unsigned long long)seed);
    }
    sim_flash_power_on(demo->chip);
    if (err == MCUFS_OK)
        err = demo_boot(demo);
    if (err == MCUFS_OK)
        err = check_after_cut(&station);
    return err;
}
