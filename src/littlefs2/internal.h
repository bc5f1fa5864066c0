/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2, inside. Reading order: tag.h, this file, blocks.c, log.c, entries.c, index.c, states.c,
 * list.c, allocate.c, erase.c, commit.c, compact.c, relocate.c, recover.c, resolve.c, ctz.c, create.c,
 * file.c, file_write.c, file_sync.c, patches.c, checksum.c, directory.c, names.c, attributes.c, mount.c,
 * format.c, maintain.c, scrub.c, move.c, shrink.c, level.c, salvage.c, check.c, filesystem.c.
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

#include <string.h>

#include <mcufs/littlefs2_direct.h>

#include "parts.h"
#include "tag.h"

/* Not an error: the log moved to other blocks and nothing of the change was written; look it up again. */
#define LITTLEFS2_AGAIN 1

#define LITTLEFS2_SUPERBLOCK_SIZE    24u
#define LITTLEFS2_BLOCK_SIZE_MIN     128u
#define LITTLEFS2_FILE_SIZE_MAX      0x7fffffffu
#define LITTLEFS2_ATTRIBUTE_SIZE_MAX 1022u

/* Reads of the newest commit of every log at mount: bits left half programmed by a power cut read
 * differently from time to time, and a commit that holds one must not be built upon. */
#define LITTLEFS2_CONFIRM_READS 16u

/* Behind the two words of a forward CRC, where there is room: the serial number of the commit. A commit is
 * complete when another one on the volume has a higher number, because that was begun later. So only the
 * highest, and commits without a number, may be unstable. */
#define LITTLEFS2_SERIAL_SIZE 4u

/* Bytes kept free in a compacted log for a tail and a move state that later commits may bring. */
#define LITTLEFS2_LOG_RESERVE 40u

/* A pair that is written a lot moves to another block after so many compactions, at the latest. */
#define LITTLEFS2_HOT_CYCLES 16u

/* File buffers from this one on are lent to the index while they are not in use. */
#define LITTLEFS2_LENT_FROM 2u
/* Its size where there is to be none. */
#define LITTLEFS2_NO_INDEX  0xffffu

#define LITTLEFS2_SPLITS_MAX      4u
#define LITTLEFS2_RELOCATIONS_MAX 3u
#define LITTLEFS2_SPARES          8u
/* Logs in doubt at a time: to write one anew, it may have to move, and a cut may tear the log that refers to
 * it. */
#define LITTLEFS2_UNCERTAIN_MAX   2u

/* Stack is short on the targets, and what the compiler merges into one function is on it all at once. */
#if defined(__GNUC__)
#define LITTLEFS2_OUT_OF_LINE __attribute__((noinline))
#else
#define LITTLEFS2_OUT_OF_LINE
#endif

/* -- Metadata ----------------------------------------------------------------------------------------- */

enum {
    LITTLEFS2_SPLIT = 0x01, /* the directory goes on at the tail */
    LITTLEFS2_APPENDABLE =
        0x02,                 /* the log ends cleanly; what follows is erased as far as the format can tell */
    LITTLEFS2_CHECKED = 0x04, /* what follows was checked or written by us: erased to the end of the block */
    LITTLEFS2_HAS_MOVE_STATE = 0x08,
    LITTLEFS2_HAS_SUPERBLOCK = 0x10, /* id 0 is a superblock entry */
    LITTLEFS2_SUSPECT =
        0x20, /* fetch: signs of a commit that a power cut interrupted; it may come to life later */
    LITTLEFS2_SUSPECT_OLD_HALF = 0x40, /* with that: only in the half that is not in use; may be older */
    LITTLEFS2_SCATTERED = 0x80 /* not in the order of ids: tags are about others than the last entry */
};

/* What is worth remembering of one metadata pair. */
typedef struct littlefs2_metadata {
    uint32_t pair[2]; /* [0] holds the log */
    uint32_t revision;
    uint32_t end;     /* bytes: where the log ends */
    uint32_t end_tag; /* what the next stored tag is xored with: the last one, but for the top bit */
    uint32_t tail[2];
    uint16_t count;
    uint8_t flags;
} littlefs2_metadata_t;

