/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* JSON output: small helpers over cJSON. */

#ifndef MCUFS_CLI_REPORT_H
#define MCUFS_CLI_REPORT_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include <mcufs/types.h>

/* Adds a text that may hold anything: broken UTF-8 is replaced, and the bytes are added in hexadecimal as
 * "<key>_bytes". */
void report_text(cJSON *object, const char *key, const char *text);
void report_number(cJSON *object, const char *key, uint64_t number);
/* ISO 8601; left out when the time is 0. */
void report_time(cJSON *object, const char *key, int64_t time);
/* {"name", "type", "size", "modified", ...} */
cJSON *report_entry(const char *key, const char *name, const mcufs_stat_t *stat);
/* "2.1" */
void report_version(cJSON *object, const char *key, uint32_t version);
/* Prints and deletes. */
void report_print(cJSON *object);

#endif
