#!/bin/sh
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# Installs the Debian packages that a make target needs, those that are missing only.
#
#   tools/install-packages.sh GROUP...      groups: build test lint cross picture
#
# Asks dpkg first, so that nothing happens (and no root is needed) when everything is there. On other
# distributions it says what is needed and goes on: the build itself tells what it could not find.

set -eu

packages_of() {
    case "$1" in
    build) echo "gcc libc6-dev cmake make libpng-dev libcjson-dev" ;;
    test) echo "libcmocka-dev python3 pkg-config g++ fdisk gdisk dosfstools mtools" ;;
    lint) echo "clang clang-format clang-tidy libclang-rt-dev shellcheck python3" ;;
    cross)
        echo "gcc-arm-none-eabi libnewlib-arm-none-eabi gcc-riscv64-unknown-elf"
        echo "picolibc-riscv64-unknown-elf gcc-xtensa-lx106 python3"
        ;;
    picture) echo "librsvg2-bin" ;;
    *)
        echo "$0: unknown group '$1'" >&2
        exit 2
        ;;
    esac
}

wanted=
for group in "$@"; do
    wanted="$wanted $(packages_of "$group")"
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian, so nothing is installed for you. Needed here:" $wanted >&2
    exit 0
fi

missing=
for package in $wanted; do
    case "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)" in
    installed*) ;;
    *) case " $missing " in *" $package "*) ;; *) missing="$missing $package" ;; esac ;;
    esac
done
[ -z "$missing" ] && exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "These packages are missing, and neither root rights nor sudo are here to install them:" >&2
        echo "   $missing" >&2
        echo "As root: apt-get update && apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi

echo "Installing from the distribution:$missing"
run_apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { run_apt update && run_apt install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "Could not install:$missing" >&2
    echo "Install them by hand, or see the messages of apt-get above." >&2
    exit 1
fi
