#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""Does tools/call_graph.py follow calls, add up stacks and notice what is forbidden? Compiles small programs
with the host's gcc and reads their graphs. The large frames call something outside, because leaf functions may
use the stack below their frame on x86-64."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["MCUFS_SOURCE_DIR"])
sys.path.insert(0, str(SOURCE / "tools"))
sys.dont_write_bytecode = True
import call_graph  # noqa: E402  (its place is known only now)

TABLE = """
typedef struct { int (*open)(int); int (*time)(int); } mcufs_filesystem_t;
"""


class Graph(unittest.TestCase):
    def setUp(self):
        room = tempfile.TemporaryDirectory()
        self.addCleanup(room.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(room.name)
        pathlib.Path("src").mkdir()
        pathlib.Path("include/mcufs").mkdir(parents=True)
        pathlib.Path("include/mcufs/filesystem.h").write_text("int (*open)(int);\n", encoding="utf-8")

    def graph(self, **files):
        """The graph of files given as room="source"."""
        for room, text in files.items():
            pathlib.Path("src", room).mkdir()
            pathlib.Path("src", room, "code.c").write_text(text, encoding="utf-8")
        graph = call_graph.CallGraph()
        for room in files:
            subprocess.run(["gcc", "-O1", "-fno-inline", "-fno-optimize-sibling-calls", "-fcallgraph-info=su,da",
                            "-c", f"src/{room}/code.c", "-o", f"{room}.o"], check=True)
            graph.read(pathlib.Path(f"{room}.ci"), room)
        graph.close()
        return graph

    def test_direct_calls_add_up(self):
        graph = self.graph(base="""
            int outside(int n);
            int leaf(int n) { volatile char a[200]; a[n] = 1; return outside(n) + a[0]; }
            int top(int n) { volatile char a[100]; a[n] = 1; return leaf(n) + a[0]; }""")
        self.assertEqual(graph.problems, [])
        self.assertGreaterEqual(graph.stack("leaf"), 200)
        self.assertGreaterEqual(graph.stack("top"), graph.stack("leaf") + 100)
        self.assertEqual([name for name, _ in graph.deepest("top")], ["top", "leaf"])

    def test_unknown_function(self):
        self.assertIsNone(self.graph(base="int leaf(void) { return 1; }").stack("other"))

    def test_call_through_table(self):
        graph = self.graph(
            littlefs2=TABLE + """int outside(int n);
static int my_open(int n) { volatile char a[300]; a[n] = 1; return outside(n) + a[0]; }
const mcufs_filesystem_t table = {
    .open = my_open,
};
""",
            vfs=TABLE + """
            int top(const mcufs_filesystem_t *fs) {
                return fs->open(1) + 1;
            }""")
        self.assertEqual(graph.problems, [])
        self.assertGreaterEqual(graph.stack("top"), 300)

    def test_choice_of_functions(self):
        graph = self.graph(littlefs2="""
int outside(int n);
static int small(int n) { return outside(n) + 1; }
static int large(int n) { volatile char a[300]; a[n] = 1; return outside(n) + a[0]; }
int top(int n)
{
    int result = (n ? small : large)(n);
    return result + 1;
}""")
        self.assertEqual(graph.problems, [])
        self.assertGreaterEqual(graph.stack("top"), 300)

    def test_callback(self):
        graph = self.graph(littlefs2="""
int outside(int n);
static int other(int n) { volatile char a[900]; a[n] = 1; return outside(n) + a[0]; }
static int visitor(void *context, int n)
{
    volatile char a[300];
    a[n] = 1;
    return outside(n) + a[0] + (context != 0);
}
static int each(int (*visit)(void *context, int number), void *context)
{
    return visit(context, 1) + 1;
}
int top(int n)
{
    return each(visitor, &n) + 1;
}
int (*aside)(int n) = other;
""")
        self.assertEqual(graph.problems, [])
        self.assertGreaterEqual(graph.stack("top"), 300)
        self.assertLess(graph.stack("top"), 900)

    def test_hook_is_a_leaf(self):
        graph = self.graph(vfs=TABLE + "int top(const mcufs_filesystem_t *fs) { return fs->time(1) + 1; }")
        self.assertEqual(graph.problems, [])

    def test_unknown_pointer(self):
        graph = self.graph(littlefs2="int top(int (*mystery)(void)) { return mystery() + 1; }")
        self.assertEqual(len(graph.problems), 1)
        self.assertIn("mystery", graph.problems[0])

    def test_recursion(self):
        graph = self.graph(base="""
            int odd(int n);
            int even(int n) { volatile char a[9]; a[0] = 1; return n == 0 ? a[0] : odd(n - 1) + 1; }
            int odd(int n) { volatile char a[9]; a[0] = 1; return n == 0 ? 0 : even(n - 1) + a[0]; }""")
        self.assertTrue(any("recursion" in problem for problem in graph.problems), graph.problems)

    def test_self_recursion(self):
        graph = self.graph(base="int down(volatile int *n) { *n -= 1; return *n == 0 ? 0 : down(n) + *n; }")
        self.assertTrue(any("recursion" in problem for problem in graph.problems), graph.problems)

    def test_frame_of_unknown_size(self):
        graph = self.graph(base="int top(int n) { volatile char a[n]; a[n - 1] = 1; return a[0]; }")
        self.assertTrue(any("dynamic" in problem for problem in graph.problems), graph.problems)


unittest.main()
