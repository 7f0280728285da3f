"""From the rows of a fact to a chart of it: which marks, which way it lies, and the same in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from headgate.core.printable import printable
from headgate.core.report.blocks import Chart, Mark
from headgate.core.report.header import ChartHeader, Shown
from headgate.core.report.numbers import column_label, column_texts, compact_texts, counted, is_number, value_text

Row = Mapping[str, Any]
Rows = Sequence[Row]

MOST_BARS = 12
MOST_STEPS = 62
MOST_LINES = 6
MOST_POINTS = 400
# Names of bars fit below them up to here; both are characters, of one name and of all.
_SHORT, _ALL_SHORT = 10, 56
_LABEL, _IN_WORDS = 40, 6
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)


def chart_of(rows: Rows, header: ChartHeader, shown: Shown) -> Chart | None:
    """The chart that a header asks for; None where there is nothing to draw: fewer than two numbers."""
    unit = shown.units.get(header.y, "")
    there = [row for row in rows if is_number(row.get(header.y)) and row.get(header.x) is not None]
    temporal = all(milliseconds(str(row[header.x])) is not None for row in there)
    kept = _series(there, header)
    drawn = _drawn(kept, header, temporal)
    if len(drawn) < 2:
        return None
    labels = _labels(drawn, header, temporal)
    marks = _marks(drawn, labels, header, unit)
    x, y = column_label(header.x, shown.units.get(header.x, "")), column_label(header.y, unit)
    title = f"{y} by {x[:1].lower() + x[1:]}"
    return Chart(
        header.kind, title, x, y, marks, _in_words(header.kind, title, marks, len(there), temporal),
        upright=temporal or _can_stand(labels, drawn, header), temporal=temporal, percent=unit == "%",
        note=_note(there, kept, drawn, header, temporal),
    )  # fmt: skip


def milliseconds(text: str) -> float | None:
    """An ISO date or time since 1970, UTC where it says nothing else; None when it is none."""
    if not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    except (ValueError, OverflowError):
        return None


def _series(rows: Rows, header: ChartHeader) -> list[Row]:
    """Of the lines, or the parts of bars, no more than can be told apart."""
    names = list(dict.fromkeys(_series_of(row, header) for row in rows))[:MOST_LINES]
    return [row for row in rows if _series_of(row, header) in names]


def _series_of(row: Row, header: ChartHeader) -> str:
    return _clipped(value_text(row.get(header.color))) if header.color else ""


def _drawn(rows: list[Row], header: ChartHeader, temporal: bool) -> list[Row]:
    """Of names the first, of days the last; steps of numbers are more than names, as nobody reads each."""
    if temporal:
        most = MOST_STEPS if header.kind == "bar" else MOST_POINTS
        return sorted(rows, key=lambda row: milliseconds(str(row[header.x])) or 0)[-most:]
    stepped = all(is_number(row[header.x]) for row in rows)
    return rows[: MOST_POINTS if header.kind == "line" else MOST_STEPS if stepped else MOST_BARS]


def _note(there: Rows, kept: Rows, drawn: Rows, header: ChartHeader, temporal: bool) -> str:
    """What is left out of a picture, in words."""
    if len(drawn) < len(kept):
        return f"the {'last' if temporal else 'first'} {len(drawn):,} of {len(kept):,}"
    names = {_series_of(row, header) for row in there}
    return f"the first {MOST_LINES} of {len(names):,} lines" if len(kept) < len(there) else ""


def _labels(rows: Rows, header: ChartHeader, temporal: bool) -> list[str]:
    """One label for each bar; equal ones are told apart, or they would be drawn as one."""
    if temporal:
        return [str(row[header.x]) for row in rows]
    texts = [_clipped(text) for text in column_texts(header.x, [row[header.x] for row in rows])]
    if header.color is not None or header.kind == "line":
        return texts
    seen: Counter[str] = Counter()
    for place, text in enumerate(texts):
        seen[text] += 1
        texts[place] = text if seen[text] == 1 else f"{text} ({seen[text]})"
    return texts


def _clipped(text: str) -> str:
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"


def _marks(rows: Rows, labels: Sequence[str], header: ChartHeader, unit: str) -> tuple[Mark, ...]:
    values = [row[header.y] for row in rows]
    texts = compact_texts(header.y, values, unit)
    names = [_series_of(row, header) for row in rows]
    return tuple(Mark(at, float(v), text, name) for at, v, text, name in zip(labels, values, texts, names, strict=True))


def _can_stand(labels: Sequence[str], rows: Rows, header: ChartHeader) -> bool:
    """Bars stand where their names fit below them, or where they are steps of a number; else they lie."""
    if len(labels) > MOST_BARS or all(is_number(row[header.x]) for row in rows):
        return True
    return max(map(len, labels)) <= _SHORT and sum(len(label) + 1 for label in labels) <= _ALL_SHORT


def _in_words(kind: str, title: str, marks: Sequence[Mark], count: int, temporal: bool) -> str:
    """What a picture says, for somebody who does not see it; of days the latest."""
    some = marks[-_IN_WORDS:] if temporal else marks[:_IN_WORDS]
    named = "; ".join(f"{mark.series + ', ' if mark.series else ''}{mark.at}: {mark.text}" for mark in some)
    # Of lines, or parts of bars, some are left out, and of others the latest values are among the rest.
    rest = "earlier value" if temporal and not any(mark.series for mark in marks) else "more value"
    tail = f"; and {counted(count - _IN_WORDS, rest)}" if count > _IN_WORDS else ""
    return printable(f"{kind.capitalize()} chart, {title}. {named}{tail}.", 500)
