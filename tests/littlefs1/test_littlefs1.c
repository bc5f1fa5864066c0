/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Reading littlefs v1: images of the original and images made by the book, whole and damaged. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <mcufs/littlefs1.h>

#include "builder.h"
#include "volume.h"

static oracle_t *oracle;
static const char *golden_directory;
static char why[600];

static void expect_tree(const builder_t *builder, sim_flash_t *flash)
{
    const char *type = "";
    tree_t tree = {0};
    if (volume_capture(flash, MCUFS_READ_ONLY, &type, &tree, why, sizeof why) != 0 ||
        !oracle_agrees(oracle, sim_flash_content(flash), sim_flash_size(flash), builder->block_size, &tree,
                       why, sizeof why)) {
        fail_msg("%s", why);
    }
    assert_string_equal(type, "lfs1");
    assert_int_equal(sim_flash_changes(flash), 0);
    tree_free(&tree);
}

static void built_images_read_as_the_decoder_says(void **state)
{
    static const uint32_t sizes[][2] = {{128, 220}, {256, 128}, {512, 80}, {4096, 64}};
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        const uint32_t *size = sizes[seed % 4];
        builder_t builder;
        builder_sample(&builder, size[0], size[1], seed);
        sim_flash_t *flash = volume_flash(builder.bytes, size[0], size[1], 16, seed);
        expect_tree(&builder, flash);
        if (volume_check(flash, "lfs1", why, sizeof why) != 0) {
            fail_msg("%s", why);
        }
        sim_flash_free(flash);
        builder_free(&builder);
    }
}

static void expect_line(const tree_t *tree, const char *line)
{
    char path[300];
    unsigned long size, hash;
    bool is_file = sscanf(line, "F %299s %lu %lx", path, &size, &hash) == 3;
    if (!is_file) {
        assert_int_equal(sscanf(line, "D %299s", path), 1);
    }
    for (unsigned i = 0; i < tree->count; i++) {
        const tree_entry_t *entry = &tree->entries[i];
        if (strcmp(entry->path, path) == 0) {
            uint32_t found = 2166136261u;
            assert_int_equal(entry->type, is_file ? MCUFS_TYPE_FILE : MCUFS_TYPE_DIRECTORY);
            for (uint32_t k = 0; is_file && k < entry->versions[0].size; k++) {
                found = (found ^ entry->bytes[k]) * 16777619u;
            }
            assert_true(!is_file || (entry->versions[0].size == size && found == hash));
            return;
        }
    }
    fail_msg("%s is missing", path);
}

static void images_of_the_original_read_as_their_manifests_say(void **state)
{
    static const struct {
        const char *name;
        uint32_t block_size;
    } images[] = {{"v1_b4096_p256_clean", 4096}, {"v1_b512_p16_clean", 512}, {"v1_b512_p16_cut", 512}};
    (void)state;
    for (unsigned i = 0; i < sizeof images / sizeof images[0]; i++) {
        size_t size;
        uint8_t *bytes = volume_load(golden_directory, images[i].name, &size);
        sim_flash_t *flash =
            volume_flash(bytes, images[i].block_size, (uint32_t)(size / images[i].block_size), 16, 1);
        const char *type = "";
        char path[500], line[500];
        unsigned lines = 1; /* the root */
        tree_t tree = {0};
        if (volume_capture(flash, 0, &type, &tree, why, sizeof why) != 0 ||
            volume_check(flash, "lfs1", why, sizeof why) != 0) {
            fail_msg("%s: %s", images[i].name, why);
        }
        snprintf(path, sizeof path, "%s/tests/golden/littlefs/%s.txt", MCUFS_SOURCE_DIR, images[i].name);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file) != NULL) {
            expect_line(&tree, line);
            lines++;
        }
        assert_int_equal(tree.count, lines);
        fclose(file);
        tree_free(&tree);
        sim_flash_free(flash);
        free(bytes);
    }
}

/* -- The operations ------------------------------------------------------------------------------------- */

typedef struct mounted {
    builder_t builder;
    sim_flash_t *flash;
    mcufs_t fs;
    uint8_t arena[1000];
} mounted_t;

static mounted_t mounted;

static int mount_sample(void **state)
{
    (void)state;
    const mcufs_mount_options_t options = {.arena = mounted.arena, .arena_size = sizeof mounted.arena};
    builder_sample(&mounted.builder, 256, 128, 7);
    mounted.flash = volume_flash(mounted.builder.bytes, 256, 128, 16, 7);
    (void)mcufs_init(&mounted.fs, NULL);
    assert_int_equal(mcufs_mount(&mounted.fs, "/", sim_flash_device(mounted.flash), &options), 0);
    return 0;
}

