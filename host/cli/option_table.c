/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Every option there is, in groups that commands share. */

#include "option.h"

#define FIELD(name) offsetof(settings_t, name)
#define END                                                                                                  \
    {                                                                                                        \
        0, NULL, OPTION_FLAG, NULL, NULL, NULL, 0, NULL                                                      \
    }
#define FLAG(letter, name, field, help)                                                                      \
    {                                                                                                        \
        letter, name, OPTION_FLAG, NULL, NULL, NULL, FIELD(field), help                                      \
    }
#define SIZE(letter, name, field, word, help)                                                                \
    {                                                                                                        \
        letter, name, OPTION_SIZE, "SIZE", NULL, word, FIELD(field), help                                    \
    }
#define NUMBER(letter, name, field, word, help)                                                              \
    {                                                                                                        \
        letter, name, OPTION_NUMBER, "N", NULL, word, FIELD(field), help                                     \
    }
#define CHOICE(letter, name, field, argument, choices, help)                                                 \
    {                                                                                                        \
        letter, name, OPTION_CHOICE, argument, choices, NULL, FIELD(field), help                             \
    }
#define TEXT(letter, name, kind, field, argument, help)                                                      \
    {                                                                                                        \
        letter, name, kind, argument, NULL, NULL, FIELD(field), help                                         \
    }

const option_group_t group_common = {
    "General",
    (const option_t[]){
        FLAG('h', "help", help, "print this help"),
        FLAG('q', "quiet", quiet, "print errors only, no progress and no notes"),
        END,
    },
};

const option_group_t group_report = {
    "Output",
    (const option_t[]){
        FLAG(0, "json", json, "print one JSON object on standard output"),
        END,
    },
};

const option_group_t group_image = {
    "Image",
    (const option_t[]){
        CHOICE('t', "type", type, "TYPE", "lfs2|lfs1", "filesystem type; detected when not given"),
        SIZE('b', "block-size", block_size, NULL, "block size; detected when not given"),
        SIZE(0, "offset", offset, NULL, "where in IMAGE the filesystem starts"),
        SIZE(0, "length", length, NULL, "how much of IMAGE belongs to it; to the end when not given"),
        TEXT(0, "partition", OPTION_TEXT, partition, "OFFSET:LENGTH", "the same two as one value"),
        END,
    },
};

const option_group_t group_salvage = {
    "Damage",
    (const option_t[]){
        FLAG(0, "salvage", salvage,
             "read a damaged image as far as it goes: what nothing leads to is in /lost+found, and bytes of "
             "files "
             "that are gone read as zeros, which is said and makes the exit status 1"),
        END,
    },
};

const option_group_t group_ls = {
    "Listing",
    (const option_t[]){
        FLAG('l', "long", long_format, "show type, size and modification time (UTC) of each entry"),
        FLAG('R', "recursive", recursive, "list directories below as well"),
        FLAG('H', "human", human, "sizes with units"),
        END,
    },
};

const option_group_t group_tree = {
    "Listing",
    (const option_t[]){
        NUMBER('d', "depth", depth, NULL, "go down at most N directories"),
        FLAG('H', "human", human, "show the size of each file, with units"),
        END,
    },
};

const option_group_t group_change = {
    "Changing",
    (const option_t[]){
        FLAG(0, "in-place", in_place,
             "write into IMAGE itself; else a copy is changed and takes its place when all went well"),
        CHOICE(0, "times", times, "DIALECT", "none|micropython|seconds32|seconds64",
               "how modification times are stored; as the image has them when not given"),
        END,
    },
};

const option_group_t group_create = {
    "Creating",
    (const option_t[]){
        CHOICE('t', "type", type, "TYPE", "lfs2", "filesystem type (default: lfs2)"),
        SIZE('b', "block-size", block_size, NULL, "erase block size of the device (default: 4096)"),
        FLAG('f', "force", force, "replace IMAGE if it exists"),
        END,
    },
};

const option_group_t group_mkfs_size = {
    "Size",
    (const option_t[]){
        SIZE('s', "size", size, NULL,
             "size of the filesystem, a multiple of the block size; needed for a new IMAGE"),
        SIZE(0, "offset", offset, NULL, "format a part of an existing IMAGE, from here"),
        SIZE(0, "length", length, NULL, "and this long"),
        TEXT(0, "partition", OPTION_TEXT, partition, "OFFSET:LENGTH", "the same two as one value"),
        FLAG(0, "in-place", in_place,
             "write into an existing IMAGE itself; else a changed copy takes its place"),
        END,
    },
};

const option_group_t group_pack_size = {
    "Size",
    (const option_t[]){
        SIZE('s', "size", size, "auto", "size of the image, or auto: the smallest that holds everything"),
        END,
    },
};

const option_group_t group_format = {
    "Format",
    (const option_t[]){
        CHOICE(0, "target", target, "TARGET", "esp8266|esp32|micropython",
               "defaults for --disk-version, --name-max and --times that this platform's own driver accepts"),
        CHOICE(0, "disk-version", disk_version, "VERSION", "2.0|2.1",
               "version of the format; 2.0 for drivers before littlefs 2.6 (default: 2.1)"),
        CHOICE(0, "times", times, "DIALECT", "none|micropython|seconds32|seconds64",
               "how modification times are stored (default: seconds64, as mklittlefs and Arduino do)"),
        NUMBER(0, "name-max", name_max, NULL, "longest name in bytes (default: 255)"),
        SIZE(0, "file-max", file_max, NULL, "largest file (default: 2147483647)"),
        NUMBER(0, "attribute-max", attribute_max, NULL, "largest attribute in bytes (default: 1022)"),
        SIZE(0, "inline-max", inline_max, "none",
             "largest file that is kept inside its directory; none: every file gets blocks of its own"),
        SIZE(0, "metadata-max", metadata_max, NULL, "bytes of a directory block in use (default: all)"),
        SIZE(0, "read-size", read_size, NULL, "read unit of the device (default: 1)"),
        SIZE(0, "prog-size", program_size, NULL,
             "program unit of the device; a device that programs in larger units cannot append to the image "
             "(default: 256, or the block size if that is smaller)"),
        SIZE(0, "cache-size", cache_size, NULL,
             "buffer size of the device; bounds files kept inside directories (default: 256)"),
        NUMBER(0, "block-cycles", block_cycles, "none",
               "rewrites of a directory block before it moves on (default: 500)"),
        END,
    },
};

