# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

"""The call graph of compiled C, from gcc's -fcallgraph-info=su,da files, and the deepest stack in it.

gcc writes one graph per file, with the frame of every function after inlining. A call through a pointer is
an edge to a placeholder, with the place in the source. This module reads that place and follows the call:
through the tables of operations by the member's name (`.open = littlefs2_open`), through a callback parameter to
every function of the same room that has its parameter types and is named somewhere without being called. Hooks and device drivers belong to the application and count as leaves."""

import pathlib
import re

NODE = re.compile(r'^node: \{ title: "([^"]+)" label: "([^"]*)"')
EDGE = re.compile(r'^edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"(?: label: "([^"]*)")?')
FRAME = re.compile(r"\\n(\d+) bytes \(([^)]+)\)")
INDIRECT = "__indirect_call"

# Tables of operations, found in the sources: type of the table -> member -> functions.
TABLE = re.compile(r"const\s+(\w+_t)\s+\w+\s*=\s*\{(.*?)\n\};", re.DOTALL)
MEMBER = re.compile(r"\.(\w+)\s*=\s*(\w+)")
CALLED = re.compile(r"(->|\.)?(\w+)\(")
DRIVER = re.compile(r"(?:\.|->)(?:read|program|erase|erase_range|write|trim|sync|ioctl) = (?:[^,;{}?]*\? )?(\w+)")
KEYWORDS = {"if", "while", "for", "switch", "return", "sizeof"}

# Members that are the application's own code.
HOOKS = {"time", "lock", "unlock", "progress", "log", "report", "damaged", "visitor"}

# Callbacks that one room hands to another.
HANDED_OVER = {"settle": ["settle_block"]}

DEFINITION = re.compile(r"^(?:static )?(?:const )?\w+ \**(\w+)\(([^()]*)\)\s*\{", re.MULTILINE)


def types_of(parameters):
    """The types of a parameter list, without the names: "void *context, uint32_t n" -> "void*,uint32_t"."""
    return ",".join(re.sub(r"\s+", " ", re.sub(r"\w+$", "", part.strip())).replace(" *", "*").strip()
                    for part in parameters.split(","))


