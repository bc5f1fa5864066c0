/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* JSON output: small helpers over cJSON. */

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"

static void add_bytes(cJSON *object, const char *key, const char *text)
{
    size_t length = strlen(text);
    char name[64];
    char *bytes = malloc(2 * length + 1);
    if (bytes == NULL) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        snprintf(bytes + 2 * i, 3, "%02x", (unsigned char)text[i]);
    }
    snprintf(name, sizeof name, "%s_bytes", key);
    cJSON_AddStringToObject(object, name, bytes);
    free(bytes);
}

void report_text(cJSON *object, const char *key, const char *text)
{
    if (is_utf8(text)) {
        cJSON_AddStringToObject(object, key, text);
        return;
    }
    size_t size = 4 * strlen(text) + 1;
    char *clean = malloc(size);
    if (clean != NULL) {
        cJSON_AddStringToObject(object, key, format_name(clean, size, text));
        free(clean);
    }
    add_bytes(object, key, text);
}

void report_number(cJSON *object, const char *key, uint64_t number)
{
    cJSON_AddNumberToObject(object, key, (double)number);
}

void report_time(cJSON *object, const char *key, int64_t time)
{
    char buffer[FORMAT_MAX];
    if (time != 0) {
        cJSON_AddStringToObject(object, key, format_time_iso(buffer, time));
    }
}

cJSON *report_entry(const char *key, const char *name, const mcufs_stat_t *stat)
{
    cJSON *entry = cJSON_CreateObject();
    report_text(entry, key, name);
    cJSON_AddStringToObject(entry, "type", stat->type == MCUFS_TYPE_DIRECTORY ? "directory" : "file");
    if (stat->type != MCUFS_TYPE_DIRECTORY) {
        report_number(entry, "size", stat->size);
    }
    report_time(entry, "modified", stat->times.modified);
    report_time(entry, "created", stat->times.created);
    return entry;
}

void report_version(cJSON *object, const char *key, uint32_t version)
{
    char buffer[FORMAT_MAX];
    snprintf(buffer, sizeof buffer, "%u.%u", version >> 16, version & 0xffffU);
    cJSON_AddStringToObject(object, key, buffer);
}

void report_print(cJSON *object)
{
    char *text = cJSON_Print(object);
    if (text != NULL) {
        puts(text);
        cJSON_free(text);
    }
    cJSON_Delete(object);
}
