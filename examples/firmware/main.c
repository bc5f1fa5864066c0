/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mount a flash chip, append to a file, count the boots. This is all that firmware needs. */

#include <mcufs/mcufs.h>

#include <stdio.h>

#include "board_flash.h"

static mcufs_t fs;
static uint8_t memory[4096]; /* more is faster, less is fine */

/* What runs after every reset. Returns the size of the log, or an error. */
static int64_t boot(void)
{
    int err = mcufs_init(&fs, NULL);
    if (err == 0) {
        err = mcufs_mount(&fs, "/", &board_flash,
                          &(mcufs_mount_options_t){
                              .arena = memory, .arena_size = sizeof memory, .flags = MCUFS_FORMAT_IF_BLANK});
    }
    if (err != 0) {
        return err;
    }

    mcufs_file_t log;
    err = mcufs_open(&fs, &log, "/boot.log", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND);
    if (err != 0) {
        return err;
    }
    int32_t written = mcufs_write(&log, "up\n", 3);
    int64_t size = mcufs_size(&log);
    err = mcufs_close(&log); /* 0: it is on flash, whatever happens next */
    if (written < 0) {
        return written;
    }
    return err != 0 ? err : size;
}

int main(void)
{
    /* Three boots: nothing is unmounted in between, as with a real reset. */
    for (int i = 1; i <= 3; i++) {
        int64_t size = boot();
        if (size < 0) {
            printf("boot %d: %s\n", i, mcufs_error_text((int)size));
            return 1;
        }
        printf("boot %d: /boot.log has %d bytes\n", i, (int)size);
        if (size != 3 * i) {
            return 1;
        }
    }
    return 0;
}
