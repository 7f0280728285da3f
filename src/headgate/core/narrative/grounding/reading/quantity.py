"""A number as a sentence says it, with its unit and with how roughly it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from headgate.core.narrative.grounding.reading.money import CURRENCIES

Span = tuple[int, int]


class Kind(Enum):
    """What a number is said to be."""

    AMOUNT = "amount"
    TIMES = "times"
    SHARE = "share"
    RANK = "rank"


@dataclass(frozen=True)
class Quantity:
    """A number as a sentence says it.

    Attributes:
        value: with its scale: `3.45 million` is 3450000; a share is a percentage: `a quarter` is 25.
        step: the unit of its last digit.
        unit: `percent`, `points`, `money`, `bytes`, `seconds`, a unit of measurement, or empty.
        low, high: the values it may stand for.
        is_signed: whether a sign was written or said.
    """

    start: int
    end: int
    text: str
    value: float
    step: float
    low: float
    high: float
    kind: Kind = Kind.AMOUNT
    unit: str = ""
    is_signed: bool = False
    is_word: bool = False

    def holds(self, value: float) -> bool:
        """Whether a value may be said so; rounding of the value's binary form is forgiven."""
        slack = 1e-9 * max(1.0, abs(value))
        return self.low - slack <= value <= self.high + slack


SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "percentage points": "points", "points": "points",
    "percentage point": "points", "pp": "points", "bytes": "bytes", "byte": "bytes", "seconds": "seconds",
    "second": "seconds", "s": "seconds", "bpm": "bpm", "mmhg": "mmhg", "°c": "celsius", "degrees": "celsius",
    "°": "celsius", **dict.fromkeys(CURRENCIES, "money"),
}  # fmt: skip
# Units that are so many of another.
_MULTIPLES = {
    "kb": ("bytes", 1e3), "mb": ("bytes", 1e6), "gb": ("bytes", 1e9), "tb": ("bytes", 1e12),
    "kilobyte": ("bytes", 1e3), "kilobytes": ("bytes", 1e3), "megabyte": ("bytes", 1e6), "megabytes": ("bytes", 1e6),
    "gigabyte": ("bytes", 1e9), "gigabytes": ("bytes", 1e9), "kib": ("bytes", 2.0**10),
    "mib": ("bytes", 2.0**20), "gib": ("bytes", 2.0**30), "minutes": ("seconds", 60.0), "minute": ("seconds", 60.0),
    "hours": ("seconds", 3600.0), "ms": ("seconds", 1e-3), "milliseconds": ("seconds", 1e-3),
}  # fmt: skip
_UNIT = re.compile(
    r"\s?-?(?P<unit>%|[$€£¥₹]|°C?|percentage points?|points?|per cent|percent|[a-z]+)(?!\w)", re.IGNORECASE
)
_ABOUT, _MOST_OF, _BEYOND = 0.05, 0.08, 0.25
_LONGEST_ROUGH = 30
# What follows is reckoned with, and stays a number.
LARGEST = 1e200
AS_TIMES = re.compile(
    r"\s*(?:times|x\b)\s+(?:as|more|its|their|his|the|that|those|what|higher|larger|bigger|greater|longer|faster)\b",
    re.IGNORECASE,
)
_ROUGHLY = re.compile(
    r"(?P<about>about|around|near|roughly|approximately|some|close to|circa|approx\.?|an estimated|~|or so)"
    r"|(?P<nearly>nearly|almost|just under|just below|just short of|not quite|close on)"
    r"|(?P<over>just over|just above|a little over|slightly over|slightly more than|well over|well above|more than"
    r"|over|above|upwards of|at least|no less than|greater than|beyond|exceed(?:s|ed|ing)?|topp?(?:s|ed|ing)|surpass(?:es|ed|ing)?)"
    r"|(?P<under>not even|less than|fewer than|under|below|(?<!add )(?<!adds )(?<!added )(?<!adding )up to|at most"
    r"|no more than|a little under|within)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:\b|(?<=\s)|^)(?:{_ROUGHLY.pattern})\s*(?:a |an |the |every )?$", re.IGNORECASE)


def said(
    text: str, start: int, end: int, value: float, step: float, kind: Kind, unit: str = "", *,
    is_signed: bool = False, is_word: bool = False,
) -> Quantity:  # fmt: skip
    """With the values it may stand for: as many digits as it has, or as roughly as the words before it say."""
    rough = _BEFORE.search(text[max(0, start - _LONGEST_ROUGH) : start])
    low, high = _bounds(value, step, kind, rough.lastgroup if rough else None)
    return Quantity(start, end, text[start:end], value, step, low, high, kind, unit, is_signed, is_word)


def _bounds(value: float, step: float, kind: Kind, rough: str | None) -> tuple[float, float]:
    """The values that a number may stand for; `rough`: the group of the words before it."""
    low, high, size = value - step / 2, value + step / 2, abs(value)
    if rough == "about":
        about = _ABOUT if kind is Kind.AMOUNT else 2 * _ABOUT
        return min(low, value - about * size), max(high, value + about * size)
    if rough == "nearly":
        return value - _MOST_OF * size, max(value, high if step >= 1 and size < 100 else value)
    if rough == "over":
        least = value - (step / 2 if step < 1 else 1e-9 * size)
        return least, value + max(_BEYOND * size, 1.0 if kind is Kind.TIMES else 0.0)
    return (value - _BEYOND * size, value) if rough == "under" else (low, high)


def exact(start: int, end: int, text: str, value: float, kind: Kind) -> Quantity:
    """A number that stands for nothing but itself."""
    return Quantity(start, end, text[start:end], value, 1.0, value, value, kind, is_word=True)


def unit_after(text: str, at: int) -> tuple[str, float, int]:
    """The unit, how many of it one is, and where it ends."""
    found = _UNIT.match(text, at)
    if not found:
        return "", 1.0, at
    word = found["unit"].lower()
    if word in _MULTIPLES:
        return *_MULTIPLES[word], found.end()
    return (_UNITS[word], 1.0, found.end()) if word in _UNITS else ("", 1.0, at)
