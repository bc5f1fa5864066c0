/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2 (disk versions 2.0 and 2.1) as a filesystem for the VFS.
 *
 * Format facts: spec/littlefs-format.md parts A and B. */

#ifndef MCUFS_LITTLEFS2_H
#define MCUFS_LITTLEFS2_H

#include <mcufs/filesystem.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MCUFS_LITTLEFS2_VERSION_2_0 0x00020000u
#define MCUFS_LITTLEFS2_VERSION_2_1 0x00020001u

/* A new file opened for writing is committed together with its first content: one commit, where littlefs has
 * two. Until then its entry waits in memory, and after a power cut the file is absent; the next operation
 * that looks at names or changes them commits the entry first, empty, and may report an error of that.
 * Nothing waits on a volume that is full, or where blocks went bad. */

#define MCUFS_LITTLEFS2_NEVER 0xffffffffu

/* Where times are kept. All dialects found on a file are read; the chosen one is written. */
typedef enum mcufs_littlefs2_time_dialect {
    MCUFS_LITTLEFS2_TIMES_NONE = 0,        /* write none; read what is there */
    MCUFS_LITTLEFS2_TIMES_MICROPYTHON = 1, /* attribute 1: modified, 8 bytes, ns since 1970 */
    MCUFS_LITTLEFS2_TIMES_SECONDS32 = 2,   /* 't' modified, 4 bytes, seconds (esp_littlefs) */
    MCUFS_LITTLEFS2_TIMES_SECONDS64 = 3    /* 't' modified, 'c' created, 8 bytes, seconds (mklittlefs) */
} mcufs_littlefs2_time_dialect_t;

/* Every member may be 0: a good default. */
typedef struct mcufs_littlefs2_options {
    uint32_t block_size;    /* bytes; 0: format: the device's; mount: found by probing. Else a multiple of
                               the device's (smaller only with MCUFS_READ_ONLY), at least 128 */
    uint32_t block_count;   /* 0: format: all of the device; mount: what is there. Else must agree */
    uint32_t read_size;     /* bytes; 0: the device's. Else a multiple of it */
    uint32_t program_size;  /* bytes; 0: the device's. Else a multiple of it */
    uint32_t cache_size;    /* bytes of each buffer: read, program, one per file open for writing. 0: 256, or
                               what the units demand. A multiple of read_size and program_size */
    uint32_t block_cycles;  /* compactions of a pair before it moves on: this many, but 16 at most, so that
                               what is written a lot wears no block out. 0: 16; MCUFS_LITTLEFS2_NEVER */
    uint32_t name_max;      /* bytes; 0: 255 at format, the volume's at mount */
    uint32_t file_max;      /* bytes; 0: 2^31-1 */
    uint32_t attribute_max; /* bytes; 0: 1022 */
    uint32_t inline_max;    /* largest file kept inside the metadata; 0: the format's and cache's limit;
                               MCUFS_LITTLEFS2_NEVER: none */
    uint32_t metadata_max;  /* bytes of a metadata block in use; 0: block_size */
    uint32_t disk_version;  /* MCUFS_LITTLEFS2_VERSION_*; 0: format: 2.1; mount: keep what is there. 2.1 on a
                               2.0 image upgrades it at the first write; nothing else does */
    uint32_t file_buffers;  /* write buffers taken from the arena: files open for writing at the same time
                               without a buffer of their own; 0: as many as fit, at most 4;
                               MCUFS_LITTLEFS2_NEVER: none */
    uint32_t reserve;       /* blocks that new data may not take, so that a full volume can still rewrite;
                               0: 2 (1 under 64 blocks); MCUFS_LITTLEFS2_NEVER: none */
    mcufs_littlefs2_time_dialect_t times;
    uint32_t compact_threshold; /* bytes: gc compacts logs that are longer; 0: 7/8 of metadata_max;
                                   MCUFS_LITTLEFS2_NEVER: it compacts none */
    uint8_t level_interval;     /* gc moves data that stays where it is, so that its blocks take part in the
                                    wear: one    block for so many that are handed out for other reasons. 0: none;
                                    16    to 64 is a    good choice. See below */
    bool checksums;             /* files get checksums, which are verified: see below */

    /* Memory in separate pieces, all in place until unmount. What is NULL is taken from the arena. */
    void *read_buffer, *program_buffer; /* cache_size bytes each */
    void *map;                          /* of free blocks, one bit each */
    size_t map_size;                    /* bytes */
    void *more;                         /* what is above the minimum is taken from here, not from the arena */
    size_t more_size;                   /* bytes */
} mcufs_littlefs2_options_t;

