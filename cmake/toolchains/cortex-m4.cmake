# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Cross compilation of the library for cortex-m4 with Debian's compiler. Freestanding: nothing is linked.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m4 -mthumb -ffreestanding")
