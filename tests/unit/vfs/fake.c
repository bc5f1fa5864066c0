/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* See fake.h. */

#include "fake.h"

fake_t fake;

void fake_reset(void)
{
    memset(&fake, 0, sizeof(fake));
}

/* -- Hooks ---------------------------------------------------------------------------------------------- */

static int lock(void *context)
{
    (void)context;
    if (fake.lock_answer == 0) {
        fake.locks++;
    }
    return fake.lock_answer;
}

static void unlock(void *context)
{
    (void)context;
    fake.unlocks++;
}

static void progress(void *context)
{
    (void)context;
    fake.progress++;
}

const mcufs_hooks_t fake_hooks = {.lock = lock, .unlock = unlock, .progress = progress};

/* -- Notes ---------------------------------------------------------------------------------------------- */

static int note(const char *operation, void *volume)
{
    fake.calls++;
    fake.operation = operation;
    fake.volume = volume;
    if (fake.locks != fake.unlocks + 1) {
        fake.called_without_lock = true;
    }
    return fake.answer;
}

static void spell(mcufs_path_t path, char *buffer)
{
    const char *name;
    size_t length, used = 0;
    while (mcufs_path_next(&path, &name, &length)) {
        if (used > 0) {
            buffer[used++] = '/';
        }
        memcpy(&buffer[used], name, length);
        used += length;
    }
    buffer[used] = '\0';
}

static int note_path(const char *operation, void *volume, mcufs_path_t path)
{
    spell(path, fake.path);
    return note(operation, volume);
}

/* -- Operations ----------------------------------------------------------------------------------------- */

/* Reads everything, in pieces that are not whole units of anything. */
static void expect_content(const mcufs_device_t *device, const uint8_t *content)
{
    uint8_t bytes[7];
    for (size_t address = 0; address + sizeof(bytes) <= FAKE_BLOCK_SIZE * FAKE_BLOCKS; address += 5) {
        assert_int_equal(mcufs_device_read_bytes(device, address, bytes, sizeof(bytes)), 0);
        assert_memory_equal(bytes, &content[address], sizeof(bytes));
    }
}

static int probe_for(const mcufs_device_t *device, mcufs_probe_t *found, const char *type, uint8_t mark)
{
    uint8_t bytes[3]; /* not a whole unit of anything */
    int error = mcufs_device_read_bytes(device, 0, bytes, sizeof(bytes));
    if (error != 0) {
        return error;
    }
    if (fake.probe_answer != 0) {
        return fake.probe_answer;
    }
    if (fake.probed != NULL) {
        expect_content(device, fake.probed);
    }
    memset(found, 0, sizeof(*found));
    found->type = type;
    return bytes[0] == mark ? 0 : MCUFS_ENODEV;
}

static int probe(const mcufs_device_t *device, mcufs_probe_t *found)
{
    return probe_for(device, found, "fake", 'A');
}

static int probe_other(const mcufs_device_t *device, mcufs_probe_t *found)
{
    return probe_for(device, found, "other", 'B');
}

static int format(const mcufs_setup_t *setup)
{
    fake.formats++;
    fake.flags = setup->flags;
    return note("format", NULL);
}

static int mount(const mcufs_setup_t *setup, void **volume)
{
    fake.mounts++;
    fake.flags = setup->flags;
    *volume = setup->arena;
    return note("mount", setup->arena);
}

static int unmount(void *volume)
{
    return note("unmount", volume);
}

static int open_file(void *volume, void *file, mcufs_path_t path, uint32_t flags,
                     const mcufs_open_options_t *options)
{
    (void)file;
    (void)options;
    fake.flags = flags;
    return note_path("open", volume, path);
}

static int close_file(void *volume, void *file)
{
    (void)file;
    return note("close", volume);
}

static int32_t read_file(void *volume, void *file, void *buffer, uint32_t size)
{
    (void)file;
    (void)buffer;
    (void)size;
    return note("read", volume);
}

static int32_t write_file(void *volume, void *file, const void *buffer, uint32_t size)
{
    (void)file;
    (void)buffer;
    (void)size;
    return note("write", volume);
}

static int64_t seek(void *volume, void *file, int64_t offset, int whence)
{
    (void)file;
    (void)offset;
    (void)whence;
    return note("seek", volume);
}

static int64_t tell(void *volume, void *file)
{
    (void)file;
    return note("tell", volume);
}

static int64_t size_of(void *volume, void *file)
{
    (void)file;
    return note("size", volume);
}

static int truncate_file(void *volume, void *file, uint64_t size)
{
    (void)file;
    (void)size;
    return note("truncate", volume);
}

static int sync_file(void *volume, void *file)
{
    (void)file;
    return note("sync", volume);
}

static int stat_open(void *volume, void *file, mcufs_stat_t *stat)
{
    (void)file;
    (void)stat;
    return note("stat_open", volume);
}

/* A directory handle is the index of the next name. */
static int open_directory(void *volume, void *directory, mcufs_path_t path)
{
    const size_t start = 0;
    memcpy(directory, &start, sizeof(start));
    return note_path("opendir", volume, path);
}

static int read_directory(void *volume, void *directory, mcufs_dirent_t *entry)
{
    size_t index;
    memcpy(&index, directory, sizeof(index));
    const int answer = note("readdir", volume);
    if (answer != 0 || fake.names == NULL || fake.names[index] == NULL) {
        return answer;
    }
    strcpy(entry->name, fake.names[index]);
    entry->stat.type = MCUFS_TYPE_FILE;
    index++;
    memcpy(directory, &index, sizeof(index));
    return 1;
}

static int64_t tell_directory(void *volume, void *directory)
{
    size_t index;
    memcpy(&index, directory, sizeof(index));
    const int answer = note("telldir", volume);
    return answer != 0 ? answer : (int64_t)index;
}

