/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See file_device.h. */

#define _DEFAULT_SOURCE
#define _FILE_OFFSET_BITS 64

#include "file_device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The host's numbers are ours on Linux, but not on every POSIX system. */
static int error_of(int host_error)
{
    switch (host_error) {
    case EPERM:
        return MCUFS_EPERM;
    case ENOENT:
        return MCUFS_ENOENT;
    case EACCES:
        return MCUFS_EACCES;
    case EBUSY:
    case EWOULDBLOCK:
        return MCUFS_EBUSY;
    case EEXIST:
        return MCUFS_EEXIST;
    case ENOTDIR:
        return MCUFS_ENOTDIR;
    case EISDIR:
        return MCUFS_EISDIR;
    case EFBIG:
        return MCUFS_EFBIG;
    case ENOSPC:
        return MCUFS_ENOSPC;
    case EROFS:
        return MCUFS_EROFS;
    case ENAMETOOLONG:
        return MCUFS_ENAMETOOLONG;
    case ENOMEM:
        return MCUFS_ENOMEM;
    default:
        return MCUFS_EIO;
    }
}

static int read_all(int descriptor, uint8_t *to, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t count = pread(descriptor, to, size, (off_t)at);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count < 0 ? error_of(errno) : MCUFS_EIO; /* 0: somebody cut the file short */
        }
        to += count;
        size -= (size_t)count;
        at += (uint64_t)count;
    }
    return 0;
}

static int write_all(int descriptor, const uint8_t *from, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t count = pwrite(descriptor, from, size, (off_t)at);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return count < 0 ? error_of(errno) : MCUFS_EIO;
        }
        from += count;
        size -= (size_t)count;
        at += (uint64_t)count;
    }
    return 0;
}

static uint8_t erased_byte(const mcufs_geometry_t *geometry)
{
    return geometry->erased_value == MCUFS_ERASED_UNKNOWN ? 0xff : (uint8_t)geometry->erased_value;
}

static int fill(int descriptor, uint8_t value, uint64_t at, uint64_t size)
{
    uint8_t chunk[16384];
    memset(chunk, value, sizeof chunk);
    while (size > 0) {
        size_t part = size < sizeof chunk ? (size_t)size : sizeof chunk;
        int err = write_all(descriptor, chunk, part, at);
        if (err != 0) {
            return err;
        }
        at += part;
        size -= part;
    }
    return 0;
}

/* -- The device's operations ---------------------------------------------------------------------------- */

static uint64_t position(const mcufs_device_t *device, uint32_t block, uint32_t offset)
{
    const mcufs_file_device_t *file = device->context;
    return file->offset + (uint64_t)block * device->geometry.block_size + offset;
}

static int read_blocks(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    const mcufs_file_device_t *file = device->context;
    return read_all(file->descriptor, buffer, size, position(device, block, offset));
}

static int write_blocks(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    mcufs_file_device_t *file = device->context;
    file->unsynced = true;
    return write_all(file->descriptor, buffer, size, position(device, block, offset));
}

static int erase_blocks(const mcufs_device_t *device, uint32_t block, uint32_t count)
{
    mcufs_file_device_t *file = device->context;
    file->unsynced = true;
    return fill(file->descriptor, erased_byte(&device->geometry), position(device, block, 0),
                (uint64_t)count * device->geometry.block_size);
}

static int erase_block(const mcufs_device_t *device, uint32_t block)
{
    return erase_blocks(device, block, 1);
}

static int sync_now(mcufs_file_device_t *file)
{
    if (!file->unsynced) {
        return 0;
    }
    if (fsync(file->descriptor) != 0) {
        return error_of(errno);
    }
    file->unsynced = false;
    return 0;
}

static int sync_blocks(const mcufs_device_t *device)
{
    mcufs_file_device_t *file = device->context;
    return file->sync_at_close ? 0 : sync_now(file);
}

static const mcufs_device_operations_t writable_operations = {.read = read_blocks,
                                                              .program = write_blocks,
                                                              .erase = erase_block,
                                                              .sync = sync_blocks,
                                                              .erase_range = erase_blocks,
                                                              .write = write_blocks};

static const mcufs_device_operations_t read_only_operations = {.read = read_blocks};

/* -- Opening and closing -------------------------------------------------------------------------------- */

static int length_of(int descriptor, uint64_t *length)
{
    struct stat stat;
    if (fstat(descriptor, &stat) != 0) {
        return error_of(errno);
    }
    if (S_ISDIR(stat.st_mode)) {
        return MCUFS_EISDIR;
    }
    off_t end = lseek(descriptor, 0, SEEK_END); /* st_size is 0 for a block device */
    if (end < 0) {
        return error_of(errno);
    }
    *length = (uint64_t)end;
    return 0;
}

int mcufs_file_length(const char *path, uint64_t *length)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return error_of(errno);
    }
    int err = length_of(descriptor, length);
    (void)close(descriptor);
    return err;
}

/* Fills in what may be left open, and checks the rest against a file of `length` bytes. */
static int settle_geometry(mcufs_device_t *device, const mcufs_geometry_t *wanted, uint64_t offset,
                           uint64_t length)
{
    mcufs_geometry_t geometry = *wanted;
    geometry.read_size = geometry.read_size == 0 ? 1 : geometry.read_size;
    geometry.program_size = geometry.program_size == 0 ? 1 : geometry.program_size;
    if (geometry.block_size == 0 || offset > length) {
        return MCUFS_EINVAL;
    }
    uint64_t held = (length - offset) / geometry.block_size;
    if (geometry.block_count == 0) {
        geometry.block_count = held > UINT32_MAX ? UINT32_MAX : (uint32_t)held;
    }
    mcufs_device_t candidate = *device;
    candidate.geometry = geometry;
    if (geometry.block_count > held || mcufs_device_check(&candidate) != 0) {
        return MCUFS_EINVAL;
    }
    device->geometry = geometry;
    return 0;
}

static bool makes_file(mcufs_file_mode_t mode)
{
    return mode == MCUFS_FILE_CREATE || mode == MCUFS_FILE_REPLACE;
}

/* Everything after the file is open: lock, length, geometry. */
static int set_up(mcufs_file_device_t *file, const mcufs_file_options_t *options)
{
    int lock = options->mode == MCUFS_FILE_READ ? LOCK_SH : LOCK_EX;
    if (flock(file->descriptor, lock | LOCK_NB) != 0) {
        return error_of(errno);
    }
    int err = length_of(file->descriptor, &file->length);
    if (err != 0) {
        return err;
    }
    const mcufs_geometry_t *geometry = &options->geometry;
    if (!makes_file(options->mode)) {
        return settle_geometry(&file->device, geometry, options->offset, file->length);
    }
    uint64_t size = (uint64_t)geometry->block_size * geometry->block_count;
    uint64_t length = options->offset + size;
    err = size == 0 || length < size || length > INT64_MAX
              ? MCUFS_EINVAL
              : settle_geometry(&file->device, geometry, options->offset, length);
    if (err != 0) {
        return err;
    }
    /* Not before the lock is ours and the geometry is right: an old image is lost here. */
    if (ftruncate(file->descriptor, 0) != 0) {
        return error_of(errno);
    }
    file->length = length;
    file->unsynced = true;
    return fill(file->descriptor, erased_byte(geometry), 0, length);
}

/* Opens, and makes the file when that is asked for; *made says whether this call did. */
static int open_file(const char *path, mcufs_file_mode_t mode, bool *made)
{
    int flags = (mode == MCUFS_FILE_READ ? O_RDONLY : O_RDWR) | O_CLOEXEC;
    *made = false;
    if (makes_file(mode)) {
        int descriptor = open(path, flags | O_CREAT | O_EXCL, 0666);
        *made = descriptor >= 0;
        if (descriptor >= 0 || errno != EEXIST || mode == MCUFS_FILE_CREATE) {
            return descriptor;
        }
    }
    return open(path, flags);
}

int mcufs_file_device_open(mcufs_file_device_t *file, const char *path, const mcufs_file_options_t *options)
{
    bool made;
    memset(file, 0, sizeof *file);
    file->descriptor = open_file(path, options->mode, &made);
    if (file->descriptor < 0) {
        return error_of(errno);
    }
    file->device.context = file;
    file->device.operations = options->mode == MCUFS_FILE_READ ? &read_only_operations : &writable_operations;
    file->offset = options->offset;
    file->sync_at_close = options->sync_at_close;
    int err = set_up(file, options);
    if (err != 0) {
        if (made) {
            (void)unlink(path);
        }
        (void)close(file->descriptor);
        file->descriptor = -1;
    }
    return err;
}

int mcufs_file_device_set_geometry(mcufs_file_device_t *file, const mcufs_geometry_t *geometry)
{
    return settle_geometry(&file->device, geometry, file->offset, file->length);
}

int mcufs_file_device_close(mcufs_file_device_t *file)
{
    if (file->descriptor < 0) {
        return MCUFS_EBADF;
    }
    int err = sync_now(file);
    if (close(file->descriptor) != 0 && err == 0) {
        err = error_of(errno);
    }
    file->descriptor = -1;
    return err;
}
