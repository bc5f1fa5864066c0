#!/bin/bash
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# tools/test-install.sh BUILD: installs a build into an empty directory and uses it as a stranger would:
# the examples through find_package, through pkg-config, and with the sources as a subdirectory; each program
# must also run. Then: one version number everywhere, and every public header stands on its own.

set -eu -o pipefail

build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
strict="-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
compiler=${CC:-cc}

say() {
    echo "-- $*"
}

same() {
    if [ "$2" != "$3" ]; then
        echo "$1 says version $2, mcufs.h says $3" >&2
        exit 1
    fi
}

say "install with DESTDIR"
DESTDIR="$room/stage" cmake --install "$build" --prefix /opt/mcufs >"$room/install.log"
# A tree that was moved must work as well.
mv "$room/stage/opt/mcufs" "$room/installed"
installed=$room/installed
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$installed" -name mcufs.pc)")

say "find_package"
cmake -S "$source/examples" -B "$room/find_package" -DCMAKE_PREFIX_PATH="$installed" \
    -DCMAKE_C_FLAGS="$strict" --log-level=WARNING
cmake --build "$room/find_package" >"$room/find_package.log" || { cat "$room/find_package.log"; exit 1; }
ctest --test-dir "$room/find_package" --output-on-failure --no-tests=error >"$room/find_package.log" ||
    { cat "$room/find_package.log"; exit 1; }

say "pkg-config"
for example in "$source"/examples/*/main.c; do
    name=$(basename "$(dirname "$example")")
    module=mcufs
    sources="$source/examples/board/board_flash.c"
    if grep -q '"lfs.h"' "$example"; then
        module=mcufs-lfs
        sources=$(pkg-config --variable=sources mcufs-lfs)
    fi
    # The flags are a list.
    # shellcheck disable=SC2046,SC2086
    "$compiler" $strict $(pkg-config --cflags $module) -I"$source/examples/board" "$example" $sources \
        $(pkg-config --libs $module) -o "$room/$name"
    "$room/$name" >"$room/$name.out" || { cat "$room/$name.out"; echo "$name failed"; exit 1; }
done

say "as a subdirectory, with one filesystem alone"
mkdir "$room/parent"
cat >"$room/parent/CMakeLists.txt" <<PARENT
cmake_minimum_required(VERSION 3.21)
project(parent C)
add_subdirectory("$source" mcufs)
include_directories("$source/examples/board")
add_executable(whole "$source/examples/firmware/main.c" "$source/examples/board/board_flash.c")
target_link_libraries(whole PRIVATE mcufs::mcufs)
add_executable(drop_in "$source/examples/littlefs/main.c")
target_link_libraries(drop_in PRIVATE mcufs::lfs)
add_executable(alone "$source/examples/one_filesystem/main.c" "$source/examples/board/board_flash.c")
target_link_libraries(alone PRIVATE mcufs::littlefs2)
if(TARGET mcufs_cli OR TARGET mcufs_host)
    message(FATAL_ERROR "a subdirectory gets the library only")
endif()
PARENT
cmake -S "$room/parent" -B "$room/parent/build" --log-level=WARNING >"$room/parent.log"
cmake --build "$room/parent/build" >"$room/parent.log" || { cat "$room/parent.log"; exit 1; }
"$room/parent/build/whole" >/dev/null
"$room/parent/build/alone" >/dev/null
"$room/parent/build/drop_in" >/dev/null

say "one version number"
number=$(sed -n 's/^#define MCUFS_VERSION *\(0x[0-9a-fA-F]*\).*/\1/p' "$source/include/mcufs/mcufs.h")
version=$((number >> 16)).$((number >> 8 & 255)).$((number & 255))
same "the comment in mcufs.h" \
    "$(sed -n 's/^#define MCUFS_VERSION .*\/\* *\([0-9.]*\):.*/\1/p' "$source/include/mcufs/mcufs.h")" "$version"
same "mcufs.pc" "$(pkg-config --modversion mcufs)" "$version"
same "find_package" "$(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")/\1/p' \
    "$(find "$installed" -name mcufs-config-version.cmake)")" "$version"
same "CHANGELOG.md" "$(sed -n 's/^## \([0-9.]*\).*/\1/p' "$source/CHANGELOG.md" | head -n 1)" "$version"
if [ -x "$installed/bin/mcufs" ]; then
    same "mcufs --version" "$("$installed/bin/mcufs" --version | grep -o '[0-9]*\.[0-9]*\.[0-9]*' | head -n 1)" \
        "$version"
fi

say "every public header on its own, in C and in C++"
compat=$(pkg-config --variable=compat mcufs-lfs)
for header in "$installed"/include/mcufs/*.h "$compat"/lfs.h "$compat"/lfs_util.h; do
    echo "#include \"$header\"" >"$room/header.c"
    cp "$room/header.c" "$room/header.cpp"
    # shellcheck disable=SC2086
    "$compiler" $strict -I"$installed/include" -fsyntax-only "$room/header.c"
    if command -v "${CXX:-c++}" >/dev/null; then
        "${CXX:-c++}" -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$installed/include" -fsyntax-only \
            "$room/header.cpp"
    fi
done
