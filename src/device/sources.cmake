# One line per file; every build system reads this list.
set(MCUFS_DEVICE_SOURCES
    src/device/device.c)
