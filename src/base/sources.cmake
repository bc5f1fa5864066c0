# One line per file; every build system reads this list.
set(MCUFS_BASE_SOURCES
    src/base/arena.c
    src/base/crc32.c
    src/base/errors.c
    src/base/path.c
    src/base/utf16.c)
