/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* lfs.h for programs written for littlefs 2: the interface of littlefs 2.11 over the littlefs v2 of mcufs.
 * Compile with -Icompat -Iinclude, add compat/lfs.c and compat/lfs_util.c, link libmcufs.a.
 *
 * What is the same, what differs and why, and how much memory it takes: docs/compat-lfs.md. In short: same
 * volumes, same functions, same results; what the original answers with an assertion is an error here; open
 * files stay right when they are renamed, removed or written through another handle.
 *
 * Options, the same in all files that include this: LFS_NAME_MAX, LFS_FILE_MAX, LFS_ATTR_MAX, LFS_READONLY,
 * LFS_THREADSAFE, LFS_MULTIVERSION, LFS_MIGRATE, LFS_SHRINKNONRELOCATING, LFS_NO_MALLOC, and those of
 * lfs_util.h. */

#ifndef LFS_H
#define LFS_H

#include "lfs_util.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mcufs/littlefs2.h>
#ifdef LFS_MIGRATE
#include <mcufs/littlefs_migrate.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* -- Versions and limits -------------------------------------------------------------------------------- */

/* Of this interface: major << 16 | minor. */
#define LFS_VERSION       0x0002000b
#define LFS_VERSION_MAJOR (0xffff & (LFS_VERSION >> 16))
#define LFS_VERSION_MINOR (0xffff & (LFS_VERSION >> 0))

/* Of what is written to flash. */
#define LFS_DISK_VERSION       0x00020001
#define LFS_DISK_VERSION_MAJOR (0xffff & (LFS_DISK_VERSION >> 16))
#define LFS_DISK_VERSION_MINOR (0xffff & (LFS_DISK_VERSION >> 0))

typedef uint32_t lfs_size_t;
typedef uint32_t lfs_off_t;
typedef int32_t lfs_ssize_t;
typedef int32_t lfs_soff_t;
typedef uint32_t lfs_block_t;

/* Bytes of a name. Volumes with longer names are not mounted; more than 255 is not supported. */
#ifndef LFS_NAME_MAX
#define LFS_NAME_MAX 255
#endif

/* Bytes of a file. */
#ifndef LFS_FILE_MAX
#define LFS_FILE_MAX 2147483647
#endif

/* Bytes of an attribute. */
#ifndef LFS_ATTR_MAX
#define LFS_ATTR_MAX 1022
#endif

enum lfs_error {
    LFS_ERR_OK = 0,
    LFS_ERR_IO = -5,           /* the device failed */
    LFS_ERR_CORRUPT = -84,     /* damaged data; from a callback: this block is bad */
    LFS_ERR_NOENT = -2,        /* no such file or directory */
    LFS_ERR_EXIST = -17,       /* exists already */
    LFS_ERR_NOTDIR = -20,      /* a directory is needed here */
    LFS_ERR_ISDIR = -21,       /* a file is needed here */
    LFS_ERR_NOTEMPTY = -39,    /* directory not empty; blocks in use */
    LFS_ERR_BADF = -9,         /* not an open handle, or not open for this */
    LFS_ERR_FBIG = -27,        /* larger than a file may be */
    LFS_ERR_INVAL = -22,       /* bad argument or configuration */
    LFS_ERR_NOSPC = -28,       /* no space left */
    LFS_ERR_NOMEM = -12,       /* no memory */
    LFS_ERR_NOATTR = -61,      /* no such attribute */
    LFS_ERR_NAMETOOLONG = -36, /* name over the limit */
};

enum lfs_type {
    /* lfs_info.type */
    LFS_TYPE_REG = 0x001,
    LFS_TYPE_DIR = 0x002,

