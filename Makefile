# make run | demo | test | lint | bench | clean: everything happens in .venv, made when it is missing.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: install run demo test lint bench docs clean

install: $(READY)

$(READY): pyproject.toml setup.cfg constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed; name one with: make PYTHON=python3.12")'
	@echo "Installing into .venv (once, a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m crypto_pipeline.system.workplace
	@touch $@

run: install
	@exec $(BIN)/crypto-pipeline up

demo: install
	@exec $(BIN)/crypto-pipeline demo

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy crypto_pipeline
	$(BIN)/lint-imports

docs: install
	$(BIN)/python -m crypto_pipeline.docgen.pages

bench: install
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
