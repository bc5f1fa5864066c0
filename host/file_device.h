/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A file of the host, or a range of bytes inside a larger one, as a block device.
 *
 * The file is a plain image of the flash: byte n of the device is byte offset + n of the file. The rules of
 * flash are not enforced (sim/ does that): a program simply writes, and `write` is offered as well, so every
 * filesystem runs on it. Block devices of the host (/dev/...) work like files.
 *
 * While it is open the file is locked as a whole (flock): one writer, or any number of readers. So two
 * commands cannot damage an image, and a reader never sees half of a change. */

#ifndef MCUFS_HOST_FILE_DEVICE_H
#define MCUFS_HOST_FILE_DEVICE_H

#include <mcufs/device.h>

/* What to do about the file itself. */
typedef enum mcufs_file_mode {
    MCUFS_FILE_READ,   /* must exist; nothing is ever written */
    MCUFS_FILE_UPDATE, /* must exist */
    MCUFS_FILE_CREATE, /* must not exist; is made as long as the geometry says, erased */
    MCUFS_FILE_REPLACE /* a regular file, or none; becomes as long as the geometry says, erased */
} mcufs_file_mode_t;

typedef struct mcufs_file_options {
    mcufs_file_mode_t mode;
    uint64_t offset;           /* bytes of the file before the device; erased ones when created */
    mcufs_geometry_t geometry; /* read_size, program_size 0: 1. block_count 0: what the file holds, only whole
                                  blocks. erased_value: 0xff as a rule; unknown erases to 0xff too */
    bool sync_at_close;        /* device syncs are put off until close: for building images, where a torn
                                  one is thrown away. Else each is an fsync */
} mcufs_file_options_t;

/* Owned by the caller, in place while open. Mount &file.device. */
typedef struct mcufs_file_device {
    mcufs_device_t device;
    uint64_t offset;
    uint64_t length; /* bytes of the whole file */
    int descriptor;
    bool sync_at_close;
    bool unsynced;
} mcufs_file_device_t;

/* MCUFS_EBUSY: another process, or this one, has it open for writing (or for reading, when this is not
 * MCUFS_FILE_READ); MCUFS_EINVAL: the geometry is impossible, or the file too short for it; MCUFS_EISDIR;
 * MCUFS_ENOENT, MCUFS_EEXIST, MCUFS_EACCES, MCUFS_ENOSPC, ... as the host says; MCUFS_EIO for any other of
 * its errors. After an error there is nothing to close, and a file that was to be created does not exist. */
int mcufs_file_device_open(mcufs_file_device_t *file, const char *path, const mcufs_file_options_t *options);

/* Another look at the same bytes, without giving up the lock: for what is found out by probing. Units and
 * block_count of 0 as at open; MCUFS_EINVAL as there, with the geometry unchanged. Nothing may be mounted. */
int mcufs_file_device_set_geometry(mcufs_file_device_t *file, const mcufs_geometry_t *geometry);

/* Syncs what was written and unlocks. The first error is returned; closed it is anyway. */
int mcufs_file_device_close(mcufs_file_device_t *file);

/* Bytes of the file at `path`; needs no lock. Errors as for open. */
int mcufs_file_length(const char *path, uint64_t *length);

#endif
