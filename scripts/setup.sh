#!/bin/sh
# Makes the environment given (default .venv) with headgate, editable, and its locked dependencies.
# Order: uv found, uv fetched without root, plain venv and pip. No Python is ever downloaded.
set -eu
cd "$(dirname "$0")/.."
. scripts/find.sh

VENV=${1:-.venv}
LOCK=requirements/dev.lock
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
# As pip does: trust what the system trusts, a company's proxy for one, where the system says so.
if [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -e /etc/pki/tls/certs/ca-bundle.crt ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
fi

with_uv() {
    uv=$1
    "$uv" venv --quiet --clear --python "$python" "$VENV" &&
        "$uv" pip install --quiet --python "$VENV/bin/python" --require-hashes -r "$LOCK" &&
        "$uv" pip install --quiet --python "$VENV/bin/python" --no-deps --no-build-isolation -e .
}

with_pip() {
    rm -rf "$VENV"
    "$python" -m venv "$VENV" &&
        pip_install --require-hashes -r "$LOCK" &&
        pip_install --no-deps --no-build-isolation -e .
}

pip_install() { "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }

python=$(find_python)
[ -n "$python" ] || die "no Python 3.11 or newer runs here: install the system package python3 (3.11+), or set PYTHON=/path/to/python3"
version=$(version_of "$python")

uv=$(find_uv)
if [ -z "$uv" ]; then
    fetch_uv "$python" && uv=$(find_uv) || true
fi

if [ -z "$uv" ] && ! can_make_venvs "$python"; then
    die "Python $version cannot make a virtual environment: install the system package python$version-venv (Debian, Ubuntu) and run make again"
fi

say "setting up $VENV with Python $version, a minute the first time"
if [ -n "$uv" ] && with_uv "$uv"; then
    tool=uv
elif can_make_venvs "$python" && with_pip; then
    # Also when uv is there but fails: it does not read pip's settings (a mirror, a proxy's certificate).
    tool=pip
else
    die "the dependencies could not be installed; the reason stands above"
fi
touch "$VENV/.stamp"
say "$VENV is ready (Python $version, $tool)"
