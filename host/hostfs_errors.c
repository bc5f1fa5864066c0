/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From the host's errno to ours. By name, as only Linux has our numbers. */

#include "host/hostfs_errors.h"

#include <errno.h>
#include <stddef.h>

#include <mcufs/errors.h>

static const struct {
    int host, ours;
} translations[] = {
    {EPERM, MCUFS_EPERM},
    {ENOENT, MCUFS_ENOENT},
    {EIO, MCUFS_EIO},
    {EBADF, MCUFS_EBADF},
    {EAGAIN, MCUFS_EAGAIN},
    {ENOMEM, MCUFS_ENOMEM},
    {EMFILE, MCUFS_ENOMEM},
    {ENFILE, MCUFS_ENOMEM},
    {EACCES, MCUFS_EACCES},
    {ELOOP, MCUFS_EACCES}, /* a symbolic link, and those are not followed */
    {ETXTBSY, MCUFS_EACCES},
    {EBUSY, MCUFS_EBUSY},
    {EEXIST, MCUFS_EEXIST},
    {EXDEV, MCUFS_EXDEV},
    {ENODEV, MCUFS_ENODEV},
    {ENOTDIR, MCUFS_ENOTDIR},
    {EISDIR, MCUFS_EISDIR},
    {EINVAL, MCUFS_EINVAL},
    {EILSEQ, MCUFS_EINVAL}, /* a name the host cannot store */
    {EFBIG, MCUFS_EFBIG},
    {ENOSPC, MCUFS_ENOSPC},
    {EDQUOT, MCUFS_ENOSPC},
    {EMLINK, MCUFS_ENOSPC},
    {EROFS, MCUFS_EROFS},
    {ENAMETOOLONG, MCUFS_ENAMETOOLONG},
    {ENOTEMPTY, MCUFS_ENOTEMPTY},
    {EOVERFLOW, MCUFS_EOVERFLOW},
    {ENOTSUP, MCUFS_ENOTSUP},
};

int hostfs_error(int host_error)
{
    for (size_t i = 0; i < sizeof(translations) / sizeof(translations[0]); i++) {
        if (translations[i].host == host_error) {
            return translations[i].ours;
        }
    }
    return MCUFS_EIO;
}
