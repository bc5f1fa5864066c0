/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Each kind of damage by itself: check names it, and repair mends it with nothing else lost. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "craft.h"
#include "volume.h"

enum { BLOCK_SIZE = 512, BLOCKS = 160, PROGRAM_SIZE = 16 };

typedef struct bench {
    sim_flash_t *flash;
    listing_t fresh;
} bench_t;

static craft_log_t log_in_hand;

static uint8_t *block_at(sim_flash_t *flash, uint32_t block)
{
    return sim_flash_bytes(flash) + (size_t)block * BLOCK_SIZE;
}

/* Reads the newest log with this name into log_in_hand. Returns its block. */
static uint32_t open_log(sim_flash_t *flash, const char *name)
{
    uint32_t found = UINT32_MAX, revision = 0;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        if (craft_read(block_at(flash, block), BLOCK_SIZE, &log_in_hand) &&
            craft_find_name(&log_in_hand, name) && (found == UINT32_MAX || log_in_hand.revision > revision)) {
            found = block;
            revision = log_in_hand.revision;
        }
    }
    assert_int_not_equal(found, UINT32_MAX);
    assert_true(craft_read(block_at(flash, found), BLOCK_SIZE, &log_in_hand));
    return found;
}

static craft_tag_t *name_of(const char *name)
{
    craft_tag_t *tag = craft_find_name(&log_in_hand, name);
    assert_non_null(tag);
    return tag;
}

static craft_tag_t *struct_of(const char *name)
{
    craft_tag_t *tag = craft_find_struct(&log_in_hand, name_of(name)->id);
    assert_non_null(tag);
    return tag;
}

static void store_log(sim_flash_t *flash, uint32_t block)
{
    craft_write(block_at(flash, block), BLOCK_SIZE, PROGRAM_SIZE, &log_in_hand);
}

static void rename_entry(sim_flash_t *flash, const char *from, const char *to, uint32_t length)
{
    uint32_t block = open_log(flash, from);
    craft_tag_t *tag = name_of(from);
    memcpy(tag->data, to, length);
    tag->length = length;
    store_log(flash, block);
}

static void remove_tag(craft_tag_t *tag)
{
    size_t index = (size_t)(tag - log_in_hand.tags);
    log_in_hand.count--;
    memmove(tag, tag + 1, (log_in_hand.count - index) * sizeof *tag);
}

/* -- Kinds of damage ------------------------------------------------------------------------------------ */

static void slash_in_name(sim_flash_t *flash)
{
    rename_entry(flash, "file02.dat", "fi/e02.dat", 10);
}

static void nul_in_name(sim_flash_t *flash)
{
    rename_entry(flash, "file02.dat",
                 "fil\0"
                 "02.dat",
                 10);
}

static void empty_name(sim_flash_t *flash)
{
    rename_entry(flash, "file00.dat", "", 0);
}

static void dots_as_name(sim_flash_t *flash)
{
    rename_entry(flash, "file00.dat", "..", 2);
}

static void same_name_twice(sim_flash_t *flash)
{
    rename_entry(flash, "file02.dat", "file01.dat", 10);
}

static void out_of_order(sim_flash_t *flash)
{
    rename_entry(flash, "file02.dat", "zile02.dat", 10);
}

static void wrong_type(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file02.dat");
    name_of("file02.dat")->type = 0x002;
    store_log(flash, block);
}

static void no_content(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file00.dat");
    remove_tag(struct_of("file00.dat"));
    store_log(flash, block);
}

static void strange_tag(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file02.dat");
    log_in_hand.tags[log_in_hand.count++] = (craft_tag_t){.type = 0x123, .id = 1, .length = 4};
    store_log(flash, block);
}

static void huge_size(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file03.dat");
    craft_set_word(struct_of("file03.dat"), 1, 0x7ffffff0u);
    store_log(flash, block);
}

static void head_out_of_range(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file03.dat");
    craft_set_word(struct_of("file03.dat"), 0, BLOCKS);
    store_log(flash, block);
}

static void shared_chain(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file03.dat");
    craft_tag_t *other = struct_of("file04.dat");
    craft_set_word(struct_of("file03.dat"), 0, craft_word(other, 0));
    craft_set_word(struct_of("file03.dat"), 1, craft_word(other, 1));
    store_log(flash, block);
}

