# One line per file; every build system reads this list.
set(MCUFS_HOST_SOURCES
    host/file_device.c
    host/hostfs.c
    host/hostfs_attributes.c
    host/hostfs_errors.c
    host/map.c
    host/map_draw.c
    host/canvas.c
    host/canvas_png.c
    host/stroke_font.c)
set(MCUFS_HOST_LIBRARIES png m)
