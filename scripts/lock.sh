#!/bin/sh
# Resolves requirements/*.lock anew for every platform and Python allowed, with hashes, without addresses.
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh
export UV_PYTHON_DOWNLOADS=never

python=$(find_python)
[ -n "$python" ] || die "no Python 3.11 or newer runs here"
uv=$(find_uv)
[ -n "$uv" ] || { fetch_uv "$python" && uv=$(find_uv); } || die "make lock needs uv, and none could be had"

compile() {
    "$uv" pip compile --quiet --upgrade --universal --python "$python" --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}

compile pyproject.toml --all-extras --group dev --output-file requirements/dev.lock
# uv has a lock of its own: it bootstraps, and no environment depends on it.
echo uv | compile - --output-file requirements/uv.lock

# What is in the functions' zips: the versions that are tested, for the functions' Python and platform.
LOCKS=src/headgate/hosts/deploy/locks
for_functions() {
    in=$1
    shift
    "$uv" pip compile --quiet --python "$python" --python-version 3.13 --python-platform x86_64-manylinux_2_28 \
        --only-binary :all: --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
        --constraint requirements/dev.lock --output-file "${in%.in}.lock" "$in" "$@"
}
# vaderSentiment asks for requests, and imports it in its own demo only.
no_requests="--no-emit-package requests --no-emit-package charset-normalizer"
for_functions "$LOCKS/gate.in"
for_functions "$LOCKS/insight.in" $no_requests --no-emit-package certifi --no-emit-package idna
for_functions "$LOCKS/insight-bedrock.in" $no_requests
for_functions "$LOCKS/insight-models.in"
for_functions "$LOCKS/mail.in"
# The runtime client that AWS itself puts beside a function.
for_functions src/headgate/hosts/rehearsal/locks/runtime.in
say "requirements/*.lock and those of the functions are resolved anew"