/* One slot of the state cache. The first name tells which log of a directory a name belongs to. */
typedef struct littlefs2_state {
    littlefs2_metadata_t metadata; /* pair[0] == LITTLEFS2_NULL: empty slot */
    uint32_t first_offset;         /* of the first name's bytes; 0: not known */
    uint8_t first_length;
    uint8_t first[7]; /* its beginning */
} littlefs2_state_t;

typedef struct littlefs2_global {
    uint32_t tag; /* bit 31: orphans possible; type DELETE + id: that entry of `pair` has moved away */
    uint32_t pair[2];
} littlefs2_global_t;

/* One entry of a log, as found by a pass over a window of ids. */
typedef struct littlefs2_entry {
    uint32_t name_tag, name_offset;
    uint32_t struct_tag, struct_offset;
    uint32_t time_tag, time_offset; /* the newest attribute that holds a modification time */
    uint16_t current;               /* pass: this entry's id at the point of the log being read */
    uint8_t flags;
} littlefs2_entry_t;

enum {
    LITTLEFS2_ENTRY_BORN = 0x01,        /* pass: older tags are not about this entry */
    LITTLEFS2_ENTRY_NAME_CHANGE = 0x02, /* name_offset is an index into the changes */
    LITTLEFS2_ENTRY_STRUCT_CHANGE = 0x04,
    LITTLEFS2_ENTRY_STRUCT_COPY = 0x08, /* struct_offset is in the log the change copies from */
    LITTLEFS2_ENTRY_ATTRIBUTES = 0x10,
    LITTLEFS2_ENTRY_CREATED = 0x20,     /* has a creation time */
    LITTLEFS2_ENTRY_TIME_REMOVED = 0x40 /* a modification time was removed: look closer */
};

#define LITTLEFS2_WINDOW_MIN 4u

/* One change of a commit, in order. */
typedef struct littlefs2_change {
    uint32_t tag;
    const void *data; /* littlefs2_tag_length(tag) bytes; of LITTLEFS2_COPY: a littlefs2_source_t */
} littlefs2_change_t;

/* An entry to copy from, as it is before any of the changes. */
typedef struct littlefs2_source {
    const littlefs2_metadata_t *metadata;
    uint32_t id;
} littlefs2_source_t;

/* A log as it will be once some changes are applied. */
typedef struct littlefs2_view {
    const littlefs2_metadata_t *metadata;
    const littlefs2_change_t *changes;
    uint32_t change_count;
    uint32_t count;   /* entries afterwards */
    uint32_t flags;   /* LITTLEFS2_SPLIT: the tail is a hard one */
    uint32_t tail[2]; /* afterwards */
} littlefs2_view_t;

enum {
    LITTLEFS2_SCATTERS = 0x20,    /* the log is LITTLEFS2_SCATTERED afterwards */
    LITTLEFS2_KEEPS_FIRST = 0x40, /* what is known of the first name stays right */
    LITTLEFS2_ADDS = 0x80,        /* the changes bring content: they may not touch the reserve */
    LITTLEFS2_GROWS_AT_END = 0x02 /* entries arrive in order, at the end of a directory */
};

/* Where a tag's data is. */
typedef struct littlefs2_location {
    uint32_t tag;
    const void *data; /* in memory, or NULL */
    uint32_t block, offset;
} littlefs2_location_t;

/* A piece that a log was split into: entries from `begin` on are in `pair` now. */
typedef struct littlefs2_piece {
    uint32_t begin;
    uint32_t pair[2];
} littlefs2_piece_t;
/* The log of a directory that the name looked for last is in, or would be: no greater name is before it, as
 * long as this is about the last look. */
