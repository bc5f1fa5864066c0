/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What is on a device: which filesystem, or nothing at all. And from that, whether it may be formatted. */

#include <string.h>

#include "vfs/vfs.h"

/* Read units that mcufs_device_read_bytes can take apart. */
enum { LARGEST_SMALL_UNIT = 64 };

/* -- A device that reads single bytes ------------------------------------------------------------------- */

/* Probing looks at a few bytes here and there, which a device with large read units cannot do by itself.
 * During a mount, the arena has room to hold one unit. */
typedef struct byte_reader {
    mcufs_device_t device; /* first: the driver gets a pointer to it */
    const mcufs_device_t *base;
    uint8_t *unit;
    uint32_t block, start; /* of what `unit` holds; block UINT32_MAX: nothing */
} byte_reader_t;

static int read_through_unit(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                             uint32_t size)
{
    byte_reader_t *reader = device->context;
    const uint32_t unit_size = reader->base->geometry.read_size;
    for (uint8_t *next = buffer; size > 0; size--, offset++) {
        const uint32_t start = offset - offset % unit_size;
        if (reader->block != block || reader->start != start) {
            int error = mcufs_device_read(reader->base, block, start, reader->unit, unit_size);
            reader->block = error == 0 ? block : UINT32_MAX;
            reader->start = start;
            if (error != 0) {
                return error;
            }
        }
        *next++ = reader->unit[offset - start];
    }
    return 0;
}

static const mcufs_device_operations_t byte_reader_operations = {.read = read_through_unit};

/* -- Detection ------------------------------------------------------------------------------------------ */

/* Asks one filesystem, or all of them when *filesystem is NULL. An error of the device counts more than "not
 * mine": nobody may take a device for blank because it could not be read. */
static int probe(const mcufs_device_t *device, mcufs_probe_t *found, const mcufs_filesystem_t **filesystem)
{
    const mcufs_filesystem_t *const only[] = {*filesystem, NULL};
    const mcufs_filesystem_t *const *candidate = *filesystem != NULL ? only : mcufs_filesystems;
    int result = MCUFS_ENODEV;
    for (; *candidate != NULL; candidate++) {
        int error = (*candidate)->probe != NULL ? (*candidate)->probe(device, found) : MCUFS_ENODEV;
        if (error == 0) {
            *filesystem = *candidate;
            return 0;
        }
        if (error != MCUFS_ENODEV) {
            result = error;
        }
    }
    return result;
}

/* Devices with small read units read any byte range themselves (mcufs_device_read_bytes). */
static int probe_with_scratch(const mcufs_device_t *device, void *scratch, size_t scratch_size,
                              mcufs_probe_t *found, const mcufs_filesystem_t **filesystem)
{
    const mcufs_geometry_t *geometry = &device->geometry;
    if (geometry->read_size <= LARGEST_SMALL_UNIT) {
        return probe(device, found, filesystem);
    }
    if (scratch_size < geometry->read_size) {
        return MCUFS_ENOMEM;
    }
    byte_reader_t reader = {.base = device, .unit = scratch, .block = UINT32_MAX};
    reader.device = *device;
    reader.device.operations = &byte_reader_operations;
    reader.device.context = &reader;
    reader.device.geometry.read_size = 1;
    return probe(&reader.device, found, filesystem);
}

int mcufs_probe_with(const mcufs_device_t *device, void *scratch, size_t scratch_size, mcufs_probe_t *found,
                     const mcufs_filesystem_t **filesystem)
{
    mcufs_probe_t ignored_found;
    const mcufs_filesystem_t *ignored_filesystem;
    int error = mcufs_device_check(device);
    if (error != 0) {
        return error;
    }
    if (filesystem == NULL) {
        filesystem = &ignored_filesystem;
    }
    *filesystem = NULL;
    return probe_with_scratch(device, scratch, scratch_size, found != NULL ? found : &ignored_found,
                              filesystem);
}

