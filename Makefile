# What you can do with Heard, in one word each. `make` alone lists the words.
# Needs only python3 (3.11 to 3.13) and make; everything else goes into .venv and .home inside this folder.

PORT ?= 8000
HEARD_HOME ?= $(CURDIR)/.home
export HEARD_HOME

READY := .venv/.ready
DEV_READY := .venv/.dev-ready
LOCK := uv.lock pyproject.toml bin/setup

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test check lint bench soak clean

help:                ## list these words
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(DEV_READY)  ## everything for working on Heard (no system packages)

demo: $(READY)       ## a demo company in your browser (PORT=8000, HEARD_HOME=.home)
	@HEARD_PORT=$(PORT) exec .venv/bin/heard demo --serve

dev: $(DEV_READY)    ## the same installation, started again when a file changes
	@HEARD_PORT=$(PORT) exec bin/dev

test: $(DEV_READY)   ## all tests on both databases, with real mail servers and a browser
	@bin/packages
	@bin/test

check: $(DEV_READY)  ## what must pass before a commit: lint, types, migrations, conventions
	@bin/check

lint: $(DEV_READY)   ## style, the map of imports, types
	@bin/lint

bench: $(DEV_READY)  ## the measured acts, as a table and as JSON
	@bin/packages
	@bin/bench

soak: $(DEV_READY)   ## the long tests: 1,000 kills and the like
	@bin/packages
	@bin/test soak

clean:               ## remove what the tools left behind (never .home)
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build

# One environment; the tools of the developers are added to it, never taken away again.
$(READY): $(LOCK)
	@bin/setup

$(DEV_READY): $(LOCK)
	@bin/setup --dev