typedef struct littlefs2_place {
    uint32_t directory; /* lower block of its head; LITTLEFS2_NULL: none */
    uint32_t pair[2];
    uint8_t name[8]; /* the beginning, filled up with 0xff: of two names the shorter one is greater */
} littlefs2_place_t;
/* Where a log is cut that has become too large. In the arena, not on the stack: compaction is where the stack
 * is deepest. */
typedef struct littlefs2_split {
    union {
        littlefs2_piece_t pieces[LITTLEFS2_SPLITS_MAX]; /* after the first, ascending */
        littlefs2_place_t places[2]; /* between commits, if fs->places_known: of different directories, the
                                        newest first */
    };
    uint32_t count;
    uint32_t total; /* bytes of all entries */
} littlefs2_split_t;

/* A commit that is being written, or, while `measuring`, only measured. */
typedef struct littlefs2_commit {
    uint32_t crc;
    uint32_t previous; /* what the next tag is xored with */
    uint32_t measured; /* bytes */
    uint16_t id;       /* what littlefs2_commit_put_entry puts as */
    bool measuring;
} littlefs2_commit_t;

/* -- Memory and handles ------------------------------------------------------------------------------- */

typedef struct littlefs2_read_cache {
    uint32_t block; /* LITTLEFS2_NULL: empty */
    uint32_t offset, size;
    uint8_t *buffer;
} littlefs2_read_cache_t;

/* Collects bytes for one block and programs them in whole units, verified. */
typedef struct littlefs2_writer {
    uint32_t block;
    uint32_t offset; /* bytes below are programmed */
    uint32_t used;   /* bytes waiting in the buffer */
    uint8_t *buffer;
    uint32_t capacity;
} littlefs2_writer_t;

/* What follows an entry or a directory through commits; in a list per mount. */
typedef struct littlefs2_handle {
    struct littlefs2_handle *next;
    uint32_t pair[2];
    uint16_t id;
    uint8_t kind;
    uint8_t flags;
} littlefs2_handle_t;

enum { LITTLEFS2_HANDLE_FILE = 1, LITTLEFS2_HANDLE_DIRECTORY = 2 };
enum { LITTLEFS2_HANDLE_REMOVED = 0x01 };

typedef enum littlefs2_content {
    LITTLEFS2_CONTENT_NONE,   /* size 0 */
    LITTLEFS2_CONTENT_INLINE, /* in the entry's log */
    LITTLEFS2_CONTENT_CTZ     /* in blocks */
} littlefs2_content_t;

typedef struct littlefs2_extent {
    littlefs2_content_t kind;
    uint32_t head; /* last block, of CTZ */
    uint32_t size;
} littlefs2_extent_t;

/* A read of a file from its start to its end. */
typedef struct littlefs2_read_through {
    uint32_t to;  /* bytes below have been read, all of what is committed now; LITTLEFS2_NULL: not so */
    uint32_t crc; /* of them */
} littlefs2_read_through_t;

enum { LITTLEFS2_CHECKSUM_UNKNOWN, LITTLEFS2_CHECKSUM_NONE, LITTLEFS2_CHECKSUM_VALID };

/* The state of one open file, shared by all handles on it.
 *
 * `committed` is what the metadata says. `source` is the whole content but for what the writer did since
 * (the same as `committed` unless a pass over the file ended without a sync). While `writing`, bytes below
 * `cursor` are in the chain that ends in the writer's block, and bytes from `cursor` on in `source`. */
typedef struct littlefs2_node {
    littlefs2_handle_t handle;
    uint16_t users; /* handles on it */
    bool writing;   /* a pass over the file is under way */
    bool in_buffer; /* all of the content is in the writer's buffer */
    bool dirty;     /* differs from `committed` */
    bool patched;   /* fs->patches are about this file */
    bool retry;     /* a program of the writer failed half-way: its block has to be replaced */
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    uint8_t checksum_known; /* LITTLEFS2_CHECKSUM_* */
#endif
    littlefs2_extent_t committed, source;
    uint32_t shared; /* leading blocks of `committed` that the current content still uses */
    uint32_t size;
    uint32_t cursor;
    uint32_t index;           /* block number in the file of the writer's block */
    uint32_t previous;        /* block before the writer's, in the file */
    uint32_t pass_shared;     /* leading blocks of `source` that the running pass kept */
    uint32_t tail_programmed; /* how far the last block of `source` was programmed; 0: not known */
    uint32_t near_head, near_index, near_block; /* of `source`: the block that was read last */
    uint32_t inline_block, inline_offset,
        inline_revision; /* where inline content was seen; offset 0: not known */
    littlefs2_writer_t writer;
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    uint32_t checksum; /* of `committed`, where it is known: a CRC-32 before its last inversion */
#endif
} littlefs2_node_t;

