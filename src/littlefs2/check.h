/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification and repair, inside. Reading order: this file, check.c, check_log.c, check_list.c,
 * check_tree.c, check_entries.c, check_file.c, check_repair.c, check_move.c, check_rebuild.c, check_rescue.c.
 *
 * A scan looks at all of a volume: the list of metadata pairs first, then the tree from the root. It keeps
 * two bits per block and reports what it finds. Nothing it reads is trusted: every address is checked
 * before use, every walk ends when it comes to a block for the second time or has taken as many steps as
 * there are blocks.
 *
 * Repair is a scan that remembers the most urgent problem, one step that mends it, and so on until a scan
 * finds none. Each step is a change like any other: done or not done after a power cut. */

#ifndef LITTLEFS2_CHECK_H
#define LITTLEFS2_CHECK_H

#include "internal.h"

#define CHECK_PATH_SIZE 256u
#define CHECK_DEPTH     32u

/* Not an error: there is nothing further to look at. */
#define CHECK_STOP 1

/* What repair does about a problem; the most urgent first. */
typedef enum check_problem_kind {
    CHECK_NOTHING = 0,
    CHECK_SUPERBLOCK, /* `pair` has another name or content where the superblock should be: write it again */
    CHECK_UNLISTED,   /* directory `pair` is not on the list: chain it up, to be put there */
    CHECK_LIST_END,   /* the tail of the list leads nowhere: end the list there, or go on with the chain */
    CHECK_FALSE_SUPERBLOCK, /* `pair` is not the root but has a superblock: remove it */
    CHECK_LOG,              /* write the log anew */
    CHECK_FULL_ORPHAN,      /* directory `pair` has no entry but content: to /lost+found */
    CHECK_LOST_DIRECTORY,   /* entry `id` leads to no directory: remove it */
    CHECK_ORPHANS,          /* let the normal recovery remove or relink them */
    CHECK_MOVE,             /* finish or forget the pending move */
    CHECK_EMPTY_ENTRY,      /* entry `id` has no content: remove it */
    CHECK_NAME,             /* entry `id` cannot stay under its name: to /lost+found */
    CHECK_BROKEN_FILE,      /* blocks from `index` on: write them anew */
    CHECK_LOST_FILE,        /* no content left: make it an empty file */
    CHECK_PROBLEM_KINDS
} check_problem_kind_t;

typedef struct check_problem {
    check_problem_kind_t kind;
    mcufs_finding_t finding;
    uint32_t pair[2];
    uint32_t index; /* of a block of a file; else entries of the log, which tells one problem from the next */
    uint16_t id;
} check_problem_t;

/* A directory on the way down: where to go on when its subdirectory is done. */
typedef struct check_frame {
    uint32_t pair[2];
    uint32_t logs_left;
    uint32_t path_length;
    uint16_t id;
} check_frame_t;

typedef struct check_name {
    uint8_t bytes[MCUFS_NAME_MAX]; /* the beginning, when it is longer */
    uint32_t length;               /* 0: none */
    uint32_t pair[2];
    uint32_t siblings; /* entries of its log */
    uint16_t id;
} check_name_t;

