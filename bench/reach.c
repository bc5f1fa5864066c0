/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What littlefs v2 is to reach with 8 KiB more memory than littlefs 2.11 takes, and where it stands. */

#include "report.h"

typedef enum figure { MILLISECONDS, WORST_MILLISECONDS, ERASES, MOST_WORN, BYTES_PER_BYTE } figure_t;

static const char *const figure_names[] = {"ms", "ms at worst", "erases", "erases of a block",
                                           "bytes programmed per byte"};

typedef struct aim {
    const char *configuration, *workload;
    figure_t figure;
    double limit;
} aim_t;

static const aim_t aims[] = {
    {"r1p1c256", "e append32+sync", MILLISECONDS, 3450},
    {"r1p1c256", "e append32+sync", ERASES, 34},
    {"r1p1c256", "e2 open+append32+close", MILLISECONDS, 900},
    {"256L512", "d1 randwrite 64B nosync", MILLISECONDS, 13500},
    {"256L512e64", "d1 randwrite 64B nosync", MILLISECONDS, 5000},
    {"256L512", "f create 1000 x 100B", MILLISECONDS, 7000},
    {"256L512", "g stat each (shuffled)", MILLISECONDS, 100},
    {"256L512", "h list dir", MILLISECONDS, 16},
    {"256L512", "j rename between dirs", MILLISECONDS, 1900},
    {"256L512", "i delete all", MILLISECONDS, 900},
    {"256L512", "k4 first write 5000B", MILLISECONDS, 100},
    {"256L512", "k6 first write after gc", MILLISECONDS, 15},
    {"256L512", "m fs_size", MILLISECONDS, 0.1},
    {"256L512", "c randread 64B", MILLISECONDS, 18},
    {"256L512e64", "a seqwrite 1024K/512", MILLISECONDS, 4400},
    {"256L512e64", "a seqwrite 1024K/512", BYTES_PER_BYTE, 1.005},
    {"256L512", "l2 config200B x20000", MOST_WORN, 40},
    {"256L512", "l2 config200B x20000", ERASES, 1500},
    {"nand128K", "n2 nand create 200x4K", MILLISECONDS, 1200},
    {"nand128K", "n2 nand create 200x4K", WORST_MILLISECONDS, 60},
    {"256L512", "a2 stream 512B+gc between", WORST_MILLISECONDS, 2},
};

static double figure_of(const bench_result_t *result, figure_t figure)
{
    switch (figure) {
    case MILLISECONDS:
        return (double)result->counts.nanoseconds / 1e6;
    case WORST_MILLISECONDS:
        return (double)result->worst_ns / 1e6;
    case ERASES:
        return (double)result->counts.erases;
    case MOST_WORN:
        return result->wear_max;
    default:
        return (double)result->counts.program_bytes / (double)result->payload;
    }
}

void bench_print_reach(FILE *out, const bench_results_t *results)
{
    unsigned reached = 0, measured = 0;

    for (size_t i = 0; i < sizeof aims / sizeof *aims; i++) {
        const aim_t *aim = &aims[i];
        const bench_result_t *result =
            bench_results_find(results, aim->configuration, BENCH_MEMORY_MORE, aim->workload);

        if (result == NULL)
            continue;
        if (measured++ == 0)
            fprintf(out, "\naims with 8 KiB more memory\n");
        double value = figure_of(result, aim->figure);

        reached += value <= aim->limit;
        fprintf(out, "%-11s %-28s %12.*f %-26s aim %8g%s\n", aim->configuration, aim->workload,
                value < 2 ? 3 : 1, value, figure_names[aim->figure], aim->limit,
                value <= aim->limit ? "" : "  not reached");
    }
    if (measured > 0)
        fprintf(out, "%u of %u reached\n", reached, measured);
}
