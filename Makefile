# What each target does: `make help`. Needs python3 with venv, and make; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: help install run demo test check bench catalogues lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $(READY)

install: $(READY)  ## the virtual environment, from the lock file

run: install  ## a living demo on http://127.0.0.1:8000
	$(BIN)/volunteer-app demo --if-empty
	$(BIN)/volunteer-app serve

test: install  ## all tests: SQLite, PostgreSQL, and a browser where Chromium is found
	$(BIN)/python -m pytest

check: install  ## style, types and the rules of who may import whom
	$(BIN)/ruff check volunteer_app tests
	$(BIN)/ruff format --check volunteer_app tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet

bench: install  ## speed, as ratios to a constant route of the product itself
	$(BIN)/python -m tests.bench

catalogues: install  ## collect the strings to translate, then compile the catalogues
	$(BIN)/pybabel --quiet extract -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --sort-output --project volunteer-app -o volunteer_app/translations/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete -i volunteer_app/translations/messages.pot -d volunteer_app/translations
	$(BIN)/pybabel --quiet compile -d volunteer_app/translations

lock:  ## requirements.lock anew, without addresses (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --all-extras pyproject.toml -o requirements.lock

clean:  ## the virtual environment and what tools left behind; never the data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist
