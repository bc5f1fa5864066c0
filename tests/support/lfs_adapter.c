/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* lfs.h turned back into a filesystem of mcufs. Where the two interfaces differ, this puts the difference
 * right again; what lfs.h gets wrong must not be. */

#include "lfs_adapter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat/lfs.h"

enum { PATH_BYTES = 4096, DEFAULT_CACHE = 256, FILE_BUFFERS = 4 };

typedef struct volume {
    lfs_t lfs;
    struct lfs_config config;
    const mcufs_device_t *device;
    unsigned locks;
    uint8_t *file_buffers; /* not from malloc: a power cut would leak them */
    unsigned file_buffers_used;
} volume_t;

typedef struct file {
    lfs_file_t file;
    struct lfs_file_config config;
    unsigned buffer; /* bit of the volume's buffer in use; 0: none */
} file_t;

/* -- The configuration ---------------------------------------------------------------------------------- */

static volume_t *volume_of(const struct lfs_config *c)
{
    return c->context;
}

static void expect_locked(const struct lfs_config *c, unsigned locks)
{
    if (volume_of(c)->locks != locks) {
        fprintf(stderr, "lfs.h: %u locks where %u are right\n", volume_of(c)->locks, locks);
        abort();
    }
}

static int lock(const struct lfs_config *c)
{
    expect_locked(c, 0);
    volume_of(c)->locks++;
    return 0;
}

static int unlock(const struct lfs_config *c)
{
    expect_locked(c, 1);
    volume_of(c)->locks--;
    return 0;
}

static int read_block(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, void *buffer,
                      lfs_size_t size)
{
    expect_locked(c, 1);
    return mcufs_device_read(volume_of(c)->device, block, off, buffer, size);
}

static int prog_block(const struct lfs_config *c, lfs_block_t block, lfs_off_t off, const void *buffer,
                      lfs_size_t size)
{
    expect_locked(c, 1);
    return mcufs_device_program(volume_of(c)->device, block, off, buffer, size);
}

static int erase_block(const struct lfs_config *c, lfs_block_t block)
{
    expect_locked(c, 1);
    return mcufs_device_erase(volume_of(c)->device, block);
}

static int sync_blocks(const struct lfs_config *c)
{
    expect_locked(c, 1);
    return mcufs_device_sync(volume_of(c)->device);
}

static const mcufs_littlefs2_options_t default_options;

static void configure(volume_t *volume, const mcufs_setup_t *setup)
{
    const mcufs_littlefs2_options_t *options = setup->options ? setup->options : &default_options;
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    volume->device = setup->device;
    volume->config = (struct lfs_config){
        .context = volume,
        .read = read_block,
        .prog = prog_block,
        .erase = erase_block,
        .sync = sync_blocks,
        .lock = lock,
        .unlock = unlock,
        .read_size = geometry->read_size,
        .prog_size = geometry->program_size,
        .block_size = geometry->block_size,
        .block_count = geometry->block_count,
        .block_cycles = options->block_cycles ? (int32_t)options->block_cycles : 500,
        .cache_size = options->cache_size ? options->cache_size : DEFAULT_CACHE,
        .lookahead_size = LFS_ADAPTER_LOOKAHEAD,
        .name_max = options->name_max,
        .file_max = options->file_max,
        .attr_max = options->attribute_max,
        .metadata_max = options->metadata_max,
        .inline_max = options->inline_max,
        .disk_version = options->disk_version,
    };
}

size_t lfs_adapter_arena(uint32_t cache_size, uint32_t lookahead)
{
    return sizeof(void *) + sizeof(volume_t) + (2 + FILE_BUFFERS) * (size_t)cache_size + lookahead;
}

/* The volume and its buffers, at the head of the arena. */
static int lay_out(const mcufs_setup_t *setup, volume_t **volume)
{
    uint8_t *at = (uint8_t *)setup->arena + (-(uintptr_t)setup->arena & (sizeof(void *) - 1));
    volume_t *made = (volume_t *)(void *)at;
    if (setup->arena_size < lfs_adapter_arena(0, 0)) {
        return MCUFS_ENOMEM;
    }
    memset(made, 0, sizeof *made);
    configure(made, setup);
    size_t needed = lfs_adapter_arena(made->config.cache_size, made->config.lookahead_size);
    if (setup->arena_size < needed) {
        return MCUFS_ENOMEM;
    }
    at += sizeof *made;
    made->config.read_buffer = at;
    at += made->config.cache_size;
    made->config.prog_buffer = at;
    at += made->config.cache_size;
    made->config.lookahead_buffer = at;
    at += made->config.lookahead_size;
    made->file_buffers = at;
    at += FILE_BUFFERS * made->config.cache_size;
    if (setup->arena_size > needed) {
        made->config.mcufs_memory = at;
        made->config.mcufs_memory_size = (lfs_size_t)(setup->arena_size - needed);
    }
    *volume = made;
    return 0;
}

