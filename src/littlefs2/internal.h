/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2, inside. Reading order: tag.h, volume.h, this file, blocks.c, log.c, entries.c, index.c,
 * states.c, list.c, allocate.c, erase.c, commit.c, compact.c, relocate.c, recover.c, resolve.c, ctz.c,
 * create.c, file.c, file_write.c, file_sync.c, patches.c, checksum.c, directory.c, names.c, attributes.c,
 * mount.c, format.c, maintain.c, scrub.c, move.c, shrink.c, level.c, salvage.c, check.c, filesystem.c.
 *
 * The tree is a list of metadata pairs. A pair is two blocks; one of them holds the newer log. Entries of a
 * log have ids 0..count-1, in name order. Every change is one commit to one log, and is there after a power
 * cut or is not; what needs two commits says so in the global state, which is the xor over all pairs.
 *
 * Two rules that this implementation adds to the format:
 * - A pair moves to another block by a copy of equal content; only when every reference follows it, does
 *   the content change. So it never matters which reference a reader takes after a power cut.
 * - A commit that reported an error may be on flash or not. Before anything else is written, its log is
 *   superseded by a compaction of what memory says (fs->uncertain). */

#ifndef LITTLEFS2_INTERNAL_H
#define LITTLEFS2_INTERNAL_H

#include "volume.h"

/* -- blocks.c: the device, cached --------------------------------------------------------------------- */

/* `expected`: how many bytes from `offset` on the caller is likely to want; fills the cache with that. */
int littlefs2_read(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size,
                   uint32_t expected);
/* As littlefs2_read, but fills the cache with what lies below. */
int littlefs2_read_backward(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size);
int littlefs2_read_word(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t *word);
int littlefs2_crc_range(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to, uint32_t *crc);
void littlefs2_drop_read_cache(littlefs2_t *fs);
/* Keeps what the cache holds of the beginning of a block in the buffer of the writer, which must be idle, and
 * takes it back. Nothing may be written in between. Returns how many bytes that are. */
uint32_t littlefs2_put_cache_aside(littlefs2_t *fs);
void littlefs2_take_cache_back(littlefs2_t *fs, uint32_t block, uint32_t size);
int littlefs2_erase_blocks(littlefs2_t *fs, uint32_t block, uint32_t count);
int littlefs2_sync_device(littlefs2_t *fs);
/* Whether [from, to) reads as erased: 1, 0 or an error. Where the erased value is not known: whether it is
 * all the same. */
int littlefs2_is_erased(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to);

void littlefs2_writer_start(littlefs2_writer_t *writer, uint32_t block, uint32_t offset);
/* MCUFS_ECORRUPT: the block is bad (refused, or read back wrong). The bytes waiting stay in the buffer. */
int littlefs2_writer_put(littlefs2_t *fs, littlefs2_writer_t *writer, const void *data, uint32_t size);
int littlefs2_writer_flush(littlefs2_t *fs, littlefs2_writer_t *writer); /* pads to a program unit */
int littlefs2_writer_flush_units(littlefs2_t *fs,
                                 littlefs2_writer_t *writer); /* whole units only, no padding */

/* -- log.c, entries.c: reading logs ----------------------------------------------------------------- */

typedef struct littlefs2_search {
    const char *name;
    uint32_t length;
    uint16_t insert; /* lowest id with a greater name; LITTLEFS2_NO_ID: none */
    uint16_t found;  /* LITTLEFS2_NO_ID: not found */
    uint32_t name_type;
    uint32_t struct_tag, struct_offset;     /* 0: not seen after the name */
    uint32_t modified_tag, modified_offset; /* attributes with times */
    uint32_t created_tag, created_offset;
} littlefs2_search_t;

