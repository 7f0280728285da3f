"""Reading the numbers of a sentence: digits and words, with their units and with how roughly they are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headgate.core.narrative.grounding.reading.number_words import (
    number_words,
    out_of,
    parts,
    rank_words,
    rough_words,
    times_words,
)
from headgate.core.narrative.grounding.reading.quantity import (
    AS_TIMES,
    LARGEST,
    SCALES,
    Kind,
    Quantity,
    Span,
    exact,
    said,
    unit_after,
)

_DIGITS = re.compile(
    r"(?<![\w.])(?P<sign>[+\-−–])?(?P<money>[$€£])?(?P<digits>\d{1,3}(?:[,’  ]\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|mio|mn|bn|[kKMmB])(?![\w°]))?"
    r"(?P<rank>st|nd|rd|th)?(?![\w°]|\.\d)",
)


def quantities(text: str, taken: Sequence[Span]) -> list[Quantity]:
    """The numbers of a text, in their order.

    Args:
        taken: parts of the text that are something else: names, dates.
    """
    found: list[Quantity] = []
    busy = list(taken)
    for reader in (out_of, _digits, times_words, parts, rough_words, number_words, rank_words):
        for quantity in reader(text):
            if not any(start < quantity.end and quantity.start < end for start, end in busy):
                found.append(quantity)
                busy.append((quantity.start, quantity.end))
    return sorted(found, key=lambda one: one.start)


def _digits(text: str) -> list[Quantity]:
    return [_of_digits(text, found) for found in _DIGITS.finditer(text)]


def _of_digits(text: str, found: re.Match[str]) -> Quantity:
    scale = SCALES.get((found["scale"] or "").lower(), 1.0)
    sign = _sign(text, found)
    digits = re.sub(r"\D", "", found["digits"])
    value = min(float(digits + (found["decimals"] or "")) * scale, LARGEST) * (sign or 1)
    step = scale * 10.0 ** -max(len(found["decimals"] or "") - 1, 0)
    if found["rank"] and not found["decimals"]:
        return exact(found.start(), found.end(), text, value, Kind.RANK)
    unit, times, end = unit_after(text, found.end())
    if found["money"]:
        unit = unit or "money"
    kind = Kind.TIMES if AS_TIMES.match(text, found.end()) and not unit else Kind.AMOUNT
    return said(text, found.start(), end, value * times, step * times, kind, unit, is_signed=sign is not None)


def _sign(text: str, found: re.Match[str]) -> int | None:
    """-1 or 1 where a sign is written or said; a hyphen between two numbers is none."""
    if found["sign"]:
        return 1 if found["sign"] == "+" else -1
    if re.search(r"\bminus\s$", text[: found.start()], re.IGNORECASE):
        return -1
    return 1 if re.search(r"\bplus\s$", text[: found.start()], re.IGNORECASE) else None
