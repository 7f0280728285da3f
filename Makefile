# Five verbs: setup, demo, test, lint, bench. Each works as the first command in a fresh clone.

BIN := .venv/bin
LOCKED := pyproject.toml requirements/dev.lock requirements/uv.lock scripts/setup.sh scripts/find.sh
# Slow tests run where time is cheap.
MARKS := $(if $(filter true,$(CI)),,-m "not slow")
# In CI three processes for two cores, since many tests wait for others; one of them holds all that share one deployment. And where
# the time goes. At home as many as there are cores.
PROCESSES := $(if $(filter true,$(CI)),-n 3 --durations 40,-n auto --maxprocesses 8)

# Set in many containers; without compiled files every process a test starts compiles all it imports, twice the work.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-second lint bench lock clean

help:
	@echo "make setup        .venv with headgate and everything needed to work on it"
	@echo "make demo         the bundled pipelines turn dirty sample files into reports"
	@echo "make test         the tests (CI=true: the slow ones too); ARGS='-k name' goes to pytest"
	@echo "make lint         ruff, mypy, import-linter and the repository's own rules"
	@echo "make bench        speed and memory against a bare engine and a plain loop"
	@echo "make test-second  the tests on a second Python, when there is one"
	@echo "make lock         resolve the dependencies anew into requirements/*.lock"
	@echo "make clean        remove environments, caches and builds"

setup: .venv/.stamp

.venv/.stamp: $(LOCKED)
	@sh scripts/setup.sh .venv

demo: .venv/.stamp
	@$(BIN)/headgate demo

test: .venv/.stamp
	@$(BIN)/python -m pytest $(MARKS) $(PROCESSES) $(ARGS)

test-second: .venv/.stamp
	@sh scripts/test_second.sh

lint: .venv/.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/python scripts/check_repo.py

bench: .venv/.stamp
	@$(BIN)/python -m benchmarks.run $(ARGS)

lock:
	@sh scripts/lock.sh

clean:
	rm -rf .venv .venv-second .tools dist build
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
