"""Programs from npm that tests run: pinned with checksums, installed once below .tools, and nowhere else."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_WANTED = Path(__file__).with_name("npm")
_FILES = ("package.json", "package-lock.json")


def npm_tools() -> Path:
    """The folder with their node_modules; a test is skipped where they can't be had, and fails in CI."""
    lock = b"".join((_WANTED / name).read_bytes() for name in _FILES)
    folder = _ROOT / ".tools" / f"npm-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "node_modules").is_dir():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        _can_not("there is no node and npm on this machine")
    made = folder.with_suffix(".part")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    for name in _FILES:
        shutil.copy(_WANTED / name, made)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(words, cwd=made, capture_output=True, text=True, timeout=300)
    if done.returncode:
        _can_not(f"npm ci failed: {done.stderr[-500:]}")
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def _can_not(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)
