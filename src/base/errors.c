/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The texts of the error codes. */

#include <mcufs/errors.h>

const char *mcufs_error_text(int error)
{
    switch (error) {
    case MCUFS_OK:
        return "success";
    case MCUFS_EPERM:
        return "operation not permitted";
    case MCUFS_ENOENT:
        return "no such file or directory";
    case MCUFS_EIO:
        return "device error";
    case MCUFS_EBADF:
        return "handle is closed or not open for this access";
    case MCUFS_EAGAIN:
        return "try again";
    case MCUFS_ENOMEM:
        return "not enough memory given";
    case MCUFS_EACCES:
        return "file is read-only";
    case MCUFS_EBUSY:
        return "in use";
    case MCUFS_EEXIST:
        return "exists already";
    case MCUFS_EXDEV:
        return "source and target are on different mounts";
    case MCUFS_ENODEV:
        return "no filesystem found";
    case MCUFS_ENOTDIR:
        return "not a directory";
    case MCUFS_EISDIR:
        return "is a directory";
    case MCUFS_EINVAL:
        return "invalid argument";
    case MCUFS_EFBIG:
        return "file too large";
    case MCUFS_ENOSPC:
        return "no space left on device";
    case MCUFS_EROFS:
        return "read-only";
    case MCUFS_ERANGE:
        return "buffer too small";
    case MCUFS_ENAMETOOLONG:
        return "name too long";
    case MCUFS_ENOTEMPTY:
        return "directory not empty";
    case MCUFS_ENODATA:
        return "no such attribute";
    case MCUFS_EOVERFLOW:
        return "value too large";
    case MCUFS_ECORRUPT:
        return "damaged data";
    case MCUFS_ENOTSUP:
        return "not supported";
    default:
        return "unknown error";
    }
}
