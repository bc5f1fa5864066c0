/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What littlefs v2 has in memory: what it knows of metadata, handles, files, and the volume with its caches.
 */

#ifndef LITTLEFS2_VOLUME_H
#define LITTLEFS2_VOLUME_H

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

#endif
