#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Does tools/rooms.py notice every breach it is there for? Builds a tiny house, breaks one rule at a time."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(os.environ["MCUFS_SOURCE_DIR"]) / "tools" / "rooms.py"
LICENCE = "/* SPDX-License-Identifier: MIT\n * Copyright (c) 2026 mcufs contributors */\n"

HOUSE = {
    "include/mcufs/errors.h": LICENCE,
    "include/mcufs/device.h": LICENCE + "#include <stdint.h>\n#include <mcufs/errors.h>\n",
    "include/mcufs/filesystem.h": LICENCE + "#include <mcufs/device.h>\n",
    "include/mcufs/littlefs2.h": LICENCE + "#include <mcufs/filesystem.h>\n",
    "include/mcufs/mcufs.h": LICENCE + "#include <mcufs/filesystem.h>\n",
    "src/base/bits.h": LICENCE,
    "src/base/bits.c": LICENCE + "int mcufs_bits(void);\nint mcufs_bits(void) { return 1; }\n",
    "src/littlefs2/internal.h": LICENCE + "#include <string.h>\n#include <mcufs/littlefs2.h>\n",
    "src/littlefs2/log.c": LICENCE + '#include "internal.h"\n#include "base/bits.h"\n'
                                     "int mcufs_bits(void);\nint littlefs2_log(void);\n"
                                     "int littlefs2_log(void) { return mcufs_bits(); }\n",
    "compat/lfs.h": LICENCE + "#include <stdio.h>\n#include <mcufs/littlefs2.h>\n",
    "compat/lfs.c": LICENCE + '#include "lfs.h"\n',
    "src/vfs/vfs.h": LICENCE + "#include <mcufs/mcufs.h>\n#include <mcufs/littlefs2.h>\n",
}


class House(unittest.TestCase):
    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.root = pathlib.Path(room.name)
        for name, text in HOUSE.items():
            self.put(name, text)

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def add(self, name, text):
        self.put(name, HOUSE[name] + text)

    def run_tool(self, *arguments):
        run = subprocess.run([sys.executable, str(TOOL), *arguments], cwd=self.root, capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run

    def test_drop_in(self):
        self.add("compat/lfs.c", "#include <mcufs/mcufs.h>\n")
        self.refused("compat/lfs.c", "own filesystem")
        self.put("compat/lfs.c", HOUSE["compat/lfs.c"] + '#include "src/littlefs2/internal.h"\n')
        self.refused("compat/lfs.c", "not installed")

    def refused(self, *words):
        run = self.run_tool()
        self.assertEqual(run.returncode, 1, "the breach was not noticed")
        self.assertEqual(len(run.stdout.splitlines()), 1, run.stdout)
        for word in words:
            self.assertIn(word, run.stdout)

    def test_sound_house(self):
        run = self.run_tool()
        self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_system_header_in_source(self):
        self.add("src/base/bits.c", "#include <stdio.h>\n")
        self.refused("src/base/bits.c", "<stdio.h>")

    def test_system_header_in_public_header(self):
        self.add("include/mcufs/device.h", "#include <errno.h>\n")
        self.refused("include/mcufs/device.h", "<errno.h>")

    def test_filesystem_knows_vfs(self):
        self.add("src/littlefs2/log.c", "#include <mcufs/mcufs.h>\n")
        self.refused("littlefs2 may not know vfs")

    def test_filesystem_knows_vfs_inside(self):
        self.add("src/littlefs2/log.c", '#include "../vfs/vfs.h"\n')
        self.refused("littlefs2 may not know vfs")

    def test_base_knows_device(self):
        self.add("src/base/bits.h", "#include <mcufs/device.h>\n")
        self.refused("base may not know device")

    def test_vfs_looks_inside_filesystem(self):
        self.add("src/vfs/vfs.h", '#include "littlefs2/internal.h"\n')
        self.refused("private header of littlefs2")

    def test_public_header_knows_upper(self):
        self.add("include/mcufs/device.h", "#include <mcufs/filesystem.h>\n")
        self.refused("device may not know filesystem")

    def test_licence(self):
        self.put("src/base/bits.h", "\n")
        self.refused("licence")

    def test_long_file(self):
        self.add("src/base/bits.c", "\n" * 900)
        self.refused("lines")

    def compile(self, littlefs_text=""):
        self.add("src/littlefs2/log.c", littlefs_text)
        for room, source in (("base", "src/base/bits.c"), ("littlefs2", "src/littlefs2/log.c")):
            # The littlefs2 headers of the tiny house are enough.
            subprocess.run(["cc", "-Iinclude", "-Isrc", "-fno-pic", "-c", source, "-o", f"{room}.o"], cwd=self.root,
                           check=True)
            subprocess.run(["ar", "rc", f"libmcufs_{room}.a", f"{room}.o"], cwd=self.root, check=True)
        return self.run_tool("--symbols", ".")

    def test_sound_symbols(self):
        run = self.compile("static const int table[] = {1};\nint littlefs2_at(int i);\n"
                           "int littlefs2_at(int i) { return table[i]; }\n")
        self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_name_without_prefix(self):
        self.assertIn("external name other", self.compile("int other(void);\nint other(void) { return 0; }\n").stdout)

    def test_global_variable(self):
        self.assertIn("writable", self.compile("int littlefs2_count = 1;\n").stdout)

    def test_static_variable(self):
        run = self.compile("int littlefs2_next(void);\n"
                           "int littlefs2_next(void) { static int count; return ++count; }\n")
        self.assertIn("writable", run.stdout)

    def test_foreign_function(self):
        run = self.compile("int puts(const char *);\nint littlefs2_say(void);\n"
                           'int littlefs2_say(void) { return puts("x"); }\n')
        self.assertIn("needs puts", run.stdout)


unittest.main()
