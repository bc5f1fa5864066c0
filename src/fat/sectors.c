/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The pool of sector buffers, and transfers past it.
 *
 * A buffer holds metadata as it will be (the list of changes is laid over it) or data. Only data is ever
 * dirty, so metadata can be dropped at any time, and one buffer is enough. */

#include "internal.h"

/* -- The device ------------------------------------------------------------------------------------------ */

static int transfer(fat_t *fs, uint32_t sector, uint32_t count, uint8_t *to, const uint8_t *from)
{
    if (sector >= fs->shape.sectors || count > fs->shape.sectors - sector) {
        return MCUFS_ECORRUPT;
    }
    int error = 0;
    while (error == 0 && count > 0) {
        uint32_t inside = sector % fs->shape.sectors_per_block, block = sector / fs->shape.sectors_per_block;
        uint32_t part = fat_minimum(count, fs->shape.sectors_per_block - inside);
        uint32_t offset = inside << fs->shape.sector_shift, size = part << fs->shape.sector_shift;
        if (from) {
            fs->unsynced = true;
            error = mcufs_device_write(fs->device, block, offset, from, size);
            from += size;
        } else {
            error = mcufs_device_read(fs->device, block, offset, to, size);
            to += size;
        }
        sector += part;
        count -= part;
    }
    return error;
}

int fat_sync(fat_t *fs)
{
    int error = fs->unsynced ? mcufs_device_sync(fs->device) : 0;
    fs->unsynced = fs->unsynced && error < 0;
    return error;
}

/* -- The pool -------------------------------------------------------------------------------------------- */

static uint8_t *bytes_of(const fat_t *fs, const fat_buffer_t *buffer)
{
    return fs->memory + ((size_t)(buffer - fs->buffers) << fs->shape.sector_shift);
}

static int clean(fat_t *fs, fat_buffer_t *buffer)
{
    if (buffer->state != FAT_BUFFER_DIRTY) {
        return 0;
    }
    int error = transfer(fs, buffer->sector, 1, NULL, bytes_of(fs, buffer));
    if (error == 0) {
        buffer->state = FAT_BUFFER_DATA;
    }
    return error;
}

/* The buffer that has the sector, else the one to give up. */
static fat_buffer_t *choose(const fat_t *fs, uint32_t sector)
{
    fat_buffer_t *oldest = &fs->buffers[fs->recent];
    if (oldest->state != FAT_BUFFER_EMPTY && oldest->sector == sector) {
        return oldest;
    }
    for (uint32_t i = 0; i < fs->buffer_count; i++) {
        fat_buffer_t *buffer = &fs->buffers[i];
        if (buffer->state != FAT_BUFFER_EMPTY && buffer->sector == sector) {
            return buffer;
        }
        uint32_t age = buffer->state == FAT_BUFFER_EMPTY ? UINT32_MAX : fs->clock - buffer->used;
        uint32_t oldest_age = oldest->state == FAT_BUFFER_EMPTY ? UINT32_MAX : fs->clock - oldest->used;
        if (age > oldest_age) {
            oldest = buffer;
        }
    }
    return oldest;
}

int fat_load(fat_t *fs, uint32_t sector, unsigned kind, uint8_t **bytes)
{
    fat_buffer_t *buffer = choose(fs, sector);
    bool metadata = kind == FAT_METADATA;
    int error = 0;
    *bytes = bytes_of(fs, buffer);
    buffer->used = ++fs->clock;
    fs->recent = (uint32_t)(buffer - fs->buffers);
    if (buffer->state != FAT_BUFFER_EMPTY && buffer->sector == sector && kind != FAT_DATA_NEW &&
        (buffer->state == FAT_BUFFER_METADATA) == metadata) {
        return 0;
    }
    if (buffer->sector != sector || kind != FAT_DATA_NEW) {
        error = clean(fs, buffer);
    }
    if (error < 0) {
        return error;
    }
    buffer->state = FAT_BUFFER_EMPTY;
    buffer->sector = sector;
    if (kind == FAT_DATA_NEW) {
        memset(*bytes, 0, fs->shape.sector_size);
    } else {
        error = transfer(fs, sector, 1, *bytes, NULL);
    }
    if (error < 0) {
        return error;
    }
    if (metadata) {
        fat_lay_over(fs, sector, *bytes, FAT_LAY_ALL);
    }
    buffer->state = metadata ? FAT_BUFFER_METADATA : FAT_BUFFER_DATA;
    return 0;
}

