/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Workloads on many files: one large directory, renames, a full volume, directories made and removed. */

#include "workload.h"

enum { FILE_SIZE = 100, SHUFFLE = 7919 };

typedef struct scale {
    uint32_t files, renames, fill, fill_file;
} scale_t;

static scale_t scale_of(const bench_configuration_t *configuration)
{
    if (configuration->small)
        return (scale_t){.files = 300, .renames = 60, .fill = 512 * 1024, .fill_file = 65536};
    return (scale_t){.files = 1000,
                     .renames = 200,
                     .fill = (configuration->cache_size == 64 ? 10u : 12u) * 1024 * 1024,
                     .fill_file = 1024 * 1024};
}

static int create_file(bench_t *bench, const char *path, const uint8_t *content, uint32_t size)
{
    mcufs_file_t file;

    TRY(mcufs_open(&bench->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT));
    TRY(mcufs_write(&file, content, size));
    TRY(mcufs_close(&file));
    return MCUFS_OK;
}

static int count_entries(bench_t *bench, const char *path, uint32_t *count)
{
    static mcufs_dirent_t entry;
    mcufs_dir_t directory;
    int more;

    *count = 0;
    TRY(mcufs_opendir(&bench->fs, &directory, path));
    while ((more = mcufs_readdir(&directory, &entry)) == 1)
        ++*count;
    TRY(more);
    TRY(mcufs_closedir(&directory));
    return MCUFS_OK;
}

static int create_files(bench_t *bench, const scale_t *scale)
{
    char path[64];
    mcufs_statfs_t statfs;

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->files; i++) {
        snprintf(path, sizeof path, "/d/file%04u", (unsigned)i);
        bench_operation(bench);
        TRY(create_file(bench, path, bench->buffer + i, FILE_SIZE));
        bench_operation_end(bench);
    }
    /* The recorded figure includes asking for the used space. */
    TRY(mcufs_statfs(&bench->fs, "/", &statfs));
    snprintf(path, sizeof path, "f create %u x %uB", (unsigned)scale->files, (unsigned)FILE_SIZE);
    return bench_end(bench, path, scale->files, (uint64_t)scale->files * FILE_SIZE);
}

static int stat_files(bench_t *bench, const scale_t *scale)
{
    char path[64];
    mcufs_stat_t stat;

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->files; i++) {
        snprintf(path, sizeof path, "/d/file%04u", (unsigned)(i * SHUFFLE % scale->files));
        bench_operation(bench);
        TRY(mcufs_stat(&bench->fs, path, &stat));
        bench_operation_end(bench);
    }
    return bench_end(bench, "g stat each (shuffled)", scale->files, 0);
}

static int read_files(bench_t *bench, const scale_t *scale)
{
    char path[64];
    mcufs_file_t file;

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->files; i++) {
        snprintf(path, sizeof path, "/d/file%04u", (unsigned)(i * SHUFFLE % scale->files));
        bench_operation(bench);
        TRY(mcufs_open(&bench->fs, &file, path, MCUFS_O_RDONLY));
        TRY(mcufs_read(&file, bench->buffer, FILE_SIZE));
        TRY(mcufs_close(&file));
        bench_operation_end(bench);
    }
    return bench_end(bench, "g2 open+read each", scale->files, (uint64_t)scale->files * FILE_SIZE);
}

static int list_directory(bench_t *bench, const scale_t *scale)
{
    uint32_t count;

    bench_begin(bench);
    bench_operation(bench);
    TRY(count_entries(bench, "/d", &count));
    bench_operation_end(bench);
    if (count != scale->files) {
        fprintf(stderr, "listed %u of %u files\n", (unsigned)count, (unsigned)scale->files);
        return MCUFS_ECORRUPT;
    }
    return bench_end(bench, "h list dir", scale->files, 0);
}

static int rename_files(bench_t *bench, const scale_t *scale)
{
    char from[64];
    char to[64];

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->renames; i++) {
        snprintf(from, sizeof from, "/d/file%04u", (unsigned)(i * (scale->files / scale->renames)));
        snprintf(to, sizeof to, "/e/moved%04u", (unsigned)i);
        bench_operation(bench);
        TRY(mcufs_rename(&bench->fs, from, to));
        bench_operation_end(bench);
    }
    return bench_end(bench, "j rename between dirs", scale->renames, 0);
}

static int remount(bench_t *bench, const char *name)
{
    bench_begin(bench);
    bench_operation(bench);
    TRY(mcufs_unmount(&bench->fs, "/"));
    TRY(bench_mount(bench, 0));
    bench_operation_end(bench);
    return bench_end(bench, name, 1, 0);
}

static int fill(bench_t *bench, const scale_t *scale)
{
    char path[64];
    mcufs_file_t file;

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->fill / scale->fill_file; i++) {
        snprintf(path, sizeof path, "/fill%02u", (unsigned)i);
        TRY(mcufs_open(&bench->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT));
        for (uint32_t at = 0; at < scale->fill_file; at += 4096) {
            bench_operation(bench);
            TRY(mcufs_write(&file, bench->buffer, 4096));
            bench_operation_end(bench);
        }
        TRY(mcufs_close(&file));
    }
    snprintf(path, sizeof path, "k1 fill %uK", (unsigned)(scale->fill / 1024));
    return bench_end(bench, path, scale->fill / 4096, scale->fill);
}

