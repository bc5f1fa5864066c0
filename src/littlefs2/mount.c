/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Mounting: units and memory, then one walk over all metadata pairs (spec: littlefs-format.md A4, A5). */

#include "internal.h"

#include "../base/arena.h"
#include "../base/bitmap.h"
#include "../base/crc32.h"
#include "../base/endian.h"

#define DEFAULT_CACHE_SIZE   256u
#define DEFAULT_FILE_BUFFERS 4u
#define STATES_MIN           2u
#define WINDOW_COMFORTABLE   32u
#define INDEX_COMFORTABLE    1024u /* bytes of arena left */
#define MAP_MIN              8u    /* bytes */
#define POINTERS_MIN         64u

static const mcufs_littlefs2_options_t no_options;

static const mcufs_littlefs2_options_t *options_of(const mcufs_setup_t *setup)
{
    return setup->options ? setup->options : &no_options;
}

/* -- Superblocks ------------------------------------------------------------------------------------ */

/* The fields of a superblock are stored as little-endian words, in the order of the structure. */
_Static_assert(sizeof(littlefs2_superblock_t) == LITTLEFS2_SUPERBLOCK_SIZE, "six words");

/* From the structure to the stored form, or back: exchanging bytes is the same in both directions. */
static void convert_superblock(const void *from, void *to)
{
    for (size_t at = 0; at < LITTLEFS2_SUPERBLOCK_SIZE; at += 4) {
        uint32_t word = mcufs_load_le32((const uint8_t *)from + at);
        memcpy((uint8_t *)to + at, &word, sizeof word);
    }
}

void littlefs2_encode_superblock(const littlefs2_superblock_t *superblock,
                                 uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE])
{
    convert_superblock(superblock, bytes);
}

int littlefs2_read_superblock(littlefs2_t *fs, const littlefs2_metadata_t *metadata,
                              littlefs2_superblock_t *superblock)
{
    uint8_t bytes[LITTLEFS2_SUPERBLOCK_SIZE] = {0};
    littlefs2_location_t location;
    int error = littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_NAME_SUPERBLOCK, 0, &location);
    if (error == 0 && littlefs2_tag_length(location.tag) == 8) {
        error = littlefs2_read_location(fs, &location, 0, bytes, 8);
        if (error == 0 && memcmp(bytes, "littlefs", 8) != 0) {
            error = MCUFS_ECORRUPT;
        }
    }
    if (error == 0) {
        error = littlefs2_find_in_log(fs, metadata, 0x7ff, LITTLEFS2_STRUCT_INLINE, 0, &location);
    }
    if (error == 0) {
        memset(bytes, 0, sizeof bytes);
        uint32_t length = littlefs2_minimum(littlefs2_tag_length(location.tag), sizeof bytes);
        error = littlefs2_read_location(fs, &location, 0, bytes, length);
    }
    convert_superblock(bytes, superblock);
    return error == MCUFS_ENOENT ? MCUFS_ECORRUPT : error;
}

/* -- Probing ---------------------------------------------------------------------------------------- */

/* Reads on over a device. */
typedef struct cursor {
    const mcufs_device_t *device;
    uint32_t address, left, crc;
} cursor_t;

static bool take(cursor_t *cursor, uint8_t *bytes, uint32_t size)
{
    if (size > cursor->left || mcufs_device_read_bytes(cursor->device, cursor->address, bytes, size) != 0) {
        return false;
    }
    cursor->crc = mcufs_crc32(cursor->crc, bytes, size);
    cursor->address += size;
    cursor->left -= size;
    return true;
}

/* Whether the first commit of the log at the cursor is whole. A half-written superblock must not be believed.
 */
static bool first_commit_is_whole(cursor_t *cursor)
{
    uint8_t chunk[32];
    uint32_t previous = 0xffffffffu;
    bool whole = take(cursor, chunk, 4);
    while (whole && take(cursor, chunk, 4)) {
        uint32_t tag = mcufs_load_be32(chunk) ^ previous;
        uint32_t length = littlefs2_tag_length(tag);
        if (littlefs2_type_is_commit_crc(littlefs2_tag_type(tag))) {
            uint32_t crc = cursor->crc;
            return littlefs2_tag_is_valid(tag) && take(cursor, chunk, 4) && crc == mcufs_load_le32(chunk);
        }
        whole = littlefs2_tag_is_valid(tag);
        while (whole && length > 0) {
            uint32_t part = littlefs2_minimum(sizeof chunk, length);
            whole = take(cursor, chunk, part);
            length -= part;
        }
        previous = littlefs2_next_previous(tag);
    }
    return false;
}

