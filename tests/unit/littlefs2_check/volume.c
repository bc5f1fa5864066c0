/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

#include "volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/dice.h"

#define DEPTH_MAX 8u

static uint8_t arena[65536];

sim_flash_t *volume_new(uint32_t block_size, uint32_t block_count, uint32_t program_size)
{
    sim_options_t options = {.kind = SIM_NOR,
                             .geometry = {.read_size = 1,
                                          .program_size = program_size,
                                          .block_size = block_size,
                                          .block_count = block_count,
                                          .erased_value = 0xff},
                             .seed = 1};
    return sim_flash_new(&options);
}

/* -- Filling -------------------------------------------------------------------------------------------- */

static int write_file(mcufs_t *fs, const char *path, uint64_t seed, uint32_t size)
{
    mcufs_file_t file;
    uint8_t *content = malloc(size + 1);
    dice_fill(seed * 1000 + size, content, size);
    int error = mcufs_open(fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_TRUNC);
    if (error == 0) {
        int32_t written = mcufs_write(&file, content, size);
        error = written < 0 ? written : 0;
        int closed = mcufs_close(&file);
        error = error < 0 ? error : closed;
    }
    free(content);
    return error;
}

static int fill(mcufs_t *fs, uint64_t seed, uint32_t block_size)
{
    static const char *const directories[] = {"/alpha", "/alpha/beta", "/alpha/beta/gamma",
                                              "/delta", "/many",       "/void"};
    char path[LISTED_PATH];
    int error = 0;
    for (unsigned i = 0; error == 0 && i < sizeof directories / sizeof directories[0]; i++) {
        error = mcufs_mkdir(fs, directories[i]);
    }
    for (unsigned i = 0; error == 0 && i < 5; i++) {
        static const uint32_t tenths[] = {1, 8, 25, 64, 95};
        for (unsigned k = 0; error == 0 && k < 5; k++) {
            snprintf(path, sizeof path, "%s/file%u%u.dat", directories[i], i, k);
            error = i == 4 ? 0 : write_file(fs, path, seed * 31 + i * 7 + k, block_size * tenths[k] / 10);
        }
    }
    for (unsigned i = 0; error == 0 && i < 24; i++) {
        snprintf(path, sizeof path, "/many/small%02u.txt", (i * 7) % 24);
        error = write_file(fs, path, seed * 37 + i, 6 + i);
    }
    if (error == 0) {
        error = write_file(fs, "/big.bin", seed, block_size * 9);
    }
    /* Something of the past, whose blocks are free again. */
    if (error == 0) {
        error = write_file(fs, "/many/removed", seed, block_size * 3);
    }
    if (error == 0) {
        error = mcufs_remove(fs, "/many/removed");
    }
    if (error == 0) {
        error = mcufs_rename(fs, "/delta/file30.dat", "/alpha/moved.dat");
    }
    return error == 0 ? mcufs_set_attribute(fs, "/big.bin", 'x', "attribute", 9) : error;
}

static int mount(mcufs_t *fs, sim_flash_t *flash, uint32_t flags)
{
    mcufs_mount_options_t options = {
        .filesystem = &mcufs_littlefs2, .arena = arena, .arena_size = sizeof arena, .flags = flags};
    int error = mcufs_init(fs, NULL);
    return error < 0 ? error : mcufs_mount(fs, "/", sim_flash_device(flash), &options);
}

int volume_fill(sim_flash_t *flash, uint64_t seed)
{
    mcufs_t fs;
    int error = mount(&fs, flash, MCUFS_FORMAT_ALWAYS);
    if (error == 0) {
        error = fill(&fs, seed, sim_flash_device(flash)->geometry.block_size);
        int unmounted = mcufs_unmount(&fs, "/");
        error = error < 0 ? error : unmounted;
    }
    return error;
}

/* -- Listing -------------------------------------------------------------------------------------------- */

static int read_file(mcufs_t *fs, const char *path, listing_t *listing, listed_t *listed)
{
    mcufs_file_t file;
    uint8_t chunk[512];
    int error = mcufs_open(fs, &file, path, MCUFS_O_RDONLY);
    if (error < 0) {
        return error;
    }
    listed->hash = HASH_START;
    listed->start = listing->content_size;
    listed->size = 0;
    int32_t part;
    do {
        part = mcufs_read(&file, chunk, sizeof chunk);
        if (part > 0) {
            listed->hash = hash_bytes(listed->hash, chunk, (uint32_t)part);
            if (listing->content) {
                memcpy(listing->content + listing->content_size, chunk, (size_t)part);
                listing->content_size += (uint32_t)part;
            }
            listed->size += (uint32_t)part;
        }
    } while (part > 0 && listed->size < 1u << 24);
    (void)mcufs_close(&file);
    return part < 0 ? part : 0;
}

