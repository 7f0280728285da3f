#!/bin/sh
# Runs, on a Python whose version is not that of .venv, the tests of what a Python itself does: how files are read, written and judged, what
# keeps them, and what is typed. DuckDB, Terraform, the browser, the AWS clients and the rules for sentences are
# the same under every Python; `make test` looks at them, and the rehearsal runs all stages on the functions' Python.
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh

first=$(version_of .venv/bin/python)
second=$(find_python "$first")
if [ -z "$second" ]; then
    say "no second Python (3.11 or newer, other than $first) runs here: skipped"
    exit 0
fi

stale() {
    [ ! -e .venv-second/.stamp ] ||
        [ "$(version_of .venv-second/bin/python)" != "$(version_of "$second")" ] ||
        [ -n "$(find pyproject.toml requirements scripts/setup.sh -newer .venv-second/.stamp)" ]
}
if stale; then PYTHON=$second sh scripts/setup.sh .venv-second; fi
exec .venv-second/bin/python -m pytest -n 3 -m "not slow" \
    tests/core/config tests/core/contract tests/core/gate tests/core/reading tests/core/source tests/core/test_*.py \
    tests/adapters/local tests/adapters/test_*.py tests/stages/test_ingest*.py tests/stages/test_load.py \
    tests/hosts/test_once.py tests/faces/test_api.py tests/faces/test_check.py tests/faces/test_run.py \
    --ignore tests/core/gate/test_gate_properties.py --ignore tests/core/gate/test_rules_together.py --ignore tests/core/test_expression.py