static int first_stat(bench_t *bench)
{
    mcufs_stat_t stat;
    int err;

    bench_begin(bench);
    bench_operation(bench);
    err = mcufs_stat(&bench->fs, "/d/file0999", &stat);
    /* The small configuration has no such file: a miss costs the same walk. */
    if (err != MCUFS_ENOENT)
        TRY(err);
    bench_operation_end(bench);
    return bench_end(bench, "k3 first stat", 1, 0);
}

static int write_one(bench_t *bench, const char *path, const char *name)
{
    bench_begin(bench);
    bench_operation(bench);
    TRY(create_file(bench, path, bench->buffer, 5000));
    bench_operation_end(bench);
    return bench_end(bench, name, 1, 5000);
}

/* Again after a mount, with all the housekeeping the filesystem asks for done before. */
static int write_after_housekeeping(bench_t *bench)
{
    int more;

    TRY(mcufs_unmount(&bench->fs, "/"));
    TRY(bench_mount(bench, 0));
    do {
        more = mcufs_gc(&bench->fs, "/", HOUSEKEEPING);
    } while (more == 1);
    TRY(more);
    return write_one(bench, "/third", "k6 first write after gc");
}

static int ask_space(bench_t *bench)
{
    mcufs_statfs_t statfs;

    bench_begin(bench);
    bench_operation(bench);
    TRY(mcufs_statfs(&bench->fs, "/", &statfs));
    bench_operation_end(bench);
    return bench_end(bench, "m fs_size", 1, 0);
}

static int delete_files(bench_t *bench, const scale_t *scale)
{
    uint32_t every = scale->files / scale->renames;
    char path[64];

    bench_begin(bench);
    for (uint32_t i = 0; i < scale->files; i++) {
        if (i % every == 0 && i / every < scale->renames)
            snprintf(path, sizeof path, "/e/moved%04u", (unsigned)(i / every));
        else
            snprintf(path, sizeof path, "/d/file%04u", (unsigned)i);
        bench_operation(bench);
        TRY(mcufs_remove(&bench->fs, path));
        bench_operation_end(bench);
    }
    return bench_end(bench, "i delete all", scale->files, 0);
}

int bench_directory_workloads(bench_t *bench)
{
    scale_t scale = scale_of(bench->configuration);

    TRY(mcufs_mkdir(&bench->fs, "/d"));
    TRY(mcufs_mkdir(&bench->fs, "/e"));
    TRY(create_files(bench, &scale));
    TRY(stat_files(bench, &scale));
    TRY(read_files(bench, &scale));
    TRY(list_directory(bench, &scale));
    TRY(rename_files(bench, &scale));
    TRY(remount(bench, "k0 mount (files only)"));
    if (bench->quick)
        return MCUFS_OK;
    TRY(fill(bench, &scale));
    TRY(remount(bench, "k2 mount (full)"));
    TRY(first_stat(bench));
    TRY(write_one(bench, "/first", "k4 first write 5000B"));
    TRY(write_one(bench, "/second", "k5 second write 5000B"));
    TRY(ask_space(bench));
    TRY(delete_files(bench, &scale));
    return write_after_housekeeping(bench);
}

int bench_mkdir_workloads(bench_t *bench)
{
    uint32_t n = bench->configuration->small ? 60 : 200;
    char path[64];

    bench_begin(bench);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/dir%03u", (unsigned)i);
        bench_operation(bench);
        TRY(mcufs_mkdir(&bench->fs, path));
        bench_operation_end(bench);
    }
    TRY(bench_end(bench, "s mkdir in root", n, 0));

    bench_begin(bench);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/dir%03u", (unsigned)(i * SHUFFLE % n));
        bench_operation(bench);
        TRY(mcufs_remove(&bench->fs, path));
        bench_operation_end(bench);
    }
    return bench_end(bench, "t rmdir", n, 0);
}

static int create_numbered(bench_t *bench, char letter, uint32_t size, const char *name)
{
    char path[64];

    bench_begin(bench);
    for (uint32_t i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "/%c%03u", letter, (unsigned)i);
        bench_operation(bench);
        TRY(create_file(bench, path, bench->buffer, size));
        bench_operation_end(bench);
    }
    return bench_end(bench, name, 200, (uint64_t)size * 200);
}

static int list_root(bench_t *bench)
{
    uint32_t count;

    bench_begin(bench);
    bench_operation(bench);
    TRY(count_entries(bench, "/", &count));
    bench_operation_end(bench);
    return bench_end(bench, "n3 nand list 400", 400, 0);
}

static int stat_numbered(bench_t *bench)
{
    char path[64];
    mcufs_stat_t stat;

    bench_begin(bench);
    for (uint32_t i = 0; i < 200; i++) {
        snprintf(path, sizeof path, "/g%03u", (unsigned)i);
        bench_operation(bench);
        TRY(mcufs_stat(&bench->fs, path, &stat));
        bench_operation_end(bench);
    }
    return bench_end(bench, "n4 nand stat 200", 200, 0);
}

int bench_nand_workloads(bench_t *bench)
{
    mcufs_file_t file;

    TRY(create_numbered(bench, 'f', 100, "n1 nand create 200x100B"));
    TRY(create_numbered(bench, 'g', 4096, "n2 nand create 200x4K"));
    TRY(list_root(bench));
    TRY(stat_numbered(bench));
    TRY(remount(bench, "n5 nand mount"));
    bench_begin(bench);
    for (int i = 0; i < 200; i++) {
        bench_operation(bench);
        TRY(mcufs_open(&bench->fs, &file, "/log", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND));
        TRY(mcufs_write(&file, bench->buffer, 32));
        TRY(mcufs_close(&file));
        bench_operation_end(bench);
    }
    return bench_end(bench, "n6 nand append32+close", 200, 6400);
}
