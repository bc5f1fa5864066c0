/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* One operation on a filesystem as plain data, and scripts of them: what the campaigns generate, cut,
 * repeat and print. */

#ifndef MCUFS_TESTS_OPERATION_H
#define MCUFS_TESTS_OPERATION_H

#include <stddef.h>
#include <stdint.h>

#define OPERATION_PATH        128
#define OPERATION_SLOTS       4 /* open files at a time */
#define OPERATION_DIRECTORIES 2 /* open directories at a time */

typedef enum operation_kind {
    OPERATION_OPEN,
    OPERATION_CLOSE,
    OPERATION_READ,
    OPERATION_WRITE,
    OPERATION_SEEK,
    OPERATION_TRUNCATE,
    OPERATION_SYNC,
    OPERATION_MKDIR,
    OPERATION_REMOVE,
    OPERATION_UNLINK,
    OPERATION_RMDIR,
    OPERATION_RENAME,
    OPERATION_SET_ATTRIBUTE,
    OPERATION_REMOVE_ATTRIBUTE,
    OPERATION_OPENDIR,
    OPERATION_READDIR,
    OPERATION_CLOSEDIR,
    OPERATION_STAT,
    OPERATION_GC,
    OPERATION_REMOUNT, /* closes everything, unmounts, mounts */
    OPERATION_VERIFY,  /* compares the whole tree with the model */
    OPERATION_KINDS
} operation_kind_t;

typedef struct operation {
    operation_kind_t kind;
    uint8_t slot;      /* which file or directory handle */
    uint8_t attribute; /* index into tree_attribute_types */
    int whence;
    uint32_t flags; /* of open */
    uint32_t size;  /* of read, write, truncate, attribute, gc budget */
    int64_t offset; /* of seek */
    uint64_t seed;  /* of the content */
    char path[OPERATION_PATH];
    char to[OPERATION_PATH];
} operation_t;

void operation_print(const operation_t *operation, char *text, size_t size);

typedef struct script {
    char name[64];
    operation_t *operations;
    size_t count, capacity;
} script_t;

void script_free(script_t *script);
/* Appends a zeroed operation; the pointer is good until the next append. */
operation_t *script_add(script_t *script, operation_kind_t kind);

/* The usual ones. Content seeds differ from call to call, in the order of the script. */
void script_open(script_t *script, unsigned slot, const char *path, uint32_t flags);
void script_close(script_t *script, unsigned slot);
void script_sync(script_t *script, unsigned slot);
void script_write(script_t *script, unsigned slot, uint32_t size);
void script_seek(script_t *script, unsigned slot, int64_t offset);
void script_truncate(script_t *script, unsigned slot, uint32_t size);
void script_path(script_t *script, operation_kind_t kind, const char *path);
void script_rename(script_t *script, const char *from, const char *to);
void script_attribute(script_t *script, const char *path, unsigned attribute, uint32_t size);
/* Open (creating, emptying), write, close. */
void script_file(script_t *script, const char *path, uint32_t size);
/* Open to append, write, close. */
void script_append(script_t *script, const char *path, uint32_t size);

#endif
