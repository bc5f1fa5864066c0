# One line per file; every build system reads this list.
set(MCUFS_LITTLEFS_MIGRATE_SOURCES
    src/littlefs_migrate/sort.c
    src/littlefs_migrate/layout.c
    src/littlefs_migrate/migrate.c)
