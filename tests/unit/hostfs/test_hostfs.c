/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What hostfs owes to the host: nothing outside its directory is reached, and what is neither a file nor a
 * directory is left alone. Its behaviour as a filesystem is in tests/conformance. */

#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <mcufs/mcufs.h>

#include "host/hostfs.h"
#include "host/hostfs_errors.h"

/* base/inside is the root of the mount; base/secret and base/outside/ must never be seen or changed. */
static char base[64], inside[80];
static mcufs_t fs;
static uint8_t arena[MCUFS_HOSTFS_ARENA_MINIMUM];

static const char *in_base(const char *name)
{
    static char path[200];
    snprintf(path, sizeof(path), "%s/%s", base, name);
    return path;
}

static void write_host_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int mount_with(mcufs_hostfs_options_t *options, size_t arena_size)
{
    const mcufs_mount_options_t mount_options = {
        .filesystem = &mcufs_hostfs, .arena = arena, .arena_size = arena_size, .filesystem_options = options};
    assert_int_equal(mcufs_init(&fs, NULL), 0);
    return mcufs_mount(&fs, "/", NULL, &mount_options);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(base, sizeof(base), "/tmp/mcufs-hostfs-XXXXXX");
    assert_non_null(mkdtemp(base));
    snprintf(inside, sizeof(inside), "%s/inside", base);
    assert_int_equal(mkdir(inside, 0777), 0);
    assert_int_equal(mkdir(in_base("outside"), 0777), 0);
    write_host_file(in_base("secret"), "secret");
    write_host_file(in_base("inside/file"), "content");
    assert_int_equal(symlink("../secret", in_base("inside/link")), 0);
    assert_int_equal(symlink("../outside", in_base("inside/door")), 0);
    assert_int_equal(symlink("../created", in_base("inside/dangling")), 0);
    assert_int_equal(symlink("file", in_base("inside/harmless")), 0);
    assert_int_equal(mkfifo(in_base("inside/pipe"), 0666), 0);
    assert_int_equal(mount_with(&(mcufs_hostfs_options_t){.directory = inside}, sizeof(arena)), 0);
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static int tear_down(void **state)
{
    struct stat status;
    (void)state;
    assert_int_equal(mcufs_unmount(&fs, "/"), 0);
    assert_int_equal(stat(in_base("secret"), &status), 0);
    assert_int_equal(status.st_size, 6);
    assert_int_equal(access(in_base("created"), F_OK), -1);
    assert_int_equal(rmdir(in_base("outside")), 0); /* still there, still empty */
    return nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void links_and_pipes_are_not_opened(void **state)
{
    static const char *const names[] = {"/link", "/door", "/dangling", "/harmless", "/pipe"};
    static const uint32_t modes[] = {MCUFS_O_RDONLY, MCUFS_O_WRONLY | MCUFS_O_TRUNC,
                                     MCUFS_O_WRONLY | MCUFS_O_CREAT, MCUFS_O_RDWR | MCUFS_O_APPEND};
    mcufs_file_t file;
    mcufs_dir_t dir;
    mcufs_stat_t stat;
    uint8_t byte = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        for (size_t j = 0; j < sizeof(modes) / sizeof(modes[0]); j++) {
            assert_int_equal(mcufs_open(&fs, &file, names[i], modes[j]), MCUFS_EACCES);
        }
        assert_int_equal(mcufs_open(&fs, &file, names[i], MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_EXCL),
                         MCUFS_EEXIST);
        assert_int_equal(mcufs_stat(&fs, names[i], &stat), MCUFS_EACCES);
        assert_int_equal(mcufs_mkdir(&fs, names[i]), MCUFS_EEXIST);
        assert_true(mcufs_opendir(&fs, &dir, names[i]) < 0);
        assert_true(mcufs_chdir(&fs, names[i]) < 0);
        assert_int_equal(mcufs_get_attribute(&fs, names[i], 'A', &byte, 1), MCUFS_EACCES);
        assert_int_equal(mcufs_set_attribute(&fs, names[i], 'A', &byte, 1), MCUFS_EACCES);
        assert_int_equal(mcufs_remove_attribute(&fs, names[i], 'A'), MCUFS_EACCES);
    }
}

static void paths_through_links_are_refused(void **state)
{
    static const char *const paths[] = {"/door/file", "/door/", "/door/.", "/link/", "/door/further/file"};
    mcufs_file_t file;
    mcufs_dir_t dir;
    mcufs_stat_t stat;
    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        assert_true(mcufs_stat(&fs, paths[i], &stat) < 0);
        assert_true(mcufs_opendir(&fs, &dir, paths[i]) < 0);
        assert_true(mcufs_open(&fs, &file, paths[i], MCUFS_O_WRONLY | MCUFS_O_CREAT) < 0);
        assert_true(mcufs_mkdir(&fs, paths[i]) < 0);
        assert_true(mcufs_rename(&fs, "/file", paths[i]) < 0);
        assert_true(mcufs_remove(&fs, paths[i]) < 0);
    }
    assert_int_equal(mcufs_stat(&fs, "/door/file", &stat), MCUFS_EACCES);
    assert_int_equal(mcufs_stat(&fs, "/file", &stat), 0);
}

