/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mounting: arguments, arena, hooks, detection, and formatting only where nothing is lost. */

#include "fake.h"

static mcufs_t fs;
static fake_device_t device;
static uint8_t arena[4096];

static void start(uint32_t read_size, int16_t erased)
{
    fake_reset();
    fake_device_init(&device, read_size, erased);
    assert_int_equal(mcufs_init(&fs, &fake_hooks), 0);
}

static int mount_with(const mcufs_filesystem_t *filesystem, uint32_t flags)
{
    const mcufs_mount_options_t options = {
        .filesystem = filesystem, .arena = arena, .arena_size = sizeof(arena), .flags = flags};
    return mcufs_mount(&fs, "/", &device.device, &options);
}

/* Nothing was mounted, formatted or changed, and the lock is free. */
static void expect_nothing_done(void)
{
    assert_int_equal(fake.formats, 0);
    assert_int_equal(fake.mounts, 0);
    assert_int_equal(device.changes, 0);
    assert_null(fs.mounts);
    assert_int_equal(fake.locks, fake.unlocks);
}

static void expect_mounted(const mcufs_filesystem_t *filesystem, unsigned formats)
{
    const mcufs_filesystem_t *mounted;
    assert_int_equal(mcufs_mount_at(&fs, 0, NULL, &mounted), 0);
    assert_ptr_equal(mounted, filesystem);
    assert_int_equal(fake.formats, formats);
    assert_int_equal(fake.mounts, 1);
    assert_int_equal(fake.locks, 1);
    assert_int_equal(fake.unlocks, 1);
    assert_false(fake.called_without_lock);
}

/* -- Arguments ------------------------------------------------------------------------------------------ */

static void senseless_arguments_are_refused(void **state)
{
    const mcufs_mount_options_t options = {
        .filesystem = &fake_filesystem, .arena = arena, .arena_size = sizeof(arena)};
    (void)state;
    start(1, 0xff);
    assert_int_equal(mcufs_init(NULL, NULL), MCUFS_EINVAL);
    assert_int_equal(mcufs_mount(NULL, "/", &device.device, &options), MCUFS_EINVAL);
    assert_int_equal(mcufs_mount(&fs, NULL, &device.device, &options), MCUFS_EINVAL);
    assert_int_equal(mcufs_mount(&fs, "/", &device.device, NULL), MCUFS_EINVAL);
    assert_int_equal(mcufs_mount(&fs, "", &device.device, &options), MCUFS_EINVAL);
    assert_int_equal(mcufs_mount(&fs, "flash", &device.device, &options), MCUFS_EINVAL);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_REPAIR), MCUFS_EINVAL);
    assert_int_equal(mount_with(&fake_filesystem, 0x100), MCUFS_EINVAL);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_IF_BLANK | MCUFS_FORMAT_ALWAYS), MCUFS_EINVAL);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_READ_ONLY | MCUFS_FORMAT_ALWAYS), MCUFS_EROFS);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_READ_ONLY | MCUFS_FORMAT_IF_BLANK), MCUFS_EROFS);
    device.device.geometry.program_size = 3;
    assert_int_equal(mount_with(&fake_filesystem, 0), MCUFS_EINVAL);
    device.device.geometry.program_size = 1;
    assert_int_equal(
        mcufs_mount(&fs, "/", NULL, &(mcufs_mount_options_t){.arena = arena, .arena_size = 4096}),
        MCUFS_EINVAL); /* nothing to detect on */
    expect_nothing_done();
}

static void long_paths_are_refused(void **state)
{
    char path[MCUFS_PATH_MAX + 1];
    const mcufs_mount_options_t options = {
        .filesystem = &fake_filesystem, .arena = arena, .arena_size = sizeof(arena)};
    const char *mounted;
    (void)state;
    start(1, 0xff);
    memset(path, 'x', sizeof(path));
    path[0] = '/';
    path[MCUFS_PATH_MAX] = '\0';
    assert_int_equal(mcufs_mount(&fs, path, NULL, &options), MCUFS_ENAMETOOLONG);
    expect_nothing_done();
    path[MCUFS_PATH_MAX - 1] = '\0';
    assert_int_equal(mcufs_mount(&fs, path, NULL, &options), 0);
    assert_int_equal(mcufs_mount_at(&fs, 0, &mounted, NULL), 0);
    assert_string_equal(mounted, path);
}

