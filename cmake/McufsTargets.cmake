# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# How the targets of mcufs are made: the rooms of src/, the library of all of them, host code, programs.

set(MCUFS_ROOT "${CMAKE_CURRENT_LIST_DIR}/..")
get_filename_component(MCUFS_ROOT "${MCUFS_ROOT}" ABSOLUTE)

# Language and warnings of every target of ours.
function(mcufs_strict target)
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
        target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
        if(MCUFS_WARNINGS_AS_ERRORS)
            target_compile_options(${target} PRIVATE -Werror)
        endif()
    endif()
endfunction()

# The same for code that runs on a POSIX host and may include headers of sim/, host/, src/ and tests/.
function(mcufs_host_strict target)
    mcufs_strict(${target})
    target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
    target_include_directories(${target} PRIVATE "${MCUFS_ROOT}" "${MCUFS_ROOT}/src")
endfunction()

# Reads a room's list. Sets MCUFS_<room>_SOURCES (absolute) and MCUFS_<room>_LIBRARIES in the caller.
function(mcufs_read_sources room sources_file)
    include("${MCUFS_ROOT}/${sources_file}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${MCUFS_ROOT}/${sources_file}")
    list(TRANSFORM MCUFS_${room}_SOURCES PREPEND "${MCUFS_ROOT}/")
    set(MCUFS_${room}_SOURCES "${MCUFS_${room}_SOURCES}" PARENT_SCOPE)
    set(MCUFS_${room}_LIBRARIES "${MCUFS_${room}_LIBRARIES}" PARENT_SCOPE)
endfunction()

# mcufs_room(littlefs2 SOURCES_FILE src/littlefs2/sources.cmake KNOWS device base)
# One room of src/: an object library, and libmcufs_<room>.a for those who take only this one.
function(mcufs_room room)
    cmake_parse_arguments(PARSE_ARGV 1 room "" "SOURCES_FILE" "KNOWS")
    string(TOUPPER ${room} ROOM)
    mcufs_read_sources(${ROOM} ${room_SOURCES_FILE})
    add_library(mcufs_${room}_objects OBJECT ${MCUFS_${ROOM}_SOURCES})
    mcufs_strict(mcufs_${room}_objects)
    target_include_directories(mcufs_${room}_objects
        PUBLIC "$<BUILD_INTERFACE:${MCUFS_ROOT}/include>" PRIVATE "${MCUFS_ROOT}/src")

    add_library(mcufs_${room} STATIC $<TARGET_OBJECTS:mcufs_${room}_objects>)
    set_target_properties(mcufs_${room} PROPERTIES LINKER_LANGUAGE C)
    target_include_directories(mcufs_${room} INTERFACE "$<BUILD_INTERFACE:${MCUFS_ROOT}/include>")
    list(TRANSFORM room_KNOWS PREPEND mcufs_)
    target_link_libraries(mcufs_${room} INTERFACE ${room_KNOWS})
    add_library(mcufs::${room} ALIAS mcufs_${room})
endfunction()

# mcufs_whole_library(base device ...): libmcufs.a, everything in src/.
function(mcufs_whole_library)
    set(objects ${ARGN})
    list(TRANSFORM objects REPLACE "(.+)" "$<TARGET_OBJECTS:mcufs_\\1_objects>")
    add_library(mcufs STATIC ${objects})
    set_target_properties(mcufs PROPERTIES LINKER_LANGUAGE C)
    target_include_directories(mcufs INTERFACE
        "$<BUILD_INTERFACE:${MCUFS_ROOT}/include>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    add_library(mcufs::mcufs ALIAS mcufs)
endfunction()

# mcufs_drop_in(lfs compat/lfs.c ...): what links to mcufs::lfs compiles these and finds their headers.
function(mcufs_drop_in name)
    add_library(mcufs_${name} INTERFACE)
    add_library(mcufs::${name} ALIAS mcufs_${name})
    set_target_properties(mcufs_${name} PROPERTIES EXPORT_NAME ${name})
    target_link_libraries(mcufs_${name} INTERFACE mcufs)
    set(installed "${CMAKE_INSTALL_DATADIR}/mcufs/compat")
    target_include_directories(mcufs_${name} INTERFACE
        "$<BUILD_INTERFACE:${MCUFS_ROOT}/compat>" "$<INSTALL_INTERFACE:${installed}>")
    foreach(file IN LISTS ARGN)
        get_filename_component(file_name "${file}" NAME)
        target_sources(mcufs_${name} INTERFACE "$<BUILD_INTERFACE:${MCUFS_ROOT}/${file}>"
            "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${installed}/${file_name}>")
    endforeach()
endfunction()

# Stops with a helpful message when a system library that a room names is not there.
function(mcufs_require_libraries)
    foreach(library IN LISTS ARGN)
        find_library(MCUFS_LIBRARY_${library} ${library})
        if(NOT MCUFS_LIBRARY_${library})
            message(FATAL_ERROR "lib${library} is missing (on Debian: sh tools/install-packages.sh build). "
                "Without the command and the host libraries: -DMCUFS_BUILD_TOOLS=OFF -DMCUFS_BUILD_TESTS=OFF")
        endif()
    endforeach()
endfunction()

# mcufs_host_library(mcufs_sim SOURCES_FILE sim/sources.cmake VARIABLE SIM)
# The list may set MCUFS_<VARIABLE>_LIBRARIES to system libraries it needs.
function(mcufs_host_library target)
    cmake_parse_arguments(PARSE_ARGV 1 host "" "SOURCES_FILE;VARIABLE" "")
    mcufs_read_sources(${host_VARIABLE} ${host_SOURCES_FILE})
    mcufs_require_libraries(${MCUFS_${host_VARIABLE}_LIBRARIES})
    add_library(${target} STATIC ${MCUFS_${host_VARIABLE}_SOURCES})
    mcufs_host_strict(${target})
    target_include_directories(${target} PUBLIC "${MCUFS_ROOT}" "${MCUFS_ROOT}/include")
    target_link_libraries(${target} PUBLIC mcufs ${MCUFS_${host_VARIABLE}_LIBRARIES})
endfunction()

# mcufs_command(mcufs_cli OUTPUT_NAME mcufs SOURCES_FILE host/cli/sources.cmake VARIABLE CLI)
function(mcufs_command target)
    cmake_parse_arguments(PARSE_ARGV 1 command "" "OUTPUT_NAME;SOURCES_FILE;VARIABLE" "")
    mcufs_read_sources(${command_VARIABLE} ${command_SOURCES_FILE})
    mcufs_require_libraries(${MCUFS_${command_VARIABLE}_LIBRARIES})
    mcufs_program(${target} SOURCES ${MCUFS_${command_VARIABLE}_SOURCES}
        LIBRARIES ${MCUFS_${command_VARIABLE}_LIBRARIES})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${command_OUTPUT_NAME})
endfunction()

# mcufs_program(name SOURCES a.c b.c [LIBRARIES ...]): a host program with everything of mcufs linked.
function(mcufs_program target)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;LIBRARIES")
    add_executable(${target} ${program_SOURCES})
    mcufs_host_strict(${target})
    target_include_directories(${target} PRIVATE "${MCUFS_ROOT}/include")
    target_compile_definitions(${target} PRIVATE MCUFS_SOURCE_DIR="${MCUFS_ROOT}")
    target_link_libraries(${target} PRIVATE ${program_LIBRARIES} mcufs_host mcufs_sim mcufs)
endfunction()
