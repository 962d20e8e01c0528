# `make demo` first, `make test` before a commit. Every target sets up what it needs, once.

PYTHON ?=
NEEDS  := import sys; sys.exit(sys.version_info < (3, 11))
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
SCRIPTS = $(wildcard benchmarks/bench_*.py)

JUDGES := .make/judges

.PHONY: help demo test coverage lint judges bench year check lock
.DEFAULT_GOAL := help

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-8s %s\n' "$$name" "$$what"; done

demo: $(READY) ## an internet provider run from git against simulated routers, in a minute
	@$(BIN)/ispconf demo

test: lint ## all that must hold before a change lands: lint, then every test
	$(BIN)/pytest -n auto

# Python 3.11 lets a thread die whose trace function is installed while another's is; the others do
# its work (edge/fleet), so it is no failure here. Without coverage nothing is installed.
coverage: $(READY) ## the same tests, slower: which lines and branches no test reaches
	$(BIN)/pytest -n auto --cov --cov-report=term \
		-W 'ignore:Exception in thread:pytest.PytestUnhandledThreadExceptionWarning'

lint: $(READY) ## style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

judges: $(READY) $(JUDGES)/ready ## what the clients of others make of the simulated routers
	@$(BIN)/python tests/judges/judge.py $(JUDGES)

bench: $(READY) ## figures for speed and memory on this machine
	@for script in $(SCRIPTS); do $(BIN)/python $$script || exit; done

year: $(READY) ## a year of 2,000 people, calculated in two ways and billed again in one go
	@$(BIN)/python -m tests.year

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
	echo "ispconf needs Python 3.11 or later; tried: $(or $(PYTHON),python3.11, python3)." >&2; \
	echo "Install it, or say where it is: make demo PYTHON=/path/to/python3" >&2; exit 1; \
fi
endef

$(READY): pyproject.toml requirements.lock | $(BIN)/pip
	@echo "Setting up $(VENV) (once; a minute or so) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The judges: clients that others wrote, from PyPI and npm, in an environment of their own.

define absent
{ echo "make judges needs $(1) (why it failed is told above); nothing was judged." >&2; \
	exit 1; }
endef

$(JUDGES)/ready: tests/judges/requirements.txt tests/judges/package-lock.json | $(BIN)/pip
	@command -v node npm >/dev/null || $(call absent,node and npm on the PATH)
	@echo "Setting up $(JUDGES) (once; 80 MB from PyPI and npm) ..."
	@rm -rf $(JUDGES); $(BIN)/python -m venv $(JUDGES)
	@$(JUDGES)/bin/pip install --quiet --disable-pip-version-check --timeout 20 \
		-r tests/judges/requirements.txt || $(call absent,PyPI)
	@$(JUDGES)/bin/pip download --quiet --disable-pip-version-check --timeout 20 --no-deps \
		--dest $(JUDGES) ansible==12.3.0 || $(call absent,PyPI)
	@cp tests/judges/package.json tests/judges/package-lock.json $(JUDGES)
	@npm ci --prefix $(JUDGES) --no-audit --no-fund --loglevel=error || $(call absent,npm)
	@$(JUDGES)/bin/python tests/judges/unpack.py $(JUDGES)
	@touch $@

$(BIN)/pip:
	@$(find_python); "$$python" -m venv $(VENV)