static void file_in_directory_block(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "file01.dat");
    craft_set_word(struct_of("file01.dat"), 0, 1);
    store_log(flash, block);
}

/* The pointer that is not on the straight way, in the last block but one or two of the file. */
static void skip_pointer(sim_flash_t *flash)
{
    open_log(flash, "big.bin");
    uint32_t head = craft_word(struct_of("big.bin"), 0);
    /* Ten blocks: the last has number 9, the one before it is a multiple of 8. */
    const uint8_t *bytes = block_at(flash, head);
    uint32_t eighth = bytes[0] | (uint32_t)bytes[1] << 8;
    assert_in_range(eighth, 2, BLOCKS - 1);
    block_at(flash, eighth)[8] ^= 1;
}

static void straight_pointer(sim_flash_t *flash)
{
    open_log(flash, "big.bin");
    uint32_t head = craft_word(struct_of("big.bin"), 0);
    memset(block_at(flash, head), 0, 4);
}

static void directory_loop(sim_flash_t *flash)
{
    open_log(flash, "alpha");
    craft_tag_t alpha = *struct_of("alpha");
    uint32_t block = open_log(flash, "gamma");
    memcpy(struct_of("gamma")->data, alpha.data, 8);
    store_log(flash, block);
}

static void two_entries(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "alpha");
    craft_tag_t alpha = *struct_of("alpha");
    memcpy(struct_of("delta")->data, alpha.data, 8);
    store_log(flash, block);
}

static void mixed_pairs(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "alpha");
    craft_tag_t *alpha = struct_of("alpha"), *delta = struct_of("delta");
    uint32_t word = craft_word(alpha, 1);
    craft_set_word(alpha, 1, craft_word(delta, 1));
    craft_set_word(delta, 1, word);
    store_log(flash, block);
}

static void list_leads_nowhere(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "alpha");
    craft_set_word(craft_find_type(&log_in_hand, 0x600, 0x700), 0, 9999);
    store_log(flash, block);
}

static void list_in_circle(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "beta");
    craft_tag_t *tail = craft_find_type(&log_in_hand, 0x600, 0x700);
    craft_set_word(tail, 0, 0);
    craft_set_word(tail, 1, 1);
    store_log(flash, block);
}

static void list_ends_early(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "beta");
    remove_tag(craft_find_type(&log_in_hand, 0x600, 0x700));
    store_log(flash, block);
}

static void hard_tail(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "beta");
    craft_find_type(&log_in_hand, 0x600, 0x700)->type = 0x601;
    store_log(flash, block);
}

static void orphan(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "alpha");
    uint32_t id = name_of("alpha")->id;
    remove_tag(struct_of("alpha"));
    remove_tag(name_of("alpha"));
    for (unsigned i = 0; i < log_in_hand.count; i++) {
        log_in_hand.tags[i].id -= log_in_hand.tags[i].id != 0x3ff && log_in_hand.tags[i].id > id;
    }
    store_log(flash, block);
}

static void bogus_move(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "beta");
    craft_tag_t tag = {.type = 0x7ff, .id = 0x3ff, .length = 12};
    craft_set_word(&tag, 0, 0x4ffu << 20 | 0u << 10);
    open_log(flash, "alpha");
    memcpy(tag.data + 4, struct_of("alpha")->data, 8);
    block = open_log(flash, "beta");
    craft_tag_t *old = craft_find_type(&log_in_hand, 0x7ff, 0x7ff);
    for (unsigned i = 0; old && i < 12; i++) {
        tag.data[i] ^= old->data[i];
    }
    if (old) {
        remove_tag(old);
    }
    log_in_hand.tags[log_in_hand.count++] = tag;
    store_log(flash, block);
}

static void false_superblock(sim_flash_t *flash)
{
    uint32_t to = open_log(flash, "file10.dat");
    uint32_t from = open_log(flash, "alpha");
    memcpy(block_at(flash, to), block_at(flash, from), BLOCK_SIZE);
    block_at(flash, to)[0] = 100; /* breaks the first checksum; so as a log of its own: */
    craft_read(block_at(flash, from), BLOCK_SIZE, &log_in_hand);
    log_in_hand.revision = 100;
    store_log(flash, to);
}

