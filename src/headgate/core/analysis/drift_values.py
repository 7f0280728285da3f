"""Values of a column with few of them that were never there before, or are no longer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from headgate.core.analysis.cells import written
from headgate.core.analysis.findings import Finding
from headgate.core.analysis.robust import THRESHOLD
from headgate.core.printable import first_of, printable

_TYPES = ("string", "boolean", "integer")
# So many rows of a value were to be expected: that chance alone leaves out all of them is one in 22,000 (Poisson).
_SURELY = 10
_NAMED, _VALUE = 5, 40


def value_findings(
    name: str, column: Mapping[str, Any], rows: int, earlier: Sequence[Mapping[str, Any]], fewest: int
) -> Iterator[Finding]:
    """A finding for new values and one for values that are missing.

    Said only of columns whose values were all named in at least `fewest` earlier runs, and of new values only when the later
    half of those runs brought none: dates and numbers of orders are new each time.

    Args:
        name: the column's, safe to print.
        earlier: its profiles, the oldest first, each with "rows".
    """
    past = [one for one in earlier if _is_whole(one)]
    if column["type"] not in _TYPES or len(past) < fewest:
        return
    seen = [{_key(top["value"]) for top in one["top"]} for one in past]
    known = set[str]().union(*seen)
    if known and _is_settled(seen):
        new = [top for top in column["top"] if _key(top["value"]) not in known]
        yield from _new_values(name, new, len(known))
    if _is_whole(column):
        yield from _missing_values(name, column, rows, past)


def _is_whole(column: Mapping[str, Any]) -> bool:
    """Whether all its values are named."""
    return "distinct" not in column.get("approximate", ()) and len(column["top"]) == column["distinct"]


def _key(value: Any) -> str:
    return written(value)


def _is_settled(seen: Sequence[set[str]]) -> bool:
    """Whether the later half brought no value that was not there before."""
    later = range((len(seen) + 1) // 2, len(seen))
    return all(seen[at] <= set[str]().union(*seen[:at]) for at in later)


def _new_values(name: str, new: Sequence[Mapping[str, Any]], known: int) -> Iterator[Finding]:
    if new:
        said = f"{name} has values that were never there before"
        expected = "the one value seen so far" if known == 1 else f"one of the {known} values seen so far"
        rows = tuple({"value": top["value"], "rows": top["count"]} for top in new)
        count = sum(top["count"] for top in new)
        yield Finding("drift_new_values", "info", said, expected, _listed([row["value"] for row in rows]), count, rows)


def _missing_values(
    name: str, column: Mapping[str, Any], rows: int, past: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    there = {_key(top["value"]) for top in column["top"]}
    shares: dict[str, list[float]] = {}
    for one in past:
        for top in one["top"]:
            shares.setdefault(_key(top["value"]), []).append(top["count"] / one["rows"])
    expected = {value: round(median(found) * rows) for value, found in shares.items() if len(found) == len(past)}
    gone = [value for value, count in expected.items() if value not in there and count >= _SURELY]
    if gone:
        said = f"{name} lacks values that were always there"
        flagged = tuple({"value": value, "rows_expected": expected[value]} for value in gone)
        rows_gone = sum(expected[value] for value in gone)
        listed = f"{_listed(gone)} in about {rows_gone:,} rows"
        # As of a number: a count scatters by its square root.
        weight = math.sqrt(rows_gone) / THRESHOLD
        yield Finding("drift_missing_values", "warning", said, listed, "none", len(gone), flagged, weight)


def _listed(values: Sequence[Any]) -> str:
    return first_of([printable(written(value), _VALUE) for value in values], _NAMED)