bool littlefs2_same_pair(const uint32_t a[2], const uint32_t b[2]);   /* the same two blocks */
bool littlefs2_pairs_touch(const uint32_t a[2], const uint32_t b[2]); /* share a block */
bool littlefs2_pair_is_null(const uint32_t pair[2]);
bool littlefs2_pair_is_valid(const littlefs2_t *fs, const uint32_t pair[2]);
typedef struct littlefs2_confirm {
    bool always;      /* even when it bears a serial number */
    uint32_t serial;  /* found: that number; 0: none */
    uint32_t highest; /* found: of the numbers in all of the log, or more */
} littlefs2_confirm_t;
/* Reads and verifies the newer log of a pair. `search` may be NULL. `confirm`: read the newest commit
 * LITTLEFS2_CONFIRM_READS times; NULL: do not. MCUFS_ECORRUPT: neither half holds a log. */
int littlefs2_fetch(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata,
                    littlefs2_search_t *search, littlefs2_confirm_t *confirm);
/* One pass over a known log, for a name. */
int littlefs2_search_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_search_t *search);
/* Newest tag of `type` (under `mask`) of `id`. MCUFS_ENOENT: none, or deleted. */
int littlefs2_find_in_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t mask, uint32_t type,
                          uint32_t id, littlefs2_location_t *found);
/* Calls back for the newest of every attribute of `id`, until it returns non-zero. */
int littlefs2_each_attribute(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id,
                             int (*visit)(void *context, const littlefs2_location_t *attribute),
                             void *context);
/* Entry `id` of a view, from a window of ids that is filled by one pass. Valid until the next call. */
int littlefs2_entry(littlefs2_t *fs, const littlefs2_view_t *view, uint32_t id,
                    const littlefs2_entry_t **entry);
void littlefs2_drop_window(littlefs2_t *fs);
littlefs2_view_t littlefs2_view_of(const littlefs2_metadata_t *metadata);
littlefs2_view_t littlefs2_view_with(const littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                                     uint32_t count);
int littlefs2_read_location(littlefs2_t *fs, const littlefs2_location_t *location, uint32_t skip,
                            void *buffer, uint32_t size);
/* A pair or {head, size}: two little-endian words. */
int littlefs2_read_two_words(littlefs2_t *fs, const littlefs2_location_t *location, uint32_t words[2]);
/* Compares a name on flash, whose first `equal` bytes are known to be equal, with another: 0 when they are
 * the same, LITTLEFS2_GREATER, LITTLEFS2_LESS, or an error. */
int littlefs2_compare_stored(littlefs2_t *fs, const littlefs2_location_t *stored, const char *name,
                             uint32_t length, uint32_t equal);
enum { LITTLEFS2_GREATER = 1, LITTLEFS2_LESS = 2 };

/* What `tag` does to the order of a log with `count` entries: LITTLEFS2_SCATTERED or 0. */
#if MCUFS_LITTLEFS2_WITH_INDEX
uint32_t littlefs2_scatters(uint32_t tag, uint32_t count);
#else
static inline uint32_t littlefs2_scatters(uint32_t tag, uint32_t count)
{
    (void)tag, (void)count;
    return 0;
}
#endif
/* The name of `id`, which is the first of a log. MCUFS_ENOENT: it has none. */
int littlefs2_find_first_name(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                              littlefs2_location_t *found);
/* Makes a record of the log in the index, where that is possible and there is none. */
int littlefs2_learn_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata);
/* The same before all entries are looked at in order, where the window is too small for them. */
int littlefs2_learn_large_log(littlefs2_t *fs, const littlefs2_metadata_t *metadata);

/* -- states.c: what is known of metadata pairs ------------------------------------------------------ */

int littlefs2_get(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata);
/* Whether littlefs2_get would read nothing, because this very pair is remembered. */
bool littlefs2_is_known(littlefs2_t *fs, const uint32_t pair[2]);
/* littlefs2_get; and where nothing is known, littlefs2_search_log in the same pass. 1: searched; 0: not; or
 * an error. */
int littlefs2_get_and_search(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata,
                             littlefs2_search_t *search);
