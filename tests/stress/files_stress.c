/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random work with several handles on a few files of small littlefs v2 volumes, with power cuts, full
 * volumes, blocks that go bad, other sizes of the volume and odd options, on random chips, in random memory.
 *
 * All handles of a file see the same content at any time. After a cut a file is what it was at the last sync,
 * or, when a sync was under way, what that was to make of it. What is refused for want of space has not
 * happened, but for bytes that the write itself was about. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "sim/flash.h"
#include "support/dice.h"

enum { NAMES = 5, HANDLES = 5, FILES = NAMES + HANDLES, LARGEST = 65536, ARENA = 65536, BLOCKS_MAX = 1024 };

typedef struct content {
    uint32_t size;
    uint8_t bytes[LARGEST];
} content_t;

/* A file, as long as it has a name or a handle. */
typedef struct file {
    bool named, new; /* new: no sync has made it durable */
    bool given_up;   /* removed, and what was not synced found no place: part of it may be gone */
    unsigned users;
    content_t now, saved;
} file_t;

typedef struct handle {
    file_t *file; /* NULL: not open */
    bool writable;
    mcufs_file_t at;
    uint8_t buffer[4 * 4096];
} handle_t;

typedef struct run {
    uint64_t seed;
    unsigned step;
    dice_t dice;
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint32_t block_size, block_count, file_max;
    size_t arena_size;
    bool cuts, bad_blocks;
    bool bad; /* there is a bad block */
    file_t files[FILES];
    file_t *names[NAMES];
    handle_t handles[HANDLES];
    file_t *syncing; /* NULL: none is being synced */
    uint8_t arena[ARENA], data[LARGEST], back[LARGEST + 1];
} run_t;

static const char *const paths[NAMES] = {"/one", "/two", "/directory/three", "/directory/four",
                                         "/directory/a name that is longer than most"};

static bool verbose;

static void fail(const run_t *run, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "FAILED: --seed %" PRIu64 " --runs 1, step %u: ", run->seed, run->step);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
    exit(1);
}

static void say(const run_t *run, const char *format, ...)
{
    va_list arguments;
    if (verbose) {
        va_start(arguments, format);
        printf("%u: ", run->step);
        vprintf(format, arguments);
        printf("\n");
        va_end(arguments);
    }
}

static uint32_t roll(run_t *run, uint32_t below)
{
    return dice_roll(&run->dice, below);
}

static bool is_off(const run_t *run)
{
    return sim_flash_is_off(run->flash);
}

/* -- The model -------------------------------------------------------------------------------------- */

static file_t *file_new(run_t *run)
{
    file_t *file = run->files;
    while (file->named || file->users > 0) {
        file++;
    }
    file->named = file->new = true;
    file->given_up = false;
    file->now.size = file->saved.size = 0;
    return file;
}

static void copy_content(content_t *to, const content_t *from)
{
    to->size = from->size;
    memcpy(to->bytes, from->bytes, from->size);
}

static void saved(file_t *file)
{
    copy_content(&file->saved, &file->now);
    file->new = false;
}

static bool is_content(const content_t *content, const uint8_t *bytes, uint32_t size)
{
    return content->size == size && memcmp(content->bytes, bytes, size) == 0;
}

/* What is seen of a name: into run->back. Negative: why not. */
static int32_t read_name(run_t *run, unsigned name)
{
    mcufs_file_t file;
    int error = mcufs_open(&run->fs, &file, paths[name], MCUFS_O_RDONLY);
    if (error < 0) {
        return error;
    }
    int32_t size = mcufs_read(&file, run->back, sizeof run->back);
    (void)mcufs_close(&file);
    return size;
}

/* The file is what it was, or what was synced last, after something failed: takes over which. */
static void take_over(run_t *run, unsigned name)
{
    file_t *file = run->names[name];
    sim_flash_cut(run->flash, 0, SIM_CUT_BEFORE, 0);
    int32_t size = read_name(run, name);
    if (size == MCUFS_ENOENT && file->new && file->users == 0) {
        file->named = false;
        run->names[name] = NULL;
    } else if (size < 0) {
        fail(run, "reading %s: %d", paths[name], (int)size);
    } else if (!is_content(&file->now, run->back, (uint32_t)size)) {
        if (!is_content(&file->saved, run->back, (uint32_t)size)) {
            fail(run, "%s has %d bytes of other content", paths[name], (int)size);
        }
        copy_content(&file->now, &file->saved);
    }
}

static unsigned name_of(const run_t *run, const file_t *file)
{
    unsigned name = 0;
    while (name < NAMES && run->names[name] != file) {
        name++;
    }
    return name;
}

