/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Volumes that become smaller while files and directories are in the way, with files open, without enough
 * space, with bad blocks, and with the power cut at every change of the flash. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "known.h"

enum { BLOCK = 256, BLOCKS = 96, LEAST = 56, LESS = 76, ARENA = 12288 };

static const known_file_t files[] = {
    {"/large", 3000},
    {"/a", KNOWN_DIRECTORY},
    {"/a/medium", 1100},
    {"/a/small", 40},
    {"/a/b", KNOWN_DIRECTORY},
    {"/a/b/other", 700},
    {"/a/b/c", KNOWN_DIRECTORY},
    {"/a/b/c/deep", 300},
    {"/a name that takes a lot of room in its log, so that directories are split", 10},
    {"/another name that takes a lot of room in its log, for the same reason", 257},
    {"/z", KNOWN_DIRECTORY},
    {"/z/exactly two blocks", 508},
};
enum { FILES = sizeof files / sizeof files[0] };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint8_t arena[ARENA];
    size_t arena_size;
} volume_t;

static volume_t volume;

static int mount_with(const mcufs_hooks_t *hooks, uint32_t flags)
{
    int error = mcufs_init(&volume.fs, hooks);
    return error < 0 ? error
                     : mcufs_mount(&volume.fs, "/", sim_flash_device(volume.flash),
                                   &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                            .arena = volume.arena,
                                                            .arena_size = volume.arena_size,
                                                            .flags = flags,
                                                            .filesystem_options = &volume.options});
}

static int mount(uint32_t flags)
{
    return mount_with(NULL, flags);
}

static void begin_empty(size_t arena_size)
{
    const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
    memset(&volume, 0, sizeof volume);
    volume.flash = sim_flash_new(&options);
    volume.options.cache_size = 64;
    volume.arena_size = arena_size;
    assert_int_equal(mount(MCUFS_FORMAT_ALWAYS), MCUFS_OK);
}

/* A chip with a volume whose files begin about `start` blocks after its beginning. */
static void begin(uint32_t start, size_t arena_size)
{
    begin_empty(arena_size);
    for (uint32_t i = 0; i < start; i++) {
        known_put(&volume.fs, &(known_file_t){"/filler", 300}, i);
    }
    if (start > 0) {
        assert_int_equal(mcufs_remove(&volume.fs, "/filler"), MCUFS_OK);
    }
    for (unsigned i = 0; i < FILES; i++) {
        known_put(&volume.fs, &files[i], i);
    }
}

static void end(void)
{
    assert_int_equal(sim_flash_counts(volume.flash)->violations, 0);
    sim_flash_free(volume.flash);
}

static void expect_files(uint32_t block_count)
{
    for (unsigned i = 0; i < FILES; i++) {
        assert_true(known_is_there(&volume.fs, &files[i], i));
    }
    known_count(&volume.fs, block_count);
}

static void expect_usable(void)
{
    const known_file_t more = {"/a/more", 600};
    known_put(&volume.fs, &more, 77);
    assert_true(known_is_there(&volume.fs, &more, 77));
    assert_int_equal(mcufs_remove(&volume.fs, more.path), MCUFS_OK);
}

static void remount(uint32_t block_count)
{
    known_check(sim_flash_device(volume.flash));
    assert_int_equal(mount(0), MCUFS_OK);
    expect_files(block_count);
    expect_usable();
    expect_files(block_count);
}

static const size_t arena_sizes[] = {1700, ARENA};

static void everything_moves(void **state)
{
    (void)state;
    for (uint32_t start = 0; start < 48; start += 3) {
        for (uint32_t blocks = LEAST; blocks < BLOCKS; blocks += 5) {
            begin(start, arena_sizes[start % 2]);
            assert_int_equal(mcufs_resize(&volume.fs, "/", blocks), MCUFS_OK);
            expect_files(blocks);
            expect_usable();
            remount(blocks);
            end();
        }
    }
}

static void step_by_step(void **state)
{
    (void)state;
    begin(40, ARENA);
    for (uint32_t blocks = BLOCKS - 1; blocks >= LEAST; blocks--) {
        assert_int_equal(mcufs_resize(&volume.fs, "/", blocks), MCUFS_OK);
        expect_files(blocks);
    }
    assert_int_equal(mcufs_resize(&volume.fs, "/", BLOCKS), MCUFS_OK);
    expect_files(BLOCKS);
    remount(BLOCKS);
    end();
}

static int64_t now(void *context)
{
    (void)context;
    return 1700000000000000000;
}

