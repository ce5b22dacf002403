# GNU make and a POSIX shell. Everything is set up in .venv from requirements.lock, hashes checked.

PYTHON ?= python3
UV     ?= uv
BIN    := .venv/bin
LOG    := .venv/setup.log
READY  := .venv/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help review test lab lint bench catalogs lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile

review: $(READY)  ## the whole quarter of the sample company, from export files to HTML pages
	@$(BIN)/qbr run --workspace data/sample

lab: $(READY)  ## JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks

test: lint  ## lint, types, unit and browser tests, notebooks against their golden copies
	$(BIN)/pytest
	$(BIN)/pytest --nbval tests/golden --nbval-sanitize-with tests/nbval_sanitize.cfg

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)  ## the measurements that claims about speed rest on
	@for script in $(wildcard benchmarks/*.py); do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

catalogs: $(READY)  ## new sentences of code and notebooks into the languages' catalogs
	@$(BIN)/python -m tests.catalog --update

# A set-up that broke halfway leaves no $(READY) and starts afresh; a whole one is brought up to date.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "qbrkit needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1 | tail -n 1). Name another one: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -e $(READY) || rm -rf .venv
	@rm -f $(READY); mkdir -p .venv
	@echo "Setting up .venv from requirements.lock; the first time takes a minute or two (log: $(LOG))"
	@{ $(PYTHON) -m venv .venv \
	  && $(BIN)/python -m pip install --require-hashes -r requirements.lock \
	  && $(BIN)/python -m pip install --no-deps --no-build-isolation --editable . \
	  ; } >$(LOG) 2>&1 || { tail -n 20 $(LOG) >&2; echo "The set-up failed; the lines above are the end of $(LOG)." >&2; exit 2; }
	@touch $(READY)

lock:  ## newest allowed versions into requirements.lock
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 2; }
	$(UV) pip compile pyproject.toml --all-extras --group lock --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --annotation-style line \
	  --custom-compile-command "make lock" --quiet --output-file requirements.lock

clean:  ## remove .venv, caches and the sample's reviews
	rm -rf .venv data/sample/out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