/* -- Mounting ----------------------------------------------------------------------------------------- */

static int mount(run_t *run, uint32_t flags)
{
    memset(run->arena, 0xa5, sizeof run->arena);
    int error = mcufs_init(&run->fs, NULL);
    return error < 0 ? error
                     : mcufs_mount(&run->fs, "/", sim_flash_device(run->flash),
                                   &(mcufs_mount_options_t){.filesystem = &mcufs_littlefs2,
                                                            .arena = run->arena,
                                                            .arena_size = run->arena_size,
                                                            .flags = flags,
                                                            .filesystem_options = &run->options});
}

/* Every name after the power came back. */
static void expect_saved(run_t *run)
{
    for (unsigned i = 0; i < NAMES; i++) {
        file_t *file = run->names[i];
        int32_t size = read_name(run, i);
        if (!file && size == MCUFS_ENOENT) {
            continue;
        }
        if (file && size == MCUFS_ENOENT && file->new) {
            file->named = false;
            run->names[i] = NULL;
            continue;
        }
        if (!file || size < 0) {
            fail(run, "after a cut, reading %s: %d", paths[i], (int)size);
        }
        if (file == run->syncing && is_content(&file->now, run->back, (uint32_t)size)) {
            copy_content(&file->saved, &file->now);
        } else if (!is_content(&file->saved, run->back, (uint32_t)size)) {
            fail(run, "after a cut, %s has %d bytes of other content", paths[i], (int)size);
        }
        copy_content(&file->now, &file->saved);
        file->new = false;
    }
}

/* Whether a file that has lost its name has that one; or it was so new that the cut left nothing of it. */
static bool is_where_it_went(run_t *run, const file_t *file, unsigned to)
{
    int32_t size = to < NAMES && file->new ? read_name(run, to) : 0;
    return to == NAMES || !file->new || (size >= 0 && is_content(&file->saved, run->back, (uint32_t)size));
}

/* `from`, `to`: what a rename, or with `to` NAMES a removal, was about when the power went; NAMES: none. */
static void start_over(run_t *run, unsigned from, unsigned to)
{
    mcufs_stat_t stat;
    sim_flash_cut(run->flash, 0, SIM_CUT_BEFORE, 0);
    sim_flash_power_on(run->flash);
    for (unsigned i = 0; i < HANDLES; i++) {
        if (run->handles[i].file) {
            run->handles[i].file->users--;
            run->handles[i].file = NULL;
        }
    }
    int error = mount(run, 0);
    if (error < 0) {
        fail(run, "mounting again: %d", error);
    }
    if (from < NAMES && run->names[from] && mcufs_stat(&run->fs, paths[from], &stat) == MCUFS_ENOENT &&
        is_where_it_went(run, run->names[from], to)) {
        file_t *victim = run->names[to < NAMES ? to : from];
        if (victim) {
            victim->named = false;
        }
        if (to < NAMES) {
            run->names[to] = run->names[from];
        }
        run->names[from] = NULL;
    }
    expect_saved(run);
    run->syncing = NULL;
}

/* -- Looking ---------------------------------------------------------------------------------------- */

static void expect_now(run_t *run, handle_t *handle)
{
    const file_t *file = handle->file;
    int32_t size = mcufs_seek(&handle->at, 0, MCUFS_SEEK_SET) < 0
                       ? -1
                       : mcufs_read(&handle->at, run->back, sizeof run->back);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (file->given_up || (size == MCUFS_ECORRUPT && !file->named)) {
        return; /* there was no place left to keep it in */
    } else if (size < 0 || !is_content(&file->now, run->back, (uint32_t)size)) {
        fail(run, "handle %d reads %d bytes, not the %u there are", (int)(handle - run->handles), (int)size,
             (unsigned)file->now.size);
    }
}

typedef struct blocks {
    const run_t *run;
    bool seen[BLOCKS_MAX];
    uint32_t count;
} blocks_t;

static int see_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    blocks_t *blocks = context;
    (void)use;
    if (block >= blocks->run->block_count) {
        fail(blocks->run, "block %u is none", (unsigned)block);
    }
    blocks->count += !blocks->seen[block];
    blocks->seen[block] = true;
    return 0;
}

