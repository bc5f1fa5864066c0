/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the campaigns cannot see: the journal and those who do not know it. The campaigns cut at every write.
 */

#include "volume.h"

#include <stdio.h>

#include "base/endian.h"

enum { DIRTY_BYTE = 37 /* of FAT12 and FAT16 */ };

static volume_t *new_volume(void)
{
    volume_t *volume = volume_new(2048, 512);
    const mcufs_fat_options_t options = {.cluster_size = 512, .type = 12, .serial = 7};
    volume_format(volume, &options);
    OK(volume_mount(volume, 0));
    return volume;
}

/* Power goes after the record, before its homes: a rename across directories. */
static volume_t *cut_rename(void)
{
    volume_t *volume = new_volume();
    OK(mcufs_mkdir(&volume->fs, "/from"));
    OK(mcufs_mkdir(&volume->fs, "/to"));
    put(volume, "/from/A file with a long name", "content", 7);
    put(volume, "/other", "other", 5);
    volume->writes_left = 1;
    OK(mcufs_rename(&volume->fs, "/from/A file with a long name", "/to/Another long name"));
    assert_int_equal(volume->writes_left, 0); /* durable, and nothing of it at home */
    volume_forget(volume);
    assert_int_equal(volume->bytes[DIRTY_BYTE] & 1, 1);
    return volume;
}