/* A superblock entry as a compacted log starts with it: the magic at byte 8. */
static bool read_start(const mcufs_device_t *device, uint32_t address, littlefs2_superblock_t *superblock)
{
    uint8_t bytes[20 + LITTLEFS2_SUPERBLOCK_SIZE];
    uint64_t size = mcufs_device_size(device);
    cursor_t cursor = {device, address, sizeof bytes, 0xffffffffu};
    if (!take(&cursor, bytes, sizeof bytes) || memcmp(bytes + 8, "littlefs", 8) != 0) {
        return false;
    }
    uint32_t name = mcufs_load_be32(bytes + 4) ^ 0xffffffffu;
    uint32_t content = mcufs_load_be32(bytes + 16) ^ littlefs2_next_previous(name);
    convert_superblock(bytes + 20, superblock);
    cursor = (cursor_t){device, address, superblock->block_size, 0xffffffffu};
    return littlefs2_tag_is_valid(content) && littlefs2_tag_type(name) == LITTLEFS2_NAME_SUPERBLOCK &&
           littlefs2_tag_type(content) == LITTLEFS2_STRUCT_INLINE && littlefs2_tag_id(content) == 0 &&
           littlefs2_tag_length(content) >= 8 && superblock->version >> 16 == 2 &&
           superblock->block_size >= LITTLEFS2_BLOCK_SIZE_MIN && superblock->block_size <= size - address &&
           first_commit_is_whole(&cursor);
}

static bool find_superblock(const mcufs_device_t *device, littlefs2_superblock_t *superblock)
{
    if (read_start(device, 0, superblock)) {
        return true;
    }
    /* Block 0 may be half erased; then block 1 is good, but where it starts depends on the block size. */
    uint64_t size = mcufs_device_size(device);
    for (uint32_t block_size = LITTLEFS2_BLOCK_SIZE_MIN; block_size != 0 && block_size <= size / 2;
         block_size <<= 1) {
        if (read_start(device, block_size, superblock) && superblock->block_size == block_size) {
            return true;
        }
    }
    return false;
}

int littlefs2_probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    littlefs2_superblock_t superblock;
    if (!find_superblock(device, &superblock)) {
        return MCUFS_ENODEV;
    }
    memset(found, 0, sizeof *found);
    found->type = mcufs_littlefs2.name;
    found->version = superblock.version;
    found->block_size = superblock.block_size;
    found->block_count = superblock.block_count;
    return 0;
}

/* -- Units and memory ------------------------------------------------------------------------------- */

static bool set_units(littlefs2_t *fs, const mcufs_setup_t *setup, uint32_t block_size)
{
    const mcufs_littlefs2_options_t *options = options_of(setup);
    const mcufs_geometry_t *geometry = &setup->device->geometry;
    fs->block_size = block_size;
    fs->read_size = options->read_size ? options->read_size : geometry->read_size;
    fs->program_size = options->program_size ? options->program_size : geometry->program_size;
    if (block_size < LITTLEFS2_BLOCK_SIZE_MIN || fs->read_size % geometry->read_size != 0 ||
        fs->program_size % geometry->program_size != 0 || block_size % fs->read_size != 0 ||
        block_size % fs->program_size != 0) {
        return false;
    }
    if (block_size % geometry->block_size == 0) {
        fs->ratio = block_size / geometry->block_size;
        fs->block_count = geometry->block_count / fs->ratio;
    } else if (geometry->block_size % block_size == 0 && setup->flags & MCUFS_READ_ONLY) {
        fs->ratio = 0;
        fs->block_count = geometry->block_count * (geometry->block_size / block_size);
    } else {
        return false;
    }
    return fs->block_count >= 2;
}