static void handles_must_fit(void **state)
{
    mcufs_filesystem_t large = fake_filesystem;
    (void)state;
    start(1, 0xff);
    large.file_size = MCUFS_HANDLE_STORAGE + 1;
    assert_int_equal(mount_with(&large, 0), MCUFS_EINVAL);
    large.file_size = MCUFS_HANDLE_STORAGE;
    large.directory_size = MCUFS_HANDLE_STORAGE + 1;
    assert_int_equal(mount_with(&large, 0), MCUFS_EINVAL);
    expect_nothing_done();
    large.directory_size = MCUFS_HANDLE_STORAGE;
    assert_int_equal(mount_with(&large, 0), 0);
}

static void filesystem_without_mount_is_not_supported(void **state)
{
    mcufs_filesystem_t useless = fake_filesystem;
    (void)state;
    start(1, 0xff);
    useless.mount = NULL;
    assert_int_equal(mount_with(&useless, 0), MCUFS_ENOTSUP);
    useless = fake_filesystem;
    useless.format = NULL;
    assert_int_equal(mount_with(&useless, MCUFS_FORMAT_ALWAYS), MCUFS_ENOTSUP);
    expect_nothing_done();
}

/* Any size and alignment: an error or a mount, and never a byte beyond. */
static void arena_of_any_size(const mcufs_filesystem_t *filesystem, uint32_t read_size, uint32_t flags)
{
    static uint8_t guarded[800];
    bool mounted = false;
    for (size_t size = 0; size < 700; size++) {
        start(read_size, 0xff);
        memset(guarded, 0x5a, sizeof(guarded));
        const size_t offset = 20 + size % 9;
        const mcufs_mount_options_t options = {.filesystem = filesystem,
                                               .arena = size > 0 ? &guarded[offset] : NULL,
                                               .arena_size = size,
                                               .flags = flags,
                                               .hooks = &fake_hooks};
        const int error = mcufs_mount(&fs, "/somewhere/further/down", &device.device, &options);
        assert_true(error == 0 || error == MCUFS_ENOMEM);
        mounted = error == 0;
        for (size_t i = 0; i < sizeof(guarded); i++) {
            if (i < offset || i >= offset + size) {
                assert_int_equal(guarded[i], 0x5a);
            }
        }
        assert_int_equal(fake.locks, fake.unlocks);
    }
    assert_true(mounted);
}

static void arena_of_any_size_to_mount(void **state)
{
    (void)state;
    arena_of_any_size(&fake_filesystem, 1, 0);
}

static void arena_of_any_size_to_probe_and_format(void **state)
{
    (void)state;
    arena_of_any_size(NULL, 1, MCUFS_FORMAT_IF_BLANK);
    arena_of_any_size(NULL, 256, MCUFS_FORMAT_IF_BLANK);
}

static void taken_place_or_device_is_busy(void **state)
{
    static uint8_t second_arena[512];
    mcufs_mount_options_t options = {
        .filesystem = &fake_filesystem, .arena = second_arena, .arena_size = sizeof(second_arena)};
    (void)state;
    start(1, 0xff);
    assert_int_equal(mount_with(&fake_filesystem, 0), 0);
    assert_int_equal(mcufs_mount(&fs, "/", NULL, &options), MCUFS_EBUSY);
    assert_int_equal(mcufs_mount(&fs, "/x/..", NULL, &options), MCUFS_EBUSY);
    assert_int_equal(mcufs_mount(&fs, "/again", &device.device, &options), MCUFS_EBUSY);
    options.flags = MCUFS_READ_ONLY;
    assert_int_equal(mcufs_mount(&fs, "/again", &device.device, &options), MCUFS_EBUSY);
    assert_int_equal(mcufs_unmount(&fs, "/"), 0);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_READ_ONLY), 0);
    assert_int_equal(mcufs_mount(&fs, "/again", &device.device, &options), 0); /* two readers may share */
    assert_int_equal(fake.locks, fake.unlocks);
}

static void device_that_cannot_program_is_read_only(void **state)
{
    mcufs_file_t file;
    (void)state;
    start(1, 0xff);
    const mcufs_device_operations_t read_only = {.read = device.device.operations->read};
    device.device.operations = &read_only;
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_IF_BLANK), MCUFS_EROFS);
    assert_int_equal(mount_with(&fake_filesystem, 0), 0);
    assert_int_equal(fake.flags, MCUFS_READ_ONLY);
    assert_int_equal(mcufs_open(&fs, &file, "/f", MCUFS_O_WRONLY), MCUFS_EROFS);
    assert_int_equal(mcufs_open(&fs, &file, "/f", MCUFS_O_RDONLY), 0);
}

