/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Changing a metadata log behind everyone's back, with checksums that are right again. Written from the
 * format's description, apart from the engine. */

#ifndef LITTLEFS2_CHECK_CRAFT_H
#define LITTLEFS2_CHECK_CRAFT_H

#include <stdbool.h>
#include <stdint.h>

#define CRAFT_TAGS_MAX 200

typedef struct craft_tag {
    uint32_t type, id, length; /* length 0x3ff: no data */
    uint8_t data[1024];
} craft_tag_t;

typedef struct craft_log {
    uint32_t revision;
    unsigned count;
    craft_tag_t tags[CRAFT_TAGS_MAX];
} craft_log_t;

/* Compacted: one tag of each kind per entry, ids as they are at the end. False: no valid log in this block.
 */
bool craft_read(const uint8_t *block, uint32_t block_size, craft_log_t *log);
/* As one commit, without its old checksums. */
void craft_write(uint8_t *block, uint32_t block_size, uint32_t program_size, const craft_log_t *log);
/* The last tag of a name; NULL: not there. */
craft_tag_t *craft_find_name(craft_log_t *log, const char *name);
/* The last structure of an entry. */
craft_tag_t *craft_find_struct(craft_log_t *log, uint32_t id);
craft_tag_t *craft_find_type(craft_log_t *log, uint32_t type, uint32_t mask);
uint32_t craft_word(const craft_tag_t *tag, unsigned index);
void craft_set_word(craft_tag_t *tag, unsigned index, uint32_t value);

#endif
