# From a fresh clone, with Python 3.11 or newer, git and make: every target sets itself up.
#   make demo    plan two example groups        make test    run the tests
#   make lint    style, types, layers, packs    make bench   measure (bench-full: up to 100,000 projects;
#                                               bench-anchors first: other explanation tools too)

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench bench-anchors bench-full examples docs wheel lock clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.run
	$(BIN)/subvent plan examples/manufacturing-group.xlsx
	$(BIN)/subvent plan examples/traditional-group.xlsx

test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses=auto

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/subvent policy lint
	$(BIN)/subvent policy test

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py

bench-anchors: $(VENV)/.dev
	$(BIN)/python benchmarks/anchors.py --install

bench-full: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py --full

examples: $(VENV)/.run
	$(BIN)/python examples/make_workbooks.py

docs: $(VENV)/.dev
	$(BIN)/python docs/make_diagnostics.py

wheel: $(VENV)/.dev
	$(BIN)/python -m build --wheel --no-isolation

# The exact versions with their hashes, for every Python and system we support.
# Run after changing the dependencies in pyproject.toml; needs uv.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"
lock:
	$(LOCK) --extra build --output-file requirements/run.txt
	$(LOCK) --extra dev --constraints requirements/run.txt --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# Stamps say what the environment holds: .run what subvent needs, .dev what its developers need too.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.run