    /* On flash. */
    LFS_TYPE_NAME = 0x000,
    LFS_TYPE_SUPERBLOCK = 0x0ff,
    LFS_TYPE_STRUCT = 0x200,
    LFS_TYPE_DIRSTRUCT = 0x200,
    LFS_TYPE_INLINESTRUCT = 0x201,
    LFS_TYPE_CTZSTRUCT = 0x202,
    LFS_TYPE_USERATTR = 0x300,
    LFS_TYPE_SPLICE = 0x400,
    LFS_TYPE_CREATE = 0x401,
    LFS_TYPE_DELETE = 0x4ff,
    LFS_TYPE_CRC = 0x500,
    LFS_TYPE_CCRC = 0x500,
    LFS_TYPE_FCRC = 0x5ff,
    LFS_TYPE_TAIL = 0x600,
    LFS_TYPE_SOFTTAIL = 0x600,
    LFS_TYPE_HARDTAIL = 0x601,
    LFS_TYPE_GLOBALS = 0x700,
    LFS_TYPE_MOVESTATE = 0x7ff,
};

enum lfs_open_flags {
    LFS_O_RDONLY = 1,
    LFS_O_WRONLY = 2,
    LFS_O_RDWR = 3,
    LFS_O_CREAT = 0x0100,  /* create if missing */
    LFS_O_EXCL = 0x0200,   /* with LFS_O_CREAT: fail if it exists */
    LFS_O_TRUNC = 0x0400,  /* empty it; on flash with the next sync */
    LFS_O_APPEND = 0x0800, /* every write goes to the end */
};

enum lfs_whence_flags {
    LFS_SEEK_SET = 0,
    LFS_SEEK_CUR = 1,
    LFS_SEEK_END = 2,
};

/* -- Configuration -------------------------------------------------------------------------------------- */

/* Stays in place, unchanged, from lfs_mount to lfs_unmount. */
struct lfs_config {
    void *context; /* for the callbacks */

    /* 0 or a negative error, which is passed on; LFS_ERR_CORRUPT from prog and erase: the block is bad and is
     * replaced. Reads are multiples of read_size; programs are multiples of prog_size, in ascending order
     * within a block, never twice without an erase between. `sync`: everything before is durable. */
    int (*read)(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, void *buffer, lfs_size_t size);
    int (*prog)(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, const void *buffer,
                lfs_size_t size);
    int (*erase)(const struct lfs_config *c, lfs_block_t block);
    int (*sync)(const struct lfs_config *c);

#ifdef LFS_THREADSAFE
    /* Around every function; an error of `lock` is returned, and then `unlock` is not called. */
    int (*lock)(const struct lfs_config *c);
    int (*unlock)(const struct lfs_config *c);
#endif

    lfs_size_t read_size;      /* bytes */
    lfs_size_t prog_size;      /* bytes */
    lfs_size_t block_size;     /* bytes: a multiple of cache_size, at least 128 */
    lfs_size_t block_count;    /* 0: what the volume says (not for lfs_format) */
    int32_t block_cycles;      /* writes of a metadata block before it is left, 100 to 1000; -1: never */
    lfs_size_t cache_size;     /* bytes of each buffer: a multiple of read_size and prog_size */
    lfs_size_t lookahead_size; /* bytes of the map of free blocks, one bit each */
    lfs_size_t compact_thresh; /* lfs_fs_gc compacts metadata longer than this; 0: 7/8 block; -1: none */

    void *read_buffer;      /* cache_size bytes, or NULL: malloc */
    void *prog_buffer;      /* the same */
    void *lookahead_buffer; /* lookahead_size bytes, or NULL: malloc */

    /* Limits; 0: the largest at format, the volume's at mount. */
    lfs_size_t name_max;
    lfs_size_t file_max;
    lfs_size_t attr_max;
    lfs_size_t metadata_max; /* bytes of a metadata block in use; 0: all */
    lfs_size_t inline_max;   /* bytes of a file that is kept in the metadata; 0: the largest; -1: none */

#ifdef LFS_MULTIVERSION
    uint32_t disk_version; /* to write: 0x00020000 or 0x00020001; 0: LFS_DISK_VERSION */
#endif

    /* Not in the original. More memory, for speed alone: a map of all free blocks if lookahead_size is less,
     * the state of metadata blocks, and more (docs/compat-lfs.md). 8 KiB go a long way. */
    void *mcufs_memory;           /* NULL: none */
    lfs_size_t mcufs_memory_size; /* bytes */