int mcufs_probe(const mcufs_device_t *device, mcufs_probe_t *found, const mcufs_filesystem_t **filesystem)
{
    return mcufs_probe_with(device, NULL, 0, found, filesystem);
}

/* -- Formatting, only where nothing is lost ------------------------------------------------------------- */

/* 0 when every byte reads as erased, MCUFS_EEXIST when one does not. */
static int check_blank(const mcufs_setup_t *setup)
{
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    const uint8_t erased = (uint8_t)(geometry->erased_value < 0 ? 0xff : geometry->erased_value);
    const uint8_t *bytes = setup->arena;
    uint32_t chunk = geometry->block_size;
    if (setup->arena_size < chunk) {
        chunk = (uint32_t)setup->arena_size - (uint32_t)setup->arena_size % geometry->read_size;
    }
    if (chunk == 0) {
        return MCUFS_ENOMEM;
    }
    for (uint32_t block = 0; block < geometry->block_count; block++) {
        uint32_t size;
        for (uint32_t offset = 0; offset < geometry->block_size; offset += size) {
            size = geometry->block_size - offset < chunk ? geometry->block_size - offset : chunk;
            int error = mcufs_device_read(setup->device, block, offset, setup->arena, size);
            for (uint32_t i = 0; error == 0 && i < size; i++) {
                error = bytes[i] == erased ? 0 : MCUFS_EEXIST;
            }
            if (error != 0) {
                return error;
            }
            if (setup->hooks->progress != NULL) {
                setup->hooks->progress(setup->hooks->context);
            }
        }
    }
    return 0;
}

static int format(const mcufs_filesystem_t *filesystem, const mcufs_setup_t *setup)
{
    return filesystem->format != NULL ? filesystem->format(setup) : MCUFS_ENOTSUP;
}

#if MCUFS_VFS_HAS_CHOICE
int mcufs_vfs_next_candidate(const mcufs_setup_t *setup, const mcufs_filesystem_t **filesystem)
{
    const mcufs_filesystem_t *const *candidate = mcufs_filesystems;
    int error = MCUFS_ENODEV;
    while (*candidate != NULL && *candidate != *filesystem) {
        candidate++;
    }
    while (error != 0 && *candidate != NULL && *++candidate != NULL) {
        mcufs_probe_t found;
        *filesystem = *candidate;
        error = probe_with_scratch(setup->device, setup->arena, setup->arena_size, &found, filesystem);
    }
    return error;
}
#endif

int mcufs_vfs_prepare(const mcufs_setup_t *setup, uint32_t flags, const mcufs_filesystem_t **filesystem)
{
    const uint32_t formatting = flags & (MCUFS_FORMAT_IF_BLANK | MCUFS_FORMAT_ALWAYS);
    if (*filesystem != NULL && formatting == 0) {
        return 0; /* its mount says itself whether the device holds its format */
    }
    if (setup->device == NULL) {
        return MCUFS_EINVAL;
    }
    if ((flags & MCUFS_FORMAT_ALWAYS) == 0) {
        mcufs_probe_t found;
        int error = probe_with_scratch(setup->device, setup->arena, setup->arena_size, &found, filesystem);
        if (error != MCUFS_ENODEV || formatting == 0) {
            return error;
        }
        error = check_blank(setup);
        if (error != 0) {
            return error;
        }
    }
    if (*filesystem == NULL) {
        *filesystem = mcufs_filesystems[0];
    }
    return *filesystem != NULL ? format(*filesystem, setup) : MCUFS_ENODEV;
}

int mcufs_format(const mcufs_filesystem_t *filesystem, const mcufs_setup_t *setup)
{
    if (filesystem == NULL || setup == NULL) {
        return MCUFS_EINVAL;
    }
    if ((setup->flags & MCUFS_READ_ONLY) != 0) {
        return MCUFS_EROFS;
    }
    int error = mcufs_vfs_lock(setup->hooks);
    if (error == 0) {
        error = format(filesystem, setup);
        mcufs_vfs_unlock(setup->hooks);
    }
    return error;
}
