/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Moving metadata pairs (spec: littlefs-format.md A3 to A5).
 *
 * A pair {a, b} whose block b is worn or bad becomes {n, a}: n is a copy of equal content. Then the
 * references follow: the entry of the directory, where the pair is a directory's head, and the tail of the
 * pair before it in the list. Until all have, a reader may take either, and sees the same. Only then may
 * the content change, which is why the caller starts over (LITTLEFS2_AGAIN).
 *
 * The commits that change references may meet bad blocks themselves; those pairs are moved first, from a
 * small stack of tasks instead of recursion. */

#include "internal.h"

/* -- One pair --------------------------------------------------------------------------------------- */

static void replace(uint32_t pair[2], const uint32_t from[2], const uint32_t to[2])
{
    if (littlefs2_same_pair(pair, from)) {
        memcpy(pair, to, 2 * sizeof pair[0]);
    }
}

/* Everything in memory that names `from` names `to`. */
static void rename_pair(littlefs2_t *fs, const uint32_t from[2], const uint32_t to[2])
{
    for (littlefs2_handle_t *handle = fs->handles; handle; handle = handle->next) {
        replace(handle->pair, from, to);
        if (handle->kind == LITTLEFS2_HANDLE_DIRECTORY) {
            replace(((littlefs2_directory_t *)handle)->head, from, to);
        }
    }
    replace(fs->arriving, from, to);
    replace(fs->leaving, from, to);
    replace(fs->root, from, to);
    if (littlefs2_move_pending(fs)) {
        replace(fs->global.pair, from, to);
    }
}

/* Copies the pair of a task to a new block. From here on `old` means `now`. */
LITTLEFS2_OUT_OF_LINE static int copy_pair(littlefs2_t *fs, littlefs2_task_t *task)
{
    littlefs2_metadata_t metadata;
    littlefs2_global_t move_state = {0, {0, 0}};
    littlefs2_log_plan_t plan;
    int error = littlefs2_get(fs, task->old, &metadata);
    if (error == 0) {
        error = littlefs2_add_move_state(fs, &metadata, &move_state);
    }
    if (error < 0) {
        return error;
    }
    littlefs2_view_t view = littlefs2_view_of(&metadata);
    littlefs2_plan_whole(&plan, &view);
    plan.move_state = &move_state;
    plan.pair[1] = metadata.pair[0];
    plan.revision = metadata.revision + 1;
    error = littlefs2_write_anew(fs, &plan, false);
    if (error < 0) {
        return error;
    }
    memcpy(task->old, metadata.pair, sizeof task->old);
    memcpy(task->now, plan.pair, sizeof task->now);
    task->replaced = metadata.pair[1];
    task->copied = true;
    task->orphans = littlefs2_orphans_possible(fs);
    littlefs2_describe(fs, &plan, &metadata);
    littlefs2_remember(fs, task->old, &metadata);
    rename_pair(fs, task->old, task->now);
    return 0;
}

/* Whether the log is the new copy of a pair that the list does not lead to yet: it must stay equal to the old
 * one. Two pairs with bad blocks that refer to each other, one by an entry and one by its tail, cannot move.
 */
static bool is_half_moved(const littlefs2_t *fs, const uint32_t pair[2])
{
    for (uint32_t i = 0; i + 1 < fs->task_count; i++) {
        if (fs->tasks[i].copied && littlefs2_same_pair(fs->tasks[i].now, pair)) {
            return true;
        }
    }
    return false;
}

/* Commits a new reference. `blocked` gets the pair that has to move first. */
static int commit_reference(littlefs2_t *fs, littlefs2_metadata_t *metadata,
                            const littlefs2_change_t *changes, uint32_t count, littlefs2_task_t *task,
                            uint32_t blocked[2])
{
    int result = is_half_moved(fs, metadata->pair)
                     ? MCUFS_ENOSPC
                     : littlefs2_commit_here(fs, metadata, changes, count, true);
    if (result == 0) {
        task->referenced = true;
    } else {
        memcpy(blocked, metadata->pair, 2 * sizeof blocked[0]);
        littlefs2_set_orphans(fs, (fs->global_disk.tag & 0x80000000u) != 0);
    }
    return result;
}

/* The entry of the directory, where it names the old pair; together with the tail before it, where that is in
 * the same log. */
