/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What the parts offer that may be left out (parts.h), and what stands in for them then. Included by
 * internal.h. */

#ifndef LITTLEFS2_OPTIONAL_H
#define LITTLEFS2_OPTIONAL_H

#include "volume.h"

/* -- index.c: where the entries of some logs are ---------------------------------------------------- */

#define LITTLEFS2_NAME_HASH 0xffffffffu /* the hash of a name: mcufs_crc32 of it, beginning with this */

#if MCUFS_LITTLEFS2_WITH_INDEX
/* Lays the index out, empty, unless it stays where it is: in fs->index_size bytes from `own` on, and in the
 * file buffers that end there, behind those that are in use and the first two. */
void littlefs2_index_place(littlefs2_t *fs, uint8_t *own);
/* The record of this log, as long as nothing is asked but littlefs2_index_*; NULL: none. */
const uint32_t *littlefs2_index_of(const littlefs2_t *fs, const littlefs2_metadata_t *metadata);
/* Whether the index says that this entry has no attributes. */
bool littlefs2_index_excludes_attributes(const littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                         uint32_t id);
/* Entry `id` of a record; what there is none of is 0. */
void littlefs2_index_entry(const littlefs2_t *fs, const uint32_t *record, uint32_t id,
                           littlefs2_entry_t *known);
/* As littlefs2_find_in_log, but 1: found; 0: the index does not say. */
int littlefs2_index_find(const littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t mask,
                         uint32_t type, uint32_t id, littlefs2_location_t *found);
/* As littlefs2_search_log, but 1: done; 0: the index does not say. */
int littlefs2_index_search(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search);
/* Whether a pass over this log is to make a record of it. `search`: it is a search. */
bool littlefs2_index_wants(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool search);
/* Opens a new record: of the log that is being read or written in `block`. That of `needed` stays. */
void littlefs2_index_start(littlefs2_t *fs, uint32_t block, uint32_t needed);
/* Opens the record of a log that is about to grow, if there is one. */
void littlefs2_index_follow(littlefs2_t *fs, const littlefs2_metadata_t *metadata);
bool littlefs2_index_is_open(const littlefs2_t *fs);
/* Next tag of the open record. `hash`: of a name. */
void littlefs2_index_note(littlefs2_t *fs, const littlefs2_location_t *at, uint32_t hash);
/* Closes the open record; `end`: of the log; 0: it came to nothing. */
void littlefs2_index_finish(littlefs2_t *fs, uint32_t end);
/* These blocks change: drops what is known of them. `all`: even the open record. */
void littlefs2_index_drop(littlefs2_t *fs, uint32_t block, uint32_t count, bool all);
#else
static inline void littlefs2_index_place(littlefs2_t *fs, uint8_t *own)
{
    (void)fs, (void)own;
}
static inline const uint32_t *littlefs2_index_of(const littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    (void)fs, (void)metadata;
    return NULL;
}
static inline bool littlefs2_index_excludes_attributes(const littlefs2_t *fs,
                                                       const littlefs2_metadata_t *metadata, uint32_t id)
{
    (void)fs, (void)metadata, (void)id;
    return false;
}
static inline void littlefs2_index_entry(const littlefs2_t *fs, const uint32_t *record, uint32_t id,
                                         littlefs2_entry_t *known)
{
    (void)fs, (void)record, (void)id, (void)known;
}
static inline int littlefs2_index_find(const littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                       uint32_t mask, uint32_t type, uint32_t id, littlefs2_location_t *found)
{
    (void)fs, (void)metadata, (void)mask, (void)type, (void)id, (void)found;
    return 0;
}
static inline int littlefs2_index_search(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                                         littlefs2_search_t *search)
{
    (void)fs, (void)metadata, (void)search;
    return 0;
}
static inline bool littlefs2_index_wants(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool search)
{
    (void)fs, (void)metadata, (void)search;
    return false;
}
static inline void littlefs2_index_start(littlefs2_t *fs, uint32_t block, uint32_t needed)
{
    (void)fs, (void)block, (void)needed;
}
static inline void littlefs2_index_follow(littlefs2_t *fs, const littlefs2_metadata_t *metadata)
{
    (void)fs, (void)metadata;
}
static inline bool littlefs2_index_is_open(const littlefs2_t *fs)
{
    (void)fs;
    return false;
}
static inline void littlefs2_index_note(littlefs2_t *fs, const littlefs2_location_t *at, uint32_t hash)
{
    (void)fs, (void)at, (void)hash;
}
static inline void littlefs2_index_finish(littlefs2_t *fs, uint32_t end)
{
    (void)fs, (void)end;
}
static inline void littlefs2_index_drop(littlefs2_t *fs, uint32_t block, uint32_t count, bool all)
{
    (void)fs, (void)block, (void)count, (void)all;
}
#endif

