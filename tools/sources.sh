#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# Prints our own source files, one per line: `tools/sources.sh c` or `tools/sources.sh shell`.
# Run from the project root. Works without git, so that a released archive can be checked too.

set -eu

rooms="include src compat sim host bench demo tests examples tools"
existing=
for room in $rooms; do
    [ -d "$room" ] && existing="$existing $room"
done

case "${1:-}" in
c) find $existing -type f -name '*.[ch]' | sort ;;
shell)
    {
        find $existing -type f -name '*.sh'
        find .ci -type f -name run
    } | sort
    ;;
*)
    echo "usage: $0 c|shell" >&2
    exit 2
    ;;
esac