const option_group_t group_pack = {
    "Packing",
    (const option_t[]){
        TEXT('x', "exclude", OPTION_LIST, exclude, "PATTERN",
             "leave out names that match the shell pattern; may be repeated"),
        FLAG('L', "dereference", dereference, "follow symbolic links; else one in DIR is an error"),
        TEXT(0, "mtime", OPTION_TEXT, time, "TIME",
             "this modification time for everything, for reproducible images: @SECONDS or "
             "2024-01-31T12:00:00Z"),
        END,
    },
};

const option_group_t group_put = {
    "Copying",
    (const option_t[]){
        FLAG('p', "parents", parents, "make missing directories on the way"),
        FLAG('r', "recursive", recursive, "copy directories with all that is in them"),
        TEXT('x', "exclude", OPTION_LIST, exclude, "PATTERN",
             "with --recursive: leave out names that match the shell pattern; may be repeated"),
        FLAG('L', "dereference", dereference,
             "with --recursive: follow symbolic links; else one is an error"),
        TEXT(0, "mtime", OPTION_TEXT, time, "TIME",
             "this modification time instead of the file's own: @SECONDS or 2024-01-31T12:00:00Z"),
        END,
    },
};

const option_group_t group_get = {
    "Copying",
    (const option_t[]){
        FLAG('r', "recursive", recursive, "copy a directory with all that is in it"),
        FLAG('f', "force", force, "replace existing files"),
        END,
    },
};

const option_group_t group_unpack = {
    "Unpacking",
    (const option_t[]){
        FLAG('f', "force", force, "replace existing files"),
        FLAG(0, "no-times", no_times, "do not restore modification times"),
        END,
    },
};

const option_group_t group_mkdir = {
    "Directories",
    (const option_t[]){
        FLAG('p', "parents", parents, "make missing directories on the way; an existing one is no error"),
        END,
    },
};

const option_group_t group_rm = {
    "Removing",
    (const option_t[]){
        FLAG('r', "recursive", recursive, "remove directories with all that is in them"),
        FLAG('f', "force", force, "a path that does not exist is no error"),
        END,
    },
};

const option_group_t group_check = {
    "Checking",
    (const option_t[]){
        FLAG('r', "repair", repair, "mend what can be mended; lost files go to /lost+found"),
        FLAG(0, "no-backup", no_backup, "with --repair: do not keep the damaged image as IMAGE.bak"),
        END,
    },
};

const option_group_t group_migrate = {
    "Migrating",
    (const option_t[]){
        FLAG(0, "in-place", in_place,
             "write into IMAGE itself; else a copy is changed and takes its place when all went well"),
        CHOICE(0, "target", target, "TARGET", "esp8266|esp32|micropython",
               "defaults for --disk-version and --name-max that this platform's own driver accepts"),
        CHOICE(0, "disk-version", disk_version, "VERSION", "2.0|2.1",
               "version of the format; 2.0 for drivers before littlefs 2.6 (default: 2.1)"),
        NUMBER(0, "name-max", name_max, NULL, "longest name in bytes (default: 255)"),
        SIZE(0, "file-max", file_max, NULL, "largest file (default: 2147483647)"),
        SIZE(0, "prog-size", program_size, NULL,
             "program unit of the device (default: 256, or the block size if that is smaller)"),
        END,
    },
};

const option_group_t group_sim = {
    "Simulation",
    (const option_t[]){
        CHOICE('t', "type", type, "TYPE", "lfs2", "filesystem type (default: lfs2)"),
        CHOICE('k', "kind", chip, "KIND", "nor|nand", "kind of flash (default: nor)"),
        NUMBER('c', "cuts", cuts, NULL, "power cuts to make (default: 1000)"),
        NUMBER('s', "seed", seed, NULL,
               "seed of the random numbers; the same seed gives the same run (default: 1)"),
        SIZE('b', "block-size", block_size, NULL, "erase block size (default: 4096, nand: 16384)"),
        NUMBER('n', "block-count", block_count, NULL, "number of blocks (default: 64)"),
        SIZE(0, "read-size", read_size, NULL, "read unit (default: 16, nand: the program unit)"),
        SIZE(0, "prog-size", program_size, NULL, "program unit (default: 16, nand: 2048)"),
        SIZE(0, "cache-size", cache_size, NULL, "buffer size of the filesystem"),
        NUMBER(0, "block-cycles", block_cycles, "none", "rewrites of a directory block before it moves on"),
        TEXT('o', "output", OPTION_FILE, output, "FILE", "leave the content of the chip here at the end"),
        END,
    },
};

const option_group_t group_map = {
    "Picture",
    (const option_t[]){
        TEXT('o', "output", OPTION_FILE, output, "FILE",
             "the picture, .svg or .png by its ending; without it a map of letters is printed"),
        END,
    },
};
