/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The read-only mount of damaged volumes: every block of a small tree is made unreadable, zeroed or filled in
 * turn; everything that was not in it must be found, at its place or in /lost+found, and never with wrong
 * content. */

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

#include "at_root.h"
#include "known.h"

enum { BLOCK = 512, BLOCKS = 96, ARENA = 16384 };

static const known_file_t files[] = {
    {"/in the root", 30},
    {"/large in the root", 4000},
    {"/directory a", KNOWN_DIRECTORY},
    {"/directory a/small in a", 20},
    {"/directory a/medium in a", 1500},
    {"/directory a/directory b", KNOWN_DIRECTORY},
    {"/directory a/directory b/small in b", 21},
    {"/directory a/directory b/directory c", KNOWN_DIRECTORY},
    {"/directory a/directory b/directory c/medium in c", 1300},
    {"/directory z", KNOWN_DIRECTORY},
    {"/directory z/small in z", 22},
    {"/directory z/large in z", 3100},
    {"/directory z/empty", KNOWN_DIRECTORY},
    {"/directory many", KNOWN_DIRECTORY},
};
enum { FILES = sizeof files / sizeof files[0], MANY = 24 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint8_t arena[ARENA];
} volume_t;

static volume_t volume;

/* What the header promises to be enough, and what the VFS adds. */
#define SALVAGE_ARENA (MCUFS_LITTLEFS2_SALVAGE_ARENA(128u, BLOCKS) + 10 * sizeof(void *) + 8)

static int salvage(void)
{
    mcufs_mount_options_t options = {.filesystem = &mcufs_littlefs2_salvage,
                                     .arena = volume.arena,
                                     .arena_size = SALVAGE_ARENA,
                                     .filesystem_options = &volume.options};
    int error = mcufs_init(&volume.fs, NULL);
    return error < 0 ? error : mcufs_mount(&volume.fs, "/", sim_flash_device(volume.flash), &options);
}

static known_file_t many(unsigned i)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/directory many/one of a lot of files, number %02u", i);
    return (known_file_t){path, 16 + i};
}

static void begin(void)
{
    const sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, BLOCK, BLOCKS, 0xff}};
    memset(&volume, 0, sizeof volume);
    volume.options.cache_size = 128;
    volume.flash = sim_flash_new(&options);
    assert_int_equal(mount_at_root(&volume.fs, sim_flash_device(volume.flash), volume.arena, ARENA,
                                   MCUFS_FORMAT_ALWAYS, &volume.options),
                     MCUFS_OK);
    for (unsigned i = 0; i < FILES; i++) {
        known_put(&volume.fs, &files[i], i);
    }
    for (unsigned i = 0; i < MANY; i++) {
        known_file_t file = many(i);
        known_put(&volume.fs, &file, 100 + i);
    }
}

static void end(void)
{
    assert_int_equal(sim_flash_counts(volume.flash)->violations, 0);
    sim_flash_free(volume.flash);
}

/* -- What can be found ------------------------------------------------------------------------------ */

typedef enum damage { UNREADABLE, ZEROED, FILLED, DAMAGES } damage_t;

static const uint8_t filler[DAMAGES] = {0, 0, 0xa5};
/* Other bytes in a data block, which no checksum covers. */
static damage_t overwritten;

/* Right bytes, missing ones, and none that are wrong. */
static uint32_t read_what_is_there(const char *path, unsigned number, uint32_t size)
{
    mcufs_file_t file;
    uint32_t good = 0;
    int error = mcufs_open(&volume.fs, &file, path, MCUFS_O_RDONLY);
    if (error < 0) {
        return 0;
    }
    assert_int_equal(mcufs_size(&file), size);
    for (uint32_t at = 0; at < size;) {
        uint8_t bytes[64];
        assert_int_equal(mcufs_seek(&file, at, MCUFS_SEEK_SET), at);
        int32_t got = mcufs_read(&file, bytes, sizeof bytes);
        assert_true(got > 0 || got == MCUFS_ECORRUPT);
        for (int32_t i = 0; i < got; i++) {
            bool same = bytes[i] == known_byte(number, at + (uint32_t)i);
            /* Other blocks begin with pointers, which cannot be right any more. */
            bool first = at + (uint32_t)i < BLOCK;
            assert_true(same || (first && overwritten != UNREADABLE && bytes[i] == filler[overwritten]));
            good += same;
        }
        at += got > 0 ? (uint32_t)got : 4;
    }
    assert_int_equal(mcufs_close(&file), MCUFS_OK);
    return good;
}

/* Whether `path`, or the end of it in a directory of /lost+found, is there and right. */
static bool is_whole(const known_file_t *file, const char *path, unsigned number)
{
    mcufs_stat_t stat;
    if (mcufs_stat(&volume.fs, path, &stat) != MCUFS_OK) {
        return false;
    }
    if (file->size == KNOWN_DIRECTORY) {
        return stat.type == MCUFS_TYPE_DIRECTORY;
    }
    return stat.type == MCUFS_TYPE_FILE && stat.size == file->size &&
           read_what_is_there(path, number, file->size) == file->size;
}

