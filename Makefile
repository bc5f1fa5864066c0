# SPDX-License-Identifier: MIT
# Copyright (c) 2026 mcufs contributors
#
# The front door. It only needs make and a shell: each target first installs what it lacks from the
# distribution (tools/install-packages.sh), then lets CMake do the work in build/.

.POSIX:
.PHONY: all demo check check-long bench size format lint install clean help

# Where `make install` puts things.
PREFIX = /usr/local
DESTDIR =

INSTALL_PACKAGES = sh tools/install-packages.sh
JOBS = $$(nproc 2>/dev/null || echo 1)
CONFIGURE = cmake --preset release -DCMAKE_INSTALL_PREFIX="$(PREFIX)" --log-level=WARNING >/dev/null
BUILD = MAKELEVEL= MAKEFLAGS= cmake --build build --parallel $(JOBS)

# build/libmcufs.a and build/mcufs
all:
	@$(INSTALL_PACKAGES) build
	@$(CONFIGURE)
	@$(BUILD) --target mcufs mcufs_cli

# A web site and sensor logs on a simulated chip, with hundreds of power cuts; results in build/demo/
demo:
	@$(INSTALL_PACKAGES) build
	@$(CONFIGURE)
	@$(BUILD) --target demo

# Everything that must hold before a change goes in; minutes
check:
	@bash tools/check.sh

# The same with the long campaigns; hours
check-long:
	@bash tools/check.sh --long

# Device counts and times on simulated chips, as tables and plots
bench:
	@$(INSTALL_PACKAGES) build
	@$(CONFIGURE)
	@$(BUILD) --target bench

# Code size, stack and memory on four microcontrollers
size:
	@$(INSTALL_PACKAGES) cross
	@python3 tools/size.py

# Formats all C files in place
format:
	@$(INSTALL_PACKAGES) lint
	@sh tools/format.sh

# Everything that reads the code without running it
lint:
	@$(INSTALL_PACKAGES) build lint
	@cmake --preset check --log-level=WARNING -DMCUFS_BUILD_TESTS=OFF -B build/lint >/dev/null
	@bash tools/lint.sh build/lint

# The command, the library, the headers, manual pages; PREFIX and DESTDIR say where
install: all
	@DESTDIR="$(DESTDIR)" cmake --install build

# Removes build/
clean:
	@rm -rf build

# This list
help:
	@awk '/^# /{ said = substr($$0, 3) } /^[a-z-]+:/{ split($$0, name, ":"); printf "make %-11s %s\n", name[1], said; said = "" } /^$$/{ said = "" }' Makefile
