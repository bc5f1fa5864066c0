/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Questions to a whole mount, and its upkeep. The path says which mount; what it names inside it does not
 * matter. */

#include <string.h>

#include "vfs/vfs.h"

int mcufs_statfs(mcufs_t *fs, const char *path, mcufs_statfs_t *statfs)
{
    mcufs_vfs_place_t place;
    if (statfs == NULL) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_LOOK(statfs), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    memset(statfs, 0, sizeof(*statfs));
    error = mount->filesystem->statfs(mount->volume, statfs);
    statfs->type = mount->filesystem->name;
    statfs->read_only = statfs->read_only || mount->read_only;
    return mcufs_vfs_leave(mount, error);
}

int mcufs_gc(mcufs_t *fs, const char *path, uint32_t budget)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(gc), &place);
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(place.mount, place.mount->filesystem->gc(place.mount->volume, budget));
}

int mcufs_resize(mcufs_t *fs, const char *path, uint64_t block_count)
{
    mcufs_vfs_place_t place;
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_CHANGE(resize), &place);
    if (error != 0) {
        return error;
    }
    return mcufs_vfs_leave(place.mount, place.mount->filesystem->resize(place.mount->volume, block_count));
}

int mcufs_health(mcufs_t *fs, const char *path, mcufs_health_t *health)
{
    mcufs_vfs_place_t place;
    if (health == NULL) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_LOOK(health), &place);
    if (error != 0) {
        return error;
    }
    memset(health, 0, sizeof(*health));
    return mcufs_vfs_leave(place.mount, place.mount->filesystem->health(place.mount->volume, health));
}

int mcufs_visit_blocks(mcufs_t *fs, const char *path,
                       int (*visit)(void *context, uint32_t block, mcufs_block_use_t use), void *context)
{
    mcufs_vfs_place_t place;
    if (visit == NULL) {
        return MCUFS_EINVAL;
    }
    int error = mcufs_vfs_enter_path(fs, path, MCUFS_VFS_LOOK(visit_blocks), &place);
    if (error != 0) {
        return error;
    }
    const mcufs_mount_record_t *mount = place.mount;
    return mcufs_vfs_leave(mount, mount->filesystem->visit_blocks(mount->volume, visit, context));
}
