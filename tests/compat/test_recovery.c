/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What a cut between the two commits of an operation leaves. The second one is the last of its log, and is
 * taken back here, as recovery tests written for the original do. */

#include "compat.h"

#include <stdio.h>

static void a_rename_is_finished(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "a"));
    OK(lfs_mkdir(&lfs, "b"));
    put("a/f", "moved");
    put("a/g", "stays");
    OK(lfs_rename(&lfs, "a/f", "b/f"));
    OK(lfs_unmount(&lfs));
    OK(lfs_mount(&lfs, &config));
    undo_last_commit("a");
    pull_the_plug();
    expect_listing("a", ". .. g");
    expect_listing("b", ". .. f");
    expect_text("a/g", "stays"); /* hidden in the original */
    expect_text("b/f", "moved");
    OK(lfs_fs_mkconsistent(&lfs));
    remount();
    expect_listing("a", ". .. g");
    expect_listing("b", ". .. f");
    put("a/f", "new");
    expect_text("a/f", "new");
    expect_text("b/f", "moved");
}

static void a_rename_is_begun_anew(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "a"));
    OK(lfs_mkdir(&lfs, "b"));
    OK(lfs_mkdir(&lfs, "a/d"));
    put("a/d/f", "inside");
    OK(lfs_rename(&lfs, "a/d", "b/d"));
    undo_last_commit("b");
    undo_last_commit("a");
    pull_the_plug();
    expect_text("a/d/f", "inside");
    expect_missing("b/d");
    OK(lfs_rename(&lfs, "a/d", "b/d"));
    expect_text("b/d/f", "inside");
}

static void an_orphan_is_removed(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "parent"));
    OK(lfs_mkdir(&lfs, "parent/orphan"));
    OK(lfs_mkdir(&lfs, "parent/child"));
    OK(lfs_remove(&lfs, "parent/orphan"));
    undo_last_commit("parent/child"); /* which took the orphan off the list */
    pull_the_plug();
    IS(LFS_ERR_NOENT, stat_of("parent/orphan"));
    OK(stat_of("parent/child"));
    IS(8, lfs_fs_size(&lfs));
    OK(lfs_mkdir(&lfs, "parent/otherchild")); /* makes one and removes the orphan */
    IS(8, lfs_fs_size(&lfs));
    remount();
    IS(LFS_ERR_NOENT, stat_of("parent/orphan"));
    OK(stat_of("parent/child"));
    OK(stat_of("parent/otherchild"));
    IS(8, lfs_fs_size(&lfs));
}

/* Every commit of a log can be the last one. */
static void every_commit_can_be_taken_back(void **state)
{
    (void)state;
    char text[20], before[20] = "";
    put("f", "");
    for (unsigned i = 0; i < 60; i++) {
        snprintf(text, sizeof text, "version %u", i);
        put("f", text);
        if (i % 3 == 2) {
            undo_last_commit("/");
            pull_the_plug();
            lfs_file_t file;
            char buffer[20] = "";
            OK(open_file(&file, "f", LFS_O_RDONLY));
            assert_in_range(lfs_file_read(&lfs, &file, buffer, sizeof buffer), 1, sizeof buffer);
            OK(lfs_file_close(&lfs, &file));
            assert_true(strcmp(buffer, before) == 0 || strcmp(buffer, text) == 0);
        }
        put("f", text);
        strcpy(before, text);
    }
}

/* A byte behind the end of a log that is not erased, at any place: nothing may be programmed over it. */
static void dirt_behind_a_log(void **state)
{
    (void)state;
    for (unsigned at = 0; at < 40; at += 3) {
        lfs_dir_t dir;
        lfs_file_t file;
        put("notebook", "x");
        memset(&dir, 0xa5, sizeof dir);
        OK(lfs_dir_open(&lfs, &dir, "/"));
        uint8_t *bytes = sim_flash_bytes(chip) + (size_t)dir.m.pair[0] * BLOCK;
        const lfs_off_t off = dir.m.off + at;
        OK(lfs_dir_close(&lfs, &dir));
        if (off < BLOCK) {
            bytes[off] = 0x33;
        }
        pull_the_plug();
        OK(open_file(&file, "notebook", LFS_O_WRONLY | LFS_O_APPEND));
        append_text(&file, "and more");
        OK(lfs_file_close(&lfs, &file));
        remount();
        expect_text("notebook", "xand more");
    }
}

/* Cut at every change of a day's work: what was acknowledged is there, the rest is whole or not there. */
static void work(unsigned day)
{
    char name[20];
    snprintf(name, sizeof name, "d/day%u", day);
    lfs_file_t file;
    if (open_file(&file, "d/log", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_APPEND) == 0) {
        (void)lfs_file_write(&lfs, &file, "entry;", 6);
        (void)lfs_file_close(&lfs, &file);
    }
    if (open_file(&file, "new", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_TRUNC) == 0) {
        for (unsigned i = 0; i < 100; i++) {
            (void)lfs_file_write(&lfs, &file, "0123456789", 10);
        }
        (void)lfs_file_close(&lfs, &file);
    }
    (void)lfs_rename(&lfs, "new", name);
    (void)lfs_setattr(&lfs, "d", 'n', &day, sizeof day);
    (void)lfs_remove(&lfs, "d/day0");
}

static void power_cuts(void **state)
{
    (void)state;
    unsigned cuts = 0;
    OK(lfs_mkdir(&lfs, "d"));
    sim_flash_t *base = sim_flash_clone(chip);
    for (unsigned how = 0; how < SIM_CUT_KINDS; how++) {
        for (uint64_t n = 1;; n++, cuts++) {
            struct lfs_info info;
            sim_flash_copy(chip, base);
            pull_the_plug();
            put("d/kept", "kept");
            for (unsigned day = 0; day < 3; day++) {
                work(day);
            }
            sim_flash_cut(chip, n, (sim_cut_t)how, n);
            for (unsigned day = 3; day < 5; day++) {
                work(day);
            }
            const bool was_cut = sim_flash_is_off(chip);
            sim_flash_cut(chip, 0, SIM_CUT_BEFORE, 0);
            sim_flash_power_on(chip);
            pull_the_plug();
            expect_text("d/kept", "kept");
            OK(lfs_stat(&lfs, "d/log", &info));
            assert_in_range(info.size, 18, 30);
            assert_int_equal(info.size % 6, 0);
            OK(lfs_stat(&lfs, "d/day2", &info));
            assert_int_equal(info.size, 1000);
            if (stat_of("d/day3") == 0) {
                OK(lfs_stat(&lfs, "d/day3", &info));
                assert_int_equal(info.size, 1000);
            }
            work(7); /* and it goes on */
            OK(stat_of("d/day7"));
            expect_text("d/kept", "kept");
            if (!was_cut) {
                break;
            }
        }
    }
    sim_flash_free(base);
    assert_true(cuts > 100);
}

const struct CMUnitTest recovery_tests[] = {
    CASE(a_rename_is_finished),
    CASE(a_rename_is_begun_anew),
    CASE(an_orphan_is_removed),
    CASE(every_commit_can_be_taken_back),
    CASE(dirt_behind_a_log),
    CASE(power_cuts),
    END_OF_CASES,
};
