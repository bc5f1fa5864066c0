#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Makes the pictures and sensor logs of examples/site, once; the results are kept in the repository.

Everything is computed (noise, shapes, a model of a week's weather) from fixed seeds, with nothing but the
standard library, so the site is our own to the last byte: `python3 examples/make_site_pictures.py`.
"""

import datetime
import math
import pathlib
import random
import struct
import zlib

SITE = pathlib.Path(__file__).resolve().parent / "site"


# -- Noise ---------------------------------------------------------------------------------------------------

class Noise:
    """Smooth value noise in two dimensions, from -1 to 1."""

    def __init__(self, seed):
        source = random.Random(seed)
        self.order = list(range(256))
        source.shuffle(self.order)
        self.order += self.order
        self.values = [source.uniform(-1, 1) for _ in range(256)]

    def at(self, x, y):
        column, row = math.floor(x), math.floor(y)
        u, v = x - column, y - row
        u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
        a, b = self.order[column & 255], self.order[(column + 1) & 255]
        row, below = row & 255, (row + 1) & 255
        values, order = self.values, self.order
        top = values[order[a + row]] * (1 - u) + values[order[b + row]] * u
        bottom = values[order[a + below]] * (1 - u) + values[order[b + below]] * u
        return top * (1 - v) + bottom * v

    def fractal(self, x, y, octaves, gain=0.5):
        total, weight, size = 0.0, 1.0, 0.0
        for _ in range(octaves):
            total += weight * self.at(x, y)
            size += weight
            weight *= gain
            x, y = x * 2.03 + 17.1, y * 2.03 + 5.3
        return total / size


def mix(a, b, share):
    share = min(max(share, 0.0), 1.0)
    return tuple(p + (q - p) * share for p, q in zip(a, b))


def ramp(colours, place):
    place = min(max(place, 0.0), 1.0) * (len(colours) - 1)
    step = min(int(place), len(colours) - 2)
    return mix(colours[step], colours[step + 1], place - step)


# -- Writers -------------------------------------------------------------------------------------------------

def png_bytes(rows, channels):
    """PNG of rows of flat 8-bit samples; 3 channels RGB, 4 RGBA. Each row takes its best simple filter."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    height, width = len(rows), len(rows[0]) // channels
    raw, above = bytearray(), bytes(len(rows[0]))
    for row in rows:
        row = bytes(row)
        left = bytes(channels) + row[:-channels]
        candidates = [(0, row),
                      (1, bytes((p - q) & 255 for p, q in zip(row, left))),
                      (2, bytes((p - q) & 255 for p, q in zip(row, above)))]
        kind, data = min(candidates, key=lambda c: sum(min(v, 256 - v) for v in c[1]))
        raw.append(kind)
        raw += data
        above = row
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 6, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(raw), 9)) + chunk(b"IEND", b""))