static void times_stay(void **state)
{
    const mcufs_times_t times = {.modified = 1234567890000000000};
    const mcufs_hooks_t clock = {.time = now};
    mcufs_stat_t stat;
    (void)state;
    begin(48, ARENA);
    volume.options.times = MCUFS_LITTLEFS2_TIMES_MICROPYTHON;
    assert_int_equal(mount_with(&clock, 0), MCUFS_OK);
    for (unsigned i = 0; i < FILES; i++) {
        assert_int_equal(mcufs_set_times(&volume.fs, files[i].path, &times), MCUFS_OK);
    }
    assert_int_equal(mcufs_resize(&volume.fs, "/", LEAST), MCUFS_OK);
    for (unsigned i = 0; i < FILES; i++) {
        assert_int_equal(mcufs_stat(&volume.fs, files[i].path, &stat), MCUFS_OK);
        assert_int_equal(stat.times.modified, times.modified);
    }
    end();
}

/* Every free block is needed: what stays of a file that moves in part must not be taken for free. */
static void no_block_to_spare(void **state)
{
    enum { SMALL = 20, SMALL_SIZE = 200, BIG = 3400 };
    unsigned done = 0;
    (void)state;
    for (uint32_t pad = 2; pad < 45; pad++) {
        char name[16];
        mcufs_statfs_t statfs;
        begin_empty(arena_sizes[pad % 2]);
        known_put(&volume.fs, &(known_file_t){"/pad", pad * 240}, 0);
        known_put(&volume.fs, &(known_file_t){"/!big", BIG}, 1);
        for (unsigned i = 0; i < SMALL; i++) {
            (void)snprintf(name, sizeof name, "/%u", i);
            known_put(&volume.fs, &(known_file_t){name, SMALL_SIZE}, 2 + i);
        }
        assert_int_equal(mcufs_remove(&volume.fs, "/pad"), MCUFS_OK);
        assert_int_equal(mount(0), MCUFS_OK); /* blocks are handed out from another place on */
        assert_int_equal(mcufs_statfs(&volume.fs, "/", &statfs), MCUFS_OK);
        int result = mcufs_resize(&volume.fs, "/", BLOCKS - statfs.free_blocks + 2);
        assert_true(result == MCUFS_OK || result == MCUFS_ENOSPC);
        done += result == MCUFS_OK;
        assert_true(known_is_there(&volume.fs, &(known_file_t){"/!big", BIG}, 1));
        for (unsigned i = 0; i < SMALL; i++) {
            (void)snprintf(name, sizeof name, "/%u", i);
            assert_true(known_is_there(&volume.fs, &(known_file_t){name, SMALL_SIZE}, 2 + i));
        }
        end();
    }
    assert_in_range(done, 10, 45);
}

/* As long as it takes less than there is. */
static void too_small(void **state)
{
    (void)state;
    bool refused = false, done = false;
    for (uint32_t blocks = 2; blocks < LEAST; blocks++) {
        begin(blocks, arena_sizes[blocks % 2]);
        int result = mcufs_resize(&volume.fs, "/", blocks);
        assert_true(result == MCUFS_OK || result == MCUFS_ENOSPC);
        refused = refused || result != MCUFS_OK;
        done = done || result == MCUFS_OK;
        expect_files(result == MCUFS_OK ? blocks : BLOCKS);
        if (result != MCUFS_OK) {
            expect_usable();
            remount(BLOCKS);
        }
        end();
    }
    assert_true(refused && done);
}

/* -- Open files ------------------------------------------------------------------------------------- */

enum { OPEN_SIZE = 2000 };

static void put_more(mcufs_file_t *file, unsigned number, uint32_t from, uint32_t to)
{
    assert_int_equal(mcufs_seek(file, from, MCUFS_SEEK_SET), from);
    for (uint32_t i = from; i < to; i++) {
        uint8_t byte = known_byte(number, i);
        assert_int_equal(mcufs_write(file, &byte, 1), 1);
    }
}

static void expect_open(mcufs_file_t *file, unsigned number, uint32_t size)
{
    assert_int_equal(mcufs_size(file), size);
    assert_int_equal(mcufs_seek(file, 0, MCUFS_SEEK_SET), 0);
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte;
        assert_int_equal(mcufs_read(file, &byte, 1), 1);
        assert_int_equal(byte, known_byte(number, i));
    }
}

