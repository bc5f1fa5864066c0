/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The block map: what it counts, and that both pictures show it. The volumes are made up: a table of
 * operations that can only tell its blocks. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <png.h>

#include <host/canvas.h>
#include <host/map.h>

/* -- A filesystem that is nothing but its blocks -------------------------------------------------------- */

typedef struct fake_block {
    uint32_t block;
    mcufs_block_use_t use;
} fake_block_t;

typedef struct fake_volume {
    uint32_t block_size, block_count;
    const fake_block_t *blocks;
    size_t count;
    int answer; /* of visit_blocks, when not 0 */
} fake_volume_t;

static int fake_mount(const mcufs_setup_t *setup, void **volume)
{
    memcpy(volume, &setup->options, sizeof *volume);
    return MCUFS_OK;
}

static int fake_unmount(void *volume)
{
    (void)volume;
    return MCUFS_OK;
}

static int fake_statfs(void *volume, mcufs_statfs_t *statfs)
{
    const fake_volume_t *fake = volume;

    *statfs = (mcufs_statfs_t){.type = "fake",
                               .version = 0x00020001,
                               .block_size = fake->block_size,
                               .block_count = fake->block_count};
    return MCUFS_OK;
}

static int fake_visit(void *volume, int (*visit)(void *context, uint32_t block, mcufs_block_use_t use),
                      void *context)
{
    const fake_volume_t *fake = volume;

    for (size_t i = 0; i < fake->count; i++) {
        int stop = visit(context, fake->blocks[i].block, fake->blocks[i].use);

        if (stop != 0)
            return stop;
    }
    return fake->answer;
}

static const mcufs_filesystem_t fake_filesystem = {.name = "fake",
                                                   .description = "only blocks",
                                                   .file_size = 1,
                                                   .directory_size = 1,
                                                   .mount = fake_mount,
                                                   .unmount = fake_unmount,
                                                   .statfs = fake_statfs,
                                                   .visit_blocks = fake_visit};

static void mount_fake(mcufs_t *fs, const fake_volume_t *volume)
{
    static uint8_t arena[1024];

    assert_int_equal(mcufs_init(fs, NULL), 0);
    assert_int_equal(mcufs_mount(fs, "/", NULL,
                                 &(mcufs_mount_options_t){.filesystem = &fake_filesystem,
                                                          .arena = arena,
                                                          .arena_size = sizeof arena,
                                                          .filesystem_options = volume}),
                     0);
}

static const fake_block_t some_blocks[] = {{0, MCUFS_BLOCK_METADATA},   {1, MCUFS_BLOCK_SUPERBLOCK},
                                           {0, MCUFS_BLOCK_SUPERBLOCK}, {1, MCUFS_BLOCK_METADATA},
                                           {5, MCUFS_BLOCK_DATA},       {5, MCUFS_BLOCK_DATA},
                                           {6, MCUFS_BLOCK_METADATA},   {7, MCUFS_BLOCK_FREE}};

static const fake_volume_t some_volume = {4096, 16, some_blocks, sizeof some_blocks / sizeof *some_blocks, 0};

/* -- Counting ------------------------------------------------------------------------------------------- */

static void counts_each_block_once_by_its_most_particular_use(void **state)
{
    mcufs_t fs;
    map_t map;

    (void)state;
    mount_fake(&fs, &some_volume);
    assert_int_equal(map_init(&map, 4096, 16, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_SUPERBLOCK), 2);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_METADATA), 1);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_DATA), 1);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_FREE), 12);
    assert_string_equal(map.section[0].title, "fake 2.1, 16 blocks of 4096 bytes");
    map_free(&map);
}

static void places_a_volume_at_its_first_block(void **state)
{
    mcufs_t fs;
    map_t map;

    (void)state;
    mount_fake(&fs, &some_volume);
    assert_int_equal(map_init(&map, 4096, 40, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 24, "second"), 0);
    assert_int_equal(map.use[24], MCUFS_BLOCK_SUPERBLOCK);
    assert_int_equal(map.use[29], MCUFS_BLOCK_DATA);
    assert_int_equal(map.use[0], MCUFS_BLOCK_FREE);
    assert_int_equal(map_add(&map, &fs, "/", 25, NULL), MCUFS_ERANGE);
    assert_int_equal(map_add(&map, &fs, "/", 40, NULL), MCUFS_ERANGE);
    assert_int_equal(map.sections, 1);
    map_free(&map);
}

