#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# test_cpp.sh COMPILER: C++ takes every public header, alone, and calls what it declares by its C name.

set -eu

compiler=$1
source=${MCUFS_SOURCE_DIR:?}
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

for header in "$source"/include/mcufs/*.h "$source"/compat/lfs.h "$source"/compat/lfs_util.h; do
    echo "#include \"$header\"" >"$room/header.cpp"
    "$compiler" -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$source/include" -fsyntax-only "$room/header.cpp"
done

cat >"$room/program.cpp" <<'PROGRAM'
#include <lfs.h>
#include <mcufs/mcufs.h>

int use(lfs_t *lfs, const lfs_config *config, mcufs_t *fs)
{
    lfs_info info;
    lfs_file_t file = lfs_file_t();
    int error = lfs_mount(lfs, config);
    error |= lfs_stat(lfs, "/", &info) | lfs_file_open(lfs, &file, "f", LFS_O_RDWR | LFS_O_CREAT);
    return error | (int)lfs_crc(0, &info, sizeof info) | mcufs_unmount(fs, "/");
}
PROGRAM
"$compiler" -std=c++11 -Wall -Wextra -Werror -I"$source/compat" -I"$source/include" -c "$room/program.cpp" \
    -o "$room/program.o"
for name in lfs_mount lfs_stat lfs_file_open lfs_crc mcufs_unmount; do
    if ! nm "$room/program.o" | grep -q " U _\?$name\$"; then
        echo "$name is not called by its C name"
        exit 1
    fi
done
