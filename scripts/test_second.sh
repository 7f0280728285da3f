#!/bin/sh
# Runs the tests, without the slow ones, on a Python whose version is not that of .venv: what runs wherever users have Python.
# On AWS one Python runs, which the rehearsal tries; Terraform, the browser, the bundled SQL and the rules for sentences are the
# same under every Python, and were looked at by `make test`, as was what many processes do at once and what the documents tell to type.
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
    --ignore tests/adapters/aws --ignore tests/browser --ignore tests/core/narrative --ignore tests/crash --ignore tests/examples \
    --ignore tests/faces/test_deploy.py --ignore tests/faces/test_killed_aws.py --ignore tests/faces/test_target_aws.py \
    --ignore tests/hosts/aws --ignore tests/hosts/deploy --ignore tests/hosts/test_processes.py --ignore tests/infra \
    --ignore tests/rehearsal --ignore tests/test_docs_new_pipeline.py --ignore tests/test_readme_path.py
