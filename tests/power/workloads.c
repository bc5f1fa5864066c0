/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The workloads. Each is short, because every change in it is cut and looked at. */

#include "workloads.h"

#include <stdio.h>

#include <mcufs/types.h>

static void create(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/there", unit);
    script_file(steps, "/empty", 0);
    script_file(steps, "/small", 13);
    script_file(steps, "/d/big", unit * 2 + 5);
    script_open(steps, 0, "/d/b", MCUFS_O_RDWR | MCUFS_O_CREAT | MCUFS_O_EXCL);
    script_write(steps, 0, 7);
    script_open(steps, 1, "/d/a", MCUFS_O_WRONLY | MCUFS_O_CREAT);
    script_write(steps, 1, unit + 1);
    script_close(steps, 0);
    script_close(steps, 1);
}

static void append(script_t *setup, script_t *steps, uint32_t unit)
{
    script_file(setup, "/log", 10);
    script_file(setup, "/other", unit);
    script_open(steps, 0, "/log", MCUFS_O_WRONLY | MCUFS_O_APPEND);
    const uint32_t sizes[] = {1, 16, 33, unit / 2, 7, unit, 3, 64};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        script_write(steps, 0, sizes[i]);
        script_sync(steps, 0);
    }
    script_close(steps, 0);
    script_append(steps, "/other", 9);
    script_append(steps, "/other", unit / 3);
}

static void overwrite(script_t *setup, script_t *steps, uint32_t unit)
{
    script_file(setup, "/f", unit * 2 + unit / 2);
    script_file(setup, "/small", 12);
    script_open(steps, 0, "/f", MCUFS_O_RDWR);
    script_seek(steps, 0, unit + 3);
    script_write(steps, 0, unit / 4);
    script_seek(steps, 0, 5);
    script_write(steps, 0, 1);
    script_sync(steps, 0);
    script_seek(steps, 0, unit * 2);
    script_write(steps, 0, unit / 2);
    script_close(steps, 0);
    script_open(steps, 0, "/small", MCUFS_O_RDWR);
    script_write(steps, 0, 4);
    script_close(steps, 0);
    script_file(steps, "/f", 20);       /* smaller: from blocks to inline */
    script_file(steps, "/small", unit); /* and back */
    script_open(steps, 0, "/small", MCUFS_O_RDWR);
    script_seek(steps, 0, unit + unit / 2); /* a gap */
    script_write(steps, 0, 3);
    script_close(steps, 0);
}

static void overwrite_at(script_t *steps, int64_t position, uint32_t size)
{
    script_seek(steps, 0, position);
    script_write(steps, 0, size);
}

/* Small changes all over a file, with everything that gets in their way. */
static void scattered(script_t *setup, script_t *steps, uint32_t unit)
{
    script_file(setup, "/f", unit * 5 + 7);
    script_file(setup, "/g", unit * 2);
    script_open(steps, 0, "/f", MCUFS_O_RDWR);
    script_open(steps, 1, "/f", MCUFS_O_WRONLY | MCUFS_O_APPEND);
    overwrite_at(steps, unit * 4 + 3, 9);
    overwrite_at(steps, 5, 30);
    overwrite_at(steps, unit * 2, unit / 4);
    overwrite_at(steps, unit * 2 + 1, 4); /* over the one before */
    script_path(steps, OPERATION_MKDIR, "/d");
    overwrite_at(steps, unit * 3 - 4, unit / 8);
    script_sync(steps, 0);
    overwrite_at(steps, unit, 3);
    script_write(steps, 1, 20); /* at the end */
    overwrite_at(steps, unit * 5 + 10, 2);
    script_truncate(steps, 0, unit * 5);
    overwrite_at(steps, 6, unit / 5);
    script_rename(steps, "/f", "/d/f");
    script_sync(steps, 1);
    for (unsigned i = 0; i < 4; i++) {
        overwrite_at(steps, i * unit / 4, unit / 4); /* one after the other */
    }
    script_close(steps, 1);
    script_close(steps, 0);
    script_open(steps, 0, "/g", MCUFS_O_RDWR);
    overwrite_at(steps, unit, 1);
    script_path(steps, OPERATION_UNLINK, "/g"); /* while it is open and changed */
    overwrite_at(steps, 3, 1);
    script_close(steps, 0);
}

static void housekeep(script_t *steps, uint32_t budget)
{
    script_add(steps, OPERATION_GC)->size = budget;
}

/* Erased ahead of time, in steps, while things change; and a stream. */
static void housekeeping(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/f", unit * 3);
    script_file(setup, "/g", 10);
    housekeep(steps, 3);
    script_append(steps, "/d/f", unit + 1);
    housekeep(steps, 1);
    script_file(steps, "/g", unit * 2);
    script_path(steps, OPERATION_UNLINK, "/d/f");
    housekeep(steps, 20);
    script_open(steps, 0, "/stream", MCUFS_O_RDWR | MCUFS_O_CREAT);
    for (unsigned i = 0; i < 4; i++) {
        script_write(steps, 0, unit * 2);
        housekeep(steps, 2);
    }
    script_sync(steps, 0);
    overwrite_at(steps, unit, unit * 3);
    housekeep(steps, 2);
    script_path(steps, OPERATION_MKDIR, "/e");
    script_close(steps, 0);
}

