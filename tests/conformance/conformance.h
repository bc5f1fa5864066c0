/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Behaviour tests, written once against the VFS and run with every filesystem.
 *
 * A setting (settings.c) is a filesystem on a medium: a geometry, an arena, what it can and cannot. A case is
 * a function that gets a fresh, empty volume mounted at "/". Every case runs in every setting; where a
 * setting cannot do what a case is about, the case says so and is skipped.
 *
 * A setting with `remount` unmounts and mounts again whenever a helper below is called and no handle is
 * open: what any case expects, it then expects of what is on the device. */

#ifndef MCUFS_TESTS_CONFORMANCE_H
#define MCUFS_TESTS_CONFORMANCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/mcufs.h>

#include "sim/flash.h"

/* -- Settings ------------------------------------------------------------------------------------------- */

typedef struct conformance_setting {
    const char *name;
    const mcufs_filesystem_t *filesystem;
    bool host;       /* a directory of the host: no chip */
    sim_kind_t kind; /* the chip: */
    mcufs_geometry_t geometry;
    const void *options;    /* the filesystem's own */
    size_t arena_size;      /* bytes; 0: plenty */
    size_t buffer_size;     /* bytes of a write buffer given at open */
    unsigned writers;       /* files open for writing at the same time */
    uint32_t name_max;      /* bytes */
    uint32_t attribute_max; /* bytes */
    int64_t time_step;      /* times are kept in multiples of this, ns */
    bool keeps_created, keeps_accessed;
    bool names_are_text; /* UTF-8 that FAT can hold, without regard to case; else any bytes */
    bool root_has_no_times;
    bool has_clusters; /* the format's blocks are not those of the device */
    bool remount;
} conformance_setting_t;

extern const conformance_setting_t conformance_settings[]; /* ends with a name of NULL */

/* -- Volumes -------------------------------------------------------------------------------------------- */

typedef struct conformance_volume {
    const conformance_setting_t *setting;
    sim_flash_t *chip;
    char directory[64]; /* host: a new one for each volume */
    uint8_t *arena;
    size_t arena_size;
} conformance_volume_t;

/* A new, formatted, empty volume, not mounted. */
/* Whether mounting finds the filesystem by itself. */
bool is_compiled_in(const conformance_setting_t *setting);
void volume_create(conformance_volume_t *volume, const conformance_setting_t *setting);
void volume_destroy(conformance_volume_t *volume);
/* Mounts by detection, but for host directories. */
int volume_mount(conformance_volume_t *volume, mcufs_t *fs, const char *path, uint32_t flags);

/* What a case gets. */
typedef struct conformance {
    const conformance_setting_t *setting;
    conformance_volume_t volume;
    mcufs_t fs;
    int64_t now; /* what the time hook says; 0: unknown */
} conformance_t;

/* -- Cases ---------------------------------------------------------------------------------------------- */

typedef struct conformance_case {
    const char *name;
    void (*run)(void **state); /* *state is a conformance_t */
} conformance_case_t;

#define CASE(function)                                                                                       \
    {                                                                                                        \
#function, function                                                                                  \
    }
#define END_OF_CASES                                                                                         \
    {                                                                                                        \
        NULL, NULL                                                                                           \
    }

extern const conformance_case_t opening_cases[], content_cases[], handle_cases[], rename_cases[],
    directory_cases[], path_cases[], metadata_cases[], bulk_cases[], mount_cases[];

/* -- Helpers; each checks that it succeeds -------------------------------------------------------------- */

#define OK(call)           assert_int_equal(call, 0)
#define FAILS(call, error) assert_int_equal(call, error)

/* Remounts, if the setting asks for it and nothing is open. */
void settle(conformance_t *test);
/* Remounts in every setting. */
void remount(conformance_t *test, uint32_t flags);
/* Skips the rest of the case when fewer files can be open for writing. */
void needs_writers(const conformance_t *test, unsigned count);

void open_file(conformance_t *test, mcufs_file_t *file, const char *path, uint32_t flags);
void write_text(mcufs_file_t *file, const char *text);
/* Reads from the current position and expects exactly this, then the end. */
void read_to_end(mcufs_file_t *file, const char *text);
/* Creates or replaces a file. */
void put(conformance_t *test, const char *path, const char *text);
void put_bytes(conformance_t *test, const char *path, const void *bytes, size_t size);
void make_directory(conformance_t *test, const char *path);

void expect_text(conformance_t *test, const char *path, const char *text);
void expect_bytes(conformance_t *test, const char *path, const void *bytes, size_t size);
void expect_missing(conformance_t *test, const char *path);
void expect_directory(conformance_t *test, const char *path);
/* The names in a directory, in order of their bytes, separated by blanks. */
void expect_listing(conformance_t *test, const char *path, const char *names);
/* How often a walk over the directory returns the name. */
unsigned count_in_listing(conformance_t *test, const char *path, const char *name);

/* The same bytes for the same seed. */
void fill(uint8_t *bytes, size_t size, uint32_t seed);
uint32_t next_random(uint32_t *state);

#endif