/* -- erase.c ------------------------------------------------------------------------------------------ */

#if MCUFS_LITTLEFS2_WITH_ERASE_AHEAD
/* Makes a block ready to be programmed from its start; free where that was done ahead of time. */
int littlefs2_erase(littlefs2_t *fs, uint32_t block);
/* Many blocks will be allocated: erases some in one go if the chip can. What fails is left to
 * littlefs2_erase. */
void littlefs2_erase_for_stream(littlefs2_t *fs);
/* Erases free blocks ahead of time. 1: the budget (blocks) is used up, and there is more to do. */
int littlefs2_erase_ahead(littlefs2_t *fs, uint32_t *budget);
#else
static inline int littlefs2_erase(littlefs2_t *fs, uint32_t block)
{
    return littlefs2_erase_blocks(fs, block, 1);
}
static inline void littlefs2_erase_for_stream(littlefs2_t *fs)
{
    (void)fs;
}
static inline int littlefs2_erase_ahead(littlefs2_t *fs, uint32_t *budget)
{
    (void)fs, (void)budget;
    return 0;
}
#endif

/* -- create.c ------------------------------------------------------------------------------------------- */

/* Makes the entry of a file that is being opened and was not found, or lets it wait. */
int littlefs2_create(littlefs2_t *fs, littlefs2_file_t *file, littlefs2_found_t *found);
/* What a new entry is to be called. */
typedef struct littlefs2_name {
    const char *bytes;
    uint32_t length;
    int64_t created; /* ns since 1970; 0: not known */
} littlefs2_name_t;

#if MCUFS_LITTLEFS2_WITH_LATE_CREATION
/* Commits the entry that waits, if there is one, with no content. To be called before everything that could
 * see that entry. */
int littlefs2_finish_creation(littlefs2_t *fs);
/* The same before what only looks: that goes on where the entry has no place, on a worn out chip. */
int littlefs2_show_creation(littlefs2_t *fs);
/* Before the content of this file changes up to `end`: littlefs2_make_consistent, but its own creation goes
 * on waiting where it can. */
int littlefs2_prepare_content(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t end);
/* Of the entry that waits. Valid until it is dropped. */
void littlefs2_created_name(const littlefs2_t *fs, littlefs2_name_t *name);
/* It is committed, or given up. */
void littlefs2_drop_creation(littlefs2_t *fs);
#else
static inline int littlefs2_finish_creation(littlefs2_t *fs)
{
    (void)fs;
    return 0;
}
static inline int littlefs2_show_creation(littlefs2_t *fs)
{
    (void)fs;
    return 0;
}
static inline int littlefs2_prepare_content(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t end)
{
    (void)node, (void)end;
    return littlefs2_make_consistent(fs);
}
static inline void littlefs2_created_name(const littlefs2_t *fs, littlefs2_name_t *name)
{
    (void)fs;
    *name = (littlefs2_name_t){NULL, 0, 0};
}
static inline void littlefs2_drop_creation(littlefs2_t *fs)
{
    (void)fs;
}
#endif
/* Whether this file's entry waits to be committed. */
static inline bool littlefs2_is_new(const littlefs2_t *fs, const littlefs2_node_t *node)
{
    return MCUFS_LITTLEFS2_WITH_LATE_CREATION && fs->creation && node == &fs->creation->own;
}

/* -- patches.c: overwrites that wait for a sync -------------------------------------------------------- */

#if MCUFS_LITTLEFS2_WITH_PATCHES
/* Whether an overwrite of `size` bytes can wait. */
bool littlefs2_patches_take(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t size);
/* MCUFS_ENOSPC: no room for them. */
int littlefs2_patches_add(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, const uint8_t *data,
                          uint32_t size);
