/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Random changes of a whole tree on small littlefs v2 volumes, most of them nearly full, with power cuts, I/O
 * errors and blocks that go bad, on random chips, in random memory.
 *
 * After each cut or error the volume is mounted again, and the tree must be the one from before the change
 * that was under way or the one from after it. A change that is refused for want of space has not happened.
 * No other error is ever right. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcufs/littlefs2.h>
#include <mcufs/mcufs.h>

#include "sim/flash.h"
#include "support/dice.h"

enum { NODES = 100, NODES_COMFORTABLE = 40, PATH = 100, BLOCKS_MAX = 512, ARENA = 65536, CONTENT = 16384 };

typedef struct node {
    char path[PATH];
    bool directory;
    uint32_t value; /* tells the content of a file; 0: empty */
} node_t;

typedef struct tree {
    node_t nodes[NODES];
    unsigned count;
} tree_t;

/* What goes wrong in a run. */
typedef enum trouble { TROUBLE_CUTS, TROUBLE_ERRORS, TROUBLE_BAD_BLOCKS, TROUBLE_KINDS } trouble_t;

typedef struct run {
    uint64_t seed;
    unsigned step;
    dice_t dice;
    sim_flash_t *flash;
    mcufs_t fs;
    mcufs_littlefs2_options_t options;
    uint32_t block_size, block_count;
    size_t arena_size;
    trouble_t trouble;
    unsigned bad_percent; /* of steps with a new bad block */
    bool bad;             /* there is one */
    bool error_due;
    tree_t now, created, changed; /* as acknowledged; with a file new and empty; with all of the change */
    tree_t found;
    uint8_t arena[ARENA];
    uint8_t content[CONTENT], back[CONTENT + 1];
} run_t;

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

/* -- Trees ------------------------------------------------------------------------------------------ */

static node_t *find(tree_t *tree, const char *path)
{
    for (unsigned i = 0; i < tree->count; i++) {
        if (strcmp(tree->nodes[i].path, path) == 0) {
            return &tree->nodes[i];
        }
    }
    return NULL;
}

static node_t *add(tree_t *tree, const char *path, bool directory)
{
    node_t *node = &tree->nodes[tree->count++];
    (void)snprintf(node->path, sizeof node->path, "%s", path);
    node->directory = directory;
    node->value = 0;
    return node;
}

static void drop(tree_t *tree, const char *path)
{
    node_t *node = find(tree, path);
    if (node) {
        *node = tree->nodes[--tree->count];
    }
}

