/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* FAT, inside; docs/fat.md has the ideas. Reading order: this file, volume.c, sectors.c, table.c, change.c,
 * commit.c, journal.c, chain.c, fold.c, entries.c, short_names.c, names_cache.c, resolve.c, times.c,
 * file.c, file_write.c, directory.c, names.c, mount.c, format.c, filesystem.c.
 *
 * Three rules:
 * - Nothing but commit.c and journal.c writes metadata in place. Operations add to the list of changes
 *   (change.c), and every metadata sector that is read gets the list laid over: what is in the pool is what
 *   will be.
 * - A pointer into the pool is good until the next call that may load a sector.
 * - What is written directly (data, a new directory's cluster) goes to clusters that nothing durable leads
 * to, or overwrites data in place. */

#ifndef FAT_INTERNAL_H
#define FAT_INTERNAL_H

#include <string.h>

#include <mcufs/fat.h>

#include "base/endian.h"
#include "text.h"

/* Stack is short on the targets, and what the compiler merges into one function is on it all at once. */
#if defined(__GNUC__)
#define FAT_OUT_OF_LINE __attribute__((noinline))
#else
#define FAT_OUT_OF_LINE
#endif

/* -- The format --------------------------------------------------------------------------------------- */

#define FAT_SECTOR_MIN 512u
#define FAT_SECTOR_MAX 4096u

#define FAT_INFO_SECTOR   1u
#define FAT_BACKUP_SECTOR 6u
#define FAT_NO_LABEL      "NO NAME    "

/* What the table says about a cluster, as fat_next gives it, for all types the same. */
#define FAT_FREE  0u
#define FAT_FIRST 2u          /* the first cluster there is */
#define FAT_BAD   0xfffffff7u /* or reserved, or out of range */
#define FAT_END   0xffffffffu

#define FAT_FILE_MAX 0xffffffffu

/* A directory entry. */
enum {
    FAT_ENTRY_SIZE = 32,
    FAT_AT_ATTRIBUTES = 11,
    FAT_AT_CASE = 12,
    FAT_AT_CREATED = 13, /* hundredths, time, date */
    FAT_AT_ACCESSED = 18,
    FAT_AT_CLUSTER_HIGH = 20,
    FAT_AT_MODIFIED = 22, /* time, date */
    FAT_AT_CLUSTER_LOW = 26,
    FAT_AT_SIZE = 28
};

enum {
    FAT_ATTRIBUTE_LABEL = 0x08,
    FAT_ATTRIBUTE_DIRECTORY = 0x10,
    FAT_ATTRIBUTE_LONG = 0x0f, /* a piece of a long name */
    FAT_ATTRIBUTE_MASK = 0x3f,
    FAT_ATTRIBUTES_OF_USER =
        MCUFS_ATTRIBUTE_READ_ONLY | MCUFS_ATTRIBUTE_HIDDEN | MCUFS_ATTRIBUTE_SYSTEM | MCUFS_ATTRIBUTE_ARCHIVE,
    FAT_LOWER_BASE = 0x08, /* the case byte: the name, the extension is in small letters */
    FAT_LOWER_EXTENSION = 0x10
};

enum { FAT_DELETED = 0xe5, FAT_IS_DELETED = 0x05 /* stands for a first byte of 0xe5 */ };

#define FAT_PIECE_UNITS   13u /* UTF-16 units of a name in one entry */
#define FAT_PIECES_MAX    20u
#define FAT_UNITS_MAX     255u
#define FAT_DIRECTORY_MAX 65536u /* entries */

/* -- The journal's place ------------------------------------------------------------------------------ */

#define FAT_JOURNAL_SECTOR 16u
#define FAT_JOURNAL_MAGIC  "mcufsJNL"
#define FAT_RING_MIN       7u
#define FAT_RESERVED_MIN   24u /* sectors: fewer, and there is no journal */

/* -- The volume --------------------------------------------------------------------------------------- */

#define FAT_LIST_SIZE 444u
#define FAT_INTENTS   10u
#define FAT_LIVE_MAX  6u
#define FAT_RUNS_MIN  4u
#define FAT_RESERVE   2u /* clusters that new content does not take */

/* Not an error: the list of changes has no room; commit what is held and start over. */
#define FAT_FULL 1

/* One sector buffer of the pool. */
typedef struct fat_buffer {
    uint32_t sector;
    uint32_t used; /* fs->clock when it was used last */
    uint8_t state; /* FAT_BUFFER_* */
} fat_buffer_t;

enum { FAT_BUFFER_EMPTY, FAT_BUFFER_METADATA, FAT_BUFFER_DATA, FAT_BUFFER_DIRTY };

/* What fat_load is to load. */
enum { FAT_METADATA, FAT_DATA, FAT_DATA_NEW /* all of it will be written: zeros instead of reading */ };

/* Clusters index .. index + count - 1 of a chain are first, first + step, first + 2 step and so on: step 1
 * where they lie one after the other, 2 where two files grew in turns. Modulo 2^32, so that steps back are
 * steps. */
typedef struct fat_run {
    uint32_t chain; /* its first cluster; 0: nothing remembered */
    uint32_t index, first, count, step;
} fat_run_t;

typedef struct fat_name {
    uint16_t name, alias; /* hashes of the long and the short name */
    uint16_t slot;        /* the first entry of the set */
} fat_name_t;

/* What an open file is, shared by all its handles. Its content is the first `linked` clusters of the chain
 * that its entry leads to, then those that no sync has published. */
typedef struct fat_node {
    uint32_t sector; /* where its short entry is, which identifies it */
    uint16_t offset;
    uint16_t users;     /* handles */
    uint32_t size;      /* bytes */
    uint32_t published; /* the size that the entry says */
    uint32_t first;     /* of the published chain; 0: none */
    uint32_t linked;
    uint32_t grown; /* first of those not published; 0: none */
    uint32_t grown_count, grown_tail;
    uint8_t flags; /* FAT_NODE_* */
} fat_node_t;

enum {
    FAT_NODE_REMOVED = 0x01, /* has no entry any more */
    FAT_NODE_CHANGED = 0x02, /* the entry has to be written */
    FAT_NODE_CUT = 0x04,     /* what comes behind `linked` in the published chain goes with the sync */
    FAT_NODE_WRITTEN = 0x08  /* data was written since the last sync */
};

typedef struct fat_file fat_file_t;
struct fat_file {
    fat_file_t *next;
    fat_node_t *node; /* `own`, or that of another handle */
    uint32_t flags, position;
    fat_node_t own;
};

typedef struct fat_directory fat_directory_t;
struct fat_directory {
    fat_directory_t *next;
    uint32_t cluster; /* 0: the root */
    uint32_t index;   /* of the next entry */
    uint32_t added;   /* fs->added at the last call */
    bool removed;
};

/* Where everything is, in sectors. */
typedef struct fat_shape {
    uint32_t sector_size, sectors_per_block, sectors;
    uint32_t table, table_sectors; /* the table that is read, and the sectors of each */
    uint32_t root, root_sectors;   /* the fixed root; none: root_cluster */
    uint32_t root_cluster;
    uint32_t data;     /* of cluster 2 */
    uint32_t clusters; /* how many there are */
    uint32_t serial;
    uint16_t info; /* FSInfo; 0: none */
    uint8_t bits;  /* of an entry of the table: 12, 16, 32 */
    uint8_t tables, sector_shift, cluster_shift /* sectors per cluster */, dirty_offset;
} fat_shape_t;

typedef struct fat {
    const mcufs_device_t *device;
    const mcufs_hooks_t *hooks;
    fat_file_t *files;
    fat_directory_t *directories;

    fat_shape_t shape;
    bool read_only, awake /* marked dirty */, doubtful /* stays so */, unsynced, homing /* see commit.c */;

    uint32_t free; /* clusters; FAT_END: not known */
    uint32_t next; /* where to look for free ones */
    uint32_t counted, counted_to;

    /* The journal. */
    uint32_t ring, ring_sectors; /* 0: none */
    uint32_t sequence;           /* of the next record */
    uint32_t intents_crc;        /* of the intents in the newest record */
    uint32_t live[FAT_LIVE_MAX]; /* directory sectors that redoing the newest record would write */
    uint8_t live_count;          /* more than FAT_LIVE_MAX: any */

    /* The list of changes; what comes before `mark` is held and not the running operation's. */
    uint16_t list_size, mark;
    uint32_t mark_free;
    uint8_t list[FAT_LIST_SIZE];
    uint32_t condemned[FAT_INTENTS]; /* chains that are being freed in steps; 0: none */

    /* Where free entries may be: in this directory none before this one. */
    uint32_t slot_directory, slot_hint;
    uint32_t added; /* sets so far */

    mcufs_health_t health;

    fat_run_t *runs;
    uint32_t run_count, run_next;
    fat_name_t *names; /* see names_cache.c */
    uint32_t name_capacity, name_count, names_directory;
    bool names_valid;

    fat_buffer_t *buffers;
    uint8_t *memory; /* of the buffers */
    uint32_t buffer_count, clock, recent /* the buffer used last */;
} fat_t;

static inline uint32_t fat_minimum(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Text as it lies on the device: without a terminator. */
static inline void fat_put_mark(uint8_t *bytes, const char *text)
{
    while (*text != '\0') {
        *bytes++ = (uint8_t)*text++;
    }
}

/* Progress, in long loops. */
static inline void fat_progress(const fat_t *fs)
{
    if (fs->hooks && fs->hooks->progress) {
        fs->hooks->progress(fs->hooks->context);
    }
}

/* -- volume.c: the boot sector -------------------------------------------------------------------------- */

/* Fills in where everything is from the first 512 bytes, but for sectors_per_block. MCUFS_ENODEV: this is no
 * FAT volume. */
int fat_parse(fat_shape_t *shape, const uint8_t *boot);
static inline bool fat_shape_has(const fat_shape_t *shape, uint32_t cluster)
{
    return cluster >= FAT_FIRST && cluster - FAT_FIRST < shape->clusters;
}
int fat_probe(const mcufs_device_t *device, mcufs_probe_t *found);
static inline bool fat_is_cluster(const fat_t *fs, uint32_t cluster)
{
    return fat_shape_has(&fs->shape, cluster);
}
static inline uint32_t fat_sector_of(const fat_t *fs, uint32_t cluster)
{
    return fs->shape.data + ((cluster - FAT_FIRST) << fs->shape.cluster_shift);
}
/* Clusters that `size` bytes take. */
uint32_t fat_clusters_of(const fat_t *fs, uint32_t size);

/* -- sectors.c: the pool --------------------------------------------------------------------------------- */

int fat_load(fat_t *fs, uint32_t sector, unsigned kind, uint8_t **bytes);
/* What fat_load gave for a sector of data was changed. */
void fat_dirty(fat_t *fs, const uint8_t *bytes);
/* Writes what is dirty. */
int fat_flush(fat_t *fs);
int fat_sync(fat_t *fs);
/* Past the pool, as few device calls as there are blocks. Reading sees what is dirty in the pool. */
int fat_read_sectors(fat_t *fs, uint32_t sector, uint32_t count, uint8_t *bytes);
int fat_write_sectors(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *bytes);
/* Sectors of metadata to their home: every table that is kept up. */
int fat_write_home(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *bytes);
/* Sectors of metadata, as they will be, in one piece of memory. */
int fat_load_targets(fat_t *fs, uint32_t sector, uint32_t count, uint8_t **bytes);
/* Zeros, except that the first sector begins with `size` bytes of `head`. */
int fat_clear_sectors(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *head, uint32_t size);
/* The pool's copies of metadata are no longer right. */
void fat_drop_metadata(fat_t *fs);

/* -- table.c: the allocation table ----------------------------------------------------------------------- */

int fat_next(fat_t *fs, uint32_t cluster, uint32_t *next);
/* The sectors of the table that hold these clusters. */
void fat_table_range(const fat_t *fs, uint32_t first, uint32_t count, uint32_t *sector, uint32_t *sectors);
/* Lays an entry over one sector of the table. `fresh`: all 32 bits, where else the upper 4 stay. */
void fat_table_put(const fat_t *fs, uint32_t sector, uint8_t *bytes, uint32_t cluster, uint32_t value,
                   bool fresh);
/* Free clusters, 1 to `wanted`, one after the other, at `near` if possible. Adds nothing to the list.
 * MCUFS_ENOSPC; FAT_FULL: there will be some when the list is committed. */
int fat_find_free(fat_t *fs, uint32_t near, uint32_t wanted, uint32_t *first, uint32_t *count);
/* The number of free clusters, counted if it is not known. */
int fat_count_free(fat_t *fs);
/* Reads up to `sectors` sectors of the table for that. 1: more to do. */
int fat_count_step(fat_t *fs, uint32_t sectors);

/* -- change.c: the list of changes ----------------------------------------------------------------------- */

/* An operation adds to the list and answers 0, an error, or FAT_FULL (then it is started over). It may read
 * everything as it will be. */
typedef int (*fat_operation_t)(fat_t *fs, void *arguments);
/* Does it: wholly, or not at all. `hold`: not committed now but with the next change. */
int fat_perform(fat_t *fs, fat_operation_t operation, void *arguments, bool hold);

/* Each: 0 or FAT_FULL. */
int fat_add_bytes(fat_t *fs, uint32_t sector, uint32_t offset, const void *bytes, uint32_t size);
int fat_add_erase(fat_t *fs, uint32_t sector, uint32_t offset, uint32_t count);
int fat_add_name(fat_t *fs, const char *name, uint32_t length, uint8_t checksum, uint32_t pieces);
/* `count` pieces of the name added last, from `sequence` downwards. */
int fat_add_pieces(fat_t *fs, uint32_t sector, uint32_t offset, uint32_t count, uint32_t sequence);
/* first .. first + count - 1 follow one another, and the last leads to `next`, or is the FAT_END. */
int fat_add_link(fat_t *fs, uint32_t first, uint32_t count, uint32_t next, bool fresh);
/* Takes free clusters to the end of a chain whose last cluster is `tail` (0: a new chain). Grows what is on
 * the list already, if possible. */
int fat_add_taken(fat_t *fs, uint32_t tail, uint32_t first, uint32_t count);
int fat_add_free(fat_t *fs, uint32_t first, uint32_t count);
/* Frees a chain as far as there is room; what is left over is condemned. */
int fat_add_free_chain(fat_t *fs, uint32_t first);

/* The list laid over a sector. */
void fat_lay_over(const fat_t *fs, uint32_t sector, uint8_t *bytes, unsigned kinds);
/* Which changes fat_lay_over lays. */
enum { FAT_LAY_LINKS = 1, FAT_LAY_ENTRIES = 2, FAT_LAY_ERASURES = 4, FAT_LAY_FREES = 8, FAT_LAY_ALL = 15 };

/* A walk over the sectors that the list touches, each once. Start with zeros. */
typedef struct fat_target {
    uint32_t item, index, sector;
} fat_target_t;
bool fat_next_target(const fat_t *fs, fat_target_t *target, unsigned kinds);
/* Takes targets that follow in the table sector by sector, up to `most` in all; returns how many there are
 * then. */
uint32_t fat_more_targets(const fat_t *fs, fat_target_t *target, uint32_t most);
/* The list touches one directory entry and nothing else. */
bool fat_list_is_one_entry(const fat_t *fs);
/* Whether the list is about to free one of these; *after: the first behind them. */
bool fat_list_frees(const fat_t *fs, uint32_t cluster, uint32_t *after);
/* The next run of clusters from item *at on that the list frees. False: there is none. */
bool fat_next_freed(const fat_t *fs, uint32_t *at, uint32_t *first, uint32_t *count);
/* How many clusters more were free without the list; modulo 2^32. */
uint32_t fat_list_taken(const fat_t *fs);
/* Forgets what was added since the last mark. */
void fat_list_revert(fat_t *fs);
/* A list from a record: false when it is not well formed for this volume. */
bool fat_list_is_valid(const fat_t *fs);

/* -- commit.c: from the list to the device --------------------------------------------------------------- */

/* 0: durable, and the list is empty. An error: nothing has happened, and the list is as it was. */
int fat_commit(fat_t *fs);
/* What has to be done before anything else is: homes that an error (or a power cut) kept from being written,
 * chains that are freed in steps. */
int fat_settle(fat_t *fs);
/* CRC of all sectors that the list touches, as they will be. */
int fat_targets_crc(fat_t *fs, uint32_t *crc);
/* Everything is at home, and the volume is marked as clean. */
int fat_rest(fat_t *fs);

/* -- journal.c: records -----------------------------------------------------------------------------------
 */

/* Finds the journal, if there is one, and its newest record. */
int fat_journal_find(fat_t *fs, uint32_t reserved);
typedef enum fat_record {
    FAT_RECORD_CHANGES, /* the list */
    FAT_RECORD_HOME,    /* all that came before is home */
    FAT_RECORD_CLEAN    /* the same, and the volume is marked as clean */
} fat_record_t;
/* Durable when it returns. */
int fat_journal_write(fat_t *fs, fat_record_t kind);
/* On a volume marked as dirty: loads the newest record's list, free count and intents (to fs->condemned).
 * MCUFS_ECORRUPT: it does not fit, so somebody else has changed the volume since. */
int fat_journal_load(fat_t *fs);
/* Chains that nothing on the device leads to, at most FAT_INTENTS. */
uint32_t fat_intents(const fat_t *fs, uint32_t intents[FAT_INTENTS]);

/* -- chain.c: from a position to a cluster ----------------------------------------------------------------
 */

/* Cluster `index` of a chain, and how many (up to `wanted`) lie one after the other from there. FAT_END: the
 * chain is shorter. */
int fat_chain_find(fat_t *fs, uint32_t chain, uint32_t index, uint32_t wanted, uint32_t *cluster,
                   uint32_t *count);
/* Remembers that these clusters, one after the other, are part of it. */
void fat_chain_note(fat_t *fs, uint32_t chain, uint32_t index, uint32_t first, uint32_t count);
/* Forgets what is known from `index` on. */
void fat_chain_forget(fat_t *fs, uint32_t chain, uint32_t index);
/* What was chain `from` is now part of chain `to`, from `index` on. */
void fat_chain_join(fat_t *fs, uint32_t from, uint32_t to, uint32_t index);

/* -- entries.c: directories as sequences of entries -------------------------------------------------------
 */

/* Something with a name: a short entry, and the pieces of a long name before it. */
typedef struct fat_set {
    uint32_t directory;
    uint32_t index;  /* of the short entry */
    uint32_t pieces; /* entries right before it that are its long name; 0: none */
    uint32_t sector; /* where the short entry is */
    uint32_t offset;
} fat_set_t;

/* Entry `index` of a directory. 1; 0: the directory is shorter. *bytes into the pool. */
int fat_entry_at(fat_t *fs, uint32_t directory, uint32_t index, uint32_t *sector, uint32_t *offset,
                 uint8_t **bytes);
/* The next set from *index on, which is then behind it. 1: *bytes is the short entry; 0: the end. */
int fat_next_set(fat_t *fs, uint32_t directory, uint32_t *index, fat_set_t *set, uint8_t **bytes);
/* 1: it has this name (long, or short), 0: another one. */
int fat_set_matches(fat_t *fs, const fat_set_t *set, const char *name, uint32_t length, uint32_t pieces);
/* Its name as UTF-8, terminated. Returns the length. */
int fat_set_name(fat_t *fs, const fat_set_t *set, char name[MCUFS_NAME_MAX + 1]);
/* Adds a set at a free place, growing the directory where needed; set->index and all then say where. */
int fat_add_set(fat_t *fs, fat_set_t *set, const char *name, uint32_t length, const uint8_t entry[32]);
int fat_add_set_erasure(fat_t *fs, const fat_set_t *set);
/* 0, or MCUFS_ENOTEMPTY. */
int fat_check_empty(fat_t *fs, uint32_t directory);
/* The cluster that an entry leads to; the root is 0. */
uint32_t fat_entry_cluster(const fat_t *fs, const uint8_t *entry);
void fat_set_entry_cluster(const fat_t *fs, uint8_t *entry, uint32_t cluster);
uint16_t fat_hash_name(const char *name, uint32_t length);
uint16_t fat_hash_short(const uint8_t *entry);

/* -- short_names.c ----------------------------------------------------------------------------------------
 */

/* What a long name gives for a short one. */
typedef struct fat_alias {
    uint8_t name[11]; /* as it lies in the entry; with pieces: without its tail */
    uint8_t letters;  /* of the base before a tail */
    uint8_t case_bits;
    bool exact;     /* it needs a long name only for its case: no tail */
    uint8_t pieces; /* entries of the long name; 0: none is needed */
    uint16_t hash;
    uint32_t taken; /* tails that are in use, as far as was seen */
} fat_alias_t;

#define FAT_TAILS 18u

/* MCUFS_EINVAL: not a name that FAT can hold; MCUFS_ENAMETOOLONG. */
int fat_alias_of(const char *name, uint32_t length, fat_alias_t *alias);
/* The name with tail n. */
void fat_alias_with_tail(const fat_alias_t *alias, uint32_t n, uint8_t name[11]);
/* Another name of the same directory: is it one of the alias's tails? */
void fat_alias_note(fat_alias_t *alias, const uint8_t *other);
uint8_t fat_alias_checksum(const uint8_t name[11]);
/* Unit `n` of a short name; 0: behind the end. */
uint16_t fat_short_unit(const uint8_t *entry, uint32_t n);

/* -- names_cache.c ----------------------------------------------------------------------------------------
 */

/* The next set from *at on whose hash fits: 1 and where it begins, in *index; 0: no more; MCUFS_ENODATA:
 * nothing is known of this directory. */
int fat_names_find(const fat_t *fs, uint32_t directory, uint16_t hash, uint32_t *at, uint32_t *index);
/* A walk over `directory` took as long as up to entry `index`: worth remembering its names? */
int fat_names_fill(fat_t *fs, uint32_t directory, uint32_t index);
/* A set was added (its short entry is `entry`), or is about to be erased. */
void fat_names_add(fat_t *fs, const fat_set_t *set, const char *name, uint32_t length, const uint8_t *entry);
void fat_names_remove(fat_t *fs, const fat_set_t *set);
void fat_names_forget(fat_t *fs);

/* -- resolve.c: from paths to entries ----------------------------------------------------------------------
 */

typedef struct fat_found {
    uint8_t type; /* MCUFS_TYPE_*; 0: there is no such name */
    bool is_root, wants_directory;
    uint32_t cluster; /* the entry's first; of a directory: 0 is the root */
    fat_set_t set;    /* set.directory is right, even where there is no such name */
    uint8_t entry[FAT_ENTRY_SIZE];
    const char *name; /* the last component */
    uint32_t length;
} fat_found_t;

#define FAT_AVOID_NONE 0xffffffffu

/* `avoid`: MCUFS_EINVAL when the path leads through this directory. */
int fat_resolve(fat_t *fs, const mcufs_path_t *path, uint32_t avoid, fat_found_t *found);
/* A short name for a name that is new in set.directory, in entry[0..10] and the case byte; set.pieces. */
int fat_make_short_name(fat_t *fs, fat_found_t *found);

/* -- times.c ------------------------------------------------------------------------------------------------
 */

/* Time and date, 4 bytes; the earliest ones where there is no clock. */
void fat_encode_time(const mcufs_hooks_t *hooks, uint8_t *bytes);
/* The same from a time; returns the hundredths of a second that do not fit in. */
uint8_t fat_put_time(int64_t time, uint8_t *bytes);
int64_t fat_now(const fat_t *fs);
void fat_get_times(const uint8_t *entry, mcufs_times_t *times);
void fat_set_times_of(uint8_t *entry, const mcufs_times_t *times);

/* -- file.c, file_write.c, directory.c, names.c, mount.c, format.c: the operations -------------------------
 */

fat_node_t *fat_node_of(const fat_t *fs, uint32_t sector, uint32_t offset);
/* The content of a file from a position on, at most `size` bytes: where it is, and how many sectors of it lie
 * one after the other. */
int fat_node_find(fat_t *fs, fat_node_t *node, uint32_t index, uint32_t wanted, uint32_t *cluster,
                  uint32_t *count);
int fat_node_read(fat_t *fs, fat_node_t *node, uint32_t position, uint8_t *buffer, uint32_t size);
int fat_node_sync(fat_t *fs, fat_node_t *node);
int fat_node_truncate(fat_t *fs, fat_node_t *node, uint32_t size);
/* Nothing that was not synced remains. */
void fat_node_give_up(fat_t *fs, fat_node_t *node);

int fat_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                  const mcufs_open_options_t *options);
int fat_file_close(void *volume, void *handle);
int32_t fat_file_read(void *volume, void *handle, void *buffer, uint32_t size);
int32_t fat_file_write(void *volume, void *handle, const void *buffer, uint32_t size);
int64_t fat_file_seek(void *volume, void *handle, int64_t offset, int whence);
int fat_file_truncate(void *volume, void *handle, uint64_t size);
int fat_file_sync(void *volume, void *handle);
int fat_stat_open(void *volume, void *handle, mcufs_stat_t *stat);
int fat_directory_open(void *volume, void *handle, mcufs_path_t path);
int fat_directory_read(void *volume, void *handle, mcufs_dirent_t *entry);
int fat_directory_seek(void *volume, void *handle, int64_t position);
int fat_directory_close(void *volume, void *handle);
int fat_make_directory(void *volume, mcufs_path_t path);
int fat_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat);
int fat_statfs(void *volume, mcufs_statfs_t *statfs);
int fat_remove(void *volume, mcufs_path_t path, uint8_t type);
int fat_rename(void *volume, mcufs_path_t from, mcufs_path_t to);
int fat_set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times);
int fat_set_attributes(void *volume, mcufs_path_t path, uint8_t attributes);
int fat_gc(void *volume, uint32_t budget);
int fat_visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                     void *context);
int fat_mount(const mcufs_setup_t *setup, void **volume);
int fat_unmount(void *volume);
int fat_format(const mcufs_setup_t *setup);
/* What an entry says about itself. */
void fat_describe(const fat_t *fs, const uint8_t *entry, uint32_t sector, uint32_t offset,
                  mcufs_stat_t *stat);

#endif
