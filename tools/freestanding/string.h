/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The part of <string.h> that src/ may use, for compilers that come without a C library (Debian's lx106).
 * An application links these from its own C library or writes them itself. */

#ifndef MCUFS_FREESTANDING_STRING_H
#define MCUFS_FREESTANDING_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);
void *memchr(const void *in, int value, size_t size);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t size);
char *strchr(const char *in, int character);
size_t strspn(const char *text, const char *accepted);
size_t strcspn(const char *text, const char *rejected);

#endif