/* Checksums. With options.checksums, every sync of a file whose content is in blocks stores a checksum of
 * that in the same commit: attribute MCUFS_LITTLEFS2_CHECKSUM of the file, 8 bytes: CRC-32 of the content (as
 * zip has it), and the CRC-32 before its last inversion of the stored {head, size} that it is for, both
 * little-endian. Small files inside the metadata have none: the checksums there cover them.
 *
 * Written: 12 bytes of log with each such sync. Read: nothing for what is appended or written from the start;
 * an overwrite reads the old content from there to the end once more, a truncation what is cut off, or what
 * is left if that is less; the first of these after an open looks for the attribute in its log. A file that
 * was written without the option gets its checksum when it is written from its start, not by less.
 *
 * Verified:
 * - by reading: when one handle has read a file from position 0 to its end in one go, with nothing changed
 *   meanwhile and nothing waiting for a sync, and the content is not what was written, the read that returns
 *   the last byte is MCUFS_ECORRUPT. It costs no access but one look for the attribute. The bytes are in the
 *   caller's buffer, the position stays, and the same read again returns them.
 * - by mcufs_gc, which verifies files with what other work leaves of its budget: a block or an entry each,
 * and all files of the volume once per call at most. It never answers 1 for that. Where it stands is kept in
 *   memory, and begins anew with the mount. A file that changes meanwhile is passed over until the next
 * round.
 * - by mcufs_check, always: an error, with the path. Repair leaves the file as it is.
 * The first two count in mcufs_health_t and call the hook `damaged`.
 *
 * A damaged file stays one, whatever is appended or changed, until it is written anew. Overwriting the
 * damaged bytes alone does not mend it.
 *
 * Other drivers keep the attribute and know nothing of it. What they write has no checksum: another head or
 * size, or the attribute is older than the {head, size} in its log. The attribute can be read and removed (no
 * checksum then) like others. 0xcc is none of the types in the field: 1 (MicroPython), 'c' and 't' (Arduino,
 * mklittlefs, esp_littlefs). With the option, programs must not use it for anything else. */
#define MCUFS_LITTLEFS2_CHECKSUM 0xccu

/* Bytes of arena that the option takes. Less is MCUFS_ENOMEM. A build without the part is MCUFS_EINVAL. */
#define MCUFS_LITTLEFS2_CHECKSUMS_SIZE (84u + 11u * sizeof(void *))

/* Bytes of arena that always suffice, for one file open for writing, with the given cache_size and nothing
 * to speed anything up; the VFS adds 10 pointers and the mount's path. What is above goes, in this order, to:
 * further file buffers, an index of the logs in use (a 32nd, and the third and the fourth file buffer while
 * they are not in use; 8 bytes per entry, 16 with times: a name is found in one or two reads), the free map
 * (one bit per block), a larger window of entries (900 bytes), a map of blocks erased ahead (one bit per
 * block, where eight times that is left), remembered blocks of one file (a fifth of the rest, 4 bytes each:
 * random reads in one access), and the metadata state cache (44 bytes per pair; all pairs cached: nothing is
 * read twice). While overwrites all over a file wait for its sync, they borrow two thirds of that cache; with
 * less than 32 of them fitting in, they are written at once. */
#define MCUFS_LITTLEFS2_ARENA_MINIMUM(cache_size) (3u * (cache_size) + 127u * sizeof(void *) + 260u)

