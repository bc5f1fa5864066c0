/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The tree: what is mounted where, and the working directory. */

#include <string.h>

#include "base/arena.h"
#include "vfs/vfs.h"

int mcufs_init(mcufs_t *fs, const mcufs_hooks_t *hooks)
{
    if (fs == NULL) {
        return MCUFS_EINVAL;
    }
    memset(fs, 0, sizeof(*fs));
    fs->working_directory[0] = '/';
    if (hooks != NULL) {
        fs->hooks = *hooks;
    }
    return 0;
}

/* -- Mounting ------------------------------------------------------------------------------------------- */

static int check_arguments(const mcufs_t *fs, const char *path, const mcufs_device_t *device,
                           const mcufs_mount_options_t *options, bool *read_only)
{
    /* At most one of the two ways to format, and nothing unknown. */
    if (fs == NULL || path == NULL || *path != '/' || options == NULL ||
        options->flags >= (MCUFS_FORMAT_IF_BLANK | MCUFS_FORMAT_ALWAYS)) {
        return MCUFS_EINVAL;
    }
    *read_only = (options->flags & MCUFS_READ_ONLY) != 0;
    if (device != NULL) {
        int error = mcufs_device_check(device);
        if (error != 0) {
            return error;
        }
        if (device->operations->program == NULL && device->operations->write == NULL) {
            *read_only = true;
        }
    }
    return *read_only && options->flags > MCUFS_READ_ONLY ? MCUFS_EROFS : 0;
}

/* The record with its path and, if the mount has its own, its hooks; `arena` keeps the rest. */
static int new_record(mcufs_t *fs, const char *path, const mcufs_mount_options_t *options,
                      mcufs_arena_t *arena, mcufs_mount_record_t **result)
{
    mcufs_mount_record_t *record = mcufs_arena_take(arena, sizeof(*record), _Alignof(mcufs_mount_record_t));
    if (record == NULL) {
        return MCUFS_ENOMEM;
    }
    const size_t room = arena->left < MCUFS_PATH_MAX ? arena->left : MCUFS_PATH_MAX;
    int error = mcufs_vfs_spell(fs, path, record->path, room);
    if (error != 0) {
        return room < MCUFS_PATH_MAX ? MCUFS_ENOMEM : error;
    }
    mcufs_arena_take(arena, strlen(record->path) + 1, 1);
    record->hooks = &fs->hooks;
    if (options->hooks != NULL) {
        mcufs_hooks_t *hooks = mcufs_arena_take(arena, sizeof(*hooks), _Alignof(mcufs_hooks_t));
        if (hooks == NULL) {
            return MCUFS_ENOMEM;
        }
        *hooks = *options->hooks;
        record->hooks = hooks;
    }
    record->next = fs->mounts;
    record->filesystem = options->filesystem;
    record->id = fs->mounts != NULL ? fs->mounts->id + 1 : MCUFS_VFS_FIRST_ID;
    record->handles = 0;
    *result = record;
    return 0;
}

/* The place and the device must be free. Two mounts may share a device only to read it. */
static int check_free(const mcufs_t *fs, const mcufs_mount_record_t *record)
{
    for (const mcufs_mount_record_t *other = fs->mounts; other != NULL; other = other->next) {
        if (strcmp(other->path, record->path) == 0 ||
            (other->device != NULL && other->device == record->device &&
             !(other->read_only && record->read_only))) {
            return MCUFS_EBUSY;
        }
    }
    return 0;
}

static int mount_volume(mcufs_mount_record_t *record, const mcufs_setup_t *setup)
{
    const mcufs_filesystem_t *filesystem = record->filesystem;
    if (filesystem->file_size > MCUFS_HANDLE_STORAGE || filesystem->directory_size > MCUFS_HANDLE_STORAGE) {
        return MCUFS_EINVAL;
    }
    return filesystem->mount != NULL ? filesystem->mount(setup, &record->volume) : MCUFS_ENOTSUP;
}

static int attach(mcufs_mount_record_t *record, const mcufs_setup_t *setup, uint32_t flags)
{
    const mcufs_filesystem_t *chosen = record->filesystem;
    int error = mcufs_vfs_prepare(setup, flags, &record->filesystem);
    if (error != 0) {
        return error;
    }
    error = mount_volume(record, setup);
#if MCUFS_VFS_HAS_CHOICE
    /* A power cut may leave a superblock that is whole for one look only, over one that still counts. */
    const mcufs_filesystem_t *candidate = record->filesystem;
    while (error == MCUFS_ECORRUPT && chosen == NULL && mcufs_vfs_next_candidate(setup, &candidate) == 0) {
        record->filesystem = candidate;
        error = mount_volume(record, setup);
    }
#else
    (void)chosen;
#endif
    return error;
}