typedef struct check {
    littlefs2_t *fs;
    mcufs_check_t *result;
    const mcufs_littlefs2_options_t *options;
    uint32_t block_count; /* that the maps have room for */
    uint32_t map_size;

    /* A block is: neither: free; metadata; data; or, of a metadata pair on the way from the root, both:
     * the lower block when an entry leads to the pair (it is claimed), the higher one when its log was
     * examined (it is walked). */
    uint8_t *metadata, *data;
    uint8_t *heads; /* lower block of each pair on the list that begins a directory */

    bool first_scan; /* logs are confirmed by reading them several times */
    bool silent;     /* look for problems only */
    bool list_good;
    bool loss;             /* something that others refer to cannot be read, or the list was broken */
    bool exact;            /* look pairs up on the list: entries may have blocks of several mixed up */
    bool directories_only; /* a first look, at the tree only */
    bool crowded;          /* repair: not enough space to keep everything that may be worth a rescue */
    bool rescue_tried;
    bool rescued;  /* directories that nothing leads to have been looked for */
    bool anchored; /* only hard tails between {0, 1} and the pair that is being looked at */
    bool among_orphans;
    uint32_t pair_hash;            /* of all directories on the list, less those that entries lead to */
    uint32_t last[2];              /* last pair of the list */
    uint32_t chain[2];             /* repair: first of the unlisted directories that were chained up so far */
    littlefs2_global_t list_state; /* xor of the states on the list, as far as it goes */

    check_problem_t problem; /* the most urgent of this scan */
    uint32_t given_up;       /* kinds of problems that could not be mended */

    check_frame_t frames[CHECK_DEPTH];
    uint32_t path_length; /* of the whole path, even when it does not fit */
    char path[CHECK_PATH_SIZE];
    char problem_path[CHECK_PATH_SIZE];
    char refuge[40];                   /* repair: path of the directory to put things into */
    char new_name[MCUFS_NAME_MAX + 1]; /* repair: what to call them there */
    check_name_t names[3];             /* of the entry being examined, and of the two before */
} check_t;

/* -- check.c ------------------------------------------------------------------------------------------ */

/* Where a finding belongs. */
typedef struct check_place {
    const uint32_t *pair; /* NULL: none */
    uint16_t id;
    uint32_t block; /* to report; LITTLEFS2_NULL: none */
    uint32_t index;
} check_place_t;

/* Reports an error, and remembers it for repair. */
void littlefs2_check_error(check_t *check, check_problem_kind_t kind, const char *message,
                           const check_place_t *place);
/* Something that the first write puts right, or that is no error at all. */
void littlefs2_check_remark(check_t *check, int severity, check_problem_kind_t kind, const char *message,
                            const check_place_t *place);
void littlefs2_check_push_name(check_t *check, const uint8_t *name, uint32_t length);
void littlefs2_check_pop_path(check_t *check, uint32_t length);
/* One scan. 0 or an error of the device. */
int littlefs2_check_scan(check_t *check);

/* -- check_log.c -------------------------------------------------------------------------------------- */

/* Verifies the log in one block, whatever its pair is. MCUFS_ENOENT: there is none. */
int littlefs2_check_block(littlefs2_t *fs, uint32_t block, littlefs2_metadata_t *metadata);
/* Looks at every tag of a log. */
int littlefs2_check_tags(check_t *check, const littlefs2_metadata_t *metadata);

/* -- check_list.c ------------------------------------------------------------------------------------- */

int littlefs2_check_list(check_t *check);
/* check_pending.c. Forgets a pending move that is none. */
int littlefs2_check_move(check_t *check);
/* Second half of a move: the old entry goes, together with the word that it has moved. */
int littlefs2_check_finish_move(check_t *check);
/* Whether two structures in logs are the same, byte for byte. */
int littlefs2_check_same_content(littlefs2_t *fs, const littlefs2_location_t *a,
                                 const littlefs2_location_t *b, bool *same);
/* The pair on the list that shares a block with `pair`. MCUFS_ENOENT: none. */
int littlefs2_check_find_listed(check_t *check, const uint32_t pair[2], uint32_t listed[2]);

static inline uint32_t littlefs2_check_low(const uint32_t pair[2])
{
    return pair[0] < pair[1] ? pair[0] : pair[1];
}

static inline uint32_t littlefs2_check_high(const uint32_t pair[2])
{
    return pair[0] < pair[1] ? pair[1] : pair[0];
}

bool littlefs2_check_is_claimed(const check_t *check, const uint32_t pair[2]);
bool littlefs2_check_is_walked(const check_t *check, const uint32_t pair[2]);
/* How many blocks of a valid pair hold metadata, as far as known. */
unsigned littlefs2_check_metadata_blocks(const check_t *check, const uint32_t pair[2]);
void littlefs2_check_claim(check_t *check, const uint32_t pair[2]);
void littlefs2_check_set_walked(check_t *check, const uint32_t pair[2]);
uint32_t littlefs2_check_hash(const uint32_t pair[2]);