/* The smallest multiple of both units that is at least `wanted`. 0: none within a block. */
static uint32_t cache_size_for(const littlefs2_t *fs, uint32_t wanted)
{
    uint32_t unit = fs->read_size > fs->program_size ? fs->read_size : fs->program_size;
    uint32_t size = unit;
    while (size < wanted || size % fs->read_size != 0 || size % fs->program_size != 0) {
        size += unit;
        if (size > fs->block_size) {
            return 0;
        }
    }
    return size;
}

static bool set_cache_size(littlefs2_t *fs, const mcufs_setup_t *setup)
{
    uint32_t wanted = options_of(setup)->cache_size;
    if (wanted) {
        fs->cache_size = cache_size_for(fs, wanted);
        return fs->cache_size == wanted;
    }
    wanted = littlefs2_minimum(DEFAULT_CACHE_SIZE, fs->block_size);
    fs->cache_size = cache_size_for(fs, wanted);
    /* In little memory, smaller buffers. */
    while (fs->cache_size && wanted > 16 &&
           setup->arena_size < MCUFS_LITTLEFS2_ARENA_MINIMUM((size_t)fs->cache_size)) {
        wanted /= 2;
        fs->cache_size = cache_size_for(fs, wanted);
    }
    return fs->cache_size != 0;
}

static bool set_limits(littlefs2_t *fs, const mcufs_setup_t *setup)
{
    const mcufs_littlefs2_options_t *options = options_of(setup);
    fs->block_cycles = options->block_cycles ? options->block_cycles : LITTLEFS2_HOT_CYCLES;
    if (fs->block_cycles != MCUFS_LITTLEFS2_NEVER) {
        fs->block_cycles = littlefs2_minimum(fs->block_cycles, LITTLEFS2_HOT_CYCLES);
    }
    fs->name_max = options->name_max ? options->name_max : MCUFS_NAME_MAX;
    fs->file_max = options->file_max ? options->file_max : LITTLEFS2_FILE_SIZE_MAX;
    fs->attribute_max = options->attribute_max ? options->attribute_max : LITTLEFS2_ATTRIBUTE_SIZE_MAX;
    fs->metadata_max = options->metadata_max ? options->metadata_max : fs->block_size;
    fs->compact_threshold =
        options->compact_threshold ? options->compact_threshold : fs->metadata_max - fs->metadata_max / 8;
    fs->disk_version = options->disk_version ? options->disk_version : MCUFS_LITTLEFS2_VERSION_2_1;
    fs->times = (uint8_t)options->times;
    fs->level_interval = options->level_interval;
    fs->reserve = options->reserve ? options->reserve : fs->block_count < 64 ? 1 : 2;
    if (options->reserve == MCUFS_LITTLEFS2_NEVER) {
        fs->reserve = 0;
    }
    return fs->name_max <= MCUFS_NAME_MAX && fs->file_max <= LITTLEFS2_FILE_SIZE_MAX &&
           fs->attribute_max <= LITTLEFS2_ATTRIBUTE_SIZE_MAX && fs->metadata_max <= fs->block_size &&
           fs->metadata_max >= LITTLEFS2_BLOCK_SIZE_MIN &&
           (MCUFS_LITTLEFS2_WITH_CHECKSUMS || !options->checksums) &&
           (fs->disk_version == MCUFS_LITTLEFS2_VERSION_2_0 ||
            fs->disk_version == MCUFS_LITTLEFS2_VERSION_2_1);
}

static void set_inline_limit(littlefs2_t *fs, const mcufs_setup_t *setup)
{
    uint32_t wanted = options_of(setup)->inline_max;
    uint32_t limit =
        littlefs2_minimum(fs->metadata_max / 8, littlefs2_minimum(fs->cache_size, fs->attribute_max));
    fs->inline_max = wanted == MCUFS_LITTLEFS2_NEVER ? 0 : wanted ? littlefs2_minimum(wanted, limit) : limit;
}

/* What the caller gave apart, or else memory from the arena. */
static uint8_t *take_unless_given(mcufs_arena_t *arena, void *given, size_t size)
{
    return given ? given : mcufs_arena_take(arena, size, 1);
}