class CallGraph:
    def __init__(self):
        self.frames = {}
        self.edges = {}
        self.indirect = []
        self.problems = []
        self.tables = {}
        self.depth = {}
        self.next = {}
        for source in pathlib.Path("src").rglob("*.c"):
            for kind, body in TABLE.findall(source.read_text(encoding="utf-8")):
                for member, function in MEMBER.findall(body):
                    if function != "NULL":
                        self.tables.setdefault(kind, {}).setdefault(member, []).append(function)

    def read(self, path, room):
        """Adds one file's graph."""
        local = path.stem
        for line in path.read_text(encoding="utf-8").splitlines():
            node = NODE.match(line)
            if node:
                frame = FRAME.search(node.group(2))
                if frame:
                    name = node.group(1)
                    self.frames[name] = int(frame.group(1))
                    self.edges.setdefault(name, set())
                    if frame.group(2) != "static":
                        self.problems.append(f"{name}: the stack frame is {frame.group(2)}")
                continue
            edge = EDGE.match(line)
            if edge:
                source, target, place = edge.groups()
                if target == INDIRECT:
                    self.indirect.append((source, place or local, room))
                else:
                    self.edges.setdefault(source, set()).add(target)

    def close(self):
        """Follows the indirect calls, then looks for cycles and depths."""
        by_plain_name = {}
        for name in self.frames:
            by_plain_name.setdefault(re.sub(r"^.*:", "", name), []).append(name)
        self.plain = by_plain_name
        for source, place, room in self.indirect:
            for function in self.leads_to(place, room, source):
                for name in by_plain_name.get(function, []):
                    self.edges[source].add(name)
        self.measure()

    def leads_to(self, place, room, source):
        """The functions that the indirect call at this place can reach."""
        match = re.match(r"(.*):(\d+):(\d+)$", place)
        if not match:
            self.problems.append(f"{source}: a call through a pointer at an unknown place ({place})")
            return []
        if room == "device":
            return []
        statement, expression = self.read_place(match.group(1), int(match.group(2)), int(match.group(3)))
        # Members of tables, parameters: what is called and is not a function.
        members = [name for through, name in CALLED.findall(expression)
                   if through or name not in self.plain and name not in KEYWORDS]
        if members:
            return [function for member in members for function in self.functions_of(member, room, match)]
        # Functions that are named and not called: (choice ? this : that)(argument).
        named = [name for name in re.findall(r"\b(\w+)\b(?!\()", statement) if name in self.plain]
        if not named:
            self.problems.append(f"{place}: a call through a pointer that tools/call_graph.py cannot read")
        return named

    @staticmethod
    def read_place(file, line, column):
        """The statement that starts in a line, and the part of it from a column on."""
        lines = pathlib.Path(file).read_text(encoding="utf-8").splitlines()[line - 1:]
        text = "\n".join(lines)
        return tuple(re.split(r"[;{]", part, maxsplit=1)[0] for part in (text, text[column - 1:]))

    def functions_of(self, member, room, place):
        """The functions behind a member of a table or a callback parameter."""
        if member in HOOKS:
            return []
        if member in HANDED_OVER:
            return HANDED_OVER[member]
        if room == "vfs" and self.is_operation(member):
            return self.tables.get("mcufs_filesystem_t", {}).get(member, [])
        types = self.callback_types(member, place.group(1), int(place.group(2)))
        found = self.callbacks(room, types) if types else []
        if not found:
            self.problems.append(f"{place.group(0)}: where does the call of '{member}' lead?")
        return found

    @staticmethod
    def callback_types(name, file, line):
        """The parameter types of the nearest declaration of a callback above a line."""
        text = "\n".join(pathlib.Path(file).read_text(encoding="utf-8").splitlines()[:line])
        direct = list(re.finditer(rf"\(\*{name}\)\(([^()]*)\)", text))
        by_type = list(re.finditer(rf"\b(\w+_t) {name}\b", text))
        if direct and (not by_type or direct[-1].start() > by_type[-1].start()):
            return types_of(direct[-1].group(1))
        if by_type:
            declared = re.search(rf"\(\*{by_type[-1].group(1)}\)\(([^()]*)\)", text)
            return types_of(declared.group(1)) if declared else None
        return None

    @staticmethod
    def callbacks(room, types):
        texts = [path.read_text(encoding="utf-8") for path in pathlib.Path("src", room).glob("*.c")]
        found = set()
        for text in texts:
            for name, parameters in DEFINITION.findall(text):
                if types_of(parameters) == types and any(re.search(rf"\b{name}\b(?!\()", other) for other in texts):
                    found.add(name)
        return sorted(found)

    @staticmethod
    def is_operation(member):
        header = pathlib.Path("include/mcufs/filesystem.h").read_text(encoding="utf-8")
        return re.search(rf"\(\*{member}\)\(", header) is not None

    def drivers(self):
        """The device drivers of src/: file -> deepest stack of its operations."""
        found = {}
        for source in sorted(pathlib.Path("src/device").glob("*.c")):
            depths = [self.stack(name) for name in DRIVER.findall(source.read_text(encoding="utf-8"))]
            depths = [depth for depth in depths if depth is not None]
            if depths:
                found[str(source)] = max(depths)
        return found

    def measure(self):
        """Depth of every function, without recursion of our own either."""
        state = {}
        for start in self.frames:
            if start in state:
                continue
            stack = [(start, iter(sorted(self.edges.get(start, ()))))]
            state[start] = "open"
            while stack:
                function, targets = stack[-1]
                for target in targets:
                    if target not in self.frames:
                        continue
                    if state.get(target) == "open":
                        cycle = [f for f, _ in stack]
                        cycle = cycle[cycle.index(target):] + [target]
                        self.problems.append("recursion: " + " -> ".join(cycle))
                        continue
                    if target not in state:
                        state[target] = "open"
                        stack.append((target, iter(sorted(self.edges.get(target, ())))))
                        break
                else:
                    stack.pop()
                    state[function] = "done"
                    below = [(self.depth[t], t) for t in self.edges.get(function, ()) if t in self.depth]
                    deepest, self.next[function] = max(below, default=(0, None))
                    self.depth[function] = self.frames[function] + deepest

    def stack(self, plain_name):
        """Deepest stack from a function, in bytes; None when it was not compiled."""
        depths = [self.depth[name] for name in self.plain.get(plain_name, [])]
        return max(depths, default=None)

    def deepest(self, plain_name):
        """The path that needs it: (function, frame) from the top."""
        names = self.plain.get(plain_name, [])
        if not names:
            return []
        name = max(names, key=lambda n: self.depth[n])
        path = []
        while name is not None:
            path.append((name, self.frames[name]))
            name = self.next[name]
        return path
