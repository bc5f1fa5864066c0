/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Formatting, mounting, configurations, and what is said about the volume as a whole: spec, part B. */

#include "compat.h"

#include "littlefs1/builder.h"

#include <stdio.h>

static void the_magic_is_in_both_blocks(void **state)
{
    (void)state;
    assert_memory_equal(sim_flash_content(chip) + 8, "littlefs", 8);
    assert_memory_equal(sim_flash_content(chip) + BLOCK + 8, "littlefs", 8);
}

/* A volume that is not mounted in the end. */
static void fails_to_mount(int error)
{
    IS(error, lfs_mount(&lfs, &config));
    IS(LFS_ERR_INVAL, lfs_unmount(&lfs));
    IS(LFS_ERR_INVAL, stat_of("/"));
}

static void what_is_no_volume_is_corrupt(void **state)
{
    (void)state;
    OK(lfs_unmount(&lfs));
    IS(LFS_ERR_INVAL, lfs_unmount(&lfs));
    uint8_t *bytes = sim_flash_bytes(chip);
    memset(bytes, 0xff, 2 * BLOCK);
    fails_to_mount(LFS_ERR_CORRUPT);
    memset(bytes, 0x3c, 2 * BLOCK);
    fails_to_mount(LFS_ERR_CORRUPT);
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
}

static void the_size_must_be_right(void **state)
{
    (void)state;
    put("f", "content");
    OK(lfs_unmount(&lfs));
    config.block_count = BLOCKS - 1;
    fails_to_mount(LFS_ERR_INVAL);
    config.block_count = BLOCKS + 1;
    fails_to_mount(LFS_ERR_INVAL);
    config.block_count = 0;
    IS(LFS_ERR_INVAL, lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    assert_int_equal(lfs.block_count, BLOCKS);
    assert_ptr_equal(lfs.cfg, &config);
    put_bytes("g", 5000, 1);
    expect_text("f", "content");
    expect_bytes("g", 5000, 1);
    OK(lfs_unmount(&lfs));
    config.block_count = BLOCKS / 2;
    config.block_size = 2 * BLOCK;
    config.cache_size = CACHE;
    fails_to_mount(LFS_ERR_INVAL);
}

static void what_is_known_of_the_volume(void **state)
{
    (void)state;
    struct lfs_fsinfo info;
    memset(&info, 0xa5, sizeof info);
    OK(lfs_fs_stat(&lfs, &info));
    assert_int_equal(info.disk_version, LFS_DISK_VERSION);
    assert_int_equal(info.block_size, BLOCK);
    assert_int_equal(info.block_count, BLOCKS);
    assert_int_equal(info.name_max, LFS_NAME_MAX);
    assert_int_equal(info.file_max, LFS_FILE_MAX);
    assert_int_equal(info.attr_max, LFS_ATTR_MAX);
}

static void limits_are_kept_on_the_volume(void **state)
{
    (void)state;
    struct lfs_fsinfo info;
    OK(lfs_unmount(&lfs));
    config.name_max = 30;
    config.file_max = 5000;
    config.attr_max = 40;
    OK(lfs_format(&lfs, &config));
    config.name_max = config.file_max = config.attr_max = 0;
    OK(lfs_mount(&lfs, &config));
    OK(lfs_fs_stat(&lfs, &info));
    assert_int_equal(info.name_max, 30);
    assert_int_equal(info.file_max, 5000);
    assert_int_equal(info.attr_max, 40);
    OK(lfs_unmount(&lfs));
    config.name_max = 29;
    fails_to_mount(LFS_ERR_INVAL);
    config.name_max = 30;
    config.file_max = 4999;
    fails_to_mount(LFS_ERR_INVAL);
    config.file_max = 5000;
    config.attr_max = 39;
    fails_to_mount(LFS_ERR_INVAL);
    config.attr_max = 40;
    OK(lfs_mount(&lfs, &config));
}

static void refused(void)
{
    IS(LFS_ERR_INVAL, lfs_format(&lfs, &config));
    IS(LFS_ERR_INVAL, lfs_mount(&lfs, &config));
}

/* What the original answers with an assertion. */
static void impossible_configurations(void **state)
{
    (void)state;
    OK(lfs_unmount(&lfs));
    const struct lfs_config good = config;
#define WITH(member, value)                                                                                  \
    config.member = (value);                                                                                 \
    refused();                                                                                               \
    config = good
    WITH(read, NULL);
    WITH(prog, NULL);
    WITH(erase, NULL);
    WITH(sync, NULL);
#ifdef LFS_THREADSAFE
    WITH(lock, NULL);
    WITH(unlock, NULL);
#endif
    WITH(read_size, 0);
    WITH(prog_size, 0);
    WITH(cache_size, 0);
    WITH(lookahead_size, 0);
    WITH(block_size, 0);
    WITH(block_size, 64);
    WITH(block_cycles, 0);
    WITH(block_cycles, -2);
    WITH(read_size, 48);
    WITH(prog_size, 48);
    WITH(cache_size, 48);
    WITH(cache_size, 384);
    WITH(name_max, 256);
    WITH(file_max, (lfs_size_t)LFS_FILE_MAX + 1);
    WITH(attr_max, LFS_ATTR_MAX + 1);
    WITH(metadata_max, BLOCK + 1);
    WITH(inline_max, CACHE + 1);
#undef WITH
    OK(lfs_mount(&lfs, &config));
}

static void nothing_inline(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(lfs_unmount(&lfs));
    config.inline_max = (lfs_size_t)-1;
    config.block_cycles = -1;
    OK(lfs_mount(&lfs, &config));
    put("f", "x");
    OK(open_file(&file, "f", LFS_O_RDONLY));
    assert_in_range(file.ctz.head, 2, BLOCKS - 1);
    OK(lfs_file_close(&lfs, &file));
}

static void unreadable_superblocks(void **state)
{
    (void)state;
    OK(lfs_unmount(&lfs));
    for (unsigned block = 0; block < 2; block++) {
        sim_flash_set_bad(chip, block, SIM_BAD_PROGRAM);
        IS(LFS_ERR_NOSPC, lfs_format(&lfs, &config));
        sim_flash_set_bad(chip, block, SIM_BAD_ERASE);
        IS(LFS_ERR_NOSPC, lfs_format(&lfs, &config));
        sim_flash_set_bad(chip, block, SIM_GOOD);
    }
    OK(lfs_format(&lfs, &config));
    fail_read(1, LFS_ERR_IO);
    IS(LFS_ERR_IO, lfs_mount(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
}

/* -- Memory --------------------------------------------------------------------------------------------- */

typedef struct guarded {
    uint8_t before[32], bytes[4096], after[32];
} guarded_t;

static void guard(guarded_t *memory)
{
    memset(memory, 0xc7, sizeof *memory);
}

/* The first `size` bytes were used, and nothing else. */
static void expect_guarded(const guarded_t *memory, size_t size)
{
    size_t changed = 0;
    for (size_t i = 0; i < 32; i++) {
        assert_int_equal(memory->before[i], 0xc7);
        assert_int_equal(memory->after[i], 0xc7);
    }
    for (size_t i = 0; i < sizeof memory->bytes; i++) {
        changed += memory->bytes[i] != 0xc7;
        assert_true(i < size || memory->bytes[i] == 0xc7);
    }
    assert_true(changed > 0);
}

/* -- Space ---------------------------------------------------------------------------------------------- */

static uint8_t used[BLOCKS];

static int mark(void *data, lfs_block_t block)
{
    assert_in_range(block, 0, BLOCKS - 1);
    used[block] = 1;
    ++*(unsigned *)data;
    return 0;
}

static unsigned traversed(void)
{
    unsigned visits = 0, blocks = 0;
    memset(used, 0, sizeof used);
    OK(lfs_fs_traverse(&lfs, mark, &visits));
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks += used[i];
    }
    assert_in_range(visits, blocks, 2 * blocks);
    return blocks;
}

static void sizes_agree(void)
{
    IS((int)traversed(), lfs_fs_size(&lfs));
}

static int stop_at_third(void *data, lfs_block_t block)
{
    (void)block;
    return ++*(unsigned *)data == 3 ? 77 : 0;
}

static void counting_blocks(void **state)
{
    (void)state;
    unsigned visits = 0;
    IS(2, lfs_fs_size(&lfs));
    OK(lfs_mkdir(&lfs, "d"));
    IS(4, lfs_fs_size(&lfs));
    put_bytes("d/f", 500, 1);
    IS(5, lfs_fs_size(&lfs));
    sizes_agree();
    put_bytes("g", 5000, 1);
    sizes_agree();
    remount();
    sizes_agree();
    OK(lfs_remove(&lfs, "g"));
    OK(lfs_remove(&lfs, "d/f"));
    IS(4, lfs_fs_size(&lfs));
    OK(lfs_remove(&lfs, "d"));
    IS(2, lfs_fs_size(&lfs));
    OK(lfs_mkdir(&lfs, "d"));
    IS(77, lfs_fs_traverse(&lfs, stop_at_third, &visits));
    assert_int_equal(visits, 3);
}

static void open_files_use_blocks(void **state)
{
    (void)state;
    lfs_file_t file;
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT));
    for (unsigned i = 0; i < 60; i++) {
        append_text(&file, "0123456789012345678901234567890123456789");
    }
    assert_in_range(traversed(), 2 + 5, 2 + 6);
    sizes_agree();
    OK(lfs_file_close(&lfs, &file));
    assert_int_equal(traversed(), 2 + 5);
    sizes_agree();
}