/* Whether a write of `size` bytes goes on where the last patch ends, behind all others, and is more than can
 * wait in memory: a sequential overwrite. */
bool littlefs2_patches_continue(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                                uint32_t size);
/* The first byte that a patch changes; LITTLEFS2_NULL: none. */
uint32_t littlefs2_patches_lowest(const littlefs2_t *fs);
/* Changes what was read of the content without patches. */
int littlefs2_patches_lay_over(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                               uint8_t *buffer, uint32_t size);
/* The file is shorter now. */
void littlefs2_patches_cut(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size);
void littlefs2_patches_drop(littlefs2_t *fs, littlefs2_node_t *node);
int littlefs2_patches_visit(const littlefs2_t *fs,
                            int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                            void *context);
#else
static inline bool littlefs2_patches_take(const littlefs2_t *fs, const littlefs2_node_t *node, uint32_t size)
{
    (void)fs, (void)node, (void)size;
    return false;
}
static inline int littlefs2_patches_add(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position,
                                        const uint8_t *data, uint32_t size)
{
    (void)fs, (void)node, (void)position, (void)data, (void)size;
    return MCUFS_ENOSPC;
}
static inline bool littlefs2_patches_continue(const littlefs2_t *fs, const littlefs2_node_t *node,
                                              uint32_t position, uint32_t size)
{
    (void)fs, (void)node, (void)position, (void)size;
    return false;
}
static inline uint32_t littlefs2_patches_lowest(const littlefs2_t *fs)
{
    (void)fs;
    return LITTLEFS2_NULL;
}
static inline int littlefs2_patches_lay_over(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position,
                                             uint8_t *buffer, uint32_t size)
{
    (void)fs, (void)node, (void)position, (void)buffer, (void)size;
    return 0;
}
static inline void littlefs2_patches_cut(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size)
{
    (void)fs, (void)node, (void)size;
}
static inline void littlefs2_patches_drop(littlefs2_t *fs, littlefs2_node_t *node)
{
    (void)fs, (void)node;
}
static inline int littlefs2_patches_visit(const littlefs2_t *fs,
                                          int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                                          void *context)
{
    (void)fs, (void)visit, (void)context;
    return 0;
}
#endif
static inline bool littlefs2_is_patched(const littlefs2_node_t *node)
{
    return MCUFS_LITTLEFS2_WITH_PATCHES && node->patched;
}

/* -- checksum.c, scrub.c: checksums of the content of files ---------------------------------------------- */

#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
/* From the last byte of a file's content to the first, a block at a time. */
typedef struct littlefs2_checksum_walk {
    littlefs2_extent_t extent;
    uint32_t block; /* next */
    uint32_t end;   /* bytes below are left */
    uint32_t crc;   /* started with 0, of what is not */
} littlefs2_checksum_walk_t;

/* In the arena of a mount with checksums. */
struct littlefs2_checksums {
    /* CRC-32, started with 0, of what the newest pass put into blocks. */
    const littlefs2_node_t *pass_node; /* NULL: not known */
    uint32_t pass_from, pass_to, pass;

    uint32_t next; /* of what is being committed */
    bool has_next;
    uint8_t bytes[8];              /* the attribute with it */
    littlefs2_change_t changes[2]; /* that move content, with it: stack is short there */

    /* Scrubbing. */
    bool inside;              /* of the file that is the entry before: the walk is under way */
    littlefs2_directory_t at; /* the entry that is next; over the whole list, not one directory */
    littlefs2_checksum_walk_t walk;
    uint32_t expected; /* what the checksum of that file says */

    uint32_t damaged_files, damaged_block, rounds; /* as in mcufs_health_t */
};

/* The pass starts at `position`. */
void littlefs2_checksum_begin(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position);
/* The pass has programmed these bytes of its block, from `offset` on. */
void littlefs2_checksum_programmed(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t offset,
                                   const uint8_t *bytes, uint32_t size);