/* Remembers `metadata` in place of what was known of `old` (NULL: of its own pair). */
void littlefs2_remember(littlefs2_t *fs, const uint32_t old[2], const littlefs2_metadata_t *metadata);
/* The same log has grown. `keep_first`: its first name is what it was. */
void littlefs2_remember_appended(littlefs2_t *fs, const littlefs2_metadata_t *metadata, bool keep_first);
void littlefs2_forget(littlefs2_t *fs, const uint32_t pair[2]);
/* Whether the log's first name is greater than `name`: 1, 0 or an error; 0 for an empty log. */
int littlefs2_first_name_is_greater(littlefs2_t *fs, const littlefs2_metadata_t *metadata, const char *name,
                                    uint32_t length);

/* -- list.c: all metadata pairs, in the order of the list --------------------------------------------- */

/* The first log on the list of which `match` says 1, not 0 or an error. 1, 0: none, or an error. */
int littlefs2_find_on_list(littlefs2_t *fs,
                           int (*match)(littlefs2_t *fs, const littlefs2_metadata_t *metadata, void *context),
                           void *context, littlefs2_metadata_t *metadata);
/* The pair whose tail is `pair`. 1, 0: none, or an error. */
int littlefs2_find_predecessor(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *predecessor);
/* An entry that names a directory. */
typedef struct littlefs2_reference {
    const uint32_t *pair; /* that the directory's head shares a block with */
    uint32_t head[2];     /* what the entry says */
    uint32_t id;
} littlefs2_reference_t;
/* The log with such an entry. 1, 0: none, or an error. */
int littlefs2_find_parent(littlefs2_t *fs, littlefs2_reference_t *wanted, littlefs2_metadata_t *parent);

/* -- allocate.c: free blocks ------------------------------------------------------------------------ */

/* Blocks handed out so far are referenced or belong to open files. */
void littlefs2_allocation_checkpoint(littlefs2_t *fs);
/* A free block. `growth`: may not touch the reserve. MCUFS_ENOSPC. MCUFS_EAGAIN: free blocks have to be
 * looked for first (littlefs2_find_blocks), which takes more stack than the depths of a commit have left. */
int littlefs2_allocate(littlefs2_t *fs, bool growth, bool erased, uint32_t *block);
/* The same for file data: looks for blocks by itself. */
int littlefs2_allocate_data(littlefs2_t *fs, bool growth, uint32_t *block);
int littlefs2_find_blocks(littlefs2_t *fs);
void littlefs2_release(littlefs2_t *fs, uint32_t block);
int littlefs2_know_map(littlefs2_t *fs);
void littlefs2_forget_map(littlefs2_t *fs);
bool littlefs2_has_room(const littlefs2_t *fs, uint32_t blocks);

/* -- commit.c, compact.c: writing logs -------------------------------------------------------------- */

void littlefs2_commit_start(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t previous);
int littlefs2_commit_put_bytes(littlefs2_t *fs, const void *bytes, uint32_t size);
int littlefs2_commit_put(littlefs2_t *fs, uint32_t tag, const littlefs2_location_t *location);
/* The same, as fs->commit.id. `context`: the volume. */
int littlefs2_commit_put_entry(void *context, const littlefs2_location_t *location);
/* A tag that is not about an entry, with up to three words. */
int littlefs2_commit_put_words(littlefs2_t *fs, uint32_t type, const uint32_t *words, uint32_t count);
int littlefs2_commit_put_move_state(littlefs2_t *fs, const littlefs2_global_t *state);
/* `whole`: of a whole log. */
int littlefs2_commit_end(littlefs2_t *fs, bool whole);
/* A change with a pair, or other two words, as its data. */
littlefs2_change_t littlefs2_pair_change(uint32_t type, uint32_t id, const uint32_t pair[2],
                                         uint8_t bytes[8]);

/* Applies changes to a log: appends, or compacts into the other block and splits. 0; an error, with
 * everything as before; or LITTLEFS2_AGAIN: littlefs2_make_consistent or littlefs2_prepare_again has to do
 * something first. Global state that differs from the disk goes along; unless the result is 0, fs->global is
 * afterwards what is on disk. fs->bind follows, and is NULL afterwards. */
int littlefs2_try_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                         uint32_t count);
/* The same for what mends the volume: a worn block is good enough, and a move that waits is no hindrance. */
int littlefs2_commit_in_place(littlefs2_t *fs, littlefs2_metadata_t *metadata,
                              const littlefs2_change_t *changes, uint32_t count);
