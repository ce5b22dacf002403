# GNU make and a POSIX shell. Everything is set up in .venv from requirements.lock, hashes checked.

PYTHON ?= python3
UV     ?= uv
BIN    := .venv/bin
LOG    := .venv/setup.log
READY  := .venv/.ready
SPARK  := .venv-spark/bin
READY_SPARK := .venv-spark/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests run one process per core: more threads in each only wait for one another.
test test-spark: export OMP_NUM_THREADS := 1
test test-spark: export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help review test test-spark lab lint bench catalogs lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile

review: $(READY)  ## the whole quarter of the sample company, from export files to HTML pages
	@$(BIN)/qbr run --workspace data/sample

lab: $(READY)  ## JupyterLab on the notebooks
	@$(BIN)/jupyter lab notebooks

test: lint  ## lint, types, unit and browser tests, notebooks against their golden copies
	$(BIN)/pytest -n auto --dist worksteal
	$(BIN)/pytest --nbval tests/golden --nbval-sanitize-with tests/nbval_sanitize.cfg \
	  -n 2 --dist loadfile

test-spark: $(READY_SPARK)  ## the engine for lines beyond one machine, on a local Spark; needs Java 17
	$(SPARK)/python -m pytest tests/test_spark.py -m spark -p no:randomly

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY)  ## the measurements that claims about speed rest on
	@for script in $(wildcard benchmarks/*.py); do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

catalogs: $(READY)  ## new sentences into the languages' catalogs; LANGUAGE=fr begins one
	@$(BIN)/python -m tests.catalog --update --language "$(LANGUAGE)"

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

# Spark is no part of the lock: a set-up of its own sees the packages of .venv and adds the extra.
$(READY_SPARK): $(READY)
	@command -v java >/dev/null || test -n "$$JAVA_HOME" || { \
	  echo "Spark needs Java 17 or newer: install it, or set JAVA_HOME" >&2; exit 2; }
	@rm -rf .venv-spark; mkdir -p .venv-spark
	@echo "Setting up .venv-spark with pyspark; the first time takes a minute or two"
	@{ $(PYTHON) -m venv .venv-spark \
	  && site='import sysconfig; print(sysconfig.get_path("purelib"))' \
	  && echo "import site; site.addsitedir('$$($(BIN)/python -c "$$site")')" \
	     >"$$($(SPARK)/python -c "$$site")/packages_of_venv.pth" \
	  && $(SPARK)/python -m pip install --no-build-isolation --editable ".[spark]" \
	  ; } >.venv-spark/setup.log 2>&1 || { \
	  echo "pyspark cannot be installed: $$(tail -n 1 .venv-spark/setup.log)" >&2; exit 2; }
	@touch $(READY_SPARK)

lock:  ## newest allowed versions into requirements.lock
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 2; }
	$(UV) pip compile pyproject.toml --extra cluster --extra database --extra pdf --extra test --group lock --upgrade \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --annotation-style line \
	  --custom-compile-command "make lock" --quiet --output-file requirements.lock

clean:  ## remove .venv, caches and the sample's reviews
	rm -rf .venv .venv-spark data/sample/out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
