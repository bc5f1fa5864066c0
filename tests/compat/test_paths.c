/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* How paths are read: spec, part B, "Paths". */

#include "compat.h"

static void stat_gives(const char *path, int type, const char *name)
{
    struct lfs_info info;
    memset(&info, 0xa5, sizeof info);
    OK(lfs_stat(&lfs, path, &info));
    assert_int_equal(info.type, type);
    assert_string_equal(info.name, name);
    if (type == LFS_TYPE_DIR) {
        assert_int_equal(info.size, 0);
    }
}

/* Everything that takes a path answers `error`. */
static void everything_fails(const char *path, int error)
{
    lfs_file_t file;
    lfs_dir_t dir;
    uint8_t byte = 1;
    memset(&dir, 0xa5, sizeof dir);
    IS(error, stat_of(path));
    IS(error, lfs_remove(&lfs, path));
    IS(error, lfs_mkdir(&lfs, path));
    IS(error, open_file(&file, path, LFS_O_RDONLY));
    IS(error, open_file(&file, path, LFS_O_WRONLY | LFS_O_CREAT));
    IS(error, open_file(&file, path, LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    IS(error, lfs_dir_open(&lfs, &dir, path));
    IS(error, lfs_getattr(&lfs, path, 'a', &byte, 1));
    IS(error, lfs_setattr(&lfs, path, 'a', &byte, 1));
    IS(error, lfs_removeattr(&lfs, path, 'a'));
    IS(error, lfs_rename(&lfs, path, "new"));
    IS(error, lfs_rename(&lfs, "f", path));
}

static void slashes_do_not_count(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "//d"));
    put("///d//f", "x");
    stat_gives("d/f", LFS_TYPE_REG, "f");
    stat_gives("//d///f", LFS_TYPE_REG, "f");
    stat_gives("/d/./f", LFS_TYPE_REG, "f");
    stat_gives("d//", LFS_TYPE_DIR, "d");
    stat_gives("./d/.", LFS_TYPE_DIR, "d");
}

static void the_root_has_many_names(void **state)
{
    (void)state;
    const char *const names[] = {"/", ".", "./", "//", "/.", "./.", "nope/..", "a/b/../.."};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        stat_gives(names[i], LFS_TYPE_DIR, "/");
        expect_listing(names[i], ". ..");
    }
}

static void the_empty_path_is_invalid(void **state)
{
    (void)state;
    put("f", "x");
    everything_fails("", LFS_ERR_INVAL);
    expect_text("f", "x");
}

static void above_the_root_is_invalid(void **state)
{
    (void)state;
    put("f", "x");
    everything_fails("..", LFS_ERR_INVAL);
    everything_fails("/..", LFS_ERR_INVAL);
    everything_fails("../f", LFS_ERR_INVAL);
    everything_fails("a/../../f", LFS_ERR_INVAL);
    everything_fails("a/b/../../..", LFS_ERR_INVAL);
}

static void dot_dot_takes_back_what_need_not_be_there(void **state)
{
    (void)state;
    OK(lfs_mkdir(&lfs, "d"));
    put("f", "x");
    put("nope/../d/g", "y");
    expect_text("nope/../f", "x");
    expect_text("d/../d/g", "y");
    expect_text("d/nope/deeper/../../g", "y");
    stat_gives("d/nope/..", LFS_TYPE_DIR, "d");
    stat_gives("f/../d", LFS_TYPE_DIR, "d");
    OK(lfs_remove(&lfs, "d/./../d/g"));
    expect_missing("d/g");
}

static void names_may_start_with_dots(void **state)
{
    (void)state;
    put(".f", "1");
    put("..f", "2");
    put("...", "3");
    expect_text(".f", "1");
    expect_text("..f", "2");
    expect_text("...", "3");
    stat_gives("...", LFS_TYPE_REG, "...");
}

static void nothing_is_below_a_file(void **state)
{
    (void)state;
    lfs_file_t file;
    lfs_dir_t dir;
    uint8_t byte = 0;
    put("f", "x");
    memset(&dir, 0xa5, sizeof dir);
    IS(LFS_ERR_NOTDIR, stat_of("f/g"));
    IS(LFS_ERR_NOTDIR, stat_of("f/g/h"));
    IS(LFS_ERR_NOTDIR, open_file(&file, "f/g", LFS_O_RDONLY));
    IS(LFS_ERR_NOTDIR, open_file(&file, "f/g", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NOTDIR, lfs_mkdir(&lfs, "f/g"));
    IS(LFS_ERR_NOTDIR, lfs_remove(&lfs, "f/g"));
    IS(LFS_ERR_NOTDIR, lfs_dir_open(&lfs, &dir, "f/g"));
    IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, "f/g", "h"));
    IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, "f", "f/g"));
    IS(LFS_ERR_NOTDIR, lfs_getattr(&lfs, "f/g", 1, &byte, 1));
}

static void a_slash_behind_a_file_is_refused(void **state)
{
    (void)state;
    lfs_file_t file;
    const char *const spellings[] = {"f/", "f//", "f/."};
    put("f", "x");
    for (unsigned i = 0; i < 3; i++) {
        IS(LFS_ERR_NOTDIR, stat_of(spellings[i]));
        IS(LFS_ERR_NOTDIR, open_file(&file, spellings[i], LFS_O_RDONLY));
        IS(LFS_ERR_NOTDIR, open_file(&file, spellings[i], LFS_O_WRONLY | LFS_O_CREAT));
        IS(LFS_ERR_NOTDIR, lfs_remove(&lfs, spellings[i]));
        IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, spellings[i], "g"));
        IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, "f", spellings[i]));
    }
    expect_text("f", "x");
}