/* -- Hooks ---------------------------------------------------------------------------------------------- */

static unsigned own_locks;

static int own_lock(void *context)
{
    *(unsigned *)context += 1;
    fake.locks++;
    return 0;
}

static void hooks_of_the_mount_count_more(void **state)
{
    mcufs_hooks_t hooks = {.context = &own_locks, .lock = own_lock, .unlock = fake_hooks.unlock};
    const mcufs_mount_options_t options = {
        .filesystem = &fake_filesystem, .arena = arena, .arena_size = sizeof(arena), .hooks = &hooks};
    mcufs_stat_t stat;
    (void)state;
    start(1, 0xff);
    own_locks = 0;
    assert_int_equal(mcufs_mount(&fs, "/", NULL, &options), 0);
    assert_int_equal(own_locks, 1);
    memset(&hooks, 0, sizeof(hooks)); /* it was copied */
    assert_int_equal(mcufs_stat(&fs, "/", &stat), 0);
    assert_int_equal(own_locks, 2);
    assert_int_equal(mcufs_unmount(&fs, "/"), 0);
    assert_int_equal(own_locks, 3);
}

static void no_hooks_are_needed(void **state)
{
    mcufs_stat_t stat;
    (void)state;
    start(1, 0xff);
    assert_int_equal(mcufs_init(&fs, NULL), 0);
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_IF_BLANK), 0);
    assert_int_equal(mcufs_stat(&fs, "/", &stat), 0);
    assert_int_equal(mcufs_unmount(&fs, "/"), 0);
}

static void refused_lock_refuses_the_mount(void **state)
{
    (void)state;
    start(1, 0xff);
    fake.lock_answer = MCUFS_EAGAIN;
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_ALWAYS), MCUFS_EAGAIN);
    expect_nothing_done();
}

static void failed_mount_leaves_the_place_free(void **state)
{
    (void)state;
    start(1, 0xff);
    fake.answer = MCUFS_ECORRUPT;
    assert_int_equal(mount_with(&fake_filesystem, 0), MCUFS_ECORRUPT);
    assert_null(fs.mounts);
    assert_int_equal(fake.locks, fake.unlocks);
    fake_reset();
    assert_int_equal(mount_with(&fake_filesystem, 0), 0);
    expect_mounted(&fake_filesystem, 0);
}

/* -- Detection and formatting --------------------------------------------------------------------------- */

static const struct {
    uint32_t read_size;
    int16_t erased;
} media[] = {{1, 0xff}, {16, 0x00}, {64, MCUFS_ERASED_UNKNOWN}, {256, 0xff}, {1024, 0x00}};
enum { MEDIA = sizeof(media) / sizeof(media[0]) };

static void device_is_recognised(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEDIA; i++) {
        for (int flags = 0; flags <= MCUFS_FORMAT_IF_BLANK; flags += MCUFS_FORMAT_IF_BLANK) {
            start(media[i].read_size, media[i].erased);
            device.bytes[0] = 'B';
            assert_int_equal(mount_with(NULL, (uint32_t)flags), 0);
            expect_mounted(&fake_other_filesystem, 0);
            start(media[i].read_size, media[i].erased);
            device.bytes[0] = 'A';
            assert_int_equal(mount_with(NULL, (uint32_t)flags), 0);
            expect_mounted(&fake_filesystem, 0);
            start(media[i].read_size, media[i].erased);
            device.bytes[0] = 'B';
            assert_int_equal(mount_with(&fake_other_filesystem, (uint32_t)flags), 0);
            expect_mounted(&fake_other_filesystem, 0);
        }
    }
}

static void blank_device_is_formatted_only_if_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEDIA; i++) {
        start(media[i].read_size, media[i].erased);
        assert_int_equal(mount_with(NULL, 0), MCUFS_ENODEV);
        expect_nothing_done();
        assert_int_equal(mount_with(NULL, MCUFS_READ_ONLY), MCUFS_ENODEV);
        expect_nothing_done();
        start(media[i].read_size, media[i].erased);
        assert_int_equal(mount_with(NULL, MCUFS_FORMAT_IF_BLANK), 0);
        expect_mounted(&fake_filesystem, 1);
        assert_true(fake.progress >= FAKE_BLOCKS);
        start(media[i].read_size, media[i].erased);
        assert_int_equal(mount_with(&fake_other_filesystem, MCUFS_FORMAT_IF_BLANK), 0);
        expect_mounted(&fake_other_filesystem, 1);
    }
}

