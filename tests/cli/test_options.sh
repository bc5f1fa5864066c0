#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Options: help everywhere, errors that name the thing and what would be right.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

commands='mkfs info ls tree cat put get mkdir rm mv resize pack unpack check stats map sim'

expect 0 --help
for command in $commands; do
    says out "  $command "
done
for command in $commands; do
    expect 0 "$command" --help
    says out "Usage: mcufs $command"
    says out 'Exit status'
    says out '--quiet'
    expect 0 help "$command"
    expect 2 "$command" --no-such-option
    says err 'unknown option --no-such-option'
done
expect 0 --version
says out 'mcufs '

timeout 5 "$mcufs" >out 2>err
[ $? -eq 2 ] || fail 'no command at all is wrong usage'

expect 2 unpak
says err "did you mean 'unpack'?"
expect 2 pack --sise 4M a b
says err 'did you mean --size?'
expect 2 pack --size
says err '--size needs a value'
expect 2 pack --size 4X dir image
says err "'4X' is not a size"
expect 2 pack --size 99999999999999999999 dir image
says err 'is not a size'
expect 2 pack --size 17179869184G dir image
says err 'is not a size'
expect 2 mkfs image --size 1M --disk-version 3.0
says err 'not one of 2.0|2.1'
expect 2 mkfs image --json=yes
says err 'takes no value'
expect 2 mkfs image
says err '--size is needed'
expect 2 mkfs image --size 5000
says err 'no multiple of the block size'
expect 2 mkfs image --size 1M --block-size 100
says err 'not possible'
expect 2 mkfs image --size 1M --name-max 300
expect 2 ls
says err 'missing argument; usage: mcufs ls'
expect 2 info a b
says err 'too many arguments'
expect 2 -x
[ ! -e image ] || fail 'a refused command left a file'

# Options may stand anywhere, in every spelling; -- ends them.
expect 0 mkfs --size=64K -b4096 image --quiet
expect 0 mkfs -qfb 4096 -s 0x10000 image
expect 2 mkfs -f -s 64K -- image --json
says err 'too many arguments'
[ "$(stat -c %s image)" -eq 65536 ] || fail 'wrong size'

finish
