#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Checks the rules of the house that a compiler does not: which room may include which, that src/ is
freestanding, licence lines, file length. Run from the project root; prints every breach and fails.

With --symbols BUILD it checks the compiled rooms instead: their external names and what they ask of others."""

import pathlib
import re
import subprocess
import sys

FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "string.h"}

# Public headers, by the room that owns them.
PUBLIC_OWNER = {
    "errors.h": "base",
    "types.h": "base",
    "path.h": "base",
    "device.h": "device",
    "block_protocol.h": "device",
    "flash_sector.h": "device",
    "partition_device.h": "device",
    "partition_table.h": "device",
    "ram_device.h": "device",
    "sector_flash.h": "device",
    "filesystem.h": "filesystem",
    "littlefs1.h": "littlefs1",
    "littlefs_migrate.h": "littlefs_migrate",
    "fat.h": "fat",
    "littlefs2.h": "littlefs2",
    "littlefs2_direct.h": "littlefs2",
    "mcufs.h": "vfs",
}

# What each room may know besides itself. The VFS knows the public face of each filesystem only: the table
# of those compiled in.
MAY_KNOW = {
    "base": set(),
    "device": {"base"},
    "filesystem": {"base", "device"},
    "littlefs2": {"base", "device", "filesystem"},
    "littlefs1": {"base", "device", "filesystem"},
    "littlefs_migrate": {"base", "device", "filesystem", "littlefs1", "littlefs2"},
    "fat": {"base", "device", "filesystem"},
    "vfs": {"base", "device", "filesystem", "littlefs2", "littlefs1", "fat"},
}
# The public headers that a drop-in interface may know, by its file names.
DROP_IN_KNOWS = {"lfs": {"littlefs2", "littlefs_migrate"}}
# Rooms whose private headers others may use: base is for everybody; a migration is part of both sides.
OPEN_INSIDE = {"base"}
OPEN_FOR = {"littlefs_migrate": {"littlefs1", "littlefs2"}}

LINES_MAX = 850

# Names the linker may see from each room.
PREFIX = {
    "base": r"mcufs_",
    "device": r"mcufs_",
    "littlefs2": r"littlefs2_|mcufs_littlefs2(_salvage)?$",
    "littlefs1": r"littlefs1_|mcufs_littlefs1$",
    "littlefs_migrate": r"littlefs_migrate_|mcufs_littlefs_migrate$",
    "fat": r"fat_|mcufs_fat$",
    "vfs": r"mcufs_",
}
# What compiled code may ask of the outside: the functions of tools/freestanding/string.h, and the compiler's
# own helpers.
OUTSIDE = r"(mem(cpy|move|set|cmp|chr)|str(len|n?cmp|chr|c?spn)|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__aeabi_\w+|__\w+[sdt]i\d?|" \
          r"__gnu_thumb1_case_\w+)$"

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of_header(path, kind, name):
    """The room that an include leads to: (room, public) or None for a system header."""
    if name.startswith("mcufs/"):
        return PUBLIC_OWNER.get(name[len("mcufs/"):], "unknown"), True
    if kind == "<":
        return None
    for start in (path.parent, pathlib.Path("src"), pathlib.Path(".")):
        target = start / name
        if target.exists():
            parts = target.resolve().relative_to(pathlib.Path(".").resolve()).parts
            if parts[0] == "src":
                return parts[1], False
            if parts[:2] == ("include", "mcufs"):
                return PUBLIC_OWNER.get(parts[2], "unknown"), True
            return parts[0], False
    return "unknown", False


def check_includes(path, room, breaches):
    for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        leads_to = room_of_header(path, kind, name)
        if leads_to is None:
            if name not in FREESTANDING:
                breaches.append(f"{path}: includes <{name}>; src/ and include/ are freestanding")
            continue
        other, public = leads_to
        if other == room:
            continue
        if other not in MAY_KNOW[room]:
            breaches.append(f"{path}: includes {name} ({other}); {room} may not know {other}")
        elif not public and other not in OPEN_INSIDE | OPEN_FOR.get(room, set()):
            breaches.append(f"{path}: includes {name}, a private header of {other}")


def check_drop_in(path, breaches):
    """Drop-ins are hosted code, compiled elsewhere: system headers, each other, and public headers."""
    known = DROP_IN_KNOWS.get(path.stem.split("_")[0], set())
    for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        if name.startswith("mcufs/"):
            owner = PUBLIC_OWNER.get(name[len("mcufs/"):], "unknown")
            if owner not in known:
                breaches.append(f"{path}: includes {name} ({owner}); a drop-in knows its own filesystem only")
        elif kind == '"' and not (path.parent / name).exists():
            breaches.append(f"{path}: includes {name}, which is not installed beside it")


def check_tree():
    breaches = []
    for path in sorted(pathlib.Path("src").rglob("*.[ch]")):
        room = path.parts[1]
        if room not in MAY_KNOW:
            breaches.append(f"{path}: tools/rooms.py does not know the room {room}")
            continue
        check_includes(path, room, breaches)
    for path in sorted(pathlib.Path("include/mcufs").glob("*.h")):
        room = PUBLIC_OWNER.get(path.name)
        if room is None:
            breaches.append(f"{path}: tools/rooms.py does not know whose header this is")
            continue
        check_includes(path, room, breaches)

    for path in sorted(pathlib.Path("compat").glob("*.[ch]")):
        check_drop_in(path, breaches)

    for folder in ("include", "src", "compat", "sim", "host", "bench", "demo", "tests", "examples", "tools", "cmake", ".ci"):
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and (path.suffix in {".c", ".h", ".py", ".sh", ".cmake"} or path.name == "CMakeLists.txt"):
                check_file(path, breaches)
    return breaches


def check_file(path, breaches):
    text = path.read_text(encoding="utf-8")
    head = text[:400]
    if path.name != "sources.cmake" and (
            "SPDX-License-Identifier: MIT" not in head or "mcufs contributors" not in head):
        breaches.append(f"{path}: the licence lines are missing")
    lines = text.count("\n")
    if path.suffix in {".c", ".h"} and lines > LINES_MAX:
        breaches.append(f"{path}: {lines} lines; a file holds one idea in at most {LINES_MAX}")


def run_nm(archive, *options):
    out = subprocess.run(["nm", *options, str(archive)], check=True, capture_output=True, text=True).stdout
    return [line.split() for line in out.splitlines() if line.strip() and not line.endswith(":")]


def check_symbols(build):
    breaches = []
    archives = {room: pathlib.Path(build) / f"libmcufs_{room}.a" for room in PREFIX}
    archives = {room: archive for room, archive in archives.items() if archive.exists()}
    if not archives:
        return [f"{build}: no libraries found"]
    defined = {}
    for room, archive in archives.items():
        for *_, kind, name in run_nm(archive, "-g", "--defined-only"):
            defined.setdefault(room, set()).add(name)
            if not re.match(PREFIX[room], name):
                breaches.append(f"{archive.name}: external name {name} does not start as names of {room} do")
            if kind in "BCDGSbdgs":
                breaches.append(f"{archive.name}: {name} is a global variable")
        for *_, kind, name in run_nm(archive, "--defined-only"):
            if kind in "bBC" or (kind in "dD" and name[0] not in ".$"):
                breaches.append(f"{archive.name}: {name} is writable memory; src/ has no variables of its own")
    for room, archive in archives.items():
        friends = set(defined.get(room, ()))
        for other in MAY_KNOW[room]:
            friends |= defined.get(other, set())
        for *_, name in run_nm(archive, "-u"):
            if name not in friends and not re.match(OUTSIDE, name):
                breaches.append(f"{archive.name}: needs {name}, which it may not know")
    return breaches


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--symbols":
        breaches = check_symbols(sys.argv[2])
    elif len(sys.argv) == 1:
        breaches = check_tree()
    else:
        sys.exit("usage: tools/rooms.py [--symbols BUILD]")
    for breach in sorted(set(breaches)):
        print(breach)
    sys.exit(1 if breaches else 0)


main()
