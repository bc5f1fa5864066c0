/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What holds for every call: the lock is taken and given back around each operation, missing operations are
 * MCUFS_ENOTSUP, a read-only mount is MCUFS_EROFS, errors and results pass through. */

#include "fake.h"

typedef struct tree {
    mcufs_t fs;
    uint8_t arena[512];
    mcufs_file_t file;
    mcufs_dir_t dir;
} tree_t;

static void mount_tree(tree_t *tree, const mcufs_filesystem_t *filesystem, uint32_t flags)
{
    fake_reset();
    memset(tree, 0xa5, sizeof(*tree));
    assert_int_equal(mcufs_init(&tree->fs, &fake_hooks), 0);
    const mcufs_mount_options_t options = {
        .filesystem = filesystem, .arena = tree->arena, .arena_size = sizeof(tree->arena), .flags = flags};
    assert_int_equal(mcufs_mount(&tree->fs, "/", NULL, &options), 0);
}

/* -- Each call, in the same form ------------------------------------------------------------------------ */

static uint8_t some_bytes[4];

static int64_t call_open(tree_t *tree)
{
    return mcufs_open(&tree->fs, &tree->file, "/f", MCUFS_O_RDONLY);
}

static int64_t call_open_to_write(tree_t *tree)
{
    return mcufs_open(&tree->fs, &tree->file, "/f", MCUFS_O_WRONLY);
}

static int64_t call_open_to_create(tree_t *tree)
{
    return mcufs_open(&tree->fs, &tree->file, "/f", MCUFS_O_RDONLY | MCUFS_O_CREAT);
}

static int64_t call_opendir(tree_t *tree)
{
    return mcufs_opendir(&tree->fs, &tree->dir, "/d");
}

static int64_t call_mkdir(tree_t *tree)
{
    return mcufs_mkdir(&tree->fs, "/f");
}

static int64_t call_stat(tree_t *tree)
{
    mcufs_stat_t stat;
    return mcufs_stat(&tree->fs, "/f", &stat);
}

static int64_t call_chdir(tree_t *tree)
{
    return mcufs_chdir(&tree->fs, "/d");
}

static int64_t call_statfs(tree_t *tree)
{
    mcufs_statfs_t statfs;
    return mcufs_statfs(&tree->fs, "/f", &statfs);
}

static int64_t call_remove(tree_t *tree)
{
    return mcufs_remove(&tree->fs, "/f");
}

static int64_t call_unlink(tree_t *tree)
{
    return mcufs_unlink(&tree->fs, "/f");
}

static int64_t call_rmdir(tree_t *tree)
{
    return mcufs_rmdir(&tree->fs, "/f");
}

static int64_t call_rename(tree_t *tree)
{
    return mcufs_rename(&tree->fs, "/f", "/g");
}

static int64_t call_get_attribute(tree_t *tree)
{
    return mcufs_get_attribute(&tree->fs, "/f", 1, some_bytes, 4);
}

static int64_t call_set_attribute(tree_t *tree)
{
    return mcufs_set_attribute(&tree->fs, "/f", 1, some_bytes, 4);
}

static int64_t call_remove_attribute(tree_t *tree)
{
    return mcufs_remove_attribute(&tree->fs, "/f", 1);
}

static int64_t call_set_times(tree_t *tree)
{
    return mcufs_set_times(&tree->fs, "/f", &(mcufs_times_t){.modified = 1});
}

static int64_t call_set_file_attributes(tree_t *tree)
{
    return mcufs_set_file_attributes(&tree->fs, "/f", 1);
}

static int64_t call_gc(tree_t *tree)
{
    return mcufs_gc(&tree->fs, "/", 1);
}

static int64_t call_resize(tree_t *tree)
{
    return mcufs_resize(&tree->fs, "/", 1);
}

static int64_t call_health(tree_t *tree)
{
    mcufs_health_t result;
    return mcufs_health(&tree->fs, "/", &result);
}

static int visit_none(void *context, uint32_t block, mcufs_block_use_t use)
{
    (void)context;
    (void)block;
    (void)use;
    return 0;
}

static int64_t call_visit_blocks(tree_t *tree)
{
    return mcufs_visit_blocks(&tree->fs, "/", visit_none, NULL);
}

static int64_t call_read(tree_t *tree)
{
    return mcufs_read(&tree->file, some_bytes, 4);
}

static int64_t call_write(tree_t *tree)
{
    return mcufs_write(&tree->file, some_bytes, 4);
}

static int64_t call_seek(tree_t *tree)
{
    return mcufs_seek(&tree->file, 0, MCUFS_SEEK_SET);
}

static int64_t call_tell(tree_t *tree)
{
    return mcufs_tell(&tree->file);
}

static int64_t call_size(tree_t *tree)
{
    return mcufs_size(&tree->file);
}