static void truncate(script_t *setup, script_t *steps, uint32_t unit)
{
    script_file(setup, "/f", unit * 2 + unit / 2);
    script_file(setup, "/g", 14);
    script_open(steps, 0, "/f", MCUFS_O_RDWR);
    const uint32_t sizes[] = {unit + unit / 2, unit, unit + 9, 10, unit, 0};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        script_truncate(steps, 0, sizes[i]);
        script_sync(steps, 0);
    }
    script_seek(steps, 0, 0);
    script_write(steps, 0, unit + 2);
    script_truncate(steps, 0, unit - 3);
    script_close(steps, 0);
    script_open(steps, 0, "/g", MCUFS_O_WRONLY);
    script_truncate(steps, 0, 3);
    script_close(steps, 0);
}

static void rename_within(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/b", 11);
    script_file(setup, "/d/m", unit + 1);
    script_file(setup, "/d/z", 5);
    script_attribute(setup, "/d/m", 0, 4);
    script_rename(steps, "/d/b", "/d/a");
    script_rename(steps, "/d/m", "/d/zz");
    script_rename(steps, "/d", "/e");
    script_rename(steps, "/e/a", "/e/y");
}

static void rename_across(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/a");
    script_path(setup, OPERATION_MKDIR, "/b");
    script_path(setup, OPERATION_MKDIR, "/b/sub");
    const char *const names[] = {"/a/1", "/a/2", "/a/3", "/b/5", "/b/sub/6"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        script_file(setup, names[i], i == 1 ? unit + 3 : 8 + i);
    }
    script_attribute(setup, "/a/1", 1, 8);
    script_rename(steps, "/a/1", "/b/4"); /* what follows it in /a must stay visible */
    script_rename(steps, "/a/2", "/b/7");
    script_rename(steps, "/b/sub/6", "/a/0");
    script_rename(steps, "/b/sub", "/a/sub");
    script_rename(steps, "/b", "/a/sub/b");
    script_rename(steps, "/a/sub/b/5", "/5");
}

static void rename_over(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/a");
    script_path(setup, OPERATION_MKDIR, "/b");
    script_path(setup, OPERATION_MKDIR, "/b/empty");
    script_path(setup, OPERATION_MKDIR, "/a/full");
    script_file(setup, "/a/full/x", 6);
    script_file(setup, "/a/config.new", unit + 1);
    script_file(setup, "/a/config", unit);
    script_file(setup, "/b/config", 9);
    script_attribute(setup, "/b/config", 0, 4);
    script_rename(steps, "/a/config.new", "/a/config");
    script_rename(steps, "/a/config", "/b/config");
    script_rename(steps, "/a/full", "/b/empty");
    script_rename(steps, "/b/empty/x", "/b/config");
    script_rename(steps, "/b/empty", "/a"); /* both empty now */
}

static void directories(script_t *setup, script_t *steps, uint32_t unit)
{
    (void)unit;
    script_path(setup, OPERATION_MKDIR, "/m");
    script_path(steps, OPERATION_MKDIR, "/a");
    script_path(steps, OPERATION_MKDIR, "/a/b");
    script_path(steps, OPERATION_MKDIR, "/a/b/c");
    script_path(steps, OPERATION_MKDIR, "/z");
    script_file(steps, "/a/b/c/f", 5);
    script_path(steps, OPERATION_UNLINK, "/a/b/c/f");
    script_path(steps, OPERATION_RMDIR, "/a/b/c");
    script_path(steps, OPERATION_RMDIR, "/m");
    script_path(steps, OPERATION_RMDIR, "/a/b");
    script_path(steps, OPERATION_REMOVE, "/z");
    script_path(steps, OPERATION_RMDIR, "/a");
}

static void many_files(script_t *script, const char *directory, unsigned count, uint32_t size)
{
    char path[64];
    for (unsigned i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/file%02u", directory, i * 7 % count);
        script_file(script, path, size);
    }
}

/* A directory over several metadata pairs: directories made and removed in it, pairs that run empty. */
static void crowd(script_t *setup, script_t *steps, uint32_t unit)
{
    (void)unit;
    script_path(setup, OPERATION_MKDIR, "/d");
    many_files(setup, "/d", 12, 12);
    script_path(steps, OPERATION_MKDIR, "/d/file00dir");
    script_path(steps, OPERATION_MKDIR, "/d/zdir");
    script_file(steps, "/d/file05new", 9);
    for (unsigned i = 2; i < 9; i++) {
        char path[64];
        snprintf(path, sizeof path, "/d/file%02u", i);
        script_path(steps, OPERATION_UNLINK, path);
    }
    script_path(steps, OPERATION_RMDIR, "/d/file00dir");
    script_path(steps, OPERATION_RMDIR, "/d/zdir");
}

