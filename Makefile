# `make demo` first, `make test` before a commit. Every target sets up what it needs, once.

PYTHON ?=
NEEDS  := import sys; sys.exit(sys.version_info < (3, 11))
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
SCRIPTS = $(wildcard benchmarks/bench_*.py)

.PHONY: help demo test lint bench check lock
.DEFAULT_GOAL := help

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-6s %s\n' "$$name" "$$what"; done

demo: $(READY) ## an internet provider run from git against simulated routers, in a minute
	@$(BIN)/ispconf demo

test: lint ## all that must hold before a change lands: lint, then every test with coverage
	$(BIN)/pytest -n auto --cov --cov-report=term

lint: $(READY) ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## figures for speed and memory on this machine
	@for script in $(SCRIPTS); do $(BIN)/python $$script || exit; done

check: $(READY) ## every problem in the files of the example network
	@$(BIN)/ispconf check

lock: ## requirements.lock again, from pyproject.toml
	@$(find_python); "$$python" -m venv .make/lock
	.make/lock/bin/pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND='make lock' .make/lock/bin/pip-compile pyproject.toml \
		--extra dev --build-deps-for editable --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

# The set-up: an environment with exactly the packages of the lock, and ispconf itself in it.

define find_python
for python in $(or $(PYTHON),python3.11 python3); do \
	"$$python" -c '$(NEEDS)' 2>/dev/null && break; python=; \
done; \
if [ -z "$$python" ]; then \
	echo "ispconf needs Python 3.11 or later:" \
		"$(or $(PYTHON),neither python3.11 nor python3) is not that here." >&2; \
	echo "Install it, or say where it is: make demo PYTHON=/path/to/python3" >&2; exit 1; \
fi
endef

$(READY): pyproject.toml requirements.lock | $(BIN)/pip
	@echo "Setting up $(VENV) (once; a minute or so) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/pip:
	@$(find_python); "$$python" -m venv $(VENV)
