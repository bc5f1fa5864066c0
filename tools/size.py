#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Code size, worst stack and memory of src/ on four microcontrollers (`make size`).

Everything is compiled with -Os. Sizes are what the linker would place in flash (code and constants). The
stack is the deepest path through gcc's own call graph (-fcallgraph-info); calls through tables of functions
are followed by name. What is not in it: the device driver, the hooks, and the compiler's helpers.

Fails on what the house forbids: recursion, a stack frame of unknown size, writable memory, a call that leads
nobody knows where; with --check also on figures above the ceilings of tools/size_targets.py."""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

import call_graph
import size_targets

ROOMS = ("base", "device", "vfs", "littlefs2", "fat")
# For old volumes only; nobody else pays for them.
OLD_ROOMS = ("littlefs1", "littlefs_migrate")
ENTRY = re.compile(r"\b(mcufs_\w+)\s*\(")


def sources(room):
    """The room's files, from the list that the build reads."""
    path = pathlib.Path("src") / room / "sources.cmake"
    if not path.exists():
        return []
    listed = re.findall(r"src/[\w/]+\.c", path.read_text(encoding="utf-8"))
    return [pathlib.Path(name) for name in listed if pathlib.Path(name).exists()]


def compile_file(target, source, folder):
    stem = str(source).replace("/", "_")[:-2]
    output = folder / f"{stem}.o"
    command = [target.prefix + "gcc", *target.flags, "-std=c11", "-Os", "-Iinclude", "-Isrc",
               "-fcallgraph-info=su,da", "-c", str(source), "-o", str(output)]
    subprocess.run(command, check=True)
    return output, folder / f"{stem}.ci"


def size_without(target, folder, switches):
    """Code and constants of littlefs v2 with these parts left out."""
    total = 0
    for source in sources("littlefs2"):
        if size_targets.PARTS["check and repair"] in switches and str(source).startswith(size_targets.CHECK_FILES):
            continue
        output = folder / "part.o"
        subprocess.run([target.prefix + "gcc", *target.flags, "-std=c11", "-Os", "-Iinclude", "-Isrc",
                        *(f"-D{switch}=0" for switch in switches), "-c", str(source), "-o", str(output)], check=True)
        total += section_sizes(target, output)[0]
    return total


def section_sizes(target, output):
    """(code and constants, writable) in bytes."""
    text = subprocess.run([target.prefix + "size", "-A", str(output)], check=True, capture_output=True,
                          text=True).stdout
    placed = writable = 0
    for name, size in re.findall(r"^(\.\S+)\s+(\d+)", text, re.MULTILINE):
        if re.match(r"\.(text|literal|rodata|irom|srodata)", name):
            placed += int(size)
        elif re.match(r"\.(data|bss|sdata|sbss)", name):
            writable += int(size)
    return placed, writable


def sizes_of_types(target, folder):
    """Bytes of what the application has to provide."""
    arrays = {
        "mcufs_t": "sizeof(mcufs_t)",
        "mcufs_file_t": "sizeof(mcufs_file_t)",
        "mcufs_dir_t": "sizeof(mcufs_dir_t)",
        "arena": "MCUFS_LITTLEFS2_ARENA_MINIMUM(256)",
    }
    source = folder / "types.c"
    source.write_text("#include <mcufs/mcufs.h>\n#include <mcufs/littlefs2.h>\n" +
                      "".join(f"char size_of_{name}[{expression}];\n" for name, expression in arrays.items()),
                      encoding="utf-8")
    output = folder / "types.o"
    subprocess.run([target.prefix + "gcc", *target.flags, "-std=c11", "-Iinclude", "-fno-common", "-c",
                    str(source), "-o", str(output)], check=True)
    text = subprocess.run([target.prefix + "nm", "-S", str(output)], check=True, capture_output=True,
                          text=True).stdout
    return {name: int(size, 16) for size, name in re.findall(r"^\w+ (\w+) \w size_of_(\w+)", text, re.MULTILINE)}


class Measurement:
    """What was measured for one target."""

    def __init__(self, target, with_parts):
        self.target = target
        self.rooms = {}
        self.files = {}
        self.problems = []
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            graph = call_graph.CallGraph()
            for room in ROOMS + OLD_ROOMS:
                self.rooms[room] = 0
                for source in sources(room):
                    output, graph_file = compile_file(target, source, folder)
                    size, writable = section_sizes(target, output)
                    self.files[str(source)] = size
                    self.rooms[room] += size
                    if writable:
                        self.problems.append(f"{source}: {writable} bytes of writable memory")
                    graph.read(graph_file, room)
            self.types = sizes_of_types(target, folder)
            self.smallest = size_without(target, folder, size_targets.PARTS.values())
            self.parts = {name: self.rooms["littlefs2"] - size_without(target, folder, [switch])
                          for name, switch in size_targets.PARTS.items() if with_parts}
            graph.close()
            self.problems += graph.problems
            self.graph = graph

    def total(self):
        return self.rooms["vfs"] + self.smallest


def public_functions():
    """The VFS functions, in the order of the header."""
    text = pathlib.Path("include/mcufs/mcufs.h").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [name for name in dict.fromkeys(ENTRY.findall(text)) if not name.endswith("_t")]


