#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Images made by other programs unpack to exactly their manifest.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Lines of a manifest: "D /path", "F /path size fnv1a ...".
list_directory()
{
    python3 - "$1" <<'END'
import os, sys
def fnv1a(data):
    h = 2166136261
    for byte in data:
        h = (h ^ byte) * 16777619 & 0xffffffff
    return h
top = sys.argv[1]
for directory, names, files in os.walk(top):
    for name in names:
        print('D /' + os.path.relpath(os.path.join(directory, name), top))
    for name in files:
        path = os.path.join(directory, name)
        data = open(path, 'rb').read()
        print('F /%s %d %08x' % (os.path.relpath(path, top), len(data), fnv1a(data)))
END
}

golden=${MCUFS_GOLDEN:-$source_directory/tests/golden}
count=0 changed=0
while read -r file; do
    case $file in
    *.xz) python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' "$file" >image ;;
    *.gz) gzip -dc "$file" >image ;;
    *) cp "$file" image ;;
    esac
    manifest=${file%.xz}
    manifest=${manifest%.gz}
    manifest=${manifest%.img}.txt
    rm -rf out-tree
    expect 0 unpack image out-tree
    list_directory out-tree | sort >found
    grep '^[DF]' "$manifest" | awk '$1 == "D" {print $1, $2} $1 == "F" {print $1, $2, $3, $4}' | sort >wanted
    diff wanted found >differences || fail "$file: $(head -5 differences)"
    expect 0 check image
    # Those that are full take nothing more.
    expect 0 info image --json
    if [ "$(python3 -c "import json; print(json.load(open('out'))['free_blocks'])")" -ge 4 ]; then
        expect 0 put image found /added
        expect 0 cat image /added
        same out found
        expect 0 check image
        changed=$((changed + 1))
    fi
    count=$((count + 1))
done < <(find "$golden" -name '*.img*' \( -path '*/mklittlefs/*' -o -name 'v2*' \) | sort)
[ "$changed" -gt 0 ] || fail 'no image had room'
[ "$count" -gt 0 ] || fail "no golden images in $golden"
finish
