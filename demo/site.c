/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The web site: from the host's directory onto the chip, and the two compared. Directories still to be walked
 * wait in a list of paths relative to both roots. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "demo.h"

#define PATH_LENGTH 1024

typedef struct waiting {
    char (*path)[PATH_LENGTH];
    size_t count;
} waiting_t;

static int await(waiting_t *waiting, const char *path)
{
    void *grown = realloc(waiting->path, (waiting->count + 1) * sizeof *waiting->path);

    if (grown == NULL)
        return MCUFS_ENOMEM;
    waiting->path = grown;
    snprintf(waiting->path[waiting->count++], PATH_LENGTH, "%s", path);
    return MCUFS_OK;
}

/* "" joined with "img" is "/img". MCUFS_ENAMETOOLONG. */
static int join(char *result, const char *path, const char *name)
{
    int length = snprintf(result, PATH_LENGTH, "%s/%s", path, name);

    return length < PATH_LENGTH ? MCUFS_OK : MCUFS_ENAMETOOLONG;
}

static uint8_t *load(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *content = malloc(size + 1);

    if (file == NULL || content == NULL || fread(content, 1, size + 1, file) != size) {
        free(content);
        content = NULL;
    }
    if (file != NULL)
        fclose(file);
    return content;
}

/* In pieces of the size a web server's upload would come in. */
static int write_pieces(mcufs_file_t *file, const uint8_t *content, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t piece = size - at < 1024 ? size - at : 1024;
        int32_t written = mcufs_write(file, content + at, piece);

        if (written < 0)
            return written;
        at += piece;
    }
    return MCUFS_OK;
}

static int write_file(demo_t *demo, const char *path, const uint8_t *content, size_t size, int64_t modified)
{
    const mcufs_times_t times = {.modified = modified};
    mcufs_file_t file;
    int closed;
    int err = mcufs_open(&demo->fs, &file, path, MCUFS_O_WRONLY | MCUFS_O_CREAT | MCUFS_O_EXCL);

    if (err != MCUFS_OK)
        return err;
    err = write_pieces(&file, content, size);
    closed = mcufs_close(&file);
    if (err == MCUFS_OK)
        err = closed;
    return err != MCUFS_OK ? err : mcufs_set_times(&demo->fs, path, &times);
}

static int read_and_compare(mcufs_file_t *file, const uint8_t *content, size_t size)
{
    uint8_t piece[1024];
    size_t at = 0;
    int32_t got;

    while ((got = mcufs_read(file, piece, sizeof piece)) > 0) {
        if ((size_t)got > size - at || memcmp(piece, content + at, (size_t)got) != 0)
            return MCUFS_ECORRUPT;
        at += (size_t)got;
    }
    if (got < 0)
        return got;
    return at == size ? MCUFS_OK : MCUFS_ECORRUPT;
}

static int compare_file(demo_t *demo, const char *path, const uint8_t *content, size_t size)
{
    mcufs_file_t file;
    int closed;
    int err = mcufs_open(&demo->fs, &file, path, MCUFS_O_RDONLY);

    if (err != MCUFS_OK)
        return err;
    err = read_and_compare(&file, content, size);
    closed = mcufs_close(&file);
    return err != MCUFS_OK ? err : closed;
}

/* One walk serves both: `pack` copies what it meets, otherwise it is compared. */
typedef struct walk {
    demo_t *demo;
    const char *root;
    bool pack;
    waiting_t waiting;
    demo_site_t *found;
} walk_t;

static int meet_directory(walk_t *walk, const char *path)
{
    walk->found->directories++;
    if (walk->pack) {
        int err = mcufs_mkdir(&walk->demo->fs, path);

        if (err != MCUFS_OK)
            return err;
    }
    return await(&walk->waiting, path);
}

static int meet_file(walk_t *walk, const char *path, const char *host_path, const struct stat *stat)
{
    size_t size = (size_t)stat->st_size;
    uint8_t *content = load(host_path, size);
    int64_t modified = (int64_t)stat->st_mtime * 1000000000;
    int err;

    if (content == NULL)
        return MCUFS_EIO;
    walk->found->files++;
    walk->found->bytes += size;
    if (walk->pack)
        err = write_file(walk->demo, path, content, size, modified);
    else
        err = compare_file(walk->demo, path, content, size);
    free(content);
    return err;
}

