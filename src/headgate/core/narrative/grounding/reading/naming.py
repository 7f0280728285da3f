"""Finding what a sentence names: values of text columns, and what they are known by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.reading.dates import DateMention, When
from headgate.core.narrative.grounding.reading.tables import Column, Key, Table
from headgate.core.narrative.grounding.reading.words import (
    DOWN,
    FUNCTION,
    STILL,
    UP,
    Token,
    meant,
    stem,
    tokens,
    word_list,
    word_set,
)

CARRIED, ABOUT = -2, -1
"""Where names stand that are no part of the sentence: in the one before it, or in what the text is about."""

_WORDS = FUNCTION | UP | DOWN | STILL
# What follows a name, and no article.
_AFTER_NAME = UP | DOWN | word_set("and or is was has had s closed closes traded trades comes came stands leads ranks")
_SHORT, _LAST, _LONG_CODE = 4, 5, 4
# Before a word, what makes it the end of a longer one: the `csv` of `may.csv`.
_INSIDE = (".", "/", "_")
_BEFORE_FIGURES = (".", ",", "$", "€", "£", "+", "−")
_AMOUNT_GOES_ON = re.compile(r"[.,]\d|\s?(?:%|percent\b|[kKMB]\b|million\b|thousand\b)")
_MEDIA = re.compile(r"[a-z]+/[a-z]+$")


@dataclass(frozen=True)
class Named:
    """Something that a text names.

    Attributes:
        key: of a name; empty for a date.
        is_weak: everyday words that happen to be a value, such as `large`.
        is_part: a part of a value that no other value of its column has.
    """

    start: int
    end: int
    text: str
    key: Key = ()
    when: When | None = None
    is_weak: bool = False
    is_part: bool = False

    def rows(self, there: Table) -> frozenset[int]:
        """Its rows in a table."""
        return there.rows_at(self.when) if self.when else there.rows_of(self.key)

    def columns(self, there: Table) -> tuple[str, ...]:
        """The columns of a table in which it stands."""
        if self.when:
            when = self.when
            return tuple(
                column.name for column in there.columns if any(one and when.covers(one) for one in column.dates)
            )
        found = dict.fromkeys(column for row in range(there.size) if (column := there.column_of(self.key, row)))
        return tuple(column.name for column in there.columns if column.name in found)


class Names:
    """The names that stand in tables, by how they begin.

    Everyday words and parts of names count only where the tables that hold them are cited.
    """

    def __init__(self, tables: Iterable[Table], cited: Sequence[Table] = ()) -> None:
        self._by_first: dict[str, dict[Key, tuple[Key, Key, bool, bool]]] = {}
        self._tables = tuple(cited)
        self._codes = _codes(tables)
        self._called = _called(cited)
        self._cited = {key for there in cited for column in there.named for key in column.keys if key}
        for there in tables:
            is_cited = any(one is there for one in cited)
            for column in there.named:
                for key, cell in zip(column.keys, column.cells, strict=True):
                    if key and (is_cited or not _is_everyday(str(cell))):
                        self._add(key, key, is_weak=_is_everyday(str(cell)), is_part=False)
        for there in cited:
            for column in there.named:
                for part, key in _parts({key for key in column.keys if key}, there.words).items():
                    self._add(part, key, is_weak=True, is_part=True)
                for kind, key in _kinds(column).items():
                    self._add(kind, key, is_weak=True, is_part=False)

    def _add(self, said: Key, key: Key, *, is_weak: bool, is_part: bool) -> None:
        self._by_first.setdefault(said[0], {}).setdefault(said, (said, key, is_weak, is_part))

    def within(self, text: str, dates: Sequence[DateMention]) -> list[Named]:
        """The names in a text; the longest wins."""
        words = [one for one in tokens(text) if not _is_within(one, dates)]
        found: list[Named] = []
        at = 0
        while at < len(words):
            match = self._at(words, at, found)
            if match is None or not _is_free(text, words[at], is_weak=match[2]):
                at += 1
                continue
            (said, key, is_weak, is_part) = match
            start, end = words[at].start, words[at + len(said) - 1].end
            found.append(Named(start, end, text[start:end], key, None, is_weak, is_part))
            at += len(said)
        return self._joined(found, text)

    def _joined(self, found: list[Named], text: str) -> list[Named]:
        """Names that follow each other and stand in one row are one name: `Sony Xperia 1 V`."""
        joined: list[Named] = []
        for named in found:
            last = joined[-1] if joined else None
            if last and text[last.end : named.start] == " " and not (last.is_part or named.is_part):
                key = (*last.key, *named.key)
                if any(there.rows_of(key) for there in self._tables):
                    joined[-1] = Named(last.start, named.end, text[last.start : named.end], key)
                    continue
            joined.append(named)
        return joined

    def _at(self, words: list[Token], at: int, before: list[Named]) -> tuple[Key, Key, bool, bool] | None:
        longest = None
        starts = dict.fromkeys((words[at].low, words[at].stem))
        for entry in (one for start in starts for one in self._by_first.get(start, {}).values()):
            if longest is not None and self._rank(entry) <= self._rank(longest):
                continue
            if _are_said(entry[0], words[at:]) and self._is_name(entry[0], words, at, before):
                longest = entry
        return longest

    def _is_name(self, said: Key, words: Sequence[Token], at: int, before: list[Named]) -> bool:
        """Figures are a name after another one, as in `OnePlus 11`, after what they are, as in `model 11`, or as a code."""
        first = words[at]
        if said in self._codes:
            return len(said) > 1 or _is_meant_as_code(words, at)
        if len(said) == 1 and said in self._cited and len(said[0]) >= _LONG_CODE and said[0].isdigit():
            return True
        if not all(part.isdigit() for part in said) or (before and 0 < first.start - before[-1].end <= 1):
            return True
        return at > 0 and words[at - 1].stem in self._called.get(said, ())

    def _rank(self, entry: tuple[Key, Key, bool, bool]) -> tuple[bool, int]:
        """Names of the cited facts first, and the longest of them."""
        return entry[1] in self._cited, len(entry[0])


def _codes(tables: Iterable[Table]) -> frozenset[Key]:
    """What is written in capitals and figures only: `AAPL`, `BRK.B`."""
    cells = (
        (key, cell)
        for there in tables
        for column in there.named
        for key, cell in zip(column.keys, column.cells, strict=True)
    )
    return frozenset(key for key, cell in cells if key and str(cell).isupper())


def _called(tables: Iterable[Table]) -> Mapping[Key, frozenset[str]]:
    """For what is written in figures only, what its columns are called."""
    found: dict[Key, frozenset[str]] = {}
    for column in (column for there in tables for column in there.named):
        for key in column.keys:
            if key and all(part.isdigit() for part in key):
                found[key] = found.get(key, frozenset()) | column.words
    return found


def _are_said(said: Key, words: Sequence[Token]) -> bool:
    """Whether a text goes on with a name, in any form of its words."""
    return len(words) >= len(said) and all(
        part in (one.stem, one.low) for part, one in zip(said, words[: len(said)], strict=True)
    )


def _is_meant_as_code(words: Sequence[Token], at: int) -> bool:
    """A code that is also a word is meant only where it is written as a code: `ALL rose`, not `all rose`."""
    first = words[at]
    if first.text == "A" and at == 0 and len(words) > 1:
        return words[1].low in _AFTER_NAME
    return first.text.isupper() or first.low not in _WORDS


def _is_free(text: str, word: Token, *, is_weak: bool) -> bool:
    """Whether a word is no part of a longer one: no `csv` of `may.csv`, and of a code of figures no part of an amount."""
    before = text[max(0, word.start - 1) : word.start]
    if word.text.isdigit():
        return before not in _BEFORE_FIGURES and not _AMOUNT_GOES_ON.match(text, word.end)
    return not is_weak or before not in _INSIDE


def _is_within(token: Token, dates: Sequence[DateMention]) -> bool:
    return any(one.start < token.end and token.start < one.end for one in dates)


def _is_everyday(cell: str) -> bool:
    return cell.islower() and all(one.text.isalpha() for one in tokens(cell)) and not re.search(r"[_./]", cell)


def _parts(keys: set[Key], taken: frozenset[str]) -> dict[Key, Key]:
    """What a name is known by: `notebook` for `Notebook A5, dotted`, `above 160`, `low pulse` for `pulse below 60`."""
    found: dict[Key, set[Key]] = {}
    for key in keys:
        for part in _parts_of(key):
            found.setdefault(part, set()).add(key)
    return {
        part: next(iter(owners))
        for part, owners in found.items()
        if len(owners) == 1 and part not in keys and _tells(part, taken)
    }


def _kinds(column: Column) -> dict[Key, Key]:
    """`PNG` for `image/png`: what comes after the only slash."""
    pairs = [
        (key[-1:], key) for key, cell in zip(column.keys, column.cells, strict=True) if key and _MEDIA.match(str(cell))
    ]
    return {kind: key for kind, key in pairs if [one for one, _ in pairs].count(kind) == 1}


def _parts_of(key: Key) -> Iterator[Key]:
    """How a name begins, ends in a figure or in a long word, and `low` for `below`."""
    for length in range(1, len(key)):
        yield key[:length]
        if length > 1 and key[-1].isdigit():
            yield key[-length:]
    for word, said in ((stem("below"), stem("low")), (stem("above"), stem("high"))):
        if word in key[1:]:
            yield (said, *key[: key.index(word)])
    if len(key) in (2, 3) and len(key[-1]) >= _LAST and key[-1].isalpha():
        yield key[-1:]


_VAGUE = (
    UP | DOWN | frozenset(map(stem, word_list("above below under over high low large small more less with from than")))
)


def _tells(part: Key, taken: frozenset[str]) -> bool:
    if len(part) > 1 and (part[-1].isdigit() or part[0] in (stem("low"), stem("high"))):
        return True
    is_short = all(len(word) < _SHORT or word in _VAGUE for word in part)
    return not is_short and not all(word in taken or meant(word) - {word} for word in part)
