"""What functions are run with: a Python of their version, and AWS's own runtime client for it."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from tempfile import mkdtemp

from headgate.core.errors import UserMistake
from headgate.hosts.deploy import uv
from headgate.hosts.deploy.dependencies import cache_folder

_ASKS = "import sys; print('%d.%d' % sys.version_info[:2])"
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """This machine's, as Lambda names it.

    Raises:
        UserMistake: functions can't run here.
    """
    found = _ARCHITECTURES.get(platform.machine().lower())
    if sys.platform != "linux" or found is None:
        raise UserMistake(
            f"functions run on Linux, on x86-64 or arm64; this is {platform.system()} on {platform.machine()}",
            next="rehearse in a container or a virtual machine with Linux",
            code="no_functions_here",
        )
    return found


def find_python() -> Path:
    """A Python of the functions' version that really runs.

    Raises:
        UserMistake: there is none.
    """
    for path in _candidates():
        if _version(path) == uv.PYTHON:
            return path
    raise UserMistake(
        f"functions run on Python {uv.PYTHON}, and there is none on this machine",
        next=f"install Python {uv.PYTHON}, such as with: uv python install {uv.PYTHON}",
        code="no_python",
    )


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


def runtime_client() -> Path:
    """The folder with AWS's runtime client, installed once for each lock file and kept.

    Raises:
        UserMistake: there is no uv.
        Outside: it could not be had.
    """
    lock = Path(str(resources.files("headgate.hosts.rehearsal") / "locks" / "runtime.lock"))
    name = f"runtime-{architecture()}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    kept = cache_folder().parent / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix="runtime-", dir=kept.parent))
        try:
            uv.install(lock, architecture(), made / "installed")
            _keep(made / "installed", kept)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return kept


def _keep(made: Path, kept: Path) -> None:
    """Whole or not at all; another process may have been faster."""
    try:
        made.rename(kept)
    except OSError:
        if not kept.exists():
            raise