void fat_dirty(fat_t *fs, const uint8_t *bytes)
{
    fs->buffers[(size_t)(bytes - fs->memory) >> fs->shape.sector_shift].state = FAT_BUFFER_DIRTY;
}

int fat_flush(fat_t *fs)
{
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < fs->buffer_count; i++) {
        error = clean(fs, &fs->buffers[i]);
    }
    return error;
}

void fat_drop_metadata(fat_t *fs)
{
    for (uint32_t i = 0; i < fs->buffer_count; i++) {
        if (fs->buffers[i].state == FAT_BUFFER_METADATA) {
            fs->buffers[i].state = FAT_BUFFER_EMPTY;
        }
    }
}

/* -- Past the pool --------------------------------------------------------------------------------------- */

/* The next buffer from *i on that holds one of these sectors, or NULL. */
static fat_buffer_t *next_within(const fat_t *fs, uint32_t *i, uint32_t sector, uint32_t count)
{
    while (*i < fs->buffer_count) {
        fat_buffer_t *buffer = &fs->buffers[(*i)++];
        if (buffer->state != FAT_BUFFER_EMPTY && buffer->sector - sector < count) {
            return buffer;
        }
    }
    return NULL;
}

int fat_read_sectors(fat_t *fs, uint32_t sector, uint32_t count, uint8_t *bytes)
{
    int error = transfer(fs, sector, count, bytes, NULL);
    uint32_t i = 0;
    const fat_buffer_t *buffer;
    while (error == 0 && (buffer = next_within(fs, &i, sector, count)) != NULL) {
        if (buffer->state == FAT_BUFFER_DIRTY) {
            memcpy(bytes + ((size_t)(buffer->sector - sector) << fs->shape.sector_shift),
                   bytes_of(fs, buffer), fs->shape.sector_size);
        }
    }
    return error;
}

int fat_write_sectors(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *bytes)
{
    uint32_t i = 0;
    fat_buffer_t *buffer;
    while ((buffer = next_within(fs, &i, sector, count)) != NULL) {
        buffer->state = FAT_BUFFER_EMPTY;
    }
    return transfer(fs, sector, count, NULL, bytes);
}

/* Through as much of the pool as can be had without writing anything. */
int fat_clear_sectors(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *head, uint32_t size)
{
    uint32_t i = 0;
    fat_buffer_t *buffer;
    int error = fat_flush(fs);
    while ((buffer = next_within(fs, &i, 0, UINT32_MAX)) != NULL) {
        buffer->state = FAT_BUFFER_EMPTY;
    }
    uint32_t room = fat_minimum(fs->buffer_count, count);
    memset(fs->memory, 0, (size_t)room << fs->shape.sector_shift);
    if (size > 0) {
        memcpy(fs->memory, head, size);
    }
    while (error == 0 && count > 0) {
        uint32_t part = fat_minimum(room, count);
        error = transfer(fs, sector, part, NULL, fs->memory);
        memset(fs->memory, 0, size);
        sector += part;
        count -= part;
    }
    return error;
}

int fat_load_targets(fat_t *fs, uint32_t sector, uint32_t count, uint8_t **bytes)
{
    if (count == 1) {
        return fat_load(fs, sector, FAT_METADATA, bytes);
    }
    int error = fat_flush(fs);
    if (error < 0) {
        return error;
    }
    /* All of the pool, as one buffer. */
    memset(fs->buffers, 0, fs->buffer_count * sizeof *fs->buffers);
    *bytes = fs->memory;
    error = transfer(fs, sector, count, *bytes, NULL);
    for (uint32_t i = 0; error == 0 && i < count; i++) {
        fat_lay_over(fs, sector + i, *bytes + ((size_t)i << fs->shape.sector_shift), FAT_LAY_ALL);
    }
    return error;
}

int fat_write_home(fat_t *fs, uint32_t sector, uint32_t count, const uint8_t *bytes)
{
    bool is_table = sector - fs->shape.table < fs->shape.table_sectors;
    uint32_t copies = is_table ? fs->shape.tables : 1;
    int error = 0;
    for (uint32_t i = 0; error == 0 && i < copies; i++) {
        error = transfer(fs, sector + i * fs->shape.table_sectors, count, NULL, bytes);
    }
    return error;
}
