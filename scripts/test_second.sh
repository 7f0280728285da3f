#!/bin/sh
# Runs the tests, without the slow ones, on a Python whose version is not that of .venv. What the engine, the browser and the
# bundled SQL do is the same for every Python, and was looked at by `make test`.
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
exec .venv-second/bin/python -m pytest -n 2 -m "not slow" --ignore tests/browser --ignore tests/examples
