/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A plot of one metric: a panel per configuration, a line per workload, and on it dots at the share of
 * littlefs 2.11's figure that mcufs needs, on a logarithmic scale. Left of the line at 1 is better. */

#include <math.h>
#include <string.h>

#include <host/canvas.h>

#include "report.h"

enum { WIDTH = 1180, MARGIN = 28, NAME_WIDTH = 190, PANEL_GAP = 14, ROW = 20, TOP = 118, BLOCK_GAP = 74 };

#define TEXT_COLOUR  0x1f2933u
#define QUIET_COLOUR 0x6b7785u
#define PANEL_COLOUR 0xf3f5f8u
#define LINE_COLOUR  0xdbe1e8u
#define SAME_COLOUR  0x7fb6dcu
#define MORE_COLOUR  0x1f6fa8u
#define LFS_H_COLOUR 0x2e8b57u
#define V3_COLOUR    0xe39a2du

/* The scale: from a thousandth to tenfold. */
#define LOWEST  (-3.0)
#define HIGHEST 1.0

typedef struct panel {
    const char *configuration;
    double x, width;
} panel_t;

/* Workloads as rows, in the order of the first configuration that has them. */
typedef struct rows {
    const char *name[64];
    unsigned count;
} rows_t;

static const char *metric_title(bench_metric_t metric)
{
    switch (metric) {
    case BENCH_READ_BYTES:
        return "Bytes read, as a share of littlefs 2.11";
    case BENCH_PROGRAM_BYTES:
        return "Bytes programmed, as a share of littlefs 2.11";
    case BENCH_ERASES:
        return "Block erases, as a share of littlefs 2.11";
    default:
        return "Modelled device time, as a share of littlefs 2.11";
    }
}

/* Rows are the same workload when the letters before the first space are ("k1" of "k1 fill 512K"). */
static bool same_row(const char *a, const char *b)
{
    size_t length = strcspn(a, " ");

    return length == strcspn(b, " ") && strncmp(a, b, length) == 0;
}

/* Rows that there is something to compare with. */
static rows_t find_rows(const bench_results_t *results, const bench_baseline_t *baseline, bool nand)
{
    rows_t rows = {.count = 0};

    for (size_t i = 0; i < results->count; i++) {
        const char *name = results->result[i].workload;
        unsigned known = 0;

        if (bench_baseline_find(baseline, results->result[i].configuration, name) == NULL)
            continue;

        while (known < rows.count && !same_row(rows.name[known], name))
            known++;
        if (known == rows.count && known < sizeof rows.name / sizeof *rows.name && (name[0] == 'n') == nand)
            rows.name[rows.count++] = name;
    }
    return rows;
}

static double place(const panel_t *panel, double share)
{
    double power = log10(share);

    if (power < LOWEST)
        power = LOWEST;
    if (power > HIGHEST)
        power = HIGHEST;
    return panel->x + (power - LOWEST) / (HIGHEST - LOWEST) * panel->width;
}

static void draw_dot(canvas_t *canvas, const panel_t *panel, double y, double value, double base, double size,
                     uint32_t colour)
{
    double x;

    if (isnan(value) || isnan(base) || base <= 0)
        return;
    x = place(panel, value / base);
    canvas_line(canvas, x, y, x, y, size, colour);
}

static void draw_row(canvas_t *canvas, const bench_results_t *results, const bench_baseline_t *baseline,
                     bench_metric_t metric, const panel_t *panel, const char *row, double y)
{
    for (size_t i = 0; i < results->count; i++) {
        const bench_result_t *result = &results->result[i];
        const bench_peer_t *peer;
        double base;

        if (strcmp(result->configuration, panel->configuration) != 0 || !same_row(result->workload, row))
            continue;
        peer = bench_baseline_find(baseline, result->configuration, result->workload);
        if (peer == NULL)
            continue;
        base = bench_metric_of_figures(&peer->v2, metric);
        draw_dot(canvas, panel, y, bench_metric_of_figures(&peer->v3, metric), base, 5, V3_COLOUR);
        if (result->memory == BENCH_MEMORY_LFS_H)
            draw_dot(canvas, panel, y, bench_metric_of_result(result, metric), base, 4, LFS_H_COLOUR);
        else if (result->memory == BENCH_MEMORY_SAME)
            draw_dot(canvas, panel, y, bench_metric_of_result(result, metric), base, 9, SAME_COLOUR);
        else
            draw_dot(canvas, panel, y, bench_metric_of_result(result, metric), base, 6, MORE_COLOUR);
    }
}

