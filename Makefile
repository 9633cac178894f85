# The newcomer's whole manual: `make` alone lists the verbs.
# Needs Python 3.11 or newer (with its venv module) and make; everything else is installed into .venv from the locks.

# The first Python that is new enough; another one: make setup PYTHON=/path/to/python
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest
EXACT := model clinical policy matching offers safeguards
empty :=
comma := ,
space := $(empty) $(empty)
EXACT_FILES := $(subst $(space),$(comma),$(EXACT:%=src/bequest/%/*))
EXACT_TESTS := $(EXACT:%=tests/unit/%)
QUICK := not full and not soak and not postgres
EVERYWHERE := not full and not soak
UNCOMPILED = NUMBA_DISABLE_JIT=1 $(PYTEST) -n 2 -m '$(QUICK) and not jit' --hypothesis-profile=uncompiled
KERNEL_LAWS := tests/property/test_evaluators.py tests/property/test_matching_core.py

# The demo of `make run`.
DEMO := build/demo
DEMO_ORGAN := heart
DEMO_POLICY := core/heart
DEMO_AT := 2026-11-01T00:00:00Z
DEMO_CANDIDATES := 1200
DEMO_DONORS := 20
DEMO_DONOR := D-0001
DEMO_REGISTRATION := R-000489
DEMO_OFFICE := build/demo-office
PORT ?= 8000

.DELETE_ON_ERROR:
.PHONY: help setup run check format-check lint types layers house locks format test test-full soak bench cases lock system-packages

help:
	@echo 'make setup            install what running and testing need into .venv'
	@echo 'make run              show the demo: a donor heart, ranked and explained; then serve an office on PORT (8000)'
	@echo 'make check            format, lint, types, layers, house rules, locks; no tests'
	@echo 'make test             check, then the tests (at most 12 minutes on 2 cores)'
	@echo 'make test-full        the same and what takes long: coverage, PostgreSQL, more cases of each law, the wheel in a clean environment'
	@echo 'make soak             thousands of generated cases of each law, an office killed 200 times, a nation at work for ten minutes'
	@echo 'make cases            the golden cases of the policies'
	@echo 'make bench            what is promised about speed, measured'
	@echo 'make format           format the code'
	@echo 'make lock             write the locks anew; make lock UPGRADE=--upgrade takes newer versions'
	@echo 'make system-packages  what comes from the system (apt, root)'

# ------------------------------------------------------------------ setting up

setup: .venv/ready-to-test

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo 'No Python 3.11 or newer with venv was found. Install one, then: make setup PYTHON=/path/to/python' >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Running needs requirements.lock only. `warm` compiles the kernels once, so that the first match run is fast.
.venv/ready-to-run: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m bequest.matching.warm
	$(BIN)/python -m bequest.ledger.warm
	@touch $@

# The development lock holds the same versions and more, so whoever can test can run.
.venv/ready-to-test: requirements-dev.lock requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m bequest.matching.warm
	$(BIN)/python -m bequest.ledger.warm
	@touch .venv/ready-to-run $@

# ------------------------------------------------------------------ running

$(DEMO)/registrations.parquet: | .venv/ready-to-run
	$(BIN)/bequest population make --country demo --organ $(DEMO_ORGAN) --candidates $(DEMO_CANDIDATES) --donors $(DEMO_DONORS) --seed 1 --out $(DEMO)

run: .venv/ready-to-run $(DEMO)/registrations.parquet
	$(BIN)/bequest match $(DEMO) --donor $(DEMO_DONOR) --organ $(DEMO_ORGAN) --policy $(DEMO_POLICY) --at $(DEMO_AT)
	$(BIN)/bequest explain $(DEMO) --donor $(DEMO_DONOR) --organ $(DEMO_ORGAN) --policy $(DEMO_POLICY) --at $(DEMO_AT) --registration $(DEMO_REGISTRATION)
	@echo
	@echo 'The demo office, filled at its first start ($(DEMO_OFFICE)):'
	$(BIN)/bequest serve --demo $(DEMO_OFFICE) --port $(PORT)

# ------------------------------------------------------------------ checking

check: format-check lint types layers house locks

format-check: .venv/ready-to-test
	$(BIN)/ruff format --quiet --check .

lint: .venv/ready-to-test
	$(BIN)/ruff check --quiet .

types: .venv/ready-to-test
	$(BIN)/basedpyright --warnings

layers: .venv/ready-to-test
	$(BIN)/lint-imports --no-logo

house: .venv/ready-to-test
	$(BIN)/python tools/check_house.py

locks: .venv/ready-to-test
	$(BIN)/python tools/check_locks.py

format: .venv/ready-to-test
	$(BIN)/ruff check --quiet --select I --fix .
	$(BIN)/ruff format .

# ------------------------------------------------------------------ testing

test: check
	$(PYTEST) -n 2 -m '$(QUICK)'

# Coverage nearly doubles the time of what it watches, so it watches the exact rooms alone, and here alone.
# The second run measures the kernels: coverage cannot see compiled code, so they run uncompiled on small inputs.
# Whole offices of many processes come last and one by one.
test-full: check
	$(PYTEST) -n 2 -m '$(QUICK)' --cov --cov-report= $(EXACT_TESTS)
	$(UNCOMPILED) --cov --cov-append --cov-report= tests/unit/matching $(KERNEL_LAWS)
	$(BIN)/coverage report --include='$(EXACT_FILES)' --fail-under=100
	$(PYTEST) -n 2 -m '$(EVERYWHERE)' --hypothesis-profile=full $(EXACT_TESTS:%=--ignore=%)
	$(UNCOMPILED) tests/property
	$(PYTEST) -n 2 -m full --ignore=tests/integration
	$(PYTEST) -m full tests/integration

soak: .venv/ready-to-test
	$(PYTEST) -n 2 -m 'not full' --hypothesis-profile=soak --timeout=0 tests/property
	$(PYTEST) -m soak --timeout=0 tests/integration tests/unit/service
	$(BIN)/python benchmarks/service_load.py

cases: .venv/ready-to-run
	$(BIN)/bequest policy test

bench: .venv/ready-to-test
	$(BIN)/python benchmarks/match_run.py
	$(BIN)/python benchmarks/ledger_store.py
	$(BIN)/python benchmarks/ledger_audit.py --bundle

# ------------------------------------------------------------------ keeping

# No index address is written: names, versions and hashes only. Extras are: without them the older pips, which Python
# brings along, look for a newer release of the package and refuse it as not pinned.
UPGRADE :=
COMPILE := $(BIN)/uv pip compile --quiet --no-strip-extras --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' $(UPGRADE)

lock: .venv/ready-to-test
	$(COMPILE) --extra service --group build --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra service --group dev --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/python tools/check_locks.py

# A hardware module in software, for the tests of keys that stay in one; Python where it came without its venv module.
SYSTEM_PACKAGES := softhsm2 $(if $(PYTHON),,python3 python3-venv)

system-packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq $(SYSTEM_PACKAGES); \
	elif [ -n "$(PYTHON)" ]; then echo 'Nothing was installed: root and apt-get are not at hand. What is needed is there; tests that need softhsm2 are skipped.'; \
	else echo 'Install Python 3.11 or newer with its venv module; root and apt-get are not at hand to do it.' >&2; exit 1; fi
