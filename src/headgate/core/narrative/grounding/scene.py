"""A sentence as it is read: what it names, which numbers it says, and which of them belong together."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from headgate.core.narrative.grounding.naming import Named
from headgate.core.narrative.grounding.quantities import Kind, Quantity
from headgate.core.narrative.grounding.tables import Column, Table
from headgate.core.narrative.grounding.words import DOWN, NOT, UP, Token, meant, tokens

_CLAUSE = re.compile(r"[,;:—]\s|[()]|\s–\s|\b(?:while|whereas|but|yet|although|though|however|and)\b", re.IGNORECASE)
_COMPARED_WITH = re.compile(
    r"\b(?:than|versus|vs|ahead of|behind|against|compared (?:with|to)|followed by|above|below)\s+(?:in\s+|on\s+|the\s+|that of\s+)*$",
    re.I,
)
_THAN_USUAL = re.compile(r"\b(?:above|below|than|over|under|from|unlike)\s+(?:the\s+)?$", re.IGNORECASE)
_BETTER = frozenset("improve improves improved improving recovered recovers".split())
_WORSE = frozenset("worsen worsens worsened worsening".split())
_BAD = frozenset(
    "reject rejects rejected rejection rejections failed failure failures error errors unhappy abnormal".split()
)
_OF_WHOLE = re.compile(r"\s+(?:out )?of\s+(?:the\s+|all\s+|its\s+)?", re.IGNORECASE)
_PART = re.compile(r"[,;:—]\s|\s–\s|\b(?:while|whereas|but|yet|compared (?:with|to)|versus|against)\b", re.IGNORECASE)
_BREAK = re.compile(r"[;:(—]\s?")
_INTRODUCES = re.compile(r"\b(?:its|the|a|an|their|on|at|to|for|against|from|than|with|versus)\s", re.IGNORECASE)
_UP_IDIOM = re.compile(
    r"\b(?:adds?|added|ma[dk]es?|making|sets?|sums?|ends?|summing|adding|follow|gave|gives?|giving|given)\s+$", re.I
)


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
    def has_not(self) -> bool:
        return bool(self.lows & NOT)

    def clusters(self, there: Table) -> dict[str, list[Named]]:
        """Column → what is named of it; of a column that the sentence names nothing of, what is carried."""
        if (id(there),) not in self._seen:
            self._seen[id(there),] = _clustered(self, there)
        found: dict[str, list[Named]] = self._seen[id(there),]
        return found

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
            return any(number.end <= other.start and other.end <= date.start for other in self.numbers)
        is_since = re.search(r"\b(?:since|from)\s+$", self.text[: date.start], re.IGNORECASE)
        return bool(is_since and re.search(r"\bto\s+[$€£]?$", self.text[: number.start], re.IGNORECASE))

    def rows_named(self, there: Table) -> frozenset[int]:
        """The rows of the last name of each column."""
        rows = frozenset(range(there.size))
        for named in self.clusters(there).values():
            rows &= named[-1].rows(there)
        return rows

    def is_bound(self, there: Table) -> bool:
        """Whether something of a table is named."""
        return bool(self.clusters(there))

    def _governing(self, named: list[Named], number: Quantity, order: Order) -> Named:
        if len({(one.key, one.when) for one in named}) == 1:
            return named[0]
        if order is Order.RESPECTIVELY:
            numbers = [one for one in self.numbers if one.kind is number.kind][-len(named) :]
            return named[numbers.index(number)] if len(numbers) == len(named) and number in numbers else named[-1]
        if order is Order.SUBJECT:
            return named[0]
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

    @functools.cached_property
    def orders(self) -> tuple[Order, ...]:
        """The ways to read it; numbers that come first belong to what follows them."""
        if not self.numbers or not self.own:
            return (Order.NAME_FIRST,)
        found = [Order.NAME_FIRST]
        if self.numbers[0].start < self.own[0].start or any(
            self.numbers[0].start < named[0].start
            for there in self.tables
            for named in self.clusters(there).values()
            if named[0].end > 0
        ):
            found.append(Order.NUMBER_FIRST)
        found += [Order.RESPECTIVELY, Order.CLAUSE]
        if any(_COMPARED_WITH.search(self.text[: one.start]) for one in self.own[1:]):
            found.append(Order.SUBJECT)
        return tuple(found)

    # -- words near a number -------------------------------------------------------------------------------------

    def words_of(self, number: Quantity) -> frozenset[str]:
        """Stems of the words around a number that may name its column."""
        at = (number.start, "near")
        if at not in self._seen:
            self._seen[at] = self._near(number)
        found: frozenset[str] = self._seen[at]
        return found

    def _near(self, number: Quantity) -> frozenset[str]:
        before, after = self._neighbours(number)
        left = self.noun_end(before) if before else 0
        left = max([left, *(found.end() for found in _BREAK.finditer(self.text, left, number.start))])
        right = self._right(number, after)
        if before is None and self.text[: number.start].rstrip().endswith(",") and self._compares(number):
            left = number.start
        if before and before.kind is Kind.TIMES and self.text[: number.start].rstrip().endswith(","):
            left = number.start
        if before and _OF_WHOLE.fullmatch(self.text[before.end : number.start]):
            right = self.noun_end(number)
        skipped = self.noun(after) if after and _OF_WHOLE.fullmatch(self.text[number.end : after.start]) else None
        hidden = [one for one in self.own if self._is_cited(one)]
        found: set[str] = set()
        for word in self.words:
            if self._is_sold_for(word):
                continue
            if (
                word is skipped
                or self.is_head(word)
                or (word.low in ("least", "most") and re.search(r"\bat\s+$", self.text[: word.start]))
            ):
                continue
            if _THAN_USUAL.search(self.text[: word.start]) and word.low in ("average", "usual", "normal"):
                continue
            inside = left <= word.start < number.start or number.end <= word.start < right
            if inside and not any(one.start <= word.start < one.end for one in hidden):
                found |= meant(word.stem)
        if self.has_not:
            found |= {f"un{word}" for word in found}
        return frozenset(found)

    def is_head(self, word: Token) -> bool:
        """Whether a word is what an everyday name says more of: `orders` in `small orders`."""
        return word.low.endswith("s") and any(
            0 < word.start - one.end <= 1 and one.is_weak and one.end > 0 for one in self.own
        )

    def _compares(self, number: Quantity) -> bool:
        """Whether two things were compared before their numbers are said: `more than the day before, 64 instead of 58`."""
        return bool(re.search(r"\bthan\b", self.text[: number.start], re.IGNORECASE))

    def _is_sold_for(self, word: Token) -> bool:
        """What something was sold for is no number of pieces."""
        return word.low in ("sold", "sells", "sell") and bool(
            re.match(r"\s+(?:\w+ )?(?:for|at)\b", self.text[word.end :])
        )

    def _is_cited(self, named: Named) -> bool:
        """Whether words are a name of a cited fact, and not where something went."""
        is_direction = named.is_weak and named.text.casefold() in UP | DOWN
        return not is_direction and any(named.columns(there) for there in self.tables)

    def _right(self, number: Quantity, after: Quantity | None) -> int:
        """Where the words after a number cease to be about it: at a comma, or where the next number is introduced."""
        if after and _OF_WHOLE.fullmatch(self.text[number.end : after.start]):
            at = self.numbers.index(after)
            after = self.numbers[at + 1] if at + 1 < len(self.numbers) else None
        right = after.start if after else len(self.text)
        is_apposition = self.text[: number.start].rstrip().endswith(",") and self.text[number.end :].startswith(",")
        if cut := _CLAUSE.search(self.text, number.end + is_apposition, right):
            right = cut.start()
        elif after and (found := _INTRODUCES.search(self.text, number.end, right)):
            right = found.start()
        return right

    def words_after(self, number: Quantity) -> frozenset[str]:
        """Stems of what the words after a number may mean, as far as they are about it."""
        return self.clause_words(number.end, self._right(number, self._neighbours(number)[1]))

    def stems_after(self, number: Quantity) -> frozenset[str]:
        """Stems of the words after a number, as far as they are about it."""
        stop = self._right(number, self._neighbours(number)[1])
        return frozenset(word.stem for word in self.words if number.end <= word.start < stop)

    def _neighbours(self, number: Quantity) -> tuple[Quantity | None, Quantity | None]:
        at = self.numbers.index(number)
        return self.numbers[at - 1] if at else None, self.numbers[at + 1] if at + 1 < len(self.numbers) else None

    def noun(self, number: Quantity) -> Token | None:
        """The word right after a number."""
        return next(
            (word for word in self.words if 0 < word.start - number.end <= 1 and number.end <= word.start), None
        )

    def noun_end(self, number: Quantity) -> int:
        noun = self.noun(number)
        return noun.end if noun and not number.unit else number.end

    def is_beside_percent(self, number: Quantity) -> bool:
        """Whether another number of the same row of numbers says the unit: `from 4 to 12 %`."""
        for other in self.numbers:
            if other is not number and other.unit in ("percent", "points") and other.start > number.end:
                between = self.text[number.end : other.start]
                return len(between.split()) <= 2
        return False

    def trend(self, number: Quantity) -> int | None:
        """The direction that is said of a number: 1, -1 or None."""
        before, _ = self._neighbours(number)
        after = self.text[number.end : number.end + 25]
        if found := re.match(
            r"\s*(?:\w+\s+)?(higher|lower|more|less|fewer|up|down|above|below|increase|decrease|gain|loss|drop|rise|decline)\b",
            after,
            re.I,
        ):
            word = found[1].lower()
            return 1 if word in ("higher", "more", "up", "above", "increase", "gain", "rise") else -1
        start, _ = self.clause(number.start)
        directed = [
            word
            for word in self.words
            if start <= word.start and word.end <= number.start and self.direction(word) is not None
        ]
        if not directed:
            return None
        word = directed[-1]
        return self.direction(word) * (-1 if self._is_negated(word) else 1)  # type: ignore[operator]

    def direction(self, word: Token) -> int | None:
        """1 or -1 for a word that says where something went."""
        if word.low in ("up", "picked") and _UP_IDIOM.search(self.text[: word.start]):
            return None
        if word.low in ("higher", "lower") or (
            word.low.startswith("add") and re.match(r"\s+up\b", self.text[word.end :])
        ):
            return None
        if word.low == "gave" and not re.match(r"\s+(?:up|back|away)\b", self.text[word.end :]):
            return None
        if any(one.start <= word.start < one.end and not one.is_weak for one in self.own):
            return None
        if word.low in _BETTER | _WORSE and self.lows & _BAD:
            return -1 if word.low in _BETTER else 1
        return 1 if word.low in UP else -1 if word.low in DOWN else None

    def _is_negated(self, word: Token) -> bool:
        return bool(re.search(r"\b(?:not|never|n['’]t|no|without)\s+(?:\w+\s+)?$", self.text[: word.start], re.I))

    def is_negated(self, word: Token) -> bool:
        return self._is_negated(word)

    def named_columns(self, there: Table, words: frozenset[str]) -> list[Column]:
        """The numeric columns that words name best: no other column has all their words and more."""
        matched = {column.name: column.words & words for column in there.numeric}
        return [
            column
            for column in there.numeric
            if matched[column.name] and not any(matched[column.name] < other for other in matched.values())
        ]

    def clause_words(self, start: int, end: int, *, whole: bool = False) -> frozenset[str]:
        """Stems of what the words of a part of the sentence may mean; `whole`: without the parts of `price-sensitive`."""
        found: set[str] = set()
        for word in self.words:
            is_part = whole and self.text[word.end : word.end + 1] == "-"
            if start <= word.start < end and not is_part and not self.is_head(word):
                found |= meant(word.stem)
        if self.has_not:
            found |= {f"un{word}" for word in found}
        return frozenset(found)

    def clause(self, at: int) -> tuple[int, int]:
        """The part of the sentence around a place, up to the next comma or conjunction that parts two statements."""
        cuts = [
            found.span()
            for found in re.finditer(
                r"[;:—]\s|,\s(?:while|whereas|but|yet|although|though|and)\b|\b(?:while|whereas|but|yet|although|though)\b",
                self.text,
                re.I,
            )
        ]
        start = max((end for _, end in cuts if end <= at), default=0)
        stop = min((begin for begin, _ in cuts if begin >= at), default=len(self.text))
        return start, stop


def _clustered(scene: Scene, there: Table) -> dict[str, list[Named]]:
    own = _by_column(scene.own, there)
    if any(not one.when for named in own.values() for one in named):
        return own
    for column, named in _by_column(scene.carried, there).items():
        own.setdefault(column, named)
    return own


def _by_column(several: Sequence[Named], there: Table) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for named in several:
        columns = named.columns(there)
        if columns:
            same = found.setdefault(columns[0], [])
            if same and named.is_weak and same[-1].is_weak and 0 <= named.start - same[-1].end <= 1:
                # `files failed`, `failed files`: what was done with them is what is measured.
                if same[-1].text.endswith("ed"):
                    continue
                same.pop()
            same.append(named)
    return found


def amounts(scene: Scene) -> list[Quantity]:
    """The numbers that are no rank."""
    return [number for number in scene.numbers if number.kind is not Kind.RANK]
