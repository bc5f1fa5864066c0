/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The pipe to the decoder, and its kind of manifest. */

#include "oracle.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_SIZE 512

struct oracle {
    pid_t process;
    FILE *to, *from;
};

oracle_t *oracle_start(void)
{
    int to[2], from[2];
    oracle_t *oracle = calloc(1, sizeof *oracle);
    if (oracle == NULL || pipe(to) != 0 || pipe(from) != 0) {
        free(oracle);
        return NULL;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    oracle->process = fork();
    if (oracle->process == 0) {
        (void)dup2(to[0], 0);
        (void)dup2(from[1], 1);
        close(to[1]);
        close(from[0]);
        execlp("python3", "python3", MCUFS_SOURCE_DIR "/tests/oracle/oracle_server.py", (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    oracle->to = fdopen(to[1], "wb");
    oracle->from = fdopen(from[0], "rb");
    return oracle;
}

void oracle_stop(oracle_t *oracle)
{
    if (oracle != NULL) {
        fclose(oracle->to);
        fclose(oracle->from);
        (void)waitpid(oracle->process, NULL, 0);
        free(oracle);
    }
}

static uint32_t hash_content(const uint8_t *bytes, uint32_t size)
{
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash;
}

static void print_entry(const tree_entry_t *entry, char *line)
{
    if (entry->type == MCUFS_TYPE_DIRECTORY) {
        snprintf(line, LINE_SIZE, "D %s", entry->path);
        return;
    }
    const tree_attribute_t *time = &entry->attributes[0]; /* 't' */
    snprintf(line, LINE_SIZE, "F %s %lu %08lx %d", entry->path, (unsigned long)entry->versions[0].size,
             (unsigned long)hash_content(entry->bytes, entry->versions[0].size),
             time->present ? time->size : -1);
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(left, right);
}

static bool send_image(oracle_t *oracle, const uint8_t *image, size_t size, uint32_t block_size)
{
    const uint32_t words[2] = {block_size, (uint32_t)size};
    uint8_t header[8];
    for (unsigned i = 0; i < 8; i++) {
        header[i] = (uint8_t)(words[i / 4] >> (8 * (i % 4)));
    }
    return fwrite(header, 1, sizeof header, oracle->to) == sizeof header &&
           fwrite(image, 1, size, oracle->to) == size && fflush(oracle->to) == 0;
}

static bool read_line(oracle_t *oracle, char *line)
{
    if (fgets(line, LINE_SIZE, oracle->from) == NULL) {
        return false;
    }
    line[strcspn(line, "\n")] = '\0';
    return true;
}

/* Compares what the decoder says with the lines expected, to the end of its answer. */
static bool compare_answer(oracle_t *oracle, const char (*lines)[LINE_SIZE], unsigned count, char *why,
                           size_t why_size)
{
    char line[LINE_SIZE];
    bool same = true;
    for (unsigned i = 0;; i++) {
        if (!read_line(oracle, line)) {
            snprintf(why, why_size, "the decoder died");
            return false;
        }
        bool end = strcmp(line, "END") == 0;
        bool right = end ? i == count : i < count && strcmp(line, lines[i]) == 0;
        if (!right && same) {
            snprintf(why, why_size, "decoder says \"%.200s\", expected \"%.200s\"", line,
                     i < count ? lines[i] : "END");
            same = false;
        }
        if (end) {
            return same;
        }
    }
}

bool oracle_agrees(oracle_t *oracle, const uint8_t *image, size_t size, uint32_t block_size,
                   const tree_t *tree, char *why, size_t why_size)
{
    char(*lines)[LINE_SIZE] = calloc(tree->count + 1, LINE_SIZE);
    unsigned count = 0;
    for (unsigned i = 0; i < tree->count; i++) {
        if (strcmp(tree->entries[i].path, "/") != 0) {
            print_entry(&tree->entries[i], lines[count++]);
        }
    }
    qsort(lines, count, LINE_SIZE, compare_lines);
    bool right = send_image(oracle, image, size, block_size);
    if (right) {
        right = compare_answer(oracle, (const char(*)[LINE_SIZE])lines, count, why, why_size);
    } else {
        snprintf(why, why_size, "the decoder does not answer");
    }
    free(lines);
    return right;
}
