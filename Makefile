# make report   sets itself up, runs the main job on the shipped data, says where the files are
# make test     sets itself up, runs the tests
# Needs Python 3.11 or newer and GNU make; uv is used where it is. Without make: see CONTRIBUTING.md.

SHELL := /bin/sh
VENV ?= .venv
OUT ?= out/usa-vs-chn
JOBS ?= auto
ARGS ?=
BIN := $(VENV)/bin
BENCH := build/bench-venv
FUZZ := build/fuzz-venv

# A name on the path may be a shim that only says "not found", so each one is run before it is believed.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)
# The wheel is tested on the Python of the environment, or on the one named: make wheel-test PYTHON=python3.13
TARGET := $(if $(filter command line,$(origin PYTHON)),$(PYTHON),$(BIN)/python)
WHEEL = build/wheel-$(shell { $(TARGET) -V || $(PYTHON) -V; } 2>/dev/null | sed 's/^Python \([0-9]*\.[0-9]*\).*/\1/')

UV := $(shell uv --version >/dev/null 2>&1 && echo uv)

# $(call venv,FOLDER,PYTHON) and $(call install,FOLDER,WHAT): the same two steps with uv or without.
ifeq ($(UV),uv)
venv = uv venv --quiet --allow-existing --python "$(2)" $(1)
install = uv pip install --quiet --compile-bytecode --python $(1) $(2)
else
venv = "$(2)" -m venv $(1)
install = $(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
endif

# One thread of linear algebra: the same bytes on any machine, and no quarrel between the test workers.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

.PHONY: help report test check format wheel-test renew quality bench bench-slow reference lock clean evaluate-token-cost evaluate-inference-score simulate evaluate-capability evaluate-trend kill-test cluster-test pictures docs fuzz reproduce

help:
	@sed -n 's/^# \{0,1\}//; 1,3p' Makefile
	@echo 'make check    ruff and mypy --strict        make wheel-test   sdist and wheel, away from the sources'
	@echo 'make format   lay out and sort imports      make lock         renew the lock files (needs uv)'
	@echo 'make renew    what is shipped computed, the figure of the README, licences, audit'
	@echo 'make pictures   the pictures of README and docs: PDF, page (needs Chromium) and four charts'
	@echo 'make quality  errors of the kinds of source, from the duplicates in the data'
	@echo 'make reference   the published index beside the project, table by table: docs/reference.md'
	@echo 'make bench    draws a second and memory, against others (bench-slow: ten million draws, workers)'
	@echo 'make evaluate-token-cost, evaluate-inference-score   the figures of docs/token-cost.md, docs/inference-cost.md'
	@echo 'make evaluate-trend   the trend baseline of scenarios against a random walk and against no change'
	@echo 'make evaluate-capability   hidden scores, agreement, lag: the figures of docs/frontier-capability.md'
	@echo 'make fuzz     100,000 mutated files for every reader, led by coverage: the figures of docs/robust.md'
	@echo 'make reproduce   every output on the shipped data against the recorded ones'
	@echo 'make kill-test   a writer killed 200 times leaves whole files'
	@echo 'make cluster-test  two workers on this machine, one of them killed ten times: the same bytes'
	@echo 'make docs     the documentation, in build/docs, and what is tested of the built pages'
	@echo 'make clean    remove the environment, builds and caches; out/ stays'

report: $(VENV)/.stamp-run
	@$(BIN)/fourlayers report --out "$(OUT)" $(ARGS)
	@echo "The files are in $(OUT):" && ls "$(OUT)"

test: $(VENV)/.stamp-dev
	$(BIN)/pytest --numprocesses=$(JOBS) --maxprocesses=4 $(ARGS)

check: $(VENV)/.stamp-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.stamp-dev
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

# The sdist is built and unpacked, the wheel is built from that, held against the one built from here, and installed.
wheel-test: $(VENV)/.stamp-dev
	@rm -rf build/dist && mkdir -p build/dist
	$(BIN)/python -m hatchling build -t sdist -t wheel -d build/dist
	@away=$$(mktemp -d) && trap 'rm -rf "$$away"' EXIT && here="$$(pwd)" \
		&& mkdir "$$away/sdist" && tar -xzf build/dist/*.tar.gz -C "$$away/sdist" --strip-components=1 \
		&& (cd "$$away/sdist" && "$$here/$(BIN)/python" -m hatchling build -t wheel -d "$$away/wheel") \
		&& { cmp build/dist/*.whl "$$away"/wheel/*.whl || { echo 'the wheel of the sdist is another one' >&2; exit 1; }; } \
		&& $(MAKE) --no-print-directory $(WHEEL)/.stamp \
		&& $(call install,$(WHEEL),--no-deps --force-reinstall "$$away"/wheel/*.whl) \
		&& mkdir "$$away/tests-only" && cp -R tests pyproject.toml "$$away/tests-only" \
		&& cd "$$away/tests-only" && FOURLAYERS_FROM_WHEEL=1 "$$here/$(WHEEL)/bin/pytest" -m wheel $(ARGS)

# After a change of data or method: what is shipped computed, figure and caption of the README, DATA-LICENCES.md,
# docs/audit.md, what the tutorial shows.
renew: $(VENV)/.stamp-dev
	$(BIN)/python docs/evaluate_trend.py
	$(BIN)/python -m fourlayers.summary
	$(BIN)/python docs/caption.py
	$(BIN)/python docs/shown.py
	$(BIN)/python docs/licences.py
	$(BIN)/python docs/audited.py
	$(BIN)/python tests/reproduce.py --record

# The pictures of README and docs, and docs/pictures.md, which shows them; Chromium has to be there. After `make renew`.
pictures: $(VENV)/.stamp-dev
	$(BIN)/python docs/pictures.py

# After a change of tables that hold duplicates; before `make renew`, since the recipe reads what it writes.
quality: $(VENV)/.stamp-dev
	$(BIN)/python -m scoring.doubt.quality
	$(BIN)/python docs/kinds.py

# Writes the table of docs/reference.md: how nearly the published index beside the project is reproduced.
reference: $(VENV)/.stamp-dev
	$(BIN)/python tests/reference.py

# Writes docs/benchmarks.md. The published index that it runs on is looked for beside the project, or where
# FOURLAYERS_PEERS says; without it that part is left out, and the document says so.
bench: $(BENCH)/.stamp
	$(BENCH)/bin/python benchmarks/run.py $(ARGS)

bench-slow: $(BENCH)/.stamp
	$(BENCH)/bin/python benchmarks/run.py --slow $(ARGS)

# Simulated truths and random weightings: docs/figures/calibration.* and the tables of docs/robustness.md; some six minutes.
simulate: $(VENV)/.stamp-dev
	$(BIN)/python docs/simulated.py

# How well the cost of a token reproduces what was published; docs/token-cost.md keeps the figures.
evaluate-token-cost: $(VENV)/.stamp-run
	@$(BIN)/fourlayers token-cost evaluation

# What the score of layer 2 rests on: its gap under other choices; docs/inference-cost.md keeps the figures.
evaluate-inference-score: $(VENV)/.stamp-run
	@$(BIN)/python docs/inference_score.py

# Writes the figures of docs/frontier-capability.md; some five minutes of computing.
evaluate-capability: $(VENV)/.stamp-dev
	$(BIN)/python docs/evaluate_capability.py $(ARGS)

# After a change of indicator rows: judges the trend baseline; writes layers/trend.toml and docs/trend.md.
evaluate-trend: $(VENV)/.stamp-dev
	$(BIN)/python docs/evaluate_trend.py

# A writer is killed 200 times at any moment: the file is the old one or the new one. The suite does it ten times.
kill-test: $(VENV)/.stamp-dev
	KILLS=200 $(BIN)/pytest -q -p no:xdist tests/test_whole.py tests/test_surroundings.py -k killed

# Two worker processes on this machine, one killed half-way ten times over 100,000 draws. The suite does it once, in short.
cluster-test: $(VENV)/.stamp-dev
	CLUSTER_DRAWS=100000 CLUSTER_KILLS=10 $(BIN)/pytest -q -p no:xdist tests/test_cluster.py tests/test_scenario_grid.py

# The documentation: a warning is an error; then the built pages are tested. From scratch, as the catalogue follows the data.
docs: $(VENV)/.stamp-dev
	$(BIN)/python -m sphinx -q -E -W --keep-going -j 2 -b html -d build/docs-pickles docs build/docs
	FOURLAYERS_SITE=build/docs $(BIN)/pytest -q -p no:xdist tests/test_site.py

# Mutated files for every reader, led by coverage, in an environment of its own: docs/robust.md keeps the figures.
# ARGS="--runs 300 scenario" for one reader and fewer files.
fuzz: $(FUZZ)/.stamp
	$(FUZZ)/bin/python tests/fuzz.py --write $(ARGS)

# Every output on the shipped data against tests/recorded.json, which `make renew` writes last.
reproduce: $(VENV)/.stamp-dev
	$(BIN)/python tests/reproduce.py

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group build --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group build --group benchmark -c requirements.lock -o requirements-bench.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group build --group dev --group fuzz -c requirements-dev.lock -o requirements-fuzz.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'No Python 3.11 or newer found. Install one, or: make PYTHON=/path/to/python' >&2; exit 1; }
	@echo "Setting up $(VENV) with $(PYTHON)"
	@$(call venv,$(VENV),$(PYTHON)) || { echo 'If venv is missing (Debian, Ubuntu): apt install python3-venv, or install uv' >&2; exit 1; }

$(VENV)/.stamp-run: requirements.lock pyproject.toml | $(BIN)/python
	@$(call install,$(VENV),--require-hashes -r requirements.lock)
	@$(call install,$(VENV),--no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/.stamp-dev: requirements-dev.lock $(VENV)/.stamp-run
	@$(call install,$(VENV),--require-hashes -r requirements-dev.lock)
	@touch $@

$(BENCH)/.stamp: requirements-bench.lock pyproject.toml | $(BIN)/python
	@$(call venv,$(BENCH),$(BIN)/python)
	@$(call install,$(BENCH),--require-hashes -r requirements-bench.lock)
	@$(call install,$(BENCH),--no-deps --no-build-isolation --editable .)
	@touch $@

$(FUZZ)/.stamp: requirements-fuzz.lock pyproject.toml | $(BIN)/python
	@$(call venv,$(FUZZ),$(BIN)/python)
	@$(call install,$(FUZZ),--require-hashes -r requirements-fuzz.lock)
	@$(call install,$(FUZZ),--no-deps --no-build-isolation --editable .)
	@touch $@

build/wheel-%/.stamp: requirements-dev.lock $(VENV)/.stamp-dev
	@$(call venv,$(@D),$(TARGET))
	@$(call install,$(@D),--require-hashes -r requirements-dev.lock)
	@touch $@