/* The same, with littlefs2_prepare_again done before LITTLEFS2_AGAIN is returned. */
int littlefs2_commit(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                     uint32_t count);

/* Not an error, and not seen outside commit.c, compact.c and relocate.c: the other block is worn or bad. */
#define LITTLEFS2_NEEDS_RELOCATION 2
/* As littlefs2_commit, but never relocates: LITTLEFS2_NEEDS_RELOCATION. `stay`: a worn block is good enough.
 */
int littlefs2_commit_here(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_change_t *changes,
                          uint32_t count, bool stay);
int littlefs2_compact(littlefs2_t *fs, littlefs2_metadata_t *metadata, const littlefs2_view_t *view,
                      const littlefs2_global_t *move_state, bool stay);
/* What goes into a whole new log. */
typedef struct littlefs2_log_plan {
    const littlefs2_view_t *view;
    uint32_t begin, end; /* entries */
    uint32_t tail[2];
    const littlefs2_global_t *move_state; /* NULL: none */
    uint32_t pair[2];                     /* is to be in [0] */
    uint32_t revision;
    bool hard;
} littlefs2_log_plan_t;
/* All of a view, in one log; the last three are the caller's to fill in. */
void littlefs2_plan_whole(littlefs2_log_plan_t *plan, const littlefs2_view_t *view);
/* Writes the log into pair[0], which is erased. */
int littlefs2_write_log(littlefs2_t *fs, const littlefs2_log_plan_t *plan);
/* What is known of a log right after it was written. */
void littlefs2_describe(const littlefs2_t *fs, const littlefs2_log_plan_t *plan,
                        littlefs2_metadata_t *written);
/* Writes the log into a free block, which pair[0] gets. `growth`: as of littlefs2_allocate. */
int littlefs2_write_anew(littlefs2_t *fs, littlefs2_log_plan_t *plan, bool growth);
/* Writes the log into the other block of its pair. 0, LITTLEFS2_NEEDS_RELOCATION: that block is bad, or an
 * error. */
int littlefs2_write_over(littlefs2_t *fs, littlefs2_metadata_t *metadata, littlefs2_log_plan_t *plan);
/* Writes, and remembers, a new pair. */
int littlefs2_write_new_pair(littlefs2_t *fs, littlefs2_log_plan_t *plan);
/* Adds a log's share of the global state to `sum`. */
int littlefs2_add_move_state(littlefs2_t *fs, const littlefs2_metadata_t *metadata, littlefs2_global_t *sum);
void littlefs2_global_add(littlefs2_global_t *sum, const littlefs2_global_t *state);
bool littlefs2_global_is_zero(const littlefs2_global_t *state);
void littlefs2_mark_uncertain(littlefs2_t *fs, const littlefs2_metadata_t *metadata);
/* The log in doubt that is in this pair, as it is pinned; NULL: it is in no doubt. */
littlefs2_metadata_t *littlefs2_uncertain(littlefs2_t *fs, const uint32_t pair[2]);
/* A newer log of this pair has been written. */
void littlefs2_forget_doubt(littlefs2_t *fs, const uint32_t pair[2]);

/* -- relocate.c: moving pairs ----------------------------------------------------------------------- */

/* A pair on the move: a reader that finds `old` is to take `now`. */
typedef struct littlefs2_task {
    uint32_t old[2], now[2];
    uint32_t replaced; /* block that leaves the pair */
    bool copied;       /* `now` is written */
    bool referenced;   /* the entry leads to `now`, the list to `old` */
    bool orphans;      /* the global state's orphan bit before this task */
} littlefs2_task_t;
/* Moves a pair's inactive half to another block and brings every reference up to date. For the superblock
 * pair: moves its entries to a new pair. */
int littlefs2_relocate(littlefs2_t *fs, const uint32_t pair[2]);

/* -- recover.c ---------------------------------------------------------------------------------------- */

/* Does what the last LITTLEFS2_AGAIN was for. */
int littlefs2_prepare_again(littlefs2_t *fs);
/* To be called before every change: finishes what a power cut, an error or the change before left half done,
 * and a creation. Orphans and the source of a move may wait, where there is no room: other changes may make
 * some. */