static void lost_directory(sim_flash_t *flash)
{
    open_log(flash, "beta");
    craft_tag_t *beta = struct_of("beta");
    for (unsigned i = 0; i < 2; i++) {
        memset(block_at(flash, craft_word(beta, i)), 0, BLOCK_SIZE);
    }
}

/* The state of a finished rename is spread over two logs, and one of them goes. */
static void lost_state(sim_flash_t *flash)
{
    open_log(flash, "alpha");
    craft_tag_t *alpha = struct_of("alpha");
    for (unsigned i = 0; i < 2; i++) {
        memset(block_at(flash, craft_word(alpha, i)), 0, BLOCK_SIZE);
    }
}

static void superblock_overruled(sim_flash_t *flash)
{
    uint32_t block = open_log(flash, "alpha");
    log_in_hand.tags[log_in_hand.count++] = (craft_tag_t){.type = 0x001, .id = 0, .length = 1, .data = "!"};
    store_log(flash, block);
}

typedef struct kind {
    const char *name;
    void (*damage)(sim_flash_t *flash);
    const char *message; /* of a finding, a part of it */
    const char *path;    /* of that finding; "": none */
    const char *lost;    /* files below this may be lost */
} kind_t;

static const kind_t kinds[] = {
    {"slash", slash_in_name, "name that cannot be", "/alpha/fi/e02.dat", NULL},
    {"nul", nul_in_name, "name that cannot be", "/alpha/fil?02.dat", NULL},
    {"empty name", empty_name, "name that cannot be", "/alpha/", NULL},
    {"dots", dots_as_name, "name that cannot be", "/alpha/..", NULL},
    {"same name", same_name_twice, "same name", "/alpha/file01.dat", NULL},
    {"order", out_of_order, "out of order", "/alpha/zile02.dat", NULL},
    {"type", wrong_type, "or the reverse", "/alpha/file02.dat", NULL},
    {"no content", no_content, "without content", "/alpha/file00.dat", "/alpha/file00.dat"},
    {"tag", strange_tag, "does not know", "", NULL},
    {"size", huge_size, "impossible", "/alpha/file03.dat", "/alpha/file03.dat"},
    {"head", head_out_of_range, "impossible", "/alpha/file03.dat", "/alpha/file03.dat"},
    {"shared", shared_chain, "in use already", "/alpha/file04.dat", "/alpha/file03.dat"},
    {"file in directory", file_in_directory_block, "one of a directory", "/alpha/file01.dat",
     "/alpha/file01.dat"},
    {"skip pointer", skip_pointer, "do not agree", "/big.bin", NULL},
    {"straight pointer", straight_pointer, "of the file", "/big.bin", "/big.bin"},
    {"loop", directory_loop, "contains itself", "/alpha/beta/gamma", NULL},
    {"two entries", two_entries, "another entry", "/delta", NULL},
    {"mixed", mixed_pairs, "two directories", "/alpha", NULL},
    {"list nowhere", list_leads_nowhere, "blocks that are none", "", NULL},
    {"list circle", list_in_circle, "second time", "", NULL},
    {"list end", list_ends_early, "not on the list", "/alpha/beta", NULL},
    {"hard tail", hard_tail, "middle of another", "/alpha/beta", NULL},
    {"orphan", orphan, "no entry leads", "", NULL},
    {"move", bogus_move, "moved nowhere", "", NULL},
    {"superblock copy", false_superblock, "superblock where none", "", "/alpha/beta/"},
    {"lost directory", lost_directory, "can be read", "", "/alpha/beta/file"},
    {"lost state", lost_state, "can be read", "", "/alpha/"},
    {"superblock name", superblock_overruled, "place of the superblock", "", NULL},
};

/* -- Tests ---------------------------------------------------------------------------------------------- */

static void set_up(bench_t *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->flash = volume_new(BLOCK_SIZE, BLOCKS, PROGRAM_SIZE);
    assert_int_equal(volume_fill(bench->flash, 1), 0);
    volume_list(bench->flash, &bench->fresh);
    assert_int_equal(bench->fresh.error, 0);
}