    /* Not in the original. Checksums of the content of files: what they cost, and that a read which completes
     * a damaged file is LFS_ERR_CORRUPT, is in mcufs/littlefs2.h. lfs_fs_gc verifies all files. They take
     * MCUFS_LITTLEFS2_CHECKSUMS_SIZE bytes of mcufs_memory; less is LFS_ERR_NOMEM. */
    bool mcufs_checksums;
    const mcufs_hooks_t *mcufs_hooks; /* `damaged` and `progress` are called; NULL: none */
};

struct lfs_info {
    uint8_t type;                /* LFS_TYPE_REG or LFS_TYPE_DIR */
    lfs_size_t size;             /* of a file */
    char name[LFS_NAME_MAX + 1]; /* terminated */
};

struct lfs_fsinfo {
    uint32_t disk_version; /* on flash now */
    lfs_size_t block_size;
    lfs_size_t block_count;
    lfs_size_t name_max;
    lfs_size_t file_max;
    lfs_size_t attr_max;
};

struct lfs_attr {
    uint8_t type;
    void *buffer;
    lfs_size_t size; /* bytes */
};

/* Stays in place, unchanged, while the file is open. */
struct lfs_file_config {
    void *buffer; /* cache_size bytes, or NULL: malloc; only files open for writing use it */

    /* Attributes of the file: filled in by open if it is open for reading, written by every sync, together
     * with the content, if it is open for writing. */
    struct lfs_attr *attrs;
    lfs_size_t attr_count;
};

/* -- Handles: only the members named here are for others to read ---------------------------------------- */

typedef struct lfs {
    const struct lfs_config *cfg;
    lfs_size_t block_count;

    void *volume; /* NULL: not mounted */
    void *owned;  /* buffers from malloc */
    mcufs_device_t device;
    union {
        void *pointer_alignment;
        uint32_t number_alignment;
        unsigned char bytes[MCUFS_LITTLEFS2_VOLUME_SIZE];
    } storage;
} lfs_t;

typedef struct lfs_file {
    struct {
        lfs_block_t head; /* last block, as of the last sync; 0xffffffff: the content is in the metadata */
        lfs_size_t size;
    } ctz;

    uint32_t flags;
    const struct lfs_file_config *cfg;
    void *owned; /* buffer from malloc */
    union {
        void *pointer_alignment;
        uint32_t number_alignment;
        unsigned char bytes[MCUFS_LITTLEFS2_FILE_SIZE];
    } storage;
} lfs_file_t;

typedef struct lfs_dir {
    struct {
        lfs_block_t pair[2]; /* of the log the handle stands at; [0] is the half in use */
        uint32_t rev;
        lfs_off_t off; /* end of that log */
    } m;

    uint32_t dots; /* "." and "..": how many were returned */
    union {
        void *pointer_alignment;
        uint32_t number_alignment;
        unsigned char bytes[MCUFS_LITTLEFS2_DIRECTORY_SIZE];
    } storage;
} lfs_dir_t;

/* -- The volume ----------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
int lfs_format(lfs_t *lfs, const struct lfs_config *config);
#endif
int lfs_mount(lfs_t *lfs, const struct lfs_config *config);
/* Files still open are given up. */
int lfs_unmount(lfs_t *lfs);

/* -- Names ---------------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
/* A file, or an empty directory. */
int lfs_remove(lfs_t *lfs, const char *path);
/* Replaces a file by a file, an empty directory by a directory, in one step. */
int lfs_rename(lfs_t *lfs, const char *oldpath, const char *newpath);
#endif
int lfs_stat(lfs_t *lfs, const char *path, struct lfs_info *info);

/* Returns the stored size, even if larger than `size`; what the buffer has more is filled with zeros. */
lfs_ssize_t lfs_getattr(lfs_t *lfs, const char *path, uint8_t type, void *buffer, lfs_size_t size);
#ifndef LFS_READONLY
int lfs_setattr(lfs_t *lfs, const char *path, uint8_t type, const void *buffer, lfs_size_t size);
int lfs_removeattr(lfs_t *lfs, const char *path, uint8_t type);
#endif

