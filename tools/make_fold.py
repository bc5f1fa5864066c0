#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# Writes src/fat/fold.c: upper case of the BMP, and code page 437, from the tables of Python. Run it by hand when
# the tables are to be newer; its result is in the repository.

import sys
import unicodedata

BMP = [unit for unit in range(0x10000) if not 0xD800 <= unit < 0xE000]


def mapping():
    """Single units that become another single unit."""
    upper = {unit: chr(unit).upper() for unit in BMP}
    return {unit: ord(to) for unit, to in upper.items() if len(to) == 1 and ord(to) < 0x10000 and ord(to) != unit}


def span(fold, unit, step):
    """How many units from `unit` on, `step` apart, have its distance, with nothing else between them."""
    count, distance = 1, fold[unit] - unit
    while True:
        following = unit + count * step
        between = step == 2 and following - 1 in fold
        if between or fold.get(following, following) - following != distance or following not in fold:
            return count
        count += 1


def spans(fold):
    left = sorted(fold)
    while left:
        first = left[0]
        count, step = max((span(fold, first, step), step) for step in (1, 2))
        yield first, (fold[first] - first) & 0xFFFF, count, step
        left = [unit for unit in left if unit > first + (count - 1) * step]


def rows(values, per_row, indent="    "):
    return "\n".join(
        indent + ", ".join(values[at : at + per_row]) + "," for at in range(0, len(values), per_row)
    )


def main():
    found = list(spans(mapping()))
    assert all(count < 128 for _, _, count, _ in found)
    oem = [bytes([byte]).decode("cp437") for byte in range(0x80, 0x100)]
    sys.stdout.write(
        f"""/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Upper case of the Unicode BMP ({unicodedata.unidata_version}) and code page 437. Made by tools/make_fold.py. */

#include "text.h"

/* Spans of units with the same distance to their upper case: the first unit, the distance. */
static const uint16_t spans[][2] = {{
{rows([f"{{0x{first:04x}, 0x{distance:04x}}}" for first, distance, _, _ in found], 6)}
}};

/* Of the same spans: twice the number of units, and 1 where only every second unit belongs. */
static const uint8_t lengths[] = {{
{rows([f"{count * 2 + step - 1}" for _, _, count, step in found], 24)}
}};

static const uint16_t oem_units[128] = {{
{rows([f"0x{ord(unit):04x}" for unit in oem], 12)}
}};

enum {{ SPANS = sizeof spans / sizeof spans[0] }};

uint16_t fat_fold(uint16_t unit)
{{
    unsigned low = 0, high = SPANS; /* the span that begins last, but not behind `unit`, is in low - 1 .. high - 1 */
    while (low < high) {{
        unsigned middle = (low + high) / 2;
        if (spans[middle][0] <= unit) {{
            low = middle + 1;
        }} else {{
            high = middle;
        }}
    }}
    if (low == 0) {{
        return unit;
    }}
    unsigned offset = (unsigned)unit - spans[low - 1][0], step = (lengths[low - 1] & 1u) + 1u;
    bool inside = offset % step == 0 && offset / step < lengths[low - 1] / 2u;
    return inside ? (uint16_t)(unit + spans[low - 1][1]) : unit;
}}

uint16_t fat_oem_to_unicode(uint8_t byte)
{{
    return byte < 0x80 ? byte : oem_units[byte - 0x80];
}}

int fat_unicode_to_oem(uint16_t unit)
{{
    if (unit < 0x80) {{
        return unit;
    }}
    for (int i = 0; i < 128; i++) {{
        if (oem_units[i] == unit) {{
            return 0x80 + i;
        }}
    }}
    return -1;
}}
"""
    )


main()
