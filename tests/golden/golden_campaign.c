/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* Images made by other implementations: detected, listed exactly as their manifests say, and then used with
 * 1,000 random operations, after which the independent decoder must still agree. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle/decoder.h"
#include "oracle/oracle.h"
#include "support/arguments.h"
#include "support/generator.h"
#include "support/world.h"

typedef struct golden {
    const char *directory, *name;
    uint32_t block_size, program_size, version;
} golden_t;

static const golden_t images[] = {
    {"littlefs", "v20_b4096_p256_cut", 4096, 256, 0x20000},
    {"littlefs", "v20_b512_p16_clean", 512, 16, 0x20000},
    {"littlefs", "v21_b256_p16_clean", 256, 16, 0x20001},
    {"littlefs", "v21_b256_p16_cut", 256, 16, 0x20001},
    {"littlefs", "v21_b4096_p16_cut", 4096, 16, 0x20001},
    {"littlefs", "v21_b4096_p256_clean", 4096, 256, 0x20001},
    {"littlefs", "v21_b512_p16_clean", 512, 16, 0x20001},
    {"littlefs", "v21_b512_p1_cut", 512, 1, 0x20001},
    {"mklittlefs", "core_speedtest_b8192", 8192, 256, 0x20000},
    {"mklittlefs", "v20_n32_b4096", 4096, 256, 0x20000},
    {"mklittlefs", "v21_n255_b4096", 4096, 256, 0x20001},
};
#define IMAGES (sizeof images / sizeof images[0])

static bool wrong(world_t *world, const char *what, int64_t value)
{
    snprintf(world->why, sizeof world->why, "%s: %" PRId64, what, value);
    return false;
}