int littlefs2_make_consistent(littlefs2_t *fs);
/* The same but for the creation. */
int littlefs2_clean_up(littlefs2_t *fs);
/* After a change: its second half, where it has one. */
int littlefs2_finish_change(littlefs2_t *fs, int result);
bool littlefs2_move_pending(const littlefs2_t *fs);
bool littlefs2_orphans_possible(const littlefs2_t *fs);
void littlefs2_set_orphans(littlefs2_t *fs, bool possible);
/* Whether this entry has been moved away, and only its old copy is left. */
bool littlefs2_is_moved_away(const littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id);
/* Takes a directory's pairs, which have no entry any more, off the list. */
int littlefs2_unlink_directory(littlefs2_t *fs, const uint32_t head[2]);
/* Both blocks of a pair are free again. */
void littlefs2_release_pair(littlefs2_t *fs, const uint32_t pair[2]);
/* Removes entry `id`; drops the log where it was the last one. */
int littlefs2_delete_entry(littlefs2_t *fs, littlefs2_metadata_t *metadata, uint32_t id);

/* -- resolve.c: from paths to entries ----------------------------------------------------------------- */

typedef struct littlefs2_found {
    uint16_t id;
    uint8_t type; /* MCUFS_TYPE_*; 0: no such entry, only the last component is missing */
    bool is_root;
    bool wants_directory;          /* the path was spelled as a directory */
    littlefs2_metadata_t metadata; /* the log the entry is in, or would be inserted into */
    uint32_t parent[2];            /* head of the directory the entry is in */
    const char *name;
    uint32_t length;
    uint32_t directory[2];                  /* of a directory: its head */
    littlefs2_extent_t extent;              /* of a file */
    uint32_t struct_offset;                 /* where the struct's data is in the log */
    uint32_t modified_tag, modified_offset; /* attributes with times; tag 0: none */
    uint32_t created_tag, created_offset;
} littlefs2_found_t;

/* This block is not part of what it was any more. */
void littlefs2_forget_places(littlefs2_t *fs, uint32_t block);
/* References change: what was found by way of the old ones may be a copy that does not count. */
static inline void littlefs2_forget_all_places(littlefs2_t *fs)
{
    fs->places_known = false;
}
/* `avoid`: MCUFS_EINVAL when the path leads through this directory (NULL: none). */
int littlefs2_resolve(littlefs2_t *fs, const mcufs_path_t *path, const uint32_t avoid[2],
                      littlefs2_found_t *found);
int littlefs2_decode_structure(littlefs2_t *fs, const littlefs2_location_t *structure,
                               littlefs2_found_t *found);

/* -- ctz.c: block lists of files ---------------------------------------------------------------------- */

uint32_t littlefs2_ctz_index(const littlefs2_t *fs, uint32_t position, uint32_t *offset);
uint32_t littlefs2_ctz_blocks(const littlefs2_t *fs, uint32_t size); /* number of blocks */
bool littlefs2_same_extent(const littlefs2_extent_t *a, const littlefs2_extent_t *b);
uint32_t littlefs2_extent_blocks(const littlefs2_t *fs, const littlefs2_extent_t *extent);
uint32_t littlefs2_ctz_header(uint32_t index); /* bytes of pointers in block `index` */
/* Reads that littlefs2_ctz_find takes between two block numbers. */
uint32_t littlefs2_ctz_distance(uint32_t from, uint32_t to);
int littlefs2_ctz_find(littlefs2_t *fs, uint32_t head, uint32_t head_index, uint32_t index, uint32_t *block);
/* The same, with what is remembered of the chain that ends in `head`; fs->pointers must be there. */
int littlefs2_ctz_find_again(littlefs2_t *fs, uint32_t head, uint32_t head_index, uint32_t index,
                             uint32_t *block);
int littlefs2_ctz_each(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t from_index,
                       int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context);
/* Releases blocks from `from_index` on. */
void littlefs2_ctz_release(littlefs2_t *fs, const littlefs2_extent_t *extent, uint32_t from_index);

