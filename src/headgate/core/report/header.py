"""How a fact or a finding is shown: what the comments at the head of its SQL say."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from headgate.core.printable import printable
from headgate.core.report.blocks import ChartKind

_KINDS: tuple[ChartKind, ...] = get_args(ChartKind)
_GRAMMAR = "write it as `bar x=brand y=revenue` or `line x=day y=price color=symbol`"


@dataclass(frozen=True)
class ChartHeader:
    """`-- chart: line x=day y=price color=symbol`: columns of the fact."""

    kind: ChartKind
    x: str
    y: str
    color: str | None = None


@dataclass(frozen=True)
class Shown:
    """How a table is shown.

    Attributes:
        title: what it says; else its name is taken.
        units: column → unit: `%`, a currency such as `EUR`, or any short text.
        rows_suffice: whether its SQL asks for the accepted rows alone, neither for earlier runs nor for sentiment.
    """

    title: str = ""
    charts: tuple[ChartHeader, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    rows_suffice: bool = True

    @classmethod
    def of(
        cls, title: str = "", charts: Iterable[str] = (), units: Iterable[str] = (), rows_suffice: bool = True
    ) -> Shown:
        """From the text behind `-- title:`, `-- chart:` and `-- unit:`.

        Raises:
            ValueError: a chart or a unit is not of its form; the message says how to write it.
        """
        merged = {column: unit for text in units for column, unit in parse_units(text).items()}
        return cls(title, tuple(map(parse_chart, charts)), merged, rows_suffice)


def parse_chart(text: str) -> ChartHeader:
    """`bar x=brand y=revenue`.

    Raises:
        ValueError: it is not of this form.
    """
    word, *options = _words(text) or [""]
    kind = next((kind for kind in _KINDS if kind == word), None)
    if kind is None:
        raise ValueError(f"there is no chart '{printable(word, 40)}', only {' and '.join(_KINDS)}; {_GRAMMAR}")
    given = _pairs(options)
    unknown = set(given) - {"x", "y", "color"}
    if unknown or not {"x", "y"} <= set(given):
        what = f"'{printable(min(unknown), 40)}' is nothing a chart has" if unknown else "a chart needs x and y"
        raise ValueError(f"{what}; {_GRAMMAR}")
    return ChartHeader(kind, given["x"], given["y"], given.get("color"))


def parse_units(text: str) -> dict[str, str]:
    """`revenue=EUR share=%`.

    Raises:
        ValueError: it is not of this form.
    """
    return _pairs(_words(text.replace(",", " ")))


def check_columns(chart: ChartHeader, columns: Iterable[str]) -> None:
    """Whether a chart can be drawn of a fact with these columns.

    Raises:
        ValueError: it names a column that is not there.
    """
    there = list(columns)
    for name in (chart.x, chart.y, chart.color):
        if name is not None and name not in there:
            listed = ", ".join(printable(one, 40) for one in there[:20])
            raise ValueError(f"the chart's column '{printable(name, 40)}' is none of {listed}")


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(f"a quotation mark is not closed; {_GRAMMAR}") from error


def _pairs(words: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise ValueError(f"'{printable(word, 40)}' is not of the form name=value")
        pairs[name] = value
    return pairs