static uint8_t *load_image(const char *directory, const char *name, size_t *size)
{
    char path[500];
    snprintf(path, sizeof path, "%s/%s.img", directory, name);
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(4 << 20);
    *size = file == NULL || bytes == NULL ? 0 : fread(bytes, 1, 4 << 20, file);
    if (*size == 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    return bytes;
}

/* A chip of other erase blocks than the filesystem's must be enough to recognise it. */
static bool check_probe(world_t *world, const golden_t *golden, const uint8_t *bytes, size_t size)
{
    sim_options_t options = {.kind = SIM_NOR, .geometry = {16, 16, 256, (uint32_t)(size / 256), 0xff}};
    sim_flash_t *flash = sim_flash_new(&options);
    const mcufs_filesystem_t *filesystem = NULL;
    mcufs_probe_t found = {0};
    memcpy(sim_flash_bytes(flash), bytes, size);
    int error = mcufs_probe(sim_flash_device(flash), &found, &filesystem);
    sim_flash_free(flash);
    if (error != 0 || filesystem != &mcufs_littlefs2) {
        return wrong(world, "probe", error);
    }
    if (found.block_size != golden->block_size || found.version != golden->version ||
        found.block_count * found.block_size != size) {
        return wrong(world, "probe found something else, block size", found.block_size);
    }
    return true;
}

/* -- Manifests ----------------------------------------------------------------------------------------- */

static uint32_t hash_content(const uint8_t *bytes, uint32_t size)
{
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash;
}

static const tree_entry_t *find_entry(const tree_t *tree, const char *path)
{
    for (unsigned i = 0; i < tree->count; i++) {
        if (strcmp(tree->entries[i].path, path) == 0) {
            return &tree->entries[i];
        }
    }
    return NULL;
}

/* An attribute against its hex digits, "-" for none, or NULL: not said. */
static bool attribute_is(world_t *world, const char *path, uint8_t type, const char *hex)
{
    uint8_t bytes[64];
    char text[2 * sizeof bytes + 1] = "-";
    if (hex == NULL) {
        return true;
    }
    int32_t size = mcufs_get_attribute(&world->fs, path, type, bytes, sizeof bytes);
    for (int32_t i = 0; i < size && i < (int32_t)sizeof bytes; i++) {
        snprintf(text + 2 * i, 3, "%02x", (unsigned)bytes[i]);
    }
    return strcmp(text, hex) == 0;
}

/* "F path size hash attribute", "F path size hash t c", "D path", "D path t c", "# root t=.. c=.." */
static bool check_line(world_t *world, char *line, const tree_t *tree, bool hex_attributes)
{
    char *words[6] = {0};
    unsigned count = 0;
    for (char *word = strtok(line, " \r\n"); word != NULL && count < 6; word = strtok(NULL, " \r\n")) {
        words[count++] = word;
    }
    if (count == 4 && strcmp(words[0], "#") == 0 && strcmp(words[1], "root") == 0) {
        return attribute_is(world, "/", 't', words[2] + 2) && attribute_is(world, "/", 'c', words[3] + 2);
    }
    if (count < 2 || words[0][0] == '#') {
        return true;
    }
    bool is_file = words[0][0] == 'F';
    const tree_entry_t *entry = find_entry(tree, words[1]);
    if (entry == NULL || (entry->type == MCUFS_TYPE_FILE) != is_file) {
        return false;
    }
    if (is_file) {
        uint32_t hash = hash_content(entry->bytes, entry->versions[0].size);
        if (entry->versions[0].size != strtoul(words[2], NULL, 10) || hash != strtoul(words[3], NULL, 16)) {
            return false;
        }
        const tree_attribute_t *time = &entry->attributes[0];
        if (!hex_attributes) {
            return (time->present ? time->size : -1) == atoi(words[4]);
        }
    }
    unsigned first = is_file ? 4 : 2;
    return !hex_attributes || (attribute_is(world, words[1], 't', words[first]) &&
                               attribute_is(world, words[1], 'c', words[first + 1]));
}

static bool check_manifest(world_t *world, const golden_t *golden)
{
    char path[500], line[500];
    tree_t tree = {0};
    unsigned entries = 1; /* the root */
    snprintf(path, sizeof path, "%s/tests/golden/%s/%s.txt", MCUFS_SOURCE_DIR, golden->directory,
             golden->name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return wrong(world, "no manifest", 0);
    }
    bool right = world_capture(world, true, &tree);
    while (right && fgets(line, sizeof line, file) != NULL) {
        char copy[500];
        strcpy(copy, line);
        entries += line[0] != '#' ? 1 : 0;
        if (!check_line(world, copy, &tree, strcmp(golden->directory, "mklittlefs") == 0)) {
            snprintf(world->why, sizeof world->why, "not as in the manifest: %.400s", line);
            right = false;
        }
    }
    fclose(file);
    if (right && tree.count != entries) {
        right = wrong(world, "entries that are not in the manifest", (int64_t)tree.count - entries);
    }
    if (right) {
        model_adopt(&world->model, &tree);
    }
    tree_free(&tree);
    return right;
}

/* -- Use ----------------------------------------------------------------------------------------------- */

static bool decoders_agree(world_t *world, oracle_t *oracle)
{
    tree_t tree = {0}, expected = {0};
    char why[200] = "";
    const uint8_t *image = sim_flash_bytes(world->flash);
    size_t size = sim_flash_size(world->flash);
    uint32_t block_size = world->geometry->block_size;
    model_view(&world->model, true, &expected);
    bool right = decoder_read(image, size, block_size, &tree, world->why, sizeof world->why);
    if (right && !tree_match(&tree, &expected, why, sizeof why)) {
        snprintf(world->why, sizeof world->why, "decoded: %s", why);
        right = false;
    }
    right = right && oracle_agrees(oracle, image, size, block_size, &tree, world->why, sizeof world->why);
    tree_free(&tree);
    tree_free(&expected);
    return right;
}

static bool use(world_t *world, oracle_t *oracle, uint64_t seed, unsigned count)
{
    generator_t generator;
    generator_init(&generator, world->row, world->geometry, seed);
    mcufs_statfs_t statfs;
    if (mcufs_statfs(&world->fs, "/", &statfs) == 0 && statfs.name_max < generator.name_max) {
        generator.name_max = statfs.name_max - 10; /* a number may follow */
    }
    generator.nodes = TREE_ENTRIES - 20;
    generator.directories = 20;
    generator.file_max = world->geometry->block_size * 4;
    generator.blocks = world->geometry->block_count - world->geometry->block_count / 4;
    world->tolerated[0] = MCUFS_ENOSPC;
    for (unsigned i = 0; i < count; i++) {
        operation_t operation;
        generator_next(&generator, &world->model, &operation);
        step_t step = world_step(world, &operation);
        if (step == STEP_FAILED ? !world_settle(world, &operation) : step != STEP_OK) {
            return false;
        }
        if (i % 100 == 99 && !decoders_agree(world, oracle)) {
            return false;
        }
    }
    operation_t remount = {.kind = OPERATION_REMOUNT};
    return world_step(world, &remount) == STEP_OK && world_verify(world) && decoders_agree(world, oracle);
}

static bool check_version(world_t *world, const golden_t *golden)
{
    mcufs_statfs_t statfs;
    int error = mcufs_statfs(&world->fs, "/", &statfs);
    uint32_t version = world->row->upgrades ? MCUFS_LITTLEFS2_VERSION_2_1 : golden->version;
    if (error != 0 || statfs.version != version || statfs.block_size != golden->block_size) {
        return wrong(world, "statfs says another version or block size", statfs.version);
    }
    return true;
}

static bool check_image(world_t *world, const golden_t *golden, oracle_t *oracle, uint64_t seed)
{
    uint64_t changes = sim_flash_changes(world->flash);
    int error = world_mount(world, MCUFS_READ_ONLY);
    if (error != 0) {
        return wrong(world, "mount read-only", error);
    }
    if (!check_manifest(world, golden) || sim_flash_changes(world->flash) != changes) {
        return world->why[0] != '\0' ? false : wrong(world, "a read-only mount changed the image", 0);
    }
    error = world_mount(world, 0);
    if (error != 0) {
        return wrong(world, "mount", error);
    }
    return check_manifest(world, golden) && decoders_agree(world, oracle) && use(world, oracle, seed, 1000) &&
           check_version(world, golden); /* upgraded only by who says so */
}

static bool run(const arguments_t *arguments, const golden_t *golden, oracle_t *oracle, uint64_t seed)
{
    size_t size;
    uint8_t *bytes = load_image(arguments->directory, golden->name, &size);
    geometry_row_t geometry = {.name = golden->name,
                               .kind = SIM_NOR,
                               .block_size = golden->block_size,
                               .block_count = (uint32_t)(size / golden->block_size),
                               .program_size = golden->program_size,
                               .read_size = 1,
                               .cache_size = golden->program_size < 64 ? 64 : golden->program_size,
                               .erased_value = 0xff,
                               .arena = ARENA_LARGE};
    world_t *world = malloc(sizeof *world);
    world_create(world, arguments->filesystem, &geometry, seed);
    memcpy(sim_flash_bytes(world->flash), bytes, size);
    bool right = check_probe(world, golden, bytes, size) && check_image(world, golden, oracle, seed);
    if (!right) {
        fprintf(stderr, "FAILED: %s --seed %" PRIu64 "\n", golden->name, seed);
        world_report(world);
    }
    world_destroy(world);
    free(world);
    free(bytes);
    return right;
}

int main(int argc, char **argv)
{
    arguments_t arguments = arguments_parse(argc, argv);
    oracle_t *oracle = oracle_start();
    uint64_t runs = arguments.runs != 0 ? arguments.runs : arguments.is_long ? 50 : 1, failures = 0;
    if (arguments.directory == NULL || oracle == NULL) {
        fprintf(stderr, "--directory: where the unpacked images are\n");
        return 2;
    }
    for (unsigned i = 0; i < IMAGES; i++) {
        if (arguments.only != NULL && strcmp(arguments.only, images[i].name) != 0) {
            continue;
        }
        bool right = true;
        for (uint64_t r = 0; r < runs && right; r++) {
            right = run(&arguments, &images[i], oracle, arguments.seed + r);
        }
        failures += right ? 0 : 1;
    }
    printf("%u images, %" PRIu64 " failed\n", (unsigned)IMAGES, failures);
    oracle_stop(oracle);
    return failures == 0 ? 0 : 1;
}
