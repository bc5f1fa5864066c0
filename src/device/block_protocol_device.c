/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* An object of the MicroPython block protocol as a device; see block_protocol.h. */

#include <string.h>

#include <mcufs/block_protocol.h>

#define NOT_BUFFERED UINT32_MAX

static int answer(int result)
{
    return result > 0 ? MCUFS_EINVAL : result;
}

static mcufs_block_protocol_device_t *self_of(const mcufs_device_t *device)
{
    return device->context;
}

static int ask(const mcufs_block_protocol_t *protocol, int operation, uintptr_t argument, uint32_t *result)
{
    uint32_t ignored;
    return answer(
        protocol->ioctl(protocol->context, operation, argument, result != NULL ? result : &ignored));
}

/* Init, deinit and sync: an object may have nothing to do there. */
static int ask_if_able(const mcufs_block_protocol_t *protocol, int operation, uintptr_t argument)
{
    int err = ask(protocol, operation, argument, NULL);
    return err == MCUFS_ENOTSUP ? 0 : err;
}

/* -- The extended form ---------------------------------------------------------------------------------- */

static int read_at(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer, uint32_t size)
{
    const mcufs_block_protocol_t *protocol = self_of(device)->protocol;
    return answer(protocol->read_at(protocol->context, block, offset, buffer, size));
}

static int program_at(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                      uint32_t size)
{
    const mcufs_block_protocol_t *protocol = self_of(device)->protocol;
    self_of(device)->buffered_block = NOT_BUFFERED;
    return answer(protocol->write_at(protocol->context, block, offset, buffer, size));
}

static int erase_block(const mcufs_device_t *device, uint32_t block)
{
    self_of(device)->buffered_block = NOT_BUFFERED;
    return ask(self_of(device)->protocol, MCUFS_IOCTL_BLOCK_ERASE, block, NULL);
}

/* -- The simple form ------------------------------------------------------------------------------------ */

static int read_whole(mcufs_block_protocol_device_t *self, uint32_t block, void *buffer)
{
    const mcufs_block_protocol_t *protocol = self->protocol;
    uint32_t size = self->device.geometry.block_size;
    if (protocol->read_blocks == NULL) {
        return answer(protocol->read_at(protocol->context, block, 0, buffer, size));
    }
    return answer(protocol->read_blocks(protocol->context, block, buffer, size));
}

static int write_whole(mcufs_block_protocol_device_t *self, uint32_t block, const void *buffer)
{
    const mcufs_block_protocol_t *protocol = self->protocol;
    return answer(protocol->write_blocks(protocol->context, block, buffer, self->device.geometry.block_size));
}

static int fill_buffer(mcufs_block_protocol_device_t *self, uint32_t block)
{
    if (self->buffered_block == block) {
        return 0;
    }
    self->buffered_block = NOT_BUFFERED;
    int err = read_whole(self, block, self->buffer);
    if (err == 0) {
        self->buffered_block = block;
    }
    return err;
}

static int read_simple(const mcufs_device_t *device, uint32_t block, uint32_t offset, void *buffer,
                       uint32_t size)
{
    mcufs_block_protocol_device_t *self = self_of(device);
    if (size == device->geometry.block_size) {
        return read_whole(self, block, buffer);
    }
    int err = fill_buffer(self, block);
    if (err == 0) {
        memcpy(buffer, self->buffer + offset, size);
    }
    return err;
}

/* At once, not when the buffer is needed for another block: an error belongs to the call that caused it. */
static int write_simple(const mcufs_device_t *device, uint32_t block, uint32_t offset, const void *buffer,
                        uint32_t size)
{
    mcufs_block_protocol_device_t *self = self_of(device);
    if (size == device->geometry.block_size) {
        if (self->buffered_block == block) {
            self->buffered_block = NOT_BUFFERED;
        }
        return write_whole(self, block, buffer);
    }
    int err = fill_buffer(self, block);
    if (err != 0) {
        return err;
    }
    memcpy(self->buffer + offset, buffer, size);
    err = write_whole(self, block, self->buffer);
    if (err != 0) {
        self->buffered_block = NOT_BUFFERED;
    }
    return err;
}

