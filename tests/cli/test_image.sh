#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# mkfs, locks, and images that are replaced.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 mkfs image --size 1M
says err '256 blocks of 4096 bytes'
expect 2 mkfs image --size 1M
says err '--force'
expect 0 mkfs --force image --json
json_is "d['type'], d['block_size'], d['block_count']" "('lfs2', 4096, 256)"
expect 0 mkfs image -f --size 64K --block-size 512 --name-max 100 --disk-version 2.0 --file-max 100000
expect 0 info image --json
json_is "d['version'], d['block_size'], d['block_count'], d['name_max'], d['file_size_max']" \
    "('2.0', 512, 128, 100, 100000)"

# Part of a file.
head -c 100000 /dev/zero >dump
expect 0 mkfs dump --offset 4096 --length 64K
expect 0 info dump --offset 4096 --json
json_is "d['block_count'], d['offset']" '(16, 4096)'
[ "$(stat -c %s dump)" -eq 100000 ] || fail 'the size of the dump changed'
cmp -s <(head -c 4096 dump) <(head -c 4096 /dev/zero) || fail 'bytes before the part changed'
expect 2 mkfs dump --offset 4096 --length 5000
expect 2 mkfs dump --offset 4096 --length 1M
inode=$(stat -c %i dump)
expect 0 mkfs dump --partition 8K:16K --in-place
[ "$(stat -c %i dump)" = "$inode" ] || fail '--in-place made another file'

# A locked image: readers wait for nobody, and nobody disturbs a writer.
expect 0 mkfs image -f --size 64K
cp image before
exec 9<image
flock -x 9
expect 2 ls image
says err 'in use'
expect 2 mkdir image /x
says err 'in use'
expect 2 mkfs image -f --size 64K
says err 'in use'
flock -u 9
flock -s 9
expect 0 ls image
expect 2 mkdir image /x
says err 'in use'
flock -u 9
exec 9<&-
same image before
expect 0 mkdir image /x

# An interrupted command leaves the image as it was, and no other file.
cp image before
mkfifo feed
"$mcufs" put image - /slow <feed 2>err &
process=$!
exec 8>feed
for _ in $(seq 100); do
    [ -n "$(find . -maxdepth 1 -name '.image.mcufs*')" ] && break
    sleep 0.05
done
[ -n "$(find . -maxdepth 1 -name '.image.mcufs*')" ] || fail 'no copy is worked on'
kill -TERM $process
wait $process
exec 8>&-
same image before
[ -z "$(find . -maxdepth 1 -name '.image.mcufs*')" ] || fail 'the copy was left'

# A file that may not be written, and a directory where none can be made.
if [ "$(id -u)" -ne 0 ]; then
    chmod 400 image
    expect 2 mkdir image /y
    expect 0 ls image
fi
expect 2 mkfs no/such/directory/image --size 64K
finish