int mcufs_mount(mcufs_t *fs, const char *path, const mcufs_device_t *device,
                const mcufs_mount_options_t *options)
{
    bool read_only;
    int error = check_arguments(fs, path, device, options, &read_only);
    if (error != 0) {
        return error;
    }
    mcufs_arena_t arena;
    mcufs_mount_record_t *record = NULL;
    mcufs_arena_init(&arena, options->arena, options->arena_size);
    error = new_record(fs, path, options, &arena, &record);
    if (error == 0) {
        record->device = device;
        record->read_only = read_only;
        error = check_free(fs, record);
    }
    if (error == 0) {
        error = mcufs_vfs_lock(record->hooks);
    }
    if (error != 0) {
        return error;
    }
    const mcufs_setup_t setup = {
        .device = device,
        .arena = arena.next,
        .arena_size = arena.left,
        .flags = read_only ? MCUFS_READ_ONLY : 0,
        .options = options->filesystem_options,
        .hooks = record->hooks,
    };
    error = attach(record, &setup, options->flags);
    mcufs_vfs_unlock(record->hooks);
    if (error == 0) {
        fs->mounts = record;
    }
    return error;
}

/* -- Unmounting ----------------------------------------------------------------------------------------- */

static bool has_mounts_below(const mcufs_t *fs, const mcufs_mount_record_t *mount)
{
    size_t length;
    const mcufs_mount_record_t *other = fs->mounts;
    while (other != NULL && mcufs_vfs_name_below(other, mount->path, &length) == NULL) {
        other = other->next;
    }
    return other != NULL;
}

static void take_out(mcufs_t *fs, const mcufs_mount_record_t *mount)
{
    for (mcufs_mount_record_t **link = &fs->mounts; *link != NULL; link = &(*link)->next) {
        if (*link == mount) {
            *link = mount->next;
            return;
        }
    }
}

int mcufs_unmount(mcufs_t *fs, const char *path)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_resolve(fs, path, &place);
    if (error != 0 || place.mount == NULL || !place.at_end) {
        return MCUFS_EINVAL;
    }
    mcufs_mount_record_t *mount = place.mount;
    error = mcufs_vfs_lock(mount->hooks);
    if (error != 0) {
        return error;
    }
    if (mount->handles != 0 || has_mounts_below(fs, mount)) {
        error = MCUFS_EBUSY;
    } else {
        take_out(fs, mount);
        if (mount->filesystem->unmount != NULL) {
            error = mount->filesystem->unmount(mount->volume);
        }
    }
    mcufs_vfs_unlock(mount->hooks);
    return error;
}

int mcufs_mount_at(const mcufs_t *fs, unsigned n, const char **path, const mcufs_filesystem_t **filesystem)
{
    if (fs == NULL) {
        return MCUFS_EINVAL;
    }
    const mcufs_mount_record_t *mount = fs->mounts;
    while (mount != NULL && n > 0) {
        mount = mount->next;
        n--;
    }
    if (mount == NULL) {
        return MCUFS_ENOENT;
    }
    if (path != NULL) {
        *path = mount->path;
    }
    if (filesystem != NULL) {
        *filesystem = mount->filesystem;
    }
    return 0;
}

/* -- The working directory ------------------------------------------------------------------------------ */

int mcufs_chdir(mcufs_t *fs, const char *path)
{
    mcufs_stat_t stat;
    char spelled[MCUFS_PATH_MAX];
    int error = mcufs_stat(fs, path, &stat);
    if (error != 0) {
        return error;
    }
    if (stat.type != MCUFS_TYPE_DIRECTORY) {
        return MCUFS_ENOTDIR;
    }
    error = mcufs_vfs_spell(fs, path, spelled, sizeof(spelled));
    if (error == 0) {
        memcpy(fs->working_directory, spelled, sizeof(spelled));
    }
    return error;
}

int mcufs_getcwd(const mcufs_t *fs, char *buffer, size_t size)
{
    if (fs == NULL || buffer == NULL) {
        return MCUFS_EINVAL;
    }
    const size_t needed = strlen(fs->working_directory) + 1;
    if (needed > size) {
        return MCUFS_ERANGE;
    }
    memcpy(buffer, fs->working_directory, needed);
    return 0;
}