static int unmount_sample(void **state)
{
    (void)state;
    (void)mcufs_unmount(&mounted.fs, "/");
    sim_flash_free(mounted.flash);
    builder_free(&mounted.builder);
    return 0;
}

static void changes_are_refused(void **state)
{
    mcufs_file_t file;
    uint8_t byte = 0;
    mcufs_statfs_t statfs;
    (void)state;
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/a", MCUFS_O_WRONLY), MCUFS_EROFS);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/a", MCUFS_O_RDWR), MCUFS_EROFS);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/new", MCUFS_O_WRONLY | MCUFS_O_CREAT), MCUFS_EROFS);
    assert_int_equal(mcufs_mkdir(&mounted.fs, "/new"), MCUFS_EROFS);
    assert_int_equal(mcufs_remove(&mounted.fs, "/a"), MCUFS_EROFS);
    assert_int_equal(mcufs_rename(&mounted.fs, "/a", "/b"), MCUFS_EROFS);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/a", MCUFS_O_RDONLY), 0);
    assert_true(mcufs_write(&file, &byte, 1) < 0);
    assert_int_equal(mcufs_close(&file), 0);
    assert_int_equal(mcufs_statfs(&mounted.fs, "/", &statfs), 0);
    assert_true(statfs.read_only);
    assert_int_equal(statfs.free_blocks, builder_free_blocks(&mounted.builder));
    assert_int_equal(sim_flash_changes(mounted.flash), 0);
}

static void files_are_read_from_any_place(void **state)
{
    enum { SIZE = 256 * 5 + 3 };
    uint8_t whole[SIZE], part[40];
    mcufs_file_t file;
    (void)state;
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/abc", MCUFS_O_RDONLY), 0);
    assert_int_equal(mcufs_read(&file, whole, sizeof whole), SIZE);
    assert_int_equal(mcufs_read(&file, part, sizeof part), 0);
    for (int at = SIZE; at >= 0; at -= 37) {
        int expected = SIZE - at < (int)sizeof part ? SIZE - at : (int)sizeof part;
        assert_int_equal(mcufs_seek(&file, at, MCUFS_SEEK_SET), at);
        assert_int_equal(mcufs_read(&file, part, sizeof part), expected);
        assert_memory_equal(part, whole + at, (size_t)expected);
    }
    assert_int_equal(mcufs_seek(&file, -1, MCUFS_SEEK_SET), MCUFS_EINVAL);
    assert_int_equal(mcufs_seek(&file, 100, MCUFS_SEEK_END), SIZE + 100);
    assert_int_equal(mcufs_read(&file, part, sizeof part), 0);
    assert_int_equal(mcufs_close(&file), 0);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/abc/", MCUFS_O_RDONLY), MCUFS_ENOTDIR);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/many", MCUFS_O_RDONLY), MCUFS_EISDIR);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/none", MCUFS_O_RDONLY), MCUFS_ENOENT);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/none/x", MCUFS_O_RDONLY), MCUFS_ENOENT);
    assert_int_equal(mcufs_open(&mounted.fs, &file, "/a/x", MCUFS_O_RDONLY), MCUFS_ENOTDIR);
}

static void listings_go_on_where_they_were(void **state)
{
    enum { ENTRIES = 31 }; /* of "many": 30 and one that moved there */
    static char names[ENTRIES][MCUFS_NAME_MAX + 1];
    int64_t places[ENTRIES];
    mcufs_dirent_t entry;
    mcufs_dir_t directory;
    (void)state;
    assert_int_equal(mcufs_opendir(&mounted.fs, &directory, "/many"), 0);
    for (unsigned i = 0; i < ENTRIES; i++) {
        places[i] = mcufs_telldir(&directory);
        assert_int_equal(mcufs_readdir(&directory, &entry), 1);
        strcpy(names[i], entry.name);
    }
    assert_int_equal(mcufs_readdir(&directory, &entry), 0);
    for (unsigned i = 0; i < ENTRIES; i++) {
        unsigned at = i * 17 % ENTRIES;
        assert_int_equal(mcufs_seekdir(&directory, places[at]), 0);
        assert_int_equal(mcufs_readdir(&directory, &entry), 1);
        assert_string_equal(entry.name, names[at]);
    }
    assert_int_equal(mcufs_closedir(&directory), 0);
    assert_int_equal(mcufs_opendir(&mounted.fs, &directory, "/a"), MCUFS_ENOTDIR);
}