static int64_t call_truncate(tree_t *tree)
{
    return mcufs_truncate(&tree->file, 0);
}

static int64_t call_sync(tree_t *tree)
{
    return mcufs_sync(&tree->file);
}

static int64_t call_fstat(tree_t *tree)
{
    mcufs_stat_t stat;
    return mcufs_fstat(&tree->file, &stat);
}

static int64_t call_close(tree_t *tree)
{
    return mcufs_close(&tree->file);
}

static int64_t call_readdir(tree_t *tree)
{
    mcufs_dirent_t entry;
    return mcufs_readdir(&tree->dir, &entry);
}

static int64_t call_telldir(tree_t *tree)
{
    return mcufs_telldir(&tree->dir);
}

static int64_t call_seekdir(tree_t *tree)
{
    return mcufs_seekdir(&tree->dir, 1);
}

static int64_t call_rewinddir(tree_t *tree)
{
    return mcufs_rewinddir(&tree->dir);
}

static int64_t call_closedir(tree_t *tree)
{
    return mcufs_closedir(&tree->dir);
}

enum { ON_PATH, ON_FILE, ON_DIRECTORY };

static const struct {
    const char *operation; /* of the filesystem */
    int64_t (*run)(tree_t *tree);
    int on;
    bool changes, basic; /* basic: the bare filesystem has it */
} calls[] = {
    {"open", call_open, ON_PATH, false, true},
    {"open", call_open_to_write, ON_PATH, true, true},
    {"open", call_open_to_create, ON_PATH, true, true},
    {"opendir", call_opendir, ON_PATH, false, true},
    {"mkdir", call_mkdir, ON_PATH, true, false},
    {"stat", call_stat, ON_PATH, false, true},
    {"stat", call_chdir, ON_PATH, false, true},
    {"statfs", call_statfs, ON_PATH, false, false},
    {"remove", call_remove, ON_PATH, true, false},
    {"remove", call_unlink, ON_PATH, true, false},
    {"remove", call_rmdir, ON_PATH, true, false},
    {"rename", call_rename, ON_PATH, true, false},
    {"get_attribute", call_get_attribute, ON_PATH, false, false},
    {"set_attribute", call_set_attribute, ON_PATH, true, false},
    {"remove_attribute", call_remove_attribute, ON_PATH, true, false},
    {"set_times", call_set_times, ON_PATH, true, false},
    {"set_file_attributes", call_set_file_attributes, ON_PATH, true, false},
    {"gc", call_gc, ON_PATH, true, false},
    {"resize", call_resize, ON_PATH, true, false},
    {"health", call_health, ON_PATH, false, false},
    {"visit_blocks", call_visit_blocks, ON_PATH, false, false},
    {"read", call_read, ON_FILE, false, false},
    {"write", call_write, ON_FILE, false, false},
    {"seek", call_seek, ON_FILE, false, false},
    {"tell", call_tell, ON_FILE, false, false},
    {"size", call_size, ON_FILE, false, false},
    {"truncate", call_truncate, ON_FILE, false, false},
    {"sync", call_sync, ON_FILE, false, false},
    {"stat_open", call_fstat, ON_FILE, false, false},
    {"close", call_close, ON_FILE, false, true},
    {"readdir", call_readdir, ON_DIRECTORY, false, false},
    {"telldir", call_telldir, ON_DIRECTORY, false, false},
    {"seekdir", call_seekdir, ON_DIRECTORY, false, false},
    {"seekdir", call_rewinddir, ON_DIRECTORY, false, false},
    {"closedir", call_closedir, ON_DIRECTORY, false, true},
};
enum { CALLS = sizeof(calls) / sizeof(calls[0]) };

static void prepare(tree_t *tree, size_t call, const mcufs_filesystem_t *filesystem, uint32_t flags)
{
    mount_tree(tree, filesystem, flags);
    if (calls[call].on == ON_FILE) {
        assert_int_equal(mcufs_open(&tree->fs, &tree->file, "/f", MCUFS_O_RDWR), 0);
    } else if (calls[call].on == ON_DIRECTORY) {
        assert_int_equal(mcufs_opendir(&tree->fs, &tree->dir, "/d"), 0);
    }
    fake_reset();
}

/* -- Tests ---------------------------------------------------------------------------------------------- */

static void every_operation_runs_under_the_lock(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        prepare(&tree, i, &fake_filesystem, 0);
        assert_int_equal(calls[i].run(&tree), 0);
        assert_string_equal(fake.operation, calls[i].operation);
        assert_int_equal(fake.calls, 1);
        assert_false(fake.called_without_lock);
        assert_int_equal(fake.locks, 1);
        assert_int_equal(fake.unlocks, 1);
    }
}

