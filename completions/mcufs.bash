# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
# Made by mcufs --generate completion from host/cli/; do not edit.

_mcufs()
{
    local command="${COMP_WORDS[1]}" current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}"
    local commands='mkfs info ls tree cat put get mkdir rm mv resize pack unpack check migrate stats map sim'
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
        return
    fi
    case "$command:$previous" in
    mkfs:--type | mkfs:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2' -- "$current"); return ;;
    mkfs:--block-size | mkfs:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--size | mkfs:-s) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--target) mapfile -t COMPREPLY < <(compgen -W 'esp8266 esp32 micropython' -- "$current"); return ;;
    mkfs:--disk-version) mapfile -t COMPREPLY < <(compgen -W '2.0 2.1' -- "$current"); return ;;
    mkfs:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    mkfs:--name-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--file-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--attribute-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--inline-max) mapfile -t COMPREPLY < <(compgen -W 'none' -- "$current"); return ;;
    mkfs:--metadata-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--read-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--prog-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--cache-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkfs:--block-cycles) mapfile -t COMPREPLY < <(compgen -W 'none' -- "$current"); return ;;
    info:--type | info:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    info:--block-size | info:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    info:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    info:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    info:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    ls:--type | ls:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    ls:--block-size | ls:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    ls:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    ls:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    ls:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    tree:--depth | tree:-d) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    tree:--type | tree:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    tree:--block-size | tree:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    tree:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    tree:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    tree:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    cat:--type | cat:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    cat:--block-size | cat:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    cat:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    cat:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    cat:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--exclude | put:-x) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--mtime) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    put:--type | put:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    put:--block-size | put:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    put:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    get:--type | get:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    get:--block-size | get:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    get:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    get:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    get:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkdir:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    mkdir:--type | mkdir:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    mkdir:--block-size | mkdir:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkdir:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkdir:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mkdir:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    rm:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    rm:--type | rm:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    rm:--block-size | rm:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    rm:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    rm:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    rm:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mv:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    mv:--type | mv:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    mv:--block-size | mv:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mv:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mv:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    mv:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    resize:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    resize:--type | resize:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    resize:--block-size | resize:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    resize:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    resize:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    resize:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--size | pack:-s) mapfile -t COMPREPLY < <(compgen -W 'auto' -- "$current"); return ;;
    pack:--type | pack:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2' -- "$current"); return ;;
    pack:--block-size | pack:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--exclude | pack:-x) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--mtime) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--target) mapfile -t COMPREPLY < <(compgen -W 'esp8266 esp32 micropython' -- "$current"); return ;;
    pack:--disk-version) mapfile -t COMPREPLY < <(compgen -W '2.0 2.1' -- "$current"); return ;;
    pack:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    pack:--name-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--file-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--attribute-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--inline-max) mapfile -t COMPREPLY < <(compgen -W 'none' -- "$current"); return ;;
    pack:--metadata-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--read-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--prog-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--cache-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    pack:--block-cycles) mapfile -t COMPREPLY < <(compgen -W 'none' -- "$current"); return ;;
    unpack:--type | unpack:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    unpack:--block-size | unpack:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    unpack:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    unpack:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    unpack:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    check:--type | check:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    check:--block-size | check:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    check:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    check:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    check:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    check:--times) mapfile -t COMPREPLY < <(compgen -W 'none micropython seconds32 seconds64' -- "$current"); return ;;
    migrate:--target) mapfile -t COMPREPLY < <(compgen -W 'esp8266 esp32 micropython' -- "$current"); return ;;
    migrate:--disk-version) mapfile -t COMPREPLY < <(compgen -W '2.0 2.1' -- "$current"); return ;;
    migrate:--name-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--file-max) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--prog-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--type | migrate:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    migrate:--block-size | migrate:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    migrate:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    stats:--type | stats:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    stats:--block-size | stats:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    stats:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    stats:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    stats:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    map:--type | map:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2 lfs1' -- "$current"); return ;;
    map:--block-size | map:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    map:--offset) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    map:--length) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    map:--partition) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--type | sim:-t) mapfile -t COMPREPLY < <(compgen -W 'lfs2' -- "$current"); return ;;
    sim:--kind | sim:-k) mapfile -t COMPREPLY < <(compgen -W 'nor nand' -- "$current"); return ;;
    sim:--cuts | sim:-c) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--seed | sim:-s) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--block-size | sim:-b) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--block-count | sim:-n) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--read-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--prog-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--cache-size) mapfile -t COMPREPLY < <(compgen -W '' -- "$current"); return ;;
    sim:--block-cycles) mapfile -t COMPREPLY < <(compgen -W 'none' -- "$current"); return ;;
    esac
    if [[ $current != -* ]]; then
        return # the shell completes file names
    fi
    local options=''
    case "$command" in
    mkfs) options=' --type --block-size --force --size --offset --length --partition --in-place --target --disk-version --times --name-max --file-max --attribute-max --inline-max --metadata-max --read-size --prog-size --cache-size --block-cycles --json --help --quiet' ;;
    info) options=' --type --block-size --offset --length --partition --json --help --quiet' ;;
    ls) options=' --long --recursive --human --type --block-size --offset --length --partition --salvage --json --help --quiet' ;;
    tree) options=' --depth --human --type --block-size --offset --length --partition --salvage --json --help --quiet' ;;
    cat) options=' --type --block-size --offset --length --partition --salvage --help --quiet' ;;
    put) options=' --parents --recursive --exclude --dereference --mtime --in-place --times --type --block-size --offset --length --partition --help --quiet' ;;
    get) options=' --recursive --force --type --block-size --offset --length --partition --salvage --help --quiet' ;;
    mkdir) options=' --parents --in-place --times --type --block-size --offset --length --partition --help --quiet' ;;
    rm) options=' --recursive --force --in-place --times --type --block-size --offset --length --partition --help --quiet' ;;
    mv) options=' --in-place --times --type --block-size --offset --length --partition --help --quiet' ;;
    resize) options=' --in-place --times --type --block-size --offset --length --partition --json --help --quiet' ;;
    pack) options=' --size --type --block-size --force --exclude --dereference --mtime --target --disk-version --times --name-max --file-max --attribute-max --inline-max --metadata-max --read-size --prog-size --cache-size --block-cycles --json --help --quiet' ;;
    unpack) options=' --force --no-times --type --block-size --offset --length --partition --salvage --json --help --quiet' ;;
    check) options=' --repair --no-backup --type --block-size --offset --length --partition --json --in-place --times --help --quiet' ;;
    migrate) options=' --in-place --target --disk-version --name-max --file-max --prog-size --type --block-size --offset --length --partition --help --quiet' ;;
    stats) options=' --type --block-size --offset --length --partition --json --help --quiet' ;;
    map) options=' --output --type --block-size --offset --length --partition --help --quiet' ;;
    sim) options=' --type --kind --cuts --seed --block-size --block-count --read-size --prog-size --cache-size --block-cycles --output --json --help --quiet' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
}

complete -o default -o bashdefault -F _mcufs mcufs
