#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Unpacks the golden images: unpack_images.py TO IMAGE.img.xz..."""

import lzma
import os
import sys


def main():
    to = sys.argv[1]
    os.makedirs(to, exist_ok=True)
    for packed in sys.argv[2:]:
        name = os.path.basename(packed)[: -len(".xz")]
        with lzma.open(packed) as source, open(os.path.join(to, name), "wb") as sink:
            sink.write(source.read())


main()
