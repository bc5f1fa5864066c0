/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Walks a directory tree of a mounted image, sorted by name, without trusting it: a damaged image can hold
 * directories that contain themselves, or one directory in many places. */

#ifndef MCUFS_CLI_WALK_H
#define MCUFS_CLI_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include <mcufs/mcufs.h>

enum {
    WALK_DEPTH_MAX = 256, /* nested deeper than this is taken for damage */
    WALK_PATH_MAX = 16384 /* bytes with the terminator */
};

typedef enum walk_event {
    WALK_FILE,
    WALK_DIRECTORY,    /* before its content */
    WALK_DIRECTORY_END /* after it */
} walk_event_t;

typedef struct walk_entry {
    const char *path; /* in the image, from its root */
    const char *name; /* the last component */
    unsigned depth;   /* 0: directly in the directory where the walk starts */
    bool last;        /* of its directory */
    mcufs_stat_t stat;
} walk_entry_t;

enum { WALK_GO_ON = 0, WALK_SKIP = 1 }; /* SKIP after WALK_DIRECTORY: do not go in */

typedef struct walk {
    mcufs_t *fs;
    uint64_t entries_max; /* more are taken for damage; 0: no limit */
    void *context;
    /* WALK_GO_ON, WALK_SKIP, or a negative number, which ends the walk and is returned. */
    int (*visit)(void *context, walk_event_t event, const walk_entry_t *entry);
    /* A directory that cannot be read is reported here and left out. */
    void (*failed)(void *context, const char *path, int error);
} walk_t;

/* Visits what is in the directory `path`. 0, or the negative number that ended the walk: what visit returned,
 * or MCUFS_ECORRUPT when the directories are more or deeper than any sound image has. */
int walk_tree(const walk_t *walk, const char *path);

/* True when the name can be part of a path: not empty, ".", "..", and without "/". */
bool is_safe_name(const char *name);

/* A directory read as a whole and sorted; free with list_free. 0 or a negative error. */
typedef struct list {
    mcufs_dirent_t *entries;
    size_t count;
} list_t;
int list_read(mcufs_t *fs, const char *path, size_t entries_max, list_t *list);
void list_free(list_t *list);

#endif
