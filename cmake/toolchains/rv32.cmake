# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Cross compilation of the library for rv32 with Debian's compiler. Freestanding: nothing is linked.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-march=rv32imac -mabi=ilp32 --specs=picolibc.specs -ffreestanding")
