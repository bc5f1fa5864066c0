/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v1, inside. Reading order: this file, blocks.c, metadata.c, content.c, mount.c, resolve.c,
 * directory.c, file.c, survey.c, check.c, filesystem.c.
 *
 * A directory is a chain of pairs of blocks; of each pair, the block with the newer revision and a right CRC
 * counts. All of a block is written at once: a revision, a size, the next pair, entries in no order, a CRC.
 * Besides, all pairs of all directories are on one list. Nothing here writes. */

#ifndef LITTLEFS1_INTERNAL_H
#define LITTLEFS1_INTERNAL_H

#include <string.h>

#include <mcufs/littlefs1.h>

#define LITTLEFS1_NULL           0xffffffffu /* no block */
#define LITTLEFS1_BLOCK_SIZE_MIN 128u
#define LITTLEFS1_VERSION_MAJOR  1u
#define LITTLEFS1_VERSION_NEWEST 0x00010001u
#define LITTLEFS1_FILE_SIZE_MAX  0x7fffffffu
#define LITTLEFS1_HEADER         16u         /* bytes of a metadata block before its entries */
#define LITTLEFS1_SPLIT          0x80000000u /* in its size: the directory goes on at the tail */

enum {
    LITTLEFS1_TYPE_FILE = 0x11,
    LITTLEFS1_TYPE_DIRECTORY = 0x22,
    LITTLEFS1_TYPE_SUPERBLOCK = 0x2e,
    LITTLEFS1_TYPE_MOVED = 0x80 /* flag: on the move to another place; may have arrived there */
};

/* The content of one pair. */
typedef struct littlefs1_log {
    uint32_t pair[2]; /* [0] is the half in use */
    uint32_t revision;
    uint32_t end; /* bytes: where the entries end */
    uint32_t tail[2];
    bool split; /* the directory goes on at the tail */
} littlefs1_log_t;

typedef struct littlefs1_entry {
    uint32_t block, offset; /* where it begins */
    uint32_t words[2];      /* of a file: last block and size; of a directory: its pair */
    uint8_t type;           /* without the flag */
    bool moved;
    uint8_t data_length, attribute_length, name_length; /* bytes */
} littlefs1_entry_t;

typedef struct littlefs1 {
    const mcufs_device_t *device;
    const mcufs_hooks_t *hooks;
    uint32_t block_size, block_count, version;
    uint32_t root[2];
    uint32_t list[2]; /* the first pair on the list */
    uint32_t used;    /* blocks, as far as counted; 0: not yet */

    littlefs1_log_t recent;  /* the pair that was verified last */
    uint32_t recent_pair[2]; /* as it was asked for: of equal revisions, the second half counts */

    uint8_t *buffer; /* holds `cached` bytes of a block of the device, from `cached_offset` on */
    uint32_t cache_size, cached_block, cached_offset, cached;
    uint32_t uncorrected; /* blocks that could not be read */
} littlefs1_t;

/* -- blocks.c ------------------------------------------------------------------------------------------- */

int littlefs1_read(littlefs1_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size);
int littlefs1_read_word(littlefs1_t *fs, uint32_t block, uint32_t offset, uint32_t *word);
void littlefs1_drop_cache(littlefs1_t *fs); /* and forgets the pair that was verified last */

/* -- metadata.c ----------------------------------------------------------------------------------------- */

bool littlefs1_same_pair(const uint32_t a[2], const uint32_t b[2]); /* the same two blocks */
bool littlefs1_pair_is_null(const uint32_t pair[2]);
bool littlefs1_pair_is_valid(const littlefs1_t *fs, const uint32_t pair[2]);
/* Whether `block` holds whole content: 0 with log->pair[0] and what follows filled in, MCUFS_ENOENT when it
 * does not, or an error of the device. */
int littlefs1_verify(littlefs1_t *fs, uint32_t block, littlefs1_log_t *log);
/* MCUFS_ECORRUPT: neither half is whole. */
int littlefs1_fetch(littlefs1_t *fs, const uint32_t pair[2], littlefs1_log_t *log);
/* The entry at *offset, which is put behind it: 1, 0: the end, or an error. Begin at LITTLEFS1_HEADER. */
int littlefs1_next_entry(littlefs1_t *fs, const littlefs1_log_t *log, uint32_t *offset,
                         littlefs1_entry_t *entry);
/* Where the name's bytes are. */
uint32_t littlefs1_name_offset(const littlefs1_entry_t *entry);
/* 1 when the name is this one, 0 when not, or an error. */
int littlefs1_name_is(littlefs1_t *fs, const littlefs1_entry_t *entry, const char *name, uint32_t length);
/* A walk over the pairs of a directory, or over all that are on the list, and over their entries. */
typedef struct littlefs1_walk {
    littlefs1_log_t log; /* where it is */
    uint32_t offset;     /* of the next entry */
    uint32_t steps;      /* pairs gone through */
    bool whole_list;
} littlefs1_walk_t;
int littlefs1_walk_directory(littlefs1_t *fs, const uint32_t head[2], littlefs1_walk_t *walk);
int littlefs1_walk_list(littlefs1_t *fs, littlefs1_walk_t *walk);
/* Goes on to the next pair: 1, 0: there is none, or an error; MCUFS_ECORRUPT: it goes in a circle. */
int littlefs1_walk_next_log(littlefs1_t *fs, littlefs1_walk_t *walk);
/* The next entry, in the next pair with one: 1, 0: there is none, or an error. */
int littlefs1_walk_next(littlefs1_t *fs, littlefs1_walk_t *walk, littlefs1_entry_t *entry);
/* Whether what the entry is about has arrived in another place: 1, 0 or an error. */
int littlefs1_is_gone(littlefs1_t *fs, const littlefs1_entry_t *entry);
/* Whether an entry with the flag has to be looked for elsewhere: not so one of an empty file, which looks
 * like every other. */
