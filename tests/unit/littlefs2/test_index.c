/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The index of logs says what the logs say: after every one of many random operations, each of its records is
 * compared with what a reader without an index finds. */

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

#include "littlefs2/internal.h"
#include "sim/flash.h"
#include "vfs/vfs.h"

enum { BLOCKS = 128, STEPS = 1200, NAMES = 60, ARENA = 16384 };

typedef struct volume {
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint8_t arena[ARENA];
    uint32_t random;
    uint32_t compared; /* records */
    mcufs_file_t open[4];
    bool is_open[4];
} volume_t;

static int64_t now(void *context)
{
    const volume_t *volume = context;
    return (int64_t)volume->random * 1000000000;
}

static uint32_t next_random(volume_t *volume, uint32_t below)
{
    volume->random = volume->random * 1103515245u + 12345u;
    return (volume->random >> 16) % below;
}

static int mount(volume_t *volume, uint32_t flags)
{
    assert_int_equal(mcufs_init(&volume->fs, &(mcufs_hooks_t){.time = now, .context = volume}), MCUFS_OK);
    return mcufs_mount(&volume->fs, "/", sim_flash_device(volume->flash),
                       &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                .arena = volume->arena,
                                                .arena_size = sizeof volume->arena,
                                                .flags = flags,
                                                .filesystem_options = &volume->options});
}

/* The name of an entry, as it is on flash. */
static uint32_t read_name(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                          const littlefs2_entry_t *entry, char name[256])
{
    uint32_t length = littlefs2_tag_length(entry->name_tag);
    assert_int_equal(littlefs2_read(fs, metadata->pair[0], entry->name_offset, name, length, length), 0);
    return length;
}

static void compare_search(littlefs2_t *fs, const littlefs2_metadata_t *metadata, const char *name,
                           uint32_t length)
{
    littlefs2_search_t quick = {.name = name, .length = length}, slow = quick;
    littlefs2_index_t *index = fs->index;
    assert_int_equal(littlefs2_search_log(fs, metadata, &quick), 0);
    fs->index = NULL;
    assert_int_equal(littlefs2_search_log(fs, metadata, &slow), 0);
    fs->index = index;
    assert_int_equal(quick.found, slow.found);
    if (slow.found == LITTLEFS2_NO_ID) {
        assert_int_equal(littlefs2_minimum(quick.insert, metadata->count),
                         littlefs2_minimum(slow.insert, metadata->count));
        return;
    }
    const uint32_t but_id = ~littlefs2_tag(0, LITTLEFS2_NO_ID, 0); /* a tag may be older than its id */
    assert_int_equal(quick.name_type, slow.name_type);
    assert_int_equal(quick.struct_tag & but_id, slow.struct_tag & but_id);
    assert_int_equal(quick.struct_offset, slow.struct_offset);
    assert_int_equal(quick.modified_tag & but_id, slow.modified_tag & but_id);
    assert_int_equal(quick.created_tag & but_id, slow.created_tag & but_id);
    assert_true(slow.modified_tag == 0 || quick.modified_offset == slow.modified_offset);
    assert_true(slow.created_tag == 0 || quick.created_offset == slow.created_offset);
}

static void compare_record(littlefs2_t *fs, const littlefs2_metadata_t *metadata, const uint32_t *record)
{
    const uint32_t but_id = ~littlefs2_tag(0, LITTLEFS2_NO_ID, 0);
    littlefs2_index_t *index = fs->index;
    littlefs2_global_t quick = {0, {0, 0}}, slow = quick;
    for (uint32_t id = 0; id < metadata->count; id++) {
        littlefs2_view_t view = littlefs2_view_of(metadata);
        littlefs2_entry_t known;
        const littlefs2_entry_t *read;
        littlefs2_index_entry(fs, record, id, &known);
        fs->index = NULL;
        littlefs2_drop_window(fs);
        assert_int_equal(littlefs2_entry(fs, &view, id, &read), 0);
        fs->index = index;
        assert_int_equal(known.name_tag & but_id, read->name_tag & but_id);
        assert_int_equal(known.name_offset, read->name_offset);
        assert_int_equal(known.struct_tag & but_id, read->struct_tag & but_id);
        assert_int_equal(known.struct_offset, read->struct_offset);
        assert_int_equal(known.time_tag & but_id, read->time_tag & but_id);
        assert_int_equal(known.time_offset, read->time_offset);
        assert_int_equal(known.flags, read->flags & ~(unsigned)LITTLEFS2_ENTRY_BORN);
        if (littlefs2_type_is_file_name(littlefs2_tag_type(known.name_tag))) {
            char name[256];
            uint32_t length = read_name(fs, metadata, &known, name);
            compare_search(fs, metadata, name, length);
            name[length - 1]++;
            compare_search(fs, metadata, name, length);
            compare_search(fs, metadata, name, length - 1 + (length == 1));
        }
    }
    assert_int_equal(littlefs2_add_move_state(fs, metadata, &quick), 0);
    fs->index = NULL;
    assert_int_equal(littlefs2_add_move_state(fs, metadata, &slow), 0);
    fs->index = index;
    assert_memory_equal(&quick, &slow, sizeof quick);
}

