"""Reading the numbers that a sentence says in words: `seventy-two`, `a third`, `twice`, `one in five`, `second`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headgate.core.narrative.grounding.reading.quantity import AS_TIMES, SCALES, Kind, Quantity, exact, said, unit_after
from headgate.core.narrative.grounding.reading.words import word_list

_SMALL = {
    word: value
    for value, word in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            "eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
_RANKS = {
    word: value
    for value, word in enumerate(word_list("first second third fourth fifth sixth seventh eighth ninth tenth"), start=1)
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_TIMES = {"twice": 2, "double": 2, "doubled": 2, "doubling": 2, "triple": 3, "tripled": 3, "threefold": 3,
          "thrice": 3, "quadrupled": 4, "halved": 0.5, "halving": 0.5, "twofold": 2, "fourfold": 4, "fivefold": 5,
          "tenfold": 10}  # fmt: skip
_SCALE_WORDS = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
# Several of them, and how many more than one there may be.
_MANY = {
    "dozens": (12.0, 10),
    "hundreds": (100.0, 10),
    "thousands": (1e3, 1e3),
    "millions": (1e6, 1e3),
    "billions": (1e9, 1e3),
}
_COUNT = "|".join([*_SMALL, *_TENS])
_NUMBER_WORD = re.compile(
    rf"\b(?P<tens>{'|'.join(_TENS)})(?:[- ](?P<unit>one|two|three|four|five|six|seven|eight|nine))?\b"
    rf"|\b(?P<small>{'|'.join(_SMALL)}|{'|'.join(_SCALE_WORDS)})\b",
    re.IGNORECASE,
)
_MANY_WORD = re.compile(rf"\b({'|'.join(_MANY)})(?:\s+of\s+({'|'.join(_MANY)}))?\b", re.IGNORECASE)
_A = re.compile(r"\ba\s$", re.IGNORECASE)
_SCALE_WORD = re.compile(r"\s+(hundred|thousand|million|billion)\b", re.IGNORECASE)
# `two in three weeks` is no share.
_NO_PERIOD = r"(?!\s*(?:%|\d|,\d|\w*(?:months|days|weeks|hours|sessions)))"
_OUT_OF = re.compile(
    rf"\b(?P<some>{_COUNT})\s+(?:\w+\s+){{0,2}}?(?:in|out of(?: every)?|of every)\s+(?:every\s+)?(?P<all>{_COUNT})\b{_NO_PERIOD}",
    re.IGNORECASE,
)
# In digits, `3 out of 7` counts twice: of a share nothing stands between them but `in` or `every`.
_IN_DIGITS = re.compile(
    rf"(?<![\w.,$€£-])(?P<some>\d|{_COUNT})\s+(?:in(?:\s+every)?|(?:out\s+)?of\s+every)\s+(?P<all>\d{{1,2}}|{_COUNT})\b"
    rf"(?![.,]\d){_NO_PERIOD}",
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
_RANK_WORD = re.compile(rf"\b({'|'.join(_RANKS)})\b", re.IGNORECASE)


def number_words(text: str) -> list[Quantity]:
    """`seven`, `seventy-two`, `two million`."""
    return [one for found in _NUMBER_WORD.finditer(text) if (one := _of_words(text, found)) is not None]


def _of_words(text: str, found: re.Match[str]) -> Quantity | None:
    value = _value_of_words(found)
    follows = _SCALE_WORD.match(text, found.end())
    scale = _SCALE_WORDS[follows[1].lower()] if follows else 1.0
    end = follows.end() if follows else found.end()
    kind = Kind.TIMES if AS_TIMES.match(text, end) else Kind.AMOUNT
    unit, times, end = unit_after(text, end)
    # Mostly no number: `the larger one`, `the dozen`.
    is_plain_one = found[0].lower() == "one" and scale == 1.0 and not unit
    is_scale = found[0].lower() in _SCALE_WORDS and not _A.search(text[: found.start()])
    if is_plain_one or is_scale:
        return None
    return said(text, found.start(), end, value * scale * times, scale * times, kind, unit, is_word=True)


def _value_of_words(found: re.Match[str]) -> float:
    """Of `seventy-two`, `seven`, `dozen`."""
    if found["tens"]:
        return float(_TENS[found["tens"].lower()] + _SMALL.get((found["unit"] or "").lower(), 0))
    word = found["small"].lower()
    return _SCALE_WORDS[word] if word in _SCALE_WORDS else float(_SMALL[word])


def rough_words(text: str) -> list[Quantity]:
    """`hundreds`, `hundreds of thousands`: from two to as many as make the next word."""
    return [_of_rough_words(found) for found in _MANY_WORD.finditer(text)]


def _of_rough_words(found: re.Match[str]) -> Quantity:
    one, most = _MANY[found[1].lower()]
    of, _ = _MANY[found[2].lower()] if found[2] else (1.0, 1)
    low, high = 2 * one * of, most * one * of
    return Quantity(*found.span(), found[0], low, one * of, low, high, is_word=True)


def times_words(text: str) -> list[Quantity]:
    """`twice`, `halved`."""
    return [
        said(text, *found.span(), _TIMES[found[1].lower()], 0.2, _kind_of_times(text, found), is_word=True)
        for found in _TIMES_WORD.finditer(text)
    ]


def _kind_of_times(text: str, found: re.Match[str]) -> Kind:
    """`twice as many`; but `it happened twice` counts."""
    is_count = _ENDS.match(text, found.end()) and found[1].lower() in ("twice", "thrice")
    return Kind.AMOUNT if is_count else Kind.TIMES


def parts(text: str) -> list[Quantity]:
    """`a third`, `three quarters`; `the third` is a rank."""
    found = [*_parts_of_million(text), *_parts_as_much(text)]
    for match in _PART.finditer(text):
        part, some = match["part"].lower(), (match["some"] or "").lower()
        is_read = any(one.start <= match.start() < one.end for one in found)
        if not is_read and (some or part not in _RANKS):
            many = _SMALL.get(some, _TENS.get(some, 1))
            found.append(_share(text, match.start(), match.end(), many / _PARTS[part]))
    return found


def _parts_of_million(text: str) -> Iterator[Quantity]:
    """`half a million`."""
    for match in _PART_OF_MILLION.finditer(text):
        value = SCALES[match["scale"].lower()] / _PARTS[match["part"].lower()]
        yield said(text, *match.span(), value, 1.0, Kind.AMOUNT)


def _parts_as_much(text: str) -> Iterator[Quantity]:
    """`half as many`."""
    for match in _PART_AS_MUCH.finditer(text):
        yield said(text, *match.span(), 1 / _PARTS[match["part"].lower()], 0.05, Kind.TIMES, is_word=True)


def out_of(text: str) -> list[Quantity]:
    """`one in five`, `1 in 5`."""
    found: list[Quantity] = []
    for match in (*_OUT_OF.finditer(text), *_IN_DIGITS.finditer(text)):
        some, every = _count(match["some"]), _count(match["all"])
        is_read = any(one.start == match.start() for one in found)
        if 0 < some < every and not is_read:
            found.append(_share(text, match.start(), match.end(), some / every))
    return found


def _count(word: str) -> int:
    return int(word) if word.isdigit() else {**_SMALL, **_TENS}[word.lower()]


def _share(text: str, start: int, end: int, share: float) -> Quantity:
    """A simple share is said of what is near it."""
    return said(text, start, end, 100 * share, 100 * share * 0.1, Kind.SHARE, "percent", is_word=True)


def rank_words(text: str) -> list[Quantity]:
    """`second`; but `per second` is none."""
    return [
        exact(found.start(), found.end(), text, float(_RANKS[found[1].lower()]), Kind.RANK)
        for found in _RANK_WORD.finditer(text)
        if not (
            found[1].lower() == "second"
            and re.search(r"\b(?:one|an?|per|each|every)\s+$", text[: found.start()], re.IGNORECASE)
        )
    ]