/* False: no memory. */
static bool take_checksums(littlefs2_t *fs, mcufs_arena_t *arena, const mcufs_littlefs2_options_t *options)
{
#if MCUFS_LITTLEFS2_WITH_CHECKSUMS
    if (options->checksums) {
        fs->checksums = mcufs_arena_take(arena, sizeof *fs->checksums, sizeof(void *));
        if (!fs->checksums) {
            return false;
        }
        memset(fs->checksums, 0, sizeof *fs->checksums);
        littlefs2_scrub_init(fs);
    }
#else
    (void)fs, (void)arena, (void)options;
#endif
    return true;
}

static bool take_minimum(littlefs2_t *fs, mcufs_arena_t *arena, const mcufs_littlefs2_options_t *options)
{
    bool buffers = !fs->read_only && options->file_buffers != MCUFS_LITTLEFS2_NEVER;
    fs->window_capacity = LITTLEFS2_WINDOW_MIN;
    fs->window = mcufs_arena_take(arena, fs->window_capacity * sizeof fs->window[0], sizeof(uint32_t));
    fs->state_count = STATES_MIN;
    fs->states = mcufs_arena_take(arena, fs->state_count * sizeof fs->states[0], sizeof(uint32_t));
    fs->read_cache.buffer = take_unless_given(arena, options->read_buffer, fs->cache_size);
    fs->writer.buffer = take_unless_given(arena, options->program_buffer, fs->cache_size);
    fs->writer.capacity = fs->cache_size;
    size_t map_size = options->map ? options->map_size : MAP_MIN;
    fs->map_capacity =
        map_size >= MCUFS_BITMAP_SIZE(fs->block_count) ? fs->block_count : 8 * (uint32_t)map_size;
    fs->map = take_unless_given(arena, options->map, MAP_MIN);
    bool checksums = options->more || take_checksums(fs, arena, options);
    fs->file_buffer_count = buffers;
    fs->file_buffers = mcufs_arena_take(arena, (size_t)buffers * fs->cache_size, 1);
    return fs->window && fs->states && fs->read_cache.buffer && fs->writer.buffer && fs->map &&
           fs->file_buffers && checksums;
}

static void take_erased(littlefs2_t *fs, mcufs_arena_t *arena)
{
    size_t size = MCUFS_BITMAP_SIZE(fs->block_count);
    if (MCUFS_LITTLEFS2_WITH_ERASE_AHEAD && !fs->read_only && fs->map_capacity >= fs->block_count &&
        mcufs_arena_left(arena) / 8 >= size) {
        fs->erased = mcufs_arena_take(arena, size, 1);
        memset(fs->erased, 0, size);
    }
}

static void take_pointers(littlefs2_t *fs, mcufs_arena_t *arena)
{
    size_t count = mcufs_arena_left(arena) / 5 / sizeof(uint32_t);
    if (!MCUFS_LITTLEFS2_WITH_POINTERS || count < POINTERS_MIN) {
        return;
    }
    fs->pointers = mcufs_arena_take(arena, sizeof *fs->pointers + count * sizeof(uint32_t), sizeof(uint32_t));
    fs->pointers->capacity = (uint32_t)count;
    fs->pointers->head = LITTLEFS2_NULL;
}

/* Behind the file buffers, because it lies in them, too, while they are not in use. */
static void take_index(littlefs2_t *fs, mcufs_arena_t *arena)
{
#if MCUFS_LITTLEFS2_WITH_INDEX
    uint32_t lent = fs->file_buffer_count > LITTLEFS2_LENT_FROM
                        ? (fs->file_buffer_count - LITTLEFS2_LENT_FROM) * fs->cache_size
                        : 0;
    uint32_t wanted = littlefs2_minimum((uint32_t)mcufs_arena_left(arena) / 32, 0x8000);
    fs->index_size = (uint16_t)(wanted > lent ? wanted - lent : 0);
    uint8_t *own = mcufs_arena_take(arena, fs->index_size, 1);
    littlefs2_index_place(fs, own);
#else
    (void)fs, (void)arena;
#endif
}

/* Everything above the minimum, in the order that the header promises. The new pieces replace the small
 * ones where they cannot be continued; arrays at the end of the arena are. */
