/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The interface of littlefs 2 over the littlefs v2 of mcufs. No logic of a filesystem in here: callbacks
 * become a device, the configuration becomes options, and results become what the original returns.
 *
 * Every public function is one enter(), one call, one leave(): that keeps lock and unlock balanced. */

#include "lfs.h"

#include <mcufs/littlefs2_direct.h>

#include "lfs_paths.h"
#include "lfs_start.h"

/* In lfs_file_t.flags, beside the open flags: a write failed, so a sync does nothing (see lfs.h). */
#define ERRED UINT32_C(0x80000000)

/* -- Around every function ------------------------------------------------------------------------------ */

static int lock(const struct lfs_config *cfg)
{
#ifdef LFS_THREADSAFE
    return cfg->lock(cfg);
#else
    (void)cfg;
    return 0;
#endif
}

static void unlock(const struct lfs_config *cfg)
{
#ifdef LFS_THREADSAFE
    (void)cfg->unlock(cfg);
#else
    (void)cfg;
#endif
}

static int enter(const lfs_t *lfs)
{
    return lfs->volume ? lock(lfs->cfg) : LFS_ERR_INVAL;
}

/* Errors have the same numbers; some have no name here. */
static int32_t translate(int32_t result)
{
    switch (result) {
    case MCUFS_EPERM:
    case MCUFS_EROFS:
    case MCUFS_ENOTSUP:
        return LFS_ERR_INVAL;
    default:
        return result;
    }
}

static int32_t leave(const lfs_t *lfs, int32_t result)
{
    unlock(lfs->cfg);
    return translate(result);
}

