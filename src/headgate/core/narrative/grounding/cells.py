"""Explaining a number by a cell: in a row that it may be about, in a column that the words around it name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from headgate.core.narrative.grounding.quantities import Kind, Quantity
from headgate.core.narrative.grounding.naming import CARRIED
from headgate.core.narrative.grounding.scene import Order, Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import meant, stem

_LOOSE = frozenset(
    stem(word) for word in "share shares percent rate mean min max median total change times time points".split()
)
_ROWS = frozenset(stem(word) for word in "rows records entries lines".split())
_FROM = re.compile(r"\b(?:up|down|rose|fell|compared|from)\s+(?:from|with|to)?\s*(?:[a-z]+ )?[$€£]?$", re.I)
_EARLIER = re.compile(
    r"\s*(?:\w+\s+)?(?:on |in )?(?:the )?(?:\w+ )?(?:day|week|month|session|year|hour)?\s*(?:before|earlier|previously)\b",
    re.I,
)
_OF_ALL = re.compile(
    r"\b(?:out of|than|against|total|overall|all|limit|versus|average|usual|from)\s+(?:[a-z'’]+\s+){0,3}[$€£]?$", re.I
)
_OF_SO_MANY = re.compile(
    r"(?:^|[,;:(]\s*|\d%?\s+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|many|some|most|half|quarters?|thirds?|fifth|percent|one \w+)\s+)"
    r"of\s+(?:[a-z'’]+\s+){0,3}[$€£]?$",
    re.I,
)
_OF_ALL_AFTER = re.compile(r"\s*\w*\s*(?:in total|in all|overall|altogether)\b", re.I)
_LARGEST = re.compile(
    r"\b(?:highest|largest|biggest|most|peak(?:ed|s)?|maximum|busiest|top|greatest|longest|best)\b", re.I
)
_LEAST = re.compile(r"\b(?:lowest|smallest|least|fewest|minimum|quietest|cheapest|shortest|worst)\b", re.I)
_PERCENT_OF = re.compile(r"\s+of\s+(?:all\s+|the\s+|its\s+|total\s+|their\s+|our\s+)*([a-z]+)\b", re.I)
_BELOW_ZERO = re.compile(r"\b(?:negative|minus|loss(?:es)?|below zero)\b", re.I)
_RANGE_WORD = re.compile(
    r"\b(?:rang\w+|var(?:y|ies|ied)|mov\w+|stay\w*|took|takes?|li?es?|lay|lying|span\w*|fluctuat\w+|hover\w*|measured|between)\b",
    re.I,
)


@dataclass(frozen=True)
class Cell:
    """Where a number stands."""

    table: Table
    column: Column
    row: int
    value: float


def cells(scene: Scene, number: Quantity, order: Order) -> list[Cell]:
    """The cells that a number may be."""
    if number.kind is Kind.RANK:
        return []
    return [cell for there in scene.tables for cell in _in_table(scene, number, order, there)]


def _in_table(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[Cell]:
    if not _may_stand_in(scene, number, there):
        return
    rows = _rows(scene, number, order, there)
    for column in there.numeric:
        for row in sorted(rows):
            value = column.numbers[row]
            if (
                value is not None
                and _is_said(scene, number, column, value)
                and _fits(scene, number, there, column, row)
            ):
                yield Cell(there, column, row, value)


def _rows(scene: Scene, number: Quantity, order: Order, there: Table) -> frozenset[int]:
    """The rows that a number may be about; of `up from 11 % the day before` the row before."""
    rows = scene.rows(there, number, order)
    is_earlier = _FROM.search(scene.text[: number.start]) or _EARLIER.match(scene.text, number.end)
    if is_earlier and there.size > 1 and any(column.is_dated for column in there.columns):
        return rows | {row - 1 for row in rows if row}
    return rows


def _may_stand_in(scene: Scene, number: Quantity, there: Table) -> bool:
    """A number that is said of something named can't come from a table without it, unless it is a total."""
    if scene.is_bound(there):
        return _is_of_all(scene, number) or not _is_of_another(scene, number, there)
    elsewhere = [
        one
        for other in scene.tables
        for named in scene.clusters(other).values()
        for one in named
        if not one.is_weak and one.start != CARRIED
    ]
    if not elsewhere or min(one.start for one in elsewhere) > number.start:
        return True
    return _is_of_all(scene, number)


def _is_of_all(scene: Scene, number: Quantity) -> bool:
    before = scene.text[: number.start]
    return bool(_OF_ALL.search(before) or _OF_SO_MANY.search(before) or _OF_ALL_AFTER.match(scene.text, number.end))


def _is_of_another(scene: Scene, number: Quantity, there: Table) -> bool:
    """Whether the name before a number, in its part of the sentence, stands in other tables only."""
    start, _ = scene.clause(number.start)
    before = [
        one for one in scene.own if start <= one.start and one.end <= number.start and not one.is_weak and not one.when
    ]
    return bool(before) and not before[-1].columns(there) and any(before[-1].columns(other) for other in scene.tables)