static void draw_panel(canvas_t *canvas, const panel_t *panel, double y, unsigned rows)
{
    static const char *const labels[] = {"/1000", "/100", "/10", "1", "x10"};

    canvas_rectangle(canvas, panel->x, y, panel->width, rows * ROW, PANEL_COLOUR);
    canvas_bold_text(canvas, panel->x + panel->width / 2, y - 22, 13, CANVAS_CENTRE, TEXT_COLOUR,
                     panel->configuration);
    for (int power = (int)LOWEST; power <= (int)HIGHEST; power++) {
        double x = place(panel, pow(10, power));

        canvas_line(canvas, x, y, x, y + rows * ROW, power == 0 ? 1.6 : 0.8,
                    power == 0 ? QUIET_COLOUR : LINE_COLOUR);
        /* The labels at the ends would run into those of the next panel. */
        if (power > (int)LOWEST && power < (int)HIGHEST)
            canvas_text(canvas, x, y - 6, 10, CANVAS_CENTRE, QUIET_COLOUR, labels[power - (int)LOWEST]);
    }
}

/* The panels of the NOR or of the NAND configurations, one beside the other; the height used. */
static double draw_block(canvas_t *canvas, const bench_results_t *results, const bench_baseline_t *baseline,
                         bench_metric_t metric, bool nand, double y)
{
    rows_t rows = find_rows(results, baseline, nand);
    double panel_width = (WIDTH - 2.0 * MARGIN - NAME_WIDTH) / 6 - PANEL_GAP;
    panel_t panel = {.x = MARGIN + NAME_WIDTH, .width = nand ? 2 * panel_width + PANEL_GAP : panel_width};

    if (rows.count == 0)
        return 0;
    for (unsigned i = 0; i < rows.count; i++)
        canvas_text(canvas, MARGIN, y + i * ROW + ROW / 2.0 + 4, 12, CANVAS_LEFT, TEXT_COLOUR, rows.name[i]);
    for (unsigned c = 0; c < bench_configuration_count; c++) {
        if (bench_configurations[c].nand != nand || bench_configurations[c].large_erases)
            continue; /* nobody recorded large erases */
        panel.configuration = bench_configurations[c].name;
        draw_panel(canvas, &panel, y, rows.count);
        for (unsigned i = 0; i < rows.count; i++)
            draw_row(canvas, results, baseline, metric, &panel, rows.name[i], y + i * ROW + ROW / 2.0);
        panel.x += panel.width + PANEL_GAP;
    }
    return rows.count * ROW + BLOCK_GAP;
}

static void draw_legend(canvas_t *canvas, double y)
{
    static const struct {
        const char *text;
        uint32_t colour;
        double size;
    } entries[] = {{"mcufs, the memory of littlefs 2.11 or our minimum", SAME_COLOUR, 9},
                   {"mcufs, 8 KiB more", MORE_COLOUR, 6},
                   {"mcufs through lfs.h", LFS_H_COLOUR, 4},
                   {"littlefs v3-alpha", V3_COLOUR, 5}};
    double x = MARGIN;

    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        canvas_line(canvas, x + 5, y - 4, x + 5, y - 4, entries[i].size, entries[i].colour);
        canvas_text(canvas, x + 16, y, 12, CANVAS_LEFT, TEXT_COLOUR, entries[i].text);
        x += 16 + canvas_text_width(12, entries[i].text) + 54;
    }
    canvas_text(canvas, WIDTH - MARGIN, 38, 12, CANVAS_RIGHT, QUIET_COLOUR,
                "left of the line at 1: less than littlefs 2.11; at the edges: beyond the scale");
}

int bench_write_plot(const bench_results_t *results, const bench_baseline_t *baseline, bench_metric_t metric,
                     const char *path)
{
    rows_t nor = find_rows(results, baseline, false);
    rows_t nand = find_rows(results, baseline, true);
    unsigned height =
        TOP + MARGIN + (nor.count + nand.count) * ROW + (nor.count && nand.count ? BLOCK_GAP : 0);
    canvas_t *canvas = canvas_new(WIDTH, height, 0xffffff);
    double y = TOP;
    int err;

    if (canvas == NULL)
        return MCUFS_ENOMEM;
    canvas_bold_text(canvas, MARGIN, 38, 20, CANVAS_LEFT, TEXT_COLOUR, metric_title(metric));
    draw_legend(canvas, 64);
    y += draw_block(canvas, results, baseline, metric, false, y);
    draw_block(canvas, results, baseline, metric, true, y);
    err = canvas_write(canvas, path);
    canvas_free(canvas);
    return err;
}
