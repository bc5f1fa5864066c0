/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs: the application's interface. Filesystems mounted into one tree.
 *
 * No globals and no heap: mcufs_t, mcufs_file_t and mcufs_dir_t are memory of the caller and must stay in
 * place while in use. Every mount gets one arena; more arena is faster.
 *
 * Paths: "/" separates; relative paths start at the working directory; "." and ".." are taken lexically
 * (mcufs/path.h). Each path is at most MCUFS_PATH_MAX bytes where it has to be remembered (mount points,
 * working directory), and of any length otherwise.
 *
 * Unless a function says otherwise: it returns 0 on success; MCUFS_ENODEV when nothing is mounted at the
 * path; MCUFS_EINVAL for a NULL or senseless argument; MCUFS_EIO or whatever the driver returned when the
 * device failed; MCUFS_ECORRUPT when what is on the device makes no sense. After any error the handle and
 * the filesystem are usable and nothing that was there before is lost. */

#ifndef MCUFS_H
#define MCUFS_H

#include <mcufs/device.h>
#include <mcufs/filesystem.h>
#include <mcufs/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_VERSION 0x00000100 /* 0.1.0: major << 16 | minor << 8 | patch */

#ifndef MCUFS_PATH_MAX
#define MCUFS_PATH_MAX 128 /* bytes with the terminator, of mount points and the working directory */
#endif

/* Room for the largest file and directory handle of the compiled-in filesystems; checked at mount. */
#ifndef MCUFS_HANDLE_STORAGE
#define MCUFS_HANDLE_STORAGE (40 * sizeof(void *))
#endif

typedef struct mcufs_mount_record mcufs_mount_record_t;

typedef union mcufs_handle_storage {
    void *pointer_alignment;
    uint64_t number_alignment;
    unsigned char bytes[MCUFS_HANDLE_STORAGE];
} mcufs_handle_storage_t;

typedef struct mcufs {
    mcufs_hooks_t hooks;
    mcufs_mount_record_t *mounts; /* in the arenas; most recent first */
    char working_directory[MCUFS_PATH_MAX];
} mcufs_t;

typedef struct mcufs_file {
    mcufs_mount_record_t *mount; /* NULL: closed */
    uint32_t flags;
    mcufs_handle_storage_t storage;
} mcufs_file_t;

typedef struct mcufs_dir {
    mcufs_t *fs;
    mcufs_mount_record_t *mount; /* NULL: closed, or a directory that exists only as a place for mounts */
    uint32_t position;
    mcufs_handle_storage_t storage;
    char path[MCUFS_PATH_MAX]; /* for the mount points that appear in it */
} mcufs_dir_t;

/* -- The tree ------------------------------------------------------------------------------------------- */

/* Prepares an empty tree. `hooks` may be NULL; it is copied. Nothing to release afterwards but the mounts. */
int mcufs_init(mcufs_t *fs, const mcufs_hooks_t *hooks);

typedef struct mcufs_mount_options {
    const mcufs_filesystem_t *filesystem; /* NULL: detect among the compiled-in ones (mcufs_filesystems) */
    void *arena;                          /* the mount's memory, from now until unmount */
    size_t arena_size;                    /* bytes */
    uint32_t flags;                       /* MCUFS_READ_ONLY, MCUFS_FORMAT_IF_BLANK, MCUFS_FORMAT_ALWAYS */
    const void *filesystem_options;       /* of that filesystem's header, or NULL */
    const mcufs_hooks_t *hooks;           /* for this mount; NULL: those of mcufs_init */
} mcufs_mount_options_t;

/* Mounts `device` at `path` ("/" or any absolute path; longest match wins; the path need not exist below).
 * The options and hooks are copied; the device, the filesystem and the arena stay until unmount. The VFS
 * takes about 8 pointers out of the arena, 6 more for hooks of the mount's own, and the path. A device that
 * cannot program is mounted read-only.
 *
 * MCUFS_EBUSY: something is mounted there, or the device is mounted and not both mounts are read-only.
 * MCUFS_ENODEV: no filesystem recognised (nothing was changed).
 * MCUFS_EEXIST: FORMAT_IF_BLANK met a device that is neither blank nor recognised.
 * MCUFS_ENOMEM: the arena is under the filesystem's documented minimum. MCUFS_ENAMETOOLONG: `path`. */
