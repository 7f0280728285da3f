"""A Python of the version that functions run on, as far as this machine has one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from headgate.hosts.deploy import uv

_ASKS = "import sys; print('%d.%d' % sys.version_info[:2])"


def functions_python() -> Path | None:
    """One that really runs."""
    return next((path for path in _candidates() if _version(path) == uv.PYTHON), None)


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    for name in (f"python{uv.PYTHON}", "python3"):
        if found := shutil.which(name):
            yield Path(found)
    for home in (".pyenv/versions", ".local/share/uv/python"):
        yield from sorted(Path.home().joinpath(home).glob(f"*{uv.PYTHON}*/bin/python3"), reverse=True)


def _version(path: Path) -> str:
    """Shims on PATH may exist and still fail."""
    try:
        done = subprocess.run([path, "-c", _ASKS], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
