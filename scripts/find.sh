# Sourced: finds a Python and a uv that really run. Shims on PATH may exist and still fail.

say() { echo "headgate: $*" >&2; }
die() { say "$*"; exit 1; }

# Prints major.minor of the Python given, nothing when it does not run or is older than 3.11.
version_of() {
    "$1" -c 'import sys
if sys.version_info >= (3, 11): print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# Every candidate, the likeliest first; $PYTHON overrides them all.
pythons() {
    [ -z "${PYTHON:-}" ] || { echo "$PYTHON"; return; }
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$name" 2>/dev/null || true
    done
    for file in "${HOME:-/nonexistent}"/.pyenv/versions/3.1[1-9]*/bin/python3; do
        if [ -x "$file" ]; then echo "$file"; fi
    done
}

# Prints the first Python of 3.11 or newer that runs; one whose version is not $1, if $1 is given.
find_python() {
    pythons | while read -r candidate; do
        version=$(version_of "$candidate" || true)
        if [ -n "$version" ] && [ "$version" != "${1:-}" ]; then
            echo "$candidate"
            break
        fi
    done
}

# Prints the first uv that runs; nothing when there is none.
find_uv() {
    for candidate in uv "${HOME:-/nonexistent}/.local/bin/uv" .tools/uv/bin/uv; do
        if "$candidate" --version >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
}

can_make_venvs() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Puts a hash-checked uv into .tools/uv with the Python given, without root; quietly fails otherwise.
fetch_uv() {
    if can_make_venvs "$1"; then
        "$1" -m venv .tools/uv && set -- .tools/uv/bin/python
    else
        # Some systems ship pip but no venv; uv needs no venv module to make one.
        set -- "$1" --target .tools/uv
    fi >/dev/null 2>&1 || return 1
    python=$1
    shift
    "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        --require-hashes --requirement requirements/uv.lock "$@" >/dev/null 2>&1
}
