# One line per file; every build system reads this list.
set(MCUFS_LITTLEFS1_SOURCES
    src/littlefs1/blocks.c
    src/littlefs1/metadata.c
    src/littlefs1/content.c
    src/littlefs1/mount.c
    src/littlefs1/resolve.c
    src/littlefs1/directory.c
    src/littlefs1/file.c
    src/littlefs1/survey.c
    src/littlefs1/check.c
    src/littlefs1/filesystem.c)
