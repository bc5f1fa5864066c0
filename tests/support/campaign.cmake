# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors

# How the campaigns are registered.

include_guard(DIRECTORY)

# The campaigns must find what is wrong with the toy filesystem, each defect by the one that guards
# against it, and nothing where nothing is wrong.
function(mcufs_campaign_self_test campaign)
    add_test(NAME ${campaign}_finds_defects
        COMMAND sh "${PROJECT_SOURCE_DIR}/tests/support/self_test.sh" $<TARGET_FILE:${campaign}> ${ARGN})
    mcufs_test_properties(${campaign}_finds_defects "check;support" 120 ON)
endfunction()

# The same program with everything instead of a sample; hours.
function(mcufs_test_long campaign)
    add_test(NAME ${campaign}_long COMMAND ${campaign} --long ${ARGN})
    mcufs_test_properties(${campaign}_long "long" 36000 OFF)
endfunction()

# The same through the drop-in lfs.h.
function(mcufs_test_lfs_h campaign)
    add_test(NAME ${campaign}_lfs_h COMMAND ${campaign} --filesystem lfs.h ${ARGN})
    mcufs_test_properties(${campaign}_lfs_h "check;compat" 120 OFF)
endfunction()

# The same with checksums of the content of files.
function(mcufs_test_checksums campaign)
    add_test(NAME ${campaign}_checksums COMMAND ${campaign} --filesystem lfs2-checksums ${ARGN})
    mcufs_test_properties(${campaign}_checksums "check" 120 OFF)
endfunction()

# The same on FAT.
function(mcufs_test_fat campaign)
    add_test(NAME ${campaign}_fat COMMAND ${campaign} --filesystem fat ${ARGN})
    mcufs_test_properties(${campaign}_fat "check;fat" 120 OFF)
    add_test(NAME ${campaign}_fat_long COMMAND ${campaign} --filesystem fat --long ${ARGN})
    mcufs_test_properties(${campaign}_fat_long "long;fat" 36000 OFF)
endfunction()