/* -- The volume ----------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
static int format(lfs_t *lfs, const mcufs_setup_t *setup)
{
    (void)lfs;
    return littlefs2_format(setup);
}

int lfs_format(lfs_t *lfs, const struct lfs_config *config)
{
    LFS_TRACE("lfs_format(%p, %p)", (void *)lfs, (const void *)config);
    if (!is_valid(config) || config->block_count == 0) {
        return LFS_ERR_INVAL;
    }
    int err = lock(config);
    if (err) {
        return err;
    }
    err = start(lfs, config, format);
    lfs_free(lfs->owned);
    lfs->owned = NULL;
    return leave(lfs, err);
}
#endif

static int mount(lfs_t *lfs, const mcufs_setup_t *setup)
{
    littlefs2_volume_state_t state;
    int err = littlefs2_mount(setup, &lfs->volume);
    if (err == 0) {
        littlefs2_inspect_volume(lfs->volume, &state);
        lfs->block_count = state.block_count;
    }
    return err;
}

int lfs_mount(lfs_t *lfs, const struct lfs_config *config)
{
    LFS_TRACE("lfs_mount(%p, %p)", (void *)lfs, (const void *)config);
    if (!is_valid(config)) {
        LFS_ERROR("lfs_mount: the configuration is not possible");
        return LFS_ERR_INVAL;
    }
    int err = lock(config);
    return err ? err : leave(lfs, start(lfs, config, mount));
}

int lfs_unmount(lfs_t *lfs)
{
    LFS_TRACE("lfs_unmount(%p)", (void *)lfs);
    int err = enter(lfs);
    if (err) {
        return err;
    }
    lfs_free(lfs->owned);
    lfs->owned = NULL;
    lfs->volume = NULL;
    return leave(lfs, 0);
}

/* -- Names ---------------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
static int remove_path(lfs_t *lfs, const char *path)
{
    int err = check_path(path);
    return err ? err : looked_up(littlefs2_remove(lfs->volume, mcufs_path(path, NULL), 0));
}

int lfs_remove(lfs_t *lfs, const char *path)
{
    LFS_TRACE("lfs_remove(%p, \"%s\")", (void *)lfs, path);
    int err = enter(lfs);
    return err ? err : leave(lfs, remove_path(lfs, path));
}

static int rename_path(lfs_t *lfs, const char *from, const char *to)
{
    size_t last;
    int err = check_path(from);
    if (err == 0) {
        err = check_path(to);
    }
    if (err == 0) {
        err = littlefs2_rename(lfs->volume, mcufs_path(from, NULL), mcufs_path(to, NULL));
    }
    if (err == LFS_ERR_NAMETOOLONG &&
        (leads_through_long_name(lfs, to, &last) || leads_through_long_name(lfs, from, &last) ||
         last > name_max_of(lfs))) {
        return LFS_ERR_NOENT;
    }
    return err;
}

int lfs_rename(lfs_t *lfs, const char *oldpath, const char *newpath)
{
    LFS_TRACE("lfs_rename(%p, \"%s\", \"%s\")", (void *)lfs, oldpath, newpath);
    int err = enter(lfs);
    return err ? err : leave(lfs, rename_path(lfs, oldpath, newpath));
}
#endif

static int stat_path(lfs_t *lfs, const char *path, struct lfs_info *info)
{
    mcufs_stat_t stat;
    int err = check_path(path);
    if (err == 0) {
        err = looked_up(littlefs2_stat(lfs->volume, mcufs_path(path, NULL), &stat));
    }
    if (err == 0) {
        info->type = stat.type;
        info->size = (lfs_size_t)stat.size;
        name_from_path(path, info);
    }
    return err;
}

int lfs_stat(lfs_t *lfs, const char *path, struct lfs_info *info)
{
    LFS_TRACE("lfs_stat(%p, \"%s\", %p)", (void *)lfs, path, (void *)info);
    int err = enter(lfs);
    return err ? err : leave(lfs, stat_path(lfs, path, info));
}

static int32_t get_attribute(lfs_t *lfs, const char *path, uint8_t type, void *buffer, lfs_size_t size)
{
    int err = check_path(path);
    return err ? err
               : looked_up(littlefs2_get_attribute(lfs->volume, mcufs_path(path, NULL), type, buffer, size));
}

lfs_ssize_t lfs_getattr(lfs_t *lfs, const char *path, uint8_t type, void *buffer, lfs_size_t size)
{
    LFS_TRACE("lfs_getattr(%p, \"%s\", %u, %p, %lu)", (void *)lfs, path, type, buffer, (unsigned long)size);
    int err = enter(lfs);
    return err ? err : leave(lfs, get_attribute(lfs, path, type, buffer, size));
}

#ifndef LFS_READONLY
static int set_attribute(lfs_t *lfs, const char *path, uint8_t type, const void *buffer, lfs_size_t size)
{
    int err = check_path(path);
    return err ? err
               : looked_up(littlefs2_set_attribute(lfs->volume, mcufs_path(path, NULL), type, buffer, size));
}

int lfs_setattr(lfs_t *lfs, const char *path, uint8_t type, const void *buffer, lfs_size_t size)
{
    LFS_TRACE("lfs_setattr(%p, \"%s\", %u, %p, %lu)", (void *)lfs, path, type, buffer, (unsigned long)size);
    int err = enter(lfs);
    return err ? err : leave(lfs, set_attribute(lfs, path, type, buffer, size));
}

static int remove_attribute(lfs_t *lfs, const char *path, uint8_t type)
{
    int err = check_path(path);
    if (err == 0) {
        err = looked_up(littlefs2_remove_attribute(lfs->volume, mcufs_path(path, NULL), type));
    }
    return err == LFS_ERR_NOATTR ? 0 : err;
}

int lfs_removeattr(lfs_t *lfs, const char *path, uint8_t type)
{
    LFS_TRACE("lfs_removeattr(%p, \"%s\", %u)", (void *)lfs, path, type);
    int err = enter(lfs);
    return err ? err : leave(lfs, remove_attribute(lfs, path, type));
}
#endif

/* -- Open files ----------------------------------------------------------------------------------------- */

static bool is_writable(const lfs_file_t *file)
{
    return (file->flags & LFS_O_WRONLY) != 0;
}

/* enter(), and the handle is one that is open. */
static int enter_file(const lfs_t *lfs, const lfs_file_t *file, littlefs2_file_state_t *state)
{
    int err = enter(lfs);
    if (err == 0) {
        err = littlefs2_inspect_file(lfs->volume, file->storage.bytes, state);
        if (err) {
            unlock(lfs->cfg);
        }
    }
    return err;
}

