/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Migration from littlefs v1 to v2: whole, cut at every change of the flash, with a fault at every call, with
 * every block bad, on full volumes, in any arena. Whatever happens, the volume is the one or the other, with
 * the same tree.
 *
 * migration_campaign --directory IMAGES [--long] [--seed N] [--only NAME] */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/littlefs_migrate.h>

#include "builder.h"
#include "support/arguments.h"
#include "volume.h"

enum { ARENA_SIZE = 24576 };

typedef struct subject {
    const char *name;
    uint32_t block_size, block_count, program_size;
    sim_kind_t kind;
    uint32_t read_size;     /* 0: 1 */
    bool hide_erased_value; /* the code under test is not told what erased bytes read as */
    sim_flash_t *base;      /* as v1 */
    sim_flash_t *flash;
    tree_t tree;
    const char *type; /* when it was mounted last */
    uint64_t seed;
    bool is_long;
    uint64_t cuts, faults;
} subject_t;

static oracle_t *oracle;
static uint8_t arena[ARENA_SIZE];
static char why[600];

static bool wrong(const char *what, int64_t value)
{
    char text[500];
    snprintf(text, sizeof text, "%.480s", why);
    snprintf(why, sizeof why, "%s: %" PRId64 "; %s", what, value, text);
    return false;
}

static int migrate_with(sim_flash_t *flash, size_t arena_size, const mcufs_littlefs2_options_t *options)
{
    uint8_t *memory = malloc(arena_size + 1); /* exactly as large as said, for the sanitizer */
    const mcufs_setup_t setup = {
        .device = sim_flash_device(flash), .arena = memory, .arena_size = arena_size, .options = options};
    int error = mcufs_littlefs_migrate(&setup);
    free(memory);
    return error;
}

static int migrate(subject_t *subject)
{
    return migrate_with(subject->flash, ARENA_SIZE, NULL);
}

/* Mounted as `type` (NULL: either), the tree is what it was. */
static bool is_same(subject_t *subject, const char *type, uint32_t flags)
{
    tree_t tree = {0};
    int error = volume_capture(subject->flash, flags, &subject->type, &tree, why, sizeof why);
    bool same = error == 0 && tree_match(&tree, &subject->tree, why, sizeof why);
    if (same && type != NULL && strcmp(type, subject->type) != 0) {
        same = wrong("another type than expected", 0);
    }
    tree_free(&tree);
    return same;
}

static bool is_clean(subject_t *subject)
{
    int errors = volume_check(subject->flash, subject->type, why, sizeof why);
    uint64_t violations = sim_flash_counts(subject->flash)->violations;
    if (errors == 0 && violations != 0) {
        return wrong("rules of the chip broken", (int64_t)violations);
    }
    return errors == 0 || wrong("check", errors);
}

/* Free blocks are those that nothing leads to, and the volume can be written. */
static bool is_usable(subject_t *subject)
{
    static mcufs_t fs;
    static const uint8_t content[100];
    const mcufs_mount_options_t options = {.arena = arena, .arena_size = sizeof arena};
    mcufs_file_t file;
    (void)mcufs_init(&fs, NULL);
    int error = mcufs_mount(&fs, "/", sim_flash_device(subject->flash), &options);
    if (error == 0) {
        error = mcufs_mkdir(&fs, "/made after it");
    }
    if (error == 0) {
        error = mcufs_open(&fs, &file, "/made after it/file", MCUFS_O_WRONLY | MCUFS_O_CREAT);
    }
    if (error == 0) {
        int32_t written = mcufs_write(&file, content, sizeof content);
        error = mcufs_close(&file);
        error = written < 0 ? written : error;
    }
    if (error == 0) {
        error = mcufs_rename(&fs, "/made after it/file", "/moved");
    }
    for (unsigned i = 0; error == 0 && i < subject->tree.count; i++) {
        const tree_entry_t *entry = &subject->tree.entries[i];
        if (entry->type == MCUFS_TYPE_FILE && i % 3 == 0) {
            error = mcufs_remove(&fs, entry->path);
        }
    }
    (void)mcufs_unmount(&fs, "/");
    return error == 0 ? is_clean(subject) : wrong("cannot be written", error);
}

static bool decoder_agrees(subject_t *subject)
{
    return oracle_agrees(oracle, sim_flash_content(subject->flash), sim_flash_size(subject->flash),
                         subject->block_size, &subject->tree, why, sizeof why);
}

/* -- Whole ---------------------------------------------------------------------------------------------- */