/* What a handle is in the middle of when the volume shrinks under it. */
typedef enum doing {
    READING,
    APPENDING,     /* nothing of that is synced */
    OVERWRITING,   /* from the middle on */
    PATCHING,      /* all over the file */
    CUTTING,       /* shorter, not synced */
    MADE,          /* a new file, which nothing on flash names yet */
    ANEW,          /* truncated, and other content */
    REMOVED,       /* no entry leads to it any more */
    REMOVED_DIRTY, /* and then it was changed */
    DOINGS
} doing_t;

/* Number of the content and size that the handle sees afterwards. */
static uint32_t begin_doing(doing_t doing, mcufs_file_t *file, unsigned *number)
{
    const known_file_t whole = {"/open", OPEN_SIZE};
    uint32_t size = OPEN_SIZE;
    *number = doing == OVERWRITING || doing == PATCHING ? 90 : 91;
    if (doing != MADE) {
        known_put(&volume.fs, &whole, 91);
    }
    assert_int_equal(mcufs_open(&volume.fs, file, "/open", MCUFS_O_RDWR | MCUFS_O_CREAT), MCUFS_OK);
    if (doing == MADE) {
        put_more(file, 91, 0, OPEN_SIZE);
    }
    if (doing == REMOVED || doing == REMOVED_DIRTY) {
        assert_int_equal(mcufs_remove(&volume.fs, "/open"), MCUFS_OK);
    }
    if (doing == APPENDING || doing == REMOVED_DIRTY) {
        put_more(file, 91, OPEN_SIZE, OPEN_SIZE + 700);
        size = OPEN_SIZE + 700;
    } else if (doing == OVERWRITING) {
        put_more(file, 90, 700, 1700);
    } else if (doing == PATCHING) {
        for (uint32_t at = 1900; at > 100; at -= 300) {
            put_more(file, 90, at, at + 20);
        }
    } else if (doing == CUTTING) {
        size = 1500;
        assert_int_equal(mcufs_truncate(file, size), MCUFS_OK);
    } else if (doing == ANEW) {
        size = 900;
        *number = 90;
        assert_int_equal(mcufs_truncate(file, 0), MCUFS_OK);
        put_more(file, 90, 0, size);
    }
    return size;
}

static bool is_patch(uint32_t at)
{
    for (uint32_t from = 1900; from > 100; from -= 300) {
        if (at >= from && at < from + 20) {
            return true;
        }
    }
    return false;
}

static void expect_doing(doing_t doing, mcufs_file_t *file, unsigned number, uint32_t size)
{
    if (doing != OVERWRITING && doing != PATCHING) {
        expect_open(file, number, size);
        return;
    }
    assert_int_equal(mcufs_seek(file, 0, MCUFS_SEEK_SET), 0);
    for (uint32_t i = 0; i < size; i++) {
        uint8_t byte;
        bool changed = doing == PATCHING ? is_patch(i) : i >= 700 && i < 1700;
        assert_int_equal(mcufs_read(file, &byte, 1), 1);
        assert_int_equal(byte, known_byte(changed ? 90 : 91, i));
    }
}

static void open_files_follow(void **state)
{
    (void)state;
    for (doing_t doing = 0; doing < DOINGS; doing++) {
        for (uint32_t start = 0; start < 48; start += 2) {
            begin(start, ARENA);
            mcufs_file_t file;
            mcufs_dir_t directory;
            mcufs_dirent_t entry;
            unsigned number, entries = 0;
            uint32_t size = begin_doing(doing, &file, &number);
            assert_int_equal(mcufs_opendir(&volume.fs, &directory, "/"), MCUFS_OK);
            for (; entries < 3; entries++) {
                assert_int_equal(mcufs_readdir(&directory, &entry), 1);
            }
            assert_int_equal(mcufs_resize(&volume.fs, "/", LESS), MCUFS_OK);
            expect_doing(doing, &file, number, size);
            expect_files(LESS);
            while (mcufs_readdir(&directory, &entry) == 1) {
                entries++;
            }
            assert_int_equal(entries, doing == REMOVED || doing == REMOVED_DIRTY ? 5 : 6);
            assert_int_equal(mcufs_closedir(&directory), MCUFS_OK);
            /* The size on flash is what was synced, until now. */
            mcufs_stat_t stat;
            if (doing < REMOVED) {
                put_more(&file, 91, size, size + 50);
                assert_int_equal(mcufs_sync(&file), MCUFS_OK);
                assert_int_equal(mcufs_stat(&volume.fs, "/open", &stat), MCUFS_OK);
                assert_int_equal(stat.size, size + 50);
            }
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
            expect_files(LESS);
            remount(LESS);
            end();
        }
    }
}