static void one_byte_is_enough_to_be_kept(void **state)
{
    static const size_t places[] = {0,    1,    15,   16,   63,   64,   511,  1022,
                                    1023, 1024, 1025, 2047, 2048, 3000, 4094, 4095};
    (void)state;
    for (size_t i = 0; i < MEDIA; i++) {
        for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++) {
            start(media[i].read_size, media[i].erased);
            device.bytes[places[j]] = (uint8_t)(device.bytes[places[j]] ^ 0x10);
            assert_int_equal(mount_with(NULL, MCUFS_FORMAT_IF_BLANK), MCUFS_EEXIST);
            expect_nothing_done();
            assert_int_equal(mount_with(&fake_other_filesystem, MCUFS_FORMAT_IF_BLANK), MCUFS_EEXIST);
            expect_nothing_done();
        }
    }
}

static void other_filesystem_is_never_replaced(void **state)
{
    (void)state;
    start(1, 0xff);
    device.bytes[0] = 'A';
    assert_int_equal(mount_with(&fake_other_filesystem, MCUFS_FORMAT_IF_BLANK), MCUFS_EEXIST);
    expect_nothing_done();
}

static void zeros_are_not_blank_where_ones_are(void **state)
{
    static const int16_t erased[] = {0xff, MCUFS_ERASED_UNKNOWN};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        start(1, erased[i]);
        memset(device.bytes, 0, sizeof(device.bytes));
        assert_int_equal(mount_with(NULL, MCUFS_FORMAT_IF_BLANK), MCUFS_EEXIST);
        expect_nothing_done();
    }
}

static void unreadable_device_is_not_blank(void **state)
{
    static const int errors[] = {MCUFS_EIO, MCUFS_ECORRUPT};
    (void)state;
    for (size_t i = 0; i < MEDIA; i++) {
        for (size_t j = 0; j < 2; j++) {
            start(media[i].read_size, media[i].erased);
            device.read_answer = errors[j];
            assert_int_equal(mount_with(NULL, 0), errors[j]);
            assert_int_equal(mount_with(NULL, MCUFS_FORMAT_IF_BLANK), errors[j]);
            assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_IF_BLANK), errors[j]);
            expect_nothing_done();
        }
    }
}

/* A filesystem that could not decide: blank or not, it is not ours to format. */
static void failed_probe_is_no_permission(void **state)
{
    (void)state;
    start(1, 0xff);
    fake.probe_answer = MCUFS_EINVAL;
    assert_int_equal(mount_with(NULL, 0), MCUFS_EINVAL);
    assert_int_equal(mount_with(NULL, MCUFS_FORMAT_IF_BLANK), MCUFS_EINVAL);
    expect_nothing_done();
}

static void probe_reads_any_byte_of_any_medium(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEDIA; i++) {
        start(media[i].read_size, media[i].erased);
        for (size_t j = 0; j < sizeof(device.bytes); j++) {
            device.bytes[j] = (uint8_t)(j * 7 + j / 256);
        }
        device.bytes[0] = 'A';
        fake.probed = device.bytes;
        assert_int_equal(mount_with(NULL, 0), 0);
        expect_mounted(&fake_filesystem, 0);
    }
}

static void format_always_does_what_it_says(void **state)
{
    (void)state;
    start(1, 0xff);
    device.bytes[0] = 'B';
    assert_int_equal(mount_with(&fake_filesystem, MCUFS_FORMAT_ALWAYS), 0);
    expect_mounted(&fake_filesystem, 1);
    start(1, 0xff);
    device.bytes[0] = 'B';
    assert_int_equal(mount_with(NULL, MCUFS_FORMAT_ALWAYS), 0);
    expect_mounted(&fake_filesystem, 1); /* the first one compiled in */
}

static void small_arena_still_scans_everything(void **state)
{
    (void)state;
    for (size_t size = 100; size < 400; size += 7) {
        start(16, 0xff);
        device.bytes[FAKE_BLOCK_SIZE * FAKE_BLOCKS - 1] = 0;
        const mcufs_mount_options_t options = {
            .arena = arena, .arena_size = size, .flags = MCUFS_FORMAT_IF_BLANK};
        const int error = mcufs_mount(&fs, "/", &device.device, &options);
        assert_true(error == MCUFS_EEXIST || error == MCUFS_ENOMEM);
        assert_true(error == MCUFS_EEXIST || size < 200);
        expect_nothing_done();
    }
}