static bool has_finding(const findings_t *findings, const kind_t *kind)
{
    for (unsigned i = 0; i < findings->count; i++) {
        if (strstr(findings->list[i].message, kind->message) && findings->list[i].severity == 2 &&
            (!kind->path[0] || strcmp(findings->list[i].path, kind->path) == 0)) {
            return true;
        }
    }
    return false;
}

static void assert_everything_is_there(const bench_t *bench, const kind_t *kind)
{
    static listing_t after;
    volume_list(bench->flash, &after);
    if (after.error < 0) {
        fail_msg("%s: reading gives %s", kind->name, mcufs_error_text(after.error));
    }
    for (unsigned i = 0; i < bench->fresh.count; i++) {
        const listed_t *file = &bench->fresh.files[i];
        bool may_be_lost = kind->lost && strncmp(file->path, kind->lost, strlen(kind->lost)) == 0;
        if (!may_be_lost && !listing_find_content(&after, file)) {
            fail_msg("%s: %s is lost", kind->name, file->path);
        }
    }
}

static void test_kinds(void **state)
{
    static findings_t findings;
    static bench_t bench;
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const kind_t *kind = &kinds[i];
        set_up(&bench);
        kind->damage(bench.flash);
        sim_flash_reset_counts(bench.flash);
        volume_check(bench.flash, false, false, &findings);
        assert_int_equal(findings.result, 0);
        assert_int_equal(sim_flash_counts(bench.flash)->programs + sim_flash_counts(bench.flash)->erases, 0);
        if (!has_finding(&findings, kind)) {
            volume_check(bench.flash, false, true, &findings);
            fail_msg("%s: not found", kind->name);
        }
        volume_check(bench.flash, true, false, &findings);
        assert_int_equal(findings.result, 0);
        assert_true(findings.check.errors > 0);
        if (findings.check.errors != findings.check.repaired) {
            fail_msg("%s: not repaired", kind->name);
        }
        volume_check(bench.flash, false, false, &findings);
        if (findings.check.errors != 0) {
            fail_msg("%s: %s after repair", kind->name, findings.list[0].message);
        }
        assert_everything_is_there(&bench, kind);
        assert_int_equal(sim_flash_counts(bench.flash)->violations, 0);
        sim_flash_free(bench.flash);
    }
}

static void test_clean(void **state)
{
    static const struct {
        uint32_t block_size, block_count, program_size;
    } settings[] = {{256, 256, 1}, {512, 160, 16}, {512, 160, 512}, {1024, 160, 256}, {4096, 128, 256}};
    static findings_t findings;
    static listing_t listing;
    (void)state;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        sim_flash_t *flash =
            volume_new(settings[i].block_size, settings[i].block_count, settings[i].program_size);
        assert_int_equal(volume_fill(flash, i), 0);
        volume_list(flash, &listing);
        volume_check(flash, false, false, &findings);
        assert_int_equal(findings.result, 0);
        assert_int_equal(findings.count, 0);
        assert_int_equal(findings.check.files, listing.count);
        assert_int_equal(findings.check.directories, listing.directories - 1);
        /* Repair has nothing to do and does nothing. */
        sim_flash_reset_counts(flash);
        volume_check(flash, true, false, &findings);
        assert_int_equal(findings.check.errors, 0);
        assert_int_equal(sim_flash_counts(flash)->programs + sim_flash_counts(flash)->erases, 0);
        sim_flash_free(flash);
    }
}

/* After a power cut anywhere there is nothing that the next mount does not put right. */
static void test_power_cuts(void **state)
{
    static findings_t findings;
    (void)state;
    for (uint64_t cut = 1;; cut++) {
        sim_flash_t *flash = volume_new(BLOCK_SIZE, BLOCKS, 256);
        sim_flash_cut(flash, cut, cut % 2 ? SIM_CUT_BEFORE : SIM_CUT_PREFIX, cut);
        int error = volume_fill(flash, 1);
        sim_flash_power_on(flash);
        if (cut > 6) { /* format is over */
            volume_check(flash, false, false, &findings);
            assert_int_equal(findings.result, 0);
            if (findings.check.errors != 0) {
                fail_msg("cut %llu: %s", (unsigned long long)cut, findings.list[0].message);
            }
        }
        sim_flash_free(flash);
        if (error == 0) {
            break;
        }
    }
}