static void compare_all(volume_t *volume)
{
    littlefs2_t *fs = volume->fs.mounts->volume;
    for (uint32_t i = 0; i < fs->state_count; i++) {
        const littlefs2_metadata_t metadata = fs->states[i].metadata;
        const uint32_t *record =
            metadata.pair[0] != LITTLEFS2_NULL ? littlefs2_index_of(fs, &metadata) : NULL;
        if (record) {
            compare_record(fs, &metadata, record);
            volume->compared++;
        }
    }
}

static void random_path(volume_t *volume, char path[64])
{
    static const char *const forms[] = {"/f%u", "/d/f%u", "/d/a longer name %u", "/d/x%u", "/e/%u"};
    (void)snprintf(path, 64, forms[next_random(volume, 5)], (unsigned)next_random(volume, NAMES));
}

static void write_some(volume_t *volume, const char *path)
{
    uint32_t slot = next_random(volume, 4);
    mcufs_file_t *file = &volume->open[slot];
    uint8_t content[600] = {(uint8_t)slot};
    if (volume->is_open[slot]) {
        volume->is_open[slot] = false;
        (void)mcufs_close(file);
    } else if (mcufs_open(&volume->fs, file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT) == MCUFS_OK) {
        (void)mcufs_write(file, content, next_random(volume, sizeof content));
        volume->is_open[slot] = next_random(volume, 3) == 0; /* else closed at once */
        if (!volume->is_open[slot]) {
            (void)mcufs_close(file);
        }
    }
}

static void step(volume_t *volume)
{
    char path[64], other[64];
    mcufs_stat_t stat;
    random_path(volume, path);
    random_path(volume, other);
    switch (next_random(volume, 9)) {
    case 0:
        (void)mcufs_remove(&volume->fs, path);
        break;
    case 1:
        (void)mcufs_rename(&volume->fs, path, other);
        break;
    case 2:
        (void)mcufs_mkdir(&volume->fs, path);
        break;
    case 3:
        (void)mcufs_set_attribute(&volume->fs, path, 7, "attribute", next_random(volume, 10));
        break;
    case 4:
        (void)mcufs_remove_attribute(&volume->fs, path, 7);
        break;
    case 5:
        (void)mcufs_stat(&volume->fs, path, &stat);
        break;
    default:
        write_some(volume, path);
    }
}

static void run(uint32_t seed, const mcufs_geometry_t *geometry, mcufs_littlefs2_time_dialect_t times,
                bool hard)
{
    const sim_options_t options = {.kind = SIM_NOR, .geometry = *geometry};
    volume_t *volume = calloc(1, sizeof *volume);
    assert_non_null(volume);
    volume->flash = sim_flash_new(&options);
    volume->random = seed;
    volume->options.times = times;
    volume->options.cache_size = 64 > geometry->program_size ? 64 : geometry->program_size;
    assert_int_equal(mount(volume, MCUFS_FORMAT_ALWAYS), MCUFS_OK);
    assert_int_equal(mcufs_mkdir(&volume->fs, "/d"), MCUFS_OK);
    assert_int_equal(mcufs_mkdir(&volume->fs, "/e"), MCUFS_OK);
    for (uint32_t i = 0; i < STEPS; i++) {
        if (hard && i % 16 == 0) {
            sim_flash_fail(volume->flash, SIM_CALL_CHANGE, 1 + next_random(volume, 6),
                           next_random(volume, 2) ? MCUFS_EIO : MCUFS_ECORRUPT, false);
        } else if (hard && i % 50 == 49) {
            sim_flash_cut(volume->flash, 1 + next_random(volume, 8),
                          (sim_cut_t)next_random(volume, SIM_CUT_UNSTABLE), seed + i);
        }
        step(volume);
        if (sim_flash_is_off(volume->flash)) {
            memset(volume->is_open, 0, sizeof volume->is_open);
            sim_flash_power_on(volume->flash);
            sim_flash_fail(volume->flash, SIM_CALL_ANY, 0, 0, false);
            assert_int_equal(mount(volume, 0), MCUFS_OK);
        }
        compare_all(volume);
    }
    assert_true(volume->compared > STEPS / 2);
    assert_int_equal(sim_flash_counts(volume->flash)->violations, 0);
    sim_flash_free(volume->flash);
    free(volume);
}

static const mcufs_geometry_t geometries[] = {{16, 16, 1024, BLOCKS, 0xff}, {256, 256, 4096, BLOCKS, 0xff}};

static void the_index_says_what_the_logs_say(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        for (unsigned i = 0; i < 2; i++) {
            run(seed, &geometries[i], MCUFS_LITTLEFS2_TIMES_NONE, false);
            run(seed, &geometries[i], MCUFS_LITTLEFS2_TIMES_SECONDS64, false);
        }
    }
}

static void faults_and_cuts_do_not_mislead_it(void **state)
{
    (void)state;
    for (uint32_t seed = 11; seed <= 13; seed++) {
        for (unsigned i = 0; i < 2; i++) {
            run(seed, &geometries[i], MCUFS_LITTLEFS2_TIMES_MICROPYTHON, true);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_says_what_the_logs_say),
        cmocka_unit_test(faults_and_cuts_do_not_mislead_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
