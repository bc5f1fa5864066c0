#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Checks the documents: every relative link leads to a file, the C code of the README compiles, its command
lines work in the order they are printed, every directory and test directory it lists exists."""

import lzma
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["MCUFS_SOURCE_DIR"])
DOCUMENTS = sorted([*SOURCE.glob("*.md"), *SOURCE.glob("docs/*.md"), *SOURCE.glob("examples/*.md")])
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def code_blocks(document, language=""):
    text = (SOURCE / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [code for named, code in blocks if named == language]


class Documents(unittest.TestCase):
    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.room = pathlib.Path(room.name)

    def test_links(self):
        self.assertGreater(len(DOCUMENTS), 5)
        for document in DOCUMENTS:
            for target in LINK.findall(document.read_text(encoding="utf-8")):
                self.assertTrue((document.parent / target).exists(), f"{document.name}: {target} does not exist")

    def test_directories_in_tables(self):
        named = set()
        for document in ("docs/architecture.md", "docs/testing.md"):
            rows = re.findall(r"^\| (`.*?) \|", (SOURCE / document).read_text(encoding="utf-8"), re.MULTILINE)
            named |= {name for row in rows for name in re.findall(r"`([\w/]+/)`", row)}
        self.assertGreater(len(named), 10)
        for name in sorted(named):
            self.assertTrue((SOURCE / name).is_dir(), f"{name} does not exist")

    def test_code_of_readme_compiles(self):
        code = code_blocks("README.md", "c")[0]
        include, body = code.split("\n", 1)
        program = self.room / "readme.c"
        program.write_text(f"{include}\nextern const mcufs_device_t board_flash;\nint main(void)\n{{\n{body}\n"
                           "return err;\n}\n", encoding="utf-8")
        subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{SOURCE}/include", "-fsyntax-only",
                        str(program)], check=True)

    def test_commands_of_readme_work(self):
        if "MCUFS_COMMAND" not in os.environ:
            self.skipTest("the command is not built")
        (self.room / "bin").mkdir()
        (self.room / "bin" / "mcufs").symlink_to(os.environ["MCUFS_COMMAND"])
        shutil.copytree(SOURCE / "examples" / "site", self.room / "site")
        shutil.copy(SOURCE / "examples" / "site" / "config.json", self.room)
        environment = dict(os.environ, PATH=f"{self.room}/bin:{os.environ['PATH']}")
        commands = [line for block in code_blocks("README.md") for line in block.splitlines()
                    if line.startswith("mcufs ")]
        self.assertEqual(len(commands), 7)
        old = SOURCE / "tests" / "golden" / "littlefs" / "v1_b512_p16_clean.img.xz"
        (self.room / "old.bin").write_bytes(lzma.decompress(old.read_bytes()))
        for command in commands:
            if "dump.bin" in command and not (self.room / "dump.bin").exists():
                shutil.copy(self.room / "flash.bin", self.room / "dump.bin")
            run = subprocess.run(command, shell=True, cwd=self.room, env=environment, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, f"{command}\n{run.stdout}{run.stderr}")
        packed = {path.relative_to(self.room / "site") for path in (self.room / "site").rglob("*")}
        unpacked = {path.relative_to(self.room / "out") for path in (self.room / "out").rglob("*")}
        self.assertEqual(packed, unpacked)
        for path in packed:
            if (self.room / "site" / path).is_file():
                self.assertEqual((self.room / "site" / path).read_bytes(), (self.room / "out" / path).read_bytes())


unittest.main()
