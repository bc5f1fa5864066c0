#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# resize: larger, smaller, too small, with the file or inside a larger one.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# expect_site: everything that make_site makes is in the image.
expect_site()
{
    rm -rf out_tree
    expect 0 unpack "$@" out_tree
    diff -r site out_tree || fail "unpack $*"
    expect 0 check "$@"
}

make_site
expect 0 pack site image --size 256K
for size in 1M 300K 128K 112K 512K; do
    expect 0 resize image "$size"
    expect_site image
    [ "$(stat -c %s image)" -eq "$(numfmt --from=iec "$size")" ] || fail "the file is not $size long"
done
expect 0 resize --json image 128K
json_is 'd["block_count"]' 32
expect 0 resize --in-place image 96K
expect_site image
[ "$(stat -c %s image)" -eq $((96 * 1024)) ] || fail 'in place: the file is not 96K long'

# Not possible: nothing changes.
cp image before
expect 1 resize image 32K
says err 'does not fit into 32K'
same image before
expect 2 resize image 100001
says err 'no multiple of the block size'
same image before
expect 2 resize image 4K
expect 2 resize image large
says err "'large' is no size"
expect 2 resize image
expect 2 resize nowhere 64K

# Inside of a larger file, whose other bytes stay.
{
    head -c 65536 /dev/urandom
    cat image
    head -c 262144 /dev/zero | tr '\0' '\377'
    head -c 1000 /dev/urandom
} >dump
cp dump before
part=65536:352K
expect 2 resize dump 356K --partition $part
says err 'there are'
expect 0 resize dump 352K --partition $part
expect_site dump --partition $part
expect 0 resize dump 112K --partition $part
expect_site dump --partition $part
cmp -n 65536 dump before || fail 'bytes before the filesystem'
[ "$(stat -c %s dump)" -eq $((65536 + 98304 + 262144 + 1000)) ] || fail 'the dump has another length'
finish
