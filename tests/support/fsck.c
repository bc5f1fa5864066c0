/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Runs fsck.fat -n on an image. Its exit code says too little: there must be no line but its banner and its
 * summary, either. */

#include "fsck.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool write_image(int file, const uint8_t *image, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, image, size);
        if (written <= 0) {
            return false;
        }
        image += written;
        size -= (size_t)written;
    }
    return true;
}

static bool is_expected(const char *line, const char *path)
{
    return strncmp(line, "fsck.fat ", 9) == 0 || strncmp(line, path, strlen(path)) == 0;
}

const char *fsck_fat(const uint8_t *image, size_t size)
{
    static char complaint[300];
    char path[64], command[160], line[200];
    snprintf(path, sizeof path, "%s/mcufs-fsck-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    int file = mkstemp(path);
    bool written = file >= 0 && write_image(file, image, size);
    if (file >= 0) {
        close(file);
    }
    complaint[0] = '\0';
    snprintf(command, sizeof command, "PATH=$PATH:/usr/sbin:/sbin fsck.fat -n %s 2>&1", path);
    FILE *output = written ? popen(command, "r") : NULL;
    while (output != NULL && fgets(line, sizeof line, output) != NULL) {
        if (!is_expected(line, path) && strlen(complaint) + strlen(line) < sizeof complaint) {
            strcat(complaint, line);
        }
    }
    int status = output != NULL ? pclose(output) : -1;
    if (status != 0 && complaint[0] == '\0') {
        snprintf(complaint, sizeof complaint, "fsck.fat did not run, or found something: status %d", status);
    }
    (void)remove(path);
    return complaint[0] != '\0' ? complaint : NULL;
}
