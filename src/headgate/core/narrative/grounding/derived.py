"""Explaining a number by one obvious step from cells: a count of rows, a sum, a difference, a ratio, a share."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headgate.core.narrative.grounding.cells import done_with, is_named_so
from headgate.core.narrative.grounding.naming import Named
from headgate.core.narrative.grounding.quantities import Kind, Quantity
from headgate.core.narrative.grounding.scene import Order, Scene
from headgate.core.narrative.grounding.tables import Column, Measure, Table
from headgate.core.narrative.grounding.words import stem

_SUM = re.compile(
    r"\b(?:together|combined|total(?:s|led)?|add(?:s|ed)? up|sums?|in all|all|altogether|overall|jointly|across|over the|over \w+ \w+s|account\w*|both|make|week(?:end)?)\b",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:together|combined|add up|jointly|in sum)\b", re.I)
_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|above|below|over|under|gap|separates?|difference|differ|longer|shorter|higher|lower|ahead|behind"
    r"|between|apart|lead|leads|leading|margin|spread|cheaper|dearer|pricier|beyond|short of|points|rose|fell|gained|lost|up|down"
    r"|added|dropped|climbed|slipped|increased?|decreased?|by|than)\b", re.I)  # fmt: skip
_CHANGED = re.compile(
    r"\b(?:than|from|between|since|against|compared|over|above|below|versus|vs|to|by|up|down|on)\b", re.I
)
_SHARED = re.compile(r"\b(?:of|share|accounts?|make|makes|hold|holds|stands?|or|out|represent\w*|constitut\w*)\b", re.I)
_CHANGED_BY = re.compile(
    r"\b(?:(?:increase|decrease|drop|fall|rise|gain|loss|decline|growth|jump|reduction|change)\s+of|by)\s+$", re.I
)
_WITHIN = re.compile(r"\b(?:within|over|during|in|since|across)\b", re.I)
_UNDER, _OVER = ("below", "under"), ("above", "over")
_ZERO = re.compile(r"\b(below|under|above|over|to|around|near|nearly|almost)\s+$", re.I)
_LIMIT = re.compile(
    r"\b(more than|above|over|beyond|exceed\w*|at least|less than|fewer than|below|under|at most)\s+[$€£]?$", re.I
)
_AUXILIARY = frozenset("were was are is have has had of".split())
_REST = re.compile(r"\b(?:accepted|passed|rest|remaining|others?|not|without|kept|valid|normal)\b", re.I)
_EACH = re.compile(r"\b(?:each|per|apiece|on average|every)\b", re.I)
_PER = re.compile(r"\b(?:each|per|apiece|average|mean)\b", re.I)
_AND = re.compile(
    r"(?:\s*['’]s?)?\s*(?:,|,?\s*and|\+|plus|&)\s*(?:the |of |a |an |from |for |on |in |those |with )*", re.I
)
_GROUPS = frozenset(
    stem(word)
    for word in "groups kinds types classes sessions rows entries cases categories items figures lines names values reasons measures".split()
)
_NO_PAIR = frozenset(stem(word) for word in "mean median min max latest last percent of".split())
_NEUTRAL = frozenset(
    stem(word) for word in "today this run before day mean earlier seven limit observed expected usual lately".split()
)


@dataclass(frozen=True)
class _Pair:
    """Two cells that a sentence may set against each other.

    Attributes:
        is_ordered: whether `first` is the one that is compared with `second`.
    """

    first: float
    second: float
    measure: Measure
    is_ordered: bool = True


def is_derived(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    """Whether a number comes from the cells by one step.

    Args:
        known: the other numbers of the sentence that cells explain.
    """
    if number.kind is Kind.RANK:
        return False
    if not number.value and number.is_word:
        return _is_about_zero(scene, number, order)
    return (
        _is_count(scene, number, order)
        or _is_sum(scene, number, order, known)
        or any(_comes_of(scene, number, pair) for pair in _pairs(scene, number, order, known))
        or _is_share(scene, number, order, known)
        or _is_rate(scene, number, order)
        or _is_floor_of_all(scene, number)
    )


def _is_about_zero(scene: Scene, number: Quantity, order: Order) -> bool:
    """`below zero`, `close to zero`."""
    found = _ZERO.search(scene.text[: number.start])
    for there in scene.tables if found else ():
        for column in scene.named_columns(there, scene.clause_words(0, len(scene.text))):
            for row in scene.rows(there, number, order):
                value, said = column.numbers[row], found[1].lower()  # type: ignore[index]
                if value is not None and (
                    value < 0 if said in _UNDER else value > 0 if said in _OVER else abs(value) < 0.1
                ):
                    return True
    return False


# -- counts ----------------------------------------------------------------------------------------------------------


def _is_count(scene: Scene, number: Quantity, order: Order) -> bool:
    if number.unit or number.kind is not Kind.AMOUNT or number.value != int(number.value) or number.is_signed:
        return False
    words = _after(scene, number)
    if any(number.holds(count) for count in _counts_beyond(scene, number)):
        return True
    if number.value > 1 and any(len(names) == number.value for names in _lists_after(scene, number)):
        return True
    return any(number.holds(count) for there in scene.tables for count in _counts(scene, number, there, words))


def _counts_beyond(scene: Scene, number: Quantity) -> Iterator[int]:
    """`three of the orders are worth more than 2,800`."""
    for limit, column, rows in _limits(scene):
        if number.end <= limit.start:
            yield _beyond(scene, limit, column, rows)


def _limits(scene: Scene) -> Iterator[tuple[Quantity, Column, frozenset[int]]]:
    for limit in scene.numbers:
        if _LIMIT.search(scene.text[: limit.start]):
            for there in scene.tables:
                for column in scene.named_columns(there, scene.clause_words(0, limit.start)):
                    if there.size > 1 and column.as_said(1.0, limit):
                        yield limit, column, frozenset(range(there.size))


def _beyond(scene: Scene, limit: Quantity, column: Column, rows: frozenset[int]) -> int:
    found = _LIMIT.search(scene.text[: limit.start])
    sign = -1 if found and found[1].lower() in ("less than", "fewer than", "below", "under", "at most") else 1
    said = (column.as_said(value, limit) for row in rows if (value := column.numbers[row]) is not None)
    return sum(any((one - limit.value) * sign > 0 for one in values) for values in said)


def is_counted_limit(scene: Scene, number: Quantity) -> bool:
    """Whether a number is a limit, and another number says how many are beyond it."""
    return any(
        limit is number
        and any(one.end <= limit.start and one.holds(_beyond(scene, limit, column, rows)) for one in scene.numbers)
        for limit, column, rows in _limits(scene)
    )


def _lists_after(scene: Scene, number: Quantity) -> Iterator[list[Named]]:
    """The names that are listed after a number: `3 stocks gained: A, B and C`."""
    for there in scene.tables:
        for named in scene.clusters(there).values():
            yield [one for one in named if one.start >= number.end]


def _after(scene: Scene, number: Quantity) -> frozenset[str]:
    """The stems of the next words: what is counted."""
    following = [word for word in scene.words if word.start >= number.end][:5]
    return frozenset(word.stem for word in following)


def _counts(scene: Scene, number: Quantity, there: Table, words: frozenset[str]) -> Iterator[int]:
    keys = frozenset(word for column in there.columns if any(column.keys) or column.is_dated for word in column.words)
    own = frozenset(stem(part) for part in re.findall(r"[^\W_]+", there.name))
    noun = scene.noun(number)
    if re.search(r"\bof (?:the|these|all)\s+$", scene.text[: number.start], re.I) and (
        noun is None or noun.low in _AUXILIARY
    ):
        yield there.size
    if (noun is None or noun.low in _AUXILIARY) and scene.is_bound(there):
        yield len(frozenset.intersection(*(named[-1].rows(there) for named in scene.clusters(there).values())))
    if not words & (keys | own | _GROUPS):
        return
    clusters = scene.clusters(there)
    yield there.size
    for column in there.named:
        if column.words & words:
            yield len({key for key in column.keys if key})
    for named in clusters.values():
        yield len(frozenset().union(*(one.rows(there) for one in named)))
    if clusters:
        yield len(frozenset.intersection(*(named[-1].rows(there) for named in clusters.values())))
    yield from _conditions(scene, number, there)


def _conditions(scene: Scene, number: Quantity, there: Table) -> Iterator[int]:
    """How many rows have no value, a negative or a positive one, or went up or down."""
    said = scene.clause_words(number.end, len(scene.text))
    columns = scene.named_columns(there, said) or [column for column in there.numeric if column.is_change]
    directions = {scene.direction(word) for word in scene.words if word.start > number.end} - {None}
    for column in columns:
        present = [value for value in column.numbers if value is not None]
        if scene.has_not or scene.lows & {"missing", "unknown", "lack", "lacks"}:
            yield there.size - len(present)
        if -1 in directions:
            yield sum(value < 0 for value in present)
        if 1 in directions:
            yield sum(value > 0 for value in present)


# -- sums ------------------------------------------------------------------------------------------------------------


def _is_sum(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    if number.kind is Kind.TIMES:
        return False
    if _SUM.search(scene.text) and len(known) > 1 and number.holds(sum(one.value for one in known)):
        return True
    return any(_is_sum_in(scene, number, there) for there in scene.tables)


def _is_sum_in(scene: Scene, number: Quantity, there: Table) -> bool:
    for rows in _sets_of_rows(scene, there):
        for column in _columns(scene, number, there):
            present = [column.numbers[row] for row in rows]
            total = sum(value for value in present if value is not None)
            if any(number.holds(value) for value in column.as_said(total, number)):
                return True
    return False


def _sets_of_rows(scene: Scene, there: Table) -> Iterator[Sequence[int]]:
    clusters = scene.clusters(there)
    for column, named in clusters.items():
        if len(named) > 1 and (_SUM.search(scene.text) or _is_listed(scene, named)):
            others = [one[-1].rows(there) for name, one in clusters.items() if name != column]
            union = frozenset().union(*(one.rows(there) for one in named))
            yield sorted(frozenset.intersection(union, *others))
    if _SUM.search(scene.text) or any(one.value == there.size and not one.unit for one in scene.numbers):
        rows = frozenset(range(there.size))
        for named in clusters.values():
            if len(named) == 1:
                rows &= named[0].rows(there)
        if len(rows) > 1:
            yield sorted(rows)
    is_open = all(one.is_part for named in clusters.values() for one in named)
    if _TOGETHER.search(scene.text) and is_open and there.size <= 20:
        yield from itertools.combinations(range(there.size), 2)


def _is_listed(scene: Scene, named: Sequence[Named]) -> bool:
    """`A and B`, `A, B and C`."""
    return all(_AND.fullmatch(scene.text[first.end : second.start]) for first, second in itertools.pairwise(named))


def _columns(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    noun = scene.noun(number)
    if done := done_with(scene, number, there):
        return done
    fitting = [column for column in there.numeric if is_named_so(scene, number, there, column)]
    if noun and not number.unit and any(noun.stem in column.words for column in there.numeric):
        return [column for column in fitting if noun.stem in column.words]
    return fitting


# -- two cells against each other ------------------------------------------------------------------------------------


def _pairs(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> Iterator[_Pair]:
    for there in scene.tables:
        yield from _pairs_of_names(scene, number, there)
        yield from _pairs_in_row(scene, number, order, there)
        yield from _pairs_by_date(scene, number, order, there)
    for first, second in itertools.combinations([one for one in known if one is not number], 2):
        if (first.unit or second.unit) == (second.unit or first.unit):
            measure = Measure.PERCENT if first.unit == "percent" else Measure.ANY
            is_from = re.search(r"\bfrom\s+(?:\w+ ){0,3}$", scene.text[: first.start], re.I)
            pair = (second.value, first.value) if is_from else (first.value, second.value)
            yield _Pair(*pair, measure, is_ordered=False)


def _pairs_of_names(scene: Scene, number: Quantity, there: Table) -> Iterator[_Pair]:
    clusters = scene.clusters(there)
    for name, named in clusters.items():
        others = [one[-1].rows(there) for column, one in clusters.items() if column != name]
        for first, second in _set_against(named, number):
            row, other = (sorted(frozenset.intersection(one.rows(there), *others)) for one in (first, second))
            if len(row) != 1 or len(other) != 1 or row == other:
                continue
            earlier, later = (other[0], row[0])
            if first.when and second.when:
                earlier, later = min(row[0], other[0]), max(row[0], other[0])
            for column in _named_or_all(scene, number, there):
                a, b = column.numbers[later], column.numbers[earlier]
                if a is not None and b is not None:
                    yield _Pair(a, b, column.measure)


def _set_against(named: Sequence[Named], number: Quantity) -> Iterator[tuple[Named, Named]]:
    """The name before the number is the one that is compared; without one, the first."""
    before = [one for one in named if 0 <= one.end <= number.start]
    if before:
        yield from ((before[-1], other) for other in named if other is not before[-1])
    yield from itertools.combinations(named, 2)


def _named_or_all(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    """The columns that the whole sentence names best, else all."""
    said = scene.clause_words(0, len(scene.text))
    best = scene.named_columns(there, said)
    return best or list(there.numeric)


def _pairs_in_row(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[_Pair]:
    """This run and the mean of earlier ones, the latest volume and its mean."""
    rows = scene.rows(there, number, order)
    if len(rows) != 1:
        return
    (row,) = rows
    said = scene.clause_words(0, len(scene.text))
    for first, second in itertools.permutations(there.numeric, 2):
        a, b = first.numbers[row], second.numbers[row]
        if a is None or b is None or not _are_alike(first, second, said):
            continue
        yield _Pair(a, b, first.measure)


def _are_alike(first: Column, second: Column, said: frozenset[str]) -> bool:
    if {first.measure, second.measure} & {Measure.PERCENT, Measure.CHANGE} and first.measure is not second.measure:
        return False
    shared = (first.words & second.words) - _NO_PAIR
    if shared:
        return bool(shared & said)
    return first.words <= _NEUTRAL and second.words <= _NEUTRAL


def _pairs_by_date(scene: Scene, number: Quantity, order: Order, there: Table) -> Iterator[_Pair]:
    """A row and the one before it, in a table by date."""
    if not any(column.is_dated for column in there.columns):
        return
    clusters = scene.clusters(there)
    rows = sorted(
        frozenset.intersection(frozenset(range(there.size)), *(one[-1].rows(there) for one in clusters.values()))
    )
    said = scene.words_of(number)
    if len(rows) > 2 and _WITHIN.search(scene.text):
        for column in scene.named_columns(there, said) or list(there.numeric):
            a, b = column.numbers[rows[-1]], column.numbers[rows[0]]
            if a is not None and b is not None:
                yield _Pair(a, b, column.measure)
    for row in rows:
        if row and (len(rows) <= 2 or row == rows[-1]) and _is_same_series(there, row):
            for column in scene.named_columns(there, said) or list(there.numeric):
                a, b = column.numbers[row], column.numbers[row - 1]
                if a is not None and b is not None:
                    yield _Pair(a, b, column.measure)


def _is_same_series(there: Table, row: int) -> bool:
    return all(column.keys[row] == column.keys[row - 1] for column in there.named)


def _comes_of(scene: Scene, number: Quantity, pair: _Pair) -> bool:
    first, second, text = pair.first, pair.second, scene.text
    if number.kind is Kind.AMOUNT and not number.unit and second and _EACH.search(text) and not pair.is_ordered:
        if number.holds(first / second) or (first and number.holds(second / first)):
            return True
    if number.kind is Kind.TIMES:
        return (
            bool(second)
            and number.holds(first / second)
            or bool(not pair.is_ordered and first and number.holds(second / first))
        )
    if number.unit == "percent" and number.kind is Kind.AMOUNT and second and _CHANGED.search(text):
        change = 100 * (first - second) / abs(second)
        if pair.measure not in (Measure.PERCENT, Measure.CHANGE) and _is_directed(scene, number, change):
            return True
    is_points = number.unit in ("percent", "points")
    if is_points and pair.measure not in (Measure.PERCENT, Measure.RATIO):
        return False
    if not is_points and pair.measure in (Measure.PERCENT, Measure.RATIO):
        return False
    if number.unit == "money" and pair.measure in (Measure.COUNT, Measure.BYTES, Measure.SECONDS):
        return False
    times = 100.0 if is_points and pair.measure is Measure.RATIO else 1.0
    return bool(_DIFFERENCE.search(text)) and _is_directed(scene, number, times * (first - second), pair)


def _is_directed(scene: Scene, number: Quantity, difference: float, pair: _Pair | None = None) -> bool:
    if not number.holds(abs(difference)) and not number.holds(difference):
        return False
    if number.is_signed and number.value:
        return number.holds(difference)
    trend = scene.trend(number)
    return trend is None or not difference or (pair is not None and not pair.is_ordered) or trend * difference > 0


def _is_floor_of_all(scene: Scene, number: Quantity) -> bool:
    """`A and B cost over 200 each`: every one of them does."""
    found = _LIMIT.search(scene.text[: number.start])
    if not found or not scene.lows & {"each", "both", "all"}:
        return False
    sign = -1 if found[1].lower() in ("less than", "fewer than", "below", "under", "at most") else 1
    for there in scene.tables:
        for named in scene.clusters(there).values():
            rows = frozenset().union(*(one.rows(there) for one in named))
            for column in scene.named_columns(there, scene.clause_words(0, number.start)) if len(named) > 1 else ():
                said = [
                    one
                    for row in rows
                    if (value := column.numbers[row]) is not None
                    for one in column.as_said(value, number)
                ]
                if said and all((one - number.value) * sign > 0 for one in said):
                    return True
    return False


def _is_rate(scene: Scene, number: Quantity, order: Order) -> bool:
    """`4.3 items per order`: one column of a row by another, both named."""
    if number.kind is not Kind.AMOUNT or number.unit not in ("", "money") or not _PER.search(scene.text):
        return False
    said = scene.clause_words(0, len(scene.text))
    for there in scene.tables:
        rows = scene.rows(there, number, order)
        if len(rows) != 1:
            continue
        (row,) = rows
        named = [(column, column.numbers[row]) for column in there.numeric if column.words and column.words <= said]
        for (part, a), (whole, b) in itertools.permutations(named, 2):
            if (
                a
                and b
                and part.measure is not Measure.PERCENT
                and whole.measure is Measure.COUNT
                and number.holds(a / b)
            ):
                return True
    return False


# -- shares ----------------------------------------------------------------------------------------------------------


def _is_share(scene: Scene, number: Quantity, order: Order, known: Sequence[Quantity]) -> bool:
    if number.unit != "percent" or not _SHARED.search(scene.text) or _CHANGED_BY.search(scene.text[: number.start]):
        return False
    for part, whole in itertools.permutations(known, 2):
        if (
            part.unit == whole.unit == ""
            and 0 < part.value < whole.value
            and number.holds(100 * part.value / whole.value)
        ):
            return True
    tables = [there for there in scene.tables if there.size > 0]
    pairs = (pair for there in tables for pair in _pairs_in_row(scene, number, order, there))
    if any(pair.second and number.holds(100 * pair.first / pair.second) for pair in pairs):
        return True
    if _REST.search(scene.text) and any(number.holds(100 - share) for share in _parts_said(scene, number, order)):
        return True
    return any(number.holds(share) for share in _shares(scene, number, order))


def _parts_said(scene: Scene, number: Quantity, order: Order) -> Iterator[float]:
    """Shares that stand in cells, whose rest may be said."""
    for there in scene.tables:
        for column in there.numeric:
            if column.measure in (Measure.PERCENT, Measure.RATIO):
                values = (column.numbers[row] for row in scene.rows(there, number, order))
                yield from (said for value in values if value is not None for said in column.as_said(value, number))


def _shares(scene: Scene, number: Quantity, order: Order) -> Iterator[float]:
    for there in scene.tables:
        if not scene.is_bound(there) or there.size == 0:
            continue
        rows = scene.rows(there, number, order)
        for cluster in scene.clusters(there).values():
            if len(cluster) > 1 and _SUM.search(scene.text):
                rows = frozenset().union(*(one.rows(there) for one in cluster))
        for column in _share_columns(scene, number, there):
            present = [value for row in rows if (value := column.numbers[row]) is not None]
            part = sum(present)
            for whole in _wholes(scene, there, column):
                if whole and present:
                    yield 100 * part / whole
    yield from _shares_of_one(scene)


def _share_columns(scene: Scene, number: Quantity, there: Table) -> list[Column]:
    fitting = [one for one in there.numeric if one.measure not in (Measure.PERCENT, Measure.RATIO, Measure.CHANGE)]
    after = [one for one in fitting if one.words & scene.words_after(number)]
    if after:
        return after
    said = scene.clause_words(0, len(scene.text))
    return [one for one in fitting if one.words & said] or fitting


def _wholes(scene: Scene, there: Table, column: Column) -> Iterator[float]:
    yield sum(value for value in column.numbers if value is not None)
    for other in scene.tables:
        if other.size == 1:
            yield from (float(one.numbers[0] or 0.0) for one in other.numeric if one.name == column.name)


def _shares_of_one(scene: Scene) -> Iterator[float]:
    """Of two counts in a table of one row that are both named."""
    said = scene.clause_words(0, len(scene.text))
    for there in scene.tables:
        if there.size == 1:
            named = [
                one for one in there.numeric if one.words <= said and one.measure in (Measure.COUNT, Measure.BYTES)
            ]
            for part, whole in itertools.permutations(named, 2):
                if part.numbers[0] and whole.numbers[0]:
                    yield 100 * part.numbers[0] / whole.numbers[0]