/* What the pass wrote is given up, or the node. */
void littlefs2_checksum_forget_pass(littlefs2_t *fs, const littlefs2_node_t *node);
/* Before a commit of the content: works out its checksum, if it is to have one. */
void littlefs2_checksum_prepare(littlefs2_t *fs, littlefs2_node_t *node);
/* The same where the content is what is committed already, in other blocks. */
void littlefs2_checksum_keep(littlefs2_t *fs, littlefs2_node_t *node);
/* The change that goes right behind the struct. 1, or 0: none. */
uint32_t littlefs2_checksum_change(littlefs2_t *fs, const littlefs2_node_t *node, littlefs2_change_t *change);
/* The same, together with the only other change: where both are; or `only`. */
const littlefs2_change_t *littlefs2_checksum_join(littlefs2_t *fs, const littlefs2_node_t *node,
                                                  const littlefs2_change_t *only);
/* The content has been committed. */
void littlefs2_checksum_committed(littlefs2_t *fs, littlefs2_node_t *node);
/* A handle has read this at its position. MCUFS_ECORRUPT: that completes the file, which is damaged. */
int littlefs2_checksum_read(littlefs2_t *fs, littlefs2_file_t *file, const uint8_t *bytes, uint32_t size);
/* The checksum of an entry with this content. MCUFS_ENODATA: it has none. */
int littlefs2_checksum_of_entry(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                                const littlefs2_extent_t *extent, uint32_t *value);
/* Whether the content is what its checksum says: 1, 0 or an error. */
int littlefs2_checksum_matches(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t value);

littlefs2_checksum_walk_t littlefs2_checksum_walk(const littlefs2_extent_t *extent);
/* One block further, down to the byte `from`. MCUFS_ECORRUPT: the chain is damaged. */
int littlefs2_checksum_step(littlefs2_t *fs, littlefs2_checksum_walk_t *walk, uint32_t from);
/* Of all that was walked over, where that is the whole content. */
uint32_t littlefs2_checksum_of_walk(const littlefs2_checksum_walk_t *walk);
/* Entry `id`, a file that ends in block `head`, is damaged; NULL: it has no entry any more. */
void littlefs2_report_damage(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                             uint32_t head);

/* Verifies files, from where it stopped the last time, to the last one at most. `budget`: blocks and entries
 * to read. */
int littlefs2_scrub(littlefs2_t *fs, uint32_t budget);
/* Puts it at the start of the list. */
void littlefs2_scrub_init(littlefs2_t *fs);
#else
static inline void littlefs2_checksum_begin(littlefs2_t *fs, const littlefs2_node_t *node, uint32_t position)
{
    (void)fs, (void)node, (void)position;
}
static inline void littlefs2_checksum_programmed(littlefs2_t *fs, const littlefs2_node_t *node,
                                                 uint32_t offset, const uint8_t *bytes, uint32_t size)
{
    (void)fs, (void)node, (void)offset, (void)bytes, (void)size;
}
static inline void littlefs2_checksum_forget_pass(littlefs2_t *fs, const littlefs2_node_t *node)
{
    (void)fs, (void)node;
}
static inline void littlefs2_checksum_prepare(littlefs2_t *fs, littlefs2_node_t *node)
{
    (void)fs, (void)node;
}
static inline void littlefs2_checksum_keep(littlefs2_t *fs, littlefs2_node_t *node)
{
    (void)fs, (void)node;
}
static inline uint32_t littlefs2_checksum_change(littlefs2_t *fs, const littlefs2_node_t *node,
                                                 littlefs2_change_t *change)
{
    (void)fs, (void)node, (void)change;
    return 0;
}
static inline const littlefs2_change_t *littlefs2_checksum_join(littlefs2_t *fs, const littlefs2_node_t *node,
                                                                const littlefs2_change_t *only)
{
    (void)fs, (void)node;
    return only;
}
static inline void littlefs2_checksum_committed(littlefs2_t *fs, littlefs2_node_t *node)
{
    (void)fs, (void)node;
}
static inline int littlefs2_checksum_read(littlefs2_t *fs, littlefs2_file_t *file, const uint8_t *bytes,
                                          uint32_t size)
{
    (void)fs, (void)file, (void)bytes, (void)size;
    return 0;
}
static inline int littlefs2_scrub(littlefs2_t *fs, uint32_t budget)
{
    (void)fs, (void)budget;
    return 0;
}
#endif

#endif