/* As many blocks as the original finds for data: all that are not in use. */
static void all_blocks_can_be_filled(void **state)
{
    (void)state;
    lfs_file_t file;
    char chunk[100];
    lfs_ssize_t result;
    memset(chunk, 'z', sizeof chunk);
    OK(open_file(&file, "f", LFS_O_WRONLY | LFS_O_CREAT));
    while ((result = lfs_file_write(&lfs, &file, chunk, sizeof chunk)) > 0) {
    }
    IS(LFS_ERR_NOSPC, result);
    assert_int_equal(traversed(), 24);
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_remove(&lfs, "f"));
    IS(2, lfs_fs_size(&lfs));
}

static void a_smaller_map_of_free_blocks(void **state)
{
    (void)state;
    static guarded_t lookahead;
    OK(lfs_unmount(&lfs));
    guard(&lookahead);
    config.lookahead_buffer = lookahead.bytes;
    config.lookahead_size = 1; /* 8 blocks of 128 */
    OK(lfs_mount(&lfs, &config));
    for (unsigned i = 0; i < 5; i++) {
        put_bytes("f", 20000, (uint8_t)i);
        put_bytes("g", 20000, (uint8_t)i);
        sizes_agree();
    }
    expect_bytes("f", 20000, 4);
    expect_bytes("g", 20000, 4);
    expect_guarded(&lookahead, 1);
}

/* -- Buffers -------------------------------------------------------------------------------------------- */

static void buffers_of_the_configuration_are_used(void **state)
{
    (void)state;
    static guarded_t read, prog, lookahead, file_memory, more;
    const struct lfs_file_config file_config = {.buffer = file_memory.bytes};
    lfs_file_t file;
    OK(lfs_unmount(&lfs));
    guard(&read);
    guard(&prog);
    guard(&lookahead);
    guard(&file_memory);
    guard(&more);
    config.read_buffer = read.bytes;
    config.prog_buffer = prog.bytes;
    config.lookahead_buffer = lookahead.bytes;
    config.mcufs_memory = more.bytes;
    config.mcufs_memory_size = 2000;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    assert_null(lfs.owned);
    memset(&file, 0xa5, sizeof file);
    OK(lfs_file_opencfg(&lfs, &file, "f", LFS_O_WRONLY | LFS_O_CREAT, &file_config));
    assert_null(file.owned);
    for (unsigned i = 0; i < 200; i++) {
        append_text(&file, "content");
    }
    OK(lfs_file_close(&lfs, &file));
    for (unsigned i = 0; i < 30; i++) {
        OK(lfs_mkdir(&lfs, "d"));
        OK(lfs_remove(&lfs, "d"));
    }
    expect_guarded(&read, CACHE);
    expect_guarded(&prog, CACHE);
    expect_guarded(&lookahead, LOOKAHEAD);
    expect_guarded(&file_memory, CACHE);
    expect_guarded(&more, 2000);
}

static unsigned damaged;

static void note_damage(void *context, const char *name, uint32_t block)
{
    const lfs_file_t *file = context;
    assert_string_equal(name, "f");
    assert_int_equal(block, file->ctz.head);
    damaged++;
}

static void checksums_tell_what_is_damaged(void **state)
{
    (void)state;
    static uint8_t more[2000], back[2000];
    lfs_file_t file;
    const mcufs_hooks_t hooks = {.context = &file, .damaged = note_damage};
    put_bytes("f", 1800, 3);
    config.mcufs_checksums = true;
    config.mcufs_hooks = &hooks;
    OK(lfs_unmount(&lfs));
    IS(LFS_ERR_NOMEM, lfs_mount(&lfs, &config));
    config.mcufs_memory = more;
    config.mcufs_memory_size = MCUFS_LITTLEFS2_CHECKSUMS_SIZE;
    OK(lfs_mount(&lfs, &config));
    IS(LFS_ERR_NOATTR, lfs_getattr(&lfs, "f", MCUFS_LITTLEFS2_CHECKSUM, back, 8));
    put_bytes("f", 1800, 3);
    IS(8, lfs_getattr(&lfs, "f", MCUFS_LITTLEFS2_CHECKSUM, back, 8));
    OK(lfs_fs_gc(&lfs));
    OK(open_file(&file, "f", LFS_O_RDONLY));
    damaged = 0;
    sim_flash_bytes(chip)[file.ctz.head * BLOCK + 40] ^= 1;
    OK(lfs_fs_gc(&lfs));
    IS(1, damaged);
    IS(LFS_ERR_CORRUPT, lfs_file_read(&lfs, &file, back, 1800));
    IS(2, damaged);
    OK(lfs_file_close(&lfs, &file));
}

static void more_memory_reads_less(void **state)
{
    (void)state;
    static uint8_t more[8192];
    uint64_t reads[2];
    char path[] = "d/f0000";
    OK(lfs_mkdir(&lfs, "d"));
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(path, sizeof path, "d/f%04u", i);
        put(path, "x");
    }
    for (unsigned turn = 0; turn < 2; turn++) {
        OK(lfs_unmount(&lfs));
        config.mcufs_memory = turn ? more : NULL;
        config.mcufs_memory_size = turn ? sizeof more : 0;
        OK(lfs_mount(&lfs, &config));
        sim_flash_reset_counts(chip);
        for (unsigned i = 0; i < 1000; i++) {
            snprintf(path, sizeof path, "d/f%04u", i * 7 % 1000);
            OK(stat_of(path));
        }
        reads[turn] = sim_flash_counts(chip)->read_bytes;
    }
    printf("stat of 1000 files: %lu bytes read, %lu with 8 KiB more\n", (unsigned long)reads[0],
           (unsigned long)reads[1]);
    assert_true(reads[1] * 2 < reads[0]);
}

#ifdef LFS_NO_MALLOC
static void no_memory_is_an_error(void **state)
{
    (void)state;
    lfs_file_t file;
    memset(&file, 0xa5, sizeof file);
    put("f", "content");
    IS(LFS_ERR_NOMEM, lfs_file_open(&lfs, &file, "f", LFS_O_RDWR));
    OK(lfs_file_open(&lfs, &file, "f", LFS_O_RDONLY)); /* needs none */
    OK(lfs_file_close(&lfs, &file));
    OK(lfs_unmount(&lfs));
    config.read_buffer = NULL;
    IS(LFS_ERR_NOMEM, lfs_mount(&lfs, &config));
    IS(LFS_ERR_NOMEM, lfs_format(&lfs, &config));
}
#endif

/* -- Care ----------------------------------------------------------------------------------------------- */

static lfs_off_t end_of_root(void)
{
    lfs_dir_t dir;
    memset(&dir, 0xa5, sizeof dir);
    OK(lfs_dir_open(&lfs, &dir, "/"));
    lfs_off_t end = dir.m.off;
    OK(lfs_dir_close(&lfs, &dir));
    return end;
}

static void gc_compacts(void **state)
{
    (void)state;
    while (end_of_root() <= BLOCK - BLOCK / 8) {
        put("f", "x");
    }
    const lfs_off_t full = end_of_root();
    OK(lfs_unmount(&lfs));
    config.compact_thresh = (lfs_size_t)-1;
    OK(lfs_mount(&lfs, &config));
    OK(lfs_fs_gc(&lfs));
    assert_int_equal(end_of_root(), full);
    OK(lfs_unmount(&lfs));
    config.compact_thresh = 0;
    OK(lfs_mount(&lfs, &config));
    OK(lfs_fs_gc(&lfs));
    assert_true(end_of_root() < full / 2);
    const uint64_t changes = sim_flash_changes(chip);
    OK(lfs_fs_gc(&lfs)); /* nothing left to do */
    assert_int_equal(sim_flash_changes(chip), changes);
    expect_text("f", "x");
}

