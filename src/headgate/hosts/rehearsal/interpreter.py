"""What functions are run with: a Python of their version, and AWS's own runtime client for it."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from importlib import resources
from pathlib import Path
from tempfile import mkdtemp

from headgate.core.errors import UserMistake
from headgate.hosts.deploy import uv
from headgate.hosts.deploy.dependencies import cache_folder
from headgate.hosts.deploy.interpreter import functions_python

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
    if found := functions_python():
        return found
    raise UserMistake(
        f"functions run on Python {uv.PYTHON}, and there is none on this machine",
        next=f"install Python {uv.PYTHON}, such as with: uv python install {uv.PYTHON}",
        code="no_python",
    )


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
