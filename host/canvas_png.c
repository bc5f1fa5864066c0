/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The PNG writer of a drawing: rasterises the shapes with smooth edges and hands the rows to libpng. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include <mcufs/errors.h>

#include "canvas.h"
#include "stroke_font.h"

typedef struct raster {
    int width, height;
    unsigned char *pixels; /* RGB */
    unsigned char *ink;    /* coverage of the shape being drawn, so that its strokes do not add up */
} raster_t;

static void mix_pixel(raster_t *raster, int x, int y, uint32_t colour, double coverage)
{
    unsigned char *pixel = raster->pixels + 3 * ((size_t)y * (size_t)raster->width + (size_t)x);

    for (int i = 0; i < 3; i++) {
        double over = (colour >> (16 - 8 * i)) & 0xff;

        pixel[i] = (unsigned char)(pixel[i] + (over - pixel[i]) * coverage + 0.5);
    }
}

/* How much of the pixel [at, at + 1) lies within [low, high). */
static double overlap(double low, double high, int at)
{
    double from = low > at ? low : at;
    double to = high < at + 1 ? high : at + 1;

    return to > from ? to - from : 0;
}

static int clamp(double value, int limit)
{
    if (value < 0)
        return 0;
    return value > limit ? limit : (int)value;
}

static void draw_rectangle(raster_t *raster, const canvas_shape_t *shape)
{
    double right = shape->x0 + shape->x1;
    double bottom = shape->y0 + shape->y1;

    for (int y = clamp(shape->y0, raster->height); y < clamp(ceil(bottom), raster->height); y++)
        for (int x = clamp(shape->x0, raster->width); x < clamp(ceil(right), raster->width); x++)
            mix_pixel(raster, x, y, shape->colour,
                      overlap(shape->x0, right, x) * overlap(shape->y0, bottom, y));
}

static double distance_to_segment(double px, double py, double x0, double y0, double x1, double y1)
{
    double dx = x1 - x0;
    double dy = y1 - y0;
    double square = dx * dx + dy * dy;
    double along = square > 0 ? ((px - x0) * dx + (py - y0) * dy) / square : 0;

    if (along < 0)
        along = 0;
    if (along > 1)
        along = 1;
    return hypot(px - x0 - along * dx, py - y0 - along * dy);
}

/* Lays ink along a segment. */
static void stroke(raster_t *raster, double x0, double y0, double x1, double y1, double width)
{
    double reach = width / 2 + 1;
    int left = clamp(fmin(x0, x1) - reach, raster->width);
    int right = clamp(fmax(x0, x1) + reach + 1, raster->width);
    int top = clamp(fmin(y0, y1) - reach, raster->height);
    int bottom = clamp(fmax(y0, y1) + reach + 1, raster->height);

    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            unsigned char *ink = raster->ink + (size_t)y * (size_t)raster->width + (size_t)x;
            double coverage = width / 2 + 0.5 - distance_to_segment(x + 0.5, y + 0.5, x0, y0, x1, y1);

            if (coverage > 1)
                coverage = 1;
            if (coverage * 255 > *ink)
                *ink = (unsigned char)(coverage * 255);
        }
}

/* Turns the ink within these bounds into colour and takes it away. */
static void apply_ink(raster_t *raster, double x0, double y0, double x1, double y1, uint32_t colour)
{
    for (int y = clamp(y0, raster->height); y < clamp(y1, raster->height); y++)
        for (int x = clamp(x0, raster->width); x < clamp(x1, raster->width); x++) {
            unsigned char *ink = raster->ink + (size_t)y * (size_t)raster->width + (size_t)x;

            if (*ink != 0)
                mix_pixel(raster, x, y, colour, *ink / 255.0);
            *ink = 0;
        }
}

static void draw_line(raster_t *raster, const canvas_shape_t *shape)
{
    double reach = shape->size + 2;

    stroke(raster, shape->x0, shape->y0, shape->x1, shape->y1, shape->size);
    apply_ink(raster, fmin(shape->x0, shape->x1) - reach, fmin(shape->y0, shape->y1) - reach,
              fmax(shape->x0, shape->x1) + reach, fmax(shape->y0, shape->y1) + reach, shape->colour);
}

