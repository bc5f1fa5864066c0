/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What a program may have included first with LFS_DEFINES. */

#define LFS_NO_DEBUG
#define LFS_TRACE(...) count_trace()

static inline void count_trace(void)
{
}
