/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Times as FAT has them: 1980 to 2107, in steps of 2 s, without a time zone. */

#include "internal.h"

#define SECOND 1000000000
#define DAY    86400
#define FIRST  INT64_C(315532800)  /* 1980-01-01, in seconds */
#define LAST   INT64_C(4354819199) /* 2107-12-31 23:59:59 */

static uint32_t days_before(uint32_t year)
{
    uint32_t past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

static bool is_leap(uint32_t year)
{
    return days_before(year + 1) - days_before(year) == 366;
}

static uint32_t days_of(uint32_t year, uint32_t month)
{
    uint32_t days = 30 + ((month + (month >> 3)) & 1);
    return month == 2 ? is_leap(year) ? 29 : 28 : days;
}

uint8_t fat_put_time(int64_t time, uint8_t *bytes)
{
    int64_t whole = time / SECOND;
    uint32_t nanoseconds = (uint32_t)(time > 0 ? time % SECOND : 0);
    if (whole < FIRST || whole > LAST) {
        whole = whole < FIRST ? FIRST : LAST;
        nanoseconds = 0;
    }
    uint32_t seconds = (uint32_t)(whole - FIRST), days = seconds / DAY, year = 1980, month = 1;
    seconds %= DAY;
    while (days >= 365u + is_leap(year)) {
        days -= 365u + is_leap(year);
        year++;
    }
    while (days >= days_of(year, month)) {
        days -= days_of(year, month);
        month++;
    }
    mcufs_store_le16(bytes, (uint16_t)(seconds / 3600 << 11 | seconds / 60 % 60 << 5 | seconds % 60 / 2));
    mcufs_store_le16(bytes + 2, (uint16_t)((year - 1980) << 9 | month << 5 | (days + 1)));
    return (uint8_t)(seconds % 2 * 100 + nanoseconds / 10000000);
}

/* 0 for a date that there is not. */
static int64_t get_time(uint32_t time, uint32_t date, uint32_t hundredths)
{
    uint32_t year = 1980 + (date >> 9), month = date >> 5 & 15, day = date & 31;
    if (month < 1 || month > 12 || day < 1 || day > days_of(year, month)) {
        return 0;
    }
    uint32_t days = days_before(year) - days_before(1980) + day - 1;
    while (--month > 0) {
        days += days_of(year, month);
    }
    uint32_t seconds = days * DAY + (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2;
    return (FIRST + seconds) * SECOND + (int64_t)hundredths * 10000000;
}

int64_t fat_now(const fat_t *fs)
{
    return fs->hooks && fs->hooks->time ? fs->hooks->time(fs->hooks->context) : 0;
}

void fat_encode_time(const mcufs_hooks_t *hooks, uint8_t *bytes)
{
    (void)fat_put_time(hooks && hooks->time ? hooks->time(hooks->context) : 0, bytes);
}

void fat_get_times(const uint8_t *entry, mcufs_times_t *times)
{
    times->modified =
        get_time(mcufs_load_le16(entry + FAT_AT_MODIFIED), mcufs_load_le16(entry + FAT_AT_MODIFIED + 2), 0);
    times->created = get_time(mcufs_load_le16(entry + FAT_AT_CREATED + 1),
                              mcufs_load_le16(entry + FAT_AT_CREATED + 3), entry[FAT_AT_CREATED]);
    times->accessed = get_time(0, mcufs_load_le16(entry + FAT_AT_ACCESSED), 0);
}

void fat_set_times_of(uint8_t *entry, const mcufs_times_t *times)
{
    uint8_t bytes[4];
    if (times->modified != 0) {
        (void)fat_put_time(times->modified, entry + FAT_AT_MODIFIED);
    }
    if (times->created != 0) {
        entry[FAT_AT_CREATED] = fat_put_time(times->created, entry + FAT_AT_CREATED + 1);
    }
    if (times->accessed != 0) {
        (void)fat_put_time(times->accessed, bytes);
        memcpy(entry + FAT_AT_ACCESSED, bytes + 2, 2);
    }
}