static void interrupted_renames_show_once(void **state)
{
    mcufs_stat_t stat;
    (void)state;
    assert_int_equal(mcufs_stat(&mounted.fs, "/moving/old name", &stat), MCUFS_ENOENT);
    assert_int_equal(mcufs_stat(&mounted.fs, "/many/new name", &stat), 0);
    assert_int_equal(stat.size, 30);
    assert_int_equal(mcufs_stat(&mounted.fs, "/moving/about to go", &stat), 0);
    assert_int_equal(mcufs_stat(&mounted.fs, "/moving/old directory/inside", &stat), MCUFS_ENOENT);
    assert_int_equal(mcufs_stat(&mounted.fs, "/new directory/inside", &stat), 0);
}

/* -- Memory and geometry -------------------------------------------------------------------------------- */

static void small_arenas_and_other_blocks_do(void **state)
{
    static const uint32_t device_blocks[] = {64, 256, 1024};
    builder_t builder;
    (void)state;
    builder_sample(&builder, 256, 128, 3);
    for (unsigned i = 0; i < 3; i++) {
        uint8_t arena[MCUFS_LITTLEFS1_ARENA(16)];
        const mcufs_littlefs1_options_t options = {.cache_size = 16};
        sim_flash_t *flash =
            volume_flash(builder.bytes, device_blocks[i], 128 * 256 / device_blocks[i], 16, 1);
        mcufs_setup_t setup = {.device = sim_flash_device(flash),
                               .arena = arena,
                               .arena_size = sizeof arena,
                               .options = &options};
        void *volume;
        mcufs_stat_t stat;
        assert_int_equal(mcufs_littlefs1.mount(&setup, &volume), 0);
        assert_int_equal(mcufs_littlefs1.stat(volume, mcufs_path("many/file number 29", NULL), &stat), 0);
        setup.arena_size = 50;
        assert_int_equal(mcufs_littlefs1.mount(&setup, &volume), MCUFS_ENOMEM);
        sim_flash_free(flash);
    }
    builder_free(&builder);
}

/* -- Damage --------------------------------------------------------------------------------------------- */

/* The block of a pair that counts: its content is whole and it is the newer one. */
static uint8_t *active(const builder_t *builder, const uint32_t pair[2])
{
    uint8_t *blocks[2] = {builder->bytes + (size_t)pair[0] * builder->block_size,
                          builder->bytes + (size_t)pair[1] * builder->block_size};
    /* The builder erases the stale half here: it was told to. */
    return blocks[0][0] == 0xff && blocks[0][4] == 0xff ? blocks[1] : blocks[0];
}