/* What is not synced does not get durable by a resize. */
static void nothing_is_synced(void **state)
{
    (void)state;
    for (doing_t doing = APPENDING; doing <= ANEW; doing++) {
        mcufs_file_t file;
        unsigned number;
        begin(40, ARENA);
        (void)begin_doing(doing, &file, &number);
        assert_int_equal(mcufs_resize(&volume.fs, "/", LESS), MCUFS_OK);
        assert_int_equal(mount(0), MCUFS_OK); /* as after a power cut */
        if (doing == MADE) {
            mcufs_stat_t stat;
            int error = mcufs_stat(&volume.fs, "/open", &stat);
            assert_true(error == MCUFS_ENOENT || (error == MCUFS_OK && stat.size == 0));
            end();
            continue;
        }
        assert_true(known_is_there(&volume.fs, &(known_file_t){"/open", OPEN_SIZE}, 91));
        expect_files(LESS);
        end();
    }
}

/* -- Faults ----------------------------------------------------------------------------------------- */

static void bad_blocks(void **state)
{
    (void)state;
    for (uint32_t bad = 2; bad < LEAST; bad++) {
        begin(20 + bad % 7, arena_sizes[bad % 2]);
        sim_flash_set_bad(volume.flash, bad, bad % 3 == 0 ? SIM_BAD_ERASE : SIM_BAD_PROGRAM);
        assert_int_equal(mcufs_resize(&volume.fs, "/", LEAST + 8), MCUFS_OK);
        for (unsigned i = 0; i < FILES; i++) {
            assert_true(known_is_there(&volume.fs, &files[i], i));
        }
        end();
    }
}

static void device_errors(void **state)
{
    (void)state;
    bool done = false;
    for (uint64_t call = 1; !done; call++) {
        begin(40, arena_sizes[call % 2]);
        sim_flash_fail(volume.flash, SIM_CALL_CHANGE, call, MCUFS_EIO, false);
        int result = mcufs_resize(&volume.fs, "/", LEAST);
        assert_true(result == MCUFS_OK || result == MCUFS_EIO);
        done = result == MCUFS_OK;
        sim_flash_fail(volume.flash, SIM_CALL_CHANGE, 0, 0, false);
        for (unsigned i = 0; i < FILES; i++) {
            assert_true(known_is_there(&volume.fs, &files[i], i));
        }
        assert_int_equal(mcufs_resize(&volume.fs, "/", LEAST), MCUFS_OK);
        expect_files(LEAST);
        remount(LEAST);
        end();
    }
}

static void power_cuts(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < SIM_CUT_KINDS; kind++) {
        begin(40, arena_sizes[kind % 2]);
        sim_flash_t *before = sim_flash_clone(volume.flash);
        unsigned old_size = 0, new_size = 0;
        bool done = false;
        for (uint64_t cut = 1; !done; cut++) {
            mcufs_statfs_t statfs;
            sim_flash_copy(volume.flash, before);
            assert_int_equal(mount(0), MCUFS_OK);
            sim_flash_cut(volume.flash, cut, (sim_cut_t)kind, cut);
            done = mcufs_resize(&volume.fs, "/", LEAST) == MCUFS_OK;
            sim_flash_cut(volume.flash, 0, SIM_CUT_BEFORE, 0);
            sim_flash_power_on(volume.flash);
            assert_int_equal(mount(0), MCUFS_OK);
            assert_int_equal(mcufs_statfs(&volume.fs, "/", &statfs), MCUFS_OK);
            assert_true(statfs.block_count == (done ? LEAST : BLOCKS) || statfs.block_count == LEAST);
            old_size += statfs.block_count == BLOCKS;
            new_size += statfs.block_count == LEAST;
            for (unsigned i = 0; i < FILES; i++) {
                assert_true(known_is_there(&volume.fs, &files[i], i));
            }
            if (cut % 4 == 0) {
                expect_usable();
                remount((uint32_t)statfs.block_count);
            }
            if (cut % 4 == 1) {
                assert_int_equal(mcufs_resize(&volume.fs, "/", LEAST), MCUFS_OK);
                remount(LEAST);
            }
        }
        assert_in_range(old_size, 20, 10000);
        assert_in_range(new_size, 1, 10000);
        sim_flash_free(before);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_moves),  cmocka_unit_test(step_by_step),
        cmocka_unit_test(too_small),         cmocka_unit_test(open_files_follow),
        cmocka_unit_test(nothing_is_synced), cmocka_unit_test(bad_blocks),
        cmocka_unit_test(device_errors),     cmocka_unit_test(power_cuts),

        cmocka_unit_test(times_stay),        cmocka_unit_test(no_block_to_spare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
