#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# littlefs v1 images are read as they are, and made littlefs v2.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

golden()
{
    python3 -c 'import lzma, sys; sys.stdout.buffer.write(lzma.open(sys.argv[1]).read())' \
        "$source_directory/tests/golden/littlefs/$1.img.xz" >"$2"
}

for name in v1_b512_p16_clean v1_b512_p16_cut; do
    golden "$name" old
    cp old image
    expect 0 info image --json
    json_is 'd["type"]' lfs1
    json_is 'd["version"]' 1.1
    expect 0 check image
    expect 0 ls -lR image
    expect 0 unpack image "$name-before"
    expect 0 migrate image
    says err 'littlefs v2 now'
    expect 0 check image
    expect 0 info image --json
    json_is 'd["type"]' lfs2
    json_is 'd["version"]' 2.1
    expect 0 unpack image "$name-after"
    diff -r "$name-before" "$name-after" >/dev/null || fail "$name: other files than before"
    cp image image.v2
    expect 0 migrate image
    says err 'already'
    same image image.v2

    # In place, and for a driver that knows 2.0 only.
    cp old image
    expect 0 migrate image --in-place --disk-version 2.0
    expect 0 info image --json
    json_is 'd["version"]' 2.0
    expect 0 put image out /added
    expect 0 check image

    # Inside a dump.
    { head -c 4096 /dev/zero && cat old && head -c 100 /dev/zero; } >dump
    expect 0 migrate dump --partition 4096:256K
    expect 0 check dump --partition 4096:256K
    [ "$(stat -c %s dump)" -eq $((4096 + 262144 + 100)) ] || fail 'the dump has another size'
done

# v1 is for reading.
cp old image
echo text >text
expect 2 put image text /text
says err "'mcufs migrate' makes it littlefs v2"
expect 2 rm image /f6
expect 0 check --repair image
same image old

# Refusals leave the image as it is.
expect 1 migrate image --name-max 5
says err 'a name is longer'
same image old
expect 1 migrate image --file-max 100
says err 'a file is larger'
same image old
# This one has no free block, and needs none.
golden v1_b4096_p256_clean full
expect 0 migrate full
expect 0 check full
expect 2 migrate nothing
[ "$(find . -maxdepth 1 -name '*image*' | wc -l)" -eq 2 ] || fail 'something was left behind'

# Damage is found, not carried along.
python3 - old image <<'END'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
for block in range(2, len(data) // 512): # every half of a directory
    size = int.from_bytes(data[block * 512 + 4:block * 512 + 8], 'little') & 0x7fffffff
    if 20 <= size <= 512 and b'longer_file_name' in data[block * 512:block * 512 + 512]:
        data[block * 512 + 30] ^= 1
open(sys.argv[2], 'wb').write(data)
END
cp image damaged
expect 1 check image
expect 1 migrate image
says err "'mcufs check' says where"
same image damaged
expect 2 check --repair image
says err 'cannot be repaired'
finish
