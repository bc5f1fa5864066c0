#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Changing: put, mkdir, rm, mv; all or nothing, on a copy, or in place.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_site
expect 0 mkfs image --size 256K
chmod 640 image

expect 0 put image site/index.html
expect 0 cat image index.html
same out site/index.html
[ "$(stat -c %a image)" = 640 ] || fail 'the mode changed'
expect 0 mkdir image /www
expect 0 put image site/index.html site/css/a.css /www
expect 0 ls -R image
printf '/index.html\n/www/\n/www/a.css\n/www/index.html\n' >wanted
same out wanted
expect 0 ls -l image /www/index.html
says out '2020-02-03 04:05:06'
expect 0 put image site/css/a.css /www/renamed.css
echo 'from input' | "$mcufs" put image - /www/input || fail 'put from standard input'
expect 0 cat image /www/input
says out 'from input'
expect 1 put image site/index.html /no/such/
expect 0 put -p image site/index.html /made/on/the/way
expect 0 cat image /made/on/the/way
expect 1 put image site /
says err '--recursive'
expect 0 put -r image site /
expect 0 get -r image /site tree
diff -r site tree || fail 'put -r'
expect 0 put image site/css/a.css /www/index.html
expect 0 cat image /www/index.html
same out site/css/a.css
expect 1 put image nowhere /

# All or nothing.
cp image before
head -c 400000 /dev/zero >large
expect 1 put image site/index.html large /www
says err 'does not fit'
same image before
expect 1 mkdir image /one /one/two /no/such
same image before
expect 1 mkdir image /www
expect 0 mkdir -p image /www /x/y/z
expect 1 mkdir -p image /index.html/below
expect 0 ls -R image /x
says out '/x/y/z/'

expect 1 rm image /x
says err '--recursive'
expect 0 rm -r image /x
expect 1 rm image /x
expect 0 rm -f image /x
expect 0 rm image /www/input /www/renamed.css
expect 0 rm -r image /site
expect 0 ls -R image
! grep -q site out || fail 'rm -r left something'

expect 0 mv image /index.html /start.html
expect 0 mv image /start.html /www
expect 0 cat image /www/start.html
expect 0 mv image /www/start.html /www/a.css /made
expect 1 mv image /made /made/on
expect 1 mv image /nowhere /x
expect 1 mv image /made/a.css /www /made/on/the/way
expect 0 mv image /made/a.css /www/index.html

expect 0 rm -r image /
expect 0 ls image
[ ! -s out ] || fail 'the root is not empty'

# In place: the same file, changed.
inode=$(stat -c %i image)
expect 0 put --in-place image site/index.html
[ "$(stat -c %i image)" = "$inode" ] || fail '--in-place made another file'
expect 0 put image site/index.html /second
[ "$(stat -c %i image)" != "$inode" ] || fail 'the image itself was changed'
expect 0 cat image /index.html
same out site/index.html

# A link to an image stays one.
ln -s image link
expect 0 mkdir link /through
[ -L link ] || fail 'the link was replaced'
expect 0 ls image /through

# Inside of a dump, the rest stays.
{
    head -c 5000 /dev/urandom
    cat image
    head -c 5000 /dev/urandom
} >dump
cp dump dump.before
expect 0 put dump site/css/a.css / --partition 5000:256K
cmp -s <(head -c 5000 dump) <(head -c 5000 dump.before) || fail 'bytes before the filesystem changed'
cmp -s <(tail -c 5000 dump) <(tail -c 5000 dump.before) || fail 'bytes behind the filesystem changed'
expect 0 cat dump a.css --partition 5000:256K

# The dialect of times of the image is kept.
for dialect in micropython seconds32 seconds64 none; do
    expect 0 pack site times --size 256K --force --times $dialect
    expect 0 put times site/css/a.css /added
    expect 0 ls -l times /added
    if [ $dialect = none ]; then
        says out ' -    '
    else
        says out "$(date -r site/css/a.css '+%Y-%m-%d')"
    fi
done

[ -z "$(find . -maxdepth 1 -name '.*mcufs*')" ] || fail 'temporary files were left'
finish
