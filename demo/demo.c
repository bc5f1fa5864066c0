/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs_demo SITE OUTPUT BASELINE: the whole story, ending with an error when any of it is not as promised.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

enum { CUTS = 3000 };

#define SEED 20261012u

typedef struct story {
    demo_t demo;
    const char *site, *output, *baseline;
    sim_counts_t counts; /* up to the last line of the traffic table */
} story_t;

static int failed(const char *what, int err)
{
    fprintf(stderr, "\nFAILED: %s: %s\n", what, mcufs_error_text(err));
    return err;
}

static void print_space(story_t *story, const char *what, const char *path)
{
    mcufs_statfs_t statfs;

    if (mcufs_statfs(&story->demo.fs, path, &statfs) == MCUFS_OK)
        printf("  %s: %s %u.%u, %llu of %llu blocks of %u bytes free\n", what, statfs.type,
               (unsigned)(statfs.version >> 16), (unsigned)(statfs.version & 0xffff),
               (unsigned long long)statfs.free_blocks, (unsigned long long)statfs.block_count,
               (unsigned)statfs.block_size);
}

static int fill_site(story_t *story)
{
    demo_t *demo = &story->demo;
    demo_site_t site;
    int err;

    demo_heading("1. A web site onto partition 1, and back");
    demo_print_traffic_heading();
    err = demo_format(demo);
    if (err != MCUFS_OK)
        return failed("formatting", err);
    demo_print_traffic(demo, "format both partitions", &story->counts);
    err = demo_pack_site(demo, story->site, &site);
    if (err != MCUFS_OK)
        return failed("packing the site", err);
    demo_print_traffic(demo, "write the site", &story->counts);
    err = demo_boot(demo);
    if (err != MCUFS_OK)
        return failed("mounting again", err);
    demo_print_traffic(demo, "mount both partitions", &story->counts);
    err = demo_compare_site(demo, story->site, &site);
    if (err != MCUFS_OK)
        return failed("reading the site back", err);
    demo_print_traffic(demo, "read it back", &story->counts);
    printf("\n  %u files in %u directories, %llu bytes: the same byte for byte\n", (unsigned)site.files,
           (unsigned)site.directories, (unsigned long long)site.bytes);
    print_space(story, "site", DEMO_SITE_MOUNT);
    return MCUFS_OK;
}

static int cut_power(story_t *story)
{
    demo_t *demo = &story->demo;
    demo_cuts_t cuts;
    demo_site_t site;
    char heading[128];
    int err;

    snprintf(heading, sizeof heading, "2. Logging on partition 2, with the power cut %d times (seed %u)",
             CUTS, SEED);
    demo_heading(heading);
    err = demo_cut_power(demo, CUTS, SEED, &cuts);
    demo_print_cuts(&cuts);
    if (err != MCUFS_OK)
        return failed("the logs after a power cut", err);
    err = demo_compare_site(demo, story->site, &site);
    if (err != MCUFS_OK)
        return failed("the site after the power cuts", err);
    printf("  partition 1 is as it was, byte for byte\n");
    print_space(story, "logs", DEMO_LOG_MOUNT);
    return MCUFS_OK;
}

static int show_flash(story_t *story)
{
    demo_t *demo = &story->demo;
    unsigned long long violations = sim_flash_counts(demo->chip)->violations;

    demo_heading("3. What the flash went through");
    demo_print_traffic_heading();
    demo_print_traffic(demo, "logging, all boots, checks", &story->counts);
    putchar('\n');
    demo_print_wear(demo, "partition 1, the site", 0, DEMO_SITE_BLOCKS);
    demo_print_wear(demo, "partition 2, the logs", DEMO_SITE_BLOCKS, DEMO_LOG_BLOCKS);
    printf("  %-26s%8llu\n", "rules of the chip broken", violations);
    return violations == 0 ? MCUFS_OK : failed("the rules of the chip", MCUFS_EINVAL);
}

static int compare_with_peer(story_t *story)
{
    int err;

    demo_heading("4. Beside littlefs 2.11.2, the same work on the same model of a 16 MiB chip");
    err = demo_print_comparison(story->baseline);
    if (err != MCUFS_OK)
        return failed("the comparison", err);
    puts("\n  33x: a thirty-third of what littlefs took; 0.7x: more than it took. Its memory is that of a "
         "32-bit\n"
         "  machine, ours that of this host. Its figures: bench/baseline_littlefs.csv. More: make bench");
    return MCUFS_OK;
}

static int leave_files(story_t *story)
{
    char path[4096];
    int err;

    snprintf(path, sizeof path, "%s/chip.bin", story->output);
    err = demo_save_chip(&story->demo, path);
    if (err != MCUFS_OK)
        return failed(path, err);
    err = demo_save_map(&story->demo, story->output);
    if (err != MCUFS_OK)
        return failed("the map", err);
    return MCUFS_OK;
}

static int tell(story_t *story)
{
    int err = demo_open(&story->demo);

    if (err != MCUFS_OK)
        return failed("the chip", err);
    printf("A weather station: %u KiB of NOR flash, two partitions, %u bytes of memory for each\n",
           DEMO_BLOCKS * (DEMO_BLOCK_SIZE / 1024), (unsigned)DEMO_ARENA);
    err = fill_site(story);
    if (err == MCUFS_OK)
        err = cut_power(story);
    if (err == MCUFS_OK)
        err = show_flash(story);
    if (err == MCUFS_OK)
        err = leave_files(story);
    if (err == MCUFS_OK)
        err = compare_with_peer(story);
    demo_close(&story->demo);
    return err;
}

int main(int argc, char **argv)
{
    static story_t story;

    if (argc != 4) {
        fputs("usage: mcufs_demo SITE OUTPUT BASELINE\n", stderr);
        return 2;
    }
    story.site = argv[1];
    story.output = argv[2];
    story.baseline = argv[3];
    return tell(&story) == MCUFS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
