/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A filesystem that does nothing but note how it was called, hooks that count, and a device in memory. */

#ifndef MCUFS_TESTS_UNIT_VFS_FAKE_H
#define MCUFS_TESTS_UNIT_VFS_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/mcufs.h>

/* What happened since fake_reset, and what the fake is to answer. */
typedef struct fake {
    unsigned calls;        /* of operations */
    const char *operation; /* the last one */
    void *volume;          /* it was called for */
    uint32_t flags;        /* of mount, format or open */
    char path[128];        /* its path, as "a/b" */
    char other_path[128];  /* of a rename: the target */
    unsigned formats, mounts;
    int answer;               /* of every operation but probe */
    int probe_answer;         /* of probe, when not 0 */
    const uint8_t *probed;    /* what probe is to find on the device, byte for byte, when not NULL */
    const char *const *names; /* what readdir returns; NULL: nothing */

    unsigned locks, unlocks, progress;
    bool called_without_lock;
    int lock_answer;
} fake_t;

extern fake_t fake;
extern const mcufs_hooks_t fake_hooks;

/* Recognises devices that begin with 'A' (or 'B'), and formats them so. All operations. */
extern const mcufs_filesystem_t fake_filesystem, fake_other_filesystem;
/* Can only mount, open, close, opendir, closedir and stat. */
extern const mcufs_filesystem_t fake_bare_filesystem;

void fake_reset(void);

/* A device in memory that checks units and counts its changes. */
enum { FAKE_BLOCK_SIZE = 1024, FAKE_BLOCKS = 4 };

typedef struct fake_device {
    mcufs_device_t device; /* first */
    uint8_t bytes[FAKE_BLOCK_SIZE * FAKE_BLOCKS];
    unsigned changes;
    int read_answer;
} fake_device_t;

/* Blank: full of `erased` (0xff when unknown). */
void fake_device_init(fake_device_t *device, uint32_t read_size, int16_t erased);

#endif