bool littlefs1_may_be_gone(const littlefs1_entry_t *entry);
/* Whether there is an entry without the flag for the same content on the rest of a walk: 1, 0 or an error. */
int littlefs1_arrived(littlefs1_t *fs, littlefs1_walk_t *walk, const littlefs1_entry_t *moved);

/* -- content.c: block lists of files -------------------------------------------------------------------- */

uint32_t littlefs1_content_index(const littlefs1_t *fs, uint32_t position, uint32_t *offset);
uint32_t littlefs1_content_blocks(const littlefs1_t *fs, uint32_t size);
bool littlefs1_content_is_possible(const littlefs1_t *fs, const uint32_t words[2]);
int littlefs1_content_find(littlefs1_t *fs, uint32_t from, uint32_t from_index, uint32_t index,
                           uint32_t *block);
int littlefs1_content_visit(littlefs1_t *fs, const uint32_t words[2],
                            int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                            void *context);
/* As littlefs1_content_visit, and MCUFS_ECORRUPT when pointers do not agree with each other. */
int littlefs1_content_verify(littlefs1_t *fs, const uint32_t words[2],
                             int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                             void *context);

/* -- mount.c -------------------------------------------------------------------------------------------- */

int littlefs1_probe(const mcufs_device_t *device, mcufs_probe_t *found);
/* Units and memory; the volume itself is at the head of the arena. No superblock is read. */
int littlefs1_prepare(const mcufs_setup_t *setup, uint32_t block_size, littlefs1_t **volume);
/* Reads the superblock. */
int littlefs1_load(littlefs1_t *fs, uint32_t block_count);
/* Prepares with the options or what probing finds, and loads. */
int littlefs1_mount(const mcufs_setup_t *setup, void **volume);
int littlefs1_statfs(void *volume, mcufs_statfs_t *statfs);
int littlefs1_visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                           void *context);

/* -- resolve.c ------------------------------------------------------------------------------------------ */

typedef struct littlefs1_found {
    uint8_t type; /* MCUFS_TYPE_*; 0: only the last component is missing */
    uint32_t words[2];
} littlefs1_found_t;

int littlefs1_resolve(littlefs1_t *fs, mcufs_path_t path, littlefs1_found_t *found);

/* -- directory.c, file.c -------------------------------------------------------------------------------- */

typedef struct littlefs1_directory {
    uint32_t head[2], pair[2];
    uint32_t offset;   /* of the next entry in `pair` */
    uint32_t steps;    /* pairs gone through */
    uint32_t position; /* entries returned so far */
} littlefs1_directory_t;

typedef struct littlefs1_file {
    uint32_t head, size, position;
    uint32_t near_index, near_block; /* the block that was read last; LITTLEFS1_NULL: none */
} littlefs1_file_t;

int littlefs1_directory_open(void *volume, void *handle, mcufs_path_t path);
int littlefs1_directory_read(void *volume, void *handle, mcufs_dirent_t *out);
int littlefs1_directory_seek(void *volume, void *handle, int64_t position);
int littlefs1_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat);
int littlefs1_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                        const mcufs_open_options_t *options);
int32_t littlefs1_file_read(void *volume, void *handle, void *buffer, uint32_t size);
int64_t littlefs1_file_seek(void *volume, void *handle, int64_t offset, int whence);

/* -- survey.c: everything that the tree leads to, verified ---------------------------------------------- */

/* In heads[][0]: only an entry with the flag leads there so far. */
#define LITTLEFS1_BY_MOVE 0x80000000u

typedef struct littlefs1_survey {
    littlefs1_t *fs;
    uint8_t *used;        /* a bit per block of the device: in use */
    uint32_t (*heads)[2]; /* the directories as they are found, level by level; the root comes first */
    uint32_t head_count, head_capacity;
    uint32_t at; /* which of them is being looked at */
    uint32_t files, errors, moved;
    uint32_t logs; /* pairs of all directories */
    uint32_t hash; /* of them, in any order */
    /* What is wrong, with the entry concerned or NULL; `directory` is an index of heads, LITTLEFS1_NULL:
     * none. May be NULL. */
    void (*report)(void *context, const char *message, uint32_t directory, const littlefs1_entry_t *entry,
                   uint32_t block);
    /* Called for halves that may read as whole and newer now and then, since a power cut: to be erased.
     * Anything but 0 ends the survey with that. NULL: nobody looks for such. */
    int (*settle)(void *context, uint32_t block);
    void *context;
} littlefs1_survey_t;

/* 0 with survey->errors, or an error that ended it. MCUFS_ENOMEM: more directories than there is room. */
int littlefs1_survey(littlefs1_survey_t *survey);
/* What a pair adds to survey->hash. */
uint32_t littlefs1_hash_pair(const uint32_t pair[2]);
/* The head of directory `index`. */
void littlefs1_survey_head(const littlefs1_survey_t *survey, uint32_t index, uint32_t head[2]);
/* Whether an entry with the flag has arrived elsewhere in the directories of the survey: 1, 0 or an error. */
int littlefs1_survey_is_gone(const littlefs1_survey_t *survey, const littlefs1_entry_t *entry);
int littlefs1_check(const mcufs_setup_t *setup, mcufs_check_t *result);

static inline void littlefs1_progress(const littlefs1_t *fs)
{
    if (fs->hooks && fs->hooks->progress) {
        fs->hooks->progress(fs->hooks->context);
    }
}

static inline uint32_t littlefs1_minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#endif
