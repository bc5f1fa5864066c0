/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From the host's errno to ours. */

#ifndef MCUFS_HOST_HOSTFS_ERRORS_H
#define MCUFS_HOST_HOSTFS_ERRORS_H

/* Never 0: what has no counterpart is MCUFS_EIO. */
int hostfs_error(int host_error);

#endif
