/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The attributes of hostfs, in extended attributes "user.mcufs.XX". */

#include "host/hostfs_attributes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/errors.h>

#include "host/hostfs_errors.h"

#ifdef __linux__

#include <sys/xattr.h>

typedef struct attribute_name {
    char text[16];
} attribute_name_t;

static attribute_name_t name_of(uint8_t type)
{
    attribute_name_t name;
    snprintf(name.text, sizeof(name.text), "user.mcufs.%02x", (unsigned)type);
    return name;
}

static int failure(void)
{
    return errno == ENODATA ? MCUFS_ENODATA : errno == E2BIG ? MCUFS_ENOSPC : hostfs_error(errno);
}

int32_t hostfs_attribute_get(int descriptor, uint8_t type, void *buffer, uint32_t size)
{
    const attribute_name_t name = name_of(type);
    const ssize_t stored = fgetxattr(descriptor, name.text, NULL, 0);
    if (stored < 0) {
        return failure();
    }
    /* The host gives all or nothing, we give what fits. */
    uint8_t *whole = malloc(stored > 0 ? (size_t)stored : 1);
    if (whole == NULL) {
        return MCUFS_ENOMEM;
    }
    const ssize_t count = fgetxattr(descriptor, name.text, whole, (size_t)stored);
    int32_t result = count < 0 ? failure() : (int32_t)count;
    if (count > 0 && size > 0) {
        memcpy(buffer, whole, (size_t)count < size ? (size_t)count : size);
    }
    free(whole);
    return result;
}

int hostfs_attribute_set(int descriptor, uint8_t type, const void *buffer, uint32_t size)
{
    const attribute_name_t name = name_of(type);
    return fsetxattr(descriptor, name.text, buffer, size, 0) != 0 ? failure() : 0;
}

int hostfs_attribute_remove(int descriptor, uint8_t type)
{
    const attribute_name_t name = name_of(type);
    return fremovexattr(descriptor, name.text) != 0 ? failure() : 0;
}

#else

int32_t hostfs_attribute_get(int descriptor, uint8_t type, void *buffer, uint32_t size)
{
    (void)descriptor;
    (void)type;
    (void)buffer;
    (void)size;
    return MCUFS_ENOTSUP;
}

int hostfs_attribute_set(int descriptor, uint8_t type, const void *buffer, uint32_t size)
{
    (void)descriptor;
    (void)type;
    (void)buffer;
    (void)size;
    return MCUFS_ENOTSUP;
}

int hostfs_attribute_remove(int descriptor, uint8_t type)
{
    (void)descriptor;
    (void)type;
    return MCUFS_ENOTSUP;
}

#endif
