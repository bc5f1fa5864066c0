/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* State of the toy filesystem. */

#ifndef MCUFS_TESTS_TOY_INTERNAL_H
#define MCUFS_TESTS_TOY_INTERNAL_H

#include "toyfs.h"

#define TOY_NAME           64
#define TOY_ATTRIBUTES     4
#define TOY_ATTRIBUTE_SIZE 64
#define TOY_IMAGE_MAX      131072

typedef struct toy_content {
    uint32_t size;
    uint8_t bytes[TOY_FILE_MAX];
} toy_content_t;

typedef struct toy_attribute {
    bool present;
    uint8_t type, size;
    uint8_t bytes[TOY_ATTRIBUTE_SIZE];
} toy_attribute_t;

typedef struct toy_node {
    bool used, linked;
    uint8_t type;
    int16_t parent;
    uint16_t handles;
    char name[TOY_NAME];
    toy_content_t live, durable;
    toy_attribute_t attributes[TOY_ATTRIBUTES];
} toy_node_t;

typedef struct toy {
    const mcufs_device_t *device;
    toy_defect_t defect;
    bool read_only, failed;
    unsigned bank;
    uint64_t sequence;
    toy_node_t nodes[TOY_NODES], before[TOY_NODES];
    uint8_t image[TOY_IMAGE_MAX];
} toy_t;

typedef struct toy_file {
    int node;
    uint32_t flags;
    uint64_t position;
} toy_file_t;

typedef struct toy_walk {
    int node, next;
} toy_walk_t;

/* Writes the durable state to the next bank. */
int toy_commit(toy_t *toy);
int toy_probe(const mcufs_device_t *device, mcufs_probe_t *found);
int toy_format(const mcufs_setup_t *setup);
int toy_mount(const mcufs_setup_t *setup, void **volume);

#endif