static void expect_blocks(run_t *run)
{
    blocks_t blocks = {.run = run};
    mcufs_statfs_t statfs;
    int error = mcufs_statfs(&run->fs, "/", &statfs);
    if (error == 0) {
        error = mcufs_visit_blocks(&run->fs, "/", see_block, &blocks);
    }
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (error < 0) {
        fail(run, "visiting blocks: %d", error);
    } else if (blocks.count + statfs.free_blocks > statfs.block_count ||
               (!run->bad && run->arena_size == ARENA &&
                blocks.count + statfs.free_blocks < statfs.block_count)) {
        fail(run, "%u blocks in use, %u free, of %u", (unsigned)blocks.count, (unsigned)statfs.free_blocks,
             (unsigned)statfs.block_count);
    }
}

/* -- Names ------------------------------------------------------------------------------------------ */

static void check(const run_t *run, const char *what, int32_t result)
{
    say(run, "-> %d", (int)result);
    if (result < 0 && result != MCUFS_ENOSPC && !is_off(run)) {
        fail(run, "%s answered %d", what, (int)result);
    }
}

static void open_one(run_t *run, handle_t *handle, unsigned name)
{
    uint32_t flags = roll(run, 5) ? MCUFS_O_RDWR | MCUFS_O_CREAT : MCUFS_O_RDONLY;
    mcufs_open_options_t options = {.buffer = handle->buffer,
                                    .buffer_size = sizeof handle->buffer >> roll(run, 3)};
    if (!run->names[name] && flags == MCUFS_O_RDONLY) {
        return;
    }
    say(run, "open %s %x", paths[name], (unsigned)flags);
    int error = roll(run, 2) ? mcufs_open(&run->fs, &handle->at, paths[name], flags)
                             : mcufs_open_with(&run->fs, &handle->at, paths[name], flags, &options);
    if (error == MCUFS_ENOMEM) {
        return; /* no buffer left */
    }
    if (!run->names[name] && (error == 0 || is_off(run))) {
        run->names[name] = file_new(run);
    }
    check(run, "open", error);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (error == 0) {
        handle->file = run->names[name];
        handle->file->users++;
        handle->writable = flags != MCUFS_O_RDONLY;
    }
}

static void remove_one(run_t *run, unsigned name)
{
    file_t *file = run->names[name];
    if (file) {
        say(run, "remove %s", paths[name]);
        int error = mcufs_remove(&run->fs, paths[name]);
        check(run, "remove", error);
        if (is_off(run)) {
            start_over(run, name, NAMES);
        } else if (error == 0) {
            file->named = false;
            run->names[name] = NULL;
        }
    }
}

static void rename_one(run_t *run, unsigned from, unsigned to)
{
    if (run->names[from] && from != to) {
        say(run, "rename %s %s", paths[from], paths[to]);
        int error = mcufs_rename(&run->fs, paths[from], paths[to]);
        check(run, "rename", error);
        if (is_off(run)) {
            start_over(run, from, to);
        } else if (error == 0) {
            if (run->names[to]) {
                run->names[to]->named = false;
            }
            run->names[to] = run->names[from];
            run->names[from] = NULL;
        }
    }
}

static void resize(run_t *run)
{
    uint32_t wanted = run->block_count - roll(run, 2) * roll(run, run->block_count / 2);
    say(run, "resize %u", (unsigned)wanted);
    int error = mcufs_resize(&run->fs, "/", wanted);
    check(run, "resize", error);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    }
}

static void keep_house(run_t *run)
{
    int error = mcufs_gc(&run->fs, "/", 1 + roll(run, 20));
    check(run, "gc", error);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    }
}

static void with_names(run_t *run, handle_t *handle)
{
    uint32_t what = roll(run, 100);
    unsigned name = roll(run, NAMES);
    if (what < 76) {
        open_one(run, handle, name);
    } else if (what < 82) {
        remove_one(run, name);
    } else if (what < 88) {
        rename_one(run, name, roll(run, NAMES));
    } else if (what < 94) {
        keep_house(run);
    } else if (what < 96) {
        resize(run);
    } else {
        expect_blocks(run);
    }
}

/* -- Content ---------------------------------------------------------------------------------------- */

/* A refused write may have changed some of the bytes it was about, and nothing else. */
static void take_over_write(run_t *run, handle_t *handle, uint32_t position, uint32_t size)
{
    content_t *now = &handle->file->now;
    sim_flash_cut(run->flash, 0, SIM_CUT_BEFORE, 0);
    if (mcufs_seek(&handle->at, 0, MCUFS_SEEK_SET) < 0 ||
        mcufs_read(&handle->at, run->back, sizeof run->back) != (int32_t)now->size) {
        fail(run, "another size after a refused write");
    }
    for (uint32_t i = 0; i < now->size; i++) {
        bool about = i >= position && i - position < size && run->back[i] == run->data[i - position];
        if (run->back[i] != now->bytes[i] && !about) {
            fail(run, "byte %u changed by a refused write to %u", (unsigned)i, (unsigned)position);
        }
        now->bytes[i] = run->back[i];
    }
}

