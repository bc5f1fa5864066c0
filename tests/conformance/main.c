/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Runs every case in every setting: conformance [SETTING [CASE]], where both may be the beginning of a name.
 */

#include "conformance/conformance.h"

#include <stdio.h>
#include <stdlib.h>

static const conformance_case_t *const suites[] = {
    opening_cases, content_cases,  handle_cases, rename_cases, directory_cases,
    path_cases,    metadata_cases, bulk_cases,   mount_cases,
};

static int64_t tell_time(void *context)
{
    const conformance_t *test = context;
    return test->now;
}

static int set_up(void **state)
{
    conformance_t *test = calloc(1, sizeof(*test));
    if (test == NULL) {
        return -1;
    }
    test->setting = *state;
    *state = test;
    const mcufs_hooks_t hooks = {.context = test, .time = tell_time};
    volume_create(&test->volume, test->setting);
    OK(mcufs_init(&test->fs, &hooks));
    OK(volume_mount(&test->volume, &test->fs, "/", 0));
    return 0;
}

/* The rules of the chip are part of every case. */
static int tear_down(void **state)
{
    conformance_t *test = *state;
    const bool broken = test->volume.chip != NULL && sim_flash_counts(test->volume.chip)->violations != 0;
    if (broken) {
        fprintf(stderr, "rules of the chip were broken\n");
    }
    const mcufs_filesystem_t *filesystem;
    while (mcufs_mount_at(&test->fs, 0, NULL, &filesystem) == 0 && mcufs_unmount(&test->fs, "/") == 0) {
    }
    volume_destroy(&test->volume);
    free(test);
    return broken ? -1 : 0;
}

static bool begins_with(const char *name, const char *beginning)
{
    return beginning == NULL || strncmp(name, beginning, strlen(beginning)) == 0;
}

static size_t add_cases(struct CMUnitTest *tests, const conformance_setting_t *setting, const char *only)
{
    size_t count = 0;
    for (size_t suite = 0; suite < sizeof(suites) / sizeof(suites[0]); suite++) {
        for (const conformance_case_t *each = suites[suite]; each->name != NULL; each++) {
            if (begins_with(each->name, only)) {
                /* The setting is only read; cmocka has no const here. */
                tests[count++] =
                    (struct CMUnitTest){each->name, each->run, set_up, tear_down, (void *)(uintptr_t)setting};
            }
        }
    }
    return count;
}

int main(int argument_count, char **arguments)
{
    const char *only_setting = argument_count > 1 ? arguments[1] : NULL;
    const char *only_case = argument_count > 2 ? arguments[2] : NULL;
    static struct CMUnitTest tests[512];
    int failures = 0;
    unsigned settings = 0;
    for (const conformance_setting_t *setting = conformance_settings; setting->name != NULL; setting++) {
        if (begins_with(setting->name, only_setting)) {
            size_t count = add_cases(tests, setting, only_case);
            settings++;
            failures += _cmocka_run_group_tests(setting->name, tests, count, NULL, NULL);
        }
    }
    if (settings == 0) {
        fprintf(stderr, "no setting begins with \"%s\"\n", only_setting);
    }
    return failures != 0 || settings == 0;
}
