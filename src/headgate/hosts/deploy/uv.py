"""uv, which installs the functions' dependencies: where it is found, and how it is asked."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from headgate.core.errors import Outside, UserMistake

PYTHON = "3.13"
"""The Python of the functions."""

# What obstore and DuckDB are built for; with an older one their old versions would be taken.
_PLATFORM = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
_SYSTEM_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")


def find_uv() -> list[str]:
    """The command that is uv: the first that really runs, as shims on PATH may exist and still fail.

    Raises:
        UserMistake: there is none.
    """
    for command in _candidates():
        if _runs(command):
            return command
    raise UserMistake(
        "the functions' packages are built with uv, and there is none on this machine",
        next="pip install uv",
        code="no_uv",
    )


def install(lock: Path, architecture: str, folder: Path) -> None:
    """Puts what a lock file names into a folder, for Python 3.13 on a function of this architecture.

    Raises:
        UserMistake: there is no uv.
        Outside: a package could not be had, or is not the one that was locked.
    """
    command = [
        *find_uv(), "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes",
        "--python", sys.executable, "--python-version", PYTHON, "--python-platform", _PLATFORM[architecture],
        "--target", str(folder), "--requirement", str(lock),
    ]  # fmt: skip
    # Elsewhere, so that no pyproject.toml around the project has a say.
    with TemporaryDirectory() as elsewhere:
        done = subprocess.run(command, cwd=elsewhere, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Outside(
            f"the packages of {lock.name} could not be installed: {_reason(done.stderr)}",
            who="whoever looks after this machine",
            next="make the package registry reachable (uv reads UV_INDEX_URL), then run the same command again",
            code="packages_unavailable",
        )


def _candidates() -> Iterator[list[str]]:
    for name in ("uv", str(Path.home() / ".local" / "bin" / "uv"), str(Path(".tools", "uv", "bin", "uv").absolute())):
        if found := shutil.which(name):
            yield [found]
    if importlib.util.find_spec("uv"):
        yield [sys.executable, "-m", "uv"]


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _environment() -> dict[str, str]:
    more = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    # As pip does: trust what the system trusts, a company's proxy for one.
    if any(map(os.path.exists, _SYSTEM_CERTIFICATES)):
        more["UV_SYSTEM_CERTS"] = "true"
    return more | dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never"}


def _reason(text: str) -> str:
    """The heart of what uv said, on one line."""
    lines = [line.strip(" ×╰─▶│├") for line in text.splitlines() if line.strip() and not line.startswith("warning")]
    return "; ".join(lines)[:400] or "no reason was given"
