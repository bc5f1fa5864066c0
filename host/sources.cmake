# One line per file; every build system reads this list.
set(MCUFS_HOST_SOURCES
    host/file_device.c
    host/hostfs.c
    host/map.c)
