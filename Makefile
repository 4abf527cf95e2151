# Everything by name: `make demo` shows it, `make test` proves it.
# Programs are called as modules of .venv's Python, never by their scripts: a script's first
# line breaks where the path of this folder contains a space.

PYTHON ?= python3
PY := .venv/bin/python
DEBIAN := src/belvedere/config/debian.py
STAMP := .venv/.complete
PYTEST_ARGS ?=

PEERS := .venv/peers/.complete

.PHONY: help setup system peers demo run test lint types pytest bench docs clean

help:
	@echo "make demo    set everything up and show it at http://127.0.0.1:8000"
	@echo "make run     serve an installation without sample content"
	@echo "make test    set everything up and run all checks and tests"
	@echo "make bench   measure the promises; make docs builds the documentation"

setup: system $(STAMP)
	@$(PY) -m belvedere.config.build

system:
	@$(PYTHON) $(DEBIAN)

$(STAMP): pyproject.toml
	@test -x $(PY) || $(PYTHON) -m venv .venv || \
	  { echo "No virtual environment can be made. As root: apt-get install -y python3-venv"; exit 2; }
	$(PY) -m pip install --quiet --upgrade "pip>=24"
	$(PY) -m pip install --quiet -e ".[measure,test,docs]"
	@touch $(STAMP)

# Others' programs that some tests ask whether they agree; without Node those tests are skipped.
peers: $(STAMP)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PEERS); fi

$(PEERS): tests/connectors/peers.json
	@mkdir -p .venv/peers && cp tests/connectors/peers.json .venv/peers/package.json
	@cd .venv/peers && { npm install --silent --ignore-scripts --no-audit --no-fund && \
	  touch .complete || echo "The programs that tests compare with could not be installed."; }

demo: setup
	@$(PY) -m belvedere.config.cli demo $(ARGS)

run: setup
	@$(PY) -m belvedere.config.cli run $(ARGS)

test: setup peers lint types pytest

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(PY) -m djlint src --lint --quiet
	BELVEDERE_MODE=test BELVEDERE_HOME=.venv/checks $(PY) -m belvedere.config.cli makemigrations --check --dry-run

types:
	$(PY) -m mypy

pytest:
	$(PY) -m pytest -n 2 $(PYTEST_ARGS)

bench: setup
	@for each in benchmarks/[a-z]*.py; do echo "== $$each"; $(PY) "$$each" || exit 1; done

docs: setup
	$(PY) -m mkdocs build --strict

clean:
	rm -rf .venv build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