static void grow(bool with_size)
{
    struct lfs_fsinfo info;
    OK(lfs_unmount(&lfs));
    config.block_count = 20;
    OK(lfs_format(&lfs, &config));
    config.block_count = with_size ? 20 : 0;
    OK(lfs_mount(&lfs, &config));
    put("f", "content");
    OK(lfs_fs_grow(&lfs, 20));
    OK(lfs_fs_grow(&lfs, BLOCKS));
    assert_int_equal(lfs.block_count, BLOCKS);
    put_bytes("g", 30000, 1);
    config.block_count = BLOCKS;
    remount();
    OK(lfs_fs_stat(&lfs, &info));
    assert_int_equal(info.block_count, BLOCKS);
    expect_text("f", "content");
    expect_bytes("g", 30000, 1);
#ifdef LFS_SHRINKNONRELOCATING
    IS(LFS_ERR_NOTEMPTY, lfs_fs_grow(&lfs, 10));
    OK(lfs_remove(&lfs, "g"));
    OK(lfs_fs_grow(&lfs, 10));
    assert_int_equal(lfs.block_count, 10);
    config.block_count = 10;
    remount();
    expect_text("f", "content");
#else
    IS(LFS_ERR_INVAL, lfs_fs_grow(&lfs, BLOCKS - 1));
#endif
}

static void growing(void **state)
{
    (void)state;
    grow(false);
    grow(true);
}

/* Memory that was laid out for the old size is not used for the new one. */
static void growing_stays_in_its_memory(void **state)
{
    (void)state;
    static guarded_t more;
    OK(lfs_unmount(&lfs));
    guard(&more);
    config.block_count = 20;
    config.mcufs_memory = more.bytes;
    config.mcufs_memory_size = 3000;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    OK(lfs_fs_gc(&lfs));
    memset(sim_flash_bytes(chip) + 20 * BLOCK, 0x5a, (BLOCKS - 20) * BLOCK); /* not erased */
    OK(lfs_fs_grow(&lfs, BLOCKS));
    for (unsigned i = 0; i < 6; i++) {
        put_bytes("f", 15000, (uint8_t)i);
        put_bytes("g", 15000, (uint8_t)i);
        OK(lfs_fs_gc(&lfs));
        sizes_agree();
    }
    expect_bytes("f", 15000, 5);
    expect_bytes("g", 15000, 5);
    expect_guarded(&more, 3000);
}

static void consistency_on_request(void **state)
{
    (void)state;
    put("f", "content");
    const uint64_t changes = sim_flash_changes(chip);
    OK(lfs_fs_mkconsistent(&lfs));
    OK(lfs_fs_mkconsistent(&lfs));
    assert_int_equal(sim_flash_changes(chip), changes);
}

#ifdef LFS_MULTIVERSION
static uint32_t version_on_disk(void)
{
    struct lfs_fsinfo info;
    OK(lfs_fs_stat(&lfs, &info));
    return info.disk_version;
}

static void the_old_version_on_request(void **state)
{
    (void)state;
    OK(lfs_unmount(&lfs));
    config.disk_version = 0x00020000;
    fails_to_mount(LFS_ERR_INVAL); /* the volume is newer */
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    put("f", "content");
    assert_int_equal(version_on_disk(), 0x00020000);
    config.disk_version = 0;
    remount();
    assert_int_equal(version_on_disk(), 0x00020000);
    expect_text("f", "content");
    put("g", "other"); /* the first write makes it new */
    assert_int_equal(version_on_disk(), 0x00020001);
    config.disk_version = 0x00020001;
    remount();
    expect_text("f", "content");
    OK(lfs_unmount(&lfs));
    config.disk_version = 0x00020002;
    IS(LFS_ERR_INVAL, lfs_mount(&lfs, &config));
    config.disk_version = 0x00030000;
    IS(LFS_ERR_INVAL, lfs_mount(&lfs, &config));
}
#endif

