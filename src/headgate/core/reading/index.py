"""Numbers per record (line, length, offset) kept on disk while a file is framed and read back by record number."""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

_FLUSH_AT = 1 << 17


class Column:
    """One unsigned number per record, appended in order, spilled to a file: `Q` is 64 bits, `I` is 32."""

    def __init__(self, path: Path, kind: Literal["Q", "I"]) -> None:
        self.path = path
        self._kind = kind
        self._file = path.open("wb+")
        self._waiting = array(kind)

    def extend(self, values: Iterable[int]) -> None:
        self._waiting.extend(values)
        if len(self._waiting) >= _FLUSH_AT:
            self._flush()

    def append(self, value: int) -> None:
        self.extend((value,))

    def _flush(self) -> None:
        self._waiting.tofile(self._file)
        self._waiting = array(self._kind)

    def shift(self, by: int) -> None:
        """Adds `by` to every number so far."""
        self._flush()
        position, size = 0, self._file.tell()
        while position < size:
            self._file.seek(position)
            block = array(self._kind, self._file.read(_FLUSH_AT))
            self._file.seek(position)
            array(self._kind, (number + by for number in block)).tofile(self._file)
            position = self._file.tell()

    def close(self) -> None:
        with self._file:
            self._flush()


class Numbers:
    """A closed `Column`, read by position (record number - 1) without loading it."""

    def __init__(self, path: Path, kind: Literal["Q", "I"]) -> None:
        self._file = path.open("rb")
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else None
        self._view = memoryview(self._map or b"").cast("B").cast(kind)

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, position: int) -> int:
        return self._view[position]

    def close(self) -> None:
        self._view.release()
        if self._map:
            self._map.close()
        self._file.close()