static void translates_block_sizes(void **state)
{
    static const fake_block_t one[] = {{3, MCUFS_BLOCK_DATA}};
    const fake_volume_t large = {8192, 8, one, 1, 0};
    const fake_volume_t small = {1024, 32, one, 1, 0};
    mcufs_t fs;
    map_t map;

    (void)state;
    mount_fake(&fs, &large);
    assert_int_equal(map_init(&map, 4096, 16, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_DATA), 2);
    assert_int_equal(map.use[6], MCUFS_BLOCK_DATA);
    assert_int_equal(map.use[7], MCUFS_BLOCK_DATA);
    map_free(&map);

    mount_fake(&fs, &small);
    assert_int_equal(map_init(&map, 4096, 8, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);
    assert_int_equal(map_count(&map, 0, MCUFS_BLOCK_DATA), 1);
    assert_int_equal(map.use[0], MCUFS_BLOCK_DATA);
    map_free(&map);
}

static void refuses_what_makes_no_sense(void **state)
{
    static const fake_block_t outside[] = {{16, MCUFS_BLOCK_DATA}};
    const fake_volume_t wild = {4096, 16, outside, 1, 0};
    const fake_volume_t broken = {4096, 16, NULL, 0, MCUFS_EIO};
    mcufs_t fs;
    map_t map;

    (void)state;
    assert_int_equal(map_init(&map, 0, 16, NULL), MCUFS_EINVAL);
    assert_int_equal(map_init(&map, 4096, 0, NULL), MCUFS_EINVAL);
    assert_int_equal(map_init(&map, 4096, 32, NULL), 0);
    mount_fake(&fs, &wild);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), MCUFS_ECORRUPT);
    mount_fake(&fs, &broken);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), MCUFS_EIO);
    assert_int_equal(map.sections, 0);
    assert_int_equal(map_write(&map, "map.jpeg"), MCUFS_EINVAL);
    assert_int_equal(map_write(&map, "/nowhere/at/all.png"), MCUFS_EIO);
    assert_int_equal(map_write(&map, "/nowhere/at/all.svg"), MCUFS_EIO);
    map_free(&map);
}

/* -- Pictures ------------------------------------------------------------------------------------------- */

typedef struct picture {
    png_image image;
    uint8_t *pixels; /* RGB */
} picture_t;

static void load_picture(picture_t *picture, const char *path)
{
    memset(picture, 0, sizeof *picture);
    picture->image.version = PNG_IMAGE_VERSION;
    assert_true(png_image_begin_read_from_file(&picture->image, path));
    picture->image.format = PNG_FORMAT_RGB;
    picture->pixels = malloc(PNG_IMAGE_SIZE(picture->image));
    assert_non_null(picture->pixels);
    assert_true(png_image_finish_read(&picture->image, NULL, picture->pixels, 0, NULL));
}

