#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# check: clean and damaged images, repair, backup, exit status.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_site
expect 0 pack site image --size 256K
cp image before

expect 0 check image
says out 'clean'
expect 0 check image --json
json_is "d['clean'], d['errors'], d['findings'], d['files']" '(True, 0, [], 6)'
expect 0 check --repair image
same image before
[ ! -e image.bak ] || fail 'a backup of a clean image'

# A block that a directory needs is overwritten, both halves of it.
expect 0 map image
python3 - <<'END'
# The directory "img" is damaged: its metadata pair is found by the name of a file in it.
data = bytearray(open('image', 'rb').read())
blocks = [i for i in range(0, len(data), 4096) if b'photo.bin' in data[i:i + 4096]]
assert blocks
for block in blocks:
    data[block:block + 4096] = bytes(4096)
open('damaged', 'wb').write(data)
END
cp damaged damaged.before
expect 1 check damaged
says out 'damaged'
expect 1 check damaged --json
json_is "d['clean'], d['errors'] > 0, len(d['findings']) > 0" '(False, True, True)'
same damaged damaged.before
timeout 20 "$mcufs" check --repair damaged >out 2>err
[ $? -le 1 ] || fail 'repair'
same damaged.bak damaged.before
expect 0 check damaged
expect 0 cat damaged /index.html
same out site/index.html
expect 0 cat damaged /css/a.css

cp damaged.before damaged
timeout 20 "$mcufs" check --repair damaged >out 2>err
[ -e damaged.bak.1 ] || fail 'the second backup has no name of its own'
cp damaged.before damaged
rm damaged.bak*
timeout 20 "$mcufs" check --repair --no-backup damaged >out 2>err
[ ! -e damaged.bak ] || fail '--no-backup made one'

head -c 100000 /dev/urandom >noise
expect 2 check noise
expect 2 check nowhere
expect 2 check noise --json
finish