int mcufs_mount(mcufs_t *fs, const char *path, const mcufs_device_t *device,
                const mcufs_mount_options_t *options);

/* MCUFS_EINVAL: not a mount point. MCUFS_EBUSY: something is open, or another mount lies below. */
int mcufs_unmount(mcufs_t *fs, const char *path);

/* The n-th mount, most recent first: its path and filesystem (NULL: not asked). MCUFS_ENOENT: the end. */
int mcufs_mount_at(const mcufs_t *fs, unsigned n, const char **path, const mcufs_filesystem_t **filesystem);

/* The compiled-in filesystems, in the order they are probed; ends with NULL. */
extern const mcufs_filesystem_t *const mcufs_filesystems[];

/* The compiled-in filesystem of that name ("lfs2"), or NULL. */
const mcufs_filesystem_t *mcufs_filesystem_by_name(const char *name);

/* Which of the compiled-in filesystems is on the device; MCUFS_ENODEV: none. Changes nothing. Either result
 * may be NULL. MCUFS_ENOMEM: the device's read unit is larger than 64 bytes, use mcufs_probe_with. */
int mcufs_probe(const mcufs_device_t *device, mcufs_probe_t *found, const mcufs_filesystem_t **filesystem);
/* The same with memory for one read unit of the device, whatever its size. (mcufs_mount uses its arena.) */
int mcufs_probe_with(const mcufs_device_t *device, void *scratch, size_t scratch_size, mcufs_probe_t *found,
                     const mcufs_filesystem_t **filesystem);

/* Formats `device`, whatever was on it. Uses the arena only during the call. */
int mcufs_format(const mcufs_filesystem_t *filesystem, const mcufs_setup_t *setup);

/* MCUFS_ENOENT, MCUFS_ENOTDIR, MCUFS_ENAMETOOLONG. */
int mcufs_chdir(mcufs_t *fs, const char *path);
/* MCUFS_ERANGE: the buffer is too small. */
int mcufs_getcwd(const mcufs_t *fs, char *buffer, size_t size);

/* -- Files ---------------------------------------------------------------------------------------------- */

/* MCUFS_ENOENT, MCUFS_EEXIST, MCUFS_EISDIR, MCUFS_ENOTDIR, MCUFS_EROFS, MCUFS_ENOSPC, MCUFS_ENAMETOOLONG,
 * MCUFS_ENOMEM (no write buffer left in the arena; MCUFS_O_RDONLY never needs one).
 * A file it creates is there for every operation at once, and durable after mcufs_sync, mcufs_close or the
 * next change of names on the volume. A power cut before may leave nothing of it, never half of it. */
int mcufs_open(mcufs_t *fs, mcufs_file_t *file, const char *path, uint32_t flags);
/* As mcufs_open, with the caller's write buffer (see the filesystem's header for sizes). */
int mcufs_open_with(mcufs_t *fs, mcufs_file_t *file, const char *path, uint32_t flags,
                    const mcufs_open_options_t *options);
/* Syncs and releases. The first error is returned, the handle is released anyway. 0: it is on flash.
 * MCUFS_EBADF: was closed already. */
int mcufs_close(mcufs_file_t *file);
/* Bytes read, 0 at the end. MCUFS_EBADF: not open for reading. */
int32_t mcufs_read(mcufs_file_t *file, void *buffer, size_t size);
/* Bytes written: all or an error. Durable after mcufs_sync or mcufs_close. MCUFS_EBADF, MCUFS_ENOSPC,
 * MCUFS_EFBIG. Past the end: the gap reads as zeros. */