typedef struct littlefs2_file {
    littlefs2_node_t *node;
    struct littlefs2_file *next; /* all open files of the mount */
    uint8_t *buffer;             /* for writing; NULL on a read-only handle */
    uint32_t buffer_size;
    uint32_t position;
    uint32_t flags;
    uint8_t slot; /* + 1 of the arena's buffer in use; 0: the caller's */
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    littlefs2_read_through_t read_through;
#endif
    littlefs2_node_t own; /* used while this handle lends its memory to the node */
} littlefs2_file_t;

typedef struct littlefs2_directory {
    littlefs2_handle_t handle; /* pair and next id to return */
    uint32_t head[2];
    uint32_t position; /* entries returned so far */
    uint32_t hops;     /* logs gone through: more than there are blocks is a cycle */
} littlefs2_directory_t;

typedef struct littlefs2_patches littlefs2_patches_t;
typedef struct littlefs2_checksums littlefs2_checksums_t;

/* Where blocks of one file are, as far as it was come across: every stride-th. */
typedef struct littlefs2_pointers {
    uint32_t head; /* of the file's chain */
    uint32_t stride, used, capacity;
    uint32_t known[]; /* LITTLEFS2_NULL: not known */
} littlefs2_pointers_t;

/* The beginning of mcufs_health_t: the rest is about checksums, and kept with them. */
typedef struct littlefs2_health {
    uint32_t bad_blocks, corrected, uncorrected;
    uint32_t moves_completed, orphans_removed, links_repaired, commits_discarded;
} littlefs2_health_t;

typedef struct littlefs2_index littlefs2_index_t;

