/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Verification of the entries of a log: names, their order along the directory, content, attributes. */

#include "check.h"

bool littlefs2_check_name_is_valid(const littlefs2_t *fs, const uint8_t *name, uint32_t length)
{
    if (length == 0 || length > fs->name_max) {
        return false;
    }
    for (uint32_t i = 0; i < length; i++) {
        if (name[i] == '/' || name[i] == '\0') {
            return false;
        }
    }
    return !(name[0] == '.' && (length == 1 || (length == 2 && name[1] == '.')));
}

int littlefs2_check_read_name(littlefs2_t *fs, const littlefs2_metadata_t *metadata, uint32_t id,
                              uint8_t name[MCUFS_NAME_MAX], uint32_t *length, uint32_t *type)
{
    littlefs2_view_t view = littlefs2_view_of(metadata);
    const littlefs2_entry_t *entry;
    int error = littlefs2_entry(fs, &view, id, &entry);
    if (error < 0) {
        return error;
    }
    if (entry->name_tag == 0 || !littlefs2_type_is_file_name(littlefs2_tag_type(entry->name_tag))) {
        return MCUFS_ENOENT;
    }
    littlefs2_location_t location = {entry->name_tag, NULL, metadata->pair[0], entry->name_offset};
    *type = littlefs2_tag_type(entry->name_tag);
    *length = littlefs2_tag_length(entry->name_tag);
    return littlefs2_read_location(fs, &location, 0, name, littlefs2_minimum(*length, MCUFS_NAME_MAX));
}

/* -- Names -------------------------------------------------------------------------------------------- */

static int compare_names(const check_name_t *a, const check_name_t *b)
{
    int order = memcmp(a->bytes, b->bytes, littlefs2_minimum(a->length, b->length));
    if (order != 0) {
        return order;
    }
    /* The longer name comes first (A3). */
    return a->length == b->length ? 0 : a->length > b->length ? -1 : 1;
}

/* Names in order follow each other; of three where the middle one does not fit, that one is wrong. */
static void check_order(check_t *check)
{
    check_name_t *names = check->names;
    int order = names[1].length == 0 ? -1 : compare_names(&names[1], &names[0]);
    bool fits_before = names[2].length == 0 || compare_names(&names[2], &names[0]) < 0;
    if (order < 0) {
        names[2] = names[1];
        names[1] = names[0];
        return;
    }
    const check_name_t *wrong = order > 0 && fits_before ? &names[1] : &names[0];
    uint32_t length = check->path_length;
    littlefs2_check_pop_path(check, length - names[0].length - 1);
    littlefs2_check_push_name(check, wrong->bytes, wrong->length);
    check_place_t place = {
        .pair = wrong->pair, .id = wrong->id, .block = wrong->pair[0], .index = wrong->siblings};
    littlefs2_check_error(check, CHECK_NAME,
                          order == 0 ? "two entries with the same name"
                                     : "a name out of order; not every program will find it",
                          &place);
    littlefs2_check_pop_path(check, length - names[0].length - 1);
    littlefs2_check_push_name(check, names[0].bytes, names[0].length);
    if (wrong == &names[1]) {
        names[1] = names[0];
    }
}

static void check_name(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id, uint32_t type)
{
    check_place_t place = {
        .pair = metadata->pair, .id = id, .block = metadata->pair[0], .index = metadata->count};
    check_name_t *name = &check->names[0];
    name->id = id;
    name->siblings = metadata->count;
    memcpy(name->pair, metadata->pair, sizeof name->pair);
    if (!littlefs2_check_name_is_valid(check->fs, name->bytes, name->length)) {
        littlefs2_check_error(check, CHECK_NAME, "a name that cannot be", &place);
    } else if (type != LITTLEFS2_NAME_FILE && type != LITTLEFS2_NAME_DIRECTORY) {
        littlefs2_check_error(check, CHECK_NAME, "an entry that is neither file nor directory", &place);
    } else {
        check_order(check);
    }
}

/* -- Content ------------------------------------------------------------------------------------------ */

static int check_content(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id, uint32_t type,
                         const littlefs2_location_t *structure)
{
    littlefs2_t *fs = check->fs;
    uint32_t words[2];
    check_place_t place = {
        .pair = metadata->pair, .id = id, .block = metadata->pair[0], .index = metadata->count};
    uint32_t kind = littlefs2_tag_type(structure->tag);
    if ((kind == LITTLEFS2_STRUCT_DIRECTORY) != (type == LITTLEFS2_NAME_DIRECTORY)) {
        littlefs2_check_error(check, CHECK_NAME, "a file named as a directory, or the reverse", &place);
        return 0;
    }
    if (kind == LITTLEFS2_STRUCT_DIRECTORY) {
        return 0; /* looked at on the way down */
    }
    check->result->files++;
    if (kind == LITTLEFS2_STRUCT_INLINE) {
        return 0;
    }
    if (kind != LITTLEFS2_STRUCT_CTZ || littlefs2_tag_length(structure->tag) < 8) {
        littlefs2_check_error(check, CHECK_LOST_FILE, "the content of the file is of no known kind", &place);
        return 0;
    }
    int error = littlefs2_read_two_words(fs, structure, words);
    littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
    return error < 0 ? error : littlefs2_check_file(check, metadata, id, &extent);
}