/* -- check_tree.c, check_entries.c -------------------------------------------------------------------- */

int littlefs2_check_tree(check_t *check);
/* Examines the entries of one log but for the directories among them. */
int littlefs2_check_entries(check_t *check, const littlefs2_metadata_t *metadata);
/* The name of an entry, as much of it as fits. `*length` is the stored one. MCUFS_ENOENT: it has none. */
int littlefs2_check_read_name(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                              uint8_t name[MCUFS_NAME_MAX], uint32_t *length, uint32_t *type);
bool littlefs2_check_name_is_valid(const littlefs2_t *fs, const uint8_t *name, uint32_t length);

/* -- check_file.c ------------------------------------------------------------------------------------- */

/* From the last block of a file to the first. Every pointer of the format's list is looked at: all that
 * lead to a block have to agree; where they do not, most votes count. */
typedef struct check_chain {
    uint32_t above[32]; /* [k]: the block seen last whose number in the file is a multiple of 2^k */
    uint32_t index;     /* number in the file of `block` */
    uint32_t block;     /* LITTLEFS2_NULL: lost */
    uint32_t wrong;     /* highest block number with a wrong pointer; LITTLEFS2_NULL: none yet */
} check_chain_t;

void littlefs2_check_chain_start(check_chain_t *chain, const littlefs2_extent_t *extent, uint32_t blocks);
/* To the block before. Not at index 0. */
int littlefs2_check_chain_step(littlefs2_t *fs, check_chain_t *chain);
/* Whether a file of this size fits the device, with its head in range. */
bool littlefs2_check_extent_is_possible(const littlefs2_t *fs, const littlefs2_extent_t *extent);
int littlefs2_check_file(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                         const littlefs2_extent_t *extent);

/* -- check_repair.c: one problem after the other ------------------------------------------------------ */

int littlefs2_check_repair(check_t *check);

/* -- check_relist.c: the list ------------------------------------------------------------------------- */

/* Whether the directory is on the chain that will be put on the list. */
int littlefs2_check_is_chained(check_t *check, const uint32_t head[2], bool *chained);
int littlefs2_check_chain_up(check_t *check, const uint32_t head[2]);
/* Lets the list go on with the chain, or end, where it ends now. */
int littlefs2_check_link_chain(check_t *check);

/* -- check_move.c: to /lost+found --------------------------------------------------------------------- */

/* Makes a directory in /lost+found, named after a block; check->refuge is its path then. */
int littlefs2_check_make_refuge(check_t *check, uint32_t block);
/* An entry for a directory that has none. */
int littlefs2_check_adopt(check_t *check, const uint32_t head[2]);
/* Moves an entry that cannot stay under its name. */
int littlefs2_check_evict(check_t *check, const uint32_t pair[2], uint16_t id);
/* Copies the file that is entry `id` of a log that nothing leads to, to check->refuge. Its name, of `length`
 * bytes, is in check->names[0]. */
int littlefs2_check_copy_entry(check_t *check, const littlefs2_metadata_t *from, uint16_t id,
                               uint32_t length);

/* Takes a pending move along where changes shift the entry that has moved. */
void littlefs2_check_follow_move(littlefs2_t *fs, const uint32_t pair[2], const littlefs2_change_t *changes,
                                 uint32_t count);

/* -- check_rebuild.c: broken files -------------------------------------------------------------------- */

/* Writes the blocks of a file from number `index` on anew. What is lost reads as zeros. */
int littlefs2_check_rebuild(check_t *check, const uint32_t pair[2], uint16_t id, uint32_t index);

/* -- check_rescue.c: logs that nothing leads to ------------------------------------------------------- */

/* Marks what rescue may want to read as used. */
int littlefs2_check_protect(check_t *check);
int littlefs2_check_rescue(check_t *check);

#endif
