#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# The man pages and completions in the tree are those that the option tables make.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

mkdir man completion
expect 0 --generate man man
expect 0 --generate completion completion
diff -r man "$source_directory/man" || fail 'run: build/mcufs --generate man man'
diff -r completion "$source_directory/completions" || fail 'run: build/mcufs --generate completion completions'
for page in man/*.1; do
    if command -v man >/dev/null; then
        [ -z "$(man --warnings -l -Tutf8 "$page" 2>&1 >/dev/null)" ] || fail "$page: $(man --warnings -l "$page" 2>&1 >/dev/null)"
    fi
done
[ "$(find man -type f | wc -l)" -eq 19 ] || fail 'one page per command and one for all'

# The completion does what it should.
bash -n completion/mcufs.bash || fail 'the bash completion does not parse'
complete_words()
{
    # shellcheck disable=SC1091
    . completion/mcufs.bash
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _mcufs
    echo "${COMPREPLY[@]}"
}
[ "$(complete_words mcufs unp)" = unpack ] || fail 'commands are not completed'
[ "$(complete_words mcufs pack --disk)" = --disk-version ] || fail 'options are not completed'
[ "$(complete_words mcufs pack --disk-version '')" = '2.0 2.1' ] || fail 'values are not completed'
[ "$(complete_words mcufs pack --size a)" = auto ] || fail 'words are not completed'

expect 2 --generate man
expect 2 --generate nonsense .
expect 2 --generate man /nonexistent
finish