/* What programs look at in the handle. */
static void show_file(const lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    if (littlefs2_inspect_file(lfs->volume, file->storage.bytes, &state) == 0) {
        file->ctz.head = state.head;
        file->ctz.size = state.size;
    }
}

/* Attributes are handed on as many at a time as go into one commit. */
static int each_attribute_batch(const lfs_t *lfs, lfs_file_t *file,
                                int (*work)(void *volume, void *file,
                                            const littlefs2_file_attribute_t *attributes, uint32_t count))
{
    littlefs2_file_attribute_t batch[LITTLEFS2_ATTRIBUTES_AT_ONCE];
    int err = 0;
    for (lfs_size_t done = 0; err == 0 && done < file->cfg->attr_count;) {
        uint32_t count = 0;
        for (; count < LITTLEFS2_ATTRIBUTES_AT_ONCE && done < file->cfg->attr_count; count++, done++) {
            const struct lfs_attr *attr = &file->cfg->attrs[done];
            batch[count].type = attr->type;
            batch[count].buffer = attr->buffer;
            batch[count].size = attr->size;
        }
        err = work(lfs->volume, file->storage.bytes, batch, count);
    }
    return err;
}

static bool has_attributes(const lfs_file_t *file)
{
    return file->cfg && file->cfg->attr_count > 0;
}

static int start_attributes(const lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_volume_state_t state;
    int err = 0;
    littlefs2_inspect_volume(lfs->volume, &state);
    if (has_attributes(file) && file->flags & LFS_O_RDONLY) {
        err = each_attribute_batch(lfs, file, littlefs2_file_read_attributes);
    }
    for (lfs_size_t i = 0; err == 0 && has_attributes(file) && i < file->cfg->attr_count; i++) {
        if (is_writable(file) && file->cfg->attrs[i].size > state.attribute_max) {
            err = LFS_ERR_NOSPC;
        }
    }
    return err;
}

static int open_file(lfs_t *lfs, lfs_file_t *file, const char *path, mcufs_open_options_t *options)
{
    mcufs_path_t walk = mcufs_path(path, NULL);
    size_t last;
    int err = littlefs2_file_open(lfs->volume, file->storage.bytes, walk,
                                  file->flags | LITTLEFS2_OPEN_CREATES_NOW, options);
    if (err == LFS_ERR_NAMETOOLONG &&
        (!(file->flags & LFS_O_CREAT) || leads_through_long_name(lfs, path, &last))) {
        return LFS_ERR_NOENT;
    }
    if (err == LFS_ERR_ISDIR && walk.directory) {
        mcufs_stat_t stat;
        return littlefs2_stat(lfs->volume, walk, &stat) == LFS_ERR_NOENT ? LFS_ERR_NOTDIR : err;
    }
    return err;
}

static int open_with_buffer(lfs_t *lfs, lfs_file_t *file, const char *path)
{
    mcufs_open_options_t options;
    memset(&options, 0, sizeof options);
    options.buffer_size = lfs->cfg->cache_size;
    if (is_writable(file)) {
        options.buffer = file->cfg ? file->cfg->buffer : NULL;
        if (!options.buffer) {
            options.buffer = file->owned = lfs_malloc(options.buffer_size);
        }
        if (!options.buffer) {
            return LFS_ERR_NOMEM;
        }
    }
    int err = open_file(lfs, file, path, &options);
    if (err == 0) {
        err = start_attributes(lfs, file);
        if (err) {
            littlefs2_file_abandon(lfs->volume, file->storage.bytes);
        }
    }
    if (err) {
        lfs_free(file->owned);
        file->owned = NULL;
    }
    return err;
}

static int open_path(lfs_t *lfs, lfs_file_t *file, const char *path, int flags,
                     const struct lfs_file_config *config)
{
    littlefs2_file_state_t state;
    int err = check_path(path);
    if (err == 0 && littlefs2_inspect_file(lfs->volume, file->storage.bytes, &state) == 0) {
        err = LFS_ERR_INVAL; /* this handle is open already */
    }
#ifdef LFS_READONLY
    if (err == 0 && flags != LFS_O_RDONLY) {
        err = LFS_ERR_INVAL;
    }
#endif
    if (err) {
        return err;
    }
    memset(file, 0, sizeof *file);
    file->flags = (uint32_t)flags & ~ERRED;
    file->cfg = config;
    file->ctz.head = (lfs_block_t)-1;
    err = open_with_buffer(lfs, file, path);
    if (err == 0) {
        show_file(lfs, file);
    }
    return err;
}

