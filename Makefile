# make run | demo | test | lint | bench | clean: everything happens in .venv, made when it is missing.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: install run demo test lint lint-scripts bench docs clean

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

# What is imported is compiled once, for the many processes that tests start too, also where the shell says otherwise.
test: lint
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy crypto_pipeline crypto_pipeline_tests bench
	$(BIN)/lint-imports
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-scripts; \
	elif [ -n "$$CI" ]; then echo "node and npm are needed to check the dashboard's scripts" >&2; exit 1; \
	else echo "The dashboard's scripts are not checked: node and npm are not here."; fi

# The dashboard's scripts: types (those of the API's answers are made from its OpenAPI document), style, unit tests.
lint-scripts: node_modules/.ready
	@mkdir -p build/dashboard
	@$(BIN)/python -c 'import json; from crypto_pipeline.docgen.api_pages import openapi; print(json.dumps(openapi()))' > build/dashboard/openapi.json
	@npm run --silent answers >/dev/null
	npm run --silent types
	npm run --silent lint
	@npm run --silent test > build/dashboard/tests.log || { cat build/dashboard/tests.log; exit 1; }

node_modules/.ready: package.json
	@echo "Installing what checks the dashboard's scripts ..."
	@npm install --silent --no-package-lock --no-audit --no-fund
	@touch $@

docs: install
	$(BIN)/python -m crypto_pipeline.docgen.pages

bench: install
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean:
	rm -rf .venv node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
