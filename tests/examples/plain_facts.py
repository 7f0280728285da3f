"""The rows that the bundled pipelines accept, with their values, and the arithmetic of their facts in plain Python.

Nothing is shared with what is tested: no engine, no SQL; the plain reading says which rows are accepted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import fsum
from typing import Any

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

from tests.examples.plain_reading import csv_records, framed, physical_lines, read, row_values, stock_rows
from tests.examples.plain_rules import PIPELINES

Row = dict[str, Any]
Rows = list[Row]
Fact = Callable[[Rows], Rows]

ANALYZER = SentimentIntensityAnalyzer()


# --- the rows -----------------------------------------------------------------------------------------------


def records(pipeline: str, data: bytes) -> Iterator[Any]:
    """The cells of each record of a file; of a malformed record anything."""
    if pipeline == "stocks":
        yield from (cells for _, cells in stock_rows(data.decode()))
        return
    lines = physical_lines(data)
    header, height = framed(lines, 0)
    for _, record in csv_records(lines, height):
        yield dict(zip(header, record, strict=False))


def accepted_rows(pipeline: str, data: bytes) -> Rows:
    """The accepted rows in the order of the file, every column of the contract in each; None where nothing is."""
    rules = PIPELINES[pipeline]
    rows = []
    for judged, cells in zip(read(pipeline, data), records(pipeline, data), strict=True):
        if not judged.reasons:
            values, _ = row_values(cells, rules)
            rows.append({name: in_utc(values.get(name)) for name in rules.columns})
    return rows


def in_utc(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.tzinfo:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return value


@cache
def sentiment(text: str | None) -> Decimal | None:
    """VADER's score of a text, exact: it has four decimals."""
    return None if text is None else Decimal(str(ANALYZER.polarity_scores(text)["compound"]))


# --- arithmetic, None where there is nothing to reckon with ---------------------------------------------------


def there(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def mean(values: Iterable[Any]) -> float | None:
    """Of decimals and integers exact, so that equal means are equal."""
    known = there(values)
    if not known:
        return None
    if any(isinstance(value, float) for value in known):
        return fsum(known) / len(known)
    return float(Fraction(sum(known)) / len(known))


def deviation(values: Iterable[Any]) -> float | None:
    """The sample standard deviation, by its definition."""
    known = [float(value) for value in there(values)]
    if len(known) < 2:
        return None
    middle = fsum(known) / len(known)
    return float((fsum((value - middle) ** 2 for value in known) / (len(known) - 1)) ** 0.5)


def quantile(values: Iterable[Any], share: float) -> float | None:
    """Between the two nearest values, in proportion."""
    known = sorted(float(value) for value in there(values))
    if not known:
        return None
    at = share * (len(known) - 1)
    low = known[int(at)]
    high = known[min(int(at) + 1, len(known) - 1)]
    return low + (high - low) * (at - int(at))


def median(values: Iterable[Any]) -> float | None:
    return quantile(values, 0.5)


def percent(part: Any, whole: Any) -> float | None:
    return float(100 * Fraction(part) / Fraction(whole)) if whole else None


def least(values: Iterable[Any]) -> Any:
    return min(there(values), default=None)


def most(values: Iterable[Any]) -> Any:
    return max(there(values), default=None)


def total(values: Iterable[Any]) -> Any:
    """As in SQL the sum of nothing is nothing."""
    known = there(values)
    return sum(known) if known else None


def column(rows: Iterable[Row], name: str) -> list[Any]:
    return [row[name] for row in rows]


def different(rows: Iterable[Row], *names: str) -> int:
    """How many different values there are, without the missing."""
    return len({tuple(row[name] for name in names) for row in rows} - {(None,) * len(names)})


def groups(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], Rows]:
    found: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return dict(found)


def ordered(rows: Iterable[Row], *names: str) -> Rows:
    """By these columns, `-name` from the largest down; what is missing comes last."""
    result = list(rows)
    for name in reversed(names):
        bare = name.lstrip("-")
        known = [row for row in result if row[bare] is not None]
        # A stable sort, downward too: what is equal keeps the order of the columns after it.
        known.sort(key=lambda row, bare=bare: row[bare], reverse=name != bare)  # type: ignore[misc]
        result = known + [row for row in result if row[bare] is None]
    return result


def picked(rows: Iterable[Row], names: Sequence[str]) -> Rows:
    return [{name: row[name] for name in names} for row in rows]
