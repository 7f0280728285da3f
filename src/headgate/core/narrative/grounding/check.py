"""The grounding check: every sentence is held, claim by claim, against the facts it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from headgate.core.narrative.grounding.claims.currencies import Used
from headgate.core.narrative.grounding.claims.expectations import expected_figures
from headgate.core.narrative.grounding.claims.foreign import foreign
from headgate.core.narrative.grounding.claims.having import lacks
from headgate.core.narrative.grounding.claims.inferences import unfounded_inference
from headgate.core.narrative.grounding.claims.rules import RULES
from headgate.core.narrative.grounding.claims.together import mismatched_names, wrong_figure
from headgate.core.narrative.grounding.claims.trends import unsupported_trend
from headgate.core.narrative.grounding.claims.unfounded import unfounded
from headgate.core.narrative.grounding.numbers.supported import unsupported_number
from headgate.core.narrative.grounding.reading.dates import dates
from headgate.core.narrative.grounding.reading.definitions import Definitions, messages
from headgate.core.narrative.grounding.reading.focus import focused
from headgate.core.narrative.grounding.reading.marks import unmarked
from headgate.core.narrative.grounding.reading.naming import ABOUT, CARRIED, Named, Names
from headgate.core.narrative.grounding.reading.quantities import quantities
from headgate.core.narrative.grounding.reading.scene import Scene
from headgate.core.narrative.grounding.reading.several import singles
from headgate.core.narrative.grounding.reading.tables import Measure, Table, key_of, table, tables_of_findings
from headgate.core.narrative.grounding.reading.words import plain, stems
from headgate.core.narrative.guards import sentences
from headgate.core.narrative.request import Check, Objection, Rows

if TYPE_CHECKING:
    # Dear to import, and commands that only look need none.
    from headgate.core.report.header import Shown

_PRONOUN = re.compile(r"\b(?:it|its|they|their|them|these|those|this|that|he|she|his|her)\b", re.I)
_REASON = 120

LONGEST, MOST_PARTS = 1000, 40
"""A sentence with more characters, or with more names and numbers, is a list; nobody can check it, nor read it."""


def grounding_check(
    facts: Mapping[str, Rows], findings: Rows = (), wishes: str = "", shown: Mapping[str, Shown] | None = None
) -> Check:
    """A check of texts against facts and findings.

    Args:
        facts: name → rows, as in the analysis document.
        findings: as in the analysis document.
        wishes: what the owner wrote for the model; a figure of a definition that is repeated from it is no claim.
        shown: fact or finding → its units, which say in what currency amounts are.

    Returns:
        A function of a text, the names it cites and the entity it is about, that gives the sentences which the cited
        facts don't support, each with the reason.

    Example:
        >>> check = grounding_check({"brands": [{"brand": "Nokia", "orders": 12}, {"brand": "Sony", "orders": 7}]})
        >>> check("Nokia has 12 orders. Sony has 8.", ["brands"], "")
        [Objection(sentence='Sony has 8.', reason="`8` doesn't come from `brands`; `orders` is 7")]
    """
    return Grounding(facts, findings, wishes, shown).objections


class Grounding:
    """All facts and findings of a run, as texts are held against them."""

    def __init__(
        self, facts: Mapping[str, Rows], findings: Rows = (), wishes: str = "", shown: Mapping[str, Shown] | None = None
    ) -> None:
        self._definitions = Definitions(wishes, findings)
        self._tables: dict[str, list[Table]] = {name: [table(name, rows)] for name, rows in facts.items()}
        for name in dict.fromkeys(str(finding["finding"]) for finding in findings):
            same = [finding for finding in findings if finding["finding"] == name]
            self._tables.setdefault(name, []).extend(tables_of_findings(name, same))
        self._every = [there for several in self._tables.values() for there in several]
        words = (word for there in self._every for word in (*there.words, *there.words_of_text))
        self._known = frozenset([*words, *_columns_said(findings), *_words_of_units(shown or {})])
        self._findings = findings
        self._nouns = _nouns(self._every)
        self._currencies = Used(facts, findings, wishes, shown)

    def objections(self, text: str, cited: Sequence[str], entity: str) -> list[Objection]:
        """The sentences of a text that the cited facts don't support."""
        tables = tuple(there for name in dict.fromkeys(cited) for there in self._tables.get(name, ()))
        names = Names(self._every, tables)
        told = [finding for finding in self._findings if finding["finding"] in cited]
        about = _of_entity(entity)
        found: list[Objection] = []
        before = about
        for sentence in sentences(text):
            scene = self._scene(sentence, tables, names, before, told) if len(sentence) <= LONGEST else None
            if reason := self._reason(scene) or self._of_each(scene, names, before, told):
                found.append(Objection(sentence, reason[:_REASON]))
            if scene and scene.own:
                before = (*about, *_as_carried(scene.own))
        return found

    def _scene(
        self, sentence: str, tables: tuple[Table, ...], names: Names, before: tuple[Named, ...], told: Rows
    ) -> Scene:
        text = plain(unmarked(sentence))
        when = dates(text)
        dated = [Named(one.start, one.end, text[one.start : one.end], when=one.when) for one in when]
        own = tuple(sorted([*names.within(text, when), *dated], key=lambda one: one.start))
        taken = [(one.start, one.end) for one in own if not one.is_weak or len(one.key) > 1]
        carried = before if _PRONOUN.search(text) else tuple(one for one in before if one.start == ABOUT)
        taken += [*self._definitions.within(text), *expected_figures(text, told, own)]
        return Scene(text, tables, own, tuple(quantities(text, taken)), carried, self._nouns)

    def _of_each(self, scene: Scene | None, names: Names, before: tuple[Named, ...], told: Rows) -> str:
        """Why what is said of several is not so of each of them."""
        for single in singles(focused(scene)) if scene else ():
            of_one = self._scene(single, scene.tables if scene else (), names, before, told)
            focus = focused(of_one)
            if reason := unsupported_number(of_one, focus) or unsupported_trend(focus) or lacks(focus):
                return reason
        return ""

    def _reason(self, scene: Scene | None) -> str:
        if scene is None or len(scene.own) + len(scene.numbers) > MOST_PARTS:
            return "it is too long to be checked"
        focus = focused(scene)
        return (
            unfounded(scene.text)
            or self._currencies.other_than(scene.text)
            or unfounded_inference(focus)
            or foreign(scene, self._known)
            or mismatched_names(scene)
            or wrong_figure(scene)
            or unsupported_number(scene, focus)
            or next(filter(None, (rule(focus) for rule in RULES)), "")
        )


def _columns_said(findings: Rows) -> Iterator[str]:
    """The names of columns that messages of ours are about, as they are written there."""
    for message in messages(findings):
        yield from re.findall(r"\w*[^\W\d]_\w+", message)


def _words_of_units(shown: Mapping[str, Shown]) -> Iterator[str]:
    for one in shown.values():
        for unit in one.units.values():
            yield from stems(unit)


def _nouns(tables: Sequence[Table]) -> frozenset[str]:
    """The words of columns that count or name something."""
    columns = (column for there in tables for column in there.columns)
    return frozenset[str]().union(
        *(column.words for column in columns if column.measure is Measure.COUNT or not column.is_number)
    )


def _of_entity(entity: str) -> tuple[Named, ...]:
    key = key_of(entity) if entity else None
    return (Named(ABOUT, ABOUT, entity, key),) if key else ()


def _as_carried(own: Sequence[Named]) -> tuple[Named, ...]:
    """Names for the next sentence, whose pronouns may mean them."""
    return tuple(Named(CARRIED, CARRIED, one.text, one.key, one.when, one.is_weak, one.is_part) for one in own)