/* -- Files ---------------------------------------------------------------------------------------------- */

int lfs_file_open(lfs_t *lfs, lfs_file_t *file, const char *path, int flags);
int lfs_file_opencfg(lfs_t *lfs, lfs_file_t *file, const char *path, int flags,
                     const struct lfs_file_config *config);
/* Syncs, and releases the handle whatever it returns. */
int lfs_file_close(lfs_t *lfs, lfs_file_t *file);
/* After a failed write, nothing is synced, and 0 returned, until a write succeeds. */
int lfs_file_sync(lfs_t *lfs, lfs_file_t *file);
lfs_ssize_t lfs_file_read(lfs_t *lfs, lfs_file_t *file, void *buffer, lfs_size_t size);
#ifndef LFS_READONLY
lfs_ssize_t lfs_file_write(lfs_t *lfs, lfs_file_t *file, const void *buffer, lfs_size_t size);
int lfs_file_truncate(lfs_t *lfs, lfs_file_t *file, lfs_off_t size);
#endif
lfs_soff_t lfs_file_seek(lfs_t *lfs, lfs_file_t *file, lfs_soff_t off, int whence);
lfs_soff_t lfs_file_tell(lfs_t *lfs, lfs_file_t *file);
int lfs_file_rewind(lfs_t *lfs, lfs_file_t *file);
lfs_soff_t lfs_file_size(lfs_t *lfs, lfs_file_t *file);

/* -- Directories ---------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
int lfs_mkdir(lfs_t *lfs, const char *path);
#endif
int lfs_dir_open(lfs_t *lfs, lfs_dir_t *dir, const char *path);
int lfs_dir_close(lfs_t *lfs, lfs_dir_t *dir);
/* 1: an entry, 0: the end. */
int lfs_dir_read(lfs_t *lfs, lfs_dir_t *dir, struct lfs_info *info);
/* `off`: a result of lfs_dir_tell. */
int lfs_dir_seek(lfs_t *lfs, lfs_dir_t *dir, lfs_off_t off);
lfs_soff_t lfs_dir_tell(lfs_t *lfs, lfs_dir_t *dir);
int lfs_dir_rewind(lfs_t *lfs, lfs_dir_t *dir);

/* -- The filesystem as a whole -------------------------------------------------------------------------- */

int lfs_fs_stat(lfs_t *lfs, struct lfs_fsinfo *fsinfo);
/* Blocks in use. */
lfs_ssize_t lfs_fs_size(lfs_t *lfs);
/* Calls back for every block in use, possibly more than once; stops at a result other than 0 and returns it.
 * The callback must not use the filesystem. */
int lfs_fs_traverse(lfs_t *lfs, int (*cb)(void *data, lfs_block_t block), void *data);
#ifndef LFS_READONLY
/* Finishes what a power cut left half done, as the next change would. */
int lfs_fs_mkconsistent(lfs_t *lfs);
/* That, and what would otherwise slow down a later change. */
int lfs_fs_gc(lfs_t *lfs);
/* More blocks. Fewer only with LFS_SHRINKNONRELOCATING, and LFS_ERR_NOTEMPTY if those are in use. */
int lfs_fs_grow(lfs_t *lfs, lfs_size_t block_count);
#ifdef LFS_MIGRATE
/* Makes a littlefs v1 volume a v2 volume, in place; mount it then. A power cut or error at any moment leaves
 * the one or the other, whole: call it again. 0 as well where it is v2 already. LFS_ERR_CORRUPT: neither, or
 * damaged; LFS_ERR_NOSPC, LFS_ERR_NAMETOOLONG, LFS_ERR_FBIG: refused, nothing changed. With LFS_NO_MALLOC
 * mcufs_memory has to have MCUFS_LITTLEFS_MIGRATE_ARENA bytes (mcufs/littlefs_migrate.h), else
 * LFS_ERR_NOMEM. */
int lfs_migrate(lfs_t *lfs, const struct lfs_config *cfg);
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
