/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes without a journal, cut at every write: what was synced is there, of two names there is one at
 * least, and fsck.fat finds nothing but what include/mcufs/fat.h admits. */

#include "volume.h"

#include <stdio.h>

#include "support/fsck.h"

enum { SIZE = 3000 };

static uint8_t before[SIZE], after[SIZE];

typedef struct step {
    const char *name;
    int (*run)(volume_t *volume);
    bool (*judge)(volume_t *volume); /* what may be there after a cut in it */
    bool shares;                     /* two names may lead to the same clusters for a moment */
    bool grows;                      /* the chain may be longer than the size */
} step_t;

/* 0: it has this content; 1: it is not there; else it is wrong. */
static int look(volume_t *volume, const char *path, const uint8_t *content, size_t size)
{
    static uint8_t found[2 * SIZE];
    mcufs_file_t file;
    int error = mcufs_open(&volume->fs, &file, path, MCUFS_O_RDONLY);
    if (error != 0) {
        return error == MCUFS_ENOENT ? 1 : -1;
    }
    int32_t length = mcufs_read(&file, found, sizeof found);
    OK(mcufs_close(&file));
    return length == (int32_t)size && memcmp(found, content, size) == 0 ? 0 : -1;
}

static int write_file(volume_t *volume, const char *path, uint32_t flags, const uint8_t *content, size_t size)
{
    mcufs_file_t file;
    int error = mcufs_open(&volume->fs, &file, path, MCUFS_O_WRONLY | flags);
    if (error == 0) {
        int32_t written = mcufs_write(&file, content, size);
        error = mcufs_close(&file);
        error = written < 0 ? (int)written : error;
    }
    return error;
}

static int create(volume_t *volume)
{
    return write_file(volume, "/d/A new file with a name", MCUFS_O_CREAT, before, SIZE);
}

static bool judge_create(volume_t *volume)
{
    int found = look(volume, "/d/A new file with a name", before, SIZE);
    return found >= 0 || look(volume, "/d/A new file with a name", before, 0) == 0;
}

static int append(volume_t *volume)
{
    return write_file(volume, "/d/file", MCUFS_O_APPEND, after, SIZE);
}

static bool judge_append(volume_t *volume)
{
    static uint8_t both[2 * SIZE];
    memcpy(both, before, SIZE);
    memcpy(both + SIZE, after, SIZE);
    return look(volume, "/d/file", before, SIZE) == 0 || look(volume, "/d/file", both, sizeof both) == 0;
}

static int replace(volume_t *volume)
{
    return write_file(volume, "/d/file", MCUFS_O_TRUNC, after, SIZE / 2);
}

static bool judge_replace(volume_t *volume)
{
    return look(volume, "/d/file", before, SIZE) == 0 || look(volume, "/d/file", after, SIZE / 2) == 0;
}

static int remove_file(volume_t *volume)
{
    return mcufs_unlink(&volume->fs, "/d/file");
}

static bool judge_remove(volume_t *volume)
{
    return look(volume, "/d/file", before, SIZE) >= 0;
}

static int rename_file(volume_t *volume)
{
    return mcufs_rename(&volume->fs, "/d/file", "/Some other name");
}

static bool judge_rename(volume_t *volume)
{
    int old = look(volume, "/d/file", before, SIZE), new = look(volume, "/Some other name", before, SIZE);
    return old >= 0 && new >= 0 && (old == 0 || new == 0);
}

static int rename_over(volume_t *volume)
{
    return mcufs_rename(&volume->fs, "/d/file", "/kept/over");
}

static bool judge_rename_over(volume_t *volume)
{
    int old = look(volume, "/d/file", before, SIZE), new = look(volume, "/kept/over", before, SIZE);
    return (old == 0 && look(volume, "/kept/over", after, SIZE) == 0) || (old >= 0 && new == 0);
}

static int make(volume_t *volume)
{
    int error = mcufs_mkdir(&volume->fs, "/d/A directory");
    return error == 0 ? mcufs_mkdir(&volume->fs, "/d/A directory/inner") : error;
}

