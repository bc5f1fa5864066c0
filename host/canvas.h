/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A drawing surface with three primitives (rectangle, line, text), written as SVG or PNG.
 *
 * Shapes are kept in a list until written, so both files show the same drawing. Lengths are pixels of the
 * PNG, y grows downwards, colours are 0xRRGGBB. A shape that found no memory is remembered and reported when
 * the canvas is written, so that drawing code needs no checks. */

#ifndef MCUFS_HOST_CANVAS_H
#define MCUFS_HOST_CANVAS_H

#include <stdint.h>

typedef struct canvas canvas_t;

typedef enum canvas_anchor { CANVAS_LEFT, CANVAS_CENTRE, CANVAS_RIGHT } canvas_anchor_t;

/* NULL: no memory. Free with canvas_free, which accepts NULL. */
canvas_t *canvas_new(unsigned width, unsigned height, uint32_t background);
void canvas_free(canvas_t *canvas);

void canvas_rectangle(canvas_t *canvas, double x, double y, double width, double height, uint32_t colour);
/* With round ends: a line of no length is a dot. */
void canvas_line(canvas_t *canvas, double x0, double y0, double x1, double y1, double width, uint32_t colour);
/* ASCII; (x, y) is on the baseline, at the anchor. */
void canvas_text(canvas_t *canvas, double x, double y, double size, canvas_anchor_t anchor, uint32_t colour,
                 const char *text);
void canvas_bold_text(canvas_t *canvas, double x, double y, double size, canvas_anchor_t anchor,
                      uint32_t colour, const char *text);
/* As the PNG draws it; the fonts that show an SVG differ a little. */
double canvas_text_width(double size, const char *text);

/* A colour between two; `share` 0 is `from`, 1 is `to`. */
uint32_t canvas_blend(uint32_t from, uint32_t to, double share);

/* 0, MCUFS_ENOMEM, or MCUFS_EIO with errno set. */
int canvas_write_svg(const canvas_t *canvas, const char *path);
int canvas_write_png(const canvas_t *canvas, const char *path);
/* Either, by the ending of the name; MCUFS_EINVAL for any other. */
int canvas_write(const canvas_t *canvas, const char *path);

/* -- For the writers ------------------------------------------------------------------------------------ */

typedef enum canvas_kind { CANVAS_RECTANGLE, CANVAS_LINE, CANVAS_TEXT } canvas_kind_t;

typedef struct canvas_shape {
    canvas_kind_t kind;
    uint32_t colour;
    double x0, y0, x1, y1; /* rectangle: x1, y1 are width and height */
    double size;           /* line: width; text: font size */
    canvas_anchor_t anchor;
    int bold;
    char *text;
} canvas_shape_t;

struct canvas {
    unsigned width, height;
    uint32_t background;
    int out_of_memory;
    canvas_shape_t *shapes;
    unsigned long count, capacity;
};

#endif