/* Whether `path` is `top` or below it. */
static bool is_within(const char *path, const char *top)
{
    size_t length = strlen(top);
    return strncmp(path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static bool is_empty(const tree_t *tree, const char *path)
{
    unsigned within = 0;
    for (unsigned i = 0; i < tree->count; i++) {
        within += is_within(tree->nodes[i].path, path);
    }
    return within <= 1;
}

static int compare_nodes(const void *a, const void *b)
{
    return strcmp(((const node_t *)a)->path, ((const node_t *)b)->path);
}

static bool is_same(tree_t *a, tree_t *b)
{
    qsort(a->nodes, a->count, sizeof a->nodes[0], compare_nodes);
    qsort(b->nodes, b->count, sizeof b->nodes[0], compare_nodes);
    bool same = a->count == b->count;
    for (unsigned i = 0; same && i < a->count; i++) {
        const node_t *x = &a->nodes[i], *y = &b->nodes[i];
        same = strcmp(x->path, y->path) == 0 && x->directory == y->directory && x->value == y->value;
    }
    return same;
}

static void print_tree(const char *what, const tree_t *tree)
{
    fprintf(stderr, "%s:", what);
    for (unsigned i = 0; i < tree->count; i++) {
        const node_t *node = &tree->nodes[i];
        fprintf(stderr, " %s%s %u,", node->path, node->directory ? "/" : "", (unsigned)node->value);
    }
    fprintf(stderr, "\n");
}

/* -- Reading the volume ------------------------------------------------------------------------------- */

static uint32_t size_of(const run_t *run, uint32_t value)
{
    const uint32_t size = run->block_size;
    return value == 0       ? 0
           : value % 3 == 0 ? 4 + value % 20
           : value % 3 == 1 ? 50 + value % size
                            : size / 2 + value % (2 * size);
}

static uint32_t fill_content(run_t *run, uint32_t value)
{
    uint32_t size = size_of(run, value);
    dice_fill(value, run->content, size);
    memcpy(run->content, &value, size > 0 ? sizeof value : 0);
    return size;
}

static void read_file(run_t *run, node_t *node)
{
    mcufs_file_t file;
    int error = mcufs_open(&run->fs, &file, node->path, MCUFS_O_RDONLY);
    int32_t size = error < 0 ? error : mcufs_read(&file, run->back, sizeof run->back);
    if (size < 0) {
        fail(run, "reading %s: %d", node->path, (int)size);
    }
    node->value = 0;
    memcpy(&node->value, run->back, size >= 4 ? sizeof node->value : 0);
    if ((uint32_t)size != fill_content(run, node->value) ||
        memcmp(run->back, run->content, (uint32_t)size) != 0) {
        fail(run, "%s has other content: %d bytes", node->path, (int)size);
    }
    (void)mcufs_close(&file);
}

static void read_directory(run_t *run, const char *path)
{
    mcufs_dir_t directory;
    mcufs_dirent_t entry;
    char full[PATH + MCUFS_NAME_MAX + 2];
    int error = mcufs_opendir(&run->fs, &directory, path[0] ? path : "/");
    while (error >= 0 && (error = mcufs_readdir(&directory, &entry)) > 0) {
        (void)snprintf(full, sizeof full, "%s/%s", path, entry.name);
        if (run->found.count == NODES || strlen(full) >= PATH) {
            fail(run, "more than there can be: %s", full);
        }
        add(&run->found, full, entry.stat.type == MCUFS_TYPE_DIRECTORY);
    }
    if (error < 0) {
        fail(run, "listing %s: %d", path, error);
    }
    (void)mcufs_closedir(&directory);
}

static void read_tree(run_t *run)
{
    run->found.count = 0;
    read_directory(run, "");
    for (unsigned i = 0; i < run->found.count; i++) {
        node_t *node = &run->found.nodes[i];
        if (node->directory) {
            char path[PATH];
            memcpy(path, node->path, sizeof path);
            read_directory(run, path);
        } else {
            read_file(run, node);
        }
    }
}

/* The tree is what was acknowledged; or, with `either`, what the change that was under way makes of it. */
static void expect_tree(run_t *run, bool either)
{
    read_tree(run);
    if (is_same(&run->found, &run->now)) {
        return;
    }
    if (either && is_same(&run->found, &run->created)) {
        run->now = run->created;
    } else if (either && is_same(&run->found, &run->changed)) {
        run->now = run->changed;
    } else {
        print_tree("found", &run->found);
        print_tree("acknowledged", &run->now);
        print_tree("changed", &run->changed);
        fail(run, "the tree is not what it has to be");
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

/* No block is both in use and free; with `whole`, every block is one of them. */
static void expect_blocks(run_t *run, bool whole)
{
    blocks_t blocks = {.run = run};
    mcufs_statfs_t statfs;
    int error = mcufs_statfs(&run->fs, "/", &statfs);
    if (error == 0) {
        error = mcufs_visit_blocks(&run->fs, "/", see_block, &blocks);
    }
    if (sim_flash_is_off(run->flash) || (error < 0 && run->error_due)) {
        return;
    }
    if (error < 0) {
        fail(run, "visiting blocks: %d", error);
    }
    if (blocks.count + statfs.free_blocks > run->block_count ||
        (whole && blocks.count + statfs.free_blocks < run->block_count)) {
        fail(run, "%u blocks in use, %u free, of %u", (unsigned)blocks.count, (unsigned)statfs.free_blocks,
             (unsigned)run->block_count);
    }
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

static void clear_trouble(run_t *run)
{
    sim_flash_fail(run->flash, 0, 0, 0, false);
    sim_flash_cut(run->flash, 0, SIM_CUT_BEFORE, 0);
    sim_flash_power_on(run->flash);
    run->error_due = false;
}

/* After a cut or an error: what was under way has happened, or has not. */
static void start_over(run_t *run)
{
    clear_trouble(run);
    int error = mount(run, 0);
    if (error < 0) {
        fail(run, "mounting again: %d", error);
    }
    if (roll(run, 2)) {
        expect_blocks(run, false);
    }
    expect_tree(run, true);
    if (roll(run, 2)) {
        error = mount(run, 0);
        if (error < 0) {
            fail(run, "mounting once more: %d", error);
        }
        expect_tree(run, false);
    }
}

/* -- Changes ---------------------------------------------------------------------------------------- */

static void random_path(run_t *run, char path[PATH])
{
    static const char *const forms[] = {"f%u", "a-longer-name-%u", "d%u", "x-%u-something-quite-long-here"};
    const char *parents[NODES + 1] = {""};
    unsigned count = 1;
    char name[48];
    for (unsigned i = 0; i < run->now.count; i++) {
        const node_t *node = &run->now.nodes[i];
        if (node->directory && strlen(node->path) < PATH / 2) {
            parents[count++] = node->path;
        }
    }
    (void)snprintf(name, sizeof name, forms[roll(run, 4)], (unsigned)roll(run, 6));
    (void)snprintf(path, PATH, "%.*s/%.*s", PATH / 2, parents[roll(run, count)], PATH / 2 - 2, name);
}

static int make_directory(run_t *run)
{
    char path[PATH];
    random_path(run, path);
    if (find(&run->now, path)) {
        return 0;
    }
    add(&run->changed, path, true);
    say(run, "mkdir %s", path);
    return mcufs_mkdir(&run->fs, path);
}

/* Opens, empties and writes a file. Emptied and not written is also allowed, where that was refused. */
static int write_file(run_t *run)
{
    mcufs_file_t file;
    char path[PATH];
    random_path(run, path);
    uint32_t value = 1 + roll(run, 100000), size = fill_content(run, value);
    node_t *node = find(&run->now, path);
    if (node && node->directory) {
        return 0;
    }
    node = find(&run->created, path);
    (node ? node : add(&run->created, path, false))->value = 0;
    node = find(&run->changed, path);
    (node ? node : add(&run->changed, path, false))->value = value;
    say(run, "write %s %u", path, (unsigned)value);
    int error = mcufs_open(&run->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    if (error < 0) {
        return error;
    }
    int32_t written = mcufs_write(&file, run->content, size);
    if (written < 0) {
        error = mcufs_truncate(&file, 0);
    }
    int closed = mcufs_close(&file);
    return written < 0 ? written : error < 0 ? error : closed;
}

static int remove_node(run_t *run)
{
    if (run->now.count == 0) {
        return 0;
    }
    const node_t *node = &run->now.nodes[roll(run, run->now.count)];
    if (node->directory && !is_empty(&run->now, node->path)) {
        return 0;
    }
    drop(&run->changed, node->path);
    say(run, "remove %s", node->path);
    return mcufs_remove(&run->fs, node->path);
}

static int rename_node(run_t *run)
{
    char to[PATH];
    if (run->now.count == 0) {
        return 0;
    }
    const node_t *from = &run->now.nodes[roll(run, run->now.count)];
    random_path(run, to);
    const node_t *victim = find(&run->now, to);
    if (is_within(to, from->path) ||
        (victim && (victim->directory != from->directory || !is_empty(&run->now, to)))) {
        return 0;
    }
    drop(&run->changed, to);
    for (unsigned i = 0; i < run->changed.count; i++) {
        node_t *node = &run->changed.nodes[i];
        if (is_within(node->path, from->path)) {
            char path[2 * PATH];
            (void)snprintf(path, sizeof path, "%s%s", to, node->path + strlen(from->path));
            if (strlen(path) >= PATH) {
                run->changed = run->now;
                return 0;
            }
            memcpy(node->path, path, PATH);
        }
    }
    say(run, "rename %s %s", from->path, to);
    return mcufs_rename(&run->fs, from->path, to);
}

static int change_something(run_t *run)
{
    run->created = run->changed = run->now;
    uint32_t what = roll(run, 100);
    if (run->now.count > NODES_COMFORTABLE) {
        what = 60 + roll(run, 30);
    }
    if (what < 20) {
        return make_directory(run);
    }
    if (what < 60) {
        return write_file(run);
    }
    if (what < 80) {
        return remove_node(run);
    }
    if (what < 97) {
        return rename_node(run);
    }
    int error = mcufs_gc(&run->fs, "/", 1 + roll(run, 20));
    return error > 0 ? 0 : error;
}

/* -- Runs --------------------------------------------------------------------------------------------- */

static void make_trouble(run_t *run)
{
    if (roll(run, 10) == 0) {
        sim_cut_t how = roll(run, 2) ? SIM_CUT_LAST_UNSTABLE : (sim_cut_t)roll(run, SIM_CUT_KINDS);
        sim_flash_cut(run->flash, 1 + roll(run, 40), how, dice_next(&run->dice));
    }
    if (run->trouble == TROUBLE_ERRORS && roll(run, 20) == 0) {
        unsigned calls = roll(run, 2) ? SIM_CALL_ANY : SIM_CALL_CHANGE | SIM_CALL_SYNC;
        sim_flash_fail(run->flash, calls, 1 + roll(run, 40), MCUFS_EIO, false);
        run->error_due = true;
    }
    if (run->trouble == TROUBLE_BAD_BLOCKS && roll(run, 100) < run->bad_percent) {
        sim_flash_set_bad(run->flash, 2 + roll(run, run->block_count - 2),
                          roll(run, 2) ? SIM_BAD_PROGRAM : SIM_BAD_ERASE);
        run->bad = true;
    }
}

static void step(run_t *run)
{
    make_trouble(run);
    int error = change_something(run);
    say(run, "-> %d", error);
    if (sim_flash_is_off(run->flash) || (error == MCUFS_EIO && run->error_due)) {
        start_over(run);
        return;
    }
    if (error == 0) {
        run->now = run->changed;
    } else if (error != MCUFS_ENOSPC) {
        fail(run, "answered %d", error);
    }
    if (error < 0 || roll(run, 20) == 0) {
        clear_trouble(run);
        expect_tree(run, error < 0 && !is_same(&run->created, &run->now));
        /* What a bad block held is neither free nor found; a small map does not know of every block. */
        expect_blocks(run, !run->bad && run->trouble == TROUBLE_CUTS && run->arena_size == ARENA);
    }
    if (sim_flash_counts(run->flash)->violations != 0) {
        fail(run, "a rule of the chip was violated");
    }
}

static sim_options_t random_chip(run_t *run)
{
    static const uint32_t block_sizes[] = {128, 256, 256, 512, 512, 1024, 4096};
    static const uint32_t units[] = {1, 4, 16, 16, 64, 256};
    uint32_t unit = units[roll(run, 6)];
    run->block_size = block_sizes[roll(run, 7)];
    run->block_count = 20 + roll(run, roll(run, 2) ? 60 : 400);
    while (unit > run->block_size / 2) {
        unit = units[roll(run, 6)];
    }
    sim_options_t chip = {
        .kind = roll(run, 2) ? SIM_NAND : SIM_NOR,
        .geometry = {roll(run, 2) ? unit : 1, unit, run->block_size, run->block_count, 0xff},
        .hide_erased_value = roll(run, 4) == 0,
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
    run->options.disk_version = roll(run, 3) ? 0 : MCUFS_LITTLEFS2_VERSION_2_0;
    run->options.block_cycles = roll(run, 3) ? 1 + roll(run, 3) : 0;
    run->trouble = (trouble_t)roll(run, TROUBLE_KINDS);
    run->bad_percent = roll(run, 2) ? 1 : 4;
    run->arena_size =
        MCUFS_LITTLEFS2_ARENA_MINIMUM(run->block_size < 256 ? 256 : run->block_size) + roll(run, 64);
    run->arena_size += roll(run, 3) ? (size_t)1 << roll(run, 14) : 0;
    run->arena_size = roll(run, 4) ? run->arena_size : ARENA;
    run->flash = sim_flash_new(&chip);
    say(run, "blocks %u of %u bytes, unit %u, kind %d, arena %zu, trouble %d", (unsigned)run->block_count,
        (unsigned)run->block_size, (unsigned)chip.geometry.program_size, (int)chip.kind, run->arena_size,
        (int)run->trouble);
    if (mount(run, MCUFS_FORMAT_ALWAYS) < 0) {
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
    uint64_t runs = number_after(argc, argv, "--runs", is_long ? 20000 : 40);
    unsigned steps = (unsigned)number_after(argc, argv, "--steps", is_long ? 600 : 400);
    verbose = has(argc, argv, "--verbose");
    for (uint64_t i = 0; i < runs; i++) {
        run_seed(&run, seed + i, steps);
    }
    printf("%" PRIu64 " runs of %u steps\n", runs, steps);
    return 0;
}
