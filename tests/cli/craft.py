#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Makes littlefs v2.0 images that no honest program makes: names that lead out of a directory, directories
that contain themselves, a directory in thousands of places. Blocks of 512 bytes.

usage: craft.py names|loop|wide IMAGE"""

import struct
import sys
import zlib

BLOCK_SIZE, BLOCK_COUNT, PROGRAM_SIZE = 512, 32, 16
NAME_FILE, NAME_DIRECTORY, NAME_SUPERBLOCK = 0x001, 0x002, 0x0FF
STRUCT_DIRECTORY, STRUCT_INLINE = 0x200, 0x201
TAIL_SOFT, COMMIT_CRC, UNBOUND = 0x600, 0x500, 0x3FF


def crc(data):
    return ~zlib.crc32(data) & 0xFFFFFFFF


def metadata_block(revision, entries):
    """One block with a single commit; entries are (type, id, data)."""
    data = struct.pack("<I", revision)
    previous = 0xFFFFFFFF
    for kind, identifier, content in entries:
        tag = kind << 20 | identifier << 10 | len(content)
        data += struct.pack(">I", tag ^ previous) + content
        previous = tag
    end = -(-(len(data) + 8) // PROGRAM_SIZE) * PROGRAM_SIZE
    tag = COMMIT_CRC << 20 | UNBOUND << 10 | (end - len(data) - 4)
    data += struct.pack(">I", tag ^ previous)
    data += struct.pack("<I", crc(data))
    return data.ljust(BLOCK_SIZE, b"\xff")


def sort_key(name):
    """Bytes in order; where one name begins another, the longer comes first."""
    return name + b"\xff" * (256 - len(name)) + bytes([255 - len(name)])


def directory(entries, tail=None, superblock=False):
    """entries: name -> bytes (a file) or a pair (a directory)."""
    result, identifier = [], 0
    if superblock:
        struct_data = struct.pack("<6I", 0x00020000, BLOCK_SIZE, BLOCK_COUNT, 255, 0x7FFFFFFF, 1022)
        result += [(NAME_SUPERBLOCK, 0, b"littlefs"), (STRUCT_INLINE, 0, struct_data)]
        identifier = 1
    for name in sorted(entries, key=sort_key):
        content = entries[name]
        if isinstance(content, bytes):
            result += [(NAME_FILE, identifier, name), (STRUCT_INLINE, identifier, content)]
        else:
            result += [(NAME_DIRECTORY, identifier, name), (STRUCT_DIRECTORY, identifier, struct.pack("<2I", *content))]
        identifier += 1
    if tail:
        result.append((TAIL_SOFT, UNBOUND, struct.pack("<2I", *tail)))
    return result


def write_image(path, pairs):
    blocks = [b"\xff" * BLOCK_SIZE] * BLOCK_COUNT
    for pair, entries in pairs.items():
        blocks[pair[0]] = metadata_block(2, entries)
        blocks[pair[1]] = metadata_block(1, entries)
    with open(path, "wb") as image:
        image.write(b"".join(blocks))


def main():
    kind, path = sys.argv[1:]
    root, first, second = (0, 1), (2, 3), (4, 5)
    if kind == "names":
        write_image(path, {
            root: directory({b"good.txt": b"good\n", b"../evil-1": b"evil", b"..": first, b"a/../../evil-2": b"evil",
                             b"/evil-3": b"evil", b"link": second, b"\x1b[31mred": b"control\n", b"not utf-8 \xff": b"odd\n"},
                            tail=first, superblock=True),
            first: directory({b"evil-4": b"evil"}, tail=second),
            second: directory({b"inside.txt": b"inside\n"}),
        })
    elif kind == "loop":
        write_image(path, {
            root: directory({b"file": b"content\n", b"loop": first}, tail=first, superblock=True),
            first: directory({b"again": first, b"up": root, b"file": b"content\n"}),
        })
    elif kind == "wide":
        # Twelve levels of eight names each, all of which are one directory: 8**12 paths.
        chain = [(2 * i, 2 * i + 1) for i in range(13)]
        pairs = {}
        for pair, below in zip(chain, chain[1:]):
            pairs[pair] = directory({b"d%d" % i: below for i in range(8)}, tail=below, superblock=pair == root)
        pairs[chain[-1]] = directory({b"file": b"x" * 100})
        write_image(path, pairs)
    else:
        sys.exit(__doc__)


main()