static bool whole(subject_t *subject)
{
    int error = migrate(subject);
    uint64_t changes = sim_flash_changes(subject->flash);
    if (error != 0) {
        return wrong("migrate", error);
    }
    if (!is_same(subject, "lfs2", MCUFS_READ_ONLY) || !decoder_agrees(subject) || !is_clean(subject)) {
        return false;
    }
    error = migrate(subject);
    if (error != 0 || sim_flash_changes(subject->flash) != changes) {
        return wrong("a second migration changed something", error);
    }
    return is_same(subject, "lfs2", 0) && is_usable(subject);
}

/* -- Power cuts ----------------------------------------------------------------------------------------- */

static bool goes_on(subject_t *subject)
{
    sim_flash_power_on(subject->flash);
    sim_flash_cut(subject->flash, 0, SIM_CUT_BEFORE, 0); /* no other one */
    /* Of v2, bits that read differently from time to time are superseded by the first change only. */
    if (!is_same(subject, NULL, MCUFS_READ_ONLY) ||
        (strcmp(subject->type, "lfs1") == 0 && !is_clean(subject))) {
        return false;
    }
    int error = migrate(subject);
    if (error != 0) {
        return wrong("migrate again", error);
    }
    return is_same(subject, "lfs2", 0) && (subject->cuts % 3 != 0 || is_usable(subject));
}

static bool cut(subject_t *subject)
{
    for (uint64_t n = 1;; n++) {
        for (unsigned how = 0; how < SIM_CUT_KINDS; how++) {
            if (!subject->is_long && how != n % SIM_CUT_KINDS && how != (n + 3) % SIM_CUT_KINDS) {
                continue;
            }
            sim_flash_copy(subject->flash, subject->base);
            sim_flash_cut(subject->flash, n, (sim_cut_t)how, subject->seed + n);
            int error = migrate(subject);
            if (error == 0 && !sim_flash_is_off(subject->flash)) {
                return true;
            }
            subject->cuts++;
            if ((n + how) % 5 == 0) {
                /* And the next attempt, too. */
                sim_flash_power_on(subject->flash);
                sim_flash_cut(subject->flash, 1 + n * 7 % 60, (sim_cut_t)((how + n) % SIM_CUT_KINDS),
                              subject->seed - n);
                (void)migrate(subject);
                subject->cuts++;
            }
            if (!goes_on(subject)) {
                return wrong("cut, kind", how) || wrong("cut at", (int64_t)n);
            }
        }
    }
}

/* -- Faults --------------------------------------------------------------------------------------------- */

/* The n-th call of a kind fails, for every n, or, where there are many, a sample of `most`. */
static bool fault(subject_t *subject, sim_call_t calls, uint64_t most)
{
    sim_flash_copy(subject->flash, subject->base);
    sim_flash_reset_counts(subject->flash);
    int error = migrate(subject);
    const sim_counts_t counts = *sim_flash_counts(subject->flash);
    const uint64_t total = calls == SIM_CALL_READ ? counts.reads : counts.programs + counts.erases;
    const uint64_t step = subject->is_long || total <= most ? 1 : total / most;
    for (uint64_t n = 1; error == 0 && n <= total; n += step) {
        sim_flash_copy(subject->flash, subject->base);
        sim_flash_fail(subject->flash, calls, n, MCUFS_EIO, false);
        error = migrate(subject);
        sim_flash_fail(subject->flash, calls, 0, 0, false);
        subject->faults++;
        if (!is_same(subject, error == 0 ? "lfs2" : NULL, MCUFS_READ_ONLY) || !is_clean(subject)) {
            return wrong("fault", error) || wrong("fault at", (int64_t)n);
        }
        error = migrate(subject);
        if (error != 0 || !is_same(subject, "lfs2", 0) || !is_clean(subject)) {
            return wrong("fault at", (int64_t)n);
        }
    }
    return error == 0 || wrong("migrate", error);
}

static bool bad_blocks(subject_t *subject)
{
    static const sim_bad_t kinds[] = {SIM_BAD_ERASE, SIM_BAD_PROGRAM, SIM_BAD_PROGRAM_QUIET,
                                      SIM_BAD_ERASE_QUIET};
    for (uint32_t block = 0; block < subject->block_count; block++) {
        for (unsigned k = 0; k < 4; k++) {
            if (!subject->is_long && (block + k) % 12 != 0 && block > 1) {
                continue;
            }
            sim_flash_copy(subject->flash, subject->base);
            sim_flash_set_bad(subject->flash, block, kinds[k]);
            if (k == 0) {
                sim_flash_set_bad(subject->flash, (block * 7 + 5) % (subject->block_count - 2) + 2,
                                  SIM_BAD_PROGRAM);
            }
            int error = migrate(subject);
            if ((error != 0 && (error != MCUFS_ENOSPC || block > 1)) ||
                !is_same(subject, error == 0 ? "lfs2" : "lfs1", MCUFS_READ_ONLY)) {
                return wrong("bad block", block) || wrong("migrate", error);
            }
        }
    }
    return true;
}

