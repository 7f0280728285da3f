"""Quoting for SQL: names and texts from contracts and files never reach a statement any other way."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping
from pathlib import Path


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def text(value: object) -> str:
    """A string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def file(path: Path) -> str:
    """A file to read, as the literal that names it alone: absolute, and not as a pattern, which `[a].csv` would be."""
    return text(glob.escape(str(path.resolve())))


def written_csv(path: Path, columns: Mapping[str, str], longest: int = 0) -> str:
    """The table of a CSV file that Python's csv writer wrote: column → type; `longest` is the bytes of its longest record."""
    kinds = ", ".join(f"{text(column)}: {text(kind)}" for column, kind in columns.items())
    return (
        f"read_csv({file(path)}, auto_detect=false, hive_partitioning=false, header=false, delim=',', quote='\"', escape='\"', "
        f"new_line='\\r\\n', max_line_size={max(2_097_152, longest)}, columns={{{kinds}}})"
    )


def texts(values: Iterable[object]) -> str:
    """A comma-separated list of string literals."""
    return ", ".join(text(value) for value in values)
