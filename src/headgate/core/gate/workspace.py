"""Temporary folders that never outlive their process by long: the next run sweeps what a crashed one left."""

from __future__ import annotations

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
        root.mkdir(parents=True, exist_ok=True)
        sweep(root)
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{platform.node()}-{os.getpid()}-", dir=root))
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


def sweep(root: Path) -> None:
    """Removes the folders of processes of this machine that are gone."""
    start = f"{_PREFIX}-{platform.node()}-"
    for folder in root.glob(f"{start}*"):
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