/* A repair that is cut leaves nothing worse: the next one goes on. */
static void test_cut_repairs(void **state)
{
    static findings_t findings;
    static bench_t bench;
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        bool more = true;
        set_up(&bench);
        kinds[i].damage(bench.flash);
        sim_flash_t *damaged = sim_flash_clone(bench.flash);
        for (uint64_t cut = 1; more; cut++) {
            sim_flash_copy(bench.flash, damaged);
            sim_flash_cut(bench.flash, cut, cut % 2 ? SIM_CUT_PREFIX : SIM_CUT_AFTER, cut);
            volume_check(bench.flash, true, false, &findings);
            more = sim_flash_is_off(bench.flash);
            sim_flash_power_on(bench.flash);
            for (unsigned runs = 0; runs < 3; runs++) {
                volume_check(bench.flash, true, false, &findings);
                assert_int_equal(findings.result, 0);
            }
            volume_check(bench.flash, false, false, &findings);
            if (findings.check.errors != 0) {
                fail_msg("%s, cut %llu: %s", kinds[i].name, (unsigned long long)cut,
                         findings.list[0].message);
            }
            assert_everything_is_there(&bench, &kinds[i]);
        }
        sim_flash_free(damaged);
        sim_flash_free(bench.flash);
    }
}

static void test_memory(void **state)
{
    static bench_t bench;
    (void)state;
    set_up(&bench);
    for (size_t size = 0; size < 8000; size += 101) {
        mcufs_check_t check = {0};
        mcufs_setup_t setup = {
            .device = sim_flash_device(bench.flash), .arena = malloc(size + 1), .arena_size = size};
        int result = mcufs_littlefs2.check(&setup, &check);
        bool enough = size >= MCUFS_LITTLEFS2_CHECK_ARENA(256u, BLOCKS);
        assert_true(result == 0 || (result == MCUFS_ENOMEM && !enough));
        assert_int_equal(check.errors, 0);
        free(setup.arena);
    }
    sim_flash_free(bench.flash);
}

/* Blocks that cannot be read are damage like any other; a device that fails is an error of the call. */
static void test_device_errors(void **state)
{
    static findings_t findings;
    static bench_t bench;
    (void)state;
    set_up(&bench);
    sim_flash_t *flash = sim_flash_clone(bench.flash);
    for (uint32_t block = 0; block < BLOCKS; block++) {
        sim_flash_copy(flash, bench.flash);
        sim_flash_set_bad(flash, block, SIM_BAD_READ);
        volume_check(flash, false, false, &findings);
        assert_int_equal(findings.result, 0);
        volume_check(flash, true, false, &findings);
        assert_int_equal(findings.result, 0);
    }
    bool more = true;
    for (uint64_t call = 1; more; call += 1 + call / 4) {
        sim_flash_copy(flash, bench.flash);
        sim_flash_fail(flash, SIM_CALL_READ, call, MCUFS_EIO, true);
        volume_check(flash, true, false, &findings);
        more = findings.result < 0;
        assert_true(!more || findings.result == MCUFS_EIO);
        assert_int_equal(findings.check.errors, 0);
    }
    sim_flash_free(flash);
    sim_flash_free(bench.flash);
}

static void test_noise(void **state)
{
    static findings_t findings;
    (void)state;
    sim_flash_t *flash = volume_new(BLOCK_SIZE, BLOCKS, PROGRAM_SIZE);
    volume_check(flash, false, false, &findings);
    assert_int_equal(findings.result, 0);
    assert_int_equal(findings.check.errors, 1);
    volume_check(flash, true, false, &findings);
    assert_int_equal(findings.check.errors, 1);
    assert_int_equal(findings.check.repaired, 0);
    sim_flash_free(flash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),         cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_memory),        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_device_errors), cmocka_unit_test(test_power_cuts),
        cmocka_unit_test(test_cut_repairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
