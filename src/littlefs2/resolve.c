/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* From paths to entries.
 *
 * Names are sorted along the logs of a directory, so the log that can hold a name is the last one whose
 * first name is not greater. First names come from the state cache. A log that is not in there has to be
 * verified, and is searched in the same pass: where a name is in it, or a greater one, no other is looked at.
 */

#include "internal.h"

/* -- Where names were found last -------------------------------------------------------------------- */

static uint32_t directory_of(const uint32_t head[2])
{
    return littlefs2_minimum(head[0], head[1]);
}

void littlefs2_forget_places(littlefs2_t *fs, uint32_t block)
{
    for (unsigned i = 0; fs->places_known && i < 2; i++) {
        littlefs2_place_t *place = &fs->split.places[i];
        if (place->directory == block || place->pair[0] == block || place->pair[1] == block) {
            place->directory = LITTLEFS2_NULL;
        }
    }
}

static littlefs2_place_t *place_in(littlefs2_t *fs, const uint32_t head[2])
{
    littlefs2_place_t *places = fs->split.places;
    littlefs2_place_t *place = &places[places[0].directory != directory_of(head)];
    return fs->places_known && place->directory == directory_of(head) ? place : NULL;
}

static void take_beginning(const littlefs2_found_t *found, uint8_t name[8])
{
    memset(name, 0xff, 8);
    memcpy(name, found->name, littlefs2_minimum(found->length, 8));
}

/* The log to begin with: that of the last look where this name is greater, or else the head. */
LITTLEFS2_OUT_OF_LINE static void find_start(littlefs2_t *fs, const littlefs2_found_t *found,
                                             uint32_t start[2])
{
    uint8_t name[8];
    const littlefs2_place_t *place = place_in(fs, found->parent);
    take_beginning(found, name);
    const bool behind = place && memcmp(name, place->name, sizeof name) > 0;
    memcpy(start, behind ? place->pair : found->parent, sizeof found->parent);
}

LITTLEFS2_OUT_OF_LINE static void remember_place(littlefs2_t *fs, const littlefs2_found_t *found)
{
    littlefs2_place_t *place = place_in(fs, found->parent);
    if (littlefs2_same_pair(found->parent, found->metadata.pair)) {
        if (place) {
            place->directory = LITTLEFS2_NULL; /* the head needs no finding */
        }
        return;
    }
    if (!place) {
        place = &fs->split.places[0];
        fs->split.places[1] = *place;
        fs->split.places[1].directory = fs->places_known ? place->directory : LITTLEFS2_NULL;
    }
    fs->places_known = true;
    place->directory = directory_of(found->parent);
    memcpy(place->pair, found->metadata.pair, sizeof place->pair);
    take_beginning(found, place->name);
}

/* -- Looking up --------------------------------------------------------------------------------------- */

/* Finds the log that a name belongs to, from the first of the directory on, and searches it. */
static int find_log(littlefs2_t *fs, littlefs2_found_t *found, littlefs2_search_t *search)
{
    littlefs2_metadata_t at = {.flags = LITTLEFS2_SPLIT};
    bool searched = false, decided = false;
    find_start(fs, found, at.tail);
    for (uint32_t steps = 0; at.flags & LITTLEFS2_SPLIT && !decided; steps++) {
        uint32_t next[2] = {at.tail[0], at.tail[1]};
        int result =
            steps > fs->block_count ? MCUFS_ECORRUPT : littlefs2_get_and_search(fs, next, &at, search);
        bool verified = result > 0, before = false; /* the name belongs before this log */
        if (verified) {
            decided = search->found != LITTLEFS2_NO_ID || search->insert < at.count;
            before = search->insert == 0 && search->found == LITTLEFS2_NO_ID && steps > 0 && !searched;
        } else if (result == 0 && steps > 0) {
            result = littlefs2_first_name_is_greater(fs, &at, found->name, found->length);
            decided = before = result > 0;
        }
        if (result < 0) {
            return result;
        }
        if (!before && (steps == 0 || at.count > 0)) {
            found->metadata = at;
            searched = verified;
        } else if (verified) {
            searched = false; /* the search was about another log */
        }
    }
    remember_place(fs, found);
    return searched ? 0 : littlefs2_search_log(fs, &found->metadata, search);
}

