"""Where files are made before they take their place. What a process left there that died is swept by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from headgate.adapters.local.disk import check_is_across, flush, moved_to_free, placed
from headgate.adapters.local.owner import OWNERS, Owner

STAGING = ".headgate/staging"
PART = ".headgate-part-"
"""How the names of files begin that are made beside their target, because it is on another file system."""


class Staging:
    """The half-made files of this process, below a root folder.

    Raises:
        OSError: the disk refuses.
    """

    def __init__(self, root: Path) -> None:
        self._root, self._lock = root, threading.Lock()
        self._owner: Owner | None = None

    def new(self) -> Path:
        """The path of a new file."""
        folder = self._root / STAGING / self._mine().name
        folder.mkdir(parents=True, exist_ok=True)
        return folder / uuid.uuid4().hex

    @contextmanager
    def beside(self, target: Path) -> Iterator[Path]:
        """The path of a new file in the target's folder; once it is filled it takes the target's place."""
        part = self.part(target)
        try:
            yield part
            flush(part)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)

    def to_free(self, file: Path, target: Path, copy_to: Callable[[Path], object]) -> bool:
        """Moves a file where nothing lies, whether it did; from another file system `copy_to` makes the copy that is moved."""
        try:
            is_moved = placed(target.parent, lambda: moved_to_free(file, target))
        except OSError as error:
            check_is_across(error)
            part = self.part(target)
            try:
                copy_to(part)
                flush(part)
                is_moved = moved_to_free(part, target)
            finally:
                part.unlink(missing_ok=True)
        flush(target.parent)
        return is_moved

    def part(self, target: Path) -> Path:
        """The path of a new file in the target's folder that nobody takes for one of its files."""
        return target.with_name(f"{PART}{self._mine().name}~{uuid.uuid4().hex}")

    def sweep(self, part: Path) -> None:
        """Deletes a file made by `part`, unless its process still lives."""
        if self._mine().is_gone(part.name.removeprefix(PART).partition("~")[0]):
            part.unlink(missing_ok=True)

    def _mine(self) -> Owner:
        with self._lock:
            if self._owner is None:
                self._owner = Owner(self._root / OWNERS)
                self._sweep(self._owner)
            return self._owner

    def _sweep(self, owner: Owner) -> None:
        with contextlib.suppress(FileNotFoundError):
            for folder in (self._root / STAGING).iterdir():
                if owner.is_gone(folder.name):
                    shutil.rmtree(folder, ignore_errors=True)
