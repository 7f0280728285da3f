"""checkov, which tests run and nothing ships: pinned with hashes, installed once below .tools, and nowhere else."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from headgate.core.errors import UserMistake
from headgate.hosts.deploy.uv import find_uv

_ROOT = Path(__file__).resolve().parents[2]
_LOCK = Path(__file__).with_name("checkov") / "checkov.lock"


def checkov() -> Path:
    """The program; a test is skipped where it can't be had, and fails in CI."""
    folder = _ROOT / ".tools" / f"checkov-{hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "complete").is_file():
            _install(folder)
    return folder / "bin" / "checkov"


def _install(folder: Path) -> None:
    """Straight into its place: its programs know the path they were made for."""
    try:
        uv = find_uv()
    except UserMistake as mistake:
        can_not(mistake.message)
    shutil.rmtree(folder, ignore_errors=True)
    _run(*uv, "venv", "--quiet", "--python", sys.executable, str(folder))
    python = str(folder / "bin" / "python")
    _run(*uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "--requirement", str(_LOCK))
    (folder / "complete").touch()


def _run(*words: str) -> None:
    certificates = {"UV_SYSTEM_CERTS": "true"} if Path("/etc/ssl/certs/ca-certificates.crt").exists() else {}
    environment = {**certificates, **os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    # Elsewhere, so that no pyproject.toml has a say.
    done = subprocess.run(words, cwd=_LOCK.parent, env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode:
        can_not(f"checkov could not be had: {done.stderr[-500:]}")


def can_not(why: str) -> None:
    """What can't be tested is skipped on people's machines, and a failure in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