static void errors_pass_through_and_release_the_lock(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        prepare(&tree, i, &fake_filesystem, 0);
        fake.answer = MCUFS_EIO;
        assert_int_equal(calls[i].run(&tree), MCUFS_EIO);
        assert_string_equal(fake.operation, calls[i].operation);
        assert_int_equal(fake.locks, 1);
        assert_int_equal(fake.unlocks, 1);
    }
}

static void refused_lock_runs_nothing(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        prepare(&tree, i, &fake_filesystem, 0);
        fake.lock_answer = MCUFS_EAGAIN;
        assert_int_equal(calls[i].run(&tree), MCUFS_EAGAIN);
        assert_int_equal(fake.calls, 0);
        assert_int_equal(fake.unlocks, 0);
        fake.lock_answer = 0; /* and a handle is still open */
        if (calls[i].on != ON_PATH) {
            assert_int_equal(calls[i].run(&tree), 0);
            assert_int_equal(fake.calls, 1);
        }
    }
}

static void missing_operation_is_not_supported(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        prepare(&tree, i, &fake_bare_filesystem, 0);
        assert_int_equal(calls[i].run(&tree), calls[i].basic ? 0 : MCUFS_ENOTSUP);
        assert_int_equal(fake.locks, fake.unlocks);
        assert_int_equal(fake.calls, calls[i].basic ? 1 : 0);
    }
}

static void read_only_mount_refuses_changes(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        if (calls[i].on != ON_PATH) {
            continue;
        }
        prepare(&tree, i, &fake_filesystem, MCUFS_READ_ONLY);
        assert_int_equal(calls[i].run(&tree), calls[i].changes ? MCUFS_EROFS : 0);
        assert_int_equal(fake.calls, calls[i].changes ? 0 : 1);
        assert_int_equal(fake.locks, fake.unlocks);
    }
}

static void no_mount_is_no_device(void **state)
{
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        if (calls[i].on == ON_PATH) {
            fake_reset();
            assert_int_equal(mcufs_init(&tree.fs, &fake_hooks), 0);
            assert_int_equal(calls[i].run(&tree), MCUFS_ENODEV);
            assert_int_equal(fake.locks + fake.calls, 0);
        }
    }
}

static void positive_results_pass_through(void **state)
{
    static const char *const counting[] = {"read", "write",         "seek", "tell",
                                           "size", "get_attribute", "gc",   "visit_blocks"};
    tree_t tree;
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        for (size_t j = 0; j < sizeof(counting) / sizeof(counting[0]); j++) {
            if (strcmp(calls[i].operation, counting[j]) == 0) {
                prepare(&tree, i, &fake_filesystem, 0);
                fake.answer = 3;
                assert_int_equal(calls[i].run(&tree), 3);
            }
        }
    }
}

static void access_is_checked_before_the_filesystem_is_asked(void **state)
{
    tree_t tree;
    (void)state;
    mount_tree(&tree, &fake_filesystem, 0);
    assert_int_equal(mcufs_open(&tree.fs, &tree.file, "/f", MCUFS_O_RDONLY), 0);
    fake_reset();
    assert_int_equal(call_write(&tree), MCUFS_EBADF);
    assert_int_equal(call_truncate(&tree), MCUFS_EBADF);
    assert_int_equal(call_close(&tree), 0);
    assert_int_equal(call_close(&tree), MCUFS_EBADF);
    assert_int_equal(fake.calls, 1);
    assert_int_equal(mcufs_open(&tree.fs, &tree.file, "/f", MCUFS_O_WRONLY), 0);
    fake_reset();
    assert_int_equal(call_read(&tree), MCUFS_EBADF);
    assert_int_equal(mcufs_seek(&tree.file, 0, 3), MCUFS_EINVAL);
    assert_int_equal(fake.calls, 0);
}

static void failed_close_closes_nevertheless(void **state)
{
    tree_t tree;
    (void)state;
    mount_tree(&tree, &fake_filesystem, 0);
    assert_int_equal(call_open(&tree), 0);
    assert_int_equal(call_opendir(&tree), 0);
    assert_int_equal(mcufs_unmount(&tree.fs, "/"), MCUFS_EBUSY);
    fake.answer = MCUFS_EIO;
    assert_int_equal(call_close(&tree), MCUFS_EIO);
    assert_int_equal(call_close(&tree), MCUFS_EBADF);
    assert_int_equal(call_closedir(&tree), MCUFS_EIO);
    assert_int_equal(call_closedir(&tree), MCUFS_EBADF);
    fake.answer = 0;
    assert_int_equal(mcufs_unmount(&tree.fs, "/"), 0);
    assert_string_equal(fake.operation, "unmount");
    assert_int_equal(fake.locks, fake.unlocks);
}

