/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From littlefs v1 to v2. Reading order: this file, sort.c, layout.c, migrate.c.
 *
 * The volume is surveyed, then laid out twice: once to see what would be written, then to write it. Every
 * directory keeps the first pair of its v1 self, so that entries leading to it stay what they are. The list
 * of v2 pairs goes through the directories in the order of the survey; that of v1 is not needed. */

#ifndef LITTLEFS_MIGRATE_INTERNAL_H
#define LITTLEFS_MIGRATE_INTERNAL_H

#include <mcufs/littlefs_migrate.h>

#include "../littlefs1/internal.h"
#include "../littlefs2/internal.h"

/* Not an error: a block turned out bad; all is to be done again without it. */
#define MIGRATE_AGAIN 1

#define MIGRATE_BAD_MAX    8u
#define MIGRATE_WINDOW_MIN 16u
#define MIGRATE_PREFIX     11u   /* bytes of a name that are kept in memory */
#define MIGRATE_LOG_MAX    0xf0u /* entries of one log */

/* A name of a v1 directory, in order. */
typedef struct migrate_name {
    uint32_t block, offset; /* of its entry */
    uint8_t length;
    uint8_t prefix[MIGRATE_PREFIX];
} migrate_name_t;

/* A bad block; where v1 uses it, the half of a pair, what takes its place in v2. */
typedef struct migrate_bad {
    uint32_t block, substitute; /* LITTLEFS2_NULL: none is needed */
} migrate_bad_t;

typedef struct migrate {
    littlefs1_t *from;
    littlefs2_t *to;
    littlefs1_survey_t survey;
    bool settling;        /* what a power cut left is erased; */
    bool unsettled;       /* or only noticed */
    uint8_t *free_memory; /* behind the volumes and the map: directories, then names */
    size_t free_size;

    /* sort.c */
    uint32_t head[2]; /* of the directory that is being sorted */
    migrate_name_t *names;
    uint32_t name_count, name_capacity, next_name;
    uint32_t entries; /* of the directory, as far as they count; LITTLEFS2_NULL: not counted yet */
    bool sorted_some; /* `floor` is the last one taken */
    uint8_t floor_length;
    uint8_t floor[MCUFS_NAME_MAX], name[MCUFS_NAME_MAX];

    /* layout.c */
    bool writing;    /* or only looking what would be written */
    uint32_t limit;  /* bytes of entries in a log */
    uint32_t extras; /* pairs beside those of v1 */
    uint32_t log_count, entry_count;
    uint32_t target; /* the block being written */
    migrate_bad_t bad[MIGRATE_BAD_MAX];
    uint32_t bad_count;
} migrate_t;

/* -- sort.c: the entries of a directory, in the order of v2 --------------------------------------------- */

void littlefs_migrate_sort(migrate_t *migrate, const uint32_t head[2]);
/* The next entry, which stays the next until littlefs_migrate_sort_take: 1, 0: the end, or an error. */
int littlefs_migrate_sort_peek(migrate_t *migrate, littlefs1_entry_t *entry);
void littlefs_migrate_sort_take(migrate_t *migrate);

/* -- layout.c ------------------------------------------------------------------------------------------- */

/* A bad block. MIGRATE_AGAIN, or MCUFS_ENOSPC: there is no way without it. */
int littlefs_migrate_notice_bad(migrate_t *migrate, uint32_t block);
bool littlefs_migrate_is_bad(const migrate_t *migrate, uint32_t block);
/* Which blocks are free; to be called after the survey. */
int littlefs_migrate_plan_blocks(migrate_t *migrate);
/* Goes through all directories; with migrate->writing, writes them. */
int littlefs_migrate_lay_out(migrate_t *migrate);
/* Reads what was written. MCUFS_EIO: it is not that. */
int littlefs_migrate_read_back(migrate_t *migrate);
/* Writes the superblock into one of its halves. */
int littlefs_migrate_write_superblock(migrate_t *migrate, uint32_t block, uint32_t revision);

#endif
