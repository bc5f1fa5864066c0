#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# check_golden.sh DIRECTORY: `mcufs check` on every littlefs v2 image there.

set -u
checked=0
failed=0
for image in "$1"/v2*.img "$1"/core*.img; do
    [ -e "$image" ] || continue
    checked=$((checked + 1))
    if ! "$MCUFS_COMMAND" check "$image"; then
        failed=$((failed + 1))
    fi
done
echo "$checked checked, $failed with errors"
[ "$checked" -gt 0 ] && [ "$failed" -eq 0 ]