static int meet(walk_t *walk, const char *path)
{
    char host_path[PATH_LENGTH];
    struct stat status;
    int err = snprintf(host_path, sizeof host_path, "%s%s", walk->root, path) < PATH_LENGTH
                  ? MCUFS_OK
                  : MCUFS_ENAMETOOLONG;

    if (err == MCUFS_OK && stat(host_path, &status) != 0)
        err = MCUFS_EIO;
    if (err == MCUFS_OK)
        err =
            S_ISDIR(status.st_mode) ? meet_directory(walk, path) : meet_file(walk, path, host_path, &status);
    if (err != MCUFS_OK)
        fprintf(stderr, "%s: %s\n", path, err == MCUFS_ECORRUPT ? "differs" : mcufs_error_text(err));
    return err;
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* Sorted, so that every host fills the chip in the same way. */
static int walk_directory(walk_t *walk, const char *path)
{
    char host_path[2 * PATH_LENGTH];
    char child[PATH_LENGTH];
    struct dirent **entries;
    int err = MCUFS_OK;
    int count;

    snprintf(host_path, sizeof host_path, "%s%s", walk->root, path);
    count = scandir(host_path, &entries, is_entry, alphasort);
    if (count < 0) {
        perror(host_path);
        return MCUFS_EIO;
    }
    for (int i = 0; i < count; i++) {
        if (err == MCUFS_OK)
            err = join(child, path, entries[i]->d_name);
        if (err == MCUFS_OK)
            err = meet(walk, child);
        free(entries[i]);
    }
    free(entries);
    return err;
}

static int walk_site(demo_t *demo, const char *root, bool pack, demo_site_t *found)
{
    walk_t walk = {.demo = demo, .root = root, .pack = pack, .found = found};
    char path[PATH_LENGTH];
    int err = await(&walk.waiting, "");

    memset(found, 0, sizeof *found);
    while (err == MCUFS_OK && walk.waiting.count > 0) {
        memcpy(path, walk.waiting.path[--walk.waiting.count], sizeof path);
        err = walk_directory(&walk, path);
    }
    free(walk.waiting.path);
    return err;
}

static int count_entry(const mcufs_dirent_t *entry, const char *path, waiting_t *waiting, demo_site_t *found)
{
    char child[PATH_LENGTH];
    int err = join(child, path, entry->name);

    /* The logs' mount shows up in the site's root. */
    if (err != MCUFS_OK || strcmp(child, DEMO_LOG_MOUNT) == 0)
        return err;
    if (entry->stat.type == MCUFS_TYPE_DIRECTORY) {
        found->directories++;
        return await(waiting, child);
    }
    found->files++;
    found->bytes += entry->stat.size;
    return MCUFS_OK;
}

static int count_directory(demo_t *demo, const char *path, waiting_t *waiting, demo_site_t *found)
{
    static mcufs_dirent_t entry;
    mcufs_dir_t directory;
    int closed;
    int err = mcufs_opendir(&demo->fs, &directory, path[0] == '\0' ? "/" : path);

    if (err != MCUFS_OK)
        return err;
    while ((err = mcufs_readdir(&directory, &entry)) == 1) {
        err = count_entry(&entry, path, waiting, found);
        if (err != MCUFS_OK)
            break;
    }
    closed = mcufs_closedir(&directory);
    return err != MCUFS_OK ? err : closed;
}

static int count_on_chip(demo_t *demo, demo_site_t *found)
{
    waiting_t waiting = {.path = NULL};
    char path[PATH_LENGTH];
    int err = await(&waiting, "");

    memset(found, 0, sizeof *found);
    while (err == MCUFS_OK && waiting.count > 0) {
        memcpy(path, waiting.path[--waiting.count], sizeof path);
        err = count_directory(demo, path, &waiting, found);
    }
    free(waiting.path);
    return err;
}

int demo_pack_site(demo_t *demo, const char *directory, demo_site_t *packed)
{
    return walk_site(demo, directory, true, packed);
}

int demo_compare_site(demo_t *demo, const char *directory, demo_site_t *compared)
{
    demo_site_t on_chip;
    int err = walk_site(demo, directory, false, compared);

    if (err == MCUFS_OK)
        err = count_on_chip(demo, &on_chip);
    if (err == MCUFS_OK && (on_chip.files != compared->files || on_chip.bytes != compared->bytes ||
                            on_chip.directories != compared->directories)) {
        fprintf(stderr, "the chip holds %u files in %u directories, the site %u in %u\n",
                (unsigned)on_chip.files, (unsigned)on_chip.directories, (unsigned)compared->files,
                (unsigned)compared->directories);
        err = MCUFS_ECORRUPT;
    }
    return err;
}
