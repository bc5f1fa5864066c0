/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Which mount gets which part of a path, and how mount points show in listings. */

#include "fake.h"

typedef struct tree {
    mcufs_t fs;
    uint8_t arenas[6][512];
    unsigned mounts;
} tree_t;

static int add_mount(tree_t *tree, const char *path)
{
    const mcufs_mount_options_t options = {.filesystem = &fake_filesystem,
                                           .arena = tree->arenas[tree->mounts],
                                           .arena_size = sizeof(tree->arenas[0])};
    int error = mcufs_mount(&tree->fs, path, NULL, &options);
    tree->mounts += error == 0 ? 1 : 0;
    return error;
}

static void new_tree(tree_t *tree)
{
    fake_reset();
    memset(tree, 0, sizeof(*tree));
    assert_int_equal(mcufs_init(&tree->fs, &fake_hooks), 0);
}

/* The index of the mount whose filesystem was called last. */
static unsigned mount_called(const tree_t *tree)
{
    unsigned i = 0;
    while (i < 6 && ((uint8_t *)fake.volume < tree->arenas[i] ||
                     (uint8_t *)fake.volume >= tree->arenas[i] + sizeof(tree->arenas[i]))) {
        i++;
    }
    return i;
}

static void longest_match_gets_the_rest(void **state)
{
    tree_t tree;
    static const struct {
        const char *directory, *path;
        unsigned mount;
        const char *rest;
    } cases[] = {
        {"/", "/", 0, ""},
        {"/", "/x", 0, "x"},
        {"/", "x/y/z", 0, "x/y/z"},
        {"/", "/flash", 1, ""},
        {"/", "/flash/", 1, ""},
        {"/", "/flash/x", 1, "x"},
        {"/", "//flash//x//y", 1, "x/y"},
        {"/", "/flashy/x", 0, "flashy/x"},
        {"/", "/flas", 0, "flas"},
        {"/", "/flash/a/x", 1, "a/x"},
        {"/", "/flash/a/b", 2, ""},
        {"/", "/flash/a/b/c", 2, "c"},
        {"/", "/flash/a/bc", 1, "a/bc"},
        {"/", "/flash/a/b/../c", 1, "a/c"},
        {"/", "/flash/../x", 0, "x"},
        {"/", "/x/../flash/y", 1, "y"},
        {"/", "/x/../../flash/./y", 1, "y"},
        {"/", "/flash/a/b/..", 1, "a"},
        {"/", "/flash/a/b/../..", 1, ""},
        {"/d", "x", 0, "d/x"},
        {"/d", "../flash/x", 1, "x"},
        {"/d", "/x", 0, "x"},
        {"/flash", "x", 1, "x"},
        {"/flash", "a/b/x", 2, "x"},
        {"/flash", "..", 0, ""},
        {"/flash/a/b", "../../x", 1, "x"},
        {"/flash/a/b", "../../../x", 0, "x"},
        {"/flash/a/b", "../../../../../x", 0, "x"},
    };
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "/flash"), 0);
    assert_int_equal(add_mount(&tree, "//flash/./a/x/../b/"), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        mcufs_stat_t stat;
        assert_int_equal(mcufs_chdir(&tree.fs, cases[i].directory), 0);
        assert_int_equal(mcufs_stat(&tree.fs, cases[i].path, &stat), 0);
        assert_int_equal(mount_called(&tree), cases[i].mount);
        assert_string_equal(fake.path, cases[i].rest);
    }
}

static void order_of_mounting_does_not_matter(void **state)
{
    tree_t tree;
    mcufs_stat_t stat;
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/a/b/c"), 0);
    assert_int_equal(add_mount(&tree, "/a"), 0);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "/a/b"), 0);
    static const unsigned expected[] = {2, 1, 3, 0};
    static const char *const paths[] = {"/x", "/a/x", "/a/b/x", "/a/b/c/x"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(mcufs_stat(&tree.fs, paths[i], &stat), 0);
        assert_int_equal(mount_called(&tree), expected[i]);
        assert_string_equal(fake.path, "x");
    }
}

static void mounts_are_listed_most_recent_first(void **state)
{
    tree_t tree;
    const char *path;
    const mcufs_filesystem_t *filesystem;
    (void)state;
    new_tree(&tree);
    assert_int_equal(mcufs_mount_at(&tree.fs, 0, &path, &filesystem), MCUFS_ENOENT);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "//x/../flash/"), 0);
    assert_int_equal(mcufs_mount_at(&tree.fs, 0, &path, &filesystem), 0);
    assert_string_equal(path, "/flash");
    assert_ptr_equal(filesystem, &fake_filesystem);
    assert_int_equal(mcufs_mount_at(&tree.fs, 1, &path, NULL), 0);
    assert_string_equal(path, "/");
    assert_int_equal(mcufs_mount_at(&tree.fs, 1, NULL, &filesystem), 0);
    assert_int_equal(mcufs_mount_at(&tree.fs, 2, &path, &filesystem), MCUFS_ENOENT);
    assert_int_equal(mcufs_mount_at(NULL, 0, &path, &filesystem), MCUFS_EINVAL);
}

static void unmounting_is_refused(void **state)
{
    tree_t tree;
    (void)state;
    new_tree(&tree);
    assert_int_equal(mcufs_unmount(&tree.fs, "/"), MCUFS_EINVAL);
    assert_int_equal(add_mount(&tree, "/a"), 0);
    assert_int_equal(add_mount(&tree, "/a/b/c"), 0);
    assert_int_equal(mcufs_unmount(&tree.fs, "/"), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a/b"), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a/x"), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(&tree.fs, ""), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(&tree.fs, NULL), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(NULL, "/a"), MCUFS_EINVAL);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a"), MCUFS_EBUSY); /* another one below */
    fake.lock_answer = MCUFS_EAGAIN;
    assert_int_equal(mcufs_unmount(&tree.fs, "/a/b/c"), MCUFS_EAGAIN);
    fake.lock_answer = 0;
    assert_int_equal(mcufs_unmount(&tree.fs, "/a/b/c"), 0);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a"), 0);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a"), MCUFS_EINVAL);
    assert_int_equal(fake.locks, fake.unlocks);
}

static void mount_from_the_middle_of_the_list_goes(void **state)
{
    tree_t tree;
    mcufs_stat_t stat;
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/a"), 0);
    assert_int_equal(add_mount(&tree, "/b"), 0);
    assert_int_equal(add_mount(&tree, "/c"), 0);
    assert_int_equal(mcufs_unmount(&tree.fs, "/b"), 0);
    assert_int_equal(mcufs_stat(&tree.fs, "/b", &stat), MCUFS_ENODEV);
    assert_int_equal(mcufs_stat(&tree.fs, "/a", &stat), 0);
    assert_int_equal(mcufs_stat(&tree.fs, "/c", &stat), 0);
    assert_int_equal(add_mount(&tree, "/b"), 0);
    assert_int_equal(mcufs_stat(&tree.fs, "/b", &stat), 0);
}

/* -- Listings ------------------------------------------------------------------------------------------- */

static void expect_next(mcufs_dir_t *dir, const char *name, int type)
{
    mcufs_dirent_t entry;
    memset(&entry, 0xa5, sizeof(entry));
    assert_int_equal(mcufs_readdir(dir, &entry), 1);
    assert_string_equal(entry.name, name);
    assert_int_equal(entry.stat.type, type);
    assert_int_equal(entry.stat.size, 0);
    assert_int_equal(entry.stat.times.modified, 0);
}

static void expect_end(mcufs_dir_t *dir)
{
    mcufs_dirent_t entry;
    assert_int_equal(mcufs_readdir(dir, &entry), 0);
    assert_int_equal(mcufs_readdir(dir, &entry), 0);
}