int lfs_file_open(lfs_t *lfs, lfs_file_t *file, const char *path, int flags)
{
    return lfs_file_opencfg(lfs, file, path, flags, NULL);
}

int lfs_file_opencfg(lfs_t *lfs, lfs_file_t *file, const char *path, int flags,
                     const struct lfs_file_config *config)
{
    LFS_TRACE("lfs_file_opencfg(%p, %p, \"%s\", 0x%x, %p)", (void *)lfs, (void *)file, path, (unsigned)flags,
              (const void *)config);
    int err = enter(lfs);
    return err ? err : leave(lfs, open_path(lfs, file, path, flags, config));
}

static int sync_file(const lfs_t *lfs, lfs_file_t *file)
{
    if (!is_writable(file) || file->flags & ERRED) {
        return 0;
    }
    int err = has_attributes(file) ? each_attribute_batch(lfs, file, littlefs2_file_sync_attributes)
                                   : littlefs2_file_sync(lfs->volume, file->storage.bytes);
    show_file(lfs, file);
    return err;
}

static int close_file(const lfs_t *lfs, lfs_file_t *file)
{
    int err = sync_file(lfs, file);
    if (err || file->flags & ERRED) {
        littlefs2_file_abandon(lfs->volume, file->storage.bytes);
    } else {
        err = littlefs2_file_close(lfs->volume, file->storage.bytes);
    }
    lfs_free(file->owned);
    file->owned = NULL;
    return err;
}

int lfs_file_close(lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_close(%p, %p)", (void *)lfs, (void *)file);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, close_file(lfs, file));
}

int lfs_file_sync(lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_sync(%p, %p)", (void *)lfs, (void *)file);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, sync_file(lfs, file));
}

lfs_ssize_t lfs_file_read(lfs_t *lfs, lfs_file_t *file, void *buffer, lfs_size_t size)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_read(%p, %p, %p, %lu)", (void *)lfs, (void *)file, buffer, (unsigned long)size);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, littlefs2_file_read(lfs->volume, file->storage.bytes, buffer, size));
}

#ifndef LFS_READONLY
static lfs_ssize_t write_file(const lfs_t *lfs, lfs_file_t *file, const void *buffer, lfs_size_t size)
{
    lfs_ssize_t result = littlefs2_file_write(lfs->volume, file->storage.bytes, buffer, size);
    if (result >= 0) {
        file->flags &= ~ERRED;
    } else if (result != LFS_ERR_BADF && result != LFS_ERR_FBIG) {
        file->flags |= ERRED;
    }
    return result;
}

lfs_ssize_t lfs_file_write(lfs_t *lfs, lfs_file_t *file, const void *buffer, lfs_size_t size)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_write(%p, %p, %p, %lu)", (void *)lfs, (void *)file, buffer, (unsigned long)size);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, write_file(lfs, file, buffer, size));
}

static int truncate_file(const lfs_t *lfs, lfs_file_t *file, lfs_off_t size)
{
    if (!is_writable(file)) {
        return LFS_ERR_BADF;
    }
    return size > LFS_FILE_MAX ? LFS_ERR_INVAL
                               : littlefs2_file_truncate(lfs->volume, file->storage.bytes, size);
}

int lfs_file_truncate(lfs_t *lfs, lfs_file_t *file, lfs_off_t size)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_truncate(%p, %p, %lu)", (void *)lfs, (void *)file, (unsigned long)size);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, truncate_file(lfs, file, size));
}
#endif

static lfs_soff_t seek_file(const lfs_t *lfs, lfs_file_t *file, lfs_soff_t off, int whence)
{
    if (whence != LFS_SEEK_SET && whence != LFS_SEEK_CUR && whence != LFS_SEEK_END) {
        return LFS_ERR_INVAL;
    }
    return (lfs_soff_t)littlefs2_file_seek(lfs->volume, file->storage.bytes, off, whence);
}

