"""The grounding check: every sentence is held, claim by claim, against the facts it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from headgate.core.narrative.grounding.cells import Cell, cells, pair_is_directed, swapped_in_time
from headgate.core.narrative.grounding.comparisons import unsupported_comparison
from headgate.core.narrative.grounding.dates import dates
from headgate.core.narrative.grounding.derived import is_counted_limit, is_derived
from headgate.core.narrative.grounding.naming import ABOUT, CARRIED, Named, Names, unknown_names
from headgate.core.narrative.grounding.quantities import Kind, Quantity, quantities
from headgate.core.narrative.grounding.negations import is_limit
from headgate.core.narrative.grounding.ranks import unsupported_rank
from headgate.core.narrative.grounding.scene import Order, Scene
from headgate.core.narrative.grounding.tables import Measure, Table, key_of, table, tables_of_findings
from headgate.core.narrative.grounding.trends import mismatched_names, unsupported_trend, wrong_holder
from headgate.core.narrative.guards import sentences
from headgate.core.narrative.request import Check, Objection, Rows

_PRONOUN = re.compile(r"\b(?:it|its|they|their|them|these|those|this|that|he|she|his|her)\b", re.I)
_REASON = 120


def grounding_check(facts: dict[str, Rows] | object, findings: Rows = ()) -> Check:
    """A check of texts against facts and findings.

    Args:
        facts: name → rows, as in the analysis document.
        findings: as in the analysis document.

    Returns:
        A function of a text, the names it cites and the entity it is about, that gives the sentences which the cited
        facts don't support, each with the reason.
    """
    return Grounding(facts, findings).objections  # type: ignore[arg-type]


class Grounding:
    """All facts and findings of a run, as texts are held against them."""

    def __init__(self, facts: dict[str, Rows], findings: Rows = ()) -> None:
        self._tables: dict[str, list[Table]] = {name: [table(name, rows)] for name, rows in facts.items()}
        for name in dict.fromkeys(str(finding["finding"]) for finding in findings):
            same = [finding for finding in findings if finding["finding"] == name]
            self._tables.setdefault(name, []).extend(tables_of_findings(name, same))
        every = [there for several in self._tables.values() for there in several]
        self._every = every
        self._known = frozenset(word for there in every for word in (*there.words, *there.words_of_text))
        self._nouns = frozenset(
            word
            for there in every
            for column in there.columns
            if column.measure is Measure.COUNT or not column.is_number
            for word in column.words
        )

    def objections(self, text: str, cited: Sequence[str], entity: str) -> list[Objection]:
        """The sentences of a text that the cited facts don't support."""
        tables = tuple(there for name in dict.fromkeys(cited) for there in self._tables.get(name, ()))
        names = Names(self._every, tables)
        about = _of_entity(entity)
        found: list[Objection] = []
        before: tuple[Named, ...] = about
        for sentence in sentences(text):
            scene = self._scene(sentence, tables, names, before)
            if reason := self._reason(scene):
                found.append(Objection(sentence, reason[:_REASON]))
            if scene.own:
                before = (*about, *_as_carried(scene.own))
        return found

    def _scene(self, sentence: str, tables: tuple[Table, ...], names: Names, before: tuple[Named, ...]) -> Scene:
        when = dates(sentence)
        named = names.within(sentence, when)
        dated = [Named(one.start, one.end, sentence[one.start : one.end], when=one.when) for one in when]
        own = tuple(sorted([*named, *dated], key=lambda one: one.start))
        taken = [(one.start, one.end) for one in own if not one.is_weak or len(one.key) > 1]
        numbers = tuple(quantities(sentence, taken))
        carried = before if _PRONOUN.search(sentence) else tuple(one for one in before if one.start == ABOUT)
        return Scene(sentence, tables, own, numbers, carried, self._nouns)

    def _reason(self, scene: Scene) -> str:
        return (
            self._foreign(scene)
            or mismatched_names(scene)
            or wrong_holder(scene)
            or self._number(scene)
            or unsupported_trend(scene)
        )

    # -- names and dates ---------------------------------------------------------------------------------------------

    def _foreign(self, scene: Scene) -> str:
        """A name or a date that no cited fact holds."""
        said = frozenset(word for there in scene.tables for word in there.words)
        for named in scene.own:
            if any(named.rows(there) for there in scene.tables):
                continue
            if named.when:
                return f"the date `{named.text}` stands in no cited fact"
            if not named.is_weak and not frozenset(named.key) <= said and not self._is_common(named, scene):
                return f"`{named.text}` stands in no cited fact"
        for one in dates(scene.text):
            if not one.is_possible:
                return f"`{scene.text[one.start : one.end]}` is another day of the week"
        spans = [(one.start, one.end) for one in (*scene.own, *scene.numbers)]
        unknown = unknown_names(scene.text, self._known, spans)
        return f"`{unknown[0]}` stands in no fact" if unknown else ""

    def _is_common(self, named: Named, scene: Scene) -> bool:
        """Single words in small letters are words, whatever a cell holds: `budget phones`."""
        return len(named.key) == 1 and named.text.islower() and named.text.isalpha()

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _number(self, scene: Scene) -> str:
        """Why the numbers, ranks and comparisons can't all be so, in no way to read the sentence."""
        reasons = [self._read(scene, order) for order in scene.orders]
        return "" if "" in reasons else reasons[0]

    def _read(self, scene: Scene, order: Order) -> str:
        explained: dict[Quantity, list[Cell]] = {}
        open_numbers: list[Quantity] = []
        for number in scene.numbers:
            if number.kind is Kind.RANK or _is_idle(scene, number):
                continue
            found = cells(scene, number, order)
            if found and pair_is_directed(scene, number):
                explained[number] = found
            else:
                open_numbers.append(number)
        known = list(explained)
        for number in open_numbers:
            is_so = (
                _is_said_again(scene, number, known)
                or is_limit(scene, number)
                or is_counted_limit(scene, number)
                or (pair_is_directed(scene, number) and is_derived(scene, number, order, known))
            )
            if not is_so:
                return _unexplained(scene, number, order)
        if swapped_in_time(scene, explained):
            return "it went the other way round"
        return unsupported_rank(scene, explained) or unsupported_comparison(scene, explained)