static int seek_directory(void *volume, void *directory, int64_t position)
{
    const size_t index = (size_t)position;
    memcpy(directory, &index, sizeof(index));
    return note("seekdir", volume);
}

static int close_directory(void *volume, void *directory)
{
    (void)directory;
    return note("closedir", volume);
}

/* Names that begin with 'd', and the root, are directories. */
static int stat_path(void *volume, mcufs_path_t path, mcufs_stat_t *stat)
{
    const int answer = note_path("stat", volume, path);
    stat->type = fake.path[0] == 'd' || fake.path[0] == '\0' ? MCUFS_TYPE_DIRECTORY : MCUFS_TYPE_FILE;
    return answer;
}

static int statfs(void *volume, mcufs_statfs_t *statfs)
{
    (void)statfs;
    return note("statfs", volume);
}

static int make_directory(void *volume, mcufs_path_t path)
{
    return note_path("mkdir", volume, path);
}

static int remove_path(void *volume, mcufs_path_t path, uint8_t type)
{
    fake.flags = type;
    return note_path("remove", volume, path);
}

static int rename_path(void *volume, mcufs_path_t from, mcufs_path_t to)
{
    spell(to, fake.other_path);
    return note_path("rename", volume, from);
}

static int32_t get_attribute(void *volume, mcufs_path_t path, uint8_t type, void *buffer, uint32_t size)
{
    (void)type;
    (void)buffer;
    (void)size;
    return note_path("get_attribute", volume, path);
}

static int set_attribute(void *volume, mcufs_path_t path, uint8_t type, const void *buffer, uint32_t size)
{
    (void)type;
    (void)buffer;
    (void)size;
    return note_path("set_attribute", volume, path);
}

static int remove_attribute(void *volume, mcufs_path_t path, uint8_t type)
{
    (void)type;
    return note_path("remove_attribute", volume, path);
}

static int set_times(void *volume, mcufs_path_t path, const mcufs_times_t *times)
{
    (void)times;
    return note_path("set_times", volume, path);
}

static int set_file_attributes(void *volume, mcufs_path_t path, uint8_t attributes)
{
    (void)attributes;
    return note_path("set_file_attributes", volume, path);
}

static int gc(void *volume, uint32_t budget)
{
    (void)budget;
    return note("gc", volume);
}

static int resize(void *volume, uint64_t block_count)
{
    (void)block_count;
    return note("resize", volume);
}

static int health(void *volume, mcufs_health_t *result)
{
    (void)result;
    return note("health", volume);
}

static int visit_blocks(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                        void *context)
{
    (void)visit;
    (void)context;
    return note("visit_blocks", volume);
}

#define ALL_OPERATIONS                                                                                       \
    .file_size = 8, .directory_size = sizeof(size_t), .format = format, .mount = mount, .unmount = unmount,  \
    .open = open_file, .close = close_file, .read = read_file, .write = write_file, .seek = seek,            \
    .tell = tell, .size = size_of, .truncate = truncate_file, .sync = sync_file, .stat_open = stat_open,     \
    .opendir = open_directory, .readdir = read_directory, .telldir = tell_directory,                         \
    .seekdir = seek_directory, .closedir = close_directory, .stat = stat_path, .statfs = statfs,             \
    .mkdir = make_directory, .remove = remove_path, .rename = rename_path, .get_attribute = get_attribute,   \
    .set_attribute = set_attribute, .remove_attribute = remove_attribute, .set_times = set_times,            \
    .set_file_attributes = set_file_attributes, .gc = gc, .resize = resize, .health = health,                \
    .visit_blocks = visit_blocks

const mcufs_filesystem_t fake_filesystem = {.name = "fake", .probe = probe, ALL_OPERATIONS};
const mcufs_filesystem_t fake_other_filesystem = {.name = "other", .probe = probe_other, ALL_OPERATIONS};
const mcufs_filesystem_t fake_bare_filesystem = {
    .name = "bare",
    .mount = mount,
    .open = open_file,
    .close = close_file,
    .opendir = open_directory,
    .closedir = close_directory,
    .stat = stat_path,
};

/* In place of src/vfs/filesystems.c: detection works on the fakes. */
const mcufs_filesystem_t *const mcufs_filesystems[] = {&fake_filesystem, &fake_other_filesystem, NULL};

/* -- Device --------------------------------------------------------------------------------------------- */

static int device_read(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    const fake_device_t *self = device->context;
    memcpy(buffer, &self->bytes[block * FAKE_BLOCK_SIZE + offset], size);
    return self->read_answer;
}

static int device_program(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                          uint32_t size)
{
    fake_device_t *self = device->context;
    (void)block;
    (void)offset;
    (void)buffer;
    (void)size;
    self->changes++;
    return 0;
}

static int device_erase(const mcufs_device_t *device, uint32_t block)
{
    fake_device_t *self = device->context;
    (void)block;
    self->changes++;
    return 0;
}

static const mcufs_device_operations_t device_operations = {
    .read = device_read,
    .program = device_program,
    .erase = device_erase,
};

void fake_device_init(fake_device_t *device, uint32_t read_size, int16_t erased)
{
    memset(device, 0, sizeof(*device));
    device->device.operations = &device_operations;
    device->device.context = device;
    device->device.geometry = (mcufs_geometry_t){.read_size = read_size,
                                                 .program_size = 1,
                                                 .block_size = FAKE_BLOCK_SIZE,
                                                 .block_count = FAKE_BLOCKS,
                                                 .erased_value = erased};
    memset(device->bytes, erased < 0 ? 0xff : erased, sizeof(device->bytes));
}