static void take_more(littlefs2_t *fs, mcufs_arena_t *arena, const mcufs_setup_t *setup)
{
    uint32_t wanted = options_of(setup)->file_buffers;
    wanted = littlefs2_minimum(wanted ? wanted : DEFAULT_FILE_BUFFERS, 32);
    while (fs->file_buffer_count > 0 && fs->file_buffer_count < wanted && !options_of(setup)->more &&
           mcufs_arena_take(arena, fs->cache_size, 1)) {
        fs->file_buffer_count++;
    }
    if (mcufs_arena_left(arena) >= INDEX_COMFORTABLE) {
        take_index(fs, arena);
    }
    uint8_t *map = fs->map_capacity < fs->block_count
                       ? mcufs_arena_take(arena, MCUFS_BITMAP_SIZE(fs->block_count), 1)
                       : NULL;
    if (map) {
        fs->map = map;
        fs->map_capacity = fs->block_count;
    }
    littlefs2_entry_t *window =
        mcufs_arena_take(arena, WINDOW_COMFORTABLE * sizeof fs->window[0], sizeof(uint32_t));
    if (window) {
        fs->window = window;
        fs->window_capacity = WINDOW_COMFORTABLE;
    }
    take_erased(fs, arena);
    take_pointers(fs, arena);
    size_t left = mcufs_arena_left(arena);
    left = left > sizeof(uint32_t) ? left - sizeof(uint32_t) : 0;
    size_t states = left / sizeof fs->states[0];
    states = states > fs->block_count ? fs->block_count : states;
    if (states > fs->state_count) {
        fs->states = mcufs_arena_take(arena, states * sizeof fs->states[0], sizeof(uint32_t));
        fs->state_count = (uint32_t)states;
    }
}

int littlefs2_prepare(const mcufs_setup_t *setup, uint32_t block_size, uint32_t block_count,
                      littlefs2_t **volume)
{
    mcufs_arena_t arena;
    /* What fits must not depend on the arena's address: the worst alignment is always paid for. */
    size_t padding = sizeof(void *) - 1;
    size_t skipped = (sizeof(void *) - (uintptr_t)setup->arena % sizeof(void *)) % sizeof(void *);
    if (setup->arena_size < padding) {
        return MCUFS_ENOMEM;
    }
    mcufs_arena_init(&arena, (uint8_t *)setup->arena + skipped, setup->arena_size - padding);
    littlefs2_t *fs = mcufs_arena_take(&arena, sizeof *fs, sizeof(void *));
    if (!fs) {
        return MCUFS_ENOMEM;
    }
    memset(fs, 0, sizeof *fs);
    fs->device = setup->device;
    fs->hooks = setup->hooks;
    fs->read_only = (setup->flags & MCUFS_READ_ONLY) != 0 || !setup->device->operations->program;
    fs->erased_value = setup->device->geometry.erased_value;
    if (!set_units(fs, setup, block_size) || block_count > fs->block_count) {
        return MCUFS_EINVAL;
    }
    if (block_count) {
        fs->block_count = block_count;
    }
    if (!set_cache_size(fs, setup) || !set_limits(fs, setup)) {
        return MCUFS_EINVAL;
    }
    set_inline_limit(fs, setup);
    const mcufs_littlefs2_options_t *options = options_of(setup);
    if (!take_minimum(fs, &arena, options)) {
        return MCUFS_ENOMEM;
    }
    if (options->more) {
        mcufs_arena_init(&arena, options->more, options->more_size);
        if (!take_checksums(fs, &arena, options)) {
            return MCUFS_ENOMEM;
        }
    }
    take_more(fs, &arena, setup);
    memset(fs->states, 0xff, fs->state_count * sizeof fs->states[0]); /* LITTLEFS2_NULL: empty */
    memset(fs->uncertain, 0xff, sizeof fs->uncertain);                /* LITTLEFS2_NULL: none */
    fs->wants_move[0] = fs->wants_move[1] = LITTLEFS2_NULL;
    fs->stay[0] = fs->stay[1] = LITTLEFS2_NULL;
    fs->leaving[0] = fs->leaving[1] = LITTLEFS2_NULL;
    fs->arriving[0] = fs->arriving[1] = LITTLEFS2_NULL;
    fs->root[0] = 0;
    fs->root[1] = 1;
    fs->random = 0x6d637566u;
    fs->level_next = LITTLEFS2_NULL;
    fs->serial = LITTLEFS2_NULL;
    fs->tail_block = LITTLEFS2_NULL;
    littlefs2_drop_read_cache(fs);
    littlefs2_drop_window(fs);
    littlefs2_allocation_checkpoint(fs);
    *volume = fs;
    return 0;
}

