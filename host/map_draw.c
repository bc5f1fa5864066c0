/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The picture of a map: for every section a grid of its blocks coloured by use, beside it, when the wear is
 * known, the same grid as a heat map, and a legend with counts. */

#include <inttypes.h>
#include <stdio.h>

#include "canvas.h"
#include "map.h"

enum {
    PICTURE_WIDTH = 1120,
    MARGIN = 32,
    LABEL_WIDTH = 52, /* block numbers left of a grid */
    PANEL_GAP = 40,   /* between use and wear */
    TITLE_HEIGHT = 62,
    SECTION_TITLE_HEIGHT = 34,
    LEGEND_HEIGHT = 58,
    GRID_HEIGHT_MAX = 440,
    CELL_MAX = 26,
    CELL_MIN = 4,
    LABEL_DISTANCE = 15
};

#define BACKGROUND   0xffffffu
#define TEXT_COLOUR  0x1f2933u
#define QUIET_COLOUR 0x6b7785u
#define NEVER_ERASED 0xe6eaefu

static const uint32_t use_colours[MAP_USES] = {
    [MCUFS_BLOCK_FREE] = 0xe6eaef,
    [MCUFS_BLOCK_SUPERBLOCK] = 0xc8324b,
    [MCUFS_BLOCK_METADATA] = 0xf2a93b,
    [MCUFS_BLOCK_DATA] = 0x2f7fb8,
};

/* How a section's blocks are laid out. */
typedef struct grid {
    uint32_t columns, rows;
    uint32_t blocks_per_cell;
    unsigned cell; /* pixels from one cell to the next */
} grid_t;

static unsigned panel_width(const map_t *map)
{
    unsigned inside = PICTURE_WIDTH - 2 * MARGIN;

    return map->wear == NULL ? inside : (inside - PANEL_GAP) / 2;
}

/* Tries one number of columns; false when the grid gets too high. */
static bool fits(grid_t *grid, unsigned width, uint32_t count)
{
    uint32_t cells = (count - 1) / grid->blocks_per_cell + 1;

    grid->cell = width / grid->columns < CELL_MAX ? width / grid->columns : CELL_MAX;
    grid->rows = (cells - 1) / grid->columns + 1;
    return (uint64_t)grid->rows * grid->cell <= GRID_HEIGHT_MAX;
}

/* The largest cells that fit, and the widest grid of those, with a power of two per row so that the numbers
 * at the left are round; more blocks per cell only when the smallest cells do not fit. */
static grid_t lay_out(const map_t *map, uint32_t count)
{
    unsigned width = panel_width(map) - LABEL_WIDTH;
    grid_t best = {.cell = 0};

    for (uint32_t blocks_per_cell = 1; best.cell == 0; blocks_per_cell *= 2)
        for (uint32_t columns = 8; width / columns >= CELL_MIN; columns *= 2) {
            grid_t grid = {.columns = columns, .blocks_per_cell = blocks_per_cell};

            if (fits(&grid, width, count) && grid.cell >= best.cell)
                best = grid;
        }
    return best;
}

static uint32_t heat(double share)
{
    static const uint32_t ramp[] = {0xfff0c9, 0xfdc675, 0xf58a4b, 0xd5433f, 0x7d0f3b};
    const unsigned last = sizeof ramp / sizeof *ramp - 1;
    double place = share * last;
    unsigned step = place >= last ? last - 1 : (unsigned)place;

    return canvas_blend(ramp[step], ramp[step + 1], place - step);
}

static uint32_t most_worn(const map_t *map)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < map->block_count; i++)
        if (map->wear[i] > most)
            most = map->wear[i];
    return most;
}

static uint32_t use_colour(const map_t *map, uint32_t block)
{
    return use_colours[map->use[block]];
}

static uint32_t wear_colour(const map_t *map, uint32_t block, uint32_t most)
{
    if (map->wear[block] == 0)
        return NEVER_ERASED;
    return heat(most > 1 ? (double)(map->wear[block] - 1) / (most - 1) : 0);
}

