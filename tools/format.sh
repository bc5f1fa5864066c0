#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# Formats all C files; with --check only says which are not formatted, and fails.

set -eu

if [ "${1:-}" = --check ]; then
    status=0
    for file in $(sh tools/sources.sh c); do
        if ! clang-format --dry-run -Werror "$file" >/dev/null 2>&1; then
            echo "$file: error: not formatted (make format)"
            status=1
        fi
    done
    exit $status
else
    sh tools/sources.sh c | xargs clang-format -i
fi
