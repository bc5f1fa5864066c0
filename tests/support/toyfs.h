/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A toy filesystem to test the tests with: everything in memory, written as a whole to one of three banks
 * at every change. It is right by simplicity; with a defect chosen it is wrong in one known way, and the
 * campaign that guards against this has to find it. */

#ifndef MCUFS_TESTS_TOYFS_H
#define MCUFS_TESTS_TOYFS_H

#include <mcufs/filesystem.h>

#define TOY_NODES    48
#define TOY_FILE_MAX 1024

typedef enum toy_defect {
    TOY_SOUND,
    TOY_NO_CHECKSUM,      /* a torn bank is taken for a good one */
    TOY_ONE_BANK,         /* overwrites the only copy */
    TOY_LAZY_SYNC,        /* sync and close write nothing, a later change does */
    TOY_EAGER_WRITE,      /* unsynced content becomes durable with any other change */
    TOY_TWO_STEP_RENAME,  /* the old name goes first, then the new one comes */
    TOY_TWO_STEP_REPLACE, /* rename removes what it replaces first */
    TOY_LOSE_ATTRIBUTES,  /* attributes are not written */
    TOY_SWALLOW_ERRORS,   /* device errors are not passed on */
    TOY_FAIL_TWICE,       /* after a device error every later change fails, too */
    TOY_FORGET_ON_ERROR,  /* a failed change stays in memory although it was reported as failed */
    TOY_SKIP_ERASE,       /* programs over what is not erased */
    TOY_STALE_WALK,       /* readdir goes by position: removing an entry makes it skip the next */
    TOY_SHORT_GAP,        /* a gap after a seek past the end is not zeroed */
    TOY_RECOVERY_ERASES,  /* mounting erases the other banks before it writes */
    TOY_DEFECTS
} toy_defect_t;

extern const char *const toy_defect_names[TOY_DEFECTS];

typedef struct toy_options {
    toy_defect_t defect;
} toy_options_t;

size_t toyfs_arena_size(void);

extern const mcufs_filesystem_t toyfs;

#endif
