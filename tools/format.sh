#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# Formats all C files; with --check only says which are not formatted, and fails.

set -eu

if [ "${1:-}" = --check ]; then
    sh tools/sources.sh c | xargs clang-format --dry-run -Werror
else
    sh tools/sources.sh c | xargs clang-format -i
fi
