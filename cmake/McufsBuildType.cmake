# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# Build type and flags when mcufs is the project being built, not a part of another one.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, MinSizeRel" FORCE)
endif()

# Without NDEBUG: tests and tools keep their assertions; the library has none.
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_MINSIZEREL "-Os")

if(MCUFS_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=address,undefined)
endif()