static void record_is_redone(void **state)
{
    (void)state;
    volume_t *volume = cut_rename();
    OK(volume_mount(volume, MCUFS_READ_ONLY));
    volume_reset_counts(volume);
    expect_listing(volume, "/from", "");
    expect(volume, "/to/Another long name", "content", 7);
    OK(mcufs_unmount(&volume->fs, "/"));
    assert_int_equal(volume->written, 0);
    OK(volume_mount(volume, 0));
    assert_int_equal(volume->bytes[DIRTY_BYTE] & 1, 0);
    volume_forget(volume);
    volume_judge(volume); /* clean as soon as it is mounted */
    OK(volume_mount(volume, 0));
    expect_listing(volume, "/from", "");
    expect(volume, "/to/Another long name", "content", 7);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* A PC that does not know the journal changed what the record is about: its word counts. */
static void record_is_void_after_a_visit(void **state)
{
    (void)state;
    volume_t *volume = cut_rename();
    volume_run(volume, "printf visitor | mcopy -i @ - ::/from/VISITOR");
    OK(volume_mount(volume, 0));
    expect(volume, "/from/VISITOR", "visitor", 7);
    expect(volume, "/from/A file with a long name", "content", 7);
    expect_listing(volume, "/to", "");
    put(volume, "/to/new", "new", 3);
    OK(mcufs_unmount(&volume->fs, "/"));
    assert_int_equal(volume->bytes[DIRTY_BYTE] & 1, 1); /* still to be checked by somebody */
    OK(volume_mount(volume, 0));
    put(volume, "/to/newer", "newer", 5);
    volume_forget(volume); /* a power cut does not settle the doubt */
    OK(volume_mount(volume, 0));
    expect(volume, "/to/newer", "newer", 5);
    OK(mcufs_unmount(&volume->fs, "/"));
    assert_int_equal(volume->bytes[DIRTY_BYTE] & 1, 1);
    volume->bytes[DIRTY_BYTE] &= 0xfe;
    volume_judge(volume);
    volume_free(volume);
}

/* The PC checked the volume and marked it as clean: nothing of the journal counts any more. */
static void record_is_void_on_a_clean_volume(void **state)
{
    (void)state;
    volume_t *volume = cut_rename();
    volume->bytes[DIRTY_BYTE] &= 0xfe;
    OK(volume_mount(volume, 0));
    expect(volume, "/from/A file with a long name", "content", 7);
    put(volume, "/new", "new", 3);
    OK(mcufs_unmount(&volume->fs, "/"));
    OK(volume_mount(volume, 0));
    expect_listing(volume, "/to", "");
    expect(volume, "/from/A file with a long name", "content", 7);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* A PC marked it as dirty and was pulled out: the last record is of before, and says so. */
static void dirt_of_others_is_not_ours(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    put(volume, "/file", "content", 7);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume->bytes[DIRTY_BYTE] |= 1;
    OK(volume_mount(volume, 0));
    expect(volume, "/file", "content", 7);
    put(volume, "/more", "more", 4);
    OK(mcufs_unmount(&volume->fs, "/"));
    assert_int_equal(volume->bytes[DIRTY_BYTE] & 1, 1);
    volume_free(volume);
}

/* A file was removed while it was open, and the power went: nothing leads to its clusters but the journal. */
static void clusters_of_removed_files_return(void **state)
{
    (void)state;
    static uint8_t content[200 * 512];
    volume_t *volume = new_volume();
    mcufs_file_t files[3];
    mcufs_statfs_t before, after;
    OK(mcufs_statfs(&volume->fs, "/", &before));
    for (int i = 0; i < 3; i++) {
        char path[16];
        (void)snprintf(path, sizeof path, "/file%d", i);
        put(volume, path, content, sizeof content);
        OK(mcufs_open(&volume->fs, &files[i], path, MCUFS_O_RDWR | MCUFS_O_APPEND));
        assert_int_equal(mcufs_write(&files[i], content, 5000), 5000);
        OK(mcufs_unlink(&volume->fs, path));
    }
    volume_forget(volume);
    OK(volume_mount(volume, 0));
    expect_listing(volume, "/", "");
    OK(mcufs_statfs(&volume->fs, "/", &after));
    assert_int_equal(after.free_blocks, before.free_blocks);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* More files grow, and more are removed while they are open, than a record can name. */
static void many_files_are_open(void **state)
{
    (void)state;
    enum { COUNT = 14, PIECE = 700 };
    static uint8_t content[COUNT][20 * PIECE];
    volume_t *volume = new_volume();
    mcufs_file_t files[COUNT];
    char path[32];
    int busy = 0;
    for (int i = 0; i < COUNT; i++) {
        fill(content[i], sizeof content[i], (uint32_t)i);
        (void)snprintf(path, sizeof path, "/File number %d", i);
        OK(mcufs_open(&volume->fs, &files[i], path, MCUFS_O_RDWR | MCUFS_O_CREAT));
    }
    for (int piece = 0; piece < 20; piece++) {
        for (int i = 0; i < COUNT; i++) {
            assert_int_equal(mcufs_write(&files[i], content[i] + piece * PIECE, PIECE), PIECE);
        }
        (void)snprintf(path, sizeof path, "/Directory number %d", piece);
        OK(mcufs_mkdir(&volume->fs, path));
    }
    for (int i = 0; i < COUNT; i += 2) {
        OK(mcufs_sync(&files[i]));
    }
    for (int i = 1; i < COUNT; i++) {
        (void)snprintf(path, sizeof path, "/File number %d", i);
        int error = mcufs_unlink(&volume->fs, path);
        assert_true(error == 0 || error == MCUFS_EBUSY);
        busy += error != 0;
    }
    assert_true(busy > 0 && busy < COUNT - 6);
    for (int i = 0; i < COUNT; i++) {
        static uint8_t found[20 * PIECE];
        assert_int_equal(mcufs_seek(&files[i], 0, MCUFS_SEEK_SET), 0);
        assert_int_equal(mcufs_read(&files[i], found, sizeof found), sizeof found);
        assert_memory_equal(found, content[i], sizeof found);
    }
    volume_forget(volume);
    OK(volume_mount(volume, 0));
    expect(volume, "/File number 0", content[0], sizeof content[0]);
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

/* FSInfo of FAT32 is right again after a cut in the first change, wherever it comes. */
static void free_clusters_are_counted_right(void **state)
{
    (void)state;
    volume_t *volume = volume_new(36864, 512);
    const mcufs_fat_options_t options = {.cluster_size = 512, .type = 32};
    static const uint8_t content[3000];
    mcufs_file_t file;
    int error = MCUFS_EIO;
    for (uint64_t writes = 0; error != 0; writes++) {
        volume_format(volume, &options);
        OK(volume_mount(volume, 0));
        OK(mcufs_open(&volume->fs, &file, "/A file", MCUFS_O_WRONLY | MCUFS_O_CREAT));
        volume->writes_left = writes;
        error = mcufs_write(&file, content, sizeof content) < 0 ? MCUFS_EIO : 0;
        int closed = mcufs_close(&file);
        error = error != 0 || closed != 0 ? MCUFS_EIO : 0;
        volume_forget(volume);
        OK(volume_mount(volume, 0));
        OK(mcufs_unmount(&volume->fs, "/"));
        volume_judge(volume);
        assert_true(writes < 50);
    }
    volume_free(volume);
}

/* The newest record is found wherever in the ring it is, also when the one after it is torn. */
static void newest_record_is_found_all_round_the_ring(void **state)
{
    (void)state;
    volume_t *volume = new_volume();
    char path[32];
    for (int i = 0; i < 60; i++) {
        (void)snprintf(path, sizeof path, "/directory number %d", i);
        volume->writes_left = UINT64_MAX;
        OK(mcufs_mkdir(&volume->fs, path));
        OK(mcufs_rmdir(&volume->fs, path));
        OK(mcufs_mkdir(&volume->fs, path));
        volume->writes_left = 1;
        OK(mcufs_rmdir(&volume->fs, path)); /* only the record */
        volume_forget(volume);
        if (i % 2 == 0) { /* the next record begins to arrive */
            uint8_t *ring = volume->bytes + 17 * (size_t)512;
            uint32_t newest = 0, slot = 0, slots = mcufs_load_le32(volume->bytes + 16 * (size_t)512 + 16);
            for (uint32_t k = 0; k < slots; k++) {
                const uint8_t *record = ring + (size_t)k * 512;
                uint32_t sequence = memcmp(record, "mcuR", 4) == 0 ? mcufs_load_le32(record + 4) : 0;
                slot = sequence > newest ? k : slot;
                newest = sequence > newest ? sequence : newest;
            }
            memset(ring + (size_t)((slot + 1) % slots) * 512 + 256, 0x55, 100);
        }
        OK(volume_mount(volume, 0));
        expect_listing(volume, "/", "");
    }
    OK(mcufs_unmount(&volume->fs, "/"));
    volume_judge(volume);
    volume_free(volume);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_is_redone),
        cmocka_unit_test(record_is_void_after_a_visit),
        cmocka_unit_test(record_is_void_on_a_clean_volume),
        cmocka_unit_test(dirt_of_others_is_not_ours),
        cmocka_unit_test(clusters_of_removed_files_return),
        cmocka_unit_test(many_files_are_open),
        cmocka_unit_test(free_clusters_are_counted_right),
        cmocka_unit_test(newest_record_is_found_all_round_the_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
