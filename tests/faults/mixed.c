/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The mixed workload. */

#include "mixed.h"

#include <mcufs/types.h>

uint32_t mixed_unit(const filesystem_row_t *row, const geometry_row_t *geometry)
{
    uint32_t unit = geometry->block_size;
    return row->file_max != 0 && unit > row->file_max / 3 ? row->file_max / 3 : unit;
}

void mixed_setup(script_t *script, uint32_t unit)
{
    script_path(script, OPERATION_MKDIR, "/a");
    script_path(script, OPERATION_MKDIR, "/b");
    script_path(script, OPERATION_MKDIR, "/b/sub");
    script_file(script, "/a/one", 10);
    script_file(script, "/a/two", unit + unit / 2);
    script_file(script, "/a/three", 7);
    script_file(script, "/b/keep", unit * 2);
    script_attribute(script, "/a/one", 0, 4);
}

void mixed_steps(script_t *script, uint32_t unit)
{
    script_open(script, 2, "/b/log", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
    script_write(script, 2, 12);
    script_sync(script, 2);
    script_write(script, 2, unit + 5);
    script_sync(script, 2);
    script_open(script, 1, "/a/two", MCUFS_O_RDWR);
    script_seek(script, 1, unit / 2);
    script_add(script, OPERATION_READ)->slot = 1;
    script->operations[script->count - 1].size = unit;
    script_seek(script, 1, 3);
    script_write(script, 1, 30);
    script_rename(script, "/a/one", "/b/moved");
    script_sync(script, 1);
    script_truncate(script, 1, unit / 3);
    script_close(script, 1);
    script_path(script, OPERATION_MKDIR, "/c");
    script_attribute(script, "/a/three", 1, 8);
    script_file(script, "/c/small", 9);
    script_write(script, 2, 3);
    script_rename(script, "/b/log", "/a/log");
    script_sync(script, 2);
    script_path(script, OPERATION_STAT, "/a/log");
    script_path(script, OPERATION_UNLINK, "/a/three");
    script_rename(script, "/c/small", "/b/moved");
    script_path(script, OPERATION_RMDIR, "/b/sub");
    script_file(script, "/a/two", unit);
    script_path(script, OPERATION_RMDIR, "/c");
    script_close(script, 2);
}
