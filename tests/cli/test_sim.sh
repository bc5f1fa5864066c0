#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# sim: cuts and no losses; the same seed gives the same run.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 sim --cuts 200 --seed 3 --json
json_is "d['cuts'], d['recoveries'], d['losses'], d['rule_violations']" '(200, 200, 0, 0)'
json_is "all(v > 0 for v in d['acknowledged'].values()), sum(d['cuts_by_kind'].values())" '(True, 200)'
cp out first
expect 0 sim --cuts 200 --seed 3 --json
same out first
expect 0 sim --cuts 200 --seed 4 --json
! cmp -s out first || fail 'the seed has no effect'
expect 0 sim --cuts 100 --kind nand --seed 5 -o chip.bin
says out 'losses       0'
expect 0 check chip.bin
expect 0 sim --cuts 100 --block-size 512 --block-count 256 --prog-size 1 --read-size 1 --block-cycles 5
says out 'losses       0'
expect 2 sim --prog-size 100
says err 'must divide'
expect 2 sim --block-count 1
finish
