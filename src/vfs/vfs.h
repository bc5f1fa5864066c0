/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the files of the VFS share.
 *
 * Every call of the application goes the same way: mcufs_vfs_resolve() finds the place a path names (a mount
 * and the rest of the path inside it), mcufs_vfs_enter() takes that mount's lock, one operation of its
 * filesystem does the work, mcufs_vfs_leave() gives the lock back. Handles skip the first step.
 *
 * The lock protects what is inside a mount. The list of mounts and the working directory belong to the
 * mcufs_t: who mounts, unmounts or changes directory while other threads use the tree has to keep them out.
 */

#ifndef MCUFS_VFS_VFS_H
#define MCUFS_VFS_VFS_H

#include <mcufs/mcufs.h>

/* More than one filesystem is compiled in. */
#ifndef MCUFS_WITH_LITTLEFS1
#define MCUFS_WITH_LITTLEFS1 0
#endif
#ifndef MCUFS_WITH_FAT
#define MCUFS_WITH_FAT 0
#endif
#define MCUFS_VFS_HAS_CHOICE (MCUFS_WITH_LITTLEFS1 || MCUFS_WITH_FAT)

/* One mount, at the head of its arena; the filesystem has what follows. */
struct mcufs_mount_record {
    mcufs_mount_record_t *next; /* mounted before this one */
    const mcufs_filesystem_t *filesystem;
    void *volume;
    const mcufs_hooks_t *hooks; /* those of the mcufs_t, or a copy behind the path; never NULL */
    const mcufs_device_t *device;
    uint32_t id;      /* ascending in the order of mounting, from MCUFS_VFS_FIRST_ID */
    uint32_t handles; /* open files and directories */
    bool read_only;
    char path[]; /* normalised: "/", or "/a/b" */
};

/* mcufs_dir_t.position counts through the ids of the mounts that appear in a directory; the two values below
 * are its states before that. */
enum { MCUFS_VFS_IN_FILESYSTEM = 0, MCUFS_VFS_AT_MOUNTS = 1, MCUFS_VFS_FIRST_ID = 2 };

/* What a path names. */
typedef struct mcufs_vfs_place {
    mcufs_mount_record_t *mount; /* the nearest mount at or above; NULL: none */
    mcufs_path_t path;           /* the rest, from the mount's root, or from "/" */
    bool at_end;                 /* the rest is empty: it is where `mount` is mounted, or "/" */
    bool above_mount;            /* other mounts lie below it: a directory, whatever the filesystem says */
} mcufs_vfs_place_t;

/* MCUFS_ENOENT for an empty path; MCUFS_ENODEV when there is no mount at, above or below it. */
int mcufs_vfs_resolve(const mcufs_t *fs, const char *path, mcufs_vfs_place_t *place);

/* 0 when the place is an ordinary name; else what to answer those who would remove, replace or move it. */
int mcufs_vfs_check_ordinary(const mcufs_vfs_place_t *place);

/* True for the errors of a directory that the filesystem does not have; where mounts lie below, it exists
 * nevertheless. */
bool mcufs_vfs_is_missing(int error);

/* Writes the absolute, normalised spelling of `path`. MCUFS_ENAMETOOLONG. */
int mcufs_vfs_spell(const mcufs_t *fs, const char *path, char *buffer, size_t size);

/* The name under which a mount appears in the directory `directory` (normalised), or NULL when it does not
 * lie below it. Not terminated; *length bytes. */
const char *mcufs_vfs_name_below(const mcufs_mount_record_t *mount, const char *directory, size_t *length);

/* An operation of the filesystem table, by its place in it, and whether it changes the volume. So one
 * function can answer for all of them: MCUFS_ENOTSUP, MCUFS_EROFS. */
typedef uint16_t mcufs_vfs_operation_t;
enum { MCUFS_VFS_CHANGES = 0x4000 };
#define MCUFS_VFS_LOOK(member)   ((mcufs_vfs_operation_t)offsetof(mcufs_filesystem_t, member))
#define MCUFS_VFS_CHANGE(member) ((mcufs_vfs_operation_t)(MCUFS_VFS_LOOK(member) | MCUFS_VFS_CHANGES))

/* Takes the lock of a mount for an operation. MCUFS_ENODEV: `mount` is NULL; MCUFS_EROFS: it is read-only and
 * this would change it; MCUFS_ENOTSUP: its filesystem has no such operation. After 0, and only then,
 * mcufs_vfs_leave has to be called. */
int mcufs_vfs_enter(const mcufs_mount_record_t *mount, mcufs_vfs_operation_t operation);
/* Resolves, then enters. */
int mcufs_vfs_enter_path(const mcufs_t *fs, const char *path, mcufs_vfs_operation_t operation,
                         mcufs_vfs_place_t *place);
/* Gives the lock back. Returns `result`. */
int32_t mcufs_vfs_leave(const mcufs_mount_record_t *mount, int32_t result);

/* `hooks` may be NULL. */
int mcufs_vfs_lock(const mcufs_hooks_t *hooks);
void mcufs_vfs_unlock(const mcufs_hooks_t *hooks);

/* Decides what to mount on setup->device and makes it ready: detects the filesystem unless *filesystem says
 * it, and formats as `flags` ask. The arena serves as scratch memory. */
int mcufs_vfs_prepare(const mcufs_setup_t *setup, uint32_t flags, const mcufs_filesystem_t **filesystem);
/* After a filesystem was detected that cannot be mounted: one further down the table that the device looks
 * like as well. */
int mcufs_vfs_next_candidate(const mcufs_setup_t *setup, const mcufs_filesystem_t **filesystem);

#endif