def _is_idle(scene: Scene, number: Quantity) -> bool:
    """`the top three`, whose number is looked at with the rank; `the seven-day mean`."""
    if re.match(r"-(?:day|week|month|year|hour|minute|run)s?\b", scene.text[number.end :]):
        return True
    return number.is_word and bool(
        re.search(
            r"\b(?:top|bottom|first|second|last|latter|leading|other|these|those|this)\s+$",
            scene.text[: number.start],
            re.I,
        )
    )


def _is_said_again(scene: Scene, number: Quantity, known: Sequence[Quantity]) -> bool:
    """`more than half of its orders, 54.6 %`."""
    return any(
        number.low != number.high and one.unit == number.unit and number.holds(one.value) and one.kind is Kind.AMOUNT
        and (number.kind is Kind.SHARE or number.high - number.low > 1.01 * number.step)
        for one in known
    )  # fmt: skip


def _unexplained(scene: Scene, number: Quantity, order: Order) -> str:
    names = [there.name for there in scene.tables]
    if not names:
        return f"`{number.text}`: no fact is cited"
    nearest = _nearest(scene, number, order)
    return f"`{number.text}` doesn't come from {', '.join(f'`{name}`' for name in names[:3])}{nearest}"


def _nearest(scene: Scene, number: Quantity, order: Order) -> str:
    """The cell that may have been meant."""
    options = [
        (abs(said - number.value), column.name, said)
        for there in scene.tables
        for row in scene.rows(there, number, order)
        for column in scene.named_columns(there, scene.words_of(number))
        if (value := column.numbers[row]) is not None
        for said in column.as_said(value, number)
    ]
    if not options:
        return ""
    _, name, value = min(options)
    return f"; `{name}` is {value:,.6g}"


def _of_entity(entity: str) -> tuple[Named, ...]:
    key = key_of(entity) if entity else None
    return (Named(ABOUT, ABOUT, entity, key),) if key else ()


def _as_carried(own: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(Named(CARRIED, CARRIED, one.text, one.key, one.when, one.is_weak, one.is_part) for one in own)