static void dot_dot_stays_inside(void **state)
{
    mcufs_file_t file;
    mcufs_stat_t stat;
    (void)state;
    assert_int_equal(mcufs_stat(&fs, "/../secret", &stat), MCUFS_ENOENT);
    assert_int_equal(mcufs_stat(&fs, "../../secret", &stat), MCUFS_ENOENT);
    assert_int_equal(mcufs_open(&fs, &file, "/../created", MCUFS_O_WRONLY | MCUFS_O_CREAT), 0);
    assert_int_equal(mcufs_close(&file), 0);
    assert_int_equal(access(in_base("inside/created"), F_OK), 0);
}

static void listings_show_files_and_directories_only(void **state)
{
    mcufs_dir_t dir;
    mcufs_dirent_t entry;
    (void)state;
    assert_int_equal(mcufs_opendir(&fs, &dir, "/"), 0);
    assert_int_equal(mcufs_readdir(&dir, &entry), 1);
    assert_string_equal(entry.name, "file");
    assert_int_equal(entry.stat.size, 7);
    assert_int_equal(mcufs_readdir(&dir, &entry), 0);
    assert_int_equal(mcufs_closedir(&dir), 0);
}

static void links_are_removed_and_renamed_themselves(void **state)
{
    struct stat status;
    (void)state;
    assert_int_equal(mcufs_rename(&fs, "/link", "/renamed"), 0);
    assert_int_equal(lstat(in_base("inside/renamed"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(mcufs_remove(&fs, "/renamed"), 0);
    assert_int_equal(mcufs_unlink(&fs, "/door"), 0);
    assert_int_equal(mcufs_rmdir(&fs, "/dangling"), MCUFS_ENOTDIR);
    assert_int_equal(mcufs_rename(&fs, "/file", "/dangling"), 0); /* takes the link's place */
    assert_int_equal(lstat(in_base("inside/dangling"), &status), 0);
    assert_true(S_ISREG(status.st_mode));
}

static void times_of_links_targets_stay(void **state)
{
    struct stat before, after;
    (void)state;
    assert_int_equal(stat(in_base("secret"), &before), 0);
    mcufs_set_times(&fs, "/link", &(mcufs_times_t){.modified = 1000000000});
    assert_int_equal(stat(in_base("secret"), &after), 0);
    assert_int_equal(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
}

static void mounting_is_refused(void **state)
{
    mcufs_hostfs_options_t options = {.directory = in_base("missing")};
    static uint8_t second_arena[MCUFS_HOSTFS_ARENA_MINIMUM];
    mcufs_mount_options_t mount_options = {.filesystem = &mcufs_hostfs,
                                           .arena = second_arena,
                                           .arena_size = sizeof(second_arena),
                                           .filesystem_options = &options};
    (void)state;
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_ENOENT);
    options.directory = in_base("secret");
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_ENOTDIR);
    options.directory = NULL;
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_EINVAL);
    mount_options.filesystem_options = NULL;
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_EINVAL);
    mount_options.filesystem_options = &options;
    options.directory = inside;
    mount_options.flags = MCUFS_FORMAT_ALWAYS;
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_EINVAL);
    mount_options.flags = 0;
    mount_options.arena_size = 16;
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), MCUFS_ENOMEM);
    mount_options.arena_size = sizeof(second_arena);
    assert_int_equal(mcufs_mount(&fs, "/second", NULL, &mount_options), 0);
    assert_int_equal(mcufs_unmount(&fs, "/second"), 0);
}

static void host_errors_have_names_of_ours(void **state)
{
    (void)state;
    assert_int_equal(hostfs_error(ENOENT), MCUFS_ENOENT);
    assert_int_equal(hostfs_error(ELOOP), MCUFS_EACCES);
    assert_int_equal(hostfs_error(EDQUOT), MCUFS_ENOSPC);
    assert_int_equal(hostfs_error(0), MCUFS_EIO);
    assert_int_equal(hostfs_error(99999), MCUFS_EIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_and_pipes_are_not_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(paths_through_links_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dot_dot_stays_inside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(listings_show_files_and_directories_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_are_removed_and_renamed_themselves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times_of_links_targets_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mounting_is_refused, set_up, tear_down),
        cmocka_unit_test(host_errors_have_names_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