def _is_said(scene: Scene, number: Quantity, column: Column, value: float) -> bool:
    if (
        number.is_word
        and not number.unit
        and number.kind is Kind.AMOUNT
        and value != int(value)
        and number.high - number.low <= 1
    ):
        # `four symbols` are no 4.13.
        return False
    values = column.as_said(value, number, beside_percent=scene.is_beside_percent(number))
    return any(_signs_agree(scene, number, column, one) for one in values if number.holds(one) or number.holds(-one))


def _signs_agree(scene: Scene, number: Quantity, column: Column, value: float) -> bool:
    trend = scene.trend(number)
    if number.is_signed and number.value:
        return number.holds(value)
    if column.is_change and trend is not None and value:
        return trend * value > 0 and number.holds(abs(value))
    if value < 0:
        return number.holds(-value) and (trend == -1 or bool(_BELOW_ZERO.search(scene.text)))
    return number.holds(value) and not (column.is_change and _BELOW_ZERO.search(scene.text) and value > 0)


def _fits(scene: Scene, number: Quantity, there: Table, column: Column, row: int) -> bool:
    return (
        is_named_so(scene, number, there, column)
        and _is_part_of(scene, number, there, column)
        and _has_noun(scene, number, there, column)
        and _is_extreme(scene, number, there, column, row)
        and _came_so(scene, number, there, column, row)
    )


