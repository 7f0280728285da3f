"""What a finding says is expected: its figures may be said beside those of its rows, as such and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantities import quantities
from headgate.core.narrative.grounding.reading.quantity import Span
from headgate.core.narrative.grounding.reading.tables import Table, tables_of_findings
from headgate.core.narrative.grounding.reading.words import FUNCTION, plain
from headgate.core.narrative.request import Rows

# A part of a sentence that says nothing else: `…, where up to 20 is expected`, `(expected up to 20, observed 80)`.
_BESIDE = re.compile(
    r"(?:[,;]\s*(?:where|while|whereas|though|although|instead\s+of|against)|\(\s*(?:expected|usually|normally|usual))\b(?:[^,;()]|,(?=\d))*",
    re.I,
)
_SAYS = re.compile(r"\b(?:expected|usual|usually|normal|normally|typical|typically|allowed)\b", re.I)


def expected_figures(text: str, cited: Rows, own: Sequence[Named]) -> list[Span]:
    """The figures of a sentence that are said as expected, and are those of a finding that it is about.

    Args:
        text: as `plain` gives it.
        cited: the findings that it names.
        own: the names and dates in it.
    """
    if not any(one.get("expected") for one in cited):
        return []
    parts = [part.span() for part in _BESIDE.finditer(text) if _SAYS.search(part[0])]
    return [span for part in parts for span in _known(text, part, cited, own)]


def _known(text: str, part: Span, cited: Rows, own: Sequence[Named]) -> Iterator[Span]:
    for finding in cited:
        figures = {one.value for one in quantities(plain(str(finding.get("expected") or "")), ())}
        if figures and _is_about(finding, own):
            found = (one for one in quantities(text, ()) if part[0] <= one.start and one.end <= part[1])
            yield from ((one.start, one.end) for one in found if one.value in figures)


def _is_about(finding: Mapping[str, Any], own: Sequence[Named]) -> bool:
    """Whether all that a sentence names stands together in rows of a finding; what its message names needs no row."""
    if not finding.get("rows"):
        return True
    rows, said, _ = tables_of_findings("", [finding])
    together: dict[tuple[str, ...], frozenset[int]] = {}
    for one in _meant(own, rows):
        if not one.rows(rows) and not one.rows(said):
            return False
        if columns := one.columns(rows):
            together[columns] = together.get(columns, frozenset()) | one.rows(rows)
    return bool(together) and bool(frozenset.intersection(*together.values()))


def _meant(own: Sequence[Named], rows: Table) -> list[Named]:
    """What a sentence names; everyday words that happen to be a value only where there is no other name."""
    is_dated = any(column.is_dated for column in rows.columns)
    named = [one for one in own if is_dated or not one.when]
    everyday = [one for one in named if one.is_weak and one.text.casefold() not in FUNCTION]
    return [one for one in named if not one.is_weak] or everyday
