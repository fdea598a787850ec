# Everything a person does here, by name. `make` shows the list; `make demo` and `make test` need nothing else done first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check
WORKERS ?= 2
SIZE ?= 10k

# A python named on the command line is the one to use; else whatever the environment has been made with.
ifeq ($(origin PYTHON),command line)
WANTED := $(shell $(PYTHON) -c 'import sys; print(sys.version_info[:2])' 2>/dev/null)
HAD := $(shell $(BIN)/python -c 'import sys; print(sys.version_info[:2])' 2>/dev/null)
ifneq ($(WANTED),$(HAD))
$(shell rm -rf $(VENV))
endif
endif

.DEFAULT_GOAL := help
.PHONY: help demo graphiql screenshot serve test bench bench-views check format lint types contracts schema clients migrations fix migration lock clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	@echo "Setting up $(VENV), once (half a minute) ..."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Make a small library of real files and serve it (on 127.0.0.1:8000, or MEDIAGRAPH_PORT).
	@$(BIN)/mediagraph demo

graphiql: $(READY) ## Bring GraphiQL's scripts here, so that it works offline (needs npm).
	@$(BIN)/python -m graphql_api.graphiql_assets

screenshot: graphiql ## Take the pictures of the docs anew (needs Chromium and npm).
	@$(BIN)/python -m tests.browser.screenshot
	@$(BIN)/python -m tests.browser.catalog

serve: $(READY) ## Serve the library of ./mediagraph-data, starting anew when the code changes.
	@$(BIN)/mediagraph serve --reload

test: $(READY) ## Run the whole suite.
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile

bench: $(READY) ## Measure how far the server is from the limit, with SIZE=10k, 100k or 1m media (needs wrk, two cores, Linux).
	@$(BIN)/python -m benchmarks.ladder --size $(SIZE)

bench-views: $(READY) ## Measure library views at 10,000 and 1,000,000 media, on SQLite and on PostgreSQL (fills them first, ten minutes each).
	@$(BIN)/python -m benchmarks.views

check: format lint types contracts schema migrations test ## All that CI runs.

format: $(READY)
	@$(BIN)/ruff format --check --quiet

lint: $(READY)
	@$(BIN)/ruff check --quiet

types: $(READY)
	@$(BIN)/pyright --pythonpath $(BIN)/python --warnings
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports --no-cache

schema: $(READY) ## Check that schema.graphql is what the code exports, its form, and what it breaks.
	@$(BIN)/mediagraph export-schema | diff -u schema.graphql - || { echo "Run: mediagraph export-schema schema.graphql"; exit 1; }
	@$(BIN)/python -m graphql_api.schema_check

clients: $(READY) ## Run the recipes of docs/clients.md (needs npm; packages are kept in ~/.cache/mediagraph-clients).
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile tests/clients

migrations: $(READY) ## Check that the migrations make the tables the code has.
	@$(BIN)/python -m pytest -q -p no:cacheprovider tests/persistence/test_migrations.py

fix: $(READY) ## Format, and mend what can be mended.
	@$(BIN)/ruff check --fix --quiet; $(BIN)/ruff format --quiet
	@$(BIN)/mediagraph export-schema schema.graphql

migration: $(READY) ## Write a migration for what has changed: make migration MESSAGE="Add ratings".
	@$(BIN)/python -m persistence.migrate "$(MESSAGE)"

lock: $(READY) ## Pin every package anew.
	@$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --all-extras --group dev \
		--no-annotate --no-header --quiet --output-file requirements.lock

clean: ## Remove what was made, but never a library.
	@rm -rf $(VENV) .venv-newest .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist
