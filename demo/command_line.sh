#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# The last part of the demo: what the real command says about the chip that the demo left.
# usage: command_line.sh MCUFS SITE OUTPUT

set -eu

mcufs=$1
site=$2
output=$3

bold=''
plain=''
if [ -t 1 ]; then
    bold=$(printf '\033[1m')
    plain=$(printf '\033[0m')
fi

# Prints a command as one would type it, runs it, and indents what it says.
show() {
    printf '\n  $ mcufs %s\n' "$*"
    status=0
    "$mcufs" "$@" > said 2>&1 || status=$?
    sed 's/^/    /' said
    rm -f said
    [ "$status" -eq 0 ] || { printf 'FAILED: mcufs %s: %d\n' "$*" "$status" >&2; exit 1; }
}

printf '\n%s5. The same chip through the command line%s, in %s\n' "$bold" "$plain" "$output"
cd "$output"
rm -rf site logs again site.bin

show info chip.bin --offset 0 --length 1M
show check chip.bin --offset 0 --length 1M
show check chip.bin --offset 1M --length 1M
show ls chip.bin --offset 1M --length 1M
show unpack chip.bin site --offset 0 --length 1M
show unpack chip.bin logs --offset 1M --length 1M

printf '\n  $ diff -r %s site\n' "$site"
diff -r "$site" site || { echo 'FAILED: the unpacked site differs' >&2; exit 1; }
printf '    no difference\n'

# And the other way: an image packed by the command, as small as it can be.
show pack "$site" site.bin --type lfs2 --size auto
show unpack site.bin again
printf '\n  $ diff -r %s again\n' "$site"
diff -r "$site" again || { echo 'FAILED: the packed and unpacked site differs' >&2; exit 1; }
printf '    no difference\n'
rm -rf again

printf '\n%sLeft in %s%s: chip.bin (the whole chip), map.svg and map.png (its blocks), site.bin, site/, logs/\n' \
    "$bold" "$output" "$plain"