/* Bytes of arena for check: what a mount needs, and three bits per block. Too little is MCUFS_ENOMEM.
 *
 * Without MCUFS_REPAIR nothing is programmed or erased. What the first write of a normal mount finishes or
 * cleans up is a warning, not an error. A volume without a readable superblock has one error, and no repair.
 *
 * Repair keeps what can be kept. Files whose block pointers do not agree are written anew with everything
 * that can still be reached, at its place; what is lost of them reads as zeros. Of two files that share a
 * block one gets a copy. What has no place or no possible name goes to /lost+found, under its own name or the
 * number of a block; so do files of directories that nothing leads to any more, when something was lost (old
 * versions may be among them). What needs space that is not there stays an error. Every step survives a power
 * cut: repair again. block_cycles and reserve of the options do not count. */
#define MCUFS_LITTLEFS2_CHECK_ARENA(cache_size, block_count)                                                 \
    (MCUFS_LITTLEFS2_ARENA_MINIMUM(cache_size) + 3u * ((block_count) / 8u + 1u) + 2600u)

/* mcufs_resize to more blocks is one commit. To fewer: what is in the part that goes is moved first; the new
 * size is committed last, and until then a power cut leaves the volume as large as it was, with everything in
 * it. Flash cost: every block in the way is written anew, and of a file everything behind the first such
 * block, for which there must be room below the new end while the old blocks still count. MCUFS_ENOSPC: there
 * is not; the volume stays as large as it was, and usable. MCUFS_EIO: a file in the way is damaged.
 * MCUFS_EINVAL: less than two blocks, or more than the device has. Open files and directories stay open, and
 * what they have not synced is not synced by this. */

/* Static wear levelling: without it the blocks of files that are never rewritten do not wear, and all others
 * wear the faster for it. With level_interval, mcufs_gc goes through pairs and files, one after the other;
 * each moves once while level_interval times the number of blocks in use are handed out. Flash cost: 1 /
 * level_interval of all erases. A call moves one file at least when its time has come, whatever its size and
 * the budget; of a file larger than the free space only the end moves. Open files stay. A file that moves
 * keeps its content and times; a power cut leaves it where it was or where it goes. Nothing happens without
 * mcufs_gc. */

/* Bytes of arena for a mount whose buffers and map are given apart, and that has no buffers for files. */
#define MCUFS_LITTLEFS2_VOLUME_SIZE (656u + 26u * sizeof(void *))

/* Bytes of the handles, on every machine at least what mcufs_littlefs2.file_size and .directory_size say. */
#define MCUFS_LITTLEFS2_FILE_SIZE      (120u + 10u * sizeof(void *))
#define MCUFS_LITTLEFS2_DIRECTORY_SIZE (32u + sizeof(void *))

extern const mcufs_filesystem_t mcufs_littlefs2;

/* Read-only mount of damaged volumes: name it in mcufs_mount_options_t.filesystem. Nothing is programmed or
 * erased. A metadata pair that cannot be read costs its own entries; the rest of the tree is there, and what
 * only that pair led to is in /lost+found ("lost+found~" where the root has one of its own), in a directory
 * for each log, named after its block: old versions may be among them. Without a readable superblock
 * everything is there, and the block size has to be that of the device or of the options. Files are read as
 * far as a way leads to their blocks. What cannot be read, or cannot be the file's any more, is
 * MCUFS_ECORRUPT; mcufs_read returns the bytes before it, and a seek beyond it goes on. The format has no
 * checksums of content: other bytes in a data block are not noticed. Where the newer half of a
 * pair is gone, the older one is shown, without blocks that other files have by now; where such a block is
 * free again, the file reads what it was used for last. */
extern const mcufs_filesystem_t mcufs_littlefs2_salvage;
/* Bytes of arena for it. */
#define MCUFS_LITTLEFS2_SALVAGE_ARENA(cache_size, block_count)                                               \
    (MCUFS_LITTLEFS2_ARENA_MINIMUM(cache_size) + 4u * ((block_count) / 8u + 1u) + 12u * sizeof(void *) + 600u)

#ifdef __cplusplus
}
#endif

#endif
