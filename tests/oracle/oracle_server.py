#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Decodes many images in one process with the independent decoder (lfsdump.py).

Reads from standard input, again and again: two little-endian words (block size, image size) and the image.
Answers with the sorted manifest, one line each, and a line "END"; or with a line "ERROR ..." and "END".
"""

import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lfsdump  # noqa: E402


def manifest(image, block_size):
    """The lines of one image, or one line with what is wrong with it."""
    try:
        return sorted(lfsdump.decode(image, block_size)[1])
    except Exception as error:  # whatever stops the decoder is a finding
        return ["ERROR %s: %s" % (type(error).__name__, error)]


def main():
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while True:
        header = source.read(8)
        if len(header) < 8:
            return
        block_size, size = struct.unpack("<II", header)
        image = source.read(size)
        for line in manifest(image, block_size):
            sink.write(line.encode("latin1") + b"\n")
        sink.write(b"END\n")
        sink.flush()


main()