static int format(const mcufs_setup_t *setup)
{
    volume_t *volume;
    int error = lay_out(setup, &volume);
    return error ? error : lfs_format(&volume->lfs, &volume->config);
}

static int mount(const mcufs_setup_t *setup, void **mounted)
{
    volume_t *volume;
    int error = lay_out(setup, &volume);
    if (error == 0) {
        error = lfs_mount(&volume->lfs, &volume->config);
    }
    *mounted = volume;
    return error;
}

static lfs_t *lfs_of(void *volume)
{
    return &((volume_t *)volume)->lfs;
}

static int unmount(void *volume)
{
    return lfs_unmount(lfs_of(volume));
}

/* -- Paths ---------------------------------------------------------------------------------------------- */

/* Returns the length of the longest component. */
static size_t spell(mcufs_path_t path, char text[PATH_BYTES])
{
    bool directory = path.directory;
    size_t used = 0, length, longest = 0;
    const char *name;
    while (mcufs_path_next(&path, &name, &length)) {
        if (used + length + 3 > PATH_BYTES) {
            abort();
        }
        text[used++] = '/';
        memcpy(text + used, name, length);
        used += length;
        longest = length > longest ? length : longest;
    }
    if (used == 0 || directory) {
        text[used++] = '/';
    }
    text[used] = '\0';
    return longest;
}

/* lfs.h says of names that are too long that they do not exist, unless they are to be made. */
static int32_t with_length(void *volume, mcufs_path_t path, int32_t result)
{
    char text[PATH_BYTES];
    struct lfs_fsinfo info;
    if (result != LFS_ERR_NOENT || lfs_fs_stat(lfs_of(volume), &info) < 0) {
        return result;
    }
    return spell(path, text) > info.name_max ? MCUFS_ENAMETOOLONG : result;
}

static bool exists(void *volume, mcufs_path_t path)
{
    char text[PATH_BYTES];
    struct lfs_info info;
    path.directory = false;
    spell(path, text);
    return lfs_stat(lfs_of(volume), text, &info) == 0;
}

/* -- Files ---------------------------------------------------------------------------------------------- */

static void take_buffer(volume_t *volume, file_t *file)
{
    for (unsigned i = 0; i < FILE_BUFFERS && file->buffer == 0; i++) {
        if (!(volume->file_buffers_used & 1u << i)) {
            file->buffer = 1u << i;
            file->config.buffer = volume->file_buffers + i * volume->config.cache_size;
        }
    }
    volume->file_buffers_used |= file->buffer;
}

static int open_file(void *volume, void *handle, mcufs_path_t path, uint32_t flags,
                     const mcufs_open_options_t *options)
{
    file_t *file = handle;
    char text[PATH_BYTES];
    spell(path, text);
    memset(file, 0xa5, sizeof *file);
    file->config = (struct lfs_file_config){.buffer = options ? options->buffer : NULL};
    file->buffer = 0;
    if (!file->config.buffer && flags & MCUFS_O_WRONLY) {
        take_buffer(volume, file);
        if (file->buffer == 0) {
            return MCUFS_ENOMEM;
        }
    }
    int error = lfs_file_opencfg(lfs_of(volume), &file->file, text, (int)flags, &file->config);
    if (error) {
        ((volume_t *)volume)->file_buffers_used &= ~file->buffer;
    }
    if (error == LFS_ERR_NOTDIR && path.directory && !exists(volume, path)) {
        return MCUFS_EISDIR;
    }
    return with_length(volume, path, error);
}

static int close_file(void *volume, void *handle)
{
    file_t *file = handle;
    int error = lfs_file_close(lfs_of(volume), &file->file);
    ((volume_t *)volume)->file_buffers_used &= ~file->buffer;
    return error;
}

static int32_t read_file(void *volume, void *handle, void *buffer, uint32_t size)
{
    return lfs_file_read(lfs_of(volume), &((file_t *)handle)->file, buffer, size);
}

/* After a failed write, lfs.h syncs nothing until a write succeeds; here that is one of nothing. */
static int32_t write_file(void *volume, void *handle, const void *buffer, uint32_t size)
{
    lfs_file_t *file = &((file_t *)handle)->file;
    lfs_ssize_t result = lfs_file_write(lfs_of(volume), file, buffer, size);
    if (result < 0) {
        (void)lfs_file_write(lfs_of(volume), file, NULL, 0);
    }
    return result;
}

