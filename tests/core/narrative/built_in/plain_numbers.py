"""Every number of a text looked for in the cited tables, by plain Python that knows nothing of how it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headgate.core.narrative.request import Matter

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})(?:, (\d\d:\d\d))?")
_NUMBER = re.compile(
    r"(?<!\w)(-?\d[\d,]*(?:\.\d+)?(?: (?:thousand|million|billion|trillion|bytes?|KB|MB|GB)\b)?) ?(%|USD\b|°C)?"
)
_SIZES = {
    "million": 1e6, "billion": 1e9, "trillion": 1e12, "byte": 1, "bytes": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9,
}  # fmt: skip


Cell = tuple[str, Any]
"""The unit of a column, and a value of it."""


def unfounded(text: str, cited: Sequence[str], matter: Matter, counts: Mapping[str, Any]) -> list[str]:
    """The dates and numbers of a text that no cited fact or finding holds, in the unit that is said."""
    cells = list(_cells(cited, matter, counts))
    left = [found[0] for found in _DATE.finditer(text) if not _is_day(found, [cell for _, cell in cells])]
    plain = _DATE.sub(" ", text)
    for name in sorted({cell for _, cell in cells if isinstance(cell, str)}, key=len, reverse=True):
        # A name is no number, whatever digits are in it.
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", plain, flags=re.I)
    numbers = [(unit, cell) for unit, cell in cells if isinstance(cell, int | float) and not isinstance(cell, bool)]
    return left + [found[0] for found in _NUMBER.finditer(plain) if not _is_held(found, numbers)]


def _is_held(found: re.Match[str], numbers: Sequence[Cell]) -> bool:
    written, said = found[1], found[2] or ""
    return any(_rounds_to(cell, written) for unit, cell in numbers if said in ("", unit))


def _cells(cited: Sequence[str], matter: Matter, counts: Mapping[str, Any]) -> Iterator[Cell]:
    for name in cited:
        rows = matter.facts.get(name, ())
        yield from _with_units(rows, matter, name)
        yield "", len(rows)
        for column in {column for row in rows for column in row}:
            yield from (("", length) for length in _lengths(rows, column))
        found = [one for one in matter.findings if one["finding"] == name]
        yield from (("", sum(one["count"] for one in found)), ("", len(found)))
        for one in found:
            yield from (("", one[said]) for said in ("message", "expected", "observed"))
            yield from _with_units(one["rows"], matter, name)
    if "counts" in cited:
        yield from (("", count) for count in counts.values())


def _with_units(rows: Sequence[Mapping[str, Any]], matter: Matter, name: str) -> Iterator[Cell]:
    units = matter.shown[name].units if name in matter.shown else {}
    yield from ((units.get(column, ""), cell) for row in rows for column, cell in row.items())


def _lengths(rows: Sequence[Mapping[str, Any]], column: str) -> Iterator[int]:
    """How many rows are above and below nothing, and of at least five: what a sentence may count."""
    numbers = [row[column] for row in rows if isinstance(row.get(column), int | float)]
    yield from (sum(one > limit for one in numbers) for limit in (0, 4))
    yield sum(one < 0 for one in numbers)


def _is_day(found: re.Match[str], cells: Sequence[Any]) -> bool:
    day, month, year, time = found.groups()
    iso = f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}"
    begins = f"{iso}T{time}" if time else iso
    return any(isinstance(cell, str) and cell.startswith(begins) for cell in cells)


def _rounds_to(cell: float, written: str) -> bool:
    digits, _, word = written.partition(" ")
    size, digits = _SIZES.get(word, 1), digits.replace(",", "")
    half = 0.5 * 10 ** -len(digits.partition(".")[2]) * size
    return abs(abs(cell) - abs(float(digits)) * size) <= half * (1 + 1e-9)
