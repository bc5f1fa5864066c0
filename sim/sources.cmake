# One line per file; every build system reads this list.
set(MCUFS_SIM_SOURCES
    sim/calls.c
    sim/change.c
    sim/flash.c
    sim/pending.c)
