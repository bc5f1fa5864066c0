#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Runs a campaign on the toy filesystem: it must find nothing wrong with the sound one, and something with
# each defect that is named.
#
# self_test.sh CAMPAIGN [campaign options...] -- DEFECT...

set -u
campaign=$1
shift
options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options="$options $1"
    shift
done
shift
status=0
# shellcheck disable=SC2086 # options are words
if ! output=$("$campaign" --filesystem toy $options 2>&1); then
    echo "$output" | tail -n 60
    echo "found something wrong with the sound toy filesystem"
    status=1
fi
for defect in "$@"; do
    # shellcheck disable=SC2086
    "$campaign" --filesystem toy $options --defect "$defect" >/dev/null 2>&1
    if [ $? -ne 1 ]; then
        echo "did not find the defect: $defect"
        status=1
    else
        echo "found: $defect"
    fi
done
exit $status
