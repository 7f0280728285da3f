"""How much of a whole something is said to be: `mostly budget phones`, `half of all orders`, `more than all others combined`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from headgate.core.narrative.grounding.claims.majorities import unsupported_majority
from headgate.core.narrative.grounding.numbers.counts import words_of_rows
from headgate.core.narrative.grounding.reading.degrees import sign_of
from headgate.core.narrative.grounding.reading.naming import Named
from headgate.core.narrative.grounding.reading.quantity import Kind, Quantity
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.subjects import subject
from headgate.core.narrative.grounding.reading.tables import Column, Measure, Table
from headgate.core.narrative.grounding.reading.words import stem, stem_set

_MOSTLY = re.compile(
    r"\b(?:mostly|mainly|largely|primarily|predominantly)\s+(?:the\s+)?(\w+)"
    r"|(?<!at )(?<!the )\bmost\s+(?:of\s+)?(?:the\s+)?\w+\s+(?:were|are)\s+(\w+)",
    re.I,
)
_THAN_OTHERS = re.compile(
    r"\b(more|fewer|less)\b[^,;]*?\bthan\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?(?:others?|rest)\b[^,;]*?\b(?:combined|together)\b",
    re.I,
)
_OF_WHOLE = re.compile(
    r"\s+of\s+(?:all\s+)?(?:the\s+)?(\w+)\s+(?:comes?|came|goes|go|went)\s+(?:from|to)\s+(?:the\s+)?", re.I
)
_AS_MUCH = re.compile(r"\s+as\s+(?:many|much)\b(?:\s+\w+){0,2}\s+as\s+(?:the\s+|in\s+)?", re.I)
_AT_LEAST_TWICE = re.compile(
    r"\b(?:every|each|all)\s+(\w+)\s+(\w+)\s+(?:more than once|at least twice|repeatedly|several times)\b", re.I
)
_AND = re.compile(r"\s*(?:,|,?\s+and)\s+(?:the\s+|from\s+|to\s+)?")
_MORE, _LESS = re.compile(r"\b(?:more than|over)\s+$", re.I), re.compile(r"\b(?:less than|under)\s+$", re.I)
_PERCENT = stem_set("percent share")
_NO_SUM = stem_set("mean median max min usual unit price")
_HALF = 50


def unsupported_portion(scene: Scene) -> str:
    """Why something is not as large a part, or not so many times another thing; empty when it is, or nothing is said."""
    if scene.has_not:
        return ""
    checks = (
        _not_mostly,
        _not_more_than_others,
        _not_such_a_share,
        _not_as_much,
        _not_twice_each,
        unsupported_majority,
    )
    return next((reason for check in checks for reason in check(scene)), "")


def _not_mostly(scene: Scene) -> Iterator[str]:
    """`buys mostly budget phones`, `most readings were abnormal`, where a percentage of that name is less than half."""
    for found in _MOSTLY.finditer(scene.text):
        said = stem(found[1] or found[2])
        for there in scene.tables:
            rows = scene.rows_named(there)
            columns = _percentages(there, said) if len(rows) == 1 and _is_about(scene, there, found) else []
            for column in columns:
                if any(value < _HALF for value in column.present(rows)):
                    yield f"`{column.name}` in `{there.name}` is less than half"


def _percentages(there: Table, said: str) -> list[Column]:
    """The columns that are a percentage of one word: `percent_of_orders`."""
    return [one for one in there.numeric if one.measure is Measure.PERCENT and one.words - _PERCENT == {said}]


def _is_about(scene: Scene, there: Table, found: re.Match[str]) -> bool:
    """Whether a fact of one row is about a sentence without names, any other one about a name in it."""
    named = [one for one in scene.own if one.end <= found.start() or one.start >= found.end()]
    return any(one.rows(there) for one in named) if there.size > 1 else not named and not scene.carried


# -- all the others --------------------------------------------------------------------------------------------------


def _not_more_than_others(scene: Scene) -> Iterator[str]:
    """`A sold more phones than all other brands combined`."""
    found = _THAN_OTHERS.search(scene.text)
    named = subject(scene, found.start(), found.end()) if found else None
    if not found or named is None or scene.numbers:
        return
    known = [(there, own) for there in scene.tables if there.size > 1 and (own := named.rows(there))]
    leads = [
        (2 * sum(column.present(own)) - sum(column.present())) * sign_of(found[1])
        for there, own in known
        for column in _summed(scene, there)
    ]
    if leads and max(leads) <= 0:
        yield f"in `{known[0][0].name}`, `{named.text}` is not {found[1].lower()} than the others"


def _summed(scene: Scene, there: Table) -> Sequence[Column]:
    """The columns that are named and can be summed up."""
    named = scene.named_columns(there, scene.meanings)
    measures = (Measure.COUNT, Measure.MONEY)
    return [column for column in named if column.measure in measures and not column.words & _NO_SUM]


# -- a share of the whole --------------------------------------------------------------------------------------------


def _not_such_a_share(scene: Scene) -> Iterator[str]:
    """`more than half of all orders come from A and B`, where their percentages of orders make up less."""
    for number in scene.numbers:
        found = _OF_WHOLE.match(scene.text, number.end)
        names = _listed_from(scene, found.end()) if found and number.kind is Kind.SHARE else []
        for there in scene.tables if found and names else ():
            rows = frozenset[int]().union(*(one.rows(there) for one in names))
            columns = _percentages(there, stem(found[1])) if found and len(rows) == len(names) else []
            for column in columns:
                if not _is_said(scene, number, total := sum(column.present(rows))):
                    yield f"`{column.name}` in `{there.name}` makes up {total:,.4g} %"


def _listed_from(scene: Scene, at: int) -> list[Named]:
    """The names that are listed from a place on."""
    found: list[Named] = []
    for one in scene.own:
        if one.start == at or (found and _AND.fullmatch(scene.text[found[-1].end : one.start])):
            found.append(one)
    return found


def _is_said(scene: Scene, number: Quantity, value: float) -> bool:
    before = scene.text[: number.start]
    if _MORE.search(before):
        return value > number.value
    return value < number.value if _LESS.search(before) else number.holds(value)


# -- so many times ---------------------------------------------------------------------------------------------------


def _not_as_much(scene: Scene) -> Iterator[str]:
    """`A has twice as many orders as B`."""
    for number in scene.numbers:
        found = _AS_MUCH.match(scene.text, number.end) if number.kind is Kind.TIMES else None
        before = [one for one in scene.own if one.end <= number.start]
        after = [one for one in scene.own if found and one.start == found.end()]
        ratios = list(_ratios(scene, before[-1], after[0])) if found and before and after else []
        if ratios and not any(number.holds(one) for one in ratios):
            yield f"it is {ratios[0]:,.3g} times"


def _ratios(scene: Scene, first: Named, second: Named) -> Iterator[float]:
    """What two names that have one row each come to in what is said between them, the first by the second."""
    said = scene.clause_words(first.end, second.start) - {"as"}
    for there in scene.tables:
        rows = first.rows(there), second.rows(there)
        columns = scene.named_columns(there, said) if len(rows[0]) == len(rows[1]) == 1 else []
        for column in columns:
            values = [value for one in rows for value in column.present(one)]
            if len(values) > 1 and values[1]:
                yield values[0] / values[1]


def _not_twice_each(scene: Scene) -> Iterator[str]:
    """`every customer ordered more than once`, where the orders of one are 1."""
    found = _AT_LEAST_TWICE.search(scene.text)
    for there in scene.tables if found else ():
        if found and there.size > 1 and stem(found[1]) in words_of_rows(there):
            for column in there.numeric:
                if column.words == {stem(found[2])} and min(column.present()) <= 1:
                    yield f"`{column.name}` in `{there.name}` is {min(column.present()):g} for one"