static void removal(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/a", 5);
    script_file(setup, "/d/b", unit * 2);
    script_file(setup, "/d/c", 6);
    script_file(setup, "/top", unit);
    script_path(steps, OPERATION_UNLINK, "/d/b");
    script_open(steps, 1, "/top", MCUFS_O_RDWR);
    script_write(steps, 1, 30);
    script_path(steps, OPERATION_UNLINK, "/top"); /* open, with unsynced content */
    script_write(steps, 1, unit);
    script_sync(steps, 1);
    script_file(steps, "/d/new", unit);
    script_close(steps, 1);
    script_path(steps, OPERATION_REMOVE, "/d/a");
    script_path(steps, OPERATION_REMOVE, "/d/c");
    script_path(steps, OPERATION_REMOVE, "/d/new");
}

static void attributes(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/f", unit);
    script_attribute(steps, "/d/f", 0, 4);
    script_attribute(steps, "/d/f", 1, 8);
    script_attribute(steps, "/d/f", 0, 8);
    script_attribute(steps, "/d", 2, 8);
    script_attribute(steps, "/", 1, 5);
    script_attribute(steps, "/d/f", 1, 0);
    script_path(steps, OPERATION_REMOVE_ATTRIBUTE, "/d/f");
    script_path(steps, OPERATION_REMOVE_ATTRIBUTE, "/");
    script_append(steps, "/d/f", 10);
    script_rename(steps, "/d/f", "/g");
}

/* Rewriting small things until metadata pairs move on, those of parents and neighbours with them. */
static void relocation(script_t *setup, script_t *steps, uint32_t unit)
{
    (void)unit;
    script_path(setup, OPERATION_MKDIR, "/a");
    script_path(setup, OPERATION_MKDIR, "/a/b");
    script_path(setup, OPERATION_MKDIR, "/c");
    script_file(setup, "/a/b/f", 10);
    script_file(setup, "/c/g", 10);
    for (unsigned i = 0; i < 8; i++) {
        script_file(steps, "/a/b/f", 10 + i);
        script_file(steps, i % 2 == 0 ? "/c/g" : "/h", 8 + i);
    }
    script_rename(steps, "/a/b/f", "/c/f");
    script_path(steps, OPERATION_MKDIR, "/a/b/n");
    script_rename(steps, "/a/b", "/c/b");
}

static void nearly_full(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/d/keep", 10);
    char path[64];
    for (unsigned i = 0; i < 12; i++) {
        snprintf(path, sizeof path, "/fill%u", i);
        script_file(setup, path, unit * (12 - i));
    }
    script_file(steps, "/d/new", unit);
    script_append(steps, "/d/keep", 20);
    script_file(steps, "/fill3", unit);
    script_file(steps, "/d/keep", unit);
    script_path(steps, OPERATION_UNLINK, "/fill2");
    script_rename(steps, "/d/keep", "/kept");
    script_path(steps, OPERATION_MKDIR, "/d/e");
    script_file(steps, "/d/new", unit + 3);
}

/* Two handles on one file, unsynced content while other things change. */
static void handles(script_t *setup, script_t *steps, uint32_t unit)
{
    script_path(setup, OPERATION_MKDIR, "/d");
    script_file(setup, "/f", unit);
    script_file(setup, "/g", 10);
    script_open(steps, 0, "/f", MCUFS_O_RDWR);
    script_open(steps, 1, "/f", MCUFS_O_WRONLY | MCUFS_O_APPEND);
    script_open(steps, 2, "/g", MCUFS_O_RDWR);
    script_write(steps, 0, unit / 2);
    script_write(steps, 2, 14);
    script_rename(steps, "/f", "/d/f");
    script_write(steps, 1, 25);
    script_attribute(steps, "/d/f", 0, 4);
    script_path(steps, OPERATION_MKDIR, "/e");
    script_sync(steps, 1);
    script_truncate(steps, 0, unit / 4);
    script_rename(steps, "/d/f", "/g"); /* over the open one */
    script_sync(steps, 2);
    script_close(steps, 0);
    script_write(steps, 1, 9);
    script_close(steps, 1);
    script_close(steps, 2);
}

const workload_t workloads[] = {
    {"create", create, false, 0, 0},
    {"append", append, false, 0, 0},
    {"overwrite", overwrite, false, 0, 0},
    {"scattered", scattered, false, 0, 0},
    {"housekeeping", housekeeping, false, 0, 0},
    {"truncate", truncate, false, 0, 0},
    {"rename-within", rename_within, false, 0, 0},
    {"rename-across", rename_across, false, 0, 0},
    {"rename-over", rename_over, false, 0, 0},
    {"directories", directories, false, 0, 0},
    {"crowd", crowd, false, 0, 0},
    {"remove", removal, false, 0, 0},
    {"attributes", attributes, false, 0, 0},
    {"relocation", relocation, false, 1, 0},
    {"relocation-slow", relocation, false, 4, 0},
    {"rename-relocation", rename_across, false, 1, 0},
    {"crowd-relocation", crowd, false, 2, 0},
    {"nearly-full", nearly_full, true, 0, 24},
    {"full-relocation", nearly_full, true, 2, 24},
    {"handles", handles, false, 0, 0},
};
const unsigned workload_count = sizeof workloads / sizeof workloads[0];