static void failed_open_leaves_nothing_open(void **state)
{
    tree_t tree;
    (void)state;
    mount_tree(&tree, &fake_filesystem, 0);
    fake.answer = MCUFS_ENOENT;
    assert_int_equal(call_open(&tree), MCUFS_ENOENT);
    assert_int_equal(call_opendir(&tree), MCUFS_ENOENT);
    fake.answer = 0;
    assert_int_equal(call_close(&tree), MCUFS_EBADF);
    assert_int_equal(call_closedir(&tree), MCUFS_EBADF);
    assert_int_equal(mcufs_unmount(&tree.fs, "/"), 0);
}

/* The fake fills in nothing: what it leaves out must not be what was in memory. */
static void answers_are_never_uninitialised(void **state)
{
    tree_t tree;
    mcufs_stat_t stat, no_stat;
    mcufs_statfs_t statfs;
    mcufs_health_t health, no_health;
    (void)state;
    memset(&no_stat, 0, sizeof(no_stat));
    memset(&no_health, 0, sizeof(no_health));
    mount_tree(&tree, &fake_filesystem, 0);
    memset(&statfs, 0xa5, sizeof(statfs));
    assert_int_equal(mcufs_statfs(&tree.fs, "/", &statfs), 0);
    assert_string_equal(statfs.type, "fake");
    assert_int_equal(statfs.version + statfs.block_size + statfs.name_max, 0);
    assert_int_equal(statfs.block_count + statfs.free_blocks + statfs.file_size_max, 0);
    assert_false(statfs.read_only);
    memset(&health, 0xa5, sizeof(health));
    assert_int_equal(mcufs_health(&tree.fs, "/", &health), 0);
    assert_memory_equal(&health, &no_health, sizeof(health));
    memset(&stat, 0xa5, sizeof(stat));
    assert_int_equal(call_open(&tree), 0);
    assert_int_equal(mcufs_fstat(&tree.file, &stat), 0);
    assert_memory_equal(&stat, &no_stat, sizeof(stat));
    memset(&stat, 0xa5, sizeof(stat));
    assert_int_equal(mcufs_stat(&tree.fs, "/f", &stat), 0);
    no_stat.type = MCUFS_TYPE_FILE;
    assert_memory_equal(&stat, &no_stat, sizeof(stat));
}

static void root_is_answered_for_without_asking(void **state)
{
    tree_t tree;
    (void)state;
    mount_tree(&tree, &fake_filesystem, 0);
    fake_reset();
    assert_int_equal(mcufs_mkdir(&tree.fs, "/"), MCUFS_EEXIST);
    assert_int_equal(mcufs_open(&tree.fs, &tree.file, "/", MCUFS_O_RDONLY), MCUFS_EISDIR);
    assert_int_equal(mcufs_open(&tree.fs, &tree.file, "/x/..", MCUFS_O_RDWR | MCUFS_O_CREAT | MCUFS_O_EXCL),
                     MCUFS_EEXIST);
    assert_int_equal(mcufs_remove(&tree.fs, "/"), MCUFS_EPERM);
    assert_int_equal(mcufs_unlink(&tree.fs, "/"), MCUFS_EISDIR);
    assert_int_equal(mcufs_rename(&tree.fs, "/", "/x"), MCUFS_EPERM);
    assert_int_equal(mcufs_rename(&tree.fs, "/x", "/"), MCUFS_EPERM);
    assert_int_equal(fake.calls + fake.locks, 0);
}

static void removal_says_which_type(void **state)
{
    tree_t tree;
    (void)state;
    mount_tree(&tree, &fake_filesystem, 0);
    assert_int_equal(call_remove(&tree), 0);
    assert_int_equal(fake.flags, 0);
    assert_int_equal(call_unlink(&tree), 0);
    assert_int_equal(fake.flags, MCUFS_TYPE_FILE);
    assert_int_equal(call_rmdir(&tree), 0);
    assert_int_equal(fake.flags, MCUFS_TYPE_DIRECTORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_runs_under_the_lock),
        cmocka_unit_test(errors_pass_through_and_release_the_lock),
        cmocka_unit_test(refused_lock_runs_nothing),
        cmocka_unit_test(missing_operation_is_not_supported),
        cmocka_unit_test(read_only_mount_refuses_changes),
        cmocka_unit_test(no_mount_is_no_device),
        cmocka_unit_test(positive_results_pass_through),
        cmocka_unit_test(access_is_checked_before_the_filesystem_is_asked),
        cmocka_unit_test(failed_close_closes_nevertheless),
        cmocka_unit_test(failed_open_leaves_nothing_open),
        cmocka_unit_test(answers_are_never_uninitialised),
        cmocka_unit_test(root_is_answered_for_without_asking),
        cmocka_unit_test(removal_says_which_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
