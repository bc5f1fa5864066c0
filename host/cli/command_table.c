/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* What each command is called, takes and says about itself. */

#include <string.h>

#include "commands.h"

#define GROUPS(...)                                                                                          \
    (const option_group_t *const[])                                                                          \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }
#define EXAMPLES(...)                                                                                        \
    (const command_example_t[])                                                                              \
    {                                                                                                        \
        __VA_ARGS__,                                                                                         \
        {                                                                                                    \
            NULL, NULL                                                                                       \
        }                                                                                                    \
    }

static const char reading_failed[] = "something could not be read, or does not exist";
static const char changing_failed[] = "not done; the image is unchanged (with --in-place: done in part)";

const command_t command_table[] = {
    {
        .name = "mkfs",
        .summary = "make an empty filesystem",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Makes an empty filesystem in a new file IMAGE, erased bytes included, ready to be flashed. "
            "With --offset, --length or --partition it formats that part of an existing file, and with "
            "--in-place a device.",
        .groups = GROUPS(&group_create, &group_mkfs_size, &group_format, &group_report, &group_common),
        .exit_1 = "the filesystem cannot have these sizes",
        .examples = EXAMPLES({"mcufs mkfs data.bin --size 1M", "an image for a partition of 1 MiB"},
                             {"mcufs mkfs data.bin --size 1000K --block-size 8192 --target esp8266",
                              "an image that the ESP8266 Arduino core mounts"}),
        .run = command_mkfs,
    },
    {
        .name = "info",
        .summary = "show what an image is and who can mount it",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Shows type, version, sizes and limits of the filesystem, the space in use, and which other "
            "drivers can mount it, with the reason why not.",
        .groups = GROUPS(&group_image, &group_report, &group_common),
        .exit_1 = reading_failed,
        .examples = EXAMPLES(
            {"mcufs info data.bin", "about an image"},
            {"mcufs info dump.bin --offset 0x200000", "about a filesystem inside a dump of the flash"}),
        .run = command_info,
    },
    {
        .name = "ls",
        .summary = "list directories",
        .operands = "IMAGE [PATH]...",
        .operands_min = 1,
        .operands_max = -1,
        .description = "Lists the root of an image, or the given directories and files, sorted by name.",
        .groups = GROUPS(&group_ls, &group_image, &group_salvage, &group_report, &group_common),
        .exit_1 = reading_failed,
        .examples = EXAMPLES({"mcufs ls data.bin", "names in the root"},
                             {"mcufs ls -lR data.bin", "everything, with sizes and times"}),
        .run = command_ls,
    },
    {
        .name = "tree",
        .summary = "show the directory tree",
        .operands = "IMAGE [PATH]",
        .operands_min = 1,
        .operands_max = 2,
        .description = "Draws the tree of directories and files below PATH, or of the whole image.",
        .groups = GROUPS(&group_tree, &group_image, &group_salvage, &group_report, &group_common),
        .exit_1 = reading_failed,
        .examples = EXAMPLES({"mcufs tree data.bin", "the whole image"},
                             {"mcufs tree -H -d 2 data.bin /www", "two levels, with sizes"}),
        .run = command_tree,
    },
    {
        .name = "cat",
        .summary = "print files",
        .operands = "IMAGE PATH...",
        .operands_min = 2,
        .operands_max = -1,
        .description = "Writes the content of files, one after the other, to standard output.",
        .groups = GROUPS(&group_image, &group_salvage, &group_common),
        .exit_1 = reading_failed,
        .examples = EXAMPLES({"mcufs cat data.bin /boot.log", "look at a log"}),
        .run = command_cat,
    },
    {
        .name = "put",
        .summary = "copy files into an image",
        .operands = "IMAGE SOURCE... [PATH]",
        .operands_min = 2,
        .operands_max = -1,
        .description =
            "Copies host files into an image. The last argument is a directory in the image or the new name; "
            "with one SOURCE alone it goes to the root. SOURCE \"-\" is standard input. Modification times "
            "are "
            "kept.\n"
            "All of it is done on a copy of the image, which takes its place when everything went well.",
        .groups = GROUPS(&group_put, &group_change, &group_image, &group_common),
        .exit_1 = changing_failed,
        .examples = EXAMPLES({"mcufs put data.bin config.json /etc/", "copy into a directory"},
                             {"date | mcufs put data.bin - /built", "from standard input"},
                             {"mcufs put -r data.bin www /", "a directory with all that is in it"}),
        .run = command_put,
    },
    {
        .name = "get",
        .summary = "copy a file out of an image",
        .operands = "IMAGE PATH [DEST]",
        .operands_min = 2,
        .operands_max = 3,
        .description = "Copies a file, or with --recursive a directory, to DEST on the host: a directory, a "
                       "name, or \"-\" "
                       "for standard output. Without DEST it goes to the working directory. Modification "
                       "times are kept.",
        .groups = GROUPS(&group_get, &group_image, &group_salvage, &group_common),
        .exit_1 = "something could not be copied",
        .examples = EXAMPLES({"mcufs get data.bin /log/boot.log", "to the working directory"},
                             {"mcufs get -r data.bin /www site", "a directory"}),
        .run = command_get,
    },
    {
        .name = "mkdir",
        .summary = "make directories in an image",
        .operands = "IMAGE PATH...",
        .operands_min = 2,
        .operands_max = -1,
        .description = "Makes directories.",
        .groups = GROUPS(&group_mkdir, &group_change, &group_image, &group_common),
        .exit_1 = changing_failed,
        .examples = EXAMPLES({"mcufs mkdir -p data.bin /www/img", "with the directory above"}),
        .run = command_mkdir,
    },
    {
        .name = "rm",
        .summary = "remove files and directories from an image",
        .operands = "IMAGE PATH...",
        .operands_min = 2,
        .operands_max = -1,
        .description = "Removes files and empty directories, with --recursive full ones too.",
        .groups = GROUPS(&group_rm, &group_change, &group_image, &group_common),
        .exit_1 = changing_failed,
        .examples =
            EXAMPLES({"mcufs rm data.bin /boot.log", "a file"}, {"mcufs rm -r data.bin /www", "a tree"}),
        .run = command_rm,
    },
    {
        .name = "mv",
        .summary = "rename files and directories in an image",
        .operands = "IMAGE PATH... TO",
        .operands_min = 3,
        .operands_max = -1,
        .description =
            "Renames PATH to TO, or moves everything into TO when that is a directory. An existing file is "
            "replaced.",
        .groups = GROUPS(&group_change, &group_image, &group_common),
        .exit_1 = changing_failed,
        .examples = EXAMPLES({"mcufs mv data.bin /config.new /config", "replace a file"}),
        .run = command_mv,
    },
    {
        .name = "resize",
        .summary = "make the filesystem in an image larger or smaller",
        .operands = "IMAGE SIZE",
        .operands_min = 2,
        .operands_max = 2,
        .description =
            "Gives the filesystem another size, a multiple of the block size. What is in the way of a "
            "smaller "
            "one is moved. Where the file ends with the filesystem, it becomes longer or shorter as well.",
        .groups = GROUPS(&group_change, &group_image, &group_report, &group_common),
        .exit_1 = "the content does not fit; the image is unchanged (with --in-place: not smaller)",
        .examples = EXAMPLES(
            {"mcufs resize data.bin 512K", "for a partition of 512 KiB"},
            {"mcufs resize dump.bin 2M --partition 0x200000:2M", "as large as the partition that it is in"}),
        .run = command_resize,
    },
    {
        .name = "pack",
        .summary = "make an image from a directory",
        .operands = "DIR IMAGE",
        .operands_min = 2,
        .operands_max = 2,
        .description =
            "Makes an image with everything in DIR: files, directories (empty ones too) and their "
            "modification "
            "times. What an image cannot hold is an error, never left out silently. When it does not fit, it "
            "says what did not, and how large the image would have to be.\n"
            "The same directory with the same times gives the same image, byte for byte; --mtime fixes the "
            "times.",
        .groups =
            GROUPS(&group_pack_size, &group_create, &group_pack, &group_format, &group_report, &group_common),
        .exit_1 = "not everything can be packed, or it does not fit; no image was made",
        .examples = EXAMPLES({"mcufs pack site data.bin --size 1M", "for a partition of 1 MiB"},
                             {"mcufs pack site data.bin --size auto", "as small as it can be"},
                             {"mcufs pack site fs.bin --size 2024K --block-size 8192 --target esp8266",
                              "for an ESP8266 with the layout 4m2m"}),
        .run = command_pack,
    },
    {
        .name = "unpack",
        .summary = "copy all files of an image into a directory",
        .operands = "IMAGE DIR",
        .operands_min = 2,
        .operands_max = 2,
        .description = "Copies everything into DIR, which is made if missing, and restores modification "
                       "times. Nothing is "
                       "written outside of DIR, whatever names the image holds and whatever links are in "
                       "DIR: such names "
                       "are refused. What cannot be read is named, and the rest is unpacked.",
        .groups = GROUPS(&group_unpack, &group_image, &group_salvage, &group_report, &group_common),
        .exit_1 = "not everything could be unpacked",
        .examples =
            EXAMPLES({"mcufs unpack --salvage broken.bin out", "what is left of a damaged image"},
                     {"mcufs unpack data.bin out", "everything"},
                     {"mcufs unpack dump.bin out --partition 0x200000:1M", "from a dump of the flash"}),
        .run = command_unpack,
    },
    {
        .name = "check",
        .summary = "verify an image, and repair it",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Verifies everything the format allows: every directory, link and block of every file. Nothing "
            "is "
            "changed.\n"
            "With --repair it mends what can be mended, keeps all that can be kept, and puts lost files into "
            "/lost+found. Before that the image is copied to IMAGE.bak. An image that is fine is not "
            "touched.",
        .groups = GROUPS(&group_check, &group_image, &group_report, &group_change, &group_common),
        .exit_1 = "there is damage (with --repair: damage is left)",
        .examples =
            EXAMPLES({"mcufs check data.bin", "look only"}, {"mcufs check --repair data.bin", "and mend"}),
        .run = command_check,
    },
    {
        .name = "migrate",
        .summary = "make a littlefs v1 image a littlefs v2 image",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Makes littlefs v1 (disk version 1.1) littlefs v2, in the same blocks: the content of files "
            "stays "
            "where it is, directories are written anew. The result is checked. What littlefs v2 cannot hold, "
            "and an image that is damaged, is refused as it is. An image that is littlefs v2 already is not "
            "touched.\n"
            "All of it is done on a copy of the image, which takes its place when everything went well.",
        .groups = GROUPS(&group_migrate, &group_image, &group_common),
        .exit_1 = "refused; the image is unchanged",
        .examples = EXAMPLES({"mcufs migrate dump.bin", "a dump of an old device"},
                             {"mcufs migrate dump.bin --target esp8266", "for a driver that knows 2.0 only"}),
        .run = command_migrate,
    },
    {
        .name = "stats",
        .summary = "show what takes the space",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Counts files, directories and bytes, the blocks by what they hold, the sizes of files, and what "
            "each directory holds.",
        .groups = GROUPS(&group_image, &group_report, &group_common),
        .exit_1 = reading_failed,
        .examples = EXAMPLES({"mcufs stats data.bin", "about an image"}),
        .run = command_stats,
    },
    {
        .name = "map",
        .summary = "draw which blocks hold what",
        .operands = "IMAGE",
        .operands_min = 1,
        .operands_max = 1,
        .description =
            "Draws the blocks of an image: free, superblock, directories, data. As letters, or as a picture.",
        .groups = GROUPS(&group_map, &group_image, &group_common),
        .exit_1 = "something could not be read, or the picture not be written",
        .examples =
            EXAMPLES({"mcufs map data.bin", "letters"}, {"mcufs map data.bin -o map.svg", "a picture"}),
        .run = command_map,
    },
    {
        .name = "sim",
        .summary = "cut the power of a simulated chip and count losses",
        .operands = "",
        .operands_min = 0,
        .operands_max = 0,
        .description =
            "Runs a workload (create, append, overwrite, truncate, rename, remove, mkdir) on a simulated "
            "flash "
            "chip and cuts its power at random moments: before, after and inside of programs and erases, "
            "with "
            "bits left half done. After every cut the chip is mounted and compared with all that was "
            "acknowledged.\n"
            "Prints the number of cuts, recoveries and losses. The same options give the same run.",
        .groups = GROUPS(&group_sim, &group_report, &group_common),
        .exit_1 = "something was lost, or a rule of the chip was broken",
        .examples = EXAMPLES({"mcufs sim", "a thousand cuts on a NOR chip"},
                             {"mcufs sim --kind nand --cuts 200 --seed 7", "on a NAND chip"}),
        .run = command_sim,
    },
    {.name = NULL},
};

const command_t *command_by_name(const char *name)
{
    for (const command_t *command = command_table; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}