/* -- The walk --------------------------------------------------------------------------------------- */

/* Checks the superblock against what the caller and this code can do, and adopts it. */
static int adopt(littlefs2_t *fs, const mcufs_littlefs2_options_t *options,
                 const littlefs2_superblock_t *superblock)
{
    uint32_t newest = options->disk_version ? options->disk_version : MCUFS_LITTLEFS2_VERSION_2_1;
    if (superblock->version >> 16 != newest >> 16 || superblock->version > newest ||
        superblock->block_size != fs->block_size) {
        return MCUFS_EINVAL;
    }
    if (superblock->name_max > fs->name_max || superblock->file_max > fs->file_max ||
        superblock->attribute_max > fs->attribute_max) {
        return MCUFS_EINVAL;
    }
    fs->name_max = superblock->name_max ? superblock->name_max : fs->name_max;
    fs->file_max = superblock->file_max ? superblock->file_max : fs->file_max;
    fs->attribute_max = superblock->attribute_max ? superblock->attribute_max : fs->attribute_max;
    fs->disk_version = superblock->version;
    fs->upgrade_to = options->disk_version > superblock->version ? options->disk_version : 0;
    return 0;
}

/* What the walk has learned. */
typedef struct walk {
    uint32_t block_count; /* as the newest superblock says */
    uint32_t highest;     /* of all serial numbers */
    uint32_t serial;      /* the highest of those that logs end with, */
    uint32_t newest[2];   /* and the pair whose log does */
    bool again;           /* logs that are pinned are not read any more */
} walk_t;

/* Takes a log as it was read. What a power cut left torn is pinned, and written anew before the first change.
 */
static void adopt_log(littlefs2_t *fs, littlefs2_metadata_t *metadata)
{
    const uint8_t half = LITTLEFS2_SUSPECT_OLD_HALF;
    if (metadata->flags & LITTLEFS2_SUSPECT) {
        littlefs2_mark_uncertain(fs, metadata);
        metadata->flags &= (uint8_t) ~(LITTLEFS2_SUSPECT | half | LITTLEFS2_APPENDABLE);
    }
    littlefs2_remember(fs, NULL, metadata);
}

/* One pair of the list. */
static int load_pair(littlefs2_t *fs, const mcufs_littlefs2_options_t *options, const uint32_t pair[2],
                     littlefs2_metadata_t *metadata, walk_t *walk)
{
    int error;
    if (walk->again && littlefs2_uncertain(fs, pair)) {
        error = littlefs2_get(fs, pair, metadata);
    } else {
        littlefs2_confirm_t confirm = {.highest = walk->highest};
        error = littlefs2_fetch(fs, pair, metadata, NULL, &confirm);
        if (error == 0) {
            adopt_log(fs, metadata);
        }
        walk->highest = confirm.highest;
        if (error == 0 && confirm.serial > walk->serial) {
            walk->serial = confirm.serial;
            memcpy(walk->newest, pair, sizeof walk->newest);
        }
    }
    if (error < 0) {
        return error;
    }
    fs->random = (fs->random ^ metadata->end_tag ^ metadata->revision) * 2654435761u + 1;
    if (metadata->flags & LITTLEFS2_HAS_SUPERBLOCK) {
        littlefs2_superblock_t superblock;
        error = littlefs2_read_superblock(fs, metadata, &superblock);
        if (error == 0) {
            error = adopt(fs, options, &superblock);
        }
        if (error < 0) {
            return error;
        }
        memcpy(fs->root, metadata->pair, sizeof fs->root);
        walk->block_count = superblock.block_count;
    }
    return littlefs2_add_move_state(fs, metadata, &fs->global_disk);
}