/* -- Refusals ------------------------------------------------------------------------------------------- */

static bool refused(subject_t *subject, size_t arena_size, const mcufs_littlefs2_options_t *options,
                    int expected)
{
    sim_flash_copy(subject->flash, subject->base);
    uint64_t changes = sim_flash_changes(subject->flash);
    int error = migrate_with(subject->flash, arena_size, options);
    if (error != expected) {
        return wrong("expected", expected) || wrong("answered", error);
    }
    return sim_flash_changes(subject->flash) == changes ? true : wrong("refused after a change", error);
}

static bool limits(subject_t *subject)
{
    const mcufs_littlefs2_options_t short_names = {.name_max = 3}, small_files = {.file_max = 5},
                                    other_blocks = {.block_size = subject->block_size * 2},
                                    more_blocks = {.block_count = subject->block_count + 1};
    return (refused(subject, ARENA_SIZE, &short_names, MCUFS_ENAMETOOLONG) &&
            refused(subject, ARENA_SIZE, &small_files, MCUFS_EFBIG) &&
            refused(subject, ARENA_SIZE, &other_blocks, MCUFS_EINVAL) &&
            refused(subject, ARENA_SIZE, &more_blocks, MCUFS_EINVAL));
}

static bool small_arenas(subject_t *subject)
{
    unsigned directories = 0;
    for (unsigned i = 1; i < subject->tree.count; i++) {
        directories += subject->tree.entries[i].type == MCUFS_TYPE_DIRECTORY;
    }
    const mcufs_littlefs2_options_t options = {.cache_size =
                                                   subject->program_size > 64 ? subject->program_size : 64};
    size_t enough = MCUFS_LITTLEFS_MIGRATE_ARENA(options.cache_size, subject->block_count, directories);
    for (size_t size = 0; size < enough; size += subject->is_long ? 1 : 37) {
        sim_flash_copy(subject->flash, subject->base);
        int error = migrate_with(subject->flash, size, &options);
        if (error != (error == 0 ? 0 : MCUFS_ENOMEM) || !is_same(subject, error == 0 ? "lfs2" : "lfs1", 0)) {
            return wrong("arena", (int64_t)size) || wrong("answered", error);
        }
    }
    sim_flash_copy(subject->flash, subject->base);
    int error = migrate_with(subject->flash, enough, &options);
    return error == 0 ? is_same(subject, "lfs2", 0) : wrong("the documented arena is too small", error);
}

/* -- Subjects ------------------------------------------------------------------------------------------- */

static bool run(subject_t *subject, const uint8_t *bytes)
{
    static const struct {
        const char *name;
        bool (*test)(subject_t *subject);
    } tests[] = {{"whole", whole},
                 {"cut", cut},
                 {"bad blocks", bad_blocks},
                 {"limits", limits},
                 {"arenas", small_arenas}};
    const uint32_t read_size = subject->read_size != 0 ? subject->read_size : 1;
    const sim_options_t options = {
        .kind = subject->kind,
        .geometry = {read_size, subject->program_size, subject->block_size, subject->block_count, 0xff},
        .hide_erased_value = subject->hide_erased_value,
        .seed = subject->seed};
    subject->base = volume_chip(bytes, &options);
    subject->flash = sim_flash_clone(subject->base);
    why[0] = '\0';
    bool right =
        volume_capture(subject->flash, MCUFS_READ_ONLY, &subject->type, &subject->tree, why, sizeof why) == 0;
    for (unsigned i = 0; right && i < sizeof tests / sizeof tests[0]; i++) {
        sim_flash_copy(subject->flash, subject->base);
        why[0] = '\0';
        right = tests[i].test(subject) || wrong(tests[i].name, 0);
    }
    right = right && (fault(subject, SIM_CALL_CHANGE, UINT64_MAX) || wrong("faults of changes", 0)) &&
            (fault(subject, SIM_CALL_READ, 60) || wrong("faults of reads", 0));
    if (!right) {
        fprintf(stderr, "FAILED: --only %s --seed %" PRIu64 ": %s\n", subject->name, subject->seed, why);
    }
    printf("%s: %" PRIu64 " cuts, %" PRIu64 " faults\n", subject->name, subject->cuts, subject->faults);
    tree_free(&subject->tree);
    sim_flash_free(subject->base);
    sim_flash_free(subject->flash);
    return right;
}

