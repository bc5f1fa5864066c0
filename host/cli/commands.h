/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The commands, one file each; command_table.c describes them. */

#ifndef MCUFS_CLI_COMMANDS_H
#define MCUFS_CLI_COMMANDS_H

#include "option.h"

int command_mkfs(const settings_t *settings, int count, char **operands);
int command_info(const settings_t *settings, int count, char **operands);
int command_ls(const settings_t *settings, int count, char **operands);
int command_tree(const settings_t *settings, int count, char **operands);
int command_cat(const settings_t *settings, int count, char **operands);
int command_put(const settings_t *settings, int count, char **operands);
int command_get(const settings_t *settings, int count, char **operands);
int command_mkdir(const settings_t *settings, int count, char **operands);
int command_rm(const settings_t *settings, int count, char **operands);
int command_mv(const settings_t *settings, int count, char **operands);
int command_resize(const settings_t *settings, int count, char **operands);
int command_pack(const settings_t *settings, int count, char **operands);
int command_unpack(const settings_t *settings, int count, char **operands);
int command_check(const settings_t *settings, int count, char **operands);
int command_migrate(const settings_t *settings, int count, char **operands);
int command_stats(const settings_t *settings, int count, char **operands);
int command_sim(const settings_t *settings, int count, char **operands);
int command_map(const settings_t *settings, int count, char **operands);

#endif