/* One character with its origin at the left of the baseline. */
static void stroke_character(raster_t *raster, char character, double x, double y, double unit, double width)
{
    const char *point = stroke_font_glyph(character);
    double last_x = 0;
    double last_y = 0;
    int started = 0;

    while (*point != '\0') {
        double next_x, next_y;

        if (*point == ' ') {
            started = 0;
            point++;
            continue;
        }
        next_x = x + stroke_font_digit(point[0]) * unit;
        next_y = y + (stroke_font_digit(point[1]) - STROKE_FONT_BASELINE) * unit;
        point += 2;
        if (started)
            stroke(raster, last_x, last_y, next_x, next_y, width);
        last_x = next_x;
        last_y = next_y;
        started = 1;
    }
}

static void draw_text(raster_t *raster, const canvas_shape_t *shape)
{
    double unit = shape->size * 0.72 / STROKE_FONT_BASELINE;
    double length = canvas_text_width(shape->size, shape->text);
    double x = shape->x0;

    if (shape->anchor == CANVAS_CENTRE)
        x -= length / 2;
    if (shape->anchor == CANVAS_RIGHT)
        x -= length;
    /* Whole pixels keep the stems of neighbouring labels equally sharp. */
    x = floor(x) + 1.5;
    for (const char *character = shape->text; *character != '\0'; character++) {
        stroke_character(raster, *character, x, floor(shape->y0) - 0.5, unit,
                         shape->size * (shape->bold ? 0.14 : 0.095));
        x += stroke_font_advance(*character) * unit;
    }
    apply_ink(raster, shape->x0 - length - shape->size, shape->y0 - 2 * shape->size,
              shape->x0 + length + shape->size, shape->y0 + shape->size, shape->colour);
}

static void draw_shapes(raster_t *raster, const canvas_t *canvas)
{
    for (unsigned long i = 0; i < canvas->count; i++) {
        const canvas_shape_t *shape = &canvas->shapes[i];

        if (shape->kind == CANVAS_RECTANGLE)
            draw_rectangle(raster, shape);
        else if (shape->kind == CANVAS_LINE)
            draw_line(raster, shape);
        else
            draw_text(raster, shape);
    }
}

static int encode(const raster_t *raster, FILE *file)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);

    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return MCUFS_ENOMEM;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        return MCUFS_EIO;
    }
    png_init_io(png, file);
    png_set_IHDR(png, info, (png_uint_32)raster->width, (png_uint_32)raster->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, 9);
    png_write_info(png, info);
    for (int y = 0; y < raster->height; y++)
        png_write_row(png, raster->pixels + 3 * (size_t)y * (size_t)raster->width);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return MCUFS_OK;
}

static int write_file(const raster_t *raster, const char *path)
{
    FILE *file = fopen(path, "wb");
    int err;

    if (file == NULL)
        return MCUFS_EIO;
    err = encode(raster, file);
    if (fclose(file) != 0 && err == MCUFS_OK)
        err = MCUFS_EIO;
    return err;
}

int canvas_write_png(const canvas_t *canvas, const char *path)
{
    raster_t raster = {.width = (int)canvas->width, .height = (int)canvas->height};
    size_t count = (size_t)canvas->width * canvas->height;
    int err = MCUFS_ENOMEM;

    if (canvas->out_of_memory)
        return MCUFS_ENOMEM;
    raster.pixels = malloc(3 * count);
    raster.ink = calloc(count, 1);
    if (raster.pixels != NULL && raster.ink != NULL) {
        for (size_t i = 0; i < 3 * count; i++)
            raster.pixels[i] = (unsigned char)(canvas->background >> (16 - 8 * (i % 3)));
        draw_shapes(&raster, canvas);
        err = write_file(&raster, path);
    }
    free(raster.pixels);
    free(raster.ink);
    return err;
}
