"""Files of senders that nobody can watch: kept for a while after they were taken, and put back when they grew since."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from headgate.adapters.local.disk import signature
from headgate.core.errors import UserMistake

TAKEN = ".headgate/taken"
# A sender that pauses for longer has broken off, or should write under a name that ends in .part.
_KEPT_SECONDS = 600.0


class Taken:
    """What was taken away below a root folder, each file in a folder that is named after how it was then."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, file: Path, key: str) -> None:
        """Keeps a file that was taken away from under a key; one on another file system can't be."""
        kept = self._root / TAKEN / f"{signature(os.lstat(file))}~{uuid.uuid4().hex}" / key
        with contextlib.suppress(OSError):
            kept.parent.mkdir(parents=True)
            os.rename(file, kept)

    def put_back(self, where: Callable[[str], Path]) -> list[str]:
        """Puts back what was written to since, and deletes what was not for long enough; the keys of the former.

        Args:
            where: gives the path of a key.
        """
        back: list[str] = []
        for folder in self._folders():
            # Another process may look, too; and where its place is behind a link by now, it waits until that is mended.
            with contextlib.suppress(FileNotFoundError, UserMistake):
                for path in _grown(folder):
                    back.append(str(put_beside(path, where(str(path.relative_to(folder)))).relative_to(self._root)))
                if time.time() - folder.stat().st_mtime > _KEPT_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        return back

    def _folders(self) -> list[Path]:
        try:
            return sorted((self._root / TAKEN).iterdir())
        except FileNotFoundError:
            return []


def _grown(folder: Path) -> list[Path]:
    was = folder.name.partition("~")[0]
    return [path for path in folder.rglob("*") if path.is_file() and signature(os.lstat(path)) != was]


def put_beside(file: Path, path: Path) -> Path:
    """Moves a file to a path, or beside the one that lies there by now; where it is then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, path)
    except FileExistsError:
        path = path.with_name(f"{uuid.uuid4().hex}{path.suffix}")
        os.link(file, path)
    file.unlink()
    return path
