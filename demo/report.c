/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* How the demo prints what it found. */

#include <stdio.h>
#include <unistd.h>

#include "demo.h"

void demo_heading(const char *text)
{
    bool terminal = isatty(STDOUT_FILENO) == 1;

    printf("\n%s%s%s\n", terminal ? "\033[1m" : "", text, terminal ? "\033[0m" : "");
    fflush(stdout);
}

void demo_print_traffic_heading(void)
{
    printf("  %-26s%9s%12s%10s%12s%8s%13s\n", "", "reads", "bytes", "programs", "bytes", "erases",
           "chip time");
}

void demo_print_traffic(const demo_t *demo, const char *what, sim_counts_t *before)
{
    const sim_counts_t *now = sim_flash_counts(demo->chip);

    printf("  %-26s%9llu%12llu%10llu%12llu%8llu%11.2f s\n", what,
           (unsigned long long)(now->reads - before->reads),
           (unsigned long long)(now->read_bytes - before->read_bytes),
           (unsigned long long)(now->programs - before->programs),
           (unsigned long long)(now->program_bytes - before->program_bytes),
           (unsigned long long)(now->erases - before->erases),
           (double)(now->nanoseconds - before->nanoseconds) / 1e9);
    *before = *now;
}

static void print_cut_row(const demo_cuts_t *cuts, sim_cut_t kind)
{
    static const char *const kinds[SIM_CUT_KINDS] = {
        [SIM_CUT_BEFORE] = "just before the call", [SIM_CUT_AFTER] = "just after it",
        [SIM_CUT_PREFIX] = "some bytes done",      [SIM_CUT_BITS] = "some bits done",
        [SIM_CUT_UNSTABLE] = "bits left unstable", [SIM_CUT_LAST_UNSTABLE] = "the last bits unstable",
    };
    const uint32_t *steps = cuts->cuts[kind];

    printf("  %-26s%8u%8u%8u%8u%8u%10u%10u%8u\n", kinds[kind],
           (unsigned)(steps[DEMO_STEP_START] + steps[DEMO_STEP_APPEND] + steps[DEMO_STEP_ROTATE] +
                      steps[DEMO_STEP_SAVE]),
           (unsigned)steps[DEMO_STEP_APPEND], (unsigned)steps[DEMO_STEP_ROTATE],
           (unsigned)steps[DEMO_STEP_SAVE], (unsigned)steps[DEMO_STEP_START], (unsigned)cuts->finished[kind],
           (unsigned)cuts->unfinished[kind], (unsigned)cuts->lost[kind]);
}

void demo_print_cuts(const demo_cuts_t *cuts)
{
    const mcufs_health_t *recovery = &cuts->recovery;

    printf("  %-26s%8s%32s%20s%8s\n", "", "", "during", "cut step was found", "");
    printf("  %-26s%8s%8s%8s%8s%8s%10s%10s%8s\n", "how", "cuts", "append", "rotate", "save", "start", "done",
           "not begun", "lost");
    for (int kind = 0; kind < SIM_CUT_KINDS; kind++)
        print_cut_row(cuts, (sim_cut_t)kind);
    printf("\n  acknowledged: %u lines appended, %u states saved, %u logs begun; checked after every cut\n",
           (unsigned)cuts->lines, (unsigned)cuts->saves, (unsigned)cuts->rotations);
    printf(
        "  recovery: %u moves completed, %u orphans removed, %u links repaired, %u torn commits discarded\n",
        (unsigned)recovery->moves_completed, (unsigned)recovery->orphans_removed,
        (unsigned)recovery->links_repaired, (unsigned)recovery->commits_discarded);
}

void demo_print_wear(const demo_t *demo, const char *what, uint32_t first, uint32_t count)
{
    const uint32_t *wear = sim_flash_wear(demo->chip) + first;
    uint32_t most = 0;
    uint32_t touched = 0;
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        sum += wear[i];
        touched += wear[i] > 0;
        if (wear[i] > most)
            most = wear[i];
    }
    printf("  %-26s%8.0f erases, %u of %u blocks touched, at most %u, on average %.2f\n", what, sum,
           (unsigned)touched, (unsigned)count, (unsigned)most, sum / count);
}
