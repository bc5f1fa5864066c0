/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Types and constants shared by the VFS, the filesystems and applications. */

#ifndef MCUFS_TYPES_H
#define MCUFS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mcufs/errors.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Longest name, in bytes, that any filesystem here can return. */
#define MCUFS_NAME_MAX 255

/* Open flags. Exactly one of RDONLY, WRONLY, RDWR. */
enum {
    MCUFS_O_RDONLY = 0x1,
    MCUFS_O_WRONLY = 0x2,
    MCUFS_O_RDWR = 0x3,
    MCUFS_O_CREAT = 0x100, /* create if missing */
    MCUFS_O_EXCL = 0x200,  /* with CREAT: fail if it exists */
    MCUFS_O_TRUNC = 0x400, /* empty it; the old content stays on the device until the next sync or close */
    MCUFS_O_APPEND = 0x800 /* every write goes to the end */
};

enum { MCUFS_SEEK_SET = 0, MCUFS_SEEK_CUR = 1, MCUFS_SEEK_END = 2 };

enum { MCUFS_TYPE_FILE = 1, MCUFS_TYPE_DIRECTORY = 2 };

/* File attribute bits (those of FAT); 0 where the format has none. */
enum {
    MCUFS_ATTRIBUTE_READ_ONLY = 0x01,
    MCUFS_ATTRIBUTE_HIDDEN = 0x02,
    MCUFS_ATTRIBUTE_SYSTEM = 0x04,
    MCUFS_ATTRIBUTE_ARCHIVE = 0x20
};

/* Times are nanoseconds since 1970-01-01 UTC; 0 means not recorded. */
typedef struct mcufs_times {
    int64_t modified;
    int64_t created;
    int64_t accessed;
} mcufs_times_t;

typedef struct mcufs_stat {
    uint8_t type;       /* MCUFS_TYPE_* */
    uint8_t attributes; /* MCUFS_ATTRIBUTE_* bits */
    uint64_t size;      /* bytes; 0 for a directory */
    mcufs_times_t times;
} mcufs_stat_t;

typedef struct mcufs_dirent {
    mcufs_stat_t stat;
    char name[MCUFS_NAME_MAX + 1]; /* terminated */
} mcufs_dirent_t;

typedef struct mcufs_statfs {
    const char *type;    /* "lfs2", ...; static */
    uint32_t version;    /* of the format on disk: major << 16 | minor */
    uint32_t block_size; /* bytes */
    uint64_t block_count;
    uint64_t free_blocks; /* never more than block_count; may count too few, never too many */
    uint32_t name_max;    /* bytes */
    uint64_t file_size_max;
    bool read_only;
} mcufs_statfs_t;

/* What a mount knows about its own condition. Counters start at 0 at mount. */
typedef struct mcufs_health {
    uint32_t bad_blocks;        /* blocks met that refused a program or erase, or read back wrong */
    uint32_t corrected;         /* reads or writes that needed a second way and succeeded */
    uint32_t uncorrected;       /* damage seen that could not be mended */
    uint32_t moves_completed;   /* recovery: renames finished that a power cut had interrupted */
    uint32_t orphans_removed;   /* recovery: directories whose creation or removal was interrupted */
    uint32_t links_repaired;    /* recovery: references to a moved block brought up to date */
    uint32_t commits_discarded; /* recovery: torn commits that did not read back the same each time */
    uint32_t damaged_files;     /* times that a file was found not to be what its checksum says */
    uint32_t damaged_block;     /* of the last such file: its last block; 0: none */
    uint32_t scrub_rounds;      /* times that all files with checksums have been looked at */
} mcufs_health_t;

/* Services the application may lend. All optional; `context` is passed back. */
typedef struct mcufs_hooks {
    void *context;
    int64_t (*time)(void *context); /* now, as in mcufs_times_t; 0: unknown */
    int (*lock)(void *context);     /* 0 or a negative error, passed on */
    void (*unlock)(void *context);
    void (*progress)(void *context);                 /* called in every long loop: feed the watchdog */
    void (*log)(void *context, const char *message); /* one line, not terminated by a newline */
    /* The file with this name (without its directory; "": removed already) and this last block is not what
     * its checksum says. The filesystem must not be used in here. */
    void (*damaged)(void *context, const char *name, uint32_t block);
} mcufs_hooks_t;

#ifdef __cplusplus
}
#endif

#endif