lfs_soff_t lfs_file_seek(lfs_t *lfs, lfs_file_t *file, lfs_soff_t off, int whence)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_seek(%p, %p, %ld, %d)", (void *)lfs, (void *)file, (long)off, whence);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, seek_file(lfs, file, off, whence));
}

lfs_soff_t lfs_file_tell(lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_tell(%p, %p)", (void *)lfs, (void *)file);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, (lfs_soff_t)state.position);
}

int lfs_file_rewind(lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_rewind(%p, %p)", (void *)lfs, (void *)file);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, seek_file(lfs, file, 0, LFS_SEEK_SET));
}

lfs_soff_t lfs_file_size(lfs_t *lfs, lfs_file_t *file)
{
    littlefs2_file_state_t state;
    LFS_TRACE("lfs_file_size(%p, %p)", (void *)lfs, (void *)file);
    int err = enter_file(lfs, file, &state);
    return err ? err : leave(lfs, (lfs_soff_t)state.size);
}

/* -- Directories ---------------------------------------------------------------------------------------- */

#ifndef LFS_READONLY
static int make_directory(lfs_t *lfs, const char *path)
{
    size_t last;
    int err = check_path(path);
    if (err == 0) {
        err = littlefs2_make_directory(lfs->volume, mcufs_path(path, NULL));
    }
    return err == LFS_ERR_NAMETOOLONG && leads_through_long_name(lfs, path, &last) ? LFS_ERR_NOENT : err;
}

int lfs_mkdir(lfs_t *lfs, const char *path)
{
    LFS_TRACE("lfs_mkdir(%p, \"%s\")", (void *)lfs, path);
    int err = enter(lfs);
    return err ? err : leave(lfs, make_directory(lfs, path));
}
#endif

/* What programs look at in the handle. */
static void show_directory(const lfs_t *lfs, lfs_dir_t *dir)
{
    littlefs2_directory_state_t state;
    if (littlefs2_inspect_directory(lfs->volume, dir->storage.bytes, &state) == 0) {
        dir->m.pair[0] = state.pair[0];
        dir->m.pair[1] = state.pair[1];
        dir->m.rev = state.revision;
        dir->m.off = state.end;
    }
}

static lfs_soff_t position_of(const lfs_t *lfs, const lfs_dir_t *dir)
{
    return (lfs_soff_t)littlefs2_directory_position(lfs->volume, dir->storage.bytes);
}

static int enter_directory(const lfs_t *lfs, const lfs_dir_t *dir)
{
    int err = enter(lfs);
    if (err == 0 && position_of(lfs, dir) < 0) {
        unlock(lfs->cfg);
        err = LFS_ERR_BADF;
    }
    return err;
}

static int open_directory(lfs_t *lfs, lfs_dir_t *dir, const char *path)
{
    int err = check_path(path);
    if (err == 0 && position_of(lfs, dir) >= 0) {
        err = LFS_ERR_INVAL; /* this handle is open already */
    }
    if (err) {
        return err;
    }
    memset(dir, 0, sizeof *dir);
    err = looked_up(littlefs2_directory_open(lfs->volume, dir->storage.bytes, mcufs_path(path, NULL)));
    if (err == 0) {
        show_directory(lfs, dir);
    }
    return err;
}

int lfs_dir_open(lfs_t *lfs, lfs_dir_t *dir, const char *path)
{
    LFS_TRACE("lfs_dir_open(%p, %p, \"%s\")", (void *)lfs, (void *)dir, path);
    int err = enter(lfs);
    return err ? err : leave(lfs, open_directory(lfs, dir, path));
}

int lfs_dir_close(lfs_t *lfs, lfs_dir_t *dir)
{
    LFS_TRACE("lfs_dir_close(%p, %p)", (void *)lfs, (void *)dir);
    int err = enter_directory(lfs, dir);
    return err ? err : leave(lfs, littlefs2_directory_close(lfs->volume, dir->storage.bytes));
}

/* The two names that are on no flash. */
static int read_dots(lfs_dir_t *dir, struct lfs_info *info)
{
    dir->dots++;
    info->type = LFS_TYPE_DIR;
    info->size = 0;
    copy_name("..", dir->dots, info);
    return 1;
}