static uint32_t load(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

static void reseal(uint8_t *block)
{
    builder_seal(block, load(block + 4) & 0x7fffffff);
}

typedef void damage_t(builder_t *builder, uint8_t *root);

static void list_goes_in_a_circle(builder_t *builder, uint8_t *root)
{
    memcpy(root + 8, builder->bytes + 20, 8); /* to the root itself, as the superblock says it */
}

static uint8_t *entry_called(uint8_t *log, const char *name)
{
    uint8_t *entry = log + 16;
    while (entry[3] != strlen(name) || memcmp(entry + 4 + entry[1] + entry[2], name, entry[3]) != 0) {
        entry += 4 + entry[1] + entry[2] + entry[3];
    }
    return entry;
}

/* Half of the pair, and a block of a file instead of the half that does not count. */
static void list_leads_elsewhere(builder_t *builder, uint8_t *root)
{
    const uint32_t pair[2] = {load(root + 8), load(root + 12)};
    bool first = active(builder, pair) == builder->bytes + (size_t)pair[0] * builder->block_size;
    memcpy(root + (first ? 12 : 8), entry_called(root, "a") + 4, 4);
}

static void directory_leads_to_itself(builder_t *builder, uint8_t *root)
{
    memcpy(root + 16 + 4, builder->bytes + 20, 8); /* the first entry is one */
}

static void directory_is_nowhere(builder_t *builder, uint8_t *root)
{
    (void)builder;
    memset(root + 16 + 4, 0x77, 8);
}

static void directory_is_unreadable(builder_t *builder, uint8_t *root)
{
    memset(builder->bytes + (size_t)load(root + 20) * builder->block_size, 0, builder->block_size);
    memset(builder->bytes + (size_t)load(root + 24) * builder->block_size, 0, builder->block_size);
}

static void names_are_the_same(builder_t *builder, uint8_t *root)
{
    (void)builder;
    entry_called(root, "a")[12] = 'Z';
}

static void name_has_a_slash(builder_t *builder, uint8_t *root)
{
    (void)builder;
    entry_called(root, "ab")[12] = '/';
}

static void files_share_blocks(builder_t *builder, uint8_t *root)
{
    (void)builder;
    memcpy(entry_called(root, "a") + 4, entry_called(root, "ab") + 4, 4);
}

static void file_is_in_a_directory(builder_t *builder, uint8_t *root)
{
    (void)builder;
    memcpy(entry_called(root, "a") + 4, root + 16 + 4, 4);
}

static void size_is_impossible(builder_t *builder, uint8_t *root)
{
    (void)builder;
    memset(entry_called(root, "a") + 8, 0x7f, 4);
}

static void pointers_disagree(builder_t *builder, uint8_t *root)
{
    /* Its fifth block has three pointers; the second of them leads astray. */
    uint32_t head = load(entry_called(root, "abc") + 4);
    uint32_t fifth = load(builder->bytes + (size_t)head * builder->block_size);
    builder->bytes[(size_t)fifth * builder->block_size + 4] ^= 1;
}

static void kind_is_unknown(builder_t *builder, uint8_t *root)
{
    (void)builder;
    entry_called(root, "a")[0] = 0x33;
}

static void length_leads_too_far(builder_t *builder, uint8_t *root)
{
    (void)builder;
    root[16 + 2] = 0xff;
}

static void damage_is_found(void **state)
{
    static const struct {
        damage_t *make;
        const char *message;
    } damages[] = {
        {list_goes_in_a_circle, "the list of directories cannot be followed"},
        {list_leads_elsewhere, "the list of directories does not lead to those of the tree"},
        {directory_leads_to_itself, "/many: the directory's blocks are in use elsewhere"},
        {directory_is_nowhere, "/many: the directory's blocks are not on the device"},
        {directory_is_unreadable, "/many: the directory cannot be read"},
        {names_are_the_same, "/Z: another entry has the same name"},
        {name_has_a_slash, "//b: the name is not possible"},
        {files_share_blocks, "/ab: a block of the file is in use elsewhere"},
        {file_is_in_a_directory, "/a: a block of the file is in use elsewhere"},
        {size_is_impossible, "/a: the size or the last block of the file is impossible"},
        {pointers_disagree, "/abc: pointers to blocks of the file do not agree"},
        {kind_is_unknown, "/a: an entry of an unknown kind"},
        {length_leads_too_far, "/: the directory cannot be read"},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        builder_t builder;
        char all[3000] = "";
        builder_start(&builder, 512, 100, i + 1);
        builder.stale = BUILDER_STALE_ERASED;
        unsigned many = builder_directory(&builder, 0, "many");
        (void)builder_file(&builder, 0, "a", 5);
        (void)builder_file(&builder, 0, "ab", 20);
        (void)builder_file(&builder, 0, "abc", 512 * 5 + 3);
        (void)builder_file(&builder, 0, "Z", 20);
        (void)builder_file(&builder, many, "in it", 512 * 3);
        builder_finish(&builder);
        sim_flash_t *flash = volume_flash(builder.bytes, 512, 100, 16, 1);
        assert_int_equal(volume_check(flash, "lfs1", all, sizeof all), 0);
        uint8_t *root = active(&builder, builder.nodes[0].pairs[0]);
        damages[i].make(&builder, root);
        reseal(root);
        memcpy(sim_flash_bytes(flash), builder.bytes, sim_flash_size(flash));
        int errors = volume_check(flash, "lfs1", all, sizeof all);
        if (errors <= 0 || strstr(all, damages[i].message) == NULL) {
            fail_msg("%s: %d errors, \"%s\"", damages[i].message, errors, all);
        }
        sim_flash_free(flash);
        builder_free(&builder);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_images_read_as_the_decoder_says),
        cmocka_unit_test(images_of_the_original_read_as_their_manifests_say),
        cmocka_unit_test_setup_teardown(changes_are_refused, mount_sample, unmount_sample),
        cmocka_unit_test_setup_teardown(files_are_read_from_any_place, mount_sample, unmount_sample),
        cmocka_unit_test_setup_teardown(listings_go_on_where_they_were, mount_sample, unmount_sample),
        cmocka_unit_test_setup_teardown(interrupted_renames_show_once, mount_sample, unmount_sample),
        cmocka_unit_test(small_arenas_and_other_blocks_do),
        cmocka_unit_test(damage_is_found),
    };
    oracle = oracle_start();
    golden_directory = argc > 1 ? argv[1] : ".";
    if (oracle == NULL) {
        fprintf(stderr, "cannot start the decoder\n");
        return 2;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    oracle_stop(oracle);
    return failed;
}