LITTLEFS2_OUT_OF_LINE static int update_entry(littlefs2_t *fs, littlefs2_task_t *task, uint32_t blocked[2])
{
    littlefs2_metadata_t parent;
    littlefs2_change_t changes[2];
    uint8_t bytes[8];
    littlefs2_reference_t old = {.pair = task->old};
    int found = littlefs2_find_parent(fs, &old, &parent);
    if (found <= 0) {
        return found;
    }
    if (littlefs2_same_pair(old.head, task->now)) {
        return 0;
    }
    bool together = littlefs2_same_pair(parent.tail, task->old);
    changes[0] = littlefs2_pair_change(LITTLEFS2_STRUCT_DIRECTORY, old.id, task->now, bytes);
    changes[1] = littlefs2_pair_change(LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID, task->now, bytes);
    if (!together) {
        littlefs2_set_orphans(fs, true);
    }
    return commit_reference(fs, &parent, changes, together ? 2 : 1, task, blocked);
}

/* The tail of the log before it on the list. */
LITTLEFS2_OUT_OF_LINE static int update_tail(littlefs2_t *fs, littlefs2_task_t *task, uint32_t blocked[2])
{
    littlefs2_metadata_t predecessor;
    littlefs2_change_t change;
    uint8_t bytes[8];
    int found = littlefs2_find_predecessor(fs, task->old, &predecessor);
    if (found <= 0) {
        return found; /* none: it has followed already */
    }
    bool hard = (predecessor.flags & LITTLEFS2_SPLIT) != 0;
    change = littlefs2_pair_change(hard ? LITTLEFS2_HARD_TAIL : LITTLEFS2_SOFT_TAIL, LITTLEFS2_NO_ID,
                                   task->now, bytes);
    littlefs2_set_orphans(fs, task->orphans);
    return commit_reference(fs, &predecessor, &change, 1, task, blocked);
}

/* Whether the pair continues a directory: then no entry names it. 1, 0 or an error. */
LITTLEFS2_OUT_OF_LINE static int continues_directory(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_metadata_t predecessor;
    int found = littlefs2_find_predecessor(fs, pair, &predecessor);
    return found > 0 ? (predecessor.flags & LITTLEFS2_SPLIT) != 0 : found < 0 ? found : 1;
}

/* Brings the references of one moved pair up to date. */
static int update_references(littlefs2_t *fs, littlefs2_task_t *task, uint32_t blocked[2])
{
    int result = continues_directory(fs, task->old);
    if (result == 0) {
        result = update_entry(fs, task, blocked);
    } else if (result == 1) {
        result = 0;
    }
    return result == 0 ? update_tail(fs, task, blocked) : result;
}

/* Takes back a move that no reference knows of yet. */
static void undo(littlefs2_t *fs, littlefs2_task_t *task)
{
    if (task->copied && !task->referenced) {
        task->copied = false;
        littlefs2_forget(fs, task->now);
        littlefs2_forget(fs, task->old);
        rename_pair(fs, task->now, task->old);
        littlefs2_release(fs, task->now[0]);
    }
}

/* Where the list cannot follow, the entry goes back to the old pair, whose content is still the same. */
LITTLEFS2_OUT_OF_LINE static void revert_entry(littlefs2_t *fs, littlefs2_task_t *task)
{
    littlefs2_metadata_t parent;
    uint8_t bytes[8];
    littlefs2_reference_t reference = {.pair = task->now};
    if (littlefs2_find_parent(fs, &reference, &parent) <= 0) {
        return;
    }
    littlefs2_change_t change =
        littlefs2_pair_change(LITTLEFS2_STRUCT_DIRECTORY, reference.id, task->old, bytes);
    littlefs2_set_orphans(fs, task->orphans);
    if (littlefs2_move_pending(fs)) {
        replace(fs->global.pair, task->now, task->old);
    }
    if (littlefs2_commit_here(fs, &parent, &change, 1, true) == 0) {
        task->referenced = false;
    } else {
        fs->global = fs->global_disk;
    }
}

/* Until the references have followed, a cut or a move that is taken back leads to the old pair. What it holds
 * is in doubt as long as that. */
static void finish(littlefs2_t *fs, const littlefs2_task_t *task)
{
    littlefs2_forget_doubt(fs, task->old);
    littlefs2_forget(fs, task->old);
    littlefs2_release(fs, task->replaced);
}