static int64_t seek_file(void *volume, void *handle, int64_t offset, int whence)
{
    if (offset < INT32_MIN || offset > INT32_MAX) {
        return MCUFS_EINVAL;
    }
    return lfs_file_seek(lfs_of(volume), &((file_t *)handle)->file, (lfs_soff_t)offset, whence);
}

static int64_t tell_file(void *volume, void *handle)
{
    return lfs_file_tell(lfs_of(volume), &((file_t *)handle)->file);
}

static int64_t size_of_file(void *volume, void *handle)
{
    return lfs_file_size(lfs_of(volume), &((file_t *)handle)->file);
}

static int truncate_file(void *volume, void *handle, uint64_t size)
{
    struct lfs_fsinfo info;
    int error = lfs_fs_stat(lfs_of(volume), &info);
    if (error == 0 && size > info.file_max) {
        return MCUFS_EFBIG;
    }
    return error ? error : lfs_file_truncate(lfs_of(volume), &((file_t *)handle)->file, (lfs_off_t)size);
}

static int sync_file(void *volume, void *handle)
{
    return lfs_file_sync(lfs_of(volume), &((file_t *)handle)->file);
}

static int stat_open(void *volume, void *handle, mcufs_stat_t *stat)
{
    lfs_soff_t size = lfs_file_size(lfs_of(volume), &((file_t *)handle)->file);
    memset(stat, 0, sizeof *stat);
    stat->type = MCUFS_TYPE_FILE;
    stat->size = size < 0 ? 0 : (uint64_t)size;
    return size < 0 ? (int)size : 0;
}

/* -- Directories ---------------------------------------------------------------------------------------- */

static int open_directory(void *volume, void *handle, mcufs_path_t path)
{
    char text[PATH_BYTES];
    struct lfs_info info;
    spell(path, text);
    memset(handle, 0xa5, sizeof(lfs_dir_t));
    int error = lfs_dir_open(lfs_of(volume), handle, text);
    for (unsigned i = 0; error == 0 && i < 2; i++) {
        int result = lfs_dir_read(lfs_of(volume), handle, &info);
        if (result != 1 || strcmp(info.name, i == 0 ? "." : "..") != 0) {
            fprintf(stderr, "lfs.h: the dots are missing\n");
            abort();
        }
    }
    return with_length(volume, path, error);
}

static int read_directory(void *volume, void *handle, mcufs_dirent_t *entry)
{
    struct lfs_info info;
    int result = lfs_dir_read(lfs_of(volume), handle, &info);
    if (result > 0) {
        memset(&entry->stat, 0, sizeof entry->stat);
        entry->stat.type = info.type;
        entry->stat.size = info.size;
        strcpy(entry->name, info.name);
    }
    return result;
}

static int64_t tell_directory(void *volume, void *handle)
{
    return lfs_dir_tell(lfs_of(volume), handle) - 2;
}

/* In mcufs, a position behind the end is the end. */
static int seek_directory(void *volume, void *handle, int64_t position)
{
    if (position < 0 || position > INT32_MAX - 2) {
        return MCUFS_EINVAL;
    }
    int error = lfs_dir_seek(lfs_of(volume), handle, (lfs_off_t)(position + 2));
    return error == LFS_ERR_INVAL ? 0 : error;
}

static int close_directory(void *volume, void *handle)
{
    return lfs_dir_close(lfs_of(volume), handle);
}

/* -- Names ---------------------------------------------------------------------------------------------- */

static int stat_path(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    char text[PATH_BYTES];
    struct lfs_info info;
    spell(path, text);
    memset(stat, 0, sizeof *stat);
    int error = with_length(volume, path, lfs_stat(lfs_of(volume), text, &info));
    if (error == 0) {
        stat->type = info.type;
        stat->size = info.size;
    }
    return error;
}

static int statfs(void *volume, mcufs_statfs_t *statfs)
{
    struct lfs_fsinfo info;
    memset(statfs, 0, sizeof *statfs);
    int error = lfs_fs_stat(lfs_of(volume), &info);
    lfs_ssize_t used = error ? error : lfs_fs_size(lfs_of(volume));
    if (used < 0) {
        return used;
    }
    statfs->type = lfs_adapter.name;
    statfs->version = info.disk_version;
    statfs->block_size = info.block_size;
    statfs->block_count = info.block_count;
    statfs->free_blocks = info.block_count - (uint32_t)used;
    statfs->name_max = info.name_max;
    statfs->file_size_max = info.file_max;
    return 0;
}

