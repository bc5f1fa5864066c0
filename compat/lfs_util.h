/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* lfs_util.h for programs written for littlefs 2: assertions, messages, small arithmetic, memory.
 *
 * LFS_CONFIG names a header that replaces this one; LFS_DEFINES names one that is included before it.
 * LFS_NO_ASSERT, LFS_NO_DEBUG, LFS_NO_WARN, LFS_NO_ERROR and LFS_NO_MALLOC leave things out, LFS_YES_TRACE
 * prints every call. LFS_ASSERT, LFS_TRACE, LFS_DEBUG, LFS_WARN and LFS_ERROR may be defined before. */

#ifndef LFS_UTIL_H
#define LFS_UTIL_H

#define LFS_STRINGIZE(text)  LFS_STRINGIZE2(text)
#define LFS_STRINGIZE2(text) #text

#ifdef LFS_DEFINES
#include LFS_STRINGIZE(LFS_DEFINES)
#endif

#ifdef LFS_CONFIG
#include LFS_STRINGIZE(LFS_CONFIG)
#else

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef LFS_NO_MALLOC
#include <stdlib.h>
#endif
#ifndef LFS_NO_ASSERT
#include <assert.h>
#endif
#if !defined(LFS_NO_DEBUG) || !defined(LFS_NO_WARN) || !defined(LFS_NO_ERROR) || defined(LFS_YES_TRACE)
#include <stdio.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* -- Messages ------------------------------------------------------------------------------------------- */

#define LFS_MESSAGE(kind, ...)                                                                               \
    ((void)printf("%s:%d: %s: ", __FILE__, __LINE__, kind), (void)printf(__VA_ARGS__), (void)printf("\n"))

#ifndef LFS_TRACE
#ifdef LFS_YES_TRACE
#define LFS_TRACE(...) LFS_MESSAGE("trace", __VA_ARGS__)
#else
#define LFS_TRACE(...) ((void)0)
#endif
#endif

#ifndef LFS_DEBUG
#ifndef LFS_NO_DEBUG
#define LFS_DEBUG(...) LFS_MESSAGE("debug", __VA_ARGS__)
#else
#define LFS_DEBUG(...) ((void)0)
#endif
#endif

#ifndef LFS_WARN
#ifndef LFS_NO_WARN
#define LFS_WARN(...) LFS_MESSAGE("warn", __VA_ARGS__)
#else
#define LFS_WARN(...) ((void)0)
#endif
#endif

#ifndef LFS_ERROR
#ifndef LFS_NO_ERROR
#define LFS_ERROR(...) LFS_MESSAGE("error", __VA_ARGS__)
#else
#define LFS_ERROR(...) ((void)0)
#endif
#endif

#ifndef LFS_ASSERT
#ifndef LFS_NO_ASSERT
#define LFS_ASSERT(test) assert(test)
#else
#define LFS_ASSERT(test) ((void)0)
#endif
#endif

/* -- Arithmetic ----------------------------------------------------------------------------------------- */

static inline uint32_t lfs_max(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static inline uint32_t lfs_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* To a multiple of `alignment`, downwards and upwards. */
static inline uint32_t lfs_aligndown(uint32_t a, uint32_t alignment)
{
    return a - a % alignment;
}

static inline uint32_t lfs_alignup(uint32_t a, uint32_t alignment)
{
    return lfs_aligndown(a + alignment - 1, alignment);
}

/* How many low bits are zero; `a` is not 0. */
static inline uint32_t lfs_ctz(uint32_t a)
{
#if defined(__GNUC__) && !defined(LFS_NO_INTRINSICS) && UINT_MAX >= UINT32_MAX
    return (uint32_t)__builtin_ctz(a);
#else
    uint32_t count = 0;
    while (count < 32 && !(a >> count & 1)) {
        count++;
    }
    return count;
#endif
}

/* How many bits are set. */
static inline uint32_t lfs_popc(uint32_t a)
{
    uint32_t count = 0;
    for (; a != 0; a &= a - 1) {
        count++;
    }
    return count;
}

/* The smallest n with 2^n >= a. */
static inline uint32_t lfs_npw2(uint32_t a)
{
    uint32_t n = 0;
    while (n < 32 && ((uint64_t)1 << n) < a) {
        n++;
    }
    return n;
}

/* The distance from `b` to `a` as sequence numbers, which wrap around. */
static inline int lfs_scmp(uint32_t a, uint32_t b)
{
    return (int)(int32_t)(a - b);
}

/* -- Byte order ----------------------------------------------------------------------------------------- */

/* Between the machine's order and little endian, both ways. */
static inline uint32_t lfs_fromle32(uint32_t a)
{
    uint8_t bytes[4];
    memcpy(bytes, &a, sizeof bytes);
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint32_t lfs_tole32(uint32_t a)
{
    return lfs_fromle32(a);
}

/* The same for big endian. */
static inline uint32_t lfs_frombe32(uint32_t a)
{
    uint8_t bytes[4];
    memcpy(bytes, &a, sizeof bytes);
    return (uint32_t)bytes[3] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[0] << 24;
}

static inline uint32_t lfs_tobe32(uint32_t a)
{
    return lfs_frombe32(a);
}

/* -- Check sums and memory ------------------------------------------------------------------------------ */

/* CRC-32, polynomial 0x04c11db7, reflected; starts at 0xffffffff; not inverted at the end. */
uint32_t lfs_crc(uint32_t crc, const void *buffer, size_t size);

static inline void *lfs_malloc(size_t size)
{
#ifndef LFS_NO_MALLOC
    return malloc(size);
#else
    (void)size;
    return NULL;
#endif
}

static inline void lfs_free(void *memory)
{
#ifndef LFS_NO_MALLOC
    free(memory);
#else
    (void)memory;
#endif
}

#ifdef __cplusplus
}
#endif

#endif
#endif