static void mount_points_show_and_hide(void **state)
{
    static const char *const names[] = {"card", "cards", "file", "flash", "car", NULL};
    tree_t tree;
    mcufs_dir_t dir;
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "/flash"), 0);
    assert_int_equal(add_mount(&tree, "/card/one"), 0);
    assert_int_equal(add_mount(&tree, "/card/two"), 0); /* "card" appears once */
    assert_int_equal(add_mount(&tree, "/flash/inner"), 0);
    fake.names = names;
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/"), 0);
    expect_next(&dir, "cards", MCUFS_TYPE_FILE);
    expect_next(&dir, "file", MCUFS_TYPE_FILE);
    expect_next(&dir, "car", MCUFS_TYPE_FILE);
    expect_next(&dir, "flash", MCUFS_TYPE_DIRECTORY);
    expect_next(&dir, "card", MCUFS_TYPE_DIRECTORY);
    expect_end(&dir);
    assert_int_equal(mcufs_closedir(&dir), 0);

    fake.names = NULL;
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/card"), 0);
    expect_next(&dir, "one", MCUFS_TYPE_DIRECTORY);
    expect_next(&dir, "two", MCUFS_TYPE_DIRECTORY);
    expect_end(&dir);
    assert_int_equal(mcufs_closedir(&dir), 0);
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/flash/inner"), 0);
    expect_end(&dir);
    assert_int_equal(mcufs_closedir(&dir), 0);
    assert_int_equal(fake.locks, fake.unlocks);
}

static void positions_reach_over_both_parts(void **state)
{
    static const char *const names[] = {"file", "other", NULL};
    static const char *const all[] = {"file", "other", "x", "y"};
    tree_t tree;
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    int64_t positions[5];
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "/x"), 0);
    assert_int_equal(add_mount(&tree, "/y"), 0);
    fake.names = names;
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/"), 0);
    for (size_t i = 0; i < 5; i++) {
        positions[i] = mcufs_telldir(&dir);
        assert_true(positions[i] >= 0);
        assert_int_equal(mcufs_readdir(&dir, &entry), i < 4 ? 1 : 0);
    }
    for (int i = 4; i >= 0; i--) {
        assert_int_equal(mcufs_seekdir(&dir, positions[i]), 0);
        for (int j = i; j < 4; j++) {
            assert_int_equal(mcufs_readdir(&dir, &entry), 1);
            assert_string_equal(entry.name, all[j]);
        }
        expect_end(&dir);
    }
    assert_int_equal(mcufs_rewinddir(&dir), 0);
    assert_int_equal(mcufs_readdir(&dir, &entry), 1);
    assert_string_equal(entry.name, "file");
    assert_int_equal(mcufs_seekdir(&dir, -1), MCUFS_EINVAL);
    assert_int_equal(mcufs_closedir(&dir), 0);
}

static void directory_of_mounts_only(void **state)
{
    tree_t tree;
    mcufs_dir_t dir;
    mcufs_stat_t stat;
    mcufs_dirent_t entry;
    (void)state;
    new_tree(&tree);
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/"), MCUFS_ENODEV);
    assert_int_equal(add_mount(&tree, "/media/card"), 0);
    fake_reset();
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/"), 0);
    assert_int_equal(mcufs_seekdir(&dir, 1), MCUFS_EINVAL);
    const int64_t start = mcufs_telldir(&dir);
    expect_next(&dir, "media", MCUFS_TYPE_DIRECTORY);
    expect_end(&dir);
    assert_int_equal(mcufs_seekdir(&dir, start), 0);
    expect_next(&dir, "media", MCUFS_TYPE_DIRECTORY);
    assert_int_equal(mcufs_rewinddir(&dir), 0);
    expect_next(&dir, "media", MCUFS_TYPE_DIRECTORY);
    assert_int_equal(mcufs_closedir(&dir), 0);
    assert_int_equal(mcufs_closedir(&dir), MCUFS_EBADF);
    assert_int_equal(mcufs_readdir(&dir, &entry), MCUFS_EBADF);
    memset(&stat, 0xa5, sizeof(stat));
    assert_int_equal(mcufs_stat(&tree.fs, "/media", &stat), 0);
    assert_int_equal(stat.type, MCUFS_TYPE_DIRECTORY);
    assert_int_equal(stat.size, 0);
    assert_int_equal(mcufs_stat(&tree.fs, "/medi", &stat), MCUFS_ENODEV);
    assert_int_equal(fake.calls, 0); /* no filesystem was asked */
}

