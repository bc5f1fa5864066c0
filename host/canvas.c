/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The list of shapes of a drawing, and its SVG writer. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/errors.h>

#include "canvas.h"
#include "stroke_font.h"

canvas_t *canvas_new(unsigned width, unsigned height, uint32_t background)
{
    canvas_t *canvas = calloc(1, sizeof *canvas);

    if (canvas != NULL) {
        canvas->width = width;
        canvas->height = height;
        canvas->background = background;
    }
    return canvas;
}

void canvas_free(canvas_t *canvas)
{
    if (canvas == NULL)
        return;
    for (unsigned long i = 0; i < canvas->count; i++)
        free(canvas->shapes[i].text);
    free(canvas->shapes);
    free(canvas);
}

static void add_shape(canvas_t *canvas, const canvas_shape_t *shape)
{
    if (canvas->count == canvas->capacity) {
        unsigned long capacity = canvas->capacity == 0 ? 256 : 2 * canvas->capacity;
        canvas_shape_t *grown = realloc(canvas->shapes, capacity * sizeof *grown);

        if (grown == NULL) {
            canvas->out_of_memory = 1;
            free(shape->text);
            return;
        }
        canvas->shapes = grown;
        canvas->capacity = capacity;
    }
    canvas->shapes[canvas->count++] = *shape;
}

void canvas_rectangle(canvas_t *canvas, double x, double y, double width, double height, uint32_t colour)
{
    canvas_shape_t shape = {
        .kind = CANVAS_RECTANGLE, .colour = colour, .x0 = x, .y0 = y, .x1 = width, .y1 = height};

    add_shape(canvas, &shape);
}

void canvas_line(canvas_t *canvas, double x0, double y0, double x1, double y1, double width, uint32_t colour)
{
    canvas_shape_t shape = {
        .kind = CANVAS_LINE, .colour = colour, .x0 = x0, .y0 = y0, .x1 = x1, .y1 = y1, .size = width};

    add_shape(canvas, &shape);
}

static void add_text(canvas_t *canvas, canvas_shape_t *shape, const char *text)
{
    shape->kind = CANVAS_TEXT;
    shape->text = strdup(text);
    if (shape->text == NULL) {
        canvas->out_of_memory = 1;
        return;
    }
    add_shape(canvas, shape);
}

void canvas_text(canvas_t *canvas, double x, double y, double size, canvas_anchor_t anchor, uint32_t colour,
                 const char *text)
{
    canvas_shape_t shape = {.colour = colour, .x0 = x, .y0 = y, .size = size, .anchor = anchor};

    add_text(canvas, &shape, text);
}

void canvas_bold_text(canvas_t *canvas, double x, double y, double size, canvas_anchor_t anchor,
                      uint32_t colour, const char *text)
{
    canvas_shape_t shape = {.colour = colour, .x0 = x, .y0 = y, .size = size, .anchor = anchor, .bold = 1};

    add_text(canvas, &shape, text);
}

double canvas_text_width(double size, const char *text)
{
    int units = 0;

    for (; *text != '\0'; text++)
        units += stroke_font_advance(*text);
    return units * size * 0.72 / STROKE_FONT_BASELINE;
}

uint32_t canvas_blend(uint32_t from, uint32_t to, double share)
{
    uint32_t blended = 0;

    for (int shift = 0; shift <= 16; shift += 8) {
        double a = (from >> shift) & 0xff;
        double b = (to >> shift) & 0xff;

        blended |= (uint32_t)(a + (b - a) * share + 0.5) << shift;
    }
    return blended;
}

/* -- SVG ------------------------------------------------------------------------------------------------ */

/* Numbers with at most two decimals and no trailing zeros: grids have thousands of them. */
static void put_number(FILE *file, const char *name, double value)
{
    char text[32];
    size_t length = (size_t)snprintf(text, sizeof text, "%.2f", value);

    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    fprintf(file, " %s=\"%.*s\"", name, (int)length, text);
}

static void put_escaped(FILE *file, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            fputs("&amp;", file);
        else if (*text == '<')
            fputs("&lt;", file);
        else if (*text == '>')
            fputs("&gt;", file);
        else
            fputc((unsigned char)*text < ' ' || *text > '~' ? '?' : *text, file);
    }
}

static void put_shape(FILE *file, const canvas_shape_t *shape)
{
    static const char *const anchors[] = {"start", "middle", "end"};

    if (shape->kind == CANVAS_RECTANGLE) {
        fputs("<rect", file);
        put_number(file, "x", shape->x0);
        put_number(file, "y", shape->y0);
        put_number(file, "width", shape->x1);
        put_number(file, "height", shape->y1);
        fprintf(file, " fill=\"#%06x\"/>\n", (unsigned)shape->colour);
    } else if (shape->kind == CANVAS_LINE) {
        fputs("<line", file);
        put_number(file, "x1", shape->x0);
        put_number(file, "y1", shape->y0);
        put_number(file, "x2", shape->x1);
        put_number(file, "y2", shape->y1);
        put_number(file, "stroke-width", shape->size);
        fprintf(file, " stroke=\"#%06x\"/>\n", (unsigned)shape->colour);
    } else {
        fputs("<text", file);
        put_number(file, "x", shape->x0);
        put_number(file, "y", shape->y0);
        put_number(file, "font-size", shape->size);
        fprintf(file, " fill=\"#%06x\"", (unsigned)shape->colour);
        if (shape->anchor != CANVAS_LEFT)
            fprintf(file, " text-anchor=\"%s\"", anchors[shape->anchor]);
        if (shape->bold)
            fputs(" font-weight=\"bold\"", file);
        fputc('>', file);
        put_escaped(file, shape->text);
        fputs("</text>\n", file);
    }
}

int canvas_write_svg(const canvas_t *canvas, const char *path)
{
    FILE *file;
    int failed;

    if (canvas->out_of_memory)
        return MCUFS_ENOMEM;
    file = fopen(path, "w");
    if (file == NULL)
        return MCUFS_EIO;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u %u\" "
            "font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\" "
            "stroke-linecap=\"round\">\n",
            canvas->width, canvas->height, canvas->width, canvas->height);
    fprintf(file, "<rect width=\"%u\" height=\"%u\" fill=\"#%06x\"/>\n", canvas->width, canvas->height,
            (unsigned)canvas->background);
    for (unsigned long i = 0; i < canvas->count; i++)
        put_shape(file, &canvas->shapes[i]);
    fputs("</svg>\n", file);
    failed = ferror(file);
    if (fclose(file) != 0 || failed)
        return MCUFS_EIO;
    return MCUFS_OK;
}

int canvas_write(const canvas_t *canvas, const char *path)
{
    size_t length = strlen(path);
    const char *ending = length < 4 ? "" : path + length - 4;

    if (strcmp(ending, ".svg") == 0)
        return canvas_write_svg(canvas, path);
    if (strcmp(ending, ".png") == 0)
        return canvas_write_png(canvas, path);
    return MCUFS_EINVAL;
}
