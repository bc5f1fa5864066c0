# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""What tools/size.py measures for and against: compilers, aims, ceilings, and the figures of littlefs 2.11
measured with the same compiler (-Os, no assertions, no messages)."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Target:
    name: str
    prefix: str
    flags: tuple
    # `make check` fails above these: what was reached, plus a little. Lower them with every gain.
    text_ceiling: typing.Optional[int] = None
    stack_ceiling: typing.Optional[int] = None


TARGETS = (
    Target("cortex-m0", "arm-none-eabi-", ("-mcpu=cortex-m0", "-mthumb"), 37950, 1480),
    Target("cortex-m4", "arm-none-eabi-", ("-mcpu=cortex-m4", "-mthumb"), 36700, 1433),
    Target("rv32", "riscv64-unknown-elf-", ("-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"), 47200, 1640),
    # No C library comes with this compiler; -fbuiltin lets it know memcpy again.
    Target("lx106", "xtensa-lx106-elf-",
           ("-mlongcalls", "-ffreestanding", "-fbuiltin", "-isystem", "tools/freestanding"), 49100, 1830),
)

# The aims, in bytes: 16 KiB for littlefs and 4 KiB for the VFS; stack 1.4 KiB; arena 1.5 KiB.
TEXT_TARGET = 20 * 1024
STACK_TARGET = 1433
ARENA_TARGET = 1536

# Parts that firmware may leave out: the switches of src/littlefs2/parts.h.
PARTS = {
    "check and repair": "MCUFS_LITTLEFS2_WITH_CHECK",
    "patches": "MCUFS_LITTLEFS2_WITH_PATCHES",
    "pointers": "MCUFS_LITTLEFS2_WITH_POINTERS",
    "index of names": "MCUFS_LITTLEFS2_WITH_INDEX",
    "erase ahead": "MCUFS_LITTLEFS2_WITH_ERASE_AHEAD",
    "shrink": "MCUFS_LITTLEFS2_WITH_SHRINK",
    "salvage": "MCUFS_LITTLEFS2_WITH_SALVAGE",
    "levelling": "MCUFS_LITTLEFS2_WITH_LEVELLING",
    "late creation": "MCUFS_LITTLEFS2_WITH_LATE_CREATION",
    "checksums and scrub": "MCUFS_LITTLEFS2_WITH_CHECKSUMS",
}
# What a linker drops when the check is left out.
CHECK_FILES = "src/littlefs2/check"

# Worst stack of littlefs 2.11 on M4 / M0, by its own script, without indirect calls (104 bytes more where it
# commits, 32 for lookups).
UPSTREAM_STACK = {
    "rename": "1384 / 1384",
    "mkdir": "1344 / 1352",
    "remove": "1272 / 1288",
    "open": "1232 / 1240",
    "gc": "1208 / 1216",
    "format": "1192 / 1200",
    "close": "1144 / 1168",
    "sync": "1128 / 1160",
    "write": "752 / 728",
    "read": "736 / 704",
    "mount": "392 / 384",
    "stat": "400 / 408",
    "readdir": "304 / 296",
}
