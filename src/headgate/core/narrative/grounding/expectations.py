"""What a finding says is expected: its figures may be said beside those of its rows, as such and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.quantities import quantities
from headgate.core.narrative.grounding.quantity import Span
from headgate.core.narrative.grounding.words import plain
from headgate.core.narrative.request import Rows

# A part of a sentence that says nothing else: `…, where up to 20 is expected`, `(expected up to 20, observed 80)`.
_BESIDE = re.compile(
    r"(?:[,;]\s*(?:where|while|whereas|though|although|instead\s+of|against)|\(\s*(?:expected|usually|normally|usual))\b(?:[^,;()]|,(?=\d))*",
    re.I,
)
_SAYS = re.compile(r"\b(?:expected|usual|usually|normal|normally|typical|typically|allowed)\b", re.I)


def expected_figures(text: str, cited: Rows) -> list[Span]:
    """The figures of a sentence that are said as expected, and are those of a finding that it is about.

    Args:
        text: as `plain` gives it.
        cited: the findings that it names.
    """
    if not any(one.get("expected") for one in cited):
        return []
    return [
        span for part in _BESIDE.finditer(text) if _SAYS.search(part[0]) for span in _known(text, part.span(), cited)
    ]


def _known(text: str, part: Span, cited: Rows) -> Iterator[Span]:
    for finding in cited:
        figures = {one.value for one in quantities(plain(str(finding.get("expected") or "")), ())}
        if figures and _is_about(text, finding.get("rows") or ()):
            found = (one for one in quantities(text, ()) if part[0] <= one.start and one.end <= part[1])
            yield from ((one.start, one.end) for one in found if one.value in figures)


def _is_about(text: str, rows: Sequence[dict[str, object]]) -> bool:
    """Whether it names a row, or there is none to name."""
    said = text.casefold()
    cells = (plain(cell).casefold() for row in rows for cell in row.values() if isinstance(cell, str) and cell.strip())
    return not rows or any(cell in said for cell in cells)