static void a_slash_behind_a_new_name(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "x");
    IS(LFS_ERR_NOENT, open_file(&file, "g/", LFS_O_RDONLY));
    IS(LFS_ERR_NOTDIR, open_file(&file, "g/", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NOTDIR, open_file(&file, "g/.", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    IS(LFS_ERR_NOTDIR, lfs_rename(&lfs, "f", "g/"));
    OK(lfs_mkdir(&lfs, "e/"));
    stat_gives("e", LFS_TYPE_DIR, "e");
    OK(lfs_rename(&lfs, "e/", "d/"));
    stat_gives("d/", LFS_TYPE_DIR, "d");
    IS(LFS_ERR_ISDIR, open_file(&file, "d/", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_EXIST, open_file(&file, "d/", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    OK(lfs_remove(&lfs, "d/"));
}

static void a_missing_directory_is_not_made(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "x");
    IS(LFS_ERR_NOENT, open_file(&file, "no/f", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NOENT, lfs_mkdir(&lfs, "no/d"));
    IS(LFS_ERR_NOENT, lfs_rename(&lfs, "f", "no/f"));
    IS(LFS_ERR_NOENT, lfs_rename(&lfs, "no/f", "f"));
    IS(LFS_ERR_NOENT, lfs_remove(&lfs, "no/f"));
    expect_listing("/", ". .. f");
}

static void the_root_stays(void **state)
{
    (void)state;
    lfs_file_t file;
    put("f", "x");
    OK(lfs_mkdir(&lfs, "d"));
    IS(LFS_ERR_INVAL, lfs_remove(&lfs, "/"));
    IS(LFS_ERR_INVAL, lfs_rename(&lfs, "/", "d/root"));
    IS(LFS_ERR_INVAL, lfs_rename(&lfs, "f", "/"));
    IS(LFS_ERR_EXIST, lfs_mkdir(&lfs, "/"));
    IS(LFS_ERR_ISDIR, open_file(&file, "/", LFS_O_RDONLY));
    IS(LFS_ERR_ISDIR, open_file(&file, "/", LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_EXIST, open_file(&file, ".", LFS_O_WRONLY | LFS_O_CREAT | LFS_O_EXCL));
    expect_listing("/", ". .. d f");
}

/* A name that is too long cannot be made; looked for, it is not there. */
static void long_names(const char *name, const char *below)
{
    lfs_file_t file;
    IS(LFS_ERR_NAMETOOLONG, open_file(&file, name, LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NAMETOOLONG, lfs_mkdir(&lfs, name));
    IS(LFS_ERR_NAMETOOLONG, lfs_rename(&lfs, "f", name));
    IS(LFS_ERR_NOENT, open_file(&file, name, LFS_O_RDONLY));
    IS(LFS_ERR_NOENT, stat_of(name));
    IS(LFS_ERR_NOENT, lfs_remove(&lfs, name));
    IS(LFS_ERR_NOENT, lfs_rename(&lfs, name, "g"));
    IS(LFS_ERR_NOENT, open_file(&file, below, LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NOENT, lfs_mkdir(&lfs, below));
    IS(LFS_ERR_NOENT, lfs_rename(&lfs, "f", below));
    IS(LFS_ERR_NOENT, stat_of(below));
    expect_text("f", "x");
}

static void names_have_a_limit(void **state)
{
    (void)state;
    char name[LFS_NAME_MAX + 2], below[LFS_NAME_MAX + 4];
    put("f", "x");
    memset(name, 'n', sizeof name);
    name[LFS_NAME_MAX + 1] = '\0';
    strcpy(below, name);
    strcat(below, "/b");
    long_names(name, below);
    name[LFS_NAME_MAX] = '\0';
    put(name, "longest");
    expect_text(name, "longest");
    stat_gives(name, LFS_TYPE_REG, name);
}

static void the_volume_may_have_a_lower_limit(void **state)
{
    (void)state;
    OK(lfs_unmount(&lfs));
    config.name_max = 5;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    put("f", "x");
    long_names("sixsix", "sixsix/b");
    put("fives", "y");
    config.name_max = 0;
    remount();
    long_names("sixsix", "sixsix/b");
    expect_text("fives", "y");
}

static void a_name_must_fit_a_block(void **state)
{
    (void)state;
    char name[201];
    lfs_file_t file;
    memset(name, 'n', 200);
    name[200] = '\0';
    OK(lfs_unmount(&lfs));
    config.metadata_max = 128;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    put("f", "x");
    IS(LFS_ERR_NAMETOOLONG, open_file(&file, name, LFS_O_WRONLY | LFS_O_CREAT));
    IS(LFS_ERR_NAMETOOLONG, lfs_mkdir(&lfs, name));
    IS(LFS_ERR_NAMETOOLONG, lfs_rename(&lfs, "f", name));
    expect_text("f", "x");
}

const struct CMUnitTest path_tests[] = {
    CASE(slashes_do_not_count),
    CASE(the_root_has_many_names),
    CASE(the_empty_path_is_invalid),
    CASE(above_the_root_is_invalid),
    CASE(dot_dot_takes_back_what_need_not_be_there),
    CASE(names_may_start_with_dots),
    CASE(nothing_is_below_a_file),
    CASE(a_slash_behind_a_file_is_refused),
    CASE(a_slash_behind_a_new_name),
    CASE(a_missing_directory_is_not_made),
    CASE(the_root_stays),
    CASE(names_have_a_limit),
    CASE(the_volume_may_have_a_lower_limit),
    CASE(a_name_must_fit_a_block),
    END_OF_CASES,
};
