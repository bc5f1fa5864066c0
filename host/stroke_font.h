/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The built-in font of the PNG writer: every character as a few strokes, so that it draws at any size. */

#ifndef MCUFS_HOST_STROKE_FONT_H
#define MCUFS_HOST_STROKE_FONT_H

/* Units of a glyph: y runs from 0 (top of capitals) over 12 (baseline) to 16 (descenders). */
#define STROKE_FONT_BASELINE 12

/* The strokes of a character: strings of points, two digits each (x then y, '0'..'9' and then 'a' = 10 ..
 * 'g' = 16), strokes separated by spaces. Other than printable ASCII: those of '?'. */
const char *stroke_font_glyph(char character);
/* The value of one such digit. */
int stroke_font_digit(char digit);
/* Units to the next character, the gap included. */
int stroke_font_advance(char character);

#endif
