/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Workloads on one file: sequential and random reads and writes, a log, a rewritten configuration. */

#include "workload.h"

enum { CHUNK = 512, RECORD = 64, RANDOM_READS = 1000, RANDOM_WRITES = 200 };

static int sequential_write(bench_t *bench, uint32_t size)
{
    mcufs_file_t file;
    char name[BENCH_NAME_MAX];

    bench_begin(bench);
    TRY(mcufs_open(&bench->fs, &file, "/big", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    for (uint32_t at = 0; at < size; at += CHUNK) {
        bench_operation(bench);
        TRY(mcufs_write(&file, bench->buffer + at % 32768, CHUNK));
        bench_operation_end(bench);
    }
    bench_operation(bench);
    TRY(mcufs_close(&file));
    bench_operation_end(bench);
    snprintf(name, sizeof name, "a seqwrite %uK/512", (unsigned)(size / 1024));
    return bench_end(bench, name, size / CHUNK, size);
}

static int sequential_read(bench_t *bench, uint32_t size)
{
    mcufs_file_t file;
    char name[BENCH_NAME_MAX];

    bench_begin(bench);
    TRY(mcufs_open(&bench->fs, &file, "/big", MCUFS_O_RDONLY));
    for (uint32_t at = 0; at < size; at += CHUNK) {
        bench_operation(bench);
        TRY(mcufs_read(&file, bench->buffer, CHUNK));
        bench_operation_end(bench);
    }
    TRY(mcufs_close(&file));
    snprintf(name, sizeof name, "b seqread %uK/512", (unsigned)(size / 1024));
    return bench_end(bench, name, size / CHUNK, size);
}

static int64_t seek_somewhere(bench_t *bench, mcufs_file_t *file, uint32_t size)
{
    return mcufs_seek(file, (int64_t)(bench_random(bench) % (size / RECORD)) * RECORD, MCUFS_SEEK_SET);
}

static int random_read(bench_t *bench, uint32_t size)
{
    mcufs_file_t file;

    bench_begin(bench);
    TRY(mcufs_open(&bench->fs, &file, "/big", MCUFS_O_RDONLY));
    for (int i = 0; i < RANDOM_READS; i++) {
        bench_operation(bench);
        TRY(seek_somewhere(bench, &file, size));
        TRY(mcufs_read(&file, bench->buffer, RECORD));
        bench_operation_end(bench);
    }
    TRY(mcufs_close(&file));
    return bench_end(bench, "c randread 64B", RANDOM_READS, (uint64_t)RANDOM_READS * RECORD);
}

static int random_write(bench_t *bench, uint32_t size, bool sync, const char *name)
{
    mcufs_file_t file;

    bench_begin(bench);
    TRY(mcufs_open(&bench->fs, &file, "/big", MCUFS_O_RDWR));
    for (int i = 0; i < RANDOM_WRITES; i++) {
        bench_operation(bench);
        TRY(seek_somewhere(bench, &file, size));
        TRY(mcufs_write(&file, bench->buffer, RECORD));
        if (sync)
            TRY(mcufs_sync(&file));
        bench_operation_end(bench);
    }
    bench_operation(bench);
    TRY(mcufs_close(&file));
    bench_operation_end(bench);
    return bench_end(bench, name, RANDOM_WRITES, (uint64_t)RANDOM_WRITES * RECORD);
}

int bench_file_workloads(bench_t *bench)
{
    uint32_t size = bench->configuration->small ? 256 * 1024 : 1024 * 1024;

    TRY(sequential_write(bench, size));
    TRY(sequential_read(bench, size));
    TRY(random_read(bench, size));
    TRY(random_write(bench, size, false, "d1 randwrite 64B nosync"));
    TRY(random_write(bench, size, true, "d2 randwrite 64B sync"));
    return MCUFS_OK;
}

/* A stream with time to spare: housekeeping between the writes, which are what is measured. */
int bench_stream_workload(bench_t *bench)
{
    enum { WRITES = 512 };
    mcufs_file_t file;

    TRY(mcufs_open(&bench->fs, &file, "/stream", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    bench_begin(bench);
    for (uint32_t i = 0; i < WRITES; i++) {
        TRY(mcufs_gc(&bench->fs, "/", HOUSEKEEPING));
        bench_operation(bench);
        TRY(mcufs_write(&file, bench->buffer + i % 64 * CHUNK, CHUNK));
        bench_operation_end(bench);
    }
    TRY(bench_end(bench, "a2 stream 512B+gc between", WRITES, (uint64_t)WRITES * CHUNK));
    TRY(mcufs_close(&file));
    return MCUFS_OK;
}

int bench_log_workloads(bench_t *bench)
{
    const uint32_t append = MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_APPEND;
    mcufs_file_t file;

    bench_begin(bench);
    TRY(mcufs_open(&bench->fs, &file, "/log", append));
    for (int i = 0; i < 2000; i++) {
        bench_operation(bench);
        TRY(mcufs_write(&file, bench->buffer + i, 32));
        TRY(mcufs_sync(&file));
        bench_operation_end(bench);
    }
    TRY(mcufs_close(&file));
    TRY(bench_end(bench, "e append32+sync", 2000, 64000));

    bench_begin(bench);
    for (int i = 0; i < 500; i++) {
        bench_operation(bench);
        TRY(mcufs_open(&bench->fs, &file, "/log2", append));
        TRY(mcufs_write(&file, bench->buffer + i, 32));
        TRY(mcufs_close(&file));
        bench_operation_end(bench);
    }
    return bench_end(bench, "e2 open+append32+close", 500, 16000);
}

static int fill_half(bench_t *bench)
{
    uint32_t size = bench->configuration->block_size * (bench->configuration->block_count / 2);
    mcufs_file_t file;

    TRY(mcufs_open(&bench->fs, &file, "/static", MCUFS_O_WRONLY | MCUFS_O_CREAT));
    for (uint32_t at = 0; at < size; at += 4096)
        TRY(mcufs_write(&file, bench->buffer, 4096));
    TRY(mcufs_close(&file));
    return MCUFS_OK;
}

int bench_rewrite_workload(bench_t *bench, const char *name, uint32_t n, uint32_t size, bool half_full)
{
    mcufs_file_t file;

    if (half_full)
        TRY(fill_half(bench));
    bench_begin(bench);
    for (uint32_t i = 0; i < n; i++) {
        bench_operation(bench);
        TRY(mcufs_open(&bench->fs, &file, "/config", MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC));
        TRY(mcufs_write(&file, bench->buffer + i % 1000, size));
        TRY(mcufs_close(&file));
        bench_operation_end(bench);
    }
    return bench_end(bench, name, n, (uint64_t)n * size);
}