#ifdef LFS_MIGRATE
static void an_old_volume_becomes_a_new_one(void **state)
{
    builder_t builder;
    uint8_t memory[MCUFS_LITTLEFS_MIGRATE_ARENA(CACHE, BLOCKS, 12)];
    char content[40] = "";
    struct lfs_fsinfo info;
    lfs_file_t file;
    (void)state;
    OK(lfs_unmount(&lfs));
    builder_sample(&builder, BLOCK, BLOCKS, 5);
    memcpy(sim_flash_bytes(chip), builder.bytes, sim_flash_size(chip));
    assert_true(lfs_mount(&lfs, &config) < 0);
    const uint64_t changes = sim_flash_changes(chip);
#ifdef LFS_NO_MALLOC
    IS(LFS_ERR_NOMEM, lfs_migrate(&lfs, &config));
#endif
    config.name_max = 3;
    config.mcufs_memory = memory;
    config.mcufs_memory_size = sizeof memory;
    IS(LFS_ERR_NAMETOOLONG, lfs_migrate(&lfs, &config));
    config.name_max = 0;
    assert_int_equal(sim_flash_changes(chip), changes);
    fail_program(20, LFS_ERR_IO);
    IS(LFS_ERR_IO, lfs_migrate(&lfs, &config));
    assert_true(lfs_mount(&lfs, &config) < 0); /* still the old one */
#ifndef LFS_NO_MALLOC
    config.mcufs_memory = NULL;
    config.mcufs_memory_size = 0;
#endif
    OK(lfs_migrate(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    OK(lfs_fs_stat(&lfs, &info));
    assert_int_equal(info.disk_version, LFS_DISK_VERSION);
    OK(stat_of("moving"));
    expect_missing("moving/old name");
    OK(open_file(&file, "deep/deeper/deeper/deeper/deeper/deeper/deeper/at the bottom", LFS_O_RDONLY));
    assert_int_equal(lfs_file_size(&lfs, &file), 100);
    assert_int_equal(lfs_file_read(&lfs, &file, content, sizeof content), (int)sizeof content);
    OK(lfs_file_close(&lfs, &file));
    put("many/one more", "content");
    remount();
    expect_text("many/one more", "content");
    OK(lfs_unmount(&lfs));
    const uint64_t before = sim_flash_changes(chip);
    OK(lfs_migrate(&lfs, &config)); /* it is one already */
    assert_int_equal(sim_flash_changes(chip), before);
    memset(sim_flash_bytes(chip), 0x5a, sim_flash_size(chip));
    IS(LFS_ERR_CORRUPT, lfs_migrate(&lfs, &config));
    config.mcufs_memory = NULL;
    config.mcufs_memory_size = 0;
    OK(lfs_format(&lfs, &config));
    OK(lfs_mount(&lfs, &config));
    builder_free(&builder);
}
#endif

#ifdef LFS_THREADSAFE
static int refuse(const struct lfs_config *c)
{
    (void)c;
    return -4321;
}

static void an_error_of_the_lock_passes(void **state)
{
    (void)state;
    struct lfs_info info;
    int (*const lock)(const struct lfs_config *c) = config.lock;
    config.lock = refuse; /* and unlock would fail the test */
    IS(-4321, lfs_stat(&lfs, "/", &info));
    IS(-4321, lfs_mkdir(&lfs, "d"));
    IS(-4321, lfs_fs_size(&lfs));
    IS(-4321, lfs_format(&lfs, &config));
    IS(-4321, lfs_unmount(&lfs));
    config.lock = lock;
    expect_missing("d");
}
#endif

const struct CMUnitTest volume_tests[] = {
    CASE(checksums_tell_what_is_damaged),
    CASE(the_magic_is_in_both_blocks),
    CASE(what_is_no_volume_is_corrupt),
    CASE(the_size_must_be_right),
    CASE(what_is_known_of_the_volume),
    CASE(limits_are_kept_on_the_volume),
    CASE(impossible_configurations),
    CASE(nothing_inline),
    CASE(unreadable_superblocks),
    CASE(counting_blocks),
    CASE(open_files_use_blocks),
    SMALL(all_blocks_can_be_filled),
    CASE(a_smaller_map_of_free_blocks),
    CASE(buffers_of_the_configuration_are_used),
    CASE(more_memory_reads_less),
    CASE(gc_compacts),
    CASE(growing),
    CASE(growing_stays_in_its_memory),
    CASE(consistency_on_request),
#ifdef LFS_NO_MALLOC
    CASE(no_memory_is_an_error),
#endif
#ifdef LFS_MULTIVERSION
    CASE(the_old_version_on_request),
#endif
#ifdef LFS_MIGRATE
    CASE(an_old_volume_becomes_a_new_one),
#endif
#ifdef LFS_THREADSAFE
    CASE(an_error_of_the_lock_passes),
#endif
    END_OF_CASES,
};
