"""What the sentences of the bundled reports have in common, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.examples.plain_facts import Row, Rows

# Title of a section → pattern of a sentence (see `compiled` in report_reading) → what stands at its marks, each time.
Prose = dict[str, dict[str, Rows]]
ONCE: Rows = [{}]


def alone(rows: Rows, name: str, best: Callable[[Sequence[float]], float] = max) -> Rows:
    """The row that alone has the largest value, or the smallest; none where two share it."""
    known = [row for row in rows if row[name] is not None]
    found = [row for row in known if row[name] == best([row[name] for row in known])]
    return found if len(found) == 1 else []


def masked(rows: Rows, name: str) -> Rows:
    """With masks for names, numbered in the order in which the names first stand in a fact."""
    return [row | {name: f"***{place}"} for place, row in enumerate(rows, 1)]


def in_order(rows: Rows, *names: str) -> Row:
    """Rows side by side: the first of them has `first_` before each of its columns, and so on."""
    return {f"{name}_{key}": row[key] for name, row in zip(names, rows, strict=False) for key in row}