static bool is_anywhere(const known_file_t *file, unsigned number)
{
    mcufs_dir_t lost;
    mcufs_dirent_t entry;
    bool found = is_whole(file, file->path, number);
    if (found || mcufs_opendir(&volume.fs, &lost, "/lost+found") != MCUFS_OK) {
        return found;
    }
    while (!found && mcufs_readdir(&lost, &entry) == 1) {
        for (const char *rest = file->path; !found && rest; rest = strchr(rest + 1, '/')) {
            char path[320];
            (void)snprintf(path, sizeof path, "/lost+found/%s%s", entry.name, rest);
            found = is_whole(file, path, number);
        }
    }
    (void)mcufs_closedir(&lost);
    return found;
}

/* -- Damage ----------------------------------------------------------------------------------------- */

static void harm(uint32_t block, damage_t damage)
{
    if (damage == UNREADABLE) {
        sim_flash_set_bad(volume.flash, block, SIM_BAD_READ);
        return;
    }
    memset(sim_flash_bytes(volume.flash) + (size_t)block * BLOCK, filler[damage], BLOCK);
}

static int find_use(void *context, uint32_t block, mcufs_block_use_t use)
{
    ((uint8_t *)context)[block] = (uint8_t)use;
    return 0;
}

/* Whether the name of an entry is somewhere in a block. */
static bool names(const sim_flash_t *flash, uint32_t block, const known_file_t *file)
{
    const char *name = strrchr(file->path, '/') + 1;
    size_t length = strlen(name);
    const uint8_t *bytes = sim_flash_content(flash) + (size_t)block * BLOCK;
    for (size_t at = 0; at + length <= BLOCK; at++) {
        if (memcmp(bytes + at, name, length) == 0) {
            return true;
        }
    }
    return false;
}

/* How many are not there any more. Only entries that the harmed blocks named may be missing, or one file
 * whose block it was. */
static unsigned count_missing(const sim_flash_t *good, const uint32_t *harmed, unsigned count, bool data)
{
    unsigned missing = 0;
    for (unsigned i = 0; i < FILES + MANY; i++) {
        known_file_t file = i < FILES ? files[i] : many(i - FILES);
        if (is_anywhere(&file, i < FILES ? i : 100 + i - FILES)) {
            continue;
        }
        bool named = data;
        for (unsigned k = 0; k < count; k++) {
            named = named || names(good, harmed[k], &file);
        }
        if (!named) {
            fprintf(stderr, "without block %u: %s is missing\n", (unsigned)harmed[0], file.path);
        }
        assert_true(named);
        missing++;
    }
    assert_true(!data || missing <= 1);
    return missing;
}

static void any_block(void **state)
{
    (void)state;
    begin();
    uint8_t uses[BLOCKS] = {MCUFS_BLOCK_FREE};
    assert_int_equal(mcufs_visit_blocks(&volume.fs, "/", find_use, uses), 0);
    sim_flash_t *good = sim_flash_clone(volume.flash);
    for (damage_t damage = 0; damage < DAMAGES; damage++) {
        for (uint32_t block = 0; block < BLOCKS; block++) {
            sim_flash_copy(volume.flash, good);
            harm(block, damage);
            sim_flash_reset_counts(volume.flash);
            assert_int_equal(salvage(), MCUFS_OK);
            overwritten = uses[block] == MCUFS_BLOCK_DATA ? damage : UNREADABLE;
            (void)count_missing(good, &block, uses[block] != MCUFS_BLOCK_FREE,
                                uses[block] == MCUFS_BLOCK_DATA);
            overwritten = UNREADABLE;
            assert_int_equal(sim_flash_counts(volume.flash)->programs, 0);
            assert_int_equal(sim_flash_counts(volume.flash)->erases, 0);
        }
    }
    sim_flash_free(good);
    end();
}

/* Both halves of a pair: its own entries are missing, and nothing else. `own`: how many of those there are.
 */
static void any_pair(void **state)
{
    (void)state;
    begin();
    sim_flash_t *good = sim_flash_clone(volume.flash);
    unsigned pairs = 0, lost_found = 0, missing = 0;
    for (damage_t damage = 0; damage < DAMAGES; damage++) {
        for (uint32_t a = 0; a + 1 < BLOCKS; a++) {
            uint8_t uses[BLOCKS] = {MCUFS_BLOCK_FREE};
            sim_flash_copy(volume.flash, good);
            assert_int_equal(mount_at_root(&volume.fs, sim_flash_device(volume.flash), volume.arena, ARENA,
                                           MCUFS_READ_ONLY, &volume.options),
                             MCUFS_OK);
            assert_int_equal(mcufs_visit_blocks(&volume.fs, "/", find_use, uses), 0);
            if ((uses[a] != MCUFS_BLOCK_METADATA && uses[a] != MCUFS_BLOCK_SUPERBLOCK) ||
                uses[a] != uses[a + 1]) {
                continue;
            }
            harm(a, damage);
            harm(a + 1, damage);
            assert_int_equal(salvage(), MCUFS_OK);
            const uint32_t pair[2] = {a, a + 1};
            missing += count_missing(good, pair, 2, false);
            mcufs_stat_t stat;
            lost_found += mcufs_stat(&volume.fs, "/lost+found", &stat) == MCUFS_OK;
            pairs++;
        }
    }
    assert_in_range(pairs, 9, 200);
    assert_in_range(lost_found, 3, pairs);
    assert_in_range(missing, 20, 1000);
    sim_flash_free(good);
    end();
}