/* -- file.c, file_write.c ----------------------------------------------------------------------------- */

/* A buffer for files that nobody uses: its number + 1; 0: none. */
uint8_t littlefs2_take_slot(littlefs2_t *fs);
void littlefs2_return_slot(littlefs2_t *fs, uint8_t slot);
littlefs2_node_t *littlefs2_node_of(littlefs2_t *fs, const uint32_t pair[2], uint32_t id);
int littlefs2_node_read(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                        uint32_t size);
int littlefs2_node_write(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, const uint8_t *data,
                         uint32_t size);
int littlefs2_node_truncate(littlefs2_t *fs, littlefs2_node_t *node, uint32_t size);
/* `attributes` go along, at most LITTLEFS2_ATTRIBUTES_AT_ONCE. */
int littlefs2_node_sync(littlefs2_t *fs, littlefs2_node_t *node, const littlefs2_file_attribute_t *attributes,
                        uint32_t count);
/* Puts everything written so far on flash, without committing it. */
int littlefs2_node_settle(littlefs2_t *fs, littlefs2_node_t *node);
/* Puts the content where it is to be: in the buffer, or complete in blocks. */
int littlefs2_node_place(littlefs2_t *fs, littlefs2_node_t *node);
/* Gives a node without a buffer one from the arena that can hold its content. */
bool littlefs2_lend_buffer(littlefs2_t *fs, littlefs2_node_t *node);
/* Before the entry of an open file goes: keeps inline content for its handles. MCUFS_ENOSPC: no block, and no
 * buffer. */
int littlefs2_node_detach(littlefs2_t *fs, littlefs2_node_t *node);
/* Forgets what was written since the last sync. */
void littlefs2_node_revert(littlefs2_t *fs, littlefs2_node_t *node);
uint32_t littlefs2_inline_limit(const littlefs2_t *fs, uint32_t buffer_size);
int littlefs2_source_read(littlefs2_t *fs, littlefs2_node_t *node, uint32_t position, uint8_t *buffer,
                          uint32_t size);
/* Where inline content is. */
int littlefs2_inline_location(littlefs2_t *fs, littlefs2_node_t *node, littlefs2_location_t *location);
/* The block of `source` with this index. */
int littlefs2_source_block(littlefs2_t *fs, littlefs2_node_t *node, uint32_t index, uint32_t *block);

/* Puts the pointers at the start of block `index` of a chain; `previous` is the block before it. MCUFS_EIO:
 * that one is damaged. */
int littlefs2_put_pointers(littlefs2_t *fs, littlefs2_writer_t *writer, uint32_t index, uint32_t previous);
/* Commits where the content is now that it has moved. The time stays. */
int littlefs2_node_commit_moved(littlefs2_t *fs, littlefs2_node_t *node);

/* -- move.c: the same content in other blocks ---------------------------------------------------------- */

/* A handle of our own for content to be moved; first in both lists until littlefs2_mover_end. It has no
 * content at first, and no entry. */
void littlefs2_mover_begin(littlefs2_t *fs, littlefs2_file_t *mover);
void littlefs2_mover_take(littlefs2_t *fs, littlefs2_file_t *mover, const littlefs2_extent_t *extent);
/* Gives up what was written and is not committed. */
void littlefs2_mover_end(littlefs2_t *fs, littlefs2_file_t *mover);
/* Writes blocks from number `from` on anew: mover->own.source is the new content, which shares the blocks
 * before with the old one. MCUFS_EIO: the old content is damaged. */
