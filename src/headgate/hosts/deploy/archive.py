"""Zip archives whose bytes depend on nothing but their entries."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first day that a zip archive can say.
_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o100644 << 16

Entry = tuple[str, Path]
"""The name in the archive, and the file that holds its bytes."""


def write_archive(target: Path, entries: Iterable[Entry], start: Path | None = None) -> None:
    """Writes an archive; with `start`, after all entries of that one, which are taken over as they lie there."""
    if start:
        shutil.copyfile(start, target)
    with ZipFile(target, "a" if start else "w") as archive:
        for name, file in sorted(entries):
            with file.open("rb") as source:
                _write(archive, name, source)


def unzipped_size(archive: Path) -> int:
    """Bytes of all its entries when they are unpacked."""
    with ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def _write(archive: ZipFile, name: str, source: IO[bytes]) -> None:
    entry = ZipInfo(name, _DAY)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READABLE
    with archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 1 << 20)
