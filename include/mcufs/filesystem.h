/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The interface between the VFS and a filesystem: a const table of operations.
 *
 * Conventions for every operation: 0 or a count on success, a negative error otherwise, and after an error
 * the volume and all handles stay usable. A NULL operation means "not supported": the VFS answers
 * MCUFS_ENOTSUP. Paths start at the volume's own root (mcufs/path.h); an empty path is the root.
 * A volume is not used by two threads at once: the VFS holds the mount's lock around every call.
 * Handles are memory of the caller (file_size, directory_size bytes, aligned for any type), given
 * uninitialised to open, in place until closed. */

#ifndef MCUFS_FILESYSTEM_H
#define MCUFS_FILESYSTEM_H

#include <mcufs/device.h>
#include <mcufs/path.h>
#include <mcufs/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What probe found on a device. */
typedef struct mcufs_probe {
    const char *type;     /* name of the filesystem, as in mcufs_filesystem_t.name; static */
    uint32_t version;     /* on disk: major << 16 | minor */
    uint32_t block_size;  /* bytes, as the format means it */
    uint64_t block_count; /* as the format says; may differ from the device's */
    char label[32];       /* volume label, terminated; "" where the format has none */
} mcufs_probe_t;

/* Flags of format, mount and check. */
enum {
    MCUFS_READ_ONLY = 0x01,       /* nothing is programmed or erased, not even recovery */
    MCUFS_FORMAT_IF_BLANK = 0x02, /* mount: format a device that is completely erased; never anything else */
    MCUFS_FORMAT_ALWAYS = 0x04,   /* mount: format first */
    MCUFS_REPAIR = 0x08           /* check: mend what can be mended */
};

/* How to format, mount or check; valid during the call only, but for what it points to: the device, the
 * arena and the hooks stay until unmount. */
typedef struct mcufs_setup {
    const mcufs_device_t *device; /* NULL for a filesystem that has none (hostfs) */
    void *arena;                  /* memory for the mount, any alignment */
    size_t arena_size;            /* bytes; too little is MCUFS_ENOMEM */
    uint32_t flags;
    const void *options;        /* the filesystem's own options (its header says which), or NULL */
    const mcufs_hooks_t *hooks; /* NULL: none */
} mcufs_setup_t;

typedef struct mcufs_open_options {
    void *buffer;       /* write buffer for this file, or NULL: from the arena */
    size_t buffer_size; /* bytes */
} mcufs_open_options_t;

/* What check found; `path` and `block` where known (NULL, UINT32_MAX). */
typedef struct mcufs_finding {
    enum { MCUFS_FINDING_NOTE, MCUFS_FINDING_WARNING, MCUFS_FINDING_ERROR } severity;
    const char *message; /* what is wrong, one line, static */
    const char *path;    /* the file or directory concerned, valid during the callback */
    uint32_t block;
    bool repaired;
} mcufs_finding_t;

typedef struct mcufs_check {
    void *context;
    void (*report)(void *context, const mcufs_finding_t *finding);
    uint32_t files, directories, errors, repaired; /* totals, filled in */
} mcufs_check_t;

/* What a block holds, for maps and statistics. */
typedef enum mcufs_block_use {
    MCUFS_BLOCK_FREE,
    MCUFS_BLOCK_SUPERBLOCK,
    MCUFS_BLOCK_METADATA,
    MCUFS_BLOCK_DATA
} mcufs_block_use_t;

typedef struct mcufs_filesystem {
    const char *name;        /* "lfs2": what `--type` and mcufs_statfs_t.type say */
    const char *description; /* "littlefs v2" */
    uint16_t file_size;      /* bytes of a file handle */
    uint16_t directory_size; /* bytes of a directory handle */

    /* Looks without changing anything. 0 and *found, or MCUFS_ENODEV when it is not this format. */
    int (*probe)(const mcufs_device_t *device, mcufs_probe_t *found);
    int (*format)(const mcufs_setup_t *setup);
    /* *volume points into the arena. The device must hold this format: MCUFS_ECORRUPT, or MCUFS_EINVAL
     * where it is a version or limit this build cannot do. */
    int (*mount)(const mcufs_setup_t *setup, void **volume);
    /* Syncs nothing: the VFS allows it only with no file open, or drops them by force. */
    int (*unmount)(void *volume);

    int (*open)(void *volume, void *file, mcufs_path_t path, uint32_t flags,
                const mcufs_open_options_t *options);
    int (*close)(void *volume, void *file); /* syncs; always releases the handle, whatever it returns */
    int32_t (*read)(void *volume, void *file, void *buffer, uint32_t size);
    int32_t (*write)(void *volume, void *file, const void *buffer, uint32_t size);
    int64_t (*seek)(void *volume, void *file, int64_t offset, int whence);
    int64_t (*tell)(void *volume, void *file);
    int64_t (*size)(void *volume, void *file);
    int (*truncate)(void *volume, void *file, uint64_t size);
    int (*sync)(void *volume, void *file);
    int (*stat_open)(void *volume, void *file, mcufs_stat_t *stat);

    int (*opendir)(void *volume, void *directory, mcufs_path_t path);
    /* 1: an entry, 0: the end. "." and ".." are not returned. Entries that are there during the whole walk
     * are returned exactly once, whatever is created or removed meanwhile. */
    int (*readdir)(void *volume, void *directory, mcufs_dirent_t *entry);
    int64_t (*telldir)(void *volume, void *directory);               /* 0 .. 2^62 - 1 */
    int (*seekdir)(void *volume, void *directory, int64_t position); /* a telldir result, or 0 */
    int (*closedir)(void *volume, void *directory);

    int (*stat)(void *volume, mcufs_path_t path, mcufs_stat_t *stat);
    int (*statfs)(void *volume, mcufs_statfs_t *statfs);
    int (*mkdir)(void *volume, mcufs_path_t path);
    /* A file (type MCUFS_TYPE_FILE), an empty directory (MCUFS_TYPE_DIRECTORY), or either (0). An open file
     * stays usable through its handles; its space returns with the last close. */
    int (*remove)(void *volume, mcufs_path_t path, uint8_t type);
    int (*rename)(void *volume, mcufs_path_t from, mcufs_path_t to);

    /* Attributes of one byte `type` each, as littlefs has them. get: the stored size, even if larger than
     * `size`; MCUFS_ENODATA when missing. set: MCUFS_ENOSPC when over the limit. */
    int32_t (*get_attribute)(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size);
    int (*set_attribute)(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size);
    int (*remove_attribute)(void *volume, mcufs_path_t path, uint8_t type);
    /* NULL members of nothing: a time of 0 leaves that time as it is. */
    int (*set_times)(void *volume, mcufs_path_t path, const mcufs_times_t *times);
    int (*set_file_attributes)(void *volume, mcufs_path_t path, uint8_t attributes); /* MCUFS_ATTRIBUTE_* */

    /* Housekeeping for about `budget` device erases or 16 reads each; 1: more to do, 0: done. */
    int (*gc)(void *volume, uint32_t budget);
    int (*resize)(void *volume, uint64_t block_count);
    int (*health)(void *volume, mcufs_health_t *health);
    /* Calls visit for every block in use, a block possibly more than once; stops when visit returns != 0. */
    int (*visit_blocks)(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                        void *context);
    /* Verifies everything the format allows, on an unmounted device. 0: check ran; see check->errors. */
    int (*check)(const mcufs_setup_t *setup, mcufs_check_t *check);
} mcufs_filesystem_t;

#ifdef __cplusplus
}
#endif

#endif
