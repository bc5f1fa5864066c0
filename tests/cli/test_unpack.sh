#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# unpack and what is already in the directory.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_site
expect 0 pack site image --size 256K

expect 0 unpack image new --json
json_is "d['files'], d['directories'], d['failures']" '(6, 5, 0)'
diff -r site new || fail 'unpack'

# Existing files stay unless --force.
echo changed >new/index.html
expect 1 unpack image new
says err 'index.html: exists'
[ "$(cat new/index.html)" = changed ] || fail 'a file was replaced unasked'
expect 0 unpack image new --force
diff -r site new || fail 'unpack --force'

# Links in the directory are never followed.
mkdir outside trap
echo precious >outside/file
ln -s ../outside trap/css
ln -s ../outside/file trap/index.html
ln "outside/file" trap/nothing
expect 1 unpack image trap --force
says err '/css'
[ "$(find outside -type f | wc -l)" -eq 1 ] || fail 'something was written through a link'
[ "$(cat outside/file)" = precious ] || fail 'a file was overwritten through a link'
[ ! -L trap/index.html ] || fail 'the link was not replaced'
same trap/index.html site/index.html

# A directory where a file should be, and the other way round.
mkdir -p clash/index.html
echo x >clash/img
expect 1 unpack image clash --force
says err '/index.html: there is a directory'
says err '/img: '
diff -r site/css clash/css || fail 'the rest was not unpacked'

expect 0 unpack image untimed --no-times
[ "$(stat -c %Y untimed/index.html)" != "$(stat -c %Y site/index.html)" ] || fail '--no-times'
expect 2 unpack image no/such/directory
echo file >file
expect 2 unpack image file
# Paths longer than what the VFS remembers.
deep=nested
for i in $(seq 12); do
    deep=$deep/a-directory-with-a-long-name-$i
done
mkdir -p "$deep"
echo text >"$deep/file"
expect 0 pack nested nested.image --size 256K
expect 0 unpack nested.image nested-back
diff -r nested nested-back || fail 'deep directories'

[ -z "$(find . -name '.mcufs*')" ] || fail 'temporary files were left'
finish
