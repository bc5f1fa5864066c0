# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
# shellcheck shell=bash

# What the tests of the command line share. A test runs in a directory of its own, which is removed at the end.

set -u
mcufs=${MCUFS_COMMAND:?the path of the command}
# shellcheck disable=SC2034
source_directory=${MCUFS_SOURCE_DIR:?the path of the sources}
export TZ=UTC LC_ALL=C.UTF-8
unset NO_COLOR
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail()
{
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

# expect STATUS ARGUMENT...: runs mcufs; its output goes to the files out and err.
expect()
{
    local wanted=$1
    shift
    timeout 50 "$mcufs" "$@" >out 2>err </dev/null
    local status=$?
    if [ "$status" -ne "$wanted" ]; then
        fail "mcufs $*: exit status $status instead of $wanted"
        cat err >&2
    fi
    # An error says so, and only an error.
    if [ "$wanted" -eq 2 ] && ! grep -q 'error: ' err; then
        fail "mcufs $*: no error message"
    fi
}

# says FILE TEXT: the text is somewhere in out or err.
says()
{
    grep -qF -- "$2" "$1" || {
        fail "'$2' is not in the $1put:"
        cat "$1" >&2
    }
}

same()
{
    cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

# json_is EXPRESSION VALUE: the JSON in out is valid, and a Python expression over it has this value.
json_is()
{
    python3 -m json.tool <out >/dev/null || fail "no valid JSON"
    local value
    value=$(python3 -c "import json, sys; d = json.load(open('out')); print(($1))")
    [ "$value" = "$2" ] || fail "JSON: $1 is '$value' instead of '$2'"
}

# A directory with what a real one has.
make_site()
{
    mkdir -p site/css site/img/deep/er site/empty
    printf '<html>\n' >site/index.html
    : >site/nothing
    printf 'body {}\n' >site/css/a.css
    seq 1 20000 | head -c 30000 >site/img/photo.bin
    head -c 251 /dev/zero | tr '\0' x >site/img/deep/251
    printf 'ü\n' >"site/img/deep/er/Grüße und so"
    touch -d '2020-02-03 04:05:06' site/index.html
    touch -d '2019-01-02 03:04:05' site/css
    touch -d '2001-09-09 01:46:40' site/img/deep/251
    touch -d '2011-12-13 14:15:16' site
}

finish()
{
    if [ "$failures" -ne 0 ]; then
        echo "$failures failures" >&2
        exit 1
    fi
    exit 0
}
