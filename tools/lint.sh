#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# tools/lint.sh BUILD: everything that reads the code without running it. BUILD is a configured build
# directory, for its compile_commands.json. Runs all parts, then says which failed.

set -u

build=$1
failed=()

part() {
    local name=$1
    shift
    echo "-- $name"
    if ! "$@"; then
        failed+=("$name")
    fi
}

tidy() {
    local jobs
    jobs=$(nproc 2>/dev/null || echo 1)
    find src -name '*.c' | sort |
        xargs -P "$jobs" -n 1 clang-tidy --quiet -p "$build" 2> >(grep -v -e 'warnings generated' -e 'Suppressed' \
            -e 'Use -header-filter' >&2)
}

shell_scripts() {
    # SC2086: lists of files and packages are split on purpose in the POSIX scripts.
    sh tools/sources.sh shell | xargs shellcheck --severity=warning
}

part "format (clang-format)" sh tools/format.sh --check
part "rooms (who may include whom, licence lines, file length)" python3 tools/rooms.py
part "clang-tidy" tidy
if command -v shellcheck >/dev/null 2>&1; then
    part "shellcheck" shell_scripts
fi

if [ "${#failed[@]}" -ne 0 ]; then
    printf 'lint failed: %s\n' "${failed[@]}"
    exit 1
fi