/* A directory the root's filesystem does not have, but leads to a mount. */
static void way_to_a_mount_exists_without_the_filesystem(void **state)
{
    tree_t tree;
    mcufs_dir_t dir;
    mcufs_stat_t stat;
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/"), 0);
    assert_int_equal(add_mount(&tree, "/media/card"), 0);
    static const int errors[] = {MCUFS_ENOENT, MCUFS_ENOTDIR};
    for (size_t i = 0; i < 2; i++) {
        fake.answer = errors[i];
        assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/media"), 0);
        expect_next(&dir, "card", MCUFS_TYPE_DIRECTORY);
        expect_end(&dir);
        assert_int_equal(mcufs_closedir(&dir), 0);
        assert_int_equal(mcufs_stat(&tree.fs, "/media", &stat), 0);
        assert_int_equal(stat.type, MCUFS_TYPE_DIRECTORY);
    }
    fake.answer = MCUFS_EIO; /* other errors are not hidden */
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/media"), MCUFS_EIO);
    assert_int_equal(mcufs_stat(&tree.fs, "/media", &stat), MCUFS_EIO);
    fake.answer = 0; /* a file there is hidden: the fake calls names files that do not begin with 'd' */
    assert_int_equal(mcufs_stat(&tree.fs, "/media", &stat), 0);
    assert_int_equal(stat.type, MCUFS_TYPE_DIRECTORY);
    assert_int_equal(fake.locks, fake.unlocks);
}

static void new_mount_during_a_walk_disturbs_nothing(void **state)
{
    tree_t tree;
    mcufs_dir_t dir;
    (void)state;
    new_tree(&tree);
    assert_int_equal(add_mount(&tree, "/a"), 0);
    assert_int_equal(add_mount(&tree, "/b"), 0);
    assert_int_equal(add_mount(&tree, "/c"), 0);
    assert_int_equal(mcufs_opendir(&tree.fs, &dir, "/"), 0);
    expect_next(&dir, "a", MCUFS_TYPE_DIRECTORY);
    assert_int_equal(mcufs_unmount(&tree.fs, "/a"), 0);
    assert_int_equal(add_mount(&tree, "/d"), 0);
    expect_next(&dir, "b", MCUFS_TYPE_DIRECTORY);
    expect_next(&dir, "c", MCUFS_TYPE_DIRECTORY);
    expect_next(&dir, "d", MCUFS_TYPE_DIRECTORY);
    expect_end(&dir);
    assert_int_equal(mcufs_closedir(&dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longest_match_gets_the_rest),
        cmocka_unit_test(order_of_mounting_does_not_matter),
        cmocka_unit_test(mounts_are_listed_most_recent_first),
        cmocka_unit_test(unmounting_is_refused),
        cmocka_unit_test(mount_from_the_middle_of_the_list_goes),
        cmocka_unit_test(mount_points_show_and_hide),
        cmocka_unit_test(positions_reach_over_both_parts),
        cmocka_unit_test(directory_of_mounts_only),
        cmocka_unit_test(way_to_a_mount_exists_without_the_filesystem),
        cmocka_unit_test(new_mount_during_a_walk_disturbs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
