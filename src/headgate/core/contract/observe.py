"""What the values of one column have in common; used to draft a contract, never to judge a row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

NULL_WORDS = frozenset(
    ("N/A", "n/a", "NA", "#N/A", "null", "NULL", "Null", "None", "none", "NaN", "nan", "-", "--", "?")
)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CODE = re.compile(r"[+-]?0[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_BIGGEST = 2**63
_LARGEST_FINITE = 1.7e308
_WHITE_SPACE = " \t\r\n\v\f"
_JSON_KINDS = {"{": "object", "[": "array"}
_REJECTED = "so the gate rejects their rows"
# Beyond this many different values a column is no longer watched for repeats.
MAX_DIFFERENT = 1_000_000


def _is_integer(text: str) -> bool:
    return bool(_INTEGER.fullmatch(text)) and not _CODE.fullmatch(text) and -_BIGGEST <= int(text) < _BIGGEST


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and not _CODE.fullmatch(text) and abs(float(text)) <= _LARGEST_FINITE


def _is_calendar(pattern: re.Pattern[str], read: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        if not pattern.fullmatch(text):
            return False
        try:
            read(text)
        except ValueError:
            return False
        return True

    return check


def _json_kind(text: str) -> str | None:
    """Object or array, when a text is one to the engine too, which takes no half of a surrogate pair."""
    kind = _JSON_KINDS.get(text.lstrip()[:1])
    if not kind or "\\ud" in text.lower():
        return None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return kind


# The narrowest first; a column that fits several gets the first.
TESTS: dict[str, Callable[[str], bool]] = {
    "integer": _is_integer,
    "number": _is_number,
    "boolean": lambda text: text.casefold() in ("true", "false"),
    "date": _is_calendar(_DATE, date.fromisoformat),
    "timestamp": _is_calendar(_TIMESTAMP, datetime.fromisoformat),
    "time": _is_calendar(_TIME, time.fromisoformat),
}


@dataclass
class Observed:
    """One column, seen value by value.

    Attributes:
        name: of the column.
        count: rows seen.
        missing: rows without a value.
        null_words: words seen that often stand for a missing value.
    """

    name: str
    count: int = 0
    missing: int = 0
    null_words: dict[str, int] = field(default_factory=dict)
    _possible: list[str] = field(default_factory=lambda: list(TESTS))
    _different: set[str] | None = field(default_factory=set)
    _repeats: bool = False
    _longest: int = 0
    _low: str | float | None = None
    _high: str | float | None = None
    _text_low: str | None = None
    _text_high: str | None = None
    _nested: dict[str, int] = field(default_factory=dict)
    _json_texts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_JSON_KINDS.values(), 0))
    _single: int = 0
    _numeric: int = 0
    _fractions: int = 0

    def see(self, text: str | None) -> None:
        """Take one value as text; None for one that is absent."""
        self.count += 1
        stripped = "" if text is None else text.strip(_WHITE_SPACE)
        if text is None or not stripped:
            self.missing += 1
        elif stripped in NULL_WORDS:
            self.null_words[stripped] = self.null_words.get(stripped, 0) + 1
        else:
            self._see_value(text)

    def see_number(self, text: str) -> None:
        """Take one JSON number as written."""
        self._fractions += any(sign in text for sign in ".eE")
        self.see(text)

    def see_nested(self, kind: str) -> None:
        """Take one JSON object or array."""
        self.count += 1
        self._nested[kind] = self._nested.get(kind, 0) + 1

    def _see_value(self, text: str) -> None:
        self._single += 1
        if kind := _json_kind(text):
            self._json_texts[kind] += 1
        self._possible = [name for name in self._possible if TESTS[name](text)]
        self._longest = max(self._longest, len(text))
        if self._different is not None:
            self._repeats = self._repeats or text in self._different
            self._different.add(text)
            if len(self._different) > MAX_DIFFERENT:
                self._different = None
        self._text_low = min(self._text_low, text) if self._text_low else text
        self._text_high = max(self._text_high, text) if self._text_high else text
        if _is_number(text):
            self._numeric += 1
            value = float(text)
            self._low = value if self._low is None else min(float(self._low), value)
            self._high = value if self._high is None else max(float(self._high), value)

    @property
    def values(self) -> int:
        """Rows with a value that is no null word."""
        return self.count - self.missing - sum(self.null_words.values())

    @property
    def type(self) -> str:
        """The narrowest logical type that takes every value; where none does, one that takes most, see `misfits`."""
        kind = max(self._nested, key=self._taken_as, default=None)
        if kind and (self._taken_as(kind) > self._single or self._json_texts[kind] == self._single):
            return kind
        if self._single and self._possible:
            return self._possible[0]
        return "number" if self._single - self._numeric < self._fractions else "string"

    def _taken_as(self, kind: str) -> int:
        return self._nested[kind] + self._json_texts[kind]

    def misfits(self) -> list[str]:
        """What no type could take together with the rest, for comments."""
        chosen = self.type
        said = [f"{count:,} rows hold an {kind} here" for kind, count in self._nested.items() if kind != chosen]
        if chosen in self._json_texts and (others := self._single - self._json_texts[chosen]):
            said.append(f"{others:,} rows hold something else than an {chosen} here")
        if chosen == "number" and (others := self._single - self._numeric):
            said.append(f"{others:,} rows hold something else than a number here")
        lines = [f"{what}: no type takes both this and the other values, {_REJECTED}" for what in said]
        if chosen == "string" and self._fractions:
            what = f"{self._fractions:,} rows hold a number with a fraction or an exponent here, beside text"
            lines.append(f"{what}: the text of such a number is not kept exactly, {_REJECTED}")
        return lines

    @property
    def null_tokens(self) -> tuple[str, ...]:
        """Words to declare as missing; none for a text column, where they are values."""
        return tuple(sorted(self.null_words)) if self.type != "string" else ()

    @property
    def required(self) -> bool:
        """True when every row has a value."""
        return self.count > 0 and not self.missing and not self.null_tokens

    @property
    def unique(self) -> bool:
        """True when every row has a value and no two are the same, as far as was watched."""
        known = self._different is not None and not self._repeats and not self._nested
        return known and self.required and not self.null_words and self.count > 1

    def facts(self) -> str:
        """Range, missing and different values, for a comment; the texts of the range unquoted, see `range`."""
        filled = self.values if self.null_tokens else self.count - self.missing
        parts = [f"{filled:,} of {self.count:,} filled"]
        if self._different is not None and not self._nested:
            parts.append(f"{len(self._different):,} different")
        if self.type == "string" and self._longest:
            parts.append(f"up to {self._longest} characters")
        return ", ".join(parts)

    @property
    def range(self) -> tuple[str, str] | None:
        """Lowest and highest value, as text; None for text columns."""
        if self.type in ("integer", "number") and self._low is not None and self._high is not None:
            return _number(self._low, self.type), _number(self._high, self.type)
        if self.type in ("date", "timestamp", "time") and self._text_low and self._text_high:
            return self._text_low, self._text_high
        return None


def _number(value: str | float, logical_type: str) -> str:
    number = float(value)
    return str(int(number)) if logical_type == "integer" else repr(number)
