# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Cross compilation of the library for lx106 with Debian's compiler. Freestanding: nothing is linked.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR xtensa)
set(CMAKE_C_COMPILER xtensa-lx106-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-mlongcalls -isystem ${CMAKE_CURRENT_LIST_DIR}/../../tools/freestanding -ffreestanding")
