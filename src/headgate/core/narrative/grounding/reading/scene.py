"""A sentence as it is read: what it names, which numbers it says, and which of them belong together."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Quantity
from headgate.core.narrative.grounding.reading.tables import Column, Table
from headgate.core.narrative.grounding.reading.words import DOWN, NOT, UP, Token, meant, tokens

_COMPARED_WITH = re.compile(
    r"\b(?:than|versus|vs|ahead of|behind|against|compared (?:with|to)|followed by|above|below)"
    r"\s+(?:in\s+|on\s+|the\s+|that of\s+)*$",
    re.I,
)
_PART = re.compile(r"[,;:—]\s|\s–\s|\b(?:while|whereas|but|yet|compared (?:with|to)|versus|against)\b", re.I)
_CLAUSE = re.compile(
    r"[;:—]\s|,\s(?:while|whereas|but|yet|although|though|and)\b|\b(?:while|whereas|but|yet|although|though)\b", re.I
)
# `although it fell, A has …`
_CONCESSION = re.compile(
    r"^\W*(?:despite|in spite of|(?:even )?though|although|while|whereas)\b[^,]*(,\s)(?![$€£]?[-−]?\d)", re.I
)
OF_WHOLE = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:the|all|its|these)\s+)*", re.I)
_SINCE = re.compile(r"\b(?:since|from)\s+$", re.I)
_TRADED_MOST = re.compile(r"\s+(?:the\s+)?(?:most|least|more|less|volumes?)\b", re.I)
_TO = re.compile(r"\bto\s+[$€£]?$", re.I)

T = TypeVar("T")


class Order(Enum):
    """How numbers may belong to the names around them."""

    NAME_FIRST = "each number to the name before it"
    NUMBER_FIRST = "each number to the name after it"
    RESPECTIVELY = "the first number to the first name, and so on"
    CLAUSE = "each number to the name in its part of the sentence, else to the one before"
    SUBJECT = "all numbers to the first name; the others are only compared with it"


@dataclass(frozen=True)
class Scene:
    """A sentence.

    Attributes:
        tables: that it may rest on.
        own: names and dates in it, in their order.
        carried: names of the sentence before, or the entity that the text is about.
        nouns: stems of the words that name columns of any fact, cited or not.
    """

    text: str
    tables: tuple[Table, ...]
    own: tuple[Named, ...]
    numbers: tuple[Quantity, ...]
    carried: tuple[Named, ...] = ()
    nouns: frozenset[str] = frozenset()
    _seen: dict[tuple[object, ...], Any] = field(default_factory=dict, compare=False, repr=False)

    def kept(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What was made of the sentence before; made now where it was not."""
        if key not in self._seen:
            self._seen[key] = make()
        found: T = self._seen[key]
        return found

    # -- its words -----------------------------------------------------------------------------------------------

    @functools.cached_property
    def words(self) -> tuple[Token, ...]:
        return tuple(tokens(self.text))

    @functools.cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word.stem for word in self.words)

    @functools.cached_property
    def lows(self) -> frozenset[str]:
        return frozenset(word.low for word in self.words)

    @functools.cached_property
    def meanings(self) -> frozenset[str]:
        """Stems of what all its words may mean."""
        return self.clause_words(0, len(self.text))

    @functools.cached_property
    def has_not(self) -> bool:
        return bool(self.lows & NOT)

    def negated(self, found: set[str]) -> frozenset[str]:
        """Stems of words, and in a sentence with a `not` their opposites: `not happy` is unhappy."""
        return frozenset(found | {f"un{word}" for word in found} if self.has_not else found)

    def clause_words(self, start: int, end: int, *, whole: bool = False) -> frozenset[str]:
        """Stems of what the words of a part of the sentence may mean; `whole`: no parts of `price-sensitive`."""
        found: set[str] = set()
        for word in self.words:
            is_part = whole and self.text[word.end : word.end + 1] == "-"
            if start <= word.start < end and not is_part and not self.is_head(word):
                found |= meant("volum" if self._is_traded(word) else word.stem)
        return self.negated(found)

    def _is_traded(self, word: Token) -> bool:
        """`trades more shares`, `is traded most`, `trading volume`: what is traded is a volume, and no percentage."""
        if word.low == "shares":
            return "trad" in self.stems
        return word.stem == "trad" and bool(_TRADED_MOST.match(self.text, word.end))

    def clause(self, at: int) -> tuple[int, int]:
        """The part of the sentence around a place, up to the next conjunction that parts two statements."""
        cuts = [found.span() for found in _CLAUSE.finditer(self.text)]
        if concession := _CONCESSION.match(self.text):
            cuts.append(concession.span(1))
        start = max((end for _, end in cuts if end <= at), default=0)
        stop = min((begin for begin, _ in cuts if begin >= at), default=len(self.text))
        return start, stop

    def is_head(self, word: Token) -> bool:
        """Whether a word is what an everyday name says more of: `orders` in `small orders`."""
        return word.low.endswith("s") and any(
            0 < word.start - one.end <= 1 and one.is_weak and one.end > 0 for one in self.own
        )

    def noun(self, number: Quantity) -> Token | None:
        """The word right after a number; after `12 large orders`, what there is more of."""
        first = next((word for word in self.words if number.end < word.start <= number.end + 1), None)
        kind = next((one for one in self.own if first and one.is_weak and one.start == first.start), None)
        head = next((word for word in self.words if kind and word.start == kind.end + 1 and self.is_head(word)), None)
        return head or first

    def noun_end(self, number: Quantity) -> int:
        """Where a number ends, with its noun if it has no unit."""
        noun = self.noun(number)
        return noun.end if noun and not number.unit else number.end

    def named_columns(self, there: Table, words: frozenset[str]) -> list[Column]:
        """The numeric columns that words name best: no other column has all their words and more."""
        matched = {column.name: column.words & words for column in there.numeric}
        return [
            column
            for column in there.numeric
            if matched[column.name] and not any(matched[column.name] < other for other in matched.values())
        ]

    def columns_said(self, there: Table, words: frozenset[str]) -> Sequence[Column]:
        """The columns that words name; all where they name none of any cited table.

        More facts cited are no excuse: a volatility is not looked for among volumes.
        """
        said = self.named_columns(there, words)
        others = [other for other in self.tables if other is not there]
        if said or any(self.named_columns(other, words) for other in others):
            return said
        return there.numeric

    # -- its names and their rows --------------------------------------------------------------------------------

    def clusters(self, there: Table) -> dict[str, list[Named]]:
        """Column → what is named of it; of a column that the sentence names nothing of, what is carried."""
        return self.kept((id(there),), lambda: self._clustered(there))

    def _clustered(self, there: Table) -> dict[str, list[Named]]:
        own = _by_column(self.own, there)
        if any(not one.when and not _is_direction(one) for named in own.values() for one in named):
            return own
        carried = _by_column(self.carried, there)
        return {**own, **{column: named for column, named in carried.items() if column not in own}}

    def is_bound(self, there: Table) -> bool:
        """Whether something of a table is named."""
        return bool(self.clusters(there))

    @functools.cached_property
    def bound_tables(self) -> tuple[Table, ...]:
        """The tables that hold a proper name of the sentence; all where none does."""
        names = self._proper(self.own) or self._proper(self.carried)
        return tuple(there for there in self.tables if any(one.rows(there) for one in names)) or self.tables

    @staticmethod
    def _proper(named: Sequence[Named]) -> list[Named]:
        return [one for one in named if one.key and not one.is_weak]

    def owner(self, number: Quantity) -> Named | None:
        """The proper name that a number is most likely about: the last one before it, else one that is carried."""
        before = [one for one in self._proper(self.own) if one.end <= number.start]
        return next(iter(before[-1:] or self._proper(self.carried)[-1:]), None)

    def rows_named(self, there: Table) -> frozenset[int]:
        """The rows of the last name of each column."""
        rows = frozenset(range(there.size))
        return rows.intersection(*(named[-1].rows(there) for named in self.clusters(there).values()))

    def rows(self, there: Table, number: Quantity, order: Order) -> frozenset[int]:
        """The rows that a number may be about: those of the names that it belongs to."""
        rows = frozenset(range(there.size))
        for named in self.clusters(there).values():
            if not self._is_free(named, number):
                rows &= self._governing(named, number, order).rows(there)
        return rows

    def _is_free(self, named: list[Named], number: Quantity) -> bool:
        """Whether the only date of a sentence is another number's: `closed at 236 after reaching 240 on 12 May`."""
        (date, *others) = named
        if others or not date.when or date.start < 0:
            return False
        if date.start > number.end:
            between = [one for one in self.numbers if number.end <= one.start and one.end <= date.start]
            return any(not OF_WHOLE.fullmatch(self.text, number.end, one.start) for one in between)
        return bool(_SINCE.search(self.text[: date.start]) and _TO.search(self.text[: number.start]))

    # -- how they belong together --------------------------------------------------------------------------------

    @functools.cached_property
    def orders(self) -> tuple[Order, ...]:
        """The ways to read it; numbers that come first belong to what follows them."""
        if not self.numbers or not self.own:
            return (Order.NAME_FIRST,)
        found = [Order.NAME_FIRST, Order.RESPECTIVELY, Order.CLAUSE]
        if self._begins_with_number():
            found.insert(1, Order.NUMBER_FIRST)
        if any(_COMPARED_WITH.search(self.text[: one.start]) for one in self.own[1:]):
            found.append(Order.SUBJECT)
        return tuple(found)

    def _begins_with_number(self) -> bool:
        """Whether the first number comes before all names, or before those of one column."""
        clusters = (named for there in self.tables for named in self.clusters(there).values())
        firsts = [self.own[0], *(named[0] for named in clusters if named[0].end > 0)]
        return any(self.numbers[0].start < one.start for one in firsts)

    def _governing(self, named: list[Named], number: Quantity, order: Order) -> Named:
        """The name of a column to which a number belongs."""
        if order is Order.SUBJECT or len({(one.key, one.when) for one in named}) == 1:
            return named[0]
        if order is Order.RESPECTIVELY:
            numbers = [one for one in self.numbers if one.kind is number.kind][-len(named) :]
            return named[numbers.index(number)] if len(numbers) == len(named) and number in numbers else named[-1]
        if order is Order.CLAUSE:
            return self._in_part(named, number)
        before = [one for one in named if one.end <= number.start]
        after = [one for one in named if one.start >= number.end]
        if order is Order.NUMBER_FIRST:
            return after[0] if after else before[-1]
        return before[-1] if before else after[0]

    def _in_part(self, named: list[Named], number: Quantity) -> Named:
        cuts = [found.start() for found in _PART.finditer(self.text)]
        start = max((cut for cut in cuts if cut < number.start), default=0)
        stop = min((cut for cut in cuts if cut >= number.end), default=len(self.text))
        inside = [one for one in named if start <= one.start < stop]
        before = [one for one in named if one.end <= number.start]
        return ([one for one in inside if one in before][-1:] or inside or before[-1:] or named)[0]


def _by_column(several: Sequence[Named], there: Table) -> dict[str, list[Named]]:
    """Names by the column in which they stand; of `files failed`, the later word is a measure, and no name."""
    found: dict[str, list[Named]] = {}
    for named in several:
        columns = named.columns(there)
        if columns:
            same = found.setdefault(columns[0], [])
            if same and _are_together(same[-1], named):
                if same[-1].text.endswith("ed"):
                    continue
                same.pop()
            same.append(named)
    return found


def _is_direction(named: Named) -> bool:
    """`it is down` says where it went, and names nothing."""
    return named.is_weak and named.text.casefold() in UP | DOWN


def _are_together(first: Named, second: Named) -> bool:
    """Two everyday words in a row: `failed files`."""
    return first.is_weak and second.is_weak and 0 <= second.start - first.end <= 1
