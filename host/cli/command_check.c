/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* mcufs check: verifies an image, and repairs it. */

#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "output.h"
#include "report.h"

typedef struct checking {
    const settings_t *settings;
    image_t image;
    cJSON *findings; /* NULL: text */
    bool silent;
} checking_t;

static const char *severity_name(const mcufs_finding_t *finding)
{
    return finding->severity == MCUFS_FINDING_ERROR     ? "error"
           : finding->severity == MCUFS_FINDING_WARNING ? "warning"
                                                        : "note";
}

static void print_finding(const mcufs_finding_t *finding)
{
    static const colour_t colours[] = {[MCUFS_FINDING_NOTE] = COLOUR_FAINT,
                                       [MCUFS_FINDING_WARNING] = COLOUR_WARNING,
                                       [MCUFS_FINDING_ERROR] = COLOUR_BAD};
    printf("%s%s%s: ", colour_on(stdout, colours[finding->severity]), severity_name(finding),
           colour_off(stdout));
    if (finding->path != NULL) {
        print_name(stdout, finding->path);
        fputs(": ", stdout);
    }
    fputs(finding->message, stdout);
    if (finding->block != UINT32_MAX) {
        printf(" (block %" PRIu32 ")", finding->block);
    }
    puts(finding->repaired ? " - repaired" : "");
}

static void take_finding(void *context, const mcufs_finding_t *finding)
{
    checking_t *checking = context;
    if (checking->silent) {
        return;
    }
    if (checking->findings == NULL) {
        print_finding(finding);
        return;
    }
    cJSON *object = cJSON_CreateObject();
    report_text(object, "severity", severity_name(finding));
    report_text(object, "message", finding->message);
    if (finding->path != NULL) {
        report_text(object, "path", finding->path);
    }
    if (finding->block != UINT32_MAX) {
        report_number(object, "block", finding->block);
    }
    cJSON_AddBoolToObject(object, "repaired", finding->repaired);
    cJSON_AddItemToArray(checking->findings, object);
}

/* One run of the filesystem's own check. EXIT_DONE when it ran. */
static int run(checking_t *checking, uint32_t flags, mcufs_check_t *result)
{
    image_t *image = &checking->image;
    *result = (mcufs_check_t){.context = checking, .report = take_finding};
    if (image->filesystem->check == NULL) {
        say_error("%s: %s has no check", image->path, image->filesystem->description);
        return EXIT_USAGE;
    }
    mcufs_setup_t setup = image_setup(image, flags, NULL);
    progress_begin("check", 0);
    int error = setup.arena == NULL ? MCUFS_ENOMEM : image->filesystem->check(&setup, result);
    progress_end();
    if (error == MCUFS_ENOTSUP && flags & MCUFS_REPAIR) {
        say_error("%s: %s cannot be repaired; 'mcufs unpack' gets out what can be read", image->path,
                  image->filesystem->description);
        return EXIT_USAGE;
    }
    if (error != 0) {
        say_error("%s: cannot be checked: %s", image->path, mcufs_error_text(error));
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* A name for the backup that is not taken: IMAGE.bak, IMAGE.bak.1, ... */
static bool backup(const image_t *image)
{
    size_t size = strlen(image->path) + 32;
    char *name = malloc(size);
    bool good = false;
    if (name != NULL) {
        snprintf(name, size, "%s.bak", image->path);
        for (unsigned i = 1; access(name, F_OK) == 0 && i < 10000; i++) {
            snprintf(name, size, "%s.bak.%u", image->path, i);
        }
        good = copy_file(image->path, name);
        if (good) {
            say_note("%s: the image as it was is kept as %s", image->path, name);
        }
    }
    free(name);
    return good;
}

static int repair(checking_t *checking, mcufs_check_t *result)
{
    if (!checking->settings->no_backup && !backup(&checking->image)) {
        return EXIT_USAGE;
    }
    checking->silent = false;
    int status = run(checking, MCUFS_REPAIR, result);
    return status == EXIT_DONE ? image_keep(&checking->image) : status;
}

/* Errors that are still there. */
static uint32_t remaining(const mcufs_check_t *result)
{
    return result->errors > result->repaired ? result->errors - result->repaired : 0;
}

static int report(checking_t *checking, const mcufs_check_t *result, cJSON *object)
{
    const char *path = checking->image.path;
    bool clean = remaining(result) == 0;
    if (object != NULL) {
        report_number(object, "files", result->files);
        report_number(object, "directories", result->directories);
        report_number(object, "errors", result->errors);
        report_number(object, "repaired", result->repaired);
        cJSON_AddBoolToObject(object, "clean", clean);
    } else {
        printf("%s: %s%s%s, %" PRIu32 " files, %" PRIu32 " directories", path,
               colour_on(stdout, clean ? COLOUR_GOOD : COLOUR_BAD), clean ? "clean" : "damaged",
               colour_off(stdout), result->files, result->directories);
        if (result->errors > 0) {
            printf(", %" PRIu32 " errors, %" PRIu32 " repaired", result->errors, result->repaired);
        }
        putchar('\n');
    }
    return clean ? EXIT_DONE : EXIT_NOT_DONE;
}

int command_check(const settings_t *settings, int count, char **operands)
{
    (void)count;
    checking_t checking = {.settings = settings, .silent = settings->repair};
    mcufs_check_t result;
    cJSON *object = settings->json ? cJSON_CreateObject() : NULL;
    int status =
        image_open(&checking.image, operands[0], settings, settings->repair ? IMAGE_CHANGE : IMAGE_READ);
    if (object != NULL) {
        report_text(object, "image", operands[0]);
        checking.findings = cJSON_AddArrayToObject(object, "findings");
    }
    if (status == EXIT_DONE) {
        /* With --repair this is only to see whether there is anything to do. */
        status = run(&checking, MCUFS_READ_ONLY, &result);
    }
    if (status == EXIT_DONE && settings->repair && result.errors > 0) {
        status = repair(&checking, &result);
    }
    if (status == EXIT_DONE) {
        status = report(&checking, &result, object);
    }
    if (object != NULL && status != EXIT_USAGE) {
        report_print(object);
    } else {
        cJSON_Delete(object);
    }
    image_close(&checking.image);
    return status;
}