/* The mean colour of the blocks of one cell. */
static uint32_t cell_colour(const map_t *map, uint32_t from, uint32_t to, bool wear, uint32_t most)
{
    uint32_t colour = 0;

    for (uint32_t i = from; i < to; i++) {
        uint32_t one = wear ? wear_colour(map, i, most) : use_colour(map, i);

        colour = canvas_blend(colour, one, 1.0 / (i - from + 1));
    }
    return colour;
}

static void draw_labels(canvas_t *canvas, const grid_t *grid, double x, double y)
{
    uint32_t every = 1;

    while (every * grid->cell < LABEL_DISTANCE)
        every *= 2;
    for (uint32_t row = 0; row < grid->rows; row += every) {
        char text[16];

        snprintf(text, sizeof text, "%" PRIu32, row * grid->columns * grid->blocks_per_cell);
        canvas_text(canvas, x + LABEL_WIDTH - 8, y + row * grid->cell + grid->cell / 2.0 + 4, 11,
                    CANVAS_RIGHT, QUIET_COLOUR, text);
    }
}

static void draw_grid(canvas_t *canvas, const map_t *map, const map_section_t *section, const grid_t *grid,
                      double x, double y, bool wear)
{
    uint32_t most = wear ? most_worn(map) : 0;
    double side = grid->cell > 5 ? grid->cell - 1.0 : grid->cell - 0.5;

    draw_labels(canvas, grid, x, y);
    for (uint32_t block = 0; block < section->count; block += grid->blocks_per_cell) {
        uint32_t cell = block / grid->blocks_per_cell;
        uint32_t end =
            section->count - block < grid->blocks_per_cell ? section->count : block + grid->blocks_per_cell;

        canvas_rectangle(canvas, x + LABEL_WIDTH + cell % grid->columns * grid->cell,
                         y + cell / grid->columns * grid->cell, side, side,
                         cell_colour(map, section->first + block, section->first + end, wear, most));
    }
}

static void draw_use_legend(canvas_t *canvas, const map_t *map, unsigned index, double x, double y)
{
    static const mcufs_block_use_t order[] = {MCUFS_BLOCK_SUPERBLOCK, MCUFS_BLOCK_METADATA, MCUFS_BLOCK_DATA,
                                              MCUFS_BLOCK_FREE};

    x += LABEL_WIDTH;
    for (unsigned i = 0; i < MAP_USES; i++) {
        char text[64];

        snprintf(text, sizeof text, "%s %" PRIu32, map_use_name(order[i]), map_count(map, index, order[i]));
        canvas_rectangle(canvas, x, y, 12, 12, use_colours[order[i]]);
        canvas_text(canvas, x + 18, y + 10.5, 13, CANVAS_LEFT, TEXT_COLOUR, text);
        x += 18 + (int)canvas_text_width(13, text) + 20;
    }
}

static void draw_wear_legend(canvas_t *canvas, const map_t *map, const map_section_t *section, double x,
                             double y)
{
    const int steps = 60;
    uint32_t most = most_worn(map);
    uint32_t most_here = 0;
    double sum = 0;
    char text[96];

    x += LABEL_WIDTH;
    for (uint32_t i = 0; i < section->count; i++) {
        uint32_t wear = map->wear[section->first + i];

        sum += wear;
        if (wear > most_here)
            most_here = wear;
    }
    canvas_rectangle(canvas, x, y, 12, 12, NEVER_ERASED);
    canvas_text(canvas, x + 18, y + 10.5, 13, CANVAS_LEFT, TEXT_COLOUR, "0");
    canvas_text(canvas, x + 42, y + 10.5, 13, CANVAS_LEFT, TEXT_COLOUR, "1");
    for (int i = 0; i < steps; i++)
        canvas_rectangle(canvas, x + 56 + 2 * i, y, 2, 12, heat((double)i / (steps - 1)));
    snprintf(text, sizeof text, "%" PRIu32 " erases", most < 2 ? 2 : most);
    canvas_text(canvas, x + 62 + 2 * steps, y + 10.5, 13, CANVAS_LEFT, TEXT_COLOUR, text);
    snprintf(text, sizeof text, "here: most %" PRIu32 ", mean %.2f", most_here, sum / section->count);
    canvas_text(canvas, PICTURE_WIDTH - MARGIN, y + 10.5, 13, CANVAS_RIGHT, TEXT_COLOUR, text);
}