static int make_directory(void *volume, mcufs_path_t path)
{
    char text[PATH_BYTES];
    spell(path, text);
    return with_length(volume, path, lfs_mkdir(lfs_of(volume), text));
}

static int remove_entry(void *volume, mcufs_path_t path, uint8_t type)
{
    char text[PATH_BYTES];
    mcufs_stat_t stat;
    spell(path, text);
    if (mcufs_path_at_end(&path)) {
        return MCUFS_EPERM;
    }
    int error = type ? stat_path(volume, path, &stat) : 0;
    if (error == 0 && type && stat.type != type) {
        error = stat.type == MCUFS_TYPE_DIRECTORY ? MCUFS_EISDIR : MCUFS_ENOTDIR;
    }
    return with_length(volume, path, error ? error : lfs_remove(lfs_of(volume), text));
}

static int rename_entry(void *volume, mcufs_path_t from, mcufs_path_t to)
{
    char old_text[PATH_BYTES], new_text[PATH_BYTES];
    spell(from, old_text);
    spell(to, new_text);
    int error = lfs_rename(lfs_of(volume), old_text, new_text);
    if (error == LFS_ERR_INVAL && (mcufs_path_at_end(&from) || mcufs_path_at_end(&to))) {
        return MCUFS_EPERM;
    }
    return with_length(volume, to, with_length(volume, from, error));
}

/* -- Attributes and the rest ---------------------------------------------------------------------------- */

static int32_t get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    char text[PATH_BYTES];
    spell(path, text);
    return with_length(volume, path, lfs_getattr(lfs_of(volume), text, type, buffer, size));
}

static int set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size)
{
    char text[PATH_BYTES];
    spell(path, text);
    return with_length(volume, path, lfs_setattr(lfs_of(volume), text, type, buffer, size));
}

static int remove_attribute(void *volume, mcufs_path_t path, uint8_t type)
{
    char text[PATH_BYTES];
    spell(path, text);
    lfs_ssize_t size = lfs_getattr(lfs_of(volume), text, type, NULL, 0);
    return with_length(volume, path, size < 0 ? size : lfs_removeattr(lfs_of(volume), text, type));
}

static int gc(void *volume, uint32_t budget)
{
    (void)budget;
    return lfs_fs_gc(lfs_of(volume));
}

static int resize(void *volume, uint64_t block_count)
{
    return block_count > INT32_MAX ? MCUFS_EINVAL : lfs_fs_grow(lfs_of(volume), (lfs_size_t)block_count);
}

typedef struct visitor {
    int (*visit)(void *context, uint32_t block, mcufs_block_use_t use);
    void *context;
} visitor_t;

static int visit_block(void *data, lfs_block_t block)
{
    const visitor_t *visitor = data;
    return visitor->visit(visitor->context, block, MCUFS_BLOCK_DATA);
}

static int visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                        void *context)
{
    visitor_t visitor = {visit, context};
    return lfs_fs_traverse(lfs_of(volume), visit_block, &visitor);
}

/* lfs.h has no place for this; the tests want to know what the engine below met. */
static int health(void *volume, mcufs_health_t *health)
{
    return mcufs_littlefs2.health(lfs_of(volume)->volume, health);
}

static int probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    return mcufs_littlefs2.probe(device, found);
}

const mcufs_filesystem_t lfs_adapter = {
    .name = "lfs.h",
    .description = "littlefs v2 through the drop-in lfs.h",
    .file_size = sizeof(file_t),
    .directory_size = sizeof(lfs_dir_t),
    .probe = probe,
    .format = format,
    .mount = mount,
    .unmount = unmount,
    .open = open_file,
    .close = close_file,
    .read = read_file,
    .write = write_file,
    .seek = seek_file,
    .tell = tell_file,
    .size = size_of_file,
    .truncate = truncate_file,
    .sync = sync_file,
    .stat_open = stat_open,
    .opendir = open_directory,
    .readdir = read_directory,
    .telldir = tell_directory,
    .seekdir = seek_directory,
    .closedir = close_directory,
    .stat = stat_path,
    .statfs = statfs,
    .mkdir = make_directory,
    .remove = remove_entry,
    .rename = rename_entry,
    .get_attribute = get_attribute,
    .set_attribute = set_attribute,
    .remove_attribute = remove_attribute,
    .gc = gc,
    .resize = resize,
    .health = health,
    .visit_blocks = visit_blocks,
};