int littlefs2_mover_write(littlefs2_t *fs, littlefs2_file_t *mover, uint32_t from);
/* The content of an open file is where the mover put it. */
void littlefs2_mover_hand_over(const littlefs2_file_t *mover, littlefs2_node_t *node);
/* Moves the content, which is that of the entry of the mover's handle, and commits that. */
int littlefs2_move_file(littlefs2_t *fs, littlefs2_file_t *mover, uint32_t from);
/* level.c: moves what is due. 1: the budget (blocks) is used up, and there is more to do. */
#if MCUFS_LITTLEFS2_WITH_LEVELLING
int littlefs2_level(littlefs2_t *fs, uint32_t *budget);
#else
static inline int littlefs2_level(littlefs2_t *fs, uint32_t *budget)
{
    (void)fs, (void)budget;
    return 0;
}
#endif
/* Replaces one block of a pair, the one that is not in use. MCUFS_ENOSPC. */
int littlefs2_move_pair(littlefs2_t *fs, const uint32_t pair[2]);
/* The content of an entry; kind LITTLEFS2_CONTENT_NONE: it is not in blocks. */
int littlefs2_content_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                         littlefs2_extent_t *extent);

/* -- directory.c, names.c, attributes.c --------------------------------------------------------------- */

int littlefs2_stat_open(void *volume, void *handle, mcufs_stat_t *stat);

/* Up to two attributes with times, in the volume's dialect, for `id`. Returns how many. */
uint32_t littlefs2_time_changes(const littlefs2_t *fs, uint32_t id, int64_t modified, int64_t created,
                                uint8_t storage[16], littlefs2_change_t changes[2]);
int64_t littlefs2_now(const littlefs2_t *fs);
int64_t littlefs2_decode_time(littlefs2_t *fs, const littlefs2_location_t *attribute);
/* The time in the attribute `type` of an entry; left as it is when there is none. */
int littlefs2_time_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t type, uint32_t id,
                      int64_t *time);
/* The times of an entry that no walk has just come across: a search for each. */
int littlefs2_times_of(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                       mcufs_times_t *times);
/* The tag type that holds the modification time in this volume's dialect. */
uint32_t littlefs2_time_type(const littlefs2_t *fs);
bool littlefs2_holds_modified(uint32_t type);
bool littlefs2_holds_created(uint32_t type);
int littlefs2_set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times);

bool littlefs2_attribute_is_too_large(const littlefs2_t *fs, uint32_t size);
/* The attribute `type` of an entry: the stored size, or MCUFS_ENODATA. The rest of the buffer is zeros. */
int32_t littlefs2_read_attribute(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                                 uint8_t type, void *buffer, uint32_t size);

void littlefs2_link_handle(littlefs2_t *fs, littlefs2_handle_t *handle);
void littlefs2_unlink_handle(littlefs2_t *fs, littlefs2_handle_t *handle);

/* -- mount.c, format.c, maintain.c, check.c ----------------------------------------------------------- */

typedef struct littlefs2_superblock {
    uint32_t version, block_size, block_count, name_max, file_max, attribute_max;
} littlefs2_superblock_t;

void littlefs2_encode_superblock(const littlefs2_superblock_t *superblock,
                                 uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE]);
int littlefs2_read_superblock(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                              littlefs2_superblock_t *superblock);
int littlefs2_probe(const mcufs_device_t *device, mcufs_probe_t *found);
/* Lays out a volume's memory and units; the volume itself is at the head of the arena. */
int littlefs2_prepare(const mcufs_setup_t *setup, uint32_t block_size, uint32_t block_count,
                      littlefs2_t **volume);
/* Walks the list of pairs: global state, root, superblock. */
int littlefs2_load(littlefs2_t *fs, const mcufs_littlefs2_options_t *options);
int littlefs2_statfs(void *volume, mcufs_statfs_t *statfs);
int littlefs2_check(const mcufs_setup_t *setup, mcufs_check_t *check);
int littlefs2_write_superblock(littlefs2_t *fs, uint32_t version, uint32_t block_count);

static inline bool littlefs2_is_salvage(const littlefs2_t *fs)
{
    return MCUFS_LITTLEFS2_WITH_SALVAGE && fs->salvage;
}

static inline void littlefs2_progress(const littlefs2_t *fs)
{
    if (fs->hooks && fs->hooks->progress) {
        fs->hooks->progress(fs->hooks->context);
    }
}

static inline uint32_t littlefs2_align_up(uint32_t value, uint32_t unit)
{
    return (value + unit - 1) / unit * unit;
}

static inline uint32_t littlefs2_minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

#include "optional.h"

#endif
