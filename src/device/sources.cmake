# One line per file; every build system reads this list.
set(MCUFS_DEVICE_SOURCES
    src/device/block_protocol_device.c
    src/device/block_protocol_object.c
    src/device/device.c
    src/device/flash_sector.c
    src/device/partition.c
    src/device/partition_table.c
    src/device/partition_table_write.c
    src/device/ram.c
    src/device/sector_flash.c)