static void probing_and_formatting_without_a_mount(void **state)
{
    mcufs_probe_t found;
    const mcufs_filesystem_t *filesystem = &fake_filesystem;
    mcufs_setup_t setup = {.device = &device.device, .arena = arena, .arena_size = sizeof(arena)};
    (void)state;
    start(16, 0xff);
    assert_int_equal(mcufs_probe(&device.device, &found, &filesystem), MCUFS_ENODEV);
    device.bytes[0] = 'B';
    assert_int_equal(mcufs_probe(&device.device, &found, &filesystem), 0);
    assert_ptr_equal(filesystem, &fake_other_filesystem);
    assert_string_equal(found.type, "other");
    assert_int_equal(mcufs_probe(&device.device, NULL, NULL), 0);
    assert_int_equal(mcufs_probe(NULL, &found, &filesystem), MCUFS_EINVAL);
    device.device.geometry.read_size = 256;
    assert_int_equal(mcufs_probe(&device.device, &found, &filesystem), MCUFS_ENOMEM);
    assert_int_equal(mcufs_probe_with(&device.device, arena, 255, &found, &filesystem), MCUFS_ENOMEM);
    assert_null(filesystem);
    memset(arena, 0x5a, 257);
    assert_int_equal(mcufs_probe_with(&device.device, arena, 256, &found, &filesystem), 0);
    assert_int_equal(arena[256], 0x5a);
    assert_ptr_equal(filesystem, &fake_other_filesystem);
    assert_int_equal(mcufs_probe_with(NULL, arena, 256, &found, &filesystem), MCUFS_EINVAL);
    device.device.geometry.read_size = 16;
    expect_nothing_done();

    assert_int_equal(mcufs_format(NULL, &setup), MCUFS_EINVAL);
    assert_int_equal(mcufs_format(&fake_filesystem, NULL), MCUFS_EINVAL);
    assert_int_equal(mcufs_format(&fake_bare_filesystem, &setup), MCUFS_ENOTSUP);
    setup.flags = MCUFS_READ_ONLY;
    assert_int_equal(mcufs_format(&fake_filesystem, &setup), MCUFS_EROFS);
    expect_nothing_done();
    setup.flags = 0;
    assert_int_equal(mcufs_format(&fake_filesystem, &setup), 0);
    assert_int_equal(fake.formats, 1);
    setup.hooks = &fake_hooks;
    fake_reset();
    assert_int_equal(mcufs_format(&fake_filesystem, &setup), 0);
    assert_int_equal(fake.locks, 1);
    assert_int_equal(fake.unlocks, 1);
    assert_false(fake.called_without_lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(senseless_arguments_are_refused),
        cmocka_unit_test(long_paths_are_refused),
        cmocka_unit_test(handles_must_fit),
        cmocka_unit_test(filesystem_without_mount_is_not_supported),
        cmocka_unit_test(arena_of_any_size_to_mount),
        cmocka_unit_test(arena_of_any_size_to_probe_and_format),
        cmocka_unit_test(taken_place_or_device_is_busy),
        cmocka_unit_test(device_that_cannot_program_is_read_only),
        cmocka_unit_test(hooks_of_the_mount_count_more),
        cmocka_unit_test(no_hooks_are_needed),
        cmocka_unit_test(refused_lock_refuses_the_mount),
        cmocka_unit_test(failed_mount_leaves_the_place_free),
        cmocka_unit_test(device_is_recognised),
        cmocka_unit_test(blank_device_is_formatted_only_if_asked),
        cmocka_unit_test(one_byte_is_enough_to_be_kept),
        cmocka_unit_test(other_filesystem_is_never_replaced),
        cmocka_unit_test(zeros_are_not_blank_where_ones_are),
        cmocka_unit_test(unreadable_device_is_not_blank),
        cmocka_unit_test(failed_probe_is_no_permission),
        cmocka_unit_test(probe_reads_any_byte_of_any_medium),
        cmocka_unit_test(format_always_does_what_it_says),
        cmocka_unit_test(small_arena_still_scans_everything),
        cmocka_unit_test(probing_and_formatting_without_a_mount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
