"""Writing: a draft from facts and findings by a pipeline's templates, and in general words where they say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from headgate.core.narrative.built_in.checking import COUNTS, FOUND, ROW, SAID, names_read
from headgate.core.narrative.built_in.drift import drift_advice, drift_sentences, is_drift
from headgate.core.narrative.built_in.form import LEVELS, EntityTemplate, Templates
from headgate.core.narrative.built_in.general import (
    general_advice,
    general_anomalies,
    general_insights,
    general_summary,
)
from headgate.core.narrative.built_in.language import rendered
from headgate.core.narrative.built_in.values import NothingToSay, Row, Table, shown
from headgate.core.narrative.model import (
    CITED,
    ITEMS,
    LINE,
    SUMMARY,
    TEXT,
    Anomaly,
    Draft,
    EntitySection,
    Insight,
    Recommendation,
    Summary,
    citable,
)
from headgate.core.narrative.request import Matter


def built_in_draft(
    matter: Matter,
    templates: Templates | None = None,
    counts: Mapping[str, Any] | None = None,
    profile: Mapping[str, Any] | None = None,
) -> Draft:
    """The narrative of a run, the same each time; never raises for what is in the data.

    Args:
        templates: of the pipeline; without them, and where they say nothing, there are general words.
        counts: rows of the run: records, accepted, rejected, warned.
        profile: of the accepted rows, for a pipeline that has no facts.
    """
    told = _Telling(matter, templates or Templates(), counts or {})
    insights = told.insights() if templates else general_insights(matter, profile)
    own = told.anomalies()
    others = general_anomalies(matter, told.findings_told)
    # What is unlike earlier runs decides whether the rest can be relied on.
    anomalies = sorted([*own, *others], key=lambda one: not _is_of_drift(one))
    first, last = tuple(drift_advice(matter, serious=True)), tuple(drift_advice(matter, serious=False))
    advice = told.recommendations() if templates else list(general_advice(matter))
    return Draft(
        summary=told.summary(counts),
        insights=tuple(insights[:ITEMS]),
        anomalies=tuple(anomalies[:ITEMS]),
        recommendations=(*first, *advice[: ITEMS - len(first) - len(last)], *last),
        entities=tuple(told.entities()),
    )


def _is_of_drift(anomaly: Anomaly) -> bool:
    return bool(anomaly.facts) and is_drift({"finding": anomaly.facts[0]})


@dataclass
class _Text:
    """Sentences that fit into a text, and what they rest on.

    Attributes:
        words: how many it may have; None where nobody says.
    """

    limit: int
    words: int | None = None
    text: str = ""
    facts: list[str] = field(default_factory=list)

    def add(self, sentence: str, facts: Sequence[str], between: str = " ") -> None:
        whole = f"{self.text}{between}{sentence}" if self.text else sentence
        if sentence and len(whole) <= self.limit and not self._has_too_many(whole):
            self.text = whole
            self.facts += [name for name in facts if name not in self.facts]

    def _has_too_many(self, text: str) -> bool:
        return self.words is not None and len(text.split()) > self.words

    @property
    def cited(self) -> tuple[str, ...]:
        return citable(self.facts)


class _Telling:
    """One matter, told by templates."""

    def __init__(self, matter: Matter, templates: Templates, counts: Mapping[str, Any]) -> None:
        self._matter, self._templates = matter, templates
        self._scope = {**_findings(matter), **_facts(matter), COUNTS: Table([Row(counts, {})] if counts else [])}
        self._scope[FOUND] = _found(matter)
        self._least = matter.words.least if matter.words else 0
        self._most = matter.words.most if matter.words else None
        self._names = matter.names | ({COUNTS} if counts else set())
        self.findings_told: set[str] = set()

    def summary(self, counts: Mapping[str, Any] | None) -> Summary:
        """First what is unlike earlier runs, then what the templates say; where they say nothing, general words."""
        whole = _Text(SUMMARY, self._most)
        for text, name in drift_sentences(self._matter):
            whole.add(text, [name])
        told = len(whole.text)
        for sentences in self._templates.summary:
            self._add_paragraph(whole, sentences)
        if len(whole.text) > told:
            self._go_on(whole)
        else:
            general = general_summary(self._matter, counts)
            whole.add(general.text, general.facts, "\n")
        return Summary(text=whole.text, facts=whole.cited)

    def _add_paragraph(self, whole: _Text, sentences: Sequence[str]) -> None:
        """As many of its sentences as there is room for: one may lean on the one before it."""
        between = "\n"
        for template in sentences:
            more = self._text([template], None, None, SUMMARY)
            before = whole.text
            whole.add(more.text, more.facts, between)
            if more.text and whole.text == before:
                return
            between = " " if more.text else between

    def _go_on(self, whole: _Text) -> None:
        """Says more, as long as the summary is shorter than its owner wants it."""
        between = "\n"
        for template in self._templates.further:
            if len(whole.text.split()) >= self._least:
                return
            more = self._text([template], None, None, SUMMARY)
            whole.add(more.text, more.facts, between)
            between = " " if more.text else between

    def insights(self) -> list[Insight]:
        return [
            Insight(type=one.type, description=text.text, confidence=self._level(one.confidence, row), facts=text.cited)
            for one in self._templates.insights
            for row, text in self._items(one, one.description)
        ]

    def anomalies(self) -> list[Anomaly]:
        return [
            Anomaly(type=one.type, description=text.text, severity=self._level(one.severity, row), facts=text.cited)
            for one in self._templates.anomalies
            for row, text in self._items(one, one.description)
            if self._note(text)
        ]

    def recommendations(self) -> list[Recommendation]:
        return [
            Recommendation(
                category=one.category, action=text.text, priority=self._level(one.priority, row), facts=text.cited
            )
            for one in self._templates.recommendations
            for row, text in self._items(one, one.action)
        ]

    def entities(self) -> Iterator[EntitySection]:
        template = self._templates.entities
        for row, _ in self._items(template, template.summary) if template else ():
            if template and row is not None and (name := _name(row.get(template.entity))):
                yield self._section(template, row, name)

    def _section(self, template: EntityTemplate, row: Row, name: str) -> EntitySection:
        keys = ("summary", "opportunities", "risks", "key_anomaly")
        texts = {key: self._text(getattr(template, key), row, template.each) for key in keys}
        facts = dict.fromkeys(fact for text in texts.values() for fact in text.cited)
        said = {key: text.text for key, text in texts.items()}
        return EntitySection(entity=name, facts=tuple(facts)[:CITED], **said)

    def _items(self, template: Any, sentences: Sequence[str]) -> list[tuple[Row | None, _Text]]:
        """A text for each row that the template is about, or one; without those that say nothing."""
        rows: Sequence[Row | None] = [None] if template.each is None else self._scope.get(template.each, ())
        texts = ((row, self._text(sentences, row, template.each)) for row in rows)
        return [(row, text) for row, text in texts if text.text][: template.most]

    def _text(self, sentences: Sequence[str], row: Row | None, each: str | None, limit: int = TEXT) -> _Text:
        names = self._scope if row is None else {**self._scope, ROW: row}
        text = _Text(limit)
        for template in sentences:
            read = [each if name == ROW and each else name for name in _read(template)]
            text.add(rendered(template, names), [name for name in read if name in self._names])
        return text

    def _level(self, template: str, row: Row | None) -> Any:
        level = rendered(template, {**self._scope, ROW: row}) if "{" in template else template
        return level if level in LEVELS else "low"

    def _note(self, text: _Text) -> bool:
        self.findings_told.update(text.facts)
        return True


@cache
def _read(template: str) -> tuple[str, ...]:
    return names_read(template)


def _name(value: Any) -> str:
    try:
        return shown(value)[:LINE]
    except NothingToSay:
        return ""


def _facts(matter: Matter) -> dict[str, Any]:
    return {name: Table.of(rows, _units(matter, name)) for name, rows in matter.facts.items()}


def _findings(matter: Matter) -> dict[str, Any]:
    """The flagged rows of each finding, with what is said of them."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in matter.findings:
        said = {name: one.get(name) for name in SAID}
        rows.setdefault(str(one["finding"]), []).extend({**row, **said} for row in one.get("rows", ()))
    return {name: Table.of(flagged, _units(matter, name)) for name, flagged in rows.items()}


def _found(matter: Matter) -> Row:
    """Finding → how many rows it is about."""
    counts: dict[str, int] = {}
    for one in matter.findings:
        counts[str(one["finding"])] = counts.get(str(one["finding"]), 0) + int(one.get("count") or 1)
    return Row(counts, {})


def _units(matter: Matter, name: str) -> Mapping[str, str]:
    known = matter.shown.get(name)
    return known.units if known else {}
