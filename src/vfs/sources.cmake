# One line per file; every build system reads this list.
set(MCUFS_VFS_SOURCES
    src/vfs/filesystems.c
    src/vfs/detect.c
    src/vfs/mount.c
    src/vfs/resolve.c
    src/vfs/file.c
    src/vfs/directory.c
    src/vfs/names.c
    src/vfs/care.c)
