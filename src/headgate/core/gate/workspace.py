"""Temporary folders that never outlive their process by long: the next run sweeps what a crashed one left."""

from __future__ import annotations

import glob
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headgate.core.errors import Outside, Place

_PREFIX = "headgate-work"


@contextmanager
def workspace(base: Path | None = None) -> Iterator[Path]:
    """A fresh folder below `base` (default: the system's temporary folder), removed at the end.

    Raises:
        Outside: the folder can't be made.
    """
    root = base or Path(tempfile.gettempdir())
    try:
        folder = fresh_folder(root)
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
        shutil.rmtree(folder, ignore_errors=True)


def fresh_folder(root: Path, hidden: bool = False) -> Path:
    """A new folder below `root` whose name says whose it is; those of processes that are gone are removed first.

    Raises:
        OSError: `root` or the folder can't be made.
    """
    root.mkdir(parents=True, exist_ok=True)
    start = _start(hidden)
    _sweep(root, start)
    return Path(tempfile.mkdtemp(prefix=f"{start}{os.getpid()}-", dir=root))


def _start(hidden: bool) -> str:
    return f"{'.' if hidden else ''}{_PREFIX}-{platform.node()}-"


def _sweep(root: Path, start: str) -> None:
    for folder in root.glob(f"{glob.escape(start)}*"):
        owner = folder.name.removeprefix(start).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
