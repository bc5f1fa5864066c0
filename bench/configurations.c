/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The configurations of the recorded figures. Names are read and program unit, cache and lookahead bytes:
 * 256L512 is 256/256/256 with 512 bytes of lookahead, a full map of its 16 MiB; e64 is a chip that can erase
 * 64 KiB at once. */

#include "bench.h"

const bench_configuration_t bench_configurations[] = {
    {"256L512", 4096, 4096, 256, 256, 256, 512, 0, false, false, false, true},
    {"256L32", 4096, 4096, 256, 256, 256, 32, 0, false, false, false, false},
    {"r1p1c256", 4096, 4096, 1, 1, 256, 512, 0, false, false, false, true},
    {"16c64L512", 4096, 4096, 16, 16, 64, 512, 0, false, false, false, false},
    {"64c64L512", 4096, 4096, 64, 64, 64, 512, 0, false, false, false, false},
    {"1M256L32", 4096, 256, 256, 256, 256, 32, 0, true, false, false, false},
    {"256L512e64", 4096, 4096, 256, 256, 256, 512, 0, false, false, true, false},
    {"nand128K", 131072, 1024, 2048, 2048, 2048, 128, 0, false, true, false, false},
    {"nandMM8K", 131072, 1024, 2048, 2048, 2048, 128, 8192, false, true, false, false},
};

const unsigned bench_configuration_count = sizeof bench_configurations / sizeof *bench_configurations;

/* What the peer allocates for itself on a 32-bit machine (recorded: struct sizes of v2.11). */
enum { PEER_VOLUME = 128, PEER_FILE = 84 };

const char *bench_memory_name(bench_memory_t memory)
{
    return memory == BENCH_MEMORY_SAME ? "same" : memory == BENCH_MEMORY_MORE ? "+8K" : "lfs.h";
}

size_t bench_peer_memory(const bench_configuration_t *configuration)
{
    return PEER_VOLUME + 2 * configuration->cache_size + configuration->lookahead_size + PEER_FILE +
           configuration->cache_size;
}

size_t bench_arena_size(const bench_configuration_t *configuration, bench_memory_t memory)
{
    size_t peer = bench_peer_memory(configuration);
    size_t minimum = MCUFS_LITTLEFS2_ARENA_MINIMUM(configuration->cache_size);
    size_t same = peer > minimum ? peer : minimum;

    return memory == BENCH_MEMORY_LFS_H ? peer : memory == BENCH_MEMORY_SAME ? same : same + 8192;
}
