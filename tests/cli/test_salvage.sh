#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# --salvage: what is left of damaged images.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# wipe IMAGE TEXT: zeros in all blocks of 4096 bytes with the text. Says how many.
wipe()
{
    python3 - "$1" "$2" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
count = 0
for at in range(0, len(data), 4096):
    if sys.argv[2].encode() in data[at:at + 4096]:
        data[at:at + 4096] = bytes(4096)
        count += 1
open(sys.argv[1], "wb").write(data)
print(count)
PYTHON
}

make_site
expect 0 pack site sound --size 256K
expect 0 unpack --salvage sound out_tree
diff -r site out_tree || fail 'unpack --salvage of a sound image'
expect 0 ls --salvage sound
grep -q lost out && fail "a sound image has a lost+found"

# The directory in which "deep" is: everything below it is in /lost+found.
cp sound image
[ "$(wipe image photo.bin)" -ge 1 ] || fail 'nothing was wiped'
expect 2 unpack image nothing
rm -rf out_tree
timeout 50 "$mcufs" unpack --salvage image out_tree >out 2>err </dev/null
same site/index.html out_tree/index.html
same site/css/a.css out_tree/css/a.css
find out_tree/lost+found -name 251 -exec cmp site/img/deep/251 {} \; | grep -q . && fail 'a found file differs'
[ -n "$(find out_tree/lost+found -name 251)" ] || fail 'a file below the lost directory is not found'
[ -n "$(find out_tree/lost+found -name 'Grüße und so')" ] || fail 'a directory below it is not found'
expect 0 ls --salvage image /lost+found
expect 0 tree --salvage image
expect 0 cat --salvage image /css/a.css
same out site/css/a.css

# A block of a file, whose number in it is odd: no other block is reached by way of it.
cp sound image
[ "$(wipe image 4622)" -ge 1 ] || fail 'no block of the file was wiped'
expect 1 get --salvage image /img/photo.bin photo
says err 'are damaged: zeros'
[ "$(stat -c %s photo)" -eq 30000 ] || fail 'the salvaged file has another length'
[ "$(cmp -l photo site/img/photo.bin | wc -l)" -le 4096 ] || fail 'more is missing than was damaged'
expect 1 cat --salvage image /img/photo.bin
same out photo
expect 2 put --salvage image site/index.html
finish
