/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Error codes. Every function that can fail returns 0 (or a count) on success and one of these,
 * always negative, on failure. The numbers are Linux errno values, so that a port can pass them on. */

#ifndef MCUFS_ERRORS_H
#define MCUFS_ERRORS_H

#ifdef __cplusplus
extern "C" {
#endif

enum {
    MCUFS_OK = 0,
    MCUFS_EPERM = -1,         /* not allowed on this object (the root, a mount point) */
    MCUFS_ENOENT = -2,        /* no such file or directory */
    MCUFS_EIO = -5,           /* the device failed */
    MCUFS_EBADF = -9,         /* the handle is closed, or not open for this access */
    MCUFS_EAGAIN = -11,       /* try again */
    MCUFS_ENOMEM = -12,       /* the arena is too small, or its file buffers are all in use */
    MCUFS_EACCES = -13,       /* read-only file */
    MCUFS_EBUSY = -16,        /* in use: open files at unmount, mount point taken, image locked */
    MCUFS_EEXIST = -17,       /* exists already */
    MCUFS_EXDEV = -18,        /* rename across two mounts */
    MCUFS_ENODEV = -19,       /* nothing mounted there, or no filesystem recognised */
    MCUFS_ENOTDIR = -20,      /* a directory is needed here */
    MCUFS_EISDIR = -21,       /* a file is needed here */
    MCUFS_EINVAL = -22,       /* bad argument, geometry or option */
    MCUFS_EFBIG = -27,        /* larger than the format allows */
    MCUFS_ENOSPC = -28,       /* no space left */
    MCUFS_EROFS = -30,        /* mounted read-only */
    MCUFS_ERANGE = -34,       /* the caller's buffer is too small */
    MCUFS_ENAMETOOLONG = -36, /* a name over the volume's limit, or a path over MCUFS_PATH_MAX */
    MCUFS_ENOTEMPTY = -39,    /* directory not empty */
    MCUFS_ENODATA = -61,      /* no such attribute */
    MCUFS_EOVERFLOW = -75,    /* a value does not fit its type */
    MCUFS_ECORRUPT = -84,     /* damaged data; from a device: this block is bad (EILSEQ's number) */
    MCUFS_ENOTSUP = -95       /* this filesystem or device cannot do that */
};

/* A short English text for an error code ("no such file or directory"); never NULL. Static, do not free. */
const char *mcufs_error_text(int error);

#ifdef __cplusplus
}
#endif

#endif