static int read_directory(const lfs_t *lfs, lfs_dir_t *dir, struct lfs_info *info)
{
    mcufs_dirent_t entry;
    if (dir->dots < 2) {
        return read_dots(dir, info);
    }
    int result = littlefs2_directory_read(lfs->volume, dir->storage.bytes, &entry);
    if (result > 0) {
        size_t length = strlen(entry.name);
        if (length > LFS_NAME_MAX) {
            return LFS_ERR_NAMETOOLONG;
        }
        info->type = entry.stat.type;
        info->size = (lfs_size_t)entry.stat.size;
        copy_name(entry.name, length, info);
        show_directory(lfs, dir);
    }
    return result;
}

int lfs_dir_read(lfs_t *lfs, lfs_dir_t *dir, struct lfs_info *info)
{
    LFS_TRACE("lfs_dir_read(%p, %p, %p)", (void *)lfs, (void *)dir, (void *)info);
    int err = enter_directory(lfs, dir);
    return err ? err : leave(lfs, read_directory(lfs, dir, info));
}

static int seek_directory(const lfs_t *lfs, lfs_dir_t *dir, lfs_off_t off)
{
    uint32_t entries = off > 2 ? off - 2 : 0;
    int err = littlefs2_directory_seek(lfs->volume, dir->storage.bytes, entries);
    if (err) {
        return err;
    }
    dir->dots = off > 2 ? 2 : off;
    show_directory(lfs, dir);
    return (uint32_t)position_of(lfs, dir) == entries ? 0 : LFS_ERR_INVAL;
}

int lfs_dir_seek(lfs_t *lfs, lfs_dir_t *dir, lfs_off_t off)
{
    LFS_TRACE("lfs_dir_seek(%p, %p, %lu)", (void *)lfs, (void *)dir, (unsigned long)off);
    int err = enter_directory(lfs, dir);
    return err ? err : leave(lfs, seek_directory(lfs, dir, off));
}

lfs_soff_t lfs_dir_tell(lfs_t *lfs, lfs_dir_t *dir)
{
    LFS_TRACE("lfs_dir_tell(%p, %p)", (void *)lfs, (void *)dir);
    int err = enter_directory(lfs, dir);
    return err ? err : leave(lfs, (lfs_soff_t)dir->dots + position_of(lfs, dir));
}

int lfs_dir_rewind(lfs_t *lfs, lfs_dir_t *dir)
{
    LFS_TRACE("lfs_dir_rewind(%p, %p)", (void *)lfs, (void *)dir);
    int err = enter_directory(lfs, dir);
    return err ? err : leave(lfs, seek_directory(lfs, dir, 0));
}

/* -- The filesystem as a whole -------------------------------------------------------------------------- */

int lfs_fs_stat(lfs_t *lfs, struct lfs_fsinfo *fsinfo)
{
    littlefs2_volume_state_t state;
    LFS_TRACE("lfs_fs_stat(%p, %p)", (void *)lfs, (void *)fsinfo);
    int err = enter(lfs);
    if (err) {
        return err;
    }
    littlefs2_inspect_volume(lfs->volume, &state);
    fsinfo->disk_version = state.version;
    fsinfo->block_size = state.block_size;
    fsinfo->block_count = state.block_count;
    fsinfo->name_max = state.name_max;
    fsinfo->file_max = state.file_max;
    fsinfo->attr_max = state.attribute_max;
    return leave(lfs, 0);
}

lfs_ssize_t lfs_fs_size(lfs_t *lfs)
{
    LFS_TRACE("lfs_fs_size(%p)", (void *)lfs);
    int err = enter(lfs);
    return err ? err : leave(lfs, (lfs_ssize_t)littlefs2_used_blocks(lfs->volume));
}

struct visitor {
    int (*cb)(void *data, lfs_block_t block);
    void *data;
};

static int visit_block(void *context, uint32_t block, mcufs_block_use_t use)
{
    const struct visitor *visitor = (const struct visitor *)context;
    (void)use;
    return visitor->cb(visitor->data, block);
}