static int erase_nothing(const mcufs_device_t *device, uint32_t block)
{
    (void)device;
    (void)block;
    return 0;
}

/* -- Both ----------------------------------------------------------------------------------------------- */

static int sync_object(const mcufs_device_t *device)
{
    return ask_if_able(self_of(device)->protocol, MCUFS_IOCTL_SYNC, 0);
}

static int ioctl_object(const mcufs_device_t *device, int operation, uintptr_t argument, uint32_t *result)
{
    const mcufs_block_protocol_t *protocol = self_of(device)->protocol;
    self_of(device)->buffered_block = NOT_BUFFERED; /* nobody knows what a private operation does */
    if (operation == MCUFS_IOCTL_INIT || operation == MCUFS_IOCTL_DEINIT) {
        return ask_if_able(protocol, operation, argument);
    }
    return ask(protocol, operation, argument, result);
}

/* Which operations the object's forms give, and the units that go with them. */
static void choose_form(mcufs_block_protocol_device_t *self)
{
    const mcufs_block_protocol_t *protocol = self->protocol;
    mcufs_device_operations_t *offers = &self->operations;
    mcufs_geometry_t *geometry = &self->device.geometry;
    bool extended =
        protocol->read_at != NULL && (protocol->write_at != NULL || protocol->write_blocks == NULL);
    uint32_t unit = extended || self->buffer != NULL ? 1 : geometry->block_size;
    geometry->read_size = geometry->read_size != 0 ? geometry->read_size : unit;
    geometry->program_size = geometry->program_size != 0 ? geometry->program_size : unit;
    if (extended) {
        offers->read = read_at;
        offers->program = protocol->write_at != NULL ? program_at : NULL;
        offers->erase = protocol->write_at != NULL ? erase_block : NULL;
        offers->write = protocol->write_blocks != NULL && self->buffer != NULL ? write_simple : NULL;
        return;
    }
    geometry->erased_value = MCUFS_ERASED_UNKNOWN;
    offers->read = read_simple;
    if (protocol->write_blocks != NULL) {
        offers->write = write_simple;
        offers->program = self->buffer != NULL ? write_simple : NULL;
        offers->erase = self->buffer != NULL ? erase_nothing : NULL;
    }
}

static int ask_geometry(mcufs_block_protocol_device_t *self, const mcufs_block_protocol_options_t *options)
{
    mcufs_geometry_t *geometry = &self->device.geometry;
    int err = ask(self->protocol, MCUFS_IOCTL_BLOCK_COUNT, 0, &geometry->block_count);
    if (err == 0) {
        err = ask(self->protocol, MCUFS_IOCTL_BLOCK_SIZE, 0, &geometry->block_size);
    }
    geometry->read_size = options->read_size;
    geometry->program_size = options->program_size;
    geometry->erased_value = options->erased_value;
    return err;
}

int mcufs_block_protocol_device_init(mcufs_block_protocol_device_t *device,
                                     const mcufs_block_protocol_t *protocol,
                                     const mcufs_block_protocol_options_t *options)
{
    if (protocol->ioctl == NULL || (protocol->read_blocks == NULL && protocol->read_at == NULL)) {
        return MCUFS_EINVAL;
    }
    memset(device, 0, sizeof *device);
    device->protocol = protocol;
    device->buffer = options->buffer;
    device->buffered_block = NOT_BUFFERED;
    device->device.operations = &device->operations;
    device->device.context = device;
    int err = ask_if_able(protocol, MCUFS_IOCTL_INIT, 1);
    if (err == 0) {
        err = ask_geometry(device, options);
    }
    if (err != 0) {
        return err;
    }
    choose_form(device);
    device->operations.sync = sync_object;
    device->operations.ioctl = ioctl_object;
    err = mcufs_device_check(&device->device);
    const mcufs_geometry_t *geometry = &device->device.geometry;
    bool parts = device->operations.read == read_simple && (geometry->read_size < geometry->block_size ||
                                                            geometry->program_size < geometry->block_size);
    if (err != 0 || (device->buffer != NULL && options->buffer_size < geometry->block_size) ||
        (device->buffer == NULL && parts)) {
        return MCUFS_EINVAL;
    }
    return 0;
}
