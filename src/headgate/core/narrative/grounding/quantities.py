"""Reading the numbers of a sentence: digits and words, with their units and with how roughly they are said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

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


_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9, "b": 1e9, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "percentage points": "points", "points": "points",
    "percentage point": "points", "pp": "points", "usd": "money", "eur": "money", "gbp": "money", "dollars": "money",
    "euros": "money", "pounds": "money", "dollar": "money", "euro": "money", "bytes": "bytes", "byte": "bytes",
    "seconds": "seconds", "second": "seconds", "s": "seconds", "bpm": "bpm", "mmhg": "mmhg", "°c": "celsius",
    "degrees": "celsius", "°": "celsius",
}  # fmt: skip
# Units that are so many of another.
_MULTIPLES = {
    "kb": ("bytes", 1e3), "mb": ("bytes", 1e6), "gb": ("bytes", 1e9), "tb": ("bytes", 1e12), "kib": ("bytes", 2.0**10),
    "mib": ("bytes", 2.0**20), "gib": ("bytes", 2.0**30), "minutes": ("seconds", 60.0), "minute": ("seconds", 60.0),
    "hours": ("seconds", 3600.0), "ms": ("seconds", 1e-3), "milliseconds": ("seconds", 1e-3),
}  # fmt: skip
_DIGITS = re.compile(
    r"(?<![\w.])(?P<sign>[+\-−–])?(?P<money>[$€£])?(?P<digits>\d{1,3}(?:[,’  ]\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|mio|mn|bn|[kKMmB])(?![\w°]))?"
    r"(?P<rank>st|nd|rd|th)?(?![\w°]|\.\d)",
)
_UNIT = re.compile(r"\s?-?(?P<unit>%|°C?|percentage points?|points?|per cent|percent|[a-z]+)(?!\w)", re.IGNORECASE)
_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_RANKS = {
    word: value
    for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_TIMES = {"twice": 2, "double": 2, "doubled": 2, "doubling": 2, "triple": 3, "tripled": 3, "threefold": 3,
          "thrice": 3, "quadrupled": 4, "halved": 0.5, "halving": 0.5, "twofold": 2, "fourfold": 4, "fivefold": 5,
          "tenfold": 10}  # fmt: skip
_COUNT = "|".join([*_SMALL, *_TENS])
_NUMBER_WORD = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<unit>one|two|three|four|five|six|seven|eight|nine))?\b"
    rf"|\b(?P<small>{'|'.join(_SMALL)}|dozen|hundred|thousand)\b",
    re.IGNORECASE,
)
_SCALE_WORD = re.compile(r"\s+(hundred|thousand|million|billion)\b", re.IGNORECASE)
_OUT_OF = re.compile(
    rf"\b(?P<some>{_COUNT}|\d{{1,2}})\s+(?:\w+\s+){{0,2}}?(?:in|out of(?: every)?|of every)\s+(?:every\s+)?(?P<all>{_COUNT}|\d{{1,2}})\b"
    rf"(?!\s*(?:%|\d|,\d|\w*(?:months|days|weeks|hours|sessions)))",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"\b(?:(?P<some>{_COUNT}|a|an)[\s-]+)?(?P<part>half|third|quarter|fifth|sixth|eighth|tenth)(?P<many>s)?\b",
    re.IGNORECASE,
)
_PART_OF_MILLION = re.compile(
    r"\b(?:an? )?(?P<part>half|quarter)(?: of)? an? (?P<scale>thousand|million|billion)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\s*(?:[,.;)]|$)")
_PART_AS_MUCH = re.compile(
    r"\b(?:an? )?(?P<part>half|third|quarter)(?= as (?:many|much|often|large|big|high|long)\b)", re.IGNORECASE
)
_TIMES_WORD = re.compile(rf"\b({'|'.join(_TIMES)})\b", re.IGNORECASE)
_TIMES_AFTER = re.compile(r"\s*(?:-?\s?times|x\b)(?!\w)", re.IGNORECASE)
_AS_TIMES = re.compile(
    r"\s*(?:times|x\b)\s+(?:as|more|its|their|his|the|that|those|what|higher|larger|bigger|greater|longer|faster)\b",
    re.IGNORECASE,
)
_RANK_WORD = re.compile(rf"\b({'|'.join(_RANKS)})\b", re.IGNORECASE)

_ABOUT, _MOST_OF, _BEYOND = 0.05, 0.08, 0.25
_ROUGHLY = re.compile(
    r"(?P<about>about|around|near|roughly|approximately|some|close to|circa|approx\.?|an estimated|~|or so)"
    r"|(?P<nearly>nearly|almost|just under|just below|just short of|not quite|close on)"
    r"|(?P<over>just over|just above|a little over|slightly over|slightly more than|well over|well above|more than"
    r"|over|above|upwards of|at least|no less than|greater than|beyond|exceed(?:s|ed|ing)?|topp?(?:s|ed|ing)|surpass(?:es|ed|ing)?)"
    r"|(?P<under>not even|less than|fewer than|under|below|(?<!add )(?<!adds )(?<!added )(?<!adding )up to|at most|no more than|a little under|within)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:\b|(?<=\s)|^)(?:{_ROUGHLY.pattern})\s*(?:a |an |the |every )?$", re.IGNORECASE)


def quantities(text: str, taken: Sequence[Span]) -> list[Quantity]:
    """The numbers of a text, in their order.

    Args:
        taken: parts of the text that are something else: names, dates.
    """
    found: list[Quantity] = []
    busy = list(taken)
    for reader in (_out_of, _digits, _times_words, _parts, _number_words, _rank_words):
        for quantity in reader(text):
            if not any(start < quantity.end and quantity.start < end for start, end in busy):
                found.append(quantity)
                busy.append((quantity.start, quantity.end))
    return sorted(found, key=lambda one: one.start)


def _digits(text: str) -> list[Quantity]:
    return [_of_digits(text, found) for found in _DIGITS.finditer(text)]


def _of_digits(text: str, found: re.Match[str]) -> Quantity:
    scale = _SCALES.get((found["scale"] or "").lower(), 1.0)
    sign = _sign(text, found)
    digits = re.sub(r"\D", "", found["digits"])
    value = float(digits + (found["decimals"] or "")) * scale * (sign or 1)
    step = scale * 10.0 ** -max(len(found["decimals"] or "") - 1, 0)
    if found["rank"] and not found["decimals"]:
        return _exact(found.start(), found.end(), text, value, Kind.RANK)
    unit, times, end = _unit_after(text, found.end())
    if found["money"]:
        unit = unit or "money"
    kind = Kind.TIMES if _AS_TIMES.match(text, found.end()) and not unit else Kind.AMOUNT
    return _said(text, found.start(), end, value * times, step * times, kind, unit, is_signed=sign is not None)


def _sign(text: str, found: re.Match[str]) -> int | None:
    """-1 or 1 where a sign is written or said; a hyphen between two numbers is none."""
    if found["sign"]:
        return 1 if found["sign"] == "+" else -1
    if re.search(r"\bminus\s$", text[: found.start()], re.IGNORECASE):
        return -1
    return 1 if re.search(r"\bplus\s$", text[: found.start()], re.IGNORECASE) else None


def _unit_after(text: str, at: int) -> tuple[str, float, int]:
    """The unit, how many of it one is, and where it ends."""
    found = _UNIT.match(text, at)
    if not found:
        return "", 1.0, at
    word = found["unit"].lower()
    if word in _MULTIPLES:
        return *_MULTIPLES[word], found.end()
    return (_UNITS[word], 1.0, found.end()) if word in _UNITS else ("", 1.0, at)


def _said(
    text: str, start: int, end: int, value: float, step: float, kind: Kind, unit: str = "", *,
    is_signed: bool = False, is_word: bool = False, width: float = 0.5,
) -> Quantity:  # fmt: skip
    """With the values it may stand for: as many digits as it has, or as roughly as the words before it say."""
    low, high = value - width * step, value + width * step
    rough = _BEFORE.search(text[max(0, start - 30) : start])
    size = abs(value)
    if rough and rough["about"]:
        about = _ABOUT if kind is Kind.AMOUNT else 2 * _ABOUT
        low, high = min(low, value - about * size), max(high, value + about * size)
    elif rough and rough["nearly"]:
        low, high = value - _MOST_OF * size, max(value, high if step >= 1 and size < 100 else value)
    elif rough and rough["over"]:
        low = value - (width * step if step < 1 else 1e-9 * size)
        high = value + max(_BEYOND * size, 1.0 if kind is Kind.TIMES else 0.0)
    elif rough and rough["under"]:
        low, high = value - _BEYOND * size, value
    return Quantity(start, end, text[start:end], value, step, low, high, kind, unit, is_signed, is_word)


def _exact(start: int, end: int, text: str, value: float, kind: Kind) -> Quantity:
    return Quantity(start, end, text[start:end], value, 1.0, value, value, kind, is_word=True)


def _number_words(text: str) -> list[Quantity]:
    return [one for found in _NUMBER_WORD.finditer(text) if (one := _of_words(text, found)) is not None]


def _of_words(text: str, found: re.Match[str]) -> Quantity | None:
    small = (found["small"] or "").lower()
    if found["tens"]:
        value = float(_TENS[found["tens"].lower()] + _SMALL.get((found["unit"] or "").lower(), 0))
    elif small in _SMALL:
        value = float(_SMALL[small])
    else:
        value = {"dozen": 12.0, "hundred": 100.0, "thousand": 1000.0}[small]
        if not re.search(r"\ba\s$", text[: found.start()], re.IGNORECASE):
            return None
    end, scale = found.end(), 1.0
    if follows := _SCALE_WORD.match(text, end):
        scale = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}[follows[1].lower()]
        end = follows.end()
    kind = Kind.TIMES if _AS_TIMES.match(text, end) else Kind.AMOUNT
    unit, times, end = _unit_after(text, end)
    if small == "one" and scale == 1.0 and not unit:
        # Mostly no number: `the larger one`.
        return None
    return _said(text, found.start(), end, value * scale * times, scale * times, kind, unit, is_word=True)


def _times_words(text: str) -> list[Quantity]:
    return [
        _said(
            text,
            found.start(),
            found.end(),
            _TIMES[found[1].lower()],
            0.2,
            Kind.AMOUNT if _ENDS.match(text, found.end()) and found[1].lower() in ("twice", "thrice") else Kind.TIMES,
            is_word=True,
        )
        for found in _TIMES_WORD.finditer(text)
    ]


def _parts(text: str) -> list[Quantity]:
    """`a third`, `three quarters`; `the third` is a rank."""
    found = [
        _said(
            text,
            match.start(),
            match.end(),
            _SCALES[match["scale"].lower()] / _PARTS[match["part"].lower()],
            1.0,
            Kind.AMOUNT,
        )
        for match in _PART_OF_MILLION.finditer(text)
    ]
    found += [
        _said(text, match.start(), match.end(), 1 / _PARTS[match["part"].lower()], 0.05, Kind.TIMES, is_word=True)
        for match in _PART_AS_MUCH.finditer(text)
    ]
    for match in _PART.finditer(text):
        if any(one.start <= match.start() < one.end for one in found):
            continue
        part, some = match["part"].lower(), (match["some"] or "").lower()
        if part in _RANKS and not some:
            continue
        many = _SMALL.get(some, _TENS.get(some, 1))
        found.append(_share(text, match.start(), match.end(), many / _PARTS[part]))
    return found


def _out_of(text: str) -> list[Quantity]:
    """`one in five`."""
    found = []
    for match in _OUT_OF.finditer(text):
        some, every = _count(match["some"]), _count(match["all"])
        if 0 < some < every and not match["all"].isdigit() | match["some"].isdigit():
            found.append(_share(text, match.start(), match.end(), some / every))
    return found


def _count(word: str) -> int:
    return int(word) if word.isdigit() else {**_SMALL, **_TENS}[word.lower()]


def _share(text: str, start: int, end: int, share: float) -> Quantity:
    """A simple share is said of what is near it."""
    return _said(text, start, end, 100 * share, 100 * share * 0.1, Kind.SHARE, "percent", is_word=True)


def _rank_words(text: str) -> list[Quantity]:
    return [
        _exact(found.start(), found.end(), text, float(_RANKS[found[1].lower()]), Kind.RANK)
        for found in _RANK_WORD.finditer(text)
        if not (
            found[1].lower() == "second"
            and re.search(r"\b(?:one|an?|per|each|every)\s+$", text[: found.start()], re.IGNORECASE)
        )
    ]