def row(title, values, note=""):
    print(f"{title:<38}" + "".join(f"{'-' if value is None else value:>11}" for value in values) +
          (f"   {note}" if note else ""))


def print_sizes(measured):
    row("bytes of flash, -Os", [m.target.name for m in measured])
    for room in ROOMS:
        row(f"  {room}", [m.rooms[room] for m in measured])
    for part in measured[0].parts:
        row(f"    of these optional: {part}", [m.parts[part] for m in measured])
    row("  littlefs2 without optional parts", [m.smallest for m in measured])
    row("VFS + littlefs2, without optional", [m.total() for m in measured],
        f"target on M4 {size_targets.TEXT_TARGET}; littlefs 2.11 alone: M4 15172, M0 15574")
    row("everything", [sum(m.rooms[room] for room in ROOMS) for m in measured])
    row("littlefs v1: reading, checking", [m.rooms["littlefs1"] for m in measured])
    row("  migration to v2, beside both", [m.rooms["littlefs_migrate"] for m in measured])
    print()


def print_memory(measured):
    row("bytes of RAM", [m.target.name for m in measured])
    for name in ("mcufs_t", "mcufs_file_t", "mcufs_dir_t"):
        row(f"  {name}", [m.types.get(name) for m in measured])
    row("arena, one file, 256-byte cache", [m.types.get("arena") for m in measured],
        f"target {size_targets.ARENA_TARGET}; littlefs 2.11 with one file: 128 + 3 * 256 + 84 + lookahead")
    print()


def print_stacks(measured):
    row("bytes of stack, worst path", [m.target.name for m in measured])
    for name in public_functions():
        values = [m.graph.stack(name) for m in measured]
        if any(value is not None for value in values):
            row(f"  {name}", values)
    row("worst of the VFS", [worst(m, public_functions()) for m in measured],
        f"target {size_targets.STACK_TARGET}")
    print()
    tables = measured[0].graph.tables.get("mcufs_filesystem_t", {})
    row("littlefs2 used alone", [m.target.name for m in measured], "littlefs 2.11 M4 / M0")
    names = []
    for operation, functions in tables.items():
        for function in dict.fromkeys(functions):
            if measured[0].graph.stack(function) is None or function.startswith("littlefs1_"):
                continue  # a number, not an operation; or not of littlefs v2
            names.append(function)
            upstream = size_targets.UPSTREAM_STACK.get(operation)
            row(f"  {operation}", [m.graph.stack(function) for m in measured], upstream or "")
    row("worst of littlefs2", [worst(m, names) for m in measured], "1384 / 1384, about 1490 with indirect calls")
    print()
    row("littlefs v1", [m.target.name for m in measured])
    operations = [function for functions in tables.values() for function in functions if function.startswith("littlefs1_")]
    row("  worst of reading", [worst(m, [name for name in operations if name != "littlefs1_check"]) for m in measured])
    row("  check", [m.graph.stack("littlefs1_check") for m in measured])
    row("  migration", [m.graph.stack("mcufs_littlefs_migrate") for m in measured])
    print()
    row("a driver of src/device adds", [m.target.name for m in measured], "and what lies under it")
    drivers = [m.graph.drivers() for m in measured]
    for name in drivers[0]:
        row(f"  {name}", [depths.get(name) for depths in drivers])
    print()


def worst(measurement, names):
    values = [measurement.graph.stack(name) for name in names]
    return max((value for value in values if value is not None), default=None)


def print_path(measurement, name):
    """The deepest path from a function, frame by frame."""
    for function, frame in measurement.graph.deepest(name):
        print(f"{frame:>6}  {function}")


def over_ceiling(measured):
    found = []
    for m in measured:
        for what, value, ceiling in (
                ("flash of VFS + littlefs2", m.total(), m.target.text_ceiling),
                ("stack", worst(m, public_functions()), m.target.stack_ceiling),
                ("arena", m.types.get("arena"), size_targets.ARENA_TARGET)):
            if value is not None and ceiling is not None and value > ceiling:
                found.append(f"{m.target.name}: {what} is {value} bytes, the ceiling is {ceiling}")
    return found


def main():
    parser = argparse.ArgumentParser(description="Code size, stack and memory of src/ on microcontrollers")
    parser.add_argument("--check", action="store_true", help="fail when a figure is above its ceiling")
    parser.add_argument("--files", action="store_true", help="flash per source file too")
    parser.add_argument("--path", metavar="FUNCTION", help="only show the deepest call path from a function, on M4")
    options = parser.parse_args()

    with concurrent.futures.ThreadPoolExecutor() as pool:  # the compilers do the work, one target each
        measured = list(pool.map(lambda target: Measurement(target, not options.check), size_targets.TARGETS))
    if options.path:
        print_path(measured[1], options.path)
        return
    print_sizes(measured)
    if options.files:
        row("bytes of flash per file", [m.target.name for m in measured])
        for name in measured[0].files:
            row(f"  {name}", [m.files[name] for m in measured])
        print()
    print_memory(measured)
    print_stacks(measured)

    problems = [f"{m.target.name}: {problem}" for m in measured for problem in m.problems]
    if options.check:
        problems += over_ceiling(measured)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