int lfs_fs_traverse(lfs_t *lfs, int (*cb)(void *data, lfs_block_t block), void *data)
{
    struct visitor visitor;
    LFS_TRACE("lfs_fs_traverse(%p, callback, %p)", (void *)lfs, data);
    int err = enter(lfs);
    if (err) {
        return err;
    }
    visitor.cb = cb;
    visitor.data = data;
    int result = littlefs2_traverse(lfs->volume, visit_block, &visitor);
    unlock(lfs->cfg); /* not leave(): the result may be the callback's own */
    return result;
}

#ifndef LFS_READONLY
int lfs_fs_mkconsistent(lfs_t *lfs)
{
    LFS_TRACE("lfs_fs_mkconsistent(%p)", (void *)lfs);
    int err = enter(lfs);
    return err ? err : leave(lfs, littlefs2_recover(lfs->volume));
}

/* The engine stops for other work now and then; once per block is more than enough. */
static int collect(lfs_t *lfs)
{
    int result = 1;
    for (lfs_size_t i = 0; result > 0 && i < lfs->block_count; i++) {
        result = littlefs2_gc(lfs->volume, UINT32_MAX);
    }
    return result < 0 ? result : 0;
}

int lfs_fs_gc(lfs_t *lfs)
{
    LFS_TRACE("lfs_fs_gc(%p)", (void *)lfs);
    int err = enter(lfs);
    return err ? err : leave(lfs, collect(lfs));
}

static int grow(lfs_t *lfs, lfs_size_t block_count)
{
    if (block_count < lfs->block_count) {
#ifndef LFS_SHRINKNONRELOCATING
        return LFS_ERR_INVAL;
#endif
    }
    /* The chip is as large as the caller says. */
    const uint32_t before = lfs->device.geometry.block_count;
    lfs->device.geometry.block_count = block_count > before ? block_count : before;
    int err = littlefs2_resize_in_place(lfs->volume, block_count);
    if (err == 0) {
        lfs->block_count = block_count;
    } else {
        lfs->device.geometry.block_count = before;
    }
    return err == MCUFS_ENOTSUP ? LFS_ERR_NOTEMPTY : err;
}

int lfs_fs_grow(lfs_t *lfs, lfs_size_t block_count)
{
    LFS_TRACE("lfs_fs_grow(%p, %lu)", (void *)lfs, (unsigned long)block_count);
    int err = enter(lfs);
    return err ? err : leave(lfs, grow(lfs, block_count));
}

#ifdef LFS_MIGRATE
/* How much memory it takes depends on the number of directories: it says so before it changes anything. */
static int migrate(lfs_t *lfs, const mcufs_setup_t *setup)
{
    enum { DIRECTORIES = 64 };
    const struct lfs_config *cfg = lfs->cfg;
    mcufs_littlefs2_options_t options = *(const mcufs_littlefs2_options_t *)setup->options;
    mcufs_setup_t with_memory = *setup;
    size_t size = MCUFS_LITTLEFS_MIGRATE_ARENA(cfg->cache_size, cfg->block_count, DIRECTORIES);
    int err = LFS_ERR_NOMEM;
    options.map = options.more = NULL;
    with_memory.options = &options;
    with_memory.arena = cfg->mcufs_memory;
    with_memory.arena_size = cfg->mcufs_memory_size;
    if (with_memory.arena) {
        err = mcufs_littlefs_migrate(&with_memory);
    }
    while (err == LFS_ERR_NOMEM && (with_memory.arena = lfs_malloc(size)) != NULL) {
        with_memory.arena_size = size;
        err = mcufs_littlefs_migrate(&with_memory);
        lfs_free(with_memory.arena);
        size *= 2;
    }
    return err == MCUFS_ENODEV ? LFS_ERR_CORRUPT : err;
}

int lfs_migrate(lfs_t *lfs, const struct lfs_config *cfg)
{
    LFS_TRACE("lfs_migrate(%p, %p)", (void *)lfs, (const void *)cfg);
    if (!is_valid(cfg)) {
        return LFS_ERR_INVAL;
    }
    int err = lock(cfg);
    if (err) {
        return err;
    }
    err = start(lfs, cfg, migrate);
    lfs_free(lfs->owned);
    lfs->owned = NULL;
    return leave(lfs, err);
}
#endif
#endif