static void note(listing_t *listing, int error)
{
    if (listing->error == 0) {
        listing->error = error;
    }
}

static void list_directory(mcufs_t *fs, const char *path, unsigned depth, listing_t *listing)
{
    mcufs_dir_t directory;
    mcufs_dirent_t entry;
    int more = mcufs_opendir(fs, &directory, path);
    if (more < 0) {
        note(listing, more);
        return;
    }
    listing->directories++;
    while ((more = mcufs_readdir(&directory, &entry)) > 0 && listing->count < LISTED_MAX) {
        char name[LISTED_PATH];
        int length = snprintf(name, sizeof name, "%s/%s", path[1] ? path : "", entry.name);
        if (length >= (int)sizeof name) {
            continue;
        }
        if (entry.stat.type == MCUFS_TYPE_DIRECTORY) {
            if (depth < DEPTH_MAX) {
                list_directory(fs, name, depth + 1, listing);
            }
            continue;
        }
        listed_t *listed = &listing->files[listing->count];
        int error = read_file(fs, name, listing, listed);
        if (error < 0) {
            note(listing, error);
        } else {
            memcpy(listed->path, name, sizeof name);
            listing->count++;
        }
    }
    if (more < 0) {
        note(listing, more);
    }
    (void)mcufs_closedir(&directory);
}

void volume_list(sim_flash_t *flash, listing_t *listing)
{
    mcufs_t fs;
    listing->count = listing->directories = 0;
    listing->content_size = 0;
    listing->error = mount(&fs, flash, MCUFS_READ_ONLY);
    if (listing->error == 0) {
        list_directory(&fs, "/", 0, listing);
        note(listing, mcufs_unmount(&fs, "/"));
    }
}

const listed_t *listing_find(const listing_t *listing, const char *path)
{
    for (unsigned i = 0; i < listing->count; i++) {
        if (strcmp(listing->files[i].path, path) == 0) {
            return &listing->files[i];
        }
    }
    return NULL;
}

const listed_t *listing_find_content(const listing_t *listing, const listed_t *wanted)
{
    for (unsigned i = 0; i < listing->count; i++) {
        if (listing->files[i].size == wanted->size && listing->files[i].hash == wanted->hash) {
            return &listing->files[i];
        }
    }
    return NULL;
}

/* -- Checking ------------------------------------------------------------------------------------------- */

typedef struct taking {
    findings_t *findings;
    bool print;
} taking_t;

static void take(void *context, const mcufs_finding_t *finding)
{
    taking_t *taking = context;
    findings_t *findings = taking->findings;
    if (taking->print) {
        printf("  %d %s: %s (block %ld)%s\n", (int)finding->severity, finding->path ? finding->path : "-",
               finding->message, finding->block == UINT32_MAX ? -1L : (long)finding->block,
               finding->repaired ? " repaired" : "");
    }
    if (findings->count < FINDINGS_MAX) {
        findings->list[findings->count].severity = (int)finding->severity;
        findings->list[findings->count].message = finding->message;
        findings->list[findings->count].block = finding->block;
        findings->list[findings->count].repaired = finding->repaired;
        snprintf(findings->list[findings->count].path, LISTED_PATH, "%.*s", LISTED_PATH - 1,
                 finding->path ? finding->path : "");
        findings->count++;
    }
}

void volume_check(sim_flash_t *flash, bool repair, bool print, findings_t *findings)
{
    taking_t taking = {findings, print};
    const mcufs_device_t *device = sim_flash_device(flash);
    /* Its own memory, of just the size that the header says suffices, so that the sanitizer guards it. */
    size_t size = MCUFS_LITTLEFS2_CHECK_ARENA(
        device->geometry.block_size < 256 ? device->geometry.block_size : 256u, device->geometry.block_count);
    mcufs_setup_t setup = {
        .device = device, .arena = malloc(size), .arena_size = size, .flags = repair ? MCUFS_REPAIR : 0};
    memset(findings, 0, sizeof *findings);
    findings->check = (mcufs_check_t){.context = &taking, .report = take};
    findings->result = mcufs_littlefs2.check(&setup, &findings->check);
    free(setup.arena);
}