/* What is not damaged has no /lost+found, and looks as always. */
static void a_good_volume(void **state)
{
    mcufs_stat_t stat;
    mcufs_file_t file;
    (void)state;
    begin();
    assert_int_equal(salvage(), MCUFS_OK);
    assert_int_equal(count_missing(volume.flash, NULL, 0, false), 0);
    assert_int_equal(mcufs_stat(&volume.fs, "/lost+found", &stat), MCUFS_ENOENT);
    assert_true(mcufs_open(&volume.fs, &file, "/new", MCUFS_O_WRONLY | MCUFS_O_CREAT) < 0);
    assert_true(mcufs_remove(&volume.fs, "/in the root") < 0);
    assert_true(mcufs_mkdir(&volume.fs, "/new") < 0);
    end();
}

/* A bad block of a file costs its own bytes, and at most those before it that only it led to. */
static void a_bad_block_of_a_file(void **state)
{
    (void)state;
    begin();
    uint8_t uses[BLOCKS] = {MCUFS_BLOCK_FREE};
    assert_int_equal(mcufs_visit_blocks(&volume.fs, "/", find_use, uses), 0);
    sim_flash_t *good = sim_flash_clone(volume.flash);
    unsigned partial = 0;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        if (uses[block] != MCUFS_BLOCK_DATA) {
            continue;
        }
        sim_flash_copy(volume.flash, good);
        harm(block, UNREADABLE);
        assert_int_equal(salvage(), MCUFS_OK);
        for (unsigned i = 0; i < FILES; i++) {
            if (files[i].size == KNOWN_DIRECTORY) {
                continue;
            }
            uint32_t there = read_what_is_there(files[i].path, i, files[i].size);
            partial += there > 0 && there < files[i].size;
        }
    }
    assert_in_range(partial, 10, 200);
    sim_flash_free(good);
    end();
}

/* Where the newer half of a pair is gone, the older one may name a block that another file has by now. */
static void a_pair_of_the_past(void **state)
{
    enum { SIZE = 400 };
    static const char *const paths[] = {"/directory a/x", "/directory z/y"};
    uint8_t bytes[SIZE], last[2] = {0, 0};
    mcufs_file_t file;
    (void)state;
    for (unsigned run = 0; run < 300; run++) {
        const unsigned rewrites = 1 + run % 6 * 5, round = 40 + run / 6;
        begin();
        /* Some versions of the one, and then enough of the other to take all free blocks once. */
        for (unsigned i = 0; i < rewrites + round; i++) {
            unsigned which = i >= rewrites;
            last[which] = (uint8_t)i;
            memset(bytes, (int)i, sizeof bytes);
            assert_int_equal(
                mcufs_open(&volume.fs, &file, paths[which], MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC),
                MCUFS_OK);
            assert_int_equal(mcufs_write(&file, bytes, sizeof bytes), SIZE);
            assert_int_equal(mcufs_close(&file), MCUFS_OK);
        }
        uint8_t uses[BLOCKS] = {MCUFS_BLOCK_FREE};
        assert_int_equal(mcufs_visit_blocks(&volume.fs, "/", find_use, uses), 0);
        sim_flash_t *good = sim_flash_clone(volume.flash);
        for (uint32_t block = 0; block < BLOCKS; block++) {
            if (uses[block] != MCUFS_BLOCK_METADATA) {
                continue;
            }
            sim_flash_copy(volume.flash, good);
            harm(block, UNREADABLE);
            assert_int_equal(salvage(), MCUFS_OK);
            for (unsigned i = 0; i < 2; i++) {
                if (mcufs_open(&volume.fs, &file, paths[i], MCUFS_O_RDONLY) < 0) {
                    continue;
                }
                int32_t got = mcufs_read(&file, bytes, sizeof bytes);
                for (int32_t k = 0; k < got; k++) {
                    assert_int_equal(bytes[k], bytes[0]);
                    assert_int_not_equal(bytes[k], last[1 - i]);
                }
                assert_int_equal(mcufs_close(&file), MCUFS_OK);
            }
        }
        sim_flash_free(good);
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_volume),      cmocka_unit_test(any_block),
        cmocka_unit_test(any_pair),           cmocka_unit_test(a_bad_block_of_a_file),
        cmocka_unit_test(a_pair_of_the_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
