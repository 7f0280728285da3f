"""Temporary folders that never outlive their process by long: the next run sweeps what a crashed one left."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headgate.core.errors import Outside, Place

_PREFIX = "headgate-work-"


@contextmanager
def workspace(base: Path | None = None) -> Iterator[Path]:
    """A fresh folder below `base` (default: the system's temporary folder), removed at the end.

    Raises:
        Outside: the folder can't be made.
    """
    root = base or Path(tempfile.gettempdir())
    try:
        folder, lock = _fresh(root, _PREFIX)
    except OSError as error:
        raise Outside(
            f"no temporary folder can be made: {error.strerror}",
            where=Place(str(root)),
            who="whoever looks after this machine",
            next="free the disk, or set gate.temp_directory in headgate.yaml",
        ) from error
    try:
        yield folder
    finally:
        _remove(folder, lock)


@contextmanager
def hidden_folder(root: Path) -> Iterator[Path]:
    """A fresh hidden folder below `root`, removed at the end unless it was moved elsewhere.

    Raises:
        OSError: `root` or the folder can't be made.
    """
    folder, lock = _fresh(root, f".{_PREFIX}")
    try:
        yield folder
    finally:
        _remove(folder, lock)


def _fresh(root: Path, prefix: str) -> tuple[Path, int]:
    """A new folder and the lock on it, which ends with this process; folders that nobody holds are removed first."""
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root, prefix)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
        if lock := _locked(folder):
            return folder, lock


def _locked(folder: Path) -> int | None:
    """None when somebody else has it, or has removed it."""
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.stat(folder), os.fstat(lock)):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None


def _sweep(root: Path, prefix: str) -> None:
    for folder in root.glob(f"{prefix}*"):
        try:
            lock = _locked(folder)
        except OSError:
            # Another user's folder, or no folder.
            continue
        if lock:
            _remove(folder, lock)


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)
