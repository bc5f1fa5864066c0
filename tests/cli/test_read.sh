#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Reading: ls, tree, cat, get, info, stats, map; images inside of larger dumps; JSON.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_site
expect 0 pack site image --size 256K

expect 0 ls image
printf 'css/\nempty/\nimg/\nindex.html\nnothing\n' >wanted
same out wanted
expect 0 ls -l image /index.html
says out '-          7  2020-02-03 04:05:06  /index.html'
expect 0 ls -R image img
says out '/deep/er/Grüße und so'
expect 0 ls --json -R image
json_is "len(d['entries']), sorted(e['path'] for e in d['entries'])[0]" "(11, '/css')"
json_is "[e['modified'] for e in d['entries'] if e['path'] == '/index.html'][0]" '2020-02-03T04:05:06Z'
expect 1 ls image /nowhere /index.html
says err '/nowhere: no such file or directory'
says out '/index.html'

expect 0 tree image
says out '│   ├── deep/'
says out '5 directories, 6 files'
expect 0 tree -d 1 image
says out '3 directories, 2 files'
expect 0 tree --json image
json_is "[e['name'] for e in d['entries'][0]['entries']]" "['a.css']"

expect 0 cat image /img/photo.bin
same out site/img/photo.bin
expect 0 cat image index.html css/a.css
cat site/index.html site/css/a.css >wanted
same out wanted
expect 1 cat image /img
expect 1 cat image /nowhere

expect 0 get image /img/photo.bin
same photo.bin site/img/photo.bin
expect 1 get image /img/photo.bin
says err '--force'
expect 0 get --force image /img/photo.bin
expect 0 get image /index.html page
[ "$(stat -c %Y page)" = "$(stat -c %Y site/index.html)" ] || fail 'get lost the time'
expect 0 get image /index.html -
same out site/index.html
expect 1 get image /img got
says err '--recursive'
expect 0 get -r image /img got
diff -r site/img got || fail 'get -r'
expect 1 get image /index.html no/such/directory

expect 0 info image
says out 'littlefs v2'
expect 0 info image --json
json_is "d['type'], d['version'], d['block_size'], d['block_count'], d['name_max']" "('lfs2', '2.1', 4096, 64, 255)"
json_is "[x['mounts'] for x in d['drivers']]" "['yes', 'yes', 'no', 'no', 'no', 'depends']"
json_is "0 < d['free_blocks'] < 64 and d['free'] == d['free_blocks'] * 4096" True

expect 0 stats image
expect 0 stats image --json
json_is "d['files'], d['directories'], sum(d['blocks'].values())" '(6, 5, 64)'
json_is "[x['files_below'] for x in d['per_directory'] if x['path'] in ('/', '/img')]" '[6, 3]'
json_is "sum(x['bytes'] for x in d['per_directory']) == d['bytes'] == d['per_directory'][0]['bytes_below']" True

expect 0 map image
says out 'free: '
expect 0 map image -o map.svg
grep -q '<svg' map.svg || fail 'no SVG'
expect 0 map image -o map.png
[ "$(head -c 4 map.png | tail -c 3)" = PNG ] || fail 'no PNG'
expect 1 map image -o map.jpg
says err '.svg or .png'

# Inside of a larger dump.
{
    head -c 10240 /dev/zero
    cat image
    head -c 3000 /dev/zero
} >dump
expect 2 ls dump
says err 'no known filesystem found; if it is a larger dump'
expect 0 ls dump --offset 10K
expect 0 ls dump --offset 0x2800 --length 256K
expect 0 unpack dump from-dump --partition 10K:262144
diff -r site from-dump || fail 'unpack from a dump'
expect 2 ls dump --partition 10K
says err 'OFFSET:LENGTH'
expect 2 ls dump --offset 10K --length 1M
says err 'past the end'
expect 2 ls dump --offset 10K --length 100K
says err 'cut short'
expect 2 ls dump --offset 10K --partition 10K:256K

# What is no image.
expect 2 ls nowhere
says err 'nowhere: no such file'
: >empty
expect 2 ls empty
says err 'empty'
expect 2 ls .
expect 2 ls site/index.html
head -c 100000 /dev/urandom >noise
expect 2 ls noise
head -c 100000 image >short
expect 2 info short
says err 'cut short'
expect 2 ls image --block-size 8192
says err 'has blocks of 4096 bytes'

# No colour but on a terminal.
expect 0 tree image
! grep -q "$(printf '\033')" out || fail 'colour in a file'
if command -v script >/dev/null; then
    TERM=xterm script -qec "$mcufs ls image" /dev/null >coloured
    grep -q "$(printf '\033')" coloured || fail 'no colour on a terminal'
    NO_COLOR=1 TERM=xterm script -qec "$mcufs ls image" /dev/null >plain
    ! grep -q "$(printf '\033')" plain || fail 'NO_COLOR was ignored'
fi

finish
