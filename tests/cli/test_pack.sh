#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# pack: everything and its times, the same bytes twice, the right size, and what does not fit.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_site

# There and back.
expect 0 pack site image --size 256K
says err '6 files and 5 directories'
[ "$(stat -c %s image)" -eq 262144 ] || fail 'wrong size'
expect 0 unpack image back
diff -r site back || fail 'the content changed'
for file in . index.html css css/a.css img/deep/251 empty; do
    [ "$(stat -c %Y "site/$file")" = "$(stat -c %Y "back/$file")" ] || fail "$file: the time was lost"
done

# Nothing is replaced unasked.
expect 2 pack site image --size 256K
says err '--force'
cp image before
expect 0 pack site image --size 256K --force
same image before

# Reproducible: the same tree made again elsewhere, in another order, with other times.
# (In memory, where directories are read in another order than on most disks.)
[ -w /dev/shm ] && copy=$(mktemp -d -p /dev/shm) || copy=$(mktemp -d)
trap 'rm -rf "$work" "$copy"' EXIT
(cd site && find . -depth -print | while read -r name; do
    if [ -d "$name" ]; then mkdir -p "$copy/$name"; else mkdir -p "$copy/$(dirname "$name")" && cat "$name" >"$copy/$name"; fi
done)
expect 0 pack site one --size 256K --mtime @1700000000
expect 0 pack "$copy" two --size 256K --mtime 2023-11-14T22:13:20Z
same one two
expect 0 unpack one back1
[ "$(stat -c %Y back1/index.html)" = 1700000000 ] || fail '--mtime did not set the time'
expect 1 pack site three --size 256K --mtime yesterday
says err 'is not a time'

# --size auto: smallest that works.
expect 0 pack site small --size auto --block-size 512 --json
json_is "d['files'], d['directories'], d['bytes']" "(6, 5, $(find site -type f -printf '%s\n' | awk '{sum += $1} END {print sum}'))"
blocks=$(python3 -c "import json; print(json.load(open('out'))['block_count'])")
[ "$(stat -c %s small)" -eq $((blocks * 512)) ] || fail 'the size reported is not the size made'
expect 0 unpack small back2
diff -r site back2 || fail 'the smallest image has other content'
expect 0 pack site small2 --size auto --block-size 512
same small small2

# Too small: what did not fit, the size that does, and no file.
expect 1 pack site tiny --size 16K
says err 'did not fit'
says err 'img/photo.bin'
[ ! -e tiny ] || fail 'a file was left'
size=$(sed -n 's/.*--size \([0-9]*[KM]*\), or.*/\1/p' err)
[ -n "$size" ] || fail 'no size was named'
expect 0 pack site tiny --size "$size"
expect 0 unpack tiny back3
diff -r site back3 || fail 'the size named is too small'
rm tiny
for kilobytes in 5 12 21 33 47; do
    mkdir -p sized
    head -c ${kilobytes}K /dev/zero >sized/file
    expect 1 pack sized tiny --size 2K --block-size 512
    size=$(sed -n 's/.*needs \([0-9]*\) blocks of 512 .*/\1/p' err)
    expect 0 pack sized tiny --size $((size * 512)) --block-size 512
    rm tiny
    expect 1 pack sized tiny --size $((size * 512 - 512)) --block-size 512
done
expect 1 pack site tiny --size 8K
[ -z "$(find . -maxdepth 1 -name '.*mcufs*')" ] || fail 'temporary files were left'

# What cannot be packed is an error with a name, and no image.
ln -s index.html site/link
mkfifo site/pipe
expect 1 pack site odd --size 256K
says err 'site/link: a symbolic link'
says err 'site/pipe: a named pipe'
[ ! -e odd ] || fail 'an image was made'
expect 0 pack site odd --size 256K --dereference --exclude pipe --json
json_is "d['excluded'], d['files']" '(1, 7)'
expect 0 cat odd link
same out site/index.html
rm site/link site/pipe

# The image in its own directory.
expect 0 pack site site/image --size 256K
expect 1 pack site site/image --size 256K --force
says err 'site/image: is the image itself'
expect 0 pack site site/image --size 256K --force --exclude image
rm site/image

# Limits are checked before anything is written.
touch "site/$(printf 'n%.0s' $(seq 40))"
expect 1 pack site esp --size 256K --target esp8266
says err 'the name has 40 bytes, the volume allows 32'
rm site/nnn*
expect 0 pack site esp --size 256K --target esp8266
expect 0 info esp --json
json_is "d['version'], d['name_max'], [x['mounts'] for x in d['drivers']]" \
    "('2.0', 32, ['yes', 'yes', 'yes', 'yes', 'yes', 'yes'])"

# Dialects of times.
for dialect in none micropython seconds32 seconds64; do
    expect 0 pack site times --size 256K --force --times $dialect
    rm -rf back4
    expect 0 unpack times back4
    stored=$(stat -c %Y back4/index.html)
    [ $dialect = none ] || [ "$stored" = "$(stat -c %Y site/index.html)" ] || fail "$dialect: the time was lost"
    [ $dialect != none ] || [ "$stored" != "$(stat -c %Y site/index.html)" ] || fail "$dialect: a time was stored"
done

expect 1 pack nowhere image --size 1M --force
says err 'nowhere'
expect 2 pack site image
says err '--size is needed'
expect 2 pack site image --size 5000
mkdir nothing
expect 0 pack nothing empty --size auto
expect 0 ls empty
[ ! -s out ] || fail 'the image is not empty'

# Geometries.
for block_size in 128 256 512 1024 8192 65536; do
    expect 0 pack site "b$block_size" --size auto --block-size $block_size
    expect 0 unpack "b$block_size" "back$block_size"
    diff -r site "back$block_size" || fail "block size $block_size"
done

finish
