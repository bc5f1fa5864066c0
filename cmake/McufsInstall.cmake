# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# What `make install` puts where, and how others find it: find_package(mcufs) and pkg-config.

include(CMakePackageConfigHelpers)

set(MCUFS_CMAKE_DIRECTORY "${CMAKE_INSTALL_LIBDIR}/cmake/mcufs")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/mcufs" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h")
# Not in the include directory: lfs.h must not be found by those who want the original.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/compat" DESTINATION "${CMAKE_INSTALL_DATADIR}/mcufs"
    FILES_MATCHING PATTERN "*.[ch]")
install(TARGETS mcufs mcufs_lfs EXPORT mcufsTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT mcufsTargets NAMESPACE mcufs:: DESTINATION "${MCUFS_CMAKE_DIRECTORY}" FILE mcufs-targets.cmake)

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/mcufs-config.cmake.in"
    "${PROJECT_BINARY_DIR}/mcufs-config.cmake" INSTALL_DESTINATION "${MCUFS_CMAKE_DIRECTORY}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mcufs-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/mcufs-config.cmake" "${PROJECT_BINARY_DIR}/mcufs-config-version.cmake"
    DESTINATION "${MCUFS_CMAKE_DIRECTORY}")

# The way back from the .pc file to the prefix, so that an installed tree can be moved as a whole.
file(RELATIVE_PATH MCUFS_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
foreach(module IN ITEMS mcufs mcufs-lfs)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${module}.pc.in" "${PROJECT_BINARY_DIR}/${module}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${module}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

if(TARGET mcufs_cli)
    install(TARGETS mcufs_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# Manual pages and completions are part of the command.
if(TARGET mcufs_cli)
    file(GLOB manual_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/man/*.1")
    if(manual_pages)
        install(FILES ${manual_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
    endif()
    foreach(completion IN ITEMS
            mcufs.bash:bash-completion/completions:mcufs
            _mcufs:zsh/site-functions:_mcufs
            mcufs.fish:fish/vendor_completions.d:mcufs.fish)
        string(REPLACE ":" ";" completion "${completion}")
        list(GET completion 0 file)
        list(GET completion 1 directory)
        list(GET completion 2 name)
        if(EXISTS "${PROJECT_SOURCE_DIR}/completions/${file}")
            install(FILES "${PROJECT_SOURCE_DIR}/completions/${file}"
                DESTINATION "${CMAKE_INSTALL_DATADIR}/${directory}" RENAME "${name}")
        endif()
    endforeach()
endif()