static int walk_list(littlefs2_t *fs, const mcufs_littlefs2_options_t *options, walk_t *walk)
{
    uint32_t at[2] = {0, 1};
    uint32_t mark[2] = {LITTLEFS2_NULL,
                        LITTLEFS2_NULL}; /* finds cycles: the pair seen at the last power of two */
    uint32_t steps = 0, next_mark = 1, highest = 1;
    memset(&fs->global_disk, 0, sizeof fs->global_disk);
    while (!littlefs2_pair_is_null(at)) {
        littlefs2_metadata_t metadata;
        if (littlefs2_same_pair(at, mark)) {
            return MCUFS_ECORRUPT;
        }
        if (++steps == next_mark) {
            memcpy(mark, at, sizeof mark);
            next_mark *= 2;
        }
        int error = load_pair(fs, options, at, &metadata, walk);
        if (error < 0) {
            /* What is missing may lie behind the end of a device that is too small. */
            return walk->block_count > fs->block_count ? MCUFS_EINVAL : error;
        }
        if (steps == 1 && !(metadata.flags & LITTLEFS2_HAS_SUPERBLOCK)) {
            return MCUFS_ECORRUPT;
        }
        for (unsigned i = 0; i < 2; i++) {
            highest = metadata.pair[i] > highest ? metadata.pair[i] : highest;
        }
        memcpy(at, metadata.tail, sizeof at);
        littlefs2_progress(fs);
    }
    /* Only the last superblock counts: those before it may be from when the volume had another size. */
    if (walk->block_count < 2 || walk->block_count > fs->block_count ||
        (options->block_count && walk->block_count != options->block_count)) {
        return MCUFS_EINVAL;
    }
    return highest < walk->block_count ? 0 : MCUFS_ECORRUPT;
}

/* Reads the newest commit of the volume over and over. 1: it is not to be relied on, and its log is pinned
 * now, in a state that the walk may not have seen; 0: it is as it was read; or an error. */
static int confirm_newest(littlefs2_t *fs, const walk_t *walk)
{
    littlefs2_metadata_t metadata;
    littlefs2_confirm_t confirm = {.always = true};
    int error = littlefs2_fetch(fs, walk->newest, &metadata, NULL, &confirm);
    if (error < 0 || !(metadata.flags & LITTLEFS2_SUSPECT)) {
        return error;
    }
    adopt_log(fs, &metadata);
    return 1;
}

/* Bits that other writers use in memory only (A5). */
static void mask_global(littlefs2_global_t *state)
{
    state->tag &= 0xfffffc00u;
    if (littlefs2_tag_type(state->tag) != LITTLEFS2_DELETE) {
        state->tag &= 0x80000000u;
        state->pair[0] = state->pair[1] = 0;
    }
}

int littlefs2_load(littlefs2_t *fs, const mcufs_littlefs2_options_t *options)
{
    walk_t walk = {.again = false};
    fs->serial = 0;
    int error = walk_list(fs, options, &walk);
    if (walk.serial > 0) {
        int unstable = confirm_newest(fs, &walk);
        error = unstable < 0 ? unstable : error;
        if (unstable > 0) {
            walk.again = true;
            error = walk_list(fs, options, &walk);
        }
    }
    if (error < 0) {
        fs->serial = LITTLEFS2_NULL;
        return error;
    }
    fs->block_count = walk.block_count;
    fs->serial =
        fs->serial == 0 ? walk.highest : fs->serial; /* not where more are in doubt than can be pinned */
    fs->global = fs->global_disk;
    mask_global(&fs->global);
    fs->recovering = true;
    fs->map_next = fs->random % fs->block_count;
    return 0;
}

static int mount_with(const mcufs_setup_t *setup, uint32_t block_size, void **volume)
{
    littlefs2_t *fs;
    int error = littlefs2_prepare(setup, block_size, 0, &fs);
    if (error == 0) {
        error = littlefs2_load(fs, options_of(setup));
    }
    if (error == 0) {
        *volume = fs;
    }
    return error;
}

int littlefs2_mount(const mcufs_setup_t *setup, void **volume)
{
    uint32_t usual = setup->device->geometry.block_size;
    uint32_t block_size = options_of(setup)->block_size;
    littlefs2_superblock_t superblock;
    if (block_size) {
        return mount_with(setup, block_size, volume);
    }
    block_size = find_superblock(setup->device, &superblock) ? superblock.block_size : usual;
    int error = mount_with(setup, block_size, volume);
    if (error < 0 && error != MCUFS_ENOMEM && block_size != usual && mount_with(setup, usual, volume) == 0) {
        error = 0; /* a power cut left bits in the superblock that read differently from time to time */
    }
    return error;
}