def is_named_so(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """Whether the words around a number name no other column than this one."""
    if done_with(scene, number, there) or _is_named_after(scene, number, there, column):
        return _is_named_after(scene, number, there, column)
    words = scene.words_of(number)
    mine = column.words & words
    kinds = [one.words for other in scene.tables for one in other.named]
    for other in scene.tables:
        for rival in other.numeric:
            is_more = mine < rival.words & words and rival.words != column.words and rival.words not in kinds
            if is_more and _is_rival(scene, number, rival):
                return False
    return True


def _is_named_after(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`3,345 orders`, `three files failed`: the whole name of the column follows."""
    noun = scene.noun(number)
    if number.unit or noun is None:
        return False
    if done := done_with(scene, number, there):
        return column in done
    return column.words <= {noun.stem} or column.words <= scene.words_after(number)


def done_with(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    """The columns of what was done with what is counted: `2,904 records were accepted`."""
    if number.unit or re.search(r"\bof\s+(?:the\s+|all\s+)?$", scene.text[: number.start], re.I):
        return []
    after = scene.stems_after(number)
    return [one for one in there.numeric if one.name.endswith("ed") and one.words <= after]


def _is_part_of(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`74 % of revenue` is a share of revenue."""
    found = _PERCENT_OF.match(scene.text, number.end)
    if number.unit != "percent" or not found:
        return True
    whole = meant(stem(found[1]))
    if (column.words - _LOOSE) & scene.words_after(number):
        return True
    return not any(one.words & whole for one in there.numeric if one.measure is Measure.PERCENT) or bool(
        column.words & whole
    )


def _is_rival(scene: Scene, number: Quantity, rival: Column) -> bool:
    """Whether a column could be said in the number's unit at all."""
    return bool(rival.as_said(1.0, number, beside_percent=scene.is_beside_percent(number)))


def _has_noun(scene: Scene, number: Quantity, there: Table, column: Column) -> bool:
    """`452 orders` are orders, and no revenue."""
    noun = scene.noun(number)
    if (
        noun
        and not number.unit
        and any(one.start == noun.start and not one.when and (one.is_part or not one.is_weak) for one in scene.own)
    ):
        return column.measure is Measure.COUNT
    if noun is None or number.unit or noun.stem in _LOOSE or noun.stem in there.words_of_text:
        return True
    if meant(noun.stem) & column.words or _is_named_after(scene, number, there, column):
        return True
    if (
        not any(noun.stem in one.words for other in scene.tables for one in other.numeric)
        and noun.stem not in scene.nouns
    ):
        return True
    return noun.stem in _ROWS and bool(column.words & _ROWS)


def _is_extreme(scene: Scene, number: Quantity, there: Table, column: Column, row: int) -> bool:
    """What is called the highest of all, of nothing named, is the highest of its column; a range has both ends."""
    rows = _rows(scene, number, Order.NAME_FIRST, there)
    value = column.numbers[row]
    if len(rows) < 2 or (row not in rows and scene.is_bound(there)):
        return True
    present = _present(column, rows)
    before = scene.text[: number.start]
    if (side := _side_of_range(scene, number)) is not None:
        return value == (min(present) if side == 0 else max(present))
    for word, best in ((_LARGEST, max), (_LEAST, min)):
        if (found := word.search(before)) and not any(found.end() <= one.start < number.start for one in scene.numbers):
            said = scene.named_columns(there, scene.clause_words(found.end(), number.start))
            return value == best(present) or any(
                one.numbers[row] == best(_present(one, rows)) for one in said if one is not column and _present(one, rows)
            )  # fmt: skip
    return True


def _present(column: Column, rows: frozenset[int]) -> list[float]:
    return [number for row in rows if (number := column.numbers[row]) is not None]


def _side_of_range(scene: Scene, number: Quantity) -> int | None:
    """0 for the lower end of a range, 1 for the upper end."""
    text = scene.text
    if not _RANGE_WORD.search(text):
        return None
    at = scene.numbers.index(number)
    pairs = [(0, at, at + 1), (1, at - 1, at)]
    for side, first, second in pairs:
        if 0 <= first and second < len(scene.numbers):
            low, high = scene.numbers[first], scene.numbers[second]
            opens = re.search(r"\b(?:from|between)\s+[$€£]?$", text[: low.start], re.I)
            between = text[low.end : high.start]
            if opens and re.fullmatch(r"\s*\w*\s*(?:to|and|–|-)\s*[$€£]?", between) and low.value <= high.value:
                return side
    return None


def _came_so(scene: Scene, number: Quantity, there: Table, column: Column, row: int) -> bool:
    """`dropped to 412`: the row before, in a table by date, was higher."""
    if (
        not re.search(
            r"\bto\s+(?:just |only |about |around |nearly |almost |over )?[$€£]?$", scene.text[: number.start], re.I
        )
        or column.is_change
    ):
        return True
    trend = scene.trend(number)
    changes = [one.numbers[row] for one in there.numeric if one.is_change and "momentum" not in one.words]
    if trend is not None and changes and all((change or 0) * trend < 0 for change in changes):
        return False
    if (
        trend is None
        or row == 0
        or not there.columns[0].is_dated
        or re.search(r"\bfrom\b", scene.text[: number.start], re.I)
    ):
        return True
    earlier, now = column.numbers[row - 1], column.numbers[row]
    return earlier is None or now is None or (now - earlier) * trend > 0


def pair_is_directed(scene: Scene, number: Quantity) -> bool:
    """`fell from 5 to 3`: the words and the two numbers say the same direction."""
    at = scene.numbers.index(number)
    if at == 0:
        return True
    first, text = scene.numbers[at - 1], scene.text
    between = text[first.end : number.start]
    if (said := _UP_FROM.fullmatch(between)) and first.unit == number.unit:
        return (first.value - number.value) * (1 if said[1].lower() == "up" else -1) > 0
    if not re.search(r"\bfrom\s+(?:a |an |the )?(?:\w+ ){0,2}[$€£]?[-−]?$", text[: first.start], re.I) or not re.search(
        r"\bto\s+(?:a |an |the )?(?:\w+ ){0,2}[$€£]?[-−]?$", between, re.I
    ):
        return True
    trend = scene.trend(first)
    if trend is None or first.unit not in ("", number.unit) or _RANGE_WORD.search(between):
        return True
    return (number.value - first.value) * trend > 0


_UP_FROM = re.compile(r",?\s+\(?(up|down)\s+from\s+[$€£]?", re.I)
_OLD = frozenset(stem(word) for word in "before earlier previous first open old prior former".split())
_NEW = frozenset(stem(word) for word in "lately now today latest this close new current recent".split())


def _came_later(older: list[Cell], newer: list[Cell]) -> bool:
    """Whether what is said to be the older value stands in later rows of a table by date."""
    pairs = [(one, two) for one in older for two in newer if one.table is two.table and one.column is two.column]
    return bool(pairs) and all(one.table.columns[0].is_dated and one.row > two.row for one, two in pairs)


def swapped_in_time(scene: Scene, explained: dict[Quantity, list[Cell]]) -> bool:
    """Whether `from 70 to 88` gives the newer value first, by the names of the columns."""
    numbers = list(explained)
    for first, second in zip(numbers, numbers[1:], strict=False):
        older, newer = explained[first], explained[second]
        if _UP_FROM.fullmatch(scene.text[first.end : second.start]):
            older, newer = newer, older
        opens = re.search(r"\bfrom\s+[$€£]?$", scene.text[: first.start], re.I) or older is not explained[first]
        is_pair = older is not explained[first] or re.fullmatch(
            r"\s*\w*\s*to\s*[$€£]?", scene.text[first.end : second.start]
        )
        if opens and is_pair and _came_later(older, newer):
            return True
        if (
            opens
            and is_pair
            and all(cell.column.words & _NEW for cell in older)
            and all(cell.column.words & _OLD for cell in newer)
        ):
            return True
    return False


MEASURES_OF_PARTS = (Measure.PERCENT, Measure.RATIO)