class Jpeg:
    """A baseline JPEG encoder, 4:2:0, with the example tables of the standard (ITU-T T.81, annex K)."""

    LUMA = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
            14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
            49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]
    CHROMA = [17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
              47, 66, 99, 99, 99, 99, 99, 99] + [99] * 32
    DC_COUNTS = [[0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]]

    def __init__(self, width, height, quality):
        self.width, self.height = width, height
        scale = 5000 / quality if quality < 50 else 200 - 2 * quality
        self.tables = [[min(max(int((v * scale + 50) / 100), 1), 255) for v in table]
                       for table in (self.LUMA, self.CHROMA)]
        self.zigzag = sorted(range(64), key=lambda i: (
            i // 8 + i % 8, (i % 8 if (i // 8 + i % 8) % 2 == 0 else i // 8)))
        self.cosines = [[math.cos((2 * x + 1) * u * math.pi / 16) * (math.sqrt(0.125) if u == 0 else 0.5)
                         for x in range(8)] for u in range(8)]

    def transform(self, block, table):
        cosines = self.cosines
        rows = [[sum(c * s for c, s in zip(cosine, block[y])) for cosine in cosines] for y in range(8)]
        columns = list(zip(*rows))
        flat = [sum(c * s for c, s in zip(cosines[v], columns[u])) for v in range(8) for u in range(8)]
        return [round(flat[i] / table[i]) for i in self.zigzag]

    @staticmethod
    def symbols(coefficients, previous):
        """(symbol, bits, length) of one block: its DC difference, then its AC runs."""
        def sized(value):
            length = abs(value).bit_length()
            return (value if value >= 0 else value + (1 << length) - 1), length

        bits, length = sized(coefficients[0] - previous)
        found, run = [(length, bits, length)], 0
        last = max((i for i in range(64) if coefficients[i]), default=0)
        for value in coefficients[1:last + 1]:
            if value == 0:
                run += 1
                continue
            while run > 15:
                found.append((0xF0, 0, 0))
                run -= 16
            bits, length = sized(value)
            found.append((run << 4 | length, bits, length))
            run = 0
        if last < 63:
            found.append((0, 0, 0))
        return found

    @staticmethod
    def code_lengths(frequencies):
        """Huffman code lengths of at most 16 bits, no code all ones (T.81, K.2)."""
        weights = dict(frequencies)
        weights[256] = 1
        groups = [(weight, [symbol]) for symbol, weight in weights.items()]
        lengths = dict.fromkeys(weights, 0)
        while len(groups) > 1:
            groups.sort(key=lambda g: (-g[0], max(g[1])))
            (weight, first), (other, second) = groups.pop(), groups.pop()
            for symbol in first + second:
                lengths[symbol] += 1
            groups.append((weight + other, first + second))
        counts = [0] * 64
        for length in lengths.values():
            counts[length] += 1
        for length in range(63, 16, -1):
            while counts[length]:
                shorter = length - 2
                while not counts[shorter]:
                    shorter -= 1
                counts[length] -= 2
                counts[length - 1] += 1
                counts[shorter + 1] += 2
                counts[shorter] -= 1
        longest = max(i for i in range(17) if counts[i])
        counts[longest] -= 1
        order = sorted(frequencies, key=lambda s: (-frequencies[s], s))
        return counts[1:17], order

    @staticmethod
    def codes(counts, order):
        table, code, symbols = {}, 0, iter(order)
        for length, count in enumerate(counts, 1):
            for _ in range(count):
                table[next(symbols)] = (code, length)
                code += 1
            code <<= 1
        return table

    def planes(self, pixel):
        """Luma of every pixel, chroma of every second in both directions."""
        luma = [[0.0] * self.width for _ in range(self.height)]
        blue = [[0.0] * (self.width // 2) for _ in range(self.height // 2)]
        red = [[0.0] * (self.width // 2) for _ in range(self.height // 2)]
        for y in range(self.height):
            for x in range(self.width):
                r, g, b = pixel(x, y)
                luma[y][x] = 0.299 * r + 0.587 * g + 0.114 * b - 128
                blue[y // 2][x // 2] += (-0.1687 * r - 0.3313 * g + 0.5 * b) / 4
                red[y // 2][x // 2] += (0.5 * r - 0.4187 * g - 0.0813 * b) / 4
        return luma, blue, red

    def encode(self, pixel):
        """`pixel(x, y)` is (r, g, b); width and height are multiples of 16."""
        luma, blue, red = self.planes(pixel)
        stream, previous = [], [0, 0, 0]
        for top in range(0, self.height, 16):
            for left in range(0, self.width, 16):
                parts = [(0, luma, left + dx, top + dy) for dy in (0, 8) for dx in (0, 8)]
                parts += [(1, blue, left // 2, top // 2), (2, red, left // 2, top // 2)]
                for component, plane, x, y in parts:
                    block = [plane[y + i][x:x + 8] for i in range(8)]
                    kind = 1 if component else 0
                    coefficients = self.transform(block, self.tables[kind])
                    stream.append((kind, self.symbols(coefficients, previous[component])))
                    previous[component] = coefficients[0]
        return self.file(stream)

    def file(self, stream):
        frequencies = [[{}, {}], [{}, {}]]
        for kind, symbols in stream:
            for place, (symbol, _, _) in enumerate(symbols):
                counts = frequencies[kind][place > 0]
                counts[symbol] = counts.get(symbol, 0) + 1
        shapes = [[self.code_lengths(f) for f in pair] for pair in frequencies]
        codes = [[self.codes(*shape) for shape in pair] for pair in shapes]

        def segment(marker, data):
            return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

        out = b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        for number, table in enumerate(self.tables):
            out += segment(0xDB, bytes([number]) + bytes(table[i] for i in self.zigzag))
        out += segment(0xC0, struct.pack(">BHHB", 8, self.height, self.width, 3)
                       + bytes([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]))
        for kind in (0, 1):
            for alternating in (0, 1):
                counts, order = shapes[kind][alternating]
                out += segment(0xC4, bytes([alternating << 4 | kind]) + bytes(counts) + bytes(order))
        out += segment(0xDA, bytes([3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]))
        return out + self.bits(stream, codes) + b"\xff\xd9"

    @staticmethod
    def bits(stream, codes):
        data, held, count = bytearray(), 0, 0
        for kind, symbols in stream:
            for place, (symbol, bits, length) in enumerate(symbols):
                code, size = codes[kind][place > 0][symbol]
                held = (held << size | code) << length | bits
                count += size + length
                while count >= 8:
                    byte = held >> (count - 8) & 255
                    data.append(byte)
                    if byte == 255:
                        data.append(0)
                    count -= 8
                held &= (1 << count) - 1
        if count:
            byte = (held << (8 - count) | (1 << (8 - count)) - 1) & 255
            data.append(byte)
            if byte == 255:
                data.append(0)
        return bytes(data)


# -- The weather of one week ---------------------------------------------------------------------------------

FIRST_DAY = datetime.datetime(2026, 10, 12)
DAYS = 6
MINUTES = 5


def weather():
    """(time, temperature, humidity, pressure, battery) every five minutes."""
    noise = Noise(71)
    source = random.Random(72)
    series = []
    for i in range(DAYS * 1440 // MINUTES):
        time = FIRST_DAY + datetime.timedelta(minutes=MINUTES * i)
        day = i * MINUTES / 1440
        hour = day % 1 * 24
        front = noise.fractal(day * 0.8, 3.0, 3)
        sun = max(0.0, math.sin((hour - 6.5) / 12 * math.pi)) if 6.5 < hour < 18.5 else 0.0
        cloud = 0.5 + 0.5 * noise.fractal(day * 3, 40.0, 3)
        temperature = (9.5 + 5 * front - 0.5 * day + 7.5 * (1 - 0.6 * cloud)
                       * math.sin((hour - 9.2) / 24 * 2 * math.pi)
                       + 0.5 * noise.at(day * 40, 8.0) + source.gauss(0, 0.04))
        humidity = min(max(79 - 2.3 * (temperature - 9) + 9 * cloud + source.gauss(0, 0.4), 21), 100)
        pressure = 1013.5 - 11 * front + 0.6 * math.sin(day * 4 * math.pi) + source.gauss(0, 0.05)
        battery = 3.78 + 0.3 * sun * (1 - 0.5 * cloud) - 0.004 * day + source.gauss(0, 0.004)
        series.append((time, temperature, humidity, pressure, battery))
    return series


def write_logs(series):
    for day in range(DAYS):
        date = FIRST_DAY + datetime.timedelta(days=day)
        lines = ["time,temperature_c,humidity_percent,pressure_hpa,battery_v"]
        lines += ["%s,%.2f,%.1f,%.1f,%.3f" % (time.strftime("%Y-%m-%dT%H:%M:%SZ"), t, h, p, b)
                  for time, t, h, p, b in series if time.date() == date.date()]
        (SITE / "logs" / date.strftime("%Y-%m-%d.csv")).write_text("\n".join(lines) + "\n")


# -- Pictures ------------------------------------------------------------------------------------------------

def landscape():
    """Mountain ridges in the evening, one behind the other, over a lake."""
    width, height, shore = 800, 448, 330
    noise, haze = Noise(11), (238, 196, 160)
    ridges = []
    for layer in range(5):
        base = 175 + 32 * layer
        heights = [base - (95 - 9 * layer) * noise.fractal(x / (150 - 16 * layer) + 31 * layer, layer * 9.7, 7, 0.48)
                   for x in range(width)]
        ridges.append((heights, mix(haze, (24, 38, 52), 0.22 + 0.17 * layer)))

    def sky(x, y):
        colour = ramp([(44, 74, 120), (116, 132, 166), (222, 168, 140), (250, 206, 150)], y / 300)
        glow = math.exp(-((x - 560) ** 2 + (2.2 * (y - 190)) ** 2) / 26000)
        cloud = noise.fractal(x / 130, y / 34 + 50, 6, 0.55)
        colour = mix(colour, (255, 232, 196), 0.75 * glow)
        return mix(colour, (255, 214, 188), max(0.0, cloud) * 0.9 * (1 - y / 420))

    def land(x, y):
        colour = sky(x, y)
        for number, (heights, body) in enumerate(ridges):
            depth = y - heights[x]
            if depth > 0:
                texture = noise.fractal(x / 9 + 7 * number, (y - depth * 0.4) / 7, 4, 0.6)
                colour = mix(mix(body, haze, min(depth / 150, 1) * (0.5 - 0.09 * number)),
                             (10, 18, 26), max(0.0, texture) * (0.12 + 0.09 * number))
        return colour

    source = random.Random(12)

    def pixel(x, y):
        if y < shore:
            colour = land(x, y)
        else:
            depth = y - shore
            shift = noise.fractal(x / 42, depth * depth / 260 + depth / 3, 3) * (2 + depth / 7)
            mirrored = land(min(max(int(x + shift), 0), width - 1), max(0, int(shore - depth * 1.15 + shift)))
            colour = mix(mirrored, (26, 44, 66), 0.25 + depth / 330)
        grain = source.gauss(0, 2.2)
        return tuple(min(max(c + grain, 0), 255) for c in colour)

    (SITE / "img" / "landscape.jpg").write_bytes(Jpeg(width, height, 91).encode(pixel))


def radar():
    """Rain echoes over a hint of land, with range rings."""
    size, noise, ground = 360, Noise(21), Noise(22)
    rain = [(70, 130, 200), (60, 170, 210), (70, 190, 120), (240, 210, 80), (240, 130, 50), (200, 40, 60)]
    rows = []
    for y in range(size):
        row = []
        for x in range(size):
            dx, dy = x - size / 2, y - size / 2
            distance = math.hypot(dx, dy)
            coast = ground.fractal(x / 90, y / 90, 6)
            colour = mix((34, 46, 58), (48, 64, 60), (coast + 0.06) * 40)
            warp = noise.fractal(x / 70, y / 70 + 90, 3) * 30
            echo = noise.fractal((x + warp) / 62, (y - x * 0.35 + warp) / 40, 6, 0.55)
            if echo > 0.1:
                colour = mix(colour, ramp(rain, (echo - 0.1) * 2.2), 0.85)
            if min(abs(distance - r) for r in (58, 116, 174)) < 0.6 or min(abs(dx), abs(dy)) < 0.5:
                colour = mix(colour, (220, 230, 240), 0.35)
            row += [int(c) for c in (colour if distance < size / 2 else (24, 32, 40))]
        rows.append(row)
    (SITE / "img" / "radar.png").write_bytes(png_bytes(rows, 3))


def chart(series):
    """The week's temperature: a curve over a fill that follows its colour."""
    width, height, margin = 720, 220, 14
    low, high = min(s[1] for s in series), max(s[1] for s in series)
    scale = [(58, 110, 190), (72, 168, 190), (120, 190, 120), (240, 190, 80), (228, 96, 62)]
    curve = []
    for x in range(width):
        place = x * (len(series) - 1) / (width - 1)
        step = min(int(place), len(series) - 2)
        value = series[step][1] + (series[step + 1][1] - series[step][1]) * (place - step)
        curve.append(height - margin - (value - low) / (high - low) * (height - 2 * margin))
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            tone = ramp(scale, (height - margin - y) / (height - 2 * margin))
            colour = (250, 251, 253)
            if x % (width // DAYS) == 0:
                colour = (222, 227, 233)
            if y > curve[x]:
                colour = mix(colour, tone, 0.5 * (1 - (y - curve[x]) / height))
            steep = abs(curve[min(x + 1, width - 1)] - curve[max(x - 1, 0)]) / 2
            away = abs(y + 0.5 - curve[x]) / math.sqrt(1 + steep * steep)
            colour = mix(colour, mix(tone, (30, 40, 50), 0.25), 1.8 - away)
            row += [int(c) for c in colour]
        rows.append(row)
    (SITE / "img" / "week.png").write_bytes(png_bytes(rows, 3))


def sun(x, y):
    distance = math.hypot(x, y)
    ray = 0.62 < distance < 0.86 and abs((math.atan2(y, x) / (math.pi / 4)) % 1 - 0.5) > 0.40
    return (246, 178, 60) if distance < 0.46 or ray else None


def cloud(x, y, colour=(150, 166, 184)):
    inside = (math.hypot(x + 0.38, y - 0.12) < 0.34 or math.hypot(x, y + 0.12) < 0.44
              or math.hypot(x - 0.42, y - 0.10) < 0.36 or (abs(x) < 0.42 and 0 < y < 0.46))
    return colour if inside else None


def drop_shape(x, y):
    if y > 0.15:
        return math.hypot(x, y - 0.15) < 0.5
    return y > -0.85 and abs(x) < 0.5 * ((y + 0.85) / 1.0) ** 1.2


def rain(x, y):
    for column in (-0.4, 0.0, 0.4):
        if abs(x - column + (y - 0.7) * 0.3) < 0.06 and 0.42 < y < 0.9:
            return (64, 138, 206)
    return cloud(x, y + 0.3)


def snow(x, y):
    for column in (-0.4, 0.0, 0.4):
        if math.hypot(x - column, y - (0.55 if column else 0.78)) < 0.09:
            return (130, 190, 230)
    return cloud(x, y + 0.3)


def humidity(x, y):
    if not drop_shape(x, y):
        return None
    return (150, 205, 240) if math.hypot(x + 0.16, y - 0.22) < 0.14 else (52, 132, 200)


def thermometer(x, y):
    if math.hypot(x, y - 0.55) < 0.22 or (abs(x) < 0.1 and -0.35 < y < 0.5):
        return (214, 66, 66)
    if math.hypot(x, y - 0.55) < 0.34 or (abs(x) < 0.2 and -0.7 < y < 0.5) or math.hypot(x, y + 0.7) < 0.2:
        return (196, 206, 216)
    return None


def battery(x, y):
    if abs(x) < 0.3 and -0.2 < y < 0.66:
        return (92, 178, 92)
    if (abs(x) < 0.42 and -0.66 < y < 0.78) or (abs(x) < 0.16 and -0.84 < y <= -0.66):
        return (92, 106, 120)
    return None


def barometer(x, y):
    distance = math.hypot(x, y)
    if abs(x + y) < 0.09 and -0.1 < x < 0.5:
        return (214, 66, 66)
    if distance < 0.12:
        return (60, 70, 80)
    if distance < 0.66:
        return (240, 243, 246)
    return (92, 106, 120) if distance < 0.82 else None


def icon_rows(shapes, size, samples=4):
    rows = []
    for y in range(size):
        row = []
        for shape in shapes:
            for x in range(size):
                hits = [shape(((x + (i + 0.5) / samples) / size - 0.5) * 2.1,
                              ((y + (j + 0.5) / samples) / size - 0.5) * 2.1)
                        for i in range(samples) for j in range(samples)]
                inked = [h for h in hits if h]
                colour = tuple(sum(c) // len(inked) for c in zip(*inked)) if inked else (0, 0, 0)
                row += [*colour, 255 * len(inked) // len(hits)]
        rows.append(row)
    return rows


def icons():
    shapes = [sun, cloud, rain, snow, humidity, thermometer, barometer, battery]
    (SITE / "img" / "icons.png").write_bytes(png_bytes(icon_rows(shapes, 96), 4))

    def badge(x, y):
        return cloud(x * 1.15 + 0.12, y * 1.15 - 0.2, (120, 144, 170)) or sun(x * 1.5 - 0.45, y * 1.5 + 0.6)

    images = [(size, png_bytes(icon_rows([badge], size), 4)) for size in (16, 32, 48)]
    data, offset = struct.pack("<HHH", 0, 1, len(images)), 6 + 16 * len(images)
    for size, image in images:
        data += struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    (SITE / "favicon.ico").write_bytes(data + b"".join(image for _, image in images))


if __name__ == "__main__":
    for directory in ("img", "logs"):
        (SITE / directory).mkdir(parents=True, exist_ok=True)
    week = weather()
    write_logs(week)
    chart(week)
    icons()
    radar()
    landscape()