static bool judge_make(volume_t *volume)
{
    mcufs_stat_t stat;
    int error = mcufs_stat(&volume->fs, "/d/A directory", &stat);
    return (error == 0 && stat.type == MCUFS_TYPE_DIRECTORY) || error == MCUFS_ENOENT;
}

static const step_t steps[] = {
    {"create", create, judge_create, false, false},
    {"append", append, judge_append, false, true},
    {"replace", replace, judge_replace, false, false},
    {"remove", remove_file, judge_remove, false, false},
    {"rename", rename_file, judge_rename, true, false},
    {"rename over", rename_over, judge_rename_over, true, false},
    {"make a directory", make, judge_make, false, false},
};

static volume_t *new_volume(uint8_t type)
{
    volume_t *volume = volume_new(type == 12 ? 512 : 8192, 512);
    const mcufs_fat_options_t options = {
        .cluster_size = 512, .type = type, .journal_sectors = MCUFS_FAT_NEVER, .serial = 1};
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    OK(mcufs_mkdir(&volume->fs, "/d"));
    OK(mcufs_mkdir(&volume->fs, "/kept"));
    put(volume, "/d/file", before, SIZE);
    put(volume, "/kept/over", after, SIZE);
    put(volume, "/kept/always", after, SIZE);
    OK(mcufs_unmount(&volume->fs, "/"));
    OK(volume_mount(volume, 0));
    return volume;
}

static bool is_one_of(const char *line, const char *const *these)
{
    for (; *these != NULL; these++) {
        if (strstr(line, *these) != NULL) {
            return true;
        }
    }
    return line[0] == '\n';
}

/* Lost clusters, a second table that is behind, and the mark are admitted; two names during a rename;
 * clusters behind the end of a file that was to grow. */
static bool is_admitted(const step_t *step, const char *complaint)
{
    static const char *const always[] = {"Dirty bit",
                                         "Automatically removing dirty bit",
                                         "Reclaimed",
                                         "Leaving filesystem unchanged",
                                         "FATs differ but appear to be intact",
                                         "Using first FAT",
                                         NULL};
    static const char *const two_names[] = {"share clusters", "Truncating second", " and\n", "/",
                                            "File size is",   "Truncating file",   NULL};
    static const char *const longer[] = {"/", "cluster chain length is >", "Truncating file", NULL};
    while (complaint != NULL && *complaint != '\0') {
        const char *end = strchr(complaint, '\n');
        size_t length = end != NULL ? (size_t)(end - complaint) + 1 : strlen(complaint);
        char line[200];
        (void)snprintf(line, sizeof line, "%.*s", (int)length, complaint);
        if (!is_one_of(line, always) && !(step->shares && is_one_of(line, two_names)) &&
            !(step->grows && is_one_of(line, longer))) {
            print_error("fsck.fat: %s", line);
            return false;
        }
        complaint += length;
    }
    return true;
}

/* False: the step ended before the cut. */
static bool cut_at(const step_t *step, uint8_t type, uint64_t writes)
{
    volume_t *volume = new_volume(type);
    volume->writes_left = writes;
    int error = step->run(volume);
    bool cut = error != 0;
    bool acknowledged = error == 0;
    volume_forget(volume);
    const char *complaint = fsck_fat(volume->bytes, volume->size);
    bool admitted = is_admitted(step, complaint);
    OK(volume_mount(volume, 0));
    bool right = step->judge(volume) && look(volume, "/kept/always", after, SIZE) == 0;
    if (!admitted || !right) {
        print_error("%s, FAT%u, after %llu writes: %s\n", step->name, type, (unsigned long long)writes,
                    admitted ? "wrong content" : complaint);
    }
    assert_true(admitted && right);
    assert_true(cut || acknowledged);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_free(volume);
    return cut;
}

static void order_is_kept(void **state)
{
    (void)state;
    fill(before, sizeof before, 1);
    fill(after, sizeof after, 2);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        for (unsigned type = 12; type <= 16; type += 4) {
            uint64_t writes = 0;
            while (cut_at(&steps[i], (uint8_t)type, writes)) {
                writes++;
            }
            assert_true(writes > 2);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