static int push(littlefs2_t *fs, littlefs2_task_t tasks[LITTLEFS2_RELOCATIONS_MAX], const uint32_t pair[2])
{
    if (fs->task_count == LITTLEFS2_RELOCATIONS_MAX || pair[0] <= 1 || pair[1] <= 1) {
        return MCUFS_ENOSPC;
    }
    littlefs2_task_t *task = &tasks[fs->task_count++];
    memset(task, 0, sizeof *task);
    memcpy(task->old, pair, sizeof task->old);
    return 0;
}

/* The task on top of the stack. A pair that blocks it is pushed, to be moved first; what no reference knows
 * of is taken back meanwhile, so that nothing changes in a copy. */
static int work(littlefs2_t *fs, littlefs2_task_t tasks[LITTLEFS2_RELOCATIONS_MAX])
{
    littlefs2_task_t *task = &tasks[fs->task_count - 1];
    uint32_t blocked[2];
    int result = task->copied ? 0 : copy_pair(fs, task);
    if (result == 0) {
        result = update_references(fs, task, blocked);
    }
    if (result == 0) {
        fs->task_count--;
        finish(fs, task);
    } else if (result == LITTLEFS2_NEEDS_RELOCATION) {
        undo(fs, task);
        result = push(fs, tasks, blocked);
    }
    return result;
}

LITTLEFS2_OUT_OF_LINE static int relocate_pair(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_task_t tasks[LITTLEFS2_RELOCATIONS_MAX];
    fs->tasks = tasks;
    int result = push(fs, tasks, pair);
    for (uint32_t turns = 0; result == 0 && fs->task_count > 0; turns++) {
        result = turns < 8 * LITTLEFS2_RELOCATIONS_MAX ? work(fs, tasks) : MCUFS_ENOSPC;
    }
    if (result < 0) {
        fs->global = fs->global_disk;
    }
    while (fs->task_count > 0) {
        littlefs2_task_t *task = &tasks[fs->task_count - 1];
        if (task->referenced && result == MCUFS_ENOSPC) {
            revert_entry(fs, task);
        }
        fs->task_count--;
        undo(fs, task);
    }
    fs->tasks = NULL;
    return result;
}

/* -- The superblock pair ---------------------------------------------------------------------------- */

/* {0, 1} cannot move: it keeps the superblock entry, and the rest goes into a new pair behind it. */
LITTLEFS2_OUT_OF_LINE static int expand_superblock(littlefs2_t *fs)
{
    static const uint32_t superblock[2] = {0, 1};
    littlefs2_metadata_t metadata;
    littlefs2_global_t move_state = fs->global_disk;
    littlefs2_log_plan_t plan;
    uint32_t moved[2];
    int error = littlefs2_get(fs, superblock, &metadata);
    if (error < 0) {
        return error;
    }
    if (!fs->map_known) {
        return MCUFS_EAGAIN;
    }
    bool only_anchor = metadata.count <= 1 && metadata.flags & LITTLEFS2_SPLIT;
    if (only_anchor || fs->free_blocks <= fs->block_count / 8) {
        return MCUFS_ENOSPC;
    }
    error = littlefs2_add_move_state(fs, &metadata, &move_state);
    if (error < 0) {
        return error;
    }
    littlefs2_view_t view = littlefs2_view_of(&metadata);
    littlefs2_plan_whole(&plan, &view);
    plan.move_state = NULL;
    error = littlefs2_write_new_pair(fs, &plan);
    if (error < 0) {
        return error;
    }
    memcpy(moved, plan.pair, sizeof moved);
    /* The source of a pending move may be among what moves: the anchor's commit says so. */
    littlefs2_global_t global = fs->global;
    if (littlefs2_move_pending(fs) && littlefs2_same_pair(global.pair, superblock)) {
        memcpy(global.pair, moved, sizeof global.pair);
    }
    littlefs2_global_add(&move_state, &global);
    plan.end = 1;
    plan.hard = true;
    plan.move_state = &move_state;
    memcpy(plan.tail, moved, sizeof plan.tail);
    error = littlefs2_write_over(fs, &metadata, &plan);
    if (error != 0) {
        littlefs2_release_pair(fs, moved);
        return error == LITTLEFS2_NEEDS_RELOCATION ? MCUFS_ENOSPC : error;
    }
    littlefs2_forget_doubt(fs, superblock);
    rename_pair(fs, superblock, moved);
    fs->global = fs->global_disk = global;
    return 0;
}

int littlefs2_relocate(littlefs2_t *fs, const uint32_t pair[2])
{
    littlefs2_forget_all_places(fs);
    return pair[0] <= 1 ? expand_superblock(fs) : relocate_pair(fs, pair);
}