static void section_heading(const map_section_t *section, const grid_t *grid, char *text, size_t size)
{
    if (grid->blocks_per_cell > 1)
        snprintf(text, size, "%s (one square: %" PRIu32 " blocks)", section->title, grid->blocks_per_cell);
    else
        snprintf(text, size, "%s", section->title);
}

static void draw_section(canvas_t *canvas, const map_t *map, unsigned index, double y)
{
    const map_section_t *section = &map->section[index];
    grid_t grid = lay_out(map, section->count);
    double grid_y = y + SECTION_TITLE_HEIGHT;
    double legend_y = grid_y + grid.rows * grid.cell + 12;
    char heading[MAP_TEXT_MAX + 48];

    section_heading(section, &grid, heading, sizeof heading);
    canvas_bold_text(canvas, MARGIN + LABEL_WIDTH, y + 20, 15, CANVAS_LEFT, TEXT_COLOUR, heading);
    draw_grid(canvas, map, section, &grid, MARGIN, grid_y, false);
    draw_use_legend(canvas, map, index, MARGIN, legend_y);
    if (map->wear != NULL) {
        double x = MARGIN + panel_width(map) + PANEL_GAP;

        canvas_text(canvas, x + LABEL_WIDTH, y + 20, 15, CANVAS_LEFT, QUIET_COLOUR, "erases per block");
        draw_grid(canvas, map, section, &grid, x, grid_y, true);
        draw_wear_legend(canvas, map, section, x, legend_y);
    }
}

static canvas_t *draw(const map_t *map)
{
    unsigned height = TITLE_HEIGHT + MARGIN / 2;
    double y = TITLE_HEIGHT;
    char size[96];
    canvas_t *canvas;

    for (unsigned i = 0; i < map->sections; i++) {
        grid_t grid = lay_out(map, map->section[i].count);

        height += SECTION_TITLE_HEIGHT + grid.rows * grid.cell + LEGEND_HEIGHT;
    }
    canvas = canvas_new(PICTURE_WIDTH, height, BACKGROUND);
    if (canvas == NULL)
        return NULL;
    canvas_bold_text(canvas, MARGIN + LABEL_WIDTH, 40, 21, CANVAS_LEFT, TEXT_COLOUR, map->title);
    snprintf(size, sizeof size, "%" PRIu32 " blocks of %" PRIu32 " bytes, %.6g KiB", map->block_count,
             map->block_size, (double)map->block_size * map->block_count / 1024);
    canvas_text(canvas, PICTURE_WIDTH - MARGIN, 40, 14, CANVAS_RIGHT, QUIET_COLOUR, size);
    for (unsigned i = 0; i < map->sections; i++) {
        grid_t grid = lay_out(map, map->section[i].count);

        draw_section(canvas, map, i, y);
        y += SECTION_TITLE_HEIGHT + grid.rows * grid.cell + LEGEND_HEIGHT;
    }
    return canvas;
}

static int write_with(const map_t *map, const char *path, int (*writer)(const canvas_t *, const char *))
{
    canvas_t *canvas = draw(map);
    int err = canvas == NULL ? MCUFS_ENOMEM : writer(canvas, path);

    canvas_free(canvas);
    return err;
}

int map_write_svg(const map_t *map, const char *path)
{
    return write_with(map, path, canvas_write_svg);
}

int map_write_png(const map_t *map, const char *path)
{
    return write_with(map, path, canvas_write_png);
}

int map_write(const map_t *map, const char *path)
{
    return write_with(map, path, canvas_write);
}
