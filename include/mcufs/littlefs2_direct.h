/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* littlefs v2 function by function, without the table of operations and without the VFS: for what stands on
 * this one filesystem, such as the drop-in lfs.h. The linker then leaves out what is not called.
 *
 * The conventions are those of mcufs/filesystem.h. `volume` is what littlefs2_mount found, `handle` is
 * memory of the caller: MCUFS_LITTLEFS2_FILE_SIZE or MCUFS_LITTLEFS2_DIRECTORY_SIZE bytes. */

#ifndef MCUFS_LITTLEFS2_DIRECT_H
#define MCUFS_LITTLEFS2_DIRECT_H

#include <mcufs/littlefs2.h>

#ifdef __cplusplus
extern "C" {
#endif

/* -- The operations of mcufs_littlefs2 ------------------------------------------------------------------ */

int littlefs2_format(const mcufs_setup_t *setup);
int littlefs2_mount(const mcufs_setup_t *setup, void **volume);

int littlefs2_file_open(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                        const mcufs_open_options_t *options);
int littlefs2_file_close(void *volume, void *handle);
int32_t littlefs2_file_read(void *volume, void *handle, void *buffer, uint32_t size);
int32_t littlefs2_file_write(void *volume, void *handle, const void *buffer, uint32_t size);
int64_t littlefs2_file_seek(void *volume, void *handle, int64_t offset, int whence);
int littlefs2_file_truncate(void *volume, void *handle, uint64_t size);
int littlefs2_file_sync(void *volume, void *handle);

int littlefs2_directory_open(void *volume, void *handle, mcufs_path_t path);
int littlefs2_directory_read(void *volume, void *handle, mcufs_dirent_t *entry);
int littlefs2_directory_seek(void *volume, void *handle, int64_t position);
int littlefs2_directory_close(void *volume, void *handle);

int littlefs2_stat(void *volume, mcufs_path_t path, mcufs_stat_t *stat);
int littlefs2_make_directory(void *volume, mcufs_path_t path);
int littlefs2_remove(void *volume, mcufs_path_t path, uint8_t type);
int littlefs2_rename(void *volume, mcufs_path_t from, mcufs_path_t to);

int32_t littlefs2_get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size);
int littlefs2_set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size);
int littlefs2_remove_attribute(void *volume, mcufs_path_t path, uint8_t type);

int littlefs2_gc(void *volume, uint32_t budget);
/* To fewer blocks: moves what is in the way first; see mcufs/littlefs2.h. */
int littlefs2_resize(void *volume, uint64_t block_count);
/* The same, but moves nothing: MCUFS_ENOTSUP when something is in the way. */
int littlefs2_resize_in_place(void *volume, uint64_t block_count);
/* Every block in use by the tree and by open files; stops when visit returns non-zero. */
int littlefs2_traverse(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                       void *context);

/* In the flags of littlefs2_file_open: a file that it creates is on flash when it returns, as in the
 * original. Otherwise the entry of a new file waits for its first sync, or for the next operation that could
 * see it. */
#define LITTLEFS2_OPEN_CREATES_NOW 0x40000000u

/* -- What the table has no place for -------------------------------------------------------------------- */

/* Finishes what a power cut left half done, as the next change would. */
int littlefs2_recover(void *volume);

typedef struct littlefs2_file_attribute {
    uint8_t type;
    void *buffer;
    uint32_t size; /* bytes */
} littlefs2_file_attribute_t;

/* Attributes of the open file's entry: read into the buffers, whose rest is filled with zeros; a buffer whose
 * attribute is missing is left alone. */
int littlefs2_file_read_attributes(void *volume, void *handle, const littlefs2_file_attribute_t *attributes,
                                   uint32_t count);
/* As littlefs2_file_sync, and writes these attributes, in the same commit as far as it goes: that is
 * LITTLEFS2_ATTRIBUTES_AT_ONCE of them; further ones follow. MCUFS_ENOSPC: one is over the limit. */
int littlefs2_file_sync_attributes(void *volume, void *handle, const littlefs2_file_attribute_t *attributes,
                                   uint32_t count);
#define LITTLEFS2_ATTRIBUTES_AT_ONCE 8u
/* Closes without a sync. What only this handle's file had not on flash yet is given up, and so is a creation
 * that still waits. */
void littlefs2_file_abandon(void *volume, void *handle);

/* How things stand; nothing is read from the device unless said. MCUFS_EBADF: not an open handle of this
 * volume, whatever the memory holds. */
typedef struct littlefs2_file_state {
    uint32_t position, size;
    uint32_t head; /* last block of a file that is not inside the metadata, as of the last sync; else ~0 */
} littlefs2_file_state_t;

typedef struct littlefs2_directory_state {
    uint32_t pair[2]; /* of the log the handle stands at; [0] is the half in use */
    uint32_t revision;
    uint32_t end; /* bytes: where that log ends */
} littlefs2_directory_state_t;

typedef struct littlefs2_volume_state {
    uint32_t version; /* on disk */
    uint32_t block_size, block_count;
    uint32_t name_max, file_max, attribute_max;
} littlefs2_volume_state_t;

int littlefs2_inspect_file(const void *volume, const void *handle, littlefs2_file_state_t *state);
/* Entries returned so far. */
int64_t littlefs2_directory_position(const void *volume, const void *handle);
/* Reads the log where it is not cached. */
int littlefs2_inspect_directory(void *volume, const void *handle, littlefs2_directory_state_t *state);
void littlefs2_inspect_volume(const void *volume, littlefs2_volume_state_t *state);
/* Blocks in use. Reads the whole tree the first time. */
int64_t littlefs2_used_blocks(void *volume);

#ifdef __cplusplus
}
#endif

#endif