static void write_some(run_t *run, handle_t *handle)
{
    content_t *now = &handle->file->now;
    uint32_t kind = roll(run, 10);
    uint32_t position = kind < 7   ? roll(run, now->size + 1)
                        : kind < 9 ? now->size
                                   : now->size + roll(run, 300);
    uint32_t size = 1 + roll(run, kind == 6   ? 6 * run->block_size
                                  : kind < 6  ? run->block_size / 2
                                  : kind == 7 ? 200
                                              : 4 * run->block_size);
    if (position >= run->file_max) {
        return;
    }
    size = size > run->file_max - position ? run->file_max - position : size;
    dice_fill(dice_next(&run->dice), run->data, size);
    say(run, "write %u at %u of %u", (unsigned)size, (unsigned)position, (unsigned)now->size);
    (void)mcufs_seek(&handle->at, position, MCUFS_SEEK_SET);
    int32_t result = mcufs_write(&handle->at, run->data, size);
    check(run, "write", result);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (result < 0 && !handle->file->given_up) {
        take_over_write(run, handle, position, size);
    } else if (result >= 0) {
        if (position > now->size) {
            memset(now->bytes + now->size, 0, position - now->size);
        }
        memcpy(now->bytes + position, run->data, size);
        now->size = position + size > now->size ? position + size : now->size;
    }
}

static void truncate(run_t *run, handle_t *handle)
{
    content_t *now = &handle->file->now;
    uint32_t size = roll(run, 3) ? roll(run, now->size + 1) : now->size + roll(run, 2 * run->block_size);
    size = size > run->file_max ? run->file_max : size;
    say(run, "truncate %u to %u", (unsigned)now->size, (unsigned)size);
    int error = mcufs_truncate(&handle->at, size);
    check(run, "truncate", error);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (error == 0) {
        if (size > now->size) {
            memset(now->bytes + now->size, 0, size - now->size);
        }
        now->size = size;
    }
}

static void sync_or_close(run_t *run, handle_t *handle, bool closing)
{
    file_t *file = handle->file;
    run->syncing = file->named && handle->writable ? file : NULL;
    say(run, "%s %s", closing ? "close" : "sync", handle->writable ? "" : "(reading)");
    int error = closing ? mcufs_close(&handle->at) : mcufs_sync(&handle->at);
    if (closing) {
        file->users--;
        handle->file = NULL;
    }
    check(run, closing ? "close" : "sync", error);
    if (is_off(run)) {
        start_over(run, NAMES, NAMES);
    } else if (error == 0 && run->syncing) {
        saved(file);
    } else if (file->named) {
        take_over(run, name_of(run, file));
    } else {
        file->given_up = file->given_up || error < 0;
    }
    run->syncing = NULL;
}

static void with_content(run_t *run, handle_t *handle)
{
    uint32_t what = roll(run, 100);
    if (what < 55 && handle->writable) {
        write_some(run, handle);
    } else if (what < 63 && handle->writable) {
        truncate(run, handle);
    } else if (what < 80) {
        expect_now(run, handle);
    } else if (what < 88 && handle->writable) {
        sync_or_close(run, handle, false);
    } else if (what < 96) {
        sync_or_close(run, handle, true);
    } else if (what < 98) {
        keep_house(run);
    } else {
        expect_blocks(run);
    }
}

/* -- Runs --------------------------------------------------------------------------------------------- */

static void step(run_t *run)
{
    handle_t *handle = &run->handles[roll(run, HANDLES)];
    if (run->cuts && roll(run, 40) == 0) {
        sim_cut_t how = roll(run, 2) ? SIM_CUT_LAST_UNSTABLE : (sim_cut_t)roll(run, SIM_CUT_KINDS);
        sim_flash_cut(run->flash, 1 + roll(run, 60), how, dice_next(&run->dice));
    }
    if (run->bad_blocks && roll(run, 150) == 0) {
        sim_flash_set_bad(run->flash, 2 + roll(run, run->block_count - 2),
                          roll(run, 2) ? SIM_BAD_PROGRAM : SIM_BAD_ERASE);
        run->bad = true;
    }
    if (handle->file) {
        with_content(run, handle);
    } else {
        with_names(run, handle);
    }
    if (sim_flash_counts(run->flash)->violations != 0) {
        fail(run, "a rule of the chip was violated");
    }
}