int32_t mcufs_write(mcufs_file_t *file, const void *buffer, size_t size);
/* The new position. Past the end is allowed; negative is MCUFS_EINVAL. */
int64_t mcufs_seek(mcufs_file_t *file, int64_t offset, int whence);
int64_t mcufs_tell(mcufs_file_t *file);
int64_t mcufs_size(mcufs_file_t *file);
/* Shorter or longer (zeros); the position stays. Durable after sync or close. */
int mcufs_truncate(mcufs_file_t *file, uint64_t size);
/* Acknowledged means durable: after 0 everything written so far survives any power cut. */
int mcufs_sync(mcufs_file_t *file);
int mcufs_fstat(mcufs_file_t *file, mcufs_stat_t *stat);

/* -- Directories ---------------------------------------------------------------------------------------- */

int mcufs_opendir(mcufs_t *fs, mcufs_dir_t *dir, const char *path);
/* 1: an entry, 0: the end. Never "." or "..". Mount points show as directories in their parent. */
int mcufs_readdir(mcufs_dir_t *dir, mcufs_dirent_t *entry);
int mcufs_rewinddir(mcufs_dir_t *dir);
int64_t mcufs_telldir(mcufs_dir_t *dir);
int mcufs_seekdir(mcufs_dir_t *dir, int64_t position);
int mcufs_closedir(mcufs_dir_t *dir);
/* MCUFS_EEXIST, MCUFS_ENOENT (parent), MCUFS_ENOTDIR, MCUFS_ENOSPC. Durable when it returns. */
int mcufs_mkdir(mcufs_t *fs, const char *path);

/* -- Names ---------------------------------------------------------------------------------------------- */

int mcufs_stat(mcufs_t *fs, const char *path, mcufs_stat_t *stat);
int mcufs_statfs(mcufs_t *fs, const char *path, mcufs_statfs_t *statfs);
/* Removes a file or an empty directory. MCUFS_ENOTEMPTY; MCUFS_EBUSY: a mount point; MCUFS_EPERM: a root. */
int mcufs_remove(mcufs_t *fs, const char *path);
int mcufs_unlink(mcufs_t *fs, const char *path); /* files only: MCUFS_EISDIR */
int mcufs_rmdir(mcufs_t *fs, const char *path);  /* directories only: MCUFS_ENOTDIR */
/* POSIX rename: atomic, replaces a file or an empty directory. MCUFS_EXDEV across mounts; MCUFS_EINVAL for a
 * directory into itself; MCUFS_EISDIR, MCUFS_ENOTDIR, MCUFS_ENOTEMPTY for unlike targets. */
int mcufs_rename(mcufs_t *fs, const char *from, const char *to);
int32_t mcufs_get_attribute(mcufs_t *fs, const char *path, uint8_t type, void *buffer, size_t size);
int mcufs_set_attribute(mcufs_t *fs, const char *path, uint8_t type, const void *buffer, size_t size);
int mcufs_remove_attribute(mcufs_t *fs, const char *path, uint8_t type);
int mcufs_set_times(mcufs_t *fs, const char *path, const mcufs_times_t *times);
int mcufs_set_file_attributes(mcufs_t *fs, const char *path, uint8_t attributes);

/* -- Care ----------------------------------------------------------------------------------------------- */

/* The path says which mount, and need not exist. */

/* Housekeeping ahead of time, in steps; see filesystem.h. 1: more to do. */
int mcufs_gc(mcufs_t *fs, const char *path, uint32_t budget);
/* The size of the volume, in its blocks. Fewer: what is in the way is moved. MCUFS_ENOSPC, MCUFS_EINVAL; the
 * filesystem's header says what it costs. */
int mcufs_resize(mcufs_t *fs, const char *path, uint64_t block_count);
int mcufs_health(mcufs_t *fs, const char *path, mcufs_health_t *health);
int mcufs_visit_blocks(mcufs_t *fs, const char *path,
                       int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context);

#ifdef __cplusplus
}
#endif

#endif