/* What is used most comes first: instructions with small offsets are shorter on most targets. */
typedef struct littlefs2 {
    bool map_known; /* map and free_blocks are right */
    bool read_only;
    uint8_t times;
    uint8_t spare_count;
    bool spares_complete; /* there are no other free blocks */
    bool wants_blocks;    /* the last change needs free blocks looked for */
    int16_t erased_value;

    littlefs2_commit_t commit;
    uint32_t block_size, block_count, read_size, program_size, cache_size, metadata_max;
    littlefs2_global_t global;      /* as it should be */
    littlefs2_global_t global_disk; /* as the logs say */

    uint8_t *map; /* one bit per block of [map_start, map_start + map_length): in use */
    uint32_t map_start, map_length, map_next, map_capacity;
    uint32_t free_blocks;
    uint32_t withheld; /* blocks at the end of the volume that are not handed out */

    uint32_t root[2];
    littlefs2_state_t *states;
    uint32_t state_count;
    uint32_t random;

    uint32_t ratio; /* device blocks per filesystem block; 0: a filesystem block is inside a device block */
    uint32_t name_max, file_max, attribute_max, inline_max, compact_threshold;
    uint32_t block_cycles;
    uint32_t reserve;
    uint32_t disk_version, upgrade_to; /* upgrade_to: version to write into the superblock first; 0: none */
    const mcufs_device_t *device;
    const mcufs_hooks_t *hooks;

    littlefs2_metadata_t
        uncertain[LITTLEFS2_UNCERTAIN_MAX]; /* logs whose last commit failed half-way, as they were
                                               before; pair[0] LITTLEFS2_NULL: none */
    bool recovering;                        /* the state is what a power cut left */
    bool orphans_wait;                      /* there was no room to take them off the list */
    bool mending;                           /* littlefs2_commit_in_place is under way */
    bool salvage;                           /* a damaged volume: a pair that cannot be read is an empty log */
    bool places_known;                      /* fs->split.places */
    bool creation_fits;                     /* the log has room for the entry that waits, whatever happens */
    uint8_t creation_length;                /* of its name */
    uint8_t creation_slot;                  /* + 1 of the buffer that the name is in; 0: in the file's own */
    uint8_t task_count;
    uint8_t window_capacity, window_count;
    uint8_t file_buffer_count;
    uint8_t level_interval; /* blocks handed out for each that is moved; 0: no levelling */
    uint16_t index_size;    /* bytes, without the file buffers before it */
    int32_t level_due;      /* blocks to be handed out until something is moved */
    uint32_t level_next; /* what is next to be moved: its number along the list; LITTLEFS2_NULL: not begun */
    uint32_t wants_move[2]; /* the last change needs this pair moved; LITTLEFS2_NULL: none */
    uint32_t stay[2];       /* a pair that has to do with its worn block */
    uint32_t leaving[2];    /* a directory without entry that is to leave the list */
    uint32_t arriving[2];   /* a directory on the list that is to get its entry */
    uint32_t serial; /* of the newest commit of the volume; LITTLEFS2_NULL: not known, and none is given */
    const struct littlefs2_task *tasks; /* pairs being moved */
    littlefs2_health_t health;

    littlefs2_read_cache_t read_cache;
    littlefs2_writer_t writer; /* of metadata */

    littlefs2_split_t split;  /* of the compaction that is under way */
    littlefs2_handle_t *bind; /* handle of the entry that the next commit creates; NULL: none */
    uint8_t seen[32];         /* attribute types, a bit each, of the pass that is under way */

    littlefs2_entry_t *window;
    uint32_t window_block, window_end, window_first; /* what the window holds; block NULL: nothing */

    uint8_t *erased;       /* one bit per block: free, and erased since the mount; NULL: no memory for it */
    uint32_t bad_in_a_row; /* blocks found bad since one was handed out */
    uint32_t in_flight;    /* blocks handed out that a traversal may not find yet */
    uint32_t spares[LITTLEFS2_SPARES]; /* free blocks picked from the window, where the map is not whole */

    /* How far the last block of the file closed last was programmed; block LITTLEFS2_NULL: not known. */
    uint32_t tail_block, tail_end;

    littlefs2_pointers_t *pointers; /* NULL: no memory for them */
    littlefs2_index_t *index;       /* NULL: no memory for it */
    littlefs2_patches_t *patches;   /* NULL: there are none */
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    littlefs2_checksums_t *checksums; /* NULL: files get none, and none is verified */
#endif
    littlefs2_handle_t *handles;
    littlefs2_file_t *files;
    littlefs2_file_t *creation; /* whose entry waits to be committed; NULL: none */
    uint8_t *file_buffers;
    uint32_t file_buffers_used; /* bit set */
} littlefs2_t;

/* -- blocks.c: the device, cached --------------------------------------------------------------------- */

/* `expected`: how many bytes from `offset` on the caller is likely to want; fills the cache with that. */
int littlefs2_read(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size,
                   uint32_t expected);
/* As littlefs2_read, but fills the cache with what lies below. */
int littlefs2_read_backward(littlefs2_t *fs, uint32_t block, uint32_t offset, void *buffer, uint32_t size);
int littlefs2_read_word(littlefs2_t *fs, uint32_t block, uint32_t offset, uint32_t *word);
int littlefs2_crc_range(littlefs2_t *fs, uint32_t block, uint32_t from, uint32_t to, uint32_t *crc);
void littlefs2_drop_read_cache(littlefs2_t *fs);
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

/* -- states.c: what is known of metadata pairs ------------------------------------------------------ */

int littlefs2_get(littlefs2_t *fs, const uint32_t pair[2], littlefs2_metadata_t *metadata);
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

#endif
