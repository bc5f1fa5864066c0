/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The walk over a path of one or two strings.
 *
 * ".." has to take back a component that comes before it, and there is no buffer to take it back from. So
 * the walk looks ahead: a component is given out only when no later ".." reaches back to it. That makes a
 * path of n components n * n / 2 steps at worst, which is nothing beside one flash access.
 * It follows that a ".." met by the walk itself has nothing before it, and stays in the root. */

#include <mcufs/path.h>

/* The next component as spelled, "." and ".." included. The end of a string ends a component as "/" does. */
static bool take_component(mcufs_path_t *path, const char **name, size_t *length)
{
    for (;;) {
        const char *start = path->rest;
        while (start != NULL && *start == '/') {
            start++;
        }
        if (start != NULL && *start != '\0') {
            const char *end = start;
            while (*end != '\0' && *end != '/') {
                end++;
            }
            *name = start;
            *length = (size_t)(end - start);
            path->rest = end;
            return true;
        }
        if (path->following == NULL) {
            path->rest = start;
            return false;
        }
        path->rest = path->following;
        path->following = NULL;
    }
}

/* How far a component leads down the tree: 1 for a name, 0 for ".", -1 for "..". */
static int component_depth(const char *name, size_t length)
{
    if (name[0] == '.' && length == 1) {
        return 0;
    }
    if (name[0] == '.' && length == 2 && name[1] == '.') {
        return -1;
    }
    return 1;
}

static bool spelled_as_directory(const char *string)
{
    const char *component = string; /* the last one */
    const char *end = string;
    for (; *end != '\0'; end++) {
        if (*end == '/') {
            component = end + 1;
        }
    }
    return end != string && (end == component || component_depth(component, (size_t)(end - component)) <= 0);
}

mcufs_path_t mcufs_path(const char *first, const char *second)
{
    mcufs_path_t path = {.rest = first != NULL ? first : "", .following = second, .directory = false};
    path.directory = spelled_as_directory(second != NULL && *second != '\0' ? second : path.rest);
    return path;
}

bool mcufs_path_next(mcufs_path_t *path, const char **name, size_t *length)
{
    while (take_component(path, name, length)) {
        if (component_depth(*name, *length) <= 0) {
            continue;
        }
        mcufs_path_t ahead = *path;
        size_t depth = 1;
        const char *later_name;
        size_t later_length;
        while (depth > 0 && take_component(&ahead, &later_name, &later_length)) {
            int step = component_depth(later_name, later_length);
            if (step < 0) {
                depth--;
            } else {
                depth += (size_t)step;
            }
        }
        if (depth > 0) {
            return true;
        }
        *path = ahead; /* the ".." that took it back took back everything in between, too */
    }
    return false;
}

bool mcufs_path_at_end(const mcufs_path_t *path)
{
    mcufs_path_t walk = *path;
    const char *name;
    size_t length;
    return !mcufs_path_next(&walk, &name, &length);
}