/* A full volume is refused as it is, or migrated. */
static bool fill(const arguments_t *arguments)
{
    unsigned refusals = 0, successes = 0;
    for (uint32_t count = 80; count < 100; count++) {
        builder_t builder;
        subject_t subject = {.name = "full", .block_size = 256, .block_count = count, .program_size = 16};
        char name[40];
        builder_start(&builder, 256, count, arguments->seed);
        builder.stale = BUILDER_STALE_ERASED;
        unsigned directory = builder_directory(&builder, 0, "directory");
        for (unsigned i = 0; i < 60; i++) {
            snprintf(name, sizeof name, "%s%u", "a longer name ", i * 31 % 97);
            (void)builder_file(&builder, directory, name, 1);
        }
        builder_finish(&builder);
        subject.base = volume_flash(builder.bytes, 256, count, 16, 1);
        subject.flash = sim_flash_clone(subject.base);
        bool right = volume_capture(subject.flash, 0, &subject.type, &subject.tree, why, sizeof why) == 0;
        uint64_t changes = sim_flash_changes(subject.flash);
        int error = migrate(&subject);
        refusals += error == MCUFS_ENOSPC;
        successes += error == 0;
        right = right && (error == 0 ? is_same(&subject, "lfs2", 0) && is_clean(&subject)
                                     : error == MCUFS_ENOSPC && sim_flash_changes(subject.flash) == changes);
        tree_free(&subject.tree);
        sim_flash_free(subject.base);
        sim_flash_free(subject.flash);
        builder_free(&builder);
        if (!right) {
            fprintf(stderr, "FAILED: full volume of %" PRIu32 " blocks: %d, %s\n", count, error, why);
            return false;
        }
    }
    printf("full: %u refused, %u done\n", refusals, successes);
    return refusals > 0 && successes > 0;
}

static unsigned run_golden(const arguments_t *arguments)
{
    static const struct {
        const char *name;
        uint32_t block_size, program_size;
    } images[] = {{"v1_b512_p16_clean", 512, 16}, {"v1_b512_p16_cut", 512, 16}};
    unsigned failures = 0;
    for (unsigned i = 0; i < sizeof images / sizeof images[0]; i++) {
        size_t size;
        if (arguments->only != NULL && strcmp(arguments->only, images[i].name) != 0) {
            continue;
        }
        uint8_t *bytes = volume_load(arguments->directory, images[i].name, &size);
        subject_t subject = {.name = images[i].name,
                             .block_size = images[i].block_size,
                             .block_count = (uint32_t)(size / images[i].block_size),
                             .program_size = images[i].program_size,
                             .seed = arguments->seed,
                             .is_long = arguments->is_long};
        failures += !run(&subject, bytes);
        free(bytes);
    }
    return failures;
}

static unsigned run_built(const arguments_t *arguments)
{
    static const struct {
        const char *name;
        uint32_t block_size, block_count, program_size;
        builder_stale_t stale;
        sim_kind_t kind;
        uint32_t read_size;
        bool hide_erased_value;
    } rows[] = {{"b128p1", 128, 260, 1, BUILDER_STALE_ERASED, SIM_NOR, 1, false},
                {"b256p16", 256, 120, 16, BUILDER_STALE_OLDER, SIM_NOR, 1, false},
                {"b512p64torn", 512, 90, 64, BUILDER_STALE_TORN, SIM_NOR, 16, false},
                {"b512p128hidden", 512, 90, 128, BUILDER_STALE_MIXED, SIM_NOR, 128, true},
                {"b4096p256", 4096, 70, 256, BUILDER_STALE_GARBAGE, SIM_NOR, 1, false},
                {"b8192p2048nand", 8192, 80, 2048, BUILDER_STALE_MIXED, SIM_NAND, 2048, false}};
    unsigned failures = 0;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (arguments->only != NULL && strcmp(arguments->only, rows[i].name) != 0) {
            continue;
        }
        builder_t builder;
        builder_sample_with(&builder, rows[i].block_size, rows[i].block_count, arguments->seed + i,
                            rows[i].stale);
        subject_t subject = {.name = rows[i].name,
                             .block_size = rows[i].block_size,
                             .block_count = rows[i].block_count,
                             .program_size = rows[i].program_size,
                             .kind = rows[i].kind,
                             .read_size = rows[i].read_size,
                             .hide_erased_value = rows[i].hide_erased_value,
                             .seed = arguments->seed,
                             .is_long = arguments->is_long};
        failures += !run(&subject, builder.bytes);
        builder_free(&builder);
    }
    return failures;
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    oracle = oracle_start();
    if (arguments.directory == NULL || oracle == NULL) {
        fprintf(stderr, "--directory: where the unpacked images are\n");
        return 2;
    }
    unsigned failures = run_built(&arguments) + run_golden(&arguments);
    if (arguments.only == NULL || strcmp(arguments.only, "full") == 0) {
        failures += !fill(&arguments);
    }
    oracle_stop(oracle);
    return failures == 0 ? 0 : 1;
}
