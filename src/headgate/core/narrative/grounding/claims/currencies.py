"""A currency that nothing uses, where something uses another one: `186,750 EUR`, where prices are in USD."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from headgate.core.narrative.grounding.reading.definitions import messages
from headgate.core.narrative.grounding.reading.money import CURRENCIES
from headgate.core.narrative.request import Rows

if TYPE_CHECKING:
    # Dear to import, and commands that only look need none.
    from headgate.core.report.header import Shown

_WORDS = "|".join(word for word in CURRENCIES if word.isalpha())
_SIGNS = "".join(word for word in CURRENCIES if not word.isalpha())
_SAID = re.compile(rf"\b(?!pounds?\s+of\b)(?:{_WORDS})\b|[{_SIGNS}]", re.I)
_ONLY = re.compile(rf"(?:{_WORDS}|[{_SIGNS}])(?:\s?[/\-]\s?(?:{_WORDS}))?", re.I)
# So many pounds may be no money.
_WEIGHT = re.compile(r"\b(?:weigh|heav)", re.I)
_POUNDS = ("pound", "pounds")
_WELL_KNOWN = frozenset({"USD", "EUR", "GBP"})
"""Those that may be said where nothing says in what amounts are."""

Currencies = frozenset[tuple[str, ...]]
"""Each is one of some: a dollar may be one of several."""


def currencies(text: str) -> Currencies:
    """The currencies that a text speaks of."""
    said = (found[0].lower() for found in _SAID.finditer(text))
    is_weight = _WEIGHT.search(text)
    return frozenset(CURRENCIES[word] for word in said if not (is_weight and word in _POUNDS))


def _of_all(texts: Iterable[str]) -> Currencies:
    return Currencies().union(*map(currencies, texts))


class Used:
    """The currencies of a run's facts and findings: by names of columns, units, what our own messages say, the owner's wishes.

    What a cell names, such as `EUR` or `EUR/USD`, may be spoken of, but does not say in what amounts are: `NOK` may be a stock.
    """

    def __init__(
        self, facts: Mapping[str, Rows], findings: Rows = (), wishes: str = "", shown: Mapping[str, Shown] | None = None
    ) -> None:
        units = (unit for one in (shown or {}).values() for unit in one.units.values())
        self._used = _of_all([wishes, *_texts(facts, findings), *units])
        self._named = _of_all(_cells(facts, findings))

    def other_than(self, text: str) -> str:
        """Why no amount is in the currency of a sentence; empty when some is, or nothing is said."""
        known = {code for one in self._used | self._named for code in one} | (set() if self._used else _WELL_KNOWN)
        other = sorted(one[0] for one in currencies(text) if known.isdisjoint(one))
        used = sorted(one[0] for one in self._used)
        return f"no fact speaks of {other[0]}{', but of ' if used else ''}{' and '.join(used)}" if other else ""


def _texts(facts: Mapping[str, Rows], findings: Rows) -> Iterator[str]:
    """What says in which currency amounts are: names of columns, and what findings say without what strangers wrote."""
    columns = {column for rows in facts.values() for row in rows for column in row}
    yield from (column.replace("_", " ") for column in columns)
    yield from messages(findings)
    yield from (str(finding.get(part) or "") for finding in findings for part in ("expected", "observed"))


def _cells(facts: Mapping[str, Rows], findings: Rows) -> Iterator[str]:
    """Cells that are nothing but a currency, or a pair of them."""
    several = [*facts.values(), *(finding.get("rows") or () for finding in findings)]
    cells = (cell for rows in several for row in rows for cell in row.values())
    yield from (cell for cell in cells if isinstance(cell, str) and _ONLY.fullmatch(cell.strip()))