typedef struct attribute_check {
    check_t *check;
    const littlefs2_metadata_t *metadata;
    uint16_t id;
} attribute_check_t;

#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
/* The whole content, of a file whose blocks are in order. */
static int check_checksum(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                          const littlefs2_location_t *structure)
{
    littlefs2_t *fs = check->fs;
    uint32_t words[2], value;
    if (check->silent || littlefs2_tag_type(structure->tag) != LITTLEFS2_STRUCT_CTZ) {
        return 0;
    }
    int result = littlefs2_read_two_words(fs, structure, words);
    littlefs2_extent_t extent = {LITTLEFS2_CONTENT_CTZ, words[0], words[1]};
    if (result == 0) {
        result = littlefs2_checksum_of_entry(fs, metadata, id, &extent, &value);
    }
    if (result == 0) {
        result = littlefs2_checksum_matches(fs, &extent, value);
    }
    if (result == 0) {
        check_place_t place = {.pair = metadata->pair, .id = id, .block = extent.head};
        littlefs2_check_error(check, CHECK_NOTHING, "the content of the file is not what its checksum says",
                              &place);
    }
    return result < 0 && result != MCUFS_ENODATA && result != MCUFS_ECORRUPT ? result : 0;
}
#else
static int check_checksum(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id,
                          const littlefs2_location_t *structure)
{
    (void)check, (void)metadata, (void)id, (void)structure;
    return 0;
}
#endif

static int check_attribute(void *context, const littlefs2_location_t *attribute)
{
    const attribute_check_t *checking = context;
    if (littlefs2_tag_length(attribute->tag) > checking->check->fs->attribute_max) {
        check_place_t place = {
            .pair = checking->metadata->pair, .id = checking->id, .block = attribute->block};
        littlefs2_check_remark(checking->check, MCUFS_FINDING_WARNING, CHECK_NOTHING,
                               "an attribute larger than the volume's limit", &place);
    }
    return 0;
}

static int check_entry(check_t *check, const littlefs2_metadata_t *metadata, uint16_t id)
{
    littlefs2_t *fs = check->fs;
    littlefs2_view_t view = littlefs2_view_of(metadata);
    const littlefs2_entry_t *entry;
    uint32_t parent_length = check->path_length;
    uint32_t type = 0;
    check_place_t place = {
        .pair = metadata->pair, .id = id, .block = metadata->pair[0], .index = metadata->count};
    int error =
        littlefs2_check_read_name(fs, metadata, id, check->names[0].bytes, &check->names[0].length, &type);
    if (error < 0 && error != MCUFS_ENOENT) {
        return error;
    }
    bool named = error == 0;
    error = littlefs2_entry(fs, &view, id, &entry);
    if (error < 0) {
        return error;
    }
    littlefs2_location_t structure = {entry->struct_tag, NULL, metadata->pair[0], entry->struct_offset};
    uint32_t errors = check->result->errors;
    bool attributes = (entry->flags & LITTLEFS2_ENTRY_ATTRIBUTES) != 0;
    if (named) {
        littlefs2_check_push_name(check, check->names[0].bytes, check->names[0].length);
    }
    if (!structure.tag || littlefs2_tag_is_deletion(structure.tag)) {
        littlefs2_check_error(check, CHECK_EMPTY_ENTRY, "an entry without content", &place);
    } else if (!named) {
        littlefs2_check_error(check, CHECK_NAME, "an entry without a name", &place);
    } else {
        check_name(check, metadata, id, type);
        error = check_content(check, metadata, id, type, &structure);
    }
    if (error == 0 && attributes) {
        attribute_check_t checking = {check, metadata, id};
        error = littlefs2_each_attribute(fs, &view, id, check_attribute, &checking);
    }
    if (error == 0 && attributes && check->result->errors == errors) {
        error = check_checksum(check, metadata, id, &structure);
    }
    littlefs2_check_pop_path(check, parent_length);
    return error;
}

int littlefs2_check_entries(check_t *check, const littlefs2_metadata_t *metadata)
{
    uint16_t first = metadata->flags & LITTLEFS2_HAS_SUPERBLOCK ? 1 : 0;
    for (uint16_t id = first; id < metadata->count; id++) {
        if (littlefs2_is_moved_away(check->fs, metadata, id)) {
            continue;
        }
        int error = check_entry(check, metadata, id);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}
