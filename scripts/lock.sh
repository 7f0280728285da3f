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
say "requirements/dev.lock and requirements/uv.lock are resolved anew"
