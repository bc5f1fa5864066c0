#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# `make check`: everything that must hold before a change goes in. With --long, the long campaigns too.
#
# Every step counts as one check, every test program as one more. A failed step shows the end of its output
# and does not stop the others. The last line is "N passed, N failed". Output of all steps: build/check-log/.

set -u
cd "$(dirname "$0")/.." || exit 1

# The makes that CMake starts are not part of the make that started this.
unset MAKEFLAGS MAKELEVEL MFLAGS

labels='^check$'
fuzz_seconds=10
if [ "${1:-}" = --long ]; then
    labels='^(check|long)$'
    fuzz_seconds=600
fi

jobs=$(nproc 2>/dev/null || echo 1)
logs=$PWD/build/check-log
mkdir -p "$logs"
passed=0
failed=0
failures=()

count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
}

# show LOG: what is worth reading of the output of a failed step.
show() {
    local lines
    lines=$(grep -n -i -E 'error|warning:|undefined reference|fail|\*\*\*' "$1" | grep -v -E 'gmake|\] Building|WARNINGS_AS_ERRORS' | head -n 30)
    if [ -n "$lines" ]; then
        echo "$lines" | sed 's/^/          | /'
    else
        tail -n 30 "$1" | sed 's/^/          | /'
    fi
}

# step NAME COMMAND...: runs it quietly; one line, and the end of the output if it fails.
step() {
    local name=$1 log start seconds
    shift
    log="$logs/${name//[^a-zA-Z0-9-]/_}.log"
    start=$SECONDS
    if "$@" >"$log" 2>&1 </dev/null; then
        seconds=$((SECONDS - start))
        printf '%4d s  ok      %s\n' "$seconds" "$name"
        count 1 0
        return 0
    fi
    seconds=$((SECONDS - start))
    printf '%4d s  FAILED  %s\n' "$seconds" "$name"
    show "$log"
    echo "          (all of it: ${log#"$PWD/"})"
    count 0 1
    failures+=("$name")
    return 1
}

# tests NAME BUILD LABELS: runs the test programs of a build directory and counts each.
tests() {
    local name=$1 build=$2 wanted=$3 log report start seconds good bad
    log="$logs/${name//[^a-zA-Z0-9-]/_}.log"
    report="$logs/${name//[^a-zA-Z0-9-]/_}.xml"
    rm -f "$report"
    start=$SECONDS
    ctest --test-dir "$build" --label-regex "$wanted" --parallel "$jobs" --no-tests=error --output-on-failure \
        --output-junit "$report" >"$log" 2>&1 </dev/null
    seconds=$((SECONDS - start))
    # In the report a test that passed says "run"; one that failed or could not start says otherwise.
    good=$(grep -c '^\s*<testcase .*status="run"' "$report")
    bad=$(grep -c '^\s*<testcase .*status="\(fail\|notrun\)"' "$report")
    if [ $((good + bad)) -eq 0 ]; then
        printf '%4d s  FAILED  %s: no tests ran\n' "$seconds" "$name"
        tail -n 20 "$log" | sed 's/^/          | /'
        count 0 1
        failures+=("$name")
        return
    fi
    count "$good" "$bad"
    if [ "$bad" -eq 0 ]; then
        printf '%4d s  ok      %s: %d passed\n' "$seconds" "$name" "$good"
    else
        printf '%4d s  FAILED  %s: %d passed, %d failed\n' "$seconds" "$name" "$good" "$bad"
        grep -e '\*\*\*' "$log" | grep -v Disabled | sed 's/^/          | /' | tail -n 40
        echo "          (all of it: ${log#"$PWD/"})"
        failures+=("$name")
    fi
}

build() {
    cmake --preset "$1" --log-level=WARNING && cmake --build "build/$1" --parallel "$jobs" -- --keep-going
}

cross() {
    build "$1" && python3 tools/rooms.py --symbols "build/$1"
}

# In a build without tests: those compile files of src/ again and again, and clang-tidy reads a file once for each.
lint() {
    cmake --preset check --log-level=WARNING -DMCUFS_BUILD_TESTS=OFF -B build/lint && bash tools/lint.sh build/lint
}

# Lets libFuzzer look for new ways to break the code, from the corpus on.
fuzz() {
    local target=$PWD/build/clang/tests/fuzz/fuzz_target
    mkdir -p build/fuzz
    (cd build/fuzz && mkdir -p corpus && "$target" -max_len=16388 -max_total_time="$1" -rss_limit_mb=1024 corpus \
        ../../tests/fuzz/corpus)
}

started=$SECONDS
step "packages" sh tools/install-packages.sh build test lint cross

step "build with gcc, warnings are errors" build check
tests "tests" build/check "$labels"
step "demo" cmake --build build/check --target demo
step "install, find_package, pkg-config" bash tools/test-install.sh build/check
step "lint" lint
for target in cortex-m0 cortex-m4 rv32 lx106; do
    step "cross build: $target" cross "$target"
done
step "size and stack" python3 tools/size.py --check
step "build with clang, warnings are errors" build clang
step "fuzzing for $fuzz_seconds s" fuzz "$fuzz_seconds"
step "build with sanitizers, warnings are errors" build asan
tests "tests with sanitizers" build/asan "$labels"

printf '\n%d s in all\n' $((SECONDS - started))
for name in "${failures[@]+"${failures[@]}"}"; do
    echo "failed: $name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
