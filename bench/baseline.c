/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading baseline_littlefs.csv. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/errors.h>

#include "baseline.h"

enum { FIELDS = 17, FIRST_V2 = 3, FIRST_V3 = 10 };

/* Cuts a line at its commas, in place. The number of fields. */
static int split(char *line, char *fields[], int most)
{
    int count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (count < most) {
        size_t length = strcspn(line, ",");
        char end = line[length];

        line[length] = '\0';
        fields[count++] = line;
        if (end == '\0')
            return count;
        line += length + 1;
    }
    return count + 1;
}

static double number(const char *text)
{
    return *text == '\0' ? NAN : strtod(text, NULL);
}

static bench_figures_t figures(char *fields[])
{
    return (bench_figures_t){number(fields[0]), number(fields[1]), number(fields[2]), number(fields[3]),
                             number(fields[4]), number(fields[5]), number(fields[6])};
}

static int add_row(bench_baseline_t *baseline, char *fields[])
{
    bench_peer_t *grown = realloc(baseline->row, (baseline->count + 1) * sizeof *grown);
    bench_peer_t *row;

    if (grown == NULL)
        return MCUFS_ENOMEM;
    baseline->row = grown;
    row = &grown[baseline->count++];
    snprintf(row->configuration, sizeof row->configuration, "%s", fields[0]);
    snprintf(row->workload, sizeof row->workload, "%s", fields[1]);
    row->v2 = figures(fields + FIRST_V2);
    row->v3 = figures(fields + FIRST_V3);
    return MCUFS_OK;
}

static int load_lines(bench_baseline_t *baseline, FILE *file, const char *path)
{
    char line[512];
    int heading = 1;

    for (int number_of_line = 1; fgets(line, sizeof line, file) != NULL; number_of_line++) {
        char *fields[FIELDS];
        int err;

        if (line[0] == '#')
            continue;
        if (split(line, fields, FIELDS) != FIELDS) {
            fprintf(stderr, "%s:%d: not %d fields\n", path, number_of_line, (int)FIELDS);
            return MCUFS_EINVAL;
        }
        if (heading) {
            heading = 0;
            continue;
        }
        err = add_row(baseline, fields);
        if (err != MCUFS_OK)
            return err;
    }
    return MCUFS_OK;
}

int bench_baseline_load(bench_baseline_t *baseline, const char *path)
{
    FILE *file = fopen(path, "r");
    int err;

    memset(baseline, 0, sizeof *baseline);
    if (file == NULL) {
        perror(path);
        return MCUFS_ENOENT;
    }
    err = load_lines(baseline, file, path);
    fclose(file);
    if (err != MCUFS_OK)
        bench_baseline_free(baseline);
    return err;
}

void bench_baseline_free(bench_baseline_t *baseline)
{
    free(baseline->row);
    memset(baseline, 0, sizeof *baseline);
}

const bench_peer_t *bench_baseline_find(const bench_baseline_t *baseline, const char *configuration,
                                        const char *workload)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (strcmp(baseline->row[i].configuration, configuration) == 0 &&
            strcmp(baseline->row[i].workload, workload) == 0)
            return &baseline->row[i];
    return NULL;
}
