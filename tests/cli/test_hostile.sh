#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Images that no honest program makes: unpack stays in its directory, and everything ends.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

craft()
{
    python3 "$(dirname "$test_script")/craft.py" "$1" "$2" || exit 1
}
test_script=$(cd "$OLDPWD" && realpath "$0")

craft names image
mkdir -p a/b
expect 1 unpack image a/b/out
[ "$(grep -c 'refused a name' err)" -eq 4 ] || fail 'not every bad name was refused'
[ "$(cat a/b/out/good.txt)" = good ] || fail 'the good file is missing'
[ "$(cat a/b/out/link/inside.txt)" = inside ] || fail 'the good directory is missing'
[ -z "$(find . .. / -maxdepth 1 -name 'evil-[0-9]')$(find . -name 'evil-[0-9]')" ] || fail 'written outside'
expect 0 ls image
says out '\x1b[31mred'
! grep -q "$(printf '\033')" out || fail 'a control character reached the terminal'
expect 0 ls --json image
json_is "'/../evil-1' in [e['path'] for e in d['entries']]" True
json_is "[e['path_bytes'] for e in d['entries'] if 'path_bytes' in e]" "['2f6e6f74207574662d3820ff']"
expect 1 get -r image / got
expect 1 rm -r image /

for kind in loop wide; do
    craft $kind image
    expect 1 unpack image "out-$kind"
    expect 1 ls -R image
    expect 1 tree image
    expect 1 stats image
    [ $kind = wide ] || expect 0 cat image /loop/again/up/file
    [ $kind = loop ] || expect 0 cat image /d1/d2/d3/d4/d5/d6/d7/d0/d1/d2/d3/d4/file
    timeout 20 "$mcufs" check image >out 2>err
    [ $? -le 2 ] || fail "check of $kind"
    [ "$(du -s --apparent-size "out-$kind" | cut -f 1)" -lt 100000 ] || fail "$kind filled the disk"
    chmod -R u+rwx "out-$kind" && rm -rf "out-$kind"
done

# Damage anywhere: an error perhaps, never a crash or a hang.
craft names image
python3 - <<'END'
import random
good = open('image', 'rb').read()
for seed in range(40):
    r = random.Random(seed)
    data = bytearray(good)
    for _ in range(r.choice((1, 3, 20))):
        data[r.randrange(6 * 512)] = r.randrange(256)
    open('damaged-%d' % seed, 'wb').write(data)
END
for seed in $(seq 0 39); do
    for command in info 'ls -lR' check; do
        # shellcheck disable=SC2086
        timeout 10 "$mcufs" $command "damaged-$seed" >out 2>err
        status=$?
        [ $status -le 2 ] || fail "seed $seed: $command ended with $status"
    done
done
finish