static uint32_t pixel(const picture_t *picture, unsigned x, unsigned y)
{
    const uint8_t *rgb = picture->pixels + 3 * ((size_t)y * picture->image.width + x);

    return (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
}

/* Pixels of one colour. */
static unsigned count_pixels(const picture_t *picture, uint32_t colour)
{
    unsigned count = 0;

    for (unsigned y = 0; y < picture->image.height; y++)
        for (unsigned x = 0; x < picture->image.width; x++)
            count += pixel(picture, x, y) == colour;
    return count;
}

static char *load_text(const char *path)
{
    static char text[200000];
    FILE *file = fopen(path, "r");
    size_t length;

    assert_non_null(file);
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static unsigned count_text(const char *text, const char *wanted)
{
    unsigned count = 0;

    while ((text = strstr(text, wanted)) != NULL) {
        text += strlen(wanted);
        count++;
    }
    return count;
}

static void temporary_path(char *path, size_t size, const char *ending)
{
    snprintf(path, size, "test_map_%ld%s", (long)getpid(), ending);
}

static void draws_every_block_in_both_formats(void **state)
{
    char path[64];
    mcufs_t fs;
    map_t map;
    picture_t picture;
    char *text;

    (void)state;
    mount_fake(&fs, &some_volume);
    assert_int_equal(map_init(&map, 4096, 16, "a <title>"), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);

    temporary_path(path, sizeof path, ".svg");
    assert_int_equal(map_write(&map, path), 0);
    text = load_text(path);
    remove(path);
    /* Two superblocks in the grid and one square in the legend; as many as that of every use. */
    assert_int_equal(count_text(text, "#c8324b"), 3);
    assert_int_equal(count_text(text, "#f2a93b"), 2);
    assert_int_equal(count_text(text, "#2f7fb8"), 2);
    assert_int_equal(count_text(text, "#e6eaef"), 13);
    assert_non_null(strstr(text, "a &lt;title&gt;"));
    assert_non_null(strstr(text, ">free 12<"));

    temporary_path(path, sizeof path, ".png");
    assert_int_equal(map_write(&map, path), 0);
    load_picture(&picture, path);
    remove(path);
    /* Squares of 25 pixels (26 apart) in the grid, of 12 in the legend. */
    assert_int_equal(count_pixels(&picture, 0xc8324b), 2 * 25 * 25 + 12 * 12);
    assert_int_equal(count_pixels(&picture, 0x2f7fb8), 25 * 25 + 12 * 12);
    assert_int_equal(count_pixels(&picture, 0xe6eaef), 12 * 25 * 25 + 12 * 12);
    free(picture.pixels);
    map_free(&map);
}

static void draws_wear_as_heat(void **state)
{
    uint32_t wear[16] = {[0] = 9, [1] = 1};
    char path[64];
    mcufs_t fs;
    map_t map;
    char *text;

    (void)state;
    mount_fake(&fs, &some_volume);
    assert_int_equal(map_init(&map, 4096, 16, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);
    assert_int_equal(map_set_wear(&map, wear), 0);
    temporary_path(path, sizeof path, ".svg");
    assert_int_equal(map_write(&map, path), 0);
    text = load_text(path);
    remove(path);
    /* The coldest and the hottest colour: one block each, one end of the scale each. */
    assert_int_equal(count_text(text, "#fff0c9"), 2);
    assert_int_equal(count_text(text, "#7d0f3b"), 2);
    assert_non_null(strstr(text, ">9 erases<"));
    assert_non_null(strstr(text, ">here: most 9, mean 0.62<"));
    map_free(&map);
}

static void fits_a_large_device_by_sharing_squares(void **state)
{
    const fake_volume_t volume = {4096, 1000000, some_blocks, 8, 0};
    char path[64];
    mcufs_t fs;
    map_t map;
    picture_t picture;
    char *text;

    (void)state;
    mount_fake(&fs, &volume);
    assert_int_equal(map_init(&map, 4096, 1000000, NULL), 0);
    assert_int_equal(map_add(&map, &fs, "/", 0, NULL), 0);
    temporary_path(path, sizeof path, ".svg");
    assert_int_equal(map_write(&map, path), 0);
    text = load_text(path);
    remove(path);
    assert_non_null(strstr(text, "(one square: 128 blocks)"));
    temporary_path(path, sizeof path, ".png");
    assert_int_equal(map_write(&map, path), 0);
    load_picture(&picture, path);
    remove(path);
    assert_true(picture.image.height < 700);
    free(picture.pixels);
    map_free(&map);
}

static void draws_text_that_can_be_told_apart(void **state)
{
    uint32_t seen[95];
    char path[64];
    char text[2] = "";

    (void)state;
    temporary_path(path, sizeof path, ".png");
    for (int i = 0; i < 95; i++) {
        canvas_t *canvas = canvas_new(40, 48, 0xffffff);
        picture_t picture;

        text[0] = (char)(' ' + i);
        canvas_text(canvas, 8, 32, 24, CANVAS_LEFT, 0, text);
        assert_int_equal(canvas_write(canvas, path), 0);
        canvas_free(canvas);
        load_picture(&picture, path);
        seen[i] = 0;
        for (size_t at = 0; at < PNG_IMAGE_SIZE(picture.image); at++)
            seen[i] = seen[i] * 31 + picture.pixels[at];
        free(picture.pixels);
        for (int other = 0; other < i; other++)
            assert_int_not_equal(seen[other], seen[i]);
    }
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_each_block_once_by_its_most_particular_use),
        cmocka_unit_test(places_a_volume_at_its_first_block),
        cmocka_unit_test(translates_block_sizes),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(draws_every_block_in_both_formats),
        cmocka_unit_test(draws_wear_as_heat),
        cmocka_unit_test(fits_a_large_device_by_sharing_squares),
        cmocka_unit_test(draws_text_that_can_be_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