int littlefs2_decode_structure(littlefs2_t *fs, const littlefs2_location_t *structure,
                               littlefs2_found_t *found)
{
    uint32_t words[2];
    uint32_t type = littlefs2_tag_type(structure->tag);
    found->struct_offset = structure->offset;
    if ((found->type == MCUFS_TYPE_DIRECTORY) != (type == LITTLEFS2_STRUCT_DIRECTORY)) {
        return MCUFS_ECORRUPT;
    }
    if (type == LITTLEFS2_STRUCT_INLINE) {
        uint32_t size = littlefs2_tag_length(structure->tag);
        found->extent =
            (littlefs2_extent_t){size ? LITTLEFS2_CONTENT_INLINE : LITTLEFS2_CONTENT_NONE, 0, size};
        return 0;
    }
    int error = littlefs2_read_two_words(fs, structure, words);
    if (error < 0) {
        return error;
    }
    if (type == LITTLEFS2_STRUCT_DIRECTORY) {
        memcpy(found->directory, words, sizeof found->directory);
        return littlefs2_pair_is_valid(fs, words) ? 0 : MCUFS_ECORRUPT;
    }
    if (type != LITTLEFS2_STRUCT_CTZ || words[1] > LITTLEFS2_FILE_SIZE_MAX ||
        (words[1] > 0 && words[0] >= fs->block_count)) {
        return MCUFS_ECORRUPT;
    }
    found->extent =
        (littlefs2_extent_t){words[1] ? LITTLEFS2_CONTENT_CTZ : LITTLEFS2_CONTENT_NONE, words[0], words[1]};
    return 0;
}

/* Looks a name up in the directory found->parent. */
LITTLEFS2_OUT_OF_LINE static int look_up(littlefs2_t *fs, littlefs2_found_t *found)
{
    littlefs2_search_t searched_for = {.name = found->name, .length = found->length};
    littlefs2_search_t *search = &searched_for;
    int error = find_log(fs, found, search);
    if (error < 0) {
        return error;
    }
    found->id = search->insert == LITTLEFS2_NO_ID ? found->metadata.count : search->insert;
    found->type = 0;
    if (search->found != LITTLEFS2_NO_ID && !littlefs2_is_moved_away(fs, &found->metadata, search->found)) {
        littlefs2_location_t location = {search->struct_tag, NULL, found->metadata.pair[0],
                                         search->struct_offset};
        found->id = search->found;
        found->modified_tag = search->modified_tag;
        found->modified_offset = search->modified_offset;
        found->created_tag = search->created_tag;
        found->created_offset = search->created_offset;
        found->type = search->name_type == LITTLEFS2_NAME_DIRECTORY ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE;
        return littlefs2_decode_structure(fs, &location, found);
    }
    return 0;
}

int littlefs2_resolve(littlefs2_t *fs, const mcufs_path_t *path, const uint32_t avoid[2],
                      littlefs2_found_t *found)
{
    mcufs_path_t left = *path;
    const char *name;
    size_t length;
    memset(found, 0, sizeof *found);
    memcpy(found->directory, fs->root, sizeof found->directory);
    found->type = MCUFS_TYPE_DIRECTORY;
    found->is_root = true;
    found->wants_directory = left.directory;
    while (mcufs_path_next(&left, &name, &length)) {
        memcpy(found->parent, found->directory, sizeof found->parent);
        if (found->type != MCUFS_TYPE_DIRECTORY) {
            return found->type ? MCUFS_ENOTDIR : MCUFS_ENOENT;
        }
        if (length > fs->name_max) {
            return MCUFS_ENAMETOOLONG;
        }
        if (avoid && littlefs2_same_pair(found->parent, avoid)) {
            return MCUFS_EINVAL;
        }
        found->is_root = false;
        found->name = name;
        found->length = (uint32_t)length;
        int error = look_up(fs, found);
        if (error < 0) {
            return error;
        }
    }
    if (found->is_root) {
        return littlefs2_get(fs, fs->root, &found->metadata);
    }
    if (found->type == MCUFS_TYPE_FILE && found->wants_directory) {
        return MCUFS_ENOTDIR;
    }
    return 0;
}
