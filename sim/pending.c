/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* A sector device that caches writes: what a power cut leaves of those since the last sync. */

#include <stdlib.h>
#include <string.h>

#include "flash_internal.h"

static bool reserve(sim_pending_t *pending, size_t count, size_t sector)
{
    if (count <= pending->capacity) {
        return true;
    }
    size_t capacity = pending->capacity < 16 ? 16 : pending->capacity;
    while (capacity < count) {
        capacity *= 2;
    }
    size_t *addresses = realloc(pending->addresses, capacity * sizeof *addresses);
    if (addresses == NULL) {
        return false;
    }
    pending->addresses = addresses;
    uint8_t *contents = realloc(pending->contents, capacity * 2 * sector);
    if (contents == NULL) {
        return false;
    }
    pending->contents = contents;
    pending->capacity = capacity;
    return true;
}

int sim_pending_add(sim_flash_t *flash, const sim_change_t *change)
{
    sim_pending_t *pending = &flash->pending;
    size_t sector = flash->options.geometry.program_size;
    size_t count = change->size / sector;
    if (!reserve(pending, pending->count + count, sector)) {
        return MCUFS_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        size_t entry = pending->count++;
        pending->addresses[entry] = change->at + i * sector;
        memcpy(pending->contents + 2 * entry * sector, flash->bytes + change->at + i * sector, sector);
        memcpy(pending->contents + (2 * entry + 1) * sector, change->data + i * sector, sector);
    }
    return 0;
}

void sim_pending_scatter(sim_flash_t *flash)
{
    sim_pending_t *pending = &flash->pending;
    size_t sector = flash->options.geometry.program_size;
    for (size_t i = pending->count; i-- > 0;) { /* back to the last sync */
        sim_touch(flash, pending->addresses[i]);
        memcpy(flash->bytes + pending->addresses[i], pending->contents + 2 * i * sector, sector);
    }
    uint64_t chance = sim_random(&flash->cut_random) % 4; /* of 4 that a write is lost */
    for (size_t left = pending->count; left > 0; left--) {
        size_t i = (size_t)(sim_random(&flash->cut_random) % left);
        if (sim_random(&flash->cut_random) % 4 >= chance) {
            memcpy(flash->bytes + pending->addresses[i], pending->contents + (2 * i + 1) * sector, sector);
        }
        pending->addresses[i] = pending->addresses[left - 1]; /* this one has had its turn */
        memcpy(pending->contents + (2 * i + 1) * sector, pending->contents + (2 * left - 1) * sector, sector);
    }
    pending->count = 0;
}

bool sim_pending_copy(sim_flash_t *to, const sim_flash_t *from)
{
    size_t sector = from->options.geometry.program_size;
    if (!reserve(&to->pending, from->pending.count, sector)) {
        return false;
    }
    to->pending.count = from->pending.count;
    if (from->pending.count > 0) {
        memcpy(to->pending.addresses, from->pending.addresses, from->pending.count * sizeof(size_t));
        memcpy(to->pending.contents, from->pending.contents, from->pending.count * 2 * sector);
    }
    return true;
}