static void random_options(run_t *run)
{
    mcufs_littlefs2_options_t *options = &run->options;
    memset(options, 0, sizeof *options);
    options->disk_version = roll(run, 3) ? 0 : MCUFS_LITTLEFS2_VERSION_2_0;
    options->inline_max = roll(run, 4) ? 0 : MCUFS_LITTLEFS2_NEVER;
    options->reserve = roll(run, 4) ? 0 : roll(run, 2) ? MCUFS_LITTLEFS2_NEVER : 1 + roll(run, 6);
    options->block_cycles = roll(run, 5) ? 0 : roll(run, 2) ? MCUFS_LITTLEFS2_NEVER : 1 + roll(run, 4);
    if (run->block_size >= 512 && roll(run, 4) == 0) {
        options->metadata_max = run->block_size >> (1 + roll(run, 2));
    }
    if (roll(run, 4) == 0) {
        options->compact_threshold = roll(run, 2) ? MCUFS_LITTLEFS2_NEVER : run->block_size / 2;
    }
}

static sim_options_t random_chip(run_t *run)
{
    static const uint32_t block_sizes[] = {128, 256, 512, 512, 1024, 4096};
    static const uint32_t units[] = {1, 4, 16, 64, 256};
    uint32_t unit = units[roll(run, 5)];
    run->block_size = block_sizes[roll(run, 6)];
    run->block_count = roll(run, 5) ? 24 + roll(run, 600) : 12 + roll(run, 30);
    while (unit > run->block_size / 4) {
        unit = units[roll(run, 5)];
    }
    sim_options_t chip = {
        .kind = roll(run, 2) ? SIM_NAND : SIM_NOR,
        .geometry = {roll(run, 2) ? unit : 1, unit, run->block_size, run->block_count, 0xff},
        .hide_erased_value = roll(run, 4) == 0,
        .clock = roll(run, 3) ? NULL : &sim_clock_nor_64k,
        .seed = run->seed};
    if (chip.kind == SIM_NOR && roll(run, 4) == 0) {
        chip.geometry.erased_value = 0;
    } else if (chip.kind == SIM_NAND && roll(run, 5) == 0) {
        chip.geometry.erased_value = MCUFS_ERASED_UNKNOWN;
    }
    return chip;
}

static void run_seed(run_t *run, uint64_t seed, unsigned steps)
{
    memset(run, 0, sizeof *run);
    run->seed = run->dice.state = seed;
    sim_options_t chip = random_chip(run);
    random_options(run);
    run->cuts = roll(run, 2);
    run->bad_blocks = roll(run, 4) == 0;
    run->file_max = run->block_size * run->block_count / (2 + roll(run, 6));
    run->file_max = run->file_max > LARGEST ? LARGEST : run->file_max;
    uint32_t cache = run->block_size < 256 ? 256 : run->block_size;
    run->arena_size = MCUFS_LITTLEFS2_ARENA_MINIMUM(cache) + roll(run, 64);
    run->arena_size += roll(run, 2) ? (size_t)1 << roll(run, 16) : 0;
    run->arena_size = roll(run, 4) && run->arena_size < ARENA ? run->arena_size : ARENA;
    run->flash = sim_flash_new(&chip);
    say(run, "blocks %u of %u bytes, unit %u, kind %d, arena %zu", (unsigned)run->block_count,
        (unsigned)run->block_size, (unsigned)chip.geometry.program_size, (int)chip.kind, run->arena_size);
    if (mount(run, MCUFS_FORMAT_ALWAYS) < 0 || mcufs_mkdir(&run->fs, "/directory") < 0) {
        fail(run, "formatting");
    }
    for (run->step = 0; run->step < steps; run->step++) {
        step(run);
    }
    sim_flash_free(run->flash);
}

static uint64_t number_after(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return strtoull(argv[i + 1], NULL, 0);
        }
    }
    return otherwise;
}

static bool has(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* --seed N, --runs N, --steps N, --verbose; --long: many more. */
int main(int argc, char **argv)
{
    static run_t run;
    bool is_long = has(argc, argv, "--long");
    uint64_t seed = number_after(argc, argv, "--seed", 1);
    uint64_t runs = number_after(argc, argv, "--runs", is_long ? 20000 : 300);
    unsigned steps = (unsigned)number_after(argc, argv, "--steps", is_long ? 1500 : 500);
    verbose = has(argc, argv, "--verbose");
    for (uint64_t i = 0; i < runs; i++) {
        run_seed(&run, seed + i, steps);
    }
    printf("%" PRIu64 " runs of %u steps\n", runs, steps);
    return 0;
}
